//! 予約枠: on which days and at which times a corner can be booked. Pure.

use std::ops::Range;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time};
use madoka_casework::LifeEventId;
use madoka_rules::{Calendar, holiday};
use madoka_sync::wire::bookings::{Plan, limit};

use super::BookingError;

/// Whether a plan can be kept; says what is wrong with it.
pub(super) fn check(plan: &Plan) -> Result<(), BookingError> {
    let wrong = |what: &'static str| Err(BookingError::Plan(what));
    let length = |minutes: u16| {
        (limit::GRID..=limit::MINUTES).contains(&minutes) && minutes.is_multiple_of(limit::GRID)
    };
    if plan.name.trim().is_empty() || plan.name.chars().count() > limit::NAME {
        return wrong("窓口の名前を100文字までで入れてください。");
    }
    if !length(plan.minutes) || !plan.lengths.values().all(|minutes| length(*minutes)) {
        return wrong("所要時間は5分から8時間まで、5分単位で入れてください。");
    }
    if plan.seats == 0 || plan.seats > limit::SEATS {
        return wrong("同時に受ける数は1から50までです。");
    }
    let starts: usize = plan.hours.iter().map(|hours| hours.starts.len() * hours.weekdays.len().max(1)).sum();
    let on_grid =
        |start: &Time| start.minute() % 5 == 0 && start.second() == 0 && start.subsec_nanosecond() == 0;
    if plan.hours.len() > 7
        || starts > limit::STARTS * 7
        || !plan.hours.iter().flat_map(|hours| &hours.starts).all(on_grid)
    {
        return wrong("開始時刻は5分単位で、1日96までです。");
    }
    let weekdays: Vec<u8> = plan.hours.iter().flat_map(|hours| hours.weekdays.iter().copied()).collect();
    if weekdays.iter().any(|day| !(1..=7).contains(day)) {
        return wrong("曜日は月曜の1から日曜の7までです。");
    }
    if plan.closed.len() > 1_000
        || plan.open.len() > 1_000
        || plan.closed.iter().any(|closed| closed.why.chars().count() > 100)
    {
        return wrong("休みと臨時開庁は1,000日まで、理由は100文字までです。");
    }
    if plan.ahead > 366 || plan.until.open_days_before > 30 {
        return wrong("予約できるのは1年先まで、締切は30開庁日前までです。");
    }
    if plan.consent.text.trim().is_empty() || plan.consent.text.chars().count() > limit::CONSENT {
        return wrong("同意事項を4,000文字までで入れてください。");
    }
    Ok(())
}

/// How long a visit for this life event is.
pub(super) fn length(plan: &Plan, life_event: Option<&LifeEventId>) -> u16 {
    life_event.and_then(|event| plan.lengths.get(event)).copied().unwrap_or(plan.minutes)
}

/// Why a corner is closed on a day, if it is.
pub(super) fn closed(plan: &Plan, calendar: &Calendar, day: Date) -> Option<String> {
    if let Some(closed) = plan.closed.iter().find(|closed| closed.day == day) {
        return Some(if closed.why.is_empty() { "休み".to_owned() } else { closed.why.clone() });
    }
    if plan.open.contains(&day) || calendar.is_open(day) {
        return None;
    }
    Some(holiday(day).unwrap_or("閉庁日").to_owned())
}

/// When visits can begin on a day, in order; none where it is closed.
pub(super) fn starts(plan: &Plan, calendar: &Calendar, day: Date) -> Vec<Time> {
    if closed(plan, calendar, day).is_some() {
        return Vec::new();
    }
    let weekday = day.weekday().to_monday_one_offset().unsigned_abs();
    let of_day = |hours: &&madoka_sync::wire::bookings::Hours| hours.weekdays.contains(&weekday);
    let mut starts: Vec<Time> =
        plan.hours.iter().filter(of_day).flat_map(|hours| hours.starts.iter().copied()).collect();
    starts.sort();
    starts.dedup();
    starts
}

/// Whether a visit that begins then may still be booked now (締切) and may be booked already.
pub(super) fn may_be_booked(plan: &Plan, calendar: &Calendar, start: DateTime, now: DateTime) -> bool {
    let last = now.date().checked_add(i64::from(plan.ahead).days()).unwrap_or(Date::MAX);
    if start < now || start.date() > last {
        return false;
    }
    let mut day = start.date();
    for _ in 0..plan.until.open_days_before {
        day = open_day_before(plan, calendar, day);
    }
    plan.until.open_days_before == 0 && plan.until.at == Time::midnight()
        || now <= day.to_datetime(plan.until.at)
}

fn open_day_before(plan: &Plan, calendar: &Calendar, day: Date) -> Date {
    let mut day = day;
    for _ in 0..366 {
        let Ok(before) = day.yesterday() else { break };
        day = before;
        if closed(plan, calendar, day).is_none() {
            break;
        }
    }
    day
}

/// The pieces of time a visit takes, counted in five minutes since 1970 on the wall's clock. Two visits meet where they share one, however
/// long they are and whatever the plan said when they were booked.
pub(super) fn pieces(start: DateTime, minutes: u16) -> Range<i64> {
    let days = start.date().since(Date::constant(1970, 1, 1)).map_or(0, |span| i64::from(span.get_days()));
    let begins = (days * 24 + i64::from(start.hour())) * 12 + i64::from(start.minute() / 5);
    begins..begins + i64::from(minutes.div_ceil(limit::GRID).max(1))
}

/// The lowest seat nobody has in all of these pieces.
pub(super) fn free_seat(seats: u8, taken: &[u8]) -> Option<u8> {
    (0..seats).find(|seat| !taken.contains(seat))
}
