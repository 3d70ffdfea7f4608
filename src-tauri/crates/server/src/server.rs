//! The server of one city: what every handler is given.
//!
//! One process serves one city, from one folder, on one storage. Several cities on one machine are several processes
//! (`madokad@minatono.service`), each with an account, a folder and, on PostgreSQL, a database and a role of its own:
//! there is no code in which one city could see another's.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use madoka_sync::wire::packs::CityKey;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::authority::Authority;
use crate::begin::begin;
use crate::city_key::{self, Signing};
use crate::clock::Clock;
use crate::config::Config;
use crate::metrics::Metrics;
use crate::modules;
use crate::problem::ServerError;
use crate::secret_file::{self, Key};
use crate::storage::{Db, Place, Schema, StorageError, Tx};
use crate::values;

pub(crate) const SCHEMA: Schema = Schema {
    module: "city",
    versions: &[&["CREATE TABLE city (
        one INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, epoch TEXT NOT NULL, key_number INTEGER NOT NULL)"]],
};

/// Memory for bodies is counted in pieces of this size.
const PIECE: usize = 64 * 1024;
/// Larger bodies (a roster of the whole city, a pack) have a queue of their own, so that nobody's event waits behind them.
const LARGE: usize = 4 * 1024 * 1024;
/// So many of them at the same time.
const LARGE_BODIES: usize = 1;
/// Passwords hashed at the same time: each takes 19 MiB and a core.
const HASHES: usize = 2;

/// Which city it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct City {
    /// 全国地方公共団体コード, as in the pack.
    pub code: String,
    pub name: String,
}

/// Clones are the same server.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    config: Config,
    city: City,
    epoch: String,
    authority: Authority,
    storage_key: Arc<Key>,
    bodies: Semaphore,
    large: Semaphore,
    hashing: Semaphore,
    metrics: Metrics,
    folder: PathBuf,
    parts: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({})", self.0.city.code)
    }
}

/// Where keys lie, in the data folder.
pub(crate) fn keys(folder: &Path) -> PathBuf {
    folder.join("keys")
}

pub(crate) const STORAGE_KEY: &str = "storage.key";
pub(crate) const SIGNING_KEY: &str = "city.key";
pub(crate) const FILE: &str = "madokad.db";

/// Where a folder's configuration says things are kept.
pub(crate) fn place(folder: &Path, config: &Config) -> Result<(Place, Arc<Key>), StorageError> {
    let key = Arc::new(Key::read_file(&keys(folder).join(STORAGE_KEY))?);
    let Some(mut postgres) =
        config.storage.postgres().map_err(|_| StorageError::Internal("storage.postgres"))?
    else {
        return Ok((Place::Sqlite { file: folder.join(FILE), key: Arc::clone(&key) }, key));
    };
    if let Some(path) = &config.storage.postgres_password_file {
        postgres.password(secret_file::read(&folder.join(path))?.trim());
    }
    postgres.application_name("madokad").connect_timeout(std::time::Duration::from_secs(5));
    Ok((Place::Postgres(Box::new(postgres)), key))
}

impl Server {
    /// Makes a city: its folder of keys, its authority, its signing key, its empty storage.
    pub fn create(
        folder: &Path,
        config: Config,
        clock: Arc<dyn Clock>,
        city: City,
    ) -> Result<Self, StorageError> {
        let name = city.name.clone();
        let write_keys = |keys: &Path| {
            Key::random()?.write_file(&keys.join(STORAGE_KEY))?;
            Key::random()?.write_file(&keys.join(crate::backup::KEY))?;
            let signing = Key::random()?;
            secret_file::write_new(&keys.join(SIGNING_KEY), &base64(signing.bytes()))?;
            Authority::create(keys, &name, clock.now()).map(|_| ())
        };
        let epoch = crate::password::letters(20)?;
        begin(folder, &config, write_keys, |db| {
            db.write_and_wait(move |tx| {
                tx.execute(
                    "INSERT INTO city (one, code, name, epoch, key_number) VALUES (1, ?1, ?2, ?3, 1)",
                    values![&city.code, &city.name, &epoch],
                )
            })
        })?;
        Self::open(folder, config, clock)
    }

