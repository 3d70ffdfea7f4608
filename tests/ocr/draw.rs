//! `cargo run --release -p madoka-ocr --example draw-documents -- DIR SEED [KIND…]`: pictures and truth, to look at.
//! With `pictures` in place of the seed, those of `tests/ocr/pictures`.

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

use generator::paper::Paper;
use generator::{Dice, Fonts, Hand, KINDS, Level, Sample, draw, sample_by};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().expect("a folder to draw into");
    let seed = arguments.next().expect("a seed");
    if seed == "pictures" {
        return pictures(Path::new(&directory));
    }
    let seed: u64 = seed.parse().expect("a seed");
    let mut kinds: Vec<String> = arguments.collect();
    if kinds.is_empty() {
        kinds = generator::KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    }
    let fonts = generator::Fonts::of_this_machine();
    fs::create_dir_all(&directory).expect("the folder");
    for kind in &kinds {
        for level in generator::Level::ALL {
            let sample = generator::sample(kind, level, seed, &fonts);
            keep(&Path::new(&directory).join(format!("{kind}-{}-{seed}", level.name())), &sample);
        }
    }
}

fn keep(file: &Path, sample: &Sample) {
    fs::write(file.with_extension("jpg"), &sample.jpeg).expect("a picture");
    let truth: Vec<String> = sample.truth.iter().map(|(id, value)| format!("{id}\t{value}")).collect();
    fs::write(file.with_extension("tsv"), truth.join("\n")).expect("its truth");
}

/// One of each kind from either hand, and two documents on one desk.
fn pictures(directory: &Path) {
    fs::create_dir_all(directory).expect("the folder");
    let fonts = Fonts::of_this_machine();
    for (n, kind) in KINDS.into_iter().enumerate() {
        // Those two were drawn before, and tests know what stands on them.
        if matches!(kind, "move_out" | "mynumber") {
            continue;
        }
        let hand = if n % 2 == 0 { Hand::First } else { Hand::Other };
        let sample = sample_by(hand, kind, Level::Light, 21, &fonts);
        let picture = image::load_from_memory(&sample.jpeg).expect("our picture").into_luma8();
        keep(&directory.join(kind), &Sample { jpeg: jpeg_of(&picture), ..sample });
    }
    // 髙橋 渚 of the sample register, printed with the common 高 and with a slip in 汐見台.
    let mut card = Paper::new(&fonts, 105.0, 74.0, 10.0, 240);
    for (y, label, value) in [
        (20.0, "保険者名", "みなと野市"),
        (28.0, "氏名", "高橋　渚"),
        (36.0, "生年月日", "平成7年9月9日"),
        (44.0, "住所", "架空県みなと野市汐貝台２－７"),
        (52.0, "番号", "0012345678"),
    ] {
        card.text(8.0, y, 3.4, 0, 30, label);
        card.text(34.0, y, 3.8, 0, 30, value);
    }
    card.text(18.0, 6.0, 5.0, 0, 30, "介護保険被保険者証");
    let notice = draw("pension", &fonts, &mut Dice::new(41));
    let sheets = [&card.grey, &notice.grey];
    let (width, height) = (
        sheets.iter().map(|sheet| sheet.width + 90).sum::<usize>() + 90,
        card.grey.height.max(notice.grey.height) + 180,
    );
    let mut desk = image::GrayImage::from_pixel(width as u32, height as u32, image::Luma([70]));
    let mut left = 90;
    for sheet in sheets {
        for y in 0..sheet.height {
            for x in 0..sheet.width {
                desk.put_pixel(
                    (left + x) as u32,
                    (90 + y) as u32,
                    image::Luma([sheet.at(x as i32, y as i32)]),
                );
            }
        }
        left += sheet.width + 90;
    }
    keep(
        &directory.join("two_documents"),
        &Sample { kind: "pension", level: Level::Light, jpeg: jpeg_of(&desk), truth: notice.truth },
    );
}

/// Small enough for the repository.
fn jpeg_of(picture: &image::GrayImage) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 60);
    picture.write_with_encoder(encoder).expect("a JPEG in memory");
    jpeg
}
