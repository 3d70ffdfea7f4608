//! 二人の直しを合わせる: one file of the pack that two supervisors changed at once.
//!
//! Most of the time they changed different entries, and both changes stand. Where both changed the same entry in the same
//! lines, the other's stays (it was saved first) and one's own is kept beside it, to be decided by a person.

use std::collections::BTreeSet;

use madoka_rules::PackFiles;
use madoka_rules::edit::{Catalogue, Edit, Entry, Section};

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Merged {
    pub(super) text: String,
    /// Entries that both touched, in different lines: both changes are in, and somebody should look.
    pub(super) together: Vec<Entry>,
    pub(super) clashes: Vec<Clash>,
}

/// An entry that both changed in the same lines. The file has the other's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    pub(super) file: String,
    /// Nothing where a whole file cannot be read entry by entry.
    pub(super) entry: Option<Entry>,
    /// One's own, as it was written; nothing where it was taken away.
    pub(super) mine: Option<String>,
}

/// Entries of one text by id, with their source.
struct Side {
    files: PackFiles,
    catalogue: Catalogue,
}

impl Side {
    fn of(file: &str, text: &str) -> Self {
        let files = PackFiles::from([(file.to_owned(), text.as_bytes().to_vec())]);
        Self { catalogue: Catalogue::of(&files), files }
    }

    fn source(&self, entry: &Entry) -> Option<&str> {
        self.catalogue.get(entry).map(|content| content.source.as_str())
    }

    fn changed(&self, base: &Self) -> BTreeSet<Entry> {
        let all = self.catalogue.entries().iter().chain(base.catalogue.entries());
        all.map(|found| &found.entry)
            .filter(|entry| self.source(entry).map(str::trim) != base.source(entry).map(str::trim))
            .cloned()
            .collect()
    }
}

/// `base` is what both started from, `theirs` was saved first.
pub(super) fn merge(file: &str, base: &str, mine: &str, theirs: &str) -> Merged {
    let plain = |text: &str| Merged { text: text.to_owned(), together: Vec::new(), clashes: Vec::new() };
    if mine == base || mine == theirs {
        return plain(theirs);
    }
    if theirs == base {
        return plain(mine);
    }
    let sides = [base, mine, theirs].map(|text| Side::of(file, text));
    let [old, own, other] = &sides;
    let (own_changes, other_changes) = (own.changed(old), other.changed(old));
    let together: Vec<Entry> = own_changes.intersection(&other_changes).cloned().collect();
    if let Ok(text) = diffy::merge(base, theirs, mine) {
        let together = together.into_iter().filter(|entry| own.source(entry) != other.source(entry));
        return Merged { text, together: together.collect(), clashes: Vec::new() };
    }
    let unreadable =
        |(side, text): (&Side, &str)| side.catalogue.entries().is_empty() && !text.trim().is_empty();
    if own_changes.is_empty() || sides.iter().zip([base, mine, theirs]).any(unreadable) {
        // Not entries but something else, or text that does not read: nothing is put together by guess.
        let clash = Clash { file: file.to_owned(), entry: None, mine: Some(mine.to_owned()) };
        return Merged { clashes: vec![clash], ..plain(theirs) };
    }
    by_entries(file, &sides, &own_changes)
}

fn by_entries(file: &str, [base, mine, theirs]: &[Side; 3], changes: &BTreeSet<Entry>) -> Merged {
    let mut merged = Merged { text: String::new(), together: Vec::new(), clashes: Vec::new() };
    let mut files = theirs.files.clone();
    for entry in changes {
        let (was, own, other) = (base.source(entry), mine.source(entry), theirs.source(entry));
        let wanted = match (was, own, other) {
            _ if own == other => continue,
            _ if was == other => own.map(str::to_owned),
            (Some(was), Some(own), Some(other)) => diffy::merge(was, other, own).ok(),
            (None, Some(own), Some(_)) if entry.section == Section::Scenario => {
                let free = free_id(&files, mine, entry);
                let own = own.replacen(&format!("\"{}\"", entry.id), &format!("\"{free}\""), 1);
                put(&mut files, &Edit::Add { file: file.to_owned(), source: own });
                continue;
            }
            _ => None,
        };
        let both = was != other;
        let edit = match (&wanted, own, other) {
            (None, None, Some(_)) if !both => Edit::Remove { entry: entry.clone() },
            (Some(source), _, Some(_)) => Edit::Source { entry: entry.clone(), source: source.clone() },
            (Some(source), _, None) => Edit::Add { file: file.to_owned(), source: source.clone() },
            (None, ..) => {
                let mine = own.map(str::to_owned);
                merged.clashes.push(Clash { file: file.to_owned(), entry: Some(entry.clone()), mine });
                continue;
            }
        };
        if put(&mut files, &edit) {
            if both {
                merged.together.push(entry.clone());
            }
        } else {
            let mine = own.map(str::to_owned);
            merged.clashes.push(Clash { file: file.to_owned(), entry: Some(entry.clone()), mine });
        }
    }
    let text = files.remove(file).unwrap_or_default();
    merged.text = String::from_utf8_lossy(&text).into_owned();
    merged
}

fn put(files: &mut PackFiles, edit: &Edit) -> bool {
    edit.apply(files, None).is_ok_and(|applied| applied.patch.apply(files).is_ok())
}

