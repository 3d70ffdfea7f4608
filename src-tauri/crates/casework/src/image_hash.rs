//! Which picture was signed with, without the picture.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// SHA-256 of a signature's picture, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageHash([u8; 32]);

/// A text is not the hash of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("署名の画像のハッシュは、16進数64桁で書いてください。")]
pub struct ImageHashForm;

impl ImageHash {
    pub const fn new(sha256: [u8; 32]) -> Self {
        Self(sha256)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for ImageHash {
    type Err = ImageHashForm;

    fn from_str(text: &str) -> Result<Self, ImageHashForm> {
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(ImageHashForm);
        }
        let mut hash = [0; 32];
        for (index, byte) in hash.iter_mut().enumerate() {
            let pair = text.get(index * 2..index * 2 + 2).ok_or(ImageHashForm)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ImageHashForm)?;
        }
        Ok(Self(hash))
    }
}

impl TryFrom<String> for ImageHash {
    type Error = ImageHashForm;

    fn try_from(text: String) -> Result<Self, ImageHashForm> {
        text.parse()
    }
}

impl From<ImageHash> for String {
    fn from(hash: ImageHash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for ImageHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ImageHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImageHash({self})")
    }
}
