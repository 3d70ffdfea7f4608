//! 取り込む: what the server answered and what others did, put together with one's own work, so that nothing of either is lost.

use jiff::Timestamp;
use madoka_rules::PackFiles;
use madoka_rules::edit::{Catalogue, Entry, Patch, compare};
use madoka_sync::wire::drafts::{DraftFiles, FileAt, Save, SaveAnswer, Saved, Stage};

use super::EntryRef;
use super::draft::Drafting;
use super::merge::{Clash, merge};
use super::shared::{Happened, KeptClash, Shared, bytes, hash, is_text, put};

/// What is told of others' work; older is in the history.
const HAPPENED: usize = 30;

/// What one side did to an entry, or to a file where no entry is named, in sentences.
fn lines(file: &str, was: &str, now: &str) -> Vec<String> {
    if madoka_forms::form_of(file).is_some() {
        let lines = madoka_forms::edit::compare(was, now);
        if !lines.is_empty() {
            return lines;
        }
    }
    let of = |text: &str| Catalogue::of(&PackFiles::from([(file.to_owned(), text.as_bytes().to_vec())]));
    let lines = compare((&of(was), None), (&of(now), None));
    if lines.is_empty() && was.trim() != now.trim() {
        vec![format!("「{file}」が変わりました。")]
    } else {
        lines
    }
}

impl Drafting {
    /// What became of what was sent. Answers whether anything here is another one now.
    pub(super) fn sent(&mut self, sent: Vec<(Save, SaveAnswer)>) -> bool {
        let mut moved = false;
        if let Some(shared) = &mut self.shared {
            shared.news = true;
        }
        for (save, answer) in sent {
            match answer {
                SaveAnswer::Saved { revision, fingerprint } => {
                    let Some(shared) = &mut self.shared else { return moved };
                    shared.draft.fingerprint = fingerprint;
                    shared.draft.stage = Stage::Editing;
                    shared.draft.proposed = None;
                    let contents = bytes(save.content);
                    let is_as_sent = self.files.get(&save.path) == contents.as_ref();
                    if let Some(contents) = &contents {
                        shared.known.insert(save.path.clone(), (revision, hash(contents)));
                    } else {
                        shared.known.remove(&save.path);
                    }
                    put(&mut shared.base, &save.path, contents);
                    if is_as_sent {
                        shared.unsent.remove(&save.path);
                    }
                    moved = true;
                }
                SaveAnswer::Conflict(conflict) => {
                    let last = conflict.since.last().map(|saved| (saved.by.to_string(), saved.at));
                    let by = last.unwrap_or_else(|| self.somebody());
                    moved |= self.take_in(&conflict.path, conflict.revision, bytes(conflict.content), by);
                }
            }
        }
        moved
    }

    /// Whose a change is where the server does not say: the draft's.
    fn somebody(&self) -> (String, Timestamp) {
        let shared = self.shared.as_ref().map(|shared| (shared.draft.by.to_string(), shared.draft.at));
        shared.unwrap_or_default()
    }

    /// What others saved meanwhile. Answers whether anything here is another one now.
    pub(super) fn heard(&mut self, listing: DraftFiles, fetched: Vec<FileAt>, history: Vec<Saved>) -> bool {
        let Some(shared) = &mut self.shared else { return false };
        let mut moved = shared.draft != listing.draft;
        shared.draft = listing.draft;
        shared.heard = true;
        if listing.files.is_empty() {
            return moved;
        }
        moved |= shared.history != history;
        shared.history = history;
        shared.news = false;
        let who = |path: &str| {
            let file = listing.files.iter().find(|file| file.path == path);
            file.map(|file| (file.by.to_string(), file.at))
        };
        let gone: Vec<String> = shared
            .known
            .keys()
            .filter(|path| !listing.files.iter().any(|file| file.path == **path))
            .cloned()
            .collect();
        for at in fetched {
            let newer = self.shared.as_ref().is_some_and(|shared| {
                shared.known.get(&at.path).is_none_or(|(revision, _)| *revision < at.revision)
            });
            if newer {
                let by = who(&at.path).unwrap_or_else(|| self.somebody());
                moved |= self.take_in(&at.path, at.revision, bytes(at.content), by);
            }
        }
        for path in gone {
            let by = self.somebody();
            moved |= self.take_in(&path, 0, None, by);
        }
        moved
    }

