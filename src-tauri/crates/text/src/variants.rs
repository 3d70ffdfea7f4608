//! 異体字: which shapes belong to one character, and which characters names mix up.

use std::collections::HashMap;
use std::sync::LazyLock;

/// How a character stands to another one it may have been written or read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The form offices use when nothing else is asked for: 高 for 髙.
    Common,
    /// 旧字体: 廣 for 広.
    Old,
    /// Another form of the same character that given names may use: 嶋 for 島.
    Name,
    /// 俗字・略字: 髙 for 高.
    Shape,
    /// A compatibility code of nearly the same shape: U+FA12 for 晴 (U+6674).
    Compatibility,
    /// Another character that names mix up with it: 斎 for 斉. Not the same name.
    MixedUp,
}

/// A character to ask about: "is it this one?"
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Candidate {
    pub character: char,
    pub relation: Relation,
}

struct Group {
    /// The common form first.
    members: Vec<(char, Relation)>,
}

struct Table {
    groups: Vec<Group>,
    groups_of: HashMap<char, Vec<usize>>,
    mixed_up: HashMap<char, Vec<char>>,
}

impl Table {
    fn groups_with(&self, c: char) -> impl Iterator<Item = &Group> {
        self.groups_of.get(&c).into_iter().flatten().filter_map(|index| self.groups.get(*index))
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut groups_of: HashMap<char, Vec<usize>> = HashMap::new();
    let groups: Vec<Group> = lines(include_str!("../tables/variants.tsv")).map(group).collect();
    for (index, group) in groups.iter().enumerate() {
        for (character, _) in &group.members {
            groups_of.entry(*character).or_default().push(index);
        }
    }
    let mut mixed_up: HashMap<char, Vec<char>> = HashMap::new();
    for set in lines(include_str!("../tables/mixed_up.tsv")) {
        for one in set.chars() {
            let others = set.chars().filter(|other| *other != one);
            mixed_up.entry(one).or_default().extend(others);
        }
    }
    Table { groups, groups_of, mixed_up }
});

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn group(line: &str) -> Group {
    const COLUMNS: [Relation; 5] =
        [Relation::Common, Relation::Old, Relation::Name, Relation::Shape, Relation::Compatibility];
    let members = line
        .split('\t')
        .zip(COLUMNS)
        .flat_map(|(characters, relation)| characters.chars().map(move |character| (character, relation)))
        .collect();
    Group { members }
}

/// The common form of a character; itself where it has no other.
///
/// For searching and for comparing with systems that hold only common forms. Never for showing or printing a name.
///
/// ```
/// use madoka_text::common_form;
/// assert_eq!(common_form('髙'), '高');
/// assert_eq!(common_form('𠮷'), '吉');
/// assert_eq!(common_form('港'), '港');
/// ```
pub fn common_form(c: char) -> char {
    TABLE
        .groups_with(c)
        .filter_map(|group| group.members.first())
        .map(|(common, _)| *common)
        .next()
        .unwrap_or(c)
}

/// Whether both are shapes of one character: 辺 邊 邉. Not 斎 and 斉, which are two characters.
pub fn same_character(a: char, b: char) -> bool {
    a == b || TABLE.groups_with(a).any(|group| group.members.iter().any(|(member, _)| *member == b))
}

