//! 書き出し: cases as data for back offices, so that nobody types a second time what was read here.
//!
//! The columns stand in the order the receiving system wants them; a value that its character set cannot hold is
//! reported by case, column and glyph, and never replaced silently.

use std::str::FromStr;

use encoding_rs::SHIFT_JIS;
use madoka_facts::{Answer, FactPath, Facts, Value};
use serde_json::{Map, Value as Json, json};

use crate::CounterError;

/// One case to write out.
#[derive(Clone, Debug)]
pub struct Record {
    pub number: String,
    pub ticket: String,
    pub event: String,
    pub opened: String,
    pub closed: String,
    pub facts: Facts,
    /// Procedures and how they stand: (`death.funeral`, 済).
    pub procedures: Vec<(String, String)>,
}

/// What stands in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    Number,
    Ticket,
    Event,
    Opened,
    Closed,
    Fact(FactPath),
    Procedure(String),
}

/// How records are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, with a heading line.
    Csv,
    /// One document.
    Json,
    /// One JSON document a line.
    Lines,
}

/// 文字コード
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    Utf8,
    /// As Windows writes it (CP932).
    ShiftJis,
}

/// What to do with a glyph the character set cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmappable {
    /// Nothing is written; the places are told.
    Refuse,
    /// 〓 stands in its place, and the places are told.
    Geta,
}

/// A glyph that could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    pub case: String,
    pub column: String,
    /// `U+20BB7`
    pub glyph: String,
}

/// What was written, and what could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    pub bytes: Vec<u8>,
    pub lost: Vec<Lost>,
}

impl FromStr for Column {
    type Err = CounterError;

    fn from_str(text: &str) -> Result<Self, CounterError> {
        Ok(match text {
            "number" => Self::Number,
            "ticket" => Self::Ticket,
            "event" => Self::Event,
            "opened" => Self::Opened,
            "closed" => Self::Closed,
            _ => match text.strip_prefix("procedure:") {
                Some(id) if !id.is_empty() => Self::Procedure(id.to_owned()),
                _ => Self::Fact(
                    text.parse().map_err(|_| CounterError::ExportColumn(text.chars().take(60).collect()))?,
                ),
            },
        })
    }
}

impl Column {
    /// What every back office asks for first.
    pub fn usual() -> Vec<Self> {
        let people = ["applicant", "deceased"].iter().flat_map(|person| {
            ["name", "name_kana", "birth_date", "sex", "postal_code", "address", "phone"]
                .iter()
                .filter_map(move |attribute| format!("{person}.{attribute}").parse().ok().map(Self::Fact))
        });
        [Self::Number, Self::Ticket, Self::Event, Self::Opened, Self::Closed]
            .into_iter()
            .chain(people)
            .collect()
    }

    fn heading(&self) -> String {
        match self {
            Self::Number => "number".to_owned(),
            Self::Ticket => "ticket".to_owned(),
            Self::Event => "event".to_owned(),
            Self::Opened => "opened".to_owned(),
            Self::Closed => "closed".to_owned(),
            Self::Fact(path) => path.to_string(),
            Self::Procedure(id) => format!("procedure:{id}"),
        }
    }

    fn of(&self, record: &Record) -> String {
        match self {
            Self::Number => record.number.clone(),
            Self::Ticket => record.ticket.clone(),
            Self::Event => record.event.clone(),
            Self::Opened => record.opened.clone(),
            Self::Closed => record.closed.clone(),
            Self::Procedure(id) => record
                .procedures
                .iter()
                .find(|(known, _)| known == id)
                .map(|(_, state)| state.clone())
                .unwrap_or_default(),
            Self::Fact(path) => match record.facts.answer(path) {
                Answer::Known(value) => plain(value),
                Answer::Unknown | Answer::Unasked => String::new(),
            },
        }
    }
}

/// Values as machines want them: ids and ISO dates, not words.
fn plain(value: &Value) -> String {
    match value {
        Value::Bool(yes) => if *yes { "1" } else { "0" }.to_owned(),
        Value::Choice(id) => id.to_string(),
        Value::Choices(ids) => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(";"),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.0.to_string(),
        Value::Text(text) => text.clone(),
    }
}

/// Writes records in the order of the columns.
pub fn export(
    records: &[Record],
    columns: &[Column],
    format: Format,
    charset: Charset,
    unmappable: Unmappable,
) -> Result<Exported, CounterError> {
    let mut lost = Vec::new();
    let rows: Vec<Vec<String>> = records
        .iter()
        .map(|record| {
            columns
                .iter()
                .map(|column| {
                    let value = column.of(record);
                    match charset {
                        Charset::Utf8 => value,
                        Charset::ShiftJis => mapped(&value, record, column, &mut lost),
                    }
                })
                .collect()
        })
        .collect();
    if unmappable == Unmappable::Refuse && !lost.is_empty() {
        return Err(CounterError::ExportGlyphs(lost));
    }
    let text = match format {
        Format::Csv => csv_text(columns, &rows)?,
        Format::Json => Json::from(documents(columns, &rows)).to_string(),
        Format::Lines => {
            let mut lines: Vec<String> = documents(columns, &rows).iter().map(Json::to_string).collect();
            lines.push(String::new());
            lines.join("\n")
        }
    };
    let bytes = match charset {
        Charset::Utf8 => text.into_bytes(),
        Charset::ShiftJis => SHIFT_JIS.encode(&text).0.into_owned(),
    };
    Ok(Exported { bytes, lost })
}

/// The text with 〓 for every glyph that Shift_JIS lacks, each noted. A variation selector it lacks is noted with the
/// character before it: without the selector it would be another shape.
fn mapped(text: &str, record: &Record, column: &Column, lost: &mut Vec<Lost>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let mut buffer = [0; 4];
        if !SHIFT_JIS.encode(c.encode_utf8(&mut buffer)).2 {
            out.push(c);
            continue;
        }
        let selector = matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
        let base = if selector { out.pop() } else { None };
        let glyph = match base {
            Some(base) => format!("U+{:04X} U+{:04X}", u32::from(base), u32::from(c)),
            None => format!("U+{:04X}", u32::from(c)),
        };
        lost.push(Lost { case: record.number.clone(), column: column.heading(), glyph });
        out.push('〓');
    }
    out
}

fn csv_text(columns: &[Column], rows: &[Vec<String>]) -> Result<String, CounterError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let wrote = writer
        .write_record(columns.iter().map(Column::heading))
        .and_then(|()| rows.iter().try_for_each(|row| writer.write_record(row)));
    wrote.map_err(|_| CounterError::ExportFailed)?;
    let bytes = writer.into_inner().map_err(|_| CounterError::ExportFailed)?;
    String::from_utf8(bytes).map_err(|_| CounterError::ExportFailed)
}

fn documents(columns: &[Column], rows: &[Vec<String>]) -> Vec<Json> {
    rows.iter()
        .map(|row| {
            let entries = columns.iter().zip(row).map(|(column, value)| (column.heading(), json!(value)));
            Json::Object(entries.collect::<Map<_, _>>())
        })
        .collect()
}
