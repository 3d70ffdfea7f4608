//! 読む: every practice resident's cards through the software card, without PC/SC.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop loudly")]

use madoka_card::{
    Cancel, CardError, CardKind, CardRead, FacePart, Faces, MediaType, MissingGlyph, MissingWhy, Note,
    Oddity, Opening, OpeningKind, Place, Request, Tries, VirtualCard, look, practice, practice_authorities,
    read,
};
use madoka_facts::{PersonRef, Source, Value};
use practice::{PracticeCard, Resident, resident, residents};

fn text<'a>(read: &'a CardRead, attribute: &str) -> &'a str {
    match read.fact(attribute).and_then(|fact| fact.statement.value.as_ref()) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

fn by_b(resident: &Resident) -> Opening {
    Opening::match_code_b(&resident.holder.match_code_b()).unwrap()
}

fn by_pin(resident: &Resident) -> Opening {
    Opening::pin(&resident.holder.pin).unwrap()
}

fn read_card(card: VirtualCard, request: Request) -> Result<CardRead, CardError> {
    read(&Place::practice(card), request, &Cancel::default())
}

#[test]
fn 照合番号で四情報が一字も違わず読める() {
    for resident in residents() {
        let card = resident.my_number_card();
        let read = read_card(card, Request::new(by_b(resident)).checked_by(practice_authorities())).unwrap();
        assert_eq!(read.kind, CardKind::MyNumber);
        assert_eq!(text(&read, "name"), resident.holder.name, "{}", resident.id);
        assert_eq!(text(&read, "address"), resident.holder.address, "{}", resident.id);
        let [year, month, day] = resident.holder.birth;
        let born = read.fact("birth_date").unwrap().statement.value.as_ref().unwrap().as_date().unwrap();
        assert_eq!(born.to_string(), format!("{year:04}-{month:02}-{day:02}"));
        let sex = if resident.holder.sex == '1' { "male" } else { "female" };
        assert_eq!(read.fact("sex").unwrap().statement.value, Some(Value::Choice(sex.parse().unwrap())));
        assert_eq!(read.expires, Some(resident.holder.expires));
        assert_eq!(read.genuine, Some(true), "{}", resident.id);
        assert_eq!(read.tries_left, Some(10));
        assert!(read.my_number.is_none());
        assert!(read.facts().iter().all(|fact| fact.statement.source == Source::Chip));
    }
}

#[test]
fn 暗証番号でも読め個人番号は求めたときだけ読む() {
    let kenichi = resident("kenichi").unwrap();
    let read = read_card(kenichi.my_number_card(), Request::new(by_pin(kenichi))).unwrap();
    assert_eq!(text(&read, "name"), kenichi.holder.name);
    assert_eq!((read.tries_left, read.genuine), (Some(3), None), "no keys are configured");
    assert!(read.my_number.is_none());
    let read = read_card(kenichi.my_number_card(), Request::new(by_pin(kenichi)).with_my_number()).unwrap();
    assert_eq!(read.my_number.as_ref().unwrap().expose().as_slice(), kenichi.holder.my_number.as_bytes());
    assert!(!format!("{read:?}").contains(&kenichi.holder.my_number));
    // 照合番号B cannot open it, and is not tried.
    let place = Place::practice(kenichi.my_number_card().with_code_b_tries(5));
    let refused = madoka_card::read(&place, Request::new(by_b(kenichi)).with_my_number(), &Cancel::default());
    assert_eq!(refused.unwrap_err(), CardError::NumberNeedsPin);
    assert_eq!(tries_of(&place, OpeningKind::MatchCodeB), Tries::Left(5));
}

fn tries_of(place: &Place, kind: OpeningKind) -> Tries {
    let look = look(place, &Cancel::default()).unwrap();
    look.openings.iter().find(|opening| opening.kind == kind).unwrap().tries
}

