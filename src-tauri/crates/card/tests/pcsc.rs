//! 本物の pcscd で: readers, cards, hands that pull, programs that hold, services that stop.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop loudly"
)]

mod support;

use std::io::Read;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use madoka_card::{
    Cancel, CardError, CardKind, CardRead, Opening, OpeningKind, Place, Placed, ReaderState, Readers,
    Request, Tries, VirtualCard, Watcher, find_card, look, practice, practice_authorities, read, readers,
};
use madoka_facts::Value;
use practice::{PracticeCard, Resident, resident};
use support::{Act, Pcscd, Reader, insert, insert_with, present, until};

const DESK: &[&str] = &["Madoka Test Reader"];

fn name(read: &CardRead) -> &str {
    match read.fact("name").and_then(|fact| fact.statement.value.as_ref()) {
        Some(Value::Text(name)) => name,
        _ => "",
    }
}

fn by_b(resident: &Resident) -> Request {
    Request::new(Opening::match_code_b(&resident.holder.match_code_b()).unwrap())
}

fn place(reader: &Reader) -> Place {
    Place::Reader(Placed::in_reader(reader.name.as_str()))
}

fn family() -> (&'static Resident, &'static Resident) {
    (resident("kenichi").unwrap(), resident("kuzuha").unwrap())
}

#[test]
fn 本物の読取サービスを通して全ての住民のカードが読める() {
    let (_pcscd, desk) = Pcscd::start(&["Madoka Test Reader", "Madoka Second Reader"]);
    thread::scope(|scope| {
        for (at, reader) in desk.iter().enumerate() {
            scope.spawn(move || {
                for resident in practice::residents().iter().skip(at).step_by(desk_size()) {
                    let inserted = insert(reader, resident.my_number_card());
                    let looked = look(&place(reader), &Cancel::default()).unwrap();
                    assert_eq!(looked.kind, CardKind::MyNumber);
                    assert_eq!(looked.best_opening(), Some(OpeningKind::MatchCodeB));
                    let request = by_b(resident).of(&looked).checked_by(practice_authorities());
                    let read = read(&place(reader), request, &Cancel::default()).unwrap();
                    assert_eq!(name(&read), resident.holder.name, "{}", resident.id);
                    assert_eq!(read.genuine, Some(true));
                    until("the card is closed", || !inserted.card.lock().unwrap().is_open());
                    inserted.remove();
                    until("the reader is empty", || present(&reader.name) == Some(false));
                }
            });
        }
    });
}

const fn desk_size() -> usize {
    4
}

/// How many commands a read of this card takes when nothing happens.
fn commands(card: VirtualCard, request: Request) -> usize {
    let read = read(&Place::practice(card), request, &Cancel::default()).unwrap();
    usize::try_from(read.count.commands).unwrap()
}

#[test]
fn どの命令で抜いても何も取り込まず次の読取りはできる() {
    let (kenichi, kuzuha) = family();
    let all = commands(kenichi.my_number_card(), by_b(kenichi));
    let (_pcscd, desk) = Pcscd::start(&["Madoka Test Reader", "Madoka Second Reader"]);
    let next = AtomicUsize::new(0);
    let hands: Vec<(usize, u8)> = (1..=all).flat_map(|at| [0, 1, 2].map(|how| (at, how))).collect();
    thread::scope(|scope| {
        for reader in &desk {
            scope.spawn(|| {
                while let Some(&(pulled, how)) = hands.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let hand = move |at, _: &[u8]| match how {
                        _ if at != pulled => Act::Answer,
                        0 => Act::Pull,
                        1 => Act::PullAfter,
                        _ => Act::Cut(1),
                    };
                    let inserted = insert_with(reader, kenichi.my_number_card(), hand);
                    let got = read(&place(reader), by_b(kenichi), &Cancel::default());
                    match got {
                        Err(CardError::Removed | CardError::NoCard) => {}
                        // All was read, and only closing the application was missed; power is gone anyway.
                        Ok(read) if pulled + usize::from(how == 1) >= all => {
                            assert_eq!(name(&read), kenichi.holder.name);
                        }
                        other => panic!("pulled at {pulled} ({how}): {other:?}"),
                    }
                    let card = inserted.remove_slowly();
                    assert!(!card.is_open());
                    assert!(card.tries().contains(&(0x0015, 10)), "no try is lost: {:?}", card.tries());
                }
                // Then the next resident's, at once.
                until("the reader is empty", || present(&reader.name) == Some(false));
                let inserted = insert(reader, kuzuha.my_number_card());
                let read = read(&place(reader), by_b(kuzuha), &Cancel::default()).unwrap();
                assert_eq!(name(&read), kuzuha.holder.name);
                inserted.remove();
            });
        }
    });
}

