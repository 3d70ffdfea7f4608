//! An officer who knows what the resident will say: answers a whole interview from a saved scenario and counts every
//! key, letter and click it takes.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use serde_json::Value as Json;
use thirtyfour::Key;
use toml::{Table, Value};

use crate::machine::project;
use crate::{Page, Step};

/// What a resident would say: a scenario (場面テスト) of the sample city.
#[derive(Debug, Clone)]
pub struct Told {
    facts: Table,
    household: Vec<Table>,
    /// What comes out of it: procedures, each once for every member it is for.
    needed: Vec<String>,
}

fn tables(value: Option<&Value>) -> Vec<Table> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table).cloned().collect()
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let all = value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    all.map(ToOwned::to_owned).collect()
}

/// Every TOML file of a folder of the sample city.
fn sample(folder: &str) -> Vec<Table> {
    let files =
        fs::read_dir(project().join("assets/sample-city").join(folder)).expect("the sample city is there");
    let texts =
        files.flatten().map(|file| fs::read_to_string(file.path()).expect("a file of the sample city"));
    texts.map(|text| text.parse().expect("it is TOML")).collect()
}

impl Told {
    /// The scenario of this id, whichever file it stands in.
    pub fn scenario(id: &str) -> Self {
        for all in sample("scenarios") {
            let found = tables(all.get("scenario")).into_iter().find(|one| one["id"].as_str() == Some(id));
            if let Some(found) = found {
                return Self {
                    facts: found.get("facts").and_then(Value::as_table).cloned().unwrap_or_default(),
                    household: tables(found.get("household")),
                    needed: strings(found.get("needed")),
                };
            }
        }
        panic!("no scenario {id}");
    }

    /// Says one thing more, or otherwise.
    #[must_use]
    pub fn and(mut self, fact: &str, value: impl Into<Value>) -> Self {
        let (person, attribute) = fact.split_once('.').expect("a fact has a person and an attribute");
        if let Some(member) = person.strip_prefix("household[").and_then(|rest| rest.strip_suffix(']')) {
            let member: usize = member.parse().expect("a member is a number");
            self.household[member].insert(attribute.to_owned(), value.into());
        } else {
            let person = self.facts.entry(person).or_insert_with(|| Value::Table(Table::new()));
            person.as_table_mut().expect("a person is a table").insert(attribute.to_owned(), value.into());
        }
        self
    }

    pub fn members(&self) -> usize {
        self.household.len()
    }

    /// What the same visit takes with a pen: the forms of its procedures, and the fields on them that want words, a name,
    /// a number or a date. Ticks, circles and signatures are not counted, nor rows.
    pub fn on_paper(&self) -> (usize, usize) {
        let procedures: Vec<Table> =
            sample("procedures").iter().flat_map(|file| tables(file.get("procedure"))).collect();
        let (mut forms, mut fields) = (0, 0);
        for needed in &self.needed {
            let id = needed.split_once('@').map_or(needed.as_str(), |(id, _)| id);
            let procedure = procedures.iter().find(|one| one["id"].as_str() == Some(id));
            for form in strings(procedure.and_then(|one| one.get("forms"))) {
                let file = project().join("forms").join(form).join("form.toml");
                let form: Table =
                    fs::read_to_string(file).expect("the form is there").parse().expect("it is TOML");
                forms += 1;
                fields += tables(form.get("field"))
                    .iter()
                    .filter(|field| {
                        let kind = field.get("kind").and_then(Value::as_str).unwrap_or("text");
                        matches!(kind, "text" | "date" | "furigana" | "comb" | "number")
                            && field.contains_key("value")
                    })
                    .count();
            }
        }
        (forms, fields)
    }

    /// Everything that can be said, by fact, and how many belong to the household.
    pub fn answers(&self) -> Json {
        let mut answers = serde_json::Map::new();
        let mut say = |person: &str, said: &Table| {
            for (attribute, value) in said {
                let value = match value {
                    Value::Datetime(date) => Json::from(date.to_string()),
                    other => serde_json::to_value(other).expect("what TOML holds"),
                };
                answers.insert(format!("{person}.{attribute}"), value);
            }
        };
        for (person, said) in &self.facts {
            say(person, said.as_table().expect("a person is a table"));
        }
        for (at, said) in self.household.iter().enumerate() {
            say(&format!("household[{at}]"), said);
        }
        serde_json::json!({ "answers": answers, "members": self.household.len() })
    }

