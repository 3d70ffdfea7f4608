//! The sample city's files, and an edit made.

use std::path::Path;

use madoka_rules::PackFiles;
use madoka_rules::edit::{Edit, EditError};

pub(crate) fn sample() -> PackFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets/sample-city");
    let mut files = PackFiles::new();
    gather(&root, "", &mut files);
    files
}

fn gather(folder: &Path, prefix: &str, files: &mut PackFiles) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            gather(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

pub(crate) fn text(files: &PackFiles, file: &str) -> String {
    String::from_utf8(files[file].clone()).unwrap()
}

/// Makes the edit, checks that it can be taken back exactly, and says it.
pub(crate) fn make(files: &mut PackFiles, edit: &Edit) -> Result<String, EditError> {
    let before = files.clone();
    let applied = edit.apply(files, None)?;
    applied.patch.apply(files).unwrap();
    let mut back = files.clone();
    applied.patch.inverse().apply(&mut back).unwrap();
    assert!(back == before, "{edit:?} cannot be taken back");
    Ok(applied.said)
}
