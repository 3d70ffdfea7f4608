//! 二次元コード: what a resident entered at home becomes a case, and what the card says otherwise is settled in one key.

use std::fs;

use madoka_tests::{Screen, office};
use thirtyfour::Key;

#[tokio::test]
async fn 家で入力したコードから案件が始まり_カードとの食い違いは一つのキーで済む() {
    office("家で入力したコード", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.arrived(Screen::Reception).await?;
        page.press("s").await?;
        counter.dialog_open().await?;
        page.press_button("練習：家で入力した方のコードを読む").await?;
        counter.dialog_closed().await?;
        // Everything said at home stands there with its mark.
        page.reads("昭和59年5月13日").await?;
        page.reads("二次元コード").await?;
        page.see("section[aria-label='潮崎　蒼']").await?;

        counter.lay_practice_card("潮崎　健一").await?;
        counter.enter_match_code().await?;
        page.reads("マイナンバーカードを読みました").await?;
        let same = "return [...document.querySelectorAll(\"section[aria-labelledby='same-person'] button\")]
            .find((one) => one.innerText.includes('届出人は来庁した方と同じ方'))?.getAttribute('aria-keyshortcuts') ?? null";
        page.until("the offer is there", async || Ok(page.run(same, vec![]).await?.is_string())).await?;
        let key = page.run(same, vec![]).await?;
        page.run("document.activeElement.blur()", vec![]).await?;
        page.press(key.as_str().unwrap_or_default()).await?;
        page.reads("食い違い：").await?;
        counter.check_accessibility("食い違い").await?;
        // The chip is the most trusted: it stands first.
        let first = "return document.querySelector('main section button[aria-keyshortcuts=\"1\"]')?.innerText ?? ''";
        let first = page.run(first, vec![]).await?;
        let first = first.as_str().unwrap_or_default();
        assert!(first.contains("昭和59年5月12日") && first.contains("チップ"), "{first}");
        page.press("1").await?;
        page.no_longer_reads("食い違い：").await?;

        // What was said at home is not asked again.
        page.press(Key::F3).await?;
        page.see("section[data-fact]").await?;
        page.no_longer_reads("引越しをした日はいつですか").await
    })
    .await;
}

#[tokio::test]
async fn 家で入力したコードの鍵は_この端末の画面で入れられる() {
    office("事前入力の鍵", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.visit(Screen::Terminal).await?;
        page.reads("家で入力した二次元コードの鍵").await?;
        let key = madoka_qr::SecretKey::from_seed(&[3; 32]);
        let file = desk.machine().home().join("key");
        fs::write(&file, &*key.expose()).expect("the key can be written");
        page.give_file("input[data-pre-entry]", &file).await?;
        page.reads(&format!("鍵 {} を入れました", key.id())).await?;
        fs::write(&file, "これは鍵ではありません").expect("the file can be written");
        page.give_file("input[data-pre-entry]", &file).await?;
        page.reads("QR-").await?;
        counter.check_accessibility("事前入力の鍵").await
    })
    .await;
}
