//! 職員: what one person does all day, by dice: opens cases, reads cards, asks, sends inquiries, ticks procedures off, makes
//! papers, prints, hands over, takes over, closes; or, at a department, answers; or, where nobody watches, reads what is
//! nobody's business.

use madoka_casework::{CaseId, GuideOn, Outcome};
use madoka_counter::bookings::{Diary as _, Opening, ServerDiary, take};
use madoka_counter::inquiries::{Departments, ReplyGiven};
use madoka_counter::printing::PrintWhat;
use madoka_counter::view::{CaseRow, CaseState};
use madoka_counter::visit::{AnswerKind, Given, MarkGiven, Place, QuestionCard, RowVerdict, VisitStep};
use madoka_counter::{Counter, CounterError};
use madoka_facts::{Household, Source};
use madoka_forms::guide::Language;
use madoka_forms::print::PrinterUri;
use madoka_qr::Collection;
use madoka_server::testing::Dice;
use madoka_sync::terminal::{Ask, Method};
use madoka_sync::wire::bookings::{BookingId, Given as Said, NewBooking, PLANS, Plan};
use madoka_text::Personal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::people::{self, Family};
use super::reading::{self, Read};
use super::scanning::Scanner;
use super::terminal::{COLLEAGUES, Desk, READER, Spoken, say};
use crate::terminal::take_facts;

/// How far the work on the case at hand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Reading,
    Facts,
    Asking(u8),
    Inquiring,
    Choosing,
    Papers,
    Guiding,
    Closing,
}

struct AtHand {
    case: CaseId,
    stage: Stage,
    family: Option<Family>,
}

pub(super) struct Officer {
    desk: Desk,
    pub(super) dice: Dice,
    staff: String,
    first: String,
    printer: Option<PrinterUri>,
    scenarios: Vec<(String, Value)>,
    spoken: Spoken,
    at_hand: Option<AtHand>,
    booked: Vec<BookingId>,
    planned: bool,
    scanner: Option<Scanner>,
    /// The outbox up to here was said to have been kept.
    said: u64,
}

/// Slots on every day of the run, for as many as may come.
fn plan(days: &[String]) -> Value {
    let starts: Vec<String> =
        (8..18).flat_map(|hour| [0, 30].map(|minute| format!("{hour:02}:{minute:02}:00"))).collect();
    json!({
        "office": "okuyami", "name": "おくやみコーナー", "revision": 0, "minutes": 30, "seats": 9,
        "hours": [{ "weekdays": [1, 2, 3, 4, 5, 6, 7], "starts": starts }],
        "open": days, "ahead": 60, "until": { "open_days_before": 0, "at": "23:59:00" },
        "consent": { "version": 1, "text": "伺ったことを、手続きの準備に使うことに同意します。" }
    })
}

impl Officer {
    pub(super) fn new(
        desk: Desk,
        dice: Dice,
        staff: String,
        first: String,
        printer: Option<PrinterUri>,
    ) -> Self {
        let mut officer = Self {
            desk,
            dice,
            staff,
            first,
            printer,
            scenarios: people::scenarios(),
            spoken: Spoken::default(),
            at_hand: None,
            booked: Vec::new(),
            planned: false,
            scanner: Scanner::beside(),
            said: 0,
        };
        officer.said = officer.end_of_outbox();
        officer
    }

    /// Signed in once, with a pack to work by.
    pub(super) fn is_ready(&mut self) -> bool {
        if let Err(error) = self.desk.sign_in(&self.staff, &self.first) {
            say(&format!("refused {} sign_in", error.code()));
            return false;
        }
        let brought = self.desk.link.bring_packs(&self.desk.borrowed());
        let _ = self.desk.counter().turn_to_pack();
        brought.is_ok() && self.desk.counter().start().pack.is_some()
    }

