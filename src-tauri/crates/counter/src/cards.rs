//! 読取 by card: what a read gave, for the officer and for the case; and the made-up cards of practice mode.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use madoka_card::practice::{PracticeCard, resident, residents};
use madoka_card::{Cancel, CardRead, FacePart, Faces, MediaType, Opening, Place, Request};
use madoka_casework::CaseId;
use madoka_facts::PersonRef;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::visit::Visit;
use crate::{Counter, CounterError, TakenIn};

/// A made-up card to practise with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PracticeCardRow {
    pub id: String,
    pub holder: String,
    pub kind: String,
    pub lesson: String,
    /// What stands on the card's face or its holder knows; nobody lives behind it.
    pub code: String,
    pub pin: String,
}

/// What a read gave beyond the facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CardShown {
    pub kind: String,
    pub tries_left: Option<u8>,
    /// Whether the issuer's signature holds; nothing where it was not checked.
    pub genuine: Option<bool>,
    pub notes: Vec<String>,
    /// Labels of facts whose text lacks a glyph: look at the picture.
    pub look_at: Vec<String>,
    pub images: Vec<FaceShown>,
}

/// A picture of the card's face.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FaceShown {
    /// 氏名・住所
    pub label: String,
    /// `data:image/png;base64,…`
    pub picture: String,
}

impl std::fmt::Debug for FaceShown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FaceShown({})", self.label)
    }
}

/// The cards on the practice reader. A card keeps its tries while the program runs, as a card in a hand does.
#[derive(Debug, Default)]
pub struct PracticeReader {
    places: BTreeMap<String, Place>,
}

impl PracticeReader {
    pub fn cards() -> Vec<PracticeCardRow> {
        let rows = residents().iter().flat_map(|resident| {
            resident.cards.iter().map(|card| PracticeCardRow {
                id: card_id(resident.id, *card),
                holder: resident.holder.name.clone(),
                kind: label(*card).to_owned(),
                lesson: resident.lesson.to_owned(),
                code: match card {
                    PracticeCard::MyNumber => resident.holder.match_code_b(),
                    PracticeCard::Residence | PracticeCard::SpecialPermanent => {
                        resident.holder.card_number.clone()
                    }
                    PracticeCard::Licence | PracticeCard::DrivingRecord => String::new(),
                },
                pin: resident.holder.pin.clone(),
            })
        });
        rows.collect()
    }

    /// Where the card of this id lies.
    pub fn place(&mut self, id: &str) -> Option<Place> {
        if let Some(place) = self.places.get(id) {
            return Some(place.clone());
        }
        let (holder, _) = id.split_once(':')?;
        let resident = resident(holder)?;
        let card = resident.cards.iter().find(|card| card_id(resident.id, **card) == id)?;
        let place = Place::practice(resident.card(*card));
        self.places.insert(id.to_owned(), place.clone());
        Some(place)
    }
}

fn card_id(resident: &str, card: PracticeCard) -> String {
    let kind = match card {
        PracticeCard::MyNumber => "mynumber",
        PracticeCard::Licence => "licence",
        PracticeCard::DrivingRecord => "driving_record",
        PracticeCard::Residence => "residence",
        PracticeCard::SpecialPermanent => "special_permanent",
    };
    format!("{resident}:{kind}")
}

const fn label(card: PracticeCard) -> &'static str {
    match card {
        PracticeCard::MyNumber => "マイナンバーカード",
        PracticeCard::Licence => "運転免許証",
        PracticeCard::DrivingRecord => "運転経歴証明書",
        PracticeCard::Residence => "在留カード",
        PracticeCard::SpecialPermanent => "特別永住者証明書",
    }
}

/// Reads whatever lies there, opened by what was entered: 照合番号B, a PIN or a card number. One entry is one try.
pub fn read(place: &Place, entry: &str) -> Result<CardRead, CounterError> {
    let cancel = Cancel::default();
    let look = madoka_card::look(place, &cancel)?;
    let opening = match entry.trim() {
        "" => Opening::Nothing,
        entry => Opening::of_entry(entry).ok_or(CounterError::CardEntry)?,
    };
    let request = Request::new(opening).of(&look).faces(Faces::Yes);
    Ok(madoka_card::read(place, request, &cancel)?)
}

impl Counter {
    /// 読取: what a card told of a person becomes facts of the case.
    pub fn take_card(&mut self, id: CaseId, person: &str, read: &CardRead) -> Result<Visit, CounterError> {
        let person: PersonRef = person.parse().map_err(|_| CounterError::UnknownFact)?;
        let taken = read.statements(&person);
        let taken = taken.map(|(path, statement)| TakenIn { path, statement: statement.clone() }).collect();
        self.take_in(id, taken)
    }

    /// What the officer should see of a read.
    pub fn shown(&self, read: &CardRead) -> CardShown {
        let label = |attribute: &madoka_facts::Attribute| {
            let pack = self.city.pack.as_ref();
            pack.and_then(|pack| pack.vocabulary.built_in_attribute(attribute))
                .map_or_else(|| attribute.to_string(), |declared| declared.label.clone())
        };
        CardShown {
            kind: read.kind.label().to_owned(),
            tries_left: read.tries_left,
            genuine: read.genuine,
            notes: read.notes.iter().map(madoka_card::Note::text).collect(),
            look_at: read
                .facts()
                .iter()
                .filter(|fact| !fact.missing_glyphs.is_empty())
                .map(|fact| label(&fact.attribute))
                .collect(),
            images: read
                .images
                .iter()
                .filter(|image| image.media_type == MediaType::Png)
                .map(|image| FaceShown {
                    label: match image.part {
                        FacePart::Name => "氏名",
                        FacePart::Address => "住所",
                        FacePart::Photo => "顔写真",
                        FacePart::Front => "券面",
                    }
                    .to_owned(),
                    picture: format!("data:image/png;base64,{}", STANDARD.encode(image.bytes())),
                })
                .collect(),
        }
    }
}
