//! `form.toml` into a [`Form`], with everything that is wrong at once.

mod field;
mod kind;

pub use kind::era_named;

use std::str::FromStr;

use madoka_facts::Id;

use crate::table::{Node, NodeKind, Sink, Table, parse, shown};
use crate::{Background, Duplex, Face, Form, FormProblem, Kind, Paper, Preprinted, Rect};
use field::fields;

const LONGEST_FILE: usize = 2 * 1024 * 1024;

/// Reads a form. `folder` is the folder's name, which is the form's id; it stands before `/form.toml` in messages.
///
/// Mild problems alone do not refuse the form; they come from [`check_form`](crate::check_form) only.
pub fn read_form(folder: &str, text: &str) -> Result<Form, Vec<FormProblem>> {
    let sink = Sink::new(&format!("{folder}/form.toml"));
    if text.len() > LONGEST_FILE {
        sink.error("F006", 1, "", "form.toml が大きすぎます（2MBまで）。");
        return Err(sink.into_problems());
    }
    let root = parse(text, &sink);
    let form = Table::of(&root, "", &sink).map(|table| form(folder, table));
    let problems = sink.into_problems();
    match form {
        Some(form) if problems.is_empty() => Ok(form),
        _ => Err(problems),
    }
}

fn form(folder: &str, table: Table<'_>) -> Form {
    let id: Option<Id> = required_id(&table, "id");
    if let Some(id) = &id
        && id.as_str() != folder
    {
        let line = table.line_of("id");
        table.problem(
            "F007",
            line,
            format!("id はフォルダーの名前「{}」と同じにしてください。", shown(folder)),
        );
    }
    let name = table.text("name");
    if !table.has("name") {
        table.problem("F008", 1, "name（様式の名前）がありません。");
    }
    let background = background(&table);
    let paper = paper(&table);
    if matches!(background, Some(Background::Pictures(_))) && !table.has("paper") {
        table.problem("F008", 1, "背景が画像のときは paper（用紙の大きさ）が要ります。例: paper = \"A4\"");
    }
    let per_member = table.word("for", &[("case", false), ("member", true)]).unwrap_or(false);
    let usual_face = face(&table).unwrap_or_default();
    let letters = table.number("size", 3.0, 72.0).unwrap_or(10.5);
    let mut form = Form {
        id: id.unwrap_or_else(fallback_id),
        name: name.unwrap_or_default().to_owned(),
        number: owned(table.text("number")),
        office: table.text("office").and_then(|_| required_id(&table, "office")),
        order: table.number("order", -1e6, 1e6).map_or(0, whole),
        background: background.unwrap_or_else(|| Background::Pdf(String::new())),
        paper,
        pages: pages(&table),
        per_member,
        copies: table.whole("copies", 1, 20).unwrap_or(1),
        duplex: table
            .word("duplex", &[("no", Duplex::No), ("long", Duplex::LongEdge), ("short", Duplex::ShortEdge)])
            .unwrap_or_default(),
        tray: owned(table.text("tray")),
        back_office: table.bool("back_office"),
        qr_at: table.node("qr_at").and_then(|node| {
            let [x, y, side] = table.numbers::<3>(node, "qr_at", "三つの数 [左, 上, 一辺]（mm）")?;
            Some(Rect::new(x, y, side, side))
        }),
        cover_note: owned(table.text("cover_note")),
        face: usual_face,
        size: letters,
        note: owned(table.text("note")),
        edition: owned(table.text("edition")),
        preprinted: preprinted(&table),
        fields: Vec::new(),
    };
    form.fields = fields(&table, "field", per_member, false);
    for field in &form.fields {
        if let Kind::Furigana { over: Some(over), .. } = &field.kind
            && !form.fields.iter().any(|other| other.id == *over && matches!(other.kind, Kind::Text(_)))
        {
            let message = format!("over = \"{over}\" という text の記入欄がありません。");
            table.sink().error("F010", field.line, field.id.as_str(), message);
        }
    }
    table.finish();
    form
}

/// Only ever part of a form that is refused.
fn fallback_id() -> Id {
    Id::from_str("form").unwrap_or_else(|_| unreachable_id())
}

#[expect(clippy::unreachable, reason = "\"form\" is an id")]
fn unreachable_id() -> Id {
    unreachable!("\"form\" is an id")
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(ToOwned::to_owned)
}

#[expect(clippy::cast_possible_truncation, reason = "called with numbers checked to be within a million")]
fn whole(number: f64) -> i64 {
    number as i64
}

