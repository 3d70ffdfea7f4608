//! A place to write in, its captions and its kind together: one field, not yet bound.

use super::entry::{self, Piece};
use super::label::Named;
use super::page::{Area, Letter, Page};
use super::proposal::{Answer, Kind, Mark};
use super::sheet::{Block, Role, Sheet};
use super::text::{self, Line};
use super::words::{self, What, Who};

#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub kind: Kind,
    pub area: Area,
    pub what: Option<What>,
    pub who: Option<Who>,
    pub caption: String,
    pub section: String,
    pub sure: f64,
    pub column: bool,
    /// `None` outside tables.
    pub table: Option<usize>,
    /// Of a section whose person is not known.
    pub strange: bool,
}

/// Whether the fact is written as plain words.
fn is_text(what: What) -> bool {
    match what {
        What::Person(attribute) => !matches!(attribute, "birth_date" | "sex"),
        What::Case(fact) => !fact.ends_with("_date"),
        What::Hand | What::Signature => true,
        What::Filed | What::Changed | What::Office | What::Fact(_) => false,
    }
}

/// The fields of one cell.
#[expect(clippy::too_many_lines, reason = "what a cell may hold, one kind after the other")]
pub(super) fn of_block(sheet: &Sheet, index: usize) -> Vec<Draft> {
    let Some(block) = sheet.blocks.get(index) else { return Vec::new() };
    if block.role != Role::Entry {
        return Vec::new();
    }
    let mut named = sheet.named(index);
    if named.office || sheet.tables.get(index).is_some_and(|table| sheet.is_office(*table)) {
        return Vec::new();
    }
    let mut work = entry::understood(&block.region);
    let captions = captions_inside(&work.rest);
    let mut inner: Vec<(Line, words::Reading)> = captions;
    // Words in the cell's corner name it when nothing outside does.
    if (named.what.is_none() || named.sure < 0.7) && !inner.is_empty() {
        let (line, reading) = inner.remove(0);
        named.strange |= !named.caption.is_empty() && named.who.is_none() && reading.who.is_none();
        if reading.what == Some(What::Office) {
            return Vec::new();
        }
        named.what = reading.what;
        named.who = reading.who.or(named.who);
        named.caption = text::key(&line.text());
        named.sure = reading.sure * 0.95;
    }
    if named.what == Some(What::Office) {
        return Vec::new();
    }
    // 種別 of an account only where accounts are asked for.
    if named.what == Some(What::Person("bank.kind")) && !named.caption.contains(['預', '口'])
        && !work.rest.iter().any(|letter| "普当".contains(letter.letter))
        && !work.out.iter().any(|piece| matches!(&piece.kind, Kind::Choice { answers, .. } if answers.iter().any(|answer| answer.word.starts_with("普通"))))
    {
        named.what = None;
    }
    // No caption, but 銀行・信用金庫 or 本店・支店 printed behind the line tell.
    if named.what.is_none() {
        let behind: String = work.rest.iter().map(|letter| letter.letter).collect();
        let told = [
            ("支店", "bank.branch"),
            ("支所", "bank.branch"),
            ("銀行", "bank.name"),
            ("金庫", "bank.name"),
            ("〒", "address"),
        ];
        if let Some((word, attribute)) = told.into_iter().find(|(word, _)| behind.contains(word)) {
            named.what = Some(What::Person(attribute));
            word.clone_into(&mut named.caption);
            named.sure = 0.75;
        }
    }
    let table = sheet.tables.get(index).copied();
    let mut made: Vec<Draft> = Vec::new();
    let draft = |kind: Kind, area: Area, what: Option<What>, sure: f64| Draft {
        kind,
        area,
        what,
        who: named.who,
        caption: named.caption.clone(),
        section: named.section.clone(),
        sure,
        column: named.column,
        table,
        strange: named.strange,
    };
    if named.what == Some(What::Signature) {
        return vec![draft(
            Kind::Signature { seal: named.caption.contains('印') },
            block.area().inset(0.5),
            named.what,
            named.sure,
        )];
    }
    let mut done = false;
    for piece in std::mem::take(&mut work.out) {
        let (what, sure, satisfies) = meaning(&piece, &named);
        done |= satisfies;
        made.push(draft(piece.kind, piece.area, what, sure));
    }
    let choosing = named.what == Some(What::Person("bank.kind")) || (named.what.is_none() && made.is_empty());
    if choosing
        && let Some((answers, taken)) = entry::circled(&work.rest)
        && let Some(area) = Area::union_of(answers.iter().map(|answer| &answer.area))
    {
        let bank = answers.iter().any(|answer| matches!(answer.word.as_str(), "普通" | "当座" | "普通預金"));
        let what = match () {
            () if bank => Some(What::Person("bank.kind")),
            () if is_fare(&answers) => Some(What::Fact(FARE)),
            () => named.what,
        };
        work.rest.retain(|letter| !taken.contains(letter));
        made.push(draft(Kind::Choice { answers, mark: Mark::Circle }, area, what, named.sure.max(0.6)));
        done = true;
    }
    // 「電話」 within the cell of the address: a part of its own.
    let mut occupied: Vec<Area> = work.rest.iter().map(|letter| letter.area).collect();
    occupied.extend(made.iter().map(|draft| draft.area));
    for (line, reading) in inner {
        let Some(area) = right_of(&line.area, block.area(), &work.rest, &occupied) else { continue };
        occupied.push(area);
        let kind = kind_for(reading.what, &area);
        let mut other = draft(kind, area, reading.what, reading.sure * 0.9);
        other.who = reading.who.or(named.who);
        other.caption = text::key(&line.text());
        made.push(other);
    }
    let wanted = match named.what {
        Some(what) => is_text(what) && !done,
        None => made.is_empty(),
    };
    if wanted {
        occupied.retain(|area| area.size() > 0.0);
        made.extend(written(block, &named, &occupied, &work.rest, &draft));
    }
    made
}

