//! What the screens can call. Each command is one call into the counter.

#![expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]

use std::io::Write;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use madoka_casework::{CaseId, Outcome, Step};
use madoka_counter::cards::{self, CardShown, PracticeCardRow, PracticeReader};
use madoka_counter::self_check::{self, Check};
use madoka_counter::view::{CaseRow, Reception, ResidentScreen, Start};
use madoka_counter::visit::{Given, MarkGiven, Visit};
use madoka_counter::{Counter, CounterError, Display};
use madoka_facts::{Household, Source};
use madoka_text::Personal;
use tauri::{AppHandle, Emitter, State};
use zeroize::Zeroizing;

use crate::problem::{Answer, ShellError, refused};
use crate::resident_window;

/// What the window holds for its commands.
pub(crate) struct Desk {
    counter: Mutex<Counter>,
    reader: Mutex<PracticeReader>,
    started: Instant,
    announce: bool,
}

impl Desk {
    pub(crate) fn new(counter: Counter, started: Instant, announce: bool) -> Self {
        Self { counter: Mutex::new(counter), reader: Mutex::default(), started, announce }
    }

    fn counter(&self) -> Answer<MutexGuard<'_, Counter>> {
        self.counter.lock().map_err(|_| ShellError::Poisoned.into())
    }
}

#[tauri::command]
pub(crate) fn start(desk: State<'_, Desk>) -> Answer<Start> {
    Ok(desk.counter()?.start())
}

