//! 読取: a card in a virtual reader under the real card service, documents as files, and the household, in the real window.

use std::path::{Path, PathBuf};

use madoka_card::practice::resident;
use madoka_tests::machine::project;
use madoka_tests::{Counter, Start, office, office_with};
use thirtyfour::Key;

use crate::support::{Act, Pcscd, insert, insert_with};

pub(crate) const DESK: &[&str] = &["Madoka Test Reader"];

pub(crate) fn with_card_service() -> Start {
    Start { card_service: true, ..Start::default() }
}

/// A case that is being read.
async fn begun(counter: &Counter, life_event: &str) -> madoka_tests::Step {
    counter.open_case(life_event).await?;
    counter.page.press("o").await?;
    counter.page.reads("まだ読んでいない方").await
}

/// Types the digits on a resident's card into the fields as the screen asks for them.
pub(crate) async fn write_code_of(counter: &Counter, id: &str) -> madoka_tests::Step {
    let code = resident(id).unwrap().holder.match_code_b();
    let page = &counter.page;
    page.until("the birth date waits", async || Ok(page.example().await? == "550217")).await?;
    page.write(&code[..6]).await?;
    page.until("the last digits wait", async || Ok(page.example().await? == "2285")).await?;
    page.write(&code[10..]).await
}

#[tokio::test]
async fn 仮想のリーダーに置いたカードが読め_券面の画像が並び_抜けば待つ() {
    let (pcscd, readers) = Pcscd::start(DESK);
    office_with(with_card_service(), "本物の読取サービス", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        begun(&counter, "転入").await?;
        page.reads("カードをカードリーダーに置いてください").await?;
        let card = insert(&readers[0], resident("kuzuha").unwrap().my_number_card());
        page.reads("あと10回").await?;
        page.reads("2034年12月8日").await?;
        counter.check_accessibility("置かれたカード").await?;
        write_code_of(&counter, "kuzuha").await?;
        page.press(Key::Enter).await?;
        page.reads("𠮷﨑　葛\u{E0100}葉").await?;
        page.reads("カードをお返しください").await?;
        // The face beside the text: two strips and the photo, all decoded.
        for face in ["券面に印刷された氏名", "券面に印刷された住所", "チップの顔写真"] {
            let drawn = format!(
                "const face = document.querySelector(\"img[alt='{face}']\"); return face !== null && face.complete && face.naturalWidth > 20"
            );
            page.until(face, async || Ok(page.run(&drawn, vec![]).await? == true)).await?;
        }
        counter.check_accessibility("読んだカード").await?;
        drop(card);
        page.reads("カードをカードリーダーに置いてください").await?;
        // Nothing of what was entered stays on the screen.
        let left = page.run("return [...document.querySelectorAll('input')].map((one) => one.value).join('')", vec![]);
        assert!(!left.await?.as_str().unwrap_or_default().contains("2034"));
        Ok(())
    })
    .await;
    drop(pcscd);
}

#[tokio::test]
async fn 仮想のリーダーで読む途中に抜かれたら_何も取り込まず_置き直せば読める() {
    let (pcscd, readers) = Pcscd::start(DESK);
    office_with(with_card_service(), "途中で抜く", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        begun(&counter, "転居").await?;
        let kenichi = resident("kenichi").unwrap();
        // Looked at, however often; opened, and pulled when the first bytes behind the code are asked for.
        let mut opened = false;
        let card = insert_with(&readers[0], kenichi.my_number_card(), move |_, command| {
            let (verify, read_binary) = (0x20, 0xB0);
            opened |= command[1] == verify && command.len() > 5;
            if opened && command[1] == read_binary { Act::Pull } else { Act::Answer }
        });
        page.reads("あと10回").await?;
        write_code_of(&counter, "kenichi").await?;
        page.press(Key::Enter).await?;
        page.reads("何も取り込んでいません").await?;
        page.no_longer_reads("を読みました").await?;
        drop(card.remove_slowly());
        page.reads("カードをカードリーダーに置いてください").await?;
        let card = insert(&readers[0], kenichi.my_number_card());
        page.reads("あと10回").await?;
        write_code_of(&counter, "kenichi").await?;
        page.press(Key::Enter).await?;
        page.reads("マイナンバーカードを読みました").await?;
        drop(card);
        Ok(())
    })
    .await;
    drop(pcscd);
}

