//! One function a table of FORMAT.md.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Weekday;
use madoka_facts::{Choice, ChoiceId, DateValue, Declaration, DeclaredPath, FactKind, Id, Value, Vocabulary};
use madoka_text::BirthDate;

use super::model::{
    Anchor, City, Effective, Event, Fact, FillFrom, Form, Group, Item, NamedCondition, Office, Period,
    ProcedureId, Question, Screen, Text, ValidBy,
};
use super::procedures::procedure_id;
use super::read::Entries;
use super::table::{Kind, Node, Sink, Table, cut};
use crate::holidays::Calendar;

/// More choices than fit the engine's sets.
const MAX_CHOICES: usize = 120;

pub(super) struct Head {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) version: u64,
    pub(super) valid: Period,
    pub(super) languages: Vec<String>,
    pub(super) city: City,
}

pub(super) fn head(table: &Table<'_>) -> Option<Head> {
    let id = table.id("id");
    let name = table.string("name");
    let version = table.number("version").and_then(|number| {
        let version = u64::try_from(number).ok().filter(|version| *version > 0);
        if version.is_none() {
            table.error("P015", "「version」は1から始まる整数です。");
        }
        version
    });
    let valid = Period { from: table.date("valid_from"), to: table.optional_date("valid_to") };
    if let (Some(from), Some(to)) = (valid.from, valid.to)
        && to < from
    {
        table.error("P011", "valid_to が valid_from より前です。");
    }
    let languages: Vec<String> =
        table.strings("languages").into_iter().map(|(language, _)| language).collect();
    // Read by whoever gathers the files; here it only must be a text.
    table.optional_string("forms_folder");
    let mut city = None;
    match table.inner("city") {
        None => table.error("P002", "[city] がありません。"),
        Some(inner) => {
            let name = inner.string("name");
            let prefecture = inner.string("prefecture");
            let code = inner.string("code").filter(|code| {
                let right = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
                if !right {
                    inner.error("P015", "「code」は全国地方公共団体コード（数字6桁）です。");
                }
                right
            });
            let population = inner.optional_number("population");
            let towns = towns(&inner);
            inner.finish();
            if let (Some(name), Some(prefecture), Some(code)) = (name, prefecture, code) {
                city = Some(City { name, prefecture, code, population, towns });
            }
        }
    }
    table.finish();
    let languages =
        if languages.is_empty() { ["ja", "easy", "en"].map(str::to_owned).to_vec() } else { languages };
    Some(Head { id: id?, name: name?, version: version?, valid, languages, city: city? })
}

/// 町名・大字. Addresses are compared with them letter by letter: a space or 丁目 in one would never fit.
fn towns(table: &Table<'_>) -> Vec<String> {
    let mut towns: Vec<String> = Vec::new();
    for (town, node) in table.strings("towns") {
        let strange = town.is_empty() || town.ends_with("丁目") || town.chars().any(char::is_whitespace);
        if strange {
            let how = "町名・大字ではありません。丁目・番地・空白を除いて書いてください。";
            table.error_at(node, "P015", format!("「towns」の「{town}」は{how}"));
        } else if towns.contains(&town) {
            table.error_at(node, "P015", format!("「towns」に「{town}」が二度あります。"));
        } else {
            towns.push(town);
        }
    }
    towns
}

