//! 予約: from the telephone to the open case, in practice's own book.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

mod day;

use day::Day;
use madoka_casework::{CaseId, Outcome, Words};
use madoka_counter::bookings::{
    BookingDays, BookingEntry, BookingError, BookingPreparation, BookingWeek, Corner, EntryGiven, Opening,
    SlotStanding, ToMake, take, tell_openings,
};
use madoka_counter::visit::{AnswerKind, Given, SourceMark, Visit, VisitStep};
use madoka_counter::{Counter, CounterError};
use madoka_facts::Source;
use madoka_sync::wire::bookings::{Act, Booking, BookingState, ConsentText, What, Which};
use madoka_text::Personal;

fn corner() -> Corner {
    Corner { office: "okuyami".into(), name: "おくやみコーナー".into(), minutes: 60 }
}

fn consent() -> ConsentText {
    ConsentText { version: 1, text: "準備に使うことに同意します。".into() }
}

fn which(day: &str) -> Which {
    Which {
        office: "okuyami".parse().unwrap(),
        day: day.parse().unwrap(),
        life_event: Some("death".parse().unwrap()),
    }
}

fn week(day: &mut Day, from: &str) -> BookingWeek {
    let which = which(from);
    let told = day.counter.with_practice_diary(|diary| Ok((diary.plans()?, Some(diary.week(&which)?))));
    day.counter.booking_week(Some(&which.office), Some(which.day), told).unwrap()
}

fn days(day: &mut Day) -> BookingDays {
    let days = day.counter.booking_days();
    let told = day.counter.with_practice_diary(|diary| diary.list(&days));
    day.counter.booking_list(told).unwrap()
}

fn begin(day: &mut Day, start: &str) -> BookingEntry {
    day.counter.begin_booking(&corner(), consent(), "death", start.parse().unwrap(), false).unwrap()
}

fn put(day: &mut Day, name: &str, phone: &str) -> BookingEntry {
    let given = EntryGiven {
        name: name.into(),
        phone: phone.into(),
        caller_visits: true,
        note: String::new(),
        consented: true,
    };
    day.counter.put_booking(&given).unwrap()
}

fn make(day: &mut Day) -> Result<Booking, CounterError> {
    let to_make: ToMake = day.counter.booking_to_make()?;
    let made = day.counter.with_practice_diary(|diary| to_make.ask(diary))?;
    day.counter.booking_made()?;
    Ok(made)
}

fn asked(entry: &BookingEntry) -> Vec<&str> {
    entry
        .sections
        .iter()
        .flat_map(|section| &section.questions)
        .map(|one| one.question.fact.as_str())
        .collect()
}

fn open(day: &mut Day, booking: &Booking) -> CaseId {
    let Opening::New(case) = day.counter.opening(booking).unwrap() else { panic!("it is new") };
    let taken = day.counter.with_practice_diary(|diary| take(diary, booking, case)).unwrap();
    day.counter.open_booked(&taken, case).unwrap()
}

#[test]
fn 週の表に空きと休みと過ぎた枠が並ぶ() {
    let mut day = Day::begin();
    let week = week(&mut day, "2026-11-20");
    assert_eq!(week.days.len(), 7);
    let friday = &week.days[4];
    assert!(friday.today);
    let standing = |time: &str| friday.slots.iter().find(|slot| slot.time == time).unwrap().standing;
    assert_eq!(standing("11:00"), SlotStanding::Open);
    assert_eq!(week.days[3].slots[0].standing, SlotStanding::Past);
    assert_eq!(week.days[5].closed.as_deref(), Some("閉庁日"));
    assert_eq!((week.previous.as_str(), week.next.as_str()), ("2026-11-09", "2026-11-23"));
}

#[test]
fn 日を言わなければ_予約できる最初の週が開き_サーバーがなくても読める() {
    // On a Friday at nine a place can be had today; at eighteen only in the next week.
    for (at, monday) in [("2026-11-20T00:00:00Z", "2026-11-16"), ("2026-11-20T09:00:00Z", "2026-11-23")] {
        let mut day = Day::begin();
        day.until(at);
        let told = day
            .counter
            .with_practice_diary(|diary| Ok((diary.plans()?, Some(diary.first_week(&which("2026-11-20"))?))));
        let shown = day.counter.booking_week(None, None, told).unwrap();
        assert_eq!(shown.days[0].date, monday);
        let known = day.counter.booking_week(None, None, Err(CounterError::OnlyOffline)).unwrap();
        assert_eq!((known.days, known.known_at.is_some()), (shown.days, true));
    }
}

