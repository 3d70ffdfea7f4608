//! 読取: cards put down and read, documents confirmed field by field, the household, who is whom, and what differs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops loudly")]

mod day;

use std::sync::{Arc, Mutex, OnceLock};

use day::{Day, WallClock, problem};
use madoka_card::CardError;
use madoka_card::practice::resident;
use madoka_casework::{CaseId, Step};
use madoka_counter::cards::{CardDesk, CardShown, ReaderShown, Way};
use madoka_counter::household::{MemberGiven, NEW_MEMBER};
use madoka_counter::pictures::{FieldConfirmed, HintMark, PictureDesk, PictureShown};
use madoka_counter::visit::{Given, SourceMark, Visit};
use madoka_counter::{CounterError, TakenIn};
use madoka_facts::{Source, Statement, Value};
use zeroize::Zeroizing;

const MOVE_OUT: &[u8] = include_bytes!("../../../../tests/ocr/pictures/move_out.jpg");
const MY_NUMBER: &[u8] = include_bytes!("../../../../tests/ocr/pictures/mynumber.jpg");
/// A 介護保険被保険者証 of 「高橋　渚」 in 「汐貝台」, and a 基礎年金番号通知書 beside it.
const TWO: &[u8] = include_bytes!("../../../../tests/ocr/pictures/two_documents.jpg");

fn begun(day: &mut Day, life_event: &str) -> CaseId {
    let id = day.open(life_event, None).unwrap();
    day.counter.begin(id, Step::Reading).unwrap();
    id
}

/// A desk that writes down what it tells.
fn desk() -> (CardDesk, Arc<Mutex<Vec<ReaderShown>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let writes = Arc::clone(&told);
    let desk = CardDesk::without_readers(WallClock::at_nine(), move |shown| {
        writes.lock().unwrap().push(shown.clone());
    });
    (desk, told)
}

fn turn(desk: &CardDesk) -> u32 {
    match desk.now() {
        ReaderShown::Card { card } | ReaderShown::Done { card } => card.turn,
        other => panic!("{other:?}"),
    }
}

/// Puts a practice card down and reads it for a person.
fn read(day: &mut Day, desk: &CardDesk, id: CaseId, card: &str, person: &str) -> (Visit, CardShown) {
    let code = resident(card.split(':').next().unwrap()).unwrap().holder.match_code_b();
    desk.lay_practice(card).unwrap();
    let turn = turn(desk);
    let opening = desk.opening(turn, Way::MatchCodeB, &code).unwrap();
    let read = desk.read(turn, opening, true).unwrap();
    day.counter.take_card(id, person, &read).unwrap()
}

fn value<'a>(visit: &'a Visit, person: &str, fact: &str) -> (&'a str, SourceMark) {
    let person = visit.people.persons.iter().find(|one| one.id == person).unwrap();
    let row = person.facts.iter().find(|row| row.fact.ends_with(fact)).unwrap();
    (row.value.as_str(), row.source)
}

#[test]
fn 置けば何のカードかと残り回数が分かり_読めば券面の画像が並ぶ() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let (desk, told) = desk();
    assert!(matches!(desk.now(), ReaderShown::Absent { .. }));
    let (visit, shown) = read(&mut day, &desk, id, "kuzuha:mynumber", "applicant");
    assert_eq!(value(&visit, "applicant", ".name"), ("𠮷﨑　葛\u{E0100}葉", SourceMark::Chip));
    assert_eq!(
        (shown.kind.as_str(), shown.tries_left, shown.genuine),
        ("マイナンバーカード", Some(10), Some(true))
    );
    let face = |label: &str| shown.rows.iter().find(|row| row.label == label).unwrap().face.as_ref().unwrap();
    assert!(face("氏名").picture.starts_with("data:image/png;base64,"));
    assert!(face("住所").picture.len() > 100);
    assert!(shown.photo.unwrap().picture.len() > 10_000, "JPEG 2000 is shown as PNG");

    let told: Vec<&str> = told
        .lock()
        .unwrap()
        .iter()
        .map(|shown| match shown {
            ReaderShown::Looking => "looking",
            ReaderShown::Card { card } => {
                assert_eq!(card.ways[0].tries_left, Some(10));
                assert_eq!(card.expires_year, Some(2034));
                "card"
            }
            ReaderShown::Reading { .. } => "reading",
            ReaderShown::Done { .. } => "done",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, ["looking", "card", "reading", "done"]);
    desk.take_practice();
    assert!(matches!(desk.now(), ReaderShown::Absent { .. }));
}

