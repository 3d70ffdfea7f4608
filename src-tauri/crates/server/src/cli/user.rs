//! `madokad user`

use std::fmt::Write as _;
use std::path::PathBuf;

use madoka_casework::{OfficeId, StaffId};
use madoka_sync::wire::people::{StaffChange, StaffRow};
use madoka_text::Secret;
use serde_json::json;

use super::{Failure, Report};
use crate::access::Role;
use crate::audit::{self, Act, Entry};
use crate::people::{self, NewStaff, roster};
use crate::problem::ServerError;
use crate::server::Server;
use crate::storage::{StorageError, Tx};
use crate::{password, secret_file};

#[derive(Debug, clap::Subcommand)]
pub(super) enum User {
    /// 一覧
    List,
    /// 登録する。はじめのパスワードを一度だけ出す
    Add {
        staff: String,
        #[arg(long)]
        name: String,
        /// 役割: 窓口 おくやみ 関係課 監督者 承認者 管理者 閲覧監査（いくつでも）
        #[arg(long, required = true)]
        role: Vec<String>,
        /// 窓口・関係課（いくつでも）
        #[arg(long)]
        office: Vec<String>,
        /// パスワードを標準入力から読む
        #[arg(long)]
        password_stdin: bool,
    },
    /// 名前・役割・窓口を変える（書いたものだけ）
    Set {
        staff: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        role: Vec<String>,
        #[arg(long)]
        office: Vec<String>,
    },
    /// 使用を止める（サインインしていても、その場で終わる）
    Disable { staff: String },
    /// 使用を始める
    Enable { staff: String },
    /// パスワードを作り直す。錠も外れる
    Reset { staff: String },
    /// 続けて間違えてかかった錠を外す
    Unlock { staff: String },
    /// CSVから取り込む（職員番号,氏名,役割,窓口。役割と窓口は空白か;で区切る）。新しい人のパスワードは--outに書く
    Import {
        file: PathBuf,
        #[arg(long)]
        out: PathBuf,
    },
}

fn staff_id(text: &str) -> Result<StaffId, Failure> {
    StaffId::parse(text).map_err(|error| Failure::usage(error.to_string()))
}

fn roles(texts: &[String]) -> Result<Vec<Role>, Failure> {
    let role = |text: &String| {
        Role::parse(text).ok_or_else(|| Failure::usage(format!("役割「{text}」はありません。")))
    };
    texts.iter().map(role).collect()
}

fn offices(texts: &[String]) -> Result<Vec<OfficeId>, Failure> {
    texts
        .iter()
        .map(|text| OfficeId::parse(text).map_err(|error| Failure::usage(error.to_string())))
        .collect()
}

/// A change and its line in the audit, together.
fn changed<T: Send + 'static>(
    server: &Server,
    act: Act,
    staff: &StaffId,
    work: impl FnOnce(&mut Tx<'_>, &StaffId) -> Result<T, ServerError> + Send + 'static,
) -> Result<T, Failure> {
    let (entry, staff) = (Entry::by_server(server.now(), act).what(staff.as_str()), staff.clone());
    Ok(server.db().write_and_wait(move |tx| -> Result<T, ServerError> {
        let done = work(tx, &staff)?;
        audit::write(tx, &entry)?;
        Ok(done)
    })?)
}

fn everybody(server: &Server) -> Result<Vec<StaffRow>, Failure> {
    let (now, settings) = (server.now(), server.config().sign_in.clone());
    Ok(server.db().read_and_wait(move |tx| people::all(tx, now, &settings))?)
}

fn one(server: &Server, staff: &StaffId) -> Result<StaffRow, Failure> {
    let found = everybody(server)?.into_iter().find(|row| row.person.staff == *staff);
    Ok(found.ok_or_else(|| ServerError::UnknownStaff(staff.to_string()))?)
}

fn say(row: &StaffRow) -> String {
    let roles: Vec<&str> = row.person.roles.iter().map(|role| role.label()).collect();
    let offices: Vec<&str> = row.person.offices.iter().map(OfficeId::as_str).collect();
    let state = if row.disabled {
        " 停止"
    } else if row.locked_until.is_some() {
        " 錠"
    } else {
        ""
    };
    format!("{} {} {} {}{state}", row.person.staff, row.person.name, roles.join("・"), offices.join(","))
}

