//! 書類: from answers to paper in the tray, in the real window, on a printer of paper that does not exist.

use std::fs;
use std::path::Path;

use madoka_tests::{Counter, Desk, Step, office};
use thirtyfour::Key;

use crate::stand::{EvePrinter, Model};

/// A move with everything the practice card tells.
async fn to_papers(counter: &Counter) -> Step {
    let page = &counter.page;
    counter.open_case("転入").await?;
    page.press("o").await?;
    counter.lay_practice_card("潮崎　健一").await?;
    counter.enter_match_code().await?;
    page.reads("マイナンバーカードを読みました").await?;
    page.press(Key::F3).await?;
    page.reads("引越しをした日").await?;
    page.write("令和8年11月15日").await?;
    page.press(Key::Enter).await?;
    page.reads("どこから引っ越してきましたか").await?;
    page.press("1").await?;
    page.reads("令和8年11月15日").await?;
    page.press(Key::F5).await?;
    page.reads("すべて刷る").await
}

/// The large page is drawn, and with as many dots as it is wide.
async fn page_is_drawn(counter: &Counter) -> Step {
    let page = &counter.page;
    page.until("the page is drawn sharply", async || {
        let sharp = page
            .run(
                "const page = document.querySelector('section[aria-label=\"ページの見本\"] img');
                 return !!page && page.complete
                   && Math.abs(page.naturalWidth - page.getBoundingClientRect().width * devicePixelRatio) < 3",
                vec![],
            )
            .await?;
        Ok(sharp.as_bool() == Some(true))
    })
    .await
}

/// A picture of the display for a person to judge, where a folder for it is given.
fn show(desk: &Desk, name: &str) {
    if let Ok(folder) = std::env::var("MADOKA_SHOW") {
        let picture = Path::new(&folder).join(format!("{name}.png"));
        let _ = desk.machine().command("import").args(["-window", "root"]).arg(picture).status();
    }
}

#[tokio::test]
async fn 書類を見て_見る所の欄を開き_刷ると紙が出て_中身は平文で残らない() {
    let printer = EvePrinter::new(Model::default());
    office("書類", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        let added = page
            .run_slowly(&format!(
                "const done = arguments[arguments.length - 1];
                 window.__TAURI_INTERNALS__.invoke('add_printer', {{ address: '{}' }})
                   .then(() => done('added'), (error) => done(String(error)))",
                printer.uri().as_str()
            ))
            .await?;
        assert_eq!(added, "added");
        to_papers(&counter).await?;
        page_is_drawn(&counter).await?;
        show(desk, "papers");
        counter.check_accessibility("書類").await?;

        // Keys alone: to the first thing that is missing, and back without a word.
        page.press("n").await?;
        let field = page.see("#panel form input, #panel form button").await?;
        assert!(field.is_displayed().await?);
        show(desk, "papers-fix");
        counter.check_accessibility("書類の欄を直す").await?;
        page.press(Key::Escape).await?;
        page.press(Key::PageDown).await?;
        page_is_drawn(&counter).await?;
        page.press("3").await?;
        page.reads("職員用の確認票を初めに刷る").await?;
        show(desk, "papers-forms");
        counter.check_accessibility("書類の様式").await?;

        page.press_with(Key::Control, "p").await?;
        page.reads("印刷しました").await?;
        show(desk, "papers-printed");
        page.until("paper came out", async || Ok(!printer.sheets().is_empty())).await?;
        page.until("nothing waits to be printed", async || {
            Ok(page.all("section[aria-label='印刷の様子'] li").await?.is_empty())
        })
        .await?;

        // One form again, on stock that is printed already: a smaller sheet of values alone.
        let before = printer.sheets().len();
        let stock = "input[type=checkbox]:not(:disabled)";
        let row = page.see("section[aria-label] li:has(button[aria-label^='これだけ刷る']:not(:disabled))").await?;
        row.scroll_into_view().await?;
        let boxes = row.find_all(thirtyfour::By::Css(stock)).await?;
        page.click(boxes.last().expect("values alone can be chosen")).await?;
        page.until("values alone", async || {
            Ok(page.run("return document.querySelector('section[aria-label] li input[type=checkbox].size-5:checked') !== null", vec![]).await? == true)
        })
        .await?;
        page.click(&page.see("li button[aria-label^='これだけ刷る']:not(:disabled)").await?).await?;
        page.until("one more came out", async || Ok(printer.sheets().len() == before + 1)).await?;

        // What was looked at is nowhere on the disk as it is.
        let home = desk.machine().home().to_owned();
        for secret in ["%PDF-", "潮崎"] {
            let found = holding(&home, secret.as_bytes());
            assert!(found.is_empty(), "{secret} stands in {found:?}");
        }
        Ok(())
    })
    .await;
}

/// Files that hold these bytes.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(holding(&path, bytes)),
            Ok(kind) if kind.is_file() => {
                let content = fs::read(&path).unwrap_or_default();
                if content.windows(bytes.len()).any(|window| window == bytes) {
                    found.push(path.display().to_string());
                }
            }
            _ => {}
        }
    }
    found
}
