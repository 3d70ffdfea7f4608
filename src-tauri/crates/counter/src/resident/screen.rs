//! The resident's screen, made anew from the state, the case and the language.

use std::collections::BTreeMap;

use jiff::civil::Date;
use madoka_casework::{CaseId, Step};
use madoka_facts::{Declaration, FactKind, FactPath, Id, PersonRef};
use madoka_rules::Pack;
use madoka_rules::pack::Question;
use madoka_text::BirthDate;

use super::state::{Doing, Now, Sent, Signing};
use super::view::{
    FactShown, FactsShown, ResidentAnswer, ResidentLanguage, ResidentOption, ResidentQuestion,
    ResidentScreen, ResidentStage,
};
use super::words::ResidentWords;
use crate::office::SessionView;
use crate::visit::member_name;
use crate::{Counter, CounterError, Judged};

/// The pad to sign on, in millimetres: a signature is wide and low.
const PAD: (u32, u32) = (90, 30);

impl Counter {
    /// What the resident's window shows.
    pub fn resident_screen(&self) -> ResidentScreen {
        let words = self.city.languages.words(&self.resident.language).cloned().unwrap_or_default();
        // Nothing of a case is shown while no officer is there, or when it cannot be read any more.
        let attended = matches!(self.session(), SessionView::Practice | SessionView::At { .. });
        let stage = if attended { self.stage(&words).ok() } else { None };
        let stage = stage.unwrap_or(ResidentStage::Welcome);
        ResidentScreen {
            city: self.city_name(),
            practice: self.practice,
            turn: self.resident.turn(),
            language: self.resident.language.clone(),
            languages: self
                .city
                .languages
                .names()
                .map(|(id, words)| ResidentLanguage {
                    id: id.to_owned(),
                    name: words.name.clone(),
                    lang: words.lang.clone(),
                })
                .collect(),
            words,
            stage,
        }
    }

    fn stage(&self, words: &ResidentWords) -> Result<ResidentStage, CounterError> {
        let Some(id) = self.resident.case() else { return Ok(ResidentStage::Welcome) };
        Ok(match self.resident.now() {
            Now::Welcome => ResidentStage::Welcome,
            Now::Waiting => {
                let case = self.cases.get(id)?;
                let name = self.city.pack.as_ref().and_then(|pack| {
                    let event =
                        pack.events.iter().find(|event| event.id.as_str() == case.life_event.as_str())?;
                    Some(event.name.in_language(&self.resident.language).to_owned())
                });
                ResidentStage::Received {
                    ticket: case.ticket.to_string(),
                    life_event: name.unwrap_or_default(),
                    doing: doing(words, self.resident.doing()),
                }
            }
            Now::Confirm(sent) => self.confirm(&self.judged(id)?, words, sent),
            Now::Ask { asked, at } => self.ask(&self.judged(id)?, words, asked, *at)?,
            Now::Pin(pad) => ResidentStage::Pin {
                card: pad.ask.card.clone(),
                typed: u32::try_from(pad.typed()).unwrap_or_default(),
                tries_left: pad.ask.tries_left,
                wrong: pad.ask.wrong,
            },
            Now::Sign(signing) => self.signing(id, words, signing)?,
            Now::Thanks => ResidentStage::Thanks { guide: self.take_away(id, self.guide_language()).ok() },
        })
    }

