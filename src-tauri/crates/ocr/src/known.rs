//! What the city knows before a picture is read: its towns, and who lives there.
//!
//! It settles between readings that are near each other. Who or what is not in it is as right as before: nothing is
//! flagged, lowered or taken away for not being known. A name stays to be confirmed, and what was read without this
//! knowledge stays among the alternatives.

use madoka_facts::Confidence;
use madoka_text::{Date, PersonName, same_character};

use crate::kinds::Reads;
use crate::reading::FieldReading;

/// What is known beforehand. `Debug` of an implementation must show nobody.
pub trait Known: Sync {
    /// The city's towns with all that stands before them: 「架空県みなと野市港町」.
    fn towns(&self) -> &[String] {
        &[]
    }

    /// The residents of the register this may be, where one is loaded: those born on the day, of about this name or at
    /// about this address. It may ask a server: it is called once a document, and nothing is shown for an answer that
    /// does not come.
    fn residents(&self, seen: &Seen<'_>) -> Vec<Resident> {
        let _ = seen;
        Vec::new()
    }
}

/// Whom a document is of, as read. `Debug` shows nothing of it.
pub struct Seen<'s> {
    pub birth_date: Date,
    pub name: &'s str,
    /// Empty where none stands there.
    pub address: &'s str,
}

impl std::fmt::Debug for Seen<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seen(…)")
    }
}

/// One resident, as the register writes them.
pub struct Resident {
    pub name: String,
    pub address: String,
}

impl std::fmt::Debug for Resident {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Resident(…)")
    }
}

/// What put a value forward that was read otherwise; an officer who compares it with the crop is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// 台帳.
    Register,
    /// 町名の一覧.
    Towns,
}

/// A value known beforehand, in thousandths how sure it is, and who knows it.
type Told = (String, u16, Hint);

/// Lets what is known settle what was read.
pub(crate) fn settle(fields: &mut [FieldReading], known: &dyn Known) {
    let holder = holder(fields, known);
    for field in fields {
        let found = match field.reads {
            Reads::Name if field.id == "name" => {
                holder.as_ref().and_then(|resident| name(field, &resident.name))
            }
            Reads::Address => holder
                .as_ref()
                .filter(|_| field.id == "address")
                .and_then(|resident| address(field, &resident.address))
                .or_else(|| town(field, known.towns())),
            _ => None,
        };
        if let Some(told) = found {
            put_forward(field, told);
        }
    }
}

/// The known value first, what was read beside it.
fn put_forward(field: &mut FieldReading, (value, thousandths, hint): Told) {
    if let Some(sure) = Confidence::from_thousandths(thousandths) {
        field.confidence = field.confidence.max(sure);
    }
    if field.value == value {
        return;
    }
    field.hint = Some(hint);
    let read = std::mem::replace(&mut field.value, value);
    field.alternatives.retain(|other| *other != field.value && *other != read);
    field.alternatives.insert(0, read);
    // Each glyph that was read otherwise stays a candidate.
    if field.reads == Reads::Name {
        let before = std::mem::take(&mut field.glyphs);
        let seen: Vec<(char, Vec<char>)> = field
            .value
            .chars()
            .enumerate()
            .map(|(index, c)| {
                let others = before.iter().find(|glyph| glyph.index == index);
                let others = others.map(|glyph| glyph.candidates.clone()).unwrap_or_default();
                (c, others.into_iter().filter(|other| *other != c).collect())
            })
            .collect();
        field.glyphs = FieldReading::glyphs_of(&field.value, &seen);
    }
    field.confirm = true;
}

/// The one resident whose document this is; nobody where two may be. A household that moves in is in another city's
/// register, and a guardian's birth date stands nowhere: neither is looked for.
fn holder(fields: &[FieldReading], known: &dyn Known) -> Option<Resident> {
    let value = |id: &str| fields.iter().find(|field| field.id == id);
    let seen = Seen {
        birth_date: value("birth_date")?.value.parse().ok()?,
        name: &value("name")?.value,
        address: value("address").map_or("", |field| &field.value),
    };
    let name_field = value("name")?;
    let mut fit =
        known.residents(&seen).into_iter().filter(|resident| name(name_field, &resident.name).is_some());
    let one = fit.next()?;
    fit.next().is_none().then_some(one)
}

