//! The documents: each draws itself and says what stands on it. Places, sizes, spacing and fonts vary by chance.

mod cards;

use cards::{card, driving, licence_back, mynumber, residence, special_permanent};

use super::dice::Dice;
use super::paper::{Fonts, Grey};
use super::pen::Pen;
use super::people::{Day, Person, address};

pub const KINDS: [&str; 13] = [
    "licence",
    "licence_back",
    "mynumber",
    "residence",
    "special_permanent",
    "disability",
    "rehabilitation",
    "mental_health",
    "move_out",
    "health_insurance",
    "care_insurance",
    "pension",
    "driving_record",
];

pub struct Document {
    pub kind: &'static str,
    pub grey: Grey,
    /// Field id and value, as the contract writes it (dates ISO, sex in English).
    pub truth: Vec<(String, String)>,
}

pub fn draw(kind: &str, fonts: &Fonts, dice: &mut Dice) -> Document {
    match kind {
        "licence" => driving(fonts, dice, false),
        "driving_record" => driving(fonts, dice, true),
        "licence_back" => licence_back(fonts, dice),
        "mynumber" => mynumber(fonts, dice),
        "residence" => residence(fonts, dice),
        "special_permanent" => special_permanent(fonts, dice),
        "disability" => handbook(fonts, dice, "disability", "身体障害者手帳"),
        "rehabilitation" => handbook(fonts, dice, "rehabilitation", "療育手帳"),
        "mental_health" => handbook(fonts, dice, "mental_health", "精神障害者保健福祉手帳"),
        "move_out" => move_out(fonts, dice),
        "health_insurance" => health_insurance(fonts, dice),
        "care_insurance" => care_insurance(fonts, dice),
        "pension" => pension(fonts, dice),
        other => panic!("no such kind: {other}"),
    }
}

fn handbook(fonts: &Fonts, dice: &mut Dice, kind: &'static str, title: &str) -> Document {
    let mut pen = Pen::new(fonts, 114.0, 150.0, 11.0, dice);
    let person = Person::any(dice);
    let issued = Day::between(dice, 2008, 2025);
    let number = dice.digits(6);
    pen.label(30.0, 6.0, 5.6, title);
    pen.write(14.0, 18.0, 4.0, pen.value_font, "架空県　第　");
    pen.truth.push(("number".to_owned(), number.clone()));
    pen.write(41.0, 18.0, 4.2, pen.value_font, &number);
    pen.write(60.0, 18.0, 4.0, pen.value_font, "号");
    let mut y = 27.0;
    let row = |pen: &mut Pen<'_>, y: f32, height: f32, label: &str| {
        pen.frame(8.0, y, 98.0, height);
        pen.frame(8.0, y, 27.0, height);
        pen.label(10.0, y + 2.6, 3.5, label);
    };
    let issued_label = if kind == "mental_health" { "交付日" } else { "交付年月日" };
    row(&mut pen, y, 9.0, issued_label);
    pen.value(38.0, y + 2.5, 3.9, "issued", &issued.era(), &issued.iso());
    y += 9.0;
    row(&mut pen, y, 10.0, "氏名");
    pen.value(38.0, y + 2.6, 4.6, "name", &person.name, &person.name);
    y += 10.0;
    row(&mut pen, y, 9.0, "生年月日");
    pen.value(
        38.0,
        y + 2.5,
        3.9,
        "birth_date",
        &format!("{}{}", person.birth.era(), if dice.chance(0.4) { "生" } else { "" }),
        &person.birth.iso(),
    );
    y += 9.0;
    if kind != "mental_health" {
        let guardian = Person::with(dice, &person);
        row(&mut pen, y, 9.0, "保護者氏名");
        pen.value(38.0, y + 2.4, 4.0, "guardian", &guardian.name, &guardian.name);
        y += 9.0;
    }
    row(&mut pen, y, 16.0, "住所");
    pen.long(38.0, y + 2.5, 3.8, 64.0, "address", &person.address);
    y += 16.0;
    match kind {
        "disability" => {
            let disability = *dice.pick(&[
                "右下肢機能全廃",
                "心臓機能障害",
                "聴覚障害",
                "両眼の視力の和０．０４",
                "左上肢の機能の著しい障害",
            ]);
            row(&mut pen, y, 12.0, "障害名");
            pen.value(38.0, y + 3.5, 3.8, "disability", disability, disability);
            y += 12.0;
            let grade = dice.whole(1, 6).to_string();
            row(&mut pen, y, 10.0, "等級");
            pen.value(38.0, y + 2.8, 4.0, "grade", &format!("{grade}級"), &grade);
            y += 10.0;
            let class = *dice.pick(&["1", "2"]);
            row(&mut pen, y, 12.0, "旅客運賃減額");
            pen.value(38.0, y + 3.4, 3.8, "fare_class", &format!("第{class}種"), class);
        }
        "rehabilitation" => {
            let grade = *dice.pick(&["A", "B"]);
            row(&mut pen, y, 12.0, "障害の程度");
            pen.value(38.0, y + 3.5, 4.2, "grade", grade, grade);
            y += 12.0;
            let class = *dice.pick(&["1", "2"]);
            row(&mut pen, y, 12.0, "旅客運賃減額");
            pen.value(38.0, y + 3.4, 3.8, "fare_class", &format!("第{class}種"), class);
        }
        _ => {
            let grade = dice.whole(1, 3).to_string();
            row(&mut pen, y, 12.0, "障害等級");
            pen.value(38.0, y + 3.5, 4.2, "grade", &format!("{grade}級"), &grade);
            y += 12.0;
            let expires = Day { year: issued.year + 2, ..issued };
            row(&mut pen, y, 12.0, "有効期限");
            pen.value(38.0, y + 3.4, 3.9, "expires", &expires.era(), &expires.iso());
        }
    }
    pen.label(62.0, 138.0, 4.2, "架空県知事");
    pen.done(kind)
}

