//! The port: TLS 1.3 with our own certificate, terminals known by theirs, nobody kept who dawdles.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::pki_types::UnixTime;
use rustls::server::WebPkiClientVerifier;
use rustls::time_provider::TimeProvider;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower::Service as _;

use crate::authority::fingerprint;
use crate::changes::Topic;
use crate::clock::Clock;
use crate::config::Limits;
use crate::server::Server;
use crate::storage::StorageError;
use crate::terminals::{Peer, Standing, standing};
use crate::{modules, route};

/// How long a stop waits for answers under way.
const GRACE: Duration = Duration::from_secs(5);
/// How often an open connection is asked whether its certificate is still good; a revocation is noticed at once.
const LOOK: Duration = Duration::from_secs(30);
/// A stranger has come to enrol: one question, one answer.
const STRANGER: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(crate) struct Time(pub(crate) Arc<dyn Clock>);

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = self.0.now().as_second().try_into().ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// TLS 1.3 only; a certificate, where one is shown, must be of our own authority. Nothing is resumed and nothing sent
/// early, so that nothing recorded can be played again.
fn tls(server: &Server) -> Result<ServerConfig, StorageError> {
    let wrong = |_| StorageError::Internal("tls");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(server.authority().der().clone()).map_err(wrong)?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()
        .map_err(|_| StorageError::Internal("tls"))?;
    let config = server.config();
    let (certificate, key) = server.authority().for_server(
        &config.serve.names,
        server.now(),
        config.terminals.certificate_days,
    )?;
    let mut tls = ServerConfig::builder_with_details(provider, Arc::new(Time(Arc::clone(server.clock()))))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(wrong)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate], key)
        .map_err(wrong)?;
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    tls.send_tls13_tickets = 0;
    tls.max_early_data_size = 0;
    tls.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    Ok(tls)
}

/// Tells the server to stop; dropping it does too.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    pub fn now(self) {
        // Nobody may be listening any more.
        let _ = self.0.send(true);
    }
}

/// Waits until somebody says stop, or is gone.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// A server on its port.
#[derive(Debug)]
pub struct Listening {
    server: Server,
    listener: TcpListener,
    stop: watch::Receiver<bool>,
}

impl Listening {
    pub async fn on(server: &Server, address: SocketAddr) -> std::io::Result<(Self, Stop)> {
        let listener = TcpListener::bind(address).await?;
        let (sender, stop) = watch::channel(false);
        Ok((Self { server: server.clone(), listener, stop }, Stop(sender)))
    }

    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until told to stop; then lets answers under way finish, for a short time.
    pub async fn serve(self) -> Result<(), StorageError> {
        let Self { server, listener, mut stop } = self;
        let stopped = stop.clone();
        let crowd = Arc::new(Crowd::new(&server.config().limits));
        let router = route::router(&server, modules::routes());
        let mut tls = TlsAcceptor::from(Arc::new(tls(&server)?));
        let mut fresh = tokio::time::interval(Duration::from_hours(24));
        fresh.reset();
        let mut others = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    // A failed accept is the other side's or a shortage; the next may succeed.
                    let Ok((stream, _)) = accepted else {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    };
                    let Ok(place) = Arc::clone(&crowd.all).try_acquire_owned() else {
                        server.metrics().refused_connections.fetch_add(1, Relaxed);
                        tracing::warn!("too many connections");
                        continue;
                    };
                    let connection = Connection {
                        server: server.clone(),
                        crowd: Arc::clone(&crowd),
                        router: router.clone(),
                        stop: stopped.clone(),
                        _place: place,
                    };
                    tokio::spawn(connection.serve(stream, tls.clone()));
                }
                _ = fresh.tick() => tls = TlsAcceptor::from(Arc::new(self::tls(&server)?)),
                _ = others.tick() => {
                    let db = server.db().clone();
                    // When the storage is away, its users say so.
                    tokio::spawn(async move { let _ = db.hear_others().await; });
                }
                () = told(&mut stop) => break,
            }
        }
        drop(listener);
        let everybody = u32::try_from(server.config().limits.connections).unwrap_or(u32::MAX);
        // Whoever is still there after that is cut off.
        let _ = tokio::time::timeout(GRACE, crowd.all.acquire_many(everybody)).await;
        Ok(())
    }
}

/// Who is connected, and how many of them.
struct Crowd {
    all: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    per_terminal: usize,
    terminals: Mutex<HashMap<[u8; 32], usize>>,
}