    fn end_of_outbox(&self) -> u64 {
        let mut end = 0;
        let _ = self.desk.counter().lend(&mut |store| {
            end = store
                .outbox_after(0, usize::MAX, usize::MAX)
                .ok()
                .and_then(|all| Some(all.last()?.0))
                .unwrap_or(0);
        });
        end
    }

    /// One use case. What stands on the disk when it answers was promised to the officer.
    fn does<T>(
        &mut self,
        what: &str,
        work: impl FnOnce(&mut Counter) -> Result<T, CounterError>,
    ) -> Option<T> {
        let mut kept = Vec::new();
        let done = {
            let mut counter = self.desk.counter.lock().unwrap();
            let done = work(&mut counter);
            if done.is_ok() {
                let after = self.said;
                let _ = counter.lend(&mut |store| {
                    kept = store.outbox_after(after, usize::MAX, usize::MAX).unwrap_or_default();
                });
            }
            done
        };
        if let Some((place, _)) = kept.last() {
            self.said = *place;
            for (_, event) in &kept {
                say(&format!("kept {}", event.id));
            }
            self.desk.link.nudge();
        }
        match done {
            Ok(done) => {
                say(&format!("did {what}"));
                Some(done)
            }
            Err(error) => {
                say(&format!("refused {} {what}", error.code()));
                None
            }
        }
    }

    /// What asks the server itself: nothing of it is kept here.
    fn asks<T>(&mut self, what: &str, ask: impl FnOnce(&Desk) -> Result<T, CounterError>) -> Option<T> {
        match ask(&self.desk) {
            Ok(done) => {
                say(&format!("did {what}"));
                Some(done)
            }
            Err(error) => {
                // The server knows nobody here any more: signed in anew at the next touch.
                if matches!(error.code(), "STAFF-07" | "SRV-23" | "SRV-24") {
                    let _ = self.desk.sign_in(&self.staff, "");
                }
                say(&format!("refused {} {what}", error.code()));
                None
            }
        }
    }

    /// At most so many pages more, or as many as the disk holds.
    pub(super) fn fill_disk(&self, pages: Option<u32>) {
        let _ = self.desk.counter().lend(&mut |store| drop(store.limit_pages(pages)));
    }

    /// The end of the day: whoever is still here is let go to whoever comes tomorrow.
    pub(super) fn settle(&mut self) {
        if self.desk.work != "department" && self.is_at_work() {
            self.does("settled", |counter| counter.reception().map(drop));
        }
    }

    fn is_at_work(&mut self) -> bool {
        if self.desk.counter().at_work().is_ok() {
            return true;
        }
        match self.desk.sign_in(&self.staff, &self.first) {
            Ok(()) => say("did signed_in"),
            Err(error) => say(&format!("refused {} sign_in", error.code())),
        }
        self.desk.counter().at_work().is_ok()
    }

    pub(super) fn act(&mut self) {
        if !self.is_at_work() {
            return;
        }
        match self.desk.work.as_str() {
            "department" => self.answer_an_inquiry(),
            "supervisor" => self.be_curious(),
            _ => self.serve(),
        }
    }

    fn rows(&mut self) -> Vec<CaseRow> {
        self.does("looked_at_the_list", |counter| counter.reception())
            .map(|shown| shown.cases)
            .unwrap_or_default()
    }

    fn one_of(&mut self, which: impl Fn(&CaseRow) -> bool) -> Option<CaseId> {
        let rows = self.rows();
        let of: Vec<&CaseRow> = rows.iter().filter(|row| which(row)).collect();
        self.dice.of(&of)?.id.parse().ok()
    }

