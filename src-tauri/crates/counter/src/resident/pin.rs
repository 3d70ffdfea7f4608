//! 暗証番号: the keypad. Each digit comes alone and goes into memory that is wiped; no message, event or log ever holds a
//! whole PIN, and the officer's side learns only how many digits are there.

use std::sync::mpsc::{Receiver, Sender, channel};

use madoka_card::Opening;
use zeroize::Zeroizing;

/// 券面事項入力補助用 and 免許証の暗証番号1 have four digits.
pub(crate) const DIGITS: usize = 4;

/// What the resident is told before they enter their PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinAsk {
    /// マイナンバーカード
    pub card: String,
    pub tries_left: Option<u8>,
    /// The one before was wrong.
    pub wrong: bool,
}

/// What came of asking for a PIN.
#[derive(Debug)]
pub enum PinTold {
    /// One entry, good for one try.
    Given(Opening),
    /// The resident would rather not.
    Declined,
    /// The officer took it back, or left the case.
    TakenBack,
}

/// Waits for the resident. Off the thread of any window: a person takes their time.
#[derive(Debug)]
pub struct PinAsked(Receiver<PinTold>);

impl PinAsked {
    pub fn wait(self) -> PinTold {
        // Nobody is left to answer once the keypad is gone from the window.
        self.0.recv().unwrap_or(PinTold::TakenBack)
    }
}

/// The keypad as it stands.
pub(crate) struct PinPad {
    pub(crate) ask: PinAsk,
    digits: Zeroizing<[u8; DIGITS]>,
    typed: usize,
    answer: Sender<PinTold>,
}

impl std::fmt::Debug for PinPad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinPad(…)")
    }
}

impl PinPad {
    pub(crate) fn new(ask: PinAsk) -> (Self, PinAsked) {
        let (answer, asked) = channel();
        (Self { ask, digits: Zeroizing::new([0; DIGITS]), typed: 0, answer }, PinAsked(asked))
    }

    pub(crate) const fn typed(&self) -> usize {
        self.typed
    }

    /// A digit too many is no digit.
    pub(crate) fn press(&mut self, digit: u8) {
        if let Some(place) = self.digits.get_mut(self.typed)
            && digit <= 9
        {
            *place = b'0' + digit;
            self.typed += 1;
        }
    }

    pub(crate) fn delete(&mut self) {
        self.typed = self.typed.saturating_sub(1);
        if let Some(place) = self.digits.get_mut(self.typed) {
            *place = 0;
        }
    }

    /// Hands the PIN to whoever waits for it; `false` while digits are missing.
    pub(crate) fn enter(&self) -> bool {
        let opening = std::str::from_utf8(self.digits.as_ref()).ok().and_then(|text| Opening::pin(text).ok());
        match opening {
            Some(opening) if self.typed == DIGITS => {
                // Whoever asked may have gone; then nobody gets it.
                let _ = self.answer.send(PinTold::Given(opening));
                true
            }
            _ => false,
        }
    }

    pub(crate) fn decline(&self) {
        let _ = self.answer.send(PinTold::Declined);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pad() -> (PinPad, PinAsked) {
        PinPad::new(PinAsk { card: "マイナンバーカード".into(), tries_left: Some(3), wrong: false })
    }

    #[test]
    fn 四桁そろうまで渡らず_直した桁で渡る() {
        let (mut pad, asked) = pad();
        for digit in [1, 2, 9] {
            pad.press(digit);
        }
        assert!(!pad.enter());
        pad.delete();
        for digit in [3, 4, 5, 6] {
            pad.press(digit);
        }
        assert_eq!(pad.typed(), 4);
        assert!(pad.enter());
        let PinTold::Given(Opening::Pin(pin)) = asked.wait() else {
            panic!("番号が渡っていません")
        };
        assert_eq!(pin.expose(), b"1234");
    }

    #[test]
    fn 画面から消えると_待つ側は取り戻されたと知る() {
        let (pad, asked) = pad();
        drop(pad);
        assert!(matches!(asked.wait(), PinTold::TakenBack));
        let (pad, asked) = self::pad();
        pad.decline();
        assert!(matches!(asked.wait(), PinTold::Declined));
    }

    #[test]
    fn 番号は表示にも記録にも現れない() {
        let (mut pad, asked) = pad();
        for digit in [7, 3, 9, 1] {
            pad.press(digit);
        }
        pad.enter();
        assert!(!format!("{pad:?}{:?}", asked.wait()).contains("7391"));
    }
}
