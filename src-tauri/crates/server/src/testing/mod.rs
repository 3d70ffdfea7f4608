//! A whole server for tests, in one line: `let city = TestCity::start().await;`.
//!
//! ```ignore
//! let city = TestCity::start().await;
//! let counter = city.terminal("t1").await;
//! let officer = counter.sign_in("s01", &[Role::Counter], &["juumin"]).await;
//! let answer = officer.post("/v1/…", &body).await;
//! assert_eq!(answer.status, 200, "{}", answer.text());
//! ```
//!
//! Everything is real: TLS, certificates, the storage on a disk. Only the hashing of passwords is cheap, and the clock is
//! the test's.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

pub mod client;
mod dice;
mod loose;
pub mod postgres;
mod proxy;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use madoka_casework::{OfficeId, StaffId, TerminalId};
use madoka_sync::wire::people::Invite;
use madoka_sync::wire::{Enrol, Invitation};
use madoka_text::Secret;

pub use self::client::{Answer, TestPerson, TestTerminal};
pub use self::dice::Dice;
pub use self::loose::Loose;
use self::postgres::{Cluster, Database};
pub use self::proxy::{Proxy, Toll, Weather};
use crate::access::Role;
use crate::audit::{Act, Entry};
use crate::clock::Clock;
use crate::config::Config;
use crate::listen::{Listening, Stop};
use crate::password::{self, Cost};
use crate::people::{self, NewStaff};
use crate::problem::ServerError;
use crate::server::{City, Server};
use crate::storage::StorageError;
use crate::terminals;

/// Where a test's city keeps what it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    Sqlite,
    Postgres,
}

/// The same tests on both storages: `async fn name(store: Store) { let city = TestCity::start_on(store).await; … }`.
/// Once in a module. On SQLite each is a test; on PostgreSQL, which takes seconds to start, all are one, and the last
/// name it prints is the one that failed.
#[macro_export]
macro_rules! on_both_stores {
    ($(async fn $name:ident($store:ident: Store) $body:block)*) => {
        mod bodies {
            use super::*;
            $(pub(super) async fn $name($store: $crate::testing::Store) $body)*
        }
        mod sqlite {
            $(#[tokio::test] async fn $name() {
                super::bodies::$name($crate::testing::Store::Sqlite).await;
            })*
        }
        #[tokio::test]
        async fn on_postgres() {
            let _cluster = $crate::testing::postgres::running().await;
            $(
                println!("{}", stringify!($name));
                bodies::$name($crate::testing::Store::Postgres).await;
            )*
        }
    };
}

/// The password of everybody in tests.
pub const PASSWORD: &str = "みなとのあさはしずかだ。";

/// A clock the test sets. It begins at the machine's time and goes on with it.
#[derive(Debug, Clone, Default)]
pub struct TestClock(Arc<Mutex<SignedDuration>>);

impl TestClock {
    pub fn advance(&self, by: SignedDuration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + *self.0.lock().unwrap()
    }
}

/// A city's server, running on 127.0.0.1.
#[derive(Debug)]
pub struct TestCity {
    folder: tempfile::TempDir,
    /// Ends after the server.
    postgres: Option<(Arc<Cluster>, Database)>,
    clock: TestClock,
    config: Config,
    running: Option<Running>,
    address: SocketAddr,
}

#[derive(Debug)]
struct Running {
    server: Server,
    stop: Stop,
    task: tokio::task::JoinHandle<Result<(), StorageError>>,
}

impl TestCity {
    /// A new city on SQLite.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A new city on SQLite or PostgreSQL.
    pub async fn start_on(store: Store) -> Self {
        Self::start_on_with(store, |_| {}).await
    }