#[test]
fn 途中で別の人のカードに替わってもその人の情報にはならない() {
    let (kenichi, kuzuha) = family();
    let (_pcscd, desk) = Pcscd::start(&["Madoka Test Reader", "Madoka Second Reader"]);
    let reader = &desk[0];
    // Looked at, then swapped by hand: the count of the reader tells, and nothing is tried on the other card.
    let states = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&states);
    let watcher = Watcher::start(Some(reader.name.clone()), move |state| told.lock().unwrap().push(state));
    let inserted = insert(reader, kenichi.my_number_card());
    let placed = wait_for(&states, |state| match state {
        ReaderState::Card(placed) => Some(placed.clone()),
        _ => None,
    });
    let looked = watcher.look(&placed, &Cancel::default()).unwrap();
    inserted.remove();
    until("the reader is empty", || present(&reader.name) == Some(false));
    let inserted = insert(reader, kuzuha.my_number_card());
    let got = watcher.read(&placed, by_b(kenichi).of(&looked), &Cancel::default());
    assert!(matches!(got, Err(CardError::Swapped)), "{got:?}");
    assert_eq!(inserted.commands.load(Ordering::SeqCst), 0, "the other card heard nothing");
    // Without the count, its own serial number tells.
    let got = read(&place(reader), by_b(kenichi).of(&looked), &Cancel::default());
    assert!(matches!(got, Err(CardError::Swapped)), "{got:?}");
    let card = inserted.remove();
    assert!(card.tries().contains(&(0x0015, 10)));
    drop(watcher);
    // Faster than any reader: the very next command goes to the other card.
    let all = commands(kenichi.my_number_card(), by_b(kenichi).of(&looked));
    let next = AtomicUsize::new(1);
    thread::scope(|scope| {
        for reader in &desk {
            scope.spawn(|| {
                loop {
                    let swapped = next.fetch_add(1, Ordering::SeqCst);
                    if swapped > all {
                        break;
                    }
                    until("the reader is empty", || present(&reader.name) == Some(false));
                    let inserted = insert_with(reader, kenichi.my_number_card(), move |at, _| {
                        if at == swapped {
                            Act::Become(Box::new(kuzuha.my_number_card()))
                        } else {
                            Act::Answer
                        }
                    });
                    match read(&place(reader), by_b(kenichi).of(&looked), &Cancel::default()) {
                        Ok(read) => assert_eq!((name(&read), swapped), (kenichi.holder.name.as_str(), all)),
                        Err(error) => assert!(!error.to_string().contains('葛'), "{error}"),
                    }
                    inserted.remove();
                }
            });
        }
    });
}

fn wait_for<T>(states: &Mutex<Vec<ReaderState>>, which: impl Fn(&ReaderState) -> Option<T>) -> T {
    let mut found = None;
    until("the state is told", || {
        found = states.lock().unwrap().iter().rev().find_map(&which);
        found.is_some()
    });
    found.unwrap()
}

