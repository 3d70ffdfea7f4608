//! A counter terminal takes no orders from environment variables.
//!
//! The web view reads variables by which anyone who can start the program could steer its window, watch its pages or
//! send its traffic through a proxy; others would have cards read from a service of their own making. A build for the
//! end-to-end tests (feature `automation`) keeps them.
//!
//! A few are set that libraries read only once, when the program is loaded ([`ENVIRONMENT`]).

use std::process::{Command, ExitCode};

use madoka_counter::ENVIRONMENT;

/// What is taken away, by how it begins.
const UNWANTED: &[&str] = &[
    "TAURI_",
    "WEBKIT_",
    "WEBVIEW2_",
    "GTK_DEBUG",
    "GTK_MODULES",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "PCSCLITE_",
];

pub(crate) enum Clean {
    Already,
    /// The program ran again in the right environment, and this is how it ended.
    Restarted(ExitCode),
}

/// Starts the program anew in the right environment, unless it is right already.
///
/// Anew, for changing variables of a running process is not safe once a library has started a thread.
pub(crate) fn clean() -> Clean {
    let missing =
        ENVIRONMENT.iter().any(|(name, value)| std::env::var_os(name).is_none_or(|now| now != *value));
    let unwanted: Vec<_> = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| {
            !cfg!(feature = "automation")
                && UNWANTED.iter().any(|start| name.to_string_lossy().starts_with(start))
        })
        .collect();
    if unwanted.is_empty() && !missing {
        return Clean::Already;
    }
    let Ok(program) = std::env::current_exe() else { return Clean::Restarted(ExitCode::FAILURE) };
    let mut again = Command::new(program);
    again.args(std::env::args_os().skip(1));
    again.envs(ENVIRONMENT);
    for name in unwanted {
        again.env_remove(name);
    }
    Clean::Restarted(replace(&mut again))
}

#[cfg(unix)]
fn replace(again: &mut Command) -> ExitCode {
    use std::os::unix::process::CommandExt;
    // Returns only if it failed; refusing to start is safer than starting with the variables.
    let _failed = again.exec();
    ExitCode::FAILURE
}

#[cfg(not(unix))]
fn replace(again: &mut Command) -> ExitCode {
    match again.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
