//! Signatures: who released a pack, and which packs a terminal refuses.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::document::{Document, DocumentError, sha256_hex};

/// Whose signature it is. A released pack carries both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// 承認者
    Approver,
    /// The city's own key, held by the server.
    City,
}

impl Role {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Approver => "approver",
            Self::City => "city",
        }
    }
}

/// A short name of a public key: the start of its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(String);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A key that checks signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    pub fn from_base64(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = STANDARD.decode(text.trim()).ok()?.try_into().ok()?;
        VerifyingKey::from_bytes(&bytes).ok().map(Self)
    }

    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0.as_bytes())
    }

    pub fn id(&self) -> KeyId {
        KeyId(sha256_hex(self.0.as_bytes()).chars().take(16).collect())
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let bytes = STANDARD.decode(signature).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
        bytes.is_some_and(|bytes| self.0.verify_strict(message, &Signature::from_bytes(&bytes)).is_ok())
    }
}

/// A key that signs. Its secret is made elsewhere: this floor has no randomness.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public().id())
    }
}

impl SigningKey {
    /// From 32 secret bytes.
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(secret))
    }

    /// From the secret in base64, as a key file holds it.
    pub fn from_base64(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = STANDARD.decode(text.trim()).ok()?.try_into().ok()?;
        Some(Self::from_secret(&bytes))
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, message: &[u8]) -> String {
        STANDARD.encode(self.0.sign(message).to_bytes())
    }
}

/// A signature for one purpose is none for another.
pub(super) fn message(purpose: &str, body: &Json) -> Vec<u8> {
    format!("madoka/{purpose}/1\n{body}").into_bytes()
}

fn pack_message(document: &Document, role: Role) -> Vec<u8> {
    message(&format!("pack/{}", role.word()), &document.body())
}

impl Document {
    /// Adds a signature; an older one of the same role and key is replaced.
    pub fn sign(&mut self, role: Role, key: &SigningKey) {
        let id = key.public().id().to_string();
        self.signatures.retain(|(other, key, _)| other != role.word() || *key != id);
        let signature = key.sign(&pack_message(self, role));
        self.signatures.push((role.word().to_owned(), id, signature));
        self.signatures.sort();
    }
}

/// A change of the city's key, signed with the key it replaces: terminals follow it without anybody visiting them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChange {
    pub city_code: String,
    /// Rises with every change.
    pub number: u64,
    pub new_key: PublicKey,
    signature: String,
}

impl KeyChange {
    pub fn new(city_code: &str, number: u64, old: &SigningKey, new_key: PublicKey) -> Self {
        let signature = old.sign(&message("key-change", &Self::body(city_code, number, &new_key)));
        Self { city_code: city_code.to_owned(), number, new_key, signature }
    }

    fn body(city_code: &str, number: u64, new_key: &PublicKey) -> Json {
        json!({ "city": city_code, "new_key": new_key.to_base64(), "number": number })
    }

    pub fn to_text(&self) -> String {
        let body = Self::body(&self.city_code, self.number, &self.new_key);
        json!({ "body": body, "signature": self.signature }).to_string()
    }

    pub fn from_text(text: &str) -> Option<Self> {
        let json: Json = serde_json::from_str(text).ok()?;
        let body = json.get("body")?;
        Some(Self {
            city_code: body.get("city")?.as_str()?.to_owned(),
            number: body.get("number")?.as_u64()?,
            new_key: PublicKey::from_base64(body.get("new_key")?.as_str()?)?,
            signature: json.get("signature")?.as_str()?.to_owned(),
        })
    }
}

/// The city's key and how often it has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityKey {
    pub city_code: String,
    pub key: PublicKey,
    pub number: u64,
}

impl CityKey {
    /// Follows a change; refuses one of another city, an old one, and one the present key did not sign.
    pub fn follow(&self, change: &KeyChange) -> Result<Self, Refusal> {
        if change.city_code != self.city_code {
            return Err(Refusal::OtherCity);
        }
        if change.number <= self.number {
            return Err(Refusal::OldKeyChange);
        }
        let body = KeyChange::body(&change.city_code, change.number, &change.new_key);
        if !self.key.verifies(&message("key-change", &body), &change.signature) {
            return Err(Refusal::ForgedKeyChange);
        }
        Ok(Self { city_code: self.city_code.clone(), key: change.new_key.clone(), number: change.number })
    }
}

