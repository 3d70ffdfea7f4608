//! The two visits every city hall knows, from the card to the close: a family of four moves in, and a child comes for a
//! father who died. What they take is printed beside the test.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use madoka_card::practice::resident;
use madoka_tests::{Clerk, Counter, Desk, Hands, Step, Told, office_with};
use thirtyfour::Key;

use crate::reading::{DESK, with_card_service, write_code_of};
use crate::stand::{EvePrinter, Model};
use crate::support::{Pcscd, Reader, insert};

/// How long each step took.
#[derive(Default)]
struct Watch(Vec<(&'static str, Duration)>);

impl Watch {
    async fn time<T>(&mut self, step: &'static str, work: impl Future<Output = Step<T>>) -> Step<T> {
        let begun = Instant::now();
        let done = work.await?;
        self.0.push((step, begun.elapsed()));
        Ok(done)
    }

    fn told(&self) -> String {
        let steps: Vec<String> =
            self.0.iter().map(|(step, took)| format!("{step} {:.1}秒", took.as_secs_f64())).collect();
        steps.join("、")
    }
}

/// The card on the real card service's virtual reader, opened by the digits on its face.
async fn read_card(counter: &Counter, clerk: &mut Clerk<'_>, hands: Hands, reader: &Reader) -> Step {
    let page = &counter.page;
    page.reads("カードをカードリーダーに置いてください").await?;
    let card = insert(reader, resident("kenichi").unwrap().my_number_card());
    page.reads("あと10回").await?;
    write_code_of(counter, "kenichi").await?;
    clerk.tally.written += 1;
    clerk.tally.letters += 10;
    match hands {
        Hands::Keys => clerk.press(Key::Enter).await?,
        Hands::Touch => clerk.click("読み取る").await?,
    }
    page.reads("マイナンバーカードを読みました").await?;
    drop(card);
    page.reads("チップ").await?;
    // Who is the same person is said in one key, and nothing of them is asked again.
    for offer in ["届出人は来庁した方と同じ方", "喪主は届出人と同じ方"] {
        let find = format!(
            "return [...document.querySelectorAll(\"section[aria-labelledby='same-person'] button\")]
               .find((one) => one.innerText.includes('{offer}'))?.getAttribute('aria-keyshortcuts') ?? null"
        );
        let Some(key) = page.run(&find, vec![]).await?.as_str().map(ToOwned::to_owned) else { continue };
        match hands {
            Hands::Keys => clerk.press(key).await?,
            Hands::Touch => clerk.click(offer).await?,
        }
        page.until("the offer is taken", async || Ok(page.run(&find, vec![]).await?.is_null())).await?;
    }
    Ok(())
}

/// The rest of the family, who have no card with them: a row each.
const FAMILY: [[&str; 5]; 3] = [
    ["潮崎　美咲", "シオザキ　ミサキ", "H2.6.6", "2", "妻"],
    ["潮崎　蒼", "シオザキ　アオイ", "H29.7.7", "1", "長男"],
    ["潮崎　凪", "シオザキ　ナギ", "R4.3.3", "2", "長女"],
];

/// Who moves: the one who was read in one key, the others row by row.
async fn list_family(counter: &Counter, clerk: &mut Clerk<'_>, hands: Hands) -> Step {
    let page = &counter.page;
    match hands {
        Hands::Keys => {
            clerk.tally.keys += 1;
            page.press_with(Key::Alt, "s").await?;
        }
        Hands::Touch => {
            clerk.tally.clicks += 1;
            page.click(&page.see("[role=tab][aria-keyshortcuts='Alt+M']").await?).await?;
            clerk.click("さんを加える").await?;
        }
    }
    page.see("button[aria-label='潮崎　健一を外す']").await?;
    counter.check_accessibility("世帯員に加えた").await?;
    page.click(&page.see("input[aria-label='次の方の氏名']").await?).await?;
    clerk.tally.clicks += 1;
    for [name, kana, born, sex, relation] in FAMILY {
        for cell in [name, kana, born] {
            clerk.write_here(cell).await?;
            clerk.press(Key::Enter).await?;
        }
        clerk.press(sex).await?;
        clerk.press(Key::Enter).await?;
        clerk.write_here(relation).await?;
        clerk.press(Key::Enter).await?;
        page.see(&format!("button[aria-label='{name}を外す']")).await?;
    }
    // Out of the table: a key typed in a cell belongs to the cell.
    page.run("document.activeElement.blur()", vec![]).await.map(drop)
}

/// The pages as they will be printed, then the print itself; says how many pages there were and how many places to look at.
async fn print_papers(
    counter: &Counter,
    clerk: &mut Clerk<'_>,
    hands: Hands,
    printer: &EvePrinter,
) -> Step<String> {
    const SEEN: &str = "
        const drawn = (css) => [...document.querySelectorAll(css)].filter((one) => one.complete && one.naturalWidth > 0);
        const pages = document.querySelectorAll(\"nav[aria-label='ページ'] button\").length;
        return {
            pages,
            large: drawn(\"section[aria-label='ページの見本'] img\").length,
            small: drawn(\"nav[aria-label='ページ'] img\").length,
            looks: Number(document.querySelector('#tab-looks').textContent.match(/\\d+/)?.[0] ?? 0),
        };";
    let page = &counter.page;
    page.see("section[aria-label='ページの見本'] img").await?;
    page.until("every page is drawn", async || {
        let seen = page.run(SEEN, vec![]).await?;
        Ok(seen["large"] == 1 && seen["small"] == seen["pages"])
    })
    .await?;
    let seen = page.run(SEEN, vec![]).await?;
    counter.check_accessibility("書類").await?;
    match hands {
        Hands::Keys => {
            clerk.tally.keys += 1;
            page.press_with(Key::Control, "p").await?;
        }
        Hands::Touch => clerk.click("すべて刷る").await?,
    }
    page.reads("印刷しました").await?;
    page.until("paper came out", async || Ok(!printer.sheets().is_empty())).await?;
    // This printer has no A5: those forms stay, and say so.
    page.until("nothing else waits to be printed", async || {
        for job in page.all("section[aria-label='印刷の様子'] li").await? {
            if !job.text().await?.contains("PRINT-09") {
                return Ok(false);
            }
        }
        Ok(true)
    })
    .await?;
    Ok(format!("書類 {}ページ・見る所 {}", seen["pages"], seen["looks"]))
}

/// What came out of the printer, for a person to open, where a folder for it is given.
fn keep_sheets(printer: &EvePrinter, title: &str) {
    if let Ok(folder) = std::env::var("MADOKA_SHOW") {
        for (number, sheet) in printer.sheets().into_iter().enumerate() {
            fs::write(Path::new(&folder).join(format!("{title}-{number}.pdf")), sheet).unwrap();
        }
    }
}

/// Marks every row that this counter takes: 1 goes on to the next row by itself.
async fn mark_all_here(counter: &Counter, clerk: &mut Clerk<'_>, hands: Hands) -> Step {
    const HERE: &str = "return document.querySelectorAll(\"section[aria-label='ここで受付'] li\").length";
    const MARKED: &str = "return document.querySelectorAll(\"section[aria-label='ここで受付'] button[aria-pressed=true]\").length";
    let page = &counter.page;
    page.see("section[aria-label='ここで受付'] li").await?;
    let rows = page.run(HERE, vec![]).await?.as_u64().unwrap_or_default();
    for row in 0..rows {
        match hands {
            Hands::Keys => clerk.press("1").await?,
            Hands::Touch => {
                let css =
                    format!("section[aria-label='ここで受付'] li:nth-child({}) [role=group] button", row + 1);
                clerk.tally.clicks += 1;
                page.click(&page.see(&css).await?).await?;
            }
        }
        page.until("the mark is there", async || Ok(page.run(MARKED, vec![]).await?.as_u64() > Some(row)))
            .await?;
    }
    Ok(())
}

/// From the open case to its close.
async fn serve(
    counter: &Counter,
    title: &str,
    told: &Told,
    hands: Hands,
    expects: &[&str],
    reader: &Reader,
) -> Step {
    let page = &counter.page;
    let printer = EvePrinter::new(Model::default());
    let address = serde_json::json!({ "address": printer.uri().as_str() });
    page.call("add_printer", address).await?.expect("the printer answers");
    let mut clerk = Clerk::at(page, hands);
    let mut watch = Watch::default();
    let step = async |clerk: &mut Clerk<'_>, key: Key, tab: &str| match hands {
        Hands::Keys => clerk.press(key).await,
        // Other buttons may bear the same word.
        Hands::Touch => {
            clerk.tally.clicks += 1;
            page.click(&page.tab(tab).await?).await
        }
    };

    watch.time("読取", read_card(counter, &mut clerk, hands, reader)).await?;
    counter.check_accessibility("読取").await?;
    if told.members() == 4 {
        watch.time("世帯員", list_family(counter, &mut clerk, hands)).await?;
    }

    step(&mut clerk, Key::F3, "聞き取り").await?;
    watch.time("聞き取り", clerk.interview(told)).await?;
    counter.check_accessibility("聞き取りの終わり").await?;
    let lists = page
        .run("return performance.getEntriesByName('answer-to-list').map((one) => one.duration)", vec![])
        .await?;

    step(&mut clerk, Key::F5, "書類").await?;
    let papers = watch.time("書類", print_papers(counter, &mut clerk, hands, &printer)).await?;
    keep_sheets(&printer, title);

    step(&mut clerk, Key::F4, "手続").await?;
    for procedure in expects {
        page.reads(procedure).await?;
    }
    counter.check_accessibility("手続").await?;
    watch.time("手続", mark_all_here(counter, &mut clerk, hands)).await?;
    // Where this counter takes everything, nobody waits elsewhere.
    if page.text().await?.contains("事前に知らせる") {
        match hands {
            Hands::Keys => clerk.press("n").await?,
            Hands::Touch => clerk.click("事前に知らせる").await?,
        }
        page.reads("連絡済み").await?;
    }

    step(&mut clerk, Key::F6, "案内").await?;
    let guide = async {
        page.see("svg[aria-label='これからすることの二次元コード']").await?;
        page.see("img[alt='案内書 1ページ']").await.map(drop)
    };
    watch.time("案内", guide).await?;
    counter.check_accessibility("案内").await?;
    match hands {
        Hands::Keys => clerk.press("q").await?,
        Hands::Touch => clerk.click("コードで渡した").await?,
    }
    page.reads("案内書を渡しました").await?;

    match hands {
        Hands::Keys => {
            clerk.tally.keys += 1;
            page.press_with(Key::Control, Key::Enter).await?;
        }
        Hands::Touch => clerk.click("終える").await?,
    }
    page.reads("どう終わったか").await?;
    counter.check_accessibility("終える").await?;
    match hands {
        Hands::Keys => clerk.press(Key::Enter).await?,
        Hands::Touch => {
            clerk.tally.clicks += 1;
            page.click(&page.see("dialog[open] button[type=submit]").await?).await?;
        }
    }
    counter.has_cases(1).await?;

    tell(title, told, &clerk, &watch, &papers, &lists);
    Ok(())
}

/// What the visit took, beside what it takes with a pen.
fn tell(title: &str, told: &Told, clerk: &Clerk<'_>, watch: &Watch, papers: &str, lists: &serde_json::Value) {
    let mut lists: Vec<f64> =
        lists.as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect();
    lists.sort_by(f64::total_cmp);
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a few dozen"
        )]
        let place = ((lists.len().saturating_sub(1)) as f64 * share) as usize;
        lists.get(place).copied().unwrap_or_default()
    };
    let tally = &clerk.tally;
    assert_eq!(tally.twice, Vec::<String>::new(), "no fact is asked twice");
    assert_eq!(clerk.frames.len(), 1, "the screen moved between questions: {:?}", clerk.frames);
    let (forms, fields) = told.on_paper();
    let written = usize::try_from(tally.written).unwrap_or(usize::MAX);
    assert!(written * 2 < fields, "{written} fields typed, {fields} on paper");
    println!("{title}：紙なら {forms}枚・{fields}欄、まどかでは {written}欄を打つ。{papers}");
    println!("{title}：あと最大の問数 {:?}", clerk.remaining);
    println!(
        "{title}：質問 {}（わからない {}）、キー {}、押す {}、打った欄 {}（{}字）、{}、答えから一覧まで 中央 {:.0}ms・95% {:.0}ms・最大 {:.0}ms（{}回、試験用の作り）",
        tally.questions,
        tally.unknown,
        tally.keys,
        tally.clicks,
        tally.written,
        tally.letters,
        watch.told(),
        at(0.5),
        at(0.95),
        at(1.0),
        lists.len(),
    );
}

fn family() -> Told {
    Told::scenario("tennyu_01")
        .and("case.new_address", "みなと野市港町一丁目2番3号")
        .and("case.old_address", "架空県となり市本町4番5号")
}

/// The day at the counter where the card lies in a reader of the real card service.
async fn day(test: &str, work: impl AsyncFnOnce(&mut Desk, &Reader) -> Step) {
    let (pcscd, readers) = Pcscd::start(DESK);
    office_with(with_card_service(), test, async |desk| work(desk, &readers[0]).await).await;
    drop(pcscd);
}

/// 受付 by keys: the life event's digit, Enter, and the case open.
async fn received(counter: &Counter, digit: &str) -> Step {
    counter.page.press(digit).await?;
    counter.dialog_open().await?;
    counter.page.press(Key::Enter).await?;
    counter.dialog_closed().await?;
    counter.has_cases(1).await?;
    counter.page.press("o").await
}

#[tokio::test]
async fn 四人家族の転入を_キーだけで_カードから紙と案内まで通す() {
    day("転入・キー", async |desk, reader| {
        let counter = desk.counter().await?;
        received(&counter, "2").await?;
        let expects =
            ["転入届", "児童手当 認定請求", "子ども医療費", "小中学校の転入学", "保育所などの利用申込"];
        serve(&counter, "転入・4人・キー", &family(), Hands::Keys, &expects, reader).await
    })
    .await;
}

#[tokio::test]
async fn 四人家族の転入を_触るだけで_カードから紙と案内まで通す() {
    day("転入・触る", async |desk, reader| {
        let counter = desk.counter().await?;
        counter.open_case("転入").await?;
        counter.has_cases(1).await?;
        counter.page.click(&counter.page.see("button[aria-label='1番を開く']").await?).await?;
        let expects = ["転入届", "児童手当 認定請求", "子ども医療費", "小中学校の転入学"];
        serve(&counter, "転入・4人・触る", &family(), Hands::Touch, &expects, reader).await
    })
    .await;
}

#[tokio::test]
async fn おくやみを_キーだけで_カードから紙と案内まで通す() {
    day("おくやみ・キー", async |desk, reader| {
        let counter = desk.counter().await?;
        received(&counter, "1").await?;
        let expects = ["葬祭費", "後期高齢者医療", "重度心身障害者医療費", "未支給年金"];
        let told = Told::scenario("okuyami_02");
        serve(&counter, "おくやみ・キー", &told, Hands::Keys, &expects, reader).await
    })
    .await;
}
