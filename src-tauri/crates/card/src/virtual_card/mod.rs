//! Software cards that answer as real ones were measured to: for practice mode, and for tests through the real PC/SC.
//!
//! A virtual card keeps its try counters for as long as it lives, locks for good, forgets a VERIFY when another
//! application is selected or the power goes, and can have any of the [`Oddity`]s real cards and readers have.

mod build;
mod residence;
mod sign;

use std::collections::BTreeSet;
use std::fmt;

use zeroize::Zeroizing;

pub use build::{Addendum, Holder};
pub use sign::practice_authorities;

use crate::transport::{Transport, TransportError};
use residence::ResidenceState;

/// What a card (or the reader before it) may do differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// The first command after power-up answers 6F00.
    Sleepy,
    /// Two bytes stand before the template of the four facts (said of cards of about 2023).
    TwoBytesBefore,
    /// More than this many bytes at once are refused with 6700.
    ShortReadsOnly(u8),
    /// A length that is not exact is answered with 6Cxx.
    ExactLengthOnly,
    /// Answers come in parts of this many bytes, with 61xx and GET RESPONSE.
    InParts(u8),
    /// A blocked key answers 6983 instead of 6984.
    BlockedIs6983,
    /// A read up to the end of the file answers 6282.
    WarnsAtEnd,
}

/// 仮想カード.
pub struct VirtualCard {
    atr: Vec<u8>,
    dialect: Dialect,
    applications: Vec<Application>,
    /// Files above all applications.
    top: Application,
    oddities: Vec<Oddity>,
    selected: Option<usize>,
    file: Option<u16>,
    verified: BTreeSet<(Option<usize>, u16)>,
    fresh: bool,
    waiting: Vec<u8>,
    residence: Option<ResidenceState>,
}

/// How the card answers at its top.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    MyNumber,
    Licence,
    Residence,
}

#[derive(Default)]
struct Application {
    aid: Vec<u8>,
    files: Vec<File>,
    keys: Vec<Key>,
}

struct File {
    id: u16,
    content: Content,
    opens: Opens,
}

enum Content {
    Bytes(Vec<u8>),
    Records(Vec<Vec<u8>>),
}

/// Which keys open a file.
enum Opens {
    Always,
    AnyOf(Vec<u16>),
    /// A key above all applications (licences verify there).
    Top(u16),
    /// Mutual authentication (residence cards).
    Session,
}

struct Key {
    id: u16,
    value: Vec<u8>,
    left: u8,
    most: u8,
}

const OK: u16 = 0x9000;
const NOT_ALLOWED: u16 = 0x6982;
const NOT_FOUND: u16 = 0x6A82;

impl VirtualCard {
    fn new(dialect: Dialect, atr: &[u8]) -> Self {
        Self {
            atr: atr.to_vec(),
            dialect,
            applications: Vec::new(),
            top: Application::default(),
            oddities: Vec::new(),
            selected: None,
            file: None,
            verified: BTreeSet::new(),
            fresh: true,
            waiting: Vec::new(),
            residence: None,
        }
    }

    /// The same card, with an oddity.
    #[must_use]
    pub fn with(mut self, oddity: Oddity) -> Self {
        self.oddities.push(oddity);
        if oddity == Oddity::TwoBytesBefore {
            return self.with_file(build::TEXT, 2, |bytes| {
                bytes.splice(0..0, [0x00, 0x66]);
            });
        }
        self
    }

    /// The same card with so many tries left for its PIN (the first key of 4 characters).
    #[must_use]
    pub fn with_pin_tries(mut self, left: u8) -> Self {
        self.set_tries(4, left);
        self
    }

    /// The same card with so many tries left for 照合番号B, in both applications.
    #[must_use]
    pub fn with_code_b_tries(mut self, left: u8) -> Self {
        self.set_tries(14, left);
        self
    }

    /// The same card with so many tries left for 照合番号B in the application of pictures only.
    #[must_use]
    pub fn with_face_tries(mut self, left: u8) -> Self {
        for key in self.keys().filter(|key| key.id == 0x0012) {
            key.left = left.min(key.most);
        }
        self
    }

