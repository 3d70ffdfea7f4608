//! The routes of packs.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use madoka_sync::wire::drafts::{
    Begin, Checked, Draft, DraftFiles, FileAt, Key, MakeKey, NOTES, NotesSeen, Release, Released, Remark,
    Remarked, Said, Save, SaveAnswer, Saved, SeenNotes, Stage, Why, Word, limit,
};
use madoka_sync::wire::packs::{ASK, Ask, Hash, PARTS, PartsAsk, PartsPage, Plan, Planned, TerminalPacks};
use madoka_text::Secret;
use serde::Deserialize;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::drafts::{self, Beginning};
use super::{PacksError, editions, in_use, keys, notes, release, seal, terminals};
use crate::access::{Access, Caller, Role};
use crate::audit::{self, Act, Entry};
use crate::body::Json;
use crate::changes::Topic;
use crate::problem::{Problem, ServerError};
use crate::route::Route;
use crate::server::Server;
use crate::storage::{StorageError, Tx};

const SMALL: usize = 16 * 1024;
/// What a terminal has, or 5,000 hashes it asks for.
const ASKED: usize = 512 * 1024;

pub(crate) fn routes() -> Vec<Route> {
    let edits = Access::Roles(&[Role::Supervisor]);
    let releases = Access::Roles(&[Role::Approver]);
    let reads = Access::Roles(&[Role::Supervisor, Role::Approver, Role::Administrator, Role::Auditor]);
    let takes_part = Access::Roles(&[Role::Supervisor, Role::Approver]);
    let administers = Access::Roles(&[Role::Administrator]);
    vec![
        Route::post(ASK, Access::Terminal, ask).body_limit(ASKED),
        Route::post(PARTS, Access::Terminal, parts).body_limit(ASKED),
        Route::get("/v1/packs/terminals", reads, list_terminals),
        Route::get("/v1/packs/drafts", reads, list_drafts),
        Route::post("/v1/packs/drafts", edits, begin).body_limit(SMALL),
        Route::get("/v1/packs/drafts/{id}", reads, draft),
        Route::get("/v1/packs/drafts/{id}/file", reads, file),
        Route::get("/v1/packs/drafts/{id}/history", reads, history),
        Route::post("/v1/packs/drafts/{id}/save", edits, save).body_limit(limit::BODY),
        Route::get("/v1/packs/drafts/{id}/remarks", reads, remarks),
        Route::post("/v1/packs/drafts/{id}/remarks", takes_part, remark).body_limit(SMALL),
        Route::post("/v1/packs/drafts/{id}/check", takes_part, check).body_limit(SMALL),
        Route::post("/v1/packs/drafts/{id}/propose", edits, propose).body_limit(SMALL),
        Route::post("/v1/packs/drafts/{id}/return", takes_part, send_back).body_limit(SMALL),
        Route::post("/v1/packs/drafts/{id}/drop", edits, drop_draft).body_limit(SMALL),
        Route::post("/v1/packs/drafts/{id}/release", releases, release_draft).body_limit(SMALL),
        Route::get("/v1/packs/editions", reads, list_editions),
        Route::get("/v1/packs/editions/{version}", reads, edition),
        Route::post("/v1/packs/editions/{version}/widen", releases, widen).body_limit(SMALL),
        Route::post("/v1/packs/editions/{version}/stop", releases, stop).body_limit(SMALL),
        Route::post("/v1/packs/editions/{version}/again", edits, again).body_limit(SMALL),
        Route::get(NOTES, Access::SignedIn, who_saw_notes),
        Route::post(NOTES, Access::SignedIn, notes_seen).body_limit(SMALL),
        Route::get("/v1/packs/keys", reads, list_keys),
        Route::post("/v1/packs/keys", releases, make_key).body_limit(SMALL),
        Route::post("/v1/packs/keys/{id}/admit", administers, admit_key).body_limit(SMALL),
        Route::post("/v1/packs/keys/{id}/revoke", administers, revoke_key).body_limit(SMALL),
    ]
}

