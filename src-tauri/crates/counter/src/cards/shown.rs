//! What the screen shows of the reader, and of a read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use madoka_card::{CardLook, CardRead, FaceImage, FacePart, OpeningKind, OpeningLook, Tries};
use madoka_facts::{FactPath, Vocabulary};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;
use zeroize::Zeroize;

use crate::view::Problem;
use crate::visit::long_date;

/// 読取台の様子.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum ReaderShown {
    /// No card can be read: the service does not run, or no reader is plugged in.
    Absent {
        problem: Problem,
    },
    /// Ready for a card.
    Empty,
    /// A card was put down and is being asked what it is.
    Looking,
    Card {
        card: CardLaid,
    },
    /// Bytes flow: the card must stay where it is.
    Reading {
        card: CardLaid,
    },
    /// Read; the card may be given back.
    Done {
        card: CardLaid,
    },
    /// What lies there cannot be read.
    Unreadable {
        problem: Problem,
    },
}

/// 置かれたカード: what can be said of it before anyone enters anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CardLaid {
    /// Counts what was put down; an entry meant for another card is refused.
    pub turn: u32,
    /// `mynumber`, `licence` …
    pub kind: String,
    pub label: String,
    /// What opens it, the way to offer first in front.
    pub ways: Vec<WayShown>,
    /// 「2034年5月12日（金）まで有効」
    pub expires: Option<String>,
    /// The year of expiry as the free part of the chip tells it: part of 照合番号B.
    pub expires_year: Option<i16>,
    pub expired: bool,
    /// マイナ免許証 is on it too.
    pub also_licence: bool,
    pub practice: bool,
}

/// One way of opening a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct WayShown {
    pub way: Way,
    pub label: String,
    /// Nothing where the card does not count.
    pub tries_left: Option<u8>,
    /// Never with one try left: a card is not locked here.
    pub usable: bool,
    /// Why not, and what to do instead.
    pub why_not: String,
}

/// 開け方
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum Way {
    /// 照合番号B
    MatchCodeB,
    /// 暗証番号
    Pin,
    /// 在留カード等の番号
    CardNumber,
    /// A licence without a PIN.
    Nothing,
}

impl From<OpeningKind> for Way {
    fn from(kind: OpeningKind) -> Self {
        match kind {
            OpeningKind::MatchCodeB => Self::MatchCodeB,
            OpeningKind::Pin => Self::Pin,
            OpeningKind::CardNumber => Self::CardNumber,
            OpeningKind::Nothing => Self::Nothing,
        }
    }
}

impl CardLaid {
    pub(super) fn of(look: &CardLook, turn: u32, today: Date, practice: bool) -> Self {
        let usable = |one: &OpeningLook| one.tries.may_try();
        let other = |one: &OpeningLook| {
            look.openings.iter().find(|other| other.kind != one.kind && usable(other)).map_or_else(
                || "券面を見て入力してください。".to_owned(),
                |other| format!("{}で読んでください。", other.kind.label()),
            )
        };
        let way = |one: &OpeningLook| WayShown {
            way: one.kind.into(),
            label: one.kind.label().to_owned(),
            tries_left: one.tries.left(),
            usable: usable(one),
            why_not: match one.tries {
                Tries::Left(2..) | Tries::Unlimited => String::new(),
                Tries::Left(_) => {
                    format!("あと1回まちがえると使えなくなるため、照合しません。{}", other(one))
                }
                Tries::Blocked => format!("まちがいが続いて使えなくなっています。{}", other(one)),
                Tries::Unknown => {
                    "残り回数をカードが答えません。カードを離して置き直してください。".to_owned()
                }
            },
        };
        let mut ways: Vec<WayShown> = look.openings.iter().map(way).collect();
        // What can be used comes first; the order of the card's own kind stays within that.
        ways.sort_by_key(|way| !way.usable);
        Self {
            turn,
            kind: look.kind.id().to_owned(),
            label: look.kind.label().to_owned(),
            ways,
            expires: look.expires.map(|day| format!("{}まで有効", long_date(day))),
            expires_year: look.expires.map(Date::year),
            expired: look.expires.is_some_and(|day| day < today),
            also_licence: look.also_licence,
            practice,
        }
    }
}

