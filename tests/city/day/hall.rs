//! The city hall of the day: who is there, and what they are told.

use std::fs;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use madoka_rules::pack::PackFiles;
use madoka_server::testing::{Dice, Proxy, Toll, Weather};
use madoka_tests::City;
use serde_json::Value;
use tempfile::TempDir;

use super::faults::Mischief;
use super::hours::next_april;
use super::memory::{self, Living};
use super::processes::{Heard, Terminal, TheServer};
use super::{Run, check, server, terminal};
use crate::fifty::DEPARTMENTS;
use crate::stand::{EvePrinter, Model};
use crate::support::{Pcscd, Reader};

/// All must agree within this long once everything works again.
const HEALING: Duration = Duration::from_mins(4);
/// The supervisor, who is curious.
pub(super) const CURIOUS: &str = "m01";
/// Half an hour of the office is a moment of the test.
const SETTINGS: &str = "[sign_in]\nsession_hours = 24\nidle_minutes = 480\n";

/// Everybody and everything.
pub(super) struct Hall {
    pub(super) run: Run,
    pub(super) city: City,
    pub(super) server: TheServer,
    pub(super) terminals: Vec<Terminal>,
    pub(super) printer: EvePrinter,
    pub(super) pcscd: Pcscd,
    /// The one reader, and at whose desk it stands.
    pub(super) reader: Reader,
    pub(super) reads: usize,
    pub(super) heard: Arc<Mutex<Heard>>,
    pub(super) toll: Arc<Toll>,
    pub(super) thief: Option<usize>,
    pub(super) living: Living,
    folder: TempDir,
    _wires: tokio::runtime::Runtime,
}

impl Drop for Hall {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.folder.disable_cleanup(true);
            eprintln!("what the terminals left lies in {}", self.folder.path().display());
        }
    }
}

/// Who works where: a supervisor, departments, and counters, every other one at the おくやみ corner.
fn places(count: usize) -> Vec<(&'static str, String)> {
    let departments = (count / 6).clamp(1, 3);
    let mut places = vec![("supervisor", "kanri-1".to_owned())];
    places.extend((1..=departments).map(|number| ("department", format!("kakari-{number}"))));
    let left = count - places.len();
    places.extend((1..=left).map(|number| {
        if number % 2 == 1 {
            ("corner", format!("okuyami-{number}"))
        } else {
            ("counter", format!("mado-{number}"))
        }
    }));
    places
}

