//! おくやみの窓口のほかの場面: asking the departments from a booking, a preparation that moves by itself, two of a family who say
//! different things, and what the figures of all visits say.

use std::path::Path;

use madoka_tests::{Counter, Step, Walk, office};
use serde_json::{Value, json};
use thirtyfour::Key;

/// Answers one thing as the officer's page would.
async fn tell(counter: &Counter, command: &str, arguments: Value) -> Step<Value> {
    let answer = counter.page.call(command, arguments).await?;
    Ok(answer.unwrap_or_else(|refusal| panic!("{command}: {refusal}")))
}

async fn to_bookings(counter: &Counter) -> Step {
    counter.page.press_with(Key::Alt, "2").await?;
    counter.page.reads("空いている○を選ぶと").await
}

/// What stands beside a booking in the list.
async fn beside(counter: &Counter, booking: &str) -> Step<String> {
    counter.page.see(&format!("[data-booking='{booking}']")).await?.text().await
}

#[tokio::test]
async fn 予約から関係課に照会し_回答が来ると_準備の様子がひとりでに進む() {
    office("予約から照会する", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        let days = tell(&counter, "booking_days", json!({})).await?;
        let rows = days["days"][1]["rows"].as_array().cloned().unwrap_or_default();
        let row = rows.iter().find(|row| row["preparation"] == "not_begun").expect("one is not begun");
        let booking = row["id"].as_str().unwrap_or_default().to_owned();
        to_bookings(&counter).await?;
        assert!(beside(&counter, &booking).await?.contains("準備はこれから"));

        // From the booking itself: nobody has come, and no case is on the screen.
        page.click(&page.see(&format!("[data-booking='{booking}']")).await?).await?;
        counter.dialog_open().await?;
        counter.check_accessibility("予約の控え").await?;
        page.press_button("関係課に照会する").await?;
        page.until("the sheet says so", async || {
            Ok(page.see("dialog[open]").await?.text().await?.contains("照会中"))
        })
        .await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;
        page.until("the list says so too", async || Ok(beside(&counter, &booking).await?.contains("照会中")))
            .await?;

        // The departments answer; nobody sets anything.
        let case = tell(&counter, "open_booking", json!({ "booking": booking, "arrived": false })).await?;
        let visit = tell(&counter, "visit", json!({ "case": case })).await?;
        assert!(visit["inquiries"]["asked"].as_u64().unwrap_or(0) > 0, "{}", visit["inquiries"]);
        tell(&counter, "begin", json!({ "case": case, "step": "asking" })).await?;
        tell(&counter, "play_departments", json!({ "case": case })).await?;
        counter.visit(madoka_tests::Screen::Reception).await?;
        to_bookings(&counter).await?;
        page.until("the answers show", async || Ok(beside(&counter, &booking).await?.contains("回答あり")))
            .await?;
        page.click(&page.see(&format!("[data-booking='{booking}']")).await?).await?;
        counter.dialog_open().await?;
        page.until("the sheet as well", async || {
            Ok(page.see("dialog[open]").await?.text().await?.contains("回答あり"))
        })
        .await
    })
    .await;
}

/// Somebody else books every place that is left in a week. Answers how many those were.
async fn take_all(counter: &Counter, week: &Value) -> Step<u64> {
    let mut taken = 0;
    let slots = week["days"].as_array().into_iter().flatten().filter_map(|day| day["slots"].as_array());
    // What is past on this very day has seats that nobody took.
    for slot in slots.flatten().filter(|slot| slot["standing"] == "open") {
        for _ in 0..slot["free"].as_u64().unwrap_or(0) {
            let begin = json!({ "office": "okuyami", "lifeEvent": "death", "start": slot["start"] });
            tell(counter, "begin_booking", begin).await?;
            let given = json!({
                "name": "架空 冬子", "phone": "0999-20-3333", "caller_visits": true, "note": "", "consented": true,
            });
            tell(counter, "put_booking", json!({ "given": given })).await?;
            tell(counter, "make_booking", json!({})).await?;
            taken += 1;
        }
    }
    Ok(taken)
}

