//! The walk over what supervisors, approvers and administrators see.

use madoka_tests::{City, Counter, OWN, Page, Screen, Start, Step, Walk, office_with};
use thirtyfour::Key;

use super::{at, dismiss, sizes};
use crate::signing_in::{enrol, sign_in};

#[tokio::test]
async fn 手続と様式の編集と統計も_欠けも無理もない() {
    let mut walks = Vec::new();
    for size in sizes() {
        let mut walk = Walk::on(size);
        office_with(at(size), "手続と様式の編集を歩く", async |desk| {
            walk.of_display(desk.machine());
            practised(&desk.counter().await?, &mut walk).await
        })
        .await;
        walks.push(walk);
    }
    Walk::end(walks);
}

/// 手続の編集 in practice: a procedure, a condition, scenarios, the summary, a paper form; and the figures.
async fn practised(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    counter.visit(Screen::Supervisor).await?;
    find(page, "市営墓地").await?;
    page.press_button("市営墓地").await?;
    page.reads("写して作る").await?;
    walk.officer(page, "編集 手続", true).await?;
    page.press_button("必要になる条件を選んで直す").await?;
    page.see("section[aria-label='必要になる条件'] select").await?;
    walk.officer(page, "編集 条件", true).await?;
    page.press_button("この条件にする").await?;
    page.press(Key::F3).await?;
    page.reads("すべて緑").await?;
    page.reads("人を、手続ごとに数えました").await?;
    walk.officer(page, "編集 場面テスト", true).await?;
    page.see("section[aria-label='網羅の地図']").await?.scroll_into_view().await?;
    walk.officer(page, "編集 網羅の地図", true).await?;

    page.press(Key::F2).await?;
    let name = page
        .see("section[aria-label='編集'] input[aria-label*='名前'], section[aria-label='編集'] textarea")
        .await?;
    page.click(&name).await?;
    page.press(Key::End).await?;
    page.write("（改）").await?;
    page.press(Key::Tab).await?;
    page.press(Key::F4).await?;
    page.reads("（改）").await?;
    page.press_button("変更をまとめる").await?;
    page.reads("承認を申請できる").await?;
    walk.officer(page, "編集 変更のまとめ", true).await?;
    page.press_button("比べる").await?;
    page.reads("版どうしを比べる").await?;
    page.no_longer_reads("比べています").await?;
    page.see("section[aria-label='変更のまとめ'] > h2").await?.scroll_into_view().await?;
    walk.officer(page, "編集 版を比べる", true).await?;
    page.press_with(Key::Control, "z").await?;
    page.no_longer_reads("（改）").await?;
    forms(counter, walk).await?;

    page.press_with(Key::Alt, "t").await?;
    page.reads("受付時刻ごとの待ち時間").await?;
    page.press(Key::F3).await?;
    page.see("main table").await?;
    walk.officer(page, "統計 表", false).await?;
    page.press(Key::F4).await?;
    walk.officer(page, "統計 案内漏れ", true).await?;
    page.press(Key::F7).await?;
    page.reads("新しい体験調査").await?;
    walk.officer(page, "体験調査 始める", true).await?;
    page.click(&page.see("section[aria-label='調査'] input[required]").await?).await?;
    page.write("4人家族の転入、紙で").await?;
    page.press(Key::Enter).await?;
    page.reads("次の場面へ").await?;
    page.press_button("記載台").await?;
    page.reads("気づいたこと").await?;
    walk.officer(page, "体験調査 歩いている", true).await?;
    page.press_button("調査を終える").await?;
    page.reads("新しい体験調査").await?;
    page.click(&page.see("section[aria-label='これまでの調査'] li button").await?).await?;
    page.reads("この記録を捨てる").await?;
    walk.officer(page, "体験調査 これまで", true).await
}

async fn find(page: &Page, words: &str) -> Step {
    page.click(&page.see("input[aria-label='名前・課で探す']").await?).await?;
    page.write(words).await
}

