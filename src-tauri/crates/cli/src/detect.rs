//! `form detect`: fields proposed from the city's own paper.

use std::fs;
use std::path::Path;

use madoka_counter::supervisor::PaperReader;
use madoka_forms::detect::{Area, Detected, Kind, Proposal, SURE, detect as look, form_toml};
use serde_json::{Value as Json, json};

use crate::failure::Failure;
use crate::say::Say;

pub(crate) fn detect(file: &Path, out: Option<&Path>, say: &mut Say) -> Result<(), Failure> {
    let bytes = fs::read(file).map_err(|error| Failure::Read {
        path: file.display().to_string(),
        reason: error.kind().to_string(),
    })?;
    let found = look(&bytes, Some(&mut PaperReader::default()))?;
    if let Some(out) = out {
        let background = file.file_name().map_or_else(|| "form.pdf".into(), |name| name.to_string_lossy());
        fs::write(out, form_toml(&found, &id(file, out), &background)).map_err(|error| Failure::Write {
            path: out.display().to_string(),
            reason: error.kind().to_string(),
        })?;
    }
    say.document(&document(&found));
    tell(&found, out, say);
    Ok(())
}

/// The form's id is its folder's name; where that is none, the file's.
fn id(file: &Path, out: &Path) -> String {
    let folder = out
        .canonicalize()
        .ok()
        .and_then(|out| Some(out.parent()?.file_name()?.to_string_lossy().into_owned()));
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let good = |name: &String| {
        name.starts_with(|letter: char| letter.is_ascii_lowercase())
            && name
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
    };
    let named = stem.filter(|stem| good(stem) && stem != "form");
    named.or_else(|| folder.filter(good)).unwrap_or_else(|| "new_form".to_owned())
}

fn tell(found: &Detected, out: Option<&Path>, say: &mut Say) {
    let bound: Vec<&Proposal> = found.proposals.iter().filter(|proposal| proposal.value.is_some()).collect();
    let unsure = bound.iter().filter(|proposal| proposal.confidence < SURE).count();
    say.line(format!(
        "{}：記入欄{}個（事実に結び付けたもの{}個、うち要確認{unsure}個）",
        found.title.as_deref().unwrap_or("名前のない様式"),
        found.proposals.len(),
        bound.len(),
    ));
    for proposal in &found.proposals {
        say.line(format!(
            "  {:>3.0}％ {:<9} {} {}",
            proposal.confidence * 100.0,
            proposal.kind.name(),
            proposal.value.as_deref().unwrap_or("―"),
            proposal.why
        ));
    }
    if found.unread {
        Say::note("用紙が画像で、文字を読み取れませんでした。枠だけを書き出しました。");
    }
    if let Some(out) = out {
        say.line(format!("{} に書きました。位置と結び付けを確かめてください。", out.display()));
    }
}

fn document(found: &Detected) -> Json {
    json!({
        "title": found.title,
        "pages": found.pages.iter().map(|(width, height)| json!({ "width": width, "height": height })).collect::<Vec<_>>(),
        "read": !found.unread,
        "fields": found.proposals.iter().map(field).collect::<Vec<_>>(),
    })
}

fn rectangle(area: &Area) -> Json {
    let round = |side: f64| (side * 100.0).round() / 100.0;
    json!([round(area.x), round(area.y), round(area.w), round(area.h)])
}

fn field(proposal: &Proposal) -> Json {
    let mut field = json!({
        "page": proposal.page,
        "kind": proposal.kind.name(),
        "at": rectangle(&proposal.area),
        "label": proposal.label,
        "value": proposal.value,
        "confidence": (proposal.confidence * 100.0).round() / 100.0,
        "why": proposal.why,
    });
    let Some(more) = field.as_object_mut() else { return field };
    match &proposal.kind {
        Kind::Comb { boxes } => {
            more.insert("boxes".to_owned(), boxes.iter().map(rectangle).collect());
        }
        Kind::Choice { answers, .. } => {
            let answers: Vec<Json> = answers
                .iter()
                .map(|answer| json!({ "word": answer.word, "id": answer.id, "at": rectangle(&answer.area) }))
                .collect();
            more.insert("options".to_owned(), Json::Array(answers));
        }
        Kind::Date { year, month, day, .. } => {
            for (name, part) in [("year", year), ("month", month), ("day", day)] {
                more.insert(name.to_owned(), rectangle(&part.area));
            }
        }
        Kind::Rows { rows, pitch, columns } => {
            more.insert("rows".to_owned(), json!(rows));
            more.insert("pitch".to_owned(), json!((pitch * 100.0).round() / 100.0));
            more.insert("columns".to_owned(), columns.iter().map(self::field).collect());
        }
        Kind::Text | Kind::Furigana | Kind::Number | Kind::Signature { .. } => {}
    }
    field
}
