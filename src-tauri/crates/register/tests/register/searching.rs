use madoka_register::{Index, Query, QueryError};
use proptest::prelude::*;

use super::index;

const TOWN: [&str; 9] = [
    "1001,9,,髙橋　渚,ﾀｶﾊｼ ﾅｷﾞｻ,S16.2.3,2,,架空県みなと野市港町一丁目２番３号,,,,,,,,",
    "1002,9,,高橋　渚砂,タカハシ　ナギサ,1995-09-09,2,,架空県みなと野市港町１－２－３,,,,,,,,",
    "1003,,,斎藤　海,サイトウ　カイ,1979-03-03,1,,架空県みなと野市汐見台４－５汐見台団地６号棟７０８号,,,,,,,,",
    "1004,,,斉藤　海,サイトウ　カイ,1980-03-03,1,,架空県みなと野市葛\u{E0100}原１２番地の３,,,,,,,,",
    "1005,,,〓口　慧,ツチグチ　サトル,昭和42年不詳,1,,架空県みなと野市北浜５６７番地,,,,,,,,",
    "1006,,,𠮷﨑　葛\u{E0100}葉,ヨシザキ　クズハ,1972-12-08,2,,,,,,,,,,",
    "1007,,1,凪原　里美,ナギハラ　サトミ,1988-01-19,2,,架空県みなと野市海老名浦７番地１,,,,,,,,",
    "1008,,,ＳＡＮＴＯＳ　ＭＡＲＩＡ,サントス　マリア,1990-03-15,2,,,,,,,,,,",
    "1009,,,渡邉　正子,シヨウジ　マサコ,1941-02-03,2,,,,,,,,,,",
];

fn found(query: &str) -> Vec<u32> {
    found_in(&index(&TOWN), query)
}

fn found_in(index: &Index, query: &str) -> Vec<u32> {
    index.search(&Query::parse(query).unwrap()).hits.iter().map(|hit| 1001 + hit.at).collect()
}

#[test]
fn 異体字でも空白がなくても氏名で見つかる() {
    assert_eq!(found("高橋"), [1001, 1002]);
    assert_eq!(found("髙橋渚"), [1001, 1002]);
    assert_eq!(found("吉崎 葛葉"), [1006]);
    assert_eq!(found("渡辺"), [1009]);
    assert_eq!(found("santos"), [1008]);
    assert_eq!(found("山田"), [] as [u32; 0]);
}

#[test]
fn 取り違えやすい字は後ろに出す() {
    assert_eq!(found("斉藤"), [1004, 1003]);
    assert_eq!(found("斎藤海"), [1003, 1004]);
    // 〓 はどの字でもありうる。
    assert_eq!(found("土口"), [1005]);
}

#[test]
fn フリガナは長音と小さい字と濁りの書き方によらない() {
    assert_eq!(found("たかはし"), [1001, 1002]);
    assert_eq!(found("ﾀｶﾊｼ ﾅｷﾞｻ"), [1001, 1002]);
    assert_eq!(found("ショウジ"), [1009]);
    assert_eq!(found("サイトー"), [1003, 1004]);
    assert_eq!(found("サイト"), [1003, 1004]);
}

#[test]
fn 生年月日は元号でも数字でも不詳でも見つかる() {
    for query in ["S16.2.3", "昭和16年2月3日", "1941-02-03", "19410203"] {
        assert_eq!(found(query), [1009, 1001], "{query}");
    }
    assert_eq!(found("つちぐち 1967-06-19"), [1005]);
    assert_eq!(found("つちぐち 1968-06-19"), [] as [u32; 0]);
}

#[test]
fn 住所は書き方によらず番号は全体で見つかる() {
    assert_eq!(found("港町1丁目2-3"), [1001, 1002]);
    assert_eq!(found("港町一丁目二番三号"), [1001, 1002]);
    assert_eq!(found("葛原12-3"), [1004]);
    assert_eq!(found("汐見台4の5"), [1003]);
    assert_eq!(found("団地6号棟"), [1003]);
    assert_eq!(found("１００５"), [1005]);
    assert_eq!(found("1005"), [1005]);
    let index = index(&TOWN);
    assert_eq!(index.by_number("1005"), Some(4));
    assert_eq!(index.household(0), [0, 1]);
    assert_eq!(index.household(4), [4]);
}

#[test]
fn 支援措置の方は住所からは見つからない() {
    assert_eq!(found("海老名浦7-1"), [] as [u32; 0]);
    assert_eq!(found("凪原"), [1007]);
}

#[test]
fn 広すぎる探し方と空の探し方は断る() {
    for query in ["", "　 "] {
        assert_eq!(Query::parse(query), Err(QueryError::Empty));
    }
    for query in ["林", "カ", "昭和16年月日不詳"] {
        assert_eq!(Query::parse(query), Err(QueryError::TooBroad), "{query}");
    }
    assert!(Query::parse("林 カ").is_ok());
    assert_eq!(Query::parse(&"あ".repeat(201)), Err(QueryError::TooLong));
    assert!(!format!("{:?}", Query::parse("髙橋 S16.2.3").unwrap()).contains('橋'));
    let narrow = Query { address: Some("港町1-2".into()), ..Query::default() };
    assert!(narrow.checked().is_ok());
    let broad = Query { address: Some("港町".into()), ..Query::default() };
    assert_eq!(broad.checked(), Err(QueryError::TooBroad));
}

#[test]
fn 多すぎるときは五十人で止めて知らせる() {
    let rows: Vec<String> = (0..60).map(|n| format!("{},,,架空　太郎{n},,,,,,,,,,,,,", 1001 + n)).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let found = index(&rows).search(&Query::parse("架空").unwrap());
    assert_eq!((found.hits.len(), found.more), (50, true));
}

proptest! {
    #[test]
    fn どんな言葉で探しても落ちない(line in "\\PC{0,40}") {
        if let Ok(query) = Query::parse(&line) {
            let _ = index(&TOWN).search(&query);
        }
    }

    /// Whatever the spaces, widths and kana, a resident is found by the name the extract has.
    #[test]
    fn 書かれているとおりに探せば必ず見つかる(name in "[一-龠々〆ヵヶぁ-んァ-ヶ]{2,6}", at in 1usize..5) {
        let cut = name.char_indices().nth(at.min(name.chars().count() - 1)).unwrap().0;
        let (family, given) = name.split_at(cut);
        let row = format!("1001,,,{family}　{given},,,,,,,,,,,,,");
        let query = Query { name: Some(format!("{family} {given}")), ..Query::default() };
        prop_assert_eq!(index(&[&row]).search(&query.checked().unwrap()).hits.len(), 1);
    }
}
