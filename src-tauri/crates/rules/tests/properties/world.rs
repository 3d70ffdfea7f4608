//! Generated packs and people.

use std::sync::Arc;

use madoka_facts::{CaseFacts, Source};
use madoka_rules::{Condition, Pack, PackFiles, Rulebook, parse_condition, read_pack};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

pub(crate) const ON: jiff::civil::Date = jiff::civil::date(2026, 11, 2);

/// A small vocabulary with a fact of every type; `b3` is derived, `b2`, `c0` and `household.m1` may be behind gates.
pub(crate) const CASE_FACTS: [&str; 8] =
    ["case.b0", "case.b1", "case.b2", "case.c0", "case.s0", "case.n0", "case.d0", "case.d1"];
pub(crate) const MEMBER_FACTS: [&str; 3] = ["m0", "m1", "birth_date"];

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) procedures: Vec<(bool, Condition)>,
    pub(crate) named: Vec<Condition>,
    pub(crate) derived: Condition,
    pub(crate) gates: Vec<(String, Condition, Json)>,
}

fn choice() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["x", "y", "z"]).prop_map(str::to_owned)
}

fn compare() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["<", "<=", "=", ">=", ">", "!="])
}

fn day() -> impl Strategy<Value = String> {
    (2008_i16..2010, 1_i8..=12, 1_i8..=28)
        .prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

fn test(level: u8, member: bool) -> BoxedStrategy<String> {
    let bools = if level == 0 {
        vec!["case.b0", "case.b1"]
    } else {
        vec!["case.b0", "case.b1", "case.b2", "case.b3"]
    };
    let case = prop_oneof![
        4 => prop::sample::select(bools).prop_map(str::to_owned),
        2 => choice().prop_map(|id| format!("case.c0 = {id}")),
        1 => (choice(), choice()).prop_map(|(one, other)| format!("case.c0 not in [{one}, {other}]")),
        1 => (choice(), choice()).prop_map(|(one, other)| format!("case.s0 has any [{one}, {other}]")),
        1 => (choice(), choice()).prop_map(|(one, other)| format!("case.s0 has all [{one}, {other}]")),
        1 => (compare(), 0_i64..4).prop_map(|(compare, number)| format!("case.n0 {compare} {number}")),
        1 => (compare(), day()).prop_map(|(compare, day)| format!("case.d0 {compare} {day}")),
        1 => (compare(), -3_i32..3).prop_map(|(compare, offset)| {
            let sign = if offset < 0 { '-' } else { '+' };
            format!("case.d0 {compare} case.d1 {sign} {} months", offset.abs())
        }),
        1 => compare().prop_map(|compare| format!("age(case.d0, on case.d1, day_before_birthday) {compare} 1")),
    ];
    if !member {
        return case.boxed();
    }
    let basis = prop::sample::select(vec!["day_before_birthday", "birthday", "fiscal_year_end"]);
    prop_oneof![
        2 => case,
        2 => Just("member.m0".to_owned()),
        1 => choice().prop_map(|id| format!("member.m1 = {id}")),
        2 => (basis, compare(), 16_u32..19)
            .prop_map(|(basis, compare, years)| format!("age(member.birth_date, on case.visit_date, {basis}) {compare} {years}")),
    ]
    .boxed()
}

fn joined(part: BoxedStrategy<String>) -> BoxedStrategy<String> {
    part.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" or "))),
            inner.prop_map(|part| format!("not ({part})")),
        ]
    })
    .boxed()
}

/// `level` 0 may stand in gates, 1 in derived facts and named conditions, 2 in procedures.
pub(crate) fn condition(level: u8, member: bool) -> BoxedStrategy<Condition> {
    let leaf = if level < 2 {
        test(level, member)
    } else {
        let body = joined(test(1, true));
        let quantified = (prop::sample::select(vec!["any", "every", "count"]), compare(), 0_u32..4, body)
            .prop_map(|(word, compare, number, body)| match word {
                "count" => format!("count household ({body}) {compare} {number}"),
                word => format!("{word} household ({body})"),
            });
        let named = prop::sample::select(if member { vec!["@named0", "@named1"] } else { vec!["@named0"] });
        prop_oneof![6 => test(level, member), 2 => quantified, 2 => named.prop_map(str::to_owned)].boxed()
    };
    joined(leaf).prop_map(|text| parse_condition(&text).unwrap()).boxed()
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let procedure = any::<bool>().prop_flat_map(|member| (Just(member), condition(2, member)));
    let gate = |fact: &'static str, member: bool, skipped: Json| {
        prop::option::of(condition(0, member).prop_filter_map(
            "a gate may not rest on its own question",
            move |gate| {
                let text = gate.to_string();
                let own = ["case.c0", "case.b2", "member.m1"];
                (!own.iter().any(|own| text.contains(own))).then(|| (fact.to_owned(), gate, skipped.clone()))
            },
        ))
    };
    let gates = (
        gate("case.b2", false, json!(false)),
        gate("case.c0", false, json!("z")),
        gate("household.m1", true, json!("x")),
    )
        .prop_map(|(one, two, three)| one.into_iter().chain(two).chain(three).collect());
    let derived = condition(0, false);
    (prop::collection::vec(procedure, 1..6), condition(1, false), condition(1, true), derived, gates)
        .prop_map(|(procedures, named0, named1, derived, gates)| World {
            procedures,
            named: vec![named0, named1],
            derived,
            gates,
        })
}

