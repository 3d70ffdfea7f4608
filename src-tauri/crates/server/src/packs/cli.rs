//! `madokad pack`: the way to the first release, before any terminal has a screen for it, and for whoever sits at the
//! server. Nobody gains anything by sitting there: each command is somebody's, by their password, with their role; a
//! release wants the approver's passphrase and a draft they had no hand in.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path as FilePath, PathBuf};

use axum::extract::{Path, State};
use jiff::civil::Date;
use madoka_casework::TerminalId;
use madoka_rules::pack::{Document, Manifest};
use madoka_sync::wire::drafts::{
    Begin, Checked, Content, Draft, Key, MakeKey, Release, Released, Save, SaveAnswer, Why, Word, limit,
};
use madoka_sync::wire::packs::Bytes;
use madoka_text::Secret;
use serde_json::json;
use uuid::Uuid;

use super::{PacksError, drafts, editions, files, in_use, release, routes, terminals};
use crate::access::{Caller, Role};
use crate::body::Json;
use crate::cli::Report;
use crate::cli::by::{By, blocking, caller, wrong};
use crate::cli::secrets::{PASSPHRASE, PASSWORD, secrets};
use crate::problem::Problem;
use crate::server::Server;
use crate::storage::StorageError;

/// 手続パック
#[derive(clap::Subcommand, Debug)]
pub enum PackCommand {
    /// 公開した版、下書き、端末がどの版で動いているか
    List,
    /// `madokactl pack build` で作ったファイルを下書きに取り込み、点検する
    Import {
        file: PathBuf,
        #[arg(long)]
        title: String,
        #[command(flatten)]
        by: By,
    },
    /// 承認を申請する
    Propose {
        draft: Uuid,
        #[command(flatten)]
        by: By,
    },
    /// 承認者の鍵を作る（標準入力の2行目に、承認のときに使う合言葉）
    Key {
        #[command(flatten)]
        by: By,
    },
    /// 承認者の鍵を認める
    Admit {
        key: String,
        #[command(flatten)]
        by: By,
    },
    /// 承認して公開する（標準入力の2行目に合言葉）
    Release {
        draft: Uuid,
        /// 使い始める日。なければすぐ
        #[arg(long)]
        activates: Option<Date>,
        /// 先に出す端末（いくつでも）。なければ全端末
        #[arg(long)]
        canary: Vec<String>,
        /// 取りやめる、日を待っている版（いくつでも）
        #[arg(long)]
        stop: Vec<u64>,
        #[command(flatten)]
        by: By,
    },
    /// 先に出した版を全端末へ広げる
    Widen {
        version: u64,
        #[command(flatten)]
        by: By,
    },
    /// 先に出した版、日を待っている版を中止する
    Stop {
        version: u64,
        #[command(flatten)]
        by: By,
    },
    /// 前の版の内容を新しい版として出す申請をする
    Again {
        version: u64,
        #[command(flatten)]
        by: By,
    },
    /// 公開した版を、署名のある一つのファイルに書き出す
    Export {
        version: u64,
        #[arg(long)]
        out: PathBuf,
    },
}

pub fn run(server: &Server, command: PackCommand) -> Result<Report, Problem> {
    let asked = match &command {
        PackCommand::List | PackCommand::Export { .. } => &[][..],
        PackCommand::Key { .. } | PackCommand::Release { .. } => &[PASSWORD, PASSPHRASE],
        _ => &[PASSWORD],
    };
    let given = if asked.is_empty() { Vec::new() } else { secrets(asked)? };
    blocking(done(server, command, given))?
}

