//! What 200 terminals do to a server, and how long each thing takes.

use std::collections::HashMap;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use madoka_casework::{Author, Case, CaseId, Event, EventId, EventKind, LifeEventId, Said, StaffId, Ticket};
use madoka_facts::{Source, Statement, Value};
use madoka_server::access::Role;
use madoka_server::changes::Topic;
use madoka_server::clock::SystemClock;
use madoka_server::config::Config;
use madoka_server::server::Server;
use madoka_server::storage::StorageError;
use madoka_server::testing::{Store, TestCity};
use madoka_sync::terminal::{Ask, Client, Identity, enrol};
use madoka_sync::wire::{self, Receipt, lines, path};
use uuid::Uuid;

use crate::late::{self, CaughtUp};
use crate::process;

const STAFF: &str = "s01";
/// Events a second of a whole city.
const RATE: usize = 50;

#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) terminals: usize,
    pub(crate) catch_up: usize,
    pub(crate) seconds: usize,
}

/// Measured times, in order.
#[derive(Default)]
pub(crate) struct Spread(Vec<f64>);

impl Spread {
    fn of(mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        Self(seconds)
    }

    pub(crate) fn at(&self, part: f64) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "few"
        )]
        let place = ((self.0.len() as f64 - 1.0) * part).round() as usize;
        self.0.get(place).copied().unwrap_or(f64::NAN)
    }
}

pub(crate) struct Measured {
    pub(crate) paced: Spread,
    pub(crate) seen: Spread,
    pub(crate) flood: Spread,
    pub(crate) flood_rate: f64,
    pub(crate) fan_out: f64,
    pub(crate) upload_rate: f64,
    pub(crate) late: CaughtUp,
    pub(crate) memory: f64,
}

/// One event every 20 ms, each from the next terminal, whether or not the one before was answered.
pub(crate) async fn pace<F: Future<Output = usize> + Send + 'static>(
    size: Size,
    send: impl Fn(usize) -> F,
) -> Spread {
    let mut tick = tokio::time::interval(Duration::from_millis(1000 / RATE as u64));
    let mut under_way = Vec::new();
    for n in 0..size.seconds * RATE {
        tick.tick().await;
        let sending = send(n % size.terminals);
        under_way.push(tokio::spawn(async move {
            let since = Instant::now();
            sending.await;
            since.elapsed().as_secs_f64()
        }));
    }
    let mut times = Vec::new();
    for sending in under_way {
        times.push(sending.await.unwrap());
    }
    Spread::of(times)
}

