//! The Debian packages each job needs, and getting those that are missing.

use std::process::Command;

use xtask::step::{Outcome, failure, output, step, succeed};

/// One package and why it is needed.
pub(crate) struct Package {
    name: &'static str,
    why: &'static str,
}

const fn package(name: &'static str, why: &'static str) -> Package {
    Package { name, why }
}

/// To build the window.
pub(crate) const BUILD: &[Package] = &[
    package("pkg-config", "ライブラリを見つける"),
    package("libwebkit2gtk-4.1-dev", "まどかの窓（WebKitGTK）"),
    package("libpcsclite-dev", "カードリーダー（PC/SC）"),
    package("libssl-dev", "案件を暗号にしてしまう（SQLCipher）"),
    package("libdbus-1-dev", "鍵を OS の鍵束にしまう（Secret Service）"),
    package("libtesseract-dev", "文字を読み取る（tesseract）"),
    package("libleptonica-dev", "文字を読み取る前に画像を整える"),
    package("libclang-dev", "tesseract を Rust から呼べるようにする"),
];

/// To read what stands on a document.
pub(crate) const READING: &[Package] = &[
    package("tesseract-ocr-jpn", "日本語の読み取り"),
    package("tesseract-ocr-eng", "ローマ字の氏名と在留カードの番号の読み取り"),
    package("tesseract-ocr-jpn-vert", "日本語の縦書きの読み取り"),
];

/// To see it as it is meant to be seen.
pub(crate) const FONTS: &[Package] = &[
    package("fonts-morisawa-bizud-gothic", "画面の書体（BIZ UD ゴシック）"),
    package("fonts-morisawa-bizud-mincho", "様式の書体（BIZ UD 明朝）"),
    package("fonts-ipamj-mincho", "氏名の外字・異体字（IPAmj明朝）"),
    package("fonts-noto-cjk", "ほかの書体にない異体字"),
];

/// To open it where there is no display, and to take its picture.
pub(crate) const VIRTUAL_DISPLAY: &[Package] =
    &[package("xvfb", "画面のない端末での仮の画面"), package("imagemagick", "画面の絵を撮る")];

/// To steer the real window in tests.
pub(crate) const WINDOW_TESTS: &[Package] = &[
    package("xvfb", "画面のない端末での仮の画面"),
    package("imagemagick", "落ちた試験の窓の絵を残す"),
    package("webkit2gtk-driver", "本物の窓を試験で動かす（WebDriver）"),
    package("strace", "まどかが外へつながないことを確かめる"),
    package("gstreamer1.0-plugins-base", "窓の中のカメラ"),
    package("gstreamer1.0-plugins-good", "窓の中のカメラ"),
];

/// Real parts for tests: a card service with a virtual reader.
pub(crate) const CARD_TESTS: &[Package] = &[
    package("pcscd", "カードリーダーのサービス（試験用に別に起動する）"),
    package("vsmartcard-vpcd", "仮想のカードリーダー"),
];

/// Real parts for tests: printers.
pub(crate) const PRINT_TESTS: &[Package] = &[
    package("cups", "印刷待ちの列（試験用に別に起動する）"),
    package("cups-client", "印刷待ちの列を作る"),
    package("cups-filters", "印刷待ちの列からプリンターへ送る"),
    package("cups-ipp-utils", "仮想のプリンター（ippeveprinter）"),
    package("avahi-daemon", "仮想のプリンターが要る"),
    package("dbus", "avahi が要る"),
];

/// To look at papers in tests as others' programs see them.
pub(crate) const PAPER_TESTS: &[Package] = &[
    package("poppler-utils", "PDF を読む・絵にする"),
    package("mupdf-tools", "PDF を別の目で絵にする"),
    package("qpdf", "PDF の形を確かめ、変わった PDF を作る"),
];

/// To measure filled forms beside others.
pub(crate) const FORMS_PEERS: &[Package] = &[
    package("python3-reportlab", "比べる相手（PDF に字を書く）"),
    package("python3-pypdf", "比べる相手（PDF を重ねる）"),
];

/// Real parts for tests: the server's second store.
pub(crate) const SERVER_TESTS: &[Package] =
    &[package("postgresql", "市が共同で使うサーバーの保存先（試験用に別に起動する）")];

/// To prove the packages on a clean machine.
pub(crate) const PROOF: &[Package] = &[
    package("debootstrap", "何も入っていない Debian をフォルダーに作る"),
    package("xvfb", "配る形の窓を開く仮の画面"),
    package("xdotool", "配る形の窓をキーで使う"),
    package("imagemagick", "窓の絵を撮る"),
    package("cups-ipp-utils", "紙のないプリンター（ippeveprinter）"),
    package("dbus-daemon", "ippeveprinter が始まるのに要る"),
];

/// To build for Windows, and to run there what needs no window.
pub(crate) const WINDOWS: &[Package] = &[
    package("gcc-mingw-w64-x86-64-posix", "Windows 向けにつなぐ"),
    package("wine64", "Windows のプログラムを動かす"),
    package("make", "暗号の部品（OpenSSL）を Windows 向けに作る"),
    package("perl", "暗号の部品（OpenSSL）を Windows 向けに作る"),
];

/// To build libFuzzer.
pub(crate) const FUZZ: &[Package] = &[package("g++", "でたらめな入力を作る道具（libFuzzer）")];

/// For front-end tools, where no newer Node.js is there.
pub(crate) const NODE: &[Package] =
    &[package("nodejs", "画面を作る道具（Node.js）"), package("npm", "画面の部品を取り寄せる")];

/// Installs those that are missing, saying which and why.
pub(crate) fn ensure(groups: &[&[Package]]) -> Outcome {
    let missing: Vec<&Package> =
        groups.iter().flat_map(|group| *group).filter(|p| !installed(p.name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if output(Command::new("apt-get").arg("--version")).is_none() {
        let names: Vec<_> = missing.iter().map(|package| package.name).collect();
        return Err(failure(
            "apt-get がありません",
            format!("Debian 12 で動かすか、次に当たるものを入れてください: {}", names.join(" ")),
        ));
    }
    step("足りない Debian パッケージを入れます");
    for package in &missing {
        println!("    {:<28} {}", package.name, package.why);
    }
    let advice = "ネットワークと apt の設定を確かめ、もう一度実行してください";
    succeed(apt().arg("update").arg("-qq"), advice)?;
    let names = missing.iter().map(|package| package.name);
    succeed(apt().args(["install", "-y", "-qq", "--no-install-recommends"]).args(names), advice)
}

fn installed(name: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", name]);
    output(&mut query).is_some_and(|status| status == "installed")
}

/// apt, through `sudo` (which asks for the password) unless we are root; waiting where another apt runs.
fn apt() -> Command {
    let mut command = if rustix::process::geteuid().is_root() {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    };
    command.args(["-o", "DPkg::Lock::Timeout=600"]);
    command
}