    fn about(&self, fact: &str) -> Option<&Value> {
        let (person, attribute) = fact.split_once('.')?;
        match person.strip_prefix("household[").and_then(|rest| rest.strip_suffix(']')) {
            Some(member) => self.household.get(member.parse::<usize>().ok()?)?.get(attribute),
            None => self.facts.get(person)?.get(attribute),
        }
    }
}

/// How the officer answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    /// The keyboard alone.
    Keys,
    /// Finger or mouse alone; what must be written still comes from a keyboard on the screen.
    Touch,
}

/// What it took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub questions: u32,
    /// わからない
    pub unknown: u32,
    /// Presses of a key that is no letter of an answer.
    pub keys: u32,
    pub clicks: u32,
    /// Answers that were written, and their letters.
    pub written: u32,
    pub letters: u32,
    /// The same fact asked twice: never.
    pub twice: Vec<String>,
}

#[derive(Debug)]
pub struct Clerk<'a> {
    page: &'a Page,
    hands: Hands,
    pub tally: Tally,
    asked: Vec<String>,
    /// What 「あと最大◯問で確定」 said at each question: it may only fall, but for somebody who joins the household.
    pub remaining: Vec<u64>,
    /// Where the question and the list stood, each time: nothing may move under the officer's eyes or finger.
    pub frames: BTreeSet<String>,
}

impl<'a> Clerk<'a> {
    pub fn at(page: &'a Page, hands: Hands) -> Self {
        Self {
            page,
            hands,
            tally: Tally::default(),
            asked: Vec::new(),
            remaining: Vec::new(),
            frames: BTreeSet::new(),
        }
    }

    /// A key that is part of the work, counted.
    pub async fn press(&mut self, key: impl Into<thirtyfour::TypingData>) -> Step {
        self.tally.keys += 1;
        self.page.press(key).await
    }

    /// A button by its words, counted.
    pub async fn click(&mut self, words: &str) -> Step {
        self.tally.clicks += 1;
        self.page.press_button(words).await
    }

    async fn click_at(&mut self, css: &str) -> Step {
        self.tally.clicks += 1;
        self.page.click(&self.page.see(css).await?).await
    }

    /// Writes where the focus is; counted as one field.
    pub async fn write_here(&mut self, text: &str) -> Step {
        self.tally.written += 1;
        self.tally.letters += u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        self.page.write(text).await
    }

    /// Whether this was asked.
    pub fn was_asked(&self, fact: &str) -> bool {
        self.asked.iter().any(|asked| asked == fact)
    }

    async fn write(&mut self, text: &str) -> Step {
        self.tally.written += 1;
        self.tally.letters += u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        if self.hands == Hands::Touch {
            self.click_at("section[data-fact] input").await?;
        }
        self.page.write(text).await?;
        match self.hands {
            Hands::Keys => self.press(Key::Enter).await,
            Hands::Touch => self.click("入れる").await,
        }
    }

    async fn unknown(&mut self, writing: bool) -> Step {
        self.tally.unknown += 1;
        match (self.hands, writing) {
            (Hands::Touch, _) => self.click("わからない").await,
            (Hands::Keys, true) => {
                self.tally.keys += 1;
                self.page.press_with(Key::Alt, "0").await
            }
            (Hands::Keys, false) => self.press("0").await,
        }
    }

    async fn pick(&mut self, at: usize, option: Option<&str>) -> Step {
        match (self.hands, option) {
            (Hands::Keys, _) if at < 9 => self.press((at + 1).to_string()).await,
            (_, Some(option)) => self.click_at(&format!("section[data-fact] [data-option='{option}']")).await,
            (_, None) => {
                let nth = if at == 0 { "はい" } else { "いいえ" };
                self.click(nth).await
            }
        }
    }

    /// Answers until nothing is asked any more. What the scenario does not tell is わからない.
    pub async fn interview(&mut self, told: &Told) -> Step {
        self.interview_until(told, "").await
    }

