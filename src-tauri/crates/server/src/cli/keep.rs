//! `madokad backup`, `restore`, `verify`, `status`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Failure, Report};
use crate::backup::{self, Found};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::housekeeping;
use crate::room::Room;
use crate::server::{self, Server};
use crate::storage::StorageError;
use crate::{cases, people, terminals};

#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    /// 控えのファイル（まだないもの）
    #[arg(long)]
    out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// 控えのファイル
    file: PathBuf,
    /// 控えの鍵（市を作ったときの keys/backup.key）
    #[arg(long)]
    key: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    /// 控えのファイル。書かなければ、データフォルダーのデータベース
    file: Option<PathBuf>,
    /// 控えの鍵。書かなければ、データフォルダーの keys/backup.key
    #[arg(long)]
    key: Option<PathBuf>,
}

fn report(did: &str, found: &Found) -> Report {
    let rows: u64 = found.rows.values().sum();
    let text = format!(
        "{}（{}）{did}。{rows}行、監査の記録{}件、すべてつながっています。",
        found.name, found.city, found.audit
    );
    Report::new(text, json!(found))
}

impl Backup {
    pub(super) fn run(self, server: &Server) -> Result<Report, Failure> {
        let found = backup::back_up(server, &self.out)?;
        Ok(report(&format!("の控えを{}に取りました", self.out.display()), &found))
    }
}

impl Restore {
    pub(super) fn run(self, data: &Path) -> Result<Report, Failure> {
        let config = Config::read(data)?;
        let found = backup::restore(&self.file, &self.key, data, &config, SystemClock.now())?;
        Ok(report(&format!("を{}に戻しました", data.display()), &found))
    }
}

impl Verify {
    pub(super) fn run(self, data: &Path) -> Result<Report, Failure> {
        let Some(file) = self.file else {
            let found = super::open(data)?.db().read_and_wait(backup::look)?;
            return Ok(report("のデータベースを確かめました", &found));
        };
        let key = self.key.unwrap_or_else(|| server::keys(data).join(backup::KEY));
        Ok(report("の控えを確かめました", &backup::verify(&file, &key)?))
    }
}

/// 保存期間の過ぎたものを、夜を待たずに消す.
pub(super) fn tidy(server: &Server) -> Result<Report, Failure> {
    let tidied = super::by::blocking(housekeeping::tidy(server))??;
    let text = format!(
        "保存期間の過ぎたものを消しました: 案件{}件、予約{}件、宛名を探した言葉{}件、監査の記録{}件",
        tidied.cases, tidied.bookings, tidied.register_words, tidied.audit_entries
    );
    Ok(Report::new(text, json!(tidied)))
}

/// What the server holds, and how each terminal last was.
pub(super) fn status(server: &Server) -> Result<Report, Failure> {
    let (now, settings) = (server.now(), server.config().sign_in.clone());
    let known = server.clone();
    let (terminals, presences, staff, counts, city_key) = server.db().read_and_wait(move |tx| {
        let mut counts = [0_i64; 4];
        let open = "case_rows WHERE state NOT IN ('closed', 'taken_back')";
        for (count, table) in counts.iter_mut().zip(["audit", "case_rows", open, "case_events"]) {
            *count =
                tx.row(&format!("SELECT COUNT(*) FROM {table}"), &[])?.map_or(Ok(0), |row| row.get(0))?;
        }
        Ok::<_, StorageError>((
            terminals::all(tx)?,
            cases::presence::list(tx)?,
            people::all(tx, now, &settings)?,
            counts,
            known.city_key(tx)?,
        ))
    })?;
    let [audited, cases, open, events] = counts;
    let room = Room::of(server);
    let good = terminals.iter().filter(|row| row.valid_until.is_some_and(|until| until > now)).count();
    let active = staff.iter().filter(|row| !row.disabled).count();
    let storage = if server.config().storage.postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    let mut text = format!(
        "{}（{}） {storage}\n案件: {cases}件（終わっていない {open}件、記録 {events}件）\n職員: {active}人（停止 {}人）\n監査の記録: {audited}件\n\
         待受け: {}（管理 {}）\n空き容量: {} MiB{}\n端末: {good}台が有効（登録 {}台）\n",
        server.city().name,
        server.city().code,
        staff.len() - active,
        server.config().serve.listen,
        server.config().serve.admin,
        room.free_mib(),
        if room.low { "（残りわずか）" } else { "" },
        terminals.len(),
    );
    for presence in &presences {
        let low = if presence.disk_low { " ディスク残りわずか" } else { "" };
        // Writing into memory does not fail.
        let _ = writeln!(
            text,
            "  {} {} 最後の連絡 {:.0} 送信待ち{} 保留{} 時計のずれ{}秒{low}",
            presence.terminal,
            presence.program,
            presence.seen,
            presence.waiting,
            presence.held_back,
            presence.skew_seconds,
        );
    }
    let json = json!({
        "city": server.city().code, "name": server.city().name, "storage": storage,
        "cases": cases, "cases_open": open, "events": events, "audit": audited,
        "terminals": terminals.len(), "terminals_valid": good, "presences": presences,
        "staff": staff.len(), "staff_active": active, "disk_free": room.free, "disk_low": room.low,
        "listen": server.config().serve.listen, "admin": server.config().serve.admin, "city_key": city_key,
    });
    Ok(Report::new(text, json))
}
