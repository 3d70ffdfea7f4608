//! Printed words on a page: labels, titles, closing words; found though some of their letters were misread.

use super::{Page, area_of};
use crate::edits::edits;
use crate::engine::Letter;
use crate::kinds::Kind;
use crate::picture::Area;

/// A printed word found on the page.
#[derive(Clone, Copy)]
pub(super) struct Found<'k> {
    pub(super) field: Option<&'k str>,
    pub(super) area: Area,
    pub(super) line: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Letters that tesseract takes for each other in labels.
fn same_letter(read: char, printed: char) -> bool {
    const ALIKE: [&str; 18] = [
        "氏民氐",
        "名各",
        "住往佳",
        "所斫",
        "号弓",
        "番審",
        "日曰目旧",
        "フヲワ",
        "リり",
        "ナ十",
        "ガカ",
        "・･.",
        "（(",
        "）)",
        "新斬親",
        "籍籠藉",
        "主王",
        "続統",
    ];
    read == printed || ALIKE.iter().any(|set| set.contains(read) && set.contains(printed))
}

/// Where `word` stands in `letters` from the place onwards, and how many letters are wrong, lost or added there.
pub(super) fn find_word(letters: &[Letter], word: &[char], start: usize) -> Option<(usize, usize, usize)> {
    let n = word.len();
    let allowed = match n {
        0..=2 => 0,
        3..=7 => 1,
        8..=11 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, usize, usize)> = None;
    let widths = if n >= 5 { vec![n, n + 1, n - 1] } else { vec![n] };
    for width in widths {
        for (index, window) in letters.windows(width.max(1)).enumerate().skip(start) {
            let wrong = if width == n {
                window.iter().zip(word).filter(|(letter, c)| !same_letter(letter.c, **c)).count()
            } else {
                edits(window, word, |letter, c| same_letter(letter.c, *c))
            };
            // A word of three may lose one letter only where it opens the line.
            let bar = if n == 3 && index > 0 { 0 } else { allowed };
            if wrong <= bar && best.is_none_or(|(_, _, least)| wrong < least) {
                best = Some((index, index + width, wrong));
            }
        }
    }
    best
}

/// Whether the word stands in the line as it is printed.
pub(crate) fn holds(line: &[Letter], word: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    find_word(line, &word, 0).is_some_and(|(_, _, wrong)| wrong == 0)
}

/// How much speaks for the kind: titles count most.
pub(crate) fn likeness(kind: &Kind, lines: &[Vec<Letter>]) -> f32 {
    let holds = |word: &str| {
        let word: Vec<char> = word.chars().collect();
        lines.iter().any(|line| find_word(line, &word, 0).is_some())
    };
    // 「健康保険被保険者証」 is two letters from 「介護保険被保険者証」: what fits whole speaks more.
    let title = |title: &String| {
        let word: Vec<char> = title.chars().collect();
        let wrong =
            lines.iter().filter_map(|line| find_word(line, &word, 0)).map(|(_, _, wrong)| wrong).min()?;
        Some(5.0 + word.len() as f32 * 0.2 - wrong as f32)
    };
    let mut score = kind.titles.iter().filter_map(title).fold(0.0, f32::max);
    // A short word one letter off is another word: 「現住所」 is neither 「新住所」 nor 「旧住所」.
    let whole = |word: &&String| {
        if word.chars().count() > 3 { holds(word) } else { lines.iter().any(|line| self::holds(line, word)) }
    };
    score += 1.6 * kind.marks.iter().filter(whole).count() as f32;
    score -= 5.0 * kind.unlike.iter().filter(|word| holds(word)).count() as f32;
    let labels = kind.fields.iter().chain(&kind.members);
    let found = labels.clone().filter(|field| field.labels.iter().any(|label| holds(label))).count();
    score + 2.0 * found as f32 / labels.filter(|field| !field.labels.is_empty()).count().max(1) as f32
}

