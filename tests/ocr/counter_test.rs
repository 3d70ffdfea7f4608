//! What an officer meets: several documents and pages, a poor picture, taking back, a household, 照合番号B, 個人番号.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use madoka_ocr::{OcrError, Options, Problem, look};

use super::generator::paper::{Grey, Paper};
use super::generator::{Dice, Document, Fonts, Hand, Level, draw, sample_by};
use super::{READER, measure, on_desk, options, pdf_of, written};

fn right<'d>(document: &'d Document, id: &str) -> &'d str {
    &document.truth.iter().find(|(known, _)| known == id).unwrap().1
}

fn alone(sheet: &Grey) -> GrayImage {
    on_desk(&[(sheet, 90, 80)], sheet.width as u32 + 180, sheet.height as u32 + 160)
}

#[test]
fn pdfのどのページの書類も読む() {
    let fonts = Fonts::of_this_machine();
    let pension = draw("pension", &fonts, &mut Dice::new(61));
    let care = draw("care_insurance", &fonts, &mut Dice::new(62));
    let pdf = pdf_of(&[&alone(&pension.grey), &alone(&care.grey)]);
    let readings = READER.read_all(&pdf, &options()).unwrap();
    let found: Vec<(usize, &str, &str)> = readings
        .iter()
        .map(|reading| {
            let number = reading.field("number").map_or("", |field| field.value.as_str());
            (reading.page, reading.kind.map_or("", |kind| kind.id.as_str()), number)
        })
        .collect();
    let expected = [(1, "pension", right(&pension, "number")), (2, "care_insurance", right(&care, "number"))];
    assert_eq!(found, expected);
}

#[test]
fn 読む前に_悪い写りと撮り直し方を言う() {
    let fonts = Fonts::of_this_machine();
    let document = draw("health_insurance", &fonts, &mut Dice::new(63));
    let problems = |picture: GrayImage| {
        look(&written(&DynamicImage::ImageLuma8(picture), ImageFormat::Png)).unwrap().problems
    };
    let good = alone(&document.grey);
    let (width, height) = good.dimensions();
    assert_eq!(problems(good.clone()), []);
    assert_eq!(problems(image::imageops::blur(&good, 5.0)), [Problem::Blurred]);
    let dark = GrayImage::from_fn(width, height, |x, y| Luma([good.get_pixel(x, y).0[0] / 6]));
    assert!(problems(dark).contains(&Problem::Dark));
    // A lamp's reflection on the card.
    let (cx, cy) = (width as f32 * 0.5, height as f32 * 0.5);
    let glare = GrayImage::from_fn(width, height, |x, y| {
        let far = (((x as f32 - cx) / 260.0).powi(2) + ((y as f32 - cy) / 170.0).powi(2)).sqrt();
        let tone = f32::from(good.get_pixel(x, y).0[0]) * 0.85;
        Luma([if far < 1.0 { 255.0 } else { (tone + 60.0 / (far * far)).min(255.0) } as u8])
    });
    assert!(problems(glare).contains(&Problem::Glare));
    let small = image::imageops::thumbnail(&good, width / 5, height / 5);
    assert!(problems(small).contains(&Problem::TooSmall));
    assert!(problems(GrayImage::from_pixel(600, 400, Luma([230]))).contains(&Problem::NoDocument));
    for problem in [Problem::Blurred, Problem::Glare, Problem::TooSmall, Problem::Dark, Problem::NoDocument] {
        assert!(problem.advice().ends_with("ください。"));
    }
}

