//! 下書き: several supervisors at once, and nobody's work lost.

use madoka_server::on_both_stores;
use madoka_server::testing::TestCity;
use madoka_sync::wire::drafts::{Checked, Content, FileAt, Remark, Remarked, Save, SaveAnswer, Saved, Stage};

use super::office::{Hall, PAPER, RULES, asking, path};

on_both_stores! {
    async fn 二人が同じ様式を直すと_後の人に前の人の変更が見え_どちらの仕事も残る(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let draft = hall.new_draft("秋の見直し").await;
        assert_eq!(hall.files(&draft).await.files.len(), 4);

        let hers = asking("世帯主でいらっしゃいましたか。");
        let his = RULES.replace("亡くなった方は世帯主", "亡くなられた方は世帯主");
        let first = hall.change(&hall.hanako, &draft, 1, &hers).await;
        assert!(matches!(first, SaveAnswer::Saved { revision: 2, .. }), "{first:?}");
        let SaveAnswer::Conflict(conflict) = hall.change(&hall.jiro, &draft, 1, &his).await else {
            panic!("overwritten");
        };
        assert_eq!((conflict.revision, &conflict.content), (2, &Content::Text(hers.clone())));
        assert_eq!((conflict.since.len(), conflict.since[0].by.as_str()), (1, "hanako"));
        assert_eq!(conflict.since[0].why, "言い回しを直す");
        assert!(conflict.theirs.as_ref().unwrap().contains("+ask = \"世帯主でいらっしゃいましたか。\""));
        assert!(conflict.yours.as_ref().unwrap().contains("+label = \"亡くなられた方は世帯主\""));
        let merged = conflict.merged.clone().unwrap();
        assert!(merged.contains("いらっしゃいましたか") && merged.contains("亡くなられた方は"));

        // Both are still there: hers in the file, his in the history.
        let now: FileAt = hall.jiro.get(&path(&draft, "/file?path=rules.toml")).await.json();
        assert_eq!((now.revision, now.content), (2, Content::Text(hers)));
        let kept = format!("/file?path=rules.toml&entry={}", conflict.kept);
        let kept: FileAt = hall.jiro.get(&path(&draft, &kept)).await.json();
        assert_eq!((kept.revision, kept.content), (0, Content::Text(his.clone())));

        // What he looked at and saved is taken; sent twice it is the same save.
        for _ in 0..2 {
            let answer = hall.change(&hall.jiro, &draft, 2, &merged).await;
            assert!(matches!(answer, SaveAnswer::Saved { revision: 3, .. }), "{answer:?}");
        }
        let history: Vec<Saved> = hall.jiro.get(&path(&draft, "/history?path=rules.toml")).await.json();
        let revisions: Vec<(u64, &str)> = history.iter().map(|one| (one.revision, one.by.as_str())).collect();
        assert_eq!(revisions, [(3, "jiro"), (0, "jiro"), (2, "hanako")]);
        let first: FileAt = hall.jiro.get(&path(&draft, "/file?path=rules.toml&revision=1")).await.json();
        assert_eq!(first.content, Content::Text(RULES.to_owned()));
    }

    async fn 同じ行を直したら合わせず_消したファイルを直しても知らせる(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let draft = hall.new_draft("見直し").await;
        hall.change(&hall.hanako, &draft, 1, &asking("一")).await;
        let SaveAnswer::Conflict(conflict) = hall.change(&hall.jiro, &draft, 1, &asking("二")).await else {
            panic!("overwritten");
        };
        assert_eq!(conflict.merged, None);

        let gone = Save {
            path: "forms/head/form.toml".to_owned(),
            revision: 1,
            content: Content::Gone,
            why: "別の様式にする".to_owned(),
        };
        let answers = hall.save(&hall.hanako, &draft, std::slice::from_ref(&gone)).await;
        assert!(matches!(answers[0], SaveAnswer::Saved { revision: 2, .. }));
        assert_eq!(hall.files(&draft).await.files.len(), 3);
        let edited = Save { content: Content::Text("title = \"x\"\n".to_owned()), ..gone };
        let answers = hall.save(&hall.jiro, &draft, std::slice::from_ref(&edited)).await;
        let SaveAnswer::Conflict(conflict) = &answers[0] else { panic!("overwritten") };
        assert_eq!((conflict.revision, &conflict.content), (2, &Content::Gone));
        let answers = hall.save(&hall.jiro, &draft, &[Save { revision: 2, ..edited }]).await;
        assert!(matches!(answers[0], SaveAnswer::Saved { revision: 3, .. }));
    }

    async fn 点検は誤りの場所を言い_直せば通る(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let draft = hall.new_draft("見直し").await;
        let broken = RULES.replace("when = \"deceased.head\"", "when = \"deceased.heed\"");
        hall.change(&hall.hanako, &draft, 1, &broken).await;
        let checked: Checked = hall.hanako.post(&path(&draft, "/check"), &()).await.json();
        assert!(!checked.passed && checked.errors > 0);
        assert!(checked.findings[0].error && checked.findings[0].file == "rules.toml", "{checked:?}");

        // A scenario that comes out otherwise.
        hall.change(&hall.hanako, &draft, 2, &RULES.replace("deceased.head = true", "deceased.head = false")).await;
        let checked: Checked = hall.hanako.post(&path(&draft, "/check"), &()).await.json();
        assert_eq!((checked.passed, checked.errors, checked.failed), (false, 0, 1), "{checked:?}");

        hall.change(&hall.hanako, &draft, 3, &asking("亡くなった方は、世帯主でしたか。")).await;
        let checked: Checked = hall.hanako.post(&path(&draft, "/check"), &()).await.json();
        assert!(checked.passed, "{checked:?}");
        assert_eq!((checked.scenarios, checked.failed), (1, 0));
        assert!(!checked.changes.is_empty());
        let again: Checked = hall.hanako.post(&path(&draft, "/check"), &()).await.json();
        assert_eq!(again, checked);
    }

    async fn 様式に誤りのある下書きは_申請も公開もできない(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let draft = hall.new_draft("様式の改訂").await;
        let paper = |revision, text: &str| Save {
            path: "forms/head/form.toml".to_owned(),
            revision,
            content: Content::Text(text.to_owned()),
            why: "様式の改訂".to_owned(),
        };
        for (revision, broken, code) in [
            (1, PAPER.replace("deceased.name", "deceased.nmae"), "F020"),
            (2, PAPER.replace("80.0", "-80.0"), "F003"),
            (3, PAPER.replace("form.pdf", "new.pdf"), "F024"),
        ] {
            hall.save(&hall.hanako, &draft, &[paper(revision, &broken)]).await;
            let checked: Checked = hall.hanako.post(&path(&draft, "/check"), &()).await.json();
            assert!(!checked.passed, "{checked:?}");
            let line = &checked.findings[0];
            assert_eq!((line.error, line.code.as_str(), line.file.as_str()), (true, code, "forms/head/form.toml"));
            assert!(line.about.starts_with("様式 head"), "{}", line.about);
            assert_eq!(hall.propose(&draft).await.code(), "PACK-21");
        }
        hall.save(&hall.hanako, &draft, &[paper(4, &PAPER.replace("80.0", "90.0"))]).await;
        assert_eq!(hall.propose(&draft).await.status, 200);
    }

    async fn 申請の後に誰かが直せば編集に戻り_意見は残る(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let draft = hall.new_draft("見直し").await;
        hall.change(&hall.hanako, &draft, 1, &asking("一")).await;
        let seen = hall.word(&draft).await;
        assert_eq!(hall.propose(&draft).await.status, 200);
        assert_eq!(hall.files(&draft).await.draft.stage, Stage::Proposed);
        let remark = Remark { path: Some("rules.toml".to_owned()), words: "敬語に".to_owned() };
        let remarks: Vec<Remarked> = hall.approver.post(&path(&draft, "/remarks"), &remark).await.json();
        assert_eq!(remarks[0].by.as_str(), "shonin");
        hall.change(&hall.jiro, &draft, 2, &asking("二")).await;
        assert_eq!(hall.files(&draft).await.draft.stage, Stage::Editing);

        // Who approves or proposes something they have not seen hears so.
        assert_eq!(hall.hanako.post(&path(&draft, "/propose"), &seen).await.code(), "PACK-12");
        assert_eq!(hall.release_by(&hall.approver, &draft, |_| {}).await.code(), "PACK-11");
        assert_eq!(hall.propose(&draft).await.status, 200);
        let back = hall.approver.post(&path(&draft, "/return"), &hall.word(&draft).await).await;
        assert_eq!(back.status, 200, "{}", back.text());
        assert_eq!(hall.files(&draft).await.draft.stage, Stage::Editing);
        let remarks: Vec<Remarked> = hall.hanako.get(&path(&draft, "/remarks")).await.json();
        assert_eq!(remarks[1].remark.words, "お願いします");
        let dropped = hall.hanako.post(&path(&draft, "/drop"), &hall.word(&draft).await).await;
        assert_eq!(dropped.status, 200, "{}", dropped.text());
        let save = Save {
            path: "rules.toml".to_owned(),
            revision: 3,
            content: Content::Gone,
            why: String::new(),
        };
        assert_eq!(hall.hanako.post(&path(&draft, "/save"), &[save]).await.code(), "PACK-10");
    }
}

