//! What is asked and never used, used and never asked, declared and never mentioned.

use std::collections::{BTreeMap, BTreeSet};

use madoka_facts::{DeclaredPath, FactKind, Id};

use super::Analysis;
use super::finding::Finding;
use crate::condition::{Condition, Literal, Test};
use crate::pack::{Event, Fact, FillFrom, Pack, Place, Question};

/// Facts that decide something in one event, each with one who looks at it.
#[derive(Debug, Default)]
struct Deciding<'a> {
    facts: BTreeMap<DeclaredPath, String>,
    named: BTreeSet<&'a Id>,
    derived: BTreeSet<&'a DeclaredPath>,
}

impl<'a> Analysis<'a> {
    pub(super) fn usage(&mut self) {
        let pack = self.index.pack;
        let mut useless: BTreeMap<&Place, (&Question, Vec<&Id>)> = BTreeMap::new();
        for event in &pack.events {
            let deciding = self.deciding(&event.id);
            self.nobody_asks(event, &deciding);
            let serving = self.serving(event);
            for question in pack.questions.iter().filter(|question| question.events.contains(&event.id)) {
                let path = &question.fact;
                if deciding.facts.contains_key(path) {
                    if question.unknown_allowed
                        && question.resolve.is_none()
                        && event_is_first(question, event)
                    {
                        self.nobody_settles(question);
                    }
                } else if !serving.contains(path) && !self.is_printed(path) {
                    useless.entry(&question.place).or_insert((question, Vec::new())).1.push(&event.id);
                }
            }
        }
        for (question, events) in useless.into_values() {
            let events = super::quoted(events.iter().map(|event| self.index.event_name(event)));
            self.add(
                Finding::warning("A204", &question.place, format!("質問 {}", question.fact))
                    .says(format!("{events}では、この質問の答えは何も決めません（手続、期限、持ち物、様式のどれも見ていません）。"))
                    .fix("聞くのをやめるか、答えを使う手続や様式を書いてください。"),
            );
        }
        for question in &pack.questions {
            self.must_know(question);
        }
        self.choices();
        self.never_mentioned();
    }

    /// Every fact a verdict, a deadline or a thing to bring looks at, directly or through others.
    fn deciding(&self, event: &Id) -> Deciding<'a> {
        let pack = self.index.pack;
        let mut found = Deciding::default();
        let mut to_do: Vec<(&'a Condition, String)> = Vec::new();
        for procedure in pack.procedures.iter().filter(|procedure| procedure.events.contains(event)) {
            let about = format!("手続 {}", procedure.id);
            if procedure.scope == crate::pack::Scope::Household {
                found.facts.entry(DeclaredPath::Household).or_insert_with(|| about.clone());
            }
            let bring = procedure.bring.iter().filter_map(|bring| bring.when.as_ref());
            let deadlines = procedure.deadlines.iter().filter_map(|deadline| deadline.when.as_ref());
            let conditions = std::iter::once(&procedure.when).chain(bring).chain(deadlines);
            to_do.extend(conditions.map(|condition| (condition, about.clone())));
        }
        while let Some((condition, about)) = to_do.pop() {
            condition.visit(&mut |part| match part {
                Condition::Named(name) => {
                    if found.named.insert(name)
                        && let Some(condition) = pack.conditions.get(name)
                    {
                        to_do.push((&condition.when, about.clone()));
                    }
                }
                Condition::Household(..) => {
                    found.facts.entry(DeclaredPath::Household).or_insert_with(|| about.clone());
                }
                Condition::Test(test) => {
                    for path in test.paths() {
                        if let Some(derived) = self.index.derived(path) {
                            if found.derived.insert(path) {
                                to_do.push((derived, about.clone()));
                            }
                        } else if !found.facts.contains_key(path) {
                            found.facts.insert(path.clone(), about.clone());
                            let gates = self.index.questions(path, event).iter().copied();
                            let about = format!("質問 {path}");
                            to_do.extend(
                                gates.filter_map(|gate| Some((gate.ask_if.as_ref()?, about.clone()))),
                            );
                        }
                    }
                }
                _ => {}
            });
        }
        found
    }

