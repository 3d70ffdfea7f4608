//! 下書き: the pack's files as they were, as they are now, and every step between.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use madoka_forms::form_of;
use madoka_rules::edit::{Catalogue, Edit, EditError, Entry, Note, Patch, Words, notes};
use madoka_rules::{Finding, Pack, PackFiles, Problem, Rulebook, read_pack};

use super::forms::Shelf;
use super::shared::Shared;
use super::trying::Trying;
use super::versions::Version;
use crate::CounterError;

/// One thing a supervisor did: it is undone and redone as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) patches: Vec<Patch>,
    /// Whole files that gave way to others: papers, and forms that came or went.
    pub(super) swaps: Vec<Swap>,
    pub(super) said: String,
    pub(super) why: String,
    pub(super) who: String,
    pub(super) at: Timestamp,
    pub(super) entry: Option<Entry>,
}

/// One whole file gives way to another; none where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Swap {
    pub(super) file: String,
    pub(super) was: Option<Vec<u8>>,
    pub(super) now: Option<Vec<u8>>,
}

impl Swap {
    fn inverse(&self) -> Self {
        Self { file: self.file.clone(), was: self.now.clone(), now: self.was.clone() }
    }

    fn apply(&self, files: &mut PackFiles) -> Result<(), EditError> {
        if files.get(&self.file) != self.was.as_ref() {
            return Err(EditError::Moved);
        }
        match &self.now {
            Some(bytes) => files.insert(self.file.clone(), bytes.clone()),
            None => files.remove(&self.file),
        };
        Ok(())
    }
}

impl Step {
    pub(super) fn of(
        patches: Vec<Patch>,
        swaps: Vec<Swap>,
        said: String,
        why: &str,
        who: &str,
        at: Timestamp,
    ) -> Self {
        let patches = patches.into_iter().filter(|patch| !patch.is_empty()).collect();
        Self { patches, swaps, said, why: why.trim().to_owned(), who: who.to_owned(), at, entry: None }
    }

    fn is_empty(&self) -> bool {
        self.patches.is_empty() && self.swaps.is_empty()
    }

    pub(super) fn touches(&self, path: &str) -> bool {
        self.files().any(|file| file == path)
    }

    fn files(&self) -> impl Iterator<Item = &str> {
        let patched = self.patches.iter().map(|patch| patch.file.as_str());
        patched.chain(self.swaps.iter().map(|swap| swap.file.as_str()))
    }

    fn apply(&self, files: &mut PackFiles) -> Result<(), EditError> {
        self.patches.iter().try_for_each(|patch| patch.apply(files))?;
        self.swaps.iter().try_for_each(|swap| swap.apply(files))
    }

    fn take_back(&self, files: &mut PackFiles) -> Result<(), EditError> {
        self.swaps.iter().rev().try_for_each(|swap| swap.inverse().apply(files))?;
        self.patches.iter().rev().try_for_each(|patch| patch.inverse().apply(files))
    }

    /// Forms alone changed, and no file came or went: the rules are what they were.
    fn leaves_rules(&self) -> bool {
        self.files().all(|file| form_of(file).is_some())
            && self.patches.iter().all(|patch| !patch.begins && !patch.ends)
            && self.swaps.iter().all(|swap| swap.was.is_some() && swap.now.is_some())
    }
}

