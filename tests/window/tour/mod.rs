//! A walk through every screen and state, in every look: nothing too small to hit, nothing cut off, nothing that axe finds,
//! and no scrolling where the day's work is done. `cargo xtask pictures` walks it to look at.

mod supervising;

use madoka_tests::machine::project;
use madoka_tests::{City, Clerk, Counter, Desk, Hands, OWN, Screen, Start, Step, Told, Walk, office_with};
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::okuyami::{choose_a_place, persona};
use crate::signing_in::{enrol, real, sign_in};

fn at(size: &'static str) -> Start {
    Start { size, ..Start::default() }
}

/// Closes whatever sheet is open.
async fn dismiss(counter: &Counter) -> Step {
    counter.page.press(Key::Escape).await?;
    counter.dialog_closed().await
}

async fn reception(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    page.reads("今日の案件").await?;
    walk.officer(page, "受付 朝", true).await?;
    counter.begin_case("転入").await?;
    walk.officer(page, "受付 番号", true).await?;
    dismiss(counter).await?;
    for (event, ticket) in [("おくやみ", "21"), ("転居", "22"), ("出生", "23"), ("転入", "24")] {
        counter.open_case_with_ticket(event, ticket).await?;
    }
    counter.take_back("22").await?;
    page.reads("取消済み").await?;
    walk.officer(page, "受付 案件あり", true).await?;
    counter.search("該当しない").await?;
    page.reads("該当しない").await?;
    page.until("nothing is found", async || Ok(page.all("main tbody tr").await?.len() <= 1)).await?;
    walk.officer(page, "受付 見つからない", true).await?;
    let search = page.see("input[type=search]").await?;
    search.clear().await?;
    page.run("document.activeElement.blur()", vec![]).await?;
    page.press("s").await?;
    counter.dialog_open().await?;
    walk.officer(page, "受付 コードで開く", true).await?;
    dismiss(counter).await?;
    page.press("r").await?;
    counter.dialog_open().await?;
    walk.officer(page, "練習の課題", true).await?;
    dismiss(counter).await?;
    page.press(Key::F10).await?;
    walk.officer(page, "文字盤", false).await?;
    page.press(Key::F10).await?;
    page.press(Key::F1).await?;
    counter.dialog_open().await?;
    walk.officer(page, "キー操作", true).await?;
    dismiss(counter).await
}

async fn settings(counter: &Counter, walk: &mut Walk) -> Step {
    for (digit, name, settled) in [
        ("2", "予約", "空いている○を選ぶと"),
        ("3", "照会", "照会"),
        ("4", "進み", "進み"),
        ("5", "手続の編集", "手続の編集"),
        ("t", "統計", "受付時刻ごとの待ち時間"),
    ] {
        let page = &counter.page;
        page.press_with(Key::Alt, digit).await?;
        page.until(name, async || Ok(page.see("main h1").await?.text().await? == name)).await?;
        page.reads(settled).await?;
        page.no_longer_reads("下書きを開いています").await?;
        // Figures are read down the page; nobody waits meanwhile.
        walk.officer(page, name, name != "統計").await?;
    }
    for screen in [Screen::SelfCheck, Screen::Printers, Screen::Display, Screen::Terminal] {
        counter.visit(screen).await?;
        if screen == Screen::SelfCheck {
            counter.checks().await?;
        }
        walk.officer(&counter.page, screen.name(), screen != Screen::SelfCheck).await?;
    }
    counter.visit(Screen::Reception).await
}

