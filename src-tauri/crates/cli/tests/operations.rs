//! The administrator's guide (`crates/server/OPERATIONS.md`), typed as it stands there: every command, in its order, with
//! the real `madokad` and `madokactl`, and terminals that come over real TLS.
//!
//! What needs a whole machine of its own is stood in for by a few lines of shell: `apt` and `useradd` do nothing, `sudo`
//! runs what follows, and `systemctl` runs what the unit runs.

#![expect(clippy::expect_used, reason = "also outside of the tests themselves, a test stops loudly")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use std::sync::{Arc, Mutex};
use std::time::Duration;

use madoka_store::{Key, Realm, Store};
use madoka_sync::terminal::{Engine, Identity, Line, Listener, Options, SyncError, enrol, renew};
use madoka_sync::wire::Invitation;
use tempfile::TempDir;
use tokio::runtime::Builder;

const GUIDE: &str = include_str!("../../server/OPERATIONS.md");
/// What the administrator types where the guide says so.
const TYPED: [(&str, &str); 2] =
    [("パスワード", "みなとのあさはしずかだ。"), ("合言葉", "ひとつひとつ たしかめました。")];

/// One grey box.
struct Block {
    section: String,
    typed: Vec<&'static str>,
    commands: String,
}

fn blocks() -> Vec<Block> {
    let (mut blocks, mut section, mut typed) = (Vec::new(), String::new(), Vec::new());
    let mut lines = GUIDE.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut section);
        } else if let Some(words) =
            line.strip_prefix("<!-- 打つ: ").and_then(|rest| rest.strip_suffix(" -->"))
        {
            let word = |word| TYPED.iter().find(|(name, _)| *name == word).expect("a known word").1;
            typed = words.split(' ').map(word).collect();
        } else if line == "```sh" {
            let mut commands = String::new();
            for line in lines.by_ref().take_while(|line| *line != "```") {
                writeln!(commands, "{line}").expect("memory");
            }
            blocks.push(Block { section: section.clone(), typed: std::mem::take(&mut typed), commands });
        }
    }
    blocks
}

fn project(place: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..").join(place)
}

/// The real one, which `cargo xtask test` lays beside the windows.
fn server() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project("target"), PathBuf::from);
    let program = target.join("e2e/madokad");
    assert!(program.exists(), "{} is not built: run `cargo xtask test`", program.display());
    program
}

/// A port nobody listens on now.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    listener.local_addr().expect("it has a number").port()
}

/// A machine of the city, as far as the guide touches it.
struct Machine {
    root: TempDir,
    port: u16,
    admin: u16,
    /// What an earlier command answered, for a later one.
    known: HashMap<&'static str, String>,
}

impl Machine {
    fn new() -> Self {
        let root = TempDir::new().expect("a folder can be made");
        for folder in ["bin", "var", "media", "run"] {
            fs::create_dir(root.path().join(folder)).expect("a folder can be made");
        }
        let machine = Self { root, port: free_port(), admin: free_port(), known: HashMap::new() };
        machine.stand_in("apt", "exit 0");
        machine.stand_in("useradd", "exit 0");
        machine.stand_in("sudo", "if [ \"$1\" = -u ]; then shift 2; fi\nexec \"$@\"");
        // The owner is a person that `useradd` would have made.
        machine.stand_in("install", "exec /usr/bin/install -d -m 700 \"${@: -1}\"");
        machine.stand_in("systemctl", &machine.systemctl());
        for program in [server(), PathBuf::from(env!("CARGO_BIN_EXE_madokactl"))] {
            let name = program.file_name().expect("a program has a name");
            std::os::unix::fs::symlink(&program, machine.at("bin").join(name)).expect("a program is found");
        }
        machine
    }

    fn at(&self, place: &str) -> PathBuf {
        self.root.path().join(place)
    }

    fn data(&self) -> PathBuf {
        self.at("var/minatono")
    }

