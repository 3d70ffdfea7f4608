//! 様式の編集: what a change does to a `form.toml`, and what it leaves alone.

#![expect(clippy::unwrap_used, reason = "also outside of the tests themselves, a test stops loudly")]

mod laws;
mod revision;
mod samples;
mod steps;

use std::path::PathBuf;

fn papers() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../forms")
}

fn text(form: &str) -> String {
    std::fs::read_to_string(papers().join(form).join("form.toml")).unwrap()
}

/// Every form of the sample city: id and text.
fn all() -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = std::fs::read_dir(papers())
        .unwrap()
        .flatten()
        .filter_map(|folder| {
            let id = folder.file_name().into_string().ok()?;
            Some((id, std::fs::read_to_string(folder.path().join("form.toml")).ok()?))
        })
        .collect();
    out.sort();
    assert!(out.len() > 100);
    out
}
