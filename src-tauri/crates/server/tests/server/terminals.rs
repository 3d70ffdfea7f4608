//! Enrolling, renewing and revoking terminals.

use std::time::Duration;

use jiff::SignedDuration;
use madoka_server::access::Role;
use madoka_server::on_both_stores;
use madoka_server::testing::client::{client, csr, whole};
use madoka_server::testing::{TestCity, TestTerminal};
use madoka_sync::wire::people::{Invite, SignIn, TerminalRow};
use madoka_sync::wire::{Enrol, Enrolled, Invitation, path};
use serde_json::json;

fn asked(invitation: &Invitation, csr: String) -> Enrol {
    Enrol { v: 1, code: Some(invitation.code.clone()), csr, program: "test".to_owned() }
}

/// Whether a terminal gets any answer on a new connection.
async fn connects(terminal: &TestTerminal, city: &TestCity) -> bool {
    let fresh = terminal.reconnected(city.clock());
    fresh.client().get(fresh.url(path::ME)).send().await.is_ok()
}

on_both_stores! {
    async fn 登録コードは一度だけ使える(store: Store) {
        let city = TestCity::start_on(store).await;
        let invitation = city.invitation("t1", &["juumin"], true).await;
        let stranger = client(&invitation.ca, None, city.clock());
        let url = format!("{}{}", city.url(), path::ENROL);
        let send = |asked: Enrol| whole(stranger.post(&url).json(&asked));
        // A broken request does not use the code up.
        assert_eq!(send(asked(&invitation, "no request".to_owned())).await.code(), "SRV-41");
        let answer = send(asked(&invitation, csr().1)).await;
        let enrolled: Enrolled = answer.json();
        assert_eq!((enrolled.terminal.as_str(), enrolled.number, enrolled.city.as_str()), ("t1", 1, "999999"));
        assert_eq!(send(asked(&invitation, csr().1)).await.code(), "SRV-40");
        let guess = Invitation { code: "00000000000000000000".to_owned(), ..invitation };
        assert_eq!(send(asked(&guess, csr().1)).await.code(), "SRV-40");
        assert_eq!(city.terminal("t2").await.enrolled.number, 2);
    }

    async fn 登録コードは時間がたつと使えない(store: Store) {
        let city = TestCity::start_on(store).await;
        let invitation = city.invitation("t1", &[], true).await;
        city.clock().advance(SignedDuration::from_hours(25));
        let stranger = client(&invitation.ca, None, city.clock());
        let answer = whole(stranger.post(format!("{}{}", city.url(), path::ENROL)).json(&asked(&invitation, csr().1))).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "SRV-40"));
    }

    async fn 取り消した端末は_つながったままでも断られる(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        let officer = terminal.officer(&city, "s01", &[Role::Counter], &[]).await;
        assert_eq!(officer.get(path::ME).await.status, 200);
        let admin = city.terminal("t2").await.officer(&city, "a01", &[Role::Administrator], &[]).await;
        assert_eq!(admin.post("/v1/terminals/t1/revoke", &json!({})).await.status, 204);
        // Refused at once on the open connection, or cut off already.
        if let Ok(response) = terminal.client().get(terminal.url(path::ME)).bearer_auth(officer.token()).send().await {
            assert_eq!(response.status().as_u16(), 403);
            assert!(response.text().await.unwrap().contains("SRV-21"));
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(city.server().metrics().to_text().contains("madokad_connections_open 1\n"), "the administrator's own is left");
        let rows: Vec<TerminalRow> = admin.get("/v1/terminals").await.json();
        assert!(rows.iter().any(|row| row.terminal.as_str() == "t1" && row.revoked));
        assert_eq!(admin.post("/v1/terminals/t9/revoke", &json!({})).await.code(), "SRV-51");
    }

    async fn 期限の切れた証明書は_つながったままでも断られる(store: Store) {
        let city = TestCity::start_on(store).await;
        let terminal = city.terminal("t1").await;
        assert_eq!(terminal.get(path::ME).await.code(), "SRV-23");
        city.clock().advance(SignedDuration::from_hours(24 * 401));
        assert_eq!(terminal.get(path::ME).await.code(), "SRV-22", "on the connection that is open");
        assert!(!connects(&terminal, &city).await, "and no other is opened");
    }

    async fn 証明書は切れる前に取り替えられる(store: Store) {
        let city = TestCity::start_on(store).await;
        let mut terminal = city.terminal("t1").await;
        city.clock().advance(SignedDuration::from_hours(24 * 300));
        let (key, csr) = csr();
        let renewed = terminal.post(path::RENEW, &Enrol { v: 1, code: None, csr, program: "test".to_owned() }).await;
        let renewed: Enrolled = renewed.json();
        assert_eq!(renewed.number, terminal.enrolled.number);
        assert!(connects(&terminal, &city).await, "the old one is still good: the new one may not have been kept");
        terminal = terminal.with(renewed, key, city.clock());
        city.clock().advance(SignedDuration::from_hours(24 * 99));
        assert_eq!(terminal.get(path::ME).await.code(), "SRV-23");
    }

    async fn 登録し直すと_前の証明書は使えない(store: Store) {
        let city = TestCity::start_on(store).await;
        let stolen = city.terminal("t1").await;
        let again = city.terminal("t1").await;
        assert_eq!(again.enrolled.number, stolen.enrolled.number);
        assert_eq!(again.get(path::ME).await.code(), "SRV-23");
        assert_eq!(stolen.reconnected(city.clock()).get(path::ME).await.code(), "SRV-21");
    }

    async fn 窓口と関係課の端末は_登録で決まる(store: Store) {
        let city = TestCity::start_on(store).await;
        let admin = city.terminal("t1").await.officer(&city, "a01", &[Role::Administrator], &[]).await;
        let invite = Invite { terminal: "k1".parse().unwrap(), offices: vec!["kaigo".parse().unwrap()], whole_cases: false };
        let made = admin.post("/v1/terminals", &invite).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let invitation = Invitation { server: city.url(), ..made.json() };
        TestTerminal::enrol(&invitation, city.clock()).await;
        let rows: Vec<TerminalRow> = admin.get("/v1/terminals").await.json();
        let row = rows.iter().find(|row| row.terminal.as_str() == "k1").unwrap();
        assert_eq!((row.whole_cases, row.offices.len()), (false, 1));
    }
}

