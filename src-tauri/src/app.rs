//! Puts the parts together and runs until the officer closes the window.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use madoka_counter::pictures::PictureDesk;
use madoka_counter::view::Problem;
use madoka_counter::{Counter, MachineClock};
use tauri::{AppHandle, Manager, RunEvent, WebviewUrl, WebviewWindowBuilder};

use crate::arguments::Arguments;
use crate::commands::{self, Counters, Desk};
use crate::problem::ShellError;
use crate::{camera, devices, link, log, painting, press, resident_window};

/// As in `tauri.conf.json`; the name of our folder among those of other programs.
const IDENTIFIER: &str = "jp.madoka.counter";
const TITLE: &str = "まどか 書かない窓口";

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let started = Instant::now();
    match prepare(arguments).map(|counters| open(counters, started, arguments.announce)) {
        Ok(Ok(code)) => code,
        Ok(Err(error)) | Err(error) => refuse(error),
    }
}

/// The counter with its settings, cases and logs, ready to be written to.
fn prepare(arguments: &Arguments) -> Result<Counters, ShellError> {
    let data =
        arguments.data.clone().or_else(|| dirs::data_local_dir().map(|folder| folder.join(IDENTIFIER)));
    let data = data.ok_or_else(|| ShellError::DataFolder("この利用者のフォルダーがわかりません".into()))?;
    std::fs::create_dir_all(data.join("log")).map_err(|error| ShellError::DataFolder(error.into()))?;
    log::start(&data).map_err(|error| ShellError::DataFolder(error.into()))?;
    let counter = if Counter::is_enrolled(&data) && !arguments.practice {
        Counter::office(&data, MachineClock)
    } else {
        Counter::practice(&data, MachineClock)
    };
    counter.map(|counter| Counters::new(data, counter)).map_err(|error| ShellError::DataFolder(error.into()))
}

/// Runs until the window is closed. The libraries below panic where there is no display to open a window on.
fn open(counters: Counters, started: Instant, announce: bool) -> Result<ExitCode, ShellError> {
    let run = || build(counters, started, announce).map(|app| app.run_return(closing));
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(code)) => Ok(ExitCode::from(u8::try_from(code).unwrap_or(1))),
        Ok(Err(_)) | Err(_) => Err(ShellError::NoWindow),
    }
}

/// No window to show it in: standard error, where a starter script or an administrator finds it.
fn refuse(error: ShellError) -> ExitCode {
    let problem = Problem::from(error);
    let _nobody_listens =
        writeln!(std::io::stderr(), "madoka: [{}] {}{}", problem.code, problem.what, problem.todo);
    ExitCode::FAILURE
}

