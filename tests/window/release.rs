//! 公開: a supervisor changes the city's draft and asks for approval, another person approves, and the counter works with
//! the new edition; staff read once what is new. And what an administrator looks after.

use madoka_tests::{City, Counter, OWN, PASSPHRASE, Page, Step, office_with};
use thirtyfour::Key;

use crate::signing_in::{enrol, first_sign_in, real, sign_in};

const PROCEDURE: &str = "介護保険料の精算・還付の相続人代表者届";

/// Chooses the field by its name and writes into it.
async fn fill(counter: &Counter, label: &str, text: &str) -> Step {
    let page = &counter.page;
    let css = format!("input[aria-label='{label}'], textarea[aria-label='{label}']");
    page.click(&page.see(&css).await?).await?;
    page.write(text).await
}

/// The same in a dialog, where a label stands above its field.
async fn fill_below(counter: &Counter, label: &str, text: &str) -> Step {
    let place = "const label = [...document.querySelectorAll('dialog[open] label')]
            .find((one) => one.textContent.includes(arguments[0]));
        label.querySelector('input, textarea').focus();";
    counter.page.run(place, vec![label.into()]).await?;
    counter.page.write(text).await
}

async fn press_in_dialog(counter: &Counter, text: &str) -> Step {
    let press = "[...document.querySelectorAll('dialog[open] button')]
        .find((one) => one.textContent.includes(arguments[0]) && !one.disabled).click()";
    counter
        .page
        .until("the button can be pressed", async || {
            let there = "return [...document.querySelectorAll('dialog[open] button')]
            .some((one) => one.textContent.includes(arguments[0]) && !one.disabled)";
            Ok(counter.page.run(there, vec![text.into()]).await?.as_bool() == Some(true))
        })
        .await?;
    counter.page.run(press, vec![text.into()]).await.map(drop)
}

/// Whoever sits here leaves, and another person comes.
async fn change_seats(counter: &Counter, staff: &str) -> Step {
    counter.page.press_button("サインアウト").await?;
    counter.page.reads("職員ID").await?;
    sign_in(counter, staff, OWN).await?;
    counter.page.reads("今日の案件").await?;
    // What the one before left under way is nothing to this one.
    let told = counter.page.all("[role=alert] .font-mono").await?.len();
    assert_eq!(told, 0, "{}", counter.page.text().await?);
    Ok(())
}

/// Nothing of the draft is left to be saved, and approval may be asked for.
async fn all_is_saved(page: &Page) -> Step {
    page.until("all of it is on the server", async || {
        let ask = "const can = (text) => [...document.querySelectorAll('button')].some((one) => one.textContent.includes(text) && !one.disabled);
             return can('承認を申請する') && !can('お知らせを保存する')";
        Ok(page.run(ask, Vec::new()).await? == true)
    })
    .await
}

