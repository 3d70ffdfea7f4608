//! The CSV itself: every row into a resident, or every problem with its line.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use encoding_rs::SHIFT_JIS;
use madoka_facts::Value;
use madoka_text::{BirthDate, PersonName, Phone, PostalCode, to_full_width_kana, to_half_width, to_katakana};

use crate::mapping::{KeyName, Mapping, Reading};
use crate::my_number::{self, Watch};
use crate::resident::{Resident, ResidentNumber, Said};

/// A city of more than this has many wards, each with an extract of its own.
const MOST_ROWS: u64 = 2_000_000;
const MOST_CELL: usize = 2_000;
const MOST_CELLS: usize = 500;
/// As many as a person reads before mending the extract.
const MOST_TROUBLES: usize = 50;

/// What one column of one row has wrong. The cell itself is never repeated: it is personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum What {
    #[error("ファイルが空です。抽出し直してください。")]
    NoRows,
    #[error("文字コードが UTF-8 でも Shift_JIS でもありません。抽出の設定を確かめてください。")]
    Encoding,
    #[error("見出しがありません。見出しの行を付け、対応表と同じ名前にしてください。")]
    NoHeading,
    #[error("同じ見出しが2度あります。どちらかを外してください。")]
    HeadingTwice,
    #[error(
        "個人番号（マイナンバー）の列です。まどかは個人番号を預かりません。この列を外して抽出し直してください。"
    )]
    MyNumber,
    #[error("列が{found}個です。見出しと同じ{expected}個にしてください。")]
    Cells { found: usize, expected: usize },
    #[error("1つの欄が長すぎます（{MOST_CELL}バイトまで）。引用符の閉じ忘れを確かめてください。")]
    TooLong,
    #[error("{MOST_ROWS}行を超えています。分けて抽出してください。")]
    TooManyRows,
    #[error("空です。必ず入れてください。")]
    Empty,
    #[error("宛名番号・世帯番号は英数字とハイフンで20文字までです。")]
    Number,
    #[error("宛名番号が{first}行目と同じです。1人1行にしてください。")]
    NumberTwice { first: u64 },
    #[error("氏名として読めない字（制御文字など）があります。")]
    Name,
    #[error("日付として読めません。1941-02-03、19410203、S16.02.03 のように書いてください。")]
    Date,
    #[error("性別として読めません。男・女か、1・2で書いてください。")]
    Sex,
    #[error("郵便番号として読めません。7桁で書いてください。")]
    PostalCode,
    #[error("電話番号として読めません。")]
    Phone,
    #[error("有・無（1・0、○・×、はい・いいえ）のどれでもありません。")]
    YesNo,
    #[error("対応表の codes にない値です。")]
    Code,
    #[error("制御文字が入っています。")]
    Control,
    #[error("ほかの列と食い違います（同じ事実に2つの値）。どちらが今の資格かを確かめてください。")]
    Conflict,
}

