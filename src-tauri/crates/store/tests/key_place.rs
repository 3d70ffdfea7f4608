//! Where the key lies, and that a lost database is never replaced by an empty one.

#![allow(clippy::unwrap_used, reason = "a test stops loudly")]

use std::fs;

use madoka_store::{KeyPlace, Realm, Store, StoreError};

/// With `DBUS_SESSION_BUS_ADDRESS` pointing nowhere there is no keyring. Set by the test below for its own child.
#[test]
#[ignore = "started by the tests below, each with a session of its own"]
fn 端末の一日() {
    let Some(folder) = std::env::var_os("MADOKA_KEY_PLACE") else { return };
    let expected = std::env::var("MADOKA_EXPECT").unwrap();
    let folder = std::path::PathBuf::from(folder);
    for realm in [Realm::Real, Realm::Practice] {
        let (store, place) = Store::open_or_create(&folder, realm).unwrap();
        assert_eq!(if place == KeyPlace::Keyring { "keyring" } else { "file" }, expected);
        store.close().unwrap();
        let (store, again) = Store::open_or_create(&folder, realm).unwrap();
        assert_eq!(again, place);
        store.close().unwrap();
        let path = folder.join(realm.file_name());
        let key_file = folder.join(format!("{}.key", realm.file_name()));
        assert_eq!(key_file.exists(), expected == "file");
        // The database is gone, its key is not.
        let kept = fs::read(&path).unwrap();
        for ending in ["", ".mark"] {
            fs::remove_file(folder.join(format!("{}{ending}", realm.file_name()))).unwrap();
        }
        assert!(matches!(Store::open_or_create(&folder, realm), Err(StoreError::Missing(_))));
        assert!(!path.exists());
        fs::write(&path, kept).unwrap();
        assert!(Store::open_or_create(&folder, realm).is_ok());
        if expected == "file" {
            fs::rename(&key_file, folder.join("elsewhere")).unwrap();
            assert!(matches!(Store::open_or_create(&folder, realm), Err(StoreError::KeyMissing)));
        }
    }
}

fn day(program: &str, arguments: &[&str], expected: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    std::process::Command::new(program)
        .args(arguments)
        .args(["--exact", "端末の一日", "--ignored", "--nocapture"])
        .env("MADOKA_KEY_PLACE", folder.path())
        .env("MADOKA_EXPECT", expected)
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .status()
        .unwrap()
        .success()
}

/// Windows always has its credential manager.
#[test]
#[cfg(windows)]
fn 資格情報マネージャーに置く() {
    assert!(day(std::env::current_exe().unwrap().to_str().unwrap(), &[], "keyring"));
}

#[test]
#[cfg(not(windows))]
fn 鍵束がなければ持ち主だけのファイルに置く() {
    assert!(day(std::env::current_exe().unwrap().to_str().unwrap(), &[], "file"));
}

/// A session bus of its own with GNOME's keyring, where that is installed (`dbus`, `gnome-keyring`).
#[test]
fn 鍵束があればそこに置く() {
    let there = |program: &str| std::path::Path::new("/usr/bin").join(program).exists();
    if !there("gnome-keyring-daemon") || !there("dbus-run-session") {
        eprintln!("skipped: gnome-keyring is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let me = std::env::current_exe().unwrap();
    let script = format!(
        "export HOME={0} XDG_DATA_HOME={0} XDG_RUNTIME_DIR={0}; echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$@\"",
        home.path().display()
    );
    assert!(day("dbus-run-session", &["--", "sh", "-c", &script, "sh", me.to_str().unwrap()], "keyring"));
}
