//! Texts as read to values that can be: what cannot be is no value.

mod addresses;
mod dates;
mod numbers;
mod words;

use madoka_text::{Date, to_katakana};

use crate::kinds::{FieldKind, Reads};

use addresses::block;
use dates::{date, is_dotted};
use numbers::card_number;
use words::{city, nearest, relation, tonnes, with_terms};

pub(crate) use addresses::address;
pub(crate) use numbers::{licence_check, without_prefix};

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
            // A speck between the glyphs of a name is none of them.
            let name: String = name.chars().filter(|c| !matches!(c, '_' | ',' | '\'' | '|')).collect();
            (!name.is_empty()).then_some(name)
        }
        Reads::City => city(&plain),
        Reads::Address => {
            // No address begins with a bracket; a mark of the rim does.
            let text = block(tidy(text).trim_start_matches(|c: char| !c.is_alphanumeric()));
            (!text.is_empty()).then_some(text)
        }
        Reads::Text => {
            let text = &with_terms(&tonnes(tidy(text)), &field.terms);
            let known = nearest(text, field.known.iter().map(String::as_str));
            (!text.is_empty()).then(|| known.unwrap_or(text).to_owned())
        }
        Reads::Nation => {
            let text = tidy(text);
            let known = nearest(text, include_str!("../../kinds/nations.txt").split_whitespace());
            (!text.is_empty()).then(|| known.unwrap_or(text).to_owned())
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::When;

    pub(super) fn field(reads: &str, when: Option<When>) -> FieldKind {
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
            terms: Vec::new(),
        }
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
}
