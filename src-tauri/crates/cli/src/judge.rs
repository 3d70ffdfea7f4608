//! `judge`: which procedures a resident needs.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::civil::Date;
use madoka_facts::{Answer, CaseFacts, FactPath, Facts, Source};
use madoka_rules::pack::{Procedure, WhenUnknown};
use madoka_rules::{Entry, Judgement, Pack, Rulebook, Subject, Verdict, read_pack};
use serde_json::{Value as Json, json};

use crate::directory::{read_pack_files, read_text};
use crate::failure::Failure;
use crate::say::Say;

pub(crate) fn judge(pack: &Path, facts: &Path, on: Option<Date>, say: &mut Say) -> Result<(), Failure> {
    let (book, case) = opened(pack, facts, on)?;
    let judgement = book.judge(&case.facts);
    say.document(&document(&book, &judgement));
    for line in lines(&book, &judgement, &case.facts) {
        say.line(line);
    }
    Ok(())
}

/// A city's rules for the life event and day of a facts file, and the facts.
pub(crate) fn opened(pack: &Path, facts: &Path, on: Option<Date>) -> Result<(Rulebook, CaseFacts), Failure> {
    let pack = Arc::new(load(pack)?);
    let text = if facts.as_os_str() == "-" { read_stdin()? } else { read_text(facts)? };
    let case = CaseFacts::from_json(&text, &pack.vocabulary, Source::Staff).map_err(Failure::Facts)?;
    let event = case.event.as_deref().ok_or(Failure::NoEvent)?;
    let on = on.or_else(|| visit_date(&case.facts)).unwrap_or_else(today);
    let book = Rulebook::new(&pack, event, on)?;
    Ok((book, case))
}

/// The pack, with its problems on stderr if it has errors.
pub(crate) fn load(path: &Path) -> Result<Pack, Failure> {
    read_pack(&read_pack_files(path)?).map_err(|problems| {
        for problem in &problems {
            Say::note(problem.to_string());
        }
        Failure::PackErrors(problems.len())
    })
}

fn read_stdin() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::Read {
            path: "標準入力".to_owned(), reason: error.kind().to_string()
        })?;
    Ok(text)
}

fn visit_date(facts: &Facts) -> Option<Date> {
    let path: FactPath = "case.visit_date".parse().ok()?;
    match facts.answer(&path) {
        Answer::Known(value) => value.as_date()?.date(),
        _ => None,
    }
}

/// Today in Japan, which has one time zone and no summer time.
pub(crate) fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let now = jiff::Timestamp::from_second(i64::try_from(seconds).unwrap_or_default()).unwrap_or_default();
    jiff::tz::Offset::constant(9).to_datetime(now).date()
}

/// The contract of DESIGN §11. Paths of facts, never their values.
fn document(book: &Rulebook, judgement: &Judgement) -> Json {
    let procedures: Vec<Json> = judgement
        .entries
        .iter()
        .filter_map(|entry| {
            let procedure = book.pack().procedures.get(entry.procedure)?;
            let due = entry.due.as_ref();
            let deadline = due.and_then(|due| procedure.deadlines.get(due.deadline));
            Some(json!({
                "id": procedure.id.as_str(),
                "for": entry.subject.to_string(),
                "verdict": entry.verdict.word(),
                "because": paths(&entry.because),
                "open": paths(&entry.open),
                "deadline": due.and_then(|due| due.day).map(|day| day.to_string()),
                "deadline_approximate": due.is_some_and(|due| due.approximate),
                "deadline_text": deadline.map(|deadline| deadline.text.ja.clone()),
                "name": procedure.name.on(book.on()).map(|name| name.ja.clone()),
                "office": procedure.office.as_str(),
                "level": procedure.level,
                "forms": procedure.forms.iter().map(madoka_facts::Id::as_str).collect::<Vec<_>>(),
                "law": procedure.law,
                "fee": procedure.fee.on(book.on()),
                "as_guide": as_guide(procedure, entry),
            }))
        })
        .collect();
    json!({
        "event": book.event().map(|event| event.id.as_str()),
        "on": book.on().to_string(),
        "pack": { "id": book.pack().id.as_str(), "version": book.pack().version },
        "procedures": procedures,
        "next_screen": judgement.next.as_ref().map(|next| next.screen.as_str()),
        "next_questions": judgement.next.as_ref().map(|next| paths(&next.questions)).unwrap_or_default(),
        "contradictions": paths(&judgement.clashes),
    })
}

