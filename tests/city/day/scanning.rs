//! スキャナー: what is laid on the glass. Broken pictures come at any time of the day.

use std::fs;
use std::path::PathBuf;

use madoka_counter::pictures::PictureDesk;
use madoka_server::testing::Dice;
use zeroize::Zeroizing;

use super::reading;
use super::terminal::{Desk, SCANNER, WARM, say};

/// What is read before anything else.
enum First {
    Whole(&'static str),
    Broken,
}

/// The one beside a desk, with the engines behind it.
pub(super) struct Scanner {
    pictures: PictureDesk,
    first: Vec<First>,
}

impl Scanner {
    /// If one stands there.
    pub(super) fn beside() -> Option<Self> {
        let first = match std::env::var(SCANNER).ok()?.as_str() {
            // Japanese and Latin letters; many fields.
            WARM => vec![First::Whole("residence.jpg"), First::Whole("move_out.jpg")],
            _ => vec![First::Broken],
        };
        Some(Self { pictures: PictureDesk::default(), first })
    }

    /// What is to be read before anything else, one at a time.
    pub(super) fn begin(&mut self, desk: &Desk, dice: &mut Dice) {
        match self.first.pop() {
            Some(First::Whole(name)) => {
                let picture = project("tests/ocr/pictures").join(name);
                self.read(desk, fs::read(picture).unwrap(), "picture");
            }
            Some(First::Broken) => self.hostile(desk, dice),
            None => {}
        }
    }

    pub(super) fn hostile(&mut self, desk: &Desk, dice: &mut Dice) {
        let whole = if dice.one_in(2) { "forms/koki_loss/form.pdf" } else { "src-tauri/icons/icon.png" };
        let broken = reading::broken(dice, &fs::read(project(whole)).unwrap());
        self.read(desk, broken, "hostile_picture");
    }

    fn read(&mut self, desk: &Desk, bytes: Vec<u8>, what: &str) {
        let around = desk.counter().surroundings(None);
        match self.pictures.read(Some(Zeroizing::new(bytes)), None, &around, &|_| ()) {
            Ok(_) => say(&format!("did {what}_read")),
            Err(error) => say(&format!("refused {} {what}", error.code())),
        }
        self.pictures.forget();
    }
}

fn project(path: &str) -> PathBuf {
    madoka_tests::machine::project().join(path)
}
