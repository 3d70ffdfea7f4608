//! Made-up people. Surnames with rare shapes are far more frequent here than in any city, on purpose.

use super::dice::Dice;

const FAMILY: [(&str, &str); 36] = [
    ("架空", "カクウ"),
    ("港野", "ミナトノ"),
    ("山田", "ヤマダ"),
    ("鈴木", "スズキ"),
    ("高橋", "タカハシ"),
    ("髙橋", "タカハシ"),
    ("田中", "タナカ"),
    ("山﨑", "ヤマサキ"),
    ("山崎", "ヤマザキ"),
    ("渡邉", "ワタナベ"),
    ("渡邊", "ワタナベ"),
    ("渡辺", "ワタナベ"),
    ("齋藤", "サイトウ"),
    ("齊藤", "サイトウ"),
    ("斎藤", "サイトウ"),
    ("濵田", "ハマダ"),
    ("浜田", "ハマダ"),
    ("𠮷田", "ヨシダ"),
    ("吉田", "ヨシダ"),
    ("廣瀨", "ヒロセ"),
    ("広瀬", "ヒロセ"),
    ("櫻井", "サクライ"),
    ("桜井", "サクライ"),
    ("柳沢", "ヤナギサワ"),
    ("栁澤", "ヤナギサワ"),
    ("小林", "コバヤシ"),
    ("加藤", "カトウ"),
    ("中村", "ナカムラ"),
    ("伊藤", "イトウ"),
    ("佐々木", "ササキ"),
    ("松本", "マツモト"),
    ("長谷川", "ハセガワ"),
    ("宮﨑", "ミヤザキ"),
    ("槇原", "マキハラ"),
    ("黒澤", "クロサワ"),
    ("森", "モリ"),
];
const MALE: [(&str, &str); 14] = [
    ("太郎", "タロウ"),
    ("一郎", "イチロウ"),
    ("健太", "ケンタ"),
    ("翔", "ショウ"),
    ("大輔", "ダイスケ"),
    ("隆", "タカシ"),
    ("德男", "トクオ"),
    ("誠", "マコト"),
    ("浩一", "コウイチ"),
    ("蓮", "レン"),
    ("悠真", "ユウマ"),
    ("彌太郎", "ヤタロウ"),
    ("正義", "マサヨシ"),
    ("博", "ヒロシ"),
];
const FEMALE: [(&str, &str); 14] = [
    ("花子", "ハナコ"),
    ("幸子", "サチコ"),
    ("惠子", "ケイコ"),
    ("恵美", "エミ"),
    ("陽菜", "ヒナ"),
    ("渚", "ナギサ"),
    ("美咲", "ミサキ"),
    ("凜", "リン"),
    ("さくら", "サクラ"),
    ("和子", "カズコ"),
    ("由紀", "ユキ"),
    ("眞理", "マリ"),
    ("千代", "チヨ"),
    ("榮", "サカエ"),
];
const ABROAD: [(&str, &str); 8] = [
    ("NGUYEN VAN MINATO", "ベトナム"),
    ("SMITH JOHN KAKU", "米国"),
    ("TANAKA MARIA SILVA", "ブラジル"),
    ("WANG HAOYU", "中国"),
    ("SHARMA ANITA", "ネパール"),
    ("KIM MINJUN", "韓国"),
    ("REYES GRACE SAMPLE", "フィリピン"),
    ("LE THI KAKUKO", "ベトナム"),
];
const TOWNS: [&str; 22] = [
    "架空県みなと野市港町",
    "架空県みなと野市本町",
    "架空県みなと野市潮見台",
    "千葉県船橋市本町",
    "埼玉県川口市芝新町",
    "東京都世田谷区三軒茶屋",
    "神奈川県横浜市鶴見区生麦",
    "愛知県名古屋市中村区名駅南",
    "大阪府堺市堺区北清水町",
    "兵庫県西宮市甲子園口",
    "福岡県久留米市城南町",
    "北海道札幌市白石区南郷通",
    "宮城県仙台市青葉区国分町",
    "新潟県長岡市大手通",
    "長野県松本市中央",
    "静岡県浜松市中央区鍛冶町",
    "広島県呉市中通",
    "熊本県八代市松江城町",
    "千葉県匝瑳市八日市場",
    "東京都西東京市田無町",
    "岐阜県各務原市那加桜町",
    "京都府京都市伏見区深草西浦町",
];
const BUILDINGS: [&str; 6] =
    ["みなとハイツ", "コーポ潮風", "第二山田荘", "グランメゾン港", "サンライズ", "県営住宅３号棟"];

