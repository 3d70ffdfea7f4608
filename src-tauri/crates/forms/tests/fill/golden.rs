//! A filled paper of the sample city beside what a person looked at once and found right: every word, with its place.
//!
//! `MADOKA_GOLDEN=write` writes the file anew; look at the difference before keeping it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use madoka_facts::{CaseFacts, Source, Vocabulary};
use madoka_forms::fill::{Options, Wanted};
use madoka_forms::page_picture;

use crate::office::{fill_with, words};
use crate::sample::{FAMILY, blanks};

/// Millimetres by which a renderer may measure a word differently.
const TOLERANCE: f64 = 0.3;

fn family() -> CaseFacts {
    // Without the facts of the pack: what is printed here needs none.
    let built_in = FAMILY
        .replace("\"case.death_date\":\"2026-10-20\",\"case.funeral_date\":\"2026-10-24\",", "")
        .replace("\"visitor.relation\":\"spouse\",", "");
    CaseFacts::from_json(&built_in, &Vocabulary::built_in(), Source::Staff).unwrap()
}

#[test]
fn 葬祭費支給申請書の言葉と場所は見て確かめたとおり() {
    let blanks = blanks();
    let wanted = [Wanted::of(&blanks["funeral_koki"])];
    let pdf = fill_with(&wanted, &family(), &Options { values_only: true, ..Options::default() }).pdf;
    // The order in which a reader finds words is its own affair.
    let mut found = words(&pdf);
    found.sort_by(|one, other| {
        let place = |word: &(String, f64, f64, f64, f64)| (word.2.round() as i32, word.1.round() as i32);
        (&one.0, place(one)).cmp(&(&other.0, place(other)))
    });
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fill/golden/funeral_koki.tsv");
    if std::env::var_os("MADOKA_GOLDEN").is_some() {
        let mut text = String::new();
        for (word, left, top, right, bottom) in &found {
            writeln!(text, "{left:.1}\t{top:.1}\t{right:.1}\t{bottom:.1}\t{word}").unwrap();
        }
        std::fs::write(&file, text).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = golden.lines().collect();
    assert_eq!(lines.len(), found.len(), "{found:?}");
    for (line, (word, left, top, right, bottom)) in lines.iter().zip(&found) {
        let parts: Vec<&str> = line.split('\t').collect();
        assert_eq!(parts[4], word);
        for (wanted, found) in parts.iter().zip([left, top, right, bottom]) {
            let wanted: f64 = wanted.parse().unwrap();
            assert!((wanted - found).abs() < TOLERANCE, "{line}: {found}");
        }
    }
}

/// Both renderers see the same page: of small squares, hardly any is dark in one and light in the other.
#[test]
fn 二つの描画で同じ紙に見える() {
    let blanks = blanks();
    let wanted = [Wanted::of(&blanks["funeral_koki"])];
    let pdf = fill_with(&wanted, &family(), &Options::default()).pdf;
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("a.pdf"), folder.path().join("a"));
    std::fs::write(&file, &pdf).unwrap();
    let done =
        Command::new("pdftoppm").args(["-r", "72", "-png", "-singlefile"]).arg(&file).arg(&out).status();
    assert!(done.unwrap().success());
    let other = image::open(folder.path().join("a.png")).unwrap().to_luma8();
    let ours = page_picture(&pdf, 0, 72.0).unwrap();
    let wide = ours.width.min(other.width());
    let tall = ours.height.min(other.height());
    let grey = |x: u32, y: u32| u32::from(ours.pixels[((y * ours.width + x) * 4 + 1) as usize]);
    let (mut squares, mut unlike) = (0, 0);
    for top in (0..tall - 8).step_by(8) {
        for left in (0..wide - 8).step_by(8) {
            let (mut one, mut two) = (0, 0);
            for (x, y) in (0..64).map(|at| (left + at % 8, top + at / 8)) {
                one += grey(x, y);
                two += u32::from(other.get_pixel(x, y).0[0]);
            }
            squares += 1;
            unlike += u32::from(one.abs_diff(two) / 64 > 40);
        }
    }
    assert!(unlike * 200 < squares, "{unlike} of {squares} squares differ");
}
