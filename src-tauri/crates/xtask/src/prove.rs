//! `cargo xtask prove`: the packages on a machine where nothing of ours was ever installed.
//!
//! A clean Debian in a folder gets both packages in an older version, becomes a city with one terminal, and an officer
//! carries one case from the reception to its end in the real, shipped window. Then both packages are upgraded, the same
//! officer goes on at the same terminal, and everything is purged. What must hold is asked of the server and of the disk.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use xtask::step::{Outcome, Todo, failure, output, root, step, succeed, target};
use xtask::xvfb::Xvfb;

use crate::{debian, package};

const ADVICE: &str = "上の知らせと、target/prove の絵を見てください";
const PATIENCE: Duration = Duration::from_mins(2);
/// Known nowhere but in the memo that the officer writes.
const MEMO: &str = "zzmemo-4711-hikitsugi";
const PASSWORD: &str = "minato-no-asa-ha-shizuka";
const PASSPHRASE: &str = "hitotsu hitotsu tashikamemashita";
const TERMINAL_DATA: &str = "home/mado/.local/share/jp.madoka.counter";
const CITY_DATA: &str = "/var/lib/madokad/minatono";

/// With the files of both packages (the terminal's first), those; else they are made.
pub(crate) fn prove(debs: &[String]) -> Outcome {
    debian::ensure(&[debian::PROOF])?;
    let (terminal, server) = match debs {
        [] => package::package()?,
        [terminal, server] => (PathBuf::from(terminal), PathBuf::from(server)),
        _ => {
            let advice = "端末とサーバーの .deb をこの順に二つ書くか、何も書かないでください";
            return Err(failure("試す包みがわかりません", advice));
        }
    };
    let place = target().join("prove");
    fs::create_dir_all(&place).todo("置き場を作れません", "ディスクの空きを確かめてください")?;
    let clean = Clean::unpack(&place)?;
    step("入れます");
    clean.install(&[server.clone(), terminal.clone()])?;
    clean.run(["useradd", "--create-home", "mado"])?;
    let mut city = City::found(&clean)?;
    let xvfb = Xvfb::start("1366x768")?;
    let printer = Printer::start(&place)?;
    let desk = Desk { clean: &clean, xvfb: &xvfb, place: &place };

    step("端末を登録し、サインインします");
    let mut window = desk.open()?;
    desk.enrol(&city)?;
    desk.add_printer(&printer)?;
    step("一つの案件を、受付から終わりまで進めます");
    desk.serve_one(&city, &printer)?;
    clean.keeps_secret(&[MEMO, PASSWORD, PASSPHRASE])?;
    close(&mut window)?;

    step("新しい版にします（サーバーは媒体で、端末はサーバーから）");
    let [server, terminal] = [server, terminal].map(|deb| newer(&deb, &place));
    clean.install(&[server?])?;
    city.start_again()?;
    let mut window = desk.open()?;
    desk.sign_in(PASSWORD)?;
    city.release_program(&terminal?)?;
    desk.waits_for_update()?;
    desk.picture("5-新しい版が届いた")?;
    close(&mut window)?;
    clean.run(["madokactl", "update", "install"])?;
    if clean.version("madoka")? != NEWER {
        return Err(failure("端末が新しい版になりません", ADVICE));
    }
    let mut window = desk.open()?;
    desk.sign_in(PASSWORD)?;
    desk.open_case("2")?;
    city.until("前の版で登録した端末から、二つ目の案件が届く", |status| {
        status["cases"] == 2
    })?;
    desk.picture("6-新しい版")?;
    close(&mut window)?;
    city.stop();

    step("消します");
    clean.run(["apt-get", "purge", "--yes", "-qq", "madoka", "madokad"])?;
    for left in [
        TERMINAL_DATA,
        "var/lib/madoka",
        "etc/madoka",
        "usr/bin/madoka",
        "usr/bin/madokad",
        "usr/bin/madokactl",
    ] {
        if clean.root.join(left).exists() {
            return Err(failure(format!("消したあとに /{left} が残りました"), ADVICE));
        }
    }
    step("端末には何も残らず、市の記録だけが管理者の手元に残りました");
    Ok(())
}

/// A version that every one before is older than.
const NEWER: &str = "99.0.0";

