//! 読取: cards.

use madoka_counter::CounterError;
use madoka_counter::cards::{self, CardShown, PracticeCardRow, PracticeReader};
use madoka_counter::visit::Visit;
use tauri::State;
use zeroize::Zeroizing;

use super::{Desk, case_id};
use crate::problem::{Answer, ShellError, refused};

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
