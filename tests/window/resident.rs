//! 住民の画面, beside the officer's window in one session.

use madoka_tests::{Screen, office};
use thirtyfour::Key;

#[tokio::test]
async fn 住民の画面は受付番号を示し_次の方を迎える() {
    office("住民の画面", async |desk| {
        let counter = desk.counter().await?;
        counter.arrived(Screen::Reception).await?;
        counter.page.press(Key::F8).await?;
        let resident = desk.resident().await?;
        assert_eq!(resident.greeting().await?, "いらっしゃいませ");
        resident.check_accessibility("住民の画面（お迎え）").await?;

        let counter = desk.counter().await?;
        counter.open_case_with_ticket("転入", "27").await?;
        let resident = desk.resident().await?;
        resident.page.reads("27").await?;
        assert_eq!(resident.greeting().await?, "受け付けました");
        resident.check_accessibility("住民の画面（受付）").await?;

        resident.speak("English").await?;
        resident.page.reads("Moving in").await?;
        resident.page.reads("You are checked in").await?;
        resident.speak("やさしい日本語").await?;
        resident.page.reads("あなたの 番号（ばんごう）").await?;
        resident.check_accessibility("住民の画面（やさしい日本語）").await?;

        // The next resident begins in Japanese, and sees nothing of the one before.
        let counter = desk.counter().await?;
        counter.page.press("n").await?;
        let resident = desk.resident().await?;
        resident.page.reads("いらっしゃいませ").await?;
        resident.page.no_longer_reads("27").await
    })
    .await;
}

#[tokio::test]
async fn 取り消した受付は住民の画面からも消える() {
    office("取消と住民の画面", async |desk| {
        let counter = desk.counter().await?;
        counter.page.press(Key::F8).await?;
        desk.resident().await?;
        let counter = desk.counter().await?;
        counter.open_case("転入").await?;
        desk.resident().await?.page.reads("受け付けました").await?;
        desk.counter().await?.take_back("1").await?;
        desk.resident().await?.page.reads("いらっしゃいませ").await
    })
    .await;
}

#[tokio::test]
async fn 同じキーで閉じ_二枚は開かない() {
    office("住民の画面の開け閉め", async |desk| {
        let counter = desk.counter().await?;
        counter.page.press(Key::F8).await?;
        desk.resident().await?;
        let counter = desk.counter().await?;
        counter.page.reads("表示中").await?;
        assert_eq!(desk.windows().await?, 2);
        counter.page.press(Key::F8).await?;
        counter.page.no_longer_reads("表示中").await?;
        assert_eq!(desk.windows().await?, 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn 住民の画面からは職員の操作ができない() {
    office("住民の画面の権限", async |desk| {
        let counter = desk.counter().await?;
        counter.page.press(Key::F8).await?;
        let resident = desk.resident().await?;
        for command in ["reception", "open_case", "set_display", "welcome_next"] {
            let answer = resident
                .page
                .run_slowly(&format!(
                    "const done = arguments[arguments.length - 1];
                     window.__TAURI_INTERNALS__.invoke('{command}', {{ lifeEvent: 'birth', ticket: null }})
                       .then(() => done('allowed'), (error) => done(String(error)))"
                ))
                .await?;
            let answer = answer.as_str().unwrap_or_default().to_owned();
            assert!(answer.contains("not allowed"), "{command}: {answer}");
        }
        Ok(())
    })
    .await;
}
