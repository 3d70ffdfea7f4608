//! 宛名・資格, from an administrator's CSV to an auditor's question.

use madoka_casework::{CaseId, Words};
use madoka_register::{Changed, Query};
use madoka_server::access::Role;
use madoka_server::on_both_stores;
use madoka_server::testing::{TestCity, TestPerson};
use madoka_sync::wire::people::AuditLink;
use madoka_sync::wire::register::{
    Brief, CHANGES, ChangedResident, Found, IMPORT, Imported, LOOK, Look, Looked, MAPPING, Purpose, SEARCH,
    STATUS, Search, Status, USES, Use, Used, UsesOf,
};
use uuid::Uuid;

use crate::bookings::pack;

const REGISTER: &str = include_str!("../../../../../assets/sample-register/register.toml");
const RESIDENTS: &str = include_str!("../../../../../assets/sample-register/residents.csv");

async fn import(administrator: &TestPerson, csv: &str) -> madoka_server::testing::Answer {
    administrator.post_bytes(IMPORT, "text/csv", csv.as_bytes().to_vec()).await
}

/// A city with the sample extract, and its administrator.
async fn city_with_register(city: &TestCity) -> TestPerson {
    city.give_pack(pack());
    let terminal = city.terminal("t1").await;
    let administrator = terminal.officer(city, "a01", &[Role::Administrator], &[]).await;
    let put = administrator
        .terminal
        .client()
        .put(administrator.terminal.url(MAPPING))
        .bearer_auth(administrator.token());
    let put = put.body(REGISTER).send().await.unwrap();
    assert_eq!(put.status().as_u16(), 200);
    let answer = import(&administrator, RESIDENTS).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    administrator
}

fn purpose() -> Purpose {
    Purpose::Case(CaseId::new(Uuid::from_u128(42)))
}

async fn search(officer: &TestPerson, line: &str) -> Vec<Brief> {
    let asked = Search { purpose: purpose(), query: Query::parse(line).unwrap() };
    let answer = officer.post(SEARCH, &asked).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json::<Found>().residents
}

