//! `form.toml` into a [`Form`], with everything that is wrong at once.

use std::collections::BTreeSet;
use std::str::FromStr;

use madoka_facts::{Attribute, DeclaredPath, FactPath, Id, PersonRef};
use madoka_rules::{Condition, parse_condition};
use madoka_text::Era;

use super::table::{Node, NodeKind, Sink, Table, parse, shown};
use super::{
    Background, Comb, DateField, Duplex, Empty, EraPlace, EraStyle, Face, Field, Fit, Form, FormProblem,
    FormWord, Format, Horizontal, Ink, Kind, Mark, More, Part, Piece, Preprinted, Reference, Rows, Source,
    TextField, Vertical, Zero,
};
use crate::geometry::{Paper, Rect, counted};

/// No paper has more places than this; a longer list is a mistake or an attack.
const MOST_FIELDS: usize = 2000;
const LONGEST_FILE: usize = 2 * 1024 * 1024;

/// Reads a form. `folder` is the folder's name, which is the form's id; it stands before `/form.toml` in messages.
///
/// Mild problems alone do not refuse the form; they come from [`check_form`](super::check_form) only.
pub fn read_form(folder: &str, text: &str) -> Result<Form, Vec<FormProblem>> {
    let sink = Sink::new(&format!("{folder}/form.toml"));
    if text.len() > LONGEST_FILE {
        sink.error("F006", 1, "", "form.toml が大きすぎます（2MBまで）。");
        return Err(sink.into_problems());
    }
    let root = parse(text, &sink);
    let form = Table::of(&root, "", &sink).map(|table| form(folder, table));
    let problems = sink.into_problems();
    match form {
        Some(form) if problems.is_empty() => Ok(form),
        _ => Err(problems),
    }
}

fn form(folder: &str, table: Table<'_>) -> Form {
    let id: Option<Id> = required_id(&table, "id");
    if let Some(id) = &id
        && id.as_str() != folder
    {
        let line = table.line_of("id");
        table.problem(
            "F007",
            line,
            format!("id はフォルダーの名前「{}」と同じにしてください。", shown(folder)),
        );
    }
    let name = table.text("name");
    if !table.has("name") {
        table.problem("F008", 1, "name（様式の名前）がありません。");
    }
    let background = background(&table);
    let paper = paper(&table);
    if matches!(background, Some(Background::Pictures(_))) && !table.has("paper") {
        table.problem("F008", 1, "背景が画像のときは paper（用紙の大きさ）が要ります。例: paper = \"A4\"");
    }
    let per_member = table.word("for", &[("case", false), ("member", true)]).unwrap_or(false);
    let usual_face = face(&table).unwrap_or_default();
    let letters = table.number("size", 3.0, 72.0).unwrap_or(10.5);
    let mut form = Form {
        id: id.unwrap_or_else(fallback_id),
        name: name.unwrap_or_default().to_owned(),
        number: owned(table.text("number")),
        office: table.text("office").and_then(|_| required_id(&table, "office")),
        order: table.number("order", -1e6, 1e6).map_or(0, whole),
        background: background.unwrap_or_else(|| Background::Pdf(String::new())),
        paper,
        pages: pages(&table),
        per_member,
        copies: table.whole("copies", 1, 20).unwrap_or(1),
        duplex: table
            .word("duplex", &[("no", Duplex::No), ("long", Duplex::LongEdge), ("short", Duplex::ShortEdge)])
            .unwrap_or_default(),
        tray: owned(table.text("tray")),
        back_office: table.bool("back_office"),
        qr_at: table.node("qr_at").and_then(|node| {
            let [x, y, side] = table.numbers::<3>(node, "qr_at", "三つの数 [左, 上, 一辺]（mm）")?;
            Some(Rect::new(x, y, side, side))
        }),
        cover_note: owned(table.text("cover_note")),
        face: usual_face,
        size: letters,
        note: owned(table.text("note")),
        edition: owned(table.text("edition")),
        preprinted: preprinted(&table),
        fields: Vec::new(),
    };
    form.fields = fields(&table, "field", per_member, false);
    let mut seen = BTreeSet::new();
    for field in &form.fields {
        if !seen.insert(&field.id) {
            let message = format!("記入欄のid「{}」が二度あります。", field.id);
            table.sink().error("F009", field.line, field.id.as_str(), message);
        }
    }
    for field in &form.fields {
        if let Kind::Furigana { over: Some(over), .. } = &field.kind
            && !form.fields.iter().any(|other| other.id == *over && matches!(other.kind, Kind::Text(_)))
        {
            let message = format!("over = \"{over}\" という text の記入欄がありません。");
            table.sink().error("F010", field.line, field.id.as_str(), message);
        }
    }
    table.finish();
    form
}

