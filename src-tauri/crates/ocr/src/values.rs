//! Texts as read to values that can be: what cannot be is no value.

use madoka_text::{Date, EraCheck, Gazetteer, parse_date, to_katakana};

use crate::kinds::{FieldKind, Reads, When};

/// Half width, for everything but names and free text.
fn half(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            '　' => ' ',
            c => c,
        })
        .collect()
}

/// The letters a field may hold, for tesseract; empty for any.
pub(crate) fn only(reads: Reads, first: &str) -> &'static str {
    match reads {
        Reads::Date if !first.contains('年') && is_dotted(first) => "0123456789./-MTSHR明治大正昭和平成令生",
        Reads::Date => "0123456789年月日令和平成昭大正明治元()（）生まで有効",
        Reads::Digits(_) | Reads::LicenceNumber => "0123456789",
        Reads::PensionNumber => "0123456789-",
        Reads::HandbookNumber => "0123456789第号",
        Reads::CardNumber => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        Reads::Sex => "男女MFmf.・",
        Reads::Grade => "1234567級ABC１２３４５６７最重度中軽",
        Reads::FareClass => "12第種一二１２",
        Reads::YesNo => "有無",
        Reads::Relation => "世帯主妻夫子父母長男女二三四孫の祖兄弟姉妹同居人縁故者未届養",
        Reads::Kana => {
            "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポァィゥェォッャュョヴー"
        }
        Reads::Name | Reads::Address | Reads::Text | Reads::City | Reads::Nation => "",
    }
}

/// The value of a text, as the contract writes it; `None` where it cannot be one.
pub(crate) fn parse(field: &FieldKind, text: &str, today: Option<Date>) -> Option<String> {
    let plain: String = half(text).chars().filter(|c| !c.is_whitespace()).collect();
    let digits: String = plain.chars().filter_map(digit).collect();
    match field.reads {
        Reads::Date => date(&plain, field.when, today).map(|day| day.to_string()),
        Reads::Digits(n) => {
            let strange = plain.chars().filter(|c| digit(*c).is_none()).count();
            let right = n.map_or((1..=12).contains(&digits.len()), |n| digits.len() == n);
            (right && strange <= 1).then_some(digits)
        }
        Reads::LicenceNumber => (digits.len() == 12).then_some(digits),
        Reads::PensionNumber => {
            let (four, six) = digits.split_at_checked(4).filter(|(_, six)| six.len() == 6)?;
            Some(format!("{four}-{six}"))
        }
        Reads::HandbookNumber => {
            let inner = plain.rsplit('第').next().unwrap_or(&plain);
            let inner = inner.split('号').next().unwrap_or(inner);
            let digits: String = inner.chars().filter_map(digit).collect();
            ((3..=10).contains(&digits.len()) && inner.chars().count() == digits.len()).then_some(digits)
        }
        Reads::CardNumber => card_number(&plain),
        Reads::Sex => {
            let (woman, man) =
                (plain.contains('女') || plain.contains('F'), plain.contains('男') || plain.contains('M'));
            match (woman, man) {
                (true, false) => Some("female".to_owned()),
                (false, true) => Some("male".to_owned()),
                _ => None,
            }
        }
        Reads::Grade => {
            if let Some(letter) =
                plain.chars().find(|c| matches!(c, 'A' | 'B' | 'C')).filter(|_| plain.chars().count() <= 3)
            {
                return Some(letter.to_string());
            }
            let mut found = digits.chars();
            let grade = found.next().filter(|c| ('1'..='7').contains(c))?;
            (found.next().is_none()).then(|| grade.to_string())
        }
        Reads::FareClass => {
            let numbers: Vec<char> = plain
                .chars()
                .filter_map(|c| match c {
                    '1' | '一' => Some('1'),
                    '2' | '二' => Some('2'),
                    _ => None,
                })
                .collect();
            match numbers.as_slice() {
                [one] => Some(one.to_string()),
                _ => None,
            }
        }
        Reads::YesNo => match (plain.contains('有'), plain.contains('無')) {
            (true, false) => Some("有".to_owned()),
            (false, true) => Some("無".to_owned()),
            _ => None,
        },
        Reads::Relation => relation(&plain),
        Reads::Kana => {
            let kana = to_katakana(text.trim());
            let fine = kana.chars().all(|c| matches!(c, 'ァ'..='ー' | '　' | ' '));
            (fine && kana.chars().count() >= 2).then(|| kana.replace(' ', "　"))
        }
        Reads::Name => {
            // No name begins with a figure; a rim does (「1 KIM」).
            let figure = |c: char| c.is_ascii_digit() || !c.is_alphanumeric();
            let name = tidy(text).trim_start_matches(figure);
            (!name.is_empty()).then(|| name.to_owned())
        }
        Reads::City => city(&plain),
        Reads::Address => {
            // No address begins with a bracket; a mark of the rim does.
            let text = block(tidy(text).trim_start_matches(|c: char| !c.is_alphanumeric()));
            (!text.is_empty()).then_some(text)
        }
        Reads::Text => {
            let text = &tonnes(tidy(text));
            let known = nearest(text, field.known.iter().map(String::as_str));
            (!text.is_empty()).then(|| known.unwrap_or(text).to_owned())
        }
        Reads::Nation => {
            let text = tidy(text);
            let known = nearest(text, include_str!("../kinds/nations.txt").split_whitespace());
            (!text.is_empty()).then(|| known.unwrap_or(text).to_owned())
        }
    }
}

