//! The cards: 運転免許証, 運転経歴証明書, マイナンバーカード, 在留カード, 特別永住者証明書.

use super::super::dice::Dice;
use super::super::paper::Fonts;
use super::super::pen::Pen;
use super::super::people::{Day, Person, address, foreigner, licence_number};
use super::Document;

pub(super) fn card<'f>(fonts: &'f Fonts, dice: &mut Dice) -> Pen<'f> {
    let mut pen = Pen::new(fonts, 85.6, 54.0, 17.0, dice);
    let (depth, period) = (dice.whole(0, 26) as u8, dice.between(2.5, 7.0));
    pen.paper.guilloche(depth, period);
    pen
}

pub(super) fn driving(fonts: &Fonts, dice: &mut Dice, record: bool) -> Document {
    let mut pen = card(fonts, dice);
    let person = Person::any(dice);
    let issued = Day::between(dice, 2020, 2025);
    let expires =
        Day { year: issued.year + if dice.chance(0.5) { 3 } else { 5 }, ..Day::between(dice, 2020, 2020) };
    pen.frame(2.5, 2.5, 80.0, 10.6);
    pen.label(3.5, 3.2, 2.9, "氏名");
    pen.value(13.0, 3.0, 3.4, "name", &person.name, &person.name);
    let birth = person.birth;
    let printed = if dice.chance(0.5) { birth.era() } else { birth.era_two_digits() };
    pen.value(50.5, 3.4, 2.8, "birth_date", &format!("{printed}生"), &birth.iso());
    pen.label(3.5, 7.3, 2.7, "住所");
    pen.long(13.0, 7.3, 2.35, 66.0, "address", &person.address);
    let serial = dice.digits(5);
    pen.label(3.5, 13.9, 2.7, "交付");
    let width = pen.value(13.0, 13.9, 2.8, "issued", &issued.era_two_digits(), &issued.iso());
    if !record {
        pen.value(15.5 + width, 13.9, 2.8, "issue_serial", &serial, &serial);
        let ink = std::mem::replace(&mut pen.ink, 25);
        pen.value(3.5, 18.0, 2.75, "expires", &format!("{}まで有効", expires.both()), &expires.iso());
        pen.ink = ink;
    }
    pen.label(3.5, 24.0, 2.2, "免許の");
    pen.label(3.5, 26.4, 2.2, "条件等");
    if !record {
        let condition = *dice.pick(&[
            "眼鏡等",
            "中型車は中型車（８ｔ）に限る",
            "準中型で運転できる準中型車は準中型車（５ｔ）に限る",
        ]);
        pen.long(13.0, 24.2, 2.4, 44.0, "conditions", condition);
    }
    let number = licence_number(dice);
    pen.label(3.5, 38.0, 2.4, "番号");
    pen.write(13.0, 37.6, 3.2, 0, "第");
    pen.value(17.5, 37.4, 3.8, "number", &number, &number);
    pen.write(48.0, 37.6, 3.2, 0, "号");
    pen.label(3.5, 43.0, 2.2, "二・小・原");
    pen.write(17.0, 43.0, 2.4, 0, "平成12年03月04日");
    pen.label(3.5, 46.0, 2.2, "他");
    pen.write(17.0, 46.0, 2.4, 0, "平成14年05月06日");
    pen.paper.photo(61.0, 17.5, 22.0, 28.0);
    let title = if record { "運転経歴証明書" } else { "運転免許証" };
    if record || dice.chance(0.7) {
        pen.label(36.0, 49.0, 2.8, title);
    }
    pen.label(58.0, 48.5, 2.6, "架空県公安委員会");
    pen.done(if record { "driving_record" } else { "licence" })
}

