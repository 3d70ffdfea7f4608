//! 照会・回答, between a corner and the departments.

use jiff::{SignedDuration, Timestamp};
use madoka_casework::{
    Author, Case, CaseId, Event, EventId, EventKind, InquiryId, LifeEventId, Money, Outcome, ProcedureRef,
    ReplyAnswer, Said, StaffId, TerminalId, Ticket, Words,
};
use madoka_facts::{FactPath, Source, Statement, Value};
use madoka_server::access::Role;
use madoka_server::on_both_stores;
use madoka_server::testing::{TestCity, TestPerson};
use madoka_sync::wire::inquiries::{Line, NewReply, QUEUE, REMIND, REPLY, SHEET, Sheet, Which};
use madoka_sync::wire::statistics::{ANSWERS, Answers, Query};
use madoka_sync::wire::{gzip, limit, lines, path};
use uuid::Uuid;

use crate::bookings::pack;

const CASE: u128 = 500;

fn words(text: &str) -> Words {
    Words::parse(text).unwrap()
}

/// A case of おくやみ with facts, and one inquiry to each of two departments.
struct Desk {
    case: Case,
    events: Vec<Event>,
    sent: Vec<Event>,
    by: Author,
}

impl Desk {
    fn open() -> Self {
        let by = Author { staff: StaffId::parse("s01").unwrap(), terminal: TerminalId::parse("t1").unwrap() };
        let opened = EventKind::opened(LifeEventId::parse("death").unwrap(), Ticket::parse("7").unwrap());
        let opening = Event::opening(
            EventId::new(Uuid::now_v7()),
            CaseId::new(Uuid::from_u128(CASE)),
            by.clone(),
            Timestamp::now(),
            opened,
        );
        Self { case: Case::begin(opening.clone()).unwrap(), events: vec![opening], sent: Vec::new(), by }
    }

    fn does(&mut self, kind: EventKind) {
        let event = self.case.next(EventId::new(Uuid::now_v7()), self.by.clone(), Timestamp::now(), kind);
        self.case.apply(&event).unwrap();
        self.events.push(event);
    }

    fn says(&mut self, path: &str, value: Value) {
        let path: FactPath = path.parse().unwrap();
        self.does(EventKind::Stated {
            said: Said::new(path, Statement::known(value, Source::Register)).unwrap(),
        });
    }

    fn asks(&mut self, n: u128, office: &str, procedure: &str) -> InquiryId {
        let inquiry = InquiryId::new(Uuid::from_u128(n));
        self.does(EventKind::InquirySent {
            inquiry,
            office: office.parse().unwrap(),
            procedure: Some(ProcedureRef::of_case(procedure.parse().unwrap())),
            words: words("資格と精算を教えてください"),
        });
        inquiry
    }

