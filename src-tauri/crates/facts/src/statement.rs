//! Who said a fact, and how much that is worth.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Value;

/// Where a value came from, the least trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Computed by the engine.
    Derived,
    /// Read from a picture and not confirmed.
    Ocr,
    /// 来庁者 said so.
    Resident,
    /// Given before the visit: a booking, a QR code.
    Booking,
    Qr,
    /// 住民記録 and other registers.
    Register,
    /// The chip of a card.
    Chip,
    /// An officer corrected or confirmed it.
    Staff,
}

impl Source {
    /// Booking and QR code are the same resident's words on two ways, and worth the same.
    const fn rank(self) -> u8 {
        match self {
            Self::Derived => 0,
            Self::Ocr => 1,
            Self::Resident => 2,
            Self::Booking | Self::Qr => 3,
            Self::Register => 4,
            Self::Chip => 5,
            Self::Staff => 6,
        }
    }

    pub const fn is_trusted_over(self, other: Self) -> bool {
        self.rank() > other.rank()
    }

    /// 「券のICチップ」…
    pub const fn label(self) -> &'static str {
        match self {
            Self::Derived => "計算",
            Self::Ocr => "画像の読取り",
            Self::Resident => "来庁者の回答",
            Self::Booking => "予約の聞き取り",
            Self::Qr => "二次元コード",
            Self::Register => "台帳",
            Self::Chip => "カードのICチップ",
            Self::Staff => "職員の入力",
        }
    }
}

/// How sure a reading is, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Confidence(u16);

impl Confidence {
    pub const fn from_thousandths(thousandths: u16) -> Option<Self> {
        if thousandths <= 1000 { Some(Self(thousandths)) } else { None }
    }

    pub const fn thousandths(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Confidence {
    type Error = &'static str;

    fn try_from(thousandths: u16) -> Result<Self, Self::Error> {
        Self::from_thousandths(thousandths).ok_or("確からしさは0から1000までです。")
    }
}

impl From<Confidence> for u16 {
    fn from(confidence: Confidence) -> Self {
        confidence.0
    }
}

/// Whether a statement still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    #[default]
    Active,
    /// Taken back by whoever made it.
    Withdrawn,
    /// Not to be shown (支援措置); it no longer counts either.
    Hidden,
}

/// One thing said about a fact. `value: None` is わからない: asked, and not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    pub source: Source,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    #[serde(default)]
    pub standing: Standing,
}

impl Statement {
    pub const fn known(value: Value, source: Source) -> Self {
        Self { value: Some(value), source, by: None, at: None, confidence: None, standing: Standing::Active }
    }

    /// わからない.
    pub const fn unknown(source: Source) -> Self {
        Self { value: None, source, by: None, at: None, confidence: None, standing: Standing::Active }
    }

    /// Who and when.
    #[must_use]
    pub fn by(mut self, who: impl Into<String>, at: Timestamp) -> Self {
        self.by = Some(who.into());
        self.at = Some(at);
        self
    }

    #[must_use]
    pub const fn sure(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }

    pub(crate) fn counts(&self) -> bool {
        self.standing == Standing::Active
    }
}
