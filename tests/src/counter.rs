//! The officer's window in office words.

use thirtyfour::prelude::*;

use crate::{Page, Step, accessibility};

/// A screen of the side navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    Reception,
    Departments,
    Board,
    Supervisor,
    SelfCheck,
    Printers,
    Display,
    Terminal,
}

impl Screen {
    pub const ALL: [Self; 8] = [
        Self::Reception,
        Self::Departments,
        Self::Board,
        Self::Supervisor,
        Self::SelfCheck,
        Self::Printers,
        Self::Display,
        Self::Terminal,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Reception => "受付",
            Self::Departments => "照会",
            Self::Board => "進み",
            Self::Supervisor => "手続の編集",
            Self::SelfCheck => "自己点検",
            Self::Printers => "プリンター",
            Self::Display => "表示",
            Self::Terminal => "この端末",
        }
    }
}

/// One line of 今日の案件.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLine {
    pub ticket: String,
    pub life_event: String,
    pub waiting: String,
}

/// One line of 自己点検.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckLine {
    pub part: String,
    pub state: String,
}

/// What an officer does at the window.
#[derive(Debug, Clone)]
pub struct Counter {
    pub page: Page,
}

impl Counter {
    /// The officer's window, ready for work.
    pub(crate) async fn at(page: Page) -> Step<Self> {
        page.see("nav[aria-label='画面']").await?;
        Ok(Self { page })
    }

    /// Opens a screen by the navigation and checks that everybody can use it.
    pub async fn visit(&self, screen: Screen) -> Step {
        self.page.press_button(screen.name()).await?;
        self.arrived(screen).await
    }

    /// Waits until the screen is there, and checks that everybody can use it.
    pub async fn arrived(&self, screen: Screen) -> Step {
        self.page
            .until(&format!("the screen {} is there", screen.name()), async || {
                Ok(self.page.see("main h1").await?.text().await? == screen.name())
            })
            .await?;
        if screen == Screen::Supervisor {
            // The draft is read and judged: until then whatever asks the counter next waits for it.
            self.page.no_longer_reads("下書きを開いています").await?;
            self.page.no_longer_reads("用意しています").await?;
        }
        self.check_accessibility(screen.name()).await
    }

    /// WCAG A and AA of what is shown now; `place` names it when it fails.
    pub async fn check_accessibility(&self, place: &str) -> Step {
        accessibility::check(&self.page, place).await
    }

    /// Opens a case with the number the counter gives.
    pub async fn open_case(&self, life_event: &str) -> Step {
        self.begin_case(life_event).await?;
        self.page.press_button("受け付ける").await?;
        self.dialog_closed().await
    }

    /// Opens a case with the number on the resident's ticket.
    pub async fn open_case_with_ticket(&self, life_event: &str, ticket: &str) -> Step {
        self.begin_case(life_event).await?;
        self.page.write(ticket).await?;
        self.page.press_button("受け付ける").await?;
        self.dialog_closed().await
    }

    /// Chooses a life event; the dialog for the ticket number opens, with the focus in it.
    pub async fn begin_case(&self, life_event: &str) -> Step {
        self.page.press_button(life_event).await?;
        self.dialog_open().await
    }

    pub async fn dialog_open(&self) -> Step {
        self.page.see("dialog[open] h2").await.map(drop)
    }

    pub async fn dialog_closed(&self) -> Step {
        self.page
            .until("the dialog is closed", async || Ok(self.page.all("dialog[open]").await?.is_empty()))
            .await
    }

    /// Waits until 今日の案件 shows so many cases.
    pub async fn has_cases(&self, count: usize) -> Step {
        self.page
            .until(&format!("{count} cases are listed"), async || {
                Ok(self.page.all("main tbody tr").await?.len() == count)
            })
            .await
    }

    /// 今日の案件, from top to bottom.
    pub async fn cases(&self) -> Step<Vec<CaseLine>> {
        let mut lines = Vec::new();
        for row in self.page.all("main tbody tr").await? {
            let mut cells = Vec::new();
            for cell in row.find_all(By::Css("th, td")).await? {
                cells.push(cell.text().await?);
            }
            let mut cells = cells.into_iter();
            let mut next = || cells.next().unwrap_or_default();
            let (ticket, life_event, _opened, waiting) = (next(), next(), next(), next());
            lines.push(CaseLine { ticket, life_event, waiting });
        }
        Ok(lines)
    }

    /// Only the numbers, from top to bottom.
    pub async fn tickets(&self) -> Step<Vec<String>> {
        Ok(self.cases().await?.into_iter().map(|line| line.ticket).collect())
    }

    pub async fn take_back(&self, ticket: &str) -> Step {
        self.page.click(&self.page.see(&format!("button[aria-label='{ticket}番を取消']")).await?).await
    }

    pub async fn restore(&self, ticket: &str) -> Step {
        self.page.click(&self.page.see(&format!("button[aria-label='{ticket}番を戻す']")).await?).await
    }

    /// Types into the search box.
    pub async fn search(&self, text: &str) -> Step {
        let search = self.page.see("input[type=search]").await?;
        search.clear().await?;
        search.focus().await?;
        self.page.write(text).await
    }

    /// Puts a made-up card down and waits until it is known what it is.
    pub async fn lay_practice_card(&self, holder: &str) -> Step {
        let choose = "
            const cards = [...document.querySelectorAll('select')].find((one) => one.textContent.includes(arguments[0]));
            cards.value = [...cards.options].find((one) => one.textContent.includes(arguments[0])).value;
            cards.dispatchEvent(new Event('change', { bubbles: true }));
        ";
        self.page.button("置く").await?;
        self.page.run(choose, vec![holder.into()]).await?;
        self.page.press_button("置く").await?;
        self.page.see("input[name=way]").await.map(drop)
    }

    /// Types 照合番号B as it stands on the practice card's face; the year of expiry stands there already.
    pub async fn write_match_code(&self) -> Step {
        let code =
            self.page.run("return document.body.innerText.match(/券面の番号：(\\d{14})/)[1]", vec![]).await?;
        let code = code.as_str().unwrap_or_default();
        let waits = async |example: &str| {
            self.page.until(example, async || Ok(self.page.example().await? == example)).await
        };
        waits("550217").await?;
        self.page.write(code.get(..6).unwrap_or_default()).await?;
        waits("2285").await?;
        self.page.write(code.get(10..).unwrap_or_default()).await
    }

    /// The same, and reads the card.
    pub async fn enter_match_code(&self) -> Step {
        self.write_match_code().await?;
        self.page.press(Key::Enter).await
    }

    /// What 自己点検 found, once it has looked at the fonts too.
    pub async fn checks(&self) -> Step<Vec<CheckLine>> {
        self.page
            .until("all parts are checked", async || Ok(self.page.all("main li").await?.len() == 8))
            .await?;
        let mut lines = Vec::new();
        for item in self.page.all("main li").await? {
            let part = item.find(By::Css("h2")).await?.text().await?;
            let state = item.find(By::Css("h2 + p")).await?.text().await?;
            lines.push(CheckLine { part, state });
        }
        Ok(lines)
    }

    /// Chooses an option by its words.
    pub async fn choose(&self, option: &str) -> Step {
        let path = format!("//label[contains(normalize-space(.), '{option}')]");
        self.page.click(&self.page.element(By::XPath(path)).await?).await
    }

    /// The code, what happened and what to do, as the error surface shows them.
    pub async fn problem(&self) -> Step<String> {
        self.page.see("[role=alert] > div").await?.text().await
    }
}
