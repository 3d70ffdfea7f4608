//! 職員: who may sign in, and what they may do.

use std::collections::{BTreeMap, BTreeSet};

use madoka_casework::StaffId;
use madoka_sync::wire::people::{FirstPassword, Role, StaffChange, StaffRow};
use madoka_sync::wire::roster;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::terminals::{at, offices};
use crate::CounterError;
use crate::office::Link;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PersonView {
    pub rows: Vec<PersonRow>,
    pub roles: Vec<RoleChoice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct RoleChoice {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PersonRow {
    pub staff: String,
    pub name: String,
    pub roles: Vec<String>,
    pub offices: Vec<String>,
    pub disabled: bool,
    /// Until when, after too many wrong passwords.
    pub locked: Option<String>,
    pub first_password: bool,
    pub last: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PersonGiven {
    pub staff: String,
    pub name: String,
    pub roles: Vec<String>,
    /// Ids, with spaces or commas between.
    pub offices: String,
    pub disabled: bool,
    /// Not there yet.
    pub new: bool,
}

/// はじめのパスワード, shown once.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FirstPasswordView {
    pub staff: String,
    pub password: String,
}

/// What became of a roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct RosterTaken {
    pub view: PersonView,
    pub added: u32,
    pub changed: u32,
    /// As they were.
    pub same: u32,
    /// Of whoever is new: shown once.
    pub first: Vec<FirstPasswordView>,
    /// Whom the server did not take, and why.
    pub refused: Vec<String>,
}

impl std::fmt::Debug for FirstPasswordView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FirstPasswordView({})", self.staff)
    }
}

impl From<FirstPassword> for FirstPasswordView {
    fn from(first: FirstPassword) -> Self {
        Self { staff: first.staff.to_string(), password: first.password }
    }
}

fn id(text: &str) -> Result<StaffId, CounterError> {
    StaffId::parse(text.trim()).map_err(CounterError::Name)
}

impl PersonView {
    pub fn ask(link: &Link) -> Result<Self, CounterError> {
        let all = link.line().wait(link.line().client().staff(&link.session()?))?;
        let role = |role: &Role| RoleChoice { id: role.name().to_owned(), name: role.label().to_owned() };
        Ok(Self { rows: all.into_iter().map(row).collect(), roles: Role::ALL.iter().map(role).collect() })
    }

    /// 登録・変更. Somebody new gets a first password.
    pub fn put(link: &Link, given: &PersonGiven) -> Result<Option<FirstPasswordView>, CounterError> {
        let staff = id(&given.staff)?;
        let roles: Option<Vec<Role>> = given.roles.iter().map(|role| Role::parse(role)).collect();
        let change = StaffChange {
            name: given.name.trim().to_owned(),
            roles: roles.ok_or(CounterError::ReleaseForm)?,
            offices: offices(&given.offices)?,
            disabled: given.disabled,
        };
        if change.name.is_empty() || change.roles.is_empty() {
            return Err(CounterError::AnswerEmpty);
        }
        let by = &link.session()?;
        let (way, client) = (link.line(), link.line().client());
        if given.new {
            return Ok(Some(way.wait(client.add_staff(by, &staff, &change))?.into()));
        }
        way.wait(client.change_staff(by, &staff, &change))?;
        Ok(None)
    }

    /// 名簿を取り込む: a roster as the server's own command reads it. Nothing is done where a line is wrong; whom the server
    /// refuses is named, and the others are taken.
    pub fn take(link: &Link, roster: &[u8]) -> Result<RosterTaken, CounterError> {
        let lines = roster::read(roster)?;
        let by = &link.session()?;
        let (way, client) = (link.line(), link.line().client());
        let known: BTreeMap<StaffId, StaffRow> =
            way.wait(client.staff(by))?.into_iter().map(|row| (row.person.staff.clone(), row)).collect();
        let (mut added, mut changed, mut same) = (0, 0, 0);
        let (mut first, mut refused) = (Vec::new(), Vec::new());
        for line in lines {
            let change =
                StaffChange { name: line.name, roles: line.roles, offices: line.offices, disabled: false };
            let before = known.get(&line.staff).map(|row| StaffChange {
                name: row.person.name.clone(),
                roles: row.person.roles.clone(),
                offices: row.person.offices.clone(),
                disabled: row.disabled,
            });
            let done = match before {
                None => way.wait(client.add_staff(by, &line.staff, &change)).map(|made| {
                    added += 1;
                    first.push(FirstPasswordView::from(made));
                }),
                Some(before) if alike(&before, &change) => {
                    same += 1;
                    Ok(())
                }
                Some(_) => way.wait(client.change_staff(by, &line.staff, &change)).map(|()| changed += 1),
            };
            if let Err(error) = done {
                refused.push(format!("{}：{error}", line.staff));
            }
        }
        Ok(RosterTaken { view: Self::ask(link)?, added, changed, same, first, refused })
    }

    /// パスワードの作り直し
    pub fn reset(link: &Link, staff: &str) -> Result<FirstPasswordView, CounterError> {
        Ok(link.line().wait(link.line().client().reset_staff(&link.session()?, &id(staff)?))?.into())
    }
}

/// The order of roles and offices says nothing.
fn alike(one: &StaffChange, other: &StaffChange) -> bool {
    let roles = |change: &StaffChange| change.roles.iter().map(|role| role.name()).collect::<BTreeSet<_>>();
    let offices =
        |change: &StaffChange| change.offices.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    one.name == other.name
        && one.disabled == other.disabled
        && roles(one) == roles(other)
        && offices(one) == offices(other)
}

fn row(row: StaffRow) -> PersonRow {
    PersonRow {
        staff: row.person.staff.to_string(),
        name: row.person.name,
        roles: row.person.roles.iter().map(|role| role.name().to_owned()).collect(),
        offices: row.person.offices.iter().map(ToString::to_string).collect(),
        disabled: row.disabled,
        locked: row.locked_until.map(at),
        first_password: row.person.must_change_password,
        last: row.last_signed_in.map(at).unwrap_or_default(),
    }
}

/// 職員の名簿, as `madokad user import` reads it.
pub fn staff_csv(view: &PersonView) -> Result<String, CounterError> {
    let failed = |_| CounterError::ExportFailed;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(["職員番号", "氏名", "役割", "窓口"]).map_err(failed)?;
    for row in view.rows.iter().filter(|row| !row.disabled) {
        let words = row.roles.iter().filter_map(|role| Role::parse(role)).map(Role::label);
        let roles = words.collect::<Vec<_>>().join(";");
        writer.write_record([&row.staff, &row.name, &roles, &row.offices.join(";")]).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|_| CounterError::ExportFailed)?;
    let text = String::from_utf8(bytes).map_err(|_| CounterError::ExportFailed)?;
    // Excel takes a CSV for UTF-8 only with this mark.
    Ok(format!("\u{FEFF}{text}"))
}
