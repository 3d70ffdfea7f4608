//! 照会の一覧: what a department is asked, case by case, who comes soonest first.

use madoka_casework::{Case, CaseId, InquiryId, State};
use madoka_sync::wire::inquiries::Line;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::{lasting, replies};
use crate::view::Texts;
use crate::visit::long_date;
use crate::{Counter, CounterError, office_time};

/// The 照会 screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Queue {
    pub cases: Vec<QueueCase>,
    /// Inquiries without an answer.
    pub open: u32,
}

/// One case that asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct QueueCase {
    pub case: String,
    /// 案件番号, to read out on the telephone.
    pub number: String,
    pub life_event: Texts,
    /// 「11月25日 10:00 来庁」; empty without a booking.
    pub visit: String,
    /// The family comes today, or sits there already.
    pub today: bool,
    /// 「35分」 since the oldest open question.
    pub waiting: String,
    pub reminded: u32,
    /// The case was closed without this answer.
    pub late: bool,
    pub open: u32,
    pub lines: Vec<QueueLine>,
}

/// One question of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct QueueLine {
    pub inquiry: String,
    /// The procedure, or 「事前連絡・お尋ね」.
    pub name: String,
    pub office: String,
    pub answered: bool,
}

impl Counter {
    /// The lines of a server's answer, or of practice, as the screen shows them.
    pub fn queue_shown(&self, lines: &[Line]) -> Queue {
        let mut queue = Queue::default();
        for line in lines {
            let open = u32::from(line.answered.is_none());
            queue.open += open;
            let of = self.queue_line(line);
            let id = line.case.to_string();
            if let Some(case) = queue.cases.iter_mut().find(|case| case.case == id) {
                case.open += open;
                case.reminded = case.reminded.max(line.reminded);
                case.late |= line.late;
                case.lines.push(of);
                continue;
            }
            let today = line.visit.is_none_or(|visit| visit.date() <= self.today());
            queue.cases.push(QueueCase {
                case: id,
                number: line.number.map(crate::reception::number_words).unwrap_or_default(),
                life_event: self
                    .city
                    .life_event(line.life_event.as_str())
                    .map(|event| event.name.clone())
                    .unwrap_or_default(),
                visit: line
                    .visit
                    .map(|at| format!("{} {}:{:02} 来庁", long_date(at.date()), at.hour(), at.minute()))
                    .unwrap_or_default(),
                today,
                waiting: lasting(line.waiting_minutes),
                reminded: line.reminded,
                late: line.late,
                open,
                lines: vec![of],
            });
        }
        queue
    }

    fn queue_line(&self, line: &Line) -> QueueLine {
        let pack = self.city.pack.as_deref();
        let name = line.procedure.as_ref().and_then(|asked| {
            let procedure =
                pack?.procedures.iter().find(|one| one.id.as_str() == asked.procedure.as_str())?;
            Some(procedure.name.on(self.today())?.ja.clone())
        });
        let name = match (&line.procedure, name) {
            (None, _) => "事前連絡・お尋ね".to_owned(),
            (Some(_), Some(name)) => name,
            (Some(asked), None) => asked.procedure.as_str().to_owned(),
        };
        QueueLine {
            inquiry: line.id.to_string(),
            name,
            office: pack.map(|pack| replies::office_name(pack, line.office.as_str())).unwrap_or_default(),
            answered: line.answered.is_some(),
        }
    }

    /// What today's practice cases ask, as a server would tell it.
    pub fn practice_queue(&self, answered: bool) -> Result<Vec<Line>, CounterError> {
        let mut lines = Vec::new();
        for case in self.cases.opened_on(self.today())? {
            if case.state() != State::TakenBack {
                lines.extend(self.practice_lines(&case));
            }
        }
        lines.retain(|line| answered || line.answered.is_none());
        lines.sort_by_key(|line| (std::cmp::Reverse(line.waiting_minutes), line.id));
        Ok(lines)
    }

    pub(super) fn practice_lines(&self, case: &Case) -> Vec<Line> {
        let visit = self.booked_for(case.id);
        let line = |inquiry: &madoka_casework::Inquiry<'_>| {
            let answered = inquiry.replies.iter().map(|reply| reply.event.at).min();
            let until = answered.unwrap_or_else(|| self.clock.now());
            let waited = until.as_second().saturating_sub(inquiry.sent.as_second()).max(0) / 60;
            Line {
                id: inquiry.id,
                case: case.id,
                number: case.number(),
                life_event: case.life_event.clone(),
                office: inquiry.office.clone(),
                procedure: inquiry.procedure.cloned(),
                sent: inquiry.sent,
                waiting_minutes: u32::try_from(waited).unwrap_or(u32::MAX),
                visit,
                reminded: 0,
                reminded_at: None,
                answered,
                late: case.state() == State::Closed && answered.is_none(),
            }
        };
        case.inquiries().iter().map(line).collect()
    }

    /// The practice case that asks this.
    pub(super) fn practice_case(&self, inquiry: InquiryId) -> Result<Option<Case>, CounterError> {
        let cases = self.cases.opened_on(self.today())?;
        Ok(cases.into_iter().find(|case| case.inquiries().iter().any(|one| one.id == inquiry)))
    }

    /// Whose case an inquiry of this terminal belongs to.
    pub fn is_case_here(&self, id: CaseId) -> bool {
        self.cases.get(id).is_ok()
    }
}

/// 「9:05」
pub(super) fn clock(at: jiff::Timestamp) -> String {
    office_time::clock(at)
}
