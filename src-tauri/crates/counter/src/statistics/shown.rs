//! 統計の画面: what sums and rates look like in words a city council reads.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use madoka_casework::Step;
use madoka_rules::Pack;
use madoka_sync::wire::statistics::{By, Figures, Statistics};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::Told;
use super::walk::{WalkPhase, Walks};
use crate::{Counter, CounterError};

/// Longer lists of names say nothing more.
const MOST_RANKED: usize = 12;

/// The 統計 screen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct StatisticsView {
    pub from: String,
    pub to: String,
    /// 「2026年10月1日から11月20日まで」
    pub period: String,
    /// 練習: nobody's figures.
    pub made_up: bool,
    /// Fewer cases than this are not shown: they could point at one person.
    pub least: u32,
    pub offices: Vec<Named>,
    pub life_events: Vec<Named>,
    pub total: Option<FigureRow>,
    /// Time, weekday, hour, life event, office.
    pub tables: Vec<StatisticsTable>,
    /// わからない, by question.
    pub unknown: Vec<Ranked>,
    /// Procedures judged as needed that officers knew better about.
    pub corrected: Vec<Ranked>,
    /// Fields read from pictures and corrected.
    pub fields: Vec<Ranked>,
    pub missed: Vec<MissedRow>,
    pub answers: Vec<AnswerRow>,
    /// Before and after, by life event.
    pub compared: Vec<Compared>,
}

/// Something to choose by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// One way of dividing the figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct StatisticsTable {
    pub kind: TableKind,
    pub rows: Vec<FigureRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum TableKind {
    Day,
    Month,
    Weekday,
    Hour,
    LifeEvent,
    Office,
}

/// The figures of one day, one hour, one life event …: per case unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FigureRow {
    pub id: String,
    pub label: String,
    /// So few cases that nothing is shown.
    pub hidden: bool,
    pub cases: u32,
    /// Minutes of work with the family.
    pub work: f64,
    /// Minutes by step: 読取, 聞き取り, 手続, 書類, 案内.
    pub steps: Vec<f64>,
    pub waiting: f64,
    /// Minutes of work before a booked family came.
    pub prepared: f64,
    /// ワンストップ率: percent of cases in which nothing was put off or sent elsewhere.
    pub one_stop: f64,
    /// Forms the residents did not write, all together.
    pub papers: u32,
    pub signed: u32,
    /// Procedures on the checklists, all together, and how they went.
    pub procedures: u32,
    pub done: u32,
    pub later: u32,
    pub other_office: u32,
    pub declined: u32,
    pub corrected: u32,
    /// Percent of the fields read from pictures that were right.
    pub pictures_right: Option<f64>,
    pub inquiries: u32,
}

/// A name with how many cases it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Ranked {
    pub id: String,
    pub name: String,
    pub cases: u32,
}

/// 案内漏れ by procedure: the rule to mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct MissedRow {
    pub procedure: String,
    pub name: String,
    pub office: String,
    /// 0: fewer than may be told.
    pub cases: u32,
    /// Of them found only after the family had left.
    pub later: u32,
    /// The facts that misled the rule.
    pub because: Vec<String>,
}

/// 関係課の回答
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct AnswerRow {
    pub office: String,
    pub answered: u32,
    /// Minutes: half of the answers came within …, nine in ten within …
    pub median: u32,
    pub ninth: u32,
    pub longest: u32,
    pub late: u32,
    /// Percent of what applies that the asking counter could take.
    pub one_stop: Option<f64>,
    pub open: u32,
    pub oldest: u32,
}

/// 導入の前と後
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Compared {
    pub life_event: String,
    pub name: String,
    /// Minutes from the door to the end, as walked with a stop-watch.
    pub before: Option<f64>,
    pub after: Option<f64>,
    pub before_walks: u32,
    pub after_walks: u32,
    /// Minutes of work and waiting, as this system measures every case.
    pub measured: Option<f64>,
    pub cases: u32,
}

