//! `cargo xtask package`: two `.deb`, one for the counter's terminals and one for the small server.
//!
//! The terminal's comes from Tauri, which knows what a window needs; the server is three files and a few units, for which
//! `dpkg-deb` is enough.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::prepare;
use crate::screens;
use xtask::step::{Outcome, Todo, cargo, failure, output, root, step, succeed, target};

const ADVICE: &str = "上の知らせに出ている所を直してください";

/// Both packages: of the terminal and of the server.
pub(crate) fn package() -> Outcome<(PathBuf, PathBuf)> {
    let node = prepare(&[])?;
    screens::build(&node)?;
    step("住民が家で使うページを作ります");
    succeed(node.command("npm").args(["run", "--silent", "build:preentry"]), ADVICE)?;
    step("madokad と madokactl を作ります（初めは数分かかります）");
    succeed(
        cargo().args(["build", "--release", "--package", "madoka-server", "--package", "madoka-cli"]),
        ADVICE,
    )?;
    step("端末に入れる形にします（初めは数分かかります）");
    let more = serde_json::json!({ "bundle": { "linux": { "deb": { "files": {
        "/usr/bin/madokactl": target().join("release/madokactl"),
        "/usr/share/madoka/preentry.html": root().join("ui/dist-preentry/index.html"),
    }}}}});
    succeed(node.tauri().args(["build", "--bundles", "deb", "--config", &more.to_string()]), ADVICE)?;
    let terminal = newest_deb()?;
    step("サーバーに入れる形にします");
    let server = server_deb()?;
    for deb in [&terminal, &server] {
        step(format!("できました: {}", deb.display()));
        succeed(Command::new("dpkg-deb").arg("--info").arg(deb), "dpkg が要ります")?;
    }
    Ok((terminal, server))
}

fn newest_deb() -> Outcome<PathBuf> {
    let folder = target().join("release/bundle/deb");
    let advice = "上の知らせを読んでください";
    let mut debs: Vec<_> = fs::read_dir(&folder)
        .todo("できたものが見つかりません", advice)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "deb"))
        .collect();
    debs.sort_by_key(|path| fs::metadata(path).and_then(|about| about.modified()).ok());
    debs.pop().ok_or_else(|| failure("できたものが見つかりません", advice))
}

/// What goes where in the server's package: from the sources, or from what was built.
fn server_files() -> [(PathBuf, &'static str, u32); 8] {
    let source = root().join("src-tauri/crates/server");
    let units = source.join("systemd");
    [
        (target().join("release/madokad"), "usr/bin/madokad", 0o755),
        (units.join("madokad@.service"), "usr/lib/systemd/system/madokad@.service", 0o644),
        (units.join("madokad-backup@.service"), "usr/lib/systemd/system/madokad-backup@.service", 0o644),
        (units.join("madokad-backup@.timer"), "usr/lib/systemd/system/madokad-backup@.timer", 0o644),
        (source.join("README.md"), "usr/share/doc/madokad/README.md", 0o644),
        (source.join("OPERATIONS.md"), "usr/share/doc/madokad/OPERATIONS.md", 0o644),
        (source.join("madokad.toml"), "usr/share/doc/madokad/madokad.toml", 0o644),
        (root().join("LICENSE"), "usr/share/doc/madokad/copyright", 0o644),
    ]
}

/// Nothing is started or founded by installing: a city's server begins with `madokad init`. And nothing of a city is
/// taken away by removing: its data are the administrator's to delete.
const AFTER_INSTALL: &str = "#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    # A running city goes on with the new program.
    systemctl try-restart 'madokad@*.service'
fi
";
const BEFORE_REMOVAL: &str = "#!/bin/sh
set -e
if [ \"$1\" = remove ] && [ -d /run/systemd/system ]; then
    systemctl stop 'madokad@*.service' 'madokad-backup@*.timer'
fi
";

fn server_deb() -> Outcome<PathBuf> {
    let tree = target().join("release/bundle/madokad");
    let files = server_files();
    stage(&tree, &files).todo("サーバーの包みを並べられません", "ディスクの空きを確かめてください")?;
    let architecture = output(Command::new("dpkg").arg("--print-architecture"))
        .ok_or_else(|| failure("dpkg がありません", "Debian で実行してください"))?;
    let control = format!(
        "Package: madokad\nVersion: {}\nArchitecture: {}\nMaintainer: Madoka\nSection: net\nPriority: optional\n\
         Depends: libc6, libgcc-s1, libssl3\nRecommends: systemd\nSuggests: postgresql\n\
         Description: 書かない窓口「まどか」のサーバー\n 端末の案件を集めて要るところへ届け、手続パックを配り、職員のサインインを受けます。\n \
         外へは一度もつなぎません。\n",
        env!("CARGO_PKG_VERSION"),
        architecture.trim(),
    );
    let texts = [
        ("control", control.as_str(), 0o644),
        ("postinst", AFTER_INSTALL, 0o755),
        ("prerm", BEFORE_REMOVAL, 0o755),
    ];
    for (name, text, mode) in texts {
        write(&tree.join("DEBIAN").join(name), text, mode)
            .todo("サーバーの包みを書けません", "ディスクの空きを確かめてください")?;
    }
    let deb = target().join(format!(
        "release/bundle/deb/madokad_{}_{}.deb",
        env!("CARGO_PKG_VERSION"),
        architecture.trim()
    ));
    succeed(
        Command::new("dpkg-deb").args(["--root-owner-group", "--build"]).arg(&tree).arg(&deb),
        "dpkg が要ります",
    )?;
    Ok(deb)
}

fn stage(tree: &Path, files: &[(PathBuf, &'static str, u32)]) -> std::io::Result<()> {
    if tree.exists() {
        fs::remove_dir_all(tree)?;
    }
    for (from, to, mode) in files {
        let to = tree.join(to);
        fs::create_dir_all(to.parent().unwrap_or(tree))?;
        fs::copy(from, &to)?;
        fs::set_permissions(&to, fs::Permissions::from_mode(*mode))?;
    }
    fs::create_dir_all(tree.join("DEBIAN"))
}

fn write(file: &Path, text: &str, mode: u32) -> std::io::Result<()> {
    fs::write(file, text)?;
    fs::set_permissions(file, fs::Permissions::from_mode(mode))
}
