//! 承認・公開: from a draft that passed to an edition two keys signed.
//!
//! What is released is made and accepted here exactly as a terminal will accept it, before anything is written down.

use jiff::civil::Date;
use madoka_casework::{PackId, StaffId, TerminalId};
use madoka_rules::pack::{
    CityKey, Document, Installed, Manifest, PublicKey, Role as Signer, SigningKey, Trust, accept_document,
};
use madoka_rules::{Pack, PackFiles};
use madoka_sync::wire::drafts::{Checked, Draft, Release, Released, Said, Stage, limit};
use madoka_sync::wire::packs::{Edition, Hash};
use madoka_text::Secret;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::editions::NewEdition;
use super::{PacksError, check, drafts, editions, files, in_use, keys, number, tables};
use crate::access::Caller;
use crate::audit::{self, Act, Entry};
use crate::changes::Topic;
use crate::city_key::{self, Signing};
use crate::server::Server;
use crate::storage::{StorageError, Tx};
use crate::values;

/// One check at a time: each takes a core for seconds and the whole pack in memory.
#[derive(Debug)]
struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

/// How long one waits for its turn.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(1);

/// 点検 of a draft as it is. The same content on the same day is not checked twice.
pub(super) async fn checked(server: &Server, id: Uuid) -> Result<Checked, PacksError> {
    let today = in_use::today(server);
    let in_use = in_use::current(server).await?;
    let against = in_use.as_ref().map_or(0, |pack| pack.version);
    let (fingerprint, kept) = server
        .db()
        .read(move |tx| -> Result<_, PacksError> {
            let fingerprint = drafts::draft(tx, id)?.fingerprint;
            Ok((fingerprint, kept(tx, fingerprint, today, against)?))
        })
        .await?;
    if let Some(checked) = kept {
        return Ok(checked);
    }
    let turns = server.part::<Turns>();
    let turn = tokio::time::timeout(PATIENCE, turns.0.acquire()).await;
    let _turn = turn.ok().and_then(Result::ok).ok_or(PacksError::Busy)?;
    let (fingerprint_now, files) = server
        .db()
        .read(move |tx| -> Result<_, PacksError> {
            Ok((drafts::draft(tx, id)?.fingerprint, drafts::contents(tx, id)?))
        })
        .await?;
    let checked = spawn_blocking(move || {
        // A draft's own number means nothing: the release gives it one.
        check::check(&files, fingerprint_now, in_use.as_ref(), today)
    })
    .await
    .map_err(|_| StorageError::Internal("check"))?;
    let (json, of) =
        (serde_json::to_string(&checked).map_err(|_| StorageError::Internal("check"))?, checked.fingerprint);
    tracing::info!(passed = checked.passed, errors = checked.errors, failed = checked.failed, %fingerprint, "draft checked");
    server
        .db()
        .write(move |tx| -> Result<(), PacksError> {
            tx.execute(
                "INSERT INTO packs_checks (fingerprint, day, against, json) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (fingerprint, day, against) DO UPDATE SET json = ?4",
                values![of.as_bytes(), today.to_string(), against, json],
            )?;
            // Yesterday's are of no use today.
            tx.execute("DELETE FROM packs_checks WHERE day < ?1", values![today.to_string()])?;
            Ok(())
        })
        .await?;
    Ok(checked)
}

fn kept(
    tx: &mut Tx<'_>,
    fingerprint: Hash,
    today: Date,
    against: u64,
) -> Result<Option<Checked>, PacksError> {
    let row = tx.row(
        "SELECT json FROM packs_checks WHERE fingerprint = ?1 AND day = ?2 AND against = ?3",
        values![fingerprint.as_bytes(), today.to_string(), against],
    )?;
    let Some(row) = row else { return Ok(None) };
    // A check of an older program is made again.
    Ok(serde_json::from_str(&row.get::<String>(0)?).ok())
}

/// Who releases, and as what.
struct Approver {
    caller: Caller,
    staff: StaffId,
}

