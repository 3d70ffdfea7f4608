//! 書類一式: the forms of one case in the order in which the offices want them, as one PDF.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use madoka_facts::Id;

use super::cover::{Line, cover};
use super::sheets::{Sink, fill};
use super::{Blank, Cover, Filling, Options, Spot, Warning};
use crate::draw::{Document, Fonts};
use crate::error::FillError;
use madoka_template::Paper;
use madoka_template::{Duplex, Kind};

/// A form to be filled.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub blank: &'a Blank,
    /// For a form `for = "member"`.
    pub member: Option<u16>,
    /// How many are printed, where the officer says otherwise than the form.
    pub copies: Option<u16>,
    /// Of the pages it gives this one alone, from 0.
    pub page: Option<usize>,
}

impl<'a> Wanted<'a> {
    pub const fn of(blank: &'a Blank) -> Self {
        Self { blank, member: None, copies: None, page: None }
    }
}

/// What is on a page: two pages of one key look the same. Only for comparing within one run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageKey([u8; 16]);

impl PageKey {
    fn of(document: &Document, page: usize) -> Self {
        let digest = document.page_digest(page);
        let mut key = [0; 16];
        for (byte, from) in key.iter_mut().zip(digest) {
            *byte = from;
        }
        Self(key)
    }
}

impl std::fmt::Display for PageKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for PageKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a page's key has 32 hexadecimal digits";
        let mut key = [0; 16];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != key.len() || !rest.is_empty() {
            return Err(wrong);
        }
        for (byte, pair) in key.iter_mut().zip(pairs) {
            let digits = std::str::from_utf8(pair).map_err(|_| wrong)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong)?;
        }
        Ok(Self(key))
    }
}

/// A form of a bundle, as the printer must treat it.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// `None`: the cover sheet.
    pub form: Option<Id>,
    pub name: String,
    pub member: Option<u16>,
    /// Pages of the bundle, from 0.
    pub pages: Range<usize>,
    pub paper: Paper,
    pub copies: u16,
    pub duplex: Duplex,
    pub tray: Option<String>,
    /// To be printed on stock that carries the form already.
    pub values_only: bool,
}

/// 書類一式, ready for preview and printer.
#[derive(Clone, PartialEq)]
pub struct Bundle {
    pub pdf: Vec<u8>,
    pub parts: Vec<Part>,
    pub warnings: Vec<Warning>,
    /// Every other field that shows a fact or takes a signature.
    pub spots: Vec<Spot>,
    /// One for each page.
    pub keys: Vec<PageKey>,
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bundle({} parts, {} warnings)", self.parts.len(), self.warnings.len())
    }
}

impl Bundle {
    pub fn pages(&self) -> usize {
        self.parts.last().map_or(0, |part| part.pages.end)
    }
}

/// Fills the forms, each once, in office order.
///
/// `continuations`: forms that rows of others go on to (`more = "…"`).
pub fn bundle(
    fonts: &Fonts,
    wanted: &[Wanted<'_>],
    continuations: &[&Blank],
    filling: &Filling<'_>,
    options: &Options,
) -> Result<Bundle, FillError> {
    let ordered = in_order(wanted, filling);
    let blanks: BTreeMap<Id, &Blank> = continuations
        .iter()
        .copied()
        .chain(ordered.iter().map(|one| one.blank))
        .map(|blank| (blank.form.id.clone(), blank))
        .collect();
    let mut made = Made::default();
    for one in &ordered {
        made.add(one, &blanks, fonts, filling, options)?;
    }
    if options.cover != Cover::No {
        made.put_cover(&ordered, fonts, filling, options)?;
    }
    let Made { document, parts, warnings, spots } = made;
    let keys = (0..document.pages.len()).map(|page| PageKey::of(&document, page)).collect();
    let pdf = document.to_pdf(fonts, "書類一式")?;
    Ok(Bundle { pdf, parts, warnings, spots, keys })
}

/// Each paper once, as the offices want them.
fn in_order<'a>(wanted: &[Wanted<'a>], filling: &Filling<'_>) -> Vec<Wanted<'a>> {
    let mut ordered: Vec<Wanted<'_>> = Vec::new();
    let mut seen = BTreeSet::new();
    for one in wanted {
        let member = if one.blank.form.per_member { one.member } else { None };
        // Two procedures that want the same paper share it.
        if seen.insert((one.blank.form.id.clone(), member)) {
            ordered.push(Wanted { member, ..*one });
        }
    }
    let place = |one: &Wanted<'_>| {
        let form = &one.blank.form;
        let office = form
            .office
            .as_ref()
            .and_then(|office| filling.offices.iter().position(|(id, _)| id == office))
            .unwrap_or(usize::MAX);
        (office, form.order, form.id.clone(), one.member)
    };
    ordered.sort_by_key(place);
    ordered
}