impl Counter {
    /// 統計 as its screen shows it.
    pub fn statistics_shown(&self, told: &Told) -> Result<StatisticsView, CounterError> {
        let pack = self.pack_now()?;
        let total = told.by.iter().find_map(|(_, found)| found.total.as_ref());
        let table = |(by, found): &(By, Statistics)| StatisticsTable {
            kind: match by {
                By::Month => TableKind::Month,
                By::Weekday => TableKind::Weekday,
                By::Hour => TableKind::Hour,
                By::LifeEvent => TableKind::LifeEvent,
                By::Office => TableKind::Office,
                _ => TableKind::Day,
            },
            rows: rows(*by, found, told, pack),
        };
        let label =
            |path: &str| path.parse().map_or_else(|_| path.to_owned(), |path| pack.vocabulary.label(&path));
        let ranked = |counts: Option<&BTreeMap<String, u64>>, name: &dyn Fn(&str) -> String| {
            let mut all: Vec<Ranked> = counts
                .into_iter()
                .flatten()
                .map(|(id, cases)| Ranked { id: id.clone(), name: name(id), cases: small(*cases) })
                .collect();
            all.sort_by_key(|one| std::cmp::Reverse(one.cases));
            all.truncate(MOST_RANKED);
            all
        };
        let tables: Vec<StatisticsTable> = told.by.iter().map(table).collect();
        Ok(StatisticsView {
            from: told.query.from.to_string(),
            to: told.query.to.to_string(),
            period: period(told.query.from, told.query.to),
            made_up: self.practice,
            least: told.by.iter().map(|(_, found)| found.least).max().unwrap_or(0),
            offices: pack
                .offices
                .iter()
                .filter(|office| !office.outside)
                .map(|office| Named { id: office.id.to_string(), name: office.name.ja.clone() })
                .collect(),
            life_events: self
                .city
                .life_events
                .iter()
                .map(|event| Named { id: event.id.clone(), name: event.name.ja.clone() })
                .collect(),
            total: total.map(|total| row("", "合計", total)),
            unknown: ranked(total.map(|total| &total.unknown), &label),
            corrected: ranked(total.map(|total| &total.corrected_procedures), &|id| procedure(pack, id).0),
            fields: ranked(total.map(|total| &total.corrected_fields), &label),
            missed: missed(pack, total, &label),
            answers: told
                .answers
                .offices
                .iter()
                .map(|one| AnswerRow {
                    office: office(pack, one.office.as_str()),
                    answered: small(one.answered),
                    median: one.median,
                    ninth: one.ninth,
                    longest: one.longest,
                    late: small(one.late),
                    one_stop: percent(one.here, one.applies),
                    open: small(one.open),
                    oldest: one.oldest,
                })
                .collect(),
            compared: self.compared(&tables)?,
            tables,
        })
    }

    /// Walks with a stop-watch beside what every case measures.
    fn compared(&self, tables: &[StatisticsTable]) -> Result<Vec<Compared>, CounterError> {
        let walks = self.walks()?;
        let events = tables.iter().find(|table| table.kind == TableKind::LifeEvent);
        let mut all = Vec::new();
        for event in &self.city.life_events {
            let of = |phase| mean(&walks, &event.id, phase);
            let measured = events.and_then(|table| table.rows.iter().find(|row| row.id == event.id));
            let measured = measured.filter(|row| !row.hidden && row.cases > 0);
            let (before, after) = (of(WalkPhase::Before), of(WalkPhase::After));
            if before.is_none() && after.is_none() {
                continue;
            }
            all.push(Compared {
                life_event: event.id.clone(),
                name: event.name.ja.clone(),
                before: before.map(|(minutes, _)| minutes),
                after: after.map(|(minutes, _)| minutes),
                before_walks: before.map_or(0, |(_, walks)| walks),
                after_walks: after.map_or(0, |(_, walks)| walks),
                measured: measured.map(|row| tenth(row.work + row.waiting)),
                cases: measured.map_or(0, |row| row.cases),
            });
        }
        Ok(all)
    }
}

