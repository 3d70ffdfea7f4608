//! Finding residents among a hundred thousand: everything is passed over once, folded and packed tightly, in a few
//! milliseconds. A tree or tokens would be faster and could be read from a stolen file; this lives in memory only.

use std::fmt;

use madoka_text::BirthDate;

use crate::fold;
use crate::mapping::Mapping;
use crate::query::Query;
use crate::resident::Resident;

/// More are not looked at by a person; they search again with more words.
const MOST_HITS: usize = 50;

/// 索引 of one extract. It holds personal data and shows none of it.
#[derive(Default)]
pub struct Index {
    names: Packed,
    kana: Packed,
    addresses: Packed,
    numbers: Packed,
    households: Packed,
    births: Vec<Option<BirthDate>>,
    protected: Vec<bool>,
}

/// One resident found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// 0 where the name is the very one looked for; more the further off.
    pub rank: u8,
    /// The place of the resident in the extract.
    pub at: u32,
}

impl Hit {
    /// Found only by characters that names mix up (斎・斉) or where a glyph is missing.
    pub const fn is_doubtful(self) -> bool {
        self.rank >= DOUBTFUL
    }
}

const DOUBTFUL: u8 = 3;

/// What a search found, the likeliest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// There are more than a person would read.
    pub more: bool,
}

impl Index {
    pub fn of<'a>(mapping: &Mapping, residents: impl IntoIterator<Item = &'a Resident>) -> Self {
        let mut index = Self::default();
        for resident in residents {
            index.add(mapping, resident);
        }
        index
    }

    /// The next resident in the order of the extract.
    pub fn add(&mut self, mapping: &Mapping, resident: &Resident) {
        let text = |attribute: &str| resident.text(mapping.person_key(attribute));
        self.names.push(&fold::name(text("name")));
        self.kana.push(&fold::kana(text("name_kana")));
        self.addresses.push(&fold::address(text("address")));
        self.numbers.push(resident.number.as_str());
        self.households.push(resident.household.as_ref().map_or("", |number| number.as_str()));
        let born = mapping.person_key("birth_date").and_then(|key| resident.value(key));
        self.births.push(born.as_ref().and_then(madoka_facts::Value::as_date));
        self.protected.push(resident.protected);
    }

    pub fn len(&self) -> usize {
        self.births.len()
    }

    pub fn is_empty(&self) -> bool {
        self.births.is_empty()
    }

    /// About how much memory it takes.
    pub fn bytes(&self) -> usize {
        let texts = [&self.names, &self.kana, &self.addresses, &self.numbers, &self.households];
        texts.iter().map(|packed| packed.text.capacity() + packed.ends.capacity() * 4).sum::<usize>()
            + self.births.capacity() * size_of::<Option<BirthDate>>()
            + self.protected.capacity()
    }

    /// Everyone all of the query fits.
    pub fn search(&self, query: &Query) -> Found {
        let asked = Asked::of(query);
        let mut hits: Vec<Hit> = Vec::new();
        for at in 0..self.len() {
            if let Some(rank) = self.rank(&asked, at) {
                hits.push(Hit { rank, at: u32::try_from(at).unwrap_or(u32::MAX) });
            }
        }
        let order = |hit: &Hit| (hit.rank, self.kana.get(hit.at as usize), hit.at);
        hits.sort_by(|one, other| order(one).cmp(&order(other)));
        let more = hits.len() > MOST_HITS;
        hits.truncate(MOST_HITS);
        Found { hits, more }
    }

    /// The resident of a 宛名番号.
    pub fn by_number(&self, number: &str) -> Option<u32> {
        (0..self.len()).find(|at| self.numbers.get(*at) == number).and_then(|at| u32::try_from(at).ok())
    }

    /// Everyone of the same 世帯番号, the resident too.
    pub fn household(&self, at: u32) -> Vec<u32> {
        match self.households.get(at as usize) {
            "" => vec![at],
            number => (0..self.len())
                .filter(|other| self.households.get(*other) == number)
                .filter_map(|other| u32::try_from(other).ok())
                .collect(),
        }
    }

    fn rank(&self, asked: &Asked, at: usize) -> Option<u8> {
        if asked.number.as_deref().is_some_and(|number| number != self.numbers.get(at)) {
            return None;
        }
        if let Some(wanted) = asked.birth {
            let born = self.births.get(at).copied().flatten()?;
            if !born.may_equal(wanted) {
                return None;
            }
        }
        // Whoever must not be found by where they live is not.
        let address =
            if self.protected.get(at).copied().unwrap_or(true) { "" } else { self.addresses.get(at) };
        if asked.address.as_deref().is_some_and(|wanted| !address.contains(wanted)) {
            return None;
        }
        let kana = self.kana.get(at);
        let mut rank = 0;
        if let Some(wanted) = &asked.kana {
            rank = rank.max(place(kana, wanted)?);
        }
        let name = self.names.get(at);
        if let Some(wanted) = &asked.name {
            rank = rank.max(wanted.rank(name)?);
        }
        for word in &asked.words {
            let found = word
                .name
                .rank(name)
                .or_else(|| place(kana, &word.kana))
                .or_else(|| (!word.address.is_empty() && address.contains(&word.address)).then_some(1))?;
            rank = rank.max(found);
        }
        Some(rank)
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index({} residents)", self.len())
    }
}

