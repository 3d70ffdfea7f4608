//! 読取: cards.

use madoka_card::Opening;
use madoka_counter::cards::{CardDesk, CardShown, PracticeCardRow, PracticeCards, ReaderShown, Way};
use madoka_counter::resident::{PinAsk, PinTold};
use madoka_counter::visit::Visit;
use madoka_counter::{CounterError, ReadingError};
use tauri::{AppHandle, Manager, State};
use zeroize::Zeroizing;

use super::{Desk, case_id, show_resident};
use crate::problem::{Answer, ShellError, refused};

/// What lies on the reader now; changes are told by the event `reader`.
#[tauri::command]
pub(crate) fn reader(cards: State<'_, CardDesk>) -> ReaderShown {
    cards.now()
}

#[tauri::command]
pub(crate) fn practice_cards() -> Vec<PracticeCardRow> {
    PracticeCards::rows()
}

/// Puts a made-up card down, as if it lay on the reader.
#[tauri::command]
pub(crate) fn lay_practice_card(desk: State<'_, Desk>, cards: State<'_, CardDesk>, card: &str) -> Answer<()> {
    if desk.counter()?.is_practice() { cards.lay_practice(card).map_err(refused) } else { Ok(()) }
}

#[tauri::command]
pub(crate) fn take_practice_card(cards: State<'_, CardDesk>) {
    cards.take_practice();
}

/// Reads the card with what the officer entered; its facts become facts of the case. One entry is one try.
#[tauri::command]
#[expect(clippy::too_many_arguments, reason = "each is sent by its name")]
pub(crate) async fn read_card(
    app: AppHandle,
    desk: State<'_, Desk>,
    cards: State<'_, CardDesk>,
    case: String,
    person: String,
    turn: u32,
    way: Way,
    entry: String,
) -> Answer<(Visit, CardShown)> {
    let entry = Zeroizing::new(entry);
    // Somebody must be at work here before a card is opened.
    drop(desk.counter()?);
    let opening = cards.opening(turn, way, &entry).map_err(refused)?;
    drop(entry);
    read(&app, &case, &person, turn, opening).await
}

/// Reads the card with the PIN that the resident enters on their own window; it never passes through the officer's. Waits
/// as long as the resident does: until they have entered it, do not know it, or the officer takes the window back.
#[tauri::command]
pub(crate) async fn read_card_by_resident(
    app: AppHandle,
    case: String,
    person: String,
    turn: u32,
    again: bool,
) -> Answer<(Visit, CardShown)> {
    let id = case_id(&case)?;
    let asked = {
        let laid = app.state::<CardDesk>().may_open(turn, Way::Pin).map_err(refused)?;
        let tries_left = laid.ways.iter().find(|one| one.way == Way::Pin).and_then(|one| one.tries_left);
        let desk = app.state::<Desk>();
        let mut counter = desk.counter()?;
        let asked =
            counter.ask_pin(id, PinAsk { card: laid.label, tries_left, wrong: again }).map_err(refused)?;
        show_resident(&app, &counter);
        asked
    };
    let told = tauri::async_runtime::spawn_blocking(move || asked.wait()).await.map_err(ShellError::Check)?;
    let answer = match told {
        PinTold::Given(opening) => read(&app, &case, &person, turn, opening).await,
        PinTold::Declined => Err(refused(ReadingError::PinDeclined.into())),
        PinTold::TakenBack => Err(refused(ReadingError::PinTakenBack.into())),
    };
    let desk = app.state::<Desk>();
    let mut counter = desk.anyone()?;
    counter.card_read_over(id);
    show_resident(&app, &counter);
    answer
}

/// 取りやめ
#[tauri::command]
pub(crate) fn cancel_card(cards: State<'_, CardDesk>) {
    cards.cancel();
}

/// The reader may be slow: it is waited for on a thread of its own.
pub(super) async fn read(
    app: &AppHandle,
    case: &str,
    person: &str,
    turn: u32,
    opening: Opening,
) -> Answer<(Visit, CardShown)> {
    let case = case_id(case)?;
    let practising = app.state::<Desk>().counter()?.is_practice();
    let waiting = app.clone();
    let read = tauri::async_runtime::spawn_blocking(move || {
        waiting.state::<CardDesk>().read(turn, opening, practising)
    })
    .await
    .map_err(ShellError::Check)?
    .map_err(refused)?;
    let desk = app.state::<Desk>();
    let mut counter = desk.counter()?;
    counter.take_card(case, person, &read).map_err(|error: CounterError| refused(error))
}
