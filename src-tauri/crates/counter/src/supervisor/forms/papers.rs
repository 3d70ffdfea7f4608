//! Papers: their pictures, with and without values; and a new one dropped onto the desk.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use madoka_forms::detect::{self, Detected, Page, ReadText};
use madoka_forms::edit::Sketch;
use madoka_forms::sample::Length;
use madoka_forms::{Fonts, Pages, Size, page_count};
use madoka_rules::PackFiles;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
#[cfg(test)]
use ts_rs::TS;

use super::super::draft::{Drafting, Step, Swap};
use super::sample::Trial;
use super::shelf::Lines;
use super::{FOLDER, FormAnswer, text_path};
use crate::{Counter, CounterError};

/// What is shown on the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum FormSample {
    /// The paper alone.
    None,
    Shortest,
    Typical,
    Longest,
    Rarest,
}

impl FormSample {
    fn length(self) -> Option<Length> {
        match self {
            Self::None => None,
            Self::Shortest => Some(Length::Shortest),
            Self::Typical => Some(Length::Typical),
            Self::Longest => Some(Length::Longest),
            Self::Rarest => Some(Length::Rarest),
        }
    }
}

/// A page as a picture, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FormPicture {
    /// The address of a picture.
    pub picture: String,
    /// With continuation sheets.
    pub pages: u32,
    /// What a value of this length does not fit, in words.
    pub warnings: Vec<String>,
}

/// A form's page to be drawn away from the counter.
#[derive(Debug)]
pub struct PaperJob {
    trial: Trial,
    id: String,
}

/// Larger papers are for archives, not for counters; and a draft sends every paper to every terminal.
const MOST_BYTES: usize = 5 << 20;

impl PaperJob {
    /// Page from 0.
    pub fn picture(&self, page: usize, width: u32, sample: FormSample) -> Result<FormPicture, CounterError> {
        match sample.length() {
            Some(length) => self.filled(page, width, length),
            None => self.paper(page, width),
        }
    }

    fn filled(&self, page: usize, width: u32, length: Length) -> Result<FormPicture, CounterError> {
        let bundle = self.trial.fill(&self.id, length, &Fonts::system())?;
        let warnings = bundle.warnings.iter().filter_map(super::check::tight).collect();
        let pages = u32::try_from(bundle.pages()).unwrap_or(u32::MAX);
        Ok(FormPicture { picture: drawn(bundle.pdf, page, width)?, pages, warnings })
    }

    fn paper(&self, page: usize, width: u32) -> Result<FormPicture, CounterError> {
        let gone = || CounterError::NoForm(self.id.clone());
        let text = self.trial.files.get(&text_path(&self.id)).ok_or_else(gone)?;
        let sketch = Sketch::read(&String::from_utf8_lossy(text))?;
        let file = |name: &String| self.trial.files.get(&format!("{FOLDER}{}/{name}", self.id));
        let names = sketch.background();
        let first = names.first().ok_or_else(gone)?;
        if is_pdf(first) {
            let pdf = file(first).ok_or_else(gone)?;
            let count = page_count(pdf);
            let (all, chosen) = (sketch.pages(), page);
            let (pages, index) = match all {
                Some(all) => (all.len(), all.get(chosen).map_or(chosen, |page| page.saturating_sub(1))),
                None => (count, chosen),
            };
            let pages = u32::try_from(pages).unwrap_or(u32::MAX);
            let picture = drawn(pdf.clone(), index, width)?;
            return Ok(FormPicture { picture, pages, warnings: Vec::new() });
        }
        let name = names.get(page).ok_or_else(gone)?;
        let bytes = file(name).ok_or_else(gone)?;
        let kind = if name.to_ascii_lowercase().ends_with(".png") { "png" } else { "jpeg" };
        let picture = format!("data:image/{kind};base64,{}", STANDARD.encode(bytes));
        Ok(FormPicture {
            picture,
            pages: u32::try_from(names.len()).unwrap_or(u32::MAX),
            warnings: Vec::new(),
        })
    }
}

fn drawn(pdf: Vec<u8>, page: usize, width: u32) -> Result<String, CounterError> {
    let picture = Pages::open(pdf).picture(page, Size::Width(width.clamp(100, 4_000)));
    let png = picture.and_then(|picture| picture.to_png()).ok_or(CounterError::PaperUnreadable)?;
    Ok(format!("data:image/png;base64,{}", STANDARD.encode(png)))
}

