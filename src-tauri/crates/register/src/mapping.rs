//! `register.toml`: which column of the extract says what.

use std::collections::BTreeMap;

use madoka_facts::{Attribute, DeclaredPath, Id, Value, Vocabulary};
use serde::Deserialize;

use crate::my_number;

/// What an administrator's mapping got wrong. It names columns and facts, never a resident.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    #[error("対応表（TOML）として読めません。{line}行目を確かめてください。{said}")]
    Form { line: usize, said: String },
    #[error("列「{0}」が2度あります。1つにしてください。")]
    Twice(String),
    #[error("列「{0}」は個人番号（マイナンバー）です。対応表からも抽出ファイルからも外してください。")]
    MyNumber(String),
    #[error("列「{0}」に fact がありません。どの事実にするかを書いてください。")]
    NoFact(String),
    #[error("列「{0}」の fact・codes は、この読み方（as）では使いません。消してください。")]
    Surplus(String),
    #[error("列「{column}」の事実の名前「{fact}」の形が違います。英小文字・数字・_ と . で書いてください。")]
    FactForm { column: String, fact: String },
    #[error(
        "列「{column}」の「{fact}」の値は、true・false、整数、文字、文字の一覧のどれかで書いてください。"
    )]
    CodeValue { column: String, fact: String },
    #[error("列「{column}」の値「{code}」が2度あります。1つにしてください。")]
    CodeTwice { column: String, code: String },
    #[error("区分「{0}」が kind にありません。kind に足すか、列の kind を直してください。")]
    UnknownKind(String),
    #[error("事実「{0}」が、区分か対象（for）の違う列に分かれています。同じにしてください。")]
    Mixed(String),
    #[error("宛名番号（as = \"number\"）の列がありません。1つ決めてください。")]
    NoNumber,
    #[error("氏名（fact = \"name\"）の列がありません。1つ決めてください。")]
    NoName,
    #[error("列は{limit}までです。")]
    TooMany { limit: usize },
}

/// How one column is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// 宛名番号
    Number,
    /// 世帯番号
    Household,
    /// 支援措置: anything but blank, 0 or 無 means that the address must not be told.
    Protected,
    Text(usize),
    Kana(usize),
    Date(usize),
    Sex(usize),
    PostalCode(usize),
    Phone(usize),
    /// 1・有・○・はい, 0・無・×・いいえ; blank tells nothing.
    YesNo(usize),
    /// Codes of the column, each with what it says.
    Codes(BTreeMap<String, Vec<(usize, Value)>>),
}

/// 列
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub heading: String,
    pub reading: Reading,
}

/// Of what a column speaks, and who may see it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub id: Id,
    pub name: String,
    /// Roles that may see it; everyone who may look up residents where nothing is said.
    #[serde(default)]
    pub roles: Option<Vec<String>>,
    /// Offices (of the pack) that may see it; any where nothing is said.
    #[serde(default)]
    pub offices: Option<Vec<String>>,
}

impl Kind {
    /// Whether one of these roles, in one of these offices, may see it. Where both are named, both must fit.
    pub fn admits<'a>(
        &self,
        mut roles: impl Iterator<Item = &'a str>,
        mut offices: impl Iterator<Item = &'a str>,
    ) -> bool {
        let role = self.roles.as_ref().is_none_or(|named| roles.any(|role| named.iter().any(|n| n == role)));
        let office =
            self.offices.as_ref().is_none_or(|named| offices.any(|office| named.iter().any(|n| n == office)));
        role && office
    }
}

/// One thing the extract can say of a resident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub name: KeyName,
    /// Index into [`Mapping::kinds`]; basic where there is none.
    pub kind: Option<usize>,
    /// Only of persons in these roles (`deceased`, `household`); of all where it is empty.
    pub only: Vec<Id>,
    /// The choice that stands for "none of them", where no column gave any.
    pub when_empty: Option<Id>,
}

/// Which fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyName {
    /// Of the person the row is about.
    Person(Attribute),
    /// Of the case (死亡日).
    Case(Attribute),
}

impl KeyName {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Person(attribute) => attribute.to_string(),
            Self::Case(attribute) => format!("case.{attribute}"),
        }
    }
}

