//! 予約を書く: what is said on the telephone, ask by ask, until the booking is made.
//!
//! The entry is kept in the terminal's encrypted database, so a dropped call or a dead machine loses nothing of it.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use madoka_casework::{LifeEventId, OfficeId, Words};
use madoka_facts::{Answer, CaseFacts, FactPath, Facts, PersonRef, Source, Statement, Value, Vocabulary};
use madoka_rules::Pack;
use madoka_sync::wire::bookings::{Act, Booking, BookingId, ConsentText, Given as Said, NewBooking, What};
use madoka_text::{PersonName, Phone};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::asks::{Ask, BookingAsks};
use super::shown::{at_words, day_words};
use super::{BookingError, Diary};
use crate::view::Texts;
use crate::visit::{Given, QuestionCard, answer_kind, read_answer, texts};
use crate::{Counter, CounterError};

/// The setting that holds it.
const ENTRY: &str = "booking_entry";

/// The booking being written, as its screen shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
#[expect(clippy::struct_excessive_bools, reason = "four marks of one form on the screen")]
pub struct BookingEntry {
    /// 「2026年11月25日（水）10:00」
    pub when: String,
    pub corner: String,
    pub life_event: Texts,
    pub walk_in: bool,
    /// A booking made before is being changed.
    pub editing: bool,
    pub name: String,
    pub phone: String,
    /// The caller is who will come.
    pub caller_visits: bool,
    pub note: String,
    /// Read out before anything is asked.
    pub consent: String,
    pub consented: bool,
    pub sections: Vec<BookingSection>,
    pub asked: u32,
    pub answered: u32,
    pub unknown: u32,
    /// What still keeps it from being made, in words.
    pub missing: Vec<String>,
}

/// Asks of one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct BookingSection {
    pub title: String,
    pub questions: Vec<BookingQuestion>,
}

/// One ask with its answer so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct BookingQuestion {
    pub question: QuestionCard,
    /// 「はい」「昭和16年2月3日」「わからない」; empty while it is open.
    pub said: String,
    pub unknown: bool,
}

/// What the officer typed beside the asks.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct EntryGiven {
    pub name: String,
    pub phone: String,
    pub caller_visits: bool,
    pub note: String,
    pub consented: bool,
}

impl std::fmt::Debug for EntryGiven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EntryGiven(…)")
    }
}

/// The entry as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    id: BookingId,
    office: OfficeId,
    corner: String,
    life_event: LifeEventId,
    start: DateTime,
    walk_in: bool,
    /// The revision that is being changed.
    editing: Option<u64>,
    name: String,
    phone: String,
    caller_visits: bool,
    note: String,
    consent: ConsentText,
    consented: bool,
    answers: serde_json::Value,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entry({}, {})", self.id, self.start)
    }
}

/// What was answered, each fact once.
type Answers = BTreeMap<FactPath, Option<Value>>;

fn answers_of(entry: &Entry, words: &Vocabulary) -> Answers {
    let facts = said_alone(&entry.answers, words);
    let mut answers = Answers::new();
    for (path, answer) in facts.answers() {
        match answer {
            Answer::Known(value) => answers.insert(path, Some(value.clone())),
            Answer::Unknown => answers.insert(path, None),
            Answer::Unasked => None,
        };
    }
    answers
}

/// What was said of each person by name of their role; who is whom is left out.
pub(super) fn said_alone(answers: &serde_json::Value, words: &Vocabulary) -> Facts {
    let mut alone = answers.clone();
    if let Some(document) = alone.as_object_mut() {
        document.remove("same");
    }
    CaseFacts::from_value(&alone, words, Source::Booking).map(|read| read.facts).unwrap_or_default()
}

fn facts_of(answers: &Answers, words: &Vocabulary) -> Facts {
    let mut facts = Facts::default();
    for (path, value) in answers {
        let said = value.clone().map_or_else(
            || Statement::unknown(Source::Booking),
            |value| Statement::known(value, Source::Booking),
        );
        // What an older pack knew and this one does not is left out, and asked at the counter.
        let _unknown_here = facts.state(words, path.clone(), said);
    }
    facts
}