async fn reading(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    page.reads("まだ読んでいない方").await?;
    walk.officer(page, "読取 カードを待つ", true).await?;
    counter.lay_practice_card("潮崎　健一").await?;
    walk.officer(page, "読取 カードあり", true).await?;
    page.click(&page.see("input[value=pin]").await?).await?;
    walk.officer(page, "読取 暗証番号", true).await?;
    page.click(&page.see("input[value=match_code_b]").await?).await?;
    counter.enter_match_code().await?;
    page.reads("マイナンバーカードを読みました").await?;
    walk.officer(page, "読取 カードを読んだ", true).await?;

    page.press_with(Key::Alt, "p").await?;
    let seen = "const video = document.querySelector('video'); return !!video && video.videoWidth > 600";
    page.until("the camera shows", async || Ok(page.run(seen, vec![]).await? == true)).await?;
    walk.officer(page, "読取 カメラ", true).await?;
    page.press_button("カメラを閉じる").await?;
    page.reads("画像は残りません").await?;
    walk.officer(page, "読取 書類を待つ", true).await?;
    page.give_file("input[type=file]", &project().join("tests/ocr/pictures/move_out.jpg")).await?;
    page.reads_at_length("確かめた0件を取り込む").await?;
    walk.officer(page, "読取 書類を読んだ", true).await?;
    let name = page.see("input[id$='household[0].name']").await?;
    page.click(&name).await?;
    page.press_with(Key::Control, "a").await?;
    page.write("潮崎　渚").await?;
    page.press(Key::Enter).await?;
    page.press_button("確かめた1件を取り込む").await?;
    page.reads("画像は消しました").await?;

    page.press_with(Key::Alt, "m").await?;
    page.see("input[aria-label='次の方の氏名']").await?;
    walk.officer(page, "読取 世帯員", true).await?;
    Ok(())
}

/// Answers one thing as the officer's page would.
async fn tell(counter: &Counter, command: &str, arguments: Value) -> Step<Value> {
    let answer = counter.page.call(command, arguments).await?;
    Ok(answer.unwrap_or_else(|refusal| panic!("{command}: {refusal}")))
}

/// The case on the screen: the newest of the reception.
async fn case_of(counter: &Counter, ticket: &str) -> Step<String> {
    let reception = tell(counter, "reception", json!({})).await?;
    let cases = reception["cases"].as_array().cloned().unwrap_or_default();
    let case = cases.iter().find(|case| case["ticket"] == ticket).expect("the case is listed");
    Ok(case["id"].as_str().unwrap_or_default().to_owned())
}

async fn asking(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    page.press(Key::F3).await?;
    page.reads("引越しをした日").await?;
    walk.officer(page, "聞き取り 日付", true).await?;
    page.press("w").await?;
    // In a field it is a letter.
    page.run("document.activeElement.blur()", vec![]).await?;
    page.press("w").await?;
    counter.dialog_open().await?;
    walk.officer(page, "聞き取り なぜ出ない", true).await?;
    dismiss(counter).await?;
    page.click(&page.see("section[data-fact] input").await?).await?;
    page.press_with(Key::Control, "a").await?;
    page.write("令和8年11月15日").await?;
    page.press(Key::Enter).await?;
    page.reads("どこから引っ越してきましたか").await?;
    walk.officer(page, "聞き取り 一つ選ぶ", true).await?;
    let told = Told::scenario("tennyu_01")
        .and("case.new_address", "みなと野市港町一丁目2番3号")
        .and("case.old_address", "架空県となり市本町4番5号");
    let mut clerk = Clerk::at(page, Hands::Keys);
    let mut seen = Vec::new();
    for stop in ["choices", "text", "household", "yes_no", "number"] {
        clerk.interview_until(&told, stop).await?;
        let kind = page
            .run("return document.querySelector('section[data-fact]')?.dataset.kind ?? 'end'", vec![])
            .await?;
        let kind = kind.as_str().unwrap_or_default().to_owned();
        if !seen.contains(&kind) {
            walk.officer(page, &format!("聞き取り {kind}"), true).await?;
            seen.push(kind);
        }
    }
    clerk.interview(&told).await?;
    walk.officer(page, "聞き取り 終わり", true).await
}

async fn choosing(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    page.press(Key::F4).await?;
    page.see("section[aria-label='ここで受付'] li").await?;
    walk.officer(page, "手続", true).await?;
    page.press("1").await?;
    page.press("1").await?;
    page.see("section[aria-label='ここで受付'] button[aria-pressed=true]").await?;
    walk.officer(page, "手続 済の印", true).await?;
    page.press("4").await?;
    counter.dialog_open().await?;
    walk.officer(page, "手続 辞退の理由", true).await?;
    dismiss(counter).await
}

