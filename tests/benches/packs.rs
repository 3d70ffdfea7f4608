//! How soon every terminal has a released pack: 200 terminals of their own certificates on 127.0.0.1, the sample city's
//! whole pack with its papers, one sentence of a question changed.
//!
//! Each terminal waits on a held connection, as the program does, and then asks, fetches, verifies both signatures and
//! every fetched part. Reading the pack itself (`rules::read_pack`) is measured once beside it: on a counter it is one
//! machine's work, here 200 of them would share this one's processor. `MADOKA_BENCH_TERMINALS` says how many.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a measurement stops loudly and prints"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use madoka_rules::pack::{Approvers, CityKey, Document, Manifest, PublicKey, Trust, accept_document};
use madoka_server::access::Role;
use madoka_server::changes::Topic;
use madoka_server::testing::{TestCity, TestPerson, TestTerminal};
use madoka_sync::wire::drafts::{
    Begin, Content, Draft, DraftFiles, Key, MakeKey, Release, Released, Save, Why, Word,
};
use madoka_sync::wire::packs::{ASK, Ask, Bytes, Hash, PARTS, PartsAsk, PartsPage, Plan};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

const PASSPHRASE: &str = "うみはひろいなおおきいな";

struct Terminal {
    line: TestTerminal,
    trust: Trust,
    ask: Ask,
    parts: BTreeMap<String, Arc<Vec<u8>>>,
    manifest: Option<Manifest>,
}

impl Terminal {
    async fn new(city: &TestCity, number: usize) -> Self {
        let terminal = city.terminal(&format!("t{number}")).await;
        let key = PublicKey::from_base64(&terminal.enrolled.pack_key.key).unwrap();
        let city = CityKey { city_code: "999999".to_owned(), key, number: 1 };
        let trust = Trust { city, approvers: Vec::new() };
        let ask = Ask { v: 1, key: 1, ..Ask::default() };
        Self { line: terminal, trust, ask, parts: BTreeMap::new(), manifest: None }
    }

    /// Everything a terminal does but its disk and the reading of the pack; bytes fetched.
    async fn bring(&mut self) -> usize {
        let plan: Plan = self.line.post(ASK, &self.ask).await.json();
        if let Some(text) = &plan.approvers {
            let list = Approvers::from_text(text).unwrap();
            self.trust.city.believes(&list, None).unwrap();
            (self.ask.approvers, self.trust.approvers) = (list.number, list.keys);
        }
        let planned = plan.editions.last().unwrap();
        let Some(text) = &planned.manifest else { return 0 };
        let manifest = Manifest::from_text(text).unwrap();
        let before = self.manifest.as_ref().map(Manifest::installed);
        manifest.check(&self.trust, before.as_ref()).unwrap();
        let mut lacking: Vec<Hash> = manifest
            .parts()
            .values()
            .filter(|hash| !self.parts.contains_key(*hash))
            .map(|hash| hash.parse().unwrap())
            .collect();
        lacking.sort_unstable();
        lacking.dedup();
        let mut fetched = 0;
        while !lacking.is_empty() {
            let ask = PartsAsk { v: 1, of: planned.edition.clone(), parts: lacking.clone() };
            let page: PartsPage = self.line.post(PARTS, &ask).await.json();
            for (asked, part) in lacking.drain(..page.parts.len()).zip(page.parts) {
                assert_eq!(Hash::new(Sha256::digest(&part.0).into()), asked);
                fetched += part.0.len();
                self.parts.insert(asked.to_string(), Arc::new(part.0));
            }
        }
        self.ask.kept.push(planned.edition.clone());
        self.ask.active = Some(planned.edition.clone());
        self.manifest = Some(manifest);
        fetched
    }

    async fn report(&self) {
        let answer = self.line.post(ASK, &self.ask).await;
        assert_eq!(answer.status, 200);
    }
}

struct Hall {
    supervisor: TestPerson,
    approver: TestPerson,
}