/// An id that neither side has: two scenarios recorded at once are two scenarios.
fn free_id(files: &PackFiles, mine: &Side, entry: &Entry) -> String {
    let taken = Catalogue::of(files);
    let stem = entry.id.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_free = |id: &str| {
        let entry = Entry::new(entry.section, id);
        taken.get(&entry).is_none() && mine.catalogue.get(&entry).is_none()
    };
    (2..=u32::MAX).map(|number| format!("{stem}{number}")).find(|id| is_free(id)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILE: &str = "items.toml";
    const BASE: &str = "# 持ち物\n[[item]]\nid = \"a\"\nname = \"印鑑\"\n[[item]]\nid = \"b\"\nname = \"通帳\"\nnote = \"あれば\"\n[[item]]\nid = \"c\"\nname = \"写真\"\n";

    fn item(id: &str) -> Entry {
        Entry::new(Section::Item, id)
    }

    #[test]
    fn 別の項目なら隣り合っていても両方が入る() {
        let mine = BASE.replace("印鑑", "はんこ").replace("\"写真\"", "\"写真2枚\"");
        let theirs = BASE.replace("通帳", "口座の分かるもの");
        let merged = merge(FILE, BASE, &mine, &theirs);
        for part in ["はんこ", "口座の分かるもの", "写真2枚", "# 持ち物"] {
            assert!(merged.text.contains(part), "{}", merged.text);
        }
        assert_eq!((merged.together, merged.clashes), (Vec::new(), Vec::new()));
    }

    #[test]
    fn 同じ項目の別の行は両方を入れて_見るように言う() {
        let mine = BASE.replace("あれば", "なくてもよい");
        let theirs = BASE.replace("id = \"b\"\n", "id = \"b\"\n\n\n").replace("通帳", "口座");
        let merged = merge(FILE, BASE, &mine, &theirs);
        if merged.clashes.is_empty() {
            assert_eq!(merged.together, [item("b")]);
            assert!(merged.text.contains("なくてもよい") && merged.text.contains("口座"));
        } else {
            assert_eq!(merged.clashes[0].entry, Some(item("b")));
        }
    }

    #[test]
    fn 同じ行は相手のものが残り_自分のものは脇に残る() {
        let (mine, theirs) = (BASE.replace("印鑑", "はんこ"), BASE.replace("印鑑", "実印"));
        let merged = merge(FILE, BASE, &mine, &theirs);
        assert_eq!(merged.text, theirs);
        let [clash] = merged.clashes.as_slice() else { panic!("{merged:?}") };
        assert_eq!(clash.entry, Some(item("a")));
        assert!(clash.mine.as_ref().unwrap().contains("はんこ"));
    }

    #[test]
    fn 片方が消しもう片方が直したものは_消えずに脇に出る() {
        let mine = BASE.replace("[[item]]\nid = \"a\"\nname = \"印鑑\"\n", "");
        let theirs = BASE.replace("印鑑", "実印");
        let merged = merge(FILE, BASE, &mine, &theirs);
        assert!(merged.text.contains("実印"));
        assert_eq!(merged.clashes, [Clash { file: FILE.into(), entry: Some(item("a")), mine: None }]);
    }

    #[test]
    fn 同じ番号で記録した場面は_二つとも残る() {
        let scenario = |title: &str| format!("[[scenario]]\nid = \"recorded_1\"\ntitle = \"{title}\"\n");
        let merged = merge("scenarios/recorded.toml", "", &scenario("私の"), &scenario("相手の"));
        // An empty file has no entries; what is not there before is put together by id.
        let texts = format!("{} {:?}", merged.text, merged.clashes);
        assert!(texts.contains("私の") && texts.contains("相手の"), "{texts}");
    }

    fn edited() -> impl Strategy<Value = String> {
        let name = prop_oneof![Just("印鑑"), Just("はんこ"), Just("実印"), Just("認印")];
        (name, any::<bool>(), any::<bool>(), 0..4_u8).prop_map(|(name, note, drops, adds)| {
            let mut text = BASE.replace("印鑑", name);
            if note {
                text = text.replace("note = \"あれば\"\n", "note = \"要らない\"\n");
            }
            if drops {
                text = text.replace("[[item]]\nid = \"c\"\nname = \"写真\"\n", "");
            }
            for number in 0..adds {
                let item = ["[[item]]\nid = \"n", &number.to_string(), "\"\nname = \"新しい", name, "\"\n"];
                text += &item.concat();
            }
            text
        })
    }

    proptest! {
        /// Whatever two people do: nothing either wrote is gone without a word. It is in the text, or kept aside.
        #[test]
        fn 何をしても_どちらの仕事も消えない(mine in edited(), theirs in edited()) {
            let merged = merge(FILE, BASE, &mine, &theirs);
            let [base, own, other] = [BASE, &mine, &theirs].map(|text| Side::of(FILE, text));
            let now = Side::of(FILE, &merged.text);
            let aside: Vec<&Entry> = merged.clashes.iter().filter_map(|clash| clash.entry.as_ref()).collect();
            let whole = merged.clashes.iter().any(|clash| clash.entry.is_none());
            for entry in own.changed(&base) {
                let kept = now.source(&entry).map(str::trim) == own.source(&entry).map(str::trim)
                    || aside.contains(&&entry) || merged.together.contains(&entry) || whole;
                prop_assert!(kept, "{entry} of mine in\n{}", merged.text);
            }
            for entry in other.changed(&base) {
                let kept = now.source(&entry).map(str::trim) == other.source(&entry).map(str::trim)
                    || merged.together.contains(&entry);
                prop_assert!(kept, "{entry} of theirs in\n{}", merged.text);
            }
        }
    }
}
