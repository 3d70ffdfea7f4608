//! One terminal in a process of its own: the real counter, its encrypted database and the real engine, with an officer who
//! works by dice. It is told by lines on its standard input, and says on its standard output what it promised its officer.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use madoka_counter::office::{Link, LinkState, SyncView, enrol};
use madoka_counter::printing::advance_printing;
use madoka_counter::{Clock as _, Counter, CounterError};
use madoka_server::testing::Dice;
use madoka_store::Store;
use madoka_sync::terminal::{Identity, Lend, Listener, Options, SyncError, SyncState};
use madoka_sync::wire::Topic;
use madoka_tests::OWN;
use madoka_text::Secret;
use serde_json::json;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::hours::{Hours, LASTS};
use super::memory;
use super::officer::Officer;

/// Where its data lies, in the environment.
pub(crate) const AT: &str = "MADOKA_DAY_TERMINAL";
pub(super) const SEED: &str = "MADOKA_DAY_TERMINAL_SEED";
/// Who works here, with the first password, if it is still that: `staff first`.
pub(super) const STAFF: &str = "MADOKA_DAY_STAFF";
/// `counter`, `corner`, `department` or `supervisor`.
pub(super) const WORK: &str = "MADOKA_DAY_WORK";
/// To whom a case may be handed: `staff@terminal …`.
pub(super) const COLLEAGUES: &str = "MADOKA_DAY_COLLEAGUES";
/// Where it prints, if it does.
pub(super) const PRINTER: &str = "MADOKA_DAY_PRINTER";
/// Milliseconds between two things an officer does, on average.
pub(super) const PACE: &str = "MADOKA_DAY_PACE";

/// The card reader beside it, as PC/SC names it.
pub(super) const READER: &str = "MADOKA_DAY_READER";
/// Whether a scanner stands beside it.
pub(super) const SCANNER: &str = "MADOKA_DAY_SCANNER";
/// Of the scanner: what engines take must be taken before anybody looks whether memory grows.
pub(super) const WARM: &str = "warm";
/// No log, where no file may grow.
pub(super) const QUIET: &str = "MADOKA_DAY_QUIET";

pub(super) const INVITATION: &str = "invitation.json";

#[derive(Clone)]
pub(super) struct Borrowed(Arc<Mutex<Counter>>);

impl Lend for Borrowed {
    fn lend(&self, work: &mut dyn FnMut(&mut Store)) -> Result<(), SyncError> {
        self.0.lock().unwrap().lend(work).map_err(|_| SyncError::Start("データベース"))
    }
}

/// What the line told, for the thread that runs errands.
#[derive(Default)]
struct News {
    packs: AtomicBool,
    /// Something may be told of: closed cases, the audit.
    to_report: AtomicBool,
    /// It is being told.
    reporting: AtomicBool,
    /// How often the server was told that all is well, and how often that was when the day ended.
    well: AtomicU64,
    well_at_rest: AtomicU64,
}

struct Ears(Arc<News>);

impl Listener for Ears {
    fn state(&self, state: &SyncState) {
        if state.in_step() {
            self.0.to_report.store(true, Ordering::Relaxed);
        }
    }

    fn still_well(&self) {
        self.0.well.fetch_add(1, Ordering::Relaxed);
        self.0.to_report.store(true, Ordering::Relaxed);
    }

    fn topic(&self, topic: Topic, _: u64) {
        if topic == Topic::Packs {
            self.0.packs.store(true, Ordering::Relaxed);
        }
    }
}

/// Everything of one terminal that its threads share.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) counter: Arc<Mutex<Counter>>,
    pub(super) link: Arc<Link>,
    pub(super) clock: Hours,
    pub(super) work: String,
    news: Arc<News>,
}

/// To the test. Whoever is killed within a word has not said it.
pub(super) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // The test may be gone; then nobody needs to hear.
    let _ = writeln!(out, "\n@{line}").and_then(|()| out.flush());
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// More than the program itself would log: every line of our own, with every field.
pub(super) fn log(file: &Path) {
    if std::env::var_os(QUIET).is_some() {
        return;
    }
    let file = fs::File::options().create(true).append(true).open(file).unwrap();
    let ours = Targets::new().with_targets(
        [
            "card", "casework", "counter", "facts", "forms", "ocr", "qr", "rules", "server", "store", "sync",
            "text",
        ]
        .map(|part| (format!("madoka_{part}"), LevelFilter::TRACE)),
    );
    let lines = tracing_subscriber::fmt::layer().with_writer(Mutex::new(file)).with_ansi(false);
    tracing_subscriber::registry().with(ours).with(lines).init();
}

