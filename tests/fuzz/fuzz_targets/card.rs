//! Bytes from a card: every file parser and a whole read take any answer without panic, end soon, and lose no try; what
//! was read holds no half of a fact.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_card::tlv::{ber_all, simple_all};
use madoka_card::{
    Cancel, CardFile, Faces, Opening, Request, Transport, TransportError, look_through, parse_file, practice,
    practice_authorities, read_through,
};
use zeroize::Zeroizing;

/// Answers with pieces of the input, one after another and round again; the first byte of each is its length.
struct Made<'a> {
    bytes: &'a [u8],
    at: usize,
    commands: usize,
    secrets: usize,
}

impl Transport for Made<'_> {
    fn transmit(
        &mut self,
        command: &[u8],
        answer: &mut Zeroizing<Vec<u8>>,
    ) -> Result<(), TransportError> {
        self.commands += 1;
        assert!(self.commands < 5_000, "a read ends");
        if let [_, 0x20, _, _, _, ..] = command {
            self.secrets += 1;
        }
        let length = usize::from(self.bytes.get(self.at).copied().unwrap_or(0));
        let piece = self.bytes.get(self.at + 1..).unwrap_or_default();
        let piece = &piece[..length.min(piece.len())];
        self.at = if self.at + 1 + length < self.bytes.len() { self.at + 1 + length } else { 0 };
        *answer = Zeroizing::new(piece.to_vec());
        // Nearly all inputs would end at a nonsense status; so most answers say that all is well.
        if !answer.ends_with(&[0x90, 0x00]) && length % 4 != 3 {
            answer.extend_from_slice(&[0x90, 0x00]);
        }
        Ok(())
    }
}

fuzz_target!(|input: &[u8]| -> Corpus {
    let [which, bytes @ ..] = input else { return Corpus::Reject };
    for object in ber_all(bytes).chain(simple_all(bytes)).flatten() {
        assert!(object.whole.ends_with(object.value));
    }
    let files = [
        CardFile::FourFacts,
        CardFile::Face,
        CardFile::CardInfo,
        CardFile::LicenceEntries,
        CardFile::LicenceAddenda,
        CardFile::ResidenceAddress,
    ];
    for file in files {
        if let Ok(read) = parse_file(file, bytes) {
            for fact in read.facts() {
                assert!(fact.statement.value.is_some());
            }
        }
    }
    let kenichi = &practice::residents()[0].holder;
    let opening = match which % 4 {
        0 => Opening::match_code_b(&kenichi.match_code_b()).expect("14 digits"),
        1 => Opening::pin(&kenichi.pin).expect("4 digits"),
        2 => Opening::card_number("ZZ00000000ZZ").expect("a number"),
        _ => Opening::Nothing,
    };
    let made = || Made { bytes, at: 0, commands: 0, secrets: 0 };
    let mut card = made();
    let request = Request::new(opening).faces(Faces::Yes).checked_by(practice_authorities());
    let _ = read_through(&mut card, request, &Cancel::default());
    assert!(card.secrets <= 2, "one VERIFY for each key, and the second only after the first was right");
    let mut card = made();
    let _ = look_through(&mut card, &Cancel::default());
    assert_eq!(card.secrets, 0, "looking tries nothing");
    Corpus::Keep
});