/// The same package as if it were of a newer version: what an upgrade ends with.
fn newer(deb: &Path, place: &Path) -> Outcome<PathBuf> {
    let tree = place.join("newer");
    if tree.exists() {
        fs::remove_dir_all(&tree).todo("前の残りを消せません", "ファイルの権限を確かめてください")?;
    }
    succeed(Command::new("dpkg-deb").arg("-R").arg(deb).arg(&tree), ADVICE)?;
    let control = tree.join("DEBIAN/control");
    let text = fs::read_to_string(&control).todo("包みの札を読めません", ADVICE)?;
    let lines = text.lines().map(|line| match line.strip_prefix("Version: ") {
        Some(_) => format!("Version: {NEWER}\n"),
        None => format!("{line}\n"),
    });
    fs::write(&control, lines.collect::<String>()).todo("包みの札を書けません", ADVICE)?;
    let name = deb.file_name().unwrap_or(OsStr::new("newer.deb"));
    let newer = place.join(format!("newer-{}", name.to_string_lossy()));
    succeed(
        Command::new("dpkg-deb")
            .args(["--root-owner-group", "--build"])
            .arg(&tree)
            .arg(&newer)
            .stdout(Stdio::null()),
        ADVICE,
    )?;
    Ok(newer)
}

/// A Debian in a folder.
struct Clean {
    root: PathBuf,
}

/// As whoever may do everything.
fn as_root(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut sudo = Command::new("sudo");
    sudo.arg(program);
    sudo
}

impl Clean {
    /// Fetched once; every proof begins with a fresh copy.
    fn unpack(place: &Path) -> Outcome<Self> {
        let (base, root) = (place.join("base"), place.join("root"));
        if !base.join("etc/debian_version").exists() {
            step("何も入っていない Debian 12 を取り寄せます");
            succeed(as_root("rm").arg("-rf").arg(&base), ADVICE)?;
            let fetch = ["--variant=minbase", "bookworm"];
            succeed(as_root("debootstrap").args(fetch).arg(&base).stdout(Stdio::null()), ADVICE)?;
        }
        succeed(as_root("rm").arg("-rf").arg(&root), ADVICE)?;
        succeed(as_root("cp").args(["--archive", "--reflink=auto"]).arg(&base).arg(&root), ADVICE)?;
        let clean = Self { root };
        clean.run(["apt-get", "update", "-qq"])?;
        Ok(clean)
    }

    /// A command in there, with mounts that end with it.
    fn command<'a>(&self, command: impl IntoIterator<Item = &'a str>) -> Command {
        const ENTER: &str =
            r#"mount -t proc proc "$0/proc"; mount --rbind /dev "$0/dev"; exec chroot "$0" "$@""#;
        let mut inside = as_root("unshare");
        inside.args(["--mount", "--propagation", "private", "sh", "-ec", ENTER]).arg(&self.root);
        inside.args(["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/root"]);
        inside.arg("DEBIAN_FRONTEND=noninteractive").args(command);
        inside
    }

    fn run<'a>(&self, command: impl IntoIterator<Item = &'a str>) -> Outcome {
        succeed(self.command(command).stdout(Stdio::null()), ADVICE)
    }

    fn install(&self, debs: &[PathBuf]) -> Outcome {
        let mut install = vec!["apt-get", "install", "--yes", "-qq", "--no-install-recommends"];
        let mut names = Vec::new();
        for deb in debs {
            let name = format!("/tmp/{}", deb.file_name().unwrap_or_default().to_string_lossy());
            let there = self.root.join(name.trim_start_matches('/'));
            succeed(as_root("cp").arg(deb).arg(there), ADVICE)?;
            names.push(name);
        }
        install.extend(names.iter().map(String::as_str));
        self.run(install)?;
        let there: Vec<&str> = ["rm", "-f"].into_iter().chain(names.iter().map(String::as_str)).collect();
        self.run(there)
    }

    /// Which version of a package is installed.
    fn version(&self, package: &str) -> Outcome<String> {
        let mut asked = self.command(["dpkg-query", "--show", "--showformat=${Version}", package]);
        output(&mut asked).ok_or_else(|| failure(format!("{package} が入っていません"), ADVICE))
    }

    /// No file of this machine holds these words in the open.
    fn keeps_secret(&self, words: &[&str]) -> Outcome {
        for word in words {
            let mut search = as_root("grep");
            search.args([
                "--recursive",
                "--files-with-matches",
                "--binary-files=text",
                "--fixed-strings",
                word,
            ]);
            search.args(["home", "root", "var", "tmp", "etc", "run"]).current_dir(&self.root);
            if let Some(found) = output(&mut search) {
                return Err(failure(format!("「{word}」が読める形で残っています: {found}"), ADVICE));
            }
        }
        Ok(())
    }
}

