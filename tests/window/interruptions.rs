//! 中断: the phone rings, the power goes out, the shift changes. Everything is where it was.

use madoka_tests::{Step, office};
use thirtyfour::Key;

async fn reads_in_field(page: &madoka_tests::Page, text: &str) -> Step {
    page.until(&format!("the field holds {text}"), async || {
        let held = page
            .run("return document.querySelector('section[data-fact] input')?.value ?? ''", vec![])
            .await?;
        Ok(held.as_str() == Some(text))
    })
    .await
}

#[tokio::test]
async fn 電源が落ちても_案件と段階と打ちかけの答えが_そのまま戻る() {
    office("停電", async |desk| {
        let counter = desk.counter().await?;
        counter.open_case("転入").await?;
        counter.page.press("o").await?;
        counter.page.reads("カード").await?;
        counter.page.press(Key::F3).await?;
        counter.page.reads("引越しをした日").await?;
        counter.page.write("令和8年11月").await?;
        // Fingers rest a moment; what stands there is then on the disk.
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;

        desk.power_cut().await?;
        let counter = desk.counter().await?;
        counter.page.reads("1番").await?;
        counter.page.reads("引越しをした日").await?;
        reads_in_field(&counter.page, "令和8年11月").await?;

        // It goes on from there.
        counter.page.click(&counter.page.see("section[data-fact] input").await?).await?;
        counter.page.press(Key::End).await?;
        counter.page.write("15日").await?;
        counter.page.press(Key::Enter).await?;
        counter.page.reads("どこから引っ越してきましたか").await?;
        counter.page.reads("令和8年11月15日").await
    })
    .await;
}

#[tokio::test]
async fn 電話で中断すると画面が隠れ_続けると元の所に戻る() {
    office("中断", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.open_case("転居").await?;
        page.press("o").await?;
        page.reads("読取").await?;
        page.press(Key::F3).await?;
        page.reads("引越しをした日").await?;
        page.press(Key::F7).await?;
        page.reads("中断しています").await?;
        page.no_longer_reads("引越しをした日").await?;
        counter.check_accessibility("中断").await?;
        page.press(Key::Enter).await?;
        counter.dialog_closed().await?;
        page.reads("引越しをした日").await
    })
    .await;
}

#[tokio::test]
async fn 引き継ぐと一覧に相手の名が出て_理由を言えば引き取れる() {
    office("引き継ぎ", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.open_case("出生").await?;
        page.press("o").await?;
        page.reads("読取").await?;
        page.press_with(Key::Control, "h").await?;
        counter.dialog_open().await?;
        page.reads("佐藤（練習）").await?;
        counter.check_accessibility("引き継ぐ").await?;
        page.press(Key::Enter).await?;
        page.reads("2番窓口").await?;
        counter.check_accessibility("受付（ほかの人の案件）").await?;
        page.press_button("見る").await?;
        page.reads("が担当しています").await?;
        page.press_button("引き取る").await?;
        page.reads("引き取る理由").await?;
        page.write("席を離れている").await?;
        page.press(Key::Enter).await?;
        page.no_longer_reads("が担当しています").await
    })
    .await;
}

#[tokio::test]
async fn 電話のあいだにほかの案件を開いても_打ちかけの答えとメモは_それぞれ残る() {
    office("打ちかけ", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.open_case("転入").await?;
        page.press("o").await?;
        page.reads("カード").await?;
        page.press(Key::F3).await?;
        page.reads("引越しをした日").await?;
        page.write("令和8年11月").await?;
        page.press_with(Key::Control, "m").await?;
        counter.dialog_open().await?;
        page.write("通帳を取りに").await?;
        // Fingers rest a moment.
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;

        // The telephone, and somebody else in between.
        page.press(Key::F7).await?;
        page.reads("中断しています").await?;
        page.press(Key::Enter).await?;
        counter.dialog_closed().await?;
        reads_in_field(page, "令和8年11月").await?;
        page.press_button("受付に戻る").await?;
        counter.has_cases(1).await?;
        counter.open_case("転居").await?;
        page.press("o").await?;
        page.reads("カード").await?;
        page.press(Key::F3).await?;
        page.reads("引越しをした日").await?;
        page.write("令和8年10月").await?;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        page.press_button("受付に戻る").await?;
        counter.has_cases(2).await?;

        page.click(&page.see("button[aria-label='1番を開く']").await?).await?;
        reads_in_field(page, "令和8年11月").await?;
        page.press_with(Key::Control, "m").await?;
        counter.dialog_open().await?;
        page.until("the note is there", async || {
            let held =
                page.run("return document.querySelector('dialog[open] textarea').value", vec![]).await?;
            Ok(held == "通帳を取りに")
        })
        .await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;
        page.press_button("受付に戻る").await?;
        counter.has_cases(2).await?;
        page.click(&page.see("button[aria-label='2番を開く']").await?).await?;
        reads_in_field(page, "令和8年10月").await
    })
    .await;
}