    /// The same, but stops at the first question of this kind and leaves it open.
    pub async fn interview_until(&mut self, told: &Told, stop: &str) -> Step {
        loop {
            let Some(question) = self.question().await? else { return Ok(()) };
            if question["kind"] == stop {
                return Ok(());
            }
            let fact = question["fact"].as_str().unwrap_or_default().to_owned();
            let members = question["members"].as_u64().unwrap_or_default();
            let remaining = question["remaining"].as_u64().unwrap_or_default();
            if let Some(before) = self.remaining.last() {
                let joined = self.asked.last().is_none_or(|fact| fact == "household") || fact == "household";
                assert!(remaining <= *before || joined, "{fact}: あと{before}問のあとに あと{remaining}問");
            }
            self.remaining.push(remaining);
            self.frames.insert(question["frame"].as_str().unwrap_or_default().to_owned());
            if fact != "household" {
                self.tally.questions += 1;
                if self.asked.contains(&fact) {
                    self.tally.twice.push(fact.clone());
                    assert!(self.tally.twice.len() < 5, "asked again and again: {:?}", self.tally.twice);
                }
                self.asked.push(fact.clone());
            }
            self.answer(&fact, &question, told).await?;
            self.moved_on(&fact, members).await?;
        }
    }

    async fn answer(&mut self, fact: &str, question: &Json, told: &Told) -> Step {
        let kind = question["kind"].as_str().unwrap_or_default().to_owned();
        let options: Vec<String> = question["options"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .map(ToOwned::to_owned)
            .collect();
        if kind == "household" {
            let there = question["members"].as_u64().unwrap_or_default();
            let more = usize::try_from(there).unwrap_or_default() < told.members();
            return match (self.hands, more) {
                (Hands::Keys, true) => self.press("a").await,
                (Hands::Keys, false) => {
                    self.tally.questions += 1;
                    self.press(Key::Enter).await
                }
                (Hands::Touch, true) => self.click("もう1人加える").await,
                (Hands::Touch, false) => {
                    self.tally.questions += 1;
                    self.click(if told.members() == 0 { "だれもいない" } else { "これで全員" }).await
                }
            };
        }
        let place = |value: &Value| options.iter().position(|option| Some(option.as_str()) == value.as_str());
        match (kind.as_str(), told.about(fact)) {
            ("yes_no", Some(Value::Boolean(yes))) => self.pick(usize::from(!*yes), None).await,
            ("choice", Some(value)) => {
                let at = place(value).unwrap_or_else(|| panic!("{fact}: {value} is no choice"));
                self.pick(at, Some(&options[at])).await
            }
            ("choices", Some(Value::Array(values))) => {
                for value in values {
                    let at = place(value).unwrap_or_else(|| panic!("{fact}: {value} is no choice"));
                    self.pick(at, Some(&options[at])).await?;
                }
                match self.hands {
                    Hands::Keys => self.press(Key::Enter).await,
                    Hands::Touch if values.is_empty() => self.click("どれもない").await,
                    Hands::Touch => self.click("これで進む").await,
                }
            }
            ("date", Some(Value::Datetime(date))) => self.write(&date.to_string()).await,
            ("date" | "text", Some(Value::String(text))) => self.write(text).await,
            ("number", Some(Value::Integer(number))) => self.write(&number.to_string()).await,
            (kind, None) => self.unknown(matches!(kind, "date" | "text" | "number")).await,
            (kind, Some(value)) => panic!("{fact}: {value} is no answer to {kind}"),
        }
    }

    async fn question(&self) -> Step<Option<Json>> {
        const LOOK: &str = "
            const asked = document.querySelector('section[data-fact]');
            const over = document.body.innerText.includes('聞き取りは終わりです');
            if (!asked) return over ? 'over' : null;
            return {
                fact: asked.dataset.fact,
                kind: asked.dataset.kind,
                members: Number(asked.dataset.members),
                remaining: Number(document.querySelector('[data-remaining]')?.dataset.remaining ?? 0),
                frame: [asked, document.querySelector('section[aria-labelledby=live]')].filter(Boolean).map((one) => {
                    const { left, top, width } = one.getBoundingClientRect();
                    return [left, top, width].map(Math.round).join(' ');
                }).join(', '),
                options: [...asked.querySelectorAll('[data-option]')].map((one) => one.dataset.option),
            };";
        loop {
            let seen = self.page.run(LOOK, Vec::new()).await?;
            if seen.as_str() == Some("over") {
                return Ok(None);
            }
            if seen.is_object() {
                return Ok(Some(seen));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until another question stands there, or another member.
    async fn moved_on(&self, fact: &str, members: u64) -> Step {
        let same = format!(
            "const asked = document.querySelector('section[data-fact]');
             return Boolean(asked) && asked.dataset.fact === '{fact}' && asked.dataset.members === '{members}';"
        );
        self.page
            .until(&format!("the answer to {fact} is taken"), async || {
                Ok(self.page.run(&same, Vec::new()).await?.as_bool() == Some(false))
            })
            .await
    }
}
