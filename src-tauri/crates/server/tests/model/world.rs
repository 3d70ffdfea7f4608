//! One run: a city with three counters and one department, each a process, the server a process, and a seed that says what
//! goes wrong when.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use madoka_server::access::Role;
use madoka_server::clock::SystemClock;
use madoka_server::config::Config;
use madoka_server::listen::Listening;
use madoka_server::server::Server;
use madoka_server::testing::{self, Dice, Proxy, TestCity, Toll, Weather};
use madoka_store::{Realm, Store};
use madoka_sync::terminal::enrol;

use crate::terminal;

pub(crate) const SERVER_AT: &str = "MADOKA_MODEL_SERVER";
const SERVER_ON: &str = "MADOKA_MODEL_SERVER_ON";
/// Moments at which something may go wrong.
const MOMENTS: u64 = 40;
/// All must agree within this long once everything works again.
const HEALING: Duration = Duration::from_secs(90);
/// Counters, and at the end the department.
const TERMINALS: [&str; 4] = ["t1", "t2", "t3", "k1"];
const DEPARTMENT: usize = 3;

/// What a run saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) promised: u64,
    pub(crate) events: u64,
    pub(crate) cases: u64,
    pub(crate) department_events: u64,
    pub(crate) repeated: u64,
    pub(crate) deaths: u64,
    pub(crate) server_deaths: u64,
    pub(crate) weather: u64,
    pub(crate) cut_up: u64,
    pub(crate) cut_down: u64,
    pub(crate) frozen: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.promised += other.promised;
        self.events += other.events;
        self.cases += other.cases;
        self.department_events += other.department_events;
        self.repeated += other.repeated;
        self.deaths += other.deaths;
        self.server_deaths += other.server_deaths;
        self.weather += other.weather;
        self.cut_up += other.cut_up;
        self.cut_down += other.cut_down;
        self.frozen += other.frozen;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} events promised, {} kept everywhere in {} cases ({} seen by the department); terminals killed {}, server \
             killed {}, connections disturbed {} (cut going up {}, cut coming down {}, frozen {}), events sent again and \
             out of order {}",
            self.promised,
            self.events,
            self.cases,
            self.department_events,
            self.deaths,
            self.server_deaths,
            self.weather,
            self.cut_up,
            self.cut_down,
            self.frozen,
            self.repeated
        )
    }
}

/// The server's process.
pub(crate) fn serve(folder: &Path) {
    let address: SocketAddr = std::env::var(SERVER_ON).unwrap().parse().unwrap();
    let server = Server::open(folder, Config::read(folder).unwrap(), Arc::new(SystemClock)).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (listening, _stop) = Listening::on(&server, address).await.unwrap();
        listening.serve().await.unwrap();
    });
}

fn me(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).stderr(Stdio::inherit());
    command
}