#[test]
fn 残り回数は数えるだけで減らず正しければ元に戻る() {
    let kenichi = resident("kenichi").unwrap();
    let place = Place::practice(kenichi.my_number_card());
    for _ in 0..20 {
        assert_eq!(tries_of(&place, OpeningKind::Pin), Tries::Left(3));
    }
    let wrong = || Opening::pin(if kenichi.holder.pin == "0000" { "0001" } else { "0000" }).unwrap();
    let refused = read(&place, Request::new(wrong()), &Cancel::default()).unwrap_err();
    assert_eq!(refused, CardError::Wrong { opening: OpeningKind::Pin, left: 2 });
    let again = read(&place, Request::new(by_pin(kenichi)), &Cancel::default()).unwrap();
    assert_eq!(again.tries_left, Some(3), "a right entry gives all tries back");
    for left in [2, 1] {
        let refused = read(&place, Request::new(wrong()), &Cancel::default()).unwrap_err();
        assert_eq!(refused, CardError::Wrong { opening: OpeningKind::Pin, left });
    }
    // However often it is typed, right or wrong, the last try is never spent.
    for opening in [wrong(), by_pin(kenichi), wrong()] {
        let refused = read(&place, Request::new(opening), &Cancel::default()).unwrap_err();
        let other = Some(OpeningKind::MatchCodeB);
        assert_eq!(refused, CardError::OneTryLeft { opening: OpeningKind::Pin, other });
    }
    assert_eq!(tries_of(&place, OpeningKind::Pin), Tries::Left(1));
}

#[test]
fn 使えなくなった番号はどの答え方でも分かる() {
    let kenichi = resident("kenichi").unwrap();
    for card in [kenichi.my_number_card(), kenichi.my_number_card().with(Oddity::BlockedIs6983)] {
        let refused = read_card(card.with_code_b_tries(0), Request::new(by_b(kenichi))).unwrap_err();
        let other = Some(OpeningKind::Pin);
        assert_eq!(refused, CardError::Blocked { opening: OpeningKind::MatchCodeB, other });
    }
}

#[test]
fn 変わったカードやリーダーでも同じに読める() {
    for odd in [
        Oddity::Sleepy,
        Oddity::TwoBytesBefore,
        Oddity::ShortReadsOnly(128),
        Oddity::ShortReadsOnly(64),
        Oddity::ExactLengthOnly,
        Oddity::InParts(50),
        Oddity::WarnsAtEnd,
    ] {
        for id in ["kenichi", "maria", "kuzuha"] {
            let resident = resident(id).unwrap();
            let request = Request::new(by_b(resident)).faces(Faces::Yes).checked_by(practice_authorities());
            let read = read_card(resident.my_number_card().with(odd), request).unwrap();
            assert_eq!(text(&read, "name"), resident.holder.name, "{odd:?}");
            assert_eq!(text(&read, "address"), resident.holder.address, "{odd:?}");
            assert_eq!(read.images.len(), 3, "{odd:?}");
            assert_eq!(read.genuine, Some(true), "{odd:?}");
        }
    }
    for odd in [Oddity::ShortReadsOnly(64), Oddity::ExactLengthOnly, Oddity::InParts(50), Oddity::WarnsAtEnd]
    {
        let kenichi = resident("kenichi").unwrap();
        let read =
            read_card(kenichi.card(PracticeCard::Licence).with(odd), Request::new(by_pin(kenichi))).unwrap();
        assert_eq!(text(&read, "address"), kenichi.holder.address, "{odd:?}");
    }
}