    fn stand_in(&self, name: &str, script: &str) {
        let file = self.at("bin").join(name);
        fs::write(&file, format!("#!/bin/bash\nset -eu\n{script}\n")).expect("a script can be written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("a script can be run");
    }

    /// Runs what the unit runs, and stops it with the signal that systemd sends. On this machine's own ports.
    fn systemctl(&self) -> String {
        let (data, run, port, admin) = (self.data(), self.at("run"), self.port, self.admin);
        let (data, run) = (data.display(), run.display());
        format!(
            "unit=\"${{@: -1}}\"
             case \"$unit\" in *.timer) exit 0;; esac
             stop() {{ kill \"$(cat {run}/pid)\"; while kill -0 \"$(cat {run}/pid)\" 2>/dev/null; do sleep 0.05; done; }}
             start() {{
               sed -i 's/^#listen = .*/listen = \"127.0.0.1:{port}\"/; s/^#admin = .*/admin = \"127.0.0.1:{admin}\"/' {data}/madokad.toml
               setsid madokad serve --data {data} >> {run}/log 2>&1 < /dev/null &
               echo $! > {run}/pid
               for _ in $(seq 200); do (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && return; sleep 0.05; done
               cat {run}/log >&2; exit 1
             }}
             case \"$1\" in stop) stop;; restart) stop; start;; *) start;; esac"
        )
    }

    fn runs(&mut self, block: &Block) {
        let mut commands = block
            .commands
            .replace("/var/lib/madokad", &self.at("var").display().to_string())
            .replace("/media/kagi", &self.at("media/kagi").display().to_string())
            .replace("update trust ", &format!("update trust --key {} ", self.at("city-key.json").display()))
            .replace("update install", &format!("update install --updates {}", self.at("updates").display()))
            .replace("10.1.2.3", "127.0.0.1")
            .replace("sample-city", &project("assets/sample-city").display().to_string())
            .replace("sample-register", &project("assets/sample-register").display().to_string());
        for (name, value) in &self.known {
            commands = commands.replace(name, value);
        }
        if commands.contains("madoka_*.deb") {
            self.lay_package();
        }
        let path = format!("{}:{}", self.at("bin").display(), std::env::var("PATH").expect("a path"));
        let mut shell = Command::new("bash");
        shell.args(["-euo", "pipefail", "-c", &commands]).env("PATH", path);
        let typed = self.at("run/typed");
        fs::write(&typed, block.typed.join("\n")).expect("it can be typed");
        // Nothing of the shell's stays open in the server that it starts.
        let said = self.at("run/said");
        let out = fs::File::create(&said).expect("a file");
        let errors = out.try_clone().expect("a file");
        let done = shell
            .stdin(Stdio::from(fs::File::open(typed).expect("a file")))
            .stdout(out)
            .stderr(errors)
            .status()
            .expect("bash runs");
        let said = fs::read_to_string(said).expect("words");
        assert!(done.success(), "{}:\n{}\n{said}", block.section, block.commands);
        self.remember(&said);
    }

    /// A newer version of the terminal's package, as it comes on a medium.
    fn lay_package(&self) {
        let tree = self.at("package");
        fs::create_dir_all(tree.join("DEBIAN")).expect("a folder can be made");
        let control =
            "Package: madoka\nVersion: 9.9.9\nArchitecture: all\nMaintainer: Madoka\nDescription: newer\n";
        fs::write(tree.join("DEBIAN/control"), control).expect("it can be written");
        let mut dpkg = Command::new("dpkg-deb");
        let built = dpkg
            .arg("--build")
            .arg(&tree)
            .arg(self.at("media/kagi/madoka_9.9.9_all.deb"))
            .stdout(Stdio::null())
            .status();
        assert!(built.expect("dpkg-deb runs").success());
    }

    /// Numbers that an administrator would read off the screen.
    fn remember(&mut self, said: &str) {
        let after = |mark: &str| {
            let rest = said.split_once(mark)?.1;
            Some(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>())
        };
        for (name, mark) in [("鍵の番号", "鍵 "), ("下書きの番号", "下書き ")] {
            if let Some(value) = after(mark).filter(|value| !value.is_empty()) {
                self.known.insert(name, value);
            }
        }
    }

    fn invitation(&self, terminal: &str) -> Invitation {
        let file = self.at("media/kagi").join(format!("{terminal}.json"));
        serde_json::from_slice(&fs::read(file).expect("the invitation was written")).expect("an invitation")
    }

    fn status(&self) -> serde_json::Value {
        let asked = Command::new(server()).args(["status", "--json", "--data"]).arg(self.data()).output();
        serde_json::from_slice(&asked.expect("madokad runs").stdout).expect("one JSON document")
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Ok(process) = fs::read_to_string(self.at("run/pid")) {
            let _ = Command::new("kill").arg(process.trim()).status();
        }
    }
}

struct Nobody;

impl Listener for Nobody {}

/// The terminal's engine, with a new database, has all that the city has.
fn gets_in_step(identity: &Identity) -> bool {
    let folder = TempDir::new().expect("a folder can be made");
    let store = Store::create(&folder.path().join("madoka.db"), &Key::new([7; 32]), Realm::Real);
    let store = Arc::new(Mutex::new(store.expect("a store can be made")));
    let line = Line::new(identity).expect("an identity");
    let engine = Engine::start(&line, identity, store, Nobody, Options::default()).expect("an engine");
    let done = engine.wait_in_step(Duration::from_secs(30));
    engine.stop();
    done
}

#[test]
fn 手引きの命令は_書いてあるとおりに動く() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut machine = Machine::new();
    let mut terminals: Vec<Identity> = Vec::new();
    let blocks = blocks();
    assert!(blocks.len() > 25, "the guide is read: {}", blocks.len());
    for (n, block) in blocks.iter().enumerate() {
        machine.runs(block);
        if blocks.get(n + 1).is_some_and(|next| next.section == block.section) {
            continue;
        }
        match block.section.split('.').next().unwrap_or_default() {
            "3" => assert_eq!(machine.status()["staff"], 3),
            "5" => {
                for terminal in ["mado-01", "mado-02", "mado-50", "kaigo-01"] {
                    let enrolled = runtime.block_on(enrol(&machine.invitation(terminal)));
                    terminals.push(enrolled.unwrap_or_else(|error| panic!("{terminal}: {error}")));
                }
                let again = runtime.block_on(enrol(&machine.invitation("mado-01")));
                assert!(again.is_err(), "an invitation is for one terminal");
                assert!(gets_in_step(&terminals[0]));
            }
            // The server was moved, its key changed, its program renewed: the terminals were told nothing.
            "8" | "9" | "11" => assert!(gets_in_step(&terminals[0]), "{}", block.section),
            "10" => {
                let refused = runtime.block_on(renew(&terminals[1])).err();
                assert_eq!(refused.as_ref().map(SyncError::code), Some("SRV-21"));
                assert!(gets_in_step(&terminals[2]), "the others go on");
                assert!(gets_in_step(&terminals[3]), "a department's terminal too");
            }
            _ => {}
        }
    }
    assert_eq!(machine.status()["staff"], 5);
    assert!(!machine.at("var/minatono.furui").exists());
}
