//! `cargo run --release -p madoka-ocr --example draw-documents -- DIR SEED [KIND…]`: pictures and truth, to look at.

#[path = "generator.rs"]
mod generator;

use std::fs;
use std::path::Path;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().expect("a folder to draw into");
    let seed: u64 = arguments.next().and_then(|seed| seed.parse().ok()).expect("a seed");
    let mut kinds: Vec<String> = arguments.collect();
    if kinds.is_empty() {
        kinds = generator::KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    }
    let fonts = generator::Fonts::of_this_machine();
    fs::create_dir_all(&directory).expect("the folder");
    for kind in &kinds {
        for level in generator::Level::ALL {
            let sample = generator::sample(kind, level, seed, &fonts);
            let file = Path::new(&directory).join(format!("{kind}-{}-{seed}", level.name()));
            fs::write(file.with_extension("jpg"), &sample.jpeg).expect("a picture");
            let truth: Vec<String> =
                sample.truth.iter().map(|(id, value)| format!("{id}\t{value}")).collect();
            fs::write(file.with_extension("tsv"), truth.join("\n")).expect("its truth");
        }
    }
}