#[tokio::test]
async fn 見ている週の最後の枠がうまっても_その週のまま見直される() {
    let mut walk = Walk::on("1366x768");
    office("予約の週がうまる", async |desk| {
        walk.of_display(desk.machine());
        let counter = desk.counter().await?;
        let page = &counter.page;
        let days = tell(&counter, "booking_days", json!({})).await?;
        let mut rows =
            days["days"].as_array().into_iter().flatten().filter_map(|day| day["rows"].as_array()).flatten();
        let row = rows.find(|row| row["preparation"] == "not_begun").expect("one is not begun");
        let booking = row["id"].as_str().unwrap_or_default().to_owned();
        to_bookings(&counter).await?;
        let shown = page.see("#week").await?.text().await?;
        let free = "table[role=grid] button[aria-label*='空き']";
        page.see(free).await?;

        let earliest = json!({ "office": null, "day": null, "lifeEvent": "death" });
        let week = tell(&counter, "booking_week", earliest.clone()).await?;
        assert!(take_all(&counter, &week).await? > 0);
        let next = tell(&counter, "booking_week", earliest).await?;
        assert_ne!(next["days"][0], week["days"][0], "asked for anew, another week is the earliest");

        // The officer goes on with a booking, and the week is looked at again.
        page.click(&page.see(&format!("[data-booking='{booking}']")).await?).await?;
        counter.dialog_open().await?;
        page.press_button("関係課に照会する").await?;
        page.until("the list says so", async || Ok(beside(&counter, &booking).await?.contains("照会中")))
            .await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;
        assert_eq!(page.see("#week").await?.text().await?, shown);
        assert!(page.all(free).await?.is_empty(), "all are taken");
        page.reads("この週に空きはありません").await?;
        counter.check_accessibility("うまった週").await?;
        walk.officer(page, "うまった週", false).await?;

        // One key leads to where a place is free.
        page.press("t").await?;
        page.see(free).await?;
        page.no_longer_reads("この週に空きはありません").await?;
        assert_ne!(page.see("#week").await?.text().await?, shown);
        Ok(())
    })
    .await;
    Walk::end(vec![walk]);
}

/// A father of 85, as one of his children tells of him.
async fn child_comes(counter: &Counter, name: &str, dog: &str) -> Step<String> {
    let row = tell(counter, "open_case", json!({ "lifeEvent": "death", "ticket": null })).await?;
    let case = row["id"].as_str().unwrap_or_default().to_owned();
    tell(counter, "begin", json!({ "case": case, "step": "asking" })).await?;
    let text = |value: &str| json!({ "is": "text", "value": value });
    for (fact, given) in [
        ("deceased.name", text("架空　一郎")),
        ("deceased.birth_date", text("昭和16年2月3日")),
        ("case.death_date", text("令和8年11月15日")),
        ("visitor.name", text(name)),
        ("visitor.relation", json!({ "is": "choice", "value": "child" })),
        ("visitor.mourner", json!({ "is": "yes" })),
        ("deceased.dog", json!({ "is": dog })),
    ] {
        tell(counter, "answer", json!({ "case": case, "fact": fact, "given": given })).await?;
    }
    Ok(case)
}