impl Hall {
    fn found(run: Run, dice: &mut Dice) -> Self {
        let city = City::start_with(SETTINGS);
        city.release_first(&pack(run));
        let folder = tempfile::tempdir().unwrap();
        let wires =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let toll = Arc::new(Toll::default());
        let heard = Arc::new(Mutex::new(Heard::default()));
        let printer = EvePrinter::new(Model::default());
        let (pcscd, mut readers) = Pcscd::start(&["Madoka Day Reader"]);
        let reader = readers.remove(0);
        let places = places(run.terminals);
        let departments = places.iter().filter(|(work, _)| *work == "department").count();
        let staff = |at: usize, work: &str| {
            if work == "supervisor" { CURIOUS.to_owned() } else { format!("s{at:02}") }
        };
        let serving =
            places.iter().enumerate().filter(|(_, (work, _))| matches!(*work, "counter" | "corner"));
        let colleagues: Vec<String> =
            serving.map(|(at, (work, name))| format!("{}@{name}", staff(at, work))).collect();
        let colleagues = colleagues.join(" ");
        let mut terminals = Vec::new();
        for (at, (work, name)) in places.into_iter().enumerate() {
            let staff = staff(at, work);
            let offices: Vec<&str> =
                DEPARTMENTS.iter().copied().skip(at % departments).step_by(departments).collect();
            let (first, invitation) = match work {
                "supervisor" => {
                    (city.hire_in(&staff, "監督", "監督者", "okuyami"), city.invitation_of(&name, "okuyami"))
                }
                "corner" => (
                    city.hire_in(&staff, "窓口", "おくやみ", "okuyami"),
                    city.invitation_of(&name, "okuyami"),
                ),
                "department" => (
                    city.hire_for(&staff, "担当", "関係課", &offices),
                    city.invitation_of_departments(&name, &offices),
                ),
                _ => (city.hire(&staff, "窓口", "窓口"), city.invitation(&name)),
            };
            let server = ([127, 0, 0, 1], city.port()).into();
            let proxy = wires.block_on(Proxy::before(server, toll.clone()));
            let mut invitation: Value = serde_json::from_str(&invitation).unwrap();
            invitation["server"] = format!("https://{}", proxy.address).into();
            let folder = folder.path().join(&name);
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join(terminal::INVITATION), invitation.to_string()).unwrap();
            // A few of them print; every printer of the house is this one.
            let printer = (!matches!(work, "supervisor" | "department") && at % 2 == 1)
                .then(|| printer.uri().to_string());
            terminals.push(Terminal {
                name,
                work,
                at,
                folder,
                proxy,
                staff: format!("{staff} {first}"),
                seed: dice.next() >> 8,
                printer,
                reader: None,
                colleagues: colleagues.clone(),
                run,
                process: None,
                answers: None,
                heard: heard.clone(),
                // Some clocks are wrong from the first.
                off: if at % 4 == 3 { i64::try_from(dice.below(7200)).unwrap() - 3600 } else { 0 },
            });
        }
        let server =
            TheServer { data: city.data(), port: city.port(), run, began: 0, process: None, room: None };
        let reads = terminals.iter().rposition(|one| one.work == "corner").unwrap();
        terminals[reads].reader = Some(reader.name.clone());
        let mut hall = Self {
            run,
            city,
            server,
            terminals,
            printer,
            pcscd,
            reader,
            reads,
            heard,
            toll,
            thief: None,
            living: Living::default(),
            folder,
            _wires: wires,
        };
        hall.open();
        hall
    }

    /// Everybody signs in for the first time, and has the first pack.
    fn open(&mut self) {
        for terminal in &mut self.terminals {
            terminal.wake();
        }
        for terminal in &mut self.terminals {
            let since = Instant::now();
            while terminal.ask("ready?") != "true" {
                assert!(since.elapsed() < Duration::from_mins(2), "{} does not get ready", terminal.name);
                std::thread::sleep(Duration::from_millis(200));
            }
        }
        self.city.kill();
    }

    fn begin(&mut self) {
        self.server.began = server::now();
        self.server.start();
        let began = self.server.began;
        for terminal in &mut self.terminals {
            terminal.tell(&format!("off {}", terminal.off));
            terminal.tell(&format!("begin {began}"));
        }
        self.count_the_living();
    }

    /// For whoever measures.
    pub(super) fn count_the_living(&self) {
        let mut all: Vec<(String, u32)> = self
            .terminals
            .iter()
            .filter_map(|one| Some((one.name.clone(), one.process.as_ref()?.id())))
            .collect();
        all.extend(self.server.process.as_ref().map(|process| ("server".to_owned(), process.id())));
        *self.living.lock().unwrap() = all;
    }

    /// Everything works again, and nobody does anything new.
    fn heal(&mut self) {
        self.server.kill();
        self.server.room = None;
        self.server.start();
        self.server.tell("mend");
        for word in ["paper-out", "abort", "slow"] {
            self.printer.unset(word);
        }
        let began = self.server.began;
        for (at, terminal) in self.terminals.iter_mut().enumerate() {
            // Connections that froze are dead to whoever waits on them; a cable put back finds new ones.
            terminal.proxy.turn(Weather::Out);
            terminal.proxy.turn(Weather::Fair);
            if Some(at) == self.thief {
                // Whoever has it opens it, and it looks for its server.
                terminal.wake();
                terminal.tell(&format!("watch {began}"));
            } else {
                terminal.off = 0;
                terminal.work_on(began);
                terminal.tell("off 0");
                terminal.tell("rest");
            }
        }
    }

    /// Until all are in step, have said all, and work by the new rules. Answers how long that took.
    fn agree(&mut self) -> Duration {
        let since = Instant::now();
        let mut before = Vec::new();
        loop {
            std::thread::sleep(Duration::from_millis(400));
            let mut now: Vec<Value> = Vec::new();
            for at in 0..self.terminals.len() {
                if Some(at) != self.thief {
                    now.push(self.terminals[at].stands());
                }
            }
            let done = now.iter().all(|stands| {
                stands["in_step"] == true
                    && stands["waiting"] == 0
                    && stands["told"] == true
                    && stands["pack"] == 2
            });
            if done && before == now {
                return since.elapsed();
            }
            before = now;
            let late = since.elapsed() > HEALING;
            if late {
                let stands: Vec<String> = self
                    .terminals
                    .iter()
                    .filter(|one| one.is_awake())
                    .zip(&before)
                    .map(|(one, stands)| format!("{} {stands}", one.name))
                    .collect();
                panic!("no agreement:\n{}", stands.join("\n"));
            }
            for (at, terminal) in self.terminals.iter_mut().enumerate() {
                if Some(at) != self.thief && since.elapsed().as_secs().is_multiple_of(5) {
                    terminal.tell("rest");
                }
            }
        }
    }
}

