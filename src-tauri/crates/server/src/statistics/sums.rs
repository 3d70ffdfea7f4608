//! What the rows add up to, with small numbers hidden.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use madoka_casework::{LifeEventId, OfficeId};
use madoka_sync::wire::statistics::{By, Cell, Figures, Query, Statistics, limit};

use super::StatisticsError;
use super::hide::{self, LEAST};
use super::rows::{STEPS, SUMMED, kind};
use crate::storage::{Row, StorageError, Tx, Value};

/// Dimensions of one question.
const MOST_BY: usize = 3;
/// Offices or life events one question names.
const MOST_NAMED: usize = 200;

const fn column(by: By) -> &'static str {
    match by {
        By::Office => "office",
        By::LifeEvent => "life_event",
        By::Month => "month",
        By::Day => "day",
        By::Weekday => "weekday",
        By::Hour => "hour",
        By::Outcome => "outcome",
        By::Version => "version",
    }
}

/// Checks a question before anything is read.
pub(super) fn bounded(query: &Query) -> Result<(), StatisticsError> {
    let mut by = query.by.clone();
    by.sort_unstable();
    by.dedup();
    let days = query.to.since(query.from).map_or(-1, |span| span.get_days());
    let named = query.offices.len().max(query.life_events.len());
    if by.len() != query.by.len() || by.len() > MOST_BY || named > MOST_NAMED {
        return Err(StatisticsError::Dimensions(MOST_BY));
    }
    if (0..=limit::DAYS).contains(&days) { Ok(()) } else { Err(StatisticsError::Period) }
}

/// The part of a statement that chooses rows, and its values.
fn chosen(query: &Query) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![query.from.to_string().into(), query.to.to_string().into()];
    let mut sql = "r.day >= ?1 AND r.day <= ?2".to_owned();
    let offices = query.offices.iter().map(OfficeId::as_str).collect::<Vec<_>>();
    let events = query.life_events.iter().map(LifeEventId::as_str).collect::<Vec<_>>();
    for (column, names) in [("office", offices), ("life_event", events)] {
        if names.is_empty() {
            continue;
        }
        let places: Vec<String> = names
            .into_iter()
            .map(|name| {
                values.push(name.into());
                format!("?{}", values.len())
            })
            .collect();
        // Writing to a String cannot fail.
        let _ = write!(sql, " AND r.{column} IN ({})", places.join(", "));
    }
    (sql, values)
}

/// One cell with everything, before small ones are hidden.
type Whole = (Vec<String>, Figures);

pub(super) fn ask(tx: &mut Tx<'_>, query: &Query) -> Result<Statistics, StatisticsError> {
    let mut cells = summed(tx, query)?;
    unknown(tx, query, &mut cells)?;
    named(tx, query, &mut cells)?;
    let counts: Vec<(Vec<String>, u64)> =
        cells.iter().map(|(of, figures)| (of.clone(), figures.cases)).collect();
    let hidden = hide::hidden(&counts);
    let total = hide::total_may_be_told(&counts, &hidden).then(|| total(&cells));
    let cells = cells
        .into_iter()
        .zip(hidden)
        .map(|((of, figures), hidden)| Cell { of, figures: (!hidden).then(|| figures.shown(LEAST)) })
        .collect();
    Ok(Statistics {
        least: u32::try_from(LEAST).unwrap_or(u32::MAX),
        total: total.map(|total| total.shown(LEAST)),
        cells,
    })
}

fn summed(tx: &mut Tx<'_>, query: &Query) -> Result<Vec<Whole>, StatisticsError> {
    let (condition, values) = chosen(query);
    let by: Vec<String> = query.by.iter().map(|by| format!("r.{}", column(*by))).collect();
    let sums = SUMMED.iter().chain(STEPS.iter().map(|(_, column)| column));
    let sums: Vec<String> = sums.map(|column| format!("CAST(SUM(r.{column}) AS BIGINT)")).collect();
    let group =
        if by.is_empty() { String::new() } else { format!("GROUP BY {0} ORDER BY {0}", by.join(", ")) };
    let first = if by.is_empty() { String::new() } else { format!("{}, ", by.join(", ")) };
    let sql = format!(
        "SELECT {first}COUNT(*), {} FROM statistics_rows r WHERE {condition} {group}{}LIMIT {}",
        sums.join(", "),
        " ",
        limit::CELLS + 1
    );
    let rows = tx.query(&sql, &values)?;
    if rows.len() > limit::CELLS {
        return Err(StatisticsError::TooMany);
    }
    let read = |row: &Row| -> Result<Option<Whole>, StorageError> {
        let of = (0..by.len()).map(|at| name(row, at)).collect::<Result<Vec<_>, _>>()?;
        let cases: u64 = row.get(by.len())?;
        if cases == 0 {
            return Ok(None);
        }
        Ok(Some((of, figures(row, by.len() + 1, cases)?)))
    };
    let cells: Result<Vec<_>, StorageError> = rows.iter().map(read).collect();
    Ok(cells?.into_iter().flatten().collect())
}

/// A column that cells are made by: a text or a number.
fn name(row: &Row, at: usize) -> Result<String, StorageError> {
    match row.get::<Value>(at)? {
        Value::Text(text) => Ok(text),
        Value::Int(number) => Ok(number.to_string()),
        _ => Err(StorageError::Column(at)),
    }
}

