//! The limit: an axum route that inserts one row into SQLite, on the disk (WAL, `synchronous=FULL`) before it answers.
//! Without TLS, encryption, roles, order, folding and anyone who is told.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use rusqlite::Connection;

use crate::load::{Size, Spread, flood, pace};
use crate::process::Process;

pub(crate) const AT: &str = "MADOKA_BENCH_BARE";
const ON: &str = "MADOKA_BENCH_BARE_ON";

pub(crate) struct Bare {
    pub(crate) paced: Spread,
    pub(crate) flood: Spread,
    pub(crate) flood_rate: f64,
    pub(crate) memory: f64,
}

type Shared = Arc<Mutex<Connection>>;

pub(crate) fn serve(file: &Path) {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE events (pos INTEGER PRIMARY KEY, json BLOB NOT NULL);",
        )
        .unwrap();
    let shared: Shared = Arc::new(Mutex::new(connection));
    let router = Router::new().route("/", post(insert)).with_state(shared);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let listener = tokio::net::TcpListener::bind(std::env::var(ON).unwrap()).await.unwrap();
        axum::serve(listener, router).await.unwrap();
    });
}

async fn insert(State(shared): State<Shared>, body: Bytes) -> &'static str {
    tokio::task::spawn_blocking(move || {
        let connection = shared.lock().unwrap();
        let mut statement = connection.prepare_cached("INSERT INTO events (json) VALUES (?)").unwrap();
        statement.execute([body.as_ref()]).unwrap();
    })
    .await
    .unwrap();
    "ok"
}

pub(crate) async fn measure(size: Size) -> Bare {
    let folder = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let file = folder.path().join("bare.db").display().to_string();
    let process = Process::start(&[(AT, file), (ON, free.to_string())]);
    let url = format!("http://{free}/");
    let clients: Vec<reqwest::Client> =
        (0..size.terminals).map(|_| reqwest::Client::builder().no_proxy().build().unwrap()).collect();
    while clients[0].post(&url).body("{}").send().await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // As long as a usual event.
    let body: Arc<str> = "x".repeat(400).into();
    let send = |n: usize| {
        let (client, url, body) = (clients[n].clone(), url.clone(), body.to_string());
        async move { client.post(&url).body(body).send().await.unwrap().bytes().await.unwrap().len() }
    };
    let paced = pace(size, send).await;
    let (flood, flood_rate) = flood(size, send).await;
    Bare { paced, flood, flood_rate, memory: process.memory() }
}
