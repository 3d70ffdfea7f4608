//! The chaos between a real terminal and the real server: a wire that is cut, frozen, slow, and cut in the middle of a word.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the wire does to everyone on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    Fair,
    /// The cable is out: no connection, and those that stand are cut.
    Out,
    /// Nothing moves and nobody is told.
    Frozen,
    /// Each connection is cut once so many bytes have gone up: the server may have half of what was said.
    CutUp(u64),
    /// … have come down: the server did it, and its answer is lost.
    CutDown(u64),
    /// Every piece takes this many milliseconds.
    Slow(u64),
}

/// How often each happened.
#[derive(Debug, Default)]
pub struct Toll {
    pub cut_up: AtomicU64,
    pub cut_down: AtomicU64,
    pub out: AtomicU64,
    pub frozen: AtomicU64,
    pub slow: AtomicU64,
}

impl Toll {
    /// All of them together.
    pub fn all(&self) -> u64 {
        [&self.cut_up, &self.cut_down, &self.out, &self.frozen, &self.slow]
            .iter()
            .map(|n| n.load(Ordering::Relaxed))
            .sum()
    }
}

/// One terminal's wire.
#[derive(Debug)]
pub struct Proxy {
    pub address: SocketAddr,
    weather: watch::Sender<Weather>,
}

impl Proxy {
    /// A wire to the server of this address.
    pub async fn before(server: SocketAddr, toll: Arc<Toll>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (weather, now) = watch::channel(Weather::Fair);
        tokio::spawn(async move {
            while let Ok((terminal, _)) = listener.accept().await {
                tokio::spawn(carry(terminal, server, now.clone(), toll.clone()));
            }
        });
        Self { address, weather }
    }

    /// The weather changes.
    pub fn turn(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

async fn carry(terminal: TcpStream, server: SocketAddr, weather: watch::Receiver<Weather>, toll: Arc<Toll>) {
    if *weather.borrow() == Weather::Out {
        toll.out.fetch_add(1, Ordering::Relaxed);
        return;
    }
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (from_terminal, to_terminal) = terminal.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = pump(from_terminal, to_server, true, weather.clone(), &toll) => {}
        () = pump(from_server, to_terminal, false, weather, &toll) => {}
    }
}

async fn pump(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    up: bool,
    mut weather: watch::Receiver<Weather>,
    toll: &Toll,
) {
    let mut buffer = vec![0; 4096];
    let mut passed = 0_u64;
    loop {
        let now = *weather.borrow_and_update();
        match now {
            Weather::Out => {
                toll.out.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Weather::Frozen => {
                toll.frozen.fetch_add(1, Ordering::Relaxed);
                if weather.changed().await.is_err() {
                    return;
                }
                continue;
            }
            _ => {}
        }
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            changed = weather.changed() => {
                if changed.is_err() { return }
                continue;
            }
        };
        let Ok(count @ 1..) = read else { return };
        let mut piece = buffer.get(..count).unwrap_or_default();
        let cut = match (now, up) {
            (Weather::CutUp(after), true) | (Weather::CutDown(after), false) => {
                let room = usize::try_from(after.saturating_sub(passed)).unwrap();
                piece = piece.get(..room.min(count)).unwrap_or_default();
                room < count
            }
            _ => false,
        };
        if let Weather::Slow(millis) = now {
            toll.slow.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(millis)).await;
        }
        if to.write_all(piece).await.is_err() || to.flush().await.is_err() {
            return;
        }
        passed += piece.len() as u64;
        if cut {
            if up { &toll.cut_up } else { &toll.cut_down }.fetch_add(1, Ordering::Relaxed);
            return;
        }
    }
}
