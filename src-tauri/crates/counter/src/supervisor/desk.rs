//! The desk itself: opening a draft, editing, undo, and what the screen shows of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use madoka_rules::edit::{Entry, Note, Section};
use madoka_rules::{Condition, Finding, Pack, PackFiles, analyse};
use madoka_store::Realm;
use madoka_sync::wire::drafts::NOTES_FILE;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::draft::Drafting;
use super::shared::Shared;
use super::{
    CheckView, Choosable, Clause, CompareView, EditGiven, EntryRef, EntryView, Said, ScenariosView,
    SharedView, SheetRead, TryStart, TryView, WhyView, kept,
};
use crate::city::City;
use crate::office::Names;
use crate::visit::Given;
use crate::{Counter, CounterError, office_time};

/// The setting that keeps the steps of the draft at this terminal.
const STEPS: &str = "supervisor.steps";

/// The list at the left, and what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
#[expect(clippy::struct_excessive_bools, reason = "the screen shows each by itself")]
pub struct DeskView {
    pub revision: u32,
    pub entries: Vec<EntryRow>,
    /// The newest first.
    pub steps: Vec<StepRow>,
    pub can_undo: bool,
    pub can_redo: bool,
    /// The draft can be read.
    pub reads: bool,
    pub errors: u32,
    /// Only findings of reading, until the check has run on this revision.
    pub checked: bool,
    pub notes: Vec<NoteRow>,
    /// Where the last change was.
    pub last: Option<EntryRef>,
    /// 市の下書き: the one several supervisors work on.
    pub shared: Option<SharedView>,
    /// Nothing can be changed here: no draft of the city was begun, or whoever works here approves and does not edit.
    pub read_only: bool,
    /// 職員へのお知らせ, as the draft has it.
    pub notes_for_staff: String,
}

impl DeskView {
    /// Whose work it is, by name.
    fn call(&mut self, names: &Names) {
        for step in &mut self.steps {
            names.put(&mut step.who);
        }
        let Some(shared) = &mut self.shared else { return };
        for happened in &mut shared.happened {
            names.put(&mut happened.who);
        }
        for clash in &mut shared.clashes {
            names.put(&mut clash.who);
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct EntryRow {
    pub entry: EntryRef,
    pub name: String,
    /// In small letters below the name: the office of a procedure, the topic of a question.
    pub under: String,
    /// Another than in the released edition.
    pub changed: bool,
    pub errors: u32,
    pub warnings: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct StepRow {
    pub said: String,
    pub why: String,
    pub who: String,
    /// 「11月21日 10:05」
    pub at: String,
    pub entry: Option<EntryRef>,
}

/// 指摘
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export, rename = "DraftNote"))]
pub struct NoteRow {
    pub error: bool,
    pub code: String,
    pub entry: Option<EntryRef>,
    pub field: Option<String>,
    pub what: String,
    pub fix: String,
}

impl From<&Note> for NoteRow {
    fn from(note: &Note) -> Self {
        Self {
            error: note.error,
            code: note.code.to_owned(),
            entry: note.entry.as_ref().map(EntryRef::from),
            field: note.field.map(str::to_owned),
            what: note.what.clone(),
            fix: note.fix.clone(),
        }
    }
}

/// A check to be run.
#[derive(Debug)]
pub struct CheckJob {
    pack: Arc<Pack>,
    revision: u64,
    today: Date,
}

/// A check that was run.
#[derive(Debug)]
pub struct Checked {
    revision: u64,
    findings: Vec<Finding>,
}

impl CheckJob {
    pub fn run(&self) -> Checked {
        Checked { revision: self.revision, findings: analyse(&self.pack, Some(self.today)) }
    }
}

/// A case's facts without the person, being tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct TriedCase {
    pub tried: TryView,
    /// Birth dates on which the judgement turns: they stay as they are (labels).
    pub exact: Vec<String>,
}

