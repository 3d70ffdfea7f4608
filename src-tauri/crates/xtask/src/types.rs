//! The screens' TypeScript types, made from the Rust types of `counter::view`.

use std::fs;
use std::path::Path;

use xtask::step::{Outcome, Todo, cargo, failure, root, step, succeed, target};

const HOME: &str = "ui/src/backend/types";

/// Writes them anew where the screens read them.
pub(crate) fn generate() -> Outcome {
    step("Rust の型から画面の型を作ります");
    let home = root().join(HOME);
    if home.exists() {
        // A type that is gone in Rust must be gone here too.
        fs::remove_dir_all(&home).todo("古い型を消せません", "ファイルの権限を確かめてください")?;
    }
    write_to(&home)
}

/// Fails when what is checked in is not what Rust says today.
pub(crate) fn check() -> Outcome {
    step("画面の型が Rust の型と同じか調べます");
    let fresh = target().join("types");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).todo("前の型を消せません", "ファイルの権限を確かめてください")?;
    }
    write_to(&fresh)?;
    if read(&fresh)? == read(&root().join(HOME))? {
        Ok(())
    } else {
        Err(failure("画面の型が Rust の型と違います", "`cargo xtask types` を実行してコミットしてください"))
    }
}

fn write_to(folder: &Path) -> Outcome {
    let mut test = cargo();
    test.args(["test", "--quiet", "--package", "madoka-counter", "--lib", "export_bindings"]);
    test.env("TS_RS_EXPORT_DIR", folder).stdout(std::process::Stdio::null());
    succeed(&mut test, "上の知らせに出ている所を直してください")
}

fn read(folder: &Path) -> Outcome<Vec<(String, String)>> {
    let advice = "`cargo xtask types` を実行してください";
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).todo("型のフォルダーを読めません", advice)?.flatten() {
        let text = fs::read_to_string(entry.path()).todo("型を読めません", advice)?;
        files.push((entry.file_name().to_string_lossy().into_owned(), text));
    }
    files.sort();
    Ok(files)
}