/// Releases a draft. Refused: an approver with a hand in it, content that moved on or did not pass, a wrong passphrase.
pub(super) async fn release(
    server: &Server,
    caller: &Caller,
    id: Uuid,
    release: Release,
) -> Result<Released, PacksError> {
    let staff = caller.staff.clone().ok_or(PacksError::FourEyes)?;
    let approver = Approver { caller: caller.clone(), staff };
    if release.words.chars().count() > limit::WORDS {
        return Err(PacksError::TooLong(limit::WORDS));
    }
    let today = in_use::today(server);
    if release.activates.is_some_and(|day| day < today) {
        return Err(PacksError::PastDay);
    }
    allowed(server, id, &release, &approver.staff, today).await?;
    let checked = checked(server, id).await?;
    if checked.fingerprint != release.fingerprint {
        return Err(PacksError::Moved);
    }
    if !checked.passed {
        return Err(PacksError::NotPassed { errors: checked.errors, failed: checked.failed });
    }
    let key = open_key(server, &approver.staff, &release.passphrase).await?;
    let built = build(server, id, key).await?;
    let version = built.manifest.version();
    let released = write(server, &approver, id, &release, built, today).await?;
    tracing::info!(version, canary = release.canary.len(), "pack released");
    Ok(released)
}

/// What can be said before anything costly is done; said again in the transaction that releases.
async fn allowed(
    server: &Server,
    id: Uuid,
    release: &Release,
    approver: &StaffId,
    today: Date,
) -> Result<(), PacksError> {
    let (release, approver) = (release.clone(), approver.clone());
    server
        .db()
        .read(move |tx| {
            proposed(tx, id, &release, &approver)?;
            in_its_turn(tx, &release, today)?;
            terminals_exist(tx, &release.canary)
        })
        .await
}

/// 四つの目: the content is the one that was proposed, and the approver had no hand in it.
fn proposed(
    tx: &mut Tx<'_>,
    id: Uuid,
    release: &Release,
    approver: &StaffId,
) -> Result<(Draft, Said), PacksError> {
    let draft = drafts::as_seen(tx, id, release.fingerprint)?;
    let said =
        draft.proposed.clone().filter(|_| draft.stage == Stage::Proposed).ok_or(PacksError::NotProposed)?;
    if drafts::had_a_hand(tx, &draft, approver)? {
        return Err(PacksError::FourEyes);
    }
    Ok((draft, said))
}

fn in_its_turn(tx: &mut Tx<'_>, release: &Release, today: Date) -> Result<(), PacksError> {
    let waiting = editions::not_named(tx, release.activates, &release.stops, today)?;
    waiting.map_or(Ok(()), |version| Err(PacksError::Scheduled(version)))
}

pub(crate) fn terminals_exist(tx: &mut Tx<'_>, canary: &[TerminalId]) -> Result<(), PacksError> {
    for terminal in canary {
        if crate::terminals::terminal(tx, terminal)?.is_none() {
            return Err(PacksError::NoTerminal(terminal.to_string()));
        }
    }
    Ok(())
}

/// The key with which an approver signs.
pub(crate) async fn open_key(
    server: &Server,
    approver: &StaffId,
    passphrase: &str,
) -> Result<SigningKey, PacksError> {
    let (who, now) = (approver.clone(), server.now());
    // Counted before it is tried, so that many tries at once do not slip through.
    let shut = server
        .db()
        .write(move |tx| -> Result<_, PacksError> {
            let shut = keys::of(tx, &who, now)?;
            keys::count_try(tx, &shut, now)?;
            Ok(shut)
        })
        .await?;
    let _turn = server.hashing().await.map_err(|_| PacksError::Busy)?;
    let passphrase = Secret::new(passphrase.to_owned());
    let (key, shut) = spawn_blocking(move || (shut.open(&passphrase), shut))
        .await
        .map_err(|_| StorageError::Internal("key"))?;
    let key = key?;
    server.db().write(move |tx| keys::right(tx, &shut)).await?;
    Ok(key)
}

/// An edition made of a draft, with its parts as they are signed.
struct Built {
    manifest: Manifest,
    parts: PackFiles,
    /// The draft it was made of.
    fingerprint: Hash,
    /// The number of the city's key that signed it.
    key: u64,
}

