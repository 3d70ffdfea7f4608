//! Hands the window its list of allowed commands.

use std::path::Path;

/// Every command a screen may call. Each becomes a permission, given to windows one by one in `capabilities/`.
const COMMANDS: &[&str] = &[
    "start",
    "usable",
    "reception",
    "search",
    "open_case",
    "take_back",
    "restore",
    "scan",
    "forget_scans",
    "begin",
    "visit",
    "answer",
    "add_member",
    "remove_member",
    "household",
    "mark",
    "note",
    "undo",
    "close_case",
    "pause",
    "lay_aside",
    "colleagues",
    "hand_over",
    "release",
    "take_over",
    "reopen",
    "not_needed",
    "keep_draft",
    "give_notice",
    "take_away",
    "guide_pages",
    "guide_given",
    "stories",
    "play",
    "story",
    "practice_cards",
    "read_practice_card",
    "session",
    "sign_in",
    "change_password",
    "enrol",
    "terminal",
    "sync",
    "try_sync",
    "touch",
    "lock",
    "sign_out",
    "practise",
    "devices",
    "fonts",
    "storage",
    "set_display",
    "open_resident_window",
    "close_resident_window",
    "resident_window_open",
    "resident_screen",
    "resident_tell",
    "resident_panel",
    "send_facts_to_resident",
    "send_question_to_resident",
    "signable",
    "ask_signature",
    "show_guide_to_resident",
    "take_back_from_resident",
    "leave_resident",
    "welcome_next",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A clean checkout has no built screens yet; `cargo check` must still work there.
    let screens = Path::new("../ui/dist");
    if !screens.exists() {
        std::fs::create_dir_all(screens)?;
        std::fs::write(screens.join("index.html"), "<!doctype html><title>Madoka</title>cargo xtask run")?;
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
