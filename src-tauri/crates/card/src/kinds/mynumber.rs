//! 個人番号カード. The specifications of J-LIS are not public; every number here is agreed on by independent readers
//! (myna-card, jpki/myna and others) and repeated against cards of the test hierarchy.

use jiff::civil::Date;
use zeroize::Zeroizing;

use super::fields;
use crate::apdu::{Chip, Command};
use crate::genuine::{self, Authorities};
use crate::read::{CardLook, CardMark, Faces, OpeningLook, Request};
use crate::tlv::{Header, ber, ber_all, ber_header, find, simple};
use crate::{CardError, CardKind, CardRead, FaceImage, FacePart, Note, Opening, OpeningKind, Tries};

/// One generation of the card: where things are. The next one is another of these.
struct Profile {
    common: &'static [u8],
    text: &'static [u8],
    visual: &'static [u8],
    licence: &'static [u8],
    pin: Key,
    code_b: Key,
    visual_code_b: Key,
    number: u16,
    facts: u16,
    signed_hashes: u16,
    certificate: u16,
    face: u16,
}

struct Key {
    file: u16,
    /// How many tries a fresh card has.
    most: u8,
}

const CARD: Profile = Profile {
    common: &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00],
    text: &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08],
    visual: &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02],
    licence: &[0xA0, 0x00, 0x00, 0x02, 0x31, 0x06, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    pin: Key { file: 0x0011, most: 3 },
    code_b: Key { file: 0x0015, most: 10 },
    visual_code_b: Key { file: 0x0012, most: 10 },
    number: 0x0001,
    facts: 0x0002,
    signed_hashes: 0x0003,
    certificate: 0x0004,
    face: 0x0002,
};

/// The currently selected file, as a key reference.
const SELECTED: u8 = 0x80;

pub(crate) fn look(chip: &mut Chip<'_>) -> Result<Option<CardLook>, CardError> {
    if !chip.select(CARD.text)? {
        // The licence application alone: a card we know and can say something about.
        return Ok(chip.select(CARD.licence)?.then(|| CardLook::new(CardKind::LicenceOnMyNumber)));
    }
    let mut look = CardLook::new(CardKind::MyNumber);
    for (kind, key) in [(OpeningKind::MatchCodeB, &CARD.code_b), (OpeningKind::Pin, &CARD.pin)] {
        let tries = ask(chip, key)?;
        look.openings.push(OpeningLook { kind, tries });
    }
    look.also_licence = chip.select(CARD.licence)?;
    if let Some(info) = card_info(chip)? {
        look.expires = Some(info.expires);
        look.municipality = Some(info.municipality);
        look.mark = Some(info.mark);
    }
    Ok(Some(look))
}

/// Selects a key and asks how many tries remain; a card without the key does not say.
fn ask(chip: &mut Chip<'_>, key: &Key) -> Result<Tries, CardError> {
    if !chip.select_file(key.file, "照合の鍵")? {
        return Ok(Tries::Unknown);
    }
    chip.tries(SELECTED)
}

pub(crate) fn read(chip: &mut Chip<'_>, request: &Request) -> Result<CardRead, CardError> {
    let key = match &request.opening {
        Opening::MatchCodeB(_) => &CARD.code_b,
        Opening::Pin(_) | Opening::Nothing | Opening::CardNumber(_) => &CARD.pin,
    };
    let info = card_info(chip)?;
    if let Some(expected) = &request.mark
        && info.as_ref().is_none_or(|info| info.mark != *expected)
    {
        return Err(CardError::Swapped);
    }
    if !chip.select(CARD.text)? {
        return Err(CardError::UnknownCard);
    }
    let secret: &[u8] = match &request.opening {
        Opening::MatchCodeB(_) if request.my_number => return Err(CardError::NumberNeedsPin),
        Opening::MatchCodeB(code) => code.expose(),
        Opening::Pin(pin) => pin.expose(),
        Opening::Nothing | Opening::CardNumber(_) => {
            let opening = request.opening.kind();
            return Err(CardError::NotThisWay { kind: CardKind::MyNumber, opening });
        }
    };
    let mut read = CardRead::new(CardKind::MyNumber);
    read.expires = info.map(|info| info.expires);
    let opened = open(chip, key, secret, request.opening.kind()).and_then(|tries| {
        read.tries_left = Some(tries);
        opened(chip, request, secret, &mut read)
    });
    // An application keeps its VERIFY until another is selected (a reset does not end it), so we select another,
    // whatever came before; if the card has left, there is nothing to end.
    let _ = chip.select(CARD.common);
    opened?;
    read.count = chip.count;
    Ok(read)
}