    /// 関係課
    fn answer_an_inquiry(&mut self) {
        let Some(lines) = self.asks("saw_the_queue", |desk| Departments(&desk.link).queue(false)) else {
            return;
        };
        let Some(line) = self.dice.of(&lines) else { return };
        let inquiry = line.id;
        let Some(sheet) = self.asks("saw_a_sheet", |desk| Departments(&desk.link).sheet(inquiry)) else {
            return;
        };
        let _ = self.desk.counter().sheet_shown(&sheet);
        let answer = ["applies", "applies", "does_not_apply", "ask_there"][self.dice.below(4)];
        let here = answer == "applies" && self.dice.one_in(2);
        let given: ReplyGiven = serde_json::from_value(json!({
            "answer": answer, "here": here, "words": "台帳で確かめました。", "money": null, "yen": null,
            "bring": if here { "" } else { "通帳" }, "call": "担当 内線1234", "procedure": null,
        }))
        .unwrap();
        let replied = self.asks("replied", |desk| {
            let reply = desk.counter().new_reply(&given)?;
            Departments(&desk.link).reply(inquiry, &reply)
        });
        if replied.is_some() {
            say(&format!("replied {inquiry}"));
        }
    }

    /// 監督者: opens the book of bookings in the morning, and then reads case after case without a reason.
    fn be_curious(&mut self) {
        if !self.planned {
            let april = super::hours::next_april();
            let days: Vec<String> = (-1..5)
                .map(|ahead| april.checked_add(jiff::Span::new().days(ahead)).unwrap().to_string())
                .collect();
            let plan: Plan = serde_json::from_value(plan(&days)).unwrap();
            self.planned = self
                .asks("planned", |desk| {
                    let session = desk.link.session()?;
                    let ask = Ask::new(Method::PUT, PLANS).json(&plan)?.by(Some(&session));
                    Ok(desk.link.line().ask::<Plan>(ask)?)
                })
                .is_some();
            return;
        }
        let Some(case) = self.one_of(|_| true) else { return };
        self.does("read_without_a_reason", |counter| counter.looked_at(case).map(drop));
    }

    fn serve(&mut self) {
        if let Some(scanner) = &mut self.scanner {
            scanner.begin(&self.desk, &mut self.dice);
        }
        let Some(AtHand { case, .. }) = self.at_hand else { return self.begin_something() };
        match self.dice.below(60) {
            0 => {
                self.does("laid_aside", |counter| counter.lay_aside(case));
                self.at_hand = None;
            }
            1 => {
                self.does("released", |counter| counter.release(case, None));
                self.at_hand = None;
            }
            2 => self.hand_over(case),
            3 | 4 => {
                let word = format!("ひかえ{:06}", self.dice.below(1_000_000));
                self.spoken.say([word.clone()]);
                self.does("noted", |counter| counter.note(case, &Personal::new(word)).map(drop));
            }
            5 => {
                self.does("undone", |counter| counter.undo(case).map(drop));
            }
            6 => {
                let (name, _) = people::name(&mut self.dice);
                self.does("searched", |counter| counter.search(&Personal::new(name)).map(drop));
            }
            7 => {
                let word = format!("うちかけ{:06}", self.dice.below(1_000_000));
                self.spoken.say([word.clone()]);
                self.does("half_typed", |counter| counter.keep_draft(case, "memo", &Personal::new(word)));
            }
            8 => {
                let text = reading::hostile_code(&mut self.dice);
                self.does("hostile_code", |counter| {
                    counter.scan(&Personal::new(text), &mut Collection::default()).map(drop)
                });
            }
            9 => match reading::hostile_card(&mut self.dice) {
                Read::Facts(_) => say("did hostile_card_read"),
                _ => say("did hostile_card"),
            },
            10 => match &mut self.scanner {
                Some(scanner) => scanner.hostile(&self.desk, &mut self.dice),
                None => self.go_on(),
            },
            11 => self.take_over(),
            _ => self.go_on(),
        }
    }

