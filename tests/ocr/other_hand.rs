//! The same kinds as another issuer prints them: other places, words, rules, dates, spacing and type. What is read well
//! from `documents.rs` alone was learned by heart.

use super::dice::Dice;
use super::documents::{Document, Pen};
use super::paper::Fonts;
use super::people::{Day, Person, address, foreigner, licence_number};

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
        "licence" => driving(fonts, dice, false),
        "driving_record" => driving(fonts, dice, true),
        "licence_back" => licence_back(fonts, dice),
        "mynumber" => mynumber(fonts, dice),
        "residence" => foreign(fonts, dice, true),
        "special_permanent" => foreign(fonts, dice, false),
        "disability" => disability(fonts, dice),
        "rehabilitation" => rehabilitation(fonts, dice),
        "mental_health" => mental_health(fonts, dice),
        "move_out" => move_out(fonts, dice),
        "health_insurance" => health_insurance(fonts, dice),
        "care_insurance" => care_insurance(fonts, dice),
        "pension" => pension(fonts, dice),
        other => panic!("no such kind: {other}"),
    }
}

fn card<'f>(fonts: &'f Fonts, dice: &mut Dice) -> Pen<'f> {
    let mut pen = Pen::new(fonts, 85.6, 54.0, 17.0, dice);
    let (depth, period) = (dice.whole(0, 34) as u8, dice.between(1.6, 9.0));
    pen.paper.guilloche(depth, period);
    pen
}

fn driving(fonts: &Fonts, dice: &mut Dice, record: bool) -> Document {
    let mut pen = card(fonts, dice);
    let person = Person::any(dice);
    let issued = Day::between(dice, 2019, 2025);
    let expires = Day { year: issued.year + 5, month: person.birth.month, day: person.birth.day };
    let (left, value) = (2.6, dice.between(10.5, 15.0));
    pen.label(left, 2.4, 2.5, "氏名");
    pen.value(value, 2.0, 3.2, "name", &person.name, &person.name);
    let birth = if dice.chance(0.5) { Dates::Padded } else { Dates::Plain }.write(person.birth);
    pen.value(52.0, 2.4, 2.7, "birth_date", &format!("{birth}生"), &person.birth.iso());
    pen.rule(left, 6.0, 80.0);
    pen.label(left, 7.2, 2.5, "住所");
    pen.long(value, 7.0, 2.45, 68.0, "address", &person.address);
    pen.rule(left, 13.4, 80.0);
    let serial = dice.digits(5);
    pen.label(left, 14.4, 2.5, "交付");
    let date = if dice.chance(0.5) { issued.era_two_digits() } else { Dates::Padded.write(issued) };
    let width = pen.value(value, 14.3, 2.7, "issued", &date, &issued.iso());
    if !record {
        pen.value(value + width + 3.0, 14.3, 2.7, "issue_serial", &serial, &serial);
        let both = if dice.chance(0.5) { expires.both() } else { expires.gregorian() };
        pen.value(left + 1.0, 18.6, 3.0, "expires", &format!("{both}まで有効"), &expires.iso());
        pen.label(left, 23.0, 2.1, "免許の");
        pen.label(left, 25.4, 2.1, "条件等");
        let condition =
            *dice.pick(&["眼鏡等", "普通車はAT車に限る", "準中型車（5t）と普通車はAT車に限る", "補聴器"]);
        pen.long(value, 23.4, 2.3, 42.0, "conditions", condition);
        pen.label(left, 33.0, 3.0, "優良");
    }
    let number = licence_number(dice);
    pen.label(left, 38.4, 2.3, "番号");
    let spaced: String =
        if dice.chance(0.3) { number.chars().flat_map(|c| [c, ' ']).collect() } else { number.clone() };
    let x = value + pen.write(value, 38.2, 3.0, pen.value_font, "第");
    let x = x + 0.6 + pen.value(x + 0.6, 38.0, 3.3, "number", spaced.trim(), &number);
    pen.write(x + 0.8, 38.2, 3.0, pen.value_font, "号");
    for (n, (label, day)) in
        [("二・小・原", "平成08年04月01日"), ("他", "平成10年09月30日"), ("二種", "昭和00年00月00日")]
            .into_iter()
            .enumerate()
    {
        pen.label(left, 42.6 + 3.0 * n as f32, 2.0, label);
        pen.write(value + 2.0, 42.6 + 3.0 * n as f32, 2.2, pen.value_font, day);
    }
    pen.paper.photo(59.0, 17.0, 24.0, 30.0);
    if record {
        pen.label(20.0, 21.0, 3.2, "運転経歴証明書");
        pen.label(20.0, 26.0, 2.0, "（自動車等の運転はできません。）");
    } else {
        pen.label(39.0, 50.0, 2.4, "運転免許証");
    }
    pen.label(60.0, 49.6, 2.4, "架空県公安委員会");
    pen.done(if record { "driving_record" } else { "licence" })
}

