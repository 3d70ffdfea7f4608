//! The made-up extract of みなと野市, as practice mode carries it.

use madoka_register::{Index, Mapping, Query};

use super::read;

const MAPPING: &str = include_str!("../../../../../assets/sample-register/register.toml");
const RESIDENTS: &[u8] = include_bytes!("../../../../../assets/sample-register/residents.csv");

#[test]
fn 見本の抽出は読めて探せる() {
    let mapping = Mapping::parse(MAPPING).unwrap();
    let (residents, summary) = read(RESIDENTS, &mapping).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(summary.rows, 50);
    assert_eq!(summary.ignored, ["抽出日"]);
    let index = Index::of(&mapping, &residents);
    let names = |query: &str| -> Vec<&str> {
        let found = index.search(&Query::parse(query).unwrap());
        found.hits.iter().map(|hit| residents[hit.at as usize].shown(&mapping, "name")).collect()
    };
    assert_eq!(names("潮崎"), ["潮崎　蒼", "潮崎　健一", "潮崎　陽菜", "潮崎　美波"]);
    assert_eq!(names("渡辺松江"), ["渡辺　松江"]);
    assert_eq!(names("サイトウ カイ").len(), 3);
    assert_eq!(names("汐見台4-5"), ["浜名　ふみ", "浜名　正雄"]);
}