#[test]
fn 形の違う番号と期限の年の違う番号は_照合せずに断る() {
    let (desk, _) = desk();
    desk.lay_practice("kenichi:mynumber").unwrap();
    let turn = turn(&desk);
    let right = resident("kenichi").unwrap().holder.match_code_b();
    let mut other_year = right.clone();
    other_year.replace_range(6..10, "2031");
    let mut no_month = right.clone();
    no_month.replace_range(2..4, "13");
    for (way, entry, code) in [
        (Way::MatchCodeB, "123", "READ-03"),
        (Way::MatchCodeB, no_month.as_str(), "READ-04"),
        (Way::MatchCodeB, other_year.as_str(), "READ-05"),
        (Way::Pin, "12a4", "READ-06"),
        (Way::CardNumber, "AB12", "READ-07"),
    ] {
        assert_eq!(problem(desk.opening(turn, way, entry).unwrap_err()).code, code);
    }
    // A form that can be right is tried, once: nine are left, and the card says so again.
    let mut wrong = right.clone();
    wrong.replace_range(10..14, if right.ends_with("0000") { "1111" } else { "0000" });
    let opening = desk.opening(turn, Way::MatchCodeB, &wrong).unwrap();
    assert_eq!(problem(desk.read(turn, opening, true).unwrap_err()).code, "CARD-09");
    match desk.now() {
        ReaderShown::Card { card } => assert_eq!(card.ways[0].tries_left, Some(9)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn あと一回と使えなくなった暗証番号は使わせず_ほかの開け方を言う() {
    let (desk, _) = desk();
    for (card, left) in [("masao:mynumber", 1), ("fumi:mynumber", 0)] {
        desk.lay_practice(card).unwrap();
        let laid = desk.laid(turn(&desk)).unwrap();
        assert_eq!((laid.ways[0].way, laid.ways[0].usable), (Way::MatchCodeB, true));
        let pin = &laid.ways[1];
        assert_eq!((pin.way, pin.usable, pin.tries_left), (Way::Pin, false, Some(left)));
        assert!(pin.why_not.contains("照合番号Bで読んでください"), "{}", pin.why_not);
    }
}

#[test]
fn 替わったカードには_前のカードの番号を送らない() {
    let (desk, _) = desk();
    desk.lay_practice("kenichi:mynumber").unwrap();
    let before = turn(&desk);
    let opening =
        desk.opening(before, Way::MatchCodeB, &resident("kenichi").unwrap().holder.match_code_b()).unwrap();
    desk.lay_practice("minami:mynumber").unwrap();
    assert_eq!(problem(desk.read(before, opening, true).unwrap_err()).code, "CARD-05");
    desk.take_practice();
    let gone = desk.opening(before, Way::Nothing, "").unwrap_err();
    assert_eq!(problem(gone).code, "CARD-03");
    assert_eq!(problem(desk.lay_practice("nobody:mynumber").unwrap_err()).code, "READ-02");
}

#[test]
fn 読んでいる間に取られたカードは_取りやめたのではなく離れたと言う() {
    let held: Arc<OnceLock<CardDesk>> = Arc::default();
    let desk = Arc::clone(&held);
    let desk = held.get_or_init(|| {
        CardDesk::without_readers(WallClock::at_nine(), move |shown| {
            if matches!(shown, ReaderShown::Reading { .. }) {
                desk.get().unwrap().lay_practice("kuzuha:mynumber").unwrap();
            }
        })
    });
    desk.lay_practice("kenichi:mynumber").unwrap();
    let code = resident("kenichi").unwrap().holder.match_code_b();
    let opening = desk.opening(turn(desk), Way::MatchCodeB, &code).unwrap();
    let error = desk.read(turn(desk), opening, true).unwrap_err();
    assert!(matches!(error, CounterError::Card(CardError::Removed)), "{error:?}");
}

#[test]
fn 在留カードは券面の画像を見せ_氏名は職員が見て入れる() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let (desk, _) = desk();
    desk.lay_practice("maria:residence").unwrap();
    let turn = turn(&desk);
    let number = &resident("maria").unwrap().holder.card_number;
    let read = desk.read(turn, desk.opening(turn, Way::CardNumber, number).unwrap(), true).unwrap();
    let (_, shown) = day.counter.take_card(id, "applicant", &read).unwrap();
    assert!(shown.front.is_some(), "CCITT G4 is shown as PNG");
    assert!(shown.notes.iter().any(|note| note.contains("画像を見て入力")));
}

#[test]
fn 家族のカードを続けて置けば世帯員が増え_同じ方は二度増えない() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let (desk, _) = desk();
    let (_, shown) = read(&mut day, &desk, id, "kenichi:mynumber", "applicant");
    assert_eq!(shown.person, "applicant");
    for (card, at) in [("kenichi", 0), ("minami", 1), ("haruna", 2), ("minami", 1), ("aoi", 3)] {
        let (_, shown) = read(&mut day, &desk, id, &format!("{card}:mynumber"), NEW_MEMBER);
        assert_eq!(shown.person, format!("household[{at}]"));
    }
    let visit = day.counter.visit(id).unwrap();
    assert_eq!(visit.people.persons.iter().filter(|one| one.id.starts_with("household[")).count(), 4);
    // 届出人 is the first member: offered, for name and birth date are the same.
    let offer = &visit.people.same_offers[0];
    assert_eq!((offer.one.as_str(), offer.other.as_str(), offer.alike), ("household[0]", "applicant", true));
    assert_eq!(offer.words, "潮崎　健一は届出人と同じ方");
    let visit = day.counter.same_person(id, &offer.one.clone(), Some(&offer.other.clone())).unwrap();
    assert!(!visit.people.same_offers.iter().any(|offer| offer.alike));
    let same = |visit: &Visit| {
        visit.people.persons.iter().find(|one| one.id == "household[0]").unwrap().same_as.clone()
    };
    assert_eq!(same(&visit).as_deref(), Some("届出人"));
    assert_eq!(same(&day.counter.same_person(id, "household[0]", None).unwrap()), None);
}

#[test]
fn 喪主や相続人代表者は_名の分かった来庁者と同じ方だと一度で言える() {
    let mut day = Day::begin();
    let id = begun(&mut day, "death");
    let (desk, _) = desk();
    let (visit, _) = read(&mut day, &desk, id, "minami:mynumber", "visitor");
    let words: Vec<&str> = visit.people.same_offers.iter().map(|offer| offer.words.as_str()).collect();
    assert!(words.iter().any(|words| words.starts_with("喪主は")), "{words:?}");
    assert!(!words.iter().any(|words| words.contains("亡くなった方")), "{words:?}");
}

#[test]
fn 世帯員は一行ずつ打て_元号の略しも読み_誤りは欄の名で言う() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let line = |name: &str, kana: &str, birth: &str, sex: &str, relation: &str| MemberGiven {
        name: name.into(),
        name_kana: kana.into(),
        birth_date: birth.into(),
        sex: sex.into(),
        relation: relation.into(),
    };
    let visit = day
        .counter
        .put_member(id, None, &line("港野　正雄", "ミナトノ　マサオ", "S16.2.3", "male", "父"))
        .unwrap();
    assert_eq!(value(&visit, "household[0]", "birth_date").0, "昭和16年2月3日");
    assert_eq!(value(&visit, "household[0]", "relation"), ("父", SourceMark::Staff));
    // Passing through the line with Enter changes nothing; correcting one cell changes that one.
    let before = day.counter.visit(id).unwrap().can_undo;
    let same =
        day.counter.put_member(id, Some(0), &line("港野　正雄", "", "昭和16年2月3日", "1", "")).unwrap();
    assert_eq!((same.can_undo, value(&same, "household[0]", ".sex").0), (before, "男"));
    let visit = day.counter.put_member(id, Some(0), &line("", "", "S16.2.4", "", "")).unwrap();
    assert_eq!(value(&visit, "household[0]", "birth_date").0, "昭和16年2月4日");
    assert!(visit.people.conflicts.is_empty());

    let refused =
        problem(day.counter.put_member(id, None, &line("港野　花", "", "S99.2.3", "", "")).unwrap_err());
    assert_eq!(refused.code, "READ-12");
    assert!(refused.what.contains("生年月日"), "{refused:?}");
    assert_eq!(
        day.counter
            .visit(id)
            .unwrap()
            .people
            .persons
            .iter()
            .filter(|one| one.id.starts_with("household["))
            .count(),
        1
    );
    assert_eq!(
        problem(day.counter.put_member(id, None, &line("", "", "", " ", "")).unwrap_err()).code,
        "FACT-05"
    );
}

