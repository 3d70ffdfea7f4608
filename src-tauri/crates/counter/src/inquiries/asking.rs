//! The asking side: what to ask of whom, and how far the answers are.

use std::collections::BTreeMap;

use madoka_casework::{
    Case, CaseId, EventKind, InquiryId, OfficeId, ProcedureId, ProcedureRef, State, Words,
};
use madoka_rules::pack::{Office, Procedure, ProcedureKind};
use madoka_rules::{Subject, Verdict};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::{AnswerGiven, InquiryError, ReplyShown, lasting, replies};
use crate::view::Texts;
use crate::visit::{self, Visit, member_name, texts};
use crate::{Counter, CounterError, Judged, office_time};

const ASKS: &str =
    "該当するか、納付や還付の額、この窓口で受けてよいか、持ち物、担当の連絡先を回答してください。";

/// 照会 of one case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct InquiriesView {
    pub offices: Vec<OfficeAsked>,
    /// Procedures that can be asked about and were not yet.
    pub to_ask: u32,
    pub asked: u32,
    pub answered: u32,
    /// Of the answered ones: which apply, and which of those this counter may take.
    pub apply: u32,
    pub here: u32,
    /// ワンストップ率 in percent, once something applies.
    pub one_stop: Option<u32>,
    /// The latest answer, in one quiet line.
    pub latest: String,
}

/// One office and what it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct OfficeAsked {
    pub office: String,
    pub name: Texts,
    pub at: String,
    pub phone: String,
    pub lines: Vec<AskedLine>,
}

/// One procedure asked about, or to ask about.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct AskedLine {
    pub procedure: String,
    pub who: Option<String>,
    pub name: String,
    pub state: AskedState,
    pub inquiry: Option<String>,
    /// `9:05`
    pub sent: String,
    /// 「35分」, until it was answered.
    pub waiting: String,
    pub reply: Option<ReplyShown>,
}

impl std::fmt::Debug for AskedLine {
    /// Whom it is for is a name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AskedLine({}, {:?})", self.procedure, self.state)
    }
}

/// How far an inquiry has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum AskedState {
    NotAsked,
    /// 送信待ち: it goes when the network is back.
    Unsent,
    Sent,
    Answered,
}

impl Counter {
    /// 照会 as it stands.
    pub fn inquiries(&self, id: CaseId) -> Result<InquiriesView, CounterError> {
        Ok(self.asked(&self.judged(id)?))
    }

    /// 照会する: everything not asked yet, of all offices or of one. One inquiry a procedure, so that each department sees
    /// what it needs for its answer and no more.
    pub fn send_inquiries(&mut self, id: CaseId, office: Option<&str>) -> Result<Visit, CounterError> {
        let judged = self.judged(id)?;
        if judged.case.state() == State::TakenBack {
            return Err(InquiryError::NothingToAsk.into());
        }
        let asked = asked_about(&judged.case);
        let mut events = Vec::new();
        for (about, procedure) in self.candidates(&judged) {
            let wanted = office.is_none_or(|office| procedure.office.as_str() == office);
            if !wanted || asked.contains_key(&about) {
                continue;
            }
            events.push(EventKind::InquirySent {
                inquiry: InquiryId::new(self.clock.new_id()),
                office: OfficeId::parse(procedure.office.as_str()).map_err(CounterError::Name)?,
                procedure: Some(about),
                words: Words::parse(ASKS)?,
            });
        }
        if events.is_empty() {
            return Err(InquiryError::NothingToAsk.into());
        }
        self.record(id, events)?;
        self.visit(id)
    }