    fn set_tries(&mut self, length: usize, left: u8) {
        for key in self.keys().filter(|key| key.value.len() == length) {
            key.left = left.min(key.most);
        }
    }

    fn keys(&mut self) -> impl Iterator<Item = &mut Key> {
        self.applications.iter_mut().chain(std::iter::once(&mut self.top)).flat_map(|place| &mut place.keys)
    }

    /// Changes a file's bytes: a forged card.
    #[must_use]
    pub fn with_file(mut self, aid_ends: &[u8], id: u16, change: impl Fn(&mut Vec<u8>)) -> Self {
        let places = self.applications.iter_mut().filter(|place| place.aid.ends_with(aid_ends));
        for file in places.flat_map(|place| &mut place.files).filter(|file| file.id == id) {
            if let Content::Bytes(bytes) = &mut file.content {
                change(bytes);
            }
        }
        self
    }

    /// How many tries each key has left, in the order of the card: 照合番号 and PIN of every application.
    pub fn tries(&self) -> Vec<(u16, u8)> {
        let places = self.applications.iter().chain(std::iter::once(&self.top));
        places.flat_map(|place| place.keys.iter().map(|key| (key.id, key.left))).collect()
    }

    /// Whether some file is open now beyond what always is.
    pub fn is_open(&self) -> bool {
        !self.verified.is_empty() || self.residence.as_ref().is_some_and(ResidenceState::is_open)
    }

    pub fn atr(&self) -> &[u8] {
        &self.atr
    }

    /// Power off (and on again): all is forgotten but the counters.
    pub fn power_off(&mut self) {
        self.reset();
        self.verified.clear();
        self.fresh = true;
        if let Some(state) = &mut self.residence {
            state.close();
        }
    }

    /// A warm reset: selections go, a VERIFY stays, as measured on the My Number card.
    pub fn reset(&mut self) {
        self.selected = None;
        self.file = None;
        self.waiting.clear();
        if self.dialect != Dialect::MyNumber {
            self.verified.clear();
        }
    }

    /// The answer to one command: data and status word.
    pub fn answer(&mut self, command: &[u8]) -> Vec<u8> {
        let (mut data, status) = match Parsed::of(command) {
            Some(command) => self.process(&command),
            None => (Vec::new(), 0x6700),
        };
        data.extend_from_slice(&status.to_be_bytes());
        data
    }

    fn process(&mut self, command: &Parsed<'_>) -> (Vec<u8>, u16) {
        if std::mem::take(&mut self.fresh) && self.has(|odd| *odd == Oddity::Sleepy) {
            return (Vec::new(), 0x6F00);
        }
        if let Some(state) = &mut self.residence
            && let Some(answer) = state.process(command)
        {
            return answer;
        }
        match (command.class, command.instruction) {
            (0x00, 0xA4) => (Vec::new(), self.select(command)),
            (0x00, 0x20) => (Vec::new(), self.verify(command)),
            (0x00, 0xB0) => self.read_binary(command),
            (0x08, 0xB0) => self.read_secure(command),
            (0x00, 0xB2) => self.read_record(command),
            (0x00, 0xC0) => self.rest(command.length.unwrap_or(256)),
            (0x00 | 0x08 | 0x80, _) => (Vec::new(), 0x6D00),
            _ => (Vec::new(), 0x6E00),
        }
    }

    fn has(&self, which: impl Fn(&Oddity) -> bool) -> bool {
        self.oddities.iter().any(which)
    }

    fn select(&mut self, command: &Parsed<'_>) -> u16 {
        match (command.p1, command.data) {
            (0x04, aid) => {
                let found = self.applications.iter().position(|place| place.aid == aid);
                let Some(found) = found else { return NOT_FOUND };
                // Whatever was opened in another application closes. A licence's keys belong to its top.
                if self.selected != Some(found) {
                    self.verified.retain(|(place, _)| place.is_none());
                }
                self.selected = Some(found);
                self.file = None;
                OK
            }
            (0x00, _) if self.dialect == Dialect::MyNumber => match (command.data, self.selected) {
                ([], Some(_)) => OK,
                ([], None) => 0x6A86,
                _ => NOT_FOUND,
            },
            (0x00, [] | [0x3F, 0x00]) => {
                self.selected = None;
                self.file = None;
                OK
            }
            (0x02, &[high, low]) => {
                let id = u16::from_be_bytes([high, low]);
                let here = self.here();
                if here.files.iter().any(|file| file.id == id) || here.keys.iter().any(|key| key.id == id) {
                    self.file = Some(id);
                    OK
                } else {
                    NOT_FOUND
                }
            }
            _ => 0x6A86,
        }
    }

