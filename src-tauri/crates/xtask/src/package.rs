//! `cargo xtask package`: a `.deb` that installs on a counter terminal.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::run::prepare;
use crate::screens;
use xtask::step::{Outcome, Todo, failure, step, succeed, target};

pub(crate) fn package() -> Outcome {
    let node = prepare(&[])?;
    screens::build(&node)?;
    step("インストールできる形にします（初めは数分かかります）");
    succeed(node.tauri().args(["build", "--bundles", "deb"]), "上の知らせに出ている所を直してください")?;
    let deb = newest_deb()?;
    step(format!("できました: {}", deb.display()));
    succeed(Command::new("dpkg-deb").arg("--info").arg(&deb), "dpkg が要ります")
}

fn newest_deb() -> Outcome<PathBuf> {
    let folder = target().join("release/bundle/deb");
    let advice = "上の知らせを読んでください";
    let mut debs: Vec<_> = fs::read_dir(&folder)
        .todo("できたものが見つかりません", advice)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "deb"))
        .collect();
    debs.sort_by_key(|path| fs::metadata(path).and_then(|about| about.modified()).ok());
    debs.pop().ok_or_else(|| failure("できたものが見つかりません", advice))
}