/// One problem and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// From 1, as an editor counts.
    pub line: u64,
    pub column: Option<String>,
    pub what: What,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}行目", self.line)?;
        if let Some(column) = &self.column {
            write!(f, "「{column}」")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// Every problem of a file that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub troubles: Vec<Trouble>,
    /// There were more than are listed.
    pub more: bool,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for trouble in &self.troubles {
            writeln!(f, "{trouble}")?;
        }
        if self.more {
            writeln!(f, "ほかにもあります。直してから、もう一度取り込んでください。")?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

/// In what the file is written; told apart by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    ShiftJis,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub rows: u64,
    pub encoding: Encoding,
    /// Headings nobody asked for; their cells were not kept.
    pub ignored: Vec<String>,
}

/// Reads an extract and hands over each resident in the order of the file.
///
/// All or nothing: after an error, what was handed over must be thrown away. Time and memory are bounded by the file; the residents themselves are not held here.
pub fn read(bytes: &[u8], mapping: &Mapping, mut take: impl FnMut(Resident)) -> Result<Summary, Report> {
    let mut troubles = Troubles::default();
    let Some((bytes, encoding)) = encoding_of(bytes) else {
        return Err(troubles.only(1, What::Encoding));
    };
    // Shift_JIS has no comma, quote or line end in the second byte of a character, so the cells can be cut first.
    let mut lines = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
    let mut row = csv::ByteRecord::new();
    if !matches!(lines.read_byte_record(&mut row), Ok(true)) {
        return Err(troubles.only(1, What::NoRows));
    }
    let headings: Vec<String> = row
        .iter()
        .map(|cell| decode(cell, encoding).map_or_else(String::new, |text| text.trim().to_owned()))
        .collect();
    let table = Table::new(mapping, headings, &mut troubles);
    if !troubles.list.is_empty() {
        return Err(troubles.into_report());
    }
    let mut seen: HashMap<ResidentNumber, u64> = HashMap::new();
    let mut watches = vec![Watch::default(); table.headings.len()];
    let mut rows = 0;
    while let Ok(true) = lines.read_byte_record(&mut row) {
        let line = row.position().map_or(0, |position| line_of(bytes, position));
        if row.len() == 1 && row.get(0).is_some_and(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        rows += 1;
        if rows > MOST_ROWS {
            troubles.add(line, None, What::TooManyRows);
            break;
        }
        if let Some(resident) = table.resident(&row, line, encoding, &mut watches, &mut troubles) {
            match seen.entry(resident.number.clone()) {
                std::collections::hash_map::Entry::Occupied(first) => {
                    let first = *first.get();
                    troubles.add(line, table.number_heading(), What::NumberTwice { first });
                }
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(line);
                    take(resident);
                }
            }
        }
        if troubles.more {
            break;
        }
    }
    for (heading, watch) in table.headings.iter().zip(&watches) {
        if watch.is_my_number() {
            troubles.add(1, Some(heading), What::MyNumber);
        }
    }
    if rows == 0 && troubles.list.is_empty() {
        troubles.add(2, None, What::NoRows);
    }
    if troubles.list.is_empty() {
        Ok(Summary { rows, encoding, ignored: table.ignored() })
    } else {
        Err(troubles.into_report())
    }
}

#[derive(Default)]
struct Troubles {
    list: Vec<Trouble>,
    more: bool,
}

impl Troubles {
    fn add(&mut self, line: u64, column: Option<&str>, what: What) {
        // 個人番号 is said however much else is wrong.
        if self.list.len() < MOST_TROUBLES || what == What::MyNumber {
            self.list.push(Trouble { line, column: column.map(str::to_owned), what });
        } else {
            self.more = true;
        }
    }

    fn only(mut self, line: u64, what: What) -> Report {
        self.add(line, None, what);
        self.into_report()
    }

    fn into_report(mut self) -> Report {
        self.list.sort_by_key(|trouble| trouble.line);
        Report { troubles: self.list, more: self.more }
    }
}

/// The reader passes over blank lines after it has noted where a row begins.
fn line_of(bytes: &[u8], position: &csv::Position) -> u64 {
    let rest = usize::try_from(position.byte()).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    position.line() + blank.count() as u64
}

fn encoding_of(bytes: &[u8]) -> Option<(&[u8], Encoding)> {
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if std::str::from_utf8(plain).is_ok() {
        return Some((plain, Encoding::Utf8));
    }
    SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).map(|_| (bytes, Encoding::ShiftJis))
}

fn decode(cell: &[u8], encoding: Encoding) -> Option<Cow<'_, str>> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(cell).ok().map(Cow::Borrowed),
        Encoding::ShiftJis => SHIFT_JIS.decode_without_bom_handling_and_without_replacement(cell),
    }
}

/// The mapping laid over the headings of one file.
struct Table<'a> {
    mapping: &'a Mapping,
    headings: Vec<String>,
    /// For each cell, which column of the mapping reads it.
    readers: Vec<Option<usize>>,
}

