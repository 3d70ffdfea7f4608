//! まどかの新しい版: brought by one, released by another, fetched in pieces, and believed for its signatures alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use madoka_rules::pack::ProgramVersion;
use madoka_server::audit::{Act, Entry};
use madoka_server::cli::Report;
use madoka_server::on_both_stores;
use madoka_server::problem::Problem;
use madoka_server::program::cli::{ProgramCommand, done};
use madoka_server::testing::{PASSWORD, TestCity};
use madoka_server::{city_key, values};
use madoka_sync::terminal::program::{bring, places, waiting};
use madoka_sync::wire::program::limit;
use madoka_text::Secret;

use super::office::{Counter, Hall, PASSPHRASE};

/// A package as Debian's tool builds it, of a few pieces.
fn package(folder: &Path, name: &str, version: &str) -> PathBuf {
    let tree = folder.join("tree");
    fs::create_dir_all(tree.join("DEBIAN")).unwrap();
    let control = format!(
        "Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: Madoka\nDescription: program\n"
    );
    fs::write(tree.join("DEBIAN/control"), control).unwrap();
    // What cannot be packed any smaller.
    let mut noise = vec![0; limit::PART * 5 / 2];
    getrandom::fill(&mut noise).unwrap();
    fs::write(tree.join("noise"), noise).unwrap();
    let file = folder.join(format!("{name}_{version}.deb"));
    let built = Command::new("dpkg-deb").args(["-Znone", "--build"]).arg(&tree).arg(&file).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    file
}

async fn told(hall: &Hall, words: &[&str], passphrase: Option<&str>) -> Result<Report, Problem> {
    #[derive(clap::Parser)]
    struct Typed {
        #[command(subcommand)]
        command: ProgramCommand,
    }
    let typed: Typed = clap::Parser::parse_from([&["program"], words].concat());
    let secrets = [Some(PASSWORD), passphrase].into_iter().flatten();
    let secrets = secrets.map(|secret| Secret::new(secret.to_owned())).collect();
    done(hall.city.server(), typed.command, secrets).await
}

async fn import(hall: &Hall, file: &Path, by: &str) -> Result<Report, Problem> {
    told(hall, &["import", file.to_str().unwrap(), "--by", by], None).await
}

async fn release(hall: &Hall, version: &str, more: &[&str]) -> Result<Report, Problem> {
    told(hall, &[&["release", version, "--by", "shonin"], more].concat(), Some(PASSPHRASE)).await
}

fn code(refused: Result<Report, Problem>) -> &'static str {
    refused.map(|report| report.text).unwrap_err().code
}

async fn brought(counter: &Counter) -> Option<String> {
    let version = bring(&counter.client, &counter.store, counter.folder.path()).await.unwrap();
    assert_eq!(version, waiting(counter.folder.path()));
    version.map(|version| version.to_string())
}