fn mean(walks: &Walks, event: &str, phase: WalkPhase) -> Option<(f64, u32)> {
    let of = |walk: &&super::Walk| walk.life_event == event && walk.phase == phase && walk.ended;
    let seconds: Vec<u32> = walks.walks.iter().filter(of).map(super::Walk::seconds).collect();
    let count = u32::try_from(seconds.len()).ok().filter(|count| *count > 0)?;
    Some((tenth(seconds.iter().map(|one| f64::from(*one)).sum::<f64>() / 60.0 / f64::from(count)), count))
}

fn missed(pack: &Pack, total: Option<&Figures>, label: &dyn Fn(&str) -> String) -> Vec<MissedRow> {
    let mut rows: Vec<MissedRow> = total
        .into_iter()
        .flat_map(|total| &total.missed)
        .map(|(id, figures)| {
            let (name, office) = procedure(pack, id);
            MissedRow {
                procedure: id.clone(),
                name,
                office,
                cases: small(figures.cases),
                later: small(figures.later),
                because: figures.because.keys().map(|fact| label(fact)).collect(),
            }
        })
        .collect();
    rows.sort_by(|one, other| (other.cases, &one.name).cmp(&(one.cases, &other.name)));
    rows
}

/// A procedure's name and its office's; the id where this pack knows it no more.
pub(super) fn procedure(pack: &Pack, id: &str) -> (String, String) {
    let known = pack.procedures.iter().find(|one| one.id.as_str() == id);
    let name = known.and_then(|one| Some(one.name.all().next()?.ja.clone()));
    (
        name.unwrap_or_else(|| id.to_owned()),
        known.map(|one| office(pack, one.office.as_str())).unwrap_or_default(),
    )
}

fn office(pack: &Pack, id: &str) -> String {
    let known = pack.offices.iter().find(|office| office.id.as_str() == id);
    known.map_or_else(|| id.to_owned(), |office| office.name.ja.clone())
}

/// Days, hours and weekdays stand in their order, those without a case among them; other names as they come.
fn rows(by: By, found: &Statistics, told: &Told, pack: &Pack) -> Vec<FigureRow> {
    let mut places: Vec<(String, String)> = match by {
        By::Day => {
            days(told).map(|day| (day.to_string(), format!("{}/{}", day.month(), day.day()))).collect()
        }
        By::Month => {
            let mut months: Vec<(String, String)> = days(told)
                .map(|day| {
                    (
                        format!("{:04}-{:02}", day.year(), day.month()),
                        format!("{}年{}月", day.year(), day.month()),
                    )
                })
                .collect();
            months.dedup();
            months
        }
        By::Weekday => (1..=5).map(|day| (day.to_string(), weekday(day))).collect(),
        By::Hour => hours(found).map(|hour| (hour.to_string(), format!("{hour}時"))).collect(),
        _ => Vec::new(),
    };
    for cell in &found.cells {
        let Some(of) = cell.of.first() else { continue };
        let of = plain(by, of);
        if !places.iter().any(|(id, _)| *id == of) {
            let label = match by {
                By::Weekday => of.parse().map_or_else(|_| of.clone(), weekday),
                By::LifeEvent => pack
                    .events
                    .iter()
                    .find(|event| event.id.as_str() == of)
                    .map_or_else(|| of.clone(), |event| event.name.ja.clone()),
                By::Office => office(pack, &of),
                _ => of.clone(),
            };
            places.push((of, label));
        }
    }
    let mut rows: Vec<FigureRow> = places
        .into_iter()
        .map(|(id, label)| {
            let cell = found.cells.iter().find(|cell| cell.of.first().is_some_and(|of| plain(by, of) == id));
            match cell.map(|cell| &cell.figures) {
                Some(Some(figures)) => row(&id, &label, figures),
                Some(None) => FigureRow { id, label, hidden: true, ..FigureRow::default() },
                None => FigureRow { id, label, ..FigureRow::default() },
            }
        })
        .collect();
    if matches!(by, By::LifeEvent | By::Office) {
        rows.sort_by_key(|row| std::cmp::Reverse(row.cases));
    }
    if by == By::Day {
        // Closed days say nothing.
        let open = |row: &FigureRow| row.cases > 0 || row.hidden || is_workday(&row.id);
        rows.retain(open);
    }
    rows
}

