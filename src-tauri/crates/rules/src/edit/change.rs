//! Every kind of edit, and how it is made.

use toml_edit::{Array, InlineTable, Table, Value};

use super::field::{Field, FieldKind};
use super::find::{Text, parse, with_entry};
use super::said::{self, Words};
use super::section::{Entry, Section};
use super::write::{Cut, Plain, appended, array, write, written};
use super::{EditError, Patch};
use crate::pack::{PackFiles, ProcedureId};

/// What a supervisor wants changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// One value of an entry, in a language where it is a text; nothing takes it away.
    Write {
        entry: Entry,
        field: String,
        language: Option<String>,
        value: Option<Plain>,
    },
    /// 選択肢を足す
    AddChoice {
        fact: Entry,
        id: String,
        label: String,
    },
    /// 選択肢の文を変える
    WriteChoice {
        fact: Entry,
        id: String,
        language: String,
        text: String,
    },
    /// 選択肢を消す
    RemoveChoice {
        fact: Entry,
        id: String,
    },
    /// 写して始める: a copy behind the original, under another id and name.
    Copy {
        entry: Entry,
        id: String,
        name: String,
    },
    Remove {
        entry: Entry,
    },
    /// A new entry at the end of a file, as it is written.
    Add {
        file: String,
        source: String,
    },
    /// テキストで直す: an entry as an expert writes it.
    Source {
        entry: Entry,
        source: String,
    },
}

/// An edit that can be made: the change, and what it says to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub patch: Patch,
    pub said: String,
    /// What to look at afterwards.
    pub entry: Option<Entry>,
}

impl Edit {
    /// Works out the change. The files are as they were until the patch is applied to them.
    pub fn apply(&self, files: &PackFiles, words: Option<&Words<'_>>) -> Result<Applied, EditError> {
        match self {
            Self::Write { entry, field, language, value } => {
                write_field(files, words, (entry, field), language.as_deref(), value.as_ref())
            }
            Self::AddChoice { fact, id, label } => add_choice(files, fact, id, label),
            Self::WriteChoice { fact, id, language, text } => write_choice(files, fact, id, language, text),
            Self::RemoveChoice { fact, id } => remove_choice(files, fact, id),
            Self::Copy { entry, id, name } => copy(files, entry, id, name),
            Self::Remove { entry } => with_entry(files, entry, |text, table, chunk| {
                let said = format!("{}を消しました。", said::named(entry, table));
                let end = skip_blank(text.raw, chunk.end);
                Ok(Applied { patch: patch(text, (chunk.start..end, String::new()))?, said, entry: None })
            }),
            Self::Add { file, source } => add(files, file, source),
            Self::Source { entry, source } => with_entry(files, entry, |text, table, chunk| {
                let mut source = source.trim_end().to_owned();
                source.push('\n');
                let said = format!("{}をテキストで直しました。", said::named(entry, table));
                Ok(Applied { patch: patch(text, (chunk, source))?, said, entry: Some(entry.clone()) })
            }),
        }
    }
}

fn write_field(
    files: &PackFiles,
    words: Option<&Words<'_>>,
    (entry, key): (&Entry, &str),
    language: Option<&str>,
    value: Option<&Plain>,
) -> Result<Applied, EditError> {
    let field = field(entry.section, key)?;
    let language = match field.kind {
        FieldKind::Text => Some(language.unwrap_or("ja")),
        _ => None,
    };
    with_entry(files, entry, |text, table, _| {
        let before = written(table, key);
        let cut = write(text, table, key, language, value)?;
        let patch = patch(text, cut)?;
        let said = said::changed((entry, table), field, language, &before, value, words);
        Ok(Applied { patch, said, entry: Some(entry.clone()) })
    })
}

pub(super) fn field(section: Section, key: &str) -> Result<&'static Field, EditError> {
    section.fields().iter().find(|field| field.key == key).ok_or_else(|| EditError::NoField(key.to_owned()))
}

