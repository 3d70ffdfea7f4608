//! Numbers as people write them: `12`, `１２`, `十二`, `一二`, `拾弐`.

/// The value of an ASCII or full-width digit.
pub(crate) fn arabic_digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

/// The value of a kanji digit, old legal forms (大字) included, as in registers.
pub(crate) fn kanji_digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' | '壱' | '壹' | '弌' => 1,
        '二' | '弐' | '貳' | '貮' => 2,
        '三' | '参' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陸' => 6,
        '七' | '漆' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// The weight of a kanji that multiplies: 十, 百, 千 (万 is handled by the reader).
fn kanji_unit(c: char) -> Option<u32> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' | '陌' => 100,
        '千' | '仟' | '阡' => 1000,
        _ => return None,
    })
}

/// 廿 and 卅, one character for a multiple of ten.
fn kanji_tens(c: char) -> Option<u32> {
    match c {
        '廿' => Some(20),
        '卅' => Some(30),
        _ => None,
    }
}

pub(crate) fn is_kanji_numeral(c: char) -> bool {
    kanji_digit(c).is_some() || kanji_unit(c).is_some() || kanji_tens(c).is_some() || c == '万' || c == '萬'
}

/// Reads a whole string of kanji numerals, positional (`一二`) or with units (`十二`), up to 9,999 万.
///
/// ```
/// use madoka_text::kanji_to_number;
/// assert_eq!(kanji_to_number("二十一"), Some(21));
/// assert_eq!(kanji_to_number("二〇二六"), Some(2026));
/// assert_eq!(kanji_to_number("拾弐"), Some(12));
/// assert_eq!(kanji_to_number("十十"), None);
/// ```
pub fn kanji_to_number(text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    if text.chars().all(|c| kanji_digit(c).is_some()) {
        return text
            .chars()
            .filter_map(kanji_digit)
            .try_fold(0_u32, |sum, d| sum.checked_mul(10)?.checked_add(d));
    }
    match text.split_once(['万', '萬']) {
        Some((high, low)) => {
            let high = under_ten_thousand(high)?;
            let low = if low.is_empty() { 0 } else { under_ten_thousand(low)? };
            high.checked_mul(10_000)?.checked_add(low)
        }
        None => under_ten_thousand(text),
    }
}

fn under_ten_thousand(text: &str) -> Option<u32> {
    let mut total = 0_u32;
    let mut digit: Option<u32> = None;
    let mut smallest_unit = 10_000;
    for c in text.chars() {
        if let Some(d) = kanji_digit(c) {
            if digit.is_some() || d == 0 {
                return None;
            }
            digit = Some(d);
        } else {
            let (weight, value) = match (kanji_unit(c), kanji_tens(c)) {
                (Some(unit), _) => (unit, unit * digit.take().unwrap_or(1)),
                (None, Some(tens)) if digit.is_none() => (10, tens),
                _ => return None,
            };
            if weight >= smallest_unit {
                return None;
            }
            smallest_unit = weight;
            total += value;
        }
    }
    total += digit.unwrap_or(0);
    (total > 0).then_some(total)
}

/// Writes a number in kanji with units, as dates and 丁目 are written: 12 → 十二, 0 → 〇.
///
/// ```
/// assert_eq!(madoka_text::number_to_kanji(31), "三十一");
/// assert_eq!(madoka_text::number_to_kanji(10_020), "一万二十");
/// ```
pub fn number_to_kanji(number: u32) -> String {
    if number == 0 {
        return "〇".to_owned();
    }
    let mut text = String::new();
    for (weight, unit) in [(100_000_000, '億'), (10_000, '万'), (1, ' ')] {
        let group = number / weight % 10_000;
        if group == 0 {
            continue;
        }
        for (weight, unit) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
            let digit = group / weight % 10;
            if digit > 1 || (digit == 1 && weight == 1) {
                text.extend(KANJI_DIGITS.get(digit as usize));
            }
            if digit > 0 {
                text.push_str(unit);
            }
        }
        if unit != ' ' {
            text.push(unit);
        }
    }
    text
}

pub(crate) const KANJI_DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn 大字と廿も読む() {
        assert_eq!(kanji_to_number("廿三"), Some(23));
        assert_eq!(kanji_to_number("卅"), Some(30));
        assert_eq!(kanji_to_number("参拾壱"), Some(31));
        assert_eq!(kanji_to_number("千二百三十四"), Some(1234));
        assert_eq!(kanji_to_number("二三十"), None);
        assert_eq!(kanji_to_number("万"), None);
        assert_eq!(kanji_to_number(""), None);
    }

    proptest! {
        #[test]
        fn 漢数字は往復する(n in 1_u32..100_000_000) {
            prop_assert_eq!(kanji_to_number(&number_to_kanji(n)), Some(n));
        }

        #[test]
        fn どんな文字列でも落ちない(s in ".{0,12}|[一二三十百千万廿〇]{0,12}") {
            let _ = kanji_to_number(&s);
        }
    }
}
