//! 個人番号 in a picture is painted over before a field, a crop or a caller sees it (番号法20条: no collection beyond
//! what the law names).
//!
//! Nothing else on these documents has twelve figures but a licence's number. So every twelve in a row go, whether their
//! check digit is right or one was misread; on a licence they stay, unless 「個人番号」 is printed beside or above them.

use crate::engine::Letter;
use crate::kinds::{Kind, Reads};
use crate::picture::{Area, Grey};

const FIGURES: usize = 12;
/// Beside or under its label a number is one though two figures were lost or added.
const NAMED: std::ops::RangeInclusive<usize> = 10..=14;

/// A run of figures in one line.
struct Run {
    line: usize,
    from: usize,
    to: usize,
    figures: usize,
    area: Area,
    /// The line is nothing else: one of the boxes a number is written into may be a line of its own.
    alone: bool,
}

/// Takes individual numbers out of letters and picture.
pub(crate) fn individual_numbers(page: &mut Grey, lines: &mut [Vec<Letter>], kind: Option<&Kind>) {
    let licence =
        kind.is_some_and(|kind| kind.fields.iter().any(|field| field.reads == Reads::LicenceNumber));
    let labels: Vec<Area> = lines.iter().flat_map(|line| labels(line)).collect();
    let runs = runs(lines);
    let mut gone: Vec<&Run> = Vec::new();
    for run in &runs {
        let named = labels.iter().any(|label| names(*label, run.area));
        if run.figures == FIGURES && (named || !licence) || named && NAMED.contains(&run.figures) {
            gone.push(run);
        }
    }
    for chain in chains(&runs) {
        let area = chain.iter().map(|run| run.area).reduce(Area::with).unwrap_or_default();
        let figures: usize = chain.iter().map(|run| run.figures).sum();
        let named = labels.iter().any(|label| names(*label, area));
        if figures == FIGURES || named && NAMED.contains(&figures) {
            gone.extend(chain);
        }
    }
    gone.sort_by_key(|run| std::cmp::Reverse((run.line, run.from)));
    gone.dedup_by_key(|run| (run.line, run.from));
    for run in gone {
        let size = run.area.height();
        paint(page, run.area.grown(size / 3, size / 4));
        if let Some(line) = lines.get_mut(run.line) {
            line.drain(run.from..run.to);
        }
    }
}

/// Where 「個人番号」 is printed; 「個人番号カード」 is a title.
fn labels(line: &[Letter]) -> Vec<Area> {
    const WORDS: [&str; 2] = ["個人番号", "マイナンバー"];
    let mut found = Vec::new();
    for word in WORDS {
        let n = word.chars().count();
        for (index, letters) in line.windows(n).enumerate() {
            let card = line.get(index + n).is_some_and(|letter| matches!(letter.c, 'カ' | 'ヵ' | '力'));
            if !card && letters.iter().map(|letter| letter.c).eq(word.chars()) {
                found.extend(letters.iter().map(|letter| letter.area).reduce(Area::with));
            }
        }
    }
    found
}

/// Whether what stands here is what the label names: right of it on its level, or under it.
fn names(label: Area, number: Area) -> bool {
    let right = number.beside(label) > 0.4
        && number.left >= label.right - label.height()
        && number.left - label.right < label.height() * 25;
    let under = number.top >= label.bottom - label.height() / 2
        && number.left < label.right + label.height() * 4
        && label.left - label.height() * 4 < number.right;
    right || under
}

/// A figure, or what a figure is taken for.
const fn is_figure(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９' | 'O' | 'o' | 'l' | 'I' | '|' | '〇')
}

fn runs(lines: &[Vec<Letter>]) -> Vec<Run> {
    let mut runs = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let mut from = 0;
        while from < line.len() {
            let part = |letter: &&Letter| is_figure(letter.c) || matches!(letter.c, '-' | ' ' | '－' | '―');
            let rest = line.get(from..).unwrap_or_default();
            let length = rest.iter().take_while(part).count();
            let letters = rest.get(..length).unwrap_or_default();
            let figures = letters.iter().filter(|letter| is_figure(letter.c)).count();
            let true_ones = letters.iter().filter(|letter| letter.c.is_numeric()).count();
            if let Some(area) = letters.iter().map(|letter| letter.area).reduce(Area::with)
                && true_ones * 2 > figures
            {
                let alone = length == line.len();
                runs.push(Run { line: number, from, to: from + length, figures, area, alone });
            }
            from += length.max(1);
        }
    }
    runs
}

