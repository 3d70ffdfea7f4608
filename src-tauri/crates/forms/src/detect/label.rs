//! Which caption names a cell, and whose section it stands in.

use super::page::Area;
use super::sheet::{Role, Sheet};
use super::words::{self, Reading, What, Who};

/// What the captions around a cell say together.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    pub what: Option<What>,
    pub who: Option<Who>,
    /// The words of the caption.
    pub caption: String,
    /// The words of the section.
    pub section: String,
    pub sure: f64,
    /// The caption stands above, over a column.
    pub column: bool,
    pub office: bool,
    /// A section's title that names no person we know (犬, 車両, 変更前).
    pub strange: bool,
}

const TOUCH: f64 = 0.9;
/// Titles of sections that are about whoever writes the paper.
const NEUTRAL: &[&str] = &["口座", "振込", "受取", "連絡先", "記入", "委任", "支払", "還付"];

impl Sheet {
    /// Whether a table is the city's own: most of its captions are.
    pub(super) fn is_office(&self, table: usize) -> bool {
        let readings = self.blocks.iter().zip(&self.tables).filter(|(_, of)| **of == table);
        let (mut all, mut office) = (0_usize, 0_usize);
        for reading in readings.filter_map(|(block, _)| block.reading()) {
            all += 1;
            office += usize::from(super::sheet::is_office(reading));
        }
        office >= 2 && office * 5 >= all * 2
    }

