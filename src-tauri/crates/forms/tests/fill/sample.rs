//! The sample city's own papers, filled for the family of the seeds.

use std::collections::BTreeMap;

use madoka_facts::{CaseFacts, Source};
use madoka_forms::fill::{Blank, Cover, Options, Wanted};
use madoka_forms::{check_form, read_form};
use madoka_rules::{Pack, read_pack};

use crate::office::{fill_in, root, show};

fn pack() -> Pack {
    read_pack(&madoka_sample::city()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

pub(crate) fn blanks() -> BTreeMap<String, Blank> {
    let mut out = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("forms")).unwrap().flatten() {
        let folder = entry.path();
        let Ok(text) = std::fs::read_to_string(folder.join("form.toml")) else { continue };
        let name = entry.file_name().into_string().unwrap();
        let form = read_form(&name, &text).unwrap();
        let blank = Blank::new(form, |file| std::fs::read(folder.join(file)).ok());
        out.insert(name, blank.unwrap_or_else(|error| panic!("{error}")));
    }
    out
}

/// 港野家: the wife of the deceased came, with a son elsewhere as heir.
pub(crate) const FAMILY: &str = r#"{"event":"death","facts":{
 "case.death_date":"2026-10-20","case.funeral_date":"2026-10-24",
 "deceased.name":"葛󠄀城　𠮷之助","deceased.name_kana":"カツラギ　ヨシノスケ","deceased.birth_date":"1941-02-03","deceased.sex":"male",
 "deceased.postal_code":"999-0001","deceased.address":"架空県みなと野市港町一丁目２番３号　メゾン港３０１号室","deceased.domicile":"架空県みなと野市港町一丁目２番","deceased.phone":"0990-12-3456",
 "applicant.name":"葛󠄀城　花子","applicant.name_kana":"カツラギ　ハナコ","applicant.birth_date":"1944-07-15","applicant.sex":"female","applicant.relation":"妻",
 "applicant.postal_code":"999-0001","applicant.address":"架空県みなと野市港町一丁目２番３号　メゾン港３０１号室","applicant.phone":"090-0000-1234",
 "visitor.name":"葛󠄀城　花子","visitor.name_kana":"カツラギ　ハナコ","visitor.birth_date":"1944-07-15","visitor.relation":"spouse","visitor.address":"架空県みなと野市港町一丁目２番３号　メゾン港３０１号室","visitor.phone":"090-0000-1234",
 "mourner.name":"葛󠄀城　花子","mourner.name_kana":"カツラギ　ハナコ","mourner.relation":"妻","mourner.postal_code":"999-0001","mourner.address":"架空県みなと野市港町一丁目２番３号　メゾン港３０１号室","mourner.phone":"090-0000-1234",
 "mourner.bank.name":"みなと野信用金庫","mourner.bank.branch":"港町支店","mourner.bank.kind":"普通","mourner.bank.number":"0012345","mourner.bank.holder":"カツラギ　ハナコ",
 "heir.name":"葛󠄀城　健太郎","heir.name_kana":"カツラギ　ケンタロウ","heir.birth_date":"1970-05-05","heir.sex":"male","heir.relation":"長男","heir.postal_code":"999-0102","heir.address":"架空県みなと野市山手町四丁目５番６号","heir.phone":"080-0000-5678",
 "heir.bank.name":"架空銀行","heir.bank.branch":"みなと野支店","heir.bank.kind":"普通","heir.bank.number":"7654321","heir.bank.holder":"カツラギ　ケンタロウ",
 "household":[{"name":"葛󠄀城　花子","name_kana":"カツラギ　ハナコ","birth_date":"1944-07-15","sex":"female"}]
}}"#;

#[test]
fn 様式の結び付けはすべて手続パックの事実を指す() {
    let pack = pack();
    let mut wrong = Vec::new();
    for blank in blanks().values() {
        wrong.extend(check_form(blank.form(), &pack.vocabulary).into_iter().filter(|p| !p.mild));
    }
    let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn おくやみの書類一式() {
    let pack = pack();
    let blanks = blanks();
    let facts =
        CaseFacts::from_json(FAMILY, &pack.vocabulary, Source::Staff).unwrap_or_else(|p| panic!("{p:?}"));
    let wanted: Vec<&str> = [
        "household_head_change",
        "kokuho_loss",
        "koki_loss",
        "koki_declaration",
        "kokuho_heir",
        "funeral_koki",
        "funeral_kokuho",
        "care_loss",
        "care_heir",
        "care_refund",
        "unpaid_pension",
        "survivor_basic",
        "pension_consultation",
        "tax_heir_representative",
        "property_present_owner",
        "disability_certificate_return",
        "water",
        "dog",
        "moped",
        "power_of_attorney",
        "light_vehicle_exemption",
        "high_cost_medical",
    ]
    .into_iter()
    .filter(|id| blanks.contains_key(*id))
    .collect();
    assert!(wanted.len() >= 20, "{wanted:?}");
    let wanted: Vec<Wanted<'_>> = wanted[..20].iter().map(|id| Wanted::of(&blanks[*id])).collect();
    let offices: Vec<_> =
        pack.offices.iter().map(|office| (office.id.clone(), office.name.ja.clone())).collect();
    let options = Options { cover: Cover::First, ..Options::default() };
    let done = fill_in(&wanted, &facts, &options, &pack.vocabulary, &offices);
    show("okuyami.pdf", &done.pdf);
    if std::env::var_os("MADOKA_SHOW").is_some() {
        for warning in &done.warnings {
            println!("{} {}", warning.reason.code(), warning.message());
        }
    }
    assert_eq!(done.parts.len(), 21);
    assert!(done.pdf.len() < 1_000_000, "{} bytes", done.pdf.len());
    let long: Vec<_> =
        done.warnings.iter().filter(|w| !matches!(w.reason.code(), "missing_value" | "no_place")).collect();
    assert!(long.is_empty(), "{long:?}");
    let again = fill_in(&wanted, &facts, &options, &pack.vocabulary, &offices);
    assert!(done.pdf == again.pdf, "the same case must give the same bytes");
}
