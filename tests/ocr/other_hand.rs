//! The same kinds as another issuer prints them: other places, words, rules, dates, spacing and type. What is read well
//! from `documents.rs` alone was learned by heart.

mod books;
mod cards;
mod move_out;

use super::dice::Dice;
use super::documents::Document;
use super::paper::Fonts;
use super::pen::Pen;
use super::people::Day;

/// How one issuer writes dates.
#[derive(Clone, Copy)]
enum Dates {
    /// 昭和60年3月4日
    Plain,
    /// 昭和60年 3月 4日
    Padded,
    /// 昭和 60 年 3 月 4 日
    Wide,
    /// 昭和60年03月04日
    Zeros,
}

impl Dates {
    fn any(dice: &mut Dice) -> Self {
        *dice.pick(&[Self::Plain, Self::Plain, Self::Padded, Self::Wide, Self::Zeros])
    }

    fn write(self, day: Day) -> String {
        let (era, year) = day.era_year();
        let year_of = |n: u32| if n == 1 { "元".to_owned() } else { n.to_string() };
        match self {
            Self::Plain => day.era(),
            Self::Padded => {
                format!("{era}{:>2}年{:>2}月{:>2}日", year_of(year), day.month, day.day)
            }
            Self::Wide => format!("{era} {} 年 {} 月 {} 日", year_of(year), day.month, day.day),
            Self::Zeros => day.era_two_digits(),
        }
    }
}

/// One row of a sheet: what is printed before the value, and the value.
struct Row<'r> {
    labels: &'r [&'r str],
    id: &'r str,
    printed: String,
    value: String,
    high: f32,
}

fn row<'r>(labels: &'r [&'r str], id: &'r str, printed: &str, value: &str) -> Row<'r> {
    Row { labels, id, printed: printed.to_owned(), value: value.to_owned(), high: 1.0 }
}

fn tall(row: Row<'_>) -> Row<'_> {
    Row { high: 1.8, ..row }
}

/// How one issuer lays a list of values out.
#[derive(Clone, Copy, PartialEq)]
enum List {
    /// Ruled, the label in a cell of its own.
    Ruled,
    /// A rule under each row only.
    Lined,
    /// 「氏名：…」 without any rule.
    Colons,
    /// Small labels over the values, in boxes.
    Over,
}

struct Sheet {
    left: f32,
    top: f32,
    width: f32,
    pitch: f32,
    size: f32,
}

fn list(pen: &mut Pen<'_>, dice: &mut Dice, how: List, sheet: &Sheet, rows: &[Row<'_>]) -> f32 {
    let label_width = sheet.width * dice.between(0.27, 0.36);
    let mut y = sheet.top;
    for row in rows {
        let label = *dice.pick(row.labels);
        let high = sheet.pitch * if how == List::Over { row.high.max(1.25) } else { row.high };
        let (label_size, size) = (sheet.size * 0.88, sheet.size);
        let fits = (label_width - 2.5) / (label.chars().count() as f32 * 1.08);
        let label_size =
            if matches!(how, List::Ruled | List::Lined) { label_size.min(fits) } else { label_size };
        match how {
            List::Ruled => {
                pen.frame(sheet.left, y, sheet.width, high);
                pen.frame(sheet.left, y, label_width, high);
                pen.label(sheet.left + 1.6, y + (sheet.pitch - label_size) / 2.0, label_size, label);
            }
            List::Lined => {
                pen.label(sheet.left + 1.0, y + (sheet.pitch - label_size) / 2.0, label_size, label);
                pen.rule(sheet.left, y + high, sheet.width);
            }
            List::Colons => {
                pen.label(sheet.left + 1.0, y, label_size, &format!("{label}："));
            }
            List::Over => {
                pen.frame(sheet.left, y, sheet.width, high);
                pen.label(sheet.left + 1.2, y + 0.8, sheet.size * 0.62, label);
            }
        }
        let (x, at) = match how {
            List::Over => (sheet.left + 5.0, y + sheet.size * 0.62 + 1.6),
            List::Colons => (sheet.left + label_width + 1.5, y),
            _ => (sheet.left + label_width + 2.0, y + (sheet.pitch - size) / 2.0),
        };
        pen.printed(x, at, size, sheet.left + sheet.width - x - 1.0, row.id, &row.printed, &row.value);
        y += if how == List::Colons { high * 0.92 } else { high };
    }
    y
}

pub fn draw(kind: &str, fonts: &Fonts, dice: &mut Dice) -> Document {
    match kind {
        "licence" => cards::driving(fonts, dice, false),
        "driving_record" => cards::driving(fonts, dice, true),
        "licence_back" => cards::licence_back(fonts, dice),
        "mynumber" => cards::mynumber(fonts, dice),
        "residence" => cards::foreign(fonts, dice, true),
        "special_permanent" => cards::foreign(fonts, dice, false),
        "disability" => books::disability(fonts, dice),
        "rehabilitation" => books::rehabilitation(fonts, dice),
        "mental_health" => books::mental_health(fonts, dice),
        "move_out" => move_out::move_out(fonts, dice),
        "health_insurance" => books::health_insurance(fonts, dice),
        "care_insurance" => books::care_insurance(fonts, dice),
        "pension" => books::pension(fonts, dice),
        other => panic!("no such kind: {other}"),
    }
}