pub(super) fn calendar(table: &Table<'_>) -> Calendar {
    let mut calendar = Calendar::default();
    let weekdays = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];
    if table.node("closed_weekdays").is_some() {
        calendar.closed_weekdays = table
            .strings("closed_weekdays")
            .into_iter()
            .filter_map(|(text, node)| {
                let day = weekdays.iter().find(|(name, _)| *name == text).map(|(_, day)| *day);
                if day.is_none() {
                    table.error_at(
                        node,
                        "P005",
                        "「closed_weekdays」は mon、tue、wed、thu、fri、sat、sun のどれかです。",
                    );
                }
                day
            })
            .collect();
    }
    if table.node("closed_yearly").is_some() {
        let month_day = |text: &str| {
            let (month, day) = text.split_once('-')?;
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            // 2028 is a leap year, so 02-29 is a day.
            jiff::civil::Date::new(2028, month, day).ok().map(|_| (month, day))
        };
        calendar.closed_yearly = table
            .strings("closed_yearly")
            .into_iter()
            .filter_map(|(text, node)| {
                let (first, last) = text.split_once("..").unwrap_or((&text, &text));
                let range = month_day(first).zip(month_day(last));
                if range.is_none() {
                    table.error_at(
                        node,
                        "P005",
                        "「closed_yearly」は \"12-29..01-03\" のように書いてください。",
                    );
                }
                range
            })
            .collect();
    }
    for node in table.list("closed") {
        match node.kind {
            Kind::Date(day) => {
                calendar.closed.insert(day);
            }
            _ => table.error_at(node, "P003", "「closed」は日付の一覧です。"),
        }
    }
    table.finish();
    calendar
}

pub(super) fn persons(entries: &Entries, sink: &Sink, vocabulary: &mut Vocabulary) {
    for table in entries.tables("person", sink) {
        let id = table.id("id");
        let name = table.text("name");
        table.finish();
        if let (Some(id), Some(name)) = (id, name)
            && let Err(error) = vocabulary.add_person(id, name.ja)
        {
            table.error("P006", error.to_string());
        }
    }
}

pub(super) fn facts(entries: &Entries, sink: &Sink, vocabulary: &mut Vocabulary) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    let mut declared: BTreeSet<DeclaredPath> = BTreeSet::new();
    for table in entries.tables("fact", sink) {
        let path = table.path("path");
        let label = table.text("label");
        let derived = table.optional_condition("derived");
        let choices = choices(&table);
        let (min, max) = (table.optional_number("min"), table.optional_number("max"));
        let unit = table.optional_string("unit");
        let sensitive = table.flag("sensitive", false);
        let note = table.optional_string("note");
        let as_choices = || choices.iter().map(|(choice, _)| choice.clone()).collect::<Vec<_>>();
        if table.node("type").is_none() {
            table.error(
                "P002",
                "「type」（bool、choice、choices、number、date、text のどれか）がありません。",
            );
        }
        let kinds = [("bool", 0), ("choice", 1), ("choices", 2), ("number", 3), ("date", 4), ("text", 5)];
        let kind = table.word("type", &kinds).map(|kind| match kind {
            0 => FactKind::Bool,
            1 => FactKind::Choice(as_choices()),
            2 => FactKind::Choices(as_choices()),
            3 => FactKind::Number { min: min.unwrap_or(0), max: max.unwrap_or(1_000_000_000) },
            4 => FactKind::Date,
            _ => FactKind::Text,
        });
        table.finish();
        let (Some(path), Some(label), Some(kind)) = (path, label, kind) else { continue };
        match &kind {
            FactKind::Choice(choices) | FactKind::Choices(choices) if choices.is_empty() => {
                table.error("P016", "選ぶ事実には choices（選択肢）が必要です。");
            }
            FactKind::Number { min, max } if max < min => {
                table.error("P016", "max が min より小さくなっています。");
            }
            FactKind::Bool => {}
            _ if derived.is_some() => {
                table.error("P016", "derived は type = \"bool\" の事実にだけ書けます。");
            }
            _ => {}
        }
        if matches!(kind, FactKind::Number { .. }) && (min.is_none() || max.is_none()) {
            table.error("P016", "数の事実には min と max が必要です。");
        }
        if kind.choices().is_empty() != choices.is_empty() {
            table.error("P016", "choices は type が choice か choices のときだけ書けます。");
        }
        check_owner(&table, &path, &kind, vocabulary);
        if !declared.insert(path.clone()) {
            table.error("P017", format!("「{path}」が2度宣言されています。1つにしてください。"));
            continue;
        }
        let declaration =
            Declaration { kind, label: label.ja.clone(), derived: derived.is_some(), sensitive };
        vocabulary.declare(path.clone(), declaration);
        let choices = choices.into_iter().map(|(choice, text)| (choice.id, text)).collect();
        facts.push(Fact { place: table.place(), path, label, choices, unit, derived, note });
    }
    facts
}

