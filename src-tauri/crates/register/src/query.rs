//! What an officer looks for.

use std::fmt;

use madoka_text::{BirthDate, to_half_width};
use serde::{Deserialize, Serialize};

use crate::fold;
use crate::resident::ResidentNumber;

/// Why a search is not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("探す言葉がありません。氏名、フリガナ、生年月日、住所、宛名番号のどれかを入れてください。")]
    Empty,
    #[error("広すぎる探し方です。氏名は2文字から、住所は4文字から、または生年月日を合わせてください。")]
    TooBroad,
    #[error("探す言葉が長すぎます（{limit}文字まで）。", limit = MOST)]
    TooLong,
}

const MOST: usize = 200;

/// 検索の条件: all that is given must fit. The words are personal: `Debug` shows which kinds there are, never what.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kana: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<BirthDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// 宛名番号, whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<ResidentNumber>,
    /// Words of the one search box: each in the name, the kana or the address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

impl Query {
    /// From one line as an officer types it: 「髙橋 S16.2.3」「シオザキ 港町」「1000012」.
    pub fn parse(line: &str) -> Result<Self, QueryError> {
        let mut query = Self::default();
        for word in line.split_whitespace() {
            let plain = to_half_width(word);
            let digits = plain.chars().all(|c| c.is_ascii_digit());
            if digits && plain.len() >= 4 && plain.len() != 8 {
                query.number = ResidentNumber::parse(&plain);
            } else if let Some(date) = as_date(&plain) {
                query.birth_date = Some(date);
            } else if digits && plain.len() >= 4 {
                query.number = ResidentNumber::parse(&plain);
            } else if fold::is_kana(word) {
                // 「シオザキ ケンイチ」 is one name in two words.
                query.kana.get_or_insert_default().push_str(word);
            } else {
                query.words.push(word.to_owned());
            }
        }
        query.checked()
    }

    /// Refuses what would list a town instead of finding a person.
    pub fn checked(self) -> Result<Self, QueryError> {
        let texts = [&self.name, &self.kana, &self.address];
        let lengths = texts.into_iter().flatten().chain(&self.words).map(|text| text.chars().count());
        if lengths.sum::<usize>() > MOST {
            return Err(QueryError::TooLong);
        }
        if self.number.is_some() || self.birth_date.is_some_and(BirthDate::is_complete) {
            return Ok(self);
        }
        let count = |text: &Option<String>, fold: fn(&str) -> String| {
            text.as_deref().map_or(0, |text| fold(text).chars().count())
        };
        let (name, kana) = (count(&self.name, fold::name), count(&self.kana, fold::kana));
        let address = count(&self.address, fold::address);
        let words = self.words.iter().map(|word| fold::name(word).chars().count()).max().unwrap_or(0);
        if name + kana + address + words == 0 {
            return Err(if self.birth_date.is_some() { QueryError::TooBroad } else { QueryError::Empty });
        }
        let enough = name >= 2
            || kana >= 2
            || address >= 4
            || words >= 2
            || [name, kana, address, words].iter().filter(|n| **n > 0).count() >= 2;
        if enough { Ok(self) } else { Err(QueryError::TooBroad) }
    }
}

/// A date as officers write one; plain numbers only where all eight digits are there.
fn as_date(plain: &str) -> Option<BirthDate> {
    let bytes = plain.as_bytes();
    if bytes.iter().all(u8::is_ascii_digit) {
        let (year, month, day) = (plain.get(..4)?, plain.get(4..6)?, plain.get(6..8)?);
        return format!("{year}-{month}-{day}").parse().ok().filter(|_| bytes.len() == 8);
    }
    // 「令子」 must stay a name: a date has a digit, or says 不詳.
    let dated = bytes.iter().any(u8::is_ascii_digit) || plain.contains("年");
    if dated { plain.parse().ok() } else { None }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("name", &self.name.is_some())
            .field("kana", &self.kana.is_some())
            .field("birth_date", &self.birth_date.is_some())
            .field("address", &self.address.is_some())
            .field("number", &self.number.is_some())
            .field("words", &self.words.len())
            .finish()
    }
}
