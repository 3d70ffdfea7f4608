//! From a picture's bytes to a [`Reading`].

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use madoka_facts::Confidence;
use madoka_text::{Date, Gazetteer};

use crate::engine::{Engines, Letter, Way};
use crate::ink::{Sheet, sheet};
use crate::kinds::{FieldKind, Kind, Reads};
use crate::layout::{Page, Place, likeness};
use crate::picture::{Area, Grey, decode};
use crate::reading::{FieldReading, Reading};
use crate::{OcrError, find, masks, quality, values};

/// How to read.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// The kind the officer chose; recognised when none.
    pub kind: Option<&'a str>,
    /// The day of the visit: births lie before it, expiries around it.
    pub today: Option<Date>,
    /// Municipalities; the nation's when none.
    pub gazetteer: Option<&'a Gazetteer>,
    /// Set from another thread to stop early.
    pub cancel: Option<&'a AtomicBool>,
    /// Told how much is done, in hundredths.
    pub progress: Option<&'a (dyn Fn(u8) + Sync)>,
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
}

/// Whether there is a document in the picture, and where.
pub fn look(bytes: &[u8]) -> Result<Look, OcrError> {
    let picture = decode(bytes)?;
    let found = find::documents(&picture);
    let page = found.first().map(|corners| find::flatten(&picture, corners));
    let lines = sheet(page.as_ref().unwrap_or(&picture)).lines.len();
    let (width, height) = (picture.width as f32, picture.height as f32);
    let documents = found.into_iter().map(|corners| corners.map(|(x, y)| (x / width, y / height))).collect();
    Ok(Look { documents, lines })
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

/// Enough words of a kind were found to say it is one.
const SURE_OF_KIND: f32 = 3.0;

impl Reader {
    /// Starts the engines (about 0.1 s each).
    pub fn new() -> Result<Self, OcrError> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 4);
        Ok(Self { engines: Engines::new(threads)?, threads })
    }

    /// The document in the picture; the one best understood where there are several.
    pub fn read(&self, bytes: &[u8], options: &Options<'_>) -> Result<Reading, OcrError> {
        let mut all = self.read_all(bytes, options)?;
        let best = all
            .iter()
            .enumerate()
            .max_by_key(|(index, reading)| (reading.kind.is_some(), reading.fields.len(), usize::MAX - index))
            .map_or(0, |(index, _)| index);
        if best < all.len() { Ok(all.swap_remove(best)) } else { Err(OcrError::Reading) }
    }

    /// Every document in the picture, the largest first.
    pub fn read_all(&self, bytes: &[u8], options: &Options<'_>) -> Result<Vec<Reading>, OcrError> {
        let start = Instant::now();
        let chosen = options.kind.map(Kind::by_id).transpose()?;
        let picture = decode(bytes)?;
        options.check()?;
        options.tell(10);
        let found = find::documents(&picture);
        let mut pages: Vec<Grey> = found.iter().map(|corners| find::flatten(&picture, corners)).collect();
        options.tell(20);
        let mut readings = Vec::new();
        for page in pages.drain(..) {
            let upright = self.upright(&page, chosen, options)?;
            if upright.kind.is_some() {
                readings.push(self.fields(&upright, options, start)?);
            }
        }
        if readings.is_empty() {
            // A full-page scan has no rim, and a rim may have been something else.
            let upright = self.upright(&picture, chosen, options)?;
            readings.push(self.fields(&upright, options, start)?);
        }
        options.tell(100);
        Ok(readings)
    }

    /// Tries the page as it lies, then on its head, then on its sides.
    fn upright(
        &self,
        page: &Grey,
        chosen: Option<&'static Kind>,
        options: &Options<'_>,
    ) -> Result<Upright, OcrError> {
        let mut best: Option<Upright> = None;
        for quarters in [0, 2, 1, 3] {
            options.check()?;
            let turned = page.turned(quarters);
            let sheet = sheet(&turned);
            let probe = best.is_some() || quarters > 0;
            let lines = self.lines(&turned, &sheet, probe, options)?;
            let (kind, score) = Self::kind_of(&lines, chosen);
            let lines =
                if probe && score > 1.0 { self.lines(&turned, &sheet, false, options)? } else { lines };
            let (kind, score) =
                if probe && score > 1.0 { Self::kind_of(&lines, chosen) } else { (kind, score) };
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
        masks::individual_numbers(&mut upright.page, &mut upright.lines);
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

    /// The first reading of every line; with `probe` only of the longest few.
    fn lines(
        &self,
        page: &Grey,
        sheet: &Sheet,
        probe: bool,
        options: &Options<'_>,
    ) -> Result<Vec<Vec<Letter>>, OcrError> {
        const MOST_LINES: usize = 160;
        let mut areas = sheet.lines.clone();
        areas.sort_by_key(|area| -area.width() / area.height().max(1));
        areas.truncate(if probe { 10 } else { MOST_LINES });
        let mut lines = self.each(&areas, options, |area| self.engines.line(page, *area, Way::Local, ""))?;
        lines.retain(|line| !line.is_empty());
        Ok(lines)
    }

    /// Works on all items with as many threads as there are engines, in order.
    fn each<I: Sync, O: Send>(
        &self,
        items: &[I],
        options: &Options<'_>,
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
        options.tell(60);
        let problems = quality::problems(&upright.page, &upright.sheet, &upright.lines, upright.kind);
        let mut fields = Vec::new();
        if let Some(kind) = upright.kind {
            let page = Page {
                lines: upright.lines.clone(),
                sheet: &upright.sheet,
                width: upright.page.width as i32,
            };
            let places = page.places(kind);
            fields = self.each(&places, options, |(id, field, place)| {
                self.field(&upright.page, id, field, place, options)
            })?;
            check_together(&mut fields);
        }
        let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(Reading { kind: upright.kind, fields, problems, millis })
    }

    /// Reads one field again, in two other ways, and weighs the three.
    fn field(
        &self,
        page: &Grey,
        id: &str,
        field: &FieldKind,
        place: &Place,
        options: &Options<'_>,
    ) -> Result<FieldReading, OcrError> {
        let only = values::only(field.reads);
        let mut texts = Vec::new();
        for way in [Way::Local, Way::Soft] {
            let mut letters = Vec::new();
            for row in &place.rows {
                letters.extend(self.engines.line(page, *row, way, only)?);
            }
            texts.push(text_of(&letters, field.reads));
        }
        texts.push(text_of(&place.letters, field.reads));
        let values: Vec<Option<String>> =
            texts.iter().map(|text| values::parse(field, text, options.today)).collect();
        Ok(weigh(page, id, field, place, &texts, &values, options))
    }
}

/// Letters as a text. In names the widest gap between letters is the space between family and given name.
fn text_of(letters: &[Letter], reads: Reads) -> String {
    let speck = |letter: &Letter| !letter.c.is_alphanumeric() && !matches!(letter.c, '々' | 'ー' | '〆');
    let start = letters.iter().take_while(|letter| speck(letter)).count();
    let end = letters.len() - letters.iter().rev().take_while(|letter| speck(letter)).count();
    let letters = match (reads, letters.get(start..end)) {
        (Reads::Name | Reads::Kana, Some(inner)) => inner,
        _ => letters,
    };
    let latin = letters.iter().filter(|letter| letter.c.is_ascii_alphabetic()).count() * 2 > letters.len();
    let spaced = matches!(reads, Reads::Name | Reads::Kana);
    let mut text = String::new();
    let height = letters.iter().map(|letter| letter.area.height()).max().unwrap_or(0);
    let gap_at = if spaced { widest_gap(letters, height, latin) } else { Vec::new() };
    for (index, letter) in letters.iter().enumerate() {
        if gap_at.contains(&index) {
            text.push(if latin { ' ' } else { '　' });
        }
        text.push(letter.c);
    }
    text
}

fn widest_gap(letters: &[Letter], height: i32, latin: bool) -> Vec<usize> {
    let gaps: Vec<(usize, i32)> = letters
        .windows(2)
        .enumerate()
        .filter_map(|(index, pair)| match pair {
            [a, b] => Some((index + 1, b.area.left - a.area.right)),
            _ => None,
        })
        .collect();
    if latin {
        return gaps
            .into_iter()
            .filter(|(_, gap)| *gap * 100 > height * 28)
            .map(|(index, _)| index)
            .collect();
    }
    gaps.into_iter()
        .filter(|(_, gap)| *gap * 100 > height * 35)
        .max_by_key(|(_, gap)| *gap)
        .map(|(index, _)| index)
        .into_iter()
        .collect()
}

fn weigh(
    page: &Grey,
    id: &str,
    field: &FieldKind,
    place: &Place,
    texts: &[String],
    values: &[Option<String>],
    options: &Options<'_>,
) -> FieldReading {
    let gazetteer = options.gazetteer.unwrap_or_else(|| Gazetteer::nation());
    let mut votes: Vec<(String, usize, usize)> = Vec::new();
    let mut known_place = false;
    for (index, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        let value = if field.reads == Reads::Address {
            let (value, known) = values::address(value, gazetteer);
            known_place |= known;
            value
        } else {
            value.clone()
        };
        if let Some(vote) = votes.iter_mut().find(|(other, _, _)| *other == value) {
            vote.1 += 1;
        } else {
            votes.push((value, 1, index));
        }
    }
    votes.sort_by_key(|(_, count, first)| (std::cmp::Reverse(*count), *first));
    let best = votes.first().cloned();
    let (value, count, first) = best.unwrap_or_default();
    let text = texts.get(first).or_else(|| texts.first()).cloned().unwrap_or_default();
    // Both readings of the crop itself must say the same, and no third may say something else that could be.
    let agreed = matches!(values, [Some(a), Some(b), ..] if a == b);
    let contradicted = votes.len() > 1;
    // One letter alone has nothing that could contradict it: 「B」 was read as 「2」 three times alike.
    let checkable =
        !matches!(field.reads, Reads::Name | Reads::Address | Reads::Text | Reads::City | Reads::Grade);
    // A whitelist makes digits of anything; so the first reading, which had none, must say the same.
    let sure = checkable && agreed && !contradicted && count >= 3;
    let thousandths = match (value.is_empty(), checkable, count, contradicted) {
        (true, ..) => 0,
        (_, true, 3.., _) => 995,
        (_, true, 2, false) => 985,
        (_, true, 2, true) => 900,
        (_, true, _, false) => 800,
        (_, true, _, true) => 400,
        (_, false, 3.., _) if field.reads == Reads::Address && known_place => 950,
        (_, false, 3.., _) => 850,
        (_, false, 2, _) => 600,
        (_, false, ..) => 350,
    };
    let area = place.rows.iter().copied().reduce(Area::with).unwrap_or_default();
    let margin = area.height() / 5;
    let crop = page.crop(area.grown(margin * 2, margin)).png();
    let parts = |v: i32, of: usize| v * 1000 / i32::try_from(of.max(1)).unwrap_or(1);
    let is_name = field.reads == Reads::Name;
    FieldReading {
        id: id.to_owned(),
        reads: field.reads,
        glyphs: if is_name { FieldReading::glyphs_of(&value) } else { Vec::new() },
        value,
        text,
        confidence: confidence(thousandths),
        confirm: !sure,
        alternatives: votes.into_iter().skip(1).map(|(value, _, _)| value).collect(),
        area: [
            parts(area.left, page.width),
            parts(area.top, page.height),
            parts(area.width(), page.width),
            parts(area.height(), page.height),
        ],
        crop,
    }
}

const fn confidence(thousandths: u16) -> Confidence {
    const NONE: Confidence = match Confidence::from_thousandths(0) {
        Some(none) => none,
        None => unreachable!(),
    };
    match Confidence::from_thousandths(thousandths) {
        Some(confidence) => confidence,
        None => NONE,
    }
}

/// What cannot be true together is looked at by a person.
fn check_together(fields: &mut [FieldReading]) {
    let day = |fields: &[FieldReading], id: &str| {
        fields.iter().find(|field| field.id == id).and_then(|field| field.value.parse::<Date>().ok())
    };
    let (born, issued, expires) = (day(fields, "birth_date"), day(fields, "issued"), day(fields, "expires"));
    let mut doubt = |ids: &[&str]| {
        for field in fields.iter_mut().filter(|field| ids.contains(&field.id.as_str())) {
            field.confirm = true;
            field.confidence = confidence(300);
        }
    };
    if issued.zip(expires).is_some_and(|(issued, expires)| issued > expires) {
        doubt(&["issued", "expires"]);
    }
    if born.zip(issued).is_some_and(|(born, issued)| born > issued) {
        doubt(&["birth_date", "issued"]);
    }
    if born.zip(expires).is_some_and(|(born, expires)| born >= expires) {
        doubt(&["birth_date", "expires"]);
    }
}
