//! The proposals as a `form.toml` (see FORMAT.md): what is bound as fields, what is not as comments to complete.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Detected;
use super::page::Area;
use super::proposal::{Answer, DatePart, Kind, Mark, Proposal};

/// Below this, the supervisor is asked to look twice.
pub const SURE: f64 = 0.8;

/// `form.toml` of what was proposed. `id` is the form's, `background` the file beside it that was searched.
pub fn form_toml(found: &Detected, id: &str, background: &str) -> String {
    written(found, id, background, Loose::Comment)
}

/// The same for the screen: what nobody could bind is a field too, bound to nothing, and waits for a person.
pub fn sketch_toml(found: &Detected, id: &str, background: &str) -> String {
    written(found, id, background, Loose::Field)
}

/// What a field becomes that could not be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loose {
    Comment,
    Field,
}

fn written(found: &Detected, id: &str, background: &str, loose: Loose) -> String {
    let mut out = String::from(
        "# 用紙から読み取った案です。位置と結び付けを一つずつ確かめてから使ってください（書き方は FORMAT.md）。\n\
         # 「要確認」は見出しや欄の持ち主がはっきりしない欄、「#」で始まる欄は事実を決められなかった欄です。\n",
    );
    let name = found.title.as_deref().filter(|title| !title.is_empty()).unwrap_or("名前のない様式");
    let _ = writeln!(out, "id = {}", quoted(id));
    let _ = writeln!(out, "name = {}", quoted(name));
    let picture = !background.to_ascii_lowercase().ends_with(".pdf");
    let file = quoted(background);
    let _ =
        if picture { writeln!(out, "background = [{file}]") } else { writeln!(out, "background = {file}") };
    if let Some((width, height)) = found.pages.first().filter(|_| picture) {
        let _ = writeln!(out, "paper = [{}, {}]", length(*width), length(*height));
    }
    let mut ids = Ids::default();
    for proposal in &found.proposals {
        out.push('\n');
        field(&mut out, proposal, &mut ids, "[[field]]", loose);
    }
    out
}

#[derive(Default)]
struct Ids(BTreeMap<String, usize>);

impl Ids {
    fn of(&mut self, proposal: &Proposal) -> String {
        let base = match (&proposal.kind, &proposal.value) {
            (Kind::Rows { .. }, _) => "members".to_owned(),
            (Kind::Signature { .. }, _) => "signature".to_owned(),
            (_, Some(value)) => value
                .chars()
                .map(
                    |letter| {
                        if letter.is_ascii_lowercase() || letter.is_ascii_digit() { letter } else { '_' }
                    },
                )
                .collect(),
            (_, None) => "field".to_owned(),
        };
        let seen = self.0.entry(base.clone()).or_insert(0);
        *seen += 1;
        if *seen == 1 { base } else { format!("{base}_{seen}") }
    }
}

/// Whether the field can stand in the file as it is.
fn complete(proposal: &Proposal) -> bool {
    match &proposal.kind {
        Kind::Signature { .. } => true,
        Kind::Rows { columns, .. } => columns.iter().any(complete),
        Kind::Choice { answers, .. } => {
            proposal.value.is_some() && answers.iter().any(|answer| answer.id.is_some())
        }
        _ => proposal.value.is_some(),
    }
}

fn field(out: &mut String, proposal: &Proposal, ids: &mut Ids, head: &str, loose: Loose) {
    #[expect(clippy::cast_possible_truncation, reason = "0 to 100")]
    let percent = (proposal.confidence * 100.0).round() as i64;
    let bound = complete(proposal);
    let doubtful = if bound { proposal.confidence < SURE } else { loose == Loose::Field };
    let look = if doubtful { "要確認：" } else { "" };
    let _ = writeln!(out, "# {look}{}（確からしさ{percent}％）", commented(&proposal.why));
    let whole = bound || loose == Loose::Field;
    let mut lines = vec![head.to_owned(), format!("id = {}", quoted(&ids.of(proposal)))];
    if proposal.kind.name() != "text" {
        lines.push(format!("kind = {}", quoted(proposal.kind.name())));
    }
    if head == "[[field]]" && proposal.page != 1 {
        lines.push(format!("page = {}", proposal.page));
    }
    place(&mut lines, proposal);
    if !proposal.label.is_empty() {
        lines.push(format!("label = {}", quoted(&proposal.label)));
    }
    match (&proposal.kind, &proposal.value) {
        (Kind::Signature { .. } | Kind::Rows { .. }, _) => {}
        (_, Some(value)) => {
            lines.push(format!("value = {}", quoted(value)));
            if value.ends_with("bank.holder")
                && proposal.label.contains(['カ', 'か'])
                && proposal.area.h < 7.5
            {
                lines.push("as = \"katakana\"".to_owned());
            }
            if value.ends_with("address") && proposal.kind == Kind::Text && proposal.area.h >= 8.0 {
                lines.push("fit = \"wrap\"".to_owned());
            }
        }
        (_, None) if loose == Loose::Field => lines.push("text = \"\"".to_owned()),
        (_, None) => lines.push("value = \"\"   # 事実を書く".to_owned()),
    }
    for line in lines {
        let _ = if whole { writeln!(out, "{line}") } else { writeln!(out, "# {line}") };
    }
    if let Kind::Rows { columns, .. } = &proposal.kind {
        let mut own = Ids::default();
        for column in columns {
            out.push('\n');
            field(out, column, &mut own, "[[field.column]]", loose);
        }
    }
}

