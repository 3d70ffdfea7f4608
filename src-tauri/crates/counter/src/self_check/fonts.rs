//! 書体: what the screens and the paper are drawn with.

use madoka_forms::Fonts;

use super::{Check, CheckState, Part};

/// With which the screens are designed; the same family prints.
const SCREEN: &str = "BIZ UDGothic";
/// The only family with every glyph of 文字情報基盤, which names on cards and registers use.
const NAMES: &str = "IPAmjMincho";

pub(super) fn check() -> Vec<Check> {
    let fonts = Fonts::system();
    let has = |family: &str| fonts.families().any(|known| known == family);
    vec![
        font(
            Part::ScreenFont,
            SCREEN,
            has(SCREEN),
            "BIZ UD ゴシックをインストールしてください（Debian では fonts-morisawa-bizud-gothic）。別の書体で表示しています。",
        ),
        font(
            Part::NameFont,
            NAMES,
            has(NAMES),
            "IPAmj明朝をインストールしてください（Debian では fonts-ipamj-mincho）。ないと、氏名の外字・異体字を正しく表示・印刷できないことがあります。",
        ),
    ]
}

fn font(part: Part, family: &str, found: bool, todo: &str) -> Check {
    if found {
        Check {
            part,
            state: CheckState::Ready,
            found: "あります".into(),
            names: vec![family.to_owned()],
            todo: String::new(),
        }
    } else {
        Check {
            part,
            state: CheckState::Absent,
            found: "見つかりません".into(),
            names: Vec::new(),
            todo: todo.into(),
        }
    }
}
