//! A print room for tests: `ippeveprinter` with a script for a mechanism, and CUPS in front of it.
//!
//! ippeveprinter wants D-Bus before it starts, even where it announces nothing. It gets a bus of its own on a socket of
//! its own, so that the tests neither need nor touch the machine's.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use madoka_forms::print::{Printer, PrinterUri};
use tempfile::TempDir;

/// Ends with the test.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(program: &str, package: &str, command: &mut Command) -> Running {
    Running(command.stdin(Stdio::null()).spawn().unwrap_or_else(|error| {
        panic!("{program} を起動できません（{error}）。Debian パッケージ {package} を入れてください。")
    }))
}

/// A port nobody listens on now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn until(what: &str, log: &Path, mut ready: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !ready() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{what} が使えるようになりません: {}",
            fs::read_to_string(log).unwrap_or_default()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What a printer is started with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Model {
    pub(crate) two_sided: bool,
    pub(crate) formats: &'static str,
}

impl Default for Model {
    fn default() -> Self {
        Self { two_sided: true, formats: "application/pdf,image/pwg-raster" }
    }
}

/// A printer whose mechanism is a script that obeys files in a folder.
#[derive(Debug)]
pub(crate) struct EvePrinter {
    folder: TempDir,
    port: u16,
    model: Model,
    printer: Option<Running>,
    bus: Option<Running>,
}

const MECHANISM: &str = r#"#!/bin/sh
# $1: the document. What stands in FOLDER/control happens; IPP_* say how it was ordered.
while [ -e "FOLDER/control/paper-out" ]; do
    echo "STATE: +media-empty-error" >&2
    touch "FOLDER/control/waiting"
    sleep 0.05
done
echo "STATE: -media-empty-error" >&2
while [ -e "FOLDER/control/slow" ]; do touch "FOLDER/control/waiting"; sleep 0.05; done
if [ -e "FOLDER/control/abort" ]; then echo "ERROR: broken" >&2; exit 1; fi
env | grep '^IPP_' | sort > "FOLDER/printed/order.$$"
cp "$1" "FOLDER/printed/sheet.$$"
mv "FOLDER/printed/sheet.$$" "FOLDER/printed/$$.pdf"
"#;

impl EvePrinter {
    pub(crate) fn new(model: Model) -> Self {
        let mut printer = Self::switched_off(model);
        printer.switch_on();
        printer
    }

    /// Its place is known, nobody answers there.
    pub(crate) fn switched_off(model: Model) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for inner in ["control", "printed", "spool"] {
            fs::create_dir(folder.path().join(inner)).unwrap();
        }
        let script = MECHANISM.replace("FOLDER", folder.path().to_str().unwrap());
        let mechanism = folder.path().join("mechanism.sh");
        fs::write(&mechanism, script).unwrap();
        fs::set_permissions(&mechanism, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder, port: free_port(), model, printer: None, bus: None }
    }

    pub(crate) fn switch_on(&mut self) {
        let folder = self.folder.path();
        let socket = folder.join("bus");
        let config = folder.join("bus.conf");
        fs::write(
            &config,
            format!(
                "<busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\
                 <policy context=\"default\"><allow send_destination=\"*\"/><allow receive_sender=\"*\"/>\
                 <allow own=\"*\"/><allow user=\"*\"/></policy></busconfig>",
                socket.display()
            ),
        )
        .unwrap();
        let log = folder.join("log");
        let to_log = || fs::File::options().create(true).append(true).open(&log).unwrap();
        self.bus.get_or_insert_with(|| {
            start(
                "dbus-daemon",
                "dbus-daemon",
                Command::new("dbus-daemon")
                    .arg(format!("--config-file={}", config.display()))
                    .args(["--nofork", "--nopidfile"])
                    .stdout(Stdio::null())
                    .stderr(to_log()),
            )
        });
        until("D-Bus", &log, || socket.exists());
        let mut command = Command::new("/usr/sbin/ippeveprinter");
        if self.model.two_sided {
            command.arg("-2");
        }
        // Any name: it is not looked up, but the printer must find addresses of both kinds for it.
        command
            .args(["-n", "*", "-r", "off", "-s", "240", "-k", "-f", self.model.formats])
            .args(["-p", &self.port.to_string(), "-d"])
            .arg(folder.join("spool"))
            .arg("-c")
            .arg(folder.join("mechanism.sh"))
            .arg("Practice")
            .env("DBUS_SYSTEM_BUS_ADDRESS", format!("unix:path={}", socket.display()))
            .stdout(Stdio::null())
            .stderr(to_log());
        self.printer = Some(start("ippeveprinter", "cups-ipp-utils", &mut command));
        let port = self.port;
        until("ippeveprinter", &log, || TcpStream::connect(("127.0.0.1", port)).is_ok());
    }

    /// It forgets every job.
    pub(crate) fn switch_off(&mut self) {
        self.printer = None;
    }

    pub(crate) fn uri(&self) -> PrinterUri {
        format!("ipp://127.0.0.1:{}/ipp/print", self.port).parse().unwrap()
    }

    fn control(&self, word: &str) -> PathBuf {
        self.folder.path().join("control").join(word)
    }

    pub(crate) fn set(&self, word: &str) {
        fs::write(self.control(word), "").unwrap();
    }

    pub(crate) fn unset(&self, word: &str) {
        let _ = fs::remove_file(self.control(word));
    }

    /// The documents that came out, and how each was ordered.
    pub(crate) fn sheets(&self) -> Vec<Vec<u8>> {
        self.output("pdf").into_iter().map(|path| fs::read(path).unwrap()).collect()
    }

    pub(crate) fn orders(&self) -> Vec<String> {
        let paths = fs::read_dir(self.folder.path().join("printed")).unwrap();
        paths
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("order."))
            .map(|path| fs::read_to_string(path).unwrap())
            .collect()
    }

    fn output(&self, ending: &str) -> Vec<PathBuf> {
        let paths = fs::read_dir(self.folder.path().join("printed")).unwrap();
        paths
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|found| found == ending))
            .collect()
    }
}

