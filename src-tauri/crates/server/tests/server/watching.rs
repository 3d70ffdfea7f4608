//! 監査: what terminals tell of their own audit, and 「だれがこの案件を見たか」.

use madoka_casework::{CaseId, StaffId};
use madoka_server::access::Role;
use madoka_server::on_both_stores;
use madoka_server::testing::TestCity;
use madoka_sync::wire::VERSION;
use madoka_sync::wire::people::{AUDIT, AuditFound, AuditSearch, DEEDS, Deed, Deeds};
use uuid::Uuid;

fn deed(n: u64, staff: &str, act: &str, case: CaseId) -> Deed {
    Deed {
        n,
        at: jiff::Timestamp::now(),
        staff: StaffId::parse(staff).unwrap(),
        act: act.to_owned(),
        case: Some(case),
        what: None,
    }
}

on_both_stores! {
    async fn だれがこの案件を見たかは_端末の報告から市全体で分かり_二度は数えない(store: Store) {
        let city = TestCity::start_on(store).await;
        let (one, other) = (city.terminal("mado-1").await, city.terminal("mado-2").await);
        let clerk = one.officer(&city, "s01", &[Role::Counter], &[]).await;
        let auditor = other.officer(&city, "k99", &[Role::Auditor], &[]).await;
        let (case, another) = (CaseId::new(Uuid::now_v7()), CaseId::new(Uuid::now_v7()));
        let told = Deeds {
            v: VERSION,
            deeds: vec![deed(1, "s01", "seen", case), deed(2, "s01", "printed", case), deed(3, "s01", "seen", another)],
        };
        for _ in 0..2 {
            let answer = clerk.post(DEEDS, &told).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        let more = Deeds { v: VERSION, deeds: vec![deed(3, "s02", "seen", case), deed(4, "s02", "a_newer_act", case)] };
        assert_eq!(clerk.post(DEEDS, &more).await.status, 200);
        assert_eq!(auditor.post(DEEDS, &Deeds { v: VERSION, deeds: vec![deed(1, "s03", "seen", case)] }).await.status, 200);

        let of_case = AuditSearch { case: Some(case), ..AuditSearch::default() };
        let found: AuditFound = auditor.post(AUDIT, &of_case).await.json();
        let rows: Vec<(String, String, String)> = found
            .rows
            .iter()
            .map(|row| (row.staff.clone().unwrap().to_string(), row.terminal.clone().unwrap().to_string(), row.act.clone()))
            .collect();
        let row = |staff: &str, terminal: &str, act: &str| (staff.to_owned(), terminal.to_owned(), act.to_owned());
        assert_eq!(rows, [
            row("s03", "mado-2", "seen"),
            row("s02", "mado-1", "changed"),
            row("s01", "mado-1", "printed"),
            row("s01", "mado-1", "seen"),
        ]);
        // That it was asked stands there as well.
        let found: AuditFound = auditor.post(AUDIT, &of_case).await.json();
        assert_eq!((found.rows[0].act.as_str(), found.rows[0].staff.as_ref().unwrap().as_str()), ("searched", "k99"));
        let seen = AuditSearch { act: Some("seen".to_owned()), staff: Some(StaffId::parse("s01").unwrap()), ..AuditSearch::default() };
        let found: AuditFound = auditor.post(AUDIT, &seen).await.json();
        assert_eq!(found.rows.len(), 2);
        let nobody: AuditFound = auditor.post(AUDIT, &AuditSearch { number: Some(12_345), ..AuditSearch::default() }).await.json();
        assert!(nobody.rows.is_empty());
        assert_eq!(clerk.post(AUDIT, &of_case).await.code(), "SRV-25");
    }
}
