//! `madokad register`: the nightly extract from a timer on the server, where no screen is. Each command is an
//! administrator's, by their password on standard input.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use axum::extract::State;
use madoka_sync::wire::register::{Imported, limit};
use serde_json::json;

use super::import::{self, Wish};
use super::{keep, put_mapping, status};
use crate::access::Caller;
use crate::audit::{self, Act, Entry};
use crate::body::Json;
use crate::cli::Report;
use crate::cli::by::{By, administrator, blocking, wrong};
use crate::problem::Problem;
use crate::server::Server;
use crate::storage::StorageError;

/// 宛名・資格
#[derive(clap::Subcommand, Debug)]
pub(crate) enum RegisterCommand {
    /// いつ、何件を取り込んだか
    Status,
    /// CSVの列の読み方（register.toml）を置く
    Mapping {
        file: PathBuf,
        #[command(flatten)]
        by: By,
    },
    /// CSVを取り込む。前のものは全部入れ替わる
    Import {
        file: PathBuf,
        /// 何が変わるかを言うだけ
        #[arg(long = "try")]
        only_try: bool,
        #[command(flatten)]
        by: By,
    },
    /// 取り込んだものを消す
    Drop {
        #[command(flatten)]
        by: By,
    },
}

pub(crate) fn run(server: &Server, command: RegisterCommand) -> Result<Report, Problem> {
    match command {
        RegisterCommand::Status => told(server),
        RegisterCommand::Mapping { file, by } => {
            let caller = administrator(server, &by)?;
            let text = Bytes::from(read(&file, limit::MAPPING)?);
            blocking(put_mapping(State(server.clone()), caller, text))??;
            told(server)
        }
        RegisterCommand::Import { file, only_try, by } => {
            take_in(server, &administrator(server, &by)?, &file, only_try)
        }
        RegisterCommand::Drop { by } => {
            let caller = administrator(server, &by)?;
            let entry = Entry::by(&caller, server.now(), Act::Erased).what("register");
            server.db().write_and_wait(move |tx| -> Result<_, StorageError> {
                keep::drop_extract(tx)?;
                audit::write(tx, &entry)
            })?;
            Ok(Report::new("取り込んだ宛名・資格を消しました。", json!({ "dropped": true })))
        }
    }
}

fn read(file: &Path, most: usize) -> Result<Vec<u8>, Problem> {
    let unread =
        |error: std::io::Error| wrong(format!("{}を読めません（{}）。", file.display(), error.kind()));
    if std::fs::metadata(file).map_err(unread)?.len() > most as u64 {
        return Err(wrong(format!("{}は大きすぎます（{most}バイトまで）。", file.display())));
    }
    std::fs::read(file).map_err(unread)
}

fn take_in(server: &Server, caller: &Caller, file: &Path, only_try: bool) -> Result<Report, Problem> {
    let csv = Bytes::from(read(file, limit::CSV)?);
    let now = server.now();
    let wish = Wish { by: caller.staff.clone(), entry: Entry::by(caller, now, Act::Imported), now, only_try };
    let imported = blocking(async {
        let pack = crate::city_pack::current(server).await?;
        Ok::<_, Problem>(import::import(server, csv, pack.as_deref(), wish).await?)
    })??;
    let did = if only_try { "取り込むと、こうなります" } else { "取り込みました" };
    Ok(Report::new(format!("{did}: {}", in_words(&imported)), json!(imported)))
}

fn in_words(imported: &Imported) -> String {
    let Imported { rows, added, altered, gone, .. } = imported;
    format!("{rows}人（増えた{added}、変わった{altered}、なくなった{gone}）")
}

fn told(server: &Server) -> Result<Report, Problem> {
    let Json(status) = blocking(status(State(server.clone())))??;
    let mut text = String::from(if status.has_mapping {
        "列の読み方: あります\n"
    } else {
        "列の読み方: ありません（madokad register mapping）\n"
    });
    for imported in &status.imports {
        // Writing into memory does not fail.
        let _ = writeln!(text, "第{}回 {:.0} {}", imported.n, imported.at, in_words(imported));
    }
    Ok(Report::new(text, json!(status)))
}
