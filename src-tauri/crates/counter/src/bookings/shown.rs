//! 予約の画面: the week, the days and one booking, as the screens show them.

use jiff::civil::{Date, DateTime, Time};
use madoka_casework::{Case, EventKind};
use madoka_rules::Calendar;
use madoka_sync::wire::bookings::{Booking, BookingState, Happened, Plan, Preparation, Row, SlotState, Week};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::BookingSection;
use super::entry::question;
use crate::view::Texts;
use crate::visit::long_date;
use crate::{Counter, CounterError, office_time};

/// A corner that can be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Corner {
    pub office: String,
    pub name: String,
    /// How long a visit is.
    pub minutes: u16,
}

/// The week of a corner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct BookingWeek {
    pub corners: Vec<Corner>,
    /// Whose week it is; none where no corner can be booked.
    pub corner: Option<Corner>,
    pub days: Vec<BookingWeekDay>,
    /// Every time a visit begins in this week, the rows of the table.
    pub times: Vec<String>,
    pub previous: String,
    pub next: String,
    /// 「11/21 9:05」: the server is not there, and this is how it was then. Nothing can be booked.
    pub known_at: Option<String>,
}

/// One day of a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct BookingWeekDay {
    /// `2026-11-25`
    pub date: String,
    /// 「25日（水）」
    pub label: String,
    /// 「2026年11月25日（水）」
    pub long: String,
    pub today: bool,
    pub closed: Option<String>,
    pub slots: Vec<SlotShown>,
}

/// 枠
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct SlotShown {
    /// `2026-11-25T10:00`
    pub start: String,
    /// 「10:00」
    pub time: String,
    pub minutes: u16,
    pub free: u8,
    pub standing: SlotStanding,
}

/// ○・×・－
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum SlotStanding {
    Open,
    Full,
    Past,
}

impl From<SlotState> for SlotStanding {
    fn from(state: SlotState) -> Self {
        match state {
            SlotState::Open => Self::Open,
            SlotState::Full => Self::Full,
            SlotState::Past => Self::Past,
        }
    }
}

/// Today's and the next open day's bookings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct BookingDays {
    pub days: Vec<BookingDay>,
    /// 「11/21 9:05」: the server is not there, and this is how it was then.
    pub known_at: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct BookingDay {
    pub date: String,
    /// 「今日」「次の開庁日」
    pub title: String,
    /// 「2026年11月25日（水）」
    pub long: String,
    pub rows: Vec<BookingRow>,
}

/// One booking in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct BookingRow {
    pub id: String,
    /// 「10:00」
    pub time: String,
    pub minutes: u16,
    pub name: String,
    pub corner: String,
    pub life_event: Texts,
    pub walk_in: bool,
    pub standing: BookingStanding,
    pub preparation: BookingPreparation,
    /// The case it became.
    pub case: Option<String>,
    /// This terminal has that case.
    pub here: bool,
    pub answered: u32,
    pub unknown: u32,
    pub revision: u64,
}

/// 予約の状態
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum BookingStanding {
    Booked,
    Arrived,
    Done,
    NoShow,
    Cancelled,
}

impl From<BookingState> for BookingStanding {
    fn from(state: BookingState) -> Self {
        match state {
            BookingState::Booked => Self::Booked,
            BookingState::Arrived => Self::Arrived,
            BookingState::Done => Self::Done,
            BookingState::NoShow => Self::NoShow,
            BookingState::Cancelled => Self::Cancelled,
        }
    }
}

impl From<BookingStanding> for BookingState {
    fn from(standing: BookingStanding) -> Self {
        match standing {
            BookingStanding::Booked => Self::Booked,
            BookingStanding::Arrived => Self::Arrived,
            BookingStanding::Done => Self::Done,
            BookingStanding::NoShow => Self::NoShow,
            BookingStanding::Cancelled => Self::Cancelled,
        }
    }
}

/// 準備
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum BookingPreparation {
    NotBegun,
    Asked,
    Answered,
    Ready,
}

impl From<Preparation> for BookingPreparation {
    fn from(preparation: Preparation) -> Self {
        match preparation {
            Preparation::NotBegun => Self::NotBegun,
            Preparation::Asked => Self::Asked,
            Preparation::Answered => Self::Answered,
            Preparation::Ready => Self::Ready,
        }
    }
}

