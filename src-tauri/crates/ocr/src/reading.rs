//! What a reading gives: fields with how sure they are, and what to do about a poor picture.

use madoka_facts::{Attribute, Confidence, FactPath, PersonId, Source, Statement, Value};
use madoka_text::{PersonName, candidates};
use serde_json::{Value as Json, json};
use zeroize::Zeroizing;

use crate::kinds::{Kind, Reads};
use crate::known::Hint;
use crate::reader::Spot;
use crate::surnames;

/// One document as read.
#[derive(Debug)]
pub struct Reading {
    /// The kind, when it was recognised or chosen.
    pub kind: Option<&'static Kind>,
    pub fields: Vec<FieldReading>,
    /// What made the picture poor, with how to take it again; empty when it was good.
    pub problems: Vec<Problem>,
    /// Where in the file it stands.
    pub spot: Spot,
    pub millis: u64,
}

/// One field as read. `Debug` shows nothing of the person.
pub struct FieldReading {
    /// As in the contract: `name`, `household[0].birth_date`.
    pub id: String,
    pub(crate) reads: Reads,
    /// Dates ISO, sex in English; empty where the text cannot be a value of this field.
    pub value: String,
    /// As printed.
    pub text: String,
    pub confidence: Confidence,
    /// Whether an officer must look before it may be used.
    pub confirm: bool,
    /// Other values it may be, the likelier first.
    pub alternatives: Vec<String>,
    /// Who put `value` forward, where it is not what was read: that stands first among the alternatives.
    pub hint: Option<Hint>,
    /// Places of the value where another shape of the character is possible.
    pub glyphs: Vec<GlyphToConfirm>,
    /// In the flat page: left, top, width, height in thousandths of the page.
    pub area: [i32; 4],
    /// The field's crop as PNG, to be shown beside the value.
    pub crop: Zeroizing<Vec<u8>>,
}

/// 確かめる字: one glyph that may be another shape of the same character.
#[derive(Clone)]
pub struct GlyphToConfirm {
    /// Which glyph of the value, from 0, spaces counted.
    pub index: usize,
    /// What was read, then the others it may be.
    pub candidates: Vec<char>,
}

impl std::fmt::Debug for FieldReading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldReading")
            .field("id", &self.id)
            .field("confidence", &self.confidence)
            .field("confirm", &self.confirm)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for GlyphToConfirm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GlyphToConfirm(…)")
    }
}

/// Why a picture reads badly, and what helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    NoDocument,
    UnknownKind,
    Blurred,
    Glare,
    TooSmall,
    Dark,
    /// The file has more pages than are read at a time.
    MorePages,
    /// A page of the file could not be opened.
    SpoiltPage,
}

impl Problem {
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoDocument => "no_document",
            Self::UnknownKind => "unknown_kind",
            Self::Blurred => "blurred",
            Self::Glare => "glare",
            Self::TooSmall => "too_small",
            Self::Dark => "dark",
            Self::MorePages => "more_pages",
            Self::SpoiltPage => "spoilt_page",
        }
    }

    /// What happened and what to do.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NoDocument => {
                "文字が見つかりません。書類の表を上にして、全体が写るように置き直してください。"
            }
            Self::UnknownKind => {
                "書類の種類がわかりません。種類を選ぶか、書類の全体が写るように撮り直してください。"
            }
            Self::Blurred => "ぼけています。カメラのピントを合わせ、書類を動かさずに撮り直してください。",
            Self::Glare => "光が反射しています。書類か照明を少しずらして撮り直してください。",
            Self::TooSmall => {
                "書類が小さく写っています。カメラを近づけるか、解像度を上げて撮り直してください。"
            }
            Self::Dark => "暗く写っています。明るい所で撮り直してください。",
            Self::MorePages => "20ページまで読みました。残りのページは、ファイルを分けて読み取ってください。",
            Self::SpoiltPage => "開けないページがありました。そのページだけ取り込み直してください。",
        }
    }
}

impl FieldReading {
    /// Candidates for each glyph of a name whose character has other shapes, or that looks like others: `seen` is each
    /// letter with what else the glyph reader took it for.
    pub(crate) fn glyphs_of(value: &str, seen: &[(char, Vec<char>)]) -> Vec<GlyphToConfirm> {
        let Ok(name) = value.parse::<PersonName>() else { return Vec::new() };
        let mut seen = seen.iter();
        name.glyphs()
            .enumerate()
            .filter(|(_, glyph)| !glyph.is_space())
            .filter_map(|(index, glyph)| {
                let mut others: Vec<char> = seen
                    .by_ref()
                    .find(|(c, _)| *c == glyph.base())
                    .map(|(_, others)| others.clone())
                    .unwrap_or_default();
                let shapes = candidates(glyph.base()).into_iter().map(|candidate| candidate.character);
                others.extend(shapes.filter(|c| !others.contains(c)).collect::<Vec<char>>());
                for near in surnames::near(&name, index) {
                    let shapes = candidates(near).into_iter().map(|candidate| candidate.character);
                    for shape in std::iter::once(near).chain(shapes) {
                        if shape != glyph.base() && !others.contains(&shape) {
                            others.push(shape);
                        }
                    }
                }
                (!others.is_empty()).then(|| GlyphToConfirm {
                    index,
                    candidates: std::iter::once(glyph.base()).chain(others).collect(),
                })
            })
            .collect()
    }

