//! 案件: from the card to the list of procedures, in the real window.

use madoka_tests::office;
use thirtyfour::Key;

#[tokio::test]
async fn 練習のカードを読み_聞き取りに答え_手続に印を付けて完了する() {
    office("案件の流れ", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.open_case("転入").await?;
        page.press("o").await?;
        counter.lay_practice_card("潮崎　健一").await?;
        counter.check_accessibility("読取").await?;
        counter.enter_match_code().await?;
        page.reads("マイナンバーカードを読みました").await?;
        page.reads("潮崎").await?;
        counter.check_accessibility("読み取ったあと").await?;

        page.press(Key::F3).await?;
        page.reads("引越しをした日").await?;
        page.write("令和8年11月15日").await?;
        page.press(Key::Enter).await?;
        page.reads("どこから引っ越してきましたか").await?;
        page.press("1").await?;
        page.reads("令和8年11月15日").await?;
        counter.check_accessibility("聞き取り").await?;

        page.press(Key::F4).await?;
        page.reads("転入届").await?;
        page.press_button("済").await?;
        page.until("済の印", async || {
            Ok(!page.all("[role=group] button[aria-pressed=true]").await?.is_empty())
        })
        .await?;
        counter.check_accessibility("手続").await?;

        // What is left open is asked about once, in words.
        page.press_button("終える").await?;
        page.reads("このまま終えますか").await?;
        counter.check_accessibility("終える").await?;
        page.press_button("残したまま終える").await?;
        counter.has_cases(1).await?;
        page.reads("完了").await
    })
    .await;
}
