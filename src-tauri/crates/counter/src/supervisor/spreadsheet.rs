//! 文を表で直す: every text of a draft as CSV, and back. Only texts: conditions and numbers are edited on the screen.
//!
//! Written as UTF-8; read as UTF-8 or as Shift_JIS, which Excel makes of it where nobody chooses.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;
use madoka_rules::edit::{Edit, Entry, FieldKind, Section};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::draft::Drafting;
use super::given::languages;
use super::{DeskView, scenarios};
use crate::CounterError;

/// What became of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct SheetRead {
    pub changed: u32,
    /// Lines that were not taken in, and why.
    pub refused: Vec<String>,
    pub desk: DeskView,
}

const HEADINGS: [&str; 6] = ["種類", "ID", "番", "項目", "言語", "文"];
/// More lines than any city has texts.
const LINES: usize = 50_000;

impl Drafting {
    pub(super) fn sheet(&self) -> Result<String, CounterError> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let failed = |_| CounterError::ExportFailed;
        writer.write_record(HEADINGS).map_err(failed)?;
        let languages = languages(&self.pack);
        for found in self.catalogue.entries() {
            let section = found.entry.section;
            let fields = section.fields().iter().filter(|field| field.kind == FieldKind::Text);
            for field in fields {
                let written = found.content.value(field.key);
                for (language, _) in &languages {
                    let Some(text) = written.in_language(language) else { continue };
                    let nth = (found.entry.nth + 1).to_string();
                    let row = [section.word(), &found.entry.id, &nth, field.key, language, &safe(&text)];
                    writer.write_record(row).map_err(failed)?;
                }
            }
        }
        let bytes = writer.into_inner().map_err(|_| CounterError::ExportFailed)?;
        let text = String::from_utf8(bytes).map_err(|_| CounterError::ExportFailed)?;
        // Excel takes a CSV for UTF-8 only with this mark.
        Ok(format!("\u{FEFF}{text}"))
    }

    /// The texts that differ, as edits; and the lines that cannot be taken.
    pub(super) fn read_sheet(&self, sheet: &[u8]) -> Result<(Vec<Edit>, Vec<String>), CounterError> {
        let (sheet, poor) = text(sheet)?;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(sheet.trim_start_matches('\u{FEFF}').as_bytes());
        let headings = reader.headers().map_err(|error| CounterError::Spreadsheet(error.to_string()))?;
        if headings.iter().map(str::trim).ne(HEADINGS) {
            return Err(CounterError::Spreadsheet(format!("列は {} です", HEADINGS.join("・"))));
        }
        let (mut edits, mut refused) = (Vec::new(), Vec::new());
        for (at, record) in reader.records().take(LINES).enumerate() {
            let line = at + 2;
            let edit = record
                .map_err(|_| "読めません".to_owned())
                .and_then(|record| self.row(&record.iter().collect::<Vec<_>>(), poor));
            match edit {
                Ok(Some(edit)) => edits.push(edit),
                Ok(None) => {}
                Err(why) => refused.push(format!("{line}行目：{why}")),
            }
        }
        Ok((edits, refused))
    }

    /// `poor`: in Shift_JIS, where other letters have become question marks.
    fn row(&self, row: &[&str], poor: bool) -> Result<Option<Edit>, String> {
        let [section, id, nth, key, language, text] = row else {
            return Err("列の数が違います".to_owned());
        };
        let section = Section::from_word(section.trim()).ok_or("種類がわかりません")?;
        let nth =
            nth.trim().parse::<u32>().ok().and_then(|nth| nth.checked_sub(1)).ok_or("番がわかりません")?;
        let entry = Entry { section, id: id.trim().to_owned(), nth };
        let field = section.fields().iter().find(|field| field.key == key.trim());
        let field = field.filter(|field| field.kind == FieldKind::Text).ok_or("項目がわかりません")?;
        if !self.pack.languages.iter().any(|known| known == language.trim()) {
            return Err("言語がわかりません".to_owned());
        }
        let content = self.catalogue.get(&entry).ok_or("その項目は下書きにありません")?;
        let now = content.value(field.key).in_language(language.trim());
        let text = bare(text);
        if now.as_deref().unwrap_or_default() == text {
            return Ok(None);
        }
        if poor && now.as_deref().is_some_and(|now| SHIFT_JIS.encode(now).2) {
            return Err("Shift_JISにない字のある文です。「CSV UTF-8」で保存してください".to_owned());
        }
        Ok(Some(Edit::Write {
            entry,
            field: field.key.to_owned(),
            language: Some(language.trim().to_owned()),
            value: (!text.is_empty()).then(|| scenarios::text(&text)),
        }))
    }
}

/// The sheet as text, and whether it is Shift_JIS.
fn text(sheet: &[u8]) -> Result<(Cow<'_, str>, bool), CounterError> {
    if let Ok(text) = std::str::from_utf8(sheet) {
        return Ok((text.into(), false));
    }
    let read = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(sheet);
    let read = read.ok_or_else(|| {
        CounterError::Spreadsheet("文字コードがUTF-8でもShift_JISでもありません".to_owned())
    })?;
    Ok((read, true))
}

/// A text that a spreadsheet would take for a formula is marked as text.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\'']) { format!("'{text}") } else { text.to_owned() }
}

fn bare(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.strip_prefix('\'').map_or_else(|| text.clone(), str::to_owned)
}