/// Runs side by side that are lines of their own: 「1234　5678　9018」, or a figure a box.
fn chains(runs: &[Run]) -> Vec<Vec<&Run>> {
    let mut pieces: Vec<&Run> = runs.iter().filter(|run| run.alone).collect();
    pieces.sort_by_key(|run| run.area.left);
    let mut chains: Vec<Vec<&Run>> = Vec::new();
    for piece in pieces {
        let follows = |chain: &&mut Vec<&Run>| {
            chain.last().is_some_and(|last| {
                let gap = piece.area.left - last.area.right;
                piece.area.beside(last.area) > 0.6 && gap < piece.area.height() * 3
            })
        };
        match chains.iter_mut().find(follows) {
            Some(chain) => chain.push(piece),
            None => chains.push(vec![piece]),
        }
    }
    chains.retain(|chain| chain.len() > 1);
    chains
}

fn paint(page: &mut Grey, area: Area) {
    for y in area.top.max(0)..area.bottom {
        for x in area.left.max(0)..area.right {
            page.set(x as usize, y as usize, 128);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with ink where each letter stands, 10 by 20 pixels a letter.
    fn page(lines: &[(i32, i32, &str)]) -> (Grey, Vec<Vec<Letter>>) {
        let mut grey = Grey::new(900, 300, 240);
        let lines = lines
            .iter()
            .map(|(left, top, text)| {
                let letters = (0i32..).zip(text.chars());
                letters
                    .map(|(n, c)| {
                        let area = Area::new(left + n * 12, *top, left + n * 12 + 10, top + 20);
                        for y in area.top..area.bottom {
                            for x in area.left..area.right {
                                grey.set(x as usize, y as usize, 0);
                            }
                        }
                        Letter { c, area }
                    })
                    .collect()
            })
            .collect();
        (grey, lines)
    }

    /// What is left of the text, and how many pixels of ink stand in the line at this height.
    fn left_of(kind: Option<&str>, lines: &[(i32, i32, &str)], top: i32) -> (String, usize) {
        let (mut grey, mut letters) = page(lines);
        individual_numbers(&mut grey, &mut letters, kind.map(|id| Kind::by_id(id).unwrap()));
        let text = letters.iter().flatten().map(|letter| letter.c).collect();
        let rows = top.max(0) as usize..(top + 20) as usize;
        let ink = rows.flat_map(|y| grey.row(y)).filter(|tone| **tone == 0).count();
        (text, ink)
    }

    #[test]
    fn 個人番号は文字からも画素からも消える() {
        // 123456789018 is right by its check digit; 123456789012 is not, as when one figure was misread.
        for number in ["123456789018", "123456789012", "1234-5678-9018", "12345678901l"] {
            let (text, ink) = left_of(Some("move_out"), &[(40, 60, number), (40, 120, "氏名")], 60);
            assert_eq!((text.as_str(), ink), ("氏名", 0), "{number}");
        }
    }

    #[test]
    fn 四桁ずつ離れていても一桁ずつ枠にあっても消える() {
        let groups = [(40, 60, "1234"), (130, 60, "5678"), (220, 60, "9018")];
        assert_eq!(left_of(None, &groups, 60), (String::new(), 0));
        let boxes: Vec<(i32, i32, &str)> = (0i32..)
            .zip("123456789018".split("").filter(|c| !c.is_empty()))
            .map(|(n, c)| (40 + n * 30, 60, c))
            .collect();
        assert_eq!(left_of(Some("care_insurance"), &boxes, 60), (String::new(), 0));
    }

    #[test]
    fn 見出しのそばでは桁を読み落としても消える() {
        let beside = [(40, 60, "個人番号"), (140, 60, "12345678901")];
        assert_eq!(left_of(Some("licence"), &beside, 60).0, "個人番号");
        let under = [(40, 60, "個人番号"), (40, 100, "1234567890123")];
        assert_eq!(left_of(Some("move_out"), &under, 100), ("個人番号".to_owned(), 0));
    }

    #[test]
    fn 免許証の番号や住民票コードや日付は消えない() {
        let licence = [(40, 60, "第301234567890号")];
        assert_eq!(left_of(Some("licence"), &licence, 60).0, "第301234567890号");
        let others = [
            (40, 60, "12345678901"),
            (300, 60, "令和5年10月12日"),
            (40, 120, "1234-567890"),
            (40, 160, "8579"),
            (300, 160, "377149"),
        ];
        let all: String = others.iter().map(|(_, _, text)| *text).collect();
        assert_eq!(left_of(Some("move_out"), &others, 60).0, all);
        let title = [(40, 60, "個人番号カード"), (40, 120, "1234567890")];
        assert_eq!(left_of(Some("mynumber"), &title, 120).0, "個人番号カード1234567890");
    }
}
