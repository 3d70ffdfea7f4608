//! What several readings of one field say together: its value, and how sure that is.

use std::cmp::Reverse;

use madoka_facts::Confidence;
use madoka_text::{Date, Gazetteer};

use crate::kinds::{FieldKind, Reads};
use crate::layout::Place;
use crate::picture::{Area, Grey};
use crate::reading::FieldReading;
use crate::values;

/// What the glyph reader makes of a field: its value, and what each letter of it may be.
pub(crate) struct SecondReading {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) others: Vec<(char, Vec<char>)>,
}

/// tesseract's readings of a field, as texts and as values, and the glyph reader's.
pub(crate) struct Readings<'g> {
    pub(crate) texts: Vec<String>,
    pub(crate) values: Vec<Option<String>>,
    pub(crate) second: Option<SecondReading>,
    /// How many glyphs stand there, where that was looked at.
    pub(crate) glyphs: Option<usize>,
    pub(crate) gazetteer: &'g Gazetteer,
}

/// A value and how many of tesseract's readings say it.
struct Vote {
    value: String,
    count: usize,
    first: usize,
}

impl Readings<'_> {
    /// An address with its municipality as the list writes it, any other value as it is; and whether it is known.
    fn spelt(&self, value: &str, reads: Reads) -> (String, bool) {
        if reads == Reads::Address {
            values::address(value, self.gazetteer)
        } else {
            (value.to_owned(), false)
        }
    }

    /// The values, the one most readings say first.
    fn votes(&self, reads: Reads) -> Vec<Vote> {
        let mut votes: Vec<Vote> = Vec::new();
        for (first, value) in self.values.iter().enumerate() {
            let Some(value) = value else { continue };
            let (value, _) = self.spelt(value, reads);
            match votes.iter_mut().find(|vote| vote.value == value) {
                Some(vote) => vote.count += 1,
                None => votes.push(Vote { value, count: 1, first }),
            }
        }
        let fails = |value: &str| reads == Reads::LicenceNumber && !values::licence_check(value);
        let length = |value: &str| value.chars().filter(|c| !c.is_whitespace()).count();
        let twice = |value: &str| self.glyphs.is_some_and(|glyphs| length(value) == glyphs + 1);
        votes.sort_by_key(|vote| (fails(&vote.value), twice(&vote.value), Reverse(vote.count), vote.first));
        votes
    }
}

pub(crate) fn weigh(
    page: &Grey,
    id: &str,
    field: &FieldKind,
    place: &Place,
    readings: &Readings<'_>,
) -> FieldReading {
    let votes = readings.votes(field.reads);
    let contradicted = votes.len() > 1;
    let (value, text, known_place, others) = match (&readings.second, votes.first()) {
        (Some(second), _) => {
            let (value, known) = readings.spelt(&second.value, field.reads);
            (value, second.text.clone(), known, second.others.as_slice())
        }
        (None, Some(vote)) => {
            let text = readings.texts.get(vote.first).cloned().unwrap_or_default();
            (vote.value.clone(), text, false, [].as_slice())
        }
        (None, None) => {
            (String::new(), readings.texts.first().cloned().unwrap_or_default(), false, [].as_slice())
        }
    };
    let count = votes.iter().find(|vote| vote.value == value).map_or(0, |vote| vote.count);
    // Both readings of the crop itself must say the same, and no third may say something else that could be.
    let agreed = matches!(readings.values.as_slice(), [Some(a), Some(b), ..] if a == b);
    // One letter alone has nothing that could contradict it: 「B」 was read as 「2」 three times alike.
    let checkable = !matches!(
        field.reads,
        Reads::Name | Reads::Address | Reads::Text | Reads::City | Reads::Grade | Reads::Nation
    );
    // A whitelist makes digits of anything; so the first reading, which had none, must say the same.
    let fails = field.reads == Reads::LicenceNumber && !values::licence_check(&value);
    let sure = checkable && agreed && !contradicted && count >= 3 && !fails && !place.doubtful;
    // Shares that were right in the bench, over both layouts and all levels.
    let thousandths = match (field.reads, count) {
        _ if value.is_empty() => 0,
        _ if fails => 500,
        _ if place.doubtful => 860,
        (Reads::Name, _) => 930,
        (Reads::Address, 3..) if known_place => 980,
        (Reads::Address, 3..) => 860,
        (Reads::Address, _) if known_place => 860,
        (Reads::Address, _) => 500,
        (Reads::Text | Reads::City | Reads::Grade | Reads::Nation, 3..) => 950,
        (Reads::Text | Reads::City | Reads::Grade | Reads::Nation, 2) => 800,
        (Reads::Text | Reads::City | Reads::Grade | Reads::Nation, _) => 350,
        (_, 3..) => 995,
        (_, 2) if !contradicted => 950,
        (_, 2) => 860,
        _ if !contradicted => 800,
        _ => 400,
    };
    let area = place.rows.iter().copied().reduce(Area::with).unwrap_or_default();
    let margin = area.height() / 5;
    let crop = page.crop(area.grown(margin * 2, margin)).png();
    let parts = |v: i32, of: usize| v * 1000 / i32::try_from(of.max(1)).unwrap_or(1);
    let is_name = field.reads == Reads::Name;
    FieldReading {
        id: id.to_owned(),
        reads: field.reads,
        glyphs: if is_name { FieldReading::glyphs_of(&value, others) } else { Vec::new() },
        alternatives: votes.into_iter().map(|vote| vote.value).filter(|other| *other != value).collect(),
        hint: None,
        value,
        text,
        confidence: confidence(thousandths),
        confirm: !sure,
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
pub(crate) fn check_together(fields: &mut [FieldReading]) {
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
