//! Editing a pack: what changes, what does not, and that all of it can be undone.

#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

mod checks;
mod laws;
mod making;

use madoka_rules::edit::{Catalogue, Edit, EditError, Entry, Plain, Section, Words, compare, notes};
use madoka_rules::{PackFiles, analyse, read_pack};
use madoka_sample::city;
use making::{make, text};

fn write(entry: &Entry, field: &str, language: Option<&str>, value: Option<Plain>) -> Edit {
    Edit::Write { entry: entry.clone(), field: field.into(), language: language.map(Into::into), value }
}

fn procedure(id: &str) -> Entry {
    Entry::new(Section::Procedure, id)
}

#[test]
fn 手続の名前だけが変わり_ほかの行はそのまま残る() {
    let mut files = city();
    let file = "procedures/04_kaigo.toml";
    let before = text(&files, file);
    let edit =
        write(&procedure("death.care_loss"), "name", Some("ja"), Some(Plain::Text("介護の届出".into())));
    let said = make(&mut files, &edit).unwrap();
    assert_eq!(
        said,
        "手続「介護保険 資格喪失届・被保険者証の返却」の手続の名前を「介護保険 資格喪失届・被保険者証の返却」から「介護の届出」に変えました。"
    );
    let after = text(&files, file);
    let changed: Vec<_> = before.lines().zip(after.lines()).filter(|(one, other)| one != other).collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].1, "name.ja = \"介護の届出\"");
    let pack = read_pack(&files).unwrap();
    let found = pack.procedures.iter().find(|one| one.id.as_str() == "death.care_loss").unwrap();
    assert_eq!(found.name.all().next().unwrap().ja, "介護の届出");
}

#[test]
fn 条件の変更は前と今を日本語の文で言う() {
    let mut files = city();
    let pack = read_pack(&files).unwrap();
    let edit =
        write(&procedure("death.care_refund"), "when", None, Some(Plain::Text("deceased.resident".into())));
    let applied = edit.apply(&files, Some(&Words::of(&pack))).unwrap();
    assert_eq!(
        applied.said,
        "手続「介護保険料の精算・還付の相続人代表者届」の必要になる条件を変えました。前：「亡くなった方の住民登録がこの市にあった」が「はい」、かつ「亡くなった方は65歳以上」に当てはまる。今：「亡くなった方の住民登録がこの市にあった」が「はい」。"
    );
    applied.patch.apply(&mut files).unwrap();
    let pack = read_pack(&files).unwrap();
    let found = pack.procedures.iter().find(|one| one.id.as_str() == "death.care_refund").unwrap();
    assert_eq!(found.when.to_string(), "deceased.resident");
}

#[test]
fn 見出しの下の期限も_なかった項目も_書ける() {
    let mut files = city();
    let entry = procedure("death.care_loss");
    for (field, language, value) in [
        ("deadline.amount", None, Plain::Number(30)),
        ("note.staff", Some("ja"), Plain::Text("証は後日でもよい。".into())),
        ("deadline.roll", None, Plain::Flag(false)),
        ("bring", None, Plain::List(vec!["care_certificate".into(), "heir_account".into()])),
        ("review_by", None, Plain::Day("2027-06-30".parse().unwrap())),
        ("level", None, Plain::Number(3)),
    ] {
        make(&mut files, &write(&entry, field, language, Some(value))).unwrap();
    }
    let pack = read_pack(&files).unwrap();
    let found = pack.procedures.iter().find(|one| one.id.as_str() == "death.care_loss").unwrap();
    assert_eq!(found.deadlines[0].period.as_ref().unwrap().amount, 30);
    assert!(!found.deadlines[0].period.as_ref().unwrap().roll);
    assert_eq!(found.staff_note.all().next().unwrap().ja, "証は後日でもよい。");
    assert_eq!(found.bring.len(), 2);
    assert_eq!(found.level, 3);
    assert_eq!(found.review_by, Some("2027-06-30".parse().unwrap()));
}