/// The city's server in the clean machine.
struct City<'a> {
    clean: &'a Clean,
    port: u16,
    serving: Option<Child>,
}

impl<'a> City<'a> {
    fn found(clean: &'a Clean) -> Outcome<Self> {
        step("市をつくり、手続パックを公開します");
        let mut city = Self { clean, port: free_port()?, serving: None };
        clean.run([
            "useradd",
            "--system",
            "--home-dir",
            CITY_DATA,
            "--shell",
            "/usr/sbin/nologin",
            "madokad-minatono",
        ])?;
        clean.run(["install", "-d", "-m", "700", "-o", "madokad-minatono", CITY_DATA])?;
        let settings = clean.root.join(CITY_DATA.trim_start_matches('/')).join("madokad.toml");
        let admin = free_port()?;
        let text = format!("[serve]\nlisten = \"127.0.0.1:{}\"\nadmin = \"127.0.0.1:{admin}\"\n", city.port);
        let mut write = as_root("tee").arg(&settings).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        if let Some(mut input) = write.as_mut().ok().and_then(|tee| tee.stdin.take()) {
            input.write_all(text.as_bytes()).todo("設定を書けません", ADVICE)?;
        }
        write.and_then(|mut tee| tee.wait()).todo("設定を書けません", ADVICE)?;
        city.told(
            &[PASSWORD],
            &["init", "--city", "999999", "--name", "Minatono", "--admin", "a01", "--password-stdin"],
        )?;
        for (staff, role) in [("k01", "supervisor"), ("h01", "approver")] {
            city.told(
                &[PASSWORD],
                &["user", "add", staff, "--name", staff, "--role", role, "--password-stdin"],
            )?;
        }
        // By the shipped tool, from the folders as a city has them: the pack names its forms beside itself.
        for folder in ["assets/sample-city", "forms"] {
            let there = clean.root.join("tmp/city").join(folder);
            succeed(as_root("mkdir").arg("--parents").arg(&there), ADVICE)?;
            succeed(as_root("cp").args(["--recursive", "-T"]).arg(root().join(folder)).arg(&there), ADVICE)?;
        }
        clean.run([
            "madokactl",
            "pack",
            "build",
            "/tmp/city/assets/sample-city",
            "--out",
            "/tmp/pack.json",
        ])?;
        clean.run(["chmod", "644", "/tmp/pack.json"])?;
        let draft =
            city.told(&[PASSWORD], &["pack", "import", "/tmp/pack.json", "--title", "1", "--by", "k01"])?;
        let draft = text_of(&draft, "/draft");
        let key = city.told(&[PASSWORD, PASSPHRASE], &["pack", "key", "--by", "h01"])?;
        city.told(&[PASSWORD], &["pack", "admit", &text_of(&key, "/key/id"), "--by", "a01"])?;
        city.told(&[PASSWORD], &["pack", "propose", &draft, "--by", "k01"])?;
        city.told(&[PASSWORD, PASSPHRASE], &["pack", "release", &draft, "--by", "h01"])?;
        city.start_again()?;
        Ok(city)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let become_it = [
            "setpriv",
            "--reuid",
            "madokad-minatono",
            "--regid",
            "madokad-minatono",
            "--clear-groups",
            "madokad",
        ];
        self.clean
            .command(become_it.into_iter().chain(arguments.iter().copied()).chain(["--data", CITY_DATA]))
    }

    /// What it answers, after being told passwords, a line each.
    fn told(&self, secrets: &[&str], arguments: &[&str]) -> Outcome<Value> {
        let mut asked = self.command(arguments);
        asked.arg("--json").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut asked = asked.spawn().todo("madokad を動かせません", ADVICE)?;
        if let Some(mut input) = asked.stdin.take() {
            input.write_all(secrets.join("\n").as_bytes()).todo("madokad が聞きません", ADVICE)?;
        }
        let done = asked.wait_with_output().todo("madokad が終わりません", ADVICE)?;
        if !done.status.success() {
            return Err(failure(format!("madokad {} が断られました", arguments.join(" ")), ADVICE));
        }
        serde_json::from_slice(&done.stdout).todo("madokad の答えが読めません", ADVICE)
    }

    /// A newer program for the terminals: brought by one person, released by another.
    fn release_program(&self, terminal: &Path) -> Outcome {
        succeed(as_root("cp").arg(terminal).arg(self.clean.root.join("tmp/newer.deb")), ADVICE)?;
        self.told(&[PASSWORD], &["program", "import", "/tmp/newer.deb", "--by", "a01"])?;
        self.told(&[PASSWORD, PASSPHRASE], &["program", "release", NEWER, "--by", "h01"])?;
        Ok(())
    }