/// Plain text in what is left free of the cell.
fn written(
    block: &Block,
    named: &Named,
    occupied: &[Area],
    rest: &[Letter],
    draft: &dyn Fn(Kind, Area, Option<What>, f64) -> Draft,
) -> Vec<Draft> {
    // The brackets and hyphens of a phone number are written over and around.
    let phone = named.what == Some(What::Person("phone"));
    let marks: Vec<Area> = rest
        .iter()
        .filter(|letter| "()（）-－−‐―ー".contains(letter.letter))
        .map(|letter| letter.area)
        .collect();
    let taken: Vec<Area> = occupied.iter().filter(|area| !(phone && marks.contains(area))).copied().collect();
    let Some(area) = entry::free(block.area(), &taken) else { return Vec::new() };
    if area.w < 6.0 || area.h < 3.0 {
        return Vec::new();
    }
    let amount = rest.iter().any(|letter| letter.letter == '円' && letter.area.x >= area.right() - 1.0);
    let both = named.caption.starts_with("フリガナ") || named.caption.starts_with("ふりがな");
    let named_text = matches!(named.what, Some(What::Person("name" | "bank.holder")));
    if both && named_text {
        let holder = named.what == Some(What::Person("bank.holder"));
        let reading = if holder { "bank.holder" } else { "name_kana" };
        let kind = if holder { Kind::Text } else { Kind::Furigana };
        if area.h > 10.5 {
            let upper = Area { h: area.h * 0.36, ..area };
            let lower = Area { y: area.y + area.h * 0.36, h: area.h * 0.64, ..area };
            return vec![
                draft(kind, upper, Some(What::Person(reading)), named.sure * 0.9),
                draft(Kind::Text, lower, named.what, named.sure * 0.95),
            ];
        }
        // The caption names two cells, one over the other: the flat one is for the reading.
        if area.h < 6.6 {
            return vec![draft(kind, area, Some(What::Person(reading)), named.sure * 0.9)];
        }
    }
    let kind = if amount && !named_text { Kind::Number } else { kind_for(named.what, &area) };
    vec![draft(kind, area, named.what, named.sure)]
}

fn kind_for(what: Option<What>, _area: &Area) -> Kind {
    match what {
        Some(What::Person("name_kana")) => Kind::Furigana,
        Some(What::Signature) => Kind::Signature { seal: false },
        _ => Kind::Text,
    }
}

