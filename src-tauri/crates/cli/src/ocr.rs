//! `madokactl ocr`: the document in a picture, or with `--all` every document of it and of each page of a PDF.

use std::path::Path;

use jiff::civil::Date;
use madoka_ocr::{Options, Reader, Reading};
use serde_json::json;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::say::Say;

pub(crate) fn ocr(
    file: &Path,
    kind: Option<&str>,
    on: Option<Date>,
    all: bool,
    say: &mut Say,
) -> Result<(), Failure> {
    one_thread_an_engine();
    let bytes = std::fs::read(file)
        .map(Zeroizing::new)
        .map_err(|error| Failure::Read { path: file.display().to_string(), reason: error.to_string() })?;
    let reader = Reader::new()?;
    let today = on.unwrap_or_else(crate::judge::today);
    let options = Options { kind, today: Some(today), ..Options::default() };
    if all {
        let readings = reader.read_all(&bytes, &options)?;
        for reading in &readings {
            tell(reading, say);
        }
        say.document(&json!({ "documents": readings.iter().map(Reading::json).collect::<Vec<_>>() }));
    } else {
        let reading = reader.read(&bytes, &options)?;
        tell(&reading, say);
        say.document(&reading.json());
    }
    Ok(())
}

fn tell(reading: &Reading, say: &mut Say) {
    say.line(reading.kind.map_or("種類がわかりません", |kind| kind.label.as_str()));
    for problem in &reading.problems {
        say.line(format!("注意: {}", problem.advice()));
    }
    for field in &reading.fields {
        let mark = if field.confirm { "確かめる" } else { "　　　　" };
        say.line(format!("{mark}\t{}\t{}", field.id, field.value));
    }
}

/// tesseract's OpenMP threads fight with ours over the cores, and libgomp reads this setting once, when it is loaded:
/// start again with it. Where that cannot be done, reading is slower and as right.
#[cfg(unix)]
fn one_thread_an_engine() {
    use std::os::unix::process::CommandExt as _;
    const LIMIT: &str = "OMP_THREAD_LIMIT";
    if std::env::var_os(LIMIT).is_none()
        && let Ok(program) = std::env::current_exe()
    {
        let _failed =
            std::process::Command::new(program).args(std::env::args_os().skip(1)).env(LIMIT, "1").exec();
    }
}

#[cfg(not(unix))]
fn one_thread_an_engine() {}
