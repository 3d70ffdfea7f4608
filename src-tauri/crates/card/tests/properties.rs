//! 外から来るバイト: every truncation of real layouts, bytes of any kind, and cards that answer anything.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests stop loudly")]

use madoka_card::tlv::{ber, ber_all, simple, simple_all};
use madoka_card::{
    Cancel, CardError, CardFile, FaceImage, FacePart, MediaType, Opening, Request, Transport, TransportError,
    VirtualCard, look_through, parse_file, practice, practice_authorities, read_through,
};
use practice::{PracticeCard, resident, residents};
use proptest::prelude::*;
use zeroize::Zeroizing;

const FILES: [CardFile; 6] = [
    CardFile::FourFacts,
    CardFile::Face,
    CardFile::CardInfo,
    CardFile::LicenceEntries,
    CardFile::LicenceAddenda,
    CardFile::ResidenceAddress,
];

/// A card whose answers are recorded, changed or made up.
struct Between<F: FnMut(usize, Vec<u8>) -> Result<Vec<u8>, TransportError>> {
    card: VirtualCard,
    commands: usize,
    change: F,
}

impl<F: FnMut(usize, Vec<u8>) -> Result<Vec<u8>, TransportError>> Transport for Between<F> {
    fn transmit(&mut self, command: &[u8], answer: &mut Zeroizing<Vec<u8>>) -> Result<(), TransportError> {
        self.commands += 1;
        let changed = (self.change)(self.commands, self.card.answer(command))?;
        *answer = Zeroizing::new(changed);
        Ok(())
    }
}

/// One card of each kind, and of each way the text can be.
const CARDS: [(&str, PracticeCard); 6] = [
    ("kenichi", PracticeCard::MyNumber),
    ("satoru", PracticeCard::MyNumber),
    ("kenichi", PracticeCard::Licence),
    ("masao", PracticeCard::DrivingRecord),
    ("maria", PracticeCard::Residence),
    ("eiko", PracticeCard::SpecialPermanent),
];

/// The card, and what opens it.
fn card(at: usize) -> (VirtualCard, Request) {
    let (id, card) = CARDS[at];
    let resident = resident(id).unwrap();
    let opening = match card {
        PracticeCard::MyNumber => Opening::match_code_b(&resident.holder.match_code_b()).unwrap(),
        PracticeCard::Licence => Opening::pin(&resident.holder.pin).unwrap(),
        PracticeCard::DrivingRecord => Opening::Nothing,
        _ => Opening::card_number(&resident.holder.card_number).unwrap(),
    };
    (resident.card(card), Request::new(opening).checked_by(practice_authorities()))
}

#[test]
fn どの券種をどの命令で抜いても何も渡さず番号も減らさない() {
    for at_card in 0..CARDS.len() {
        let all = {
            let (card, request) = card(at_card);
            let mut whole = Between { card, commands: 0, change: |_, answer| Ok(answer) };
            read_through(&mut whole, request, &Cancel::default()).unwrap();
            whole.commands
        };
        for pulled in 1..all {
            for short in [None, Some(0), Some(1)] {
                let (card, request) = card(at_card);
                let before = card.tries();
                let change = |at, answer: Vec<u8>| match short {
                    _ if at < pulled => Ok(answer),
                    None => Err(TransportError::Removed),
                    Some(kept) => Ok(answer.into_iter().take(kept).collect()),
                };
                let mut link = Between { card, commands: 0, change };
                let read = read_through(&mut link, request, &Cancel::default());
                assert_eq!(
                    read.unwrap_err(),
                    CardError::Removed,
                    "card {at_card}, command {pulled} of {all}"
                );
                assert_eq!(link.card.tries(), before);
                assert!(link.commands <= pulled + 1, "nothing is repeated after a card has left");
            }
        }
    }
}

#[test]
fn 取りやめは次の命令の前に効く() {
    let kenichi = resident("kenichi").unwrap();
    for at in 1..8 {
        let cancel = Cancel::default();
        let stop = cancel.clone();
        let change = move |now, answer| {
            if now == at {
                stop.cancel();
            }
            Ok(answer)
        };
        let mut link = Between { card: kenichi.my_number_card(), commands: 0, change };
        let opening = Opening::match_code_b(&kenichi.holder.match_code_b()).unwrap();
        let read = read_through(&mut link, Request::new(opening), &cancel);
        assert_eq!((read.unwrap_err(), link.commands), (CardError::Cancelled, at));
    }
}

