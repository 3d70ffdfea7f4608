//! 書画カメラ・カメラ

use super::{Check, Part};

pub(super) fn check() -> Check {
    Check::devices(
        Part::Camera,
        names(),
        "未接続",
        "本人確認書類を写すときは、書画カメラを USB につないでください。なくても手入力で進められます。",
    )
}

/// Linux lists every capture device here by the name its driver gives. One camera may offer several nodes (picture
/// and metadata); the first of each name stands for it.
#[cfg(target_os = "linux")]
fn names() -> Vec<String> {
    let Ok(folder) = std::fs::read_dir("/sys/class/video4linux") else { return Vec::new() };
    let mut names: Vec<String> = folder
        .flatten()
        .filter_map(|node| std::fs::read_to_string(node.path().join("name")).ok())
        .map(|name| name.trim().to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Elsewhere the camera is found by the part that takes the picture, which does not exist yet.
#[cfg(not(target_os = "linux"))]
fn names() -> Vec<String> {
    Vec::new()
}
