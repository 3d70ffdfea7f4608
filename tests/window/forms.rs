//! 様式の編集: a paper nobody has seen becomes a form, by keys and by mouse; and a newcomer adds a procedure with it.

#![expect(clippy::float_cmp, reason = "the label says the same millimetres in the same words")]

use std::path::{Path, PathBuf};
use std::process::Command;

use madoka_tests::machine::project;
use madoka_tests::{Page, Screen, Step, office};
use serde_json::json;
use thirtyfour::{Key, TypingData};

use crate::stand::{EvePrinter, Model};

/// What Enter takes in a list that is searched.
const FIRST: &str = "return document.querySelector('dialog[open] ul button')?.textContent";
const ADD: &str = "section[aria-label='様式を加える'] input[type=file]";

/// The paper of a form that field detection was not built on.
fn unseen(form: &str) -> PathBuf {
    let built_on = project().join("src-tauri/crates/forms/tests/detect/built_on.txt");
    let built_on = std::fs::read_to_string(built_on).expect("the list of papers");
    assert!(built_on.lines().all(|one| one != form), "{form} was looked at");
    project().join("forms").join(form).join("form.pdf")
}

/// Somebody new to it: every key, click and written word counts.
struct Newcomer<'a> {
    page: &'a Page,
    actions: usize,
    letters: usize,
}

impl<'a> Newcomer<'a> {
    fn at(page: &'a Page) -> Self {
        Self { page, actions: 0, letters: 0 }
    }

    async fn press(&mut self, key: impl Into<TypingData>) -> Step {
        self.actions += 1;
        self.page.press(key).await
    }

    async fn click(&mut self, words: &str) -> Step {
        self.actions += 1;
        self.page.press_button(words).await
    }

    async fn at_field(&mut self, css: &str) -> Step {
        self.actions += 1;
        self.page.click(&self.page.see(css).await?).await
    }

    async fn write(&mut self, text: &str) -> Step {
        self.letters += text.chars().count();
        self.page.write(text).await
    }

    async fn give(&mut self, css: &str, file: &Path) -> Step {
        // Opened, found in the dialog of the system, taken.
        self.actions += 3;
        self.page.give_file(css, file).await
    }
}

/// The line that says what was done. It ends in … where it is long, and the driver takes such a line for hidden.
async fn says(page: &Page, text: &str) -> Step {
    page.until(&format!("the page says {text:?}"), async || {
        let said = "return [...document.querySelectorAll('main [role=status]')].some((one) => one.textContent.includes(arguments[0]))";
        Ok(page.run(said, vec![text.into()]).await? == true)
    })
    .await
}

/// The paper as a scanner gives it.
fn scanned(paper: &Path, folder: &Path) -> PathBuf {
    let stem = folder.join("scan");
    let drawn =
        Command::new("pdftoppm").args(["-r", "150", "-png", "-singlefile"]).arg(paper).arg(&stem).status();
    assert!(drawn.is_ok_and(|drawn| drawn.success()), "poppler-utils");
    stem.with_extension("png")
}

/// A new edition of the paper: everything on it stands 20 points further right and 10 further down.
fn moved(paper: &Path, folder: &Path) -> PathBuf {
    let (plain, shifted, whole) =
        (folder.join("plain.pdf"), folder.join("shifted.pdf"), folder.join("moved.pdf"));
    let qpdf = |arguments: &[&str], from: &Path, to: &Path| {
        // 3: with warnings; the table of places is made anew behind the change.
        let done = Command::new("qpdf").args(arguments).arg(from).arg(to).output().expect("qpdf");
        assert!(matches!(done.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&done.stderr));
    };
    qpdf(&["--qdf", "--object-streams=disable"], paper, &plain);
    let bytes = std::fs::read(&plain).expect("a paper");
    let at = bytes.windows(9).position(|window| window == b"/MediaBox").expect("the size of the page");
    let end = at + bytes[at..].iter().position(|byte| *byte == b']').expect("its end") + 1;
    let numbers: Vec<f64> = String::from_utf8_lossy(&bytes[at + 9..end])
        .trim_matches(|c: char| c.is_whitespace() || c == '[' || c == ']')
        .split_whitespace()
        .map(|number| number.parse().expect("a number"))
        .collect();
    let [left, bottom, right, top] = numbers[..] else { panic!("{numbers:?}") };
    let size = format!("/MediaBox [{} {} {} {}]", left - 20.0, bottom + 10.0, right - 20.0, top + 10.0);
    std::fs::write(&shifted, [&bytes[..at], size.as_bytes(), &bytes[end..]].concat())
        .expect("it can be written");
    qpdf(&[], &shifted, &whole);
    whole
}

