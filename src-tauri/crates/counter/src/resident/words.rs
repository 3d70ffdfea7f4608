//! What the resident's window says, in every language a resident can choose: one file a language, and nothing of it in
//! the page itself. A city's pack adds languages by files of the same form (`languages/<id>.toml`).

use std::collections::BTreeMap;

use madoka_facts::{Declaration, Value};
use madoka_rules::PackFiles;
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

/// Japanese comes first and stands in where nothing else can be read.
const BUILT_IN: [(&str, &str); 3] = [
    ("ja", include_str!("words/ja.toml")),
    ("easy", include_str!("words/easy.toml")),
    ("en", include_str!("words/en.toml")),
];

/// The words of one language. Every field must be there: a language with a gap cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ResidentWords {
    /// How it calls itself.
    pub name: String,
    /// For screen readers and for choosing glyphs (BCP 47).
    pub lang: String,
    pub language: String,
    pub practice: String,
    pub larger: String,
    pub contrast: String,
    pub problem: String,
    pub welcome: WelcomeWords,
    pub received: ReceivedWords,
    #[serde(skip_serializing)]
    #[cfg_attr(test, ts(skip))]
    pub(crate) doing: DoingWords,
    pub confirm: ConfirmWords,
    pub ask: AskWords,
    pub pin: PinWords,
    pub sign: SignWords,
    pub thanks: ThanksWords,
    /// By the role's id; `member` counts from 1, `case` heads what belongs to nobody.
    #[serde(skip_serializing)]
    #[cfg_attr(test, ts(skip))]
    pub(crate) persons: BTreeMap<String, String>,
    /// By the attribute every person has.
    #[serde(skip_serializing)]
    #[cfg_attr(test, ts(skip))]
    pub(crate) labels: BTreeMap<String, String>,
    #[serde(skip_serializing)]
    #[cfg_attr(test, ts(skip))]
    pub(crate) values: ValueWords,
    /// How a whole date is written; without it as an office writes it, with the era.
    #[serde(default, skip_serializing)]
    #[cfg_attr(test, ts(skip))]
    pub(crate) date: Option<String>,
    #[serde(default, skip_serializing)]
    #[cfg_attr(test, ts(skip))]
    pub(crate) months: Vec<String>,
}

/// Defines one part of the words, all of it text.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($field:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[cfg_attr(test, derive(TS), ts(export))]
        pub struct $name { $(pub $field: String),+ }

        impl $name {
            #[cfg(test)]
            fn all(&self) -> Vec<&str> {
                vec![$(self.$field.as_str()),+]
            }
        }
    };
}

words!(WelcomeWords { title, more });
words!(ReceivedWords { title, ticket, no_writing });
words!(
    /// What the officer is doing meanwhile.
    DoingWords { waiting, reading, card, asking, choosing, filling, printing, signing, guiding }
);
words!(ConfirmWords { title, more, right, wrong, all_right, below, rest_right });
words!(AskWords {
    silent,
    progress,
    yes,
    no,
    unknown,
    rather_not,
    none,
    next,
    back,
    answer,
    year,
    month,
    day,
    several,
    delete,
    typed,
    pad,
    pad_away,
    space,
});
words!(PinWords { title, more, tries, last_try, wrong, typed, delete, ok, cancel });
words!(SignWords { title, who, papers, area, hint, empty, written, undo, clear, ok, paper });
words!(ThanksWords { title, more, guide, code, finish });
words!(ValueWords { male, female, other, yes, no, none });

/// The languages of one city, in its pack's order.
#[derive(Clone, Debug)]
pub(crate) struct Languages(Vec<(String, ResidentWords)>);

impl Default for Languages {
    fn default() -> Self {
        Self::of(&[], &PackFiles::new())
    }
}

impl Languages {
    /// Those the pack lists and somebody wrote the words for. What cannot be read is left out and noted in the log:
    /// the counter opens with the languages that can.
    pub(crate) fn of(listed: &[String], files: &PackFiles) -> Self {
        let mut all = Vec::new();
        for id in listed {
            let own =
                files.get(&format!("languages/{id}.toml")).and_then(|bytes| std::str::from_utf8(bytes).ok());
            let built_in = BUILT_IN.iter().find(|(known, _)| known == id).map(|(_, text)| *text);
            match own.or(built_in).map(toml::from_str::<ResidentWords>) {
                Some(Ok(words)) => all.push((id.clone(), words)),
                Some(Err(_)) => tracing::warn!(language = id, "words of a language cannot be read"),
                None => tracing::warn!(language = id, "no words for a language of the pack"),
            }
        }
        if !all.iter().any(|(id, _)| id == "ja")
            && let Some((id, text)) = BUILT_IN.first()
            && let Ok(words) = toml::from_str(text)
        {
            all.insert(0, ((*id).to_owned(), words));
        }
        Self(all)
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.iter().any(|(known, _)| known == id)
    }

    /// Id and own name of each.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &ResidentWords)> {
        self.0.iter().map(|(id, words)| (id.as_str(), words))
    }

    /// The words of a language, or Japanese.
    pub(crate) fn words(&self, id: &str) -> Option<&ResidentWords> {
        let known = |wanted: &str| self.0.iter().find(|(id, _)| id == wanted).map(|(_, words)| words);
        known(id).or_else(|| known("ja"))
    }
}

