//! Two readers together: tesseract reads lines and knows which letters follow which; the glyph reader sees single glyphs
//! and knows every shape. Where both see one glyph in one place, the nearer drawing decides, with a bonus for what
//! tesseract read.

use madoka_text::same_character;

use crate::engine::{Letter, UNREAD};
use crate::glyphs::{Cell, Glyphs, Guess, cells};
use crate::kinds::Reads;
use crate::picture::{Area, Grey};

/// A field's letters as both readers see them, each with what else it may be, the likelier first.
pub(crate) struct Second {
    pub(crate) letters: Vec<Letter>,
    pub(crate) others: Vec<Vec<char>>,
}

/// How many candidates a person is shown at the most.
const SHOWN: usize = 8;

/// Reads the rows again glyph by glyph. `readings` are tesseract's of all rows, the one to begin from first.
pub(crate) fn second(
    glyphs: &Glyphs,
    page: &Grey,
    rows: &[Area],
    readings: &[&[Letter]],
    reads: Reads,
) -> Option<Second> {
    let base: Vec<Letter> = readings.first()?.iter().filter(|letter| letter.c != UNREAD).copied().collect();
    let latin = base.iter().filter(|letter| letter.c.is_ascii_alphabetic()).count();
    if latin * 2 > base.len() {
        return None;
    }
    let mut both = Second { letters: Vec::new(), others: Vec::new() };
    for (index, row) in rows.iter().enumerate() {
        let cells = cells(glyphs, page, *row);
        let own = |letter: &&Letter| {
            let nearest = (0..rows.len()).max_by(|a, b| {
                let level = |index: &usize| rows.get(*index).map_or(0.0, |row| row.beside(letter.area));
                level(a).total_cmp(&level(b))
            });
            nearest == Some(index)
        };
        let readings: Vec<Vec<Letter>> = readings
            .iter()
            .map(|letters| {
                let read = letters.iter().filter(|letter| letter.c != UNREAD);
                read.filter(own).copied().collect()
            })
            .collect();
        row_of(glyphs, &readings, &cells, reads, &mut both);
    }
    Some(both)
}

/// What a glyph without letter, or a letter without glyph, costs.
const ALONE: f32 = 0.42;

/// Which letter stands for which glyph: the way of putting both rows side by side that costs least (Needleman and
/// Wunsch 1970). tesseract's own boxes are off by up to a letter and are not looked at.
fn side_by_side(glyphs: &Glyphs, letters: &[Letter], cells: &[Cell]) -> Vec<(Option<usize>, Option<usize>)> {
    const UNKNOWN: f32 = 0.55;
    let costs: Vec<Vec<f32>> = cells
        .iter()
        .map(|cell| {
            letters.iter().map(|letter| 1.0 - cell.likeness(glyphs, letter.c).unwrap_or(UNKNOWN)).collect()
        })
        .collect();
    let (n, m) = (letters.len(), cells.len());
    let mut table = vec![vec![0f32; m + 1]; n + 1];
    let at = |table: &[Vec<f32>], i: usize, j: usize| {
        table.get(i).and_then(|row| row.get(j)).copied().unwrap_or(f32::MAX)
    };
    let cost = |i: usize, j: usize| costs.get(j).and_then(|row| row.get(i)).copied().unwrap_or(1.0);
    for i in 0..=n {
        for j in 0..=m {
            let mut least = if i + j == 0 { 0.0 } else { f32::MAX };
            if i > 0 && j > 0 {
                least = least.min(at(&table, i - 1, j - 1) + cost(i - 1, j - 1));
            }
            if i > 0 {
                least = least.min(at(&table, i - 1, j) + ALONE);
            }
            if j > 0 {
                least = least.min(at(&table, i, j - 1) + ALONE);
            }
            if let Some(place) = table.get_mut(i).and_then(|row| row.get_mut(j)) {
                *place = least;
            }
        }
    }
    let mut way = Vec::new();
    let (mut i, mut j) = (n, m);
    while i > 0 || j > 0 {
        let here = at(&table, i, j);
        if i > 0 && j > 0 && here >= at(&table, i - 1, j - 1) + cost(i - 1, j - 1) - 1e-4 {
            (i, j) = (i - 1, j - 1);
            way.push((Some(i), Some(j)));
        } else if i > 0 && here >= at(&table, i - 1, j) + ALONE - 1e-4 {
            i -= 1;
            way.push((Some(i), None));
        } else if j > 0 {
            j -= 1;
            way.push((None, Some(j)));
        } else {
            break;
        }
    }
    way.reverse();
    way
}

/// How many glyphs stand in the rows: 10月30日 is read as 10月3日 three times alike, and is a date.
pub(crate) fn glyphs_in(glyphs: &Glyphs, page: &Grey, rows: &[Area]) -> usize {
    // A piece of a glyph, or a speck, is like none.
    const LIKE_ONE: f32 = 0.74;
    let of = |row: &Area| cells(glyphs, page, *row).iter().filter(|cell| cell.best() > LIKE_ONE).count();
    rows.iter().map(of).sum()
}

