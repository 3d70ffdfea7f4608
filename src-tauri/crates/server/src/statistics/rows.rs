//! The rows, kept: one a closed case, without anything of whose it was.

use madoka_casework::{FoundBy, OfficeId, Step, Summary};
use madoka_sync::wire::statistics::{Row, limit};

use crate::access::Caller;
use crate::storage::{Schema, StorageError, Tx};
use crate::values;

/// The columns that are summed, in the order [`super::sums`] reads them; the steps follow.
pub(super) const SUMMED: [&str; 18] = [
    "waiting",
    "one_stop",
    "procedures",
    "done",
    "later",
    "declined",
    "other_office",
    "corrected",
    "papers",
    "fields_edited",
    "signed",
    "guides",
    "inquiries",
    "hand_overs",
    "from_chip",
    "from_pictures",
    "pictures_corrected",
    "prepared",
];

pub(super) const STEPS: [(Step, &str); 8] = [
    (Step::Receiving, "receiving"),
    (Step::Reading, "reading"),
    (Step::Asking, "asking"),
    (Step::Choosing, "choosing"),
    (Step::Filling, "filling"),
    (Step::Printing, "printing"),
    (Step::Signing, "signing"),
    (Step::Guiding, "guiding"),
];

pub(crate) const SCHEMA: Schema = Schema {
    module: "statistics",
    versions: &[&[
        "CREATE TABLE statistics_rows (
            id TEXT PRIMARY KEY, revision INTEGER NOT NULL, office TEXT NOT NULL, life_event TEXT NOT NULL,
            version INTEGER NOT NULL, outcome TEXT NOT NULL, day TEXT NOT NULL, month TEXT NOT NULL,
            weekday INTEGER NOT NULL, hour INTEGER NOT NULL,
            waiting INTEGER NOT NULL, one_stop INTEGER NOT NULL, procedures INTEGER NOT NULL, done INTEGER NOT NULL,
            later INTEGER NOT NULL, declined INTEGER NOT NULL, other_office INTEGER NOT NULL,
            corrected INTEGER NOT NULL, papers INTEGER NOT NULL, fields_edited INTEGER NOT NULL,
            signed INTEGER NOT NULL, guides INTEGER NOT NULL, inquiries INTEGER NOT NULL,
            hand_overs INTEGER NOT NULL, from_chip INTEGER NOT NULL, from_pictures INTEGER NOT NULL,
            pictures_corrected INTEGER NOT NULL, receiving INTEGER NOT NULL, reading INTEGER NOT NULL,
            asking INTEGER NOT NULL, choosing INTEGER NOT NULL, filling INTEGER NOT NULL, printing INTEGER NOT NULL,
            signing INTEGER NOT NULL, guiding INTEGER NOT NULL)",
        "CREATE INDEX statistics_rows_day ON statistics_rows (day)",
        "CREATE TABLE statistics_unknown (id TEXT NOT NULL, question TEXT NOT NULL, PRIMARY KEY (id, question))",
    ], &[
        "ALTER TABLE statistics_rows ADD COLUMN prepared INTEGER NOT NULL DEFAULT 0",
        "CREATE TABLE statistics_named (id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, fact TEXT NOT NULL,
            PRIMARY KEY (id, kind, name, fact))",
        "CREATE TABLE statistics_answers (id TEXT PRIMARY KEY, office TEXT NOT NULL, life_event TEXT NOT NULL,
            day TEXT NOT NULL, minutes INTEGER NOT NULL, late INTEGER NOT NULL, applies INTEGER NOT NULL,
            here INTEGER NOT NULL)",
        "CREATE INDEX statistics_answers_day ON statistics_answers (day)",
    ]],
};

/// A day's work is no longer than this; more is a clock gone wrong.
const MOST_SECONDS: u64 = 24 * 3600;
const MOST_COUNT: u32 = 10_000;

/// A question as statistics may name it: the path of a fact, never words.
fn is_question(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_');
    !text.is_empty() && text.len() <= 140 && text.bytes().all(allowed)
}

/// Whether a row is one; nothing else is kept.
pub(super) fn is_sound(row: &Row) -> bool {
    let summary = &row.summary;
    let seconds = summary
        .seconds
        .values()
        .chain([&summary.waiting, &summary.prepared])
        .all(|seconds| *seconds <= 31 * MOST_SECONDS);
    let counts = counts(summary).into_iter().all(|count| count <= i64::from(MOST_COUNT).max(0));
    let unknown =
        summary.unknown.len() <= limit::UNKNOWN && summary.unknown.iter().all(|one| is_question(one));
    let few = [summary.corrected_procedures.len(), summary.corrected_fields.len(), summary.missed.len()];
    let facts = summary.missed.iter().flat_map(|missed| &missed.because);
    let named = few.into_iter().all(|count| count <= limit::NAMED)
        && facts.clone().count() <= limit::NAMED
        && facts.chain(&summary.corrected_fields).all(|one| is_question(one))
        && named(summary).iter().all(|(_, name, _)| is_question(name));
    summary.hour < 24 && seconds && counts && unknown && named
}

