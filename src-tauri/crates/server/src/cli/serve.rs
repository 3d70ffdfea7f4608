//! `madokad serve`, and the administrator's page on loopback.

use std::path::Path;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::json;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{Failure, Report};
use crate::housekeeping;
use crate::listen::Listening;
use crate::room::Room;
use crate::server::Server;
use crate::storage::StorageError;

/// Threads that answer: the storage has its own.
const THREADS: usize = 2;

/// Our own lines only: other crates' may repeat what a request held.
fn log(level: &str) {
    let level: LevelFilter = level.parse().unwrap_or(LevelFilter::INFO);
    let ours = Targets::new().with_target("madoka_server", level).with_target("madoka_sync", level);
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false).with_target(false);
    // Set once; a second time is a test's.
    let _ = tracing_subscriber::registry().with(ours).with(lines).try_init();
}

fn failed(what: &'static str) -> impl Fn(std::io::Error) -> Failure {
    move |error| Failure {
        code: "SRV-72",
        message: format!("{what}（{}）。", error.kind()),
        fix: "ほかのプログラムが使っていないか、設定のserve.listenとserve.adminを確かめてください。",
    }
}

pub(super) fn serve(data: &Path) -> Result<Report, Failure> {
    let server = super::open(data)?;
    log(&server.config().log.level);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .max_blocking_threads(8)
        .enable_all()
        .build()
        .map_err(failed("始められません"))?;
    runtime.block_on(run(server))?;
    Ok(Report::new("", json!({ "stopped": true })))
}

async fn run(server: Server) -> Result<(), Failure> {
    let serve = &server.config().serve;
    let (listening, stop) =
        Listening::on(&server, serve.listen).await.map_err(failed("端末を待つ口を開けません"))?;
    let admin = tokio::net::TcpListener::bind(serve.admin).await.map_err(failed("管理の口を開けません"))?;
    tracing::info!(city = server.city().code, listen = %serve.listen, admin = %serve.admin, "serving");
    let asked = asked_to_stop().map_err(failed("始められません"))?;
    tokio::spawn(async move {
        asked.await;
        tracing::info!("stopping");
        stop.now();
    });
    let page = axum::serve(admin, admin_page(server.clone()));
    let house = housekeeping::keep(server.clone());
    tokio::select! {
        ended = listening.serve() => ended?,
        // The page ends with the server, never before.
        _ = page.into_future() => {}
        () = house => {}
    }
    tracing::info!("stopped");
    Ok(())
}

/// Ends when the machine, or who started it, wants it to stop.
#[cfg(unix)]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ends when the machine, or who started it, wants it to stop.
#[cfg(windows)]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::windows::{ctrl_c, ctrl_shutdown};
    let (mut key, mut shutdown) = (ctrl_c()?, ctrl_shutdown()?);
    Ok(async move {
        tokio::select! {
            _ = key.recv() => {}
            _ = shutdown.recv() => {}
        }
    })
}

/// For monitoring on this machine: no personal data, no way to change anything.
fn admin_page(server: Server) -> Router {
    Router::new().route("/health", get(health)).route("/metrics", get(metrics)).with_state(server)
}

/// Whether the storage answers and takes writes; a second line says that the disk will soon be full.
async fn health(State(server): State<Server>) -> (StatusCode, String) {
    let written = server.db().write(|tx| tx.execute("UPDATE city SET one = 1 WHERE one = 1", &[])).await;
    match written {
        Ok(_) => {
            let room = Room::of(&server);
            let low = if room.low { format!("disk low: {} MiB\n", room.free_mib()) } else { String::new() };
            (StatusCode::OK, format!("ok\n{low}"))
        }
        Err(StorageError::Full) => (StatusCode::INSUFFICIENT_STORAGE, "disk full\n".to_owned()),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "storage\n".to_owned()),
    }
}

async fn metrics(State(server): State<Server>) -> String {
    let Room { free, low } = Room::of(&server);
    let free = free.map_or_else(String::new, |free| format!("madokad_disk_free_bytes {free}\n"));
    format!("{}{free}madokad_disk_low {}\n", server.metrics().to_text(), u8::from(low))
}
