//! `cargo xtask fuzz`: hostile texts against the parsers of what comes from outside (`tests/fuzz`).

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::debian;
use crate::tools::{self, FUZZ};
use xtask::step::{Outcome, Todo, cargo, failure, root, step, succeed, target};

/// What each target reads; `tests/fuzz/README.md` says what it states.
const TARGETS: [(&str, &str); 19] = [
    ("condition", "条件の文字"),
    ("pack", "手続パックのファイルと署名"),
    ("facts", "事実のJSON"),
    ("judge", "手続判定"),
    ("text", "日付・氏名・フリガナ・住所・電話・口座"),
    ("ticket", "受付番号"),
    ("events", "案件の記録"),
    ("wire", "端末とサーバーのやり取り"),
    ("card", "カードの応答"),
    ("face", "カードの券面の画像"),
    ("picture", "画像"),
    ("printer", "プリンターの答え"),
    ("qr", "二次元コード"),
    ("under", "様式の背景のPDF"),
    ("detect", "記入欄を探す用紙"),
    ("template", "様式の form.toml"),
    ("releases", "手続パックの配布と統計のやり取り"),
    ("roster", "職員の名簿"),
    ("server", "サーバーへの要求"),
];

/// For each target, unless said otherwise.
const USUAL_SECONDS: u64 = 60;

/// `[seconds] [target…]`; `10m` and `8h` are understood too. All targets unless named.
pub(crate) fn fuzz(arguments: &[String]) -> Outcome {
    let (seconds, names) = match arguments {
        [first, names @ ..] if first.starts_with(|c: char| c.is_ascii_digit()) => (duration(first)?, names),
        names => (USUAL_SECONDS, names),
    };
    let chosen = chosen(names)?;
    debian::ensure(&[debian::FUZZ])?;
    tools::ensure(&FUZZ)?;
    step("ファズ試験を作ります（初めは二十分から一時間ほど）");
    succeed(&mut cargo_fuzz("build"), "上の知らせに出ている所を直してください")?;
    let mut broken = Vec::new();
    for (name, reads) in chosen {
        step(format!("{name}（{reads}）に、でたらめな入力を{seconds}秒与えます"));
        let advice = "もう一度実行してください";
        let told = run(name, seconds)?.output().todo("cargo fuzz を起動できません", advice)?;
        let text = String::from_utf8_lossy(&told.stderr);
        if told.status.success() {
            println!("    {}", summary(&text));
        } else {
            eprintln!("{text}");
            broken.push(name);
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    Err(failure(
        format!("約束を破る入力が見つかりました（{}）", broken.join("、")),
        "入力は tests/fuzz/artifacts にあります。tests/fuzz/README.md の「見つかったら」のとおりに直してください",
    ))
}

/// `90`, `90s`, `10m`, `8h` in seconds.
pub(crate) fn duration(text: &str) -> Outcome<u64> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) if text.ends_with('m') => (number, 60),
        Some(number) if text.ends_with('h') => (number, 60 * 60),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).filter(|s| *s > 0);
    seconds.ok_or_else(|| {
        failure(format!("「{text}」は時間として読めません"), "60、90s、10m、8h のように書いてください")
    })
}

fn chosen(names: &[String]) -> Outcome<Vec<(&'static str, &'static str)>> {
    if names.is_empty() {
        return Ok(TARGETS.to_vec());
    }
    let find = |name: &String| {
        TARGETS.into_iter().find(|(known, _)| known == name).ok_or_else(|| {
            let known = TARGETS.map(|(known, _)| known).join("、");
            failure(format!("「{name}」という的はありません"), format!("{known} から選んでください"))
        })
    };
    names.iter().map(find).collect()
}

fn directory() -> PathBuf {
    root().join("tests/fuzz")
}

/// cargo-fuzz with the compiler at hand. Coverage needs no nightly compiler, only the word that unstable flags are
/// meant. No sanitizer: our own code is without `unsafe`, and it runs several times faster without one.
fn cargo_fuzz(command: &str) -> Command {
    let mut fuzz = cargo();
    fuzz.env("RUSTC_BOOTSTRAP", "1").args(["fuzz", command, "--sanitizer", "none", "--fuzz-dir"]);
    fuzz.arg(directory()).arg("--target-dir").arg(target().join("fuzz"));
    fuzz
}

/// libFuzzer's own last words are many; what a person wants to know is how much was tried.
fn summary(told: &str) -> String {
    let number = |name: &str| {
        told.lines().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name)?.strip_prefix(':'))
    };
    match (number("number_of_executed_units"), number("average_exec_per_sec"), number("new_units_added")) {
        (Some(runs), Some(rate), Some(new)) => format!(
            "{}回（毎秒{}回）、新しい道を通る入力 {}件。約束は破られませんでした",
            runs.trim(),
            rate.trim(),
            new.trim()
        ),
        _ => "約束は破られませんでした".to_owned(),
    }
}

/// One target: what was found before is in its corpus, the seeds are ours; ten seconds for one input is a hang.
fn run(name: &str, seconds: u64) -> Outcome<Command> {
    let corpus = directory().join("corpus").join(name);
    fs::create_dir_all(&corpus).todo("見つけた入力の置き場を作れません", "空き容量を確かめてください")?;
    let mut run = cargo_fuzz("run");
    run.arg(name).arg(corpus);
    let seeds = directory().join("seeds").join(name);
    if seeds.exists() {
        run.arg(seeds);
    }
    run.arg("--").args([
        &format!("-max_total_time={seconds}"),
        "-max_len=8192",
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-verbosity=0",
        "-print_final_stats=1",
    ]);
    let words = directory().join("dictionaries").join(name).with_extension("dict");
    if words.exists() {
        run.arg(format!("-dict={}", words.display()));
    }
    Ok(run)
}