#[test]
fn 持ち物を足しても_条件の付いた持ち物は残る() {
    let toml = "[[procedure]]\nid = \"a.b\"\nname = \"届\"\nbring = [\"x\", { item = \"y\", when = \"case.agent\" }]\n";
    let mut files = PackFiles::from([("p.toml".to_owned(), toml.as_bytes().to_vec())]);
    let ids = ["x", "y", "z"].map(str::to_owned).to_vec();
    make(&mut files, &write(&procedure("a.b"), "bring", None, Some(Plain::List(ids)))).unwrap();
    assert!(
        text(&files, "p.toml").contains("bring = [\"x\", { item = \"y\", when = \"case.agent\" }, \"z\"]")
    );
}

#[test]
fn 日本語だけの文に英語を足すと_組になる() {
    let toml = "# 前\n[[item]]\nid = \"a\" # ここ\nname = \"印鑑\" # 認印\n\n# 次の説明\n[[item]]\nid = \"b\"\nname = { ja = \"通帳\" }\n";
    let mut files = PackFiles::from([("items.toml".to_owned(), toml.as_bytes().to_vec())]);
    let seal = Entry::new(Section::Item, "a");
    make(&mut files, &write(&seal, "name", Some("en"), Some(Plain::Text("Seal".into())))).unwrap();
    let book = Entry::new(Section::Item, "b");
    make(&mut files, &write(&book, "name", Some("en"), Some(Plain::Text("Bankbook".into())))).unwrap();
    assert_eq!(
        text(&files, "items.toml"),
        "# 前\n[[item]]\nid = \"a\" # ここ\nname = { ja = \"印鑑\", en = \"Seal\" } # 認印\n\n# 次の説明\n[[item]]\nid = \"b\"\nname = { ja = \"通帳\", en = \"Bankbook\" }\n"
    );
    make(&mut files, &Edit::Remove { entry: seal }).unwrap();
    assert_eq!(
        text(&files, "items.toml"),
        "# 前\n# 次の説明\n[[item]]\nid = \"b\"\nname = { ja = \"通帳\", en = \"Bankbook\" }\n"
    );
}

#[test]
fn 選択肢を足し_直し_消せる() {
    let mut files = city();
    let fact = Entry::new(Section::Fact, "deceased.death_cause");
    let before = text(&files, "facts/deceased.toml");
    let add = Edit::AddChoice { fact: fact.clone(), id: "drowning".into(), label: "水の事故".into() };
    assert_eq!(make(&mut files, &add).unwrap(), "事実「亡くなった原因」に、選択肢「水の事故」を足しました。");
    assert_eq!(make(&mut files, &add), Err(EditError::Taken("drowning".into())));
    let english = Edit::WriteChoice {
        fact: fact.clone(),
        id: "drowning".into(),
        language: "en".into(),
        text: "Accident in water".into(),
    };
    make(&mut files, &english).unwrap();
    let pack = read_pack(&files).unwrap();
    let found = pack.facts.iter().find(|one| one.path.to_string() == "deceased.death_cause").unwrap();
    assert_eq!(found.choices.len(), 6);
    let now = text(&files, "facts/deceased.toml");
    let new: Vec<&str> = now.lines().filter(|line| !before.contains(*line)).collect();
    assert_eq!(new, ["  { id = \"drowning\", ja = \"水の事故\", en = \"Accident in water\" },"]);
    make(&mut files, &Edit::RemoveChoice { fact, id: "drowning".into() }).unwrap();
    assert_eq!(text(&files, "facts/deceased.toml"), before);
}

#[test]
fn 手続を写すと_期限ごと別の名で並ぶ() {
    let mut files = city();
    let copy = Edit::Copy {
        entry: procedure("death.care_loss"),
        id: "death.care_extra".into(),
        name: "介護の追加の届出".into(),
    };
    make(&mut files, &copy).unwrap();
    let pack = read_pack(&files).unwrap();
    let at = pack.procedures.iter().position(|one| one.id.as_str() == "death.care_extra").unwrap();
    let (original, copied) = (&pack.procedures[at - 1], &pack.procedures[at]);
    assert_eq!(original.id.as_str(), "death.care_loss");
    assert_eq!(copied.name.all().next().unwrap().ja, "介護の追加の届出");
    assert_eq!(copied.deadlines[0].text.ja, original.deadlines[0].text.ja);
    assert_eq!(copied.when, original.when);
    assert_eq!(make(&mut files, &copy), Err(EditError::Taken("death.care_extra".into())));
}