/// The register's name where every glyph of it was read, or offered, or is another shape of what was read.
fn name(field: &FieldReading, known: &str) -> Option<Told> {
    let glyphs = |name: &str| -> Option<Vec<(usize, char)>> {
        let name: PersonName = name.parse().ok()?;
        let glyphs = name.glyphs().enumerate().filter(|(_, glyph)| !glyph.is_space());
        Some(glyphs.map(|(index, glyph)| (index, glyph.base())).collect())
    };
    let (read, right) = (glyphs(&field.value)?, glyphs(known)?);
    if read.len() != right.len() || read.is_empty() {
        return None;
    }
    let mut guessed = 0;
    for ((index, seen), (_, right)) in read.iter().zip(&right) {
        let offered =
            field.glyphs.iter().any(|glyph| glyph.index == *index && glyph.candidates.contains(right));
        if seen == right {
            continue;
        }
        if !offered && !same_character(*seen, *right) {
            return None;
        }
        guessed += 1;
    }
    // A name of which no glyph was read is nobody's.
    (guessed < read.len()).then(|| (known.to_owned(), 990, Hint::Register))
}

/// The register's address where what was read is but one or two letters from it, and no figure differs.
fn address(field: &FieldReading, known: &str) -> Option<Told> {
    let plain = |text: &str| -> Vec<char> {
        let narrow = |c| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            c => c,
        };
        text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect()
    };
    let (read, right) = (plain(&field.value), plain(known));
    let differ: Vec<(&char, &char)> = read.iter().zip(&right).filter(|(a, b)| a != b).collect();
    let letters = differ.iter().all(|(a, b)| !a.is_ascii_digit() && !b.is_ascii_digit());
    let near = read.len() == right.len() && differ.len() <= 2 && letters && read.len() >= 8;
    near.then(|| (known.to_owned(), 990, Hint::Register))
}