#[test]
fn 置けば読み取りが始まり様子が順に知らされる() {
    let (kenichi, _) = family();
    let (_pcscd, desk) = Pcscd::start(&["Madoka Test Reader", "ACS ACR1252 Dual Reader SAM"]);
    let own_module = &desk[2];
    let _module = insert(own_module, VirtualCard::stranger());
    let Readers::Found(names) = readers() else { panic!("pcscd runs") };
    assert_eq!(names, [desk[0].name.clone(), desk[1].name.clone()], "the module's slot is left out");
    assert_eq!(find_card(&Cancel::default()).unwrap_err(), CardError::NoCard);

    let (tell, told) = mpsc::channel();
    let tell = Mutex::new(tell);
    let watcher = Watcher::start(None, move |state| {
        let _ = tell.lock().unwrap().send(state);
    });
    let next = || told.recv_timeout(Duration::from_secs(20)).expect("a change is told");
    assert_eq!(next(), ReaderState::NoCard { readers: names.clone() });
    // In the second reader: both are watched.
    let inserted = insert(&desk[1], kenichi.my_number_card());
    let ReaderState::Card(placed) = next() else { panic!("the card is told") };
    assert_eq!(placed.reader, names[1]);
    let looked = watcher.look(&placed, &Cancel::default()).unwrap();
    assert_eq!(next(), ReaderState::Reading { reader: names[1].clone() });
    assert_eq!(next(), ReaderState::Card(placed.clone()));
    let read = watcher.read(&placed, by_b(kenichi).of(&looked), &Cancel::default()).unwrap();
    assert_eq!(name(&read), kenichi.holder.name);
    assert_eq!(next(), ReaderState::Reading { reader: names[1].clone() });
    assert_eq!(next(), ReaderState::Done { reader: names[1].clone(), kind: CardKind::MyNumber });
    // Reading does not look like taking the card and placing it again.
    let again = watcher.read(&placed, by_b(kenichi).of(&looked), &Cancel::default()).unwrap();
    assert_eq!(name(&again), kenichi.holder.name);
    assert_eq!(next(), ReaderState::Reading { reader: names[1].clone() });
    assert_eq!(next(), ReaderState::Done { reader: names[1].clone(), kind: CardKind::MyNumber });
    let (found, _) = find_card(&Cancel::default()).unwrap();
    assert_eq!(found, placed);
    inserted.remove();
    assert_eq!(next(), ReaderState::Removed { reader: names[1].clone() });
    assert_eq!(next(), ReaderState::NoCard { readers: names });
}

#[test]
fn 残り一回と使えなくなったカードは何も試さず別の方法を言う() {
    let (_pcscd, desk) = Pcscd::start(DESK);
    let reader = &desk[0];
    for (id, left) in [("masao", 1), ("fumi", 0)] {
        let resident = resident(id).unwrap();
        let states = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&states);
        let watcher = Watcher::start(None, move |state| told.lock().unwrap().push(state));
        let inserted = insert(reader, resident.my_number_card());
        let placed = wait_for(&states, |state| match state {
            ReaderState::Card(placed) => Some(placed.clone()),
            _ => None,
        });
        let looked = watcher.look(&placed, &Cancel::default()).unwrap();
        let pin = looked.openings.iter().find(|opening| opening.kind == OpeningKind::Pin).unwrap();
        assert_eq!(pin.tries, if left == 0 { Tries::Blocked } else { Tries::Left(left) });
        assert_eq!(looked.best_opening(), Some(OpeningKind::MatchCodeB));
        let request = Request::new(Opening::pin(&resident.holder.pin).unwrap()).of(&looked);
        let error = watcher.read(&placed, request, &Cancel::default()).unwrap_err();
        assert!(error.to_string().contains("照合番号B"), "{error}");
        assert_eq!(
            wait_for(&states, |state| match state {
                ReaderState::Blocked { error, .. } => Some(error.clone()),
                _ => None,
            }),
            error
        );
        assert!(inserted.card.lock().unwrap().tries().contains(&(0x0011, left)), "nothing was tried");
        assert!(watcher.read(&placed, by_b(resident).of(&looked), &Cancel::default()).is_ok());
        inserted.remove();
        until("the reader is empty", || present(&reader.name) == Some(false));
    }
}

#[test]
fn まちがえた入力は一度しか照合しない() {
    let (kenichi, _) = family();
    let (_pcscd, desk) = Pcscd::start(DESK);
    let inserted = insert(&desk[0], kenichi.my_number_card());
    let mut wrong = kenichi.holder.match_code_b();
    wrong.replace_range(13.., if wrong.ends_with('0') { "1" } else { "0" });
    let request = Request::new(Opening::match_code_b(&wrong).unwrap()).faces(madoka_card::Faces::Yes);
    let error = read(&place(&desk[0]), request, &Cancel::default()).unwrap_err();
    assert_eq!(error, CardError::Wrong { opening: OpeningKind::MatchCodeB, left: 9 });
    let card = inserted.remove();
    assert!(
        card.tries().contains(&(0x0015, 9)) && card.tries().contains(&(0x0012, 10)),
        "{:?}",
        card.tries()
    );
}

