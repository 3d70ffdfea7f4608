//! The counter itself: its city, its settings and today's cases.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use madoka_casework::{Case, CaseId, Event, EventKind, LifeEventId, State, Ticket};
use madoka_text::{Personal, to_full_width_kana, to_half_width, to_katakana};

use crate::CounterError;
use crate::city::City;
use crate::office_time;
use crate::settings::{Display, Settings, SettingsFile};
use crate::view::{
    CaseRow, CaseState, LifeEventTile, Problem, Reception, ResidentScreen, ResidentStage, Start, Texts,
};

/// One counter terminal (窓口端末) and everything an officer can ask of it.
///
/// In practice mode (練習) cases are kept in memory only: what is made up must never mix with what is real.
#[derive(Debug)]
pub struct Counter {
    city: City,
    /// Why the city's pack could not be read.
    city_problem: Option<CounterError>,
    settings: Settings,
    settings_file: SettingsFile,
    /// Why the saved settings could not be read; they are left as they are until a person has looked.
    settings_problem: Option<CounterError>,
    cases: BTreeMap<CaseId, Vec<Event>>,
    /// The case the resident's window shows.
    before_resident: Option<CaseId>,
}

impl Counter {
    /// A counter of the sample city, with made-up residents and nothing kept.
    ///
    /// Settings that cannot be read do not keep the counter closed: it starts with the first ones and says so.
    pub fn practice(data: &Path) -> Self {
        let settings_file = SettingsFile::within(data);
        let (settings, settings_problem) = match settings_file.load() {
            Ok(settings) => (settings, None),
            Err(error) => (Settings::default(), Some(error)),
        };
        let (city, city_problem) = match City::sample() {
            Ok(city) => (city, None),
            Err(error) => (City::default(), Some(error)),
        };
        Self {
            city,
            city_problem,
            settings,
            settings_file,
            settings_problem,
            cases: BTreeMap::new(),
            before_resident: None,
        }
    }

    pub fn start(&self) -> Start {
        Start {
            city: self.city.name.clone(),
            practice: true,
            version: env!("CARGO_PKG_VERSION").into(),
            display: self.settings.display,
            problem: self.city_problem.as_ref().or(self.settings_problem.as_ref()).map(Problem::from),
        }
    }

    /// 受付: opens a case. Without a ticket the resident gets the next free number of the day.
    pub fn open_case(
        &mut self,
        life_event: &str,
        ticket: Option<&str>,
        id: CaseId,
        now: Timestamp,
    ) -> Result<CaseRow, CounterError> {
        let life_event = &self.city.life_event(life_event).ok_or(CounterError::UnknownLifeEvent)?.id;
        let ticket = match ticket {
            Some(text) => Ticket::parse(text)?,
            None => Ticket::parse(&self.next_ticket(now))?,
        };
        if self.waiting_today(now).any(|(_, case)| case.ticket == ticket) {
            return Err(CounterError::TicketTaken);
        }
        let opened = EventKind::Opened { life_event: LifeEventId::new(life_event), ticket };
        let events = vec![Event { at: now, kind: opened }];
        let case = Case::fold(&events)?;
        let row = self.row(id, &case, now);
        self.cases.insert(id, events);
        self.before_resident = Some(id);
        tracing::info!(case = %id, life_event = case.life_event.as_str(), "case opened");
        Ok(row)
    }

    /// 取消: the case was opened by mistake.
    pub fn take_back(&mut self, id: CaseId, now: Timestamp) -> Result<(), CounterError> {
        self.append(id, Event { at: now, kind: EventKind::TakenBack })?;
        if self.before_resident == Some(id) {
            self.before_resident = None;
        }
        Ok(())
    }

    /// 取消を戻す
    pub fn restore(&mut self, id: CaseId, now: Timestamp) -> Result<(), CounterError> {
        let events = self.cases.get(&id).ok_or(CounterError::UnknownCase)?;
        let ticket = Case::fold(events)?.ticket;
        if self.waiting_today(now).any(|(other, case)| other != id && case.ticket == ticket) {
            return Err(CounterError::TicketTaken);
        }
        self.append(id, Event { at: now, kind: EventKind::Restored })
    }

    fn append(&mut self, id: CaseId, event: Event) -> Result<(), CounterError> {
        let events = self.cases.get_mut(&id).ok_or(CounterError::UnknownCase)?;
        Case::fold(events.iter().chain([&event]))?;
        events.push(event);
        Ok(())
    }