async fn look(officer: &TestPerson, of: &Brief, person: &str) -> Looked {
    let asked = Look { purpose: purpose(), number: of.number.clone(), person: person.parse().unwrap() };
    let answer = officer.post(LOOK, &asked).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn paths(looked: &Looked) -> Vec<String> {
    looked.facts.iter().map(|(path, _)| path.to_string()).collect()
}

on_both_stores! {
    async fn 取り込んだ人を探して亡くなった方の事実にする(store: Store) {
        let city = TestCity::start_on(store).await;
        let administrator = city_with_register(&city).await;
        let officer = administrator.terminal.officer(&city, "s01", &[Role::Condolence], &["okuyami"]).await;
        let found = search(&officer, "ハマナ S16.2.3").await;
        assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["浜名　正雄"]);
        let looked = look(&officer, &found[0], "deceased").await;
        assert!(paths(&looked).contains(&"deceased.insurance".to_owned()), "{:?}", paths(&looked));
        assert_eq!(looked.household.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["浜名　ふみ"]);
        // 異体字と、取り違えやすい字。
        assert_eq!(search(&officer, "吉崎葛葉").await[0].name, "𠮷﨑　葛\u{E0100}葉");
        let saito = search(&officer, "斎藤").await;
        assert_eq!(saito.iter().filter(|one| !one.doubtful).count(), 2);
        assert!(saito.iter().any(|one| one.doubtful && one.name.starts_with('斉')));
        // 支援措置の方。
        let protected = search(&officer, "凪原里美").await;
        assert!(protected[0].protected && protected[0].address.is_empty());
        assert!(!paths(&look(&officer, &protected[0], "deceased").await).iter().any(|path| path.contains("address")));
        let broad = Search { purpose: purpose(), query: Query { name: Some("林".into()), ..Query::default() } };
        assert_eq!(officer.post(SEARCH, &broad).await.code(), "REG-04");
    }

    async fn 税は税の課の人にだけ見せる(store: Store) {
        let city = TestCity::start_on(store).await;
        let administrator = city_with_register(&city).await;
        let counter = administrator.terminal.officer(&city, "s01", &[Role::Counter], &["shimin"]).await;
        let insurance = administrator.terminal.officer(&city, "h01", &[Role::Office], &["hoken"]).await;
        let tax = administrator.terminal.officer(&city, "z01", &[Role::Office], &["nozei"]).await;
        for (officer, sees) in [(&counter, false), (&insurance, false), (&tax, true)] {
            let masao = search(officer, "浜名正雄").await;
            let looked = look(officer, &masao[0], "deceased").await;
            assert_eq!(paths(&looked).contains(&"deceased.resident_tax".to_owned()), sees);
            assert_eq!(looked.withheld, if sees { vec![] } else { vec!["市税".to_owned()] });
        }
    }

    async fn 新しい抽出はまるごと置き換わり何が変わったかを言う(store: Store) {
        let city = TestCity::start_on(store).await;
        let administrator = city_with_register(&city).await;
        let officer = administrator.terminal.officer(&city, "s01", &[Role::Counter], &["shimin"]).await;
        assert_eq!(search(&officer, "潮崎健一").await.len(), 1);
        // 一行でも誤りがあれば何も変わらない。
        let broken = RESIDENTS.replacen("1984-05-12", "昭和99年", 1);
        let answer = import(&administrator, &broken).await;
        assert_eq!(answer.code(), "REG-05");
        assert!(answer.text().contains("2行目「生年月日」") && !answer.text().contains("昭和99"), "{}", answer.text());
        assert_eq!(search(&officer, "潮崎健一").await.len(), 1);
        let numbered = RESIDENTS.replacen("抽出日", "個人番号", 1);
        assert_eq!(import(&administrator, &numbered).await.code(), "REG-05");

        let lines: Vec<&str> = RESIDENTS.lines().collect();
        let next = [&lines[..1], &lines[2..]].concat().join("\n").replace("浜名　ふみ", "浜名　文");
        let tried = administrator.post_bytes(&format!("{IMPORT}?try=1"), "text/csv", next.clone().into_bytes()).await;
        assert_eq!(tried.json::<Imported>().gone, 1);
        assert_eq!(search(&officer, "潮崎健一").await.len(), 1);
        let done: Imported = import(&administrator, &next).await.json();
        assert_eq!((done.rows, done.added, done.altered, done.gone), (49, 0, 1, 1));
        assert!(search(&officer, "潮崎健一").await.is_empty());
        assert_eq!(search(&officer, "浜名文").await.len(), 1);
        // だれが変わったかは閲覧監査だけが見る。
        let path = CHANGES.replace("{n}", &done.n.to_string());
        assert_eq!(administrator.get(&path).await.status, 403);
        let auditor = administrator.terminal.officer(&city, "e01", &[Role::Auditor], &[]).await;
        let changes: Vec<ChangedResident> = auditor.get(&path).await.json();
        assert_eq!(changes.iter().map(|one| one.how).collect::<Vec<_>>(), [Changed::Altered, Changed::Gone]);
        let status: Status = administrator.get(STATUS).await.json();
        assert_eq!(status.imports.len(), 2);
        assert!(status.imports[0].unknown_facts.contains(&"bus_pass".to_owned()));
        assert_eq!(status.imports[0].ignored, ["抽出日"]);
    }

    async fn 探した言葉は監査には出ず閲覧監査だけが開く(store: Store) {
        let city = TestCity::start_on(store).await;
        let administrator = city_with_register(&city).await;
        let officer = administrator.terminal.officer(&city, "s01", &[Role::Counter], &["shimin"]).await;
        let found = search(&officer, "金山英子").await;
        look(&officer, &found[0], "applicant").await;
        let reason = Purpose::Reason(Words::parse("電話の問い合わせ").unwrap());
        let asked = Search { purpose: reason.clone(), query: Query::parse("渡邉").unwrap() };
        assert_eq!(officer.post(SEARCH, &asked).await.status, 200);

        let links = city.server().db().read(|tx| madoka_server::audit::entries(tx, 0, 1_000)).await.unwrap();
        let of_register: Vec<&AuditLink> = links.iter().filter(|link| link.entry.contains("register:")).collect();
        assert!(of_register.len() >= 3);
        assert!(links.iter().all(|link| !link.entry.contains("金山") && !link.entry.contains("渡邉") && !link.entry.contains("問い合わせ")));

        let auditor = administrator.terminal.officer(&city, "e01", &[Role::Auditor], &[]).await;
        let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(9))).date();
        let mut of = UsesOf { from: day, to: day, staff: None, resident: None, after: 0 };
        assert_eq!(officer.post(USES, &of).await.status, 403);
        let uses: Vec<Use> = auditor.post(USES, &of).await.json();
        assert_eq!(uses.len(), 3);
        assert!(matches!(&uses[0].what, Used::Searched { query, found } if query.words == ["金山英子"] && found.len() == 1));
        assert_eq!(uses[2].purpose, reason);
        // 監査の記録は、封をした言葉のハッシュでつながっている。
        for one in &uses {
            let tail = format!("register:{}:{}", one.n, one.digest);
            assert!(of_register.iter().any(|link| link.entry.contains(&tail)), "{tail}");
        }
        // 「この方を見た人」を聞ける。
        of.resident = Some(found[0].number.clone());
        assert_eq!(auditor.post(USES, &of).await.json::<Vec<Use>>().len(), 2);
        // 言葉の保存期間が過ぎても、探したことは残る。
        let later = city.server().now() + jiff::SignedDuration::from_hours(1);
        city.server().db().write(move |tx| madoka_server::register::erase_words(tx, later)).await.unwrap();
        of.resident = None;
        let uses: Vec<Use> = auditor.post(USES, &of).await.json();
        assert!(uses.len() == 3 && uses.iter().all(|one| one.what == Used::Erased));
    }

    async fn 抽出はデータベースに封をして置き再起動しても探せる(store: Store) {
        let mut city = TestCity::start_on(store).await;
        let administrator = city_with_register(&city).await;
        let pieces = city.server().db().read(|tx| tx.query("SELECT sealed FROM register_pieces", &[])).await.unwrap();
        assert!(!pieces.is_empty());
        for row in pieces {
            let sealed: Vec<u8> = row.get(0).unwrap();
            assert!(!sealed.windows(6).any(|part| part == "架空".as_bytes() || part == "潮崎".as_bytes()));
        }
        city.stop().await;
        city.start_again().await;
        city.give_pack(pack());
        let officer = administrator.terminal.officer(&city, "s01", &[Role::Counter], &["shimin"]).await;
        assert_eq!(search(&officer, "潮崎美波").await.len(), 1);
    }
}

#[tokio::test]
async fn 取り込むまでは探せないと言う() {
    let city = TestCity::start().await;
    let officer = city.terminal("t1").await.officer(&city, "s01", &[Role::Counter], &["shimin"]).await;
    let asked = Search { purpose: purpose(), query: Query::parse("潮崎").unwrap() };
    assert_eq!(officer.post(SEARCH, &asked).await.code(), "REG-01");
    let administrator = officer.terminal.officer(&city, "a01", &[Role::Administrator], &[]).await;
    assert_eq!(import(&administrator, RESIDENTS).await.code(), "REG-02");
}
