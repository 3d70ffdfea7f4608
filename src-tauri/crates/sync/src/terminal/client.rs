//! The one way out of a terminal: TLS 1.3 to the city's own server, under the terminal's own certificate.
//!
//! Nothing of the machine has a say: no system roots, no proxy from the environment, no redirect, no cookie. What comes
//! back is bounded before it is read.

use std::time::Duration;

use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER,
};
use reqwest::{Method, Response, StatusCode};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::{Identity, SyncError};
use crate::wire::{Problem, gzip, limit};

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(5);
/// Until something comes back, unless asked otherwise.
const ANSWER: Duration = Duration::from_secs(30);
/// How soon a cut cable is noticed on a held connection.
const PING: Duration = Duration::from_secs(10);

/// サインイン: what stands for a person towards the server. It never shows itself.
#[derive(Clone)]
pub struct Session(Zeroizing<String>);

impl Session {
    pub fn new(token: impl Into<String>) -> Self {
        Self(Zeroizing::new(token.into()))
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session(…)")
    }
}

/// One question to the server.
#[derive(Debug)]
pub struct Ask<'a> {
    method: Method,
    path: &'a str,
    session: Option<&'a Session>,
    body: Option<(Vec<u8>, &'static str)>,
    most: usize,
    wait: Duration,
}

impl<'a> Ask<'a> {
    /// `path` begins with `/`; a query may follow it.
    pub const fn new(method: Method, path: &'a str) -> Self {
        Self { method, path, session: None, body: None, most: limit::ANSWER, wait: ANSWER }
    }

    pub const fn get(path: &'a str) -> Self {
        Self::new(Method::GET, path)
    }

    pub const fn post(path: &'a str) -> Self {
        Self::new(Method::POST, path)
    }

    /// On behalf of who signed in.
    #[must_use]
    pub const fn by(mut self, session: Option<&'a Session>) -> Self {
        self.session = session;
        self
    }

    pub fn json<B: Serialize + ?Sized>(mut self, body: &B) -> Result<Self, SyncError> {
        let bytes = serde_json::to_vec(body).map_err(|_| SyncError::Form)?;
        self.body = Some((bytes, "application/json"));
        Ok(self)
    }

    #[must_use]
    pub fn bytes(mut self, body: Vec<u8>, kind: &'static str) -> Self {
        self.body = Some((body, kind));
        self
    }

    /// The answer may be as long as this.
    #[must_use]
    pub const fn at_most(mut self, bytes: usize) -> Self {
        self.most = bytes;
        self
    }

    /// The answer may take this long.
    #[must_use]
    pub const fn within(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }
}

/// Speaks with one server. Cheap to clone; connections are shared.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    server: String,
}

impl Client {
    pub fn new(identity: &Identity) -> Result<Self, SyncError> {
        Self::with(&identity.server, &identity.ca, Some((&identity.certificate, identity.key())))
    }

    /// Of a terminal that is not enrolled yet. The server is known all the same: by the CA of the 登録票.
    pub(crate) fn unknown(server: &str, ca: &str) -> Result<Self, SyncError> {
        Self::with(server, ca, None)
    }

