//! The engine: everything done here goes up, everything done elsewhere comes down, in order and exactly once.
//!
//! It asks nothing of the network but that it comes back some day. Up: the outbox in order, in bounded bodies, each event
//! acknowledged by its id; what was sent and not acknowledged is sent again, and the server knows what it has. Down: pages
//! behind a cursor, each kept together with the cursor behind it. So it may be killed anywhere and goes on where it was.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use madoka_casework::{Author, CaseId, Event, EventId, FormatError, StaffId, TerminalId};
use madoka_store::{AuditAct, AuditEntry};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::backoff::{Backoff, spread};
use super::client::{Ask, Client};
use super::identity::program;
use super::state::{Link, SyncState};
use super::{Identity, Line, Local, SyncError};
use crate::wire::{
    Cursor, Hello, PageHead, Problem, Receipt, Topic, Topics, VERSION, Welcome, limit, lines, path,
};

/// Who wants to know. Called on the line's own thread: pass on and return.
pub trait Listener: Send + Sync + 'static {
    /// The state is another one than before.
    fn state(&self, state: &SyncState) {
        let _ = state;
    }

    /// Others did something to these cases.
    fn cases(&self, cases: &[CaseId]) {
        let _ = cases;
    }

    /// The server has news of a topic; called once for each at the start.
    fn topic(&self, topic: Topic, number: u64) {
        let _ = (topic, number);
    }

    /// All is still well, as it is found about once a minute: what no change of state brings can be told now, and a new
    /// day may have come.
    fn still_well(&self) {}

    /// What the server says this terminal is.
    fn welcome(&self, welcome: &Welcome) {
        let _ = welcome;
    }
}

/// Cases erased at a time, and how long the officer then has the database alone.
const ERASED: usize = 20;
const PAUSE: Duration = Duration::from_millis(200);

type Clock = dyn Fn() -> Timestamp + Send + Sync;

/// How the engine behaves; the first choice suits an office.
#[derive(Clone)]
pub struct Options {
    /// First and longest wait after the server could not be reached.
    pub first_wait: Duration,
    pub longest_wait: Duration,
    /// How often the outbox is looked into without a nudge, and the terminal tells how it is.
    pub look: Duration,
    pub tell: Duration,
    /// What the server refused is offered again after this long, and at every start.
    pub offer_again: Duration,
    /// How long the server may hold a question for news.
    pub hold: u32,
    pub clock: Arc<Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_mins(1),
            look: Duration::from_secs(5),
            tell: Duration::from_mins(1),
            offer_again: Duration::from_mins(10),
            hold: limit::HOLD,
            clock: Arc::new(Timestamp::now),
        }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("longest_wait", &self.longest_wait).finish_non_exhaustive()
    }
}

/// Sync at work, until it is stopped or dropped.
#[derive(Debug)]
pub struct Engine {
    shared: Arc<Shared>,
    task: Mutex<Option<JoinHandle<()>>>,
    line: Line,
}

impl Engine {
    /// Begins; answers at once.
    pub fn start(
        line: &Line,
        identity: &Identity,
        local: impl Local,
        listener: impl Listener,
        options: Options,
    ) -> Result<Self, SyncError> {
        let shared = Arc::new(Shared {
            state: watch::channel(SyncState::new()).0,
            nudge: Notify::new(),
            retry: Notify::new(),
        });
        let work = Work {
            client: line.client().clone(),
            local: Arc::new(local),
            listener: Arc::new(listener),
            shared: shared.clone(),
            own: identity.terminal.clone(),
            options,
            topics: Mutex::new(Topics::default()),
            held: Mutex::new(Held::default()),
        };
        // Practice and a database that cannot be read say so now, not in a log.
        work.count()?;
        let task = Mutex::new(Some(line.handle().spawn(work.run())));
        Ok(Self { shared, task, line: line.clone() })
    }

    pub fn state(&self) -> SyncState {
        self.shared.state.borrow().clone()
    }

    /// Something was written here: send it now rather than soon.
    pub fn nudge(&self) {
        self.shared.state.send_if_modified(|state| {
            let first = state.waiting == 0;
            state.waiting = state.waiting.max(1);
            first
        });
        self.shared.nudge.notify_one();
    }

    /// 今すぐ接続する: a person does not want to wait, or has mended what was refused.
    pub fn try_now(&self) {
        self.shared.retry.notify_waiters();
        self.shared.nudge.notify_one();
    }

