//! 職員の名簿: the CSV an administrator takes in, at the server's commands or in the window. UTF-8 (with or without BOM) or Shift_JIS, as Excel writes it.

use std::collections::BTreeSet;

use madoka_casework::{OfficeId, StaffId};

use super::people::Role;

/// No honest roster is larger.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;
const MOST_LINES: usize = 10_000;
const MOST_NAME: usize = 60;

/// One person of the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub staff: StaffId,
    pub name: String,
    pub roles: Vec<Role>,
    pub offices: Vec<OfficeId>,
}

/// Why a roster is not taken, none of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    #[error("名簿が大きすぎます（{}MBまで、{MOST_LINES}人まで）。", MOST_BYTES / 1024 / 1024)]
    TooLarge,
    #[error("名簿の文字コードがUTF-8でもShift_JISでもありません。")]
    Encoding,
    #[error("名簿の1行目は「職員番号,氏名,役割,窓口」です。")]
    Head,
    #[error("名簿の{line}行目の{column}が正しくありません。")]
    Line { line: usize, column: &'static str },
    #[error("名簿の{0}行目の職員番号は、前にもあります。")]
    Twice(usize),
    #[error("名簿に人がありません。")]
    Empty,
}

impl RosterError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "SRV-80",
            Self::Encoding => "SRV-81",
            Self::Head => "SRV-82",
            Self::Line { .. } => "SRV-83",
            Self::Twice(_) => "SRV-84",
            Self::Empty => "SRV-85",
        }
    }
}

fn text(bytes: &[u8]) -> Result<String, RosterError> {
    if bytes.len() > MOST_BYTES {
        return Err(RosterError::TooLarge);
    }
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(plain) {
        return Ok(text.to_owned());
    }
    let (text, _, wrong) = encoding_rs::SHIFT_JIS.decode(bytes);
    if wrong { Err(RosterError::Encoding) } else { Ok(text.into_owned()) }
}

/// Reads a roster, all of it or nothing.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, RosterError> {
    let text = text(bytes)?;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|_| RosterError::Head)?;
    if head.iter().take(4).ne(["職員番号", "氏名", "役割", "窓口"]) {
        return Err(RosterError::Head);
    }
    let mut lines = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, record) in reader.records().enumerate() {
        if at >= MOST_LINES {
            return Err(RosterError::TooLarge);
        }
        let line = at + 2;
        let wrong = |column| RosterError::Line { line, column };
        let record = record.map_err(|_| wrong("書き方"))?;
        let cell = |column| record.get(column).unwrap_or_default();
        let staff = StaffId::parse(cell(0)).map_err(|_| wrong("職員番号"))?;
        let name = cell(1).to_owned();
        if name.is_empty() || name.chars().count() > MOST_NAME || name.chars().any(char::is_control) {
            return Err(wrong("氏名"));
        }
        let words =
            |column| cell(column).split([' ', '　', ';', '；', '・', '、']).filter(|word| !word.is_empty());
        let roles: Vec<Role> =
            words(2).map(Role::parse).collect::<Option<_>>().ok_or_else(|| wrong("役割"))?;
        if roles.is_empty() {
            return Err(wrong("役割"));
        }
        let offices = words(3).map(OfficeId::parse).collect::<Result<_, _>>().map_err(|_| wrong("窓口"))?;
        if !seen.insert(staff.clone()) {
            return Err(RosterError::Twice(line));
        }
        lines.push(Line { staff, name, roles, offices });
    }
    if lines.is_empty() { Err(RosterError::Empty) } else { Ok(lines) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str =
        "職員番号,氏名,役割,窓口\ns01,山田 花子,窓口;おくやみ,juumin\ns02,\"佐藤, 次郎\",administrator,\n";

    #[test]
    fn 名簿を読む() {
        let lines = read(GOOD.as_bytes()).unwrap();
        assert_eq!(lines[0].roles, [Role::Counter, Role::Condolence]);
        assert_eq!(lines[1].name, "佐藤, 次郎");
        let (shift_jis, ..) = encoding_rs::SHIFT_JIS.encode(GOOD);
        assert_eq!(read(&shift_jis).unwrap(), lines);
        assert_eq!(read(format!("\u{feff}{GOOD}").as_bytes()).unwrap(), lines);
    }

    #[test]
    fn 正しくない名簿は_行を言って断る() {
        let with =
            |line: &str| read(format!("職員番号,氏名,役割,窓口\ns01,山田,窓口,a\n{line}\n").as_bytes());
        assert_eq!(with("s 2,佐藤,窓口,"), Err(RosterError::Line { line: 3, column: "職員番号" }));
        assert_eq!(with("s2,,窓口,"), Err(RosterError::Line { line: 3, column: "氏名" }));
        assert_eq!(with("s2,佐藤,市長,"), Err(RosterError::Line { line: 3, column: "役割" }));
        assert_eq!(with("s2,佐藤,,"), Err(RosterError::Line { line: 3, column: "役割" }));
        assert_eq!(with("s2,佐藤,窓口,住民課"), Err(RosterError::Line { line: 3, column: "窓口" }));
        assert_eq!(with("s01,佐藤,窓口,"), Err(RosterError::Twice(3)));
        assert_eq!(read("番号,氏名\n".as_bytes()), Err(RosterError::Head));
        assert_eq!(read("職員番号,氏名,役割,窓口\n".as_bytes()), Err(RosterError::Empty));
    }

    #[test]
    fn どこで切れていても落ちない() {
        for end in 0..GOOD.len() {
            let _ = read(&GOOD.as_bytes()[..end]);
        }
    }

    proptest! {
        #[test]
        fn どんなバイト列でも落ちない(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }
    }
}