fn figures(row: &Row, from: usize, cases: u64) -> Result<Figures, StorageError> {
    let sum = |at: usize| row.get::<u64>(from + at);
    let seconds = STEPS
        .iter()
        .enumerate()
        .map(|(at, (_, name))| Ok(((*name).to_owned(), sum(SUMMED.len() + at)?)))
        .collect::<Result<_, StorageError>>()?;
    Ok(Figures {
        cases,
        seconds,
        waiting: sum(0)?,
        one_stop: sum(1)?,
        procedures: sum(2)?,
        done: sum(3)?,
        later: sum(4)?,
        declined: sum(5)?,
        other_office: sum(6)?,
        corrected: sum(7)?,
        papers: sum(8)?,
        fields_edited: sum(9)?,
        signed: sum(10)?,
        guides: sum(11)?,
        inquiries: sum(12)?,
        hand_overs: sum(13)?,
        from_chip: sum(14)?,
        from_pictures: sum(15)?,
        pictures_corrected: sum(16)?,
        prepared: sum(17)?,
        ..Figures::default()
    })
}

/// わからない by question, into the cells.
fn unknown(tx: &mut Tx<'_>, query: &Query, cells: &mut [Whole]) -> Result<(), StatisticsError> {
    let (condition, values) = chosen(query);
    let by: Vec<String> =
        query.by.iter().map(|by| format!("r.{}", column(*by))).chain(["u.question".to_owned()]).collect();
    let by = by.join(", ");
    let sql = format!(
        "SELECT {by}, COUNT(*) FROM statistics_rows r JOIN statistics_unknown u ON u.id = r.id
         WHERE {condition} GROUP BY {by} ORDER BY {by}"
    );
    let width = query.by.len();
    let mut at: BTreeMap<Vec<String>, &mut Figures> =
        cells.iter_mut().map(|(of, figures)| (of.clone(), figures)).collect();
    tx.each(&sql, &values, |row| {
        let of = (0..width).map(|at| name(&row, at)).collect::<Result<Vec<_>, _>>()?;
        if let Some(figures) = at.get_mut(&of) {
            figures.unknown.insert(row.get(width)?, row.get(width + 1)?);
        }
        Ok(())
    })?;
    Ok(())
}

/// Procedures and fields by name, into the cells.
fn named(tx: &mut Tx<'_>, query: &Query, cells: &mut [Whole]) -> Result<(), StatisticsError> {
    let (condition, values) = chosen(query);
    let own = query.by.iter().map(|by| format!("r.{}", column(*by)));
    let by: Vec<String> = own.chain(["n.kind", "n.name", "n.fact"].map(str::to_owned)).collect();
    let by = by.join(", ");
    let sql = format!(
        "SELECT {by}, COUNT(*) FROM statistics_rows r JOIN statistics_named n ON n.id = r.id
         WHERE {condition} GROUP BY {by} ORDER BY {by}"
    );
    let width = query.by.len();
    let mut at: BTreeMap<Vec<String>, &mut Figures> =
        cells.iter_mut().map(|(of, figures)| (of.clone(), figures)).collect();
    tx.each(&sql, &values, |row| {
        let of = (0..width).map(|at| name(&row, at)).collect::<Result<Vec<_>, _>>()?;
        let Some(figures) = at.get_mut(&of) else { return Ok(()) };
        let (what, name, fact): (String, String, String) =
            (row.get(width)?, row.get(width + 1)?, row.get(width + 2)?);
        let cases: u64 = row.get(width + 3)?;
        match what.as_str() {
            kind::PROCEDURE => *figures.corrected_procedures.entry(name).or_default() += cases,
            kind::FIELD => *figures.corrected_fields.entry(name).or_default() += cases,
            kind::BECAUSE => {
                *figures.missed.entry(name).or_default().because.entry(fact).or_default() += cases;
            }
            found => {
                let missed = figures.missed.entry(name).or_default();
                missed.cases += cases;
                missed.later += if found == kind::MISSED { cases } else { 0 };
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn total(cells: &[Whole]) -> Figures {
    let mut total = Figures::default();
    for (_, one) in cells {
        for (step, seconds) in &one.seconds {
            *total.seconds.entry(step.clone()).or_default() += seconds;
        }
        for (into, from) in [
            (&mut total.unknown, &one.unknown),
            (&mut total.corrected_procedures, &one.corrected_procedures),
            (&mut total.corrected_fields, &one.corrected_fields),
        ] {
            for (name, cases) in from {
                *into.entry(name.clone()).or_default() += cases;
            }
        }
        for (procedure, missed) in &one.missed {
            let into = total.missed.entry(procedure.clone()).or_default();
            into.cases += missed.cases;
            into.later += missed.later;
            for (fact, cases) in &missed.because {
                *into.because.entry(fact.clone()).or_default() += cases;
            }
        }
        let into = sums_mut(&mut total);
        for (into, from) in into.into_iter().zip(sums(one)) {
            *into += from;
        }
    }
    total
}

/// Everything of a cell that is one number.
pub(super) fn sums(figures: &Figures) -> [u64; 19] {
    let mut copy = figures.clone();
    sums_mut(&mut copy).map(|number| *number)
}

fn sums_mut(figures: &mut Figures) -> [&mut u64; 19] {
    [
        &mut figures.cases,
        &mut figures.waiting,
        &mut figures.one_stop,
        &mut figures.procedures,
        &mut figures.done,
        &mut figures.later,
        &mut figures.declined,
        &mut figures.other_office,
        &mut figures.corrected,
        &mut figures.papers,
        &mut figures.fields_edited,
        &mut figures.signed,
        &mut figures.guides,
        &mut figures.inquiries,
        &mut figures.hand_overs,
        &mut figures.from_chip,
        &mut figures.from_pictures,
        &mut figures.pictures_corrected,
        &mut figures.prepared,
    ]
}