/// 対応表
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    columns: Vec<Column>,
    kinds: Vec<Kind>,
    keys: Vec<Key>,
}

const MOST_COLUMNS: usize = 300;
const MOST_BYTES: usize = 1 << 20;

impl Mapping {
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        if text.len() > MOST_BYTES {
            return Err(MappingError::TooMany { limit: MOST_COLUMNS });
        }
        let form: MappingForm = toml::from_str(text).map_err(|error| {
            let line =
                error.span().map_or(1, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
            MappingError::Form {
                line, said: format!("（{}）", error.message().lines().next().unwrap_or(""))
            }
        })?;
        if form.column.len() > MOST_COLUMNS {
            return Err(MappingError::TooMany { limit: MOST_COLUMNS });
        }
        let mut mapping = Self { columns: Vec::new(), kinds: form.kind, keys: Vec::new() };
        for column in form.column {
            mapping.add(column)?;
        }
        for (fact, choice) in form.when_empty {
            let name = key_name("when_empty", &fact)?;
            let key = mapping.keys.iter_mut().find(|key| key.name == name);
            key.ok_or(MappingError::FactForm { column: "when_empty".into(), fact })?.when_empty =
                Some(choice);
        }
        if !mapping.columns.iter().any(|column| column.reading == Reading::Number) {
            return Err(MappingError::NoNumber);
        }
        if mapping.person_key("name").is_none() {
            return Err(MappingError::NoName);
        }
        Ok(mapping)
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Facts that nobody of a case can have by this vocabulary: slips of the mapping, or a pack that has moved on.
    pub fn facts_without_place(&self, words: &Vocabulary) -> Vec<String> {
        let has_place = |key: &&Key| match &key.name {
            KeyName::Case(attribute) => words.declaration(&DeclaredPath::Case(attribute.clone())).is_some(),
            KeyName::Person(attribute) => {
                words.declaration(&DeclaredPath::EachMember(attribute.clone())).is_some()
                    || words.persons().any(|(person, _)| {
                        words.declaration(&DeclaredPath::Person(person.clone(), attribute.clone())).is_some()
                    })
            }
        };
        self.keys.iter().filter(|key| !has_place(key)).map(|key| key.name.text()).collect()
    }

    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }

    pub(crate) fn key(&self, at: usize) -> Option<&Key> {
        self.keys.get(at)
    }

    /// Where the attribute every person has is kept.
    pub(crate) fn person_key(&self, attribute: &str) -> Option<usize> {
        self.keys
            .iter()
            .position(|key| matches!(&key.name, KeyName::Person(name) if name.as_str() == attribute))
    }

    fn add(&mut self, form: ColumnForm) -> Result<(), MappingError> {
        let heading = form.heading.trim().to_owned();
        if my_number::is_heading(&heading) {
            return Err(MappingError::MyNumber(heading));
        }
        if self.columns.iter().any(|column| column.heading == heading) {
            return Err(MappingError::Twice(heading));
        }
        let named = |fact: Option<String>| fact.ok_or_else(|| MappingError::NoFact(heading.clone()));
        let surplus = match form.read {
            ReadAs::Number | ReadAs::Household | ReadAs::Protected => {
                form.fact.is_some() || !form.codes.is_empty()
            }
            ReadAs::Codes => form.fact.is_some(),
            _ => !form.codes.is_empty(),
        };
        if surplus {
            return Err(MappingError::Surplus(heading));
        }
        let about = (form.kind.as_deref(), form.only.as_slice());
        let key = |mapping: &mut Self| mapping.key_for(&heading, &named(form.fact.clone())?, about);
        let reading = match form.read {
            ReadAs::Number => Reading::Number,
            ReadAs::Household => Reading::Household,
            ReadAs::Protected => Reading::Protected,
            ReadAs::Text => Reading::Text(key(self)?),
            ReadAs::Kana => Reading::Kana(key(self)?),
            ReadAs::Date => Reading::Date(key(self)?),
            ReadAs::Sex => Reading::Sex(key(self)?),
            ReadAs::PostalCode => Reading::PostalCode(key(self)?),
            ReadAs::Phone => Reading::Phone(key(self)?),
            ReadAs::YesNo => Reading::YesNo(key(self)?),
            ReadAs::Codes => Reading::Codes(self.codes(&heading, form.codes, about)?),
        };
        let once = matches!(reading, Reading::Number | Reading::Household | Reading::Protected);
        if once && self.columns.iter().any(|column| column.reading == reading) {
            return Err(MappingError::Twice(heading));
        }
        self.columns.push(Column { heading, reading });
        Ok(())
    }

