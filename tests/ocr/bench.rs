//! Right, flagged, wrong and not flagged: per kind and field, at three levels, beside plain tesseract on the same
//! pictures in the same run. `cargo bench -p madoka-ocr --bench ocr -- [SEED] [PER KIND] [KIND…] [--level L] [--show]`;
//! without a seed, what `cargo xtask bench ocr` reports: both hands, all levels. That takes a quarter of an hour: what
//! each document gave is kept, and a run that was broken off goes on where it was, as long as the program is the same.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::struct_field_names,
    unreachable_pub,
    reason = "never shipped: pixels are counted in numbers of every width, and what is not as it must be stops loudly"
)]

#[path = "generator.rs"]
#[allow(dead_code, unused_imports, reason = "shared with other targets")]
mod generator;
#[path = "measure.rs"]
mod measure;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use generator::{Fonts, Hand, KINDS, Level, Sample, third_hand};
use madoka_ocr::{Options, Reader};
use measure::Count;
use tesseract::plumbing::TessBaseApi;

/// Not the seed anything was tuned on.
const SEED: u64 = 77_000;

fn main() {
    one_thread_an_engine();
    let mut numbers = Vec::new();
    let mut kinds: Vec<&'static str> = Vec::new();
    let mut levels = Level::ALL.to_vec();
    let (mut show, mut plain) = (false, true);
    let mut hands = vec![Hand::First];
    let mut keep: Option<PathBuf> = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => {}
            "--show" => show = true,
            "--other-hand" => hands = vec![Hand::Other],
            "--third-hand" => hands = vec![Hand::Third],
            "--no-plain" => plain = false,
            "--keep" => keep = arguments.next().map(PathBuf::from),
            "--level" => {
                let level = arguments.next().unwrap_or_default();
                levels.retain(|known| known.name() == level);
            }
            other => match other.parse::<u64>() {
                Ok(number) => numbers.push(number),
                Err(_) => kinds.extend(KINDS.iter().find(|kind| **kind == other)),
            },
        }
    }
    let report = numbers.is_empty();
    let seed = numbers.first().copied().unwrap_or(SEED);
    let per_kind = numbers.get(1).copied().unwrap_or(if report { 4 } else { 2 });
    let results = report.then(kept_results);
    if report {
        hands = vec![Hand::First, Hand::Other];
    }
    if kinds.is_empty() {
        kinds = KINDS.to_vec();
    }
    let fonts = generator::Fonts::of_this_machine();
    let reader = Reader::new().expect("tesseract-ocr-jpn");
    let mut rival = plain.then(plain_tesseract);
    let mut said: BTreeMap<u16, BTreeMap<Level, (u32, u32)>> = BTreeMap::new();
    for hand in hands {
        println!(
            "{}",
            match hand {
                Hand::First => "### 様式その1（`documents.rs`）、台に付けたカメラ\n",
                Hand::Other => "\n### 様式その2（`other_hand.rs`）、台のカメラ・手持ち・スキャナー\n",
                Hand::Third => "\n### 様式その3（`third_hand.rs`）、台のカメラ・手持ち・スキャナー\n",
            }
        );
        let mut totals: BTreeMap<(Level, String), Count> = BTreeMap::new();
        let mut fields: BTreeMap<(String, String, Level), Count> = BTreeMap::new();
        let printed = |kind: &&&str| hand != Hand::Third || third_hand::KINDS.contains(*kind);
        for kind in kinds.iter().filter(printed) {
            for level in &levels {
                for n in 0..per_kind {
                    let seed = seed + n * 17;
                    let name = format!("{hand:?}-{kind}-{}-{seed}", level.name());
                    let outcome = results.as_deref().and_then(|results| before(results, &name));
                    let outcome = outcome.unwrap_or_else(|| {
                        let sample = kept(keep.as_deref(), &name, || {
                            generator::sample_by(hand, kind, *level, seed, &fonts)
                        });
                        let outcome = Outcome::of(&reader, &sample, rival.as_mut(), show.then_some(&name));
                        if let Some(results) = &results {
                            let written = serde_json::to_vec(&outcome).expect("counts");
                            std::fs::write(results.join(&name), written).expect("what was measured");
                        }
                        outcome
                    });
                    for (thousandths, (fields, exact)) in &outcome.said {
                        let of = said.entry(*thousandths).or_default().entry(*level).or_default();
                        *of = (of.0 + fields, of.1 + exact);
                    }
                    for (id, count) in &outcome.by_field {
                        fields.entry(((*kind).to_owned(), id.clone(), *level)).or_default().add(count);
                    }
                    totals.entry((*level, (*kind).to_owned())).or_default().add(&outcome.all);
                }
            }
        }
        print(&totals, &fields, seed, per_kind);
    }
    print_said(&said);
    println!("\n読んでいる途中でやめると、遅くとも {} ms で終わりました。", slowest_to_end(&reader, &fonts));
    println!("この測定の最大のメモリー（並べた tesseract も含む）：{} MB。", peak_memory());
}

