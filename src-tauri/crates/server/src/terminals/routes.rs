//! The routes of terminals.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use madoka_casework::TerminalId;
use madoka_sync::wire::people::{Invite, TerminalRow};
use madoka_sync::wire::{Enrol, Enrolled, Invitation, path};

use crate::access::{Access, Caller, Role};
use crate::audit::{self, Act, Entry};
use crate::body::Json;
use crate::problem::{Problem, ServerError};
use crate::route::Route;
use crate::server::Server;
use crate::storage::StorageError;

/// A signing request and a code.
const SMALL: usize = 16 * 1024;

pub(crate) fn routes() -> Vec<Route> {
    let administrator = Access::Roles(&[Role::Administrator]);
    vec![
        Route::post(path::ENROL, Access::Public("登録前の端末は証明書を持たない"), enrol).body_limit(SMALL),
        Route::post(path::RENEW, Access::Terminal, renew).body_limit(SMALL),
        Route::get("/v1/terminals", administrator, list),
        Route::post("/v1/terminals", administrator, invite).body_limit(SMALL),
        Route::post("/v1/terminals/{id}/revoke", administrator, revoke).body_limit(SMALL),
    ]
}

async fn enrol(State(server): State<Server>, Json(asked): Json<Enrol>) -> Result<Json<Enrolled>, Problem> {
    Ok(Json(super::enrol(&server, asked).await?))
}

async fn renew(
    State(server): State<Server>,
    caller: Caller,
    Json(asked): Json<Enrol>,
) -> Result<Json<Enrolled>, Problem> {
    Ok(Json(super::enrol::renew(&server, asked, caller.terminal).await?))
}

async fn list(State(server): State<Server>) -> Result<Json<Vec<TerminalRow>>, Problem> {
    Ok(Json(server.db().read(super::all).await?))
}

async fn invite(
    State(server): State<Server>,
    caller: Caller,
    Json(asked): Json<Invite>,
) -> Result<Json<Invitation>, Problem> {
    let by = Entry::by(&caller, server.now(), Act::EnrolmentCodeMade);
    let known = server.clone();
    let made = server
        .db()
        .write(move |tx| -> Result<_, StorageError> { super::invitation(&known, tx, &asked, by) })
        .await?;
    Ok(Json(made))
}

async fn revoke(
    State(server): State<Server>,
    caller: Caller,
    Path(terminal): Path<String>,
) -> Result<StatusCode, Problem> {
    let now = server.now();
    let entry = Entry::by(&caller, now, Act::TerminalRevoked).what(&terminal);
    server
        .db()
        .write(move |tx| -> Result<_, ServerError> {
            let unknown = || ServerError::UnknownTerminal(terminal.chars().take(40).collect());
            let id = TerminalId::parse(&terminal).map_err(|_| unknown())?;
            super::terminal(tx, &id)?.ok_or_else(unknown)?;
            super::revoke(tx, &id, now)?;
            Ok(audit::write(tx, &entry)?)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