    /// What other offices of the city decide about this case: their procedures that are needed or to be confirmed.
    fn candidates<'a>(&self, judged: &'a Judged) -> Vec<(ProcedureRef, &'a Procedure)> {
        let pack = judged.book.pack();
        let members = judged.case.members();
        let mut found = Vec::new();
        for entry in &judged.judgement.entries {
            if !matches!(entry.verdict, Verdict::Needed | Verdict::ToConfirm) {
                continue;
            }
            let Some(procedure) = pack.procedures.get(entry.procedure) else { continue };
            let office = pack.offices.iter().find(|office| office.id == procedure.office);
            let theirs = office.is_some_and(|office| !office.outside && !self.is_own(office));
            if !theirs || procedure.kind == ProcedureKind::Guide {
                continue;
            }
            let Ok(id) = ProcedureId::parse(procedure.id.as_str()) else { continue };
            let about = match entry.subject {
                Subject::Member(position) => {
                    members.member(position).map(|member| ProcedureRef::of_member(id, member))
                }
                Subject::Case | Subject::Household => Some(ProcedureRef::of_case(id)),
            };
            if let Some(about) = about {
                found.push((about, procedure));
            }
        }
        found
    }

    /// A corner receives for all corners of the city; a terminal is also its own offices'.
    fn is_own(&self, office: &Office) -> bool {
        let own = self.identity.as_ref().map(|identity| identity.offices.as_slice()).unwrap_or_default();
        office.corner || own.iter().any(|own| own.as_str() == office.id.as_str())
    }

    pub(crate) fn asked(&self, judged: &Judged) -> InquiriesView {
        let Judged { case, facts, book, .. } = judged;
        let pack = book.pack();
        let sent = asked_about(case);
        let inquiries = case.inquiries();
        let mut offices: BTreeMap<usize, Vec<AskedLine>> = BTreeMap::new();
        let mut all: Vec<(ProcedureRef, &Procedure)> = Vec::new();
        for asked in sent.keys() {
            let known = pack.procedures.iter().find(|one| one.id.as_str() == asked.procedure.as_str());
            all.extend(known.map(|procedure| (asked.clone(), procedure)));
        }
        for (about, procedure) in self.candidates(judged) {
            if !sent.contains_key(&about) {
                all.push((about, procedure));
            }
        }
        // One more procedure that a department found by itself.
        for inquiry in &inquiries {
            for about in inquiry.replies.iter().filter_map(|reply| reply.procedure) {
                let known = pack.procedures.iter().find(|one| one.id.as_str() == about.procedure.as_str());
                if let Some(procedure) = known
                    && !all.iter().any(|(one, _)| one == about)
                {
                    all.push((about.clone(), procedure));
                }
            }
        }
        all.sort_by_key(|(_, procedure)| {
            pack.procedures.iter().position(|one| one.id == procedure.id).unwrap_or(usize::MAX)
        });
        let mut view = InquiriesView::default();
        let mut latest = None;
        for (about, procedure) in all {
            let Some(at) = pack.offices.iter().position(|office| office.id == procedure.office) else {
                continue;
            };
            let asked = sent.get(&about).and_then(|id| inquiries.iter().find(|one| one.id == *id));
            let answers = inquiries.iter().filter_map(|inquiry| {
                let reply = inquiry.replies.iter().find(|reply| reply.procedure == Some(&about))?;
                Some((inquiry, reply))
            });
            let answer = answers.max_by_key(|(_, reply)| replies::in_order(reply));
            let reply = answer.map(|(inquiry, reply)| replies::shown(pack, inquiry.office, reply));
            view.asked += u32::from(asked.is_some());
            view.to_ask += u32::from(asked.is_none() && reply.is_none());
            if let Some((reply, (_, given))) = reply.as_ref().zip(answer) {
                view.answered += 1;
                view.apply += u32::from(reply.answer == AnswerGiven::Applies);
                view.here += u32::from(reply.answer == AnswerGiven::Applies && reply.here);
                if latest.as_ref().is_none_or(|(at, _)| *at <= given.event.at) {
                    let says = said(reply);
                    let words = format!(
                        "{} {}から回答：{} {says}",
                        reply.at,
                        reply.office,
                        name(book.on(), procedure)
                    );
                    latest = Some((given.event.at, words));
                }
            }
            let waited = asked.filter(|_| reply.is_none()).map(|asked| {
                let seconds = self.clock.now().as_second().saturating_sub(asked.sent.as_second()).max(0);
                lasting(u32::try_from(seconds / 60).unwrap_or(u32::MAX))
            });
            offices.entry(at).or_default().push(AskedLine {
                procedure: procedure.id.to_string(),
                who: about
                    .member
                    .and_then(|member| case.members().position(member))
                    .map(|position| member_name(facts, position)),
                name: name(book.on(), procedure),
                state: match (&reply, asked) {
                    (Some(_), _) => AskedState::Answered,
                    (None, None) => AskedState::NotAsked,
                    (None, Some(asked)) if !self.practice && self.is_unsent(case, asked.id) => {
                        AskedState::Unsent
                    }
                    (None, Some(_)) => AskedState::Sent,
                },
                inquiry: asked.map(|asked| asked.id.to_string()),
                sent: asked.map(|asked| office_time::clock(asked.sent)).unwrap_or_default(),
                waiting: waited.unwrap_or_default(),
                reply,
            });
        }
        view.one_stop = (view.here * 100).checked_div(view.apply);
        view.latest = latest.map(|(_, words)| words).unwrap_or_default();
        let mut offices: Vec<(&Office, Vec<AskedLine>)> =
            offices.into_iter().filter_map(|(at, lines)| Some((pack.offices.get(at)?, lines))).collect();
        offices.sort_by(|(one, _), (other, _)| (&one.floor, &one.window).cmp(&(&other.floor, &other.window)));
        view.offices = offices
            .into_iter()
            .map(|(office, lines)| OfficeAsked {
                office: office.id.to_string(),
                name: texts(&office.name),
                at: visit::at(office),
                phone: office.phone.clone().unwrap_or_default(),
                lines,
            })
            .collect();
        view
    }
}

fn name(on: jiff::civil::Date, procedure: &Procedure) -> String {
    procedure.name.on(on).map_or_else(|| procedure.id.to_string(), |name| name.ja.clone())
}

/// 「該当する・この窓口で受けてよい」
fn said(reply: &ReplyShown) -> &'static str {
    match (reply.answer, reply.here) {
        (AnswerGiven::Applies, true) => "該当する・この窓口で受けてよい",
        (AnswerGiven::Applies, false) => "該当する・その課で受ける",
        (AnswerGiven::DoesNotApply, _) => "該当しない",
        (AnswerGiven::AskThere, _) => "来庁時に確認する",
    }
}

/// Which inquiry asks about each procedure; notices (事前連絡) ask about none.
fn asked_about(case: &Case) -> BTreeMap<ProcedureRef, InquiryId> {
    let asked = case.inquiries();
    asked.iter().filter_map(|inquiry| Some((inquiry.procedure?.clone(), inquiry.id))).collect()
}
