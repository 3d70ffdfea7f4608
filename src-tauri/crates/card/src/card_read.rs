//! What a read gives.

use std::fmt;

use madoka_facts::{Attribute, FactPath, PersonRef, Statement, Value};
use madoka_text::{Date, MyNumber};
use zeroize::{Zeroize, Zeroizing};

use crate::CardKind;

/// What was read from one card in one go. Text and pictures are wiped from memory when it is dropped.
pub struct CardRead {
    pub kind: CardKind,
    facts: Vec<CardFact>,
    pub images: Vec<FaceImage>,
    /// Only if it was asked for: to print memory, then drop.
    pub my_number: Option<Box<MyNumber>>,
    /// Of what opened the card, after it did.
    pub tries_left: Option<u8>,
    /// Whether the issuer's signature over the data holds. `None`: no key of the issuer is configured, or the kind is not
    /// checked; the screen then says 「発行者の署名は確かめていません」.
    pub genuine: Option<bool>,
    pub expires: Option<Date>,
    pub notes: Vec<Note>,
    pub count: ApduCount,
}

impl CardRead {
    pub(crate) const fn new(kind: CardKind) -> Self {
        Self {
            kind,
            facts: Vec::new(),
            images: Vec::new(),
            my_number: None,
            tries_left: None,
            genuine: None,
            expires: None,
            notes: Vec::new(),
            count: ApduCount { commands: 0, chunks: 0 },
        }
    }

    pub(crate) fn add(&mut self, fact: CardFact) {
        self.facts.push(fact);
    }

    /// Drops (and wipes) a fact that a newer one replaces.
    pub(crate) fn drop_fact(&mut self, attribute: &str) {
        self.facts.retain(|fact| fact.attribute.as_str() != attribute);
    }

    pub(crate) fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The facts in the order of the card.
    pub fn facts(&self) -> &[CardFact] {
        &self.facts
    }

    pub fn fact(&self, attribute: &str) -> Option<&CardFact> {
        self.facts.iter().find(|fact| fact.attribute.as_str() == attribute)
    }

    /// The facts as the case takes them, for the person the card belongs to.
    pub fn statements<'a>(
        &'a self,
        person: &'a PersonRef,
    ) -> impl Iterator<Item = (FactPath, &'a Statement)> {
        self.facts.iter().map(move |fact| {
            let attribute = fact.attribute.clone();
            let path = match person {
                PersonRef::Role(person) => FactPath::Person(person.clone(), attribute),
                PersonRef::Member(index) => FactPath::Member(*index, attribute),
            };
            (path, &fact.statement)
        })
    }

    pub fn image(&self, part: FacePart) -> Option<&FaceImage> {
        self.images.iter().find(|image| image.part == part)
    }

    /// Whether some glyph is not in the text and the officer must look at the picture.
    pub fn has_missing_glyphs(&self) -> bool {
        self.facts.iter().any(|fact| !fact.missing_glyphs.is_empty())
    }
}

/// The kind, and how much there is.
impl fmt::Debug for CardRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (facts, images) = (self.facts.len(), self.images.len());
        write!(f, "CardRead({:?}, {facts} facts, {images} images, {:?})", self.kind, self.count)
    }
}

/// One fact with what an officer must know about its glyphs.
#[derive(Debug)]
pub struct CardFact {
    pub attribute: Attribute,
    /// Always [`Source::Chip`](madoka_facts::Source::Chip).
    pub statement: Statement,
    /// Where the text holds a mark instead of a glyph: look at the picture.
    pub missing_glyphs: Vec<MissingGlyph>,
}

impl Drop for CardFact {
    fn drop(&mut self) {
        if let Some(Value::Text(text)) = &mut self.statement.value {
            text.zeroize();
        }
    }
}

/// 外字: a glyph the text does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingGlyph {
    /// Which glyph, counted from 0, spaces included.
    pub position: usize,
    pub why: MissingWhy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingWhy {
    /// 〓 ● □ … stands there.
    Mark,
    /// A private-use code, whose shape only its maker knows.
    PrivateUse,
    /// 外字 1…7 of a licence: the card holds a bitmap of it.
    LicenceGlyph(u8),
    /// 欠字: the licence itself says that the glyph is missing.
    Absent,
}

/// Which part of the card's face a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FacePart {
    Name,
    Address,
    Photo,
    /// The whole front (residence cards of the first generation).
    Front,
}

/// A picture as the chip holds it, byte for byte; wiped when dropped.
pub struct FaceImage {
    pub part: FacePart,
    pub media_type: MediaType,
    bytes: Zeroizing<Vec<u8>>,
}

