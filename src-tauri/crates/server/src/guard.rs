//! What stands before every handler: who asks, may they, how much do they send; and behind it: the answer, compressed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Body as _;
use jiff::{SignedDuration, Timestamp};
use madoka_casework::StaffId;
use madoka_sync::wire::gzip;
use tokio::sync::SemaphorePermit;

use crate::access::{Access, Caller};
use crate::audit::{self, Act, Entry};
use crate::changes::Topic;
use crate::people::session;
use crate::problem::{Problem, ServerError};
use crate::server::Server;
use crate::terminals::{Peer, Standing};

/// The server's clock as the answer left: terminals measure their own by it.
pub(crate) const TIME: HeaderName = HeaderName::from_static("madoka-time");

#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) server: Server,
    /// As the table of routes has it: what stands in the log instead of what was asked for.
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) body: usize,
}

pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let gzip_welcome = accepts_gzip(request.headers());
    let (method, begun) = (request.method().clone(), std::time::Instant::now());
    let answered = guarded(&guard, request, next).await;
    let mut response = match answered {
        Ok(response) if gzip_welcome => compressed(response).await,
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    if let Ok(now) = HeaderValue::from_str(&guard.server.now().to_string()) {
        headers.insert(TIME, now);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let status = response.status();
    guard.server.metrics().answered(status);
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    if status.is_server_error() {
        tracing::warn!(%method, route = guard.path, status = status.as_u16(), millis, "could not answer");
    } else {
        tracing::debug!(%method, route = guard.path, status = status.as_u16(), millis, "answered");
    }
    response
}

async fn guarded(guard: &Guard, request: Request, next: Next) -> Result<Response, Problem> {
    let server = &guard.server;
    let (mut parts, body) = request.into_parts();
    let peer = parts.extensions.get::<Peer>().cloned().unwrap_or_default();
    let token = session::token(&parts.headers);
    // From now on: whoever loses the right while the answer is being made does not get it.
    let mut people = server.db().changes().listen(Topic::People);
    let caller = caller(server, guard.access, &peer, token.as_deref()).await?;
    if let Err(refused) = guard.access.allows(caller.as_ref()) {
        if let (ServerError::NoRole, Some(caller)) = (&refused, &caller)
            && server.part::<Refusals>().is_news(caller, guard.path, server.now())
        {
            let entry = Entry::by(caller, server.now(), Act::Refused).what(guard.path);
            server.db().write(move |tx| audit::write(tx, &entry)).await?;
        }
        return Err(refused.into());
    }
    if let Some(caller) = caller {
        parts.extensions.insert(caller);
    }
    let (_permit, body) = received(guard, &parts.headers, body).await?;
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.remove(header::CONTENT_LENGTH);
    let mut answer = std::pin::pin!(next.run(Request::from_parts(parts, Body::from(body))));
    loop {
        tokio::select! {
            answer = &mut answer => return Ok(answer),
            () = people.change() => {
                let caller = self::caller(server, guard.access, &peer, token.as_deref()).await?;
                guard.access.allows(caller.as_ref())?;
            }
        }
    }
}

/// Refusals written down lately: a screen that asks every second shall not fill the audit.
#[derive(Debug, Default)]
struct Refusals(Mutex<HashMap<(StaffId, &'static str), Timestamp>>);

impl Refusals {
    const LATELY: SignedDuration = SignedDuration::from_mins(1);
    const MOST: usize = 1_000;

    fn is_news(&self, caller: &Caller, path: &'static str, now: Timestamp) -> bool {
        let Some(staff) = caller.staff.clone() else { return false };
        let mut lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lately.len() >= Self::MOST {
            lately.clear();
        }
        let known = (staff, path);
        if lately.get(&known).is_some_and(|before| now.duration_since(*before) <= Self::LATELY) {
            return false;
        }
        lately.insert(known, now);
        true
    }
}

/// Who asks, as the storage knows them now.
async fn caller(
    server: &Server,
    access: Access,
    peer: &Peer,
    token: Option<&str>,
) -> Result<Option<Caller>, Problem> {
    let Some(fingerprint) = peer.fingerprint() else { return Ok(None) };
    if let Access::Public(_) = access {
        return Ok(None);
    }
    let (now, idle) = (server.now(), server.config().sign_in.idle_minutes);
    let token = token.map(session::hashed);
    let found = server
        .db()
        .read(move |tx| -> Result<_, ServerError> {
            let terminal = match crate::terminals::standing(tx, &fingerprint, now)? {
                Standing::Good(terminal) => terminal,
                Standing::Unknown => return Err(ServerError::NoTerminal),
                Standing::Revoked => return Err(ServerError::TerminalRevoked),
                Standing::Expired => return Err(ServerError::CertificateExpired),
            };
            let person = match token {
                Some(token) => session::person(tx, &token, &terminal.id, now, idle)?,
                None => None,
            };
            Ok((terminal, person))
        })
        .await;
    let (terminal, session) = match found {
        // Without a person a terminal may still do what terminals do.
        Err(ServerError::SessionEnded) if access == Access::Terminal => {
            return Box::pin(caller(server, access, peer, None)).await;
        }
        found => found?,
    };
    let mut caller = Caller {
        terminal: terminal.id,
        terminal_offices: terminal.offices,
        whole_cases: terminal.whole_cases,
        staff: None,
        roles: Vec::new(),
        offices: Vec::new(),
    };
    if let Some(session) = session {
        if session.worth_noting(now) {
            session::noted(server, &session, now);
        }
        // A first password has been seen by somebody else: it opens nothing but its own change.
        let first = session.person.must_change_password;
        if first && matches!(access, Access::Roles(_)) {
            return Err(ServerError::PasswordMustChange.into());
        }
        caller.staff = Some(session.person.staff);
        if !first {
            caller.roles = session.person.roles;
            caller.offices = session.person.offices;
        }
    }
    Ok(Some(caller))
}

/// The whole body, inflated, within its bounds; and the permit for the memory it takes.
async fn received<'a>(
    guard: &'a Guard,
    headers: &HeaderMap,
    body: Body,
) -> Result<(SemaphorePermit<'a>, Bytes), Problem> {
    let most = guard.body;
    let too_large = || ServerError::TooLarge { most };
    let deflated = match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => false,
        Some(b"gzip") => true,
        Some(_) => return Err(ServerError::Unreadable.into()),
    };
    let said = body.size_hint();
    if said.lower() > most as u64 {
        return Err(too_large().into());
    }
    // What comes may be as large as it says, or as the route allows.
    let exact = said.exact().and_then(|exact| usize::try_from(exact).ok());
    let takes = if deflated { most } else { exact.unwrap_or(most) };
    let permit = guard.server.body_memory(takes).await?;
    let patience = Duration::from_secs(guard.server.config().limits.body_seconds);
    let bytes = tokio::time::timeout(patience, Limited::new(body, most).collect())
        .await
        .map_err(|_| ServerError::TooSlow)?
        .map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() { too_large() } else { ServerError::Unreadable }
        })?
        .to_bytes();
    if !deflated {
        return Ok((permit, bytes));
    }
    let inflated = tokio::task::spawn_blocking(move || gzip::inflate(&bytes, most))
        .await
        .map_err(|_| ServerError::Unreadable)?;
    match inflated {
        Ok(bytes) => Ok((permit, bytes.into())),
        Err(gzip::GzipError::TooLarge { .. }) => Err(too_large().into()),
        Err(gzip::GzipError::Form) => Err(ServerError::Unreadable.into()),
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| matches!(one.trim(), "gzip" | "gzip;q=1" | "gzip;q=1.0"))
}

/// Bodies that are whole already and worth it; one that comes piece by piece passes as it is.
async fn compressed(response: Response) -> Response {
    let size = response.body().size_hint().exact();
    if response.headers().contains_key(header::CONTENT_ENCODING)
        || size.is_none_or(|size| size < gzip::WORTH as u64)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(collected) = body.collect().await else { return ServerError::Unreadable.into_response() };
    let bytes = collected.to_bytes();
    let plain = bytes.clone();
    let deflated = tokio::task::spawn_blocking(move || gzip::deflate(&bytes)).await;
    match deflated {
        Ok(deflated) if deflated.len() < plain.len() => {
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Response::from_parts(parts, Body::from(deflated))
        }
        _ => Response::from_parts(parts, Body::from(plain)),
    }
}
