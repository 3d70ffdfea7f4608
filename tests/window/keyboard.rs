//! Without a mouse.

use madoka_tests::{Page, Screen, Step, office};
use thirtyfour::Key;

#[tokio::test]
async fn 二つのキーで転入を受け付け_マウスなしで取り消して戻す() {
    office("キーだけの受付", async |desk| {
        let counter = desk.counter().await?;
        counter.arrived(Screen::Reception).await?;

        counter.page.press("2").await?;
        counter.dialog_open().await?;
        counter.page.press(Key::Enter).await?;
        counter.dialog_closed().await?;
        counter.has_cases(1).await?;
        assert_eq!(counter.cases().await?[0].life_event, "転入");

        // From the search box the next stops are the first case's own buttons.
        counter.page.press("/").await?;
        counter.page.press(Key::Tab).await?;
        assert_eq!(counter.page.focus().await?, "1番を開く");
        counter.page.press(Key::Tab).await?;
        assert_eq!(counter.page.focus().await?, "1番を取消");
        counter.page.press(Key::Enter).await?;
        counter.page.reads("取消済み").await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn 小窓はescで閉じ_焦点は元の札に戻る() {
    office("Escで閉じる", async |desk| {
        let counter = desk.counter().await?;
        counter.arrived(Screen::Reception).await?;
        counter.begin_case("出生").await?;
        counter.page.press(Key::Escape).await?;
        counter.dialog_closed().await?;
        assert!(counter.page.focus().await?.contains("出生"));
        counter.has_cases(0).await
    })
    .await;
}

#[tokio::test]
async fn 小窓に数字を打っても受付は増えない() {
    office("小窓に数字", async |desk| {
        let counter = desk.counter().await?;
        counter.arrived(Screen::Reception).await?;
        counter.page.press("1").await?;
        counter.dialog_open().await?;
        counter.page.press("27").await?;
        counter.page.press(Key::Enter).await?;
        counter.has_cases(1).await?;
        assert_eq!(counter.tickets().await?, ["27"]);

        counter.page.press("/").await?;
        counter.page.press("2").await?;
        counter
            .page
            .until("the digit went into the search", async || {
                let found = counter.page.see("input[type=search]").await?.prop("value").await?;
                Ok(found.as_deref() == Some("2"))
            })
            .await?;
        counter.has_cases(1).await
    })
    .await;
}

#[tokio::test]
async fn キーで画面を移り_一覧でキーを確かめる() {
    office("キーの一覧", async |desk| {
        let counter = desk.counter().await?;
        counter.arrived(Screen::Reception).await?;
        for (digit, screen) in [("6", Screen::SelfCheck), ("8", Screen::Display), ("1", Screen::Reception)] {
            counter.page.press_with(Key::Alt, digit).await?;
            counter.arrived(screen).await?;
        }
        for key in [TypedOrFunction::Function, TypedOrFunction::Typed] {
            match key {
                TypedOrFunction::Function => counter.page.press(Key::F1).await?,
                TypedOrFunction::Typed => counter.page.press("?").await?,
            }
            counter.page.reads("キー操作の一覧を開く").await?;
            counter.page.reads("そのライフイベントの受付を始める").await?;
            counter.check_accessibility("キー操作").await?;
            counter.page.press(Key::Escape).await?;
            counter.dialog_closed().await?;
        }
        Ok(())
    })
    .await;
}

#[derive(Clone, Copy)]
enum TypedOrFunction {
    Function,
    Typed,
}

#[tokio::test]
async fn tabだけで最初の札まで届く() {
    office("Tabで届く", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.arrived(Screen::Reception).await?;
        // The work has the keyboard from the beginning: the navigation is not in the way.
        walk_to(page, Key::Tab, "転入", 6).await?;
        page.press(Key::Enter).await?;
        counter.dialog_open().await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await
    })
    .await;
}

#[tokio::test]
async fn 画面の一覧に入った人も_一つのキーで中身へ移れる() {
    office("中身へ移る", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.arrived(Screen::Reception).await?;
        // From the top of the window, as a screen reader begins.
        page.run("document.querySelector('main').blur(); getSelection().removeAllRanges()", vec![]).await?;
        page.run("document.querySelector(\"nav[aria-label='画面'] button\").focus()", vec![]).await?;
        page.press_with(Key::Shift, Key::Tab).await?;
        assert_eq!(page.focus().await?, "画面の中身へ移る");
        counter.check_accessibility("中身へ移る").await?;
        page.press(Key::Enter).await?;
        walk_to(page, Key::Tab, "転入", 6).await
    })
    .await;
}

/// Presses a key until the focus is on this, and no more often than that.
async fn walk_to(page: &Page, key: Key, target: &str, most: usize) -> Step {
    let mut passed = Vec::new();
    for _ in 0..most {
        page.press(key.clone()).await?;
        let here = page.focus().await?;
        if here.contains(target) {
            return Ok(());
        }
        passed.push(here);
    }
    panic!("{target}に届きません: {passed:?}");
}