async fn papers(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    page.press(Key::F5).await?;
    page.see("section[aria-label='ページの見本'] img").await?;
    page.until("the page is drawn", async || {
        let drawn = "const page = document.querySelector('section[aria-label=\"ページの見本\"] img');
                     return !!page && page.complete && page.naturalWidth > 200";
        Ok(page.run(drawn, vec![]).await?.as_bool() == Some(true))
    })
    .await?;
    walk.officer(page, "書類 見る所", true).await?;
    page.press("n").await?;
    page.see("#panel form input, #panel form button").await?;
    walk.officer(page, "書類 直す", true).await?;
    page.press(Key::Escape).await?;
    page.press("2").await?;
    walk.officer(page, "書類 この頁の欄", true).await?;
    page.press("3").await?;
    page.reads("職員用の確認票を初めに刷る").await?;
    walk.officer(page, "書類 様式", true).await
}

async fn guiding(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    page.press(Key::F6).await?;
    page.see("svg[aria-label='これからすることの二次元コード']").await?;
    page.see("img[alt='案内書 1ページ']").await?;
    walk.officer(page, "案内", true).await
}

async fn sheets(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    page.press_with(Key::Control, "m").await?;
    counter.dialog_open().await?;
    walk.officer(page, "メモ", true).await?;
    dismiss(counter).await?;
    page.press_with(Key::Control, "h").await?;
    counter.dialog_open().await?;
    page.reads("佐藤（練習）").await?;
    walk.officer(page, "引き継ぐ", true).await?;
    dismiss(counter).await?;
    page.press_with(Key::Control, Key::Enter).await?;
    counter.dialog_open().await?;
    walk.officer(page, "終える", true).await?;
    dismiss(counter).await?;
    for (key, name) in [("i", "関係課への照会"), ("j", "準備")] {
        page.press_with(Key::Control, key).await?;
        counter.dialog_open().await?;
        walk.officer(page, name, true).await?;
        dismiss(counter).await?;
    }
    page.press(Key::F7).await?;
    page.reads("中断しています").await?;
    walk.officer(page, "中断", true).await?;
    page.press(Key::Enter).await?;
    counter.dialog_closed().await
}

/// What only おくやみ has.
async fn bereaved(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    page.press(Key::Escape).await?;
    page.click(&page.see("button[aria-label='21番を開く']").await?).await?;
    page.reads("まだ読んでいない方").await?;
    page.press_with(Key::Control, "k").await?;
    counter.dialog_open().await?;
    walk.officer(page, "お客様情報シート", true).await?;
    dismiss(counter).await?;
    page.press(Key::F3).await?;
    page.see("section[data-fact]").await?;
    Clerk::at(page, Hands::Keys).interview(&Told::scenario("okuyami_02")).await?;
    page.press_with(Key::Control, "e").await?;
    counter.dialog_open().await?;
    walk.officer(page, "受け渡し", true).await?;
    dismiss(counter).await?;
    page.press(Key::F4).await?;
    page.see("section[aria-label='ここで受付'] li").await?;
    walk.officer(page, "おくやみの手続", true).await?;
    page.press(Key::Escape).await?;
    page.reads("今日の案件").await?;
    page.press("r").await?;
    counter.dialog_open().await?;
    page.click(&page.see("dialog[open] li button").await?).await?;
    page.see("aside").await?;
    walk.officer(page, "練習の課題の中", false).await
}

#[tokio::test]
async fn 職員の画面は_どの場面も_どの見え方でも_欠けも無理もない() {
    let mut walks = Vec::new();
    for size in sizes() {
        let mut walk = Walk::on(size);
        office_with(at(size), "職員の画面を歩く", async |desk| {
            walk.of_display(desk.machine());
            let counter = desk.counter().await?;
            reception(&counter, &mut walk).await?;
            settings(&counter, &mut walk).await?;
            counter.page.click(&counter.page.see("button[aria-label='24番を開く']").await?).await?;
            reading(&counter, &mut walk).await?;
            asking(&counter, &mut walk).await?;
            choosing(&counter, &mut walk).await?;
            papers(&counter, &mut walk).await?;
            guiding(&counter, &mut walk).await?;
            sheets(&counter, &mut walk).await?;
            bereaved(&counter, &mut walk).await
        })
        .await;
        walks.push(walk);
    }
    Walk::end(walks);
}

/// Small and large; for a run of all tests the small one is enough.
fn sizes() -> &'static [&'static str] {
    if std::env::var_os("MADOKA_PICTURES").is_some() { &["1366x768", "1920x1080"] } else { &["1366x768"] }
}

