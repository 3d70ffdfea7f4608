//! 予約: a visit arranged before, with answers given before.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use madoka_casework::{CaseId, LifeEventId, OfficeId, StaffId, TerminalId, Words};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// GET: every corner's slots; PUT: one corner's.
pub const PLANS: &str = "/v1/bookings/plans";
/// POST [`Which`].
pub const WEEK: &str = "/v1/bookings/week";
/// POST [`Days`].
pub const LIST: &str = "/v1/bookings/list";
/// POST [`NewBooking`].
pub const NEW: &str = "/v1/bookings";
/// GET, with the id after it.
pub const ONE: &str = "/v1/bookings/{id}";
/// POST [`Act`], with the id between.
pub const ACT: &str = "/v1/bookings/{id}/act";

pub mod limit {
    /// A name, a telephone number.
    pub const NAME: usize = 100;
    /// Bytes of the answers given before, as JSON.
    pub const ANSWERS: usize = 64 * 1024;
    pub const CONSENT: usize = 4_000;
    /// Days in one list.
    pub const DAYS: i32 = 62;
    /// Slots a day of one corner.
    pub const STARTS: usize = 96;
    pub const SEATS: u8 = 50;
    /// Every time is a multiple of so many minutes.
    pub const GRID: u16 = 5;
    pub const MINUTES: u16 = 480;
}

/// Names one booking for ever; given by whoever enters it, so that a telephone line lost in the middle books once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BookingId(Uuid);

impl BookingId {
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for BookingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for BookingId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::parse_str(text).map(Self)
    }
}

/// 予約枠 of one corner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub office: OfficeId,
    /// おくやみコーナー
    pub name: String,
    /// The one that was changed; 0 for a corner that has none yet.
    pub revision: u64,
    /// How long a visit is, and how long where the life event says otherwise.
    pub minutes: u16,
    #[serde(default)]
    pub lengths: BTreeMap<LifeEventId, u16>,
    /// How many visits at the same time.
    pub seats: u8,
    pub hours: Vec<Hours>,
    /// Closed beside the days the city is closed anyway.
    #[serde(default)]
    pub closed: Vec<Closed>,
    /// 臨時開庁: open although the city is closed.
    #[serde(default)]
    pub open: Vec<Date>,
    /// So many days from today can be booked.
    pub ahead: u16,
    pub until: Until,
    /// Shown and read out before anything is asked.
    pub consent: ConsentText,
}

/// When visits begin on some days of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// 1 is Monday.
    pub weekdays: Vec<u8>,
    pub starts: Vec<Time>,
}

/// 休み
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    pub day: Date,
    pub why: String,
}

/// 締切: 「前開庁日の17時」 is one day, 17:00. Nought days and a time is that time on the day itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Until {
    pub open_days_before: u8,
    pub at: Time,
}

/// 同意事項 in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentText {
    pub version: u32,
    pub text: String,
}

/// Which week of which corner; from the Monday of the day given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    pub office: OfficeId,
    pub day: Date,
    /// For this life event, which may take longer.
    #[serde(default)]
    pub life_event: Option<LifeEventId>,
}

/// 週の空き
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    pub office: OfficeId,
    pub name: String,
    pub today: Date,
    pub consent: ConsentText,
    pub days: Vec<Day>,
}

/// One day of a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub date: Date,
    /// 閉庁日, a holiday's name, or what the corner says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
    pub slots: Vec<Slot>,
}

/// 枠
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub start: Time,
    pub minutes: u16,
    pub free: u8,
    pub state: SlotState,
}

/// What stands in the week view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotState {
    /// ○
    Open,
    /// ×
    Full,
    /// － too late, or too far ahead
    Past,
}

/// What was said on the telephone. Personal; sealed on the server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// 予約者名
    pub name: String,
    pub phone: String,
    /// The pack's questions, as facts: `{"facts":{…},"unknown":[…],"same":{…}}`.
    #[serde(default)]
    pub answers: serde_json::Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Words>,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(…)")
    }
}

/// 新しい予約
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBooking {
    pub id: BookingId,
    pub office: OfficeId,
    pub life_event: LifeEventId,
    /// When the visit begins. A walk-in begins when it is entered, slot or no slot.
    pub start: DateTime,
    #[serde(default)]
    pub walk_in: bool,
    pub given: Given,
    /// The version of the consent text that was read out and agreed to. A walk-in agrees at the counter.
    #[serde(default)]
    pub consent: Option<u32>,
}

/// Where a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingState {
    /// 予約
    Booked,
    /// 来庁
    Arrived,
    /// 終了
    Done,
    /// 来なかった
    NoShow,
    /// 取消
    Cancelled,
}

impl BookingState {
    /// Whether it still takes a place in the day.
    pub const fn takes_place(self) -> bool {
        matches!(self, Self::Booked | Self::Arrived | Self::Done)
    }

    /// Whether a visit can go on from here to there by itself. Cancelling has a reason and goes its own way.
    pub const fn may_become(self, to: Self) -> bool {
        matches!(
            (self, to),
            (Self::Booked | Self::Done, Self::Arrived)
                | (Self::Arrived, Self::Booked | Self::Done)
                | (Self::Booked, Self::NoShow)
                | (Self::NoShow | Self::Cancelled, Self::Booked)
        )
    }
}

/// 準備
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preparation {
    /// 未着手
    NotBegun,
    /// 照会中
    Asked,
    /// 回答済み・書類はこれから
    Answered,
    /// 準備済み
    Ready,
}

/// One booking in a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub id: BookingId,
    pub office: OfficeId,
    pub life_event: LifeEventId,
    pub start: DateTime,
    pub minutes: u16,
    /// Which of the corner's seats; none for a walk-in beside the slots, and for one that takes no place any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<u8>,
    pub walk_in: bool,
    pub state: BookingState,
    pub preparation: Preparation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Rises with every change.
    pub revision: u64,
    /// 予約者名; empty for who may see only that the place is taken.
    pub name: String,
    /// How many questions were answered, and how many of them わからない.
    pub answered: u32,
    pub unknown: u32,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({}, {}, {:?})", self.id, self.start, self.state)
    }
}

/// A booking whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    pub row: Row,
    pub given: Given,
    /// Which consent text was agreed to, word by word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentText>,
    /// The oldest first.
    pub history: Vec<Step>,
}

/// One change of a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub at: Timestamp,
    pub by: StaffId,
    pub terminal: TerminalId,
    pub what: Happened,
}

/// What happened to a booking. What was said is in [`Given`] only, not in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happened {
    Made { start: DateTime },
    Moved { from: DateTime, to: DateTime },
    Edited {},
    Cancelled { reason: Words },
    State { state: BookingState },
    Prepared { preparation: Preparation },
    Taken { case: CaseId },
}

/// 変更: always with the revision that was looked at, so that two people on one booking do not overwrite each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    pub revision: u64,
    pub act: What,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// 日時を変える
    Move {
        start: DateTime,
    },
    /// 聞き取りを直す
    Edit {
        given: Given,
    },
    /// 取り消す
    Cancel {
        reason: Words,
    },
    /// 来庁・終了・来なかった
    State {
        state: BookingState,
    },
    Prepare {
        preparation: Preparation,
    },
    /// 案件にする: once, by one terminal.
    Take {
        case: CaseId,
    },
}

/// Bookings of some days, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// All corners the caller may see, where none is named.
    #[serde(default)]
    pub office: Option<OfficeId>,
    pub from: Date,
    pub to: Date,
    /// Cancelled ones too.
    #[serde(default)]
    pub all: bool,
}
