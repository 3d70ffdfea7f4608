//! 様式の編集: a paper nobody has seen becomes a form with keys alone; and a newcomer adds a procedure with it.

use madoka_tests::machine::project;
use madoka_tests::{Page, Screen, Step, office};
use thirtyfour::{Key, TypingData};

/// What Enter takes in a list that is searched.
const FIRST: &str = "return document.querySelector('dialog[open] ul button')?.textContent";
const ADD: &str = "section[aria-label='様式を加える'] input[type=file]";

/// The paper of a form that field detection was not built on.
fn unseen(form: &str) -> std::path::PathBuf {
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

    async fn give(&mut self, css: &str, file: &std::path::Path) -> Step {
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

#[tokio::test]
async fn 見たことのない用紙から_キーだけで様式を作り_動かし_元に戻す() {
    office("様式の編集", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        counter.visit(Screen::Supervisor).await?;
        page.press(Key::F5).await?;
        page.reads("様式を加える").await?;
        page.reads_at_length("127件").await?;
        counter.check_accessibility("様式の一覧").await?;

        page.give_file(ADD, &unseen("vaccination")).await?;
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
        page.reads("まだ決まっていません").await?;
        page.press(Key::Delete).await?;
        page.until("it is gone", async || Ok(page.all("[data-path]").await?.len() == fields)).await?;

        // The longest values on the real page.
        let picture = page.see("[aria-label='用紙'] img").await?.attr("src").await?;
        let choose = "const field = [...document.querySelectorAll('label')].find((one) => one.textContent.includes('見本の値')).querySelector('select');
             field.value = 'longest';
             field.dispatchEvent(new Event('change', { bubbles: true }));";
        page.run(choose, Vec::new()).await?;
        page.until("the values are on the page", async || {
            Ok(page.see("[aria-label='用紙'] img").await?.attr("src").await? != picture)
        })
        .await?;

        // A new edition of the paper: the same one stays where it is.
        page.give_file("main label input[type=file]", &unseen("vaccination")).await?;
        page.reads_at_length("用紙を差し替えました").await?;
        page.reads("個の欄はそのままの位置です").await?;
        counter.check_accessibility("用紙の差し替え").await?;
        page.press(Key::Escape).await?;
        counter.dialog_closed().await?;

        page.press_button("様式の一覧へ").await?;
        page.reads_at_length("128件").await?;
        page.reads("変更").await
    })
    .await;
}

#[tokio::test]
async fn 初めての人が_二つの条件の手続と見たことのない用紙の様式を加える() {
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
