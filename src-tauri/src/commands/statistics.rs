//! 統計. The server is asked without holding the counter meanwhile; practice has figures of its own.

use madoka_counter::CounterError;
use madoka_counter::statistics::{
    MissedCase, MissedGiven, ServerFigures, StatisticsAsk, StatisticsView, Told, WalkPhase, WalkStepGiven,
    Walks,
};
use madoka_counter::supervisor::DeskView;
use madoka_counter::visit::Visit;
use madoka_sync::terminal::SyncError;
use tauri::State;

use super::{Desk, blocking, case_id, keep};
use crate::problem::{Answer, refused};

fn told(desk: &Desk, ask: &StatisticsAsk) -> Answer<Told> {
    let practice = {
        let counter = desk.counter()?;
        if counter.is_practice() { Some(counter.practice_figures().map_err(refused)?) } else { None }
    };
    if let Some(mut figures) = practice {
        return Told::ask(ask, &mut figures).map_err(refused);
    }
    let link = desk.link().ok_or(SyncError::Offline).map_err(|error| refused(error.into()))?;
    blocking(|| Told::ask(ask, &mut ServerFigures::new(&link)?)).map_err(refused)
}

/// 統計
#[tauri::command]
pub(crate) async fn statistics(desk: State<'_, Desk>, ask: StatisticsAsk) -> Answer<StatisticsView> {
    let told = told(&desk, &ask)?;
    desk.counter()?.statistics_shown(&told).map_err(refused)
}

/// The same as a spreadsheet among the person's downloads; answers where.
#[tauri::command]
pub(crate) async fn statistics_csv(desk: State<'_, Desk>, ask: StatisticsAsk) -> Answer<String> {
    let told = told(&desk, &ask)?;
    let view = desk.counter()?.statistics_shown(&told).map_err(refused)?;
    keep("統計", "csv", view.csv().as_bytes())
}

/// A chart as a picture among the person's downloads; answers where. Only a PNG, and none larger than a screen needs.
#[tauri::command]
pub(crate) async fn statistics_picture(name: String, png: Vec<u8>) -> Answer<String> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    const MOST: usize = 8 * 1024 * 1024;
    if !png.starts_with(SIGNATURE) || png.len() > MOST {
        return Err(refused(CounterError::ExportFailed));
    }
    let plain = |c: &char| c.is_alphanumeric() || matches!(c, '・' | '（' | '）' | 'ー');
    let name: String = name.chars().filter(plain).take(40).collect();
    keep(&format!("統計_{name}"), "png", &png)
}

/// 案内漏れ of the cases this terminal has.
#[tauri::command]
pub(crate) async fn missed_cases(desk: State<'_, Desk>) -> Answer<Vec<MissedCase>> {
    desk.counter()?.missed_cases().map_err(refused)
}

/// 案内漏れとして記録する
#[tauri::command]
pub(crate) fn missed(desk: State<'_, Desk>, case: &str, given: MissedGiven) -> Answer<Visit> {
    desk.counter()?.missed(case_id(case)?, &given).map_err(refused)
}

/// 場面テストにする
#[tauri::command]
pub(crate) async fn missed_scenario(
    desk: State<'_, Desk>,
    case: String,
    procedure: String,
    subject: String,
) -> Answer<DeskView> {
    desk.counter()?.missed_scenario(case_id(&case)?, &procedure, &subject).map_err(refused)
}

/// 窓口利用体験調査
#[tauri::command]
pub(crate) fn walks(desk: State<'_, Desk>) -> Answer<Walks> {
    desk.counter()?.walks().map_err(refused)
}

#[tauri::command]
pub(crate) fn begin_walk(
    desk: State<'_, Desk>,
    title: &str,
    life_event: &str,
    phase: WalkPhase,
) -> Answer<Walks> {
    desk.counter()?.begin_walk(title, life_event, phase).map_err(refused)
}

#[tauri::command]
pub(crate) fn next_walk_step(desk: State<'_, Desk>, given: WalkStepGiven) -> Answer<Walks> {
    desk.counter()?.next_walk_step(&given).map_err(refused)
}

#[tauri::command]
pub(crate) fn put_walk_step(desk: State<'_, Desk>, id: &str, at: u32, given: WalkStepGiven) -> Answer<Walks> {
    desk.counter()?.put_walk_step(id, at, &given).map_err(refused)
}

#[tauri::command]
pub(crate) fn end_walk(desk: State<'_, Desk>) -> Answer<Walks> {
    desk.counter()?.end_walk().map_err(refused)
}

#[tauri::command]
pub(crate) fn drop_walk(desk: State<'_, Desk>, id: &str) -> Answer<Walks> {
    desk.counter()?.drop_walk(id).map_err(refused)
}

/// The walks as a spreadsheet among the person's downloads; answers where.
#[tauri::command]
pub(crate) async fn walks_csv(desk: State<'_, Desk>) -> Answer<String> {
    let sheet = desk.counter()?.walks_csv().map_err(refused)?;
    keep("窓口利用体験調査", "csv", sheet.as_bytes())
}
