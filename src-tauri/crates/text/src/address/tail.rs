//! What follows the municipality: streets of 京都, town, 丁目, and the numbers of land and house.
//!
//! Towns are not in a table, so numbers tell where they end. An arabic number begins the block unless what follows it
//! belongs to a name (条, 線, 地割, 番町 …); a kanji number is part of a name (三田, 六本木, 二番町) unless what follows it
//! can only follow a number (丁目, 番地, 番, a hyphen and another number).

use super::gazetteer::spaces;
use super::plain::{is_katakana, starts_with};
use crate::digits::{is_kanji_numeral, kanji_digit, kanji_to_number};

/// What the municipality tells about the way its addresses are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// 京都市: towns are found by streets.
    pub(super) has_streets: bool,
    /// 北海道: 北三条 and 北3条 are one.
    pub(super) numbers_its_rows: bool,
}

#[derive(Debug)]
pub(super) struct Tail {
    pub(super) street: Option<String>,
    pub(super) town: String,
    pub(super) chome: Option<String>,
    pub(super) block: Vec<String>,
    /// Building and room, not yet divided.
    pub(super) rest: String,
}

/// Directions after the last street, longest first.
const STREET_ENDS: [&str; 12] = [
    "西入る",
    "西入ル",
    "東入る",
    "東入ル",
    "上がる",
    "下がる",
    "上る",
    "上ル",
    "下る",
    "下ル",
    "西入",
    "東入",
];

/// What makes an arabic number part of a town's name.
const NAME_AFTER_NUMBER: [&str; 13] =
    ["条", "号線", "線", "地割", "番町", "番丁", "番街", "番館", "区", "組", "軒", "町", "村"];

/// Land without a number.
const NO_NUMBER: [&str; 5] = ["無番地", "番地なし", "番地無し", "番外地", "番外"];

const LAND_MARKS: [&str; 4] = ["番地", "番戸", "番屋敷", "番"];

/// A number before one of these is not of the land but of the building.
const BUILDING_MARKS: [&str; 7] = ["号室", "号棟", "号館", "階", "F", "棟", "番館"];

/// Said of land beside or within a number: 「123番地先」.
const LAND_SUFFIXES: [&str; 4] = ["地先", "先", "合併", "内"];

struct Number {
    text: String,
    length: usize,
    arabic: bool,
}

struct Reader<'a> {
    text: &'a [char],
    at: usize,
    place: Place,
    tail: Tail,
}

impl Tail {
    pub(super) fn read(text: &[char], place: Place) -> Self {
        let tail =
            Self { street: None, town: String::new(), chome: None, block: Vec::new(), rest: String::new() };
        let mut reader = Reader { text, at: 0, place, tail };
        reader.street();
        reader.town();
        reader.block();
        reader.tail.rest = reader.ahead(0).iter().collect();
        reader.tail
    }
}

