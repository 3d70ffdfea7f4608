//! 用紙の差し替え: the fields of a form on a new edition of its paper.
//!
//! Words printed on both editions say how far things went; the ruled lines around a field say how large it is now. What cannot be
//! found keeps its place and asks to be looked at.

use super::landmarks::{Landmark, landmarks, sides, words};
use super::places::each;
use super::sketch::{Drawn, Sketch, question};
use crate::detect::Page;
use madoka_template::Rect;

/// What became of one field.
#[derive(Debug, Clone, PartialEq)]
pub enum Went {
    /// そのまま
    Kept { field: String },
    /// 動いた
    Moved { field: String, right: f64, down: f64, wider: f64, higher: f64 },
    /// 見つからない: it stays where it was, to be looked at.
    Lost { field: String },
}

/// Less than a pen's width is no move.
const SAME: f64 = 0.3;
/// A word further away says nothing of a field.
const FAR: f64 = 60.0;
/// How many words are asked.
const ASKED: usize = 3;

/// Carries the fields over from the old paper to the new one. Moved and lost ones ask to be confirmed.
pub fn revise(sketch: &mut Sketch, old: &[Page], new: &[Page]) -> Vec<Went> {
    let marks: Vec<Vec<Landmark>> = old
        .iter()
        .enumerate()
        .map(|(at, page)| {
            let other = new.get(at).map(words).unwrap_or_default();
            landmarks(&words(page), &other)
        })
        .collect();
    let mut out = Vec::new();
    for field in sketch.fields().into_iter().filter(|field| field.kind != "rows") {
        let index = usize::from(field.page).saturating_sub(1);
        let pages = old.get(index).zip(new.get(index));
        let went = match (pages, marks.get(index)) {
            (Some((was, now)), Some(marks)) => place(&field, was, now, marks),
            _ => None,
        };
        out.push(carry(sketch, &field, went, new.len()));
    }
    out
}

/// How far, and how much larger.
#[derive(Debug, Clone, Copy)]
struct Way {
    right: f64,
    down: f64,
    wider: f64,
    higher: f64,
}

fn place(field: &Drawn, was: &Page, now: &Page, marks: &[Landmark]) -> Option<Way> {
    let (right, down) = went(&field.at, marks)?;
    let at = field.at;
    let mut target = at.moved(right, down);
    // The lines it stood between are found again near where they must be; it keeps its distance to each.
    let (before, after) = (sides(was, &at), sides(now, &target));
    let edge = |side: usize, old: f64, expected: f64| match (
        before.get(side).copied().flatten(),
        after.get(side).copied().flatten(),
    ) {
        (Some(line), Some(found)) => found + (old - line),
        _ => expected,
    };
    let left = edge(0, at.x, target.x);
    let top = edge(1, at.y, target.y);
    let far = edge(2, at.right(), target.right());
    let low = edge(3, at.bottom(), target.bottom());
    if far - left >= 2.0 && low - top >= 2.0 {
        target = Rect { x: left, y: top, w: far - left, h: low - top };
    }
    Some(Way {
        right: target.x - at.x,
        down: target.y - at.y,
        wider: target.w - at.w,
        higher: target.h - at.h,
    })
}

/// What the nearest words say; the nearest alone where they do not agree.
fn went(at: &Rect, marks: &[Landmark]) -> Option<(f64, f64)> {
    let gap = |mark: &Landmark| {
        let dx = (mark.area.x - at.right()).max(at.x - mark.area.right()).max(0.0);
        let dy = (mark.area.y - at.bottom()).max(at.y - mark.area.bottom()).max(0.0);
        // A caption stands beside its field more often than above it.
        dx.hypot(dy * 1.5)
    };
    let mut near: Vec<(f64, &Landmark)> = marks.iter().map(|mark| (gap(mark), mark)).collect();
    near.retain(|(far, _)| *far <= FAR);
    near.sort_by(|one, other| one.0.total_cmp(&other.0));
    // A field whose own caption is gone is another field now.
    let found: Vec<(f64, f64)> = near.iter().take(ASKED).filter_map(|(_, mark)| mark.went).collect();
    let agrees = |one: (f64, f64)| {
        found.iter().filter(|other| (one.0 - other.0).abs() < 0.5 && (one.1 - other.1).abs() < 0.5).count()
    };
    found.iter().copied().reduce(|one, other| if agrees(other) > agrees(one) { other } else { one })
}

fn carry(sketch: &mut Sketch, field: &Drawn, way: Option<Way>, pages: usize) -> Went {
    let path = field.path.clone();
    let Ok(table) = sketch.table(&path) else { return Went::Lost { field: path } };
    if usize::from(field.page) > pages {
        let last = i64::try_from(pages.max(1)).unwrap_or(1);
        // A column stands on the page of its table.
        if !path.contains('/') {
            table.insert("page", toml_edit::value(last));
        }
        question(table, "新しい用紙に、このページがありません。位置を決めるか、欄をなくしてください。");
        return Went::Lost { field: path };
    }
    let Some(Way { right, down, wider, higher }) = way else {
        question(table, "新しい用紙で、この欄の見出しが見つかりません。位置を確かめてください。");
        return Went::Lost { field: path };
    };
    if [right, down, wider, higher].iter().all(|by| by.abs() < SAME) {
        return Went::Kept { field: path };
    }
    let one = field.places.len() == 1;
    each(table, &mut |_, at| {
        let at = at.moved(right, down);
        if one { Rect { w: at.w + wider, h: at.h + higher, ..at } } else { at }
    });
    let how = super::change::moved(right, down);
    let how = if how.is_empty() {
        "大きさを変えました".to_owned()
    } else {
        format!("{how}動かしました")
    };
    question(table, &format!("新しい用紙に合わせて{how}。位置を確かめてください。"));
    Went::Moved { field: path, right, down, wider, higher }
}
