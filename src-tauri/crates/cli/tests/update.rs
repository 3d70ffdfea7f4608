//! `madokactl update`: what the city signed is put in, anything else is thrown away. `dpkg` is stood in for by a few lines
//! of shell.

#![expect(clippy::expect_used, reason = "also outside of the tests themselves, a test stops loudly")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use madoka_rules::pack::{Approvers, CityKey, KeyChange, Program, ProgramVersion, Role, SigningKey};
use madoka_sync::wire::packs::Hash;
use madoka_sync::wire::program::{CityKeyFile, Offer};
use sha2::{Digest as _, Sha256};

const PACKAGE: &[u8] = b"the program, as it was signed";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_secret(&[seed; 32])
}

/// A machine with a version of Madoka on it.
struct Machine(tempfile::TempDir);

impl Machine {
    fn new() -> Self {
        let machine = Self(tempfile::tempdir().expect("a folder"));
        fs::create_dir_all(machine.at("update")).expect("a folder");
        let tools = machine.at("tools");
        fs::create_dir_all(&tools).expect("a folder");
        let dpkg = format!(
            "#!/bin/sh\ncase $1 in --install) cp \"$2\" {}; exit ${{REFUSES:-0}};; *) exec /usr/bin/dpkg \"$@\";; esac\n",
            machine.at("installed").display()
        );
        for (name, text) in [("dpkg", dpkg.as_str()), ("dpkg-query", "#!/bin/sh\nprintf 0.1.0\n")] {
            fs::write(tools.join(name), text).expect("written");
            fs::set_permissions(tools.join(name), fs::Permissions::from_mode(0o755)).expect("runs");
        }
        let city = CityKey { city_code: "999999".to_owned(), key: key(1).public(), number: 1 };
        let file = serde_json::to_string(&CityKeyFile::of(&city)).expect("text");
        fs::write(machine.at("told.json"), file).expect("written");
        let told = machine.at("told.json");
        assert!(machine.run(&["update", "trust", told.to_str().expect("text")]).status.success());
        machine
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let path = format!("{}:/usr/bin:/bin", self.at("tools").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_madokactl"));
        command.args(arguments).arg("--key").arg(self.at("etc/city-key.json")).arg("--updates");
        command.arg(self.at("update")).arg("--proven").arg(self.at("proven")).env("PATH", path);
        command.output().expect("runs")
    }

    /// As the window lays it there.
    fn lay(&self, version: &str, offer: &Offer, package: &[u8]) {
        let place = |ending| self.at("update").join(format!("madoka-{version}.{ending}"));
        fs::write(place("deb"), package).expect("written");
        fs::write(place("offer"), serde_json::to_vec(offer).expect("text")).expect("written");
    }

    fn installed(&self) -> Option<Vec<u8>> {
        fs::read(self.at("installed")).ok()
    }

    #[track_caller]
    fn refuses(&self, code: &str) {
        let output = self.run(&["update", "install"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(code), "{said}");
        assert_eq!(self.installed(), None);
        // It is gone, and so is the copy.
        assert!(!self.at("proven").exists());
        let left = fs::read_dir(self.at("update")).expect("a folder").count();
        assert_eq!(left, 0);
    }
}

fn offer(version: &str, city: &SigningKey, number: u64) -> Offer {
    let hash = Hash::new(Sha256::digest(PACKAGE).into()).to_string();
    let version = ProgramVersion::parse(version).expect("three numbers");
    let mut program = Program::new("999999", version, PACKAGE.len() as u64, &hash);
    program.sign(Role::Approver, &key(5));
    program.sign(Role::City, city);
    let changes = (number > 1).then(|| KeyChange::new("999999", number, &key(1), city.public()).to_text());
    Offer {
        v: 1,
        program: program.to_text(),
        approvers: Approvers::new("999999", 1, vec![key(5).public()], city).to_text(),
        key_changes: changes.into_iter().collect(),
    }
}

#[test]
fn 承認された新しい版だけを入れる() {
    let machine = Machine::new();
    let nothing = machine.run(&["update", "install"]);
    assert!(nothing.status.success());
    assert!(String::from_utf8_lossy(&nothing.stdout).contains("届いている版はありません"));

    machine.lay("0.2.0", &offer("0.2.0", &key(1), 1), PACKAGE);
    let done = machine.run(&["update", "install"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(machine.installed().as_deref(), Some(PACKAGE));
    assert_eq!(fs::read_dir(machine.at("update")).expect("a folder").count(), 0);
}

#[test]
fn 書き換えられたもの_古いもの_よそのものは捨てる() {
    let machine = Machine::new();
    let mut altered = PACKAGE.to_vec();
    altered[3] ^= 1;
    machine.lay("0.2.0", &offer("0.2.0", &key(1), 1), &altered);
    machine.refuses("D211");
    machine.lay("0.2.0", &offer("0.2.0", &key(1), 1), &PACKAGE[1..]);
    machine.refuses("D203");
    // Signed, but for another version than its name says.
    machine.lay("0.3.0", &offer("0.2.0", &key(1), 1), PACKAGE);
    machine.refuses("D203");
    machine.lay("0.1.0", &offer("0.1.0", &key(1), 1), PACKAGE);
    machine.refuses("D205");
    machine.lay("0.0.9", &offer("0.0.9", &key(1), 1), PACKAGE);
    machine.refuses("D205");
    // Somebody made a city of their own.
    machine.lay("0.2.0", &offer("0.2.0", &key(8), 1), PACKAGE);
    machine.refuses("D214");
    fs::write(machine.at("update/madoka-0.2.0.deb"), PACKAGE).expect("written");
    fs::write(machine.at("update/madoka-0.2.0.offer"), "{").expect("written");
    machine.refuses("D203");
}

#[test]
fn 市の鍵の取り替えには従い_次からは新しい鍵だけを信じる() {
    let machine = Machine::new();
    machine.lay("0.2.0", &offer("0.2.0", &key(2), 2), PACKAGE);
    assert!(machine.run(&["update", "install"]).status.success());
    fs::remove_file(machine.at("installed")).expect("installed");
    machine.lay("0.3.0", &offer("0.3.0", &key(1), 1), PACKAGE);
    machine.refuses("D214");
}

#[test]
fn 市の鍵を教わっていない端末と_鍵でないファイルは断る() {
    let machine = Machine::new();
    fs::remove_file(machine.at("etc/city-key.json")).expect("was told");
    machine.lay("0.2.0", &offer("0.2.0", &key(1), 1), PACKAGE);
    machine.refuses("C101");
    fs::write(machine.at("told.json"), "{\"city\":\"999999\"}").expect("written");
    let told = machine.at("told.json");
    let output = machine.run(&["update", "trust", told.to_str().expect("text")]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("C701"));
    assert!(!machine.at("etc/city-key.json").exists());
}