    fn hand_over(&mut self, case: CaseId) {
        let colleagues = std::env::var(COLLEAGUES).unwrap_or_default();
        let colleagues: Vec<(&str, &str)> =
            colleagues.split(' ').filter_map(|one| one.split_once('@')).collect();
        let Some((staff, terminal)) = self.dice.of(&colleagues).copied() else { return };
        let note = Personal::new("続きをお願いします。".to_owned());
        if self.does("handed_over", |counter| counter.hand_over(case, staff, terminal, Some(&note))).is_some()
        {
            self.at_hand = None;
        }
    }

    /// 二人の職員: somebody else is at it, perhaps at this very moment, perhaps with the cable out.
    fn take_over(&mut self) {
        let others = |row: &CaseRow| {
            row.state == CaseState::InHand && row.owner.as_ref().is_some_and(|owner| !owner.here)
        };
        let Some(case) = self.one_of(others) else { return };
        let reason = Personal::new("担当が席を外しているため".to_owned());
        if self.does("taken_over", |counter| counter.take_over(case, &reason).map(drop)).is_some() {
            self.at_hand = Some(AtHand { case, stage: Stage::Choosing, family: None });
        }
    }

    fn begin_something(&mut self) {
        let corner = self.desk.work == "corner";
        match self.dice.below(12) {
            0 if corner => return self.book(),
            1 if corner && !self.booked.is_empty() => return self.open_booked(),
            2 => return self.take_over(),
            3..6 => {
                let waiting = |row: &CaseRow| {
                    row.state == CaseState::Waiting
                        || (row.state == CaseState::InHand
                            && row.owner.as_ref().is_some_and(|owner| owner.here))
                };
                if let Some(case) = self.one_of(waiting) {
                    self.at_hand = Some(AtHand { case, stage: Stage::Reading, family: None });
                    return;
                }
            }
            _ => {}
        }
        let family = people::next(&mut self.dice, &self.scenarios);
        self.spoken.say(family.words.clone());
        let event = family.event.clone();
        if let Some(row) = self.does("opened", |counter| counter.open_case(&event, None)) {
            let case = row.id.parse().unwrap();
            self.at_hand = Some(AtHand { case, stage: Stage::Reading, family: Some(family) });
        }
    }

    fn book(&mut self) {
        let (name, _) = people::name(&mut self.dice);
        let phone = people::phone(&mut self.dice);
        self.spoken.say([name.clone(), phone.clone()]);
        let ahead = i64::try_from(1 + self.dice.below(3)).unwrap();
        let day = super::hours::next_april().checked_add(jiff::Span::new().days(ahead)).unwrap();
        let start = format!("{day}T{:02}:{:02}:00", 8 + self.dice.below(10), 30 * self.dice.below(2));
        let new = NewBooking {
            id: BookingId::new(Uuid::now_v7()),
            office: "okuyami".parse().unwrap(),
            life_event: "death".parse().unwrap(),
            start: start.parse().unwrap(),
            walk_in: false,
            given: Said { name, phone, answers: json!({ "facts": {} }), note: None },
            consent: Some(1),
        };
        if let Some(booking) = self.asks("booked", |desk| ServerDiary::new(&desk.link)?.make(&new)) {
            self.booked.push(booking.row.id);
        }
    }

    fn open_booked(&mut self) {
        let Some(id) = self.booked.pop() else { return };
        let opened = self.asks("asked_for_booking", |desk| {
            let mut diary = ServerDiary::new(&desk.link)?;
            let booking = diary.one(id)?;
            let opening = desk.counter().opening(&booking)?;
            let booking = match opening {
                Opening::New(case) => take(&mut diary, &booking, case)?,
                Opening::Here(_) => booking,
            };
            Ok((booking, opening))
        });
        let case = match opened {
            Some((_, Opening::Here(case))) => Some(case),
            Some((booking, Opening::New(case))) => {
                self.does("opened_booked", |counter| counter.open_booked(&booking, case))
            }
            None => None,
        };
        if let Some(case) = case {
            self.does("arrived", |counter| counter.arrived(case));
            self.at_hand = Some(AtHand { case, stage: Stage::Reading, family: None });
        }
    }

