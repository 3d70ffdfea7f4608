//! The kinds of card: for each its applications, files and tags as data, and the small parsers of its files.
//!
//! A card of the next generation is a new table (or a new module) here and a line in [`look`] and [`read`].

pub(crate) mod fields;
pub(crate) mod licence;
pub(crate) mod mynumber;
pub(crate) mod residence;
pub(crate) mod residence_key;

use crate::apdu::Chip;
use crate::read::{CardLook, Request};
use crate::{CardError, CardKind, CardRead};

/// Recognises the card by what it lets select, and asks what can be asked without any secret.
pub(crate) fn look(chip: &mut Chip<'_>) -> Result<CardLook, CardError> {
    for one in [mynumber::look, licence::look, residence::look] {
        if let Some(look) = one(chip)? {
            return Ok(look);
        }
    }
    Err(CardError::UnknownCard)
}

/// Reads what the opening fits; the card must be of that kind.
pub(crate) fn read(chip: &mut Chip<'_>, request: &Request) -> Result<CardRead, CardError> {
    use crate::OpeningKind::{CardNumber, MatchCodeB, Nothing, Pin};
    // The kind the officer was shown saves asking again; without it the opening tells where to begin.
    match (request.kind, request.opening.kind()) {
        (Some(CardKind::MyNumber), _) => mynumber::read(chip, request),
        (Some(CardKind::Licence | CardKind::DrivingRecord), _) => licence::read(chip, request),
        (Some(CardKind::Residence | CardKind::SpecialPermanent), _) => residence::read(chip, request),
        (Some(kind @ CardKind::LicenceOnMyNumber), _) => Err(CardError::NoName { kind }),
        (None, MatchCodeB) => mynumber::read(chip, request).or_else(|error| other_kind(chip, request, error)),
        (None, CardNumber) => {
            residence::read(chip, request).or_else(|error| other_kind(chip, request, error))
        }
        (None, Pin | Nothing) => match mynumber::read(chip, request) {
            Err(CardError::UnknownCard) => {
                licence::read(chip, request).or_else(|error| other_kind(chip, request, error))
            }
            read => read,
        },
    }
}

/// Says which card it is where the opening does not fit it. Nothing was tried on it before.
fn other_kind(chip: &mut Chip<'_>, request: &Request, error: CardError) -> Result<CardRead, CardError> {
    if error != CardError::UnknownCard {
        return Err(error);
    }
    let kind = look(chip)?.kind;
    if kind.openings().is_empty() {
        return Err(CardError::NoName { kind });
    }
    Err(CardError::NotThisWay { kind, opening: request.opening.kind() })
}

/// Which file of a card some bytes are, for [`parse_file`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardFile {
    /// 券面事項入力補助AP EF 0002
    FourFacts,
    /// 券面事項確認AP EF 0002
    Face,
    /// 共通カードAP EF 0001 record 1
    CardInfo,
    /// 運転免許証 DF1/EF01
    LicenceEntries,
    /// 運転免許証 DF1/EF04
    LicenceAddenda,
    /// 在留カード DF2/EF01
    ResidenceAddress,
}

/// Reads the bytes of one file as the card gives them: for tests, fuzzing and tools. A card is read by
/// [`read`](crate::read).
pub fn parse_file(file: CardFile, bytes: &[u8]) -> Result<CardRead, CardError> {
    let mut read = CardRead::new(CardKind::MyNumber);
    match file {
        CardFile::FourFacts => mynumber::parse_facts(bytes, &mut read)?,
        CardFile::Face => mynumber::parse_face(bytes, &mut read)?,
        CardFile::CardInfo => read.expires = Some(mynumber::parse_card_info(bytes)?.expires),
        CardFile::LicenceEntries => licence::parse_entries(bytes, &mut read)?,
        CardFile::LicenceAddenda => licence::parse_addenda(bytes, &mut read)?,
        CardFile::ResidenceAddress => residence::parse_address(bytes, &mut read)?,
    }
    Ok(read)
}