fn draft_id(text: &str) -> Result<Uuid, PacksError> {
    text.parse().map_err(|_| PacksError::NoDraft)
}

fn version(text: &str) -> Result<u64, PacksError> {
    text.parse().map_err(|_| PacksError::NoEdition(0))
}

fn words(text: String) -> Result<String, PacksError> {
    if text.chars().count() > limit::WORDS { Err(PacksError::TooLong(limit::WORDS)) } else { Ok(text) }
}

fn said(server: &Server, caller: &Caller, text: String) -> Result<Said, Problem> {
    Ok(Said { by: caller.staff()?.clone(), at: server.now(), words: words(text)? })
}

/// Does it and writes down that it was done; terminals are woken where it is news to them.
async fn noted<T: Send + 'static>(
    server: &Server,
    entry: Entry,
    is_news: bool,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, PacksError> + Send + 'static,
) -> Result<Json<T>, Problem> {
    let work = move |tx: &mut Tx<'_>| {
        let done = work(tx)?;
        audit::write(tx, &entry)?;
        if is_news {
            tx.announce(Topic::Packs);
        }
        Ok::<_, PacksError>(done)
    };
    Ok(Json(server.db().write(work).await?))
}

// ---- Terminals

async fn ask(
    State(server): State<Server>,
    caller: Caller,
    Json(asked): Json<Ask>,
) -> Result<Json<Plan>, Problem> {
    let (now, today) = (server.now(), in_use::today(&server));
    let (plan, asked, news) = {
        let terminal = caller.terminal.clone();
        let work = move |tx: &mut Tx<'_>| -> Result<_, PacksError> {
            let plan = terminals::planned(tx, &terminal, &asked, today)?;
            let news = terminals::is_news(tx, &terminal, &asked)?;
            Ok((plan, asked, news))
        };
        server.db().read(work).await?
    };
    if news {
        let terminal = caller.terminal;
        server.db().write(move |tx| terminals::told(tx, &terminal, &asked, now)).await?;
    }
    Ok(Json(plan))
}

async fn parts(
    State(server): State<Server>,
    Json(asked): Json<PartsAsk>,
) -> Result<Json<PartsPage>, Problem> {
    Ok(Json(server.db().read(move |tx| terminals::parts(tx, &asked)).await?))
}

async fn list_terminals(State(server): State<Server>) -> Result<Json<Vec<TerminalPacks>>, Problem> {
    let today = in_use::today(&server);
    Ok(Json(server.db().read(move |tx| terminals::list(tx, today)).await?))
}

// ---- Drafts

async fn list_drafts(State(server): State<Server>) -> Result<Json<Vec<Draft>>, Problem> {
    Ok(Json(server.db().read(drafts::list).await?))
}

pub(super) async fn begin(
    State(server): State<Server>,
    caller: Caller,
    Json(asked): Json<Begin>,
) -> Result<Json<Draft>, Problem> {
    let (by, now) = (caller.staff()?.clone(), server.now());
    let entry = Entry::by(&caller, now, Act::PackDrafted);
    let begun = server
        .db()
        .write(move |tx| -> Result<_, PacksError> {
            let base = match (asked.version, asked.empty) {
                (_, true) => None,
                (Some(version), false) => Some(version),
                (None, false) => editions::newest(tx)?,
            };
            let parts = base.map(|version| editions::parts(tx, version)).transpose()?.unwrap_or_default();
            let beginning = Beginning { title: asked.title, base, again: None, parts };
            let begun = drafts::begin(tx, Uuid::now_v7(), &beginning, &by, now)?;
            audit::write(tx, &entry.what(begun.id.to_string()))?;
            Ok(begun)
        })
        .await?;
    Ok(Json(begun))
}

#[derive(Debug, Deserialize)]
struct Known {
    /// The content whoever asks has seen.
    known: Option<Hash>,
}

