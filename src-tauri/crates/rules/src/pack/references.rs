//! Whether everything a pack refers to exists and fits: ids, types, members, circles.

use std::collections::{BTreeMap, BTreeSet};

use madoka_facts::{DeclaredPath, FactKind, Id, closest};

use super::conditions::{MAX_CHAIN, NoOrder, Order, Types, gate_owner, member_conditions};
use super::document::PackFiles;
use super::model::{Effective, Pack, Place, Procedure, Scope};
use super::table::Sink;
use super::{ProcedureId, Severity};
use crate::condition::Condition;

pub(super) fn check(pack: &Pack, files: &PackFiles, sink: &Sink) {
    let about_members = member_conditions(&pack.conditions);
    let types = Types { words: &pack.vocabulary, names: &pack.conditions, about_members: &about_members };
    let check = Check { pack, sink, types, known: Known::of(pack) };
    check.ids_once();
    check.events();
    check.facts_and_conditions();
    check.questions();
    check.procedures();
    check.small_files();
    check.scenarios();
    check.checks();
    check.circles();
    check.form_folders(files);
}

/// The ids of each section.
struct Known<'a> {
    events: BTreeSet<&'a str>,
    offices: BTreeSet<&'a str>,
    screens: BTreeSet<&'a str>,
    items: BTreeSet<&'a str>,
    anchors: BTreeMap<&'a str, bool>,
    forms: BTreeSet<&'a str>,
    procedures: BTreeMap<&'a ProcedureId, Scope>,
}

impl<'a> Known<'a> {
    fn of(pack: &'a Pack) -> Self {
        Self {
            events: pack.events.iter().map(|event| event.id.as_str()).collect(),
            offices: pack.offices.iter().map(|office| office.id.as_str()).collect(),
            screens: pack.screens.iter().map(|screen| screen.id.as_str()).collect(),
            items: pack.items.iter().map(|item| item.id.as_str()).collect(),
            anchors: pack
                .anchors
                .iter()
                .map(|anchor| (anchor.id.as_str(), anchor.fact.is_each_member()))
                .collect(),
            forms: pack.forms.iter().map(|form| form.id.as_str()).collect(),
            procedures: pack.procedures.iter().map(|procedure| (&procedure.id, procedure.scope)).collect(),
        }
    }
}

struct Check<'a> {
    pack: &'a Pack,
    sink: &'a Sink,
    types: Types<'a>,
    known: Known<'a>,
}

