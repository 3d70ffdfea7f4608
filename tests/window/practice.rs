//! 練習の課題: a newcomer plays a story, and tasks tick themselves off.

use madoka_tests::office;
use thirtyfour::Key;

#[tokio::test]
async fn 課題を選ぶと話が横に出て_したことから印が付き_終えると振り返りが出る() {
    office("練習の課題", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        page.press("r").await?;
        page.reads("電話で中断、答えの直し").await?;
        counter.check_accessibility("練習の課題を選ぶ").await?;
        page.press("4").await?;
        counter.dialog_closed().await?;
        page.reads("練習の課題 0／5").await?;
        counter.open_case("転入").await?;
        page.reads("練習の課題 1／5").await?;
        page.press("o").await?;
        page.reads("読取").await?;
        page.press(Key::F3).await?;
        page.reads("引越しをした日").await?;
        counter.check_accessibility("聞き取り（課題が横にある）").await?;
        page.press(Key::F7).await?;
        page.reads("中断しています").await?;
        page.press(Key::Enter).await?;
        page.reads("練習の課題 2／5").await?;
        page.press_with(Key::Control, Key::Enter).await?;
        page.reads("どう終わったか").await?;
        page.press(Key::Enter).await?;
        page.reads("振り返り").await?;
        page.reads("できなかったこと").await?;
        counter.check_accessibility("振り返り").await?;
        page.press_button("課題を終える").await?;
        page.no_longer_reads("振り返り").await
    })
    .await;
}
