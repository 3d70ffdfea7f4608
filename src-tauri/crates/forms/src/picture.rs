//! Pages as pictures: for the window, `form preview` and tests.
//!
//! The window has no PDF viewer of its own: whatever a resident's papers hold is drawn here, in memory, and nothing of it
//! touches a disk.

use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};

/// A page as a picture.
#[derive(Debug, Clone)]
pub struct PagePicture {
    pub width: u32,
    pub height: u32,
    /// Red, green, blue, opacity; nothing shines through.
    pub pixels: Vec<u8>,
}

impl PagePicture {
    /// As a PNG file, made quickly rather than small: without colour where the page has none.
    pub fn to_png(&self) -> Option<Vec<u8>> {
        let grey =
            self.pixels.as_chunks::<4>().0.iter().all(|[red, green, blue, _]| red == green && green == blue);
        let pixels = self.pixels.as_chunks::<4>().0.iter();
        let (bytes, colour): (Vec<u8>, _) = if grey {
            (pixels.map(|[red, ..]| *red).collect(), ExtendedColorType::L8)
        } else {
            (
                pixels.flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect(),
                ExtendedColorType::Rgb8,
            )
        };
        let mut png = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::NoFilter);
        encoder.write_image(&bytes, self.width, self.height, colour).ok()?;
        Some(png)
    }
}

/// How large to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Size {
    /// So many dots an inch.
    Dpi(f64),
    /// So many dots wide.
    Width(u32),
}

/// The largest side of a picture in pixels.
const MOST_PIXELS: f64 = 12_000.0;

/// A page (from 0) of a PDF, so many dots an inch.
pub fn page_picture(pdf: &[u8], page: usize, dpi: f64) -> Option<PagePicture> {
    let pdf = Pdf::new(Arc::new(pdf.to_vec())).ok()?;
    draw(&pdf, &RenderCache::new(), page, Size::Dpi(dpi))
}

/// How many pages a PDF has; none where it is no PDF.
pub fn page_count(pdf: &[u8]) -> usize {
    Pdf::new(Arc::new(pdf.to_vec())).map_or(0, |pdf| pdf.pages().len())
}

fn draw<'a>(pdf: &'a Pdf, cache: &RenderCache<'a>, page: usize, size: Size) -> Option<PagePicture> {
    let page = pdf.pages().get(page)?;
    let (width, height) = page.render_dimensions();
    let most = MOST_PIXELS / f64::from(width.max(height)).max(1.0);
    let scale = match size {
        Size::Dpi(dpi) => dpi / 72.0,
        // A little more than asked for, for the renderer rounds down.
        Size::Width(dots) => (f64::from(dots) + 0.01) / f64::from(width).max(1.0),
    };
    #[expect(clippy::cast_possible_truncation, reason = "a scale of a few units")]
    let scale = scale.min(most) as f32;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, ..PixmapSettings::default() };
    let map = render(page, cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let (width, height) = (u32::from(map.width()), u32::from(map.height()));
    let mut pixels = map.data_as_u8_slice().to_vec();
    // What nobody painted is paper. (Premultiplied: white shows through by what is missing of the opacity.)
    for pixel in pixels.chunks_exact_mut(4) {
        let through = 255 - pixel.last().copied().unwrap_or(255);
        for channel in pixel.iter_mut() {
            *channel = channel.saturating_add(through);
        }
    }
    Some(PagePicture { width, height, pixels })
}

/// A PDF whose pages are looked at one after the other: opened once, its letters kept between pages.
///
/// A thread of its own draws; it ends with this.
pub struct Pages(Mutex<mpsc::Sender<Ask>>);

struct Ask {
    page: usize,
    size: Size,
    answer: mpsc::SyncSender<Option<PagePicture>>,
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pages(…)")
    }
}

impl Pages {
    pub fn open(pdf: Vec<u8>) -> Self {
        let (asks, asked) = mpsc::channel::<Ask>();
        std::thread::spawn(move || {
            let Ok(pdf) = Pdf::new(Arc::new(pdf)) else { return };
            let cache = RenderCache::new();
            for ask in asked {
                // Who asked may have gone on to another page.
                let _ = ask.answer.send(draw(&pdf, &cache, ask.page, ask.size));
            }
        });
        Self(Mutex::new(asks))
    }

    /// Draws a page (from 0) and waits for it. `None` where there is no such page.
    pub fn picture(&self, page: usize, size: Size) -> Option<PagePicture> {
        let (answer, picture) = mpsc::sync_channel(1);
        let asks = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        asks.send(Ask { page, size, answer }).ok()?;
        picture.recv().ok()?
    }
}
