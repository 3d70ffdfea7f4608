//! `cargo xtask test`: every test there is, the real window's included.

use std::fs;

use crate::run::prepare;
use crate::tools::{self, NEXTEST};
use crate::{debian, forms, screens};
use xtask::step::{Outcome, Todo, cargo, step, succeed, target};

/// All tests; with names, only the Rust tests that match them.
pub(crate) fn test(names: &[String]) -> Outcome {
    let node = prepare(&[
        debian::WINDOW_TESTS,
        debian::CARD_TESTS,
        debian::PRINT_TESTS,
        debian::PAPER_TESTS,
        debian::SERVER_TESTS,
    ])?;
    tools::ensure(&NEXTEST)?;
    if names.is_empty() {
        step("画面の型を調べます（svelte-check）");
        let advice = "上の知らせに出ているファイルを直してください";
        for check in ["check", "check:preentry"] {
            succeed(node.command("npm").args(["run", "--silent", check]), advice)?;
        }
        step("画面の試験をします（vitest）");
        for test in ["test", "test:preentry"] {
            succeed(node.command("npm").args(["run", "--silent", test]), advice)?;
        }
        forms::check(&node)?;
    }
    screens::build(&node)?;
    build_tests()?;
    step("Rust の試験をします（nextest。本物の窓の試験も含みます）");
    let advice = "落ちた試験の知らせを読んでください。窓の試験の絵は target/e2e/failures にあります";
    succeed(cargo().args(["nextest", "run", "--workspace", "--no-fail-fast"]).args(names), advice)?;
    if names.is_empty() {
        step("説明の中の例を試します（doctest）");
        succeed(cargo().args(["test", "--quiet", "--doc", "--workspace", "--exclude", "xtask"]), advice)?;
    }
    Ok(())
}

/// Pictures of every screen and state, in two sizes and every look, for a person to judge.
pub(crate) fn pictures() -> Outcome {
    let node = prepare(&[debian::WINDOW_TESTS])?;
    tools::ensure(&NEXTEST)?;
    screens::build(&node)?;
    build_tests()?;
    let folder = target().join("pictures");
    step("画面を歩いて絵を撮ります");
    let mut walk = cargo();
    walk.args(["nextest", "run", "--workspace", "--retries", "0", "-E"]);
    walk.arg("package(madoka-tests) & test(/^tour::/)");
    walk.env("MADOKA_PICTURES", &folder);
    println!("絵の置き場所：{}", folder.display());
    succeed(&mut walk, "上に並ぶ所が、小さい・はみ出す・読み上げられない所です。絵と見比べてください")
}

/// Every test, and the programs they start: the server, and the window twice, so that WebDriver may steer it, and, last,
/// as it is shipped, to show that it may not.
fn build_tests() -> Outcome {
    for (features, window) in [("madoka/automation", "madoka"), ("", "madoka-shipped")] {
        step("試験と、試験が動かすまどかを作ります（初めは数分かかります）");
        build(&["--bins", "--tests", "--features", features])?;
        keep("madoka", window)?;
    }
    keep("madokad", "madokad")
}

/// Builds these of the whole workspace. Never of one package alone: its dependencies then have other features, and all
/// of them are compiled once more.
pub(crate) fn build(targets: &[&str]) -> Outcome {
    succeed(cargo().args(["build", "--workspace"]).args(targets), "上の知らせに出ている所を直してください")
}

/// Puts a program that was built where the tests start it.
pub(crate) fn keep(built: &str, name: &str) -> Outcome {
    let home = target().join("e2e");
    let advice = "空き容量とファイルの権限を確かめてください";
    fs::create_dir_all(&home).todo("試験の置き場を作れません", advice)?;
    fs::copy(target().join("debug").join(built), home.join(name))
        .todo("作ったものを試験の置き場に写せません", advice)?;
    Ok(())
}
