//! 実績: what one visit was, told without saying whose it was.
//!
//! Counts, seconds and ids of the city's pack, nothing that a resident said or is called. The day and the hour are those
//! of opening, no minute; which case it was is not in here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::Offset;
use madoka_facts::{FactPath, Source, Value};
use serde::{Deserialize, Serialize};

use crate::{
    Case, EventKind, FormId, LifeEventId, Mark, Outcome, PackVersion, ProcedureId, ReplyAnswer, State, Step,
};

/// One closed case as statistics count it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    pub life_event: LifeEventId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<PackVersion>,
    pub outcome: Outcome,
    /// The day it was opened, by the clock on the office wall.
    pub day: Date,
    /// 0 to 23.
    pub hour: u8,
    /// Seconds of work by step.
    pub seconds: BTreeMap<Step, u64>,
    /// Seconds the resident waited.
    pub waiting: u64,
    /// Everything was done at one counter: nothing was put off or sent elsewhere.
    pub one_stop: bool,
    /// Procedures on the checklist, and how they stand.
    pub procedures: u32,
    pub done: u32,
    pub later: u32,
    pub declined: u32,
    pub other_office: u32,
    /// 判定の修正: judged as needed, and an officer knew better.
    pub corrected: u32,
    /// Forms the resident did not write: printed filled in.
    pub papers: u32,
    /// Fields an officer filled or changed by hand on the way to paper.
    pub fields_edited: u32,
    pub signed: u32,
    pub guides: u32,
    /// 照会
    pub inquiries: u32,
    /// How often it passed to another officer or terminal.
    pub hand_overs: u32,
    /// Facts taken from a chip.
    pub from_chip: u32,
    /// Fields read from pictures, and those of them an officer had to correct.
    pub from_pictures: u32,
    pub pictures_corrected: u32,
    /// わからない: what nobody could say until the end.
    pub unknown: BTreeSet<String>,
    /// 準備: seconds of work before the family of a booking came.
    #[serde(default)]
    pub prepared: u64,
    /// Which procedures were judged as needed, and an officer knew better.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub corrected_procedures: BTreeSet<ProcedureId>,
    /// Which fields read from pictures an officer had to correct.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub corrected_fields: BTreeSet<String>,
    /// 案内漏れ: what the rules had not said, each with how it was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<MissedProcedure>,
}

/// 案内漏れ: a procedure that applied though the rules had not said so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissedProcedure {
    pub procedure: ProcedureId,
    pub found: FoundBy,
    /// The facts that had made the rules say otherwise; nobody's answers to them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub because: BTreeSet<String>,
}

/// How it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A department answered that one more of its procedures applies: in time for the family.
    Department,
    /// 後で分かった
    Later,
}

const JAPAN: Offset = Offset::constant(9);

impl Case {
    /// What statistics may know of this case; nothing before it is closed, and nothing of one taken back.
    pub fn summary(&self) -> Option<Summary> {
        if self.state() != State::Closed {
            return None;
        }
        let outcome = self.deeds().iter().rev().find_map(|deed| match &deed.event.kind {
            EventKind::Closed { outcome, .. } => Some(*outcome),
            _ => None,
        })?;
        let opened = JAPAN.to_datetime(self.arrived().unwrap_or(self.opened));
        let mut summary = Summary {
            life_event: self.life_event.clone(),
            pack: self.pack.clone(),
            outcome,
            day: opened.date(),
            hour: u8::try_from(opened.hour()).unwrap_or(0),
            seconds: self.time_spent().steps().collect(),
            waiting: self.time_spent().waiting(),
            one_stop: false,
            procedures: 0,
            done: 0,
            later: 0,
            declined: 0,
            other_office: 0,
            corrected: 0,
            papers: 0,
            fields_edited: count(self.form_edits().len()),
            signed: 0,
            guides: 0,
            inquiries: count(self.inquiries().len()),
            hand_overs: 0,
            from_chip: 0,
            from_pictures: 0,
            pictures_corrected: 0,
            unknown: BTreeSet::new(),
            prepared: self.time_spent().prepared(),
            corrected_procedures: BTreeSet::new(),
            corrected_fields: BTreeSet::new(),
            missed: Vec::new(),
        };
        summary.count_procedures(self);
        summary.count_papers(self);
        summary.count_facts(self);
        summary.count_missed(self);
        // The resident hears later what nobody has answered yet.
        let unanswered = self.inquiries().iter().any(|inquiry| inquiry.reply().is_none());
        let elsewhere = summary.later > 0 || summary.other_office > 0 || unanswered;
        summary.one_stop = outcome == Outcome::Completed && !elsewhere;
        summary.hand_overs = count(
            self.deeds()
                .iter()
                .filter(|deed| {
                    matches!(deed.event.kind, EventKind::HandedOver { .. } | EventKind::TakenOver { .. })
                })
                .count(),
        );
        Some(summary)
    }
}

