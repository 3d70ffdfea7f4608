//! 場面テストにする: a case's facts without the person. Names, addresses and numbers go; a date stays only as exact as the
//! judgement needs it.

use madoka_facts::{Answer, DateValue, FactPath, Facts, Source, Statement, Value, Vocabulary};
use madoka_rules::{Rulebook, Subject, Verdict};

/// The facts of nobody in particular, and what had to stay as it was (labels).
pub(super) fn anonymous(book: &Rulebook, facts: &Facts) -> (Facts, Vec<String>) {
    let words = &book.pack().vocabulary;
    let want = book.verdicts(facts);
    let mut kept = stripped(words, facts, &want, book);
    let mut exact = Vec::new();
    let dates: Vec<(FactPath, DateValue)> = known(&kept)
        .into_iter()
        .filter_map(|(path, value)| match value {
            Some(Value::Date(date)) if is_birthday(&path) => Some((path, date)),
            _ => None,
        })
        .collect();
    for (path, date) in dates {
        let Some(other) = blurred(date).into_iter().find_map(|blurred| {
            let tried = with(words, &kept, &path, &Value::Date(blurred));
            (book.verdicts(&tried) == want).then_some(tried)
        }) else {
            exact.push(words.label(&path));
            continue;
        };
        kept = other;
    }
    (kept, exact)
}

fn is_birthday(path: &FactPath) -> bool {
    path.declared().attribute().is_some_and(|attribute| attribute.as_str() == "birth_date")
        && !path.to_string().starts_with("case.")
}

/// Everything but texts; texts stay where a condition looks at them (続柄).
fn stripped(words: &Vocabulary, facts: &Facts, want: &[(usize, Subject, Verdict)], book: &Rulebook) -> Facts {
    let all = known(facts);
    let without = rebuilt(words, facts, &all, &|_, value| !matches!(value, Some(Value::Text(_))));
    if book.verdicts(&without) == want {
        return without;
    }
    let personal = ["name", "address", "phone", "postal", "domicile", "bank"];
    rebuilt(words, facts, &all, &|path, value| {
        !matches!(value, Some(Value::Text(_)))
            || path
                .declared()
                .attribute()
                .is_some_and(|attribute| !personal.iter().any(|word| attribute.as_str().contains(word)))
    })
}

fn known(facts: &Facts) -> Vec<(FactPath, Option<Value>)> {
    let mut all = Vec::new();
    facts.for_each(|path, answer| match answer {
        Answer::Known(value) => all.push((path.clone(), Some(value.clone()))),
        Answer::Unknown => all.push((path.clone(), None)),
        Answer::Unasked => {}
    });
    all
}

fn rebuilt(
    words: &Vocabulary,
    like: &Facts,
    all: &[(FactPath, Option<Value>)],
    keep: &dyn Fn(&FactPath, Option<&Value>) -> bool,
) -> Facts {
    let mut facts = Facts::default();
    for _ in 0..like.members() {
        // The original has as many.
        let _ = facts.add_member();
    }
    facts.set_household(like.household());
    for (path, value) in all.iter().filter(|(path, value)| keep(path, value.as_ref())) {
        let said = value.clone().map_or_else(
            || Statement::unknown(Source::Register),
            |value| Statement::known(value, Source::Register),
        );
        // What the original held is declared.
        let _ = facts.state(words, path.clone(), said);
    }
    facts
}

fn with(words: &Vocabulary, facts: &Facts, path: &FactPath, value: &Value) -> Facts {
    let mut all = known(facts);
    for (known, old) in &mut all {
        if known == path {
            *old = Some(value.clone());
        }
    }
    rebuilt(words, facts, &all, &|_, _| true)
}

/// From the vaguest to the most exact: the middle of the year, of the month.
fn blurred(date: DateValue) -> Vec<DateValue> {
    let text = date.0.to_string();
    let (Some(year), Some(month)) = (text.get(..4), text.get(5..7)) else { return Vec::new() };
    [format!("{year}-07-01"), format!("{year}-{month}-15"), format!("{year}-{month}-01")]
        .iter()
        .filter_map(|text| match Value::parse_date(text) {
            Ok(Value::Date(date)) => Some(date),
            _ => None,
        })
        .collect()
}
