//! 予約. Each command asks the book first (the server's, without holding the counter meanwhile, or practice's own), then
//! shows what it said.

use jiff::civil::{Date, DateTime};
use madoka_casework::{OfficeId, Words};
use madoka_counter::afterwards::Afterwards;
use madoka_counter::bookings::{
    BookingDays, BookingEntry, BookingError, BookingShown, BookingStanding, BookingWeek, Corner, Diary,
    EntryGiven, Opening, ServerDiary, take, tell_openings, unreachable,
};
use madoka_counter::visit::Given;
use madoka_counter::{Counter, CounterError};
use madoka_sync::terminal::SyncError;
use madoka_sync::wire::bookings::{Act, BookingId, What, Which};
use madoka_text::Personal;
use tauri::State;

use super::{Desk, blocking, case_id};
use crate::problem::{Answer, refused};

/// Asks the book of the counter on the screen.
fn ask<T>(
    desk: &Desk,
    work: impl FnOnce(&mut dyn Diary) -> Result<T, CounterError>,
) -> Answer<Result<T, CounterError>> {
    let mut counter = desk.counter()?;
    if counter.is_practice() {
        return Ok(counter.with_practice_diary(work));
    }
    drop(counter);
    let Some(link) = desk.link() else { return Ok(Err(SyncError::Offline.into())) };
    Ok(blocking(|| work(&mut ServerDiary::new(&link)?)))
}

fn booking_id(text: &str) -> Answer<BookingId> {
    text.parse().map_err(|_| refused(BookingError::Unknown.into()))
}

fn start_time(text: &str) -> Answer<DateTime> {
    text.parse().map_err(|_| refused(BookingError::When.into()))
}

/// The week of a corner (the first one where none is named) with a day in it; where none is named, the first week in which a
/// place can be had.
#[tauri::command(async)]
pub(crate) fn booking_week(
    desk: State<'_, Desk>,
    office: Option<String>,
    day: Option<String>,
    life_event: Option<String>,
) -> Answer<BookingWeek> {
    let office = office.as_deref().and_then(|office| OfficeId::parse(office).ok());
    let day: Option<Date> = day.as_deref().and_then(|day| day.parse().ok());
    let life_event = life_event.as_deref().and_then(|id| id.parse().ok());
    let today = desk.counter()?.booking_days().from;
    let told = ask(&desk, |diary| {
        let plans = diary.plans()?;
        let corner = office.clone().or_else(|| plans.first().map(|plan| plan.office.clone()));
        let week = corner.map(|office| {
            let which = Which { office, day: day.unwrap_or(today), life_event };
            if day.is_some() { diary.week(&which) } else { diary.first_week(&which) }
        });
        Ok((plans, week.transpose()?))
    })?;
    desk.counter()?.booking_week(office.as_ref(), day, told).map_err(refused)
}

/// Today's bookings and the next open day's.
#[tauri::command(async)]
pub(crate) fn booking_days(desk: State<'_, Desk>) -> Answer<BookingDays> {
    let days = desk.counter()?.booking_days();
    let told = ask(&desk, |diary| diary.list(&days))?;
    let reached = told.is_ok();
    let mut shown = desk.counter()?.booking_list(told).map_err(refused)?;
    if reached && catch_up(&desk)? {
        let told = ask(&desk, |diary| diary.list(&days))?;
        shown = desk.counter()?.booking_list(told).map_err(refused)?;
    }
    Ok(shown)
}

/// The book is there: it hears of what was opened without it, and tells what is needed to open the rest without it.
/// Answers whether the list says something else by now.
fn catch_up(desk: &Desk) -> Answer<bool> {
    let counter = desk.counter()?;
    let (untold, unknown) = (counter.untold_openings(), counter.bookings_to_know());
    drop(counter);
    if untold.is_empty() && unknown.is_empty() {
        return Ok(false);
    }
    let told = ask(desk, |diary| {
        tell_openings(diary, &untold)?;
        unknown.iter().map(|id| diary.one(*id)).collect::<Result<Vec<_>, _>>()
    })?;
    if let Ok(whole) = told {
        desk.counter()?.know_bookings(whole).map_err(refused)?;
    } else {
        // The list is on the screen; the rest is tried with the next look.
        tracing::info!("bookings not caught up");
    }
    Ok(!untold.is_empty())
}

