//! Several cities on one machine and one PostgreSQL: nobody sees another's.

use std::sync::Arc;

use madoka_server::access::Role;
use madoka_server::on_both_stores;
use madoka_server::testing::client::{client, csr, whole};
use madoka_server::testing::{TestCity, postgres::Cluster};
use madoka_sync::wire::{Enrol, path};

on_both_stores! {
    async fn ほかの市の証明書では_つながらない(store: Store) {
        let ours = TestCity::start_on(store).await;
        let theirs = TestCity::start_on(store).await;
        let terminal = theirs.terminal("t1").await;
        // It even believes our authority; we do not believe its certificate.
        let identity = (terminal.enrolled.certificate.as_str(), terminal.key.as_str());
        let intruder = client(ours.server().authority().pem(), Some(identity), theirs.clock());
        let refused = intruder.get(format!("{}{}", ours.url(), path::ME)).send().await;
        assert!(refused.is_err(), "refused before a word is said: {refused:?}");
        assert!(ours.server().metrics().to_text().contains("madokad_handshakes_refused_total 1\n"));
        // And its terminals do not believe our server.
        let astray = terminal.client().get(format!("{}{}", ours.url(), path::ME)).send().await;
        assert!(astray.is_err());
    }

    async fn ほかの市の登録コードと職員は_通らない(store: Store) {
        let ours = TestCity::start_on(store).await;
        let theirs = TestCity::start_on(store).await;
        let invitation = theirs.invitation("t1", &[], true).await;
        let stranger = client(ours.server().authority().pem(), None, ours.clock());
        let asked = Enrol { v: 1, code: Some(invitation.code), csr: csr().1, program: "test".to_owned() };
        let answer = whole(stranger.post(format!("{}{}", ours.url(), path::ENROL)).json(&asked)).await;
        assert_eq!(answer.code(), "SRV-40");
        let officer = theirs.terminal("t2").await.officer(&theirs, "s01", &[Role::Administrator], &[]).await;
        let mut visitor = officer.clone();
        visitor.terminal = ours.terminal("t1").await;
        assert_eq!(visitor.get(path::ME).await.code(), "SRV-24", "a session of another city");
        assert_eq!(visitor.terminal.try_sign_in("s01", madoka_server::testing::PASSWORD).await.code(), "SRV-30");
    }
}

#[tokio::test]
async fn ほかの市の役割では_データベースに入れない() {
    let ours = TestCity::start_on(madoka_server::testing::Store::Postgres).await;
    let theirs = TestCity::start_on(madoka_server::testing::Store::Postgres).await;
    ours.terminal("t1").await.officer(&ours, "s01", &[Role::Counter], &[]).await;
    let (cluster, our_base) = ours.database().cloned().unwrap();
    let (same, their_base) = theirs.database().cloned().unwrap();
    assert!(Arc::ptr_eq(&cluster, &same), "one PostgreSQL");
    let looked = tokio::task::spawn_blocking(move || {
        let staff = |client: &mut ::postgres::Client| client.query_one("SELECT COUNT(*) FROM people_staff", &[]).map(|row| row.get::<_, i64>(0));
        let mut own = our_base.connect_to(&our_base.name).unwrap();
        let mut other = their_base.connect_to(&their_base.name).unwrap();
        let across = their_base.connect_to(&our_base.name).err().and_then(|error| error.code().cloned());
        let become_other = other.batch_execute(&format!("SET ROLE {}", our_base.name)).err().and_then(|error| error.code().cloned());
        let superuser: bool = other.query_one("SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = current_user", &[]).unwrap().get(0);
        (staff(&mut own).unwrap(), staff(&mut other).unwrap(), across, become_other, superuser)
    }).await.unwrap();
    let denied = Some(::postgres::error::SqlState::INSUFFICIENT_PRIVILEGE);
    assert_eq!(looked, (1, 0, denied.clone(), denied, false));
    drop::<Arc<Cluster>>(cluster);
}