async fn draft(
    State(server): State<Server>,
    Path(id): Path<String>,
    known: Result<Query<Known>, QueryRejection>,
) -> Result<Json<DraftFiles>, Problem> {
    let (id, Query(Known { known })) = (draft_id(&id)?, known.map_err(|_| ServerError::Unreadable)?);
    let found = server
        .db()
        .read(move |tx| -> Result<_, PacksError> {
            let draft = drafts::draft(tx, id)?;
            let files = if known == Some(draft.fingerprint) { Vec::new() } else { drafts::files(tx, id)? };
            Ok(DraftFiles { draft, files })
        })
        .await?;
    Ok(Json(found))
}

#[derive(Debug, Deserialize)]
struct Which {
    path: String,
    revision: Option<u64>,
    entry: Option<u64>,
}

async fn file(
    State(server): State<Server>,
    Path(id): Path<String>,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<FileAt>, Problem> {
    let (id, Query(which)) = (draft_id(&id)?, which.map_err(|_| ServerError::Unreadable)?);
    let work = move |tx: &mut Tx<'_>| drafts::file(tx, id, &which.path, which.revision, which.entry);
    Ok(Json(server.db().read(work).await?))
}

#[derive(Debug, Deserialize)]
struct Of {
    path: Option<String>,
}

async fn history(
    State(server): State<Server>,
    Path(id): Path<String>,
    of: Result<Query<Of>, QueryRejection>,
) -> Result<Json<Vec<Saved>>, Problem> {
    let (id, Query(of)) = (draft_id(&id)?, of.map_err(|_| ServerError::Unreadable)?);
    Ok(Json(server.db().read(move |tx| drafts::history(tx, id, of.path.as_deref())).await?))
}

pub(super) async fn save(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(saves): Json<Vec<Save>>,
) -> Result<Json<Vec<SaveAnswer>>, Problem> {
    let (id, by, now) = (draft_id(&id)?, caller.staff()?.clone(), server.now());
    if saves.len() > limit::SAVES {
        return Err(PacksError::TooLarge.into());
    }
    let entry = Entry::by(&caller, now, Act::PackDrafted).what(id.to_string());
    let (outcomes, fingerprint) = server
        .db()
        .write(move |tx| -> Result<_, PacksError> {
            let done = drafts::save(tx, id, saves, &by, now)?;
            audit::write(tx, &entry)?;
            Ok(done)
        })
        .await?;
    let answers = spawn_blocking(move || drafts::answers(outcomes, fingerprint))
        .await
        .map_err(|_| StorageError::Internal("compare"))?;
    Ok(Json(answers))
}

async fn remarks(
    State(server): State<Server>,
    Path(id): Path<String>,
) -> Result<Json<Vec<Remarked>>, Problem> {
    let id = draft_id(&id)?;
    Ok(Json(server.db().read(move |tx| drafts::remarks(tx, id)).await?))
}

async fn remark(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(remark): Json<Remark>,
) -> Result<Json<Vec<Remarked>>, Problem> {
    let (id, by, now) = (draft_id(&id)?, caller.staff()?.clone(), server.now());
    let work = move |tx: &mut Tx<'_>| -> Result<_, PacksError> {
        drafts::remark(tx, id, &remark, &by, now)?;
        drafts::remarks(tx, id)
    };
    Ok(Json(server.db().write(work).await?))
}

async fn check(State(server): State<Server>, Path(id): Path<String>) -> Result<Json<Checked>, Problem> {
    Ok(Json(release::checked(&server, draft_id(&id)?).await?))
}

