//! From a binding to the words on paper.

use std::borrow::Cow;

use madoka_facts::{DeclaredPath, FactPath, Source as Said, Value};
use madoka_rules::{Basis, age};
use madoka_text::{
    Address, BirthDate, EraDate, Glyphs, digits_to_kanji, number_to_kanji, to_full_width, to_full_width_kana,
    to_half_width, to_half_width_kana, to_hiragana, to_katakana,
};

use super::{Filling, Reason};
use madoka_template::{FormWord, Format, Piece, Reference, Source};

/// Where a value is read: the case, and the sheet and row it is for.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) filling: &'a Filling<'a>,
    pub(super) office: &'a str,
    /// From 1.
    pub(super) sheet: usize,
    pub(super) sheets: usize,
    pub(super) row: Option<usize>,
}

/// A value with everything needed to write it.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) value: Value,
    pub(super) path: Option<FactPath>,
    /// Read from a picture and not confirmed.
    unconfirmed: bool,
}

impl Context<'_> {
    /// The first reference that is known.
    pub(super) fn first(&self, source: &Source) -> Option<Found> {
        match source {
            Source::FirstOf(all) => all.iter().find_map(|reference| self.find(reference)),
            Source::Nothing | Source::Words(_) => None,
        }
    }

    /// The fact a reference names here; `None` for what the counter says itself.
    pub(super) fn path(&self, reference: &Reference) -> Option<FactPath> {
        match reference {
            Reference::Fact(path) => Some(path.clone()),
            Reference::Member(attribute) => {
                Some(FactPath::Member(self.filling.known.member?, attribute.clone()))
            }
            Reference::Word(_) => None,
        }
    }

    fn find(&self, reference: &Reference) -> Option<Found> {
        if let Reference::Word(word) = reference {
            return self.word(*word);
        }
        let path = self.path(reference)?;
        let value = self.filling.known.value(&path)?.into_owned();
        let source = self.filling.known.facts.best(&path).map(|statement| statement.source);
        Some(Found { value, path: Some(path), unconfirmed: source == Some(Said::Ocr) })
    }

    fn word(&self, word: FormWord) -> Option<Found> {
        let text = |text: &str| (!text.is_empty()).then(|| Value::Text(text.to_owned()));
        let count = |count: usize| i64::try_from(count).ok().map(Value::Number);
        let value = match word {
            FormWord::CaseNumber => text(self.filling.case_number?),
            FormWord::City => text(self.filling.city),
            FormWord::Prefecture => text(self.filling.prefecture),
            FormWord::Office => text(self.office),
            FormWord::Officer => text(self.filling.officer?),
            FormWord::Members => count(usize::from(self.filling.known.facts.members())),
            FormWord::Sheet => count(self.sheet),
            FormWord::Sheets => count(self.sheets),
            FormWord::RowNumber => count(self.row?),
        }?;
        Some(Found { value, path: None, unconfirmed: false })
    }

    /// The words of a field: `None` where nothing is known.
    pub(super) fn words(&self, source: &Source, formats: &[Format]) -> Result<Option<String>, Reason> {
        match source {
            Source::Nothing => Ok(None),
            Source::FirstOf(_) => match self.first(source) {
                Some(found) => self.written(&found, formats),
                None => Ok(None),
            },
            Source::Words(pieces) => self.pieces(pieces),
        }
    }

    fn pieces(&self, pieces: &[Piece]) -> Result<Option<String>, Reason> {
        let mut out = String::new();
        let (mut asked, mut known) = (false, false);
        for piece in pieces {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Value(reference, formats) => {
                    asked = true;
                    let text = self.find(reference).map(|found| self.written(&found, formats)).transpose()?;
                    if let Some(text) = text.flatten() {
                        known = true;
                        out.push_str(&text);
                    }
                }
            }
        }
        // Words around nothing say nothing: 「　の相続人」 is worse than an empty line.
        Ok((known || !asked).then_some(out))
    }

    pub(super) fn written(&self, found: &Found, formats: &[Format]) -> Result<Option<String>, Reason> {
        if found.unconfirmed {
            return Err(Reason::Unconfirmed);
        }
        let mut now = match &found.value {
            Value::Date(date) => Now::Date(date.0),
            Value::Number(number) => Now::Text(number.to_string()),
            value => Now::Text(self.say(found, value)),
        };
        for format in formats {
            now = self.format(found, now, *format)?;
        }
        let text = match now {
            Now::Date(date) => date.in_words(),
            Now::Text(text) => text,
        };
        let text = text.trim().to_owned();
        // Marks such as 〓 in a person's name or address stand for a glyph that was lost on the way.
        let declared = found.path.as_ref().map(FactPath::declared);
        let personal = declared.as_ref().and_then(DeclaredPath::attribute).is_some_and(|attribute| {
            matches!(attribute.as_str(), "name" | "former_name" | "common_name" | "address" | "domicile")
        });
        if personal && Glyphs::of(&text).any(madoka_text::Glyph::is_replacement) {
            return Err(Reason::ReplacedGlyph);
        }
        Ok((!text.is_empty()).then_some(text))
    }

    fn say(&self, found: &Found, value: &Value) -> String {
        match (value, &found.path) {
            (Value::Text(text), _) => text.clone(),
            (value, Some(path)) => self.filling.words.say(path, value),
            (_, None) => String::new(),
        }
    }

    fn format(&self, found: &Found, now: Now, format: Format) -> Result<Now, Reason> {
        if let Now::Date(date) = now
            && let Some(text) = self.date(date, format)
        {
            return Ok(Now::Text(text));
        }
        let text = match now {
            Now::Date(date) => date.in_words(),
            Now::Text(text) => text,
        };
        let yes = matches!(found.value, Value::Bool(true));
        Ok(Now::Text(match format {
            Format::Family => split_name(&text).ok_or(Reason::NotSplit)?.0.to_owned(),
            Format::Given => split_name(&text).ok_or(Reason::NotSplit)?.1.to_owned(),
            Format::Hiragana => to_hiragana(&to_full_width_kana(&text)),
            Format::Katakana => to_katakana(&to_full_width_kana(&text)),
            Format::HalfKana => to_half_width_kana(&to_katakana(&text)).replace('\u{3000}', " "),
            Format::NoSpace => text.replace([' ', '\u{3000}'], ""),
            Format::Full => to_full_width(&to_full_width_kana(&text)),
            Format::Half => to_half_width(&text),
            Format::KanjiDigits => digits_to_kanji(&to_half_width(&text)),
            Format::Digits => to_half_width(&text).chars().filter(char::is_ascii_digit).collect(),
            Format::Upper => text.to_uppercase(),
            Format::Prefecture
            | Format::Municipality
            | Format::Rest
            | Format::Town
            | Format::Building
            | Format::NoPrefecture => self.address(&text, format).ok_or(Reason::UnknownPlace)?,
            Format::Part(part) => part_of(&text, part),
            Format::Hyphens => hyphenated(&text),
            Format::Commas => commas(&text),
            Format::Kanji => text.parse().map_or(text, number_to_kanji),
            Format::YesNo => if yes { "はい" } else { "いいえ" }.to_owned(),
            Format::Have => if yes { "有" } else { "無" }.to_owned(),
            Format::Circle => if yes { "○" } else { "" }.to_owned(),
            // Ways to write a date do nothing to what is none; the pack's label is what stands there already.
            _ => text,
        }))
    }

    fn date(&self, date: BirthDate, format: Format) -> Option<String> {
        let unknown = || "不詳".to_owned();
        let part = |part: Option<i16>| part.map_or_else(unknown, |part| part.to_string());
        Some(match format {
            Format::Era => date.in_words(),
            Format::EraShort => match date.date().and_then(|day| EraDate::of(day).ok()) {
                Some(era) => era.short(),
                None => date.in_words(),
            },
            Format::Western => match date.date() {
                Some(day) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
                None => date.in_words(),
            },
            Format::Slash => match date.date() {
                Some(day) => format!("{}/{:02}/{:02}", day.year(), day.month(), day.day()),
                None => date.in_words(),
            },
            Format::Iso => date.to_string(),
            Format::EraName => date.era().map_or_else(String::new, |era| era.name().to_owned()),
            Format::EraInitial => date.era().map_or_else(String::new, |era| era.initial().to_string()),
            Format::EraLetter => date.era().map_or_else(String::new, |era| era.letter().to_string()),
            Format::EraYear => date
                .era_year()
                .map_or_else(unknown, |year| if year == 1 { "元".to_owned() } else { year.to_string() }),
            Format::Year => part(date.year()),
            Format::Month => part(date.month().map(i16::from)),
            Format::Day => part(date.day().map(i16::from)),
            Format::Age => Self::full_years(date, Some(self.filling.known.visit)),
            Format::AgeAtDeath => {
                let path: FactPath = "case.death_date".parse().ok()?;
                let death = self.filling.known.value(&path).and_then(|value| value.as_date());
                Self::full_years(date, death.and_then(BirthDate::date))
            }
            _ => return None,
        })
    }

    /// Full years, or nothing where 不詳 parts leave it open.
    fn full_years(birth: BirthDate, on: Option<madoka_text::Date>) -> String {
        let Some(on) = on else { return String::new() };
        let (most, least) =
            (age(birth.earliest(), on, Basis::Birthday), age(birth.latest(), on, Basis::Birthday));
        if most == least && most >= 0 { most.to_string() } else { String::new() }
    }

    fn address(&self, text: &str, format: Format) -> Option<String> {
        let address: Address = text.parse().ok()?;
        let parts = self.filling.gazetteer.split(&address);
        let prefecture = parts.prefecture().unwrap_or_default();
        if format == Format::Prefecture {
            return Some(prefecture.to_owned());
        }
        let municipality = format!(
            "{}{}{}",
            parts.county().unwrap_or_default(),
            parts.municipality()?,
            parts.ward().unwrap_or_default()
        );
        // The rest is what the person wrote, not what was understood of it.
        let rest = text.strip_prefix(prefecture).unwrap_or(text);
        match format {
            Format::Municipality => return Some(municipality),
            Format::NoPrefecture => return Some(rest.to_owned()),
            _ => {}
        }
        let rest = rest.strip_prefix(municipality.as_str())?.trim();
        let cut = parts.building().and_then(|building| rest.find(building));
        let cut = cut.or_else(|| rest.find(['\u{3000}', ' ']));
        let (town, building) = match cut.and_then(|at| rest.split_at_checked(at)) {
            Some((town, building)) => (town.trim(), building.trim()),
            None => (rest, ""),
        };
        Some(match format {
            Format::Town => town.to_owned(),
            Format::Building => building.to_owned(),
            _ => rest.to_owned(),
        })
    }
}

enum Now {
    Date(BirthDate),
    Text(String),
}

fn split_name(text: &str) -> Option<(&str, &str)> {
    let (family, given) = text.trim().split_once([' ', '\u{3000}'])?;
    Some((family, given.trim_start_matches([' ', '\u{3000}'])))
}

fn part_of(text: &str, part: u8) -> String {
    let hyphenated = hyphenated(text);
    hyphenated.split('-').nth(usize::from(part).saturating_sub(1)).unwrap_or_default().to_owned()
}

/// A postal code or a phone number with its hyphens, as the number itself demands.
fn hyphenated(text: &str) -> String {
    if let Ok(code) = text.parse::<madoka_text::PostalCode>() {
        return code.hyphenated();
    }
    match text.parse::<madoka_text::Phone>() {
        Ok(phone) => phone.hyphenated().to_owned(),
        Err(_) => to_half_width(text),
    }
}

pub(super) fn commas(text: &str) -> String {
    let half: Cow<'_, str> = Cow::Owned(to_half_width(text));
    let (sign, digits) = half.strip_prefix('-').map_or(("", half.as_ref()), |digits| ("-", digits));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut out = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