/// Everything that is read while the text application is open.
fn opened(
    chip: &mut Chip<'_>,
    request: &Request,
    secret: &[u8],
    read: &mut CardRead,
) -> Result<(), CardError> {
    if request.my_number {
        let file = file(chip, CARD.number, "個人番号")?;
        read.my_number = Some(Box::new(my_number(&file)?));
    }
    let facts = file(chip, CARD.facts, "氏名・住所・生年月日・性別")?;
    parse_facts(&facts, read)?;
    if !request.authorities.is_empty() {
        let hashes = file(chip, CARD.signed_hashes, "署名")?;
        let certificate = file(chip, CARD.certificate, "発行者の証明書")?;
        read.genuine = check(&facts, &hashes, &certificate, &request.authorities);
        if read.genuine == Some(false) {
            read.note(Note::NotGenuine);
        }
    }
    let wanted = match request.faces {
        Faces::No => false,
        Faces::WhenGlyphsMissing => read.has_missing_glyphs(),
        Faces::Yes => true,
    };
    if wanted {
        face(chip, request, secret, read)?;
    }
    Ok(())
}

/// One VERIFY, after the card has said that more than one try remains. Answers how many remain now.
fn open(chip: &mut Chip<'_>, key: &Key, secret: &[u8], opening: OpeningKind) -> Result<u8, CardError> {
    let tries = ask(chip, key)?;
    let other = other(opening);
    match tries {
        Tries::Left(2..) => {}
        Tries::Left(_) => return Err(CardError::OneTryLeft { opening, other }),
        Tries::Blocked => return Err(CardError::Blocked { opening, other }),
        Tries::Unlimited | Tries::Unknown => return Err(CardError::TriesUnknown { opening }),
    }
    // The one and only: nothing below or above repeats it.
    let status = chip.send(&Command::verify(SELECTED, secret))?;
    match status.0 {
        0x9000 if tries == Tries::Left(key.most) => Ok(key.most),
        // A right entry gives all tries back; the card says how many that are.
        0x9000 => Ok(chip.tries(SELECTED)?.left().filter(|left| *left > 0).unwrap_or(key.most)),
        0x63C0 | 0x6983 | 0x6984 => Err(CardError::Blocked { opening, other }),
        wrong @ 0x63C1..=0x63CF => Err(CardError::Wrong { opening, left: wrong.to_be_bytes()[1] & 0x0F }),
        status => Err(CardError::Refused { part: "照合", status }),
    }
}

const fn other(opening: OpeningKind) -> Option<OpeningKind> {
    match opening {
        OpeningKind::MatchCodeB => Some(OpeningKind::Pin),
        OpeningKind::Pin => Some(OpeningKind::MatchCodeB),
        OpeningKind::CardNumber | OpeningKind::Nothing => None,
    }
}

/// The pictures of the face. The visual application has a key of its own with the same 14 digits; the text application
/// has just taken them, so this is no second guess. The PIN does not open it.
fn face(chip: &mut Chip<'_>, request: &Request, secret: &[u8], read: &mut CardRead) -> Result<(), CardError> {
    if request.opening.kind() != OpeningKind::MatchCodeB || !chip.select(CARD.visual)? {
        read.note(Note::NoFace);
        return Ok(());
    }
    match open(chip, &CARD.visual_code_b, secret, OpeningKind::MatchCodeB) {
        Ok(_) => {}
        Err(
            CardError::Wrong { .. }
            | CardError::Blocked { .. }
            | CardError::OneTryLeft { .. }
            | CardError::TriesUnknown { .. }
            | CardError::Refused { .. },
        ) => {
            read.note(Note::NoFace);
            return Ok(());
        }
        Err(lost) => return Err(lost),
    }
    let face = file(chip, CARD.face, "券面の画像")?;
    if parse_face(&face, read).is_err() {
        read.note(Note::NoFace);
    }
    Ok(())
}

/// Reads a file whose first object is all of it.
fn file(chip: &mut Chip<'_>, id: u16, part: &'static str) -> Result<Zeroizing<Vec<u8>>, CardError> {
    if !chip.select_file(id, part)? {
        return Err(CardError::Malformed { part });
    }
    chip.read_file(part, |bytes| {
        let (skipped, header) = outer(bytes)?;
        Some(skipped + header.total)
    })
}

/// The outer object's header, and how many bytes stand before it: cards of about 2023 are said to put two there.
fn outer(bytes: &[u8]) -> Option<(usize, Header)> {
    (0..=2).find_map(|skipped| {
        let header = ber_header(bytes.get(skipped..)?).ok()?;
        matches!(header.tag, 0xFF10 | 0xFF20 | 0xFF30 | 0xFF40 | 0x7F21).then_some((skipped, header))
    })
}

/// The objects inside the outer one of the given tag.
fn inside<'a>(bytes: &'a [u8], tag: u32, part: &'static str) -> Result<&'a [u8], CardError> {
    let refused = CardError::Malformed { part };
    let (skipped, header) = outer(bytes).filter(|(_, header)| header.tag == tag).ok_or(refused.clone())?;
    let (object, _) = ber(bytes.get(skipped..).unwrap_or_default()).map_err(|_| refused.clone())?;
    if header.total == object.whole.len() { Ok(object.value) } else { Err(refused) }
}