    /// Opens the city of a folder.
    pub fn open(folder: &Path, config: Config, clock: Arc<dyn Clock>) -> Result<Self, StorageError> {
        let (place, storage_key) = place(folder, &config)?;
        let keys = keys(folder);
        let authority = Authority::open(&keys)?;
        let db = Db::open(&place, &modules::schemas())?;
        let row = db.read_and_wait(move |tx| {
            // Better now than at the next release.
            city_key::in_force(tx, &keys)?;
            tx.row("SELECT code, name, epoch FROM city", &[])?.ok_or(StorageError::Internal("city"))
        })?;
        Ok(Self(Arc::new(Inner {
            db,
            clock,
            city: City { code: row.get(0)?, name: row.get(1)? },
            epoch: row.get(2)?,
            authority,
            storage_key,
            bodies: Semaphore::new(config.limits.bodies_mib * 1024 * 1024 / PIECE),
            large: Semaphore::new(LARGE_BODIES),
            hashing: Semaphore::new(HASHES),
            metrics: Metrics::default(),
            folder: folder.to_owned(),
            parts: Mutex::default(),
            config,
        })))
    }

    pub fn db(&self) -> &Db {
        &self.0.db
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub fn city(&self) -> &City {
        &self.0.city
    }

    /// Another one after every restore: terminals notice by it that the server may lack what it once acknowledged.
    pub fn epoch(&self) -> &str {
        &self.0.epoch
    }

    pub fn authority(&self) -> &Authority {
        &self.0.authority
    }

    /// Signs packs for the city. Read anew each time: another process may have changed it.
    pub fn signing(&self, tx: &mut Tx<'_>) -> Result<Signing, StorageError> {
        city_key::in_force(tx, &keys(&self.0.folder))
    }

    /// What terminals check packs with.
    pub fn city_key(&self, tx: &mut Tx<'_>) -> Result<CityKey, StorageError> {
        Ok(self.signing(tx)?.public())
    }

    /// The secret under all that is kept: columns that hold people are sealed with keys derived from it.
    pub fn storage_key(&self) -> &Key {
        &self.0.storage_key
    }

    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// What a module holds in memory (a cache, an index), one of each type, made when first asked for.
    pub fn part<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut parts = self.0.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let part = Arc::clone(parts.entry(TypeId::of::<T>()).or_insert_with(|| Arc::<T>::default()));
        // What was put in under a type is of that type.
        part.downcast().unwrap_or_default()
    }

    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Waits until so much memory for a body is free.
    pub(crate) async fn body_memory(&self, bytes: usize) -> Result<SemaphorePermit<'_>, ServerError> {
        let all = self.0.config.limits.bodies_mib * 1024 * 1024 / PIECE;
        let pieces = u32::try_from(bytes.div_ceil(PIECE).clamp(1, all)).unwrap_or(1);
        let (queue, pieces) = if bytes > LARGE { (&self.0.large, 1) } else { (&self.0.bodies, pieces) };
        let patience = std::time::Duration::from_secs(self.0.config.limits.body_seconds);
        tokio::time::timeout(patience, queue.acquire_many(pieces))
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or(ServerError::Busy)
    }

    /// Takes a turn away, so that a test can see who waits.
    #[cfg(feature = "testing")]
    pub fn hold_hashing(&self) -> SemaphorePermit<'_> {
        self.0.hashing.try_acquire().unwrap_or_else(|_| unreachable!("nobody hashes yet"))
    }

    /// Waits for a turn to hash a password; in a crowd, not for long.
    pub(crate) async fn hashing(&self) -> Result<SemaphorePermit<'_>, ServerError> {
        tokio::time::timeout(std::time::Duration::from_secs(5), self.0.hashing.acquire())
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or(ServerError::Busy)
    }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}
