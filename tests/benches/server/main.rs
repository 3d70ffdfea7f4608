//! The small server under an office day's load: 200 terminals on loopback, real TLS, real databases; and how fast a
//! terminal catches up with 100,000 events. Beside it, as the limit, a bare axum route that inserts one row with the same
//! durability. Prints its section of `RESULTS.md`.
//!
//! Each server is a process of its own, so that its memory is its own. Options by environment: `MADOKA_BENCH_TERMINALS`,
//! `MADOKA_BENCH_CATCH_UP`, `MADOKA_BENCH_SECONDS`, `MADOKA_BENCH_STORES` (`sqlite,postgres`). `MADOKA_POSTGRES_AS_IT_COMES=1` gives PostgreSQL the
//! durability that SQLite has here; without it, it writes without waiting for the disk.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement stops loudly and prints"
)]

mod bare;
mod late;
mod load;
mod process;

use std::path::Path;

use load::Measured;
use madoka_server::testing::Store;

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

fn main() {
    if let Some(folder) = std::env::var_os(process::SERVER_AT) {
        return process::serve(Path::new(&folder));
    }
    if let Some(file) = std::env::var_os(bare::AT) {
        return bare::serve(Path::new(&file));
    }
    if let Some(identity) = std::env::var_os(late::IDENTITY) {
        return late::run(Path::new(&identity));
    }
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    // The bare peer's client speaks no TLS, and is built without a choice of cryptography all the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let size = load::Size {
        terminals: number("MADOKA_BENCH_TERMINALS", 200),
        catch_up: number("MADOKA_BENCH_CATCH_UP", 100_000),
        seconds: number("MADOKA_BENCH_SECONDS", 20),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stores = std::env::var("MADOKA_BENCH_STORES").unwrap_or_else(|_| "sqlite,postgres".to_owned());
    let mut columns: Vec<(&str, Measured)> = Vec::new();
    for (name, store) in [("sqlite", Store::Sqlite), ("postgres", Store::Postgres)] {
        if stores.contains(name) {
            eprintln!("{name} …");
            columns.push((name, runtime.block_on(load::measure(store, size))));
        }
    }
    eprintln!("bare …");
    let bare = runtime.block_on(bare::measure(size));
    report(size, &columns, &bare);
}

fn report(size: load::Size, columns: &[(&str, Measured)], bare: &bare::Bare) {
    println!("{} 端末、ループバック、TLS 1.3（端末ごとに証明書）、サーバーは別プロセス。\n", size.terminals);
    print!("| |");
    for (name, _) in columns {
        print!(" madokad（{name}） |");
    }
    println!(" axum＋SQLite に1行書くだけ（TLSなし、暗号化なし） | 予算 |");
    println!("|---|{}---|---|", "---|".repeat(columns.len()));
    let row = |title: &str, cell: &dyn Fn(&Measured) -> String, bare: &str, budget: &str| {
        let cells: Vec<String> = columns.iter().map(|(_, measured)| cell(measured)).collect();
        println!("| {title} | {} | {bare} | {budget} |", cells.join(" | "));
    };
    let ms = |seconds: f64| format!("{:.1}", seconds * 1e3);
    row("毎秒50件：送ってから受け取りまで p50（ms）", &|m| ms(m.paced.at(0.5)), &ms(bare.paced.at(0.5)), "—");
    row("同 p99（ms）", &|m| ms(m.paced.at(0.99)), &ms(bare.paced.at(0.99)), "100");
    row("同 最大（ms）", &|m| ms(m.paced.at(1.0)), &ms(bare.paced.at(1.0)), "—");
    row(
        "同 ほかの端末に届くまで p50／p99（ms）",
        &|m| format!("{}／{}", ms(m.seen.at(0.5)), ms(m.seen.at(0.99))),
        "—",
        "—",
    );
    row(
        "全端末が続けて1件ずつ（件/秒）",
        &|m| format!("{:.0}", m.flood_rate),
        &format!("{:.0}", bare.flood_rate),
        "50",
    );
    row(
        "同 p50／p99（ms）",
        &|m| format!("{}／{}", ms(m.flood.at(0.5)), ms(m.flood.at(0.99))),
        &format!("{}／{}", ms(bare.flood.at(0.5)), ms(bare.flood.at(0.99))),
        "—",
    );
    row("全端末に「新しいパック」が伝わるまで（s）", &|m| format!("{:.2}", m.fan_out), "—", "2");
    row(
        &format!("{} 件を上げる（件/秒、1本文2000件まで）", size.catch_up),
        &|m| format!("{:.0}", m.upload_rate),
        "—",
        "—",
    );
    row(
        &format!("新しい端末が {} 件に追いつく（s、暗号化DBに保存まで）", size.catch_up),
        &|m| format!("{:.1}", m.late.seconds),
        "—",
        "10",
    );
    row("その端末の最大メモリー（MiB、RSS）", &|m| format!("{:.0}", m.late.memory), "—", "—");
    row(
        "サーバーの最大メモリー（MiB、RSS）",
        &|m| format!("{:.0}", m.memory),
        &format!("{:.0}", bare.memory),
        "256",
    );
}
