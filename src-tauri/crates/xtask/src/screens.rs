//! The screens (`ui/`): their parts from npm, and what Vite makes of them.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::node::Node;
use xtask::step::{Outcome, Todo, root, step, succeed};

/// What the built screens depend on.
const SOURCES: &[&str] =
    &["src", "index.html", "resident.html", "package-lock.json", "vite.config.ts", "svelte.config.js"];

/// Everything the screens are made with, exactly as the lock file says.
pub(crate) fn install(node: &Node) -> Outcome {
    let ui = root().join("ui");
    let lock = ui.join("package-lock.json");
    let stamp = ui.join("node_modules/.installed-lock.json");
    let wanted = fs::read(&lock).todo("package-lock.json を読めません", "クローンし直してください")?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step("画面の部品を取り寄せます（npm ci）");
    let mut npm = node.command("npm");
    npm.args(["ci", "--no-fund", "--no-audit", "--loglevel=error"]);
    succeed(&mut npm, "ネットワークと npm の設定を確かめ、もう一度実行してください")?;
    fs::write(&stamp, wanted).todo("印を書けません", "空き容量を確かめてください")
}

/// Builds the screens unless they are newer than all they are made of.
pub(crate) fn build(node: &Node) -> Outcome {
    let ui = root().join("ui");
    let built = newest(&ui.join("dist/resident.html"));
    let made_of = SOURCES.iter().filter_map(|source| newest(&ui.join(source))).max();
    if built.is_some() && built >= made_of {
        return Ok(());
    }
    step("画面を作ります（Vite）");
    let mut npm = node.command("npm");
    npm.args(["run", "--silent", "build"]);
    succeed(&mut npm, "上の知らせに出ているファイルを直してください")
}

/// When this file, or the newest file in this folder, was last changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let about = fs::metadata(path).ok()?;
    let own = about.modified().ok();
    if !about.is_dir() {
        return own;
    }
    // A folder's own time changes when a file in it is taken away.
    fs::read_dir(path).ok()?.flatten().map(|entry| newest(&entry.path())).fold(own, Option::max)
}
