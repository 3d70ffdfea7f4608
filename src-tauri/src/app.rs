//! Puts the parts together and runs until the officer closes the window.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use madoka_counter::Counter;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tauri::{AppHandle, Manager, RunEvent, WebviewUrl, WebviewWindowBuilder};

use crate::arguments::Arguments;
use crate::commands::{self, Desk};
use crate::{devices, log, resident_window};

const TITLE: &str = "まどか 書かない窓口";

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match build(arguments) {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(closing)).unwrap_or(1)),
        Err(error) => {
            tracing::error!("start failed");
            // No window to show it in: standard error, where a starter script or an administrator finds it.
            let _ = writeln!(std::io::stderr(), "madoka: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build(arguments: &Arguments) -> Result<tauri::App, Box<dyn std::error::Error>> {
    let started = Instant::now();
    let given = arguments.data.clone();
    let announce = arguments.announce;
    let app = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![
            commands::start,
            commands::usable,
            commands::reception,
            commands::search,
            commands::open_case,
            commands::take_back,
            commands::restore,
            commands::devices,
            commands::fonts,
            commands::set_display,
            commands::open_resident_window,
            commands::close_resident_window,
            commands::resident_window_open,
            commands::resident_screen,
            commands::welcome_next,
        ])
        .setup(move |app| {
            let data = match given {
                Some(folder) => folder,
                None => app.path().app_local_data_dir()?,
            };
            std::fs::create_dir_all(data.join("log"))?;
            log::start(&data)?;
            app.manage(Desk::new(Counter::practice(&data), started, announce));
            open_main_window(app.handle())?;
            leave_on_signal(app.handle())?;
            devices::watch(app.handle().clone());
            Ok(())
        })
        .build(tauri::generate_context!())?;
    Ok(app)
}

/// Fills the display, also where no window manager takes the wish to be maximised.
fn open_main_window(app: &AppHandle) -> tauri::Result<()> {
    let display = app.primary_monitor()?;
    let (width, height) = display.map_or((1366.0, 768.0), |display| {
        let size = display.size().to_logical::<f64>(display.scale_factor());
        (size.width, size.height)
    });
    WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
        .title(TITLE)
        .inner_size(width, height)
        .min_inner_size(1024.0, 640.0)
        .maximized(true)
        .build()?;
    Ok(())
}

/// The system shuts down or a script ends us: leave as if the window had been closed.
fn leave_on_signal(app: &AppHandle) -> std::io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    let app = app.clone();
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            app.exit(0);
        }
    });
    Ok(())
}

/// The resident's window does not outlive the officer's.
fn closing(app: &AppHandle, event: RunEvent) {
    if let RunEvent::WindowEvent { label, event: tauri::WindowEvent::Destroyed, .. } = event
        && label == "main"
        && let Err(_gone) = resident_window::close(app)
    {
        tracing::warn!("resident window not closed");
    }
}
