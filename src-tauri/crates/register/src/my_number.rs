//! Keeping 個人番号 out: by what a column is called, and by what stands in it.

use madoka_text::{MyNumber, to_half_width};

/// Whether a heading (or the name of a fact) means 個人番号.
pub(crate) fn is_heading(heading: &str) -> bool {
    let plain: String = to_half_width(heading)
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == 'ー')
        .collect::<String>()
        .to_lowercase();
    // 個人番号カード（の有無・期限）tells of a card, not of the number on it.
    let card = ["カード", "card"].iter().any(|word| plain.contains(word));
    let named =
        ["個人番号", "マイナンバー", "ﾏｲﾅﾝﾊﾞｰ", "特定個人", "mynumber", "individualnumber", "kojinbango"]
            .iter()
            .any(|word| plain.contains(word));
    named && !card
}

/// Watches one column: ids of other kinds pass the check digit one time in eleven, 個人番号 always do.
#[derive(Clone, Copy, Default)]
pub(crate) struct Watch {
    right: u32,
    wrong: u32,
}

impl Watch {
    pub(crate) fn see(&mut self, cell: &str) {
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        // 12 digits, alone or in the card's groups of four.
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        if digits == 12 && cell.len() <= 14 && cell.parse::<MyNumber>().is_ok() {
            self.right = self.right.saturating_add(1);
        } else {
            self.wrong = self.wrong.saturating_add(1);
        }
    }

    /// So many by chance: less than once in a hundred million files.
    pub(crate) const fn is_my_number(self) -> bool {
        self.right >= 8 && self.wrong < self.right / 8 + 1
    }
}
