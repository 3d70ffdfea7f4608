//! 在留カード and 特別永住者証明書, first generation: 出入国在留管理庁「在留カード等仕様書」1.5. Name, birth date, sex and
//! nationality are there as one picture only; an address written on the back is text.

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::fields;
use super::residence_key::{Key, padded, same, unpadded};
use crate::apdu::{Chip, Command, Expect, Status, append};
use crate::read::{CardLook, Faces, OpeningLook, Request};
use crate::tlv::{ber, ber_all, ber_header, find};
use crate::{CardError, CardKind, CardRead, FaceImage, FacePart, Note, Opening, OpeningKind, Tries};

const FACE: [u8; 16] = application(0x02);
const BACK: [u8; 16] = application(0x03);
/// Short file ids.
const KIND: u8 = 0x0A;
const FRONT_IMAGE: u8 = 0x05;
const PHOTO: u8 = 0x06;
const ADDRESS: u8 = 0x01;
/// What is asked at once under secure messaging: readers stop at about 522 bytes a message.
const CHUNK: u16 = 400;

const fn application(number: u8) -> [u8; 16] {
    [0xD3, 0x92, 0xF0, 0x00, 0x4F, number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
}

pub(crate) fn look(chip: &mut Chip<'_>) -> Result<Option<CardLook>, CardError> {
    let Some(kind) = kind(chip)? else { return Ok(None) };
    let mut look = CardLook::new(kind);
    look.openings.push(OpeningLook { kind: OpeningKind::CardNumber, tries: Tries::Unlimited });
    Ok(Some(look))
}

/// Which of both it is, without any secret; ends at the MF.
fn kind(chip: &mut Chip<'_>) -> Result<Option<CardKind>, CardError> {
    if !chip.select(&FACE)? || !chip.send(&Command::select_master_file())?.is_ok() {
        return Ok(None);
    }
    let status = read_short(chip, KIND)?;
    let code = find(ber_all(chip.answer()), 0xC1).ok().flatten().and_then(|code| code.value.last().copied());
    if !status.is_ok() {
        return Ok(None);
    }
    match code {
        Some(b'1' | 1) => Ok(Some(CardKind::Residence)),
        Some(b'2' | 2) => Ok(Some(CardKind::SpecialPermanent)),
        Some(b'5' | 5 | b'6' | 6) => Err(CardError::NewGeneration),
        _ => Ok(None),
    }
}

/// READ BINARY from the beginning of a file given by its short id.
fn read_short(chip: &mut Chip<'_>, id: u8) -> Result<Status, CardError> {
    chip.count.chunks += 1;
    chip.send(&Command { header: [0x00, 0xB0, 0x80 | id, 0x00], data: &[], expect: Expect::Short(0) })
}

pub(crate) fn read(chip: &mut Chip<'_>, request: &Request) -> Result<CardRead, CardError> {
    let kind = kind(chip)?.ok_or(CardError::UnknownCard)?;
    let Opening::CardNumber(number) = &request.opening else {
        return Err(CardError::NotThisWay { kind, opening: request.opening.kind() });
    };
    let mut read = CardRead::new(kind);
    let opened = agree(chip, number.expose()).and_then(|session| {
        present(chip, &session, number.expose())?;
        opened(chip, request, &session, &mut read)
    });
    let _ = chip.send(&Command::select_master_file());
    opened?;
    read.count = chip.count;
    Ok(read)
}

/// Mutual authentication with the number on the card's face; the card shows that it knows the number too.
fn agree(chip: &mut Chip<'_>, number: &[u8; 12]) -> Result<Key, CardError> {
    const PART: &str = "在留カード等の番号";
    let refused = |status: Status| CardError::Refused { part: PART, status: status.0 };
    let key = Key::of_number(number);
    let challenge = Command { header: [0x00, 0x84, 0x00, 0x00], data: &[], expect: Expect::Short(8) };
    let status = chip.send(&challenge)?;
    let card = <[u8; 8]>::try_from(chip.answer()).map_err(|_| refused(status))?;
    let mut own = Zeroizing::new([0_u8; 24]);
    SystemRandom::new().fill(own.as_mut_slice()).map_err(|_| CardError::Driver("乱数".to_owned()))?;
    let (random, share) = own.split_at(8);
    let mut plain = Zeroizing::new(Vec::with_capacity(32));
    plain.extend_from_slice(random);
    plain.extend_from_slice(&card);
    plain.extend_from_slice(share);
    let mut data = key.encrypt(&plain);
    let mac = key.mac(&data);
    append(&mut data, &mac);
    let command = Command { header: [0x00, 0x82, 0x00, 0x00], data: &data, expect: Expect::Short(0) };
    let status = chip.send(&command)?;
    if !status.is_ok() {
        // The card could not read what we wrote: another number than its own.
        return Err(CardError::WrongCardNumber);
    }
    let (cipher, mac) = chip.answer().split_at_checked(32).ok_or_else(|| refused(status))?;
    if !same(&key.mac(cipher), mac) {
        return Err(CardError::WrongCardNumber);
    }
    let plain = key.decrypt(cipher);
    match (plain.get(..8), plain.get(8..16), plain.get(16..32)) {
        (Some(theirs), Some(ours), Some(share_of_card)) if same(theirs, &card) && same(ours, random) => {
            Ok(Key::of_session(share, share_of_card))
        }
        _ => Err(CardError::WrongCardNumber),
    }
}

/// VERIFY with the number, encrypted. These cards do not count tries.
fn present(chip: &mut Chip<'_>, session: &Key, number: &[u8; 12]) -> Result<(), CardError> {
    let mut data = Zeroizing::new(Vec::with_capacity(19));
    data.extend_from_slice(&[0x86, 0x11, 0x01]);
    data.extend_from_slice(&session.encrypt(&padded(number)));
    let command = Command { header: [0x08, 0x20, 0x00, 0x86], data: &data, expect: Expect::Nothing };
    match chip.send(&command)?.0 {
        0x9000 => Ok(()),
        0x6300..=0x63FF => Err(CardError::WrongCardNumber),
        status => Err(CardError::Refused { part: "照合", status }),
    }
}

fn opened(
    chip: &mut Chip<'_>,
    request: &Request,
    session: &Key,
    read: &mut CardRead,
) -> Result<(), CardError> {
    read.note(Note::NameOnlyAsPicture);
    if request.faces != Faces::No {
        if !chip.select(&FACE)? {
            return Err(CardError::Malformed { part: "券面の画像" });
        }
        image(chip, session, FRONT_IMAGE, FacePart::Front, read)?;
        if request.faces == Faces::Yes {
            image(chip, session, PHOTO, FacePart::Photo, read)?;
        }
    }
    if chip.select(&BACK)? {
        let status = read_short(chip, ADDRESS)?;
        if status.is_ok() && !chip.answer().is_empty() {
            let file = Zeroizing::new(chip.answer().to_vec());
            parse_address(&file, read)?;
        }
    }
    Ok(())
}

/// One picture under secure messaging, whole.
fn image(
    chip: &mut Chip<'_>,
    session: &Key,
    id: u8,
    part: FacePart,
    read: &mut CardRead,
) -> Result<(), CardError> {
    const PART: &str = "券面の画像";
    let broken = CardError::Malformed { part: PART };
    let mut file = Zeroizing::new(Vec::new());
    let mut wanted = usize::MAX;
    while file.len() < wanted {
        let [high, low] = match file.len() {
            0 => [0x80 | id, 0],
            offset => {
                u16::try_from(offset).ok().filter(|at| *at < 0x8000).ok_or(broken.clone())?.to_be_bytes()
            }
        };
        let [most_high, most_low] = CHUNK.to_be_bytes();
        chip.count.chunks += 1;
        let status = chip.send(&Command {
            header: [0x08, 0xB0, high, low],
            data: &[0x96, 0x02, most_high, most_low],
            expect: Expect::Extended,
        })?;
        match status {
            Status::OK | Status::END_OF_FILE => {}
            Status::OUTSIDE if !file.is_empty() => break,
            status => return Err(CardError::Refused { part: PART, status: status.0 }),
        }
        let (object, _) = ber(chip.answer()).map_err(|_| broken.clone())?;
        let (&first, cipher) =
            object.value.split_first().filter(|_| object.tag == 0x86).ok_or(broken.clone())?;
        if first != 1 || cipher.is_empty() || cipher.len() % 8 != 0 {
            return Err(broken);
        }
        let plain = session.decrypt(cipher);
        let data = unpadded(&plain).ok_or(broken.clone())?;
        if data.is_empty() {
            break;
        }
        append(&mut file, data);
        // An empty picture (no photo under 16) is a file of filler or of no object.
        wanted = ber_header(&file).map_or(file.len(), |header| header.total);
    }
    if let Ok((object, _)) = ber(&file)
        && matches!(object.tag, 0xD0 | 0xD1)
        && !object.value.is_empty()
    {
        read.images.push(FaceImage::new(part, object.value));
    }
    Ok(())
}

/// DF2/EF01: the newest address written on the back (D4, UTF-8). Empty where nobody moved since issue.
pub(crate) fn parse_address(bytes: &[u8], read: &mut CardRead) -> Result<(), CardError> {
    const PART: &str = "裏面の住居地";
    let address = find(ber_all(bytes), 0xD4).map_err(|_| CardError::Malformed { part: PART })?;
    let Some(address) = address else { return Ok(()) };
    let text = fields::utf8(address.value, PART)?.trim_matches(['\0', ' ', '\u{3000}']);
    if !text.is_empty() {
        fields::address(read, text, &[])?;
    }
    Ok(())
}
