//! One field onto its page.

use madoka_facts::{FactPath, PersonRef, Value};
use madoka_rules::Tri;
use madoka_text::{BirthDate, Glyphs, is_hyphen, to_half_width_kana};

use super::marks::{mark, slash};
use super::values::{Context, commas};
use super::{Blank, Reason, Stamp};
use crate::draw::{Fonts, Page, Setting, Unset, picture, set};
use madoka_template::{
    Comb, DateField, Empty, EraPlace, EraStyle, Face, Field, Fit, Format, Horizontal, Kind, Mark, Part,
    Piece, Reference, Source, TextField, Zero,
};
use madoka_template::{POINTS, Rect};

impl From<Unset> for Reason {
    fn from(unset: Unset) -> Self {
        match unset {
            Unset::Missing(at) => Self::MissingGlyph(at),
            Unset::TooLong => Self::TooLong,
        }
    }
}

/// Where a field is drawn: the page, the pictures laid on it, how far a row stands from the first.
pub(super) struct Place<'a> {
    pub(super) page: &'a mut Page,
    pub(super) pictures: &'a mut Vec<(lopdf::Stream, [f64; 4])>,
    pub(super) moved: (f64, f64),
}

impl Place<'_> {
    fn at(&self, rect: Rect) -> Rect {
        rect.moved(self.moved.0, self.moved.1)
    }
}

/// What became of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drawn {
    Something,
    Nothing,
    /// Its condition does not hold.
    NotAsked,
}

/// What every field of a form shares.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    pub(super) blank: &'a Blank,
    pub(super) fonts: &'a Fonts,
    pub(super) context: Context<'a>,
}