#[test]
fn 券面の画像はそのまま取り出せる() {
    let kuzuha = resident("kuzuha").unwrap();
    let read = read_card(kuzuha.my_number_card(), Request::new(by_b(kuzuha)).faces(Faces::Yes)).unwrap();
    let name = read.image(FacePart::Name).unwrap();
    assert_eq!((name.media_type, name.bytes()), (MediaType::Png, kuzuha.holder.name_image.as_slice()));
    assert_eq!(read.image(FacePart::Address).unwrap().bytes(), kuzuha.holder.address_image);
    let photo = read.image(FacePart::Photo).unwrap();
    assert_eq!((photo.media_type.name(), photo.bytes()), ("image/jp2", kuzuha.holder.photo.as_slice()));
    // The PIN does not open the pictures; the facts are read all the same.
    let read = read_card(kuzuha.my_number_card(), Request::new(by_pin(kuzuha)).faces(Faces::Yes)).unwrap();
    assert!(read.images.is_empty() && read.notes.contains(&Note::NoFace));
    // Nor is a locked or nearly locked key of the pictures tried.
    for left in [0, 1] {
        let place = Place::practice(kuzuha.my_number_card().with_face_tries(left));
        let read =
            madoka_card::read(&place, Request::new(by_b(kuzuha)).faces(Faces::Yes), &Cancel::default());
        let read = read.unwrap();
        assert_eq!(text(&read, "name"), kuzuha.holder.name);
        assert!(read.images.is_empty() && read.notes.contains(&Note::NoFace));
        let Place::Practice(card) = &place else { unreachable!() };
        assert!(card.lock().unwrap().tries().contains(&(0x0012, left)), "nothing was tried");
    }
}

#[test]
fn 文字にない字は印が付き券面の画像も読まれる() {
    let satoru = resident("satoru").unwrap();
    let read = read_card(satoru.my_number_card(), Request::new(by_b(satoru))).unwrap();
    let name = read.fact("name").unwrap();
    assert_eq!(name.missing_glyphs, [MissingGlyph { position: 0, why: MissingWhy::Mark }]);
    assert!(read.image(FacePart::Name).is_some(), "the officer sees the glyph as printed");
    let mut private = satoru.holder.clone();
    private.name = "\u{E001}口　慧".to_owned();
    let opening = Opening::match_code_b(&private.match_code_b()).unwrap();
    let read = read_card(VirtualCard::my_number(&private), Request::new(opening)).unwrap();
    assert_eq!(text(&read, "name"), private.name, "never silently changed");
    assert_eq!(read.fact("name").unwrap().missing_glyphs[0].why, MissingWhy::PrivateUse);
    // A variation selector is no missing glyph.
    let kuzuha = resident("kuzuha").unwrap();
    let read = read_card(kuzuha.my_number_card(), Request::new(by_b(kuzuha))).unwrap();
    assert!(!read.has_missing_glyphs() && read.images.is_empty());
}

#[test]
fn 旧氏と通称は印があるときだけ分ける() {
    let kenichi = resident("kenichi").unwrap();
    for (written, name, former, common, note) in [
        ("潮崎［汐田］　健一", "潮崎　健一", "汐田", "", Some(Note::FormerNameApart)),
        ("潮崎［汐田］健一", "潮崎　健一", "汐田", "", Some(Note::FormerNameApart)),
        (
            "ＬＥＥ　ＨＡＮＡ（通称　海野　花）",
            "ＬＥＥ　ＨＡＮＡ",
            "",
            "海野　花",
            Some(Note::CommonNameApart),
        ),
        ("ＬＩ　ＨＵＡ（李　華）", "ＬＩ　ＨＵＡ（李　華）", "", "", Some(Note::NameInParentheses)),
        ("潮崎［］健一", "潮崎［］健一", "", "", None),
    ] {
        let mut holder = kenichi.holder.clone();
        holder.name = written.to_owned();
        let read = read_card(VirtualCard::my_number(&holder), Request::new(by_b(kenichi))).unwrap();
        assert_eq!(text(&read, "name"), name);
        assert_eq!((text(&read, "former_name"), text(&read, "common_name")), (former, common), "{written}");
        assert_eq!(read.notes.first(), note.as_ref(), "{written}");
    }
}

#[test]
fn 不詳の生年月日と未知の性別は職員に尋ねる() {
    let kenichi = resident("kenichi").unwrap();
    for (birth, said) in [([1944, 5, 0], "1944-05"), ([1944, 0, 0], "1944"), ([0, 0, 0], "不詳")] {
        let mut holder = kenichi.holder.clone();
        (holder.birth, holder.sex) = (birth, '3');
        let opening = Opening::match_code_b(&holder.match_code_b()).unwrap();
        let read = read_card(VirtualCard::my_number(&holder), Request::new(opening)).unwrap();
        let born = read.fact("birth_date").unwrap().statement.value.as_ref().unwrap().as_date().unwrap();
        assert_eq!(born.to_string(), said);
        assert!(read.notes.contains(&Note::BirthDateIncomplete) && read.notes.contains(&Note::UnknownSex));
        assert!(read.fact("sex").is_none());
    }
}