/// Takes a reading of a full page back at three moments; how long it goes on at the most, in ms.
fn slowest_to_end(reader: &Reader, fonts: &Fonts) -> u64 {
    let sample = generator::sample("move_out", Level::Normal, 3, fonts);
    let waits = [0, 25, 40, 70].map(|step| {
        let cancel = AtomicBool::new(false);
        let since = Mutex::new(None);
        let progress = |hundredths: u8| {
            if hundredths >= step {
                since.lock().expect("a clock").get_or_insert_with(Instant::now);
                cancel.store(true, Ordering::Relaxed);
            }
        };
        let options = Options { cancel: Some(&cancel), progress: Some(&progress), ..Options::default() };
        assert!(reader.read(&sample.jpeg, &options).is_err(), "taken back");
        since.into_inner().expect("a clock").map_or(0, |since: Instant| since.elapsed().as_millis() as u64)
    });
    waits.into_iter().max().unwrap_or(0)
}

/// The most memory this process ever had, in MB (`VmHWM` of proc(5)).
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// As `madokactl` does: tesseract's OpenMP threads fight with ours, and libgomp reads this once, when it is loaded.
fn one_thread_an_engine() {
    use std::os::unix::process::CommandExt as _;
    const LIMIT: &str = "OMP_THREAD_LIMIT";
    if std::env::var_os(LIMIT).is_none()
        && let Ok(program) = std::env::current_exe()
    {
        let failed =
            std::process::Command::new(program).args(std::env::args_os().skip(1)).env(LIMIT, "1").exec();
        panic!("{failed}");
    }
}

/// What one document gave.
#[derive(serde::Serialize, serde::Deserialize)]
struct Outcome {
    by_field: BTreeMap<String, Count>,
    /// How sure it said it was, in thousandths: how many fields, and how many of them right.
    said: BTreeMap<u16, (u32, u32)>,
    all: Count,
}

impl Outcome {
    /// Reads it, and has plain tesseract read it; with a name, shows what was wrong.
    fn of(reader: &Reader, sample: &Sample, rival: Option<&mut TessBaseApi>, show: Option<&String>) -> Self {
        let options = Options { today: Some("2025-12-31".parse().expect("a day")), ..Options::default() };
        let (start, cpu) = (Instant::now(), spent());
        let reading = reader.read(&sample.jpeg, &options).expect("a reading");
        let millis = start.elapsed().as_millis() as u64;
        let cpu_millis = spent() - cpu;
        let (by_field, wrong) = measure::compare(&reading, &sample.truth);
        let mut said: BTreeMap<u16, (u32, u32)> = BTreeMap::new();
        for (id, right) in &sample.truth {
            if let Some(field) = reading.field(id) {
                let (fields, exact) = said.entry(field.confidence.thousandths()).or_default();
                *fields += 1;
                *exact += u32::from(measure::plainly(&field.value) == measure::plainly(right));
            }
        }
        let mut all = Count { documents: 1, millis, cpu_millis, ..Count::default() };
        all.kind_right = u32::from(reading.kind.is_some_and(|found| found.id == sample.kind));
        for count in by_field.values() {
            all.add(count);
        }
        if let Some(rival) = rival {
            let cpu = spent();
            let picture = image::load_from_memory(&sample.jpeg).expect("our picture").into_luma8();
            let (w, h) = (picture.width() as i32, picture.height() as i32);
            rival.set_image(picture.as_raw(), w, h, 1, w).expect("our picture");
            rival.recognize().expect("a reading");
            let text = rival.get_utf8_text().expect("a text");
            let text = text.as_ref().to_string_lossy();
            all.plain_millis = spent() - cpu;
            let held = sample.truth.iter().filter(|(id, right)| measure::held_by(&text, id, right));
            all.plain = held.count() as u32;
        }
        if let Some(name) = show {
            let kind = reading.kind.map(|kind| &kind.id);
            let place = reading.spot.place;
            println!("# {name} kind={kind:?} place={place} {millis}ms {:?}", reading.problems);
            for line in wrong {
                println!("    {line}");
            }
        }
        Self { by_field, said, all }
    }
}

/// What most would use: the whole picture, text wherever it stands (psm 11).
fn plain_tesseract() -> TessBaseApi {
    let mut plain = TessBaseApi::create();
    plain.init_2(None, Some(c"jpn")).expect("tesseract-ocr-jpn");
    plain.set_variable(c"tessedit_pageseg_mode", c"11").expect("a setting");
    plain
}

