//! 種類: what each kind of field is told beyond where it stands.

use madoka_facts::PersonRef;
use madoka_text::Era;

use super::field::{Reach, condition, fields};
use super::{is_file_name, owned, required_id};
use crate::table::{NodeKind, Table};
use crate::{
    Comb, DateField, EraPlace, EraStyle, Fit, Horizontal, Kind, Mark, More, Part, Rect, Rows, TextField,
    Vertical, Zero, counted,
};

pub(super) fn kind(table: &Table<'_>, reach: Reach) -> Option<Kind> {
    const NAMES: [(&str, u8); 11] = [
        ("text", 0),
        ("furigana", 1),
        ("comb", 2),
        ("date", 3),
        ("choice", 4),
        ("mark", 5),
        ("number", 6),
        ("rows", 7),
        ("signature", 8),
        ("picture", 9),
        ("qr", 10),
    ];
    let which = if table.has("kind") { table.word("kind", &NAMES)? } else { 0 };
    Some(match which {
        0 => Kind::Text(text(table, Horizontal::Left)),
        1 => Kind::Furigana {
            over: table.text("over").and_then(|_| required_id(table, "over")),
            hiragana: table.word("script", &[("katakana", false), ("hiragana", true)]).unwrap_or(false),
            text: TextField { min_size: 4.0, ..text(table, Horizontal::Left) },
        },
        2 => Kind::Comb(comb(table)?),
        3 => Kind::Date(Box::new(date(table))),
        4 => choice(table),
        5 => Kind::Mark(mark(table).unwrap_or(Mark::Check)),
        6 => Kind::Number {
            commas: !table.has("commas") || table.bool("commas"),
            prefix: table.text("prefix").unwrap_or_default().to_owned(),
            zero: if table.word("zero", &[("blank", true), ("0", false)]).unwrap_or(false) {
                Zero::Blank
            } else {
                Zero::Written
            },
            comb: if table.has("cells") || table.has("boxes") {
                Some(Comb { from_right: true, ..comb(table)? })
            } else {
                None
            },
            text: text(table, Horizontal::Right),
        },
        7 if reach.rows => {
            table.problem("F017", table.line_of("kind"), "rows の列に rows は置けません。");
            return None;
        }
        7 => rows(table)?,
        8 => Kind::Signature { seal: table.bool("seal"), who: signer(table)?, screen: table.bool("screen") },
        9 => picture(table),
        _ => Kind::Qr,
    })
}

fn picture(table: &Table<'_>) -> Kind {
    let file = owned(table.text("file"));
    if let Some(name) = &file
        && !is_file_name(name)
    {
        table.problem(
            "F012",
            table.line_of("file"),
            "file は、様式のフォルダーにある画像の名前にしてください。",
        );
    }
    let name = table.strings("name").first().map(|(name, _)| (*name).to_owned());
    if file.is_none() && name.is_none() {
        table.problem(
            "F008",
            table.line,
            "file（様式のフォルダーの画像）か name（窓口が渡す画像の名前）が要ります。",
        );
    }
    Kind::Picture { file, name }
}

fn text(table: &Table<'_>, usual: Horizontal) -> TextField {
    let lines = table.whole("lines", 1, 100);
    let fit = match table.word("fit", &[("shrink", 0), ("wrap", 1), ("two_lines", 2)]) {
        Some(1) => Fit::Wrap(lines),
        Some(2) => Fit::TwoLines,
        None if lines.is_some_and(|lines| lines > 1) => Fit::Wrap(lines),
        _ => Fit::Shrink,
    };
    let aligned = table.word(
        "align",
        &[
            ("left", Horizontal::Left),
            ("center", Horizontal::Centre),
            ("right", Horizontal::Right),
            ("spread", Horizontal::Spread),
        ],
    );
    let standing = table.word(
        "valign",
        &[("top", Vertical::Top), ("middle", Vertical::Middle), ("bottom", Vertical::Bottom)],
    );
    TextField {
        fit,
        horizontal: aligned.unwrap_or(usual),
        vertical: standing.unwrap_or(Vertical::Middle),
        padding: table.number("padding", 0.0, 50.0).unwrap_or(1.0),
        min_size: table.number("min_size", 3.0, 72.0).unwrap_or(6.0),
        upright: table.bool("vertical"),
    }
}

