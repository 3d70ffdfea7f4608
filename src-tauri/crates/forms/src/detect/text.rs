//! Letters as lines of words.

use unicode_normalization::UnicodeNormalization;

use super::page::{Area, Letter};

/// Letters that follow each other, across or down.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub letters: Vec<Letter>,
    pub area: Area,
    pub down: bool,
}

impl Line {
    fn of(letters: Vec<Letter>, down: bool) -> Option<Self> {
        let area = Area::union_of(letters.iter().map(|letter| &letter.area))?;
        Some(Self { letters, area, down })
    }

    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.letter).collect()
    }

    /// How tall its letters are.
    pub(super) fn em(&self) -> f64 {
        self.letters.iter().map(|letter| letter.area.h).fold(0.0, f64::max)
    }

    /// The words: pieces with white wider than `gap` letters between them.
    pub(super) fn words(&self, gap: f64) -> Vec<Self> {
        let gap = gap * self.em();
        let mut words: Vec<Vec<Letter>> = Vec::new();
        for letter in &self.letters {
            let far = words.last().and_then(|word| word.last()).is_none_or(|last| {
                if self.down {
                    letter.area.y - last.area.bottom() > gap
                } else {
                    letter.area.x - last.area.right() > gap
                }
            });
            match words.last_mut() {
                Some(word) if !far => word.push(letter.clone()),
                _ => words.push(vec![letter.clone()]),
            }
        }
        words.into_iter().filter_map(|word| Self::of(word, self.down)).collect()
    }
}

/// Letters on one level are a line; lines from top to bottom.
pub(super) fn lines(letters: &[Letter]) -> Vec<Line> {
    let mut rest: Vec<&Letter> = letters.iter().collect();
    rest.sort_by(|a, b| a.area.centre_y().total_cmp(&b.area.centre_y()));
    let mut bands: Vec<(f64, Vec<Letter>)> = Vec::new();
    for letter in rest {
        let (middle, height) = (letter.area.centre_y(), letter.area.h);
        match bands.last_mut() {
            Some((level, band)) if (middle - *level).abs() < height * 0.45 => {
                band.push(letter.clone());
                #[expect(clippy::cast_precision_loss, reason = "letters of one page")]
                let count = band.len() as f64;
                *level += (middle - *level) / count;
            }
            _ => bands.push((middle, vec![letter.clone()])),
        }
    }
    bands
        .into_iter()
        .filter_map(|(_, mut band)| {
            band.sort_by(|a, b| a.area.x.total_cmp(&b.area.x));
            Line::of(band, false)
        })
        .collect()
}

/// The lines of a cell: a narrow column of letters is read downwards.
pub(super) fn lines_of_cell(letters: &[Letter]) -> Vec<Line> {
    let across = lines(letters);
    let single = across.iter().filter(|line| line.letters.len() == 1).count();
    let tall =
        Area::union_of(letters.iter().map(|letter| &letter.area)).is_some_and(|all| all.h > all.w * 1.6);
    if across.len() >= 2 && single * 4 >= across.len() * 3 && tall {
        let mut down = letters.to_vec();
        down.sort_by(|a, b| a.area.y.total_cmp(&b.area.y));
        return Line::of(down, true).into_iter().collect();
    }
    // Two columns read downwards, from the right: every level holds two letters, far apart or not.
    let width = letters.first().map_or(0.0, |letter| letter.area.w);
    let columns = across.iter().all(|line| line.letters.len() <= 2);
    if across.len() >= 3 && columns && tall && width > 0.0 {
        let middle =
            Area::union_of(letters.iter().map(|letter| &letter.area)).map_or(0.0, |all| all.centre_x());
        let (mut right, mut left): (Vec<Letter>, Vec<Letter>) =
            letters.iter().cloned().partition(|letter| letter.area.centre_x() >= middle);
        if right.len() + 2 >= left.len() && left.len() + 4 >= right.len() && !left.is_empty() {
            right.sort_by(|a, b| a.area.y.total_cmp(&b.area.y));
            left.sort_by(|a, b| a.area.y.total_cmp(&b.area.y));
            return [right, left].into_iter().filter_map(|column| Line::of(column, true)).collect();
        }
    }
    across
}

/// A text as labels are compared: NFKC, without white, marks and numbering.
pub(super) fn key(text: &str) -> String {
    let plain: String = text
        .nfkc()
        .filter(|letter| {
            !letter.is_whitespace()
                && !letter.is_control()
                && !"※*:・「」『』【】〔〕[]<>〈〉●○◎■□◆★☆①②③④⑤⑥⑦⑧⑨_ー-‐―－~〜".contains(*letter)
                || *letter == 'ー'
        })
        .collect();
    let trimmed =
        plain.trim_start_matches(|letter: char| letter.is_ascii_digit() || "().,、。".contains(letter));
    if trimmed.is_empty() { plain } else { trimmed.to_owned() }
}

/// Without what stands in brackets.
pub(super) fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|letter| match letter {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}