/// With an entry the empty lines below it go.
fn skip_blank(raw: &str, mut end: usize) -> usize {
    while let Some(line) = raw.get(end..).and_then(|rest| rest.split_inclusive('\n').next()) {
        if !line.trim().is_empty() {
            break;
        }
        end += line.len();
    }
    end
}

/// The text with the cut made; what is no TOML any more is refused.
fn patch(text: &Text<'_>, (span, new): Cut) -> Result<Patch, EditError> {
    let (Some(before), Some(after)) = (text.raw.get(..span.start), text.raw.get(span.end..)) else {
        return Err(EditError::Moved);
    };
    let whole = [before, &new, after].concat();
    parse(text.file, &whole)?;
    Ok(Patch::between(text.file, Some(text.raw), &whole))
}

fn choices(text: &Text<'_>, table: &Table) -> Result<(std::ops::Range<usize>, Array), EditError> {
    let item = table.get("choices").ok_or_else(|| EditError::NoField("choices".to_owned()))?;
    let span = item.span().ok_or(EditError::Moved)?;
    let list = array(text.raw.get(span.clone()).unwrap_or_default())?;
    Ok((span, list))
}

fn is_choice(value: &Value, id: &str) -> bool {
    value.as_inline_table().and_then(|choice| choice.get("id")?.as_str()) == Some(id)
}

fn choice_label(list: &Array, id: &str) -> String {
    let choice = list.iter().find(|one| is_choice(one, id)).and_then(Value::as_inline_table);
    choice.and_then(|choice| choice.get("ja")?.as_str()).unwrap_or(id).to_owned()
}

fn add_choice(files: &PackFiles, fact: &Entry, id: &str, label: &str) -> Result<Applied, EditError> {
    id.parse::<madoka_facts::Id>().map_err(|_| EditError::Id(id.to_owned()))?;
    with_entry(files, fact, |text, table, _| {
        let (span, list) = choices(text, table)?;
        if list.iter().any(|one| is_choice(one, id)) {
            return Err(EditError::Taken(id.to_owned()));
        }
        let mut choice = InlineTable::new();
        choice.insert("id", Value::from(id));
        choice.insert("ja", Value::from(label));
        let new = appended(&list, Value::InlineTable(choice)).to_string();
        let said = format!("{}に、選択肢「{label}」を足しました。", said::named(fact, table));
        Ok(Applied { patch: patch(text, (span, new))?, said, entry: Some(fact.clone()) })
    })
}

fn write_choice(
    files: &PackFiles,
    fact: &Entry,
    id: &str,
    language: &str,
    words: &str,
) -> Result<Applied, EditError> {
    with_entry(files, fact, |text, table, _| {
        let (span, mut list) = choices(text, table)?;
        let before = choice_label(&list, id);
        let choice = list.iter_mut().find(|one| is_choice(one, id)).and_then(Value::as_inline_table_mut);
        let choice = choice.ok_or_else(|| EditError::Gone(id.to_owned()))?;
        if let Some(old) = choice.get_mut(language) {
            let decor = old.decor().clone();
            *old = Value::from(words);
            *old.decor_mut() = decor;
        } else {
            if let Some((_, last)) = choice.iter_mut().last() {
                last.decor_mut().set_suffix("");
            }
            let mut new = Value::from(words);
            new.decor_mut().set_prefix(" ");
            new.decor_mut().set_suffix(" ");
            choice.insert(language, new);
        }
        list.decor_mut().clear();
        let said = format!(
            "{}の選択肢「{before}」の文{}を「{words}」にしました。",
            said::named(fact, table),
            said::language(language)
        );
        Ok(Applied { patch: patch(text, (span, list.to_string()))?, said, entry: Some(fact.clone()) })
    })
}

fn remove_choice(files: &PackFiles, fact: &Entry, id: &str) -> Result<Applied, EditError> {
    with_entry(files, fact, |text, table, _| {
        let (span, mut list) = choices(text, table)?;
        let label = choice_label(&list, id);
        let at = list.iter().position(|one| is_choice(one, id));
        list.remove(at.ok_or_else(|| EditError::Gone(id.to_owned()))?);
        list.decor_mut().clear();
        let said = format!("{}から、選択肢「{label}」を消しました。", said::named(fact, table));
        Ok(Applied { patch: patch(text, (span, list.to_string()))?, said, entry: Some(fact.clone()) })
    })
}

