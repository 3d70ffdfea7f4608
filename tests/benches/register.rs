//! How fast a hundred thousand made-up residents are read and searched. Prints its section of `RESULTS.md`.

#![expect(clippy::print_stdout, reason = "a measurement prints")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use madoka_register::{Index, Mapping, Query, read};

const MAPPING: &str = r#"column = [
    { heading = "番号", as = "number" }, { heading = "世帯", as = "household" },
    { heading = "氏名", as = "text", fact = "name" }, { heading = "カナ", as = "kana", fact = "name_kana" },
    { heading = "生年月日", as = "date", fact = "birth_date" }, { heading = "住所", as = "text", fact = "address" },
]"#;
const FAMILIES: [(&str, &str); 8] = [
    ("潮崎", "シオザキ"),
    ("髙橋", "タカハシ"),
    ("渡邉", "ワタナベ"),
    ("斎藤", "サイトウ"),
    ("𠮷﨑", "ヨシザキ"),
    ("磯部", "イソベ"),
    ("浜名", "ハマナ"),
    ("千鳥", "チドリ"),
];
const GIVEN: [(&str, &str); 7] = [
    ("健一", "ケンイチ"),
    ("美波", "ミナミ"),
    ("正雄", "マサオ"),
    ("ふみ", "フミ"),
    ("慧", "サトル"),
    ("英子", "エイコ"),
    ("節子", "セツコ"),
];

const ROUNDS: usize = 21;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let mapping = Mapping::parse(MAPPING)?;
    let mut csv = String::from("番号,世帯,氏名,カナ,生年月日,住所\n");
    for n in 0..100_000_u32 {
        let ((family, family_kana), (given, given_kana)) =
            match (FAMILIES.get(n as usize % 8), GIVEN.get(n as usize / 8 % 7)) {
                (Some(family), Some(given)) => (*family, *given),
                _ => continue,
            };
        writeln!(
            csv,
            "{},{},{family}　{given},{family_kana}　{given_kana},{}-{:02}-{:02},架空県みなと野市港町{}番{}号",
            1_000_000 + n,
            n / 3,
            1930 + n % 90,
            1 + n % 12,
            1 + n % 28,
            1 + n / 50 % 400,
            1 + n % 50
        )?;
    }
    let begun = Instant::now();
    let mut residents = Vec::with_capacity(100_000);
    read(csv.as_bytes(), &mapping, |resident| residents.push(resident))?;
    let reading = begun.elapsed();
    let begun = Instant::now();
    let index = Index::of(&mapping, &residents);
    println!(
        "{} 人の読込み {:.2} s、索引 {:.2} s、索引のメモリー {:.1} MiB。\n",
        residents.len(),
        reading.as_secs_f64(),
        begun.elapsed().as_secs_f64(),
        f64::from(u32::try_from(index.bytes() / 1024)?) / 1024.0
    );
    println!(
        "| 探す言葉（{ROUNDS} 回） | 中央値（ms） | 中央の半分 | 最小–最大 | 比べる：全員を上から見る（ms） |"
    );
    println!("|---|---|---|---|---|");
    for line in ["高橋節子", "斉藤 S16.2.3", "しおざき けんいち", "港町12番3号", "1050000", "土口"]
    {
        let query = Query::parse(line)?;
        let [low, quarter, middle, three, high] = spread(|| drop(index.search(&query)));
        let [_, _, scan, _, _] = spread(|| {
            std::hint::black_box(csv.matches(line).count());
        });
        println!("| {line} | {middle:.1} | {quarter:.1}–{three:.1} | {low:.1}–{high:.1} | {scan:.1} |");
    }
    println!(
        "\n予算：50 ms。「上から見る」は、CSV の中に同じ字の並びを探すだけ（異体字・かな・元号の違いは見つからない）。"
    );
    Ok(())
}

/// Milliseconds: least, quarter, middle, three quarters, most.
fn spread(mut work: impl FnMut()) -> [f64; 5] {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort();
    [0, 1, 2, 3, 4]
        .map(|part| times.get((ROUNDS - 1) * part / 4).map_or(0.0, |time| time.as_secs_f64() * 1e3))
}
