//! The sample city's page, as `madokactl pack preentry` makes it.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use madoka_qr::{PageSettings, SecretKey, page};
use madoka_rules::{Pack, PackFiles, read_pack};
use madoka_tests::machine::project;

/// The first day of the sample city's pack is before, the last after it.
pub(crate) const TODAY: Date = date(2026, 11, 21);

pub(crate) static PACK: LazyLock<Pack> = LazyLock::new(|| {
    let mut files = PackFiles::new();
    gather(&project().join("assets/sample-city"), "", &mut files);
    // Papers are read by the forms floor; the page asks without them.
    files.retain(|name, _| !name.starts_with("forms/"));
    read_pack(&files).unwrap_or_else(|problems| panic!("the sample city has errors: {problems:?}"))
});

fn gather(folder: &Path, prefix: &str, files: &mut PackFiles) {
    for entry in fs::read_dir(folder).expect("the sample city is there").flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            gather(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(entry.path()).expect("a file of the sample city can be read"));
        }
    }
}

pub(crate) fn key() -> SecretKey {
    SecretKey::from_seed(&[21; 32])
}

pub(crate) fn settings() -> PageSettings {
    PageSettings { key: key().public().clone(), on: TODAY, days: 30 }
}

/// The finished page.
pub(crate) fn written_page() -> String {
    let built = project().join("ui/dist-preentry/index.html");
    let template = fs::read_to_string(&built).unwrap_or_else(|error| {
        panic!("{}: {error}: run `npm --prefix ui run build:preentry`", built.display())
    });
    page(&template, &PACK, &settings()).expect("the built page takes the sample city's questions")
}