fn is_id(section: Section, id: &str) -> bool {
    match section {
        Section::Procedure => ProcedureId::new(id).is_some(),
        Section::Fact | Section::Question => id.parse::<madoka_facts::DeclaredPath>().is_ok(),
        _ => id.parse::<madoka_facts::Id>().is_ok(),
    }
}

fn copy(files: &PackFiles, entry: &Entry, id: &str, name: &str) -> Result<Applied, EditError> {
    if !is_id(entry.section, id) {
        return Err(EditError::Id(id.to_owned()));
    }
    if with_entry(files, &Entry::new(entry.section, id), |_, _, _| Ok(())).is_ok() {
        return Err(EditError::Taken(id.to_owned()));
    }
    with_entry(files, entry, |text, table, chunk| {
        let original = text.raw.get(chunk.clone()).ok_or(EditError::Moved)?.trim_end();
        let renamed = renamed(text.file, original, entry, id, name)?;
        let end = chunk.end;
        let gap =
            if text.raw.get(..end).is_some_and(|before| before.ends_with('\n')) { "\n" } else { "\n\n" };
        let said = format!("{}を写して、「{name}」を作りました。", said::named(entry, table));
        let new = format!("{gap}{renamed}\n");
        Ok(Applied {
            patch: patch(text, (end..end, new))?,
            said,
            entry: Some(Entry { section: entry.section, id: id.to_owned(), nth: 0 }),
        })
    })
}

/// The same entry under another id and name.
fn renamed(file: &str, source: &str, entry: &Entry, id: &str, name: &str) -> Result<String, EditError> {
    let make = |source: &str, key: &str, language: Option<&str>, value: &str| {
        let text = parse(file, source)?;
        let mut tables = super::find::tables(&text.doc, entry.section).into_iter();
        let (_, table) = tables.next().ok_or(EditError::Moved)?;
        let (span, new) = write(&text, table, key, language, Some(&Plain::Text(value.to_owned())))?;
        let (before, after) = (source.get(..span.start), source.get(span.end..));
        Ok([before.unwrap_or_default(), &new, after.unwrap_or_default()].concat())
    };
    let source = if entry.section == Section::Condition {
        source.replacen(&format!("[condition.{}]", entry.id), &format!("[condition.{id}]"), 1)
    } else {
        make(source, entry.section.id_key(), None, id)?
    };
    let by_language = field(entry.section, entry.section.name_key())?.kind == FieldKind::Text;
    make(&source, entry.section.name_key(), by_language.then_some("ja"), name)
}

fn add(files: &PackFiles, file: &str, source: &str) -> Result<Applied, EditError> {
    let old = match files.get(file) {
        Some(bytes) => Some(std::str::from_utf8(bytes).map_err(|_| EditError::Moved)?),
        None => None,
    };
    let added = parse(file, source)?;
    let found = Section::ALL
        .into_iter()
        .find_map(|section| Some((section, *super::find::tables(&added.doc, section).first()?)));
    let (section, (id, table)) = found.ok_or_else(|| EditError::Broken(String::new()))?;
    let entry = Entry::new(section, id);
    let mut whole = old.unwrap_or_default().trim_end().to_owned();
    if !whole.is_empty() {
        whole.push_str("\n\n");
    }
    whole.push_str(source.trim());
    whole.push('\n');
    parse(file, &whole)?;
    let said = format!("{}を加えました。", said::named(&entry, table));
    // An id that is there already is the check's to say: another time may be meant.
    let mut entry = entry;
    while with_entry(files, &entry, |_, _, _| Ok(())).is_ok() {
        entry.nth += 1;
    }
    Ok(Applied { patch: Patch::between(file, old, &whole), said, entry: Some(entry) })
}
