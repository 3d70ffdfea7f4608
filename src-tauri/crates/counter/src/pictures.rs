//! 読取 by camera or scanner: a picture of a document becomes fields an officer confirms one after the other, each beside
//! its crop. What was not confirmed never becomes a fact.
//!
//! Pictures come as a file chosen, dropped or pasted, or from the folder a scanner or a document camera's own program
//! puts its files into. They are held in memory only, one at a time, and wiped when the next comes or the officer leaves.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use madoka_casework::{CaseId, EventKind};
use madoka_facts::{Attribute, FactPath, PersonRef, Source, Statement, Value, Vocabulary};
use madoka_ocr::{FieldReading, Kind, Options, Reader, Reading, Scan, ScannerFolder};
use madoka_text::{BirthDate, Gazetteer};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;
use zeroize::{Zeroize, Zeroizing};

use crate::cards::data_url;
use crate::household::{NEW_MEMBER, SaidOf, not_overruling, stated, value_of};
use crate::reading_error::ReadingError;
use crate::visit::{Given, Visit, read_answer};
use crate::{Counter, CounterError};

/// Where the store keeps the folder a scanner puts its files into.
const FOLDER: &str = "scanner_folder";

/// 書類の種類, to choose by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct DocumentKind {
    pub id: String,
    pub label: String,
}

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
    /// 照合番号B proposed from the face of a My Number card, for the officer to compare and send.
    pub match_code_b: Option<String>,
    pub millis: u32,
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
    pub glyphs: Vec<GlyphShown>,
    /// `data:image/png;base64,…`
    pub crop: String,
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

/// A field an officer has looked at, as it stands now.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FieldConfirmed {
    pub id: String,
    pub value: String,
}

impl std::fmt::Debug for FieldConfirmed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FieldConfirmed({})", self.id)
    }
}

/// 取込みフォルダー: where a scanner, or the program of a document camera, puts its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ScanFolder {
    pub path: String,
    /// Whether a file is deleted once it was read.
    pub delete: bool,
}

/// The day and the city a picture is read in.
#[derive(Debug)]
pub struct Surroundings {
    today: Date,
    gazetteer: Gazetteer,
}

/// 書類を読む所: one picture at a time.
#[derive(Default)]
pub struct PictureDesk {
    /// Started with the first picture; its engines stay warm.
    reader: Mutex<Option<Arc<Reader>>>,
    held: Mutex<Held>,
    cancel: AtomicBool,
    folder: Mutex<Folder>,
}

#[derive(Default)]
struct Held {
    turn: u32,
    bytes: Option<Zeroizing<Vec<u8>>>,
    reading: Option<Reading>,
}

#[derive(Default)]
struct Folder {
    watched: Option<(PathBuf, ScannerFolder)>,
    waiting: VecDeque<Scan>,
}

