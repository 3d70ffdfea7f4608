//! 予約枠: on which days and at which times a corner can be booked. The server decides by it, and practice mode does.

use std::ops::Range;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time, Weekday};
use madoka_casework::LifeEventId;
use madoka_rules::{Calendar, holiday};

use crate::wire::bookings::{Day, Hours, Plan, Slot, SlotState, Week, Which, limit};

/// Whether a plan can be kept; says what is wrong with it.
pub fn check(plan: &Plan) -> Result<(), &'static str> {
    let wrong = Err::<(), &'static str>;
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
pub fn length(plan: &Plan, life_event: Option<&LifeEventId>) -> u16 {
    life_event.and_then(|event| plan.lengths.get(event)).copied().unwrap_or(plan.minutes)
}

/// Why a corner is closed on a day, if it is.
pub fn closed(plan: &Plan, calendar: &Calendar, day: Date) -> Option<String> {
    if let Some(closed) = plan.closed.iter().find(|closed| closed.day == day) {
        return Some(if closed.why.is_empty() { "休み".to_owned() } else { closed.why.clone() });
    }
    if plan.open.contains(&day) || calendar.is_open(day) {
        return None;
    }
    Some(holiday(day).unwrap_or("閉庁日").to_owned())
}

/// When visits can begin on a day, in order; none where it is closed.
pub fn starts(plan: &Plan, calendar: &Calendar, day: Date) -> Vec<Time> {
    if closed(plan, calendar, day).is_some() {
        return Vec::new();
    }
    let weekday = day.weekday().to_monday_one_offset().unsigned_abs();
    let of_day = |hours: &&Hours| hours.weekdays.contains(&weekday);
    let mut starts: Vec<Time> =
        plan.hours.iter().filter(of_day).flat_map(|hours| hours.starts.iter().copied()).collect();
    starts.sort();
    starts.dedup();
    starts
}

/// Whether a visit that begins then may still be booked now (締切) and may be booked already.
pub fn may_be_booked(plan: &Plan, calendar: &Calendar, start: DateTime, now: DateTime) -> bool {
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

/// Whether a visit can be booked for this time now: it is on a slot, and neither too late nor too far ahead.
pub fn bookable(plan: &Plan, calendar: &Calendar, start: DateTime, now: DateTime) -> bool {
    starts(plan, calendar, start.date()).contains(&start.time()) && may_be_booked(plan, calendar, start, now)
}

/// The week of a day as it stands in the week view. `taken`: who has which seat in which piece of it.
pub fn week(plan: &Plan, calendar: &Calendar, which: &Which, taken: &[(u8, i64)], now: DateTime) -> Week {
    let minutes = length(plan, which.life_event.as_ref());
    let slot = |date: Date, start| {
        let begins = DateTime::from_parts(date, start);
        let pieces = pieces(begins, minutes);
        let mut seats: Vec<u8> =
            taken.iter().filter(|(_, piece)| pieces.contains(piece)).map(|(seat, _)| *seat).collect();
        seats.sort_unstable();
        seats.dedup();
        let free = (0..plan.seats).filter(|seat| !seats.contains(seat)).count();
        let free = u8::try_from(free).unwrap_or(u8::MAX);
        let state = if !may_be_booked(plan, calendar, begins, now) {
            SlotState::Past
        } else if free == 0 {
            SlotState::Full
        } else {
            SlotState::Open
        };
        Slot { start, minutes, free, state }
    };
    let days = days_of_week(which.day)
        .into_iter()
        .map(|date| Day {
            date,
            closed: closed(plan, calendar, date),
            slots: starts(plan, calendar, date).into_iter().map(|start| slot(date, start)).collect(),
        })
        .collect();
    Week {
        office: plan.office.clone(),
        name: plan.name.clone(),
        today: now.date(),
        consent: plan.consent.clone(),
        days,
    }
}

/// The week a day is in, from its Monday.
pub fn days_of_week(day: Date) -> Vec<Date> {
    let back = i64::from(day.weekday().since(Weekday::Monday));
    let monday = day.checked_sub(back.days()).unwrap_or(day);
    (0..7).filter_map(|n: i64| monday.checked_add(n.days()).ok()).collect()
}

/// The five minutes somebody walked in.
pub fn grid(at: DateTime) -> DateTime {
    let minute = at.minute() / 5 * 5;
    at.with().minute(minute).second(0).subsec_nanosecond(0).build().unwrap_or(at)
}

/// The pieces of time a visit takes, counted in five minutes since 1970 on the wall's clock. Two visits meet where they share one, however
/// long they are and whatever the plan said when they were booked.
pub fn pieces(start: DateTime, minutes: u16) -> Range<i64> {
    let days = start.date().since(Date::constant(1970, 1, 1)).map_or(0, |span| i64::from(span.get_days()));
    let begins = (days * 24 + i64::from(start.hour())) * 12 + i64::from(start.minute() / 5);
    begins..begins + i64::from(minutes.div_ceil(limit::GRID).max(1))
}

/// The lowest seat nobody has in all of these pieces.
pub fn free_seat(seats: u8, taken: &[u8]) -> Option<u8> {
    (0..seats).find(|seat| !taken.contains(seat))
}
