//! まどかの新しい版: fetched, proven, and laid where the machine's own installer looks (`madokactl update install`).
//!
//! The window runs as the officer and can put nothing in; what installs runs as root and believes no officer. So both
//! prove what they have, each by its own knowledge of the city's key.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use madoka_rules::pack::{Program, ProgramVersion};
use sha2::{Digest as _, Sha256};

use super::client::Ask as Question;
use super::identity::program;
use super::local::with;
use super::packs::Belief;
use super::{Client, Lend, SyncError};
use crate::wire::VERSION;
use crate::wire::packs::Hash;
use crate::wire::program::{ASK, Ask, Offer, PART, PartAsk, limit};

/// Where a package lies that waits to be put in, and the proof beside it.
pub fn places(folder: &Path, version: ProgramVersion) -> (PathBuf, PathBuf) {
    let name = |ending| folder.join(format!("madoka-{version}.{ending}"));
    (name("deb"), name("offer"))
}

/// The newest version that waits in a folder to be put in.
pub fn waiting(folder: &Path) -> Option<ProgramVersion> {
    // A folder that others write into may not be listed: what this program laid there, it remembers.
    let text = fs::read_to_string(folder.join(WAITING)).ok()?;
    let version = ProgramVersion::parse(text.trim())?;
    places(folder, version).0.exists().then_some(version)
}

const WAITING: &str = "madoka.waiting";

/// Asks whether the city released a newer program, and brings it. Answers the version that waits now, if one does.
///
/// May be broken off anywhere: it goes on behind the last whole piece.
pub async fn bring(
    client: &Client,
    store: &impl Lend,
    folder: &Path,
) -> Result<Option<ProgramVersion>, SyncError> {
    let ask = Ask { v: VERSION, running: program().to_owned() };
    let question = Question::post(ASK).json(&ask)?.at_most(limit::OFFER);
    let Some(offer): Option<Offer> = client.ask(question).await? else { return Ok(None) };
    let belief = with(store, |store| Belief::read(store)?.ok_or(SyncError::Identity))?;
    let trust = belief.trust().ok_or(SyncError::Identity)?;
    let offered = match offer.proven(&trust.city) {
        Ok((offered, _)) => offered,
        Err(refusal) => {
            tracing::warn!(code = refusal.code(), "program refused");
            return Ok(None);
        }
    };
    let newer = ProgramVersion::parse(program()).is_some_and(|running| offered.version > running);
    if !newer || offered.bytes > limit::ALL {
        return Ok(None);
    }
    let (package, proof) = places(folder, offered.version);
    if !is_whole(&package, &offered) {
        let unfinished = package.with_extension("part");
        fetch(client, &offered, &unfinished).await?;
        if !is_whole(&unfinished, &offered) {
            tracing::warn!(code = "D211", "program refused");
            fs::remove_file(&unfinished).map_err(|error| cannot_write(&error))?;
            return Ok(None);
        }
        let offer = serde_json::to_vec(&offer).map_err(|_| SyncError::Form)?;
        // The proof first: whoever finds a package finds its proof.
        fs::write(&proof, offer)
            .and_then(|()| fs::rename(&unfinished, &package))
            .and_then(|()| fs::write(folder.join(WAITING), offered.version.to_string()))
            .map_err(|error| cannot_write(&error))?;
        tracing::info!(version = %offered.version, "program brought");
    }
    Ok(Some(offered.version))
}

async fn fetch(client: &Client, offered: &Program, unfinished: &Path) -> Result<(), SyncError> {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(unfinished)
        .map_err(|error| cannot_write(&error))?;
    let piece = limit::PART as u64;
    let begun = file.metadata().map_err(|error| cannot_write(&error))?.len();
    // What was broken off in the middle of a piece begins with that piece again.
    let mut have = if begun >= offered.bytes { 0 } else { begun - begun % piece };
    file.set_len(have).map_err(|error| cannot_write(&error))?;
    while have < offered.bytes {
        let part = u32::try_from(have / piece).map_err(|_| SyncError::Form)?;
        let ask = PartAsk { v: VERSION, version: offered.version.to_string(), part };
        let bytes = client.ask_bytes(Question::post(PART).json(&ask)?.at_most(limit::PART)).await?;
        if bytes.len() as u64 != piece.min(offered.bytes - have) {
            return Err(SyncError::Form);
        }
        file.write_all(&bytes).map_err(|error| cannot_write(&error))?;
        have += bytes.len() as u64;
    }
    file.sync_all().map_err(|error| cannot_write(&error))
}

/// Whether a file is the very package that was signed.
pub fn is_whole(file: &Path, program: &Program) -> bool {
    let hash = || -> std::io::Result<String> {
        let mut file = File::open(file)?;
        if file.metadata()?.len() != program.bytes {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut digest = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => digest.update(buffer.get(..read).unwrap_or_default()),
            }
        }
        Ok(Hash::new(digest.finalize().into()).to_string())
    };
    hash().is_ok_and(|hash| hash == program.hash)
}

/// A folder that cannot be written to: the work at the counter goes on, and the self-check says it.
fn cannot_write(error: &std::io::Error) -> SyncError {
    tracing::warn!(kind = %error.kind(), "program not kept");
    SyncError::Start("更新の置き場")
}