impl Page<'_> {
    /// Labels and other printed words, long ones first, no letter in two of them.
    pub(super) fn words<'k>(&self, kind: &'k Kind) -> Vec<Found<'k>> {
        let mut wanted: Vec<(Vec<char>, Option<&'k str>)> = Vec::new();
        for field in kind.fields.iter().chain(&kind.members) {
            wanted
                .extend(field.labels.iter().map(|label| (label.chars().collect(), Some(field.id.as_str()))));
        }
        wanted.extend(kind.stops.iter().map(|stop| (stop.chars().collect(), None)));
        // The best fits first: a short word that fits exactly before a long one that nearly does.
        let mut fits: Vec<(i32, bool, Found<'k>)> = Vec::new();
        for (word, field) in &wanted {
            for (number, line) in self.lines.iter().enumerate() {
                let mut start = 0;
                while let Some((from, to, wrong)) = find_word(line, word, start) {
                    start = from + 1;
                    // One letter alone says nothing inside other text.
                    let lost = word.len() == 1 && line.len() > 1;
                    // Inside a value the same word is no label: 「在留資格に基づく…」 is what 就労制限の有無 says.
                    let inside = wrong > 0 && field.is_some() && !opens(line, from);
                    // 「保険者」 goes on as 「保険者番号」, whatever was made of the rest.
                    let cut = word.len() >= 3
                        && goes_on(line, to)
                        && wanted
                            .iter()
                            .any(|(other, _)| other.len() > word.len() && other.starts_with(word));
                    if lost || inside || cut {
                        continue;
                    }
                    let to = past_colon(line, to);
                    if let Some(area) = line.get(from..to).and_then(area_of) {
                        let fit = word.len() as i32 - 3 * wrong as i32;
                        fits.push((fit, wrong == 0, Found { field: *field, area, line: number, from, to }));
                    }
                }
            }
        }
        fits.sort_by_key(|(fit, _, word)| (-fit, word.field.is_none(), word.area.left));
        let mut found: Vec<Found<'k>> = Vec::new();
        for (_, exact, word) in fits {
            let taken =
                |other: &Found<'_>| other.line == word.line && other.from < word.to && word.from < other.to;
            // The same word farther right is part of a value.
            let again = |other: &Found<'_>| {
                other.field.is_some()
                    && other.field == word.field
                    && kind.members.is_empty()
                    && word.area.left > other.area.right + other.area.height()
            };
            // 「旧住所」 half read is near 「新住所」 too, which was found whole elsewhere.
            let guess = !exact && word.field.is_some() && found.iter().any(|other| other.field == word.field);
            if !guess && !found.iter().any(|other| taken(other) || again(other)) {
                found.push(word);
            }
        }
        found
    }

    pub(super) fn is_word(found: &[Found<'_>], line: usize, index: usize) -> bool {
        found.iter().any(|word| word.line == line && (word.from..word.to).contains(&index))
    }
}

/// Whether a word begins at this letter: nothing or a space is before it.
fn opens(line: &[Letter], from: usize) -> bool {
    let Some(before) = from.checked_sub(1).and_then(|index| line.get(index)) else { return true };
    line.get(from).is_some_and(|letter| {
        let size = letter.area.height().max(before.area.height());
        (letter.area.left - before.area.right) * 10 > size * 4 || !before.c.is_alphanumeric()
    })
}

/// Whether letters follow without a space.
fn goes_on(line: &[Letter], to: usize) -> bool {
    let pair = to.checked_sub(1).and_then(|last| line.get(last)).zip(line.get(to));
    pair.is_some_and(|(last, next)| {
        let size = last.area.height().max(next.area.height());
        next.c.is_alphanumeric() && (next.area.left - last.area.right) * 10 < size * 4
    })
}

/// Behind the colon that belongs to a label: 「氏名：」.
fn past_colon(line: &[Letter], to: usize) -> usize {
    let colon = |letter: &&Letter| matches!(letter.c, ':' | '：' | ';' | '；' | '】' | '］' | '〕' | ']');
    to + line.get(to..).unwrap_or_default().iter().take(1).filter(colon).count()
}