fn required_id(table: &Table<'_>, key: &str) -> Option<Id> {
    if !table.has(key) {
        table.problem("F008", table.line, format!("{key} がありません。"));
        return None;
    }
    let text = table.text(key)?;
    let id = text.parse().ok();
    if id.is_none() {
        let line = table.line_of(key);
        let message = format!(
            "{key} = \"{}\" は、英小文字で始まる英小文字・数字・_（64字まで）にしてください。",
            shown(text)
        );
        table.problem("F011", line, message);
    }
    id
}

/// A file of the form's own folder: a name, never a path.
fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

fn background(table: &Table<'_>) -> Option<Background> {
    let files = table.strings("background");
    if !table.has("background") {
        table.problem("F008", 1, "background（背景のPDFまたは画像）がありません。");
    }
    for (name, line) in &files {
        if !is_file_name(name) {
            let message = format!(
                "background = \"{}\" は、様式のフォルダーにあるファイルの名前（英数字 . _ -）にしてください。",
                shown(name)
            );
            table.problem("F012", *line, message);
        }
    }
    let extension = |name: &str, wanted: &[&str]| {
        let lower = name.to_ascii_lowercase();
        wanted.iter().any(|end| lower.ends_with(end))
    };
    match files.as_slice() {
        [] => None,
        [(one, _)] if extension(one, &[".pdf"]) => Some(Background::Pdf((*one).to_owned())),
        many if many.iter().all(|(name, _)| extension(name, &[".png", ".jpg", ".jpeg"])) => {
            Some(Background::Pictures(many.iter().map(|(name, _)| (*name).to_owned()).collect()))
        }
        _ => {
            let message = "background はPDF一つ（.pdf）か、ページごとの画像（.png .jpg）の一覧です。";
            table.problem("F012", table.line_of("background"), message);
            None
        }
    }
}

fn paper(table: &Table<'_>) -> Option<Paper> {
    let node = table.node("paper")?;
    if let NodeKind::Text(name) = &node.kind {
        let paper = Paper::named(name);
        if paper.is_none() {
            table.problem(
                "F004",
                node.line,
                format!("paper = \"{}\" はありません。A3 A4 A5 B4 B5 postcard、横向きは \"A4 landscape\"、ほかは [幅, 高さ]（mm）です。", shown(name)),
            );
        }
        return paper;
    }
    let [width, height] = table.numbers::<2>(node, "paper", "用紙の名前、または [幅, 高さ]（mm）")?;
    if (20.0..=2000.0).contains(&width) && (20.0..=2000.0).contains(&height) {
        Some(Paper { width, height })
    } else {
        table.problem("F003", node.line, "paper の幅と高さは20から2000（mm）までです。");
        None
    }
}

fn pages(table: &Table<'_>) -> Option<Vec<u16>> {
    let node = table.node("pages")?;
    let NodeKind::List(items) = &node.kind else {
        table.wrong(node, "pages", "ページの一覧 [1, 2]");
        return None;
    };
    let mut out = Vec::new();
    for item in items {
        match item.kind {
            NodeKind::Number(n) if n.fract() == 0.0 && (1.0..=500.0).contains(&n) => {
                out.extend(u16::try_from(whole(n)));
            }
            _ => table.wrong(item, "pages", "1から500までの整数の一覧"),
        }
    }
    Some(out)
}

fn face(table: &Table<'_>) -> Option<Face> {
    table.word("font", &[("mincho", Face::Mincho), ("gothic", Face::Gothic)])
}

fn offset(table: &Table<'_>, node: &Node, key: &str) -> Option<(f64, f64)> {
    let [right, down] = table.numbers::<2>(node, key, "二つの数 [右へ, 下へ]（mm）")?;
    if right.abs() <= 50.0 && down.abs() <= 50.0 {
        Some((right, down))
    } else {
        table.problem("F003", node.line, format!("{key} のずらしは50mmまでです。"));
        None
    }
}

fn preprinted(table: &Table<'_>) -> Preprinted {
    let Some(inner) = table.node("preprinted").and_then(|node| Table::of(node, "preprinted", table.sink()))
    else {
        return Preprinted::default();
    };
    let mut out = Preprinted { always: inner.bool("always"), ..Preprinted::default() };
    if let Some(node) = inner.node("offset") {
        out.offset = offset(&inner, node, "offset").unwrap_or_default();
    }
    if let Some(printers) =
        inner.node("offsets").and_then(|node| Table::of(node, "preprinted.offsets", table.sink()))
    {
        for printer in printers.keys() {
            if let Some(found) = printers.node(printer).and_then(|node| offset(&printers, node, printer)) {
                out.offsets.push((printer.clone(), found));
            }
        }
    }
    inner.finish();
    out
}
