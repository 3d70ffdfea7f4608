//! When two supervisors changed one file: what the other changed, what this one would have changed, and both together
//! where they touch different lines. A person decides; nothing is merged by itself.

use madoka_sync::wire::drafts::limit;

/// Three texts of one file, compared.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) theirs: Option<String>,
    pub(super) yours: Option<String>,
    pub(super) merged: Option<String>,
}

/// `base` is what both started from.
pub(super) fn compare(base: &str, yours: &str, now: &str) -> Compared {
    // Comparing takes time that grows with the product of what differs.
    if [base, yours, now].iter().any(|text| text.len() > limit::COMPARED) {
        return Compared::default();
    }
    Compared {
        theirs: Some(changes(base, now)),
        yours: Some(changes(base, yours)),
        merged: diffy::merge(base, now, yours).ok(),
    }
}

fn changes(from: &str, to: &str) -> String {
    let patch = diffy::create_patch(from, to).to_string();
    // The two lines that name files say nothing here.
    let lines = patch.lines().skip_while(|line| line.starts_with("--- ") || line.starts_with("+++ "));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "[[item]]\nid = \"a\"\nname = \"印鑑\"\n\n[[item]]\nid = \"b\"\nname = \"通帳\"\n";

    #[test]
    fn 別の行なら合わせた案も出る() {
        let (yours, now) = (BASE.replace("印鑑", "はんこ"), BASE.replace("通帳", "口座の分かるもの"));
        let compared = compare(BASE, &yours, &now);
        let merged = compared.merged.unwrap();
        assert!(merged.contains("はんこ") && merged.contains("口座の分かるもの"));
        let theirs = compared.theirs.unwrap();
        assert!(theirs.contains("-name = \"通帳\"") && theirs.contains("+name = \"口座の分かるもの\""));
        assert!(!theirs.contains("はんこ"));
        assert!(compared.yours.unwrap().contains("+name = \"はんこ\""));
    }

    #[test]
    fn 同じ行なら合わせない() {
        let (yours, now) = (BASE.replace("印鑑", "はんこ"), BASE.replace("印鑑", "実印"));
        assert_eq!(compare(BASE, &yours, &now).merged, None);
    }
}
