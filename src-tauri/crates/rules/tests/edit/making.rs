//! What every test of an edit does: make it, take it back, read what it wrote.

use madoka_rules::PackFiles;
use madoka_rules::edit::{Edit, EditError};

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
