//! Japanese text: every parser takes any string without panic; what it made is written and read back as the same value;
//! normalising twice is normalising once.

#![no_main]

use std::fmt::Debug;
use std::str::FromStr;
use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_text::{
    AccountHolder, AccountKind, AccountNumber, Address, BankCode, BirthDate, BranchCode, EraCheck, EraDate,
    Gazetteer, Kana, MatchCodeB, MyNumber, PersonName, Phone, Pin, PostalCode, SamePlace, TextError,
    YuchoNumber, common_form, digits_to_kanji, kanji_to_digits, kanji_to_number, number_to_kanji, parse_date,
    same_character, to_full_width, to_full_width_kana, to_half_width, to_half_width_kana, to_hiragana,
    to_katakana,
};

static CITY: LazyLock<Gazetteer> = LazyLock::new(|| Gazetteer::nation().with([("架空県", "みなと野市")]));

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(input) else { return Corpus::Reject };
    letters(text);
    numbers(text);
    dates(text);
    names(text);
    places(text);
    money(text);
    for error in [text.parse::<Pin>().err(), text.parse::<MatchCodeB>().err(), text.parse::<MyNumber>().err()]
    {
        assert!(error.is_none_or(|error| error.code().starts_with('T')));
    }
    Corpus::Keep
});

/// What a type writes, it reads as the same value.
fn returns<T: FromStr<Err = TextError> + PartialEq + Debug>(value: &T, written: &str) {
    match written.parse::<T>() {
        Ok(again) => assert!(again == *value, "{written:?} reads as another value"),
        Err(error) => panic!("{written:?}: {error}"),
    }
}

fn letters(text: &str) {
    let conversions: [fn(&str) -> String; 8] = [
        to_half_width,
        to_full_width,
        to_katakana,
        to_hiragana,
        to_full_width_kana,
        to_half_width_kana,
        digits_to_kanji,
        kanji_to_digits,
    ];
    for (at, convert) in conversions.into_iter().enumerate() {
        let once = convert(text);
        assert_eq!(convert(&once), once, "conversion {at} of {text:?}");
    }
    for c in text.chars() {
        let common = common_form(c);
        assert_eq!(common_form(common), common, "{c}");
        assert!(same_character(c, c) && same_character(c, common), "{c}");
    }
}

fn numbers(text: &str) {
    if let Some(number) = kanji_to_number(text) {
        let written = number_to_kanji(number);
        // Beyond 9,999万 only figures one by one are read, as in a telephone number.
        if number < 100_000_000 {
            assert_eq!(kanji_to_number(&written), Some(number), "{text:?} {written}");
        }
    }
}

fn dates(text: &str) {
    if let Ok(day) = parse_date(text, EraCheck::Strict) {
        assert_eq!(parse_date(text, EraCheck::CountOn), Ok(day));
    }
    if let Ok(day) = parse_date(text, EraCheck::CountOn) {
        let dated = EraDate::of(day).expect("a day that was read has an era");
        assert_eq!(dated.date(), day);
        assert_eq!(parse_date(&day.to_string(), EraCheck::Strict), Ok(day), "{text:?}");
        // 「令和2026年」 is a slip and refused, so the far future has no era to be read with.
        if dated.year() <= 200 {
            for written in [dated.to_string(), dated.short(), dated.kanji()] {
                assert_eq!(parse_date(&written, EraCheck::Strict), Ok(day), "{text:?} {written}");
            }
        }
    }
    if let Ok(dated) = text.parse::<EraDate>()
        && dated.year() <= 200
    {
        returns(&dated, &dated.to_string());
    }
    if let Ok(born) = text.parse::<BirthDate>() {
        returns(&born, &born.to_string());
        returns(&born, &born.in_words());
        assert!(born.earliest() <= born.latest(), "{text:?}");
        assert!(born.may_equal(born));
        assert!(born.era_year().is_none_or(|year| year >= 1), "{text:?}");
        assert_eq!(born.date(), parse_date(text, EraCheck::Strict).ok(), "{text:?}");
    }
}

fn names(text: &str) {
    if let Ok(name) = text.parse::<PersonName>() {
        returns(&name, name.as_str());
        assert_eq!(name.glyphs().map(|glyph| glyph.as_str()).collect::<String>(), name.as_str());
        assert!(name.same_glyphs(&name) && name.same_characters(&name));
        if let Some((family, given)) = name.family_and_given() {
            assert!(!family.is_empty() && !given.is_empty(), "{text:?}");
        }
        assert!(name.parts().all(|part| !part.is_empty()));
        for at in name.missing_glyphs() {
            assert!(at < name.glyphs().count());
        }
        for glyph in name.glyphs() {
            assert!(glyph.same_glyph(glyph) && glyph.same_character(glyph));
            let _ = glyph.candidates();
        }
        if let Ok(common) = name.common_form().parse::<PersonName>() {
            assert_eq!(common.common_form(), name.common_form(), "{text:?}");
        }
    }
    if let Ok(kana) = text.parse::<Kana>() {
        returns(&kana, kana.as_str());
        returns(&kana, &kana.hiragana());
        returns(&kana, &kana.half_width());
        assert_eq!(kana.expanded().expanded(), kana.expanded(), "{text:?}");
        returns(&kana.expanded(), kana.expanded().as_str());
    }
}

fn places(text: &str) {
    if let Ok(code) = text.parse::<PostalCode>() {
        returns(&code, &code.hyphenated());
        returns(&code, code.digits());
    }
    if let Ok(phone) = text.parse::<Phone>() {
        returns(&phone, phone.hyphenated());
        match phone.digits().parse::<Phone>() {
            Ok(plain) => assert!(plain.same_line(&phone) && plain.kind() == phone.kind(), "{text:?}"),
            Err(error) => panic!("{text:?}: {error}"),
        }
    }
    if let Ok(address) = text.parse::<Address>() {
        returns(&address, address.as_str());
        assert_eq!(CITY.same_place(&address, &address), SamePlace::Same, "{text:?}");
        let normal = CITY.normalise(&address);
        if let Ok(again) = normal.parse::<Address>() {
            assert_eq!(CITY.normalise(&again), normal, "{text:?}");
        }
    }
}

fn money(text: &str) {
    if let Ok(code) = text.parse::<BankCode>() {
        returns(&code, code.as_str());
    }
    if let Ok(code) = text.parse::<BranchCode>() {
        returns(&code, code.as_str());
    }
    if let Ok(number) = text.parse::<AccountNumber>() {
        returns(&number, number.as_str());
    }
    if let Ok(kind) = text.parse::<AccountKind>() {
        returns(&kind, kind.name());
    }
    if let Ok(holder) = text.parse::<AccountHolder>() {
        returns(&holder, holder.as_str());
    }
    if let Ok(book) = text.parse::<YuchoNumber>() {
        returns(&book, &format!("{}-{}", book.symbol(), book.passbook_number()));
        let _ = (book.branch(), book.number(), book.kind());
    }
}
