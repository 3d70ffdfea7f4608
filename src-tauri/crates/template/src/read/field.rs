//! 記入欄: one field of a form, and what its value, words and conditions speak of.

use std::collections::BTreeSet;

use madoka_facts::{Attribute, DeclaredPath, FactPath};
use madoka_rules::{Condition, parse_condition};

use super::kind::kind;
use super::{face, owned, required_id};
use crate::table::{Node, NodeKind, Table, shown};
use crate::{Empty, Field, FormWord, Format, Ink, Kind, Part, Piece, Rect, Reference, Source};

/// No paper has more places than this; a longer list is a mistake or an attack.
const MOST_FIELDS: usize = 2000;

pub(super) fn fields(table: &Table<'_>, key: &str, members: bool, columns: bool) -> Vec<Field> {
    let Some(node) = table.node(key) else { return Vec::new() };
    let NodeKind::List(items) = &node.kind else {
        table.wrong(node, key, &format!("[[{key}]] の並び"));
        return Vec::new();
    };
    if items.len() > MOST_FIELDS {
        table.problem("F006", node.line, format!("記入欄が多すぎます（{MOST_FIELDS}まで）。"));
        return Vec::new();
    }
    let fields: Vec<Field> = items.iter().filter_map(|item| field(item, table, members, columns)).collect();
    let mut seen = BTreeSet::new();
    for field in &fields {
        if !seen.insert(&field.id) {
            let message = format!("記入欄のid「{}」が二度あります。", field.id);
            table.sink().error("F009", field.line, field.id.as_str(), message);
        }
    }
    fields
}

fn field(node: &Node, outer: &Table<'_>, members: bool, column: bool) -> Option<Field> {
    let about = match &node.kind {
        NodeKind::Table(entries) => match entries.get("id").map(|id| &id.kind) {
            Some(NodeKind::Text(id)) => shown(id),
            _ => String::new(),
        },
        _ => String::new(),
    };
    let about = if outer.about.is_empty() { about } else { format!("{}.{about}", outer.about) };
    let table = Table::of(node, &about, outer.sink())?;
    let id = required_id(&table, "id");
    let reach = Reach { members, rows: column };
    let kind = kind(&table, reach);
    let needs_place = !matches!(kind, Some(Kind::Choice { .. } | Kind::Rows(_) | Kind::Comb(_)))
        && !matches!(&kind, Some(Kind::Date(date)) if date.is_split() || date.era.is_some())
        && !matches!(&kind, Some(Kind::Number { comb: Some(_), .. }));
    let at = table.rect("at");
    if at.is_none() && !table.has("at") && needs_place {
        table.problem("F008", table.line, "at = [左, 上, 幅, 高さ]（mm）がありません。");
    }
    let source = source(&table, reach);
    if matches!(source, Source::Nothing)
        && matches!(
            kind,
            Some(
                Kind::Text(_)
                    | Kind::Furigana { .. }
                    | Kind::Comb(_)
                    | Kind::Date(_)
                    | Kind::Choice { .. }
                    | Kind::Number { .. }
            )
        )
        && !table.has("value")
        && !table.has("text")
    {
        table.problem("F008", table.line, "value（事実）も text（言葉）もありません。");
    }
    let formats =
        table.strings("as").into_iter().filter_map(|(name, line)| format(&table, name, line)).collect();
    let empty = match table.text("empty") {
        None => Empty::Leave,
        Some("slash") => Empty::Slash,
        Some(words) => Empty::Words(words.to_owned()),
    };
    let kind = kind?;
    let out = Field {
        id: id?,
        label: owned(table.text("label")),
        page: table.whole("page", 1, 500).unwrap_or(1),
        at: at.or_else(|| around(&kind)).unwrap_or(Rect::new(0.0, 0.0, 1.0, 1.0)),
        source,
        formats,
        when: condition(&table, "when", reach),
        required: table.bool("required"),
        empty,
        face: face(&table),
        size: table.number("size", 3.0, 72.0),
        ink: table
            .word(
                "ink",
                &[("black", Ink::Black), ("blue", Ink::Blue), ("gray", Ink::Gray), ("red", Ink::Red)],
            )
            .unwrap_or_default(),
        kind,
        line: table.line,
    };
    table.finish();
    Some(out)
}

/// The rectangle around the places of a field that has no `at`.
fn around(kind: &Kind) -> Option<Rect> {
    let mut all: Vec<Rect> = Vec::new();
    let mut part = |part: &Option<Part>| match part {
        Some(Part::Whole(rect)) => all.push(*rect),
        Some(Part::Boxes(boxes)) => all.extend(boxes),
        None => {}
    };
    match kind {
        Kind::Date(date) => {
            part(&date.year);
            part(&date.month);
            part(&date.day);
        }
        Kind::Comb(comb) | Kind::Number { comb: Some(comb), .. } => all.extend(&comb.boxes),
        Kind::Choice { options, .. } => all.extend(options.iter().flat_map(|(_, places)| places)),
        Kind::Rows(rows) => all.extend(rows.columns.iter().map(|column| column.at)),
        _ => {}
    }
    let first = *all.first()?;
    Some(all.iter().fold(first, |sum, rect| {
        let (x, y) = (sum.x.min(rect.x), sum.y.min(rect.y));
        let (right, bottom) = (sum.right().max(rect.right()), sum.bottom().max(rect.bottom()));
        Rect::new(x, y, right - x, bottom - y)
    }))
}