/// All the characters that may stand where `c` was read or written: shapes of the same character, the common form
/// first, then characters that names mix up with any of them. Empty where there is nothing to ask.
///
/// ```
/// use madoka_text::{Relation, candidates};
/// let which: String = candidates('崎').into_iter().map(|candidate| candidate.character).collect();
/// assert!(which.starts_with('㟢') && which.contains('﨑') && which.contains('埼'));
/// assert_eq!(candidates('髙').first().map(|c| (c.character, c.relation)), Some(('高', Relation::Common)));
/// ```
pub fn candidates(c: char) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |character, relation| {
        if character != c && !found.iter().any(|candidate| candidate.character == character) {
            found.push(Candidate { character, relation });
        }
    };
    let mut shapes = vec![c];
    for (character, relation) in TABLE.groups_with(c).flat_map(|group| &group.members) {
        add(*character, *relation);
        shapes.push(*character);
    }
    for other in shapes.iter().filter_map(|shape| TABLE.mixed_up.get(shape)).flatten() {
        for group in TABLE.groups_with(*other) {
            for (character, _) in &group.members {
                add(*character, Relation::MixedUp);
            }
        }
        add(*other, Relation::MixedUp);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_character() -> impl Iterator<Item = char> {
        TABLE.groups_of.keys().chain(TABLE.mixed_up.keys()).copied()
    }

    #[test]
    fn 表は氏名の異体字を六百組以上持ち互換漢字も失っていない() {
        assert!(TABLE.groups.len() >= 600, "{}", TABLE.groups.len());
        let relations: usize = TABLE.groups.iter().map(|group| group.members.len() - 1).sum();
        assert!(relations >= 750, "{relations}");
        let compatibility = every_character().filter(|c| ('\u{F900}'..='\u{FAFF}').contains(c)).count();
        assert_eq!(compatibility, 87);
    }

    #[test]
    fn 組の中に同じ字は二度なく異体は一つの組にだけいる() {
        for group in &TABLE.groups {
            assert!(group.members.len() >= 2);
            for (index, (character, relation)) in group.members.iter().enumerate() {
                assert_eq!(
                    group.members.iter().filter(|(other, _)| other == character).count(),
                    1,
                    "{character}"
                );
                assert_eq!(index == 0, *relation == Relation::Common, "{character}");
                if index > 0 {
                    assert_eq!(TABLE.groups_of[character].len(), 1, "{character}");
                }
            }
        }
    }

    #[test]
    fn 関係は互いに成り立ち代表字は自分の組にいる() {
        for a in every_character() {
            let common = common_form(a);
            assert!(same_character(a, common), "{a}");
            assert_eq!(common_form(common), common, "{a}");
            for candidate in candidates(a) {
                let b = candidate.character;
                assert_ne!(a, b);
                assert!(candidates(b).iter().any(|back| back.character == a), "{a}→{b}");
                assert_eq!(same_character(a, b), same_character(b, a));
                assert_eq!(candidate.relation == Relation::MixedUp, !same_character(a, b), "{a}→{b}");
            }
        }
    }

    #[test]
    fn 窓口で出会う異体字は互いの候補に出る() {
        for set in [
            "高髙",
            "崎﨑嵜㟢",
            "辺邊邉",
            "浜濱濵",
            "斎齋斉齊",
            "桑桒",
            "吉𠮷",
            "橋𣘺",
            "広廣",
            "恵惠",
            "国國",
            "沢澤",
            "桜櫻",
            "竜龍",
            "島嶋嶌",
            "富冨",
            "淵渕渊",
            "真眞",
            "徳德",
            "瀬瀨",
            "祐\u{FA4F}",
            "神\u{FA19}",
            "塚\u{FA10}",
            "館舘",
            "弥彌",
            "曽曾",
            "槙槇",
            "桧檜",
            "与與",
            "土圡",
            "角𧢲",
            "松枩柗",
            "柳栁",
            "卯夘",
            "鶴靏靍",
            "顕顯",
            "辻",
            "閑",
            "己巳",
            "荻萩",
            "柿杮",
        ] {
            for a in set.chars() {
                let found: String = candidates(a).into_iter().map(|candidate| candidate.character).collect();
                assert!(set.chars().all(|b| b == a || found.contains(b)), "{a} in {set}: {found}");
            }
        }
    }

    #[test]
    fn 別の字は同じ字とは言わない() {
        for (a, b) in [('斎', '斉'), ('辨', '辯'), ('崎', '埼'), ('己', '巳'), ('高', '橋')] {
            assert!(!same_character(a, b), "{a}{b}");
        }
        assert!(same_character('弁', '辨') && same_character('邊', '邉'));
    }
}
