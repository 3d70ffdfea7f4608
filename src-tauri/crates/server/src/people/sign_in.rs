//! Signing in, with its brakes.
//!
//! A wrong password counts before it is compared, so that many at once do not slip through. Five in a row by one person on
//! one terminal, or four times as many by one person anywhere or by anybody on one terminal, and it is refused for a
//! while: a colleague's typing does not lock a person out of every counter, a machine's guessing is stopped anyway.
//! Somebody unknown takes as long and is counted as well.

use jiff::{SignedDuration, Timestamp};
use madoka_casework::{StaffId, TerminalId};
use madoka_sync::wire::people::{SignIn, SignedIn};
use madoka_text::Secret;

use super::{session, staff};
use crate::access::Caller;
use crate::audit::{self, Act, Entry};
use crate::config;
use crate::password;
use crate::problem::ServerError;
use crate::server::Server;
use crate::storage::{StorageError, Tx};
use crate::values;

/// How many times more wrong passwords a person, or a terminal, may have than the two together.
const WIDER: i64 = 4;
/// Letters of a token: 200 bits.
const TOKEN: usize = 40;

/// Until when signing in is refused, if it is.
pub(super) fn locked_until(
    tx: &mut Tx<'_>,
    staff: &StaffId,
    terminal: Option<&TerminalId>,
    now: Timestamp,
    settings: &config::SignIn,
) -> Result<Option<Timestamp>, StorageError> {
    let lock = SignedDuration::from_mins(settings.lock_minutes.into());
    let since = now.saturating_sub(lock).unwrap_or(now);
    let most = i64::from(settings.failures);
    let mut locked = None;
    let mut consider = |row: Option<crate::storage::Row>, most: i64| -> Result<(), StorageError> {
        if let Some(row) = row
            && row.get::<Option<i64>>(0)?.unwrap_or(0) >= most
        {
            let last: Timestamp = row.get(1)?;
            locked = locked.max(Some(last.saturating_add(lock).unwrap_or(last)));
        }
        Ok(())
    };
    let row = tx.row(
        "SELECT SUM(count), MAX(last) FROM people_failures WHERE staff = ?1 AND last > ?2",
        values![staff.as_str(), since],
    )?;
    consider(row, most * WIDER)?;
    if let Some(terminal) = terminal {
        let row = tx.row(
            "SELECT SUM(count), MAX(last) FROM people_failures WHERE terminal = ?1 AND last > ?2",
            values![terminal.as_str(), since],
        )?;
        consider(row, most * WIDER)?;
    }
    // Without a terminal: whether there is one on which the person is refused.
    let row = tx.row(
        "SELECT MAX(count), MAX(last) FROM people_failures WHERE staff = ?1 AND (?2 = '' OR terminal = ?2) AND last > ?3",
        values![staff.as_str(), terminal.map_or("", TerminalId::as_str), since],
    )?;
    consider(row, most)?;
    Ok(locked)
}

/// What is known before the password is looked at.
struct Known {
    hash: Option<String>,
    disabled: bool,
}

fn attempt(
    tx: &mut Tx<'_>,
    staff: &StaffId,
    terminal: &TerminalId,
    now: Timestamp,
    settings: &config::SignIn,
) -> Result<Result<Known, i64>, StorageError> {
    if let Some(until) = locked_until(tx, staff, Some(terminal), now, settings)? {
        let minutes = until.duration_since(now).as_secs().div_euclid(60) + 1;
        return Ok(Err(minutes));
    }
    let lock = SignedDuration::from_mins(settings.lock_minutes.into());
    tx.execute(
        "DELETE FROM people_failures WHERE last <= ?1",
        values![now.saturating_sub(lock).unwrap_or(now)],
    )?;
    tx.execute(
        "INSERT INTO people_failures (staff, terminal, count, last) VALUES (?1, ?2, 1, ?3)
         ON CONFLICT (staff, terminal) DO UPDATE SET count = people_failures.count + 1, last = ?3",
        values![staff.as_str(), terminal.as_str(), now],
    )?;
    let row = tx.row("SELECT password, disabled FROM people_staff WHERE id = ?1", values![staff.as_str()])?;
    Ok(Ok(match row {
        Some(row) => Known { hash: Some(row.get(0)?), disabled: row.get(1)? },
        None => Known { hash: None, disabled: false },
    }))
}