#[tokio::test]
async fn 二人の来庁者の話が違うと_一目で分かり_その場で決められる() {
    let mut walk = Walk::on("1366x768");
    office("二人の来庁者", async |desk| {
        walk.of_display(desk.machine());
        let counter = desk.counter().await?;
        let page = &counter.page;
        let first = child_comes(&counter, "架空　長男", "no").await?;
        tell(&counter, "release", json!({ "case": first, "reason": null })).await?;
        child_comes(&counter, "架空　次男", "yes").await?;
        counter.visit(madoka_tests::Screen::Reception).await?;
        page.click(&page.see("button[aria-label='2番を開く']").await?).await?;
        page.reads("同じ方の別の案件と、2か所の答えが違います").await?;
        walk.officer(page, "別の案件と違う", true).await?;
        page.press_with(Key::Control, "k").await?;
        counter.dialog_open().await?;
        page.reads("架空　長男").await?;
        counter.check_accessibility("別の案件と違うこと").await?;
        walk.officer(page, "別の案件と見比べる", false).await?;
        let choose =
            |fact: &str, column: u8| format!("[data-difference='{fact}'] td:nth-of-type({column}) button");
        page.click(&page.see(&choose("mourner.name", 2)).await?).await?;
        page.until("one is left", async || Ok(page.all("[data-difference]").await?.len() == 1)).await?;
        page.click(&page.see(&choose("deceased.dog", 1)).await?).await?;
        page.until("none is left", async || Ok(page.all("[data-difference]").await?.is_empty())).await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;
        page.no_longer_reads("答えが違います").await?;
        // Who decided what is in the notes.
        page.press_with(Key::Control, "m").await?;
        page.reads("そちらに合わせました").await?;
        page.reads("こちらの答えのままとします").await
    })
    .await;
    Walk::end(vec![walk]);
}