fn move_out(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 210.0, 297.0, 9.0, dice);
    pen.value_font = dice.whole(0, 4) as usize;
    let head = Person::any(dice);
    let count = dice.whole(1, 4) as usize;
    let mut members = vec![head.clone()];
    while members.len() < count {
        members.push(Person::with(dice, &head));
    }
    let moved = Day::between(dice, 2024, 2025);
    let issued = Day { day: (moved.day + 27) % 28 + 1, ..moved };
    let new_address = address(dice);
    let domicile = address(dice).split('　').next().unwrap().to_owned();
    pen.label(80.0, 16.0, 7.5, "転出証明書");
    let mut y = 34.0;
    let mut row = |pen: &mut Pen<'_>, label: &str, id: &str, printed: &str, value: &str| {
        pen.frame(14.0, y, 182.0, 10.0);
        pen.frame(14.0, y, 38.0, 10.0);
        pen.label(16.0, y + 3.0, 3.8, label);
        pen.value(55.0, y + 2.9, 4.0, id, printed, value);
        y += 10.0;
    };
    row(
        &mut pen,
        if dice.chance(0.5) { "異動年月日" } else { "転出予定年月日" },
        "move_date",
        &moved.era(),
        &moved.iso(),
    );
    row(&mut pen, "新住所", "new_address", &new_address, &new_address);
    row(&mut pen, "新世帯主", "new_head", &head.name, &head.name);
    row(&mut pen, "旧住所", "old_address", &head.address, &head.address);
    row(&mut pen, "旧世帯主", "old_head", &head.name, &head.name);
    row(&mut pen, "本籍", "domicile", &domicile, &domicile);
    row(&mut pen, "筆頭者", "domicile_head", &head.name, &head.name);
    y += 8.0;
    let columns = [
        (14.0, "番号", 10.0),
        (24.0, "氏名", 44.0),
        (68.0, "生年月日", 36.0),
        (104.0, "性別", 12.0),
        (116.0, "続柄", 16.0),
        (132.0, "住民票コード", 34.0),
        (166.0, "国保", 15.0),
        (181.0, "介護", 15.0),
    ];
    for (x, label, width) in columns {
        pen.frame(x, y, width, 8.0);
        pen.label(x + 1.5, y + 2.4, if label.chars().count() > 4 { 3.2 } else { 3.3 }, label);
    }
    y += 8.0;
    for (n, member) in members.iter().enumerate() {
        for (x, _, width) in columns {
            pen.frame(x, y, width, 14.0);
        }
        let id = |field: &str| format!("household[{n}].{field}");
        pen.write(17.0, y + 5.0, 3.6, pen.value_font, &(n + 1).to_string());
        pen.value(26.0, y + 1.4, 2.9, &id("name_kana"), &member.kana, &member.kana);
        pen.value(26.0, y + 6.2, 4.2, &id("name"), &member.name, &member.name);
        pen.value(69.5, y + 5.2, 3.3, &id("birth_date"), &member.birth.era(), &member.birth.iso());
        pen.value(108.0, y + 5.0, 3.6, &id("sex"), member.sex_kanji(), member.sex());
        let relation = if n == 0 { "世帯主" } else { *dice.pick(&["妻", "夫", "子", "母", "父"]) };
        pen.value(117.5, y + 5.0, 3.5, &id("relation"), relation, relation);
        let code = dice.digits(11);
        pen.value(133.5, y + 5.0, 3.5, &id("resident_code"), &code, &code);
        let yes = dice.chance(0.5);
        pen.value(
            169.0,
            y + 5.0,
            3.5,
            &id("health_insurance"),
            if yes { "有" } else { "無" },
            if yes { "有" } else { "無" },
        );
        let yes = dice.chance(0.3);
        pen.value(
            184.0,
            y + 5.0,
            3.5,
            &id("care_insurance"),
            if yes { "有" } else { "無" },
            if yes { "有" } else { "無" },
        );
        y += 14.0;
    }
    y += 12.0;
    pen.label(24.0, y, 4.0, "上記のとおり転出することを証明します。");
    pen.value(24.0, y + 12.0, 4.2, "issued", &issued.era(), &issued.iso());
    pen.value(110.0, y + 24.0, 4.8, "city", "みなと野市", "みなと野市");
    pen.write(110.0 + 5.2 * 4.8 * pen.scale, y + 24.0, 4.8, pen.value_font, "長　港　一郎");
    pen.done("move_out")
}

