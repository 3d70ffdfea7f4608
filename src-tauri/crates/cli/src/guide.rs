//! `guide`: the sheet the resident takes home.

use std::path::Path;

use jiff::civil::Date;
use madoka_counter::papers::{Settled, guide_sheet};
use madoka_forms::Fonts;
use madoka_forms::guide::Language;
use serde_json::json;

use crate::failure::Failure;
use crate::judge::opened;
use crate::say::Say;

/// What `guide` was asked for.
#[derive(Debug)]
pub(crate) struct Guide<'a> {
    pub(crate) pack: &'a Path,
    pub(crate) facts: &'a Path,
    pub(crate) language: Language,
    pub(crate) on: Option<Date>,
    pub(crate) practice: bool,
    pub(crate) out: &'a Path,
}

pub(crate) fn guide(asked: &Guide<'_>, say: &mut Say) -> Result<(), Failure> {
    let (book, case) = opened(asked.pack, asked.facts, asked.on)?;
    let judgement = book.judge(&case.facts);
    let mut sheet = guide_sheet(&book, &judgement, &case.facts, &Settled::default(), asked.language);
    sheet.practice = asked.practice;
    let pdf = sheet.to_pdf(&Fonts::system())?;
    std::fs::write(asked.out, &pdf).map_err(|error| Failure::Write {
        path: asked.out.display().to_string(),
        reason: error.kind().to_string(),
    })?;
    let procedures: usize =
        sheet.sections.iter().flat_map(|section| &section.stops).map(|stop| stop.tasks.len()).sum();
    say.document(&json!({
        "out": asked.out.display().to_string(),
        "language": asked.language.word(),
        "procedures": procedures,
        "bytes": pdf.len(),
    }));
    say.line(format!("手続{procedures}件の案内書を書き出しました。"));
    Ok(())
}
