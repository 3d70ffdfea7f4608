//! 住所: split, normalised and compared, over the ways of writing of the whole country. Every address is made up.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly; the lint sees only `#[test]` functions, not their helpers"
)]

use std::sync::LazyLock;

use madoka_text::{Address, AddressParts, Gazetteer, SamePlace, TextError};
use proptest::prelude::*;

fn gazetteer() -> &'static Gazetteer {
    static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
        Gazetteer::nation().with([("架空県", "みなと野市"), ("架空県", "浜北町"), ("架空県", "四日町市")])
    });
    &GAZETTEER
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn split(text: &str) -> AddressParts {
    gazetteer().split(&address(text))
}

/// Prefecture | county | municipality | ward | street | town | 丁目 | block | building | room
fn row(parts: &AddressParts) -> String {
    [
        parts.prefecture(),
        parts.county(),
        parts.municipality(),
        parts.ward(),
        parts.street(),
        Some(parts.town()),
        parts.chome(),
        Some(parts.block().as_str()),
        parts.building(),
        parts.room(),
    ]
    .map(|part| part.unwrap_or_default().to_owned())
    .join("|")
}

/// As given; parts; normalised.
const CASES: &[(&str, &str, &str)] = &[
    // 住居表示
    ("架空県みなと野市港町一丁目２番３号", "架空県||みなと野市|||港町|1|2-3||", "架空県みなと野市港町1-2-3"),
    ("架空県みなと野市港町1丁目2番3号", "架空県||みなと野市|||港町|1|2-3||", "架空県みなと野市港町1-2-3"),
    ("架空県みなと野市港町１−２−３", "架空県||みなと野市|||港町||1-2-3||", "架空県みなと野市港町1-2-3"),
    ("架空県みなと野市港町1ー2ー3", "架空県||みなと野市|||港町||1-2-3||", "架空県みなと野市港町1-2-3"),
    ("架空県みなと野市港町１‐２―３", "架空県||みなと野市|||港町||1-2-3||", "架空県みなと野市港町1-2-3"),
    ("みなと野市港町1の2の3", "架空県||みなと野市|||港町||1-2-3||", "架空県みなと野市港町1-2-3"),
    ("みなと野市港町一－二－三", "架空県||みなと野市|||港町||1-2-3||", "架空県みなと野市港町1-2-3"),
    (
        "〒999-0123 架空県 みなと野市 港町 1-2-3",
        "架空県||みなと野市|||港町||1-2-3||",
        "架空県みなと野市港町1-2-3",
    ),
    ("架空県みなと野市二番町三番四号", "架空県||みなと野市|||二番町||3-4||", "架空県みなと野市二番町3-4"),
    ("架空県みなと野市港町二丁目3番", "架空県||みなと野市|||港町|2|3||", "架空県みなと野市港町2-3"),
    ("架空県みなと野市港町十二丁目", "架空県||みなと野市|||港町|12|||", "架空県みなと野市港町12"),
    ("架空県みなと野市港町1丁2番3号", "架空県||みなと野市|||港町|1|2-3||", "架空県みなと野市港町1-2-3"),
    // 建物と部屋
    (
        "架空県みなと野市港町1-2-3　みなとハイツ１０１号室",
        "架空県||みなと野市|||港町||1-2-3|みなとハイツ|101",
        "架空県みなと野市港町1-2-3 みなとハイツ 101",
    ),
    (
        "架空県みなと野市港町一丁目2番3号ﾐﾅﾄﾊｲﾂA-102",
        "架空県||みなと野市|||港町|1|2-3|ミナトハイツ|A-102",
        "架空県みなと野市港町1-2-3 ミナトハイツ A-102",
    ),
    (
        "架空県みなと野市港町1-2-3-405",
        "架空県||みなと野市|||港町||1-2-3||405",
        "架空県みなと野市港町1-2-3 405",
    ),
    (
        "架空県みなと野市港町1丁目2-3-405",
        "架空県||みなと野市|||港町|1|2-3||405",
        "架空県みなと野市港町1-2-3 405",
    ),
    (
        "架空県みなと野市港町1丁目2番3-405号",
        "架空県||みなと野市|||港町|1|2-3||405",
        "架空県みなと野市港町1-2-3 405",
    ),
    (
        "架空県みなと野市港町1-2-3 コーポ港野ー２０５",
        "架空県||みなと野市|||港町||1-2-3|コーポ港野|205",
        "架空県みなと野市港町1-2-3 コーポ港野 205",
    ),
    (
        "架空県みなと野市港町1-2 港野団地3号棟205号",
        "架空県||みなと野市|||港町||1-2|港野団地3号棟|205",
        "架空県みなと野市港町1-2 港野団地3号棟 205",
    ),
    (
        "架空県みなと野市港町1-2 港野様方",
        "架空県||みなと野市|||港町||1-2|港野様方|",
        "架空県みなと野市港町1-2 港野様方",
    ),
    (
        "架空県みなと野市港町1-2-3みなとビル4階",
        "架空県||みなと野市|||港町||1-2-3|みなとビル4階|",
        "架空県みなと野市港町1-2-3 みなとビル4階",
    ),
    // 地番: 大字・字・小字・甲乙丙・イロハ・無番地
    (
        "架空県みなと野市大字港野字浜１２３番地４",
        "架空県||みなと野市|||大字港野字浜||123-4||",
        "架空県みなと野市大字港野字浜123-4",
    ),
    (
        "架空県みなと野市大字港野123番地の4",
        "架空県||みなと野市|||大字港野||123-4||",
        "架空県みなと野市大字港野123-4",
    ),
    ("架空県みなと野市港野一二三番地", "架空県||みなと野市|||港野||123||", "架空県みなと野市港野123"),
    ("架空県みなと野市港野百二十三番地四", "架空県||みなと野市|||港野||123-4||", "架空県みなと野市港野123-4"),
    (
        "架空県みなと野市港野甲１２３番地４",
        "架空県||みなと野市|||港野||甲123-4||",
        "架空県みなと野市港野甲123-4",
    ),
    ("架空県みなと野市港野乙の5番地", "架空県||みなと野市|||港野||乙5||", "架空県みなと野市港野乙5"),
    (
        "架空県みなと野市大字港野字甲12番地",
        "架空県||みなと野市|||大字港野字甲||12||",
        "架空県みなと野市大字港野字甲12",
    ),
    ("架空県みなと野市港野イ１２番地", "架空県||みなと野市|||港野||イ12||", "架空県みなと野市港野イ12"),
    (
        "架空県みなと野市港野ハ12番地ロ3",
        "架空県||みなと野市|||港野||ハ12-ロ3||",
        "架空県みなと野市港野ハ12-ロ3",
    ),
    (
        "架空県みなと野市港野字浜無番地",
        "架空県||みなと野市|||港野字浜||無番地||",
        "架空県みなと野市港野字浜無番地",
    ),
    ("架空県みなと野市港野番外地", "架空県||みなと野市|||港野||番外地||", "架空県みなと野市港野番外地"),
    ("架空県みなと野市港野123番地先", "架空県||みなと野市|||港野||123先||", "架空県みなと野市港野123先"),
    (
        "架空県みなと野市港野1丁目字浜12番地",
        "架空県||みなと野市|||港野1丁目字浜||12||",
        "架空県みなと野市港野1丁目字浜12",
    ),
    // 地割（岩手）
    (
        "岩手県岩手郡岩手町大字港野第１地割２３番地４",
        "岩手県|岩手郡|岩手町|||大字港野第1地割||23-4||",
        "岩手県岩手郡岩手町大字港野第1地割23-4",
    ),
    (
        "岩手県九戸郡洋野町港野第三地割5番地",
        "岩手県|九戸郡|洋野町|||港野第3地割||5||",
        "岩手県九戸郡洋野町港野第3地割5",
    ),
    // 島と村
    ("東京都三宅島三宅村港12番地", "東京都|三宅島|三宅村|||港||12||", "東京都三宅島三宅村港12"),
    ("東京都八丈島八丈町港12", "東京都|八丈島|八丈町|||港||12||", "東京都八丈島八丈町港12"),
    ("東京都神津島村12番地", "東京都||神津島村|||||12||", "東京都神津島村12"),
    ("東京都大島町港1丁目2番3号", "東京都||大島町|||港|1|2-3||", "東京都大島町港1-2-3"),
    // 北海道の条・丁目・線
    (
        "北海道札幌市中央区北３条西２丁目５番地",
        "北海道||札幌市|中央区||北3条西|2|5||",
        "北海道札幌市中央区北3条西2-5",
    ),
    (
        "札幌市中央区北三条西二丁目5-6",
        "北海道||札幌市|中央区||北3条西|2|5-6||",
        "北海道札幌市中央区北3条西2-5-6",
    ),
    ("北海道旭川市1条通9丁目10番地", "北海道||旭川市|||1条通|9|10||", "北海道旭川市1条通9-10"),
    ("北海道石狩郡当別町16線北5番地", "北海道|石狩郡|当別町|||16線北||5||", "北海道石狩郡当別町16線北5"),
    // 京都の通り名
    (
        "京都府京都市中京区港野通四条上る三条町380番地",
        "京都府||京都市|中京区|港野通四条上る|三条町||380||",
        "京都府京都市中京区港野通四条上る三条町380",
    ),
    (
        "京都市下京区港野通五条下ル東入ル浜町12-3",
        "京都府||京都市|下京区|港野通五条下る東入る|浜町||12-3||",
        "京都府京都市下京区港野通五条下る東入る浜町12-3",
    ),
    (
        "京都府京都市上京区港野通浜西入 港町45",
        "京都府||京都市|上京区|港野通浜西入|港町||45||",
        "京都府京都市上京区港野通浜西入港町45",
    ),
    // 名に「市」「町」「村」「郡」を含む市区町村
    ("三重県四日市市港町1-2", "三重県||四日市市|||港町||1-2||", "三重県四日市市港町1-2"),
    ("広島県廿日市市港町1-2", "広島県||廿日市市|||港町||1-2||", "広島県廿日市市港町1-2"),
    ("野々市市港町1-2", "石川県||野々市市|||港町||1-2||", "石川県野々市市港町1-2"),
    ("市川市市川1-2-3", "千葉県||市川市|||市川||1-2-3||", "千葉県市川市市川1-2-3"),
    ("千葉県市原市港町1", "千葉県||市原市|||港町||1||", "千葉県市原市港町1"),
    ("北海道余市郡余市町港町5", "北海道|余市郡|余市町|||港町||5||", "北海道余市郡余市町港町5"),
    ("郡山市港町1-2", "福島県||郡山市|||港町||1-2||", "福島県郡山市港町1-2"),
    ("大和郡山市港町1-2", "奈良県||大和郡山市|||港町||1-2||", "奈良県大和郡山市港町1-2"),
    ("岐阜県郡上市八幡町港1", "岐阜県||郡上市|||八幡町港||1||", "岐阜県郡上市八幡町港1"),
    ("愛知県蒲郡市港町1", "愛知県||蒲郡市|||港町||1||", "愛知県蒲郡市港町1"),
    ("兵庫県赤穂郡上郡町港1", "兵庫県|赤穂郡|上郡町|||港||1||", "兵庫県赤穂郡上郡町港1"),
    ("佐賀県杵島郡大町町港1", "佐賀県|杵島郡|大町町|||港||1||", "佐賀県杵島郡大町町港1"),
    ("東京都町田市町田9-8-7", "東京都||町田市|||町田||9-8-7||", "東京都町田市町田9-8-7"),
    ("群馬県佐波郡玉村町港1", "群馬県|佐波郡|玉村町|||港||1||", "群馬県佐波郡玉村町港1"),
    ("武蔵村山市港町1-2", "東京都||武蔵村山市|||港町||1-2||", "東京都武蔵村山市港町1-2"),
    ("新潟県十日町市港1", "新潟県||十日町市|||港||1||", "新潟県十日町市港1"),
    ("架空県四日町市港1", "架空県||四日町市|||港||1||", "架空県四日町市港1"),
    // 同じ名の市・区
    ("府中市港町1-2", "||府中市|||港町||1-2||", "府中市港町1-2"),
    ("東京都府中市港町1-2", "東京都||府中市|||港町||1-2||", "東京都府中市港町1-2"),
    ("東京都港区港町1-2-3", "東京都||港区|||港町||1-2-3||", "東京都港区港町1-2-3"),
    ("大阪府大阪市港区港町1-2-3", "大阪府||大阪市|港区||港町||1-2-3||", "大阪府大阪市港区港町1-2-3"),
    ("静岡県浜松市浜名区港町12", "静岡県||浜松市|浜名区||港町||12||", "静岡県浜松市浜名区港町12"),
    ("静岡県浜松市中区港町12", "静岡県||浜松市|中区||港町||12||", "静岡県浜松市中区港町12"),
    // 字形・仮名のゆれ
    ("茅ケ崎市港町1", "神奈川県||茅ヶ崎市|||港町||1||", "神奈川県茅ヶ崎市港町1"),
    ("奈良県葛󠄀城市港町1", "奈良県||葛城市|||港町||1||", "奈良県葛城市港町1"),
    ("東京都葛飾区四つ木9-9-9", "東京都||葛飾区|||四つ木||9-9-9||", "東京都葛飾区四つ木9-9-9"),
    ("宮城県塩釜市港町1", "宮城県||塩竈市|||港町||1||", "宮城県塩竈市港町1"),
    // 表にない市町村
    ("埼玉県浦和市港町1-2-3", "埼玉県||浦和市|||港町||1-2-3||", "埼玉県浦和市港町1-2-3"),
    ("幻想県浜郡潮村大字港1番地", "幻想県|浜郡|潮村|||大字港||1||", "幻想県浜郡潮村大字港1"),
    // 町から始まる
    ("港町1-2-3", "|||||港町||1-2-3||", "港町1-2-3"),
    ("池田町1-2", "|||||池田町||1-2||", "池田町1-2"),
    ("三田五丁目六本木", "|||||三田|5||六本木|", "三田5 六本木"),
];