/// Where the line of news says that something was saved.
async fn saved(counter: &Counter, before: &str) -> Step<String> {
    counter.page.reads(before).await?;
    let say = "const lines = [...document.querySelectorAll('[role=status]')].map((one) => one.textContent);
               return lines.find((line) => line.includes(arguments[0])).split(arguments[0])[1].trim()";
    let file = counter.page.run(say, vec![before.into()]).await?;
    Ok(file.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn 統計を開き_絞り_表と図を保存する() {
    office("統計", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        page.press_with(Key::Alt, "t").await?;
        page.reads("受付時刻ごとの待ち時間").await?;
        counter.check_accessibility("統計（図）").await?;
        let total = |view: &Value| view["total"]["cases"].as_u64().unwrap_or(0);
        let all = "const cell = document.querySelector('[role=region] tbody tr:last-child td');
                   return Number(cell.textContent.replace(/,/g, ''))";

        // 表: every visit, then those of one life event.
        page.press(Key::F3).await?;
        page.see("[role=region] tbody tr").await?;
        counter.check_accessibility("統計（表）").await?;
        let every = page.run(all, vec![]).await?.as_u64().unwrap_or(0);
        let death = "const all = [...document.querySelectorAll('form select')].at(-1);
                     all.value = 'death'; all.dispatchEvent(new Event('change', { bubbles: true }))";
        page.run(death, vec![]).await?;
        page.until("fewer than all", async || {
            let now = page.run(all, vec![]).await?.as_u64().unwrap_or(0);
            Ok(now > 0 && now < every)
        })
        .await?;
        let fewer = page.run(all, vec![]).await?.as_u64().unwrap_or(0);
        page.press_button("受付時刻").await?;
        page.until("hour by hour", async || Ok(page.text().await?.contains("9時"))).await?;
        page.press_button("曜日").await?;
        page.until("day by day", async || Ok(page.text().await?.contains("月曜"))).await?;

        // What the screen shows is what the file holds.
        page.press_with(Key::Control, "s").await?;
        let file = saved(&counter, "表を保存しました：").await?;
        let sheet = std::fs::read_to_string(&file).unwrap();
        assert!(sheet.starts_with('\u{FEFF}') && sheet.contains("ワンストップ率"), "{file}");
        let mut ask = json!({ "office": null, "life_event": "death" });
        for (key, label) in [("from", "初めの日"), ("to", "終わりの日")] {
            let shown = format!("return document.querySelector(\"input[aria-label='{label}']\").value");
            let text = page.run(&shown, vec![]).await?;
            ask[key] = tell(&counter, "read_day", json!({ "text": text })).await?;
        }
        let view = tell(&counter, "statistics", json!({ "ask": ask })).await?;
        assert_eq!(total(&view), fewer);
        assert!(sheet.contains(&fewer.to_string()), "the file is filtered too");

        // 図 as a picture.
        page.press(Key::F2).await?;
        page.reads("受付時刻ごとの待ち時間").await?;
        page.click(&page.see("figure figcaption button").await?).await?;
        let file = saved(&counter, "図を保存しました：").await?;
        let png = std::fs::read(Path::new(&file)).unwrap();
        assert!(png.starts_with(b"\x89PNG") && png.len() > 2_000, "{} bytes", png.len());
        walk_in(&counter).await?;
        mistake(&counter).await
    })
    .await;
}

/// 窓口利用体験調査: a walk with its steps and what was noticed, and all of them as a table.
async fn walk_in(counter: &Counter) -> Step {
    let page = &counter.page;
    page.press(Key::F7).await?;
    page.reads("新しい体験調査").await?;
    page.click(&page.see("section[aria-label='調査'] input[required]").await?).await?;
    page.write("4人家族の転入、紙で").await?;
    page.press(Key::Enter).await?;
    page.reads("次の場面へ").await?;
    for (place, noticed) in [("記載台", "見本が遠い"), ("会計", "番号が見えない")] {
        page.press_button(place).await?;
        page.until("its step", async || {
            let now = page.all("section[aria-label='調査'] p strong").await?;
            Ok(now.len() == 1 && now[0].text().await? == place)
        })
        .await?;
        // From the note straight to the count, as a hand does: neither is lost.
        page.click(&page.see("section[aria-label='調査'] textarea").await?).await?;
        page.write(noticed).await?;
        page.click(&page.see("button[aria-label='増やす']").await?).await?;
    }
    page.press_button("調査を終える").await?;
    page.reads("新しい体験調査").await?;
    page.reads("書いた 2回").await?;
    page.press_with(Key::Control, "s").await?;
    let file = saved(counter, "表を保存しました：").await?;
    let sheet = std::fs::read_to_string(&file).unwrap();
    for word in ["4人家族の転入、紙で", "記載台", "見本が遠い", "番号が見えない"] {
        assert!(sheet.contains(word), "{word}: {sheet}");
    }
    Ok(())
}

/// 案内漏れ: what the rules did not say of a case becomes a scenario with one press, and is red until the rules are mended.
async fn mistake(counter: &Counter) -> Step {
    let page = &counter.page;
    let row = tell(counter, "open_case", json!({ "lifeEvent": "death", "ticket": null })).await?;
    let case = row["id"].clone();
    tell(counter, "begin", json!({ "case": case, "step": "asking" })).await?;
    for (fact, given) in [
        ("case.death_date", json!({ "is": "text", "value": "2026-10-20" })),
        ("deceased.birth_date", json!({ "is": "text", "value": "1941-02-03" })),
        ("deceased.dog", json!({ "is": "no" })),
    ] {
        tell(counter, "answer", json!({ "case": case, "fact": fact, "given": given })).await?;
    }
    let out = tell(counter, "not_needed", json!({ "case": case })).await?;
    let rows = out.as_array().cloned().unwrap_or_default();
    let dog =
        rows.iter().find(|row| row["name"].as_str().is_some_and(|name| name.contains('犬'))).expect("犬の届");
    let given = json!({ "procedure": dog["id"], "subject": dog["subject"], "words": "登録がありました。" });
    tell(counter, "missed", json!({ "case": case, "given": given })).await?;

    page.press(Key::F2).await?;
    page.press(Key::F4).await?;
    page.reads("登録がありました。").await?;
    counter.check_accessibility("案内漏れ").await?;
    page.press_button("場面テストにする").await?;
    page.reads("場面テストにしました").await?;
    page.press_button("規則を直す").await?;
    page.reads("編集と試し").await?;
    page.press(Key::F3).await?;
    page.reads_at_length("赤 1件").await?;
    page.reads("案内漏れ").await
}
