//! The real `pcscd` with virtual readers, and the card side of vsmartcard's `vpcd` driver (virtualsmartcard, `vpcd.h`):
//! messages of a two-byte length and so many bytes; a single byte is power off (0), on (1), reset (2) or "your ATR?" (4).

#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]
#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, reason = "tests stop loudly")]

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::linux::net::TcpStreamExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use madoka_card::VirtualCard;

const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const SOCKET: &str = "/run/pcscd/pcscd.comm";

/// One `pcscd` of our own. There can be only one on a machine, so tests wait for each other.
pub struct Pcscd {
    daemon: Option<Child>,
    folder: tempfile::TempDir,
    _turn: File,
}

/// A virtual reader: its name, and the port its card connects to.
#[derive(Clone, Debug)]
pub struct Reader {
    pub name: String,
    pub port: u16,
}

impl Pcscd {
    /// With so many pairs of readers (a driver has two slots): `names` are what a real one would be called.
    pub fn start(names: &[&str]) -> (Self, Vec<Reader>) {
        let turn =
            File::create(std::env::temp_dir().join("madoka-pcscd.turn")).expect("a file to take turns by");
        turn.lock().expect("our turn");
        let folder = tempfile::tempdir().expect("a folder for the readers' configuration");
        let mut ports = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let port = 35_963 + 16 * u16::try_from(at).expect("few readers");
            // One copy of the driver a reader: slots of the same file answer for each other.
            let driver = folder.path().join(format!("libifdvpcd{at}.so"));
            fs::copy(DRIVER, &driver).unwrap_or_else(|error| {
                panic!("仮想リーダーがありません（{error}）。apt-get install pcscd vsmartcard-vpcd を実行してください。")
            });
            let text = format!(
                "FRIENDLYNAME \"{name}\"\nDEVICENAME /dev/null:0x{port:04X}\nLIBPATH {}\nCHANNELID 0x{port:04X}\n",
                driver.display()
            );
            fs::write(folder.path().join(format!("reader{at}")), text).expect("room");
            ports.push(((*name).to_owned(), port));
        }
        let mut pcscd = Self { daemon: None, folder, _turn: turn };
        pcscd.run();
        (pcscd, named(&ports))
    }

    /// Starts it (again).
    pub fn run(&mut self) {
        assert!(self.daemon.is_none());
        let running = fs::read_to_string("/run/pcscd/pcscd.pid").ok();
        let running = running.and_then(|pid| pid.trim().parse::<u32>().ok());
        assert!(
            !running.is_some_and(|pid| Path::new(&format!("/proc/{pid}/exe")).exists()),
            "別の pcscd が動いています。止めてから試験してください。"
        );
        // One that was killed leaves its socket, and the next would not start.
        let _ = fs::remove_file(SOCKET);
        let log = self.folder.path().join("pcscd.log");
        let mut command = Command::new("/usr/sbin/pcscd");
        command.arg("--foreground").arg("-c").arg(self.configuration());
        if Command::new("/usr/sbin/pcscd")
            .arg("--help")
            .output()
            .is_ok_and(|help| String::from_utf8_lossy(&help.stdout).contains("disable-polkit"))
        {
            command.arg("--disable-polkit");
        }
        let output = File::create(&log).expect("a log");
        let errors = output.try_clone().expect("a log");
        let daemon = command.stdin(Stdio::null()).stdout(output).stderr(errors).spawn().unwrap_or_else(|error| {
            panic!("pcscd を起動できません（{error}）。apt-get install pcscd vsmartcard-vpcd を実行し、root で試験してください。")
        });
        self.daemon = Some(daemon);
        until("pcscd answers", || {
            let died = self
                .daemon
                .as_mut()
                .is_some_and(|daemon| daemon.try_wait().is_ok_and(|ended| ended.is_some()));
            assert!(
                !died,
                "pcscd がすぐに終わりました。root で試験してください。{}",
                fs::read_to_string(&log).unwrap_or_default()
            );
            Path::new(SOCKET).exists() && pcsc::Context::establish(pcsc::Scope::User).is_ok()
        });
    }

    fn configuration(&self) -> PathBuf {
        // Only the files of readers may lie there; the drivers and the log beside them are no configuration.
        let folder = self.folder.path().join("readers");
        let _ = fs::create_dir(&folder);
        for entry in fs::read_dir(self.folder.path()).expect("our folder").flatten() {
            let name = entry.file_name();
            if name.to_string_lossy().starts_with("reader") && entry.path().is_file() {
                fs::rename(entry.path(), folder.join(name)).expect("room");
            }
        }
        folder
    }

    /// As if it crashed.
    pub fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
            let _ = fs::remove_file(SOCKET);
            let _ = fs::remove_file("/run/pcscd/pcscd.pid");
        }
    }

    pub fn stop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = Command::new("kill").arg(daemon.id().to_string()).status();
            let since = Instant::now();
            while daemon.try_wait().is_ok_and(|ended| ended.is_none()) {
                if since.elapsed() > Duration::from_secs(5) {
                    let _ = daemon.kill();
                }
                thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The service numbers the readers as it likes; the two slots of one are in order.
fn named(ports: &[(String, u16)]) -> Vec<Reader> {
    let context = pcsc::Context::establish(pcsc::Scope::User).expect("pcscd runs");
    let mut found = Vec::new();
    until("all readers are there", || {
        found = context.list_readers_owned().unwrap_or_default();
        found.len() == ports.len() * 2
    });
    let mut found: Vec<String> = found.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    found.sort();
    let mut readers = Vec::new();
    for (name, port) in ports {
        let of_one = found.iter().filter(|found| found.starts_with(name.as_str()));
        readers.extend(of_one.zip(*port..).map(|(name, port)| Reader { name: name.clone(), port }));
    }
    readers
}

/// What the card (or a hand) does when a command arrives.
pub enum Act {
    Answer,
    /// Pulled while the command is on its way: no answer at all.
    Pull,
    /// Answers, and is pulled before the next command.
    PullAfter,
    /// Pulled in the middle of the answer: so many bytes of it arrive.
    Cut(usize),
    /// Hangs.
    Never,
    /// Answers with another card from here on, as if swapped faster than the reader notices.
    Become(Box<VirtualCard>),
}

type Hand = Box<dyn FnMut(usize, &[u8]) -> Act + Send>;

/// A card in a virtual reader.
pub struct Inserted {
    /// Where it lies, if PC/SC was seen to notice it.
    reader: Option<String>,
    stream: TcpStream,
    served: Option<JoinHandle<()>>,
    pub card: Arc<Mutex<VirtualCard>>,
    pub commands: Arc<AtomicUsize>,
}

/// Puts a card into a reader and waits until PC/SC sees it.
pub fn insert(reader: &Reader, card: VirtualCard) -> Inserted {
    insert_with(reader, card, |_, _| Act::Answer)
}

/// The same, with what happens at each command (counted from 1).
pub fn insert_with(
    reader: &Reader,
    card: VirtualCard,
    hand: impl FnMut(usize, &[u8]) -> Act + Send + 'static,
) -> Inserted {
    // What lay there before must be gone for PC/SC too, or it takes this card for that one.
    if present(&reader.name) != Some(false) {
        gone(&reader.name);
    }
    let mut inserted = connect(reader.port, Arc::new(Mutex::new(card)), Box::new(hand));
    until("the card is seen", || present(&reader.name) == Some(true));
    inserted.reader = Some(reader.name.clone());
    inserted
}

pub fn connect(port: u16, card: Arc<Mutex<VirtualCard>>, hand: Hand) -> Inserted {
    let mut stream = None;
    until("the reader takes a card", || {
        stream = TcpStream::connect(("127.0.0.1", port)).ok();
        stream.is_some()
    });
    let stream = stream.expect("connected");
    let commands = Arc::new(AtomicUsize::new(0));
    let (of_card, socket, counter) =
        (Arc::clone(&card), stream.try_clone().expect("a socket"), Arc::clone(&commands));
    let served = thread::spawn(move || serve(socket, &of_card, hand, &counter));
    Inserted { reader: None, stream, served: Some(served), card, commands }
}

/// Waits until PC/SC has noticed, and for the reader's next look: what comes right behind its back is not seen at all.
fn gone(reader: &str) {
    until("the card is gone", || present(reader) == Some(false));
    thread::sleep(Duration::from_millis(500));
}

impl Inserted {
    /// Takes the card out; what it has counted goes on in the hand.
    pub fn remove(mut self) -> VirtualCard {
        self.end();
        let card = Arc::clone(&self.card);
        drop(self);
        Arc::into_inner(card).expect("nobody else has it").into_inner().expect("whole")
    }

    /// The same, and waits until pcscd has noticed: it looks every 0.4 s (later on a busy machine), and takes a card that
    /// comes back sooner for the one it has just lost.
    pub fn remove_slowly(self) -> VirtualCard {
        let reader = self.reader.clone();
        let card = self.remove();
        if let Some(reader) = reader {
            gone(&reader);
        }
        card
    }

    fn end(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(served) = self.served.take() {
            let _ = served.join();
        }
    }
}

impl Drop for Inserted {
    fn drop(&mut self) {
        self.end();
    }
}

fn serve(mut stream: TcpStream, card: &Mutex<VirtualCard>, mut hand: Hand, counter: &AtomicUsize) {
    let mut message = Vec::new();
    loop {
        if receive(&mut stream, &mut message).is_err() {
            return;
        }
        let mut card = card.lock().expect("whole");
        let answer = match message.as_slice() {
            [0] => {
                card.power_off();
                continue;
            }
            [1] => continue,
            [2] => {
                card.reset();
                continue;
            }
            [4] => card.atr().to_vec(),
            command => {
                let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
                let act = hand(number, command);
                if let Act::Become(other) = act {
                    *card = *other;
                    card.answer(command)
                } else {
                    let answer = card.answer(command);
                    match act {
                        Act::Answer | Act::Become(_) => answer,
                        Act::Pull => {
                            card.power_off();
                            let _ = stream.shutdown(Shutdown::Both);
                            return;
                        }
                        Act::PullAfter => {
                            card.power_off();
                            let _ = send(&mut stream, &answer);
                            let _ = stream.shutdown(Shutdown::Both);
                            return;
                        }
                        Act::Cut(kept) => {
                            card.power_off();
                            let length = u16::try_from(answer.len()).expect("short").to_be_bytes();
                            let _ = stream.write_all(&length);
                            let _ = stream.write_all(&answer[..kept.min(answer.len())]);
                            let _ = stream.shutdown(Shutdown::Both);
                            return;
                        }
                        Act::Never => {
                            drop(card);
                            // Until somebody takes it away.
                            let _ = stream.read(&mut [0; 1]);
                            return;
                        }
                    }
                }
            }
        };
        drop(card);
        if send(&mut stream, &answer).is_err() {
            return;
        }
    }
}

fn receive(stream: &mut TcpStream, message: &mut Vec<u8>) -> std::io::Result<()> {
    // The driver sends length and body apart; without this the system waits 40 ms before it acknowledges the first.
    stream.set_quickack(true)?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    message.resize(usize::from(u16::from_be_bytes(length)), 0);
    stream.set_quickack(true)?;
    stream.read_exact(message)?;
    if message.is_empty() { Err(ErrorKind::InvalidData.into()) } else { Ok(()) }
}

fn send(stream: &mut TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let mut message = u16::try_from(answer.len()).expect("an answer fits").to_be_bytes().to_vec();
    message.extend_from_slice(answer);
    stream.write_all(&message)
}

/// Whether a reader holds a card; `None` when it cannot be asked.
pub fn present(reader: &str) -> Option<bool> {
    let context = pcsc::Context::establish(pcsc::Scope::User).ok()?;
    let name = std::ffi::CString::new(reader).ok()?;
    let mut states = [pcsc::ReaderState::new(name, pcsc::State::UNAWARE)];
    let asked = context.get_status_change(Duration::ZERO, &mut states);
    let known = asked.is_ok() && !states[0].event_state().contains(pcsc::State::UNKNOWN);
    known.then(|| states[0].event_state().contains(pcsc::State::PRESENT))
}

/// Waits for something to become true; not a measurement, only an end to waiting.
pub fn until(what: &str, mut is: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is() {
        assert!(since.elapsed() < Duration::from_secs(30), "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