/// 「（５ｔ）」 of a licence's conditions: the Japanese model has no t and takes it for what it resembles.
fn tonnes(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for index in 1..chars.len() {
        let around = (chars.get(index - 1).copied(), chars.get(index + 1).copied());
        if let (Some(figure), Some(')' | '）')) = around
            && figure.is_numeric()
            && let Some(letter) =
                chars.get_mut(index).filter(|c| matches!(c, 'て' | 'T' | 'し' | 'と' | '七' | '十'))
        {
            *letter = 't';
        }
    }
    chars.into_iter().collect()
}

/// The one of a list that is clearly nearest to what was read; none where two are as near, or none is near.
fn nearest<'l>(text: &str, known: impl Iterator<Item = &'l str>) -> Option<&'l str> {
    let plain = |text: &str| -> Vec<char> {
        half(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '・' | '･' | '·')).collect()
    };
    let read = plain(text);
    let mut near: Vec<(usize, &str)> = known
        .filter_map(|known| {
            let letters = plain(known);
            let wrong = edits(&read, &letters);
            (wrong <= letters.len() / 3).then_some((wrong, known))
        })
        .collect();
    near.sort_by_key(|(wrong, _)| *wrong);
    match near.as_slice() {
        [(_, one)] => Some(one),
        [(wrong, one), (other, _), ..] if other > wrong => Some(one),
        _ => None,
    }
}

/// Levenshtein.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let (mut before, mut left) = (i, i + 1);
        for (cell, y) in row.iter_mut().skip(1).zip(b) {
            let change = before + usize::from(x != y);
            before = *cell;
            left = change.min(before + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// 「第」 read under a whitelist of figures is a figure in front (「第386861号」 → 5386861): where the reading without
/// whitelist has one fewer, its is right.
pub(crate) fn without_prefix(reads: Reads, values: &mut [Option<String>]) {
    let Some((Some(free), limited)) = values.split_last_mut().filter(|_| reads == Reads::HandbookNumber)
    else {
        return;
    };
    for value in limited.iter_mut().flatten() {
        if value.len() == free.len() + 1 && value.ends_with(free.as_str()) {
            value.clone_from(free);
        }
    }
}

/// 丁目・番地 behind figures, where one of the two letters was read as its like: 「1799番也」 is 「1799番地」.
fn block(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for index in 1..chars.len() {
        let behind_figure =
            chars.get(index - 1).is_some_and(|c| half(&c.to_string()).chars().all(|c| c.is_ascii_digit()));
        let pair = (chars.get(index).copied(), chars.get(index + 1).copied());
        let right = match pair {
            (Some('番' | '香' | '審'), Some('地' | '也' | '池' | '他' | '施')) => Some(('番', '地')),
            (Some('丁' | 'T' | '了' | ']'), Some('目' | '日' | '自' | '且')) => Some(('丁', '目')),
            _ => None,
        };
        if let (true, Some((first, second))) = (behind_figure, right) {
            for (place, c) in [(index, first), (index + 1, second)] {
                if let Some(letter) = chars.get_mut(place) {
                    *letter = c;
                }
            }
        }
    }
    chars.into_iter().collect()
}

/// Without what rims and specks look like at both ends.
fn tidy(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '|' | '｜'
                    | '・'
                    | '.'
                    | ','
                    | '、'
                    | '。'
                    | '_'
                    | '-'
                    | '―'
                    | '「'
                    | '」'
                    | '\''
                    | '"'
                    | '\u{2019}'
                    | '\u{2018}'
                    | ':'
                    | ';'
                    | '~'
                    | '{'
                    | '}'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '='
                    | '＝'
            )
    })
}