#[expect(clippy::format_push_string, reason = "a fixture may be plain")]
impl World {
    pub(crate) fn files(&self, reversed: bool) -> PackFiles {
        let mut facts = String::new();
        let choices =
            "choices = [{ id = \"x\", ja = \"x\" }, { id = \"y\", ja = \"y\" }, { id = \"z\", ja = \"z\" }]";
        for (path, kind, more) in [
            ("case.b0", "bool", ""),
            ("case.b1", "bool", ""),
            ("case.b2", "bool", ""),
            ("case.c0", "choice", choices),
            ("case.s0", "choices", choices),
            ("case.n0", "number", "min = 0\nmax = 4"),
            ("case.d0", "date", ""),
            ("case.d1", "date", ""),
            ("household.m0", "bool", ""),
            ("household.m1", "choice", choices),
        ] {
            facts += &format!("[[fact]]\npath = \"{path}\"\ntype = \"{kind}\"\nlabel = \"{path}\"\n{more}\n");
        }
        facts += &format!(
            "[[fact]]\npath = \"case.b3\"\ntype = \"bool\"\nlabel = \"b3\"\nderived = {:?}\n",
            self.derived.to_string()
        );
        let mut questions = String::new();
        let members = MEMBER_FACTS.iter().map(|attribute| format!("household.{attribute}"));
        let all = CASE_FACTS.iter().map(ToString::to_string).chain(["household".to_owned()]).chain(members);
        for (order, path) in all.enumerate() {
            questions += &format!(
                "[[question]]\nfact = \"{path}\"\nevents = [\"e\"]\nscreen = \"s{}\"\norder = {order}\nask = \"？\"\n",
                order % 3
            );
            if let Some((_, gate, skipped)) = self.gates.iter().find(|(fact, ..)| *fact == path) {
                questions += &format!("ask_if = {:?}\nwhen_skipped = {skipped}\n", gate.to_string());
            }
        }
        let mut conditions = String::new();
        for (at, condition) in self.named.iter().enumerate() {
            conditions +=
                &format!("[condition.named{at}]\nname = \"n\"\nwhen = {:?}\n", condition.to_string());
        }
        let mut blocks: Vec<String> = self
            .procedures
            .iter()
            .enumerate()
            .map(|(at, (member, when))| {
                let scope = if *member { "household" } else { "case" };
                format!(
                    "[[procedure]]\nid = \"p{at}\"\nevents = [\"e\"]\nname = \"p\"\noffice = \"o\"\nkind = \"notify\"\nlevel = 1\nscope = \"{scope}\"\nwhen = {:?}\n",
                    when.to_string()
                )
            })
            .collect();
        if reversed {
            blocks.reverse();
        }
        let small = "[[event]]\nid = \"e\"\nname = \"e\"\n[[office]]\nid = \"o\"\nname = \"o\"\nkind = \"city\"\n\
            [[screen]]\nid = \"s0\"\ntitle = \"s\"\norder = 1\n[[screen]]\nid = \"s1\"\ntitle = \"s\"\norder = 2\n\
            [[screen]]\nid = \"s2\"\ntitle = \"s\"\norder = 3\n";
        let pack = "id = \"p\"\nname = \"p\"\nversion = 1\nvalid_from = 2026-04-01\n[city]\nname = \"c\"\nprefecture = \"k\"\ncode = \"999999\"\n";
        [
            ("pack.toml", pack.to_owned()),
            ("facts.toml", facts),
            ("questions.toml", questions),
            ("conditions.toml", conditions),
            ("procedures.toml", blocks.concat()),
            ("small.toml", small.to_owned()),
        ]
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text.into_bytes()))
        .collect()
    }

    /// `None` where the generated gates and derivations make a circle: then the reader must say so.
    pub(crate) fn pack(&self, reversed: bool) -> Option<Arc<Pack>> {
        match read_pack(&self.files(reversed)) {
            Ok(pack) => Some(Arc::new(pack)),
            Err(problems) => {
                assert!(problems.iter().all(|problem| problem.code == "P025"), "{problems:#?}");
                None
            }
        }
    }

    pub(crate) fn book(&self) -> Option<Rulebook> {
        Some(Rulebook::new(&self.pack(false)?, "e", ON).unwrap())
    }
}

/// What a person answers: nothing, わからない, or a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Person {
    pub(crate) case: Map<String, Json>,
    pub(crate) unknown: Vec<String>,
    pub(crate) household: Option<Vec<Map<String, Json>>>,
}