impl Shared<'_> {
    /// The latest signature of this person for this form.
    pub(super) fn stamp(&self, who: &PersonRef) -> Option<&Stamp> {
        let filling = self.context.filling;
        let form = &self.blank.form.id;
        filling.stamps.iter().rev().find(|stamp| stamp.who == *who && stamp.forms.contains(form))
    }

    fn face(&self, field: &Field) -> Face {
        field.face.unwrap_or(self.blank.form.face)
    }

    fn size(&self, field: &Field) -> f64 {
        let usual = match field.kind {
            Kind::Furigana { .. } => self.blank.form.size.min(7.0),
            _ => self.blank.form.size,
        };
        field.size.unwrap_or(usual)
    }

    /// Draws the field, or says why its place stays empty: whole or not at all.
    pub(super) fn draw(&self, field: &Field, place: &mut Place<'_>) -> Result<Drawn, Reason> {
        if let Some(when) = &field.when {
            match self.context.filling.known.holds(when) {
                Tri::True => {}
                Tri::Unknown if field.required => return Err(Reason::MissingValue),
                Tri::False | Tri::Unknown => return Ok(Drawn::NotAsked),
            }
        }
        let (ops, pictures) = (place.page.ops.len(), place.pictures.len());
        let done = self.draw_whole(field, place);
        // Of several answers those that have a place are marked; half a date would be a wrong one.
        if done.is_err() && !matches!(field.kind, Kind::Choice { .. }) {
            place.page.ops.truncate(ops);
        }
        done?;
        let left = place.page.ops.len() == ops && place.pictures.len() == pictures;
        Ok(if left { Drawn::Nothing } else { Drawn::Something })
    }

    /// The facts a field shows, the one it was filled from first.
    pub(super) fn facts(&self, field: &Field) -> Vec<FactPath> {
        let mut out: Vec<FactPath> = Vec::new();
        out.extend(self.context.first(&field.source).and_then(|found| found.path));
        let references: Vec<&Reference> = match &field.source {
            Source::Nothing => Vec::new(),
            Source::FirstOf(all) => all.iter().collect(),
            Source::Words(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Value(reference, _) => Some(reference),
                    Piece::Literal(_) => None,
                })
                .collect(),
        };
        for path in references.into_iter().filter_map(|reference| self.context.path(reference)) {
            if !out.contains(&path) {
                out.push(path);
            }
        }
        out
    }

    fn draw_whole(&self, field: &Field, place: &mut Place<'_>) -> Result<(), Reason> {
        match &field.kind {
            Kind::Signature { who, screen, .. } => {
                if *screen && let Some(stamp) = self.stamp(who) {
                    stamp.draw(place.page, place.at(field.at), self.fonts);
                }
                Ok(())
            }
            Kind::Rows(_) => Ok(()),
            Kind::Mark(kind) => {
                mark(place.page, place.at(field.at), *kind, field.ink);
                Ok(())
            }
            Kind::Text(how) => self.text(field, how, place),
            Kind::Furigana { over, hiragana, text } => {
                self.furigana(field, over.as_ref(), *hiragana, text, place)
            }
            Kind::Comb(comb) => {
                let words = self.context.words(&field.source, &field.formats)?;
                self.or_empty(field, words, place, |words, place| self.comb(field, comb, &words, place))
            }
            Kind::Number { commas: wanted, prefix, zero, comb, text } => {
                let words = self.context.words(&field.source, &field.formats)?;
                self.or_empty(field, words, place, |words, place| {
                    if words == "0" && *zero == Zero::Blank {
                        return Ok(());
                    }
                    if let Some(comb) = comb {
                        return self.comb(field, comb, &format!("{prefix}{words}"), place);
                    }
                    let words = if *wanted { commas(&words) } else { words };
                    self.put(field, &format!("{prefix}{words}"), field.at, text, place)
                })
            }
            Kind::Date(date) => self.date(field, date, place),
            Kind::Choice { options, mark, others_left } => {
                self.choice(field, options, *mark, *others_left, place)
            }
            Kind::Picture { file, name } => self.picture(field, file.as_deref(), name.as_deref(), place),
            Kind::Qr => self.qr(field, place),
        }
    }

    fn or_empty(
        &self,
        field: &Field,
        words: Option<String>,
        place: &mut Place<'_>,
        draw: impl FnOnce(String, &mut Place<'_>) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        match (words, &field.empty) {
            (Some(words), _) => draw(words, place),
            (None, Empty::Words(words)) => {
                let how = TextField::default();
                self.put(field, words, field.at, &how, place)
            }
            (None, Empty::Slash) => {
                slash(place.page, place.at(field.at), field.ink);
                Ok(())
            }
            (None, Empty::Leave) if field.required => Err(Reason::MissingValue),
            (None, Empty::Leave) => Ok(()),
        }
    }

    fn put(
        &self,
        field: &Field,
        words: &str,
        at: Rect,
        how: &TextField,
        place: &mut Place<'_>,
    ) -> Result<(), Reason> {
        let setting = set(self.fonts, self.face(field), words, place.at(at), self.size(field), how)?;
        setting.draw(place.page, field.ink);
        Ok(())
    }

    fn text(&self, field: &Field, how: &TextField, place: &mut Place<'_>) -> Result<(), Reason> {
        let words = self.context.words(&field.source, &field.formats)?;
        self.or_empty(field, words, place, |words, place| {
            // A hyphen lies across a column; the dash of the same width stands in it.
            let words = if how.upright {
                madoka_text::to_full_width(&words).replace(['－', '−', '‐'], "―")
            } else {
                words
            };
            self.put(field, &words, field.at, how, place)
        })
    }

    fn furigana(
        &self,
        field: &Field,
        over: Option<&madoka_facts::Id>,
        hiragana: bool,
        how: &TextField,
        place: &mut Place<'_>,
    ) -> Result<(), Reason> {
        let script = if hiragana { Format::Hiragana } else { Format::Katakana };
        let mut formats = field.formats.clone();
        formats.push(script);
        let words = self.context.words(&field.source, &formats)?;
        self.or_empty(field, words, place, |words, place| {
            let below = over.and_then(|over| self.blank.form.fields.iter().find(|other| other.id == *over));
            if let Some(below) = below
                && self.over_parts(field, below, &words, how, place).is_some()
            {
                return Ok(());
            }
            self.put(field, &words, field.at, how, place)
        })
    }

    /// 姓 over 姓 and 名 over 名, where both are told apart and there is room.
    fn over_parts(
        &self,
        field: &Field,
        below: &Field,
        words: &str,
        how: &TextField,
        place: &mut Place<'_>,
    ) -> Option<()> {
        let Kind::Text(below_how) = &below.kind else { return None };
        if below_how.upright || below_how.fit != Fit::Shrink {
            return None;
        }
        let name = self.context.words(&below.source, &below.formats).ok()??;
        let (rect, size) = (place.at(below.at), self.size(below));
        let setting = set(self.fonts, self.face(below), &name, rect, size, below_how).ok()?;
        let space = setting.glyphs.iter().position(|glyph| matches!(glyph.text, " " | "\u{3000}"))?;
        let (family, given) = words.split_once([' ', '\u{3000}'])?;
        let em = setting.size / POINTS * setting.stretch;
        let span = |glyphs: &[crate::draw::Placed<'_>]| {
            let (first, last) = (glyphs.first()?, glyphs.last()?);
            Some((first.x, last.x + last.shape.advance * em))
        };
        let parts = [
            (family, span(setting.glyphs.get(..space)?)?),
            (given.trim(), span(setting.glyphs.get(space + 1..)?)?),
        ];
        let row = place.at(field.at);
        // Half of the space between belongs to each; the outer ends reach to the field's.
        let middle = f64::midpoint(parts[0].1.1, parts[1].1.0);
        let bounds = [(row.x, middle - 0.2), (middle + 0.2, row.right())];
        let how = TextField { horizontal: Horizontal::Centre, padding: 0.0, ..*how };
        let mut settings: Vec<Setting<'_>> = Vec::new();
        for ((text, (from, to)), (least, most)) in parts.into_iter().zip(bounds) {
            let centre = f64::midpoint(from, to);
            let half = (centre - least).min(most - centre);
            let rect = Rect::new(centre - half, row.y, half * 2.0, row.h);
            settings.push(set(self.fonts, self.face(field), text, rect, self.size(field), &how).ok()?);
        }
        for setting in settings {
            setting.draw(place.page, field.ink);
        }
        Some(())
    }

    fn comb(&self, field: &Field, comb: &Comb, words: &str, place: &mut Place<'_>) -> Result<(), Reason> {
        let words = if comb.marks_apart { to_half_width_kana(words) } else { words.to_owned() };
        let mut letters: Vec<&str> = Glyphs::of(&words).map(madoka_text::Glyph::as_str).collect();
        let many = |letters: &[&str]| letters.len() > comb.boxes.len();
        if many(&letters) {
            letters
                .retain(|letter| !letter.chars().next().is_some_and(is_hyphen) || letter.starts_with('ー'));
        }
        if many(&letters) {
            letters.retain(|letter| !matches!(*letter, " " | "\u{3000}" | ","));
        }
        if many(&letters) {
            return Err(Reason::TooLong);
        }
        let skip = if comb.from_right { comb.boxes.len() - letters.len() } else { 0 };
        self.boxes(field, &letters, comb.boxes.get(skip..).unwrap_or_default(), comb.upright, place)
    }

    fn boxes(
        &self,
        field: &Field,
        letters: &[&str],
        boxes: &[Rect],
        upright: bool,
        place: &mut Place<'_>,
    ) -> Result<(), Reason> {
        let how = TextField {
            horizontal: Horizontal::Centre,
            padding: 0.0,
            min_size: 4.0,
            upright,
            ..TextField::default()
        };
        let mut settings = Vec::new();
        let mut missing = Vec::new();
        for (at, (letter, cell)) in letters.iter().zip(boxes).enumerate() {
            if matches!(*letter, " " | "\u{3000}") {
                continue;
            }
            let most = cell.h * POINTS * 0.9;
            let size = self.size(field).min(most);
            match set(self.fonts, self.face(field), letter, place.at(*cell), size, &how) {
                Ok(setting) => settings.push(setting),
                Err(Unset::Missing(_)) => missing.push(at + 1),
                Err(Unset::TooLong) => return Err(Reason::TooLong),
            }
        }
        if !missing.is_empty() {
            return Err(Reason::MissingGlyph(missing));
        }
        for setting in settings {
            setting.draw(place.page, field.ink);
        }
        Ok(())
    }

    fn date(&self, field: &Field, how: &DateField, place: &mut Place<'_>) -> Result<(), Reason> {
        let split = how.is_split() || matches!(how.era, Some(EraPlace::Written(..) | EraPlace::Marked(..)));
        if !split {
            return self.text(field, &how.text, place);
        }
        let Some(found) = self.context.first(&field.source) else {
            return self.or_empty(field, None, place, |_, _| Ok(()));
        };
        // An unconfirmed reading is refused as everywhere.
        self.context.written(&found, &[])?;
        let Some(date) = found.value.as_date() else { return Err(Reason::MissingValue) };
        let western = match &how.era {
            None => true,
            Some(EraPlace::Marked(places, _)) => {
                let named = date.era().is_some_and(|era| {
                    places.iter().any(|(id, _)| madoka_template::era_named(id) == Some(era))
                });
                let western = places.iter().any(|(id, _)| id == "western");
                if !named && !western {
                    return Err(Reason::NoPlace);
                }
                !named
            }
            Some(EraPlace::Printed(era)) if date.era() != Some(*era) => return Err(Reason::NoPlace),
            Some(_) => false,
        };
        self.era(field, how, date, western, place)?;
        let unknown = || "不詳".to_owned();
        let in_boxes = |part: &Option<Part>| matches!(part, Some(Part::Boxes(_)));
        let counted_year = if western {
            date.year().map(|year| year.to_string())
        } else {
            date.era_year().map(|year| match year {
                1 if !in_boxes(&how.year) && !how.pad => "元".to_owned(),
                year if how.pad || in_boxes(&how.year) => format!("{year:02}"),
                year => year.to_string(),
            })
        };
        let digits = |number: i8, part: &Option<Part>| {
            if how.pad || in_boxes(part) { format!("{number:02}") } else { number.to_string() }
        };
        let month = date.month().map(|month| digits(month, &how.month));
        let day = date.day().map(|day| digits(day, &how.day));
        for (part, words) in [(&how.year, counted_year), (&how.month, month), (&how.day, day)] {
            let words = words.unwrap_or_else(unknown);
            match part {
                None => {}
                Some(Part::Whole(at)) => self.put(field, &words, *at, &how.text, place)?,
                Some(Part::Boxes(boxes)) => {
                    let letters: Vec<&str> = Glyphs::of(&words).map(madoka_text::Glyph::as_str).collect();
                    // A year of four digits where the paper has two boxes.
                    let skip = boxes.len().checked_sub(letters.len()).ok_or(Reason::TooLong)?;
                    self.boxes(field, &letters, boxes.get(skip..).unwrap_or_default(), false, place)?;
                }
            }
        }
        Ok(())
    }

    fn era(
        &self,
        field: &Field,
        how: &DateField,
        date: BirthDate,
        western: bool,
        place: &mut Place<'_>,
    ) -> Result<(), Reason> {
        match &how.era {
            Some(EraPlace::Written(at, style)) => {
                let Some(era) = date.era() else {
                    let words = if date.year().is_some() { "西暦" } else { "不詳" };
                    return self.put(field, words, *at, &how.text, place);
                };
                let words = match style {
                    EraStyle::Name => era.name().to_owned(),
                    EraStyle::Initial => era.initial().to_string(),
                    EraStyle::Letter => era.letter().to_string(),
                    EraStyle::Number => era.number().to_string(),
                };
                self.put(field, &words, *at, &how.text, place)
            }
            Some(EraPlace::Marked(places, kind)) => {
                let is_it = |id: &str| {
                    if western { id == "western" } else { madoka_template::era_named(id) == date.era() }
                };
                for (id, rects) in places {
                    let chosen = is_it(id);
                    if chosen != (*kind == Mark::Strike) {
                        for at in rects {
                            mark(place.page, place.at(*at), *kind, field.ink);
                        }
                    }
                }
                Ok(())
            }
            Some(EraPlace::Printed(_)) | None => Ok(()),
        }
    }

    fn choice(
        &self,
        field: &Field,
        options: &[(String, Vec<Rect>)],
        kind: Mark,
        others_left: bool,
        place: &mut Place<'_>,
    ) -> Result<(), Reason> {
        let Some(found) = self.context.first(&field.source) else {
            return self.or_empty(field, None, place, |_, _| Ok(()));
        };
        let words = self.context.written(&found, &field.formats)?.unwrap_or_default();
        let has = |id: &str| options.iter().any(|(option, _)| option == id);
        let chosen: Vec<String> = match &found.value {
            Value::Bool(yes) => vec![if *yes { "yes" } else { "no" }.to_owned()],
            Value::Choice(id) if has(id.as_str()) => vec![id.to_string()],
            Value::Choices(ids) => ids.iter().map(ToString::to_string).collect(),
            _ => vec![words.clone()],
        };
        // 「普通預金」 for a place that says 普通.
        let chosen: Vec<String> = chosen
            .into_iter()
            .map(|one| {
                if has(&one) {
                    return one;
                }
                let near = options.iter().find(|(option, _)| {
                    !option.is_empty() && !option.is_ascii() && words.starts_with(option.as_str())
                });
                near.map_or(one, |(option, _)| option.clone())
            })
            .collect();
        // A bool of which the paper has only one side (□該当する) says the other by an empty box.
        let one_sided = matches!(found.value, Value::Bool(_)) && options.len() == 1;
        let unplaced = chosen.iter().any(|one| !has(one)) && !others_left && !one_sided;
        if unplaced && kind == Mark::Strike {
            return Err(Reason::NoPlace);
        }
        for (option, rects) in options {
            let marked = chosen.iter().any(|one| one == option) != (kind == Mark::Strike);
            if marked {
                for at in rects {
                    mark(place.page, place.at(*at), kind, field.ink);
                }
            }
        }
        if unplaced { Err(Reason::NoPlace) } else { Ok(()) }
    }

    fn picture(
        &self,
        field: &Field,
        file: Option<&str>,
        name: Option<&str>,
        place: &mut Place<'_>,
    ) -> Result<(), Reason> {
        let filling = self.context.filling;
        let stream = match (file, name) {
            (Some(file), _) => self.blank.pictures.get(file).cloned(),
            (None, Some(name)) => match filling.pictures.get(name) {
                Some(bytes) => picture(bytes),
                None if !field.required => return Ok(()),
                None => None,
            },
            (None, None) => None,
        };
        let stream = stream.ok_or(Reason::NoPicture)?;
        let side = |key: &[u8]| stream.dict.get(key).ok().and_then(|n| n.as_float().ok()).map(f64::from);
        let (Some(wide), Some(high)) = (side(b"Width"), side(b"Height")) else {
            return Err(Reason::NoPicture);
        };
        let at = place.at(field.at);
        let scale = (at.w / wide).min(at.h / high);
        let (w, h) = (wide * scale, high * scale);
        let (x, y) = (at.x + (at.w - w) / 2.0, at.y + (at.h - h) / 2.0);
        let bottom = place.page.paper.height - y - h;
        let rect = [x + place.page.offset.0, bottom - place.page.offset.1, w, h].map(|n| n * POINTS);
        place.pictures.push((stream, rect));
        Ok(())
    }

    fn qr(&self, field: &Field, place: &mut Place<'_>) -> Result<(), Reason> {
        let filling = self.context.filling;
        let words = match self.context.words(&field.source, &field.formats)? {
            Some(words) => Some(words),
            None => filling.case_code.or(filling.case_number).map(ToOwned::to_owned),
        };
        let at = field.at;
        self.or_empty(field, words, place, |words, place| {
            let symbol = madoka_qr::Symbol::of_text(&words, madoka_qr::Correction::Quartile)
                .map_err(|_| Reason::TooLong)?;
            place.page.qr(place.at(at), &symbol);
            Ok(())
        })
    }
}
