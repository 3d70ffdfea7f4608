//! `madokad program`: an administrator brings a version, an approver releases it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use madoka_casework::TerminalId;
use madoka_rules::pack::{Program, ProgramVersion, Role as Signer};
use madoka_sync::wire::program::limit;
use madoka_text::Secret;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{ProgramError, keep};
use crate::access::Role;
use crate::audit::{self, Act, Entry};
use crate::changes::Topic;
use crate::cli::Report;
use crate::cli::by::{By, blocking, caller, wrong};
use crate::cli::secrets::{PASSPHRASE, PASSWORD, secrets};
use crate::packs;
use crate::problem::Problem;
use crate::secret_file::hex;
use crate::server::Server;
use crate::values;

/// 端末のまどかの新しい版
#[derive(clap::Subcommand, Debug)]
pub enum ProgramCommand {
    /// 取り込んだ版と、どこまで公開したか
    List,
    /// 端末のパッケージ（madoka_版_amd64.deb）を取り込む（管理者）
    Import {
        file: PathBuf,
        #[command(flatten)]
        by: By,
    },
    /// 承認して端末に出す（承認者。標準入力の2行目に合言葉）。端末を名指しすれば先にその端末だけ、もう一度名指しせずに行えば全端末へ
    Release {
        version: String,
        /// 先に出す端末（いくつでも）
        #[arg(long = "terminal")]
        terminals: Vec<String>,
        #[command(flatten)]
        by: By,
    },
    /// 出すのをやめる（承認者）。もう入れた端末はそのまま
    Stop {
        version: String,
        #[command(flatten)]
        by: By,
    },
}

pub fn run(server: &Server, command: ProgramCommand) -> Result<Report, Problem> {
    let asked = match &command {
        ProgramCommand::List => &[][..],
        ProgramCommand::Release { .. } => &[PASSWORD, PASSPHRASE],
        ProgramCommand::Import { .. } | ProgramCommand::Stop { .. } => &[PASSWORD],
    };
    let given = if asked.is_empty() { Vec::new() } else { secrets(asked)? };
    blocking(done(server, command, given))?
}

/// One command, with the lines that came on standard input.
pub async fn done(server: &Server, command: ProgramCommand, secrets: Vec<Secret>) -> Result<Report, Problem> {
    let mut secrets = secrets.into_iter();
    let password = secrets.next();
    match command {
        ProgramCommand::List => list(server).await,
        ProgramCommand::Import { file, by } => import(server, &file, &by, password.as_ref()).await,
        ProgramCommand::Release { version, terminals, by } => {
            let passphrase =
                secrets.next().ok_or_else(|| wrong("標準入力の2行目に合言葉を入れてください。"))?;
            release(server, version, &terminals, &by, password.as_ref(), &passphrase).await
        }
        ProgramCommand::Stop { version, by } => stop(server, version, &by, password.as_ref()).await,
    }
}

async fn list(server: &Server) -> Result<Report, Problem> {
    let all = server.db().read(keep::list).await?;
    let mut text = String::new();
    for kept in &all {
        let state = match (&kept.released_by, kept.stopped) {
            (_, true) => "中止".to_owned(),
            (None, _) => "承認待ち".to_owned(),
            (Some(by), _) if kept.terminals.is_empty() => format!("全端末　承認 {by}"),
            (Some(by), _) => format!("先行{}台　承認 {by}", kept.terminals.len()),
        };
        // Writing into memory does not fail.
        let _ = writeln!(text, "{}　{state}　取込み {}", kept.version, kept.brought_by);
    }
    Ok(Report::new(text, json!({ "versions": all })))
}

/// Which version of the terminal's program a package is, as Debian's own tool reads it.
fn version_of(file: &Path) -> Result<ProgramVersion, ProgramError> {
    let told = Command::new("dpkg-deb").arg("--field").arg(file).args(["Package", "Version"]).output();
    let told = told.map_err(|error| ProgramError::File(error.kind()))?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let field = |name: &str| told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let version = field("Version").filter(|_| field("Package") == Some("madoka"));
    version.and_then(ProgramVersion::parse).ok_or(ProgramError::NotOurs)
}

