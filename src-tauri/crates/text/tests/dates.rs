//! 元号と日付: both ways, at every boundary, and for parts that are 不詳.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly; the lint sees only `#[test]` functions, not their helpers"
)]

use madoka_text::{BirthDate, Date, Era, EraCheck, EraDate, TextError, parse_date};
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn strict(text: &str) -> Result<Date, TextError> {
    parse_date(text, EraCheck::Strict)
}

#[test]
fn どの元号も初日と末日を読み書きできる() {
    for (wareki, iso) in [
        ("明治6年1月1日", "1873-01-01"),
        ("明治45年7月29日", "1912-07-29"),
        ("大正元年7月30日", "1912-07-30"),
        ("大正15年12月24日", "1926-12-24"),
        ("昭和元年12月25日", "1926-12-25"),
        ("昭和64年1月7日", "1989-01-07"),
        ("平成元年1月8日", "1989-01-08"),
        ("平成31年4月30日", "2019-04-30"),
        ("令和元年5月1日", "2019-05-01"),
        ("令和8年11月21日", "2026-11-21"),
    ] {
        assert_eq!(strict(wareki), Ok(day(iso)), "{wareki}");
        assert_eq!(EraDate::of(day(iso)).unwrap().to_string(), wareki);
    }
}

#[test]
fn 改元の当日は両方の元号で読める() {
    assert_eq!(strict("明治45年7月30日"), Ok(day("1912-07-30")));
    assert_eq!(strict("大正15年12月25日"), Ok(day("1926-12-25")));
    let kept: EraDate = "大正15年12月25日".parse().unwrap();
    assert_eq!((kept.era(), kept.year()), (Era::Taisho, 15));
}

#[test]
fn 元号の期間にない日付は断る() {
    for (text, era) in [
        ("明治45年7月31日", Era::Meiji),
        ("大正元年7月29日", Era::Taisho),
        ("大正15年12月26日", Era::Taisho),
        ("昭和元年12月24日", Era::Showa),
        ("昭和64年1月8日", Era::Showa),
        ("平成元年1月7日", Era::Heisei),
        ("平成31年5月1日", Era::Heisei),
        ("令和元年4月30日", Era::Reiwa),
    ] {
        assert_eq!(strict(text), Err(TextError::OutsideEra { era }), "{text}");
    }
}

#[test]
fn 有効期限に印字された未来の平成は数え続ければ読める() {
    assert!(strict("平成35年4月1日").is_err());
    assert_eq!(parse_date("平成35年4月1日", EraCheck::CountOn), Ok(day("2023-04-01")));
    assert_eq!(parse_date("昭和64年1月8日", EraCheck::CountOn), Ok(day("1989-01-08")));
    assert_eq!(parse_date("平成35年2月29日", EraCheck::CountOn), Err(TextError::NoSuchDay));
}

#[test]
fn 改暦より前は断る() {
    for text in ["明治5年12月2日", "明治元年1月25日", "1872-12-31", "M5.1.1"] {
        assert_eq!(strict(text), Err(TextError::BeforeSolarCalendar), "{text}");
        assert!(text.parse::<BirthDate>().is_err());
    }
    assert!(EraDate::of(day("1872-12-31")).is_err());
}

#[test]
fn 人や様式の書き方を読む() {
    for text in [
        "昭和12年3月5日",
        "昭和１２年０３月０５日",
        "昭和十二年三月五日",
        "昭和拾弐年参月五日",
        "昭和 12年 3月 5日",
        "S12.3.5",
        "s12-3-5",
        "Ｓ１２．３．５",
        "S120305",
        "昭12・3・5",
        "昭12.3.5",
        "㍼12年3月5日",
        "昭和12/3/5",
        "昭和12年3月5日生",
        "昭和12年3月5日生まれ",
        "1937-03-05",
        "1937/3/5",
        "1937.3.5",
        "1937年3月5日",
        "西暦1937年3月5日",
        "一九三七年三月五日",
        "19370305",
        "昭和12年3月5",
    ] {
        assert_eq!(strict(text), Ok(day("1937-03-05")), "{text}");
    }
}

