//! 照会・回答: what departments are asked, and what they answer.
//!
//! An inquiry travels up as an event of its case and is written into its office's queue ([`observe`], called for every event that is kept). A department never
//! gets the case: it sees the rows of its own offices, and of each case the facts its procedure uses ([`facts_for`]). Its
//! reply is made into an event of the case here, knowing of the inquiry and of nothing else, and reaches the owner of the
//! case like any event, also when the case is closed. Errors are `INQ-…`.
//!
//! **Not for:** deciding what to ask (the corner does, from the pack), or what follows from an answer.

mod error;
mod keep;

use axum::extract::{Path, State};
use jiff::{SignedDuration, Timestamp};
use madoka_casework::{Case, Event, EventKind, Inquiry, InquiryId, OfficeId};
use madoka_rules::Pack;
use madoka_sync::sheet::facts_for;
use madoka_sync::wire::inquiries::{GivenReply, Line, NewReply, QUEUE, REMIND, REPLY, SHEET, Sheet, Which};
use serde::Deserialize;

use self::error::InquiryError;
use self::keep::Found;
pub(crate) use self::keep::SCHEMA;
pub(crate) use self::keep::waiting;
pub use self::keep::{drop_dismissed, erase, observe};
use crate::access::{Access, Caller, Role};
use crate::audit::{self, Entry};
use crate::body::Json;
use crate::cases::{self, Appended};
use crate::changes::Topic;
use crate::problem::Problem;
use crate::route::Route;
use crate::server::Server;
use crate::storage::Tx;

const SEE: Access = Access::Roles(&[Role::Office, Role::Counter, Role::Condolence]);
const ANSWER: Access = Access::Roles(&[Role::Office]);
const ASK: Access = Access::Roles(&[Role::Counter, Role::Condolence]);

/// How soon a department may be reminded again.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::post(QUEUE, SEE, queue).body_limit(64 * 1024),
        Route::get(SHEET, SEE, sheet),
        Route::post(REPLY, ANSWER, reply).body_limit(64 * 1024),
        Route::post(REMIND, ASK, remind).body_limit(1024),
    ]
}

type Answer<T> = Result<Json<T>, Problem>;

/// Whether the caller is the one asked.
fn is_asked(caller: &Caller, office: &OfficeId) -> bool {
    caller.has(Role::Office) && caller.works_for(office)
}

/// Whether the caller is on the asking side: who has the whole case may see what was asked and answered about it.
fn asks(caller: &Caller) -> bool {
    caller.whole_cases && caller.has_any(&[Role::Counter, Role::Condolence])
}

async fn queue(State(server): State<Server>, caller: Caller, Json(which): Json<Which>) -> Answer<Vec<Line>> {
    let now = server.now();
    let lines = server
        .db()
        .read(move |tx| {
            let mut lines = Vec::new();
            if let Some(case) = which.case {
                lines = keep::of_case(tx, case, now)?;
                lines.retain(|line| asks(&caller) || is_asked(&caller, &line.office));
                return Ok(lines);
            }
            let wanted = |office: &&OfficeId| which.offices.is_empty() || which.offices.contains(office);
            for office in caller.offices.iter().filter(|_| caller.has(Role::Office)).filter(wanted) {
                lines.append(&mut keep::of_office(tx, office, which.answered, now)?);
            }
            // Who comes soonest; then who has waited longest.
            lines.sort_by_key(|line| {
                (line.visit.is_none(), line.visit, std::cmp::Reverse(line.waiting_minutes), line.id)
            });
            Ok::<_, InquiryError>(lines)
        })
        .await?;
    Ok(Json(lines))
}

/// The pack an inquiry is read by: the one its case was opened with.
async fn pack_of(server: &Server, case: &Case) -> Result<std::sync::Arc<Pack>, Problem> {
    let pack = crate::city_pack::of_case(server, case.pack.as_ref()).await?;
    pack.ok_or_else(|| InquiryError::NoPack.into())
}

/// The inquiry with its case as far as the caller may see that there is one.
async fn look(
    server: &Server,
    caller: &Caller,
    id: InquiryId,
    now: Timestamp,
) -> Result<(Found, Case), Problem> {
    let caller = caller.clone();
    let found = server
        .db()
        .read(move |tx| {
            let found = keep::one(tx, id, now)?.ok_or(InquiryError::Unknown)?;
            if !asks(&caller) && !is_asked(&caller, &found.line.office) {
                return Err(InquiryError::Unknown);
            }
            let case = cases::case(tx, found.line.case)?.ok_or(InquiryError::NoCase)?;
            asked(&case, &found)?;
            Ok((found, case))
        })
        .await?;
    Ok(found)
}

async fn sheet(State(server): State<Server>, caller: Caller, Path(id): Path<String>) -> Answer<Sheet> {
    let id: InquiryId = id.parse().map_err(|_| InquiryError::Unknown)?;
    let now = server.now();
    let (found, case) = look(&server, &caller, id, now).await?;
    let pack = pack_of(&server, &case).await?;
    let entry = Entry::by(&caller, now, audit::Act::Seen).case(case.id).what(format!("inquiry:{id}"));
    let sheet = make_sheet(&pack, &case, found)?;
    server.db().write(move |tx| audit::write(tx, &entry)).await?;
    Ok(Json(sheet))
}