/// The person must exist; a built-in attribute keeps its type (text may become a choice).
fn check_owner(table: &Table<'_>, path: &DeclaredPath, kind: &FactKind, vocabulary: &Vocabulary) {
    if let DeclaredPath::Person(person, _) = path
        && vocabulary.person(person).is_none()
    {
        let hint = madoka_facts::closest(person.as_str(), vocabulary.persons().map(|(id, _)| id.as_str()))
            .map_or_else(String::new, |known| format!("「{known}」ではありませんか。"));
        table.error("P018", format!("「{person}」という人はいません。{hint}persons.toml に [[person]] を加えるか、名前を直してください。"));
    }
    if path.to_string() == "case.visit_date" || *path == DeclaredPath::Household {
        table.error("P017", format!("「{path}」は初めからある事実なので、宣言できません。"));
    }
    let built_in = match path {
        DeclaredPath::Case(_) => None,
        path => path.attribute().and_then(|attribute| vocabulary.built_in_attribute(attribute)),
    };
    if let Some(built_in) = built_in
        && built_in.kind != *kind
        && !(built_in.kind == FactKind::Text && matches!(kind, FactKind::Choice(_)))
        && !(matches!(built_in.kind, FactKind::Choice(_)) && matches!(kind, FactKind::Choice(_)))
    {
        table.error("P017", format!("「{path}」は初めからある事実で、型は変えられません。"));
    }
}

fn choices(table: &Table<'_>) -> Vec<(Choice, Text)> {
    let mut found: Vec<(Choice, Text)> = Vec::new();
    for node in table.list("choices") {
        let Some(inner) = table.table_of(node, "choices") else { continue };
        let id = inner.id("id");
        let alone = inner.flag("alone", false);
        let mut text = Text { ja: inner.string("ja").unwrap_or_default(), others: BTreeMap::new() };
        for (key, value) in inner.keys() {
            if let (Kind::Text(said), false) = (&value.kind, matches!(key.as_str(), "id" | "ja" | "alone")) {
                text.others.insert(key.clone(), said.clone());
            }
        }
        let Some(id) = id else { continue };
        if found.iter().any(|(choice, _)| choice.id == id) {
            inner.error("P017", format!("選択肢「{id}」が2度あります。"));
            continue;
        }
        found.push((Choice { id, label: text.ja.clone(), alone }, text));
    }
    if found.len() > MAX_CHOICES {
        table.error("P016", format!("選択肢は{MAX_CHOICES}個までです。"));
        found.truncate(MAX_CHOICES);
    }
    found
}

pub(super) fn events(entries: &Entries, sink: &Sink) -> Vec<Event> {
    let read = |table: Table<'_>| {
        let id = table.id("id");
        let name = table.text("name");
        let hint = table.optional_text("hint");
        let date = table.optional_path("date");
        let persons = table.ids("persons");
        let order = table.optional_number("order").unwrap_or(0);
        table.finish();
        Some(Event { place: table.place(), id: id?, name: name?, hint, date, persons, order })
    };
    entries.tables("event", sink).into_iter().filter_map(read).collect()
}

pub(super) fn offices(entries: &Entries, sink: &Sink) -> Vec<Office> {
    let read = |table: Table<'_>| {
        let id = table.id("id");
        let name = table.text("name");
        if table.node("kind").is_none() {
            table.error("P002", "「kind」（city、corner、outside のどれか）がありません。");
        }
        let kinds = [("city", (false, false)), ("corner", (false, true)), ("outside", (true, false))];
        let kind = table.word("kind", &kinds);
        let floor = table.optional_string("floor").unwrap_or_default();
        let window = table.optional_string("window").unwrap_or_default();
        let phone = table.optional_string("phone");
        let where_ = table.optional_text("place");
        table.finish();
        let (outside, corner) = kind?;
        Some(Office {
            place: table.place(),
            id: id?,
            name: name?,
            outside,
            corner,
            floor,
            window,
            phone,
            where_,
        })
    };
    entries.tables("office", sink).into_iter().filter_map(read).collect()
}

