//! 案内: what a visit leaves behind, in the resident's hands and at other offices, and what it leaves open.

use std::collections::BTreeSet;

use madoka_casework::{Case, EventKind, GuideOn};
use madoka_rules::Pack;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::{Interview, Place, ProcedureList, RowVerdict};
use crate::handover::{Exchange, ExchangeRow};
use crate::office_time;
use crate::view::Texts;

/// What was given out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Handed {
    /// 様式 that were printed, each once.
    pub forms: Vec<HandedPaper>,
    /// 案内書, on paper, as a code or on the screen.
    pub guides: Vec<HandedPaper>,
}

/// One thing that was given out, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct HandedPaper {
    pub name: String,
    /// `9:05`
    pub at: String,
}

/// 事前連絡: an office the resident goes to next, and whether it was told so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Notice {
    pub office: String,
    pub name: Texts,
    pub at: String,
    pub procedures: Vec<String>,
    pub state: NoticeState,
}

/// How far a notice has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum NoticeState {
    /// Not given.
    None,
    /// 練習では送りません
    Practice,
    /// 送信待ち: it goes when the network is back.
    Waiting,
    /// 送信済み
    Sent,
    /// The office has answered.
    Answered,
}

pub(crate) fn handed(pack: &Pack, case: &Case) -> Handed {
    let mut handed = Handed::default();
    let mut seen = BTreeSet::new();
    for event in case.papers() {
        let at = office_time::clock(event.at);
        match &event.kind {
            EventKind::Printed { forms, .. } => {
                for id in forms {
                    if !seen.insert(id.as_str().to_owned()) {
                        continue;
                    }
                    let form = pack.forms.iter().find(|form| form.id.as_str() == id.as_str());
                    let name = form.map_or_else(|| id.as_str().to_owned(), |form| form.name.ja.clone());
                    handed.forms.push(HandedPaper { name, at: at.clone() });
                }
            }
            EventKind::GuideIssued { language, on } => {
                let language = match language.as_str() {
                    "ja" => "日本語",
                    "easy" => "やさしい日本語",
                    "en" => "English",
                    other => other,
                };
                let on = match on {
                    GuideOn::Paper => "紙",
                    GuideOn::Code => "二次元コード",
                    GuideOn::Screen => "画面",
                };
                handed.guides.push(HandedPaper { name: format!("{language}・{on}"), at });
            }
            _ => {}
        }
    }
    handed
}

/// What an officer may have forgotten, in words; nothing of it keeps a case from being closed.
pub(crate) fn unfinished(
    interview: &Interview,
    list: &ProcedureList,
    handed: &Handed,
    exchange: Option<&Exchange>,
    late: usize,
) -> Vec<String> {
    let mut open = Vec::new();
    let mut say = |count: usize, words: &str| {
        if count > 0 {
            open.push(words.replace("{}", &count.to_string()));
        }
    };
    let rows = |keep: &dyn Fn(&&super::ProcedureRow) -> bool| list.rows.iter().filter(keep).count();
    say(usize::try_from(interview.remaining).unwrap_or_default(), "聞き取りが{}問残っています");
    say(
        rows(&|row| {
            let here = row.place == Place::Here && !row.only_told;
            row.verdict == RowVerdict::Needed && here && row.mark.is_none()
        }),
        "ここで受け付ける手続{}件に印がありません",
    );
    say(
        rows(&|row| row.verdict == RowVerdict::ToConfirm && !row.as_guide && row.mark.is_none()),
        "要確認の手続が{}件あります",
    );
    say(late, "前の担当の遅れた記録が{}件あります");
    let things = |rows: &[ExchangeRow]| rows.iter().filter(|row| !row.done).count();
    let unticked: BTreeSet<&str> = list
        .rows
        .iter()
        .filter(|row| row.verdict == RowVerdict::Needed && row.place == Place::Here)
        .flat_map(|row| &row.checks)
        .filter(|check| !check.done)
        .map(|check| check.id.as_str())
        .collect();
    say(unticked.len(), "チェックリストの{}点に印がありません");
    say(exchange.map_or(0, |exchange| things(&exchange.collect)), "受け取るもの{}点に印がありません");
    say(exchange.map_or(0, |exchange| things(&exchange.hand_over)), "お渡しするもの{}点に印がありません");
    if handed.guides.is_empty() && list.rows.iter().any(|row| row.verdict == RowVerdict::Needed) {
        open.push("案内書をまだ渡していません".to_owned());
    }
    open
}