fn health_insurance(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = card(fonts, dice);
    let person = Person::any(dice);
    let issued = Day::between(dice, 2024, 2025);
    let expires = Day { year: issued.year + 1, month: 7, day: 31 };
    pen.label(4.0, 3.0, 2.8, "国民健康保険資格確認書");
    pen.label(50.0, 3.2, 2.2, "有効期限");
    pen.value(60.0, 3.0, 2.5, "expires", &expires.era(), &expires.iso());
    let (mark, number, branch) = (dice.whole(10, 99).to_string(), dice.digits(7), "01");
    pen.label(4.0, 9.5, 2.3, "記号");
    pen.value(12.0, 9.2, 2.7, "symbol", &mark, &mark);
    pen.label(22.0, 9.5, 2.3, "番号");
    pen.value(30.0, 9.2, 2.7, "number", &number, &number);
    pen.label(50.0, 9.5, 2.3, "枝番");
    pen.value(58.0, 9.2, 2.7, "branch", branch, branch);
    pen.label(4.0, 14.5, 2.0, "フリガナ");
    pen.value(18.0, 14.4, 2.2, "name_kana", &person.kana, &person.kana);
    pen.label(4.0, 18.2, 2.4, "氏名");
    pen.value(18.0, 17.8, 3.2, "name", &person.name, &person.name);
    pen.label(66.0, 18.2, 2.3, "性別");
    pen.value(74.0, 18.0, 2.7, "sex", person.sex_kanji(), person.sex());
    pen.label(4.0, 23.6, 2.3, "生年月日");
    pen.value(18.0, 23.4, 2.7, "birth_date", &person.birth.era(), &person.birth.iso());
    pen.label(4.0, 28.6, 2.3, "住所");
    pen.long(18.0, 28.4, 2.5, 62.0, "address", &person.address);
    pen.label(4.0, 36.2, 2.2, "資格取得年月日");
    let start = Day { year: issued.year - 2, ..Day::between(dice, 2024, 2024) };
    pen.value(22.0, 36.0, 2.6, "qualified", &start.era(), &start.iso());
    pen.label(4.0, 40.8, 2.2, "交付年月日");
    pen.value(22.0, 40.6, 2.6, "issued", &issued.era(), &issued.iso());
    let insurer = dice.digits(6);
    pen.label(4.0, 45.4, 2.2, "保険者番号");
    pen.value(22.0, 45.2, 2.7, "insurer_number", &insurer, &insurer);
    pen.label(42.0, 45.4, 2.2, "保険者名");
    pen.value(56.0, 45.2, 2.6, "insurer", "みなと野市", "みなと野市");
    pen.done("health_insurance")
}

