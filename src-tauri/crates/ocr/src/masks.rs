//! 個人番号 in a picture is painted over before a field, a crop or a caller sees it (番号法20条: no collection beyond
//! what the law names).

use crate::engine::Letter;
use crate::picture::{Area, Grey};

/// Twelve digits in a row with a right check digit, or behind the words 「個人番号」; they go from letters and picture.
pub(crate) fn individual_numbers(page: &mut Grey, lines: &mut [Vec<Letter>]) {
    for line in lines {
        let label: Vec<usize> = line
            .windows(4)
            .enumerate()
            .filter(|(_, word)| word.iter().map(|letter| letter.c).eq("個人番号".chars()))
            .map(|(index, _)| index + 4)
            .collect();
        let mut start = 0;
        while start < line.len() {
            let run =
                line.get(start..).unwrap_or_default().iter().take_while(|letter| is_part(letter.c)).count();
            let digits: Vec<usize> =
                (start..start + run).filter(|i| line.get(*i).is_some_and(|l| l.c.is_ascii_digit())).collect();
            let number: String = digits.iter().filter_map(|i| line.get(*i)).map(|letter| letter.c).collect();
            let named = label.iter().any(|end| *end <= start && start - end < 3);
            let checks = number.len() == 12 && number.parse::<madoka_text::MyNumber>().is_ok();
            if checks && !is_licence(&number, line, start) || named && number.len() >= 10 {
                let areas = digits.iter().filter_map(|i| line.get(*i)).map(|letter| letter.area);
                if let Some(area) = areas.reduce(Area::with) {
                    paint(page, area.grown(area.height() / 4, area.height() / 4));
                }
                line.drain(start..start + run);
            } else {
                start += run.max(1);
            }
        }
    }
}

/// 「第…号」 is a licence's number, of which one in eleven passes the other check too.
fn is_licence(number: &str, line: &[Letter], start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|index| line.get(index)).map(|letter| letter.c);
    crate::values::licence_check(number) || before == Some('第')
}

const fn is_part(c: char) -> bool {
    matches!(c, '0'..='9' | ' ' | '-')
}

fn paint(page: &mut Grey, area: Area) {
    for y in area.top.max(0)..area.bottom {
        for x in area.left.max(0)..area.right {
            page.set(x as usize, y as usize, 128);
        }
    }
}