impl std::fmt::Debug for PictureDesk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PictureDesk")
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PictureDesk {
    pub fn kinds() -> Vec<DocumentKind> {
        let row = |kind: &Kind| DocumentKind { id: kind.id.clone(), label: kind.label.clone() };
        Kind::all().iter().map(row).collect()
    }

    /// Reads a picture, or the same one again as another kind. `progress` is told hundredths. Takes a second or so: not for
    /// the thread of a window.
    pub fn read(
        &self,
        picture: Option<Zeroizing<Vec<u8>>>,
        kind: Option<&str>,
        around: &Surroundings,
        progress: &(dyn Fn(u8) + Sync),
    ) -> Result<PictureShown, CounterError> {
        self.cancel.store(false, Ordering::Relaxed);
        let bytes = {
            let mut held = locked(&self.held);
            held.turn += 1;
            held.reading = None;
            match picture {
                Some(bytes) => bytes,
                None => held.bytes.take().ok_or(ReadingError::NoPicture)?,
            }
        };
        let options = Options {
            kind,
            today: Some(around.today),
            gazetteer: Some(&around.gazetteer),
            cancel: Some(&self.cancel),
            progress: Some(progress),
            ..Options::default()
        };
        let read = self.warm().and_then(|reader| Ok(reader.read(&bytes, &options)?));
        let mut held = locked(&self.held);
        // The picture stays for another try as another kind, also when it could not be read.
        held.bytes = Some(bytes);
        let reading = read?;
        let shown = shown(&reading, held.turn);
        held.reading = Some(reading);
        Ok(shown)
    }

    fn warm(&self) -> Result<Arc<Reader>, CounterError> {
        let mut reader = locked(&self.reader);
        if let Some(reader) = reader.as_ref() {
            return Ok(Arc::clone(reader));
        }
        let started = Arc::new(Reader::new()?);
        *reader = Some(Arc::clone(&started));
        Ok(started)
    }

    /// 取りやめ: ends the reading that is going on.
    pub fn cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    /// Nothing of a document stays once its case is left.
    pub fn forget(&self) {
        self.cancel();
        let mut held = locked(&self.held);
        held.turn += 1;
        held.bytes = None;
        held.reading = None;
    }

    /// How many scans have come into the folder and wait to be read. Asked once a second while somebody reads documents;
    /// what lay there before that is left alone.
    pub fn waiting_scans(&self, folder: Option<&Path>) -> Result<u32, CounterError> {
        let mut now = locked(&self.folder);
        let Some(path) = folder else {
            *now = Folder::default();
            return Ok(0);
        };
        let watched = match now.watched.take() {
            Some((watched, folder)) if watched == path => Ok(folder),
            _ => ScannerFolder::watch(path),
        };
        let mut watched = watched.map_err(|_| ReadingError::Folder)?;
        let come = watched.look().map_err(|_| ReadingError::Folder);
        now.watched = Some((path.to_owned(), watched));
        now.waiting.extend(come?);
        Ok(u32::try_from(now.waiting.len()).unwrap_or(u32::MAX))
    }

    /// The oldest scan that waits; its file is deleted where the city wants none left behind.
    pub fn next_scan(&self, delete: bool) -> Result<Zeroizing<Vec<u8>>, CounterError> {
        let scan = locked(&self.folder).waiting.pop_front().ok_or(ReadingError::NoPicture)?;
        let bytes = Zeroizing::new(scan.bytes().to_vec());
        if delete {
            scan.delete_file().map_err(|_| ReadingError::Folder)?;
        }
        Ok(bytes)
    }
}

