//! The extract as administrators and officers meet it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "also outside of the tests themselves, a test stops loudly"
)]

mod mapping;
mod reading;
mod sample;
mod searching;

use madoka_register::{Index, Mapping, Report, Resident, Summary};

/// A small mapping that has every way of reading.
const MAPPING: &str = r#"
    kind = [{ id = "tax", name = "市税", roles = ["office"], offices = ["shiminzei"] }]
    when_empty = { disability_certificates = "none" }
    column = [
        { heading = "宛名番号", as = "number" },
        { heading = "世帯番号", as = "household" },
        { heading = "支援措置", as = "protected" },
        { heading = "氏名", as = "text", fact = "name" },
        { heading = "カナ", as = "kana", fact = "name_kana" },
        { heading = "生年月日", as = "date", fact = "birth_date" },
        { heading = "性別", as = "sex", fact = "sex" },
        { heading = "郵便番号", as = "postal_code", fact = "postal_code" },
        { heading = "住所", as = "text", fact = "address" },
        { heading = "電話", as = "phone", fact = "phone" },
        { heading = "介護", as = "yes_no", fact = "care_certified" },
        { heading = "国保", as = "codes", codes = [{ is = ["1"], facts = { insurance = "kokuho" } }, { is = ["0"] }] },
        { heading = "後期", as = "codes", codes = [{ is = ["1"], facts = { insurance = "koki" } }] },
        { heading = "身体", as = "codes", codes = [{ is = ["1"], facts = { disability_certificates = ["physical"] } }] },
        { heading = "精神", as = "codes", codes = [{ is = ["1"], facts = { disability_certificates = ["mental"] } }] },
        { heading = "市県民税", as = "yes_no", fact = "resident_tax", kind = "tax" },
        { heading = "死亡日", as = "date", fact = "case.death_date", for = ["deceased"] },
    ]
"#;

const HEAD: &str = "宛名番号,世帯番号,支援措置,氏名,カナ,生年月日,性別,郵便番号,住所,電話,介護,国保,後期,身体,精神,市県民税,死亡日";

fn mapping() -> Mapping {
    Mapping::parse(MAPPING).unwrap()
}

fn read(csv: &[u8], mapping: &Mapping) -> Result<(Vec<Resident>, Summary), Report> {
    let mut residents = Vec::new();
    let summary = madoka_register::read(csv, mapping, |resident| residents.push(resident))?;
    Ok((residents, summary))
}

/// Residents of rows under [`HEAD`].
fn residents(rows: &[&str]) -> Vec<Resident> {
    let csv = format!("{HEAD}\n{}\n", rows.join("\n"));
    read(csv.as_bytes(), &mapping()).unwrap_or_else(|report| panic!("{report}")).0
}

fn index(rows: &[&str]) -> Index {
    Index::of(&mapping(), &residents(rows))
}
