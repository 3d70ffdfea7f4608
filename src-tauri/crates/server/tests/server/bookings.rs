//! 予約, from a telephone to a case.

use std::sync::Arc;

use jiff::civil::{Date, DateTime, time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use madoka_casework::{CaseId, Words};
use madoka_rules::{Pack, PackFiles, holiday, read_pack};
use madoka_server::access::Role;
use madoka_server::on_both_stores;
use madoka_server::testing::{TestCity, TestPerson};
use madoka_sync::wire::bookings::{
    Act, Booking, BookingId, BookingState, Closed, ConsentText, Days, Given, Happened, Hours, LIST, NEW,
    NewBooking, PLANS, Plan, Preparation, Row, SlotState, Until, WEEK, Week, What, Which,
};
use uuid::Uuid;

/// A small city with one question of each kind.
pub(crate) fn pack() -> Arc<Pack> {
    let text = r#"
        id = "small"
        name = "小さな手続パック"
        version = 1
        valid_from = 2020-04-01
        city = { name = "みなと野市", prefecture = "架空県", code = "999999" }
    "#;
    let rest = r#"
        event = [{ id = "death", name = "おくやみ", persons = ["deceased", "visitor", "applicant"] }]
        office = [
            { id = "okuyami", name = "おくやみコーナー", kind = "city" },
            { id = "hoken", name = "保険年金課", kind = "city" },
            { id = "nozei", name = "納税課", kind = "city" },
        ]
        screen = [{ id = "basic", title = "基本", order = 1 }]
        fact = [
            { path = "deceased.insurance", type = "choice", label = "健康保険", choices = [{ id = "koki", ja = "後期" }, { id = "kokuho", ja = "国保" }] },
            { path = "deceased.resident_tax", type = "bool", label = "市県民税" },
            { path = "deceased.care_certified", type = "bool", label = "要介護認定" },
            { path = "case.death_date", type = "date", label = "亡くなった日" },
            { path = "visitor.heir", type = "bool", label = "相続人" },
        ]
        question = [
            { fact = "deceased.insurance", events = ["death"], screen = "basic", order = 1, ask = "健康保険は。" },
            { fact = "deceased.resident_tax", events = ["death"], screen = "basic", order = 2, ask = "市県民税は。" },
            { fact = "visitor.heir", events = ["death"], screen = "basic", order = 3, ask = "相続人ですか。" },
            { fact = "case.death_date", events = ["death"], screen = "basic", order = 4, ask = "いつですか。" },
        ]
        procedure = [
            { id = "death.koki", events = ["death"], name = "後期高齢者医療の資格喪失", office = "hoken", kind = "notify", level = 4,
              when = "deceased.insurance = koki" },
            { id = "death.tax", events = ["death"], name = "市県民税の相続人代表者", office = "nozei", kind = "notify", level = 3,
              when = "deceased.resident_tax and visitor.heir" },
        ]
    "#;
    let mut files = PackFiles::new();
    files.insert("pack.toml".into(), text.as_bytes().to_vec());
    files.insert("all.toml".into(), rest.as_bytes().to_vec());
    Arc::new(read_pack(&files).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn wall(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::fixed(Offset::constant(9))).datetime()
}

/// An open day some days from now: no weekend, no holiday, no new year.
fn open_day(city: &TestCity, after: i64) -> Date {
    let mut day = wall(city.server().now()).date().checked_add(after.days()).unwrap();
    let calendar = madoka_rules::Calendar::default();
    while !calendar.is_open(day) {
        day = day.tomorrow().unwrap();
    }
    assert!(holiday(day).is_none());
    day
}

fn plan(seats: u8) -> Plan {
    Plan {
        office: "okuyami".parse().unwrap(),
        name: "おくやみコーナー".into(),
        revision: 0,
        minutes: 90,
        lengths: [("birth".parse().unwrap(), 30)].into(),
        seats,
        hours: vec![Hours {
            weekdays: vec![1, 2, 3, 4, 5],
            starts: vec![time(9, 0, 0, 0), time(10, 0, 0, 0), time(13, 0, 0, 0)],
        }],
        closed: vec![],
        open: vec![],
        ahead: 60,
        until: Until { open_days_before: 1, at: time(17, 0, 0, 0) },
        consent: ConsentText {
            version: 1, text: "市の情報を準備に用いることに同意します。".into()
        },
    }
}

fn given(name: &str) -> Given {
    Given {
        name: name.into(),
        phone: "0999-12-3456".into(),
        answers: serde_json::json!({
            "facts": {"deceased.name": "架空　太郎", "deceased.insurance": "koki"},
            "unknown": ["deceased.resident_tax"],
        }),
        note: Some(Words::parse("車いすで来庁").unwrap()),
    }
}

fn booking(n: u128, start: DateTime) -> NewBooking {
    NewBooking {
        id: BookingId::new(Uuid::from_u128(n)),
        office: "okuyami".parse().unwrap(),
        life_event: "death".parse().unwrap(),
        start,
        walk_in: false,
        given: given("架空　花子"),
        consent: Some(1),
    }
}

/// A corner with slots, a pack, and an officer of the corner.
async fn corner(city: &TestCity, seats: u8) -> TestPerson {
    city.give_pack(pack());
    let terminal = city.terminal("t1").await;
    let supervisor = terminal.officer(city, "k01", &[Role::Supervisor], &[]).await;
    let put = supervisor.put(PLANS, &plan(seats)).await;
    assert_eq!(put.status, 200, "{}", put.text());
    terminal.officer(city, "s01", &[Role::Condolence], &["okuyami"]).await
}

async fn week(officer: &TestPerson, day: Date) -> Week {
    let which = Which { office: "okuyami".parse().unwrap(), day, life_event: None };
    let answer = officer.post(WEEK, &which).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn state_at(week: &Week, start: DateTime) -> SlotState {
    let day = week.days.iter().find(|day| day.date == start.date()).unwrap();
    day.slots.iter().find(|slot| slot.start == start.time()).unwrap().state
}

fn act_path(id: BookingId) -> String {
    format!("{NEW}/{id}/act")
}

async fn act(officer: &TestPerson, booking: &Booking, act: What) -> Booking {
    let answer = officer.post(&act_path(booking.row.id), &Act { revision: booking.row.revision, act }).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

on_both_stores! {
    async fn 電話の予約が案件になるまで(store: Store) {
        let city = TestCity::start_on(store).await;
        let officer = corner(&city, 1).await;
        let start = DateTime::from_parts(open_day(&city, 7), time(10, 0, 0, 0));
        assert_eq!(state_at(&week(&officer, start.date()).await, start), SlotState::Open);

        let made: Booking = officer.post(NEW, &booking(1, start)).await.json();
        assert_eq!((made.row.state, made.row.seat, made.row.minutes), (BookingState::Booked, Some(0), 90));
        assert_eq!((made.row.answered, made.row.unknown), (2, 1));
        assert_eq!(made.consent.as_ref().map(|consent| consent.version), Some(1));
        // 90分なので、9時と10時の枠が埋まり、13時は空いている。
        let after = week(&officer, start.date()).await;
        assert_eq!(state_at(&after, start), SlotState::Full);
        assert_eq!(state_at(&after, start.date().at(9, 0, 0, 0)), SlotState::Full);
        assert_eq!(state_at(&after, start.date().at(13, 0, 0, 0)), SlotState::Open);

        // 回線が切れてもう一度送っても、予約は一つ。
        let again: Booking = officer.post(NEW, &booking(1, start)).await.json();
        assert_eq!(again, made);
        let other = NewBooking { given: given("架空　三郎"), ..booking(1, start) };
        assert_eq!(officer.post(NEW, &other).await.code(), "BOOK-16");
        assert_eq!(officer.post(NEW, &booking(2, start)).await.code(), "BOOK-05");

        let moved = act(&officer, &made, What::Move { start: start.date().at(13, 0, 0, 0) }).await;
        // 前の版を見ていた人の変更は通らない。
        let late = Act { revision: made.row.revision, act: What::Prepare { preparation: Preparation::Ready } };
        assert_eq!(officer.post(&act_path(made.row.id), &late).await.code(), "BOOK-07");
        let asked = act(&officer, &moved, What::Prepare { preparation: Preparation::Asked }).await;
        let case = CaseId::new(Uuid::from_u128(77));
        let taken = act(&officer, &asked, What::Take { case }).await;
        assert_eq!(taken.row.case, Some(case));
        // 同じ端末がもう一度頼んでもよいが、別の案件は作れない。
        assert_eq!(act(&officer, &asked, What::Take { case }).await.row.revision, taken.row.revision);
        let second = What::Take { case: CaseId::new(Uuid::from_u128(78)) };
        let answer = officer.post(&act_path(made.row.id), &Act { revision: taken.row.revision, act: second }).await;
        assert_eq!(answer.code(), "BOOK-08");
        // 案件の番号が同じでも、別の端末には作らせない。
        let other = city.terminal("t2").await.officer(&city, "s02", &[Role::Condolence], &["okuyami"]).await;
        let answer = other.post(&act_path(made.row.id), &Act { revision: asked.row.revision, act: What::Take { case } }).await;
        assert_eq!(answer.code(), "BOOK-07");
        let answer = other.post(&act_path(made.row.id), &Act { revision: taken.row.revision, act: What::Take { case } }).await;
        assert_eq!(answer.code(), "BOOK-08");
        let arrived = act(&officer, &taken, What::State { state: BookingState::Arrived }).await;
        let done = act(&officer, &arrived, What::State { state: BookingState::Done }).await;
        let kinds: Vec<_> = done.history.iter().map(|step| std::mem::discriminant(&step.what)).collect();
        assert_eq!(kinds.len(), 6);
        assert!(matches!(&done.history[1].what, Happened::Moved { to, .. } if to.hour() == 13));
        assert_eq!(done.given, given("架空　花子"));
    }

    async fn 同時に何人が予約しても一つの枠に一人だけ(store: Store) {
        let city = TestCity::start_on(store).await;
        let officer = corner(&city, 3).await;
        let start = DateTime::from_parts(open_day(&city, 7), time(10, 0, 0, 0));
        let mut asking = tokio::task::JoinSet::new();
        // Eight terminals, five at once on each.
        let mut officers = vec![officer];
        for n in 2..9 {
            officers.push(city.terminal(&format!("t{n}")).await.sign_in("s01").await);
        }
        for n in 0..40_u128 {
            // 9時からの90分と10時からの90分は重なる。
            let at = if n % 2 == 0 { start } else { start.date().at(9, 0, 0, 0) };
            let officer = officers[usize::try_from(n).unwrap() % 8].clone();
            asking.spawn(async move { (at, officer.post(NEW, &booking(1_000 + n, at)).await) });
        }
        let mut seats = Vec::new();
        while let Some(answered) = asking.join_next().await {
            let (_, answer) = answered.unwrap();
            if answer.status == 200 {
                seats.push(answer.json::<Booking>().row.seat);
            } else {
                assert_eq!(answer.code(), "BOOK-05", "{}", answer.text());
            }
        }
        seats.sort();
        assert_eq!(seats, [Some(0), Some(1), Some(2)]);
    }

    async fn 取消で枠が空き戻すには空きが要る(store: Store) {
        let city = TestCity::start_on(store).await;
        let officer = corner(&city, 1).await;
        let start = DateTime::from_parts(open_day(&city, 7), time(13, 0, 0, 0));
        let first: Booking = officer.post(NEW, &booking(1, start)).await.json();
        let reason = Words::parse("葬儀が延びた").unwrap();
        let cancelled = act(&officer, &first, What::Cancel { reason }).await;
        assert_eq!((cancelled.row.state, cancelled.row.seat), (BookingState::Cancelled, None));
        let second: Booking = officer.post(NEW, &booking(2, start)).await.json();
        let back = Act { revision: cancelled.row.revision, act: What::State { state: BookingState::Booked } };
        assert_eq!(officer.post(&act_path(first.row.id), &back).await.code(), "BOOK-05");
        act(&officer, &second, What::State { state: BookingState::NoShow }).await;
        let restored = act(&officer, &cancelled, What::State { state: BookingState::Booked }).await;
        assert_eq!(restored.row.seat, Some(0));
        // 今日の一覧に取消は出ない。
        let days = Days { office: None, from: start.date(), to: start.date(), all: false };
        let rows: Vec<Row> = officer.post(LIST, &days).await.json();
        assert_eq!(rows.len(), 2);
    }

    async fn 枠の外と締切の後と同意のない予約は断る(store: Store) {
        let city = TestCity::start_on(store).await;
        let officer = corner(&city, 1).await;
        let day = open_day(&city, 7);
        for (start, code) in [
            (day.at(10, 5, 0, 0), "BOOK-04"),
            (open_day(&city, 100).at(10, 0, 0, 0), "BOOK-04"),
            (wall(city.server().now()).date().at(9, 0, 0, 0), "BOOK-04"),
        ] {
            assert_eq!(officer.post(NEW, &booking(1, start)).await.code(), code, "{start}");
        }
        let start = day.at(10, 0, 0, 0);
        let without = NewBooking { consent: None, ..booking(1, start) };
        assert_eq!(officer.post(NEW, &without).await.code(), "BOOK-14");
        let given_with = |change: fn(&mut Given)| {
            let mut new = booking(1, start);
            change(&mut new.given);
            new
        };
        for (new, code) in [
            (given_with(|given| given.name = String::new()), "BOOK-10"),
            (given_with(|given| given.phone = "たぶん".into()), "BOOK-11"),
            (given_with(|given| given.answers = serde_json::json!({"facts": {"deceased.shoe_size": 27}})), "BOOK-12"),
            (given_with(|given| given.answers = serde_json::json!({"facts": {"deceased.insurance": "たぶん"}})), "BOOK-12"),
            // 個人番号は名前にも答えにも書けない。
            (given_with(|given| given.name = "123456789018".into()), "BOOK-13"),
            (given_with(|given| given.answers = serde_json::json!({"facts": {"deceased.name": "1234 5678 9018"}})), "BOOK-13"),
        ] {
            let answer = officer.post(NEW, &new).await;
            assert_eq!(answer.code(), code, "{}", answer.text());
            assert!(!answer.text().contains("たぶん") && !answer.text().contains("9018"), "{}", answer.text());
        }
        // 締切（前開庁日の17時）の後。
        let late = open_day(&city, 1);
        let mut before = late.yesterday().unwrap();
        while !madoka_rules::Calendar::default().is_open(before) {
            before = before.yesterday().unwrap();
        }
        let after_five = Offset::constant(9).to_timestamp(before.at(17, 1, 0, 0)).unwrap();
        let wait = SignedDuration::from_secs(after_five.as_second() - city.server().now().as_second());
        if wait.is_positive() {
            city.clock().advance(wait);
        }
        // 職員の時間が終わっているので、入り直す。
        let officer = officer.terminal.sign_in("s01").await;
        assert_eq!(officer.post(NEW, &booking(1, late.at(10, 0, 0, 0))).await.code(), "BOOK-04");
    }

    async fn 予約なしの来庁は枠が埋まっていても受ける(store: Store) {
        let city = TestCity::start_on(store).await;
        let officer = corner(&city, 1).await;
        let now = wall(city.server().now());
        let mut ids = Vec::new();
        for n in 0..2 {
            let mut new = NewBooking { walk_in: true, consent: None, ..booking(n, now) };
            new.given.phone = String::new();
            let made: Booking = officer.post(NEW, &new).await.json();
            assert_eq!(made.row.state, BookingState::Arrived);
            ids.push(made.row.seat);
        }
        assert_eq!(ids, [Some(0), None]);
    }

    async fn ほかの課の人は予約を見られない(store: Store) {
        let city = TestCity::start_on(store).await;
        let officer = corner(&city, 1).await;
        let start = DateTime::from_parts(open_day(&city, 7), time(10, 0, 0, 0));
        let made: Booking = officer.post(NEW, &booking(1, start)).await.json();
        let other = city.office_terminal("d1", &["hoken"]).await;
        let stranger = other.officer(&city, "h01", &[Role::Office], &["hoken"]).await;
        assert_eq!(stranger.get(&format!("{NEW}/{}", made.row.id)).await.code(), "BOOK-06");
        let act = Act { revision: 1, act: What::Prepare { preparation: Preparation::Ready } };
        assert_eq!(stranger.post(&act_path(made.row.id), &act).await.code(), "BOOK-06");
        assert_eq!(stranger.post(NEW, &booking(9, start)).await.code(), "BOOK-17");
        let days = Days { office: None, from: start.date(), to: start.date(), all: true };
        assert!(stranger.post(LIST, &days).await.json::<Vec<Row>>().is_empty());
        // 空きの表には、だれの名前も出ない。
        let week = stranger.post(WEEK, &Which { office: "okuyami".parse().unwrap(), day: start.date(), life_event: None }).await;
        assert!(week.status == 200 && !week.text().contains("架空"), "{}", week.text());
        let long = Days { to: start.date().checked_add(100.days()).unwrap(), ..days };
        assert_eq!(officer.post(LIST, &long).await.code(), "BOOK-15");
    }

    async fn 休みと枠の直しは後の人が前の人を消さない(store: Store) {
        let city = TestCity::start_on(store).await;
        let officer = corner(&city, 1).await;
        let day = open_day(&city, 7);
        let supervisor = officer.terminal.sign_in("k01").await;
        let closed = Closed { day, why: "研修".into() };
        let next = Plan { revision: 1, closed: vec![closed], ..plan(1) };
        assert_eq!(supervisor.put(PLANS, &next).await.status, 200);
        assert_eq!(supervisor.put(PLANS, &next).await.code(), "BOOK-03");
        let week = week(&officer, day).await;
        let shown = week.days.iter().find(|one| one.date == day).unwrap();
        assert_eq!((shown.closed.as_deref(), shown.slots.len()), (Some("研修"), 0));
        let changed = ConsentText { version: 1, text: "別の文".into() };
        assert_eq!(supervisor.put(PLANS, &Plan { revision: 2, consent: changed, ..plan(1) }).await.code(), "BOOK-02");
        let odd = Plan { revision: 2, minutes: 47, ..plan(1) };
        assert_eq!(supervisor.put(PLANS, &odd).await.code(), "BOOK-02");
    }
}

#[tokio::test]
async fn 予約の聞き取りはデータベースに封をして置く() {
    let mut city = TestCity::start().await;
    let officer = corner(&city, 1).await;
    let start = DateTime::from_parts(open_day(&city, 7), time(10, 0, 0, 0));
    assert_eq!(officer.post(NEW, &booking(1, start)).await.status, 200);
    let sealed: Vec<u8> = city
        .server()
        .db()
        .read(|tx| {
            let row = tx.row("SELECT sealed FROM bookings", &[])?.unwrap();
            row.get::<Vec<u8>>(0)
        })
        .await
        .unwrap();
    assert!(!sealed.windows(6).any(|part| part == "架空".as_bytes()));
    city.stop().await;
    city.start_again().await;
    let officer = officer.terminal.sign_in("s01").await;
    let again: Booking = officer.get(&format!("{NEW}/{}", BookingId::new(Uuid::from_u128(1)))).await.json();
    assert_eq!(again.given, given("架空　花子"));
}