async fn build(server: &Server, id: Uuid, approver: SigningKey) -> Result<Built, PacksError> {
    let known = server.clone();
    let found = server
        .db()
        .read(move |tx| -> Result<_, PacksError> {
            let newest = editions::newest(tx)?;
            let before = newest.map(|version| editions::manifest(tx, version)).transpose()?;
            let (draft, parts) = (drafts::draft(tx, id)?, drafts::contents(tx, id)?);
            Ok((draft, parts, before, keys::good(tx)?, known.signing(tx)?))
        })
        .await?;
    let (draft, parts, before, approvers, city) = found;
    let server = server.clone();
    let today = in_use::today(&server);
    spawn_blocking(move || {
        let before = before.map(|(_, text)| Manifest::from_text(&text)).transpose();
        let before = before.map_err(|_| StorageError::Internal("manifest"))?;
        let version = before.as_ref().map_or(1, |before| before.version() + 1);
        let document = signed(parts, version, &server, &approver, &city.key)?;
        let (manifest, parts) = (document.manifest(), document.files().clone());
        let installed = before.as_ref().map(Manifest::installed);
        as_a_terminal(&server, &city, document, approvers, installed.as_ref(), today)?;
        Ok(Built { manifest, parts, fingerprint: draft.fingerprint, key: city.number })
    })
    .await
    .map_err(|_| StorageError::Internal("build"))?
}

fn signed(
    mut parts: PackFiles,
    version: u64,
    server: &Server,
    approver: &SigningKey,
    city: &SigningKey,
) -> Result<Document, PacksError> {
    let head = parts.get("pack.toml").and_then(|bytes| std::str::from_utf8(bytes).ok());
    let head = head.and_then(|head| number::with_version(head, version)).ok_or(PacksError::OtherPack)?;
    parts.insert("pack.toml".to_owned(), head.into_bytes());
    let (mut document, pack): (Document, Pack) =
        Document::build(&parts).map_err(|_| PacksError::NotPassed { errors: 1, failed: 0 })?;
    if pack.city.code != server.city().code || pack.version != version {
        return Err(PacksError::OtherPack);
    }
    document.sign(Signer::Approver, approver);
    document.sign(Signer::City, city);
    Ok(document)
}

fn as_a_terminal(
    server: &Server,
    signing: &Signing,
    document: Document,
    approvers: Vec<PublicKey>,
    installed: Option<&Installed>,
    today: Date,
) -> Result<(), PacksError> {
    let city =
        CityKey { city_code: server.city().code.clone(), key: signing.key.public(), number: signing.number };
    match accept_document(document, &Trust { city, approvers }, installed, today) {
        Ok(_) => Ok(()),
        Err(madoka_rules::pack::Refusal::OtherPack | madoka_rules::pack::Refusal::OtherCity) => {
            Err(PacksError::OtherPack)
        }
        Err(refusal) => Err(PacksError::NotAcceptable(refusal.code())),
    }
}

async fn write(
    server: &Server,
    approver: &Approver,
    id: Uuid,
    release: &Release,
    built: Built,
    today: Date,
) -> Result<Released, PacksError> {
    let now = server.now();
    let (release, staff) = (release.clone(), approver.staff.clone());
    let entry = |act| Entry::by(&approver.caller, now, act);
    let (of_draft, of_edition) = (entry(Act::PackApproved), entry(Act::PackReleased));
    server
        .db()
        .write(move |tx| {
            let (draft, proposed) = proposed(tx, id, &release, &staff)?;
            in_its_turn(tx, &release, today)?;
            let version = built.manifest.version();
            // Somebody else's release came in between, or the draft moved on: everything again.
            if editions::newest(tx)?.map_or(1, |newest| newest + 1) != version
                || built.fingerprint != draft.fingerprint
                || built.key != city_key::number(tx)?
            {
                return Err(PacksError::Moved);
            }
            for bytes in built.parts.values() {
                tables::keep(tx, &files::hash(bytes), bytes)?;
            }
            let said = Said { by: staff.clone(), at: now, words: release.words.trim().to_owned() };
            for stopped in &release.stops {
                editions::stop(tx, *stopped, &said, today)?;
            }
            let hash = built.manifest.hash().parse().map_err(|_| StorageError::Internal("hash"))?;
            let pack = PackId::parse(built.manifest.id()).map_err(|_| StorageError::Internal("pack"))?;
            editions::add(
                tx,
                &NewEdition {
                    edition: Edition { pack, version, hash },
                    manifest: built.manifest.to_text(),
                    draft: id,
                    title: draft.title,
                    activates: release.activates,
                    canary: release.canary.clone(),
                    valid: built.manifest.valid(),
                    proposed,
                    approved: said,
                },
            )?;
            audit::write(tx, &of_draft.what(id.to_string()))?;
            audit::write(tx, &of_edition.what(format!("第{version}版")))?;
            tx.announce(Topic::Packs);
            editions::one(tx, version)
        })
        .await
}
