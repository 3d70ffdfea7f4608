//! The pages of one form for one case: the form itself, and its continuation sheets.

use std::collections::{BTreeMap, BTreeSet};

use madoka_facts::{DeclaredPath, Id, Vocabulary};
use madoka_rules::Tri;

use super::fields::{Drawn as Became, Place, Shared};
use super::values::Context;
use super::{Blank, Filling, Options, Reason, Spot, SpotState, Warning};
use crate::draw::{Document, Fonts, Page, set, width};
use crate::error::FillError;
use madoka_template::{Face, Field, Horizontal, Ink, Kind, More, Piece, Reference, Rows, Source, TextField};
use madoka_template::{POINTS, Paper, Rect};

/// Everything that filling a form adds to.
pub(super) struct Sink<'a> {
    pub(super) document: &'a mut Document,
    pub(super) warnings: &'a mut Vec<Warning>,
    pub(super) spots: &'a mut Vec<Spot>,
    pub(super) fonts: &'a Fonts,
    pub(super) options: &'a Options,
    pub(super) blanks: &'a BTreeMap<Id, &'a Blank>,
}

/// More pages than any household needs.
const MOST_PAGES: usize = 400;

/// Which members stand in the rows of a field.
fn members(filling: &Filling<'_>, rows: &Rows) -> Vec<u16> {
    (0..filling.known.facts.members())
        .filter(|member| match &rows.filter {
            None => true,
            Some(filter) => filling.known.of_member(*member).holds(filter) == Tri::True,
        })
        .skip(usize::from(rows.skip))
        .collect()
}

/// Fills `blank`; `from` members are printed on another form already.
pub(super) fn fill(
    blank: &Blank,
    filling: &Filling<'_>,
    from: usize,
    sink: &mut Sink<'_>,
) -> Result<(), FillError> {
    let form = &blank.form;
    // The rows of each field, cut into sheets.
    let mut chunks: BTreeMap<&Id, Vec<Vec<(usize, u16)>>> = BTreeMap::new();
    let mut next: Option<(&Id, usize)> = None;
    for field in &form.fields {
        let Kind::Rows(rows) = &field.kind else { continue };
        let all: Vec<(usize, u16)> = members(filling, rows).into_iter().enumerate().skip(from).collect();
        let mut cut: Vec<Vec<(usize, u16)>> =
            all.chunks(rows.places.len().max(1)).map(<[_]>::to_vec).collect();
        if cut.len() > 1 {
            match &rows.more {
                More::Repeat => {}
                More::Warn => {
                    cut.truncate(1);
                    lacks_rows(sink, blank, field, filling);
                }
                More::Form(other) => {
                    cut.truncate(1);
                    next = Some((other, from + rows.places.len()));
                }
            }
        }
        chunks.insert(&field.id, cut);
    }
    let sheets = chunks.values().map(Vec::len).max().unwrap_or(1).max(1);
    if sink.document.pages.len() + sheets * blank.pages.len() > MOST_PAGES {
        return Err(FillError::TooManyPages { form: form.name.clone(), limit: MOST_PAGES });
    }
    for sheet in 0..sheets {
        // A further sheet is only the pages on which rows go on.
        let wanted: BTreeSet<u16> = form
            .fields
            .iter()
            .filter(|field| sheet == 0 || chunks.get(&field.id).is_some_and(|cut| cut.len() > sheet))
            .filter(|field| sheet == 0 || matches!(field.kind, Kind::Rows(_)))
            .map(|field| field.page)
            .collect();
        for (at, (background, number, paper)) in blank.pages.iter().enumerate() {
            let page_number = u16::try_from(at + 1).unwrap_or(u16::MAX);
            if sheet > 0 && !wanted.contains(&page_number) {
                continue;
            }
            let mut page = Page::new(*paper);
            if sink.options.prints_values_only(form) {
                page.offset = offset(blank, sink.options);
            } else {
                page.under = Some(under(sink.document, background, *number));
            }
            let context = Context {
                filling,
                office: form
                    .office
                    .as_ref()
                    .and_then(|office| filling.offices.iter().find(|(id, _)| id == office))
                    .map_or("", |(_, name)| name.as_str()),
                sheet: sheet + 1,
                sheets,
                row: None,
            };
            let mut drawn = Drawn { page, pictures: Vec::new() };
            for field in form.fields.iter().filter(|field| field.page == page_number) {
                let shared = Shared { blank, fonts: sink.fonts, context };
                if let Kind::Rows(rows) = &field.kind {
                    let chunk = chunks.get(&field.id).and_then(|cut| cut.get(sheet));
                    draw_rows(&shared, field, rows, chunk.map_or(&[][..], Vec::as_slice), &mut drawn, sink);
                } else {
                    let mut place =
                        Place { page: &mut drawn.page, pictures: &mut drawn.pictures, moved: (0.0, 0.0) };
                    let became = shared.draw(field, &mut place);
                    let row = filling.known.member.map(|member| usize::from(member) + 1);
                    note(&shared, &On { field, within: None, moved: (0.0, 0.0), row }, became, sink);
                }
            }
            if at == 0 && form.back_office && !form.fields.iter().any(|field| matches!(field.kind, Kind::Qr))
            {
                case_code(&mut drawn.page, form.qr_at, filling, sink.fonts);
            }
            if sink.options.practice {
                watermark(&mut drawn.page, sink.fonts)?;
            }
            if !drawn.pictures.is_empty() {
                sink.document.pictures.insert(sink.document.pages.len(), drawn.pictures);
            }
            sink.document.pages.push(drawn.page);
        }
    }
    match next {
        None => Ok(()),
        Some((other, printed)) => match sink.blanks.get(other).copied() {
            Some(more) if more.form.id != form.id => fill(more, filling, printed, sink),
            _ => {
                if let Some(field) = form.fields.iter().find(|field| matches!(field.kind, Kind::Rows(_))) {
                    lacks_rows(sink, blank, field, filling);
                }
                Ok(())
            }
        },
    }
}

