//! Whether the issuer signed what the chip says. The issuer's public keys are not on the card and not published: a city
//! configures those it was given. Without them nothing is checked, and the screen says so.

use ring::digest;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

use crate::tlv::{ber, ber_all, find};

/// 証明者鍵: a public key of the issuer with the id certificates name it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityKey {
    id: [u8; 16],
    key: PublicKey,
}

/// The issuer's keys a city has configured; empty: nothing is checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Authorities(Vec<AuthorityKey>);

/// A line of the key file is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "発行者の鍵の{line}行目を読めません。「鍵ID（32桁） 法（512桁） 指数（6桁）」を16進で書いてください。"
)]
pub struct AuthorityForm {
    pub line: usize,
}

impl Authorities {
    pub fn new(keys: Vec<AuthorityKey>) -> Self {
        Self(keys)
    }

    /// One key a line: its id (16 bytes), modulus (256 bytes) and exponent, in hexadecimal with spaces between. Lines that
    /// begin with `#` and empty lines say nothing.
    pub fn parse(text: &str) -> Result<Self, AuthorityForm> {
        let mut keys = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            keys.push(AuthorityKey::parse(line).ok_or(AuthorityForm { line: at + 1 })?);
        }
        Ok(Self(keys))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, id: &[u8]) -> Option<&PublicKey> {
        self.0.iter().find(|authority| authority.id == id).map(|authority| &authority.key)
    }
}

impl AuthorityKey {
    /// A key of 2,048 bits; `None` for any other.
    pub fn new(id: [u8; 16], modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let fits = modulus.len() == 256 && (1..=4).contains(&exponent.len());
        fits.then(|| Self { id, key: PublicKey { modulus: modulus.to_vec(), exponent: exponent.to_vec() } })
    }

    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split_whitespace().map(unhex);
        let (id, modulus, exponent) = (parts.next()??, parts.next()??, parts.next()??);
        if parts.next().is_some() {
            return None;
        }
        Self::new(id.try_into().ok()?, &modulus, &exponent)
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) || text.len() > 1024 {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// RSA as cards write it: tag 90 the exponent, tag 91 the modulus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl PublicKey {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let exponent = find(ber_all(bytes), 0x90).ok()??;
        let modulus = find(ber_all(bytes), 0x91).ok()??;
        Some(Self { modulus: modulus.value.to_vec(), exponent: exponent.value.to_vec() })
    }

    /// PKCS#1 v1.5 with SHA-256.
    pub(crate) fn has_signed(&self, data: &[u8], signature: &[u8]) -> bool {
        let strip = |number: &[u8]| {
            let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
            number.get(start..).unwrap_or_default().to_vec()
        };
        let key = RsaPublicKeyComponents { n: strip(&self.modulus), e: strip(&self.exponent) };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, data, signature).is_ok()
    }
}

pub(crate) enum Certified {
    /// Another issuer than those configured: nothing was checked.
    UnknownIssuer,
    Wrong,
    Key(PublicKey),
}

/// The key a card's certificate (`7F21 { 5F4E { issuer 16, subject 16, key }, 5F37 signature }`) vouches for.
pub(crate) fn certified_key(certificate: &[u8], authorities: &Authorities) -> Certified {
    let parse = || {
        let (outer, _) = ber(certificate).ok().filter(|(outer, _)| outer.tag == 0x7F21)?;
        let body = find(ber_all(outer.value), 0x5F4E).ok()??.value;
        let signature = find(ber_all(outer.value), 0x5F37).ok()??.value;
        Some((body, signature, body.get(..16)?, body.get(32..)?))
    };
    let Some((body, signature, issuer, key)) = parse() else { return Certified::Wrong };
    let Some(authority) = authorities.find(issuer) else { return Certified::UnknownIssuer };
    match PublicKey::parse(key) {
        Some(key) if authority.has_signed(body, signature) => Certified::Key(key),
        _ => Certified::Wrong,
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}
