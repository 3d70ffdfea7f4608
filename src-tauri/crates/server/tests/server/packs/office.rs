//! The people and the small pack of these tests.

use std::collections::BTreeMap;

use jiff::civil::Date;
use madoka_server::access::Role;
use madoka_server::testing::{Answer, TestCity, TestPerson, TestTerminal};
use madoka_store::{Key as StoreKey, Realm, Store};
use madoka_sync::terminal::packs::{self, Brought};
use madoka_sync::terminal::{Client, Identity, SyncError};
use madoka_sync::wire::drafts::{
    Begin, Content, Draft, DraftFiles, Key, MakeKey, Release, Released, Save, SaveAnswer, Why, Word,
};
use madoka_sync::wire::packs::{Bytes, TerminalPacks};
use std::sync::{Arc, Mutex};
use zeroize::Zeroizing;

pub(super) const PASSPHRASE: &str = "うみはひろいなおおきいな";

const HEAD: &str = r#"
id = "small"
name = "みなと野市 試しの手続パック"
version = 1
valid_from = 2026-04-01
valid_to = 2030-03-31
forms_folder = "../forms"

[city]
name = "みなと野市"
prefecture = "架空県"
code = "999999"
"#;

pub(super) const RULES: &str = r#"
event = [{ id = "death", name = "おくやみ" }]
office = [{ id = "shimin", name = "市民課", kind = "city" }]
screen = [{ id = "basic", title = "基本", order = 1 }]
form = [{ id = "head", name = "世帯主変更届" }]

[[fact]]
path = "deceased.head"
type = "bool"
label = "亡くなった方は世帯主"

[[question]]
fact = "deceased.head"
events = ["death"]
screen = "basic"
order = 1
ask = "世帯主でしたか。"

[[procedure]]
id = "death.head"
events = ["death"]
name = "世帯主変更届"
office = "shimin"
kind = "notify"
level = 4
when = "deceased.head"
forms = ["head"]

[[scenario]]
id = "s1"
title = "世帯主が亡くなった"
event = "death"
on = 2026-11-02
needed = ["death.head"]

[scenario.facts]
deceased.head = true
"#;

pub(super) const PAPER: &str = r#"
id = "head"
name = "世帯主変更届"
background = "form.pdf"

[[field]]
id = "name"
at = [40.0, 50.0, 80.0, 9.0]
value = "deceased.name"
"#;

/// As a supervisor's folder has it. The papers are far larger than the rules.
pub(super) fn folder() -> BTreeMap<String, Content> {
    let text = |text: &str| Content::Text(text.to_owned());
    let paper: Vec<u8> = (0..200_000_u32).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect();
    BTreeMap::from([
        ("pack.toml".to_owned(), text(HEAD)),
        ("rules.toml".to_owned(), text(RULES)),
        ("forms/head/form.toml".to_owned(), text(PAPER)),
        ("forms/head/form.pdf".to_owned(), Content::Bytes(Bytes(paper))),
    ])
}

pub(super) fn saves(folder: BTreeMap<String, Content>) -> Vec<Save> {
    folder
        .into_iter()
        .map(|(path, content)| Save { path, revision: 0, content, why: "初めての取込み".to_owned() })
        .collect()
}

/// A city hall: a server, a supervisor and a second one, an approver, an administrator.
pub(super) struct Hall {
    pub(super) city: TestCity,
    pub(super) desk: TestTerminal,
    pub(super) hanako: TestPerson,
    pub(super) jiro: TestPerson,
    pub(super) approver: TestPerson,
    pub(super) administrator: TestPerson,
}

impl Hall {
    pub(super) async fn of(city: TestCity) -> Self {
        let desk = city.terminal("kanri").await;
        let hanako = desk.officer(&city, "hanako", &[Role::Supervisor], &[]).await;
        let jiro = desk.officer(&city, "jiro", &[Role::Supervisor, Role::Approver], &[]).await;
        let approver = desk.officer(&city, "shonin", &[Role::Approver], &[]).await;
        let administrator = desk.officer(&city, "kanri", &[Role::Administrator], &[]).await;
        Self { city, desk, hanako, jiro, approver, administrator }
    }

    /// The same, with an approver's key admitted and the first edition released.
    pub(super) async fn with_first_edition(city: TestCity) -> Self {
        let hall = Self::of(city).await;
        hall.key_of(&hall.approver).await;
        let draft = hall.draft(Begin { title: "初版".to_owned(), version: None, empty: true }).await;
        let answers = hall.save(&hall.hanako, &draft, &saves(folder())).await;
        assert!(answers.iter().all(|answer| matches!(answer, SaveAnswer::Saved { revision: 1, .. })));
        let released = hall.propose_and_release(&draft, |_| {}).await;
        assert_eq!(released.status, 200, "{}", released.text());
        hall
    }

    pub(super) async fn key_of(&self, person: &TestPerson) -> Key {
        let made = person.post("/v1/packs/keys", &MakeKey { passphrase: PASSPHRASE.to_owned() }).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let key: Key = made.json();
        let admitted =
            self.administrator.post(&format!("/v1/packs/keys/{}/admit", key.id), &Why::default()).await;
        assert_eq!(admitted.status, 200, "{}", admitted.text());
        admitted.json()
    }