/// 予約を書き始める
#[tauri::command(async)]
pub(crate) fn begin_booking(
    desk: State<'_, Desk>,
    office: &str,
    life_event: &str,
    start: Option<String>,
) -> Answer<BookingEntry> {
    let plans = ask(&desk, |diary| diary.plans())?.map_err(refused)?;
    let plan = plans.iter().find(|plan| plan.office.as_str() == office);
    let plan = plan.ok_or(BookingError::NoPlan).map_err(|error| refused(error.into()))?;
    let corner = Corner { office: office.to_owned(), name: plan.name.clone(), minutes: plan.minutes };
    let mut counter = desk.counter()?;
    let (start, walk_in) = match start {
        Some(start) => (start_time(&start)?, false),
        None => (counter.now_on_the_wall(), true),
    };
    counter.begin_booking(&corner, plan.consent.clone(), life_event, start, walk_in).map_err(refused)
}

/// 聞き取りを直す
#[tauri::command(async)]
pub(crate) fn edit_booking(desk: State<'_, Desk>, booking: &str, corner: &str) -> Answer<BookingEntry> {
    let id = booking_id(booking)?;
    let booking = ask(&desk, |diary| diary.one(id))?.map_err(refused)?;
    desk.counter()?.edit_booking(&booking, corner).map_err(refused)
}

/// The entry that is being written.
#[tauri::command]
pub(crate) fn booking_entry(desk: State<'_, Desk>) -> Answer<Option<BookingEntry>> {
    desk.counter()?.booking_entry().map_err(refused)
}

#[tauri::command]
pub(crate) fn put_booking(desk: State<'_, Desk>, given: EntryGiven) -> Answer<BookingEntry> {
    desk.counter()?.put_booking(&given).map_err(refused)
}

#[tauri::command]
pub(crate) fn answer_booking(desk: State<'_, Desk>, fact: &str, given: Given) -> Answer<BookingEntry> {
    desk.counter()?.answer_booking(fact, &given).map_err(refused)
}

/// やめる
#[tauri::command]
pub(crate) fn drop_booking(desk: State<'_, Desk>) -> Answer<()> {
    desk.counter()?.drop_booking().map_err(refused)
}

/// 確定する: it is in the book when this answers, and only then the entry is let go.
#[tauri::command(async)]
pub(crate) fn make_booking(desk: State<'_, Desk>) -> Answer<BookingShown> {
    let to_make = desk.counter()?.booking_to_make().map_err(refused)?;
    let made = ask(&desk, |diary| to_make.ask(diary))?.map_err(refused)?;
    let mut counter = desk.counter()?;
    counter.booking_made().map_err(refused)?;
    counter.booking_shown(&made).map_err(refused)
}

#[tauri::command(async)]
pub(crate) fn booking(desk: State<'_, Desk>, booking: &str) -> Answer<BookingShown> {
    let id = booking_id(booking)?;
    match ask(&desk, |diary| diary.one(id))? {
        Ok(booking) => desk.counter()?.booking_shown(&booking),
        Err(error) if unreachable(&error) => desk.counter()?.known_booking_shown(id),
        Err(error) => Err(error),
    }
    .map_err(refused)
}

fn change(desk: &Desk, booking: &str, revision: u64, act: What) -> Answer<BookingShown> {
    let id = booking_id(booking)?;
    let changed = ask(desk, |diary| diary.change(id, &Act { revision, act }))?.map_err(refused)?;
    desk.counter()?.booking_shown(&changed).map_err(refused)
}

/// 日時を変える
#[tauri::command(async)]
pub(crate) fn move_booking(
    desk: State<'_, Desk>,
    booking: &str,
    revision: u64,
    start: &str,
) -> Answer<BookingShown> {
    change(&desk, booking, revision, What::Move { start: start_time(start)? })
}

