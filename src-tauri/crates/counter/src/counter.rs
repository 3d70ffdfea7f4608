//! The counter itself: its city, its settings, who works at it, and its cases.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use madoka_casework::{Author, Case, CaseId, Event, EventId, EventKind, StaffId, TerminalId};
use madoka_rules::Rulebook;
use madoka_store::{AuditAct, Realm};
use madoka_sync::terminal::Identity;

use crate::cases::{Cases, audit_entry};
use crate::city::City;
use crate::clock::Clock;
use crate::office::Session;
use crate::printing::{PrintRoom, PrintSettings};
use crate::resident::Resident;
use crate::self_check::Storage;
use crate::settings::{Display, Settings, SettingsFile};
use crate::view::{Problem, Start};
use crate::{CounterError, office_time};

/// One counter terminal (窓口端末) and everything an officer can ask of it.
pub struct Counter {
    data: PathBuf,
    /// As new cases see it: [`Self::city_of`] for one that is open.
    pub(crate) city: Arc<City>,
    /// Older editions that open cases stay on.
    pub(crate) editions: RefCell<BTreeMap<u64, Arc<City>>>,
    /// The edition in use has run out, or begins later.
    pub(crate) pack_warning: Option<String>,
    /// Why the city's pack could not be read.
    city_problem: Option<CounterError>,
    settings: Settings,
    settings_file: SettingsFile,
    /// Why the saved settings could not be read; they are left as they are until a person has looked.
    settings_problem: Option<CounterError>,
    pub(crate) practice: bool,
    pub(crate) session: Session,
    /// Who this terminal is to its server.
    pub(crate) identity: Option<Identity>,
    enrolled: bool,
    pub(crate) clock: Box<dyn Clock>,
    /// Who works here now.
    pub(crate) me: Author,
    pub(crate) cases: Cases,
    /// 住民用画面
    pub(crate) resident: Resident,
    pub(crate) print_room: PrintRoom,
    /// The pack's draft that a supervisor works on here.
    pub(crate) drafting: Option<crate::supervisor::Drafting>,
    /// Rules ready for judging, by life event, day and edition.
    books: RefCell<BTreeMap<(String, Date, u64), Arc<Rulebook>>>,
}

impl std::fmt::Debug for Counter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counter").field("practice", &self.practice).finish_non_exhaustive()
    }
}

/// Who sits at a terminal in practice mode.
const PRACTICE_STAFF: &str = "practice";
/// Whoever asks from a shell; the system knows which administrator that is.
const SHELL_STAFF: &str = "madokactl";
const PRACTICE_TERMINAL: &str = "practice";

impl Counter {
    /// A counter of the sample city, with made-up residents.
    ///
    /// Settings that cannot be read do not keep the counter closed: it starts with the first ones and says so.
    pub fn practice(data: &Path, clock: impl Clock + 'static) -> Result<Self, CounterError> {
        Self::with(data, clock, Cases::open(data, Realm::Practice), PRACTICE_STAFF)
    }

    /// The counter of a folder that was used before, asked from a shell. Asking never begins a new database.
    pub fn of_folder(data: &Path, clock: impl Clock + 'static) -> Result<Self, CounterError> {
        let cases = Cases::open_existing(data, Realm::Practice)?;
        Self::with(data, clock, cases, SHELL_STAFF)
    }

    pub(crate) fn with(
        data: &Path,
        clock: impl Clock + 'static,
        cases: Cases,
        staff: &str,
    ) -> Result<Self, CounterError> {
        let settings_file = SettingsFile::within(data);
        let (settings, settings_problem) = match settings_file.load() {
            Ok(settings) => (settings, None),
            Err(error) => (Settings::default(), Some(error)),
        };
        let sample = if cases.is_practice() { City::sample() } else { Ok(City::default()) };
        let (city, city_problem) = match sample {
            Ok(city) => (city, None),
            Err(error) => (City::default(), Some(error)),
        };
        Ok(Self {
            data: data.to_owned(),
            city: Arc::new(city),
            editions: RefCell::default(),
            pack_warning: None,
            city_problem,
            settings,
            settings_file,
            settings_problem,
            practice: true,
            session: Session::Practice,
            identity: None,
            enrolled: Self::is_enrolled(data),
            clock: Box::new(clock),
            me: Author {
                staff: StaffId::parse(staff).map_err(CounterError::Name)?,
                terminal: TerminalId::parse(PRACTICE_TERMINAL).map_err(CounterError::Name)?,
            },
            cases,
            resident: Resident::new(true),
            print_room: PrintRoom::default(),
            drafting: None,
            books: RefCell::default(),
        })
    }

