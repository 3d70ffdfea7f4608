//! 読取 at a terminal of the day: a made-up resident's card through the same reading code as a real one, pulled by a hand at
//! any command; and what hostile people put before the readers.

use madoka_card::practice::{self, PracticeCard};
use madoka_card::{
    Cancel, CardError, CardRead, Faces, Opening, Place, Placed, Request, Transport, TransportError,
    VirtualCard, look, look_through, practice_authorities, read, read_through,
};
use madoka_server::testing::Dice;
use zeroize::Zeroizing;

/// A card in a hand that may not wait.
struct Held {
    card: VirtualCard,
    /// Commands until it is pulled.
    left: usize,
}

impl Transport for Held {
    fn transmit(&mut self, command: &[u8], answer: &mut Zeroizing<Vec<u8>>) -> Result<(), TransportError> {
        if self.left == 0 {
            self.card.power_off();
            return Err(TransportError::Removed);
        }
        self.left -= 1;
        Transport::transmit(&mut self.card, command, answer)
    }
}

/// What came of putting a card down.
pub(super) enum Read {
    Facts(Box<CardRead>),
    /// It was gone before it was read.
    Pulled,
    /// It is no card we know, or answers nonsense.
    Refused,
}

/// Everything printed on, or known by the holders of, the made-up cards that must never be found anywhere.
pub(super) fn secrets() -> Vec<String> {
    let secret =
        |resident: &practice::Resident| [resident.holder.my_number.clone(), resident.holder.match_code_b()];
    practice::residents().iter().flat_map(secret).collect()
}

/// What the chips tell, as words that must stay inside the encryption.
pub(super) fn words() -> Vec<String> {
    practice::residents().iter().map(|resident| resident.holder.name.clone()).collect()
}

/// One resident's My Number card, read with the digits on its face.
pub(super) fn my_number(dice: &mut Dice) -> Read {
    let residents = practice::residents();
    let resident = &residents[dice.below(residents.len())];
    let mut held = Held { card: resident.card(PracticeCard::MyNumber), left: usize::MAX };
    if dice.one_in(3) {
        held.left = dice.below(40);
    }
    let looked = look_through(&mut held, &Cancel::default());
    let read = looked.and_then(|looked| {
        let opening = Opening::match_code_b(&resident.holder.match_code_b()).unwrap();
        let request = Request::new(opening).of(&looked).faces(Faces::Yes).checked_by(practice_authorities());
        read_through(&mut held, request, &Cancel::default())
    });
    let tries = held.card.tries();
    // Whatever the hand did, no try of the card is lost.
    assert!(tries.contains(&(0x0015, 10)) || tries.iter().all(|(key, _)| *key != 0x0015), "{tries:?}");
    match read {
        Ok(read) => Read::Facts(Box::new(read)),
        Err(CardError::Removed | CardError::NoCard) => Read::Pulled,
        Err(_) => Read::Refused,
    }
}

/// A card in the real reader, put down by the test: `id` says whose digits are typed.
pub(super) fn in_reader(reader: &str, id: &str) -> Read {
    let place = Place::Reader(Placed::in_reader(reader));
    let resident = practice::resident(id).unwrap();
    let looked = look(&place, &Cancel::default());
    let read = looked.and_then(|looked| {
        let opening = Opening::match_code_b(&resident.holder.match_code_b()).unwrap();
        let request = Request::new(opening).of(&looked).faces(Faces::Yes).checked_by(practice_authorities());
        read(&place, request, &Cancel::default())
    });
    match read {
        Ok(read) => Read::Facts(Box::new(read)),
        Err(CardError::Removed | CardError::NoCard) => Read::Pulled,
        Err(_) => Read::Refused,
    }
}

/// A card that answers whatever it likes.
struct Nonsense<'a>(&'a mut Dice, usize);

impl Transport for Nonsense<'_> {
    fn transmit(&mut self, _: &[u8], answer: &mut Zeroizing<Vec<u8>>) -> Result<(), TransportError> {
        self.1 += 1;
        assert!(self.1 < 20_000, "a card may not keep us for ever");
        answer.clear();
        let length = self.0.below(300);
        answer.extend((0..length).map(|_| self.0.byte()));
        if !self.0.one_in(4) {
            answer.extend([0x90, 0x00]);
        }
        Ok(())
    }
}

pub(super) fn hostile_card(dice: &mut Dice) -> Read {
    let mut card = Nonsense(dice, 0);
    let looked = look_through(&mut card, &Cancel::default());
    let read = looked.and_then(|looked| {
        let opening = Opening::match_code_b(&practice::residents()[0].holder.match_code_b()).unwrap();
        read_through(&mut card, Request::new(opening).of(&looked), &Cancel::default())
    });
    read.map_or(Read::Refused, |read| Read::Facts(Box::new(read)))
}

/// Something broken of something whole.
pub(super) fn broken(dice: &mut Dice, whole: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=dice.below(12) {
        if bytes.is_empty() {
            break;
        }
        let at = dice.below(bytes.len());
        match dice.below(3) {
            0 => bytes[at] = dice.byte(),
            1 => bytes.truncate(at),
            _ => {
                let piece: Vec<u8> = bytes[at..].iter().take(dice.below(64)).copied().collect();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

/// What a scanner may type that no city made.
pub(super) fn hostile_code(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => "M".repeat(dice.below(5000)),
        1 => format!("MADOKA1:{}/{}:{}", dice.below(99), dice.below(99), "A".repeat(dice.below(3000))),
        2 => (0..dice.below(40)).map(|_| char::from(b'0' + u8::try_from(dice.below(10)).unwrap())).collect(),
        _ => (0..dice.below(400))
            .filter_map(|_| char::from_u32(u32::try_from(dice.below(0x3000)).unwrap()))
            .collect(),
    }
}