impl Desk {
    fn open(data: &Path) -> Self {
        let length = Duration::from_millis(variable(LASTS).parse().unwrap());
        let clock = Hours::lasting(length);
        let counter = if Counter::is_enrolled(data) {
            Counter::office(data, clock.clone()).unwrap()
        } else {
            let invitation = fs::read_to_string(data.join(INVITATION)).unwrap();
            let identity = enrolled(&invitation);
            fs::remove_file(data.join(INVITATION)).unwrap();
            Counter::enrol(data, clock.clone(), &identity).unwrap()
        };
        let identity: Identity = counter.identity().cloned().unwrap();
        let counter = Arc::new(Mutex::new(counter));
        let news = Arc::new(News::default());
        let of_line = clock.clone();
        let options = Options {
            first_wait: Duration::from_millis(100),
            longest_wait: Duration::from_secs(2),
            look: Duration::from_millis(500),
            tell: Duration::from_secs(2),
            offer_again: Duration::from_secs(4),
            hold: 5,
            clock: Arc::new(move || of_line.now()),
        };
        let link =
            Link::open_with(&identity, Borrowed(counter.clone()), Ears(news.clone()), options).unwrap();
        Self { counter, link: Arc::new(link), clock, work: variable(WORK), news }
    }

    pub(super) fn counter(&self) -> std::sync::MutexGuard<'_, Counter> {
        self.counter.lock().unwrap()
    }

    pub(super) fn borrowed(&self) -> Borrowed {
        Borrowed(self.counter.clone())
    }

    /// With the server, and without it where it is not there.
    pub(super) fn sign_in(&self, staff: &str, first: &str) -> Result<(), CounterError> {
        let own = Secret::new(OWN.to_owned());
        let asked = match self.link.sign_in(staff, &own) {
            Err(error) if !first.is_empty() && error.code() != "SYNC-01" => {
                let first = Secret::new(first.to_owned());
                self.link.sign_in(staff, &first).and_then(|_| {
                    self.link.change_password(&first, &own)?;
                    self.link.sign_in(staff, &own)
                })
            }
            asked => asked,
        };
        match asked {
            Ok(who) => self.counter().admit(&who, &own),
            Err(error) => {
                let alone = self.counter().sign_in_offline(staff, &own);
                alone.map(|()| say("did signed_in_alone")).map_err(|_| error)
            }
        }
    }

    /// What the window does beside the officer: packs are brought when there is news of them, closed cases and the audit
    /// are told of when all else is said.
    fn errands(&self, leave: &AtomicBool) {
        while !leave.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(50));
            // Somebody sits there, and touches something now and then.
            let _ = self.counter().touch();
            if self.news.packs.swap(false, Ordering::Relaxed) {
                if let Err(error) = self.link.bring_packs(&self.borrowed()) {
                    say(&format!("refused {} bring_packs", error.code()));
                    self.news.packs.store(true, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(500));
                }
                match self.counter().turn_to_pack() {
                    Ok(true) => say("did turned_to_pack"),
                    Ok(false) => {}
                    Err(error) => say(&format!("refused {} turn_to_pack", error.code())),
                }
            }
            self.report();
        }
    }

    fn report(&self) {
        self.news.reporting.store(true, Ordering::SeqCst);
        if self.news.to_report.swap(false, Ordering::SeqCst) {
            // A new day may have come.
            if let Ok(true) = self.counter().turn_to_pack() {
                say("did turned_to_pack");
            }
            if let Err(error) = self.link.report(&self.borrowed()) {
                say(&format!("refused {} report", error.code()));
                self.news.to_report.store(true, Ordering::SeqCst);
            }
        }
        self.news.reporting.store(false, Ordering::SeqCst);
    }

    /// All that was done here until the end of the day has been told of.
    fn has_told(&self) -> bool {
        let news = &self.news;
        news.well.load(Ordering::SeqCst) > news.well_at_rest.load(Ordering::SeqCst)
            && !news.to_report.load(Ordering::SeqCst)
            && !news.reporting.load(Ordering::SeqCst)
    }

    fn press(&self, leave: &AtomicBool) {
        while !leave.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(200));
            if let Err(error) = advance_printing(&*self.counter) {
                say(&format!("refused {} press", error.code()));
            }
        }
    }

    /// How it stands, for the test.
    fn stands(&self) -> String {
        let view: SyncView = self.link.view();
        let mut counter = self.counter();
        let (mut waiting, mut events) = (0, 0);
        let lent = counter.lend(&mut |store| {
            waiting = store.outbox_len().unwrap_or(u64::MAX);
            events = store.events_written();
        });
        let pack = counter.start().pack;
        json!({
            "in_step": view.state == LinkState::InStep && lent.is_ok(),
            "refused": view.problem.map(|problem| problem.code), "words": view.words,
            "waiting": waiting, "events": events, "pack": pack,
            "told": self.has_told(),
        })
        .to_string()
    }
}

