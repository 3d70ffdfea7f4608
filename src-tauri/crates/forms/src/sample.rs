//! 見本の値: facts of every length, so that a supervisor sees on the real page what does not fit before a resident does.
//!
//! Whom they speak of is nobody: みなと野市 and its people do not exist.

use std::collections::BTreeSet;

use madoka_facts::{
    DeclaredPath, FactKind, FactPath, Facts, Household, Source, Statement, Value, Vocabulary,
};

use madoka_template::{Field, Form, Kind, Piece, Reference, Source as Bound};

/// 見本の長さ
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Length {
    Shortest,
    Typical,
    Longest,
    /// Glyphs that few fonts have: 異体字, letters beyond the basic plane.
    Rarest,
}

/// More members than most papers have rows for.
const MANY: u16 = 12;

/// Facts for everything the form is bound to.
pub fn facts(form: &Form, words: &Vocabulary, length: Length) -> Facts {
    let mut facts = Facts::default();
    facts.set_household(Household::Complete);
    let members = match length {
        Length::Shortest => 1,
        Length::Typical | Length::Rarest => 3,
        Length::Longest => MANY,
    };
    let mut own: Vec<u16> = Vec::new();
    for _ in 0..members {
        own.extend(facts.add_member());
    }
    let mut wanted: BTreeSet<FactPath> = BTreeSet::new();
    for reference in form.fields.iter().flat_map(references) {
        match reference {
            Reference::Fact(path) => {
                wanted.insert(path);
            }
            Reference::Member(attribute) => {
                wanted.extend(own.iter().map(|member| FactPath::Member(*member, attribute.clone())));
            }
            Reference::Word(_) => {}
        }
    }
    for path in wanted {
        let Some(declaration) = words.declaration(&path.declared()) else { continue };
        let Some(value) = value(&path, &declaration.kind, length) else { continue };
        // A fact the paper wants and the pack does not admit is the check's to say.
        let _refused = facts.state(words, path, Statement::known(value, Source::Staff));
    }
    facts
}

/// A form without its conditions: every field of it is tried.
#[must_use]
pub fn unconditional(mut form: Form) -> Form {
    for field in &mut form.fields {
        free(field);
    }
    form
}

fn free(field: &mut Field) {
    if !matches!(field.kind, Kind::Mark(_)) {
        field.when = None;
    }
    if let Kind::Rows(rows) = &mut field.kind {
        rows.filter = None;
        for column in &mut rows.columns {
            free(column);
        }
    }
}

fn references(field: &Field) -> Vec<Reference> {
    let mut out: Vec<Reference> = match &field.source {
        Bound::Nothing => Vec::new(),
        // The first that is known is taken: the others are never seen.
        Bound::FirstOf(all) => all.first().cloned().into_iter().collect(),
        Bound::Words(pieces) => pieces
            .iter()
            .filter_map(
                |piece| if let Piece::Value(reference, _) = piece { Some(reference.clone()) } else { None },
            )
            .collect(),
    };
    // A mark is seen where its condition holds; a bool alone can be made to.
    if let (Kind::Mark(_), Some(when)) = (&field.kind, &field.when) {
        when.visit(&mut |part| {
            if let madoka_rules::Condition::Test(test) = part {
                out.extend(test.paths().map(|path| match path {
                    DeclaredPath::EachMember(attribute) => Reference::Member(attribute.clone()),
                    path => Reference::Fact(path.of_member(0)),
                }));
            }
        });
    }
    if let Kind::Rows(rows) = &field.kind {
        out.extend(rows.columns.iter().flat_map(references));
    }
    out
}