impl<'a> Table<'a> {
    fn new(mapping: &'a Mapping, headings: Vec<String>, troubles: &mut Troubles) -> Self {
        let columns = mapping.columns();
        if headings.len() > MOST_CELLS {
            troubles.add(1, None, What::Cells { found: headings.len(), expected: columns.len() });
            return Self { mapping, headings: Vec::new(), readers: Vec::new() };
        }
        let mut readers = Vec::with_capacity(headings.len());
        for (at, heading) in headings.iter().enumerate() {
            if my_number::is_heading(heading) {
                troubles.add(1, Some(heading), What::MyNumber);
            }
            let reader = columns.iter().position(|column| column.heading == *heading);
            if reader.is_some() && headings.iter().take(at).any(|before| before == heading) {
                troubles.add(1, Some(heading), What::HeadingTwice);
            }
            readers.push(reader);
        }
        for (at, column) in columns.iter().enumerate() {
            if !readers.contains(&Some(at)) {
                troubles.add(1, Some(&column.heading), What::NoHeading);
            }
        }
        Self { mapping, headings, readers }
    }

    fn ignored(&self) -> Vec<String> {
        let unread = self.headings.iter().zip(&self.readers).filter(|(_, reader)| reader.is_none());
        unread.map(|(heading, _)| heading.clone()).collect()
    }

    fn number_heading(&self) -> Option<&str> {
        let columns = self.mapping.columns();
        columns.iter().find(|column| column.reading == Reading::Number).map(|column| column.heading.as_str())
    }

    fn resident(
        &self,
        row: &csv::ByteRecord,
        line: u64,
        encoding: Encoding,
        watches: &mut [Watch],
        troubles: &mut Troubles,
    ) -> Option<Resident> {
        let before = troubles.list.len();
        if row.len() != self.headings.len() {
            troubles.add(line, None, What::Cells { found: row.len(), expected: self.headings.len() });
            return None;
        }
        let mut number = None;
        let mut household = None;
        let mut protected = false;
        let mut values: BTreeMap<usize, Value> = BTreeMap::new();
        for (((cell, heading), reader), watch) in
            row.iter().zip(&self.headings).zip(&self.readers).zip(watches)
        {
            if cell.len() > MOST_CELL {
                troubles.add(line, Some(heading), What::TooLong);
                continue;
            }
            let Some(text) = decode(cell, encoding) else {
                troubles.add(line, Some(heading), What::Encoding);
                continue;
            };
            watch.see(&text);
            let Some(column) = reader.and_then(|at| self.mapping.columns().get(at)) else { continue };
            let cell = text.trim();
            let said = match &column.reading {
                Reading::Number => match id(cell) {
                    Ok(None) => Err(What::Empty),
                    read => read.map(|read| number = read),
                },
                Reading::Household => id(cell).map(|read| household = read),
                Reading::Protected => {
                    // Anything there is a warning: telling an address to the wrong person can cost a life.
                    protected = !cell.is_empty() && yes_no(cell) != Some(false);
                    Ok(())
                }
                Reading::Codes(codes) => match codes.get(cell) {
                    Some(says) => {
                        says.iter().try_for_each(|(key, value)| put(&mut values, *key, value.clone()))
                    }
                    None if cell.is_empty() => Ok(()),
                    None => Err(What::Code),
                },
                reading => self.simple(reading, cell).and_then(|value| match value {
                    Some((key, value)) => put(&mut values, key, value),
                    None => Ok(()),
                }),
            };
            if let Err(what) = said {
                troubles.add(line, Some(heading), what);
            }
        }
        self.say_none(&mut values);
        if troubles.list.len() > before || troubles.more {
            return None;
        }
        let values = values
            .iter()
            .filter_map(|(key, value)| Some((u16::try_from(*key).ok()?, Said::from(value))))
            .collect();
        Some(Resident { number: number?, household, protected, values })
    }