/// Looks whether it is the person's password, with all the brakes. A right one does not yet forget the wrong ones.
pub(crate) async fn proven(
    server: &Server,
    caller: &Caller,
    staff: &StaffId,
    given: Secret,
) -> Result<(), ServerError> {
    if given.expose().len() > password::MOST {
        return Err(ServerError::WrongPassword);
    }
    let _turn = server.hashing().await?;
    let (now, settings, cost) =
        (server.now(), server.config().sign_in.clone(), server.config().sign_in.cost());
    let (who, terminal) = (staff.clone(), caller.terminal.clone());
    let refused = Entry::by(caller, now, Act::SignInRefused).what(staff.as_str());
    let known = server
        .db()
        // What is refused unseen is not audited: hammering shall not fill the disk. The wrong ones before it are.
        .write(move |tx| attempt(tx, &who, &terminal, now, &settings))
        .await?
        .map_err(|minutes| {
            tracing::warn!(terminal = %caller.terminal, "signing in is refused for a while");
            ServerError::LockedOut { minutes }
        })?;
    let Known { hash, disabled } = known;
    let right = tokio::task::spawn_blocking(move || match hash {
        Some(hash) => password::verify(&given, &hash),
        // Somebody unknown takes as long.
        None => password::hash(&given, cost).map(|_| false),
    })
    .await
    .map_err(|_| StorageError::Internal("argon2"))??;
    if right && !disabled {
        return Ok(());
    }
    server.db().write(move |tx| audit::write(tx, &refused)).await?;
    server.metrics().sign_in_refused();
    Err(if right { ServerError::StaffDisabled } else { ServerError::WrongPassword })
}

/// Forgets the wrong passwords of a person on a terminal, once a right one has done what it was given for.
pub(crate) fn forgive(tx: &mut Tx<'_>, staff: &StaffId, terminal: &TerminalId) -> Result<(), StorageError> {
    tx.execute(
        "DELETE FROM people_failures WHERE staff = ?1 AND terminal = ?2",
        values![staff.as_str(), terminal.as_str()],
    )?;
    Ok(())
}

pub(super) async fn sign_in(
    server: &Server,
    caller: &Caller,
    asked: SignIn,
) -> Result<SignedIn, ServerError> {
    let staff = asked.staff;
    proven(server, caller, &staff, Secret::new(asked.password)).await?;
    let now = server.now();
    let settings = &server.config().sign_in;
    let after = |time: SignedDuration| now.saturating_add(time).unwrap_or(now);
    let until = after(SignedDuration::from_hours(settings.session_hours.into()));
    let offline_until = after(SignedDuration::from_hours(i64::from(settings.offline_days) * 24));
    let token = password::letters(TOKEN)?;
    let (kept, terminal) = (token.clone(), caller.terminal.clone());
    let mut entry = Entry::by(caller, now, Act::SignedIn);
    entry.staff = Some(staff.clone());
    let person = server
        .db()
        .write(move |tx| -> Result<_, ServerError> {
            let row = tx.row(
                "UPDATE people_staff SET last_signed_in = ?2 WHERE id = ?1 AND disabled = 0
                 RETURNING id, name, roles, offices, must_change",
                values![staff.as_str(), now],
            )?;
            let person = staff::person(&row.ok_or(ServerError::StaffDisabled)?)?;
            forgive(tx, &staff, &terminal)?;
            session::begin(tx, &kept, staff.as_str(), &terminal, now, until)?;
            audit::write(tx, &entry)?;
            Ok(person)
        })
        .await?;
    server.metrics().signed_in();
    Ok(SignedIn { token, person, until, idle_minutes: settings.idle_minutes, offline_until })
}

/// Changes the own password; every other session of the person ends.
pub(super) async fn change_password(
    server: &Server,
    caller: &Caller,
    token: [u8; 32],
    old: Secret,
    new: Secret,
) -> Result<(), ServerError> {
    let staff = caller.staff.clone().ok_or(ServerError::NotSignedIn)?;
    password::good(&new, &staff)?;
    proven(server, caller, &staff, old).await?;
    let cost = server.config().sign_in.cost();
    let hash = tokio::task::spawn_blocking(move || password::hash(&new, cost))
        .await
        .map_err(|_| StorageError::Internal("argon2"))??;
    let entry = Entry::by(caller, server.now(), Act::PasswordChanged);
    let terminal = caller.terminal.clone();
    server
        .db()
        .write(move |tx| -> Result<_, ServerError> {
            staff::set_password(tx, &staff, &hash, false)?;
            forgive(tx, &staff, &terminal)?;
            tx.execute(
                "DELETE FROM people_sessions WHERE staff = ?1 AND token <> ?2",
                values![staff.as_str(), token],
            )?;
            Ok(audit::write(tx, &entry)?)
        })
        .await
}