/// Drops a file on a place of the page, as the system's file manager does.
async fn drop_on(page: &Page, css: &str, file: &Path) -> Step {
    let bytes = std::fs::read(file).expect("a file to drop");
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();
    let script = "const [css, name, bytes] = arguments;
         const files = new DataTransfer();
         files.items.add(new File([new Uint8Array(bytes)], name));
         for (const kind of ['dragover', 'drop'])
           document.querySelector(css).dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: files }));";
    page.run(script, vec![css.into(), name.into(), json!(bytes)]).await.map(drop)
}

/// A field of one place: a date is taken by its parts.
const NAME: &str = "[data-path][aria-label*='氏名（']";
const CHOSEN: &str = "[data-path][aria-pressed=true]";

/// 「左…上…幅…高さ… mm」 of the field being worked on.
async fn millimetres(page: &Page) -> Step<[f64; 4]> {
    let label = page.see(CHOSEN).await?.attr("aria-label").await?.unwrap_or_default();
    let of = |key: &str| -> f64 {
        let rest = label.split(key).nth(1).unwrap_or_default();
        let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        number.parse().unwrap_or_else(|_| panic!("{key}: {label}"))
    };
    // The name of a field may hold the same characters: they stand behind the last bracket.
    Ok(["、左", " 上", " 幅", " 高さ"].map(of))
}

/// How wide the paper of these tests is, in millimetres.
const A5: f64 = 148.0;

/// Drags and pulls a field with the mouse, and draws a new one on the bare paper.
async fn by_mouse(page: &Page) -> Step {
    page.click(&page.see(NAME).await?).await?;
    let before = millimetres(page).await?;
    let [x, y, w, h] = page.place(CHOSEN).await?;
    let [.., wide, _] = page.place("[aria-label='用紙'] img").await?;
    let dots = f64::from(i32::try_from(wide).expect("a width")) / A5;
    let middle = (x + w / 2, y + h / 2);
    page.drag(middle, (middle.0 + 45, middle.1 + 30)).await?;
    page.until("it was dragged", async || Ok(millimetres(page).await? != before)).await?;
    let dragged = millimetres(page).await?;
    // An edge may have jumped to a ruled line that was near.
    for (at, by) in [(0, 45.0), (1, 30.0)] {
        let went = dragged[at] - before[at];
        assert!((went - by / dots).abs() < 1.6, "{went} mm for {by} dots of {dots} to the millimetre");
    }
    assert_eq!(dragged[2..], before[2..], "as large as it was");

    let [x, y, w, h] = page.place(CHOSEN).await?;
    page.drag((x + w, y + h), (x + w + 36, y + h + 15)).await?;
    page.until("it was pulled", async || Ok(millimetres(page).await? != dragged)).await?;
    let pulled = millimetres(page).await?;
    assert_eq!(pulled[..2], dragged[..2], "its other corner stays");
    assert!(pulled[2] > dragged[2] && pulled[3] > dragged[3], "{dragged:?} {pulled:?}");
    for was in [dragged, before] {
        page.press_with(Key::Control, "z").await?;
        page.until("one step back", async || Ok(millimetres(page).await? == was)).await?;
    }

    page.run("document.querySelector(\"[aria-label='用紙']\").scrollTo(0, 0)", vec![]).await?;
    let fields = page.all("[data-path]").await?.len();
    let [x, y, ..] = page.place("[aria-label='用紙'] img").await?;
    page.drag((x + 12, y + 10), (x + 110, y + 32)).await?;
    page.until("a field was drawn", async || Ok(page.all("[data-path]").await?.len() == fields + 1)).await?;
    take_away(page, fields).await
}

/// Takes the new field away again, once the hands are on it.
async fn take_away(page: &Page, fields: usize) -> Step {
    page.reads("まだ決まっていません").await?;
    page.until("the new field has the focus", async || {
        let on = "return document.activeElement.matches('[data-path][aria-pressed=true]')";
        Ok(page.run(on, vec![]).await? == true)
    })
    .await?;
    page.press(Key::Delete).await?;
    page.until("it is gone", async || Ok(page.all("[data-path]").await?.len() == fields)).await
}

/// How many fields are still to be looked at; nothing once all are.
async fn left(page: &Page) -> Step<Option<usize>> {
    let ask = "const button = [...document.querySelectorAll('button')].find((one) => one.textContent.includes('未確認'));
        return button ? Number(button.textContent.match(/\\d+/)[0]) : null";
    let left = page.run(ask, Vec::new()).await?;
    Ok(left.as_u64().and_then(|left| usize::try_from(left).ok()))
}

