//! What an officer meets: several documents and pages, a poor picture, taking back, a household, 照合番号B, 個人番号.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use madoka_ocr::{OcrError, Options, Problem, Reading, look};

use super::generator::Fonts;
use super::generator::paper::{Grey, Paper};
use super::{READER, measure, on_desk, options, pdf_of, written};

pub const ALL: [(&str, fn()); 11] = [
    ("氏名は必ず確かめ、Debug に人を出さない", names_are_always_confirmed),
    ("逆さまに置かれた転出証明書の世帯を読む", a_household_upside_down),
    ("種類を手で選べ、ない種類は断る", a_chosen_kind),
    ("一枚に写った書類をそれぞれ読み、一つだけ読み直せる", two_documents),
    ("PDF のどのページの書類も読む", pages_of_a_pdf),
    ("色や深さや向きや入れ物が違っても同じに読む", any_container),
    ("筋の入った取込みでも頭の字を失わない", a_streak),
    ("読む前に、悪い写りと撮り直し方を言う", poor_pictures),
    ("進み具合は増えるだけで終わりまで行き、途中で取りやめられる", progress_and_taking_back),
    ("マイナンバーカードの表から照合番号Bの14桁を挙げる", match_code_b),
    ("写っていた個人番号は値にも切り抜きにも残らない", individual_number),
];

/// A stored picture and its truth.
struct Stored {
    jpeg: &'static [u8],
    truth: Vec<(String, String)>,
}

macro_rules! stored {
    ($name:literal) => {
        Stored {
            jpeg: include_bytes!(concat!("pictures/", $name, ".jpg")),
            truth: include_str!(concat!("pictures/", $name, ".tsv"))
                .lines()
                .filter_map(|line| line.split_once('\t'))
                .map(|(id, value)| (id.to_owned(), value.to_owned()))
                .collect(),
        }
    };
}

impl Stored {
    fn says(&self, id: &str) -> &str {
        &self.truth.iter().find(|(known, _)| known == id).unwrap().1
    }
}

fn kind(reading: &Reading) -> &str {
    reading.kind.map_or("", |kind| kind.id.as_str())
}

fn value<'r>(reading: &'r Reading, id: &str) -> &'r str {
    reading.field(id).map_or("", |field| field.value.as_str())
}

fn number_in(bytes: &[u8]) -> String {
    value(&READER.read(bytes, &options()).unwrap(), "number").to_owned()
}

fn names_are_always_confirmed() {
    let card = stored!("care_insurance");
    let reading = READER.read(card.jpeg, &options()).unwrap();
    let (_, wrong) = measure::compare(&reading, &card.truth);
    assert!(!wrong.iter().any(|line| line.starts_with("!!!")), "{wrong:?}");
    assert!(reading.fields.iter().filter(|field| measure::is_name(&field.id)).all(|field| field.confirm));
    assert!(reading.fields.iter().any(|field| !field.confirm), "what is sure needs no look");
    let shown = format!("{reading:?}");
    let long = card.truth.iter().filter(|(_, value)| value.chars().count() > 3);
    assert!(long.clone().count() > 3 && long.clone().all(|(_, value)| !shown.contains(value.as_str())));
}

fn a_household_upside_down() {
    let page = stored!("move_out");
    let reading = READER.read(page.jpeg, &options()).unwrap();
    assert_eq!(kind(&reading), "move_out");
    let members = |id: &str| id.starts_with("household[") && id.ends_with(".birth_date");
    let people = page.truth.iter().filter(|(id, _)| members(id)).count();
    assert_eq!(reading.fields.iter().filter(|field| members(&field.id)).count(), people);
    let (_, wrong) = measure::compare(&reading, &page.truth);
    assert!(!wrong.iter().any(|line| line.starts_with("!!!")), "{wrong:?}");
    assert!(wrong.len() * 10 <= page.truth.len(), "{wrong:?}");
}

fn a_chosen_kind() {
    let blank = super::png(800, 600, |_, _| 250);
    let unknown = Options { kind: Some("passport"), ..options() };
    assert!(matches!(READER.read(&blank, &unknown), Err(OcrError::UnknownKind(_))));
    let reading = READER.read(&blank, &Options { kind: Some("licence"), ..options() }).unwrap();
    assert!(reading.fields.is_empty() && reading.problems.contains(&Problem::NoDocument));
}

fn two_documents() {
    let desk = stored!("two_documents");
    let readings = READER.read_all(desk.jpeg, &options()).unwrap();
    let mut kinds: Vec<&str> = readings.iter().map(kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["care_insurance", "pension"]);
    let number = |kind_of: &str| {
        let reading = readings.iter().find(|reading| kind(reading) == kind_of).unwrap();
        value(reading, "number")
    };
    assert_eq!((number("care_insurance"), number("pension")), ("0012345678", desk.says("number")));
    // Only the one that stood there, read as what the officer says it is.
    let spot = readings.iter().find(|reading| kind(reading) == "pension").unwrap().spot;
    let only = Options { only: Some(spot), kind: Some("pension"), ..options() };
    let again = READER.read_all(desk.jpeg, &only).unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].spot, value(&again[0], "number")), (spot, desk.says("number")));
}