#[test]
fn 進み具合は増えるだけで終わりまで行き_途中で取りやめられる() {
    let fonts = Fonts::of_this_machine();
    let document = draw("care_insurance", &fonts, &mut Dice::new(64));
    let bytes = written(&DynamicImage::ImageLuma8(alone(&document.grey)), ImageFormat::Png);
    let told = Mutex::new(Vec::new());
    let progress = |hundredths: u8| told.lock().unwrap().push(hundredths);
    READER.read(&bytes, &Options { progress: Some(&progress), ..options() }).unwrap();
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted() && told.last() == Some(&100) && told.len() > 8, "{told:?}");
    // Taken back at any step, it ends there and says so.
    for step in [10, 30, 70] {
        let cancel = AtomicBool::new(false);
        let after = Mutex::new(0u32);
        let progress = |hundredths: u8| {
            *after.lock().unwrap() += u32::from(cancel.load(Ordering::Relaxed));
            if hundredths >= step {
                cancel.store(true, Ordering::Relaxed);
            }
        };
        let taken_back = Options { progress: Some(&progress), cancel: Some(&cancel), ..options() };
        assert_eq!(READER.read(&bytes, &taken_back).map(|_| ()), Err(OcrError::Cancelled), "{step}");
        // Lines that were begun in other threads end; no new one begins.
        assert!(*after.lock().unwrap() <= 8);
    }
}

#[test]
fn マイナンバーカードの表から照合番号bの十四桁を挙げる() {
    let fonts = Fonts::of_this_machine();
    for (hand, seed) in [(Hand::First, 65), (Hand::Other, 66)] {
        let sample = sample_by(hand, "mynumber", Level::Light, seed, &fonts);
        let truth = |id: &str| sample.truth.iter().find(|(known, _)| known == id).unwrap().1.clone();
        let reading = READER.read(&sample.jpeg, &options()).unwrap();
        let birth: madoka_text::Date = truth("birth_date").parse().unwrap();
        let year = madoka_text::EraDate::of(birth).unwrap().year();
        let expected = format!(
            "{year:02}{:02}{:02}{}{}",
            birth.month(),
            birth.day(),
            &truth("expires")[..4],
            truth("security_code")
        );
        assert_eq!(reading.match_code_b().as_deref().map(String::as_str), Some(expected.as_str()));
    }
    let other =
        READER.read(&sample_by(Hand::First, "pension", Level::Light, 67, &fonts).jpeg, &options()).unwrap();
    assert!(other.match_code_b().is_none());
}

#[test]
fn 転出証明書は世帯の全員を読む() {
    let fonts = Fonts::of_this_machine();
    for (hand, seed) in [(Hand::First, 68), (Hand::Other, 500)] {
        let sample = sample_by(hand, "move_out", Level::Light, seed, &fonts);
        let reading = READER.read(&sample.jpeg, &options()).unwrap();
        let members = |id: &str| id.starts_with("household[") && id.ends_with(".birth_date");
        let people = sample.truth.iter().filter(|(id, _)| members(id)).count();
        assert_eq!(reading.fields.iter().filter(|field| members(&field.id)).count(), people);
        let (_, wrong) = measure::compare(&reading, &sample.truth);
        assert!(wrong.len() * 20 <= sample.truth.len(), "{wrong:?}");
        assert!(!wrong.iter().any(|line| line.starts_with("!!!")), "{wrong:?}");
    }
}

