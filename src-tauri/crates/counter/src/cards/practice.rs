//! The made-up cards of practice mode, which an officer puts down by choosing one on the screen.

use std::collections::BTreeMap;

use madoka_card::Place;
use madoka_card::practice::{PracticeCard, resident, residents};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

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

/// The made-up cards at hand. A card keeps its tries while the program runs, as a card in a hand does.
#[derive(Debug, Default)]
pub struct PracticeCards {
    places: BTreeMap<String, Place>,
}

impl PracticeCards {
    pub fn rows() -> Vec<PracticeCardRow> {
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
                pin: match card {
                    PracticeCard::MyNumber | PracticeCard::Licence => resident.holder.pin.clone(),
                    _ => String::new(),
                },
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