    /// The block left of a point on the edge `x`, at the level `y`.
    fn left_of(&self, x: f64, y: f64) -> Option<usize> {
        self.blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| {
                let area = block.area();
                (area.right() - x).abs() < TOUCH && area.y < y && area.bottom() > y
            })
            .min_by(|a, b| a.1.area().size().total_cmp(&b.1.area().size()))
            .map(|(index, _)| index)
    }

    fn above(&self, x: f64, y: f64) -> Option<usize> {
        self.blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| {
                let area = block.area();
                (area.bottom() - y).abs() < TOUCH && area.x < x && area.right() > x
            })
            .min_by(|a, b| a.1.area().size().total_cmp(&b.1.area().size()))
            .map(|(index, _)| index)
    }

    /// Whether what touches this caption on the right, at this level, is a caption too.
    fn heads_captions(&self, caption: usize, y: f64) -> bool {
        let Some(right) = self.blocks.get(caption).map(|block| block.area().right()) else { return false };
        self.blocks.iter().any(|block| {
            let area = block.area();
            (area.x - right).abs() < TOUCH
                && area.y < y
                && area.bottom() > y
                && matches!(block.role, Role::Label(_))
        })
    }

    /// Captions to the left, nearest first; and whether only captions lie between.
    fn left_captions(&self, from: &Area) -> Vec<(usize, bool)> {
        let mut found = Vec::new();
        let (mut x, y, mut direct) = (from.x, from.centre_y(), true);
        for _ in 0..40 {
            let Some(index) = self.left_of(x, y) else { break };
            let Some(block) = self.blocks.get(index) else { break };
            match block.role {
                Role::Label(_) => found.push((index, direct)),
                Role::Entry => direct = false,
                Role::Still => {}
            }
            if block.area().x >= x {
                break;
            }
            x = block.area().x;
        }
        found
    }

    fn upper_captions(&self, from: &Area) -> Vec<(usize, bool)> {
        let mut found = Vec::new();
        let (x, mut y, mut direct) = (from.centre_x(), from.y, true);
        for _ in 0..80 {
            let Some(index) = self.above(x, y) else { break };
            let Some(block) = self.blocks.get(index) else { break };
            match block.role {
                Role::Label(_) => found.push((index, direct)),
                Role::Entry => direct = false,
                Role::Still => {}
            }
            if block.area().y >= y {
                break;
            }
            y = block.area().y;
        }
        found
    }

    /// Words printed left of a box that stands outside a table, or a heading right above.
    fn open_caption(&self, area: &Area) -> Option<(String, Reading)> {
        self.open
            .iter()
            .filter(|line| (line.area.centre_y() - area.centre_y()).abs() < area.h.max(6.0) * 0.6)
            .flat_map(|line| line.words(1.6))
            .filter(|word| word.area.right() <= area.x + 1.0 && area.x - word.area.right() < 30.0)
            .max_by(|a, b| a.area.right().total_cmp(&b.area.right()))
            .map(|word| {
                let key = super::text::key(&word.text());
                (key.clone(), words::read(&key))
            })
    }

    /// The person named in a heading above the table.
    fn heading(&self, table: usize) -> Option<(Who, String)> {
        let area = Area::union_of(
            self.blocks
                .iter()
                .zip(&self.tables)
                .filter(|(_, of)| **of == table)
                .map(|(block, _)| block.area()),
        )?;
        self.open
            .iter()
            .filter(|line| {
                line.area.bottom() <= area.y + 1.0
                    && area.y - line.area.bottom() < 9.0
                    && line.area.overlap_x(&area) > 0.0
            })
            .filter(|line| line.letters.len() <= 40 && !line.text().ends_with('。'))
            .max_by(|a, b| a.area.bottom().total_cmp(&b.area.bottom()))
            .and_then(|line| {
                let key = super::text::key(&line.text());
                words::person(&key).map(|(_, who)| (who, key))
            })
    }

    /// Everything the captions around the block say of it.
    #[expect(clippy::too_many_lines, reason = "one list of rules, the most trusted first")]
    pub(super) fn named(&self, index: usize) -> Named {
        let Some(block) = self.blocks.get(index) else { return Named::default() };
        let mut named = Named::default();
        let left = self.left_captions(block.area());
        let above = self.upper_captions(block.area());
        let reading = |index: usize| self.blocks.get(index).and_then(|block| block.reading());
        let key = |index: usize| self.blocks.get(index).map(|block| block.key.clone()).unwrap_or_default();
        // A caption above is a column's heading if what it heads is as wide as the cell.
        let heads = |caption: usize| {
            self.blocks.get(caption).is_some_and(|caption| {
                let common = caption.area().overlap_x(block.area());
                common > block.area().w * 0.8 && caption.area().w < block.area().w * 1.6
            })
        };
        let direct_left = left.iter().find(|(_, direct)| *direct).map(|(index, _)| *index);
        let direct_above =
            above.iter().find(|(index, direct)| *direct && heads(*index)).map(|(index, _)| *index);
        let column = above
            .iter()
            .find(|(index, _)| heads(*index) && reading(*index).is_some_and(|r| r.what.is_some()));
        // Numbers of rows are no captions.
        let counts = |index: usize| key(index).chars().all(|letter| letter.is_ascii_digit());
        let mut take = |caption: usize, sure: f64, column: bool| {
            if let Some(reading) = reading(caption) {
                named.who = reading.who;
                named.what = reading.what;
                named.caption = key(caption);
                named.sure = reading.sure * sure;
                named.column = column;
            }
        };
        let knows = |index: usize| reading(index).is_some_and(|reading| reading.what.is_some());
        if let Some(caption) = direct_left.filter(|index| knows(*index)) {
            take(caption, 1.0, false);
        } else if let Some(caption) =
            left.iter().filter(|(_, direct)| *direct).map(|(index, _)| *index).find(|index| knows(*index))
        {
            take(caption, 0.9, false);
        } else if let Some(caption) = direct_above.filter(|index| knows(*index)) {
            take(caption, 0.97, true);
        } else if let Some((caption, _)) = column {
            take(*caption, 0.93, true);
        } else if let Some(caption) = direct_left.filter(|index| !counts(*index) && !key(*index).is_empty()) {
            take(caption, 0.6, false);
        } else if let Some(caption) = direct_above {
            take(caption, 0.5, true);
        } else if let Some((caption, _)) = above.iter().find(|(index, _)| heads(*index)) {
            take(*caption, 0.45, true);
        } else if left.is_empty()
            && above.is_empty()
            && let Some((caption, reading)) = self.open_caption(block.area())
        {
            named.what = reading.what;
            named.who = reading.who;
            named.caption = caption;
            named.sure = reading.sure * 0.85;
        }
        // Whose: the nearest caption that names a person; left before above.
        for (caption, direct) in left.iter().chain(&above) {
            let Some(reading) = reading(*caption) else { continue };
            if super::sheet::is_office(reading) && (*direct || reading.what == Some(What::Office)) {
                named.office |= *direct || self.blocks.get(*caption).is_some_and(|block| block.down);
            }
            // Beyond a cell to write in, only a whole section's title counts.
            let section = *direct || reading.what.is_none();
            if named.who.is_none()
                && section
                && let Some(who) = reading.who
            {
                named.who = Some(who);
                named.section = key(*caption);
            }
            let words = key(*caption);
            let neutral = counts(*caption)
                || words == named.caption
                || NEUTRAL.iter().any(|known| words.contains(known));
            // Its right neighbour is a caption too: it is a section's title.
            let section = *direct || self.heads_captions(*caption, block.area().centre_y());
            if named.who.is_none() && section && reading.what.is_none() && !neutral && !words.is_empty() {
                named.strange = true;
                if named.section.is_empty() {
                    named.section = words;
                }
            }
        }
        // 今までの世帯主 | 氏名: the section's own fact.
        let head = left.iter().find_map(|(caption, _)| match reading(*caption)?.what {
            Some(what @ What::Case("old_head" | "new_head" | "old_address" | "new_address"))
                if self.heads_captions(*caption, block.area().centre_y()) =>
            {
                Some((*caption, what))
            }
            _ => None,
        });
        if let (Some((caption, what)), Some(What::Person(attribute)), None) = (head, named.what, named.who) {
            let own = matches!(
                (attribute, what),
                ("name", What::Case("old_head" | "new_head"))
                    | ("address", What::Case("old_address" | "new_address"))
            );
            named.section = key(caption);
            if own {
                named.what = Some(what);
            } else {
                named.strange = true;
            }
        }
        // 変更前 | 住所: the section says which of two addresses.
        if named.strange && named.what == Some(What::Person("address")) {
            let of = |words: &[&str]| words.iter().any(|word| named.section.contains(word));
            if of(&["前", "旧", "今まで"]) {
                named.what = Some(What::Case("old_address"));
                named.sure *= 0.85;
            } else if of(&["後", "新"]) {
                named.what = Some(What::Case("new_address"));
                named.sure *= 0.85;
            }
        }
        // 葬祭執行者 | (blank): a person alone is asked for by name.
        if let (None, Some(caption)) = (named.what, direct_left)
            && let Some(reading) = reading(caption)
            && reading.what.is_none()
            && reading.sure > 0.95
            && reading.who.is_some_and(|who| who != Who::Head)
            && self.blocks.get(caption).is_some_and(|caption| caption.area().h < block.area().h * 1.3)
        {
            named.what = Some(What::Person("name"));
            named.who = reading.who;
            named.caption = key(caption);
            named.sure = 0.8;
        }
        if named.who.is_none()
            && let Some((who, words)) = self.tables.get(index).and_then(|table| self.heading(*table))
        {
            named.who = Some(who);
            named.section = words;
        }
        named
    }
}
