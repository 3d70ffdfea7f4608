//! 書画カメラ・カメラ
//!
//! Madoka takes a camera's pictures from the folder its own program saves them to, by pasting, or as a file: document
//! cameras come with a program that knows their light and focus. So what is checked is whether the camera is there and
//! may be used; the picture itself is checked when it is read.

use super::{Check, CheckState, Part};

pub(super) fn check() -> Check {
    let cameras = cameras();
    let barred = !cameras.is_empty() && cameras.iter().all(|camera| !camera.open);
    let names: Vec<String> = cameras.into_iter().map(|camera| camera.name).collect();
    if barred {
        return Check {
            part: Part::Camera,
            state: CheckState::Absent,
            found: "この利用者は使えません".into(),
            names,
            todo:
                "カメラを使う権限がありません。管理者に、この利用者を video の組に入れるよう頼んでください。"
                    .into(),
        };
    }
    let mut check = Check::devices(
        Part::Camera,
        names,
        "未接続",
        "本人確認書類を写すときは、書画カメラを USB につないでください。なくても、スキャナーや手入力で進められます。",
    );
    if check.state == CheckState::Ready {
        check.todo = "カメラのソフトで写した画像を、読取の「書類」で決めた取込みフォルダーに保存するか、貼り付けてください。".into();
    }
    check
}

/// A capture device, by the name its driver gives.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Camera {
    name: String,
    /// Whether this user may open it.
    open: bool,
}

/// Linux lists every capture device here. One camera may offer several nodes (picture and metadata); one of each name
/// stands for it, one that can be opened where there is any.
#[cfg(target_os = "linux")]
fn cameras() -> Vec<Camera> {
    found_in(std::path::Path::new("/sys/class/video4linux"), std::path::Path::new("/dev"))
}

#[cfg(target_os = "linux")]
fn found_in(listed: &std::path::Path, devices: &std::path::Path) -> Vec<Camera> {
    let Ok(folder) = std::fs::read_dir(listed) else { return Vec::new() };
    let mut cameras: Vec<Camera> = folder
        .flatten()
        .filter_map(|node| {
            let name = std::fs::read_to_string(node.path().join("name")).ok()?.trim().to_owned();
            let open = may_open(&devices.join(node.file_name()));
            Some(Camera { name, open })
        })
        .collect();
    cameras.sort_by(|one, other| (&one.name, !one.open).cmp(&(&other.name, !other.open)));
    cameras.dedup_by(|one, other| one.name == other.name);
    cameras
}

/// Asked of the system; opening it would wake the camera up every few seconds.
#[cfg(target_os = "linux")]
fn may_open(device: &std::path::Path) -> bool {
    use rustix::fs::{Access, access};
    access(device, Access::READ_OK | Access::WRITE_OK).is_ok()
}

/// Elsewhere the camera's own program finds it.
#[cfg(not(target_os = "linux"))]
fn cameras() -> Vec<Camera> {
    Vec::new()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn 一台のカメラは節が幾つあっても一台() {
        let place = tempfile::TempDir::new().unwrap();
        let (listed, devices) = (place.path().join("class"), place.path().join("dev"));
        std::fs::create_dir_all(&devices).unwrap();
        for (node, name) in
            [("video0", "書画カメラ L-12\n"), ("video1", "書画カメラ L-12\n"), ("video2", "HD Webcam\n")]
        {
            std::fs::create_dir_all(listed.join(node)).unwrap();
            std::fs::write(listed.join(node).join("name"), name).unwrap();
            std::fs::write(devices.join(node), "").unwrap();
        }
        let names: Vec<String> = found_in(&listed, &devices).into_iter().map(|camera| camera.name).collect();
        assert_eq!(names, ["HD Webcam", "書画カメラ L-12"]);
        assert!(found_in(&place.path().join("none"), &devices).is_empty());
    }
}
