//! How printing stands, in words, for the screens.

use madoka_casework::CaseId;
use madoka_forms::guide::Language;
use madoka_forms::print::{EntryId, Failure, Severity, SpoolEntry, Stage};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::{Piece, printer_name};
use crate::{Counter, CounterError, office_time};

/// What is printed of one case (or of none: test sheets), and how far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PrintState {
    pub jobs: Vec<PrintJob>,
    /// Since the program began, the last first.
    pub done: Vec<PrintDone>,
    /// Jobs of other cases in the queue.
    pub others: u32,
    /// いつものプリンター, by address.
    pub printer: Option<String>,
}

/// One job that is not printed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PrintJob {
    pub id: String,
    /// What is on it.
    pub what: Vec<String>,
    pub stage: PrintStage,
    /// 「印刷中：プリンターが刷っています（3面まで出ました）」
    pub words: String,
    /// Pages of the job, all copies.
    pub pages: u32,
    /// Sides that came out, where the printer counts them.
    pub out: Option<u32>,
    pub troubles: Vec<Trouble>,
    pub printer: String,
    pub placed: String,
    /// Somebody asked to cancel it; the printer has not answered yet.
    pub cancelling: bool,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum PrintStage {
    /// 印刷待ち
    Waiting,
    /// 送信中
    Sending,
    /// 印刷中
    Printing,
    /// 印刷済み
    Printed,
    /// 取消済み
    Cancelled,
    /// 失敗
    Failed,
    /// 要確認: only a look into the tray can tell.
    Unclear,
}

/// What the printer waits for, or why a job ended without paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Trouble {
    /// Ours, or the printer's own word.
    pub code: String,
    pub what: String,
    pub todo: String,
    /// Nothing comes out until somebody acts.
    pub stops: bool,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PrintDone {
    pub what: Vec<String>,
    pub at: String,
}

impl Counter {
    /// How the printing of a case stands; of test sheets without one.
    pub fn print_state(&mut self, case: Option<CaseId>) -> Result<PrintState, CounterError> {
        let of = case.map(|case| case.to_string()).unwrap_or_default();
        let entries = self.print_queue()?;
        let mut state = PrintState {
            printer: self.print_settings().printer.as_ref().map(|uri| uri.as_str().to_owned()),
            ..PrintState::default()
        };
        for entry in &entries {
            if entry.papers.case == of {
                state.jobs.push(self.job(entry));
            } else {
                state.others += 1;
            }
        }
        let done = self.print_room.done.iter().rev().filter(|(entry, _)| entry.papers.case == of);
        state.done = done
            .map(|(entry, at)| PrintDone { what: self.what(entry), at: office_time::clock(*at) })
            .collect();
        Ok(state)
    }

    fn job(&self, entry: &SpoolEntry) -> PrintJob {
        let progress = self.print_room.progress.get(&entry.id);
        let out = progress.and_then(|progress| progress.impressions).filter(|sides| *sides > 0);
        let mut troubles: Vec<Trouble> = progress
            .into_iter()
            .flat_map(|progress| &progress.troubles)
            .map(|reason| Trouble {
                code: reason.keyword.clone(),
                what: format!("{}。", reason.what),
                todo: reason.todo.clone(),
                stops: reason.severity == Severity::Error,
            })
            .collect();
        if let Stage::Failed { failure: Failure { code, what, todo } } = &entry.stage {
            troubles =
                vec![Trouble { code: code.clone(), what: what.clone(), todo: todo.clone(), stops: true }];
        }
        let stage = match entry.stage {
            Stage::Waiting => PrintStage::Waiting,
            Stage::Sending { .. } => PrintStage::Sending,
            Stage::Printing { .. } => PrintStage::Printing,
            Stage::Printed => PrintStage::Printed,
            Stage::Cancelled => PrintStage::Cancelled,
            Stage::Failed { .. } => PrintStage::Failed,
            Stage::Unclear => PrintStage::Unclear,
        };
        let mood = match troubles.iter().map(|trouble| trouble.stops).max() {
            Some(true) => Mood::Stuck,
            Some(false) => Mood::Warned,
            None => Mood::Well,
        };
        PrintJob {
            id: entry.id.0.to_string(),
            what: self.what(entry),
            stage,
            words: words(stage, out, mood, entry.cancelling),
            pages: entry.papers.pages.saturating_mul(entry.ticket.copies),
            out,
            troubles,
            printer: printer_name(&entry.printer),
            placed: office_time::clock(entry.placed),
            cancelling: entry.cancelling,
        }
    }