/// 裏面: what has changed stands in 備考, printed at a police station.
pub(super) fn licence_back(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = card(fonts, dice);
    let (changed, home) = (Day::between(dice, 2021, 2025), address(dice));
    pen.label(4.0, 3.0, 2.8, "備考");
    pen.frame(3.0, 7.0, 79.0, 21.0);
    pen.label(5.0, 9.0, 2.6, dice.pick::<&str>(&["新住所", "住所変更"]));
    pen.long(19.0, 9.0, 2.5, 60.0, "address", &home);
    pen.value(5.0, 20.5, 2.6, "changed", &changed.era(), &changed.iso());
    pen.label(40.0, 20.5, 2.6, "架空県公安委員会");
    pen.label(4.0, 31.0, 2.0, "以下の部分を使用して臓器提供に関する意思を表示することができます。");
    pen.label(4.0, 36.0, 2.0, "１．私は、脳死後及び心臓が停止した死後のいずれでも提供します。");
    pen.label(4.0, 46.0, 2.2, "署名年月日");
    pen.label(44.0, 46.0, 2.2, "本人署名");
    pen.done("licence_back")
}

pub(super) fn mynumber(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = card(fonts, dice);
    let person = Person::any(dice);
    let expires = Day { year: dice.whole(2026, 2035), month: person.birth.month, day: person.birth.day };
    pen.label(4.0, 3.6, 2.2, "氏名");
    pen.value(13.0, 3.2, 3.4, "name", &person.name, &person.name);
    pen.label(4.0, 9.2, 2.2, "住所");
    pen.long(13.0, 9.0, 2.6, 66.0, "address", &person.address);
    pen.paper.photo(4.0, 17.5, 20.0, 25.0);
    let security = dice.digits(4);
    pen.value(9.0, 44.5, 3.0, "security_code", &security, &security);
    let width =
        pen.value(28.0, 20.0, 3.0, "birth_date", &format!("{}生", person.birth.era()), &person.birth.iso());
    pen.label(31.0 + width, 20.3, 2.2, "性別");
    pen.value(38.0 + width, 20.0, 3.0, "sex", person.sex_kanji(), person.sex());
    pen.value(28.0, 26.5, 2.8, "expires", &format!("{}まで有効", expires.gregorian()), &expires.iso());
    pen.label(28.0, 33.0, 2.0, "電子証明書の有効期限");
    pen.label(60.0, 33.0, 2.0, "年　　月　　日");
    pen.label(28.0, 47.0, 3.6, "個人番号カード");
    pen.label(62.0, 47.5, 2.6, "みなと野市長");
    pen.done("mynumber")
}

