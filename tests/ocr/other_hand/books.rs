//! Handbooks and certificates of insurance and pension: lists of values, laid out as each issuer likes.

use super::super::dice::Dice;
use super::super::documents::Document;
use super::super::paper::Fonts;
use super::super::pen::Pen;
use super::super::people::{Day, Person};
use super::{Dates, List, Sheet, list, row, tall};

fn handbook<'f>(fonts: &'f Fonts, dice: &mut Dice, title: &str) -> (Pen<'f>, List, Dates) {
    let mut pen = Pen::new(fonts, 90.0, 128.0, 13.0, dice);
    pen.label(14.0, 5.0, 5.0, title);
    let how = *dice.pick(&[List::Ruled, List::Lined, List::Colons, List::Over]);
    (pen, how, Dates::any(dice))
}

const NAME: [&str; 3] = ["氏名", "氏　　名", "氏 名"];
const BORN: [&str; 2] = ["生年月日", "生 年 月 日"];
const HOME: [&str; 4] = ["住所", "住　　所", "住 所", "現住所"];
const ISSUED: [&str; 3] = ["交付年月日", "交付日", "交付年月日"];

pub(super) fn disability(fonts: &Fonts, dice: &mut Dice) -> Document {
    let (mut pen, how, dates) = handbook(fonts, dice, "身体障害者手帳");
    let person = Person::any(dice);
    let guardian = Person::with(dice, &person);
    let issued = Day::between(dice, 2005, 2025);
    let number = dice.digits(5);
    let (grade, class) = (dice.whole(1, 6).to_string(), *dice.pick(&["1", "2"]));
    let disability = *dice.pick(&[
        "疾病による右上肢機能障害",
        "慢性腎不全によるじん臓機能障害",
        "両感音性難聴",
        "脳梗塞による左下肢機能の軽度障害",
        "音声機能の喪失",
    ]);
    let rows = [
        row(&["手帳番号", "番号"], "number", &format!("架空県第{number}号"), &number),
        row(&ISSUED, "issued", &dates.write(issued), &issued.iso()),
        row(&NAME, "name", &person.name, &person.name),
        row(&BORN, "birth_date", &dates.write(person.birth), &person.birth.iso()),
        tall(row(&["住所", "居住地", "居 住 地"], "address", &person.address, &person.address)),
        row(&["保護者氏名", "保護者"], "guardian", &guardian.name, &guardian.name),
        tall(row(&["障害名", "障 害 名"], "disability", disability, disability)),
        row(&["等級", "障害等級", "身体障害者等級"], "grade", &format!("{grade}級"), &grade),
        row(&["旅客運賃減額", "旅客運賃の減額"], "fare_class", &format!("第{class}種"), class),
    ];
    let sheet = Sheet { left: 5.0, top: 14.0, width: 80.0, pitch: 8.4, size: 3.2 };
    let y = list(&mut pen, dice, how, &sheet, &rows);
    pen.label(50.0, y + 4.0, 3.6, "架空県知事");
    pen.done("disability")
}

pub(super) fn rehabilitation(fonts: &Fonts, dice: &mut Dice) -> Document {
    let (mut pen, how, dates) = handbook(fonts, dice, "療育手帳");
    let person = Person::any(dice);
    let guardian = Person::with(dice, &person);
    let issued = Day::between(dice, 2010, 2025);
    let number = dice.digits(6);
    let (grade, class) = (*dice.pick(&["A", "B"]), *dice.pick(&["1", "2"]));
    let rows = [
        row(&["手帳番号", "番号"], "number", &format!("第{number}号"), &number),
        row(&NAME, "name", &person.name, &person.name),
        row(&BORN, "birth_date", &dates.write(person.birth), &person.birth.iso()),
        tall(row(&HOME, "address", &person.address, &person.address)),
        row(&["保護者氏名", "保護者"], "guardian", &guardian.name, &guardian.name),
        row(&["障害の程度", "判定"], "grade", grade, grade),
        row(&["旅客運賃減額", "旅客運賃割引"], "fare_class", &format!("第{class}種"), class),
        row(&ISSUED, "issued", &dates.write(issued), &issued.iso()),
    ];
    let sheet = Sheet { left: 5.0, top: 14.0, width: 80.0, pitch: 8.8, size: 3.3 };
    let y = list(&mut pen, dice, how, &sheet, &rows);
    pen.label(50.0, y + 4.0, 3.6, "架空県知事");
    pen.done("rehabilitation")
}

pub(super) fn mental_health(fonts: &Fonts, dice: &mut Dice) -> Document {
    let (mut pen, how, dates) = handbook(fonts, dice, "障害者手帳");
    pen.label(14.0, 11.5, 2.6, "（精神障害者保健福祉手帳）");
    let person = Person::any(dice);
    let issued = Day::between(dice, 2023, 2025);
    let expires = Day { year: issued.year + 2, ..issued };
    let number = dice.digits(6);
    let grade = dice.whole(1, 3).to_string();
    let rows = [
        row(&NAME, "name", &person.name, &person.name),
        tall(row(&HOME, "address", &person.address, &person.address)),
        row(&BORN, "birth_date", &dates.write(person.birth), &person.birth.iso()),
        row(&["障害等級", "障害の等級"], "grade", &format!("{grade}級"), &grade),
        row(&["手帳番号", "番号"], "number", &format!("第{number}号"), &number),
        row(&ISSUED, "issued", &dates.write(issued), &issued.iso()),
        row(&["有効期限"], "expires", &dates.write(expires), &expires.iso()),
    ];
    let sheet = Sheet { left: 5.0, top: 18.0, width: 80.0, pitch: 9.2, size: 3.4 };
    let y = list(&mut pen, dice, how, &sheet, &rows);
    pen.label(50.0, y + 4.0, 3.6, "架空県知事");
    pen.done("mental_health")
}

