//! Facts as JSON: the form of the command line, of bookings and of saved cases' exports.
//!
//! `{"event":"death","facts":{"deceased.name":"…","household":[{"birth_date":"…"}]},"unknown":["deceased.pension"],
//! "same":{"mourner":"applicant"}}`

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::json_text::{SaidOnce, TWICE};
use crate::{
    Answer, ChoiceId, FactKind, FactPath, Facts, FactsError, Household, MAX_MEMBERS, PersonRef, Source,
    Statement, Value, Vocabulary,
};

/// The facts of one case with the event they belong to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFacts {
    pub event: Option<String>,
    pub facts: Facts,
}

/// What was wrong with a JSON document, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonProblem {
    #[error("JSONとして読めません（{line}行{column}文字目）。")]
    Form { line: usize, column: usize },
    #[error(
        "同じ項目が2度あります（{line}行{column}文字目の手前）。どちらが正しいか確かめて、1つにしてください。"
    )]
    Twice { line: usize, column: usize },
    #[error("{0}")]
    Shape(String),
    #[error(transparent)]
    Fact(#[from] FactsError),
}

impl JsonProblem {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form { .. } => "F901",
            Self::Shape(_) => "F902",
            Self::Twice { .. } => "F903",
            Self::Fact(error) => error.code(),
        }
    }
}

impl CaseFacts {
    /// Reads a document; all statements get `source`. All problems at once, values never in them.
    pub fn from_json(text: &str, words: &Vocabulary, source: Source) -> Result<Self, Vec<JsonProblem>> {
        let SaidOnce(json) = serde_json::from_str(text).map_err(|error: serde_json::Error| {
            let (line, column) = (error.line(), error.column());
            // The parser's own words could repeat what a person wrote, so only ours are recognised.
            let twice = error.is_data() && error.to_string().starts_with(TWICE);
            vec![if twice { JsonProblem::Twice { line, column } } else { JsonProblem::Form { line, column } }]
        })?;
        Self::from_value(&json, words, source)
    }

    /// [`Self::from_json`] from a document already parsed.
    pub fn from_value(json: &Json, words: &Vocabulary, source: Source) -> Result<Self, Vec<JsonProblem>> {
        let mut reader = Reader { words, source, facts: Facts::default(), problems: Vec::new() };
        let mut event = None;
        let Json::Object(document) = json else {
            return Err(vec![JsonProblem::Shape("全体が { } で囲まれた組でありません。".to_owned())]);
        };
        for (key, value) in document {
            match (key.as_str(), value) {
                ("event", Json::String(id)) => event = Some(id.clone()),
                ("facts", Json::Object(facts)) => reader.facts(facts),
                // After the facts, because they speak about members.
                ("unknown", Json::Array(_)) | ("same", Json::Object(_)) => {}
                ("event" | "facts" | "unknown" | "same", _) => {
                    reader.shape(format!("「{key}」の形が違います。"));
                }
                _ => reader.shape(format!(
                    "「{}」という項目はありません。event、facts、unknown、same のどれかです。",
                    crate::path::shown(key)
                )),
            }
        }
        if let Some(Json::Array(unknown)) = document.get("unknown") {
            reader.unknown(unknown);
        }
        if let Some(Json::Object(same)) = document.get("same") {
            reader.same(same);
        }
        if reader.problems.is_empty() {
            Ok(Self { event, facts: reader.facts })
        } else {
            Err(reader.problems)
        }
    }

    /// What counts, in the same form.
    pub fn to_json(&self) -> Json {
        let mut facts = Map::new();
        let mut unknown = Vec::new();
        let mut members = vec![Map::new(); usize::from(self.facts.members())];
        self.facts.for_each(|path, answer| match (path, answer) {
            (_, Answer::Unasked) => {}
            (path, Answer::Unknown) => unknown.push(Json::from(path.to_string())),
            (FactPath::Member(index, attribute), Answer::Known(value)) => {
                if let Some(member) = members.get_mut(usize::from(*index)) {
                    member.insert(attribute.to_string(), plain(value));
                }
            }
            (path, Answer::Known(value)) => {
                facts.insert(path.to_string(), plain(value));
            }
        });
        if self.facts.household() == Household::Complete || !members.is_empty() {
            facts.insert("household".to_owned(), members.into_iter().map(Json::Object).collect());
        }
        if self.facts.household() == Household::Unknown {
            unknown.push(Json::from("household"));
        }
        let same: Map<String, Json> =
            self.facts.same().map(|(one, other)| (one.to_string(), Json::from(other.to_string()))).collect();
        let mut document = Map::new();
        if let Some(event) = &self.event {
            document.insert("event".to_owned(), Json::from(event.clone()));
        }
        document.insert("facts".to_owned(), Json::Object(facts));
        if !unknown.is_empty() {
            document.insert("unknown".to_owned(), Json::Array(unknown));
        }
        if !same.is_empty() {
            document.insert("same".to_owned(), Json::Object(same));
        }
        Json::Object(document)
    }
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Bool(yes) => Json::from(*yes),
        Value::Choice(id) => Json::from(id.as_str()),
        Value::Choices(ids) => ids.iter().map(|id| Json::from(id.as_str())).collect(),
        Value::Number(number) => Json::from(*number),
        Value::Date(date) => Json::from(date.0.to_string()),
        Value::Text(text) => Json::from(text.clone()),
    }
}

