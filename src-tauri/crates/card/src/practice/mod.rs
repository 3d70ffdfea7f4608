//! Made-up residents of みなと野市 and their cards, for practice mode, tests and demonstrations. Nobody of these lives.
//!
//! ```
//! use madoka_card::practice;
//!
//! let family: Vec<_> = practice::residents().iter().filter(|resident| resident.household == 1).collect();
//! assert_eq!(family.len(), 4);
//! let card = family[0].my_number_card();
//! assert!(!card.is_open());
//! ```

use std::sync::LazyLock;

use jiff::civil::{Date, date};

use crate::virtual_card::{Addendum, Holder, VirtualCard};

/// A made-up resident: who they are, and which cards they hold.
#[derive(Debug)]
pub struct Resident {
    /// Stable, for settings and tests: `kenichi`, `kuzuha`…
    pub id: &'static str,
    /// Who lives together.
    pub household: u8,
    /// What practising with this resident teaches.
    pub lesson: &'static str,
    pub holder: Holder,
    pub cards: &'static [PracticeCard],
}

/// One card of a resident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PracticeCard {
    MyNumber,
    Licence,
    DrivingRecord,
    Residence,
    SpecialPermanent,
}

impl Resident {
    /// The card as it leaves the mint: all tries left.
    pub fn card(&self, card: PracticeCard) -> VirtualCard {
        match card {
            PracticeCard::MyNumber => self.my_number_card(),
            PracticeCard::Licence => {
                let addenda = match self.id {
                    "kenichi" => vec![Addendum::Address(date(2026, 4, 3), self.holder.address.clone())],
                    _ => Vec::new(),
                };
                let mut before = self.holder.clone();
                if !addenda.is_empty() {
                    "架空県みなと野市北浜９８番地".clone_into(&mut before.address);
                }
                VirtualCard::licence(&before, Some(&self.holder.pin), &addenda)
            }
            PracticeCard::DrivingRecord => VirtualCard::driving_record(&self.holder, None),
            PracticeCard::Residence => {
                VirtualCard::residence(&self.holder, false, Some(&self.holder.address))
            }
            PracticeCard::SpecialPermanent => VirtualCard::residence(&self.holder, true, None),
        }
    }

    pub fn my_number_card(&self) -> VirtualCard {
        let card = VirtualCard::my_number(&self.holder);
        match self.id {
            // Had the PIN wrong twice; one more and it is gone.
            "masao" => card.with_pin_tries(1),
            // Forgot it long ago.
            "fumi" => card.with_pin_tries(0),
            "minami" => card.and_licence(),
            _ => card,
        }
    }
}

/// The resident of an id.
pub fn resident(id: &str) -> Option<&'static Resident> {
    residents().iter().find(|resident| resident.id == id)
}

/// A family of four, an old couple, residents from abroad, and names whose glyphs want care.
pub fn residents() -> &'static [Resident] {
    &RESIDENTS
}

static RESIDENTS: LazyLock<Vec<Resident>> = LazyLock::new(|| {
    use PracticeCard::{DrivingRecord, Licence, MyNumber, Residence, SpecialPermanent};
    let harbour = "架空県みなと野市港町一丁目２番３号";
    let estate = "架空県みなと野市汐見台４－５汐見台団地６号棟７０８号";
    vec![
        Resident {
            id: "kenichi",
            household: 1,
            lesson: "いつものカード。運転免許証は裏面に新しい住所",
            holder: holder(
                "kenichi",
                "潮崎　健一",
                "シオザキ　ケンイチ",
                harbour,
                [1984, 5, 12],
                '1',
                10_000_000_001,
            ),
            cards: &[MyNumber, Licence],
        },
        Resident {
            id: "minami",
            household: 1,
            lesson: "マイナ免許証も入ったカード",
            holder: holder(
                "minami",
                "潮崎　美波",
                "シオザキ　ミナミ",
                harbour,
                [1986, 11, 3],
                '2',
                10_000_000_002,
            ),
            cards: &[MyNumber],
        },
        Resident {
            id: "haruna",
            household: 1,
            lesson: "子どものカード",
            holder: holder(
                "haruna",
                "潮崎　陽菜",
                "シオザキ　ハルナ",
                harbour,
                [2014, 7, 21],
                '2',
                10_000_000_003,
            ),
            cards: &[MyNumber],
        },
        Resident {
            id: "aoi",
            household: 1,
            lesson: "令和元年生まれ（照合番号Bは 01 で始まる）",
            holder: holder("aoi", "潮崎　蒼", "シオザキ　アオイ", harbour, [2019, 5, 1], '1', 10_000_000_004),
            cards: &[MyNumber],
        },
        Resident {
            id: "masao",
            household: 2,
            lesson: "暗証番号があと1回。照合番号Bで読む。運転経歴証明書も",
            holder: holder(
                "masao",
                "浜名　正雄",
                "ハマナ　マサオ",
                estate,
                [1941, 2, 3],
                '1',
                10_000_000_005,
            ),
            cards: &[MyNumber, DrivingRecord],
        },
        Resident {
            id: "fumi",
            household: 2,
            lesson: "暗証番号が使えなくなったカード",
            holder: holder("fumi", "浜名　ふみ", "ハマナ　フミ", estate, [1944, 9, 30], '2', 10_000_000_006),
            cards: &[MyNumber],
        },
        Resident {
            id: "maria",
            household: 3,
            lesson: "外国籍の方。照合番号Bの生年月日は西暦",
            holder: Holder {
                from_abroad: true,
                card_number: "ZZ99990015ZZ".to_owned(),
                front: include_bytes!("faces/maria-front.tif").to_vec(),
                ..holder(
                    "maria",
                    "ＳＡＮＴＯＳ　ＭＡＲＩＡ　ＣＬＡＲＡ",
                    "サントス　マリア　クララ",
                    "架空県みなと野市東町三丁目１５番２号コーポ灯台２０１",
                    [1990, 3, 15],
                    '2',
                    10_000_000_007,
                )
            },
            cards: &[MyNumber, Residence],
        },
        Resident {
            id: "kuzuha",
            household: 4,
            lesson: "異体字の氏名（𠮷、﨑、葛の異体字）",
            holder: holder(
                "kuzuha",
                "𠮷﨑　葛\u{E0100}葉",
                "ヨシザキ　クズハ",
                "架空県みなと野市葛\u{E0100}原１２番地の３",
                [1972, 12, 8],
                '2',
                10_000_000_008,
            ),
            cards: &[MyNumber, Licence],
        },
        Resident {
            id: "satoru",
            household: 5,
            lesson: "文字にない字（〓）。券面の画像を見る",
            holder: holder(
                "satoru",
                "〓口　慧",
                "ツチグチ　サトル",
                "架空県みなと野市北浜５６７番地",
                [1967, 6, 19],
                '1',
                10_000_000_009,
            ),
            cards: &[MyNumber],
        },
        Resident {
            id: "eiko",
            household: 6,
            lesson: "特別永住者証明書",
            holder: Holder {
                from_abroad: true,
                card_number: "ZZ99995811ZZ".to_owned(),
                front: include_bytes!("faces/eiko-front.tif").to_vec(),
                ..holder(
                    "eiko",
                    "金山　英子",
                    "カナヤマ　エイコ",
                    "架空県みなと野市東町二丁目８番１号",
                    [1958, 11, 30],
                    '2',
                    10_000_000_010,
                )
            },
            cards: &[MyNumber, SpecialPermanent],
        },
    ]
});

