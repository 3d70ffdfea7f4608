//! A reading as the 読取 screen shows it: an officer's words for fields and values, and which fact a field becomes.

use jiff::civil::Date;
use madoka_ocr::{FieldReading, Hint, Reading};
use madoka_text::BirthDate;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;
use zeroize::Zeroize;

use super::Document;
use crate::cards::data_url;

/// One document as read, for the officer to confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PictureShown {
    /// Which reading this is; what is confirmed of an older one is refused.
    pub turn: u32,
    /// The kind, when it was recognised or chosen.
    pub kind: Option<String>,
    pub label: String,
    /// What made the picture poor, each with how to take it again.
    pub problems: Vec<String>,
    pub fields: Vec<FieldShown>,
    /// Every document of the picture, this one among them.
    pub documents: Vec<DocumentRow>,
    /// Which of them this is, from 0.
    pub at: u32,
    /// 照合番号B proposed from the face of a My Number card, for the officer to compare and send.
    pub match_code_b: Option<String>,
    pub millis: u32,
}

/// One of the documents of a picture, to be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct DocumentRow {
    /// Empty where the kind is not known.
    pub label: String,
    /// The page it is on, from 1.
    pub page: u32,
    /// Its fields were taken in.
    pub taken: bool,
}

/// One field with its crop.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FieldShown {
    pub id: String,
    pub label: String,
    /// Whom it is about, in a household's table (from 0).
    pub member: Option<u16>,
    /// As an officer writes it: 昭和16年2月3日, 男.
    pub value: String,
    /// May be taken with one key for all of its kind; names never may.
    pub sure: bool,
    /// Becomes a fact when confirmed; the others are only for comparing.
    pub taken: bool,
    pub alternatives: Vec<String>,
    /// Who put the value forward, where it is not what was read; that stands first among the alternatives.
    pub hint: Option<HintMark>,
    pub glyphs: Vec<GlyphShown>,
    /// `data:image/png;base64,…`
    pub crop: String,
}

/// What put a value forward that was read otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum HintMark {
    /// 台帳
    Register,
    /// 町名の一覧
    Towns,
}

impl From<Hint> for HintMark {
    fn from(hint: Hint) -> Self {
        match hint {
            Hint::Register => Self::Register,
            Hint::Towns => Self::Towns,
        }
    }
}

/// A glyph of a name that may have another shape.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct GlyphShown {
    /// Which glyph of the value, from 0, spaces counted.
    pub index: u32,
    /// What was read, then the others it may be.
    pub candidates: Vec<String>,
}

impl std::fmt::Debug for FieldShown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FieldShown({})", self.id)
    }
}

impl std::fmt::Debug for GlyphShown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GlyphShown(…)")
    }
}

impl Drop for FieldShown {
    fn drop(&mut self) {
        self.crop.zeroize();
        self.value.zeroize();
    }
}

/// The document at this place among all of its picture.
pub(super) fn picture(documents: &[Document], at: usize, turn: u32) -> Option<PictureShown> {
    let reading = &documents.get(at)?.reading;
    let label = |reading: &Reading| reading.kind.map_or_else(String::new, |kind| kind.label.clone());
    let row = |document: &Document| DocumentRow {
        label: label(&document.reading),
        page: u32::try_from(document.reading.spot.page).unwrap_or(1),
        taken: document.taken,
    };
    Some(PictureShown {
        turn,
        kind: reading.kind.map(|kind| kind.id.clone()),
        label: label(reading),
        problems: reading.problems.iter().map(|problem| problem.advice().to_owned()).collect(),
        fields: reading.fields.iter().map(field_shown).collect(),
        documents: documents.iter().map(row).collect(),
        at: u32::try_from(at).ok()?,
        match_code_b: reading.match_code_b().map(|code| code.as_str().to_owned()),
        millis: u32::try_from(reading.millis).unwrap_or(u32::MAX),
    })
}

