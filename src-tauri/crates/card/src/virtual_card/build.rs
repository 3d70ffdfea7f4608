//! What is on a virtual card, from a made-up holder.

use jiff::civil::Date;
use madoka_text::EraDate;

use super::residence::ResidenceState;
use super::{Application, Content, Dialect, File, Key, Opens, VirtualCard, sign};

/// A made-up person and what their cards say.
#[derive(Clone)]
pub struct Holder {
    /// 姓 and 名 with U+3000 between, as registers write it.
    pub name: String,
    pub kana: String,
    pub address: String,
    /// Parts may be zero (不詳).
    pub birth: [u16; 3],
    /// `1` 男, `2` 女; anything else is on some cards, nobody knows meaning what.
    pub sex: char,
    /// Cards of residents from abroad print the birth date in the Gregorian calendar.
    pub from_abroad: bool,
    pub expires: Date,
    /// The 4 digits under the photo.
    pub security_code: String,
    pub pin: String,
    /// 個人番号, with its check digit.
    pub my_number: String,
    /// 12 characters, on the cards of residents from abroad.
    pub card_number: String,
    /// The face, as PNG (name, address) and JPEG 2000 (photo).
    pub name_image: Vec<u8>,
    pub address_image: Vec<u8>,
    pub photo: Vec<u8>,
    /// The front of a residence card, as TIFF.
    pub front: Vec<u8>,
}

/// Length of the name only.
impl std::fmt::Debug for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Holder({} characters)", self.name.chars().count())
    }
}

/// 追記: what changed on a licence after it was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addendum {
    Name(Date, String),
    Address(Date, String),
}

impl Holder {
    /// 照合番号B: birth date as printed (YYMMDD), the year of expiry, the security code.
    pub fn match_code_b(&self) -> String {
        let [year, month, day] = self.birth;
        let era_year = Date::new(i16::try_from(year).unwrap_or_default(), clamped(month), clamped(day))
            .ok()
            .and_then(|day| EraDate::of(day).ok())
            .map(EraDate::year);
        let printed = if self.from_abroad { year % 100 } else { era_year.unwrap_or(year % 100) };
        format!("{printed:02}{month:02}{day:02}{:04}{}", self.expires.year(), self.security_code)
    }

    fn birth_digits(&self) -> String {
        let [year, month, day] = self.birth;
        format!("{year:04}{month:02}{day:02}")
    }
}

fn clamped(number: u16) -> i8 {
    i8::try_from(number).unwrap_or(1).max(1)
}

