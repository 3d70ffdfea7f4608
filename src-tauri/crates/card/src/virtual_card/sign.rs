//! The practice issuer. Its private keys stand open in the source and are worth nothing: no reader trusts them but one that
//! is told to with [`practice_authorities`], which practice mode and tests do.

use std::sync::LazyLock;

use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::{KeyPair as _, RSA_PKCS1_SHA256};

use super::build::object;
use crate::{Authorities, AuthorityKey};

const AUTHORITY_ID: [u8; 16] = *b"7000033\x08\x05001\0\0\0\0";
const MUNICIPALITY_ID: [u8; 16] = *b"9990031\x08\x05000\0\0\0\0";

/// The keys that vouch for virtual cards. For practice mode and tests only.
pub fn practice_authorities() -> Authorities {
    let key = AUTHORITY.as_ref().and_then(|pair| {
        let (modulus, exponent) = public(pair);
        AuthorityKey::new(AUTHORITY_ID, &modulus, &exponent)
    });
    Authorities::new(key.into_iter().collect())
}

// Checking a key pair takes longer than making a card.
static AUTHORITY: LazyLock<Option<KeyPair>> =
    LazyLock::new(|| pair(include_bytes!("practice-authority.pk8")));
static MUNICIPALITY: LazyLock<Option<KeyPair>> =
    LazyLock::new(|| pair(include_bytes!("practice-municipality.pk8")));
static CERTIFICATE: LazyLock<Vec<u8>> = LazyLock::new(make_certificate);

fn pair(pkcs8: &[u8]) -> Option<KeyPair> {
    KeyPair::from_pkcs8(pkcs8).ok()
}

fn public(pair: &KeyPair) -> (Vec<u8>, Vec<u8>) {
    let key = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
    (key.n, key.e)
}

fn signature(pair: Option<&KeyPair>, data: &[u8]) -> Vec<u8> {
    let Some(pair) = pair else { return Vec::new() };
    let mut signature = vec![0; pair.public().modulus_len()];
    // A signature that cannot be made is left zero, and a check says so.
    let _ = pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature);
    signature
}

/// What the municipality's key says of some data.
pub(super) fn by_municipality(data: &[u8]) -> Vec<u8> {
    signature(MUNICIPALITY.as_ref(), data)
}

/// EF 0004: the municipality's key, signed by the authority.
pub(super) fn certificate() -> Vec<u8> {
    CERTIFICATE.clone()
}

fn make_certificate() -> Vec<u8> {
    let mut body = [AUTHORITY_ID, MUNICIPALITY_ID].concat();
    if let Some(municipality) = MUNICIPALITY.as_ref() {
        body.extend_from_slice(&public_key(&public(municipality)));
    }
    let signed = signature(AUTHORITY.as_ref(), &body);
    object(0x7F21, &[object(0x5F4E, &body), object(0x5F37, &signed)].concat())
}

/// Tags 90 (exponent, three bytes) and 91 (modulus).
fn public_key((modulus, exponent): &(Vec<u8>, Vec<u8>)) -> Vec<u8> {
    [object(0x90, exponent), object(0x91, modulus)].concat()
}

/// The key in a card's pictures, which answers challenges on a real card.
pub(super) fn card_key() -> Vec<u8> {
    MUNICIPALITY.as_ref().map(|pair| public_key(&public(pair))).unwrap_or_default()
}