pub(crate) fn value(fact: &str) -> BoxedStrategy<Json> {
    match fact.rsplit('.').next().unwrap_or_default() {
        "b0" | "b1" | "b2" | "m0" => any::<bool>().prop_map(Json::from).boxed(),
        "c0" | "m1" => choice().prop_map(Json::from).boxed(),
        "s0" => prop::collection::btree_set(choice(), 0..3).prop_map(|set| set.into_iter().collect::<Json>()).boxed(),
        "n0" => (0_i64..=4).prop_map(Json::from).boxed(),
        "birth_date" => prop_oneof![
            2 => day().prop_map(Json::from),
            // Where ages turn: around the visitor's 16th to 18th birthday, and around 1 April.
            3 => prop::sample::select(vec![
                "2008-11-01", "2008-11-02", "2008-11-03", "2008-11-04", "2009-11-02", "2009-11-03", "2010-11-03",
                "2008-04-01", "2008-04-02", "2009-04-01", "2009-04-02", "2010-04-01", "2010-04-02", "2008-02-29",
            ])
            .prop_map(Json::from),
            1 => (2007_i16..2012, 1_i8..=12).prop_map(|(year, month)| Json::from(format!("{year}-{month:02}-XX"))),
        ]
        .boxed(),
        _ => day().prop_map(Json::from).boxed(),
    }
}

type Answer = Option<Option<Json>>;

fn answer(fact: &str) -> BoxedStrategy<Answer> {
    prop_oneof![2 => Just(None), 2 => Just(Some(None)), 5 => value(fact).prop_map(|value| Some(Some(value)))]
        .boxed()
}

pub(crate) fn person() -> impl Strategy<Value = Person> {
    let case: Vec<BoxedStrategy<Answer>> = CASE_FACTS.iter().map(|fact| answer(fact)).collect();
    let member: Vec<BoxedStrategy<Answer>> = MEMBER_FACTS.iter().map(|fact| answer(fact)).collect();
    let members = prop::collection::vec(member, 0..4);
    (case, members, 0_u8..4).prop_map(|(case, members, household)| {
        let mut person = Person::default();
        for (fact, answer) in CASE_FACTS.iter().zip(case) {
            match answer {
                None => {}
                Some(None) => person.unknown.push((*fact).to_owned()),
                Some(Some(value)) => drop(person.case.insert((*fact).to_owned(), value)),
            }
        }
        if household == 0 {
            return person;
        }
        let mut list = Vec::new();
        for (at, member) in members.into_iter().enumerate() {
            let mut known = Map::new();
            for (attribute, answer) in MEMBER_FACTS.iter().zip(member) {
                match answer {
                    None => {}
                    Some(None) => person.unknown.push(format!("household[{at}].{attribute}")),
                    Some(Some(value)) => drop(known.insert((*attribute).to_owned(), value)),
                }
            }
            list.push(known);
        }
        person.household = Some(list);
        if household == 1 {
            person.unknown.push("household".to_owned());
        }
        person
    })
}

impl Person {
    pub(crate) fn json(&self) -> Json {
        let mut facts = self.case.clone();
        if let Some(household) = &self.household {
            facts.insert("household".to_owned(), household.iter().cloned().map(Json::Object).collect());
        }
        json!({ "event": "e", "facts": facts, "unknown": self.unknown })
    }

    pub(crate) fn facts(&self, pack: &Pack) -> CaseFacts {
        CaseFacts::from_value(&self.json(), &pack.vocabulary, Source::Staff).unwrap()
    }

    /// Answers a question: a value, or わからない.
    pub(crate) fn set(&mut self, path: &str, value: Option<Json>) {
        self.unknown.retain(|known| known != path);
        if path == "household" {
            self.household.get_or_insert_default();
            if value.is_none() {
                self.unknown.push(path.to_owned());
            }
            return;
        }
        let Some(value) = value else {
            self.unknown.push(path.to_owned());
            return;
        };
        match path.strip_prefix("household[") {
            None => drop(self.case.insert(path.to_owned(), value)),
            Some(rest) => {
                let (index, attribute) = rest.split_once("].").unwrap();
                let list = self.household.as_mut().unwrap();
                list[index.parse::<usize>().unwrap()].insert(attribute.to_owned(), value);
            }
        }
    }

    /// Every fact that is neither known nor answered わからない.
    pub(crate) fn unasked(&self) -> Vec<String> {
        let members = self.household.iter().flatten().enumerate().flat_map(|(at, known)| {
            MEMBER_FACTS
                .iter()
                .filter(|attribute| !known.contains_key(**attribute))
                .map(move |attribute| format!("household[{at}].{attribute}"))
        });
        CASE_FACTS
            .iter()
            .filter(|fact| !self.case.contains_key(**fact))
            .map(ToString::to_string)
            .chain(members)
            .filter(|path| !self.unknown.contains(path))
            .collect()
    }
}