    /// The attribute of a person this field states, where it states one.
    fn attribute(&self) -> Option<&'static str> {
        let id = self.id.rsplit('.').next().unwrap_or(&self.id);
        Some(match id {
            "name" => "name",
            "name_kana" => "name_kana",
            "birth_date" => "birth_date",
            "address" => "address",
            "sex" => "sex",
            "nationality" => "nationality",
            "relation" => "relation",
            "domicile" => "domicile",
            _ => return None,
        })
    }

    fn statement(&self) -> Option<Statement> {
        let value = match self.reads {
            Reads::Date => Value::parse_date(&self.value).ok()?,
            Reads::Sex => Value::Choice(self.value.parse().ok()?),
            _ if self.value.is_empty() => return None,
            _ => Value::Text(self.value.clone()),
        };
        Some(Statement::known(value, Source::Ocr).sure(self.confidence))
    }
}

impl Reading {
    /// How many fields have a value.
    pub(crate) fn filled(&self) -> usize {
        self.fields.iter().filter(|field| !field.value.is_empty()).count()
    }

    /// Whether most of what its kind has stands there.
    pub(crate) fn mostly_filled(&self) -> bool {
        self.kind.is_some_and(|kind| self.filled() * 10 >= kind.fields.len() * 7)
    }

    pub fn field(&self, id: &str) -> Option<&FieldReading> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The facts that may be stated of `person` without an officer's look; with `all`, also those that must be
    /// confirmed first (for showing them beside their crops). Members of a household keep their numbers.
    pub fn facts(&self, person: &PersonId, all: bool) -> Vec<(FactPath, Statement)> {
        self.fields
            .iter()
            .filter(|field| all || !field.confirm)
            .filter_map(|field| {
                let attribute: Attribute = field.attribute()?.parse().ok()?;
                let path = match field.id.strip_prefix("household[") {
                    Some(rest) => FactPath::Member(rest.split(']').next()?.parse().ok()?, attribute),
                    None => FactPath::Person(person.clone(), attribute),
                };
                Some((path, field.statement()?))
            })
            .collect()
    }

    /// The 14 digits of 照合番号B proposed from the face of a My Number card: birth date as printed (era year for
    /// Japanese eras, 西暦下2桁 otherwise) YYMMDD, the year of expiry, the security code. To be confirmed by an officer;
    /// a wrong one costs one of ten tries. Put into a `MatchCodeB` at once and nowhere else.
    pub fn match_code_b(&self) -> Option<Zeroizing<String>> {
        if self.kind.is_none_or(|kind| kind.id != "mynumber") {
            return None;
        }
        let born = self.field("birth_date")?;
        let day: madoka_text::Date = born.value.parse().ok()?;
        let printed_era = ["明治", "大正", "昭和", "平成", "令和"].iter().any(|era| born.text.contains(era));
        let year = if printed_era {
            i16::try_from(madoka_text::EraDate::of(day).ok()?.year()).ok()?
        } else {
            day.year() % 100
        };
        let expires: madoka_text::Date = self.field("expires")?.value.parse().ok()?;
        let code = &self.field("security_code")?.value;
        (code.len() == 4).then(|| {
            Zeroizing::new(format!("{year:02}{:02}{:02}{:04}{code}", day.month(), day.day(), expires.year()))
        })
    }

    /// The document `madokactl ocr --json` prints. It holds what was read: not for logs.
    pub fn json(&self) -> Json {
        let fields: Vec<Json> = self
            .fields
            .iter()
            .map(|field| {
                json!({
                    "id": field.id,
                    "value": field.value,
                    "text": field.text,
                    "confidence": f64::from(field.confidence.thousandths()) / 1000.0,
                    "confirm": field.confirm,
                    "alternatives": field.alternatives,
                    "box": field.area,
                    "glyphs_to_confirm": field.glyphs.iter().map(|glyph| json!({
                        "index": glyph.index,
                        "candidates": glyph.candidates.iter().map(char::to_string).collect::<Vec<_>>(),
                    })).collect::<Vec<_>>(),
                })
            })
            .collect();
        let problems: Vec<Json> = self
            .problems
            .iter()
            .map(|problem| json!({ "code": problem.code(), "advice": problem.advice() }))
            .collect();
        json!({
            "kind": self.kind.map(|kind| kind.id.as_str()),
            "fields": fields,
            "problems": problems,
            "page": self.spot.page,
            "millis": self.millis,
        })
    }
}