fn is_pdf(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".pdf")
}

/// The pages a form counts, of those its paper has.
pub(super) fn chosen(pages: Vec<Page>, wanted: Option<&[usize]>) -> Vec<Page> {
    match wanted {
        None => pages,
        Some(wanted) => wanted.iter().filter_map(|page| pages.get(page.checked_sub(1)?).cloned()).collect(),
    }
}

/// A scan says nothing of its size; `paper` does.
pub(super) fn on_paper(mut lines: Vec<Lines>, sketch: &Sketch) -> Vec<Lines> {
    if sketch.background().first().is_some_and(|name| is_pdf(name)) {
        return lines;
    }
    let Some((width, height)) = sketch.paper() else { return lines };
    for page in &mut lines {
        if page.width <= 0.0 || page.height <= 0.0 {
            continue;
        }
        let (across, down) = (width / page.width, height / page.height);
        for [at, from, to] in &mut page.level {
            (*at, *from, *to) = (*at * down, *from * across, *to * across);
        }
        for [at, from, to] in &mut page.upright {
            (*at, *from, *to) = (*at * across, *from * down, *to * down);
        }
        (page.width, page.height) = (width, height);
    }
    lines
}

/// A paper that was dropped, with what was found on it. It is read away from the counter.
#[derive(Debug)]
pub struct NewPaper {
    paper: Paper,
    found: Detected,
}

/// 差し替える用紙: a new edition beside the old one, both read away from the counter.
#[derive(Debug)]
pub struct Replacement {
    pub(super) paper: Paper,
    pub(super) before: Vec<Page>,
    pub(super) after: Vec<Page>,
}

/// A file that may lie beneath a form.
#[derive(Debug)]
pub(super) struct Paper {
    pub(super) bytes: Vec<u8>,
    /// As it is called in the form's folder.
    pub(super) file: &'static str,
}

impl Paper {
    fn new(bytes: Vec<u8>) -> Result<Self, CounterError> {
        if bytes.len() > MOST_BYTES {
            return Err(CounterError::PaperTooLarge);
        }
        let file = match bytes.as_slice() {
            [0x89, b'P', b'N', b'G', ..] => "form.png",
            [0xFF, 0xD8, ..] => "form.jpg",
            _ => "form.pdf",
        };
        Ok(Self { bytes, file })
    }
}

impl NewPaper {
    /// `reader` reads the words of a scan.
    pub fn read(bytes: Vec<u8>, reader: Option<&mut dyn ReadText>) -> Result<Self, CounterError> {
        let paper = Paper::new(bytes)?;
        let found = detect::detect(&paper.bytes, reader)?;
        Ok(Self { paper, found })
    }
}

impl PaperJob {
    /// The form's paper now, and the one that is to come.
    pub fn replacement(
        &self,
        bytes: Vec<u8>,
        mut reader: Option<&mut dyn ReadText>,
    ) -> Result<Replacement, CounterError> {
        let paper = Paper::new(bytes)?;
        let text = self.trial.files.get(&text_path(&self.id));
        let text = text.ok_or_else(|| CounterError::NoForm(self.id.clone()))?;
        let sketch = Sketch::read(&String::from_utf8_lossy(text))?;
        let mut read = |bytes: &[u8]| match &mut reader {
            Some(reader) => detect::read_pages(bytes, Some(&mut **reader)),
            None => detect::read_pages(bytes, None),
        };
        let after = read(&paper.bytes)?;
        let mut before = Vec::new();
        for file in sketch.background() {
            // A paper that cannot be read any more is a reason to replace it.
            let old = self.trial.files.get(&format!("{FOLDER}{}/{file}", self.id));
            before.extend(old.and_then(|bytes| read(bytes).ok()).unwrap_or_default());
        }
        let before = chosen(before, sketch.pages().as_deref());
        Ok(Replacement { paper, before, after })
    }
}

impl Drafting {
    pub(super) fn trial(&self, today: jiff::civil::Date) -> Trial {
        Trial { files: Arc::new(self.form_files()), pack: Arc::clone(&self.pack), today }
    }