fn is_workday(day: &str) -> bool {
    let day = day.parse::<Date>().map(Date::weekday);
    day.is_ok_and(|day| !matches!(day, Weekday::Saturday | Weekday::Sunday))
}

fn plain(by: By, of: &str) -> String {
    match by {
        By::Hour => of.parse::<u8>().map_or_else(|_| of.to_owned(), |hour| hour.to_string()),
        _ => of.to_owned(),
    }
}

fn days(told: &Told) -> impl Iterator<Item = Date> {
    let (from, to) = (told.query.from, told.query.to);
    from.series(jiff::Span::new().days(1)).take_while(move |day| *day <= to)
}

fn hours(found: &Statistics) -> std::ops::RangeInclusive<u8> {
    let all: Vec<u8> = found.cells.iter().filter_map(|cell| cell.of.first()?.parse().ok()).collect();
    let first = all.iter().copied().min().unwrap_or(9).min(9);
    first..=all.iter().copied().max().unwrap_or(16).max(16)
}

fn weekday(day: u8) -> String {
    let names = ["月曜", "火曜", "水曜", "木曜", "金曜", "土曜", "日曜"];
    names.get(usize::from(day.saturating_sub(1))).copied().unwrap_or("").to_owned()
}

fn row(id: &str, label: &str, figures: &Figures) -> FigureRow {
    let cases = figures.cases;
    let each = |seconds: u64| tenth(number(seconds) / 60.0 / number(cases.max(1)));
    let of = |steps: &[Step]| -> u64 {
        let name = |step: &Step| serde_json::to_value(step).ok()?.as_str().map(str::to_owned);
        steps.iter().filter_map(name).filter_map(|name| figures.seconds.get(&name)).sum()
    };
    FigureRow {
        id: id.to_owned(),
        label: label.to_owned(),
        hidden: false,
        cases: small(cases),
        work: each(figures.seconds.values().sum()),
        steps: [
            of(&[Step::Receiving, Step::Reading]),
            of(&[Step::Asking]),
            of(&[Step::Choosing]),
            of(&[Step::Filling, Step::Printing, Step::Signing]),
            of(&[Step::Guiding]),
        ]
        .map(each)
        .to_vec(),
        waiting: each(figures.waiting),
        prepared: each(figures.prepared),
        one_stop: percent(figures.one_stop, cases).unwrap_or(0.0),
        papers: small(figures.papers),
        signed: small(figures.signed),
        procedures: small(figures.procedures),
        done: small(figures.done),
        later: small(figures.later),
        other_office: small(figures.other_office),
        declined: small(figures.declined),
        corrected: small(figures.corrected),
        pictures_right: percent(
            figures.from_pictures.saturating_sub(figures.pictures_corrected),
            figures.from_pictures,
        ),
        inquiries: small(figures.inquiries),
    }
}

fn percent(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| tenth(number(part) * 100.0 / number(of)))
}

/// One digit behind the point: more would pretend.
fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn number(count: u64) -> f64 {
    f64::from(small(count))
}

fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn period(from: Date, to: Date) -> String {
    let long = |day: Date| format!("{}年{}月{}日", day.year(), day.month(), day.day());
    if from.year() == to.year() {
        format!("{}から{}月{}日まで", long(from), to.month(), to.day())
    } else {
        format!("{}から{}まで", long(from), long(to))
    }
}
