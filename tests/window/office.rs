//! 本番の窓口: the terminal becomes the city's, somebody signs in, and the server comes and goes.

use madoka_tests::{City, OWN, office_with};
use thirtyfour::Key;

use crate::signing_in::{enrol, first_sign_in, real, sign_in};

#[tokio::test]
async fn 端末を登録し_サインインし_案件がサーバーに届く() {
    let mut city = City::start();
    city.release_pack();
    let first = city.hire("s01", "窓口一郎", "窓口");
    office_with(real(), "本番の窓口", async |desk| {
        let counter = enrol(desk, &city.invitation("mado-1")).await?;
        let page = &counter.page;
        counter.check_accessibility("サインイン").await?;
        first_sign_in(&counter, "s01", &first, "今日の案件").await?;
        page.reads("窓口一郎").await?;
        page.reads("同期済み").await?;
        page.reads("市外・国外から来た").await?;
        counter.open_case("転入").await?;
        page.until("案件が届く", async || Ok(city.status()["cases"] == 1)).await?;
        counter.check_accessibility("本番の受付").await?;

        // 席を離れる: nothing is to be seen, and no key works.
        page.press_with(Key::Control, "l").await?;
        page.reads("離席中です").await?;
        page.no_longer_reads("今日の案件").await?;
        counter.check_accessibility("離席").await?;

        // The server is gone: the officer comes back all the same, and work goes on.
        city.kill();
        page.write(OWN).await?;
        page.press(Key::Enter).await?;
        page.reads("今日の案件").await?;
        page.reads("接続できません").await?;
        counter.open_case("転居").await?;
        page.reads("未送信").await?;
        city.serve();
        page.reads("同期済み").await?;
        page.until("二つ目の案件も届く", async || Ok(city.status()["cases"] == 2)).await
    })
    .await;
}

#[tokio::test]
async fn 違うパスワードでは入れず_練習には入れる_練習は本番に混ざらない() {
    let city = City::start();
    let first = city.hire("s01", "窓口一郎", "窓口");
    office_with(real(), "サインインできない", async |desk| {
        let counter = enrol(desk, &city.invitation("mado-1")).await?;
        let page = &counter.page;
        sign_in(&counter, "s01", "ちがうパスワード").await?;
        page.reads("SRV-").await?;
        page.press_button("練習モードを開く").await?;
        page.reads("練習を終える").await?;
        counter.open_case("転入").await?;
        page.press_button("練習を終える").await?;
        page.reads("職員ID").await?;
        first_sign_in(&counter, "s01", &first, "今日の案件").await?;
        // Nothing was released yet: the counter says so instead of making something up.
        page.reads("PACK-41").await?;
        page.reads("同期済み").await?;
        counter.has_cases(0).await?;
        assert_eq!(city.status()["cases"], 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn 開き直しても_端末は登録されたまま_サインインから始まる() {
    let city = City::start();
    city.release_pack();
    let first = city.hire("s01", "窓口一郎", "窓口");
    office_with(real(), "開き直す", async |desk| {
        let counter = enrol(desk, &city.invitation("mado-1")).await?;
        first_sign_in(&counter, "s01", &first, "今日の案件").await?;
        counter.page.reads("市外・国外から来た").await?;
        counter.open_case("転入").await?;
        desk.reopen().await?;
        let page = desk.signing_in().await?;
        page.reads("サインイン").await?;
        page.no_longer_reads("今日の案件").await
    })
    .await;
}

#[tokio::test]
async fn 同僚を名前で選んで引き継ぐと_相手の窓口にメモごと届く() {
    let city = City::start();
    city.release_pack();
    let (first, second) = (city.hire("s01", "窓口一郎", "窓口"), city.hire("s02", "窓口二葉", "窓口"));
    office_with(real(), "引き継ぐ窓口", async |mine| {
        let counter = enrol(mine, &city.invitation("mado-1")).await?;
        first_sign_in(&counter, "s01", &first, "今日の案件").await?;
        counter.page.reads("市外・国外から来た").await?;
        counter.open_case_with_ticket("転入", "31").await?;
        office_with(real(), "引き継がれる窓口", async |theirs| {
            let other = enrol(theirs, &city.invitation("mado-2")).await?;
            first_sign_in(&other, "s02", &second, "今日の案件").await?;
            other.page.reads("市外・国外から来た").await?;
            let page = &counter.page;
            page.click(&page.see("button[aria-label='31番を開く']").await?).await?;
            page.reads("まだ読んでいない方").await?;
            page.press_with(Key::Control, "h").await?;
            counter.dialog_open().await?;
            page.reads("窓口二葉").await?;
            page.reads("端末 mado-2").await?;
            counter.check_accessibility("本番で引き継ぐ").await?;
            page.press(Key::Tab).await?;
            page.write("通帳を取りに戻っています").await?;
            page.click(&page.see("dialog[open] button[type=submit]").await?).await?;
            page.reads("窓口二葉").await?;

            other.page.reads("31").await?;
            other.page.click(&other.page.see("button[aria-label='31番を開く']").await?).await?;
            other.page.reads("通帳を取りに戻っています").await?;
            other.page.no_longer_reads("が担当しています").await
        })
        .await;
        Ok(())
    })
    .await;
}
