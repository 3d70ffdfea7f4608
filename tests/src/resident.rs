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

    pub async fn check_accessibility(&self, place: &str) -> Step {
        accessibility::check(&self.page, place).await
    }
}
