//! 手続: what the resident needs, where, by when, with what, and why.

use std::collections::{BTreeMap, BTreeSet};

use madoka_casework::{Case, ProcedureId, ProcedureRef};
use madoka_facts::{Answer, FactPath, Facts, Id, Value};
use madoka_rules::pack::{CHECKS, Office, Procedure, ProcedureKind, WhenUnknown};
use madoka_rules::{Entry, Judgement, Rulebook, Subject, Verdict};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::{MarkGiven, long_date, member_name, texts};
use crate::inquiries::{AnswerGiven, Replies, ReplyShown};
use crate::papers;
use crate::view::Texts;

/// The 手続 screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ProcedureList {
    /// Needed ones first, then those to confirm, then those still to ask about; what is not needed is only counted.
    pub rows: Vec<ProcedureRow>,
    pub not_needed: u32,
    /// Of the needed ones, in yen.
    pub fee_total: u32,
    /// 持ち物 of what is needed or to be confirmed and not settled yet, each once.
    pub bring: Vec<Thing>,
    /// Offices in the order to visit them.
    pub offices: Vec<Stop>,
    /// Answers that contradict each other (labels).
    pub clashes: Vec<String>,
    /// The fact that holds what is ticked of the checklists, and what is.
    pub checks: String,
    pub ticked: Vec<String>,
}

/// One procedure for one person or for the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
#[expect(clippy::struct_excessive_bools, reason = "the screen shows each by itself")]
pub struct ProcedureRow {
    pub id: String,
    /// `case`, `household`, `household[0]`
    pub subject: String,
    /// The member it is for.
    pub who: Option<String>,
    pub name: Texts,
    pub verdict: RowVerdict,
    /// 念のためのご案内: told rather than asked back.
    pub as_guide: bool,
    /// 案内: something to tell or hand out, with nothing to file.
    pub only_told: bool,
    pub place: Place,
    pub office: Texts,
    pub office_id: String,
    /// 「1階 3番窓口」
    pub at: String,
    pub phone: String,
    /// 対応レベル 1–6
    pub level: u8,
    /// Its forms are filled in and printed here, whoever takes them.
    pub written_here: bool,
    pub reason: String,
    pub law: Vec<String>,
    /// 「2026年11月4日（水）まで」
    pub deadline: String,
    /// As the pack says it: 「14日以内」
    pub deadline_text: Option<Texts>,
    /// ISO date, for sorting.
    pub due: Option<String>,
    /// 目安: the day it counts from is not exact.
    pub approximate: bool,
    pub bring: Vec<Thing>,
    /// チェックリスト of the procedure and of its office.
    pub checks: Vec<CheckRow>,
    pub fee: u32,
    pub forms: Vec<String>,
    pub staff_note: String,
    pub resident_note: Option<Texts>,
    /// What nobody has checked yet about this procedure; for supervisors.
    pub uncertain: String,
    pub mark: Option<MarkGiven>,
    /// 関係課の回答, which decides where it is taken and whether it applies.
    pub reply: Option<ReplyShown>,
}

/// 確認事項: one line to tick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CheckRow {
    pub id: String,
    /// 「本人確認」
    pub kind: String,
    pub name: String,
    pub done: bool,
}

/// 必要・要確認・未判定
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum RowVerdict {
    Needed,
    ToConfirm,
    Undecided,
}

/// Where it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum Place {
    /// ここで受付: this counter takes it.
    Here,
    /// 他の窓口へ
    OtherOffice,
    /// 市役所以外
    Outside,
}

/// A thing to bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Thing {
    pub name: Texts,
    /// 要るか確認: depends on something not known.
    pub sure: bool,
}

/// One office to visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Stop {
    pub office: Texts,
    pub at: String,
    pub phone: String,
    pub outside: bool,
    /// How many procedures wait there.
    pub procedures: u32,
}

/// 対象外: one procedure that is not needed, and why not (なぜ出ない).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct NotNeeded {
    pub id: String,
    /// `case`, `household`, `household[0]`
    pub subject: String,
    pub name: String,
    pub who: Option<String>,
    pub office: String,
    pub reason: String,
}

pub(crate) fn not_needed(book: &Rulebook, judgement: &Judgement, facts: &Facts) -> Vec<NotNeeded> {
    let pack = book.pack();
    let row = |entry: &Entry| {
        let procedure = pack.procedures.get(entry.procedure)?;
        let office = pack.offices.iter().find(|office| office.id == procedure.office);
        Some(NotNeeded {
            id: procedure.id.to_string(),
            subject: entry.subject.to_string(),
            name: procedure.name.on(book.on())?.ja.clone(),
            who: who(entry.subject, facts),
            office: office.map(|office| office.name.ja.clone()).unwrap_or_default(),
            reason: book.reason(entry, facts),
        })
    };
    judgement.of(Verdict::NotNeeded).filter_map(row).collect()
}

