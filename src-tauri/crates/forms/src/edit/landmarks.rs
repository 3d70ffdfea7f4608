//! What is printed on a paper and can be found again on its next edition: words with their places, and ruled lines.

use std::collections::BTreeMap;

use crate::detect::{Area, Direction, Letter, Page};
use madoka_template::Rect;

/// A word as it is printed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) area: Area,
}

/// Letters that stand together, in reading order.
pub(super) fn words(page: &Page) -> Vec<Word> {
    let mut letters: Vec<&Letter> =
        page.letters.iter().filter(|one| !one.letter.is_whitespace() && one.area.w > 0.0).collect();
    letters.sort_by(|one, other| {
        let line = |letter: &Letter| (letter.area.centre_y() / 2.0).round();
        line(one).total_cmp(&line(other)).then(one.area.x.total_cmp(&other.area.x))
    });
    let mut out: Vec<Word> = Vec::new();
    for letter in letters {
        if let Some(last) = out.last_mut() {
            let high = letter.area.h.max(last.area.h);
            let near = (letter.area.centre_y() - last.area.centre_y()).abs() < high * 0.5
                && letter.area.x - last.area.right() < high * 0.6
                && letter.area.x > last.area.x;
            if near {
                last.text.push(letter.letter);
                last.area = last.area.union(&letter.area);
                continue;
            }
        }
        out.push(Word { text: letter.letter.to_string(), area: letter.area });
    }
    out.retain(|word| word.text.chars().any(char::is_alphanumeric));
    out
}

/// A word of the old paper, and how far it stands from there on the new one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Landmark {
    pub(super) area: Area,
    /// Nothing where it is not there any more, or nobody can say which one it is.
    pub(super) went: Option<(f64, f64)>,
}

/// Words of one page against those of another: those that stand as often on both, in the same order.
pub(super) fn landmarks(old: &[Word], new: &[Word]) -> Vec<Landmark> {
    let mut by_text: BTreeMap<&str, (Vec<&Word>, Vec<&Word>)> = BTreeMap::new();
    for word in old {
        by_text.entry(&word.text).or_default().0.push(word);
    }
    for word in new {
        if let Some((_, new)) = by_text.get_mut(word.text.as_str()) {
            new.push(word);
        }
    }
    let mut out = Vec::new();
    for (was, now) in by_text.into_values() {
        let same = was.len() == now.len();
        for (index, word) in was.iter().enumerate() {
            let other = if same { now.get(index) } else { None };
            let went = other.map(|other| (other.area.x - word.area.x, other.area.y - word.area.y));
            out.push(Landmark { area: word.area, went });
        }
    }
    out
}

/// The ruled lines around a rectangle: left, top, right, bottom.
pub(super) type Sides = [Option<f64>; 4];

/// How far a field's edge may stand from the line it belongs to.
const BESIDE: f64 = 4.0;

pub(super) fn sides(page: &Page, at: &Rect) -> Sides {
    let (cx, cy) = at.centre();
    let near = |direction: Direction, along: f64, edge: f64, within: f64| {
        page.rules
            .iter()
            .filter(|rule| rule.direction == direction && rule.from - 0.5 <= along && along <= rule.to + 0.5)
            .map(|rule| rule.at)
            .filter(|line| (line - edge).abs() <= within)
            .min_by(|one, other| (one - edge).abs().total_cmp(&(other - edge).abs()))
    };
    [
        near(Direction::Down, cy, at.x, BESIDE),
        near(Direction::Across, cx, at.y, BESIDE),
        near(Direction::Down, cy, at.right(), BESIDE),
        near(Direction::Across, cx, at.bottom(), BESIDE),
    ]
}
