//! Staff as an administrator keeps them.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use madoka_casework::{OfficeId, StaffId};
use madoka_sync::wire::people::{Colleague, Person, Role, StaffChange, StaffRow};

use crate::changes::Topic;
use crate::problem::ServerError;
use crate::storage::{Row, StorageError, Tx};
use crate::terminals::{offices, offices_json};
use crate::values;

/// Somebody new.
#[derive(Debug, Clone)]
pub struct NewStaff {
    pub staff: StaffId,
    pub name: String,
    /// [`hash`](crate::password::hash) of the first password.
    pub password: String,
    pub roles: Vec<Role>,
    pub offices: Vec<OfficeId>,
    /// Somebody else has seen the password.
    pub must_change: bool,
}

fn roles_json(roles: &[Role]) -> Result<String, StorageError> {
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    serde_json::to_string(&roles).map_err(|_| StorageError::Internal("roles"))
}

/// A person from columns that begin with id, name, roles, offices, must_change.
pub(super) fn person(row: &Row) -> Result<Person, StorageError> {
    Ok(Person {
        staff: row.get::<String>(0)?.try_into().map_err(|_| StorageError::Column(0))?,
        name: row.get(1)?,
        roles: serde_json::from_str(&row.get::<String>(2)?).map_err(|_| StorageError::Column(2))?,
        offices: offices(&row.get::<String>(3)?)?,
        must_change_password: row.get(4)?,
    })
}

/// Adds somebody; a number that is taken is a conflict.
pub fn add(tx: &mut Tx<'_>, new: &NewStaff) -> Result<(), StorageError> {
    let added = tx.execute(
        "INSERT INTO people_staff (id, name, password, must_change, roles, offices, disabled)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0) ON CONFLICT (id) DO NOTHING",
        values![
            new.staff.as_str(),
            &new.name,
            &new.password,
            new.must_change,
            roles_json(&new.roles)?,
            offices_json(&new.offices)?
        ],
    )?;
    if added == 0 { Err(StorageError::Conflict) } else { Ok(()) }
}

/// Whether there is or was such a person; work done before being disabled is still theirs.
pub fn is_known(tx: &mut Tx<'_>, staff: &StaffId) -> Result<bool, StorageError> {
    Ok(tx.row("SELECT 1 FROM people_staff WHERE id = ?1", values![staff.as_str()])?.is_some())
}

/// Changes what somebody is and may do; it holds from the next request on.
pub fn change(tx: &mut Tx<'_>, staff: &StaffId, to: &StaffChange) -> Result<(), ServerError> {
    let changed = tx.execute(
        "UPDATE people_staff SET name = ?2, roles = ?3, offices = ?4, disabled = ?5 WHERE id = ?1",
        values![staff.as_str(), &to.name, roles_json(&to.roles)?, offices_json(&to.offices)?, to.disabled],
    )?;
    if changed == 0 {
        return Err(ServerError::UnknownStaff(staff.to_string()));
    }
    if to.disabled {
        tx.execute("DELETE FROM people_sessions WHERE staff = ?1", values![staff.as_str()])?;
    }
    let administrators = tx.query("SELECT roles FROM people_staff WHERE disabled = 0", &[])?;
    let mut left = false;
    for row in administrators {
        left |= row.get::<String>(0)?.contains(&format!("\"{}\"", Role::Administrator.name()));
    }
    if !left {
        return Err(ServerError::LastAdministrator);
    }
    tx.announce(Topic::People);
    Ok(())
}

/// A new first password; every session of the person ends.
pub fn reset(tx: &mut Tx<'_>, staff: &StaffId, password: &str) -> Result<(), ServerError> {
    set_password(tx, staff, password, true)?;
    tx.execute("DELETE FROM people_sessions WHERE staff = ?1", values![staff.as_str()])?;
    Ok(unlock(tx, staff)?)
}

pub fn set_password(
    tx: &mut Tx<'_>,
    staff: &StaffId,
    password: &str,
    must_change: bool,
) -> Result<(), ServerError> {
    let changed = tx.execute(
        "UPDATE people_staff SET password = ?2, must_change = ?3 WHERE id = ?1",
        values![staff.as_str(), password, must_change],
    )?;
    tx.announce(Topic::People);
    if changed == 0 { Err(ServerError::UnknownStaff(staff.to_string())) } else { Ok(()) }
}

/// Forgets somebody's wrong passwords.
pub fn unlock(tx: &mut Tx<'_>, staff: &StaffId) -> Result<(), StorageError> {
    tx.execute("DELETE FROM people_failures WHERE staff = ?1", values![staff.as_str()])?;
    Ok(())
}

/// Those who serve residents: cases pass between them.
pub(super) const AT_COUNTERS: [Role; 2] = [Role::Counter, Role::Condolence];

/// Those who meet colleagues' work signed with a name: in a case, a draft, the audit. A department's own staff do not.
pub(super) const NAMED: [Role; 6] =
    [Role::Counter, Role::Condolence, Role::Supervisor, Role::Approver, Role::Administrator, Role::Auditor];

/// Everybody by name, whoever has left too: what they did stays signed. Of those who serve residents, the counters'
/// terminals where each is signed in now; a department's own terminal is none: the city's cases do not come to it.
pub(super) fn colleagues(
    tx: &mut Tx<'_>,
    now: Timestamp,
    idle_minutes: u32,
) -> Result<Vec<Colleague>, StorageError> {
    let people = tx
        .query("SELECT id, name, roles, offices, must_change, disabled FROM people_staff ORDER BY id", &[])?;
    let mut serving = BTreeSet::new();
    let mut colleagues = Vec::new();
    for row in &people {
        let Person { staff, name, roles, .. } = person(row)?;
        if !row.get::<bool>(5)? && roles.iter().any(|role| AT_COUNTERS.contains(role)) {
            serving.insert(staff.clone());
        }
        colleagues.push(Colleague { staff, name, at: Vec::new() });
    }
    let seen = now - SignedDuration::from_mins(idle_minutes.into());
    let seats = tx.query(
        "SELECT DISTINCT s.staff, s.terminal FROM people_sessions s JOIN terminals t ON t.id = s.terminal
         WHERE s.until > ?1 AND s.seen >= ?2 AND t.whole_cases = 1 ORDER BY s.staff, s.terminal",
        values![now, seen],
    )?;
    for seat in &seats {
        let staff: String = seat.get(0)?;
        let terminal = seat.get::<String>(1)?.try_into().map_err(|_| StorageError::Column(1))?;
        if let Some(colleague) = colleagues.iter_mut().find(|one| one.staff.as_str() == staff)
            && serving.contains(&colleague.staff)
        {
            colleague.at.push(terminal);
        }
    }
    Ok(colleagues)
}

pub fn all(
    tx: &mut Tx<'_>,
    now: Timestamp,
    settings: &crate::config::SignIn,
) -> Result<Vec<StaffRow>, StorageError> {
    let rows = tx.query(
        "SELECT id, name, roles, offices, must_change, disabled, last_signed_in FROM people_staff ORDER BY id",
        &[],
    )?;
    rows.into_iter()
        .map(|row| {
            let person = person(&row)?;
            let locked_until = super::sign_in::locked_until(tx, &person.staff, None, now, settings)?;
            Ok(StaffRow { person, disabled: row.get(5)?, locked_until, last_signed_in: row.get(6)? })
        })
        .collect()
}
