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

/// One who fills the papers.
struct Measured {
    name: String,
    first: f64,
    /// Sorted.
    warm: Vec<f64>,
    bytes: usize,
}

impl Measured {
    fn new(name: String, first: f64, mut warm: Vec<f64>, bytes: usize) -> Self {
        warm.sort_by(f64::total_cmp);
        Self { name, first, warm, bytes }
    }

    fn middle(&self) -> f64 {
        self.warm[self.warm.len() / 2]
    }

    fn row(&self, ours: f64) {
        let (least, most) = (self.warm[0], self.warm[self.warm.len() - 1]);
        println!(
            "| {} | {:.1} | {least:.1}–{most:.1} | {:.0} | {} | {:.1} |",
            self.name,
            self.middle(),
            self.first,
            self.bytes,
            self.middle() / ours
        );
    }
}

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let facts = std::fs::read_to_string(root().join("tests/benches/forms/family.json")).expect("the family");
    let words = Vocabulary::built_in();
    let case = CaseFacts::from_json(&facts, &words, Source::Staff).expect("the family's facts are right");
    let city = Gazetteer::nation().with([("架空県", "みなと野市")]);
    let fill =
        |blanks: &[Blank], values_only| fill(&Fonts::system(), blanks, &case, &words, &city, values_only);
    let timed = |blanks: &[Blank]| -> Vec<f64> {
        let once = |_| {
            let start = Instant::now();
            let done = fill(blanks, false);
            let took = start.elapsed().as_secs_f64() * 1000.0;
            assert!(!done.pdf.is_empty());
            took
        };
        (0..ROUNDS).map(once).collect()
    };

    // The first bundle of a process: looking for fonts, reading papers, parsing fonts.
    let start = Instant::now();
    let blanks: Vec<Blank> = WANTED.iter().map(|id| blank(id)).collect();
    let first = fill(&blanks, false);
    let cold = start.elapsed().as_secs_f64() * 1000.0;
    assert!(fill(&blanks, false).pdf == first.pdf, "the same case gives the same bytes");
    let ours = Measured::new("まどか".to_owned(), cold, timed(&blanks), first.pdf.len());

    // The peers lay the same words over the same papers.
    let folder = tempfile::tempdir().expect("a folder to write into");
    let write = |name: &str, content: &[u8]| {
        std::fs::write(folder.path().join(name), content).expect("a file to write");
    };
    write("values.pdf", &fill(&blanks, true).pdf);
    write("placements.tsv", placements(&folder.path().join("values.pdf")).as_bytes());
    let paper = |id: &&str| root().join("forms").join(id).join("form.pdf").display().to_string();
    write("papers.txt", WANTED.iter().map(paper).collect::<Vec<_>>().join("\n").as_bytes());
    // Debian's own Python, which has Debian's packages.
    let peers = [("/usr/bin/python3", "reportlab_pypdf.py"), ("node", "pdf-lib.mjs"), ("node", "typst.mjs")];
    let peers = peers.map(|(program, script)| peer(program, script, folder.path()));

    println!(
        "{} ページ、{ROUNDS} 回。注意 {} 件（まどかだけが言う）。\n",
        first.pages(),
        first.warnings.len()
    );
    println!("| | 2 回目から（ms、中央値） | 最小–最大 | はじめて（ms） | 大きさ（バイト） | まどかの何倍 |");
    println!("|---|---|---|---|---|---|");
    for measured in std::iter::once(&ours).chain(&peers) {
        measured.row(ours.middle());
    }
    println!("\n予算（DESIGN §12）：300 ms 未満、はじめて 1,500 ms 未満、1 MB 未満。");

    println!("\n### 様式が増えたとき（まどか、2 回目から）\n");
    println!("| 様式 | 中央値（ms） | 大きさ（バイト） |");
    println!("|---|---|---|");
    for some in [1, 5, 10, FORMS] {
        let blanks = &blanks[..some];
        let some = Measured::new(some.to_string(), 0.0, timed(blanks), fill(blanks, false).pdf.len());
        println!("| {} | {:.1} | {} |", some.name, some.middle(), some.bytes);
    }
}

/// What a peer says of itself, in one line of JSON.
fn peer(program: &str, script: &str, folder: &Path) -> Measured {
    let script = root().join("tests/benches/peers/forms-peers").join(script);
    let done = Command::new(program).arg(&script).arg(folder).output().expect("the peer can be started");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}: {said}", script.display());
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).expect("what the peer says is JSON");
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    let warm = told["warm"].as_array().expect("times").iter().map(number).collect();
    let bytes = usize::try_from(told["bytes"].as_u64().expect("a size")).expect("a size");
    Measured::new(told["name"].as_str().expect("a name").to_owned(), number(&told["first"]), warm, bytes)
}
