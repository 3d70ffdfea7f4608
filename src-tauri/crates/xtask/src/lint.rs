//! `cargo xtask lint` and `format`: how it is written, and what came from others.

use crate::run::prepare;
use crate::tools::{self, DENY};
use crate::{screens, types};
use xtask::step::{Outcome, cargo, output, step, succeed};

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
    for check in ["check", "check:preentry"] {
        succeed(node.command("npm").args(["run", "--silent", check]), advice)?;
    }
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
