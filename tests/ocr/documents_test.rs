//! A small set of fictional documents at the camera, with lines that a worse reader does not pass. The figures are the
//! bench's (`bench.rs`).

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
#[allow(dead_code, reason = "shared with other targets")]
mod measure;

use std::sync::LazyLock;

use generator::{Level, sample};
use madoka_ocr::{OcrError, Options, Problem, Reader};
use measure::Count;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new().unwrap());

fn options() -> Options<'static> {
    Options { today: Some("2025-12-01".parse().unwrap()), ..Options::default() }
}

#[test]
fn 免許証とマイナンバーカードと手帳を読み_誤りは必ず確かめる印がつく() {
    let fonts = generator::Fonts::of_this_machine();
    let mut all = Count::default();
    for (kind, seed) in [("licence", 70), ("mynumber", 71), ("disability", 72), ("care_insurance", 73)] {
        let sample = sample(kind, Level::Light, seed, &fonts);
        let reading = READER.read(&sample.jpeg, &options()).unwrap();
        assert_eq!(reading.kind.map(|kind| kind.id.as_str()), Some(kind));
        let (fields, wrong) = measure::compare(&reading, &sample.truth);
        eprintln!("{kind}: {wrong:?}");
        for count in fields.values() {
            all.add(count);
        }
        // A name is never taken without a look.
        assert!(reading.fields.iter().filter(|field| measure::is_name(&field.id)).all(|field| field.confirm));
        let shown = format!("{reading:?}");
        assert!(
            sample
                .truth
                .iter()
                .filter(|(_, value)| value.chars().count() > 3)
                .all(|(_, value)| !shown.contains(value.as_str()))
        );
    }
    assert_eq!(all.wrong_unflagged, 0);
    assert!(all.exact * 100 >= all.fields * 85, "{all:?}");
    assert!(all.names_offered * 100 >= all.names * 60, "{all:?}");
    assert!(all.unflagged * 100 >= (all.fields + all.names) * 40, "{all:?}");
}

#[test]
fn 逆さまでも横向きでも読める() {
    let fonts = generator::Fonts::of_this_machine();
    let sample = sample("pension", Level::Light, 5, &fonts);
    let upright = image::load_from_memory(&sample.jpeg).unwrap();
    let turned = image::DynamicImage::ImageLuma8(upright.rotate180().into_luma8());
    let mut png = std::io::Cursor::new(Vec::new());
    turned.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let reading = READER.read(png.get_ref(), &options()).unwrap();
    let right = &sample.truth.iter().find(|(id, _)| id == "number").unwrap().1;
    assert_eq!(reading.field("number").map(|field| &field.value), Some(right));
}

#[test]
fn 種類を手で選べ_無い種類は断る() {
    let blank = png(800, 600, |_, _| 250);
    let unknown = Options { kind: Some("passport"), ..options() };
    assert!(matches!(READER.read(&blank, &unknown), Err(OcrError::UnknownKind(_))));
    let reading = READER.read(&blank, &Options { kind: Some("licence"), ..options() }).unwrap();
    assert!(reading.fields.is_empty() && reading.problems.contains(&Problem::NoDocument));
}

fn png(width: u32, height: u32, tone: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let picture = image::GrayImage::from_fn(width, height, |x, y| image::Luma([tone(x, y)]));
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// A PNG that says it is this large and holds nothing.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(1, 1, |_, _| 0);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let check = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&check.to_be_bytes());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
        crc
    })
}

#[test]
fn 悪い画像は落ちずに断る() {
    let read = |bytes: &[u8]| READER.read(bytes, &options()).map(|_| ());
    assert_eq!(read(b""), Err(OcrError::NotAPicture));
    assert_eq!(read(b"hello"), Err(OcrError::NotAPicture));
    assert_eq!(read(&png(1, 1, |_, _| 0)), Err(OcrError::TooSmall));
    assert!(matches!(read(&bomb(60_000, 60_000)), Err(OcrError::TooLarge { .. })));
    assert!(matches!(read(&bomb(20_000, 300)), Err(OcrError::TooLarge { .. })));
    assert_eq!(read(&bomb(9_000, 6_000)), Err(OcrError::Broken));
    assert!(matches!(read(b"%PDF-1.7\n1 0 obj"), Err(OcrError::Pdf)));
    let whole = png(300, 200, |x, y| (x * y % 251) as u8);
    for end in (0..whole.len()).step_by(whole.len() / 40 + 1) {
        assert!(read(&whole[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn 取りやめられる() {
    let cancel = std::sync::atomic::AtomicBool::new(true);
    let options = Options { cancel: Some(&cancel), ..options() };
    assert_eq!(READER.read(&png(400, 300, |_, _| 200), &options).map(|_| ()), Err(OcrError::Cancelled));
}
