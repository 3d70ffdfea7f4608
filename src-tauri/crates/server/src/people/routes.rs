//! The routes of people.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use madoka_casework::StaffId;
use madoka_sync::wire::path;
use madoka_sync::wire::people::{
    COLLEAGUES, Colleague, FirstPassword, PasswordChange, Person, SignIn, SignedIn, StaffChange, StaffRow,
};
use madoka_text::Secret;

use super::{NewStaff, session, sign_in, staff};
use crate::access::{Access, Caller, Role};
use crate::audit::{self, Act, Entry};
use crate::body::Json;
use crate::password;
use crate::problem::{Problem, ServerError};
use crate::route::Route;
use crate::server::Server;
use crate::storage::StorageError;
use crate::values;

const SMALL: usize = 16 * 1024;

pub(crate) fn routes() -> Vec<Route> {
    let administrator = Access::Roles(&[Role::Administrator]);
    vec![
        Route::post(path::SIGN_IN, Access::Terminal, begin).body_limit(SMALL),
        Route::post(path::SIGN_OUT, Access::SignedIn, end).body_limit(SMALL),
        Route::get(path::ME, Access::SignedIn, me),
        Route::post(path::PASSWORD, Access::SignedIn, change_password).body_limit(SMALL),
        Route::get(COLLEAGUES, Access::Roles(&staff::NAMED), colleagues),
        Route::get("/v1/staff", administrator, list),
        Route::post("/v1/staff/{id}", administrator, add).body_limit(SMALL),
        Route::put("/v1/staff/{id}", administrator, change).body_limit(SMALL),
        Route::post("/v1/staff/{id}/reset", administrator, reset).body_limit(SMALL),
    ]
}

async fn begin(
    State(server): State<Server>,
    caller: Caller,
    Json(asked): Json<SignIn>,
) -> Result<Json<SignedIn>, Problem> {
    Ok(Json(sign_in::sign_in(&server, &caller, asked).await?))
}

async fn end(
    State(server): State<Server>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let token = session::hashed(&session::token(&headers).unwrap_or_default());
    let entry = Entry::by(&caller, server.now(), Act::SignedOut);
    server
        .db()
        .write(move |tx| -> Result<_, StorageError> {
            session::end(tx, &token)?;
            audit::write(tx, &entry)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn me(State(server): State<Server>, caller: Caller) -> Result<Json<Person>, Problem> {
    let staff = caller.staff()?.clone();
    let row = server
        .db()
        .read(move |tx| {
            tx.row(
                "SELECT id, name, roles, offices, must_change FROM people_staff WHERE id = ?1",
                values![staff.as_str()],
            )
        })
        .await?;
    Ok(Json(staff::person(&row.ok_or(ServerError::NotSignedIn)?)?))
}

async fn change_password(
    State(server): State<Server>,
    caller: Caller,
    headers: HeaderMap,
    Json(asked): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let token = session::hashed(&session::token(&headers).unwrap_or_default());
    let (old, new) = (Secret::new(asked.old), Secret::new(asked.new));
    sign_in::change_password(&server, &caller, token, old, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn colleagues(State(server): State<Server>) -> Result<Json<Vec<Colleague>>, Problem> {
    let (now, idle) = (server.now(), server.config().sign_in.idle_minutes);
    Ok(Json(server.db().read(move |tx| staff::colleagues(tx, now, idle)).await?))
}

async fn list(State(server): State<Server>) -> Result<Json<Vec<StaffRow>>, Problem> {
    let (now, settings) = (server.now(), server.config().sign_in.clone());
    Ok(Json(server.db().read(move |tx| staff::all(tx, now, &settings)).await?))
}

fn id(text: &str) -> Result<StaffId, ServerError> {
    StaffId::parse(text).map_err(|_| ServerError::UnknownStaff(text.chars().take(40).collect()))
}

/// A first password and its hash.
async fn first_password(server: &Server) -> Result<(Secret, String), ServerError> {
    let _turn = server.hashing().await?;
    let cost = server.config().sign_in.cost();
    let made = tokio::task::spawn_blocking(move || {
        let first = password::random()?;
        let hash = password::hash(&first, cost)?;
        Ok::<_, StorageError>((first, hash))
    });
    Ok(made.await.map_err(|_| StorageError::Internal("argon2"))??)
}

async fn add(
    State(server): State<Server>,
    caller: Caller,
    Path(staff): Path<String>,
    Json(asked): Json<StaffChange>,
) -> Result<Json<FirstPassword>, Problem> {
    let staff = id(&staff)?;
    let (first, hash) = first_password(&server).await?;
    let entry = Entry::by(&caller, server.now(), Act::StaffChanged).what(staff.as_str());
    let new = NewStaff {
        staff: staff.clone(),
        name: asked.name,
        password: hash,
        roles: asked.roles,
        offices: asked.offices,
        must_change: true,
    };
    server
        .db()
        .write(move |tx| -> Result<_, StorageError> {
            staff::add(tx, &new)?;
            audit::write(tx, &entry)
        })
        .await?;
    Ok(Json(FirstPassword { staff, password: first.expose().to_owned() }))
}

async fn change(
    State(server): State<Server>,
    caller: Caller,
    Path(staff): Path<String>,
    Json(asked): Json<StaffChange>,
) -> Result<StatusCode, Problem> {
    let staff = id(&staff)?;
    let entry = Entry::by(&caller, server.now(), Act::StaffChanged).what(staff.as_str());
    server
        .db()
        .write(move |tx| -> Result<_, ServerError> {
            staff::change(tx, &staff, &asked)?;
            Ok(audit::write(tx, &entry)?)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(
    State(server): State<Server>,
    caller: Caller,
    Path(staff): Path<String>,
) -> Result<Json<FirstPassword>, Problem> {
    let staff = id(&staff)?;
    let (first, hash) = first_password(&server).await?;
    let entry = Entry::by(&caller, server.now(), Act::PasswordChanged).what(staff.as_str());
    let who = staff.clone();
    server
        .db()
        .write(move |tx| -> Result<_, ServerError> {
            staff::reset(tx, &who, &hash)?;
            Ok(audit::write(tx, &entry)?)
        })
        .await?;
    Ok(Json(FirstPassword { staff, password: first.expose().to_owned() }))
}
