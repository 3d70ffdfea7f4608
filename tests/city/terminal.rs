//! One terminal in a process of its own: the counter's use cases, told by lines on its standard input, each answered by one
//! line on its standard output.

use std::fs;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use madoka_casework::{CaseId, InquiryId, Outcome};
use madoka_counter::bookings::{
    Corner, Diary as _, EntryGiven, Opening, ServerDiary, take, tell_openings, unreachable,
};
use madoka_counter::inquiries::{Departments, ReplyGiven};
use madoka_counter::office::{Link, enrol};
use madoka_counter::printing::{PrintWhat, advance_printing};
use madoka_counter::statistics::{MissedGiven, ServerFigures, StatisticsAsk, Told};
use madoka_counter::visit::{Given, MarkGiven, VisitStep};
use madoka_counter::{Clock, Counter, CounterError, TakenIn};
use madoka_facts::{Answer, CaseFacts, Household, JsonProblem, Source, Statement};
use madoka_forms::guide::Language;
use madoka_store::Store;
use madoka_sync::terminal::{Ask, Lend, Listener, Method, SyncError};
use madoka_sync::wire::bookings::{Act, BookingId, Given as Said, NewBooking, PLANS, Plan};
use madoka_text::Secret;
use serde_json::{Value, json};
use uuid::Uuid;

/// Where its data lies, in the environment.
pub(crate) const AT: &str = "MADOKA_CITY_TERMINAL";

/// The machine's clock, put forward as the test says.
#[derive(Clone, Default)]
struct Wound(Arc<AtomicI64>);

impl Clock for Wound {
    fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[derive(Clone)]
struct Borrowed(Arc<Mutex<Counter>>);

impl Lend for Borrowed {
    fn lend(&self, work: &mut dyn FnMut(&mut Store)) -> Result<(), SyncError> {
        self.0.lock().unwrap().lend(work).map_err(|_| SyncError::Start("データベース"))
    }
}

struct Quiet;

impl Listener for Quiet {}

struct Terminal {
    counter: Arc<Mutex<Counter>>,
    link: Link,
    clock: Wound,
}

/// Works until nobody tells it anything any more.
pub(crate) fn work(data: &Path) {
    let clock = Wound::default();
    let counter = if Counter::is_enrolled(data) {
        Counter::office(data, clock.clone()).unwrap()
    } else {
        let invitation = fs::read_to_string(data.join("invitation.json")).unwrap();
        Counter::enrol(data, clock.clone(), &enrol(&invitation).unwrap()).unwrap()
    };
    let identity = counter.identity().cloned().unwrap();
    let counter = Arc::new(Mutex::new(counter));
    let link = Link::open(&identity, Borrowed(counter.clone()), Quiet).unwrap();
    let mut terminal = Terminal { counter, link, clock };
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let ask: Value = serde_json::from_str(&line).unwrap();
        let answer = match terminal.does(&ask) {
            Ok(done) => json!({ "ok": done }),
            Err(error) => json!({ "refused": error.code(), "what": error.to_string() }),
        };
        let mut out = std::io::stdout().lock();
        if writeln!(out, "\n@{answer}").and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

fn text<'a>(ask: &'a Value, key: &str) -> &'a str {
    ask[key].as_str().unwrap_or_default()
}

fn of<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