    fn codes(
        &mut self,
        heading: &str,
        forms: Vec<CodeForm>,
        about: (Option<&str>, &[Id]),
    ) -> Result<BTreeMap<String, Vec<(usize, Value)>>, MappingError> {
        if forms.is_empty() {
            return Err(MappingError::NoFact(heading.to_owned()));
        }
        let mut codes = BTreeMap::new();
        for form in forms {
            let mut says = Vec::new();
            for (fact, value) in form.facts {
                let wrong = || MappingError::CodeValue { column: heading.to_owned(), fact: fact.clone() };
                let value = code_value(&value).ok_or_else(wrong)?;
                says.push((self.key_for(heading, &fact, about)?, value));
            }
            for code in form.is {
                let code = code.trim().to_owned();
                if codes.insert(code.clone(), says.clone()).is_some() {
                    return Err(MappingError::CodeTwice { column: heading.to_owned(), code });
                }
            }
        }
        Ok(codes)
    }

    fn key_for(
        &mut self,
        heading: &str,
        fact: &str,
        (kind, only): (Option<&str>, &[Id]),
    ) -> Result<usize, MappingError> {
        let name = key_name(heading, fact)?;
        if my_number::is_heading(fact) {
            return Err(MappingError::MyNumber(heading.to_owned()));
        }
        let kind = match kind {
            None => None,
            Some(id) => Some(
                self.kinds
                    .iter()
                    .position(|kind| kind.id.as_str() == id)
                    .ok_or_else(|| MappingError::UnknownKind(id.to_owned()))?,
            ),
        };
        if let Some(at) = self.keys.iter().position(|key| key.name == name) {
            let same = self.keys.get(at).is_some_and(|key| key.kind == kind && key.only == only);
            return if same { Ok(at) } else { Err(MappingError::Mixed(name.text())) };
        }
        self.keys.push(Key { name, kind, only: only.to_vec(), when_empty: None });
        Ok(self.keys.len() - 1)
    }
}

fn key_name(heading: &str, fact: &str) -> Result<KeyName, MappingError> {
    let wrong =
        || MappingError::FactForm { column: heading.to_owned(), fact: fact.chars().take(80).collect() };
    let name = fact
        .strip_prefix("case.")
        .map_or_else(|| fact.parse().map(KeyName::Person), |attribute| attribute.parse().map(KeyName::Case));
    name.map_err(|_| wrong())
}

fn code_value(value: &toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::Boolean(yes) => Value::Bool(*yes),
        toml::Value::Integer(number) => Value::Number(*number),
        // A choice where it has the form of one; a free text otherwise.
        toml::Value::String(text) => text.parse().map_or_else(|_| Value::Text(text.clone()), Value::Choice),
        toml::Value::Array(ids) => {
            let ids: Option<_> = ids.iter().map(|id| id.as_str()?.parse().ok()).collect();
            Value::Choices(ids?)
        }
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingForm {
    #[serde(default)]
    column: Vec<ColumnForm>,
    #[serde(default)]
    kind: Vec<Kind>,
    #[serde(default)]
    when_empty: BTreeMap<String, Id>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnForm {
    heading: String,
    #[serde(rename = "as")]
    read: ReadAs,
    #[serde(default)]
    fact: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default, rename = "for")]
    only: Vec<Id>,
    #[serde(default)]
    codes: Vec<CodeForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeForm {
    is: Vec<String>,
    #[serde(default)]
    facts: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReadAs {
    Number,
    Household,
    Protected,
    Text,
    Kana,
    Date,
    Sex,
    PostalCode,
    Phone,
    YesNo,
    Codes,
}