#[test]
fn 実際の並びをどこで切っても半分の情報は渡らない() {
    for resident in residents() {
        for (file, bytes) in recorded(resident) {
            for length in 0..bytes.len() {
                if let Ok(read) = parse_file(file, &bytes[..length]) {
                    // What is cut off behind the last object is filler; the facts are whole then.
                    let whole = parse_file(file, &bytes).unwrap();
                    assert_eq!(read.facts().len(), whole.facts().len(), "{file:?} cut at {length}");
                    for (cut, whole) in read.facts().iter().zip(whole.facts()) {
                        assert!(cut.statement == whole.statement, "{file:?} cut at {length}");
                    }
                }
            }
        }
    }
}

/// The files of a My Number card as they come over the wire.
fn recorded(resident: &practice::Resident) -> Vec<(CardFile, Vec<u8>)> {
    let mut card = resident.my_number_card();
    let code = resident.holder.match_code_b();
    let mut ask = |command: &[u8]| {
        let mut answer = card.answer(command);
        answer.truncate(answer.len() - 2);
        answer
    };
    let select = |aid: &[u8]| [&[0x00, 0xA4, 0x04, 0x0C, 0x0A], aid].concat();
    ask(&select(&[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00]));
    let info = ask(&[0x00, 0xB2, 0x01, 0x0C, 0x00]);
    ask(&select(&[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08]));
    ask(&[&[0x00, 0x20, 0x00, 0x95, 0x0E], code.as_bytes()].concat());
    let facts = ask(&[0x00, 0xB0, 0x82, 0x00, 0x00]);
    vec![(CardFile::CardInfo, info), (CardFile::FourFacts, facts)]
}