fn shown(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

impl Terminal {
    fn case(ask: &Value) -> CaseId {
        text(ask, "case").parse().unwrap()
    }

    fn does(&mut self, ask: &Value) -> Result<Value, CounterError> {
        let written = self.counter().written();
        let answer = match text(ask, "do") {
            // What waits for the line or the printer has the counter only for moments, as the window does: sync works on
            // the same database meanwhile.
            "sign_in" | "packs" | "report" | "print" => self.waits(ask),
            "queue" | "sheet" | "reply" | "statistics" => self.asks_server(ask),
            "plan" | "book" | "book_by_phone" | "booking" | "open_booking" | "days" | "change" => {
                self.booking(ask)
            }
            "pass" | "wind" => {
                let seconds = ask["seconds"].as_i64().unwrap();
                if text(ask, "do") == "pass" {
                    self.clock.0.fetch_add(seconds, Ordering::Relaxed);
                } else {
                    self.clock.0.store(seconds, Ordering::Relaxed);
                }
                Ok(Value::Null)
            }
            "state" => Ok(shown(&self.link.view())),
            "try_now" => {
                self.link.try_now();
                Ok(Value::Null)
            }
            what => Self::on_case(&mut self.counter(), what, ask),
        };
        if self.counter().written() != written {
            self.link.nudge();
        }
        answer
    }

    fn counter(&self) -> std::sync::MutexGuard<'_, Counter> {
        self.counter.lock().unwrap()
    }

    fn waits(&mut self, ask: &Value) -> Result<Value, CounterError> {
        match text(ask, "do") {
            "sign_in" => {
                let (staff, first, own) = (text(ask, "staff"), text(ask, "first"), text(ask, "own"));
                if !first.is_empty() {
                    let first = Secret::new(first.to_owned());
                    self.link.sign_in(staff, &first)?;
                    self.link.change_password(&first, &Secret::new(own.to_owned()))?;
                }
                let own = Secret::new(own.to_owned());
                let who = self.link.sign_in(staff, &own)?;
                self.counter.lock().unwrap().admit(&who, &own)?;
                Ok(Value::Null)
            }
            "packs" => {
                self.link.bring_packs(&Borrowed(self.counter.clone()))?;
                let mut counter = self.counter.lock().unwrap();
                counter.turn_to_pack()?;
                Ok(json!(counter.start().pack))
            }
            "report" => {
                self.link.report(&Borrowed(self.counter.clone()))?;
                Ok(Value::Null)
            }
            _ => {
                let printer = text(ask, "printer").parse().unwrap();
                let case = Self::case(ask);
                {
                    let mut counter = self.counter.lock().unwrap();
                    if ask["guide"] == true {
                        counter.place_guide(case, Language::Ja, &printer)?;
                    } else {
                        counter.place_papers(case, &PrintWhat::All, &printer)?;
                    }
                }
                while advance_printing(&*self.counter)? {
                    std::thread::sleep(Duration::from_millis(100));
                }
                self.link.nudge();
                Ok(Value::Null)
            }
        }
    }

    fn asks_server(&self, ask: &Value) -> Result<Value, CounterError> {
        match text(ask, "do") {
            "queue" => {
                let lines = Departments(&self.link).queue(ask["answered"] == true)?;
                Ok(shown(&self.counter().queue_shown(&lines)))
            }
            "sheet" => {
                let sheet = Departments(&self.link).sheet(text(ask, "inquiry").parse().unwrap())?;
                Ok(shown(&self.counter().sheet_shown(&sheet)?))
            }
            "reply" => {
                let inquiry: InquiryId = text(ask, "inquiry").parse().unwrap();
                let reply = self.counter().new_reply(&of::<ReplyGiven>(&ask["reply"]))?;
                let sheet = Departments(&self.link).reply(inquiry, &reply)?;
                Ok(shown(&self.counter().sheet_shown(&sheet)?))
            }
            _ => {
                let told =
                    Told::ask(&of::<StatisticsAsk>(&ask["ask"]), &mut ServerFigures::new(&self.link)?)?;
                let view = self.counter().statistics_shown(&told)?;
                if let Some(path) = ask["csv"].as_str() {
                    fs::write(path, view.csv()).unwrap();
                }
                Ok(shown(&view))
            }
        }
    }

    fn booking(&self, ask: &Value) -> Result<Value, CounterError> {
        match text(ask, "do") {
            "plan" => {
                let session = self.link.session()?;
                let plan: Plan = of(&ask["plan"]);
                let put: Plan =
                    self.link.line().ask(Ask::new(Method::PUT, PLANS).json(&plan)?.by(Some(&session)))?;
                Ok(shown(&put))
            }
            // Everything at once, as the book takes it.
            "book" => {
                let new = NewBooking {
                    id: BookingId::new(Uuid::now_v7()),
                    office: "okuyami".parse().unwrap(),
                    life_event: "death".parse().unwrap(),
                    start: text(ask, "start").parse().unwrap(),
                    walk_in: false,
                    given: Said {
                        name: text(ask, "name").to_owned(),
                        phone: "0999-20-1111".to_owned(),
                        answers: ask["answers"].clone(),
                        note: None,
                    },
                    consent: Some(1),
                };
                Ok(shown(&ServerDiary::new(&self.link)?.make(&new)?.row))
            }
            // Ask by ask, as on the telephone.
            "book_by_phone" => {
                let mut diary = ServerDiary::new(&self.link)?;
                let plan = diary.plans()?.remove(0);
                let corner = Corner {
                    office: plan.office.to_string(),
                    name: plan.name.clone(),
                    minutes: plan.minutes,
                };
                let start = text(ask, "start").parse().unwrap();
                let mut counter = self.counter();
                counter.begin_booking(&corner, plan.consent, "death", start, false)?;
                counter.put_booking(&EntryGiven {
                    name: text(ask, "name").to_owned(),
                    phone: text(ask, "phone").to_owned(),
                    caller_visits: true,
                    note: text(ask, "note").to_owned(),
                    consented: true,
                })?;
                for answer in ask["answers"].as_array().unwrap() {
                    let given: Given = of(&answer["given"]);
                    counter.answer_booking(text(answer, "fact"), &given)?;
                }
                let to_make = counter.booking_to_make()?;
                drop(counter);
                let made = to_make.ask(&mut diary)?;
                let mut counter = self.counter();
                counter.booking_made()?;
                Ok(shown(&counter.booking_shown(&made)?))
            }
            "booking" => {
                let booking = ServerDiary::new(&self.link)?.one(text(ask, "booking").parse().unwrap())?;
                Ok(shown(&self.counter().booking_shown(&booking)?))
            }
            // As it was looked at, whoever changed it meanwhile.
            "change" => {
                let act = Act { revision: ask["revision"].as_u64().unwrap(), act: of(&ask["act"]) };
                let changed =
                    ServerDiary::new(&self.link)?.change(text(ask, "booking").parse().unwrap(), &act)?;
                Ok(shown(&self.counter().booking_shown(&changed)?))
            }
            "days" => self.days(),
            _ => {
                let case = self.opened(text(ask, "booking").parse().unwrap())?;
                if ask["arrived"] == true {
                    self.counter().arrived(case)?;
                }
                Ok(json!(case.to_string()))
            }
        }
    }

    /// The list, and what the book and the terminal owe each other.
    fn days(&self) -> Result<Value, CounterError> {
        let days = self.counter().booking_days();
        let told = ServerDiary::new(&self.link).and_then(|mut diary| diary.list(&days));
        let reached = told.is_ok();
        let list = self.counter().booking_list(told)?;
        if reached {
            let mut diary = ServerDiary::new(&self.link)?;
            let (untold, unknown) = {
                let counter = self.counter();
                (counter.untold_openings(), counter.bookings_to_know())
            };
            tell_openings(&mut diary, &untold)?;
            let whole = unknown.iter().map(|id| diary.one(*id)).collect::<Result<_, _>>()?;
            self.counter().know_bookings(whole)?;
        }
        Ok(shown(&list))
    }

    fn opened(&self, id: BookingId) -> Result<CaseId, CounterError> {
        let asked = ServerDiary::new(&self.link).and_then(|mut diary| diary.one(id));
        let booking = match asked {
            Ok(booking) => booking,
            Err(error) if unreachable(&error) => return self.counter().open_known(id),
            Err(error) => return Err(error),
        };
        let opening = self.counter().opening(&booking)?;
        match opening {
            Opening::Here(case) => Ok(case),
            Opening::New(case) => {
                let booking = take(&mut ServerDiary::new(&self.link)?, &booking, case)?;
                self.counter().open_booked(&booking, case)
            }
        }
    }

    fn on_case(counter: &mut Counter, what: &str, ask: &Value) -> Result<Value, CounterError> {
        match what {
            "open" => {
                let row = counter.open_case(text(ask, "life_event"), None)?;
                let case: CaseId = row.id.parse().unwrap();
                Ok(json!(case.to_string()))
            }
            "facts" => {
                let case = Self::case(ask);
                counter.begin(case, VisitStep::Asking)?;
                take_facts(counter, case, &ask["facts"])?;
                Ok(shown(&counter.visit(case)?))
            }
            "begin" => Ok(shown(&counter.begin(Self::case(ask), of::<VisitStep>(&ask["step"]))?)),
            "visit" => Ok(shown(&counter.visit(Self::case(ask))?)),
            "answer" => {
                let given: Given = of(&ask["given"]);
                Ok(shown(&counter.answer(Self::case(ask), text(ask, "fact"), &given, Source::Staff)?))
            }
            "ask_departments" => Ok(shown(&counter.send_inquiries(Self::case(ask), None)?)),
            "mark" => {
                let mark: MarkGiven = of(&ask["mark"]);
                let (procedure, subject) = (text(ask, "procedure"), text(ask, "subject"));
                Ok(shown(&counter.mark(Self::case(ask), procedure, subject, Some(&mark))?))
            }
            "settle_other" => Ok(shown(&counter.settle_other(
                Self::case(ask),
                text(ask, "other").parse().unwrap(),
                text(ask, "fact"),
                ask["theirs"] == true,
            )?)),
            "view_papers" => {
                let view = counter.making(Self::case(ask), None)?.press_for_screen()?.view;
                Ok(shown(&view))
            }
            "missed" => Ok(shown(&counter.missed(Self::case(ask), &of::<MissedGiven>(&ask["given"]))?)),
            "missed_cases" => Ok(shown(&counter.missed_cases()?)),
            "missed_scenario" => {
                counter.missed_scenario(Self::case(ask), text(ask, "procedure"), text(ask, "subject"))?;
                Ok(shown(&counter.draft_scenarios()?))
            }
            "papers" => {
                let bundle = counter.bundle(Self::case(ask))?;
                fs::write(text(ask, "path"), &bundle.bundle.pdf).unwrap();
                let forms: Vec<String> = bundle
                    .bundle
                    .parts
                    .iter()
                    .filter_map(|part| Some(part.form.as_ref()?.to_string()))
                    .collect();
                Ok(json!({ "forms": forms, "pages": bundle.bundle.pages() }))
            }
            "guide" => {
                fs::write(text(ask, "path"), counter.guide(Self::case(ask), Language::Ja)?).unwrap();
                Ok(Value::Null)
            }
            "arrive" => counter.arrived(Self::case(ask)).map(|()| Value::Null),
            "aside" => counter.lay_aside(Self::case(ask)).map(|()| Value::Null),
            "release" => counter.release(Self::case(ask), None).map(|()| Value::Null),
            "close" => counter.close(Self::case(ask), Outcome::Completed).map(|()| Value::Null),
            "board" => Ok(shown(&counter.board()?)),
            "afterwards" => Ok(shown(&counter.afterwards()?)),
            other => panic!("no such thing to do: {other}"),
        }
    }
}

/// What is said of a family, as if it had been asked one by one.
pub(crate) fn take_facts(counter: &mut Counter, case: CaseId, facts: &Value) -> Result<(), CounterError> {
    let vocabulary = counter.judged(case)?.book.pack().vocabulary.clone();
    let read = match CaseFacts::from_value(facts, &vocabulary, Source::Staff) {
        Ok(read) => read.facts,
        Err(problems) => {
            panic!("a scenario of the city cannot be read: {:?}", problems.first().map(JsonProblem::code))
        }
    };
    for _ in 0..read.members() {
        counter.add_member(case)?;
    }
    let said = read.answers().into_iter().filter_map(|(path, answer)| {
        let statement = match answer {
            Answer::Known(value) => Statement::known(value.clone(), Source::Staff),
            Answer::Unknown => Statement::unknown(Source::Staff),
            Answer::Unasked => return None,
        };
        Some(TakenIn { path, statement })
    });
    counter.take_in(case, said.collect())?;
    if read.household() != Household::Unasked {
        counter.household(case, read.household())?;
    }
    Ok(())
}
