//! A desk with the app open on it.

use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::time::Duration;

use futures_util::FutureExt;
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver, WindowHandle};

use crate::machine::{Machine, PATIENCE, project, steerable_app};
use crate::{Counter, Page, Resident, Step};

/// How the app is started for a test.
#[derive(Debug, Clone)]
pub struct Start {
    /// Width and height of the display.
    pub size: &'static str,
    /// What `settings.toml` holds beforehand.
    pub settings: Option<&'static str>,
    /// Opens the city's counter where the terminal belongs to one, and not practice.
    pub real: bool,
    /// Lets the app see the card service that the test has started.
    pub card_service: bool,
    /// Another build of the app than the one for tests.
    pub app: Option<PathBuf>,
    /// Runs the app under `strace`, which writes here every connection it opens.
    pub trace: Option<PathBuf>,
}

impl Default for Start {
    fn default() -> Self {
        Self { size: "1366x768", settings: None, real: false, card_service: false, app: None, trace: None }
    }
}

/// One counter with its machine and its windows.
#[derive(Debug)]
pub struct Desk {
    driver: WebDriver,
    machine: Machine,
    officer: WindowHandle,
    start: Start,
}

/// Runs one test at a freshly started desk.
pub async fn office(test: &str, work: impl AsyncFnOnce(&mut Desk) -> Step) {
    office_with(Start::default(), test, work).await;
}

/// The same, with the app started in a certain way.
pub async fn office_with(start: Start, test: &str, work: impl AsyncFnOnce(&mut Desk) -> Step) {
    let mut desk = Desk::open(&start).await;
    let outcome = AssertUnwindSafe(work(&mut desk)).catch_unwind().await;
    if !matches!(outcome, Ok(Ok(()))) {
        desk.take_picture(test);
    }
    // Leaves the window first, so that the driver closes it in order; the machine ends whatever is left.
    let _ = desk.driver.clone().quit().await;
    drop(desk);
    match outcome {
        Ok(done) => done.expect("every step can be done"),
        Err(panic) => resume_unwind(panic),
    }
}

impl Desk {
    async fn open(start: &Start) -> Self {
        let mut machine = Machine::with_display(start.size);
        machine.card_service = start.card_service;
        if let Some(settings) = start.settings {
            fs::create_dir_all(machine.data()).expect("the data folder can be made");
            fs::write(machine.data().join("settings.toml"), settings).expect("settings can be written");
        }
        let port = machine.start_driver();
        let driver = session(&machine, start, port).await;
        let officer = driver.window().await.expect("the app has a window");
        Self { driver, machine, officer, start: start.clone() }
    }

    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The officer's window.
    pub async fn counter(&self) -> Step<Counter> {
        self.driver.switch_to_window(self.officer.clone()).await?;
        Counter::at(Page::of(self.driver.clone())).await
    }

    /// The officer's window before anybody signed in.
    pub async fn signing_in(&self) -> Step<Page> {
        self.driver.switch_to_window(self.officer.clone()).await?;
        let page = Page::of(self.driver.clone());
        page.see("input[type=password]").await?;
        Ok(page)
    }

    /// The resident's window, which must be open.
    pub async fn resident(&self) -> Step<Resident> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let windows = self.driver.windows().await?;
            if let Some(resident) = windows.into_iter().find(|window| *window != self.officer) {
                self.driver.switch_to_window(resident).await?;
                return Resident::at(Page::of(self.driver.clone())).await;
            }
            assert!(tokio::time::Instant::now() < deadline, "the resident's window does not open");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How many windows are open.
    pub async fn windows(&self) -> Step<usize> {
        Ok(self.driver.windows().await?.len())
    }

    /// Closes the app and opens it again on the same machine.
    pub async fn reopen(&mut self) -> Step {
        self.driver.clone().quit().await?;
        let port = self.machine.start_driver();
        self.driver = session(&self.machine, &self.start, port).await;
        self.officer = self.driver.window().await?;
        Ok(())
    }

    /// The power goes out and comes back: nobody could save anything.
    pub async fn power_cut(&mut self) -> Step {
        self.machine.cut_power();
        let port = self.machine.start_driver();
        // The driver before is gone; asking it to leave would only wait for an answer.
        let before = std::mem::replace(&mut self.driver, session(&self.machine, &self.start, port).await);
        std::mem::forget(before);
        self.officer = self.driver.window().await?;
        Ok(())
    }

    /// What stands on the display. The driver's own pictures wait, for minutes, for a window that is covered to be drawn.
    fn take_picture(&self, test: &str) {
        let folder = project().join("target/e2e/failures");
        if fs::create_dir_all(&folder).is_err() {
            return;
        }
        let picture = folder.join(format!("{test}.png"));
        if self.machine.picture(&picture) {
            eprintln!("picture of the display: {}", picture.display());
        }
    }
}

/// Lets the driver start the app and waits for its first page.
async fn session(machine: &Machine, start: &Start, port: u16) -> WebDriver {
    let data = machine.data();
    let app = start.app.clone().unwrap_or_else(steerable_app);
    let (program, arguments) = match &start.trace {
        None if start.real => (app, json!(["--data", data])),
        None => (app, json!(["--practice", "--data", data])),
        Some(trace) => (
            PathBuf::from("/usr/bin/strace"),
            json!(["-f", "-qq", "-e", "trace=connect", "-o", trace, app, "--practice", "--data", data]),
        ),
    };
    let mut wanted = Capabilities::new();
    wanted
        .set("webkitgtk:browserOptions", json!({ "binary": program, "args": arguments }))
        .expect("the capability is plain JSON");
    tokio::time::timeout(PATIENCE, WebDriver::new(format!("http://127.0.0.1:{port}"), wanted))
        .await
        .expect("the driver answers in time")
        .expect("the driver starts the app")
}