/// Whom a terminal believes.
#[derive(Debug, Clone)]
pub struct Trust {
    pub city: CityKey,
    pub approvers: Vec<PublicKey>,
}

/// The pack a terminal has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    pub id: String,
    pub version: u64,
    pub hash: String,
    /// The hash of every part: tells a part of this pack that strayed into another from one that was altered.
    pub parts: BTreeMap<String, String>,
}

impl Installed {
    pub fn of(document: &Document) -> Self {
        Self {
            id: document.id.clone(),
            version: document.version,
            hash: document.hash(),
            parts: document.part_hashes.clone(),
        }
    }
}

/// Why a terminal keeps the pack it has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Unreadable(#[from] DocumentError),
    #[error("この手続パックには{0}の署名がありません。承認の手続を済ませてから配布してください。")]
    Unsigned(&'static str),
    #[error("この手続パックの{0}の署名は、この市が認めた鍵のものでありません。配布元を確かめてください。")]
    UnknownKey(&'static str),
    #[error(
        "この手続パックは、署名のあとに書き換えられています。使わずに、情報システム担当に知らせてください。"
    )]
    Altered,
    #[error("この手続パックには、今使っている版の部品「{0}」が混じっています。配布し直してください。")]
    Mixed(String),
    #[error(
        "この手続パックの部品「{0}」は、署名のあとに書き換えられています。使わずに、情報システム担当に知らせてください。"
    )]
    PartAltered(String),
    #[error("この手続パックには、部品「{0}」が足りません。配布し直してください。")]
    Incomplete(String),
    #[error("この手続パックは古い版（第{offered}版）です。今の第{installed}版をそのまま使います。")]
    Older { offered: u64, installed: u64 },
    #[error("同じ第{0}版なのに中身が違います。版番号を上げて配布し直してください。")]
    SameVersion(u64),
    #[error("この手続パックは別の手続パックです。ファイルを確かめてください。")]
    OtherPack,
    #[error("別の市のものです。ファイルを確かめてください。")]
    OtherCity,
    #[error("この鍵の変更はすでに済んでいるか、古いものです。")]
    OldKeyChange,
    #[error("この鍵の変更は、今の市の鍵で署名されていません。情報システム担当に知らせてください。")]
    ForgedKeyChange,
    #[error("この承認者の一覧はすでに受け取ったものより古いものです。")]
    OldApprovers,
    #[error("この承認者の一覧は、市の鍵で署名されていません。情報システム担当に知らせてください。")]
    ForgedApprovers,
}

impl Refusal {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(error) => error.code(),
            Self::Unsigned(_) => "D201",
            Self::UnknownKey(_) => "D202",
            Self::Altered => "D203",
            Self::Mixed(_) => "D204",
            Self::Older { .. } => "D205",
            Self::SameVersion(_) => "D206",
            Self::OtherPack => "D207",
            Self::OtherCity => "D208",
            Self::OldKeyChange => "D209",
            Self::ForgedKeyChange => "D210",
            Self::PartAltered(_) => "D211",
            Self::Incomplete(_) => "D212",
            Self::OldApprovers => "D213",
            Self::ForgedApprovers => "D214",
        }
    }
}

/// A pack that may be used, and what to tell the officer about it.
#[derive(Debug)]
pub struct Accepted {
    pub document: Document,
    pub pack: super::Pack,
    /// Expired or not yet valid: it works, because a counter must open on 1 April.
    pub warning: Option<String>,
}

impl Document {
    /// What to tell of a pack that is not of this day: it works all the same.
    pub(super) fn warning(&self, today: Date) -> Option<String> {
        match (self.valid_from, self.valid_to) {
            (_, Some(to)) if to < today => Some(format!(
                "この手続パックの有効期間は{to}に終わっています。新しい版が届くまでこのまま使えますが、制度の改正に注意してください。"
            )),
            (Some(from), _) if today < from => Some(format!("この手続パックは{from}からのものです。")),
            _ => None,
        }
    }
}