#[test]
fn 読めないものと暦にない日を分ける() {
    for text in [
        "",
        "   ",
        "昭和",
        "昭和12年",
        "昭和12年3月",
        "12-3-5",
        "昭和12年3月5日午後",
        "昭和十十年一月一日",
        "Q12.3.5",
        "1937-3",
        "昭和12年3-5",
        "12年3月5日",
    ] {
        let answer = strict(text);
        assert!(matches!(answer, Err(TextError::DateForm | TextError::DateIncomplete)), "{text} {answer:?}");
    }
    for text in ["昭和12年2月29日", "2026-02-30", "20261301", "昭和12年13月1日", "昭和0年3月1日"]
    {
        assert_eq!(strict(text), Err(TextError::NoSuchDay), "{text}");
    }
    assert_eq!(strict("昭和12年3月不詳"), Err(TextError::DateIncomplete));
}

#[test]
fn 不詳の部分を持つ生年月日() {
    for (written, canonical, words, earliest, latest) in [
        ("昭和12年3月不詳", "1937-03", "昭和12年3月日不詳", "1937-03-01", "1937-03-31"),
        ("昭和12年3月日不詳", "1937-03", "昭和12年3月日不詳", "1937-03-01", "1937-03-31"),
        ("1937-03-00", "1937-03", "昭和12年3月日不詳", "1937-03-01", "1937-03-31"),
        ("昭和12年月日不詳", "1937", "昭和12年月日不詳", "1937-01-01", "1937-12-31"),
        ("昭和12年不詳月不詳日", "1937", "昭和12年月日不詳", "1937-01-01", "1937-12-31"),
        ("昭和12年不明", "1937", "昭和12年月日不詳", "1937-01-01", "1937-12-31"),
        ("1950-00-00", "1950", "昭和25年月日不詳", "1950-01-01", "1950-12-31"),
        ("19500000", "1950", "昭和25年月日不詳", "1950-01-01", "1950-12-31"),
        ("1989", "1989", "1989年月日不詳", "1989-01-01", "1989-12-31"),
        ("昭和64年不詳", "昭和64年不詳", "昭和64年月日不詳", "1989-01-01", "1989-01-07"),
        ("平成元年不詳", "平成元年不詳", "平成元年月日不詳", "1989-01-08", "1989-12-31"),
        ("昭和64年1月不詳", "昭和64年1月不詳", "昭和64年1月日不詳", "1989-01-01", "1989-01-07"),
        ("平成元年2月不詳", "1989-02", "平成元年2月日不詳", "1989-02-01", "1989-02-28"),
        ("大正15年12月不詳", "大正15年12月不詳", "大正15年12月日不詳", "1926-12-01", "1926-12-25"),
        ("明治不詳", "明治不詳", "明治年月日不詳", "1868-01-25", "1912-07-30"),
        ("明治年月日不詳", "明治不詳", "明治年月日不詳", "1868-01-25", "1912-07-30"),
        ("大正不詳", "大正不詳", "大正年月日不詳", "1912-07-30", "1926-12-25"),
        ("不詳", "不詳", "年月日不詳", "1868-01-25", "9999-12-31"),
        ("生年月日不詳", "不詳", "年月日不詳", "1868-01-25", "9999-12-31"),
    ] {
        let born: BirthDate = written.parse().unwrap_or_else(|e| panic!("{written}: {e}"));
        assert_eq!(born.to_string(), canonical, "{written}");
        assert_eq!(born.in_words(), words, "{written}");
        assert_eq!((born.earliest(), born.latest()), (day(earliest), day(latest)), "{written}");
        assert_eq!(canonical.parse(), Ok(born));
        assert_eq!(words.parse(), Ok(born));
        assert_eq!(serde_json::from_str::<BirthDate>(&serde_json::to_string(&born).unwrap()).unwrap(), born);
        assert!(!born.is_complete());
    }
}

#[test]
fn ありえない不詳は断る() {
    for text in [
        "令和元年4月不詳",
        "昭和65年不詳",
        "昭和0年不詳",
        "明治5年不詳",
        "昭和12年13月不詳",
        "1937-00-05",
        "昭和12年3月",
        "1937-13",
    ] {
        assert!(text.parse::<BirthDate>().is_err(), "{text}");
    }
}

