//! The parts of an address and what they say together.

use std::fmt;

use super::gazetteer::Gazetteer;
use super::plain::folded;
use super::tail::Tail;
use super::{building, tail};
use crate::name::is_selector;

/// An address in its parts, each in one way of writing (see [`Gazetteer::normalise`]). For paper, the original text
/// leads; these serve boxes of a form that ask for a part.
#[derive(Clone, PartialEq, Eq)]
pub struct AddressParts {
    prefecture: Option<String>,
    county: Option<String>,
    municipality: Option<String>,
    ward: Option<String>,
    street: Option<String>,
    town: String,
    chome: Option<String>,
    block: Vec<String>,
    building: Option<String>,
    room: Option<String>,
}

/// What comparing two addresses found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SamePlace {
    /// The same place down to the room; one may have left out the name of the building, or the prefecture.
    Same,
    /// The same land and house number, but another building or room, or one names none.
    SameBlock,
    /// Another place.
    Different,
}

impl AddressParts {
    pub(super) fn read(gazetteer: &Gazetteer, text: &[char]) -> Self {
        let head = gazetteer.head(text);
        let rest = text.get(head.town_at..).unwrap_or_default();
        let place = tail::Place {
            has_streets: head.municipality.as_deref() == Some("京都市"),
            numbers_its_rows: head.prefecture.as_deref() == Some("北海道"),
        };
        let Tail { street, town, chome, mut block, rest } = Tail::read(rest, place);
        let (building, mut room) = building::split(&rest);
        // 「1-2-3-101」: a fourth number is a room.
        let most = if chome.is_some() { 2 } else { 3 };
        if block.len() > most && building.is_none() && room.is_none() {
            room = Some(block.split_off(most).join("-"));
        }
        Self {
            prefecture: head.prefecture,
            county: head.county,
            municipality: head.municipality,
            ward: head.ward,
            street,
            town,
            chome,
            block,
            building,
            room,
        }
    }

    /// 都道府県. Filled in where only one municipality of the nation bears the name that was written.
    pub fn prefecture(&self) -> Option<&str> {
        self.prefecture.as_deref()
    }

    /// 郡, as written; also the isle in 「三宅島三宅村」.
    pub fn county(&self) -> Option<&str> {
        self.county.as_deref()
    }

    /// 市・町・村・特別区.
    pub fn municipality(&self) -> Option<&str> {
        self.municipality.as_deref()
    }

    /// A designated city's 区.
    pub fn ward(&self) -> Option<&str> {
        self.ward.as_deref()
    }

    /// 京都の通り名: 「河原町通四条上る」.
    pub fn street(&self) -> Option<&str> {
        self.street.as_deref()
    }

    /// 町・大字・字, 条 and 地割; without 丁目.
    pub fn town(&self) -> &str {
        &self.town
    }

    /// The number of 丁目, where it was written so. (「港町1-2-3」 does not tell whether 1 is one.)
    pub fn chome(&self) -> Option<&str> {
        self.chome.as_deref()
    }

    /// 番地・番・号・枝番 joined by `-`: 「2-3」「甲123-4」「無番地」; empty where there is none.
    pub fn block(&self) -> String {
        self.block.join("-")
    }

    /// The name of the building, or whatever else follows the numbers (「港野様方」).
    pub fn building(&self) -> Option<&str> {
        self.building.as_deref()
    }

    /// 部屋番号.
    pub fn room(&self) -> Option<&str> {
        self.room.as_deref()
    }

    pub(super) fn normalised(&self) -> String {
        let mut text = String::new();
        for part in [&self.prefecture, &self.county, &self.municipality, &self.ward, &self.street] {
            text.extend(part.as_deref());
        }
        text.push_str(&self.town);
        text.push_str(&self.numbers().collect::<Vec<_>>().join("-"));
        for part in [&self.building, &self.room].into_iter().flatten() {
            text.push(' ');
            text.push_str(part);
        }
        text
    }

    fn numbers(&self) -> impl Iterator<Item = &str> {
        self.chome.iter().chain(&self.block).map(String::as_str)
    }

    /// Compares the parts that both have; see [`SamePlace`].
    pub fn same_place(&self, other: &Self) -> SamePlace {
        let agree = |a: &Option<String>, b: &Option<String>| match (a, b) {
            (Some(a), Some(b)) => key(a) == key(b),
            _ => true,
        };
        let same_land = agree(&self.prefecture, &other.prefecture)
            && agree(&self.municipality, &other.municipality)
            && agree(&self.ward, &other.ward)
            && key(&self.town) == key(&other.town);
        if !same_land {
            return SamePlace::Different;
        }
        let numbers = |parts: &Self| -> Vec<String> { parts.numbers().map(str::to_owned).collect() };
        let with_room = |parts: &Self| -> Vec<String> {
            numbers(parts)
                .into_iter()
                .chain(parts.room.iter().flat_map(|room| room.split('-')).map(str::to_owned))
                .collect()
        };
        if numbers(self) == numbers(other) {
            let same_room = self.room == other.room && agree(&self.building, &other.building);
            if same_room { SamePlace::Same } else { SamePlace::SameBlock }
        } else if with_room(self) == with_room(other) && agree(&self.building, &other.building) {
            // 「1234-5-101」 beside 「1234番地5 101号室」: the same numbers, divided by eye.
            SamePlace::Same
        } else {
            SamePlace::Different
        }
    }
}

/// What remains of a name when nothing depends on the pen: shapes, ケ/ヶ, の/ノ, 大字, 字, 第, spaces, case.
fn key(name: &str) -> String {
    let chars: Vec<char> = name.chars().filter(|c| !is_selector(*c) && *c != ' ').collect();
    let mut key = String::with_capacity(name.len());
    let mut rest = chars.as_slice();
    while let Some((c, after)) = rest.split_first() {
        rest = after;
        match (c, after.first()) {
            ('大' | '小', Some('字')) => rest = after.get(1..).unwrap_or_default(),
            // 盛岡市 writes 14地割 and 第14地割.
            ('第', Some(next)) if next.is_ascii_digit() => {}
            // 「文字」 belongs to the name (十文字町).
            ('字', _) if !key.ends_with('文') => {}
            (c, _) => key.push(folded(c.to_ascii_uppercase())),
        }
    }
    key
}

/// Which parts there are, not what they say.
impl fmt::Debug for AddressParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressParts")
            .field("municipality", &self.municipality.is_some())
            .field("block", &!self.block.is_empty())
            .field("room", &self.room.is_some())
            .finish_non_exhaustive()
    }
}
