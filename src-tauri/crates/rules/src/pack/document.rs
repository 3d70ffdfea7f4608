//! The pack as one document: every part, its hash, one hash over all.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::model::Pack;
use super::{Problem, read_pack};

/// The files of a pack directory: paths with `/`, and their bytes.
pub type PackFiles = BTreeMap<String, Vec<u8>>;

/// Why a document could not be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    #[error("手続パックのファイルとして読めません。配布し直してもらってください。")]
    Form,
    #[error("この手続パックは新しい形式（{0}）です。まどかを新しくしてください。")]
    Format(u64),
    #[error(
        "手続パックに誤りがあるので、公開用のファイルを作れません。`madokactl pack check` で直してください。"
    )]
    Broken(Vec<Problem>),
}

impl DocumentError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form => "D101",
            Self::Format(_) => "D102",
            Self::Broken(_) => "D103",
        }
    }
}

const FORMAT: u64 = 1;

/// A built pack. Its text is canonical: the same files give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: String,
    pub version: u64,
    pub city_code: String,
    pub valid_from: Option<jiff::civil::Date>,
    pub valid_to: Option<jiff::civil::Date>,
    pub(super) part_hashes: BTreeMap<String, String>,
    pub(super) parts: PackFiles,
    /// Role, key id, signature in base64.
    pub(super) signatures: Vec<(String, String, String)>,
}

pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Document {
    /// Builds the document of a pack that reads without errors.
    pub fn build(files: &PackFiles) -> Result<(Self, Pack), DocumentError> {
        let pack = read_pack(files).map_err(DocumentError::Broken)?;
        let parts: PackFiles =
            files.iter().map(|(path, bytes)| (path.clone(), normal(path, bytes))).collect();
        let document = Self {
            id: pack.id.to_string(),
            version: pack.version,
            city_code: pack.city.code.clone(),
            valid_from: pack.valid.from,
            valid_to: pack.valid.to,
            part_hashes: parts.iter().map(|(path, bytes)| (path.clone(), sha256_hex(bytes))).collect(),
            parts,
            signatures: Vec::new(),
        };
        Ok((document, pack))
    }

    /// What the signatures sign: who, which version, and the hash of every part.
    pub(super) fn body(&self) -> Json {
        // serde_json keeps object keys sorted, which is what makes the text canonical.
        json!({
            "city": self.city_code,
            "format": FORMAT,
            "id": self.id,
            "parts": self.part_hashes,
            "valid_from": self.valid_from.map(|day| day.to_string()),
            "valid_to": self.valid_to.map(|day| day.to_string()),
            "version": self.version,
        })
    }

    /// SHA-256 over all parts, the forms' files included.
    pub fn hash(&self) -> String {
        sha256_hex(self.body().to_string().as_bytes())
    }

    /// The files, ready for [`read_pack`].
    pub const fn files(&self) -> &PackFiles {
        &self.parts
    }

    pub fn to_text(&self) -> String {
        let parts: Map<String, Json> = self
            .parts
            .iter()
            .map(|(path, bytes)| (path.clone(), Json::from(STANDARD.encode(bytes))))
            .collect();
        json!({ "body": self.body(), "parts": parts, "signatures": self.signatures_json() }).to_string()
    }

    pub(super) fn signatures_json(&self) -> Vec<Json> {
        self.signatures
            .iter()
            .map(|(role, key, signature)| json!({ "key": key, "role": role, "signature": signature }))
            .collect()
    }

    /// Reads a document. Hashes and signatures are checked by [`super::accept`], not here.
    pub fn from_text(text: &str) -> Result<Self, DocumentError> {
        let json: Json = serde_json::from_str(text).map_err(|_| DocumentError::Form)?;
        Self::from_json(&json).ok_or(DocumentError::Form).and_then(|(format, document)| {
            if format == FORMAT { Ok(document) } else { Err(DocumentError::Format(format)) }
        })
    }

    fn from_json(json: &Json) -> Option<(u64, Self)> {
        let parts = json.get("parts")?.as_object()?.iter();
        let parts = parts
            .map(|(path, text)| Some((path.clone(), STANDARD.decode(text.as_str()?).ok()?)))
            .collect::<Option<_>>()?;
        let (format, manifest) = Self::manifest_from_json(json)?;
        Some((format, Self { parts, ..manifest }))
    }

    /// Everything but the parts.
    pub(super) fn manifest_from_json(json: &Json) -> Option<(u64, Self)> {
        let body = json.get("body")?;
        let text = |key: &str| body.get(key)?.as_str().map(str::to_owned);
        let day = |key: &str| match body.get(key) {
            None | Some(Json::Null) => Some(None),
            Some(day) => day.as_str()?.parse().ok().map(Some),
        };
        let hashes = body.get("parts")?.as_object()?.iter();
        let hashes = hashes
            .map(|(path, hash)| Some((path.clone(), hash.as_str()?.to_owned())))
            .collect::<Option<_>>()?;
        let signatures = json.get("signatures")?.as_array()?.iter();
        let signatures = signatures
            .map(|one| {
                let field = |key: &str| one.get(key)?.as_str().map(str::to_owned);
                Some((field("role")?, field("key")?, field("signature")?))
            })
            .collect::<Option<_>>()?;
        let document = Self {
            id: text("id")?,
            version: body.get("version")?.as_u64()?,
            city_code: text("city")?,
            valid_from: day("valid_from")?,
            valid_to: day("valid_to")?,
            part_hashes: hashes,
            parts: PackFiles::new(),
            signatures,
        };
        Some((body.get("format")?.as_u64()?, document))
    }
}

/// What was read, if this program knows its format.
pub(super) fn known_format(read: Option<(u64, Document)>) -> Result<Document, DocumentError> {
    match read {
        Some((FORMAT, document)) => Ok(document),
        Some((format, _)) => Err(DocumentError::Format(format)),
        None => Err(DocumentError::Form),
    }
}

/// One text, however an editor saved it: no BOM, lines end with LF. Everything but text stays as it is.
fn normal(path: &str, bytes: &[u8]) -> Vec<u8> {
    let is_text = [".toml", ".md", ".csv", ".txt"].iter().any(|ending| path.ends_with(ending));
    match std::str::from_utf8(bytes) {
        Ok(text) if is_text => text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n").into_bytes(),
        _ => bytes.to_vec(),
    }
}
