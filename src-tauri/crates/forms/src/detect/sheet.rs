//! A page as cells that hold letters, small boxes and other cells; and which cells are captions.

use super::entry::Region;
use super::grid;
use super::page::{Area, Letter, Page};
use super::text::{self, Line};
use super::words::{self, Reading, What};

/// What a cell is for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    /// Printed words that name what stands right of them or below.
    Label(Reading),
    /// To be written in.
    Entry,
    /// Neither: an explanation, a shaded nothing.
    Still,
}

#[derive(Debug, Clone)]
pub(super) struct Block {
    pub region: Region,
    pub role: Role,
    /// `text::key` of its words.
    pub key: String,
    pub down: bool,
}

impl Block {
    pub(super) fn area(&self) -> &Area {
        &self.region.area
    }

    pub(super) fn reading(&self) -> Option<&Reading> {
        match &self.role {
            Role::Label(reading) => Some(reading),
            _ => None,
        }
    }
}

/// A page, understood as far as boxes go.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    pub blocks: Vec<Block>,
    /// Which table each block is of.
    pub tables: Vec<usize>,
    /// What stands outside all cells.
    pub open: Vec<Line>,
    pub open_region: Region,
}

pub(super) fn read(page: &Page) -> Sheet {
    let near = if page.scanned { 0.75 } else { 0.5 };
    let cells: Vec<Area> = grid::cells(&page.rules, near).into_iter().map(|cell| cell.area).collect();
    let outer: Vec<Area> = cells
        .iter()
        .filter(|cell| cell.w < page.width * 0.99 || cell.h < page.height * 0.99)
        .copied()
        .collect();
    let inside = inside(page, &outer);
    let blank = |index: usize| inside.letters.get(index).is_some_and(Vec::is_empty);

    let mut small: Vec<Area> = Vec::new();
    let mut big: Vec<(usize, Area)> = Vec::new();
    for (index, cell) in outer.iter().enumerate() {
        let narrow = cell.w <= 9.6 && cell.h <= 15.0 && blank(index);
        if narrow { small.push(*cell) } else { big.push((index, *cell)) }
    }
    let (ticks, mut combs, odd) = parted(&small, &outer, &inside.boxed);
    big.extend(
        odd.into_iter().filter_map(|cell| Some((outer.iter().position(|other| *other == cell)?, cell))),
    );
    big.sort_by(|a, b| a.1.y.total_cmp(&b.1.y).then(a.1.x.total_cmp(&b.1.x)));

    combs.extend(postal_boxes(&mut big, &inside));
    let mut regions: Vec<Region> = big
        .iter()
        .map(|(index, area)| Region {
            area: *area,
            letters: inside.letters.get(*index).cloned().unwrap_or_default(),
            scanned: page.scanned,
            ..Region::default()
        })
        .collect();
    let mut open = Region {
        area: Area::new(0.0, 0.0, page.width, page.height),
        letters: inside.open.clone(),
        ..Region::default()
    };
    let holder = |regions: &[Region], area: &Area| {
        regions
            .iter()
            .enumerate()
            .filter(|(_, region)| region.area.encloses(area, 0.6) && region.area.size() > area.size() * 1.2)
            .min_by(|a, b| a.1.area.size().total_cmp(&b.1.area.size()))
            .map(|(index, _)| index)
    };
    for tick in ticks {
        match holder(&regions, &tick).and_then(|index| regions.get_mut(index)) {
            Some(region) => region.ticks.push(tick),
            None => open.ticks.push(tick),
        }
    }
    let mut own_combs = Vec::new();
    for comb in combs {
        let Some(area) = Area::union_of(&comb) else { continue };
        match holder(&regions, &area).and_then(|index| regions.get_mut(index)) {
            Some(region) => region.combs.push(comb),
            // The boxes are cells of the table themselves.
            None => own_combs.push(Region { area, combs: vec![comb], ..Region::default() }),
        }
    }
    regions.extend(own_combs);
    let blocks: Vec<Block> = regions.into_iter().map(|region| block(region, page.scanned)).collect();
    let tables = tables(&blocks);
    Sheet { open: text::lines(&open.letters), open_region: open, blocks, tables }
}

