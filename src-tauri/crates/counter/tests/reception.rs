//! 受付の一日, through the use cases as a screen would call them.

#![expect(clippy::unwrap_used, reason = "also outside of the tests themselves, a test stops loudly")]

mod day;

use day::Day;
use madoka_casework::CaseId;
use madoka_counter::resident::ResidentStage;
use madoka_counter::view::{CaseState, Problem};
use madoka_counter::{Counter, Display, MachineClock, TypeSize};
use madoka_text::Personal;
use tempfile::TempDir;
use uuid::Uuid;

fn tickets(day: &Day) -> Vec<String> {
    day.counter.reception().unwrap().cases.into_iter().map(|row| row.ticket).collect()
}

#[test]
fn デザインの九つのライフイベントが並ぶ() {
    let names: Vec<String> =
        Day::begin().counter.reception().unwrap().life_events.into_iter().map(|e| e.name.ja).collect();
    for wanted in ["おくやみ", "転入", "転居", "転出", "出生", "婚姻", "離婚", "障害者手帳", "証明書"]
    {
        assert!(names.iter().any(|name| name.contains(wanted)), "{wanted} がありません: {names:?}");
    }
}

#[test]
fn 長く待っている人が上に来て_待ち分数がわかる() {
    let mut day = Day::begin();
    day.open("move_in", None).unwrap();
    day.minutes_pass(38);
    day.open("death", Some("A-7")).unwrap();

    let cases = day.counter.reception().unwrap().cases;
    assert_eq!(tickets(&day), ["1", "A-7"]);
    assert_eq!((cases[0].opened.as_str(), cases[0].waiting_minutes), ("9:00", 38));
    assert_eq!((cases[1].opened.as_str(), cases[1].waiting_minutes), ("9:38", 0));
}

#[test]
fn 番号札の続きの番号が自動で付く() {
    let mut day = Day::begin();
    day.open("move_in", Some("１２")).unwrap();
    day.open("birth", None).unwrap();
    day.open("birth", Some("9999")).unwrap();
    day.open("birth", Some("14")).unwrap();
    day.open("birth", None).unwrap();
    assert_eq!(tickets(&day), ["12", "13", "9999", "14", "15"]);
}

#[test]
fn 同じ番号は二人に渡さない() {
    let mut day = Day::begin();
    let first = day.open("move_in", Some("12")).unwrap();
    let problem = day.open("birth", Some("12")).unwrap_err();
    assert_eq!(problem.code, "CASE-02");
    assert!(problem.what.contains("使われています"), "{}", problem.what);
    assert_eq!(tickets(&day), ["12"]);

    // Once taken back the number is free, and the old case cannot come back while another holds it.
    day.counter.take_back(first).unwrap();
    day.open("birth", Some("12")).unwrap();
    let problem = Problem::from(&day.counter.restore(first).unwrap_err());
    assert_eq!(problem.code, "CASE-02");
}

#[test]
fn 取り消した案件は消えずに下に残り_戻せる() {
    let mut day = Day::begin();
    let first = day.open("move_in", None).unwrap();
    day.open("birth", None).unwrap();
    day.counter.take_back(first).unwrap();
    let last = day.counter.reception().unwrap().cases.pop().unwrap();
    assert_eq!((last.ticket.as_str(), last.state), ("1", CaseState::TakenBack));

    day.counter.restore(first).unwrap();
    assert_eq!(tickets(&day), ["1", "2"]);
    let problem = Problem::from(&day.counter.restore(first).unwrap_err());
    assert_eq!(problem.code, "CASE-05");
}

