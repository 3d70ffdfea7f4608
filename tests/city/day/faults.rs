//! 故障: what goes wrong, when and to whom, by the dice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use madoka_card::practice;
use madoka_server::testing::{Dice, Weather};

use super::Run;
use super::folders::tear;
use super::hall::Hall;
use crate::support::{Act, Inserted, insert_with};

/// Everything bad, and how often it happened.
pub(super) struct Mischief {
    dice: Dice,
    pub(super) faults: BTreeMap<&'static str, u64>,
    /// The edition of 1 April stands, so that forged ones may be put beside it.
    pub(super) released: Arc<AtomicBool>,
    forged: bool,
    printer_off: bool,
    full: Vec<usize>,
    theft: Option<Instant>,
    /// A card that lies in the reader.
    card: Option<Inserted>,
    /// The desk's life in which a card was put there last, and how many cards it will have done with after that one.
    put: (u64, u64),
}

impl Mischief {
    pub(super) fn new(dice: Dice) -> Self {
        Self {
            dice,
            faults: BTreeMap::new(),
            released: Arc::default(),
            forged: false,
            printer_off: false,
            full: Vec::new(),
            theft: None,
            card: None,
            put: (0, 0),
        }
    }

    fn note(&mut self, kind: &'static str) {
        *self.faults.entry(kind).or_default() += 1;
    }

    pub(super) fn until_next(&mut self, run: Run) -> Duration {
        let most = (run.length() / 60).clamp(Duration::from_millis(100), Duration::from_secs(2));
        Duration::from_millis(
            40 + u64::try_from(self.dice.below(usize::try_from(most.as_millis()).unwrap())).unwrap(),
        )
    }

    /// One moment of the day.
    pub(super) fn happen(&mut self, hall: &mut Hall, at: f64) {
        self.recover(hall);
        if at > 0.35 && hall.thief.is_none() {
            return self.steal(hall);
        }
        // In the end of a long run the server stays, so that its memory tells something.
        let spare_server = hall.run.is_long() && at > 0.5;
        match self.dice.below(22) {
            0 if !spare_server && hall.server.kill() => {
                self.note("サーバーを殺す");
                // Not while the administrator's own command works on it too.
                if self.released.load(Ordering::Relaxed) && self.dice.one_in(3) {
                    tear(&hall.city.data().join("madokad.db"), 2 * self.dice.below(2));
                    self.note("破れたファイル（サーバー）");
                }
            }
            1 if !spare_server && hall.server.is_awake() => {
                hall.server.kill();
                hall.server.room = Some(hall.server.little_room());
                hall.server.start();
                self.note("サーバーのディスクが一杯");
            }
            2..5 => self.kill_terminal(hall),
            5 => {
                let at = self.somebody(hall);
                let off = i64::try_from(self.dice.below(4 * 86_400)).unwrap() - 2 * 86_400;
                hall.terminals[at].off = if self.dice.one_in(2) { off / 48 } else { off };
                if hall.terminals[at].is_awake() {
                    let word = format!("off {}", hall.terminals[at].off);
                    hall.terminals[at].tell(&word);
                    self.note("時計が狂う");
                }
            }
            6 => {
                let at = self.somebody(hall);
                if hall.terminals[at].is_awake() {
                    let word = format!("full {}", self.dice.below(4));
                    hall.terminals[at].tell(&word);
                    self.full.push(at);
                    self.note("端末のディスクが一杯");
                }
            }
            7 if self.released.load(Ordering::Relaxed) && !self.forged => {
                hall.server.tell("forge");
                self.forged = true;
                self.note("古い版・偽の版");
            }
            8 => {
                let word = ["paper-out", "abort", "slow"][self.dice.below(3)];
                hall.printer.set(word);
                self.note(match word {
                    "paper-out" => "プリンターの紙切れ",
                    "abort" => "プリンターの故障",
                    _ => "プリンターが進まない",
                });
            }
            9 => {
                hall.printer.switch_off();
                self.printer_off = true;
                self.note("プリンターの電源切れ");
            }
            10 | 11 => self.put_a_card(hall),
            12 => {
                // The reader is unplugged, the service with it.
                self.card = None;
                hall.pcscd.kill();
                hall.pcscd.run();
                self.note("カードリーダーが抜ける");
            }
            13..18 => {
                let at = self.dice.below(hall.terminals.len());
                let (weather, kind) = match self.dice.below(6) {
                    0 | 1 => (Weather::Out, "線が抜ける"),
                    2 => (Weather::Frozen, "線が固まる"),
                    3 => (Weather::CutUp(self.dice.below(30_000) as u64), "送る途中で切れる"),
                    4 => (Weather::CutDown(self.dice.below(30_000) as u64), "届く途中で切れる"),
                    _ => (Weather::Slow(self.dice.below(60) as u64), "線が遅い"),
                };
                hall.terminals[at].proxy.turn(weather);
                self.note(kind);
            }
            _ => {}
        }
    }

