use madoka_facts::{Answer, FactPath, Vocabulary};
use madoka_forms::read_form;
use madoka_forms::sample::{Length, facts, unconditional};
use madoka_rules::read_pack;

use crate::{all, text};

fn words() -> Vocabulary {
    read_pack(&madoka_sample::city()).unwrap().vocabulary
}

#[test]
fn どの様式のどの事実にも_どの長さの見本がある() {
    let words = words();
    for (id, text) in all() {
        let form = unconditional(read_form(&id, &text).unwrap());
        for length in [Length::Shortest, Length::Typical, Length::Longest, Length::Rarest] {
            let facts = facts(&form, &words, length);
            for field in &form.fields {
                let madoka_forms::Source::FirstOf(all) = &field.source else { continue };
                let Some(madoka_forms::Reference::Fact(path)) = all.first() else { continue };
                assert!(matches!(facts.answer(path), Answer::Known(_)), "{id}: {path} ({length:?})");
            }
        }
    }
}

#[test]
fn 長い見本は短い見本より長く_めずらしい字を含む() {
    let words = words();
    let form = read_form("dog", &text("dog")).unwrap();
    let name: FactPath = "applicant.name".parse().unwrap();
    let said = |length| match facts(&form, &words, length).answer(&name) {
        Answer::Known(value) => words.say(&name, value),
        _ => String::new(),
    };
    let length = |which| said(which).chars().count();
    assert!(
        length(Length::Shortest) < length(Length::Typical)
            && length(Length::Typical) < length(Length::Longest)
    );
    assert!(said(Length::Rarest).chars().any(|letter| letter as u32 > 0xFFFF));
}
