//! What the answers of departments say of a case's procedures: read from the case each time, so an answer counts the
//! moment it arrives, and undoing nothing is needed where a later one corrects it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use madoka_casework::{Case, EventId, OfficeId, ProcedureRef, Reply, ReplyAnswer};
use madoka_rules::Subject;
use madoka_rules::pack::{Pack, Procedure};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::{AnswerGiven, money};
use crate::office_time;
use crate::papers::ProcedureFor;

/// One answer as screens show it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ReplyShown {
    pub answer: AnswerGiven,
    /// この窓口で受けてよい
    pub here: bool,
    /// The office that says so.
    pub office: String,
    /// `9:05`
    pub at: String,
    pub money: String,
    pub bring: String,
    pub call: String,
    pub words: String,
}

impl std::fmt::Debug for ReplyShown {
    /// Answers are about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReplyShown({:?}, here: {})", self.answer, self.here)
    }
}

/// The latest answer about each procedure of a case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replies {
    of: BTreeMap<ProcedureFor, ReplyShown>,
}

impl Replies {
    pub(crate) fn of(pack: &Pack, case: &Case) -> Self {
        let members = case.members();
        let subject = |procedure: &ProcedureRef| match procedure.member {
            Some(member) => members.position(member).map(Subject::Member),
            None => Some(Subject::Case),
        };
        let mut of = BTreeMap::new();
        // A department may correct itself from wherever it stands: the last word counts, whichever inquiry it answers.
        let inquiries = case.inquiries();
        let mut replies: Vec<(&OfficeId, &Reply<'_>)> = inquiries
            .iter()
            .flat_map(|inquiry| inquiry.replies.iter().map(|reply| (inquiry.office, reply)))
            .collect();
        replies.sort_by_key(|(_, reply)| in_order(reply));
        for (office, reply) in replies {
            let Some(procedure) = reply.procedure else { continue };
            if let Some(subject) = subject(procedure) {
                let about = (procedure.procedure.as_str().to_owned(), subject);
                of.insert(about, shown(pack, office, reply));
            }
        }
        Self { of }
    }

    /// The answer about a procedure for somebody. One for the household is answered as one of the case.
    pub(crate) fn about(&self, procedure: &Procedure, subject: Subject) -> Option<&ReplyShown> {
        let subject = if subject == Subject::Household { Subject::Case } else { subject };
        self.of.get(&(procedure.id.to_string(), subject))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ProcedureFor, &ReplyShown)> {
        self.of.iter()
    }
}

/// When a reply was given. Each knows of no more than the inquiry it answers, so the order of events says nothing of two
/// replies to two inquiries; all of them are written at one place, the city's server, and its clock does.
pub(super) fn in_order(reply: &Reply<'_>) -> (Timestamp, EventId) {
    (reply.event.at, reply.event.id)
}

pub(super) fn shown(pack: &Pack, office: &OfficeId, reply: &Reply<'_>) -> ReplyShown {
    let said = |words: Option<&madoka_casework::Words>| {
        words.map(|words| words.as_str().to_owned()).unwrap_or_default()
    };
    ReplyShown {
        answer: reply.answer.into(),
        here: reply.here && reply.answer != ReplyAnswer::DoesNotApply,
        office: office_name(pack, office.as_str()),
        at: office_time::clock(reply.event.at),
        money: reply.money.map(money).unwrap_or_default(),
        bring: said(reply.bring),
        call: said(reply.call),
        words: said(reply.words),
    }
}

pub(super) fn office_name(pack: &Pack, id: &str) -> String {
    let office = pack.offices.iter().find(|office| office.id.as_str() == id);
    office.map_or_else(|| id.to_owned(), |office| office.name.ja.clone())
}