/// A draft open at this terminal.
pub(crate) struct Drafting {
    pub(super) origin_pack: Arc<Pack>,
    pub(super) origin_catalogue: Catalogue,
    pub(super) files: PackFiles,
    pub(super) catalogue: Catalogue,
    /// As it reads; where it does not, as it last did.
    pub(super) pack: Arc<Pack>,
    pub(super) problems: Vec<Problem>,
    /// What the analysis found, of which revision.
    pub(super) findings: Option<(u64, Vec<Finding>)>,
    pub(super) steps: Vec<Step>,
    pub(super) undone: Vec<Step>,
    /// Rises with every change.
    pub(super) revision: u64,
    pub(super) trying: Option<Trying>,
    /// 様式, as they were last read.
    pub(super) shelf: Shelf,
    /// A version that came as a ZIP, to compare with.
    pub(super) held: Option<Version>,
    /// Editions that were fetched to compare with.
    pub(super) fetched: BTreeMap<u64, Version>,
    /// 市の下書き, where this is one.
    pub(super) shared: Option<Shared>,
    /// The edition in use, and its number.
    pub(super) origin: Arc<PackFiles>,
    pub(super) version: u64,
    books: BTreeMap<(bool, String, Date), Arc<Rulebook>>,
}

impl std::fmt::Debug for Drafting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Drafting({} steps)", self.steps.len())
    }
}

impl Drafting {
    pub(super) fn new(files: PackFiles) -> Result<Self, CounterError> {
        let pack = Arc::new(read_pack(&files).map_err(CounterError::PackBroken)?);
        let catalogue = Catalogue::of(&files);
        let version = pack.version;
        Ok(Self {
            shared: None,
            origin: Arc::new(files.clone()),
            version,
            origin_catalogue: catalogue.clone(),
            catalogue,
            origin_pack: Arc::clone(&pack),
            files,
            pack,
            problems: Vec::new(),
            findings: None,
            steps: Vec::new(),
            undone: Vec::new(),
            revision: 1,
            trying: None,
            shelf: Shelf::default(),
            held: None,
            fetched: BTreeMap::new(),
            books: BTreeMap::new(),
        })
    }

    /// A draft of the city, against the edition in use.
    pub(super) fn of_city(origin: PackFiles, shared: Shared, files: PackFiles) -> Result<Self, CounterError> {
        let mut drafting = Self::new(origin)?;
        drafting.files = files;
        drafting.shared = Some(shared);
        drafting.changed();
        Ok(drafting)
    }

    /// Does again what was done before the program was closed; nothing where the pack is another one by now.
    pub(super) fn replay(&mut self, steps: Vec<Step>) -> bool {
        let mut files = self.files.clone();
        if steps.iter().any(|step| step.apply(&mut files).is_err()) {
            return false;
        }
        self.files = files;
        self.steps = steps;
        self.changed();
        true
    }

    /// Makes edits as one step; all of them or none. Answers what was said of them.
    pub(super) fn make(
        &mut self,
        edits: &[Edit],
        why: &str,
        who: &str,
        at: Timestamp,
    ) -> Result<Option<Entry>, CounterError> {
        let mut files = self.files.clone();
        let (mut patches, mut said, mut entry) = (Vec::new(), Vec::new(), None);
        let pack = Arc::clone(&self.pack);
        let words = Words::of(&pack);
        for edit in edits {
            let applied = edit.apply(&files, Some(&words))?;
            if applied.patch.is_empty() {
                continue;
            }
            applied.patch.apply(&mut files)?;
            patches.push(applied.patch);
            said.push(applied.said);
            entry = applied.entry;
        }
        if patches.is_empty() {
            return Ok(entry);
        }
        let said = match said.as_slice() {
            [one] => one.clone(),
            all => format!("{}か所を直しました。{}", all.len(), all.first().cloned().unwrap_or_default()),
        };
        self.files = files;
        self.done(Step {
            patches,
            swaps: Vec::new(),
            said,
            why: why.trim().to_owned(),
            who: who.to_owned(),
            at,
            entry: entry.clone(),
        });
        Ok(entry)
    }

    /// Makes a step; all of it or nothing.
    pub(super) fn step(&mut self, step: Step) -> Result<(), CounterError> {
        if step.is_empty() {
            return Ok(());
        }
        let mut files = self.files.clone();
        step.apply(&mut files)?;
        self.files = files;
        self.done(step);
        Ok(())
    }

