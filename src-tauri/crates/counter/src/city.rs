//! The city whose counter this is, as its procedure pack (手続パック) describes it.

use std::sync::Arc;

use include_dir::{Dir, include_dir};
use madoka_casework::{PackId, PackVersion};
use madoka_rules::{Pack, PackFiles, read_pack};
use madoka_sync::wire::drafts::NOTES_FILE;

use crate::CounterError;
use crate::bookings::{BookingAsks, booking_asks};
use crate::handover::{Handover, handovers};
use crate::papers::Blanks;
use crate::practice::{Story, stories};
use crate::resident::Languages;
use crate::view::Texts;
use crate::visit::texts;

/// みなと野市, the fictional city of practice mode. It travels inside the program: practice needs no other file.
static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../../assets/sample-city");

/// Its paper forms, which `pack.toml` names as its `forms_folder`.
static PAPERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../../forms");

/// The city as its pack describes it; without a pack that can be read, nothing is known of it.
#[derive(Debug, Default)]
pub(crate) struct City {
    pub(crate) pack: Option<Arc<Pack>>,
    /// Its papers, each read when it is first wanted.
    pub(crate) blanks: Arc<Blanks>,
    pub(crate) life_events: Vec<LifeEvent>,
    /// What the resident's window speaks.
    pub(crate) languages: Languages,
    /// 練習の課題
    pub(crate) stories: Vec<Story>,
    /// 予約の聞き取り
    pub(crate) booking_asks: Vec<BookingAsks>,
    /// 受け取るもの・お渡しするもの
    pub(crate) handovers: Vec<Handover>,
    /// 職員へのお知らせ: what this edition changes for whoever works with it.
    pub(crate) notes: String,
}

/// ライフイベント: what a resident comes for.
#[derive(Debug)]
pub(crate) struct LifeEvent {
    pub(crate) id: String,
    pub(crate) name: Texts,
    /// One line for the officer: when to choose it.
    pub(crate) hint: String,
}

impl City {
    /// The sample city's pack as its files.
    pub(crate) fn sample_files() -> PackFiles {
        let mut files = PackFiles::new();
        gather(&SAMPLE, "", &mut files);
        gather(&PAPERS, "forms/", &mut files);
        files
    }

    pub(crate) fn sample() -> Result<Self, CounterError> {
        let files = Self::sample_files();
        let pack = read_pack(&files).map_err(CounterError::PackBroken)?;
        Ok(Self::of(pack, &files))
    }

    pub(crate) fn of(pack: Pack, files: &PackFiles) -> Self {
        let mut events: Vec<_> = pack.events.iter().collect();
        events.sort_by_key(|event| event.order);
        let life_events = events
            .into_iter()
            .map(|event| LifeEvent {
                id: event.id.to_string(),
                name: texts(&event.name),
                hint: event.hint.as_ref().map(|hint| hint.ja.clone()).unwrap_or_default(),
            })
            .collect();
        let languages = Languages::of(&pack.languages, files);
        Self {
            pack: Some(Arc::new(pack)),
            blanks: Arc::new(Blanks::new(files)),
            life_events,
            languages,
            stories: stories(files),
            booking_asks: booking_asks(files),
            handovers: handovers(files),
            notes: files
                .get(NOTES_FILE)
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .unwrap_or_default()
                .trim()
                .to_owned(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.pack.as_ref().map_or("", |pack| pack.city.name.as_str())
    }

    /// The version a new case is opened with, and stays on.
    pub(crate) fn version(&self) -> Option<PackVersion> {
        let pack = self.pack.as_ref()?;
        Some(PackVersion { id: PackId::parse(pack.id.as_str()).ok()?, version: pack.version })
    }

    pub(crate) fn life_event(&self, id: &str) -> Option<&LifeEvent> {
        self.life_events.iter().find(|event| event.id == id)
    }
}

fn gather(folder: &Dir<'_>, prefix: &str, files: &mut PackFiles) {
    for file in folder.files() {
        let path: Vec<_> = file.path().iter().map(|part| part.to_string_lossy()).collect();
        files.insert(format!("{prefix}{}", path.join("/")), file.contents().to_vec());
    }
    for inner in folder.dirs() {
        gather(inner, prefix, files);
    }
}
