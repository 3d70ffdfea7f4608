//! おくやみ: from the telephone to the closed case and what comes after, as the officer's window shows it.

use madoka_tests::{Clerk, Counter, Hands, Step, Told, office};
use thirtyfour::Key;

/// Somebody who is told the questions of the telephone, beside those of the scenario.
pub(crate) fn persona() -> Told {
    Told::scenario("okuyami_01")
        .and("deceased.name", "架空 太郎")
        .and("deceased.name_kana", "かくう たろう")
        .and("deceased.address", "みなと野市港町一丁目2番3号")
        .and("visitor.address", "みなと野市港町一丁目2番3号")
        .and("visitor.birth_date", "S45.6.7")
        .and("case.funeral_kind", "service")
        .and("mourner.bank.name", "みなと野銀行")
        .and("mourner.bank.branch", "本店")
        .and("mourner.bank.kind", "ordinary")
        .and("mourner.bank.number", "1234567")
        .and("mourner.bank.holder", "カクウ ハルコ")
        .and("visitor.heir_representative", true)
        .and("case.tax_payment", "slip")
}

/// The earliest free place, by the keyboard alone.
pub(crate) async fn choose_a_place(counter: &Counter) -> Step {
    let page = &counter.page;
    page.press_with(Key::Alt, "2").await?;
    page.reads("空いている○を選ぶと").await?;
    page.see("table[role=grid] button[aria-label*='空き']").await?;
    counter.check_accessibility("予約").await?;
    page.press("g").await?;
    page.press(Key::Down).await?;
    page.press(Key::Enter).await?;
    page.reads("そのまま読み上げてください").await
}

#[tokio::test]
async fn 電話の予約から_当日_案内_後日まで_キーだけで通す() {
    office("おくやみ・予約から後日まで", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        let told = persona();
        choose_a_place(&counter).await?;
        counter.check_accessibility("予約の同意").await?;

        // On the telephone.
        let mut phone = Clerk::at(page, Hands::Keys);
        phone.press(Key::Enter).await?;
        page.reads("お名前").await?;
        phone.write_here("架空 春子").await?;
        phone.press(Key::Tab).await?;
        phone.write_here("0999-20-2222").await?;
        phone.press(Key::Enter).await?;
        page.see("section[data-fact]").await?;
        counter.check_accessibility("予約の聞き取り").await?;
        phone.interview(&told).await?;
        phone.tally.keys += 1;
        page.press_with(Key::Control, Key::Enter).await?;
        page.reads("予約を受け付けました").await?;
        assert_eq!(phone.tally.twice, Vec::<String>::new());

        // 復唱, and then 準備: the booking becomes a case before its day, and everything said is there.
        page.reads("カクウ ハルコ").await?;
        counter.check_accessibility("予約の控え").await?;
        page.press_button("来庁の前に準備する").await?;
        page.see("[role=tab]").await?;
        page.reads("架空 太郎").await?;

        // お客様情報シート
        page.press_with(Key::Control, "k").await?;
        page.reads("お客様情報シート").await?;
        counter.check_accessibility("お客様情報シート").await?;
        let same = page
            .run("return document.querySelector(\"[data-person='mourner'] select\").value", vec![])
            .await?;
        assert_eq!(same.as_str(), Some("visitor"), "said on the telephone, not asked again");
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;

        let mut clerk = Clerk::at(page, Hands::Keys);
        clerk.press(Key::F3).await?;
        clerk.interview(&told).await?;
        for said in ["deceased.insurance", "visitor.mourner", "case.funeral"] {
            assert!(!clerk.was_asked(said), "{said} was said on the telephone");
        }
        clerk.press(Key::F4).await?;
        page.reads("ここで受付").await?;

        // 受け渡し
        clerk.tally.keys += 1;
        page.press_with(Key::Control, "e").await?;
        page.reads("受け取るもの").await?;
        page.reads("戸籍謄本").await?;
        counter.check_accessibility("受け渡し").await?;
        page.click(&page.see("dialog[open] input[type=checkbox]").await?).await?;
        page.reads("受け取った").await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;

        clerk.press(Key::F5).await?;
        page.see("img").await?;
        clerk.press(Key::F6).await?;
        page.see("img[alt='案内書 1ページ']").await?;
        clerk.press("q").await?;
        page.reads("案内書を渡しました").await?;
        clerk.tally.keys += 1;
        page.press_with(Key::Control, Key::Enter).await?;
        page.reads("どう終わったか").await?;
        clerk.press(Key::Enter).await?;
        page.reads("今日の案件").await?;

        // 受付 tells who comes today, in one key.
        page.reads("今日の予約").await?;

        // 後日
        page.press_with(Key::Alt, "2").await?;
        page.reads("このあとの確認 1").await?;
        page.press("f").await?;
        page.reads("期限の近い順").await?;
        counter.check_accessibility("このあとの確認").await?;
        let note = page.see("dialog[open] input").await?;
        page.click(&note).await?;
        page.write("戸籍がそろったと連絡あり").await?;
        page.press(Key::Enter).await?;
        page.reads("戸籍がそろったと連絡あり（").await?;

        let (forms, fields) = told.on_paper();
        let tally = &clerk.tally;
        println!(
            "おくやみ：紙なら {forms}枚・{fields}欄。電話：質問 {}（わからない {}）、キー {}、打った欄 {}。当日：質問 {}（わからない {}）、キー {}、打った欄 {}",
            phone.tally.questions,
            phone.tally.unknown,
            phone.tally.keys,
            phone.tally.written,
            tally.questions,
            tally.unknown,
            tally.keys,
            tally.written,
        );
        assert_eq!(tally.twice, Vec::<String>::new(), "no fact is asked twice");
        let written = usize::try_from(phone.tally.written + tally.written).unwrap_or(usize::MAX);
        assert!(written * 2 < fields, "{written} fields typed, {fields} on paper");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn 予約なしの方も_名前だけで案件が始まり_書きかけは閉じても残る() {
    office("おくやみ・予約なし", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        page.press_with(Key::Alt, "2").await?;
        page.reads("空いている○を選ぶと").await?;
        page.press("w").await?;
        page.reads("いらっしゃった方").await?;
        page.write("架空 夏子").await?;
        page.press(Key::Enter).await?;
        page.see("section[data-fact]").await?;
        desk.reopen().await?;
        let counter = desk.counter().await?;
        let page = &counter.page;
        page.press_with(Key::Alt, "2").await?;
        page.reads("架空 夏子 様").await?;
        page.press_with(Key::Control, Key::Enter).await?;
        page.see("[role=tab]").await?;
        page.reads("おくやみ").await
    })
    .await;
}
