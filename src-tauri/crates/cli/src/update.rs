//! `update`: a newer Madoka, from where the window laid it, into this machine. Run as root when the machine starts.
//!
//! Whoever sits at the terminal can write into that folder and is believed in nothing: the package is copied to where only
//! root writes, and proven there by what this machine was told of the city's key.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{Args, Subcommand};
use madoka_rules::pack::{CityKey, ProgramVersion};
use madoka_sync::terminal::program::is_whole;
use madoka_sync::wire::program::{CityKeyFile, Offer, limit};
use serde_json::json;

use crate::failure::Failure;
use crate::say::Say;

#[derive(Debug, Subcommand)]
pub(crate) enum UpdateCommand {
    /// この端末に、信じる市の鍵を教える（管理者が一度だけ。`madokad city-key --json` の結果を渡す）
    Trust {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        here: Here,
    },
    /// 届いている新しい版を確かめて入れる（root で。端末の起動のたびに自分で動く）
    Install {
        #[command(flatten)]
        here: Here,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Here {
    /// 市の鍵の置き場
    #[arg(long, value_name = "FILE", default_value = "/etc/madoka/city-key.json")]
    key: PathBuf,
    /// 届いた版の置き場
    #[arg(long, value_name = "DIR", default_value = "/var/lib/madoka/update")]
    updates: PathBuf,
    /// root だけが書ける、確かめる場所
    #[arg(long, value_name = "DIR", default_value = "/var/lib/madoka/proven")]
    proven: PathBuf,
}

pub(crate) fn update(command: &UpdateCommand, say: &mut Say) -> Result<(), Failure> {
    match command {
        UpdateCommand::Trust { file, here } => trust(file, here, say),
        UpdateCommand::Install { here } => install(here, say),
    }
}

fn trust(file: &Path, here: &Here, say: &mut Say) -> Result<(), Failure> {
    let key = read_key(file)?;
    if let Some(folder) = here.key.parent() {
        fs::create_dir_all(folder).map_err(|error| write_failed(folder, &error))?;
    }
    keep_key(&here.key, &key)?;
    say.document(&json!({ "city": key.city_code, "key": key.key.id().to_string(), "number": key.number }));
    say.line(format!("市 {} の鍵 {}（第{}番）を信じます。", key.city_code, key.key.id(), key.number));
    Ok(())
}

fn read_key(file: &Path) -> Result<CityKey, Failure> {
    let text = fs::read_to_string(file).map_err(|error| read_failed(file, &error))?;
    let key = serde_json::from_str::<CityKeyFile>(&text).ok().and_then(|file| file.key());
    key.ok_or_else(|| Failure::CityKey(file.display().to_string()))
}

/// Whole or not at all: without it no later version would be believed.
fn keep_key(file: &Path, key: &CityKey) -> Result<(), Failure> {
    let text = serde_json::to_string(&CityKeyFile::of(key)).unwrap_or_default();
    let new = file.with_extension("new");
    fs::write(&new, text).and_then(|()| fs::rename(&new, file)).map_err(|error| write_failed(file, &error))
}

fn install(here: &Here, say: &mut Say) -> Result<(), Failure> {
    let found = newest(&here.updates)?;
    let Some((version, package)) = found else {
        say.document(&json!({ "installed": null }));
        say.line("届いている版はありません。");
        return Ok(());
    };
    let done = prove_and_install(here, version, &package);
    // Good or bad, it is not looked at again; a terminal that still needs it brings it anew.
    for left in [package.clone(), package.with_extension("offer"), here.updates.join("madoka.waiting")] {
        let _ = fs::remove_file(left);
    }
    let _ = fs::remove_dir_all(&here.proven);
    done?;
    say.document(&json!({ "installed": version.to_string() }));
    say.line(format!("まどか {version} を入れました。"));
    Ok(())
}

/// The newest by name. What others left there under other names is theirs.
fn newest(updates: &Path) -> Result<Option<(ProgramVersion, PathBuf)>, Failure> {
    let entries = match fs::read_dir(updates) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(read_failed(updates, &error)),
    };
    let versions = entries.flatten().filter_map(|entry| {
        let name = entry.file_name();
        let version = name.to_str()?.strip_prefix("madoka-")?.strip_suffix(".deb")?;
        // A link could lead root's reading anywhere.
        entry.file_type().ok().filter(fs::FileType::is_file)?;
        Some((ProgramVersion::parse(version)?, entry.path()))
    });
    Ok(versions.max_by_key(|(version, _)| *version))
}

fn prove_and_install(here: &Here, version: ProgramVersion, package: &Path) -> Result<(), Failure> {
    let city = read_key(&here.key)?;
    let refused = |code: &'static str| Failure::UpdateRefused { code };
    let proof = package.with_extension("offer");
    let text = read_bounded(&proof)?;
    let offer: Offer = serde_json::from_slice(&text).map_err(|_| refused("D203"))?;
    let (program, now) = offer.proven(&city).map_err(|refusal| refused(refusal.code()))?;
    let size = fs::metadata(package).map_err(|error| read_failed(package, &error))?.len();
    if program.version != version || size > limit::ALL || size != program.bytes {
        return Err(refused("D203"));
    }
    private(&here.proven)?;
    let copy = here.proven.join("madoka.deb");
    fs::copy(package, &copy).map_err(|error| write_failed(&copy, &error))?;
    if !is_whole(&copy, &program) {
        return Err(refused("D211"));
    }
    if now != city {
        keep_key(&here.key, &now)?;
    }
    let installed = dpkg("dpkg-query", &["--show", "--showformat=${Version}", "madoka"])?;
    let installed = installed.trim().to_owned();
    if !installed.is_empty() && !is_newer(&version.to_string(), &installed)? {
        return Err(refused("D205"));
    }
    // Nothing is fetched: what a newer version needs besides must be on the machine already.
    let status = Command::new("dpkg")
        .arg("--install")
        .arg(&copy)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| Failure::Read { path: "dpkg".to_owned(), reason: error.kind().to_string() })?;
    if status.success() { Ok(()) } else { Err(Failure::NotInstalled) }
}

fn read_bounded(proof: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read as _;
    let mut text = Vec::new();
    let is_file = fs::symlink_metadata(proof).is_ok_and(|about| about.is_file());
    let file = fs::File::open(proof).map_err(|error| read_failed(proof, &error))?;
    file.take(limit::OFFER as u64).read_to_end(&mut text).map_err(|error| read_failed(proof, &error))?;
    if is_file { Ok(text) } else { Err(Failure::UpdateRefused { code: "D203" }) }
}

/// A fresh folder that nobody else looks into.
fn private(folder: &Path) -> Result<(), Failure> {
    let _ = fs::remove_dir_all(folder);
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| write_failed(folder, &error))
}

fn is_newer(version: &str, installed: &str) -> Result<bool, Failure> {
    let compared = Command::new("dpkg").args(["--compare-versions", version, "gt", installed]).status();
    compared
        .map(|status| status.success())
        .map_err(|error| Failure::Read { path: "dpkg".to_owned(), reason: error.kind().to_string() })
}

/// What one of Debian's tools says; nothing where it says no.
fn dpkg(program: &str, arguments: &[&str]) -> Result<String, Failure> {
    let told = Command::new(program).args(arguments).output();
    let told =
        told.map_err(|error| Failure::Read { path: program.to_owned(), reason: error.kind().to_string() })?;
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    Ok(if told.status.success() { text } else { String::new() })
}

fn read_failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Read { path: path.display().to_string(), reason: error.kind().to_string() }
}

fn write_failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Write { path: path.display().to_string(), reason: error.kind().to_string() }
}