impl Summary {
    fn count_procedures(&mut self, case: &Case) {
        for (procedure, checked) in case.checklist() {
            self.procedures += 1;
            match checked.mark {
                Some(Mark::Done { .. }) => self.done += 1,
                Some(Mark::Later { .. }) => self.later += 1,
                Some(Mark::Declined { .. }) => self.declined += 1,
                Some(Mark::OtherOffice { .. }) => self.other_office += 1,
                Some(Mark::NotApplicable { .. }) => {
                    self.corrected += 1;
                    self.corrected_procedures.insert(procedure.procedure.clone());
                }
                None => {}
            }
        }
    }

    fn count_papers(&mut self, case: &Case) {
        let (mut printed, mut signed): (BTreeSet<&FormId>, BTreeSet<&FormId>) = Default::default();
        for event in case.papers() {
            match &event.kind {
                EventKind::Printed { forms, .. } => printed.extend(forms),
                EventKind::Signed { forms, .. } => signed.extend(forms),
                EventKind::GuideIssued { .. } => self.guides += 1,
                _ => {}
            }
        }
        (self.papers, self.signed) = (count(printed.len()), count(signed.len()));
    }

    fn count_facts(&mut self, case: &Case) {
        let mut said: BTreeMap<&FactPath, Read<'_>> = BTreeMap::new();
        for (path, statement, _) in case.stated() {
            let read = said.entry(path).or_default();
            read.latest_unknown = statement.value.is_none();
            match statement.source {
                Source::Ocr => read.picture = statement.value.as_ref(),
                Source::Chip => read.chip = true,
                Source::Staff => read.staff = statement.value.as_ref(),
                _ => {}
            }
        }
        for (path, read) in said {
            self.from_chip += u32::from(read.chip);
            self.from_pictures += u32::from(read.picture.is_some());
            let corrected = read.picture.is_some() && read.staff.is_some() && read.staff != read.picture;
            self.pictures_corrected += u32::from(corrected);
            if corrected {
                self.corrected_fields.insert(path.declared().to_string());
            }
            if read.latest_unknown {
                self.unknown.insert(path.declared().to_string());
            }
        }
    }
}

impl Summary {
    fn count_missed(&mut self, case: &Case) {
        let mut missed: BTreeMap<ProcedureId, (FoundBy, BTreeSet<String>)> = BTreeMap::new();
        for inquiry in case.inquiries() {
            for reply in &inquiry.replies {
                // A notice asks about nothing: what comes back is no correction of the rules.
                let Some((found, asked)) = reply.procedure.zip(inquiry.procedure) else { continue };
                if reply.answer == ReplyAnswer::Applies && found != asked {
                    missed.insert(found.procedure.clone(), (FoundBy::Department, BTreeSet::new()));
                }
            }
        }
        for (procedure, _, because, _) in case.missed() {
            let (_, facts) = missed
                .entry(procedure.procedure.clone())
                .or_insert_with(|| (FoundBy::Later, BTreeSet::new()));
            facts.extend(because.iter().map(|path| path.declared().to_string()));
        }
        self.missed = missed
            .into_iter()
            .map(|(procedure, (found, because))| MissedProcedure { procedure, found, because })
            .collect();
    }
}

#[derive(Default)]
struct Read<'a> {
    picture: Option<&'a Value>,
    staff: Option<&'a Value>,
    chip: bool,
    latest_unknown: bool,
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