impl User {
    pub(super) fn run(self, server: &Server) -> Result<Report, Failure> {
        match self {
            Self::List => {
                let rows = everybody(server)?;
                let text: Vec<String> = rows.iter().map(say).collect();
                Ok(Report::new(text.join("\n"), json!({ "staff": rows })))
            }
            Self::Add { staff, name, role, office, password_stdin } => {
                let first = if password_stdin { Some(super::secrets::new_password()?) } else { None };
                add(server, &staff_id(&staff)?, name, roles(&role)?, offices(&office)?, first)
            }
            Self::Set { staff, name, role, office } => {
                let (roles, offices) = (roles(&role)?, offices(&office)?);
                set(server, &staff_id(&staff)?, |to| {
                    to.name = name.unwrap_or_else(|| std::mem::take(&mut to.name));
                    if !roles.is_empty() {
                        to.roles = roles;
                    }
                    if !offices.is_empty() {
                        to.offices = offices;
                    }
                })
            }
            Self::Disable { staff } => set(server, &staff_id(&staff)?, |to| to.disabled = true),
            Self::Enable { staff } => set(server, &staff_id(&staff)?, |to| to.disabled = false),
            Self::Reset { staff } => {
                let staff = staff_id(&staff)?;
                let first = password::random()?;
                let hash = password::hash(&first, server.config().sign_in.cost())?;
                changed(server, Act::PasswordChanged, &staff, move |tx, staff| {
                    people::reset(tx, staff, &hash)
                })?;
                Ok(first_password(&staff, &first))
            }
            Self::Unlock { staff } => {
                let staff = staff_id(&staff)?;
                one(server, &staff)?;
                changed(server, Act::StaffChanged, &staff, |tx, staff| Ok(people::unlock(tx, staff)?))?;
                Ok(Report::new(format!("{staff}の錠を外しました。"), json!({ "staff": staff })))
            }
            Self::Import { file, out } => import(server, &file, &out),
        }
    }
}

fn first_password(staff: &StaffId, first: &Secret) -> Report {
    Report::new(
        format!("{staff}のはじめのパスワード（一度だけ表示します）: {}", first.expose()),
        json!({ "staff": staff, "password": first.expose() }),
    )
}

fn add(
    server: &Server,
    staff: &StaffId,
    name: String,
    roles: Vec<Role>,
    offices: Vec<OfficeId>,
    given: Option<Secret>,
) -> Result<Report, Failure> {
    let must_change = given.is_none();
    let first = given.map_or_else(password::random, Ok)?;
    password::good(&first, staff)?;
    let hash = password::hash(&first, server.config().sign_in.cost())?;
    let new = NewStaff { staff: staff.clone(), name, password: hash, roles, offices, must_change };
    changed(server, Act::StaffChanged, staff, move |tx, _| Ok(people::add(tx, &new)?))?;
    if must_change {
        return Ok(first_password(staff, &first));
    }
    Ok(Report::new(format!("{staff}を登録しました。"), json!({ "staff": staff })))
}

fn set(server: &Server, staff: &StaffId, change: impl FnOnce(&mut StaffChange)) -> Result<Report, Failure> {
    let row = one(server, staff)?;
    let mut to = StaffChange {
        name: row.person.name,
        roles: row.person.roles,
        offices: row.person.offices,
        disabled: row.disabled,
    };
    change(&mut to);
    changed(server, Act::StaffChanged, staff, move |tx, staff| people::change(tx, staff, &to))?;
    let row = one(server, staff)?;
    Ok(Report::new(say(&row), json!(row)))
}

/// All of the file, or nothing.
fn import(server: &Server, file: &std::path::Path, out: &std::path::Path) -> Result<Report, Failure> {
    let bytes = std::fs::read(file).map_err(|error| StorageError::File(file.to_owned(), error.kind()))?;
    let lines = roster::read(&bytes).map_err(|error| Failure {
        code: error.code(),
        message: error.to_string(),
        fix: "直して、もう一度取り込んでください。",
    })?;
    let cost = server.config().sign_in.cost();
    let known: Vec<StaffId> = everybody(server)?.into_iter().map(|row| row.person.staff).collect();
    let mut passwords = String::from("職員番号,はじめのパスワード\n");
    let (mut new, mut old) = (Vec::new(), Vec::new());
    for line in lines {
        if known.contains(&line.staff) {
            old.push(line);
            continue;
        }
        let first = password::random()?;
        // Writing into memory does not fail.
        let _ = writeln!(passwords, "{},{}", line.staff, first.expose());
        new.push(NewStaff {
            password: password::hash(&first, cost)?,
            staff: line.staff,
            name: line.name,
            roles: line.roles,
            offices: line.offices,
            must_change: true,
        });
    }
    let counts = (new.len(), old.len());
    secret_file::write_new(out, &passwords)?;
    let now = server.now();
    let done = server.db().write_and_wait(move |tx| -> Result<_, ServerError> {
        for one in &new {
            people::add(tx, one)?;
            audit::write(tx, &Entry::by_server(now, Act::StaffChanged).what(one.staff.as_str()))?;
        }
        for line in old {
            let to =
                StaffChange { name: line.name, roles: line.roles, offices: line.offices, disabled: false };
            people::change(tx, &line.staff, &to)?;
            audit::write(tx, &Entry::by_server(now, Act::StaffChanged).what(line.staff.as_str()))?;
        }
        Ok(())
    });
    if done.is_err() {
        // Passwords of nobody.
        let _ = std::fs::remove_file(out);
    }
    done?;
    Ok(Report::new(
        format!(
            "{}人を登録し、{}人を書き換えました。はじめのパスワード: {}",
            counts.0,
            counts.1,
            out.display()
        ),
        json!({ "added": counts.0, "changed": counts.1, "passwords": out }),
    ))
}
