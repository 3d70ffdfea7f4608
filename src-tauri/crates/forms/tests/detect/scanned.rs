//! Scans: the same paper as a picture, askew and grainy.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use madoka_forms::detect::{Area, Detected, Direction, Page, detect, read_pages};

use crate::score::score;
use crate::truth::{Place, forms, truth};

const PER_MM: f64 = 200.0 / 25.4;

/// The paper's lines and blots where its letters are, turned by `degrees`, with grain.
fn scan(page: &Page, degrees: f64) -> Vec<u8> {
    let pixels = |length: f64| (length * PER_MM).round().max(0.0) as u32;
    let (width, height) = (pixels(page.width), pixels(page.height));
    let mut straight = GrayImage::from_pixel(width, height, Luma([246]));
    let mut fill = |area: Area, grey: u8| {
        for y in pixels(area.y)..pixels(area.bottom()).min(height) {
            for x in pixels(area.x)..pixels(area.right()).min(width) {
                straight.put_pixel(x, y, Luma([grey]));
            }
        }
    };
    for rule in &page.rules {
        fill(
            match rule.direction {
                Direction::Across => Area::new(rule.from, rule.at - 0.13, rule.length(), 0.26),
                Direction::Down => Area::new(rule.at - 0.13, rule.from, 0.26, rule.length()),
            },
            40,
        );
    }
    // A letter has strokes across and down, none as long as itself.
    for letter in &page.letters {
        let Area { x, y, w, h } = letter.area;
        for (dx, dy, across, down) in [(0.2, 0.25, 0.6, 0.08), (0.3, 0.55, 0.5, 0.08), (0.45, 0.2, 0.09, 0.6)]
        {
            fill(Area::new(x + w * dx, y + h * dy, w * across, h * down), 50);
        }
    }
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (cx, cy) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let mut seed = 7_u32;
    let askew = GrayImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (f64::from(x) - cx, f64::from(y) - cy);
        let (sx, sy) = (cx + dx * cos - dy * sin, cy + dx * sin + dy * cos);
        let inside = sx >= 0.0 && sy >= 0.0 && sx < f64::from(width) && sy < f64::from(height);
        let grey = if inside { straight.get_pixel(sx as u32, sy as u32)[0] } else { 250 };
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = i32::try_from(seed >> 27).unwrap_or(0) - 16;
        Luma([u8::try_from((i32::from(grey) + grain).clamp(0, 255)).unwrap_or(255)])
    });
    let mut png = Cursor::new(Vec::new());
    askew.write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

fn turned(places: Vec<Place>, degrees: f64, page: &Page) -> Vec<Place> {
    let (sin, cos) = (-degrees).to_radians().sin_cos();
    places
        .into_iter()
        .filter(|place| place.page == 1)
        .map(|mut place| {
            let (dx, dy) =
                (place.area.centre_x() - page.width / 2.0, place.area.centre_y() - page.height / 2.0);
            place.area.x = page.width / 2.0 + dx * cos - dy * sin - place.area.w / 2.0;
            place.area.y = page.height / 2.0 + dx * sin + dy * cos - place.area.h / 2.0;
            place
        })
        .collect()
}

fn found_on(name: &str, degrees: f64) -> (Detected, f64) {
    let pdf = std::fs::read(forms().join(name).join("form.pdf")).unwrap();
    let page = read_pages(&pdf, None).unwrap().swap_remove(0);
    let found = detect(&scan(&page, degrees), None).unwrap();
    let places = turned(truth(name), degrees, &page);
    let share = score(&places, &found).found();
    (found, share)
}

/// Without a reader there are no words, but the boxes are where they are on the crooked scan.
#[test]
fn 傾いたスキャンでも枠を見つける() {
    for (name, degrees) in [("funeral_kokuho", 0.8), ("koki_declaration", -0.6)] {
        let (found, share) = found_on(name, degrees);
        assert!(found.unread, "nobody read it");
        assert!(
            found.proposals.iter().all(|proposal| proposal.value.is_none()),
            "{name}: bound without a word"
        );
        assert!(share >= 0.7, "{name} at {degrees}°: found {share:.2}");
    }
}