/// Reads a picture as the window would.
fn reading(day: &Day, desk: &PictureDesk, picture: &[u8], kind: Option<&str>) -> PictureShown {
    let seen = Mutex::new(Vec::new());
    let tell = |hundredths: u8| seen.lock().unwrap().push(hundredths);
    let bytes = Some(Zeroizing::new(picture.to_vec()));
    let shown = desk.read(bytes, kind, &day.counter.surroundings(None), &tell).unwrap();
    assert_eq!(seen.into_inner().unwrap().last(), Some(&100));
    shown
}

fn confirmed(id: &str, value: &str) -> FieldConfirmed {
    FieldConfirmed { id: id.into(), value: value.into() }
}

#[test]
fn 転出証明書を読めば世帯員がみな入り_確かめていない欄は入らない() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let desk = PictureDesk::default();
    let shown = reading(&day, &desk, MOVE_OUT, None);
    assert_eq!((shown.kind.as_deref(), shown.label.as_str()), (Some("move_out"), "転出証明書"));
    let field = |id: &str| shown.fields.iter().find(|field| field.id == id).unwrap();
    assert!(shown.fields.iter().all(|field| field.crop.starts_with("data:image/png;base64,")));
    assert_eq!(field("move_date").value, "令和7年9月6日");
    assert!(!field("household[0].name").sure && !field("household[0].name").glyphs.is_empty());
    assert_eq!((field("household[1].sex").value.as_str(), field("household[1].sex").member), ("女", Some(1)));
    // 住民票コード is shown for comparing and becomes no fact.
    assert!(!field("household[0].resident_code").taken);

    let picked = [
        confirmed("move_date", &field("move_date").value),
        confirmed("old_address", &field("old_address").value),
        confirmed("household[0].name", "柳沢　渚"),
        confirmed("household[0].birth_date", "H6.7.3"),
        confirmed("household[0].sex", "女"),
        confirmed("household[0].resident_code", &field("household[0].resident_code").value),
        confirmed("household[1].name", "柳沢　凜"),
        confirmed("household[1].relation", "妻"),
    ];
    let visit = day.counter.take_picture(id, &desk, shown.turn, "applicant", &picked).unwrap();
    assert_eq!(value(&visit, "household[0]", ".name"), ("柳沢　渚", SourceMark::Staff));
    assert_eq!(value(&visit, "household[0]", "birth_date").0, "平成6年7月3日");
    assert_eq!(value(&visit, "household[1]", "relation").0, "妻");
    let rows = |person: &str| visit.people.persons.iter().find(|one| one.id == person).unwrap().facts.len();
    assert_eq!((rows("household[0]"), rows("household[1]")), (3, 2), "確かめた欄だけ");
    let case: Vec<&str> = visit.people.case.iter().map(|row| row.fact.as_str()).collect();
    assert!(case.contains(&"case.move_date") && case.contains(&"case.old_address"), "{case:?}");
    // What was read and corrected is no contradiction.
    assert!(visit.people.conflicts.is_empty());
    // The picture is gone with that.
    let again = day.counter.take_picture(id, &desk, shown.turn, "applicant", &picked).unwrap_err();
    assert_eq!(problem(again).code, "READ-10");
}