    /// Stops it, if it runs, and starts what is installed now.
    fn start_again(&mut self) -> Outcome {
        self.stop();
        let serving = self.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.serving = Some(serving.todo("madokad を始められません", ADVICE)?);
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if begun.elapsed() > PATIENCE {
                return Err(failure("madokad が待ち受けません", ADVICE));
            }
            sleep(Duration::from_millis(200));
        }
        Ok(())
    }

    fn stop(&mut self) {
        if let Some(mut serving) = self.serving.take() {
            // It is in a tree of its own making: ended by its name and folder.
            let _ = as_root("pkill").args(["-f", "madokad serve --data"]).status();
            let _ = serving.wait();
        }
    }

    fn until(&self, what: &str, is: impl Fn(&Value) -> bool) -> Outcome {
        let begun = Instant::now();
        loop {
            let status = self.told(&[], &["status"])?;
            if is(&status) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                return Err(failure(format!("なりませんでした: {what}（{status}）"), ADVICE));
            }
            sleep(Duration::from_millis(500));
        }
    }
}

impl Drop for City<'_> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An IPP printer outside of the clean machine, without paper.
struct Printer {
    spool: PathBuf,
    port: u16,
    running: Child,
}

/// It wants D-Bus before it starts, even where it announces nothing: it gets one of its own.
const PRINT: &str = r#"DBUS_SYSTEM_BUS_ADDRESS="$DBUS_SESSION_BUS_ADDRESS" exec /usr/sbin/ippeveprinter \
    -2 -n '*' -r off -k -f application/pdf -p "$0" -d "$1" Mado"#;

impl Printer {
    fn start(place: &Path) -> Outcome<Self> {
        let spool = place.join("printed");
        if spool.exists() {
            fs::remove_dir_all(&spool).todo("前の残りを消せません", "ファイルの権限を確かめてください")?;
        }
        fs::create_dir(&spool).todo("置き場を作れません", "ディスクの空きを確かめてください")?;
        let port = free_port()?;
        let mut run = Command::new("dbus-run-session");
        run.args(["--", "sh", "-c", PRINT, &port.to_string()]).arg(&spool);
        run.stdout(Stdio::null()).stderr(Stdio::null());
        let running = run.spawn().todo("プリンターを動かせません", ADVICE)?;
        Ok(Self { spool, port, running })
    }

    /// Until as many documents have been printed.
    fn until_printed(&self, documents: usize) -> Outcome {
        let begun = Instant::now();
        while fs::read_dir(&self.spool).map_or(0, Iterator::count) < documents {
            if begun.elapsed() > PATIENCE {
                return Err(failure("書類が刷れません", ADVICE));
            }
            sleep(Duration::from_millis(500));
        }
        Ok(())
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        let ended =
            Command::new("pkill").args(["-f", &format!("ippeveprinter .* -p {} ", self.port)]).status();
        if ended.is_ok() {
            let _ = self.running.wait();
        }
    }
}

/// The officer's hands and eyes, outside of the clean machine.
struct Desk<'a> {
    clean: &'a Clean,
    xvfb: &'a Xvfb,
    place: &'a Path,
}