impl<'a> Reader<'a> {
    /// The text from `skip` characters on.
    fn ahead(&self, skip: usize) -> &'a [char] {
        self.text.get(self.at + skip..).unwrap_or_default()
    }

    fn street(&mut self) {
        if !self.place.has_streets {
            return;
        }
        let before_numbers = self.text.iter().take_while(|c| !c.is_ascii_digit()).count();
        let last_end = (2..=before_numbers)
            .filter_map(|start| {
                let text = self.text.get(start..before_numbers)?;
                let end = STREET_ENDS.iter().find(|end| starts_with(text, end))?;
                Some(start + end.chars().count())
            })
            .max();
        if let Some(end) = last_end {
            let street = self.text.iter().take(end).filter(|c| **c != ' ');
            self.tail.street = Some(street.map(|c| if *c == 'ル' { 'る' } else { *c }).collect());
            self.at = end;
        }
    }

    /// Reads until the numbers begin or the text ends.
    fn town(&mut self) {
        while let Some(c) = self.ahead(0).first().copied() {
            if NO_NUMBER.iter().any(|mark| starts_with(self.ahead(0), mark)) || self.letter_and_number() > 0 {
                return;
            }
            match self.number(0) {
                Some(number) if self.chome(&number) => {
                    if self.tail.chome.is_some() {
                        return;
                    }
                }
                Some(number) if self.begins_block(&number) => return,
                Some(number) => self.number_in_name(&number),
                None => {
                    if c != ' ' {
                        self.tail.town.push(c);
                    }
                    self.at += 1;
                }
            }
        }
    }

    /// 「1丁目」, or 「1丁」 before a number (堺市). True when it was read, as 丁目 or as part of the town's name.
    fn chome(&mut self, number: &Number) -> bool {
        let after = self.ahead(number.length);
        let mark = match () {
            () if starts_with(after, "丁目") => 2,
            () if starts_with(after, "丁") && self.ends_or_numbers(number.length + 1) => 1,
            () => return false,
        };
        let end = number.length + mark;
        // 「1丁目字浜12」: the name goes on.
        let goes_on = !self.ends_or_numbers(end) && self.ahead(end).iter().any(char::is_ascii_digit) && {
            let next = self.ahead(end).first().copied();
            next.is_some_and(|c| c != ' ')
        };
        if goes_on {
            self.tail.town.push_str(&number.text);
            self.tail.town.extend(self.ahead(number.length).iter().take(mark));
        } else {
            self.tail.chome = Some(number.text.clone());
        }
        self.at += end;
        if !goes_on {
            let gap = self.joint(0);
            if self.block_number(gap).is_some() || self.letter_and_number_at(gap) > 0 {
                self.at += gap;
            }
        }
        true
    }

    /// After `skip` characters comes the end, a number of the block, or a joint and such a number.
    fn ends_or_numbers(&self, skip: usize) -> bool {
        let skip = skip + self.ahead(skip).iter().take_while(|c| **c == ' ').count();
        let joined = skip + self.joint(skip);
        self.ahead(skip).is_empty()
            || self.block_number(skip).is_some()
            || self.block_number(joined).is_some()
            || self.letter_and_number_at(joined) > 0
            || NO_NUMBER.iter().any(|mark| starts_with(self.ahead(skip), mark))
    }

    fn begins_block(&self, number: &Number) -> bool {
        if !number.arabic {
            return self.block_number(0).is_some();
        }
        let after = self.ahead(number.length);
        let names = NAME_AFTER_NUMBER.iter().any(|name| starts_with(after, name));
        // 「2日市町5」: letters up to the next number end as names of towns do.
        let name: Vec<char> =
            after.iter().copied().take_while(|c| !c.is_ascii_digit() && *c != ' ' && *c != '-').collect();
        let is_name =
            name.len() < after.len() && matches!(name.last(), Some('町' | '村' | '字' | '条' | '線' | '割'));
        !(names || is_name || self.tail.town.ends_with('第'))
    }

    fn number_in_name(&mut self, number: &Number) {
        let after = self.ahead(number.length);
        let counted = starts_with(after, "地割") || (self.place.numbers_its_rows && starts_with(after, "条"));
        if number.arabic || counted {
            self.tail.town.push_str(&number.text);
        } else {
            self.tail.town.extend(self.ahead(0).iter().take(number.length));
        }
        self.at += number.length;
    }

    fn block(&mut self) {
        if let Some(mark) = NO_NUMBER.iter().find(|mark| starts_with(self.ahead(0), mark)) {
            self.at += mark.chars().count();
            self.tail.block.push((*mark).to_owned());
            return;
        }
        loop {
            let letters = self.letter_and_number();
            let Some(number) = self.block_number(letters) else { return };
            if self.belongs_to_building(letters + number.length) {
                return;
            }
            let mut piece: String = self.ahead(0).iter().take(letters).filter(|c| !is_joint(**c)).collect();
            piece.push_str(&number.text);
            self.at += letters + number.length;
            let mark = self.land_mark();
            self.at += mark;
            let house = mark == 0 && starts_with(self.ahead(0), "号");
            self.at += usize::from(house);
            if let Some(suffix) = self.land_suffix() {
                piece.push_str(suffix);
                self.at += suffix.chars().count();
            }
            self.tail.block.push(piece);
            let joint = self.joint(0);
            let next_is_number =
                |skip: usize| self.block_number(skip).is_some() || self.letter_and_number_at(skip) > 0;
            // After 号 a hyphen leads to the room (「3号-101」), の to a branch number (「3号の5」).
            let may_go_on = if house {
                joint > 0 && !starts_with(self.ahead(0), "-") && next_is_number(joint)
            } else if joint > 0 {
                next_is_number(joint)
            } else {
                mark > 0 && self.number_after_mark()
            };
            if !may_go_on || self.belongs_to_building_at(joint) {
                return;
            }
            self.at += if joint > 0 { joint } else { spaces(self.text, self.at) };
        }
    }

    /// 「2番3号」, and 「2番 3号」 when it is a house number.
    fn number_after_mark(&self) -> bool {
        let gap = spaces(self.text, self.at);
        match self.block_number(gap) {
            Some(_) if gap == 0 => true,
            Some(number) => {
                let after = self.ahead(gap + number.length);
                starts_with(after, "号") && !starts_with(after, "号室") && !starts_with(after, "号棟")
            }
            None => gap == 0 && self.letter_and_number() > 0,
        }
    }

    fn land_mark(&self) -> usize {
        LAND_MARKS
            .iter()
            .find(|mark| starts_with(self.ahead(0), mark))
            .filter(|_| !BUILDING_MARKS.iter().any(|mark| starts_with(self.ahead(0), mark)))
            .map_or(0, |mark| mark.chars().count())
    }

    fn land_suffix(&self) -> Option<&'static str> {
        LAND_SUFFIXES.into_iter().find(|suffix| {
            starts_with(self.ahead(0), suffix)
                && self.ahead(suffix.chars().count()).first().is_none_or(|c| *c == ' ')
        })
    }

    fn belongs_to_building(&self, skip: usize) -> bool {
        BUILDING_MARKS.iter().any(|mark| starts_with(self.ahead(skip), mark))
    }

    fn belongs_to_building_at(&self, skip: usize) -> bool {
        self.number(skip).is_some_and(|number| self.belongs_to_building(skip + number.length))
    }

    /// The length of a hyphen or の between numbers.
    fn joint(&self, skip: usize) -> usize {
        usize::from(self.ahead(skip).first().is_some_and(|c| is_joint(*c)))
    }

    /// 「甲」「イ」「ロの」 before a number: the length of the letters, 0 where there are none.
    fn letter_and_number(&self) -> usize {
        self.letter_and_number_at(0)
    }

    fn letter_and_number_at(&self, skip: usize) -> usize {
        let ahead = self.ahead(skip);
        let Some(letter) = ahead.first().copied() else { return 0 };
        let before = (self.at + skip).checked_sub(1).and_then(|before| self.text.get(before)).copied();
        let stands_alone = match letter {
            'イ' | 'ロ' | 'ハ' | 'ニ' | 'ホ' | 'ヘ' | 'ト' | 'チ' | 'リ' | 'ヌ' | 'ル' | 'ヲ' => {
                !before.is_some_and(is_katakana)
            }
            // 「字甲」 is the name of a 字.
            '甲' | '乙' | '丙' | '丁' | '戊' | '己' | '庚' | '辛' => before != Some('字'),
            _ => false,
        };
        if !stands_alone {
            return 0;
        }
        let joint = usize::from(ahead.get(1) == Some(&'の'));
        if self.block_number(skip + 1 + joint).is_some() { 1 + joint } else { 0 }
    }

    /// A number that can only be of the block: arabic, or kanji with what follows a number.
    fn block_number(&self, skip: usize) -> Option<Number> {
        let number = self.number(skip)?;
        if number.arabic {
            return Some(number);
        }
        let after = self.ahead(skip + number.length);
        let in_numbers = !self.tail.block.is_empty() || self.tail.chome.is_some();
        let ends = matches!(after.first(), None | Some(' '));
        let run = self.ahead(skip).iter().take(number.length);
        let plain_digits = number.length >= 2 && run.clone().all(|c| kanji_digit(*c).is_some());
        let marked = match after.first() {
            Some('番') => !matches!(after.get(1), Some('町' | '丁' | '街' | '館' | '目' | '組')),
            Some('号') => in_numbers,
            Some(c) if is_joint(*c) => self.number(skip + number.length + 1).is_some_and(|next| {
                let beyond = self.ahead(skip + number.length + 1 + next.length);
                next.arabic || beyond.first().is_none_or(|c| is_joint(*c) || matches!(c, ' ' | '番' | '号'))
            }),
            _ => false,
        };
        (marked || ends && (in_numbers || plain_digits)).then_some(number)
    }

    fn number(&self, skip: usize) -> Option<Number> {
        let ahead = self.ahead(skip);
        let figures = ahead.iter().take_while(|c| c.is_ascii_digit()).count();
        if figures > 0 {
            let digits: String = ahead.iter().take(figures).collect();
            let trimmed = digits.trim_start_matches('0');
            let text = if trimmed.is_empty() { "0" } else { trimmed }.to_owned();
            return Some(Number { text, length: figures, arabic: true });
        }
        let length = ahead.iter().take_while(|c| is_kanji_numeral(**c)).count();
        let run: String = ahead.iter().take(length).collect();
        Some(Number { text: kanji_to_number(&run)?.to_string(), length, arabic: false })
    }
}

const fn is_joint(c: char) -> bool {
    matches!(c, '-' | 'の' | 'ノ' | '之')
}
