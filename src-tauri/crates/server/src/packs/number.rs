//! The version in `pack.toml` is the server's to give: it rises with every release, whatever a draft says.

use std::fmt::Write as _;

/// The head of a pack with this version, everything else letter for letter as it was. `None` where it has none.
pub(super) fn with_version(head: &str, version: u64) -> Option<String> {
    let mut out = String::with_capacity(head.len() + 8);
    let mut found = false;
    let mut in_head = true;
    for line in head.split_inclusive('\n') {
        in_head &= !line.trim_start().starts_with('[');
        let is_version = in_head
            && !found
            && line
                .trim_start()
                .strip_prefix("version")
                .is_some_and(|rest| rest.trim_start().starts_with('='));
        if is_version {
            found = true;
            // A remark behind it stays.
            let remark =
                line.split_once('#').map_or(String::new(), |(_, remark)| format!("  #{}", remark.trim_end()));
            // Writing to a String cannot fail.
            let _ = writeln!(out, "version = {version}{remark}");
        } else {
            out.push_str(line);
        }
    }
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 版番号だけを替える() {
        let head =
            "id = \"m\"\nversion_note = 1\nversion=7 # 7 は前の版\nname = \"版\"\n\n[city]\nversion = 1\n";
        assert_eq!(
            with_version(head, 12).unwrap(),
            "id = \"m\"\nversion_note = 1\nversion = 12  # 7 は前の版\nname = \"版\"\n\n[city]\nversion = 1\n"
        );
        assert_eq!(with_version("id = \"m\"\n[city]\nversion = 1\n", 2), None);
    }
}
