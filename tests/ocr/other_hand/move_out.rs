//! 転出証明書 of another city.

use super::super::dice::Dice;
use super::super::documents::Document;
use super::super::paper::Fonts;
use super::super::pen::Pen;
use super::super::people::{Day, Person, address};
use super::{Dates, List, Sheet, list, row};

pub(super) fn move_out(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 210.0, 297.0, 9.0, dice);
    pen.value_font = dice.whole(0, 4) as usize;
    let head = Person::any(dice);
    let mut members = vec![head.clone()];
    for _ in 1..dice.whole(1, 5) {
        members.push(Person::with(dice, &head));
    }
    let dates = Dates::any(dice);
    let moved = Day::between(dice, 2024, 2025);
    let issued = Day { day: (moved.day + 20) % 28 + 1, ..moved };
    let (new_address, domicile) = (address(dice), address(dice).split('　').next().unwrap().to_owned());
    pen.label(dice.between(70.0, 84.0), 14.0, 7.0, dice.pick::<&str>(&["転出証明書", "転 出 証 明 書"]));
    let how = *dice.pick(&[List::Ruled, List::Ruled, List::Lined]);
    let mut rows = vec![
        row(
            &["異動年月日", "転出予定年月日", "異動日", "転出年月日"],
            "move_date",
            &dates.write(moved),
            &moved.iso(),
        ),
        row(&["新住所", "新 住 所", "転出先住所"], "new_address", &new_address, &new_address),
        row(&["新世帯主", "新世帯主氏名"], "new_head", &head.name, &head.name),
        row(&["旧住所", "旧 住 所"], "old_address", &head.address, &head.address),
        row(&["旧世帯主", "旧世帯主氏名"], "old_head", &head.name, &head.name),
        row(&["本籍", "本　籍"], "domicile", &domicile, &domicile),
        row(&["筆頭者", "筆頭者氏名"], "domicile_head", &head.name, &head.name),
    ];
    if dice.chance(0.5) {
        rows.swap(1, 3);
        rows.swap(2, 4);
    }
    let sheet = Sheet { left: 15.0, top: 28.0, width: 180.0, pitch: dice.between(8.6, 10.5), size: 3.9 };
    let mut y = list(&mut pen, dice, how, &sheet, &rows) + dice.between(5.0, 12.0);
    let kana_over = dice.chance(0.6);
    let columns: [(&str, &[&str], f32); 7] = [
        ("name", if kana_over { &["氏名"] } else { &["氏名", "氏　名"] }, 46.0),
        ("birth_date", &["生年月日"], 40.0),
        ("sex", &["性別"], 12.0),
        ("relation", &["続柄"], 18.0),
        ("resident_code", &["住民票コード"], 36.0),
        ("health_insurance", &["国保", "国民健康保険"], 15.0),
        ("care_insurance", &["介護", "介護保険"], 15.0),
    ];
    let high = if kana_over { 15.0 } else { 11.0 };
    let mut x = 14.0;
    for (_, labels, width) in columns {
        pen.frame(x, y, width, 9.0);
        let label = *dice.pick(labels);
        let size = (3.3f32).min((width - 2.0) / label.chars().count() as f32);
        let wide = size * label.chars().count() as f32;
        pen.write(x + (width - wide) / 2.0, y + 3.0, size, pen.label_font, label);
        x += width;
    }
    if kana_over {
        pen.write(15.0, y + 0.6, 2.2, pen.label_font, "フリガナ");
    }
    y += 9.0;
    for (n, member) in members.iter().enumerate() {
        let relation = if n == 0 {
            "世帯主"
        } else {
            *dice.pick(&["妻", "夫", "子", "母", "父", "長男", "二女", "妻の母", "子の子", "弟"])
        };
        let code = dice.digits(11);
        let (health, care) = (dice.chance(0.5), dice.chance(0.3));
        let yes = |yes: bool| if yes { "有" } else { "無" };
        let id = |field: &str| format!("household[{n}].{field}");
        let mut x = 14.0;
        for (field, _, width) in columns {
            pen.frame(x, y, width, high);
            let middle = y + if kana_over { 6.6 } else { 3.8 };
            let (printed, value) = match field {
                "name" => (member.name.clone(), member.name.clone()),
                "birth_date" => (dates.write(member.birth), member.birth.iso()),
                "sex" => (member.sex_kanji().to_owned(), member.sex().to_owned()),
                "relation" => (relation.to_owned(), relation.to_owned()),
                "resident_code" => (code.clone(), code.clone()),
                "health_insurance" => (yes(health).to_owned(), yes(health).to_owned()),
                _ => (yes(care).to_owned(), yes(care).to_owned()),
            };
            if field == "name" && kana_over {
                pen.value(x + 1.5, y + 1.2, 2.6, &id("name_kana"), &member.kana, &member.kana);
            }
            let size = if field == "name" { 4.0 } else { 3.4 };
            let wide = size * printed.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum::<f32>();
            let size = if wide > width - 2.0 { size * (width - 2.0) / wide } else { size };
            let centred = matches!(field, "sex" | "relation" | "health_insurance" | "care_insurance");
            let indent = if centred { ((width - wide) / 2.0).max(1.0) } else { 1.5 };
            pen.value(x + indent, middle, size, &id(field), &printed, &value);
            x += width;
        }
        y += high;
    }
    y += 10.0;
    pen.label(20.0, y, 4.0, "上記のとおり転出することを証明する。");
    pen.value(28.0, y + 10.0, 4.2, "issued", &dates.write(issued), &issued.iso());
    let width = pen.write(96.0, y + 20.0, 4.6, pen.value_font, "架空県");
    let width = width + pen.value(96.0 + width, y + 20.0, 4.6, "city", "みなと野市", "みなと野市");
    pen.write(96.5 + width, y + 20.0, 4.6, pen.value_font, "長　港　一郎");
    pen.done("move_out")
}
