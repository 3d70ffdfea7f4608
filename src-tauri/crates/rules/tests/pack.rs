//! 手続パック: what the reader says of mistakes, and which documents a terminal refuses.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail loudly")]

use std::sync::Arc;

use jiff::civil::date;
use madoka_facts::{CaseFacts, Source};
use madoka_rules::pack::{
    Approvers, CityKey, Document, Installed, KeyChange, Manifest, Refusal, Role, SigningKey, Trust, accept,
    accept_document,
};
use madoka_rules::{PackFiles, Problem, Rulebook, Verdict, read_pack};

fn files() -> PackFiles {
    [
        (
            "pack.toml",
            "id = \"p\"\nname = \"試し\"\nversion = 3\nvalid_from = 2026-04-01\nvalid_to = 2027-03-31\n\
             [city]\nname = \"みなと野市\"\nprefecture = \"架空県\"\ncode = \"999999\"\n",
        ),
        (
            "all.toml",
            r#"
[[event]]
id = "death"
name = "おくやみ"
date = "case.death_date"
[[office]]
id = "shimin"
name = "市民課"
kind = "city"
[[screen]]
id = "basic"
title = "基本"
order = 1
[[anchor]]
id = "death"
name = "死亡した日"
fact = "case.death_date"
[[item]]
id = "id_document"
name = "本人確認書類"
[[fact]]
path = "case.death_date"
type = "date"
label = "亡くなった日"
[[fact]]
path = "deceased.head"
type = "bool"
label = "亡くなった方は世帯主"
[[fact]]
path = "deceased.insurance"
type = "choice"
label = "亡くなった方の健康保険"
choices = [{ id = "kokuho", ja = "国民健康保険" }, { id = "koki", ja = "後期高齢者医療" }]
[[question]]
fact = "case.death_date"
events = ["death"]
screen = "basic"
order = 1
ask = "亡くなった日はいつですか。"
[[question]]
fact = "deceased.head"
events = ["death"]
screen = "basic"
order = 2
ask = "世帯主でしたか。"
[[question]]
fact = "deceased.insurance"
events = ["death"]
screen = "basic"
order = 3
ask = "健康保険はどれですか。"
[[procedure]]
id = "death.head"
events = ["death"]
name = "世帯主変更届"
office = "shimin"
kind = "notify"
level = 4
when = "deceased.head"
bring = ["id_document"]
[procedure.deadline]
text = "死亡した日の翌日から14日以内"
kind = "legal"
amount = 14
unit = "day"
anchor = "death"
first_day = "excluded"
roll = true
[[procedure]]
id = "death.kokuho"
events = ["death"]
name = "国保の資格喪失"
office = "shimin"
kind = "notify"
level = 4
when = "deceased.insurance = kokuho"
"#,
        ),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .collect()
}

fn with(change: impl Fn(String) -> String) -> PackFiles {
    let mut files = files();
    let text = String::from_utf8(files["all.toml"].clone()).unwrap();
    let changed = change(text.clone());
    assert_ne!(text, changed, "the change must hit");
    files.insert("all.toml".to_owned(), changed.into_bytes());
    files
}

fn problems(files: &PackFiles) -> Vec<Problem> {
    match read_pack(files) {
        Ok(_) => panic!("a broken pack was read"),
        Err(problems) => problems,
    }
}

#[track_caller]
fn says(files: &PackFiles, code: &str, line_of: &str, words: &[&str]) {
    let problems = problems(files);
    let text = String::from_utf8(files["all.toml"].clone()).unwrap();
    let line = text.lines().position(|line| line.contains(line_of)).unwrap() + 1;
    let found = problems.iter().find(|problem| problem.code == code && problem.place.line as usize == line);
    let found = found.unwrap_or_else(|| panic!("no {code} at line {line}: {problems:#?}"));
    for word in words {
        assert!(found.to_string().contains(word), "「{word}」 in {found}");
    }
}

#[test]
fn 正しいパックは読めて判定できる() {
    let pack = Arc::new(read_pack(&files()).unwrap());
    let json =
        r#"{"facts":{"deceased.head":true,"case.death_date":"2026-10-20"},"unknown":["deceased.insurance"]}"#;
    let facts = CaseFacts::from_json(json, &pack.vocabulary, Source::Staff).unwrap();
    let judgement = Rulebook::new(&pack, "death", date(2026, 10, 21)).unwrap().judge(&facts.facts);
    let head = &judgement.entries[0];
    assert_eq!(head.verdict, Verdict::Needed);
    // 11月3日は文化の日。
    assert_eq!(head.due.unwrap().day, Some(date(2026, 11, 4)));
    assert_eq!(head.bring, vec![(0, true)]);
    assert_eq!(judgement.entries[1].verdict, Verdict::ToConfirm);
    assert_eq!(judgement.next, None);
}

#[test]
fn 知らない項目は近い名前を教える() {
    let files = with(|text| {
        text.replace(
            "office = \"shimin\"\nkind = \"notify\"\nlevel = 4\nwhen = \"deceased.head\"",
            "ofice = \"shimin\"\nkind = \"notify\"\nlevel = 4\nwhen = \"deceased.head\"",
        )
    });
    says(&files, "P004", "ofice", &["all.toml", "手続 death.head", "「office」ではありませんか"]);
}

#[test]
fn 条件の間違いは場所と直し方を言う() {
    let wrong =
        |when: &str| with(|text| text.replace("when = \"deceased.head\"", &format!("when = {when:?}")));
    for (when, code, words) in [
        ("deceased.hed", "P021", &["「deceased.head」ではありませんか"][..]),
        ("deceased.insurance = kokuhoo", "P021", &["「kokuhoo」という選択肢はありません", "kokuho、koki"]),
        ("deceased.insurance", "P021", &["deceased.insurance = kokuho"]),
        ("deceased.head and", "P008", &["R105", "条件の18文字目"]),
        ("member.birth_date < 2026-01-01", "P021", &["だれのことか決まりません"]),
        ("@nothing", "P021", &["共通の条件「@nothing」がありません"]),
        ("age(deceased.head, on case.death_date, birthday) >= 3", "P021", &["日付としては使えません"]),
    ] {
        let files = wrong(when);
        let all = problems(&files);
        let found =
            all.iter().find(|problem| problem.code == code).unwrap_or_else(|| panic!("{when}: {all:#?}"));
        for word in words {
            assert!(found.message.contains(word), "{when}: 「{word}」 in {found}");
        }
        assert_eq!(found.about, "手続 death.head");
    }
}

#[test]
fn 間違いは一度に全部言う() {
    let files = with(|text| {
        text.replace("kind = \"city\"", "kind = \"town\"")
            .replace("screen = \"basic\"\norder = 2", "screen = \"basis\"\norder = 2")
            .replace("level = 4\nwhen = \"deceased.head\"", "level = 9\nwhen = \"deceased.head\"")
    });
    let codes: Vec<&str> = problems(&files).iter().map(|problem| problem.code).collect();
    assert!(codes.len() >= 3, "{codes:?}");
}

#[test]
fn 導出の輪は名前を挙げて断る() {
    let files = with(|text| {
        format!(
            "{text}\n[[fact]]\npath = \"case.a\"\ntype = \"bool\"\nlabel = \"a\"\nderived = \"@b\"\n\
             [condition.b]\nname = \"b\"\nwhen = \"case.a or deceased.head\"\n"
        )
    });
    let found = problems(&files);
    let circle = found.iter().find(|problem| problem.code == "P025").unwrap();
    assert!(circle.message.contains("@b") && circle.message.contains("case.a"), "{circle}");
}

#[test]
fn 期間の重なりは断り_分かれていれば日付で選ぶ() {
    let two = |first: &str, second: &str| {
        with(|text| {
            text.replace(
                "when = \"deceased.head\"",
                &format!("when = \"deceased.head\"\neffective = {first}"),
            ) + &format!(
                "[[procedure]]\nid = \"death.head\"\nevents = [\"death\"]\nname = \"新しい世帯主変更届\"\noffice = \"shimin\"\n\
                     kind = \"notify\"\nlevel = 4\nwhen = \"always\"\neffective = {second}\n"
            )
        })
    };
    let overlapping = two("{ to = 2026-12-31 }", "{ from = 2026-12-31 }");
    assert!(problems(&overlapping).iter().any(|problem| problem.code == "P022"));
    let pack = Arc::new(read_pack(&two("{ to = 2026-12-31 }", "{ from = 2027-01-01 }")).unwrap());
    let facts = CaseFacts::from_json(r#"{"facts":{"deceased.head":false}}"#, &pack.vocabulary, Source::Staff)
        .unwrap();
    for (on, needed) in [(date(2026, 12, 31), false), (date(2027, 1, 1), true)] {
        let judgement = Rulebook::new(&pack, "death", on).unwrap().judge(&facts.facts);
        let of_id = judgement
            .entries
            .iter()
            .filter(|entry| pack.procedures[entry.procedure].id.as_str() == "death.head");
        assert_eq!(of_id.map(|entry| entry.verdict == Verdict::Needed).collect::<Vec<_>>(), [needed], "{on}");
    }
}

#[test]
fn 事件の日による版は日付が分かるまで決めない() {
    let files = with(|text| {
        text.replace(
            "when = \"deceased.head\"",
            "when = \"deceased.head\"\neffective = { from = 2026-04-01, basis = \"event\" }",
        )
    });
    let pack = Arc::new(read_pack(&files).unwrap());
    let book = Rulebook::new(&pack, "death", date(2026, 10, 21)).unwrap();
    for (facts, verdict) in [
        (r#"{"facts":{"deceased.head":true}}"#, Verdict::Undecided),
        (r#"{"facts":{"deceased.head":true,"case.death_date":"2026-03-31"}}"#, Verdict::NotNeeded),
        (r#"{"facts":{"deceased.head":true,"case.death_date":"2026-04-01"}}"#, Verdict::Needed),
    ] {
        let facts = CaseFacts::from_json(facts, &pack.vocabulary, Source::Staff).unwrap();
        assert_eq!(book.judge(&facts.facts).entries[0].verdict, verdict);
    }
}

#[test]
fn 深い入れ子や巨大なパックでも止まらず落ちない() {
    let deep = format!("{}deceased.head{}", "(".repeat(100_000), ")".repeat(100_000));
    let nots = format!("{}deceased.head", "not ".repeat(900));
    for when in [deep, nots] {
        let files = with(|text| text.replace("when = \"deceased.head\"", &format!("when = {when:?}")));
        assert!(problems(&files).iter().any(|problem| problem.code == "P008"));
    }
    // A chain of ten thousand derived facts is refused, not followed.
    let chain: Vec<String> = (1..10_000)
        .map(|at| {
            let before = if at == 1 { "deceased.head".to_owned() } else { format!("case.f{}", at - 1) };
            format!(
                "[[fact]]\npath = \"case.f{at}\"\ntype = \"bool\"\nlabel = \"f\"\nderived = \"{before}\"\n"
            )
        })
        .collect();
    assert!(problems(&with(|text| text + &chain.concat())).iter().any(|problem| problem.code == "P025"));
    // TOML that nests deep.
    let nested = with(|text| format!("{text}x = {}1{}\n", "[".repeat(5000), "]".repeat(5000)));
    assert!(!problems(&nested).is_empty());
}

#[test]
fn 一万の手続と二百人の世帯() {
    let many: Vec<String> = (0..10_000)
        .map(|at| {
            format!(
                "[[procedure]]\nid = \"x.p{at}\"\nevents = [\"death\"]\nname = \"手続\"\noffice = \"shimin\"\nkind = \"notify\"\nlevel = 1\n\
                 when = \"any household (member.sex = female and age(member.birth_date, on case.visit_date, birthday) >= {})\"\n",
                at % 90
            )
        })
        .collect();
    let pack = Arc::new(read_pack(&with(|text| text + &many.concat())).unwrap());
    let members: Vec<String> = (0..200)
        .map(|at| format!("{{\"sex\":\"male\",\"birth_date\":\"19{:02}-05-05\"}}", at % 100))
        .collect();
    let json = format!("{{\"facts\":{{\"household\":[{}]}}}}", members.join(","));
    let facts = CaseFacts::from_json(&json, &pack.vocabulary, Source::Staff).unwrap();
    let judgement = Rulebook::new(&pack, "death", date(2026, 10, 21)).unwrap().judge(&facts.facts);
    assert_eq!(judgement.entries.len(), 10_002);
    assert!(
        judgement.entries[2..]
            .iter()
            .all(|entry| entry.verdict == Verdict::NotNeeded && !entry.because.is_empty())
    );
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_secret(&[seed; 32])
}

fn trust() -> Trust {
    Trust {
        city: CityKey { city_code: "999999".to_owned(), key: key(1).public(), number: 1 },
        approvers: vec![key(2).public()],
    }
}

fn released() -> Document {
    let (mut document, _) = Document::build(&files()).unwrap();
    document.sign(Role::Approver, &key(2));
    document.sign(Role::City, &key(1));
    document
}

#[test]
fn 署名のそろったパックは受け入れ_期限切れは知らせて使う() {
    let text = released().to_text();
    let today = accept(&text, &trust(), None, date(2026, 10, 1)).unwrap();
    assert_eq!(today.warning, None);
    assert_eq!(today.pack.procedures.len(), 2);
    let expired = accept(&text, &trust(), None, date(2027, 4, 1)).unwrap();
    assert!(expired.warning.unwrap().contains("有効期間は2027-03-31に終わっています"));
}

#[test]
fn 同じファイルからは同じ文書ができる() {
    let mut windows = files();
    for bytes in windows.values_mut() {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = format!("\u{FEFF}{}", text.replace('\n', "\r\n")).into_bytes();
    }
    let (one, other) = (Document::build(&files()).unwrap().0, Document::build(&windows).unwrap().0);
    assert_eq!(one.to_text(), other.to_text());
    assert_eq!(Document::from_text(&one.to_text()).unwrap(), one);
    let mut more = files();
    more.insert("forms/x/form.pdf".to_owned(), vec![0xFF, 0x00, 0x0D, 0x0A]);
    assert_ne!(Document::build(&more).unwrap().0.hash(), one.hash(), "様式のファイルもハッシュに入る");
}

#[track_caller]
fn refused(text: &str, installed: Option<&Installed>) -> Refusal {
    match accept(text, &trust(), installed, date(2026, 10, 1)) {
        Ok(_) => panic!("accepted"),
        Err(refusal) => refusal,
    }
}

#[test]
fn 受け入れないパックは_それぞれ別の言葉で断る() {
    let good = released();
    let installed =
        |version, hash: &str| Installed { version, hash: hash.to_owned(), ..Installed::of(&good) };
    let mut codes = Vec::new();
    let mut check = |refusal: Refusal, code: &'static str| {
        assert_eq!(refusal.code(), code, "{refusal}");
        codes.push((code, refusal.to_string()));
    };
    let unsigned = Document::build(&files()).unwrap().0;
    check(refused(&unsigned.to_text(), None), "D201");
    let mut only_city = unsigned.clone();
    only_city.sign(Role::City, &key(1));
    assert!(matches!(refused(&only_city.to_text(), None), Refusal::Unsigned("承認者")));
    let mut stranger = only_city.clone();
    stranger.sign(Role::Approver, &key(9));
    check(refused(&stranger.to_text(), None), "D202");
    // A signature of one role is none of the other.
    let mut swapped = unsigned;
    swapped.sign(Role::Approver, &key(1));
    swapped.sign(Role::City, &key(2));
    assert!(matches!(refused(&swapped.to_text(), None), Refusal::UnknownKey(_)));
    let altered = good.to_text().replace("\"valid_to\":\"2027-03-31\"", "\"valid_to\":\"2037-03-31\"");
    check(refused(&altered, None), "D203");
    let mut json: serde_json::Value = serde_json::from_str(&good.to_text()).unwrap();
    let present = json["parts"]["all.toml"].clone();
    json["parts"]["all.toml"] = "eA==".into();
    check(refused(&json.to_string(), None), "D211");
    json["parts"]["all.toml"] = present.clone();
    json["parts"]["more.toml"] = "eA==".into();
    assert!(matches!(refused(&json.to_string(), None), Refusal::PartAltered(path) if path == "more.toml"));
    json["parts"].as_object_mut().unwrap().retain(|path, _| path != "all.toml");
    check(refused(&json.to_string(), None), "D212");
    // The next version, with a part of the one in use among its own.
    let mut next_files = files();
    next_files.get_mut("all.toml").unwrap().extend(b"\n# next\n");
    let mut next = Document::build(&next_files).unwrap().0;
    next.sign(Role::Approver, &key(2));
    next.sign(Role::City, &key(1));
    let mut mixed: serde_json::Value = serde_json::from_str(&next.to_text()).unwrap();
    mixed["parts"]["all.toml"] = present;
    check(refused(&mixed.to_string(), Some(&Installed::of(&good))), "D204");
    check(refused(&good.to_text(), Some(&installed(4, ""))), "D205");
    check(refused(&good.to_text(), Some(&installed(3, "other"))), "D206");
    assert!(accept(&good.to_text(), &trust(), Some(&installed(3, &good.hash())), date(2026, 10, 1)).is_ok());
    let other = Installed { id: "other".to_owned(), ..installed(1, "") };
    check(refused(&good.to_text(), Some(&other)), "D207");
    let mut elsewhere = trust();
    elsewhere.city.city_code = "111111".to_owned();
    check(accept(&good.to_text(), &elsewhere, None, date(2026, 10, 1)).map(|_| ()).unwrap_err(), "D208");
    check(refused("{}", None), "D101");
    let messages: std::collections::BTreeSet<&String> = codes.iter().map(|(_, message)| message).collect();
    assert_eq!(messages.len(), codes.len());
}

#[test]
fn 市の鍵は今の鍵で署名した変更だけで替わる() {
    let city = trust().city;
    let change = KeyChange::new("999999", 2, &key(1), key(5).public());
    let followed = city.follow(&KeyChange::from_text(&change.to_text()).unwrap()).unwrap();
    assert_eq!(followed.key, key(5).public());
    assert!(matches!(followed.follow(&change), Err(Refusal::OldKeyChange)));
    let forged = KeyChange::new("999999", 3, &key(1), key(6).public());
    assert!(matches!(followed.follow(&forged), Err(Refusal::ForgedKeyChange)), "古い鍵ではもう替えられない");
    assert!(matches!(
        city.follow(&KeyChange::new("111111", 2, &key(1), key(5).public())),
        Err(Refusal::OtherCity)
    ));
    let mut document = Document::build(&files()).unwrap().0;
    document.sign(Role::Approver, &key(2));
    document.sign(Role::City, &key(5));
    let moved_on = Trust { city: followed, ..trust() };
    assert!(accept(&document.to_text(), &moved_on, None, date(2026, 10, 1)).is_ok());
    assert!(accept(&released().to_text(), &moved_on, None, date(2026, 10, 1)).is_err());
}

#[test]
fn 目録と部品から_同じ文書ができる() {
    let good = released();
    let manifest = Manifest::from_text(&good.manifest().to_text()).unwrap();
    assert_eq!((manifest.version(), manifest.hash()), (good.version, good.hash()));
    manifest.check(&trust(), None).unwrap();
    let part = |path: &str, _: &str| good.files().get(path).cloned();
    let again = manifest.clone().with_parts(part).unwrap();
    assert_eq!(again.to_text(), good.to_text());
    let accepted = accept_document(again, &trust(), None, date(2026, 10, 1)).unwrap();
    assert_eq!(accepted.pack.version, 3);

    // Refused before a part is fetched.
    assert_eq!(
        manifest.check(&trust(), Some(&Installed { version: 9, ..Installed::of(&good) })).unwrap_err().code(),
        "D205"
    );
    let unsigned = Document::build(&files()).unwrap().0.manifest();
    assert_eq!(unsigned.check(&trust(), None).unwrap_err().code(), "D201");
    let text = manifest.to_text().replace("\"valid_to\":\"2027-03-31\"", "\"valid_to\":\"2037-03-31\"");
    assert_eq!(Manifest::from_text(&text).unwrap().check(&trust(), None).unwrap_err().code(), "D203");

    // Refused when the parts are not what was signed.
    assert_eq!(manifest.clone().with_parts(|_, _| None).unwrap_err().code(), "D212");
    let other = manifest.with_parts(|_, _| Some(b"x".to_vec())).unwrap();
    assert_eq!(accept_document(other, &trust(), None, date(2026, 10, 1)).unwrap_err().code(), "D211");
    assert!(Manifest::from_text("{}").is_err());
}

#[test]
fn 承認者の一覧は市の鍵で署名され_古いものに戻らない() {
    let city = trust().city;
    let list = Approvers::new("999999", 4, vec![key(2).public(), key(3).public()], &key(1));
    let read = Approvers::from_text(&list.to_text()).unwrap();
    assert_eq!(read, list);
    assert!(city.believes(&read, None).is_ok());
    assert!(city.believes(&read, Some(4)).is_ok());
    assert_eq!(city.believes(&read, Some(5)), Err(Refusal::OldApprovers));
    let forged = Approvers::new("999999", 5, vec![key(9).public()], &key(9));
    assert_eq!(city.believes(&forged, Some(4)), Err(Refusal::ForgedApprovers));
    let added = list.to_text().replace(&key(3).public().to_base64(), &key(9).public().to_base64());
    assert_eq!(city.believes(&Approvers::from_text(&added).unwrap(), None), Err(Refusal::ForgedApprovers));
    assert_eq!(city.believes(&Approvers::new("111111", 9, vec![], &key(1)), None), Err(Refusal::OtherCity));
    assert_eq!(Approvers::from_text("{}"), None);
}