    /// Facts that date the event or a deadline, or are printed on a form.
    fn serving(&self, event: &'a Event) -> BTreeSet<&'a DeclaredPath> {
        let pack = self.index.pack;
        let mut found: BTreeSet<&DeclaredPath> = event.date.iter().collect();
        let (mut forms, mut anchors) = (BTreeSet::new(), BTreeSet::new());
        for procedure in pack.procedures.iter().filter(|procedure| procedure.events.contains(&event.id)) {
            forms.extend(&procedure.forms);
            anchors.extend(
                procedure.deadlines.iter().filter_map(|deadline| Some(&deadline.period.as_ref()?.anchor)),
            );
        }
        found.extend(pack.forms.iter().filter(|form| forms.contains(&form.id)).flat_map(|form| &form.facts));
        for anchor in pack.anchors.iter().filter(|anchor| anchors.contains(&anchor.id)) {
            found.extend(std::iter::once(&anchor.fact).chain(&anchor.fallback));
        }
        found
    }

    /// What every person has (name, address …) is there to be printed.
    fn is_printed(&self, path: &DeclaredPath) -> bool {
        let person = matches!(path, DeclaredPath::Person(..) | DeclaredPath::EachMember(_));
        let words = &self.index.pack.vocabulary;
        person && path.attribute().is_some_and(|attribute| words.built_in_attribute(attribute).is_some())
    }

    fn nobody_asks(&mut self, event: &Event, deciding: &Deciding<'_>) {
        for (path, user) in &deciding.facts {
            let given =
                path.to_string() == "case.visit_date" || !self.index.questions(path, &event.id).is_empty();
            if given {
                continue;
            }
            let label = self.label(path);
            let about = format!("ライフイベント {}", event.id);
            // What a card or the register tells of everybody may come without a question.
            let finding = if self.is_printed(path) {
                Finding::warning("A203", &event.place, about)
                    .says(format!("「{label}」（{path}）を{user}が見ますが、「{}」に質問がありません。カードや台帳で分からないと決まりません。", event.name.ja))
            } else {
                Finding::error("A203", &event.place, about).says(format!(
                    "「{label}」（{path}）を{user}が見ますが、「{}」ではだれも聞きません。",
                    event.name.ja
                ))
            };
            self.add(finding.fix("この事実の質問を加えるか、条件から外してください。"));
        }
    }

    fn nobody_settles(&mut self, question: &Question) {
        // Who stands at the counter answers for themselves; only they know.
        let own = matches!(&question.fact, DeclaredPath::Person(person, _) if matches!(person.as_str(), "visitor" | "applicant" | "agent"));
        if own || question.fill_from == FillFrom::System || question.fact == DeclaredPath::Household {
            return;
        }
        self.add(
            Finding::warning("A207", &question.place, format!("質問 {}", question.fact))
                .says("「わからない」のとき、だれ（何）に確かめれば分かるかが書かれていません。")
                .fix("resolve に確かめ先（課や台帳の名前）を書いてください。"),
        );
    }

    fn must_know(&mut self, question: &Question) {
        if question.unknown_allowed {
            return;
        }
        let about = format!("質問 {}", question.fact);
        let why = if question.resolve.is_some() {
            "確かめ先（resolve）があるのに、「わからない」と答えられません。"
        } else if question.delicate {
            "答えにくい質問なのに、「わからない」と答えられません。"
        } else {
            return;
        };
        self.add(
            Finding::warning("A206", &question.place, about)
                .says(why)
                .fix("unknown = false を消すか、必ず知っていると言い切れることを確かめてください。"),
        );
    }

    pub(super) fn label(&self, path: &DeclaredPath) -> String {
        self.index.pack.vocabulary.label(&path.of_member(0)).replacen("世帯員1の", "世帯員の", 1)
    }

    /// Boxes to tick that change nothing. (Of a choice between several, one answer must be there for everybody.)
    fn choices(&mut self) {
        let pack = self.index.pack;
        let mut tested: BTreeMap<&DeclaredPath, BTreeSet<&Id>> = BTreeMap::new();
        for condition in all_conditions(pack) {
            condition.visit(&mut |part| {
                let Condition::Test(test) = part else { return };
                let choice =
                    |literal: &'a Literal| if let Literal::Choice(id) = literal { Some(id) } else { None };
                match test {
                    Test::Is(path, literal) => tested.entry(path).or_default().extend(choice(literal)),
                    Test::In(path, literals) => {
                        tested.entry(path).or_default().extend(literals.iter().filter_map(choice));
                    }
                    Test::HasAny(path, ids) | Test::HasAll(path, ids) => {
                        tested.entry(path).or_default().extend(ids);
                    }
                    _ => {}
                }
            });
        }
        let printed: BTreeSet<&DeclaredPath> = pack.forms.iter().flat_map(|form| &form.facts).collect();
        for fact in pack.facts.iter().filter(|fact| !printed.contains(&fact.path)) {
            let Some(tested) = tested.get(&fact.path) else { continue };
            self.unused_choices(fact, tested);
        }
    }

    fn unused_choices(&mut self, fact: &Fact, tested: &BTreeSet<&Id>) {
        let Some(declaration) = self.index.pack.vocabulary.declaration(&fact.path) else { return };
        let unused: Vec<&str> = (declaration.kind.choices().iter())
            .filter(|choice| !tested.contains(&choice.id) && !choice.alone)
            .map(|choice| choice.label.as_str())
            .collect();
        let names = super::quoted(&unused);
        if unused.is_empty() || !matches!(declaration.kind, FactKind::Choices(_)) {
            return;
        }
        self.add(
            Finding::warning("A205", &fact.place, format!("事実 {}", fact.path))
                .says(format!("選択肢{names}は、選んでも何も変わりません。"))
                .fix("見落としている手続がなければ、選択肢をまとめるか、このままにしてください。"),
        );
    }

    fn never_mentioned(&mut self) {
        let pack = self.index.pack;
        let mut named: BTreeSet<&Id> = BTreeSet::new();
        let mut facts: BTreeSet<&DeclaredPath> = BTreeSet::new();
        for condition in all_conditions(pack) {
            condition.visit(&mut |part| match part {
                Condition::Named(name) => drop(named.insert(name)),
                Condition::Test(test) => facts.extend(test.paths()),
                _ => {}
            });
        }
        facts.extend(pack.questions.iter().map(|question| &question.fact));
        facts.extend(pack.forms.iter().flat_map(|form| &form.facts));
        facts.extend(
            pack.anchors.iter().flat_map(|anchor| std::iter::once(&anchor.fact).chain(&anchor.fallback)),
        );
        facts.extend(pack.events.iter().filter_map(|event| event.date.as_ref()));
        facts.extend(&pack.told_elsewhere);
        let (mut offices, mut items, mut forms, mut anchors) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for procedure in &pack.procedures {
            offices.insert(&procedure.office);
            items.extend(procedure.bring.iter().map(|bring| &bring.item));
            forms.extend(&procedure.forms);
            anchors.extend(
                procedure.deadlines.iter().filter_map(|deadline| Some(&deadline.period.as_ref()?.anchor)),
            );
        }
        let screens: BTreeSet<&Id> = pack.questions.iter().map(|question| &question.screen).collect();
        let mut unused: Vec<(&Place, String)> = Vec::new();
        let mut look = |used: bool, place: &'a Place, what: &str, id: &dyn std::fmt::Display| {
            if !used {
                unused.push((place, format!("{what} {id}")));
            }
        };
        pack.conditions.iter().for_each(|(id, one)| look(named.contains(id), &one.place, "条件", id));
        pack.facts.iter().for_each(|one| look(facts.contains(&one.path), &one.place, "事実", &one.path));
        pack.offices.iter().for_each(|one| look(offices.contains(&one.id), &one.place, "窓口", &one.id));
        pack.items.iter().for_each(|one| look(items.contains(&one.id), &one.place, "持ち物", &one.id));
        pack.forms.iter().for_each(|one| look(forms.contains(&one.id), &one.place, "様式", &one.id));
        pack.anchors.iter().for_each(|one| look(anchors.contains(&one.id), &one.place, "起算日", &one.id));
        pack.screens.iter().for_each(|one| look(screens.contains(&one.id), &one.place, "画面", &one.id));
        for (place, about) in unused {
            self.add(
                Finding::warning("A208", place, about)
                    .says("どこからも使われていません。")
                    .fix("要らなければ消してください。"),
            );
        }
    }
}

/// A question is looked at once, in the first of its events.
fn event_is_first(question: &Question, event: &Event) -> bool {
    question.events.first() == Some(&event.id)
}

fn all_conditions(pack: &Pack) -> impl Iterator<Item = &Condition> {
    let gates = pack.questions.iter().filter_map(|question| question.ask_if.as_ref());
    let procedures = pack.procedures.iter().flat_map(|procedure| {
        let bring = procedure.bring.iter().filter_map(|bring| bring.when.as_ref());
        let deadlines = procedure.deadlines.iter().filter_map(|deadline| deadline.when.as_ref());
        std::iter::once(&procedure.when).chain(bring).chain(deadlines)
    });
    let derived = pack.facts.iter().filter_map(|fact| fact.derived.as_ref());
    let named = pack.conditions.values().map(|condition| &condition.when);
    gates.chain(procedures).chain(derived).chain(named)
}
