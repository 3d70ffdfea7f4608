//! Key agreement and secure messaging of 在留カード and 特別永住者証明書 of the first generation (出入国在留管理庁
//! 在留カード等仕様書 1.5, 3.5): two-key triple DES in CBC, retail MAC, keys from the card number by SHA-1. Old ciphers,
//! but it is what these cards speak; nothing else in the house uses them.

use des::TdesEde2;
use des::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use sha1::{Digest, Sha1};
use zeroize::{Zeroize, Zeroizing};

/// A 16-byte key; wiped when dropped.
pub(crate) struct Key(Zeroizing<[u8; 16]>);

impl Key {
    /// K.Enc and K.Mac, the same: the first 16 bytes of SHA-1 of the card number.
    pub(crate) fn of_number(number: &[u8; 12]) -> Self {
        Self::of_hash(number)
    }

    fn of_hash(bytes: &[u8]) -> Self {
        let mut hash = Sha1::digest(bytes);
        let mut key = Zeroizing::new([0; 16]);
        key.iter_mut().zip(hash.iter()).for_each(|(key, hash)| *key = *hash);
        hash.as_mut_slice().zeroize();
        Self(key)
    }

    /// KS.Enc out of what both sides chose.
    pub(crate) fn of_session(terminal: &[u8], card: &[u8]) -> Self {
        let mut mixed = Zeroizing::new([0_u8; 20]);
        for (mixed, (a, b)) in mixed.iter_mut().zip(terminal.iter().zip(card).take(16)) {
            *mixed = a ^ b;
        }
        if let Some(last) = mixed.last_mut() {
            *last = 1;
        }
        Self::of_hash(mixed.as_slice())
    }

    fn cipher(&self) -> TdesEde2 {
        TdesEde2::new(&Array(*self.0))
    }

    /// CBC with a zero vector over whole blocks.
    pub(crate) fn encrypt(&self, data: &[u8]) -> Zeroizing<Vec<u8>> {
        let cipher = self.cipher();
        let mut out = Zeroizing::new(Vec::with_capacity(data.len()));
        let mut last = [0_u8; 8];
        for block in data.as_chunks::<8>().0 {
            let mut next = Array(*block);
            next.iter_mut().zip(last).for_each(|(byte, before)| *byte ^= before);
            cipher.encrypt_block(&mut next);
            last = next.0;
            out.extend_from_slice(&last);
        }
        out
    }

    pub(crate) fn decrypt(&self, data: &[u8]) -> Zeroizing<Vec<u8>> {
        let cipher = self.cipher();
        let mut out = Zeroizing::new(Vec::with_capacity(data.len()));
        let mut last = [0_u8; 8];
        for block in data.as_chunks::<8>().0 {
            let mut next = Array(*block);
            cipher.decrypt_block(&mut next);
            next.iter_mut().zip(last).for_each(|(byte, before)| *byte ^= before);
            last = *block;
            out.extend_from_slice(&next);
            next.0.zeroize();
        }
        out
    }

    /// Retail MAC (ISO/IEC 9797-1 algorithm 3, padding 2): the last block of CBC with the first half, made triple.
    pub(crate) fn mac(&self, data: &[u8]) -> [u8; 8] {
        let (first, second) = self.0.split_at(8);
        let single = |half: &[u8]| {
            // DES is triple DES whose two keys are the same.
            let mut twice = Zeroizing::new([0_u8; 16]);
            twice.iter_mut().zip(half.iter().chain(half)).for_each(|(to, from)| *to = *from);
            TdesEde2::new(&Array(*twice))
        };
        let (first, second) = (single(first), single(second));
        let padded = padded(data);
        let mut state = Array([0_u8; 8]);
        for block in padded.as_chunks::<8>().0 {
            state.iter_mut().zip(block).for_each(|(state, byte)| *state ^= byte);
            first.encrypt_block(&mut state);
        }
        second.decrypt_block(&mut state);
        first.encrypt_block(&mut state);
        state.0
    }
}

/// `80`, then zeros up to whole blocks.
pub(crate) fn padded(data: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = (data.len() / 8 + 1) * 8;
    let mut padded = Zeroizing::new(Vec::with_capacity(length));
    padded.extend_from_slice(data);
    padded.push(0x80);
    padded.resize(length, 0);
    padded
}

/// Takes the padding off; `None` where there is none.
pub(crate) fn unpadded(data: &[u8]) -> Option<&[u8]> {
    let end = data.iter().rposition(|byte| *byte != 0)?;
    (data.get(end) == Some(&0x80)).then(|| data.get(..end)).flatten()
}

/// Same bytes, in time that does not depend on where they differ.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors every reader of these cards and of passports checks itself with: ICAO Doc 9303 part 11, appendix D.
    #[test]
    fn 鍵と検査値は国際民間航空機関の例のとおり() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
        };
        let key = |text| Key(Zeroizing::new(hex(text).try_into().unwrap()));
        let enc = key("AB94FDECF2674FDFB9B391F85D7F76F2");
        let mac = key("7962D9ECE03D1ACD4C76089DCE131543");
        let plain = hex("781723860C06C2264608F919887022120B795240CB7049B01C19B33E32804F0B");
        let cipher = hex("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2");
        assert_eq!(*enc.encrypt(&plain), cipher);
        assert_eq!(*enc.decrypt(&cipher), plain);
        assert_eq!(mac.mac(&cipher).to_vec(), hex("5F1448EEA8AD90A7"));
    }

    #[test]
    fn 埋め草は付けて外せる() {
        for length in 0..40 {
            let data = vec![0_u8; length];
            let padded = padded(&data);
            assert_eq!(padded.len() % 8, 0);
            assert_eq!(unpadded(&padded), Some(data.as_slice()));
        }
        assert_eq!(unpadded(&[0; 16]), None);
        assert_eq!(unpadded(&[]), None);
    }
}
