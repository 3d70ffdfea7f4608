//! Which facts exist, of which type: the built-in ones and those a pack declares.

use std::collections::BTreeMap;

use crate::{Attribute, DeclaredPath, FactKind, FactPath, FactsError, Id, PersonId, Value};

/// One choice of a fact, with the label a sentence uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub id: Id,
    pub label: String,
    /// Cannot be chosen together with another (「どれもない」).
    pub alone: bool,
}

/// What a pack (or this floor) says of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    pub kind: FactKind,
    /// 「亡くなった方の健康保険」; of a member without 「世帯員の」.
    pub label: String,
    /// Computed from other facts; cannot be stated.
    pub derived: bool,
    /// Shown and logged with care (病名, 所得, DV).
    pub sensitive: bool,
}

const PERSONS: [(&str, &str); 6] = [
    ("visitor", "来庁した方"),
    ("applicant", "届出人"),
    ("agent", "代理人"),
    ("deceased", "亡くなった方"),
    ("mourner", "喪主"),
    ("heir", "相続人代表者"),
];

const TEXTS: [(&str, &str); 14] = [
    ("name", "氏名"),
    ("name_kana", "フリガナ"),
    ("former_name", "旧氏"),
    ("common_name", "通称"),
    ("postal_code", "郵便番号"),
    ("address", "住所"),
    ("domicile", "本籍"),
    ("phone", "電話番号"),
    ("relation", "続柄"),
    ("nationality", "国籍"),
    ("bank.name", "金融機関名"),
    ("bank.branch", "支店名"),
    ("bank.kind", "口座の種類"),
    ("bank.number", "口座番号"),
];

/// The facts of a city: what paths exist and what they may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    persons: BTreeMap<PersonId, String>,
    declared: BTreeMap<DeclaredPath, Declaration>,
    /// By attribute, for every person.
    built_in: BTreeMap<String, Declaration>,
    household: Declaration,
}

impl Vocabulary {
    /// The vocabulary every pack starts from.
    pub fn built_in() -> Self {
        let plain = |kind, label: &str| Declaration {
            kind,
            label: label.to_owned(),
            derived: false,
            sensitive: false,
        };
        let mut built_in: BTreeMap<String, Declaration> = TEXTS
            .iter()
            .chain(&[("bank.holder", "口座名義")])
            .map(|(attribute, label)| ((*attribute).to_owned(), plain(FactKind::Text, label)))
            .collect();
        built_in.insert("birth_date".to_owned(), plain(FactKind::Date, "生年月日"));
        let sex = [("male", "男"), ("female", "女"), ("other", "その他")]
            .into_iter()
            .filter_map(|(id, label)| {
                Some(Choice { id: id.parse().ok()?, label: label.to_owned(), alone: false })
            })
            .collect();
        built_in.insert("sex".to_owned(), plain(FactKind::Choice(sex), "性別"));
        let mut declared = BTreeMap::new();
        if let Ok(path) = "case.visit_date".parse() {
            declared.insert(path, plain(FactKind::Date, "来庁日"));
        }
        Self {
            persons: PERSONS
                .into_iter()
                .filter_map(|(id, label)| Some((id.parse().ok()?, label.to_owned())))
                .collect(),
            declared,
            built_in,
            household: plain(FactKind::Household, "世帯員"),
        }
    }

    /// Adds a person, or renames a built-in one. `case`, `household` and `member` are words of their own.
    pub fn add_person(&mut self, id: PersonId, label: String) -> Result<(), FactsError> {
        if matches!(id.as_str(), "case" | "household" | "member") {
            return Err(FactsError::IdForm(id.to_string()));
        }
        self.persons.insert(id, label);
        Ok(())
    }

    /// Declares a fact; answers what stood there before, which the caller may want to refuse.
    pub fn declare(&mut self, path: DeclaredPath, declaration: Declaration) -> Option<Declaration> {
        self.declared.insert(path, declaration)
    }

    pub fn person(&self, id: &PersonId) -> Option<&str> {
        self.persons.get(id).map(String::as_str)
    }

    pub fn persons(&self) -> impl Iterator<Item = (&PersonId, &str)> {
        self.persons.iter().map(|(id, label)| (id, label.as_str()))
    }

    /// The attribute every person has, if it is one.
    /// The names of the attributes every person has.
    pub fn built_in_attributes(&self) -> impl Iterator<Item = &str> {
        self.built_in.keys().map(String::as_str)
    }