#[test]
fn 他のソフトがカードを使っている間は待って知らせ終われば読める() {
    let (kenichi, _) = family();
    let (_pcscd, desk) = Pcscd::start(DESK);
    let reader = &desk[0];
    let inserted = insert(reader, kenichi.my_number_card());
    let other = pcsc::Context::establish(pcsc::Scope::User).unwrap();
    let name_of = std::ffi::CString::new(reader.name.as_str()).unwrap();
    let hold = |mode| other.connect(&name_of, mode, pcsc::Protocols::ANY).unwrap();
    let theirs = hold(pcsc::ShareMode::Shared);
    let error = read(&place(reader), by_b(kenichi), &Cancel::default()).unwrap_err();
    assert_eq!(error, CardError::InUse);
    // It lets go while we wait.
    let letting_go = thread::spawn(move || {
        thread::sleep(Duration::from_millis(500));
        drop(theirs);
    });
    assert!(read(&place(reader), by_b(kenichi), &Cancel::default()).is_ok());
    letting_go.join().unwrap();
    // And we let go too, at once.
    drop(hold(pcsc::ShareMode::Exclusive));
    inserted.remove();
}

#[test]
fn 応答しないリーダーは見切りをつけて外せば次が読める() {
    let (kenichi, kuzuha) = family();
    let (_pcscd, desk) = Pcscd::start(DESK);
    let reader = &desk[0];
    for cancelled in [false, true] {
        let inserted =
            insert_with(
                reader,
                kenichi.my_number_card(),
                |at, _| if at == 5 { Act::Never } else { Act::Answer },
            );
        let patience = Duration::from_millis(if cancelled { 20_000 } else { 700 });
        let placed = Placed::in_reader(reader.name.as_str()).patient_for(patience);
        let cancel = Cancel::default();
        if cancelled {
            let (hung, stop) = (Arc::clone(&inserted.commands), cancel.clone());
            thread::spawn(move || {
                until("the reader hangs", || hung.load(Ordering::SeqCst) == 5);
                stop.cancel();
            });
        }
        let error = read(&Place::Reader(placed), by_b(kenichi), &cancel).unwrap_err();
        assert_eq!(error, if cancelled { CardError::Cancelled } else { CardError::Hung });
        inserted.remove_slowly();
        until("the reader is empty", || present(&reader.name) == Some(false));
        let inserted = insert(reader, kuzuha.my_number_card());
        let read = read(&place(reader), by_b(kuzuha), &Cancel::default()).unwrap();
        assert_eq!(name(&read), kuzuha.holder.name);
        inserted.remove();
        until("the reader is empty", || present(&reader.name) == Some(false));
    }
}

#[test]
fn 読取サービスが落ちても戻れば続けられる() {
    let (kenichi, kuzuha) = family();
    let (pcscd, desk) = Pcscd::start(DESK);
    let reader = &desk[0];
    let states = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&states);
    let _watcher = Watcher::start(None, move |state| told.lock().unwrap().push(state));
    let last = |wanted: fn(&ReaderState) -> bool| {
        until("the state is told", || states.lock().unwrap().last().is_some_and(wanted));
    };
    last(|state| matches!(state, ReaderState::NoCard { .. }));
    let pcscd = Arc::new(Mutex::new(pcscd));
    for killed in [2, 5, 6] {
        let service = Arc::clone(&pcscd);
        let inserted = insert_with(reader, kenichi.my_number_card(), move |at, _| {
            if at == killed {
                service.lock().unwrap().kill();
            }
            Act::Answer
        });
        last(|state| matches!(state, ReaderState::Card(_)));
        let error = read(&place(reader), by_b(kenichi), &Cancel::default()).unwrap_err();
        assert!(matches!(error, CardError::NoService | CardError::Removed), "{error:?}");
        last(|state| *state == ReaderState::NoService);
        assert_eq!(readers(), Readers::NoService);
        assert_eq!(find_card(&Cancel::default()).unwrap_err(), CardError::NoService);
        drop(inserted);
        pcscd.lock().unwrap().run();
        last(|state| matches!(state, ReaderState::NoCard { .. }));
        let inserted = insert(reader, kuzuha.my_number_card());
        last(|state| matches!(state, ReaderState::Card(_)));
        let read = read(&place(reader), by_b(kuzuha), &Cancel::default()).unwrap();
        assert_eq!(name(&read), kuzuha.holder.name);
        inserted.remove();
        last(|state| matches!(state, ReaderState::NoCard { .. }));
    }
}

