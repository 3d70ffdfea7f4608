//! `cargo run --release -p madoka-ocr --example draw-documents -- DIR SEED [KIND…]`: pictures and truth, to look at.

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