#[test]
fn 券面の写真は照合番号を申し出_別の種類としても読み直せる() {
    let day = Day::begin();
    let desk = PictureDesk::default();
    let shown = reading(&day, &desk, MY_NUMBER, None);
    assert_eq!(shown.kind.as_deref(), Some("mynumber"));
    // 昭和27年3月28日, 2029, 6105.
    assert_eq!(shown.match_code_b.as_deref(), Some("27032820296105"));
    let other = desk.read(None, Some("licence"), &day.counter.surroundings(None), &|_| ()).unwrap();
    assert_eq!(other.kind.as_deref(), Some("licence"));
    assert!(other.turn > shown.turn && other.match_code_b.is_none());
    desk.forget();
    let gone = desk.read(None, None, &day.counter.surroundings(None), &|_| ()).unwrap_err();
    assert_eq!(problem(gone).code, "READ-09");
    let text = Some(Zeroizing::new(b"no picture".to_vec()));
    let refused = desk.read(text, None, &day.counter.surroundings(None), &|_| ()).unwrap_err();
    assert_eq!(problem(refused).code, "OCR-01");
}

#[test]
fn 一枚に写った書類をみな見せ_一つずつ取り込み_すべて済めば画像を消す() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let desk = PictureDesk::default();
    let first = reading(&day, &desk, TWO, None);
    let labels: Vec<(&str, u32, bool)> =
        first.documents.iter().map(|one| (one.label.as_str(), one.page, one.taken)).collect();
    assert_eq!(labels.len(), 2);
    assert!(labels.contains(&("介護保険被保険者証", 1, false)), "{labels:?}");
    assert!(labels.iter().any(|(label, _, _)| label.contains("年金")), "{labels:?}");
    assert_eq!(first.label, labels[0].0);
    let other = desk.show(first.turn, 1).unwrap();
    assert_eq!((other.at, other.label.as_str()), (1, labels[1].0));
    // What was shown before may no longer be taken.
    let sex = [confirmed("birth_date", "昭和54年9月3日")];
    let older = day.counter.take_picture(id, &desk, first.turn, "applicant", &sex).unwrap_err();
    assert_eq!(problem(older).code, "READ-10");
    assert_eq!(problem(desk.show(first.turn, 0).unwrap_err()).code, "READ-10");
    assert_eq!(problem(desk.show(other.turn, 2).unwrap_err()).code, "READ-10");
    // As another kind: only this one is read again.
    let again = desk.read(None, Some("pension"), &day.counter.surroundings(None), &|_| ()).unwrap();
    assert_eq!((again.at, again.documents.len(), again.kind.as_deref()), (1, 2, Some("pension")));
    day.counter.take_picture(id, &desk, again.turn, "applicant", &sex).unwrap();
    let left = desk.show(again.turn, 0).unwrap();
    assert_eq!(left.documents.iter().map(|one| one.taken).collect::<Vec<_>>(), [false, true]);
    let name = [confirmed("name", "高橋　渚")];
    day.counter.take_picture(id, &desk, left.turn, NEW_MEMBER, &name).unwrap();
    let gone = desk.read(None, None, &day.counter.surroundings(None), &|_| ()).unwrap_err();
    assert_eq!(problem(gone).code, "READ-09");
}