#[test]
fn 今日と次の開庁日の予約が_準備の様子と並ぶ() {
    let mut day = Day::begin();
    let days = days(&mut day);
    assert_eq!(days.days[0].rows.len(), 2);
    assert_eq!(days.days[0].rows[0].preparation, BookingPreparation::Ready);
    // Saturday, Sunday and 勤労感謝の日 are closed.
    assert_eq!((days.days[1].title.as_str(), days.days[1].date.as_str()), ("次の開庁日", "2026-11-24"));
    assert_eq!(days.days[1].rows.len(), 1);
}

#[test]
fn 電話で伺ったことが_案件の事実になり_二度聞かない() {
    let mut day = Day::begin();
    let entry = begin(&mut day, "2026-11-24T10:00");
    assert_eq!(entry.missing, ["同意", "予約する方のお名前", "電話番号"]);
    assert!(!asked(&entry).contains(&"mourner.name"), "nobody said yet that it is somebody else");
    put(&mut day, "架空 春子", "0999-20-2222");
    let tell = |day: &mut Day, fact: &str, given: Given| day.counter.answer_booking(fact, &given).unwrap();
    tell(&mut day, "deceased.name", Given::Text("架空 太郎".into()));
    tell(&mut day, "deceased.birth_date", Given::Text("S18.5.1".into()));
    tell(&mut day, "case.death_date", Given::Text("令和8年11月2日".into()));
    tell(&mut day, "visitor.relation", Given::Choice("child".into()));
    tell(&mut day, "deceased.insurance", Given::Choice("koki".into()));
    let entry = tell(&mut day, "visitor.mourner", Given::No);
    assert!(asked(&entry).contains(&"mourner.name"));
    tell(&mut day, "mourner.name", Given::Text("架空 次郎".into()));
    // The mourner is the visitor after all: what was said of the other branch is not sent.
    let entry = tell(&mut day, "visitor.mourner", Given::Yes);
    assert!(!asked(&entry).contains(&"mourner.name"));
    tell(&mut day, "mourner.bank.name", Given::Text("みなと野銀行".into()));
    let entry = tell(&mut day, "visitor.heir_representative", Given::Yes);
    let heir = entry.sections.iter().flat_map(|section| &section.questions);
    let heir = heir.clone().find(|one| one.question.fact == "heir.bank.name").unwrap();
    assert_eq!(heir.said, "みなと野銀行", "one person, one account, until another is named");
    tell(&mut day, "heir.bank.name", Given::Text("はまべ信用金庫".into()));
    let entry = tell(&mut day, "deceased.vehicles", Given::Unknown);
    assert_eq!(entry.unknown, 1);

    let booking = make(&mut day).unwrap();
    assert!(day.counter.booking_entry().unwrap().is_none());
    let case = open(&mut day, &booking);
    let visit = day.counter.visit(case).unwrap();
    let of = |person: &str, fact: &str| {
        let person = visit.people.persons.iter().find(|one| one.id == person).unwrap();
        person.facts.iter().find(|row| row.fact == fact).map(|row| (row.value.clone(), row.source))
    };
    assert_eq!(of("deceased", "deceased.name"), Some(("架空 太郎".into(), SourceMark::Booking)));
    assert_eq!(of("applicant", "applicant.name"), Some(("架空 春子".into(), SourceMark::Booking)));
    assert_eq!(of("mourner", "mourner.name"), Some(("架空 春子".into(), SourceMark::Booking)));
    assert_eq!(of("mourner", "mourner.bank.name").unwrap().0, "みなと野銀行");
    assert_eq!(of("heir", "heir.bank.name").unwrap().0, "はまべ信用金庫");
    let open: Vec<&str> =
        visit.interview.now.iter().flat_map(|now| &now.questions).map(|one| one.fact.as_str()).collect();
    for fact in [
        "case.death_date",
        "deceased.birth_date",
        "visitor.relation",
        "deceased.insurance",
        "visitor.mourner",
    ] {
        assert!(!open.contains(&fact), "{fact} was answered on the telephone");
    }
    assert!(visit.interview.answered.iter().any(|row| row.question.fact == "deceased.insurance"));
}

