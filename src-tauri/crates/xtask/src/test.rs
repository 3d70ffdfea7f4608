//! `cargo xtask test`, `lint`, `format` and `bench`.

use std::fs;

use crate::run::{build_app, prepare};
use crate::tools::{self, DENY, NEXTEST};
use crate::{debian, screens, types};
use xtask::step::{Outcome, Todo, cargo, output, root, step, succeed, target};

/// All tests; with names, only the Rust tests that match them.
pub(crate) fn test(names: &[String]) -> Outcome {
    let node = prepare(&[debian::WINDOW_TESTS])?;
    tools::ensure(&NEXTEST)?;
    if names.is_empty() {
        step("画面の型を調べます（svelte-check）");
        let advice = "上の知らせに出ているファイルを直してください";
        succeed(node.command("npm").args(["run", "--silent", "check"]), advice)?;
        step("画面の試験をします（vitest）");
        succeed(node.command("npm").args(["run", "--silent", "test"]), advice)?;
    }
    screens::build(&node)?;
    windows_for_tests()?;
    step("Rust の試験をします（nextest。本物の窓の試験も含みます）");
    let advice = "落ちた試験の知らせを読んでください。窓の試験の絵は target/e2e/failures にあります";
    succeed(cargo().args(["nextest", "run", "--workspace", "--no-fail-fast"]).args(names), advice)?;
    if names.is_empty() {
        step("説明の中の例を試します（doctest）");
        succeed(cargo().args(["test", "--quiet", "--doc", "--workspace", "--exclude", "xtask"]), advice)?;
    }
    Ok(())
}

/// Two builds of the window: one that WebDriver may steer, and one as it is shipped, to show that it may not.
fn windows_for_tests() -> Outcome {
    let home = target().join("e2e");
    let advice = "空き容量とファイルの権限を確かめてください";
    fs::create_dir_all(&home).todo("試験の置き場を作れません", advice)?;
    for (features, name) in [(&[][..], "madoka-shipped"), (&["automation"][..], "madoka")] {
        let built = build_app(features)?;
        fs::copy(built, home.join(name)).todo("窓を試験の置き場に写せません", advice)?;
    }
    Ok(())
}

pub(crate) fn lint() -> Outcome {
    let node = prepare(&[])?;
    screens::build(&node)?;
    let advice = "`cargo xtask format` を実行するか、上の知らせに出ている所を直してください";
    step("書き方を調べます（rustfmt）");
    succeed(cargo().args(["fmt", "--all", "--check"]), advice)?;
    step("よくない書き方を調べます（clippy）");
    succeed(
        cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]),
        advice,
    )?;
    types::check()?;
    step("画面の書き方を調べます（biome）");
    succeed(node.command("npm").args(["run", "--silent", "lint"]), advice)?;
    step("画面の型を調べます（svelte-check）");
    succeed(node.command("npm").args(["run", "--silent", "check"]), advice)?;
    licences()
}

/// Licences and sources always; known weaknesses where their list can be fetched.
fn licences() -> Outcome {
    tools::ensure(&DENY)?;
    step("部品のライセンスと出どころを調べます（cargo-deny）");
    let advice = "上の部品をやめるか、.cargo/deny.toml に理由をつけて許してください";
    succeed(cargo().args(["deny", "--log-level", "error", "check", "licenses", "bans", "sources"]), advice)?;
    step("知られた弱点を調べます（cargo-deny）");
    if output(cargo().args(["deny", "fetch", "db"])).is_none() {
        println!("    弱点の一覧を取り寄せられないので、とばします（ネットワークのある所で調べてください）");
        return Ok(());
    }
    succeed(cargo().args(["deny", "--log-level", "error", "check", "advisories"]), advice)
}

pub(crate) fn format() -> Outcome {
    let node = prepare(&[])?;
    let advice = "上の知らせに出ている所を直してください";
    succeed(cargo().args(["fmt", "--all"]), advice)?;
    succeed(node.command("npm").args(["run", "--silent", "format"]), advice)
}

/// Measures the release build as it is shipped.
pub(crate) fn bench(names: &[String]) -> Outcome {
    let node = prepare(&[debian::WINDOW_TESTS])?;
    screens::build(&node)?;
    let advice = "上の知らせを読んでください";
    step("まどかを作ります（配る形。数分かかります）");
    succeed(cargo().args(["build", "--release", "--package", "madoka"]), advice)?;
    step("比べる相手を作ります");
    let peer = root().join("tests/benches/peers/empty-window/Cargo.toml");
    let mut build = cargo();
    build
        .args(["build", "--release", "--locked", "--manifest-path"])
        .arg(peer)
        .arg("--target-dir")
        .arg(target());
    succeed(&mut build, advice)?;
    step("測ります");
    let mut bench = cargo();
    bench.args(["bench", "--package", "madoka-tests"]).args(names).current_dir(root());
    succeed(&mut bench, advice)
}