#[test]
fn 検索は番号でもライフイベントでも_幅を問わない() {
    let mut day = Day::begin();
    day.open("move_in", Some("A-7")).unwrap();
    day.open("move_out", Some("8")).unwrap();
    let found = |day: &mut Day, query: &str| -> Vec<String> {
        day.counter
            .search(&Personal::new(query.to_owned()))
            .unwrap()
            .into_iter()
            .map(|row| row.ticket)
            .collect()
    };
    assert_eq!(found(&mut day, "ａ－７"), ["A-7"]);
    assert_eq!(found(&mut day, "転出"), ["8"]);
    assert_eq!(found(&mut day, "転 8"), ["8"]);
    assert_eq!(found(&mut day, "出生"), Vec::<String>::new());
    assert_eq!(found(&mut day, "　"), ["A-7", "8"]);
}

#[test]
fn 昨日の案件は今日の一覧に出ない() {
    let mut day = Day::begin();
    day.open("move_in", None).unwrap();
    // 翌日の0時1分（日本時間）は、UTC ではまだ前の日
    day.until("2026-11-20T15:01:00Z");
    assert_eq!(tickets(&day), Vec::<String>::new());
    assert_eq!(day.counter.reception().unwrap().next_ticket, "1");
}

#[test]
fn ない案件やないライフイベントには理由が返る() {
    let mut day = Day::begin();
    assert_eq!(day.open("picnic", None).unwrap_err().code, "CASE-03");
    assert_eq!(day.open("birth", Some("番号")).unwrap_err().code, "CASE-01");
    let missing = CaseId::new(Uuid::from_u128(99));
    assert_eq!(Problem::from(&day.counter.take_back(missing).unwrap_err()).code, "CASE-04");
}

#[test]
fn 住民の画面は受付で番号を示し_次の方を迎える() {
    let mut day = Day::begin();
    assert_eq!(day.counter.resident_screen().stage, ResidentStage::Welcome);
    let id = day.open("move_in", Some("12")).unwrap();
    let ResidentStage::Received { ticket, life_event, .. } = day.counter.resident_screen().stage else {
        panic!("受付した案件が出ていません");
    };
    assert_eq!((ticket.as_str(), life_event.as_str()), ("12", "転入"));

    day.counter.take_back(id).unwrap();
    assert_eq!(day.counter.resident_screen().stage, ResidentStage::Welcome);

    day.open("birth", None).unwrap();
    day.counter.welcome_next();
    assert_eq!(day.counter.resident_screen().stage, ResidentStage::Welcome);
}

#[test]
fn 表示の設定は次に開いたときも残る() {
    let mut day = Day::begin();
    let wanted = Display { type_size: TypeSize::Largest, high_contrast: true };
    day.counter.set_display(wanted).unwrap();
    assert_eq!(Counter::practice(day.data.path(), MachineClock).unwrap().start().display, wanted);
}

#[test]
fn 壊れた設定ファイルでも窓口は開き_知らせ_上書きしない() {
    let data = TempDir::new().unwrap();
    let file = data.path().join("settings.toml");
    std::fs::write(&file, "display = 大きく").unwrap();
    let mut counter = Counter::practice(data.path(), MachineClock).unwrap();
    let start = counter.start();
    let problem = start.problem.unwrap();
    assert_eq!((problem.code.as_str(), start.display), ("SET-02", Display::default()));
    assert!(problem.todo.contains("settings.toml"));

    let wanted = Display { type_size: TypeSize::Large, high_contrast: false };
    assert_eq!(Problem::from(&counter.set_display(wanted).unwrap_err()).code, "SET-04");
    assert_eq!(counter.start().display, wanted);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "display = 大きく");
}

#[test]
fn 保存できないときも今の表示には使い_知らせる() {
    let mut day = Day::begin();
    std::fs::create_dir(day.data.path().join("settings.toml")).unwrap();
    let wanted = Display { type_size: TypeSize::Large, high_contrast: false };
    let problem = Problem::from(&day.counter.set_display(wanted).unwrap_err());
    assert_eq!(problem.code, "SET-03");
    assert_eq!(day.counter.start().display, wanted);
    // Nothing half-written is left beside it.
    let mut left: Vec<_> =
        std::fs::read_dir(day.data.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.retain(|name| !name.to_string_lossy().starts_with("practice."));
    assert_eq!(left, ["settings.toml"]);
}
