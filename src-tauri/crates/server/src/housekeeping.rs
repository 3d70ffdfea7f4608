//! 保存期間: what has had its time goes, every night while serving and by `madokad tidy`. The days are the city's
//! (`[retention]`); that something was erased, and how much, is itself audited.
//!
//! Of an erased case the server keeps that there was one: the places, ids and digests of its events, so that nobody's
//! cursor moves and nothing that comes again is taken for new. Terminals learn the days when they greet, and erase by
//! the same ([`madoka_sync::wire::Welcome`]).

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::audit::{self, Act, Entry};
use crate::config::Retention;
use crate::room::Room;
use crate::server::Server;
use crate::storage::{StorageError, Tx};
use crate::{bookings, cases, office_time, people, register};

/// Cases erased in one transaction: others write in between.
const AT_ONCE: u32 = 50;
/// How often it is looked whether it is time, and whether the disk has room.
const LOOK: std::time::Duration = std::time::Duration::from_secs(30);
/// Pages given back to the disk at a time.
const PAGES: u32 = 4096;

/// What went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tidied {
    /// 終わった案件
    pub cases: u64,
    /// Events that came for a case after it was erased.
    pub late_events: u64,
    pub bookings: u64,
    /// What was searched for in the register.
    pub register_words: u64,
    pub audit_entries: u64,
    pub sessions: u64,
}

/// The moment before which things of so many days go; 0 days is for ever.
fn before(now: Timestamp, days: u32) -> Option<Timestamp> {
    (days > 0).then(|| now.saturating_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now))
}

/// Erases what has had its time.
pub async fn tidy(server: &Server) -> Result<Tidied, StorageError> {
    let (now, days) = (server.now(), server.config().retention.clone());
    let mut tidied = Tidied::default();
    if let Some(before) = before(now, days.case_days) {
        loop {
            let erased = server.db().write(move |tx| cases::erase_ended(tx, before, AT_ONCE, now)).await?;
            tidied.cases += erased;
            if erased < u64::from(AT_ONCE) {
                break;
            }
        }
    }
    let rest = server.db().write(move |tx| rest(tx, now, &days)).await?;
    if server.config().storage.postgres.is_none() {
        // PostgreSQL does this by itself.
        let pages = format!("PRAGMA incremental_vacuum({PAGES})");
        server.db().write(move |tx| tx.query(&pages, &[]).map(|_| ())).await?;
    }
    Ok(Tidied { cases: tidied.cases, ..rest })
}

/// All but the cases, in one transaction.
fn rest(tx: &mut Tx<'_>, now: Timestamp, days: &Retention) -> Result<Tidied, StorageError> {
    let mut tidied = Tidied { sessions: people::end_sessions(tx, now)?, ..Tidied::default() };
    if let Some(before) = before(now, days.case_days) {
        tidied.late_events = cases::erase_late(tx, before)?;
    }
    if let Some(before) = before(now, days.booking_days) {
        tidied.bookings = bookings::erase_before(tx, office_time::wall(before).date())?;
    }
    if let Some(before) = before(now, days.register_words_days) {
        tidied.register_words = register::erase_words(tx, before)?;
    }
    if let Some(before) = before(now, days.audit_days) {
        tidied.audit_entries = audit::cut(tx, before)?;
    }
    for (what, count) in [
        ("events", tidied.late_events),
        ("bookings", tidied.bookings),
        ("register:words", tidied.register_words),
        ("audit", tidied.audit_entries),
    ] {
        if count > 0 {
            audit::write(tx, &Entry::by_server(now, Act::Erased).what(format!("{what}:{count}")))?;
        }
    }
    Ok(tidied)
}

/// Whether it is time: once a day, at the hour or, where nobody served then, as soon as somebody does.
fn is_due(last: Option<Date>, now: DateTime, hour: i8) -> bool {
    now.hour() >= hour && last.is_none_or(|last| last < now.date())
}

/// Keeps house for as long as the server serves.
pub async fn keep(server: Server) {
    let (mut last, mut was_low) = (None, false);
    loop {
        let room = Room::of(&server);
        if room.low && !was_low {
            tracing::warn!(free_mib = room.free_mib(), "little room on the disk");
        }
        was_low = room.low;
        let now = office_time::wall(server.now());
        if is_due(last, now, server.config().retention.hour) {
            match tidy(&server).await {
                Ok(tidied) => {
                    last = Some(now.date());
                    tracing::info!(
                        cases = tidied.cases,
                        bookings = tidied.bookings,
                        register_words = tidied.register_words,
                        audit_entries = tidied.audit_entries,
                        "tidied"
                    );
                }
                // A full or absent disk: it is tried again.
                Err(error) => tracing::warn!(storage = ?error, "not tidied"),
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn 毎日一度_決めた時に_止まっていた夜の分は動き始めに() {
        let day = date(2026, 11, 21);
        assert!(!is_due(None, day.at(1, 59, 0, 0), 2));
        assert!(is_due(None, day.at(2, 0, 0, 0), 2));
        assert!(!is_due(Some(day), day.at(23, 0, 0, 0), 2));
        assert!(!is_due(Some(day), date(2026, 11, 22).at(1, 0, 0, 0), 2));
        assert!(is_due(Some(day), date(2026, 11, 22).at(9, 0, 0, 0), 2));
    }

    #[test]
    fn 日数0は消さない() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(before(now, 0), None);
        assert_eq!(before(now, 1), Some(Timestamp::from_second(-86_400).unwrap()));
    }
}