async fn opened(page: &Page) -> Step {
    page.reads_at_length("未確認 ").await?;
    page.see("section[aria-label='欄の編集']").await?;
    page.until("the paper is drawn", async || Ok(!page.all("[aria-label='用紙'] img").await?.is_empty()))
        .await?;
    page.until("a field has the focus", async || Ok(page.focus().await?.contains(" mm"))).await
}

/// What is bound to no fact gets one by its name, or goes; everything else is looked at and confirmed.
async fn confirm_all(who: &mut Newcomer<'_>, unbound: &[(&str, &str)]) -> Step<usize> {
    let page = who.page;
    let mut confirmed = 0;
    while let Some(before) = left(page).await? {
        let focused = page.focus().await?;
        if focused.contains("事実が決まっていません") {
            let known = unbound.iter().find(|(label, _)| focused.starts_with(label));
            if let Some((_, fact)) = known {
                who.press(Key::Enter).await?;
                page.see("dialog[open] input[type=search]").await?;
                who.write(fact).await?;
                page.until("the fact is found", async || {
                    let first = page.run(FIRST, vec![]).await?;
                    Ok(first.as_str() == Some(*fact))
                })
                .await?;
                who.press(Key::Enter).await?;
            } else {
                who.press(Key::Delete).await?;
            }
            page.until("one less is open", async || Ok(left(page).await?.is_none_or(|now| now < before)))
                .await?;
            if left(page).await?.is_some() {
                who.click("未確認").await?;
            }
        } else {
            who.press("c").await?;
            page.until("one less is open", async || Ok(left(page).await?.is_none_or(|now| now < before)))
                .await?;
        }
        confirmed += 1;
        assert!(confirmed < 200, "no end: {focused}");
        if left(page).await?.is_some() {
            page.until("the next has the focus", async || {
                let now = page.focus().await?;
                Ok(now != focused && now.contains(" mm"))
            })
            .await?;
        }
    }
    Ok(confirmed)
}

/// 枠の試し刷り: frames on paper, and the offset that was measured against the city's own.
async fn try_print(page: &Page, printer: &EvePrinter, form: &str) -> Step {
    let uri = printer.uri().as_str().to_owned();
    page.call("add_printer", json!({ "address": uri })).await?.expect("the printer is added");
    page.press_button("枠の試し刷り").await?;
    page.reads("枠だけを、白い紙に刷ります").await?;
    page.press_button("枠を刷る").await?;
    page.reads(&format!("{form}の枠の試し刷り")).await?;
    page.until("frames came out", async || Ok(printer.sheets().len() == 1)).await?;
    for (label, offset) in [("右へ", "0.8"), ("下へ", "-0.5")] {
        let into = "const field = [...document.querySelectorAll('dialog[open] label')].find((one) => one.textContent.includes(arguments[0])).querySelector('input');
             field.focus(); field.select();";
        page.run(into, vec![label.into()]).await?;
        page.write(offset).await?;
    }
    page.press_button("この補正を覚える").await?;
    page.reads("補正を覚えました").await?;
    let known = page.call("printers", json!({})).await?.expect("printers");
    let printers = known["printers"].as_array().cloned().unwrap_or_default();
    let ours = printers.iter().find(|one| one["uri"] == uri.as_str()).expect("the printer");
    assert_eq!(ours["forms"][0]["offset"], json!([0.8, -0.5]), "{ours}");
    page.press(Key::Escape).await?;
    page.until("the sheet is closed", async || Ok(page.all("dialog[open]").await?.is_empty())).await
}

