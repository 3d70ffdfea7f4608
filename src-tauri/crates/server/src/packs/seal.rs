//! 承認者の鍵, at rest: sealed with a passphrase only the approver knows, so that whoever takes the server's disk cannot
//! release a pack.

use madoka_rules::pack::SigningKey;
use madoka_text::Secret;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::PacksError;
use crate::password::{self, Cost};
use crate::storage::StorageError;

const LEAST: usize = 12;
const SALT: usize = 16;
const NONCE: usize = 12;
const SECRET: usize = 32;
const PURPOSE: &[u8] = b"madoka/approver-key/1";

/// Salt, nonce, and the sealed secret.
pub(super) fn seal(passphrase: &Secret, cost: Cost) -> Result<(SigningKey, Vec<u8>), PacksError> {
    let mut kinds: Vec<char> = passphrase.expose().chars().collect();
    let length = kinds.len();
    kinds.sort_unstable();
    kinds.dedup();
    if length < LEAST || kinds.len() < 4 || passphrase.expose().len() > crate::password::MOST {
        return Err(PacksError::WeakPassphrase(LEAST));
    }
    let mut secret = Zeroizing::new([0_u8; SECRET]);
    let (mut salt, mut nonce) = ([0_u8; SALT], [0_u8; NONCE]);
    for bytes in [secret.as_mut_slice(), &mut salt, &mut nonce] {
        getrandom::fill(bytes).map_err(|_| StorageError::Internal("randomness"))?;
    }
    let key = SigningKey::from_secret(&secret);
    let mut sealed = secret.to_vec();
    opener(passphrase, &salt, cost)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(PURPOSE), &mut sealed)
        .map_err(|_| StorageError::Internal("seal"))?;
    Ok((key, [salt.as_slice(), &nonce, &sealed].concat()))
}

/// Opens what [`seal`] made. Takes tens of milliseconds: not on a thread that answers requests.
pub(super) fn open(passphrase: &Secret, sealed: &[u8], cost: Cost) -> Result<SigningKey, PacksError> {
    let broken = StorageError::Internal("seal");
    let (salt, rest) = sealed.split_at_checked(SALT).ok_or(broken.clone())?;
    let (nonce, rest) = rest.split_at_checked(NONCE).ok_or(broken.clone())?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| broken.clone())?;
    let mut secret = Zeroizing::new(rest.to_vec());
    let opened = opener(passphrase, salt, cost)?
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(PURPOSE), &mut secret)
        .map_err(|_| PacksError::WrongPassphrase)?;
    let opened: Zeroizing<[u8; SECRET]> =
        Zeroizing::new(<[u8; SECRET]>::try_from(&*opened).map_err(|_| broken)?);
    Ok(SigningKey::from_secret(&opened))
}

fn opener(passphrase: &Secret, salt: &[u8], cost: Cost) -> Result<LessSafeKey, StorageError> {
    let mut key = Zeroizing::new([0_u8; SECRET]);
    password::stretch(passphrase, salt, cost, &mut key)?;
    UnboundKey::new(&CHACHA20_POLY1305, key.as_slice())
        .map(LessSafeKey::new)
        .map_err(|_| StorageError::Internal("seal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 合言葉が合うときだけ鍵が開く() {
        let right = Secret::new("みなとのあさはしずかだ。".to_owned());
        let (key, sealed) = seal(&right, Cost::LEAST).unwrap();
        assert_eq!(open(&right, &sealed, Cost::LEAST).unwrap().public(), key.public());
        let wrong = Secret::new("みなとのあさはにぎやか。".to_owned());
        assert_eq!(open(&wrong, &sealed, Cost::LEAST).unwrap_err(), PacksError::WrongPassphrase);
        for end in 0..sealed.len() {
            assert!(open(&right, &sealed[..end], Cost::LEAST).is_err());
        }
        assert!(seal(&Secret::new("みじかい".to_owned()), Cost::LEAST).is_err());
        assert!(seal(&Secret::new("a".repeat(30)), Cost::LEAST).is_err());
    }
}
