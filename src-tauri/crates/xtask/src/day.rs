//! `cargo xtask day`: eight office hours with everything going wrong (`tests/city/day`), as long as wanted.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::debian;
use crate::fuzz::duration;
use crate::test::{build, keep};
use xtask::step::{Outcome, cargo, failure, step, succeed};

/// Unless said otherwise.
const SECONDS: u64 = 600;
const TERMINALS: u64 = 20;
const TEST: &str = "day::長い一日のあと_何も失われず_何も漏れず_全員が同じになる";

/// `[seconds] [seed]`; `10m` and `8h` are understood too. A seed of the clock's unless named; it is printed.
pub(crate) fn day(arguments: &[String]) -> Outcome {
    let seconds = arguments.first().map_or(Ok(SECONDS), |text| duration(text))?;
    let seed = match arguments.get(1) {
        Some(text) => text.parse().map_err(|_| {
            failure(format!("「{text}」は種として読めません"), "前の日の知らせにある数を書いてください")
        })?,
        None => SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs()),
    };
    debian::ensure(&[
        debian::BUILD,
        debian::FONTS,
        debian::READING,
        debian::CARD_TESTS,
        debian::PRINT_TESTS,
    ])?;
    build(&["--bin", "madokad", "--test", "city"])?;
    keep("madokad", "madokad")?;
    step(format!("{TERMINALS}台の端末の八時間を、{seconds}秒で送ります（種 {seed}）"));
    let mut run = cargo();
    run.args(["test", "--quiet", "--workspace", "--test", "city", "--", "--exact", TEST, "--nocapture"]);
    run.env("MADOKA_DAY_SECONDS", seconds.to_string())
        .env("MADOKA_DAY_TERMINALS", TERMINALS.to_string())
        .env("MADOKA_DAY_SEED", seed.to_string());
    succeed(
        &mut run,
        "上の知らせが、何が失われたか、漏れたか、増えたかを言います。同じ種でもう一度起こせます",
    )
}
