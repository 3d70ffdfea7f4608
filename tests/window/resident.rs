//! 住民の画面, beside the officer's window in one session.

use madoka_tests::{Desk, Resident, Screen, Start, Step, office, office_with};
use serde_json::json;
use thirtyfour::Key;

#[tokio::test]
async fn 住民の画面は受付番号を示し_次の方を迎える() {
    office("住民の画面", async |desk| {
        let counter = desk.counter().await?;
        counter.arrived(Screen::Reception).await?;
        counter.page.press(Key::F8).await?;
        let resident = desk.resident().await?;
        assert_eq!(resident.greeting().await?, "いらっしゃいませ");
        resident.check_accessibility("住民の画面（お迎え）").await?;

        let counter = desk.counter().await?;
        counter.open_case_with_ticket("転入", "27").await?;
        let resident = desk.resident().await?;
        resident.page.reads("27").await?;
        assert_eq!(resident.greeting().await?, "受け付けました");
        resident.check_accessibility("住民の画面（受付）").await?;

        resident.speak("English").await?;
        resident.page.reads("Moving in").await?;
        resident.page.reads("You are checked in").await?;
        resident.speak("やさしい日本語").await?;
        resident.page.reads("あなたの 番号（ばんごう）").await?;
        resident.check_accessibility("住民の画面（やさしい日本語）").await?;

        // The next resident begins in Japanese, and sees nothing of the one before.
        let counter = desk.counter().await?;
        counter.page.press("n").await?;
        let resident = desk.resident().await?;
        resident.page.reads("いらっしゃいませ").await?;
        resident.page.no_longer_reads("27").await
    })
    .await;
}

#[tokio::test]
async fn 取り消した受付は住民の画面からも消える() {
    office("取消と住民の画面", async |desk| {
        let counter = desk.counter().await?;
        counter.page.press(Key::F8).await?;
        desk.resident().await?;
        let counter = desk.counter().await?;
        counter.open_case("転入").await?;
        desk.resident().await?.page.reads("受け付けました").await?;
        desk.counter().await?.take_back("1").await?;
        desk.resident().await?.page.reads("いらっしゃいませ").await
    })
    .await;
}

