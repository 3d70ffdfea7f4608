//! Rules our own sources keep, which no compiler checks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use madoka_tests::machine::project;

/// Every file under a folder whose name ends so.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", "node_modules", "gen"].contains(&name.as_str()) {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&project().join(folder), endings, &mut found);
    assert!(!found.is_empty(), "nothing to look at in {folder}");
    found
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// The text of a log line is never put together at run time (`src-tauri/src/log.rs` says why).
fn composes_a_log_line(line: &str) -> bool {
    let levels = ["error!(", "warn!(", "info!(", "debug!(", "trace!("];
    levels.iter().any(|level| line.contains(&format!("tracing::{level}"))) && line.contains('{')
}

#[test]
fn 記録の文は固定で_実行時に組み立てない() {
    assert!(composes_a_log_line(r#"tracing::info!("found {name}");"#));
    assert!(!composes_a_log_line(r#"tracing::info!(case = %id, "case opened");"#));
    for path in files("src-tauri", &[".rs"]) {
        for line in lines(&path) {
            assert!(!composes_a_log_line(&line), "{}: {line}", path.display());
        }
    }
}

#[test]
fn tauriを知るのは画面ではbackendだけ() {
    for path in files("ui/src", &[".ts", ".svelte"]) {
        let in_backend = path.starts_with(project().join("ui/src/backend"));
        let knows = lines(&path).iter().any(|line| line.contains("@tauri-apps") || line.contains("__TAURI"));
        assert!(in_backend || !knows, "{} knows Tauri", path.display());
    }
}

#[test]
fn tauriを知るのはrustでは窓だけ() {
    for path in files("src-tauri/crates", &["Cargo.toml"]) {
        let knows = lines(&path).iter().any(|line| line.starts_with("tauri"));
        assert!(!knows, "{} depends on Tauri", path.display());
    }
}

#[test]
fn 作られた画面は外のホストを一つも名指ししない() {
    // Names of XML vocabularies look like addresses; nothing is ever fetched from them.
    let names = ["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://ipc.localhost"];
    for path in files("ui/dist", &[".html", ".js", ".css"]) {
        let mut text = fs::read_to_string(&path).unwrap();
        for name in names {
            text = text.replace(name, "");
        }
        for scheme in ["http://", "https://", "ws://", "wss://"] {
            let found = text.find(scheme).map(|at| text[at..].chars().take(60).collect::<String>());
            assert_eq!(found, None, "{}", path.display());
        }
    }
}

#[test]
fn 窓の操作は_許されたものも_画面が呼ぶものも同じ() {
    let build = fs::read_to_string(project().join("src-tauri/build.rs")).unwrap();
    let commands: Vec<String> = build
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\",").map(str::to_owned))
        .collect();
    assert!(commands.contains(&"open_case".to_owned()), "{commands:?}");
    let mut allowed = Vec::new();
    for path in files("src-tauri/capabilities", &[".json"]) {
        let capability: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for permission in capability["permissions"].as_array().unwrap() {
            let permission = permission.as_str().unwrap();
            assert!(!permission.ends_with(":default"), "{permission} allows more than it names");
            if let Some(command) = permission.strip_prefix("allow-") {
                allowed.push(command.replace('-', "_"));
            }
        }
    }
    let backend = fs::read_to_string(project().join("ui/src/backend/tauri.ts")).unwrap();
    let mut called: Vec<String> = backend
        .split("invoke(\"")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect();
    for names in [&mut allowed, &mut called] {
        names.sort();
        names.dedup();
    }
    let mut commands = commands;
    commands.sort();
    assert_eq!(commands, allowed, "made by the window, and allowed to one of its screens");
    assert_eq!(commands, called, "made by the window, and called by a screen");
}

/// What a person reads out on the telephone names one thing. Codes like P021 are of one list each, in its FORMAT.md.
#[test]
fn 符号は一つのことだけを指す() {
    // The same thing, found at two places.
    let twice = ["BOOK-", "SRV-01", "SRV-71", "SYNC-08", "PRINT-14"];
    let mut places: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for path in files("src-tauri", &[".rs"]) {
        let path_inside = path.strip_prefix(project()).unwrap().to_owned();
        if path_inside.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
        for code in shipped.split('"').filter(|word| is_code(word)) {
            places.entry(code.to_owned()).or_default().insert(path_inside.clone());
        }
    }
    assert!(places.len() > 100, "the codes are written in another way: {}", places.len());
    places.retain(|code, at| at.len() > 1 && !twice.iter().any(|known| code.starts_with(known)));
    assert!(places.is_empty(), "{places:#?}");
}

/// `PRINT-04`: what went wrong, by its kind and number.
fn is_code(word: &str) -> bool {
    word.split_once('-').is_some_and(|(kind, number)| {
        kind.len() >= 2
            && kind.bytes().all(|byte| byte.is_ascii_uppercase())
            && (2..=3).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}
