//! A case being worked on.

use madoka_casework::{EventId, GuideOn, Outcome};
use madoka_counter::Counter;
use madoka_counter::guidance::{GuidePage, TakeAway};
use madoka_counter::practice::{StoryShown, StoryTile};
use madoka_counter::view::Colleague;
use madoka_counter::visit::{Given, MarkGiven, NotNeeded, Visit, VisitStep};
use madoka_facts::{Household, Source};
use madoka_forms::guide::Language;
use madoka_text::Personal;
use tauri::{AppHandle, State};

use super::{Desk, blocking, case_id, show_resident};
use crate::problem::{Answer, ShellError, refused};

/// Opens a case to work on: this terminal takes it, if nobody has it.
#[tauri::command]
pub(crate) fn begin(app: AppHandle, desk: State<'_, Desk>, case: &str, step: VisitStep) -> Answer<Visit> {
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

/// 遅れた記録
#[tauri::command]
pub(crate) fn resolve_late(
    desk: State<'_, Desk>,
    case: &str,
    adopt: Vec<String>,
    dismiss: Vec<String>,
) -> Answer<Visit> {
    let ids = |texts: &[String]| {
        let id = |text: &String| text.parse().map_err(|error| ShellError::CaseId(error).into());
        texts.iter().map(id).collect::<Answer<Vec<EventId>>>()
    };
    desk.counter()?.resolve_late(case_id(case)?, ids(&adopt)?, ids(&dismiss)?).map_err(refused)
}

/// 中断
#[tauri::command]
pub(crate) fn pause(desk: State<'_, Desk>, case: &str) -> Answer<()> {
    desk.counter()?.pause(case_id(case)?).map_err(refused)
}

/// 受付に戻る: the case stays with its owner.
#[tauri::command]
pub(crate) fn lay_aside(app: AppHandle, desk: State<'_, Desk>, case: &str) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.lay_aside(case_id(case)?).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) async fn colleagues(desk: State<'_, Desk>) -> Answer<Vec<Colleague>> {
    ask_colleagues(&desk)?;
    Ok(desk.counter()?.colleagues())
}

/// Asks the server who works where. What it said last holds while it cannot be asked.
pub(super) fn ask_colleagues(desk: &Desk) -> Answer<()> {
    // The counter is let go before the server is asked.
    let link = {
        let counter = desk.counter()?;
        counter.link.clone().filter(|_| counter.meets_colleagues())
    };
    if let Some(Ok(colleagues)) = link.map(|link| blocking(|| link.colleagues())) {
        desk.counter()?.keep_colleagues(&colleagues).map_err(refused)?;
    }
    Ok(())
}

#[tauri::command]
pub(crate) fn hand_over(
    app: AppHandle,
    desk: State<'_, Desk>,
    case: &str,
    staff: &str,
    terminal: &str,
    note: Option<String>,
) -> Answer<()> {
    let mut counter = desk.counter()?;
    let note = note.map(Personal::new);
    counter.hand_over(case_id(case)?, staff, terminal, note.as_ref()).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) fn release(
    app: AppHandle,
    desk: State<'_, Desk>,
    case: &str,
    reason: Option<String>,
) -> Answer<()> {
    let mut counter = desk.counter()?;
    let reason = reason.map(Personal::new);
    counter.release(case_id(case)?, reason.as_ref()).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

#[tauri::command]
pub(crate) fn take_over(app: AppHandle, desk: State<'_, Desk>, case: &str, reason: String) -> Answer<Visit> {
    let mut counter = desk.counter()?;
    let visit = counter.take_over(case_id(case)?, &Personal::new(reason)).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(visit)
}

#[tauri::command]
pub(crate) fn reopen(desk: State<'_, Desk>, case: &str, reason: String) -> Answer<Visit> {
    desk.counter()?.reopen(case_id(case)?, &Personal::new(reason)).map_err(refused)
}

/// なぜ出ない
#[tauri::command]
pub(crate) fn not_needed(desk: State<'_, Desk>, case: &str) -> Answer<Vec<NotNeeded>> {
    desk.counter()?.not_needed(case_id(case)?).map_err(refused)
}

#[tauri::command]
pub(crate) fn keep_draft(desk: State<'_, Desk>, case: &str, fact: &str, text: String) -> Answer<()> {
    desk.counter()?.keep_draft(case_id(case)?, fact, &Personal::new(text)).map_err(refused)
}

/// 事前連絡
#[tauri::command]
pub(crate) fn give_notice(desk: State<'_, Desk>, case: &str, office: Option<&str>) -> Answer<Visit> {
    desk.counter()?.give_notice(case_id(case)?, office).map_err(refused)
}

#[tauri::command]
pub(crate) fn take_away(desk: State<'_, Desk>, case: &str, language: &str) -> Answer<TakeAway> {
    desk.counter()?.take_away(case_id(case)?, Language::of(language).unwrap_or_default()).map_err(refused)
}

/// The page is drawn away from the window's own thread, and while others may work on.
#[tauri::command(async)]
pub(crate) fn guide_page(
    desk: State<'_, Desk>,
    case: &str,
    language: &str,
    page: usize,
) -> Answer<GuidePage> {
    let language = Language::of(language).unwrap_or_default();
    let pdf = desk.counter()?.guide(case_id(case)?, language).map_err(refused)?;
    Ok(Counter::guide_page(&pdf, page))
}

#[tauri::command]
pub(crate) fn guide_given(desk: State<'_, Desk>, case: &str, language: &str, on: GuideOn) -> Answer<Visit> {
    let language = Language::of(language).unwrap_or_default();
    desk.counter()?.guide_given(case_id(case)?, language, on).map_err(refused)
}

#[tauri::command]
pub(crate) fn close_case(app: AppHandle, desk: State<'_, Desk>, case: &str, outcome: Outcome) -> Answer<()> {
    let mut counter = desk.counter()?;
    counter.close(case_id(case)?, outcome).map_err(refused)?;
    show_resident(&app, &counter);
    Ok(())
}

/// 練習の課題
#[tauri::command]
pub(crate) fn stories(desk: State<'_, Desk>) -> Answer<Vec<StoryTile>> {
    Ok(desk.counter()?.stories())
}

/// Begins a story, or ends the one being played.
#[tauri::command]
pub(crate) fn play(desk: State<'_, Desk>, story: Option<&str>) -> Answer<Option<StoryShown>> {
    desk.counter()?.play(story).map_err(refused)
}

#[tauri::command]
pub(crate) fn story(desk: State<'_, Desk>) -> Answer<Option<StoryShown>> {
    desk.counter()?.story().map_err(refused)
}
