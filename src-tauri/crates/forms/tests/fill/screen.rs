//! What the window shows of a bundle: pages as pictures, and what stands where on them.

use std::collections::BTreeMap;

use madoka_facts::Vocabulary;
use madoka_forms::fill::{Cover, Options, SpotState, Stamp, Wanted};
use madoka_forms::{FillError, Fonts, Pages, Size, TestSheet, print::Offset};

use crate::office::{a_form, facts, fill, fill_stamped, fill_with, show, text, words};

const NAME: &str = "[[field]]\nid='n'\nat=[20,20,60,10]\nvalue='applicant.name'\n\
                    [[field]]\nid='p'\nat=[20,40,60,10]\nvalue=['applicant.phone','visitor.phone']\n\
                    [[field]]\nid='d'\nat=[20,60,60,10]\nvalue='deceased.name'\nrequired=true\n\
                    [[field]]\nid='x'\nat=[20,70,60,5]\nvalue='deceased.name_kana'\nwhen='applicant.sex = male'\n";

fn sign(keys: &str) -> String {
    format!("[[field]]\nid='s'\nkind='signature'\nat=[20,200,70,14]\nlabel='届出人 署名'\n{keys}")
}

fn stamp(who: &str, form: &str) -> Stamp {
    Stamp {
        who: who.parse().unwrap(),
        forms: vec![form.parse().unwrap()],
        strokes: vec![vec![(5.0, 5.0), (40.0, 20.0), (70.0, 8.0)], vec![(80.0, 10.0)]],
        when: "2026年11月2日 9:05".into(),
    }
}