#[test]
fn 不詳どうしは矛盾しなければ同じ人でありうる() {
    let whole: BirthDate = "昭和12年3月5日".parse().unwrap();
    assert!(whole.may_equal("昭和12年不詳".parse().unwrap()));
    assert!(whole.may_equal(BirthDate::UNKNOWN));
    assert!(!whole.may_equal("昭和12年4月不詳".parse().unwrap()));
}

#[test]
fn 生年月日はデバッグ出力にも出ない() {
    let born: BirthDate = "昭和12年3月5日".parse().unwrap();
    assert_eq!(format!("{born:?}"), "BirthDate(whole)");
}

#[test]
fn 元号の印から元号がわかる() {
    for (mark, era) in
        [("明", Era::Meiji), ("T", Era::Taisho), ("s", Era::Showa), ("㍻", Era::Heisei), ("令和", Era::Reiwa)]
    {
        assert_eq!(Era::from_mark(mark), Some(era));
    }
    assert_eq!(Era::from_mark("慶応"), None);
    assert_eq!(Era::from_number(3), Some(Era::Showa));
    assert_eq!(Era::from_number(6), None);
}

#[test]
fn 千八百七十三年から二千百年までのすべての日が往復する() {
    let mut today = day("1873-01-01");
    let end = day("2100-12-31");
    let mut days = 0;
    while today <= end {
        let written = EraDate::of(today).unwrap();
        for text in [written.to_string(), written.short(), written.kanji(), today.to_string()] {
            assert_eq!(strict(&text), Ok(today), "{text}");
        }
        assert_eq!(
            EraDate::new(written.era(), written.year(), written.month(), written.day(), EraCheck::Strict),
            Ok(written)
        );
        let born = BirthDate::new(today).unwrap();
        assert_eq!(
            (born.earliest(), born.latest(), born.era(), born.era_year()),
            (today, today, Some(written.era()), Some(written.year()))
        );
        today = today.tomorrow().unwrap();
        days += 1;
    }
    assert_eq!(days, 83_275);
}

#[test]
fn どの元号も続かない先の年は西暦で書く() {
    for (written, words) in [
        ("9999-12-31", "9999年12月31日"),
        ("3306-05", "3306年5月日不詳"),
        ("3306", "3306年月日不詳"),
        ("2218-04-01", "令和200年4月1日"),
        ("2219-04-01", "2219年4月1日"),
    ] {
        let born: BirthDate = written.parse().unwrap();
        assert_eq!(born.in_words(), words);
        assert_eq!(words.parse(), Ok(born));
    }
    // 西暦の年に元号を付けた書き損じは受け取らない。
    assert_eq!(strict("令和2026年4月1日"), Err(TextError::DateForm));
}

proptest! {
    #[test]
    fn どんな文字列でも落ちず値は往復する(text in "\\PC{0,20}|[明治大正昭平成令和MTSHR元0-9０-９一二十年月日不詳生./\\-]{0,16}") {
        let _ = parse_date(&text, EraCheck::CountOn);
        if let Ok(born) = text.parse::<BirthDate>() {
            prop_assert_eq!(born.to_string().parse::<BirthDate>(), Ok(born));
            prop_assert_eq!(born.in_words().parse::<BirthDate>(), Ok(born));
            prop_assert!(born.earliest() <= born.latest());
        }
    }

    #[test]
    fn 途中で切れた日付でも落ちない(year in 1873_i16..2100, cut in 0_usize..20) {
        let written = EraDate::of(Date::new(year, 6, 15).unwrap()).unwrap().to_string();
        let cut: String = written.chars().take(cut).collect();
        let _ = parse_date(&cut, EraCheck::Strict);
        let _ = cut.parse::<BirthDate>();
    }

    #[test]
    fn 厳しく読めた日は緩くても同じ日(year in 0_u16..80, month in 1_i8..=12, d in 1_i8..=31, era in 0_usize..5) {
        let era = Era::ALL[era];
        if let Ok(kept) = EraDate::new(era, year, month, d, EraCheck::Strict) {
            prop_assert_eq!(EraDate::new(era, year, month, d, EraCheck::CountOn).map(EraDate::date), Ok(kept.date()));
        }
    }
}