#[test]
fn いろいろな書き方の住所が部分に分かれて一つの書き方になる() {
    let gazetteer = gazetteer();
    let mut wrong = Vec::new();
    for (given, parts, normal) in CASES {
        let found = row(&split(given));
        if found != *parts {
            wrong.push(format!("{given}\n  wanted {parts}\n  found  {found}"));
        }
        let normalised = gazetteer.normalise(&address(given));
        if normalised != *normal {
            wrong.push(format!("{given}\n  wanted {normal}\n  found  {normalised}"));
        }
        assert_eq!(gazetteer.normalise(&address(&normalised)), normalised);
        assert_eq!(address(given).as_str(), *given, "the original stays");
        assert_eq!(gazetteer.same_place(&address(given), &address(&normalised)), SamePlace::Same, "{given}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(CASES.len() > 60);
}

#[test]
fn 券面と登録の書き方が違っても同じ場所とわかる() {
    for (chip, register, expected) in [
        ("架空県みなと野市港町一丁目2番3号", "みなと野市港町１－２－３", SamePlace::Same),
        ("架空県みなと野市港町1丁目2番3号 みなとハイツ101号", "みなと野市港町1-2-3-101", SamePlace::Same),
        (
            "架空県みなと野市港町1-2-3 みなとハイツ101",
            "架空県みなと野市港町1-2-3 みなとハイツ102",
            SamePlace::SameBlock,
        ),
        ("架空県みなと野市港町1-2-3 みなとハイツ101", "架空県みなと野市港町1-2-3", SamePlace::SameBlock),
        ("架空県みなと野市港町1-2-3 港野荘", "架空県みなと野市港町1-2-3 浜野荘", SamePlace::SameBlock),
        ("架空県みなと野市大字港野字浜123番地4", "みなと野市港野浜123-4", SamePlace::Same),
        ("架空県みなと野市港ヶ丘1", "みなと野市港ケ丘1番地", SamePlace::Same),
        ("架空県みなと野市ヶ浜の沢1", "みなと野市ヶ濱ノ澤1", SamePlace::Same),
        ("架空県みなと野市港町1-2-3", "架空県みなと野市港町1-2-4", SamePlace::Different),
        ("架空県みなと野市港町1-2-3", "架空県みなと野市浜町1-2-3", SamePlace::Different),
        ("東京都府中市港町1", "広島県府中市港町1", SamePlace::Different),
        ("府中市港町1", "広島県府中市港町1", SamePlace::Same),
        ("札幌市北区港1", "札幌市東区港1", SamePlace::Different),
        ("京都市中京区港野通四条上る三条町380", "京都府京都市中京区三条町380番地", SamePlace::Same),
        ("岩手県盛岡市港野第14地割37番地2", "盛岡市港野14地割37-2", SamePlace::Same),
        ("みなと野市港野甲12", "みなと野市港野乙12", SamePlace::Different),
        ("みなと野市港野1234-5-101", "みなと野市港野1234番地5 みなとハイツ101号室", SamePlace::Same),
    ] {
        let (chip, register) = (address(chip), address(register));
        assert_eq!(
            gazetteer().same_place(&chip, &register),
            expected,
            "{} / {}",
            chip.as_str(),
            register.as_str()
        );
        assert_eq!(gazetteer().same_place(&register, &chip), expected);
    }
}

#[test]
fn 住所でないものは断り原文は一字も変えない() {
    assert_eq!("".parse::<Address>(), Err(TextError::AddressEmpty));
    assert_eq!("　".parse::<Address>(), Err(TextError::AddressEmpty));
    assert_eq!("港町\u{0}1".parse::<Address>(), Err(TextError::AddressNotText { position: 3 }));
    assert_eq!("港".repeat(301).parse::<Address>(), Err(TextError::AddressTooLong { limit: 300 }));
    let given = "架空県みなと野市港町１－２\n葛󠄀ハイツ　１０１";
    assert_eq!(address(given).as_str(), given);
    assert_eq!(
        serde_json::from_str::<Address>(&serde_json::to_string(&address(given)).unwrap()).unwrap().as_str(),
        given
    );
    let debug = format!("{:?} {:?}", address(given), split(given));
    assert!(!debug.contains('港') && !debug.contains('１'), "{debug}");
}

fn written_address() -> impl Strategy<Value = String> {
    let head = prop_oneof![
        Just(String::new()),
        Just("架空県みなと野市".to_owned()),
        Just("北海道札幌市中央区".to_owned()),
        Just("京都府京都市中京区".to_owned()),
        Just("郡山市".to_owned()),
    ];
    let piece = prop_oneof![
        4 => "[0-9０-９]{1,4}",
        2 => "[一二三四五六七八九十百〇]{1,3}",
        4 => prop::sample::select(vec![
            "丁目", "番地", "番", "号", "-", "－", "ー", "の", "ノ", " ", "　", "字", "大字", "甲", "イ", "ハ", "条", "地割", "第", "町", "港",
            "ハイツ", "A", "F", "階", "号室", "棟", "無番地", "先", "上る", "西入ル", "丁", "線", "区", "室",
        ]).prop_map(str::to_owned),
        1 => "\\PC{1,3}",
    ];
    (head, prop::collection::vec(piece, 0..12)).prop_map(|(head, pieces)| head + &pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn 正規化は二度かけても同じでどんな文字列でも落ちない(text in prop_oneof![written_address(), "\\PC{0,40}"]) {
        if let Ok(given) = text.parse::<Address>() {
            let gazetteer = Gazetteer::nation();
            let normal = gazetteer.normalise(&given);
            if let Ok(again) = normal.parse::<Address>() {
                prop_assert_eq!(gazetteer.normalise(&again), normal);
            }
            prop_assert_eq!(gazetteer.same_place(&given, &given), SamePlace::Same);
        }
    }
}

proptest! {
    #[test]
    fn 途中で切れた住所でも落ちない(case in 0..CASES.len(), cut in 0_usize..40) {
        let cut: String = CASES[case].0.chars().take(cut).collect();
        if let Ok(given) = cut.parse::<Address>() {
            let normal = gazetteer().normalise(&given);
            prop_assert_eq!(gazetteer().same_place(&given, &given), SamePlace::Same);
            if let Ok(again) = normal.parse::<Address>() {
                prop_assert_eq!(gazetteer().normalise(&again), normal);
            }
        }
    }

    #[test]
    fn 同じ場所かどうかはどちらから見ても同じ(a in written_address(), b in written_address()) {
        if let (Ok(a), Ok(b)) = (a.parse::<Address>(), b.parse::<Address>()) {
            prop_assert_eq!(gazetteer().same_place(&a, &b), gazetteer().same_place(&b, &a));
        }
    }

    #[test]
    fn 丁目番地の書き方は互いに同じ場所(chome in 1_u32..40, ban in 1_u32..999, go in 1_u32..99) {
        let kanji = madoka_text::number_to_kanji(chome);
        let wide = madoka_text::to_full_width(&format!("{chome}-{ban}-{go}"));
        let written = [
            format!("架空県みなと野市港町{kanji}丁目{ban}番{go}号"),
            format!("みなと野市港町{chome}丁目{ban}-{go}"),
            format!("架空県みなと野市港町{wide}"),
            format!("架空県みなと野市港町{chome}ー{ban}―{go}"),
            format!("架空県みなと野市 港町{chome}の{ban}の{go}"),
        ];
        for text in &written {
            prop_assert_eq!(gazetteer().normalise(&address(text)), format!("架空県みなと野市港町{chome}-{ban}-{go}"));
        }
    }
}