pub(super) fn screens(entries: &Entries, sink: &Sink) -> Vec<Screen> {
    let read = |table: Table<'_>| {
        let id = table.id("id");
        let title = table.text("title");
        let order = table.number("order");
        table.finish();
        Some(Screen { place: table.place(), id: id?, title: title?, order: order? })
    };
    entries.tables("screen", sink).into_iter().filter_map(read).collect()
}

pub(super) fn effective(table: &Table<'_>) -> Effective {
    let Some(inner) = table.inner("effective") else { return Effective::default() };
    let period = Period { from: inner.optional_date("from"), to: inner.optional_date("to") };
    let basis =
        inner.word("basis", &[("visit", ValidBy::Visit), ("event", ValidBy::Event)]).unwrap_or_default();
    inner.finish();
    if let (Some(from), Some(to)) = (period.from, period.to)
        && to < from
    {
        inner.error("P011", "to が from より前です。");
    }
    Effective { period, basis }
}

pub(super) fn questions(entries: &Entries, sink: &Sink, words: &Vocabulary) -> Vec<Question> {
    let sources = [
        ("ask", FillFrom::Ask),
        ("card", FillFrom::Card),
        ("register", FillFrom::Register),
        ("system", FillFrom::System),
    ];
    let read = |table: Table<'_>| {
        let fact = table.path("fact");
        let events = table.ids("events");
        let screen = table.id("screen");
        let order = table.number("order");
        if table.node("ask").is_none() {
            table.error("P002", "「ask」（質問の文）がありません。");
        }
        let ask = table.dated_text("ask");
        let help = table.dated_text("help");
        let ask_if = table.optional_condition("ask_if");
        let kind =
            fact.as_ref().and_then(|path| words.declaration(path)).map(|declaration| &declaration.kind);
        let when_skipped = table.node("when_skipped").and_then(|node| {
            let value = toml_value(kind?, node).filter(|value| kind.is_some_and(|kind| kind.admits(value)));
            if value.is_none() {
                let expected = kind.map(FactKind::expected).unwrap_or_default();
                table.error_at(node, "P003", format!("「when_skipped」には{expected}を書いてください。"));
            }
            value
        });
        let unknown_allowed = table.flag("unknown", true);
        let resolve = table.optional_string("resolve");
        let fill_from = table.word("source", &sources).unwrap_or(FillFrom::Ask);
        let delicate = table.flag("delicate", false);
        let effective = effective(&table);
        table.finish();
        if events.is_empty() {
            table.error("P002", "「events」（どのライフイベントで聞くか）がありません。");
        }
        if effective.basis == ValidBy::Event {
            table.error("P016", "質問の effective は来庁日（basis = \"visit\"）でだけ決められます。");
        }
        if when_skipped.is_some() && ask_if.is_none() {
            table.error("P016", "「when_skipped」は「ask_if」と一緒に書いてください。");
        }
        Some(Question {
            place: table.place(),
            fact: fact?,
            events,
            screen: screen?,
            order: order?,
            ask,
            help,
            ask_if,
            when_skipped,
            unknown_allowed,
            resolve,
            fill_from,
            delicate,
            effective,
        })
    };
    entries.tables("question", sink).into_iter().filter_map(read).collect()
}

