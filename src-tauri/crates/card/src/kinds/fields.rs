//! From a card's fields to facts: the same few steps for every kind.

use jiff::civil::Date;
use madoka_facts::{Attribute, ChoiceId, DateValue, Source, Statement, Value};
use madoka_text::{Address, BirthDate, Glyphs, PersonName};
use zeroize::Zeroizing;

use crate::{CardError, CardFact, CardRead, MissingGlyph, MissingWhy, Note};

/// A statement of the chip about its holder. The names of attributes are ours and always well formed.
fn state(read: &mut CardRead, attribute: &str, value: Value, missing_glyphs: Vec<MissingGlyph>) {
    if let Ok(attribute) = attribute.parse::<Attribute>() {
        read.add(CardFact { attribute, statement: Statement::known(value, Source::Chip), missing_glyphs });
    }
}

/// Text as UTF-8, or the file is broken.
pub(crate) fn utf8<'a>(bytes: &'a [u8], part: &'static str) -> Result<&'a str, CardError> {
    std::str::from_utf8(bytes).map_err(|_| CardError::Malformed { part })
}

/// 氏名, with 旧氏 and 通称 given apart where the card marks them beyond doubt: 「甲野［乙野］　花子」 (旧氏, 住民基本台帳法
/// 施行令30条の13) and 「…（通称　…）」. Other parentheses may be a name in kanji beside Latin letters and stay.
pub(crate) fn name(read: &mut CardRead, text: &str, marks: &[MissingGlyph]) -> Result<(), CardError> {
    const PART: &str = "氏名";
    let (rest, former) = cut(text, &[('［', '］'), ('[', ']')], "");
    let (rest, common) = cut(&rest, &[('（', '）'), ('(', ')')], "通称");
    person_name(read, "name", &rest, if former.is_some() || common.is_some() { &[] } else { marks }, PART)?;
    if let Some(former) = former {
        person_name(read, "former_name", &former, &[], "旧氏")?;
        read.note(Note::FormerNameApart);
    }
    if let Some(common) = common {
        person_name(read, "common_name", &common, &[], "通称")?;
        read.note(Note::CommonNameApart);
    } else if rest.contains(['（', '(']) {
        read.note(Note::NameInParentheses);
    }
    Ok(())
}

/// 通称 given in a field of its own (licences).
pub(crate) fn common_name(read: &mut CardRead, text: &str, marks: &[MissingGlyph]) -> Result<(), CardError> {
    person_name(read, "common_name", text, marks, "通称")
}

fn person_name(
    read: &mut CardRead,
    attribute: &str,
    text: &str,
    marks: &[MissingGlyph],
    part: &'static str,
) -> Result<(), CardError> {
    let name: PersonName = text.parse().map_err(|_| CardError::Malformed { part })?;
    let missing = missing(name.as_str(), marks);
    state(read, attribute, Value::Text(name.into_string()), missing);
    Ok(())
}

/// Takes the bracketed part that begins with `word` out of a name: what is left, and the part.
fn cut(text: &str, brackets: &[(char, char)], word: &str) -> (Zeroizing<String>, Option<Zeroizing<String>>) {
    for (open, close) in brackets {
        let Some((before, after)) = text.split_once(*open) else { continue };
        let Some((inside, after)) = after.split_once(*close) else { continue };
        let Some(inside) = inside.strip_prefix(word) else { continue };
        let inside = inside.trim_matches(|c: char| c.is_whitespace() || matches!(c, '：' | ':'));
        if inside.is_empty() {
            continue;
        }
        // 「甲野［乙野］花子」 has no space of its own between 氏 and 名; 「甲野［乙野］　花子」 has.
        let own_space = before.ends_with([' ', '\u{3000}']) || after.starts_with([' ', '\u{3000}']);
        let space = if own_space || after.is_empty() || before.is_empty() { "" } else { "\u{3000}" };
        let mut rest = Zeroizing::new(String::with_capacity(text.len() + space.len()));
        rest.push_str(before);
        rest.push_str(space);
        rest.push_str(after);
        return (rest, Some(Zeroizing::new(inside.to_owned())));
    }
    (Zeroizing::new(text.to_owned()), None)
}

pub(crate) fn kana(read: &mut CardRead, text: &str) {
    if !text.trim().is_empty() {
        state(read, "name_kana", Value::Text(text.trim().to_owned()), Vec::new());
    }
}

pub(crate) fn address(read: &mut CardRead, text: &str, marks: &[MissingGlyph]) -> Result<(), CardError> {
    let address: Address = text.parse().map_err(|_| CardError::Malformed { part: "住所" })?;
    let missing = missing(address.as_str(), marks);
    state(read, "address", Value::Text(address.into_string()), missing);
    Ok(())
}

/// 8 digits, Gregorian; zeros where a part is 不詳.
pub(crate) fn birth_date(read: &mut CardRead, digits: &[u8]) -> Result<(), CardError> {
    let refused = CardError::Malformed { part: "生年月日" };
    let digits = Some(digits).filter(|digits| digits.len() == 8 && digits.iter().all(u8::is_ascii_digit));
    let text = std::str::from_utf8(digits.ok_or(refused.clone())?).map_err(|_| refused.clone())?;
    let born = if text == "00000000" { Ok(BirthDate::UNKNOWN) } else { text.parse() };
    born_on(read, born.map_err(|_| refused)?);
    Ok(())
}

pub(crate) fn born_on(read: &mut CardRead, born: BirthDate) {
    if !born.is_complete() {
        read.note(Note::BirthDateIncomplete);
    }
    state(read, "birth_date", Value::Date(DateValue(born)), Vec::new());
}

/// One digit. 1 and 2 are the only codes seen on cards; what a third means is not agreed, so the officer is asked.
pub(crate) fn sex(read: &mut CardRead, code: &[u8]) {
    let id = match code {
        b"1" => "male",
        b"2" => "female",
        _ => return read.note(Note::UnknownSex),
    };
    if let Ok(id) = id.parse::<ChoiceId>() {
        state(read, "sex", Value::Choice(id), Vec::new());
    }
}

/// 8 digits that are a whole day.
pub(crate) fn day(digits: &[u8]) -> Option<Date> {
    let digits = Some(digits).filter(|digits| digits.len() == 8 && digits.iter().all(u8::is_ascii_digit))?;
    let number = |from, to| std::str::from_utf8(digits.get(from..to)?).ok()?.parse::<i16>().ok();
    Date::new(number(0, 4)?, i8::try_from(number(4, 6)?).ok()?, i8::try_from(number(6, 8)?).ok()?).ok()
}

/// Marks in the text itself, and those the card told of; positions are of the trimmed text.
fn missing(text: &str, told: &[MissingGlyph]) -> Vec<MissingGlyph> {
    let mut found: Vec<MissingGlyph> = told.to_vec();
    for (position, glyph) in Glyphs::of(text).enumerate().filter(|(_, glyph)| glyph.is_replacement()) {
        if found.iter().any(|known| known.position == position) {
            continue;
        }
        let private = matches!(glyph.base(), '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
        let why = if private { MissingWhy::PrivateUse } else { MissingWhy::Mark };
        found.push(MissingGlyph { position, why });
    }
    found.sort_by_key(|glyph| glyph.position);
    found
}

/// Replaces a fact by a newer one (addenda of a licence).
pub(crate) fn forget(read: &mut CardRead, attribute: &str) {
    read.drop_fact(attribute);
}
