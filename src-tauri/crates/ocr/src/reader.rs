//! From a picture's bytes to a [`Reading`].

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::time::Instant;

use madoka_text::{Date, Gazetteer};

use crate::engine::{Engines, Letter, Script, UNREAD, Way};
use crate::glyphs::Glyphs;
use crate::ink::{Sheet, sheet};
use crate::kinds::Kind;
use crate::known::{Known, settle};
use crate::layout::{Page, holds, likeness, together};
use crate::pages::{MOST_PAGES, Pages, first};
use crate::picture::Grey;
use crate::reading::Reading;
use crate::straight::straightened;
use crate::weigh::check_together;
use crate::{OcrError, Problem, field, find, labels, masks, quality};

/// How to read.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// The kind the officer chose; recognised when none.
    pub kind: Option<&'a str>,
    /// The day of the visit: births lie before it, expiries around it.
    pub today: Option<Date>,
    /// Municipalities; the nation's when none.
    pub gazetteer: Option<&'a Gazetteer>,
    /// The city's towns and residents.
    pub known: Option<&'a dyn Known>,
    /// Set from another thread to stop early.
    pub cancel: Option<&'a AtomicBool>,
    /// Told how much is done, in hundredths.
    pub progress: Option<&'a (dyn Fn(u8) + Sync)>,
    /// Of several documents only the one that stood here: [`Reading::spot`] of an earlier reading.
    pub only: Option<Spot>,
}

/// Where in a file a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spot {
    /// The page of a PDF or the sheet of a TIFF, from 1; 1 for any other picture.
    pub page: usize,
    /// Which of the documents on it, the largest being 1; 0 for the page as a whole.
    pub place: usize,
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Options<'_> {
    fn check(&self) -> Result<(), OcrError> {
        if self.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
            Err(OcrError::Cancelled)
        } else {
            Ok(())
        }
    }

    fn tell(&self, hundredths: u8) {
        if let Some(progress) = self.progress {
            progress(hundredths);
        }
    }
}

/// What can be told of a picture without reading it; quick enough for a camera's preview.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Corners of each document from the top left, clockwise, in parts of the picture's width and height.
    pub documents: Vec<[(f32, f32); 4]>,
    /// How many lines of text there are on the largest, or on the whole picture where there is none.
    pub lines: usize,
    /// Why it would read badly, each with how to take it again.
    pub problems: Vec<Problem>,
}

/// Whether there is a document in the picture, and where.
pub fn look(bytes: &[u8]) -> Result<Look, OcrError> {
    let picture = first(bytes)?;
    let found = find::documents(&picture);
    let page = found.first().map(|corners| find::flatten(&picture, corners));
    let page = page.as_ref().unwrap_or(&picture);
    let sheet = sheet(page);
    let mut problems = quality::faults(page, &sheet);
    if sheet.lines.is_empty() {
        problems.insert(0, Problem::NoDocument);
    }
    let lines = sheet.lines.len();
    let (width, height) = (picture.width as f32, picture.height as f32);
    let documents = found.into_iter().map(|corners| corners.map(|(x, y)| (x / width, y / height))).collect();
    Ok(Look { documents, lines, problems })
}

/// Reads documents; keep one for as long as the program runs, its engines stay warm.
#[derive(Debug)]
pub struct Reader {
    engines: Engines,
    threads: usize,
}

/// A page that was laid flat and turned upright, with its first reading.
struct Upright {
    page: Grey,
    sheet: Sheet,
    lines: Vec<Vec<Letter>>,
    kind: Option<&'static Kind>,
    score: f32,
}

impl Upright {
    fn letters(&self) -> usize {
        self.lines.iter().flatten().filter(|letter| letter.c != UNREAD).count()
    }
}

/// How much is done of all steps, in hundredths, where this one is done so far.
fn part_of(step: usize, steps: usize, hundredths: u8) -> u8 {
    let steps = steps.max(1);
    ((step.min(steps) * 100 + usize::from(hundredths)) / steps).min(100) as u8
}

/// What has fewer letters is no document.
const LETTERS_OF_A_DOCUMENT: usize = 24;
/// Enough words of a kind were found to say it is one.
const SURE_OF_KIND: f32 = 3.0;
/// Enough in a few lines to read all of them.
const PROMISING: f32 = 0.6;