#[derive(Debug, Clone)]
pub struct Person {
    /// With the full-width space of registers.
    pub name: String,
    pub kana: String,
    pub female: bool,
    pub birth: Day,
    pub address: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    pub year: u32,
    pub month: u32,
    pub day: u32,
}

impl Day {
    pub fn between(dice: &mut Dice, from: u32, to: u32) -> Self {
        Self { year: dice.whole(from, to), month: dice.whole(1, 12), day: dice.whole(1, 28) }
    }

    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    pub fn era_year(self) -> (&'static str, u32) {
        match (self.year, self.month, self.day) {
            day if day >= (2019, 5, 1) => ("令和", self.year - 2018),
            day if day >= (1989, 1, 8) => ("平成", self.year - 1988),
            day if day >= (1926, 12, 25) => ("昭和", self.year - 1925),
            _ => ("大正", self.year - 1911),
        }
    }

    /// 「昭和60年3月4日」.
    pub fn era(self) -> String {
        let (era, year) = self.era_year();
        let year = if year == 1 { "元".to_owned() } else { year.to_string() };
        format!("{era}{year}年{}月{}日", self.month, self.day)
    }

    /// 「令和05年06月07日」, as licences print it.
    pub fn era_two_digits(self) -> String {
        let (era, year) = self.era_year();
        format!("{era}{year:02}年{:02}月{:02}日", self.month, self.day)
    }

    pub fn gregorian(self) -> String {
        format!("{}年{}月{}日", self.year, self.month, self.day)
    }

    pub fn gregorian_two_digits(self) -> String {
        format!("{}年{:02}月{:02}日", self.year, self.month, self.day)
    }

    /// 「2028年（令和10年）07月08日」.
    pub fn both(self) -> String {
        let (era, year) = self.era_year();
        format!("{}年（{era}{year:02}年）{:02}月{:02}日", self.year, self.month, self.day)
    }
}

pub fn wide(text: &str) -> String {
    text.chars()
        .map(|c| if ('!'..='~').contains(&c) { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c })
        .collect()
}

impl Person {
    pub fn any(dice: &mut Dice) -> Self {
        let female = dice.chance(0.5);
        let (family, family_kana) = dice.pick(&FAMILY);
        let (given, given_kana) = if female { dice.pick(&FEMALE) } else { dice.pick(&MALE) };
        Self {
            name: format!("{family}　{given}"),
            kana: format!("{family_kana}　{given_kana}"),
            female,
            birth: Day::between(dice, 1932, 2005),
            address: address(dice),
        }
    }

    /// Lives with the other and bears the name.
    pub fn with(dice: &mut Dice, head: &Self) -> Self {
        let mut person = Self::any(dice);
        let given = person.name.split('　').nth(1).unwrap().to_owned();
        let given_kana = person.kana.split('　').nth(1).unwrap().to_owned();
        person.name = format!("{}　{given}", head.name.split('　').next().unwrap());
        person.kana = format!("{}　{given_kana}", head.kana.split('　').next().unwrap());
        person.address.clone_from(&head.address);
        person
    }

    pub fn sex(&self) -> &'static str {
        if self.female { "female" } else { "male" }
    }

    pub fn sex_kanji(&self) -> &'static str {
        if self.female { "女" } else { "男" }
    }
}

pub fn address(dice: &mut Dice) -> String {
    let town = dice.pick(&TOWNS);
    let numbers = if dice.chance(0.5) {
        format!("{}丁目{}番{}号", dice.whole(1, 9), dice.whole(1, 40), dice.whole(1, 30))
    } else {
        format!(
            "{}番地{}",
            dice.whole(10, 2900),
            if dice.chance(0.5) { format!("{}", dice.whole(1, 30)) } else { String::new() }
        )
    };
    let numbers = if numbers.contains("番地") && !numbers.ends_with('地') {
        numbers.replace("番地", "番地の")
    } else {
        numbers
    };
    let mut text = format!("{town}{}", if dice.chance(0.5) { wide(&numbers) } else { numbers });
    if dice.chance(0.3) {
        let room = format!("{}号", dice.whole(101, 909));
        text = format!("{text}　{}{}", dice.pick(&BUILDINGS), wide(&room));
    }
    text
}

pub fn foreigner(dice: &mut Dice) -> (String, &'static str) {
    let (name, nation) = dice.pick(&ABROAD);
    ((*name).to_owned(), nation)
}

/// A licence number whose last but one digit is the check digit.
pub fn licence_number(dice: &mut Dice) -> String {
    let body = format!("{}{}", dice.pick(&["10", "30", "43", "54", "62", "72", "90"]), dice.digits(8));
    let sum: u32 =
        body.bytes().zip([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]).map(|(d, w)| u32::from(d - b'0') * w).sum();
    let check = (11 - sum % 11) % 10;
    format!("{body}{check}0")
}
