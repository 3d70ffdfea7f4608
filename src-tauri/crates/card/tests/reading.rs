//! 読む: every practice resident's cards through the software card, without PC/SC.

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
