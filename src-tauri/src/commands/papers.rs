//! 書類・印刷

use madoka_counter::CounterError;
use madoka_counter::papers::PapersView;
use madoka_counter::printing::{Piece, PrintState, PrintWhat, entry_id};
use madoka_counter::visit::Visit;
use madoka_facts::Id;
use madoka_forms::guide::Language;
use madoka_forms::print::{Decision, EntryId};
use serde::Deserialize;
use tauri::State;

use super::{Desk, case_id};
use crate::problem::{Answer, refused};

/// What to print, as the screen says it.
#[derive(Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum Wish {
    /// Everything chosen, the cover first.
    All,
    Cover,
    Form {
        form: Id,
    },
    /// From 1, within its form.
    Page {
        form: Id,
        member: Option<u16>,
        number: usize,
    },
}

/// Papers are made and drawn away from the window's own thread, and while others may work on.
#[tauri::command(async)]
pub(crate) fn papers(desk: State<'_, Desk>, case: &str) -> Answer<PapersView> {
    let case = case_id(case)?;
    let making = desk.counter()?.making(case, None).map_err(refused)?;
    let pressed = making.press_for_screen().map_err(|error| refused(error.into()))?;
    Ok(desk.preview.show(case, pressed))
}

/// A page of what [`papers`] showed last, as the address of a picture.
#[tauri::command(async)]
pub(crate) fn paper_picture(desk: State<'_, Desk>, key: &str, width: u32) -> Answer<Option<String>> {
    // Who is away from the desk shows nothing of a case.
    drop(desk.counter()?);
    Ok(desk.preview.picture(key, width).map(|picture| picture.to_string()))
}

/// The officer leaves the case: nothing of it is kept to look at.
#[tauri::command]
pub(crate) fn forget_papers(desk: State<'_, Desk>) {
    desk.preview.forget();
}

#[tauri::command]
pub(crate) fn choose_papers(
    desk: State<'_, Desk>,
    case: &str,
    form: &str,
    copies: Option<u16>,
) -> Answer<Visit> {
    let case = case_id(case)?;
    let mut counter = desk.counter()?;
    counter.choose_papers(case, form, copies).map_err(refused)?;
    counter.visit(case).map_err(refused)
}

/// 確かめた: the value is right as it was read.
#[tauri::command]
pub(crate) fn confirm_fact(desk: State<'_, Desk>, case: &str, fact: &str) -> Answer<Visit> {
    desk.counter()?.confirm_fact(case_id(case)?, fact).map_err(refused)
}

#[tauri::command(async)]
pub(crate) fn print_papers(
    desk: State<'_, Desk>,
    case: &str,
    wish: Wish,
    printer: Option<&str>,
) -> Answer<PrintState> {
    let case = case_id(case)?;
    let what = match wish {
        Wish::All => PrintWhat::All,
        Wish::Cover => PrintWhat::Pieces(vec![Piece::Cover]),
        Wish::Form { form } => PrintWhat::Pieces(vec![Piece::Form { form, member: None }]),
        Wish::Page { form, member, number } => {
            PrintWhat::Pieces(vec![Piece::Page { form, member, page: number.saturating_sub(1) }])
        }
    };
    let state = {
        let mut counter = desk.counter()?;
        let printer = counter.printer(printer).map_err(refused)?;
        counter.place_papers(case, &what, &printer).map_err(refused)?;
        counter.print_state(Some(case)).map_err(refused)?
    };
    desk.press.wake();
    Ok(state)
}

#[tauri::command(async)]
pub(crate) fn print_guide(
    desk: State<'_, Desk>,
    case: &str,
    language: &str,
    printer: Option<&str>,
) -> Answer<PrintState> {
    let case = case_id(case)?;
    let language = Language::of(language).unwrap_or_default();
    let state = {
        let mut counter = desk.counter()?;
        let printer = counter.printer(printer).map_err(refused)?;
        counter.place_guide(case, language, &printer).map_err(refused)?;
        counter.print_state(Some(case)).map_err(refused)?
    };
    desk.press.wake();
    Ok(state)
}

/// How printing stands, of a case; of test sheets without one.
#[tauri::command]
pub(crate) fn print_state(desk: State<'_, Desk>, case: Option<&str>) -> Answer<PrintState> {
    let case = case.map(case_id).transpose()?;
    desk.counter()?.print_state(case).map_err(refused)
}

#[tauri::command]
pub(crate) fn cancel_print(desk: State<'_, Desk>, job: &str) -> Answer<()> {
    desk.counter()?.cancel_print(entry(job)?).map_err(refused)?;
    desk.press.wake();
    Ok(())
}

#[tauri::command]
pub(crate) fn retry_print(desk: State<'_, Desk>, job: &str) -> Answer<()> {
    desk.counter()?.retry_print(entry(job)?).map_err(refused)?;
    desk.press.wake();
    Ok(())
}

/// 要確認: what a look into the tray told.
#[tauri::command]
pub(crate) fn settle_print(desk: State<'_, Desk>, job: &str, printed: bool) -> Answer<()> {
    let decision = if printed { Decision::Printed } else { Decision::PrintAgain };
    desk.counter()?.settle_print(entry(job)?, decision).map_err(refused)?;
    desk.press.wake();
    Ok(())
}

#[tauri::command]
pub(crate) fn dismiss_print(desk: State<'_, Desk>, job: &str) -> Answer<()> {
    let mut counter = desk.counter()?;
    let entry = entry(job)?;
    // Nobody looks into the tray for it any more.
    let unclear = counter.print_queue().map_err(refused)?;
    let unclear =
        unclear.iter().any(|one| one.id == entry && one.stage == madoka_forms::print::Stage::Unclear);
    if unclear {
        counter.settle_print(entry, Decision::GiveUp).map_err(refused)?;
    }
    counter.dismiss_print(entry).map_err(refused)
}

fn entry(text: &str) -> Answer<EntryId> {
    entry_id(text).ok_or_else(|| refused(CounterError::Print(madoka_forms::print::PrintError::UnknownEntry)))
}