fn holder(
    id: &str,
    name: &str,
    kana: &str,
    address: &str,
    birth: [u16; 3],
    sex: char,
    number: u64,
) -> Holder {
    let (name_image, address_image) = faces(id);
    Holder {
        name: name.to_owned(),
        kana: kana.to_owned(),
        address: address.to_owned(),
        birth,
        sex,
        from_abroad: false,
        expires: expiry(birth),
        security_code: format!("{:04}", number % 9000 * 7 % 9000 + 1000),
        pin: format!("{:04}", number % 9000 * 13 % 9000 + 1000),
        my_number: with_check_digit(number),
        card_number: String::new(),
        name_image: name_image.to_vec(),
        address_image: address_image.to_vec(),
        photo: include_bytes!("faces/photo.jp2").to_vec(),
        front: Vec::new(),
    }
}

/// Ten birthdays on for grown-ups, five for children (個人番号カードの有効期間); all still valid.
fn expiry([year, month, day]: [u16; 3]) -> Date {
    let end = if year > 2006 { 2030 } else { 2034 };
    Date::new(end, i8::try_from(month).unwrap_or(1), i8::try_from(day).unwrap_or(1))
        .unwrap_or(date(2034, 1, 1))
}

/// 個人番号 of 11 digits and the check digit of the law.
fn with_check_digit(body: u64) -> String {
    let digits = format!("{body:011}");
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip((2..=7).cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    format!("{digits}{check}")
}

fn faces(id: &str) -> (&'static [u8], &'static [u8]) {
    macro_rules! face {
        ($($id:literal),*) => {
            match id {
                $($id => (
                    include_bytes!(concat!("faces/", $id, "-name.png")).as_slice(),
                    include_bytes!(concat!("faces/", $id, "-address.png")).as_slice(),
                ),)*
                _ => (&[], &[]),
            }
        };
    }
    face!("kenichi", "minami", "haruna", "aoi", "masao", "fumi", "maria", "kuzuha", "satoru", "eiko")
}

#[cfg(test)]
mod tests {
    use super::*;
    use madoka_text::{MatchCodeB, MyNumber, PersonName, Pin};

    #[test]
    fn 練習の住民は皆みなと野市に住み番号は検査数字まで正しい() {
        for resident in residents() {
            let holder = &resident.holder;
            assert!(holder.address.starts_with("架空県みなと野市"), "{}", resident.id);
            assert!(holder.name.parse::<PersonName>().is_ok(), "{}", resident.id);
            assert!(holder.my_number.parse::<MyNumber>().is_ok(), "{}", resident.id);
            assert!(holder.pin.parse::<Pin>().is_ok(), "{}", resident.id);
            assert!(holder.match_code_b().parse::<MatchCodeB>().is_ok(), "{}", resident.id);
            assert!(!holder.name_image.is_empty() && !holder.address_image.is_empty(), "{}", resident.id);
        }
        let mut ids: Vec<_> = residents().iter().map(|resident| resident.id).collect();
        ids.dedup();
        assert_eq!(ids.len(), residents().len());
        assert_eq!(
            resident("aoi").map(|aoi| aoi.holder.match_code_b()[..6].to_owned()).as_deref(),
            Some("010501")
        );
        assert_eq!(
            resident("maria").map(|maria| maria.holder.match_code_b()[..6].to_owned()).as_deref(),
            Some("900315")
        );
    }
}