proptest! {

    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Bytes of any kind behind the beginning of any kind of picture.
    #[test]
    fn どんなバイトの画像でも止まらない(
        head in prop::sample::select(vec![
            &b"\x89PNG\r\n\x1a\n"[..],
            &b"\0\0\0\x0CjP  "[..],
            &b"\xFF\x4F\xFF\x51"[..],
            &b"II*\0"[..],
            &b"\xFF\xD8\xFF"[..],
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let bytes = [head, &rest].concat();
        let _ = FaceImage::of(FacePart::Photo, &bytes).png();
    }

    #[test]
    fn 読み取る所はどんなバイトでも落ちない(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for file in FILES {
            let _ = parse_file(file, &bytes);
        }
        for object in ber_all(&bytes).chain(simple_all(&bytes)).flatten() {
            prop_assert!(object.whole.ends_with(object.value) && object.whole.len() <= bytes.len());
        }
    }

    #[test]
    fn 書いた物は同じに読める(tag in 0x9F01_u16..0x9F7F, value in prop::collection::vec(any::<u8>(), 0..700), rest in prop::collection::vec(any::<u8>(), 0..9)) {
        let [.., high, low] = value.len().to_be_bytes();
        let length: &[u8] = match value.len() { 0..=127 => &[low], 128..=255 => &[0x81, low], _ => &[0x82, high, low] };
        let bytes = [&tag.to_be_bytes(), length, value.as_slice(), rest.as_slice()].concat();
        let (object, after) = ber(&bytes).unwrap();
        prop_assert_eq!((object.tag, object.value, after), (u32::from(tag), value.as_slice(), rest.as_slice()));
        for cut in 0..object.whole.len() {
            prop_assert!(ber(&bytes[..cut]).is_err());
        }
        let length: &[u8] = if value.len() < 128 { &[low] } else { &[0x82, high, low] };
        let bytes = [&[0x17], length, value.as_slice()].concat();
        let (object, after) = simple(&bytes).unwrap();
        prop_assert_eq!((object.tag, object.value, after.len()), (0x17, value.as_slice(), 0));
    }

    #[test]
    fn 一文字変わった実物でも落ちず誤りに中身は出ない(at in any::<prop::sample::Index>(), byte in any::<u8>(), who in any::<prop::sample::Index>()) {
        let resident = who.get(residents());
        for (file, mut bytes) in recorded(resident) {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Err(error) = parse_file(file, &bytes) {
                let said = format!("{error} {error:?}");
                prop_assert!(!said.contains(&resident.holder.name) && !said.contains(&resident.holder.address));
            }
        }
    }

    #[test]
    fn でたらめに答えるカードでも終わり情報も番号も漏れない(answers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..12), from in 1_usize..14, at_card in any::<prop::sample::Index>()) {
        let (card, request) = card(at_card.index(CARDS.len()));
        let before = card.tries();
        let change = |at: usize, answer: Vec<u8>| Ok(if at < from { answer } else { answers[at % answers.len()].clone() });
        let mut link = Between { card, commands: 0, change };
        let _ = read_through(&mut link, request, &Cancel::default());
        prop_assert!(link.commands < 5_000);
        // At most the one VERIFY of the right entry reached the card.
        prop_assert_eq!(link.card.tries(), before);
        let _ = look_through(&mut link, &Cancel::default());
    }
}

/// The pictures of all practice cards, as their chips hold them.
fn faces() -> Vec<FaceImage> {
    let mut all = Vec::new();
    for resident in residents() {
        let holder = &resident.holder;
        for (part, bytes) in [
            (FacePart::Name, &holder.name_image),
            (FacePart::Address, &holder.address_image),
            (FacePart::Photo, &holder.photo),
            (FacePart::Front, &holder.front),
        ] {
            if !bytes.is_empty() {
                all.push(FaceImage::of(part, bytes));
            }
        }
    }
    all
}

#[test]
fn 券面の画像はどの形でも_pngになり大きさが変わらない() {
    let mut kinds = std::collections::BTreeSet::new();
    for face in faces() {
        let png = face.png().unwrap_or_else(|| panic!("{face:?}"));
        let shown = image::load_from_memory(&png).unwrap();
        kinds.insert(face.media_type.name());
        match face.part {
            FacePart::Photo => assert_eq!((shown.width(), shown.height()), (378, 472)),
            FacePart::Front => assert_eq!((shown.width(), shown.height()), (856, 540)),
            _ => assert!(shown.width() > shown.height()),
        }
        // Something is to be seen: darker and lighter.
        let grey = shown.into_luma8();
        let tones: Vec<u8> = grey.pixels().map(|pixel| pixel.0[0]).collect();
        assert!(tones.iter().max().unwrap() - tones.iter().min().unwrap() > 60, "{face:?}");
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["image/jp2", "image/png", "image/tiff"]);
}

#[test]
fn どこで切れた画像も壊れた画像も_黙って断るか途中まで見せる() {
    for (part, media) in [
        (FacePart::Name, MediaType::Png),
        (FacePart::Photo, MediaType::Jp2),
        (FacePart::Front, MediaType::Tiff),
    ] {
        let all = faces();
        let face = all.iter().find(|face| face.part == part && face.media_type == media).unwrap();
        let bytes = face.bytes();
        // All of the head, where sizes stand, and a few dozen places beyond.
        let cuts = (0..bytes.len().min(120)).chain((120..bytes.len()).step_by(1 + bytes.len() / 30));
        for cut in cuts {
            let _ = FaceImage::of(part, &bytes[..cut]).png();
        }
        for at in (0..bytes.len().min(200)).step_by(3) {
            let mut broken = bytes.to_vec();
            broken[at] ^= 0xFF;
            let _ = FaceImage::of(part, &broken).png();
        }
    }
}

#[test]
fn 大きすぎる画像は開かない() {
    // A PNG of one colour is small however large it claims to be.
    for (width, height, fits) in [(1_600, 20, true), (1_601, 20, false), (20, 1_601, false)] {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::GrayImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        let face = FaceImage::of(FacePart::Name, bytes.get_ref());
        assert_eq!(face.png().is_some(), fits, "{width}x{height}");
    }
    // The size that the photo's header claims, made 60,000 times 60,000.
    let all = faces();
    let photo = all.iter().find(|face| face.part == FacePart::Photo).unwrap();
    let mut claims = photo.bytes().to_vec();
    let at = claims.windows(4).position(|bytes| bytes == [0xFF, 0x4F, 0xFF, 0x51]).unwrap();
    claims[at + 8..at + 16].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    assert!(FaceImage::of(FacePart::Photo, &claims).png().is_none());
    assert!(FaceImage::of(FacePart::Photo, &vec![0; 70_000]).png().is_none());
}