#[expect(clippy::too_many_lines, reason = "nearly all of it is the list of commands")]
fn build(counters: Counters, started: Instant, announce: bool) -> tauri::Result<tauri::App> {
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![
            commands::reception::start,
            commands::reception::usable,
            commands::reception::reception,
            commands::reception::search,
            commands::reception::open_case,
            commands::reception::take_back,
            commands::reception::restore,
            commands::reception::scan,
            commands::reception::forget_scans,
            commands::reception::pre_entry_keys,
            commands::reception::add_pre_entry_key,
            commands::reception::practice_codes,
            commands::bookings::booking_week,
            commands::bookings::booking_days,
            commands::bookings::begin_booking,
            commands::bookings::edit_booking,
            commands::bookings::booking_entry,
            commands::bookings::put_booking,
            commands::bookings::answer_booking,
            commands::bookings::drop_booking,
            commands::bookings::make_booking,
            commands::bookings::booking,
            commands::bookings::move_booking,
            commands::bookings::cancel_booking,
            commands::bookings::booking_stands,
            commands::bookings::open_booking,
            commands::bookings::ask_for_booking,
            commands::bookings::afterwards,
            commands::bookings::follow_up,
            commands::visit::begin,
            commands::visit::visit,
            commands::visit::answer,
            commands::visit::add_member,
            commands::visit::remove_member,
            commands::visit::household,
            commands::visit::mark,
            commands::visit::note,
            commands::visit::undo,
            commands::visit::close_case,
            commands::visit::pause,
            commands::visit::lay_aside,
            commands::visit::colleagues,
            commands::visit::hand_over,
            commands::visit::release,
            commands::visit::resolve_late,
            commands::visit::take_over,
            commands::visit::reopen,
            commands::visit::not_needed,
            commands::visit::keep_draft,
            commands::visit::give_notice,
            commands::visit::take_away,
            commands::visit::guide_page,
            commands::visit::guide_given,
            commands::visit::stories,
            commands::visit::play,
            commands::visit::story,
            commands::papers::papers,
            commands::papers::paper_picture,
            commands::papers::forget_papers,
            commands::papers::choose_papers,
            commands::papers::confirm_fact,
            commands::papers::print_papers,
            commands::papers::print_guide,
            commands::papers::print_state,
            commands::papers::cancel_print,
            commands::papers::retry_print,
            commands::papers::settle_print,
            commands::papers::dismiss_print,
            commands::printers::printers,
            commands::printers::choose_printer,
            commands::printers::add_printer,
            commands::printers::remove_printer,
            commands::printers::set_offset,
            commands::printers::set_stock,
            commands::printers::set_cover,
            commands::printers::print_test,
            commands::cards::reader,
            commands::cards::practice_cards,
            commands::cards::lay_practice_card,
            commands::cards::take_practice_card,
            commands::cards::read_card,
            commands::cards::cancel_card,
            commands::cards::read_card_by_resident,
            commands::pictures::document_kinds,
            commands::pictures::read_picture,
            commands::pictures::read_picture_as,
            commands::pictures::codes_in_picture,
            commands::pictures::read_scan,
            commands::pictures::show_document,
            commands::pictures::cancel_picture,
            commands::pictures::forget_picture,
            commands::pictures::take_picture,
            commands::pictures::scanner_folder,
            commands::pictures::set_scanner_folder,
            commands::pictures::waiting_scans,
            commands::household::put_member,
            commands::household::same_person,
            commands::household::settle,
            commands::household::settle_other,
            commands::register::search_register,
            commands::register::fetch_register,
            commands::register::take_resident,
            commands::inquiries::send_inquiries,
            commands::inquiries::play_departments,
            commands::inquiries::remind,
            commands::inquiries::inquiry_queue,
            commands::inquiries::inquiry_sheet,
            commands::inquiries::answer_inquiry,
            commands::inquiries::board,
            commands::statistics::statistics,
            commands::statistics::statistics_csv,
            commands::statistics::statistics_picture,
            commands::statistics::missed_cases,
            commands::statistics::missed,
            commands::statistics::missed_scenario,
            commands::statistics::walks,
            commands::statistics::begin_walk,
            commands::statistics::next_walk_step,
            commands::statistics::put_walk_step,
            commands::statistics::end_walk,
            commands::statistics::drop_walk,
            commands::statistics::walks_csv,
            commands::session::session,
            commands::session::sign_in,
            commands::session::change_password,
            commands::session::enrol,
            commands::session::terminal,
            commands::session::sync,
            commands::session::try_sync,
            commands::session::touch,
            commands::session::lock,
            commands::session::sign_out,
            commands::session::practise,
            commands::settings::devices,
            commands::settings::software,
            commands::settings::storage,
            commands::settings::read_day,
            commands::settings::set_display,
            commands::supervisor::supervise,
            commands::supervisor::draft_check,
            commands::supervisor::draft_entry,
            commands::supervisor::draft_choosable,
            commands::supervisor::draft_edit,
            commands::supervisor::draft_undo,
            commands::supervisor::draft_redo,
            commands::supervisor::draft_drop,
            commands::supervisor::draft_say,
            commands::supervisor::draft_read,
            commands::supervisor::draft_try,
            commands::supervisor::draft_tried,
            commands::supervisor::draft_answer,
            commands::supervisor::draft_household,
            commands::supervisor::draft_back,
            commands::supervisor::draft_why,
            commands::supervisor::draft_scenarios,
            commands::supervisor::draft_coverage,
            commands::supervisor::draft_record,
            commands::supervisor::draft_try_case,
            commands::supervisor::draft_compare,
            commands::supervisor::draft_sheet,
            commands::supervisor::draft_document,
            commands::supervisor::draft_take_sheet,
            commands::supervisor::draft_zip,
            commands::supervisor::draft_take_zip,
            commands::supervisor::draft_versions,
            commands::supervisor::draft_hold_zip,
            commands::supervisor::draft_compare_versions,
            commands::forms::draft_forms,
            commands::forms::draft_form,
            commands::forms::draft_form_facts,
            commands::forms::draft_form_edit,
            commands::forms::draft_form_remove,
            commands::forms::draft_form_picture,
            commands::forms::draft_form_add,
            commands::forms::draft_form_replace,
            commands::forms::draft_forms_check,
            commands::release::draft_sync,
            commands::release::draft_join,
            commands::release::draft_leave,
            commands::release::draft_settle,
            commands::release::draft_notes,
            commands::release::release_board,
            commands::release::release_act,
            commands::release::release_check,
            commands::release::release_remarks,
            commands::release::staff_notes,
            commands::release::staff_notes_read,
            commands::administration::city_offices,
            commands::administration::city_terminals,
            commands::administration::invite_terminal,
            commands::administration::revoke_terminal,
            commands::administration::terminal_cases,
            commands::administration::free_terminal_cases,
            commands::administration::city_staff,
            commands::administration::put_staff,
            commands::administration::reset_staff,
            commands::administration::take_staff,
            commands::administration::export_staff,
            commands::administration::search_audit,
            commands::resident::open_resident_window,
            commands::resident::close_resident_window,
            commands::resident::resident_window_open,
            commands::resident::resident_screen,
            commands::resident::resident_tell,
            commands::resident::resident_panel,
            commands::resident::send_facts_to_resident,
            commands::resident::send_question_to_resident,
            commands::resident::signable,
            commands::resident::ask_signature,
            commands::resident::show_guide_to_resident,
            commands::resident::take_back_from_resident,
            commands::resident::leave_resident,
            commands::resident::welcome_next,
        ])
        .setup(move |app| {
            app.manage(Desk::new(counters, started, announce));
            if let Err(problem) = link::open(app.handle()) {
                // The counter opens all the same; the status strip says that nothing is sent.
                tracing::warn!(code = problem.code, "no line to the server");
            }
            app.manage(PictureDesk::default());
            app.manage(devices::watch_cards(app.handle().clone()));
            open_main_window(app.handle())?;
            #[cfg(unix)]
            leave_on_signal(app.handle())?;
            devices::watch(app.handle().clone());
            press::run(app.handle().clone());
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// Fills the display, also where no window manager takes the wish to be maximised.
fn open_main_window(app: &AppHandle) -> tauri::Result<()> {
    let display = app.primary_monitor()?;
    let (width, height) = display.map_or((1366.0, 768.0), |display| {
        let size = display.size().to_logical::<f64>(display.scale_factor());
        (size.width, size.height)
    });
    let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
        .title(TITLE)
        .inner_size(width, height)
        .min_inner_size(1024.0, 640.0)
        .maximized(true)
        .on_permission_request(camera::may)
        // A paper dropped on the page is the page's.
        .disable_drag_drop_handler()
        .build()?;
    painting::by_processor(&window)?;
    camera::allow(&window)
}

/// The system shuts down or a script ends us: leave as if the window had been closed.
#[cfg(unix)]
fn leave_on_signal(app: &AppHandle) -> std::io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};

    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT])?;
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
