//! The papers of a draft as they were last read: a text is read again only when it has changed, a paper's lines only when the
//! paper has.

use std::collections::BTreeMap;
use std::sync::Arc;

use madoka_facts::Vocabulary;
use madoka_forms::detect::{Direction, Page, read_pages};
use madoka_forms::edit::Sketch;
use madoka_forms::{Form, FormProblem, form_of, form_problems, read_form, text_path};
use madoka_rules::PackFiles;
use sha2::{Digest as _, Sha256};

/// One form as its text says.
#[derive(Debug)]
pub(super) struct Known {
    text: Vec<u8>,
    pub(super) name: String,
    pub(super) number: String,
    pub(super) office: String,
    pub(super) fields: usize,
    pub(super) doubtful: usize,
    pub(super) loose: usize,
    /// The form, or why it is none yet.
    pub(super) form: Result<Form, Vec<FormProblem>>,
}

impl Known {
    fn read(id: &str, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let sketch = Sketch::read(&text).ok();
        let head = |key: &str| sketch.as_ref().and_then(|sketch| sketch.head(key)).unwrap_or_default();
        let fields = sketch.as_ref().map(Sketch::fields).unwrap_or_default();
        Self {
            text: bytes.to_vec(),
            name: head("name"),
            number: head("number"),
            office: head("office"),
            fields: fields.iter().filter(|field| field.kind != "rows").count(),
            doubtful: fields.iter().filter(|field| field.doubt.is_some()).count(),
            loose: fields.iter().filter(|field| field.is_loose()).count(),
            form: read_form(id, &text),
        }
    }

    /// What is wrong with it.
    pub(super) fn problems(&self, files: &PackFiles, words: &Vocabulary) -> Vec<FormProblem> {
        form_problems(&self.form, files, words)
    }
}

/// The lines of a page, for the eye and for snapping: position, from, to.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) level: Vec<[f64; 3]>,
    pub(super) upright: Vec<[f64; 3]>,
}

#[derive(Debug, Default)]
pub(crate) struct Shelf {
    known: BTreeMap<String, Arc<Known>>,
    lines: BTreeMap<String, ([u8; 32], Arc<Vec<Lines>>)>,
}

/// A pen that is drawn in two strokes is one line.
const ROUND: f64 = 100.0;

impl Shelf {
    /// Every form of the files, in the order of their ids.
    pub(super) fn follow(&mut self, files: &PackFiles) -> Vec<(String, Arc<Known>)> {
        let mut out = Vec::new();
        for (path, bytes) in files {
            let Some(id) = form_of(path).filter(|id| *path == text_path(id)) else { continue };
            let known = self.read(id, bytes);
            out.push((id.to_owned(), known));
        }
        out
    }

    pub(super) fn get(&mut self, id: &str, files: &PackFiles) -> Option<Arc<Known>> {
        files.get(&text_path(id)).map(|bytes| self.read(id, bytes))
    }

    fn read(&mut self, id: &str, bytes: &[u8]) -> Arc<Known> {
        if let Some(known) = self.known.get(id).filter(|known| known.text == bytes) {
            return Arc::clone(known);
        }
        let read = Arc::new(Known::read(id, bytes));
        self.known.insert(id.to_owned(), Arc::clone(&read));
        read
    }

    /// The sizes and ruled lines of a form's paper, page by page as the form counts them.
    pub(super) fn lines(&mut self, id: &str, sketch: &Sketch, files: &PackFiles) -> Arc<Vec<Lines>> {
        let papers: Vec<&Vec<u8>> = sketch
            .background()
            .iter()
            .filter_map(|file| files.get(&format!("{}{id}/{file}", super::FOLDER)))
            .collect();
        let mut hash = Sha256::new();
        for paper in &papers {
            hash.update(paper);
        }
        let wanted = sketch.pages();
        hash.update(format!("{wanted:?} {:?}", sketch.head("paper")));
        let hash: [u8; 32] = hash.finalize().into();
        if let Some((_, lines)) = self.lines.get(id).filter(|(known, _)| *known == hash) {
            return Arc::clone(lines);
        }
        let pages: Vec<Page> =
            papers.iter().flat_map(|paper| read_pages(paper, None).unwrap_or_default()).collect();
        let pages = super::papers::chosen(pages, wanted.as_deref());
        let lines: Vec<Lines> = pages.iter().map(lines_of).collect();
        let lines = Arc::new(super::papers::on_paper(lines, sketch));
        self.lines.insert(id.to_owned(), (hash, Arc::clone(&lines)));
        lines
    }
}

fn lines_of(page: &Page) -> Lines {
    let round = |mm: f64| (mm * ROUND).round() / ROUND;
    let of = |direction: Direction| {
        page.rules
            .iter()
            .filter(|rule| rule.direction == direction && rule.length() > 2.0)
            .map(|rule| [round(rule.at), round(rule.from), round(rule.to)])
            .collect()
    };
    Lines {
        width: round(page.width),
        height: round(page.height),
        level: of(Direction::Across),
        upright: of(Direction::Down),
    }
}
