//! 様式をまとめて確かめる: every form of the draft with the longest and the rarest values.

use madoka_forms::Fonts;
use madoka_forms::fill::{Reason, Warning};
use madoka_forms::sample::Length;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::super::desk::count;
use super::sample::Trial;
use super::{form_of, text_path};
use crate::{Counter, CounterError};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormsCheck {
    pub forms: u32,
    /// Pages that were filled for it.
    pub pages: u32,
    pub rows: Vec<TightRow>,
}

/// A place where a value of some length does not go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct TightRow {
    pub form: String,
    pub form_name: String,
    /// As the field is called by its form; nothing for the form itself.
    pub field: Option<String>,
    pub what: String,
}

/// All forms, to be tried away from the counter.
#[derive(Debug)]
pub struct FormsCheckJob(Trial);

impl Counter {
    pub fn draft_forms_to_check(&mut self) -> Result<FormsCheckJob, CounterError> {
        let today = self.today();
        Ok(FormsCheckJob(self.draft_open()?.trial(today)))
    }
}

impl FormsCheckJob {
    pub fn run(&self) -> FormsCheck {
        let fonts = Fonts::system();
        let mut out = FormsCheck { forms: 0, pages: 0, rows: Vec::new() };
        let ids: Vec<String> = self
            .0
            .files
            .keys()
            .filter_map(|path| form_of(path).filter(|id| *path == text_path(id)).map(str::to_owned))
            .collect();
        for id in ids {
            out.forms += 1;
            for length in [Length::Longest, Length::Rarest] {
                match self.0.fill(&id, length, &fonts) {
                    Ok(bundle) => {
                        out.pages = out.pages.saturating_add(count(bundle.pages()));
                        out.rows.extend(bundle.warnings.iter().filter_map(row));
                    }
                    Err(error) => {
                        let what = format!("この様式はまだ使えません：{error}。");
                        out.rows.push(TightRow {
                            form_name: id.clone(),
                            form: id.clone(),
                            field: None,
                            what,
                        });
                        break;
                    }
                }
            }
        }
        out.rows.dedup();
        out
    }
}

fn row(warning: &Warning) -> Option<TightRow> {
    Some(TightRow {
        what: tight(warning)?,
        form: warning.form.to_string(),
        form_name: warning.form_name.clone(),
        field: Some(warning.field.replace('.', "/")),
    })
}

/// What a supervisor can do about it; nothing where it is the sample's own doing.
pub(super) fn tight(warning: &Warning) -> Option<String> {
    let what = match &warning.reason {
        Reason::TooLong => "長い値が入りません。枠を広げるか、字を小さくするか、折り返しにしてください。",
        Reason::MissingGlyph(_) => "めずらしい字の字形が、この端末の書体にありません。手書きになります。",
        Reason::NoPlace => "答えに当たる場所が紙にありません。",
        Reason::TooManyRows => "世帯の人数が多いと、行が足りません。続紙を決めてください。",
        Reason::MissingValue
        | Reason::Unconfirmed
        | Reason::ReplacedGlyph
        | Reason::NotSplit
        | Reason::UnknownPlace
        | Reason::NoPicture => return None,
    };
    Some(format!("「{}」：{what}", warning.called))
}
