//! Inside one cell (or above one underline): what kind of thing is to be written there.

use super::page::{Area, Letter};
use super::proposal::{Answer, DatePart, Kind, Mark};
use super::text::{self, Line};
use super::words;

/// A place to write in, with what is printed and drawn in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Region {
    pub area: Area,
    pub letters: Vec<Letter>,
    pub ticks: Vec<Area>,
    /// One-letter boxes, side by side, left to right.
    pub combs: Vec<Vec<Area>>,
    /// Its words were read from a picture: one may be missing.
    pub scanned: bool,
}

/// Something to fill in, not yet bound.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub kind: Kind,
    pub area: Area,
    /// 〒 stands before it.
    pub postal: bool,
}

/// Letters that part choices.
const DOTS: &str = "・･/／,、.";
const TICKS: &str = "□☐▢";
const SEALS: &str = "㊞印";

fn piece(kind: Kind, area: Area) -> Piece {
    Piece { kind, area, postal: false }
}

/// Everything a person is asked to write in the region but plain text; and what is printed there besides.
pub(super) fn understood(region: &Region) -> Work {
    let mut work = Work {
        rest: region.letters.clone(),
        combs: region.combs.clone(),
        area: region.area,
        out: Vec::new(),
    };
    work.ticks(&region.ticks);
    if region.scanned {
        work.lost_date();
    }
    work.dates();
    work.sexes();
    work.postal();
    work.boxes();
    work.seals();
    work
}

pub(super) struct Work {
    /// Printed letters not yet understood.
    pub rest: Vec<Letter>,
    pub combs: Vec<Vec<Area>>,
    pub area: Area,
    pub out: Vec<Piece>,
}

fn same(one: &Letter, other: &Letter) -> bool {
    one.letter == other.letter && one.area == other.area
}

impl Work {
    fn take(&mut self, letters: &[Letter]) {
        self.rest.retain(|letter| !letters.iter().any(|taken| same(letter, taken)));
    }

    /// □ with the words after each.
    fn ticks(&mut self, drawn: &[Area]) {
        let mut ticks: Vec<Area> = drawn.to_vec();
        let printed: Vec<Letter> =
            self.rest.iter().filter(|letter| TICKS.contains(letter.letter)).cloned().collect();
        ticks.extend(printed.iter().map(|letter| letter.area.inset(letter.area.h * 0.1)));
        self.take(&printed);
        if ticks.is_empty() {
            return;
        }
        ticks.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
        let mut answers = Vec::new();
        for tick in &ticks {
            let stop = ticks
                .iter()
                .filter(|other| other.x > tick.right() && other.overlap_y(tick) > tick.h * 0.5)
                .map(|other| other.x)
                .fold(f64::INFINITY, f64::min);
            let mut words: Vec<Letter> = self
                .rest
                .iter()
                .filter(|letter| {
                    letter.area.centre_x() > tick.right()
                        && letter.area.centre_x() < stop
                        && (letter.area.centre_y() - tick.centre_y()).abs() < letter.area.h.max(tick.h) * 0.5
                })
                .cloned()
                .collect();
            words.sort_by(|a, b| a.area.x.total_cmp(&b.area.x));
            // Up to the first wide gap.
            let mut end = tick.right();
            let near: Vec<Letter> = words
                .into_iter()
                .take_while(|letter| {
                    let joined = letter.area.x - end < letter.area.h * 1.3;
                    end = end.max(letter.area.right());
                    joined
                })
                .collect();
            let word: String = near.iter().map(|letter| letter.letter).collect();
            self.take(&near);
            answers.push(Answer { word, id: None, area: *tick });
        }
        if let Some(area) = Area::union_of(answers.iter().map(|answer| &answer.area)) {
            self.out.push(piece(Kind::Choice { answers, mark: Mark::Check }, area));
        }
    }

