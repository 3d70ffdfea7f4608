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

#[path = "counter_test.rs"]
mod counter_test;
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
    Options { today: Some("2025-12-31".parse().unwrap()), ..Options::default() }
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

/// The pension notice of these tests, lying on a desk, and its number.
fn notice(seed: u64) -> (image::DynamicImage, String) {
    let fonts = generator::Fonts::of_this_machine();
    let document = generator::draw("pension", &fonts, &mut generator::Dice::new(seed));
    let (width, height) = (document.grey.width as u32, document.grey.height as u32);
    let desk = on_desk(&[(&document.grey, 90, 80)], width + 180, height + 160);
    let number = document.truth.iter().find(|(id, _)| id == "number").unwrap().1.clone();
    (image::DynamicImage::ImageLuma8(desk), number)
}

fn number_in(bytes: &[u8]) -> String {
    READER
        .read(bytes, &options())
        .unwrap()
        .field("number")
        .map(|field| field.value.clone())
        .unwrap_or_default()
}

#[test]
fn 一枚に写った二つの書類をそれぞれ読む() {
    let fonts = generator::Fonts::of_this_machine();
    let pension = generator::draw("pension", &fonts, &mut generator::Dice::new(41));
    let care = generator::draw("care_insurance", &fonts, &mut generator::Dice::new(42));
    let (pw, ph) = (pension.grey.width as u32, pension.grey.height as u32);
    let (cw, ch) = (care.grey.width as u32, care.grey.height as u32);
    let desk =
        on_desk(&[(&pension.grey, 90, 100), (&care.grey, pw + 220, 90)], pw + cw + 320, ph.max(ch) + 200);
    let bytes = written(&image::DynamicImage::ImageLuma8(desk), image::ImageFormat::Png);
    let readings = READER.read_all(&bytes, &options()).unwrap();
    for document in [&pension, &care] {
        let reading =
            readings.iter().find(|reading| reading.kind.is_some_and(|kind| kind.id == document.kind));
        let right = &document.truth.iter().find(|(id, _)| id == "number").unwrap().1;
        assert_eq!(
            reading.and_then(|reading| reading.field("number")).map(|field| &field.value),
            Some(right)
        );
    }
}

#[test]
fn 色や深さや向きや入れ物が違っても同じに読む() {
    let (picture, number) = notice(43);
    // 16 bits a colour.
    let deep = image::DynamicImage::ImageRgb16(picture.to_rgb16());
    assert_eq!(number_in(&written(&deep, image::ImageFormat::Png)), number, "16 bit PNG");
    assert_eq!(number_in(&written(&picture, image::ImageFormat::Tiff)), number, "TIFF");
    // Held sideways, and saying so (Exif 2.32, 4.6.4: orientation 6 is to be turned a quarter clockwise).
    let mut jpeg = written(&picture.rotate270(), image::ImageFormat::Jpeg);
    let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    jpeg.splice(2..2, exif.iter().copied());
    assert_eq!(number_in(&jpeg), number, "EXIF");
    // A scan in a PDF, compressed without loss: no JPEG to be found in it.
    assert_eq!(number_in(&pdf_of(&[&picture.to_luma8()])), number, "PDF");
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
fn 刷版の色のjpegも読み_動く画像は断る() {
    // Four inks, as a print shop's scanner writes (drawn once with Pillow; too small to hold a document).
    let inks = include_bytes!("pictures/four-inks.jpg");
    assert!(READER.read(inks, &options()).unwrap().fields.is_empty());
    let gif = b"GIF89a\x90\x01\x90\x01\x80\0\0\0\0\0\xFF\xFF\xFF\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0\x3B";
    assert_eq!(READER.read(gif, &options()).map(|_| ()), Err(OcrError::NotAPicture));
}

#[test]
fn 少し壊した画像でも落ちない() {
    let (picture, _) = notice(45);
    let small = picture.thumbnail(360, 300);
    let wholes = [
        written(&small, image::ImageFormat::Png),
        written(&small, image::ImageFormat::Jpeg),
        written(&small, image::ImageFormat::Tiff),
    ];
    let mut dice = generator::Dice::new(46);
    for whole in &wholes {
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

#[test]
fn 免許証の裏の新しい住所を読む() {
    let fonts = generator::Fonts::of_this_machine();
    let sample = sample("licence_back", Level::Light, 44, &fonts);
    let reading = READER.read(&sample.jpeg, &options()).unwrap();
    assert_eq!(reading.kind.map(|kind| kind.id.as_str()), Some("licence_back"));
    let (_, wrong) = measure::compare(&reading, &sample.truth);
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(reading.field("address").unwrap().confirm);
}

#[test]
fn 途中で切れたpdfや空のpdfは断る() {
    let whole = pdf_of(&[&image::GrayImage::from_pixel(400, 300, image::Luma([240]))]);
    for end in [5, 40, 200, whole.len() / 3] {
        let read = READER.read(&whole[..end], &options());
        assert!(read.is_err() || read.unwrap().fields.is_empty(), "cut at {end}");
    }
}
