//! The server in a process of its own, by the office's clock; what it is told on its standard input is done to its disk, as
//! whoever took it could.

use std::io::BufRead as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use madoka_rules::pack::Manifest;
use madoka_server::changes::Topic;
use madoka_server::config::Config;
use madoka_server::listen::Listening;
use madoka_server::server::Server;
use madoka_server::storage::{StorageError, Tx};
use madoka_server::{housekeeping, values};
use madoka_sync::wire::packs::Hash;
use std::sync::Arc;

use super::hours::{Hours, LASTS};
use super::terminal::log;

/// Where its data lies, in the environment.
pub(crate) const AT: &str = "MADOKA_DAY_SERVER";
pub(super) const ON: &str = "MADOKA_DAY_SERVER_ON";
/// When the day began, by the machine's clock.
pub(super) const BEGAN: &str = "MADOKA_DAY_BEGAN";

/// Numbers that no true edition of the day reaches.
const FORGED: [u64; 3] = [900, 901, 902];

pub(crate) fn serve(data: &Path) {
    log(&data.parent().unwrap().join("trace.log"));
    let variable = |name: &str| std::env::var(name).unwrap();
    let address: SocketAddr = variable(ON).parse().unwrap();
    let hours = Hours::lasting(Duration::from_millis(variable(LASTS).parse().unwrap()));
    // On a full disk it does not come up; whoever starts it makes room.
    let Ok(server) = Server::open(data, Config::read(data).unwrap(), Arc::new(hours.clone())) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(8)
        .enable_all()
        .build()
        .unwrap();
    let told = server.clone();
    std::thread::spawn(move || listen(&told));
    let began: i64 = variable(BEGAN).parse().unwrap();
    runtime.block_on(async move {
        let (listening, _stop) = Listening::on(&server, address).await.unwrap();
        let wind = async {
            // Its certificate is made at the start, and must be good by the clock of the machine, which TLS asks.
            tokio::time::sleep(Duration::from_millis(200)).await;
            hours.begin(began);
            housekeeping::keep(server.clone()).await;
        };
        tokio::select! {
            ended = listening.serve() => {
                if let Err(error) = ended {
                    eprintln!("{error}");
                }
            }
            () = wind => {}
        }
    });
}

fn listen(server: &Server) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let done = match line.as_str() {
            "forge" => server.db().write_and_wait(forge),
            "mend" => server.db().write_and_wait(mend),
            other => panic!("no such word: {other}"),
        };
        if let Err(error) = done {
            // A full disk takes no forgery either.
            eprintln!("{line}: {error}");
        }
    }
    // The test is gone.
    std::process::exit(0);
}

/// Offers every terminal an altered edition, one without signatures, and an old one under a new number.
fn forge(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    mend(tx)?;
    let Some(row) = tx.row("SELECT MIN(version), MAX(version) FROM packs_editions", &[])? else {
        return Ok(());
    };
    let (oldest, newest): (u64, u64) = (row.get(0)?, row.get(1)?);
    let manifest = |tx: &mut Tx<'_>, version: u64| -> Result<String, StorageError> {
        tx.row("SELECT manifest FROM packs_editions WHERE version = ?1", values![version])?.unwrap().get(0)
    };
    let good = manifest(tx, newest)?;
    let with_number = |text: &str, number: u64| {
        let mut json: serde_json::Value = serde_json::from_str(text).unwrap();
        json["version"] = number.into();
        json
    };
    let altered = with_number(&good, FORGED[0]).to_string();
    let mut bare = with_number(&good, FORGED[1]);
    bare["signatures"] = serde_json::json!([]);
    let old = with_number(&manifest(tx, oldest)?, FORGED[2]).to_string();
    for (number, text) in FORGED.into_iter().zip([altered, bare.to_string(), old]) {
        let hash: Hash = Manifest::from_text(&text).unwrap().hash().parse().unwrap();
        tx.execute(
            "INSERT INTO packs_editions (version, pack, hash, manifest, draft, title, activates, canary, valid_from, valid_to,
             proposed_by, proposed_at, proposed_words, approved_by, approved_at, approved_words)
             SELECT ?1, pack, ?2, ?3, draft, title, NULL, canary, valid_from, valid_to,
             proposed_by, proposed_at, proposed_words, approved_by, approved_at, approved_words
             FROM packs_editions WHERE version = ?4",
            values![number, *hash.as_bytes(), text, newest],
        )?;
    }
    tx.announce(Topic::Packs);
    Ok(())
}

fn mend(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    tx.execute("DELETE FROM packs_editions WHERE version >= ?1", values![FORGED[0]])?;
    tx.announce(Topic::Packs);
    Ok(())
}

/// Milliseconds by the machine's clock.
pub(super) fn now() -> i64 {
    Timestamp::now().as_millisecond()
}
