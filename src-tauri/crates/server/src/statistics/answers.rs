//! 回答までの時間: how soon departments answered, and how much of what applies the asking counter could take.
//!
//! A row is written the moment an inquiry is first answered and stays when the case is erased: it names an office, a day
//! and minutes by this server's clock. What it is called is a hash of the inquiry's id.

use jiff::Timestamp;
use madoka_casework::{InquiryId, LifeEventId, OfficeId, ReplyAnswer};
use madoka_sync::wire::VERSION;
use madoka_sync::wire::statistics::{AnswerFigures, Answers, Query};
use sha2::{Digest as _, Sha256};

use super::StatisticsError;
use crate::storage::{StorageError, Tx};
use crate::{office_time, values};

/// Rows one question adds up; a narrower time has fewer.
const MOST: usize = 200_000;

/// The first answer to an inquiry.
pub(crate) struct Given<'a> {
    pub(crate) inquiry: InquiryId,
    pub(crate) office: &'a str,
    pub(crate) life_event: &'a str,
    pub(crate) received: Timestamp,
    pub(crate) answered: Timestamp,
    pub(crate) late: bool,
    pub(crate) answer: ReplyAnswer,
    pub(crate) here: bool,
}

/// Keeps it, once.
pub(crate) fn keep(tx: &mut Tx<'_>, given: &Given<'_>) -> Result<(), StorageError> {
    let name = Sha256::new()
        .chain_update(b"madoka/answers/1\n")
        .chain_update(given.inquiry.as_uuid().as_bytes())
        .finalize();
    let digits = name.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    let name: String = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
    let minutes = given.answered.as_second().saturating_sub(given.received.as_second()).max(0) / 60;
    let applies = given.answer == ReplyAnswer::Applies;
    tx.execute(
        "INSERT INTO statistics_answers (id, office, life_event, day, minutes, late, applies, here)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING",
        values![
            name.as_str(),
            given.office,
            given.life_event,
            office_time::wall(given.answered).date().to_string(),
            minutes,
            given.late,
            applies,
            applies && given.here
        ],
    )?;
    Ok(())
}

#[derive(Default)]
struct Office {
    minutes: Vec<u32>,
    late: u64,
    applies: u64,
    here: u64,
    open: u64,
    oldest: u32,
}

/// The offices asked for, each with what it answered in the time and what waits there now.
pub(super) fn ask(tx: &mut Tx<'_>, query: &Query, now: Timestamp) -> Result<Answers, StatisticsError> {
    let mut offices: std::collections::BTreeMap<OfficeId, Office> = std::collections::BTreeMap::new();
    let wanted = |office: &OfficeId| query.offices.is_empty() || query.offices.contains(office);
    let of_event = |event: &LifeEventId| query.life_events.is_empty() || query.life_events.contains(event);
    let parse = |text: String| text.parse().map_err(|_| StorageError::Internal("answers"));
    let rows = tx.query(
        &format!(
            "SELECT office, life_event, minutes, late, applies, here FROM statistics_answers
             WHERE day >= ?1 AND day <= ?2 ORDER BY office, minutes LIMIT {}",
            MOST + 1
        ),
        values![query.from.to_string(), query.to.to_string()],
    )?;
    if rows.len() > MOST {
        return Err(StatisticsError::TooMany);
    }
    for row in rows {
        let office: OfficeId = parse(row.get(0)?)?;
        let event = row.get::<String>(1)?.parse().map_err(|_| StorageError::Internal("answers"))?;
        if !wanted(&office) || !of_event(&event) {
            continue;
        }
        let into = offices.entry(office).or_default();
        into.minutes.push(row.get(2)?);
        into.late += u64::from(row.get::<bool>(3)?);
        into.applies += u64::from(row.get::<bool>(4)?);
        into.here += u64::from(row.get::<bool>(5)?);
    }
    for (office, open, oldest) in crate::inquiries::waiting(tx, now)? {
        if wanted(&office) {
            let into = offices.entry(office).or_default();
            (into.open, into.oldest) = (open, oldest);
        }
    }
    let offices = offices.into_iter().map(|(office, found)| AnswerFigures {
        office,
        answered: u64::try_from(found.minutes.len()).unwrap_or(u64::MAX),
        median: share(&found.minutes, 1, 2),
        ninth: share(&found.minutes, 9, 10),
        longest: found.minutes.last().copied().unwrap_or(0),
        late: found.late,
        applies: found.applies,
        here: found.here,
        open: found.open,
        oldest: found.oldest,
    });
    Ok(Answers { v: VERSION, offices: offices.collect() })
}

/// Of numbers in order: the one that so large a part is not above.
fn share(minutes: &[u32], part: usize, of: usize) -> u32 {
    let at = (minutes.len() * part).div_ceil(of).saturating_sub(1);
    minutes.get(at).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn 半分と九割() {
        assert_eq!((share(&[], 1, 2), share(&[7], 9, 10)), (0, 7));
        let minutes: Vec<u32> = (1..=10).collect();
        assert_eq!((share(&minutes, 1, 2), share(&minutes, 9, 10)), (5, 9));
    }
}
