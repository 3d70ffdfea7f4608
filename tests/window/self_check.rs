//! 自己点検

use madoka_tests::{Screen, office};

#[tokio::test]
async fn 何があり何が足りないかと_どうすればよいかがわかる() {
    office("自己点検", async |desk| {
        let counter = desk.counter().await?;
        counter.visit(Screen::SelfCheck).await?;
        let checks = counter.checks().await?;
        let state = |part: &str| {
            checks.iter().find(|line| line.part.starts_with(part)).map(|line| line.state.as_str())
        };

        // `cargo xtask test` installs both fonts; a machine for tests has no reader, camera or printer.
        assert_eq!(state("画面の書体"), Some("使えます"));
        assert_eq!(state("氏名の書体"), Some("使えます"));
        assert_eq!(state("サーバー"), Some("使いません"));
        assert!(state("カードリーダー").is_some() && state("プリンター").is_some(), "{checks:?}");
        counter.page.reads("BIZ UD").await?;
        counter.check_accessibility("点検の済んだ自己点検").await
    })
    .await;
}

#[tokio::test]
async fn 下の帯から自己点検へ行ける() {
    office("下の帯", async |desk| {
        let counter = desk.counter().await?;
        counter.page.click(&counter.page.see("footer li button").await?).await?;
        counter.arrived(Screen::SelfCheck).await
    })
    .await;
}