    /// Waits until both sides have the same, or until `most` has passed; answers whether they do.
    pub fn wait_in_step(&self, most: Duration) -> bool {
        let mut states = self.shared.state.subscribe();
        self.nudge();
        self.line.wait(async {
            let reached = tokio::time::timeout(most, states.wait_for(SyncState::in_step)).await;
            matches!(reached, Ok(Ok(_)))
        })
    }

    /// Ends it. What was not sent stays in the outbox, what was not kept comes again.
    pub fn stop(&self) {
        let task = lock(&self.task).take();
        if let Some(task) = task {
            task.abort();
            // Until what is being kept is kept.
            let _ = self.line.wait(task);
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(task) = lock(&self.task).take() {
            task.abort();
        }
    }
}

#[derive(Debug)]
struct Shared {
    state: watch::Sender<SyncState>,
    nudge: Notify,
    retry: Notify,
}

/// What the server refused: its place in the outbox, and why.
#[derive(Debug, Default)]
struct Held {
    places: Vec<u64>,
    why: Option<Problem>,
    /// Everything up to here was offered since the last full turn.
    offered: u64,
}

struct Work<L, W> {
    client: Client,
    local: Arc<L>,
    listener: Arc<W>,
    shared: Arc<Shared>,
    own: TerminalId,
    options: Options,
    topics: Mutex<Topics>,
    held: Mutex<Held>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<L: Local, W: Listener> Work<L, W> {
    async fn run(self) {
        let mut backoff = Backoff::new(self.options.first_wait, self.options.longest_wait);
        loop {
            let Err(error) = self.meet(&mut backoff).await;
            self.parted(&error);
            let wait = match error {
                SyncError::Busy { again: Some(seconds), .. } => {
                    spread(Duration::from_secs(seconds.clamp(1, 600).into()))
                }
                _ => backoff.next(),
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.shared.retry.notified() => {}
            }
        }
    }

    /// One meeting with the server: from the greeting until something goes wrong.
    async fn meet(&self, backoff: &mut Backoff) -> Result<std::convert::Infallible, SyncError> {
        let welcome = self.greet().await?;
        if self.local.epoch()?.as_deref() != Some(welcome.epoch.as_str()) {
            self.local.begin_epoch(&welcome.epoch, &self.own)?;
            *lock(&self.held) = Held::default();
            tracing::info!("the server begins a new epoch: everything is offered and read again");
        }
        backoff.reset();
        self.listener.welcome(&welcome);
        self.heard(&welcome.topics);
        self.change(|state| state.link = Link::Connected);
        self.count()?;
        let up = self.up();
        let down = self.down(&welcome.epoch);
        let tell = self.tell();
        let tidy = self.tidy(&welcome);
        tokio::select! {
            ended = up => ended,
            ended = down => ended,
            ended = tell => ended,
            ended = tidy => ended,
        }
    }

    async fn greet(&self) -> Result<Welcome, SyncError> {
        let state = self.shared.state.borrow().clone();
        let left = (self.options.clock)();
        let started = tokio::time::Instant::now();
        let hello = Hello {
            v: VERSION,
            program: program().to_owned(),
            now: left,
            waiting: state.waiting,
            held_back: state.held_back,
            // What cannot be measured is no warning.
            disk_low: self.local.room_is_low().unwrap_or(false),
        };
        let welcome: Welcome = self.client.post(path::HELLO, &hello).await?;
        if welcome.v > VERSION {
            return Err(SyncError::Newer);
        }
        // The answer left the server about half the time ago; the terminal's clock may have been set in between, so the
        // time in between is not taken from it.
        let half = SignedDuration::try_from(started.elapsed() / 2).unwrap_or_default();
        let ahead = welcome.now.duration_until(left).saturating_add(half);
        // A clock drifts by milliseconds all the time; nobody needs to hear of that.
        self.change(|state| state.skew = Some(SignedDuration::from_secs(ahead.as_secs())));
        Ok(welcome)
    }

    /// 保存期間: what has had its time goes from here as it goes from the server, by the server's clock: soon after every
    /// meeting, and once a day while it lasts. A few at a time, because the officer's own writing waits meanwhile.
    async fn tidy(&self, welcome: &Welcome) -> Result<std::convert::Infallible, SyncError> {
        let met = tokio::time::Instant::now();
        loop {
            tokio::time::sleep(self.options.look).await;
            let since = SignedDuration::try_from(met.elapsed()).unwrap_or_default();
            let now = welcome.now.saturating_add(since).unwrap_or(welcome.now);
            if let Some(entry) = self.erasing(now).filter(|_| welcome.case_days > 0) {
                let days = SignedDuration::from_hours(24 * i64::from(welcome.case_days));
                let before = now.saturating_sub(days).unwrap_or(Timestamp::MIN);
                loop {
                    let erased = self.local.erase_ended(before, ERASED, &entry)?;
                    if erased.is_empty() {
                        break;
                    }
                    tracing::info!(cases = erased.len(), "erased after their time");
                    self.listener.cases(&erased);
                    tokio::time::sleep(PAUSE).await;
                }
            }
            self.local.tidy_packs()?;
            tokio::time::sleep(Duration::from_hours(24)).await;
        }
    }

    /// As this terminal's audit names it: the server's rule, at this terminal.
    fn erasing(&self, at: Timestamp) -> Option<AuditEntry> {
        let staff = StaffId::parse("madokad").ok()?;
        let by = Author { staff, terminal: self.own.clone() };
        Some(AuditEntry { at, by, act: AuditAct::Erased, case: None, what: Some("retention".to_owned()) })
    }

    async fn tell(&self) -> Result<std::convert::Infallible, SyncError> {
        loop {
            tokio::time::sleep(spread(self.options.tell)).await;
            self.heard(&self.greet().await?.topics);
            self.listener.still_well();
        }
    }

    /// Sends what waits, in order, one body after the other.
    async fn up(&self) -> Result<std::convert::Infallible, SyncError> {
        let mut turn = tokio::time::Instant::now();
        loop {
            if turn.elapsed() > self.options.offer_again {
                *lock(&self.held) = Held::default();
                turn = tokio::time::Instant::now();
            }
            while self.send_some().await? {}
            tokio::select! {
                () = self.shared.nudge.notified() => {}
                () = self.shared.retry.notified() => *lock(&self.held) = Held::default(),
                () = tokio::time::sleep(self.options.look) => {}
            }
        }
    }

    /// One body of events. Answers whether there may be more.
    async fn send_some(&self) -> Result<bool, SyncError> {
        let offered = lock(&self.held).offered;
        let waiting = self.local.waiting(offered, limit::EVENTS, limit::BYTES)?;
        if waiting.is_empty() {
            self.count()?;
            return Ok(false);
        }
        let body = lines::join(waiting.iter().map(|(_, event)| event.to_json()));
        let ask = Ask::post(path::EVENTS).bytes(body, "application/x-ndjson").within(Duration::from_mins(1));
        let receipt: Receipt = self.client.ask(ask).await?;
        self.keep_receipt(&waiting, &receipt)?;
        self.count()?;
        Ok(true)
    }

    fn keep_receipt(&self, waiting: &[(u64, Event)], receipt: &Receipt) -> Result<(), SyncError> {
        let sent: std::collections::BTreeSet<EventId> = waiting.iter().map(|(_, event)| event.id).collect();
        let accepted: Vec<EventId> =
            receipt.accepted.iter().copied().filter(|id| sent.contains(id)).collect();
        self.local.acknowledge(&accepted)?;
        let mut held = lock(&self.held);
        for refused in &receipt.refused {
            let place = usize::try_from(refused.line).ok().and_then(|line| waiting.get(line));
            if let Some((place, _)) = place
                && !held.places.contains(place)
            {
                held.places.push(*place);
                held.why.get_or_insert_with(|| refused.problem.clone());
            }
        }
        if accepted.len() + receipt.refused.len() < sent.len() {
            // Neither taken nor refused: not an answer to what was sent.
            return Err(SyncError::Form);
        }
        // Only behind what was refused does the next body begin elsewhere than at the front.
        if let Some((last, _)) = waiting.last()
            && !held.places.is_empty()
        {
            held.offered = *last;
        }
        Ok(())
    }

    /// Reads on behind the cursor for ever; the server holds the question while there is nothing.
    async fn down(&self, epoch: &str) -> Result<std::convert::Infallible, SyncError> {
        loop {
            let cursor = self.local.cursor()?.unwrap_or_else(|| Cursor::START.to_owned());
            // The first question is not held: the screen wants to know where it stands.
            let hold = if self.shared.state.borrow().caught_up { self.options.hold } else { 0 };
            let topics = lock(&self.topics).to_string();
            let question = format!("{}?after={cursor}&hold={hold}&topics={topics}", path::CHANGES);
            let ask = Ask::get(&question)
                .at_most(limit::BODY + 64 * 1024)
                .within(Duration::from_secs(u64::from(hold) + 30));
            let body = self.client.ask_bytes(ask).await?;
            let (head, events) = lines::page(&body).map_err(|_| SyncError::Form)?;
            if head.v > VERSION {
                return Err(SyncError::Newer);
            }
            if head.epoch != epoch {
                return Err(SyncError::Offline);
            }
            self.keep_page(&cursor, &head, events)?;
            self.heard(&head.topics);
            if self.shared.state.borrow().stopped.is_some() {
                // Sending goes on; reading waits for a newer program, or for what is mended.
                tokio::select! {
                    () = tokio::time::sleep(self.options.offer_again) => {}
                    () = self.shared.retry.notified() => {}
                }
            }
        }
    }

    fn keep_page(
        &self,
        cursor: &str,
        head: &PageHead,
        events: Vec<Result<Event, FormatError>>,
    ) -> Result<(), SyncError> {
        let mut readable = Vec::with_capacity(events.len());
        let mut unreadable = None;
        for event in events {
            match event {
                Ok(event) => readable.push(event),
                Err(error) => {
                    unreadable = Some(error);
                    break;
                }
            }
        }
        // What is in front of an unreadable one is kept; the cursor stays, and all comes again to a newer program.
        let next = if unreadable.is_some() { cursor } else { head.cursor.as_str() };
        if !readable.is_empty() || next != cursor {
            let taken = self.local.take_in(&readable, next)?;
            if !taken.cases.is_empty() {
                self.listener.cases(&taken.cases);
            }
            let odd = u64::try_from(taken.odd.len()).unwrap_or(u64::MAX);
            if odd > 0 {
                tracing::error!(odd, "events came whose ids stand here with other words");
                self.change(|state| state.odd = state.odd.saturating_add(odd));
            }
        }
        let now = (self.options.clock)();
        self.change(|state| {
            state.behind = head.left;
            state.stopped = unreadable
                .map(|error| Problem::new("SYNC-08", error.to_string(), "まどかを新しくしてください。"));
            state.caught_up |= head.left == 0 && state.stopped.is_none();
            if state.in_step() {
                state.in_step_at = Some(now);
            }
        });
        Ok(())
    }

    fn heard(&self, topics: &Topics) {
        let before = std::mem::replace(&mut *lock(&self.topics), topics.clone());
        for (topic, number) in topics.changed_since(&before) {
            self.listener.topic(topic, number);
        }
    }

    fn count(&self) -> Result<(), SyncError> {
        let waiting = self.local.waiting_len()?;
        let now = (self.options.clock)();
        let held = lock(&self.held);
        let (places, why) = (held.places.len(), held.why.clone());
        drop(held);
        self.change(|state| {
            state.waiting = waiting;
            state.held_back = u64::try_from(places).unwrap_or(u64::MAX);
            state.held_back_why = why;
            if state.in_step() {
                state.in_step_at = Some(now);
            }
        });
        Ok(())
    }

    fn parted(&self, error: &SyncError) {
        let now = (self.options.clock)();
        tracing::info!(code = error.code(), "not in touch with the server");
        self.change(|state| {
            let since = match (&state.link, error.is_offline()) {
                (Link::Offline { since }, true) | (Link::Refused { since, .. }, false) => *since,
                _ => now,
            };
            state.link = if error.is_offline() {
                Link::Offline { since }
            } else {
                Link::Refused { since, problem: error.problem() }
            };
        });
        // What was written meanwhile counts too.
        let _ = self.count();
    }

    fn change(&self, change: impl FnOnce(&mut SyncState)) {
        let changed = self.shared.state.send_if_modified(|state| {
            let mut before = state.clone();
            change(state);
            // That all is still well is no news.
            before.in_step_at = state.in_step_at;
            before != *state
        });
        if changed {
            let state = self.shared.state.borrow().clone();
            self.listener.state(&state);
        }
    }
}
