//! `cargo xtask bench`: how fast and how large, beside what a user would pick instead.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::node::Node;
use crate::run::prepare;
use crate::{debian, screens};
use xtask::step::{Outcome, Todo, cargo, failure, output, root, step, succeed, target};

/// What is measured, each with its section of `tests/benches/RESULTS.md`.
const BENCHES: [Bench; 11] = [
    Bench { name: "start", title: "窓の起動", package: "madoka-tests" },
    Bench { name: "window", title: "窓の速さ", package: "madoka-tests" },
    Bench { name: "rules", title: "手続判定", package: "madoka-tests" },
    Bench { name: "card", title: "カードの読取り", package: "madoka-tests" },
    Bench { name: "store", title: "案件の保存と検索", package: "madoka-tests" },
    Bench { name: "server", title: "サーバー", package: "madoka-server" },
    Bench { name: "packs", title: "手続パックの公開", package: "madoka-server" },
    Bench { name: "register", title: "宛名の検索", package: "madoka-register" },
    Bench { name: "forms", title: "書類一式", package: "madoka-forms" },
    Bench { name: "desk", title: "監督者の机", package: "madoka-counter" },
    Bench { name: "ocr", title: "画像の読取り", package: "madoka-ocr" },
];

/// One measurement: its name, its heading in RESULTS.md, and the package whose bench it is.
#[derive(Clone, Copy)]
struct Bench {
    name: &'static str,
    title: &'static str,
    package: &'static str,
}

