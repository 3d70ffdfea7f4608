//! 進み: who waits for whom. For everybody behind the counter: which departments owe an answer and since when, which of
//! them the family must meet and when to call them over, and how far each visit is.
//!
//! Everything is computed from the cases of the day. Calling times are an aim, not a promise: they begin when the
//! corner's own part should be over and follow the way through the building.

use jiff::{SignedDuration, Timestamp};
use madoka_casework::{CaseId, State, Step};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::inquiries::{AnswerGiven, AskedState};
use crate::view::CaseRow;
use crate::visit::{MarkGiven, Place, RowVerdict};
use crate::{Counter, CounterError, Judged, office_time};

/// The corner's own part of a calm visit.
const CORNER: SignedDuration = SignedDuration::from_mins(30);
/// The family is still at the desk: nobody is called before.
const SOON: SignedDuration = SignedDuration::from_mins(5);
/// At each department for the first procedure, and for each further one.
const FIRST: i64 = 10;
const FURTHER: i64 = 5;

/// The 進み screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Board {
    pub rows: Vec<BoardRow>,
    /// `9:05`, when it was made.
    pub at: String,
}

/// One visit of the day that concerns departments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct BoardRow {
    pub case: CaseRow,
    /// What is being done now: 「聞き取り」.
    pub now: String,
    /// Questions left before everything is decided.
    pub questions: u32,
    pub asked: u32,
    pub answered: u32,
    pub one_stop: Option<u32>,
    /// 窓口が待つ課: who still owes an answer.
    pub owing: Vec<Owing>,
    /// 家族が会う課, in the order to walk.
    pub meets: Vec<Meet>,
}

/// A department that was asked and has not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Owing {
    pub office: String,
    pub phone: String,
    pub inquiries: u32,
    /// 「35分」 of the one that waits longest.
    pub waiting: String,
}

/// A department the family must meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Meet {
    pub office: String,
    pub at: String,
    pub phone: String,
    pub procedures: Vec<String>,
    /// 「10:40」: when to call it over.
    pub call: String,
    /// Whom to call, as the department said.
    pub whom: String,
    /// Everything there is settled.
    pub done: bool,
}

impl Counter {
    /// Today's visits with anything for departments to do, the longest waiting first.
    pub fn board(&self) -> Result<Board, CounterError> {
        let mut rows = Vec::new();
        for case in self.cases.opened_on(self.today())? {
            if !matches!(case.state(), State::TakenBack | State::Closed) {
                rows.extend(self.board_row(case.id)?);
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.case.waiting_minutes));
        Ok(Board { rows, at: office_time::clock(self.clock.now()) })
    }

    fn board_row(&self, id: CaseId) -> Result<Option<BoardRow>, CounterError> {
        let judged = self.judged(id)?;
        let visit = self.seen(&judged);
        let meets = self.meets(&judged, &visit.procedures.rows);
        let inquiries = &visit.inquiries;
        if inquiries.asked == 0 && meets.is_empty() {
            return Ok(None);
        }
        let owing = inquiries.offices.iter().filter_map(|office| {
            let open = office
                .lines
                .iter()
                .filter(|line| matches!(line.state, AskedState::Sent | AskedState::Unsent));
            let waiting = open.clone().map(|line| line.waiting.clone()).next()?;
            Some(Owing {
                office: office.name.ja.clone(),
                phone: office.phone.clone(),
                inquiries: u32::try_from(open.count()).unwrap_or(u32::MAX),
                waiting,
            })
        });
        Ok(Some(BoardRow {
            now: now(&judged),
            questions: visit.interview.remaining,
            asked: inquiries.asked,
            answered: inquiries.answered,
            one_stop: inquiries.one_stop,
            owing: owing.collect(),
            meets,
            case: visit.case,
        }))
    }

    /// Whom the family must meet, floor by floor, with the times to call.
    pub(crate) fn meets(&self, judged: &Judged, rows: &[crate::visit::ProcedureRow]) -> Vec<Meet> {
        let pack = judged.book.pack();
        let mut offices: Vec<(usize, Vec<&crate::visit::ProcedureRow>)> = Vec::new();
        for row in rows.iter().filter(|row| must_meet(row)) {
            let Some(at) = pack.offices.iter().position(|office| office.id.as_str() == row.office_id) else {
                continue;
            };
            match offices.iter_mut().find(|(office, _)| *office == at) {
                Some((_, there)) => there.push(row),
                None => offices.push((at, vec![row])),
            }
        }
        offices.sort_by_key(|(at, _)| {
            pack.offices.get(*at).map(|office| (office.floor.clone(), office.window.clone()))
        });
        let mut call = self.corner_done(judged);
        let mut meets = Vec::new();
        for (at, there) in offices {
            let Some(office) = pack.offices.get(at) else { continue };
            let done = there.iter().all(|row| row.mark.is_some());
            let mut whom = there.iter().filter_map(|row| row.reply.as_ref()).map(|reply| reply.call.clone());
            meets.push(Meet {
                office: office.name.ja.clone(),
                at: crate::visit::at(office),
                phone: office.phone.clone().unwrap_or_default(),
                procedures: there.iter().map(|row| row.name.ja.clone()).collect(),
                call: if done { String::new() } else { office_time::clock(call) },
                whom: whom.find(|whom| !whom.is_empty()).unwrap_or_default(),
                done,
            });
            if !done {
                let further = i64::try_from(there.len().saturating_sub(1)).unwrap_or_default();
                let minutes = FIRST.saturating_add(FURTHER.saturating_mul(further));
                call = later(call, SignedDuration::from_mins(minutes));
            }
        }
        meets
    }

    /// When the corner's own part should be over, on a full five minutes.
    fn corner_done(&self, judged: &Judged) -> Timestamp {
        let case = &judged.case;
        let begun = case.deeds().iter().find_map(|deed| match deed.event.kind {
            madoka_casework::EventKind::StepEntered { .. } => Some(deed.event.at),
            _ => None,
        });
        let aim = later(begun.unwrap_or_else(|| self.clock.now()), CORNER);
        let at = aim.max(later(self.clock.now(), SOON));
        let over = at.as_second().rem_euclid(300);
        later(at, SignedDuration::from_secs(if over == 0 { 0 } else { 300 - over }))
    }
}

/// The department itself wants to see them, or only it can take what is needed.
fn must_meet(row: &crate::visit::ProcedureRow) -> bool {
    let declined = matches!(row.mark, Some(MarkGiven::Declined { .. } | MarkGiven::NotApplicable { .. }));
    let there = match &row.reply {
        Some(reply) => match reply.answer {
            AnswerGiven::Applies => !reply.here,
            AnswerGiven::AskThere => true,
            AnswerGiven::DoesNotApply => false,
        },
        None => row.verdict == RowVerdict::Needed && row.place == Place::OtherOffice,
    };
    there && !declined && !row.only_told
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

fn now(judged: &Judged) -> String {
    let word = match judged.case.state() {
        State::Waiting => return "呼び出し待ち".to_owned(),
        State::Closed => "完了",
        State::TakenBack => "取消",
        State::InHand => match judged.case.step() {
            Step::Receiving | Step::Reading => "読取",
            Step::Asking => "聞き取り",
            Step::Choosing => "手続の確認",
            Step::Filling | Step::Printing | Step::Signing => "書類",
            Step::Guiding => "案内",
        },
    };
    word.to_owned()
}