fn care_insurance(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 92.0, 128.0, 12.0, dice);
    let mut person = Person::any(dice);
    person.birth = Day::between(dice, 1930, 1958);
    let issued = Day::between(dice, 2019, 2025);
    pen.label(22.0, 5.0, 4.4, "介護保険被保険者証");
    let number = format!("0{}", dice.digits(9));
    let row = |pen: &mut Pen<'_>, y: f32, height: f32, label: &str| {
        pen.frame(6.0, y, 80.0, height);
        pen.frame(6.0, y, 24.0, height);
        pen.label(7.5, y + 2.0, 3.0, label);
    };
    row(&mut pen, 15.0, 9.0, "番号");
    pen.value(33.0, 17.2, 4.0, "number", &number, &number);
    row(&mut pen, 24.0, 18.0, "住所");
    pen.long(33.0, 26.5, 3.2, 50.0, "address", &person.address);
    row(&mut pen, 42.0, 7.0, "フリガナ");
    pen.value(33.0, 44.0, 3.0, "name_kana", &person.kana, &person.kana);
    row(&mut pen, 49.0, 10.0, "氏名");
    pen.value(33.0, 51.6, 4.2, "name", &person.name, &person.name);
    row(&mut pen, 59.0, 8.0, "生年月日");
    pen.value(33.0, 61.2, 3.3, "birth_date", &person.birth.era(), &person.birth.iso());
    row(&mut pen, 67.0, 8.0, "性別");
    pen.value(33.0, 69.2, 3.4, "sex", person.sex_kanji(), person.sex());
    row(&mut pen, 75.0, 8.0, "交付年月日");
    pen.value(33.0, 77.2, 3.3, "issued", &issued.era(), &issued.iso());
    let insurer = dice.digits(6);
    row(&mut pen, 90.0, 8.0, "保険者番号");
    pen.value(33.0, 92.2, 3.6, "insurer_number", &insurer, &insurer);
    row(&mut pen, 98.0, 8.0, "保険者名");
    pen.value(33.0, 100.2, 3.4, "insurer", "みなと野市", "みなと野市");
    pen.done("care_insurance")
}

fn pension(fonts: &Fonts, dice: &mut Dice) -> Document {
    let notice = dice.chance(0.5);
    let mut pen =
        Pen::new(fonts, if notice { 105.0 } else { 88.0 }, if notice { 74.0 } else { 125.0 }, 12.0, dice);
    let person = Person::any(dice);
    let issued = Day::between(dice, 1998, 2025);
    let number = format!("{}-{}", dice.digits(4), dice.digits(6));
    pen.label(18.0, 6.0, 5.0, if notice { "基礎年金番号通知書" } else { "年金手帳" });
    let mut y = 20.0;
    for (label, id, printed, value) in [
        ("基礎年金番号", "number", number.clone(), number.clone()),
        ("フリガナ", "name_kana", person.kana.clone(), person.kana.clone()),
        ("氏名", "name", person.name.clone(), person.name.clone()),
        ("生年月日", "birth_date", person.birth.era(), person.birth.iso()),
        ("交付年月日", "issued", issued.era(), issued.iso()),
    ] {
        pen.label(8.0, y + 0.4, 3.0, label);
        pen.value(33.0, y, if id == "name" { 4.2 } else { 3.6 }, id, &printed, &value);
        y += 8.5;
    }
    pen.label(40.0, y + 2.0, 3.4, "日本年金機構");
    pen.done("pension")
}
