//! 遅れた記録: what a former owner wrote without knowing that the case had passed on. It waits for a person to decide.

use madoka_casework::{Event, EventKind, Mark, ProcedureRef};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::member_name;
use super::people::row;
use crate::office_time;
use crate::working::Judged;

/// One of them.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct LateRow {
    pub event: String,
    /// 「10:05」
    pub at: String,
    pub by: String,
    pub what: String,
    pub words: String,
    /// Whether it can still be taken in; who has the case and whether it is open is decided already.
    pub can_adopt: bool,
}

impl std::fmt::Debug for LateRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LateRow({}, …)", self.event)
    }
}

pub(crate) fn late(judged: &Judged, name: impl Fn(&Event) -> String) -> Vec<LateRow> {
    let line = |event: &Event| {
        let (what, words) = said(judged, &event.kind);
        LateRow {
            event: event.id.to_string(),
            at: office_time::clock(event.at),
            by: name(event),
            what,
            words,
            can_adopt: !event.kind.is_of_phase(),
        }
    };
    judged.case.late().map(line).collect()
}

fn said(judged: &Judged, kind: &EventKind) -> (String, String) {
    let plain = |what: &str| (what.to_owned(), String::new());
    match kind {
        EventKind::Stated { said } => {
            let Some(path) = judged.case.members().path_of_facts(said.path()) else { return plain("答え") };
            let shown = row(judged.book.pack(), &path, said.statement());
            let known = if shown.value.is_empty() { "わからない".to_owned() } else { shown.value };
            (judged.book.pack().vocabulary.label(&path), known)
        }
        EventKind::Marked { procedure, mark } => {
            (procedure_name(judged, procedure), mark_word(mark).to_owned())
        }
        EventKind::Unmarked { procedure } => (procedure_name(judged, procedure), "印を外す".to_owned()),
        EventKind::Selected { procedure } => (procedure_name(judged, procedure), "手続に加える".to_owned()),
        EventKind::Deselected { procedure } => (procedure_name(judged, procedure), "手続から外す".to_owned()),
        EventKind::Noted { words } => ("メモ".to_owned(), words.as_str().to_owned()),
        EventKind::MemberAdded { .. } => plain("世帯員を加える"),
        EventKind::MemberRemoved { .. } => plain("世帯員を外す"),
        EventKind::HouseholdSet { .. } => plain("世帯の人数"),
        EventKind::SamePerson { .. } | EventKind::NotSamePerson { .. } => plain("同じ方かどうか"),
        EventKind::FormEdited { .. } | EventKind::FormEditDropped { .. } | EventKind::PapersChosen { .. } => {
            plain("書類の直し")
        }
        EventKind::Printed { .. } => plain("書類を刷った"),
        EventKind::GuideIssued { .. } => plain("案内書を渡した"),
        EventKind::Signed { .. } => plain("署名"),
        EventKind::Undone { .. } => plain("元に戻す"),
        EventKind::Closed { .. } => plain("案件を終えた"),
        kind if kind.is_of_phase() => plain("担当の受け渡し"),
        _ => plain("そのほかの記録"),
    }
}

fn procedure_name(judged: &Judged, procedure: &ProcedureRef) -> String {
    let id = procedure.procedure.as_str();
    let of = judged.book.pack().procedures.iter().find(|one| one.id.as_str() == id);
    let name = of.and_then(|one| one.name.on(judged.book.on())).map_or(id, |name| name.ja.as_str());
    match procedure.member {
        Some(member) => format!("{name}（{}）", member_name(&judged.facts, member)),
        None => name.to_owned(),
    }
}

const fn mark_word(mark: &Mark) -> &'static str {
    match mark {
        Mark::Later { .. } => "後で",
        Mark::Done { .. } => "済",
        Mark::Declined { .. } => "辞退",
        Mark::OtherOffice { .. } => "他課へ",
        Mark::NotApplicable { .. } => "該当なし",
    }
}