/// Where the outcomes of this very program are kept.
fn kept_results() -> PathBuf {
    let program = std::fs::read(std::env::current_exe().expect("this program")).expect("this program");
    let mark = program.iter().fold(0xCBF2_9CE4_8422_2325_u64, |mark, byte| {
        (mark ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ocr-results-{mark:016x}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn before(results: &Path, name: &str) -> Option<Outcome> {
    serde_json::from_slice(&std::fs::read(results.join(name)).ok()?).ok()
}

/// The picture drawn before in this folder, or drawn now and put there: drawing costs as much as reading.
fn kept(folder: Option<&Path>, name: &str, draw: impl FnOnce() -> Sample) -> Sample {
    let Some(folder) = folder else { return draw() };
    let file = folder.join(name);
    let (picture, truth) = (file.with_extension("jpg"), file.with_extension("tsv"));
    if let (Ok(jpeg), Ok(truth)) = (std::fs::read(&picture), std::fs::read_to_string(&truth)) {
        let row = |line: &str| line.split_once('\t').map(|(id, value)| (id.to_owned(), value.to_owned()));
        let kind = KINDS.into_iter().find(|kind| name.contains(&format!("-{kind}-"))).expect("a kind");
        let level = Level::ALL.into_iter().find(|level| name.contains(level.name())).expect("a level");
        return Sample { kind, level, jpeg, truth: truth.lines().filter_map(row).collect() };
    }
    let sample = draw();
    let rows: Vec<String> = sample.truth.iter().map(|(id, value)| format!("{id}\t{value}")).collect();
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(picture, &sample.jpeg).expect("a picture");
    std::fs::write(truth, rows.join("\n")).expect("its truth");
    sample
}

/// Whether it is right as often as it says.
fn print_said(said: &BTreeMap<u16, BTreeMap<Level, (u32, u32)>>) {
    println!("\n### 言った確かさと、実際に正しかった割合\n");
    println!(
        "| 言った確かさ（%） | 欄 | 正しい（%） | light（欄） | normal | heavy |\n|---|---|---|---|---|---|"
    );
    for (thousandths, by_level) in said.iter().rev() {
        let (fields, exact) = by_level.values().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        let at = |level| match by_level.get(&level) {
            Some((fields, exact)) => format!("{} ({fields})", share(*exact, *fields)),
            None => "–".to_owned(),
        };
        println!(
            "| {:.1} | {fields} | {} | {} | {} | {} |",
            f32::from(*thousandths) / 10.0,
            share(exact, fields),
            at(Level::Light),
            at(Level::Normal),
            at(Level::Heavy)
        );
    }
}

/// Processor time of this process, all threads, in ms: a busy machine does not count.
fn spent() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    // utime and stime are the 14th and 15th of proc(5), in hundredths of a second.
    fields.iter().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

fn share(part: u32, whole: u32) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1}", f64::from(part) * 100.0 / f64::from(whole)) }
}

fn print(
    totals: &BTreeMap<(Level, String), Count>,
    fields: &BTreeMap<(String, String, Level), Count>,
    seed: u64,
    per_kind: u64,
) {
    println!("種 {seed}、一つの種類と程度に {per_kind} 枚。数は %、時間は 1 枚あたりの ms。\n");
    println!(
        "| 程度 | 書類 | 種類が正しい | 氏名以外が正しい | 氏名が正しい | 正しいか候補に出る | 印なし | 誤りで印なし | 経過 | CPU | ただの tesseract に見つかる欄 | その CPU |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    let row = |level: Level, kind: &str, c: &Count| {
        let all = c.fields + c.names;
        println!(
            "| {} | {kind} | {} | {} | {} | {} | {} | {} ({}/{}) | {} | {} | {} | {} |",
            level.name(),
            share(c.kind_right, c.documents),
            share(c.exact, c.fields),
            share(c.names_exact, c.names),
            share(c.names_offered, c.names),
            share(c.unflagged, all),
            share(c.wrong_unflagged, all),
            c.wrong_unflagged,
            all,
            c.millis / u64::from(c.documents.max(1)),
            c.cpu_millis / u64::from(c.documents.max(1)),
            share(c.plain, all),
            c.plain_millis / u64::from(c.documents.max(1)),
        );
    };
    for level in Level::ALL {
        let mut sum = Count::default();
        for ((of, kind), count) in totals {
            if *of == level {
                row(level, kind, count);
                sum.add(count);
            }
        }
        if sum.documents > 0 {
            row(level, "**すべて**", &sum);
        }
    }
    println!("\n| 書類 | 欄 | light | normal | heavy | 誤りで印なし（欄の数） |");
    println!("|---|---|---|---|---|---|");
    let mut names: Vec<(String, String)> =
        fields.keys().map(|(kind, id, _)| (kind.clone(), id.clone())).collect();
    names.dedup();
    for (kind, id) in names {
        let at = |level| fields.get(&(kind.clone(), id.clone(), level)).copied().unwrap_or_default();
        let exact = |level| {
            let c = at(level);
            share(c.exact + c.names_exact, c.fields + c.names)
        };
        let bad: u32 = Level::ALL.iter().map(|level| at(*level).wrong_unflagged).sum();
        println!(
            "| {kind} | {id} | {} | {} | {} | {bad} |",
            exact(Level::Light),
            exact(Level::Normal),
            exact(Level::Heavy)
        );
    }
}