/// A bundle while it is made.
#[derive(Default)]
struct Made {
    document: Document,
    parts: Vec<Part>,
    warnings: Vec<Warning>,
    spots: Vec<Spot>,
}

impl Made {
    fn add(
        &mut self,
        one: &Wanted<'_>,
        blanks: &BTreeMap<Id, &Blank>,
        fonts: &Fonts,
        filling: &Filling<'_>,
        options: &Options,
    ) -> Result<(), FillError> {
        let form = &one.blank.form;
        let mut filling = *filling;
        if let Some(member) = one.member {
            if member >= filling.known.facts.members() {
                return Err(FillError::NoMember { form: form.name.clone(), member: member + 1 });
            }
            filling.known = filling.known.of_member(member);
        }
        let start = self.document.pages.len();
        let mut sink = Sink {
            document: &mut self.document,
            warnings: &mut self.warnings,
            spots: &mut self.spots,
            fonts,
            options,
            blanks,
        };
        fill(one.blank, &filling, 0, &mut sink)?;
        if let Some(page) = one.page {
            self.keep_only(start, page);
        }
        self.parts.push(Part {
            form: Some(form.id.clone()),
            name: form.name.clone(),
            member: one.member,
            pages: start..self.document.pages.len(),
            paper: one.blank.papers().next().unwrap_or(Paper::A4),
            copies: one.copies.unwrap_or(form.copies),
            duplex: form.duplex,
            tray: form.tray.clone(),
            values_only: options.prints_values_only(form),
        });
        Ok(())
    }

    /// Of the pages from `start` on only one stays.
    fn keep_only(&mut self, start: usize, page: usize) {
        let document = &mut self.document;
        let kept = document.pages.get(start + page).cloned();
        let pictures = document.pictures.get(&(start + page)).cloned();
        document.pages.truncate(start);
        document.pictures.retain(|at, _| *at < start);
        if let Some(kept) = kept {
            document.pages.push(kept);
            document.pictures.extend(pictures.map(|pictures| (start, pictures)));
        }
        let wanted = start + page + 1;
        self.warnings.retain(|warning| warning.page <= start || warning.page == wanted);
        self.spots.retain(|spot| spot.page <= start || spot.page == wanted);
        for place in self.places().filter(|place| **place == wanted) {
            *place = start + 1;
        }
    }

    /// Every page that something stands on, counted from 1.
    fn places(&mut self) -> impl Iterator<Item = &mut usize> {
        let warnings = self.warnings.iter_mut().map(|warning| &mut warning.page);
        warnings.chain(self.spots.iter_mut().map(|spot| &mut spot.page))
    }

    fn put_cover(
        &mut self,
        ordered: &[Wanted<'_>],
        fonts: &Fonts,
        filling: &Filling<'_>,
        options: &Options,
    ) -> Result<(), FillError> {
        let lines: Vec<Line<'_>> = ordered
            .iter()
            .zip(&self.parts)
            .map(|(one, part)| Line {
                form: &one.blank.form,
                member: one.member,
                sheets: usize::from(part.copies) * part.pages.len(),
                signatures: one
                    .blank
                    .form
                    .fields
                    .iter()
                    .filter(|field| matches!(field.kind, Kind::Signature { .. }))
                    .map(|field| field.label.clone())
                    .collect(),
                warnings: self
                    .warnings
                    .iter()
                    .filter(|warning| part.pages.contains(&warning.page.saturating_sub(1)))
                    .collect(),
            })
            .collect();
        let sheets = cover(&lines, filling, fonts, options)?;
        let count = sheets.len();
        if options.cover == Cover::Alone {
            *self = Self::default();
        }
        put_first(&mut self.document, sheets);
        for part in &mut self.parts {
            part.pages = part.pages.start + count..part.pages.end + count;
        }
        for place in self.places() {
            *place += count;
        }
        self.parts.insert(
            0,
            Part {
                form: None,
                name: "確認票（職員用）".into(),
                member: None,
                pages: 0..count,
                paper: Paper::A4,
                copies: 1,
                duplex: Duplex::No,
                tray: None,
                values_only: false,
            },
        );
        Ok(())
    }
}

fn put_first(document: &mut Document, mut sheets: Vec<crate::draw::Page>) {
    let count = sheets.len();
    sheets.append(&mut document.pages);
    document.pages = sheets;
    document.pictures =
        std::mem::take(&mut document.pictures).into_iter().map(|(at, list)| (at + count, list)).collect();
}
