//! 照会・回答: the corner asks, a department answers at its own terminal, and the corner sees it, with the real server
//! between them; and the register and the departments of practice.

use std::time::Instant;

use madoka_tests::{City, Counter, Page, Screen, Step, office, office_with};
use thirtyfour::Key;

use crate::signing_in::{enrol, first_sign_in, real};

/// Waits until a line of news says this. Such a line may be cut off at its end, and then the driver calls it hidden.
async fn told(page: &Page, text: &str) -> Step {
    let say = "return [...document.querySelectorAll('[role=status]')].some((one) => one.textContent.includes(arguments[0]))";
    page.until(&format!("a line says {text:?}"), async || {
        Ok(page.run(say, vec![text.into()]).await?.as_bool() == Some(true))
    })
    .await
}

/// 父が亡くなった。住所は市内、85歳: what the corner knows so far.
async fn begin_death(counter: &Counter) -> Step {
    let page = &counter.page;
    page.reads("ご家族が亡くなった").await?;
    counter.open_case("おくやみ").await?;
    page.press("o").await?;
    page.press(Key::F3).await?;
    page.reads("亡くなった日はいつですか").await?;
    page.write("令和8年11月15日").await?;
    page.press(Key::Enter).await?;
    page.reads("令和8年11月15日").await?;
    page.write("昭和16年2月3日").await?;
    page.press(Key::Enter).await?;
    page.reads("昭和16年2月3日").await?;
    page.press("1").await?;
    page.reads("介護保険").await
}

#[tokio::test]
async fn 窓口が照会し_課が自分の端末で回答し_窓口の画面に静かに届く() {
    let mut city = City::start();
    city.release_pack();
    let corner_first = city.hire("s01", "窓口一郎", "窓口");
    let office_first = city.hire_in("g01", "介護花子", "関係課", "kaigo");
    office_with(real(), "照会する窓口", async |corner_desk| {
        let corner = enrol(corner_desk, &city.invitation("mado-1")).await?;
        first_sign_in(&corner, "s01", &corner_first, "今日の案件").await?;
        begin_death(&corner).await?;
        let page = &corner.page;
        page.press_with(Key::Control, "i").await?;
        page.reads("まとめて照会する").await?;
        corner.check_accessibility("関係課への照会").await?;
        page.press(Key::Enter).await?;
        page.reads("照会しました").await?;
        page.reads("回答待ち").await?;
        page.press(Key::Escape).await?;
        corner.dialog_closed().await?;
        page.press(Key::F4).await?;
        page.reads("このあと回る順").await?;

        office_with(real(), "回答する課", async |their_desk| {
            let theirs = enrol(their_desk, &city.invitation_of_department("kaigo-1", "kaigo")).await?;
            // Whoever only answers begins with what is asked.
            first_sign_in(&theirs, "g01", &office_first, "窓口から届いた照会に回答します").await?;
            let their = &theirs.page;
            // The names of procedures come with the pack.
            their.reads("同期済み").await?;
            their.reads("介護保険 資格喪失届").await?;
            their.reads("昭和16年2月3日").await?;
            theirs.check_accessibility("照会（関係課）").await?;
            let focus_before = page.focus().await?;
            their.press("1").await?;
            their.press("h").await?;
            their.press_with(Key::Control, Key::Enter).await?;
            let answered = Instant::now();
            told(their, "回答しました").await?;

            // The officer is told in a line that was always there; the keyboard stays where it was.
            told(page, "介護保険課から回答").await?;
            eprintln!("回答から窓口の画面まで {} ミリ秒", answered.elapsed().as_millis());
            assert_eq!(page.focus().await?, focus_before);
            page.reads("担当課で受ける").await?;
            corner.check_accessibility("回答が届いた手続").await?;

            // The server goes while the department answers on: it says so, and nothing is lost.
            city.kill();
            their.press("2").await?;
            their.press_with(Key::Control, Key::Enter).await?;
            their.reads("SYNC-01").await?;
            city.serve();
            their
                .until("もう一度送れる", async || {
                    their.press_with(Key::Control, Key::Enter).await?;
                    Ok(their.text().await?.contains("回答を待つ照会はありません"))
                })
                .await
        })
        .await;

        // 進み: the corner sees who it waits for.
        page.press_with(Key::Alt, "4").await?;
        corner.arrived(Screen::Board).await?;
        page.reads("家族が会う課").await?;
        page.reads("介護保険課").await
    })
    .await;
}

#[tokio::test]
async fn 練習でカードのあと一つのキーで台帳を引き_世帯を加え_照会に答えてもらう() {
    office("台帳と照会の練習", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.open_case("転入").await?;
        page.press("o").await?;
        counter.lay_practice_card("潮崎　健一").await?;
        counter.enter_match_code().await?;
        page.reads("マイナンバーカードを読みました").await?;
        page.reads("昭和59年5月12日").await?;
        // The field of the digits has the focus no more: the key is the window's.
        page.click(&page.see("main h1").await?).await?;
        page.press("t").await?;
        page.reads("台帳の世帯").await?;
        page.reads("見られない区分：市税").await?;
        counter.check_accessibility("台帳").await?;
        page.press("a").await?;
        page.until("三人とも案件に加わる", async || {
            Ok(page.all("button[disabled] span").await?.len() >= 3 && page.text().await?.contains("潮崎　蒼"))
        })
        .await?;
        page.press_with(Key::Alt, "3").await?;
        counter.arrived(Screen::Departments).await
    })
    .await;
}