fn value(path: &FactPath, kind: &FactKind, length: Length) -> Option<Value> {
    let long = matches!(length, Length::Longest | Length::Rarest);
    Some(match kind {
        FactKind::Bool => Value::Bool(true),
        FactKind::Choice(choices) => {
            let by_label = |one: &&madoka_facts::Choice| one.label.chars().count();
            let choice = match length {
                Length::Shortest => choices.iter().min_by_key(by_label),
                Length::Typical => choices.first(),
                _ => choices.iter().max_by_key(by_label),
            };
            Value::Choice(choice?.id.clone())
        }
        FactKind::Choices(choices) => {
            // 「どれも」 and its like stand alone.
            let some = if long { choices.len() } else { 1 };
            let together = choices.iter().filter(|choice| !choice.alone);
            Value::Choices(together.take(some).map(|choice| choice.id.clone()).collect())
        }
        FactKind::Number { min, max } => Value::Number(match length {
            Length::Shortest => *min,
            Length::Typical => 12_345.clamp(*min, *max),
            _ => (*max).min(99_999_999),
        }),
        FactKind::Date => Value::parse_date(match length {
            Length::Shortest => "2026-01-01",
            Length::Typical => "1966-03-05",
            _ => "1988-12-28",
        })
        .ok()?,
        FactKind::Text => Value::Text(text(path, length).to_owned()),
        FactKind::Household => return None,
    })
}

/// As written on papers: shortest, typical, longest, rarest.
type Four = [&'static str; 4];

const TEXTS: [(&str, Four); 15] = [
    ("name", ["林　一", "港野　太郎", "勅使河原長宗我部　源左衛門之介一太郎", "渡邉󠄂　𠮷󠄀之助󠄁"]),
    (
        "name_kana",
        [
            "ハヤシ　イチ",
            "ミナトノ　タロウ",
            "テシガワラチョウソカベ　ゲンザエモンノスケイチタロウ",
            "ワタナベ　ヨシノスケ",
        ],
    ),
    ("former_name", ["林", "山手", "勅使河原長宗我部", "𠮷󠄀髙"]),
    (
        "common_name",
        ["林　一", "港野　花子", "アレクサンドリーナ　マクシミリアノヴァ　サンチェス", "髙﨑　𠮷󠄀子"],
    ),
    ("postal_code", ["999-0001", "999-0001", "999-0001", "999-0001"]),
    (
        "address",
        [
            "架空県みなと野市港町1",
            "架空県みなと野市港町一丁目２番３号　メゾン港３０１号室",
            "架空県みなと野市大字中央北上之庄字西之内一丁目２３４５番地の６７　グランドハイツみなと野中央公園南　第二棟　１２０３号室",
            "架空県みなと野市葛󠄀城町一丁目２番３号　メゾン辻󠄀３０１号室",
        ],
    ),
    (
        "domicile",
        [
            "架空県みなと野市港町1",
            "架空県みなと野市港町一丁目２番",
            "架空県みなと野市大字中央北上之庄字西之内一丁目２３４５番地の６７",
            "架空県みなと野市葛󠄀城町一丁目２番",
        ],
    ),
    ("phone", ["0990-1-2345", "0990-12-3456", "090-0000-1234", "090-0000-1234"]),
    ("relation", ["妻", "長男", "子の配偶者の父", "叔󠄁父"]),
    ("nationality", ["日本", "ブラジル", "ボリビア多民族国", "日本"]),
    ("bank.name", ["架空銀行", "みなと野信用金庫", "みなと野ひがし農業協同組合連合会", "葛󠄀城信用金庫"]),
    ("bank.branch", ["本店", "港町支店", "みなと野中央公園南出張所", "辻󠄀支店"]),
    ("bank.number", ["0000001", "0012345", "9999999", "1234567"]),
    (
        "bank.holder",
        [
            "ハヤシ　イチ",
            "ミナトノ　タロウ",
            "テシガワラチョウソカベ　ゲンザエモンノスケイチタロウ",
            "ワタナベ　ヨシノスケ",
        ],
    ),
    ("bank.kind", ["普通", "普通", "普通", "普通"]),
];

/// Everything else a city asks for in words.
const OTHER: Four = ["あ", "みなと野中央", "みなと野市立中央北ひがし小学校（特別支援学級）", "葛󠄀城𠮷󠄀町"];

fn text(path: &FactPath, length: Length) -> &'static str {
    let attribute = path.to_string();
    let attribute = attribute.split_once('.').map_or(attribute.as_str(), |(_, attribute)| attribute);
    let four = TEXTS.iter().find(|(known, _)| *known == attribute).map_or(OTHER, |(_, four)| *four);
    let [shortest, typical, longest, rarest] = four;
    match length {
        Length::Shortest => shortest,
        Length::Typical => typical,
        Length::Longest => longest,
        Length::Rarest => rarest,
    }
}