/// What a piece means where the cell's caption is known, how sure, and whether it is what the caption asks for.
fn meaning(piece: &Piece, named: &Named) -> (Option<What>, f64, bool) {
    match &piece.kind {
        _ if piece.postal => {
            (Some(What::Person("postal_code")), 0.97, named.what == Some(What::Person("postal_code")))
        }
        Kind::Date { eras, .. } => match named.what {
            Some(
                what
                @ (What::Person("birth_date") | What::Case(_) | What::Filed | What::Changed | What::Hand),
            ) => (Some(what), named.sure, true),
            _ if eras.len() >= 3 => (Some(What::Person("birth_date")), 0.75, named.what.is_none()),
            _ => (None, 0.4, named.what.is_none()),
        },
        Kind::Choice { answers, mark } => {
            let sexes = answers
                .iter()
                .filter(|answer| words::SEXES.iter().any(|(word, _)| *word == answer.word))
                .count();
            let banks = answers
                .iter()
                .filter(|answer| answer.word.starts_with("普通") || answer.word.starts_with("当座"))
                .count();
            if sexes == 2 {
                (
                    Some(What::Person("sex")),
                    0.97,
                    named.what.is_none() || named.what == Some(What::Person("sex")),
                )
            } else if banks == 2 {
                (Some(What::Person("bank.kind")), 0.95, true)
            } else if is_fare(answers) {
                (Some(What::Fact(FARE)), 0.9, true)
            } else {
                // A tick beside a line for writing does not replace the line.
                let text = named.what.is_some_and(is_text) && named.what != Some(What::Hand);
                (None, 0.5, *mark == Mark::Check && !text)
            }
        }
        Kind::Comb { boxes } => match named.what {
            Some(What::Person("address")) if boxes.len() == 7 => {
                (Some(What::Person("postal_code")), 0.9, false)
            }
            Some(What::Person("bank.name" | "bank.branch")) => (Some(What::Hand), 0.6, false),
            Some(what) if is_text(what) => (Some(what), named.sure, true),
            _ => (Some(What::Hand), 0.5, true),
        },
        Kind::Signature { .. } => (Some(What::Signature), 0.95, false),
        _ => (named.what, named.sure, true),
    }
}

/// Words in the cell that are captions, word for word.
fn captions_inside(rest: &[Letter]) -> Vec<(Line, words::Reading)> {
    let mut found = Vec::new();
    for line in text::lines(rest) {
        for word in line.words(1.2) {
            let key = text::key(&word.text());
            let reading = words::read(&key);
            if reading.what.is_some() && reading.sure >= 0.95 && key.chars().count() >= 2 {
                found.push((word, reading));
            }
        }
    }
    found
}

/// From a caption to the next printed thing on its level.
fn right_of(caption: &Area, cell: &Area, rest: &[Letter], occupied: &[Area]) -> Option<Area> {
    let level = caption.centre_y();
    let marks = |area: &Area| {
        rest.iter().any(|letter| letter.area == *area && "()（）-－−‐―ー:：".contains(letter.letter))
    };
    let stop = occupied
        .iter()
        .filter(|area| {
            area.x >= caption.right() - 0.3 && area.y < level && area.bottom() > level && !marks(area)
        })
        .map(|area| area.x)
        .fold(cell.right(), f64::min);
    let (top, bottom) = ((level - 3.2).max(cell.y + 0.3), (level + 3.2).min(cell.bottom() - 0.3));
    let area = Area::of_corners(caption.right() + 1.0, top, stop - 0.6, bottom);
    (stop - caption.right() > 14.0).then_some(area)
}