#[tokio::test]
async fn 監督者が下書きを直して申請し_別の人が承認して公開し_お知らせは一度だけ出る() {
    let city = City::start();
    city.release_pack();
    office_with(real(), "公開", async |desk| {
        let counter = enrol(desk, &city.invitation("mado-1")).await?;
        let page = &counter.page;
        sign_in(&counter, "k01", OWN).await?;
        page.reads_at_length("市外・国外から来た").await?;

        // 下書きを始めて、文を一つ直し、お知らせを書く。
        page.press_with(Key::Alt, "5").await?;
        page.reads("第1版").await?;
        counter.check_accessibility("公開").await?;
        fill(&counter, "新しい下書きの題", "11月の要綱改正").await?;
        page.press_button("下書きを始める").await?;
        page.reads("続けて直す").await?;
        page.reads("サーバーに保存済み").await?;
        page.press(Key::F2).await?;
        fill(&counter, "名前・課で探す", "相続人代表者届　介護").await?;
        page.press_button(PROCEDURE).await?;
        let name = page
            .see("section[aria-label='編集'] textarea, section[aria-label='編集'] input[aria-label*='名前']")
            .await?;
        page.click(&name).await?;
        page.press(Key::End).await?;
        page.write("（改）").await?;
        page.press(Key::Tab).await?;
        page.reads(&format!("{PROCEDURE}（改）")).await?;
        page.reads("サーバーに保存済み").await?;
        add_check(&counter).await?;
        page.press(Key::F4).await?;
        // A summary is of the draft as it stands: one more change, and it goes.
        page.reads("「お渡しするもの」に変えました").await?;
        page.press_button("変更をまとめる").await?;
        page.reads("承認を申請できる状態です").await?;
        page.press(Key::F6).await?;
        fill(&counter, "職員へのお知らせ", "介護保険料の届の名前が変わりました。").await?;
        page.press_button("お知らせを保存する").await?;
        page.reads("サーバーに保存済み").await?;
        all_is_saved(page).await?;
        page.press_button("承認を申請する").await?;
        fill_below(&counter, "承認者に伝えること", "要綱のとおりです").await?;
        press_in_dialog(&counter, "申請する").await?;
        counter.dialog_closed().await?;
        page.reads_at_length("監督一葉さんが承認を申請しました").await?;
        counter.check_accessibility("申請のあと").await?;

        // 承認者は中身を見て、合言葉で公開する。
        change_seats(&counter, "h01").await?;
        page.press_with(Key::Alt, "5").await?;
        page.reads("要綱のとおりです").await?;
        page.press_button("中身を見る").await?;
        page.reads("見るだけ").await?;
        page.press(Key::F4).await?;
        page.press_button("変更をまとめる").await?;
        page.reads("（改）").await?;
        page.press(Key::F6).await?;
        page.press_button("意見").await?;
        fill(&counter, "意見を書く", "附則の日を確かめました。").await?;
        press_in_dialog(&counter, "書く").await?;
        page.reads("承認花子").await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;
        page.press_button("承認して公開する").await?;
        page.reads("附則の日を確かめました。").await?;
        counter.check_accessibility("承認して公開する").await?;
        fill_below(&counter, "承認のことば", "確かめました").await?;
        fill_below(&counter, "合言葉", PASSPHRASE).await?;
        press_in_dialog(&counter, "承認して公開する").await?;
        page.reads_at_length("確かめました").await?;
        page.reads_at_length("手続が変わりました").await?;
        page.reads("介護保険料の届の名前が変わりました。").await?;
        press_in_dialog(&counter, "読みました").await?;
        counter.dialog_closed().await?;
        page.reads("1台のうち1台が、あるべき版です").await?;
        page.reads("お知らせ 1人が確認").await?;
        counter.check_accessibility("公開のあと").await?;

        // 読んだ人にはもう出ず、ほかの人には出る。
        change_seats(&counter, "h01").await?;
        page.no_longer_reads("手続が変わりました").await?;
        page.press_button("サインアウト").await?;
        sign_in(&counter, "k01", OWN).await?;
        page.reads("手続が変わりました").await?;
        press_in_dialog(&counter, "読みました").await?;
        counter.dialog_closed().await?;

        // 前の版: no longer at this terminal, so it comes from the server; and it can be gone back to.
        page.press_with(Key::Alt, "5").await?;
        page.reads("編集と試し").await?;
        page.press(Key::F6).await?;
        page.reads("この版へ戻す").await?;
        page.press(Key::F4).await?;
        page.reads("第1版（はじめの版）").await?;
        for (label, choice) in [("前の版", "第1版（はじめの版）"), ("後の版", "使用中の第2版")] {
            let choose = "const field = [...document.querySelectorAll('label')].find((one) => one.textContent.startsWith(arguments[0])).querySelector('select');
                 field.selectedIndex = [...field.options].findIndex((one) => one.textContent === arguments[1]);
                 field.dispatchEvent(new Event('change', { bubbles: true }));";
            page.run(choose, vec![label.into(), choice.into()]).await?;
        }
        page.press_button("比べる").await?;
        page.reads_at_length(&format!("{PROCEDURE}（改）")).await?;

        tick(&counter).await?;
        stop_and_widen(&counter).await?;
        on_a_day(&counter).await
    })
    .await;
}

