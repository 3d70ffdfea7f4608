//! How the web view puts its pictures on the display.

/// Lets the processor paint, and no graphics driver.
///
/// Where a terminal has no graphics card of its own (a remote desktop, a plain office machine), WebKitGTK composes every
/// picture with OpenGL in software: a changed list is seen a quarter of a second late, ten times later than when it
/// simply paints. Forms and lists need nothing that a graphics card does better, so it is the same on every machine.
#[cfg(target_os = "linux")]
pub(crate) fn by_processor(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};

    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Elsewhere the system's own web view knows its machine.
#[cfg(not(target_os = "linux"))]
pub(crate) fn by_processor(_window: &tauri::WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