#[tokio::test]
async fn 見たことのない用紙から_キーとマウスで様式を作り_試し_差し替え_元に戻す() {
    office("様式の編集", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        let folder = desk.machine().home().to_owned();
        let paper = unseen("vaccination");
        counter.visit(Screen::Supervisor).await?;
        page.press(Key::F5).await?;
        page.reads("様式を加える").await?;
        page.reads_at_length("127件").await?;
        counter.check_accessibility("様式の一覧").await?;

        page.give_file(ADD, &paper).await?;
        opened(page).await?;
        counter.check_accessibility("様式の編集").await?;

        // Arrows move half a millimetre; what was pressed together is one step, and is undone as one.
        let before = page.focus().await?;
        page.press(Key::Right).await?;
        page.press(Key::Right).await?;
        page.press_with(Key::Shift, Key::Down).await?;
        says(page, "を右へ1 mm動かしました").await?;
        page.until("it stands elsewhere", async || Ok(page.focus().await? != before)).await?;
        page.press_with(Key::Control, "z").await?;
        page.until("it is back", async || Ok(page.focus().await? == before)).await?;

        // Tab goes on to the next field; C confirms.
        page.press(Key::Tab).await?;
        page.until("the next field", async || Ok(page.focus().await? != before)).await?;
        let fields = page.all("[data-path]").await?.len();
        page.press("n").await?;
        page.until("a new field", async || Ok(page.all("[data-path]").await?.len() == fields + 1)).await?;
        take_away(page, fields).await?;
        by_mouse(page).await?;

        // The longest values on the real page.
        let picture = page.see("[aria-label='用紙'] img").await?.attr("src").await?;
        page.run(CHOOSE_SAMPLE, vec!["longest".into()]).await?;
        page.until("the values are on the page", async || {
            Ok(page.see("[aria-label='用紙'] img").await?.attr("src").await? != picture)
        })
        .await?;
        page.run(CHOOSE_SAMPLE, vec!["none".into()]).await?;

        // A new edition of the paper: what stands elsewhere is said, field by field, and one step brings all of it back.
        page.click(&page.see(NAME).await?).await?;
        let place = millimetres(page).await?;
        page.give_file(REPLACE, &moved(&paper, &folder)).await?;
        page.reads_at_length("用紙を差し替えました").await?;
        page.reads("個は動かしました").await?;
        page.reads("右へ7.1").await?;
        page.no_longer_reads("見出しが見つかりません").await?;
        counter.check_accessibility("用紙の差し替え").await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;
        page.click(&page.see(NAME).await?).await?;
        let now = millimetres(page).await?;
        assert!(
            (now[0] - place[0] - 7.06).abs() < 0.3 && (now[1] - place[1] - 3.53).abs() < 0.3,
            "{place:?} {now:?}"
        );
        page.press_with(Key::Control, "z").await?;
        page.until("the former paper", async || Ok(millimetres(page).await? == place)).await?;
        // The same one once more: everything stays where it is.
        page.give_file(REPLACE, &paper).await?;
        page.reads_at_length("用紙を差し替えました").await?;
        page.reads("個の欄はそのままの位置です").await?;
        page.no_longer_reads("個は動かしました").await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;

        // One field far too small for a long value: the check of all forms names it, and opens it.
        page.click(&page.see(NAME).await?).await?;
        let small = page.see(CHOSEN).await?.attr("data-path").await?;
        let before = millimetres(page).await?;
        let [x, y, w, h] = page.place(CHOSEN).await?;
        page.drag((x + w, y + h), (x + 6, y + h)).await?;
        page.until("it is small", async || Ok(millimetres(page).await?[2] < before[2].min(6.0))).await?;
        page.press_button("様式の一覧へ").await?;
        page.reads_at_length("128件").await?;
        page.reads("変更").await?;
        page.press_button("すべての様式を確かめる").await?;
        page.reads_at_length("128件の様式（").await?;
        counter.check_accessibility("まとめて確かめる").await?;
        // Other forms are named as well: the samples are longer than anybody.
        let row = "[...document.querySelectorAll('section[aria-label=まとめて確かめる] li button')].find((one) => one.textContent.includes('予防接種予診票交付申請書')).click()";
        page.run(row, vec![]).await?;
        page.until("the field that is too small", async || {
            Ok(page.all(CHOSEN).await?.len() == 1
                && page.see(CHOSEN).await?.attr("data-path").await? == small)
        })
        .await?;
        page.press_button("様式の一覧へ").await?;

        // The same paper out of the scanner, dropped on the place for it: nearly as many fields are found.
        page.reads("様式を加える").await?;
        drop_on(page, "section[aria-label='様式を加える']", &scanned(&paper, &folder)).await?;
        opened(page).await?;
        let read = page.all("[data-path]").await?.len();
        println!("fields: {fields} on the paper, {read} on its scan");
        assert!(read * 10 >= fields * 6, "{read} of {fields}");
        Ok(())
    })
    .await;
}

const REPLACE: &str = "main label input[type=file]";
/// The driver cannot open the system's own list: what choosing does to the field is done to it.
pub(crate) const CHOOSE_SAMPLE: &str = "const field = [...document.querySelectorAll('label')].find((one) => one.textContent.includes('見本の値')).querySelector('select');
     field.value = arguments[0];
     field.dispatchEvent(new Event('change', { bubbles: true }));";

