//! The page that residents use at home: a pack's questions put into the built page (`ui/preentry`).
//!
//! The page plans its questions with the pack's own gates and conditions, so that it asks what can matter and nothing
//! else; it judges nothing. What is written here is read by `ui/preentry/src/questions.ts`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use madoka_facts::{Attribute, DeclaredPath, FactKind, Id, Value, Vocabulary};
use madoka_rules::pack::{Event, Pack, Procedure, Question, Scope, Text, ValidBy};
use madoka_rules::{Basis, Branches, Condition, DateSide, Literal, Quantifier, Test, Unit};
use serde_json::{Map, Value as Json, json};

use crate::{PublicKey, QrError};

/// What a city sets for its page.
#[derive(Debug, Clone)]
pub struct PageSettings {
    pub key: PublicKey,
    /// From which day the page will be used: which version of questions and rules it carries.
    pub on: Date,
    /// For how many days a code is accepted.
    pub days: u16,
}

/// Where the built page waits for a pack's questions.
const PLACE: &str = r#"<script type="application/json" id="pack">{}</script>"#;

/// Whose name and address a resident can tell at home. In whose name else papers are filed, the counter asks.
const ABOUT: [&str; 2] = ["visitor", "deceased"];
/// Text facts of persons that paper asks for and no question of the pack does.
const ABOUT_PERSONS: [&str; 5] = ["name", "name_kana", "postal_code", "address", "phone"];

/// The finished page: the built one with the pack's questions and the city's public key in it.
pub fn page(template: &str, pack: &Pack, settings: &PageSettings) -> Result<String, QrError> {
    if !(1..=400).contains(&settings.days) {
        return Err(QrError::DaysValid);
    }
    if template.matches(PLACE).count() != 1 {
        return Err(QrError::Template);
    }
    // Inside a script element only `<` could end it early.
    let questions = page_questions(pack, settings).to_string().replace('<', "\\u003c");
    Ok(template.replacen(PLACE, &PLACE.replace("{}", &questions), 1))
}

/// What the page asks, as JSON (format 1).
pub fn page_questions(pack: &Pack, settings: &PageSettings) -> Json {
    let asked: Vec<&Question> =
        pack.questions.iter().filter(|question| question.effective.period.contains(settings.on)).collect();
    let mut used = Used::default();
    let procedures: Vec<Json> = pack
        .procedures
        .iter()
        .filter(|procedure| {
            procedure.effective.basis == ValidBy::Event || procedure.effective.period.contains(settings.on)
        })
        .map(|procedure| {
            json!({
                "events": ids(&procedure.events),
                "each": procedure.scope == Scope::Household,
                "when": used.condition(&procedure.when),
                "details": details(pack, procedure),
            })
        })
        .collect();
    let questions: Vec<Json> = asked.iter().map(|question| used.question(question, settings.on)).collect();
    let events: Vec<Json> = pack.events.iter().map(|event| used.event(event, &asked)).collect();
    let conditions = used.conditions(pack);
    json!({
        "format": 1,
        "pack": pack.id.as_str(),
        "version": pack.version,
        "city": pack.city.name,
        "key": settings.key.to_string(),
        "on": settings.on.to_string(),
        "days": settings.days,
        "languages": pack.languages,
        "persons": pack.vocabulary.persons().map(|(id, name)| (id.to_string(), Json::from(name))).collect::<Map<_, _>>(),
        "events": events,
        "screens": pack.screens.iter().map(|screen| json!({
            "id": screen.id.as_str(), "title": text(&screen.title), "order": screen.order,
        })).collect::<Vec<_>>(),
        "questions": questions,
        "facts": used.facts(pack),
        "conditions": conditions,
        "procedures": procedures,
    })
}

/// The facts and named conditions that the page will need.
#[derive(Default)]
struct Used {
    facts: BTreeSet<DeclaredPath>,
    names: BTreeSet<Id>,
}

impl Used {
    fn question(&mut self, question: &Question, on: Date) -> Json {
        self.facts.insert(question.fact.clone());
        let mut json = Map::new();
        json.insert("fact".into(), question.fact.to_string().into());
        json.insert("events".into(), ids(&question.events));
        json.insert("screen".into(), question.screen.as_str().into());
        json.insert("order".into(), question.order.into());
        json.insert("ask".into(), question.ask.on(on).map_or(Json::Null, text));
        if let Some(help) = question.help.on(on) {
            json.insert("help".into(), text(help));
        }
        if let Some(gate) = &question.ask_if {
            json.insert("if".into(), self.condition(gate));
        }
        if let Some(skipped) = &question.when_skipped {
            json.insert("skipped".into(), value(skipped));
        }
        if !question.unknown_allowed {
            json.insert("unknown".into(), false.into());
        }
        if question.delicate {
            json.insert("delicate".into(), true.into());
        }
        Json::Object(json)
    }

