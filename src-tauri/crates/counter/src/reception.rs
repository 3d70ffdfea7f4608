//! 受付: cases begin, wait, are found again.

use jiff::Timestamp;
use madoka_casework::{Case, CaseId, Event, EventId, EventKind, LifeEventId, State, Ticket};
use madoka_facts::{Answer, Value};
use madoka_qr::CaseNumber;
use madoka_store::AuditAct;
use madoka_text::{Personal, to_full_width_kana, to_half_width, to_katakana};

use crate::resident::Doing;
use crate::view::{CaseRow, CaseState, LifeEventTile, Reception, Texts};
use crate::{Counter, CounterError, office_time};

impl Counter {
    /// 受付: opens a case. Without a ticket the resident gets the next free number of the day.
    pub fn open_case(&mut self, life_event: &str, ticket: Option<&str>) -> Result<CaseRow, CounterError> {
        let id = CaseId::new(self.clock.new_id());
        self.open_case_as(id, life_event, ticket)
    }

    /// [`Self::open_case`] with an id that was given away before: to the book of bookings.
    pub(crate) fn open_case_as(
        &mut self,
        id: CaseId,
        life_event: &str,
        ticket: Option<&str>,
    ) -> Result<CaseRow, CounterError> {
        // Between cases: the day of another edition may have come.
        self.turn_to_pack()?;
        if self.city.pack.is_none() {
            return Err(CounterError::NoPack);
        }
        let city = std::sync::Arc::clone(&self.city);
        let life_event = &city.life_event(life_event).ok_or(CounterError::UnknownLifeEvent)?.id;
        let ticket = match ticket {
            Some(text) => Ticket::parse(text)?,
            None => Ticket::parse(&self.next_ticket()?)?,
        };
        if self.open_today()?.any(|case| case.ticket == ticket) {
            return Err(CounterError::TicketTaken);
        }
        let opened = EventKind::Opened {
            life_event: LifeEventId::parse(life_event).map_err(CounterError::Name)?,
            ticket,
            pack: self.city.version(),
            practice: self.practice,
        };
        let event =
            Event::opening(EventId::new(self.clock.new_id()), id, self.me.clone(), self.clock.now(), opened);
        let case = self.cases.append(&[event])?;
        let case = self.numbered(&case)?;
        self.resident.serve(id, Doing::Nothing);
        self.play_in(id)?;
        tracing::info!(case = %id, life_event = case.life_event.as_str(), "case opened");
        Ok(self.row(&case))
    }

    /// 案件番号: what stands on paper and is read out. A case without one can be worked on all the same.
    fn numbered(&mut self, case: &Case) -> Result<Case, CounterError> {
        let year = u8::try_from(office_time::day(case.opened).year() % 100).unwrap_or_default();
        let serial = self.cases.store_mut()?.next_serial()?;
        let number = CaseNumber::new(year, self.terminal_number(), serial)?;
        self.record(case.id, [EventKind::Numbered { number: number.value() }])
    }

    /// 取消: the case was opened by mistake.
    pub fn take_back(&mut self, id: CaseId) -> Result<(), CounterError> {
        self.record(id, [EventKind::TakenBack {}])?;
        self.resident.leave(id);
        self.forget_drafts(id)
    }

    /// 取消を戻す
    pub fn restore(&mut self, id: CaseId) -> Result<(), CounterError> {
        let ticket = self.cases.get(id)?.ticket;
        if self.open_today()?.any(|case| case.id != id && case.ticket == ticket) {
            return Err(CounterError::TicketTaken);
        }
        self.record(id, [EventKind::Restored {}]).map(|_| ())
    }

    /// 受付 screen: life events, and today's cases.
    pub fn reception(&self) -> Result<Reception, CounterError> {
        Ok(Reception {
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
            next_ticket: self.next_ticket()?,
            cases: self.rows(|_| true)?,
        })
    }

    /// 検索: today's cases whose ticket number or life event contains every word given, then cases of any day by name,
    /// kana, birth date or number. What an officer searches for may be a name, so it is personal from the first.
    pub fn search(&mut self, query: &Personal<String>) -> Result<Vec<CaseRow>, CounterError> {
        let words: Vec<String> = query.expose().split_whitespace().map(folded).collect();
        let mut rows = self.rows(|row| {
            let text = folded(&format!("{} {}", row.ticket, row.life_event.ja));
            words.iter().all(|word| text.contains(word))
        })?;
        if words.is_empty() {
            return Ok(rows);
        }
        for found in self.cases.find(query.expose())? {
            if rows.iter().all(|row| row.id != found.id.to_string()) {
                rows.push(self.row(&self.cases.get(found.id)?));
            }
        }
        self.audit(AuditAct::Searched, None)?;
        Ok(rows)
    }

