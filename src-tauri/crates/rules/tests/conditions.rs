//! 条件: one canonical text, one Japanese sentence, clear errors.

#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::collections::BTreeMap;

use madoka_facts::{Choice, Declaration, DeclaredPath, FactKind, Vocabulary};
use madoka_rules::{parse_condition, sentence};

#[test]
fn 書き方が違っても一つの形になる() {
    for (written, canonical) in [
        ("not(deceased.insurance=koki)", "deceased.insurance != koki"),
        ("not deceased.insurance in [ koki,kokuho ]", "deceased.insurance not in [koki, kokuho]"),
        ("deceased.resident and not deceased.head", "deceased.resident and not deceased.head"),
        ("case.a or case.b and case.c", "case.a or (case.b and case.c)"),
        ("((case.a))", "case.a"),
        ("not(case.a and case.b)", "not (case.a and case.b)"),
        ("case.d<=case.e+2 year", "case.d <= case.e + 2 years"),
        ("case.d = case.e + 0 months", "case.d = case.e"),
        ("case.n>=-5", "case.n >= -5"),
        ("deceased.pension has any[basic]", "deceased.pension has any [basic]"),
        ("count household(@adult)!=2", "count household (@adult) != 2"),
        (
            "every household (age(member.birth_date,on case.move_date,fiscal_year_end)<=18)",
            "every household (age(member.birth_date, on case.move_date, fiscal_year_end) <= 18)",
        ),
        ("applicant.nationality = \"日本\\\"\"", "applicant.nationality = \"日本\\\"\""),
        ("case.any and case.all", "case.any and case.all"),
    ] {
        let condition = parse_condition(written).unwrap();
        assert_eq!(condition.to_string(), canonical);
        assert_eq!(parse_condition(canonical).unwrap(), condition);
    }
}

#[test]
fn 読めない条件は何文字目で何が要るかを言う() {
    for (written, code, words) in [
        ("", "R101", "条件が空です"),
        ("case.a and", "R105", "11文字目"),
        ("case.a case.b", "R105", "8文字目"),
        ("(case.a", "R105", "「)」"),
        ("head", "R108", "「head」は事実の名前になりません"),
        ("household.school", "R108", "member.school"),
        ("case.a = ", "R105", "（終わり）"),
        ("case.a > koki", "R105", "数、日付か日付の事実"),
        ("case.d < 2026-02-30", "R105", "暦にある日付"),
        ("case.n = 99999999999999999999", "R109", "数が大きすぎます"),
        ("case.a ＝ true", "R106", "「＝」"),
        ("case.t = \"日本", "R107", "閉じられていません"),
        ("any household (any household (member.x))", "R110", "もう1つ household"),
        ("age(a.b, on c.d, yesterday) > 3", "R105", "day_before_birthday"),
    ] {
        let error = parse_condition(written).unwrap_err();
        assert_eq!(error.code(), code, "{written}: {error}");
        assert!(error.to_string().contains(words), "{written}: {error}");
    }
}

#[test]
fn 限りを超える条件は断る() {
    let deep = |levels: usize| format!("{}case.a{}", "(".repeat(levels), ")".repeat(levels));
    assert!(parse_condition(&deep(16)).is_ok());
    assert_eq!(parse_condition(&deep(17)).unwrap_err().code(), "R104");
    assert_eq!(parse_condition(&"(".repeat(4000)).unwrap_err().code(), "R104");
    assert_eq!(parse_condition(&"not ".repeat(900)).unwrap_err().code(), "R104");
    assert_eq!(parse_condition(&"c.a ".repeat(1001)).unwrap_err().code(), "R102");
    let many = vec!["c.a"; 450].join(" or ");
    assert_eq!(parse_condition(&many).unwrap_err().code(), "R103");
}

#[test]
fn 限りは清書した形で数える() {
    // Each fits as it is typed; its canonical text, with every pair of parentheses written out, does not.
    let deep = format!("{}(a.b or c.d and e.f)", "not ".repeat(15));
    assert_eq!(parse_condition(&deep).unwrap_err().code(), "R104");
    let long = vec!["a.b=1"; 398].join(" and ");
    assert_eq!(parse_condition(&long).unwrap_err().code(), "R102");
    let many = vec!["a.b and a.b"; 120].join(" or ");
    assert_eq!(parse_condition(&many).unwrap_err().code(), "R103");
}

fn words() -> Vocabulary {
    let mut words = Vocabulary::built_in();
    let choices = [("kokuho", "国民健康保険"), ("koki", "後期高齢者医療")]
        .map(|(id, label)| Choice { id: id.parse().unwrap(), label: label.to_owned(), alone: false })
        .to_vec();
    for (path, kind, label) in [
        ("deceased.resident", FactKind::Bool, "亡くなった方の住民登録がこの市にあった"),
        ("deceased.insurance", FactKind::Choice(choices), "亡くなった方の健康保険"),
        ("case.death_date", FactKind::Date, "亡くなった日"),
        ("case.dogs", FactKind::Number { min: 0, max: 9 }, "飼っている犬の数"),
        ("household.school", FactKind::Bool, "小中学校に通っている"),
    ] {
        let path: DeclaredPath = path.parse().unwrap();
        words.declare(path, Declaration { kind, label: label.to_owned(), derived: false, sensitive: false });
    }
    words
}

#[test]
fn 条件は日本語の一文になる() {
    let names = BTreeMap::from([("adult".parse().unwrap(), "15歳以上".to_owned())]);
    for (condition, expected) in [
        (
            "deceased.resident and deceased.insurance = koki",
            "「亡くなった方の住民登録がこの市にあった」が「はい」、かつ「亡くなった方の健康保険」が「後期高齢者医療」",
        ),
        (
            "case.dogs >= 1 or (not deceased.resident and deceased.insurance not in [koki, kokuho])",
            "「飼っている犬の数」が1以上、または（「亡くなった方の住民登録がこの市にあった」が「いいえ」、かつ「亡くなった方の健康保険」が「後期高齢者医療」「国民健康保険」のどれかでない）",
        ),
        (
            "any household (member.school and @adult)",
            "世帯に、「その人の小中学校に通っている」が「はい」、かつ「15歳以上」に当てはまるという人がいる",
        ),
        (
            "age(deceased.birth_date, on case.death_date, day_before_birthday) >= 65",
            "「亡くなった方の生年月日」から数えた年齢（「亡くなった日」現在、誕生日の前日に達する数え方）が65歳以上",
        ),
        ("case.visit_date <= case.death_date + 2 years", "「来庁日」が「亡くなった日」の2年後まで"),
        ("case.death_date < 2026-04-01", "「亡くなった日」が2026年4月1日より前"),
    ] {
        assert_eq!(sentence(&parse_condition(condition).unwrap(), &words(), &names), expected);
    }
}