    /// The next step of the visit.
    fn go_on(&mut self) {
        let Some(at) = self.at_hand.take() else { return };
        let AtHand { case, stage, mut family } = at;
        let next = match stage {
            Stage::Reading => self.read(case),
            Stage::Facts => self.take_facts(case, family.as_mut()),
            Stage::Asking(left) => self.ask(case, left),
            Stage::Inquiring => {
                if self.dice.one_in(2) {
                    self.does("inquired", |counter| counter.send_inquiries(case, None).map(drop));
                }
                Some(Stage::Choosing)
            }
            Stage::Choosing => self.choose(case),
            Stage::Papers => self.papers(case),
            Stage::Guiding => self.guide(case),
            Stage::Closing => {
                self.does("closed", |counter| counter.close(case, Outcome::Completed));
                None
            }
        };
        self.at_hand = next.map(|stage| AtHand { case, stage, family });
    }

    fn read(&mut self, case: CaseId) -> Option<Stage> {
        let visit = self.does("began", |counter| counter.begin(case, VisitStep::Reading))?;
        if !visit.mine {
            return None;
        }
        if self.dice.one_in(2) {
            match reading::my_number(&mut self.dice) {
                Read::Facts(read) => {
                    let person = if visit.family.is_some() { "visitor" } else { "applicant" };
                    self.does("card_taken", |counter| counter.take_card(case, person, &read).map(drop));
                }
                Read::Pulled => {
                    say("did card_pulled");
                    return Some(Stage::Reading);
                }
                Read::Refused => say("did card_refused"),
            }
        }
        Some(Stage::Facts)
    }

    /// A resident put a card into the reader of this desk.
    pub(super) fn real_card(&mut self, resident: &str) {
        if !self.is_at_work() {
            return;
        }
        let case = self.at_hand.as_ref().map(|at| at.case);
        match reading::in_reader(&std::env::var(READER).unwrap(), resident) {
            Read::Facts(read) => match case {
                Some(case) => {
                    self.does("real_card_taken", |counter| {
                        counter.take_card(case, "visitor", &read).map(drop)
                    });
                }
                None => say("did real_card_read"),
            },
            Read::Pulled => say("did real_card_pulled"),
            Read::Refused => say("did real_card_refused"),
        }
    }

    fn take_facts(&mut self, case: CaseId, family: Option<&mut Family>) -> Option<Stage> {
        self.does("began", |counter| counter.begin(case, VisitStep::Asking))?;
        let Some(family) = family else { return Some(Stage::Asking(6)) };
        let facts = family.facts.clone();
        self.does("facts", |counter| take_facts(counter, case, &facts))?;
        for (fact, text) in std::mem::take(&mut family.typed) {
            self.does("typed", |counter| {
                counter.answer(case, &fact, &Given::Text(text), Source::Staff).map(drop)
            });
        }
        Some(Stage::Asking(8))
    }

    /// A few questions that the city still asks.
    fn ask(&mut self, case: CaseId, left: u8) -> Option<Stage> {
        let visit = self.does("visit", |counter| counter.visit(case))?;
        let now = visit.interview.now.map(|screen| screen.questions).unwrap_or_default();
        let questions: Vec<QuestionCard> = now.into_iter().chain(visit.interview.details).take(3).collect();
        if left == 0 || questions.is_empty() {
            return Some(Stage::Inquiring);
        }
        for question in questions {
            if matches!(question.answer, AnswerKind::Household) {
                self.does("household", |counter| counter.household(case, Household::Complete).map(drop));
                continue;
            }
            let given = self.given(&question);
            self.does("answered", |counter| {
                counter.answer(case, &question.fact, &given, Source::Resident).map(drop)
            });
        }
        Some(Stage::Asking(left - 1))
    }