    fn confirm(&self, judged: &Judged, words: &ResidentWords, sent: &[Sent]) -> ResidentStage {
        let members = judged.case.members();
        let pack = judged.book.pack();
        let mut groups: Vec<FactsShown> = Vec::new();
        let mut of: BTreeMap<String, usize> = BTreeMap::new();
        for sent in sent {
            // Kept in place when the member is gone, so that the answers still fit their values.
            let path = members.path_of_facts(&sent.path).unwrap_or_else(|| sent.path.clone());
            let title = person_title(words, pack, judged, &path);
            let at = *of.entry(title.clone()).or_insert_with(|| {
                groups.push(FactsShown { title, facts: Vec::new() });
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(at) {
                group.facts.push(self.fact_shown(pack, words, &path, sent));
            }
        }
        ResidentStage::Confirm { groups }
    }

    fn fact_shown(&self, pack: &Pack, words: &ResidentWords, path: &FactPath, sent: &Sent) -> FactShown {
        let attribute = path.declared().attribute().map(|attribute| attribute.as_str().to_owned());
        let declared = pack.facts.iter().find(|fact| fact.path == path.declared());
        let own = attribute.as_ref().and_then(|attribute| words.labels.get(attribute)).cloned();
        let label = declared
            .map(|fact| fact.label.in_language(&self.resident.language).to_owned())
            .or(own)
            .unwrap_or_else(|| pack.vocabulary.label(path));
        let choice = |id: &Id| {
            let (_, text) = declared?.choices.iter().find(|(known, _)| known == id)?;
            Some(text.in_language(&self.resident.language).to_owned())
        };
        let declaration: Option<&Declaration> = pack.vocabulary.declaration(&path.declared());
        FactShown {
            label,
            value: words.say(declaration, &sent.value, choice),
            name: attribute
                .is_some_and(|attribute| attribute.contains("name") && !attribute.starts_with("bank")),
        }
    }

    fn ask(
        &self,
        judged: &Judged,
        words: &ResidentWords,
        asked: &[FactPath],
        at: usize,
    ) -> Result<ResidentStage, CounterError> {
        let path = asked.get(at).ok_or(CounterError::UnknownFact)?;
        let path = judged.case.members().path_of_facts(path).ok_or(CounterError::UnknownFact)?;
        let pack = judged.book.pack();
        let question = Self::question_of(judged, &path).ok_or(CounterError::UnknownFact)?;
        let language = self.resident.language.as_str();
        let on = judged.book.on();
        let say = |text: &madoka_rules::pack::Text| text.in_language(language).to_owned();
        Ok(ResidentStage::Ask {
            question: ResidentQuestion {
                about: matches!(path, FactPath::Member(..)).then(|| person_title(words, pack, judged, &path)),
                ask: question.ask.on(on).map(say).ok_or(CounterError::UnknownFact)?,
                help: question.help.on(on).map(say),
                answer: answer(pack, question, words, language, on.year())
                    .ok_or(CounterError::UnknownFact)?,
            },
            number: u32::try_from(at + 1).unwrap_or_default(),
            of: u32::try_from(asked.len()).unwrap_or_default(),
            rather_not: question.unknown_allowed,
        })
    }

    fn question_of<'a>(judged: &'a Judged, path: &FactPath) -> Option<&'a Question> {
        let declared = path.declared();
        let event = judged.book.event().map(|event| &event.id);
        let mut same = judged.book.pack().questions.iter().filter(move |question| question.fact == declared);
        let of_event =
            same.clone().find(|question| event.is_none_or(|event| question.events.contains(event)));
        of_event.or_else(|| same.next())
    }

    fn signing(
        &self,
        id: CaseId,
        words: &ResidentWords,
        signing: &Signing,
    ) -> Result<ResidentStage, CounterError> {
        let open = self.signable(id)?;
        let forms = self.city.pack.as_ref().map(|pack| pack.forms.as_slice()).unwrap_or_default();
        let named = |form: &String| {
            let form = forms.iter().find(|known| known.id.as_str() == form)?;
            Some(form.name.in_language(&self.resident.language).to_owned())
        };
        let title = open.iter().find(|place| place.who == signing.who).map(|place| place.who_title.clone());
        let who = words.persons.get(&signing.who).cloned().or(title);
        Ok(ResidentStage::Sign {
            who: who.unwrap_or_default(),
            papers: signing.forms.iter().filter_map(named).collect(),
            width: PAD.0,
            height: PAD.1,
        })
    }

    /// 「この住所は…ですか」 in Japanese, for the officer.
    pub(crate) fn words_of(&self, id: CaseId, path: &FactPath) -> Result<String, CounterError> {
        let judged = self.judged(id)?;
        let place = judged.case.members().path_of_facts(path).ok_or(CounterError::UnknownFact)?;
        let question = Self::question_of(&judged, &place).ok_or(CounterError::UnknownFact)?;
        Ok(question.ask.on(judged.book.on()).map(|text| text.ja.clone()).unwrap_or_default())
    }

    /// 「届出人の住所」, for the officer.
    pub(crate) fn label_of(&self, id: CaseId, path: &FactPath) -> Result<String, CounterError> {
        let judged = self.judged(id)?;
        let pack = judged.book.pack();
        Ok(match judged.case.members().path_of_facts(path) {
            Some(FactPath::Member(position, attribute)) => {
                let place = FactPath::Member(position, attribute);
                format!("{}の{}", member_name(&judged.facts, position), pack.vocabulary.label(&place))
            }
            Some(place) => pack.vocabulary.label(&place),
            None => String::new(),
        })
    }
}