/// 先行公開: stopped once, widened the second time.
async fn stop_and_widen(counter: &Counter) -> Step {
    let page = &counter.page;
    // 先行公開をやめる: the first edition again, to this terminal first. It stays on what it has until a newer one comes.
    again(counter, "第1版", "第3版").await?;
    page.press_button("中止する").await?;
    fill_below(counter, "理由", "先行の窓口で字が切れた").await?;
    press_in_dialog(counter, "配布を中止する").await?;
    counter.dialog_closed().await?;
    stands(counter, "第3版", "中止").await?;
    page.reads("先行の窓口で字が切れた").await?;
    at_terminal(counter, "第3版（中止した版）", "第2版").await?;
    page.reads("1台のうち0台が、あるべき版です").await?;
    // 先行公開を広げる: what all work with, as a newer edition.
    again(counter, "第2版", "第4版").await?;
    page.press_button("全端末へ広げる").await?;
    fill_below(counter, "理由", "先行の窓口で問題がなかった").await?;
    press_in_dialog(counter, "すべての端末へ広げる").await?;
    counter.dialog_closed().await?;
    stands(counter, "第4版", "使用中").await?;
    page.reads("1台のうち1台が、あるべき版です").await
}

/// チェックリスト: one more line for 転入届, handed over at the end.
async fn add_check(counter: &Counter) -> Step {
    let page = &counter.page;
    page.click(&page.see("input[aria-label='名前・課で探す']").await?).await?;
    page.press_with(Key::Control, "a").await?;
    page.write("move_in.notification").await?;
    page.press_button("転入届").await?;
    page.reads("来た方の本人確認").await?;
    fill(counter, "足す確認事項", "ごみの分け方の冊子").await?;
    page.press(Key::Enter).await?;
    page.see("[data-field='procedures']").await?;
    let kind = "const field = document.querySelector(\"[data-field='kind'] select\");
         field.value = 'hand_over'; field.dispatchEvent(new Event('change', { bubbles: true }));";
    page.run(kind, Vec::new()).await?;
    page.until("it is handed over", async || {
        let now = "return document.querySelector(\"[data-field='kind'] select\")?.value";
        Ok(page.run(now, Vec::new()).await? == "hand_over")
    })
    .await?;
    page.reads("サーバーに保存済み").await
}

/// Staff find the line in the case, and tick it.
async fn tick(counter: &Counter) -> Step {
    let page = &counter.page;
    page.press_with(Key::Alt, "1").await?;
    page.reads("今日の案件").await?;
    counter.open_case("転入").await?;
    page.press("o").await?;
    page.press(Key::F3).await?;
    page.reads("引越しをした日").await?;
    page.write("令和8年11月15日").await?;
    page.press(Key::Enter).await?;
    page.reads("どこから引っ越してきましたか").await?;
    page.press("1").await?;
    page.reads("令和8年11月15日").await?;
    page.press(Key::F4).await?;
    page.reads("確認 0/3").await?;
    page.press_button("転入届").await?;
    page.reads("お渡し").await?;
    page.reads("ごみの分け方の冊子").await?;
    counter.check_accessibility("チェックリスト").await?;
    let tick = "[...document.querySelectorAll('fieldset label')].find((one) => one.textContent.includes('ごみの分け方の冊子')).click()";
    page.run(tick, Vec::new()).await?;
    page.reads("確認 1/3").await
}

