//! The threads that hold the connections: one writes, some read.
//!
//! The writer takes all writes that wait at this moment, does each in a savepoint of its own, and commits once: fifty
//! events a second cost as many waits for the disk as the disk allows, not fifty. A write is answered when it is on the disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::StorageError;
use super::tx::{Connection, Tx};
use crate::changes::{Changes, Numbers, Topics};

/// Writes that wait; more are refused, so that a flood is answered and not kept.
const WAITING: usize = 4096;
/// Writes in one commit.
const TOGETHER: usize = 256;
/// How long a lost database is left alone before it is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// Work for a thread, its answer's type forgotten.
pub(super) trait Work: Send {
    /// Does it; whether it wants to be kept, and whom it woke.
    fn run(&mut self, tx: &mut Tx<'_>) -> Option<Topics>;
    /// Answers: what the commit said.
    fn done(self: Box<Self>, committed: Result<(), StorageError>);
}

pub(super) struct Job<F, T, E> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job<F, T, E> {
    pub(super) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (answer, receiver) = oneshot::channel();
        (Self { work: Some(work), outcome: None, answer }, receiver)
    }
}

impl<F, T, E> Work for Job<F, T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StorageError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Option<Topics> {
        let work = self.work.take()?;
        // A fault in one module must not end the only thread that writes.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(tx)))
            .unwrap_or_else(|_| Err(StorageError::Internal("panic").into()));
        let outcome = match (outcome, tx.spoiled()) {
            (Ok(_), Some(_)) => Err(StorageError::Spoiled.into()),
            (outcome, _) => outcome,
        };
        let keep = outcome.is_ok().then(|| tx.announced());
        self.outcome = Some(outcome);
        keep
    }

    fn done(self: Box<Self>, committed: Result<(), StorageError>) {
        let Self { outcome, answer, .. } = *self;
        let outcome = match (outcome, committed) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(outcome), Ok(())) => outcome,
            (None, Ok(())) => Err(StorageError::Internal("not run").into()),
        };
        // Whoever asked may have gone.
        let _ = answer.send(outcome);
    }
}

pub(super) type Connect = Box<dyn Fn() -> Result<Box<dyn Connection>, StorageError> + Send>;

/// Threads and the way to them.
pub(super) struct Threads {
    pub(super) writer: Option<SyncSender<Box<dyn Work>>>,
    pub(super) readers: Option<SyncSender<Box<dyn Work>>>,
    reading: Vec<JoinHandle<()>>,
    writing: Option<JoinHandle<()>>,
}

impl Threads {
    pub(super) fn start(
        first: Box<dyn Connection>,
        writer: Connect,
        readers: Vec<Connect>,
        changes: Changes,
    ) -> Result<Self, StorageError> {
        let no_thread = |_| StorageError::Internal("thread");
        let (to_writer, from_all) = sync_channel(WAITING);
        let writing = std::thread::Builder::new()
            .name("madoka-writer".to_owned())
            .spawn(move || Writer { connection: Some(first), connect: writer, changes }.work(&from_all))
            .map_err(no_thread)?;
        let (to_readers, from_all) = sync_channel(WAITING);
        let from_all = Arc::new(Mutex::new(from_all));
        let mut reading = Vec::new();
        for connect in readers {
            let from_all = Arc::clone(&from_all);
            let thread = std::thread::Builder::new().name("madoka-reader".to_owned());
            reading.push(thread.spawn(move || read(&connect, &from_all)).map_err(no_thread)?);
        }
        Ok(Self { writer: Some(to_writer), readers: Some(to_readers), reading, writing: Some(writing) })
    }
}

impl Drop for Threads {
    /// What waits is still done; then the files are closed, the writer's last: SQLite folds its log into the file when
    /// the only connection left closes, and leaves it lying where two close in the same moment.
    fn drop(&mut self) {
        let me = std::thread::current().id();
        let join = |handle: JoinHandle<()>| {
            if handle.thread().id() != me {
                let _ = handle.join();
            }
        };
        self.readers = None;
        self.reading.drain(..).for_each(join);
        self.writer = None;
        self.writing.take().into_iter().for_each(join);
    }
}

/// A connection that is made again when it is lost, but not in a hurry.
fn connected<'a>(
    slot: &'a mut Option<Box<dyn Connection>>,
    connect: &Connect,
    tried: &mut Option<Instant>,
) -> Result<&'a mut Box<dyn Connection>, StorageError> {
    if slot.as_ref().is_some_and(|connection| connection.is_lost()) {
        *slot = None;
    }
    if slot.is_none() {
        if tried.is_some_and(|tried| tried.elapsed() < PAUSE) {
            return Err(StorageError::Unavailable);
        }
        *tried = Some(Instant::now());
        *slot = Some(connect()?);
        *tried = None;
    }
    slot.as_mut().ok_or(StorageError::Unavailable)
}

struct Writer {
    connection: Option<Box<dyn Connection>>,
    connect: Connect,
    changes: Changes,
}

impl Writer {
    fn work(mut self, from_all: &Receiver<Box<dyn Work>>) {
        let mut tried = None;
        while let Ok(first) = from_all.recv() {
            let mut batch = vec![first];
            while batch.len() < TOGETHER
                && let Ok(next) = from_all.try_recv()
            {
                batch.push(next);
            }
            let committed = match connected(&mut self.connection, &self.connect, &mut tried) {
                Ok(connection) => write(connection.as_mut(), &mut batch),
                Err(error) => Err(error),
            };
            if let Ok(Some(numbers)) = committed {
                self.changes.now_at(numbers);
            }
            for job in batch {
                job.done(committed.clone().map(|_| ()));
            }
        }
    }
}

/// One transaction for the whole batch.
fn write(
    connection: &mut dyn Connection,
    batch: &mut [Box<dyn Work>],
) -> Result<Option<Numbers>, StorageError> {
    connection.begin_write()?;
    let written = within(connection, batch);
    let committed = written.and_then(|numbers| connection.control("COMMIT").map(|()| numbers));
    if committed.is_err() && connection.in_transaction() {
        // Nothing more can be done about a transaction that cannot even be given up.
        let _ = connection.control("ROLLBACK");
    }
    committed
}

fn within(
    connection: &mut dyn Connection,
    batch: &mut [Box<dyn Work>],
) -> Result<Option<Numbers>, StorageError> {
    let mut announced = Topics::NONE;
    for job in batch {
        connection.control("SAVEPOINT job")?;
        let mut tx = Tx::new(connection);
        let kept = job.run(&mut tx);
        let spoiled = tx.spoiled().cloned();
        // A full disk ends SQLite's whole transaction: nobody of this batch was written.
        if !connection.in_transaction() {
            return Err(spoiled.unwrap_or(StorageError::Unavailable));
        }
        match kept {
            Some(topics) => {
                announced = announced.and(topics);
                connection.control("RELEASE SAVEPOINT job")?;
            }
            None => connection.control("ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job")?,
        }
    }
    if announced == Topics::NONE {
        return Ok(None);
    }
    super::pulse::beat(&mut Tx::new(connection), announced).map(Some)
}

fn read(connect: &Connect, from_all: &Mutex<Receiver<Box<dyn Work>>>) {
    let mut slot = None;
    let mut tried = None;
    loop {
        let next = from_all.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut job) = next else { return };
        let done = connected(&mut slot, connect, &mut tried).and_then(|connection| {
            connection.begin_read()?;
            job.run(&mut Tx::new(connection.as_mut()));
            // Nothing was written; how the transaction ends changes nothing.
            if connection.in_transaction() { connection.control("ROLLBACK") } else { Ok(()) }
        });
        job.done(done);
    }
}