/// Measures the release build as it is shipped, beside what a user would pick instead; with names, only those.
pub(crate) fn bench(names: &[String]) -> Outcome {
    if let Some(name) = names.iter().find(|name| BENCHES.iter().all(|known| known.name != name.as_str())) {
        let known = BENCHES.map(|known| known.name).join("、");
        return Err(failure(format!("「{name}」という測定はありません"), format!("測れるのは {known} です")));
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let mut packages = Vec::new();
    for (name, needs) in [
        ("start", debian::WINDOW_TESTS),
        ("window", debian::WINDOW_TESTS),
        ("server", debian::SERVER_TESTS),
        ("forms", debian::PAPER_TESTS),
        ("forms", debian::FORMS_PEERS),
    ] {
        if wanted(name) {
            packages.push(needs);
        }
    }
    let node = prepare(&packages)?;
    let advice = "上の知らせを読んでください";
    if wanted("start") {
        screens::build(&node)?;
        step("まどかを作ります（配る形。数分かかります）");
        succeed(cargo().args(["build", "--release", "--package", "madoka"]), advice)?;
        step("空の窓を作ります");
        peer("empty-window")?;
    }
    if wanted("window") {
        screens::build(&node)?;
        step("まどかを作ります（配る形に、測る手だけを足して。数分かかります）");
        let build = ["build", "--release", "--package", "madoka", "--features", "automation"];
        succeed(cargo().args(build), advice)?;
        let home = target().join("e2e");
        let advice = "空き容量とファイルの権限を確かめてください";
        fs::create_dir_all(&home).todo("測る窓の置き場を作れません", advice)?;
        fs::copy(target().join("release/madoka"), home.join("madoka-measured"))
            .todo("測る窓を写せません", advice)?;
        // The one that `start` measures, as it is shipped.
        succeed(cargo().args(["build", "--release", "--package", "madoka"]), advice)?;
    }
    if wanted("rules") {
        step("ほかのルールエンジンを作ります（はじめは 10 分ほどかかります）");
        peer("rules-peers")?;
        packages_of(&node, "rules-peers/json-rules")?;
    }
    if wanted("forms") {
        step("様式に書くほかの道具を取り寄せます");
        packages_of(&node, "forms-peers")?;
    }
    let results = root().join("tests/benches/RESULTS.md");
    let chosen: Vec<Bench> = BENCHES.into_iter().filter(|bench| wanted(bench.name)).collect();
    let built = build(&chosen)?;
    for bench in chosen {
        let title = bench.title;
        step(format!("測ります（{title}）"));
        let section = measure(&node, bench, &built)?;
        println!("{section}");
        let before = fs::read_to_string(&results).unwrap_or_default();
        let after = with_section(&before, title, &section);
        fs::write(&results, after).todo("測った結果を書けません", "ファイルの権限を確かめてください")?;
    }
    Ok(())
}

/// Fetches what others made for Node.js, as the lock file says. Not by `npm ci`: it also wants in it what was never published,
/// typst's parts for other machines.
fn packages_of(node: &Node, folder: &str) -> Outcome {
    let folder = root().join("tests/benches/peers").join(folder);
    let mut npm = node.command("npm");
    let advice = "ネットワークを確かめてください";
    succeed(npm.args(["install", "--no-save", "--no-fund", "--no-audit"]).current_dir(folder), advice)
}

/// Builds what others made; it has a lock file of its own.
fn peer(name: &str) -> Outcome {
    let mut build = cargo();
    build.args(["build", "--release", "--locked", "--manifest-path"]);
    build.arg(root().join("tests/benches/peers").join(name).join("Cargo.toml"));
    succeed(build.arg("--target-dir").arg(target()), "上の知らせを読んでください")
}

/// All of them in one go: one after the other, each would have what it shares with the rest built once more.
fn build(chosen: &[Bench]) -> Outcome<Vec<Built>> {
    let advice = "上の知らせに出ている所を直してください";
    step("測るものを作ります（初めは十数分かかります）");
    let mut build = cargo();
    build.args(["bench", "--no-run", "--message-format=json-render-diagnostics"]).current_dir(root());
    for bench in chosen {
        build.args(["--package", bench.package, "--bench", bench.name]);
    }
    let told = build.stderr(Stdio::inherit()).output().todo("測るものを作り始められません", advice)?;
    if !told.status.success() {
        return Err(failure(format!("測るものを作れません（{}）", told.status), advice));
    }
    let told = String::from_utf8_lossy(&told.stdout);
    Ok(told
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter_map(|told| built(&told))
        .collect())
}

/// A bench that stands ready.
struct Built {
    name: String,
    program: PathBuf,
    /// Its package, where it runs.
    folder: PathBuf,
}

/// One line of what cargo tells, where it tells of a bench.
fn built(told: &Value) -> Option<Built> {
    let text = |place: &str| told.pointer(place).and_then(Value::as_str);
    let is_bench = told.pointer("/target/kind/0").is_some_and(|kind| kind == "bench");
    is_bench.then_some(())?;
    Some(Built {
        name: text("/target/name")?.to_owned(),
        program: text("/executable")?.into(),
        folder: Path::new(text("/manifest_path")?).parent()?.to_owned(),
    })
}

/// What one bench prints, under a line that says when, where and of what.
fn measure(node: &Node, asked: Bench, built: &[Built]) -> Outcome<String> {
    let advice = "上の知らせを読んでください";
    let Some(Built { program, folder, .. }) = built.iter().find(|built| built.name == asked.name) else {
        return Err(failure(format!("{} ができていません", asked.name), advice));
    };
    let mut bench = node.command(&program.to_string_lossy());
    // A PostgreSQL that answers before its disk has it would be no peer.
    bench.arg("--bench").env("MADOKA_POSTGRES_AS_IT_COMES", "1").current_dir(folder);
    let before = processor_times();
    let measured = bench.stderr(Stdio::inherit()).output().todo("測定を始められません", advice)?;
    if !measured.status.success() {
        return Err(failure(format!("測定が止まりました（{}）", measured.status), advice));
    }
    let stolen = stolen(&before, &processor_times());
    let tell = |program: &str, arguments: &[&str]| {
        let told = output(Command::new(program).args(arguments).current_dir(root()));
        told.map_or_else(String::new, |told| told.trim().to_owned())
    };
    let but_results = ["--", ".", ":!tests/benches/RESULTS.md"];
    let changed =
        tell("git", &[&["status", "--porcelain", "--untracked-files=no"][..], &but_results].concat());
    let changed = if changed.is_empty() { "" } else { "＋手元の変更" };
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    Ok(format!(
        "{}、コミット {}{changed}、{} {} コア（取られた時間 {stolen} %）、{}\n\n{}",
        tell("date", &["--utc", "+%Y-%m-%d"]),
        tell("git", &["rev-parse", "--short", "HEAD"]),
        cpu.trim_start_matches([' ', '\t', ':']),
        std::thread::available_parallelism().map_or(1, usize::from),
        tell("rustc", &["--version"]),
        String::from_utf8_lossy(&measured.stdout).trim(),
    ))
}

/// What the processors did since the machine started: the first line of `/proc/stat`, in its own unit.
fn processor_times() -> Vec<u64> {
    let told = fs::read_to_string("/proc/stat").unwrap_or_default();
    let all = told.lines().next().unwrap_or_default();
    all.split_whitespace().skip(1).take(8).filter_map(|time| time.parse().ok()).collect()
}

/// How much of the time in between others on the same hardware had, in percent: on a virtual machine a figure says little
/// where this is not near zero.
fn stolen(before: &[u64], after: &[u64]) -> u64 {
    let passed: Vec<u64> =
        after.iter().zip(before).map(|(after, before)| after.saturating_sub(*before)).collect();
    let stolen = passed.get(7).copied().unwrap_or(0);
    (stolen * 100).checked_div(passed.iter().sum()).unwrap_or(0)
}

/// The results with one section in place of its former self, or at the end.
fn with_section(results: &str, title: &str, section: &str) -> String {
    let head = "# 測った結果\n\n`cargo xtask bench` が書きます。読み方は [README.md](README.md) にあります。";
    let heading = format!("## {title}\n\n");
    let mut sections: Vec<String> =
        results.split("\n## ").skip(1).map(|section| format!("## {}", section.trim_end())).collect();
    let section = format!("{heading}{}", section.trim_end());
    match sections.iter_mut().find(|known| known.starts_with(&heading)) {
        Some(known) => *known = section,
        None => sections.push(section),
    }
    format!("{head}\n\n{}\n", sections.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ほかに取られた時間は割合で言う() {
        let before = [100, 0, 10, 500, 0, 0, 0, 40];
        assert_eq!(stolen(&before, &[150, 0, 20, 510, 0, 0, 0, 70]), 30);
        assert_eq!(stolen(&before, &before), 0);
        assert_eq!(stolen(&[], &[]), 0);
    }

    #[test]
    fn 測った結果は自分の節だけを書きかえる() {
        let first = with_section("", "窓の起動", "300 ms\n");
        let second = with_section(&first, "手続判定", "### 表\n\n90 µs");
        let third = with_section(&second, "窓の起動", "280 ms");
        assert!(third.starts_with("# 測った結果\n"));
        assert!(third.ends_with("## 窓の起動\n\n280 ms\n\n## 手続判定\n\n### 表\n\n90 µs\n"), "{third}");
        assert_eq!(with_section(&third, "手続判定", "### 表\n\n90 µs"), third);
    }
}