pub(super) async fn propose(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(asked): Json<Word>,
) -> Result<Json<Draft>, Problem> {
    let id = draft_id(&id)?;
    // Nobody's time is asked for what cannot be released.
    let checked = release::checked(&server, id).await?;
    if checked.fingerprint != asked.fingerprint {
        return Err(PacksError::Moved.into());
    }
    if !checked.passed {
        return Err(PacksError::NotPassed { errors: checked.errors, failed: checked.failed }.into());
    }
    let said = said(&server, &caller, asked.words)?;
    let entry = Entry::by(&caller, said.at, Act::PackDrafted).what(format!("{id} 承認の申請"));
    noted(&server, entry, false, move |tx| drafts::propose(tx, id, asked.fingerprint, &said)).await
}

async fn send_back(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(asked): Json<Word>,
) -> Result<Json<Draft>, Problem> {
    put(&server, &caller, &id, asked, Stage::Editing, "差し戻し").await
}

async fn drop_draft(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(asked): Json<Word>,
) -> Result<Json<Draft>, Problem> {
    put(&server, &caller, &id, asked, Stage::Dropped, "取りやめ").await
}

async fn put(
    server: &Server,
    caller: &Caller,
    id: &str,
    asked: Word,
    stage: Stage,
    what: &str,
) -> Result<Json<Draft>, Problem> {
    let (id, said) = (draft_id(id)?, said(server, caller, asked.words)?);
    let entry = Entry::by(caller, said.at, Act::PackDrafted).what(format!("{id} {what}"));
    noted(server, entry, false, move |tx| drafts::put(tx, id, asked.fingerprint, stage, &said)).await
}

async fn release_draft(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(asked): Json<Release>,
) -> Result<Json<Released>, Problem> {
    Ok(Json(release::release(&server, &caller, draft_id(&id)?, asked).await?))
}

// ---- Editions

async fn list_editions(State(server): State<Server>) -> Result<Json<Vec<Released>>, Problem> {
    Ok(Json(server.db().read(editions::list).await?))
}

/// What an edition consists of: to be compared, or looked at before it is gone back to. Its parts come as any terminal's do.
async fn edition(State(server): State<Server>, Path(number): Path<String>) -> Result<Json<Planned>, Problem> {
    let number = version(&number)?;
    let work = move |tx: &mut Tx<'_>| -> Result<_, PacksError> {
        let (released, (edition, manifest)) = (editions::one(tx, number)?, editions::manifest(tx, number)?);
        let canary = !released.canary.is_empty() && released.widened.is_none();
        Ok(Planned { edition, activates: released.activates, canary, manifest: Some(manifest) })
    };
    Ok(Json(server.db().read(work).await?))
}

pub(super) async fn widen(
    State(server): State<Server>,
    caller: Caller,
    Path(number): Path<String>,
    Json(why): Json<Why>,
) -> Result<Json<Released>, Problem> {
    let (number, said) = (version(&number)?, said(&server, &caller, why.words)?);
    let entry = Entry::by(&caller, said.at, Act::PackReleased).what(format!("第{number}版 全端末へ"));
    let work = move |tx: &mut Tx<'_>| {
        editions::widen(tx, number, &said)?;
        editions::one(tx, number)
    };
    noted(&server, entry, true, work).await
}

pub(super) async fn stop(
    State(server): State<Server>,
    caller: Caller,
    Path(number): Path<String>,
    Json(why): Json<Why>,
) -> Result<Json<Released>, Problem> {
    let (number, said) = (version(&number)?, said(&server, &caller, why.words)?);
    let today = in_use::today(&server);
    let entry = Entry::by(&caller, said.at, Act::PackRolledBack).what(format!("第{number}版 中止"));
    let work = move |tx: &mut Tx<'_>| {
        editions::stop(tx, number, &said, today)?;
        editions::one(tx, number)
    };
    noted(&server, entry, true, work).await
}

