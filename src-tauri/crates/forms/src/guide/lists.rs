//! The sheet's lists: what is done, what nobody has asked, what is to be found out, and what to bring.

use jiff::civil::Date;

use super::canvas::Mark;
use super::flow::{Script, Style};
use super::layout::{Block, Book, FULL, LEFT, RIGHT, Setter};
use super::{Stop, Task, Thing, words};

impl Setter<'_> {
    /// 「世帯主変更届」, with the members it is for where it is not for all.
    fn named_task(&self, task: &Task) -> String {
        if task.who.is_empty() {
            return task.name.clone();
        }
        format!("{}　{}", task.name, task.who.join(self.words.comma))
    }

    /// Each in one line, ticked off.
    pub(super) fn done(&self, stops: &[Stop]) -> Vec<Block> {
        let style = Style::plain(self.sizes.body);
        let line = |task: &Task| {
            let mut block = self.text(&self.named_task(task), style, LEFT + 12.0, FULL - 12.0);
            let middle = self.middle(style);
            let points = vec![(LEFT + 3.5, middle), (LEFT + 5.2, middle + 1.9), (LEFT + 8.6, middle - 2.2)];
            block.marks.push(Mark::Stroke { points, line: 0.7, shade: 0.0 });
            block
        };
        stops.iter().flat_map(|stop| &stop.tasks).map(line).collect()
    }

    /// Named office by office, so that none is lost, and no more than that.
    pub(super) fn named(&self, stops: &[Stop]) -> Vec<Block> {
        let line = |stop: &Stop| {
            let names: Vec<String> = stop.tasks.iter().map(|task| self.named_task(task)).collect();
            let mut block = Block::gap(0.6);
            block.add(self.text(&stop.name, Style::bold(self.sizes.small), LEFT + 5.0, FULL - 5.0));
            let names = names.join(self.words.comma);
            block.add(self.text(&names, Style::plain(self.sizes.small), LEFT + 10.0, FULL - 10.0));
            block.add(Block::gap(0.8));
            block
        };
        stops.iter().map(line).collect()
    }

    /// 確かめること: each thing that nobody knows stands once, to tick off, with everything that depends on it.
    pub(super) fn to_find_out(&self, stops: &[Stop]) -> Vec<Block> {
        let language = self.sheet.language;
        let item = |open: &FindOut<'_>| {
            let at = LEFT + 10.0;
            let heading = Style::bold(self.sizes.body);
            let mut block = Block::gap(1.2);
            let what = if open.what.is_empty() { self.words.ask_us } else { open.what };
            block.marks.push(self.tick_box(LEFT, block.height, heading));
            block.add(self.text(what, heading, at, RIGHT - at));
            if let Some((day, about)) = open.first_day() {
                let until = words::until(language, day, self.sheet.on, about);
                block.add(self.row(self.words.by_first, &until, Style::plain(self.sizes.body)));
            }
            if !open.tasks.is_empty() {
                let names: Vec<String> = open.tasks.iter().map(|task| self.named_task(task)).collect();
                let small = Style::plain(self.sizes.small).shade(0.2);
                block.add(self.row_in(self.words.decides, &names.join(self.words.comma), small, small));
            }
            block.add(Block::gap(1.2));
            block
        };
        find_out(stops).iter().map(item).collect()
    }

    /// One thing to bring, in a column of the list.
    fn thing(&self, thing: &Thing, left: f32, width: f32) -> Block {
        let style = Style::plain(self.sizes.body);
        let (at, width) = (left + 10.0, width - 10.0);
        let mut block = Block::gap(0.8);
        block.marks.push(self.tick_box(left, block.height, style));
        block.add(self.text(&thing.name, style, at, width));
        if !thing.note.is_empty() {
            block.add(self.text(&thing.note, Style::plain(self.sizes.small).shade(0.3), at, width));
        }
        block.add(Block::gap(0.8));
        block
    }

    /// Everything to bring, each once, to tick off at home.
    pub(super) fn bring(&self, book: &mut Book) {
        if self.sheet.bring.is_empty() {
            return;
        }
        let mut pending = Block::gap(1.0);
        let heading =
            self.text(self.words.bring_title, Style::bold(self.sizes.heading), LEFT + 5.0, FULL - 5.0);
        pending.marks.push(Mark::Fill {
            x: LEFT,
            y: 2.2,
            width: 2.0,
            height: heading.height - 1.6,
            shade: 0.0,
        });
        pending.add(heading);
        pending.add(self.text(
            self.words.bring_hint,
            Style::plain(self.sizes.small).shade(0.25),
            LEFT + 5.0,
            FULL - 5.0,
        ));
        pending.add(Block::gap(1.5));
        let sure: Vec<&Thing> = self.sheet.bring.iter().filter(|thing| thing.sure).collect();
        // Readings need the whole line.
        let columns = if self.script == Script::Spaced { 1 } else { 2 };
        for row in sure.chunks(columns) {
            let width = (FULL - 4.0) / if columns == 2 { 2.0 } else { 1.0 };
            let mut block = Block::default();
            for (thing, left) in row.iter().zip([LEFT, LEFT + width + 4.0]) {
                let thing = self.thing(thing, left, width);
                block.height = block.height.max(thing.height);
                block.marks.extend(thing.marks);
            }
            pending.add(block);
            book.place(std::mem::take(&mut pending));
        }
        // What may not be needed at all is not looked for at home before that is known.
        let unsure: Vec<&str> =
            self.sheet.bring.iter().filter(|thing| !thing.sure).map(|thing| thing.name.as_str()).collect();
        if !unsure.is_empty() {
            let small = Style::plain(self.sizes.small);
            let mut block = Block::gap(1.5);
            block.add(self.text(self.words.unsure, Style::bold(self.sizes.small), LEFT + 5.0, FULL - 5.0));
            block.add(self.text(&unsure.join(self.words.comma), small, LEFT + 5.0, FULL - 5.0));
            pending.add(block);
            book.place(std::mem::take(&mut pending));
        }
        book.place(Block::gap(4.0));
    }
}

/// One thing that nobody knows, and what depends on it.
#[derive(Debug)]
pub(super) struct FindOut<'a> {
    /// Empty where it is not named on paper.
    what: &'a str,
    tasks: Vec<&'a Task>,
}

impl FindOut<'_> {
    /// The first day by which something of it would be due.
    fn first_day(&self) -> Option<(Date, bool)> {
        let days = self.tasks.iter().filter_map(|task| task.deadline.as_ref());
        days.filter_map(|deadline| Some((deadline.day?, deadline.approximate))).min()
    }
}

/// Every open thing once. What depends on several stands with the one on which most depends.
pub(super) fn find_out(stops: &[Stop]) -> Vec<FindOut<'_>> {
    let tasks = || stops.iter().flat_map(|stop| &stop.tasks);
    let weight = |what: &str| tasks().filter(|task| task.open.iter().any(|open| open == what)).count();
    let mut all: Vec<FindOut<'_>> = Vec::new();
    for task in tasks() {
        for what in &task.open {
            if all.iter().all(|known| known.what != what) {
                all.push(FindOut { what, tasks: Vec::new() });
            }
        }
    }
    for task in tasks() {
        // Of equals the first.
        let what = task.open.iter().rev().max_by_key(|what| weight(what)).map_or("", String::as_str);
        match all.iter_mut().find(|known| known.what == what) {
            Some(open) => open.tasks.push(task),
            None => all.push(FindOut { what, tasks: vec![task] }),
        }
    }
    // What is due first is found out first.
    all.sort_by_key(|open| (open.what.is_empty(), open.first_day().is_none(), open.first_day()));
    all
}
