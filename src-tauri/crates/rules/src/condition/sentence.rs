//! A condition as one Japanese sentence, made of the pack's labels.

use std::collections::BTreeMap;

use madoka_facts::{DeclaredPath, Id, Vocabulary};

use super::tree::{Basis, Condition, DateSide, Literal, Quantifier, Test};
use crate::kleene::Compare;

/// 「亡くなった方の住民登録がこの市にあった」が「はい」で、かつ「亡くなった方の健康保険」が「後期高齢者医療」
///
/// `names` are the labels of named conditions.
pub fn sentence(condition: &Condition, words: &Vocabulary, names: &BTreeMap<Id, String>) -> String {
    Speaker { words, names }.say(condition, false)
}

struct Speaker<'a> {
    words: &'a Vocabulary,
    names: &'a BTreeMap<Id, String>,
}

impl Speaker<'_> {
    fn say(&self, condition: &Condition, inner: bool) -> String {
        let joined = |branches: &super::tree::Branches, word: &str| {
            let text = branches.iter().map(|branch| self.say(branch, true)).collect::<Vec<_>>().join(word);
            if inner { format!("（{text}）") } else { text }
        };
        match condition {
            Condition::Always => "いつでも".to_owned(),
            Condition::Never => "当てはまることはない".to_owned(),
            Condition::All(branches) => joined(branches, "、かつ"),
            Condition::Any(branches) => joined(branches, "、または"),
            Condition::Not(inside) => match &**inside {
                Condition::Test(test) => self.test(test, true),
                other => format!("「{}」ではない", self.say(other, false)),
            },
            Condition::Named(name) => {
                format!("「{}」に当てはまる", self.names.get(name).map_or(name.as_str(), String::as_str))
            }
            Condition::Household(quantifier, inside) => {
                let who = self.say(inside, false);
                match quantifier {
                    Quantifier::Any => format!("世帯に、{who}という人がいる"),
                    Quantifier::Every => format!("世帯の全員が、{who}"),
                    Quantifier::Count(compare, number) => {
                        format!("世帯に、{who}という人が{}", compared(*compare, &format!("{number}人")))
                    }
                }
            }
            Condition::Test(test) => self.test(test, false),
        }
    }

    fn label(&self, path: &DeclaredPath) -> String {
        match path {
            DeclaredPath::EachMember(_) => {
                let label = self
                    .words
                    .declaration(path)
                    .map_or_else(|| path.to_string(), |found| found.label.clone());
                format!("その人の{label}")
            }
            path => self.words.label(&path.of_member(0)),
        }
    }

    fn choice(&self, path: &DeclaredPath, id: &Id) -> String {
        let choices = self.words.declaration(path).map_or(&[][..], |declaration| declaration.kind.choices());
        let label =
            choices.iter().find(|choice| choice.id == *id).map_or(id.as_str(), |choice| &choice.label);
        format!("「{label}」")
    }

    fn literal(&self, path: &DeclaredPath, literal: &Literal) -> String {
        match literal {
            Literal::Choice(id) => self.choice(path, id),
            Literal::Text(text) => format!("「{text}」"),
            Literal::Number(number) => number.to_string(),
        }
    }

    fn test(&self, test: &Test, not: bool) -> String {
        let is_not = if not { "でない" } else { "" };
        match test {
            Test::True(path) => {
                format!("「{}」が「{}」", self.label(path), if not { "いいえ" } else { "はい" })
            }
            Test::Is(path, value) => {
                format!("「{}」が{}{is_not}", self.label(path), self.literal(path, value))
            }
            Test::In(path, values) => {
                let values = values.iter().map(|value| self.literal(path, value)).collect::<String>();
                format!("「{}」が{values}のどれか{is_not}", self.label(path))
            }
            Test::HasAny(path, ids) | Test::HasAll(path, ids) => {
                let ids = ids.iter().map(|id| self.choice(path, id)).collect::<String>();
                let how = if matches!(test, Test::HasAny(..)) {
                    "のどれかがある"
                } else {
                    "が全部ある"
                };
                format!("「{}」に{ids}{how}{}", self.label(path), if not { "のではない" } else { "" })
            }
            Test::Number(path, compare, number) => {
                format!("「{}」が{}{is_not}", self.label(path), compared(*compare, &number.to_string()))
            }
            Test::Date(path, compare, side) => {
                let shifted = matches!(side, DateSide::Fact(_, offset) if offset.amount != 0);
                let side = match side {
                    DateSide::Day(day) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
                    DateSide::Fact(other, offset) if offset.amount == 0 => {
                        format!("「{}」", self.label(other))
                    }
                    DateSide::Fact(other, offset) => {
                        let way = if offset.amount < 0 { "前" } else { "後" };
                        format!(
                            "「{}」の{}{}{way}",
                            self.label(other),
                            offset.amount.unsigned_abs(),
                            offset.unit.label()
                        )
                    }
                };
                let how = match compare {
                    Compare::Less => "より前",
                    Compare::AtMost if shifted => "まで",
                    Compare::AtMost => "以前",
                    Compare::Equal => "と同じ日",
                    Compare::AtLeast => "以後",
                    Compare::More => "より後",
                };
                format!("「{}」が{side}{how}{is_not}", self.label(path))
            }
            Test::Age { birth, on, basis, compare, years } => {
                let (day, how) = match basis {
                    Basis::DayBeforeBirthday => ("現在", "、誕生日の前日に達する数え方"),
                    Basis::Birthday => ("現在", "、誕生日に達する数え方"),
                    Basis::FiscalYearEnd => ("の年度末（3月31日）現在", ""),
                };
                format!(
                    "「{}」から数えた年齢（「{}」{day}{how}）が{}{is_not}",
                    self.label(birth),
                    self.label(on),
                    compared(*compare, &format!("{years}歳"))
                )
            }
        }
    }
}

fn compared(compare: Compare, what: &str) -> String {
    match compare {
        Compare::Less => format!("{what}未満"),
        Compare::AtMost => format!("{what}以下"),
        Compare::Equal => format!("ちょうど{what}"),
        Compare::AtLeast => format!("{what}以上"),
        Compare::More => format!("{what}を超える"),
    }
}
