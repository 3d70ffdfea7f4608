//! 点検: a pack that is right, and every fault sown into it.

#![expect(clippy::panic, reason = "tests fail loudly")]

use std::sync::Arc;

use jiff::civil::date;
use madoka_rules::pack::{NamedCondition, Place};
use madoka_rules::{
    Change, Finding, Pack, PackFiles, PartKind, Rulebook, Severity, Verdict, analyse, diff, parse_condition,
    read_pack,
};

const RIGHT: &str = r#"
[[event]]
id = "death"
name = { ja = "おくやみ", easy = "おくやみ" }
date = "case.death_date"
persons = ["deceased", "household"]
[[office]]
id = "shimin"
name = { ja = "市民課", easy = "市民課（しみんか）" }
kind = "city"
[[screen]]
id = "basic"
title = { ja = "基本", easy = "きほん" }
order = 1
[[item]]
id = "card"
name = { ja = "資格確認書", easy = "カード" }
[[fact]]
path = "case.death_date"
type = "date"
label = "亡くなった日"
[[fact]]
path = "deceased.resident"
type = "bool"
label = "亡くなった方の住民登録がこの市にあった"
[[fact]]
path = "deceased.head"
type = "bool"
label = "亡くなった方は世帯主"
[[fact]]
path = "deceased.insurance"
type = "choice"
label = "亡くなった方の健康保険"
choices = [
  { id = "kokuho", ja = "国民健康保険", easy = "国保（こくほ）" },
  { id = "koki", ja = "後期高齢者医療", easy = "後期（こうき）" },
  { id = "company", ja = "会社の健康保険", easy = "会社（かいしゃ）" },
]
[[fact]]
path = "case.remaining"
type = "number"
min = 0
max = 10
unit = "人"
label = "世帯に残る人数"
[[question]]
fact = "case.death_date"
events = ["death"]
screen = "basic"
order = 1
ask = { ja = "亡くなった日はいつですか。", easy = "いつ なくなりましたか。" }
unknown = false
[[question]]
fact = "deceased.birth_date"
events = ["death"]
screen = "basic"
order = 2
ask = { ja = "生年月日はいつですか。", easy = "いつ 生（う）まれましたか。" }
resolve = "住民記録"
[[question]]
fact = "deceased.resident"
events = ["death"]
screen = "basic"
order = 3
ask = { ja = "住民登録がありましたか。", easy = "この まちの 人（ひと）でしたか。" }
resolve = "住民記録"
[[question]]
fact = "deceased.head"
events = ["death"]
screen = "basic"
order = 4
ask = { ja = "世帯主でしたか。", easy = "世帯主（せたいぬし）でしたか。" }
resolve = "住民記録"
ask_if = "deceased.resident"
when_skipped = false
[[question]]
fact = "deceased.insurance"
events = ["death"]
screen = "basic"
order = 5
ask = { ja = "健康保険はどれですか。", easy = "健康保険（けんこうほけん）は どれですか。" }
resolve = "国保の記録"
[[question]]
fact = "case.remaining"
events = ["death"]
screen = "basic"
order = 6
ask = { ja = "何人残りますか。", easy = "何人（なんにん） のこりますか。" }
resolve = "住民記録"
[condition.senior]
name = "65歳以上"
when = "age(deceased.birth_date, on case.death_date, day_before_birthday) >= 65"
[[procedure]]
id = "death.head"
events = ["death"]
name = { ja = "世帯主変更届", easy = "世帯主（せたいぬし）を かえる" }
office = "shimin"
kind = "notify"
level = 4
when = "deceased.head and case.remaining >= 2"
[[procedure]]
id = "death.care"
events = ["death"]
name = { ja = "介護保険の資格喪失届", easy = "介護保険（かいごほけん）を やめる" }
office = "shimin"
kind = "notify"
level = 4
when = "deceased.resident and @senior"
[[procedure]]
id = "death.kokuho"
events = ["death"]
name = { ja = "葬祭費（国保）", easy = "お金（かね）" }
office = "shimin"
kind = "claim"
level = 4
when = "deceased.insurance = kokuho"
bring = [{ item = "card", when = "deceased.resident" }]
[[procedure]]
id = "death.koki"
events = ["death"]
name = { ja = "葬祭費（後期）", easy = "お金（かね）（後期（こうき））" }
office = "shimin"
kind = "claim"
level = 4
when = "deceased.insurance = koki"
[[group]]
id = "funeral"
name = "葬祭費はどちらか1つ"
procedures = ["death.kokuho", "death.koki"]
"#;

