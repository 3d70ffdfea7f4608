//! What comes from outside: broken, cut and hostile forms are refused in words, quickly.

#![expect(clippy::format_collect, reason = "hostile texts are made here, not for speed")]

use madoka_facts::Vocabulary;
use madoka_rules::PackFiles;
use madoka_template::{check_forms, form_of, read_form};
use proptest::prelude::*;

const GOOD: &str = include_str!("../../../../forms/household_head_change/form.toml");

#[test]
fn 誤りは全部を一度に_どこの何がなぜかを言う() {
    let text = r#"
id = "trial"
name = "ためし"
background = "../../etc/passwd"
colour = "red"

[[field]]
id = "a"
at = [10, 10, -5, 3]
value = "applicant.nmae"
sise = 9

[[field]]
id = "a"
at = [10, 20, 30, 5]
value = "member.name"
as = "famly"
when = "applicant.age >"
"#;
    let problems = read_form("trial", text).unwrap_err();
    let said: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
    for wanted in [
        "trial/form.toml:4: 誤り F012",
        "「colour」という項目はありません",
        "記入欄 a: at の幅と高さは0より大きく",
        "「size」のことではありませんか",
        "member.… は rows の列か",
        "「family」のことではありませんか",
        "when の条件が読めません",
    ] {
        assert!(said.contains(wanted), "{wanted}\n---\n{said}");
    }
}

#[test]
fn 同じidは_欄の間でも_表の列の間でも断る() {
    let field = |id: &str, at: u8| {
        format!("[[field]]\nid = '{id}'\nat = [1, {at}, 30, 4]\nvalue = 'applicant.name'\n")
    };
    let column = |id: &str, at: u8| {
        format!("[[field.column]]\nid = '{id}'\nat = [{at}, 50, 30, 4]\nvalue = 'member.name'\n")
    };
    let said = |fields: [&str; 2], columns: [&str; 2]| {
        let [one, other] = fields;
        let [left, right] = columns;
        let rows = "[[field]]\nid = 'rows'\nkind = 'rows'\nrows = 2\npitch = 8\n";
        let text = format!(
            "id = 'x'\nname = '届'\nbackground = ['a.png']\npaper = 'A4'\n{}{}{rows}{}{}",
            field(one, 10),
            field(other, 20),
            column(left, 10),
            column(right, 50)
        );
        read_form("x", &text)
            .map_or_else(|all| all.iter().map(|one| (one.code, one.field.clone())).collect(), |_| Vec::new())
    };
    // A column may be called as a field outside of its table.
    assert_eq!(said(["a", "b"], ["a", "b"]), []);
    assert_eq!(said(["a", "a"], ["c", "d"]), [("F009", "a".to_owned())]);
    assert_eq!(said(["a", "b"], ["c", "c"]), [("F009", "c".to_owned())]);
}

#[test]
fn 途中で切れた様式でも止まらない() {
    for end in (0..GOOD.len()).step_by(7).filter(|end| GOOD.is_char_boundary(*end)) {
        let _ = read_form("household_head_change", &GOOD[..end]);
    }
}

#[test]
fn 大きすぎる様式や深い入れ子は断る() {
    assert!(read_form("x", &"a".repeat(3 << 20)).is_err());
    assert!(read_form("x", &format!("a = {}{}", "[".repeat(50_000), "]".repeat(50_000))).is_err());
}

#[test]
fn パックの様式を全部_一度に確かめる() {
    let form = |id: &str, fact: &str| {
        let field = format!("[[field]]\nid = 'who'\nat = [1, 2, 30, 4]\nvalue = '{fact}'\n");
        format!("id = '{id}'\nname = '届'\nbackground = ['a.png', 'b.png']\npaper = 'A4'\n{field}")
            .into_bytes()
    };
    let file = |path: &str, bytes: Vec<u8>| (path.to_owned(), bytes);
    let mut files = PackFiles::from([
        file("pack.toml", b"not a form".to_vec()),
        file("forms/one/form.toml", form("one", "applicant.nmae")),
        file("forms/one/a.png", Vec::new()),
        file("forms/two/form.toml", b"\xff\xfe".to_vec()),
        file("forms/three/form.pdf", b"a paper without a form".to_vec()),
    ]);
    let said = |files: &PackFiles| -> Vec<(String, &str)> {
        let problems = check_forms(files, &Vocabulary::built_in());
        problems.into_iter().filter(|one| !one.mild).map(|one| (one.file, one.code)).collect()
    };
    let wrong = said(&files);
    assert_eq!(wrong[..2], [("one/form.toml".to_owned(), "F020"), ("one/form.toml".to_owned(), "F024")]);
    assert!(wrong[2..].iter().all(|(file, _)| file == "two/form.toml") && wrong.len() > 2, "{wrong:?}");

    files.insert("forms/one/form.toml".to_owned(), form("one", "applicant.name"));
    files.insert("forms/one/b.png".to_owned(), Vec::new());
    files.remove("forms/two/form.toml");
    assert_eq!(said(&files), []);
    assert_eq!((form_of("forms/one/a.png"), form_of("forms.toml")), (Some("one"), None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn でたらめな様式で止まらない(text in "\\PC{0,200}") {
        let _ = read_form("x", &text);
    }

    #[test]
    fn 一字変えた様式で止まらない(at in 0..GOOD.len(), byte in any::<u8>()) {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes[at] = byte;
        let _ = read_form("household_head_change", &String::from_utf8_lossy(&bytes));
    }
}
