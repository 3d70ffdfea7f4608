//! 書体: what the screens and the paper are drawn with.

use super::{Check, CheckState, Part};

/// Families with which the screens are designed; Windows carries the first, Debian both.
const SCREEN: &[&str] = &["BIZ UDPGothic", "BIZ UDPゴシック", "BIZ UDGothic", "BIZ UDゴシック"];
/// The only family with every glyph of 文字情報基盤, which names on cards and registers use.
const NAMES: &[&str] = &["IPAmjMincho", "IPAmj明朝"];

pub(super) fn check() -> Vec<Check> {
    let mut fonts = fontdb::Database::new();
    fonts.load_system_fonts();
    let find = |wanted: &[&str]| {
        wanted
            .iter()
            .find(|family| {
                fonts.faces().any(|face| face.families.iter().any(|(name, _)| name.as_str() == **family))
            })
            .map(|family| (*family).to_owned())
    };
    vec![
        font(
            Part::ScreenFont,
            find(SCREEN),
            "BIZ UD ゴシックをインストールしてください（Debian では fonts-morisawa-bizud-gothic）。別の書体で表示しています。",
        ),
        font(
            Part::NameFont,
            find(NAMES),
            "IPAmj明朝をインストールしてください（Debian では fonts-ipamj-mincho）。ないと、氏名の外字・異体字を正しく表示・印刷できないことがあります。",
        ),
    ]
}

fn font(part: Part, found: Option<String>, todo: &str) -> Check {
    match found {
        Some(name) => Check {
            part,
            state: CheckState::Ready,
            found: "あります".into(),
            names: vec![name],
            todo: String::new(),
        },
        None => Check {
            part,
            state: CheckState::Absent,
            found: "見つかりません".into(),
            names: Vec::new(),
            todo: todo.into(),
        },
    }
}