impl Counter {
    /// 予約を始める: of a place in the week, or of somebody who has just come.
    pub fn begin_booking(
        &mut self,
        corner: &super::Corner,
        consent: ConsentText,
        life_event: &str,
        start: DateTime,
        walk_in: bool,
    ) -> Result<BookingEntry, CounterError> {
        if let Some(open) = self.kept_entry()? {
            return Err(BookingError::EntryOpen(open.start).into());
        }
        self.city.life_event(life_event).ok_or(CounterError::UnknownLifeEvent)?;
        let entry = Entry {
            id: BookingId::new(self.clock.new_id()),
            office: OfficeId::parse(&corner.office).map_err(CounterError::Name)?,
            corner: corner.name.clone(),
            life_event: LifeEventId::parse(life_event).map_err(CounterError::Name)?,
            start,
            walk_in,
            editing: None,
            name: String::new(),
            phone: String::new(),
            caller_visits: true,
            note: String::new(),
            consent,
            consented: false,
            answers: serde_json::json!({"facts": {}}),
        };
        self.keep_entry(Some(&entry))?;
        self.entry_shown(&entry)
    }

    /// 聞き取りを直す, of a booking made before.
    pub fn edit_booking(&mut self, booking: &Booking, corner: &str) -> Result<BookingEntry, CounterError> {
        if let Some(open) = self.kept_entry()? {
            return Err(BookingError::EntryOpen(open.start).into());
        }
        let row = &booking.row;
        let words = &self.pack_now()?.vocabulary;
        let mut entry = Entry {
            id: row.id,
            office: row.office.clone(),
            corner: corner.to_owned(),
            life_event: row.life_event.clone(),
            start: row.start,
            walk_in: row.walk_in,
            editing: Some(row.revision),
            name: booking.given.name.clone(),
            phone: booking.given.phone.clone(),
            caller_visits: true,
            note: booking.given.note.as_ref().map(|note| note.as_str().to_owned()).unwrap_or_default(),
            consent: booking
                .consent
                .clone()
                .unwrap_or_else(|| ConsentText { version: 0, text: String::new() }),
            consented: true,
            answers: booking.given.answers.clone(),
        };
        let visitor = "visitor.name".parse().ok();
        let named =
            visitor.and_then(|path: FactPath| answers_of(&entry, words).get(&path).cloned().flatten());
        entry.caller_visits = named.is_none_or(|name| name == Value::Text(entry.name.clone()));
        self.keep_entry(Some(&entry))?;
        self.entry_shown(&entry)
    }

    /// The entry that was being written, if there is one.
    pub fn booking_entry(&self) -> Result<Option<BookingEntry>, CounterError> {
        self.kept_entry()?.map(|entry| self.entry_shown(&entry)).transpose()
    }

    /// 氏名・電話・同意・メモ
    pub fn put_booking(&mut self, given: &EntryGiven) -> Result<BookingEntry, CounterError> {
        let mut entry = self.kept_entry()?.ok_or(BookingError::NoEntry)?;
        entry.name.clone_from(&given.name);
        entry.phone.clone_from(&given.phone);
        entry.caller_visits = given.caller_visits;
        entry.note.clone_from(&given.note);
        entry.consented = given.consented;
        self.keep_entry(Some(&entry))?;
        self.entry_shown(&entry)
    }

    /// One answer, or わからない.
    pub fn answer_booking(&mut self, fact: &str, given: &Given) -> Result<BookingEntry, CounterError> {
        let mut entry = self.kept_entry()?.ok_or(BookingError::NoEntry)?;
        let path: FactPath = fact.parse().map_err(|_| CounterError::UnknownFact)?;
        let pack = self.pack_now()?;
        let value = read_answer(&pack.vocabulary, &path, given)?;
        let mut answers = answers_of(&entry, &pack.vocabulary);
        answers.insert(path, value);
        entry.answers = CaseFacts { event: None, facts: facts_of(&answers, &pack.vocabulary) }.to_json();
        self.keep_entry(Some(&entry))?;
        self.entry_shown(&entry)
    }

    /// やめる: nothing of it is kept.
    pub fn drop_booking(&mut self) -> Result<(), CounterError> {
        self.keep_entry(None)
    }

    /// What is to be sent: everything that can be refused here is refused before anybody is asked.
    pub fn booking_to_make(&self) -> Result<ToMake, CounterError> {
        let entry = self.kept_entry()?.ok_or(BookingError::NoEntry)?;
        let given = self.said(&entry)?;
        Ok(match entry.editing {
            Some(revision) => ToMake::Edit(entry.id, Act { revision, act: What::Edit { given } }),
            None => ToMake::New(Box::new(NewBooking {
                id: entry.id,
                office: entry.office,
                life_event: entry.life_event,
                start: entry.start,
                walk_in: entry.walk_in,
                given,
                consent: entry.consented.then_some(entry.consent.version),
            })),
        })
    }