/// One command, with the lines that came on standard input.
pub async fn done(server: &Server, command: PackCommand, secrets: Vec<Secret>) -> Result<Report, Problem> {
    let mut secrets = secrets.into_iter();
    let password = secrets.next();
    let passphrase = secrets.next().map(|secret| secret.expose().to_owned());
    let state = State(server.clone());
    let as_role = async |by: &By, role| caller(server, by, role, password.as_ref()).await;
    match command {
        PackCommand::List => list(server).await,
        PackCommand::Export { version, out } => export(server, version, &out).await,
        PackCommand::Import { file, title, by } => {
            import(server, as_role(&by, Role::Supervisor).await?, &file, title).await
        }
        PackCommand::Propose { draft, by } => {
            let caller = as_role(&by, Role::Supervisor).await?;
            let fingerprint = server.db().read(move |tx| drafts::draft(tx, draft)).await?.fingerprint;
            let word = Json(Word { fingerprint, words: by.words });
            let Json(draft) = routes::propose(state, caller, Path(draft.to_string()), word).await?;
            Ok(of_draft(&draft, "承認を申請しました。"))
        }
        PackCommand::Again { version, by } => {
            let caller = as_role(&by, Role::Supervisor).await?;
            let why = Json(Why { words: by.words });
            let Json(draft) = routes::again(state, caller, Path(version.to_string()), why).await?;
            Ok(of_draft(&draft, "前の版へ戻す申請をしました。"))
        }
        PackCommand::Key { by } => {
            let caller = as_role(&by, Role::Approver).await?;
            let passphrase = passphrase.ok_or_else(|| wrong("標準入力の2行目に合言葉を入れてください。"))?;
            let Json(key) = routes::make_key(state, caller, Json(MakeKey { passphrase })).await?;
            Ok(of_key(&key, "鍵を作りました。管理者が認めると使えます。"))
        }
        PackCommand::Admit { key, by } => {
            let caller = as_role(&by, Role::Administrator).await?;
            let why = Json(Why { words: by.words });
            let Json(key) = routes::admit_key(state, caller, Path(key), why).await?;
            Ok(of_key(&key, "鍵を認めました。"))
        }
        PackCommand::Release { draft, activates, canary, stop, by } => {
            let caller = as_role(&by, Role::Approver).await?;
            let passphrase = passphrase.ok_or_else(|| wrong("標準入力の2行目に合言葉を入れてください。"))?;
            let canary = canary.iter().map(|id| TerminalId::parse(id)).collect::<Result<_, _>>();
            let canary = canary.map_err(|error| wrong(error.to_string()))?;
            let fingerprint = server.db().read(move |tx| drafts::draft(tx, draft)).await?.fingerprint;
            let asked = Release { fingerprint, words: by.words, passphrase, activates, canary, stops: stop };
            Ok(of_edition(&release::release(server, &caller, draft, asked).await?, "公開しました。"))
        }
        PackCommand::Widen { version, by } => {
            let caller = as_role(&by, Role::Approver).await?;
            let why = Json(Why { words: by.words });
            let Json(released) = routes::widen(state, caller, Path(version.to_string()), why).await?;
            Ok(of_edition(&released, "全端末へ広げました。"))
        }
        PackCommand::Stop { version, by } => {
            let caller = as_role(&by, Role::Approver).await?;
            let why = Json(Why { words: by.words });
            let Json(released) = routes::stop(state, caller, Path(version.to_string()), why).await?;
            Ok(of_edition(&released, "中止しました。"))
        }
    }
}

async fn import(server: &Server, caller: Caller, file: &FilePath, title: String) -> Result<Report, Problem> {
    let size = std::fs::metadata(file)
        .map_err(|error| wrong(format!("ファイルを読めません（{}）。", error.kind())))?;
    if size.len() > limit::DOCUMENT as u64 {
        return Err(PacksError::TooLarge.into());
    }
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|error| wrong(format!("ファイルを読めません（{}）。", error.kind())))?;
    let document = Document::from_text(&text).map_err(|error| wrong(error.to_string()))?;
    let state = State(server.clone());
    let empty = server.db().read(editions::newest).await?.is_none();
    let begin = Begin { title, version: None, empty };
    let Json(draft) = routes::begin(state.clone(), caller.clone(), Json(begin)).await?;
    let id = draft.id;
    let there = server.db().read(move |tx| drafts::files(tx, id)).await?;
    let there: BTreeMap<String, u64> = there.into_iter().map(|file| (file.path, file.revision)).collect();
    let save = |path: &String, content| Save {
        path: path.clone(),
        revision: there.get(path).copied().unwrap_or(0),
        content,
        why: format!("取込み {}", document.id),
    };
    let gone = there.keys().filter(|path| !document.files().contains_key(*path));
    let mut saves: Vec<Save> = gone.map(|path| save(path, Content::Gone)).collect();
    for (path, bytes) in document.files() {
        let content = match std::str::from_utf8(bytes) {
            Ok(text) if files::is_text(path) => Content::Text(text.to_owned()),
            _ => Content::Bytes(Bytes(bytes.clone())),
        };
        saves.push(save(path, content));
    }
    let count = saves.len();
    let answer = routes::save(state, caller, Path(id.to_string()), Json(saves)).await?;
    if answer.0.iter().any(|answer| matches!(answer, SaveAnswer::Conflict(_))) {
        return Err(PacksError::Moved.into());
    }
    let checked = release::checked(server, id).await?;
    let mut text = format!("下書き {id} に取り込みました（ファイル{count}件）。\n");
    text += &in_words(&checked);
    Ok(Report::new(text, json!({ "draft": id, "files": count, "check": checked })))
}

