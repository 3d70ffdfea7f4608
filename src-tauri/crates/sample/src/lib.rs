//! みなと野市: the sample city's files as they lie in the project, for tests and benches of every floor.
//!
//! **Not for:** anything shipped. The terminal has the city built in, `madokactl` reads whatever folder it is given, and
//! both say in Japanese what is wrong with it; here a missing file is a broken checkout, and stops.

#![expect(
    clippy::expect_used,
    reason = "never shipped: a test or a measurement without its city stops loudly"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file by its path in the pack: what `madoka_rules::PackFiles` is.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The pack without its papers: enough to ask and to judge.
pub fn city() -> Files {
    let mut files = Files::new();
    gather(&project().join("assets/sample-city"), "", &mut files);
    files
}

/// The pack with its papers, as it is released.
pub fn city_with_papers() -> Files {
    let mut files = city();
    gather(&project().join("forms"), "forms/", &mut files);
    files
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn gather(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("the sample city lies in the project") {
        let entry = entry.expect("its folders can be read");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            gather(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(entry.path()).expect("its files can be read"));
        }
    }
}