    /// It is in the book: the entry is done.
    pub fn booking_made(&mut self) -> Result<(), CounterError> {
        self.keep_entry(None)
    }

    fn said(&self, entry: &Entry) -> Result<Said, CounterError> {
        let name: PersonName = entry.name.trim().parse().map_err(|_| BookingError::Name)?;
        let phone = match entry.phone.trim() {
            "" if entry.walk_in => String::new(),
            text => text.parse::<Phone>().map_err(|_| BookingError::Phone)?.hyphenated().to_owned(),
        };
        if !entry.consented && !entry.walk_in {
            return Err(BookingError::Consent.into());
        }
        let pack = self.pack_now()?;
        let words = &pack.vocabulary;
        let mut answers = answers_of(entry, words);
        if let Some(asks) = self.asks(&entry.life_event) {
            // Of a branch that was left again nothing is sent.
            let facts = facts_of(&answers, words);
            let open: Vec<&FactPath> =
                asks.now(&facts).flat_map(|(_, asks)| asks.map(|ask| &ask.fact)).collect();
            answers.retain(|path, _| open.contains(&path));
        }
        if entry.caller_visits {
            for (path, text) in [("visitor.name", name.as_str()), ("visitor.phone", phone.as_str())] {
                let path: FactPath = path.parse().map_err(|_| CounterError::UnknownFact)?;
                if !text.is_empty() {
                    answers.insert(path, Some(Value::Text(text.to_owned())));
                }
            }
        }
        let facts = facts_of(&answers, words);
        let same = self.same(entry, &facts);
        let mut json = CaseFacts { event: None, facts }.to_json();
        if let Some(document) = json.as_object_mut()
            && !same.is_empty()
        {
            let same = same.into_iter().map(|(one, other)| (one.to_string(), other.to_string().into()));
            document.insert("same".to_owned(), serde_json::Value::Object(same.collect()));
        }
        let note = entry.note.trim();
        let note = if note.is_empty() { None } else { Some(Words::parse(note)?) };
        Ok(Said { name: name.as_str().to_owned(), phone, answers: json, note })
    }

    /// Who is whom, as far as it was said.
    fn same(&self, entry: &Entry, facts: &Facts) -> Vec<(PersonRef, PersonRef)> {
        let rules = self.asks(&entry.life_event).into_iter().flat_map(|asks| &asks.same);
        rules
            .filter(|same| same.after.as_ref().is_none_or(|after| after.holds(facts)))
            .map(|same| (same.one.clone(), same.other.clone()))
            .collect()
    }

    /// What was said, read for everybody who is the same person.
    fn facts_in(&self, entry: &Entry, words: &Vocabulary) -> Facts {
        let mut facts = facts_of(&answers_of(entry, words), words);
        for (one, other) in self.same(entry, &facts) {
            // Whom the pack does not know is nobody's twin.
            let _unknown_here = facts.same_person(words, one, other);
        }
        facts
    }

    fn entry_shown(&self, entry: &Entry) -> Result<BookingEntry, CounterError> {
        let pack = self.pack_now()?;
        let sections = match self.asks(&entry.life_event) {
            Some(asks) => {
                let facts = self.facts_in(entry, &pack.vocabulary);
                let shown = asks.now(&facts).map(|(title, asks)| BookingSection {
                    title: title.to_owned(),
                    questions: asks
                        .filter_map(|ask| question(pack, &entry.life_event, ask, &facts, self.today()))
                        .collect(),
                });
                let visitor = self.visitor_ask(entry, &facts);
                let mut sections: Vec<BookingSection> = shown.collect();
                if let Some(visitor) = visitor
                    && let Some(section) = sections.iter_mut().find(|section| of_person(section, "visitor."))
                {
                    section.questions.insert(0, visitor);
                }
                sections.retain(|section| !section.questions.is_empty());
                sections
            }
            None => Vec::new(),
        };
        let count = |keep: &dyn Fn(&&BookingQuestion) -> bool| {
            let questions = sections.iter().flat_map(|section| &section.questions).filter(keep);
            u32::try_from(questions.count()).unwrap_or(u32::MAX)
        };
        let mut missing = Vec::new();
        if !entry.consented && !entry.walk_in {
            missing.push("同意".to_owned());
        }
        if entry.name.trim().parse::<PersonName>().is_err() {
            missing.push("予約する方のお名前".to_owned());
        }
        let no_phone = entry.walk_in && entry.phone.trim().is_empty();
        if !no_phone && entry.phone.trim().parse::<Phone>().is_err() {
            missing.push("電話番号".to_owned());
        }
        Ok(BookingEntry {
            when: format!("{}{}", day_words(entry.start.date()), at_words(entry.start.time())),
            corner: entry.corner.clone(),
            life_event: self.life_event_name(&entry.life_event),
            walk_in: entry.walk_in,
            editing: entry.editing.is_some(),
            name: entry.name.clone(),
            phone: entry.phone.clone(),
            caller_visits: entry.caller_visits,
            note: entry.note.clone(),
            consent: entry.consent.text.clone(),
            consented: entry.consented,
            asked: count(&|_| true),
            answered: count(&|row| !row.said.is_empty()),
            unknown: count(&|row| row.unknown),
            sections,
            missing,
        })
    }

