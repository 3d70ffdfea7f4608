//! 宛名・資格: the city's extract, imported whole, sealed, searched in memory, and every look at it on record.
//!
//! **For:** [`routes`]: a counter, the おくやみ corner and departments look residents up, each for a case, a booking or a
//! reason; restricted kinds (市税) leave the server only for the roles and offices the mapping names; administrators
//! import; auditors read who looked for whom. **Not for:** reading the CSV (`madoka-register`, with `REGISTER.md`), or
//! anything with a 個人番号 in it. Errors are `REG-…`.
//!
//! What was searched for is about people, so it does not stand in the audit, which is exported and lives long. It is
//! sealed in a row of its own; the audit has that row's number and the hash of what is sealed. So an auditor can see who
//! looked up a neighbour, nobody else can, nothing can be altered, and the words can be erased in time.

pub(crate) mod cli;
mod error;
mod import;
mod keep;
mod shelf;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use madoka_facts::Vocabulary;
use madoka_register::{Kind, Mapping, Resident, facts_of};
use madoka_sync::wire::register::{
    Brief, CHANGES, ChangedResident, Found, IMPORT, Imported, LOOK, Look, Looked, MAPPING, Purpose, SEARCH,
    STATUS, Search, Status, USES, Use, Used, UsesOf, limit,
};
use serde::Deserialize;

use self::error::RegisterError;
use self::import::Wish;
pub(crate) use self::keep::SCHEMA;
pub use self::keep::erase_words;
use self::shelf::{Loaded, loaded};
use crate::access::{Access, Caller, Role};
use crate::audit::{self, Entry};
use crate::body::Json;
use crate::office_time;
use crate::problem::{Problem, ServerError};
use crate::route::Route;
use crate::seal::Seal;
use crate::server::Server;
use crate::storage::StorageError;

const LOOKS: Access = Access::Roles(&[Role::Counter, Role::Condolence, Role::Office]);
const KEEPS: Access = Access::Roles(&[Role::Administrator]);
const AUDITS: Access = Access::Roles(&[Role::Auditor]);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::post(SEARCH, LOOKS, search).body_limit(64 * 1024),
        Route::post(LOOK, LOOKS, look).body_limit(64 * 1024),
        Route::get(STATUS, Access::Roles(&[Role::Administrator, Role::Supervisor, Role::Auditor]), status),
        Route::get(MAPPING, KEEPS, mapping),
        Route::put(MAPPING, KEEPS, put_mapping).body_limit(limit::MAPPING),
        Route::post(IMPORT, KEEPS, take_in).body_limit(limit::CSV),
        Route::post(USES, AUDITS, uses).body_limit(64 * 1024),
        Route::get(CHANGES, AUDITS, changes),
    ]
}

type Answer<T> = Result<Json<T>, Problem>;

fn seal(server: &Server) -> Result<Seal, StorageError> {
    Seal::new(server.storage_key(), "register")
}

/// The audit's entry of a use: for which case, where there is one.
fn entry(server: &Server, caller: &Caller, act: audit::Act, purpose: &Purpose) -> Entry {
    let entry = Entry::by(caller, server.now(), act);
    match purpose {
        Purpose::Case(case) => entry.case(*case),
        Purpose::Booking(_) | Purpose::Reason(_) => entry,
    }
}

async fn search(State(server): State<Server>, caller: Caller, Json(asked): Json<Search>) -> Answer<Found> {
    let query = asked.query.checked().map_err(RegisterError::from)?;
    let loaded = loaded(&server).await?;
    let (there, words) = (loaded.clone(), query.clone());
    let found = tokio::task::spawn_blocking(move || there.index.search(&words))
        .await
        .map_err(|_| StorageError::Internal("register"))?;
    let (seal, now) = (seal(&server)?, server.now());
    let entry = entry(&server, &caller, audit::Act::Searched, &asked.purpose);
    let places: Vec<u32> = found.hits.iter().map(|hit| hit.at).collect();
    let n = loaded.imported.n;
    let residents = server
        .db()
        .write(move |tx| {
            let residents = keep::at(tx, &seal, n, &places)?;
            let numbers = residents.iter().map(|resident| resident.number.clone()).collect();
            let used = Used::Searched { query, found: numbers };
            let what = keep::note_use(tx, &seal, &caller, now, &asked.purpose, used)?;
            audit::write(tx, &entry.what(what))?;
            Ok::<_, RegisterError>(residents)
        })
        .await?;
    let doubtful = found.hits.iter().map(|hit| hit.is_doubtful());
    let residents = residents
        .iter()
        .zip(doubtful)
        .map(|(resident, doubtful)| Brief::of(&loaded.mapping, resident, doubtful))
        .collect();
    Ok(Json(Found { residents, more: found.more, imported: loaded.imported.at }))
}