#[test]
fn 欄のある場所と_埋まったか空いたかと_直す事実が分かる() {
    let done =
        fill(&a_form(NAME), r#"{"facts":{"applicant.name":"潮崎　健一","visitor.phone":"0312345678"}}"#);
    let seen: Vec<_> = done
        .spots
        .iter()
        .map(|spot| (spot.field.as_str(), spot.page, &spot.state, spot.facts[0].to_string()))
        .collect();
    assert_eq!(
        seen,
        [
            ("n", 1, &SpotState::Filled, "applicant.name".to_owned()),
            // The one that filled it comes first, whatever the form prefers.
            ("p", 1, &SpotState::Filled, "visitor.phone".to_owned()),
        ]
    );
    let warning = &done.warnings[0];
    assert_eq!(
        (warning.field.as_str(), warning.at.y, warning.facts[0].to_string()),
        ("d", 60.0, "deceased.name".into())
    );
}

#[test]
fn 同じ見た目の頁は同じ鍵_違えば違う鍵() {
    let blank = a_form(NAME);
    let key = |json: &str| fill(&blank, json).keys[0];
    let one = key(r#"{"facts":{"applicant.name":"潮崎　健一"}}"#);
    assert_eq!(one, key(r#"{"facts":{"applicant.name":"潮崎　健一","applicant.relation":"妻"}}"#));
    assert_ne!(one, key(r#"{"facts":{"applicant.name":"潮崎　健二"}}"#));
    assert_eq!(one.to_string().parse(), Ok(one));
}

#[test]
fn 画面の署名は_許した様式の_その人の欄にだけ押される() {
    let empty = facts(r#"{"facts":{}}"#);
    let words = Vocabulary::built_in();
    let stamped = |keys: &str, stamp: Stamp| {
        let blank = a_form(&sign(keys));
        fill_stamped(&[Wanted::of(&blank)], &empty, &Options::default(), &words, &[], &[stamp])
    };
    let unsigned = fill_with(&[Wanted::of(&a_form(&sign("")))], &empty, &Options::default());
    let here = || stamp("applicant", "trial");
    // Not allowed; another form's; somebody else's: the paper stays as it was.
    assert_eq!(stamped("", here()).keys, unsigned.keys);
    assert_eq!(stamped("screen = true", stamp("applicant", "other")).keys, unsigned.keys);
    assert_eq!(stamped("screen = true\nwho = 'agent'", here()).keys, unsigned.keys);
    assert!(matches!(
        stamped("", here()).spots[0].state,
        SpotState::Signature { screen: false, signed: None, .. }
    ));

    let signed = stamped("screen = true", here());
    assert_ne!(signed.keys, unsigned.keys);
    assert!(text(&signed.pdf).contains("2026年11月2日"));
    show("signed.pdf", &signed.pdf);
    // Within its field, and lines, not a picture.
    assert!(!signed.pdf.windows(4).any(|window| window == b"MPic"));
    let picture = Pages::open(signed.pdf.clone()).picture(0, Size::Dpi(127.0)).unwrap();
    let dark: Vec<(f64, f64)> = picture
        .pixels
        .as_chunks::<4>()
        .0
        .iter()
        .enumerate()
        .filter(|(_, pixel)| pixel[0] < 128)
        .map(|(at, _)| {
            let at = u32::try_from(at).unwrap();
            (f64::from(at % picture.width) / 5.0, f64::from(at / picture.width) / 5.0)
        })
        .collect();
    assert!(dark.len() > 300, "{}", dark.len());
    assert!(dark.iter().all(|(x, y)| (20.0..=90.0).contains(x) && (200.0..=214.0).contains(y)));
    let SpotState::Signature { signed: Some(when), .. } = &signed.spots[0].state else {
        panic!("{:?}", signed.spots)
    };
    assert_eq!(when, "2026年11月2日 9:05");
}

#[test]
fn 一枚だけ_確認票だけを刷れる() {
    let blank = a_form(&format!("{NAME}{}", sign("")));
    let empty = facts(r#"{"facts":{}}"#);
    let whole =
        fill_with(&[Wanted::of(&blank)], &empty, &Options { cover: Cover::First, ..Options::default() });
    let cover =
        fill_with(&[Wanted::of(&blank)], &empty, &Options { cover: Cover::Alone, ..Options::default() });
    assert_eq!(cover.keys, whole.keys[..1]);
    assert_eq!((cover.parts.len(), cover.parts[0].form.as_ref()), (1, None));
    let page = fill_with(
        &[Wanted { page: Some(0), copies: Some(3), ..Wanted::of(&blank) }],
        &empty,
        &Options::default(),
    );
    assert_eq!((page.keys.as_slice(), page.parts[0].copies), (&whole.keys[1..], 3));
    // What the cover says is counted as it is printed.
    let thrice = [Wanted { copies: Some(3), ..Wanted::of(&blank) }];
    let cover = fill_with(&thrice, &empty, &Options { cover: Cover::Alone, ..Options::default() });
    assert!(text(&cover.pdf).contains("3枚"));
}

#[test]
fn 練習と書けない端末では_練習の紙を作らない() {
    use madoka_forms::fill::{Filling, bundle};
    let blank = a_form(NAME);
    let case = facts(r#"{"facts":{}}"#);
    let (derived, pictures, words) = (BTreeMap::default(), BTreeMap::default(), Vocabulary::built_in());
    let gazetteer = madoka_text::Gazetteer::nation();
    let filling = Filling {
        known: madoka_forms::Known {
            facts: &case.facts,
            visit: crate::office::VISIT,
            derived: &derived,
            member: None,
        },
        words: &words,
        offices: &[],
        city: "",
        prefecture: "",
        officer: None,
        case_number: None,
        case_code: None,
        gazetteer,
        pictures: &pictures,
        stamps: &[],
    };
    let none = Fonts::of(&fontdb::Database::new());
    let practice = Options { practice: true, ..Options::default() };
    let made = bundle(&none, &[Wanted::of(&blank)], &[], &filling, &practice);
    assert_eq!(made.unwrap_err(), FillError::NoPracticeMark);
    let sheet = TestSheet { printer: "市民課", offset: Offset::default(), form: None, practice: true };
    assert_eq!(sheet.to_pdf(&none).unwrap_err(), FillError::NoPracticeMark);
}

#[test]
fn 試し刷りの目盛りは紙の端からの長さ_十字は補正のあとの位置() {
    let offset = Offset::new(0.8, -0.5).unwrap();
    let sheet = TestSheet { printer: "市民課 1番", offset, form: None, practice: false };
    let pdf = sheet.to_pdf(&Fonts::system()).unwrap();
    show("ruler.pdf", &pdf);
    let read = words(&pdf);
    let (_, left, _, right, _) = read.iter().find(|word| word.0 == "100").unwrap();
    assert!((f64::midpoint(*left, *right) - 100.0).abs() < 0.5, "{left} {right}");
    assert!(text(&pdf).contains("+0.8") && text(&pdf).contains("市民課"));
    let form = a_form(NAME);
    let over = TestSheet { form: Some(&form), ..sheet }.to_pdf(&Fonts::system()).unwrap();
    assert!(text(&over).contains('n'));
}

#[test]
fn 頁は言われた幅の絵になり_無い頁は無い() {
    let done = fill(&a_form(NAME), r#"{"facts":{"applicant.name":"潮崎　健一"}}"#);
    let pages = Pages::open(done.pdf);
    let picture = pages.picture(0, Size::Width(700)).unwrap();
    assert!((699..=701).contains(&picture.width), "{}", picture.width);
    assert!(picture.to_png().unwrap().starts_with(b"\x89PNG"));
    assert!(pages.picture(1, Size::Width(700)).is_none());
    assert!(Pages::open(b"no pdf".to_vec()).picture(0, Size::Width(10)).is_none());
}