#[test]
fn 二人が同じ予約を変えると_後の人は断られ_案件は一つだけ() {
    let mut day = Day::begin();
    begin(&mut day, "2026-11-24T10:00");
    put(&mut day, "架空 春子", "0999-20-2222");
    let booking = make(&mut day).unwrap();
    let act = |what: What| Act { revision: booking.row.revision, act: what };
    let moved = act(What::Move { start: "2026-11-24T11:00".parse().unwrap() });
    day.counter.with_practice_diary(|diary| diary.change(booking.row.id, &moved)).unwrap();
    let late = act(What::Cancel { reason: Words::parse("重なったため").unwrap() });
    let refused = day.counter.with_practice_diary(|diary| diary.change(booking.row.id, &late)).unwrap_err();
    assert!(matches!(refused, CounterError::Booking(BookingError::Changed)));

    let now = day.counter.with_practice_diary(|diary| diary.one(booking.row.id)).unwrap();
    let case = open(&mut day, &now);
    let again = day.counter.with_practice_diary(|diary| diary.one(booking.row.id)).unwrap();
    assert_eq!(day.counter.opening(&again).unwrap(), Opening::Here(case));
    let (id, arrived) = Counter::arrival(&again).unwrap();
    let here = day.counter.with_practice_diary(|diary| diary.change(id, &arrived)).unwrap();
    assert_eq!(here.row.state, BookingState::Arrived);
}

#[test]
fn 埋まった枠は取れず_書いた答えは残る() {
    let mut day = Day::begin();
    for name in ["架空 一", "架空 二"] {
        begin(&mut day, "2026-11-24T13:00");
        put(&mut day, name, "0999-20-2222");
        make(&mut day).unwrap();
    }
    begin(&mut day, "2026-11-24T13:00");
    put(&mut day, "架空 三", "0999-20-2222");
    assert!(matches!(make(&mut day), Err(CounterError::Booking(BookingError::Full))));
    let mut day = day.opened_again();
    assert_eq!(day.counter.booking_entry().unwrap().unwrap().name, "架空 三");
    assert!(matches!(
        day.counter.begin_booking(&corner(), consent(), "death", "2026-11-24T14:00".parse().unwrap(), false),
        Err(CounterError::Booking(BookingError::EntryOpen(_)))
    ));
    day.counter.drop_booking().unwrap();
    begin(&mut day, "2026-11-24T14:00");
}

#[test]
fn 同意と名前と電話がなければ予約にならず_予約なしの方は名前だけで始まる() {
    let mut day = Day::begin();
    begin(&mut day, "2026-11-24T10:00");
    assert!(matches!(make(&mut day), Err(CounterError::Booking(BookingError::Name))));
    put(&mut day, "架空 春子", "電話なし");
    assert!(matches!(make(&mut day), Err(CounterError::Booking(BookingError::Phone))));
    day.counter.drop_booking().unwrap();

    let now = day.counter.now_on_the_wall();
    day.counter.begin_booking(&corner(), consent(), "death", now, true).unwrap();
    put(&mut day, "架空 夏子", "");
    let booking = make(&mut day).unwrap();
    assert!(booking.row.walk_in);
    assert_eq!(days(&mut day).days[0].rows.len(), 3);
    open(&mut day, &booking);
}