/// Who signs: the applicant, where the form does not say.
fn signer(table: &Table<'_>) -> Option<PersonRef> {
    let who = table.text("who").unwrap_or("applicant").parse();
    if who.is_err() {
        let message = "who は、署名する人です（applicant、agent、heir など）。";
        table.problem("F004", table.line_of("who"), message);
    }
    who.ok()
}

fn comb(table: &Table<'_>) -> Option<Comb> {
    let boxes = match (table.node("boxes"), table.has("cells")) {
        (Some(node), _) => table.rects_in(node, "boxes"),
        (None, true) => {
            let cells = usize::from(table.whole("cells", 1, 200)?);
            let at = table.rect("at")?;
            let upright = table.bool("vertical");
            let mut boxes = with_gaps(table, at, cells, upright);
            boxes.truncate(cells);
            boxes
        }
        (None, false) => {
            table.problem("F008", table.line, "cells（枡の数）か boxes（枡の一覧）が要ります。");
            return None;
        }
    };
    Some(Comb {
        boxes,
        from_right: table.word("align", &[("left", false), ("right", true)]).unwrap_or(false),
        marks_apart: table.bool("marks"),
        upright: table.bool("vertical"),
    })
}

/// `at` divided into cells, with `gaps = { 3 = 2.5 }` left free after the third.
fn with_gaps(table: &Table<'_>, at: Rect, cells: usize, upright: bool) -> Vec<Rect> {
    let mut gaps: Vec<(usize, f64)> = Vec::new();
    if let Some(inner) = table.node("gaps").and_then(|node| Table::of(node, &table.about, table.sink())) {
        for key in inner.keys() {
            if let (Ok(after), Some(width)) = (key.parse(), inner.number(key, 0.0, 100.0)) {
                gaps.push((after, width));
            } else {
                inner.problem("F003", inner.line, "gaps は { 枡の番号 = 幅 } です。例: { 3 = 2.5 }");
            }
        }
    }
    let free: f64 = gaps.iter().map(|(_, width)| width).sum();
    let length = if upright { at.h } else { at.w };
    let one = ((length - free) / counted(cells)).max(0.1);
    (0..cells)
        .map(|cell| {
            let before: f64 = gaps.iter().filter(|(after, _)| *after <= cell).map(|(_, width)| width).sum();
            let along = one * counted(cell) + before;
            if upright {
                Rect { y: at.y + along, h: one, ..at }
            } else {
                Rect { x: at.x + along, w: one, ..at }
            }
        })
        .collect()
}

fn part(table: &Table<'_>, key: &str) -> Option<Part> {
    let node = table.node(key)?;
    if let NodeKind::Table(_) = &node.kind {
        let inner = Table::of(node, &format!("{}.{key}", table.about), table.sink())?;
        let out = match (inner.node("boxes"), inner.rect("at"), inner.whole("cells", 1, 8)) {
            (Some(boxes), ..) => Some(Part::Boxes(inner.rects_in(boxes, "boxes"))),
            (None, Some(at), Some(cells)) => Some(Part::Boxes(at.columns(usize::from(cells)))),
            (None, Some(at), None) => Some(Part::Whole(at)),
            _ => {
                inner.problem("F008", inner.line, "at か boxes が要ります。");
                None
            }
        };
        inner.finish();
        return out;
    }
    table.rect_in(node, key).map(Part::Whole)
}