#[test]
fn 台帳と町名は似た読みの間だけを決め_読んだ字も残し_台帳にない方はそのまま読む() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_out");
    let desk = PictureDesk::default();
    let books = day.counter.books(None).unwrap();
    let around = day.counter.surroundings(Some((books, id)));
    let bytes = || Some(Zeroizing::new(TWO.to_vec()));
    let shown = desk.read(bytes(), None, &around, &|_| ()).unwrap();
    let card = shown.documents.iter().position(|one| one.label == "介護保険被保険者証").unwrap();
    let card = if card == 0 { shown } else { desk.show(shown.turn, card).unwrap() };
    let field = |shown: &PictureShown, id: &str| {
        let field = shown.fields.iter().find(|field| field.id == id).unwrap();
        (field.value.clone(), field.alternatives.clone(), field.sure, field.hint)
    };
    // 髙橋 渚, born 平成7年9月9日, stands in the register with 髙; the town's name was a letter off.
    let (name, others, sure, hint) = field(&card, "name");
    assert_eq!((name.as_str(), sure, hint), ("髙橋　渚", false, Some(HintMark::Register)));
    assert!(others.contains(&"高橋　渚".to_owned()), "{others:?}");
    let (address, others, _, hint) = field(&card, "address");
    assert!(address.starts_with("架空県みなと野市汐見台"), "{address}");
    assert_eq!(hint, Some(HintMark::Towns));
    assert_eq!(field(&card, "birth_date").3, None);
    assert!(
        others.iter().any(|other| other.starts_with("架空県みなと野市汐") && !other.contains("見台")),
        "{others:?}"
    );
    // The notice beside it is of somebody the register does not know: read as without it.
    let notice = desk.show(card.turn, 1 - card.at as usize).unwrap();
    let without = desk.read(bytes(), None, &day.counter.surroundings(None), &|_| ()).unwrap();
    let without = if without.label == notice.label { without } else { desk.show(without.turn, 1).unwrap() };
    assert_eq!(notice.fields, without.fields);
    assert!(notice.fields.iter().any(|field| field.sure));
}

