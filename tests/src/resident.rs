//! The resident's window.

use crate::{Page, Step, accessibility};

/// What the person across the desk sees and does.
#[derive(Debug, Clone)]
pub struct Resident {
    pub page: Page,
}

impl Resident {
    pub(crate) async fn at(page: Page) -> Step<Self> {
        page.see("main h1").await?;
        Ok(Self { page })
    }

    /// The large words in the middle.
    pub async fn greeting(&self) -> Step<String> {
        self.page.see("main h1").await?.text().await
    }

    /// Chooses a language by its own name.
    pub async fn speak(&self, language: &str) -> Step {
        self.page.press_button(language).await
    }

    /// WCAG, targets and width in every language there is, ending in Japanese.
    pub async fn check_in_every_language(&self, place: &str) -> Step {
        for language in ["English", "やさしい日本語", "日本語"] {
            self.speak(language).await?;
            self.page
                .until(&format!("{language} is chosen"), async || {
                    let chosen = self.page.see("fieldset button[aria-pressed=true]").await?;
                    Ok(chosen.text().await? == language)
                })
                .await?;
            self.check_accessibility(&format!("{place}（{language}）")).await?;
            self.check_targets(&format!("{place}（{language}）")).await?;
        }
        Ok(())
    }

    /// Whatever can be touched is at least 60 px high and wide, and nothing runs out of the window.
    pub async fn check_targets(&self, place: &str) -> Step {
        let found = self
            .page
            .run(
                "const small = [...document.querySelectorAll('button, select, input')]
                   .filter((one) => { const box = one.getBoundingClientRect(); return box.height < 60 || box.width < 60; })
                   .map((one) => one.textContent);
                 const page = document.querySelector('#resident-page');
                 return { small, beyond: page.scrollWidth - page.clientWidth };",
                Vec::new(),
            )
            .await?;
        assert_eq!(found, serde_json::json!({ "small": [], "beyond": 0 }), "{place}");
        Ok(())
    }

    /// Touches a button by its words.
    pub async fn touch(&self, words: &str) -> Step {
        self.page.press_button(words).await
    }

    /// Writes a line across the pad, as a finger does.
    pub async fn write_name(&self) -> Step {
        self.page
            .run(
                "const pad = document.querySelector('svg[role=img]');
                 // A pointer that no hardware stands behind cannot be captured.
                 pad.setPointerCapture = () => {};
                 const box = pad.getBoundingClientRect();
                 const pen = (type, x, y) => pad.dispatchEvent(new PointerEvent(type, {
                   bubbles: true, pointerId: 1, button: 0,
                   clientX: box.left + x * box.width, clientY: box.top + y * box.height }));
                 for (const [x, y] of [[0.2, 0.3], [0.5, 0.3]]) {
                   pen('pointerdown', x, y);
                   for (let step = 1; step <= 8; step++) pen('pointermove', x + step * 0.03, y + step * 0.05);
                   pen('pointerup', x + 0.25, y + 0.4);
                 }",
                Vec::new(),
            )
            .await
            .map(drop)
    }

    pub async fn check_accessibility(&self, place: &str) -> Step {
        accessibility::check(&self.page, place).await
    }
}
