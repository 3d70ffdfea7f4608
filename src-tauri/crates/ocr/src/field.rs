//! One field: read again in two other ways, looked at glyph by glyph where that helps, and weighed.

use madoka_text::Gazetteer;

use crate::OcrError;
use crate::engine::{Engines, Letter, Script, UNREAD, Way};
use crate::glyphs::Glyphs;
use crate::kinds::{FieldKind, Reads};
use crate::layout::Place;
use crate::picture::{Area, Grey};
use crate::reader::Options;
use crate::reading::FieldReading;
use crate::second::{glyphs_in, kana_seen, second};
use crate::values;
use crate::weigh::{Readings, SecondReading, weigh};

/// Reads one field again, in two other ways, and weighs the three.
pub(crate) fn read(
    engines: &Engines,
    page: &Grey,
    id: &str,
    field: &FieldKind,
    place: &Place,
    options: &Options<'_>,
) -> Result<FieldReading, OcrError> {
    let first: String = place.letters.iter().map(|letter| letter.c).collect();
    let only = values::only(field.reads, &first);
    let latin = place.letters.iter().filter(|letter| letter.c.is_ascii_alphabetic()).count();
    let script = match field.reads {
        Reads::CardNumber => Script::Latin,
        Reads::Name if latin * 10 > place.letters.len() * 7 => Script::Latin,
        _ => Script::Japanese,
    };
    let mut readings = Vec::new();
    for way in [Way::Local, Way::Soft] {
        let mut letters = Vec::new();
        for row in &place.rows {
            // A label set close before it hides where a card's number begins.
            let before = if field.reads == Reads::CardNumber { row.height() } else { 0 };
            let area = Area { left: row.left - before, ..*row };
            letters.extend(engines.line(page, area, way, script, only)?);
        }
        readings.push(letters);
    }
    readings.push(place.letters.clone());
    let mut texts: Vec<String> = readings.iter().map(|letters| text_of(letters, field.reads)).collect();
    let mut values: Vec<Option<String>> =
        texts.iter().map(|text| values::parse(field, text, options.today)).collect();
    values::without_prefix(field.reads, &mut values);
    let mut second = matches!(field.reads, Reads::Name | Reads::Address | Reads::Text | Reads::Nation)
        .then(|| second_reading(page, field, place, &readings, &values, options))
        .flatten();
    let gazetteer = options.gazetteer.unwrap_or_else(|| Gazetteer::nation());
    let mut place = place.clone();
    // シ and ン are read alike wrong three times; the drawings see another side of them.
    let mut glyphs = None;
    if field.reads == Reads::Kana
        && let Some(letters) = readings.first()
    {
        let seen = kana_seen(&Glyphs::drawn(), page, &place.rows, letters);
        place.doubtful |= seen.in_doubt;
        glyphs = Some(seen.glyphs);
        // One glyph read as two (シ as ンシ) or as another (シ as ン), three times alike: the drawings' word first.
        let as_many = seen.standing.len() == seen.glyphs;
        let surplus = letters.len() == seen.glyphs + 1;
        let text = text_of(&seen.standing, field.reads);
        if as_many
            && (surplus || seen.in_doubt && letters.len() == seen.glyphs)
            && let Some(value) = values::parse(field, &text, options.today)
        {
            place.doubtful = true;
            second = Some(SecondReading { value, text, others: Vec::new() });
        }
    }
    // 日 lost at a photo's edge: what is left is put forward, and looked at.
    if field.reads == Reads::Date && values.iter().all(Option::is_none) {
        let mended = texts.iter().find_map(|text| {
            let whole = text.ends_with(|c: char| c.is_ascii_digit()).then(|| format!("{text}日"))?;
            let value = values::parse(field, &whole, options.today)?;
            Some((whole, value))
        });
        if let Some((text, value)) = mended {
            place.doubtful = true;
            texts.push(text);
            values.push(Some(value));
        }
    }
    // A figure lost leaves a date that can be: the drawings count.
    if field.reads == Reads::Date
        && let [Some(a), Some(b), ..] = values.as_slice()
        && a == b
    {
        let read = |letters: &Vec<Letter>| letters.iter().filter(|letter| letter.c != UNREAD).count();
        let most = readings.iter().map(read).max().unwrap_or(0);
        place.doubtful |= glyphs_in(&Glyphs::drawn(), page, &place.rows) > most;
    }
    let place = &place;
    Ok(weigh(page, id, field, place, &Readings { texts, values, second, glyphs, gazetteer }))
}

fn second_reading(
    page: &Grey,
    field: &FieldKind,
    place: &Place,
    readings: &[Vec<Letter>],
    values: &[Option<String>],
    options: &Options<'_>,
) -> Option<SecondReading> {
    // Begin from what most readings say.
    let votes = |value: &Option<String>| values.iter().filter(|other| *other == value).count();
    let start = (0..readings.len())
        .filter(|index| values.get(*index).is_some_and(Option::is_some))
        .max_by_key(|index| (values.get(*index).map_or(0, votes), usize::MAX - index))
        .unwrap_or(0);
    let mut order: Vec<&[Letter]> = vec![readings.get(start)?.as_slice()];
    order.extend(
        readings.iter().enumerate().filter(|(i, _)| *i != start).map(|(_, letters)| letters.as_slice()),
    );
    let glyphs = Glyphs::drawn();
    let second = second(&glyphs, page, &place.rows, &order, field.reads)?;
    let text = text_of(&second.letters, field.reads);
    let value = values::parse(field, &text, options.today)?;
    let others = second.letters.iter().map(|letter| letter.c).zip(second.others).collect();
    Some(SecondReading { value, text, others })
}

/// Letters as a text. In names the widest gap between letters is the space between family and given name.
fn text_of(letters: &[Letter], reads: Reads) -> String {
    let letters: Vec<Letter> = letters.iter().filter(|letter| letter.c != UNREAD).copied().collect();
    let letters = letters.as_slice();
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