    /// One file as the server has it now, put together with what was done here.
    fn take_in(
        &mut self,
        path: &str,
        revision: u64,
        theirs: Option<Vec<u8>>,
        (by, at): (String, Timestamp),
    ) -> bool {
        let Some(shared) = &mut self.shared else { return false };
        let (mine, base) = (self.files.get(path).cloned(), shared.base.get(path).cloned());
        let text = |bytes: &Option<Vec<u8>>| {
            std::str::from_utf8(bytes.as_deref().unwrap_or_default()).ok().map(str::to_owned)
        };
        let texts = (text(&base), text(&mine), text(&theirs));
        let mut happened = Happened { by, at, lines: Vec::new(), together: Vec::new() };
        let now = match texts {
            (Some(base), Some(mine), Some(their)) if is_text(path) => {
                happened.lines = lines(path, &base, &their);
                let merged = merge(path, &base, &mine, &their);
                happened.together = merged.together.iter().map(EntryRef::from).collect();
                for clash in &merged.clashes {
                    shared.keep_aside(clash, (&base, &mine, &their), &happened.by);
                }
                if theirs.is_none() && merged.text.is_empty() { None } else { Some(merged.text.into_bytes()) }
            }
            // A picture or a PDF: there is nothing to put together. One's own stays where one changed it.
            _ if mine != base => {
                happened.lines.push(format!("「{path}」も替えられていました。あなたのものを残しています。"));
                mine.clone()
            }
            _ => {
                happened.lines.push(format!("「{path}」を替えました。"));
                theirs.clone()
            }
        };
        match &theirs {
            Some(theirs) => shared.known.insert(path.to_owned(), (revision, hash(theirs))),
            None => shared.known.remove(path),
        };
        if now == theirs {
            shared.unsent.remove(path);
        } else {
            shared.unsent.entry(path.to_owned()).or_default();
        }
        put(&mut shared.base, path, theirs);
        if !happened.lines.is_empty() {
            shared.happened.insert(0, happened);
            shared.happened.truncate(HAPPENED);
        }
        let moved = mine != now;
        if moved {
            self.move_steps(path, mine.as_deref(), now.as_deref());
            put(&mut self.files, path, now);
        }
        moved
    }

    /// The steps that can be undone were made on a text that is another one now. They are made again on it, from the last
    /// to the first; what does not fit any more can no longer be undone.
    fn move_steps(&mut self, path: &str, was: Option<&[u8]>, now: Option<&[u8]>) {
        self.undone.retain(|step| !step.touches(path));
        let text = |bytes: Option<&[u8]>| {
            std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default().to_owned()
        };
        let mut before = PackFiles::from([(path.to_owned(), text(was).into_bytes())]);
        let mut after = text(now);
        let mut first = 0;
        for (at, step) in self.steps.iter_mut().enumerate().rev() {
            let mut fits = true;
            for patch in step.patches.iter_mut().rev().filter(|patch| patch.file == path) {
                let then = text(before.get(path).map(Vec::as_slice));
                fits &= !patch.begins && !patch.ends && patch.inverse().apply(&mut before).is_ok();
                let earlier = text(before.get(path).map(Vec::as_slice));
                match diffy::merge(&then, &after, &earlier) {
                    Ok(without) if fits => {
                        *patch = Patch::between(path, Some(&without), &after);
                        after = without;
                    }
                    _ => fits = false,
                }
            }
            if !fits {
                first = at + 1;
                break;
            }
        }
        self.steps.drain(..first);
    }

    /// A file as a whole, as one step.
    pub(super) fn replace_text(&self, file: &str, text: &str) -> Patch {
        let old = self.files.get(file).and_then(|bytes| std::str::from_utf8(bytes).ok());
        Patch::between(file, old, text)
    }
}

impl Shared {
    fn keep_aside(&mut self, clash: &Clash, (base, mine, theirs): (&str, &str, &str), by: &str) {
        let entry = clash.entry.as_ref().map(EntryRef::from);
        self.clashes.retain(|one| one.file != clash.file || one.entry != entry);
        let only = |text: &str| match &clash.entry {
            None => text.to_owned(),
            Some(entry) => source(&clash.file, text, entry),
        };
        self.clashes.push(KeptClash {
            their_lines: lines(&clash.file, &only(base), &only(theirs)),
            my_lines: lines(&clash.file, &only(base), &only(mine)),
            file: clash.file.clone(),
            entry,
            mine: clash.mine.clone(),
            by: by.to_owned(),
        });
    }
}

