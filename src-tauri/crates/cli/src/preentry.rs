//! `pack preentry-key|preentry`: the page that residents use at home, made by a city for itself.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use madoka_qr::{PageSettings, PublicKey, QrError, SecretKey};
use serde_json::json;
use zeroize::Zeroizing;

use crate::directory::read_text;
use crate::failure::Failure;
use crate::judge::{load, today};
use crate::say::Say;

/// Makes a key pair: the secret for the counters into a file of its own, the public one printed.
pub(crate) fn key(out: &Path, say: &mut Say) -> Result<(), Failure> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(|error| unwritable(out, &error.to_string()))?;
    let secret = SecretKey::from_seed(&seed);
    let mut options = OpenOptions::new();
    // A key is never written over: codes made with it could not be read any more.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(out).and_then(|mut file| writeln!(file, "{}", *secret.expose()));
    written.map_err(|error| unwritable(out, &error.kind().to_string()))?;
    say.document(&json!({ "id": secret.id().to_string(), "public": secret.public().to_string() }));
    say.line(format!("鍵 {} を作りました。", secret.id()));
    say.line(format!("秘密の鍵: {}（窓口の端末だけに入れてください）", out.display()));
    say.line(format!("公開の鍵: {}", secret.public()));
    Ok(())
}

pub(crate) struct Page<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) key: &'a Path,
    pub(crate) template: Option<&'a Path>,
    pub(crate) out: &'a Path,
    pub(crate) days: u16,
    pub(crate) on: Option<Date>,
}

/// Makes the page of a pack.
pub(crate) fn page(wanted: &Page<'_>, say: &mut Say) -> Result<(), Failure> {
    let pack = load(wanted.directory)?;
    let key = public_key(&read_text(wanted.key)?)?;
    let template = wanted.template.map_or_else(built_page, Path::to_path_buf);
    let settings = PageSettings { key, on: wanted.on.unwrap_or_else(today), days: wanted.days };
    let page = madoka_qr::page(&read_text(&template)?, &pack, &settings)?;
    fs::write(wanted.out, &page).map_err(|error| unwritable(wanted.out, &error.kind().to_string()))?;
    say.document(&json!({
        "pack": pack.id.as_str(), "version": pack.version, "key": settings.key.id().to_string(), "bytes": page.len(),
    }));
    say.line(format!("{}　第{}版の事前入力ページを作りました。", pack.name, pack.version));
    say.line(format!("{}（{}KB、鍵 {}）", wanted.out.display(), page.len() / 1024, settings.key.id()));
    Ok(())
}

/// The public key, also out of a file with the secret one: whoever makes the page often has only that at hand.
fn public_key(text: &str) -> Result<PublicKey, QrError> {
    let text = text.trim();
    text.parse().or_else(|_| text.parse::<SecretKey>().map(|secret| secret.public().clone()))
}

/// Where the page lies when it was built beside this program's sources, or installed.
fn built_page() -> PathBuf {
    let installed = PathBuf::from("/usr/share/madoka/preentry.html");
    if installed.is_file() { installed } else { PathBuf::from("ui/dist-preentry/index.html") }
}

fn unwritable(path: &Path, reason: &str) -> Failure {
    Failure::Write { path: path.display().to_string(), reason: reason.to_owned() }
}