pub(super) fn health_insurance(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 128.0, 91.0, 12.0, dice);
    let person = Person::any(dice);
    let issued = Day::between(dice, 2024, 2025);
    let expires = Day { year: issued.year + 1, month: 7, day: 31 };
    let start = Day { year: issued.year - 3, ..Day::between(dice, 2024, 2024) };
    let dates = Dates::any(dice);
    let (mark, number, insurer) = (dice.digits(4), dice.digits(6), dice.digits(8));
    pen.label(6.0, 4.0, 4.0, "資格確認書");
    pen.label(62.0, 4.4, 3.0, "有効期限");
    pen.value(78.0, 4.2, 3.2, "expires", &dates.write(expires), &expires.iso());
    pen.label(6.0, 12.0, 3.0, "記号");
    pen.value(18.0, 11.8, 3.2, "symbol", &mark, &mark);
    pen.label(46.0, 12.0, 3.0, "番号");
    pen.value(58.0, 11.8, 3.2, "number", &number, &number);
    let after = if dice.chance(0.5) {
        pen.label(86.0, 12.0, 3.0, "枝番");
        100.0
    } else {
        pen.label(82.0, 12.0, 3.0, "（枝番）");
        100.0
    };
    pen.value(after, 11.8, 3.2, "branch", "02", "02");
    let how = *dice.pick(&[List::Ruled, List::Lined, List::Colons]);
    let rows = [
        row(&["フリガナ"], "name_kana", &person.kana, &person.kana),
        row(&NAME, "name", &person.name, &person.name),
        row(&BORN, "birth_date", &dates.write(person.birth), &person.birth.iso()),
        row(&["性別"], "sex", person.sex_kanji(), person.sex()),
        tall(row(&HOME, "address", &person.address, &person.address)),
        row(&["資格取得年月日"], "qualified", &dates.write(start), &start.iso()),
        row(&ISSUED, "issued", &dates.write(issued), &issued.iso()),
        row(&["保険者番号"], "insurer_number", &insurer, &insurer),
        row(&["保険者名", "保険者名称"], "insurer", "みなと野市", "みなと野市"),
    ];
    let sheet = Sheet { left: 5.0, top: 17.0, width: 116.0, pitch: 6.8, size: 3.1 };
    list(&mut pen, dice, how, &sheet, &rows);
    pen.done("health_insurance")
}

pub(super) fn care_insurance(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 92.0, 128.0, 12.0, dice);
    let mut person = Person::any(dice);
    person.birth = Day::between(dice, 1930, 1958);
    let issued = Day::between(dice, 2019, 2025);
    let (number, insurer) = (dice.digits(10), dice.digits(6));
    let (how, dates) = (*dice.pick(&[List::Ruled, List::Lined, List::Colons, List::Over]), Dates::any(dice));
    pen.label(16.0, 5.0, 4.6, "介護保険被保険者証");
    let rows = [
        row(&["番号", "被保険者番号"], "number", &number, &number),
        tall(row(&HOME, "address", &person.address, &person.address)),
        row(&["フリガナ"], "name_kana", &person.kana, &person.kana),
        row(&NAME, "name", &person.name, &person.name),
        row(&BORN, "birth_date", &dates.write(person.birth), &person.birth.iso()),
        row(&["性別", "性　別"], "sex", person.sex_kanji(), person.sex()),
        row(&ISSUED, "issued", &dates.write(issued), &issued.iso()),
        row(&["保険者番号"], "insurer_number", &insurer, &insurer),
        row(&["保険者名", "保険者"], "insurer", "みなと野市", "みなと野市"),
    ];
    let sheet = Sheet { left: 5.0, top: 13.0, width: 82.0, pitch: 9.0, size: 3.3 };
    list(&mut pen, dice, how, &sheet, &rows);
    pen.done("care_insurance")
}

pub(super) fn pension(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = Pen::new(fonts, 105.0, 74.0, 12.0, dice);
    let person = Person::any(dice);
    let issued = Day::between(dice, 2022, 2025);
    let number = format!("{}-{}", dice.digits(4), dice.digits(6));
    let (how, dates) = (*dice.pick(&[List::Ruled, List::Lined, List::Colons]), Dates::any(dice));
    pen.label(22.0, 5.0, 5.0, "基礎年金番号通知書");
    let rows = [
        row(
            &["基礎年金番号"],
            "number",
            &number.replace('-', if dice.chance(0.5) { "－" } else { "-" }),
            &number,
        ),
        row(&["フリガナ"], "name_kana", &person.kana, &person.kana),
        row(&NAME, "name", &person.name, &person.name),
        row(&BORN, "birth_date", &dates.write(person.birth), &person.birth.iso()),
        row(&ISSUED, "issued", &dates.write(issued), &issued.iso()),
    ];
    let sheet = Sheet { left: 6.0, top: 15.0, width: 92.0, pitch: 8.6, size: 3.5 };
    let y = list(&mut pen, dice, how, &sheet, &rows);
    pen.label(50.0, y + 3.0, 3.4, "厚生労働大臣");
    pen.done("pension")
}