#[tokio::test]
async fn 申請に何が書いてあっても_端末の証明書しか出ない() {
    let city = TestCity::start().await;
    let invitation = city.invitation("t1", &[], true).await;
    let key = rcgen::KeyPair::generate().unwrap();
    let mut wish = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    wish.distinguished_name.push(rcgen::DnType::CommonName, "t2");
    wish.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    wish.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
    let csr = wish.serialize_request(&key).unwrap().pem().unwrap();
    let pem = madoka_server::testing::enrol(city.server(), &invitation, csr).await.unwrap();
    let der = madoka_server::authority::pem_to_der(&pem).unwrap();
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
    assert!(!certificate.is_ca());
    assert_eq!(certificate.subject().to_string(), "CN=t1");
    assert!(certificate.subject_alternative_name().unwrap().is_none());
    let usage = certificate.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.client_auth && !usage.server_auth);
}

#[tokio::test]
async fn 待っている間に止められた職員には_答えが届かない() {
    let city = TestCity::start().await;
    let terminal = city.terminal("t1").await;
    city.staff("s01", &[Role::Counter], &[]).await;
    // Signing in waits for a turn while two others hash.
    let held: Vec<_> = (0..2).map(|_| city.server().hold_hashing()).collect();
    let (client, url) = (terminal.client().clone(), terminal.url(path::SIGN_IN));
    let asked =
        SignIn { staff: "s01".parse().unwrap(), password: madoka_server::testing::PASSWORD.to_owned() };
    let waiting = tokio::spawn(async move { client.post(url).json(&asked).send().await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    city.revoke("t1").await;
    match waiting.await.unwrap() {
        Ok(response) => assert_eq!(response.status().as_u16(), 403),
        Err(error) => assert!(error.is_request() || error.is_body(), "cut off: {error:?}"),
    }
    drop(held);
}