/// A digit, or what stands where only a digit can.
const fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        'O' | 'o' | 'D' | '〇' => Some('0'),
        'l' | 'I' | '|' => Some('1'),
        _ => None,
    }
}

/// 運転免許証番号: the eleventh digit checks the first ten (weights 5 4 3 2 7 6 5 4 3 2; the last figure of eleven less
/// the remainder by 11). Told alike by several who compared licences (上原哲太郎, tetsutalow.github.io/driversnumbercheckdigit),
/// but in no published order: a number that fails is less sure and shown to the officer, never refused.
pub(crate) fn licence_check(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]).map(|(d, weight)| d * weight).sum();
    let check = (11 - sum % 11) % 10;
    digits.len() == 12 && digits.get(10) == Some(&check)
}

fn card_number(plain: &str) -> Option<String> {
    // The label before it may have been taken for letters; there is nothing behind it.
    let all: Vec<char> = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    let chars = all.get(all.len().checked_sub(12)?..).filter(|_| all.len() < 16)?;
    let read = chars.iter().enumerate().map(|(index, c)| {
        if (2..10).contains(&index) {
            match c {
                'O' | 'D' | 'Q' => Some('0'),
                'I' | 'l' => Some('1'),
                'Z' => Some('2'),
                'S' => Some('5'),
                'B' => Some('8'),
                c => c.is_ascii_digit().then_some(*c),
            }
        } else {
            match c {
                '0' => Some('O'),
                '1' => Some('I'),
                '2' => Some('Z'),
                '5' => Some('S'),
                '8' => Some('B'),
                c => c.is_ascii_uppercase().then_some(*c),
            }
        }
    });
    read.collect()
}

/// 「世帯主」「長男」「妻の母」「子の子」: relations, one of another.
fn relation(plain: &str) -> Option<String> {
    const KNOWN: [&str; 36] = [
        "世帯主",
        "妻",
        "夫",
        "子",
        "父",
        "母",
        "長男",
        "長女",
        "二男",
        "二女",
        "三男",
        "三女",
        "四男",
        "四女",
        "孫",
        "祖父",
        "祖母",
        "祖父母",
        "父母",
        "兄",
        "弟",
        "姉",
        "妹",
        "同居人",
        "縁故者",
        "養子",
        "養女",
        "養父",
        "養母",
        "子の妻",
        "子の夫",
        "夫(未届)",
        "妻(未届)",
        "未届の夫",
        "未届の妻",
        "使用人",
    ];
    let each = |part: &str| KNOWN.contains(&part);
    (each(plain) || plain.split('の').count() <= 3 && plain.split('の').all(each)).then(|| plain.to_owned())
}

/// 「みなと野市」 of 「架空県みなと野市」.
fn city(plain: &str) -> Option<String> {
    let end = plain.rfind(['市', '町', '村', '区'])?;
    let city = plain.get(..end + '市'.len_utf8())?;
    // 都城市 and 京都市 begin with no prefecture: those have three letters at least.
    let prefecture =
        city.char_indices().skip(2).take(2).find(|(_, c)| matches!(c, '都' | '道' | '府' | '県'));
    let own = prefecture.and_then(|(at, c)| city.get(at + c.len_utf8()..));
    let city = own.filter(|own| own.chars().count() >= 2).unwrap_or(city);
    (city.chars().count() >= 2).then(|| city.to_owned())
}