    /// Who comes, where the caller does not.
    fn visitor_ask(&self, entry: &Entry, facts: &Facts) -> Option<BookingQuestion> {
        if entry.caller_visits {
            return None;
        }
        let ask = Ask {
            fact: "visitor.name".parse().ok()?,
            words: Some("いらっしゃる方のお名前を教えてください。".to_owned()),
            help: None,
            after: None,
        };
        question(self.pack_now().ok()?, &entry.life_event, &ask, facts, self.today())
    }

    pub(super) fn asks(&self, life_event: &LifeEventId) -> Option<&BookingAsks> {
        self.city.booking_asks.iter().find(|asks| asks.event == life_event.as_str())
    }

    pub(crate) fn pack_now(&self) -> Result<&Pack, CounterError> {
        self.city.pack.as_deref().ok_or(CounterError::NoPack)
    }

    fn kept_entry(&self) -> Result<Option<Entry>, CounterError> {
        let kept = self.cases.store()?.setting(ENTRY)?.unwrap_or_default();
        // What another version of the program kept in another form is not worth a dead screen.
        Ok(serde_json::from_str(&kept).ok())
    }

    fn keep_entry(&mut self, entry: Option<&Entry>) -> Result<(), CounterError> {
        let kept = entry.map(|entry| serde_json::to_string(entry).unwrap_or_default()).unwrap_or_default();
        Ok(self.cases.store_mut()?.set(ENTRY, &kept)?)
    }
}

/// What making a booking asks of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToMake {
    New(Box<NewBooking>),
    Edit(BookingId, Act),
}

impl ToMake {
    pub fn ask(&self, diary: &mut dyn Diary) -> Result<Booking, CounterError> {
        match self {
            Self::New(new) => diary.make(new),
            Self::Edit(id, act) => diary.change(*id, act),
        }
    }
}

fn of_person(section: &BookingSection, person: &str) -> bool {
    section.questions.iter().any(|question| question.question.fact.starts_with(person))
}

/// An ask as it is shown; none where the pack has no such fact.
pub(super) fn question(
    pack: &Pack,
    life_event: &LifeEventId,
    ask: &Ask,
    facts: &Facts,
    on: Date,
) -> Option<BookingQuestion> {
    let declared = ask.fact.declared();
    let own = pack.questions.iter().find(|question| {
        question.fact == declared && question.events.iter().any(|event| event.as_str() == life_event.as_str())
    });
    let text = |text: &String| Texts { ja: text.clone(), easy: text.clone(), en: text.clone() };
    let label = || text(&format!("{}を教えてください。", pack.vocabulary.label(&ask.fact)));
    let words = ask.words.as_ref().map(text);
    let words = words.or_else(|| own.and_then(|question| question.ask.on(on)).map(texts));
    let help = ask.help.as_ref().map(text);
    let help = help.or_else(|| own.and_then(|question| question.help.on(on)).map(texts));
    let said = facts.best(&ask.fact);
    Some(BookingQuestion {
        question: QuestionCard {
            fact: ask.fact.to_string(),
            ask: words.unwrap_or_else(label),
            help,
            answer: answer_kind(pack, &declared)?,
            about: None,
            delicate: false,
            resolve: own.and_then(|question| question.resolve.clone()),
        },
        unknown: said.is_some_and(|said| said.value.is_none()),
        said: said.map_or_else(String::new, |said| {
            said.value
                .as_ref()
                .map_or_else(|| "わからない".to_owned(), |value| pack.vocabulary.say(&ask.fact, value))
        }),
    })
}