/// Only ever part of a form that is refused.
fn fallback_id() -> Id {
    Id::from_str("form").unwrap_or_else(|_| unreachable_id())
}

#[expect(clippy::unreachable, reason = "\"form\" is an id")]
fn unreachable_id() -> Id {
    unreachable!("\"form\" is an id")
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(ToOwned::to_owned)
}

#[expect(clippy::cast_possible_truncation, reason = "called with numbers checked to be within a million")]
fn whole(number: f64) -> i64 {
    number as i64
}

fn required_id(table: &Table<'_>, key: &str) -> Option<Id> {
    if !table.has(key) {
        table.problem("F008", table.line, format!("{key} がありません。"));
        return None;
    }
    let text = table.text(key)?;
    let id = text.parse().ok();
    if id.is_none() {
        let line = table.line_of(key);
        let message = format!(
            "{key} = \"{}\" は、英小文字で始まる英小文字・数字・_（64字まで）にしてください。",
            shown(text)
        );
        table.problem("F011", line, message);
    }
    id
}

/// A file of the form's own folder: a name, never a path.
fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

fn background(table: &Table<'_>) -> Option<Background> {
    let files = table.strings("background");
    if !table.has("background") {
        table.problem("F008", 1, "background（背景のPDFまたは画像）がありません。");
    }
    for (name, line) in &files {
        if !is_file_name(name) {
            let message = format!(
                "background = \"{}\" は、様式のフォルダーにあるファイルの名前（英数字 . _ -）にしてください。",
                shown(name)
            );
            table.problem("F012", *line, message);
        }
    }
    let extension = |name: &str, wanted: &[&str]| {
        let lower = name.to_ascii_lowercase();
        wanted.iter().any(|end| lower.ends_with(end))
    };
    match files.as_slice() {
        [] => None,
        [(one, _)] if extension(one, &[".pdf"]) => Some(Background::Pdf((*one).to_owned())),
        many if many.iter().all(|(name, _)| extension(name, &[".png", ".jpg", ".jpeg"])) => {
            Some(Background::Pictures(many.iter().map(|(name, _)| (*name).to_owned()).collect()))
        }
        _ => {
            let message = "background はPDF一つ（.pdf）か、ページごとの画像（.png .jpg）の一覧です。";
            table.problem("F012", table.line_of("background"), message);
            None
        }
    }
}

fn paper(table: &Table<'_>) -> Option<Paper> {
    let node = table.node("paper")?;
    if let NodeKind::Text(name) = &node.kind {
        let paper = Paper::named(name);
        if paper.is_none() {
            table.problem(
                "F004",
                node.line,
                format!("paper = \"{}\" はありません。A3 A4 A5 B4 B5 postcard、横向きは \"A4 landscape\"、ほかは [幅, 高さ]（mm）です。", shown(name)),
            );
        }
        return paper;
    }
    let [width, height] = table.numbers::<2>(node, "paper", "用紙の名前、または [幅, 高さ]（mm）")?;
    if (20.0..=2000.0).contains(&width) && (20.0..=2000.0).contains(&height) {
        Some(Paper { width, height })
    } else {
        table.problem("F003", node.line, "paper の幅と高さは20から2000（mm）までです。");
        None
    }
}

fn pages(table: &Table<'_>) -> Option<Vec<u16>> {
    let node = table.node("pages")?;
    let NodeKind::List(items) = &node.kind else {
        table.wrong(node, "pages", "ページの一覧 [1, 2]");
        return None;
    };
    let mut out = Vec::new();
    for item in items {
        match item.kind {
            NodeKind::Number(n) if n.fract() == 0.0 && (1.0..=500.0).contains(&n) => {
                out.extend(u16::try_from(whole(n)));
            }
            _ => table.wrong(item, "pages", "1から500までの整数の一覧"),
        }
    }
    Some(out)
}

fn face(table: &Table<'_>) -> Option<Face> {
    table.word("font", &[("mincho", Face::Mincho), ("gothic", Face::Gothic)])
}

fn offset(table: &Table<'_>, node: &Node, key: &str) -> Option<(f64, f64)> {
    let [right, down] = table.numbers::<2>(node, key, "二つの数 [右へ, 下へ]（mm）")?;
    if right.abs() <= 50.0 && down.abs() <= 50.0 {
        Some((right, down))
    } else {
        table.problem("F003", node.line, format!("{key} のずらしは50mmまでです。"));
        None
    }
}

