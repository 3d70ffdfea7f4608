//! Passwords and passphrases that reach a command: asked for without showing them where a person types, lines of standard
//! input otherwise. Never an argument, which every process of the machine can read.

use std::io::{IsTerminal as _, Read as _, stdin};

use madoka_text::Secret;
use zeroize::Zeroizing;

use super::by::wrong;
use crate::problem::Problem;

/// A person's own.
pub(crate) const PASSWORD: &str = "パスワード";
/// What opens an approver's key.
pub(crate) const PASSPHRASE: &str = "合言葉";

/// One for each of `asked`; fewer where standard input ends before.
pub(crate) fn secrets(asked: &[&str]) -> Result<Vec<Secret>, Problem> {
    if stdin().is_terminal() {
        return asked.iter().map(|what| typed(what)).collect();
    }
    let mut text = Zeroizing::new(String::new());
    stdin().take(4096).read_to_string(&mut text).map_err(|_| unreadable())?;
    Ok(text.lines().take(asked.len()).map(|line| Secret::new(line.to_owned())).collect())
}

/// A password that begins now: a person types it twice, so that nobody is locked out by a slip.
pub(crate) fn new_password() -> Result<Secret, Problem> {
    let asked =
        if stdin().is_terminal() { &["新しいパスワード", "もう一度"][..] } else { &[PASSWORD] };
    let mut given = secrets(asked)?.into_iter();
    let first = given.next().ok_or_else(|| wrong("標準入力の1行目にパスワードを入れてください。"))?;
    match given.next() {
        Some(again) if again.expose() != first.expose() => {
            Err(wrong("二度の入力が違います。もう一度実行してください。"))
        }
        _ => Ok(first),
    }
}

fn typed(what: &str) -> Result<Secret, Problem> {
    rpassword::prompt_password(format!("{what}: ")).map(Secret::new).map_err(|_| unreadable())
}

fn unreadable() -> Problem {
    wrong("標準入力を読めません。")
}