/// What the officer sends over, as their screens do.
async fn send(desk: &Desk, command: &str, arguments: Value) -> Step<Value> {
    tell(&desk.counter().await?, command, arguments).await
}

async fn residents(desk: &Desk, walk: &mut Walk) -> Step {
    walk.of_display(desk.machine());
    desk.counter().await?.page.press(Key::F8).await?;
    let resident = desk.resident().await?;
    walk.resident(&resident.page, "お迎え", true).await?;
    desk.counter().await?.open_case_with_ticket("転入", "27").await?;
    let resident = desk.resident().await?;
    resident.page.reads("27").await?;
    walk.resident(&resident.page, "受付", true).await?;

    let counter = desk.counter().await?;
    let case = case_of(&counter, "27").await?;
    counter.page.press("o").await?;
    counter.lay_practice_card("潮崎　健一").await?;
    counter.enter_match_code().await?;
    counter.page.reads("マイナンバーカードを読みました").await?;
    let resident = desk.resident().await?;
    walk.resident(&resident.page, "待つ", true).await?;

    let visit = send(desk, "visit", json!({ "case": case })).await?;
    let holder = visit["people"]["persons"][0]["id"].as_str().unwrap_or_default().to_owned();
    let facts = ["name", "birth_date", "sex", "address"].map(|one| format!("{holder}.{one}"));
    send(desk, "send_facts_to_resident", json!({ "case": case, "facts": facts })).await?;
    let resident = desk.resident().await?;
    resident.page.reads("潮崎").await?;
    walk.resident(&resident.page, "確認", false).await?;
    resident.speak("やさしい日本語").await?;
    walk.resident(&resident.page, "確認 やさしい", false).await?;
    resident.speak("English").await?;
    walk.resident(&resident.page, "確認 English", false).await?;
    resident.speak("日本語").await?;

    send(desk, "add_member", json!({ "case": case })).await?;
    let questions = [
        ("日付", "case.move_date"),
        ("はいいいえ", "case.pregnant"),
        ("いくつも", "household[0].disability_certificates"),
        ("文字", "case.new_address"),
        ("一つ選ぶ", "case.moved_from"),
    ];
    for (name, fact) in questions {
        send(desk, "send_question_to_resident", json!({ "case": case, "facts": [fact] })).await?;
        let resident = desk.resident().await?;
        resident.page.see("#question").await?;
        walk.resident(&resident.page, &format!("質問 {name}"), true).await?;
        if name == "文字" {
            resident.touch("文字盤を出す").await?;
            walk.resident(&resident.page, "質問 文字盤", true).await?;
        }
    }
    send(desk, "take_back_from_resident", json!({ "case": case })).await?;

    let counter = desk.counter().await?;
    counter.lay_practice_card("潮崎　健一").await?;
    counter.page.click(&counter.page.see("input[value=pin]").await?).await?;
    counter.page.press_button("住民の画面で入れてもらう").await?;
    let resident = desk.resident().await?;
    resident.page.reads("暗証番号").await?;
    walk.resident(&resident.page, "暗証番号", true).await?;
    resident.touch("番号を入れない").await?;
    resident.page.reads("受付番号").await?;

    let places = send(desk, "signable", json!({ "case": case })).await?;
    if let Some(place) = places.get(0) {
        let ask = json!({ "case": case, "who": place["who"], "forms": [place["form"]] });
        send(desk, "ask_signature", ask).await?;
        let resident = desk.resident().await?;
        resident.page.reads("枠の中に署名してください").await?;
        resident.write_name().await?;
        walk.resident(&resident.page, "署名", true).await?;
    }
    send(desk, "close_case", json!({ "case": case, "outcome": "completed" })).await?;
    let resident = desk.resident().await?;
    resident.page.reads("ありがとうございました").await?;
    walk.resident(&resident.page, "お見送り", false).await
}

#[tokio::test]
async fn 住民の画面は_どの場面も_どの見え方でも_欠けも無理もない() {
    let mut walks = Vec::new();
    for size in sizes() {
        let mut walk = Walk::on(size);
        office_with(at(size), "住民の画面を歩く", async |desk| residents(desk, &mut walk).await).await;
        walks.push(walk);
    }
    Walk::end(walks);
}

