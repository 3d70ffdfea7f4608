//! The routes of statistics.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use madoka_sync::wire::VERSION;
use madoka_sync::wire::statistics::{
    ANSWERS, Answers, CSV, QUERY, Query, ROWS, Rows, RowsKept, Statistics, limit,
};

use super::{StatisticsError, answers, csv, rows, sums};
use crate::access::{Access, Caller, Role};
use crate::audit::{self, Act, Entry};
use crate::body::Json;
use crate::problem::Problem;
use crate::route::Route;
use crate::server::Server;

const SMALL: usize = 64 * 1024;

pub(crate) fn routes() -> Vec<Route> {
    let reads = Access::Roles(&[Role::Supervisor, Role::Approver, Role::Administrator, Role::Auditor]);
    vec![
        Route::post(ROWS, Access::Terminal, take).body_limit(limit::BODY),
        Route::post(QUERY, reads, query).body_limit(SMALL),
        Route::post(CSV, reads, export).body_limit(SMALL),
        Route::post(ANSWERS, reads, answer_times).body_limit(SMALL),
    ]
}

/// All rows of a body, or none: a terminal sends them again until it hears that they are kept.
async fn take(
    State(server): State<Server>,
    caller: Caller,
    Json(body): Json<Rows>,
) -> Result<Json<RowsKept>, Problem> {
    if body.rows.len() > limit::ROWS {
        return Err(StatisticsError::TooManyRows.into());
    }
    if let Some(at) = body.rows.iter().position(|row| !rows::is_sound(row)) {
        return Err(StatisticsError::Row(at + 1).into());
    }
    let kept = body.rows.iter().map(|row| row.id.clone()).collect();
    server
        .db()
        .write(move |tx| -> Result<(), StatisticsError> {
            body.rows.iter().try_for_each(|row| Ok(rows::keep(tx, row, &caller)?))
        })
        .await?;
    Ok(Json(RowsKept { v: VERSION, kept }))
}

/// Every question is written down with who asked it: see [`super::hide`].
async fn note(server: &Server, caller: &Caller, query: &Query, act: Act) -> Result<(), Problem> {
    sums::bounded(query)?;
    let asked = serde_json::to_string(query).unwrap_or_default();
    let entry = Entry::by(caller, server.now(), act)
        .what(format!("統計 {}", asked.chars().take(500).collect::<String>()));
    Ok(server.db().write(move |tx| audit::write(tx, &entry)).await?)
}

async fn answer(server: &Server, caller: &Caller, query: &Query, act: Act) -> Result<Statistics, Problem> {
    note(server, caller, query, act).await?;
    let query = query.clone();
    Ok(server.db().read(move |tx| sums::ask(tx, &query)).await?)
}

async fn query(
    State(server): State<Server>,
    caller: Caller,
    Json(query): Json<Query>,
) -> Result<Json<Statistics>, Problem> {
    Ok(Json(answer(&server, &caller, &query, Act::Seen).await?))
}

async fn export(
    State(server): State<Server>,
    caller: Caller,
    Json(query): Json<Query>,
) -> Result<Response, Problem> {
    let found = answer(&server, &caller, &query, Act::Exported).await?;
    let file = csv::write(&query, &found);
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], file).into_response())
}

async fn answer_times(
    State(server): State<Server>,
    caller: Caller,
    Json(query): Json<Query>,
) -> Result<Json<Answers>, Problem> {
    note(&server, &caller, &query, Act::Seen).await?;
    let now = server.now();
    Ok(Json(server.db().read(move |tx| answers::ask(tx, &query, now)).await?))
}
