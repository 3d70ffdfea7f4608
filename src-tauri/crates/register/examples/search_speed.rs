//! How fast a hundred thousand made-up residents are read and searched. Run it with `--release`; times print to stderr.

#![expect(clippy::print_stderr, reason = "what it is for")]

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

fn main() -> Result<(), Box<dyn std::error::Error>> {
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
    let whole = begun.elapsed();
    let begun = Instant::now();
    let index = Index::of(&mapping, &residents);
    eprintln!("read {whole:?}, index {:?}, {} KiB", begun.elapsed(), index.bytes() / 1024);
    for line in ["高橋節子", "斉藤 S16.2.3", "しおざき けんいち", "港町12番3号", "1050000", "土口"]
    {
        let query = Query::parse(line)?;
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..20 {
            let begun = Instant::now();
            let _ = index.search(&query);
            times.push(begun.elapsed());
        }
        times.sort();
        eprintln!("{line}: median {:?}, worst {:?}", times.get(10), times.last());
    }
    Ok(())
}
