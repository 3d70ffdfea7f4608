//! Reads every practice resident's card with myna-card and with our reader, through the same virtual reader, and stops at
//! the first difference.

#[path = "../../../../../src-tauri/crates/card/tests/support/mod.rs"]
mod support;

use madoka_card::{Cancel, CardRead, Faces, Opening, Place, Placed, Request, practice};
use madoka_facts::Value;
use myna_card::ap::common::CommonAp;
use myna_card::ap::surface::SurfaceAp;
use myna_card::ap::text::{TextAp, ef};
use myna_card::transport::pcsc::{Sharing, connect_any};
use myna_card::{Pin, Retries};
use support::{Pcscd, insert, present, until};

fn main() {
    let (_pcscd, desk) = Pcscd::start(&["Madoka Test Reader"]);
    let reader = &desk[0];
    for resident in practice::residents() {
        let inserted = insert(reader, resident.my_number_card());
        let code = resident.holder.match_code_b();
        let request = Request::new(Opening::match_code_b(&code).expect("14 digits")).faces(Faces::Yes);
        let place = Place::Reader(Placed::in_reader(reader.name.as_str()));
        let ours = madoka_card::read(&place, request, &Cancel::default()).expect("we read it");
        theirs(&ours, resident, &code);
        inserted.remove();
        until("the reader is empty", || present(&reader.name) == Some(false));
        println!("{}: 同じ", resident.id);
    }
    println!("myna-card と、{} 人のすべてが同じでした。", practice::residents().len());
}

fn theirs(ours: &CardRead, resident: &practice::Resident, code: &str) {
    let mut card = connect_any(Sharing::Exclusive).expect("myna-card connects");
    let info = CommonAp::select(&mut card).expect("common").read_card_info().expect("card info");
    let expires = ours.expires.expect("an expiry");
    assert_eq!(
        (i32::from(info.expiry.year), i32::from(info.expiry.month), i32::from(info.expiry.day)),
        (i32::from(expires.year()), i32::from(expires.month()), i32::from(expires.day()))
    );

    let mut text = TextAp::select(&mut card).expect("text");
    let pin = match resident.id {
        "masao" => Retries::Remaining(1),
        "fumi" => Retries::Blocked,
        _ => Retries::Remaining(3),
    };
    assert_eq!(text.retries(ef::PIN).expect("tries"), pin);
    assert_eq!(text.retries(ef::CODE_B).expect("tries"), Retries::Remaining(10));
    assert!(text.read_attributes().is_err(), "closed before VERIFY");
    text.verify_code_b(&Pin::numeric(code).expect("digits")).expect("照合番号B opens it");
    let facts = text.read_attributes().expect("facts");
    assert_eq!(facts.name, said(ours, "name"));
    assert_eq!(facts.address, said(ours, "address"));
    let born = ours.fact("birth_date").and_then(|fact| fact.statement.value.as_ref()?.as_date());
    let born = born.and_then(|born| born.date()).expect("a whole date");
    assert_eq!(
        (
            i32::from(facts.birth_date.year),
            i32::from(facts.birth_date.month),
            i32::from(facts.birth_date.day)
        ),
        (i32::from(born.year()), i32::from(born.month()), i32::from(born.day()))
    );
    assert!(text.read_my_number().is_err(), "照合番号B does not open 個人番号");
    // Its own check of the signature over the text, with the key our card's certificate names.
    let certificate = text.read_certificate().expect("certificate");
    let hashes = text.read_integrity_record().expect("hashes");
    hashes.verify(&certificate.public_key).expect("the signature holds");
    let raw = text.read_ef(ef::ATTRIBUTES).expect("bytes");
    assert!(hashes.matches_attributes_file(&raw).expect("hash"));

    let mut face = SurfaceAp::select(&mut card).expect("face");
    face.verify_code_b(&Pin::numeric(code).expect("digits")).expect("照合番号B opens the face");
    let face = face.read_card_face().expect("face");
    for (theirs, part) in [
        (&face.name_image, madoka_card::FacePart::Name),
        (&face.address_image, madoka_card::FacePart::Address),
        (&face.photo, madoka_card::FacePart::Photo),
    ] {
        assert_eq!(theirs.data.as_slice(), ours.image(part).expect("a picture").bytes());
    }
}

fn said<'a>(read: &'a CardRead, attribute: &str) -> &'a str {
    match read.fact(attribute).and_then(|fact| fact.statement.value.as_ref()) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}