/// A booking whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct BookingShown {
    pub row: BookingRow,
    /// `2026-11-25`
    pub date: String,
    pub office: String,
    pub when: String,
    pub phone: String,
    pub note: String,
    pub sections: Vec<BookingSection>,
    pub consent: Option<String>,
    pub history: Vec<BookingLine>,
    /// 「11/21 9:05」: the server is not there, and this is how it was then. It can be opened, and nothing else.
    pub known_at: Option<String>,
}

/// What happened to it, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct BookingLine {
    pub at: String,
    pub by: String,
    pub what: String,
}

pub(super) fn week_shown(week: &Week, plans: &[Plan], known_at: Option<String>) -> BookingWeek {
    let corners: Vec<Corner> = plans.iter().map(corner).collect();
    let first = week.days.first().map_or(week.today, |day| day.date);
    let turn = |days: i64| first.checked_add(jiff::Span::new().days(days)).unwrap_or(first).to_string();
    let mut times: Vec<Time> =
        week.days.iter().flat_map(|day| day.slots.iter().map(|slot| slot.start)).collect();
    times.sort();
    times.dedup();
    BookingWeek {
        corner: corners.iter().find(|corner| corner.office == week.office.as_str()).cloned(),
        corners,
        days: week
            .days
            .iter()
            .map(|day| BookingWeekDay {
                date: day.date.to_string(),
                label: short_day(day.date),
                long: long_date(day.date),
                today: day.date == week.today,
                closed: day.closed.clone(),
                slots: day
                    .slots
                    .iter()
                    .map(|slot| SlotShown {
                        start: start_text(DateTime::from_parts(day.date, slot.start)),
                        time: at_words(slot.start),
                        minutes: slot.minutes,
                        free: slot.free,
                        standing: slot.state.into(),
                    })
                    .collect(),
            })
            .collect(),
        times: times.into_iter().map(at_words).collect(),
        previous: turn(-7),
        next: turn(7),
        known_at,
    }
}

impl Counter {
    pub(super) fn days_shown(&self, rows: &[Row], known_at: Option<String>) -> BookingDays {
        let today = self.today();
        let next = self.next_open_day();
        let day = |title: &str, date: Date| BookingDay {
            date: date.to_string(),
            title: title.to_owned(),
            long: long_date(date),
            rows: rows
                .iter()
                .filter(|row| row.start.date() == date)
                .map(|row| self.booking_row(row))
                .collect(),
        };
        let tomorrow = today.tomorrow().is_ok_and(|tomorrow| tomorrow == next);
        let next_title = if tomorrow { "明日" } else { "次の開庁日" };
        BookingDays { days: vec![day("今日", today), day(next_title, next)], known_at }
    }

    /// The wall clock's day and minute.
    pub fn now_on_the_wall(&self) -> DateTime {
        office_time::wall(self.clock.now())
    }

    pub(super) fn next_open_day(&self) -> Date {
        let calendar = self.city.pack.as_ref().map_or_else(Calendar::default, |pack| pack.calendar.clone());
        let mut day = self.today();
        for _ in 0..31 {
            let Ok(after) = day.tomorrow() else { break };
            day = after;
            if calendar.is_open(day) {
                break;
            }
        }
        day
    }

    pub(super) fn booking_row(&self, row: &Row) -> BookingRow {
        let office =
            self.city.pack.as_ref().and_then(|pack| {
                pack.offices.iter().find(|office| office.id.as_str() == row.office.as_str())
            });
        let case = self.case_of_row(row);
        BookingRow {
            id: row.id.to_string(),
            time: at_words(row.start.time()),
            minutes: row.minutes,
            name: row.name.clone(),
            corner: office.map_or_else(|| row.office.to_string(), |office| office.name.ja.clone()),
            life_event: self.life_event_name(&row.life_event),
            walk_in: row.walk_in,
            standing: row.state.into(),
            preparation: self.preparation(row),
            case: case.map(|case| case.to_string()),
            here: case.is_some_and(|case| self.cases.get(case).is_ok()),
            answered: row.answered,
            unknown: row.unknown,
            revision: row.revision,
        }
    }

    /// 準備 as far as it is: what the book says, or what was done in its case since, whichever is further. So it moves by
    /// itself as departments are asked, answer, and papers are printed.
    fn preparation(&self, row: &Row) -> BookingPreparation {
        let case = self.case_of_row(row).and_then(|case| self.cases.get(case).ok());
        let done = case.as_ref().map_or(BookingPreparation::NotBegun, prepared);
        done.max(row.preparation.into())
    }