async fn look(State(server): State<Server>, caller: Caller, Json(asked): Json<Look>) -> Answer<Looked> {
    let loaded = loaded(&server).await?;
    let pack = crate::city_pack::current(&server).await?;
    let place = loaded.index.by_number(asked.number.as_str()).ok_or(RegisterError::Unknown)?;
    let mut places = vec![place];
    places.extend(loaded.index.household(place).into_iter().filter(|other| *other != place));
    let (seal, now) = (seal(&server)?, server.now());
    let entry = entry(&server, &caller, audit::Act::Seen, &asked.purpose);
    let answer = server
        .db()
        .write(move |tx| {
            let residents = keep::at(tx, &seal, loaded.imported.n, &places)?;
            let (resident, others) = residents.split_first().ok_or(RegisterError::Unknown)?;
            let words = pack.as_ref().map_or_else(Vocabulary::built_in, |pack| pack.vocabulary.clone());
            let answer = looked(&loaded, resident, others, &asked, &caller, &words);
            let kinds = loaded
                .mapping
                .kinds()
                .iter()
                .filter(|kind| admits(kind, &caller))
                .map(|kind| kind.id.clone());
            let used = Used::Opened {
                number: asked.number.clone(),
                person: asked.person.clone(),
                kinds: kinds.collect(),
            };
            let what = keep::note_use(tx, &seal, &caller, now, &asked.purpose, used)?;
            audit::write(tx, &entry.what(what))?;
            Ok::<_, RegisterError>(answer)
        })
        .await?;
    Ok(Json(answer))
}

fn admits(kind: &Kind, caller: &Caller) -> bool {
    kind.admits(
        caller.roles.iter().map(|role| role.name()),
        caller.offices.iter().map(madoka_casework::OfficeId::as_str),
    )
}

fn looked(
    loaded: &Loaded,
    resident: &Resident,
    others: &[Resident],
    asked: &Look,
    caller: &Caller,
    words: &Vocabulary,
) -> Looked {
    let mapping = &loaded.mapping;
    let withheld = mapping
        .kinds()
        .iter()
        .filter(|kind| !admits(kind, caller))
        .filter(|kind| resident.speaks_of(mapping, kind))
        .map(|kind| kind.name.clone())
        .collect();
    Looked {
        resident: Brief::of(mapping, resident, false),
        facts: facts_of(mapping, resident, &asked.person, words, |kind| admits(kind, caller)),
        withheld,
        household: others.iter().map(|other| Brief::of(mapping, other, false)).collect(),
        imported: loaded.imported.at,
    }
}

async fn status(State(server): State<Server>) -> Answer<Status> {
    let status = server
        .db()
        .read(|tx| {
            let has_mapping = keep::state(tx)?.mapping.is_some();
            Ok::<_, StorageError>(Status { has_mapping, imports: keep::imports(tx)? })
        })
        .await?;
    Ok(Json(status))
}

async fn mapping(State(server): State<Server>) -> Result<String, Problem> {
    let state = server.db().read(keep::state).await?;
    Ok(state.mapping.ok_or(RegisterError::NoMapping)?)
}

async fn put_mapping(State(server): State<Server>, caller: Caller, body: Bytes) -> Answer<Status> {
    let text = std::str::from_utf8(&body).map_err(|_| ServerError::Unreadable)?.to_owned();
    Mapping::parse(&text).map_err(RegisterError::from)?;
    let entry = Entry::by(&caller, server.now(), audit::Act::SettingsChanged).what("register:mapping");
    server
        .db()
        .write(move |tx| {
            keep::put_mapping(tx, &text)?;
            audit::write(tx, &entry)
        })
        .await?;
    status(State(server)).await
}

#[derive(Deserialize)]
struct Try {
    #[serde(default, rename = "try")]
    only_try: u8,
}

async fn take_in(
    State(server): State<Server>,
    caller: Caller,
    Query(asked): Query<Try>,
    body: Bytes,
) -> Answer<Imported> {
    let pack = crate::city_pack::current(&server).await?;
    let now = server.now();
    let wish = Wish {
        by: caller.staff.clone(),
        entry: Entry::by(&caller, now, audit::Act::Imported),
        now,
        only_try: asked.only_try == 1,
    };
    Ok(Json(import::import(&server, body, pack.as_deref(), wish).await?))
}

/// Reading who looked for whom is itself a look.
async fn uses(State(server): State<Server>, caller: Caller, Json(asked): Json<UsesOf>) -> Answer<Vec<Use>> {
    let seal = seal(&server)?;
    let entry = Entry::by(&caller, server.now(), audit::Act::Seen)
        .what(format!("register:uses:{}:{}", asked.from, asked.to));
    let from = office_time::moment(asked.from.at(0, 0, 0, 0));
    let to = asked.to.tomorrow().map_or(jiff::Timestamp::MAX, |day| office_time::moment(day.at(0, 0, 0, 0)));
    let found = server
        .db()
        .write(move |tx| {
            let mut found = Vec::new();
            keep::uses(tx, &seal, (from, to), asked.after, |one| {
                let of_staff = asked.staff.as_ref().is_none_or(|staff| *staff == one.staff);
                let of_resident = asked.resident.as_ref().is_none_or(|number| match &one.what {
                    Used::Searched { found, .. } => found.contains(number),
                    Used::Opened { number: opened, .. } => opened == number,
                    Used::Erased => false,
                });
                if of_staff && of_resident {
                    found.push(one);
                }
                found.len() < limit::USES as usize
            })?;
            audit::write(tx, &entry)?;
            Ok::<_, RegisterError>(found)
        })
        .await?;
    Ok(Json(found))
}

async fn changes(
    State(server): State<Server>,
    caller: Caller,
    Path(n): Path<u64>,
) -> Answer<Vec<ChangedResident>> {
    let seal = seal(&server)?;
    let entry = Entry::by(&caller, server.now(), audit::Act::Seen).what(format!("register:changes:{n}"));
    let changes = server
        .db()
        .write(move |tx| {
            let changes = keep::changes(tx, &seal, n)?;
            audit::write(tx, &entry)?;
            Ok::<_, RegisterError>(changes)
        })
        .await?;
    Ok(Json(changes))
}