#[test]
fn 壊れたテキストは受け付けず_何も変わらない() {
    let mut files = city();
    let before = files.clone();
    let edit = Edit::Source { entry: procedure("death.care_loss"), source: "[[procedure]]\nid = \"x".into() };
    assert!(matches!(make(&mut files, &edit), Err(EditError::Broken(_))));
    assert_eq!(files, before);
}

#[test]
fn 指摘は手続と項目のところに_直し方と一緒に出る() {
    let mut files = city();
    let entry = procedure("death.care_loss");
    let wrong = Plain::Text("deceased.residnt".into());
    make(&mut files, &write(&entry, "when", None, Some(wrong))).unwrap();
    let problems = read_pack(&files).unwrap_err();
    let found = notes(&Catalogue::of(&files), &problems, &[]);
    let note = found.iter().find(|note| note.error).unwrap();
    assert_eq!(note.entry.as_ref(), Some(&entry));
    assert_eq!(note.field, Some("when"));
    assert!(note.fix.contains("deceased.resident"), "{note:?}");

    make(&mut files, &write(&entry, "when", None, Some(Plain::Text("never".into())))).unwrap();
    let pack = read_pack(&files).unwrap();
    let found = notes(&Catalogue::of(&files), &[], &analyse(&pack, None));
    let note = found.iter().find(|note| note.code == "A101").unwrap();
    assert_eq!((note.entry.as_ref(), note.field), (Some(&entry), Some("when")));
    assert!(!note.fix.is_empty());
}

#[test]
fn 二つの版の違いを文で言う() {
    let old = city();
    let mut new = old.clone();
    let pack = read_pack(&old).unwrap();
    let words = Words::of(&pack);
    assert_eq!(
        compare((&Catalogue::of(&old), Some(&words)), (&Catalogue::of(&new), Some(&words))),
        Vec::<String>::new()
    );
    let entry = procedure("death.care_loss");
    make(&mut new, &write(&entry, "level", None, Some(Plain::Number(1)))).unwrap();
    make(&mut new, &write(&entry, "office", None, Some(Plain::Text("shimin".into())))).unwrap();
    make(&mut new, &Edit::Remove { entry: procedure("death.care_refund") }).unwrap();
    assert_eq!(
        compare((&Catalogue::of(&old), Some(&words)), (&Catalogue::of(&new), Some(&words))),
        [
            "手続「介護保険 資格喪失届・被保険者証の返却」の窓口・課を「介護保険課」から「市民課」に変えました。",
            "手続「介護保険 資格喪失届・被保険者証の返却」の対応レベルを「4 受け付ける」から「1 案内する」に変えました。",
            "手続「介護保険料の精算・還付の相続人代表者届」がなくなりました。",
        ]
    );
}

#[test]
fn 見本の市のすべての項目に名前があり_テキストで取り出せる() {
    let files = city();
    let catalogue = Catalogue::of(&files);
    let all = catalogue.entries();
    for section in Section::ALL {
        assert!(all.iter().any(|found| found.entry.section == section), "{}", section.label());
    }
    let pack = read_pack(&files).unwrap();
    assert_eq!(
        all.iter().filter(|found| found.entry.section == Section::Procedure).count(),
        pack.procedures.len()
    );
    for found in all {
        let source = &found.content.source;
        let headings = source.matches(&format!("[[{}]]", found.entry.section.word())).count();
        assert!(source.starts_with('['), "{source}");
        assert_eq!(headings, usize::from(found.entry.section != Section::Condition), "{source}");
    }
}