/// 氏名, 住所, 生年月日, 性別: EF 0002 of the text application. Fields in any order; the table of offsets is not needed.
pub(crate) fn parse_facts(bytes: &[u8], read: &mut CardRead) -> Result<(), CardError> {
    const PART: &str = "氏名・住所・生年月日・性別";
    let fields = inside(bytes, 0xFF20, PART)?;
    let field = |tag| -> Result<&[u8], CardError> {
        let found = find(ber_all(fields), tag).map_err(|_| CardError::Malformed { part: PART })?;
        Ok(found.ok_or(CardError::Malformed { part: PART })?.value)
    };
    let (name, address) = (field(0xDF22)?, field(0xDF23)?);
    let (born, sex) = (field(0xDF24)?, field(0xDF25)?);
    fields::name(read, fields::utf8(name, "氏名")?, &[])?;
    let address = fields::utf8(address, "住所")?;
    if address.trim().is_empty() {
        read.note(Note::Unread("住所"));
    } else {
        fields::address(read, address, &[])?;
    }
    fields::birth_date(read, born)?;
    fields::sex(read, sex);
    Ok(())
}

/// The pictures of EF 0002 of the visual application, and the expiry (which the signature does not cover).
pub(crate) fn parse_face(bytes: &[u8], read: &mut CardRead) -> Result<(), CardError> {
    const PART: &str = "券面の画像";
    let fields = inside(bytes, 0xFF20, PART)?;
    for object in ber_all(fields) {
        let object = object.map_err(|_| CardError::Malformed { part: PART })?;
        let part = match object.tag {
            0xDF25 => FacePart::Name,
            0xDF26 => FacePart::Address,
            0xDF27 => FacePart::Photo,
            0xDF29 => {
                read.expires = fields::day(object.value).or(read.expires);
                continue;
            }
            _ => continue,
        };
        read.images.push(FaceImage::new(part, object.value));
    }
    if read.images.is_empty() { Err(CardError::Malformed { part: PART }) } else { Ok(()) }
}

fn my_number(bytes: &[u8]) -> Result<madoka_text::MyNumber, CardError> {
    const PART: &str = "個人番号";
    let value = inside(bytes, 0xFF10, PART)?;
    fields::utf8(value, PART)?.parse().map_err(|_| CardError::Malformed { part: PART })
}

pub(crate) struct CardInfo {
    pub(crate) mark: CardMark,
    pub(crate) municipality: String,
    pub(crate) expires: Date,
}

/// What the card says of itself without any secret: its serial number, the municipality that issued it, its expiry.
fn card_info(chip: &mut Chip<'_>) -> Result<Option<CardInfo>, CardError> {
    if !chip.select(CARD.common)? {
        return Ok(None);
    }
    let status = chip.read_record(1, 1)?;
    if !status.is_ok() {
        return Ok(None);
    }
    Ok(parse_card_info(chip.answer()).ok())
}

/// Tag 01, 28 digits: 15 of the serial number, 5 of the municipality (全国地方公共団体コード), 8 of the expiry.
pub(crate) fn parse_card_info(record: &[u8]) -> Result<CardInfo, CardError> {
    const PART: &str = "カードの有効期限";
    let refused = CardError::Malformed { part: PART };
    let (object, _) = simple(record).map_err(|_| refused.clone())?;
    let digits = object.value;
    if object.tag != 1 || digits.len() != 28 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(refused);
    }
    let (serial, rest) = digits.split_at_checked(15).ok_or(refused.clone())?;
    let (municipality, expires) = rest.split_at_checked(5).ok_or(refused.clone())?;
    Ok(CardInfo {
        mark: CardMark::new(serial),
        municipality: fields::utf8(municipality, PART)?.to_owned(),
        expires: fields::day(expires).ok_or(refused)?,
    })
}

/// EF 0003 holds the hash of EF 0002's fields without the offset table, and a signature over its hashes by the key of the
/// certificate in EF 0004. `None` where none of the configured keys issued the certificate.
fn check(facts: &[u8], hashes: &[u8], certificate: &[u8], authorities: &Authorities) -> Option<bool> {
    let issuer = match genuine::certified_key(certificate, authorities) {
        genuine::Certified::UnknownIssuer => return None,
        genuine::Certified::Wrong => return Some(false),
        genuine::Certified::Key(key) => key,
    };
    Some(signed(facts, hashes, &issuer).unwrap_or(false))
}

fn signed(facts: &[u8], hashes: &[u8], issuer: &genuine::PublicKey) -> Option<bool> {
    let hashes = inside(hashes, 0xFF30, "署名").ok()?;
    let signature = find(ber_all(hashes), 0xDF33).ok()??;
    let before = hashes.len().checked_sub(signature.whole.len())?;
    // The signature stands last and covers all objects before it.
    let (covered, last) = hashes.split_at_checked(before)?;
    if last != signature.whole {
        return Some(false);
    }
    let hash = find(ber_all(covered), 0xDF32).ok()??;
    let fields = inside(facts, 0xFF20, "氏名").ok()?;
    let (table, rest) = ber(fields).ok()?;
    let text = if table.tag == 0xDF21 { rest } else { fields };
    Some(genuine::sha256(text) == hash.value && issuer.has_signed(covered, signature.value))
}