    fn rows(&self, keep: impl Fn(&CaseRow) -> bool) -> Result<Vec<CaseRow>, CounterError> {
        let mut cases = self.cases.opened_on(self.today())?;
        let done = |case: &Case| match case.state() {
            State::Waiting | State::InHand => 0,
            State::Closed => 1,
            State::TakenBack => 2,
        };
        cases.sort_by_key(|case| (done(case), case.opened, case.id));
        Ok(cases.iter().map(|case| self.row(case)).filter(keep).collect())
    }

    fn open_today(&self) -> Result<impl Iterator<Item = Case>, CounterError> {
        let cases = self.cases.opened_on(self.today())?;
        Ok(cases.into_iter().filter(|case| matches!(case.state(), State::Waiting | State::InHand)))
    }

    /// Follows the highest plain number of the day, as a ticket machine would, and skips any already given.
    fn next_ticket(&self) -> Result<String, CounterError> {
        const MACHINE_MAX: u32 = 9_999;
        let given: Vec<u32> = self
            .cases
            .opened_on(self.today())?
            .iter()
            .filter_map(|case| case.ticket.as_str().parse().ok())
            .collect();
        let highest = given.iter().copied().filter(|number| *number < MACHINE_MAX).max().unwrap_or(0);
        let mut next = highest + 1;
        while given.contains(&next) {
            next += 1;
        }
        Ok(next.to_string())
    }

    pub(crate) fn row(&self, case: &Case) -> CaseRow {
        CaseRow {
            id: case.id.to_string(),
            ticket: case.ticket.to_string(),
            number: case
                .number()
                .and_then(CaseNumber::from_value)
                .map(|number| number.to_string())
                .unwrap_or_default(),
            life_event: self.name_of(&case.life_event),
            name: self.whose(case),
            owner: self.owner(case),
            opened: self.when(case.opened),
            waiting_minutes: case.waiting_minutes(self.clock.now()),
            state: match case.state() {
                State::Waiting => CaseState::Waiting,
                State::InHand => CaseState::InHand,
                State::Closed => CaseState::Closed,
                State::TakenBack => CaseState::TakenBack,
            },
        }
    }

    /// The name of whom the case is about: the first of its life event's persons who has one.
    fn whose(&self, case: &Case) -> String {
        let Some(pack) = &self.city.pack else { return String::new() };
        let facts = case.facts(&pack.vocabulary).facts;
        let event = pack.events.iter().find(|event| event.id.as_str() == case.life_event.as_str());
        let persons = event.map(|event| event.persons.as_slice()).unwrap_or_default();
        let name = |person: &madoka_facts::Id| {
            let path = format!("{person}.name").parse().ok()?;
            match facts.answer(&path) {
                Answer::Known(Value::Text(name)) => Some(name.clone()),
                _ => None,
            }
        };
        persons.iter().find_map(name).unwrap_or_default()
    }

    /// 「9:05」 today, 「11/19 9:05」 before.
    fn when(&self, at: Timestamp) -> String {
        let (day, clock) = (office_time::day(at), office_time::clock(at));
        if day == self.today() { clock } else { format!("{}/{} {clock}", day.month(), day.day()) }
    }

    fn name_of(&self, life_event: &LifeEventId) -> Texts {
        let id = life_event.as_str();
        match self.city.life_event(id) {
            Some(event) => event.name.clone(),
            // A newer pack may have dropped the event while the case is still open: show its id, lose nothing.
            None => Texts { ja: id.into(), easy: id.into(), en: id.into() },
        }
    }
}

/// 案件番号 as it is read out.
pub(crate) fn number_words(number: u64) -> String {
    CaseNumber::from_value(number).map(|number| number.to_string()).unwrap_or_default()
}

/// Widths, letter case and the kind of kana do not matter when searching.
fn folded(text: &str) -> String {
    to_katakana(&to_full_width_kana(&to_half_width(text))).to_lowercase()
}