#[test]
fn 読取りは取りやめられる() {
    let day = Day::begin();
    let desk = PictureDesk::default();
    let bytes = Some(Zeroizing::new(MY_NUMBER.to_vec()));
    let refused = desk.read(bytes, None, &day.counter.surroundings(None), &|_| desk.cancel()).unwrap_err();
    assert_eq!(problem(refused).code, "OCR-10");
    // The picture is still there to be read after all.
    assert!(desk.read(None, None, &day.counter.surroundings(None), &|_| ()).is_ok());
}

#[test]
fn チップと違う画像は職員が確かめてもチップに勝たず_並べて選ばせ_選べば済む() {
    let mut day = Day::begin();
    let id = begun(&mut day, "move_in");
    let chip = |path: &str, value: Value| TakenIn {
        path: path.parse().unwrap(),
        statement: Statement::known(value, Source::Chip),
    };
    let birth = Value::parse_date("1952-03-29").unwrap();
    day.counter.take_in(id, vec![chip("applicant.birth_date", birth)]).unwrap();
    day.minutes_pass(1);
    let desk = PictureDesk::default();
    let shown = reading(&day, &desk, MY_NUMBER, None);
    let fields = [confirmed("birth_date", "昭和27年3月28日"), confirmed("sex", "女")];
    let visit = day.counter.take_picture(id, &desk, shown.turn, "applicant", &fields).unwrap();
    assert_eq!(value(&visit, "applicant", "birth_date"), ("昭和27年3月29日", SourceMark::Chip));
    assert_eq!(value(&visit, "applicant", ".sex"), ("女", SourceMark::Staff));
    let conflict = &visit.people.conflicts[0];
    assert_eq!(conflict.fact, "applicant.birth_date");
    let said: Vec<_> = conflict.said.iter().map(|row| (row.value.as_str(), row.source)).collect();
    assert_eq!(said, [("昭和27年3月29日", SourceMark::Chip), ("昭和27年3月28日", SourceMark::Ocr)]);

    day.minutes_pass(1);
    let stale =
        day.counter.settle(id, "applicant.birth_date", SourceMark::Ocr, "昭和27年3月27日").unwrap_err();
    assert_eq!(problem(stale).code, "READ-13");
    let visit = day.counter.settle(id, "applicant.birth_date", SourceMark::Ocr, "昭和27年3月28日").unwrap();
    assert_eq!(value(&visit, "applicant", "birth_date"), ("昭和27年3月28日", SourceMark::Staff));
    assert!(visit.people.conflicts.is_empty());
    // The resident says otherwise afterwards: it is asked again.
    day.minutes_pass(1);
    let otherwise = Given::Text("昭和27年4月1日".into());
    let visit = day.counter.answer(id, "applicant.birth_date", &otherwise, Source::Resident).unwrap();
    assert_eq!(visit.people.conflicts[0].said.len(), 4);
}

#[test]
fn 取込みフォルダーに来た画像だけを順に読み_言われたときだけ消す() {
    let mut day = Day::begin();
    let folder = tempfile::TempDir::new().unwrap();
    let place = folder.path().to_string_lossy().into_owned();
    std::fs::write(folder.path().join("before.jpg"), b"before").unwrap();
    assert!(day.counter.scanner_folder().unwrap().is_none());
    let nowhere = day.counter.set_scanner_folder("/nowhere/at/all", false).unwrap_err();
    assert!(matches!(&nowhere, CounterError::Reading(_)) && problem(nowhere).code == "READ-14");
    day.counter.set_scanner_folder(&place, true).unwrap();
    let kept = day.counter.scanner_folder().unwrap().unwrap();
    assert_eq!((kept.path.as_str(), kept.delete), (place.as_str(), true));

    let desk = PictureDesk::default();
    let look = || desk.waiting_scans(Some(folder.path())).unwrap();
    assert_eq!(look(), 0);
    std::fs::write(folder.path().join("scan.jpg"), MY_NUMBER).unwrap();
    // Whole only when it has not grown since the last look.
    assert_eq!((look(), look(), look()), (0, 1, 1));
    let bytes = desk.next_scan(true).unwrap();
    assert_eq!(bytes.as_slice(), MY_NUMBER);
    assert_eq!((look(), folder.path().join("scan.jpg").exists()), (0, false));
    assert!(folder.path().join("before.jpg").exists());
    assert_eq!(problem(desk.next_scan(true).unwrap_err()).code, "READ-09");
}