/// 版を戻す: the supervisor asks for a former edition again, the approver gives it to this terminal first.
async fn again(counter: &Counter, former: &str, made: &str) -> Step {
    let page = &counter.page;
    go_back(counter, former).await?;
    page.click(&page.see("dialog[open] label:nth-of-type(2) input[type=radio]").await?).await?;
    page.click(&page.see("dialog[open] input[type=checkbox][value=mado-1]").await?).await?;
    fill_below(counter, "承認のことば", "前の版に戻すことを確かめました").await?;
    fill_below(counter, "合言葉", PASSPHRASE).await?;
    press_in_dialog(counter, "承認して公開する").await?;
    counter.dialog_closed().await?;
    stands(counter, made, "先行公開：mado-1").await?;
    at_terminal(counter, made, made).await?;
    // Notes whose words were read once are not shown again.
    page.no_longer_reads("手続が変わりました").await?;
    counter.check_accessibility("先行公開").await
}

/// A former edition is asked for, and whoever approves has it before them.
async fn go_back(counter: &Counter, former: &str) -> Step {
    let page = &counter.page;
    change_seats(counter, "k01").await?;
    page.press_with(Key::Alt, "5").await?;
    page.reads("編集と試し").await?;
    page.press(Key::F6).await?;
    page.reads("この版へ戻す").await?;
    let back = "[...document.querySelectorAll('section[aria-label=公開した版] li')].find((one) => one.querySelector('strong').textContent === arguments[0])
         .querySelectorAll('button').forEach((one) => one.textContent.includes('この版へ戻す') && one.click())";
    page.run(back, vec![former.into()]).await?;
    counter.dialog_open().await?;
    fill_below(counter, "理由", "要綱の改正を見送った").await?;
    press_in_dialog(counter, "この版へ戻す").await?;
    counter.dialog_closed().await?;
    page.reads_at_length("承認待ち").await?;

    change_seats(counter, "h01").await?;
    page.press_with(Key::Alt, "5").await?;
    page.reads("編集と試し").await?;
    page.press(Key::F6).await?;
    page.press_button("承認して公開する").await
}

/// 日を決めて公開する: it waits for its day, and this terminal works on with what it has.
async fn on_a_day(counter: &Counter) -> Step {
    go_back(counter, "第1版").await?;
    fill(counter, "使い始める日", "R20.4.1").await?;
    fill_below(counter, "承認のことば", "新年度から").await?;
    fill_below(counter, "合言葉", PASSPHRASE).await?;
    press_in_dialog(counter, "承認して公開する").await?;
    counter.dialog_closed().await?;
    stands(counter, "第5版", "令和20年4月1日から").await?;
    stands(counter, "第4版", "使用中").await
}

/// What stands beside an edition in the list.
async fn stands(counter: &Counter, edition: &str, words: &str) -> Step {
    let ask = "return [...document.querySelectorAll('section[aria-label=公開した版] li')]
         .some((one) => one.querySelector('strong').textContent === arguments[0] && one.textContent.includes(arguments[1]))";
    counter
        .page
        .until(&format!("{edition} is {words}"), async || {
            Ok(counter.page.run(ask, vec![edition.into(), words.into()]).await? == true)
        })
        .await
}

/// The edition this terminal works with, and the one it should: seen live.
async fn at_terminal(counter: &Counter, has: &str, should: &str) -> Step {
    let ask = "const cells = [...document.querySelector('section[aria-label=端末の版] tbody tr').cells].map((cell) => cell.textContent);
         return cells[1] === arguments[0] && cells[2] === arguments[1]";
    counter
        .page
        .until(&format!("the terminal has {has} and should have {should}"), async || {
            Ok(counter.page.run(ask, vec![has.into(), should.into()]).await? == true)
        })
        .await
}