fn in_words(checked: &Checked) -> String {
    let mut text = String::new();
    for line in checked.findings.iter().filter(|line| line.error).take(50) {
        let _ = writeln!(text, "{}:{}: {} {} {}", line.file, line.line, line.code, line.about, line.message);
    }
    let passed =
        if checked.passed { "公開できます" } else { "このままでは公開できません" };
    let _ = writeln!(
        text,
        "{passed}（誤り{}件、注意{}件、場面テスト{}件のうち不合格{}件）。",
        checked.errors, checked.warnings, checked.scenarios, checked.failed
    );
    text
}

async fn export(server: &Server, version: u64, out: &FilePath) -> Result<Report, Problem> {
    let found = server
        .db()
        .read(move |tx| -> Result<_, PacksError> {
            Ok((editions::manifest(tx, version)?.1, editions::contents(tx, version)?))
        })
        .await?;
    let manifest = Manifest::from_text(&found.0).map_err(|_| StorageError::Internal("manifest"))?;
    let document = manifest.with_parts(|path, _| found.1.get(path).cloned());
    let document = document.map_err(|_| StorageError::Internal("contents"))?;
    std::fs::write(out, document.to_text())
        .map_err(|error| StorageError::File(out.to_owned(), error.kind()))?;
    let hash = document.hash();
    let text = format!("第{version}版を{}に書きました。\nSHA-256 {hash}", out.display());
    Ok(Report::new(text, json!({ "version": version, "sha256": hash, "out": out })))
}

async fn list(server: &Server) -> Result<Report, Problem> {
    let today = in_use::today(server);
    let (released, begun, told) = server
        .db()
        .read(move |tx| -> Result<_, PacksError> {
            Ok((editions::list(tx)?, drafts::list(tx)?, terminals::list(tx, today)?))
        })
        .await?;
    let mut text = String::new();
    for one in &released {
        let from = one.activates.map_or_else(String::new, |day| format!("　{day}から"));
        let canary = one.canary.len();
        let whom = match (&one.stopped, &one.widened) {
            (Some(_), _) => "　中止".to_owned(),
            (None, None) if canary > 0 => format!("　先行{canary}台"),
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "第{}版　{}　承認 {}{from}{whom}",
            one.edition.version, one.title, one.approved.by
        );
    }
    for one in begun.iter().filter(|draft| draft.version.is_none()) {
        let _ = writeln!(text, "下書き {}　{}　{:?}", one.id, one.title, one.stage);
    }
    for one in &told {
        let has = one
            .active
            .as_ref()
            .map_or_else(|| "なし".to_owned(), |edition| format!("第{}版", edition.version));
        let refused: Vec<&str> = one.refused.iter().map(|refused| refused.code.as_str()).collect();
        let state = if one.current { "" } else { "　遅れています" };
        let _ = writeln!(text, "端末 {}　{has}{state}　{}", one.terminal, refused.join(" "));
    }
    Ok(Report::new(text, json!({ "editions": released, "drafts": begun, "terminals": told })))
}

fn of_draft(draft: &Draft, done: &str) -> Report {
    Report::new(format!("{done}\n下書き {}", draft.id), json!({ "draft": draft }))
}

fn of_key(key: &Key, done: &str) -> Report {
    Report::new(format!("{done}\n鍵 {}（{}）", key.id, key.staff), json!({ "key": key }))
}

fn of_edition(released: &Released, done: &str) -> Report {
    Report::new(format!("第{}版: {done}", released.edition.version), json!({ "edition": released }))
}