#[tokio::test]
async fn 違う番号は一度だけ試し_残り回数と次にすることを言う() {
    office("違う番号", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        begun(&counter, "転居").await?;
        counter.lay_practice_card("潮崎　健一").await?;
        page.until("the birth date waits", async || Ok(page.example().await? == "550217")).await?;
        page.write("590512").await?;
        page.until("the last digits wait", async || Ok(page.example().await? == "2285")).await?;
        page.write("0000").await?;
        page.press(Key::Enter).await?;
        page.reads("CARD-09").await?;
        page.reads("あと9回").await?;
        page.no_longer_reads("を読みました").await?;
        counter.check_accessibility("違った番号").await
    })
    .await;
}

#[tokio::test]
async fn あと一回の暗証番号は選べず_別の開け方を言う() {
    office("あと一回", async |desk| {
        let counter = desk.counter().await?;
        begun(&counter, "転居").await?;
        counter.lay_practice_card("浜名　正雄").await?;
        counter.page.reads("あと1回まちがえると使えなくなる").await?;
        counter.page.reads("照合番号Bで読んでください").await?;
        assert!(!counter.page.see("input[value=pin]").await?.is_enabled().await?);
        counter.check_accessibility("あと一回").await
    })
    .await;
}

fn picture(name: &str) -> PathBuf {
    project().join("tests/ocr/pictures").join(name)
}

#[tokio::test]
async fn 転出証明書の画像から_確かめた欄だけが世帯員になる() {
    office("転出証明書", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        begun(&counter, "転入").await?;
        page.press_with(Key::Alt, "d").await?;
        page.reads("画像は残りません").await?;
        counter.check_accessibility("書類を待つ").await?;
        // A page of text takes seconds: it is taken back in the midst, and nothing of it stays.
        page.give_file("input[type=file]", &picture("move_out.jpg")).await?;
        page.press_button("取りやめ").await?;
        page.reads_at_length("読取りを取りやめました").await?;
        page.reads("画像は残りません").await?;
        page.give_file("input[type=file]", &picture("move_out.jpg")).await?;
        page.reads_at_length("確かめた0件を取り込む").await?;
        page.reads("世帯員1").await?;
        counter.check_accessibility("読んだ書類").await?;
        // The first field is the day of the move, already selected: Enter confirms, and the next one waits.
        page.press(Key::Enter).await?;
        page.reads("確かめた1件を取り込む").await?;
        let name = page.see("input[id$='household[0].name']").await?;
        page.click(&name).await?;
        // The driver's own clearing takes the focus away.
        page.press_with(Key::Control, "a").await?;
        page.write("柳沢　渚").await?;
        page.press(Key::Enter).await?;
        page.press_button("確かめた2件を取り込む").await?;
        page.reads("画像は消しました").await?;
        page.reads("令和7年9月6日").await?;
        page.see("section[aria-label='柳沢　渚']").await?;
        page.no_longer_reads("ヤナギサワ").await
    })
    .await;
}

#[tokio::test]
async fn 一枚に写った二つの書類を_一つのキーで次へ移り_一つずつ取り込む() {
    office("二つの書類", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        begun(&counter, "転居").await?;
        page.press_with(Key::Alt, "d").await?;
        page.give_file("input[type=file]", &picture("two_documents.jpg")).await?;
        page.reads_at_length("書類が2つあります").await?;
        counter.check_accessibility("二つの書類").await?;
        // The town's name on one of them is a letter off: where the value shown comes from is said beside it.
        let from_towns = "にある書き方です";
        let first = page.text().await?.contains(from_towns);
        // Enter confirms the first field of this one; the other is not lost, and neither is what was confirmed.
        page.press(Key::Enter).await?;
        page.reads("確かめた1件を取り込む").await?;
        page.press_with(Key::Alt, "n").await?;
        page.reads("確かめた0件を取り込む").await?;
        assert!(first || page.text().await?.contains(from_towns));
        page.press_with(Key::Alt, "n").await?;
        page.reads("確かめた1件を取り込む").await?;
        page.press_button("確かめた1件を取り込む").await?;
        page.reads("次の書類を確かめてください").await?;
        page.reads("取込み済").await?;
        page.reads("確かめた0件を取り込む").await?;
        page.press(Key::Enter).await?;
        page.press_button("確かめた1件を取り込む").await?;
        page.reads("画像は消しました").await?;
        page.no_longer_reads("書類が2つあります").await
    })
    .await;
}