#[tokio::test]
async fn 管理者は端末と職員を見て直し_だれが案件を見たかを調べる() {
    let city = City::start();
    city.release_pack();
    city.hire("s01", "窓口一郎", "窓口");
    office_with(real(), "端末・職員・監査", async |desk| {
        let counter = enrol(desk, &city.invitation("mado-1")).await?;
        let page = &counter.page;
        // The first supervisor opens a case, so that there is something to look up.
        sign_in(&counter, "k01", OWN).await?;
        page.reads_at_length("市外・国外から来た").await?;
        counter.open_case("転入").await?;
        page.until("案件が届く", async || Ok(city.status()["cases"] == 1)).await?;

        change_seats(&counter, "a01").await?;
        page.press_with(Key::Alt, "-").await?;
        page.reads("異常なし").await?;
        counter.check_accessibility("端末").await?;
        page.press_button("端末を加える").await?;
        fill_below(&counter, "端末の名前", "mado-2").await?;
        let office = "const field = document.querySelector('dialog[open] select');
             field.value = [...field.options].find((one) => one.textContent === '市民課').value;
             field.dispatchEvent(new Event('change', { bubbles: true }));";
        page.run(office, Vec::new()).await?;
        page.see("dialog[open] button[aria-label='市民課を外す']").await?;
        press_in_dialog(&counter, "登録票を作る").await?;
        page.reads("一度だけ、短い間だけ").await?;
        counter.check_accessibility("登録票").await?;
        press_in_dialog(&counter, "閉じる").await?;
        counter.dialog_closed().await?;
        page.press_button("案件・取消し").await?;
        // The case waits for whoever takes it up: no terminal holds it.
        page.reads("この端末が持っている案件").await?;
        page.reads("ありません。").await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;

        page.press(Key::F3).await?;
        page.reads("窓口一郎").await?;
        counter.check_accessibility("職員").await?;
        page.press_button("職員を加える").await?;
        fill_below(&counter, "職員ID", "s02").await?;
        fill_below(&counter, "名前", "窓口次郎").await?;
        press_in_dialog(&counter, "保存する").await?;
        page.reads("一度だけ出ます").await?;
        press_in_dialog(&counter, "渡しました").await?;
        counter.dialog_closed().await?;
        page.reads("窓口次郎").await?;

        // 名簿の表を取り込む: 一人は新しく、一人は名前が変わり、一人はそのまま。
        let roster = desk.machine().home().join("meibo.csv");
        let lines = "職員番号,氏名,役割,窓口\ns01,窓口一郎,窓口,shimin\ns02,窓口二郎,窓口,\ns03,窓口三郎,窓口;おくやみ,shimin\n";
        std::fs::write(&roster, lines).expect("the roster can be written");
        page.give_file("section[aria-label='職員'] input[type=file]", &roster).await?;
        page.reads("1人を加え、1人を書き換えました。1人はそのままです。").await?;
        counter.check_accessibility("名簿の取り込み").await?;
        press_in_dialog(&counter, "渡しました").await?;
        counter.dialog_closed().await?;
        page.reads("窓口三郎").await?;

        page.press(Key::F4).await?;
        page.reads("新しい順に").await?;
        page.reads("登録票の作成").await?;
        page.reads("職員の変更").await?;
        page.reads("サインイン").await?;
        page.reads("監督一葉").await?;
        counter.check_accessibility("監査").await
    })
    .await;
}

/// At the desk with this draft of the city's open, looking at the procedure.
async fn at_procedure(counter: &Counter) -> Step {
    let page = &counter.page;
    page.press(Key::F2).await?;
    fill(counter, "名前・課で探す", "相続人代表者届　介護").await?;
    page.press_button(PROCEDURE).await?;
    page.reads("写して作る").await
}

/// Writes something else into a field of the procedure.
async fn rewrite(counter: &Counter, field: &str, text: &str) -> Step {
    let page = &counter.page;
    page.click(&page.see(&format!("[data-field='{field}'] textarea")).await?).await?;
    page.press_with(Key::Control, "a").await?;
    page.write(text).await?;
    page.press(Key::Tab).await
}

async fn field_holds(counter: &Counter, field: &str, text: &str) -> Step {
    let ask = "return document.querySelector(`[data-field='${arguments[0]}'] textarea`)?.value";
    counter
        .page
        .until(&format!("{field} is {text}"), async || {
            Ok(counter.page.run(ask, vec![field.into()]).await? == text)
        })
        .await
}