    fn event(&mut self, event: &Event, asked: &[&Question]) -> Json {
        let questions = || asked.iter().filter(|question| question.events.contains(&event.id));
        let mut about: Vec<String> = Vec::new();
        let persons = ABOUT.iter().filter_map(|about| event.persons.iter().find(|id| id.as_str() == *about));
        for person in persons {
            for attribute in ABOUT_PERSONS {
                let Ok(attribute) = attribute.parse::<Attribute>() else { continue };
                let path = DeclaredPath::Person(person.clone(), attribute);
                // The dead are not called by telephone, and a postal code comes with the address they share.
                let beside = person.as_str() != "visitor"
                    && matches!(path.attribute().map(Attribute::as_str), Some("phone" | "postal_code"));
                if !beside && !questions().any(|question| question.fact == path) {
                    about.push(path.to_string());
                    self.facts.insert(path);
                }
            }
        }
        if questions().any(|question| question.fact == DeclaredPath::Household)
            && let Ok(name) = "name".parse()
        {
            self.facts.insert(DeclaredPath::EachMember(name));
        }
        json!({
            "id": event.id.as_str(),
            "name": text(&event.name),
            "hint": event.hint.as_ref().map(text),
            "order": event.order,
            "about": about,
        })
    }

    /// Named conditions may name others.
    fn conditions(&mut self, pack: &Pack) -> Json {
        let mut written: BTreeMap<Id, Json> = BTreeMap::new();
        loop {
            for fact in pack.facts.iter().filter(|fact| self.facts.contains(&fact.path)).collect::<Vec<_>>() {
                if let Some(derived) = &fact.derived {
                    self.condition(derived);
                }
            }
            let before = self.facts.len();
            let missing: Vec<Id> =
                self.names.iter().filter(|name| !written.contains_key(*name)).cloned().collect();
            for name in &missing {
                let when =
                    pack.conditions.get(name).map_or(Json::Bool(false), |named| self.condition(&named.when));
                written.insert(name.clone(), when);
            }
            if missing.is_empty() && before == self.facts.len() {
                return written
                    .into_iter()
                    .map(|(name, when)| (name.to_string(), when))
                    .collect::<Map<_, _>>()
                    .into();
            }
        }
    }

    fn facts(&self, pack: &Pack) -> Json {
        let mut facts = Map::new();
        for path in &self.facts {
            let own = pack.facts.iter().find(|fact| fact.path == *path);
            let mut fact = kind(&pack.vocabulary, path);
            if let Some(own) = own {
                fact.insert("label".into(), text(&own.label));
                if let Some(unit) = &own.unit {
                    fact.insert("unit".into(), unit.clone().into());
                }
                if let Some(derived) = &own.derived {
                    fact.insert("derived".into(), Used::default().condition(derived));
                }
                let labels = |choice: &Json| {
                    own.choices
                        .iter()
                        .find(|(id, _)| choice.get("id").and_then(Json::as_str) == Some(id.as_str()))
                };
                if let Some(Json::Array(choices)) = fact.get_mut("choices") {
                    for choice in choices {
                        if let (Some((_, label)), Json::Object(choice)) = (labels(choice), choice) {
                            choice.insert("label".into(), text(label));
                        }
                    }
                }
            }
            facts.insert(path.to_string(), Json::Object(fact));
        }
        facts.into()
    }

    /// A condition as nested lists, see `ui/preentry/src/conditions.ts`.
    fn condition(&mut self, condition: &Condition) -> Json {
        match condition {
            Condition::Always => Json::Bool(true),
            Condition::Never => Json::Bool(false),
            Condition::All(branches) => self.branches("and", branches),
            Condition::Any(branches) => self.branches("or", branches),
            Condition::Not(inner) => json!(["not", self.condition(inner)]),
            Condition::Named(name) => {
                self.names.insert(name.clone());
                json!(["@", name.as_str()])
            }
            Condition::Household(quantifier, inner) => {
                let inner = self.condition(inner);
                match quantifier {
                    Quantifier::Any => json!(["count", inner, ">=", 1]),
                    Quantifier::Every => json!(["every", inner]),
                    Quantifier::Count(compare, number) => json!(["count", inner, compare.symbol(), number]),
                }
            }
            Condition::Test(test) => {
                self.facts.extend(test.paths().cloned());
                written_test(test)
            }
        }
    }

    fn branches(&mut self, word: &str, branches: &Branches) -> Json {
        std::iter::once(Json::from(word))
            .chain(branches.iter().map(|branch| self.condition(branch)))
            .collect()
    }
}