/// What its case asks with it, or why it does not: an answer to a record set aside would be set aside like it.
fn asked<'a>(case: &'a Case, found: &Found) -> Result<Inquiry<'a>, InquiryError> {
    let asked = case.inquiries().into_iter().find(|asked| asked.id == found.line.id);
    asked.ok_or_else(|| {
        let aside = case.aside().iter().find(|aside| aside.event.id == found.event);
        if aside.is_some_and(|aside| !aside.waits_for_a_person()) {
            InquiryError::Dropped
        } else {
            InquiryError::SetAside
        }
    })
}

fn make_sheet(pack: &Pack, case: &Case, found: Found) -> Result<Sheet, InquiryError> {
    let asked = asked(case, &found)?;
    let replies = case.deeds().iter().filter_map(|deed| given(&deed.event, found.line.id)).collect();
    Ok(Sheet {
        words: asked.words.clone(),
        facts: facts_for(pack, case, &found.line.office, found.line.procedure.as_ref()),
        replies,
        line: found.line,
    })
}

fn given(event: &Event, id: InquiryId) -> Option<GivenReply> {
    let EventKind::ReplyGiven { inquiry, answer, here, words, procedure, money, bring, call } = &event.kind
    else {
        return None;
    };
    (*inquiry == id).then(|| GivenReply {
        by: event.by.staff.clone(),
        at: event.at,
        reply: NewReply {
            event: event.id,
            answer: *answer,
            here: *here,
            words: words.clone(),
            procedure: procedure.clone(),
            money: *money,
            bring: bring.clone(),
            call: call.clone(),
        },
    })
}

async fn reply(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(new): Json<NewReply>,
) -> Answer<Sheet> {
    let id: InquiryId = id.parse().map_err(|_| InquiryError::Unknown)?;
    let now = server.now();
    let (found, case) = look(&server, &caller, id, now).await?;
    if !is_asked(&caller, &found.line.office) {
        return Err(InquiryError::Unknown.into());
    }
    let pack = pack_of(&server, &case).await?;
    if let Some(more) = &new.procedure {
        let theirs = pack.procedures.iter().any(|procedure| {
            procedure.id.as_str() == more.procedure.as_str()
                && procedure.office.as_str() == found.line.office.as_str()
        });
        if !theirs {
            return Err(InquiryError::NotYourProcedure.into());
        }
    }
    let event = event_of(&caller, &found, &case, new, now)?;
    let entry = Entry::by(&caller, now, audit::Act::Changed).case(case.id).what(format!("inquiry:{id}"));
    let case = server.db().write(move |tx| keep_reply(tx, &event, &entry, now)).await?;
    let found = server.db().read(move |tx| keep::one(tx, id, now)?.ok_or(InquiryError::Unknown)).await?;
    Ok(Json(make_sheet(&pack, &case, found)?))
}

/// The reply as an event of the case. Its author knew of the inquiry and of nothing after it, which is the truth: a
/// department does not see what else happened.
fn event_of(
    caller: &Caller,
    found: &Found,
    case: &Case,
    new: NewReply,
    now: Timestamp,
) -> Result<Event, Problem> {
    let NewReply { event, answer, here, words, procedure, money, bring, call } = new;
    // Sent once more, it is the same event to the last letter.
    let at = case.deeds().iter().find(|deed| deed.event.id == event).map_or(now, |deed| deed.event.at);
    Ok(Event {
        id: event,
        case: case.id,
        seq: found.seq.saturating_add(1),
        after: vec![found.event],
        by: caller.author()?,
        at,
        kind: EventKind::ReplyGiven {
            inquiry: found.line.id,
            answer,
            here,
            words,
            procedure,
            money,
            bring,
            call,
        },
    })
}

fn keep_reply(tx: &mut Tx<'_>, event: &Event, entry: &Entry, now: Timestamp) -> Result<Case, InquiryError> {
    match cases::append(tx, event, now)? {
        Appended::New => audit::write(tx, entry)?,
        Appended::There => {}
        Appended::Other => return Err(InquiryError::SameIdOtherReply),
    }
    cases::case(tx, event.case)?.ok_or(InquiryError::NoCase)
}

/// Nothing is said with it: what is asked stands in the inquiry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn remind(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
    Json(Nothing {}): Json<Nothing>,
) -> Answer<Line> {
    let id: InquiryId = id.parse().map_err(|_| InquiryError::Unknown)?;
    if !asks(&caller) {
        return Err(InquiryError::Unknown.into());
    }
    let now = server.now();
    let line = server
        .db()
        .write(move |tx| {
            let found = keep::one(tx, id, now)?.ok_or(InquiryError::Unknown)?;
            let not_since = now.checked_sub(PATIENCE).unwrap_or(now);
            if !keep::remind(tx, found.line.id, now, not_since)? {
                return Err(InquiryError::TooSoon);
            }
            let entry = Entry::by(&caller, now, audit::Act::Changed).case(found.line.case);
            audit::write(tx, &entry.what(format!("inquiry:{id}")))?;
            tx.announce(Topic::Inquiries);
            Ok(keep::one(tx, id, now)?.ok_or(InquiryError::Unknown)?.line)
        })
        .await?;
    Ok(Json(line))
}
