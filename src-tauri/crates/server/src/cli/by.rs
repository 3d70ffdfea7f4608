//! Whose command it is: nobody gains anything by sitting at the server. What a role is needed for on a terminal is
//! somebody's here too, by their password, with their role.

use axum::http::StatusCode;
use madoka_casework::{StaffId, TerminalId};
use madoka_text::Secret;

use super::secrets::{PASSWORD, secrets};
use crate::access::{Caller, Role};
use crate::people;
use crate::problem::{Problem, ServerError};
use crate::server::Server;
use crate::storage::StorageError;

/// Whose command it is. The password is the first line of standard input.
#[derive(clap::Args, Debug)]
pub struct By {
    /// 職員番号（パスワードは尋ねる。パイプからなら標準入力の1行目）
    #[arg(long)]
    pub(crate) by: String,
    /// 理由・言葉
    #[arg(long, default_value = "")]
    pub(crate) words: String,
}

/// The same where a command without it only looks.
#[derive(clap::Args, Debug)]
pub(crate) struct MaybeBy {
    /// 管理者の職員番号（パスワードは尋ねる。パイプからなら標準入力の1行目）。書かなければ、見るだけ
    #[arg(long)]
    by: Option<String>,
    /// 理由・言葉
    #[arg(long, default_value = "")]
    words: String,
}

impl MaybeBy {
    pub(crate) fn given(self) -> Option<By> {
        self.by.map(|by| By { by, words: self.words })
    }
}

/// What such a person is called in the audit instead of a terminal.
const HERE: &str = "madokad";

/// Waits for something that the server does without waiting.
pub(crate) fn blocking<T>(work: impl Future<Output = T>) -> Result<T, StorageError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.map_err(|_| StorageError::Internal("runtime"))?.block_on(work))
}

/// As an administrator, by the first line of standard input.
pub(crate) fn administrator(server: &Server, by: &By) -> Result<Caller, Problem> {
    let lines = secrets(&[PASSWORD])?;
    blocking(caller(server, by, Role::Administrator, lines.first()))?
}

pub(crate) fn wrong(message: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "SRV-71", message, "")
}

/// Who says they are somebody, with that person's password and role, as on a terminal.
pub(crate) async fn caller(
    server: &Server,
    by: &By,
    role: Role,
    password: Option<&Secret>,
) -> Result<Caller, Problem> {
    let staff = StaffId::parse(&by.by).map_err(|error| wrong(error.to_string()))?;
    let terminal = TerminalId::parse(HERE).map_err(|error| wrong(error.to_string()))?;
    let password = password.ok_or_else(|| wrong("標準入力の1行目にパスワードを入れてください。"))?;
    let mut caller = Caller {
        terminal,
        terminal_offices: Vec::new(),
        whole_cases: false,
        staff: None,
        roles: Vec::new(),
        offices: Vec::new(),
    };
    let given = Secret::new(password.expose().to_owned());
    people::proven(server, &caller, &staff, given).await?;
    let (now, settings) = (server.now(), server.config().sign_in.clone());
    let (who, here) = (staff.clone(), caller.terminal.clone());
    server.db().write(move |tx| people::forgive(tx, &who, &here)).await?;
    let all = server.db().read(move |tx| people::all(tx, now, &settings)).await?;
    let row = all.into_iter().find(|row| row.person.staff == staff);
    let person = row.ok_or_else(|| ServerError::UnknownStaff(staff.to_string()))?.person;
    if person.must_change_password {
        return Err(ServerError::PasswordMustChange.into());
    }
    if !person.roles.contains(&role) {
        return Err(ServerError::NoRole.into());
    }
    (caller.staff, caller.roles, caller.offices) = (Some(staff), person.roles, person.offices);
    Ok(caller)
}
