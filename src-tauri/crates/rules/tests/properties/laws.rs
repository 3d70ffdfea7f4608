//! The laws.

use std::collections::BTreeMap;

use madoka_rules::{Judgement, Pack, PackFiles, Rulebook, Subject, Tri, Verdict, parse_condition, read_pack};
use proptest::prelude::*;
use serde_json::Value as Json;

use crate::slow::{Member, Slow};
use crate::world::{MEMBER_FACTS, ON, Person, condition, person, value, world};

type Verdicts = BTreeMap<(String, Subject), Verdict>;

fn verdicts(pack: &Pack, judgement: &Judgement) -> Verdicts {
    judgement
        .entries
        .iter()
        .map(|entry| ((pack.procedures[entry.procedure].id.to_string(), entry.subject), entry.verdict))
        .collect()
}

fn judged(book: &Rulebook, person: &Person) -> (Verdicts, Judgement) {
    let facts = person.facts(book.pack()).facts;
    let judgement = book.judge(&facts);
    let alone = judgement.entries.iter().map(|entry| (entry.procedure, entry.subject, entry.verdict));
    assert_eq!(book.verdicts(&facts), alone.collect::<Vec<_>>());
    (verdicts(book.pack(), &judgement), judgement)
}

const fn is_decided(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Needed | Verdict::NotNeeded)
}

