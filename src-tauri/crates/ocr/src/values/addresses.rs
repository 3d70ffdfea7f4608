//! Addresses: what is known of 丁目・番地 and of the nation's municipalities.

use madoka_text::Gazetteer;

use super::half;
use super::words::one_shape;
use crate::edits::edits;

/// 丁目・番地 behind figures, where one of the two letters was read as its like: 「1799番也」 is 「1799番地」.
pub(super) fn block(text: &str) -> String {
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
    strokes(&mut chars);
    alone_in_kanji(&mut chars);
    last_of_block(&mut chars);
    // A speck between two figures is no point: no block number has one.
    let figure = |index: usize| chars.get(index).is_some_and(char::is_ascii_digit);
    let point = |index: usize| {
        matches!(chars.get(index), Some('.' | ',' | '\''))
            && index > 0
            && figure(index - 1)
            && figure(index + 1)
    };
    (0..chars.len()).filter(|index| !point(*index)).filter_map(|index| chars.get(index)).collect()
}

/// A stroke before 丁目, 番 or 号 and behind a figure is a 1.
fn strokes(chars: &mut [char]) {
    for index in 1..chars.len() {
        let behind_figure = chars.get(index - 1).is_some_and(char::is_ascii_digit);
        let before_unit = chars.get(index + 1).is_some_and(|c| matches!(c, '番' | '丁' | '号' | '0'..='9'));
        if behind_figure
            && before_unit
            && let Some(stroke) = chars.get_mut(index).filter(|c| matches!(c, '!' | '|' | 'l' | 'I' | ']'))
        {
            *stroke = '1';
        }
    }
}

/// One sign behind the last figures that is no 号, 室 or 階 and cannot be anything else either.
fn last_of_block(chars: &mut [char]) {
    let figures =
        chars.iter().rev().skip(1).take_while(|c| half(&c.to_string()).chars().all(|c| c.is_ascii_digit()));
    let count = figures.count();
    let before = chars.len().checked_sub(count + 2).and_then(|at| chars.get(at)).copied();
    let own = before.is_some_and(|c| {
        c == '番' || matches!(c, 'ァ'..='ヶ') || count >= 3 && !matches!(c, '目' | '地' | 'の')
    });
    if let Some(last) = chars.last_mut()
        && own
        && (1..=4).contains(&count)
        && matches!(last, 'ァ'..='ヶ' | 'ぁ'..='ん' | '皺' | '呂' | '另' | '吾' | '写' | '旨')
    {
        *last = '号';
    }
}

/// A single katakana between kanji is the kanji of its shape: 「第ニ山田荘」 is 「第二山田荘」.
fn alone_in_kanji(chars: &mut [char]) {
    let kana = |c: Option<&char>| matches!(c, Some('ァ'..='ヿ'));
    let kanji = |c: Option<&char>| matches!(c, Some('々' | '\u{3400}'..='\u{9FFF}'));
    for index in 0..chars.len() {
        let before = index.checked_sub(1).and_then(|before| chars.get(before));
        let after = chars.get(index + 1);
        if kana(before) || kana(after) || !kanji(before) || !kanji(after) {
            continue;
        }
        if let Some(letter) = chars.get_mut(index).filter(|c| matches!(c, 'ニ' | 'ハ' | 'ロ' | 'エ')) {
            *letter = one_shape(*letter);
        }
    }
}

