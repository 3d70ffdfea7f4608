//! What a counter's camera makes of a document: where it lies, the light, a hand, the lens, the file.

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

use super::dice::Dice;
use super::paper::Grey;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Light,
    Normal,
    Heavy,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::Light, Self::Normal, Self::Heavy];

    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Normal => "normal",
            Self::Heavy => "heavy",
        }
    }
}

/// How the document was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// Under a camera on a stand, nearly straight.
    Stand,
    /// By hand: turned by any angle, seen aslant.
    Hand,
}

/// Takes a picture; answers the JPEG.
pub fn take(document: &Grey, level: Level, dice: &mut Dice) -> Vec<u8> {
    held(document, level, Stance::Stand, dice)
}

/// Takes a picture of a document held so.
pub fn held(document: &Grey, level: Level, stance: Stance, dice: &mut Dice) -> Vec<u8> {
    let strength = match level {
        Level::Light => 0.35,
        Level::Normal => 1.0,
        Level::Heavy => 1.9,
    };
    let page = document.height.max(document.width) > 1800;
    let portrait = document.height > document.width;
    let (mut width, mut height) = if page { (2592, 1944) } else { (1920, 1440) };
    if portrait {
        std::mem::swap(&mut width, &mut height);
    }
    let (w, h) = (document.width as f32, document.height as f32);
    let fill = if page { dice.between(0.86, 0.95) } else { dice.between(0.62, 0.82) };
    let scale = (width as f32 / w).min(height as f32 / h) * fill;
    let angle = (dice.between(-3.0, 3.0) * strength
        + if level != Level::Light && dice.chance(0.08) { 180.0 } else { 0.0 })
    .to_radians();
    let centre = (
        width as f32 / 2.0 + dice.between(-0.02, 0.02) * width as f32,
        height as f32 / 2.0 + dice.between(-0.02, 0.02) * height as f32,
    );
    let tilt = (dice.between(-0.05, 0.05) * strength, dice.between(-0.05, 0.05) * strength);
    let (scale, angle, tilt) = match stance {
        Stance::Stand => (scale, angle, tilt),
        Stance::Hand => {
            let turn = dice.between(-1.0, 1.0) * 22.0 + 90.0 * dice.whole(0, 3) as f32;
            // What is turned needs more room.
            let (s, c) = (turn.to_radians().sin().abs(), turn.to_radians().cos().abs());
            let room = (width as f32 / (w * c + h * s)).min(height as f32 / (w * s + h * c));
            (room * fill, turn.to_radians(), (tilt.0 * 2.2, tilt.1 * 2.2))
        }
    };
    let (sin, cos) = angle.sin_cos();
    // From the picture back to the paper: undo place, rotation, then the tilt.
    let back = |x: f32, y: f32| {
        let (dx, dy) = ((x - centre.0) / scale, (y - centre.1) / scale);
        let (rx, ry) = (dx * cos + dy * sin, -dx * sin + dy * cos);
        let depth = 1.0 - (tilt.0 * rx + tilt.1 * ry) / (w.max(h) / 2.0);
        (rx / depth + w / 2.0, ry / depth + h / 2.0)
    };
    let desk = if dice.chance(0.7) { dice.between(50.0, 120.0) } else { dice.between(150.0, 185.0) };
    let grain = dice.between(0.0, 8.0);
    let grain_period = dice.between(9.0, 40.0);
    let light = (dice.between(-0.2, 0.2) * strength, dice.between(-0.2, 0.2) * strength);
    let shadow = (dice.chance(0.35 * strength)).then(|| {
        (
            dice.between(-0.4, 0.4),
            dice.between(0.0, std::f32::consts::TAU),
            dice.between(0.06, 0.2) * strength,
        )
    });
    let glare = dice.chance(0.25 * strength).then(|| {
        (
            dice.between(0.1, 0.9) * width as f32,
            dice.between(0.1, 0.9) * height as f32,
            dice.between(0.03, 0.07) * width as f32 * strength,
            dice.between(60.0, 130.0) * strength,
        )
    });
    let hand = dice.chance(0.3 * strength).then(|| dice.whole(0, 1));
    let noise = 2.2 * strength;
    let mut picture = vec![0f32; width * height];
    let sub = (0.5 / scale).min(0.6);
    for y in 0..height {
        for x in 0..width {
            let (px, py) = back(x as f32, y as f32);
            let inside = px >= 0.0 && py >= 0.0 && px < w && py < h;
            let mut tone = if inside {
                // Four samples: a photo has fewer pixels than the print.
                (document.sample(px - sub * 0.5, py - sub * 0.5)
                    + document.sample(px + sub * 0.5, py - sub * 0.5)
                    + document.sample(px - sub * 0.5, py + sub * 0.5)
                    + document.sample(px + sub * 0.5, py + sub * 0.5))
                    / 4.0
            } else {
                let near = (px.clamp(0.0, w) - px).hypot(py.clamp(0.0, h) - py) * scale;
                let wood = ((x as f32 + (y as f32 / 90.0).sin() * 30.0) / grain_period).sin() * grain;
                (desk + wood) * (1.0 - 0.25 * (-near / 12.0).exp())
            };
            if let Some(side) = hand {
                // A thumb over a lower corner, reaching a little over the edge.
                let (hx, hy) = (if side == 0 { -0.02 * w } else { 1.02 * w }, h * 1.0);
                let (dx, dy) = ((px - hx) / (0.075 * w), (py - hy) / (0.12 * w));
                if dx * dx + dy * dy < 1.0 {
                    tone = 165.0 - 30.0 * (dx * dx + dy * dy);
                }
            }
            let (u, v) = (x as f32 / width as f32 - 0.5, y as f32 / height as f32 - 0.5);
            tone *= 1.0 + light.0 * u + light.1 * v - 0.1 * strength * (u * u + v * v);
            if let Some((at, direction, depth)) = shadow {
                let side = u * direction.cos() + v * direction.sin() - at;
                tone *= 1.0 - depth / (1.0 + (-side * 60.0).exp());
            }
            if let Some((gx, gy, radius, power)) = glare {
                let d2 = ((x as f32 - gx) / radius).powi(2) + ((y as f32 - gy) / (radius * 0.7)).powi(2);
                tone += power * (-d2).exp();
            }
            picture[y * width + x] = tone * 0.96;
        }
    }
    let sigma = match level {
        Level::Light => dice.between(0.3, 0.6),
        Level::Normal => dice.between(0.5, 1.0),
        Level::Heavy => dice.between(0.9, 1.6),
    };
    blur(&mut picture, width, height, sigma);
    let pixels: Vec<u8> = picture
        .iter()
        .map(|tone| {
            let n = dice.unit() + dice.unit() + dice.unit() - 1.5;
            (tone + n * 2.0 * noise).clamp(0.0, 255.0) as u8
        })
        .collect();
    let quality = match level {
        Level::Light => 93,
        Level::Normal => 85,
        Level::Heavy => 65,
    };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, quality)
        .encode(&pixels, width as u32, height as u32, ExtendedColorType::L8)
        .expect("a JPEG in memory");
    jpeg
}

