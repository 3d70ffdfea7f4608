//! 運転免許証 and 運転経歴証明書: 運転免許証及び運転免許証作成システム等仕様書 (警察庁). Tags and files as four independent
//! readers use them.

use jiff::civil::Date;
use madoka_text::{BirthDate, Era, EraCheck, EraDate};
use zeroize::Zeroizing;

use super::fields;
use crate::apdu::{Chip, Command};
use crate::read::{CardLook, OpeningLook, Request};
use crate::tlv::{TlvError, find, simple_all};
use crate::{CardError, CardKind, CardRead, MissingGlyph, MissingWhy, Note, Opening, OpeningKind, Tries};

const COMMON: u16 = 0x2F01;
const PIN_SET: u16 = 0x000A;
/// DF1: what is printed on the licence.
const ENTRIES: [u8; 16] = [0xA0, 0x00, 0x00, 0x02, 0x31, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const ENTRY_FILE: u16 = 0x0001;
const ADDENDUM_FILE: u16 = 0x0004;
/// PIN1 by its short file id.
const PIN1: u8 = 0x81;
/// A licence whose holder set no PIN opens with four asterisks.
const NO_PIN: &[u8; 4] = b"****";

pub(crate) fn look(chip: &mut Chip<'_>) -> Result<Option<CardLook>, CardError> {
    let Some((expires, pin_set)) = common(chip)? else { return Ok(None) };
    let mut look = CardLook::new(CardKind::Licence);
    look.expires = expires;
    let kind = if pin_set { OpeningKind::Pin } else { OpeningKind::Nothing };
    look.openings.push(OpeningLook { kind, tries: chip.tries(PIN1)? });
    Ok(Some(look))
}

/// Expiry and whether a PIN is set, both without any secret; `None` where this is no licence. Ends at the MF.
fn common(chip: &mut Chip<'_>) -> Result<Option<(Option<Date>, bool)>, CardError> {
    // Only a licence has both this application and, at the top, a file that says whether a PIN is set.
    if !chip.select(&ENTRIES)? || !chip.send(&Command::select_master_file())?.is_ok() {
        return Ok(None);
    }
    let mut expires = None;
    if chip.select_file(COMMON, "共通データ")? {
        let file = chip.read_file("共通データ", |_| Some(17))?;
        let object = find(simple_all(&file), 0x45).ok().flatten();
        expires = object.and_then(|object| packed_day(object.value.get(7..11)?));
    }
    // A failure here must never be taken as "not set": that has locked licences.
    if !chip.select_file(PIN_SET, "暗証番号の設定")? {
        return Ok(None);
    }
    let file = chip.read_file("暗証番号の設定", |_| Some(3))?;
    let pin_set = match file.as_slice() {
        [0x05, 0x01, 0x01, ..] => true,
        [0x05, 0x01, 0x00, ..] => false,
        _ => return Err(CardError::Malformed { part: "暗証番号の設定" }),
    };
    if !chip.send(&Command::select_master_file())?.is_ok() {
        return Err(CardError::Malformed { part: "運転免許証" });
    }
    Ok(Some((expires, pin_set)))
}

pub(crate) fn read(chip: &mut Chip<'_>, request: &Request) -> Result<CardRead, CardError> {
    let kind = CardKind::Licence;
    let (expires, pin_set) = common(chip)?.ok_or(CardError::UnknownCard)?;
    let secret: &[u8] = match (&request.opening, pin_set) {
        (Opening::Pin(pin), true) => pin.expose(),
        // What was typed is not needed, and typing it to the card would cost a try.
        (Opening::Pin(_) | Opening::Nothing, false) => NO_PIN,
        (opening, _) => return Err(CardError::NotThisWay { kind, opening: opening.kind() }),
    };
    let mut read = CardRead::new(kind);
    read.expires = expires;
    let opened = open(chip, secret).and_then(|tries| {
        read.tries_left = tries;
        entries(chip, &mut read)
    });
    // Leaves the opened state behind.
    let _ = chip.send(&Command::select_master_file());
    opened?;
    read.count = chip.count;
    Ok(read)
}

fn open(chip: &mut Chip<'_>, secret: &[u8]) -> Result<Option<u8>, CardError> {
    let opening = OpeningKind::Pin;
    let tries = chip.tries(PIN1)?;
    match tries {
        Tries::Left(2..) => {}
        Tries::Left(_) => return Err(CardError::OneTryLeft { opening, other: None }),
        Tries::Blocked => return Err(CardError::Blocked { opening, other: None }),
        Tries::Unlimited | Tries::Unknown => return Err(CardError::TriesUnknown { opening }),
    }
    match chip.send(&Command::verify(PIN1, secret))?.0 {
        0x9000 if tries == Tries::Left(3) => Ok(Some(3)),
        0x9000 => Ok(chip.tries(PIN1)?.left().filter(|left| *left > 0).or(Some(3))),
        0x63C0 | 0x6983 | 0x6984 => Err(CardError::Blocked { opening, other: None }),
        wrong @ 0x63C1..=0x63CF => Err(CardError::Wrong { opening, left: wrong.to_be_bytes()[1] & 0x0F }),
        status => Err(CardError::Refused { part: "照合", status }),
    }
}

fn entries(chip: &mut Chip<'_>, read: &mut CardRead) -> Result<(), CardError> {
    if !chip.select(&ENTRIES)? {
        return Err(CardError::Malformed { part: "記載事項" });
    }
    let file = file(chip, ENTRY_FILE, "記載事項")?.ok_or(CardError::Malformed { part: "記載事項" })?;
    parse_entries(&file, read)?;
    if let Some(file) = self::file(chip, ADDENDUM_FILE, "追記")? {
        parse_addenda(&file, read)?;
    }
    Ok(())
}

/// The files have a fixed size with `FF` after the last object; reading stops where that begins.
fn file(chip: &mut Chip<'_>, id: u16, part: &'static str) -> Result<Option<Zeroizing<Vec<u8>>>, CardError> {
    if !chip.select_file(id, part)? {
        return Ok(None);
    }
    let file =
        chip.read_file(part, |bytes| (!bytes.is_empty() && ends_with_filler(bytes)).then_some(bytes.len()))?;
    Ok(Some(file))
}

fn ends_with_filler(bytes: &[u8]) -> bool {
    let mut end = 0;
    for object in simple_all(bytes) {
        match object {
            Ok(object) => end += object.whole.len(),
            Err(_) => return false,
        }
    }
    bytes.get(end..).is_some_and(|rest| !rest.is_empty() && rest.iter().all(|byte| *byte == 0xFF))
}

/// DF1/EF01: 氏名, 呼び名, 通称名, 生年月日, 住所, 有効期間, 番号.
pub(crate) fn parse_entries(bytes: &[u8], read: &mut CardRead) -> Result<(), CardError> {
    const PART: &str = "記載事項";
    let broken = |_: TlvError| CardError::Malformed { part: PART };
    let field = |tag| find(simple_all(bytes), tag).map_err(broken);
    let need = |tag, part| field(tag)?.ok_or(CardError::Malformed { part });
    if field(0x1B)?.is_none() && field(0x21)?.is_some() {
        // 運転経歴証明書 has no end of validity. It holds the same fields otherwise.
        read.kind = CardKind::DrivingRecord;
    }
    if let Some(expires) = field(0x1B)? {
        match era_day(expires.value, EraCheck::CountOn) {
            Some(day) => read.expires = Some(day),
            None => read.kind = CardKind::DrivingRecord,
        }
    }
    let name = jis(need(0x12, "氏名")?.value).ok_or(CardError::Malformed { part: "氏名" })?;
    fields::name(read, &name.text, &name.missing)?;
    if let Some(kana) = field(0x13)?.and_then(|kana| jis(kana.value)) {
        fields::kana(read, &kana.text);
    }
    if let Some(common) = field(0x14)?.filter(|common| !common.value.is_empty()) {
        let common = jis(common.value).ok_or(CardError::Malformed { part: "通称" })?;
        if !common.text.trim().is_empty() {
            fields::common_name(read, &common.text, &common.missing)?;
        }
    }
    let born = need(0x16, "生年月日")?.value;
    let born = era_day(born, EraCheck::Strict).ok_or(CardError::Malformed { part: "生年月日" })?;
    fields::born_on(read, BirthDate::new(born).map_err(|_| CardError::Malformed { part: "生年月日" })?);
    let address = jis(need(0x17, "住所")?.value).ok_or(CardError::Malformed { part: "住所" })?;
    fields::address(read, &address.text, &address.missing)
}

/// DF1/EF04: what changed after issue and is written on the back. The tags come in eights: 60–67 新氏名, 68–6F 新呼び名,
/// 70–77 新住所; the highest is the newest. A value is the year of JIS X 0208, the day (7 characters), the text and the
/// 公安委員会; where that one begins is not published, so an officer compares with the back of the card.
pub(crate) fn parse_addenda(bytes: &[u8], read: &mut CardRead) -> Result<(), CardError> {
    const PART: &str = "追記";
    for (tags, attribute) in [(0x60..=0x67, "name"), (0x68..=0x6F, "name_kana"), (0x70..=0x77, "address")] {
        let mut newest: Option<(Option<Date>, u32, &[u8])> = None;
        for object in simple_all(bytes) {
            let object = object.map_err(|_| CardError::Malformed { part: PART })?;
            if !tags.contains(&object.tag) || object.value.is_empty() {
                continue;
            }
            let Some((day, text)) = addendum(object.value) else {
                read.note(Note::Unread("裏面の追記"));
                continue;
            };
            if newest.as_ref().is_none_or(|(known, tag, _)| (*known, *tag) <= (day, object.tag)) {
                newest = Some((day, object.tag, text));
            }
        }
        let Some((_, _, text)) = newest else { continue };
        let Some(text) = jis(text).filter(|text| !text.text.trim().is_empty()) else {
            read.note(Note::Unread("裏面の追記"));
            continue;
        };
        let text = text.without_commission();
        fields::forget(read, attribute);
        match attribute {
            "name" => fields::name(read, &text.text, &text.missing)?,
            "name_kana" => fields::kana(read, &text.text),
            _ => fields::address(read, &text.text, &text.missing)?,
        }
        read.note(Note::Addendum);
    }
    Ok(())
}

/// The day and the text after it.
fn addendum(value: &[u8]) -> Option<(Option<Date>, &[u8])> {
    // The year of the character set comes first where the writer put it: text is pairs of bytes, the day seven.
    let from = usize::from(value.len().is_multiple_of(2));
    let (day, text) = value.get(from..)?.split_at_checked(7)?;
    day.iter().all(u8::is_ascii_digit).then(|| (era_day(day, EraCheck::CountOn), text))
}

/// Era digit and YYMMDD in JIS X 0201; all zeros mean none.
fn era_day(digits: &[u8], check: EraCheck) -> Option<Date> {
    if digits.len() != 7 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |digits: &[u8]| digits.iter().fold(0_u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    let era = Era::from_number(digits.first()?.checked_sub(b'0')?)?;
    let year = number(digits.get(1..3)?);
    let month = i8::try_from(number(digits.get(3..5)?)).ok()?;
    let day = i8::try_from(number(digits.get(5..7)?)).ok()?;
    EraDate::new(era, year, month, day, check).ok().map(EraDate::date)
}

/// YYYYMMDD in packed decimal.
fn packed_day(bytes: &[u8]) -> Option<Date> {
    let mut digits = [0; 8];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        if let [high, low] = pair {
            (*high, *low) = ((byte >> 4).wrapping_add(b'0'), (byte & 0x0F).wrapping_add(b'0'));
        }
    }
    fields::day(&digits)
}

struct JisText {
    text: Zeroizing<String>,
    missing: Vec<MissingGlyph>,
}

impl JisText {
    /// Drops 「…公安委員会」 from the end, with what separates it.
    fn without_commission(self) -> Self {
        let Some(before) = self.text.trim_end().strip_suffix("公安委員会") else { return self };
        // 「架空県公安委員会」 behind a space; without a space we cannot tell where it begins and leave all of it.
        let Some((text, _)) = before.trim_end().rsplit_once('\u{3000}') else { return self };
        Self { text: Zeroizing::new(text.trim_end().to_owned()), missing: self.missing }
    }
}

/// JIS X 0208 in two 7-bit bytes a character. 外字 are FFF1…FFF7 and FFFA: 〓 in the text, and told.
fn jis(bytes: &[u8]) -> Option<JisText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() || pairs.len() > 400 {
        return None;
    }
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    let mut missing = Vec::new();
    // Spaces before the name are dropped with it, so positions count from its first glyph.
    let start = pairs.iter().position(|pair| *pair != [0x21, 0x21]).unwrap_or(0);
    for (position, pair) in pairs.iter().skip(start).enumerate() {
        match *pair {
            [0xFF, low] => {
                let why = match low {
                    0xF1..=0xF7 => MissingWhy::LicenceGlyph(low - 0xF0),
                    _ => MissingWhy::Absent,
                };
                missing.push(MissingGlyph { position, why });
                text.push('〓');
            }
            [high @ 0x21..=0x7E, low @ 0x21..=0x7E] => {
                // EUC-JP is the same two bytes with the eighth bit set.
                let euc = [high | 0x80, low | 0x80];
                let (character, broken) = encoding_rs::EUC_JP.decode_without_bom_handling(&euc);
                if broken {
                    missing.push(MissingGlyph { position, why: MissingWhy::Mark });
                    text.push('〓');
                } else {
                    text.push_str(&character);
                }
            }
            _ => return None,
        }
    }
    Some(JisText { text, missing })
}