    /// 年月日 with white (or boxes) before each, and the eras before them.
    fn dates(&mut self) {
        for line in text::lines(&self.rest) {
            let mut from = 0;
            while let Some((year, month, day)) = year_month_day(&line.letters, from) {
                let made = self.date(&line, year, month, day);
                from = day + 1;
                let _ = made;
            }
        }
    }

    /// Two of 年, 月, 日 were read: the third stands as far from its neighbour as they from each other.
    fn lost_date(&mut self) {
        for line in text::lines(&self.rest) {
            let one = |word: char| {
                let mut all = line.letters.iter().filter(|letter| letter.letter == word);
                all.next().filter(|_| all.next().is_none()).cloned()
            };
            let (lost, near, by) = match (one('年'), one('月'), one('日')) {
                (None, Some(month), Some(day)) => ('年', month.clone(), month.area.x - day.area.x),
                (Some(year), Some(month), None) => ('日', month.clone(), month.area.x - year.area.x),
                (Some(year), None, Some(day)) => ('月', year.clone(), (day.area.x - year.area.x) / 2.0),
                _ => continue,
            };
            let area = Area { x: near.area.x + by, ..near.area };
            let inside = area.x > self.area.x && area.right() < self.area.right() + 2.0;
            let free = !line.letters.iter().any(|letter| letter.area.overlap_x(&area) > area.w * 0.4);
            if by.abs() > 5.0 && by.abs() < 30.0 && inside && free {
                self.rest.push(Letter { letter: lost, area });
            }
        }
    }

    fn date(&mut self, line: &Line, year: usize, month: usize, day: usize) -> Option<()> {
        let letter = |index: usize| line.letters.get(index);
        let (y, m, d) = (letter(year)?, letter(month)?, letter(day)?);
        let before = year.checked_sub(1).and_then(letter);
        let em = y.area.h;
        // Eras: letters of era words left of 年, on this line or stacked in the same place.
        let mut era_letters: Vec<Letter> = self
            .rest
            .iter()
            .filter(|letter| {
                "明治大正昭和平成令西暦・･.,、/／".contains(letter.letter)
                    && letter.area.right() < y.area.x + 0.3
                    && y.area.x - letter.area.right() < 34.0
                    && (letter.area.centre_y() - y.area.centre_y()).abs() < em * 2.1
            })
            .cloned()
            .collect();
        era_letters.sort_by(|a, b| {
            let level = |letter: &Letter| letter.area.centre_y();
            if (level(a) - level(b)).abs() < em * 0.4 {
                a.area.x.total_cmp(&b.area.x)
            } else {
                level(a).total_cmp(&level(b))
            }
        });
        let eras = era_words(&era_letters);
        let edge = eras.iter().map(|era| era.area.right()).fold(self.area.x, f64::max);
        let edge = before.map_or(edge, |before| edge.max(before.area.right()));
        let tall = self.area.h.min(8.0).max(em);
        let level = y.area.centre_y();
        let top = (level - tall / 2.0).max(self.area.y).min(self.area.bottom() - tall);
        let combs = &mut self.combs;
        let part = |from: f64, to: f64| {
            let boxes: Vec<Area> = combs
                .iter()
                .flatten()
                .filter(|cell| {
                    cell.centre_x() > from && cell.centre_x() < to && cell.holds(cell.centre_x(), level)
                })
                .copied()
                .collect();
            let whole = match Area::union_of(&boxes) {
                Some(whole) => whole,
                None => Area::of_corners(from.max(to - 16.0) + 0.4, top, to - 0.4, top + tall),
            };
            DatePart { area: whole, boxes }
        };
        let year_part = part(edge, y.area.x);
        let month_part = part(y.area.right(), m.area.x);
        let day_part = part(m.area.right(), d.area.x);
        let parts = [&year_part, &month_part, &day_part];
        if parts.iter().any(|part| part.area.w < 1.8) {
            return None;
        }
        let used: Vec<Area> = parts.iter().flat_map(|part| part.boxes.clone()).collect();
        self.combs.retain(|comb| !comb.iter().any(|cell| used.contains(cell)));
        let area = parts.iter().map(|part| part.area).reduce(|a, b| a.union(&b))?;
        let area = eras.iter().fold(area, |all, era| all.union(&era.area));
        let mut taken = vec![y.clone(), m.clone(), d.clone()];
        taken.extend(era_letters);
        self.take(&taken);
        let printed = match eras.as_slice() {
            [one] => one.id.clone(),
            _ => None,
        };
        let eras = if eras.len() > 1 { eras } else { Vec::new() };
        let kind = Kind::Date { eras, printed, year: year_part, month: month_part, day: day_part };
        self.out.push(piece(kind, area));
        Some(())
    }