on_both_stores! {
    async fn 取り込んだ版を別の人が承認すると_名指しした端末から順に届く(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let (first, second) = (Counter::new(&hall.city, "t1").await, Counter::new(&hall.city, "t2").await);
        let at = tempfile::tempdir().unwrap();
        let file = package(at.path(), "madoka", "99.0.0");
        assert_eq!(code(import(&hall, &package(at.path(), "other", "99.0.0"), "kanri").await), "PROG-02");
        assert_eq!(code(import(&hall, &package(at.path(), "madoka", "99.0.0-1"), "kanri").await), "PROG-02");
        assert_eq!(code(import(&hall, at.path().join("none.deb").as_path(), "kanri").await), "PROG-01");
        assert_eq!(code(import(&hall, &file, "shonin").await), "SRV-25");
        import(&hall, &file, "kanri").await.unwrap();
        assert_eq!(code(import(&hall, &file, "kanri").await), "PROG-04");
        // Nobody has approved it: no terminal hears of it.
        assert_eq!(brought(&first).await, None);

        assert_eq!(code(release(&hall, "98.0.0", &[]).await), "PROG-05");
        assert_eq!(code(release(&hall, "99.0.0", &["--terminal", "t9"]).await), "PACK-25");
        let by_kanri = told(&hall, &["release", "99.0.0", "--by", "kanri"], Some(PASSPHRASE)).await;
        assert_eq!(code(by_kanri), "SRV-25");
        release(&hall, "99.0.0", &["--terminal", "t1"]).await.unwrap();
        assert_eq!((brought(&first).await, brought(&second).await), (Some("99.0.0".to_owned()), None));
        release(&hall, "99.0.0", &[]).await.unwrap();
        assert_eq!(brought(&second).await.as_deref(), Some("99.0.0"));
        let version = ProgramVersion::parse("99.0.0").unwrap();
        for counter in [&first, &second] {
            let (package, _) = places(counter.folder.path(), version);
            assert_eq!(fs::read(package).unwrap(), fs::read(&file).unwrap());
        }

        // The next one replaces it, and its package takes no room any more.
        import(&hall, &package(at.path(), "madoka", "99.1.0"), "kanri").await.unwrap();
        release(&hall, "99.1.0", &[]).await.unwrap();
        let list = told(&hall, &["list"], None).await.unwrap().json;
        assert_eq!(list["versions"].as_array().unwrap().len(), 1);
        assert_eq!(brought(&first).await.as_deref(), Some("99.1.0"));
        told(&hall, &["stop", "99.1.0", "--by", "shonin"], None).await.unwrap();
        let third = Counter::new(&hall.city, "t3").await;
        assert_eq!(brought(&third).await, None);
    }

    async fn 取り込んだ人は承認できない(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let at = tempfile::tempdir().unwrap();
        import(&hall, &package(at.path(), "madoka", "99.0.0"), "kanri").await.unwrap();
        let swap = "UPDATE program_versions SET brought_by = 'shonin'";
        hall.city.server().db().write(move |tx| tx.execute(swap, &[])).await.unwrap();
        assert_eq!(code(release(&hall, "99.0.0", &[]).await), "PROG-06");
    }

    async fn 途中で切れたら続きから_書き換えられたものは受け取らない(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let at = tempfile::tempdir().unwrap();
        let file = package(at.path(), "madoka", "99.0.0");
        import(&hall, &file, "kanri").await.unwrap();
        release(&hall, "99.0.0", &[]).await.unwrap();
        let whole = fs::read(&file).unwrap();

        let broken_off = Counter::new(&hall.city, "t1").await;
        let version = ProgramVersion::parse("99.0.0").unwrap();
        let unfinished = places(broken_off.folder.path(), version).0.with_extension("part");
        fs::write(&unfinished, &whole[..limit::PART + 1000]).unwrap();
        assert_eq!(brought(&broken_off).await.as_deref(), Some("99.0.0"));
        assert_eq!(fs::read(places(broken_off.folder.path(), version).0).unwrap(), whole);

        // Whoever has the server's disk puts other bytes there.
        let piece = "UPDATE program_parts SET bytes = ?1 WHERE part = 1";
        let other = vec![7; limit::PART];
        hall.city.server().db().write(move |tx| tx.execute(piece, values![other])).await.unwrap();
        let deceived = Counter::new(&hall.city, "t2").await;
        assert_eq!(brought(&deceived).await, None);
        assert!(!places(deceived.folder.path(), version).0.exists());
    }

    async fn 市の鍵が替わっても_公開した版は届く(store: Store) {
        let hall = Hall::with_first_edition(TestCity::start_on(store).await).await;
        let at = tempfile::tempdir().unwrap();
        let before = Counter::new(&hall.city, "t1").await;
        before.bring().await.unwrap();
        import(&hall, &package(at.path(), "madoka", "99.0.0"), "kanri").await.unwrap();
        release(&hall, "99.0.0", &[]).await.unwrap();
        let server = hall.city.server().clone();
        let entry = Entry::by_server(server.now(), Act::SettingsChanged);
        tokio::task::spawn_blocking(move || city_key::rotate(&server, entry)).await.unwrap().unwrap();
        let after = Counter::new(&hall.city, "t2").await;
        assert_eq!(brought(&before).await.as_deref(), Some("99.0.0"));
        assert_eq!(brought(&after).await.as_deref(), Some("99.0.0"));
    }
}