/// Every signed part is there as it was signed, and nothing else.
fn parts_as_signed(document: &Document, installed: Option<&Installed>) -> Result<(), Refusal> {
    if let Some(path) = document.part_hashes.keys().find(|path| !document.parts.contains_key(*path)) {
        return Err(Refusal::Incomplete(path.clone()));
    }
    for (path, bytes) in &document.parts {
        let hash = sha256_hex(bytes);
        if document.part_hashes.get(path) == Some(&hash) {
            continue;
        }
        let strayed = installed.is_some_and(|installed| installed.parts.get(path) == Some(&hash));
        return Err(if strayed { Refusal::Mixed(path.clone()) } else { Refusal::PartAltered(path.clone()) });
    }
    Ok(())
}

/// Decides whether a terminal takes a pack.
pub fn accept(
    text: &str,
    trust: &Trust,
    installed: Option<&Installed>,
    today: Date,
) -> Result<Accepted, Refusal> {
    accept_document(Document::from_text(text)?, trust, installed, today)
}

/// Decides whether a terminal takes a pack that was put together from a manifest and parts.
pub fn accept_document(
    document: Document,
    trust: &Trust,
    installed: Option<&Installed>,
    today: Date,
) -> Result<Accepted, Refusal> {
    from_whom_it_must(&document, trust)?;
    // The signatures cover the hashes; now the parts must be what was hashed.
    parts_as_signed(&document, installed)?;
    not_older(&document, installed)?;
    let pack = super::read_pack(&document.parts)
        .map_err(|problems| Refusal::Unreadable(DocumentError::Broken(problems)))?;
    let told = (pack.id.as_str(), pack.version, pack.city.code.as_str(), pack.valid.from, pack.valid.to);
    if told
        != (
            document.id.as_str(),
            document.version,
            document.city_code.as_str(),
            document.valid_from,
            document.valid_to,
        )
    {
        return Err(Refusal::Altered);
    }
    let warning = document.warning(today);
    Ok(Accepted { document, pack, warning })
}

/// Signed by an approver and by the city, for this city.
pub(super) fn from_whom_it_must(document: &Document, trust: &Trust) -> Result<(), Refusal> {
    if document.city_code != trust.city.city_code {
        return Err(Refusal::OtherCity);
    }
    let by = |role, label, keys: &[PublicKey]| {
        signed(&document.signatures, role, label, keys, &pack_message(document, role))
    };
    by(Role::Approver, "承認者", &trust.approvers)?;
    by(Role::City, "市", std::slice::from_ref(&trust.city.key))
}

/// Follows the pack a terminal has.
pub(super) fn not_older(document: &Document, installed: Option<&Installed>) -> Result<(), Refusal> {
    let Some(installed) = installed else { return Ok(()) };
    if installed.id != document.id {
        return Err(Refusal::OtherPack);
    }
    if document.version < installed.version {
        return Err(Refusal::Older { offered: document.version, installed: installed.version });
    }
    if document.version == installed.version && document.hash() != installed.hash {
        return Err(Refusal::SameVersion(document.version));
    }
    Ok(())
}

/// One of these signatures is of this role, by one of these keys, over this message.
pub(super) fn signed(
    signatures: &[(String, String, String)],
    role: Role,
    label: &'static str,
    keys: &[PublicKey],
    message: &[u8],
) -> Result<(), Refusal> {
    let mut of_role = signatures.iter().filter(|(word, ..)| word == role.word()).peekable();
    if of_role.peek().is_none() {
        return Err(Refusal::Unsigned(label));
    }
    let mut refusal = Refusal::UnknownKey(label);
    for (_, id, signature) in of_role {
        if let Some(key) = keys.iter().find(|key| key.id().to_string() == *id) {
            if key.verifies(message, signature) {
                return Ok(());
            }
            refusal = Refusal::Altered;
        }
    }
    Err(refusal)
}