/// Fields outside tables: dates in lines, words followed by an underline or by much white.
pub(super) fn of_open(sheet: &Sheet, page: &Page) -> Vec<Draft> {
    let mut work = entry::understood(&sheet.open_region);
    let mut made = Vec::new();
    let plain = |kind, area, what, sure, caption: String| Draft {
        kind,
        area,
        what,
        who: None,
        caption,
        section: String::new(),
        sure,
        column: false,
        table: None,
        strange: false,
    };
    for piece in std::mem::take(&mut work.out) {
        match &piece.kind {
            Kind::Date { eras, .. } => {
                let before = word_before(sheet, &piece.area);
                let reading = before.as_deref().map(words::read);
                let (what, sure) =
                    match reading.and_then(|reading| reading.what.map(|what| (what, reading.sure))) {
                        Some((
                            what @ (What::Person("birth_date") | What::Case(_) | What::Filed | What::Changed),
                            sure,
                        )) => (Some(what), sure),
                        _ if eras.len() >= 3 => (Some(What::Person("birth_date")), 0.6),
                        _ if before.as_ref().is_none_or(|word| word.chars().count() < 2) => {
                            (Some(What::Filed), 0.75)
                        }
                        _ => (None, 0.3),
                    };
                if what.is_some() {
                    made.push(plain(piece.kind, piece.area, what, sure, before.unwrap_or_default()));
                }
            }
            Kind::Choice { answers, mark: Mark::Circle } if answers.len() == 2 => {
                made.push(plain(
                    piece.kind.clone(),
                    piece.area,
                    Some(What::Person("sex")),
                    0.8,
                    String::new(),
                ));
            }
            Kind::Signature { .. } => {
                made.push(plain(piece.kind, piece.area, Some(What::Signature), 0.8, String::new()));
            }
            _ if piece.postal => {
                made.push(plain(
                    piece.kind,
                    piece.area,
                    Some(What::Person("postal_code")),
                    0.8,
                    String::new(),
                ));
            }
            Kind::Comb { .. } => {
                let before = word_before(sheet, &piece.area);
                let reading = before.as_deref().map(words::read);
                let what = reading.as_ref().and_then(|reading| reading.what);
                made.push(plain(
                    piece.kind,
                    piece.area,
                    what.or(Some(What::Hand)),
                    0.7,
                    before.unwrap_or_default(),
                ));
            }
            _ => {}
        }
    }
    let occupied: Vec<Area> = made.iter().map(|draft| draft.area).collect();
    for line in text::lines(&work.rest) {
        made.extend(blanks(&line, page, sheet, &occupied));
    }
    made
}

fn word_before(sheet: &Sheet, area: &Area) -> Option<String> {
    let level = area.centre_y();
    sheet
        .open
        .iter()
        .filter(|line| line.area.y < level && line.area.bottom() > level)
        .flat_map(|line| line.words(0.9))
        .filter(|word| word.area.x < area.x && area.x - word.area.right() < 22.0)
        .map(|word| {
            let letters: String = word
                .letters
                .iter()
                .filter(|letter| letter.area.right() < area.x + 0.5)
                .map(|letter| letter.letter)
                .collect();
            text::key(
                &letters.replace("令和", "").replace("平成", "").replace("昭和", "").replace("西暦", ""),
            )
        })
        .rfind(|word| !word.is_empty())
}

