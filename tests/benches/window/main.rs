//! What an officer waits for in the real window: from an answer to the list of procedures, and from F5 to the pages.
//!
//! `cargo xtask bench window` builds the window as it is shipped, except that WebDriver may steer it. The page itself
//! gives the answers and looks at the clock, so that nothing of the driver's own time is in the figures.

use std::path::PathBuf;

use madoka_tests::machine::project;
use madoka_tests::{Counter, Start, Step, Told, office_with};
use serde_json::{Value, json};
use thirtyfour::Key;

const ROUNDS: usize = 3;

fn main() {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project().join("target"), PathBuf::from);
    let start = Start { app: Some(target.join("e2e/madoka-measured")), ..Start::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut rows = Vec::new();
    let (mut first_time, mut again) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        runtime.block_on(office_with(start.clone(), "測定", async |desk| {
            let counter = desk.counter().await?;
            rows.extend(interview(&counter, &family()).await?);
            for time in 0..3 {
                let row = counter.page.run_slowly_with(include_str!("papers.js"), vec![]).await?;
                assert!(row["error"].is_null(), "{row}");
                if time == 0 { first_time.push(row) } else { again.push(row) }
            }
            Ok(())
        }));
    }
    println!("### 答えてから、変わった一覧が見えるまで（四人家族の転入、{} 回の答え）\n", rows.len());
    println!("| ms | 中央値 | 95 % | 99 % | 最大 |");
    println!("|---|---|---|---|---|");
    for (name, key) in [
        ("画面が書きかわる（判定、1 回の同期書込み、受渡し、描き直しの計算）", "drawn"),
        ("その絵ができる（1 こま）", "first"),
        ("**見える（2 こま）**", "seen"),
        ("比べる：何もしない命令の往復", "call"),
        ("比べる：何もしない命令と 2 こま", "still"),
    ] {
        let mut millis: Vec<f64> = rows.iter().filter_map(|row| row[key].as_f64()).collect();
        println!("| {name} | {} |", told(&mut millis));
    }
    println!("\n予算（DESIGN §12）：50 ms 未満。\n");
    let pages = first_time.first().map_or(0, |row| row["pages"].as_u64().unwrap_or_default());
    println!("### F5 から書類が見えるまで（同じ家族、{pages} ページ）\n");
    println!("| ms | 中央値 | 95 % | 99 % | 最大 |");
    println!("|---|---|---|---|---|");
    for (name, rows, key) in [
        ("はじめて：最初のページ", &first_time, "first"),
        ("はじめて：小さな絵もすべて", &first_time, "all"),
        ("2 回め：最初のページ", &again, "first"),
        ("2 回め：小さな絵もすべて", &again, "all"),
    ] {
        let mut millis: Vec<f64> = rows.iter().filter_map(|row: &Value| row[key].as_f64()).collect();
        println!("| {name} | {} |", told(&mut millis));
    }
    println!("\n予算（DESIGN §12）：20 様式の書類一式を作るのに、はじめて 1,500 ms、2 回めから 300 ms。");
}

fn family() -> Told {
    Told::scenario("tennyu_01")
        .and("case.new_address", "みなと野市港町一丁目2番3号")
        .and("case.old_address", "架空県となり市本町4番5号")
}

async fn interview(counter: &Counter, family: &Told) -> Step<Vec<Value>> {
    let page = &counter.page;
    counter.open_case("転入").await?;
    page.press("o").await?;
    counter.lay_practice_card("潮崎　健一").await?;
    counter.enter_match_code().await?;
    page.reads("マイナンバーカードを読みました").await?;
    page.press(Key::F3).await?;
    page.see("section[data-fact]").await?;
    let said = family.answers();
    let script = include_str!("answers.js");
    let measured =
        page.run_slowly_with(script, vec![said["answers"].clone(), said["members"].clone()]).await?;
    assert!(measured["error"].is_null(), "{measured}");
    let rows = measured["rows"].as_array().cloned().unwrap_or_default();
    if std::env::var_os("MADOKA_BENCH_ROWS").is_some() {
        eprintln!("{}", json!(rows));
    }
    Ok(rows)
}

fn told(millis: &mut [f64]) -> String {
    millis.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let place = (millis.len().saturating_sub(1) * percent).div_ceil(100);
        millis.get(place).map_or_else(String::new, |one| format!("{one:.1}"))
    };
    format!("{} | {} | {} | {}", at(50), at(95), at(99), at(100))
}