    fn here(&self) -> &Application {
        self.selected.and_then(|at| self.applications.get(at)).unwrap_or(&self.top)
    }

    fn verify(&mut self, command: &Parsed<'_>) -> u16 {
        let id = match command.p2 {
            0x80 => self.file,
            short @ 0x81..=0x9E => Some(u16::from(short & 0x1F)),
            _ => None,
        };
        let place = self.selected;
        let blocked = if self.has(|odd| *odd == Oddity::BlockedIs6983) { 0x6983 } else { 0x6984 };
        let here = match place.and_then(|at| self.applications.get_mut(at)) {
            Some(application) => application,
            None => &mut self.top,
        };
        let Some(key) = here.keys.iter_mut().find(|key| Some(key.id) == id) else { return 0x6A88 };
        match (key.left, command.data) {
            (0, _) => blocked,
            (left, []) => 0x63C0 | u16::from(left),
            (_, data) if data.len() > 16 => 0x6700,
            (_, data) if data == key.value => {
                key.left = key.most;
                self.verified.insert((place, key.id));
                OK
            }
            (left, _) => {
                key.left = left - 1;
                self.verified.remove(&(place, key.id));
                0x63C0 | u16::from(key.left)
            }
        }
    }

    fn read_binary(&mut self, command: &Parsed<'_>) -> (Vec<u8>, u16) {
        let offset = if command.p1 & 0x80 == 0 {
            usize::from(u16::from_be_bytes([command.p1, command.p2]))
        } else {
            self.file = Some(u16::from(command.p1 & 0x1F));
            usize::from(command.p2)
        };
        let wanted = command.length.unwrap_or(0);
        let rest = match self.open_file() {
            Ok(Content::Bytes(bytes)) => match bytes.get(offset..) {
                Some(rest) if !rest.is_empty() || offset == 0 => rest.to_vec(),
                _ => return (Vec::new(), 0x6B00),
            },
            Ok(Content::Records(_)) => return (Vec::new(), 0x6981),
            Err(status) => return (Vec::new(), status),
        };
        for odd in &self.oddities {
            match odd {
                Oddity::ShortReadsOnly(most) if wanted > usize::from(*most) => return (Vec::new(), 0x6700),
                Oddity::ExactLengthOnly if wanted > rest.len() => {
                    return (Vec::new(), 0x6C00 | u16::try_from(rest.len()).unwrap_or(0));
                }
                _ => {}
            }
        }
        let warns = wanted > rest.len() && self.has(|odd| *odd == Oddity::WarnsAtEnd);
        let data = rest.into_iter().take(wanted).collect();
        if warns { (data, 0x6282) } else { self.whole_or_parts(data) }
    }

    fn whole_or_parts(&mut self, data: Vec<u8>) -> (Vec<u8>, u16) {
        let part = self.oddities.iter().find_map(|odd| match odd {
            Oddity::InParts(part) => Some(usize::from(*part)),
            _ => None,
        });
        if part.is_some_and(|part| data.len() > part) {
            self.waiting = data;
            return (Vec::new(), self.more());
        }
        (data, OK)
    }

    fn more(&self) -> u16 {
        0x6100 | u16::try_from(self.waiting.len()).ok().filter(|left| *left < 256).unwrap_or(0)
    }

    fn rest(&mut self, wanted: usize) -> (Vec<u8>, u16) {
        let part = self.oddities.iter().find_map(|odd| match odd {
            Oddity::InParts(part) => Some(usize::from(*part)),
            _ => None,
        });
        let Some(part) = part.filter(|_| !self.waiting.is_empty()) else { return (Vec::new(), 0x6985) };
        let data: Vec<u8> = self.waiting.drain(..part.min(wanted).min(self.waiting.len())).collect();
        let status = if self.waiting.is_empty() { OK } else { self.more() };
        (data, status)
    }

