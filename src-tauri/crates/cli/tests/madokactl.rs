//! `madokactl` at its boundary: what it prints, and how it ends.

#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

fn madokactl(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_madokactl")).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Json {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A directory of its own for each test, with the small pack of `tests/pack`.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("madokactl-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(directory.join("pack")).unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pack");
        for entry in fs::read_dir(source).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), directory.join("pack").join(entry.file_name())).unwrap();
        }
        Self(directory)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.0.join(name), text).unwrap();
        self.path(name)
    }

    fn change(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.0.join(name)).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(self.0.join(name), text.replace(from, to)).unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const FACTS: &str = r#"{"event":"death","facts":{"case.death_date":"2026-10-20","deceased.name":"秘密 太郎","deceased.head":true},
    "unknown":["deceased.insurance"]}"#;

#[test]
fn 判定は約束した形のjsonで出る() {
    let place = Place::new("judge-json");
    let facts = place.write("facts.json", FACTS);
    let output = madokactl(&[
        "judge",
        "--pack",
        &place.path("pack"),
        "--facts",
        &facts,
        "--on",
        "2026-10-21",
        "--json",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let json = json(&output);
    let head = &json["procedures"][0];
    assert_eq!(head["id"], "death.head");
    assert_eq!(head["for"], "case");
    assert_eq!(head["verdict"], "needed");
    assert_eq!(head["because"], serde_json::json!(["deceased.head"]));
    assert_eq!(head["deadline"], "2026-11-04");
    let kokuho = &json["procedures"][1];
    assert_eq!(kokuho["verdict"], "to_confirm");
    assert_eq!(kokuho["open"], serde_json::json!(["deceased.insurance"]));
    let school = &json["procedures"][2];
    assert_eq!((&school["for"], &school["verdict"]), (&"household".into(), &"undecided".into()));
    assert_eq!(json["next_questions"], serde_json::json!(["household"]));
    assert!(!out(&output).contains("秘密"), "値は出さない");
}

#[test]
fn 世帯員ごとに判定する() {
    let place = Place::new("judge-members");
    let facts = place.write(
        "facts.json",
        r#"{"event":"death","facts":{"deceased.head":false,"deceased.insurance":"koki",
            "household":[{"school":true},{"school":false},{}]}}"#,
    );
    let output = madokactl(&[
        "--json",
        "judge",
        "--pack",
        &place.path("pack"),
        "--facts",
        &facts,
        "--on",
        "2026-10-21",
    ]);
    let json = json(&output);
    let verdicts: Vec<String> = json["procedures"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|procedure| procedure["id"] == "death.school")
        .map(|procedure| {
            format!("{} {}", procedure["for"].as_str().unwrap(), procedure["verdict"].as_str().unwrap())
        })
        .collect();
    assert_eq!(verdicts, ["household[0] needed", "household[1] not_needed", "household[2] undecided"]);
    assert_eq!(json["next_questions"], serde_json::json!(["household[2].school"]));
}

#[test]
fn 人向けの文は日付と理由を言う() {
    let place = Place::new("judge-words");
    let facts = place.write("facts.json", FACTS);
    let output =
        madokactl(&["judge", "--pack", &place.path("pack"), "--facts", &facts, "--on", "2026-10-21"]);
    let text = out(&output);
    for words in [
        "■ 必要　1件",
        "・世帯主変更届　［death.head］　市民課 1階 2番",
        "期限：2026年11月4日（水）まで",
        "理由：「亡くなった方は世帯主」が「はい」ため",
        "■ 要確認　1件",
        "この判定は案内であり、処分ではありません。",
        "次に聞くこと（家族）",
    ] {
        assert!(text.contains(words), "「{words}」\n{text}");
    }
}