fn who(subject: Subject, facts: &Facts) -> Option<String> {
    match subject {
        Subject::Case => None,
        Subject::Household => Some("世帯員".to_owned()),
        Subject::Member(index) => Some(member_name(facts, index)),
    }
}

pub(crate) fn place(procedure: &Procedure, office: Option<&Office>) -> Place {
    if office.is_some_and(|office| office.outside) {
        Place::Outside
    } else if papers::receives(procedure) {
        Place::Here
    } else {
        Place::OtherOffice
    }
}

pub(crate) fn procedures(
    book: &Rulebook,
    judgement: &Judgement,
    facts: &Facts,
    case: &Case,
) -> ProcedureList {
    let replies = Replies::of(book.pack(), case);
    let mut rows: Vec<ProcedureRow> =
        judgement.entries.iter().filter_map(|entry| row(book, entry, facts, case, &replies)).collect();
    // A stable sort: within one verdict and place the pack's order stays.
    rows.sort_by_key(|row| (row.verdict, row.place));
    let sum = |rows: &[ProcedureRow]| {
        rows.iter()
            .filter(|row| row.verdict == RowVerdict::Needed)
            .fold(0_u32, |total, row| total.saturating_add(row.fee))
    };
    ProcedureList {
        not_needed: u32::try_from(judgement.of(Verdict::NotNeeded).count()).unwrap_or(u32::MAX),
        fee_total: sum(&rows),
        bring: things(&rows),
        offices: stops(book, &rows),
        checks: CHECKS.to_owned(),
        ticked: ticked(facts).into_iter().map(|id| id.to_string()).collect(),
        clashes: judgement.clashes.iter().map(|path| book.pack().vocabulary.label(path)).collect(),
        rows,
    }
}

/// What is ticked of the checklists.
fn ticked(facts: &Facts) -> BTreeSet<Id> {
    let known = CHECKS.parse::<FactPath>().ok().map(|path| facts.answer(&path));
    match known {
        Some(Answer::Known(Value::Choices(ids))) => ids.clone(),
        _ => BTreeSet::new(),
    }
}

fn row(
    book: &Rulebook,
    entry: &Entry,
    facts: &Facts,
    case: &Case,
    replies: &Replies,
) -> Option<ProcedureRow> {
    let pack = book.pack();
    let on = book.on();
    let procedure = pack.procedures.get(entry.procedure)?;
    let ticks = ticked(facts);
    let checks = pack.checks.iter().filter(|check| check.is_of(procedure)).map(|check| CheckRow {
        id: check.id.to_string(),
        kind: check.kind.label().to_owned(),
        name: check.name.ja.clone(),
        done: ticks.contains(&check.id),
    });
    let checks = checks.collect();
    let reply = replies.about(procedure, entry.subject);
    let verdict = match entry.verdict {
        // The office that owns it knows better than what the family could say.
        _ if reply.is_some_and(|reply| reply.answer == AnswerGiven::Applies) => RowVerdict::Needed,
        Verdict::Needed => RowVerdict::Needed,
        Verdict::ToConfirm => RowVerdict::ToConfirm,
        Verdict::Undecided => RowVerdict::Undecided,
        Verdict::NotNeeded => return None,
    };
    let office = pack.offices.iter().find(|office| office.id == procedure.office);
    let due = entry.due.as_ref();
    let deadline = due.and_then(|due| procedure.deadlines.get(due.deadline));
    let bring = entry.bring.iter().filter_map(|(at, sure)| {
        let item = &procedure.bring.get(*at)?.item;
        let item = pack.items.iter().find(|known| known.id == *item)?;
        Some(Thing { name: texts(&item.name), sure: *sure })
    });
    Some(ProcedureRow {
        id: procedure.id.to_string(),
        subject: entry.subject.to_string(),
        who: who(entry.subject, facts),
        name: texts(procedure.name.on(on)?),
        verdict,
        as_guide: verdict == RowVerdict::ToConfirm && procedure.when_unknown == WhenUnknown::Guide,
        only_told: procedure.kind == ProcedureKind::Guide,
        place: match reply {
            Some(reply) if reply.answer == AnswerGiven::Applies && reply.here => Place::Here,
            Some(reply) if reply.answer == AnswerGiven::Applies => Place::OtherOffice,
            _ => place(procedure, office),
        },
        office: office.map(|office| texts(&office.name)).unwrap_or_default(),
        office_id: procedure.office.to_string(),
        at: office.map(at).unwrap_or_default(),
        phone: office.and_then(|office| office.phone.clone()).unwrap_or_default(),
        level: procedure.level,
        written_here: papers::writes(procedure),
        reason: match reply {
            Some(reply) if entry.verdict != Verdict::Needed && reply.answer == AnswerGiven::Applies => {
                format!("{}の回答：該当する", reply.office)
            }
            _ => book.reason(entry, facts),
        },
        law: procedure.law.clone(),
        deadline: due
            .and_then(|due| due.day)
            .map(|day| format!("{}まで", long_date(day)))
            .unwrap_or_default(),
        deadline_text: deadline.map(|deadline| texts(&deadline.text)),
        due: due.and_then(|due| due.day).map(|day| day.to_string()),
        approximate: due.is_some_and(|due| due.approximate),
        checks,
        bring: bring.collect(),
        fee: procedure.fee.on(on).copied().unwrap_or(0),
        forms: procedure
            .forms
            .iter()
            .filter_map(|id| pack.forms.iter().find(|form| form.id == *id))
            .map(|form| form.name.ja.clone())
            .collect(),
        staff_note: procedure.staff_note.on(on).map(|note| note.ja.clone()).unwrap_or_default(),
        resident_note: procedure.resident_note.on(on).map(texts),
        uncertain: procedure.uncertain.clone().unwrap_or_default(),
        mark: marked(case, procedure, entry.subject).or_else(|| reply.and_then(marked_by)),
        reply: reply.cloned(),
    })
}