fn licence_back(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = card(fonts, dice);
    let (changed, home) = (Day::between(dice, 2021, 2025), address(dice));
    pen.label(3.0, 2.4, 2.6, "備考");
    for n in 1..5 {
        pen.rule(3.0, 6.0 + 5.5 * n as f32, 79.0);
    }
    let date = Dates::any(dice).write(changed);
    pen.value(4.0, 7.6, 2.4, "changed", &date, &changed.iso());
    pen.label(34.0, 7.6, 2.4, dice.pick::<&str>(&["新住所", "住所変更"]));
    pen.long(6.0, 12.8, 2.5, 72.0, "address", &home);
    pen.label(52.0, 24.0, 2.2, "架空県公安委員会");
    pen.label(3.0, 33.0, 2.0, "臓器提供に関する意思表示");
    pen.label(3.0, 47.0, 2.2, "署名年月日");
    pen.done("licence_back")
}

fn mynumber(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = card(fonts, dice);
    let person = Person::any(dice);
    let expires = Day { year: dice.whole(2026, 2035), month: person.birth.month, day: person.birth.day };
    pen.label(3.0, 3.0, 2.4, "氏名");
    pen.value(12.5, 2.4, 3.8, "name", &person.name, &person.name);
    pen.label(3.0, 8.6, 2.4, "住所");
    pen.long(12.5, 8.2, 2.8, 68.0, "address", &person.address);
    let security = dice.digits(4);
    pen.paper.photo(3.5, 16.5, 21.0, 27.0);
    pen.value(10.0, 45.6, 2.8, "security_code", &security, &security);
    let birth = Dates::any(dice).write(person.birth);
    let birth_line = if dice.chance(0.5) { format!("{birth}生") } else { birth };
    let two = dice.chance(0.4);
    if two {
        pen.label(28.0, 17.2, 2.2, "生年月日");
        pen.value(40.0, 17.0, 3.0, "birth_date", &birth_line, &person.birth.iso());
        pen.label(28.0, 22.4, 2.2, "性別");
        pen.value(40.0, 22.2, 3.0, "sex", person.sex_kanji(), person.sex());
    } else {
        let printed = if birth_line.ends_with('生') { birth_line } else { format!("{birth_line}生") };
        let width = pen.value(28.0, 17.0, 3.0, "birth_date", &printed, &person.birth.iso());
        pen.label(30.0 + width, 17.3, 2.3, "性別");
        pen.value(36.5 + width, 17.0, 3.2, "sex", person.sex_kanji(), person.sex());
    }
    pen.value(28.0, 28.0, 3.2, "expires", &format!("{}まで有効", expires.gregorian()), &expires.iso());
    pen.label(28.0, 34.0, 2.0, "電子証明書の有効期限");
    pen.write(
        52.0,
        34.0,
        2.2,
        pen.value_font,
        &format!("{}年{}月{}日", expires.year - 5, expires.month, expires.day),
    );
    pen.label(54.0, 39.0, 3.4, "架空県みなと野市長");
    pen.label(28.0, 47.6, 4.0, "個人番号カード");
    pen.done("mynumber")
}