    /// One form of the draft, to be printed as it is now.
    pub(crate) fn blanks_of(&self, form: &madoka_facts::Id) -> Option<crate::papers::Blanks> {
        self.files.contains_key(&text_path(form.as_str())).then(|| {
            let folder = format!("{FOLDER}{form}/");
            let files = self.files.iter().filter(|(path, _)| path.starts_with(&folder));
            crate::papers::Blanks::new(&files.map(|(path, bytes)| (path.clone(), bytes.clone())).collect())
        })
    }

    /// What the draft calls a form that no edition has yet.
    pub(crate) fn form_name(&self, form: &madoka_facts::Id) -> Option<&str> {
        self.pack.forms.iter().find(|one| one.id == *form).map(|one| one.name.ja.as_str())
    }

    fn form_files(&self) -> PackFiles {
        let forms = self.files.iter().filter(|(path, _)| path.starts_with(FOLDER));
        forms.map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
    }

    /// One form's files, and those of the forms its rows go on on.
    fn trial_of(&self, id: &str, today: jiff::civil::Date) -> Trial {
        let folder = format!("{FOLDER}{id}/");
        let more: Vec<String> = self
            .sketch(id)
            .map(|sketch| {
                sketch.fields().into_iter().filter_map(|mut field| field.words.remove("more")).collect()
            })
            .unwrap_or_default();
        let wanted = |path: &String| {
            path.starts_with(&folder)
                || more.iter().any(|other| path.starts_with(&format!("{FOLDER}{other}/")))
        };
        let files = self.files.iter().filter(|(path, _)| wanted(path));
        let files = files.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        Trial { files: Arc::new(files), pack: Arc::clone(&self.pack), today }
    }

    /// Which background a form has: another when it is replaced.
    pub(super) fn paper_key(&self, id: &str, sketch: &Sketch) -> String {
        let mut hash = Sha256::new();
        for file in sketch.background() {
            hash.update(
                self.files.get(&format!("{FOLDER}{id}/{file}")).map(Vec::as_slice).unwrap_or_default(),
            );
        }
        hash.update(format!("{:?}", sketch.pages()));
        STANDARD.encode(hash.finalize().get(..9).unwrap_or_default())
    }

    /// An id from the file's name where that is one, and free.
    fn new_form_id(&self, file: &str) -> String {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_ascii_lowercase();
        let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let plain = plain.trim_matches('_');
        let base =
            if plain.len() >= 3 && plain.starts_with(|c: char| c.is_ascii_lowercase()) && plain.len() <= 40 {
                plain
            } else {
                "form"
            };
        let taken = |id: &str| {
            let folder = format!("{FOLDER}{id}/");
            self.files.keys().any(|path| path.starts_with(&folder))
                || self.pack.forms.iter().any(|form| form.id.as_str() == id)
        };
        let mut number = 1;
        loop {
            let id = if number == 1 { base.to_owned() } else { format!("{base}_{number}") };
            if !taken(&id) {
                return id;
            }
            number += 1;
        }
    }
}

impl Counter {
    /// What a form's pages are drawn from.
    pub fn draft_form_paper(&mut self, id: &str) -> Result<PaperJob, CounterError> {
        let today = self.today();
        Ok(PaperJob { trial: self.draft_open()?.trial_of(id, today), id: id.to_owned() })
    }

    /// 様式を加える: a form from a paper, with the fields found on it to be confirmed.
    pub fn draft_form_add(
        &mut self,
        new: NewPaper,
        file: &str,
        why: &str,
    ) -> Result<FormAnswer, CounterError> {
        let NewPaper { paper, found } = new;
        let (who, at) = (self.me.staff.to_string(), self.clock.now());
        let draft = self.draft_to_change()?;
        let id = draft.new_form_id(file);
        let background = paper.file;
        let text = detect::sketch_toml(&found, &id, background);
        let name = Sketch::read(&text)?.head("name").unwrap_or_else(|| id.clone());
        let swaps = vec![
            Swap { file: text_path(&id), was: None, now: Some(text.into_bytes()) },
            Swap { file: format!("{FOLDER}{id}/{background}"), was: None, now: Some(paper.bytes) },
        ];
        let patches = vec![draft.declared(&id, Some(&name))?];
        let fields = found.proposals.len();
        let said = format!("様式「{name}」を加えました（見つけた欄{fields}個）。");
        draft.step(Step::of(patches, swaps, said, why, &who, at))?;
        self.form_answer(&id)
    }
}
