//! The answering side: one 照会票, and the answer to it.

use madoka_casework::{
    Author, CaseId, EventId, EventKind, InquiryId, Money, ProcedureId, ProcedureRef, ReplyAnswer, StaffId,
    Words,
};
use madoka_rules::Pack;
use madoka_sync::sheet::facts_for;
use madoka_sync::wire::inquiries::{GivenReply, NewReply, Sheet};
use madoka_text::Personal;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::{AnswerGiven, InquiryError, QueueLine, ReplyShown, lasting, money, queue, replies};
use crate::visit::{SourceMark, Visit, long_date};
use crate::{Counter, CounterError};

/// 照会票 as the department's screen shows it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct SheetShown {
    pub inquiry: String,
    pub number: String,
    pub life_event: String,
    /// What is asked about; empty for a notice.
    pub procedure: String,
    pub office: String,
    pub words: String,
    pub sent: String,
    pub waiting: String,
    pub visit: String,
    pub late: bool,
    pub facts: Vec<SheetRow>,
    /// Answers given so far, the oldest first.
    pub replies: Vec<ReplyShown>,
    /// Other procedures of the office that can be found to apply, with their ids.
    pub more: Vec<QueueLine>,
}

impl std::fmt::Debug for SheetShown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SheetShown({}, {} facts)", self.inquiry, self.facts.len())
    }
}

/// One fact a department sees. Personal, as what is answered.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct SheetRow {
    pub label: String,
    pub value: String,
    pub source: SourceMark,
}

impl std::fmt::Debug for SheetRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SheetRow(…)")
    }
}

/// 回答 as the department's screen gives it; what is empty is not said.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ReplyGiven {
    pub answer: AnswerGiven,
    pub here: bool,
    pub words: String,
    /// 納付 (`owed`), 還付・支給 (`refunded`), or nothing.
    pub money: Option<MoneyGiven>,
    pub yen: Option<u32>,
    pub bring: String,
    pub call: String,
    /// Another procedure than was asked about.
    pub procedure: Option<String>,
}

impl std::fmt::Debug for ReplyGiven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReplyGiven({:?}, here: {})", self.answer, self.here)
    }
}

/// Which way money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum MoneyGiven {
    Owed,
    Refunded,
}

/// More is a slip of the finger.
const MOST_YEN: u32 = 1_000_000_000;

impl Counter {
    /// The answer as it goes to the server, with a name of its own: sent twice it is one.
    pub fn new_reply(&self, given: &ReplyGiven) -> Result<NewReply, CounterError> {
        let words = |text: &str| match text.trim() {
            "" => Ok(None),
            text => Words::parse(text).map(Some),
        };
        let applies = given.answer != AnswerGiven::DoesNotApply;
        if given.yen.is_some_and(|yen| yen == 0 || yen > MOST_YEN) {
            return Err(InquiryError::Amount.into());
        }
        let procedure = given.procedure.as_deref().map(ProcedureId::parse).transpose();
        Ok(NewReply {
            event: EventId::new(self.clock.new_id()),
            answer: given.answer.into(),
            here: given.here && applies,
            words: words(&given.words)?,
            procedure: procedure.map_err(CounterError::Name)?.map(ProcedureRef::of_case),
            money: given.money.filter(|_| applies).map(|flow| match flow {
                MoneyGiven::Owed => Money::Owed { yen: given.yen },
                MoneyGiven::Refunded => Money::Refunded { yen: given.yen },
            }),
            bring: words(&given.bring)?,
            call: words(&given.call)?,
        })
    }

    pub fn sheet_shown(&self, sheet: &Sheet) -> Result<SheetShown, CounterError> {
        let pack = self.city.pack.as_deref().ok_or(CounterError::NoPack)?;
        let line = &sheet.line;
        let office = replies::office_name(pack, line.office.as_str());
        let title = |id: &str| {
            let procedure = pack.procedures.iter().find(|one| one.id.as_str() == id)?;
            Some(procedure.name.on(self.today())?.ja.clone())
        };
        let asked = line.procedure.as_ref().map(|asked| asked.procedure.as_str());
        Ok(SheetShown {
            inquiry: line.id.to_string(),
            number: line.number.map(crate::reception::number_words).unwrap_or_default(),
            life_event: self
                .city
                .life_event(line.life_event.as_str())
                .map(|event| event.name.ja.clone())
                .unwrap_or_default(),
            procedure: asked.map(|id| title(id).unwrap_or_else(|| id.to_owned())).unwrap_or_default(),
            words: sheet.words.as_str().to_owned(),
            sent: queue::clock(line.sent),
            waiting: lasting(line.waiting_minutes),
            visit: line
                .visit
                .map(|at| format!("{} {}:{:02}", long_date(at.date()), at.hour(), at.minute()))
                .unwrap_or_default(),
            late: line.late,
            facts: sheet
                .facts
                .iter()
                .map(|fact| SheetRow {
                    label: fact.label.clone(),
                    value: fact.said.clone(),
                    source: fact.statement.source.into(),
                })
                .collect(),
            replies: sheet.replies.iter().map(|given| reply_shown(given, &office)).collect(),
            more: pack
                .procedures
                .iter()
                .filter(|one| one.office.as_str() == line.office.as_str() && Some(one.id.as_str()) != asked)
                .filter(|one| one.events.iter().any(|event| event.as_str() == line.life_event.as_str()))
                .filter_map(|one| {
                    Some(QueueLine {
                        inquiry: one.id.to_string(),
                        name: title(one.id.as_str())?,
                        office: office.clone(),
                        answered: false,
                    })
                })
                .collect(),
            office,
        })
    }