/// What a read gave, for the officer to compare with the face of the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CardShown {
    pub kind: String,
    /// Whose card it is now said to be: `applicant`, `household[2]`.
    pub person: String,
    pub tries_left: Option<u8>,
    /// Whether the issuer's signature holds; nothing where it was not checked.
    pub genuine: Option<bool>,
    pub notes: Vec<String>,
    pub rows: Vec<ReadRow>,
    pub photo: Option<FaceShown>,
    /// The whole front, where name and address are not text but a picture.
    pub front: Option<FaceShown>,
}

/// One fact with the picture of it on the card's face.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ReadRow {
    pub label: String,
    pub value: String,
    pub face: Option<FaceShown>,
    /// Places of glyphs (from 0) the text does not hold: look at the picture.
    pub missing: Vec<u32>,
}

impl std::fmt::Debug for ReadRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReadRow({})", self.label)
    }
}

/// A picture of the card's face, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FaceShown {
    /// 氏名・住所
    pub label: String,
    /// `data:image/png;base64,…`
    pub picture: String,
}

impl std::fmt::Debug for FaceShown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FaceShown({})", self.label)
    }
}

impl Drop for FaceShown {
    fn drop(&mut self) {
        self.picture.zeroize();
    }
}

impl FaceShown {
    fn of(image: &FaceImage) -> Option<Self> {
        let label = match image.part {
            FacePart::Name => "氏名",
            FacePart::Address => "住所",
            FacePart::Photo => "顔写真",
            FacePart::Front => "券面",
        };
        Some(Self { label: label.to_owned(), picture: data_url(&image.png()?) })
    }
}

/// A PNG as the screen takes it.
pub(crate) fn data_url(png: &[u8]) -> String {
    let mut url = String::from("data:image/png;base64,");
    STANDARD.encode_string(png, &mut url);
    url
}

impl CardShown {
    pub(super) fn of(read: &CardRead, person: &str, words: &Vocabulary) -> Self {
        let face = |part: FacePart| read.image(part).and_then(FaceShown::of);
        let rows = read.facts().iter().map(|fact| {
            let declared = words.built_in_attribute(&fact.attribute);
            let path: Option<FactPath> = format!("applicant.{}", fact.attribute).parse().ok();
            let value = path.zip(fact.statement.value.as_ref()).map(|(path, value)| words.say(&path, value));
            ReadRow {
                label: declared.map_or_else(|| fact.attribute.to_string(), |known| known.label.clone()),
                value: value.unwrap_or_default(),
                face: match fact.attribute.as_str() {
                    "name" => face(FacePart::Name),
                    "address" => face(FacePart::Address),
                    _ => None,
                },
                missing: fact
                    .missing_glyphs
                    .iter()
                    .filter_map(|glyph| u32::try_from(glyph.position).ok())
                    .collect(),
            }
        });
        let mut rows: Vec<ReadRow> = rows.collect();
        // A picture without a text is shown too: the officer types what stands there.
        for (part, label) in [(FacePart::Name, "氏名"), (FacePart::Address, "住所")] {
            if !rows.iter().any(|row| row.label == label)
                && let Some(face) = face(part)
            {
                rows.push(ReadRow {
                    label: label.to_owned(),
                    value: String::new(),
                    face: Some(face),
                    missing: Vec::new(),
                });
            }
        }
        Self {
            kind: read.kind.label().to_owned(),
            person: person.to_owned(),
            tries_left: read.tries_left,
            genuine: read.genuine,
            notes: read.notes.iter().map(madoka_card::Note::text).collect(),
            rows,
            photo: face(FacePart::Photo),
            front: face(FacePart::Front),
        }
    }
}
