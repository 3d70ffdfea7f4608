//! From starting the program to a usable window, and the memory of all its processes; beside an empty Tauri window.
//!
//! `cargo xtask bench` builds both as they are shipped and runs this. Each run has a machine of its own with nothing
//! cached; the two take turns, so that whatever else the machine does hits both alike.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use madoka_tests::machine::{Machine, project};

const RUNS: usize = 9;
/// Long enough for the web view to have settled.
const SETTLED: Duration = Duration::from_secs(2);

struct Program {
    name: &'static str,
    path: PathBuf,
    arguments: &'static [&'static str],
    millis: Vec<f64>,
    mebibytes: Vec<f64>,
}

fn main() {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project().join("target"), PathBuf::from);
    let program = |name, file: &str, arguments| Program {
        name,
        path: target.join("release").join(file),
        arguments,
        millis: Vec::new(),
        mebibytes: Vec::new(),
    };
    let mut programs = [
        program("まどか（受付の画面）", "madoka", &["--practice", "--announce"]),
        program("空の Tauri の窓", "empty-window", &[]),
    ];
    for _ in 0..RUNS {
        for program in &mut programs {
            let (millis, mebibytes) = run(program);
            program.millis.push(millis);
            program.mebibytes.push(mebibytes);
        }
    }
    println!("| 窓 | 起動から使えるまで（ms） | 全プロセスのメモリー PSS（MiB） |");
    println!("|---|---|---|");
    for program in &mut programs {
        println!("| {} | {} | {} |", program.name, told(&mut program.millis), told(&mut program.mebibytes));
    }
    println!("\n中央値（最小–最大）、{RUNS} 回ずつ交互。予算: 1500 ms、350 MiB。");
}

fn run(program: &Program) -> (f64, f64) {
    let mut machine = Machine::start();
    let mut command = machine.command(&program.path);
    command.args(program.arguments).stdout(Stdio::piped()).stderr(Stdio::null());
    let started = Instant::now();
    let mut app = machine.spawn(&mut command);
    let mut line = String::new();
    BufReader::new(app.stdout.take().expect("its output is piped")).read_line(&mut line).expect("it tells");
    let usable = started.elapsed();
    assert!(line.contains("\"usable\":true"), "{}: {line:?}", program.name);
    std::thread::sleep(SETTLED);
    let kibibytes = memory_of_group(app.id());
    assert!(kibibytes > 0, "its processes are found");
    Machine::ask_to_leave(&mut app);
    #[expect(clippy::cast_precision_loss, reason = "kilobytes of one machine")]
    (usable.as_secs_f64() * 1e3, kibibytes as f64 / 1024.0)
}

/// The proportional memory of every process the program started, itself included.
fn memory_of_group(group: u32) -> u64 {
    let processes = fs::read_dir("/proc").expect("Linux tells of its processes").flatten();
    processes
        .map(|entry| entry.path())
        .filter(|process| group_of(process) == Some(group))
        .filter_map(|p| memory(&p))
        .sum()
}

fn group_of(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name in parentheses may hold anything; state, parent and group follow it.
    stat.rsplit_once(')')?.1.split_whitespace().nth(2)?.parse().ok()
}

fn memory(process: &Path) -> Option<u64> {
    let rollup = fs::read_to_string(process.join("smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn told(values: &mut [f64]) -> String {
    values.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (values.first(), values.last()) else { return String::new() };
    let median = values.get(values.len() / 2).copied().unwrap_or_default();
    format!("{median:.0}（{least:.0}–{most:.0}）")
}