    /// 男・女.
    fn sexes(&mut self) {
        for line in text::lines_of_cell(&self.rest) {
            let Some(man) = man_at(&line.letters) else { continue };
            let rest = line.letters.get(man + 1..).unwrap_or_default();
            let between = |letter: &&Letter| DOTS.contains(letter.letter) || letter.letter == '性';
            let Some(woman) =
                rest.iter().find(|letter| !between(letter)).filter(|letter| letter.letter == '女')
            else {
                continue;
            };
            let Some(man) = line.letters.get(man) else { continue };
            let answers = [("男", "male", man), ("女", "female", woman)].map(|(word, id, letter)| Answer {
                word: word.to_owned(),
                id: Some(id.to_owned()),
                area: letter.area,
            });
            let area = man.area.union(&woman.area);
            let taken: Vec<Letter> = line
                .letters
                .iter()
                .filter(|letter| area.holds(letter.area.centre_x(), letter.area.centre_y()))
                .cloned()
                .collect();
            self.out.push(piece(Kind::Choice { answers: answers.to_vec(), mark: Mark::Circle }, area));
            self.take(&taken);
        }
    }

    /// 〒 and what follows it.
    fn postal(&mut self) {
        let marks: Vec<Letter> = self.rest.iter().filter(|letter| letter.letter == '〒').cloned().collect();
        for mark in marks {
            let (level, right) = (mark.area.centre_y(), mark.area.right());
            let beside = |cell: &Area| {
                cell.x > right - 1.0 && cell.x < right + 60.0 && cell.holds(cell.centre_x(), level)
            };
            let boxes: Vec<Area> =
                self.combs.iter().flatten().filter(|cell| beside(cell)).copied().take(7).collect();
            self.take(std::slice::from_ref(&mark));
            // The hyphen between, and what people print there: 「〒　　－　　」.
            let dashes: Vec<Letter> = self
                .rest
                .iter()
                .filter(|letter| {
                    "-－−‐ー―".contains(letter.letter)
                        && (letter.area.centre_y() - level).abs() < mark.area.h * 0.6
                        && letter.area.x > right
                        && letter.area.x < right + 40.0
                })
                .cloned()
                .collect();
            self.take(&dashes);
            if boxes.len() >= 3 {
                self.combs.retain(|comb| !comb.iter().any(|cell| boxes.contains(cell)));
                if let Some(area) = Area::union_of(&boxes) {
                    self.out.push(Piece { postal: true, ..piece(Kind::Comb { boxes }, area) });
                }
                continue;
            }
            let stop = self
                .rest
                .iter()
                .filter(|letter| {
                    letter.area.x > right && (letter.area.centre_y() - level).abs() < mark.area.h * 0.6
                })
                .map(|letter| letter.area.x)
                .fold(self.area.right(), f64::min);
            let area = Area::of_corners(
                right + 0.6,
                (level - 2.6).max(self.area.y),
                stop.min(right + 30.0) - 0.4,
                (level + 2.6).min(self.area.bottom()),
            );
            if area.w > 8.0 {
                self.out.push(Piece { postal: true, ..piece(Kind::Text, area) });
            }
        }
    }