fn date(table: &Table<'_>) -> DateField {
    let mark = mark(table).unwrap_or(Mark::Circle);
    let styles = [
        ("name", EraStyle::Name),
        ("initial", EraStyle::Initial),
        ("letter", EraStyle::Letter),
        ("number", EraStyle::Number),
    ];
    let style = table.word("era_style", &styles).unwrap_or(EraStyle::Name);
    let written = table.rect("era").map(|at| EraPlace::Written(at, style));
    let marked = table.node("eras").and_then(|node| {
        let inner = Table::of(node, &table.about, table.sink())?;
        let mut eras = Vec::new();
        for key in inner.keys() {
            if era_named(key).is_none() && key != "western" {
                let message = "eras の項目は meiji taisho showa heisei reiwa western です。";
                inner.problem("F004", inner.line_of(key), message);
                continue;
            }
            if let Some(node) = inner.node(key) {
                eras.push((key.clone(), inner.rects_in(node, key)));
            }
        }
        Some(EraPlace::Marked(eras, mark))
    });
    let printed = table.text("printed_era").and_then(|name| {
        let era = era_named(name);
        if era.is_none() {
            let message = "printed_era は meiji taisho showa heisei reiwa のどれかです。";
            table.problem("F004", table.line_of("printed_era"), message);
        }
        era.map(EraPlace::Printed)
    });
    let ways = [&written, &marked, &printed].iter().filter(|way| way.is_some()).count();
    if ways > 1 {
        table.problem("F014", table.line, "era、eras、printed_era は一つだけ書けます。");
    }
    let (year, month, day) = (part(table, "year"), part(table, "month"), part(table, "day"));
    let split = year.is_some() || month.is_some() || day.is_some();
    let usual = if split { Horizontal::Centre } else { Horizontal::Left };
    let mut set = text(table, usual);
    if split && !table.has("padding") {
        set.padding = 0.3;
    }
    DateField { era: written.or(marked).or(printed), year, month, day, pad: table.bool("pad"), text: set }
}

/// 元号 as `form.toml` names it.
pub fn era_named(name: &str) -> Option<Era> {
    Some(match name {
        "meiji" => Era::Meiji,
        "taisho" => Era::Taisho,
        "showa" => Era::Showa,
        "heisei" => Era::Heisei,
        "reiwa" => Era::Reiwa,
        _ => return None,
    })
}

fn mark(table: &Table<'_>) -> Option<Mark> {
    table.word(
        "mark",
        &[("circle", Mark::Circle), ("check", Mark::Check), ("strike", Mark::Strike), ("fill", Mark::Fill)],
    )
}

fn choice(table: &Table<'_>) -> Kind {
    let mut options = Vec::new();
    match table.node("options").and_then(|node| Table::of(node, &table.about, table.sink())) {
        Some(inner) => {
            for key in inner.keys() {
                if let Some(node) = inner.node(key) {
                    options.push((key.clone(), inner.rects_in(node, key)));
                }
            }
        }
        None => table.problem("F008", table.line, "options = { 答え = [左, 上, 幅, 高さ] } がありません。"),
    }
    Kind::Choice {
        options,
        mark: mark(table).unwrap_or(Mark::Circle),
        others_left: table.word("others", &[("leave", true), ("warn", false)]).unwrap_or(false),
    }
}

fn rows(table: &Table<'_>) -> Option<Kind> {
    let count = table.whole("rows", 1, 200);
    if !table.has("rows") {
        table.problem("F008", table.line, "rows（紙にある行の数）がありません。");
    }
    let pitch = table.number("pitch", 0.5, 500.0);
    if !table.has("pitch") && count.is_some_and(|count| count > 1) {
        table.problem("F008", table.line, "pitch（行から次の行までの長さ、mm）がありません。");
    }
    let direction = table
        .word(
            "direction",
            &[("down", (0.0, 1.0)), ("up", (0.0, -1.0)), ("left", (-1.0, 0.0)), ("right", (1.0, 0.0))],
        )
        .unwrap_or((0.0, 1.0));
    let reach = Reach { members: true, rows: true };
    let filter = condition(table, "filter", reach);
    let more = match table.text("more") {
        None | Some("repeat") => More::Repeat,
        Some("warn") => More::Warn,
        Some(_) => required_id(table, "more").map_or(More::Warn, More::Form),
    };
    let columns = fields(table, "column", true, true);
    if columns.is_empty() {
        table.problem("F008", table.line, "rows には [[field.column]] が要ります。");
    }
    let pitch = pitch.unwrap_or(0.0);
    let places = (0..count?)
        .map(|row| (direction.0 * pitch * f64::from(row), direction.1 * pitch * f64::from(row)))
        .collect();
    Some(Kind::Rows(Box::new(Rows {
        places,
        filter,
        skip: table.whole("skip", 0, 200).unwrap_or(0),
        more,
        columns,
    })))
}