/// Two empty boxes side by side, as wide as 3 and 4: a postal code whose inner lines are too faint or were not drawn.
fn postal_boxes(big: &mut Vec<(usize, Area)>, inside: &Inside) -> Vec<Vec<Area>> {
    let empty = |index: usize| inside.letters.get(index).is_some_and(Vec::is_empty);
    let small = |area: &Area| (3.2..=10.0).contains(&area.h) && (7.0..=32.0).contains(&area.w);
    let mut found = Vec::new();
    let all = big.clone();
    for (index, three) in all.iter().filter(|(index, area)| empty(*index) && small(area)) {
        let four = all.iter().find(|(other, four)| {
            empty(*other)
                && (four.y - three.y).abs() < 0.7
                && (four.h - three.h).abs() < 0.7
                && (0.8..7.0).contains(&(four.x - three.right()))
                && (1.2..1.48).contains(&(four.w / three.w))
        });
        let Some((other, four)) = four else { continue };
        for (area, count) in [(three, 3_u8), (four, 4)] {
            let width = area.w / f64::from(count);
            found.push(
                (0..count).map(|at| Area { x: area.x + width * f64::from(at), w: width, ..*area }).collect(),
            );
        }
        big.retain(|(gone, _)| gone != index && gone != other);
    }
    found
}

struct Inside {
    letters: Vec<Vec<Letter>>,
    open: Vec<Letter>,
    /// For each cell, whether a bigger cell encloses it.
    boxed: Vec<bool>,
}

/// Each letter belongs to the smallest cell around it.
fn inside(page: &Page, cells: &[Area]) -> Inside {
    let mut by_size: Vec<usize> = (0..cells.len()).collect();
    let size = |index: usize| cells.get(index).map_or(0.0, Area::size);
    by_size.sort_by(|a, b| size(*a).total_cmp(&size(*b)));
    let mut letters = vec![Vec::new(); cells.len()];
    let mut open = Vec::new();
    for letter in &page.letters {
        let (x, y) = (letter.area.centre_x(), letter.area.centre_y());
        let home = by_size.iter().find(|index| {
            cells.get(**index).is_some_and(|cell| cell.holds(x, y) && cell.w > letter.area.w * 0.7)
        });
        match home.and_then(|index| letters.get_mut(*index)) {
            Some(own) => own.push(letter.clone()),
            None => open.push(letter.clone()),
        }
    }
    let boxed = cells
        .iter()
        .map(|cell| {
            cells
                .iter()
                .any(|other| other != cell && other.encloses(cell, 0.4) && other.size() > cell.size() * 1.3)
        })
        .collect();
    Inside { letters, open, boxed }
}