impl Desk<'_> {
    /// Opens the shipped window as a plain user and waits until it can be used.
    fn open(&self) -> Outcome<Child> {
        let run = format!("DISPLAY={} exec madoka --announce", self.xvfb.name());
        let mut window = self.clean.command(["su", "-", "mado", "-c", &run]);
        let mut window =
            window.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().todo("窓が開きません", ADVICE)?;
        crate::run::wait_until_usable(&mut window)?;
        sleep(Duration::from_secs(1));
        Ok(window)
    }

    fn xdotool(&self, arguments: &[&str]) -> Outcome {
        succeed(Command::new("xdotool").args(arguments).env("DISPLAY", self.xvfb.name()), ADVICE)?;
        sleep(Duration::from_millis(400));
        Ok(())
    }

    fn keys(&self, keys: &[&str]) -> Outcome {
        keys.iter().try_for_each(|key| self.xdotool(&["key", key]))
    }

    fn write(&self, text: &str) -> Outcome {
        self.xdotool(&["type", "--delay", "4", text])
    }

    fn picture(&self, name: &str) -> Outcome {
        let mut import = Command::new("import");
        import.args(["-display", self.xvfb.name(), "-window", "root"]);
        succeed(import.arg(self.place.join(format!("{name}.png"))), ADVICE)
    }

    /// この端末 (Alt+9), the invitation pasted, and the first sign-in with a password of one's own.
    fn enrol(&self, city: &City<'_>) -> Outcome {
        let key = city.told(&[], &["city-key"])?;
        let told = self.clean.root.join("tmp/city-key.json");
        fs::write(&told, key.to_string()).todo("市の鍵を書けません", ADVICE)?;
        self.clean.run(["madokactl", "update", "trust", "/tmp/city-key.json"])?;
        let invitation = city.told(&[], &["enrol", "mado-1", "--office", "shimin"])?;
        let hired = city
            .told(&[], &["user", "add", "s01", "--name", "s01", "--role", "counter", "--office", "shimin"])?;
        self.keys(&["alt+9"])?;
        // The field for the invitation's words, where nobody has a file to choose.
        self.xdotool(&["mousemove", "635", "311", "click", "1"])?;
        self.write(&invitation.to_string())?;
        self.picture("1-登録票")?;
        self.keys(&["Tab", "Return"])?;
        city.until("端末が登録される", |status| status["terminals_valid"] == 1)?;
        sleep(Duration::from_secs(2));
        self.sign_in(&text_of(&hired, "/password"))?;
        self.write(PASSWORD)?;
        self.keys(&["Tab"])?;
        self.write(PASSWORD)?;
        self.keys(&["Return"])?;
        // The pack comes by itself.
        sleep(Duration::from_secs(5));
        self.picture("2-受付")
    }

    fn add_printer(&self, printer: &Printer) -> Outcome {
        self.keys(&["alt+7"])?;
        sleep(Duration::from_secs(2));
        // The field for a printer's place.
        self.xdotool(&["mousemove", "474", "253", "click", "1"])?;
        self.write(&format!("ipp://127.0.0.1:{}/ipp/print", printer.port))?;
        self.keys(&["Return"])?;
        sleep(Duration::from_secs(4));
        self.picture("3-プリンター")?;
        self.keys(&["alt+1"])
    }

    /// Until the window has laid the newer version where the machine puts it in from.
    fn waits_for_update(&self) -> Outcome {
        let package = self.clean.root.join(format!("var/lib/madoka/update/madoka-{NEWER}.deb"));
        let begun = Instant::now();
        while !package.exists() {
            if begun.elapsed() > PATIENCE {
                return Err(failure("新しい版が端末に届きません", ADVICE));
            }
            sleep(Duration::from_millis(500));
        }
        // Where the officer sees it: 自己点検.
        self.keys(&["alt+6"])?;
        sleep(Duration::from_secs(3));
        Ok(())
    }

    fn sign_in(&self, password: &str) -> Outcome {
        self.write("s01")?;
        self.keys(&["Tab"])?;
        self.write(password)?;
        self.keys(&["Return"])?;
        sleep(Duration::from_secs(3));
        Ok(())
    }

    fn open_case(&self, digit: &str) -> Outcome {
        self.keys(&[digit, "Return", "Return"])
    }

    fn serve_one(&self, city: &City<'_>, printer: &Printer) -> Outcome {
        self.open_case("3")?;
        city.until("案件が届く", |status| status["cases"] == 1)?;
        self.keys(&["o", "ctrl+m"])?;
        self.write(MEMO)?;
        self.keys(&["ctrl+Return", "F3"])?;
        self.write("R8.11.15")?;
        self.keys(&["Return"])?;
        // いいえ, and わからない by the key that works inside of a field, to whatever is asked.
        for _ in 0..20 {
            self.keys(&["2", "alt+0"])?;
        }
        self.keys(&["F5"])?;
        sleep(Duration::from_secs(3));
        self.keys(&["ctrl+p"])?;
        // The check sheet of the office, and the 住民異動届.
        printer.until_printed(2)?;
        sleep(Duration::from_secs(2));
        self.picture("4-書類")?;
        self.keys(&["F6"])?;
        sleep(Duration::from_secs(2));
        self.keys(&["q", "ctrl+Return", "Return"])?;
        city.until("案件が終わる", |status| status["cases_open"] == 0)
    }
}

fn close(window: &mut Child) -> Outcome {
    succeed(as_root("pkill").args(["-TERM", "-x", "madoka"]), ADVICE)?;
    window.wait().todo("窓が閉じません", ADVICE)?;
    Ok(())
}

fn text_of(value: &Value, place: &str) -> String {
    value.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).todo("空いた番号がありません", ADVICE)?;
    Ok(listener.local_addr().todo("空いた番号がありません", ADVICE)?.port())
}
