//! What follows the numbers: the building and the room.

/// Splits 「みなとハイツA棟 101号室」 into building and room.
///
/// A number at the end is a room, for nobody can tell 「サンライズ21」 the building from room 21; putting both together
/// again gives the same text, and the original is kept beside.
pub(super) fn split(rest: &str) -> (Option<String>, Option<String>) {
    let text = rest.trim_matches([' ', '-']);
    let body =
        ["号室", "号", "室"].iter().find_map(|mark| text.strip_suffix(mark)).unwrap_or(text).trim_end();
    let room_at = room_start(body);
    match body.split_at_checked(room_at) {
        Some((building, room)) if !room.is_empty() => (kept(building), Some(room.to_owned())),
        _ => (kept(text), None),
    }
}

fn kept(text: &str) -> Option<String> {
    let text = text.trim_matches([' ', '-']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// Where a room such as `101`, `A-102`, `3-205` or `B1` begins at the end of `text`; the length where there is none.
fn room_start(text: &str) -> usize {
    let mut start = text.len();
    let mut figures = 0;
    for (index, c) in text.char_indices().rev() {
        match c {
            '0'..='9' => {
                figures += 1;
                start = index;
            }
            '-' if figures > 0 => {}
            // One letter belongs to a room; more are a name.
            'A'..='Z' if figures > 0 => {
                let before = text.get(..index).and_then(|before| before.chars().next_back());
                return if before.is_some_and(|c| c.is_ascii_alphanumeric()) { start } else { index };
            }
            _ => break,
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 建物と部屋を分ける() {
        for (rest, building, room) in [
            (" みなとハイツ１０１", Some("みなとハイツ１０１"), None),
            (" みなとハイツ101号室", Some("みなとハイツ"), Some("101")),
            ("みなとハイツA棟 101", Some("みなとハイツA棟"), Some("101")),
            ("-101", None, Some("101")),
            (" 第二みなと荘A-102号", Some("第二みなと荘"), Some("A-102")),
            ("港野団地3-205", Some("港野団地"), Some("3-205")),
            (" 港野様方", Some("港野様方"), None),
            (" MINATO21", Some("MINATO"), Some("21")),
            (" みなとビル3階", Some("みなとビル3階"), None),
            ("", None, None),
            (" - ", None, None),
        ] {
            let (found_building, found_room) = split(rest);
            assert_eq!((found_building.as_deref(), found_room.as_deref()), (building, room), "{rest}");
        }
    }
}