#[tokio::test]
async fn 名前の悪いファイルや大きすぎるファイルは一つも入らない() {
    let hall = Hall::with_first_edition(TestCity::start().await).await;
    let draft = hall.new_draft("見直し").await;
    for (name, content, code) in [
        ("../pack.toml", Content::Text(String::new()), "PACK-05"),
        (".git/config", Content::Text(String::new()), "PACK-05"),
        ("big.pdf", Content::Text("x".repeat(6 * 1024 * 1024)), "PACK-06"),
    ] {
        let good = Save {
            path: "a.md".to_owned(),
            revision: 0,
            content: Content::Text("a".into()),
            why: String::new(),
        };
        let bad = Save { path: name.to_owned(), revision: 0, content, why: String::new() };
        let answer = hall.hanako.post(&path(&draft, "/save"), &[good, bad]).await;
        assert_eq!(answer.code(), code, "{}", answer.text());
        assert_eq!(hall.files(&draft).await.files.len(), 4);
    }
    let nowhere = "/v1/packs/drafts/00000000-0000-0000-0000-000000000000";
    assert_eq!(hall.hanako.get(nowhere).await.code(), "PACK-01");
    assert_eq!(hall.hanako.get("/v1/packs/drafts/x").await.code(), "PACK-01");
    // Only supervisors edit.
    assert_eq!(hall.approver.post(&path(&draft, "/save"), &Vec::<Save>::new()).await.code(), "SRV-25");
}
