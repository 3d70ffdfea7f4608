//! The real page in a real browser, opened as a file, and its codes read from pictures of the screen.

use std::fs;
use std::time::Duration;

use futures_util::FutureExt;
use madoka_facts::{Answer, FactPath, Household, Value};
use madoka_qr::{Collection, Picture, Progress};
use madoka_tests::Step;
use madoka_tests::machine::{Machine, PATIENCE, project};
use serde_json::{Value as Json, json};
use thirtyfour::prelude::*;

use crate::city::{PACK, key, written_page};

/// The browser that comes with the web view.
const BROWSER: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/// A resident at home with a browser and the city's page in a file.
struct Home {
    driver: WebDriver,
    machine: Machine,
}

async fn at_home(test: &str, work: impl AsyncFnOnce(&Home) -> Step) {
    let mut machine = Machine::with_display("1366x1100");
    let file = machine.home().join("みなと野市の事前入力.html");
    fs::write(&file, written_page()).expect("the page can be written");
    let port = machine.start_driver();
    let mut wanted = Capabilities::new();
    let browser = json!({ "binary": BROWSER, "args": ["--automation"] });
    wanted.set("webkitgtk:browserOptions", browser).expect("the capability is plain JSON");
    let driver = tokio::time::timeout(PATIENCE, WebDriver::new(format!("http://127.0.0.1:{port}"), wanted));
    let driver = driver.await.expect("the driver answers in time").expect("the driver starts the browser");
    let home = Home { driver, machine };
    let outcome = std::panic::AssertUnwindSafe(async {
        home.open().await?;
        work(&home).await
    })
    .catch_unwind()
    .await;
    if !matches!(outcome, Ok(Ok(()))) {
        let folder = project().join("target/e2e/failures");
        let _ = fs::create_dir_all(&folder);
        let _ = home.driver.screenshot(&folder.join(format!("{test}.png"))).await;
    }
    let _ = home.driver.clone().quit().await;
    match outcome {
        Ok(done) => done.expect("every step can be done"),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

impl Home {
    async fn open(&self) -> Step {
        let file = self.machine.home().join("みなと野市の事前入力.html");
        self.driver.goto(format!("file://{}", file.display())).await?;
        self.see("h1").await.map(drop)
    }

    async fn see(&self, css: &str) -> Step<WebElement> {
        self.driver
            .query(By::Css(css))
            .wait(PATIENCE, Duration::from_millis(50))
            .and_displayed()
            .first()
            .await
    }

    /// Presses the button, or chooses the answer, with exactly this text.
    async fn press(&self, text: &str) -> Step {
        self.choose_in("//body", text).await
    }

    /// Chooses an answer to the question that holds `question`.
    async fn choose(&self, question: &str, text: &str) -> Step {
        self.choose_in(&format!("//fieldset[contains(normalize-space(.), '{question}')]"), text).await
    }

    async fn choose_in(&self, place: &str, text: &str) -> Step {
        let is = format!("normalize-space(.) = '{text}'");
        let path = format!("{place}//*[self::label or self::button][{is} or .//strong[{is}]]");
        let found =
            self.driver.query(By::XPath(path)).wait(PATIENCE, Duration::from_millis(50)).first().await?;
        found.scroll_into_view().await?;
        found.click().await
    }

    async fn write(&self, id: &str, text: &str) -> Step {
        // Typed text passes the driver's keyboard; a variation selector is pasted, as people do with rare letters.
        let field = self.see(&format!("[id='{id}']")).await?;
        let set = "const [field, text] = arguments; field.value = text; field.dispatchEvent(new Event('input', { bubbles: true }));";
        self.driver.execute(set, vec![field.to_json()?, json!(text)]).await.map(drop)
    }

    async fn heading(&self) -> Step<String> {
        self.see("h1").await?.text().await
    }

    /// Next until the page asks to check the answers.
    async fn to_review(&self, next: &str, review: &str) -> Step {
        for _ in 0..30 {
            let button = self.see("nav .button-main").await?;
            let text = button.text().await?;
            button.scroll_into_view().await?;
            button.click().await?;
            if text.contains(review) {
                return Ok(());
            }
            assert!(text.contains(next), "{text}");
        }
        panic!("the page never ends");
    }

    /// The codes on the screen, each read from a picture of the window.
    async fn codes(&self) -> Step<Vec<String>> {
        self.see(".codes svg").await?;
        let mut codes = Vec::new();
        for code in self.driver.find_all(By::Css(".codes figure")).await? {
            code.scroll_into_view().await?;
            let picture = self.driver.screenshot_as_png().await?;
            let picture = image::load_from_memory(&picture).expect("a picture").into_luma8();
            let seen =
                Picture::new(picture.as_raw(), picture.width(), picture.height()).expect("a size we take");
            codes.extend(seen.codes().expect("a code is on the screen"));
        }
        codes.sort();
        codes.dedup();
        Ok(codes)
    }

    async fn accessible(&self, place: &str) -> Step {
        let axe =
            fs::read_to_string(project().join("ui/node_modules/axe-core/axe.min.js")).expect("axe-core");
        self.driver.execute(format!("if (!window.axe) {{ {axe} }}"), Vec::new()).await?;
        let rules = "const done = arguments[arguments.length - 1];
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
            axe.run(document, { runOnly: { type: 'tag', values: tags } }).then(
              ({ violations, passes }) => done({ violations, passes: passes.length }),
              (error) => done({ error: String(error) }));";
        let found: Json = self.driver.execute_async(rules, Vec::new()).await?.json().clone();
        assert!(
            found["passes"].as_u64().unwrap_or_default() > 5,
            "axe looked at nothing on {place}: {found}"
        );
        assert_eq!(found["violations"].as_array().map(Vec::len), Some(0), "{place}: {}", found["violations"]);
        Ok(())
    }
}

fn path(text: &str) -> FactPath {
    text.parse().expect("a path")
}

#[tokio::test]
async fn 家で答えてコードを作り_窓口が画面の写真から読む() {
    at_home("家で答えてコードを作る", async |home| {
        home.accessible("はじめ").await?;
        home.press("おくやみ").await?;
        let name = "葛\u{E0100}城　太郎";
        home.write("deceased.name", name).await?;
        home.write("visitor.name", "髙﨑　花子").await?;
        home.write("visitor.phone", "1234 5678 9018").await?;
        home.see("[id='visitor.phone'][aria-invalid='true']").await?;
        home.accessible("名前と住所").await?;
        home.write("visitor.phone", "090-0000-1234").await?;
        home.press("次へ").await?;

        home.write("deceased-birth_date-year", "16").await?;
        home.write("deceased-birth_date-month", "2").await?;
        home.choose("亡くなった方の住民登録", "はい").await?;
        home.choose("死亡届は", "わからない").await?;
        home.accessible("質問").await?;
        home.press("次へ").await?;
        home.press("＋ 人を加える").await?;
        home.write("member-0", "葛城　花子").await?;
        home.press("これで全員です").await?;
        home.to_review("次へ", "答えを確かめる").await?;
        home.accessible("確かめる").await?;
        home.press("コードを作る").await?;

        let codes = home.codes().await?;
        home.accessible("コード").await?;
        let mut collection = Collection::default();
        for code in codes.iter().rev() {
            collection.add(code).expect("a code of the set");
        }
        assert!(matches!(collection.progress(), Some(Progress::Complete { .. })), "{collection:?}");
        // The page writes the day of the clock of this machine.
        let entry = collection.open(&[key()], "2000-01-01".parse().expect("a day")).expect("it opens");
        let taken = entry.take_in(&PACK).expect("the sample city's own questions");
        assert_eq!((taken.event.as_str(), entry.language(), &taken.left_out), ("death", "ja", &Vec::new()));
        let known = |text: &str| Answer::Known(Value::Text(text.to_owned()));
        let said = |at: &str| match taken.facts.answer(&path(at)) {
            Answer::Known(value) => Answer::Known(value.clone()),
            Answer::Unknown => Answer::Unknown,
            Answer::Unasked => Answer::Unasked,
        };
        assert_eq!(said("deceased.name"), known(name));
        assert_eq!(said("visitor.name"), known("髙﨑　花子"));
        assert_eq!(said("visitor.phone"), known("090-0000-1234"));
        let born = Value::parse_date("1941-02-XX").expect("a day");
        assert_eq!(said("deceased.birth_date"), Answer::Known(born));
        assert_eq!(said("deceased.resident"), Answer::Known(Value::Bool(true)));
        assert_eq!(said("case.death_notified"), Answer::Unknown);
        assert_eq!((taken.facts.household(), taken.facts.members()), (Household::Complete, 1));
        assert_eq!(said("household[0].name"), known("葛城　花子"));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn 三つの言葉でどの画面も決まりに合い_何も外へ出ない() {
    at_home("三つの言葉", async |home| {
        let words =
            [("やさしい日本語", "なくなったとき", "次（つぎ）へ"), ("English", "Bereavement", "Next")];
        for (language, event, next) in words {
            home.open().await?;
            home.press(language).await?;
            home.accessible(language).await?;
            home.press(event).await?;
            home.accessible(event).await?;
            home.press(next).await?;
            home.accessible(next).await?;
            assert!(!home.heading().await?.is_empty());
        }
        // The page's own policy: whatever tried to leave would be stopped by the browser.
        let tried = "const done = arguments[arguments.length - 1];
            fetch('http://127.0.0.1:9/').then(() => done('sent'), (error) => done(String(error)));";
        let answer = home.driver.execute_async(tried, Vec::new()).await?.json().clone();
        assert!(answer.as_str().is_some_and(|answer| answer != "sent"), "{answer}");
        let stored = "return [localStorage.length, sessionStorage.length, document.cookie,
            performance.getEntriesByType('resource').length]";
        let kept = home.driver.execute(stored, Vec::new()).await?.json().clone();
        assert_eq!(kept, json!([0, 0, "", 0]));
        Ok(())
    })
    .await;
}

#[test]
fn 頁には秘密の鍵も外の行き先も書かれていない() {
    let page = written_page();
    assert!(page.contains(&key().public().to_string()));
    assert!(!page.contains(key().expose().split_once(':').expect("a kind").1));
    assert!(page.contains("default-src 'none'") && page.len() < 1_000_000);
    for address in
        page.match_indices("://").map(|(at, _)| &page[at.saturating_sub(5)..(at + 16).min(page.len())])
    {
        assert!(address.contains("www.w3.org"), "{address}");
    }
    assert!(!page.contains("madoka-pre-entry-secret"));
}