    fn given(&mut self, question: &QuestionCard) -> Given {
        if self.dice.one_in(5) {
            return Given::Unknown;
        }
        match &question.answer {
            AnswerKind::YesNo if self.dice.one_in(2) => Given::Yes,
            AnswerKind::YesNo => Given::No,
            AnswerKind::Choice { options } => {
                Given::Choice(options[self.dice.below(options.len())].id.clone())
            }
            AnswerKind::Choices { options } => {
                Given::Choices(vec![options[self.dice.below(options.len())].id.clone()])
            }
            AnswerKind::Number { min, max, .. } => {
                let wide = usize::try_from((max - min).clamp(0, 9)).unwrap();
                Given::Number(min + i64::try_from(self.dice.below(wide + 1)).unwrap())
            }
            AnswerKind::Date => Given::Text("令和9年3月15日".to_owned()),
            AnswerKind::Household => Given::Unknown,
            AnswerKind::Text => {
                let end = question.fact.rsplit('.').next().unwrap_or_default();
                let text = match end {
                    "phone" => people::phone(&mut self.dice),
                    "postal_code" => return Given::Text("999-8765".to_owned()),
                    "name" | "former_name" | "common_name" => people::name(&mut self.dice).0,
                    "name_kana" => people::name(&mut self.dice).1,
                    _ => people::address(&mut self.dice),
                };
                self.spoken.say([text.clone()]);
                Given::Text(text)
            }
        }
    }

    fn choose(&mut self, case: CaseId) -> Option<Stage> {
        let visit = self.does("began", |counter| counter.begin(case, VisitStep::Choosing))?;
        if !visit.mine {
            return None;
        }
        let rows: Vec<_> = visit
            .procedures
            .rows
            .into_iter()
            .filter(|row| row.verdict == RowVerdict::Needed && row.mark.is_none())
            .collect();
        for row in rows.into_iter().take(6) {
            let mark = if row.place == Place::Here {
                MarkGiven::Done { reason: None }
            } else {
                MarkGiven::Later { reason: None }
            };
            // Half stay open, so that there is something to fill in.
            if self.dice.one_in(2) {
                self.does("marked", |counter| {
                    counter.mark(case, &row.id, &row.subject, Some(&mark)).map(drop)
                });
            }
        }
        Some(Stage::Papers)
    }

    fn papers(&mut self, case: CaseId) -> Option<Stage> {
        self.does("began", |counter| counter.begin(case, VisitStep::Filling))?;
        if self.dice.one_in(3) {
            let making = self.does("making", |counter| counter.making(case, None))?;
            // As in the window: the pages are made beside the counter.
            match making.bundle() {
                Ok(made) => say(&format!("papers {}", made.bundle.pages())),
                Err(error) => say(&format!("refused {} papers", error.code())),
            }
        }
        if let Some(printer) = self.printer.clone()
            && self.dice.one_in(3)
        {
            self.does("placed_papers", |counter| {
                counter.place_papers(case, &PrintWhat::All, &printer).map(drop)
            });
        }
        Some(Stage::Guiding)
    }

    fn guide(&mut self, case: CaseId) -> Option<Stage> {
        self.does("began", |counter| counter.begin(case, VisitStep::Guiding))?;
        match self.printer.clone() {
            Some(printer) if self.dice.one_in(3) => {
                self.does("placed_guide", |counter| {
                    counter.place_guide(case, Language::Ja, &printer).map(drop)
                });
            }
            _ if self.dice.one_in(2) => {
                let made = self.does("guide", |counter| counter.guide(case, Language::Ja));
                assert!(made.is_none_or(|pdf| pdf.starts_with(b"%PDF")));
            }
            _ => {
                self.does("take_away", |counter| counter.take_away(case, Language::Easy).map(drop));
                self.does("guide_given", |counter| {
                    counter.guide_given(case, Language::Easy, GuideOn::Code).map(drop)
                });
            }
        }
        Some(Stage::Closing)
    }
}