    /// A column that gives one value, or nothing where it is blank.
    fn simple(&self, reading: &Reading, cell: &str) -> Result<Option<(usize, Value)>, What> {
        let (Reading::Text(key)
        | Reading::Kana(key)
        | Reading::Date(key)
        | Reading::Sex(key)
        | Reading::PostalCode(key)
        | Reading::Phone(key)
        | Reading::YesNo(key)) = *reading
        else {
            return Ok(None);
        };
        let is_name = Some(key) == self.mapping.person_key("name");
        if cell.is_empty() {
            return if is_name { Err(What::Empty) } else { Ok(None) };
        }
        let value = match reading {
            Reading::Kana(_) => text(&to_katakana(&to_full_width_kana(cell)))?,
            Reading::Date(_) => date(cell)?,
            Reading::Sex(_) => sex(cell).ok_or(What::Sex)?,
            Reading::PostalCode(_) => {
                let code: PostalCode = cell.parse().map_err(|_| What::PostalCode)?;
                Value::Text(code.hyphenated())
            }
            Reading::Phone(_) => {
                let phone: Phone = cell.parse().map_err(|_| What::Phone)?;
                Value::Text(phone.hyphenated().to_owned())
            }
            Reading::YesNo(_) => Value::Bool(yes_no(cell).ok_or(What::YesNo)?),
            _ if is_name => {
                let name: PersonName = cell.parse().map_err(|_| What::Name)?;
                Value::Text(name.into_string())
            }
            _ => text(cell)?,
        };
        Ok(Some((key, value)))
    }

    /// 「どれもない」, where all columns of a fact were blank.
    fn say_none(&self, values: &mut BTreeMap<usize, Value>) {
        for (at, key) in self.mapping.keys().iter().enumerate() {
            if let Some(none) = &key.when_empty
                && matches!(key.name, KeyName::Person(_) | KeyName::Case(_))
            {
                let said = values.get(&at);
                if said.is_none_or(|value| matches!(value, Value::Choices(ids) if ids.is_empty())) {
                    values.insert(at, Value::Choices([none.clone()].into()));
                }
            }
        }
    }
}

fn id(cell: &str) -> Result<Option<ResidentNumber>, What> {
    if cell.is_empty() {
        return Ok(None);
    }
    ResidentNumber::parse(cell).map(Some).ok_or(What::Number)
}

/// Adds what a column says. Choices of several columns join; two different single values cannot both be.
fn put(values: &mut BTreeMap<usize, Value>, key: usize, value: Value) -> Result<(), What> {
    match (values.get_mut(&key), value) {
        (None, value) => {
            values.insert(key, value);
        }
        (Some(Value::Choices(said)), Value::Choices(more)) => said.extend(more),
        (Some(said), value) if *said == value => {}
        // 国保 says no, 後期 says yes: of two flags one "yes" is enough.
        (Some(Value::Bool(said)), Value::Bool(more)) => *said |= more,
        _ => return Err(What::Conflict),
    }
    Ok(())
}

fn text(cell: &str) -> Result<Value, What> {
    if cell.chars().any(char::is_control) {
        return Err(What::Control);
    }
    if cell.chars().count() > 500 {
        return Err(What::TooLong);
    }
    Ok(Value::Text(cell.to_owned()))
}

fn yes_no(cell: &str) -> Option<bool> {
    Some(match to_half_width(cell).as_str() {
        "1" | "有" | "有り" | "あり" | "○" | "〇" | "◯" | "はい" | "該当" | "Y" | "y" | "true" => {
            true
        }
        "0" | "無" | "無し" | "なし" | "×" | "いいえ" | "非該当" | "N" | "n" | "false" => false,
        _ => return None,
    })
}

fn sex(cell: &str) -> Option<Value> {
    let id = match to_half_width(cell).as_str() {
        "1" | "男" | "男性" | "M" => "male",
        "2" | "女" | "女性" | "F" => "female",
        "3" | "9" | "その他" | "不明" => "other",
        _ => return None,
    };
    id.parse().ok().map(Value::Choice)
}

/// Also `19410203`, and 不詳 parts as registers write them with zeros (`19430500`).
fn date(cell: &str) -> Result<Value, What> {
    let plain = to_half_width(cell);
    let eight = plain.len() == 8 && plain.bytes().all(|byte| byte.is_ascii_digit());
    let written = match (eight, plain.get(..4), plain.get(4..6), plain.get(6..)) {
        (true, Some("0000"), ..) => "不詳".to_owned(),
        (true, Some(year), Some("00"), _) => year.to_owned(),
        (true, Some(year), Some(month), Some("00")) => format!("{year}-{month}"),
        (true, Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => plain,
    };
    written
        .parse::<BirthDate>()
        .map(|date| Value::Date(madoka_facts::DateValue(date)))
        .map_err(|_| What::Date)
}