/// 「2026-11-21 10:05」
pub(super) fn at(moment: jiff::Timestamp) -> String {
    format!("{} {}", office_time::day(moment), office_time::clock(moment))
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Drafting {
    /// What was done, the newest first: by everybody who works on it where it is the city's.
    fn done_rows(&self) -> Vec<StepRow> {
        let shared = self.shared.as_ref().map(Shared::history_rows).unwrap_or_default();
        let own = self.steps.iter().rev().map(|step| StepRow {
            said: step.said.clone(),
            why: step.why.clone(),
            who: step.who.clone(),
            at: at(step.at),
            entry: step.entry.as_ref().map(EntryRef::from),
        });
        if shared.is_empty() { own.collect() } else { shared }
    }

    pub(super) fn text_of(&self, file: &str) -> String {
        let bytes = self.files.get(file).map(Vec::as_slice).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }

    pub(super) fn view(&self) -> DeskView {
        let notes = self.notes();
        let mut counts: BTreeMap<&Entry, (u32, u32)> = BTreeMap::new();
        for note in &notes {
            let Some(entry) = &note.entry else { continue };
            let (errors, warnings) = counts.entry(entry).or_default();
            *(if note.error { errors } else { warnings }) += 1;
        }
        let under = self.under();
        let rows = self.catalogue.entries().iter().map(|found| {
            let (errors, warnings) = counts.get(&found.entry).copied().unwrap_or_default();
            let key = (found.entry.section, found.entry.id.clone());
            EntryRow {
                under: under.get(&key).map(|text| (*text).to_owned()).unwrap_or_default(),
                changed: self.touched(&found.entry),
                errors,
                warnings,
                entry: EntryRef::from(&found.entry),
                name: found.content.name.clone(),
            }
        });
        DeskView {
            revision: count(usize::try_from(self.revision).unwrap_or(usize::MAX)),
            entries: rows.collect(),
            steps: self.done_rows(),
            can_undo: !self.steps.is_empty(),
            can_redo: !self.undone.is_empty(),
            reads: self.reads(),
            errors: count(notes.iter().filter(|note| note.error).count()),
            checked: self.findings.as_ref().is_some_and(|(of, _)| *of == self.revision),
            notes: notes.iter().map(NoteRow::from).collect(),
            last: None,
            shared: self.shared_view(),
            read_only: self.shared.as_ref().is_some_and(Shared::is_closed),
            notes_for_staff: self.text_of(NOTES_FILE),
        }
    }

    /// What stands in small letters below the names.
    fn under(&self) -> BTreeMap<(Section, String), &str> {
        let pack = &self.pack;
        let offices: BTreeMap<_, _> =
            pack.offices.iter().map(|one| (&one.id, one.name.ja.as_str())).collect();
        let screens: BTreeMap<_, _> =
            pack.screens.iter().map(|one| (&one.id, one.title.ja.as_str())).collect();
        let events: BTreeMap<_, _> = pack.events.iter().map(|one| (&one.id, one.name.ja.as_str())).collect();
        let procedures = pack
            .procedures
            .iter()
            .filter_map(|one| Some(((Section::Procedure, one.id.to_string()), *offices.get(&one.office)?)));
        let questions = pack
            .questions
            .iter()
            .filter_map(|one| Some(((Section::Question, one.fact.to_string()), *screens.get(&one.screen)?)));
        let scenarios = pack
            .scenarios
            .iter()
            .filter_map(|one| Some(((Section::Scenario, one.id.to_string()), *events.get(&one.event)?)));
        procedures.chain(questions).chain(scenarios).collect()
    }
}

impl Counter {
    /// Whether whoever works here may edit: in practice everybody may.
    pub fn may_edit(&self) -> bool {
        self.practice
            || self.officer().is_some_and(|officer| {
                officer.roles.iter().any(|role| role == "supervisor" || role == "approver")
            })
    }

    /// 手続の編集を開く: the draft as it was left, or a new one of the edition in use.
    pub fn supervise(&mut self) -> Result<DeskView, CounterError> {
        if !self.may_edit() {
            return Err(CounterError::NotSupervisor);
        }
        if self.drafting.is_none() {
            let files = self.released_files()?;
            let drafting = if self.practice { self.own_draft(files)? } else { self.city_draft(files)? };
            self.drafting = Some(drafting);
        }
        self.desk_view()
    }

    /// 練習の下書き: it stays at this terminal.
    fn own_draft(&self, files: PackFiles) -> Result<Drafting, CounterError> {
        let mut drafting = Drafting::new(files)?;
        let store = self.cases.store()?;
        let kept = store.setting(STEPS)?.unwrap_or_default();
        let file = |name: &str| store.setting(name).ok().flatten();
        if let Some(steps) = kept::read(&kept, file).filter(|steps| !steps.is_empty())
            && !drafting.replay(steps)
        {
            tracing::warn!("the draft's steps do not fit this edition; it begins anew");
        }
        Ok(drafting)
    }

    pub(super) fn desk_view(&mut self) -> Result<DeskView, CounterError> {
        let (practice, names) = (self.practice, self.names());
        let draft = self.draft_open()?;
        let mut view = draft.view();
        view.call(&names);
        view.read_only |= !practice && draft.shared.is_none();
        Ok(view)
    }

    pub(super) fn released_files(&self) -> Result<PackFiles, CounterError> {
        let store = self.cases.store()?;
        if store.realm() != Realm::Real {
            return Ok(City::sample_files());
        }
        let in_use = madoka_sync::terminal::packs::active(store, self.today())?;
        Ok(in_use.ok_or(CounterError::NoPack)?.files)
    }

    pub(super) fn draft_open(&mut self) -> Result<&mut Drafting, CounterError> {
        if !self.may_edit() {
            return Err(CounterError::NotSupervisor);
        }
        self.drafting.as_mut().ok_or(CounterError::NoDraft)
    }

    pub(super) fn keep_steps(&mut self) -> Result<(), CounterError> {
        if !self.practice {
            return self.keep_shared();
        }
        let draft = self.draft_open()?;
        let steps = kept::write(&draft.steps);
        let whole: Vec<(String, Vec<u8>)> =
            kept::whole_files(&draft.steps).map(|(name, bytes)| (name, bytes.to_vec())).collect();
        let store = self.cases.store_mut()?;
        for (name, bytes) in whole {
            if store.setting(&name)?.is_none_or(|kept| kept.is_empty()) {
                store.set(&name, &kept::encoded(&bytes))?;
            }
        }
        Ok(store.set(STEPS, &steps)?)
    }

    fn seen_desk(&mut self, last: Option<&Entry>) -> Result<DeskView, CounterError> {
        self.keep_steps()?;
        let mut view = self.desk_view()?;
        view.last = last.map(EntryRef::from);
        Ok(view)
    }

    pub fn draft_entry(&mut self, entry: &EntryRef) -> Result<EntryView, CounterError> {
        self.draft_open()?.entry(&Entry::try_from(entry)?)
    }

    pub fn draft_choosable(&mut self) -> Result<Choosable, CounterError> {
        let draft = self.draft_open()?;
        Ok(Choosable::of(&draft.pack, draft.revision))
    }

    /// Changes one thing of an entry.
    pub fn draft_edit(
        &mut self,
        entry: &EntryRef,
        edit: &EditGiven,
        why: &str,
    ) -> Result<DeskView, CounterError> {
        let edit = edit.of(entry, self.draft_open()?)?;
        self.draft_make(&[edit], why)
    }

    pub(super) fn draft_make(
        &mut self,
        edits: &[madoka_rules::edit::Edit],
        why: &str,
    ) -> Result<DeskView, CounterError> {
        let (who, at) = (self.me.staff.to_string(), self.clock.now());
        let last = self.draft_to_change()?.make(edits, why, &who, at)?;
        self.seen_desk(last.as_ref())
    }

    pub fn draft_undo(&mut self) -> Result<DeskView, CounterError> {
        let last = self.draft_to_change()?.undo()?;
        self.seen_desk(last.as_ref())
    }

    pub fn draft_redo(&mut self) -> Result<DeskView, CounterError> {
        let last = self.draft_to_change()?.redo()?;
        self.seen_desk(last.as_ref())
    }

    /// 下書きを捨てる: back to the edition in use.
    pub fn draft_drop(&mut self) -> Result<DeskView, CounterError> {
        let draft = self.draft_open()?;
        let whole = kept::whole_files(&draft.steps).chain(kept::whole_files(&draft.undone));
        let files: Vec<String> = whole.map(|(name, _)| name).collect();
        self.drafting = None;
        let store = self.cases.store_mut()?;
        store.set(STEPS, "")?;
        for name in files {
            store.set(&name, "")?;
        }
        self.supervise()
    }

    /// A condition as it is being built.
    pub fn draft_say(&mut self, entry: &EntryRef, clause: &Clause) -> Result<Said, CounterError> {
        let condition = Condition::try_from(clause)?;
        Ok(self.draft_open()?.say(&Entry::try_from(entry)?, &condition))
    }

    /// A condition as an expert types it.
    pub fn draft_read(&mut self, entry: &EntryRef, text: &str) -> Result<Said, CounterError> {
        let entry = Entry::try_from(entry)?;
        let draft = self.draft_open()?;
        Said::of_text(&draft.pack, text, draft.about_member(&entry))
    }

    pub fn draft_try(&mut self, start: &TryStart) -> Result<TryView, CounterError> {
        let today = self.today();
        let draft = self.draft_open()?;
        draft.begin(start, today)?;
        draft.tried()?.ok_or(CounterError::NoDraft)
    }

    /// What is being tried, as the draft is now.
    pub fn draft_tried(&mut self) -> Result<Option<TryView>, CounterError> {
        self.draft_open()?.tried()
    }

    pub fn draft_answer(&mut self, fact: &str, given: &Given) -> Result<TryView, CounterError> {
        let draft = self.draft_open()?;
        draft.answer(fact, given)?;
        draft.tried()?.ok_or(CounterError::NoDraft)
    }

    pub fn draft_household(&mut self, add: bool) -> Result<TryView, CounterError> {
        let draft = self.draft_open()?;
        draft.household(add)?;
        draft.tried()?.ok_or(CounterError::NoDraft)
    }

    pub fn draft_back(&mut self) -> Result<TryView, CounterError> {
        let draft = self.draft_open()?;
        draft.go_back()?;
        draft.tried()?.ok_or(CounterError::NoDraft)
    }

    pub fn draft_why(&mut self, procedure: &str) -> Result<WhyView, CounterError> {
        self.draft_open()?.why(procedure)
    }

    pub fn draft_scenarios(&mut self) -> Result<ScenariosView, CounterError> {
        Ok(self.draft_open()?.scenarios())
    }

    /// 点検: the exact search over all conditions takes its time, and is done beside the counter.
    pub fn draft_to_check(&mut self) -> Result<CheckJob, CounterError> {
        let today = self.today();
        let draft = self.draft_open()?;
        if draft.reads() {
            Ok(CheckJob { pack: Arc::clone(&draft.pack), revision: draft.revision, today })
        } else {
            Err(CounterError::DraftBroken)
        }
    }

    /// What the check found. A draft that was changed meanwhile is to be checked again.
    pub fn draft_checked(&mut self, found: Checked) -> Result<CheckView, CounterError> {
        let draft = self.draft_open()?;
        if draft.revision == found.revision {
            draft.findings = Some((found.revision, found.findings));
        }
        Ok(draft.checked())
    }

    /// 場面テストにする: what is being tried, with what comes out now as what is expected.
    pub fn draft_record(&mut self, title: &str, why: &str) -> Result<DeskView, CounterError> {
        self.draft_record_with(title, why, &[])
    }

    /// The same, where these come out only once the rules are mended.
    pub(crate) fn draft_record_with(
        &mut self,
        title: &str,
        why: &str,
        wanted: &[String],
    ) -> Result<DeskView, CounterError> {
        let edit = self.draft_open()?.record_tried(title, wanted)?;
        self.draft_make(&[edit], why)
    }

    /// A case becomes somebody to try with: its facts without the person. Answers what had to stay exact.
    pub fn draft_try_case(&mut self, id: madoka_casework::CaseId) -> Result<TriedCase, CounterError> {
        self.draft_open()?;
        let judged = self.judged(id)?;
        let (facts, exact) = super::anonymous::anonymous(&judged.book, &judged.facts);
        let (event, on) = (judged.case.life_event.to_string(), judged.book.on());
        let draft = self.draft_open()?;
        draft.begin_with("案件から（個人の情報は除いてあります）", &event, on, facts)?;
        Ok(TriedCase { tried: draft.tried()?.ok_or(CounterError::NoDraft)?, exact })
    }

    pub fn draft_compare(&mut self) -> Result<CompareView, CounterError> {
        let today = self.today();
        self.draft_open()?.compared(today)
    }

    /// 下書きの手続パック as one document, for `madokad pack import` and `madokactl`: it is not signed.
    pub fn draft_document(&mut self) -> Result<String, CounterError> {
        let draft = self.draft_open()?;
        let built = madoka_rules::pack::Document::build(&draft.files);
        built.map(|(document, _)| document.to_text()).map_err(|_| CounterError::DraftBroken)
    }

    /// 文の一覧: every text of the draft as a spreadsheet.
    pub fn draft_sheet(&mut self) -> Result<String, CounterError> {
        self.draft_open()?.sheet()
    }

    /// Takes the texts of a spreadsheet in as one step.
    pub fn draft_take_sheet(&mut self, sheet: &[u8]) -> Result<SheetRead, CounterError> {
        let (edits, refused) = self.draft_open()?.read_sheet(sheet)?;
        let changed = count(edits.len());
        let desk = self.draft_make(&edits, "表から取り込み")?;
        Ok(SheetRead { changed, refused, desk })
    }
}