    /// The files are as they are after a step.
    fn done(&mut self, step: Step) {
        self.undone.clear();
        let said = step.said.clone();
        self.tell(&step, &said);
        self.changed_by(&step);
        self.steps.push(step);
    }

    fn changed_by(&mut self, step: &Step) {
        if step.leaves_rules() {
            self.revision += 1;
        } else {
            self.changed();
        }
    }

    /// Puts a whole text in place of a file's, as one step.
    pub(super) fn write_text(
        &mut self,
        (file, text): (&str, &str),
        said: String,
        who: &str,
        at: Timestamp,
    ) -> Result<(), CounterError> {
        let patch = self.replace_text(file, text);
        if patch.is_empty() {
            return Ok(());
        }
        patch.apply(&mut self.files)?;
        let (patches, who) = (vec![patch], who.to_owned());
        self.done(Step { patches, swaps: Vec::new(), said, why: String::new(), who, at, entry: None });
        Ok(())
    }

    fn tell(&mut self, step: &Step, said: &str) {
        let Some(shared) = &mut self.shared else { return };
        for file in step.files() {
            shared.touched(file, said, &step.why);
        }
    }

    pub(super) fn undo(&mut self) -> Result<Option<Entry>, CounterError> {
        let step = self.steps.last().cloned().ok_or(CounterError::NothingToUndo)?;
        let mut files = self.files.clone();
        step.take_back(&mut files)?;
        self.files = files;
        self.steps.pop();
        let entry = step.entry.clone();
        self.tell(&step, &format!("元に戻しました：{}", step.said));
        self.changed_by(&step);
        self.undone.push(step);
        Ok(entry)
    }

    pub(super) fn redo(&mut self) -> Result<Option<Entry>, CounterError> {
        let step = self.undone.last().cloned().ok_or(CounterError::NothingToUndo)?;
        let mut files = self.files.clone();
        step.apply(&mut files)?;
        self.files = files;
        self.undone.pop();
        let entry = step.entry.clone();
        self.tell(&step, &format!("やり直しました：{}", step.said));
        self.changed_by(&step);
        self.steps.push(step);
        Ok(entry)
    }

    pub(super) fn changed(&mut self) {
        self.revision += 1;
        self.catalogue.follow(&self.files);
        self.books.retain(|(draft, ..), _| !draft);
        match read_pack(&self.files) {
            Ok(pack) => {
                self.pack = Arc::new(pack);
                self.problems.clear();
            }
            Err(problems) => self.problems = problems,
        }
    }

    /// Whether the draft as it stands can be read.
    pub(super) fn reads(&self) -> bool {
        self.problems.is_empty()
    }

    /// What is known to be wrong, where it belongs.
    pub(super) fn notes(&self) -> Vec<Note> {
        let findings = match &self.findings {
            Some((of, findings)) if *of == self.revision => findings.as_slice(),
            _ => &[],
        };
        notes(&self.catalogue, &self.problems, findings)
    }

    /// The rules of the draft, or of the released edition.
    pub(super) fn book(&mut self, draft: bool, event: &str, on: Date) -> Result<Arc<Rulebook>, CounterError> {
        let key = (draft, event.to_owned(), on);
        if let Some(book) = self.books.get(&key) {
            return Ok(Arc::clone(book));
        }
        let pack = if draft { &self.pack } else { &self.origin_pack };
        let book = Arc::new(Rulebook::new(pack, event, on).map_err(|_| CounterError::UnknownLifeEvent)?);
        if self.books.len() > 64 {
            self.books.clear();
        }
        self.books.insert(key, Arc::clone(&book));
        Ok(book)
    }

    /// Another text than in the edition in use.
    pub(super) fn touched(&self, entry: &Entry) -> bool {
        match (self.catalogue.get(entry), self.origin_catalogue.get(entry)) {
            (Some(now), Some(was)) => !Arc::ptr_eq(now, was) && now.source.trim() != was.source.trim(),
            (now, was) => now.is_some() != was.is_some(),
        }
    }
}
