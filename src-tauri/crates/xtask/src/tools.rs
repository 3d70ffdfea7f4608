//! Cargo's helpers, installed from crates.io where they are missing.

use xtask::step::{Outcome, cargo, output, step, succeed};

/// A cargo subcommand and why it is needed.
pub(crate) struct Tool {
    subcommand: &'static str,
    why: &'static str,
}

pub(crate) const NEXTEST: Tool = Tool { subcommand: "nextest", why: "試験をまとめて走らせる" };
pub(crate) const FUZZ: Tool = Tool { subcommand: "fuzz", why: "でたらめな入力で試す" };
pub(crate) const DENY: Tool = Tool { subcommand: "deny", why: "部品のライセンスを調べる" };

pub(crate) fn ensure(tool: &Tool) -> Outcome {
    if output(cargo().args([tool.subcommand, "--version"])).is_some() {
        return Ok(());
    }
    let name = format!("cargo-{}", tool.subcommand);
    step(format!("{name} を crates.io から入れます（{}。数分かかります）", tool.why));
    succeed(
        cargo().args(["install", "--locked", "--quiet", &name]),
        format!("`cargo install --locked {name}` を実行して、出た知らせを読んでください"),
    )
}