/// Small empty cells are check boxes, one-letter boxes in a row, or cells after all.
fn parted(small: &[Area], cells: &[Area], boxed: &[bool]) -> (Vec<Area>, Vec<Vec<Area>>, Vec<Area>) {
    let mut rest: Vec<Area> = small.to_vec();
    rest.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    let mut combs: Vec<Vec<Area>> = Vec::new();
    let mut used = vec![false; rest.len()];
    for index in 0..rest.len() {
        if used.get(index).copied().unwrap_or(true) {
            continue;
        }
        let Some(first) = rest.get(index).copied() else { continue };
        if first.w < 2.3 || first.h < 3.0 {
            continue;
        }
        let mut row = vec![index];
        let mut last = first;
        while let Some((next, cell)) = rest.iter().enumerate().find(|(other, cell)| {
            !used.get(*other).copied().unwrap_or(true)
                && (cell.x - last.right()).abs() < 0.7
                && (cell.y - last.y).abs() < 0.7
                && (cell.h - last.h).abs() < 0.9
                && (cell.w - first.w).abs() < first.w * 0.28 + 0.3
        }) {
            row.push(next);
            last = *cell;
            if row.len() > 40 {
                break;
            }
        }
        if row.len() >= 2 {
            for index in &row {
                if let Some(used) = used.get_mut(*index) {
                    *used = true;
                }
            }
            combs.push(row.iter().filter_map(|index| rest.get(*index).copied()).collect());
        }
    }
    let alone: Vec<Area> =
        rest.iter().zip(&used).filter(|(_, used)| !**used).map(|(cell, _)| *cell).collect();
    let (mut ticks, mut odd) = (Vec::new(), Vec::new());
    for cell in alone {
        let square = (cell.w - cell.h).abs() < 0.9 && (1.8..=5.6).contains(&cell.w);
        let inner = cells
            .iter()
            .position(|other| *other == cell)
            .and_then(|at| boxed.get(at))
            .copied()
            .unwrap_or(false);
        let touches = cells
            .iter()
            .filter(|other| **other != cell && touching(other, &cell) && !other.encloses(&cell, 0.4))
            .count();
        if square && (inner || touches == 0) {
            ticks.push(cell);
        } else if cell.w >= 4.0 && cell.h >= 4.0 && inner && touches == 0 {
            combs.push(vec![cell]);
        } else {
            odd.push(cell);
        }
    }
    // Two boxes are a date's digits or nothing; rows of ticks that touch are ticks.
    let (combs, pairs): (Vec<_>, Vec<_>) =
        combs.into_iter().partition(|comb| comb.len() >= 2 || comb.len() == 1);
    odd.extend(pairs.into_iter().flatten());
    (ticks, combs, odd)
}

fn touching(one: &Area, other: &Area) -> bool {
    let beside = (one.x - other.right()).abs() < 0.8 || (other.x - one.right()).abs() < 0.8;
    let stacked = (one.y - other.bottom()).abs() < 0.8 || (other.y - one.bottom()).abs() < 0.8;
    (beside && one.overlap_y(other) > 0.5) || (stacked && one.overlap_x(other) > 0.5)
}

fn block(region: Region, scanned: bool) -> Block {
    let lines = text::lines_of_cell(&region.letters);
    let words: String = lines.iter().map(Line::text).collect();
    let key = text::key(&words);
    let down = lines.first().is_some_and(|line| line.down);
    let role = match role(&region, &lines, &words, &key, scanned) {
        // A word read wrong by a letter is still that word.
        Role::Label(reading) if scanned && reading.what.is_none() && reading.who.is_none() => {
            Role::Label(words::read_unsure(&key))
        }
        other => other,
    };
    Block { region, role, key, down }
}