const SCENARIOS: &str = r#"
[[scenario]]
id = "s1"
title = "65歳、世帯主、2人残る"
event = "death"
on = 2026-11-02
needed = ["death.head", "death.care", "death.kokuho"]
complete = true
[scenario.facts]
case.death_date = 2026-10-20
deceased.birth_date = 1961-10-21
deceased.resident = true
deceased.head = true
deceased.insurance = "kokuho"
case.remaining = 2
[[scenario]]
id = "s2"
title = "65歳の1日前、世帯主、1人残る"
event = "death"
on = 2026-11-02
needed = ["death.koki"]
complete = true
[scenario.facts]
case.death_date = 2026-10-20
deceased.birth_date = 1961-10-22
deceased.resident = true
deceased.head = true
deceased.insurance = "koki"
case.remaining = 1
[[scenario]]
id = "s3"
title = "市民でない人"
event = "death"
on = 2026-11-02
needed = []
complete = true
[scenario.facts]
case.death_date = 2026-10-20
deceased.birth_date = 1941-10-22
deceased.resident = false
deceased.insurance = "company"
case.remaining = 3
[[scenario]]
id = "s4"
title = "世帯主でない人"
event = "death"
on = 2026-11-02
needed = ["death.care"]
complete = true
[scenario.facts]
case.death_date = 2026-10-20
deceased.birth_date = 1941-10-22
deceased.resident = true
deceased.head = false
deceased.insurance = "company"
case.remaining = 3
[[scenario]]
id = "s5"
title = "64歳より若い人と66歳以上の人の境目"
event = "death"
on = 2026-11-02
needed = ["death.care"]
complete = true
[scenario.facts]
case.death_date = 2026-10-20
deceased.birth_date = 1961-01-01
deceased.resident = true
deceased.head = true
deceased.insurance = "company"
case.remaining = 1
"#;

fn files(changes: &[(&str, &str)]) -> PackFiles {
    let mut all = RIGHT.to_owned();
    let mut scenarios = SCENARIOS.to_owned();
    for (from, to) in changes {
        assert!(all.contains(from) || scenarios.contains(from), "「{from}」 must be there");
        all = all.replacen(from, to, 1);
        scenarios = scenarios.replacen(from, to, 1);
    }
    let head = "id = \"p\"\nname = \"試し\"\nversion = 3\nvalid_from = 2026-10-01\nvalid_to = 2027-09-30\n\
        languages = [\"ja\", \"easy\"]\n[city]\nname = \"みなと野市\"\nprefecture = \"架空県\"\ncode = \"999999\"\n";
    [("pack.toml", head), ("all.toml", &all), ("scenarios.toml", &scenarios)]
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .collect()
}