/// The person with only these facts known, and nothing asked.
fn only(person: &Person, because: &[String]) -> Person {
    let mut alone =
        Person { case: person.case.clone(), unknown: Vec::new(), household: person.household.clone() };
    alone.case.retain(|path, _| because.contains(path));
    for (at, member) in alone.household.iter_mut().flatten().enumerate() {
        member.retain(|attribute, _| because.contains(&format!("household[{at}].{attribute}")));
    }
    if !because.iter().any(|path| path == "household") && alone.household.is_some() {
        // Nobody said that the list is complete.
        alone.unknown.push("household".to_owned());
    }
    alone
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn 遅い評価器と一致する(world in world(), person in person()) {
        let Some(book) = world.book() else { return Ok(()) };
        let (fast, _) = judged(&book, &person);
        let slow = Slow { world: &world, person: &person };
        for (at, (about_members, when)) in world.procedures.iter().enumerate() {
            let id = format!("p{at}");
            if *about_members {
                for member in 0..slow.members() {
                    let truth = slow.eval(when, Member::Listed(member));
                    let verdict = fast[&(id.clone(), Subject::Member(u16::try_from(member).unwrap()))];
                    prop_assert_eq!(expected(truth), class(verdict), "{} {}", when, member);
                }
                if slow.is_open() {
                    let truth = slow.eval(when, Member::Unlisted);
                    let verdict = fast[&(id.clone(), Subject::Household)];
                    prop_assert_eq!(verdict == Verdict::NotNeeded, truth == Tri::False, "{}", when);
                    prop_assert_ne!(verdict, Verdict::Needed);
                }
            } else {
                let verdict = fast[&(id.clone(), Subject::Case)];
                prop_assert_eq!(expected(slow.eval(when, Member::Unlisted)), class(verdict), "{}", when);
            }
        }
    }

    #[test]
    fn 手続と回答の順によらない(world in world(), person in person()) {
        let (Some(one), Some(other)) = (world.pack(false), world.pack(true)) else { return Ok(()) };
        let facts = person.facts(&one).facts;
        let one = verdicts(&one, &Rulebook::new(&one, "e", ON).unwrap().judge(&facts));
        let other = verdicts(&other, &Rulebook::new(&other, "e", ON).unwrap().judge(&facts));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn 知っていることが増えても決まった判定は変わらない(
        world in world(),
        person in person(),
        at in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        let Some(book) = world.book() else { return Ok(()) };
        let (before, _) = judged(&book, &person);
        let mut open = person.unasked();
        open.extend(person.unknown.iter().filter(|path| *path != "household").cloned());
        if open.is_empty() {
            return Ok(());
        }
        let path = at.get(&open);
        let mut knows_more = person.clone();
        knows_more.set(path, Some(some_value(path, seed)));
        let (after, judgement) = judged(&book, &knows_more);
        // The one exception: an answer that contradicts its gate is asked back.
        if !judgement.clashes.is_empty() {
            return Ok(());
        }
        for (key, verdict) in before.into_iter().filter(|(_, verdict)| is_decided(*verdict)) {
            prop_assert_eq!(after.get(&key), Some(&verdict), "{:?} after {}", key, path);
        }
    }

    #[test]
    fn 理由はそれだけで足り_どれも欠かせない(world in world(), person in person()) {
        let Some(book) = world.book() else { return Ok(()) };
        let (_, judgement) = judged(&book, &person);
        for entry in judgement.entries.iter().filter(|entry| is_decided(entry.verdict)) {
            let id = book.pack().procedures[entry.procedure].id.to_string();
            let because: Vec<String> = entry.because.iter().map(ToString::to_string).collect();
            let of = |person: &Person| judged(&book, person).0.get(&(id.clone(), entry.subject)).copied();
            prop_assert_eq!(of(&only(&person, &because)), Some(entry.verdict), "{} {:?}", id, because);
            for without in 0..because.len() {
                let mut fewer = because.clone();
                fewer.remove(without);
                let verdict = of(&only(&person, &fewer));
                prop_assert!(
                    !verdict.is_some_and(is_decided),
                    "{} {:?}: still {:?} without {}", id, because, verdict, because[without]
                );
            }
        }
    }

    #[test]
    fn 聞かない質問は何も変えられない(
        world in world(),
        person in person(),
        at in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        let Some(book) = world.book() else { return Ok(()) };
        let (before, judgement) = judged(&book, &person);
        let open: Vec<String> =
            judgement.entries.iter().flat_map(|entry| entry.open.iter().map(ToString::to_string)).collect();
        let slow = Slow { world: &world, person: &person };
        let skipped: Vec<String> = person
            .unasked()
            .into_iter()
            .filter(|path| !open.contains(path))
            // Behind a gate that is not decided it waits for its gate; it is not skipped.
            .filter(|path| {
                let member = path.strip_prefix("household[").and_then(|rest| rest.split(']').next());
                let member = member.map_or(Member::Unlisted, |at| Member::Listed(at.parse().unwrap()));
                let declared = declared(path);
                let gate = world.gates.iter().find(|(fact, ..)| *fact == declared);
                gate.is_none_or(|(_, gate, _)| slow.eval(gate, member) != Tri::Unknown)
            })
            .collect();
        if skipped.is_empty() {
            return Ok(());
        }
        let path = at.get(&skipped);
        let mut answered = person.clone();
        answered.set(path, Some(some_value(path, seed)));
        let (after, judgement) = judged(&book, &answered);
        if judgement.clashes.is_empty() {
            prop_assert_eq!(before, after, "{}", path);
        }
    }

    #[test]
    fn 聞き取りは必ず終わり_未判定を残さない(world in world(), mut person in person(), mut seed in any::<u64>()) {
        let Some(book) = world.book() else { return Ok(()) };
        for _ in 0..60 {
            let (verdicts, judgement) = judged(&book, &person);
            let Some(next) = judgement.next else {
                prop_assert!(verdicts.values().all(|verdict| *verdict != Verdict::Undecided));
                return Ok(());
            };
            prop_assert!(!next.questions.is_empty());
            for path in next.questions {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let path = path.to_string();
                let answer = (seed >> 60 != 0).then(|| some_value(&path, seed >> 8));
                person.set(&path, answer);
            }
        }
        prop_assert!(false, "60画面を超えて聞いています");
    }

    #[test]
    fn あと最大の問数は_答えるたびに減り_そこにない質問は来ない(world in world(), mut person in person(), mut seed in any::<u64>()) {
        let Some(book) = world.book() else { return Ok(()) };
        let remaining = |person: &Person| book.remaining(&person.facts(book.pack()).facts);
        for _ in 0..200 {
            let (_, judgement) = judged(&book, &person);
            let before = remaining(&person);
            let Some(path) = judgement.next.and_then(|next| next.questions.first().cloned()) else {
                prop_assert!(before.questions.is_empty() && before.each_member == 0, "{before:?}");
                return Ok(());
            };
            prop_assert!(before.questions.contains(&path), "{} of {:?}", path, before);
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let text = path.to_string();
            person.set(&text, (seed >> 60 != 0).then(|| some_value(&text, seed >> 8)));
            let after = remaining(&person);
            prop_assert!(!after.questions.contains(&path), "{} of {:?}", path, after);
            // What was answered before, and is not so by what was answered now, decides nothing any more.
            if !judged(&book, &person).1.clashes.is_empty() {
                return Ok(());
            }
            // Who is in the household brings questions of their own.
            if path != madoka_facts::FactPath::Household {
                prop_assert!(after.questions.is_subset(&before.questions), "{before:?} {after:?}");
                prop_assert!(after.each_member <= before.each_member);
            }
        }
        prop_assert!(false, "200問を超えて聞いています");
    }

    #[test]
    fn わからないは手続を消さない(world in world(), person in person(), at in any::<prop::sample::Index>()) {
        let Some(book) = world.book() else { return Ok(()) };
        let (before, _) = judged(&book, &person);
        let known: Vec<String> = person.case.keys().cloned().collect();
        if known.is_empty() {
            return Ok(());
        }
        let path = at.get(&known);
        let mut forgot = person.clone();
        forgot.case.remove(path);
        forgot.unknown.push(path.clone());
        for (key, verdict) in judged(&book, &forgot).0 {
            if before.get(&key) == Some(&Verdict::Needed) {
                prop_assert_ne!(verdict, Verdict::NotNeeded, "{:?} without {}", key, path);
            }
        }
    }

    #[test]
    fn 条件は文字と木を往復する(condition in any::<bool>().prop_flat_map(|member| condition(2, member))) {
        let text = condition.to_string();
        let again = parse_condition(&text).unwrap();
        prop_assert_eq!(&again, &condition);
        prop_assert_eq!(again.to_string(), text);
    }

    #[test]
    fn どんな条件の文字列でもパニックしない(text in "[a-z@.()\\[\\]<>=!,\"+0-9 -]{0,80}|\\PC{0,60}") {
        if let Ok(condition) = parse_condition(&text) {
            prop_assert_eq!(parse_condition(&condition.to_string()).unwrap(), condition);
        }
    }

    #[test]
    fn どんなファイルでもパニックしない(world in world(), cut in any::<prop::sample::Index>(), junk in "\\PC{0,12}") {
        let mut files: PackFiles = world.files(false);
        let names: Vec<String> = files.keys().cloned().collect();
        let file = files.get_mut(&names[cut.index(names.len())]).unwrap();
        let text = String::from_utf8_lossy(file).into_owned();
        let at = text.char_indices().map(|(at, _)| at).nth(cut.index(text.chars().count())).unwrap();
        *file = format!("{}{junk}{}", &text[..at], &text[at..]).into_bytes();
        if let Err(problems) = read_pack(&files) {
            prop_assert!(!problems.is_empty());
        }
    }
}

fn expected(truth: Tri) -> Option<bool> {
    match truth {
        Tri::True => Some(true),
        Tri::False => Some(false),
        Tri::Unknown => None,
    }
}

const fn class(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Needed => Some(true),
        Verdict::NotNeeded => Some(false),
        Verdict::Undecided | Verdict::ToConfirm => None,
    }
}

fn declared(path: &str) -> String {
    match path.split_once("].") {
        Some((_, attribute)) if MEMBER_FACTS.contains(&attribute) => format!("household.{attribute}"),
        _ => path.to_owned(),
    }
}

/// A value of the fact's type, the same for the same seed.
fn some_value(path: &str, seed: u64) -> Json {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    value(path).new_tree(&mut TestRunner::new_with_rng(Config::default(), rng)).unwrap().current()
}
