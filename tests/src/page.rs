//! What a person does with any page: look, click, type, press keys.

use std::time::Duration;

use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;

use crate::Step;
use crate::machine::PATIENCE;

/// One window, as the driver sees it.
#[derive(Debug, Clone)]
pub struct Page {
    driver: WebDriver,
}

impl Page {
    pub(crate) fn of(driver: WebDriver) -> Self {
        Self { driver }
    }

    /// The element, once it is there and visible.
    pub async fn see(&self, css: &str) -> Step<WebElement> {
        self.element(By::Css(css)).await
    }

    pub(crate) async fn element(&self, by: By) -> Step<WebElement> {
        // What was drawn anew between finding it and asking whether it shows is looked for again.
        for _ in 0..9 {
            let query = self.driver.query(by.clone()).wait(PATIENCE, Duration::from_millis(50));
            match query.and_displayed().first().await {
                Err(error) if matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_)) => {}
                found => return found,
            }
        }
        self.driver.query(by).and_displayed().first().await
    }

    /// All elements that are there now.
    pub async fn all(&self, css: &str) -> Step<Vec<WebElement>> {
        self.driver.find_all(By::Css(css)).await
    }

    /// A button by the text a person reads on it.
    pub async fn button(&self, text: &str) -> Step<WebElement> {
        self.element(By::XPath(format!("//button[contains(normalize-space(.), '{text}')]"))).await
    }

    /// A step of the case by its name.
    pub async fn tab(&self, name: &str) -> Step<WebElement> {
        self.element(By::XPath(format!("//button[@role='tab'][contains(normalize-space(.), '{name}')]")))
            .await
    }

    /// Clicks the button with this text.
    pub async fn press_button(&self, text: &str) -> Step {
        self.click(&self.button(text).await?).await
    }

    /// Clicks it, as a person does: brought into view first.
    pub async fn click(&self, element: &WebElement) -> Step {
        element.scroll_into_view().await?;
        element.click().await
    }

    /// Waits until the page shows this text somewhere.
    pub async fn reads(&self, text: &str) -> Step {
        self.until(&format!("the page shows {text:?}"), async || Ok(self.text().await?.contains(text))).await
    }

    /// The same for what takes a busy machine long: a picture read in a build for tests.
    pub async fn reads_at_length(&self, text: &str) -> Step {
        let what = format!("the page shows {text:?}");
        self.until_within(PATIENCE * 2, &what, async || Ok(self.text().await?.contains(text))).await
    }

    /// Waits until the page no longer shows this text.
    pub async fn no_longer_reads(&self, text: &str) -> Step {
        self.until(&format!("the page hides {text:?}"), async || Ok(!self.text().await?.contains(text))).await
    }

    /// Everything a person can read on the page.
    pub async fn text(&self) -> Step<String> {
        self.see("body").await?.text().await
    }

    /// Waits until something is so. An element that was drawn anew meanwhile is looked at again.
    pub async fn until(&self, what: &str, is: impl AsyncFn() -> Step<bool>) -> Step {
        self.until_within(PATIENCE, what, is).await
    }

    async fn until_within(&self, patience: Duration, what: &str, is: impl AsyncFn() -> Step<bool>) -> Step {
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            match is().await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) if matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_)) => {}
                Err(error) => return Err(error),
            }
            assert!(tokio::time::Instant::now() < deadline, "not in time: {what}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Drags with the mouse from one place in the window to another, as a hand does: pressed, moved in steps, let go.
    pub async fn drag(&self, from: (i64, i64), to: (i64, i64)) -> Step {
        let between = |part: i64| (from.0 + (to.0 - from.0) * part / 3, from.1 + (to.1 - from.1) * part / 3);
        let chain = self.driver.action_chain().move_to(from.0, from.1).click_and_hold();
        let (first, second) = (between(1), between(2));
        let chain = chain.move_to(first.0, first.1).move_to(second.0, second.1).move_to(to.0, to.1);
        chain.release().perform().await
    }

    /// Where an element is in the window: left, top, width and height in CSS pixels.
    pub async fn place(&self, css: &str) -> Step<[i64; 4]> {
        let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
             return [box.x, box.y, box.width, box.height].map(Math.round)";
        let place = self.run(script, vec![css.into()]).await?;
        Ok([0, 1, 2, 3].map(|at| place[at].as_i64().unwrap_or_default()))
    }

    /// Presses a key, or keys one after the other, wherever the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Step {
        self.driver.action_chain().send_keys(keys).perform().await
    }

    /// Presses a key while holding another.
    pub async fn press_with(&self, held: Key, key: impl Into<TypingData>) -> Step {
        self.driver.action_chain().key_down(held.clone()).send_keys(key).key_up(held).perform().await
    }

    /// Writes into the field with the focus, any character Unicode has.
    ///
    /// The driver's own typing drops characters beyond the basic plane (𠮷) and variation selectors (葛󠄀) without a
    /// word, so the text goes in as an input method would put it.
    pub async fn write(&self, text: &str) -> Step {
        self.run("document.execCommand('insertText', false, arguments[0])", vec![text.into()]).await.map(drop)
    }

    /// What has the focus, as a short description: its label or its text.
    pub async fn focus(&self) -> Step<String> {
        let element = self.driver.active_element().await?;
        Ok(match element.attr("aria-label").await? {
            Some(label) => label,
            None => element.text().await?,
        })
    }

    /// Chooses a file in a field for files.
    pub async fn give_file(&self, css: &str, file: &std::path::Path) -> Step {
        let field = self.driver.find(By::Css(css)).await?;
        field.send_keys(file.to_string_lossy().into_owned()).await
    }

    /// The example that the field with the focus shows.
    pub async fn example(&self) -> Step<String> {
        Ok(self.driver.active_element().await?.attr("placeholder").await?.unwrap_or_default())
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, arguments: Vec<serde_json::Value>) -> Step<serde_json::Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// Runs a script that answers through its last argument.
    pub async fn run_slowly(&self, script: &str) -> Step<serde_json::Value> {
        Ok(self.driver.execute_async(script, Vec::new()).await?.json().clone())
    }

    /// The same, given something to work with.
    pub async fn run_slowly_with(
        &self,
        script: &str,
        arguments: Vec<serde_json::Value>,
    ) -> Step<serde_json::Value> {
        self.driver.set_script_timeout(Duration::from_mins(2)).await?;
        Ok(self.driver.execute_async(script, arguments).await?.json().clone())
    }

    /// Calls a command of the app as this page would; a refusal comes back as its words.
    pub async fn call(
        &self,
        command: &str,
        arguments: serde_json::Value,
    ) -> Step<Result<serde_json::Value, String>> {
        let answer = self
            .run_slowly(&format!(
                "const done = arguments[arguments.length - 1];
                 window.__TAURI_INTERNALS__.invoke('{command}', {arguments})
                   .then((value) => done({{ value }}), (error) => done({{ refused: error.code ?? String(error) }}))"
            ))
            .await?;
        Ok(match answer.get("refused").and_then(serde_json::Value::as_str) {
            Some(refusal) => Err(refusal.to_owned()),
            None => Ok(answer.get("value").cloned().unwrap_or_default()),
        })
    }
}