fn role(region: &Region, lines: &[Line], words: &str, key: &str, scanned: bool) -> Role {
    let area = &region.area;
    let boxes = !region.combs.is_empty() || !region.ticks.is_empty();
    if words.is_empty() {
        let room = (area.w >= 7.0 && area.h >= 4.0) || boxes;
        return if room { Role::Entry } else { Role::Still };
    }
    if boxes {
        return Role::Entry;
    }
    let reading = words::read(key);
    let down = lines.first().is_some_and(|line| line.down);
    if down {
        return Role::Label(reading);
    }
    let entry_marks = words.contains('〒')
        || words.contains('□')
        || words.contains('㊞')
        || lines.iter().any(spaced_date)
        || (words.contains('男') && words.contains('女') && words.chars().count() <= 6);
    if entry_marks {
        return Role::Entry;
    }
    // A band with a section's title: 死亡した方.
    if reading.what.is_none() && reading.who.is_some() && reading.sure >= 0.95 {
        return Role::Label(reading);
    }
    let Some(text) = Area::union_of(lines.iter().map(|line| &line.area)) else { return Role::Still };
    let (left, right) = (text.x - area.x, area.right() - text.right());
    let (above, below) = (text.y - area.y, area.bottom() - text.bottom());
    let count = words.chars().count();
    let known = reading.what.is_some() || reading.who.is_some();
    // Choices to circle: 普通・当座, 有・無.
    if let Some((answers, _)) = super::entry::circled(&region.letters)
        && !(known && reading.sure > 0.9)
        && answers.len() >= 2
        && !answers
            .iter()
            .any(|answer| answer.word.ends_with(['日', '名', '所', '号', '由', '額', '先', '欄', '類', '容']))
        && words.contains(['・', '･', '／'])
        && count <= 30
        && lines.len() == 1
    {
        return Role::Entry;
    }
    // A caption in the corner, with the room for writing below or right of it.
    let em = lines.iter().map(Line::em).fold(0.0, f64::max);
    let roomy_right = right > 18.0 && right > left * 2.5 + 6.0;
    let roomy_below = below > 5.0 && below > above * 2.5 + 2.0 && area.w > 12.0;
    let units = words.ends_with([
        '円', '様', '人', '名', '号', '回', '歳', '月', '年', '分', '通', '枚', '行', '店', '所', '庫', '協',
        '）', ')',
    ]);
    if known && reading.sure >= 0.9 && (roomy_right || roomy_below) {
        return Role::Entry;
    }
    if left > 14.0 && left > right * 2.5 + 6.0 && (units || count <= 16) {
        return Role::Entry;
    }
    // 金　　　　　円, （　　）　　, 第　　号: printed marks around white.
    let gap = lines
        .iter()
        .flat_map(|line| line.letters.windows(2).map(gap_of).collect::<Vec<_>>())
        .fold(0.0, f64::max);
    let stretched = lines.iter().any(evenly);
    if gap > 9.0 && gap > em * 2.8 && !stretched && !known {
        return Role::Entry;
    }
    if count > 40 && !scanned {
        return Role::Still;
    }
    if roomy_right && count <= 14 && area.w > 40.0 && !words.ends_with(['。', '、']) {
        return Role::Entry;
    }
    Role::Label(reading)
}

fn gap_of(pair: &[Letter]) -> f64 {
    match pair {
        [one, other] => other.area.x - one.area.right(),
        _ => 0.0,
    }
}

/// 均等割付: the same white between all letters.
fn evenly(line: &Line) -> bool {
    let gaps: Vec<f64> = line.letters.windows(2).map(gap_of).collect();
    let (least, most) =
        gaps.iter().fold((f64::INFINITY, 0.0_f64), |(least, most), gap| (least.min(*gap), most.max(*gap)));
    !gaps.is_empty() && most - least < 1.2 && line.letters.len() <= 8
}

/// 年　月　日 with room to write.
fn spaced_date(line: &Line) -> bool {
    if line.text().ends_with("生年月日") {
        return false;
    }
    line.letters.windows(2).any(|pair| match pair {
        [one, other] => {
            (one.letter, other.letter) == ('年', '月') || (one.letter, other.letter) == ('月', '日')
        }
        _ => false,
    } && gap_of(pair) > 2.2 && !evenly(line) || {
        let letters: String = line.letters.iter().map(|letter| letter.letter).collect();
        letters.ends_with("年月日") && !letters.contains('生') && gap_of(pair) > 4.0 && pair.first().is_some_and(|one| "年月".contains(one.letter))
    })
}

/// The first block of the table a block is known to be of.
fn root(table: &mut [usize], mut index: usize) -> usize {
    while let Some(up) = table.get(index).copied() {
        if up == index {
            break;
        }
        index = up;
    }
    index
}

/// Blocks that touch are one table.
fn tables(blocks: &[Block]) -> Vec<usize> {
    let mut table: Vec<usize> = (0..blocks.len()).collect();
    for (index, one) in blocks.iter().enumerate() {
        for (other_index, other) in blocks.iter().enumerate().skip(index + 1) {
            if touching(one.area(), other.area()) || one.area().encloses(other.area(), 0.3) {
                let (a, b) = (root(&mut table, index), root(&mut table, other_index));
                if let Some(slot) = table.get_mut(a.max(b)) {
                    *slot = a.min(b);
                }
            }
        }
    }
    (0..blocks.len()).map(|index| root(&mut table, index)).collect()
}

/// Whether these words are the city's own.
pub(super) fn is_office(reading: &Reading) -> bool {
    reading.what == Some(What::Office)
}