fn source(file: &str, text: &str, entry: &Entry) -> String {
    let all = Catalogue::of(&PackFiles::from([(file.to_owned(), text.as_bytes().to_vec())]));
    all.get(entry).map(|content| content.source.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use madoka_casework::StaffId;
    use madoka_rules::edit::{Edit, Plain, Section};
    use madoka_sync::wire::drafts::{Conflict, Draft, File};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::supervisor::shared::content;

    const HEAD: &str = "id = \"small\"\nname = \"小さな市\"\nversion = 1\nvalid_from = 2026-04-01\nvalid_to = 2030-03-31\nforms_folder = \"forms\"\n[city]\nname = \"小さな市\"\nprefecture = \"架空県\"\ncode = \"999999\"\n";
    const RULES: &str = "event = [{ id = \"death\", name = \"おくやみ\" }]\noffice = [{ id = \"shimin\", name = \"市民課\", kind = \"city\" }]\nscreen = [{ id = \"basic\", title = \"基本\", order = 1 }]\n\n[[fact]]\npath = \"deceased.head\"\ntype = \"bool\"\nlabel = \"世帯主\"\n\n[[question]]\nfact = \"deceased.head\"\nevents = [\"death\"]\nscreen = \"basic\"\norder = 1\nask = \"世帯主でしたか。\"\n";
    const IDS: [&str; 4] = ["death.a", "death.b", "death.c", "death.d"];
    const REFUND: &str = IDS[0];
    const LOSS: &str = IDS[1];

    /// A pack whose procedures all stand in one file, one right below the other.
    fn small() -> PackFiles {
        let procedures = IDS.map(|id| {
            format!("[[procedure]]\nid = \"{id}\"\nevents = [\"death\"]\nname = \"{id}の届\"\noffice = \"shimin\"\nkind = \"notify\"\nlevel = 4\nwhen = \"deceased.head\"\n")
        });
        let files = [
            ("pack.toml", HEAD.to_owned()),
            ("rules.toml", RULES.to_owned()),
            ("procedures.toml", procedures.concat()),
        ];
        files.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).collect()
    }

    /// A draft as a server has it: a save that changed an older revision is refused, with what there is now.
    struct Server(BTreeMap<String, (u64, Vec<u8>)>, u64);

    impl Server {
        fn new() -> Self {
            Self(small().into_iter().map(|(path, bytes)| (path, (1, bytes))).collect(), 0)
        }

        fn listing(&self) -> DraftFiles {
            let by = StaffId::parse("other").unwrap();
            let file = |(path, (revision, bytes)): (&String, &(u64, Vec<u8>))| File {
                path: path.clone(),
                revision: *revision,
                hash: hash(bytes),
                bytes: 0,
                by: by.clone(),
                at: Timestamp::UNIX_EPOCH,
            };
            let draft = Draft {
                id: Uuid::nil(),
                title: "改正".to_owned(),
                stage: Stage::Editing,
                base: Some(1),
                by: by.clone(),
                at: Timestamp::UNIX_EPOCH,
                saves: self.1,
                fingerprint: hash(&self.1.to_le_bytes()),
                proposed: None,
                version: None,
                again: None,
            };
            DraftFiles { draft, files: self.0.iter().map(file).collect() }
        }

        fn at(&self, path: &str) -> FileAt {
            let (revision, bytes) = &self.0[path];
            FileAt { path: path.to_owned(), revision: *revision, content: content(path, Some(bytes)) }
        }

        fn save(&mut self, save: Save) -> (Save, SaveAnswer) {
            let now = self.0.entry(save.path.clone()).or_default();
            let wanted = bytes(save.content.clone()).unwrap();
            self.1 += 1;
            let answer = if now.1 == wanted || save.revision == now.0 {
                *now = (now.0 + u64::from(now.1 != wanted), wanted);
                SaveAnswer::Saved { revision: now.0, fingerprint: hash(&self.1.to_le_bytes()) }
            } else {
                SaveAnswer::Conflict(Box::new(Conflict {
                    path: save.path.clone(),
                    revision: now.0,
                    content: content(&save.path, Some(&now.1)),
                    since: Vec::new(),
                    theirs: None,
                    yours: None,
                    merged: None,
                    kept: self.1,
                }))
            };
            (save, answer)
        }
    }

    /// A supervisor at a terminal of their own.
    fn desk(server: &Server) -> Drafting {
        let origin = small();
        let shared = Shared::of(server.listing(), Vec::new(), &origin, false);
        let files = shared.base().clone();
        Drafting::of_city(origin, shared, files).unwrap()
    }

    fn sync(desk: &mut Drafting, server: &mut Server) {
        for _ in 0..3 {
            let saves = desk.shared.as_ref().unwrap().saves(&desk.files);
            let sent = saves.into_iter().map(|save| server.save(save)).collect();
            desk.sent(sent);
        }
        let known = desk.shared.as_ref().unwrap().known();
        let listing = server.listing();
        let news = listing.files.iter().filter(|file| known.get(&file.path) != Some(&file.hash));
        let fetched = news.map(|file| server.at(&file.path)).collect();
        desk.heard(listing, fetched, Vec::new());
        desk.changed();
    }

    fn rename(desk: &mut Drafting, id: &str, name: &str) {
        let edit = Edit::Write {
            entry: Entry::new(Section::Procedure, id),
            field: "name".to_owned(),
            language: Some("ja".to_owned()),
            value: Some(Plain::Text(name.to_owned())),
        };
        desk.make(&[edit], "改正", "k01", Timestamp::UNIX_EPOCH).unwrap();
    }

    fn name(desk: &Drafting, id: &str) -> String {
        desk.catalogue.get(&Entry::new(Section::Procedure, id)).unwrap().name.clone()
    }

    #[test]
    fn 同じファイルの別の手続を二人が直すと_両方が残り_どちらも相手のしたことを知る() {
        let mut server = Server::new();
        let (mut hanako, mut jiro) = (desk(&server), desk(&server));
        rename(&mut hanako, REFUND, "花子の名前");
        rename(&mut jiro, LOSS, "次郎の名前");
        sync(&mut hanako, &mut server);
        sync(&mut jiro, &mut server);
        sync(&mut hanako, &mut server);
        for desk in [&hanako, &jiro] {
            assert_eq!((name(desk, REFUND), name(desk, LOSS)), ("花子の名前".into(), "次郎の名前".into()));
            let shared = desk.shared.as_ref().unwrap();
            assert!(shared.is_sent());
            assert_eq!(shared.happened.len(), 1, "{:?}", shared.happened);
        }
        assert_eq!(hanako.files, jiro.files);
        assert!(jiro.shared.as_ref().unwrap().happened[0].lines[0].contains("花子の名前"));
        assert!(hanako.shared.as_ref().unwrap().happened[0].lines[0].contains("次郎の名前"));

        // Each undoes what they did, and only that.
        hanako.undo().unwrap();
        sync(&mut hanako, &mut server);
        sync(&mut jiro, &mut server);
        assert_ne!(name(&jiro, REFUND), "花子の名前");
        assert_eq!(name(&jiro, LOSS), "次郎の名前");
        jiro.undo().unwrap();
        sync(&mut jiro, &mut server);
        sync(&mut hanako, &mut server);
        assert_eq!(hanako.files, small());
    }

    #[test]
    fn 同じ手続の同じ文を二人が直すと_先の人のものが残り_後の人のものは決めるまで残る() {
        let mut server = Server::new();
        let (mut hanako, mut jiro) = (desk(&server), desk(&server));
        rename(&mut hanako, REFUND, "花子の名前");
        rename(&mut jiro, REFUND, "次郎の名前");
        sync(&mut hanako, &mut server);
        sync(&mut jiro, &mut server);
        assert_eq!(name(&jiro, REFUND), "花子の名前");
        let shared = jiro.shared.as_ref().unwrap();
        let [clash] = shared.clashes.as_slice() else { panic!("{:?}", shared.clashes) };
        assert!(clash.their_lines[0].contains("花子の名前") && clash.my_lines[0].contains("次郎の名前"));
        assert!(!shared.is_sent() && shared.waiting() == 0);

        // What is kept at the terminal keeps the clash, and what was not sent.
        rename(&mut jiro, LOSS, "まだ送っていない");
        let origin = small();
        let kept =
            serde_json::to_string(&jiro.shared.as_ref().unwrap().keep(&origin, 1, &jiro.files)).unwrap();
        let (again, files) = Shared::kept(serde_json::from_str(&kept).unwrap(), &origin, 1, false);
        assert_eq!((again.clashes.len(), again.waiting()), (1, 1));
        assert_eq!(files, jiro.files);
        let (other, files) = Shared::kept(serde_json::from_str(&kept).unwrap(), &origin, 2, false);
        assert_eq!((files, other.known()), (jiro.files.clone(), again.known()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// However their work and the line interleave: in the end both have the same, and every name either gave is in
        /// the draft, was replaced later by its own author, or waits for a decision.
        #[test]
        fn 何度行き来しても_二人の下書きは同じになり_何も消えない(
            moves in proptest::collection::vec((any::<bool>(), 0..4_u8, any::<bool>()), 1..8),
        ) {
            let mut server = Server::new();
            let mut desks = [desk(&server), desk(&server)];
            let mut last: BTreeMap<(usize, &str), String> = BTreeMap::new();
            for (number, (who, which, online)) in moves.into_iter().enumerate() {
                let who = usize::from(who);
                let id = IDS[usize::from(which)];
                let given = format!("名前{number}");
                rename(&mut desks[who], id, &given);
                last.insert((who, id), given);
                if online {
                    sync(&mut desks[who], &mut server);
                }
            }
            for _ in 0..2 {
                for desk in &mut desks {
                    sync(desk, &mut server);
                }
            }
            prop_assert_eq!(&desks[0].files, &desks[1].files);
            for ((who, id), given) in &last {
                let now = name(&desks[*who], id);
                let aside = desks[*who].shared.as_ref().unwrap().clashes.iter()
                    .any(|clash| clash.mine.as_ref().is_some_and(|mine| mine.contains(given.as_str())));
                let other = last.get(&(1 - who, *id));
                prop_assert!(now == *given || aside || other == Some(&now), "{given} of {id}: {now}");
            }
        }
    }
}