fn digits(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// Tag, length and value; tags of one or two bytes.
pub(super) fn object(tag: u16, value: &[u8]) -> Vec<u8> {
    let [high, low] = tag.to_be_bytes();
    let mut object = if high == 0 { vec![low] } else { vec![high, low] };
    push_length(&mut object, value.len());
    object.extend_from_slice(value);
    object
}

pub(super) fn push_length(object: &mut Vec<u8>, length: usize) {
    let [.., high, low] = length.to_be_bytes();
    match length {
        0..=0x7F => object.push(low),
        0x80..=0xFF => object.extend_from_slice(&[0x81, low]),
        _ => object.extend_from_slice(&[0x82, high, low]),
    }
}

/// A licence's objects: one-byte tags, lengths of one byte or `82 hi lo`.
fn licence_object(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut object = vec![tag];
    let [.., high, low] = value.len().to_be_bytes();
    if value.len() < 0x80 {
        object.push(low);
    } else {
        object.extend_from_slice(&[0x82, high, low]);
    }
    object.extend_from_slice(value);
    object
}

/// An outer object with a table of where each inner one begins.
fn with_offsets(tag: u16, first: u16, values: &[Vec<u8>]) -> Vec<u8> {
    let objects: Vec<Vec<u8>> =
        values.iter().zip(first + 1..).map(|(value, tag)| object(tag, value)).collect();
    let body: usize = objects.iter().map(Vec::len).sum();
    let table_length = 3 + values.len() * 2;
    let header = object(tag, &vec![0; table_length + body]).len() - table_length - body;
    let mut at = header + table_length;
    let mut table = Vec::new();
    for object in &objects {
        table.extend_from_slice(&u16::try_from(at).unwrap_or(u16::MAX).to_be_bytes());
        at += object.len();
    }
    object(tag, &[object(first, &table), objects.concat()].concat())
}

fn free(id: u16, bytes: Vec<u8>) -> File {
    File { id, content: Content::Bytes(bytes), opens: Opens::Always }
}

fn by(keys: &[u16], id: u16, bytes: Vec<u8>) -> File {
    File { id, content: Content::Bytes(bytes), opens: Opens::AnyOf(keys.to_vec()) }
}

fn key(id: u16, value: &str, most: u8) -> Key {
    Key { id, value: value.as_bytes().to_vec(), left: most, most }
}

const COMMON: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00];
pub(super) const TEXT: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];
const VISUAL: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];
const LICENCE_ON_IT: [u8; 16] = [0xA0, 0, 0, 2, 0x31, 0x06, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const LICENCE: [u8; 16] = [0xA0, 0, 0, 2, 0x31, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

impl VirtualCard {
    /// 個人番号カード.
    pub fn my_number(holder: &Holder) -> Self {
        let mut card = Self::new(
            Dialect::MyNumber,
            &[0x3B, 0x88, 0x80, 0x01, 0, 0, 0, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F],
        );
        let code_b = holder.match_code_b();
        // The serial number follows from the person, so that two residents' cards differ and a card is itself again.
        let serial = format!("9990{}", holder.my_number.get(..11).unwrap_or("00000000000"));
        let record =
            [b"\x01\x1c".as_slice(), serial.as_bytes(), b"99901", digits(holder.expires).as_bytes()].concat();
        card.applications.push(Application {
            aid: COMMON.to_vec(),
            files: vec![File { id: 1, content: Content::Records(vec![record]), opens: Opens::Always }],
            keys: vec![],
        });
        let facts = with_offsets(
            0xFF20,
            0xDF21,
            &[
                holder.name.as_bytes().to_vec(),
                holder.address.as_bytes().to_vec(),
                holder.birth_digits().into_bytes(),
                holder.sex.to_string().into_bytes(),
            ],
        );
        let number = [object(0xFF10, holder.my_number.as_bytes()), vec![0xFF, 0xFF]].concat();
        let (pin, code_a, b) = (0x0011, 0x0014, 0x0015);
        card.applications.push(Application {
            aid: TEXT.to_vec(),
            files: vec![
                by(&[pin, code_a], 1, number.clone()),
                by(&[pin, b], 2, facts.clone()),
                by(&[pin, code_a, b], 3, signed_hashes(&number, &facts)),
                free(4, sign::certificate()),
                free(5, object(0xFF40, &[1, 3, 0x0E, 1])),
            ],
            keys: vec![
                key(pin, &holder.pin, 3),
                // Blocked on every card seen; nobody knows what it was for.
                Key { left: 0, ..key(0x0012, "0000000000000000", 1) },
                key(code_a, &holder.my_number, 10),
                key(b, &code_b, 10),
            ],
        });
        card.applications.push(visual(holder, &code_b));
        card
    }

    /// The same card with a マイナ免許証 on it: no name, no address.
    #[must_use]
    pub fn and_licence(mut self) -> Self {
        self.applications.push(Application {
            aid: LICENCE_ON_IT.to_vec(),
            files: vec![free(0x001A, object(0xC1, &[1]))],
            keys: vec![key(0x0006, "1234", 10)],
        });
        self
    }

    /// A card with nothing on it but a マイナ免許証.
    pub fn only_licence() -> Self {
        Self::new(Dialect::MyNumber, &[0x3B, 0x80, 0x80, 0x01, 0x01]).and_licence()
    }

    /// A card of none of our kinds (transit, credit).
    pub fn stranger() -> Self {
        Self::new(
            Dialect::MyNumber,
            &[0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0, 0, 3, 6, 3, 0, 1, 0, 0, 0, 0, 0x6A],
        )
    }

    /// 運転免許証. `pin` is 暗証番号1; `None` where the holder set none.
    pub fn licence(holder: &Holder, pin: Option<&str>, addenda: &[Addendum]) -> Self {
        Self::driving(holder, pin, addenda, true)
    }

    /// 運転経歴証明書: has no end of validity.
    pub fn driving_record(holder: &Holder, pin: Option<&str>) -> Self {
        Self::driving(holder, pin, &[], false)
    }

    fn driving(holder: &Holder, pin: Option<&str>, addenda: &[Addendum], expires: bool) -> Self {
        let mut card =
            Self::new(Dialect::Licence, &[0x3B, 0x88, 0x80, 0x01, 0, 0, 0, 0, 0x91, 0x81, 0xC1, 0x00, 0xD8]);
        let packed = |day: Date| -> Vec<u8> {
            digits(day)
                .as_bytes()
                .as_chunks::<2>()
                .0
                .iter()
                .map(|[a, b]| (a - b'0') << 4 | (b - b'0'))
                .collect()
        };
        let issued = holder.expires.checked_sub(jiff::Span::new().years(5)).unwrap_or(holder.expires);
        let end = if expires { packed(holder.expires) } else { vec![0; 4] };
        let common = [
            licence_object(0x45, &[b"010".to_vec(), packed(issued), end].concat()),
            licence_object(0x46, &[0, 0]),
        ];
        let pin1 = key(1, pin.unwrap_or("****"), 3);
        card.top = Application {
            aid: vec![],
            files: vec![
                free(0x2F01, common.concat()),
                free(0x000A, vec![0x05, 0x01, u8::from(pin.is_some())]),
            ],
            keys: vec![pin1, key(2, "9999", 3)],
        };
        let mut entries = vec![
            licence_object(0x11, &[0x37]),
            licence_object(0x12, &jis(&holder.name)),
            licence_object(0x13, &jis(&holder.kana)),
            licence_object(0x14, &[]),
            licence_object(0x15, &jis(&holder.kana)),
            licence_object(0x16, &era_day(holder.birth_day())),
            licence_object(0x17, &jis(&holder.address)),
            licence_object(0x18, &era_day(Some(issued))),
            licence_object(0x19, b"12345"),
            licence_object(0x1A, &jis("優良")),
        ];
        if expires {
            entries.push(licence_object(0x1B, &era_day(Some(holder.expires))));
        }
        entries.push(licence_object(0x1C, &jis("眼鏡等")));
        entries.push(licence_object(0x20, &jis("架空県")));
        entries.push(licence_object(0x21, b"991234567890"));
        let protected = |id, content: Vec<u8>, size: usize| {
            let mut bytes = content;
            bytes.resize(size.max(bytes.len()), 0xFF);
            File { id, content: Content::Bytes(bytes), opens: Opens::Top(1) }
        };
        card.applications.push(Application {
            aid: LICENCE.to_vec(),
            files: vec![protected(1, entries.concat(), 880), protected(4, addendum_file(addenda), 640)],
            keys: vec![],
        });
        card
    }

    /// 在留カード (`special`: 特別永住者証明書) of the first generation. `moved_to` is written on the back.
    pub fn residence(holder: &Holder, special: bool, moved_to: Option<&str>) -> Self {
        let mut card = Self::new(
            Dialect::Residence,
            &[0x3B, 0x88, 0x80, 0x01, 0, 0, 0, 0, 0x77, 0x81, 0xC1, 0x00, 0x3E],
        );
        let number = holder.card_number.as_bytes().first_chunk::<12>().copied();
        card.residence = Some(ResidenceState::new(number.unwrap_or(*b"ZZ00000000ZZ")));
        let kind = if special { b"2" } else { b"1" };
        card.top.files = vec![free(0x0A, object(0xC1, kind)), free(0x0B, object(0xC0, b"0001"))];
        let aid = |number| [vec![0xD3, 0x92, 0xF0, 0x00, 0x4F, number], vec![0; 10]].concat();
        let session = |id, bytes| File { id, content: Content::Bytes(bytes), opens: Opens::Session };
        card.applications.push(Application {
            aid: aid(2),
            files: vec![session(5, object(0xD0, &holder.front)), session(6, object(0xD1, &holder.photo))],
            keys: vec![],
        });
        let back = moved_to.map_or_else(Vec::new, |address| {
            [object(0xD2, b"20260401"), object(0xD3, b"999011"), object(0xD4, address.as_bytes())].concat()
        });
        card.applications.push(Application { aid: aid(3), files: vec![session(1, back)], keys: vec![] });
        card
    }
}

impl Holder {
    fn birth_day(&self) -> Option<Date> {
        let [year, month, day] = self.birth;
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }
}

/// EF 0003: the hashes of the number and of the text, signed by the municipality.
fn signed_hashes(number: &[u8], facts: &[u8]) -> Vec<u8> {
    // The hash leaves out the outer header and the table of offsets (DF21 08 and four numbers).
    let header = crate::tlv::ber_header(facts).map_or(0, |header| header.value);
    let text = facts.get(header + 11..).unwrap_or_default();
    let hashes =
        [object(0xDF31, &crate::genuine::sha256(number)), object(0xDF32, &crate::genuine::sha256(text))]
            .concat();
    let signature = sign::by_municipality(&hashes);
    object(0xFF30, &[hashes, object(0xDF33, &signature)].concat())
}

fn visual(holder: &Holder, code_b: &str) -> Application {
    let (born, b, a) = (0x0011, 0x0012, 0x0013);
    let face = with_offsets(
        0xFF20,
        0xDF21,
        &[
            holder.birth_digits().into_bytes(),
            holder.sex.to_string().into_bytes(),
            sign::card_key(),
            holder.name_image.clone(),
            holder.address_image.clone(),
            holder.photo.clone(),
            sign::by_municipality(&holder.photo),
            digits(holder.expires).into_bytes(),
            holder.name_image.clone(),
        ],
    );
    let ap_info = [
        object(0xDF31, &[6, 3, 0x0E, 1]),
        object(0xDF32, b"9990024\x08\x05001\0\0\0\0"),
        object(0xDF33, &[0]),
        object(0xDF34, b"99901"),
    ];
    Application {
        aid: VISUAL.to_vec(),
        files: vec![
            by(&[b, a], 2, face),
            free(3, object(0xFF30, &ap_info.concat())),
            free(4, sign::certificate()),
        ],
        keys: vec![
            key(born, code_b.get(..6).unwrap_or("000000"), 10),
            key(b, code_b, 10),
            key(a, &holder.my_number, 10),
        ],
    }
}

/// JIS X 0208 in 7 bits; what it does not hold becomes 外字 1, 2, …
fn jis(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut own = 0xF1;
    for character in text.chars() {
        let mut buffer = [0; 4];
        let (euc, _, broken) = encoding_rs::EUC_JP.encode(character.encode_utf8(&mut buffer));
        match (broken, euc.as_ref()) {
            (false, &[high @ 0xA1..=0xFE, low @ 0xA1..=0xFE]) => {
                bytes.extend_from_slice(&[high & 0x7F, low & 0x7F]);
            }
            // A variation selector has no code of its own there.
            _ if ('\u{E0100}'..='\u{E01EF}').contains(&character) => {}
            _ => {
                bytes.extend_from_slice(&[0xFF, own]);
                own = (own + 1).min(0xF7);
            }
        }
    }
    bytes
}

/// Era digit and YYMMDD.
fn era_day(day: Option<Date>) -> Vec<u8> {
    let Some(day) = day.and_then(|day| EraDate::of(day).ok()) else { return b"0000000".to_vec() };
    format!("{}{:02}{:02}{:02}", day.era().number(), day.year(), day.month(), day.day()).into_bytes()
}

/// EF04: tag 50 says whether anything was added; names from 60 on, addresses from 70 on.
fn addendum_file(addenda: &[Addendum]) -> Vec<u8> {
    let mut file = licence_object(0x50, if addenda.is_empty() { b"0" } else { b"1" });
    let (mut name, mut address) = (0x60, 0x70);
    for addendum in addenda {
        let (tag, day, text) = match addendum {
            Addendum::Name(day, text) => (&mut name, day, text),
            Addendum::Address(day, text) => (&mut address, day, text),
        };
        let value = [vec![0x37], era_day(Some(*day)), jis(text), jis("　架空県公安委員会")].concat();
        file.extend_from_slice(&licence_object(*tag, &value));
        *tag += 1;
    }
    file
}