fn field_shown(field: &FieldReading) -> FieldShown {
    let place = Place::of(&field.id);
    FieldShown {
        id: field.id.clone(),
        label: label(&field.id).to_owned(),
        member: match &place {
            Some(Place::Member(position, _)) => Some(*position),
            _ => member_of(&field.id),
        },
        value: as_written(&field.id, &field.value),
        sure: !field.confirm && !field.value.is_empty(),
        taken: place.is_some(),
        alternatives: field.alternatives.iter().map(|other| as_written(&field.id, other)).collect(),
        hint: field.hint.map(HintMark::from),
        glyphs: field
            .glyphs
            .iter()
            .filter_map(|glyph| {
                Some(GlyphShown {
                    index: u32::try_from(glyph.index).ok()?,
                    candidates: glyph.candidates.iter().map(char::to_string).collect(),
                })
            })
            .collect(),
        crop: data_url(&field.crop),
    }
}

/// Which fact a field becomes.
pub(super) enum Place {
    Person(&'static str),
    Member(u16, &'static str),
    Case(&'static str),
}

/// Of a person, as fields and facts both call them.
const PERSONAL: [&str; 8] =
    ["name", "name_kana", "birth_date", "sex", "address", "nationality", "relation", "domicile"];
/// Of the case, where a certificate of moving out tells them.
const OF_CASE: [(&str, &str); 5] = [
    ("move_date", "case.move_date"),
    ("new_address", "case.new_address"),
    ("old_address", "case.old_address"),
    ("new_head", "case.new_head"),
    ("old_head", "case.old_head"),
];

impl Place {
    pub(super) fn of(id: &str) -> Option<Self> {
        let personal = |id: &str| PERSONAL.into_iter().find(|known| *known == id);
        if let Some(position) = member_of(id) {
            return personal(id.rsplit('.').next()?).map(|attribute| Self::Member(position, attribute));
        }
        OF_CASE
            .into_iter()
            .find(|(field, _)| *field == id)
            .map(|(_, fact)| Self::Case(fact))
            .or_else(|| personal(id).map(Self::Person))
    }
}

fn member_of(id: &str) -> Option<u16> {
    id.strip_prefix("household[")?.split(']').next()?.parse().ok()
}

/// Values are kept ISO and in English; an officer reads and writes them as on paper.
pub(super) fn as_written(id: &str, value: &str) -> String {
    match (id.rsplit('.').next(), value) {
        (Some("sex"), "male") => "男".to_owned(),
        (Some("sex"), "female") => "女".to_owned(),
        (_, value) => match (value.len(), value.parse::<Date>()) {
            (10, Ok(day)) => BirthDate::new(day).map_or_else(|_| value.to_owned(), BirthDate::in_words),
            _ => value.to_owned(),
        },
    }
}

/// What stands before the field on paper.
pub(super) fn label(id: &str) -> &str {
    match id.rsplit('.').next().unwrap_or(id) {
        "name" => "氏名",
        "name_kana" => "フリガナ",
        "birth_date" => "生年月日",
        "sex" => "性別",
        "address" => "住所",
        "nationality" => "国籍・地域",
        "relation" => "続柄",
        "domicile" => "本籍",
        "domicile_head" => "筆頭者",
        "move_date" => "異動日",
        "new_address" => "新しい住所",
        "old_address" => "前の住所",
        "new_head" => "新しい世帯主",
        "old_head" => "前の世帯主",
        "issued" => "交付日",
        "expires" => "有効期限",
        "number" => "番号",
        "issue_serial" => "交付番号",
        "changed" => "変更日",
        "conditions" => "条件等",
        "security_code" => "セキュリティコード",
        "resident_code" => "住民票コード",
        "health_insurance" => "国保",
        "care_insurance" => "介護保険",
        "guardian" => "保護者",
        "disability" => "障害名",
        "grade" => "等級",
        "fare_class" => "旅客運賃の種別",
        "city" => "市区町村",
        "status" => "在留資格",
        "period" => "在留期間",
        "insurer" => "保険者",
        "insurer_number" => "保険者番号",
        "branch" => "枝番",
        "qualified" => "資格取得日",
        "work" => "就労制限",
        "symbol" => "記号",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn どの書類のどの欄にも日本語の名がある() {
        for kind in madoka_ocr::Kind::all() {
            for id in kind.field_ids() {
                assert!(!label(id).is_ascii(), "{}: {id}", kind.id);
            }
        }
    }
}