/// The end of the text application's name.
const TEXT: &[u8] = &[0x04, 0x08];

#[test]
fn 書き換えられたカードは署名で分かる() {
    let kenichi = resident("kenichi").unwrap();
    let request = || Request::new(by_b(kenichi)).checked_by(practice_authorities());
    for file in [2, 3, 4] {
        // A digit of the address; the end of the signature; the end of the certificate's.
        let card = kenichi.my_number_card().with_file(TEXT, file, |bytes| {
            let at = bytes.len() - if file == 2 { 30 } else { 1 };
            bytes[at] ^= 0x01;
        });
        match read_card(card, request()) {
            Ok(read) => {
                assert_eq!((read.genuine, read.notes.contains(&Note::NotGenuine)), (Some(false), true));
            }
            Err(error) => assert_eq!(error.code(), "CARD-14"),
        }
    }
    // Another issuer than the configured ones: nothing is said.
    let other = madoka_card::AuthorityKey::new([7; 16], &[0xC1; 256], &[1, 0, 1]).unwrap();
    let request = Request::new(by_b(kenichi)).checked_by(madoka_card::Authorities::new(vec![other]));
    assert_eq!(read_card(kenichi.my_number_card(), request).unwrap().genuine, None);
}

#[test]
fn 運転免許証は裏面の新しい住所を使い外字を知らせる() {
    let kenichi = resident("kenichi").unwrap();
    let read = read_card(kenichi.card(PracticeCard::Licence), Request::new(by_pin(kenichi))).unwrap();
    assert_eq!(read.kind, CardKind::Licence);
    assert_eq!(
        (text(&read, "name"), text(&read, "address")),
        (&*kenichi.holder.name, &*kenichi.holder.address)
    );
    assert_eq!(text(&read, "name_kana"), kenichi.holder.kana);
    assert!(read.notes.contains(&Note::Addendum) && read.fact("sex").is_none());
    assert_eq!((read.expires, read.tries_left, read.genuine), (Some(kenichi.holder.expires), Some(3), None));
    let kuzuha = resident("kuzuha").unwrap();
    let read = read_card(kuzuha.card(PracticeCard::Licence), Request::new(by_pin(kuzuha))).unwrap();
    let name = read.fact("name").unwrap();
    assert_eq!(name.missing_glyphs[0], MissingGlyph { position: 0, why: MissingWhy::LicenceGlyph(1) });
    assert!(text(&read, "name").starts_with('〓'));
    // Without a PIN on it, the licence opens by itself, and what was typed is not tried.
    let masao = resident("masao").unwrap();
    for opening in [Opening::Nothing, Opening::pin("0000").unwrap()] {
        let read = read_card(masao.card(PracticeCard::DrivingRecord), Request::new(opening)).unwrap();
        assert_eq!((read.kind, text(&read, "name")), (CardKind::DrivingRecord, &*masao.holder.name));
    }
    let refused =
        read_card(kenichi.card(PracticeCard::Licence).with_pin_tries(1), Request::new(by_pin(kenichi)));
    assert_eq!(refused.unwrap_err(), CardError::OneTryLeft { opening: OpeningKind::Pin, other: None });
}