/// 取り消す
#[tauri::command(async)]
pub(crate) fn cancel_booking(
    desk: State<'_, Desk>,
    booking: &str,
    revision: u64,
    reason: &str,
) -> Answer<BookingShown> {
    let reason = Words::parse(reason).map_err(|error| refused(error.into()))?;
    change(&desk, booking, revision, What::Cancel { reason })
}

/// 来庁・終了・来なかった
#[tauri::command(async)]
pub(crate) fn booking_stands(
    desk: State<'_, Desk>,
    booking: &str,
    revision: u64,
    standing: BookingStanding,
) -> Answer<BookingShown> {
    change(&desk, booking, revision, What::State { state: standing.into() })
}

/// 予約から照会する: the departments are asked before anybody comes.
#[tauri::command(async)]
pub(crate) fn ask_for_booking(desk: State<'_, Desk>, booking: &str) -> Answer<BookingShown> {
    let case = case_id(&opened(&desk, booking, false)?)?;
    desk.counter()?.ask_for_booked(case).map_err(refused)?;
    let id = booking_id(booking)?;
    let booking = ask(&desk, |diary| diary.one(id))?.map_err(refused)?;
    desk.counter()?.booking_shown(&booking).map_err(refused)
}

/// 案件にする・続ける: answers the case. `arrived`: the visitor is here.
#[tauri::command(async)]
pub(crate) fn open_booking(desk: State<'_, Desk>, booking: &str, arrived: bool) -> Answer<String> {
    opened(&desk, booking, arrived)
}

fn opened(desk: &Desk, booking: &str, arrived: bool) -> Answer<String> {
    let id = booking_id(booking)?;
    let known = desk.counter()?.case_of_booking(id);
    let asked = ask(desk, |diary| diary.one(id))?;
    let mut booking = match (asked, known) {
        (Ok(booking), _) => booking,
        // The case is here already: without the server work goes on with what there is.
        (Err(_), Some(case)) => {
            if arrived {
                desk.counter()?.arrived(case).map_err(refused)?;
            }
            return Ok(case.to_string());
        }
        // Nobody has begun: it becomes a case of what was known last.
        (Err(error), None) if unreachable(&error) => {
            let mut counter = desk.counter()?;
            let case = counter.open_known(id).map_err(refused)?;
            if arrived {
                counter.arrived(case).map_err(refused)?;
            }
            return Ok(case.to_string());
        }
        (Err(error), None) => return Err(refused(error)),
    };
    let opening = desk.counter()?.opening(&booking).map_err(refused)?;
    let case = match opening {
        Opening::Here(case) => case,
        Opening::New(case) => {
            match ask(desk, |diary| take(diary, &booking, case))? {
                Ok(taken) => booking = taken,
                // The line broke in between; the book is told when it is back.
                Err(error) if unreachable(&error) => {}
                Err(error) => return Err(refused(error)),
            }
            desk.counter()?.open_booked(&booking, case).map_err(refused)?
        }
    };
    if arrived {
        desk.counter()?.arrived(case).map_err(refused)?;
    }
    if arrived && let Some((id, act)) = Counter::arrival(&booking) {
        // The case is open either way; who has come can be told again.
        if ask(desk, |diary| diary.change(id, &act))?.is_err() {
            tracing::info!("arrival not told");
        }
    }
    Ok(case.to_string())
}

/// このあとの確認
#[tauri::command(async)]
pub(crate) fn afterwards(desk: State<'_, Desk>) -> Answer<Afterwards> {
    desk.counter()?.afterwards().map_err(refused)
}

/// 電話の記録
#[tauri::command]
pub(crate) fn follow_up(desk: State<'_, Desk>, case: &str, words: String, end: bool) -> Answer<Afterwards> {
    desk.counter()?.follow_up(case_id(case)?, &Personal::new(words), end).map_err(refused)
}
