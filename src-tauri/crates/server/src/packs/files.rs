//! The files of a draft: what they may be called, and one name for all of them together.

use std::collections::BTreeMap;

use madoka_sync::wire::drafts::{Content, limit};
use madoka_sync::wire::packs::{self, Bytes, Hash};
use sha2::{Digest as _, Sha256};

use super::PacksError;

/// A file's place in a pack: names with `/` between, from the pack's folder downwards.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PackPath(String);

impl PackPath {
    pub(super) fn parse(text: &str) -> Result<Self, PacksError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        // A name that begins with a dot is an editor's, not the city's; and there is no way up.
        let is_name = |name: &str| !name.is_empty() && !name.starts_with('.') && name.bytes().all(allowed);
        if text.len() <= limit::PATH && text.split('/').all(is_name) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PacksError::Path(text.chars().filter(|c| !c.is_control()).take(60).collect()))
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

pub(super) fn hash(bytes: &[u8]) -> Hash {
    Hash::new(Sha256::digest(bytes).into())
}

/// The bytes a save wants a file to have; nothing where it is to go.
pub(super) fn bytes_of(content: Content) -> Result<Option<Vec<u8>>, PacksError> {
    let bytes = match content {
        // One text however an editor saved it, as the built document has it.
        Content::Text(text) => text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n").into_bytes(),
        Content::Bytes(Bytes(bytes)) => bytes,
        Content::Gone => return Ok(None),
    };
    if bytes.len() > packs::limit::PART { Err(PacksError::TooLarge) } else { Ok(Some(bytes)) }
}

/// As it is shown: a text where it is one.
pub(super) fn content(path: &str, bytes: Option<Vec<u8>>) -> Content {
    let Some(bytes) = bytes else { return Content::Gone };
    if !is_text(path) {
        return Content::Bytes(Bytes(bytes));
    }
    String::from_utf8(bytes).map_or_else(|error| Content::Bytes(Bytes(error.into_bytes())), Content::Text)
}

pub(super) fn is_text(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ["toml", "md", "csv", "txt", "typ"].contains(&ending))
}

/// One hash over all files of a draft: who approves names the content they approve.
pub(super) fn fingerprint<'a>(files: impl IntoIterator<Item = (&'a str, Hash)>) -> Hash {
    let files: BTreeMap<&str, Hash> = files.into_iter().collect();
    let mut digest = Sha256::new();
    for (path, hash) in files {
        // No path holds a line's end.
        digest.update(path.as_bytes());
        digest.update(b"\n");
        digest.update(hash.as_bytes());
    }
    Hash::new(digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 上の階層や見えないファイルへは書けない() {
        for right in ["pack.toml", "facts/household.toml", "forms/move_in/form.pdf", "a-b_c.1.csv"] {
            assert_eq!(PackPath::parse(right).map(|path| path.0), Ok(right.to_owned()));
        }
        let long = "a".repeat(300);
        for wrong in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            ".git/config",
            "a\\b",
            "あ.toml",
            "a/",
            "x\n",
            &long,
        ] {
            assert!(PackPath::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn 指紋は順によらず_中身と名前で変わる() {
        let (a, b) = (hash(b"a"), hash(b"b"));
        let one = fingerprint([("x", a), ("y", b)]);
        assert_eq!(one, fingerprint([("y", b), ("x", a)]));
        assert_ne!(one, fingerprint([("x", b), ("y", a)]));
        assert_ne!(one, fingerprint([("x", a)]));
    }
}
