//! `fill`: the city's papers, filled; and `form preview`: the places on one of them.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use madoka_counter::papers::{Blanks, Desk, Settled, Which, case_bundle};
use madoka_facts::Id;
use madoka_forms::fill::{Blank, Cover, Options};
use madoka_forms::{Fonts, check_form, page_picture, preview as drawn, read_form};
use serde_json::json;

use crate::directory::read_pack_files;
use crate::failure::Failure;
use crate::judge::opened;
use crate::say::Say;

/// What `fill` was asked for.
#[derive(Debug)]
pub(crate) struct Fill<'a> {
    pub(crate) pack: &'a Path,
    pub(crate) facts: &'a Path,
    pub(crate) forms: &'a [String],
    pub(crate) values_only: bool,
    pub(crate) printer: Option<String>,
    pub(crate) practice: bool,
    pub(crate) cover: bool,
    pub(crate) case_number: Option<String>,
    pub(crate) on: Option<Date>,
    pub(crate) out: &'a Path,
}

pub(crate) fn fill(asked: &Fill<'_>, say: &mut Say) -> Result<(), Failure> {
    let (book, case) = opened(asked.pack, asked.facts, asked.on)?;
    let judgement = book.judge(&case.facts);
    let blanks = Blanks::new(&read_pack_files(asked.pack)?);
    let ids: Vec<Id> = asked
        .forms
        .iter()
        .map(|form| form.parse().map_err(|_| Failure::NoForm(form.clone())))
        .collect::<Result<_, _>>()?;
    let settled = Settled::default();
    let which = if ids.is_empty() { Which::Needed(&settled) } else { Which::Only(&ids) };
    let options = Options {
        values_only: asked.values_only,
        printer: asked.printer.clone(),
        practice: asked.practice,
        cover: if asked.cover { Cover::First } else { Cover::No },
        ..Options::default()
    };
    let desk =
        Desk { officer: None, case_number: asked.case_number.as_deref(), case_code: None, stamps: &[] };
    let made = case_bundle(&book, &judgement, &case.facts, which, &blanks, &Fonts::system(), &options, desk)?;
    let done = made.bundle;
    // A PDF without pages is a riddle to every viewer.
    if done.parts.is_empty() {
        return Err(Failure::NothingToFill);
    }
    write(asked.out, &done.pdf)?;
    let without_paper: Vec<&str> = made.without_paper.iter().map(Id::as_str).collect();
    let forms = done.parts.iter().filter(|part| part.form.is_some()).count();
    say.document(&json!({
        "out": asked.out.display().to_string(),
        "pages": done.pages(),
        "bytes": done.pdf.len(),
        "forms": done.parts.iter().map(|part| json!({
            "id": part.form.as_ref().map(Id::as_str),
            "name": part.name,
            "member": part.member,
            "pages": [part.pages.start + 1, part.pages.end],
            "copies": part.copies,
            "tray": part.tray,
            "values_only": part.values_only,
        })).collect::<Vec<_>>(),
        "warnings": done.warnings.iter().map(|warning| json!({
            "form": warning.form.as_str(),
            "field": warning.field,
            "page": warning.page,
            "row": warning.row,
            "reason": warning.reason.code(),
            "message": warning.message(),
        })).collect::<Vec<_>>(),
        "without_paper": without_paper,
    }));
    say.line(format!("様式{}件、{}ページを書き出しました。", forms, done.pages()));
    for warning in &done.warnings {
        say.line(format!("  {}ページ {}", warning.page, warning.message()));
    }
    if !without_paper.is_empty() {
        say.line(format!("紙のない様式: {}", without_paper.join("、")));
    }
    Ok(())
}

fn write(out: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(out, bytes)
        .map_err(|error| Failure::Write { path: out.display().to_string(), reason: error.kind().to_string() })
}

fn read(form: &str, text: &[u8], file: impl Fn(&str) -> Option<Vec<u8>>) -> Result<Blank, Failure> {
    let form = read_form(form, &String::from_utf8_lossy(text)).map_err(|problems| {
        for problem in &problems {
            Say::note(problem.to_string());
        }
        Failure::FormErrors(problems.len())
    })?;
    Ok(Blank::new(form, file)?)
}

pub(crate) fn preview(folder: &Path, pack: Option<&Path>, out: &Path, say: &mut Say) -> Result<(), Failure> {
    let unreadable = |path: &PathBuf, error: &std::io::Error| Failure::Read {
        path: path.display().to_string(),
        reason: error.kind().to_string(),
    };
    let folder = folder.canonicalize().map_err(|error| unreadable(&folder.to_path_buf(), &error))?;
    let toml = folder.join("form.toml");
    let text = std::fs::read(&toml).map_err(|error| unreadable(&toml, &error))?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let blank = read(&name, &text, |name| std::fs::read(folder.join(name)).ok())?;
    let mut noted = 0;
    if let Some(pack) = pack {
        for problem in check_form(blank.form(), &crate::judge::load(pack)?.vocabulary) {
            Say::note(problem.to_string());
            noted += usize::from(!problem.mild);
        }
    }
    let pdf = drawn(&blank, &Fonts::system())?;
    let pages = blank.papers().count();
    let mut written = Vec::new();
    if out.extension().is_some_and(|end| end.eq_ignore_ascii_case("pdf")) {
        write(out, &pdf)?;
        written.push(out.display().to_string());
    } else {
        for page in 0..pages {
            let picture = page_picture(&pdf, page, 110.0).and_then(|picture| picture.to_png());
            let picture = picture.ok_or(madoka_forms::FillError::Broken("絵にできません"))?;
            // form.png, form-2.png, …
            let out = if page == 0 {
                out.to_path_buf()
            } else {
                let stem =
                    out.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                out.with_file_name(format!("{stem}-{}.png", page + 1))
            };
            write(&out, &picture)?;
            written.push(out.display().to_string());
        }
    }
    say.document(
        &json!({ "form": blank.form().id.as_str(), "pages": pages, "out": written, "problems": noted }),
    );
    say.line(format!("「{}」の記入欄{}個を紙に重ねました。", blank.form().name, blank.form().fields.len()));
    if noted > 0 { Err(Failure::FormErrors(noted)) } else { Ok(()) }
}
