//! Where practice's book is kept: in the practice database, with its made-up cases.

use madoka_casework::LifeEventId;
use madoka_rules::Calendar;

use super::practice::Now;
use super::{BookingError, Diary, PracticeDiary};
use crate::{Counter, CounterError, office_time};

const BOOK: &str = "practice_bookings";
/// What the made-up families come for.
const LIFE_EVENT: &str = "death";

impl Counter {
    /// Asks practice's book. The city's counter has none of its own: its book is the server's.
    pub fn with_practice_diary<T>(
        &mut self,
        work: impl FnOnce(&mut dyn Diary) -> Result<T, CounterError>,
    ) -> Result<T, CounterError> {
        let mut diary = self.practice_diary()?;
        let answer = work(&mut diary);
        let kept = serde_json::to_string(&diary).unwrap_or_default();
        self.cases.store_mut()?.set(BOOK, &kept)?;
        answer
    }

    fn practice_diary(&self) -> Result<PracticeDiary, CounterError> {
        if !self.practice {
            return Err(BookingError::NoPlan.into());
        }
        let at = self.clock.now();
        let now = Now {
            at,
            wall: office_time::wall(at),
            calendar: self.city.pack.as_ref().map_or_else(Calendar::default, |pack| pack.calendar.clone()),
            by: Some((self.me.staff.clone(), self.me.terminal.clone())),
        };
        let kept = self.cases.store()?.setting(BOOK)?.unwrap_or_default();
        if let Ok(diary) = serde_json::from_str::<PracticeDiary>(&kept) {
            return Ok(diary.at(now));
        }
        let life_event = LifeEventId::parse(LIFE_EVENT).map_err(CounterError::Name)?;
        PracticeDiary::begun(now, &life_event).ok_or_else(|| BookingError::NoPlan.into())
    }
}