    /// 保存先の点検, to be done beside the counter.
    pub fn storage(&self) -> Storage {
        let realm = if self.practice { Realm::Practice } else { Realm::Real };
        Storage { folder: self.data.clone(), realm }
    }

    pub fn is_practice(&self) -> bool {
        self.practice
    }

    pub fn start(&self) -> Start {
        Start {
            city: self.city_name(),
            practice: self.practice,
            session: self.session(),
            enrolled: self.enrolled,
            version: env!("CARGO_PKG_VERSION").into(),
            display: self.settings.display,
            resume: self.resume().map(|id| id.to_string()),
            problem: self
                .cases
                .problem()
                .or(self.city_problem.as_ref())
                .or(self.settings_problem.as_ref())
                .map(Problem::from)
                .or_else(|| self.pack_problem()),
            pack: self.city.version().map(|version| version.version),
        }
    }

    /// Changes how this terminal looks, at once; an error says only that it will not be remembered.
    pub fn set_display(&mut self, display: Display) -> Result<(), CounterError> {
        self.change_settings(|settings| settings.display = display)
    }

    pub(crate) fn print_settings(&self) -> &PrintSettings {
        &self.settings.printing
    }

    /// Changes a setting at once; an error says only that it will not be remembered.
    pub(crate) fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) -> Result<(), CounterError> {
        change(&mut self.settings);
        if self.settings_problem.is_some() {
            return Err(CounterError::SettingsKept);
        }
        self.settings_file.save(&self.settings)
    }

    /// What the officer should know of the pack: there is none yet, or its time is over.
    fn pack_problem(&self) -> Option<Problem> {
        if self.city.pack.is_none() {
            return Some(Problem::from(&CounterError::NoPack));
        }
        let what = self.pack_warning.clone()?;
        let todo = "仕事は続けられます。手続パックの監督者に知らせてください。".into();
        Some(Problem { code: "PACK-43".into(), what, todo })
    }

    /// What happened to a case, as the next events of it: all are kept, or none.
    pub(crate) fn record(
        &mut self,
        id: CaseId,
        kinds: impl IntoIterator<Item = EventKind>,
    ) -> Result<Case, CounterError> {
        let mut case = self.cases.get(id)?;
        let mut events: Vec<Event> = Vec::new();
        for kind in kinds {
            let event = case.next(EventId::new(self.clock.new_id()), self.me.clone(), self.clock.now(), kind);
            case.apply(&event)?;
            events.push(event);
        }
        if events.is_empty() { Ok(case) } else { self.cases.append(&events) }
    }

    /// Writes down who did what beyond what the case's own events tell.
    pub(crate) fn audit(&mut self, act: AuditAct, case: Option<CaseId>) -> Result<(), CounterError> {
        self.cases.audit(audit_entry(&self.me, self.clock.now(), act, case))
    }

    pub(crate) fn today(&self) -> Date {
        office_time::day(self.clock.now())
    }

    /// The rules for a case: those of its life event, on the day it is judged.
    pub(crate) fn book(&self, case: &Case) -> Result<Arc<Rulebook>, CounterError> {
        let city = self.city_of(case)?;
        let version = city.version().map_or(0, |version| version.version);
        let key = (case.life_event.as_str().to_owned(), self.today(), version);
        if let Some(book) = self.books.borrow().get(&key) {
            return Ok(book.clone());
        }
        let pack = city.pack.clone().ok_or(CounterError::NoPack)?;
        let book = Rulebook::new(&pack, &key.0, key.1).map_err(|_| CounterError::UnknownLifeEvent)?;
        let book = Arc::new(book);
        let mut books = self.books.borrow_mut();
        // Yesterday's are not asked for again.
        books.retain(|(_, day, _), _| *day == key.1);
        books.insert(key, book.clone());
        Ok(book)
    }
}