impl FaceImage {
    pub(crate) fn new(part: FacePart, bytes: &[u8]) -> Self {
        Self { part, media_type: MediaType::of(bytes), bytes: Zeroizing::new(bytes.to_vec()) }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// As PNG, which every screen shows; nothing where it is broken or claims to be larger than any card's. Wiped when
    /// dropped.
    pub fn png(&self) -> Option<Zeroizing<Vec<u8>>> {
        crate::picture::png(&self.bytes, self.media_type)
    }

    /// A picture as some card might hold it.
    pub fn of(part: FacePart, bytes: &[u8]) -> Self {
        Self::new(part, bytes)
    }
}

impl fmt::Debug for FaceImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FaceImage({:?}, {:?})", self.part, self.media_type)
    }
}

/// How a picture is coded. A web view shows PNG by itself; the others want decoding first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    Png,
    /// JPEG 2000 in its container: the photo of a My Number card, grey.
    Jp2,
    /// JPEG 2000 without container: photos of licences and residence cards.
    Jpeg2000,
    /// TIFF holding one page in CCITT G4 (MMR): the front of a residence card.
    Tiff,
    Jpeg,
    Unknown,
}

impl MediaType {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jp2 => "image/jp2",
            Self::Jpeg2000 => "image/j2c",
            Self::Tiff => "image/tiff",
            Self::Jpeg => "image/jpeg",
            Self::Unknown => "application/octet-stream",
        }
    }

    fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Self::Png,
            [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => Self::Jp2,
            [0xFF, 0x4F, 0xFF, 0x51, ..] => Self::Jpeg2000,
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Self::Tiff,
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            _ => Self::Unknown,
        }
    }
}

/// What an officer should know about a read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The sex code is none we know (1 男, 2 女); the officer asks.
    UnknownSex,
    /// 旧氏 stood in brackets in the name and was given apart.
    FormerNameApart,
    /// 通称 stood in parentheses in the name and was given apart.
    CommonNameApart,
    /// The name holds parentheses that may be a 通称 or a name in kanji; it was left as it is.
    NameInParentheses,
    /// The birth date is 不詳 in part.
    BirthDateIncomplete,
    /// A licence's later change of name or address was applied; compare with the back of the card.
    Addendum,
    /// The card holds no text for name and address; the picture shows them.
    NameOnlyAsPicture,
    /// The card holds a マイナ免許証 too.
    AlsoLicence,
    /// The face could not be read (blocked, or it refused), the facts could.
    NoFace,
    /// The signature was made for another text: the data was changed, or this is no real card.
    NotGenuine,
    /// Data was there that we do not understand; the officer compares with the face.
    Unread(&'static str),
}

impl Note {
    /// For the officer.
    pub fn text(&self) -> String {
        match self {
            Self::UnknownSex => "性別のコードが「男」「女」のどちらでもありません。性別は画面で選んでください。".to_owned(),
            Self::FormerNameApart => "氏名にあった旧氏を、旧氏の欄に分けました。券面と見比べてください。".to_owned(),
            Self::CommonNameApart => "氏名にあった通称を、通称の欄に分けました。券面と見比べてください。".to_owned(),
            Self::NameInParentheses => {
                "氏名に（ ）があります。通称か漢字の氏名かを確かめ、要るときは分けて入力してください。".to_owned()
            }
            Self::BirthDateIncomplete => "生年月日の一部が不詳です。".to_owned(),
            Self::Addendum => "裏面の追記（新しい氏名・住所）を使いました。裏面と見比べてください。".to_owned(),
            Self::NameOnlyAsPicture => {
                "氏名は画像だけで、文字では入っていません。画像を見て入力してください。".to_owned()
            }
            Self::AlsoLicence => "マイナ免許証も入っています（氏名・住所は入っていません）。".to_owned(),
            Self::NoFace => "券面の画像は読めませんでした。カードの券面を見てください。".to_owned(),
            Self::NotGenuine => {
                "発行者の署名が合いません。書き換えられたか、本物でないおそれがあります。上司に知らせてください。".to_owned()
            }
            Self::Unread(part) => format!("{part}に読めない部分があります。券面と見比べてください。"),
        }
    }
}

/// How many commands a read took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ApduCount {
    /// All of them.
    pub commands: u32,
    /// Those that carried data out of the card (READ BINARY, READ RECORD).
    pub chunks: u32,
}

impl ApduCount {
    pub const fn beyond_data(self) -> u32 {
        self.commands.saturating_sub(self.chunks)
    }
}