    async fn sends(&mut self, corner: &TestPerson) {
        self.sent.extend_from_slice(&self.events);
        let body = lines::join(self.events.drain(..).map(|event| event.to_json()));
        let answer = corner.post_bytes(path::EVENTS, "application/json", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(!answer.text().contains("refused"), "{}", answer.text());
    }
}

/// The case with its two inquiries on the server, and the corner's officer.
async fn asked(city: &TestCity) -> (Desk, TestPerson, InquiryId, InquiryId) {
    city.give_pack(pack());
    let corner = city.terminal("t1").await.officer(city, "s01", &[Role::Condolence], &["okuyami"]).await;
    let mut desk = Desk::open();
    desk.does(EventKind::Claimed {});
    let text = |text: &str| Value::Text(text.into());
    desk.says("deceased.name", text("架空　太郎"));
    desk.says("deceased.birth_date", Value::parse_date("1941-02-03").unwrap());
    desk.says("deceased.insurance", Value::Choice("koki".parse().unwrap()));
    desk.says("deceased.resident_tax", Value::Bool(true));
    desk.says("visitor.heir", Value::Bool(true));
    desk.says("visitor.name", text("架空　花子"));
    desk.says("visitor.phone", text("0999-12-3456"));
    desk.says("deceased.bank.number", text("1234567"));
    let hoken = desk.asks(1, "hoken", "death.koki");
    let nozei = desk.asks(2, "nozei", "death.tax");
    desk.sends(&corner).await;
    (desk, corner, hoken, nozei)
}

async fn department(city: &TestCity, terminal: &str, staff: &str, office: &str) -> TestPerson {
    city.office_terminal(terminal, &[office]).await.officer(city, staff, &[Role::Office], &[office]).await
}

fn asks(event: &Event, id: InquiryId) -> bool {
    matches!(event.kind, EventKind::InquirySent { inquiry, .. } if inquiry == id)
}

fn sheet_path(id: InquiryId) -> String {
    SHEET.replace("{id}", &id.to_string())
}

fn reply_path(id: InquiryId) -> String {
    REPLY.replace("{id}", &id.to_string())
}

async fn queue(person: &TestPerson) -> Vec<Line> {
    let answer = person.post(QUEUE, &Which::default()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn reply(n: u128) -> NewReply {
    NewReply {
        event: EventId::new(Uuid::from_u128(n)),
        answer: ReplyAnswer::Applies,
        here: true,
        words: Some(words("還付があります")),
        procedure: None,
        money: Some(Money::Refunded { yen: Some(12_340) }),
        bring: Some(words("通帳")),
        call: Some(words("内線 123 浜")),
    }
}

on_both_stores! {
    async fn 課は聞かれたことに要る事実だけを見る(store: Store) {
        let city = TestCity::start_on(store).await;
        let (_, corner, hoken, nozei) = asked(&city).await;
        let insurance = department(&city, "d1", "h01", "hoken").await;
        let tax = department(&city, "d2", "z01", "nozei").await;
        assert_eq!(queue(&insurance).await.iter().map(|line| line.id).collect::<Vec<_>>(), [hoken]);
        assert_eq!(queue(&tax).await.iter().map(|line| line.id).collect::<Vec<_>>(), [nozei]);

        let sheet: Sheet = insurance.get(&sheet_path(hoken)).await.json();
        let paths: Vec<String> = sheet.facts.iter().map(|fact| fact.path.to_string()).collect();
        assert_eq!(paths, ["deceased.birth_date", "deceased.insurance", "deceased.name"]);
        let sheet: Sheet = tax.get(&sheet_path(nozei)).await.json();
        let paths: Vec<String> = sheet.facts.iter().map(|fact| fact.path.to_string()).collect();
        assert_eq!(paths, ["deceased.birth_date", "deceased.name", "deceased.resident_tax", "visitor.heir"]);
        // ほかの課の照会は、あることも分からない。
        assert_eq!(tax.get(&sheet_path(hoken)).await.code(), "INQ-01");
        assert_eq!(tax.post(&reply_path(hoken), &reply(9)).await.code(), "INQ-01");
        assert_eq!(insurance.get(&sheet_path(InquiryId::new(Uuid::from_u128(3)))).await.code(), "INQ-01");
        // 聞いた窓口は、案件の照会をすべて見る。
        let of_case = Which { case: Some(CaseId::new(Uuid::from_u128(CASE))), ..Which::default() };
        assert_eq!(corner.post(QUEUE, &of_case).await.json::<Vec<Line>>().len(), 2);
        assert_eq!(tax.post(QUEUE, &of_case).await.json::<Vec<Line>>().len(), 1);
    }

    async fn 引取りを知らずに送られた照会は_窓口が決めるまで開けず_取り下げられれば一覧から消える(store: Store) {
        let city = TestCity::start_on(store).await;
        let (mut desk, corner, asked_in_time, _) = asked(&city).await;
        let insurance = department(&city, "d1", "h01", "hoken").await;
        let other = city.terminal("t2").await.officer(&city, "s02", &[Role::Condolence], &["okuyami"]).await;
        let by = Author { staff: StaffId::parse("s02").unwrap(), terminal: TerminalId::parse("t2").unwrap() };
        let mut taken = Desk { case: desk.case.clone(), events: Vec::new(), sent: Vec::new(), by };
        taken.does(EventKind::TakenOver { reason: words("席を外しているため") });
        taken.sends(&other).await;
        let unaware = desk.asks(3, "hoken", "death.koki");
        let mistaken = desk.asks(4, "hoken", "death.koki");
        desk.sends(&corner).await;
        for set_aside in [unaware, mistaken] {
            assert_eq!(insurance.get(&sheet_path(set_aside)).await.code(), "INQ-07");
            assert_eq!(insurance.post(&reply_path(set_aside), &reply(9)).await.code(), "INQ-07");
        }
        assert_eq!(queue(&insurance).await.len(), 3);

        let known = desk.sent.iter().chain(&taken.sent).cloned();
        taken.case = Case::fold(known).unwrap();
        let (adopt, dismiss) = taken
            .case
            .late()
            .map(|event| event.id)
            .partition(|id| desk.sent.iter().any(|event| event.id == *id && asks(event, unaware)));
        taken.does(EventKind::LateResolved { adopt, dismiss });
        taken.sends(&other).await;
        let sheet: Sheet = insurance.get(&sheet_path(unaware)).await.json();
        assert_eq!(sheet.line.id, unaware);
        assert_eq!(insurance.post(&reply_path(unaware), &reply(9)).await.status, 200);

        assert_eq!(queue(&insurance).await.iter().map(|line| line.id).collect::<Vec<_>>(), [asked_in_time]);
        assert_eq!(insurance.get(&sheet_path(mistaken)).await.code(), "INQ-08");
        assert_eq!(insurance.post(&reply_path(mistaken), &reply(10)).await.code(), "INQ-08");
    }

    async fn 回答は案件の出来事になって窓口に届く(store: Store) {
        let city = TestCity::start_on(store).await;
        let (desk, corner, hoken, _) = asked(&city).await;
        let insurance = department(&city, "d1", "h01", "hoken").await;
        let answer = insurance.post(&reply_path(hoken), &reply(900)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let sheet: Sheet = answer.json();
        assert!(sheet.line.answered.is_some() && sheet.replies.len() == 1);
        assert!(queue(&insurance).await.is_empty());
        // 二度送っても一つ。同じ番号の別の回答は断る。
        assert_eq!(insurance.post(&reply_path(hoken), &reply(900)).await.json::<Sheet>().replies.len(), 1);
        let other = NewReply { here: false, ..reply(900) };
        assert_eq!(insurance.post(&reply_path(hoken), &other).await.code(), "INQ-05");
        // 聞かれていない手続も、自分の課のものなら答えられる。
        let more = |procedure: &str| NewReply {
            procedure: Some(ProcedureRef::of_case(procedure.parse().unwrap())),
            ..reply(901)
        };
        assert_eq!(insurance.post(&reply_path(hoken), &more("death.tax")).await.code(), "INQ-04");
        assert_eq!(insurance.post(&reply_path(hoken), &more("death.koki")).await.status, 200);

        // 窓口の端末が、同期で受け取って畳む。
        let page = corner.get(&format!("{}?after=0", path::CHANGES)).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let (_, events) = lines::page(&gzip::inflate(&page.bytes, limit::BODY * 2).unwrap()).unwrap();
        let case = Case::fold(events.into_iter().map(Result::unwrap)).unwrap();
        let inquiries = case.inquiries();
        let told = inquiries.iter().find(|inquiry| inquiry.id == hoken).unwrap().reply().unwrap();
        assert_eq!((told.answer, told.here, told.money), (ReplyAnswer::Applies, true, Some(Money::Refunded { yen: Some(12_340) })));
        assert_eq!(told.event.by.staff.as_str(), "h01");
        assert_eq!(case.facts(&pack().vocabulary).facts.answers().len(), desk.case.facts(&pack().vocabulary).facts.answers().len());
    }

    async fn 終わった後の回答も残り催促は続けてはできない(store: Store) {
        let city = TestCity::start_on(store).await;
        let (mut desk, corner, hoken, nozei) = asked(&city).await;
        let remind = |id: InquiryId| REMIND.replace("{id}", &id.to_string());
        let nothing = serde_json::json!({});
        assert_eq!(corner.post(&remind(hoken), &nothing).await.json::<Line>().reminded, 1);
        assert_eq!(corner.post(&remind(hoken), &nothing).await.code(), "INQ-06");
        city.clock().advance(SignedDuration::from_mins(11));
        let again: Line = corner.post(&remind(hoken), &nothing).await.json();
        assert!(again.reminded == 2 && again.waiting_minutes >= 11);

        desk.does(EventKind::Closed { outcome: Outcome::Completed, reason: None });
        desk.sends(&corner).await;
        let tax = department(&city, "d2", "z01", "nozei").await;
        assert!(queue(&tax).await[0].late);
        let sheet: Sheet = tax.post(&reply_path(nozei), &reply(902)).await.json();
        assert!(sheet.line.late && sheet.replies.len() == 1);
        assert_eq!(corner.post(&remind(nozei), &nothing).await.code(), "INQ-06");
        // 取り消した案件は、だれの一覧にも出ない。
        desk.does(EventKind::Reopened { reason: words("間違い") });
        desk.does(EventKind::TakenBack {});
        desk.sends(&corner).await;
        let insurance = department(&city, "d1", "h01", "hoken").await;
        assert!(queue(&insurance).await.is_empty());
    }

    async fn 課が何分で答え_どれだけをこの窓口に任せたかが統計になる(store: Store) {
        let city = TestCity::start_on(store).await;
        let (_, _, hoken, _) = asked(&city).await;
        let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(9))).date();
        let query = Query { from: today, to: today.tomorrow().unwrap(), offices: Vec::new(), life_events: Vec::new(), by: Vec::new() };
        city.clock().advance(SignedDuration::from_mins(12));
        let insurance = department(&city, "d1", "h01", "hoken").await;
        insurance.post(&reply_path(hoken), &reply(900)).await;
        city.clock().advance(SignedDuration::from_mins(5));
        // A correction is no second answer.
        insurance.post(&reply_path(hoken), &NewReply { here: false, ..reply(901) }).await;
        let supervisor = city.terminal("t8").await.officer(&city, "k01", &[Role::Supervisor], &[]).await;
        let told: Answers = supervisor.post(ANSWERS, &query).await.json();
        let rows: Vec<_> = told
            .offices
            .iter()
            .map(|one| (one.office.as_str(), one.answered, one.median, one.applies, one.here, one.open, one.oldest))
            .collect();
        assert_eq!(rows, [("hoken", 1, 12, 1, 1, 0, 0), ("nozei", 0, 0, 0, 0, 1, 17)]);
        assert_eq!(insurance.post(ANSWERS, &query).await.code(), "SRV-25");
    }
}
