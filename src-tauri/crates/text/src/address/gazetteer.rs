//! The nation's municipalities, and those a caller adds.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::Address;
use super::parts::{AddressParts, SamePlace};
use super::plain::{folded, plain, starts_with, starts_with_name};

/// 市区町村, or a ward of a designated city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Municipality {
    code: &'static str,
    prefecture: Name,
    name: Name,
    ward: Option<Name>,
    in_force: bool,
}

/// A name as it is shown, and as texts are searched for it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    text: Cow<'static, str>,
    folded: Vec<char>,
}

impl Name {
    fn new(text: Cow<'static, str>) -> Self {
        let folded = text.chars().map(folded).collect();
        Self { text, folded }
    }

    fn ends_with(&self, marks: &[char]) -> bool {
        self.text.ends_with(marks)
    }
}

impl Municipality {
    /// The five digits of 全国地方公共団体コード; empty for one that was added without.
    pub fn code(&self) -> &str {
        self.code
    }

    pub fn prefecture(&self) -> &str {
        &self.prefecture.text
    }

    /// 「札幌市」「当別町」「千代田区」, without county.
    pub fn name(&self) -> &str {
        &self.name.text
    }

    /// 「中央区」 of a designated city.
    pub fn ward(&self) -> Option<&str> {
        self.ward.as_ref().map(|ward| ward.text.as_ref())
    }
}

/// The names addresses are split by.
///
/// It knows every municipality and ward of the nation (`tables/municipalities.tsv`); 字 and towns are not listed
/// anywhere here and are read by their grammar. A municipality of the past is recognised when its prefecture is
/// written before it, by its last character.
#[derive(Debug, Clone)]
pub struct Gazetteer {
    prefectures: Vec<Name>,
    /// Longer names first, so that the first that fits is right.
    places: Vec<Municipality>,
}

static NATION: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::read);

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// What stands before the town, and where the town begins.
pub(super) struct Head {
    pub(super) prefecture: Option<String>,
    pub(super) county: Option<String>,
    pub(super) municipality: Option<String>,
    pub(super) ward: Option<String>,
    pub(super) town_at: usize,
}

