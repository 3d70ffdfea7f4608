//! Every paper of みなと野市 can be read.

use std::path::PathBuf;

#[test]
fn みなと野市のすべての様式が読める() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../forms");
    let mut seen = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(root).unwrap().flatten() {
        let Ok(text) = std::fs::read_to_string(entry.path().join("form.toml")) else { continue };
        seen += 1;
        let name = entry.file_name().into_string().unwrap();
        if let Err(problems) = madoka_forms::read_form(&name, &text) {
            wrong.extend(problems.iter().map(ToString::to_string));
        }
    }
    assert!(wrong.is_empty(), "{seen} 様式\n{}", wrong.join("\n"));
    assert!(seen >= 30, "{seen}");
}