#[tokio::test]
async fn 初めての人が_二つの条件の手続と見たことのない用紙の様式を加える() {
    let printer = EvePrinter::new(Model::default());
    office("初めての人", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.visit(Screen::Supervisor).await?;
        let mut who = Newcomer::at(page);

        // 1. 用紙を置き、欄を確かめる。
        who.press(Key::F5).await?;
        page.reads("様式を加える").await?;
        who.give(ADD, &unseen("grave")).await?;
        opened(page).await?;
        let confirmed = confirm_all(&mut who, &[]).await?;
        page.reads("すべて確かめました").await?;
        if !page.all("section[aria-label='欄の編集']").await?.is_empty() {
            who.click("様式の設定").await?;
        }
        page.see("section[aria-label='記入欄の一覧']").await?;
        let name = "合葬墓 使用申請書";
        let rename = "const field = [...document.querySelectorAll('label')].find((one) => one.textContent.includes('様式の名前')).querySelector('input');
             field.focus(); field.select();";
        who.actions += 1;
        page.run(rename, Vec::new()).await?;
        who.write(name).await?;
        who.press(Key::Tab).await?;
        says(page, &format!("様式の名前を「{name}」にしました")).await?;
        // Beside the count: what the form is like on paper.
        try_print(page, &printer, name).await?;

        // 2. 似た手続を写す。
        who.press(Key::F2).await?;
        who.at_field("input[aria-label='名前・課で探す']").await?;
        who.write("墓地").await?;
        who.click("市営墓地").await?;
        page.reads("写して作る").await?;
        who.click("写して作る").await?;
        counter.dialog_open().await?;
        let into = "const field = [...document.querySelectorAll('dialog[open] label')].find((one) => one.textContent.includes(arguments[0])).querySelector('input');
             field.focus(); field.select();";
        for (label, text) in [("名前", "合葬墓の使用申請"), ("ID", "death.shared_grave")] {
            who.actions += 1;
            page.run(into, vec![label.into()]).await?;
            who.write(text).await?;
        }
        who.press(Key::Enter).await?;
        counter.dialog_closed().await?;
        page.reads("合葬墓の使用申請").await?;

        // 3. 条件を二つ選ぶ。
        who.click("必要になる条件を選んで直す").await?;
        who.click("条件の行").await?;
        page.see("dialog[open] input[type=search]").await?;
        who.write("世帯主").await?;
        page.until("it is found", async || {
            let first = page.run(FIRST, vec![]).await?;
            Ok(first.as_str().is_some_and(|found| found.contains("世帯主")))
        })
        .await?;
        who.press(Key::Enter).await?;
        counter.dialog_closed().await?;
        who.click("この条件にする").await?;
        page.until("the condition is taken", async || {
            Ok(page.all("section[aria-label='必要になる条件'] select").await?.is_empty())
        })
        .await?;

        // 4. 様式を結び付ける。
        let add = "const field = document.querySelector('[data-field=forms]');
             field.querySelectorAll('button[aria-label$=\"を外す\"]').forEach((one) => one.click());
             [...field.querySelectorAll('button')].find((one) => one.textContent.includes('加える')).click();";
        who.actions += 2;
        page.run(add, Vec::new()).await?;
        page.see("dialog[open] input[type=search]").await?;
        who.write("合葬墓").await?;
        page.until("the form is found", async || {
            let first = page.run(FIRST, vec![]).await?;
            Ok(first.as_str().is_some_and(|found| found.contains(name)))
        })
        .await?;
        who.press(Key::Enter).await?;
        counter.dialog_closed().await?;
        page.reads(name).await?;

        // 5. 変わることを読む。
        who.press(Key::F4).await?;
        who.click("変更をまとめる").await?;
        page.reads_at_length("合葬墓の使用申請").await?;
        page.reads(&format!("様式「{name}」が加わりました")).await?;
        counter.check_accessibility("変更のまとめ").await?;

        println!(
            "newcomer: {confirmed} fields confirmed, {} actions, {} letters written: about {} s at {PACE_ACTION} s an action and {PACE_LETTER} s a letter",
            who.actions,
            who.letters,
            seconds(who.actions, who.letters),
        );
        assert!(who.actions <= 90, "{} actions", who.actions);
        assert!(seconds(who.actions, who.letters) < 600, "longer than ten minutes");
        Ok(())
    })
    .await;
}

/// Somebody who reads before each action, and types Japanese with an input method.
const PACE_ACTION: usize = 4;
const PACE_LETTER: usize = 1;

const fn seconds(actions: usize, letters: usize) -> usize {
    actions * PACE_ACTION + letters * PACE_LETTER
}