/// Facts that change no verdict but are printed on its papers or date its deadlines.
fn details(pack: &Pack, procedure: &Procedure) -> Vec<String> {
    let forms =
        pack.forms.iter().filter(|form| procedure.forms.contains(&form.id)).flat_map(|form| &form.facts);
    let periods = procedure.deadlines.iter().filter_map(|deadline| deadline.period.as_ref());
    let anchors = periods.filter_map(|period| pack.anchors.iter().find(|anchor| anchor.id == period.anchor));
    let facts: BTreeSet<&DeclaredPath> = forms.chain(anchors.map(|anchor| &anchor.fact)).collect();
    let asked =
        facts.into_iter().filter(|fact| pack.questions.iter().any(|question| question.fact == **fact));
    asked.map(ToString::to_string).collect()
}

fn written_test(test: &Test) -> Json {
    match test {
        Test::True(path) => json!(["is", path.to_string(), [true]]),
        Test::Is(path, one) => json!(["is", path.to_string(), [literal(one)]]),
        Test::In(path, several) => {
            json!(["is", path.to_string(), several.iter().map(literal).collect::<Vec<_>>()])
        }
        Test::HasAny(path, choices) => json!(["has", path.to_string(), ids(choices)]),
        Test::HasAll(path, choices) => json!(["has_all", path.to_string(), ids(choices)]),
        Test::Number(path, compare, number) => json!(["number", path.to_string(), compare.symbol(), number]),
        Test::Date(path, compare, DateSide::Day(day)) => {
            json!(["date", path.to_string(), compare.symbol(), day.to_string()])
        }
        Test::Date(path, compare, DateSide::Fact(other, offset)) => {
            let unit = match offset.unit {
                Unit::Days => "days",
                Unit::Months => "months",
                Unit::Years => "years",
            };
            json!(["dates", path.to_string(), compare.symbol(), other.to_string(), offset.amount, unit])
        }
        Test::Age { birth, on, basis, compare, years } => {
            let basis = match basis {
                Basis::DayBeforeBirthday => "day_before_birthday",
                Basis::Birthday => "birthday",
                Basis::FiscalYearEnd => "fiscal_year_end",
            };
            json!(["age", birth.to_string(), on.to_string(), basis, compare.symbol(), years])
        }
    }
}

fn kind(words: &Vocabulary, path: &DeclaredPath) -> Map<String, Json> {
    let mut fact = Map::new();
    let declaration = words.declaration(path);
    let name = match declaration.map(|declaration| &declaration.kind) {
        Some(FactKind::Bool) => "bool",
        Some(FactKind::Choice(_)) => "choice",
        Some(FactKind::Choices(_)) => "choices",
        Some(FactKind::Number { min, max }) => {
            fact.insert("min".into(), (*min).into());
            fact.insert("max".into(), (*max).into());
            "number"
        }
        Some(FactKind::Date) => "date",
        Some(FactKind::Household) => "household",
        Some(FactKind::Text) | None => "text",
    };
    fact.insert("kind".into(), name.into());
    let choices = declaration.map(|declaration| declaration.kind.choices()).unwrap_or_default();
    if !choices.is_empty() {
        let choices: Vec<Json> = choices
            .iter()
            .map(|choice| {
                let mut json = json!({ "id": choice.id.as_str(), "label": { "ja": choice.label } });
                if let (true, Json::Object(json)) = (choice.alone, &mut json) {
                    json.insert("alone".into(), true.into());
                }
                json
            })
            .collect();
        fact.insert("choices".into(), choices.into());
    }
    fact
}

fn literal(literal: &Literal) -> Json {
    match literal {
        Literal::Choice(id) => id.as_str().into(),
        Literal::Text(text) => text.clone().into(),
        Literal::Number(number) => (*number).into(),
    }
}

fn value(value: &Value) -> Json {
    match value {
        Value::Bool(yes) => (*yes).into(),
        Value::Choice(id) => id.as_str().into(),
        Value::Choices(chosen) => chosen.iter().map(|id| Json::from(id.as_str())).collect(),
        Value::Number(number) => (*number).into(),
        Value::Date(date) => date.0.to_string().into(),
        Value::Text(text) => text.clone().into(),
    }
}

fn text(text: &Text) -> Json {
    let mut json = Map::new();
    json.insert("ja".into(), text.ja.clone().into());
    for (language, other) in &text.others {
        json.insert(language.clone(), other.clone().into());
    }
    json.into()
}

fn ids(ids: &[Id]) -> Json {
    ids.iter().map(|id| Json::from(id.as_str())).collect()
}
