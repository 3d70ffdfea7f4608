//! The cards of another issuer.

use super::super::dice::Dice;
use super::super::documents::Document;
use super::super::paper::Fonts;
use super::super::pen::Pen;
use super::super::people::{Day, Person, address, foreigner, licence_number};
use super::Dates;

fn card<'f>(fonts: &'f Fonts, dice: &mut Dice) -> Pen<'f> {
    let mut pen = Pen::new(fonts, 85.6, 54.0, 17.0, dice);
    let (depth, period) = (dice.whole(0, 34) as u8, dice.between(1.6, 9.0));
    pen.paper.guilloche(depth, period);
    pen
}

pub(super) fn driving(fonts: &Fonts, dice: &mut Dice, record: bool) -> Document {
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

pub(super) fn licence_back(fonts: &Fonts, dice: &mut Dice) -> Document {
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

pub(super) fn mynumber(fonts: &Fonts, dice: &mut Dice) -> Document {
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

pub(super) fn foreign(fonts: &Fonts, dice: &mut Dice, residence: bool) -> Document {
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
