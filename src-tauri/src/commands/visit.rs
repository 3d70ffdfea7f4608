//! A case being worked on.

use madoka_casework::{Outcome, Step};
use madoka_counter::visit::{Given, MarkGiven, Visit};
use madoka_facts::{Household, Source};
use madoka_text::Personal;
use tauri::{AppHandle, State};

use super::{Desk, case_id, show_resident};
use crate::problem::{Answer, refused};

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
