//! Dates as they are printed: eras, Gregorian years, both, and figures with dots.

use madoka_text::{Date, EraCheck, parse_date};

use super::digit;
use crate::kinds::When;

/// The one date in a text, era and Gregorian year agreeing where both stand.
pub(super) fn date(plain: &str, when: Option<When>, today: Option<Date>) -> Option<Date> {
    let plain = plain.trim_end_matches(['生', ')']);
    let dotted = if plain.contains('年') { None } else { dotted(plain) };
    let plain = dotted.as_deref().unwrap_or(plain);
    let (main, both) = without_brackets(plain);
    let year_at = main.find('年')?;
    let (head, rest) = main.split_at_checked(year_at)?;
    let rest = rest.strip_prefix('年')?;
    let (month, rest) = rest.split_once('月')?;
    let (day, _) = rest.split_once('日')?;
    let number = |text: &str| -> Option<String> {
        let digits: Option<String> = text.chars().map(digit).collect();
        digits.filter(|digits| (1..=2).contains(&digits.len()))
    };
    let (month, day) = (number(month)?, number(day)?);
    let check = if when == Some(When::Expiry) { EraCheck::CountOn } else { EraCheck::Strict };
    let year = era_year(head)?;
    let parsed = parse_date(&format!("{year}年{month}月{day}日"), check).ok()?;
    if let Some(both) = both {
        let inner = both.trim_end_matches('年');
        let other = parse_date(&format!("{}年{month}月{day}日", era_year(inner)?), EraCheck::CountOn).ok()?;
        if other != parsed {
            return None;
        }
    }
    let fits = match (when, today) {
        (Some(When::Birth), Some(today)) => parsed <= today && parsed.year() > today.year() - 125,
        (Some(When::Birth), None) => (1890..2100).contains(&parsed.year()),
        (Some(When::Past), Some(today)) => parsed <= today && parsed.year() > 1945,
        (Some(When::Expiry), Some(today)) => (today.year() - 30..today.year() + 20).contains(&parsed.year()),
        (Some(When::Near), Some(today)) => (today.year() - 10..=today.year() + 2).contains(&parsed.year()),
        _ => (1873..2150).contains(&parsed.year()),
    };
    fits.then_some(parsed)
}

/// Figures with two marks between: 「S60.3.4」「2028/7/8」.
pub(super) fn is_dotted(text: &str) -> bool {
    let marks =
        text.chars().filter(|c| matches!(c, '.' | '/' | '．' | '／' | '-' | ',' | '、' | '・')).count();
    marks >= 2 && text.chars().filter(|c| digit(*c).is_some()).count() >= 3
}

/// 「S60.3.4」「昭60・3・4」 as 「昭和60年3月4日」.
fn dotted(plain: &str) -> Option<String> {
    let mut parts = plain.split(['.', '/', '-', ',', '、', '・']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let mark = year.trim_end_matches(|c: char| c.is_ascii_digit());
    let figures = year.get(mark.len()..)?;
    let era = match mark.chars().next_back() {
        None => "",
        Some('M' | '明' | '治') => "明治",
        Some('T' | '大' | '正') => "大正",
        Some('S' | '昭') => "昭和",
        Some('H' | '平' | '成') => "平成",
        Some('R' | '令') => "令和",
        // 昭和 and 令和 end alike.
        Some('和') if mark.contains('昭') => "昭和",
        Some('和') if mark.contains('令') => "令和",
        Some(_) => return None,
    };
    let fits = if era.is_empty() { figures.len() == 4 } else { (1..=2).contains(&figures.len()) };
    (fits && parts.next().is_none()).then(|| format!("{era}{figures}年{month}月{day}日"))
}

/// 「2028年（令和10年）07月08日」 → 「2028年07月08日」 and 「令和10年」.
fn without_brackets(text: &str) -> (String, Option<String>) {
    let open = text.find('(');
    let close = text.find(')');
    match (open, close) {
        (Some(open), Some(close)) if open < close => {
            let inner = text.get(open + 1..close).unwrap_or_default();
            let (before, after) =
                (text.get(..open).unwrap_or_default(), text.get(close + 1..).unwrap_or_default());
            let year_inside = inner.ends_with('年') && !inner.contains('月');
            let with_month = inner.contains('月');
            if year_inside {
                (format!("{before}{after}"), Some(inner.to_owned()))
            } else if with_month {
                (inner.to_owned(), None)
            } else {
                (text.to_owned(), None)
            }
        }
        _ => (text.to_owned(), None),
    }
}

/// 「昭和60」 or 「2028」, with what was read around it dropped.
fn era_year(head: &str) -> Option<String> {
    const ERAS: [(&str, &[&str]); 5] = [
        ("令和", &["令和", "合和", "今和", "令利", "金和"]),
        ("平成", &["平成", "平戒", "半成"]),
        ("昭和", &["昭和", "照和", "昭利", "昭禾"]),
        ("大正", &["大正", "犬正"]),
        ("明治", &["明治"]),
    ];
    let found = ERAS
        .iter()
        .flat_map(|(era, written)| written.iter().map(move |word| (*era, *word)))
        .find_map(|(era, word)| head.rfind(word).map(|at| (era, at + word.len())));
    if let Some((era, end)) = found {
        let year = head.get(end..)?;
        if year == "元" {
            return Some(format!("{era}元"));
        }
        let digits: Option<String> = year.chars().map(digit).collect();
        return digits.filter(|d| (1..=2).contains(&d.len())).map(|d| format!("{era}{d}"));
    }
    let tail: String = head.chars().rev().map_while(digit).collect();
    let year: String = tail.chars().rev().collect();
    (year.len() == 4 && (year.starts_with("19") || year.starts_with("20"))).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::super::tests::field;
    use super::*;

    #[test]
    fn 日付は元号と西暦が食い違えば読まない() {
        let date = |text: &str| parse(&field("date", Some(When::Expiry)), text, None);
        assert_eq!(date("2028年（令和10年）07月08日まで有効").as_deref(), Some("2028-07-08"));
        assert_eq!(date("2028年（令和11年）07月08日"), None);
        assert_eq!(date("昭和60年13月4日"), None);
        assert_eq!(date("令和元年5月1日").as_deref(), Some("2019-05-01"));
        assert_eq!(parse(&field("date", Some(When::Birth)), "平成31年5月1日", None), None);
    }

    #[test]
    fn 点で区切った日付も読む() {
        let date = |text: &str| parse(&field("date", Some(When::Birth)), text, None);
        assert_eq!(date("S60.3.4").as_deref(), Some("1985-03-04"));
        assert_eq!(date("昭和60．3．4生").as_deref(), Some("1985-03-04"));
        assert_eq!(date("1985/03/04").as_deref(), Some("1985-03-04"));
        assert_eq!(date("85.3.4"), None);
        assert_eq!(date("S60.3"), None);
    }
}
