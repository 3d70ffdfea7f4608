//! Asking for figures: of the city's server, or of practice.

use std::collections::BTreeMap;

use jiff::civil::Date;
use madoka_casework::{LifeEventId, OfficeId, Summary};
use madoka_sync::terminal::Session;
use madoka_sync::wire::VERSION;
use madoka_sync::wire::statistics::{ANSWERS, Answers, By, Cell, Figures, QUERY, Query, Statistics};
use serde::Deserialize;
#[cfg(test)]
use ts_rs::TS;

use super::StatisticsError;
use crate::CounterError;
use crate::office::Link;

/// A longer time is shown by the month.
const DAYS_BY_DAY: i32 = 62;

/// What the screen asks for. Days as `2026-11-01`; no office and no life event is all of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct StatisticsAsk {
    pub from: String,
    pub to: String,
    pub office: Option<String>,
    pub life_event: Option<String>,
}

impl StatisticsAsk {
    pub(super) fn query(&self) -> Result<Query, CounterError> {
        let day = |text: &str| text.parse::<Date>().map_err(|_| StatisticsError::Period);
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        if from > to {
            return Err(StatisticsError::Period.into());
        }
        let office = self.office.as_deref().map(OfficeId::parse).transpose().map_err(CounterError::Name)?;
        let event = self.life_event.as_deref().map(LifeEventId::parse).transpose();
        Ok(Query {
            from,
            to,
            offices: office.into_iter().collect(),
            life_events: event.map_err(CounterError::Name)?.into_iter().collect(),
            by: Vec::new(),
        })
    }
}

/// Whoever has the figures.
pub trait Figuring {
    fn figures(&mut self, query: &Query) -> Result<Statistics, CounterError>;
    fn answers(&mut self, query: &Query) -> Result<Answers, CounterError>;
}

/// The city's server, asked in the name of whoever signed in; it says who may.
#[derive(Debug)]
pub struct ServerFigures<'a> {
    link: &'a Link,
    session: Session,
}

impl<'a> ServerFigures<'a> {
    pub fn new(link: &'a Link) -> Result<Self, CounterError> {
        Ok(Self { link, session: link.session()? })
    }
}

impl Figuring for ServerFigures<'_> {
    fn figures(&mut self, query: &Query) -> Result<Statistics, CounterError> {
        Ok(self.link.line().post(QUERY, query, Some(&self.session))?)
    }

    fn answers(&mut self, query: &Query) -> Result<Answers, CounterError> {
        Ok(self.link.line().post(ANSWERS, query, Some(&self.session))?)
    }
}

/// Practice's own: added up here as the server would.
#[derive(Debug, Default)]
pub struct PracticeFigures {
    pub(super) rows: Vec<(OfficeId, Summary)>,
    pub(super) answers: Answers,
}

/// As the server hides.
const LEAST: u32 = 5;

impl Figuring for PracticeFigures {
    fn figures(&mut self, query: &Query) -> Result<Statistics, CounterError> {
        let mut cells: BTreeMap<Vec<String>, Figures> = BTreeMap::new();
        let mut total = Figures::default();
        for (office, summary) in &self.rows {
            let in_time = (query.from..=query.to).contains(&summary.day);
            let of_office = query.offices.is_empty() || query.offices.contains(office);
            let of_event = query.life_events.is_empty() || query.life_events.contains(&summary.life_event);
            if in_time && of_office && of_event {
                let of = query.by.iter().map(|by| name(*by, office, summary)).collect();
                cells.entry(of).or_default().count(summary);
                total.count(summary);
            }
        }
        let shown =
            |figures: Figures| (figures.cases >= u64::from(LEAST)).then(|| figures.shown(u64::from(LEAST)));
        Ok(Statistics {
            least: LEAST,
            total: shown(total),
            cells: cells.into_iter().map(|(of, figures)| Cell { of, figures: shown(figures) }).collect(),
        })
    }

    fn answers(&mut self, query: &Query) -> Result<Answers, CounterError> {
        let wanted = |office: &OfficeId| query.offices.is_empty() || query.offices.contains(office);
        let offices = self.answers.offices.iter().filter(|one| wanted(&one.office)).cloned().collect();
        Ok(Answers { v: VERSION, offices })
    }
}

fn name(by: By, office: &OfficeId, summary: &Summary) -> String {
    let day = summary.day;
    match by {
        By::Office => office.to_string(),
        By::LifeEvent => summary.life_event.to_string(),
        By::Month => format!("{:04}-{:02}", day.year(), day.month()),
        By::Day => day.to_string(),
        By::Weekday => day.weekday().to_monday_one_offset().to_string(),
        By::Hour => format!("{:02}", summary.hour),
        By::Outcome => format!("{:?}", summary.outcome),
        By::Version => summary.pack.as_ref().map_or(0, |pack| pack.version).to_string(),
    }
}

/// Everything one screen of statistics is made of.
#[derive(Debug)]
pub struct Told {
    pub(super) query: Query,
    /// By the day or the month, day of the week, hour, life event, office.
    pub(super) by: [(By, Statistics); 5],
    pub(super) answers: Answers,
}

impl Told {
    /// Asks everything for one screen.
    pub fn ask(ask: &StatisticsAsk, of: &mut dyn Figuring) -> Result<Self, CounterError> {
        let query = ask.query()?;
        let days = query.to.since(query.from).map_or(0, |span| span.get_days());
        let time = if days > DAYS_BY_DAY { By::Month } else { By::Day };
        let mut told = |by: By| -> Result<(By, Statistics), CounterError> {
            Ok((by, of.figures(&Query { by: vec![by], ..query.clone() })?))
        };
        let by = [told(time)?, told(By::Weekday)?, told(By::Hour)?, told(By::LifeEvent)?, told(By::Office)?];
        let answers = of.answers(&query)?;
        Ok(Self { query, by, answers })
    }
}