impl ResidentWords {
    /// What a value is called here. Names, addresses and numbers stay as they are, glyph by glyph.
    pub(crate) fn say(
        &self,
        declaration: Option<&Declaration>,
        value: &Value,
        choice: impl Fn(&madoka_facts::Id) -> Option<String>,
    ) -> String {
        let named = |id: &madoka_facts::Id| {
            choice(id).unwrap_or_else(|| match id.as_str() {
                "male" => self.values.male.clone(),
                "female" => self.values.female.clone(),
                "other" => self.values.other.clone(),
                other => declared_label(declaration, other),
            })
        };
        match value {
            Value::Bool(true) => self.values.yes.clone(),
            Value::Bool(false) => self.values.no.clone(),
            Value::Choice(id) => named(id),
            Value::Choices(ids) if ids.is_empty() => self.values.none.clone(),
            Value::Choices(ids) => ids.iter().map(named).collect::<Vec<_>>().join("・"),
            Value::Number(number) => number.to_string(),
            Value::Date(date) => self.date_of(date.0),
            Value::Text(text) => text.clone(),
        }
    }

    fn date_of(&self, date: madoka_text::BirthDate) -> String {
        let whole = (|| {
            let day = date.date()?;
            let month = self.months.get(usize::try_from(day.month()).ok()?.checked_sub(1)?)?;
            let text = self.date.as_ref()?;
            Some(
                text.replace("{day}", &day.day().to_string())
                    .replace("{month}", month)
                    .replace("{year}", &day.year().to_string()),
            )
        })();
        whole.unwrap_or_else(|| date.in_words())
    }
}

fn declared_label(declaration: Option<&Declaration>, id: &str) -> String {
    let choices = declaration.map(|declaration| declaration.kind.choices()).unwrap_or_default();
    choices
        .iter()
        .find(|choice| choice.id.as_str() == id)
        .map_or_else(|| id.to_owned(), |choice| choice.label.clone())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn built_in() -> Vec<(&'static str, ResidentWords)> {
        BUILT_IN.iter().map(|(id, text)| (*id, toml::from_str(text).unwrap())).collect()
    }

    fn all(words: &ResidentWords) -> Vec<&str> {
        [
            vec![
                &*words.name,
                &*words.lang,
                &*words.language,
                &*words.practice,
                &*words.problem,
                &*words.larger,
                &*words.contrast,
            ],
            words.welcome.all(),
            words.received.all(),
            words.doing.all(),
            words.confirm.all(),
            words.ask.all(),
            words.pin.all(),
            words.sign.all(),
            words.thanks.all(),
            words.values.all(),
            words.persons.values().map(String::as_str).collect(),
            words.labels.values().map(String::as_str).collect(),
        ]
        .concat()
    }

    #[test]
    fn どの言語にも_すべてのことばがある() {
        let languages = built_in();
        let (_, japanese) = &languages[0];
        let built_in_words = madoka_facts::Vocabulary::built_in();
        let attributes: BTreeSet<String> = built_in_words.built_in_attributes().map(str::to_owned).collect();
        for (id, words) in &languages {
            assert!(all(words).iter().all(|text| !text.trim().is_empty()), "{id} に空のことばがあります");
            assert_eq!(all(words).len(), all(japanese).len(), "{id}");
            assert_eq!(words.persons.keys().collect::<Vec<_>>(), japanese.persons.keys().collect::<Vec<_>>());
            assert_eq!(words.labels.keys().cloned().collect::<BTreeSet<_>>(), attributes, "{id}");
            // What the page puts a number into has a place for it.
            for counted in
                [&words.pin.tries, &words.pin.typed, &words.ask.progress, &words.confirm.rest_right]
            {
                assert!(counted.contains("{n}"), "{id}: {counted}");
            }
        }
        assert!(languages[2].1.months.len() == 12);
    }

    #[test]
    fn やさしい日本語は_漢字に読みが付く() {
        let (_, easy) = &built_in()[1];
        let is_kanji = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
        for text in all(easy) {
            let mut rest = text;
            while let Some(at) = rest.find(is_kanji) {
                let after = rest[at..].trim_start_matches(is_kanji);
                assert!(after.starts_with('（') || text == easy.name, "読みがありません: {text}");
                rest = after;
            }
        }
    }

    #[test]
    fn 英語に日本語は混ざらない() {
        let (_, english) = &built_in()[2];
        for text in all(english) {
            assert!(text.is_ascii(), "{text}");
        }
    }

    #[test]
    fn 手続パックは言語を加えられ_欠けた言語は出ない() {
        let mut files = PackFiles::new();
        let vietnamese = include_str!("words/en.toml").replace("\"English\"", "\"Tiếng Việt\"");
        files.insert("languages/vi.toml".into(), vietnamese.into_bytes());
        files.insert("languages/pt.toml".into(), b"name = \"Portugues\"".to_vec());
        let listed = ["en", "vi", "pt", "zh"].map(str::to_owned);
        let languages = Languages::of(&listed, &files);
        let names: Vec<_> = languages.names().map(|(id, words)| (id, words.name.as_str())).collect();
        assert_eq!(names, [("ja", "日本語"), ("en", "English"), ("vi", "Tiếng Việt")]);
    }
}
