//! 端末: which machines are the city's, how they are, and what becomes of one that is lost.

use jiff::Timestamp;
use madoka_casework::{OfficeId, TerminalId};
use madoka_sync::wire::packs::TerminalPacks;
use madoka_sync::wire::people::{Invite, TerminalRow};
use madoka_sync::wire::{FreeCases, Presence};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use crate::office::Link;
use crate::{Counter, CounterError, office_time};

/// Without a word for so long a terminal is not there. It speaks at least every half minute.
const AWAY: i64 = 120;
/// A clock further off than this is worth saying.
const SKEW: i64 = 60;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct TerminalsView {
    pub rows: Vec<TerminalLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
#[expect(clippy::struct_excessive_bools, reason = "the screen shows each by itself")]
pub struct TerminalLine {
    pub terminal: String,
    pub number: u16,
    pub offices: Vec<String>,
    /// 窓口端末, or a department's own.
    pub whole_cases: bool,
    /// 「つながっています」
    pub state: String,
    pub well: bool,
    pub revoked: bool,
    /// The program's version.
    pub program: String,
    /// The edition it works with.
    pub edition: Option<u32>,
    pub wanted: Option<u32>,
    /// The last contact.
    pub seen: String,
    /// What somebody should look at.
    pub troubles: Vec<String>,
    pub valid_until: String,
    /// It is this one.
    pub here: bool,
}

/// A case in the hands of a terminal. No name of a resident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CaseHeld {
    pub case: String,
    pub number: String,
    pub ticket: String,
    pub life_event: String,
    pub staff: String,
    pub since: String,
}

/// 登録票, for the machine that is to become the city's.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct InvitationView {
    pub terminal: String,
    /// The text of the file.
    pub text: String,
}

impl std::fmt::Debug for InvitationView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InvitationView({})", self.terminal)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct TerminalGiven {
    pub terminal: String,
    /// Ids, with spaces or commas between.
    pub offices: String,
    pub whole_cases: bool,
}

pub(super) fn offices(text: &str) -> Result<Vec<OfficeId>, CounterError> {
    let words = text.split([' ', '　', ',', '、', ';']).filter(|word| !word.is_empty());
    words.map(OfficeId::parse).collect::<Result<_, _>>().map_err(CounterError::Name)
}

pub(super) fn at(moment: Timestamp) -> String {
    format!("{} {}", office_time::day(moment), office_time::clock(moment))
}

fn id(text: &str) -> Result<TerminalId, CounterError> {
    TerminalId::parse(text.trim()).map_err(CounterError::Name)
}

impl TerminalsView {
    pub fn ask(link: &Link) -> Result<Self, CounterError> {
        let by = &link.session()?;
        let (way, client) = (link.line(), link.line().client());
        let terminals = way.wait(client.terminals(by))?;
        let presence = way.wait(client.presence(by))?;
        let packs = way.wait(client.terminal_packs(by))?;
        let now = Timestamp::now();
        let rows = terminals.into_iter().map(|row| {
            let told = presence.iter().find(|one| one.terminal == row.terminal);
            let pack = packs.iter().find(|one| one.terminal == row.terminal);
            line_of(&row, told, pack, (now, link.terminal()))
        });
        Ok(Self { rows: rows.collect() })
    }

    /// 登録票を作る
    pub fn invite(link: &Link, given: &TerminalGiven) -> Result<InvitationView, CounterError> {
        let terminal = id(&given.terminal)?;
        let invite = Invite {
            terminal: terminal.clone(),
            offices: offices(&given.offices)?,
            whole_cases: given.whole_cases,
        };
        let made = link.line().wait(link.line().client().invite_terminal(&link.session()?, &invite))?;
        let text = serde_json::to_string(&made).map_err(|_| CounterError::ExportFailed)?;
        Ok(InvitationView { terminal: terminal.to_string(), text })
    }