struct Drawn {
    page: Page,
    pictures: Vec<(lopdf::Stream, [f64; 4])>,
}

fn draw_rows(
    shared: &Shared<'_>,
    field: &Field,
    rows: &Rows,
    chunk: &[(usize, u16)],
    drawn: &mut Drawn,
    sink: &mut Sink<'_>,
) {
    for ((number, member), moved) in chunk.iter().zip(&rows.places) {
        let mut filling = *shared.context.filling;
        filling.known = filling.known.of_member(*member);
        let context = Context { filling: &filling, row: Some(number + 1), ..shared.context };
        let row = Shared { context, blank: shared.blank, fonts: shared.fonts };
        for column in &rows.columns {
            let mut place = Place { page: &mut drawn.page, pictures: &mut drawn.pictures, moved: *moved };
            let became = row.draw(column, &mut place);
            let on = On { field: column, within: Some(field), moved: *moved, row: Some(number + 1) };
            note(&row, &on, became, sink);
        }
    }
}

/// A field as it stands on its page.
struct On<'a> {
    field: &'a Field,
    /// The rows it is a column of.
    within: Option<&'a Field>,
    moved: (f64, f64),
    row: Option<usize>,
}

/// Writes down what became of a field, for whoever looks at the pages.
fn note(shared: &Shared<'_>, on: &On<'_>, became: Result<Became, Reason>, sink: &mut Sink<'_>) {
    let On { field, within, moved, row } = *on;
    let form = &shared.blank.form;
    let id = within.map_or_else(|| field.id.to_string(), |rows| format!("{}.{}", rows.id, field.id));
    let called = called(field, shared.context.filling.words);
    let (page, at) = (sink.document.pages.len() + 1, field.at.moved(moved.0, moved.1));
    let facts = shared.facts(field);
    let state = match became {
        Err(reason) => {
            let (form, form_name) = (form.id.clone(), form.name.clone());
            let warning = Warning { form, form_name, field: id, called, page, row, at, facts, reason };
            return sink.warnings.push(warning);
        }
        Ok(became) => match (&field.kind, became) {
            (Kind::Signature { who, screen, .. }, _) => SpotState::Signature {
                who: who.clone(),
                screen: *screen,
                signed: shared.stamp(who).filter(|_| *screen).map(|stamp| stamp.when.clone()),
            },
            (_, Became::NotAsked) => return,
            _ if facts.is_empty() => return,
            (_, Became::Something) => SpotState::Filled,
            (_, Became::Nothing) => SpotState::Empty,
        },
    };
    sink.spots.push(Spot { form: form.id.clone(), field: id, called, page, at, row, facts, state });
}

