//! The routes of cases.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use madoka_casework::{TerminalId, Words};
use madoka_sync::wire::{
    self, Cursor, FreeCases, FreedCases, Hello, OpenCases, PageHead, Presence, Receipt, VERSION, Welcome,
    limit, lines, path,
};
use serde::Deserialize;

use super::page::{self, Page, Pages, Place};
use super::{owners, presence, upload};
use crate::access::{Access, Caller, Role};
use crate::body::Json;
use crate::changes::Topics;
use crate::problem::{Problem, ServerError};
use crate::route::Route;
use crate::server::Server;
use crate::storage::StorageError;

/// Who may look after terminals.
const CARETAKERS: &[Role] = &[Role::Administrator, Role::Supervisor];
/// Many events in the same second wake a terminal once.
const GATHER: Duration = Duration::from_millis(250);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::post(path::HELLO, Access::Terminal, hello).body_limit(16 * 1024),
        Route::post(path::EVENTS, Access::Terminal, events).body_limit(limit::BODY),
        Route::get(path::CHANGES, Access::Terminal, changes),
        Route::get("/v1/presence", Access::Roles(CARETAKERS), all_presence),
        Route::get("/v1/terminals/{terminal}/cases", Access::Roles(CARETAKERS), open_cases),
        Route::post("/v1/terminals/{terminal}/free", Access::Roles(&[Role::Administrator]), free_cases),
    ]
}

async fn hello(
    State(server): State<Server>,
    caller: Caller,
    Json(hello): Json<Hello>,
) -> Result<Json<Welcome>, Problem> {
    if hello.v > VERSION {
        return Err(Problem::new(
            StatusCode::UPGRADE_REQUIRED,
            "SRV-67",
            "この端末のまどかは、サーバーより新しい版です。",
            "サーバーのまどかを新しくするよう、管理者に知らせてください。仕事はそのまま続けられます。",
        ));
    }
    let (terminal, now) = (caller.terminal.clone(), server.now());
    server.db().write(move |tx| presence::note(tx, &terminal, &hello, now)).await.map_err(Problem::from)?;
    Ok(Json(Welcome {
        v: VERSION,
        now: server.now(),
        epoch: server.epoch().to_owned(),
        city: server.city().name.clone(),
        terminal: caller.terminal,
        offices: caller.terminal_offices,
        whole_cases: caller.whole_cases,
        topics: topics(&server),
        case_days: server.config().retention.case_days,
    }))
}

/// The body is inflated and within its bound when it comes here.
async fn events(State(server): State<Server>, caller: Caller, body: Bytes) -> Result<Json<Receipt>, Problem> {
    let events = lines::events(&body).map_err(|error| match error {
        lines::LinesError::TooLarge | lines::LinesError::TooMany => {
            ServerError::TooLarge { most: limit::BODY }
        }
        lines::LinesError::Form => ServerError::Unreadable,
    })?;
    let now = server.now();
    let receipt = server.db().write(move |tx| upload::take(tx, &caller, events, now)).await;
    Ok(Json(receipt.map_err(|error: StorageError| Problem::from(error))?))
}

#[derive(Deserialize)]
struct Since {
    after: Cursor,
    #[serde(default)]
    hold: u32,
    #[serde(default)]
    topics: String,
}

/// Answers at once where there is something, and else holds the question until there is, or until it has been held long
/// enough.
async fn changes(
    State(server): State<Server>,
    caller: Caller,
    Query(since): Query<Since>,
) -> Result<Response, Problem> {
    let known = wire::Topics::parse(&since.topics);
    let from = Place::of(&since.after, server.epoch(), caller.whole_cases);
    let until = tokio::time::Instant::now() + Duration::from_secs(since.hold.min(limit::HOLD).into());
    let mut listener = server.db().changes().listen(Topics::ALL);
    loop {
        let page = page_behind(&server, &caller, from).await?;
        let topics = topics(&server);
        let left = until.saturating_duration_since(tokio::time::Instant::now());
        if page.next != from || topics != known || left.is_zero() {
            return Ok(answer(&server, &page, topics));
        }
        if listener.changed(left).await {
            tokio::time::sleep(GATHER.min(left)).await;
        }
    }
}

async fn page_behind(server: &Server, caller: &Caller, from: Place) -> Result<Page, Problem> {
    // Asked before reading: what is read is at least as new.
    let changes = server.db().changes().number(crate::changes::Topic::Cases);
    let pages = server.part::<Pages>();
    if let Some(page) = pages.get(from, changes) {
        return Ok(page);
    }
    let terminal = caller.terminal.clone();
    let page = server.db().read(move |tx| page::read(tx, &terminal, from)).await;
    let page = page.map_err(|error: StorageError| Problem::from(error))?;
    pages.put(from, changes, &page);
    Ok(page)
}

fn answer(server: &Server, page: &Page, topics: wire::Topics) -> Response {
    let head = PageHead {
        v: VERSION,
        cursor: page.next.cursor(server.epoch()),
        epoch: server.epoch().to_owned(),
        events: page.events,
        left: page.left,
        topics,
    };
    // A head is made of what can always be written.
    let head = serde_json::to_string(&head).unwrap_or_default();
    let mut response = page::body(&head, page).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response
}

fn topics(server: &Server) -> wire::Topics {
    let number = |topic: wire::Topic| (topic, server.db().changes().number(topic.into()));
    wire::Topics(wire::Topic::ALL.into_iter().map(number).collect())
}

async fn all_presence(State(server): State<Server>) -> Result<Json<Vec<Presence>>, Problem> {
    let presence = server.db().read(presence::list).await;
    Ok(Json(presence.map_err(|error: StorageError| Problem::from(error))?))
}

async fn open_cases(
    State(server): State<Server>,
    Path(terminal): Path<String>,
) -> Result<Json<OpenCases>, Problem> {
    let terminal = named(&terminal)?;
    let cases = server.db().read(move |tx| owners::open(tx, terminal)).await;
    Ok(Json(cases.map_err(|error: StorageError| Problem::from(error))?))
}

async fn free_cases(
    State(server): State<Server>,
    caller: Caller,
    Path(terminal): Path<String>,
    Json(question): Json<FreeCases>,
) -> Result<Json<FreedCases>, Problem> {
    let terminal = named(&terminal)?;
    let reason = Words::parse(&question.reason).map_err(|error| {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "SRV-68",
            error.to_string(),
            "理由を入れ直してください。",
        )
    })?;
    let now = server.now();
    let freed = server
        .db()
        .write(move |tx| owners::free(tx, &caller, &terminal, &question.cases, &reason, now))
        .await?;
    Ok(Json(freed))
}

fn named(terminal: &str) -> Result<TerminalId, Problem> {
    terminal.parse().map_err(|_| ServerError::UnknownTerminal(terminal.chars().take(40).collect()).into())
}
