//! Sealing and opening: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.

use std::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256 as Kem;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, OpModeR, OpModeS, Serializable};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::key::{KeyId, PublicKey, SecretKey};
use crate::QrError;

pub(super) const VERSION: u8 = 1;
/// Bound into every sealing, so that nothing sealed for another purpose with the same key opens here.
const PURPOSE: &[u8] = b"madoka pre-entry 1";
/// Version and key id, which are not secret but must not be changed.
const HEADER: usize = 5;
const ENCAPSULATED: usize = 32;
/// The longest document: far above any answers, far below what hurts a terminal.
pub(super) const MOST_TEXT: usize = 64 * 1024;

/// The sealed document: version, key id, encapsulated key, ciphertext.
pub(super) fn seal(document: &str, to: &PublicKey, seed: &[u8; 32]) -> Result<Vec<u8>, QrError> {
    let packed = Zeroizing::new(miniz_oxide::deflate::compress_to_vec(document.as_bytes(), 10));
    seal_packed(&packed, to, seed)
}

fn seal_packed(packed: &[u8], to: &PublicKey, seed: &[u8; 32]) -> Result<Vec<u8>, QrError> {
    let mut envelope = vec![VERSION];
    envelope.extend(to.id().0);
    let (encapsulated, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &OpModeS::Base,
        &to.key,
        PURPOSE,
        packed,
        &envelope,
        &mut Seeded { seed: *seed, drawn: 0 },
    )
    .map_err(|_| QrError::KeyForm)?;
    envelope.extend(encapsulated.to_bytes());
    envelope.extend(sealed);
    Ok(envelope)
}

/// The document and the key that opened it.
pub(super) fn open(envelope: &[u8], keys: &[SecretKey]) -> Result<(KeyId, Zeroizing<String>), QrError> {
    let (header, rest) = envelope.split_at_checked(HEADER).ok_or(QrError::SetDamaged)?;
    let (encapsulated, sealed) = rest.split_at_checked(ENCAPSULATED).ok_or(QrError::SetDamaged)?;
    let &[version, a, b, c, d] = header else { return Err(QrError::SetDamaged) };
    if version != VERSION {
        return Err(QrError::PreEntryVersion(version));
    }
    let id = KeyId([a, b, c, d]);
    let encapsulated = Deserializable::from_bytes(encapsulated).map_err(|_| QrError::Sealed)?;
    let mut named = keys.iter().filter(|key| key.id() == id).peekable();
    if named.peek().is_none() {
        return Err(QrError::UnknownKey { key: id.to_string() });
    }
    let opened = named.find_map(|key| {
        let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(
            &OpModeR::Base,
            &key.key,
            &encapsulated,
            PURPOSE,
            sealed,
            header,
        );
        opened.ok().map(Zeroizing::new)
    });
    let packed = opened.ok_or(QrError::Sealed)?;
    let unpacked =
        miniz_oxide::inflate::decompress_to_vec_with_limit(&packed, MOST_TEXT).map_err(|mut error| {
            error.output.zeroize();
            QrError::Document("展開できません")
        })?;
    match String::from_utf8(unpacked) {
        Ok(text) => Ok((id, Zeroizing::new(text))),
        Err(error) => {
            error.into_bytes().zeroize();
            Err(QrError::Document("UTF-8ではありません"))
        }
    }
}

/// Nine digits that tell one set of codes from another: of the SHA-256 of the envelope.
pub(super) fn set_number(envelope: &[u8]) -> u32 {
    let digest = Sha256::digest(envelope);
    let start: [u8; 8] = digest.first_chunk().copied().unwrap_or_default();
    u32::try_from(u64::from_be_bytes(start) % 1_000_000_000).unwrap_or_default()
}

/// Random bytes drawn out of the caller's 32: this floor has no randomness of its own.
struct Seeded {
    seed: [u8; 32],
    drawn: u64,
}

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(32) {
            let block =
                Sha256::new().chain_update(self.seed).chain_update(self.drawn.to_be_bytes()).finalize();
            chunk.iter_mut().zip(block).for_each(|(byte, drawn)| *byte = drawn);
            self.drawn += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

impl Drop for Seeded {
    fn drop(&mut self) {
        self.seed.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> SecretKey {
        SecretKey::from_seed(&[1; 32])
    }

    #[test]
    fn 膨らむ圧縮は展開の途中で断る() {
        let bomb = miniz_oxide::deflate::compress_to_vec(&vec![b'0'; 3_000_000], 6);
        assert!(bomb.len() < 20_000);
        let envelope = seal_packed(&bomb, key().public(), &[2; 32]).unwrap();
        assert_eq!(open(&envelope, &[key()]).unwrap_err().code(), "QR-29");
        for packed in [&[][..], &[0xFF; 40], &miniz_oxide::deflate::compress_to_vec(&[0xFF, 0xFE], 6)] {
            let envelope = seal_packed(packed, key().public(), &[2; 32]).unwrap();
            assert_eq!(open(&envelope, &[key()]).unwrap_err().code(), "QR-29");
        }
    }

    #[test]
    fn どこで切れてもどのバイトが変わっても開かない() {
        let keys = [key()];
        let envelope = seal("{}", keys[0].public(), &[2; 32]).unwrap();
        assert!(open(&envelope, &keys).is_ok());
        for length in 0..envelope.len() {
            assert!(open(&envelope[..length], &keys).is_err());
        }
        for at in 0..envelope.len() {
            let mut changed = envelope.clone();
            // Another bit in each byte; X25519 ignores the highest bit of a public key, but what is sealed does not.
            changed[at] ^= 1 << (at % 8);
            assert!(open(&changed, &keys).is_err(), "{at}");
        }
    }

    #[test]
    fn 弱い点を鍵にした封筒は断る() {
        let mut envelope = seal("{}", key().public(), &[2; 32]).unwrap();
        envelope[HEADER..HEADER + ENCAPSULATED].fill(0);
        assert_eq!(open(&envelope, &[key()]).err(), Some(QrError::Sealed));
    }

    proptest! {
        // Every opening is a multiplication on the curve, slow without optimisation; the fuzz target does the rest.
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn でたらめな封筒でも落ちない(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let keys = [key()];
            prop_assert!(open(&bytes, &keys).is_err());
            let mut named = vec![VERSION];
            named.extend(keys[0].id().0);
            named.extend(bytes);
            prop_assert!(open(&named, &keys).is_err());
        }
    }
}
