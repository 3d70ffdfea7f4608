//! 同僚: whom a case can be handed to, and what everybody is called whose work is signed.

use std::collections::BTreeMap;

use madoka_casework::{Case, StaffId, TerminalId};
use madoka_sync::wire::people;

use super::Link;
use crate::view::{Colleague, Owner};
use crate::{Counter, CounterError};

/// The setting that keeps what the server said last: names must be known without it too.
const KEPT: &str = "office.colleagues";
const ME: &str = "自分";
/// Made-up colleagues to practise handing over with: at the next window, and at this one after the shift.
const PRACTICE: [(&str, &str, &str, &str); 3] = [
    ("sato", "window-2", "佐藤（練習）", "2番窓口"),
    ("suzuki", "window-3", "鈴木（練習）", "3番窓口"),
    ("takahashi", "practice", "高橋（練習）", "この端末"),
];

impl Link {
    /// Everybody by name, and where those are who serve residents now.
    pub fn colleagues(&self) -> Result<Vec<people::Colleague>, CounterError> {
        let session = self.session()?;
        Ok(self.line().wait(self.line().client().colleagues(&session))?)
    }
}

/// What people are called. Whom nobody knows goes by the id; two of one name are told apart by it.
#[derive(Debug)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    fn new(people: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut names: BTreeMap<String, String> = people.into_iter().collect();
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for name in names.values() {
            *times.entry(name.clone()).or_default() += 1;
        }
        for (staff, name) in &mut names {
            if times.get(name).is_some_and(|times| *times > 1) {
                *name = format!("{name}（{staff}）");
            }
        }
        Self(names)
    }

    pub(crate) fn of(&self, staff: &str) -> String {
        self.0.get(staff).map_or_else(|| staff.to_owned(), Clone::clone)
    }

    pub(crate) fn put(&self, staff: &mut String) {
        *staff = self.of(staff);
    }
}

impl Counter {
    /// Keeps what the server said of them.
    pub fn keep_colleagues(&mut self, colleagues: &[people::Colleague]) -> Result<(), CounterError> {
        let text = serde_json::to_string(colleagues).map_err(|_| CounterError::Kept)?;
        Ok(self.cases.store_mut()?.set(KEPT, &text)?)
    }

    /// Whether whoever works here meets colleagues' work: a department's own staff are told no names.
    pub fn meets_colleagues(&self) -> bool {
        self.officer().is_some_and(|officer| officer.roles.iter().any(|role| role != "office"))
    }

    /// Colleagues to hand a case to, at another terminal; without the server, where they were last.
    pub fn colleagues(&self) -> Vec<Colleague> {
        self.seats()
            .into_iter()
            .filter(|one| {
                (one.staff.as_str(), one.terminal.as_str())
                    != (self.me.staff.as_str(), self.me.terminal.as_str())
            })
            .collect()
    }

    fn seats(&self) -> Vec<Colleague> {
        if self.practice {
            let seat = |(staff, terminal, name, place): (&str, &str, &str, &str)| Colleague {
                staff: staff.to_owned(),
                terminal: terminal.to_owned(),
                name: name.to_owned(),
                place: place.to_owned(),
            };
            return PRACTICE.into_iter().map(seat).collect();
        }
        let seats = self.colleagues_known().into_iter().flat_map(|one| {
            let people::Colleague { staff, name, at } = one;
            at.into_iter().filter(|terminal| *terminal != self.me.terminal).map(move |terminal| Colleague {
                staff: staff.to_string(),
                terminal: terminal.to_string(),
                name: name.clone(),
                place: format!("端末 {terminal}"),
            })
        });
        seats.collect()
    }

    fn colleagues_known(&self) -> Vec<people::Colleague> {
        let kept = self.cases.store().ok().and_then(|store| store.setting(KEPT).ok().flatten());
        kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    pub(crate) fn owner(&self, case: &Case) -> Option<Owner> {
        let owner = case.owner()?;
        Some(Owner {
            name: self.staff_name(&owner.staff),
            place: self.terminal_place(&owner.terminal),
            here: owner.terminal == self.me.terminal,
        })
    }

    pub(crate) fn staff_name(&self, staff: &StaffId) -> String {
        if *staff == self.me.staff { ME.to_owned() } else { self.names().of(staff.as_str()) }
    }

    /// What everybody is called, as the server said last.
    pub(crate) fn names(&self) -> Names {
        if self.practice {
            let made_up = PRACTICE.iter().map(|one| (one.0.to_owned(), one.2.to_owned()));
            return Names::new(made_up.chain([(self.me.staff.to_string(), ME.to_owned())]));
        }
        let known = self.colleagues_known().into_iter().map(|one| (one.staff.to_string(), one.name));
        let here = self.officer().map(|officer| (officer.staff.clone(), officer.name.clone()));
        Names::new(known.chain(here))
    }

    fn terminal_place(&self, terminal: &TerminalId) -> String {
        if *terminal == self.me.terminal {
            return "この端末".to_owned();
        }
        let made_up = PRACTICE.iter().filter(|_| self.practice).find(|one| one.1 == terminal.as_str());
        made_up.map_or_else(|| format!("端末 {terminal}"), |one| one.3.to_owned())
    }
}
