//! `cargo xtask forms`: draws the sample city's papers from their sources.

use std::path::PathBuf;

use crate::debian;
use crate::node::Node;
use xtask::step::{Outcome, root, step, succeed};

/// Draws them all, or those named.
pub(crate) fn draw(ids: &[String]) -> Outcome {
    let node = prepare()?;
    step("様式を描きます");
    press(&node, ids, "上の知らせに出ている様式の form.typ を直してください")
}

/// Fails when a paper is not what its source draws today.
pub(crate) fn check(node: &Node) -> Outcome {
    install(node)?;
    step("様式が、その元から描いたものと同じか調べます");
    press(node, &["--check".to_owned()], "`cargo xtask forms` を実行してコミットしてください")
}

fn prepare() -> Outcome<Node> {
    debian::ensure(&[debian::FONTS])?;
    let node = Node::ensure()?;
    install(&node)?;
    Ok(node)
}

fn press(node: &Node, arguments: &[String], advice: &str) -> Outcome {
    let mut press = node.command("node");
    press.arg("press.mjs").args(arguments).current_dir(home());
    succeed(&mut press, advice)
}

fn install(node: &Node) -> Outcome {
    if home().join("node_modules").exists() {
        return Ok(());
    }
    step("様式を描く道具を取り寄せます（npm）");
    let mut npm = node.command("npm");
    // Not `ci`: the compiler names a package for every other platform as optional, and `ci` refuses a lock without them.
    npm.args(["install", "--no-save", "--no-audit", "--no-fund"]).current_dir(home());
    succeed(&mut npm, "ネットワークと npm の設定を確かめ、もう一度実行してください")
}

fn home() -> PathBuf {
    root().join("src-tauri/crates/xtask/press")
}
