//! 案内: what the resident takes along when there is no paper, and that it was given.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use madoka_casework::{CaseId, EventKind, GuideOn, LanguageId};
use madoka_forms::guide::{Language, SectionKind};
use madoka_forms::{page_count, page_picture};
use madoka_qr::{Correction, Symbol};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::papers::guide_sheet;
use crate::printing::settled;
use crate::visit::Visit;
use crate::{Counter, CounterError};

/// お持ち帰り用の文: short enough for one code that any telephone reads. It names procedures, offices and days, and nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct TakeAway {
    pub text: String,
    /// Modules on a side, the quiet zone included.
    pub side: u16,
    /// The dark modules as the path of a drawing, one unit a module.
    pub path: String,
    /// So many procedures stand on the guide sheet only.
    pub left_out: u32,
}

/// 案内書, one page to look at.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct GuidePage {
    /// `data:image/png;base64,…`; empty where there is no such page.
    pub picture: String,
    pub pages: u32,
}

impl std::fmt::Debug for GuidePage {
    /// The picture shows names.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GuidePage(…, {} pages)", self.pages)
    }
}

/// Bytes that a code holds which a phone reads off a screen at arm's length.
const MOST_BYTES: usize = 700;

impl Counter {
    /// What a resident may photograph instead of taking paper.
    pub fn take_away(&self, id: CaseId, language: Language) -> Result<TakeAway, CounterError> {
        let judged = self.judged(id)?;
        let sheet = guide_sheet(&judged.book, &judged.judgement, &judged.facts, &settled(&judged), language);
        let mut text = format!("{} {} {}", sheet.city, sheet.event, sheet.on);
        let mut left_out = 0;
        let still = sheet.sections.iter().filter(|section| {
            matches!(
                section.kind,
                SectionKind::Visit | SectionKind::Later | SectionKind::ToConfirm | SectionKind::Outside
            )
        });
        for stop in still.flat_map(|section| &section.stops) {
            let mut head = format!("\n■{} {}", stop.name, stop.place).trim_end().to_owned();
            if !stop.phone.is_empty() {
                head.push(' ');
                head.push_str(&stop.phone);
            }
            for (at, task) in stop.tasks.iter().enumerate() {
                let by =
                    task.deadline.as_ref().and_then(|deadline| deadline.day).map(short).unwrap_or_default();
                let line = format!("{}\n・{}{by}", if at == 0 { head.as_str() } else { "" }, task.name);
                if left_out > 0 || text.len() + line.len() > MOST_BYTES {
                    left_out += 1;
                } else {
                    text.push_str(&line);
                }
            }
        }
        if left_out > 0 {
            let (before, after) = match language {
                Language::Ja => ("ほか", "件"),
                Language::Easy => ("ほかに ", "つ"),
                Language::En => ("", " more"),
            };
            text = format!("{text}\n{before}{left_out}{after}");
        }
        let symbol = Symbol::of_text(&text, Correction::Low)?;
        let quiet = Symbol::QUIET;
        let path = symbol
            .runs()
            .into_iter()
            .map(|run| format!("M{} {}h{}v1h-{}z", run.x + quiet, run.y + quiet, run.length, run.length))
            .collect::<Vec<_>>()
            .concat();
        Ok(TakeAway { side: symbol.side() + 2 * quiet, path, text, left_out })
    }

    /// One page (from 0) of a guide sheet as a picture, for whoever wants to look before it is printed.
    pub fn guide_page(pdf: &[u8], page: usize) -> GuidePage {
        const DPI: f64 = 96.0;
        let png = page_picture(pdf, page, DPI).and_then(|picture| picture.to_png());
        GuidePage {
            picture: png
                .map(|png| format!("data:image/png;base64,{}", STANDARD.encode(png)))
                .unwrap_or_default(),
            pages: u32::try_from(page_count(pdf)).unwrap_or(u32::MAX),
        }
    }

    /// The resident has it: as a code, or read from the screen. (Paper is noted when the printer says so.)
    pub fn guide_given(
        &mut self,
        id: CaseId,
        language: Language,
        on: GuideOn,
    ) -> Result<Visit, CounterError> {
        let language = LanguageId::parse(language.word()).map_err(CounterError::Name)?;
        self.record(id, [EventKind::GuideIssued { language, on }])?;
        self.visit(id)
    }
}

/// 「（12/4まで）」: digits say it in every language.
fn short(day: Date) -> String {
    format!(" ～{}/{}", day.month(), day.day())
}