fn toml_value(kind: &FactKind, node: &Node) -> Option<Value> {
    match (kind, &node.kind) {
        (FactKind::Bool, Kind::Bool(yes)) => Some(Value::Bool(*yes)),
        (FactKind::Choice(_), Kind::Text(id)) => id.parse().ok().map(Value::Choice),
        (FactKind::Choices(_), Kind::List(items)) => {
            let ids: Option<BTreeSet<ChoiceId>> = items
                .iter()
                .map(|item| match &item.kind {
                    Kind::Text(id) => id.parse().ok(),
                    _ => None,
                })
                .collect();
            ids.map(Value::Choices)
        }
        (FactKind::Number { .. }, Kind::Number(number)) => Some(Value::Number(*number)),
        (FactKind::Date, Kind::Date(day)) => {
            BirthDate::new(*day).ok().map(|date| Value::Date(DateValue(date)))
        }
        (FactKind::Text, Kind::Text(text)) => Some(Value::Text(text.clone())),
        _ => None,
    }
}

pub(super) fn conditions(entries: &Entries, sink: &Sink) -> BTreeMap<Id, NamedCondition> {
    let mut found = BTreeMap::new();
    for (file, id, node) in &entries.conditions {
        let Some(table) = Table::new(file, node, &format!("条件 {}", cut(id)), sink) else { continue };
        let name = table.text("name");
        let when = table.condition("when");
        table.finish();
        let id = match id.parse::<Id>() {
            Ok(id) => id,
            Err(error) => {
                table.error("P006", error.to_string());
                continue;
            }
        };
        let (Some(name), Some(when)) = (name, when) else { continue };
        if found.insert(id.clone(), NamedCondition { place: table.place(), name: name.ja, when }).is_some() {
            table.error("P017", format!("条件「{id}」が2度宣言されています。"));
        }
    }
    found
}

pub(super) fn items(entries: &Entries, sink: &Sink) -> Vec<Item> {
    let read = |table: Table<'_>| {
        let id = table.id("id");
        let name = table.text("name");
        let note = table.optional_text("note");
        table.finish();
        Some(Item { place: table.place(), id: id?, name: name?, note })
    };
    entries.tables("item", sink).into_iter().filter_map(read).collect()
}

pub(super) fn anchors(entries: &Entries, sink: &Sink) -> Vec<Anchor> {
    let read = |table: Table<'_>| {
        let id = table.id("id");
        let name = table.text("name");
        let fact = table.path("fact");
        let fallback = table.optional_path("fallback");
        let approximate = table.flag("approximate", false);
        let shift = table.word("shift", &[("none", false), ("next_month_first", true)]).unwrap_or(false);
        table.finish();
        Some(Anchor {
            place: table.place(),
            id: id?,
            name: name?,
            fact: fact?,
            fallback,
            approximate,
            next_month_first: shift,
        })
    };
    entries.tables("anchor", sink).into_iter().filter_map(read).collect()
}

pub(super) fn groups(entries: &Entries, sink: &Sink) -> Vec<Group> {
    let read = |table: Table<'_>| {
        let id = table.id("id");
        let name = table.text("name");
        let procedures: Vec<ProcedureId> = table
            .strings("procedures")
            .into_iter()
            .filter_map(|(text, node)| procedure_id(&table, &text, node))
            .collect();
        table.finish();
        if procedures.len() < 2 {
            table.error("P002", "「procedures」には手続のIDを2つ以上書いてください。");
        }
        Some(Group { place: table.place(), id: id?, name: name?, procedures })
    };
    entries.tables("group", sink).into_iter().filter_map(read).collect()
}

pub(super) fn forms(entries: &Entries, sink: &Sink) -> Vec<Form> {
    let read = |table: Table<'_>| {
        let id = table.id("id");
        let name = table.text("name");
        let facts = table
            .strings("facts")
            .into_iter()
            .filter_map(|(text, node)| {
                text.parse()
                    .map_err(|error: madoka_facts::FactsError| {
                        table.error_at(node, "P007", error.to_string());
                    })
                    .ok()
            })
            .collect();
        table.finish();
        Some(Form { place: table.place(), id: id?, name: name?, facts })
    };
    entries.tables("form", sink).into_iter().filter_map(read).collect()
}
