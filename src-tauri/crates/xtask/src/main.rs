//! `cargo xtask …`: everything a newcomer, a continuous integration machine or a release needs, in one word each.
//!
//! Each command first sees to what it needs (Debian packages, Node.js, the screens), says what it does and why,
//! does nothing twice, and answers a failure with what to do about it.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

mod bench;
mod day;
mod debian;
mod forms;
mod fuzz;
mod lint;
mod node;
mod package;
mod prove;
mod run;
mod screens;

mod test;
mod tools;
mod types;
mod windows;

use std::process::ExitCode;

use xtask::step::{Failure, Outcome, done};

const HELP: &str = "\
cargo xtask run              この端末を整え、まどかを練習モードで開く（画面がなければ絵を撮って終わる）
cargo xtask test [名前…]     この端末を整え、すべての試験をする（名前を付けると、その Rust の試験だけ）
cargo xtask pictures         どの画面もどの見え方でも歩き、絵を target/pictures に残す（見て判断するため）
cargo xtask dev              画面を直しながら見る（保存するとすぐ映る）
cargo xtask lint             書き方・型・ライセンスを調べる
cargo xtask format           Rust と画面の書き方をそろえる
cargo xtask forms [様式…]    みなと野市の様式を、その元（form.typ）から描き直す
cargo xtask types            Rust の型から画面の型を作り直す
cargo xtask bench            起動・メモリー・手続判定を、代わりに選べるものと並べて測る
cargo xtask fuzz [秒] [的…]   でたらめな入力で読取りを試す（的ごとに60秒。10m、8h も可）
cargo xtask day [秒] [種]      二十台の端末の八時間に、故障を次々に起こす（ふだんは10分。種は知らせる）
cargo xtask package          インストールできる .deb を作る（端末用とサーバー用）
cargo xtask windows          全部を Windows 向けに作り、窓の要らない試験を Wine でする
cargo xtask prove [deb deb]   その .deb を、何も入っていない Debian に入れて使い、版を上げ、消す
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_str() {
        "run" => run::run(),
        "test" => test::test(&rest),
        "pictures" => test::pictures(),
        "dev" => run::dev(),
        "lint" => lint::lint(),
        "format" => lint::format(),
        "forms" => forms::draw(&rest),
        "types" => types::generate(),
        "bench" => bench::bench(&rest),
        "fuzz" => fuzz::fuzz(&rest),
        "day" => day::day(&rest),
        "package" => package::package().map(drop),
        "prove" => prove::prove(&rest),
        "windows" => windows::windows(),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    finish(outcome)
}

fn finish(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => {
            done();
            ExitCode::SUCCESS
        }
        Err(Failure { what, todo }) => {
            eprintln!("\n✗ {what}\n  → {todo}");
            ExitCode::FAILURE
        }
    }
}
