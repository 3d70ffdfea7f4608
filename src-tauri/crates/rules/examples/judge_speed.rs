//! How long one judgement takes, with explanations, deadlines and the next questions.
//!
//! `cargo run --release -p madoka-rules --example judge_speed` judges the first scenario of おくやみ in the sample city as
//! it is, and with its procedures repeated up to 10,000.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an example that prints"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use madoka_rules::{Pack, PackFiles, Rulebook, read_pack};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets/sample-city");
    let mut files = PackFiles::new();
    gather(&root, &root, &mut files);
    let pack = read_pack(&files).unwrap();
    let scenario = pack.scenarios.iter().find(|scenario| scenario.event.as_str() == "death").unwrap().clone();
    println!("{:>10} {:>14} {:>14} {:>14}", "procedures", "judge µs", "nothing known", "ready µs");
    for count in [0, 100, 300, 1000, 3000, 10_000] {
        let pack = Arc::new(repeated(&pack, count));
        let start = Instant::now();
        let book = Rulebook::new(&pack, "death", scenario.on).unwrap();
        let ready = start.elapsed().as_secs_f64() * 1e6;
        let full = median(|| book.judge(&scenario.facts).entries.len());
        let empty = madoka_facts::Facts::default();
        let nothing = median(|| book.judge(&empty).entries.len());
        println!("{:>10} {full:>14.1} {nothing:>14.1} {ready:>14.1}", book.len());
    }
}

/// The pack with the procedures of おくやみ repeated until there are so many (0: as it is).
fn repeated(pack: &Pack, count: usize) -> Pack {
    let mut pack = pack.clone();
    let death: Vec<_> = pack
        .procedures
        .iter()
        .filter(|one| one.events.iter().any(|event| event.as_str() == "death"))
        .cloned()
        .collect();
    if count > 0 {
        pack.procedures = death.iter().cycle().take(count).cloned().collect();
        for (at, procedure) in pack.procedures.iter_mut().enumerate() {
            procedure.id = madoka_rules::pack::ProcedureId::new(&format!("x.p{at}")).unwrap();
        }
    }
    pack
}

fn median(mut work: impl FnMut() -> usize) -> f64 {
    let mut times: Vec<f64> = Vec::new();
    let begun = Instant::now();
    while times.len() < 15 || (begun.elapsed().as_millis() < 1000 && times.len() < 5000) {
        let start = Instant::now();
        std::hint::black_box(work());
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn gather(root: &Path, directory: &Path, files: &mut PackFiles) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}