/// The one date in a text, era and Gregorian year agreeing where both stand.
fn date(plain: &str, when: Option<When>, today: Option<Date>) -> Option<Date> {
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
fn is_dotted(text: &str) -> bool {
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

/// An address with its municipality as the nation's list writes it, where exactly one name is near enough; and whether
/// the municipality is known. A city that was not read stays as it was read: a wrong guess is worse than none.
pub(crate) fn address(text: &str, gazetteer: &Gazetteer) -> (String, bool) {
    let text = from_prefecture(text, gazetteer);
    let Ok(parsed) = text.parse::<madoka_text::Address>() else { return (text.to_owned(), false) };
    let parts = gazetteer.split(&parsed);
    let known = parts.municipality().is_some_and(|name| {
        gazetteer
            .places()
            .any(|place| place.name() == name && parts.prefecture().is_none_or(|p| p == place.prefecture()))
    });
    if known {
        return (text.to_owned(), true);
    }
    let chars: Vec<char> = text.chars().collect();
    let mut best: Vec<(usize, usize, String)> = Vec::new();
    for place in gazetteer.places().filter(|place| place.ward().is_none()) {
        let full: Vec<char> = place.prefecture().chars().chain(place.name().chars()).collect();
        let Some(head) = chars.get(..full.len()) else { continue };
        let wrong = full.iter().zip(head).filter(|(a, b)| a != b).count();
        // Two letters of the name itself must have been read, or it is a guess.
        let name_right = place.name().chars().rev().zip(head.iter().rev()).filter(|(a, b)| a == *b).count();
        if wrong <= 2 && name_right >= 2 && name_right + 1 >= place.name().chars().count() {
            best.push((wrong, full.len(), full.into_iter().collect()));
        }
    }
    best.sort();
    match best.as_slice() {
        [one] => (with_head(&chars, one), true),
        [one, other, ..] if other.0 > one.0 => (with_head(&chars, one), true),
        _ => (text.to_owned(), false),
    }
}

/// Without a letter or two that were read out of a rim before the prefecture's name.
fn from_prefecture<'t>(text: &'t str, gazetteer: &Gazetteer) -> &'t str {
    let begins = |text: &str| gazetteer.places().any(|place| text.starts_with(place.prefecture()));
    if begins(text) {
        return text;
    }
    let mut tails = text.char_indices().skip(1).take(2).filter_map(|(at, _)| text.get(at..));
    tails.find(|tail| begins(tail)).unwrap_or(text)
}

fn with_head(chars: &[char], found: &(usize, usize, String)) -> String {
    found.2.chars().chain(chars.iter().skip(found.1).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(reads: &str, when: Option<When>) -> FieldKind {
        FieldKind {
            id: "x".to_owned(),
            reads: reads.to_owned().try_into().unwrap(),
            labels: Vec::new(),
            before: Vec::new(),
            follows: None,
            alone: false,
            with: None,
            rows: 1,
            when,
            known: Vec::new(),
        }
    }

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

    #[test]
    fn 続柄は組み合わせも読み_市は県を除く() {
        assert_eq!(relation("子の子").as_deref(), Some("子の子"));
        assert_eq!(relation("妻の母").as_deref(), Some("妻の母"));
        assert_eq!(relation("妻の"), None);
        assert_eq!(city("架空県みなと野市長").as_deref(), Some("みなと野市"));
        assert_eq!(city("京都市").as_deref(), Some("京都市"));
        assert_eq!(city("四日市市").as_deref(), Some("四日市市"));
        assert_eq!(city("東京都府中市").as_deref(), Some("府中市"));
    }

    #[test]
    fn 決まった言葉は近い一つに直し_二つに近ければ直さない() {
        let known = ["特定技能１号", "特定技能２号", "留学"];
        assert_eq!(nearest("持定技能1号", known.into_iter()), Some("特定技能１号"));
        assert_eq!(nearest("特定技能7号", known.into_iter()), None);
        let nation = |text: &str| parse(&field("nation", None), text, None);
        assert_eq!(nation("プラジル").as_deref(), Some("ブラジル"));
        assert_eq!(nation("どこか").as_deref(), Some("どこか"));
    }

    #[test]
    fn 免許証番号は検査数字を確かめる() {
        let right: Vec<u32> = (0..10).filter(|check| licence_check(&format!("3012345678{check}0"))).collect();
        assert_eq!(right.len(), 1);
        assert!(!licence_check("30123456789"));
    }

    #[test]
    fn 県と市の名が二文字まで違えば直し決まらなければ直さない() {
        let nation = Gazetteer::nation();
        assert_eq!(address("千葉県船橋市本町1-2", nation), ("千葉県船橋市本町1-2".to_owned(), true));
        assert_eq!(address("千集県船橋市本町1-2", nation), ("千葉県船橋市本町1-2".to_owned(), true));
        assert!(!address("千葉県口口市八日市場", nation).1);
        assert_eq!(address("史千葉県船橋市本町1-2", nation), ("千葉県船橋市本町1-2".to_owned(), true));
        assert_eq!(address("東京都府中市本町1-2", nation).0, "東京都府中市本町1-2");
    }
}