fn place(lines: &mut Vec<String>, proposal: &Proposal) {
    match &proposal.kind {
        Kind::Text | Kind::Furigana | Kind::Number => {
            lines.push(format!("at = {}", rectangle(&proposal.area)));
        }
        Kind::Signature { seal } => {
            lines.push(format!("at = {}", rectangle(&proposal.area)));
            if *seal {
                lines.push("seal = true".to_owned());
            }
        }
        Kind::Comb { boxes } => {
            if even(boxes) {
                lines.push(format!("at = {}", rectangle(&proposal.area)));
                lines.push(format!("cells = {}", boxes.len()));
            } else {
                lines.push(format!("boxes = {}", rectangles(boxes)));
            }
        }
        Kind::Date { eras, printed, year, month, day } => {
            for (name, part) in [("year", year), ("month", month), ("day", day)] {
                lines.push(format!("{name} = {}", date_part(part)));
            }
            if !eras.is_empty() {
                lines.push(format!("eras = {}", options(eras)));
            }
            if let Some(era) = printed.as_ref().filter(|era| *era != "western") {
                lines.push(format!("printed_era = {}", quoted(era)));
            }
        }
        Kind::Choice { answers, mark } => {
            lines.push(format!("options = {}", options(answers)));
            if *mark == Mark::Check {
                lines.push("mark = \"check\"".to_owned());
            }
        }
        Kind::Rows { rows, pitch, .. } => {
            lines.push(format!("rows = {rows}"));
            lines.push(format!("pitch = {}", length(*pitch)));
        }
    }
}

fn date_part(part: &DatePart) -> String {
    if part.boxes.is_empty() {
        rectangle(&part.area)
    } else {
        format!("{{ boxes = {} }}", rectangles(&part.boxes))
    }
}

/// Answers by id; one that nobody knows keeps its printed word, to be replaced.
fn options(answers: &[Answer]) -> String {
    let known = answers.iter().any(|answer| answer.id.is_some());
    let mut places: BTreeMap<&str, Vec<&Area>> = BTreeMap::new();
    for answer in answers {
        let key = match &answer.id {
            Some(id) => id.as_str(),
            None if known => continue,
            None => answer.word.as_str(),
        };
        places.entry(key).or_default().push(&answer.area);
    }
    let parts: Vec<String> = places
        .into_iter()
        .map(|(key, areas)| match areas.as_slice() {
            [one] => format!("{} = {}", bare(key), rectangle(one)),
            many => {
                let all: Vec<String> = many.iter().map(|area| rectangle(area)).collect();
                format!("{} = [{}]", bare(key), all.join(", "))
            }
        })
        .collect();
    format!("{{ {} }}", parts.join(", "))
}

fn even(boxes: &[Area]) -> bool {
    let (Some(first), Some(last)) = (boxes.first(), boxes.last()) else { return false };
    #[expect(clippy::cast_precision_loss, reason = "a few boxes")]
    let width = (last.right() - first.x) / boxes.len() as f64;
    boxes.iter().enumerate().all(|(index, cell)| {
        #[expect(clippy::cast_precision_loss, reason = "a few boxes")]
        let x = first.x + width * index as f64;
        (cell.x - x).abs() < 0.4 && (cell.y - first.y).abs() < 0.4
    })
}

fn bare(key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if plain { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control.is_control() => {}
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

fn commented(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

/// Hundredths of a millimetre are finer than any printer.
fn length(millimetres: f64) -> String {
    let rounded = (millimetres * 100.0).round() / 100.0;
    format!("{rounded:?}")
}

fn rectangle(area: &Area) -> String {
    format!("[{}, {}, {}, {}]", length(area.x), length(area.y), length(area.w), length(area.h))
}

fn rectangles(areas: &[Area]) -> String {
    let all: Vec<String> = areas.iter().map(rectangle).collect();
    format!("[{}]", all.join(", "))
}