async fn import(server: &Server, file: &Path, by: &By, password: Option<&Secret>) -> Result<Report, Problem> {
    let caller = caller(server, by, Role::Administrator, password).await?;
    let mut package = File::open(file).map_err(|error| ProgramError::File(error.kind()))?;
    let version = version_of(file)?;
    let (now, staff) = (server.now(), caller.staff()?.clone());
    let entry = Entry::by(&caller, now, Act::Imported).what(format!("まどか {version}"));
    let (bytes, hash) = server
        .db()
        .write(move |tx| -> Result<_, ProgramError> {
            let name = version.to_string();
            if keep::list(tx)?.iter().any(|kept| kept.version == name) {
                return Err(ProgramError::Known(name));
            }
            let (mut digest, mut all, mut part) = (Sha256::new(), 0_u64, 0_i64);
            loop {
                let mut piece = Vec::new();
                let mut next = (&mut package).take(limit::PART as u64);
                next.read_to_end(&mut piece).map_err(|error| ProgramError::File(error.kind()))?;
                if piece.is_empty() {
                    break;
                }
                digest.update(&piece);
                all += piece.len() as u64;
                if all > limit::ALL {
                    return Err(ProgramError::TooLarge);
                }
                tx.execute(
                    "INSERT INTO program_parts (version, part, bytes) VALUES (?1, ?2, ?3)",
                    values![&name, part, piece.as_slice()],
                )?;
                part += 1;
            }
            let hash = hex(&digest.finalize()).to_string();
            tx.execute(
                "INSERT INTO program_versions (version, bytes, hash, brought_by, brought_at, terminals)
                 VALUES (?1, ?2, ?3, ?4, ?5, '')",
                values![&name, all, &hash, staff.as_str(), now],
            )?;
            audit::write(tx, &entry)?;
            Ok((all, hash))
        })
        .await?;
    let text = format!(
        "版{version}を取り込みました（{bytes}バイト）。\nSHA-256 {hash}\n配布元の知らせと同じことを確かめてから、承認者が公開してください。"
    );
    Ok(Report::new(text, json!({ "version": version.to_string(), "bytes": bytes, "sha256": hash })))
}

async fn release(
    server: &Server,
    version: String,
    terminals: &[String],
    by: &By,
    password: Option<&Secret>,
    passphrase: &Secret,
) -> Result<Report, Problem> {
    let caller = caller(server, by, Role::Approver, password).await?;
    let staff = caller.staff()?.clone();
    let terminals = terminals.iter().map(|id| TerminalId::parse(id)).collect::<Result<Vec<_>, _>>();
    let terminals = terminals.map_err(|error| wrong(error.to_string()))?;
    let allowed = {
        let (version, staff, terminals) = (version.clone(), staff.clone(), terminals.clone());
        move |tx: &mut crate::storage::Tx<'_>| -> Result<keep::Kept, ProgramError> {
            let kept = keep::one(tx, &version)?;
            if kept.brought_by == staff {
                return Err(ProgramError::FourEyes);
            }
            packs::terminals_exist(tx, &terminals)?;
            Ok(kept)
        }
    };
    server.db().read(allowed.clone()).await?;
    let key = packs::approver_key(server, &staff, passphrase.expose()).await?;
    let known = server.clone();
    let entry = Entry::by(&caller, server.now(), Act::PackReleased).what(format!("まどか {version}"));
    let (now, count) = (server.now(), terminals.len());
    let name = version.clone();
    server
        .db()
        .write(move |tx| -> Result<_, ProgramError> {
            let kept = allowed(tx)?;
            let mut program = Program::new(&known.city().code, kept.number()?, kept.bytes, &kept.hash);
            program.sign(Signer::Approver, &key);
            program.sign(Signer::City, &known.signing(tx)?.key);
            let names: Vec<&str> = terminals.iter().map(TerminalId::as_str).collect();
            tx.execute(
                "UPDATE program_versions SET signed = ?2, released_by = ?3, released_at = ?4, terminals = ?5,
                 stopped_at = NULL WHERE version = ?1",
                values![&name, program.to_text(), staff.as_str(), now, names.join(" ")],
            )?;
            keep::let_go(tx)?;
            audit::write(tx, &entry)?;
            // It comes to terminals with the packs they should have.
            tx.announce(Topic::Packs);
            Ok(())
        })
        .await?;
    let whom = if count == 0 { "全端末".to_owned() } else { format!("{count}台") };
    let text = format!("版{version}を{whom}に出しました。端末は受け取り、次に起動したときに入れます。");
    Ok(Report::new(text, json!({ "version": version, "terminals": count })))
}

async fn stop(
    server: &Server,
    version: String,
    by: &By,
    password: Option<&Secret>,
) -> Result<Report, Problem> {
    let caller = caller(server, by, Role::Approver, password).await?;
    let now = server.now();
    let entry = Entry::by(&caller, now, Act::PackRolledBack).what(format!("まどか {version}"));
    let name = version.clone();
    server
        .db()
        .write(move |tx| -> Result<_, ProgramError> {
            keep::one(tx, &name)?;
            tx.execute(
                "UPDATE program_versions SET stopped_at = ?2 WHERE version = ?1",
                values![&name, now],
            )?;
            audit::write(tx, &entry)?;
            Ok(())
        })
        .await
        .map_err(Problem::from)?;
    Ok(Report::new(format!("版{version}を出すのをやめました。"), json!({ "version": version })))
}