#[test]
fn サーバーがないときも_まだ始めていない予約が_聞いたことごと開き_つながったら知らせる() {
    let mut day = Day::begin();
    begin(&mut day, "2026-11-24T10:00");
    put(&mut day, "架空 春子", "0999-20-2222");
    day.counter.answer_booking("deceased.name", &Given::Text("架空 太郎".into())).unwrap();
    let booking = make(&mut day).unwrap();
    assert!(matches!(
        day.counter.open_known(booking.row.id),
        Err(CounterError::Booking(BookingError::NotKnown))
    ));
    // The list was looked at while the book could be asked, and what it names was asked for.
    days(&mut day);
    let unknown = day.counter.bookings_to_know();
    assert!(unknown.contains(&booking.row.id));
    let whole = day
        .counter
        .with_practice_diary(|diary| unknown.iter().map(|id| diary.one(*id)).collect::<Result<Vec<_>, _>>())
        .unwrap();
    day.counter.know_bookings(whole).unwrap();
    assert!(day.counter.bookings_to_know().is_empty(), "asked once, not at every look");

    day.counter.booking_list(Err(CounterError::OnlyOffline)).unwrap();
    let shown = day.counter.known_booking_shown(booking.row.id).unwrap();
    assert_eq!((shown.known_at.as_deref(), shown.phone.as_str()), (Some("11/20 9:00"), "0999-20-2222"));
    let case = day.counter.open_known(booking.row.id).unwrap();
    day.counter.arrived(case).unwrap();
    assert_eq!(day.counter.visit(case).unwrap().case.name, "架空 太郎");
    let list = day.counter.booking_list(Err(CounterError::OnlyOffline)).unwrap();
    let row = list.days[1].rows.iter().find(|row| row.id == booking.row.id.to_string()).unwrap();
    assert_eq!((row.case.clone(), row.here), (Some(case.to_string()), true));

    // The book is there again.
    days(&mut day);
    let untold = day.counter.untold_openings();
    assert_eq!(untold.len(), 2);
    day.counter.with_practice_diary(|diary| tell_openings(diary, &untold)).unwrap();
    let told = day.counter.with_practice_diary(|diary| diary.one(booking.row.id)).unwrap();
    assert_eq!((told.row.case, told.row.state), (Some(case), BookingState::Arrived));
    days(&mut day);
    assert!(day.counter.untold_openings().is_empty());
    assert_eq!(day.counter.opening(&told).unwrap(), Opening::Here(case));
}

#[test]
fn サーバーがないときは_最後に見た一覧が読める() {
    let mut day = Day::begin();
    let seen = days(&mut day);
    let offline = || Err(CounterError::OnlyOffline);
    let known = day.counter.booking_list(offline()).unwrap();
    assert_eq!(known.days, seen.days);
    assert_eq!(known.known_at.as_deref(), Some("11/20 9:00"));
    let never = day.counter.booking_week(None, None, Err(CounterError::OnlyOffline)).unwrap_err();
    assert!(matches!(never, CounterError::Booking(BookingError::NotKnown)));
}

#[test]
fn 電話の質問はどれも_パックの事実で_答え方がある() {
    let mut day = Day::begin();
    let mut entry = begin(&mut day, "2026-11-24T10:00");
    // Every branch is opened once, and everything else is わからない.
    for _ in 0..60 {
        let open =
            entry.sections.iter().flat_map(|section| &section.questions).find(|one| one.said.is_empty()).map(
                |one| (one.question.fact.clone(), one.question.answer.clone(), one.question.ask.ja.clone()),
            );
        let Some((fact, kind, ask)) = open else { break };
        assert!(ask.ends_with('。'), "{ask}");
        assert!(!ask.contains("死亡"), "{ask}");
        let given = match (fact.as_str(), kind) {
            ("visitor.mourner" | "visitor.heir_representative", _) => Given::No,
            ("case.funeral", _) => Given::Choice("done".into()),
            ("deceased.insurance", AnswerKind::Choice { options }) => Given::Choice(options[0].id.clone()),
            _ => Given::Unknown,
        };
        entry = day.counter.answer_booking(&fact, &given).unwrap();
    }
    assert_eq!(entry.answered, entry.asked);
    assert!(entry.asked >= 38, "{} asks", entry.asked);
}