#[test]
fn 写っていた個人番号は値にも切り抜きにも残らない() {
    let fonts = Fonts::of_this_machine();
    let mut paper = Paper::new(&fonts, 105.0, 74.0, 12.0, 240);
    paper.text(18.0, 6.0, 5.0, 0, 30, "介護保険被保険者証");
    paper.text(8.0, 20.0, 3.4, 0, 30, "保険者名");
    paper.text(34.0, 20.0, 3.8, 0, 30, "みなと野市");
    paper.text(8.0, 28.0, 3.4, 0, 30, "氏名");
    paper.text(34.0, 28.0, 3.8, 0, 30, "架空　花子");
    paper.text(8.0, 36.0, 3.4, 0, 30, "生年月日");
    paper.text(34.0, 36.0, 3.8, 0, 30, "昭和20年2月3日");
    // A made-up number with a right check digit stands where the field 番号 has its value.
    paper.text(8.0, 44.0, 3.4, 0, 30, "番号");
    paper.text(34.0, 44.0, 3.8, 0, 30, "123456789018");
    paper.text(8.0, 52.0, 3.4, 0, 30, "住所");
    paper.text(34.0, 52.0, 3.8, 0, 30, "架空県みなと野市港町1番2号");
    let bytes = written(&DynamicImage::ImageLuma8(alone(&paper.grey)), ImageFormat::Png);
    let reading = READER.read(&bytes, &Options { kind: Some("care_insurance"), ..options() }).unwrap();
    assert_eq!(reading.field("name").map(|field| field.value.as_str()), Some("架空　花子"));
    let said = format!("{}", reading.json());
    assert!(!said.contains("123456789") && !said.contains("456789018"), "{said}");
    // No crop shows a row of figures where it stood: from 58 to 68 of 100 of the page's height.
    for field in &reading.fields {
        let (top, bottom) = (field.area[1], field.area[1] + field.area[3]);
        if top < 655 && 600 < bottom {
            let crop = image::load_from_memory(&field.crop).unwrap().into_luma8();
            assert!(crop.pixels().all(|pixel| pixel.0[0] > 100), "{}", field.id);
        }
    }
}

#[test]
fn 動くpngははじめの絵だけを読み_とても大きいと言うtiffは断る() {
    let fonts = Fonts::of_this_machine();
    let document = draw("pension", &fonts, &mut Dice::new(69));
    let mut png = written(&DynamicImage::ImageLuma8(alone(&document.grey)), ImageFormat::Png);
    // acTL after the head (APNG): two frames, for ever; the first is the picture itself.
    let mut chunk = b"acTL\0\0\0\x02\0\0\0\0".to_vec();
    let check = super::crc(&chunk);
    chunk.splice(0..0, 8u32.to_be_bytes());
    chunk.extend(check.to_be_bytes());
    png.splice(33..33, chunk);
    match READER.read(&png, &options()) {
        Ok(reading) => assert_eq!(
            reading.field("number").map(|field| field.value.as_str()),
            Some(right(&document, "number"))
        ),
        Err(error) => assert!(matches!(error, OcrError::Broken | OcrError::NotAPicture)),
    }
    // ImageWidth and ImageLength of 200,000, one strip of nothing.
    let mut tiff = b"II*\0\x08\0\0\0\x04\0".to_vec();
    for (tag, value) in [(256u16, 200_000u32), (257, 200_000), (273, 0), (279, 4)] {
        tiff.extend(tag.to_le_bytes());
        tiff.extend([4, 0, 1, 0, 0, 0]);
        tiff.extend(value.to_le_bytes());
    }
    tiff.extend([0; 4]);
    assert!(READER.read(&tiff, &options()).is_err());
}

#[test]
fn 別の様式でも読み_誤りには必ず確かめる印がつく() {
    let fonts = Fonts::of_this_machine();
    let mut all = measure::Count::default();
    for (kind, seed) in
        [("disability", 70), ("health_insurance", 71), ("mental_health", 72), ("residence", 73)]
    {
        let sample = sample_by(Hand::Other, kind, Level::Light, seed, &fonts);
        let reading = READER.read(&sample.jpeg, &options()).unwrap();
        assert_eq!(reading.kind.map(|kind| kind.id.as_str()), Some(kind));
        let (fields, wrong) = measure::compare(&reading, &sample.truth);
        eprintln!("{kind}: {wrong:?}");
        for count in fields.values() {
            all.add(count);
        }
    }
    assert_eq!(all.wrong_unflagged, 0);
    assert!(all.exact * 100 >= all.fields * 85, "{all:?}");
}

#[test]
fn 逆さまに置かれた転出証明書も読む() {
    let reading = READER.read(include_bytes!("pictures/move_out.jpg"), &options()).unwrap();
    assert_eq!(reading.kind.map(|kind| kind.id.as_str()), Some("move_out"));
    assert!(reading.fields.len() > 20);
}