impl Reader {
    /// Starts the engines (about 0.1 s each).
    pub fn new() -> Result<Self, OcrError> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 4);
        Glyphs::prepare();
        Ok(Self { engines: Engines::new(threads)?, threads })
    }

    /// The document in the picture; the one best understood where there are several. Of a PDF or a TIFF of several pages
    /// the first page a document is recognised on.
    pub fn read(&self, bytes: &[u8], options: &Options<'_>) -> Result<Reading, OcrError> {
        let mut all = self.documents(bytes, options, false)?;
        let best = all
            .iter()
            .enumerate()
            .max_by_key(|(index, reading)| (reading.kind.is_some(), reading.fields.len(), usize::MAX - index))
            .map_or(0, |(index, _)| index);
        if best < all.len() { Ok(all.swap_remove(best)) } else { Err(OcrError::Reading) }
    }

    /// Every document in the picture, the largest first; of a PDF or a TIFF those of every page. A file of very many
    /// pages is not read to its end, and the last reading says so ([`Problem::MorePages`]).
    pub fn read_all(&self, bytes: &[u8], options: &Options<'_>) -> Result<Vec<Reading>, OcrError> {
        self.documents(bytes, options, true)
    }

    fn documents(
        &self,
        bytes: &[u8],
        options: &Options<'_>,
        every_page: bool,
    ) -> Result<Vec<Reading>, OcrError> {
        let start = Instant::now();
        let chosen = options.kind.map(Kind::by_id).transpose()?;
        let wanted = || options.check();
        wanted()?;
        let mut pages = Pages::open(bytes, &wanted)?;
        let count = pages.count();
        let numbers = match options.only {
            Some(spot) => spot.page.max(1) - 1..spot.page.max(1),
            None => 0..count.min(MOST_PAGES),
        };
        let steps = if every_page { numbers.len() } else { 1 };
        // Pages and quarter turns go over the same steps again: what is told only grows.
        let highest = AtomicU8::new(0);
        let mut readings: Vec<Reading> = Vec::new();
        let mut spoilt = false;
        for (step, number) in numbers.enumerate() {
            wanted()?;
            let picture = match pages.page(number, &wanted) {
                Ok(picture) => picture,
                Err(OcrError::Cancelled) => return Err(OcrError::Cancelled),
                // One spoilt page does not take the others away.
                Err(_) if every_page && step > 0 => {
                    spoilt = true;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let tell = |hundredths: u8| {
                let told = part_of(step.min(steps - 1), steps, hundredths);
                if highest.fetch_max(told, Ordering::Relaxed) < told {
                    options.tell(told);
                }
            };
            let options = &Options { progress: Some(&tell), ..*options };
            let mut found = self.on_picture(&picture, chosen, options, start)?;
            for reading in &mut found {
                reading.spot.page = number + 1;
            }
            readings.extend(found);
            if !every_page && readings.iter().any(|reading| reading.kind.is_some()) {
                break;
            }
        }
        // Pages without a document (a covering letter) say nothing where another page has one.
        if readings.iter().any(|reading| reading.kind.is_some()) {
            readings.retain(|reading| reading.kind.is_some() || reading.spot.place > 0);
        } else {
            readings.truncate(1);
        }
        if let Some(last) = readings.last_mut() {
            if spoilt {
                last.problems.push(Problem::SpoiltPage);
            }
            if every_page && options.only.is_none() && count > MOST_PAGES {
                last.problems.push(Problem::MorePages);
            }
        }
        options.tell(100);
        Ok(readings)
    }

    fn on_picture(
        &self,
        picture: &Grey,
        chosen: Option<&'static Kind>,
        options: &Options<'_>,
        start: Instant,
    ) -> Result<Vec<Reading>, OcrError> {
        options.tell(10);
        let wanted = |place: usize| options.only.is_none_or(|spot| spot.place == place);
        let found = find::documents(picture);
        let pages: Vec<(usize, Grey)> = found
            .iter()
            .zip(1..)
            .filter(|(_, place)| wanted(*place))
            .map(|(corners, place)| (place, straightened(&find::flatten(picture, corners))))
            .collect();
        options.check()?;
        options.tell(20);
        let mut readings = Vec::new();
        for (step, (place, page)) in pages.iter().enumerate() {
            let tell = |hundredths: u8| options.tell(20 + part_of(step, pages.len(), hundredths) / 5 * 4);
            let options = &Options { progress: Some(&tell), ..*options };
            let upright = self.upright(page, chosen, options)?;
            // A rim without text was something else: a book, a tray, a sheet of paper.
            if upright.kind.is_some() || upright.letters() >= LETTERS_OF_A_DOCUMENT {
                let mut reading = self.fields(&upright, options, start)?;
                reading.spot.place = *place;
                readings.push(reading);
            }
        }
        let known = |reading: &Reading| reading.kind.is_some();
        let filled: usize = readings.iter().map(Reading::filled).sum();
        // A rim around a part of the page (shaded cells, a shadow) leaves most fields out.
        if options.only.is_none()
            && readings.iter().any(known)
            && !readings.iter().any(Reading::mostly_filled)
        {
            let whole = self.upright(&straightened(picture), chosen, options)?;
            let whole = self.fields(&whole, options, start)?;
            if whole.filled() > filled {
                return Ok(vec![whole]);
            }
        }
        if options.only.is_some_and(|spot| spot.place > 0) && !readings.is_empty()
            || readings.iter().any(known)
        {
            readings.sort_by_key(|reading| !known(reading));
            return Ok(readings);
        }
        // A full-page scan has no rim, and a rim may have been something else.
        let upright = self.upright(&straightened(picture), chosen, options)?;
        Ok(vec![self.fields(&upright, options, start)?])
    }

    /// Tries the page as it lies, then on its head, then on its sides.
    fn upright(
        &self,
        page: &Grey,
        chosen: Option<&'static Kind>,
        options: &Options<'_>,
    ) -> Result<Upright, OcrError> {
        let mut best: Option<Upright> = None;
        // A few lines tell how it lies; where none of the four says what it is, it is read whole on its head too.
        for (quarters, probe) in [(0, false), (2, true), (1, true), (3, true), (2, false)] {
            options.check()?;
            let turned = page.turned(quarters);
            let sheet = sheet(&turned);
            let lines = self.lines(&turned, &sheet, probe, options)?;
            let (kind, score) = Self::kind_of(&lines, chosen);
            let promising = probe && score > PROMISING;
            let lines = if promising { self.lines(&turned, &sheet, false, options)? } else { lines };
            let (kind, score) = if promising { Self::kind_of(&lines, chosen) } else { (kind, score) };
            let sure = score >= SURE_OF_KIND;
            if best.as_ref().is_none_or(|other| score > other.score) {
                best = Some(Upright { page: turned, sheet, lines, kind, score });
            }
            if sure {
                break;
            }
        }
        let mut upright = best.ok_or(OcrError::Reading)?;
        if upright.score < SURE_OF_KIND {
            upright.kind = chosen;
        }
        masks::individual_numbers(&mut upright.page, &mut upright.lines, upright.kind);
        Ok(upright)
    }

    fn kind_of(lines: &[Vec<Letter>], chosen: Option<&'static Kind>) -> (Option<&'static Kind>, f32) {
        if let Some(kind) = chosen {
            return (Some(kind), likeness(kind, lines));
        }
        Kind::all()
            .iter()
            .map(|kind| (Some(kind), likeness(kind, lines)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or((None, 0.0))
    }

    /// The first reading of every line; with `probe` only of the longest few and the tallest.
    fn lines(
        &self,
        page: &Grey,
        sheet: &Sheet,
        probe: bool,
        options: &Options<'_>,
    ) -> Result<Vec<Vec<Letter>>, OcrError> {
        const MOST_LINES: usize = 160;
        const PROBED: usize = 20;
        /// Of these so many by their height: a title is short and says more than the longest line.
        const TITLES: usize = 6;
        let mut areas = sheet.lines.clone();
        areas.sort_by_key(|area| -area.width() / area.height().max(1));
        if probe {
            let long = areas.len().min(PROBED - TITLES);
            if let Some(rest) = areas.get_mut(long..) {
                // What is no wider than a letter or two is a stain, a seal, a photograph.
                rest.sort_by_key(|area| (area.width() < 3 * area.height(), -area.height()));
            }
        }
        areas.truncate(if probe { PROBED } else { MOST_LINES });
        self.each(&areas, options, if probe { (0, 0) } else { (20, 60) }, |area| {
            let letters = self.engines.line(page, *area, Way::Local, Script::Japanese, "")?;
            if !letters.is_empty() {
                return Ok(letters);
            }
            let letters = self.engines.line(page, *area, Way::Soft, Script::Japanese, "")?;
            // Ink that cannot be read is still shown to a person: it stays in its place.
            let unread = || vec![Letter { c: UNREAD, area: *area }];
            Ok(if letters.is_empty() { unread() } else { letters })
        })
    }

    /// Works on all items with as many threads as there are engines, in order; tells hundredths between two.
    fn each<I: Sync, O: Send>(
        &self,
        items: &[I],
        options: &Options<'_>,
        (from, to): (u8, u8),
        work: impl Fn(&I) -> Result<O, OcrError> + Sync,
    ) -> Result<Vec<O>, OcrError> {
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<(usize, Result<O, OcrError>)>> = Mutex::new(Vec::with_capacity(items.len()));
        std::thread::scope(|scope| {
            for _ in 0..self.threads.min(items.len()) {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(item) = items.get(index) else { break };
                        let result = options.check().and_then(|()| work(item));
                        let failed = result.is_err();
                        if let Ok(mut done) = done.lock() {
                            done.push((index, result));
                            let part = usize::from(to - from) * done.len() / items.len();
                            options.tell(from + part as u8);
                        }
                        if failed {
                            break;
                        }
                    }
                });
            }
        });
        let mut done = done.into_inner().map_err(|_| OcrError::Reading)?;
        done.sort_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, result)| result).collect()
    }

    fn fields(&self, upright: &Upright, options: &Options<'_>, start: Instant) -> Result<Reading, OcrError> {
        let problems = quality::problems(&upright.page, &upright.sheet, &upright.lines, upright.kind);
        let mut fields = Vec::new();
        if let Some(kind) = upright.kind {
            let page = Page {
                lines: together(self.with_labels(upright, kind, options)?, kind),
                sheet: &upright.sheet,
                width: upright.page.width as i32,
            };
            let places = page.places(kind);
            fields = self.each(&places, options, (65, 95), |(id, field, place)| {
                field::read(&self.engines, &upright.page, id, field, place, options)
            })?;
            if let Some(known) = options.known {
                settle(&mut fields, known);
            }
            check_together(&mut fields);
        }
        let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let spot = Spot { page: 1, place: 0 };
        Ok(Reading { kind: upright.kind, fields, problems, spot, millis })
    }

    /// The lines, with labels tesseract misread (本籍, 続柄) read by the glyph reader: only words of this kind that were
    /// found nowhere, and only where a line is the word and nothing else, or begins with it.
    fn with_labels(
        &self,
        upright: &Upright,
        kind: &Kind,
        options: &Options<'_>,
    ) -> Result<Vec<Vec<Letter>>, OcrError> {
        let page = Page {
            lines: together(upright.lines.clone(), kind),
            sheet: &upright.sheet,
            width: upright.page.width as i32,
        };
        let found = page.named(kind);
        let fields = kind.fields.iter().chain(&kind.members);
        let wanted: Vec<&String> = fields
            .filter(|field| !found.contains(&field.id.as_str()))
            .flat_map(|field| &field.labels)
            .collect();
        if wanted.is_empty() {
            return Ok(upright.lines.clone());
        }
        let glyphs = Glyphs::drawn();
        let known: Vec<&String> =
            kind.fields.iter().chain(&kind.members).flat_map(|field| &field.labels).collect();
        let labelled = |part: &[Letter]| known.iter().any(|label| holds(part, label));
        let named = |part: &[Letter], limit: i32| {
            if labelled(part) {
                None
            } else {
                labels::named(&glyphs, &upright.page, &upright.sheet, part, limit, &wanted)
            }
        };
        self.each(&upright.lines, options, (60, 65), |line| {
            // A label set wide is a line of parts.
            if let Some(line) = named(line, i32::MAX) {
                return Ok(line);
            }
            let parts: Vec<&[Letter]> = labels::parts(line).collect();
            if parts.len() < 2 {
                return Ok(line.clone());
            }
            let limits = parts.iter().skip(1).filter_map(|next| next.first()).map(|next| next.area.left);
            let limits: Vec<i32> = limits.chain([i32::MAX]).collect();
            let each = parts.into_iter().zip(limits);
            Ok(each.flat_map(|(part, limit)| named(part, limit).unwrap_or_else(|| part.to_vec())).collect())
        })
    }
}
