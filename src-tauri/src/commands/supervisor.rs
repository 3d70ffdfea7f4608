//! 監督者の机: editing the pack's draft and trying it. Reading the whole pack again after a change takes its time, so
//! these commands run beside the window.

use madoka_counter::CounterError;
use madoka_counter::supervisor::{
    CheckView, Choosable, Clause, CompareView, CoverageView, DeskView, EditGiven, EditionList, EntryRef,
    EntryView, Said, ScenariosView, SheetRead, TriedCase, TryStart, TryView, VersionChoice, VersionGiven,
    WhyView,
};
use madoka_counter::visit::Given;
use tauri::State;
use tauri::ipc::{InvokeBody, Request};

use super::{Desk, blocking, case_id, keep};
use crate::problem::{Answer, refused};

/// 点検: beside the counter, so that nobody waits for it.
#[tauri::command]
pub(crate) async fn draft_check(desk: State<'_, Desk>) -> Answer<CheckView> {
    let job = desk.counter()?.draft_to_check().map_err(refused)?;
    let found = tokio::task::block_in_place(|| job.run());
    desk.counter()?.draft_checked(found).map_err(refused)
}

/// 手続の編集を開く
#[tauri::command]
pub(crate) async fn supervise(desk: State<'_, Desk>) -> Answer<DeskView> {
    desk.counter()?.supervise().map_err(refused)
}

#[tauri::command]
pub(crate) async fn draft_entry(desk: State<'_, Desk>, entry: EntryRef) -> Answer<EntryView> {
    desk.counter()?.draft_entry(&entry).map_err(refused)
}

#[tauri::command]
pub(crate) async fn draft_choosable(desk: State<'_, Desk>) -> Answer<Choosable> {
    desk.counter()?.draft_choosable().map_err(refused)
}

#[tauri::command]
pub(crate) async fn draft_edit(
    desk: State<'_, Desk>,
    entry: EntryRef,
    edit: EditGiven,
    why: String,
) -> Answer<DeskView> {
    desk.counter()?.draft_edit(&entry, &edit, &why).map_err(refused)
}

/// 元に戻す
#[tauri::command]
pub(crate) async fn draft_undo(desk: State<'_, Desk>) -> Answer<DeskView> {
    desk.counter()?.draft_undo().map_err(refused)
}

/// やり直す
#[tauri::command]
pub(crate) async fn draft_redo(desk: State<'_, Desk>) -> Answer<DeskView> {
    desk.counter()?.draft_redo().map_err(refused)
}

/// 下書きを捨てる
#[tauri::command]
pub(crate) async fn draft_drop(desk: State<'_, Desk>) -> Answer<DeskView> {
    desk.counter()?.draft_drop().map_err(refused)
}

/// A condition as it is being built.
#[tauri::command]
pub(crate) async fn draft_say(desk: State<'_, Desk>, entry: EntryRef, clause: Clause) -> Answer<Said> {
    desk.counter()?.draft_say(&entry, &clause).map_err(refused)
}

/// A condition as an expert types it.
#[tauri::command]
pub(crate) async fn draft_read(desk: State<'_, Desk>, entry: EntryRef, text: String) -> Answer<Said> {
    desk.counter()?.draft_read(&entry, &text).map_err(refused)
}

/// すぐ試す
#[tauri::command]
pub(crate) async fn draft_try(desk: State<'_, Desk>, start: TryStart) -> Answer<TryView> {
    desk.counter()?.draft_try(&start).map_err(refused)
}

#[tauri::command]
pub(crate) async fn draft_tried(desk: State<'_, Desk>) -> Answer<Option<TryView>> {
    desk.counter()?.draft_tried().map_err(refused)
}

#[tauri::command]
pub(crate) async fn draft_answer(desk: State<'_, Desk>, fact: String, given: Given) -> Answer<TryView> {
    desk.counter()?.draft_answer(&fact, &given).map_err(refused)
}

#[tauri::command]
pub(crate) async fn draft_household(desk: State<'_, Desk>, add: bool) -> Answer<TryView> {
    desk.counter()?.draft_household(add).map_err(refused)
}

#[tauri::command]
pub(crate) async fn draft_back(desk: State<'_, Desk>) -> Answer<TryView> {
    desk.counter()?.draft_back().map_err(refused)
}

/// なぜ出ない
#[tauri::command]
pub(crate) async fn draft_why(desk: State<'_, Desk>, procedure: String) -> Answer<WhyView> {
    desk.counter()?.draft_why(&procedure).map_err(refused)
}

