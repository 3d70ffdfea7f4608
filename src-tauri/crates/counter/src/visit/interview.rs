//! 聞き取り: the questions to ask now, and what was answered.

use std::collections::BTreeSet;

use jiff::civil::Date;
use madoka_facts::{DeclaredPath, FactKind, FactPath, Facts};
use madoka_rules::pack::{FillFrom, Question};
use madoka_rules::{Judgement, Pack, Remaining, Rulebook};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::{member_name, texts};
use crate::view::Texts;

/// The 聞き取り screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Interview {
    /// What to ask now; nothing when the list of procedures stands.
    pub now: Option<QuestionScreen>,
    /// What only paper and deadlines still need, asked last.
    pub details: Vec<QuestionCard>,
    /// The answers so far, in the order of the screens; each may be changed.
    pub answered: Vec<Answered>,
    /// 話題: what was asked of each and what is still open, in the order of asking.
    pub topics: Vec<Topic>,
    /// At most so many questions until every verdict stands (あと最大◯問で確定). Only a further member brings more.
    pub remaining: u32,
    /// At most so many more for each further member of the household, while that list is open.
    pub each_member: u32,
}

/// 話題: one section of the interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Topic {
    pub title: Texts,
    pub answered: u32,
    /// Questions of it that can still change the list, or that paper needs.
    pub open: u32,
    /// It is being asked now.
    pub now: bool,
}

/// Questions of one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct QuestionScreen {
    pub title: Texts,
    pub questions: Vec<QuestionCard>,
}

/// One question as it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct QuestionCard {
    pub fact: String,
    pub ask: Texts,
    pub help: Option<Texts>,
    pub answer: AnswerKind,
    /// Whom it is about, where it is asked for each member of the household.
    pub about: Option<String>,
    /// Better asked silently, on the resident's own window.
    pub delicate: bool,
    /// Who can tell when nobody here knows.
    pub resolve: Option<String>,
}

/// What can be answered. わからない always can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum AnswerKind {
    YesNo,
    Choice {
        options: Vec<ChoiceOption>,
    },
    Choices {
        options: Vec<ChoiceOption>,
    },
    Number {
        min: i64,
        max: i64,
        unit: String,
    },
    Date,
    Text,
    /// The list of the household: who is in it.
    Household,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ChoiceOption {
    pub id: String,
    pub label: Texts,
    /// Cannot be chosen together with another (どれもない).
    pub alone: bool,
}

/// One answer given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Answered {
    pub question: QuestionCard,
    /// 「はい」「昭和16年2月3日」「わからない」
    pub said: String,
    pub unknown: bool,
    pub source: String,
}

pub(crate) fn interview(book: &Rulebook, judgement: &Judgement, facts: &Facts) -> Interview {
    let pack: &Pack = book.pack();
    let on = book.on();
    let event = book.event().map(|event| &event.id);
    let asked: Vec<&Question> = pack
        .questions
        .iter()
        .filter(|question| event.is_none_or(|event| question.events.contains(event)))
        .filter(|question| question.effective.period.contains(on))
        .collect();
    let card = |path: &FactPath| {
        let declared = path.declared();
        let question = asked.iter().find(|question| question.fact == declared)?;
        card(pack, question, path, facts, on)
    };
    let now = judgement.next.as_ref().map(|next| QuestionScreen {
        title: pack
            .screens
            .iter()
            .find(|screen| screen.id == next.screen)
            .map_or_else(|| texts(&madoka_rules::pack::Text::default()), |screen| texts(&screen.title)),
        questions: next.questions.iter().filter_map(&card).collect(),
    });
    let Remaining { questions: remaining, each_member } = book.remaining(facts);
    let details = book.details(judgement, facts);
    let answered = answered(pack, &asked, facts, on);
    let open = remaining.iter().chain(&details);
    Interview {
        topics: topics(pack, &asked, &answered, open, judgement.next.as_ref().map(|next| &next.screen)),
        now,
        details: details.iter().filter_map(&card).collect(),
        answered,
        remaining: u32::try_from(remaining.len()).unwrap_or(u32::MAX),
        each_member: u32::try_from(each_member).unwrap_or(u32::MAX),
    }
}

