//! What the resident says, and what it does to their case.

use madoka_casework::{CaseId, EventKind, FormId, Handwriting, Said, Words};
use madoka_facts::{FactPath, PersonRef, Source, Statement};

use super::state::{Now, Sent, Signing};
use super::{ResidentSaid, ResidentScreen};
use crate::visit::{Given, Visit};
use crate::{Counter, CounterError};

impl Counter {
    /// Takes what the resident said to the screen of this turn, and answers what stands there now.
    pub fn resident_tell(&mut self, turn: u32, said: ResidentSaid) -> Result<ResidentScreen, CounterError> {
        // Whoever answers here sits with the officer.
        self.touch()?;
        if turn != self.resident.turn() {
            return Err(CounterError::ResidentTurn);
        }
        match said {
            ResidentSaid::Language(language) => {
                if self.city.languages.has(&language) {
                    self.resident.language = language;
                }
            }
            ResidentSaid::Finished => {
                if matches!(self.resident.now(), Now::Thanks) {
                    self.resident.welcome();
                }
            }
            ResidentSaid::PinDigit(_)
            | ResidentSaid::PinDelete
            | ResidentSaid::PinEnter
            | ResidentSaid::PinDecline => self.pin_told(&said)?,
            other => {
                let id = self.resident.case().ok_or(CounterError::ResidentTurn)?;
                self.case_told(id, other)?;
            }
        }
        Ok(self.resident_screen())
    }

    fn case_told(&mut self, id: CaseId, said: ResidentSaid) -> Result<(), CounterError> {
        match (said, self.resident.now()) {
            (ResidentSaid::Facts(right), Now::Confirm(sent)) if right.len() == sent.len() => {
                let sent = sent.clone();
                self.facts_told(id, &sent, &right)
            }
            (ResidentSaid::Answer(given), Now::Ask { asked, at }) => {
                let (asked, at) = (asked.clone(), *at);
                self.answer_told(id, &asked, at, &given, None)
            }
            (ResidentSaid::RatherNot, Now::Ask { asked, at }) => {
                let (asked, at) = (asked.clone(), *at);
                let path = asked.get(at).ok_or(CounterError::ResidentTurn)?.clone();
                let question = self.words_of(id, &path)?;
                let note = format!("住民の画面で、「{question}」には答えたくないとのこと。");
                self.answer_told(id, &asked, at, &Given::Unknown, Some(note))
            }
            (ResidentSaid::Back, Now::Ask { asked, at }) if *at > 0 => {
                let (asked, at) = (asked.clone(), *at - 1);
                self.resident.show(Now::Ask { asked, at });
                Ok(())
            }
            (ResidentSaid::Signed(hand), Now::Sign(signing)) => {
                let Signing { who, forms } = signing.clone();
                self.sign(id, &who, &forms, hand)?;
                self.resident.heard(Some("署名をいただきました。"));
                self.resident.wait();
                Ok(())
            }
            (ResidentSaid::OnPaper, Now::Sign(_)) => {
                self.resident.heard(Some("紙に署名したいとのことです（代筆の希望かもしれません）。"));
                self.resident.wait();
                Ok(())
            }
            // Not what this screen asks for.
            _ => Err(CounterError::ResidentTurn),
        }
    }

    /// What is right was said by the resident too; what is not is for the officer to find out.
    fn facts_told(&mut self, id: CaseId, sent: &[Sent], right: &[bool]) -> Result<(), CounterError> {
        let members = self.cases.get(id)?.members();
        let there = |path: &FactPath| members.path_of_facts(path).is_some();
        let (mut events, mut wrong) = (Vec::new(), Vec::new());
        for (sent, right) in sent.iter().zip(right).filter(|(sent, _)| there(&sent.path)) {
            if *right {
                let statement = Statement::known(sent.value.clone(), Source::Resident);
                events.push(EventKind::Stated { said: Said::new(sent.path.clone(), statement)? });
            } else {
                let label = self.label_of(id, &sent.path)?;
                let words = Words::parse(&format!("住民の画面で、「{label}」はちがうとのこと。"))?;
                events.push(EventKind::Noted { words });
                wrong.push(sent.clone());
            }
        }
        let said = if wrong.is_empty() {
            "すべて合っているとのことです。"
        } else {
            "ちがうところがあるとのことです。伺って直してください。"
        };
        self.record(id, events)?;
        self.resident.told.wrong = wrong;
        self.resident.heard(Some(said));
        self.resident.wait();
        Ok(())
    }

    fn answer_told(
        &mut self,
        id: CaseId,
        asked: &[FactPath],
        at: usize,
        given: &Given,
        note: Option<String>,
    ) -> Result<(), CounterError> {
        let path = asked.get(at).ok_or(CounterError::ResidentTurn)?;
        let Some(place) = self.cases.get(id)?.members().path_of_facts(path) else {
            // The officer took the member out meanwhile: there is nothing left to ask.
            self.resident.wait();
            return Ok(());
        };
        let _: Visit = self.answer(id, &place.to_string(), given, Source::Resident)?;
        if let Some(note) = note {
            self.record(id, [EventKind::Noted { words: Words::parse(&note)? }])?;
        }
        let next = at + 1;
        if next < asked.len() {
            self.resident.heard(None);
            self.resident.show(Now::Ask { asked: asked.to_vec(), at: next });
        } else {
            self.resident.heard(Some("住民の画面で答えていただきました。"));
            self.resident.wait();
        }
        Ok(())
    }

    fn pin_told(&mut self, said: &ResidentSaid) -> Result<(), CounterError> {
        let pad = self.resident.pin().ok_or(CounterError::ResidentTurn)?;
        let reads = match said {
            ResidentSaid::PinDigit(digit) => {
                pad.press(*digit);
                return Ok(());
            }
            ResidentSaid::PinDelete => {
                pad.delete();
                return Ok(());
            }
            ResidentSaid::PinEnter => {
                if !pad.enter() {
                    return Ok(());
                }
                true
            }
            _ => {
                pad.decline();
                false
            }
        };
        self.resident.heard(Some(if reads {
            "暗証番号をいただきました。カードを読んでいます。"
        } else {
            "暗証番号は入れないとのことです。ほかの開き方を使ってください。"
        }));
        if reads {
            self.resident.reading_card(true);
        }
        self.resident.wait();
        Ok(())
    }

    /// 署名: kept as the pen wrote it.
    pub fn sign(
        &mut self,
        id: CaseId,
        who: &str,
        forms: &[String],
        hand: Handwriting,
    ) -> Result<(), CounterError> {
        let members = self.cases.get(id)?.members();
        let who = match who.parse().map_err(|_| CounterError::UnknownFact)? {
            PersonRef::Member(position) => {
                members.member(position).map(PersonRef::Member).ok_or(CounterError::UnknownFact)?
            }
            role @ PersonRef::Role(_) => role,
        };
        let forms = forms
            .iter()
            .map(|form| FormId::parse(form).map_err(CounterError::Name))
            .collect::<Result<Vec<_>, _>>()?;
        let signed = EventKind::Signed { who, forms, image: hand.hash(), strokes: Some(hand) };
        self.record(id, [signed]).map(|_| ())
    }
}
