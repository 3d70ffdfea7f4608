//! カメラ: the officer's own page may see one, and nothing else of a machine: no microphone, no place, no screen. The
//! resident's window has no handler and stays without.

use tauri::webview::{PermissionKind, PermissionResponse};
use tauri::{Webview, WebviewWindow};

/// What the page asks for is answered here and never by a question to the officer.
#[expect(clippy::needless_pass_by_value, reason = "the window asks in these words")]
pub(crate) fn may(webview: Webview, kind: PermissionKind) -> PermissionResponse {
    let own = webview.url().is_ok_and(|page| {
        // Windows gives the app's own pages a host of two labels, which no name outside this machine can have.
        let host = page.host_str().unwrap_or_default().strip_prefix("tauri.");
        page.scheme() == "tauri" || host.is_some_and(|rest| !rest.contains('.'))
    });
    if own && kind == PermissionKind::Camera { PermissionResponse::Allow } else { PermissionResponse::Deny }
}

/// Lets the page ask at all: WebKitGTK knows no camera until it is told to.
#[cfg(target_os = "linux")]
pub(crate) fn allow(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{SettingsExt, WebViewExt};

    window.with_webview(|view| {
        let Some(settings) = view.inner().settings() else { return };
        settings.set_enable_media_stream(true);
        // A made-up camera, for tests on machines without one.
        #[cfg(feature = "automation")]
        settings.set_enable_mock_capture_devices(true);
    })
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn allow(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