impl Check<'_> {
    fn error(&self, code: &'static str, place: &Place, about: &str, message: impl Into<String>) {
        self.sink.error(code, place.clone(), about, message);
    }

    fn refer<'k>(
        &self,
        place: &Place,
        about: &str,
        what: &str,
        id: &str,
        known: impl IntoIterator<Item = &'k str> + Clone,
    ) {
        if known.clone().into_iter().any(|known| known == id) {
            return;
        }
        let hint =
            closest(id, known).map_or_else(String::new, |known| format!("「{known}」ではありませんか。"));
        self.error("P020", place, about, format!("{what}「{id}」がありません。{hint}"));
    }

    fn condition(&self, place: &Place, about: &str, condition: &Condition, member: bool) {
        for fault in self.types.faults(condition, member) {
            self.error("P021", place, about, fault);
        }
    }

    fn path(&self, place: &Place, about: &str, path: &DeclaredPath) -> Option<&FactKind> {
        let found = self.pack.vocabulary.declaration(path);
        if found.is_none() {
            let hint = self.pack.vocabulary.suggestion(path);
            let hint = hint.map_or_else(String::new, |known| format!("「{known}」ではありませんか。"));
            self.error("P007", place, about, format!("「{path}」という事実は宣言されていません。{hint}"));
        }
        found.map(|declaration| &declaration.kind)
    }

    fn date_path(&self, place: &Place, about: &str, path: &DeclaredPath) {
        if let Some(kind) = self.path(place, about, path)
            && *kind != FactKind::Date
        {
            self.error("P021", place, about, format!("「{path}」は日付でありません。"));
        }
    }

    fn checks(&self) {
        for check in &self.pack.checks {
            let about = format!("確認事項 {}", check.id);
            for office in &check.offices {
                let offices = self.known.offices.iter().copied();
                self.refer(&check.place, &about, "窓口", office.as_str(), offices);
            }
            for procedure in &check.procedures {
                let procedures = self.known.procedures.keys().map(|id| id.as_str());
                self.refer(&check.place, &about, "手続", procedure.as_str(), procedures);
            }
        }
    }

    fn ids_once(&self) {
        let pack = self.pack;
        let mut sections: Vec<(&str, Vec<(&str, &Place)>)> = vec![
            ("ライフイベント", pack.events.iter().map(|event| (event.id.as_str(), &event.place)).collect()),
            ("窓口", pack.offices.iter().map(|office| (office.id.as_str(), &office.place)).collect()),
            ("画面", pack.screens.iter().map(|screen| (screen.id.as_str(), &screen.place)).collect()),
            ("持ち物", pack.items.iter().map(|item| (item.id.as_str(), &item.place)).collect()),
            ("確認事項", pack.checks.iter().map(|check| (check.id.as_str(), &check.place)).collect()),
            ("起算日", pack.anchors.iter().map(|anchor| (anchor.id.as_str(), &anchor.place)).collect()),
            ("排他グループ", pack.groups.iter().map(|group| (group.id.as_str(), &group.place)).collect()),
            ("様式", pack.forms.iter().map(|form| (form.id.as_str(), &form.place)).collect()),
        ];
        sections
            .push(("場面テスト", pack.scenarios.iter().map(|one| (one.id.as_str(), &one.place)).collect()));
        for (section, ids) in sections {
            let mut seen: BTreeMap<&str, &Place> = BTreeMap::new();
            for (id, place) in ids {
                if let Some(first) = seen.insert(id, place) {
                    self.error(
                        "P017",
                        place,
                        &format!("{section} {id}"),
                        format!("同じIDが2度あります（もう1つは {first}）。"),
                    );
                }
            }
        }
    }

    fn events(&self) {
        for event in &self.pack.events {
            let about = format!("ライフイベント {}", event.id);
            if let Some(path) = &event.date {
                self.date_path(&event.place, &about, path);
                if path.is_each_member() {
                    self.error(
                        "P021",
                        &event.place,
                        &about,
                        "ライフイベントの日付は世帯員の事実にできません。",
                    );
                }
            }
            for person in event.persons.iter().filter(|person| person.as_str() != "household") {
                if self.pack.vocabulary.person(person).is_none() {
                    self.error("P018", &event.place, &about, format!("「{person}」という人はいません。"));
                }
            }
        }
    }

    fn facts_and_conditions(&self) {
        for fact in &self.pack.facts {
            if let Some(derived) = &fact.derived {
                self.condition(
                    &fact.place,
                    &format!("事実 {}", fact.path),
                    derived,
                    fact.path.is_each_member(),
                );
            }
        }
        for (name, condition) in &self.pack.conditions {
            self.condition(&condition.place, &format!("条件 {name}"), &condition.when, true);
        }
    }

    fn questions(&self) {
        let used = self.used_paths();
        let mut seen: BTreeMap<(&DeclaredPath, &Id), Vec<(&Effective, &Place)>> = BTreeMap::new();
        for question in &self.pack.questions {
            let (place, about) = (&question.place, format!("質問 {}", question.fact));
            self.path(place, &about, &question.fact);
            let declaration = self.pack.vocabulary.declaration(&question.fact);
            if declaration.is_some_and(|declaration| declaration.derived) {
                self.error(
                    "P016",
                    place,
                    &about,
                    "導かれる事実（derived）は聞けません。元の事実を聞いてください。",
                );
            }
            if question.fact.to_string() == "case.visit_date" {
                self.error("P016", place, &about, "来庁日は初めから分かっているので聞けません。");
            }
            self.refer(place, &about, "画面", question.screen.as_str(), self.known.screens.iter().copied());
            for event in &question.events {
                self.refer(
                    place,
                    &about,
                    "ライフイベント",
                    event.as_str(),
                    self.known.events.iter().copied(),
                );
                let others = seen.entry((&question.fact, event)).or_default();
                for (other, first) in others.iter() {
                    if let Some(fault) = overlap(other, &question.effective) {
                        self.error(
                            "P022",
                            place,
                            &about,
                            format!("「{event}」では {first} でも聞いています。{fault}"),
                        );
                    }
                }
                others.push((&question.effective, place));
            }
            let Some(gate) = &question.ask_if else { continue };
            self.condition(place, &about, gate, gate_owner(question));
            if question.fact == DeclaredPath::Household {
                self.error("P016", place, &about, "世帯員の一覧を聞く質問に ask_if は書けません。");
            } else if question.when_skipped.is_none() && used.contains(&question.fact) {
                let message = "ask_if があるので、聞かなかったときの値 when_skipped も書いてください（条件で使われています）。";
                self.error("P023", place, &about, message);
            }
        }
    }

    fn used_paths(&self) -> BTreeSet<&DeclaredPath> {
        let mut used = BTreeSet::new();
        let pack = self.pack;
        let conditions = (pack.facts.iter().filter_map(|fact| fact.derived.as_ref()))
            .chain(pack.conditions.values().map(|condition| &condition.when))
            .chain(pack.procedures.iter().map(|procedure| &procedure.when))
            .chain(pack.questions.iter().filter_map(|question| question.ask_if.as_ref()));
        for condition in conditions {
            condition.visit(&mut |part| {
                if let Condition::Test(test) = part {
                    used.extend(test.paths());
                }
            });
        }
        used
    }

    fn procedures(&self) {
        let mut seen: BTreeMap<&ProcedureId, Vec<&Procedure>> = BTreeMap::new();
        for procedure in &self.pack.procedures {
            let (place, about) = (&procedure.place, format!("手続 {}", procedure.id));
            let member = procedure.scope == Scope::Household;
            for event in &procedure.events {
                self.refer(
                    place,
                    &about,
                    "ライフイベント",
                    event.as_str(),
                    self.known.events.iter().copied(),
                );
            }
            self.refer(place, &about, "窓口", procedure.office.as_str(), self.known.offices.iter().copied());
            self.condition(place, &about, &procedure.when, member);
            for bring in &procedure.bring {
                self.refer(place, &about, "持ち物", bring.item.as_str(), self.known.items.iter().copied());
                if let Some(when) = &bring.when {
                    self.condition(place, &about, when, member);
                }
            }
            for form in &procedure.forms {
                self.refer(place, &about, "様式", form.as_str(), self.known.forms.iter().copied());
            }
            for deadline in &procedure.deadlines {
                if let Some(when) = &deadline.when {
                    self.condition(place, &about, when, member);
                }
                let Some(period) = &deadline.period else { continue };
                self.refer(
                    place,
                    &about,
                    "起算日",
                    period.anchor.as_str(),
                    self.known.anchors.keys().copied(),
                );
                if self.known.anchors.get(period.anchor.as_str()) == Some(&true) && !member {
                    let message = format!(
                        "起算日「{}」は世帯員の日付なので、scope = \"household\" の手続でだけ使えます。",
                        period.anchor
                    );
                    self.error("P021", place, &about, message);
                }
            }
            let others = seen.entry(&procedure.id).or_default();
            for other in others.iter() {
                if let Some(fault) = overlap(&other.effective, &procedure.effective) {
                    self.error(
                        "P022",
                        place,
                        &about,
                        format!("同じIDの手続が {} にもあります。{fault}", other.place),
                    );
                }
            }
            others.push(procedure);
        }
    }

    fn small_files(&self) {
        for anchor in &self.pack.anchors {
            let about = format!("起算日 {}", anchor.id);
            self.date_path(&anchor.place, &about, &anchor.fact);
            if let Some(fallback) = &anchor.fallback {
                self.date_path(&anchor.place, &about, fallback);
                if fallback.is_each_member() && !anchor.fact.is_each_member() {
                    self.error("P021", &anchor.place, &about, "fallback だけを世帯員の事実にはできません。");
                }
            }
        }
        for group in &self.pack.groups {
            for id in &group.procedures {
                let known = self.known.procedures.keys().map(|id| id.as_str());
                self.refer(&group.place, &format!("排他グループ {}", group.id), "手続", id.as_str(), known);
            }
        }
        for form in &self.pack.forms {
            for path in &form.facts {
                self.path(&form.place, &format!("様式 {}", form.id), path);
            }
        }
    }

    fn scenarios(&self) {
        for scenario in &self.pack.scenarios {
            let (place, about) = (&scenario.place, format!("場面テスト {}", scenario.id));
            self.refer(
                place,
                &about,
                "ライフイベント",
                scenario.event.as_str(),
                self.known.events.iter().copied(),
            );
            for expected in &scenario.expected {
                let id = &expected.procedure;
                match (self.known.procedures.get(id), expected.member) {
                    (None, _) => {
                        let known = self.known.procedures.keys().map(|id| id.as_str());
                        self.refer(place, &about, "手続", id.as_str(), known);
                    }
                    (Some(Scope::Case), Some(_)) => {
                        self.error(
                            "P024",
                            place,
                            &about,
                            format!("手続「{id}」は世帯員ごとの手続でないので、@ は書けません。"),
                        );
                    }
                    (Some(Scope::Household), Some(member)) if member >= scenario.facts.members() => {
                        self.error(
                            "P024",
                            place,
                            &about,
                            format!("「{id}@household[{member}]」：その世帯員がいません（0から数えます）。"),
                        );
                    }
                    _ => {}
                }
                let in_event =
                    |procedure: &Procedure| procedure.id == *id && procedure.events.contains(&scenario.event);
                if self.known.procedures.contains_key(id) && !self.pack.procedures.iter().any(in_event) {
                    self.error(
                        "P024",
                        place,
                        &about,
                        format!("手続「{id}」は「{}」の手続でありません。", scenario.event),
                    );
                }
            }
        }
    }

    fn circles(&self) {
        let mut told = BTreeSet::new();
        let place = Place { file: "pack.toml".into(), line: 1 };
        for event in &self.pack.events {
            let message = match Order::of(self.pack, &event.id) {
                Ok(_) => continue,
                Err(NoOrder::Circle(names)) => {
                    format!(
                        "たがいに導き合う輪があります：{}。どれか1つを外してください。",
                        names.join(" → ")
                    )
                }
                Err(NoOrder::TooLong(name)) => {
                    format!("「{name}」までの導出が{MAX_CHAIN}段を超えています。段を減らしてください。")
                }
            };
            if told.insert(message.clone()) {
                let event = &event.place;
                self.error("P025", if event.file.is_empty() { &place } else { event }, "", message);
            }
        }
    }

    fn form_folders(&self, files: &PackFiles) {
        let folders: BTreeSet<&str> = files
            .keys()
            .filter_map(|path| path.strip_prefix("forms/")?.split_once('/').map(|(folder, _)| folder))
            .collect();
        for folder in folders {
            if !self.known.forms.contains(folder) {
                let place = Place { file: format!("forms/{folder}/form.toml").into(), line: 1 };
                let message = format!("様式「{folder}」が [[form]] で宣言されていません。");
                self.sink.add(Severity::Warning, "P026", place, "", message);
            }
        }
    }
}

/// Two declarations of one id: they must be apart in time, on the same basis.
fn overlap(one: &Effective, other: &Effective) -> Option<&'static str> {
    if one.basis != other.basis {
        return Some("effective の basis をそろえてください。");
    }
    one.period.overlaps(&other.period).then_some("effective の期間が重ならないように分けてください。")
}
