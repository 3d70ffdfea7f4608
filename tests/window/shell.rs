//! The window as a program: its log, its secrets, its policy.

use madoka_tests::{Screen, office};

#[tokio::test]
async fn 記録には番号と符号だけが残り_打った言葉は残らない() {
    office("記録", async |desk| {
        let counter = desk.counter().await?;
        counter.open_case_with_ticket("転入", "Z-77").await?;
        counter.search("架空花子").await?;
        counter.page.reads("当たる今日の案件はありません").await?;
        counter.visit(Screen::SelfCheck).await?;

        let mut log = String::new();
        for file in std::fs::read_dir(desk.machine().data().join("log")).unwrap().flatten() {
            log += &std::fs::read_to_string(file.path()).unwrap();
        }
        assert!(log.contains("case opened") && log.contains("life_event=\"move_in\""), "{log}");
        for said in ["Z-77", "架空", "花子"] {
            assert!(!log.contains(said), "{said} stands in the log");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn 画面は外の物を読み込めず_書かれた命令を実行しない() {
    office("画面の決まり", async |desk| {
        let counter = desk.counter().await?;
        counter.arrived(Screen::Reception).await?;
        let answer = counter
            .page
            .run_slowly(
                "const done = arguments[arguments.length - 1];
                 const broken = [];
                 document.addEventListener('securitypolicyviolation', (e) => broken.push(e.effectiveDirective));
                 const add = (name, values) => document.body.append(Object.assign(document.createElement(name), values));
                 add('img', { src: 'http://127.0.0.1:8099/x.png' });
                 add('script', { src: 'http://127.0.0.1:8099/x.js' });
                 add('script', { textContent: 'window.injected = true' });
                 add('iframe', { src: 'http://127.0.0.1:8099/' });
                 fetch('http://127.0.0.1:8099/').catch(() => {});
                 setTimeout(() => done({ broken: [...new Set(broken)].sort(), injected: window.injected === true }), 500)",
            )
            .await?;
        let broken = answer.get("broken").unwrap().to_string();
        for directive in ["img-src", "script-src-elem", "frame-src", "connect-src"] {
            assert!(broken.contains(directive), "{directive} is not enforced: {answer}");
        }
        assert_eq!(answer.get("injected").unwrap(), false);
        Ok(())
    })
    .await;
}