#[test]
fn 在留カードは番号で画像と裏面の住居地が読める() {
    let maria = resident("maria").unwrap();
    let opening = || Opening::card_number(&maria.holder.card_number).unwrap();
    let read = read_card(maria.card(PracticeCard::Residence), Request::new(opening())).unwrap();
    assert_eq!((read.kind, text(&read, "address")), (CardKind::Residence, &*maria.holder.address));
    let front = read.image(FacePart::Front).unwrap();
    assert_eq!((front.media_type, front.bytes()), (MediaType::Tiff, maria.holder.front.as_slice()));
    assert!(read.fact("name").is_none() && read.notes.contains(&Note::NameOnlyAsPicture));
    let wrong = Opening::card_number("ZZ99990016ZZ").unwrap();
    let refused = read_card(maria.card(PracticeCard::Residence), Request::new(wrong)).unwrap_err();
    assert_eq!(refused, CardError::WrongCardNumber);
    let eiko = resident("eiko").unwrap();
    let opening = Opening::card_number("ｚｚ９９９９５８１１ｚｚ").unwrap();
    let read = read_card(eiko.card(PracticeCard::SpecialPermanent), Request::new(opening)).unwrap();
    assert_eq!((read.kind, read.fact("address").is_none()), (CardKind::SpecialPermanent, true));
}

#[test]
fn 券種に合わない入力は何も試さずに断る() {
    let kenichi = resident("kenichi").unwrap();
    let maria = resident("maria").unwrap();
    let number = || Opening::card_number(&maria.holder.card_number).unwrap();
    for (card, opening, code) in [
        (kenichi.card(PracticeCard::Licence), by_b(kenichi), "CARD-12"),
        (kenichi.my_number_card(), number(), "CARD-12"),
        (maria.card(PracticeCard::Residence), by_pin(kenichi), "CARD-12"),
        (maria.card(PracticeCard::Residence), by_b(kenichi), "CARD-12"),
        (VirtualCard::stranger(), by_b(kenichi), "CARD-08"),
        (VirtualCard::stranger(), by_pin(kenichi), "CARD-08"),
        (VirtualCard::stranger(), number(), "CARD-08"),
        (VirtualCard::only_licence(), by_pin(kenichi), "CARD-20"),
    ] {
        let before = card.tries();
        let place = Place::practice(card);
        let refused = read(&place, Request::new(opening), &Cancel::default()).unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
        let Place::Practice(card) = &place else { unreachable!() };
        assert_eq!(card.lock().unwrap().tries(), before);
    }
    let also =
        look(&Place::practice(resident("minami").unwrap().my_number_card()), &Cancel::default()).unwrap();
    assert!(also.also_licence && also.kind == CardKind::MyNumber);
    let only = look(&Place::practice(VirtualCard::only_licence()), &Cancel::default()).unwrap();
    assert_eq!((only.kind, only.best_opening()), (CardKind::LicenceOnMyNumber, None));
}

#[test]
fn 読んだ後のカードは閉じている() {
    for resident in residents() {
        for card in resident.cards {
            let mut virtual_card = resident.card(*card);
            let opening = match card {
                PracticeCard::MyNumber => by_b(resident),
                PracticeCard::Licence => by_pin(resident),
                PracticeCard::DrivingRecord => Opening::Nothing,
                _ => Opening::card_number(&resident.holder.card_number).unwrap(),
            };
            let request = Request::new(opening).faces(Faces::Yes);
            madoka_card::read_through(&mut virtual_card, request, &Cancel::default()).unwrap();
            // Before any power-off: on Windows a card may stay powered. Licences and residence cards close with power only.
            assert!(!virtual_card.is_open() || *card != PracticeCard::MyNumber, "{}", resident.id);
            virtual_card.power_off();
            assert!(!virtual_card.is_open());
        }
    }
}

#[test]
fn 事実は案件のその人のものとして渡る() {
    let kenichi = resident("kenichi").unwrap();
    let read = read_card(kenichi.my_number_card(), Request::new(by_b(kenichi))).unwrap();
    let words = madoka_facts::Vocabulary::built_in();
    let mut facts = madoka_facts::Facts::default();
    let applicant: PersonRef = "applicant".parse().unwrap();
    for (path, statement) in read.statements(&applicant) {
        facts.state(&words, path, statement.clone()).unwrap();
    }
    let path = "applicant.name".parse().unwrap();
    let name = Value::Text(kenichi.holder.name.clone());
    assert_eq!(facts.answer(&path), madoka_facts::Answer::Known(&name));
}