    /// Somebody who is not a thief.
    fn somebody(&mut self, hall: &Hall) -> usize {
        loop {
            let at = self.dice.below(hall.terminals.len());
            if Some(at) != hall.thief {
                return at;
            }
        }
    }

    fn kill_terminal(&mut self, hall: &mut Hall) {
        let at = self.somebody(hall);
        // In a long run a quarter of them lives all day, so that their memory tells something.
        if hall.run.is_long() && at % 4 == 1 {
            return;
        }
        if hall.terminals[at].kill() {
            self.note("端末を殺す");
            if self.dice.one_in(3) {
                tear(&hall.terminals[at].folder.join("madoka.db"), self.dice.below(4));
                self.note("破れたファイル（端末）");
            }
        }
    }

    /// A resident puts a card into the reader, and may pull it at any command.
    fn put_a_card(&mut self, hall: &mut Hall) {
        let desk = hall.reads;
        if Some(desk) == hall.thief || !hall.terminals[desk].is_awake() {
            return;
        }
        // Until the one before is read, nobody puts another there: the digits of its holder would cost the other a try.
        let (life, done) = (hall.terminals[desk].seed, hall.heard.lock().unwrap().cards_done);
        if self.put.0 == life && self.put.1 > done {
            return;
        }
        self.put = (life, done + 1);
        // The one before is gone for the reader too, and no try of it was lost.
        if let Some(card) = self.card.take() {
            let card = card.remove_slowly();
            assert!(card.tries().contains(&(0x0015, 10)), "{:?}", card.tries());
        }
        let residents = practice::residents();
        let resident = &residents[self.dice.below(residents.len())];
        // A whole read takes some fifty commands.
        let pulled = self.dice.one_in(2).then(|| self.dice.below(50));
        let how = self.dice.below(3);
        let hand = move |at: usize, _: &[u8]| match how {
            _ if Some(at) != pulled => Act::Answer,
            0 => Act::Pull,
            1 => Act::PullAfter,
            _ => Act::Cut(1),
        };
        self.card = Some(insert_with(&hall.reader, resident.my_number_card(), hand));
        hall.terminals[desk].tell(&format!("card {}", resident.id));
        self.note("読取機にカード（途中で抜くことがある）");
    }

    /// A terminal is carried out of the house; the city says that it is no terminal of its any more.
    fn steal(&mut self, hall: &mut Hall) {
        let counters: Vec<usize> = (0..hall.terminals.len())
            .filter(|at| matches!(hall.terminals[*at].work, "counter" | "corner") && at % 4 != 1)
            .collect();
        let Some(at) = self.dice.of(&counters).copied() else { return };
        hall.terminals[at].kill();
        hall.thief = Some(at);
        let name = hall.terminals[at].name.clone();
        hall.city.revoke(&name);
        hall.city.free(&name);
        self.theft = Some(Instant::now());
        self.note("端末の盗難");
    }

    /// Somebody mends something.
    fn recover(&mut self, hall: &mut Hall) {
        // What was on its way when it was revoked has arrived by now, or never will.
        if self.theft.is_some_and(|since| since.elapsed() > Duration::from_secs(2)) {
            hall.heard.lock().unwrap().stolen = true;
        }
        if !hall.server.is_awake() && self.dice.one_in(2) {
            hall.server.start();
        }
        if hall.server.room.is_some() && self.dice.one_in(6) {
            hall.server.kill();
            hall.server.room = None;
            hall.server.start();
        }
        if self.forged && self.dice.one_in(4) {
            hall.server.tell("mend");
            self.forged = false;
        }
        if self.dice.one_in(3) {
            let at = self.somebody(hall);
            let began = hall.server.began;
            hall.terminals[at].work_on(began);
        }
        if self.dice.one_in(2) {
            let at = self.dice.below(hall.terminals.len());
            hall.terminals[at].proxy.turn(Weather::Fair);
        }
        if self.dice.one_in(4) {
            for word in ["paper-out", "abort", "slow"] {
                hall.printer.unset(word);
            }
            self.switch_on(hall);
        }
        if self.dice.one_in(4)
            && let Some(at) = self.full.pop()
            && hall.terminals[at].is_awake()
        {
            hall.terminals[at].tell("full -");
        }
    }

    fn switch_on(&mut self, hall: &mut Hall) {
        if std::mem::take(&mut self.printer_off) {
            hall.printer.switch_on();
        }
    }

    /// The end of the day.
    pub(super) fn stop(&mut self, hall: &mut Hall) {
        self.card = None;
        self.switch_on(hall);
        hall.heard.lock().unwrap().stolen |= self.theft.is_some();
    }
}