impl Gazetteer {
    /// Every municipality of the nation.
    pub fn nation() -> &'static Self {
        &NATION
    }

    fn read() -> Self {
        let by_code: Vec<(&str, &str)> = rows(include_str!("../../tables/prefectures.tsv"))
            .filter_map(|row| Some((*row.first()?, *row.get(1)?)))
            .collect();
        let places = rows(include_str!("../../tables/municipalities.tsv")).filter_map(|row| {
            let code = *row.first()?;
            let prefecture = by_code.iter().find(|(digits, _)| code.starts_with(digits))?.1;
            Some(Municipality {
                code,
                prefecture: Name::new(Cow::Borrowed(prefecture)),
                name: Name::new(Cow::Borrowed(row.get(1)?)),
                ward: row.get(2).map(|ward| Name::new(Cow::Borrowed(*ward))),
                in_force: row.get(3).is_none(),
            })
        });
        let prefectures = by_code.iter().map(|(_, name)| Name::new(Cow::Borrowed(*name))).collect();
        Self { prefectures, places: places.collect() }.sorted()
    }

    /// With more municipalities, as prefecture and name: a city of an exercise, or one founded tomorrow.
    #[must_use]
    pub fn with<'a>(&self, more: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut all = self.clone();
        for (prefecture, name) in more {
            let prefecture = Name::new(Cow::Owned(prefecture.to_owned()));
            if !all.prefectures.contains(&prefecture) {
                all.prefectures.push(prefecture.clone());
            }
            all.places.push(Municipality {
                code: "",
                prefecture,
                name: Name::new(Cow::Owned(name.to_owned())),
                ward: None,
                in_force: true,
            });
        }
        all.sorted()
    }

    fn sorted(mut self) -> Self {
        let length = |place: &Municipality| {
            place.name.folded.len() + place.ward.as_ref().map_or(0, |ward| ward.folded.len())
        };
        self.places.sort_by_key(|place| std::cmp::Reverse(length(place)));
        self
    }

    /// The municipality with this code (five digits, or six with the check digit), as cards carry it.
    ///
    /// ```
    /// use madoka_text::Gazetteer;
    /// let ward = Gazetteer::nation().by_code("01101").map(|place| (place.name(), place.ward()));
    /// assert_eq!(ward, Some(("札幌市", Some("中央区"))));
    /// ```
    pub fn by_code(&self, code: &str) -> Option<&Municipality> {
        let five = if code.len() == 6 { code.get(..5)? } else { code };
        self.places.iter().find(|place| !five.is_empty() && place.code == five)
    }

    /// The municipalities and wards in force.
    pub fn places(&self) -> impl Iterator<Item = &Municipality> {
        self.places.iter().filter(|place| place.in_force)
    }

    /// The parts of an address. Every address has parts, if only a town.
    pub fn split(&self, address: &Address) -> AddressParts {
        AddressParts::read(self, &plain(address.as_str()))
    }

    /// One way of writing an address, for comparing and searching; not for paper.
    ///
    /// Widths, kanji numbers of 丁目, the marks 番地・番・号・の and all kinds of hyphens become one; 大字, 字, 甲乙,
    /// 地割, 無番地 and street names of 京都 stay. Normalising what is normalised changes nothing.
    pub fn normalise(&self, address: &Address) -> String {
        // A text that is no address (「1 2 3」) may be read anew each time it is put together; such a text is left plain.
        const READINGS: usize = 4;
        let mut text: Vec<char> = plain(address.as_str());
        for _ in 0..READINGS {
            let normal = AddressParts::read(self, &text).normalised();
            let again = plain(&normal);
            if again == text && text.iter().copied().eq(normal.chars()) {
                return normal;
            }
            text = again;
        }
        plain(address.as_str()).into_iter().collect()
    }

    /// Whether two addresses name the same place, tolerant of how they are written and of what one of them leaves out.
    pub fn same_place(&self, a: &Address, b: &Address) -> SamePlace {
        self.split(a).same_place(&self.split(b))
    }

    pub(super) fn head(&self, text: &[char]) -> Head {
        let folded: Vec<char> = text.iter().copied().map(folded).collect();
        let from = |at: usize| folded.get(at..).unwrap_or_default();
        let mut at = after_postal_code(text);
        let prefecture =
            self.prefectures.iter().find_map(|name| Some((name, starts_with_name(from(at), &name.folded)?)));
        at += prefecture.map_or(0, |(_, length)| length);
        at += spaces(text, at);
        let prefecture = prefecture.map(|(name, _)| name);
        let mut head = Head {
            prefecture: prefecture.map(|name| name.text.to_string()),
            county: None,
            municipality: None,
            ward: None,
            town_at: at,
        };
        if let Some((place, county, length)) = self.municipality_at(from(at), prefecture) {
            head.county =
                text.get(at..at + county).filter(|name| !name.is_empty()).map(|name| name.iter().collect());
            head.municipality = Some(place.name.text.to_string());
            if head.prefecture.is_none() && self.is_only_one(&place.name) {
                head.prefecture = Some(place.prefecture.text.to_string());
            }
            head.town_at += length;
            head.town_at += spaces(text, head.town_at);
            if let Some((ward, length)) = self.ward_at(from(head.town_at), place) {
                head.ward = Some(ward.text.to_string());
                head.town_at += length;
            }
        } else if prefecture.is_some() || head.reads_a_prefecture(text.get(at..).unwrap_or_default()) {
            head.read_by_last_character(text);
        }
        head.town_at += spaces(text, head.town_at);
        head
    }

    /// A municipality at the start, after its county (or isle) if one is written; with the length of the county and of both.
    fn municipality_at(
        &self,
        text: &[char],
        prefecture: Option<&Name>,
    ) -> Option<(&Municipality, usize, usize)> {
        let here = || {
            self.places.iter().filter(|place| {
                place.ward.is_none() && prefecture.is_none_or(|prefecture| place.prefecture == *prefecture)
            })
        };
        // Without its prefecture or county 「池田町1-2」 is more likely a town of this city.
        let may_stand_alone =
            |place: &Municipality| prefecture.is_some() || !place.name.ends_with(&['町', '村']);
        let alone = here()
            .find_map(|place| Some((place, starts_with_name(text, &place.name.folded)?)))
            .filter(|(place, _)| may_stand_alone(place));
        if let Some((place, length)) = alone {
            return Some((place, 0, length));
        }
        // The longest county names have four characters before 郡; the isles of 東京都 stand where others have it.
        let mark = |mark: char| text.iter().take(6).position(|c| *c == mark).filter(|end| *end > 0);
        let county = mark('郡').or_else(|| mark('島'))? + 1;
        let town_at = county + spaces(text, county);
        let rest = text.get(town_at..)?;
        here()
            .filter(|place| place.name.ends_with(&['町', '村']))
            .find_map(|place| Some((place, county, town_at + starts_with_name(rest, &place.name.folded)?)))
    }

    fn ward_at(&self, text: &[char], city: &Municipality) -> Option<(&Name, usize)> {
        self.places
            .iter()
            .filter(|place| place.name == city.name && place.prefecture == city.prefecture)
            .find_map(|place| {
                let ward = place.ward.as_ref()?;
                Some((ward, starts_with_name(text, &ward.folded)?))
            })
    }

    /// No second municipality and no ward bears the name, so that it tells its prefecture.
    fn is_only_one(&self, name: &Name) -> bool {
        self.places.iter().filter(|place| place.ward.is_none() && place.name == *name).count() == 1
            && !self.places.iter().any(|place| place.ward.as_ref() == Some(name))
    }
}