#[tokio::test]
async fn サインインと席を離れた画面も_欠けも無理もない() {
    let city = City::start();
    city.release_pack();
    let mut walks = Vec::new();
    for (at, size) in sizes().iter().enumerate() {
        let staff = format!("s0{at}");
        let first = city.hire(&staff, "窓口一郎", "窓口");
        let mut walk = Walk::on(size);
        office_with(Start { size, ..real() }, "サインインを歩く", async |desk| {
            walk.of_display(desk.machine());
            let counter = enrol(desk, &city.invitation(&format!("mado-{at}"))).await?;
            let page = &counter.page;
            walk.officer(page, "サインイン", true).await?;
            sign_in(&counter, &staff, "ちがうパスワード").await?;
            page.reads("パスワードが違います").await?;
            walk.officer(page, "サインイン 違う", true).await?;
            page.click(&page.see("input[autocapitalize=off]").await?).await?;
            page.press_with(Key::Control, "a").await?;
            sign_in(&counter, &staff, &first).await?;
            page.reads("新しいパスワードを決める").await?;
            walk.officer(page, "新しいパスワード", true).await?;
            page.write(OWN).await?;
            page.press(Key::Tab).await?;
            page.write(OWN).await?;
            page.press(Key::Enter).await?;
            page.reads("今日の案件").await?;
            walk.officer(page, "受付 本番", true).await?;
            page.press_with(Key::Control, "l").await?;
            page.reads("窓口一郎").await?;
            walk.officer(page, "席を離れている", true).await
        })
        .await;
        walks.push(walk);
    }
    Walk::end(walks);
}

/// The corner's own screens, with a booking that was made on the telephone and a case that waits for its departments.
async fn corner(counter: &Counter, walk: &mut Walk) -> Step {
    let page = &counter.page;
    choose_a_place(counter).await?;
    walk.officer(page, "予約 同意", true).await?;
    let mut phone = Clerk::at(page, Hands::Keys);
    phone.press(Key::Enter).await?;
    page.reads("お名前").await?;
    walk.officer(page, "予約 電話の方", true).await?;
    phone.write_here("架空 春子").await?;
    phone.press(Key::Tab).await?;
    phone.write_here("0999-20-2222").await?;
    phone.press(Key::Enter).await?;
    page.see("section[data-fact]").await?;
    walk.officer(page, "予約 聞き取り", true).await?;
    phone.interview(&persona()).await?;
    page.press_with(Key::Control, Key::Enter).await?;
    page.reads("予約を受け付けました").await?;
    walk.officer(page, "予約 控え", false).await?;
    page.press_button("来庁の前に準備する").await?;
    page.see("[role=tab]").await?;
    page.press_with(Key::Control, "i").await?;
    counter.dialog_open().await?;
    page.press(Key::Enter).await?;
    page.reads("照会しました").await?;
    walk.officer(page, "照会した", true).await?;
    dismiss(counter).await?;
    for (key, name) in [("3", "照会"), ("4", "進み")] {
        page.press_with(Key::Alt, key).await?;
        page.until(name, async || Ok(page.see("main h1").await?.text().await? == name)).await?;
        page.see("main li, main tbody tr").await?;
        walk.officer(page, &format!("{name} 案件あり"), true).await?;
    }
    counter.visit(Screen::Reception).await?;
    let tickets = tell(counter, "reception", json!({})).await?;
    let case =
        tickets["cases"].as_array().and_then(|cases| cases.iter().find(|case| case["owner"]["here"] == true));
    let case = case.expect("the prepared case is ours")["id"].clone();
    tell(counter, "play_departments", json!({ "case": case })).await?;
    tell(counter, "close_case", json!({ "case": case, "outcome": "completed" })).await?;
    page.press_with(Key::Alt, "2").await?;
    page.reads("このあとの確認 1").await?;
    page.press("f").await?;
    page.reads("期限の近い順").await?;
    walk.officer(page, "後日", true).await
}

#[tokio::test]
async fn おくやみコーナーの画面も_欠けも無理もない() {
    let mut walks = Vec::new();
    for size in sizes() {
        let mut walk = Walk::on(size);
        office_with(at(size), "おくやみコーナーを歩く", async |desk| {
            walk.of_display(desk.machine());
            corner(&desk.counter().await?, &mut walk).await
        })
        .await;
        walks.push(walk);
    }
    Walk::end(walks);
}