/// The first screen is drawn and takes input: noted for whoever measures or waits.
#[tauri::command]
pub(crate) fn usable(desk: State<'_, Desk>) {
    let millis = u64::try_from(desk.started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(millis, "window usable");
    if desk.announce {
        // Whoever asked for the line may be gone by now; the window stays.
        let _ = writeln!(std::io::stdout(), "{}", serde_json::json!({ "usable": true, "millis": millis }));
    }
}

#[tauri::command]
pub(crate) fn reception(desk: State<'_, Desk>) -> Answer<Reception> {
    desk.counter()?.reception().map_err(refused)
}

#[tauri::command]
pub(crate) fn search(desk: State<'_, Desk>, query: String) -> Answer<Vec<CaseRow>> {
    desk.counter()?.search(&Personal::new(query)).map_err(refused)
}

#[tauri::command]
pub(crate) fn open_case(
    app: AppHandle,
    desk: State<'_, Desk>,
    life_event: &str,
    ticket: Option<&str>,
) -> Answer<CaseRow> {
    let mut counter = desk.counter()?;
    let row = counter.open_case(life_event, ticket).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(row)
}

#[tauri::command]
pub(crate) fn take_back(app: AppHandle, desk: State<'_, Desk>, case: &str) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.take_back(case_id(case)?).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) fn restore(desk: State<'_, Desk>, case: &str) -> Answer<()> {
    desk.counter()?.restore(case_id(case)?).map_err(refused)
}

/// Opens a case to work on: this terminal takes it, if nobody has it.
#[tauri::command]
pub(crate) fn begin(app: AppHandle, desk: State<'_, Desk>, case: &str, step: Step) -> Answer<Visit> {
    let mut counter = desk.counter()?;
    let visit = counter.begin(case_id(case)?, step).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(visit)
}

#[tauri::command]
pub(crate) fn visit(desk: State<'_, Desk>, case: &str) -> Answer<Visit> {
    desk.counter()?.visit(case_id(case)?).map_err(refused)
}

#[tauri::command]
pub(crate) fn answer(desk: State<'_, Desk>, case: &str, fact: &str, given: Given) -> Answer<Visit> {
    desk.counter()?.answer(case_id(case)?, fact, &given, Source::Staff).map_err(refused)
}

#[tauri::command]
pub(crate) fn add_member(desk: State<'_, Desk>, case: &str) -> Answer<Visit> {
    desk.counter()?.add_member(case_id(case)?).map_err(refused)
}

#[tauri::command]
pub(crate) fn remove_member(desk: State<'_, Desk>, case: &str, position: u16) -> Answer<Visit> {
    desk.counter()?.remove_member(case_id(case)?, position).map_err(refused)
}

#[tauri::command]
pub(crate) fn household(desk: State<'_, Desk>, case: &str, known: Household) -> Answer<Visit> {
    desk.counter()?.household(case_id(case)?, known).map_err(refused)
}

#[tauri::command]
pub(crate) fn mark(
    desk: State<'_, Desk>,
    case: &str,
    procedure: &str,
    subject: &str,
    mark: Option<MarkGiven>,
) -> Answer<Visit> {
    desk.counter()?.mark(case_id(case)?, procedure, subject, mark.as_ref()).map_err(refused)
}

#[tauri::command]
pub(crate) fn note(desk: State<'_, Desk>, case: &str, words: String) -> Answer<Visit> {
    desk.counter()?.note(case_id(case)?, &Personal::new(words)).map_err(refused)
}

#[tauri::command]
pub(crate) fn undo(desk: State<'_, Desk>, case: &str) -> Answer<Visit> {
    desk.counter()?.undo(case_id(case)?).map_err(refused)
}

#[tauri::command]
pub(crate) fn close_case(app: AppHandle, desk: State<'_, Desk>, case: &str) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.close(case_id(case)?, Outcome::Completed).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) fn practice_cards() -> Vec<PracticeCardRow> {
    PracticeReader::cards()
}

/// 読取: a made-up card is put down and opened by what was entered; its facts become facts of the case.
#[tauri::command]
pub(crate) async fn read_practice_card(
    desk: State<'_, Desk>,
    case: String,
    person: String,
    card: String,
    entry: String,
) -> Answer<(Visit, CardShown)> {
    let case = case_id(&case)?;
    let place = {
        let mut reader = desk.reader.lock().map_err(|_| ShellError::Poisoned)?;
        reader.place(&card).ok_or(CounterError::NoSuchCard).map_err(refused)?
    };
    let entry = Zeroizing::new(entry);
    let read = tauri::async_runtime::spawn_blocking(move || cards::read(&place, &entry))
        .await
        .map_err(ShellError::Check)?
        .map_err(refused)?;
    let mut counter = desk.counter()?;
    let visit = counter.take_card(case, &person, &read).map_err(refused)?;
    Ok((visit, counter.shown(&read)))
}

fn case_id(text: &str) -> Answer<CaseId> {
    text.parse().map_err(|error| ShellError::CaseId(error).into())
}

#[tauri::command]
pub(crate) async fn devices() -> Answer<Vec<Check>> {
    checked(self_check::devices).await
}

#[tauri::command]
pub(crate) async fn fonts() -> Answer<Vec<Check>> {
    checked(self_check::fonts).await
}

/// Asking devices may take a moment, and the window must not stand still meanwhile.
async fn checked(ask: fn() -> Vec<Check>) -> Answer<Vec<Check>> {
    tauri::async_runtime::spawn_blocking(ask).await.map_err(|error| ShellError::Check(error).into())
}

#[tauri::command]
pub(crate) fn set_display(desk: State<'_, Desk>, display: Display) -> Answer<()> {
    desk.counter()?.set_display(display).map_err(refused)
}

/// Async because opening a window from a synchronous command can block Windows' event loop.
#[tauri::command]
pub(crate) async fn open_resident_window(app: AppHandle) -> Answer<()> {
    resident_window::open(&app).map_err(|error| ShellError::ResidentWindow(error).into())
}

#[tauri::command]
pub(crate) async fn close_resident_window(app: AppHandle) -> Answer<()> {
    resident_window::close(&app).map_err(|error| ShellError::ResidentWindow(error).into())
}

#[tauri::command]
pub(crate) fn resident_window_open(app: AppHandle) -> bool {
    resident_window::is_open(&app)
}

#[tauri::command]
pub(crate) fn resident_screen(desk: State<'_, Desk>) -> Answer<ResidentScreen> {
    Ok(desk.counter()?.resident_screen())
}

#[tauri::command]
pub(crate) fn welcome_next(app: AppHandle, desk: State<'_, Desk>) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.welcome_next();
    show_resident(&app, &counter);
    Ok(())
}

/// Tells the resident's window, if it is open, what to show now.
fn show_resident(app: &AppHandle, counter: &Counter) {
    if let Err(_closed) = app.emit_to(resident_window::LABEL, "resident-screen", counter.resident_screen()) {
        tracing::warn!("resident window not told");
    }
}