fn pages_of_a_pdf() {
    let notice = stored!("pension");
    let letter = GrayImage::from_pixel(600, 300, Luma([240]));
    let page = image::load_from_memory(notice.jpeg).unwrap().thumbnail(1000, 800).into_luma8();
    let readings = READER.read_all(&pdf_of(&[&letter, &page]), &options()).unwrap();
    // The covering letter says nothing.
    assert_eq!(readings.len(), 1);
    assert_eq!((readings[0].spot.page, kind(&readings[0])), (2, "pension"));
    assert_eq!(value(&readings[0], "number"), notice.says("number"));
}

fn any_container() {
    let notice = stored!("pension");
    let picture = image::load_from_memory(notice.jpeg).unwrap().thumbnail(1300, 1000);
    let number = notice.says("number");
    // 16 bits a colour, held on its head.
    let deep = DynamicImage::ImageRgb16(picture.rotate180().to_rgb16());
    assert_eq!(number_in(&written(&deep, ImageFormat::Tiff)), number, "16 bit TIFF");
    // Held sideways, and saying so (Exif 2.32, 4.6.4: orientation 6 is to be turned a quarter clockwise).
    let mut jpeg = written(&picture.rotate270(), ImageFormat::Jpeg);
    let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    jpeg.splice(2..2, exif.iter().copied());
    assert_eq!(number_in(&jpeg), number, "EXIF");
    // acTL after the head (APNG): two frames, for ever; the first is the picture itself.
    let mut png = written(&picture, ImageFormat::Png);
    let mut chunk = b"acTL\0\0\0\x02\0\0\0\0".to_vec();
    let check = super::crc(&chunk);
    chunk.splice(0..0, 8u32.to_be_bytes());
    chunk.extend(check.to_be_bytes());
    png.splice(33..33, chunk);
    match READER.read(&png, &options()) {
        Ok(reading) => assert_eq!(value(&reading, "number"), number, "animated PNG"),
        Err(error) => assert!(matches!(error, OcrError::Broken | OcrError::NotAPicture)),
    }
}

/// A speck on a feeder's glass: a thin line through the whole picture, here through the first letters of the values.
fn a_streak() {
    let fonts = Fonts::of_this_machine();
    let mut paper = Paper::new(&fonts, 105.0, 74.0, 10.0, 245);
    paper.text(18.0, 6.0, 5.0, 0, 30, "基礎年金番号通知書");
    for (y, label, value) in [
        (22.0, "基礎年金番号", "2718-081626"),
        (32.0, "氏名", "鈴木　眞理"),
        (42.0, "生年月日", "昭和54年9月3日"),
        (52.0, "交付年月日", "令和2年3月16日"),
    ] {
        paper.text(8.0, y, 3.4, 0, 30, label);
        paper.text(38.0, y, 3.8, 0, 30, value);
    }
    let mut sheet = paper.grey;
    for y in 0..sheet.height {
        for x in [399, 400] {
            let pixel = &mut sheet.pixels[y * sheet.width + x];
            *pixel = pixel.saturating_sub(40);
        }
    }
    let bare = GrayImage::from_raw(sheet.width as u32, sheet.height as u32, sheet.pixels).unwrap();
    let bytes = written(&DynamicImage::ImageLuma8(bare), ImageFormat::Jpeg);
    let reading = READER.read(&bytes, &options()).unwrap();
    assert_eq!(value(&reading, "birth_date"), "1979-09-03");
    assert_eq!(value(&reading, "issued"), "2020-03-16");
    assert!(value(&reading, "name").starts_with('鈴'), "{}", value(&reading, "name"));
}

fn alone(sheet: &Grey) -> GrayImage {
    on_desk(&[(sheet, 90, 80)], sheet.width as u32 + 180, sheet.height as u32 + 160)
}

fn poor_pictures() {
    let card = image::load_from_memory(stored!("health_insurance").jpeg).unwrap().into_luma8();
    let problems = |picture: GrayImage| {
        look(&written(&DynamicImage::ImageLuma8(picture), ImageFormat::Jpeg)).unwrap().problems
    };
    let good = card;
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

fn progress_and_taking_back() {
    let bytes = stored!("care_insurance").jpeg;
    let told = Mutex::new(Vec::new());
    let progress = |hundredths: u8| told.lock().unwrap().push(hundredths);
    READER.read(bytes, &Options { progress: Some(&progress), ..options() }).unwrap();
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
        assert_eq!(READER.read(bytes, &taken_back).map(|_| ()), Err(OcrError::Cancelled), "{step}");
        // Lines that were begun in other threads end; no new one begins.
        assert!(*after.lock().unwrap() <= 8);
    }
}

fn match_code_b() {
    let card = stored!("mynumber");
    let reading = READER.read(card.jpeg, &options()).unwrap();
    let birth: madoka_text::Date = card.says("birth_date").parse().unwrap();
    let year = madoka_text::EraDate::of(birth).unwrap().year();
    let day = format!("{year:02}{:02}{:02}", birth.month(), birth.day());
    let expected = format!("{day}{}{}", &card.says("expires")[..4], card.says("security_code"));
    assert_eq!(reading.match_code_b().as_deref().map(String::as_str), Some(expected.as_str()));
    // Of no other document.
    let pension = READER.read(stored!("pension").jpeg, &options()).unwrap();
    assert!(pension.match_code_b().is_none());
}

fn individual_number() {
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
    let bytes = written(&DynamicImage::ImageLuma8(alone(&paper.grey)), ImageFormat::Jpeg);
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
