//! 住民の画面: the second window, for the person across the desk.

use tauri::{AppHandle, Emitter, Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent};

pub(crate) const LABEL: &str = "resident";

/// Opens the window on the second display, filling it; beside the officer's where there is only one display.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(LABEL) {
        return window.set_focus();
    }
    let mut window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("resident.html".into()))
        .title("まどか 住民の画面")
        .inner_size(1024.0, 768.0)
        .focused(false);
    if let Some(display) = second_display(app)? {
        let position = display.position().to_logical::<f64>(display.scale_factor());
        window = window.position(position.x, position.y).decorations(false).fullscreen(true);
    }
    let window = window.build()?;
    crate::painting::by_processor(&window)?;
    let officer = app.clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            told(&officer, false);
        }
    });
    told(app, true);
    Ok(())
}

pub(crate) fn close(app: &AppHandle) -> tauri::Result<()> {
    app.get_webview_window(LABEL).map_or(Ok(()), |window| window.close())
}

pub(crate) fn is_open(app: &AppHandle) -> bool {
    app.get_webview_window(LABEL).is_some()
}

/// The display that does not hold the officer's window.
fn second_display(app: &AppHandle) -> tauri::Result<Option<tauri::Monitor>> {
    let Some(officer) = app.get_webview_window("main") else { return Ok(None) };
    let own = officer.current_monitor()?.map(|display| *display.position());
    Ok(officer.available_monitors()?.into_iter().find(|display| Some(*display.position()) != own))
}

/// Something else stands on the resident's window now.
pub(crate) fn tell_resident(app: &AppHandle) {
    if let Err(_closed) = app.emit_to(LABEL, "resident-screen", ()) {
        tracing::warn!("resident window not told");
    }
}

/// The officer's view of the resident's window is another now.
pub(crate) fn tell_officer(app: &AppHandle) {
    if let Err(_closed) = app.emit_to("main", "resident-panel", ()) {
        tracing::warn!("officer window not told");
    }
}

fn told(app: &AppHandle, open: bool) {
    if app.emit_to("main", "resident-window", open).is_err() {
        tracing::warn!("officer window not told");
    }
}