/// What a row names besides questions: its kind, its name, and the fact that it is because of.
fn named(summary: &Summary) -> Vec<(&'static str, &str, &str)> {
    let procedures =
        summary.corrected_procedures.iter().map(|procedure| (kind::PROCEDURE, procedure.as_str(), ""));
    let fields = summary.corrected_fields.iter().map(|field| (kind::FIELD, field.as_str(), ""));
    let missed = summary.missed.iter().flat_map(|missed| {
        let kind = match missed.found {
            FoundBy::Department => kind::FOUND,
            FoundBy::Later => kind::MISSED,
        };
        let name = missed.procedure.as_str();
        let because = missed.because.iter().map(move |fact| (kind::BECAUSE, name, fact.as_str()));
        std::iter::once((kind, name, "")).chain(because)
    });
    procedures.chain(fields).chain(missed).collect()
}

/// What [`named`] things are.
pub(super) mod kind {
    pub(in crate::statistics) const PROCEDURE: &str = "procedure";
    pub(in crate::statistics) const FIELD: &str = "field";
    pub(in crate::statistics) const FOUND: &str = "found";
    pub(in crate::statistics) const MISSED: &str = "missed";
    pub(in crate::statistics) const BECAUSE: &str = "because";
}

/// In the order of [`SUMMED`], without the first two and the last.
fn counts(summary: &Summary) -> [i64; 15] {
    [
        summary.procedures,
        summary.done,
        summary.later,
        summary.declined,
        summary.other_office,
        summary.corrected,
        summary.papers,
        summary.fields_edited,
        summary.signed,
        summary.guides,
        summary.inquiries,
        summary.hand_overs,
        summary.from_chip,
        summary.from_pictures,
        summary.pictures_corrected,
    ]
    .map(i64::from)
}

/// The office a row counts for: one the terminal was enrolled for, whatever it says.
fn office(row: &Row, caller: &Caller) -> OfficeId {
    let known = caller.terminal_offices.iter().find(|office| **office == row.office);
    known.or(caller.terminal_offices.first()).unwrap_or(&row.office).clone()
}

/// Keeps a row. The same case again counts once, and the later word of it.
pub(super) fn keep(tx: &mut Tx<'_>, row: &Row, caller: &Caller) -> Result<(), StorageError> {
    let before = tx.row("SELECT revision FROM statistics_rows WHERE id = ?1", values![row.id.as_str()])?;
    if before.map(|row| row.get::<u64>(0)).transpose()?.is_some_and(|before| before >= row.revision) {
        return Ok(());
    }
    let summary = &row.summary;
    tx.execute("DELETE FROM statistics_rows WHERE id = ?1", values![row.id.as_str()])?;
    tx.execute("DELETE FROM statistics_unknown WHERE id = ?1", values![row.id.as_str()])?;
    tx.execute("DELETE FROM statistics_named WHERE id = ?1", values![row.id.as_str()])?;
    let outcome = serde_json::to_value(summary.outcome).map_err(|_| StorageError::Internal("outcome"))?;
    let day = summary.day;
    let mut values = values![
        row.id.as_str(),
        row.revision,
        office(row, caller).as_str(),
        summary.life_event.as_str(),
        summary.pack.as_ref().map_or(0, |pack| pack.version),
        outcome.as_str().unwrap_or_default(),
        day.to_string(),
        format!("{:04}-{:02}", day.year(), day.month()),
        i64::from(day.weekday().to_monday_one_offset()),
        summary.hour,
        summary.waiting,
        summary.one_stop,
    ]
    .to_vec();
    values.extend(counts(summary).map(Into::into));
    values.push(summary.prepared.into());
    values.extend(STEPS.iter().map(|(step, _)| summary.seconds.get(step).copied().unwrap_or(0).into()));
    let steps = STEPS.map(|(_, column)| column);
    let places: Vec<String> = (1..=values.len()).map(|at| format!("?{at}")).collect();
    tx.execute(
        &format!(
            "INSERT INTO statistics_rows (id, revision, office, life_event, version, outcome, day, month, weekday,
                 hour, {}, {}) VALUES ({})",
            SUMMED.join(", "),
            steps.join(", "),
            places.join(", ")
        ),
        &values,
    )?;
    for question in &summary.unknown {
        tx.execute(
            "INSERT INTO statistics_unknown (id, question) VALUES (?1, ?2)",
            values![row.id.as_str(), question.as_str()],
        )?;
    }
    for (kind, name, fact) in named(summary) {
        tx.execute(
            "INSERT INTO statistics_named (id, kind, name, fact) VALUES (?1, ?2, ?3, ?4)",
            values![row.id.as_str(), kind, name, fact],
        )?;
    }
    Ok(())
}