/// 様式の編集
async fn forms(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    page.press(Key::F5).await?;
    page.reads_at_length("127件").await?;
    walk.officer(page, "様式 一覧", true).await?;
    page.click(&page.see("input[aria-label='様式を探す']").await?).await?;
    page.write("世帯主変更届").await?;
    page.press(Key::Enter).await?;
    page.until("the paper is drawn", async || Ok(!page.all("[aria-label='用紙'] img").await?.is_empty()))
        .await?;
    page.see("section[aria-label='記入欄の一覧']").await?;
    walk.officer(page, "様式 開いた", true).await?;
    page.click(&page.see("[data-path]").await?).await?;
    page.see("section[aria-label='欄の編集']").await?;
    walk.officer(page, "様式 欄", true).await?;
    page.press(Key::Enter).await?;
    counter.dialog_open().await?;
    page.see("dialog[open] li button").await?;
    walk.officer(page, "様式 入れる事実", true).await?;
    dismiss(counter).await?;
    let rows = "[...document.querySelectorAll('section[aria-label=\"記入欄の一覧\"] button')].find((one) => one.textContent.includes('表（')).click()";
    page.press_button("様式の設定").await?;
    page.see("section[aria-label='記入欄の一覧']").await?;
    page.run(rows, vec![]).await?;
    page.reads("行の間隔").await?;
    walk.officer(page, "様式 表の欄", true).await?;
    let picture = page.see("[aria-label='用紙'] img").await?.attr("src").await?;
    page.run(crate::forms::CHOOSE_SAMPLE, vec!["longest".into()]).await?;
    page.until("the values are on the page", async || {
        Ok(page.see("[aria-label='用紙'] img").await?.attr("src").await? != picture)
    })
    .await?;
    walk.officer(page, "様式 いちばん長い値", true).await?;
    page.press_button("枠の試し刷り").await?;
    counter.dialog_open().await?;
    page.no_longer_reads("プリンターを探しています").await?;
    walk.officer(page, "様式 枠の試し刷り", true).await?;
    dismiss(counter).await
}

/// 公開 and 端末・職員・監査, at the city's own counter.
#[tokio::test]
async fn 公開と端末と職員の画面も_欠けも無理もない() {
    let city = City::start();
    city.release_pack();
    city.hire("s01", "窓口一郎", "窓口");
    city.hire("s02", "窓口二葉", "窓口");
    city.invitation("mado-9");
    let mut walks = Vec::new();
    for (number, size) in sizes().iter().enumerate() {
        let mut walk = Walk::on(size);
        office_with(Start { real: true, ..at(size) }, "公開を歩く", async |desk| {
            walk.of_display(desk.machine());
            let counter = enrol(desk, &city.invitation(&format!("mado-{number}"))).await?;
            release(&counter, &mut walk).await?;
            administer(&counter, &mut walk).await
        })
        .await;
        walks.push(walk);
    }
    Walk::end(walks);
}

async fn release(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    sign_in(counter, "k01", OWN).await?;
    page.reads_at_length("市外・国外から来た").await?;
    page.press_with(Key::Alt, "5").await?;
    page.reads("第1版").await?;
    walk.officer(page, "公開 初め", true).await?;
    page.click(&page.see("input[aria-label='新しい下書きの題']").await?).await?;
    page.write("11月の要綱改正").await?;
    page.press_button("下書きを始める").await?;
    page.reads("続けて直す").await?;
    page.press_button("点検する").await?;
    page.reads_at_length("点検に通りました").await?;
    walk.officer(page, "公開 点検", true).await?;
    page.press_button("承認を申請する").await?;
    counter.dialog_open().await?;
    walk.officer(page, "公開 申請", true).await?;
    dismiss(counter).await?;
    page.press(Key::F2).await?;
    find(page, "市営墓地").await?;
    page.press_button("市営墓地").await?;
    page.reads("写して作る").await?;
    walk.officer(page, "市の下書き 手続", true).await?;
    page.press(Key::F6).await?;
    page.press_button("承認を申請する").await?;
    counter.dialog_open().await?;
    page.click(&page.see("dialog[open] button[type=submit]").await?).await?;
    page.reads_at_length("承認待ち").await?;
    counter.dialog_closed().await?;
    page.press_button("サインアウト").await?;

    sign_in(counter, "h01", OWN).await?;
    page.reads("今日の案件").await?;
    page.press_with(Key::Alt, "5").await?;
    page.reads("承認して公開する").await?;
    walk.officer(page, "公開 承認者", true).await?;
    page.press_button("承認して公開する").await?;
    counter.dialog_open().await?;
    page.click(&page.see("dialog[open] label:nth-of-type(2) input[type=radio]").await?).await?;
    walk.officer(page, "公開 承認", true).await?;
    dismiss(counter).await?;
    page.press_button("サインアウト").await?;
    page.reads("職員ID").await
}

async fn administer(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    sign_in(counter, "a01", OWN).await?;
    page.reads("今日の案件").await?;
    page.press_with(Key::Alt, "-").await?;
    page.reads("異常なし").await?;
    walk.officer(page, "端末", true).await?;
    page.press_button("端末を加える").await?;
    counter.dialog_open().await?;
    walk.officer(page, "端末 加える", true).await?;
    dismiss(counter).await?;
    page.press_button("案件・取消し").await?;
    counter.dialog_open().await?;
    page.reads("この端末が持っている案件").await?;
    walk.officer(page, "端末 案件", true).await?;
    dismiss(counter).await?;
    page.press(Key::F3).await?;
    page.reads("窓口一郎").await?;
    walk.officer(page, "職員", true).await?;
    page.press_button("職員を加える").await?;
    counter.dialog_open().await?;
    walk.officer(page, "職員 加える", true).await?;
    dismiss(counter).await?;
    page.press(Key::F4).await?;
    page.reads("新しい順に").await?;
    walk.officer(page, "監査", true).await
}