    /// A new city on SQLite, its configuration changed.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_on_with(Store::Sqlite, change).await
    }

    pub async fn start_on_with(store: Store, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::default();
        config.serve.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let cost = Cost::LEAST;
        (config.sign_in.argon2_memory_kib, config.sign_in.argon2_rounds) = (cost.memory_kib, cost.rounds);
        change(&mut config);
        let folder = tempfile::tempdir().unwrap();
        let postgres = database(store, folder.path(), &mut config).await;
        let clock = TestClock::default();
        let city = City { code: "999999".to_owned(), name: "みなと野市".to_owned() };
        let (made, at) = (config.clone(), folder.path().join("data"));
        let time = clock.clone();
        blocking(move || Server::create(&at, made, Arc::new(time), city)).await.expect("a new city");
        let address = config.serve.listen;
        let mut city = Self { folder, postgres, clock, config, running: None, address };
        city.start_again().await;
        city
    }

    /// Starts the server again on the data it has, at the same address.
    pub async fn start_again(&mut self) {
        assert!(self.running.is_none(), "it runs already");
        let (folder, config, clock) = (self.data(), self.config.clone(), self.clock.clone());
        let server =
            blocking(move || Server::open(&folder, config, Arc::new(clock))).await.expect("the city");
        let (listening, stop) = Listening::on(&server, self.address).await.expect("a port");
        self.address = listening.address().unwrap();
        let task = tokio::spawn(listening.serve());
        self.running = Some(Running { server, stop, task });
    }

    /// Stops it as systemd would.
    pub async fn stop(&mut self) {
        let Running { server, stop, task } = self.running.take().expect("it runs");
        stop.now();
        task.await.unwrap().unwrap();
        drop(server);
    }

    /// Ends it in the middle of whatever it does, connections and all.
    pub async fn kill(&mut self) {
        let Running { server, task, .. } = self.running.take().expect("it runs");
        task.abort();
        let _ = task.await;
        drop(server);
    }

    /// Ends the server and goes on with another machine: an empty folder and storage, filled by `fill`.
    pub async fn move_to<E: std::fmt::Debug + Send + 'static>(
        &mut self,
        store: Store,
        fill: impl FnOnce(&Path, &Config, Timestamp) -> Result<(), E> + Send + 'static,
    ) {
        self.kill().await;
        let folder = tempfile::tempdir().unwrap();
        self.postgres = database(store, folder.path(), &mut self.config).await;
        let (data, config, now) = (folder.path().join("data"), self.config.clone(), self.clock.now());
        blocking(move || fill(&data, &config, now)).await.expect("filled");
        self.folder = folder;
        self.start_again().await;
    }

    pub fn server(&self) -> &Server {
        &self.running.as_ref().expect("it runs").server
    }

    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// The data folder.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// A folder for whatever else the test needs; it goes with the city.
    pub fn elsewhere(&self) -> &Path {
        self.folder.path()
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Its database, when it is on PostgreSQL.
    pub fn database(&self) -> Option<&(Arc<Cluster>, Database)> {
        self.postgres.as_ref()
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// 登録票 as `madokad enrol` makes it.
    pub async fn invitation(&self, terminal: &str, offices: &[&str], whole_cases: bool) -> Invitation {
        let invite = Invite {
            terminal: TerminalId::parse(terminal).unwrap(),
            offices: office_ids(offices),
            whole_cases,
        };
        let server = self.server().clone();
        let entry = Entry::by_server(server.now(), Act::EnrolmentCodeMade);
        let known = server.clone();
        let made = known
            .db()
            .write(move |tx| -> Result<_, StorageError> {
                terminals::invitation(&server, tx, &invite, entry)
            })
            .await
            .unwrap();
        Invitation { server: self.url(), ..made }
    }

    /// An enrolled 窓口端末: the city's cases come to it.
    pub async fn terminal(&self, id: &str) -> TestTerminal {
        self.enrolled(id, &[], true).await
    }

    /// An enrolled 関係課端末.
    pub async fn office_terminal(&self, id: &str, offices: &[&str]) -> TestTerminal {
        self.enrolled(id, offices, false).await
    }

    async fn enrolled(&self, id: &str, offices: &[&str], whole_cases: bool) -> TestTerminal {
        let invitation = self.invitation(id, offices, whole_cases).await;
        TestTerminal::enrol(&invitation, &self.clock).await
    }

    /// Somebody who may sign in with [`PASSWORD`]; nothing happens if there is such a person already.
    pub async fn staff(&self, id: &str, roles: &[Role], offices: &[&str]) {
        let new = NewStaff {
            staff: StaffId::parse(id).unwrap(),
            name: format!("職員 {id}"),
            password: password::hash(&Secret::new(PASSWORD.to_owned()), Cost::LEAST).unwrap(),
            roles: roles.to_vec(),
            offices: office_ids(offices),
            must_change: false,
        };
        let added = self.server().db().write(move |tx| people::add(tx, &new)).await;
        assert!(matches!(added, Ok(()) | Err(StorageError::Conflict)), "{added:?}");
    }

    /// What the city signs with now.
    pub async fn signing_key(&self) -> madoka_rules::pack::SigningKey {
        let server = self.server().clone();
        self.server().db().read(move |tx| server.signing(tx)).await.unwrap().key
    }

    /// A pack that stands in for a released one.
    pub fn give_pack(&self, pack: Arc<madoka_rules::Pack>) {
        self.server().part::<crate::city_pack::StandIn>().put(pack);
    }

    /// Takes a terminal's certificates away.
    pub async fn revoke(&self, terminal: &str) {
        let (id, now) = (TerminalId::parse(terminal).unwrap(), self.server().now());
        self.server().db().write(move |tx| terminals::revoke(tx, &id, now)).await.unwrap();
    }
}

/// A city's own database, where it shall have one.
async fn database(store: Store, folder: &Path, config: &mut Config) -> Option<(Arc<Cluster>, Database)> {
    (config.storage.postgres, config.storage.postgres_password_file) = (None, None);
    if store == Store::Sqlite {
        return None;
    }
    let (cluster, database) = blocking(|| {
        let cluster = Cluster::get();
        let database = cluster.database();
        (cluster, database)
    })
    .await;
    let password = folder.join(format!("{}.password", database.name));
    crate::secret_file::write_new(&password, &database.password).unwrap();
    config.storage.postgres = Some(database.address());
    config.storage.postgres_password_file = Some(password);
    Some((cluster, database))
}

/// Storage is opened outside of what must not wait.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn office_ids(offices: &[&str]) -> Vec<OfficeId> {
    offices.iter().map(|office| OfficeId::parse(office).unwrap()).collect()
}

/// An enrolment made without the network, for tests of the storage.
pub async fn enrol(server: &Server, invitation: &Invitation, csr: String) -> Result<String, ServerError> {
    let asked = Enrol {
        v: madoka_sync::wire::VERSION,
        code: Some(invitation.code.clone()),
        csr,
        program: "test".to_owned(),
    };
    Ok(terminals::enrol(server, asked).await?.certificate)
}
