//! 書類一式: twenty papers of a death, filled over the city's own forms, beside what else could do it.
//!
//! Every peer is given the same placements (text, place, size) that Madoka worked out, so that only the laying over is
//! compared: choosing glyphs, warnings and formats are Madoka's alone and are in its time.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement says what it saw, and stops where it cannot go on"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use madoka_facts::{CaseFacts, Source, Vocabulary};
use madoka_forms::fill::{Blank, Bundle, Filling, Options, Wanted, bundle};
use madoka_forms::{Fonts, Known, read_form};
use madoka_text::Gazetteer;

const FORMS: usize = 20;
const ROUNDS: usize = 15;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// Papers that speak only of what every city knows, so that no pack is needed to measure.
const WANTED: [&str; FORMS] = [
    "household_head_change",
    "kokuho_loss",
    "koki_loss",
    "koki_declaration",
    "kokuho_heir",
    "funeral_koki",
    "funeral_kokuho",
    "care_loss",
    "care_heir",
    "care_refund",
    "unpaid_pension",
    "survivor_basic",
    "pension_consultation",
    "tax_heir_representative",
    "property_present_owner",
    "disability_certificate_return",
    "water",
    "dog",
    "moped",
    "power_of_attorney",
];

fn blank(id: &str) -> Blank {
    let folder = root().join("forms").join(id);
    let text = std::fs::read_to_string(folder.join("form.toml")).expect("the sample form is there");
    let form = read_form(id, &text).expect("the sample form is right");
    Blank::new(form, |name| std::fs::read(folder.join(name)).ok()).expect("the sample paper is there")
}

fn fill(
    fonts: &Fonts,
    blanks: &[Blank],
    case: &CaseFacts,
    words: &Vocabulary,
    city: &Gazetteer,
    values_only: bool,
) -> Bundle {
    let (derived, pictures) = (BTreeMap::new(), BTreeMap::new());
    let filling = Filling {
        known: Known {
            facts: &case.facts,
            visit: "2026-11-02".parse().expect("a day"),
            derived: &derived,
            member: None,
        },
        words,
        offices: &[],
        city: "みなと野市",
        prefecture: "架空県",
        officer: None,
        case_number: Some("26-012-000345-9529"),
        case_code: Some("260120003459529"),
        gazetteer: city,
        pictures: &pictures,
        stamps: &[],
    };
    let wanted: Vec<Wanted<'_>> = blanks.iter().map(Wanted::of).collect();
    bundle(fonts, &wanted, &[], &filling, &Options { values_only, ..Options::default() })
        .expect("the bundle can be made")
}

/// Every word of a PDF: page (from 0), left and baseline in points from the bottom left, size, text.
fn placements(file: &Path) -> String {
    let out = Command::new("pdftotext").arg("-bbox").arg(file).arg("-").output().expect("poppler is there");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let number = |line: &str, key: &str| -> f64 {
        let from = line.split(&format!("{key}=\"")).nth(1).unwrap_or_default();
        from.split('"').next().unwrap_or_default().parse().unwrap_or_default()
    };
    let (mut page, mut height, mut lines) = (0_usize, 0.0, Vec::new());
    for line in text.lines() {
        if line.contains("<page ") {
            page += 1;
            height = number(line, "height");
        } else if line.contains("<word ") {
            let (left, bottom) = (number(line, "xMin"), number(line, "yMax"));
            let size = bottom - number(line, "yMin");
            let word = line.split('>').nth(1).unwrap_or_default().split('<').next().unwrap_or_default();
            let baseline = height - bottom + size * 0.12;
            lines.push(format!("{}\t{left:.2}\t{baseline:.2}\t{size:.2}\t{word}", page - 1));
        }
    }
    lines.join("\n")
}

fn main() {
    let facts = std::fs::read_to_string(root().join("tests/benches/forms/family.json")).expect("the family");
    let words = Vocabulary::built_in();
    let case = CaseFacts::from_json(&facts, &words, Source::Staff).expect("the family's facts are right");
    let city = Gazetteer::nation().with([("架空県", "みなと野市")]);

    // The first bundle of a process: looking for fonts, reading papers, parsing fonts.
    let start = Instant::now();
    let blanks: Vec<Blank> = WANTED.iter().map(|id| blank(id)).collect();
    let first = fill(&Fonts::system(), &blanks, &case, &words, &city, false);
    let cold = start.elapsed();

    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let done = fill(&Fonts::system(), &blanks, &case, &words, &city, false);
            assert!(done.pdf == first.pdf, "the same case gives the same bytes");
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let warm = times[ROUNDS / 2];
    println!(
        "madoka\twarm {warm:.1} ms\tfirst {:.0} ms\t{} bytes\t{} pages\t{} warnings",
        cold.as_secs_f64() * 1000.0,
        first.pdf.len(),
        first.pages(),
        first.warnings.len()
    );

    // The peers lay the same words over the same papers.
    let folder = std::env::temp_dir().join("madoka-bench-forms");
    std::fs::create_dir_all(&folder).expect("a folder to write into");
    std::fs::write(folder.join("madoka.pdf"), &first.pdf).expect("a file to write");
    let values = fill(&Fonts::system(), &blanks, &case, &words, &city, true);
    std::fs::write(folder.join("values.pdf"), &values.pdf).expect("a file to write");
    std::fs::write(folder.join("placements.tsv"), placements(&folder.join("values.pdf")))
        .expect("a file to write");
    let papers: Vec<String> = WANTED
        .iter()
        .map(|id| root().join("forms").join(id).join("form.pdf").display().to_string())
        .collect();
    std::fs::write(folder.join("papers.txt"), papers.join("\n")).expect("a file to write");
    let peers = root().join("tests/benches/peers/forms-peers");
    for (program, script) in
        [("python3", "reportlab_pypdf.py"), ("node", "pdf-lib.mjs"), ("node", "typst.mjs")]
    {
        let done = Command::new(program).arg(peers.join(script)).arg(&folder).output();
        match done {
            Ok(done) if done.status.success() => print!("{}", String::from_utf8_lossy(&done.stdout)),
            Ok(done) => {
                let said = String::from_utf8_lossy(&done.stderr);
                println!("{script}\tnot measured: {}", said.lines().last().unwrap_or_default());
            }
            Err(error) => println!("{script}\tnot measured: {error}"),
        }
    }
}