/// A row of kana as the drawings see it.
pub(crate) struct KanaSeen {
    /// A glyph looks more like another kana than like the one that was read (シ and ン).
    pub(crate) in_doubt: bool,
    /// How many glyphs stand there: tesseract reads one twice (タタナカ).
    pub(crate) glyphs: usize,
    /// The letters that stand for a glyph each, as the drawings have them.
    pub(crate) standing: Vec<Letter>,
}

pub(crate) fn kana_seen(glyphs: &Glyphs, page: &Grey, rows: &[Area], letters: &[Letter]) -> KanaSeen {
    const NEARER: f32 = 0.03;
    let kana = |c: char| matches!(c, 'ァ'..='ー');
    let mut seen = KanaSeen { in_doubt: false, glyphs: 0, standing: Vec::new() };
    for row in rows {
        let own: Vec<Letter> =
            letters.iter().filter(|letter| row.beside(letter.area) > 0.5).copied().collect();
        let cells = cells(glyphs, page, *row);
        seen.glyphs += cells.len();
        for (letter, cell) in side_by_side(glyphs, &own, &cells) {
            let pair = letter.and_then(|i| own.get(i)).zip(cell.and_then(|i| cells.get(i)));
            let Some((letter, cell)) = pair else { continue };
            let said = cell.likeness(glyphs, letter.c).unwrap_or(0.0);
            let other = cell.guesses.iter().find(|guess| kana(guess.character));
            let nearer = other.filter(|guess| guess.character != letter.c && guess.likeness > said + NEARER);
            seen.in_doubt |= nearer.is_some();
            let c = nearer.map(|guess| guess.character).filter(|c| !marks_only(*c, letter.c));
            let c = c.unwrap_or(letter.c);
            seen.standing.push(Letter { c, area: cell.area });
        }
    }
    seen
}

/// タ and ダ, ハ and パ, ヤ and ャ: marks and sizes, in which tesseract sees the finer difference.
const fn marks_only(a: char, b: char) -> bool {
    let far = (a as u32).abs_diff(b as u32);
    far <= 1 || far == 2 && matches!(a, 'ハ'..='ポ') && matches!(b, 'ハ'..='ポ')
}

fn row_of(glyphs: &Glyphs, readings: &[Vec<Letter>], cells: &[Cell], reads: Reads, both: &mut Second) {
    let Some(base) = readings.first() else { return };
    let name = reads == Reads::Name;
    // What the other readings say of each glyph.
    let mut votes: Vec<Vec<char>> = vec![Vec::new(); cells.len()];
    let mut way = Vec::new();
    for (index, letters) in readings.iter().enumerate() {
        let pairs = side_by_side(glyphs, letters, cells);
        for (letter, cell) in &pairs {
            if let (Some(letter), Some(cell)) = (letter.and_then(|i| letters.get(i)), cell)
                && let Some(votes) = votes.get_mut(*cell)
            {
                votes.push(letter.c);
            }
        }
        if index == 0 {
            way = pairs;
        }
    }
    // Where the row as a whole does not look like the letters, its cells are cut wrongly.
    let fit = cells.iter().map(Cell::best).sum::<f32>() / cells.len().max(1) as f32;
    let (bar, lost) = if name { (0.66, 0.72) } else { (0.72, 0.86) };
    let bonus = if name || fit > 0.88 { 0.06 } else { 0.14 };
    let sound = fit > 0.68;
    let mut replaced = false;
    for (place, (letter, cell)) in way.iter().enumerate() {
        let letter = letter.and_then(|index| base.get(index));
        let pair = cell.and_then(|index| Some((cells.get(index)?, votes.get(index)?)));
        match (letter, pair) {
            (Some(letter), Some((cell, votes))) => {
                let ranked = ranked(glyphs, cell, votes, bonus);
                let best = ranked.first().copied();
                let kanji = best.is_some_and(|best| is_kanji(best.character) && best.likeness > bar);
                // Figures are tesseract's, but where its readings differ the drawings decide.
                let torn = letter.c.is_ascii_digit() && votes.iter().any(|vote| *vote != letter.c);
                let figure = best.is_some_and(|best| best.character.is_ascii_digit() && best.likeness > 0.8);
                // Addresses are written with common shapes: what differs in shape only is as tesseract says.
                let shape = !name && best.is_some_and(|best| same_character(best.character, letter.c));
                // A stroke lying alone is 一 to the one and a dash to the other.
                let stroke = cell.guesses.first().is_some_and(|guess| is_stroke(guess.character));
                if name && stroke && !letter.c.is_alphanumeric() {
                    both.unkeep_dash();
                    both.keep(Letter { c: '一', ..*letter }, cell.area);
                    replaced = true;
                    continue;
                }
                replaced = sound && !shape && (is_kanji(letter.c) && kanji || torn && figure);
                if replaced {
                    both.decide(cell, &ranked);
                    replaced = best.is_some_and(|best| best.character != letter.c);
                } else {
                    both.keep(*letter, cell.area);
                }
            }
            // A phantom beside a glyph that tesseract took for two (緑: 糸 and 录).
            (Some(letter), None) => {
                let next =
                    way.get(place + 1).is_some_and(|(letter, cell)| letter.is_none() && cell.is_some());
                let speck = !letter.c.is_alphanumeric();
                // In an address a letter that no glyph stands for, between glyphs that all look as they should.
                let surplus = !name && fit > 0.8 && (speck || is_kanji(letter.c) || is_kana(letter.c));
                let phantom = name && sound && replaced && (speck || is_kanji(letter.c)) || surplus;
                if !phantom && !next {
                    both.keep(*letter, letter.area);
                }
            }
            (None, Some((cell, _))) => {
                let kanji = cell.guesses.first().is_some_and(|best| is_kanji(best.character));
                let before = place.checked_sub(1).and_then(|before| way.get(before));
                let swapped = before.is_some_and(|(letter, cell)| letter.is_some() && cell.is_none());
                let whole = cell.area.width() * 2 > cell.area.height();
                if sound && kanji && whole && cell.best() > if swapped { bar } else { lost } {
                    both.decide(cell, &cell.guesses);
                } else if swapped && let Some(letter) = before.and_then(|(letter, _)| base.get((*letter)?)) {
                    both.keep(*letter, cell.area);
                }
            }
            (None, None) => {}
        }
    }
}

const fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ん' | 'ァ'..='ヶ')
}

const fn is_stroke(c: char) -> bool {
    matches!(c, '一' | 'ー')
}

const fn is_kanji(c: char) -> bool {
    matches!(c, '々' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Codes for what is the same character elsewhere (U+F9DC is 隆): only where the shape says so clearly. Twelve of the
/// block are characters of their own (﨑).
const fn is_compatibility(c: char) -> bool {
    matches!(c, '\u{F900}'..='\u{FAFF}')
        && !matches!(c, '﨎' | '﨏' | '﨑' | '﨓' | '﨔' | '﨟' | '﨡' | '﨣' | '﨤' | '﨧' | '﨨' | '﨩')
}

/// The glyph reader's guesses and tesseract's letters in one order. tesseract folds 髙 to 高: its word counts for every
/// shape of the character.
fn ranked(glyphs: &Glyphs, cell: &Cell, votes: &[char], bonus: f32) -> Vec<Guess> {
    let mut all = cell.guesses.clone();
    for vote in votes {
        if !all.iter().any(|guess| guess.character == *vote)
            && let Some(likeness) = cell.likeness(glyphs, *vote)
        {
            all.push(Guess { character: *vote, likeness });
        }
    }
    for guess in &mut all {
        let said = votes.iter().filter(|vote| same_character(**vote, guess.character)).count();
        if is_compatibility(guess.character) {
            guess.likeness -= 0.02;
        }
        guess.likeness += bonus * said as f32 / votes.len().max(1) as f32;
    }
    all.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
    all
}

impl Second {
    fn keep(&mut self, letter: Letter, area: Area) {
        self.letters.push(Letter { area, ..letter });
        self.others.push(Vec::new());
    }

    /// Takes back a dash before 一: both were one stroke.
    fn unkeep_dash(&mut self) {
        if self.letters.last().is_some_and(|letter| matches!(letter.c, '-' | '―' | '－' | '—')) {
            self.letters.pop();
            self.others.pop();
        }
    }

    fn decide(&mut self, cell: &Cell, ranked: &[Guess]) {
        let Some(best) = ranked.first() else { return };
        self.letters.push(Letter { c: best.character, area: cell.area });
        let near = ranked.iter().skip(1).filter(|guess| guess.likeness > best.likeness - 0.16);
        self.others.push(near.map(|guess| guess.character).take(SHOWN).collect());
    }
}

/// Whether the row is this printed word and nothing else: each glyph as near to its letter as to any other. Answers the
/// word's letters in their places.
pub(crate) fn is_word(glyphs: &Glyphs, cells: &[Cell], word: &str) -> Option<Vec<Letter>> {
    (word.chars().count() == cells.len()).then_some(())?;
    cells
        .iter()
        .zip(word.chars())
        .map(|(cell, c)| {
            let likeness = cell.likeness(glyphs, c)?;
            (likeness > 0.7 && likeness > cell.best() - 0.05).then_some(Letter { c, area: cell.area })
        })
        .collect()
}

/// Whether the row begins with this printed word, as a label before its value does: a colon or a space follows. Answers
/// the word's letters in their places.
pub(crate) fn begins_with(glyphs: &Glyphs, cells: &[Cell], word: &str) -> Option<Vec<Letter>> {
    let length = word.chars().count();
    let (head, rest) = cells.split_at_checked(length)?;
    let (last, next) = (head.last()?.area, rest.first()?.area);
    let size = last.height().max(next.height());
    let ends = (next.left - last.right) * 10 > size * 2 || next.width() * 10 < size * 4;
    if ends { is_word(glyphs, head, word) } else { None }
}
