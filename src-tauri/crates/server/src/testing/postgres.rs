//! A PostgreSQL for tests: Debian's own, in a temporary folder, as an unprivileged user, on a socket only.
//!
//! Each city gets a database and a role of its own, with a password, as `README.md` tells administrators to do it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, Weak, mpsc};
use std::time::Duration;

use postgres::{Client, NoTls};

/// One PostgreSQL, ended with its last user.
#[derive(Debug)]
pub struct Cluster {
    folder: tempfile::TempDir,
    child: Child,
    cities: AtomicU32,
}

/// A city's own database and role in it.
#[derive(Debug, Clone)]
pub struct Database {
    pub name: String,
    pub password: String,
    socket: PathBuf,
}

impl Database {
    /// As `storage.postgres` says it.
    pub fn address(&self) -> String {
        format!("host={} user={} dbname={}", self.socket.display(), self.name, self.name)
    }

    /// This role's eyes on a database of that name.
    pub fn connect_to(&self, database: &str) -> Result<Client, postgres::Error> {
        postgres::Config::new()
            .host_path(&self.socket)
            .user(&self.name)
            .password(&self.password)
            .dbname(database)
            .connect(NoTls)
    }
}

const PASSWORD: &str = "only-for-tests";

/// Set by a measurement: the settings PostgreSQL comes with, durable as SQLite is.
pub const AS_IT_COMES: &str = "MADOKA_POSTGRES_AS_IT_COMES";

static RUNNING: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

/// The one of this process, for whoever has several tests.
pub async fn running() -> Arc<Cluster> {
    tokio::task::spawn_blocking(Cluster::get).await.unwrap()
}

impl Cluster {
    /// The one of this process, started if need be.
    pub fn get() -> Arc<Self> {
        let mut running = RUNNING.lock().unwrap();
        if let Some(cluster) = running.upgrade() {
            return cluster;
        }
        let cluster = Arc::new(Self::start());
        *running = Arc::downgrade(&cluster);
        cluster
    }

    fn start() -> Self {
        let template = template();
        let folder = tempfile::Builder::new().prefix("madoka-pg-").tempdir().unwrap();
        let data = folder.path().join("data");
        run(Command::new("cp").arg("-a").arg(&template).arg(&data));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let socket = folder.path().join("socket");
        fs::create_dir(&socket).unwrap();
        fs::set_permissions(&socket, fs::Permissions::from_mode(0o777)).unwrap();
        // The kernel ends the child with the thread that started it: a thread that stays.
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut command = as_nobody("postgres");
            command.arg("-D").arg(&data).arg("-k").arg(&socket).args(["-c", "listen_addresses="]);
            // A test may lose its database with the machine; a measurement takes what an administrator would have.
            let settings: &[&str] = if std::env::var_os(AS_IT_COMES).is_some() {
                &["max_connections=100", "log_min_messages=fatal"]
            } else {
                &[
                    "fsync=off",
                    "full_page_writes=off",
                    "shared_buffers=16MB",
                    "max_connections=100",
                    "log_min_messages=fatal",
                    "autovacuum=off",
                ]
            };
            for setting in settings {
                command.args(["-c", setting]);
            }
            sender.send(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()).unwrap();
            loop {
                std::thread::park();
            }
        });
        let child = receiver.recv().unwrap();
        let cluster = Self { folder, child, cities: AtomicU32::new(0) };
        for _ in 0..200 {
            if cluster.superuser().is_ok() {
                return cluster;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("PostgreSQL did not start");
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    pub fn superuser(&self) -> Result<Client, postgres::Error> {
        let mut config = postgres::Config::new();
        config.host_path(self.socket()).user("postgres").password(PASSWORD).dbname("postgres").connect(NoTls)
    }

    /// A new city's database, as an administrator makes it.
    pub fn database(&self) -> Database {
        let name = format!("madoka_city{}", self.cities.fetch_add(1, Relaxed));
        let password = format!("{name}-password");
        let mut client = self.superuser().unwrap();
        client.batch_execute(&format!("CREATE ROLE {name} LOGIN PASSWORD '{password}'")).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name} OWNER {name}")).unwrap();
        client.batch_execute(&format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC")).unwrap();
        Database { name, password, socket: self.socket() }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(command: &mut Command) {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Where Debian keeps PostgreSQL's programs.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .max()
        .expect("PostgreSQL is not installed: apt install postgresql")
}

/// PostgreSQL refuses to run as root; and it must not outlive the test.
fn as_nobody(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]);
    }
    command.arg(programs().join(program)).current_dir("/");
    command
}

/// An empty cluster, made once on this machine and copied for every test.
fn template() -> PathBuf {
    let version = programs().parent().and_then(Path::file_name).unwrap().to_string_lossy().into_owned();
    let folder = std::env::temp_dir().join(format!("madoka-postgres-{version}"));
    fs::create_dir_all(&folder).unwrap();
    let lock = fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let ready = folder.join("ready");
    if !ready.exists() {
        let _ = fs::set_permissions(&folder, fs::Permissions::from_mode(0o777));
        let password = folder.join("password");
        fs::write(&password, PASSWORD).unwrap();
        fs::set_permissions(&password, fs::Permissions::from_mode(0o644)).unwrap();
        let making = folder.join("making");
        let _ = fs::remove_dir_all(&making);
        // Passwords in clear over the socket: SCRAM's thousands of rounds take our unoptimised client half a second each.
        run(as_nobody("initdb")
            .args(["--no-sync", "--auth=password", "--username=postgres", "--locale=C", "--encoding=UTF8"])
            .arg(format!("--pwfile={}", password.display()))
            .arg(&making));
        fs::rename(&making, &ready).unwrap();
    }
    ready
}
