//! Who may use which route: every route, as everybody.

use std::fmt::Write as _;
use std::time::Duration;

use madoka_server::access::{Access, Role};
use madoka_server::modules::routes;
use madoka_server::route::Route;
use madoka_server::testing::client::client;
use madoka_server::testing::{Answer, TestCity};
use madoka_sync::wire::path;

/// The codes by which the guard refuses, and nobody else.
const REFUSALS: [&str; 7] = ["SRV-20", "SRV-21", "SRV-22", "SRV-23", "SRV-24", "SRV-25", "SRV-35"];

/// Asks a route; a held one that does not answer at once has let us in.
async fn ask(client: &reqwest::Client, url: &str, route: &Route, token: Option<&str>) -> String {
    let path = route.path.replace("{*", "{");
    let path = path
        .split('/')
        .map(|part| if part.starts_with('{') { "x" } else { part })
        .collect::<Vec<_>>()
        .join("/");
    let mut request =
        client.request(route.method.clone(), format!("{url}{path}")).timeout(Duration::from_secs(2));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if route.method != reqwest::Method::GET {
        request = request.header("content-type", "application/json").body("{}");
    }
    match request.send().await {
        Ok(response) => {
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let answer =
                Answer { status, headers, bytes: response.bytes().await.unwrap_or_default().to_vec() };
            answer.code()
        }
        Err(error) => {
            assert!(error.is_timeout(), "{} {path}: {error:?}", route.method);
            String::new()
        }
    }
}

fn expected(access: Access, role: Option<Role>) -> Option<&'static str> {
    match (access, role) {
        (Access::Public(_) | Access::Terminal, _) | (Access::SignedIn, Some(_)) => None,
        (Access::SignedIn | Access::Roles(_), None) => Some("SRV-23"),
        (Access::Roles(roles), Some(role)) if roles.contains(&role) => None,
        (Access::Roles(_), Some(_)) => Some("SRV-25"),
    }
}

#[tokio::test]
async fn どの宛先も_書いてある役割の人だけが使える() {
    let city = TestCity::start().await;
    let terminal = city.terminal("t1").await;
    let stranger = client(&terminal.enrolled.ca, None, city.clock());
    let mut people = Vec::new();
    for role in Role::ALL {
        people.push((role, terminal.officer(&city, role.name(), &[role], &["juumin"]).await));
    }
    let nobody = terminal.officer(&city, "no-role", &[], &[]).await;
    for route in routes() {
        // Ends what the others need; asked by itself in `people`.
        if route.path == path::SIGN_OUT {
            continue;
        }
        let name = format!("{} {}", route.method, route.path);
        let public = matches!(route.access, Access::Public(_));
        let code = ask(&stranger, &city.url(), &route, None).await;
        assert_eq!(code == "SRV-20", !public, "{name}, without a certificate: {code}");
        let code = ask(terminal.client(), &city.url(), &route, None).await;
        let refused = REFUSALS.contains(&code.as_str()).then_some(code.as_str());
        assert_eq!(refused, expected(route.access, None), "{name}, nobody signed in");
        for (role, person) in &people {
            let code = ask(terminal.client(), &city.url(), &route, Some(person.token())).await;
            let refused = REFUSALS.contains(&code.as_str()).then_some(code.as_str());
            assert_eq!(refused, expected(route.access, Some(*role)), "{name}, as {}", role.label());
        }
        if let Access::Roles(_) = route.access {
            let code = ask(terminal.client(), &city.url(), &route, Some(nobody.token())).await;
            assert_eq!(code, "SRV-25", "{name}, without any role");
        }
    }
}

#[test]
fn 証明書なしで使える宛先は_登録だけ() {
    let public: Vec<&str> = routes()
        .into_iter()
        .filter(|route| matches!(route.access, Access::Public(_)))
        .map(|route| route.path)
        .collect();
    assert_eq!(public, [path::ENROL]);
}

/// A handler reached by another way would stand beside the guard.
#[test]
fn 宛先の表のほかに_ルーターを作る所はない() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if std::fs::read_to_string(entry.path()).unwrap().contains("Router::new()") {
                found.push(entry.path().strip_prefix(&source).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    // The administrator's page is on loopback, and shows numbers only.
    assert_eq!(found, ["cli/serve.rs", "route.rs"]);
}

/// The table in README.md is what the program does.
#[test]
fn 説明書の宛先の表は_プログラムと同じ() {
    let mut table = String::new();
    let mut routes = routes();
    routes.sort_by_key(|route| (route.path, route.method.to_string()));
    for route in routes {
        writeln!(table, "| `{} {}` | {} |", route.method, route.path, route.access.in_words()).unwrap();
    }
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once("<!-- routes -->\n").expect("a mark where the table begins");
    let (_, after) = rest.split_once("<!-- /routes -->").expect("a mark where it ends");
    let head = "\n| 宛先 | 使える人 |\n|---|---|\n";
    let right = format!("{before}<!-- routes -->\n{head}{table}\n<!-- /routes -->{after}");
    if text != right {
        // So that the next run is green and the change is seen in review.
        std::fs::write(&file, &right).unwrap();
        panic!("README.md's table of routes was not what the program does; it has been written anew");
    }
}