fn doing(words: &ResidentWords, doing: Doing) -> String {
    let said = &words.doing;
    match doing {
        Doing::Nothing | Doing::Step(Step::Receiving) => &said.waiting,
        Doing::Card(_) => &said.card,
        Doing::Step(Step::Reading) => &said.reading,
        Doing::Step(Step::Asking) => &said.asking,
        Doing::Step(Step::Choosing) => &said.choosing,
        Doing::Step(Step::Filling) => &said.filling,
        Doing::Step(Step::Printing) => &said.printing,
        Doing::Step(Step::Signing) => &said.signing,
        Doing::Step(Step::Guiding) => &said.guiding,
    }
    .clone()
}

/// Whose value or question it is: by role, or by the member's name once that is known.
fn person_title(words: &ResidentWords, pack: &Pack, judged: &Judged, path: &FactPath) -> String {
    let person = match path {
        FactPath::Member(position, _) => PersonRef::Member(*position),
        FactPath::Person(role, _) => PersonRef::Role(role.clone()),
        FactPath::Case(_) | FactPath::Household => {
            return words.persons.get("case").cloned().unwrap_or_default();
        }
    };
    match &person {
        PersonRef::Role(role) => {
            let known = words.persons.get(role.as_str()).cloned();
            known.unwrap_or_else(|| pack.vocabulary.person(role).unwrap_or(role.as_str()).to_owned())
        }
        PersonRef::Member(position) => {
            let name = member_name(&judged.facts, *position);
            let number = u32::from(*position) + 1;
            // Nobody told the name yet.
            if name == format!("世帯員{number}") {
                words.persons.get("member").map_or(name, |text| text.replace("{n}", &number.to_string()))
            } else {
                name
            }
        }
    }
}

fn answer(
    pack: &Pack,
    question: &Question,
    words: &ResidentWords,
    language: &str,
    this_year: i16,
) -> Option<ResidentAnswer> {
    let declared = pack.facts.iter().find(|fact| fact.path == question.fact);
    let declaration = pack.vocabulary.declaration(&question.fact)?;
    let options = || {
        let choices = declaration.kind.choices().iter();
        choices
            .map(|choice| ResidentOption {
                id: choice.id.to_string(),
                label: declared
                    .and_then(|fact| fact.choices.iter().find(|(id, _)| *id == choice.id))
                    .map_or_else(|| choice.label.clone(), |(_, text)| text.in_language(language).to_owned()),
                alone: choice.alone,
            })
            .collect()
    };
    Some(match declaration.kind {
        FactKind::Bool => ResidentAnswer::YesNo,
        FactKind::Choice(_) => ResidentAnswer::Choice { options: options() },
        FactKind::Choices(_) => ResidentAnswer::Choices { options: options() },
        FactKind::Number { min, max } => ResidentAnswer::Number {
            min,
            max,
            unit: declared.and_then(|fact| fact.unit.clone()).unwrap_or_default(),
        },
        FactKind::Date => ResidentAnswer::Date { years: years(words, this_year) },
        FactKind::Text => ResidentAnswer::Text,
        FactKind::Household => return None,
    })
}

/// As far back as the oldest among us, and the year to come.
fn years(words: &ResidentWords, this_year: i16) -> Vec<ResidentOption> {
    const BACK: i16 = 115;
    let first = this_year.saturating_sub(BACK);
    let year = |year: i16| ResidentOption {
        id: year.to_string(),
        label: if words.date.is_some() {
            year.to_string()
        } else {
            format!("{year}年（{}）", era_of(year))
        },
        alone: false,
    };
    (first..=this_year.saturating_add(1)).rev().map(year).collect()
}

/// 「令和8年」; in the year an era changed both: 「平成31年・令和元年」.
fn era_of(year: i16) -> String {
    let ends = [Date::new(year, 1, 1), Date::new(year, 12, 31)];
    let mut names: Vec<String> = ends
        .into_iter()
        .flatten()
        .filter_map(|day| {
            let said = BirthDate::new(day).ok()?.in_words();
            Some(format!("{}年", said.split_once('年')?.0))
        })
        .collect();
    names.dedup();
    names.join("・")
}
