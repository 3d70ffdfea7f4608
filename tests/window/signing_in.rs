//! A real counter before work begins: enrolled, and somebody signed in.

use madoka_tests::{Counter, Desk, OWN, Start, Step};
use thirtyfour::Key;

pub(crate) fn real() -> Start {
    Start { real: true, ..Start::default() }
}

/// The terminal is enrolled by the invitation, from its own window.
pub(crate) async fn enrol(desk: &Desk, invitation: &str) -> Step<Counter> {
    let counter = desk.counter().await?;
    let page = &counter.page;
    page.press_with(Key::Alt, "9").await?;
    page.reads("練習モードだけが使えます").await?;
    counter.check_accessibility("この端末").await?;
    let field = page.see("textarea").await?;
    page.click(&field).await?;
    page.write(invitation).await?;
    page.press_button("この端末を登録する").await?;
    page.reads("職員ID").await?;
    Ok(counter)
}

/// Signs in with the first password, and sets an own one; `then` stands on the first screen.
pub(crate) async fn first_sign_in(counter: &Counter, staff: &str, first: &str, then: &str) -> Step {
    let page = &counter.page;
    sign_in(counter, staff, first).await?;
    page.reads("新しいパスワードを決める").await?;
    page.write(OWN).await?;
    page.press(Key::Tab).await?;
    page.write(OWN).await?;
    page.press(Key::Enter).await?;
    page.reads(then).await
}

pub(crate) async fn sign_in(counter: &Counter, staff: &str, password: &str) -> Step {
    let page = &counter.page;
    page.see("input[autocapitalize=off]").await?;
    page.write(staff).await?;
    page.press(Key::Tab).await?;
    page.write(password).await?;
    page.press(Key::Enter).await
}
