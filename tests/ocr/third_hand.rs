//! Papers of a third issuer, kept apart from what the reader was made with: shaded cells, two values in a row, 【見出し】
//! over its value, figures in full width. Only kinds whose paper is each city's own; the cards are the law's.

use super::dice::Dice;
use super::documents::Document;
use super::paper::Fonts;
use super::pen::Pen;
use super::people::{Day, Person, address, wide};

/// Kinds this issuer prints.
pub const KINDS: [&str; 7] = [
    "disability",
    "rehabilitation",
    "mental_health",
    "health_insurance",
    "care_insurance",
    "pension",
    "move_out",
];

#[derive(Clone, Copy, PartialEq)]
enum Layout {
    /// Labels in shaded cells, one value in a row.
    Shaded,
    /// The same, short values side by side.
    Pairs,
    /// 【氏名】, the value below it.
    Brackets,
}

struct Item {
    id: &'static str,
    label: &'static str,
    printed: String,
    value: String,
    /// Needs a row of its own.
    long: bool,
}

fn item(id: &'static str, label: &'static str, printed: &str, value: &str) -> Item {
    Item { id, label, printed: printed.to_owned(), value: value.to_owned(), long: false }
}

fn long(id: &'static str, label: &'static str, printed: &str) -> Item {
    Item { long: true, ..item(id, label, printed, printed) }
}

/// How this issuer writes dates.
#[derive(Clone, Copy)]
enum Dates {
    Era,
    Wide,
    Both,
}

impl Dates {
    fn any(dice: &mut Dice) -> Self {
        *dice.pick(&[Self::Era, Self::Wide, Self::Both])
    }

    fn write(self, day: Day) -> String {
        match self {
            Self::Era => day.era(),
            Self::Wide => wide(&day.era()),
            Self::Both => day.both(),
        }
    }
}

fn dated(id: &'static str, label: &'static str, dates: Dates, day: Day) -> Item {
    item(id, label, &dates.write(day), &day.iso())
}

pub fn draw(kind: &str, fonts: &Fonts, dice: &mut Dice) -> Document {
    match kind {
        "move_out" => move_out(fonts, dice),
        "disability" | "rehabilitation" | "mental_health" => handbook(kind, fonts, dice),
        "health_insurance" => health_insurance(fonts, dice),
        "care_insurance" => care_insurance(fonts, dice),
        "pension" => pension(fonts, dice),
        other => panic!("this issuer prints no {other}"),
    }
}

/// The sheet below its title; answers where it ends.
fn list(pen: &mut Pen<'_>, layout: Layout, top: f32, width: f32, pitch: f32, items: &[Item]) -> f32 {
    let (left, size) = (5.0, pitch * 0.38);
    let room = width - 2.0 * left;
    let mut y = top;
    let mut items = items.iter().peekable();
    while let Some(first) = items.next() {
        let beside = match layout {
            Layout::Pairs if !first.long => items.next_if(|next| !next.long),
            _ => None,
        };
        let cells: Vec<&Item> = std::iter::once(first).chain(beside).collect();
        let each = room / cells.len() as f32;
        let high = if first.long { pitch * 1.7 } else { pitch };
        for (n, item) in cells.iter().enumerate() {
            let x = left + each * n as f32;
            if layout == Layout::Brackets {
                pen.label(x, y, size * 0.9, &format!("【{}】", item.label));
                pen.printed(x + 6.0, y + size * 1.45, size, each - 8.0, item.id, &item.printed, &item.value);
                continue;
            }
            let wide = if cells.len() > 1 { each * 0.34 } else { room * 0.26 };
            let label_size = (size * 0.9).min((wide - 2.0) / (item.label.chars().count() as f32 * 1.1));
            pen.paper.fill(x + pen.shift().0, y + pen.shift().1, wide, high, 214);
            pen.frame(x, y, each, high);
            pen.frame(x, y, wide, high);
            let middle = x + (wide - label_size * item.label.chars().count() as f32 * pen.scale) / 2.0;
            pen.label(middle.max(x + 0.6), y + (high - label_size) / 2.0, label_size, item.label);
            let at = y + if item.long { pitch * 0.25 } else { (high - size) / 2.0 };
            pen.printed(x + wide + 1.5, at, size, each - wide - 2.5, item.id, &item.printed, &item.value);
        }
        y += match layout {
            Layout::Brackets => size * if first.long { 4.6 } else { 3.3 },
            _ => high,
        };
    }
    y
}

fn any_layout(dice: &mut Dice) -> Layout {
    *dice.pick(&[Layout::Shaded, Layout::Pairs, Layout::Brackets])
}