/// A father of 83 died; his child comes, who held the funeral.
fn father(day: &mut Day) -> CaseId {
    let id = day.open("death", None).unwrap();
    day.counter.begin(id, VisitStep::Asking).unwrap();
    let text = |text: &str| Given::Text(text.into());
    let choice = |id: &str| Given::Choice(id.into());
    let choices = |ids: &[&str]| Given::Choices(ids.iter().map(|id| (*id).into()).collect());
    for (fact, given) in [
        ("case.death_date", text("2026-11-02")),
        ("deceased.birth_date", text("1943-05-01")),
        ("deceased.resident", Given::Yes),
        ("case.death_notified", Given::Yes),
        ("visitor.name", text("架空 春子")),
        ("visitor.phone", text("0999-20-2222")),
        ("visitor.relation", choice("child")),
        ("visitor.heir", Given::Yes),
        ("case.funeral", choice("done")),
        ("case.funeral_date", text("2026-11-05")),
        ("visitor.mourner", Given::Yes),
        ("deceased.insurance", choice("koki")),
        ("deceased.care_certified", Given::Yes),
        ("deceased.cards", choices(&["seal", "license", "passport"])),
        ("deceased.pension", choices(&["basic"])),
        ("deceased.debts", Given::Yes),
        ("deceased.tax_return_needed", Given::Yes),
        ("case.estate_over_threshold", Given::Yes),
        ("deceased.real_estate", choices(&["city"])),
        ("deceased.accounts", choices(&["bank"])),
    ] {
        day.counter.answer(id, fact, &given, Source::Staff).unwrap();
    }
    for role in ["applicant", "mourner", "heir"] {
        day.counter.same_person(id, role, Some("visitor")).unwrap();
    }
    id
}

fn due(visit: &Visit, procedure: &str) -> String {
    let row = visit.procedures.rows.iter().find(|row| row.id == procedure);
    row.unwrap_or_else(|| panic!("{procedure}")).due.clone().unwrap_or_default()
}

#[test]
fn 期限は日付で出る() {
    let mut day = Day::begin();
    let id = father(&mut day);
    let visit = day.counter.visit(id).unwrap();
    for (procedure, date) in [
        ("death.renunciation", "2027-02-02"),
        ("death.final_tax_return", "2027-03-02"),
        ("death.inheritance_tax", "2027-09-02"),
        ("death.land_registration", "2029-11-02"),
        ("death.funeral_koki", "2028-11-05"),
    ] {
        assert_eq!(due(&visit, procedure), date, "{procedure}");
    }
}

#[test]
fn お客様情報シートに_それぞれの人と口座が別々に並ぶ() {
    let mut day = Day::begin();
    let id = father(&mut day);
    day.counter.answer(id, "mourner.bank.name", &Given::Text("みなと野銀行".into()), Source::Staff).unwrap();
    day.counter.answer(id, "heir.bank.name", &Given::Text("はまべ信用金庫".into()), Source::Staff).unwrap();
    let sheet = day.counter.visit(id).unwrap().family.unwrap();
    let titles: Vec<&str> = sheet.persons.iter().map(|person| person.title.as_str()).collect();
    assert_eq!(titles.len(), 6, "{titles:?}");
    let person = |id: &str| sheet.persons.iter().find(|person| person.id == id).unwrap();
    assert_eq!(person("heir").same_as.as_deref(), Some("visitor"));
    assert!(person("deceased").may_be.is_empty());
    assert!(!person("visitor").may_be.iter().any(|other| other.id == "heir"), "no circle");
    assert_eq!(person("mourner").account[0].said, "みなと野銀行");
    assert_eq!(person("heir").account[0].said, "はまべ信用金庫");
    // Told once, from the view of the person who died.
    let relation = |id: &str| {
        let rows = &person(id).rows;
        rows.iter().find(|row| row.question.fact.ends_with(".relation")).unwrap().said.clone()
    };
    for role in ["visitor", "applicant", "mourner", "heir"] {
        assert_eq!(relation(role), "子", "{role}");
    }
    assert_eq!(relation("agent"), "");
}