fn foreign(fonts: &Fonts, dice: &mut Dice, residence: bool) -> Document {
    let mut pen = card(fonts, dice);
    let (name, nation) = foreigner(dice);
    let birth = Day::between(dice, 1950, 2004);
    let expires = Day::between(dice, 2026, 2031);
    let granted = Day { year: expires.year.min(2028) - 3, ..expires };
    let letters = |dice: &mut Dice| -> String {
        (0..2)
            .map(|_| char::from(b'A' + (dice.next() % 26) as u8))
            .filter(|c| !matches!(c, 'O' | 'I'))
            .collect()
    };
    let two = |dice: &mut Dice| loop {
        let two = letters(dice);
        if two.len() == 2 {
            break two;
        }
    };
    let number = format!("{}{}{}", two(dice), dice.digits(8), two(dice));
    let home = address(dice);
    let female = dice.chance(0.5);
    let (sex, value) = if female { ("女 F.", "female") } else { ("男 M.", "male") };
    let wide = |day: Day| {
        if residence {
            day.gregorian_two_digits()
        } else {
            format!("{}年{:>2}月{:>2}日", day.year, day.month, day.day)
        }
    };
    pen.label(3.0, 2.0, 3.2, if residence { "在留カード" } else { "特別永住者証明書" });
    pen.label(50.0, 2.4, 2.0, "番号");
    pen.value(56.0, 2.0, 2.9, "number", &number, &number);
    pen.label(3.0, 7.0, 2.0, "氏名");
    pen.value(12.0, 6.6, 3.0, "name", &name, &name);
    pen.label(3.0, 12.0, 2.0, "生年月日");
    let width = pen.value(14.0, 11.8, 2.5, "birth_date", &wide(birth), &birth.iso());
    pen.label(17.0 + width, 12.0, 2.0, "性別");
    let width = width + pen.value(24.5 + width, 11.8, 2.5, "sex", sex, value);
    pen.label(28.0 + width, 12.0, 2.0, "国籍・地域");
    pen.value(40.0 + width, 11.8, 2.3, "nationality", nation, nation);
    pen.label(3.0, 17.0, 2.0, "住居地");
    pen.long(12.0, 16.8, 2.4, 46.0, "address", &home);
    if residence {
        let status = *dice.pick(&[
            "特定技能１号",
            "永住者",
            "高度専門職１号ロ",
            "永住者の配偶者等",
            "技能",
            "経営・管理",
        ]);
        pen.label(3.0, 23.6, 2.0, "在留資格");
        pen.value(14.0, 23.4, 2.6, "status", status, status);
        let work = *dice.pick(&[
            "就労不可",
            "就労制限なし",
            "在留資格に基づく就労活動のみ可",
            "指定書により指定された就労活動のみ可",
        ]);
        pen.label(3.0, 28.0, 2.0, "就労制限の有無");
        pen.value(19.0, 27.8, 2.4, "work", work, work);
        pen.label(3.0, 32.0, 2.0, "在留期間（満了日）");
        pen.write(24.0, 31.8, 2.4, pen.value_font, &format!("5年（{}）", wide(expires)));
        pen.label(3.0, 36.4, 2.0, "許可の種類");
        pen.write(15.0, 36.2, 2.4, pen.value_font, "在留資格変更許可（東京出入国在留管理局長）");
        pen.label(3.0, 40.4, 2.0, "許可年月日");
        let after = 15.0 + pen.write(15.0, 40.2, 2.3, pen.value_font, &wide(granted)) + 1.8;
        let after = after + pen.label(after, 40.4, 2.0, "交付年月日") + 1.4;
        pen.value(after, 40.2, 2.3, "issued", &wide(granted), &granted.iso());
    }
    pen.write(3.0, 45.4, 2.4, pen.label_font, if residence { "このカードは" } else { "この証明書は" });
    let printed = format!("{}まで有効", wide(expires));
    let after = 20.0 + pen.value(19.5, 45.2, 2.7, "expires", &printed, &expires.iso());
    pen.write(after, 45.4, 2.4, pen.label_font, "です。");
    pen.paper.photo(64.0, 17.0, 19.0, 24.0);
    pen.label(64.0, 49.0, 2.4, "法務大臣");
    pen.done(if residence { "residence" } else { "special_permanent" })
}

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

fn disability(fonts: &Fonts, dice: &mut Dice) -> Document {
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

fn rehabilitation(fonts: &Fonts, dice: &mut Dice) -> Document {
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

fn mental_health(fonts: &Fonts, dice: &mut Dice) -> Document {
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

fn health_insurance(fonts: &Fonts, dice: &mut Dice) -> Document {
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

fn care_insurance(fonts: &Fonts, dice: &mut Dice) -> Document {
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

fn pension(fonts: &Fonts, dice: &mut Dice) -> Document {
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

fn move_out(fonts: &Fonts, dice: &mut Dice) -> Document {
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
