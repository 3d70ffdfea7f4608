//! 後日: what a family still has to do after the visit, until when, and what was said on the telephone since.
//!
//! Nothing here is a truth of its own: the cases that were closed are judged as they stand today. That a case needs no
//! further look is a note like every other, so it travels with the case and says who decided.

use jiff::ToSpan as _;
use madoka_casework::{Case, CaseId, EventKind, State, Words};
use madoka_rules::Verdict;
use madoka_text::Personal;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::view::CaseRow;
use crate::visit::{Note, RowVerdict, family, procedures};
use crate::{Counter, CounterError, Judged, office_time};

/// So long a closed case is looked after: 相続税の申告 is due ten months after.
const DAYS: i64 = 320;
/// A deadline this near is a reminder.
const SOON: i64 = 14;
/// Begins the note that ends the looking after.
const ENDED: &str = "後日の確認を終えました";

/// このあとの確認: the cases with something left, the nearest deadline first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Afterwards {
    pub rows: Vec<AfterRow>,
    /// Of them, those whose next deadline is near or over.
    pub soon: u32,
}

/// One family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct AfterRow {
    pub case: CaseRow,
    pub phone: String,
    /// 「2026年11月20日」
    pub visited: String,
    pub left: Vec<AfterItem>,
    pub soon: bool,
    pub notes: Vec<Note>,
}

/// One thing that is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct AfterItem {
    pub name: String,
    pub office: String,
    /// 「2027年2月2日（火）まで」; empty where there is none.
    pub deadline: String,
    pub overdue: bool,
    /// 「後で」の理由
    pub reason: String,
}

impl Counter {
    /// What is left of the visits that ended here.
    pub fn afterwards(&self) -> Result<Afterwards, CounterError> {
        let today = self.today();
        let from = today.checked_sub(DAYS.days()).unwrap_or(today);
        let soon = today.checked_add(SOON.days()).unwrap_or(today).to_string();
        let mut rows: Vec<(String, AfterRow)> = Vec::new();
        let (begin, _) = office_time::bounds(from);
        let (_, end) = office_time::bounds(today);
        for case in self.cases.store()?.cases_between(begin, end)? {
            if case.state() != State::Closed || ended(&case) {
                continue;
            }
            let Ok(judged) = self.judged(case.id) else { continue };
            if let Some((due, row)) = self.after_row(&judged, &soon) {
                rows.push((due, row));
            }
        }
        rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        let rows: Vec<AfterRow> = rows.into_iter().map(|(_, row)| row).collect();
        let near = rows.iter().filter(|row| row.soon).count();
        Ok(Afterwards { soon: u32::try_from(near).unwrap_or(u32::MAX), rows })
    }

    fn after_row(&self, judged: &Judged, soon: &str) -> Option<(String, AfterRow)> {
        let Judged { case, facts, book, judgement } = judged;
        // Only where a family is looked after: the sheet says so.
        let sheet = family(book.pack(), &case.life_event, facts)?;
        judgement.of(Verdict::Needed).next()?;
        let list = procedures(book, judgement, facts, case);
        let today = self.today().to_string();
        let mut first = String::new();
        let mut left = Vec::new();
        for row in &list.rows {
            use crate::visit::MarkGiven::{Declined, Done, Later, NotApplicable};
            if row.verdict != RowVerdict::Needed || row.only_told && row.due.is_none() {
                continue;
            }
            let reason = match &row.mark {
                Some(Done { .. } | Declined { .. } | NotApplicable { .. }) => continue,
                Some(Later { reason }) => reason.clone().unwrap_or_default(),
                _ => String::new(),
            };
            if let Some(due) = &row.due
                && (first.is_empty() || *due < first)
            {
                first.clone_from(due);
            }
            left.push(AfterItem {
                name: row.name.ja.clone(),
                office: row.office.ja.clone(),
                deadline: row.deadline.clone(),
                overdue: row.due.as_ref().is_some_and(|due| *due < today),
                reason,
            });
        }
        if left.is_empty() {
            return None;
        }
        let phone = sheet.persons.iter().filter(|person| person.id == "visitor").find_map(|person| {
            person.rows.iter().find(|row| row.question.fact == "visitor.phone").map(|row| row.said.clone())
        });
        let near = !first.is_empty() && first.as_str() <= soon;
        let due = if first.is_empty() { "9999".to_owned() } else { first };
        let day = office_time::day(case.opened);
        Some((
            due,
            AfterRow {
                case: self.row(case),
                phone: phone.unwrap_or_default(),
                visited: format!("{}年{}月{}日", day.year(), day.month(), day.day()),
                left,
                soon: near,
                notes: self.notes(case),
            },
        ))
    }

    /// 電話の記録; with `end` nothing more is to be looked after.
    pub fn follow_up(
        &mut self,
        id: CaseId,
        text: &Personal<String>,
        end: bool,
    ) -> Result<Afterwards, CounterError> {
        let said = text.expose().trim();
        let words = match (end, said) {
            (true, "") => ENDED.to_owned(),
            (true, said) => format!("{ENDED}：{said}"),
            (false, said) => said.to_owned(),
        };
        self.record(id, [EventKind::Noted { words: Words::parse(&words)? }])?;
        self.afterwards()
    }
}

fn ended(case: &Case) -> bool {
    case.notes().last().is_some_and(|(words, _)| words.as_str().starts_with(ENDED))
}
