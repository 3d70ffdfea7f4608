//! One machine for one test: display, home folder, and whatever runs in it.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tempfile::TempDir;
use xtask::xvfb::Xvfb;

/// Long enough for a loaded machine, short enough not to hang a run.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A display and a home folder of their own. Processes are started in it and end with it.
#[derive(Debug)]
pub struct Machine {
    display: Xvfb,
    home: TempDir,
    groups: Vec<Pid>,
    servants: Vec<Child>,
    /// Whether what is started here sees the card service of the machine around it.
    pub card_service: bool,
}

impl Machine {
    /// A counter terminal's smallest display.
    pub fn start() -> Self {
        Self::with_display("1366x768")
    }

    pub fn with_display(size: &str) -> Self {
        // The driver's client is built without a choice of cryptography, and asks for one even where it needs none.
        // Another test of this process may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let display = Xvfb::start(size).expect("Xvfb opens a display");
        let home = TempDir::new().expect("a home folder can be made");
        let run = home.path().join("run");
        fs::create_dir(&run).expect("a run folder can be made");
        Self { display, home, groups: Vec::new(), servants: Vec::new(), card_service: false }
    }

    /// Where the app keeps its settings and logs.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Its display's name, as X knows it.
    pub fn display(&self) -> &str {
        self.display.name()
    }

    /// A picture of all that stands on its display.
    pub fn picture(&self, file: &Path) -> bool {
        let mut import = self.command("import");
        import.args(["-window", "root"]).arg(file).status().is_ok_and(|done| done.success())
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A command that sees this machine and nothing of the one around it.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.home.path().join("run"))
            .env("XDG_DATA_HOME", self.home.path().join("share"))
            .env("DISPLAY", self.display.name())
            .env_remove("WAYLAND_DISPLAY")
            // Without these GTK starts a message bus and accessibility services that outlive the test.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("NO_AT_BRIDGE", "1")
            .stdin(Stdio::null());
        if !self.card_service {
            // None unless the test brings one: tests of cards would disturb each other.
            command.env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm");
        }
        command
    }

    /// Starts it as the head of a process group, so that all it starts itself can be ended with it.
    pub fn spawn(&mut self, command: &mut Command) -> Child {
        let child = command.process_group(0).spawn().unwrap_or_else(|error| {
            panic!("{} cannot be started: {error}", command.get_program().to_string_lossy())
        });
        self.groups.push(Pid::from_child(&child));
        child
    }

    /// Starts a driver for the web view and gives the port it listens on.
    pub fn start_driver(&mut self) -> u16 {
        let port = free_port();
        let mut driver = self.command("WebKitWebDriver");
        // The variable reaches the app that the driver starts.
        driver.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = self.spawn(driver.stdout(Stdio::null()).stderr(Stdio::null()));
        self.servants.push(driver);
        wait_until("the driver listens", || listens(port));
        port
    }

    /// The power goes out: everything started here is gone at once, mid-word. The app is the driver's child in a group of
    /// its own; it is known by this machine's data folder, which no other machine has.
    pub fn cut_power(&mut self) {
        let apps = self.apps();
        for app in &apps {
            let _ = kill_process(*app, Signal::KILL);
        }
        for group in self.groups.drain(..) {
            // Gone already is what we want.
            let _ = kill_process_group(group, Signal::KILL);
        }
        for mut servant in self.servants.drain(..) {
            let _ = servant.wait();
        }
        // Only a process that has left for good has let go of its files.
        let gone = |app: &Pid| {
            let stat = fs::read_to_string(format!("/proc/{}/stat", app.as_raw_nonzero()));
            stat.map_or(true, |stat| {
                stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'))
            })
        };
        wait_until("nothing runs any more", || apps.iter().all(gone));
    }

    /// Processes that were started with this machine's data folder.
    fn apps(&self) -> Vec<Pid> {
        let data = self.data().to_string_lossy().into_owned();
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        processes
            .filter_map(|process| {
                let number: i32 = process.file_name().to_str()?.parse().ok()?;
                let line = fs::read(process.path().join("cmdline")).ok()?;
                let ours = line.split(|byte| *byte == 0).any(|word| word == data.as_bytes());
                ours.then(|| Pid::from_raw(number)).flatten()
            })
            .collect()
    }

    /// Everything that runs for this machine: what was started with its data folder, and what that has started.
    pub fn family(&self) -> Vec<i32> {
        let mut family: Vec<i32> = self.apps().iter().map(|app| app.as_raw_nonzero().get()).collect();
        let parents: Vec<(i32, i32)> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|process| {
                let stat = fs::read_to_string(process.path().join("stat")).ok()?;
                let parent = stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()?;
                Some((process.file_name().to_str()?.parse().ok()?, parent))
            })
            .collect();
        let mut at = 0;
        while let Some(one) = family.get(at).copied() {
            at += 1;
            let children = parents.iter().filter(|(_, parent)| *parent == one).map(|(child, _)| *child);
            let new: Vec<i32> = children.filter(|child| !family.contains(child)).collect();
            family.extend(new);
        }
        family
    }

    /// Ends a process as the system would, and waits until it is gone.
    pub fn ask_to_leave(child: &mut Child) -> std::process::ExitStatus {
        kill_process(Pid::from_child(child), Signal::TERM).expect("the process can be reached");
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = child.try_wait().expect("the process can be waited for") {
                return status;
            }
            assert!(Instant::now() < deadline, "the process did not leave");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        for group in &self.groups {
            // Gone already is what we want.
            let _ = kill_process_group(*group, Signal::KILL);
        }
        for servant in &mut self.servants {
            let _ = servant.wait();
        }
    }
}

/// A port nobody listens on now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    listener.local_addr().expect("it has a number").port()
}

pub fn listens(port: u16) -> bool {
    TcpStream::connect_timeout(&([127, 0, 0, 1], port).into(), Duration::from_millis(200)).is_ok()
}

pub fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The top folder of the project.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the project")
}

/// The build that WebDriver may steer.
pub fn steerable_app() -> PathBuf {
    built("madoka")
}

/// The build as it is shipped.
pub fn shipped_app() -> PathBuf {
    built("madoka-shipped")
}

/// The city's server.
pub fn server() -> PathBuf {
    built("madokad")
}

fn built(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project().join("target"), PathBuf::from);
    let app = target.join("e2e").join(name);
    assert!(app.exists(), "{} is not built: run `cargo xtask test`", app.display());
    app
}
