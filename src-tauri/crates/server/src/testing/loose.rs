//! The whole server without a wire: any request, to any route, as somebody who may do everything. For tests and fuzzing
//! that throw bytes at it.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use madoka_casework::{StaffId, TerminalId};
use madoka_sync::wire::gzip;
use madoka_sync::wire::people::{Invite, SignIn, SignedIn};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use super::client::csr;
use super::{PASSWORD, TestClock, enrol};
use crate::access::Role;
use crate::audit::{Act, Entry};
use crate::authority::{fingerprint, pem_to_der};
use crate::config::Config;
use crate::modules;
use crate::password::{self, Cost};
use crate::people::{self, NewStaff};
use crate::route::{self, Route};
use crate::server::{City, Server};
use crate::storage::StorageError;
use crate::terminals::{self, Peer};

/// Nobody throws this name by chance: a password reset must not lock us out.
const WHO: &str = "somebody-with-every-role";

/// Loose bytes' way in.
#[derive(Debug)]
pub struct Loose {
    runtime: Runtime,
    router: Router,
    routes: Vec<Route>,
    peer: Peer,
    token: String,
    clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

impl Default for Loose {
    fn default() -> Self {
        Self::new()
    }
}

impl Loose {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        let cost = Cost::LEAST;
        (config.sign_in.argon2_memory_kib, config.sign_in.argon2_rounds) = (cost.memory_kib, cost.rounds);
        let city = City { code: "999999".to_owned(), name: "みなと野市".to_owned() };
        let clock = Arc::new(TestClock::default());
        let server = Server::create(&folder.path().join("data"), config, clock.clone(), city).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let router = route::router(&server, modules::routes());
        let mut loose = Self {
            runtime,
            router,
            routes: modules::routes(),
            peer: Peer::default(),
            token: String::new(),
            clock,
            _folder: folder,
        };
        loose.let_in(&server);
        loose
    }

    /// A terminal and a person with every role.
    fn let_in(&mut self, server: &Server) {
        let invite =
            Invite { terminal: TerminalId::parse("t1").unwrap(), offices: Vec::new(), whole_cases: true };
        let (known, entry) = (server.clone(), Entry::by_server(server.now(), Act::EnrolmentCodeMade));
        let invitation = server
            .db()
            .write_and_wait(move |tx| -> Result<_, StorageError> {
                terminals::invitation(&known, tx, &invite, entry)
            })
            .unwrap();
        let certificate = self.runtime.block_on(enrol(server, &invitation, csr().1)).unwrap();
        self.peer = Peer(Some(Arc::new(fingerprint(&pem_to_der(&certificate).unwrap()))));
        let new = NewStaff {
            staff: StaffId::parse(WHO).unwrap(),
            name: "職員".to_owned(),
            password: password::hash(&madoka_text::Secret::new(PASSWORD.to_owned()), Cost::LEAST).unwrap(),
            roles: Role::ALL.to_vec(),
            offices: Vec::new(),
            must_change: false,
        };
        server.db().write_and_wait(move |tx| people::add(tx, &new)).unwrap();
        self.sign_in();
    }

    fn sign_in(&mut self) {
        let asked = SignIn { staff: StaffId::parse(WHO).unwrap(), password: PASSWORD.to_owned() };
        let body = serde_json::to_vec(&asked).unwrap();
        // Whoever threw many sign-ins at it has made it wait, as it should.
        self.clock.advance(jiff::SignedDuration::from_hours(1));
        let (status, answer) = self.send("POST", madoka_sync::wire::path::SIGN_IN, false, body);
        assert_eq!(status, StatusCode::OK);
        self.token = serde_json::from_slice::<SignedIn>(&answer).unwrap().token;
    }

    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Asks; a held question that is not answered soon counts as 204.
    pub fn send(&self, method: &str, path: &str, packed: bool, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        let body = if packed { gzip::deflate(&body) } else { body };
        if packed {
            request = request.header(header::CONTENT_ENCODING, "gzip");
        }
        let Ok(mut request) = request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body))
        else {
            return (StatusCode::BAD_REQUEST, Vec::new());
        };
        request.extensions_mut().insert(self.peer.clone());
        let answered = async {
            let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            let status = response.status();
            (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
        };
        let patience = std::time::Duration::from_secs(2);
        self.runtime
            .block_on(async { tokio::time::timeout(patience, answered).await })
            .unwrap_or((StatusCode::NO_CONTENT, Vec::new()))
    }

    /// Bytes as a request: which route, how, what stands in the path and the question, and the body. Whatever they are,
    /// the server answers, and never that it is at fault.
    pub fn throw(&mut self, bytes: &[u8]) {
        let Some(([which, how], rest)) = bytes.split_first_chunk::<2>() else { return };
        let Some(route) = self.routes.get(usize::from(*which) % self.routes.len()).cloned() else { return };
        let (word, body) = rest.split_at(rest.len().min(usize::from(how >> 2)));
        let mut escaped = String::new();
        for byte in word {
            write!(escaped, "%{byte:02x}").unwrap();
        }
        let mut path: Vec<&str> = route.path.split('/').collect();
        for part in path.iter_mut().filter(|part| part.starts_with('{')) {
            *part = if escaped.is_empty() { "x" } else { &escaped };
        }
        let mut path = path.join("/");
        if how & 2 == 2 {
            let question = String::from_utf8_lossy(body);
            let question = question.replace(|c: char| !c.is_ascii_graphic() || c == '#', "_");
            write!(path, "?{question}").unwrap();
        }
        let (status, answer) = self.send(route.method.as_str(), &path, how & 1 == 1, body.to_vec());
        assert_ne!(
            status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{} {}: {}",
            route.method,
            route.path,
            String::from_utf8_lossy(&answer)
        );
        // What ends sessions may have ended ours.
        if status == StatusCode::UNAUTHORIZED || route.path == madoka_sync::wire::path::SIGN_OUT {
            self.token.clear();
            self.sign_in();
        }
    }
}
