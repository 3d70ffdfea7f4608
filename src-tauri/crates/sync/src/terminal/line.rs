//! 回線: a terminal's connection to its server, for use cases that know nothing of asynchronous work.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::client::{Ask, Client, Session};
use super::{Identity, SyncError};

/// One thread that keeps the connections. Cheap to clone; the thread ends with the last one.
///
/// What is asked here blocks until it is answered, so it is for a command's own thread, never for one that already works
/// asynchronously.
#[derive(Clone, Debug)]
pub struct Line {
    client: Client,
    keeper: Arc<Keeper>,
}

#[derive(Debug)]
struct Keeper {
    handle: Handle,
    end: Mutex<Option<oneshot::Sender<()>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let end = self.end.get_mut().map(Option::take);
        drop(end);
        let thread = self.thread.get_mut().ok().and_then(Option::take);
        // The last clone may be dropped by the thread itself.
        if let Some(thread) = thread
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

impl Line {
    /// Opens nothing yet: the first question does.
    pub fn new(identity: &Identity) -> Result<Self, SyncError> {
        let client = Client::new(identity)?;
        let keeper = Arc::new(keeper()?);
        Ok(Self { client, keeper })
    }

    pub const fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.keeper.handle
    }

    /// Waits for something asynchronous.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.keeper.handle.block_on(future)
    }

    pub fn get<A: DeserializeOwned>(&self, path: &str, session: Option<&Session>) -> Result<A, SyncError> {
        self.wait(self.client.ask(Ask::get(path).by(session)))
    }

    pub fn post<Q: Serialize + ?Sized, A: DeserializeOwned>(
        &self,
        path: &str,
        question: &Q,
        session: Option<&Session>,
    ) -> Result<A, SyncError> {
        self.wait(self.client.ask(Ask::post(path).json(question)?.by(session)))
    }

    /// Any other question.
    pub fn ask<A: DeserializeOwned>(&self, ask: Ask<'_>) -> Result<A, SyncError> {
        self.wait(self.client.ask(ask))
    }
}

/// Waits for something asynchronous where there is no line yet: 登録.
pub fn once<F: Future>(future: F) -> Result<F::Output, SyncError> {
    let runtime =
        Builder::new_current_thread().enable_all().build().map_err(|_| SyncError::Start("スレッド"))?;
    Ok(runtime.block_on(future))
}

fn keeper() -> Result<Keeper, SyncError> {
    let wrong = |_| SyncError::Start("スレッド");
    let runtime = Builder::new_current_thread().enable_all().build().map_err(wrong)?;
    let handle = runtime.handle().clone();
    let (end, ended) = oneshot::channel::<()>();
    let thread = std::thread::Builder::new()
        .name("madoka-line".to_owned())
        .spawn(move || {
            // Ends when the sender is gone.
            let _ = runtime.block_on(ended);
            runtime.shutdown_background();
        })
        .map_err(wrong)?;
    Ok(Keeper { handle, end: Mutex::new(Some(end)), thread: Mutex::new(Some(thread)) })
}
