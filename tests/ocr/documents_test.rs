//! How the reader behaves: what an officer meets, and what a hostile picture may not do. How well it reads are the
//! bench's figures (`bench.rs`); that every kind is read at all is the contract's (`crates/cli/tests/ocr.rs`).
//!
//! Scenes that read share one process: starting the engines and drawing the glyphs takes longer than reading a card.

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
#[path = "scenes.rs"]
mod scenes;

use std::sync::LazyLock;

use madoka_ocr::{OcrError, Options, Reader};

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new().unwrap());

fn options() -> Options<'static> {
    Options { today: Some("2025-12-31".parse().unwrap()), ..Options::default() }
}

#[test]
fn 読取りの場面() {
    for (name, scene) in scenes::ALL {
        eprintln!("{name}");
        scene();
    }
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
    let whole = png(300, 200, |x, y| (x * y % 251) as u8);
    for end in (0..whole.len()).step_by(whole.len() / 40 + 1) {
        assert!(read(&whole[..end]).is_err(), "cut at {end}");
    }
    // A decoder fills what is missing of a JPEG with grey: cut anywhere it is refused all the same.
    let whole = include_bytes!("pictures/mynumber.jpg");
    for end in (2..whole.len()).step_by(whole.len() / 30) {
        assert!(read(&whole[..end]).is_err(), "cut at {end}");
    }
    // Four inks, as a print shop's scanner writes (drawn once with Pillow; too small to hold a document).
    let inks = include_bytes!("pictures/four-inks.jpg");
    assert!(READER.read(inks, &options()).unwrap().fields.is_empty());
    let gif = b"GIF89a\x90\x01\x90\x01\x80\0\0\0\0\0\xFF\xFF\xFF\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0\x3B";
    assert_eq!(read(gif), Err(OcrError::NotAPicture));
    // ImageWidth and ImageLength of 200,000, one strip of nothing.
    let mut tiff = b"II*\0\x08\0\0\0\x04\0".to_vec();
    for (tag, value) in [(256u16, 200_000u32), (257, 200_000), (273, 0), (279, 4)] {
        tiff.extend(tag.to_le_bytes());
        tiff.extend([4, 0, 1, 0, 0, 0]);
        tiff.extend(value.to_le_bytes());
    }
    tiff.extend([0; 4]);
    assert!(read(&tiff).is_err());
    let cancel = std::sync::atomic::AtomicBool::new(true);
    let taken_back = Options { cancel: Some(&cancel), ..options() };
    assert_eq!(READER.read(&png(400, 300, |_, _| 200), &taken_back).map(|_| ()), Err(OcrError::Cancelled));
}

/// The most memory this process ever had, in MB (`VmHWM` of proc(5)).
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() / 1024
}

#[test]
fn 許す中で最も大きい絵でも記憶は限られ_それを超える絵は開く前に断る() {
    // 8,000 × 7,000 of four colours, 16 bits each, would be 448 MB.
    let mut deep = bomb(8_000, 7_000);
    (deep[24], deep[25]) = (16, 6);
    let check = crc(&deep[12..29]);
    deep[29..33].copy_from_slice(&check.to_be_bytes());
    assert!(matches!(madoka_ocr::look(&deep), Err(OcrError::TooLarge { .. })));
    // A sheet of 59 million grey pixels as TIFF, unpacked.
    let (width, height) = (15_900u32, 3_700u32);
    let mut large = b"II*\0\x08\0\0\0\x09\0".to_vec();
    let strip = 8 + 2 + 9 * 12 + 4;
    for (tag, value) in [
        (256u16, width),
        (257, height),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, strip),
        (277, 1),
        (278, height),
        (279, width * height),
    ] {
        large.extend(tag.to_le_bytes());
        large.extend([4, 0, 1, 0, 0, 0]);
        large.extend(value.to_le_bytes());
    }
    large.extend([0; 4]);
    large.resize(large.len() + (width * height) as usize, 235);
    let before = peak_memory();
    madoka_ocr::look(&large).unwrap();
    let grown = peak_memory() - before;
    assert!(grown < 300, "{grown} MB");
}

/// A page for each picture, as a scanner without JPEG writes them.
fn pdf_of(pictures: &[&image::GrayImage]) -> Vec<u8> {
    let mut objects: Vec<(String, Vec<u8>)> = vec![("<</Type/Catalog/Pages 2 0 R>>".into(), Vec::new())];
    let kids: String = (0..pictures.len()).map(|n| format!("{} 0 R ", 3 + 3 * n)).collect();
    objects.push((format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pictures.len()), Vec::new()));
    for (n, picture) in pictures.iter().enumerate() {
        let (width, height) = picture.dimensions();
        let content = format!("q {} 0 0 {} 0 0 cm /P Do Q", width / 4, height / 4).into_bytes();
        objects.push((
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {} {}]/Contents {} 0 R/Resources<</XObject<</P {} 0 R>>>>>>",
                width / 4,
                height / 4,
                4 + 3 * n,
                5 + 3 * n
            ),
            Vec::new(),
        ));
        objects.push((format!("<</Length {}>>", content.len()), content));
        let pixels = picture.as_raw().clone();
        objects.push((
            format!(
                "<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8/Length {}>>",
                pixels.len()
            ),
            pixels,
        ));
    }
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, (dictionary, stream)) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{dictionary}\n", number + 1).bytes());
        if !stream.is_empty() {
            file.extend(b"stream\n");
            file.extend(stream);
            file.extend(b"\nendstream\n");
        }
        file.extend(b"endobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in &places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    file.extend(
        format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF", objects.len() + 1).bytes(),
    );
    file
}

#[test]
fn 途中で切れたpdfや空のpdfは断る() {
    let whole = pdf_of(&[&image::GrayImage::from_pixel(400, 300, image::Luma([240]))]);
    assert!(matches!(READER.read(b"%PDF-1.7\n1 0 obj", &options()), Err(OcrError::Pdf)));
    for end in [5, 40, whole.len() / 3] {
        let read = READER.read(&whole[..end], &options());
        assert!(read.is_err() || read.unwrap().fields.is_empty(), "cut at {end}");
    }
}

#[test]
fn 少し壊した画像でも落ちない() {
    let card = image::load_from_memory(include_bytes!("pictures/pension.jpg")).unwrap();
    let small = card.thumbnail(360, 300);
    let formats = [image::ImageFormat::Png, image::ImageFormat::Jpeg, image::ImageFormat::Tiff];
    let mut dice = generator::Dice::new(46);
    for format in formats {
        let whole = written(&small, format);
        for _ in 0..4 {
            let mut bytes = whole.clone();
            for _ in 0..dice.whole(1, 6) {
                // The head is where sizes and counts stand.
                let end = if dice.chance(0.7) { bytes.len().min(700) } else { bytes.len() } as u32;
                bytes[dice.whole(0, end - 1) as usize] = dice.whole(0, 255) as u8;
            }
            let _ = madoka_ocr::look(&bytes);
        }
    }
}

/// A sheet on a dark desk, without a camera's faults.
fn on_desk(sheets: &[(&generator::paper::Grey, u32, u32)], width: u32, height: u32) -> image::GrayImage {
    let mut desk = image::GrayImage::from_pixel(width, height, image::Luma([70]));
    for (sheet, left, top) in sheets {
        for y in 0..sheet.height {
            for x in 0..sheet.width {
                let tone = image::Luma([sheet.pixels[y * sheet.width + x]]);
                desk.put_pixel(left + x as u32, top + y as u32, tone);
            }
        }
    }
    desk
}

fn written(picture: &image::DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