/// A flatbed's picture: paper on a white lid, a little askew, with dust and a streak.
pub fn scan(document: &Grey, level: Level, dice: &mut Dice) -> Vec<u8> {
    let strength = match level {
        Level::Light => 0.35,
        Level::Normal => 1.0,
        Level::Heavy => 1.9,
    };
    let (w, h) = (document.width as f32, document.height as f32);
    let scale = dice.between(0.8, 1.05);
    let border = if dice.chance(0.5) { dice.between(0.02, 0.12) } else { -0.004 };
    let (width, height) =
        ((w * scale * (1.0 + 2.0 * border)) as usize, (h * scale * (1.0 + 2.0 * border)) as usize);
    let (sin, cos) = (dice.between(-1.4, 1.4) * strength).to_radians().sin_cos();
    let lid = dice.between(244.0, 255.0);
    let gain = dice.between(0.98, 1.08);
    let streak =
        dice.chance(0.3 * strength).then(|| (dice.whole(0, width as u32 - 1), dice.between(12.0, 45.0)));
    let mut picture = vec![0f32; width * height];
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) =
                ((x as f32 - width as f32 / 2.0) / scale, (y as f32 - height as f32 / 2.0) / scale);
            let (px, py) = (dx * cos + dy * sin + w / 2.0, -dx * sin + dy * cos + h / 2.0);
            let inside = px >= 0.0 && py >= 0.0 && px < w && py < h;
            let mut tone = if inside { document.sample(px, py) * gain } else { lid };
            if streak.is_some_and(|(at, _)| x as u32 == at || x as u32 == at + 1) {
                tone -= streak.map_or(0.0, |(_, dark)| dark);
            }
            picture[y * width + x] = tone;
        }
    }
    for _ in 0..(12.0 * strength) as u32 {
        let (cx, cy, r) = (
            dice.whole(0, width as u32 - 1) as i32,
            dice.whole(0, height as u32 - 1) as i32,
            dice.whole(1, 3) as i32,
        );
        for y in (cy - r).max(0)..(cy + r).min(height as i32) {
            for x in (cx - r).max(0)..(cx + r).min(width as i32) {
                picture[y as usize * width + x as usize] = 90.0;
            }
        }
    }
    blur(&mut picture, width, height, dice.between(0.3, 0.7) * strength.max(0.7));
    let noise = 1.6 * strength;
    let pixels: Vec<u8> = picture
        .iter()
        .map(|tone| {
            let n = dice.unit() + dice.unit() + dice.unit() - 1.5;
            (tone + n * 2.0 * noise).clamp(0.0, 255.0) as u8
        })
        .collect();
    let quality = match level {
        Level::Light => 93,
        Level::Normal => 80,
        Level::Heavy => 55,
    };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, quality)
        .encode(&pixels, width as u32, height as u32, ExtendedColorType::L8)
        .expect("a JPEG in memory");
    jpeg
}

/// Gauss, rows then columns.
fn blur(picture: &mut [f32], width: usize, height: usize, sigma: f32) {
    let reach = (sigma * 2.5).ceil() as i32;
    let mut kernel: Vec<f32> =
        (-reach..=reach).map(|d| (-(d * d) as f32 / (2.0 * sigma * sigma)).exp()).collect();
    let sum: f32 = kernel.iter().sum();
    for k in &mut kernel {
        *k /= sum;
    }
    let mut rows = picture.to_vec();
    for y in 0..height {
        for x in 0..width {
            let mut total = 0.0;
            for (k, d) in kernel.iter().zip(-reach..) {
                total += k * picture[y * width + (x as i32 + d).clamp(0, width as i32 - 1) as usize];
            }
            rows[y * width + x] = total;
        }
    }
    for y in 0..height {
        for x in 0..width {
            let mut total = 0.0;
            for (k, d) in kernel.iter().zip(-reach..) {
                total += k * rows[(y as i32 + d).clamp(0, height as i32 - 1) as usize * width + x];
            }
            picture[y * width + x] = total;
        }
    }
}
