//! 予約: visits arranged before, with answers given before. The week of a corner, an entry by telephone, changes, and the
//! booking that becomes a case.
//!
//! Bookings live on the city's server; practice has an office of its own, made up and kept in the terminal's practice
//! database. Both are a [`Diary`], and every screen speaks to one. What was seen last can be read without the server
//! ([`known`]); a new booking or a change needs it, because two corners must never give away the same place.
//!
//! **Not for:** which slots there are ([`madoka_sync::slots`]) and what departments answer before the visit.

mod asks;
mod diary;
mod entry;
mod error;
mod keep;
mod known;
mod opening;
mod practice;
mod shown;

pub use asks::{BookingAsks, booking_asks};
pub use diary::{Diary, ServerDiary};
pub use entry::{BookingEntry, BookingQuestion, BookingSection, EntryGiven, ToMake};
pub use error::BookingError;
pub use known::unreachable;
pub use opening::{Opening, take, tell_openings};
pub use practice::PracticeDiary;
pub use shown::{
    BookingDay, BookingDays, BookingLine, BookingPreparation, BookingRow, BookingShown, BookingStanding,
    BookingWeek, BookingWeekDay, Corner, SlotShown, SlotStanding,
};