    /// What is on a job, as an officer calls it.
    fn what(&self, entry: &SpoolEntry) -> Vec<String> {
        let forms = self.city.pack.as_ref().map(|pack| pack.forms.as_slice()).unwrap_or_default();
        let name = |id: &madoka_facts::Id| {
            let known = forms.iter().find(|form| form.id == *id).map(|form| form.name.ja.as_str());
            // Or one that is being made.
            let draft = || self.drafting.as_ref().and_then(|draft| draft.form_name(id));
            known.or_else(draft).map_or_else(|| id.to_string(), str::to_owned)
        };
        let mut what: Vec<String> = entry
            .papers
            .parts
            .iter()
            .map(|part| match part.parse() {
                Ok(Piece::Cover) => "確認票（職員用）".to_owned(),
                Ok(Piece::Form { form, .. }) => name(&form),
                Ok(Piece::Page { form, page, .. }) => format!("{}の{}ページ", name(&form), page + 1),
                Ok(Piece::Guide(Language::Ja)) => "案内書".to_owned(),
                Ok(Piece::Guide(Language::Easy)) => "案内書（やさしい日本語）".to_owned(),
                Ok(Piece::Guide(Language::En)) => "案内書（English）".to_owned(),
                Ok(Piece::Test { form: None }) => "印字位置の試し刷り".to_owned(),
                Ok(Piece::Test { form: Some(form) }) => format!("{}の枠の試し刷り", name(&form)),
                Err(_) => "書類".to_owned(),
            })
            .collect();
        what.dedup();
        what
    }
}

/// How a printer is while it works.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    /// It says something; paper may still come out.
    Warned,
    Stuck,
}

fn words(stage: PrintStage, out: Option<u32>, mood: Mood, cancelling: bool) -> String {
    let so_far = out.map(|sides| format!("（{sides}面まで出ました）")).unwrap_or_default();
    match stage {
        _ if cancelling && !matches!(stage, PrintStage::Cancelled | PrintStage::Failed) => {
            "取り消しています。プリンターの返事を待っています。".to_owned()
        }
        PrintStage::Waiting if mood == Mood::Stuck => {
            "印刷待ち。プリンターが使えるようになると、自動で刷り始めます。".to_owned()
        }
        PrintStage::Waiting => "印刷待ち。まもなくプリンターに送ります。".to_owned(),
        PrintStage::Sending => "プリンターに送っています。".to_owned(),
        PrintStage::Printing => match mood {
            Mood::Stuck => format!("プリンターが止まっています{so_far}。"),
            Mood::Warned => format!("プリンターが知らせを出しています{so_far}。"),
            Mood::Well => format!("プリンターが刷っています{so_far}。"),
        },
        PrintStage::Printed => "印刷しました。".to_owned(),
        PrintStage::Cancelled => "取り消しました。".to_owned(),
        PrintStage::Failed => "刷れませんでした。".to_owned(),
        PrintStage::Unclear => {
            "刷れたかどうか、プリンターが覚えていません。トレイを見て、どちらかを選んでください。".to_owned()
        }
    }
}

/// As a screen names it.
pub fn entry_id(text: &str) -> Option<EntryId> {
    text.parse().ok().map(EntryId)
}