    /// A booking as its sheet shows it.
    pub fn booking_shown(&self, booking: &Booking) -> Result<BookingShown, CounterError> {
        let pack = self.pack_now()?;
        let row = &booking.row;
        let facts = madoka_facts::CaseFacts::from_value(
            &booking.given.answers,
            &pack.vocabulary,
            madoka_facts::Source::Booking,
        );
        let facts = facts.map(|read| read.facts).unwrap_or_default();
        let sections = self.asks(&row.life_event).map(|asks| {
            let shown = asks.now(&facts).map(|(title, asks)| BookingSection {
                title: title.to_owned(),
                questions: asks
                    .filter_map(|ask| question(pack, &row.life_event, ask, &facts, self.today()))
                    .filter(|shown| !shown.said.is_empty())
                    .collect(),
            });
            shown.filter(|section| !section.questions.is_empty()).collect()
        });
        Ok(BookingShown {
            row: self.booking_row(row),
            date: row.start.date().to_string(),
            office: row.office.to_string(),
            when: format!("{}{}", day_words(row.start.date()), at_words(row.start.time())),
            phone: booking.given.phone.clone(),
            note: booking.given.note.as_ref().map(|note| note.as_str().to_owned()).unwrap_or_default(),
            sections: sections.unwrap_or_default(),
            consent: booking.consent.as_ref().map(|consent| consent.text.clone()),
            history: booking
                .history
                .iter()
                .rev()
                .map(|step| BookingLine {
                    at: office_time::moment(step.at),
                    by: step.by.as_str().to_owned(),
                    what: happened(&step.what),
                })
                .collect(),
            known_at: None,
        })
    }

    pub(super) fn life_event_name(&self, id: &madoka_casework::LifeEventId) -> Texts {
        let known = self.city.life_event(id.as_str()).map(|event| event.name.clone());
        known.unwrap_or_else(|| Texts { ja: id.to_string(), easy: id.to_string(), en: id.to_string() })
    }
}

/// How far a case is prepared.
fn prepared(case: &Case) -> BookingPreparation {
    let printed = case.papers().any(|event| matches!(event.kind, EventKind::Printed { .. }));
    let inquiries = case.inquiries();
    let mut asked = inquiries.iter().filter(|inquiry| inquiry.procedure.is_some()).peekable();
    match (printed, asked.peek().is_some()) {
        (true, _) => BookingPreparation::Ready,
        (false, true) if asked.all(|inquiry| !inquiry.replies.is_empty()) => BookingPreparation::Answered,
        (false, true) => BookingPreparation::Asked,
        (false, false) => BookingPreparation::NotBegun,
    }
}

pub(super) fn corner(plan: &Plan) -> Corner {
    Corner { office: plan.office.to_string(), name: plan.name.clone(), minutes: plan.minutes }
}

fn happened(what: &Happened) -> String {
    let when = |at: &DateTime| format!("{}{}", day_words(at.date()), at_words(at.time()));
    match what {
        Happened::Made { start } => format!("{}の予約を受けました", when(start)),
        Happened::Moved { from, to } => format!("{}から{}に変えました", when(from), when(to)),
        Happened::Edited {} => "聞き取りを直しました".to_owned(),
        Happened::Cancelled { reason } => format!("取り消しました（{}）", reason.as_str()),
        Happened::State { state } => match state {
            BookingState::Booked => "予約に戻しました",
            BookingState::Arrived => "いらっしゃいました",
            BookingState::Done => "終わりました",
            BookingState::NoShow => "いらっしゃいませんでした",
            BookingState::Cancelled => "取り消しました",
        }
        .to_owned(),
        Happened::Prepared { preparation } => match preparation {
            Preparation::NotBegun => "準備を未着手に戻しました",
            Preparation::Asked => "照会を始めました",
            Preparation::Answered => "回答がそろいました",
            Preparation::Ready => "準備ができました",
        }
        .to_owned(),
        Happened::Taken { .. } => "案件にしました".to_owned(),
    }
}

/// 「2026年11月25日（水）」
pub(super) fn day_words(day: Date) -> String {
    long_date(day)
}

/// 「10:00」
pub(super) fn at_words(time: Time) -> String {
    format!("{}:{:02}", time.hour(), time.minute())
}

/// `2026-11-25T10:00`
pub(super) fn start_text(start: DateTime) -> String {
    format!("{}T{:02}:{:02}", start.date(), start.hour(), start.minute())
}

/// 「25日（水）」
fn short_day(day: Date) -> String {
    let long = long_date(day);
    let weekday = long.split_once('（').map_or("", |(_, weekday)| weekday);
    format!("{}/{}（{weekday}", day.month(), day.day())
}