fn pack(changes: &[(&str, &str)]) -> Pack {
    read_pack(&files(changes)).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn found(changes: &[(&str, &str)]) -> Vec<Finding> {
    analyse(&pack(changes), Some(date(2026, 11, 1)))
}

/// The finding with a code about something; its words in Japanese with a proposal.
#[track_caller]
fn caught(changes: &[(&str, &str)], code: &str, about: &str) -> Finding {
    let all = found(changes);
    let one = all.iter().find(|finding| finding.code == code && finding.about == about);
    let one = one.unwrap_or_else(|| panic!("no {code} about {about}: {all:#?}")).clone();
    assert!(!one.message.is_empty() && !one.fix.is_empty() && one.place.line > 0, "{one:?}");
    one
}

#[test]
fn 正しいパックには何も言わない() {
    assert_eq!(found(&[]), Vec::new());
}

#[test]
fn 絶対に出ない手続() {
    let change =
        [("deceased.insurance = koki\"", "deceased.insurance = koki and deceased.insurance = kokuho\"")];
    let one = caught(&change, "A101", "手続 death.koki");
    assert_eq!(one.severity, Severity::Error);
    assert!(one.message.contains("必要になる人はいません"), "{one}");
}

#[test]
fn 質問が聞かれないせいで絶対に出ない手続() {
    // The gate leaves "head" false for whoever is no resident: nobody can be both.
    let change =
        [("deceased.head and case.remaining", "not deceased.resident and deceased.head and case.remaining")];
    caught(&change, "A101", "手続 death.head");
}

#[test]
fn 年齢の境目が打ち消し合う条件() {
    let change = [(
        "deceased.resident and @senior",
        "@senior and age(deceased.birth_date, on case.death_date, birthday) < 64",
    )];
    caught(&change, "A101", "手続 death.care");
    // Reached on the day before the birthday, not on the birthday: one day is left for 65 and not 65.
    let change = [(
        "deceased.resident and @senior",
        "@senior and age(deceased.birth_date, on case.death_date, birthday) < 65",
    )];
    assert!(found(&change).iter().all(|finding| finding.code != "A101"));
}

#[test]
fn いつも出る手続と条件() {
    let change = [("deceased.insurance = koki\"", "case.remaining >= 0\"")];
    caught(&change, "A102", "手続 death.koki");
    let change =
        [("day_before_birthday) >= 65", "day_before_birthday) >= 65 or deceased.head or not deceased.head")];
    caught(&change, "A102", "条件 senior");
}

#[test]
fn 有効期間と条件の日付が合わない() {
    let change = [(
        "when = \"deceased.insurance = koki\"",
        "when = \"deceased.insurance = koki and case.death_date >= 2027-01-01\"\neffective = { to = 2026-12-31, basis = \"event\" }",
    )];
    caught(&change, "A101", "手続 death.koki");
}

#[test]
fn 決して聞かれない質問_いつも聞かれる質問() {
    let change = [("ask_if = \"deceased.resident\"", "ask_if = \"case.remaining > 10\"")];
    let one = caught(&change, "A201", "質問 deceased.head");
    assert_eq!(one.severity, Severity::Error);
    let change = [("ask_if = \"deceased.resident\"", "ask_if = \"case.remaining <= 10\"")];
    caught(&change, "A202", "質問 deceased.head");
}

#[test]
fn だれも聞かない事実_何も決めない質問() {
    let change = [("[[question]]\nfact = \"case.remaining\"", "[[question]]\nfact = \"deceased.sex\"")];
    let one = caught(&change, "A203", "ライフイベント death");
    assert!(one.message.contains("世帯に残る人数"), "{one}");
    let change = [("deceased.head and case.remaining >= 2", "deceased.head")];
    caught(&change, "A204", "質問 case.remaining");
}

#[test]
fn 期限や様式だけが使う質問は無駄ではない() {
    let change = [
        ("deceased.head and case.remaining >= 2\"", "deceased.head\"\nforms = [\"f\"]"),
        ("[[group]]", "[[form]]\nid = \"f\"\nname = \"届\"\nfacts = [\"case.remaining\"]\n[[group]]"),
    ];
    assert!(found(&change).iter().all(|finding| finding.code != "A204"));
}

#[test]
fn どこからも使われない事実は知らせ_予約や受け渡しが使うものは知らせない() {
    let head = "[[fact]]\npath = \"deceased.head\"";
    let more = format!("[[fact]]\npath = \"case.funeral\"\ntype = \"bool\"\nlabel = \"葬儀\"\n{head}");
    let change = [(head, more.as_str())];
    caught(&change, "A208", "事実 case.funeral");
    let is_unused = |file: &str, text: &str| {
        let mut files = files(&change);
        files.insert(file.to_owned(), text.as_bytes().to_vec());
        analyse(&read_pack(&files).unwrap(), None).iter().any(|finding| finding.code == "A208")
    };
    assert!(!is_unused("bookings/death.toml", "[[section.ask]]\nfact = \"case.funeral\""));
    assert!(!is_unused("handover/death.toml", "when = \"not case.funeral\""));
    assert!(is_unused("handover/death.toml", "# case.funeral\ncollected = \"case.funeral_kind\""));
}

#[test]
fn 使われない選択肢() {
    let change = [
        ("type = \"choice\"", "type = \"choices\""),
        (
            "deceased.insurance = kokuho",
            "deceased.insurance has any [kokuho] and not deceased.insurance has any [koki]",
        ),
        ("deceased.insurance = koki", "deceased.insurance has any [koki]"),
        ("deceased.insurance = \"kokuho\"", "deceased.insurance = [\"kokuho\"]"),
        ("deceased.insurance = \"koki\"", "deceased.insurance = [\"koki\"]"),
        ("deceased.insurance = \"company\"", "deceased.insurance = [\"company\"]"),
        ("deceased.insurance = \"company\"", "deceased.insurance = [\"company\"]"),
        ("deceased.insurance = \"company\"", "deceased.insurance = [\"company\"]"),
    ];
    let one = caught(&change, "A205", "事実 deceased.insurance");
    assert!(one.message.contains("会社の健康保険"), "{one}");
}

#[test]
fn わからないと答えられない質問() {
    let change = [("resolve = \"国保の記録\"", "resolve = \"国保の記録\"\nunknown = false")];
    caught(&change, "A206", "質問 deceased.insurance");
    let change = [("resolve = \"国保の記録\"\n", "")];
    caught(&change, "A207", "質問 deceased.insurance");
}

#[test]
fn 排他グループが同時に出る人() {
    let change =
        [("deceased.insurance = koki\"", "deceased.insurance in [koki, kokuho] and deceased.resident\"")];
    let one = caught(&change, "A301", "排他グループ funeral");
    let person = one.person.unwrap();
    let pack = Arc::new(pack(&change));
    let judgement = Rulebook::new(&pack, "death", person.on).unwrap().judge(&person.facts(&pack.vocabulary));
    let needed = |id: &str| {
        judgement.entries.iter().any(|entry| {
            entry.verdict == Verdict::Needed && pack.procedures[entry.procedure].id.as_str() == id
        })
    };
    assert!(needed("death.kokuho") && needed("death.koki"), "{}", person.in_words(&pack.vocabulary));
    assert_eq!(
        person.in_words(&pack.vocabulary),
        "「亡くなった方の健康保険」が「国民健康保険」、「亡くなった方の住民登録がこの市にあった」が「はい」の人"
    );
}

#[test]
fn 同じ条件_同じ名前の手続() {
    let change = [("deceased.resident and @senior", "case.remaining >= 2 and deceased.head")];
    let one = caught(&change, "A302", "手続 death.head");
    assert!(one.message.contains("death.care") && one.fix.contains("conditions.toml"), "{one}");
    let change = [("介護保険の資格喪失届", "世帯主変更届")];
    caught(&change, "A303", "手続 death.care");
}

#[test]
fn 持ち物の条件が成り立たない() {
    let change = [("card\", when = \"deceased.resident\"", "card\", when = \"deceased.insurance = koki\"")];
    caught(&change, "A105", "手続 death.kokuho");
}

#[test]
fn 期間の重なりとすき間() {
    let again = |from: &str| {
        format!(
            "effective = {{ to = 2026-12-31 }}\n[[procedure]]\nid = \"death.koki\"\nevents = [\"death\"]\nname = {{ ja = \"葬祭費（後期）\", easy = \"お金（かね）\" }}\noffice = \"shimin\"\nkind = \"claim\"\nlevel = 4\nwhen = \"deceased.insurance = koki\"\neffective = {{ from = {from} }}\n[[group]]"
        )
    };
    let gap = again("2027-02-01");
    let one = caught(&[("[[group]]", &gap)], "A401", "手続 death.koki");
    assert!(one.message.contains("2027-01-01から2027-01-31まで"), "{one}");
    // An overlap is refused by the reader already, and found in a pack that is still being edited.
    let overlap = again("2026-12-01");
    assert!(read_pack(&files(&[("[[group]]", &overlap)])).is_err());
    let joined = again("2027-01-01");
    let mut pack = pack(&[("[[group]]", &joined)]);
    assert!(analyse(&pack, None).iter().all(|finding| !finding.code.starts_with("A4")));
    pack.procedures[4].effective.period.from = Some(date(2026, 12, 31));
    let all = analyse(&pack, None);
    assert!(
        all.iter().any(|finding| finding.code == "A402" && finding.severity == Severity::Error),
        "{all:#?}"
    );
}

#[test]
fn 言語の抜けと読みのない漢字() {
    let change = [(", easy = \"世帯主（せたいぬし）でしたか。\"", "")];
    caught(&change, "A501", "質問 deceased.head");
    let change = [("easy = \"世帯主（せたいぬし）でしたか。\"", "easy = \"世帯主でしたか。\"")];
    let one = caught(&change, "A502", "質問 deceased.head");
    assert!(one.message.contains("「世帯主」"), "{one}");
}

#[test]
fn 必要な人も不要な人もテストにいる() {
    let change = [
        ("needed = [\"death.koki\"]\ncomplete = true", "needed = []"),
        ("deceased.insurance = \"koki\"", "deceased.insurance = \"company\""),
    ];
    let one = caught(&change, "A601", "手続 death.koki");
    assert!(one.message.contains("必要になる人"), "{one}");
    assert!(one.fix.contains("後期高齢者医療"), "{one}");
}

/// Each part of a condition is protected by a scenario; without that scenario it is not.
#[test]
fn 条件を変えても気づかないテスト() {
    let gone = |title: &str| {
        let start = SCENARIOS.find(title).unwrap();
        let start = SCENARIOS[..start].rfind("[[scenario]]").unwrap();
        let end = SCENARIOS[start + 1..].find("[[scenario]]").map_or(SCENARIOS.len(), |end| start + 1 + end);
        SCENARIOS[start..end].to_owned()
    };
    for (title, about) in [("65歳の1日前", "条件 senior"), ("市民でない人", "手続 death.care")]
    {
        let one = caught(&[(&gone(title), "")], "A602", about);
        assert!(one.person.is_some(), "{one}");
    }
    // 2 → 3 goes unnoticed when nobody has exactly two.
    let one = caught(&[("case.remaining = 2", "case.remaining = 4")], "A602", "手続 death.head");
    assert!(one.message.contains("3にしても"), "{one}");
    assert!(one.fix.contains("「世帯に残る人数」が「2」"), "{one}");
}

#[test]
fn 書いても書かなくても同じ条件() {
    let change = [(
        "deceased.head and case.remaining >= 2",
        "deceased.head and case.remaining >= 2 and case.remaining >= 1",
    )];
    caught(&change, "A106", "手続 death.head");
}

#[test]
fn 改訂で判定が変わる人の例() {
    let old = Arc::new(pack(&[]));
    let new = Arc::new(pack(&[
        ("case.remaining >= 2", "case.remaining >= 1"),
        ("健康保険はどれですか。", "健康保険は何ですか。"),
    ]));
    let found = diff(&old, &new, date(2026, 11, 1));
    let [Change::Judged { procedure, now_needed: true, example, .. }] = found.changes.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(procedure, "death.head");
    assert_eq!(
        example,
        "「世帯に残る人数」が「1」、「亡くなった方は世帯主」が「はい」、「亡くなった方の住民登録がこの市にあった」が「はい」の人"
    );
    let moved: Vec<&str> = found.moved.iter().map(|moved| moved.scenario.as_str()).collect();
    assert_eq!(moved, ["s2", "s5"]);
    assert_eq!(found.moved[0].because, ["手続 death.head の条件"]);
    let parts: Vec<String> =
        found.parts.iter().map(|part| format!("{} {}", part.kind.label(), part.about)).collect();
    assert_eq!(parts, ["変わった 手続 death.head", "変わった 質問 deceased.insurance"]);
    assert_eq!(found.parts[0].kind, PartKind::Changed);
}

/// The reader of the report should see the smallest family that shows the difference.
#[test]
fn 例の世帯は要るだけの人数() {
    let counted = |number: u8| {
        let change = format!("count household (member.sex = female) >= {number}");
        let asks = "[[question]]\nfact = \"household\"\nevents = [\"death\"]\nscreen = \"basic\"\norder = 9\nask = \"だれが残りますか。\"\n\
            [[question]]\nfact = \"household.sex\"\nevents = [\"death\"]\nscreen = \"basic\"\norder = 10\nask = \"性別\"\n[[group]]";
        Arc::new(pack(&[("deceased.head and case.remaining >= 2", &change), ("[[group]]", asks)]))
    };
    let found = diff(&counted(2), &counted(1), date(2026, 11, 1));
    let [Change::Judged { example, .. }] = found.changes.as_slice() else { panic!("{found:?}") };
    assert_eq!(example, "「世帯員1の性別」が「女」、世帯員は1人の人");
}

#[test]
fn 書き方だけの改訂は判定を変えないと証明される() {
    let old = Arc::new(pack(&[]));
    let new = Arc::new(pack(&[
        ("deceased.head and case.remaining >= 2", "not (not deceased.head or case.remaining < 2)"),
        ("day_before_birthday) >= 65", "day_before_birthday) > 64"),
    ]));
    let found = diff(&old, &new, date(2026, 11, 1));
    let text = |id: &str| Change::Text { event: "death".to_owned(), procedure: id.to_owned() };
    assert_eq!(found.changes, [text("death.care"), text("death.head")]);
    assert!(found.moved.is_empty() && found.affected.is_empty());
}

#[test]
fn 質問の門が変われば判定が変わる人を言う() {
    let old = Arc::new(pack(&[]));
    let new = Arc::new(pack(&[("ask_if = \"deceased.resident\"\nwhen_skipped = false\n", "")]));
    let found = diff(&old, &new, date(2026, 11, 1));
    let [Change::Judged { procedure, now_needed: true, .. }] = found.changes.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(procedure, "death.head");
}

#[test]
fn 加わった手続となくなった手続() {
    let old = Arc::new(pack(&[]));
    let mut changed = pack(&[]);
    let mut added = changed.procedures[0].clone();
    added.id = madoka_rules::pack::ProcedureId::new("death.new").unwrap();
    added.place = Place::default();
    changed.procedures[0] = added;
    let found = diff(&old, &Arc::new(changed), date(2026, 11, 1));
    assert!(
        found
            .changes
            .iter()
            .any(|change| matches!(change, Change::Added { procedure, .. } if procedure == "death.new"))
    );
    assert!(
        found
            .changes
            .iter()
            .any(|change| matches!(change, Change::Removed { procedure, .. } if procedure == "death.head"))
    );
    assert_eq!(found.moved[0].because, ["手続 death.head（なくなった）", "手続 death.new（新しい）"]);
}

#[test]
fn 見本の市に誤りも注意もない() {
    let pack = read_pack(&madoka_sample::city()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let found = analyse(&pack, pack.valid.from);
    assert!(found.is_empty(), "{found:#?}");
}

/// What a department is shown of a case is enough to judge its procedure as the counter does.
#[test]
fn 手続が使う事実だけで同じ判定になる() {
    let pack = std::sync::Arc::new(read_pack(&madoka_sample::city()).unwrap());
    let mut judged = 0;
    for scenario in pack.scenarios.iter().step_by(3) {
        let book = Rulebook::new(&pack, scenario.event.as_str(), scenario.on).unwrap();
        for (at, subject, verdict) in book.verdicts(&scenario.facts).into_iter().step_by(5) {
            let used = pack.facts_used(&pack.procedures[at]);
            let member = match subject {
                madoka_rules::Subject::Member(index) => Some(index),
                madoka_rules::Subject::Case | madoka_rules::Subject::Household => None,
            };
            let mut seen = madoka_facts::Facts::default();
            for _ in 0..scenario.facts.members() {
                seen.add_member().unwrap();
            }
            seen.set_household(scenario.facts.household());
            for (path, answer) in scenario.facts.answers() {
                if !used.shows(&path, member) {
                    continue;
                }
                let statement = match answer {
                    madoka_facts::Answer::Known(value) => {
                        madoka_facts::Statement::known(value.clone(), madoka_facts::Source::Staff)
                    }
                    _ => madoka_facts::Statement::unknown(madoka_facts::Source::Staff),
                };
                seen.state(&pack.vocabulary, path, statement).unwrap();
            }
            let again = book.verdicts(&seen);
            let same = again.iter().find(|(other, who, _)| *other == at && *who == subject).map(|one| one.2);
            // Whether something open was asked or is still to ask may hang on other questions; nothing else does.
            let open = |verdict| match verdict {
                Verdict::Undecided | Verdict::ToConfirm => None,
                decided => Some(decided),
            };
            assert_eq!(same.map(open), Some(open(verdict)), "{} in {}", pack.procedures[at].id, scenario.id);
            judged += 1;
        }
    }
    assert!(judged > 1_000, "{judged}");
}

/// Conditions nobody can search through are answered, not hung on.
#[test]
fn 込み入りすぎた条件は調べきれないと言う() {
    let mut pack = pack(&[]);
    // Each looks twice at the one below: written out it would have 2^40 parts.
    for at in 0..40 {
        let when = match at {
            0 => "deceased.head and not deceased.resident".to_owned(),
            at => format!("(@f{0} and not deceased.resident) or (not @f{0} and deceased.head)", at - 1),
        };
        let name = format!("f{at}");
        let when = parse_condition(&when).unwrap();
        pack.conditions.insert(name.parse().unwrap(), NamedCondition { place: Place::default(), name, when });
    }
    pack.procedures[0].when = parse_condition("@f39").unwrap();
    let found = analyse(&pack, None);
    let told = |about: &str| found.iter().any(|finding| finding.code == "A901" && finding.about == about);
    assert!(told("手続 death.head") && told("条件 f39"), "{found:#?}");
}
