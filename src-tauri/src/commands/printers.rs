//! 設定・プリンター

use madoka_counter::printing::{PrintState, PrintersView, find_printers};
use madoka_facts::Id;
use tauri::State;

use super::Desk;
use crate::problem::{Answer, refused};

/// Asking printers may take a moment; the counter is free meanwhile.
#[tauri::command(async)]
pub(crate) fn printers(desk: State<'_, Desk>) -> Answer<PrintersView> {
    let search = desk.anyone()?.printer_search();
    let found = find_printers(&search);
    Ok(desk.anyone()?.printers(&found))
}

#[tauri::command]
pub(crate) fn choose_printer(desk: State<'_, Desk>, printer: &str) -> Answer<()> {
    desk.anyone()?.choose_printer(printer).map_err(refused)
}

#[tauri::command]
pub(crate) fn add_printer(desk: State<'_, Desk>, address: &str) -> Answer<()> {
    desk.anyone()?.add_printer(address).map_err(refused)
}

#[tauri::command]
pub(crate) fn remove_printer(desk: State<'_, Desk>, printer: &str) -> Answer<()> {
    desk.anyone()?.remove_printer(printer).map_err(refused)
}

/// Right and down, in millimetres; of one form, or of every form without one.
#[tauri::command]
pub(crate) fn set_offset(
    desk: State<'_, Desk>,
    printer: &str,
    form: Option<&str>,
    offset: Option<[f64; 2]>,
) -> Answer<()> {
    desk.anyone()?.set_offset(printer, form, offset).map_err(refused)
}

#[tauri::command]
pub(crate) fn set_stock(desk: State<'_, Desk>, form: &str, ready: bool) -> Answer<()> {
    desk.anyone()?.set_stock(form, ready).map_err(refused)
}

#[tauri::command]
pub(crate) fn set_cover(desk: State<'_, Desk>, cover: bool) -> Answer<()> {
    desk.anyone()?.set_cover(cover).map_err(refused)
}

/// 試し刷り: rulers, or the frames of a form's fields.
#[tauri::command(async)]
pub(crate) fn print_test(desk: State<'_, Desk>, printer: &str, form: Option<Id>) -> Answer<PrintState> {
    let state = {
        let mut counter = desk.counter()?;
        let printer = counter.printer(Some(printer)).map_err(refused)?;
        counter.place_test(form, &printer).map_err(refused)?;
        counter.print_state(None).map_err(refused)?
    };
    desk.press.wake();
    Ok(state)
}
