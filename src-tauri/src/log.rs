//! What may be logged, and where it goes.
//!
//! The rule: a log line is a fixed English sentence and fields out of [`FIELDS`]. Nothing a person said, wrote or is
//! called may stand in it. So the sentence is never put together at run time (`tests/` reads our sources for that), a
//! field of any other name is dropped here, and other crates' lines are not kept at all.

use std::path::Path;

use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::Layer;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::debug_fn;
use tracing_subscriber::layer::SubscriberExt;

/// The fields a log may hold: the sentence, and our own ids, codes, counts and durations.
const FIELDS: &[&str] =
    &["message", "case", "life_event", "code", "count", "millis", "part", "state", "file", "line"];

/// How many daily files are kept.
const DAYS: usize = 30;

/// Starts writing `madoka.<day>.log` in the data folder's `log`.
pub(crate) fn start(data: &Path) -> Result<(), InitError> {
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("madoka")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(data.join("log"))?;
    let fields =
        debug_fn(
            |writer, field, value| {
                if FIELDS.contains(&field.name()) { write!(writer, "{field}={value:?} ") } else { Ok(()) }
            },
        )
        .delimited("");
    let ours = filter_fn(|line| line.target().starts_with("madoka"));
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(std::sync::Mutex::new(file))
        .fmt_fields(fields)
        .with_filter(ours);
    // Fails only if a log was started before, which then goes on.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer));
    std::panic::set_hook(Box::new(|panic| {
        // The place, never the message: that may hold what the program was working on.
        let place = panic.location();
        tracing::error!(
            file = place.map(std::panic::Location::file),
            line = place.map(std::panic::Location::line),
            "panic"
        );
    }));
    Ok(())
}
