//! 監査: who saw, changed, printed, took out and erased what, over all terminals. Each entry is chained to the one before,
//! so that none can be taken out or rewritten unseen.

use axum::extract::{Query, State};
use jiff::Timestamp;
use madoka_casework::{CaseId, StaffId, TerminalId};
use madoka_sync::wire::people::{
    AUDIT, AuditFound, AuditLink, AuditPage, AuditRow, AuditSearch, DEEDS, Deed, Deeds, limit,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::access::{Access, Caller, Role};
use crate::body::Json;
use crate::problem::{Problem, ServerError};
use crate::route::Route;
use crate::secret_file;
use crate::server::Server;
use crate::storage::{Schema, StorageError, Tx, Value};
use crate::values;

pub(crate) const SCHEMA: Schema = Schema {
    module: "audit",
    versions: &[&[
        "CREATE TABLE audit (
            pos INTEGER PRIMARY KEY, at INTEGER NOT NULL, staff TEXT, terminal TEXT, act TEXT NOT NULL, case_id BLOB,
            json TEXT NOT NULL, chain BLOB NOT NULL)",
        "CREATE INDEX audit_case ON audit (case_id)",
        "CREATE INDEX audit_staff ON audit (staff, at)",
    ], &[
        // Where the chain begins since older entries were erased: their last number and link.
        "CREATE TABLE audit_start (one INTEGER PRIMARY KEY, pos INTEGER NOT NULL, chain BLOB NOT NULL)",
    ], &[
        // How far each terminal has told of its own audit.
        "CREATE TABLE audit_told (terminal TEXT PRIMARY KEY, n INTEGER NOT NULL)",
    ]],
};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// 閲覧
    Seen,
    /// 検索. For what is not kept: it may be a name.
    Searched,
    Changed,
    Printed,
    /// 書き出し
    Exported,
    /// 取込み
    Imported,
    /// 消去
    Erased,
    BackedUp,
    Restored,
    SignedIn,
    SignedOut,
    SignInRefused,
    /// A request the caller's role does not allow.
    Refused,
    StaffChanged,
    PasswordChanged,
    TerminalEnrolled,
    TerminalRenewed,
    TerminalRevoked,
    EnrolmentCodeMade,
    PackDrafted,
    PackApproved,
    PackReleased,
    PackRolledBack,
    SettingsChanged,
    /// An administrator freed a case of a lost terminal.
    CaseFreed,
    /// A terminal began to use another edition.
    PackSwitched,
}

/// One entry. It names things by id: no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<TerminalId>,
    pub act: Act,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// A form, a pack, an inquiry, a route: by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

impl Entry {
    /// What a caller did.
    pub fn by(caller: &Caller, at: Timestamp, act: Act) -> Self {
        Self {
            at,
            staff: caller.staff.clone(),
            terminal: Some(caller.terminal.clone()),
            act,
            case: None,
            what: None,
        }
    }

    /// What a command on the server itself did.
    pub fn by_server(at: Timestamp, act: Act) -> Self {
        Self { at, staff: None, terminal: None, act, case: None, what: None }
    }

    #[must_use]
    pub fn case(mut self, case: CaseId) -> Self {
        self.case = Some(case);
        self
    }

    #[must_use]
    pub fn what(mut self, what: impl Into<String>) -> Self {
        self.what = Some(what.into());
        self
    }
}

/// The next link: SHA-256(chain before, SHA-256(entry's text)), as the terminal's own audit has it.
fn linked(before: [u8; 32], json: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(Sha256::digest(json.as_bytes()));
    hash.finalize().into()
}

/// Writes an entry, in the transaction of what it tells of.
pub fn write(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), StorageError> {
    let last = tx.row("SELECT pos, chain FROM audit ORDER BY pos DESC LIMIT 1", &[])?;
    let (pos, chain) = match last {
        Some(row) => (row.get::<i64>(0)?, row.get::<[u8; 32]>(1)?),
        None => (0, [0; 32]),
    };
    let json = serde_json::to_string(entry).map_err(|_| StorageError::Internal("audit"))?;
    let act = serde_json::to_value(entry.act).map_err(|_| StorageError::Internal("audit"))?;
    tx.execute(
        "INSERT INTO audit (pos, at, staff, terminal, act, case_id, json, chain)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        values![
            pos + 1,
            entry.at,
            entry.staff.as_ref().map(StaffId::as_str),
            entry.terminal.as_ref().map(TerminalId::as_str),
            act.as_str(),
            entry.case.map(CaseId::as_uuid),
            &json,
            linked(chain, &json)
        ],
    )?;
    Ok(())
}