/// CUPS with queues of its own, beside any that runs on the machine.
#[derive(Debug)]
pub(crate) struct Cups {
    folder: TempDir,
    port: u16,
    _running: Running,
}

impl Cups {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        // Its filters run as another user.
        open_up(root);
        for inner in ["root", "root/ppd", "state", "cache", "spool", "spool/tmp", "log"] {
            fs::create_dir(root.join(inner)).unwrap();
            open_up(&root.join(inner));
        }
        let port = free_port();
        fs::write(
            root.join("cupsd.conf"),
            format!(
                "Listen 127.0.0.1:{port}\nListen {}/cups.sock\nBrowsing Off\nDefaultAuthType None\nWebInterface No\n\
                 ErrorPolicy retry-job\n<Location />\nOrder allow,deny\nAllow all\n</Location>\n\
                 <Policy default>\n<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n",
                root.display()
            ),
        )
        .unwrap();
        let r = root.display();
        fs::write(
            root.join("cups-files.conf"),
            format!(
                "User lp\nGroup lp\nSystemGroup root\nServerRoot {r}/root\nStateDir {r}/state\nCacheDir {r}/cache\n\
                 RequestRoot {r}/spool\nTempDir {r}/spool/tmp\nErrorLog {r}/log/error\nAccessLog {r}/log/access\n\
                 PageLog {r}/log/page\nFileDevice Yes\n"
            ),
        )
        .unwrap();
        let running = start(
            "cupsd",
            "cups-daemon",
            Command::new("/usr/sbin/cupsd")
                .arg("-f")
                .arg("-c")
                .arg(root.join("cupsd.conf"))
                .arg("-s")
                .arg(root.join("cups-files.conf"))
                .env("DBUS_SYSTEM_BUS_ADDRESS", format!("unix:path={r}/no-bus"))
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        until("cupsd", &root.join("log/error"), || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self { folder, port, _running: running }
    }

    pub(crate) fn uri(&self) -> PrinterUri {
        format!("ipp://127.0.0.1:{}/", self.port).parse().unwrap()
    }

    pub(crate) fn queue(&self, name: &str) -> PrinterUri {
        format!("ipp://127.0.0.1:{}/printers/{name}", self.port).parse().unwrap()
    }

    pub(crate) fn add(&self, name: &str, printer: &PrinterUri) {
        let added = Command::new("lpadmin")
            .args(["-p", name, "-E", "-v", printer.as_str(), "-m", "everywhere"])
            .env("CUPS_SERVER", self.folder.path().join("cups.sock"))
            .output()
            .unwrap_or_else(|error| {
                panic!(
                    "lpadmin を起動できません（{error}）。Debian パッケージ cups-client を入れてください。"
                )
            });
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    }

    /// CUPS asks the printer what it can do in the background, after it said that the queue is made.
    pub(crate) fn until_ready(&self, name: &str) {
        let printer = Printer::new(self.queue(name));
        until("キュー", &self.folder.path().join("log/error"), || {
            printer.capabilities().is_ok_and(|can| can.sides.len() > 1)
        });
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log/error")).unwrap_or_default()
    }
}

fn open_up(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    // Where the tests run as root, CUPS works as `lp`; elsewhere as whoever runs the tests.
    let _ = Command::new("chgrp").arg("lp").arg(folder).stderr(Stdio::null()).status();
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o775));
}