/// An officer's own mark comes first; without one the answer 該当しない settles the procedure.
fn marked_by(reply: &ReplyShown) -> Option<MarkGiven> {
    (reply.answer == AnswerGiven::DoesNotApply).then(|| MarkGiven::NotApplicable {
        reason: Some(format!(
            "{}の回答{}{}",
            reply.office,
            if reply.words.is_empty() { "" } else { "：" },
            reply.words
        )),
    })
}

fn marked(case: &Case, procedure: &Procedure, subject: Subject) -> Option<MarkGiven> {
    let id = ProcedureId::parse(procedure.id.as_str()).ok()?;
    let reference = match subject {
        Subject::Member(position) => ProcedureRef::of_member(id, case.members().member(position)?),
        Subject::Case | Subject::Household => ProcedureRef::of_case(id),
    };
    case.mark(&reference).map(MarkGiven::from)
}

/// 「1階 3番窓口」
pub(crate) fn at(office: &Office) -> String {
    let parts = [office.floor.as_str(), office.window.as_str()];
    parts.into_iter().filter(|part| !part.is_empty() && *part != "-").collect::<Vec<_>>().join(" ")
}

/// Each thing once, the sure ones first; sure if any procedure that is sure to be needed is sure of it.
fn things(rows: &[ProcedureRow]) -> Vec<Thing> {
    let mut all: Vec<Thing> = Vec::new();
    let settled = |mark: &MarkGiven| {
        matches!(mark, MarkGiven::Done { .. } | MarkGiven::Declined { .. } | MarkGiven::NotApplicable { .. })
    };
    let open = rows
        .iter()
        .filter(|row| row.verdict != RowVerdict::Undecided && !row.mark.as_ref().is_some_and(settled));
    for (row, thing) in open.flat_map(|row| row.bring.iter().map(move |thing| (row, thing))) {
        let sure = thing.sure && row.verdict == RowVerdict::Needed;
        match all.iter_mut().find(|known| known.name == thing.name) {
            Some(known) => known.sure |= sure,
            None => all.push(Thing { name: thing.name.clone(), sure }),
        }
    }
    all.sort_by_key(|thing| !thing.sure);
    all
}

/// Floor by floor, window by window, and those outside city hall last.
fn stops(book: &Rulebook, rows: &[ProcedureRow]) -> Vec<Stop> {
    let pack = book.pack();
    let mut waiting: BTreeMap<usize, u32> = BTreeMap::new();
    let settled = |row: &&ProcedureRow| matches!(row.mark, Some(MarkGiven::NotApplicable { .. }));
    let elsewhere = |row: &&ProcedureRow| row.verdict == RowVerdict::Needed && row.place != Place::Here;
    for row in rows.iter().filter(elsewhere).filter(|row| !settled(row)) {
        if let Some(at) = pack.offices.iter().position(|office| office.id.as_str() == row.office_id) {
            *waiting.entry(at).or_default() += 1;
        }
    }
    let mut stops: Vec<(&Office, u32)> =
        waiting.into_iter().filter_map(|(index, count)| Some((pack.offices.get(index)?, count))).collect();
    stops.sort_by(|(one, _), (other, _)| {
        (one.outside, &one.floor, &one.window).cmp(&(other.outside, &other.floor, &other.window))
    });
    stops
        .into_iter()
        .map(|(office, procedures)| Stop {
            office: texts(&office.name),
            at: at(office),
            phone: office.phone.clone().unwrap_or_default(),
            outside: office.outside,
            procedures,
        })
        .collect()
}