    fn with(server: &str, ca: &str, own: Option<(&str, &str)>) -> Result<Self, SyncError> {
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(ca.as_bytes()) {
            let certificate = certificate.map_err(|_| SyncError::Identity)?;
            roots.add(certificate).map_err(|_| SyncError::Identity)?;
        }
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|_| SyncError::Start("TLS 1.3"))?
            .with_root_certificates(roots);
        let tls = match own {
            Some((certificate, key)) => {
                let chain = CertificateDer::pem_slice_iter(certificate.as_bytes())
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|_| SyncError::Identity)?;
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| SyncError::Identity)?;
                tls.with_client_auth_cert(chain, key).map_err(|_| SyncError::Identity)?
            }
            None => tls.with_no_client_auth(),
        };
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .pool_max_idle_per_host(2)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(PING)
            .http2_keep_alive_timeout(PING)
            .http2_keep_alive_while_idle(true)
            .user_agent(concat!("madoka/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| SyncError::Start("TLS"))?;
        Ok(Self { http, server: server.trim_end_matches('/').to_owned() })
    }

    /// Asks and reads a JSON answer; where the server has nothing to say (204), `null` is read.
    pub async fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, SyncError> {
        self.ask(Ask::get(path)).await
    }

    /// Tells and reads a JSON answer.
    pub async fn post<Q: Serialize + ?Sized, A: DeserializeOwned>(
        &self,
        path: &str,
        question: &Q,
    ) -> Result<A, SyncError> {
        self.ask(Ask::post(path).json(question)?).await
    }

    /// Any question with a JSON answer.
    pub async fn ask<A: DeserializeOwned>(&self, ask: Ask<'_>) -> Result<A, SyncError> {
        let bytes = self.ask_bytes(ask).await?;
        let text: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
        // What is not understood stays unsaid: it could hold what a person said.
        serde_json::from_slice(text).map_err(|_| SyncError::Form)
    }

    /// Any question, its answer as it is.
    pub async fn ask_bytes(&self, ask: Ask<'_>) -> Result<Vec<u8>, SyncError> {
        let wait = ask.wait;
        let most = ask.most;
        let answer = tokio::time::timeout(wait, async {
            let response = self.send(ask).await?;
            let status = response.status();
            if status.is_success() {
                return read(response, most).await;
            }
            let again = retry_after(&response);
            // A refusal is short.
            let body = read(response, 64 * 1024).await.unwrap_or_default();
            Err(refusal(status, again, serde_json::from_slice(&body).ok()))
        });
        answer.await.unwrap_or(Err(SyncError::Offline))
    }

    async fn send(&self, ask: Ask<'_>) -> Result<Response, SyncError> {
        let url = format!("{}{}", self.server, ask.path);
        let mut request = self.http.request(ask.method, url).header(ACCEPT_ENCODING, "gzip");
        if let Some(session) = ask.session {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", session.0.as_str()))
                .map_err(|_| SyncError::Form)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some((body, kind)) = ask.body {
            request = request.header(CONTENT_TYPE, kind);
            request = if body.len() >= gzip::WORTH {
                request.header(CONTENT_ENCODING, "gzip").body(gzip::deflate(&body))
            } else {
                request.body(body)
            };
        }
        request.send().await.map_err(|error| transport(&error))
    }
}

/// The whole body, bounded while it comes and while it is inflated.
async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, SyncError> {
    let packed = response.headers().get(CONTENT_ENCODING).map(|kind| kind == "gzip");
    if packed == Some(false) {
        return Err(SyncError::Form);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
        if body.len() + chunk.len() > most {
            return Err(SyncError::TooLarge { limit: most });
        }
        body.extend_from_slice(&chunk);
    }
    if packed.is_none() {
        return Ok(body);
    }
    gzip::inflate(&body, most).map_err(|error| match error {
        gzip::GzipError::Form => SyncError::Form,
        gzip::GzipError::TooLarge { limit } => SyncError::TooLarge { limit },
    })
}

fn retry_after(response: &Response) -> Option<u32> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()
}

fn refusal(status: StatusCode, again: Option<u32>, problem: Option<Problem>) -> SyncError {
    let waiting_mends = status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT;
    match problem {
        problem if waiting_mends => SyncError::Busy { problem, again },
        Some(problem) if status == StatusCode::UNAUTHORIZED => SyncError::SignIn(problem),
        Some(problem) => SyncError::Refused(problem),
        None if status == StatusCode::UPGRADE_REQUIRED => SyncError::Newer,
        None => SyncError::Form,
    }
}

/// What lies at the bottom of a failed exchange. TLS says no in ways an officer can be told apart.
fn transport(error: &reqwest::Error) -> SyncError {
    let mut at: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = at {
        let tls = cause.downcast_ref::<rustls::Error>().or_else(|| {
            let io = cause.downcast_ref::<std::io::Error>()?;
            io.get_ref()?.downcast_ref::<rustls::Error>()
        });
        match tls {
            Some(rustls::Error::AlertReceived(
                rustls::AlertDescription::BadCertificate
                | rustls::AlertDescription::CertificateExpired
                | rustls::AlertDescription::CertificateRevoked
                | rustls::AlertDescription::CertificateUnknown
                | rustls::AlertDescription::CertificateRequired
                | rustls::AlertDescription::UnsupportedCertificate
                | rustls::AlertDescription::UnknownCA
                | rustls::AlertDescription::AccessDenied
                | rustls::AlertDescription::DecryptError,
            )) => return SyncError::CertificateRefused,
            // The server's certificate is renewed by itself, so it is the clock here that is off.
            Some(rustls::Error::InvalidCertificate(
                rustls::CertificateError::NotValidYet
                | rustls::CertificateError::NotValidYetContext { .. }
                | rustls::CertificateError::Expired
                | rustls::CertificateError::ExpiredContext { .. },
            )) => return SyncError::Clock,
            Some(
                rustls::Error::InvalidCertificate(_)
                | rustls::Error::NoCertificatesPresented
                | rustls::Error::PeerIncompatible(_),
            ) => return SyncError::NotOurServer,
            _ => {}
        }
        at = cause.source();
    }
    SyncError::Offline
}