    pub(super) async fn draft(&self, begin: Begin) -> Draft {
        let answer = self.hanako.post("/v1/packs/drafts", &begin).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    pub(super) async fn new_draft(&self, title: &str) -> Draft {
        self.draft(Begin { title: title.to_owned(), version: None, empty: false }).await
    }

    pub(super) async fn files(&self, draft: &Draft) -> DraftFiles {
        self.hanako.get(&path(draft, "")).await.json()
    }

    pub(super) async fn save(&self, by: &TestPerson, draft: &Draft, saves: &[Save]) -> Vec<SaveAnswer> {
        let answer = by.post(&path(draft, "/save"), saves).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Changes the rules of a draft by one person's hand.
    pub(super) async fn change(
        &self,
        by: &TestPerson,
        draft: &Draft,
        revision: u64,
        text: &str,
    ) -> SaveAnswer {
        let content = Content::Text(text.to_owned());
        let save =
            Save {
                path: "rules.toml".to_owned(), revision, content, why: "言い回しを直す".to_owned()
            };
        self.save(by, draft, &[save]).await.remove(0)
    }

    pub(super) async fn word(&self, draft: &Draft) -> Word {
        Word {
            fingerprint: self.files(draft).await.draft.fingerprint, words: "お願いします".to_owned()
        }
    }

    pub(super) async fn propose(&self, draft: &Draft) -> Answer {
        self.hanako.post(&path(draft, "/propose"), &self.word(draft).await).await
    }

    pub(super) async fn release_by(
        &self,
        person: &TestPerson,
        draft: &Draft,
        change: impl FnOnce(&mut Release),
    ) -> Answer {
        let mut release = Release {
            fingerprint: self.files(draft).await.draft.fingerprint,
            words: "確かめました".to_owned(),
            passphrase: PASSPHRASE.to_owned(),
            activates: None,
            canary: Vec::new(),
            stops: Vec::new(),
        };
        change(&mut release);
        person.post(&path(draft, "/release"), &release).await
    }

    pub(super) async fn propose_and_release(
        &self,
        draft: &Draft,
        change: impl FnOnce(&mut Release),
    ) -> Answer {
        let proposed = self.propose(draft).await;
        assert_eq!(proposed.status, 200, "{}", proposed.text());
        self.release_by(&self.approver, draft, change).await
    }

    /// A new edition in which one sentence is another.
    pub(super) async fn next_edition(&self, ask: &str, change: impl FnOnce(&mut Release)) -> Released {
        let draft = self.new_draft(ask).await;
        let revision = 1;
        let answer = self.change(&self.hanako, &draft, revision, &asking(ask)).await;
        assert!(matches!(answer, SaveAnswer::Saved { revision: 2, .. }), "{answer:?}");
        let released = self.propose_and_release(&draft, change).await;
        assert_eq!(released.status, 200, "{}", released.text());
        released.json()
    }

    pub(super) async fn terminals(&self) -> BTreeMap<String, TerminalPacks> {
        let list: Vec<TerminalPacks> = self.hanako.get("/v1/packs/terminals").await.json();
        list.into_iter().map(|one| (one.terminal.to_string(), one)).collect()
    }
}

pub(super) fn asking(ask: &str) -> String {
    RULES.replace("世帯主でしたか。", ask)
}

pub(super) fn path(draft: &Draft, rest: &str) -> String {
    format!("/v1/packs/drafts/{}{rest}", draft.id)
}

pub(super) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(9))).date()
}

/// A counter's terminal with its own encrypted database, as the program has it.
pub(super) struct Counter {
    pub(super) store: Arc<Mutex<Store>>,
    pub(super) client: Client,
    pub(super) folder: tempfile::TempDir,
}

impl Counter {
    pub(super) async fn new(city: &TestCity, id: &str) -> Self {
        let terminal = city.terminal(id).await;
        let identity =
            Identity::new(&terminal.url(""), terminal.enrolled.clone(), Zeroizing::new(terminal.key.clone()));
        let folder = tempfile::tempdir().unwrap();
        let mut store =
            Store::create(&folder.path().join("madoka.db"), &StoreKey::new([7; 32]), Realm::Real).unwrap();
        packs::begin(&mut store, "999999", &identity.pack_key).unwrap();
        let client = Client::new(&identity).unwrap();
        Self { store: Arc::new(Mutex::new(store)), client, folder }
    }

    pub(super) async fn bring(&self) -> Result<Brought, SyncError> {
        packs::bring(&self.client, &self.store, today()).await
    }

    /// What new cases begin with, and how its question is put.
    pub(super) fn in_use(&self) -> Option<(u64, String)> {
        let active = packs::active(&self.store.lock().unwrap(), today()).unwrap()?;
        Some((active.edition.version, active.pack.questions[0].ask.all().next().unwrap().ja.clone()))
    }
}