    /// 登録を取り消す: whoever has the machine gets nothing any more.
    pub fn revoke(link: &Link, terminal: &str) -> Result<(), CounterError> {
        let terminal = id(terminal)?;
        Ok(link.line().wait(link.line().client().revoke_terminal(&link.session()?, &terminal))?)
    }

    /// 持っている案件
    pub fn cases(link: &Link, terminal: &str) -> Result<Vec<CaseHeld>, CounterError> {
        let terminal = id(terminal)?;
        let open = link.line().wait(link.line().client().cases_of_terminal(&link.session()?, &terminal))?;
        let row = |case: madoka_sync::wire::OpenCase| CaseHeld {
            case: case.case.to_string(),
            number: case.number.map_or_else(|| "番号なし".to_owned(), |number| number.to_string()),
            ticket: case.ticket,
            life_event: case.life_event,
            staff: case.staff,
            since: at(case.since),
        };
        Ok(open.cases.into_iter().map(row).collect())
    }

    /// Life events and people by the name the counter has for them.
    pub fn named(counter: &Counter, mut cases: Vec<CaseHeld>) -> Vec<CaseHeld> {
        let names = counter.names();
        for case in &mut cases {
            names.put(&mut case.staff);
            if let Some(event) = counter.city.life_event(&case.life_event) {
                case.life_event.clone_from(&event.name.ja);
            }
        }
        cases
    }

    /// 担当を外す: another counter goes on with the cases of a lost terminal. Answers how many.
    pub fn free(link: &Link, terminal: &str, reason: String) -> Result<u32, CounterError> {
        let terminal = id(terminal)?;
        let free = FreeCases { reason, cases: Vec::new() };
        let freed = link.line().wait(link.line().client().free_cases(&link.session()?, &terminal, &free))?;
        Ok(u32::try_from(freed.freed.len()).unwrap_or(u32::MAX))
    }
}

fn line_of(
    row: &TerminalRow,
    told: Option<&Presence>,
    pack: Option<&TerminalPacks>,
    (now, here): (Timestamp, &TerminalId),
) -> TerminalLine {
    let silent = told.map(|told| now.as_second().saturating_sub(told.seen.as_second()));
    let there = silent.is_some_and(|seconds| seconds < AWAY);
    let state = match (row.revoked, row.valid_until, silent) {
        (true, ..) => "登録を取り消しました",
        (_, None, _) => "登録を待っています",
        (.., None) => "まだつながったことがありません",
        _ if there => "つながっています",
        _ => "つながっていません",
    };
    let mut troubles = Vec::new();
    if let Some(told) = told {
        if told.skew_seconds.abs() > SKEW {
            troubles.push(format!("時計が{}分ずれています", (told.skew_seconds / 60).abs().max(1)));
        }
        if told.waiting > 0 {
            troubles.push(format!("届いていない記録が{}件あります", told.waiting));
        }
        if told.held_back > 0 {
            troubles.push(format!("受け取れなかった記録が{}件あります", told.held_back));
        }
        if told.disk_low {
            troubles.push("空き容量が足りません".to_owned());
        }
    }
    let version = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    if let Some(pack) = pack.filter(|pack| !pack.current) {
        let refused = pack.refused.last().map(|refused| format!("（{}）", refused.code)).unwrap_or_default();
        troubles.push(format!("手続パックが前の版のままです{refused}"));
    }
    TerminalLine {
        here: row.terminal == *here,
        terminal: row.terminal.to_string(),
        number: row.number,
        offices: row.offices.iter().map(ToString::to_string).collect(),
        whole_cases: row.whole_cases,
        state: state.to_owned(),
        well: there && troubles.is_empty(),
        revoked: row.revoked,
        program: told.map(|told| told.program.clone()).unwrap_or_default(),
        edition: pack.and_then(|pack| pack.active.as_ref()).map(|edition| version(edition.version)),
        wanted: pack.and_then(|pack| pack.wanted).map(version),
        seen: told.map(|told| at(told.seen)).unwrap_or_default(),
        troubles,
        valid_until: row.valid_until.map(|until| office_time::day(until).to_string()).unwrap_or_default(),
    }
}
