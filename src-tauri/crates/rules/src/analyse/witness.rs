//! An example person: the facts that matter, and nothing else.

use jiff::civil::Date;
use madoka_facts::{FactPath, Facts, Household, Id, Source, Statement, Value, Vocabulary};

/// 例となる人: made up by the analysis, nobody real.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    pub event: Option<Id>,
    /// The day of the visit.
    pub on: Date,
    /// Only what matters; everything else may be anything.
    pub answers: Vec<(FactPath, Value)>,
    /// How many live in the household, where that matters.
    pub household: Option<u16>,
    /// The member it is about.
    pub member: Option<u16>,
}

impl Witness {
    /// The same as facts, ready to be judged. Answers that the vocabulary does not know are left out.
    pub fn facts(&self, words: &Vocabulary) -> Facts {
        let mut facts = Facts::default();
        if let Some(members) = self.household {
            for _ in 0..members {
                // A witness has a handful of members, far below the limit.
                let _ = facts.add_member();
            }
            facts.set_household(Household::Complete);
        }
        for (path, value) in &self.answers {
            let _ = facts.state(words, path.clone(), Statement::known(value.clone(), Source::Resident));
        }
        facts
    }

    /// 「亡くなった方は世帯主」が「はい」、世帯員は1人
    pub fn in_words(&self, words: &Vocabulary) -> String {
        let say = |(path, value): &(FactPath, Value)| {
            format!("「{}」が「{}」", words.label(path), words.say(path, value))
        };
        let mut parts: Vec<String> = self.answers.iter().map(say).collect();
        if let Some(members) = self.household {
            parts.push(if members == 0 {
                "世帯員はいない".to_owned()
            } else {
                format!("世帯員は{members}人")
            });
        }
        if parts.is_empty() { "だれでも".to_owned() } else { format!("{}の人", parts.join("、")) }
    }
}