/// Whole 0, at the start 1, inside 2.
fn place(text: &str, wanted: &str) -> Option<u8> {
    if wanted.is_empty() {
        return None;
    }
    let at = text.find(wanted)?;
    Some(match at {
        0 if text.len() == wanted.len() => 0,
        0 => 1,
        _ => 2,
    })
}

/// A query folded once.
struct Asked {
    name: Option<Name>,
    kana: Option<String>,
    birth: Option<BirthDate>,
    address: Option<String>,
    number: Option<String>,
    words: Vec<Word>,
}

struct Word {
    name: Name,
    kana: String,
    address: String,
}

impl Asked {
    fn of(query: &Query) -> Self {
        let given = |text: &Option<String>, fold: fn(&str) -> String| {
            text.as_deref().map(fold).filter(|folded| !folded.is_empty())
        };
        Self {
            name: given(&query.name, fold::name).map(Name::new),
            kana: given(&query.kana, fold::kana),
            birth: query.birth_date,
            address: given(&query.address, fold::address),
            number: query.number.as_ref().map(|number| number.as_str().to_owned()),
            words: query
                .words
                .iter()
                .map(|word| Word {
                    name: Name::new(fold::name(word)),
                    kana: fold::kana(word),
                    address: fold::address(word),
                })
                .collect(),
        }
    }
}

/// A name looked for: in its common forms, and with the characters it is mixed up with.
struct Name {
    folded: String,
    /// For each character, which others may stand for it (斎 斉).
    letters: Vec<(char, Vec<char>)>,
    mixed: bool,
}

impl Name {
    fn new(folded: String) -> Self {
        let letters: Vec<_> = folded.chars().map(|c| (c, fold::mixed_up(c))).collect();
        let mixed = letters.iter().any(|(_, others)| !others.is_empty());
        Self { folded, letters, mixed }
    }

    /// Further off than by the very characters: 3, 4, 5.
    fn rank(&self, name: &str) -> Option<u8> {
        if let Some(rank) = place(name, &self.folded) {
            return Some(rank);
        }
        // One character alone may stand for anything where a glyph is missing.
        if self.letters.len() < 2 || !(self.mixed || name.contains(fold::MISSING)) {
            return None;
        }
        let text: Vec<char> = name.chars().collect();
        let fits = |window: &[char]| {
            window.iter().zip(&self.letters).all(|(have, (wanted, others))| {
                have == wanted || *have == fold::MISSING || others.contains(have)
            })
        };
        let at = text.windows(self.letters.len()).position(fits)?;
        Some(match at {
            0 if text.len() == self.letters.len() => 3,
            0 => 4,
            _ => 5,
        })
    }
}

/// Many short texts in one.
#[derive(Default)]
struct Packed {
    text: String,
    ends: Vec<u32>,
}

impl Packed {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    fn get(&self, at: usize) -> &str {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or("")
    }
}