fn topics<'a>(
    pack: &Pack,
    asked: &[&Question],
    answered: &[Answered],
    open: impl Iterator<Item = &'a FactPath>,
    now: Option<&madoka_facts::Id>,
) -> Vec<Topic> {
    let screen_of = |fact: &FactPath| {
        let declared = fact.declared();
        asked.iter().find(|question| question.fact == declared).map(|question| &question.screen)
    };
    let open: BTreeSet<&FactPath> = open.collect();
    let mut screens: Vec<_> = pack.screens.iter().collect();
    screens.sort_by_key(|screen| screen.order);
    let topic = |screen: &madoka_rules::pack::Screen| {
        let of = |fact: &FactPath| screen_of(fact) == Some(&screen.id);
        let said = answered.iter().filter(|row| row.question.fact.parse().is_ok_and(|fact| of(&fact)));
        Topic {
            title: texts(&screen.title),
            answered: u32::try_from(said.count()).unwrap_or(u32::MAX),
            open: u32::try_from(open.iter().filter(|fact| of(fact)).count()).unwrap_or(u32::MAX),
            now: now == Some(&screen.id),
        }
    };
    screens.into_iter().map(topic).filter(|topic| topic.answered + topic.open > 0).collect()
}

/// Answers to questions, in the order the questions are asked. What cards and registers told is on the 読取 screen.
fn answered(pack: &Pack, asked: &[&Question], facts: &Facts, on: Date) -> Vec<Answered> {
    let order = |screen: &madoka_facts::Id| {
        pack.screens.iter().find(|known| known.id == *screen).map_or(i64::MAX, |known| known.order)
    };
    let mut ordered: Vec<&&Question> =
        asked.iter().filter(|question| question.fill_from != FillFrom::System).collect();
    ordered.sort_by_key(|question| (order(&question.screen), question.order));
    let mut rows = Vec::new();
    for question in ordered {
        let members = if question.fact.is_each_member() { facts.members() } else { 1 };
        for path in (0..members).map(|member| question.fact.of_member(member)) {
            rows.extend(answered_row(pack, question, &path, facts, on));
        }
    }
    rows
}

fn answered_row(
    pack: &Pack,
    question: &Question,
    path: &FactPath,
    facts: &Facts,
    on: Date,
) -> Option<Answered> {
    let (said, unknown, source) = if *path == FactPath::Household {
        match facts.household() {
            madoka_facts::Household::Unasked => return None,
            madoka_facts::Household::Unknown => ("わからない".to_owned(), true, String::new()),
            madoka_facts::Household::Complete => (format!("{}人", facts.members()), false, String::new()),
        }
    } else {
        let statement = facts.best(path)?;
        let said = statement
            .value
            .as_ref()
            .map_or_else(|| "わからない".to_owned(), |value| pack.vocabulary.say(path, value));
        (said, statement.value.is_none(), statement.source.label().to_owned())
    };
    Some(Answered { question: card(pack, question, path, facts, on)?, said, unknown, source })
}

fn card(pack: &Pack, question: &Question, path: &FactPath, facts: &Facts, on: Date) -> Option<QuestionCard> {
    let about = match path {
        FactPath::Member(index, _) => Some(member_name(facts, *index)),
        _ => None,
    };
    Some(QuestionCard {
        fact: path.to_string(),
        ask: texts(question.ask.on(on)?),
        help: question.help.on(on).map(texts),
        answer: answer_kind(pack, &question.fact)?,
        about,
        delicate: question.delicate,
        resolve: question.resolve.clone(),
    })
}

/// How a fact is answered, wherever it is asked.
pub(crate) fn answer_kind(pack: &Pack, path: &DeclaredPath) -> Option<AnswerKind> {
    let declared = pack.facts.iter().find(|fact| fact.path == *path);
    let declaration = pack.vocabulary.declaration(path)?;
    let options = || {
        declaration
            .kind
            .choices()
            .iter()
            .map(|choice| {
                let label = declared.and_then(|fact| fact.choices.iter().find(|(id, _)| *id == choice.id));
                ChoiceOption {
                    id: choice.id.to_string(),
                    label: label.map_or_else(
                        || Texts {
                            ja: choice.label.clone(),
                            easy: choice.label.clone(),
                            en: choice.label.clone(),
                        },
                        |(_, text)| texts(text),
                    ),
                    alone: choice.alone,
                }
            })
            .collect()
    };
    Some(match declaration.kind {
        FactKind::Bool => AnswerKind::YesNo,
        FactKind::Choice(_) => AnswerKind::Choice { options: options() },
        FactKind::Choices(_) => AnswerKind::Choices { options: options() },
        FactKind::Number { min, max } => AnswerKind::Number {
            min,
            max,
            unit: declared.and_then(|fact| fact.unit.clone()).unwrap_or_default(),
        },
        FactKind::Date => AnswerKind::Date,
        FactKind::Text => AnswerKind::Text,
        FactKind::Household => AnswerKind::Household,
    })
}