impl Crowd {
    fn new(limits: &Limits) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.connections)),
            strangers: Arc::new(Semaphore::new(limits.strangers)),
            per_terminal: limits.connections_per_terminal,
            terminals: Mutex::default(),
        }
    }

    fn enter(self: &Arc<Self>, peer: &Peer) -> Option<Entered> {
        let Some(fingerprint) = peer.fingerprint() else {
            return Arc::clone(&self.strangers).try_acquire_owned().ok().map(Entered::Stranger);
        };
        let mut terminals = self.terminals.lock().unwrap_or_else(PoisonError::into_inner);
        let count = terminals.entry(fingerprint).or_default();
        if *count >= self.per_terminal {
            return None;
        }
        *count += 1;
        drop(terminals);
        Some(Entered::Terminal(Arc::clone(self), fingerprint))
    }
}

/// A place that is given back when the connection ends.
enum Entered {
    Stranger(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit),
    Terminal(Arc<Crowd>, [u8; 32]),
}

impl Drop for Entered {
    fn drop(&mut self) {
        if let Self::Terminal(crowd, fingerprint) = self {
            let mut terminals = crowd.terminals.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = terminals.get_mut(fingerprint) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    terminals.remove(fingerprint);
                }
            }
        }
    }
}

struct Connection {
    server: Server,
    crowd: Arc<Crowd>,
    router: Router,
    stop: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    async fn serve(self, stream: TcpStream, tls: TlsAcceptor) {
        let patience = Duration::from_secs(self.server.config().limits.head_seconds);
        // An event waits for no other packet.
        let _ = stream.set_nodelay(true);
        let Ok(Ok(stream)) = tokio::time::timeout(patience, tls.accept(stream)).await else {
            self.server.metrics().refused_handshakes.fetch_add(1, Relaxed);
            return;
        };
        let (_, session) = stream.get_ref();
        let certificate = session.peer_certificates().and_then(|chain| chain.first());
        let peer = Peer(certificate.map(|certificate| Arc::new(fingerprint(certificate))));
        let Some(_entered) = self.crowd.enter(&peer) else {
            self.server.metrics().refused_connections.fetch_add(1, Relaxed);
            tracing::warn!(enrolled = peer.fingerprint().is_some(), "too many connections of one kind");
            return;
        };
        let metrics = self.server.metrics();
        metrics.connected.fetch_add(1, Relaxed);
        metrics.connections.fetch_add(1, Relaxed);
        self.speak(stream, peer, patience).await;
        self.server.metrics().connections.fetch_sub(1, Relaxed);
    }

    async fn speak(&self, stream: TlsStream<TcpStream>, peer: Peer, patience: Duration) {
        let second = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let (router, who) = (self.router.clone(), peer.clone());
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(who.clone());
            let mut router = router.clone();
            async move { Ok::<_, Infallible>(router.call(request).await.unwrap_or_else(|never| match never {})) }
        });
        let io = TokioIo::new(stream);
        let mut stop = self.stop.clone();
        if second {
            let mut http = http2::Builder::new(TokioExecutor::new());
            http.timer(TokioTimer::new())
                .max_concurrent_streams(32)
                .max_header_list_size(16 * 1024)
                .max_send_buf_size(256 * 1024)
                .keep_alive_interval(Some(Duration::from_secs(20)))
                .keep_alive_timeout(Duration::from_secs(20));
            let mut connection = pin!(http.serve_connection(io, service));
            tokio::select! {
                // How a connection ended is of no interest: the terminal comes again.
                _ = connection.as_mut() => return,
                () = self.unwelcome(&peer) => return,
                () = told(&mut stop) => connection.as_mut().graceful_shutdown(),
            }
            let _ = tokio::time::timeout(GRACE, connection).await;
        } else {
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new())
                .header_read_timeout(patience)
                .max_buf_size(32 * 1024)
                .max_headers(64);
            let mut connection = pin!(http.serve_connection(io, service));
            tokio::select! {
                _ = connection.as_mut() => return,
                () = self.unwelcome(&peer) => return,
                () = told(&mut stop) => connection.as_mut().graceful_shutdown(),
            }
            let _ = tokio::time::timeout(GRACE, connection).await;
        }
    }

    /// Ends when this connection must: its certificate was revoked or ran out, or a stranger has been here long enough.
    async fn unwelcome(&self, peer: &Peer) {
        let Some(fingerprint) = peer.fingerprint() else {
            return tokio::time::sleep(STRANGER).await;
        };
        let mut people = self.server.db().changes().listen(Topic::People);
        loop {
            let now = self.server.now();
            let found = self.server.db().read(move |tx| standing(tx, &fingerprint, now)).await;
            // A certificate that only just came is told so by its first answer; then the connection ends.
            if matches!(found, Ok(Standing::Revoked | Standing::Expired)) && people.changed(PAUSE).await {
                return;
            }
            if matches!(found, Ok(Standing::Revoked | Standing::Expired)) {
                return;
            }
            people.changed(LOOK).await;
        }
    }
}

/// What a terminal that is not welcome any more has to hear why.
const PAUSE: Duration = Duration::from_millis(500);
