//! 項目: what can be edited of each kind of entry, and what it is called.

use super::section::Section;

/// One thing to edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The key in the file, with dots.
    pub key: &'static str,
    pub label: &'static str,
    pub kind: FieldKind,
}

/// How it is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// In several languages.
    Text,
    /// One line for staff.
    Line,
    Condition,
    Number,
    Flag,
    Day,
    /// Words or ids.
    List,
    /// One of these.
    Word(&'static [(&'static str, &'static str)]),
    /// One of these numbers.
    Level(&'static [(i64, &'static str)]),
}

const fn field(key: &'static str, label: &'static str, kind: FieldKind) -> Field {
    Field { key, label, kind }
}

const KINDS: FieldKind = FieldKind::Word(&[
    ("notify", "届出"),
    ("apply", "申請"),
    ("claim", "請求"),
    ("return", "返却"),
    ("guide", "案内"),
]);
const LEVELS: FieldKind = FieldKind::Level(&[
    (1, "1 案内する"),
    (2, "2 対象者を見つける"),
    (3, "3 書類を作る"),
    (4, "4 受け付ける"),
    (5, "5 交付する"),
    (6, "6 相談を受ける"),
]);
const SCOPES: FieldKind = FieldKind::Word(&[("case", "案件に1つ"), ("household", "世帯員ごと")]);
const WHEN_UNKNOWN: FieldKind =
    FieldKind::Word(&[("confirm", "要確認にする"), ("guide", "念のため案内する")]);
const DEADLINES: FieldKind =
    FieldKind::Word(&[("legal", "法定の期限"), ("claim", "請求できる期限"), ("advice", "目安")]);
const UNITS: FieldKind = FieldKind::Word(&[("day", "日"), ("month", "か月"), ("year", "年")]);
const FIRST_DAYS: FieldKind =
    FieldKind::Word(&[("included", "起算日を数える"), ("excluded", "起算日の翌日から数える")]);
const SOURCES: FieldKind = FieldKind::Word(&[
    ("ask", "住民に聞く"),
    ("card", "カード・書類から"),
    ("register", "住民記録などから"),
    ("system", "自動"),
]);
const OFFICE_KINDS: FieldKind =
    FieldKind::Word(&[("city", "市役所"), ("corner", "市役所（書かない窓口）"), ("outside", "市役所の外")]);

const CHECKS: FieldKind = FieldKind::Word(&[
    ("identity", "本人確認"),
    ("see", "見る書類"),
    ("hand_over", "お渡しするもの"),
    ("other", "そのほかの確認"),
]);

const PROCEDURE: &[Field] = &[
    field("name", "手続の名前", FieldKind::Text),
    field("when", "必要になる条件", FieldKind::Condition),
    field("office", "窓口・課", FieldKind::Line),
    field("kind", "種類", KINDS),
    field("level", "対応レベル", LEVELS),
    field("scope", "判定の単位", SCOPES),
    field("when_unknown", "わからないとき", WHEN_UNKNOWN),
    field("events", "ライフイベント", FieldKind::List),
    field("law", "根拠法令", FieldKind::List),
    field("bring", "持ち物", FieldKind::List),
    field("forms", "様式", FieldKind::List),
    field("fee", "手数料（円）", FieldKind::Number),
    field("note.staff", "職員向けの文", FieldKind::Text),
    field("note.resident", "住民向けの文", FieldKind::Text),
    field("deadline.text", "期限の文", FieldKind::Text),
    field("deadline.kind", "期限の種類", DEADLINES),
    field("deadline.amount", "期限の数", FieldKind::Number),
    field("deadline.unit", "期限の単位", UNITS),
    field("deadline.anchor", "起算日", FieldKind::Line),
    field("deadline.first_day", "初日", FIRST_DAYS),
    field("deadline.roll", "閉庁日なら次の開庁日へ", FieldKind::Flag),
    field("effective.from", "有効期間の初日", FieldKind::Day),
    field("effective.to", "有効期間の末日", FieldKind::Day),
    field("uncertain", "未確認の点", FieldKind::Line),
    field("review_by", "見直しの期日", FieldKind::Day),
];

const QUESTION: &[Field] = &[
    field("ask", "質問の文", FieldKind::Text),
    field("help", "補足", FieldKind::Text),
    field("ask_if", "聞く条件", FieldKind::Condition),
    field("screen", "話題", FieldKind::Line),
    field("order", "話題の中の順", FieldKind::Number),
    field("events", "ライフイベント", FieldKind::List),
    field("resolve", "わからないときの確かめ先", FieldKind::Line),
    field("source", "どこから埋めるか", SOURCES),
    field("delicate", "声に出さずに聞く", FieldKind::Flag),
    field("unknown", "「わからない」と答えられる", FieldKind::Flag),
    field("effective.from", "有効期間の初日", FieldKind::Day),
    field("effective.to", "有効期間の末日", FieldKind::Day),
];

const FACT: &[Field] = &[
    field("label", "呼び名", FieldKind::Text),
    field("derived", "自動で決まる条件", FieldKind::Condition),
    field("min", "最小", FieldKind::Number),
    field("max", "最大", FieldKind::Number),
    field("unit", "単位", FieldKind::Line),
    field("sensitive", "注意して扱う", FieldKind::Flag),
    field("note", "監督者のメモ", FieldKind::Line),
];

const CONDITION: &[Field] =
    &[field("name", "条件の名前", FieldKind::Line), field("when", "条件", FieldKind::Condition)];

const ITEM: &[Field] =
    &[field("name", "持ち物の名前", FieldKind::Text), field("note", "補足", FieldKind::Text)];

const CHECK: &[Field] = &[
    field("name", "確認すること", FieldKind::Text),
    field("kind", "種類", CHECKS),
    field("procedures", "この手続で", FieldKind::List),
    field("offices", "この窓口・課のすべての手続で", FieldKind::List),
];

const OFFICE: &[Field] = &[
    field("name", "窓口・課の名前", FieldKind::Text),
    field("kind", "場所", OFFICE_KINDS),
    field("floor", "階", FieldKind::Line),
    field("window", "窓口の番号", FieldKind::Line),
    field("phone", "電話", FieldKind::Line),
    field("place", "行き方", FieldKind::Text),
];

const SCREEN: &[Field] =
    &[field("title", "話題の名前", FieldKind::Text), field("order", "順", FieldKind::Number)];

const SCENARIO: &[Field] = &[
    field("title", "場面", FieldKind::Line),
    field("on", "来庁日", FieldKind::Day),
    field("needed", "必要になるはずの手続", FieldKind::List),
    field("not_needed", "不要のはずの手続", FieldKind::List),
    field("to_confirm", "要確認になるはずの手続", FieldKind::List),
    field("complete", "必要・要確認はこれで全部", FieldKind::Flag),
];

pub(super) const fn of(section: Section) -> &'static [Field] {
    match section {
        Section::Procedure => PROCEDURE,
        Section::Question => QUESTION,
        Section::Fact => FACT,
        Section::Condition => CONDITION,
        Section::Item => ITEM,
        Section::Check => CHECK,
        Section::Office => OFFICE,
        Section::Screen => SCREEN,
        Section::Scenario => SCENARIO,
    }
}
