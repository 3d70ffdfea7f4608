//! 文字盤: words without a keyboard, the officer's and the resident's.

use madoka_tests::{Page, Step, office};
use serde_json::json;
use thirtyfour::Key;

/// Presses the keys that bear these signs; 「゛」 turns the letter before.
async fn tap(page: &Page, letters: &str) -> Step {
    for letter in letters.chars() {
        let sign = if letter == '゛' { "゛゜小".to_owned() } else { letter.to_string() };
        let script = "
            const pad = document.querySelector('dialog[open] [role=group][lang=ja]') ?? document.querySelector('[role=group][lang=ja]');
            const key = [...pad.querySelectorAll('button')].find((one) => one.textContent.trim() === arguments[0]);
            for (const type of ['pointerdown', 'mousedown'])
              key.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true }));
            key.click();";
        page.run(script, vec![sign.into()]).await?;
    }
    Ok(())
}

#[tokio::test]
async fn 職員は文字盤だけで探せて_小窓の中でも打てる() {
    office("職員の文字盤", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.open_case("転入").await?;
        page.press_button("文字盤").await?;
        page.see("section[aria-label='文字盤']").await?;
        counter.check_accessibility("文字盤").await?;
        page.click(&page.see("input[type=search]").await?).await?;
        tap(page, "か゛1").await?;
        let typed = "return document.querySelector('input[type=search]').value";
        page.until("it stands in the search", async || Ok(page.run(typed, vec![]).await? == "が1")).await?;
        page.click(&page.see("button[aria-label='1字消す']").await?).await?;
        page.until("one letter less", async || Ok(page.run(typed, vec![]).await? == "が")).await?;

        counter.begin_case("出生").await?;
        tap(page, "27").await?;
        counter.check_accessibility("小窓の文字盤").await?;
        page.press_button("受け付ける").await?;
        counter.dialog_closed().await?;
        page.reads("27").await?;
        page.press(Key::F10).await?;
        page.until("the pad is away", async || Ok(page.all("section[aria-label='文字盤']").await?.is_empty()))
            .await
    })
    .await;
}

#[tokio::test]
async fn 住民は文字盤で答えを書ける() {
    office("住民の文字盤", async |desk| {
        let counter = desk.counter().await?;
        counter.page.press(Key::F8).await?;
        desk.resident().await?;
        let counter = desk.counter().await?;
        counter.open_case("転入").await?;
        counter.page.press("o").await?;
        counter.page.see("section[aria-label='住民の画面']").await?;
        let reception = counter.page.call("reception", json!({})).await?.unwrap();
        let case = reception["cases"][0]["id"].clone();
        let ask = json!({ "case": case, "facts": ["case.new_address"] });
        counter.page.call("send_question_to_resident", ask).await?.unwrap();
        let resident = desk.resident().await?;
        resident.page.see("#question").await?;
        resident.touch("文字盤を出す").await?;
        resident.check_in_every_language("文字盤").await?;
        tap(&resident.page, "みなとの1-2").await?;
        resident.touch("これで進む").await?;
        resident.page.reads("受付番号").await?;
        let counter = desk.counter().await?;
        let visit = counter.page.call("visit", json!({ "case": case })).await?.unwrap();
        assert!(
            visit["interview"]["answered"].to_string().contains("みなとの1-2"),
            "{}",
            visit["interview"]["answered"]
        );
        Ok(())
    })
    .await;
}
