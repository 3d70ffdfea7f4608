//! 台帳を引く. The server may take its time: the counter is free while it is asked.

use madoka_counter::register::{FetchedShown, RegisterFound, RegisterTaken};
use madoka_sync::wire::register::Purpose;
use madoka_text::Personal;
use tauri::State;

use super::{Desk, blocking, case_id};
use crate::problem::{Answer, refused};

/// Looks for residents by one line of words.
#[tauri::command]
pub(crate) async fn search_register(
    desk: State<'_, Desk>,
    case: String,
    line: String,
) -> Answer<RegisterFound> {
    let id = case_id(&case)?;
    let (books, search) = {
        let counter = desk.counter()?;
        let search = counter.register_search(Purpose::Case(id), &Personal::new(line)).map_err(refused)?;
        (counter.books(desk.link()).map_err(refused)?, search)
    };
    let found = blocking(|| books.search(&search)).map_err(refused)?;
    desk.counter()?.register_found(id, &found).map_err(refused)
}

/// One key: finds the row of a person whose card was read, and takes it in.
#[tauri::command]
pub(crate) async fn fetch_register(
    desk: State<'_, Desk>,
    case: String,
    person: String,
) -> Answer<FetchedShown> {
    let id = case_id(&case)?;
    let (books, ask) = {
        let counter = desk.counter()?;
        let ask = counter.register_fetch(id, &person).map_err(refused)?;
        (counter.books(desk.link()).map_err(refused)?, ask)
    };
    let fetched = blocking(|| books.fetch(&ask)).map_err(refused)?;
    desk.counter()?.take_fetched(id, &ask, fetched).map_err(refused)
}

/// Takes in one resident of a list, as this person of the case.
#[tauri::command]
pub(crate) async fn take_resident(
    desk: State<'_, Desk>,
    case: String,
    number: String,
    person: String,
) -> Answer<RegisterTaken> {
    let id = case_id(&case)?;
    let (books, look) = {
        let counter = desk.counter()?;
        let look = counter.register_look(id, &number, &person).map_err(refused)?;
        (counter.books(desk.link()).map_err(refused)?, look)
    };
    let looked = blocking(|| books.look(&look)).map_err(refused)?;
    desk.counter()?.take_looked(&look, looked).map_err(refused)
}
