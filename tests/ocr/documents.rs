//! The documents: each draws itself and says what stands on it. Places, sizes, spacing and fonts vary by chance.

use super::dice::Dice;
use super::paper::{Fonts, Grey, Paper};
use super::people::{Day, Person, address, foreigner, licence_number};

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

pub(super) struct Pen<'f> {
    pub(super) paper: Paper<'f>,
    pub(super) truth: Vec<(String, String)>,
    pub(super) label_font: usize,
    pub(super) value_font: usize,
    scale: f32,
    shift: (f32, f32),
    wide_labels: bool,
    ink: u8,
}

impl<'f> Pen<'f> {
    pub(super) fn new(fonts: &'f Fonts, width: f32, height: f32, per_mm: f32, dice: &mut Dice) -> Self {
        let value_font = dice.whole(0, fonts.len() as u32 - 1) as usize;
        let paper = Paper::new(fonts, width, height, per_mm, dice.whole(225, 250) as u8);
        Self {
            paper,
            truth: Vec::new(),
            label_font: if dice.chance(0.6) { value_font } else { dice.whole(0, 3) as usize },
            value_font,
            scale: dice.between(0.95, 1.06),
            shift: (dice.between(-0.012, 0.012) * width, dice.between(-0.012, 0.012) * height),
            wide_labels: dice.chance(0.5),
            ink: dice.whole(15, 55) as u8,
        }
    }

    pub(super) fn write(&mut self, x: f32, y: f32, size: f32, font: usize, text: &str) -> f32 {
        self.paper.text(x + self.shift.0, y + self.shift.1, size * self.scale, font, self.ink, text)
    }

    pub(super) fn label(&mut self, x: f32, y: f32, size: f32, text: &str) -> f32 {
        let two = text.chars().count() == 2;
        let text: String = if self.wide_labels && two {
            text.chars().flat_map(|c| [c, '　']).take(3).collect()
        } else {
            text.to_owned()
        };
        self.write(x, y, size, self.label_font, &text)
    }

    pub(super) fn value(&mut self, x: f32, y: f32, size: f32, id: &str, printed: &str, value: &str) -> f32 {
        self.truth.push((id.to_owned(), value.to_owned()));
        self.write(x, y, size, self.value_font, printed)
    }

    /// Broken after so many mm.
    pub(super) fn long(&mut self, x: f32, y: f32, size: f32, width: f32, id: &str, text: &str) {
        self.truth.push((id.to_owned(), text.to_owned()));
        let per_line = (width / (size * self.scale)) as usize;
        let chars: Vec<char> = text.chars().collect();
        for (row, line) in chars.chunks(per_line.max(4)).enumerate() {
            let line: String = line.iter().collect();
            self.write(x, y + row as f32 * size * 1.25, size, self.value_font, &line);
        }
    }

    pub(super) fn frame(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let ink = self.ink + 60;
        self.paper.frame(x + self.shift.0, y + self.shift.1, width, height, ink);
    }

    /// Broken where the room ends.
    #[expect(clippy::too_many_arguments, reason = "where, how large and what")]
    pub(super) fn printed(
        &mut self,
        x: f32,
        y: f32,
        size: f32,
        width: f32,
        id: &str,
        text: &str,
        value: &str,
    ) {
        self.truth.push((id.to_owned(), value.to_owned()));
        let (mut line, mut used, mut row) = (String::new(), 0.0, 0.0);
        for c in text.chars() {
            let wide = size * self.scale * if c.is_ascii() { 0.58 } else { 1.0 };
            if used + wide > width && !line.is_empty() {
                self.write(x, y + row * size * 1.25, size, self.value_font, &line);
                (line, used, row) = (String::new(), 0.0, row + 1.0);
            }
            line.push(c);
            used += wide;
        }
        self.write(x, y + row * size * 1.25, size, self.value_font, &line);
    }

    /// A rule across.
    pub(super) fn rule(&mut self, x: f32, y: f32, width: f32) {
        let ink = self.ink + 60;
        self.paper.fill(x + self.shift.0, y + self.shift.1, width, 0.25, ink);
    }

    pub(super) fn done(self, kind: &'static str) -> Document {
        Document { kind, grey: self.paper.grey, truth: self.truth }
    }
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

fn card<'f>(fonts: &'f Fonts, dice: &mut Dice) -> Pen<'f> {
    let mut pen = Pen::new(fonts, 85.6, 54.0, 17.0, dice);
    let (depth, period) = (dice.whole(0, 26) as u8, dice.between(2.5, 7.0));
    pen.paper.guilloche(depth, period);
    pen
}

fn driving(fonts: &Fonts, dice: &mut Dice, record: bool) -> Document {
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
fn licence_back(fonts: &Fonts, dice: &mut Dice) -> Document {
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

fn mynumber(fonts: &Fonts, dice: &mut Dice) -> Document {
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

fn residence(fonts: &Fonts, dice: &mut Dice) -> Document {
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

fn special_permanent(fonts: &Fonts, dice: &mut Dice) -> Document {
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