struct Reader<'a> {
    words: &'a Vocabulary,
    source: Source,
    facts: Facts,
    problems: Vec<JsonProblem>,
}

impl Reader<'_> {
    fn shape(&mut self, problem: String) {
        self.problems.push(JsonProblem::Shape(problem));
    }

    fn facts(&mut self, facts: &Map<String, Json>) {
        if let Some(household) = facts.get("household") {
            self.household(household);
        }
        for (key, value) in facts.iter().filter(|(key, _)| *key != "household") {
            self.fact(key, value);
        }
    }

    fn household(&mut self, household: &Json) {
        let Json::Array(members) = household else {
            return self.shape("「household」は世帯員の一覧 [ ] でありません。".to_owned());
        };
        if members.len() > MAX_MEMBERS {
            return self.problems.push(FactsError::HouseholdTooLarge { limit: MAX_MEMBERS }.into());
        }
        self.facts.set_household(Household::Complete);
        for member in members {
            let index = match self.facts.add_member() {
                Ok(index) => index,
                Err(error) => return self.problems.push(error.into()),
            };
            match member {
                Json::Object(member) => self.member(index, "", member),
                _ => self.shape(format!("「household[{index}]」が {{ }} で囲まれた組でありません。")),
            }
        }
    }

    fn member(&mut self, index: u16, prefix: &str, attributes: &Map<String, Json>) {
        for (key, value) in attributes {
            match value {
                // `"bank": {"name": …}` is `bank.name`; deeper does not exist.
                Json::Object(inner) if prefix.is_empty() => self.member(index, &format!("{key}."), inner),
                _ => self.fact(&format!("household[{index}].{prefix}{key}"), value),
            }
        }
    }

    fn fact(&mut self, key: &str, json: &Json) {
        let stated = key.parse().and_then(|path: FactPath| {
            let declaration = self.words.require(&path)?;
            if path == FactPath::Household {
                return Err(FactsError::PathForm(key.to_owned()));
            }
            let value = typed(&declaration.kind, json)
                .filter(|value| declaration.kind.admits(value))
                .ok_or_else(|| FactsError::WrongType {
                    path: path.to_string(),
                    expected: declaration.kind.expected(),
                })?;
            self.facts.state(self.words, path, Statement::known(value, self.source))
        });
        if let Err(error) = stated {
            self.problems.push(error.into());
        }
    }

    fn unknown(&mut self, unknown: &[Json]) {
        for path in unknown {
            let Json::String(path) = path else {
                self.shape("「unknown」は事実の名前の一覧でありません。".to_owned());
                continue;
            };
            let stated = path.parse().and_then(|path: FactPath| {
                self.facts.state(self.words, path, Statement::unknown(self.source))
            });
            if let Err(error) = stated {
                self.problems.push(error.into());
            }
        }
    }

    fn same(&mut self, same: &Map<String, Json>) {
        for (one, other) in same {
            let said =
                other.as_str().ok_or_else(|| FactsError::UnknownPerson(one.clone())).and_then(|other| {
                    self.facts.same_person(self.words, one.parse::<PersonRef>()?, other.parse::<PersonRef>()?)
                });
            if let Err(error) = said {
                self.problems.push(error.into());
            }
        }
    }
}

/// The value of a type, or nothing where the JSON is not of that type.
fn typed(kind: &FactKind, json: &Json) -> Option<Value> {
    match (kind, json) {
        (FactKind::Bool, Json::Bool(yes)) => Some(Value::Bool(*yes)),
        (FactKind::Choice(_), Json::String(id)) => id.parse().ok().map(Value::Choice),
        (FactKind::Choices(_), Json::Array(ids)) => {
            let ids: Option<Vec<ChoiceId>> = ids.iter().map(|id| id.as_str()?.parse().ok()).collect();
            ids.map(|ids| Value::Choices(ids.into_iter().collect::<BTreeSet<_>>()))
        }
        (FactKind::Number { .. }, Json::Number(number)) => number.as_i64().map(Value::Number),
        (FactKind::Date, Json::String(date)) => Value::parse_date(date).ok(),
        (FactKind::Text, Json::String(text)) => Some(Value::Text(text.clone())),
        _ => None,
    }
}