impl Hall {
    async fn release(&self, draft: &Draft) -> Released {
        let at = |what: &str| format!("/v1/packs/drafts/{}{what}", draft.id);
        let files: DraftFiles = self.supervisor.get(&at("")).await.json();
        let fingerprint = files.draft.fingerprint;
        let word = Word { fingerprint, words: String::new() };
        assert_eq!(self.supervisor.post(&at("/propose"), &word).await.status, 200);
        // The check is made before, as it is at an office; its result is kept.
        assert_eq!(self.supervisor.post(&at("/check"), &()).await.status, 200);
        let release = Release {
            fingerprint,
            words: String::new(),
            passphrase: PASSPHRASE.to_owned(),
            activates: None,
            canary: Vec::new(),
            stops: Vec::new(),
        };
        let answer = self.approver.post(&at("/release"), &release).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

fn saves(document: &Document) -> Vec<Save> {
    let content = |bytes: &Vec<u8>| Content::Bytes(Bytes(bytes.clone()));
    let save = |(path, bytes): (&String, &Vec<u8>)| Save {
        path: path.clone(),
        revision: 0,
        content: content(bytes),
        why: String::new(),
    };
    document.files().iter().map(save).collect()
}

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().any(|argument| argument == "--bench") {
        let count = std::env::var("MADOKA_BENCH_TERMINALS").ok().and_then(|text| text.parse().ok());
        tokio::runtime::Runtime::new().unwrap().block_on(measure(count.unwrap_or(200)));
    }
}

async fn measure(count: usize) {
    let document =
        Document::build(&madoka_sample::city_with_papers()).expect("the sample city's pack has no errors").0;
    let bytes: usize = document.files().values().map(Vec::len).sum();

    let city = TestCity::start().await;
    let desk = city.terminal("kanri").await;
    let hall = Hall {
        supervisor: desk.officer(&city, "hanako", &[Role::Supervisor], &[]).await,
        approver: desk.officer(&city, "shonin", &[Role::Approver], &[]).await,
    };
    let administrator = desk.officer(&city, "kanri", &[Role::Administrator], &[]).await;
    let key: Key =
        hall.approver.post("/v1/packs/keys", &MakeKey { passphrase: PASSPHRASE.to_owned() }).await.json();
    let admit = format!("/v1/packs/keys/{}/admit", key.id);
    assert_eq!(administrator.post(&admit, &Why::default()).await.status, 200);
    let begin = |empty| Begin { title: "測る".to_owned(), version: None, empty };
    let first: Draft = hall.supervisor.post("/v1/packs/drafts", &begin(true)).await.json();
    let path = format!("/v1/packs/drafts/{}/save", first.id);
    for some in saves(&document).chunks(40) {
        let answer = hall.supervisor.post(&path, some).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    hall.release(&first).await;

    let mut terminals = Vec::new();
    for number in 0..count {
        terminals.push(Terminal::new(&city, number).await);
    }
    // The first time everything comes; it is measured with one terminal, and the others are given what it has.
    let clock = Instant::now();
    let mut rest = terminals.split_off(1);
    let first = terminals.first_mut().unwrap();
    let all = first.bring().await;
    first.report().await;
    let whole = clock.elapsed();
    for terminal in &mut rest {
        (terminal.ask, terminal.trust) = (first.ask.clone(), first.trust.clone());
        (terminal.parts, terminal.manifest) = (first.parts.clone(), first.manifest.clone());
        terminal.report().await;
    }
    terminals.extend(rest);
    let sample = terminals.first().unwrap();
    let (manifest, parts) = (sample.manifest.clone().unwrap(), sample.parts.clone());
    let clock = Instant::now();
    let put = manifest.with_parts(|_, hash| parts.get(hash).map(|part| part.to_vec())).unwrap();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    assert!(accept_document(put, &sample.trust, None, today).is_ok());
    let accept = clock.elapsed();

    // One sentence changes, and all wait.
    let next: Draft = hall.supervisor.post("/v1/packs/drafts", &begin(false)).await.json();
    let files: DraftFiles = hall.supervisor.get(&format!("/v1/packs/drafts/{}", next.id)).await.json();
    let file = files.files.iter().find(|file| file.path.starts_with("questions/")).unwrap();
    let text = String::from_utf8(document.files().get(&file.path).unwrap().clone()).unwrap();
    let save = Save {
        path: file.path.clone(),
        revision: file.revision,
        content: Content::Text(format!("{text}\n# 見直し\n")),
        why: String::new(),
    };
    let saved = hall.supervisor.post(&format!("/v1/packs/drafts/{}/save", next.id), &[save]).await;
    assert_eq!(saved.status, 200, "{}", saved.text());

    let changes = Arc::new(city.server().clone());
    let mut waiting = JoinSet::new();
    for mut terminal in terminals {
        let mut woken = changes.db().changes().listen(Topic::Packs);
        waiting.spawn(async move {
            assert!(woken.changed(Duration::from_mins(10)).await, "woken");
            let fetched = terminal.bring().await;
            let has = Instant::now();
            terminal.report().await;
            (has, fetched)
        });
    }
    let asked = Instant::now();
    let mut woken = changes.db().changes().listen(Topic::Packs);
    let released_at = tokio::spawn(async move {
        woken.change().await;
        Instant::now()
    });
    hall.release(&next).await;
    let answered = Instant::now();
    let released_at = released_at.await.unwrap();
    let mut times = Vec::new();
    let mut fetched = 0;
    while let Some(done) = waiting.join_next().await {
        let (has, bytes) = done.unwrap();
        fetched += bytes;
        times.push(has.duration_since(released_at));
    }
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() - 1) * share / 100).copied().unwrap_or_default();
    println!(
        "| 端末 | パック | 初めて（1台） | 変更の公開 → 半数 | → 99% | → 全部 | 1台が取った量 | 端末での確かめと読込み |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    println!(
        "| {count} | {:.1} MB・{}件 | {:.1} s（{:.0} MB） | {:.2} s | {:.2} s | {:.2} s | {:.1} kB | {:.2} s |",
        mega(bytes),
        document.files().len(),
        whole.as_secs_f64(),
        mega(all),
        at(50).as_secs_f64(),
        at(99).as_secs_f64(),
        at(100).as_secs_f64(),
        mega(fetched) * 1000.0 / f64::from(u32::try_from(count).unwrap()),
        accept.as_secs_f64(),
    );
    let list = hall.supervisor.get("/v1/packs/terminals").await.text();
    assert_eq!(list.matches("\"current\":true").count(), count, "all have it, says the supervisor's list");
    println!(
        "\n見本の市のパック全部、質問の一文を変えて公開。公開の操作そのもの（点検は済み、署名と、端末と同じ確かめ）は {:.2} s。\
         予算（DESIGN §12）：全部に 2 s。",
        answered.duration_since(asked).as_secs_f64(),
    );
}

fn mega(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1_000_000.0
}
