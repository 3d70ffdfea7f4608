//! What goes on paper, for every saved person of the sample city.

#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use madoka_counter::papers::{Settled, form_orders, guide_sheet};
use madoka_forms::guide::{GuideSheet, Language, SectionKind, Task};
use madoka_rules::pack::{Scenario, Verdict};
use madoka_rules::{Judgement, Pack, Rulebook, read_pack};

static CITY: LazyLock<Arc<Pack>> = LazyLock::new(|| Arc::new(read_pack(&madoka_sample::city()).unwrap()));

fn judged(scenario: &Scenario) -> (Rulebook, Judgement) {
    let book = Rulebook::new(&CITY, scenario.event.as_str(), scenario.on).unwrap();
    let judgement = book.judge(&scenario.facts);
    (book, judgement)
}

fn scenario(id: &str) -> &'static Scenario {
    CITY.scenarios.iter().find(|scenario| scenario.id.as_str() == id).unwrap()
}

fn sheet(scenario: &Scenario, settled: &Settled, language: Language) -> GuideSheet {
    let (book, judgement) = judged(scenario);
    guide_sheet(&book, &judgement, &scenario.facts, settled, language)
}

fn tasks(sheet: &GuideSheet) -> impl Iterator<Item = (SectionKind, &Task)> {
    sheet.sections.iter().flat_map(|section| {
        section.stops.iter().flat_map(|stop| &stop.tasks).map(|task| (section.kind, task))
    })
}

fn names(sheet: &GuideSheet, kind: SectionKind) -> BTreeSet<String> {
    tasks(sheet).filter(|(found, _)| *found == kind).map(|(_, task)| task.name.clone()).collect()
}

#[test]
fn どの場面でも_不要でない手続は一つ残らず案内書に載る() {
    for scenario in &CITY.scenarios {
        let (book, judgement) = judged(scenario);
        for language in [Language::Ja, Language::Easy, Language::En] {
            let sheet = guide_sheet(&book, &judgement, &scenario.facts, &Settled::default(), language);
            let on_paper: BTreeSet<&str> = tasks(&sheet).map(|(_, task)| task.name.as_str()).collect();
            for entry in judgement.entries.iter().filter(|entry| entry.verdict != Verdict::NotNeeded) {
                let procedure = CITY.procedures.get(entry.procedure).unwrap();
                let name = procedure.name.on(scenario.on).unwrap().in_language(language.word());
                assert!(on_paper.contains(name), "{}: {} がありません", scenario.id, procedure.id);
            }
            assert!(on_paper.iter().all(|name| !name.is_empty()));
        }
    }
}

#[test]
fn 英語の案内書に日本語が混ざらない() {
    let japanese = |text: &str| {
        text.chars().any(|letter| matches!(letter, 'ぁ'..='ヺ' | '一'..='鿿' | '、' | '。' | '：'))
    };
    for scenario in &CITY.scenarios {
        // A resident's own name is what it is.
        let sheet = sheet(scenario, &Settled::default(), Language::En);
        for (_, task) in tasks(&sheet) {
            let rule = task.deadline.as_ref().map_or("", |deadline| &deadline.rule);
            for text in [&task.name, &task.why, &task.note, rule]
                .into_iter()
                .chain(task.bring.iter().chain(&task.open).map(String::as_str))
            {
                assert!(!japanese(text), "{}: {text}", scenario.id);
            }
        }
        for thing in &sheet.bring {
            assert!(!japanese(&thing.name) && !japanese(&thing.note), "{}: {}", scenario.id, thing.name);
        }
    }
}

#[test]
fn ひとに見られて困ることは理由に書かない() {
    for scenario in &CITY.scenarios {
        let (book, judgement) = judged(scenario);
        let sheet = guide_sheet(&book, &judgement, &scenario.facts, &Settled::default(), Language::Ja);
        let written: String =
            tasks(&sheet).flat_map(|(_, task)| [task.why.clone(), task.open.concat()]).collect();
        for fact in &CITY.facts {
            let declared = CITY.vocabulary.declaration(&fact.path).unwrap();
            if declared.sensitive && fact.label.ja.chars().count() > 6 {
                assert!(!written.contains(&fact.label.ja), "{}: {}", scenario.id, fact.label.ja);
            }
        }
    }
}

#[test]
fn 済みと後日と希望しないものは_それぞれの所に移る() {
    let scenario = scenario("okuyami_01");
    let before = sheet(scenario, &Settled::default(), Language::Ja);
    assert!(before.bereavement);
    let head = ("death.household_head".to_owned(), madoka_rules::Subject::Case);
    let bank = ("death.direct_debit".to_owned(), madoka_rules::Subject::Case);
    let grief = ("death.grief_support".to_owned(), madoka_rules::Subject::Case);
    let settled =
        Settled { done: [head].into(), later: [bank].into(), declined: [grief].into(), ..Settled::default() };
    let after = sheet(scenario, &settled, Language::Ja);
    assert_eq!(names(&after, SectionKind::Done), ["世帯主変更届".to_owned()].into());
    assert_eq!(names(&after, SectionKind::Later), ["市の支払いの口座振替の変更".to_owned()].into());
    assert_eq!(tasks(&before).count(), tasks(&after).count() + 1);
    // What is done needs nothing more.
    assert!(after.bring.len() <= before.bring.len());
}

#[test]
fn 様式は職員が書くものだけ_一度ずつ_課の順に並ぶ() {
    for scenario in &CITY.scenarios {
        let (book, judgement) = judged(scenario);
        let orders = form_orders(&book, &judgement, &Settled::default());
        let once: BTreeSet<_> = orders.iter().map(|order| order.form.clone()).collect();
        assert_eq!(once.len(), orders.len(), "{}", scenario.id);
        let mut last = 0;
        for order in &orders {
            let wanted_by =
                |id: &String| CITY.procedures.iter().find(|known| known.id.as_str() == id).unwrap();
            let procedures: Vec<_> = order.procedures.iter().map(wanted_by).collect();
            assert!(procedures.iter().all(|procedure| (3..6).contains(&procedure.level)));
            let office =
                |id: &madoka_facts::Id| CITY.offices.iter().position(|office| office.id == *id).unwrap();
            let first = office(&procedures.first().unwrap().office);
            assert!(first >= last, "{}: {}", scenario.id, order.form);
            last = first;
        }
    }
}

#[test]
fn 世帯員ごとの様式には誰のものかが付く() {
    let (book, judgement) = judged(scenario("tennyu_01"));
    let orders = form_orders(&book, &judgement, &Settled::default());
    assert!(orders.iter().any(|order| order.members.len() > 1), "{orders:?}");
    let settled = Settled {
        done: judgement
            .of(Verdict::Needed)
            .map(|entry| (CITY.procedures.get(entry.procedure).unwrap().id.to_string(), entry.subject))
            .collect(),
        ..Settled::default()
    };
    assert!(form_orders(&book, &judgement, &settled).is_empty());
}