    /// 照会票 of a practice case.
    pub fn practice_sheet(&self, inquiry: InquiryId) -> Result<Sheet, CounterError> {
        let case = self.practice_case(inquiry)?.ok_or(InquiryError::Unknown)?;
        let book = self.book(&case)?;
        let pack: &Pack = book.pack();
        let lines = self.practice_lines(&case);
        let line = lines.into_iter().find(|line| line.id == inquiry).ok_or(InquiryError::Unknown)?;
        let inquiries = case.inquiries();
        let asked = inquiries.iter().find(|one| one.id == inquiry).ok_or(InquiryError::Unknown)?;
        let given = asked.replies.iter().map(|reply| GivenReply {
            by: reply.event.by.staff.clone(),
            at: reply.event.at,
            reply: NewReply {
                event: reply.event.id,
                answer: reply.answer,
                here: reply.here,
                words: reply.words.cloned(),
                procedure: reply.procedure.cloned(),
                money: reply.money,
                bring: reply.bring.cloned(),
                call: reply.call.cloned(),
            },
        });
        Ok(Sheet {
            words: asked.words.clone(),
            facts: facts_for(pack, &case, &line.office, line.procedure.as_ref()),
            replies: given.collect(),
            line,
        })
    }

    /// A practice department answers.
    pub fn practice_reply(&mut self, inquiry: InquiryId, reply: NewReply) -> Result<Sheet, CounterError> {
        let case = self.practice_case(inquiry)?.ok_or(InquiryError::Unknown)?;
        let office = case
            .inquiries()
            .iter()
            .find(|one| one.id == inquiry)
            .map(|one| one.office.as_str().to_owned())
            .ok_or(InquiryError::Unknown)?;
        let by = Author {
            staff: StaffId::parse(&office).map_err(CounterError::Name)?,
            terminal: self.me.terminal.clone(),
        };
        let NewReply { event, answer, here, words, procedure, money, bring, call } = reply;
        let kind = EventKind::ReplyGiven { inquiry, answer, here, words, procedure, money, bring, call };
        self.cases.append(&[case.next(event, by, self.clock.now(), kind)])?;
        self.practice_sheet(inquiry)
    }

    /// 練習: lets the departments answer everything that is open, as they might: most may be taken here, something is
    /// refunded, one wants to see the family, one does not apply.
    pub fn play_departments(&mut self, id: CaseId) -> Result<Visit, CounterError> {
        if !self.practice {
            return Err(InquiryError::Unknown.into());
        }
        let case = self.cases.get(id)?;
        let open: Vec<InquiryId> = case
            .inquiries()
            .iter()
            .filter(|inquiry| inquiry.procedure.is_some() && inquiry.replies.is_empty())
            .map(|inquiry| inquiry.id)
            .collect();
        for (at, inquiry) in open.into_iter().enumerate() {
            let given = played(at);
            let reply = self.new_reply(&given)?;
            self.practice_reply(inquiry, reply)?;
        }
        self.visit(id)
    }

    /// メモ of a reminder: practice departments are never late, and a real one is told by the server.
    pub fn reminded(&mut self, id: CaseId, office: &str) -> Result<Visit, CounterError> {
        let name = self
            .city
            .pack
            .as_deref()
            .map_or_else(|| office.to_owned(), |pack| replies::office_name(pack, office));
        self.note(id, &Personal::new(format!("{name}に催促しました。")))
    }
}

/// What the practice departments say, one after the other.
fn played(at: usize) -> ReplyGiven {
    let plain = ReplyGiven {
        answer: AnswerGiven::Applies,
        here: true,
        words: String::new(),
        money: None,
        yen: None,
        bring: String::new(),
        call: String::new(),
        procedure: None,
    };
    match at % 4 {
        0 => ReplyGiven { money: Some(MoneyGiven::Refunded), yen: Some(12_340), ..plain },
        1 => plain,
        2 => ReplyGiven {
            here: false,
            words: "ご家族に直接お話ししたいことがあります。".to_owned(),
            bring: "通帳".to_owned(),
            call: "担当 内線1234".to_owned(),
            ..plain
        },
        _ => ReplyGiven { answer: AnswerGiven::DoesNotApply, here: false, ..plain },
    }
}

fn reply_shown(given: &GivenReply, office: &str) -> ReplyShown {
    let said =
        |words: &Option<Words>| words.as_ref().map(|words| words.as_str().to_owned()).unwrap_or_default();
    let reply = &given.reply;
    ReplyShown {
        answer: reply.answer.into(),
        here: reply.here && reply.answer != ReplyAnswer::DoesNotApply,
        office: office.to_owned(),
        at: queue::clock(given.at),
        money: reply.money.map(money).unwrap_or_default(),
        bring: said(&reply.bring),
        call: said(&reply.call),
        words: said(&reply.words),
    }
}