#[test]
fn 受け取るものとお渡しするものと証明書の通数がわかり_印は元に戻せる() {
    let mut day = Day::begin();
    let id = father(&mut day);
    let exchange = day.counter.visit(id).unwrap().exchange.unwrap();
    let names = |rows: &[madoka_counter::handover::ExchangeRow]| -> Vec<String> {
        rows.iter().map(|row| row.id.clone()).collect()
    };
    assert_eq!(names(&exchange.collect), ["health", "limit", "care", "seal"]);
    assert!(exchange.warnings[0].contains("相続放棄"), "{:?}", exchange.warnings);
    assert!(
        exchange.certificates.iter().any(|one| one.copies >= 2 && one.places.len() >= 2),
        "{:?}",
        exchange.certificates
    );
    let done = Given::Choices(vec!["care".into()]);
    let visit = day.counter.answer(id, &exchange.collected, &done, Source::Staff).unwrap();
    assert!(visit.exchange.unwrap().collect.iter().any(|row| row.id == "care" && row.done));
    let visit = day.counter.undo(id).unwrap();
    assert!(visit.exchange.unwrap().collect.iter().all(|row| !row.done));
}

#[test]
fn 終えたあとも_残りと期限が職員に見え_電話を記録して終わりにできる() {
    let mut day = Day::begin();
    let id = father(&mut day);
    assert!(day.counter.afterwards().unwrap().rows.is_empty(), "the visit is not over");
    day.counter.close(id, Outcome::Completed).unwrap();
    let after = day.counter.afterwards().unwrap();
    assert_eq!((after.rows.len(), after.rows[0].phone.as_str()), (1, "0999-20-2222"));
    assert!(
        after.rows[0]
            .left
            .iter()
            .any(|item| item.name.contains("相続放棄") && item.deadline.contains("2027年2月2日"))
    );
    let call = Personal::new("戸籍がそろったと連絡あり".to_owned());
    let after = day.counter.follow_up(id, &call, false).unwrap();
    assert_eq!(after.rows[0].notes.len(), 1);
    day.until("2027-01-25T00:00:00Z");
    assert_eq!(day.counter.afterwards().unwrap().soon, 1);
    let nothing = Personal::new(String::new());
    assert!(day.counter.follow_up(id, &nothing, true).unwrap().rows.is_empty());
}

/// What the family reads or hears, of the pack and of the screens that stand before them.
#[test]
fn ご家族に向けた文に_死亡者という言葉がない() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let mut wrong = Vec::new();
    let mut read = 0;
    let mut look = |file: &std::path::Path, faces: &dyn Fn(&str) -> bool| {
        for (line, text) in std::fs::read_to_string(file).unwrap().lines().enumerate() {
            if text.trim_start().starts_with('#') || !faces(text) {
                continue;
            }
            read += 1;
            if text.contains("死亡者") || text.contains("死亡した人") || text.contains("故人") {
                wrong.push(format!("{}:{} {text}", file.display(), line + 1));
            }
        }
    };
    let files = |folder: &str| {
        let folder = std::fs::read_dir(root.join(folder)).unwrap();
        folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect::<Vec<_>>()
    };
    // Of procedures the staff's notes, scenarios and names of laws are not read out.
    let resident = |text: &str| {
        ["ask.", "help.", "name.", "text.", "note.resident", "label", "ja = ", "ask =", "help =", "text ="]
            .iter()
            .any(|key| text.trim_start().starts_with(key))
            || text.trim_start().starts_with("{ id")
    };
    for folder in ["questions", "procedures", "facts", "bookings", "handover"] {
        for file in files(&format!("assets/sample-city/{folder}")) {
            look(&file, &resident);
        }
    }
    for file in ["events", "screens", "items", "persons", "anchors", "groups"] {
        look(&root.join(format!("assets/sample-city/{file}.toml")), &resident);
    }
    for folder in ["ui/src/resident", "ui/preentry/src", "src-tauri/crates/counter/src/resident/words"] {
        for file in files(folder).iter().filter(|file| !file.to_string_lossy().ends_with(".test.ts")) {
            look(file, &|_| true);
        }
    }
    look(&root.join("src-tauri/crates/forms/src/guide/words.rs"), &|_| true);
    // On paper the law has the word in one form (forms/README.md says which and why); every other is ours.
    for folder in std::fs::read_dir(root.join("forms")).unwrap().map(|entry| entry.unwrap().path()) {
        let source = folder.join("form.typ");
        let printed = source.exists() && !folder.ends_with("cremation_permit");
        if printed && std::fs::read_to_string(&source).unwrap().contains("死亡者") {
            wrong.push(source.display().to_string());
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(read > 1_000, "{read} lines were read");
}
