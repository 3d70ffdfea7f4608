//! 受付

use madoka_tests::{Screen, Step, office};
use thirtyfour::Key;

#[tokio::test]
async fn 初めて開いた窓は受付で_何をすればよいか教える() {
    office("初めて開いた窓", async |desk| {
        let counter = desk.counter().await?;
        counter.arrived(Screen::Reception).await?;
        counter.page.reads("まだ今日の案件はありません").await?;
        counter.page.reads("練習モード").await?;
        for life_event in ["おくやみ", "転入", "転居", "転出", "出生", "婚姻", "離婚", "障害者手帳", "証明書"]
        {
            counter.page.button(life_event).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn 死亡の案件を押して開くと今日の案件に並ぶ() {
    office("死亡の案件を開く", async |desk| {
        let counter = desk.counter().await?;
        counter.begin_case("おくやみ").await?;
        counter.check_accessibility("受付の小窓").await?;
        counter.page.press_button("受け付ける").await?;
        counter.has_cases(1).await?;
        let case = counter.cases().await?.remove(0);
        assert_eq!((case.ticket.as_str(), case.waiting.as_str()), ("1", "0 分"));
        assert!(case.life_event.contains("おくやみ"), "{case:?}");
        counter.check_accessibility("案件のある受付").await
    })
    .await;
}

#[tokio::test]
async fn 番号札の番号は全角で打っても読み_同じ番号は断る() {
    office("番号札の番号", async |desk| {
        let counter = desk.counter().await?;
        counter.open_case_with_ticket("転入", "Ａ－１２").await?;
        counter.has_cases(1).await?;
        assert_eq!(counter.tickets().await?, ["A-12"]);

        counter.begin_case("出生").await?;
        counter.page.write("a-12").await?;
        counter.page.press(Key::Enter).await?;
        let refusal = counter.page.see("#ticket-refusal").await?.text().await?;
        assert!(refusal.contains("使われています") && refusal.contains("CASE-02"), "{refusal}");
        counter.check_accessibility("断られた受付の小窓").await?;

        // What was typed stays, selected: the next number replaces it.
        counter.page.write("13").await?;
        counter.page.press(Key::Enter).await?;
        counter.dialog_closed().await?;
        counter.has_cases(2).await?;
        assert_eq!(counter.tickets().await?, ["A-12", "13"]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn 取り消した案件は下に残り_戻せる() {
    office("取消", async |desk| {
        let counter = desk.counter().await?;
        counter.open_case("転入").await?;
        counter.open_case("転出").await?;
        counter.has_cases(2).await?;

        counter.take_back("1").await?;
        let first_is_last = async || -> Step<bool> { Ok(counter.tickets().await? == ["2", "1"]) };
        counter.page.until("the case taken back is last", first_is_last).await?;
        assert_eq!(counter.cases().await?[1].waiting, "取消済み");
        counter.check_accessibility("取消のある受付").await?;

        counter.restore("1").await?;
        counter.page.until("it is back", async || Ok(counter.tickets().await? == ["1", "2"])).await
    })
    .await;
}

#[tokio::test]
async fn 日本語で検索すると当たる案件だけになる() {
    office("検索", async |desk| {
        let counter = desk.counter().await?;
        counter.open_case("転入").await?;
        counter.open_case("証明書").await?;
        counter.has_cases(2).await?;

        counter.search("証明").await?;
        counter.has_cases(1).await?;
        assert_eq!(counter.tickets().await?, ["2"]);

        // Any character may be searched for, also those a keyboard driver loses on the way.
        counter.search("𠮷野葛\u{E0100}").await?;
        counter.page.reads("「𠮷野葛\u{E0100}」に当たる今日の案件はありません").await?;
        counter.check_accessibility("当たりのない検索").await?;

        counter.search("").await?;
        counter.page.press(" \u{8}").await?;
        counter.has_cases(2).await
    })
    .await;
}
