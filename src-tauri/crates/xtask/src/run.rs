//! `cargo xtask run`: from a fresh machine to the open window.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::node::Node;
use crate::{debian, screens};
use xtask::step::{Outcome, Todo, cargo, failure, root, step, succeed, target};
use xtask::xvfb::Xvfb;

/// A debug build on a slow machine takes a second or two; this is for a machine in trouble.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) fn run() -> Outcome {
    let has_display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let display: &[debian::Package] = if has_display { &[] } else { debian::VIRTUAL_DISPLAY };
    let node = prepare(&[display])?;
    screens::build(&node)?;
    let app = build_app()?;
    if has_display { open(&app) } else { take_picture(&app) }
}

/// What every command that builds the window needs.
pub(crate) fn prepare(more: &[&[debian::Package]]) -> Outcome<Node> {
    step("この端末に要るものを確かめます");
    let groups: Vec<_> =
        [debian::BUILD, debian::FONTS, debian::READING].into_iter().chain(more.iter().copied()).collect();
    debian::ensure(&groups)?;
    let node = Node::ensure()?;
    screens::install(&node)?;
    Ok(node)
}

/// Builds the window for development and says where it is.
fn build_app() -> Outcome<PathBuf> {
    step("まどかを作ります（初めは数分かかります）");
    succeed(cargo().args(["build", "--package", "madoka"]), "上の知らせに出ている所を直してください")?;
    Ok(target().join("debug/madoka"))
}

fn open(app: &Path) -> Outcome {
    step("まどかを開きます（窓を閉じると終わります）");
    succeed(Command::new(app).arg("--practice"), "上の知らせを読んでください")
}

fn take_picture(app: &Path) -> Outcome {
    step("画面がないので、仮の画面で開きます");
    let xvfb = Xvfb::start("1366x768")?;
    let mut madoka = Command::new(app)
        .args(["--practice", "--announce"])
        .env("DISPLAY", xvfb.name())
        .stdout(Stdio::piped())
        .spawn()
        .todo("まどかを起動できません", "もう一度実行してください")?;
    let usable = wait_until_usable(&mut madoka).and_then(|()| shoot(&xvfb));
    let left = leave(&mut madoka);
    let picture = usable?;
    left?;
    step(format!("画面の絵: {}", picture.display()));
    Ok(())
}

pub(crate) fn wait_until_usable(madoka: &mut Child) -> Outcome {
    let Some(said) = madoka.stdout.take() else {
        return Err(failure("まどかの声が聞けません", "もう一度実行してください"));
    };
    let (tell, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        // Nobody listens any more once the patience is over.
        if BufReader::new(said).read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
            let _ = tell.send(line);
        }
    });
    let line = heard.recv_timeout(PATIENCE).todo(
        "画面が使えるようになりませんでした",
        "上に出ている知らせと、端末の空きメモリーを確かめてください",
    )?;
    let millis =
        serde_json::from_str::<serde_json::Value>(&line).ok().and_then(|told| told.get("millis")?.as_u64());
    step(format!("画面が使えます（起動から {} ミリ秒）", millis.unwrap_or_default()));
    Ok(())
}

fn shoot(xvfb: &Xvfb) -> Outcome<PathBuf> {
    let picture = target().join("madoka.png");
    let mut import = Command::new("import");
    import.args(["-display", xvfb.name(), "-window", "root"]).arg(&picture);
    succeed(&mut import, "imagemagick のパッケージを入れ直してください")?;
    Ok(picture)
}

/// Asks the window to close as the system would, and sees that it does.
fn leave(madoka: &mut Child) -> Outcome {
    rustix::process::kill_process(rustix::process::Pid::from_child(madoka), rustix::process::Signal::TERM)
        .todo("まどかを閉じられません", "残っている madoka を終わらせてください")?;
    let status =
        madoka.wait().todo("まどかの終わりを待てません", "残っている madoka を終わらせてください")?;
    if status.success() {
        Ok(())
    } else {
        Err(failure(format!("まどかが正しく終わりませんでした（{status}）"), "上の知らせを読んでください"))
    }
}

/// `cargo xtask dev`: the window shows what Vite serves, so that saving a screen shows it at once.
pub(crate) fn dev() -> Outcome {
    let node = prepare(&[])?;
    step("画面を直しながら見ます（Ctrl+C で終わります）");
    let overlay = root().join("src-tauri/tauri.dev.json");
    succeed(node.tauri().args(["dev", "--config"]).arg(overlay), "上の知らせを読んでください")
}
