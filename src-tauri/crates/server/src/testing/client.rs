//! What stands in for a terminal and its officer.

use std::sync::Arc;
use std::time::Duration;

use madoka_sync::wire::people::{SignIn, SignedIn};
use madoka_sync::wire::{self, Enrol, Enrolled, Invitation, path};
use reqwest::Method;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{PASSWORD, TestCity, TestClock};
use crate::access::Role;
use crate::listen::Time;

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The code of a problem; empty when it is none.
    pub fn code(&self) -> String {
        serde_json::from_slice::<wire::Problem>(&self.bytes).map(|problem| problem.code).unwrap_or_default()
    }
}

/// An enrolled terminal.
#[derive(Debug, Clone)]
pub struct TestTerminal {
    pub enrolled: Enrolled,
    /// PEM.
    pub key: String,
    url: String,
    client: reqwest::Client,
}

/// Somebody signed in on a terminal.
#[derive(Debug, Clone)]
pub struct TestPerson {
    pub terminal: TestTerminal,
    pub signed_in: SignedIn,
}

/// A client that believes one authority only, and shows a certificate if it has one.
pub fn client(ca: &str, identity: Option<(&str, &str)>, clock: &TestClock) -> reqwest::Client {
    let config = tls(ca, identity, clock);
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .no_proxy()
        .timeout(Duration::from_mins(1))
        .build()
        .unwrap()
}

/// The same for whoever speaks TLS without HTTP.
pub fn tls(ca: &str, identity: Option<(&str, &str)>, clock: &TestClock) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_details(provider, Arc::new(Time(Arc::new(clock.clone()))))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots);
    match identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => builder
            .with_client_auth_cert(
                vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()],
                PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
            )
            .unwrap(),
    }
}

/// A key and a request for a certificate.
pub fn csr() -> (String, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let request = rcgen::CertificateParams::default().serialize_request(&key).unwrap();
    (key.serialize_pem(), request.pem().unwrap())
}

async fn send<B: Serialize + ?Sized>(
    client: &reqwest::Client,
    method: Method,
    url: &str,
    token: Option<&str>,
    body: Option<&B>,
) -> Answer {
    let mut request = client.request(method, url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    whole(request).await
}

/// Sends a request and takes the whole answer.
pub async fn whole(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, bytes: response.bytes().await.expect("a body").to_vec() }
}

impl TestTerminal {
    pub async fn enrol(invitation: &Invitation, clock: &TestClock) -> Self {
        let (key, csr) = csr();
        let asked =
            Enrol { v: wire::VERSION, code: Some(invitation.code.clone()), csr, program: "test".to_owned() };
        let stranger = client(&invitation.ca, None, clock);
        let url = format!("{}{}", invitation.server, path::ENROL);
        let answer = send(&stranger, Method::POST, &url, None, Some(&asked)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let enrolled: Enrolled = answer.json();
        let client = client(&enrolled.ca, Some((&enrolled.certificate, &key)), clock);
        Self { enrolled, key, url: invitation.server.clone(), client }
    }

    /// The client below, for what is not a plain question.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The same terminal on connections of its own.
    #[must_use]
    pub fn reconnected(&self, clock: &TestClock) -> Self {
        let identity = (self.enrolled.certificate.as_str(), self.key.as_str());
        Self { client: client(&self.enrolled.ca, Some(identity), clock), ..self.clone() }
    }

    /// The same terminal with a renewed certificate.
    #[must_use]
    pub fn with(&self, enrolled: Enrolled, key: String, clock: &TestClock) -> Self {
        Self { enrolled, key, ..self.clone() }.reconnected(clock)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send::<()>(&self.client, Method::GET, &self.url(path), None, None).await
    }

    pub async fn post<B: Serialize + ?Sized>(&self, path: &str, body: &B) -> Answer {
        send(&self.client, Method::POST, &self.url(path), None, Some(body)).await
    }

    /// Signs somebody in who is there.
    pub async fn sign_in(&self, staff: &str) -> TestPerson {
        let answer = self.try_sign_in(staff, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        TestPerson { terminal: self.clone(), signed_in: answer.json() }
    }

    pub async fn try_sign_in(&self, staff: &str, password: &str) -> Answer {
        let asked = SignIn { staff: staff.parse().unwrap(), password: password.to_owned() };
        self.post(path::SIGN_IN, &asked).await
    }

    /// Makes somebody, and signs them in here.
    pub async fn officer(
        &self,
        city: &TestCity,
        staff: &str,
        roles: &[Role],
        offices: &[&str],
    ) -> TestPerson {
        city.staff(staff, roles, offices).await;
        self.sign_in(staff).await
    }
}

impl TestPerson {
    pub fn token(&self) -> &str {
        &self.signed_in.token
    }

    async fn send<B: Serialize + ?Sized>(&self, method: Method, path: &str, body: Option<&B>) -> Answer {
        let terminal = &self.terminal;
        send(&terminal.client, method, &terminal.url(path), Some(self.token()), body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send::<()>(Method::GET, path, None).await
    }

    pub async fn post<B: Serialize + ?Sized>(&self, path: &str, body: &B) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put<B: Serialize + ?Sized>(&self, path: &str, body: &B) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send::<()>(Method::DELETE, path, None).await
    }

    /// Bytes as they are (a CSV, a pack).
    pub async fn post_bytes(&self, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = self.terminal.client.post(self.terminal.url(path)).bearer_auth(self.token());
        whole(request.header("content-type", kind).body(body)).await
    }
}