/// The town where exactly one of the city's is one letter from what was read.
fn town(field: &FieldReading, towns: &[String]) -> Option<Told> {
    let read: Vec<char> = field.value.chars().collect();
    let wrong = |town: &&String| {
        let head = read.get(..town.chars().count())?;
        let differ = || town.chars().zip(head.iter().copied()).filter(|(a, b)| a != b);
        // 北１条 is not 北２条, however near.
        let figures = differ().any(|(a, b)| a.is_numeric() || b.is_numeric());
        let wrong = differ().count();
        (wrong <= 1 && !figures).then_some((wrong, (*town).clone()))
    };
    let mut near: Vec<(usize, String)> = towns.iter().filter_map(|town| wrong(&town)).collect();
    near.sort_by_key(|(wrong, town)| (*wrong, std::cmp::Reverse(town.chars().count())));
    let (off, town) = match near.as_slice() {
        [(0, _), ..] | [] => return None,
        [one] => one,
        [one, other, ..] if other.0 > one.0 => one,
        _ => return None,
    };
    let rest: String = read.iter().skip(town.chars().count()).collect();
    (*off == 1).then(|| (format!("{town}{rest}"), field.confidence.thousandths().max(900), Hint::Towns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::GlyphToConfirm;

    struct City {
        towns: Vec<String>,
        residents: Vec<(&'static str, &'static str, &'static str)>,
    }

    impl Known for City {
        fn towns(&self) -> &[String] {
            &self.towns
        }

        fn residents(&self, seen: &Seen<'_>) -> Vec<Resident> {
            let born = self
                .residents
                .iter()
                .filter(|(birth, _, _)| birth.parse::<Date>().unwrap() == seen.birth_date);
            born.map(|(_, name, address)| Resident { name: (*name).into(), address: (*address).into() })
                .collect()
        }
    }

    fn city() -> City {
        City {
            towns: ["架空県みなと野市港町", "架空県みなと野市本町", "架空県みなと野市潮見台"]
                .map(str::to_owned)
                .into(),
            residents: vec![
                ("1941-02-03", "髙橋　惠子", "架空県みなと野市潮見台１丁目２番３号"),
                ("1950-01-01", "山田　太郎", "架空県みなと野市港町１番"),
                ("1950-01-01", "山田　太郎", "架空県みなと野市本町２番"),
            ],
        }
    }

    fn field(id: &str, reads: Reads, value: &str) -> FieldReading {
        FieldReading {
            id: id.to_owned(),
            reads,
            value: value.to_owned(),
            text: value.to_owned(),
            confidence: Confidence::from_thousandths(700).unwrap(),
            confirm: reads != Reads::Date,
            alternatives: Vec::new(),
            hint: None,
            glyphs: Vec::new(),
            area: [0; 4],
            crop: zeroize::Zeroizing::default(),
        }
    }

    fn person(name: &str, birth: &str, address: &str) -> Vec<FieldReading> {
        let mut fields = vec![
            field("name", Reads::Name, name),
            field("birth_date", Reads::Date, birth),
            field("address", Reads::Address, address),
        ];
        settle(&mut fields, &city());
        fields
    }

    #[test]
    fn 台帳の字形を先に挙げ_読んだ字も残し_確かめる印は消さない() {
        let fields = person("高橋　恵子", "1941-02-03", "架空県みなと野市潮貝台1丁目2番3号");
        assert_eq!(fields[0].value, "髙橋　惠子");
        assert_eq!(fields[0].alternatives, ["高橋　恵子"]);
        assert!(fields[0].confirm);
        assert_eq!((fields[0].hint, fields[1].hint), (Some(Hint::Register), None));
        assert_eq!(fields[2].value, "架空県みなと野市潮見台１丁目２番３号");
    }

    #[test]
    fn 台帳にない人は読んだとおりで_何も下げない() {
        for (name, birth) in
            [("高橋　恵子", "1941-02-04"), ("鈴木　花子", "1941-02-03"), ("山田　太郎", "1950-01-01")]
        {
            let fields = person(name, birth, "東京都世田谷区三軒茶屋1番");
            assert_eq!(fields[0].value, name);
            assert!(fields.iter().all(|field| field.alternatives.is_empty() && field.hint.is_none()));
            assert!(fields.iter().all(|field| field.confidence.thousandths() == 700));
            assert!(!fields[1].confirm);
        }
    }

    #[test]
    fn 候補に出た字なら台帳の字を先に挙げる() {
        let mut fields =
            vec![field("name", Reads::Name, "演田　凜"), field("birth_date", Reads::Date, "1960-05-05")];
        fields[0].glyphs = vec![GlyphToConfirm { index: 0, candidates: vec!['演', '濵', '浜'] }];
        let known = City { towns: Vec::new(), residents: vec![("1960-05-05", "濵田　凜", "")] };
        settle(&mut fields, &known);
        assert_eq!(fields[0].value, "濵田　凜");
        assert!(fields[0].glyphs.iter().any(|glyph| glyph.index == 0 && glyph.candidates.contains(&'演')));
    }

    #[test]
    fn 町の名は一字違いなら直し_番地の違う台帳の住所にはしない() {
        let fields = person("鈴木　花子", "1941-02-03", "架空県みなと野市潮貝台9丁目");
        assert_eq!(fields[2].value, "架空県みなと野市潮見台9丁目");
        assert_eq!(fields[2].hint, Some(Hint::Towns));
        assert!(fields[2].confirm);
        // 港町 and 本町 are both one letter from it.
        let fields = person("鈴木　花子", "1941-02-03", "架空県みなと野市口町1番");
        assert_eq!(fields[2].value, "架空県みなと野市口町1番");
        let fields = person("高橋　恵子", "1941-02-03", "架空県みなと野市潮見台1丁目2番8号");
        assert_eq!(fields[2].value, "架空県みなと野市潮見台1丁目2番8号");
    }
}