    /// One-letter boxes that are left; groups with a hyphen between are one.
    fn boxes(&mut self) {
        let mut groups: Vec<Vec<Area>> = Vec::new();
        let mut combs = std::mem::take(&mut self.combs);
        combs.sort_by(|a, b| {
            let at = |comb: &Vec<Area>| comb.first().copied().unwrap_or_default();
            (at(a).y / 2.0).round().total_cmp(&(at(b).y / 2.0).round()).then(at(a).x.total_cmp(&at(b).x))
        });
        for comb in combs {
            let near = groups.last().and_then(|group| Some((*group.last()?, *comb.first()?))).is_some_and(
                |(last, first)| {
                    last.overlap_y(&first) > last.h * 0.7
                        && first.x - last.right() < 7.0
                        && first.x >= last.right() - 0.5
                        && (first.w - last.w).abs() < last.w * 0.3
                },
            );
            match groups.last_mut() {
                Some(group) if near => group.extend(comb),
                _ => groups.push(comb),
            }
        }
        for boxes in groups {
            let Some(area) = Area::union_of(&boxes) else { continue };
            if boxes.len() >= 3 {
                let dashes: Vec<Letter> = self
                    .rest
                    .iter()
                    .filter(|letter| {
                        "-－−‐ー―".contains(letter.letter)
                            && area.holds(letter.area.centre_x(), letter.area.centre_y())
                    })
                    .cloned()
                    .collect();
                self.take(&dashes);
                self.out.push(piece(Kind::Comb { boxes }, area));
            }
        }
    }

    fn seals(&mut self) {
        let seals: Vec<Letter> = self
            .rest
            .iter()
            .filter(|letter| {
                SEALS.contains(letter.letter)
                    && (letter.letter == '㊞' || self.alone(letter))
                    && letter.area.x > self.area.x + self.area.w * 0.5
            })
            .cloned()
            .collect();
        self.take(&seals);
        for seal in seals {
            self.out.push(piece(Kind::Signature { seal: true }, seal.area));
        }
    }

    fn alone(&self, letter: &Letter) -> bool {
        let near = letter.area.h * 1.2;
        !self.rest.iter().any(|other| {
            !same(other, letter)
                && (other.area.centre_x() - letter.area.centre_x()).abs() < near * 1.5
                && (other.area.centre_y() - letter.area.centre_y()).abs() < near
                && !"()（）".contains(other.letter)
        })
    }
}

/// Where 男 stands; or any one letter alone before ・女, which a reader took for another.
fn man_at(letters: &[Letter]) -> Option<usize> {
    letters.iter().position(|letter| letter.letter == '男').or_else(|| {
        let woman = letters.iter().position(|letter| letter.letter == '女')?;
        let dot = letters.get(woman.checked_sub(1)?)?;
        (woman == 2 && "・･".contains(dot.letter)).then_some(0)
    })
}

/// Indices of 年, 月, 日 that follow each other with room before 月 and 日.
fn year_month_day(letters: &[Letter], from: usize) -> Option<(usize, usize, usize)> {
    let find = |word: char, from: usize| {
        letters
            .iter()
            .enumerate()
            .skip(from)
            .find(|(_, letter)| letter.letter == word)
            .map(|(index, _)| index)
    };
    let mut start = from;
    loop {
        let year = find('年', start)?;
        let month = find('月', year + 1)?;
        let day = find('日', month + 1)?;
        let room = |a: usize, b: usize| {
            let (Some(one), Some(other)) = (letters.get(a), letters.get(b)) else { return false };
            b == a + 1 && other.area.x - one.area.right() > 2.2
        };
        // 生　年　月　日 is the caption, however wide it is set.
        let caption =
            year.checked_sub(1).and_then(|before| letters.get(before)).is_some_and(|one| one.letter == '生');
        if !caption && room(year, month) && room(month, day) {
            return Some((year, month, day));
        }
        start = year + 1;
    }
}

