//! Words of which all or most are known beforehand, and what a reading made of them.

use madoka_text::same_character;

use super::half;
use crate::edits::edits;

/// 「（５ｔ）」 of a licence's conditions: the Japanese model has no t and takes it for what it resembles.
pub(super) fn tonnes(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for index in 1..chars.len() {
        let around = (chars.get(index - 1).copied(), chars.get(index + 1).copied());
        if let (Some(figure), Some(')' | '）')) = around
            && figure.is_numeric()
            && let Some(letter) =
                chars.get_mut(index).filter(|c| matches!(c, 't' | 'て' | 'T' | 'し' | 'と' | '七' | '十'))
        {
            *letter = 't';
            open_bracket(&mut chars, index - 1);
        }
    }
    chars.into_iter().collect()
}

/// Puts the bracket back before the figures that end here, where only the closing one was read.
fn open_bracket(chars: &mut Vec<char>, figure: usize) {
    let figures = chars.iter().take(figure + 1).rev().take_while(|c| c.is_numeric()).count();
    let at = figure + 1 - figures;
    let count = |brackets: [char; 2]| chars.iter().filter(|c| brackets.contains(c)).count();
    let before = at.checked_sub(1).and_then(|before| chars.get(before));
    if count(['(', '（']) < count([')', '）']) && !before.is_some_and(|c| matches!(c, '(' | '（')) {
        chars.insert(at, '（');
    }
}

/// Katakana as the kanji of the same shape: 「１号ロ」 is read as 「１号口」.
pub(super) const fn one_shape(c: char) -> char {
    match c {
        'ニ' => '二',
        'ハ' => '八',
        'ロ' => '口',
        'エ' => '工',
        'カ' => '力',
        'タ' => '夕',
        'ト' => '卜',
        'ー' => '一',
        c => c,
    }
}

/// The one of a list that is clearly nearest to what was read; none where two are as near, or none is near.
pub(super) fn nearest<'l>(text: &str, known: impl Iterator<Item = &'l str>) -> Option<&'l str> {
    let plain = |text: &str| -> Vec<char> {
        half(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '・' | '･' | '·')).collect()
    };
    let read = plain(text);
    let mut near: Vec<(usize, &str)> = known
        .filter_map(|known| {
            let letters = plain(known);
            let wrong = edits(&read, &letters, |a, b| one_shape(*a) == one_shape(*b));
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

/// A text with each word it is made of, where one letter was read as no letter or as another shape of its own. Another
/// kanji is another word: 「心臓」 is not 「肝臓」.
pub(super) fn with_terms(text: &str, terms: &[String]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for term in terms {
        let term: Vec<char> = term.chars().collect();
        for from in 0..(chars.len() + 1).saturating_sub(term.len()) {
            let Some(window) = chars.get_mut(from..from + term.len()) else { continue };
            let mut off = window.iter().zip(&term).filter(|(read, right)| read != right);
            let one = off
                .next()
                .is_some_and(|(read, right)| !read.is_alphanumeric() || same_character(*read, *right));
            if one && off.next().is_none() {
                window.copy_from_slice(&term);
            }
        }
    }
    chars.into_iter().collect()
}

/// 「世帯主」「長男」「妻の母」「子の子」: relations, one of another.
pub(super) fn relation(plain: &str) -> Option<String> {
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
pub(super) fn city(plain: &str) -> Option<String> {
    let end = plain.rfind(['市', '町', '村', '区'])?;
    let city = plain.get(..end + '市'.len_utf8())?;
    // 都城市 and 京都市 begin with no prefecture: those have three letters at least.
    let prefecture =
        city.char_indices().skip(2).take(2).find(|(_, c)| matches!(c, '都' | '道' | '府' | '県'));
    let own = prefecture.and_then(|(at, c)| city.get(at + c.len_utf8()..));
    let city = own.filter(|own| own.chars().count() >= 2).unwrap_or(city);
    (city.chars().count() >= 2).then(|| city.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 障害名の言葉の一字違いを直し_別の言葉は変えない() {
        let terms = ["心臓機能障害", "下肢機能障害"].map(str::to_owned);
        assert_eq!(with_terms("左下肢機能?害", &terms), "左下肢機能障害");
        for other in ["肝臓機能障害", "右上肢機能障害", "音声機能の喪失"] {
            assert_eq!(with_terms(other, &terms), other);
        }
    }

    #[test]
    fn 何トンかの括弧と字を直す() {
        assert_eq!(tonnes("準中型車5t)と普通車はAT車に限る"), "準中型車（5t)と普通車はAT車に限る");
        assert_eq!(tonnes("中型車（8て）に限る"), "中型車（8t）に限る");
        assert_eq!(tonnes("眼鏡等"), "眼鏡等");
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
}
