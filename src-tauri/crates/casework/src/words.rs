//! What people said or typed, in a form that can be kept: bounded, and never holding a 個人番号.
//!
//! Who keeps a 個人番号 needs a duty the law names (番号法20条, 特定個人情報の収集・保管の制限); a case has none. No event
//! has a place for one: `madoka_text::MyNumber` cannot be written out, facts named for it are refused, and free text is
//! searched for one. That holds when an event is made and when it is read back.

use std::fmt;

use madoka_facts::{FactPath, Source, Statement, Value};
use madoka_text::{MyNumber, is_hyphen, to_half_width};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Why words or a fact cannot be kept in a case. The words themselves are never repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    #[error("個人番号（マイナンバー）は案件に記録できません。番号を消してから、もう一度入力してください。")]
    MyNumber,
    #[error("文が空です。")]
    Empty,
    #[error("文は{limit}文字までです。", limit = Words::MOST)]
    TooLong,
    #[error("使えない文字（制御文字）が入っています。入力し直してください。")]
    Control,
    #[error("「{0}」は計算で決まる事実なので、記録できません。元の事実を直してください。")]
    Derived(FactPath),
}

/// Free text of a person: a note, a reason, what was explained, what was typed into a form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words(String);

impl Words {
    pub const MOST: usize = 4_000;

    pub fn parse(text: &str) -> Result<Self, WordsError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(WordsError::Empty);
        }
        if text.chars().count() > Self::MOST {
            return Err(WordsError::TooLong);
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(WordsError::Control);
        }
        if holds_my_number(text) {
            return Err(WordsError::MyNumber);
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Words {
    type Error = WordsError;

    fn try_from(text: String) -> Result<Self, WordsError> {
        Self::parse(&text)
    }
}

impl From<Words> for String {
    fn from(words: Words) -> Self {
        words.0
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(…)")
    }
}

/// One statement about one fact, as an event keeps it. Who said it and when are the event's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SaidForm", into = "SaidForm")]
pub struct Said {
    path: FactPath,
    statement: Statement,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SaidForm {
    path: FactPath,
    statement: Statement,
}

impl Said {
    /// Takes a statement over, or says why a case must not keep it.
    pub fn new(path: FactPath, statement: Statement) -> Result<Self, WordsError> {
        if statement.source == Source::Derived {
            return Err(WordsError::Derived(path));
        }
        if let Some(attribute) = attribute(&path) {
            if is_my_number_by_name(attribute) {
                return Err(WordsError::MyNumber);
            }
            let mine = match &statement.value {
                // A licence number has twelve digits too, and one in eleven would pass for a 個人番号.
                _ if is_other_long_number(attribute) => false,
                Some(Value::Text(text)) => holds_my_number(text),
                Some(Value::Number(number)) => holds_my_number(&number.to_string()),
                _ => false,
            };
            if mine {
                return Err(WordsError::MyNumber);
            }
        }
        let statement = Statement { by: None, at: None, ..statement };
        Ok(Self { path, statement })
    }

    pub const fn path(&self) -> &FactPath {
        &self.path
    }

    pub const fn statement(&self) -> &Statement {
        &self.statement
    }
}

impl TryFrom<SaidForm> for Said {
    type Error = WordsError;

    fn try_from(form: SaidForm) -> Result<Self, WordsError> {
        Self::new(form.path, form.statement)
    }
}

impl From<Said> for SaidForm {
    fn from(said: Said) -> Self {
        Self { path: said.path, statement: said.statement }
    }
}

/// Which fact, never what was said of it.
impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Said({}, {:?})", self.path, self.statement.source)
    }
}

fn attribute(path: &FactPath) -> Option<&str> {
    match path {
        FactPath::Case(attribute) | FactPath::Person(_, attribute) | FactPath::Member(_, attribute) => {
            Some(attribute.as_str())
        }
        FactPath::Household => None,
    }
}

fn is_my_number_by_name(attribute: &str) -> bool {
    let plain: String = attribute.chars().filter(char::is_ascii_alphanumeric).collect();
    ["mynumber", "individualnumber", "kojinbango"].iter().any(|name| {
        // `mynumber_card` tells of a card, not of the number on it.
        plain == *name || plain.ends_with(name) || plain.contains(&format!("{name}digits"))
    })
}

fn is_other_long_number(attribute: &str) -> bool {
    ["licence", "license", "phone", "resident_code"].iter().any(|name| attribute.contains(name))
}

/// Whether the text holds twelve digits, in whatever width, together or as the card groups them (4-4-4), that pass the
/// check digit. Other groupings are telephones and times.
fn holds_my_number(text: &str) -> bool {
    let narrow = Zeroizing::new(to_half_width(text));
    // Groups of digits; `true` where one sign stands between a group and the one before.
    let mut groups: Vec<(bool, Zeroizing<String>)> = Vec::new();
    let mut signs_since = 2;
    let mut inside = false;
    for c in narrow.chars() {
        if c.is_ascii_digit() {
            if !inside {
                groups.push((signs_since == 1, Zeroizing::new(String::new())));
            }
            if let Some((_, group)) = groups.last_mut() {
                group.push(c);
            }
            (inside, signs_since) = (true, 0);
        } else {
            inside = false;
            signs_since += if c == ' ' || c == '\u{3000}' || is_hyphen(c) { 1 } else { 2 };
        }
    }
    let is_one = |digits: &str| digits.len() == 12 && digits.parse::<MyNumber>().is_ok();
    groups.iter().any(|(_, group)| is_one(group))
        || groups.windows(3).any(|three| match three {
            [(_, a), (true, b), (true, c)] if [a, b, c].iter().all(|group| group.len() == 4) => {
                is_one(&Zeroizing::new(format!("{}{}{}", a.as_str(), b.as_str(), c.as_str())))
            }
            _ => false,
        })
}