/// Every terminal sends the next as soon as the last is answered, for five seconds.
pub(crate) async fn flood<F: Future<Output = usize> + Send + 'static>(
    size: Size,
    send: impl Fn(usize) -> F,
) -> (Spread, f64) {
    let times = Arc::new(Mutex::new(Vec::new()));
    let since = Instant::now();
    let until = since + Duration::from_secs(5);
    let mut waves = 0;
    while Instant::now() < until {
        // A wave of all of them; the slowest ends it.
        let wave: Vec<_> = (0..size.terminals)
            .map(|n| {
                let (sending, times) = (send(n), times.clone());
                tokio::spawn(async move {
                    let since = Instant::now();
                    sending.await;
                    times.lock().unwrap().push(since.elapsed().as_secs_f64());
                })
            })
            .collect();
        for sending in wave {
            sending.await.unwrap();
        }
        waves += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let rate = (waves * size.terminals) as f64 / since.elapsed().as_secs_f64();
    (Spread::of(std::mem::take(&mut *times.lock().unwrap())), rate)
}

/// A terminal without a database: the server cannot tell.
struct Terminal {
    client: Client,
    author: Author,
    case: Mutex<Case>,
}

fn opening(author: &Author) -> Event {
    let kind = EventKind::opened(LifeEventId::parse("move_in").unwrap(), Ticket::parse("12").unwrap());
    let case = CaseId::new(Uuid::now_v7());
    Event::opening(EventId::new(Uuid::now_v7()), case, author.clone(), Timestamp::now(), kind)
}

fn next(case: &mut Case, author: &Author, kind: EventKind) -> Event {
    let event = case.next(EventId::new(Uuid::now_v7()), author.clone(), Timestamp::now(), kind);
    case.apply(&event).unwrap();
    event
}

fn address(n: usize) -> EventKind {
    let value = Value::Text(format!("みなと野市中央{}丁目{n}番地の{}", n % 9 + 1, n % 30));
    EventKind::Stated {
        said: Said::new("applicant.address".parse().unwrap(), Statement::known(value, Source::Staff))
            .unwrap(),
    }
}

async fn put(client: &Client, events: &[Event]) -> usize {
    let body = lines::join(events.iter().map(Event::to_json));
    let receipt: Receipt =
        client.ask(Ask::post(path::EVENTS).bytes(body, "application/x-ndjson")).await.unwrap();
    assert_eq!(receipt.accepted.len(), events.len(), "{:?}", receipt.refused.first());
    receipt.accepted.len()
}

pub(crate) async fn measure(store: Store, size: Size) -> Measured {
    let mut city = TestCity::start_on(store).await;
    city.staff(STAFF, &[Role::Counter], &[]).await;
    let mut identities = Vec::new();
    for n in 0..=size.terminals {
        let invitation = city.invitation(&format!("t{n}"), &[], true).await;
        identities.push(enrol(&invitation).await.unwrap());
    }
    let (folder, address_of, config) = (city.data(), city.address(), city.server().config().clone());
    city.stop().await;
    let process = process::server(&folder, address_of, &config);
    let late = identities.pop().unwrap();
    let terminals: Arc<Vec<Terminal>> = Arc::new(identities.iter().map(terminal).collect());
    // Until the server is there.
    while !put_one(&terminals[0]).await {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for terminal in terminals.iter().skip(1) {
        assert!(put_one(terminal).await);
    }
    let watch = Watch::default();
    let watchers: Vec<_> =
        (0..size.terminals).map(|n| tokio::spawn(follow(terminals.clone(), n, watch.clone()))).collect();
    // Until each has read to the end.
    tokio::time::sleep(Duration::from_secs(3)).await;
    watch.0.lock().unwrap().clear();

    let send = |n: usize| {
        let (terminals, watch) = (terminals.clone(), watch.clone());
        async move {
            let terminal = &terminals[n];
            let event = next(&mut terminal.case.lock().unwrap(), &terminal.author, address(n));
            watch.sent(event.id);
            put(&terminal.client, &[event]).await
        }
    };
    let paced = pace(size, send).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let seen = watch.spread();
    let (flood, flood_rate) = flood(size, send).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let fan_out = fan_out(&folder, config, &watch, size.terminals).await;
    for watcher in watchers {
        watcher.abort();
    }
    let upload_rate = fill(&terminals, size.catch_up).await;
    let late = tokio::task::spawn_blocking(move || late::catch_up(&late, size.catch_up)).await.unwrap();
    let memory = process.memory();
    drop(process);
    Measured { paced, seen, flood, flood_rate, fan_out, upload_rate, late, memory }
}

fn terminal(identity: &Identity) -> Terminal {
    let author = Author { staff: StaffId::parse(STAFF).unwrap(), terminal: identity.terminal.clone() };
    let case = Case::begin(opening(&author)).unwrap();
    Terminal { client: Client::new(identity).unwrap(), author, case: Mutex::new(case) }
}

/// Opens the terminal's case at the server too.
async fn put_one(terminal: &Terminal) -> bool {
    let opening = opening(&terminal.author);
    let mut case = Case::begin(opening.clone()).unwrap();
    let claimed = next(&mut case, &terminal.author, EventKind::Claimed {});
    *terminal.case.lock().unwrap() = case;
    let body = lines::join([opening.to_json(), claimed.to_json()]);
    let ask = Ask::post(path::EVENTS).bytes(body, "application/x-ndjson");
    terminal.client.ask::<Receipt>(ask).await.is_ok_and(|receipt| receipt.accepted.len() == 2)
}

/// When an event was sent, and how long until each terminal had it.
type Seen = (Instant, Vec<f64>);

/// When each event was sent, and when each other terminal had it.
#[derive(Clone, Default)]
struct Watch(Arc<Mutex<HashMap<EventId, Seen>>>, Arc<Mutex<HashMap<usize, u64>>>);

impl Watch {
    fn sent(&self, id: EventId) {
        self.0.lock().unwrap().insert(id, (Instant::now(), Vec::new()));
    }

    fn arrived(&self, id: EventId) {
        if let Some((since, times)) = self.0.lock().unwrap().get_mut(&id) {
            times.push(since.elapsed().as_secs_f64());
        }
    }

    fn spread(&self) -> Spread {
        Spread::of(self.0.lock().unwrap().values().flat_map(|(_, times)| times.iter().copied()).collect())
    }
}

/// A held question after the other, as the engine asks them.
async fn follow(terminals: Arc<Vec<Terminal>>, n: usize, watch: Watch) {
    let client = &terminals[n].client;
    let (mut cursor, mut topics) = (wire::Cursor::START.to_owned(), String::new());
    loop {
        let question = format!("{}?after={cursor}&hold=25&topics={topics}", path::CHANGES);
        let Ok(body) = client
            .ask_bytes(Ask::get(&question).at_most(wire::limit::BODY + 65_536).within(Duration::from_mins(1)))
            .await
        else {
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        };
        let (head, events) = lines::page(&body).unwrap();
        (cursor, topics) = (head.cursor.as_str().to_owned(), head.topics.to_string());
        watch.1.lock().unwrap().insert(n, head.topics.0.get(&wire::Topic::Packs).copied().unwrap_or(0));
        for event in events.into_iter().flatten() {
            watch.arrived(event.id);
        }
    }
}

/// Another process announces a new pack, as `madokad pack` does; until the last terminal has been told.
async fn fan_out(folder: &Path, config: Config, watch: &Watch, terminals: usize) -> f64 {
    let folder = folder.to_owned();
    let other =
        tokio::task::spawn_blocking(move || Server::open(&folder, config, Arc::new(SystemClock)).unwrap())
            .await
            .unwrap();
    let before = other.db().changes().number(Topic::Packs);
    let since = Instant::now();
    other
        .db()
        .write(|tx| -> Result<(), StorageError> {
            tx.announce(Topic::Packs);
            Ok(())
        })
        .await
        .unwrap();
    loop {
        let told = watch.1.lock().unwrap().values().filter(|number| **number > before).count();
        if told == terminals || since.elapsed() > Duration::from_secs(30) {
            assert_eq!(told, terminals);
            tokio::task::spawn_blocking(move || drop(other)).await.unwrap();
            return since.elapsed().as_secs_f64();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Cases of fifty events each, from four terminals at once. Answers events a second.
async fn fill(terminals: &Arc<Vec<Terminal>>, events: usize) -> f64 {
    let since = Instant::now();
    let mut senders = Vec::new();
    for n in 0..4 {
        let terminals = terminals.clone();
        senders.push(tokio::spawn(async move {
            let Terminal { client, author, .. } = &terminals[n];
            let mut body = Vec::new();
            for _ in 0..events / 4 / 50 {
                let opening = opening(author);
                let mut case = Case::begin(opening.clone()).unwrap();
                body.push(opening);
                body.push(next(&mut case, author, EventKind::Claimed {}));
                body.extend((2..50).map(|n| next(&mut case, author, address(n))));
                if body.len() + 50 > 2_000 {
                    put(client, &std::mem::take(&mut body)).await;
                }
            }
            if !body.is_empty() {
                put(client, &body).await;
            }
        }));
    }
    for sender in senders {
        sender.await.unwrap();
    }
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let rate = events as f64 / since.elapsed().as_secs_f64();
    rate
}