/// 版を戻す: a draft with an old edition's content, proposed as it is. An approver releases it under a new number.
pub(super) async fn again(
    State(server): State<Server>,
    caller: Caller,
    Path(number): Path<String>,
    Json(why): Json<Why>,
) -> Result<Json<Draft>, Problem> {
    let (number, said) = (version(&number)?, said(&server, &caller, why.words)?);
    let entry = Entry::by(&caller, said.at, Act::PackRolledBack).what(format!("第{number}版へ戻す申請"));
    let work = move |tx: &mut Tx<'_>| {
        let parts = editions::parts(tx, number)?;
        let beginning = Beginning {
            title: format!("第{number}版へ戻す"),
            base: Some(number),
            again: Some(number),
            parts,
        };
        let begun = drafts::begin(tx, Uuid::now_v7(), &beginning, &said.by, said.at)?;
        drafts::propose(tx, begun.id, begun.fingerprint, &said)
    };
    noted(&server, entry, false, work).await
}

// ---- お知らせ

async fn notes_seen(
    State(server): State<Server>,
    caller: Caller,
    Json(seen): Json<SeenNotes>,
) -> Result<Json<()>, Problem> {
    let (staff, now) = (caller.staff()?.clone(), server.now());
    server.db().write(move |tx| notes::seen(tx, seen.version, &staff, now)).await?;
    Ok(Json(()))
}

async fn who_saw_notes(
    State(server): State<Server>,
    caller: Caller,
) -> Result<Json<Vec<NotesSeen>>, Problem> {
    let oversees = caller.has_any(&[Role::Supervisor, Role::Approver, Role::Administrator]);
    let only = (!oversees).then_some(caller.staff()?.clone());
    Ok(Json(server.db().read(move |tx| notes::who(tx, only.as_ref())).await?))
}

// ---- Keys

async fn list_keys(State(server): State<Server>) -> Result<Json<Vec<Key>>, Problem> {
    Ok(Json(server.db().read(keys::list).await?))
}

pub(super) async fn make_key(
    State(server): State<Server>,
    caller: Caller,
    Json(asked): Json<MakeKey>,
) -> Result<Json<Key>, Problem> {
    let (by, now, cost) = (caller.staff()?.clone(), server.now(), server.config().sign_in.cost());
    let made = {
        let _turn = server.hashing().await?;
        let passphrase = Secret::new(asked.passphrase);
        spawn_blocking(move || seal::seal(&passphrase, cost))
            .await
            .map_err(|_| StorageError::Internal("key"))??
    };
    let made = keys::Made { public: made.0.public(), sealed: made.1, cost };
    let entry = Entry::by(&caller, now, Act::SettingsChanged);
    let work = move |tx: &mut Tx<'_>| -> Result<_, PacksError> {
        let key = keys::add(tx, &made, &by, now)?;
        audit::write(tx, &entry.what(format!("承認者の鍵 {}", key.id)))?;
        Ok(key)
    };
    Ok(Json(server.db().write(work).await?))
}

pub(super) async fn admit_key(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<Why>,
) -> Result<Json<Key>, Problem> {
    change_key(server, &caller, id, why, "を認める", keys::admit).await
}

async fn revoke_key(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<Why>,
) -> Result<Json<Key>, Problem> {
    change_key(server, &caller, id, why, "を取り消す", keys::revoke).await
}

type ChangeKey = fn(&mut Tx<'_>, &str, &Said, &keys::City<'_>) -> Result<Key, PacksError>;

async fn change_key(
    server: Server,
    caller: &Caller,
    id: String,
    why: Why,
    what: &str,
    change: ChangeKey,
) -> Result<Json<Key>, Problem> {
    let said = said(&server, caller, why.words)?;
    let entry = Entry::by(caller, said.at, Act::SettingsChanged)
        .what(format!("承認者の鍵 {} {what}", id.chars().take(16).collect::<String>()));
    let known = server.clone();
    let work = move |tx: &mut Tx<'_>| {
        let signing = known.signing(tx)?;
        let city = keys::City { code: &known.city().code, key: &signing.key };
        change(tx, &id, &said, &city)
    };
    noted(&server, entry, true, work).await
}