/// An address with its municipality and ward as the nation's list writes them, where exactly one is near enough; and
/// whether the municipality is known. A city that was not read stays as it was read: a wrong guess is worse than none.
pub(crate) fn address(text: &str, gazetteer: &Gazetteer) -> (String, bool) {
    let text = from_prefecture(text, gazetteer);
    let Ok(parsed) = text.parse::<madoka_text::Address>() else { return (text.to_owned(), false) };
    let parts = gazetteer.split(&parsed);
    let known = parts.municipality().filter(|name| {
        gazetteer
            .places()
            .any(|place| place.name() == *name && parts.prefecture().is_none_or(|p| p == place.prefecture()))
    });
    if let Some(name) = known {
        return (with_ward(text, name, gazetteer), true);
    }
    let chars: Vec<char> = text.chars().collect();
    // How many letters are wrong, how many they stand for, and how they are written.
    let mut best: Vec<(usize, usize, String)> = Vec::new();
    for place in gazetteer.places().filter(|place| place.ward().is_none()) {
        let full: Vec<char> = place.prefecture().chars().chain(place.name().chars()).collect();
        let name = place.name().chars().count();
        if let Some(head) = chars.get(..full.len()) {
            let wrong = full.iter().zip(head).filter(|(a, b)| a != b).count();
            // Two letters of the name itself must have been read, or it is a guess.
            let right = full.iter().rev().take(name).zip(head.iter().rev()).filter(|(a, b)| a == b).count();
            if wrong <= 2 && right >= 2 && right + 1 >= name {
                best.push((wrong, full.len(), full.iter().collect()));
            }
        }
        // One letter read as two, or two as one.
        for length in [full.len() + 1, full.len() - 1] {
            let near = chars.get(..length).is_some_and(|head| edits(&full, head, char::eq) == 1);
            if near && name >= 3 {
                best.push((1, length, full.iter().collect()));
            }
        }
    }
    best.sort();
    match best.as_slice() {
        [one] => (with_head(&chars, one), true),
        [one, other, ..] if other.0 > one.0 => (with_head(&chars, one), true),
        _ => (text.to_owned(), false),
    }
}

/// A ward of which one letter was read as another, lost or read twice: 「仙台市青人葉区」.
fn with_ward(text: &str, city: &str, gazetteer: &Gazetteer) -> String {
    let Some((before, rest)) = text.split_once(city) else { return text.to_owned() };
    let mut wards: Vec<&str> = gazetteer
        .places()
        .filter(|place| place.name() == city && text.starts_with(place.prefecture()))
        .filter_map(madoka_text::Municipality::ward)
        .collect();
    wards.sort_unstable();
    wards.dedup();
    if wards.iter().any(|ward| rest.starts_with(ward)) {
        return text.to_owned();
    }
    let chars: Vec<char> = rest.chars().collect();
    let mut near = wards.iter().filter_map(|ward| {
        let letters: Vec<char> = ward.chars().collect();
        let length = [letters.len(), letters.len() + 1, letters.len() - 1].into_iter().find(|length| {
            chars.get(..*length).is_some_and(|head| {
                head.last() == Some(&'区') && letters.len() >= 3 && edits(&letters, head, char::eq) == 1
            })
        })?;
        Some((*ward, length))
    });
    match (near.next(), near.next()) {
        (Some((ward, length)), None) => {
            let rest: String = chars.iter().skip(length).collect();
            format!("{before}{city}{ward}{rest}")
        }
        _ => text.to_owned(),
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

    #[test]
    fn 区の一字違いと二重の字を直し_似た区が二つあれば直さない() {
        let nation = Gazetteer::nation();
        let right = "宮城県仙台市青葉区国分町1番地";
        for read in [right, "宮城県仙台市青人葉区国分町1番地", "宮城県仙台市音葉区国分町1番地"]
        {
            assert_eq!(address(read, nation), (right.to_owned(), true));
        }
        // 北区, 東区, 西区 and 南区 are all one letter from it.
        let read = "北海道札幌市口区1番地";
        assert_eq!(address(read, nation), (read.to_owned(), true));
    }

    #[test]
    fn 漢字の間の一字のカタカナと数字の間の点は読み違い() {
        assert_eq!(block("本町2303番地第ニ山田荘"), "本町2303番地第二山田荘");
        assert_eq!(block("港町1800番地の2.3"), "港町1800番地の23");
        assert_eq!(block("港町1番ハイツ二葉"), "港町1番ハイツ二葉");
        assert_eq!(block("本町2713番地グランメゾン港132サ"), "本町2713番地グランメゾン港132号");
        assert_eq!(block("深草西浦町4丁目3番8皺"), "深草西浦町4丁目3番8号");
        assert_eq!(block("港町1丁目2番3号"), "港町1丁目2番3号");
        assert_eq!(block("川ロ市1香也"), "川口市1番地");
        assert_eq!(block("本町7丁目1!番16号"), "本町7丁目11番16号");
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