/// For whoever measures.
fn weigh(_: &Desk, leave: &AtomicBool) {
    while !leave.load(Ordering::Relaxed) {
        if let Some(kib) = memory::in_use() {
            say(&format!("in_use {kib}"));
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// All at once they are more than the server lets in without a certificate: some try again.
fn enrolled(invitation: &str) -> Identity {
    let since = Instant::now();
    loop {
        match enrol(invitation) {
            Ok(identity) => return identity,
            Err(error) => assert!(since.elapsed() < Duration::from_mins(2), "{error}"),
        }
        std::thread::sleep(Duration::from_millis(300));
    }
}

fn listen() -> Receiver<String> {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    told
}

/// Works until nobody tells it anything any more.
pub(crate) fn work(data: &Path) {
    log(&data.join("trace.log"));
    let desk = Desk::open(data);
    let told = listen();
    let leave = Arc::new(AtomicBool::new(false));
    let helpers: Vec<_> = [Desk::errands, Desk::press, weigh]
        .into_iter()
        .map(|help| {
            let (desk, leave) = (desk.clone(), leave.clone());
            std::thread::spawn(move || help(&desk, &leave))
        })
        .collect();
    let (staff, first) = variable(STAFF).split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let dice = Dice::new(variable(SEED).parse().unwrap());
    let mut officer = Officer::new(desk.clone(), dice, staff, first, variable(PRINTER).parse().ok());
    let pace: usize = variable(PACE).parse().unwrap_or(40);
    let mut working = false;
    say("awake");
    loop {
        let rest = if working {
            Duration::from_millis(u64::try_from(officer.dice.below(2 * pace)).unwrap())
        } else {
            Duration::from_mins(1)
        };
        let line = match told.recv_timeout(rest) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                if working {
                    officer.act();
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["ready?"] => say(if officer.is_ready() { "answer true" } else { "answer false" }),
            ["begin", at] => {
                desk.clock.begin(at.parse().unwrap());
                working = true;
            }
            // The clock goes on; nobody works here.
            ["watch", at] => desk.clock.begin(at.parse().unwrap()),
            ["off", seconds] => desk.clock.put_off(seconds.parse().unwrap()),
            ["full", pages] => {
                let pages = pages.parse().ok();
                officer.fill_disk(pages);
                if pages.is_none() {
                    // Whoever made room says so; the line asks by itself only once a minute.
                    desk.link.try_now();
                }
            }
            ["rest"] => {
                if std::mem::take(&mut working) {
                    desk.news.well_at_rest.store(desk.news.well.load(Ordering::SeqCst), Ordering::SeqCst);
                }
                officer.fill_disk(None);
                officer.settle();
                desk.link.try_now();
            }
            ["card", resident] => {
                officer.real_card(resident);
                say("card done");
            }
            ["stands"] => say(&format!("answer {}", desk.stands())),
            ["end"] => break,
            other => panic!("no such word: {other:?}"),
        }
    }
    leave.store(true, Ordering::Relaxed);
    for helper in helpers {
        helper.join().unwrap();
    }
    say("ended");
}

/// The words of people that were used here, said once each.
#[derive(Default)]
pub(super) struct Spoken(BTreeSet<String>);

impl Spoken {
    pub(super) fn say(&mut self, words: impl IntoIterator<Item = String>) {
        for word in words {
            if self.0.insert(word.clone()) {
                say(&format!("word {word}"));
            }
        }
    }
}
