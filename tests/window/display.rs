//! 表示: large type and 白黒反転

use madoka_tests::{Counter, Screen, Start, Step, office, office_with};
use thirtyfour::Key;

async fn type_size(counter: &Counter) -> Step<String> {
    let size =
        counter.page.run("return getComputedStyle(document.documentElement).fontSize", Vec::new()).await?;
    Ok(size.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn 大きな文字と白黒反転はどの画面でも使え_開き直しても残る() {
    office("表示", async |desk| {
        let counter = desk.counter().await?;
        counter.visit(Screen::Display).await?;
        counter.choose("とても大きい").await?;
        counter.page.until("the type is larger", async || Ok(type_size(&counter).await? == "24px")).await?;
        counter.choose("白黒反転").await?;
        for screen in Screen::ALL {
            counter.visit(screen).await?;
        }
        counter.visit(Screen::Reception).await?;
        counter.open_case("転入").await?;
        counter.take_back("1").await?;
        counter.check_accessibility("白黒反転の受付").await?;

        desk.reopen().await?;
        let counter = desk.counter().await?;
        assert_eq!(type_size(&counter).await?, "24px");
        counter.visit(Screen::Display).await
    })
    .await;
}

#[tokio::test]
async fn 文字の大きさはどこでもキーで変わる() {
    office("文字の大きさのキー", async |desk| {
        let counter = desk.counter().await?;
        counter.arrived(Screen::Reception).await?;
        counter.page.press_with(Key::Control, "+").await?;
        counter.page.until("one step larger", async || Ok(type_size(&counter).await? == "20px")).await?;
        counter.page.press_with(Key::Control, "-").await?;
        counter.page.until("back again", async || Ok(type_size(&counter).await? == "16px")).await
    })
    .await;
}

#[tokio::test]
async fn 大きな画面でも小さな画面でも横にはみ出さない() {
    for size in ["1024x640", "1366x768", "1920x1080"] {
        let start =
            Start { size, settings: Some("[display]\ntype_size = \"largest\"\n"), ..Start::default() };
        office_with(start, "はみ出し", async |desk| {
            let counter = desk.counter().await?;
            counter.open_case("障害者手帳").await?;
            for screen in Screen::ALL {
                counter.visit(screen).await?;
                let beyond = counter
                    .page
                    .run(
                        "const wide = (e) => e.scrollWidth - e.clientWidth;
                         return Math.max(wide(document.documentElement), wide(document.querySelector('main')))",
                        Vec::new(),
                    )
                    .await?;
                assert_eq!(beyond.as_i64(), Some(0), "{} on {size}", screen.name());
            }
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn 壊れた設定でも窓口は開き_何が起きたかを言う() {
    let start = Start { settings: Some("display = 大きく"), ..Start::default() };
    office_with(start, "壊れた設定", async |desk| {
        let counter = desk.counter().await?;
        let problem = counter.problem().await?;
        assert!(problem.contains("SET-02") && problem.contains("settings.toml"), "{problem}");
        counter.check_accessibility("お知らせの出た受付").await?;

        counter.page.press(Key::Escape).await?;
        counter.page.no_longer_reads("SET-02").await?;
        counter.open_case("転入").await?;

        // Choosing another look works now and says that it will not be kept.
        counter.visit(Screen::Display).await?;
        counter.choose("白黒反転").await?;
        let problem = counter.problem().await?;
        assert!(problem.contains("SET-04"), "{problem}");
        let kept = std::fs::read_to_string(desk.machine().data().join("settings.toml")).unwrap();
        assert_eq!(kept, "display = 大きく");
        Ok(())
    })
    .await;
}