/// The whole day, its healing, and what is left of it.
pub(super) fn live(run: Run) {
    let mut dice = Dice::new(run.seed);
    let founding = Instant::now();
    let mut hall = Hall::found(run, &mut dice);
    let founded = founding.elapsed();
    hall.begin();
    let watch = memory::watch(hall.living.clone(), hall.heard.clone(), run.length());
    // 四月一日の版: released while all are at work, for the next day. The command is the administrator's, on the server itself.
    let administrator = hall.city.shell();
    let (april, new) = (next_april().to_string(), april_pack(run));
    let mut mischief = Mischief::new(dice);
    let released = mischief.released.clone();
    let releasing = std::thread::spawn(move || {
        administrator.release(&new, "四月一日の版", Some(&april));
        released.store(true, Ordering::Relaxed);
    });
    let begun = Instant::now();
    while begun.elapsed() < run.length() {
        std::thread::sleep(mischief.until_next(run));
        let at = begun.elapsed().as_secs_f64() / run.length().as_secs_f64();
        mischief.happen(&mut hall, at);
        for terminal in &mut hall.terminals {
            terminal.assert_alive();
        }
        hall.count_the_living();
    }
    mischief.stop(&mut hall);
    hall.heal();
    releasing.join().unwrap();
    let thief = hall.thief;
    let healed = hall.agree();
    let stolen = thief.map(|at| hall.terminals[at].stands());
    for terminal in &mut hall.terminals {
        terminal.end();
    }
    hall.server.kill();
    let samples = watch.join().unwrap();
    let mut tally = hall.heard.lock().unwrap().tally.clone();
    tally.faults = mischief.faults.clone();
    tally.find("種", run.seed);
    tally.find(
        "端末",
        format!(
            "{}台（うち関係課{}台）",
            run.terminals,
            hall.terminals.iter().filter(|one| one.is_department()).count()
        ),
    );
    tally.find("長さ", format!("8時間を{}秒で（用意に{:.0}秒）", run.seconds, founded.as_secs_f64()));
    tally.find("乱れた接続", hall.toll.all());
    tally.find("直ってから全員が同じになるまで", format!("{:.1}秒", healed.as_secs_f64()));
    check::look(&hall, &mut tally, stolen.as_ref());
    let grew = check::memory(run, &samples, &hall, &mut tally);
    eprintln!("{tally}");
    assert!(grew.is_empty(), "{grew:?}");
}

/// The sample city's. In a short run only a few of its scenarios are checked at each release: they take longer than the day.
fn pack(run: Run) -> PackFiles {
    let mut files = madoka_sample::city_with_papers();
    files
        .retain(|path, _| run.is_long() || !path.starts_with("scenarios/") || path == "scenarios/kaigo.toml");
    files
}

/// The same city from 1 April on: its pack for the new year.
fn april_pack(run: Run) -> PackFiles {
    let mut files = pack(run);
    let april = next_april();
    let head = String::from_utf8(files["pack.toml"].clone()).unwrap();
    let head = head
        .lines()
        .map(|line| match line.split_once(" = ") {
            Some(("valid_to", _)) => format!("valid_to = {}-03-31", april.year() + 1),
            _ => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    files.insert("pack.toml".to_owned(), head.into_bytes());
    let path = "procedures/02_shimin_certificate.toml";
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert!(text.contains("\nfee = 300\n"));
    // 手数料の改定
    files.insert(path.to_owned(), text.replace("\nfee = 300\n", "\nfee = 350\n").into_bytes());
    files
}