/// Entries after number `after`, at most `most`.
pub fn entries(tx: &mut Tx<'_>, after: i64, most: u32) -> Result<Vec<AuditLink>, StorageError> {
    let rows = tx.query(
        "SELECT pos, json, chain FROM audit WHERE pos > ?1 ORDER BY pos LIMIT ?2",
        values![after, i64::from(most)],
    )?;
    rows.into_iter()
        .map(|row| {
            let chain: [u8; 32] = row.get(2)?;
            Ok(AuditLink { n: row.get(0)?, entry: row.get(1)?, chain: secret_file::hex(&chain).to_string() })
        })
        .collect()
}

/// The last entry that was erased, and its link: the chain goes on behind it.
fn start(tx: &mut Tx<'_>) -> Result<(i64, [u8; 32]), StorageError> {
    let row = tx.row("SELECT pos, chain FROM audit_start WHERE one = 1", &[])?;
    row.map_or(Ok((0, [0; 32])), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// 消去: entries from before a moment, from the front only and never the last; the rest can still be verified. Says how
/// many.
pub(crate) fn cut(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StorageError> {
    let row = tx.row(
        "SELECT pos, chain FROM audit
         WHERE pos < (SELECT COALESCE((SELECT MIN(pos) FROM audit WHERE at >= ?1), (SELECT MAX(pos) FROM audit)))
         ORDER BY pos DESC LIMIT 1",
        values![before],
    )?;
    let Some(row) = row else { return Ok(0) };
    let (pos, chain): (i64, [u8; 32]) = (row.get(0)?, row.get(1)?);
    tx.execute(
        "INSERT INTO audit_start (one, pos, chain) VALUES (1, ?1, ?2)
         ON CONFLICT (one) DO UPDATE SET pos = ?1, chain = ?2",
        values![pos, chain],
    )?;
    tx.execute("DELETE FROM audit WHERE pos <= ?1", values![pos])
}

/// Whether the chain holds from the first entry to the last: how many there are, or the number of the first that is wrong.
pub fn verify(tx: &mut Tx<'_>) -> Result<Result<i64, i64>, StorageError> {
    let ((mut pos, mut chain), mut wrong) = (start(tx)?, None);
    tx.each("SELECT pos, json, chain FROM audit ORDER BY pos", &[], |row| {
        pos += 1;
        chain = linked(chain, &row.get::<String>(1)?);
        if wrong.is_none() && (row.get::<i64>(0)? != pos || row.get::<[u8; 32]>(2)? != chain) {
            wrong = Some(pos);
        }
        Ok(())
    })?;
    Ok(wrong.map_or(Ok(pos), Err))
}

/// Links in one answer.
const PAGE: u32 = 1_000;

#[derive(Debug, Deserialize)]
struct After {
    #[serde(default)]
    after: i64,
}

pub(crate) fn routes() -> Vec<Route> {
    let reads = Access::Roles(&[Role::Auditor, Role::Administrator]);
    vec![
        Route::get("/v1/audit", reads, read),
        Route::post(AUDIT, reads, search).body_limit(4 * 1024),
        Route::post(DEEDS, Access::Terminal, deeds).body_limit(limit::BODY),
    ]
}

/// 端末の監査の報告: what the terminal says was done at it. What it has told before is not taken twice.
async fn deeds(
    State(server): State<Server>,
    caller: Caller,
    Json(told): Json<Deeds>,
) -> Result<Json<()>, Problem> {
    if told.deeds.len() > limit::DEEDS {
        return Err(ServerError::Unreadable.into());
    }
    server.db().write(move |tx| take(tx, &caller.terminal, told.deeds)).await?;
    Ok(Json(()))
}

fn take(tx: &mut Tx<'_>, terminal: &TerminalId, deeds: Vec<Deed>) -> Result<(), StorageError> {
    let known = tx.row("SELECT n FROM audit_told WHERE terminal = ?1", values![terminal.as_str()])?;
    let mut known: u64 = known.map_or(Ok(0), |row| row.get(0))?;
    for deed in deeds {
        if deed.n <= known {
            continue;
        }
        known = deed.n;
        // A newer program may know of acts this one does not: they are no less done.
        let act = serde_json::from_value(deed.act.clone().into()).unwrap_or(Act::Changed);
        let what = deed.what.map(|what| what.chars().take(limit::WHAT).collect());
        let entry = Entry {
            at: deed.at,
            staff: Some(deed.staff),
            terminal: Some(terminal.clone()),
            act,
            case: deed.case,
            what,
        };
        write(tx, &entry)?;
    }
    tx.execute(
        "INSERT INTO audit_told (terminal, n) VALUES (?1, ?2) ON CONFLICT (terminal) DO UPDATE SET n = ?2",
        values![terminal.as_str(), known],
    )?;
    Ok(())
}

/// Rows of one answer.
const FOUND: i64 = 200;

/// 監査を調べる. That it was asked, and for which case or person, is itself noted.
async fn search(
    State(server): State<Server>,
    caller: Caller,
    Json(mut asked): Json<AuditSearch>,
) -> Result<Json<AuditFound>, Problem> {
    let entry = Entry::by(&caller, server.now(), Act::Searched);
    let found = server
        .db()
        .write(move |tx| -> Result<_, StorageError> {
            if let Some(number) = asked.number {
                let Some(case) = crate::cases::numbered(tx, number)? else {
                    return Ok(AuditFound { rows: Vec::new(), more: false });
                };
                asked.case = Some(case);
            }
            let found = find(tx, &asked)?;
            if asked.before.is_none() {
                let about = asked.staff.as_ref().map_or_else(String::new, |staff| format!(" 職員{staff}"));
                write(tx, &Entry { case: asked.case, ..entry.what(format!("audit{about}")) })?;
            }
            Ok(found)
        })
        .await?;
    Ok(Json(found))
}

/// Only what is asked for stands in the statement, so that the indices of cases and staff serve.
fn find(tx: &mut Tx<'_>, asked: &AuditSearch) -> Result<AuditFound, StorageError> {
    let wanted = [
        ("case_id =", asked.case.map(|case| Value::from(case.as_uuid()))),
        ("staff =", asked.staff.as_ref().map(|staff| Value::from(staff.as_str()))),
        ("terminal =", asked.terminal.as_ref().map(|terminal| Value::from(terminal.as_str()))),
        ("act =", asked.act.as_deref().map(Value::from)),
        ("at >=", asked.from.map(Value::from)),
        ("at <", asked.until.map(Value::from)),
        ("pos <", asked.before.map(Value::from)),
    ];
    let mut values = vec![Value::from(FOUND + 1)];
    let mut sql = "SELECT pos, json FROM audit".to_owned();
    for (is, value) in wanted {
        let Some(value) = value else { continue };
        sql += if values.len() == 1 { " WHERE " } else { " AND " };
        values.push(value);
        sql += is;
        sql += " ?";
        sql += &values.len().to_string();
    }
    sql += " ORDER BY pos DESC LIMIT ?1";
    let rows = tx.query(&sql, &values)?;
    let more = rows.len() > usize::try_from(FOUND).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for row in rows.into_iter().take(usize::try_from(FOUND).unwrap_or(usize::MAX)) {
        let entry: Entry =
            serde_json::from_str(&row.get::<String>(1)?).map_err(|_| StorageError::Column(1))?;
        let act = serde_json::to_value(entry.act).ok().and_then(|act| act.as_str().map(str::to_owned));
        let number = match entry.case {
            Some(case) => crate::cases::number_of(tx, case)?,
            None => None,
        };
        found.push(AuditRow {
            n: row.get(0)?,
            at: entry.at,
            staff: entry.staff,
            terminal: entry.terminal,
            act: act.unwrap_or_default(),
            case: entry.case,
            what: entry.what,
            number,
        });
    }
    Ok(AuditFound { rows: found, more })
}

/// To read the audit is itself noted.
async fn read(
    State(server): State<Server>,
    caller: Caller,
    Query(After { after }): Query<After>,
) -> Result<Json<AuditPage>, Problem> {
    let entry = Entry::by(&caller, server.now(), Act::Seen).what("audit");
    let page = server
        .db()
        .write(move |tx| -> Result<_, StorageError> {
            let mut links = entries(tx, after, PAGE + 1)?;
            let more = links.len() > PAGE as usize;
            links.truncate(PAGE as usize);
            let (erased, chain) = start(tx)?;
            if after <= erased {
                write(tx, &entry)?;
            }
            let before = (erased > 0 && after <= erased).then(|| secret_file::hex(&chain).to_string());
            Ok(AuditPage { links, more, before })
        })
        .await?;
    Ok(Json(page))
}