/// The era words among these letters, in order.
fn era_words(letters: &[Letter]) -> Vec<Answer> {
    let mut out = Vec::new();
    let mut index = 0;
    while index < letters.len() {
        let found = words::ERAS.iter().find_map(|(word, id)| {
            let count = word.chars().count();
            let piece = letters.get(index..index + count)?;
            let same = piece.iter().map(|letter| letter.letter).eq(word.chars());
            let level = piece
                .iter()
                .all(|letter| (letter.area.y - piece.first().map_or(0.0, |p| p.area.y)).abs() < 2.0);
            (same && level).then_some((piece, *word, *id))
        });
        match found {
            Some((piece, word, id)) => {
                if let Some(area) = Area::union_of(piece.iter().map(|letter| &letter.area)) {
                    out.push(Answer { word: word.to_owned(), id: Some(id.to_owned()), area });
                }
                index += piece.len();
            }
            None => index += 1,
        }
    }
    out
}

/// Words parted by ・ or by white, each to be circled: 普通・当座. Several lines are one choice.
pub(super) fn circled(letters: &[Letter]) -> Option<(Vec<Answer>, Vec<Letter>)> {
    let (mut answers, mut taken) = (Vec::new(), Vec::new());
    for line in text::lines(letters) {
        let dotted = line.letters.iter().any(|letter| "・･/／".contains(letter.letter));
        let parts: Vec<Vec<Letter>> = if dotted {
            line.letters
                .split(|letter| "・･/／".contains(letter.letter))
                .map(<[Letter]>::to_vec)
                .filter(|part| !part.is_empty())
                .collect()
        } else {
            line.words(0.9).into_iter().map(|word| word.letters).collect()
        };
        let plain = |part: &Vec<Letter>| {
            part.len() <= 12 && !part.iter().any(|letter| "。（）()".contains(letter.letter))
        };
        if parts.len() < 2 || parts.len() > 10 || !parts.iter().all(plain) {
            continue;
        }
        answers.extend(parts.iter().filter_map(|part| {
            Some(Answer {
                word: part.iter().map(|letter| letter.letter).collect(),
                id: None,
                area: Area::union_of(part.iter().map(|letter| &letter.area))?,
            })
        }));
        taken.extend(line.letters);
    }
    (answers.len() >= 2).then_some((answers, taken))
}

/// The best place to write in what is left free: wide first, and tall enough for a line.
pub(super) fn free(area: &Area, taken: &[Area]) -> Option<Area> {
    let inner = area.inset(0.4);
    let taken: Vec<&Area> = taken.iter().filter(|other| other.overlap(&inner) > 0.01).collect();
    if taken.is_empty() {
        return Some(inner);
    }
    if taken.len() > 90 {
        return None;
    }
    let mut lefts = vec![inner.x];
    lefts.extend(taken.iter().map(|other| other.right() + 0.5));
    let mut rights = vec![inner.right()];
    rights.extend(taken.iter().map(|other| other.x - 0.5));
    let mut best: Option<(f64, Area)> = None;
    for left in &lefts {
        for right in &rights {
            if right - left < 4.0 {
                continue;
            }
            // Between these sides, the tallest free band.
            let mut bands: Vec<(f64, f64)> = taken
                .iter()
                .filter(|other| other.right() > *left && other.x < *right)
                .map(|other| (other.y - 0.2, other.bottom() + 0.2))
                .collect();
            bands.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut top = inner.y;
            bands.push((inner.bottom(), inner.bottom()));
            for (from, to) in bands {
                let height = from.min(inner.bottom()) - top;
                if height >= 2.6 {
                    let candidate = Area::of_corners(*left, top, *right, from.min(inner.bottom()));
                    let worth = candidate.w * candidate.h.min(10.0);
                    if best.is_none_or(|(known, _)| worth > known) {
                        best = Some((worth, candidate));
                    }
                }
                top = top.max(to);
            }
        }
    }
    best.map(|(_, area)| area)
}