#[tokio::test]
async fn 世帯員はキーだけで一行ずつ打て_同じ方は一つのキーで言える() {
    office("世帯員", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        begun(&counter, "転入").await?;
        counter.lay_practice_card("潮崎　健一").await?;
        counter.enter_match_code().await?;
        page.reads("マイナンバーカードを読みました").await?;
        page.press_with(Key::Alt, "m").await?;
        // The table may be drawn anew under a click: the focus is asked for until it is there.
        let focus = "const cell = document.querySelector(\"input[aria-label='次の方の氏名']\");
                     cell?.focus();
                     return cell !== null && document.activeElement === cell";
        page.until("the first cell has the focus", async || Ok(page.run(focus, vec![]).await? == true))
            .await?;
        for cell in ["潮崎　健一", "シオザキ　ケンイチ", "S59.5.12"] {
            page.write(cell).await?;
            page.press(Key::Enter).await?;
        }
        page.press("1").await?;
        page.press(Key::Enter).await?;
        page.write("本人").await?;
        page.press(Key::Enter).await?;
        page.see("input[aria-label='2人目の氏名'], input[aria-label='次の方の氏名']").await?;
        page.reads("氏名と生年月日が同じ").await?;
        counter.check_accessibility("世帯員の表").await?;
        // Out of the table first: a digit typed in a cell belongs to the cell.
        page.run("document.activeElement.blur()", vec![]).await?;
        page.press("1").await?;
        page.reads("と同じ方").await?;
        page.no_longer_reads("氏名と生年月日が同じ").await
    })
    .await;
}

/// Puts a picture on the page as a hand does that drops it there, or as the clipboard does.
async fn bring(page: &madoka_tests::Page, how: &str, name: &str) -> madoka_tests::Step {
    let bytes = std::fs::read(picture(name)).expect("the picture is there");
    let script = "
        const file = new File([Uint8Array.from(arguments[1])], 'document.jpg', { type: 'image/jpeg' });
        const carried = new DataTransfer();
        carried.items.add(file);
        if (arguments[0] === 'drop') {
          const place = document.querySelector('[aria-label=書類の画像を取り込む]');
          for (const type of ['dragover', 'drop'])
            place.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: carried }));
        } else {
          window.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: carried }));
        }";
    page.run(script, vec![how.into(), bytes.into()]).await.map(drop)
}

/// Pictures are read in memory only: no file of the program's home holds these bytes.
fn nowhere_on_disk(folder: &Path, bytes: &[u8]) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            nowhere_on_disk(&entry.path(), bytes);
            continue;
        }
        let kept = std::fs::read(entry.path()).unwrap_or_default();
        let found = kept.windows(bytes.len()).any(|window| window == bytes);
        assert!(!found, "the picture lies in {}", entry.path().display());
    }
}