    pub fn built_in_attribute(&self, attribute: &Attribute) -> Option<&Declaration> {
        self.built_in.get(attribute.as_str())
    }

    /// What is declared at a path.
    pub fn declaration(&self, path: &DeclaredPath) -> Option<&Declaration> {
        if let Some(declaration) = self.declared.get(path) {
            return Some(declaration);
        }
        match path {
            DeclaredPath::Household => Some(&self.household),
            DeclaredPath::Person(person, attribute) if self.persons.contains_key(person) => {
                self.built_in_attribute(attribute)
            }
            DeclaredPath::Case(_) | DeclaredPath::Person(..) => None,
            DeclaredPath::EachMember(attribute) => self.built_in_attribute(attribute),
        }
    }

    /// Every declared path (without the built-in attributes of persons).
    pub fn declared(&self) -> impl Iterator<Item = (&DeclaredPath, &Declaration)> {
        self.declared.iter()
    }

    /// The declaration, or an error with the closest name.
    pub fn require(&self, path: &FactPath) -> Result<&Declaration, FactsError> {
        let declared = path.declared();
        self.declaration(&declared).ok_or_else(|| FactsError::UnknownPath {
            path: path.to_string(),
            suggestion: self.suggestion(&declared).map(|known| match path {
                FactPath::Member(index, _) => {
                    known.replacen("household.", &format!("household[{index}]."), 1)
                }
                _ => known,
            }),
        })
    }

    /// The known path that looks most like an unknown one.
    pub fn suggestion(&self, path: &DeclaredPath) -> Option<String> {
        let owners = |path: &DeclaredPath| path.to_string().split('.').next().unwrap_or_default().to_owned();
        let owner = owners(path);
        let built_in = self.built_in.keys().map(|attribute| format!("{owner}.{attribute}"));
        let built_in: Vec<String> = if owner == "case" { Vec::new() } else { built_in.collect() };
        let declared = self.declared.keys().map(ToString::to_string);
        closest(&path.to_string(), declared.chain(built_in))
    }

    /// A path as people say it: 「亡くなった方の生年月日」「世帯員2の通っている学校」. (People count from 1.)
    pub fn label(&self, path: &FactPath) -> String {
        let declared = path.declared();
        let own = self.declared.get(&declared).map(|declaration| declaration.label.clone());
        let label =
            || self.declaration(&declared).map_or_else(|| path.to_string(), |found| found.label.clone());
        match path {
            FactPath::Household | FactPath::Case(_) => label(),
            FactPath::Person(person, _) => own.unwrap_or_else(|| {
                format!("{}の{}", self.person(person).unwrap_or(person.as_str()), label())
            }),
            FactPath::Member(index, _) => format!("世帯員{}の{}", u32::from(*index) + 1, label()),
        }
    }

    /// A value as people say it: 「はい」「後期高齢者医療」「2026年10月20日」. Personal: not for logs.
    pub fn say(&self, path: &FactPath, value: &Value) -> String {
        let choices =
            self.declaration(&path.declared()).map_or(&[][..], |declaration| declaration.kind.choices());
        let name = |id: &Id| {
            choices
                .iter()
                .find(|choice| choice.id == *id)
                .map_or(id.as_str(), |choice| choice.label.as_str())
                .to_owned()
        };
        match value {
            Value::Bool(true) => "はい".to_owned(),
            Value::Bool(false) => "いいえ".to_owned(),
            Value::Choice(id) => name(id),
            Value::Choices(ids) if ids.is_empty() => "なし".to_owned(),
            Value::Choices(ids) => ids.iter().map(name).collect::<Vec<_>>().join("、"),
            Value::Number(number) => number.to_string(),
            Value::Date(date) => date.0.in_words(),
            Value::Text(text) => text.clone(),
        }
    }
}

/// The candidate most like `wrong`, if one is close enough to be meant.
pub fn closest<S: AsRef<str>>(wrong: &str, candidates: impl IntoIterator<Item = S>) -> Option<String> {
    if wrong.len() > 200 {
        return None;
    }
    let limit = (wrong.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(wrong, candidate.as_ref()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.as_ref().cmp(b.as_ref())))
        .map(|(_, candidate)| candidate.as_ref().to_owned())
}
