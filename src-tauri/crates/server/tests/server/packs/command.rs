//! `madokad pack`: from a built file to a released edition and back to a file, each step by whose it is.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use madoka_rules::PackFiles;
use madoka_rules::pack::Document;
use madoka_sync::wire::drafts::Content;
use serde_json::Value as Json;

use super::office::{PASSPHRASE, folder};

const PASSWORD: &str = "みなとのあさはしずかだ。";

struct Shell(tempfile::TempDir);

impl Shell {
    fn run(&self, arguments: &[&str], lines: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_madokad"));
        command.arg("--json").arg("--data").arg(self.0.path().join("data")).args(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        for line in lines {
            writeln!(stdin, "{line}").unwrap();
        }
        drop(stdin);
        child.wait_with_output().unwrap()
    }

    #[track_caller]
    fn done(&self, arguments: &[&str], lines: &[&str]) -> Json {
        let output = self.run(arguments, lines);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    #[track_caller]
    fn refused(&self, code: &str, arguments: &[&str], lines: &[&str]) {
        let output = self.run(arguments, lines);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.starts_with(&format!("{code}: ")), "{arguments:?}: {said}");
    }
}

fn built() -> Document {
    let files: PackFiles = folder()
        .into_iter()
        .map(|(path, content)| match content {
            Content::Text(text) => (path, text.into_bytes()),
            Content::Bytes(bytes) => (path, bytes.0),
            Content::Gone => panic!("a file"),
        })
        .collect();
    Document::build(&files).unwrap().0
}

#[test]
fn 画面がなくても_取込みから公開と書出しまでできる() {
    let shell = Shell(tempfile::tempdir().unwrap());
    let file = shell.0.path().join("pack.json");
    let file = file.to_str().unwrap();
    std::fs::write(file, built().to_text()).unwrap();
    let init = ["init", "--city", "999999", "--name", "みなと野市", "--admin", "kanri", "--password-stdin"];
    shell.done(&init, &[PASSWORD]);
    for (staff, role) in [("hanako", "監督者"), ("shonin", "承認者")] {
        let add = ["user", "add", staff, "--name", "職員", "--role", role, "--password-stdin"];
        shell.done(&add, &[PASSWORD]);
    }

    let key = shell.done(&["pack", "key", "--by", "shonin"], &[PASSWORD, PASSPHRASE]);
    let key = key["key"]["id"].as_str().unwrap();
    shell.refused("SRV-25", &["pack", "admit", key, "--by", "shonin"], &[PASSWORD]);
    shell.done(&["pack", "admit", key, "--by", "kanri"], &[PASSWORD]);

    let import = ["pack", "import", file, "--title", "初版", "--by", "hanako"];
    shell.refused("SRV-30", &import, &["ちがうパスワードです。"]);
    let imported = shell.done(&import, &[PASSWORD]);
    assert_eq!((&imported["files"], &imported["check"]["passed"]), (&4.into(), &true.into()));
    let draft = imported["draft"].as_str().unwrap();
    let release = ["pack", "release", draft, "--by", "shonin"];
    shell.refused("PACK-11", &release, &[PASSWORD, PASSPHRASE]);
    shell.done(&["pack", "propose", draft, "--by", "hanako"], &[PASSWORD]);
    shell.refused("SRV-25", &["pack", "release", draft, "--by", "hanako"], &[PASSWORD, PASSPHRASE]);
    shell.refused("PACK-27", &release, &[PASSWORD, "ちがうあいことばです"]);
    let released = shell.done(&release, &[PASSWORD, PASSPHRASE]);
    assert_eq!(released["edition"]["edition"]["version"], 1);

    let list = shell.done(&["pack", "list"], &[]);
    assert_eq!(list["editions"][0]["approved"]["by"], "shonin");
    let out = shell.0.path().join("out.json");
    shell.done(&["pack", "export", "1", "--out", out.to_str().unwrap()], &[]);
    let exported = Document::from_text(&std::fs::read_to_string(&out).unwrap()).unwrap();
    let (papers, rules) = ("forms/head/form.pdf", "rules.toml");
    assert_eq!(exported.files()[papers], built().files()[papers]);
    assert_eq!(exported.files()[rules], built().files()[rules]);

    // The same file once more, without a paper: what is missing goes.
    let mut fewer = built().files().clone();
    fewer.remove("forms/head/form.toml");
    std::fs::write(Path::new(file), Document::build(&fewer).unwrap().0.to_text()).unwrap();
    let again = shell.done(&["pack", "import", file, "--title", "紙を減らす", "--by", "hanako"], &[PASSWORD]);
    assert_eq!(again["check"]["passed"], true);
    shell.refused("PACK-03", &["pack", "again", "7", "--by", "hanako"], &[PASSWORD]);
    let back = shell.done(&["pack", "again", "1", "--by", "hanako"], &[PASSWORD]);
    assert_eq!(back["draft"]["again"], 1);
}
