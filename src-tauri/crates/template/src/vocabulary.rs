//! A form against the city's facts: every binding must name a fact that exists, of a kind its field can print.

use madoka_facts::{DeclaredPath, FactKind, Vocabulary};
use madoka_rules::Condition;

use crate::table::Sink;
use crate::{Field, Form, FormProblem, Kind, Piece, Reference, Source};

/// Everything in a form that the city's facts contradict: unknown facts (an error), answers without a place on the
/// paper (mild).
pub fn check_form(form: &Form, words: &Vocabulary) -> Vec<FormProblem> {
    let sink = Sink::new(&format!("{}/form.toml", form.id));
    for field in &form.fields {
        check_field(field, "", words, &sink);
        if let Kind::Rows(rows) = &field.kind {
            if let Some(filter) = &rows.filter {
                check_condition(filter, field, field.id.as_str(), words, &sink);
            }
            for column in &rows.columns {
                check_field(column, &format!("{}.", field.id), words, &sink);
            }
        }
    }
    sink.into_problems()
}

fn declared(reference: &Reference) -> Option<DeclaredPath> {
    match reference {
        Reference::Fact(path) => Some(path.declared()),
        Reference::Member(attribute) => Some(DeclaredPath::EachMember(attribute.clone())),
        Reference::Word(_) => None,
    }
}

fn check_field(field: &Field, before: &str, words: &Vocabulary, sink: &Sink) {
    let about = format!("{before}{}", field.id);
    let all: Vec<&Reference> = match &field.source {
        Source::Nothing => Vec::new(),
        Source::FirstOf(all) => all.iter().collect(),
        Source::Words(pieces) => pieces
            .iter()
            .filter_map(|piece| if let Piece::Value(reference, _) = piece { Some(reference) } else { None })
            .collect(),
    };
    for path in all.into_iter().filter_map(declared) {
        known(&path, field.line, &about, words, sink);
        if let Some(declaration) = words.declaration(&path) {
            check_kind(field, &path, &declaration.kind, &about, sink);
        }
    }
    if let Some(when) = &field.when {
        check_condition(when, field, &about, words, sink);
    }
}

fn known(path: &DeclaredPath, line: u32, about: &str, words: &Vocabulary, sink: &Sink) {
    if words.declaration(path).is_some() {
        return;
    }
    let near =
        words.suggestion(path).map_or_else(String::new, |near| format!("「{near}」のことではありませんか。"));
    sink.error("F020", line, about, format!("事実「{path}」は手続パックにありません。{near}"));
}

fn check_condition(condition: &Condition, field: &Field, about: &str, words: &Vocabulary, sink: &Sink) {
    condition.visit(&mut |part| {
        if let Condition::Test(test) = part {
            for path in test.paths() {
                known(path, field.line, about, words, sink);
            }
        }
    });
}

fn check_kind(field: &Field, path: &DeclaredPath, kind: &FactKind, about: &str, sink: &Sink) {
    match (&field.kind, kind) {
        (
            Kind::Choice { options, others_left, .. },
            FactKind::Choice(choices) | FactKind::Choices(choices),
        ) => {
            for (option, _) in options {
                if !choices.iter().any(|choice| choice.id.as_str() == option) {
                    let near = madoka_facts::closest(option, choices.iter().map(|choice| choice.id.as_str()))
                        .map_or_else(String::new, |near| format!("「{near}」のことではありませんか。"));
                    let message = format!("「{path}」に「{option}」という答えはありません。{near}");
                    sink.error("F021", field.line, about, message);
                }
            }
            let missing: Vec<&str> = choices
                .iter()
                .filter(|choice| !options.iter().any(|(option, _)| option == choice.id.as_str()))
                .map(|choice| choice.id.as_str())
                .collect();
            if !missing.is_empty() && !others_left {
                let message = format!(
                    "答え {} の場所が紙にありません。そう答えた人では手書きになります（構わなければ others = \"leave\"）。",
                    missing.join("、")
                );
                sink.add(true, "F022", field.line, about, message);
            }
        }
        (Kind::Choice { options, .. }, FactKind::Bool) => {
            for (option, _) in options.iter().filter(|(option, _)| option != "yes" && option != "no") {
                let message = format!(
                    "「{path}」は、はい・いいえの事実です。「{option}」ではなく yes か no を書いてください。"
                );
                sink.error("F021", field.line, about, message);
            }
        }
        (Kind::Choice { .. }, FactKind::Date | FactKind::Number { .. } | FactKind::Household) => {
            let message = format!(
                "「{path}」からは選べません。choice は、選ぶ事実・はい/いいえ・文字の事実に使います。"
            );
            sink.error("F023", field.line, about, message);
        }
        (Kind::Date(_), kind) if !matches!(kind, FactKind::Date) => {
            sink.error("F023", field.line, about, format!("「{path}」は日付ではありません。"));
        }
        (
            Kind::Number { .. },
            FactKind::Date | FactKind::Bool | FactKind::Choice(_) | FactKind::Choices(_),
        ) => {
            sink.error("F023", field.line, about, format!("「{path}」は数ではありません。"));
        }
        _ => {}
    }
}