fn paths(paths: &[FactPath]) -> Vec<String> {
    paths.iter().map(ToString::to_string).collect()
}

/// 念のためのご案内: what stays open is told rather than asked back.
fn as_guide(procedure: &Procedure, entry: &Entry) -> bool {
    entry.verdict == Verdict::ToConfirm && procedure.when_unknown == WhenUnknown::Guide
}

fn lines(book: &Rulebook, judgement: &Judgement, facts: &Facts) -> Vec<String> {
    let pack = book.pack();
    let event = book.event().map_or("", |event| event.name.ja.as_str());
    let mut lines = vec![
        format!("{}　{event}　{}現在（第{}版）", pack.city.name, in_words(book.on()), pack.version),
        "この判定は案内であり、処分ではありません。".to_owned(),
    ];
    for verdict in [Verdict::Needed, Verdict::ToConfirm, Verdict::Undecided] {
        let entries: Vec<&Entry> = judgement.of(verdict).collect();
        if entries.is_empty() {
            continue;
        }
        lines.push(String::new());
        lines.push(format!("■ {}　{}件", verdict.label(), entries.len()));
        for entry in entries {
            lines.extend(entry_lines(book, entry, facts));
        }
    }
    lines.push(String::new());
    lines.push(format!("（不要　{}件）", judgement.of(Verdict::NotNeeded).count()));
    if !judgement.clashes.is_empty() {
        let labels = judgement.clashes.iter().map(|path| format!("「{}」", pack.vocabulary.label(path)));
        lines.push(format!("！ 食い違う回答があります。確かめてください：{}", labels.collect::<String>()));
    }
    if let Some(next) = &judgement.next {
        let title =
            pack.screens.iter().find(|screen| screen.id == next.screen).map_or("", |screen| &screen.title.ja);
        lines.push(String::new());
        lines.push(format!("次に聞くこと（{title}）"));
        lines.extend(
            next.questions.iter().map(|path| format!("  ・{}［{path}］", pack.vocabulary.label(path))),
        );
    }
    lines
}

fn entry_lines(book: &Rulebook, entry: &Entry, facts: &Facts) -> Vec<String> {
    let pack = book.pack();
    let Some(procedure) = pack.procedures.get(entry.procedure) else { return Vec::new() };
    let name = procedure.name.on(book.on()).map_or(procedure.id.as_str(), |name| name.ja.as_str());
    let who = match entry.subject {
        Subject::Case => String::new(),
        Subject::Household => "（世帯員）".to_owned(),
        Subject::Member(index) => format!("（世帯員{}）", index + 1),
    };
    let place =
        pack.offices.iter().find(|office| office.id == procedure.office).map_or_else(String::new, |office| {
            let at = [office.floor.as_str(), office.window.as_str()];
            let at =
                at.into_iter().filter(|part| !part.is_empty() && *part != "-").collect::<Vec<_>>().join(" ");
            [office.name.ja.clone(), at]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        });
    let guide = if as_guide(procedure, entry) { "　※念のためのご案内" } else { "" };
    let mut lines = vec![format!("・{name}{who}　［{}］　{place}{guide}", procedure.id)];
    if let Some(due) = &entry.due
        && let Some(deadline) = procedure.deadlines.get(due.deadline)
    {
        lines.push(match due.day {
            Some(day) => {
                let rough = if due.approximate { "目安 " } else { "" };
                format!("    期限：{rough}{}まで（{}）", in_words(day), deadline.text.ja)
            }
            None => format!("    期限：{}", deadline.text.ja),
        });
    }
    let things: Vec<String> = entry
        .bring
        .iter()
        .filter_map(|(at, sure)| {
            let item = &procedure.bring.get(*at)?.item;
            let name = pack.items.iter().find(|known| known.id == *item)?.name.ja.clone();
            Some(if *sure { name } else { format!("{name}（要るか確認）") })
        })
        .collect();
    if !things.is_empty() {
        lines.push(format!("    持ち物：{}", things.join("、")));
    }
    lines.push(format!("    理由：{}", book.reason(entry, facts)));
    lines
}

fn in_words(day: Date) -> String {
    let weekdays = ["月", "火", "水", "木", "金", "土", "日"];
    let at = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
    format!("{}年{}月{}日（{}）", day.year(), day.month(), day.day(), weekdays.get(at).unwrap_or(&""))
}
