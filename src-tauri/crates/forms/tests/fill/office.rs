//! A small office: forms on empty paper, facts, and what the PDF says afterwards.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::civil::{Date, date};
use madoka_facts::{CaseFacts, FactPath, Id, Source, Value, Vocabulary};
use madoka_forms::fill::{Blank, Bundle, Filling, Options, Stamp, Wanted, bundle};
use madoka_forms::{Fonts, Known, read_form};
use madoka_text::Gazetteer;

pub(crate) const VISIT: Date = date(2026, 11, 2);

/// An empty A4 page, made without any library.
pub(crate) fn empty_pdf(width: f64, height: f64) -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Resources<<>>>>"),
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj{object}endobj\n", at + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer<</Root 1 0 R/Size 4>>\nstartxref\n{start}\n%%EOF").bytes());
    out
}

pub(crate) fn a_form(fields: &str) -> Blank {
    a_form_with("", fields)
}

pub(crate) fn a_form_with(head: &str, fields: &str) -> Blank {
    let text = format!("id = \"trial\"\nname = \"ためしの届\"\nbackground = \"form.pdf\"\n{head}\n{fields}");
    let form = read_form("trial", &text).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>())
    });
    Blank::new(form, |_| Some(empty_pdf(595.276, 841.89))).unwrap()
}

pub(crate) fn facts(json: &str) -> CaseFacts {
    CaseFacts::from_json(json, &Vocabulary::built_in(), Source::Staff).unwrap()
}

pub(crate) fn fill(blank: &Blank, json: &str) -> Bundle {
    fill_with(&[Wanted::of(blank)], &facts(json), &Options::default())
}

pub(crate) fn fill_with(wanted: &[Wanted<'_>], facts: &CaseFacts, options: &Options) -> Bundle {
    let words = Vocabulary::built_in();
    fill_in(wanted, facts, options, &words, &[])
}

pub(crate) fn fill_in(
    wanted: &[Wanted<'_>],
    facts: &CaseFacts,
    options: &Options,
    words: &Vocabulary,
    offices: &[(Id, String)],
) -> Bundle {
    fill_stamped(wanted, facts, options, words, offices, &[])
}

pub(crate) fn fill_stamped(
    wanted: &[Wanted<'_>],
    facts: &CaseFacts,
    options: &Options,
    words: &Vocabulary,
    offices: &[(Id, String)],
    stamps: &[Stamp],
) -> Bundle {
    let derived: BTreeMap<FactPath, Value> = BTreeMap::new();
    let pictures = BTreeMap::new();
    let gazetteer = Gazetteer::nation().with([("架空県", "みなと野市")]);
    let filling = Filling {
        known: Known { facts: &facts.facts, visit: VISIT, derived: &derived, member: None },
        words,
        offices,
        city: "みなと野市",
        prefecture: "架空県",
        officer: Some("窓口 一郎"),
        case_number: Some("26-012-000345-9529"),
        case_code: Some("260120003459529"),
        gazetteer: &gazetteer,
        pictures: &pictures,
        stamps,
    };
    bundle(&Fonts::system(), wanted, &[], &filling, options).unwrap()
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The words of a page with their places in millimetres from the top left: (text, left, top, right, bottom).
pub(crate) fn words(pdf: &[u8]) -> Vec<(String, f64, f64, f64, f64)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.pdf");
    std::fs::write(&file, pdf).unwrap();
    let out = Command::new("pdftotext").arg("-bbox").arg(&file).arg("-").output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let number = |line: &str, key: &str| -> f64 {
        let from = line.find(&format!("{key}=\"")).unwrap() + key.len() + 2;
        line[from..].split('"').next().unwrap().parse::<f64>().unwrap() * 25.4 / 72.0
    };
    text.lines()
        .filter(|line| line.contains("<word "))
        .map(|line| {
            let word = line.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned();
            (word, number(line, "xMin"), number(line, "yMin"), number(line, "xMax"), number(line, "yMax"))
        })
        .collect()
}

pub(crate) fn text(pdf: &[u8]) -> String {
    words(pdf).into_iter().map(|(word, ..)| word).collect::<Vec<_>>().join(" ")
}

/// Whatever a test wants a person to see, when a folder for it is given.
pub(crate) fn show(name: &str, pdf: &[u8]) {
    if let Ok(folder) = std::env::var("MADOKA_SHOW") {
        std::fs::write(Path::new(&folder).join(name), pdf).unwrap();
    }
}
