//! What terminals ask.

use axum::extract::State;
use madoka_sync::wire::VERSION;
use madoka_sync::wire::program::{ASK, Ask, Offer, PART, PartAsk};

use super::{ProgramError, keep};
use crate::access::{Access, Caller};
use crate::body::Json;
use crate::packs;
use crate::problem::Problem;
use crate::route::Route;
use crate::server::Server;

const SMALL: usize = 1024;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::post(ASK, Access::Terminal, ask).body_limit(SMALL),
        Route::post(PART, Access::Terminal, part).body_limit(SMALL),
    ]
}

/// The version this terminal should have, unless that is the one that runs there.
async fn ask(
    State(server): State<Server>,
    caller: Caller,
    Json(asked): Json<Ask>,
) -> Result<Json<Option<Offer>>, Problem> {
    let offer = server.db().read(move |tx| -> Result<_, ProgramError> {
        let wanted = keep::wanted(tx, &caller.terminal)?.filter(|kept| kept.version != asked.running);
        let Some(program) = wanted.and_then(|kept| kept.signed) else { return Ok(None) };
        let Some(approvers) = packs::approvers(tx)? else { return Ok(None) };
        let key_changes = packs::key_changes(tx)?;
        Ok(Some(Offer { v: VERSION, program, approvers, key_changes }))
    });
    Ok(Json(offer.await?))
}

/// A piece of the package of the version this terminal should have.
async fn part(
    State(server): State<Server>,
    caller: Caller,
    Json(asked): Json<PartAsk>,
) -> Result<Vec<u8>, Problem> {
    let found = server.db().read(move |tx| -> Result<_, ProgramError> {
        let wanted = keep::wanted(tx, &caller.terminal)?;
        let part = match wanted.filter(|kept| kept.version == asked.version) {
            Some(kept) => keep::part(tx, &kept.version, asked.part)?,
            None => None,
        };
        part.ok_or(ProgramError::Unknown(String::new()))
    });
    Ok(found.await?)
}
