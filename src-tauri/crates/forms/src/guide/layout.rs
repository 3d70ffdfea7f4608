//! The sheet on its pages.
//!
//! Everything is made as [`Block`]s first, each knowing its height; a block is never torn. Headings stay with what they
//! head, and an office that goes on over the page is named again.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::canvas::{HEIGHT, Mark, Page, WIDTH};
use super::faces::Faces;
use super::flow::{Script, Style, leading, lines, set};
use super::lists::find_out;
use super::words::{self, Words};
use super::{GuideError, GuideSheet, Language, SectionKind, Stop, Task};

pub(super) const LEFT: f32 = 18.0;
pub(super) const RIGHT: f32 = WIDTH - 18.0;
const TOP: f32 = 17.0;
const BOTTOM: f32 = HEIGHT - 21.0;
pub(super) const FULL: f32 = RIGHT - LEFT;

/// What is due within a season stands on the first page.
const SOON_DAYS: i32 = 92;
const MOST_DUE: usize = 6;

/// No line is taller.
const LINE: f32 = 15.0;

/// What is kept together.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// From the block's own top.
    pub(super) marks: Vec<Mark>,
    pub(super) height: f32,
}

impl Block {
    pub(super) fn gap(height: f32) -> Self {
        Self { marks: Vec::new(), height }
    }

    pub(super) fn add(&mut self, other: Self) {
        let top = self.height;
        self.marks.extend(other.marks.into_iter().map(|mark| mark.down(top)));
        self.height += other.height;
    }
}

/// Sizes of the sheet's language, in points. Readings need room, and English words are longer than kanji.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    title: f32,
    pub(super) heading: f32,
    office: f32,
    task: f32,
    pub(super) body: f32,
    pub(super) small: f32,
    /// Where the values beside their labels begin, in millimetres from the label.
    label: f32,
}

pub(super) struct Setter<'a> {
    faces: &'a Faces<'a>,
    pub(super) sheet: &'a GuideSheet,
    pub(super) words: &'static Words,
    pub(super) script: Script,
    pub(super) sizes: Sizes,
}

pub(super) fn pages(sheet: &GuideSheet, faces: &Faces<'_>) -> Result<Vec<Page>, GuideError> {
    let (script, sizes) = match sheet.language {
        Language::Ja => (
            Script::Japanese,
            Sizes {
                title: 25.0,
                heading: 18.0,
                office: 15.0,
                task: 15.0,
                body: 13.0,
                small: 11.5,
                label: 21.0,
            },
        ),
        Language::Easy => (
            Script::Spaced,
            Sizes {
                title: 21.0,
                heading: 17.0,
                office: 15.0,
                task: 15.0,
                body: 13.5,
                small: 12.5,
                label: 26.0,
            },
        ),
        Language::En => (
            Script::Latin,
            Sizes {
                title: 25.0,
                heading: 18.0,
                office: 15.0,
                task: 14.5,
                body: 13.0,
                small: 12.0,
                label: 19.0,
            },
        ),
    };
    let setter = Setter { faces, sheet, words: Words::of(sheet.language), script, sizes };
    let mut book = Book::default();
    book.place(setter.head()?);
    if let Some(overview) = setter.overview() {
        book.place(overview);
    }
    book.place(setter.guidance());
    for section in sheet.sections.iter().filter(|section| !section.stops.is_empty()) {
        if section.kind == SectionKind::Outside && sheet.bereavement {
            book.turn();
        }
        setter.section(section.kind, &section.stops, &mut book);
    }
    setter.bring(&mut book);
    let mut pages = book.pages;
    setter.feet(&mut pages);
    Ok(pages)
}

/// The pages as they fill.
#[derive(Debug)]
pub(super) struct Book {
    pages: Vec<Page>,
    y: f32,
}

impl Default for Book {
    fn default() -> Self {
        Self { pages: vec![Page::default()], y: TOP }
    }
}

impl Book {
    fn turn(&mut self) {
        if self.y > TOP {
            self.pages.push(Page::default());
            self.y = TOP;
        }
    }

    fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    pub(super) fn place(&mut self, block: Block) {
        if !self.fits(block.height) {
            self.turn();
        }
        if !self.fits(block.height) {
            return self.spread(block);
        }
        let top = self.y;
        if let Some(page) = self.pages.last_mut() {
            page.marks.extend(block.marks.into_iter().map(|mark| mark.down(top)));
        }
        self.y += block.height;
    }
}

impl Book {
    /// Something taller than a page is torn between two lines after all: better than losing its end.
    fn spread(&mut self, block: Block) {
        let mut marks: Vec<(f32, Mark)> = block.marks.into_iter().map(|mark| (mark.top(), mark)).collect();
        marks.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let mut from = 0.0;
        for (top, mark) in marks {
            if top - from > BOTTOM - TOP - LINE {
                self.pages.push(Page::default());
                from = top;
            }
            if let Some(page) = self.pages.last_mut() {
                page.marks.push(mark.down(TOP - from));
            }
        }
        self.y = TOP + (block.height - from);
    }
}

impl Setter<'_> {
    /// Lines of one text from `x` on, as a block.
    pub(super) fn text(&self, text: &str, style: Style, x: f32, width: f32) -> Block {
        let step = leading(style, self.script);
        let mut block = Block::default();
        for line in lines(self.faces, text, style, self.script, width) {
            // The letters' body sits low in a line that has readings above.
            let baseline =
                block.height + step - style.mm() * if self.script == Script::Spaced { 0.33 } else { 0.42 };
            set(self.faces, &line, style, x, baseline, &mut block.marks);
            block.height += step;
        }
        block
    }

    fn width(&self, text: &str, style: Style) -> f32 {
        lines(self.faces, text, style, self.script, f32::MAX).first().map_or(0.0, |line| line.width)
    }

    fn text_right(&self, text: &str, style: Style, right: f32) -> Block {
        self.text(text, style, right - self.width(text, style), FULL)
    }

    /// City, title, event, day, number and code.
    fn head(&self) -> Result<Block, GuideError> {
        const CODE: f32 = 24.0;
        let sheet = self.sheet;
        let code = sheet.case.as_ref().map_or(0.0, |_| CODE + 15.0);
        let mut block = Block::default();
        block.add(self.text(&sheet.city, Style::plain(self.sizes.body), LEFT, FULL - code));
        let title = if sheet.bereavement { self.words.title_bereaved } else { self.words.title };
        block.add(Block::gap(1.5));
        block.add(self.text(title, Style::bold(self.sizes.title), LEFT, FULL - code));
        block.add(Block::gap(1.5));
        let day = words::full_day(sheet.language, sheet.on);
        let event = if sheet.bereavement { String::new() } else { format!("{}　　", sheet.event) };
        let line = format!("{event}{}　{day}", self.words.visited);
        block.add(self.text(&line, Style::plain(self.sizes.body), LEFT, FULL - code));
        if let Some(case) = &sheet.case {
            let mut marks = code_marks(&case.code, RIGHT - CODE, 0.0, CODE)?;
            let style = Style::plain(9.5);
            let number = self.text_right(&case.number, style, RIGHT);
            marks.extend(number.marks.into_iter().map(|mark| mark.down(CODE + 0.5)));
            block.marks.extend(marks);
            block.height = block.height.max(CODE + 7.0);
        }
        block.add(Block::gap(3.0));
        block.marks.push(Mark::Fill { x: LEFT, y: block.height, width: FULL, height: 0.7, shade: 0.0 });
        block.add(Block::gap(4.0));
        if sheet.bereavement {
            block.add(self.text(self.words.condolence, Style::plain(self.sizes.body), LEFT, FULL));
            block.add(Block::gap(2.0));
        }
        Ok(block)
    }

    /// What comes, at a glance: how much of each kind, and what is due first.
    fn overview(&self) -> Option<Block> {
        let language = self.sheet.language;
        let open: Vec<_> = self
            .sheet
            .sections
            .iter()
            .filter(|section| section.kind != SectionKind::Done && !section.stops.is_empty())
            .collect();
        if open.is_empty() {
            return None;
        }
        let mut inner = Block::gap(4.0);
        inner.add(self.text(self.words.overview, Style::bold(self.sizes.office), LEFT + 6.0, FULL - 12.0));
        inner.add(Block::gap(1.0));
        for (at, section) in open.iter().enumerate() {
            let (title, _) = words::section(language, section.kind);
            let tasks = if section.kind == SectionKind::ToConfirm {
                find_out(&section.stops).len()
            } else {
                section.stops.iter().map(|stop| stop.tasks.len()).sum()
            };
            let mut amount = words::count(language, tasks);
            if matches!(section.kind, SectionKind::Visit | SectionKind::Outside) {
                let joint = if language == Language::En { " in " } else { "　" };
                let places = words::places(language, section.stops.len());
                amount = if language == Language::En {
                    format!("{amount}{joint}{places}")
                } else {
                    format!("{places}{joint}{amount}")
                };
            }
            let style = Style::plain(self.sizes.body);
            let mut row = self.text(&format!("{}", at + 1), Style::bold(self.sizes.body), LEFT + 6.0, 8.0);
            let title = self.text(title, style, LEFT + 14.0, FULL - 75.0);
            row.height = row.height.max(title.height);
            row.marks.extend(title.marks);
            row.marks.extend(self.text_right(&amount, style, RIGHT - 6.0).marks);
            inner.add(row);
        }
        let due = self.due();
        if !due.is_empty() {
            inner.add(Block::gap(3.5));
            inner.marks.push(Mark::Fill {
                x: LEFT + 6.0,
                y: inner.height,
                width: FULL - 12.0,
                height: 0.25,
                shade: 0.6,
            });
            inner.add(Block::gap(3.0));
            inner.add(self.text(self.words.soon, Style::bold(self.sizes.office), LEFT + 6.0, FULL - 12.0));
            inner.add(Block::gap(1.0));
            let bold = Style::bold(self.sizes.body);
            let day_of = |day, approximate| words::about(language, day, self.sheet.on, approximate);
            let widths = due.iter().map(|(day, about, ..)| self.width(&day_of(*day, *about), bold));
            let column = widths.fold(0.0, f32::max) + 6.0;
            for (day, about, task, place) in due {
                let mut row = self.text(&day_of(day, about), bold, LEFT + 6.0, column);
                let mut what = match language {
                    Language::En => format!("{} ({place})", task.name),
                    _ => format!("{}（{place}）", task.name),
                };
                if day < self.sheet.on && !about {
                    what = format!("{what} {}", self.words.passed);
                }
                let style = Style::plain(self.sizes.body);
                let name = self.text(&what, style, LEFT + 6.0 + column, FULL - 12.0 - column);
                row.height = row.height.max(name.height);
                row.marks.extend(name.marks);
                inner.add(row);
            }
        }
        inner.add(Block::gap(4.0));
        let mut block = Block::default();
        block.marks.push(Mark::Fill { x: LEFT, y: 0.0, width: FULL, height: inner.height, shade: 0.955 });
        block.add(inner);
        block.add(Block::gap(5.0));
        Some(block)
    }

    /// Open tasks whose day is near, the earliest first.
    fn due(&self) -> Vec<(Date, bool, &Task, &str)> {
        let open = self.sheet.sections.iter().filter(|section| {
            matches!(
                section.kind,
                SectionKind::Here | SectionKind::Visit | SectionKind::Later | SectionKind::Outside
            )
        });
        let mut due: Vec<(Date, bool, &Task, &str)> = open
            .flat_map(|section| &section.stops)
            .flat_map(|stop| stop.tasks.iter().map(move |task| (task, stop.name.as_str())))
            .filter_map(|(task, place)| {
                let deadline = task.deadline.as_ref()?;
                Some((deadline.day?, deadline.approximate, task, place))
            })
            .collect();
        due.sort_by_key(|(day, ..)| *day);
        let soon = self.sheet.on.saturating_add(SOON_DAYS.days());
        due.retain(|(day, ..)| *day <= soon);
        due.truncate(MOST_DUE);
        due
    }

    fn section(&self, kind: SectionKind, stops: &[Stop], book: &mut Book) {
        let mut pending = self.section_head(kind);
        let lines = match kind {
            SectionKind::Done => Some(self.done(stops)),
            SectionKind::NotAsked => Some(self.named(stops)),
            SectionKind::ToConfirm => Some(self.to_find_out(stops)),
            SectionKind::Here | SectionKind::Visit | SectionKind::Later | SectionKind::Outside => None,
        };
        if let Some(lines) = lines {
            for line in lines {
                pending.add(line);
                book.place(std::mem::take(&mut pending));
            }
            book.place(Block::gap(4.0));
            return;
        }
        for (at, stop) in stops.iter().enumerate() {
            let number = matches!(kind, SectionKind::Visit).then_some(at + 1);
            for (nth, task) in stop.tasks.iter().enumerate() {
                let task = self.task(task, kind, nth + 1 == stop.tasks.len());
                if nth == 0 {
                    pending.add(self.stop_head(stop, number, false));
                } else if !book.fits(task.height) {
                    pending.add(self.stop_head(stop, number, true));
                }
                pending.add(task);
                book.place(std::mem::take(&mut pending));
            }
        }
        book.place(Block::gap(3.0));
    }

    fn section_head(&self, kind: SectionKind) -> Block {
        let (mut title, hint) = words::section(self.sheet.language, kind);
        if kind == SectionKind::Outside && self.sheet.bereavement {
            title = self.words.outside_bereaved;
        }
        let mut block = Block::gap(1.0);
        let heading = self.text(title, Style::bold(self.sizes.heading), LEFT + 5.0, FULL - 5.0);
        block.marks.push(Mark::Fill {
            x: LEFT,
            y: 2.2,
            width: 2.0,
            height: heading.height - 1.6,
            shade: 0.0,
        });
        block.add(heading);
        if !hint.is_empty() {
            block.add(self.text(hint, Style::plain(self.sizes.small).shade(0.25), LEFT + 5.0, FULL - 5.0));
        }
        block.add(Block::gap(2.5));
        block
    }

    fn stop_head(&self, stop: &Stop, number: Option<usize>, again: bool) -> Block {
        let style = Style::bold(self.sizes.office);
        let small = Style::plain(self.sizes.body);
        let name = if again { format!("{}{}", stop.name, self.words.continued) } else { stop.name.clone() };
        let phone = if stop.phone.is_empty() || again {
            String::new()
        } else {
            format!("{} {}", self.words.phone, stop.phone)
        };
        let indent = if number.is_some() { 12.0 } else { 4.0 };
        let inner = FULL - indent - 4.0;
        let right = [stop.place.as_str(), phone.as_str()].into_iter().filter(|part| !part.is_empty());
        let right = right.collect::<Vec<_>>().join("　");
        let mut band = Block::gap(1.6);
        if self.width(&name, style) + self.width(&right, small) + 6.0 <= inner {
            let mut row = self.text(&name, style, LEFT + indent, inner);
            let beside = self.text_right(&right, small, RIGHT - 4.0);
            // On one baseline.
            let drop = (row.height - beside.height).max(0.0) - 0.2;
            row.marks.extend(beside.marks.into_iter().map(|mark| mark.down(drop)));
            band.add(row);
        } else {
            band.add(self.text(&name, style, LEFT + indent, inner));
            if !right.is_empty() {
                band.add(self.text(&right, small, LEFT + indent, inner));
            }
        }
        band.add(Block::gap(1.6));
        let mut block = Block::default();
        block.marks.push(Mark::Fill { x: LEFT, y: 0.0, width: FULL, height: band.height, shade: 0.9 });
        if let Some(number) = number {
            block.marks.push(Mark::Fill { x: LEFT, y: 0.0, width: 8.5, height: band.height, shade: 0.0 });
            let digits = number.to_string();
            let white = style.shade(1.0);
            let digit = self.text(&digits, white, LEFT + 4.25 - self.width(&digits, white) / 2.0, 8.0);
            let drop = (band.height - digit.height) / 2.0;
            let mut over = Block::default();
            over.marks.extend(digit.marks.into_iter().map(|mark| mark.down(drop)));
            block.marks.extend(over.marks);
        }
        block.add(band);
        block.add(Block::gap(1.5));
        block
    }

    /// One procedure: what, by when, with what, at what cost, why.
    ///
    /// Whoever has lost somebody reads what, where, by when: why it came out and which rule sets the day is left to the
    /// talk at the counter, and what to bring stands once, in the list at the end.
    fn task(&self, task: &Task, kind: SectionKind, last: bool) -> Block {
        const BOX: f32 = 5.2;
        let language = self.sheet.language;
        let short = self.sheet.bereavement;
        let at = LEFT + 10.0;
        let width = RIGHT - at;
        let mut block = Block::gap(2.0);
        let heading = Style::bold(self.sizes.task);
        let name = self.text(&task.name, heading, at, width);
        let first = leading(heading, self.script);
        let box_top = block.height + first - heading.mm() * 0.42 - heading.mm() * 0.36 - BOX / 2.0;
        block.marks.push(Mark::Frame {
            x: LEFT + 2.0,
            y: box_top,
            width: BOX,
            height: BOX,
            line: 0.35,
            shade: 0.0,
        });
        block.add(name);
        if task.in_case {
            block.add(self.text(self.words.in_case, Style::plain(self.sizes.small).shade(0.25), at, width));
        }
        let body = Style::plain(self.sizes.body);
        if !task.who.is_empty() {
            block.add(self.row(self.words.who, &task.who.join(self.words.comma), body));
        }
        if let Some(deadline) = &task.deadline {
            match deadline.day {
                Some(day) => {
                    let mut until = words::until(language, day, self.sheet.on, deadline.approximate);
                    let overdue = day < self.sheet.on && !deadline.approximate;
                    if overdue && short {
                        until = format!("{until}　{}", self.words.passed);
                    }
                    block.add(self.row(self.words.by, &until, Style::bold(self.sizes.body + 0.5)));
                    if overdue && !short {
                        block.add(self.row("", self.words.overdue, Style::bold(self.sizes.body)));
                    }
                    if !deadline.rule.is_empty() && !short {
                        block.add(self.row("", &deadline.rule, Style::plain(self.sizes.small).shade(0.25)));
                    }
                }
                None if !deadline.rule.is_empty() => block.add(self.row(self.words.by, &deadline.rule, body)),
                None => {}
            }
        }
        if !task.open.is_empty() {
            block.add(self.row(self.words.open, &task.open.join(self.words.comma), body));
        }
        // Nobody at the counter tells at a bank or a pension office what to bring there.
        if !task.bring.is_empty() && (!short || kind == SectionKind::Outside) {
            block.add(self.row(self.words.bring, &task.bring.join(self.words.comma), body));
        }
        if let Some(fee) = task.fee.filter(|fee| *fee > 0) {
            block.add(self.row(self.words.fee, &words::yen(language, fee), body));
        }
        if !task.note.is_empty() {
            block.add(Block::gap(0.6));
            block.add(self.text(&task.note, body, at, width));
        }
        if !task.why.is_empty() && !short {
            let style = Style::plain(self.sizes.small).shade(0.3);
            block.add(self.row_in(self.words.why, &task.why, style, style));
        }
        block.add(Block::gap(2.2));
        if last {
            block.add(Block::gap(2.0));
        } else {
            block.marks.push(Mark::Fill { x: at, y: block.height, width, height: 0.2, shade: 0.65 });
        }
        block
    }

    pub(super) fn row(&self, label: &str, value: &str, style: Style) -> Block {
        self.row_in(label, value, style, Style::plain(self.sizes.body - 1.0).shade(0.3))
    }

    /// A label and, beside it, its value; every value of the sheet begins at the same place.
    pub(super) fn row_in(&self, label: &str, value: &str, style: Style, label_style: Style) -> Block {
        let at = LEFT + 10.0;
        let value_at = at + self.sizes.label;
        let mut block = self.text(value, style, value_at, RIGHT - value_at);
        // On the value's first baseline.
        let label = self.text(label, label_style, at, self.sizes.label);
        let offset = |style: Style| {
            leading(style, self.script) - style.mm() * if self.script == Script::Spaced { 0.33 } else { 0.42 }
        };
        let drop = offset(style) - offset(label_style);
        let label_height = label.height;
        block.marks.extend(label.marks.into_iter().map(|mark| mark.down(drop)));
        block.height = block.height.max(label_height);
        block
    }

    /// Where the middle of a line's letters is, from its top.
    pub(super) fn middle(&self, style: Style) -> f32 {
        leading(style, self.script) - style.mm() * 0.42 - style.mm() * 0.36
    }

    /// A box to tick off, before a line that begins at `top`.
    pub(super) fn tick_box(&self, left: f32, top: f32, style: Style) -> Mark {
        const BOX: f32 = 4.6;
        let y = top + self.middle(style) - BOX / 2.0;
        Mark::Frame { x: left + 2.0, y, width: BOX, height: BOX, line: 0.3, shade: 0.0 }
    }

    /// 判定は案内であり処分ではない; and whom to ask.
    fn guidance(&self) -> Block {
        let style = Style::plain(self.sizes.small);
        let mut block = self.text(self.words.guidance, style, LEFT, FULL);
        if let Some(contact) = &self.sheet.contact {
            block.add(Block::gap(0.8));
            let line =
                format!("{}　{}　{} {}", self.words.question, contact.name, self.words.phone, contact.phone);
            block.add(self.text(&line, Style::bold(self.sizes.small), LEFT, FULL));
        }
        block.add(Block::gap(4.0));
        block
    }

    /// Number, page and city at the foot of each page; and 練習 across it.
    fn feet(&self, pages: &mut [Page]) {
        let all = pages.len();
        let style = Style::plain(10.0).shade(0.3);
        for (at, page) in pages.iter_mut().enumerate() {
            let y = HEIGHT - 16.0;
            let mut foot = Block::default();
            foot.marks.push(Mark::Fill { x: LEFT, y: 0.0, width: FULL, height: 0.2, shade: 0.65 });
            let mut left = self.sheet.city.clone();
            if let Some(case) = &self.sheet.case {
                left = format!("{left}　　{} {}", self.words.case_number, case.number);
            }
            foot.marks
                .extend(self.text(&left, style, LEFT, FULL).marks.into_iter().map(|mark| mark.down(1.0)));
            let number = words::page(self.sheet.language, at + 1, all);
            foot.marks
                .extend(self.text_right(&number, style, RIGHT).marks.into_iter().map(|mark| mark.down(1.0)));
            page.marks.extend(foot.marks.into_iter().map(|mark| mark.down(y)));
            if self.sheet.practice {
                page.marks
                    .insert(0, Mark::Watermark { glyphs: self.faces.glyphs(self.words.practice, true) });
            }
        }
    }
}

fn code_marks(code: &str, x: f32, y: f32, side: f32) -> Result<Vec<Mark>, GuideError> {
    let symbol =
        madoka_qr::Symbol::of_text(code, madoka_qr::Correction::Quartile).map_err(|_| GuideError::Code)?;
    let module = side / f32::from(symbol.side());
    let at = |modules: u16| f32::from(modules) * module;
    let cells = symbol.runs().into_iter().map(|run| (x + at(run.x), y + at(run.y), at(run.length), module));
    Ok(vec![Mark::Cells { cells: cells.collect() }])
}