/// Labels set wide (「住　　所」「生 年 月 日」) come in pieces: they are put together again.
pub(crate) fn together(mut lines: Vec<Vec<Letter>>, kind: &Kind) -> Vec<Vec<Letter>> {
    let mut labels: Vec<Vec<char>> = kind
        .fields
        .iter()
        .chain(&kind.members)
        .flat_map(|field| &field.labels)
        .map(|label| label.chars().collect())
        .filter(|label: &Vec<char>| (2..=5).contains(&label.len()))
        .collect();
    labels.sort_by_key(|label| std::cmp::Reverse(label.len()));
    labels.dedup();
    let fits = |letters: &[Letter], label: &[char]| {
        letters.iter().zip(label).all(|(letter, c)| same_letter(letter.c, *c))
    };
    for at in 0..lines.len() {
        for label in &labels {
            let Some(first) = lines.get(at).filter(|line| !line.is_empty() && line.len() < label.len())
            else {
                continue;
            };
            if !fits(first, label) {
                if let Some(next) = misread_head(&lines, at, label) {
                    let head = lines.get(at).and_then(|line| line.first()).copied();
                    let tail = lines.get_mut(next).map(std::mem::take).unwrap_or_default();
                    if let (Some(head), Some(c), Some(line)) = (head, label.first(), lines.get_mut(at)) {
                        *line = std::iter::once(Letter { c: *c, ..head }).chain(tail).collect();
                    }
                }
                continue;
            }
            let mut word = first.clone();
            let mut parts: Vec<(usize, usize)> = Vec::new();
            while let Some(rest) = label.get(word.len()..).filter(|rest| !rest.is_empty()) {
                let Some((next, line)) = next_piece(&lines, &word, at, &parts) else { break };
                let take = rest.len().min(line.len());
                let Some(head) = line.get(..take).filter(|head| fits(head, rest)) else { break };
                let whole = take == rest.len();
                let to = if whole { past_colon(line, take) } else { take };
                word.extend(head);
                parts.push((next, to));
            }
            if word.len() != label.len() {
                continue;
            }
            for (line, to) in parts {
                if let Some(line) = lines.get_mut(line) {
                    line.drain(..to);
                }
            }
            if let Some(line) = lines.get_mut(at) {
                *line = word;
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// 「氏　　名」 of which 氏 was read as something else: a letter alone, and right of it only the rest of the label.
fn misread_head(lines: &[Vec<Letter>], at: usize, label: &[char]) -> Option<usize> {
    let head = lines.get(at).filter(|line| line.len() == 1 && label.len() == 2)?;
    let (next, rest) = next_piece(lines, head, at, &[])?;
    let last = rest.first()?;
    let end = past_colon(rest, 1);
    let size = head.first()?.area.height().max(last.area.height());
    let near = last.area.left - head.first()?.area.right < size * 4;
    let alike = head.first()?.area.height() * 10 > size * 6 && last.area.height() * 10 > size * 6;
    (near && alike && rest.len() == end && same_letter(last.c, *label.get(1)?)).then_some(next)
}

/// The piece right of a word begun, on its level and not far.
fn next_piece<'l>(
    lines: &'l [Vec<Letter>],
    word: &[Letter],
    from: usize,
    taken: &[(usize, usize)],
) -> Option<(usize, &'l Vec<Letter>)> {
    const FARTHEST: i32 = 5;
    let area = area_of(word)?;
    lines
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != from && taken.iter().all(|(other, _)| other != index))
        .filter_map(|(index, line)| Some((index, line, area_of(line)?)))
        .filter(|(_, _, other)| {
            let gap = other.left - area.right;
            other.beside(area) > 0.6 && (-area.height() / 4..area.height() * FARTHEST).contains(&gap)
        })
        .min_by_key(|(_, _, other)| other.left)
        .map(|(index, line, _)| (index, line))
}
