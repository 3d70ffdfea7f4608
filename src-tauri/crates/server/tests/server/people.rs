//! Signing in.

use madoka_server::access::Role;
use madoka_server::testing::TestCity;

#[tokio::test]
async fn 登録した端末で_職員がサインインする() {
    let city = TestCity::start().await;
    let terminal = city.terminal("t1").await;
    let officer = terminal.officer(&city, "s01", &[Role::Counter], &["juumin"]).await;
    let me = officer.get("/v1/me").await;
    assert_eq!(me.status, 200, "{}", me.text());
    assert!(me.text().contains("職員 s01"), "{}", me.text());
    assert_eq!(officer.get("/v1/staff").await.code(), "SRV-25");
    assert_eq!(terminal.get("/v1/me").await.code(), "SRV-23");
}
