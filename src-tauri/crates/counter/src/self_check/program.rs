//! まどか itself: which version runs, and whether a newer one has come and waits to be put in.

use std::path::Path;

use madoka_sync::terminal::program;

use super::{Check, CheckState, Part};

/// Where the package of the terminal makes room for newer versions; `madokactl update install` puts them in.
pub const UPDATES: &str = "/var/lib/madoka/update";

pub(super) fn check(updates: &Path) -> Check {
    let running = env!("CARGO_PKG_VERSION");
    let waiting = program::waiting(updates).map(|version| version.to_string());
    let waiting = waiting.filter(|version| version != running);
    Check {
        part: Part::Program,
        state: CheckState::Ready,
        found: format!("版 {running}"),
        names: Vec::new(),
        todo: waiting.map_or_else(String::new, |version| {
            format!("新しい版 {version} が届いています。この端末の電源を入れ直すと入れ替わります。")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 新しい版が届いていれば_入れ方を言う() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(check(folder.path()).todo, "");
        std::fs::write(folder.path().join("madoka.waiting"), "99.1.0").expect("written");
        assert_eq!(check(folder.path()).todo, "", "the package itself is not there");
        std::fs::write(folder.path().join("madoka-99.1.0.deb"), "x").expect("written");
        assert!(check(folder.path()).todo.contains("99.1.0 が届いています"));
    }
}
