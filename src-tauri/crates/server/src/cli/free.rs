//! `madokad free`: a terminal that was lost, broken or stolen with open cases.

use std::fmt::Write as _;

use madoka_casework::{CaseId, TerminalId, Words};
use serde_json::json;

use super::by::{MaybeBy, administrator};
use super::{Failure, Report};
use crate::cases::owners;
use crate::problem::Problem;
use crate::server::Server;

#[derive(Debug, clap::Args)]
pub(super) struct Free {
    /// 端末の名前
    terminal: String,
    /// 外す案件（いくつでも）。書かなければ全部
    #[arg(long, requires = "by")]
    case: Vec<uuid::Uuid>,
    #[command(flatten)]
    by: MaybeBy,
}

impl Free {
    pub(super) fn run(self, server: &Server) -> Result<Report, Failure> {
        let terminal =
            TerminalId::parse(&self.terminal).map_err(|error| Failure::usage(error.to_string()))?;
        let Some(by) = self.by.given() else { return look(server, terminal) };
        let reason = Words::parse(&by.words)
            .map_err(|error| Failure::usage(format!("理由を --words に書いてください（{error}）。")))?;
        let (caller, now) = (administrator(server, &by)?, server.now());
        let only: Vec<CaseId> = self.case.into_iter().map(CaseId::new).collect();
        let of = terminal.clone();
        let freed = server.db().write_and_wait(move |tx| -> Result<_, Problem> {
            owners::free(tx, &caller, &of, &only, &reason, now)
        })?;
        let left = match freed.left.len() {
            0 => String::new(),
            left => format!("（{left}件は、もうこの端末の担当ではありません）"),
        };
        let text = format!(
            "端末{terminal}の案件{}件の担当を外しました{left}。ほかの窓口で引き受けられます。\n             端末が戻ってきたときに届く記録は、遅れた記録として残り、窓口の職員が決めます。",
            freed.freed.len()
        );
        Ok(Report::new(text, json!(freed)))
    }
}

fn look(server: &Server, terminal: TerminalId) -> Result<Report, Failure> {
    let open = server.db().read_and_wait(move |tx| owners::open(tx, terminal))?;
    let mut text = format!("端末{}が持っている案件 {}件\n", open.terminal, open.cases.len());
    for case in &open.cases {
        let number = case.number.map_or_else(|| "番号なし".to_owned(), |number| number.to_string());
        // Writing into memory does not fail.
        let _ = writeln!(
            text,
            "  {} 受付{} {number} {} 職員{} {:.0}から",
            case.case, case.ticket, case.life_event, case.staff, case.since
        );
    }
    Ok(Report::new(text, json!(open)))
}
