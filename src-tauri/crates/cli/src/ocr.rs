//! `madokactl ocr`: one picture of a document, read.

use std::path::Path;

use jiff::civil::Date;
use madoka_ocr::{Options, Reader};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::say::Say;

pub(crate) fn ocr(file: &Path, kind: Option<&str>, on: Option<Date>, say: &mut Say) -> Result<(), Failure> {
    one_thread_an_engine();
    let bytes = std::fs::read(file)
        .map(Zeroizing::new)
        .map_err(|error| Failure::Read { path: file.display().to_string(), reason: error.to_string() })?;
    let reader = Reader::new()?;
    let today = on.unwrap_or_else(crate::judge::today);
    let reading = reader.read(&bytes, &Options { kind, today: Some(today), ..Options::default() })?;
    say.line(reading.kind.map_or("種類がわかりません", |kind| kind.label.as_str()));
    for problem in &reading.problems {
        say.line(format!("注意: {}", problem.advice()));
    }
    for field in &reading.fields {
        let mark = if field.confirm { "確かめる" } else { "　　　　" };
        say.line(format!("{mark}\t{}\t{}", field.id, field.value));
    }
    say.document(&reading.json());
    Ok(())
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
