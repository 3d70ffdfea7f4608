//! Finding the fields (記入欄) of a blank paper: `form detect`.
//!
//! A supervisor gives the city's own paper, a PDF or a scan, and gets a `form.toml` to look over instead of an empty file. Lines
//! become cells, cells become captions and places to write, captions become facts by one table that knows whose section it is.
//! **It proposes; a person confirms.** Signatures and the city's own cells are never filled.
//!
//! [`page`]: what a page shows; [`vector`] and [`raster`] fill it; everything after is the same for both.

mod draft;
mod entry;
mod grid;
mod inflation;
mod label;
mod page;
mod proposal;
mod propose;
mod raster;
mod scan;
mod sheet;
mod text;
mod vector;
mod words;
mod write;

pub use page::{Area, Direction, Letter, Page, Rule};
pub use proposal::{Answer, DatePart, Kind, Mark, Proposal};
pub use raster::Picture;
pub use scan::{ReadText, Shape, Word};
pub use write::{SURE, form_toml, sketch_toml};

/// A form's paper is not larger than this.
pub const MAX_BYTES: usize = 40 << 20;

/// Why no fields were looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    #[error("用紙のファイルを読めません。PDF、PNG、JPEGのどれかを指定してください")]
    NotReadable,
    #[error("用紙のPDFに開くためのパスワードが付いています。パスワードを外して保存し直してください")]
    Locked,
    #[error("用紙のファイルが大きすぎます。様式だけを{}ページまでのファイルにしてください", 40)]
    TooLarge,
    #[error("用紙の大きさが様式として扱える範囲にありません。A3までの用紙にしてください")]
    PageSize,
}

impl DetectError {
    /// Stable, for the officer and for support.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotReadable => "FORM-41",
            Self::Locked => "FORM-42",
            Self::TooLarge => "FORM-43",
            Self::PageSize => "FORM-44",
        }
    }
}

/// What was found on a paper.
#[derive(Debug, Clone, Default)]
pub struct Detected {
    /// Width and height of each page, millimetres.
    pub pages: Vec<(f64, f64)>,
    pub proposals: Vec<Proposal>,
    /// The title printed on it, if one stands out.
    pub title: Option<String>,
    /// Some page was a picture and nobody could read it: boxes without captions.
    pub unread: bool,
}

/// Looks for fields on every page of a PDF, PNG or JPEG. `reader` reads the words of a scan.
pub fn detect(bytes: &[u8], mut reader: Option<&mut dyn ReadText>) -> Result<Detected, DetectError> {
    let mut found = Detected::default();
    for (index, source) in sources(bytes)?.into_iter().enumerate() {
        let (page, angle) = match source {
            vector::Source::Drawn(page) => (page, 0.0),
            vector::Source::Scan { picture, page } => {
                found.unread |= reader.is_none() && page.letters.is_empty();
                scan::read(picture, page, &mut reader)
            }
        };
        found.pages.push((page.width, page.height));
        if found.title.is_none() {
            found.title = propose::title(&page);
        }
        let mut proposals = propose::page(&page, index + 1);
        for proposal in &mut proposals {
            scan::turn_back(proposal, angle, page.width, page.height);
        }
        found.proposals.extend(proposals);
    }
    Ok(found)
}

fn sources(bytes: &[u8]) -> Result<Vec<vector::Source>, DetectError> {
    let head = bytes.get(..1024.min(bytes.len())).unwrap_or_default();
    if head.windows(5).any(|at| at == b"%PDF-") {
        return vector::read(bytes);
    }
    let (picture, (width, height)) = Picture::decode(bytes)?;
    Ok(vec![vector::Source::Scan { picture, page: Page { width, height, ..Page::default() } }])
}

/// What each page of a PDF, PNG or JPEG shows, before anything is concluded from it: its ruled lines and letters.
pub fn read_pages(bytes: &[u8], mut reader: Option<&mut dyn ReadText>) -> Result<Vec<Page>, DetectError> {
    let read = |source| match source {
        vector::Source::Drawn(page) => page,
        vector::Source::Scan { picture, page } => scan::read(picture, page, &mut reader).0,
    };
    Ok(sources(bytes)?.into_iter().map(read).collect())
}