    fn read_secure(&mut self, command: &Parsed<'_>) -> (Vec<u8>, u16) {
        let &[0x96, 0x02, high, low] = command.data else { return (Vec::new(), 0x6A80) };
        let wanted = u16::from_be_bytes([high, low]);
        let plain = Parsed { class: 0, length: Some(usize::from(wanted)), data: &[], ..*command };
        let (data, status) = self.read_binary(&plain);
        match &self.residence {
            Some(state) if status == OK => (state.seal(&data), OK),
            Some(_) => (Vec::new(), status),
            None => (Vec::new(), 0x6E00),
        }
    }

    fn read_record(&mut self, command: &Parsed<'_>) -> (Vec<u8>, u16) {
        if command.p2 >> 3 != 0 {
            self.file = Some(u16::from(command.p2 >> 3));
        }
        let record = match self.open_file() {
            Ok(Content::Records(records)) => {
                usize::from(command.p1).checked_sub(1).and_then(|at| records.get(at)).cloned()
            }
            Ok(Content::Bytes(_)) => return (Vec::new(), 0x6981),
            Err(status) => return (Vec::new(), status),
        };
        record.map_or((Vec::new(), 0x6A83), |record| self.whole_or_parts(record))
    }

    fn open_file(&self) -> Result<&Content, u16> {
        let id = self.file.ok_or(0x6986_u16)?;
        let file = self.here().files.iter().find(|file| file.id == id).ok_or(NOT_FOUND)?;
        let open = match &file.opens {
            Opens::Always => true,
            Opens::AnyOf(keys) => keys.iter().any(|key| self.verified.contains(&(self.selected, *key))),
            Opens::Top(key) => self.verified.contains(&(None, *key)),
            Opens::Session => self.residence.as_ref().is_some_and(ResidenceState::is_open),
        };
        if open { Ok(&file.content) } else { Err(NOT_ALLOWED) }
    }
}

/// No content: a virtual card may be somebody's in a test.
impl fmt::Debug for VirtualCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VirtualCard({} applications)", self.applications.len())
    }
}

impl Transport for VirtualCard {
    fn transmit(&mut self, command: &[u8], answer: &mut Zeroizing<Vec<u8>>) -> Result<(), TransportError> {
        crate::apdu::wipe(answer);
        crate::apdu::append(answer, &Zeroizing::new(self.answer(command)));
        Ok(())
    }
}

/// A command taken apart (ISO/IEC 7816-3, all four cases, short and extended).
#[derive(Clone, Copy)]
struct Parsed<'a> {
    class: u8,
    instruction: u8,
    p1: u8,
    p2: u8,
    data: &'a [u8],
    /// What is wanted back; 256 or 65,536 where the command says 0.
    length: Option<usize>,
}

impl<'a> Parsed<'a> {
    fn of(command: &'a [u8]) -> Option<Self> {
        let (&[class, instruction, p1, p2], rest) = command.split_first_chunk::<4>()?;
        let of = |data, length| Some(Self { class, instruction, p1, p2, data, length });
        let short = |le: u8| Some(if le == 0 { 256 } else { usize::from(le) });
        let long = |high: u8, low: u8| {
            let length = usize::from(u16::from_be_bytes([high, low]));
            Some(if length == 0 { 65_536 } else { length })
        };
        match *rest {
            [] => of(&[], None),
            [le] => of(&[], short(le)),
            [0, high, low] => of(&[], long(high, low)),
            [0, high, low, ..] => {
                let (data, rest) =
                    rest.get(3..)?.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
                match *rest {
                    [] => of(data, None),
                    [high, low] => of(data, long(high, low)),
                    _ => None,
                }
            }
            [lc, ..] => {
                let (data, rest) = rest.get(1..)?.split_at_checked(usize::from(lc))?;
                match *rest {
                    [] => of(data, None),
                    [le] => of(data, short(le)),
                    _ => None,
                }
            }
        }
    }
}
