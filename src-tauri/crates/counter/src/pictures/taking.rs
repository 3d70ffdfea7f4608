//! Confirmed fields on their way to facts: all of them or nothing.

use madoka_casework::{CaseId, EventKind};
use madoka_facts::{Attribute, FactPath, PersonRef, Source, Statement, Value, Vocabulary};
use madoka_ocr::FieldReading;

use super::shown::{Place, as_written, label};
use super::{FieldConfirmed, PictureDesk, locked};
use crate::household::{NEW_MEMBER, SaidOf, not_overruling, stated, value_of};
use crate::reading_error::ReadingError;
use crate::visit::{Given, Visit, read_answer};
use crate::{Counter, CounterError};

impl Counter {
    /// 読取: fields an officer has confirmed become facts of `person`, of the household and of the case.
    pub fn take_picture(
        &mut self,
        id: CaseId,
        desk: &PictureDesk,
        turn: u32,
        person: &str,
        confirmed: &[FieldConfirmed],
    ) -> Result<Visit, CounterError> {
        let case = self.cases.get(id)?;
        let book = self.book(&case)?;
        let words = &book.pack().vocabulary;
        let facts = case.facts(words).facts;
        let mut taken = Taken { words, of_person: Vec::new(), members: Vec::new(), events: Vec::new() };
        {
            let held = locked(&desk.held);
            let document = held.documents.get(held.at).filter(|_| held.turn == turn);
            let reading = &document.ok_or(ReadingError::OlderPicture)?.reading;
            for field in confirmed {
                let read = reading.field(&field.id).ok_or(ReadingError::Unconfirmed)?;
                taken.field(read, &field.value)?;
            }
        }
        let Taken { of_person, mut members, mut events, .. } = taken;
        if !of_person.is_empty() {
            if person == NEW_MEMBER {
                members.insert(0, of_person);
            } else {
                let person: PersonRef = person.parse().map_err(|_| CounterError::UnknownFact)?;
                let path = |attribute: Attribute| match &person {
                    PersonRef::Role(role) => FactPath::Person(role.clone(), attribute),
                    PersonRef::Member(position) => FactPath::Member(*position, attribute),
                };
                for (attribute, statement) in not_overruling(&facts, path, of_person) {
                    let path = path(attribute);
                    let path = case.members().path_of_events(&path).ok_or(CounterError::UnknownFact)?;
                    events.push(stated(words, path, statement)?);
                }
            }
        }
        if events.is_empty() && members.is_empty() {
            return Err(CounterError::AnswerEmpty);
        }
        self.record(id, events)?;
        if !members.is_empty() {
            self.add_members(id, members)?;
        }
        desk.taken();
        self.visit(id)
    }
}

/// Confirmed fields on their way to facts.
struct Taken<'a> {
    words: &'a Vocabulary,
    of_person: SaidOf,
    members: Vec<SaidOf>,
    events: Vec<EventKind>,
}

impl Taken<'_> {
    fn field(&mut self, read: &FieldReading, value: &str) -> Result<(), CounterError> {
        let Some(place) = Place::of(&read.id) else { return Ok(()) };
        let written = as_written(&read.id, &read.value);
        let refused = |error: CounterError| ReadingError::Field {
            field: label(&read.id).to_owned(),
            todo: error.todo().to_owned(),
        };
        // As read, it is the picture's word and an officer's; as corrected, the officer's alone.
        let unedited = value.trim() == written.trim();
        let said = |value: Value| -> Vec<Statement> {
            let picture =
                unedited.then(|| Statement::known(value.clone(), Source::Ocr).sure(read.confidence));
            picture.into_iter().chain([Statement::known(value, Source::Staff)]).collect()
        };
        match place {
            Place::Case(fact) => {
                let path: FactPath = fact.parse().map_err(|_| CounterError::UnknownFact)?;
                // A city that asks nothing of the kind has no place for it.
                if self.words.require(&path).is_err() {
                    return Ok(());
                }
                let value =
                    read_answer(self.words, &path, &Given::Text(value.to_owned())).map_err(refused)?;
                for statement in said(value.ok_or(CounterError::AnswerEmpty)?) {
                    self.events.push(stated(self.words, path.clone(), statement)?);
                }
            }
            Place::Person(attribute) => {
                let value = value_of(self.words, attribute, value).map_err(refused)?;
                let attribute: Attribute = attribute.parse().map_err(|_| CounterError::UnknownFact)?;
                self.of_person.extend(said(value).into_iter().map(|said| (attribute.clone(), said)));
            }
            Place::Member(position, attribute) => {
                let value = value_of(self.words, attribute, value).map_err(refused)?;
                let attribute: Attribute = attribute.parse().map_err(|_| CounterError::UnknownFact)?;
                let position = usize::from(position).min(madoka_facts::MAX_MEMBERS);
                while self.members.len() <= position {
                    self.members.push(Vec::new());
                }
                if let Some(member) = self.members.get_mut(position) {
                    member.extend(said(value).into_iter().map(|said| (attribute.clone(), said)));
                }
            }
        }
        Ok(())
    }
}