/// More members than rows.
fn lacks_rows(sink: &mut Sink<'_>, blank: &Blank, field: &Field, filling: &Filling<'_>) {
    sink.warnings.push(Warning {
        form: blank.form.id.clone(),
        form_name: blank.form.name.clone(),
        field: field.id.to_string(),
        called: called(field, filling.words),
        page: sink.document.pages.len() + usize::from(field.page.max(1)),
        row: None,
        at: field.at,
        facts: Vec::new(),
        reason: Reason::TooManyRows,
    });
}

/// The caption on the paper; where the form gives none, what the fact is called.
fn called(field: &Field, words: &Vocabulary) -> String {
    let bound = match &field.source {
        Source::FirstOf(all) => all.first(),
        Source::Words(pieces) => pieces.iter().find_map(|piece| match piece {
            Piece::Value(reference, _) => Some(reference),
            Piece::Literal(_) => None,
        }),
        Source::Nothing => None,
    };
    match (&field.label, bound) {
        (Some(label), _) => label.clone(),
        (None, Some(Reference::Fact(path))) => words.label(path),
        (None, Some(Reference::Member(attribute))) => words
            .declaration(&DeclaredPath::EachMember(attribute.clone()))
            .map_or_else(|| field.called().to_owned(), |declaration| declaration.label.clone()),
        _ => field.called().to_owned(),
    }
}

/// The form's own offset, the printer's, and the terminal's.
fn offset(blank: &Blank, options: &Options) -> (f64, f64) {
    let stock = &blank.form.preprinted;
    let (mut right, mut down) = stock.offset;
    let printer = options.printer.as_deref();
    if let Some((_, more)) = stock.offsets.iter().find(|(name, _)| Some(name.as_str()) == printer) {
        right += more.0;
        down += more.1;
    }
    let terminal = options.offsets.of(blank.form.id.as_str());
    (right + terminal.right, down + terminal.down)
}

fn under(document: &mut Document, background: &crate::draw::Background, number: usize) -> usize {
    let known = document.under.iter().position(|(other, at)| *at == number && other.is_same(background));
    known.unwrap_or_else(|| {
        document.under.push((background.clone(), number));
        document.under.len() - 1
    })
}

/// 12 mm of modules with the quiet zone around them.
const CODE: f64 = 17.0;

/// The case's QR code with its number beneath.
pub(super) fn case_code(page: &mut Page, at: Option<Rect>, filling: &Filling<'_>, fonts: &Fonts) {
    let Some(code) = filling.case_code.or(filling.case_number) else { return };
    let Ok(symbol) = madoka_qr::Symbol::of_text(code, madoka_qr::Correction::Quartile) else { return };
    let paper: Paper = page.paper;
    let at = at.unwrap_or(Rect::new(paper.width - CODE - 4.0, paper.height - CODE - 5.0, CODE, CODE));
    page.qr(at, &symbol);
    if let Some(number) = filling.case_number {
        let line = Rect::new(at.x - 6.0, at.bottom() - 1.6, at.w + 12.0, 2.6);
        let how =
            TextField { horizontal: Horizontal::Centre, padding: 0.0, min_size: 4.0, ..TextField::default() };
        if let Ok(setting) = set(fonts, Face::Gothic, number, line, 6.0, &how) {
            setting.draw(page, Ink::Black);
        }
    }
}

/// 練習 in outline across the page: nothing beneath it is hidden, and nobody takes the sheet for a real one. A page that
/// cannot say so is not made.
pub(crate) fn watermark(page: &mut Page, fonts: &Fonts) -> Result<(), FillError> {
    const WORD: &str = "練習";
    let (w, h) = (page.paper.width, page.paper.height);
    let size = (w.min(h) / 2.6) * POINTS;
    let shapes = fonts.shapes(Face::Gothic, WORD, false).map_err(|_| FillError::NoPracticeMark)?;
    let degrees: f64 = 35.0;
    let (sin, cos) = degrees.to_radians().sin_cos();
    let long = width(fonts, Face::Gothic, WORD, size);
    let (mut along, high) = (-long / 2.0, size / POINTS * 0.35);
    let mut glyphs = Vec::new();
    for (glyph, shape) in shapes {
        glyphs.push(crate::draw::Placed {
            text: glyph.as_str(),
            shape,
            x: w / 2.0 + along * cos + high * sin,
            y: h / 2.0 - along * sin + high * cos,
        });
        along += shape.advance * size / POINTS;
    }
    let moved = std::mem::take(&mut page.offset);
    page.outlined(&glyphs, size, degrees);
    page.offset = moved;
    Ok(())
}
