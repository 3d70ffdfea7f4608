//! The card's side of the residence card's key agreement.

use ring::rand::{SecureRandom, SystemRandom};

use super::Parsed;
use crate::kinds::residence_key::{Key, padded, same, unpadded};

pub(super) struct ResidenceState {
    number: [u8; 12],
    challenge: Option<[u8; 8]>,
    session: Option<Key>,
    open: bool,
}

impl ResidenceState {
    pub(super) const fn new(number: [u8; 12]) -> Self {
        Self { number, challenge: None, session: None, open: false }
    }

    pub(super) const fn is_open(&self) -> bool {
        self.open
    }

    pub(super) fn close(&mut self) {
        self.challenge = None;
        self.session = None;
        self.open = false;
    }

    /// GET CHALLENGE, MUTUAL AUTHENTICATE and the sealed VERIFY; `None` for any other command.
    pub(super) fn process(&mut self, command: &Parsed<'_>) -> Option<(Vec<u8>, u16)> {
        match (command.class, command.instruction) {
            (0x00, 0x84) => {
                let mut challenge = [0; 8];
                if SystemRandom::new().fill(&mut challenge).is_err() {
                    return Some((Vec::new(), 0x6F00));
                }
                self.challenge = Some(challenge);
                Some((challenge.to_vec(), 0x9000))
            }
            (0x00, 0x82) => {
                let answer = self.authenticate(command.data);
                Some(answer.map_or((Vec::new(), 0x6300), |data| (data, 0x9000)))
            }
            (0x08, 0x20) => {
                let right = self.presented(command.data).is_some_and(|number| number == self.number);
                self.open = right;
                Some((Vec::new(), if right { 0x9000 } else { 0x6300 }))
            }
            _ => None,
        }
    }

    fn authenticate(&mut self, data: &[u8]) -> Option<Vec<u8>> {
        let challenge = self.challenge.take()?;
        let key = Key::of_number(&self.number);
        let (cipher, mac) = data.split_at_checked(32)?;
        if !same(&key.mac(cipher), mac) {
            return None;
        }
        let plain = key.decrypt(cipher);
        let (terminal, theirs, share) = (plain.get(..8)?, plain.get(8..16)?, plain.get(16..32)?);
        if !same(theirs, &challenge) {
            return None;
        }
        let mut own = [0; 16];
        SystemRandom::new().fill(&mut own).ok()?;
        self.session = Some(Key::of_session(share, &own));
        let mut answer = key.encrypt(&[&challenge, terminal, &own].concat()).to_vec();
        let mac = key.mac(&answer);
        answer.extend_from_slice(&mac);
        Some(answer)
    }

    fn presented(&self, data: &[u8]) -> Option<Vec<u8>> {
        let (&[0x86, 0x11, 0x01], cipher) = data.split_first_chunk::<3>()? else { return None };
        let plain = self.session.as_ref()?.decrypt(cipher);
        unpadded(&plain).map(<[u8]>::to_vec)
    }

    /// An answer under secure messaging: tag 86, the padding mark, the cipher.
    pub(super) fn seal(&self, data: &[u8]) -> Vec<u8> {
        let Some(session) = &self.session else { return Vec::new() };
        let cipher = session.encrypt(&padded(data));
        let mut sealed = vec![0x86];
        super::build::push_length(&mut sealed, cipher.len() + 1);
        sealed.push(0x01);
        sealed.extend_from_slice(&cipher);
        sealed
    }
}