    /// 受付 screen: life events, and today's cases.
    pub fn reception(&self, now: Timestamp) -> Reception {
        Reception {
            life_events: self
                .city
                .life_events
                .iter()
                .map(|event| LifeEventTile {
                    id: event.id.clone(),
                    name: event.name.clone(),
                    hint: event.hint.clone(),
                })
                .collect(),
            next_ticket: self.next_ticket(now),
            cases: self.rows(now, |_| true),
        }
    }

    /// 検索: today's cases whose ticket number or life event contains every word given. What an officer searches for may
    /// be a name, so it is personal from the first.
    pub fn search(&self, query: &Personal<String>, now: Timestamp) -> Vec<CaseRow> {
        let words: Vec<String> = query.expose().split_whitespace().map(folded).collect();
        self.rows(now, |row| {
            let text = folded(&format!("{} {}", row.ticket, row.life_event.ja));
            words.iter().all(|word| text.contains(word))
        })
    }

    fn rows(&self, now: Timestamp, keep: impl Fn(&CaseRow) -> bool) -> Vec<CaseRow> {
        let mut cases: Vec<_> = self.today(now).collect();
        cases.sort_by_key(|(id, case)| (case.state == State::TakenBack, case.opened, *id));
        cases.into_iter().map(|(id, case)| self.row(id, &case, now)).filter(keep).collect()
    }

    fn today(&self, now: Timestamp) -> impl Iterator<Item = (CaseId, Case)> {
        let today = office_time::day(now);
        self.cases
            .iter()
            .filter_map(|(id, events)| Some((*id, Case::fold(events).ok()?)))
            .filter(move |(_, case)| office_time::day(case.opened) == today)
    }

    fn waiting_today(&self, now: Timestamp) -> impl Iterator<Item = (CaseId, Case)> {
        self.today(now).filter(|(_, case)| case.state == State::Waiting)
    }

    /// Follows the highest plain number of the day, as a ticket machine would, and skips any already given.
    fn next_ticket(&self, now: Timestamp) -> String {
        const MACHINE_MAX: u32 = 9_999;
        let given: Vec<u32> =
            self.today(now).filter_map(|(_, case)| case.ticket.as_str().parse().ok()).collect();
        let highest = given.iter().copied().filter(|number| *number < MACHINE_MAX).max().unwrap_or(0);
        let mut next = highest + 1;
        while given.contains(&next) {
            next += 1;
        }
        next.to_string()
    }

    fn row(&self, id: CaseId, case: &Case, now: Timestamp) -> CaseRow {
        CaseRow {
            id: id.to_string(),
            ticket: case.ticket.to_string(),
            life_event: self.name_of(&case.life_event),
            opened: office_time::clock(case.opened),
            waiting_minutes: case.waiting_minutes(now),
            state: match case.state {
                State::Waiting => CaseState::Waiting,
                State::TakenBack => CaseState::TakenBack,
            },
        }
    }

    fn name_of(&self, life_event: &LifeEventId) -> Texts {
        let id = life_event.as_str();
        match self.city.life_event(id) {
            Some(event) => event.name.clone(),
            // A newer pack may have dropped the event while the case is still open: show its id, lose nothing.
            None => Texts { ja: id.into(), easy: id.into(), en: id.into() },
        }
    }

    /// What the resident's window shows.
    pub fn resident_screen(&self) -> ResidentScreen {
        let shown = self.before_resident.and_then(|id| Case::fold(self.cases.get(&id)?).ok());
        let stage = shown.map_or(ResidentStage::Welcome, |case| ResidentStage::Received {
            ticket: case.ticket.to_string(),
            life_event: self.name_of(&case.life_event),
        });
        ResidentScreen { city: self.city.name.clone(), practice: true, stage }
    }

    /// The resident has left: their window welcomes the next one.
    pub fn welcome_next(&mut self) {
        self.before_resident = None;
    }

    /// Changes how this terminal looks, at once; an error says only that it will not be remembered.
    pub fn set_display(&mut self, display: Display) -> Result<(), CounterError> {
        self.settings = Settings { display };
        if self.settings_problem.is_some() {
            return Err(CounterError::SettingsKept);
        }
        self.settings_file.save(self.settings)
    }
}

/// Widths, letter case and the kind of kana do not matter when searching.
fn folded(text: &str) -> String {
    to_katakana(&to_full_width_kana(&to_half_width(text))).to_lowercase()
}
