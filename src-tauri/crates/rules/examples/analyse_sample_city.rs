//! Analyses a pack directory and says how long it took.
//!
//! `cargo run --release -p madoka-rules --example analyse_sample_city -- assets/sample-city`

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to whoever runs it")]

use std::path::Path;
use std::time::Instant;

use madoka_rules::{PackFiles, Severity, analyse, read_pack};

fn read(root: &Path, directory: &Path, files: &mut PackFiles) -> std::io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            read(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            files.insert(name.to_string_lossy().replace('\\', "/"), std::fs::read(&path)?);
        }
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "assets/sample-city".to_owned());
    let mut files = PackFiles::new();
    read(Path::new(&directory), Path::new(&directory), &mut files)?;
    let pack = match read_pack(&files) {
        Ok(pack) => pack,
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            return Ok(());
        }
    };
    let today = pack.valid.from;
    let findings = analyse(&pack, today);
    for finding in &findings {
        println!("{finding}");
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let mut times: Vec<_> = (0..7)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(analyse(&pack, today));
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("誤り{errors}件、注意{}件", findings.len() - errors);
    if let (Some(fastest), Some(median)) = (times.first(), times.get(times.len() / 2)) {
        println!("{fastest:?}（速い回）、{median:?}（中央）");
    }
    Ok(())
}
