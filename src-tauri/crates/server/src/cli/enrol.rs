//! `madokad enrol`

use std::fmt::Write as _;
use std::path::PathBuf;

use madoka_casework::{OfficeId, TerminalId};
use madoka_sync::wire::people::Invite;
use serde_json::json;

use super::{Failure, Report};
use crate::audit::{self, Act, Entry};
use crate::problem::ServerError;
use crate::secret_file;
use crate::server::Server;
use crate::storage::StorageError;
use crate::terminals;

#[derive(Debug, clap::Args)]
pub(super) struct Enrol {
    /// 端末の名前（英数字）。書かなければ一覧
    terminal: Option<String>,
    /// 端末の窓口・関係課（いくつでも）
    #[arg(long)]
    office: Vec<String>,
    /// 関係課の端末: 市の案件は届かず、自分の課への照会だけが見える
    #[arg(long)]
    department: bool,
    /// 登録票を書き出すファイル。端末でこれを読み込む
    #[arg(long)]
    out: Option<PathBuf>,
    /// 登録を取り消す（つながっている端末も、その場で切れる）
    #[arg(long, conflicts_with_all = ["office", "department", "out"])]
    revoke: bool,
}

impl Enrol {
    pub(super) fn run(self, server: &Server) -> Result<Report, Failure> {
        let Some(name) = &self.terminal else { return list(server) };
        let terminal = TerminalId::parse(name).map_err(|error| Failure::usage(error.to_string()))?;
        if self.revoke { revoke(server, &terminal) } else { self.invite(server, &terminal) }
    }

    fn invite(self, server: &Server, terminal: &TerminalId) -> Result<Report, Failure> {
        let offices = self.office.iter().map(|office| OfficeId::parse(office)).collect::<Result<_, _>>();
        let offices = offices.map_err(|error| Failure::usage(error.to_string()))?;
        let invite = Invite { terminal: terminal.clone(), offices, whole_cases: !self.department };
        let (known, entry) = (server.clone(), Entry::by_server(server.now(), Act::EnrolmentCodeMade));
        let invitation = server.db().write_and_wait(move |tx| -> Result<_, StorageError> {
            terminals::invitation(&known, tx, &invite, entry)
        })?;
        let json = serde_json::to_value(&invitation).unwrap_or_default();
        let hours = server.config().terminals.invitation_hours;
        let text = match &self.out {
            Some(path) => {
                secret_file::write_new(path, &json.to_string())?;
                format!(
                    "端末{terminal}の登録票を{}に書きました。{hours}時間の間に一度だけ使えます。",
                    path.display()
                )
            }
            None => {
                format!("{json}\n（{hours}時間の間に一度だけ使えます。--out で直接ファイルに書けます。）")
            }
        };
        Ok(Report::new(text, json))
    }
}

fn revoke(server: &Server, terminal: &TerminalId) -> Result<Report, Failure> {
    let now = server.now();
    let (id, entry) = (terminal.clone(), Entry::by_server(now, Act::TerminalRevoked).what(terminal.as_str()));
    let count = server.db().write_and_wait(move |tx| -> Result<_, ServerError> {
        terminals::terminal(tx, &id)?.ok_or_else(|| ServerError::UnknownTerminal(id.to_string()))?;
        let count = terminals::revoke(tx, &id, now)?;
        audit::write(tx, &entry)?;
        Ok(count)
    })?;
    Ok(Report::new(
        format!("端末{terminal}の登録を取り消しました（証明書{count}枚）。"),
        json!({ "terminal": terminal, "revoked": count }),
    ))
}

fn list(server: &Server) -> Result<Report, Failure> {
    let rows = server.db().read_and_wait(terminals::all)?;
    let mut text = format!("端末 {}台\n", rows.len());
    for row in &rows {
        let kind = if row.whole_cases { "窓口" } else { "関係課" };
        let state = match row.valid_until {
            Some(until) => format!("{until:.0}まで"),
            None if row.revoked => "取消し".to_owned(),
            None => "未登録".to_owned(),
        };
        let offices: Vec<&str> = row.offices.iter().map(OfficeId::as_str).collect();
        // Writing into memory does not fail.
        let _ = writeln!(text, "{:03} {} {kind} {state} {}", row.number, row.terminal, offices.join(","));
    }
    Ok(Report::new(text, json!({ "terminals": rows })))
}
