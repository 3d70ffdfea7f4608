//! 練習の数字: two months of a made-up city hall, so that the screen can be learned. The same on every day it is looked at,
//! and said to be nobody's.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use madoka_casework::{FoundBy, MissedProcedure, OfficeId, Outcome, State, Step, Summary};
use madoka_sync::wire::statistics::{AnswerFigures, Answers};

use super::PracticeFigures;
use crate::{Counter, CounterError, office_time};

/// So many days back.
const DAYS: i64 = 92;
/// Life event, office, cases of a usual day, minutes of work a case, and of ten cases those done in one stop.
const WORK: [(&str, &str, u32, u64, u32); 6] = [
    ("certificate", "shimin", 9, 6, 10),
    ("move_in", "shimin", 4, 21, 8),
    ("move_out", "shimin", 3, 14, 9),
    ("move_within", "shimin", 2, 18, 8),
    ("birth", "shimin", 1, 24, 7),
    ("death", "okuyami", 2, 33, 5),
];
/// Departments with the middle of their answers in minutes, and of ten things that apply those taken at the corner.
const DEPARTMENTS: [(&str, u32, u64); 5] =
    [("hoken", 18, 8), ("kaigo", 9, 9), ("shiminzei", 41, 5), ("nozei", 26, 6), ("suido", 130, 10)];
/// Of ten cases, in which hour from nine on people come.
const HOURS: [u8; 20] = [9, 9, 9, 10, 10, 10, 10, 11, 11, 11, 11, 12, 13, 13, 13, 14, 14, 15, 15, 16];
const UNKNOWN: [&str; 4] =
    ["deceased.high_medical_costs", "deceased.debts", "deceased.pension", "case.estate_over_threshold"];

impl Counter {
    /// Practice's figures: made up, and what was closed here while practising.
    pub fn practice_figures(&self) -> Result<PracticeFigures, CounterError> {
        let today = self.today();
        let first = today.checked_sub(jiff::Span::new().days(DAYS)).unwrap_or(today);
        let mut rows = made_up(first, today);
        let (begin, _) = office_time::bounds(first);
        let (_, end) = office_time::bounds(today);
        for case in self.cases.store()?.cases_between(begin, end)? {
            if case.state() == State::Closed
                && let Some(summary) = case.summary()
                && let Ok(office) = OfficeId::parse("okuyami")
            {
                rows.push((office, summary));
            }
        }
        Ok(PracticeFigures { rows, answers: answers() })
    }
}

/// A number from a number: no chance in it, only variety.
const fn varied(number: u32) -> u32 {
    let mixed = number.wrapping_mul(2_654_435_761);
    (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519) >> 8
}

fn made_up(first: Date, today: Date) -> Vec<(OfficeId, Summary)> {
    let mut rows = Vec::new();
    let days = first.series(jiff::Span::new().days(1)).take_while(|day| *day < today);
    let mut number = 0_u32;
    for day in days.filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)) {
        let busy = matches!(day.weekday(), Weekday::Monday) || day.day() >= 25;
        for (life_event, office, usual, minutes, one_stop) in WORK {
            let cases = usual + u32::from(busy) * usual.div_ceil(3) + varied(number) % 2;
            for _ in 0..cases {
                number += 1;
                if let (Ok(office), Some(summary)) =
                    (OfficeId::parse(office), one(number, day, life_event, (minutes, one_stop, busy)))
                {
                    rows.push((office, summary));
                }
            }
        }
    }
    rows
}

fn one(
    number: u32,
    day: Date,
    life_event: &str,
    (minutes, one_stop, busy): (u64, u32, bool),
) -> Option<Summary> {
    let dice = |of: u32, salt: u32| varied(number.wrapping_mul(31).wrapping_add(salt)) % of;
    let at = usize::try_from(dice(20, 1)).unwrap_or(0);
    let hour = HOURS.get(at).copied().unwrap_or(10);
    let noon = u32::from((10..12).contains(&hour));
    let seconds = minutes * u64::from(45 + dice(35, 2));
    let part = |tenths: u64| seconds * tenths / 10;
    let done = dice(10, 3) < one_stop;
    let papers = u32::try_from(minutes / 4).unwrap_or(0) + dice(3, 4);
    let death = life_event == "death";
    let unknown: BTreeSet<String> = UNKNOWN
        .iter()
        .enumerate()
        .filter(|(at, _)| death && dice(10, 10 + u32::try_from(*at).unwrap_or(0)) < 4)
        .map(|(_, fact)| (*fact).to_owned())
        .collect();
    let set = |yes: bool, name: &str| {
        if yes { BTreeSet::from([name.to_owned()]) } else { BTreeSet::new() }
    };
    let corrected = death && dice(10, 5) == 0;
    let pictures = dice(8, 6);
    let wrong = u32::from(pictures > 0 && dice(10, 7) == 0);
    let missed = death && dice(25, 8) == 0;
    Some(Summary {
        life_event: life_event.parse().ok()?,
        pack: None,
        outcome: Outcome::Completed,
        day,
        hour,
        seconds: BTreeMap::from([
            (Step::Reading, part(2)),
            (Step::Asking, part(3)),
            (Step::Choosing, part(1)),
            (Step::Filling, part(3)),
            (Step::Guiding, part(1)),
        ]),
        waiting: u64::from(60 * (3 + dice(9, 9) + 9 * noon + 8 * u32::from(busy))),
        one_stop: done,
        procedures: papers + 3,
        done: papers + 2,
        later: u32::from(!done),
        declined: 0,
        other_office: 0,
        corrected: u32::from(corrected),
        papers,
        fields_edited: 0,
        signed: papers,
        guides: 1,
        inquiries: if death { 6 } else { 0 },
        hand_overs: 0,
        from_chip: 4,
        from_pictures: pictures,
        pictures_corrected: wrong,
        unknown,
        prepared: if death { part(4) } else { 0 },
        corrected_procedures: if corrected {
            "death.grief_support".parse().into_iter().collect()
        } else {
            BTreeSet::new()
        },
        corrected_fields: set(wrong > 0, "applicant.address"),
        missed: if missed {
            vec![MissedProcedure {
                procedure: "death.care_refund".parse().ok()?,
                found: FoundBy::Department,
                because: set(true, "deceased.care_certified"),
            }]
        } else {
            Vec::new()
        },
    })
}

fn answers() -> Answers {
    let offices = DEPARTMENTS.iter().filter_map(|(office, median, here)| {
        Some(AnswerFigures {
            office: OfficeId::parse(office).ok()?,
            answered: 120,
            median: *median,
            ninth: median * 3,
            longest: median * 9,
            late: u64::from(median / 40),
            applies: 100,
            here: here * 10,
            open: u64::from(median / 40),
            oldest: median * 2,
        })
    });
    Answers { v: madoka_sync::wire::VERSION, offices: offices.collect() }
}