#[tokio::test]
async fn 同じキーで閉じ_二枚は開かない() {
    office("住民の画面の開け閉め", async |desk| {
        let counter = desk.counter().await?;
        counter.page.press(Key::F8).await?;
        desk.resident().await?;
        let counter = desk.counter().await?;
        counter.page.reads("表示中").await?;
        assert_eq!(desk.windows().await?, 2);
        counter.page.press(Key::F8).await?;
        counter.page.no_longer_reads("表示中").await?;
        assert_eq!(desk.windows().await?, 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn 住民の画面からは職員の操作が_職員の画面からは住民の答えができない() {
    office("住民の画面の権限", async |desk| {
        let counter = desk.counter().await?;
        counter.page.press(Key::F8).await?;
        let resident = desk.resident().await?;
        let officer = [
            "reception",
            "open_case",
            "set_display",
            "welcome_next",
            "visit",
            "answer",
            "resident_panel",
            "send_facts_to_resident",
            "ask_signature",
        ];
        for command in officer {
            let refused =
                resident.page.call(command, json!({ "lifeEvent": "birth", "ticket": null })).await?;
            let refused = refused.unwrap_err();
            assert!(refused.contains("not allowed"), "{command}: {refused}");
        }
        let counter = desk.counter().await?;
        let said = json!({ "turn": 0, "said": { "is": "language", "value": "en" } });
        let refused = counter.page.call("resident_tell", said).await?.unwrap_err();
        assert!(refused.contains("not allowed"), "{refused}");
        Ok(())
    })
    .await;
}

/// What an officer's screens do, as their page would ask for it.
async fn officer(desk: &Desk, command: &str, arguments: serde_json::Value) -> Step<serde_json::Value> {
    let counter = desk.counter().await?;
    let answer = counter.page.call(command, arguments).await?;
    Ok(answer.unwrap_or_else(|refusal| panic!("{command}: {refusal}")))
}

/// Opens the case on top of the list and says who is here; answers its id.
async fn begin(desk: &Desk, name: &str, address: &str) -> Step<String> {
    let counter = desk.counter().await?;
    counter.page.press("o").await?;
    counter.page.see("section[aria-label='住民の画面']").await?;
    let reception = officer(desk, "reception", json!({})).await?;
    let case = reception["cases"][0]["id"].as_str().unwrap_or_default().to_owned();
    for (fact, value) in [("applicant.name", name), ("applicant.address", address)] {
        let given = json!({ "is": "text", "value": value });
        officer(desk, "answer", json!({ "case": case, "fact": fact, "given": given })).await?;
    }
    Ok(case)
}

/// Yes, or the first there is, to whatever is asked.
async fn answer_everything(desk: &Desk, case: &str) -> Step {
    for _ in 0..60 {
        let visit = officer(desk, "visit", json!({ "case": case })).await?;
        let Some(question) = visit["interview"]["now"]["questions"].get(0) else { return Ok(()) };
        let kind = &question["answer"];
        let first = &kind["options"][0]["id"];
        let given = match kind["is"].as_str().unwrap_or_default() {
            "yes_no" => json!({ "is": "yes" }),
            "choice" => json!({ "is": "choice", "value": first }),
            "choices" => json!({ "is": "choices", "value": [first] }),
            "number" => json!({ "is": "number", "value": kind["min"] }),
            "date" => json!({ "is": "text", "value": "2026-11-18" }),
            "text" => json!({ "is": "text", "value": "みなと野" }),
            _ => {
                officer(desk, "household", json!({ "case": case, "known": "complete" })).await?;
                continue;
            }
        };
        let answer = json!({ "case": case, "fact": question["fact"], "given": given });
        officer(desk, "answer", answer).await?;
    }
    panic!("質問が終わりません");
}

#[tokio::test]
async fn 確認と質問と見送りは_どの言語でも誰にでも使え_答えは職員の画面に出る() {
    office("住民の画面の流れ", async |desk| {
        desk.counter().await?.page.press(Key::F8).await?;
        desk.resident().await?.check_in_every_language("お迎え").await?;
        desk.counter().await?.open_case_with_ticket("転入", "27").await?;
        desk.resident().await?.check_in_every_language("受付").await?;
        let case = begin(desk, "潮崎 健一", "架空県みなと野市港町1丁目2番3号").await?;

        // 確認
        let facts = json!({ "case": case, "facts": ["applicant.name", "applicant.address"] });
        officer(desk, "send_facts_to_resident", facts).await?;
        desk.counter().await?.page.reads("2件を確かめていただいています").await?;
        let resident = desk.resident().await?;
        resident.page.reads("潮崎 健一").await?;
        resident.check_in_every_language("確認").await?;
        let wrong = resident.page.all("li button").await?;
        resident.page.click(&wrong[3]).await?;
        resident.touch("ちがうところを職員に伝える（1）").await?;
        resident.page.no_longer_reads("潮崎 健一").await?;
        let counter = desk.counter().await?;
        counter.page.reads("ちがう：").await?;
        counter.page.reads("ちがうところがあるとのことです").await?;
        counter.check_accessibility("ちがうと言われた案件").await?;

        // 質問: the one the officer is at goes over with F9.
        counter.page.press(Key::F3).await?;
        counter.page.reads("引越しをした日").await?;
        counter.page.press(Key::F9).await?;
        counter.page.reads("住民の画面で聞いています").await?;
        counter.check_accessibility("住民に聞いている質問").await?;
        let resident = desk.resident().await?;
        resident.page.reads("引越しをした日").await?;
        resident.check_in_every_language("日付の質問").await?;
        let pick = "const [year, month, day] = document.querySelectorAll('select');
                    for (const [field, value] of [[year, '2026'], [month, '11'], [day, '15']]) {
                      field.value = value;
                      field.dispatchEvent(new Event('change', { bubbles: true }));
                    }";
        resident.page.run(pick, Vec::new()).await?;
        resident.touch("これで進む").await?;
        resident.page.reads("受付番号").await?;
        let counter = desk.counter().await?;
        counter.page.no_longer_reads("住民の画面で聞いています").await?;
        let visit = officer(desk, "visit", json!({ "case": case })).await?;
        let answered = visit["interview"]["answered"].as_array().cloned().unwrap_or_default();
        let date = answered.iter().find(|row| row["question"]["fact"] == "case.move_date");
        let date = date.map(|row| (row["said"].clone(), row["source"].clone()));
        assert_eq!(date, Some((json!("令和8年11月15日"), json!("来庁者の回答"))));

        // 声に出さない質問を続けて
        officer(desk, "add_member", json!({ "case": case })).await?;
        let facts = ["case.pregnant", "household[0].disability_certificates", "case.public_assistance"];
        officer(desk, "send_question_to_resident", json!({ "case": case, "facts": facts })).await?;
        let resident = desk.resident().await?;
        resident.page.reads("妊娠中の方はいますか").await?;
        resident.check_in_every_language("はい・いいえの質問").await?;
        // The keyboard does as well: the words are where it goes on.
        resident.page.press("1").await?;
        resident.page.reads("障害者手帳").await?;
        resident.check_in_every_language("いくつも選ぶ質問").await?;
        resident.touch("前の質問に戻る").await?;
        resident.page.reads("妊娠中の方はいますか").await?;
        resident.touch("いいえ").await?;
        resident.touch("わからない").await?;
        resident.page.reads("生活保護").await?;
        resident.touch("答えたくない").await?;
        resident.page.reads("受付番号").await?;
        let visit = officer(desk, "visit", json!({ "case": case })).await?;
        assert!(visit["notes"].to_string().contains("答えたくない"), "{}", visit["notes"]);

        // お見送り
        officer(desk, "close_case", json!({ "case": case, "outcome": "completed" })).await?;
        let resident = desk.resident().await?;
        resident.page.reads("ありがとうございました").await?;
        resident.check_in_every_language("お見送り").await?;
        resident.touch("終わる").await?;
        resident.page.reads("いらっしゃいませ").await
    })
    .await;
}

#[tokio::test]
async fn 署名は枠の中に書いて残り_紙にもできる() {
    office("住民の画面の署名", async |desk| {
        desk.counter().await?.page.press(Key::F8).await?;
        desk.resident().await?;
        desk.counter().await?.open_case("子育ての申請").await?;
        let case = begin(desk, "潮崎 健一", "架空県みなと野市港町1丁目2番3号").await?;
        answer_everything(desk, &case).await?;
        let places = officer(desk, "signable", json!({ "case": case })).await?;
        let (form, who) = (places[0]["form"].clone(), places[0]["who"].clone());
        assert!(form.is_string(), "署名できる書類がない: {places}");

        let ask = json!({ "case": case, "who": who, "forms": [form] });
        officer(desk, "ask_signature", ask.clone()).await?;
        let resident = desk.resident().await?;
        resident.page.reads("枠の中に署名してください").await?;
        resident.page.reads(places[0]["name"].as_str().unwrap_or_default()).await?;
        resident.check_in_every_language("署名").await?;
        resident.touch("紙に署名する").await?;
        desk.counter().await?.page.reads("紙に署名したいとのことです").await?;

        officer(desk, "ask_signature", ask).await?;
        let resident = desk.resident().await?;
        resident.page.reads("枠の中に署名してください").await?;
        resident.write_name().await?;
        resident.touch("1画消す").await?;
        resident.write_name().await?;
        let told =
            resident.page.run("return document.querySelector('[role=status]').textContent", vec![]).await?;
        assert_eq!(told, "3画書きました");
        resident.touch("これで署名する").await?;
        resident.page.reads("受付番号").await?;
        let places = officer(desk, "signable", json!({ "case": case })).await?;
        assert!(places[0]["signed_at"].is_string(), "{places}");
        desk.counter().await?.page.reads("署名をいただきました").await
    })
    .await;
}

#[tokio::test]
async fn 前の方のことは_次の方の画面に何も残らない() {
    office("次の方の画面", async |desk| {
        desk.counter().await?.page.press(Key::F8).await?;
        desk.resident().await?;
        desk.counter().await?.open_case_with_ticket("転入", "727").await?;
        let case = begin(desk, "甲野 一郎", "架空県みなと野市甲町1番").await?;
        let facts = json!({ "case": case, "facts": ["applicant.name", "applicant.address"] });
        officer(desk, "send_facts_to_resident", facts).await?;
        let resident = desk.resident().await?;
        resident.page.reads("甲野 一郎").await?;
        resident.speak("English").await?;
        resident.page.reads("Is this correct?").await?;
        let late =
            resident.page.call("resident_screen", json!({})).await?.unwrap_or_default()["turn"].clone();

        // The officer goes back to the reception and takes the next.
        let counter = desk.counter().await?;
        counter.page.press(Key::Escape).await?;
        counter.arrived(Screen::Reception).await?;
        let resident = desk.resident().await?;
        resident.page.reads("いらっしゃいませ").await?;
        nothing_of(&resident, &["甲野", "甲町", "727"]).await?;

        desk.counter().await?.open_case_with_ticket("出生", "703").await?;
        let resident = desk.resident().await?;
        resident.page.reads("703").await?;
        nothing_of(&resident, &["甲野", "甲町", "727", "転入"]).await?;
        let said = json!({ "turn": late, "said": { "is": "facts", "value": [true, true] } });
        assert_eq!(resident.page.call("resident_tell", said).await?, Err("RES-01".to_owned()));
        nothing_of(&resident, &["甲野", "甲町", "727", "転入"]).await
    })
    .await;
}

/// Neither to be read nor anywhere in the page: attributes, fields, storage, what is hidden.
async fn nothing_of(resident: &Resident, words: &[&str]) -> Step {
    let page = resident
        .page
        .run(
            "const fields = [...document.querySelectorAll('input, select')].map((field) => field.value);
             return document.documentElement.outerHTML + fields
               + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie + location.href",
            Vec::new(),
        )
        .await?;
    let page = page.as_str().unwrap_or_default();
    assert!(page.len() > 500, "{page}");
    for word in words {
        assert!(!page.contains(word), "{word} が住民の画面に残っています");
    }
    Ok(())
}

#[tokio::test]
async fn 二倍の文字でも白黒反転でも_はみ出さずに使える() {
    let start = Start { size: "1024x768", ..Start::default() };
    office_with(start, "住民の画面の見え方", async |desk| {
        desk.counter().await?.page.press(Key::F8).await?;
        desk.resident().await?;
        desk.counter().await?.open_case("転入").await?;
        let case = begin(desk, "潮崎 健一", "架空県みなと野市港町一丁目2番3号 みなと野ハイツ205号室").await?;
        let facts = json!({ "case": case, "facts": ["applicant.name", "applicant.address"] });
        officer(desk, "send_facts_to_resident", facts).await?;
        let resident = desk.resident().await?;
        resident.page.reads("潮崎 健一").await?;
        for size in ["100%", "200%"] {
            let grow = "document.documentElement.style.fontSize = arguments[0]";
            resident.page.run(grow, vec![size.into()]).await?;
            resident.check_in_every_language(&format!("確認 {size}")).await?;
        }
        let contrast = resident.page.see("button[title='白黒を反転する']").await?;
        resident.page.click(&contrast).await?;
        resident.check_accessibility("白黒反転の確認").await
    })
    .await;
}