#[test]
fn 事実の誤りは値を出さずに断る() {
    let place = Place::new("judge-refuse");
    let facts = place.write("facts.json", r#"{"event":"death","facts":{"deceased.hed":"秘密"}}"#);
    let output = madokactl(&["judge", "--pack", &place.path("pack"), "--facts", &facts]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(out(&output), "");
    assert!(err(&output).contains("［C301］"), "{}", err(&output));
    assert!(err(&output).contains("「deceased.head」ではありませんか"), "{}", err(&output));
    assert!(!err(&output).contains("秘密"));
    let facts = place.write("facts.json", r#"{"event":"deth","facts":{}}"#);
    let output = madokactl(&["judge", "--pack", &place.path("pack"), "--facts", &facts]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("［R201］"));
}

#[test]
fn 使い方の誤りは2で終わる() {
    for arguments in
        [&["judge"][..], &["pack", "chek", "."], &["judge", "--pack", "x", "--facts", "y", "--on", "昨日"]]
    {
        assert_eq!(madokactl(arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(madokactl(&["pack", "check", "/does/not/exist"]).status.code(), Some(1));
}

#[test]
fn 点検は誤りの場所を言う() {
    let place = Place::new("check");
    let good = madokactl(&["pack", "check", &place.path("pack")]);
    assert_eq!(good.status.code(), Some(0), "{}", out(&good));
    place.change("pack/all.toml", "when = \"deceased.head\"", "when = \"deceased.heda\"");
    let bad = madokactl(&["pack", "check", &place.path("pack"), "--json"]);
    assert_eq!(bad.status.code(), Some(1));
    let json = json(&bad);
    assert_eq!(json["errors"], 1);
    assert_eq!(json["problems"][0]["file"], "all.toml");
    assert_eq!(json["problems"][0]["about"], "手続 death.head");
    assert!(json["problems"][0]["line"].as_u64().unwrap() > 1);
}

#[test]
fn 点検は様式の誤りと_様式のフォルダーにない用紙を言う() {
    let place = Place::new("check-forms");
    fs::create_dir_all(place.0.join("pack/forms/move_notice")).unwrap();
    let form = |fact: &str| {
        format!(
            "id = \"move_notice\"\nname = \"転居届\"\nbackground = \"form.pdf\"\n\n[[field]]\nid = \"name\"\n\
             at = [40.0, 50.0, 80.0, 9.0]\nvalue = \"{fact}\"\n"
        )
    };
    place.write("pack/forms/move_notice/form.toml", &form("applicant.nmae"));
    let bad = json(&madokactl(&["pack", "check", &place.path("pack"), "--json"]));
    let found = |code: &str| {
        let problems = bad["problems"].as_array().unwrap();
        problems.iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("{bad}")).clone()
    };
    assert_eq!(found("F020")["file"], "forms/move_notice/form.toml");
    assert_eq!((&found("F020")["about"], &found("F020")["line"]), (&"name".into(), &5.into()));
    assert!(found("F024")["message"].as_str().unwrap().contains("form.pdf"));

    place.write("pack/forms/move_notice/form.toml", &form("applicant.name"));
    place.write("pack/forms/move_notice/form.pdf", "%PDF-1.7");
    let good = madokactl(&["pack", "check", &place.path("pack")]);
    assert_eq!(good.status.code(), Some(0), "{}", out(&good));
}

#[test]
fn 場面テストは外れたところを言う() {
    let place = Place::new("test");
    let good = madokactl(&["pack", "test", &place.path("pack")]);
    assert_eq!(good.status.code(), Some(0), "{}{}", out(&good), err(&good));
    assert!(out(&good).contains("合格1件、不合格0件"));
    place.change("pack/all.toml", "when = \"deceased.head\"", "when = \"not deceased.head\"");
    let bad = madokactl(&["pack", "test", &place.path("pack")]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(out(&bad).contains("「death.head」は必要のはずが、不要です"), "{}", out(&bad));
}

#[test]
fn 公開用のファイルからも同じ判定ができる() {
    let place = Place::new("build");
    let key = place.write("key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=");
    let (pack, built) = (place.path("pack"), place.path("built.json"));
    let first = madokactl(&["pack", "build", &pack, "--out", &built, "--sign", &key, "--json"]);
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    let bytes = fs::read(&built).unwrap();
    madokactl(&["pack", "build", &pack, "--out", &built, "--sign", &key]);
    assert_eq!(fs::read(&built).unwrap(), bytes, "同じパックからは同じバイト列");
    let facts = place.write("facts.json", FACTS);
    let judge =
        |pack: &str| out(&madokactl(&["judge", "--pack", pack, "--facts", &facts, "--on", "2026-10-21"]));
    assert_eq!(judge(&pack), judge(&built));
    let key = place.write("key", "みじかい");
    assert_eq!(madokactl(&["pack", "build", &pack, "--out", &built, "--sign", &key]).status.code(), Some(1));
}

#[test]
fn 別のフォルダにある様式も公開用のファイルに入る() {
    let place = Place::new("papers");
    place.change("pack/pack.toml", "[city]", "forms_folder = \"../papers\"\n\n[city]");
    fs::create_dir_all(place.0.join("papers/move_notice")).unwrap();
    place.write("papers/move_notice/form.pdf", "%PDF-1.7");
    let built = place.path("built.json");
    assert_eq!(madokactl(&["pack", "build", &place.path("pack"), "--out", &built]).status.code(), Some(0));
    let document: Json = serde_json::from_str(&fs::read_to_string(&built).unwrap()).unwrap();
    assert!(document["parts"]["forms/move_notice/form.pdf"].is_string());

    // A folder that is not there is an answer, not a pack without papers.
    fs::remove_dir_all(place.0.join("papers")).unwrap();
    let refused = madokactl(&["pack", "check", &place.path("pack")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("papers"), "{}", err(&refused));
}

#[test]
fn 比べると変わる人の例が出る() {
    let place = Place::new("diff");
    fs::create_dir_all(place.0.join("new")).unwrap();
    for file in ["pack.toml", "all.toml"] {
        fs::copy(place.0.join("pack").join(file), place.0.join("new").join(file)).unwrap();
    }
    place.change(
        "new/all.toml",
        "when = \"deceased.head\"",
        "when = \"deceased.head or deceased.insurance = koki\"",
    );
    let output = madokactl(&["pack", "diff", &place.path("pack"), &place.path("new"), "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let json = json(&output);
    let change = &json["changes"][0];
    assert_eq!((&change["kind"], &change["procedure"]), (&"newly_needed".into(), &"death.head".into()));
    let example = change["example"].as_str().unwrap();
    assert!(example.contains("後期高齢者医療") && example.contains("「いいえ」"), "{example}");
}

/// The sample city is what every other check builds on: it must stay without errors, and its people judged as written.
#[test]
fn みなと野市の手続パックは誤りがなく_場面テストに合格する() {
    let city = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets/sample-city");
    let city = city.to_str().unwrap();
    for command in ["check", "test"] {
        let output = madokactl(&["pack", command, city]);
        assert_eq!(output.status.code(), Some(0), "{}{}", out(&output), err(&output));
    }
}