#[tokio::test]
async fn 二人の監督者が同じ手続を直すと_どちらの直しも残り_二人とも何が起きたか見る() {
    let mut city = City::start();
    city.release_pack();
    let first = city.hire("k02", "監督二葉", "監督者");
    office_with(real(), "一人目の監督者", async |mine| {
        let one = enrol(mine, &city.invitation("mado-1")).await?;
        sign_in(&one, "k01", OWN).await?;
        one.page.reads_at_length("市外・国外から来た").await?;
        one.page.press_with(Key::Alt, "5").await?;
        one.page.reads("第1版").await?;
        fill(&one, "新しい下書きの題", "11月の要綱改正").await?;
        one.page.press_button("下書きを始める").await?;
        one.page.reads("サーバーに保存済み").await?;
        at_procedure(&one).await?;
        office_with(real(), "二人目の監督者", async |theirs| {
            let two = enrol(theirs, &city.invitation("mado-2")).await?;
            first_sign_in(&two, "k02", &first, "今日の案件").await?;
            two.page.reads_at_length("市外・国外から来た").await?;
            two.page.press_with(Key::Alt, "5").await?;
            two.page.press_button("開いて直す").await?;
            two.page.reads("サーバーに保存済み").await?;
            at_procedure(&two).await?;

            // Two fields of one procedure: both are there, and each is told of the other.
            rewrite(&one, "name", "介護保険料の精算の届").await?;
            one.page.reads("サーバーに保存済み").await?;
            two.page.reads("監督一葉さんが直しました").await?;
            field_holds(&two, "name", "介護保険料の精算の届").await?;
            rewrite(&two, "note.staff", "印鑑は要りません。").await?;
            one.page.reads("監督二葉さんが直しました").await?;
            field_holds(&one, "note.staff", "印鑑は要りません。").await?;
            field_holds(&two, "name", "介護保険料の精算の届").await?;

            // The same words while the line is out: whoever comes second decides, with both in view; nothing is lost.
            city.kill();
            rewrite(&one, "name", "一人目の言い方").await?;
            one.page.reads("サーバーに届いていません").await?;
            rewrite(&two, "name", "二人目の言い方").await?;
            two.page.reads("サーバーに届いていません").await?;
            city.serve();
            let words = "同じところを";
            let asked = async |counter: &Counter| {
                Ok::<_, thirtyfour::error::WebDriverError>(counter.page.text().await?.contains(words))
            };
            one.page
                .until("somebody is asked", async || Ok(asked(&one).await? || asked(&two).await?))
                .await?;
            let second = if asked(&one).await? { &one } else { &two };
            let (own, other) = if asked(&one).await? {
                ("一人目の言い方", "二人目の言い方")
            } else {
                ("二人目の言い方", "一人目の言い方")
            };
            second.page.reads(own).await?;
            second.page.reads(other).await?;
            second.check_accessibility("重なった直し").await?;
            field_holds(second, "name", other).await?;
            second.page.press_button("自分の直しにする").await?;
            second.page.no_longer_reads(words).await?;
            for counter in [&one, &two] {
                field_holds(counter, "name", own).await?;
                // Who did what stands for both, the one that gave way too.
                counter.page.press(Key::F4).await?;
                for line in [
                    "介護保険料の精算の届",
                    "一人目の言い方",
                    "二人目の言い方",
                    "印鑑は要りません",
                    "監督一葉",
                    "監督二葉",
                ] {
                    counter.page.reads(line).await?;
                }
            }

            // A terminal that was stolen is shut out from another one.
            change_seats(&one, "a01").await?;
            one.page.press_with(Key::Alt, "-").await?;
            one.page.reads("2台のうち").await?;
            one.page.click(&one.page.see("button[aria-label='mado-2の案件・取消し']").await?).await?;
            press_in_dialog(&one, "登録を取り消す").await?;
            one.page.reads("もうサーバーにつながりません").await?;
            one.page.reads("取り消してあります").await?;
            one.page.until("one terminal is left", async || Ok(city.status()["terminals_valid"] == 1)).await
        })
        .await;
        Ok(())
    })
    .await;
}