fn shown(reading: &Reading, turn: u32) -> PictureShown {
    let kind = reading.kind.map(|kind| kind.id.clone());
    PictureShown {
        turn,
        label: reading.kind.map_or_else(String::new, |kind| kind.label.clone()),
        problems: reading.problems.iter().map(|problem| problem.advice().to_owned()).collect(),
        fields: reading.fields.iter().map(field_shown).collect(),
        match_code_b: reading.match_code_b().map(|code| code.as_str().to_owned()),
        millis: u32::try_from(reading.millis).unwrap_or(u32::MAX),
        kind,
    }
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
enum Place {
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
    fn of(id: &str) -> Option<Self> {
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
fn as_written(id: &str, value: &str) -> String {
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
fn label(id: &str) -> &str {
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
        "symbol" => "記号",
        other => other,
    }
}

impl Counter {
    /// What a picture is read by: births lie before today, and addresses are those of Japan and of this city.
    pub fn surroundings(&self) -> Surroundings {
        let gazetteer = match self.city.pack.as_ref() {
            Some(pack) => {
                Gazetteer::nation().with([(pack.city.prefecture.as_str(), pack.city.name.as_str())])
            }
            None => Gazetteer::nation().clone(),
        };
        Surroundings { today: self.today(), gazetteer }
    }

    /// 読取: fields an officer has confirmed become facts of `person`, of the household and of the case. All of them or
    /// nothing.
    pub fn take_picture(
        &mut self,
        id: CaseId,
        desk: &PictureDesk,
        turn: u32,
        person: &str,
        confirmed: &[FieldConfirmed],
    ) -> Result<Visit, CounterError> {
        let case = self.cases.get(id)?;
        let book = self.book(&case)?;
        let words = &book.pack().vocabulary;
        let facts = case.facts(words).facts;
        let mut taken = Taken { words, of_person: Vec::new(), members: Vec::new(), events: Vec::new() };
        {
            let held = locked(&desk.held);
            let reading = held.reading.as_ref().filter(|_| held.turn == turn);
            let reading = reading.ok_or(ReadingError::OlderPicture)?;
            for field in confirmed {
                let read = reading.field(&field.id).ok_or(ReadingError::Unconfirmed)?;
                taken.field(read, &field.value)?;
            }
        }
        let Taken { of_person, mut members, mut events, .. } = taken;
        if !of_person.is_empty() {
            if person == NEW_MEMBER {
                members.insert(0, of_person);
            } else {
                let person: PersonRef = person.parse().map_err(|_| CounterError::UnknownFact)?;
                let path = |attribute: Attribute| match &person {
                    PersonRef::Role(role) => FactPath::Person(role.clone(), attribute),
                    PersonRef::Member(position) => FactPath::Member(*position, attribute),
                };
                for (attribute, statement) in not_overruling(&facts, path, of_person) {
                    let path = path(attribute);
                    let path = case.members().path_of_events(&path).ok_or(CounterError::UnknownFact)?;
                    events.push(stated(words, path, statement)?);
                }
            }
        }
        if events.is_empty() && members.is_empty() {
            return Err(CounterError::AnswerEmpty);
        }
        self.record(id, events)?;
        if !members.is_empty() {
            self.add_members(id, members)?;
        }
        desk.forget();
        self.visit(id)
    }

    /// The folder a scanner puts its files into, and whether they are deleted once read.
    pub fn scanner_folder(&self) -> Result<Option<ScanFolder>, CounterError> {
        let kept = self.cases.store()?.setting(FOLDER)?.unwrap_or_default();
        let (how, path) = kept.split_once(' ').unwrap_or(("keep", ""));
        Ok((!path.is_empty()).then(|| ScanFolder { path: path.to_owned(), delete: how == "delete" }))
    }

    /// Names the folder, or none any more.
    pub fn set_scanner_folder(&mut self, path: &str, delete: bool) -> Result<(), CounterError> {
        let path = path.trim();
        if !path.is_empty() && !Path::new(path).is_dir() {
            return Err(ReadingError::Folder.into());
        }
        let how = if delete { "delete" } else { "keep" };
        Ok(self.cases.store_mut()?.set(FOLDER, &format!("{how} {path}"))?)
    }
}

/// Confirmed fields on their way to facts.
struct Taken<'a> {
    words: &'a Vocabulary,
    of_person: SaidOf,
    members: Vec<SaidOf>,
    events: Vec<EventKind>,
}

impl Taken<'_> {
    fn field(&mut self, read: &FieldReading, value: &str) -> Result<(), CounterError> {
        let Some(place) = Place::of(&read.id) else { return Ok(()) };
        let written = as_written(&read.id, &read.value);
        let refused = |error: CounterError| ReadingError::Field {
            field: label(&read.id).to_owned(),
            todo: error.todo().to_owned(),
        };
        // As read, it is the picture's word and an officer's; as corrected, the officer's alone.
        let unedited = value.trim() == written.trim();
        let said = |value: Value| -> Vec<Statement> {
            let picture =
                unedited.then(|| Statement::known(value.clone(), Source::Ocr).sure(read.confidence));
            picture.into_iter().chain([Statement::known(value, Source::Staff)]).collect()
        };
        match place {
            Place::Case(fact) => {
                let path: FactPath = fact.parse().map_err(|_| CounterError::UnknownFact)?;
                // A city that asks nothing of the kind has no place for it.
                if self.words.require(&path).is_err() {
                    return Ok(());
                }
                let value =
                    read_answer(self.words, &path, &Given::Text(value.to_owned())).map_err(refused)?;
                for statement in said(value.ok_or(CounterError::AnswerEmpty)?) {
                    self.events.push(stated(self.words, path.clone(), statement)?);
                }
            }
            Place::Person(attribute) => {
                let value = value_of(self.words, attribute, value).map_err(refused)?;
                let attribute: Attribute = attribute.parse().map_err(|_| CounterError::UnknownFact)?;
                self.of_person.extend(said(value).into_iter().map(|said| (attribute.clone(), said)));
            }
            Place::Member(position, attribute) => {
                let value = value_of(self.words, attribute, value).map_err(refused)?;
                let attribute: Attribute = attribute.parse().map_err(|_| CounterError::UnknownFact)?;
                let position = usize::from(position).min(madoka_facts::MAX_MEMBERS);
                while self.members.len() <= position {
                    self.members.push(Vec::new());
                }
                if let Some(member) = self.members.get_mut(position) {
                    member.extend(said(value).into_iter().map(|said| (attribute.clone(), said)));
                }
            }
        }
        Ok(())
    }
}
