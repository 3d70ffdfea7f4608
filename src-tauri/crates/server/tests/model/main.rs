//! Model test: real terminals, the real server, and a wire in between that does its worst. After healing all have the same,
//! and every promised event is everywhere it may be and nowhere it may not.
//!
//! `MADOKA_MODEL_RUNS=200 cargo test -p madoka-server --test model -- --nocapture` for as long as wanted;
//! `MADOKA_MODEL_SEED=7` begins at that seed The seed decides weather, deaths and the officers' work; how threads meet is
//! the machine's.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops loudly, and says what it saw"
)]

mod terminal;
mod world;

use std::path::Path;

use madoka_server::testing::Store;

/// Short in the suite.
const USUAL_RUNS: u64 = 2;

#[test]
fn どこでどう切れても_つながれば全員が同じになる() {
    runs(Store::Sqlite, USUAL_RUNS);
}

#[test]
fn サーバーがpostgresqlの上でも_つながれば全員が同じになる() {
    runs(Store::Postgres, 1);
}

fn runs(store: Store, usual: u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    let runs = number("MADOKA_MODEL_RUNS").unwrap_or(usual);
    let first = number("MADOKA_MODEL_SEED").unwrap_or(1);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut all = world::Tally::default();
    for seed in first..first + runs {
        println!("seed {seed} (again: MADOKA_MODEL_SEED={seed} MADOKA_MODEL_RUNS=1)");
        let tally = runtime.block_on(world::run(seed, store));
        println!("  {tally}");
        all += tally;
    }
    println!("{runs} runs together on {store:?}: {all}");
    assert!(all.deaths > 0 && all.weather > 0 && all.promised > 0);
}

#[test]
fn サーバーのディスクがいっぱいでも_端末は仕事を続け_何も失わない() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (said, tally) = runtime.block_on(world::full_disk(1));
    println!("{said:?}\n{tally}");
    for end in said.iter().take(3) {
        assert!(end.contains("断られました") && end.contains("ディスクがいっぱい"), "{end}");
    }
    assert!(tally.promised > 0);
}

/// A process of the tests above; it does nothing unless it is told what.
#[test]
#[ignore = "started by the test above"]
fn 端末側() {
    let Ok(folder) = std::env::var(terminal::AT) else { return };
    terminal::work(Path::new(&folder));
}

/// A process of the tests above; it does nothing unless it is told what.
#[test]
#[ignore = "started by the test above"]
fn サーバー側() {
    let Ok(folder) = std::env::var(world::SERVER_AT) else { return };
    world::serve(Path::new(&folder));
}
