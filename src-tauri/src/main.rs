//! The desktop shell `madoka`: windows, commands and device events. No rules live here.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod app;
mod arguments;
mod camera;
mod commands;
mod core_dump;
mod devices;
mod environment;
mod link;
mod log;
mod painting;
mod press;
mod problem;
mod resident_window;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match arguments::Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => return arguments::refuse(&error),
    };
    if arguments.help {
        return arguments::help();
    }
    match environment::clean() {
        environment::Clean::Already => {}
        environment::Clean::Restarted(code) => return code,
    }
    core_dump::forbid();
    app::run(&arguments)
}
