//! How right a reading is, against the truth.

use std::collections::BTreeMap;

use madoka_ocr::{FieldReading, Reading};

use super::generator::people::Day;

#[derive(Debug, Default, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct Count {
    pub fields: u32,
    pub exact: u32,
    pub names: u32,
    pub names_exact: u32,
    /// Exact, or the right glyphs among the candidates shown.
    pub names_offered: u32,
    /// Taken without a look, and wrong. The figure that matters most.
    pub wrong_unflagged: u32,
    pub unflagged: u32,
    pub missing: u32,
    pub plain: u32,
    pub documents: u32,
    pub kind_right: u32,
    pub millis: u64,
    pub cpu_millis: u64,
    pub plain_millis: u64,
}

impl Count {
    pub fn add(&mut self, other: &Self) {
        self.fields += other.fields;
        self.exact += other.exact;
        self.names += other.names;
        self.names_exact += other.names_exact;
        self.names_offered += other.names_offered;
        self.wrong_unflagged += other.wrong_unflagged;
        self.unflagged += other.unflagged;
        self.missing += other.missing;
        self.plain += other.plain;
        self.documents += other.documents;
        self.kind_right += other.kind_right;
        self.millis += other.millis;
        self.cpu_millis += other.cpu_millis;
        self.plain_millis += other.plain_millis;
    }
}

pub fn is_name(id: &str) -> bool {
    let id = id.rsplit('.').next().unwrap_or(id);
    matches!(id, "name" | "guardian" | "new_head" | "old_head" | "domicile_head")
}

/// Widths and spaces do not count; glyphs do.
pub fn plainly(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap(),
            '・' | '･' => '・',
            'ー' | '―' | '−' => '-',
            c => c,
        })
        .collect()
}

fn offered(field: &FieldReading, truth: &str) -> bool {
    let truth = plainly(truth);
    let fits = |value: &str, with_candidates: bool| {
        let chars: Vec<(usize, char)> =
            value.chars().enumerate().filter(|(_, c)| !c.is_whitespace()).collect();
        chars.len() == truth.chars().count()
            && chars.iter().zip(truth.chars()).all(|((index, c), right)| {
                *c == right
                    || with_candidates
                        && field
                            .glyphs
                            .iter()
                            .any(|glyph| glyph.index == *index && glyph.candidates.contains(&right))
            })
    };
    fits(&field.value, true) || field.alternatives.iter().any(|other| fits(other, false))
}

/// By field id (members together) and in all.
pub fn compare(reading: &Reading, truth: &[(String, String)]) -> (BTreeMap<String, Count>, Vec<String>) {
    let mut by_field: BTreeMap<String, Count> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (id, right) in truth {
        let short = id.split_once("].").map_or(id.clone(), |(_, field)| format!("household.{field}"));
        let count = by_field.entry(short).or_default();
        let found = reading.field(id);
        let exact = found.is_some_and(|field| plainly(&field.value) == plainly(right));
        let name = is_name(id);
        if name {
            count.names += 1;
            count.names_exact += u32::from(exact);
            count.names_offered += u32::from(exact || found.is_some_and(|field| offered(field, right)));
        } else {
            count.fields += 1;
            count.exact += u32::from(exact);
        }
        count.missing += u32::from(found.is_none());
        let unflagged = found.is_some_and(|field| !field.confirm);
        count.unflagged += u32::from(unflagged);
        count.wrong_unflagged += u32::from(unflagged && !exact);
        if !exact {
            let read = found.map_or("—".to_owned(), |field| format!("{} 〔{}〕", field.value, field.text));
            wrong.push(format!("{}{id}: {right} ← {read}", if unflagged { "!!! " } else { "" }));
        }
    }
    (by_field, wrong)
}

/// Whether plain tesseract's text of the whole picture holds the field somewhere: generous to it.
pub fn held_by(text: &str, id: &str, right: &str) -> bool {
    let text = plainly(text);
    let mut forms = vec![right.to_owned()];
    if id.ends_with("sex") {
        forms = vec![if right == "male" { "男".to_owned() } else { "女".to_owned() }];
    }
    let parts: Vec<u32> = right.split('-').filter_map(|part| part.parse().ok()).collect();
    if let ([year, month, day], 10) = (parts.as_slice(), right.len()) {
        let day = Day { year: *year, month: *month, day: *day };
        forms.extend([
            day.era(),
            day.era_two_digits(),
            day.gregorian(),
            day.gregorian_two_digits(),
            day.both(),
        ]);
    }
    forms.iter().any(|form| text.contains(&plainly(form)))
}
