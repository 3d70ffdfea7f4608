//! 書類一式: the forms of one case in the order in which the offices want them, as one PDF.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use madoka_facts::Id;

use super::cover::{Line, cover};
use super::sheets::{Sink, fill};
use super::{Blank, Filling, Options, Warning};
use crate::draw::{Document, Fonts};
use crate::error::FillError;
use crate::geometry::Paper;
use crate::template::{Duplex, Kind};

/// A form to be filled; for a form `for = "member"` with the member.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub blank: &'a Blank,
    pub member: Option<u16>,
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
    let mut ordered: Vec<Wanted<'_>> = Vec::new();
    let mut seen = BTreeSet::new();
    for one in wanted {
        let member = if one.blank.form.per_member { one.member } else { None };
        // Two procedures that want the same paper share it.
        if seen.insert((one.blank.form.id.clone(), member)) {
            ordered.push(Wanted { blank: one.blank, member });
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

    let blanks: BTreeMap<Id, &Blank> = continuations
        .iter()
        .copied()
        .chain(ordered.iter().map(|one| one.blank))
        .map(|blank| (blank.form.id.clone(), blank))
        .collect();
    let mut document = Document::default();
    let mut warnings: Vec<Warning> = Vec::new();
    let mut parts: Vec<Part> = Vec::new();
    for one in &ordered {
        let form = &one.blank.form;
        let mut filling = *filling;
        if let Some(member) = one.member {
            if member >= filling.known.facts.members() {
                return Err(FillError::NoMember { form: form.name.clone(), member: member + 1 });
            }
            filling.known = filling.known.of_member(member);
        }
        let start = document.pages.len();
        let mut sink =
            Sink { document: &mut document, warnings: &mut warnings, fonts, options, blanks: &blanks };
        fill(one.blank, &filling, 0, &mut sink)?;
        parts.push(Part {
            form: Some(form.id.clone()),
            name: form.name.clone(),
            member: one.member,
            pages: start..document.pages.len(),
            paper: one.blank.papers().next().unwrap_or(Paper::A4),
            copies: form.copies,
            duplex: form.duplex,
            tray: form.tray.clone(),
            values_only: options.values_only || form.preprinted.always,
        });
    }
    if options.cover {
        let lines: Vec<Line<'_>> = ordered
            .iter()
            .zip(&parts)
            .map(|(one, part)| Line {
                form: &one.blank.form,
                member: one.member,
                pages: part.pages.len(),
                signatures: one
                    .blank
                    .form
                    .fields
                    .iter()
                    .filter(|field| matches!(field.kind, Kind::Signature { .. }))
                    .map(|field| field.label.clone())
                    .collect(),
                warnings: warnings
                    .iter()
                    .filter(|warning| part.pages.contains(&warning.page.saturating_sub(1)))
                    .collect(),
            })
            .collect();
        let sheets = cover(&lines, filling, fonts, options);
        let count = sheets.len();
        put_first(&mut document, sheets);
        for part in &mut parts {
            part.pages = part.pages.start + count..part.pages.end + count;
        }
        for warning in &mut warnings {
            warning.page += count;
        }
        parts.insert(
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
    }
    let pdf = document.to_pdf(fonts, "書類一式")?;
    Ok(Bundle { pdf, parts, warnings })
}

fn put_first(document: &mut Document, mut sheets: Vec<crate::draw::Page>) {
    let count = sheets.len();
    sheets.append(&mut document.pages);
    document.pages = sheets;
    document.pictures =
        std::mem::take(&mut document.pictures).into_iter().map(|(at, list)| (at + count, list)).collect();
}