fn handbook(kind: &str, fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 128.0, 182.0, 9.5, dice);
    let (person, dates) = (Person::any(dice), Dates::any(dice));
    let guardian = Person::with(dice, &person);
    let issued = Day::between(dice, 2012, 2025);
    let number = dice.digits(6);
    let class = *dice.pick(&["1", "2"]);
    let mut items = vec![
        item("number", "手帳番号", &format!("第{}号", wide(&number)), &number),
        dated("issued", "交付年月日", dates, issued),
        item("name", "氏名", &person.name, &person.name),
        dated("birth_date", "生年月日", dates, person.birth),
        long("address", "住所", &person.address),
    ];
    let fare = item("fare_class", "旅客運賃減額", &format!("第{class}種"), class);
    let (kind, title) = match kind {
        "disability" => {
            let what = *dice.pick(&["両下肢機能の著しい障害", "ぼうこう機能障害", "平衡機能障害"]);
            let grade = dice.whole(1, 6).to_string();
            items.push(item("guardian", "保護者氏名", &guardian.name, &guardian.name));
            items.push(long("disability", "障害名", what));
            items.push(item("grade", "障害等級", &format!("{grade}級"), &grade));
            items.push(fare);
            ("disability", "身体障害者手帳")
        }
        "rehabilitation" => {
            let grade = *dice.pick(&["A", "B"]);
            items.push(item("guardian", "保護者", &guardian.name, &guardian.name));
            items.push(item("grade", "障害の程度", grade, grade));
            items.push(fare);
            ("rehabilitation", "療育手帳")
        }
        _ => {
            let grade = dice.whole(1, 3).to_string();
            items.push(item("grade", "障害等級", &format!("{grade}級"), &grade));
            items.push(dated("expires", "有効期限", dates, Day { year: issued.year + 2, ..issued }));
            ("mental_health", "精神障害者保健福祉手帳")
        }
    };
    pen.label(22.0, 8.0, 6.0, title);
    let y = list(&mut pen, any_layout(dice), 24.0, 128.0, 11.0, &items);
    pen.label(70.0, y + 8.0, 4.6, "架空県知事");
    pen.done(kind)
}

fn health_insurance(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 148.0, 105.0, 10.5, dice);
    let (person, dates) = (Person::any(dice), Dates::any(dice));
    let issued = Day::between(dice, 2024, 2025);
    let expires = Day { year: issued.year + 1, month: 7, day: 31 };
    let start = Day { year: issued.year - 3, ..Day::between(dice, 2024, 2024) };
    let (symbol, number, insurer) = (dice.digits(3), dice.digits(7), dice.digits(8));
    pen.label(40.0, 5.0, 4.8, "国民健康保険資格確認書");
    let items = [
        item("symbol", "記号", &symbol, &symbol),
        item("number", "番号", &number, &number),
        item("branch", "枝番", "03", "03"),
        dated("expires", "有効期限", dates, expires),
        item("name_kana", "フリガナ", &person.kana, &person.kana),
        item("sex", "性別", person.sex_kanji(), person.sex()),
        item("name", "氏名", &person.name, &person.name),
        dated("birth_date", "生年月日", dates, person.birth),
        long("address", "住所", &person.address),
        dated("qualified", "資格取得年月日", dates, start),
        dated("issued", "交付年月日", dates, issued),
        item("insurer_number", "保険者番号", &insurer, &insurer),
        item("insurer", "保険者名", "みなと野市", "みなと野市"),
    ];
    // One value in a row would not fit this paper.
    list(&mut pen, Layout::Pairs, 14.0, 148.0, 9.6, &items);
    pen.done("health_insurance")
}

fn care_insurance(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 128.0, 182.0, 9.5, dice);
    let (mut person, dates) = (Person::any(dice), Dates::any(dice));
    person.birth = Day::between(dice, 1930, 1958);
    let issued = Day::between(dice, 2019, 2025);
    let (number, insurer) = (dice.digits(10), dice.digits(6));
    pen.label(24.0, 8.0, 6.0, "介護保険被保険者証");
    let items = [
        item("number", "被保険者番号", &number, &number),
        long("address", "住所", &person.address),
        item("name_kana", "フリガナ", &person.kana, &person.kana),
        item("name", "氏名", &person.name, &person.name),
        dated("birth_date", "生年月日", dates, person.birth),
        item("sex", "性別", person.sex_kanji(), person.sex()),
        dated("issued", "交付年月日", dates, issued),
        item("insurer_number", "保険者番号", &insurer, &insurer),
        item("insurer", "保険者名", "みなと野市", "みなと野市"),
    ];
    list(&mut pen, any_layout(dice), 24.0, 128.0, 11.5, &items);
    pen.done("care_insurance")
}