/// 「氏名　　　　　　　㊞」 and words with an underline after them.
fn blanks(line: &Line, page: &Page, sheet: &Sheet, occupied: &[Area]) -> Vec<Draft> {
    let letters = &line.letters;
    let mut made = Vec::new();
    let mut index = 0;
    while index < letters.len() {
        // Captions start where words do, not within a sentence.
        let apart = index.checked_sub(1).and_then(|before| letters.get(before..=index)).is_none_or(|pair| {
            gap_of(pair) > 1.2 || pair.first().is_some_and(|one| "・:：【〔「".contains(one.letter))
        });
        if !apart {
            index += 1;
            continue;
        }
        // The longest caption that starts here; its letters may be spread.
        let caption = (2..=16).rev().find_map(|count| {
            let piece = letters.get(index..index + count)?;
            let close = piece.windows(2).all(|pair| gap_of(pair) < 26.0);
            let key = text::key(&piece.iter().map(|letter| letter.letter).collect::<String>());
            // What goes on is another word: 住所が, 氏名を.
            let ends = letters.get(index + count - 1..=index + count).is_none_or(|pair| {
                gap_of(pair) > 1.0 || pair.get(1).is_some_and(|next| "()（）:：".contains(next.letter))
            });
            let close = close && ends;
            let reading = words::read(&key);
            (close && key.chars().count() >= 2 && reading.what.is_some() && reading.sure >= 0.95)
                .then_some((count, key, reading))
        });
        let Some((count, key, reading)) = caption else {
            index += 1;
            continue;
        };
        let Some(last) = letters.get(index + count - 1) else { break };
        let Some(first) = letters.get(index) else { break };
        index += count;
        let from = last.area.right();
        let next = letters
            .get(index..)
            .unwrap_or_default()
            .iter()
            .find(|letter| !"()（）:：-－".contains(letter.letter))
            .map_or(f64::INFINITY, |letter| letter.area.x);
        let stop = occupied
            .iter()
            .chain(sheet.blocks.iter().map(super::sheet::Block::area))
            .filter(|area| {
                area.x >= from - 0.5 && area.y < line.area.centre_y() && area.bottom() > line.area.centre_y()
            })
            .map(|area| area.x)
            .fold(next, f64::min);
        let underline = page.rules.iter().find(|rule| {
            rule.direction == super::page::Direction::Across
                && rule.at > line.area.centre_y()
                && rule.at < line.area.bottom() + 4.5
                && rule.from < from + 14.0
                && rule.to > from + 15.0
                && rule.from > first.area.x - 60.0
        });
        let (area, sure) = match underline {
            Some(rule) => {
                let left = rule.from.max(from + 1.0);
                (Area::of_corners(left, rule.at - 7.5, rule.to.min(stop) - 0.3, rule.at - 0.3), 0.9)
            }
            None if stop - from > 28.0 && stop.is_finite()
                || (stop.is_infinite() && page.width - 15.0 - from > 30.0 && letters.len() - index < 2) =>
            {
                let level = line.area.centre_y();
                let right = stop.min(page.width - 15.0).min(from + 85.0);
                (Area::of_corners(from + 1.5, level - 3.6, right - 1.0, level + 3.6), 0.65)
            }
            None => continue,
        };
        if area.w < 12.0 {
            continue;
        }
        let (who, section) = match reading.who {
            Some(who) => (Some(who), key.clone()),
            None => person_near(sheet, first.area.x, line.area.centre_y()),
        };
        if reading.what == Some(What::Office) {
            continue;
        }
        made.push(Draft {
            kind: kind_for(reading.what, &area),
            area,
            what: reading.what,
            who,
            caption: key,
            section,
            sure: reading.sure * sure,
            column: false,
            table: None,
            strange: false,
        });
    }
    made
}

fn gap_of(pair: &[Letter]) -> f64 {
    match pair {
        [one, other] => other.area.x - one.area.right(),
        _ => 0.0,
    }
}

/// The person named left of here or in the lines above.
fn person_near(sheet: &Sheet, x: f64, y: f64) -> (Option<Who>, String) {
    sheet
        .open
        .iter()
        .filter(|line| line.area.centre_y() < y + 14.0 && line.area.centre_y() > y - 60.0)
        .flat_map(|line| line.words(1.6))
        .filter(|word| word.letters.len() <= 24 && !word.text().ends_with('。'))
        .filter(|word| word.area.right() < x + 2.0 || word.area.centre_y() < y - 3.0)
        .filter_map(|word| {
            let key = text::key(&word.text());
            let reading = words::read(&key);
            // Another line's own caption (世帯主氏名) is not a heading.
            let who = reading.what.is_none().then_some(reading.who)??;
            let distance = (word.area.centre_y() - y).abs() + if word.area.right() < x { 0.0 } else { 2.0 };
            Some((distance, who, key))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map_or((None, String::new()), |(_, who, key)| (Some(who), key))
}

/// 旅客運賃減額の第1種・第2種, as every certificate of disability has it.
const FARE: &str = "holder.fare_class";

fn fare(word: &str) -> Option<&'static str> {
    match word.trim_start_matches('第') {
        "1種" | "１種" => Some("type1"),
        "2種" | "２種" => Some("type2"),
        _ => None,
    }
}

fn is_fare(answers: &[Answer]) -> bool {
    answers.len() == 2 && answers.iter().all(|answer| fare(&answer.word).is_some())
}

/// The answers' ids, as the bound fact knows them.
pub(super) fn answered(answers: &mut [Answer], what: Option<What>) {
    for answer in answers {
        let word = answer.word.trim_end_matches(['預', '金']);
        answer.id = match what {
            Some(What::Person("sex")) => {
                words::SEXES.iter().find(|(known, _)| *known == answer.word).map(|(_, id)| (*id).to_owned())
            }
            Some(What::Person("bank.kind")) => Some(word.to_owned()),
            Some(What::Fact(FARE)) => fare(&answer.word).map(str::to_owned),
            _ => answer.id.clone(),
        };
    }
}