impl Head {
    /// 「架空県…市」: a prefecture nobody has heard of, for practice data that came without its list.
    fn reads_a_prefecture(&mut self, rest: &[char]) -> bool {
        let Some(end) = rest.iter().take(5).position(|c| *c == '県').filter(|end| *end >= 2) else {
            return false;
        };
        if !rest.iter().skip(end + 2).take(10).any(|c| matches!(c, '市' | '町' | '村' | '区' | '郡')) {
            return false;
        }
        self.prefecture = rest.get(..=end).map(|name| name.iter().collect());
        self.town_at += end + 1;
        true
    }

    /// County and municipality that no table knows, by their last characters: 「浦和市…」.
    fn read_by_last_character(&mut self, text: &[char]) {
        self.town_at += spaces(text, self.town_at);
        let rest = text.get(self.town_at..).unwrap_or_default();
        let named = |text: &[char], marks: &[char], most: usize| {
            let end =
                text.iter().take(most).position(|c| marks.contains(c) || c.is_ascii_digit() || *c == ' ')?;
            text.get(end).filter(|c| end > 0 && marks.contains(c)).map(|_| end + 1)
        };
        let county = named(rest, &['郡'], 6).unwrap_or(0);
        let after = rest.get(county..).unwrap_or_default();
        let marks: &[char] = if county > 0 { &['町', '村'] } else { &['市', '町', '村', '区'] };
        let Some(length) = named(after, marks, 9) else { return };
        self.county = (county > 0).then(|| rest.iter().take(county).collect());
        self.municipality = Some(after.iter().take(length).collect());
        self.town_at += county + length;
    }
}

pub(super) fn spaces(text: &[char], at: usize) -> usize {
    text.iter().skip(at).take_while(|c| **c == ' ').count()
}

/// The length of 「〒999-0123 」 at the start.
fn after_postal_code(text: &[char]) -> usize {
    if !starts_with(text, "〒") {
        return 0;
    }
    let code = text.iter().skip(1).take_while(|c| c.is_ascii_digit() || matches!(c, '-' | ' ')).count();
    1 + code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 全国の市区町村と政令市の区がそろっている() {
        let nation = Gazetteer::nation();
        assert_eq!(nation.prefectures.len(), 47);
        assert_eq!(nation.places().filter(|place| place.ward.is_none()).count(), 1_741);
        assert_eq!(nation.places().filter(|place| place.ward.is_some()).count(), 171);
        let ending = |mark: char| {
            nation.places().filter(|place| place.ward.is_none() && place.name.ends_with(&[mark])).count()
        };
        assert_eq!((ending('市'), ending('町'), ending('村'), ending('区')), (792, 743, 183, 23));
    }

    #[test]
    fn 団体コードから市区町村がわかる() {
        let nation = Gazetteer::nation();
        assert_eq!(nation.by_code("13101").map(|p| (p.prefecture(), p.name())), Some(("東京都", "千代田区")));
        assert_eq!(nation.by_code("011011").and_then(|p| p.ward()), Some("中央区"));
        assert_eq!(nation.by_code("99999"), None);
        assert_eq!(nation.with([("架空県", "みなと野市")]).by_code(""), None);
    }

    #[test]
    fn どの市区町村も自分の名前で見つかる() {
        let nation = Gazetteer::nation();
        for place in nation.places() {
            let text = format!(
                "{}{}{}港町1-2-3",
                place.prefecture(),
                place.name(),
                place.ward().unwrap_or_default()
            );
            let parts = nation.split(&text.parse().unwrap());
            assert_eq!(parts.prefecture(), Some(place.prefecture()), "{text}");
            assert_eq!(parts.municipality(), Some(place.name()), "{text}");
            assert_eq!(parts.ward(), place.ward(), "{text}");
            assert_eq!((parts.town(), parts.block().as_str()), ("港町", "1-2-3"), "{text}");
        }
    }
}
