//! `madokactl case`: the cases of a terminal, from a shell.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use jiff::civil::Date;
use madoka_counter::export::{Charset, Column, Format, Unmappable, export};
use madoka_counter::{Counter, MachineClock};
use serde_json::json;

use crate::failure::Failure;
use crate::say::Say;

#[derive(Debug, Subcommand)]
pub(crate) enum CaseCommand {
    /// その日の案件の一覧（個人の情報は出しません）
    List {
        #[command(flatten)]
        place: Place,
        /// 受け付けた日（省くと今日）
        #[arg(long, value_name = "DATE", value_parser = crate::day)]
        on: Option<Date>,
    },
    /// 1つの案件（事実と手続を出します）
    Show {
        #[command(flatten)]
        place: Place,
        /// 案件のID
        #[arg(value_name = "ID")]
        case: String,
    },
    /// 案件をデータとして書き出す
    Export {
        #[command(flatten)]
        place: Place,
        #[arg(long, value_name = "DATE", value_parser = crate::day)]
        on: Option<Date>,
        #[arg(long, value_enum, default_value = "csv")]
        format: FormatName,
        #[arg(long, value_enum, default_value = "utf-8")]
        charset: CharsetName,
        /// 列（受け取る側の順。コンマ区切り。例：number,applicant.name,procedure:death.funeral）
        #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
        columns: Vec<String>,
        /// 文字コードにない字を〓にして書き出す（省くと、書き出さずに知らせる）
        #[arg(long)]
        geta: bool,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// まどかのデータフォルダー
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FormatName {
    Csv,
    Json,
    /// 1件1行のJSON
    Lines,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum CharsetName {
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "shift_jis")]
    ShiftJis,
}

pub(crate) fn run(command: CaseCommand, say: &mut Say) -> Result<(), Failure> {
    match command {
        CaseCommand::List { place, on } => list(&place.data, on, say),
        CaseCommand::Show { place, case } => show(&place.data, &case, say),
        CaseCommand::Export { place, on, format, charset, columns, geta, out } => {
            let format = match format {
                FormatName::Csv => Format::Csv,
                FormatName::Json => Format::Json,
                FormatName::Lines => Format::Lines,
            };
            let charset = match charset {
                CharsetName::Utf8 => Charset::Utf8,
                CharsetName::ShiftJis => Charset::ShiftJis,
            };
            let columns = if columns.is_empty() {
                Column::usual()
            } else {
                columns.iter().map(|column| column.parse()).collect::<Result<Vec<_>, _>>()?
            };
            let unmappable = if geta { Unmappable::Geta } else { Unmappable::Refuse };
            let mut counter = open(&place.data)?;
            let records = counter.records(on)?;
            let exported = export(&records, &columns, format, charset, unmappable)?;
            std::fs::write(&out, &exported.bytes).map_err(|error| Failure::Write {
                path: out.display().to_string(),
                reason: error.kind().to_string(),
            })?;
            for lost in &exported.lost {
                Say::note(format!("案件 {} の「{}」：{} は〓にしました", lost.case, lost.column, lost.glyph));
            }
            say.line(format!("{}件を書き出しました：{}", records.len(), out.display()));
            say.document(&json!({ "cases": records.len(), "unmappable": exported.lost.len() }));
            Ok(())
        }
    }
}

/// Only what is there already: asking about cases never makes a new, empty database.
fn open(data: &Path) -> Result<Counter, Failure> {
    Ok(Counter::of_folder(data, MachineClock)?)
}

fn list(data: &Path, on: Option<Date>, say: &mut Say) -> Result<(), Failure> {
    let counter = open(data)?;
    let mut rows = counter.cases_on(on)?;
    for row in &mut rows {
        // A list may lie about on a desk: it names nobody. `show` does.
        row.name.clear();
        say.line(format!(
            "{}　{:>6}番　{}　{}　{}",
            row.id,
            row.ticket,
            row.life_event.ja,
            row.opened,
            row.state.label()
        ));
    }
    say.document(&json!({ "cases": rows }));
    Ok(())
}

fn show(data: &Path, case: &str, say: &mut Say) -> Result<(), Failure> {
    let mut counter = open(data)?;
    let id = case.parse().map_err(|_| Failure::CaseId)?;
    let visit = counter.looked_at(id)?;
    say.line(format!("{}番　{}　{}", visit.case.ticket, visit.case.life_event.ja, visit.case.state.label()));
    for person in &visit.people.persons {
        for fact in &person.facts {
            say.line(format!("{}の{}：{}", person.title, fact.label, fact.value));
        }
    }
    for row in &visit.procedures.rows {
        say.line(format!("・{}［{}］{}", row.name.ja, row.id, row.deadline));
    }
    say.document(&json!(visit));
    Ok(())
}