pub(super) fn residence(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = card(fonts, dice);
    let (name, nation) = foreigner(dice);
    let birth = Day::between(dice, 1960, 2004);
    let expires = Day::between(dice, 2026, 2028);
    let granted = Day { year: expires.year - 3, ..expires };
    let number =
        format!("{}{}{}", dice.pick(&["AB", "XK", "MN"]), dice.digits(8), dice.pick(&["CD", "YZ", "PQ"]));
    let home = address(dice);
    let female = dice.chance(0.5);
    pen.label(3.5, 2.6, 3.4, "在留カード");
    pen.label(48.0, 3.0, 2.2, "番号");
    pen.value(55.0, 2.4, 3.2, "number", &number, &number);
    pen.label(3.5, 7.6, 2.2, "氏名");
    pen.value(13.5, 7.4, 2.8, "name", &name, &name);
    pen.label(3.5, 12.2, 2.2, "生年月日");
    let width = pen.value(14.5, 12.0, 2.6, "birth_date", &birth.gregorian_two_digits(), &birth.iso());
    pen.label(17.0 + width, 12.2, 2.2, "性別");
    pen.value(
        24.0 + width,
        12.0,
        2.6,
        "sex",
        if female { "女 F." } else { "男 M." },
        if female { "female" } else { "male" },
    );
    pen.label(3.5, 16.2, 2.2, "国籍・地域");
    pen.value(17.5, 16.0, 2.6, "nationality", nation, nation);
    pen.label(3.5, 20.2, 2.2, "住居地");
    pen.long(13.5, 20.0, 2.3, 46.0, "address", &home);
    let status = *dice.pick(&["技術・人文知識・国際業務", "留学", "家族滞在", "定住者", "日本人の配偶者等"]);
    pen.label(3.5, 26.6, 2.2, "在留資格");
    pen.value(14.5, 26.4, 2.6, "status", status, status);
    pen.label(3.5, 30.6, 2.2, "就労制限の有無");
    let work = *dice.pick(&["就労不可", "就労制限なし", "在留資格に基づく就労活動のみ可"]);
    pen.value(22.0, 30.4, 2.4, "work", work, work);
    pen.label(3.5, 34.8, 2.2, "在留期間（満了日）");
    pen.write(26.0, 34.6, 2.5, pen.value_font, &format!("３年（{}）", expires.gregorian_two_digits()));
    pen.label(3.5, 39.0, 2.0, "許可の種類");
    pen.write(16.0, 39.0, 2.2, pen.value_font, "在留期間更新許可");
    pen.label(3.5, 42.5, 2.0, "許可年月日");
    pen.write(15.5, 42.5, 2.2, pen.value_font, &granted.gregorian_two_digits());
    pen.label(36.0, 42.5, 2.0, "交付年月日");
    pen.value(48.0, 42.5, 2.2, "issued", &granted.gregorian_two_digits(), &granted.iso());
    pen.write(3.5, 47.0, 2.4, pen.label_font, "このカードは");
    pen.value(
        19.0,
        46.8,
        2.8,
        "expires",
        &format!("{}まで有効", expires.gregorian_two_digits()),
        &expires.iso(),
    );
    pen.paper.photo(63.0, 14.0, 19.0, 25.0);
    pen.label(60.0, 48.0, 2.2, "法務大臣");
    pen.done("residence")
}

pub(super) fn special_permanent(fonts: &Fonts, dice: &mut Dice) -> Document {
    let mut pen = card(fonts, dice);
    let (name, nation) = foreigner(dice);
    let birth = Day::between(dice, 1940, 2004);
    let expires = Day::between(dice, 2026, 2031);
    let number =
        format!("{}{}{}", dice.pick(&["AB", "XK", "MN"]), dice.digits(8), dice.pick(&["CD", "YZ", "PQ"]));
    let female = dice.chance(0.5);
    pen.label(3.5, 2.6, 3.2, "特別永住者証明書");
    pen.label(48.0, 3.0, 2.2, "番号");
    pen.value(55.0, 2.4, 3.2, "number", &number, &number);
    pen.label(3.5, 8.6, 2.2, "氏名");
    pen.value(13.5, 8.2, 3.0, "name", &name, &name);
    pen.label(3.5, 14.2, 2.2, "生年月日");
    let width = pen.value(14.5, 14.0, 2.7, "birth_date", &birth.gregorian_two_digits(), &birth.iso());
    pen.label(17.0 + width, 14.2, 2.2, "性別");
    pen.value(
        24.0 + width,
        14.0,
        2.7,
        "sex",
        if female { "女 F." } else { "男 M." },
        if female { "female" } else { "male" },
    );
    pen.label(3.5, 19.2, 2.2, "国籍・地域");
    pen.value(17.5, 19.0, 2.7, "nationality", nation, nation);
    pen.label(3.5, 24.2, 2.2, "住居地");
    let home = address(dice);
    pen.long(13.5, 24.0, 2.5, 46.0, "address", &home);
    pen.write(3.5, 34.0, 2.4, pen.label_font, "この証明書は");
    pen.value(
        19.0,
        33.8,
        2.9,
        "expires",
        &format!("{}まで有効", expires.gregorian_two_digits()),
        &expires.iso(),
    );
    pen.paper.photo(63.0, 14.0, 19.0, 25.0);
    pen.label(60.0, 47.0, 2.4, "法務大臣");
    pen.done("special_permanent")
}
