//! Kinds of documents as data: `kinds/*.toml`. A new kind is a new file there, and a line in the table below.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::OcrError;

/// A kind of document (書類の種類).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// `licence`, as in the contract of `madokactl ocr`.
    pub id: String,
    /// 「運転免許証」.
    pub label: String,
    /// Printed on this kind and hardly on another.
    pub(crate) titles: Vec<String>,
    /// Words that speak for it.
    #[serde(default)]
    pub(crate) marks: Vec<String>,
    /// Words that speak against it.
    #[serde(default)]
    pub(crate) unlike: Vec<String>,
    /// Printed words that are neither labels nor values; a value ends before them.
    #[serde(default)]
    pub(crate) stops: Vec<String>,
    #[serde(rename = "field")]
    pub(crate) fields: Vec<FieldKind>,
    /// Columns of a household's table.
    #[serde(default, rename = "member")]
    pub(crate) members: Vec<FieldKind>,
}

/// One field of a kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldKind {
    pub(crate) id: String,
    pub(crate) reads: Reads,
    /// Printed before or above the value.
    #[serde(default)]
    pub(crate) labels: Vec<String>,
    /// Printed right after the value: 「生」「まで有効」.
    #[serde(default)]
    pub(crate) before: Vec<String>,
    /// Stands right behind another field, without a label of its own.
    pub(crate) follows: Option<String>,
    /// May be found without any label, by its form alone.
    #[serde(default)]
    pub(crate) alone: bool,
    /// In the same cell as another column (フリガナ above 氏名).
    pub(crate) with: Option<String>,
    /// The most lines it runs over.
    #[serde(default = "one")]
    pub(crate) rows: usize,
    pub(crate) when: Option<When>,
    /// All that may stand there, where the law lists it (在留資格); what is nearly one of them is that one.
    #[serde(default)]
    pub(crate) known: Vec<String>,
    /// Words that such a text is made of: what is one letter from one of them is it.
    #[serde(default)]
    pub(crate) terms: Vec<String>,
}

const fn one() -> usize {
    1
}

/// Which side of the day of the visit a date must lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    Birth,
    Past,
    Expiry,
    /// Within some years around the visit.
    Near,
}

/// What a field's text is parsed into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Reads {
    Name,
    Kana,
    Date,
    Address,
    Sex,
    Text,
    Digits(Option<usize>),
    LicenceNumber,
    PensionNumber,
    /// 在留カード: two letters, eight digits, two letters.
    CardNumber,
    HandbookNumber,
    Grade,
    FareClass,
    YesNo,
    Relation,
    City,
    /// 国籍・地域.
    Nation,
}

impl TryFrom<String> for Reads {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Ok(match text.as_str() {
            "name" => Self::Name,
            "kana" => Self::Kana,
            "date" => Self::Date,
            "address" => Self::Address,
            "sex" => Self::Sex,
            "text" => Self::Text,
            "digits" => Self::Digits(None),
            "licence_number" => Self::LicenceNumber,
            "pension_number" => Self::PensionNumber,
            "card_number" => Self::CardNumber,
            "handbook_number" => Self::HandbookNumber,
            "grade" => Self::Grade,
            "fare_class" => Self::FareClass,
            "yes_no" => Self::YesNo,
            "relation" => Self::Relation,
            "city" => Self::City,
            "nation" => Self::Nation,
            other => match other.strip_prefix("digits:").and_then(|n| n.parse().ok()) {
                Some(n) => Self::Digits(Some(n)),
                None => return Err(format!("reads = \"{other}\"")),
            },
        })
    }
}

const FILES: [&str; 13] = [
    include_str!("../kinds/licence.toml"),
    include_str!("../kinds/licence_back.toml"),
    include_str!("../kinds/mynumber.toml"),
    include_str!("../kinds/residence.toml"),
    include_str!("../kinds/special_permanent.toml"),
    include_str!("../kinds/disability.toml"),
    include_str!("../kinds/rehabilitation.toml"),
    include_str!("../kinds/mental_health.toml"),
    include_str!("../kinds/move_out.toml"),
    include_str!("../kinds/health_insurance.toml"),
    include_str!("../kinds/care_insurance.toml"),
    include_str!("../kinds/pension.toml"),
    include_str!("../kinds/driving_record.toml"),
];

static KINDS: LazyLock<Vec<Kind>> =
    LazyLock::new(|| FILES.iter().filter_map(|file| Kind::parse(file).ok()).collect());

impl Kind {
    /// Every kind this program knows.
    pub fn all() -> &'static [Self] {
        &KINDS
    }

    pub fn by_id(id: &str) -> Result<&'static Self, OcrError> {
        Self::all()
            .iter()
            .find(|kind| kind.id == id)
            .ok_or_else(|| OcrError::UnknownKind(id.chars().take(40).collect()))
    }

    /// Ids of its fields as the contract calls them; those of a household's members without their number.
    pub fn field_ids(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().chain(&self.members).map(|field| field.id.as_str())
    }

    /// A kind written as TOML.
    pub fn parse(text: &str) -> Result<Self, OcrError> {
        toml::from_str(text).map_err(|error| OcrError::KindFile(error.message().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn どの種類の定義も読める() {
        for file in FILES {
            Kind::parse(file).unwrap();
        }
        assert_eq!(Kind::all().len(), FILES.len());
    }
}