/// 網羅の地図
#[tauri::command]
pub(crate) async fn draft_coverage(desk: State<'_, Desk>) -> Answer<CoverageView> {
    blocking(|| desk.counter()?.draft_coverage().map_err(refused))
}

#[tauri::command]
pub(crate) async fn draft_scenarios(desk: State<'_, Desk>) -> Answer<ScenariosView> {
    desk.counter()?.draft_scenarios().map_err(refused)
}

/// 場面テストにする
#[tauri::command]
pub(crate) async fn draft_record(desk: State<'_, Desk>, title: String, why: String) -> Answer<DeskView> {
    desk.counter()?.draft_record(&title, &why).map_err(refused)
}

#[tauri::command]
pub(crate) async fn draft_try_case(desk: State<'_, Desk>, case: String) -> Answer<TriedCase> {
    desk.counter()?.draft_try_case(case_id(&case)?).map_err(refused)
}

/// 公開の前に
#[tauri::command]
pub(crate) async fn draft_compare(desk: State<'_, Desk>) -> Answer<CompareView> {
    desk.counter()?.draft_compare().map_err(refused)
}

/// 文を表で直す: writes the sheet among the person's downloads; answers where.
#[tauri::command]
pub(crate) async fn draft_sheet(desk: State<'_, Desk>) -> Answer<String> {
    let sheet = desk.counter()?.draft_sheet().map_err(refused)?;
    keep("手続パックの文", "csv", sheet.as_bytes())
}

/// 下書きを書き出す: the whole pack as one document, for the administrator's `madokad pack import`.
#[tauri::command]
pub(crate) async fn draft_document(desk: State<'_, Desk>) -> Answer<String> {
    let document = desk.counter()?.draft_document().map_err(refused)?;
    keep("手続パックの下書き", "json", document.as_bytes())
}

/// 版どうしを比べる: what can be chosen. Without the line, what this terminal has can still be compared.
#[tauri::command]
pub(crate) async fn draft_versions(desk: State<'_, Desk>) -> Answer<Vec<VersionChoice>> {
    drop(desk.counter()?);
    let listed = desk.link().and_then(|link| blocking(|| EditionList::ask(&link)).ok());
    desk.counter()?.draft_versions(&listed.unwrap_or_default()).map_err(refused)
}

/// A ZIP to compare with: it is the body of the call.
#[tauri::command]
pub(crate) async fn draft_hold_zip(desk: State<'_, Desk>, request: Request<'_>) -> Answer<VersionChoice> {
    let InvokeBody::Raw(archive) = request.body() else { return Err(refused(CounterError::ExportFailed)) };
    blocking(|| desk.counter()?.draft_hold_zip(archive).map_err(refused))
}

#[tauri::command]
pub(crate) async fn draft_compare_versions(
    desk: State<'_, Desk>,
    from: VersionGiven,
    to: VersionGiven,
) -> Answer<CompareView> {
    let lacking = desk.counter()?.draft_versions_lacking(&[from, to]).map_err(refused)?;
    for edition in lacking {
        let link = super::release::link(&desk)?;
        let fetched = blocking(|| edition.ask(&link)).map_err(refused)?;
        desk.counter()?.draft_fetched(fetched).map_err(refused)?;
    }
    blocking(|| desk.counter()?.draft_compare_versions(from, to).map_err(refused))
}

/// 手続パックをZIPで書き出す; answers where.
#[tauri::command]
pub(crate) async fn draft_zip(desk: State<'_, Desk>) -> Answer<String> {
    let archive = desk.counter()?.draft_zip().map_err(refused)?;
    keep("手続パック", "zip", &archive)
}

/// ZIPから取り込む: the archive is the body of the call.
#[tauri::command]
pub(crate) async fn draft_take_zip(desk: State<'_, Desk>, request: Request<'_>) -> Answer<DeskView> {
    let InvokeBody::Raw(archive) = request.body() else { return Err(refused(CounterError::ExportFailed)) };
    blocking(|| desk.counter()?.draft_take_zip(archive, "ZIPから取り込み").map_err(refused))
}

#[tauri::command]
pub(crate) async fn draft_take_sheet(desk: State<'_, Desk>, request: Request<'_>) -> Answer<SheetRead> {
    let InvokeBody::Raw(sheet) = request.body() else { return Err(refused(CounterError::ExportFailed)) };
    blocking(|| desk.counter()?.draft_take_sheet(sheet).map_err(refused))
}