fn preprinted(table: &Table<'_>) -> Preprinted {
    let Some(inner) = table.node("preprinted").and_then(|node| Table::of(node, "preprinted", table.sink()))
    else {
        return Preprinted::default();
    };
    let mut out = Preprinted { always: inner.bool("always"), ..Preprinted::default() };
    if let Some(node) = inner.node("offset") {
        out.offset = offset(&inner, node, "offset").unwrap_or_default();
    }
    if let Some(printers) =
        inner.node("offsets").and_then(|node| Table::of(node, "preprinted.offsets", table.sink()))
    {
        for printer in printers.keys() {
            if let Some(found) = printers.node(printer).and_then(|node| offset(&printers, node, printer)) {
                out.offsets.push((printer.clone(), found));
            }
        }
    }
    inner.finish();
    out
}

fn fields(table: &Table<'_>, key: &str, members: bool, columns: bool) -> Vec<Field> {
    let Some(node) = table.node(key) else { return Vec::new() };
    let NodeKind::List(items) = &node.kind else {
        table.wrong(node, key, &format!("[[{key}]] の並び"));
        return Vec::new();
    };
    if items.len() > MOST_FIELDS {
        table.problem("F006", node.line, format!("記入欄が多すぎます（{MOST_FIELDS}まで）。"));
        return Vec::new();
    }
    items.iter().filter_map(|item| field(item, table, members, columns)).collect()
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
struct Reach {
    members: bool,
    rows: bool,
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

fn condition(table: &Table<'_>, key: &str, reach: Reach) -> Option<Condition> {
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

fn kind(table: &Table<'_>, reach: Reach) -> Option<Kind> {
    const NAMES: [(&str, u8); 11] = [
        ("text", 0),
        ("furigana", 1),
        ("comb", 2),
        ("date", 3),
        ("choice", 4),
        ("mark", 5),
        ("number", 6),
        ("rows", 7),
        ("signature", 8),
        ("picture", 9),
        ("qr", 10),
    ];
    let which = if table.has("kind") { table.word("kind", &NAMES)? } else { 0 };
    Some(match which {
        0 => Kind::Text(text(table, Horizontal::Left)),
        1 => Kind::Furigana {
            over: table.text("over").and_then(|_| required_id(table, "over")),
            hiragana: table.word("script", &[("katakana", false), ("hiragana", true)]).unwrap_or(false),
            text: TextField { min_size: 4.0, ..text(table, Horizontal::Left) },
        },
        2 => Kind::Comb(comb(table)?),
        3 => Kind::Date(Box::new(date(table))),
        4 => choice(table),
        5 => Kind::Mark(mark(table).unwrap_or(Mark::Check)),
        6 => Kind::Number {
            commas: !table.has("commas") || table.bool("commas"),
            prefix: table.text("prefix").unwrap_or_default().to_owned(),
            zero: if table.word("zero", &[("blank", true), ("0", false)]).unwrap_or(false) {
                Zero::Blank
            } else {
                Zero::Written
            },
            comb: if table.has("cells") || table.has("boxes") {
                Some(Comb { from_right: true, ..comb(table)? })
            } else {
                None
            },
            text: text(table, Horizontal::Right),
        },
        7 if reach.rows => {
            table.problem("F017", table.line_of("kind"), "rows の列に rows は置けません。");
            return None;
        }
        7 => rows(table)?,
        8 => Kind::Signature { seal: table.bool("seal"), who: signer(table)?, screen: table.bool("screen") },
        9 => picture(table),
        _ => Kind::Qr,
    })
}

fn picture(table: &Table<'_>) -> Kind {
    let file = owned(table.text("file"));
    if let Some(name) = &file
        && !is_file_name(name)
    {
        table.problem(
            "F012",
            table.line_of("file"),
            "file は、様式のフォルダーにある画像の名前にしてください。",
        );
    }
    let name = table.strings("name").first().map(|(name, _)| (*name).to_owned());
    if file.is_none() && name.is_none() {
        table.problem(
            "F008",
            table.line,
            "file（様式のフォルダーの画像）か name（窓口が渡す画像の名前）が要ります。",
        );
    }
    Kind::Picture { file, name }
}

fn text(table: &Table<'_>, usual: Horizontal) -> TextField {
    let lines = table.whole("lines", 1, 100);
    let fit = match table.word("fit", &[("shrink", 0), ("wrap", 1), ("two_lines", 2)]) {
        Some(1) => Fit::Wrap(lines),
        Some(2) => Fit::TwoLines,
        None if lines.is_some_and(|lines| lines > 1) => Fit::Wrap(lines),
        _ => Fit::Shrink,
    };
    let aligned = table.word(
        "align",
        &[
            ("left", Horizontal::Left),
            ("center", Horizontal::Centre),
            ("right", Horizontal::Right),
            ("spread", Horizontal::Spread),
        ],
    );
    let standing = table.word(
        "valign",
        &[("top", Vertical::Top), ("middle", Vertical::Middle), ("bottom", Vertical::Bottom)],
    );
    TextField {
        fit,
        horizontal: aligned.unwrap_or(usual),
        vertical: standing.unwrap_or(Vertical::Middle),
        padding: table.number("padding", 0.0, 50.0).unwrap_or(1.0),
        min_size: table.number("min_size", 3.0, 72.0).unwrap_or(6.0),
        upright: table.bool("vertical"),
    }
}

/// Who signs: the applicant, where the form does not say.
fn signer(table: &Table<'_>) -> Option<PersonRef> {
    let who = table.text("who").unwrap_or("applicant").parse();
    if who.is_err() {
        let message = "who は、署名する人です（applicant、agent、heir など）。";
        table.problem("F004", table.line_of("who"), message);
    }
    who.ok()
}

fn comb(table: &Table<'_>) -> Option<Comb> {
    let boxes = match (table.node("boxes"), table.has("cells")) {
        (Some(node), _) => table.rects_in(node, "boxes"),
        (None, true) => {
            let cells = usize::from(table.whole("cells", 1, 200)?);
            let at = table.rect("at")?;
            let upright = table.bool("vertical");
            let mut boxes = with_gaps(table, at, cells, upright);
            boxes.truncate(cells);
            boxes
        }
        (None, false) => {
            table.problem("F008", table.line, "cells（枡の数）か boxes（枡の一覧）が要ります。");
            return None;
        }
    };
    Some(Comb {
        boxes,
        from_right: table.word("align", &[("left", false), ("right", true)]).unwrap_or(false),
        marks_apart: table.bool("marks"),
        upright: table.bool("vertical"),
    })
}

/// `at` divided into cells, with `gaps = { 3 = 2.5 }` left free after the third.
fn with_gaps(table: &Table<'_>, at: Rect, cells: usize, upright: bool) -> Vec<Rect> {
    let mut gaps: Vec<(usize, f64)> = Vec::new();
    if let Some(inner) = table.node("gaps").and_then(|node| Table::of(node, &table.about, table.sink())) {
        for key in inner.keys() {
            if let (Ok(after), Some(width)) = (key.parse(), inner.number(key, 0.0, 100.0)) {
                gaps.push((after, width));
            } else {
                inner.problem("F003", inner.line, "gaps は { 枡の番号 = 幅 } です。例: { 3 = 2.5 }");
            }
        }
    }
    let free: f64 = gaps.iter().map(|(_, width)| width).sum();
    let length = if upright { at.h } else { at.w };
    let one = ((length - free) / counted(cells)).max(0.1);
    (0..cells)
        .map(|cell| {
            let before: f64 = gaps.iter().filter(|(after, _)| *after <= cell).map(|(_, width)| width).sum();
            let along = one * counted(cell) + before;
            if upright {
                Rect { y: at.y + along, h: one, ..at }
            } else {
                Rect { x: at.x + along, w: one, ..at }
            }
        })
        .collect()
}

fn part(table: &Table<'_>, key: &str) -> Option<Part> {
    let node = table.node(key)?;
    if let NodeKind::Table(_) = &node.kind {
        let inner = Table::of(node, &format!("{}.{key}", table.about), table.sink())?;
        let out = match (inner.node("boxes"), inner.rect("at"), inner.whole("cells", 1, 8)) {
            (Some(boxes), ..) => Some(Part::Boxes(inner.rects_in(boxes, "boxes"))),
            (None, Some(at), Some(cells)) => Some(Part::Boxes(at.columns(usize::from(cells)))),
            (None, Some(at), None) => Some(Part::Whole(at)),
            _ => {
                inner.problem("F008", inner.line, "at か boxes が要ります。");
                None
            }
        };
        inner.finish();
        return out;
    }
    table.rect_in(node, key).map(Part::Whole)
}

fn date(table: &Table<'_>) -> DateField {
    let mark = mark(table).unwrap_or(Mark::Circle);
    let styles = [
        ("name", EraStyle::Name),
        ("initial", EraStyle::Initial),
        ("letter", EraStyle::Letter),
        ("number", EraStyle::Number),
    ];
    let style = table.word("era_style", &styles).unwrap_or(EraStyle::Name);
    let written = table.rect("era").map(|at| EraPlace::Written(at, style));
    let marked = table.node("eras").and_then(|node| {
        let inner = Table::of(node, &table.about, table.sink())?;
        let mut eras = Vec::new();
        for key in inner.keys() {
            if era_named(key).is_none() && key != "western" {
                let message = "eras の項目は meiji taisho showa heisei reiwa western です。";
                inner.problem("F004", inner.line_of(key), message);
                continue;
            }
            if let Some(node) = inner.node(key) {
                eras.push((key.clone(), inner.rects_in(node, key)));
            }
        }
        Some(EraPlace::Marked(eras, mark))
    });
    let printed = table.text("printed_era").and_then(|name| {
        let era = era_named(name);
        if era.is_none() {
            let message = "printed_era は meiji taisho showa heisei reiwa のどれかです。";
            table.problem("F004", table.line_of("printed_era"), message);
        }
        era.map(EraPlace::Printed)
    });
    let ways = [&written, &marked, &printed].iter().filter(|way| way.is_some()).count();
    if ways > 1 {
        table.problem("F014", table.line, "era、eras、printed_era は一つだけ書けます。");
    }
    let (year, month, day) = (part(table, "year"), part(table, "month"), part(table, "day"));
    let split = year.is_some() || month.is_some() || day.is_some();
    let usual = if split { Horizontal::Centre } else { Horizontal::Left };
    let mut set = text(table, usual);
    if split && !table.has("padding") {
        set.padding = 0.3;
    }
    DateField { era: written.or(marked).or(printed), year, month, day, pad: table.bool("pad"), text: set }
}

pub(crate) fn era_named(name: &str) -> Option<Era> {
    Some(match name {
        "meiji" => Era::Meiji,
        "taisho" => Era::Taisho,
        "showa" => Era::Showa,
        "heisei" => Era::Heisei,
        "reiwa" => Era::Reiwa,
        _ => return None,
    })
}

fn mark(table: &Table<'_>) -> Option<Mark> {
    table.word(
        "mark",
        &[("circle", Mark::Circle), ("check", Mark::Check), ("strike", Mark::Strike), ("fill", Mark::Fill)],
    )
}

fn choice(table: &Table<'_>) -> Kind {
    let mut options = Vec::new();
    match table.node("options").and_then(|node| Table::of(node, &table.about, table.sink())) {
        Some(inner) => {
            for key in inner.keys() {
                if let Some(node) = inner.node(key) {
                    options.push((key.clone(), inner.rects_in(node, key)));
                }
            }
        }
        None => table.problem("F008", table.line, "options = { 答え = [左, 上, 幅, 高さ] } がありません。"),
    }
    Kind::Choice {
        options,
        mark: mark(table).unwrap_or(Mark::Circle),
        others_left: table.word("others", &[("leave", true), ("warn", false)]).unwrap_or(false),
    }
}

fn rows(table: &Table<'_>) -> Option<Kind> {
    let count = table.whole("rows", 1, 200);
    if !table.has("rows") {
        table.problem("F008", table.line, "rows（紙にある行の数）がありません。");
    }
    let pitch = table.number("pitch", 0.5, 500.0);
    if !table.has("pitch") && count.is_some_and(|count| count > 1) {
        table.problem("F008", table.line, "pitch（行から次の行までの長さ、mm）がありません。");
    }
    let direction = table
        .word(
            "direction",
            &[("down", (0.0, 1.0)), ("up", (0.0, -1.0)), ("left", (-1.0, 0.0)), ("right", (1.0, 0.0))],
        )
        .unwrap_or((0.0, 1.0));
    let reach = Reach { members: true, rows: true };
    let filter = condition(table, "filter", reach);
    let more = match table.text("more") {
        None | Some("repeat") => More::Repeat,
        Some("warn") => More::Warn,
        Some(_) => required_id(table, "more").map_or(More::Warn, More::Form),
    };
    let columns = fields(table, "column", true, true);
    if columns.is_empty() {
        table.problem("F008", table.line, "rows には [[field.column]] が要ります。");
    }
    let pitch = pitch.unwrap_or(0.0);
    let places = (0..count?)
        .map(|row| (direction.0 * pitch * f64::from(row), direction.1 * pitch * f64::from(row)))
        .collect();
    Some(Kind::Rows(Box::new(Rows {
        places,
        filter,
        skip: table.whole("skip", 0, 200).unwrap_or(0),
        more,
        columns,
    })))
}