#[test]
fn リーダーが一台もなければそう言い抜かれたリーダーも分かる() {
    let (kenichi, _) = family();
    let states = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&states);
    {
        let (_pcscd, none) = Pcscd::start(&[]);
        assert!(none.is_empty());
        assert_eq!(readers(), Readers::Found(Vec::new()));
        assert_eq!(find_card(&Cancel::default()).unwrap_err(), CardError::NoReader);
        let placed = Placed::in_reader("Madoka Test Reader 00 00");
        let got = read(&Place::Reader(placed), by_b(kenichi), &Cancel::default());
        assert_eq!(got.unwrap_err(), CardError::NoReader);
        let _watcher = Watcher::start(None, move |state| told.lock().unwrap().push(state));
        wait_for(&states, |state| (*state == ReaderState::NoReader).then_some(()));
    }
    assert_eq!(readers(), Readers::NoService);
}

#[test]
fn 運転免許証と在留カードも本物の読取サービスを通して読める() {
    let (_pcscd, desk) = Pcscd::start(DESK);
    let reader = &desk[0];
    let kenichi = resident("kenichi").unwrap();
    let inserted = insert(reader, kenichi.card(PracticeCard::Licence));
    let looked = look(&place(reader), &Cancel::default()).unwrap();
    assert_eq!((looked.kind, looked.openings[0].tries), (CardKind::Licence, Tries::Left(3)));
    let request = Request::new(Opening::pin(&kenichi.holder.pin).unwrap()).of(&looked);
    let got = read(&place(reader), request, &Cancel::default()).unwrap();
    assert_eq!(name(&got), kenichi.holder.name);
    inserted.remove();
    until("the reader is empty", || present(&reader.name) == Some(false));
    let maria = resident("maria").unwrap();
    let inserted = insert(reader, maria.card(PracticeCard::Residence));
    let looked = look(&place(reader), &Cancel::default()).unwrap();
    assert_eq!(looked.kind, CardKind::Residence);
    let request = Request::new(Opening::card_number(&maria.holder.card_number).unwrap())
        .of(&looked)
        .faces(madoka_card::Faces::Yes);
    let got = read(&place(reader), request, &Cancel::default()).unwrap();
    assert_eq!(got.image(madoka_card::FacePart::Front).unwrap().bytes(), maria.holder.front);
    assert_eq!(got.image(madoka_card::FacePart::Photo).unwrap().bytes(), maria.holder.photo);
    inserted.remove();
}

const SERVICE: &str = "PCSCLITE_CSOCK_NAME";

/// Not a test by itself: the process that asks whichever service the environment names.
#[test]
fn asks_for_readers() {
    if std::env::var_os(SERVICE).is_some() {
        println!("{:?}", readers());
    }
}

/// What somebody is told whom this service cuts off `times` times, with the question unread, before it is gone.
fn told_by_a_service_that_cuts_off(times: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("pcscd.comm");
    let service = UnixListener::bind(&socket).unwrap();
    thread::spawn(move || {
        for _ in 0..times {
            let (mut asking, _) = service.accept().unwrap();
            // A head of eight bytes, and one of what follows: nothing is on its way any more, and the rest stays unread.
            asking.read_exact(&mut [0; 9]).unwrap();
        }
    });
    let mut asker = Command::new(std::env::current_exe().unwrap());
    asker.args(["--exact", "asks_for_readers", "--nocapture"]).env(SERVICE, &socket);
    String::from_utf8(asker.output().unwrap().stdout).unwrap()
}

#[test]
fn 断られたと言うのは_何度聞いても断られたときだけ() {
    let told = told_by_a_service_that_cuts_off(1);
    assert!(told.contains("NoService"), "{told}");
    let told = told_by_a_service_that_cuts_off(5);
    assert!(told.contains("Refused"), "{told}");
}
