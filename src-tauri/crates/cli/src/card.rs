//! `card`: readers, and the facts on a card. Secrets come on standard input, never as arguments others could list.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use madoka_card::{Authorities, Cancel, CardRead, Opening, Place, Placed, Request, find_card};
use madoka_facts::{Value, Vocabulary};
use serde_json::{Map, Value as Json, json};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::say::Say;

#[derive(Debug, Subcommand)]
pub(crate) enum CardCommand {
    /// カードリーダーの一覧
    Readers,
    /// カードを読む（番号は標準入力から。1回の入力で照合は1回だけ）
    Read(ReadArguments),
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("opening").required(true))]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct ReadArguments {
    /// カードリーダーの名前（省くと、カードが置かれているものを探す）
    #[arg(long, value_name = "NAME")]
    reader: Option<String>,
    /// 照合番号B（14桁）を標準入力から読む
    #[arg(long, group = "opening")]
    code_b_stdin: bool,
    /// 暗証番号（4桁）を標準入力から読む
    #[arg(long, group = "opening")]
    pin_stdin: bool,
    /// 在留カード等の番号（12文字）を標準入力から読む
    #[arg(long, group = "opening")]
    card_number_stdin: bool,
    /// 個人番号も読む（様式に必要なときだけ。暗証番号が要ります）
    #[arg(long)]
    number: bool,
    /// 発行者の公開鍵のファイル（あれば署名を確かめる）
    #[arg(long, value_name = "FILE")]
    issuer_keys: Option<PathBuf>,
}

pub(crate) fn card(command: &CardCommand, say: &mut Say) -> Result<(), Failure> {
    match command {
        CardCommand::Readers => readers(say),
        CardCommand::Read(arguments) => read(arguments, say),
    }
}

fn readers(say: &mut Say) -> Result<(), Failure> {
    let found = madoka_card::readers_now()?;
    if found.is_empty() {
        say.line("カードリーダーがつながっていません。");
    }
    for reader in &found {
        say.line(format!("{}　{}", reader.name, if reader.card { "カードあり" } else { "カードなし" }));
    }
    let list: Vec<Json> =
        found.iter().map(|reader| json!({ "name": reader.name, "card": reader.card })).collect();
    say.document(&json!({ "readers": list }));
    Ok(())
}

fn read(arguments: &ReadArguments, say: &mut Say) -> Result<(), Failure> {
    let authorities = arguments.issuer_keys.as_deref().map(issuer_keys).transpose()?.unwrap_or_default();
    let opening = opening(arguments)?;
    let cancel = Cancel::default();
    let (placed, look) = match &arguments.reader {
        Some(name) => (Placed::in_reader(name.as_str()), None),
        None => find_card(&cancel).map(|(placed, look)| (placed, Some(look)))?,
    };
    let mut request = Request::new(opening).checked_by(authorities);
    if let Some(look) = &look {
        request = request.of(look);
    }
    if arguments.number {
        request = request.with_my_number();
    }
    let read = madoka_card::read(&Place::Reader(placed), request, &cancel)?;
    for note in &read.notes {
        Say::note(note.text());
    }
    for line in lines(&read) {
        say.line(line);
    }
    say.document(&document(&read));
    Ok(())
}

fn opening(arguments: &ReadArguments) -> Result<Opening, Failure> {
    // Longer than any of them with its line end; a secret is never read in parts into growing buffers.
    let mut typed = Zeroizing::new(String::with_capacity(128));
    let unreadable = |reason: String| Failure::Read { path: "標準入力".to_owned(), reason };
    std::io::stdin()
        .take(100)
        .read_to_string(&mut typed)
        .map_err(|error| unreadable(error.kind().to_string()))?;
    let text = typed.trim();
    if arguments.code_b_stdin {
        return Ok(Opening::match_code_b(text)?);
    }
    if arguments.pin_stdin { Ok(Opening::pin(text)?) } else { Ok(Opening::card_number(text)?) }
}

fn issuer_keys(path: &Path) -> Result<Authorities, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::Read {
        path: path.display().to_string(),
        reason: error.kind().to_string(),
    })?;
    Ok(Authorities::parse(&text)?)
}

/// The contract of DESIGN §11; 個人番号 only where it was asked for.
fn document(read: &CardRead) -> Json {
    let mut facts = Map::new();
    for fact in read.facts() {
        let value = match &fact.statement.value {
            Some(Value::Text(text)) => Json::from(text.as_str()),
            Some(Value::Date(date)) => Json::from(date.0.to_string()),
            Some(Value::Choice(id)) => Json::from(id.as_str()),
            _ => continue,
        };
        facts.insert(fact.attribute.to_string(), value);
    }
    let mut document = json!({
        "kind": read.kind.id(),
        "facts": facts,
        "tries_left": read.tries_left,
        "genuine": read.genuine,
    });
    if let (Some(number), Json::Object(document)) = (&read.my_number, &mut document) {
        document.insert("number".to_owned(), Json::from(String::from_utf8_lossy(number.expose())));
    }
    document
}

fn lines(read: &CardRead) -> Vec<String> {
    let words = Vocabulary::built_in();
    let mut lines = vec![read.kind.label().to_owned()];
    for fact in read.facts() {
        let Ok(path) = format!("visitor.{}", fact.attribute).parse() else { continue };
        let label = words.label(&path);
        let label = label.split_once('の').map_or(label.as_str(), |(_, label)| label);
        let said = fact.statement.value.as_ref().map(|value| words.say(&path, value)).unwrap_or_default();
        let missing = if fact.missing_glyphs.is_empty() {
            ""
        } else {
            "　※文字にない字があります。券面を見てください"
        };
        lines.push(format!("  {label}　{said}{missing}"));
    }
    if let Some(number) = &read.my_number {
        lines.push(format!("  個人番号　{}", String::from_utf8_lossy(number.expose())));
    }
    if let Some(expires) = read.expires {
        lines.push(format!("  有効期限　{expires}"));
    }
    lines.push(match read.genuine {
        Some(true) => "  発行者の署名　正しい".to_owned(),
        Some(false) => "  発行者の署名　合いません".to_owned(),
        None => "  発行者の署名　確かめていません".to_owned(),
    });
    if let Some(left) = read.tries_left {
        lines.push(format!("  残り回数　{left}"));
    }
    lines
}
