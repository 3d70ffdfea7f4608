//! An officer and a resident at one desk.

use madoka_casework::{CaseId, Step};
use madoka_counter::TakenIn;
use madoka_counter::papers::Signable;
use madoka_counter::resident::{ResidentSaid, ResidentStage};
use madoka_counter::view::Problem;
use madoka_counter::visit::{AnswerKind, Given};
use madoka_facts::{Household, Source, Statement, Value};

use crate::day::{Day, problem};

pub(crate) fn read(path: &str, value: &str, source: Source) -> TakenIn {
    let value =
        if path.ends_with("_date") { Value::parse_date(value).unwrap() } else { Value::Text(value.into()) };
    TakenIn { path: path.parse().unwrap(), statement: Statement::known(value, source) }
}

pub(crate) struct Desk {
    pub(crate) day: Day,
    pub(crate) case: CaseId,
}

impl Desk {
    /// 転入: a resident is here, and their card was read.
    pub(crate) fn with_card() -> Self {
        let mut day = Day::begin();
        let case = day.open("move_in", Some("27")).unwrap();
        day.counter.begin(case, Step::Reading).unwrap();
        let card = vec![
            read("applicant.name", "潮崎 健一", Source::Chip),
            read("applicant.birth_date", "1988-04-01", Source::Chip),
            read("applicant.address", "架空県みなと野市港町1丁目2番3号", Source::Ocr),
        ];
        day.counter.take_in(case, card).unwrap();
        Self { day, case }
    }

    /// A visit whose papers the city lets be signed on the screen.
    pub(crate) fn with_papers_to_sign() -> (Self, Signable) {
        for event in ["childcare", "disability", "birth", "move_in"] {
            let mut day = Day::begin();
            let case = day.open(event, None).unwrap();
            let mut desk = Self { day, case };
            desk.day.counter.begin(desk.case, Step::Filling).unwrap();
            desk.ask_everything();
            if let Some(place) = desk.day.counter.signable(desk.case).unwrap().first() {
                let place = place.clone();
                return (desk, place);
            }
        }
        panic!("画面で署名できる書類が、どのライフイベントにもない");
    }

    fn ask_everything(&mut self) {
        let mut visit = self.day.counter.visit(self.case).unwrap();
        let mut turns = 0;
        while let Some(screen) = visit.interview.now.clone() {
            turns += 1;
            assert!(turns < 200, "質問が終わりません");
            for question in &screen.questions {
                let given = match &question.answer {
                    AnswerKind::YesNo => Given::Yes,
                    AnswerKind::Choice { options } => Given::Choice(options[0].id.clone()),
                    AnswerKind::Choices { options } => Given::Choices(vec![options[0].id.clone()]),
                    AnswerKind::Date => Given::Text("2026-11-18".into()),
                    AnswerKind::Number { min, .. } => Given::Number(*min),
                    AnswerKind::Text => Given::Text("みなと野".into()),
                    AnswerKind::Household => {
                        visit = self.day.counter.household(self.case, Household::Complete).unwrap();
                        continue;
                    }
                };
                visit = self.day.counter.answer(self.case, &question.fact, &given, Source::Staff).unwrap();
            }
        }
    }

    pub(crate) fn turn(&self) -> u32 {
        self.day.counter.resident_screen().turn
    }

    pub(crate) fn stage(&self) -> ResidentStage {
        self.day.counter.resident_screen().stage
    }

    /// Everything that stands on the window, as it goes to the page, without the words of the languages.
    pub(crate) fn shown(&self) -> String {
        serde_json::to_string(&self.stage()).unwrap()
    }

    /// Says something to what stands there now.
    pub(crate) fn tell(&mut self, said: ResidentSaid) -> Result<(), Problem> {
        let turn = self.turn();
        self.tell_to(turn, said)
    }

    pub(crate) fn tell_to(&mut self, turn: u32, said: ResidentSaid) -> Result<(), Problem> {
        self.day.counter.resident_tell(turn, said).map(drop).map_err(problem)
    }

    pub(crate) fn send(&mut self, facts: &[&str]) {
        let facts: Vec<String> = facts.iter().map(|fact| (*fact).to_owned()).collect();
        self.day.counter.send_facts_to_resident(self.case, &facts).unwrap();
    }

    pub(crate) fn ask(&mut self, facts: &[&str]) {
        let facts: Vec<String> = facts.iter().map(|fact| (*fact).to_owned()).collect();
        self.day.counter.send_question_to_resident(self.case, &facts).unwrap();
    }

    /// What best tells a fact, and who said it.
    pub(crate) fn fact(&self, path: &str) -> Option<(Option<Value>, Source)> {
        let judged = self.day.counter.judged(self.case).unwrap();
        let best = judged.facts.best(&path.parse().unwrap())?;
        Some((best.value.clone(), best.source))
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        self.day.counter.visit(self.case).unwrap().notes.into_iter().map(|note| note.words).collect()
    }
}
