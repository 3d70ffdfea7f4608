//! What a scanner types: it is a keyboard to the terminal, and the terminal's keyboard may be in any state.
//!
//! Everything Madoka writes into its codes is digits, because digits alone survive: with the Japanese input on they
//! arrive full width, with かな input they arrive as the kana printed on the same keys, and no conversion turns them
//! into words. Letters would come out as あいう, and signs as others.

/// The digits of a typed or scanned text, or nothing where it holds anything else.
///
/// Spaces, line ends and every kind of hyphen are how people and scanners group digits; they do not count.
pub(crate) fn digits(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    for c in text.chars() {
        match digit(c) {
            Some(digit) => digits.push(digit),
            // A ほ is the hyphen's key, a ゛ or ゜ nothing a digit key gives.
            None if c.is_whitespace() || c == 'ほ' || madoka_text::is_hyphen(c) => {}
            None => return None,
        }
    }
    Some(digits)
}

fn digit(c: char) -> Option<char> {
    Some(match c {
        '0'..='9' => c,
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0'))?,
        // The keys of JIS X 6002 in かな input: hiragana, and what conversion to katakana or half width makes of them.
        'わ' | 'ワ' | 'ﾜ' => '0',
        'ぬ' | 'ヌ' | 'ﾇ' => '1',
        'ふ' | 'フ' | 'ﾌ' => '2',
        'あ' | 'ア' | 'ｱ' => '3',
        'う' | 'ウ' | 'ｳ' => '4',
        'え' | 'エ' | 'ｴ' => '5',
        'お' | 'オ' | 'ｵ' => '6',
        'や' | 'ヤ' | 'ﾔ' => '7',
        'ゆ' | 'ユ' | 'ﾕ' => '8',
        'よ' | 'ヨ' | 'ﾖ' => '9',
        _ => return None,
    })
}

/// The prime below 10,000 that check digits are counted by. 10 and it have no common divisor, so that one wrong digit
/// and two neighbours in the wrong order never pass, and of other mistakes one in 9,973 does.
const CHECK_MODULUS: u64 = 9973;

/// Check digits count as four.
pub(crate) const CHECK_DIGITS: usize = 4;

/// The remainder of the number `start` followed by `digits` (bytes other than digits do not count).
fn remainder(start: u64, digits: &str) -> u64 {
    digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(start % CHECK_MODULUS, |sum, digit| (sum * 10 + u64::from(digit - b'0')) % CHECK_MODULUS)
}

/// The four check digits that follow `digits` where `start` says what kind of number it is.
pub(crate) fn check_digits(start: u64, digits: &str) -> String {
    let rest = remainder(start, digits) * 10_000 % CHECK_MODULUS;
    // As in ISO 7064: the whole number, check digits included, leaves 1.
    format!("{:04}", (CHECK_MODULUS + 1 - rest) % CHECK_MODULUS)
}

/// Whether digits that end in their check digits are whole.
pub(crate) fn is_whole(start: u64, digits: &str) -> bool {
    remainder(start, digits) == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn 日本語入力のままでも同じ数字になる() {
        let plain = "1234567890";
        for typed in [
            "1234567890\r\n",
            "１２３４５６７８９０",
            "ぬふあうえおやゆよわ",
            "ヌフアウエオヤユヨワ",
            "ﾇﾌｱｳｴｵﾔﾕﾖﾜ",
            "1234-5678-90",
            "１２３４ー５６７８ー９０",
            "ぬふあうほえおやゆほよわ",
            " 1234　56789\t0 ",
        ] {
            assert_eq!(digits(typed).as_deref(), Some(plain), "{typed}");
        }
        for other in ["12a4", "あいう", "12.5", "https://example.jp/12", "1２三"] {
            assert_eq!(digits(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn 一字の間違いと隣どうしの入れ替えは必ず見つかる(
            start in 0u64..20_000_000,
            body in "[0-9]{1,40}",
            at in 0usize..44,
            wrong in 1u8..10,
        ) {
            let whole = format!("{body}{}", check_digits(start, &body));
            prop_assert!(is_whole(start, &whole));
            let at = at % whole.len();
            let mut bytes = whole.clone().into_bytes();
            bytes[at] = b'0' + (bytes[at] - b'0' + wrong) % 10;
            prop_assert!(!is_whole(start, std::str::from_utf8(&bytes).unwrap()));
            let mut bytes = whole.into_bytes();
            let next = (at + 1) % bytes.len();
            if next > 0 && bytes[at] != bytes[next] {
                bytes.swap(at, next);
                prop_assert!(!is_whole(start, std::str::from_utf8(&bytes).unwrap()));
            }
        }
    }
}