#[tokio::test]
async fn 画像は落としても貼り付けても読める() {
    office("落とす・貼り付ける", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        begun(&counter, "転入").await?;
        page.press_with(Key::Alt, "d").await?;
        for how in ["drop", "paste"] {
            page.reads("画像は残りません").await?;
            bring(page, how, "mynumber.jpg").await?;
            page.reads_at_length("確かめた0件を取り込む").await?;
            page.press_button("やめる（画像を消す）").await?;
        }
        page.reads("画像は残りません").await?;
        // What stands on the card's face opens its chip: the officer compares, and need not type the fourteen digits.
        bring(page, "paste", "mynumber.jpg").await?;
        page.reads_at_length("確かめた0件を取り込む").await?;
        page.press_button("この番号（照合番号B）でカードのチップを読む").await?;
        counter.lay_practice_card("潮崎　健一").await?;
        page.reads("写真から読んだ番号です。券面と見比べてから").await?;
        let entered = "return [...document.querySelectorAll('fieldset input:not([type=radio])')].map((one) => one.value).join('')";
        let entered = page.run(entered, vec![]).await?.as_str().unwrap_or_default().to_owned();
        assert!(entered.len() == 14 && entered.bytes().all(|byte| byte.is_ascii_digit()), "fourteen digits wait");
        let bytes = std::fs::read(picture("mynumber.jpg")).expect("the picture is there");
        nowhere_on_disk(desk.machine().home(), &bytes[bytes.len() / 2..][..64]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn スキャナーのフォルダーに届いた画像を知らせ_小さく写ったものは撮り直し方を言う() {
    office("スキャナーのフォルダー", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        let folder = tempfile::TempDir::new().expect("a folder");
        begun(&counter, "転入").await?;
        page.press_with(Key::Alt, "d").await?;
        page.press_button("スキャナー・書画カメラの設定").await?;
        page.reads("取込みフォルダー").await?;
        page.click(&page.see("dialog[open] input.field").await?).await?;
        page.write(&folder.path().to_string_lossy()).await?;
        page.press(Key::Enter).await?;
        page.reads("に置いた画像も待っています").await?;
        // What lies there when it looks for the first time is not the scan of this case.
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        std::fs::copy(picture("pension.jpg"), folder.path().join("scan1.jpg")).expect("a scan");
        let arrived = "return [...document.querySelectorAll('button')].some((one) => one.textContent.includes('スキャナーの画像を読む（1枚）'))";
        page.until("the scan is told of", async || Ok(page.run(arrived, vec![]).await? == true)).await?;
        page.press_button("スキャナーの画像を読む（1枚）").await?;
        page.reads_at_length("確かめた0件を取り込む").await?;
        page.press_button("やめる（画像を消す）").await?;
        // The next one was taken from too far away.
        let far = image::open(picture("health_insurance.jpg")).expect("our picture").thumbnail(384, 288);
        far.save(folder.path().join("scan2.png")).expect("a scan");
        page.until("the next is told of", async || Ok(page.run(arrived, vec![]).await? == true)).await?;
        page.press_button("スキャナーの画像を読む（1枚）").await?;
        page.reads_at_length("小さく写っています").await
    })
    .await;
}

#[tokio::test]
async fn カメラの絵が映り_enterで写すと読取りに渡り_閉じればカメラは止まる() {
    office("カメラ", async |desk| {
        let counter = desk.counter().await?;
        let page = &counter.page;
        begun(&counter, "転入").await?;
        page.press_with(Key::Alt, "p").await?;
        // The made-up camera draws something else every frame.
        let seen = "const video = document.querySelector('video'); return !!video && video.videoWidth > 600 && !video.paused";
        page.until("the camera shows", async || Ok(page.run(seen, vec![]).await? == true)).await?;
        counter.check_accessibility("カメラ").await?;
        page.run("window.tracks = document.querySelector('video').srcObject.getTracks()", vec![]).await?;
        let ended = "return window.tracks.every((track) => track.readyState === 'ended')";

        page.press_button("カメラを閉じる").await?;
        page.until("the camera is off", async || Ok(page.run(ended, vec![]).await? == true)).await?;
        page.press_button("カメラで写す").await?;
        page.until("the camera shows again", async || Ok(page.run(seen, vec![]).await? == true)).await?;
        page.run("window.tracks = document.querySelector('video').srcObject.getTracks()", vec![]).await?;
        page.until("the shutter waits", async || Ok(page.focus().await?.starts_with("写す"))).await?;
        page.press(Key::Enter).await?;
        // What the camera makes up is no document, and that is what the reading says, and what to do.
        page.reads_at_length("直してください").await?;
        counter.check_accessibility("書類でないもの").await?;
        page.until("the camera is off", async || Ok(page.run(ended, vec![]).await? == true)).await?;
        counter.check_accessibility("カメラで写したあと").await
    })
    .await;
}