/// The same program where no file may grow beyond so many bytes: a full disk, without one.
fn cramped(command: &Command, room: u64) -> Command {
    let mut shell = Command::new("sh");
    // In blocks of 512 bytes; a write beyond fails rather than kills.
    shell.args(["-c", r#"trap "" XFSZ; ulimit -f "$0"; exec "$@""#, &(room / 512).to_string()]);
    shell.arg(command.get_program()).args(command.get_args()).stderr(Stdio::inherit());
    shell
}

struct TheServer {
    folder: PathBuf,
    address: SocketAddr,
    process: Option<Child>,
    /// No file of it may grow beyond so many bytes.
    room: Option<u64>,
}

impl TheServer {
    fn start(&mut self) {
        if self.process.is_none() {
            let mut server = match self.room {
                None => me("サーバー側"),
                Some(room) => cramped(&me("サーバー側"), room),
            };
            server.env(SERVER_AT, &self.folder).env(SERVER_ON, self.address.to_string());
            self.process = Some(server.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap());
        }
    }

    fn kill(&mut self) -> bool {
        kill(&mut self.process)
    }
}

fn kill(process: &mut Option<Child>) -> bool {
    let Some(mut child) = process.take() else { return false };
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

impl Drop for TheServer {
    fn drop(&mut self) {
        self.kill();
    }
}

struct Terminal {
    folder: PathBuf,
    proxy: Proxy,
    skew: i64,
    process: Option<Child>,
    said: Option<Receiver<String>>,
    promised: Arc<Mutex<BTreeSet<String>>>,
    repeated: Arc<Mutex<u64>>,
}

/// What a terminal says it has.
#[derive(Debug, Default, PartialEq, Eq)]
struct Report {
    cases: BTreeMap<String, String>,
    /// Event → case, terminal that gets the case by it, digest.
    events: BTreeMap<String, (String, String, String)>,
    end: String,
}

impl Terminal {
    fn start(&mut self, seed: u64) {
        if self.process.is_some() {
            return;
        }
        let mut process = me("端末側")
            .env(terminal::AT, &self.folder)
            .env(terminal::SEED, (seed >> 1).to_string())
            .env(terminal::SKEW, self.skew.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = process.stdout.take().unwrap();
        let (say, said) = channel();
        let (promised, repeated) = (self.promised.clone(), self.repeated.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let Some(line) = line.strip_prefix('@') else { continue };
                match line.split_once(' ') {
                    // Killed within a word: not promised.
                    Some(("wrote", id)) if id.len() == 36 => {
                        promised.lock().unwrap().insert(id.to_owned());
                    }
                    Some(("repeated", n)) => *repeated.lock().unwrap() += n.parse::<u64>().unwrap_or(0),
                    _ => {
                        let _ = say.send(line.to_owned());
                    }
                }
            }
        });
        self.said = Some(said);
        self.process = Some(process);
    }

    fn kill(&mut self) -> bool {
        self.said = None;
        kill(&mut self.process)
    }

    fn tell(&mut self, word: &str) {
        let stdin = self.process.as_mut().unwrap().stdin.as_mut().unwrap();
        writeln!(stdin, "{word}").unwrap();
        stdin.flush().unwrap();
    }

    fn report(&mut self) -> Report {
        self.tell("report");
        let mut report = Report::default();
        let said = self.said.as_ref().unwrap();
        loop {
            let line = said.recv_timeout(HEALING).unwrap();
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["case", id, digest] => {
                    report.cases.insert((*id).to_owned(), (*digest).to_owned());
                }
                ["event", case, id, to, digest] => {
                    let of = ((*case).to_owned(), (*to).to_owned(), (*digest).to_owned());
                    report.events.insert((*id).to_owned(), of);
                }
                ["end", rest @ ..] => {
                    report.end = rest.join(" ");
                    return report;
                }
                _ => {}
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A city with its terminals, nobody at work yet.
struct World {
    city: TestCity,
    server: TheServer,
    terminals: Vec<Terminal>,
    toll: Arc<Toll>,
}

async fn world(dice: &mut Dice, store: testing::Store) -> World {
    let mut city = TestCity::start_on(store).await;
    let toll = Arc::new(Toll::default());
    let mut terminals = Vec::new();
    for (n, name) in TERMINALS.into_iter().enumerate() {
        city.staff(&format!("s-{name}"), &[Role::Counter], &[]).await;
        let invitation = city.invitation(name, &["zei"], n != DEPARTMENT).await;
        let proxy = Proxy::before(city.address(), toll.clone()).await;
        let mut identity = enrol(&invitation).await.unwrap();
        identity.server = format!("https://{}", proxy.address);
        let folder = city.elsewhere().join(name);
        std::fs::create_dir(&folder).unwrap();
        let mut store = Store::create(&folder.join(terminal::FILE), &terminal::key(), Realm::Real).unwrap();
        identity.keep(&mut store).unwrap();
        store.close().unwrap();
        // Up to two days off, either way.
        let skew = i64::try_from(dice.below(4 * 86_400)).unwrap() - 2 * 86_400;
        terminals.push(Terminal {
            folder,
            proxy,
            skew,
            process: None,
            said: None,
            promised: Arc::default(),
            repeated: Arc::default(),
        });
    }
    let (folder, address) = (city.data(), city.address());
    let storage = &city.config().storage;
    if let (Some(url), Some(password)) = (&storage.postgres, &storage.postgres_password_file) {
        // For the server's own process, as an administrator writes it.
        let text = format!(
            "[storage]\npostgres = {url:?}\npostgres_password_file = {:?}\n",
            password.display().to_string()
        );
        std::fs::write(folder.join("madokad.toml"), text).unwrap();
    }
    city.stop().await;
    World { city, server: TheServer { folder, address, process: None, room: None }, terminals, toll }
}

pub(crate) async fn run(seed: u64, store: testing::Store) -> Tally {
    let mut dice = Dice::new(seed);
    let mut tally = Tally::default();
    let World { city: _city, mut server, mut terminals, toll } = world(&mut dice, store).await;
    server.start();
    for terminal in &mut terminals {
        terminal.start(dice.next());
    }
    for _ in 0..MOMENTS {
        tokio::time::sleep(Duration::from_millis(60 + dice.below(140) as u64)).await;
        something_happens(&mut dice, &mut server, &mut terminals, &mut tally);
    }
    heal(&mut dice, &mut server, &mut terminals);
    tokio::task::block_in_place(|| agree(&mut terminals, &mut tally));
    tally.weather = toll.all();
    tally.cut_up = toll.cut_up.load(Ordering::Relaxed);
    tally.cut_down = toll.cut_down.load(Ordering::Relaxed);
    tally.frozen = toll.frozen.load(Ordering::Relaxed);
    tally
}

/// The server's disk fills up while all are at work, and later has room again. Answers what the terminals said meanwhile.
pub(crate) async fn full_disk(seed: u64) -> (Vec<String>, Tally) {
    let mut dice = Dice::new(seed);
    let mut tally = Tally::default();
    let World { city: _city, mut server, mut terminals, .. } = world(&mut dice, testing::Store::Sqlite).await;
    let files =
        std::fs::read_dir(&server.folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    // The log beside the database cannot grow far, so that it is full after a few dozen events.
    server.room = Some(files.max().unwrap() + 64 * 1024);
    server.start();
    for terminal in &mut terminals {
        terminal.start(dice.next());
    }
    let said = tokio::task::block_in_place(|| {
        let since = Instant::now();
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let said: Vec<String> = terminals.iter_mut().map(|terminal| terminal.report().end).collect();
            if said.iter().take(DEPARTMENT).all(|end| end.contains("いっぱい")) || since.elapsed() > HEALING
            {
                break said;
            }
        }
    });
    server.kill();
    server.room = None;
    heal(&mut dice, &mut server, &mut terminals);
    tokio::task::block_in_place(|| agree(&mut terminals, &mut tally));
    (said, tally)
}

fn something_happens(dice: &mut Dice, server: &mut TheServer, terminals: &mut [Terminal], tally: &mut Tally) {
    match dice.below(10) {
        0 => tally.server_deaths += u64::from(server.kill()),
        1 | 2 => server.start(),
        3 => {
            let n = dice.below(terminals.len());
            tally.deaths += u64::from(terminals[n].kill());
        }
        4 | 5 => {
            let n = dice.below(terminals.len());
            terminals[n].start(dice.next());
        }
        _ => {
            let n = dice.below(terminals.len());
            let weather = match dice.below(8) {
                0 => Weather::Out,
                1 => Weather::Frozen,
                2 => Weather::CutUp(dice.below(30_000) as u64),
                3 => Weather::CutDown(dice.below(30_000) as u64),
                4 => Weather::Slow(dice.below(60) as u64),
                _ => Weather::Fair,
            };
            terminals[n].proxy.turn(weather);
        }
    }
}

fn heal(dice: &mut Dice, server: &mut TheServer, terminals: &mut [Terminal]) {
    server.start();
    for terminal in terminals {
        // Connections that froze are dead to whoever waits on them; a cable put back finds new ones.
        terminal.proxy.turn(Weather::Out);
        terminal.proxy.turn(Weather::Fair);
        terminal.start(dice.next());
        terminal.tell("rest");
    }
}

/// Until all have the same, and then whether it is the right thing.
fn agree(terminals: &mut [Terminal], tally: &mut Tally) {
    let since = Instant::now();
    let reports = loop {
        let reports: Vec<Report> = terminals.iter_mut().map(Terminal::report).collect();
        let done = reports.iter().all(|report| report.end.starts_with("true 0 0 0 "));
        let (counters, department) = reports.split_at(DEPARTMENT);
        let same = counters
            .iter()
            .all(|report| report.events == counters[0].events && report.cases == counters[0].cases);
        if done && same && department[0] == expected_of_department(&counters[0], &department[0]) {
            break reports;
        }
        assert!(since.elapsed() < HEALING, "no agreement: {}", differences(&reports));
        std::thread::sleep(Duration::from_millis(200));
    };
    let all = &reports[0];
    for terminal in terminals.iter() {
        for id in terminal.promised.lock().unwrap().iter() {
            assert!(all.events.contains_key(id), "promised and lost: {id}");
            tally.promised += 1;
        }
        tally.repeated += *terminal.repeated.lock().unwrap();
    }
    tally.events += all.events.len() as u64;
    tally.cases += all.cases.len() as u64;
    tally.department_events += reports[DEPARTMENT].events.len() as u64;
}

/// Of the cases it opened or was handed everything, of all others nothing.
fn expected_of_department(all: &Report, department: &Report) -> Report {
    let department_name = TERMINALS[DEPARTMENT];
    let its: BTreeSet<&String> =
        all.events.values().filter(|(_, to, _)| to == department_name).map(|(case, ..)| case).collect();
    let events = all.events.iter().filter(|(_, (case, ..))| its.contains(case));
    let cases = all.cases.iter().filter(|(case, _)| its.contains(case));
    Report {
        cases: cases.map(|(case, digest)| (case.clone(), digest.clone())).collect(),
        events: events.map(|(id, of)| (id.clone(), of.clone())).collect(),
        end: department.end.clone(),
    }
}

fn differences(reports: &[Report]) -> String {
    let mut text = String::new();
    let all: BTreeSet<&String> =
        reports.iter().take(DEPARTMENT).flat_map(|report| report.events.keys()).collect();
    for (name, report) in TERMINALS.iter().zip(reports) {
        let lacking = all.iter().filter(|id| !report.events.contains_key(**id)).count();
        writeln!(text, "\n  {name}: {} events, lacks {lacking}; {}", report.events.len(), report.end)
            .unwrap();
    }
    for (case, digest) in &reports[0].cases {
        let others: Vec<_> = reports.iter().map(|report| report.cases.get(case)).collect();
        if others.iter().take(DEPARTMENT).any(|other| *other != Some(digest)) {
            writeln!(text, "  case {case}: {others:?}").unwrap();
        }
    }
    text
}