fn pension(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 148.0, 105.0, 10.5, dice);
    let (person, dates) = (Person::any(dice), Dates::any(dice));
    let issued = Day::between(dice, 2022, 2025);
    let number = format!("{}-{}", dice.digits(4), dice.digits(6));
    pen.label(34.0, 8.0, 6.0, "基礎年金番号通知書");
    let items = [
        item("number", "基礎年金番号", &number, &number),
        item("name_kana", "フリガナ", &person.kana, &person.kana),
        item("name", "氏名", &person.name, &person.name),
        dated("birth_date", "生年月日", dates, person.birth),
        dated("issued", "交付年月日", dates, issued),
    ];
    let y = list(&mut pen, any_layout(dice), 24.0, 148.0, 11.0, &items);
    pen.label(80.0, y + 4.0, 4.0, "厚生労働大臣");
    pen.done("pension")
}

fn move_out(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 210.0, 297.0, 9.0, dice);
    let (head, dates) = (Person::any(dice), *dice.pick(&[Dates::Era, Dates::Wide]));
    let mut members = vec![head.clone()];
    for _ in 0..dice.whole(0, 3) {
        members.push(Person::with(dice, &head));
    }
    let moved = Day::between(dice, 2024, 2025);
    let (new_address, domicile) = (address(dice), address(dice).split('　').next().unwrap().to_owned());
    pen.label(72.0, 16.0, 8.0, "転出証明書");
    let items = [
        dated("move_date", "異動年月日", dates, moved),
        long("old_address", "旧住所", &head.address),
        item("old_head", "旧世帯主", &head.name, &head.name),
        long("new_address", "新住所", &new_address),
        item("new_head", "新世帯主", &head.name, &head.name),
        long("domicile", "本籍", &domicile),
        item("domicile_head", "筆頭者", &head.name, &head.name),
    ];
    let mut y = list(&mut pen, Layout::Shaded, 32.0, 210.0, 10.5, &items) + 9.0;
    let columns = [
        ("name", "氏名", 46.0),
        ("sex", "性別", 13.0),
        ("birth_date", "生年月日", 42.0),
        ("relation", "続柄", 18.0),
        ("health_insurance", "国民健康保険", 23.0),
        ("care_insurance", "介護保険", 18.0),
        ("resident_code", "住民票コード", 36.0),
    ];
    let mut x = 7.0;
    for (_, label, width) in columns {
        pen.paper.fill(x + pen.shift().0, y + pen.shift().1, width, 9.0, 214);
        pen.frame(x, y, width, 9.0);
        pen.write(
            x + 1.2,
            y + 2.9,
            (3.2f32).min((width - 2.6) / label.chars().count() as f32),
            pen.label_font,
            label,
        );
        x += width;
    }
    y += 9.0;
    for (n, member) in members.iter().enumerate() {
        let relation =
            if n == 0 { "世帯主" } else { *dice.pick(&["妻", "夫", "子", "母", "長女", "弟"]) };
        let code = dice.digits(11);
        let yes = |yes: bool| if yes { "有" } else { "無" };
        let (health, care) = (yes(dice.chance(0.5)), yes(dice.chance(0.3)));
        let id = |field: &str| format!("household[{n}].{field}");
        let mut x = 7.0;
        for (field, _, width) in columns {
            pen.frame(x, y, width, 15.0);
            let (printed, value) = match field {
                "name" => (member.name.clone(), member.name.clone()),
                "birth_date" => (dates.write(member.birth), member.birth.iso()),
                "sex" => (member.sex_kanji().to_owned(), member.sex().to_owned()),
                "relation" => (relation.to_owned(), relation.to_owned()),
                "resident_code" => (code.clone(), code.clone()),
                "health_insurance" => (health.to_owned(), health.to_owned()),
                _ => (care.to_owned(), care.to_owned()),
            };
            if field == "name" {
                pen.value(x + 1.5, y + 1.4, 2.7, &id("name_kana"), &member.kana, &member.kana);
            }
            let size = if field == "name" { 4.2 } else { 3.5 };
            let long = size * printed.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum::<f32>();
            let size = size * ((width - 2.4) / long).min(1.0);
            pen.value(x + 1.4, y + 6.4, size, &id(field), &printed, &value);
            x += width;
        }
        y += 15.0;
    }
    let issued = Day { day: (moved.day + 20) % 28 + 1, ..moved };
    pen.label(20.0, y + 10.0, 4.2, "上記のとおり転出することを証明する。");
    pen.value(28.0, y + 20.0, 4.4, "issued", &dates.write(issued), &issued.iso());
    let width = pen.value(104.0, y + 30.0, 4.8, "city", "みなと野市", "みなと野市");
    pen.write(104.5 + width, y + 30.0, 4.8, pen.value_font, "長　港　一郎");
    pen.done("move_out")
}