/// What a reference may speak of.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    pub(super) members: bool,
    pub(super) rows: bool,
}

fn format(table: &Table<'_>, name: &str, line: u32) -> Option<Format> {
    let found = Format::named(name);
    if found.is_none() {
        let near = madoka_facts::closest(name, Format::ALL.iter().map(|(known, _)| *known))
            .map_or_else(String::new, |near| format!("「{near}」のことではありませんか。"));
        let message = format!("書き方「{}」はありません。{near}（FORMAT.md の3）", shown(name));
        table.problem("F004", line, message);
    }
    found
}

fn reference(table: &Table<'_>, text: &str, line: u32, reach: Reach) -> Option<Reference> {
    let word = match text {
        "form.case_number" => Some(FormWord::CaseNumber),
        "form.city" => Some(FormWord::City),
        "form.prefecture" => Some(FormWord::Prefecture),
        "form.office" => Some(FormWord::Office),
        "form.officer" => Some(FormWord::Officer),
        "form.members" => Some(FormWord::Members),
        "form.sheet" => Some(FormWord::Sheet),
        "form.sheets" => Some(FormWord::Sheets),
        "row.number" => Some(FormWord::RowNumber),
        _ => None,
    };
    if let Some(word) = word {
        if word == FormWord::RowNumber && !reach.rows {
            table.problem("F013", line, "row.number は rows の列（[[field.column]]）でだけ使えます。");
            return None;
        }
        return Some(Reference::Word(word));
    }
    if text.starts_with("form.") {
        table.problem("F013", line, format!("「{}」という値はありません（FORMAT.md の3）。", shown(text)));
        return None;
    }
    if let Some(attribute) = text.strip_prefix("member.") {
        if !(reach.members || reach.rows) {
            table.problem("F013", line, "member.… は rows の列か、for = \"member\" の様式でだけ使えます。");
            return None;
        }
        let attribute: Option<Attribute> = attribute.parse().ok();
        if attribute.is_none() {
            table.problem("F013", line, format!("「{}」は事実の名前ではありません。", shown(text)));
        }
        return attribute.map(Reference::Member);
    }
    match text.parse::<FactPath>() {
        Ok(FactPath::Household) | Err(_) => {
            let message = format!(
                "「{}」は事実の名前ではありません。例: applicant.name、case.move_date、household[0].name",
                shown(text)
            );
            table.problem("F013", line, message);
            None
        }
        Ok(path) => Some(Reference::Fact(path)),
    }
}

fn source(table: &Table<'_>, reach: Reach) -> Source {
    let values = table.strings("value");
    let text = table.text("text");
    if !values.is_empty() && text.is_some() {
        let message = "value と text は一つだけ書けます。";
        table.problem("F014", table.line_of("text"), message);
    }
    if let Some(text) = text {
        return pieces(table, text, table.line_of("text"), reach).map_or(Source::Nothing, Source::Words);
    }
    let all: Vec<Reference> =
        values.into_iter().filter_map(|(value, line)| reference(table, value, line, reach)).collect();
    if all.is_empty() { Source::Nothing } else { Source::FirstOf(all) }
}

/// `"{deceased.name} の相続人 {heir.name|family}"`; `{{` and `}}` are braces.
fn pieces(table: &Table<'_>, text: &str, line: u32, reach: Reach) -> Option<Vec<Piece>> {
    let mut out = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        literal.push_str(before);
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            literal.push_str(from.get(..1).unwrap_or_default());
            rest = after;
        } else if let Some((inside, after)) = from.strip_prefix('{').and_then(|from| from.split_once('}')) {
            if !literal.is_empty() {
                out.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            let mut parts = inside.split('|').map(str::trim);
            let value = reference(table, parts.next().unwrap_or_default(), line, reach)?;
            let formats: Vec<Format> = parts.filter_map(|name| format(table, name, line)).collect();
            out.push(Piece::Value(value, formats));
            rest = after;
        } else {
            table.problem("F015", line, "text の { と } が合いません。{ そのものは {{ と書きます。");
            return None;
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        out.push(Piece::Literal(literal));
    }
    Some(out)
}

pub(super) fn condition(table: &Table<'_>, key: &str, reach: Reach) -> Option<Condition> {
    let text = table.text(key)?;
    let line = table.line_of(key);
    match parse_condition(text) {
        Ok(condition) => {
            let mut named = false;
            condition.visit(&mut |part| named |= matches!(part, Condition::Named(_)));
            if named {
                table.problem(
                    "F016",
                    line,
                    format!("{key} では、名前を付けた条件（@…）は使えません。条件をそのまま書いてください。"),
                );
            }
            if condition.needs_member() && !(reach.members || reach.rows) {
                table.problem(
                    "F013",
                    line,
                    "member.… は rows の列か、for = \"member\" の様式でだけ使えます。",
                );
            }
            Some(condition)
        }
        Err(error) => {
            table.problem("F016", line, format!("{key} の条件が読めません。{error}"));
            None
        }
    }
}

/// Whether a condition speaks of `member` outside a quantifier.
trait NeedsMember {
    fn needs_member(&self) -> bool;
}

impl NeedsMember for Condition {
    fn needs_member(&self) -> bool {
        match self {
            Self::Always | Self::Never | Self::Named(_) | Self::Household(..) => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(NeedsMember::needs_member),
            Self::Not(part) => part.needs_member(),
            Self::Test(test) => test.paths().any(DeclaredPath::is_each_member),
        }
    }
}
