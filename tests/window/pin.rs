//! 暗証番号: the resident's own keypad opens a card under the real card service, and nobody else ever sees the digits.

use std::fs;
use std::path::Path;

use madoka_card::practice::resident;
use madoka_tests::{Counter, Desk, Start, Step, office_with};
use serde_json::Value;
use thirtyfour::Key;

use crate::support::{Pcscd, insert};

pub(crate) const DESK: &[&str] = &["Madoka Test Reader"];
const WRONG: &str = "9182";

pub(crate) fn with_card_service() -> Start {
    Start { card_service: true, ..Start::default() }
}

pub(crate) async fn begun(counter: &Counter) -> Step {
    counter.open_case("転居").await?;
    counter.page.press("o").await?;
    counter.page.reads("カードをカードリーダーに置いてください").await
}

/// The way is chosen, and the resident is asked.
pub(crate) async fn ask(counter: &Counter, button: &str) -> Step {
    let page = &counter.page;
    page.click(&page.see("input[value=pin]").await?).await?;
    page.press_button(button).await?;
    page.reads("住民の画面で、暗証番号を入れてもらっています").await
}

/// The resident presses the digits, deletes one and presses it again; no page holds them, then or later.
pub(crate) async fn enter(desk: &Desk, pin: &str) -> Step {
    let resident = desk.resident().await?;
    resident.page.reads("暗証番号（数字4桁）を押してください").await?;
    for digit in pin.chars() {
        resident.touch(&digit.to_string()).await?;
    }
    let typed = |count: &str| format!("4桁のうち{count}桁を入れました");
    let reads = async |count: &str| {
        let status = "return document.querySelector('main [role=status]')?.textContent ?? ''";
        let told = typed(count);
        let page = &resident.page;
        page.until(&told, async || Ok(page.run(status, vec![]).await?.as_str() == Some(&told))).await
    };
    reads("4").await?;
    resident.page.click(&resident.page.see("button[aria-label='1字消す']").await?).await?;
    reads("3").await?;
    resident.touch(&pin[3..]).await?;
    reads("4").await?;
    nowhere(&resident.page, pin).await?;
    resident.check_accessibility("暗証番号を入れた住民の画面").await?;
    resident.check_targets("暗証番号").await?;
    resident.touch("決定").await?;
    nowhere(&desk.counter().await?.page, pin).await
}

/// Neither on the page nor in anything it keeps.
async fn nowhere(page: &madoka_tests::Page, pin: &str) -> Step {
    let kept = page
        .run(
            "const fields = [...document.querySelectorAll('input, select')].map((field) => field.value);
             return document.documentElement.outerHTML + document.body.innerText + fields
               + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href",
            vec![],
        )
        .await?;
    assert!(!kept.as_str().unwrap_or_default().contains(pin), "the PIN stands on a page");
    Ok(())
}

/// The digits stand in no file as they are, as a number of their own.
fn not_in_files(folder: &Path, pin: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            not_in_files(&entry.path(), pin);
            continue;
        }
        let bytes = fs::read(entry.path()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let alone = text.split(|letter: char| !letter.is_ascii_digit()).any(|number| number == pin);
        // Sealed bytes are anything, four digits among them; what can be read is text.
        let readable = std::str::from_utf8(&bytes).is_ok();
        assert!(!(alone && readable), "the PIN stands in {}", entry.path().display());
    }
}

#[tokio::test]
async fn 仮想のリーダーのカードを_住民が暗証番号で開け_違えば残りを言い_最後の一回は職員が確かめる() {
    let (pcscd, readers) = Pcscd::start(DESK);
    office_with(with_card_service(), "暗証番号", async |desk| {
        let counter = desk.counter().await?;
        begun(&counter).await?;
        let kuzuha = resident("kuzuha").unwrap();
        let card = insert(&readers[0], kuzuha.my_number_card());
        counter.page.reads("あと10回").await?;
        ask(&counter, "住民の画面で入れてもらう").await?;
        let page = desk.resident().await?.page;
        page.reads("あと2回まで入れられます").await?;
        enter(desk, WRONG).await?;

        let counter = desk.counter().await?;
        counter.page.reads("CARD-09").await?;
        counter.page.reads("あと2回").await?;
        counter.page.reads("ここで試せるのは、あと1回だけです").await?;
        counter.check_accessibility("暗証番号が違った").await?;
        // Nobody is asked again by itself: that is the officer's to say.
        let resident_page = desk.resident().await?.page;
        resident_page.reads("受付番号").await?;

        let counter = desk.counter().await?;
        counter.page.press_button("確かめたので、もう1回だけ入れてもらう").await?;
        let page = desk.resident().await?.page;
        page.reads("番号がちがいました").await?;
        page.reads("ここで入れられるのは、あと1回です").await?;
        enter(desk, &kuzuha.holder.pin).await?;
        let counter = desk.counter().await?;
        counter.page.reads("マイナンバーカードを読みました").await?;
        counter.page.reads("𠮷﨑　葛\u{E0100}葉").await?;
        for pin in [WRONG, kuzuha.holder.pin.as_str()] {
            nowhere(&counter.page, pin).await?;
            nowhere(&desk.resident().await?.page, pin).await?;
            not_in_files(&desk.machine().data(), pin);
        }
        drop(card);
        Ok(())
    })
    .await;
    drop(pcscd);
}

#[tokio::test]
async fn 仮想のリーダーのカードは_二度違えば暗証番号では開けず_止まったカードも別の開け方を言う() {
    let (pcscd, readers) = Pcscd::start(DESK);
    office_with(with_card_service(), "止まりかけたカード", async |desk| {
        let counter = desk.counter().await?;
        begun(&counter).await?;
        let card = insert(&readers[0], resident("kenichi").unwrap().my_number_card().with_pin_tries(2));
        counter.page.reads("あと10回").await?;
        ask(&counter, "確かめたので、もう1回だけ入れてもらう").await?;
        // By the keyboard, as somebody with a numeric pad would.
        let page = desk.resident().await?.page;
        page.reads("ここで入れられるのは、あと1回です").await?;
        page.press(WRONG).await?;
        page.until("four digits are in", async || {
            let ready = "return !document.querySelector('.touch-main').disabled";
            Ok(page.run(ready, vec![]).await? == Value::Bool(true))
        })
        .await?;
        page.press(Key::Enter).await?;
        let counter = desk.counter().await?;
        counter.page.reads("CARD-09").await?;
        counter.page.reads("あと1回まちがえると使えなくなる").await?;
        assert!(!counter.page.see("input[value=pin]").await?.is_enabled().await?);
        counter.page.reads("照合番号Bで読んでください").await?;
        drop(card.remove_slowly());

        counter.page.reads("カードをカードリーダーに置いてください").await?;
        let card = insert(&readers[0], resident("fumi").unwrap().my_number_card());
        counter.page.reads("まちがいが続いて使えなくなっています").await?;
        assert!(!counter.page.see("input[value=pin]").await?.is_enabled().await?);
        counter.check_accessibility("止まったカード").await?;
        drop(card);
        Ok(())
    })
    .await;
    drop(pcscd);
}
