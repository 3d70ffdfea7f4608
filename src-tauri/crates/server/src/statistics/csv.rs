//! 統計の書き出し: the same cells, for whoever makes the yearly report. What is hidden stays hidden.

use madoka_sync::wire::statistics::{By, Figures, Query, Statistics};

use super::rows::STEPS;
use super::sums::sums;

const COLUMNS: [&str; 19] = [
    "利用件数",
    "待ち時間（秒）",
    "一度で済んだ件数",
    "手続",
    "済",
    "後日",
    "辞退",
    "他課",
    "判定の修正",
    "書かずに済んだ様式",
    "手で直した記入欄",
    "署名した様式",
    "案内書",
    "照会",
    "引継ぎ",
    "ICチップから",
    "画像から",
    "画像の読取りの修正",
    "来庁前の準備（秒）",
];

const fn heading(by: By) -> &'static str {
    match by {
        By::Office => "窓口",
        By::LifeEvent => "ライフイベント",
        By::Month => "月",
        By::Day => "日",
        By::Weekday => "曜日（1=月）",
        By::Hour => "時",
        By::Outcome => "結果",
        By::Version => "手続パックの版",
    }
}

const fn step(name: &str) -> &'static str {
    match name.as_bytes() {
        b"receiving" => "受付（秒）",
        b"reading" => "読取（秒）",
        b"asking" => "聞き取り（秒）",
        b"choosing" => "手続の確認（秒）",
        b"filling" => "書類（秒）",
        b"printing" => "印刷（秒）",
        b"signing" => "署名（秒）",
        _ => "案内（秒）",
    }
}

/// With a mark in front that lets spreadsheets see it is UTF-8.
pub(super) fn write(query: &Query, found: &Statistics) -> Vec<u8> {
    let mut out = "\u{FEFF}".as_bytes().to_vec();
    let mut lines = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let steps = STEPS.map(|(_, name)| name);
    let head =
        query.by.iter().map(|by| heading(*by)).chain(COLUMNS).chain(steps.map(step)).chain(["わからない"]);
    // Writing into memory does not fail.
    let _ = lines.write_record(head);
    for cell in &found.cells {
        let of = cell.of.iter().map(|name| plain(name));
        let figures = cell.figures.as_ref().map_or_else(|| too_few(found.least), numbers);
        let _ = lines.write_record(of.chain(figures));
    }
    if let Some(total) = found.total.as_ref().filter(|_| !query.by.is_empty()) {
        let of = query
            .by
            .iter()
            .enumerate()
            .map(|(at, _)| if at == 0 { "合計".to_owned() } else { String::new() });
        let _ = lines.write_record(of.chain(numbers(total)));
    }
    out.extend(lines.into_inner().unwrap_or_default());
    out
}

fn numbers(figures: &Figures) -> Vec<String> {
    let steps = STEPS.iter().map(|(_, name)| figures.seconds.get(*name).copied().unwrap_or(0));
    let unknown: Vec<String> =
        figures.unknown.iter().map(|(question, cases)| format!("{question}={cases}")).collect();
    sums(figures)
        .into_iter()
        .chain(steps)
        .map(|number| number.to_string())
        .chain([unknown.join(" ")])
        .collect()
}

fn too_few(least: u32) -> Vec<String> {
    let mut line = vec![String::new(); COLUMNS.len() + STEPS.len() + 1];
    if let Some(first) = line.first_mut() {
        *first = format!("{least}未満など（表示しません）");
    }
    line
}

/// A spreadsheet takes a cell that begins like this for a formula.
fn plain(name: &str) -> String {
    if name.starts_with(['=', '+', '-', '@']) { format!("'{name}") } else { name.to_owned() }
}
