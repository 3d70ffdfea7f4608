//! `madokactl`: Madoka from a shell, for tests, RPA and administrators.
//!
//! It prints for people; with `--json` one JSON document on stdout. Exit code 0 done, 1 refused or failed (the reason on
//! stderr, with its code), 2 wrong usage. The rules live in the floors below; here are arguments, files and words.
//!
//! ```text
//! madokactl pack check assets/sample-city
//! madokactl judge --pack assets/sample-city --facts facts.json --on 2026-11-01
//! ```

mod card;
mod case;
mod detect;
mod directory;
mod failure;
mod fill;
mod guide;
mod judge;
mod ocr;
mod pack;
mod preentry;
mod print;
mod say;
mod update;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jiff::civil::Date;
use madoka_forms::guide::Language;
use madoka_forms::print::{Paper, PrinterUri, Sides};

use crate::say::Say;

/// まどか：窓口の手続判定を、コマンドから使います。
#[derive(Debug, Parser)]
#[command(name = "madokactl", version, arg_required_else_help = true)]
struct Arguments {
    /// 人向けの文ではなく、JSONを1つ出力します
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 手続パックを調べる・試す・作る・比べる
    #[command(subcommand)]
    Pack(PackCommand),
    /// 端末に残っている案件
    #[command(subcommand)]
    Case(case::CaseCommand),
    /// カードリーダーとカード
    #[command(subcommand)]
    Card(card::CardCommand),
    /// まどかの新しい版を入れる（Debian の端末）
    #[command(subcommand)]
    Update(update::UpdateCommand),
    /// 本人確認書類などの画像を読み取る（氏名を含む。結果は画面だけに出す）
    Ocr {
        /// 画像（JPEG・PNG・TIFF、走査したPDF）
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// 書類の種類（省くと自分で見分ける）: licence、mynumber、residence、move_out…
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// 読み取る日（省くと今日）
        #[arg(long, value_name = "DATE", value_parser = day)]
        on: Option<Date>,
        /// 一枚に写ったすべての書類と、PDFのすべてのページを読む
        #[arg(long)]
        all: bool,
    },
    /// 事実から、必要な手続を判定する
    Judge {
        /// 手続パックのフォルダ（または公開用ファイル）
        #[arg(long, value_name = "DIR")]
        pack: PathBuf,
        /// 事実のJSON（「-」なら標準入力）
        #[arg(long, value_name = "FILE")]
        facts: PathBuf,
        /// 判定する日（省くと case.visit_date、それもなければ今日）
        #[arg(long, value_name = "DATE", value_parser = day)]
        on: Option<Date>,
    },

    /// 要る手続の様式に印字した書類一式を作る
    Fill {
        /// 手続パックのフォルダ（または公開用ファイル）
        #[arg(long, value_name = "DIR")]
        pack: PathBuf,
        /// 事実のJSON（「-」なら標準入力）
        #[arg(long, value_name = "FILE")]
        facts: PathBuf,
        /// この様式だけ（繰り返せます。省くと、要る手続のすべて）
        #[arg(long = "form", value_name = "ID")]
        forms: Vec<String>,
        /// 値だけを印字する（様式が印刷済みの用紙に）
        #[arg(long)]
        values_only: bool,
        /// プリンターの名（form.toml の印字ずれの補正に使う）
        #[arg(long, value_name = "NAME")]
        printer: Option<String>,
        /// 判定する日（省くと case.visit_date、それもなければ今日）
        #[arg(long, value_name = "DATE", value_parser = day)]
        on: Option<Date>,
        /// 練習用の透かしを入れる
        #[arg(long)]
        practice: bool,
        /// 職員用の確認票を付ける
        #[arg(long)]
        cover: bool,
        /// 案件の番号（奥の課へ回る紙に二次元コードで入る）
        #[arg(long, value_name = "NUMBER")]
        case_number: Option<String>,
        /// 出力先
        #[arg(long, value_name = "FILE.pdf")]
        out: PathBuf,
    },
    /// 住民が持ち帰る案内書を作る
    Guide {
        /// 手続パックのフォルダ（または公開用ファイル）
        #[arg(long, value_name = "DIR")]
        pack: PathBuf,
        /// 事実のJSON（「-」なら標準入力）
        #[arg(long, value_name = "FILE")]
        facts: PathBuf,
        /// 言葉：ja 日本語、easy やさしい日本語、en 英語
        #[arg(long, value_name = "LANG", default_value = "ja", value_parser = language)]
        lang: Language,
        /// 判定する日（省くと case.visit_date、それもなければ今日）
        #[arg(long, value_name = "DATE", value_parser = day)]
        on: Option<Date>,
        /// 練習用の透かしを入れる
        #[arg(long)]
        practice: bool,
        /// 出力先
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// 様式
    #[command(subcommand)]
    Form(FormCommand),
    /// PDFを印刷し、終わるまで見届ける
    Print {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// プリンターの場所（ipp://192.168.10.31/ipp/print など）
        #[arg(long, value_name = "URI")]
        printer: PrinterUri,
        /// 用紙：A3 A4 A5 A6 B4 B5（省くとPDFの大きさから）
        #[arg(long, value_name = "PAPER", value_parser = paper)]
        paper: Option<Paper>,
        /// 両面：long 長辺とじ、short 短辺とじ
        #[arg(long, value_name = "EDGE", value_parser = edge)]
        duplex: Option<Sides>,
        /// 給紙トレイ（プリンターの呼び名で）
        #[arg(long, value_name = "TRAY")]
        tray: Option<String>,
        /// 部数
        #[arg(long, value_name = "N", default_value_t = 1)]
        copies: u32,
        /// この秒数で終わらなければ取り消す
        #[arg(long, value_name = "SECONDS", default_value_t = 600)]
        wait: u64,
    },
}

#[derive(Debug, Subcommand)]
enum FormCommand {
    /// 市の用紙（PDF・PNG・JPEG）から記入欄を見つけ、form.toml の案を書く
    Detect {
        /// 記入前の用紙
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// 出力先（省くと見つけた欄を並べるだけ）
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// 様式の記入欄を紙に重ねて見る
    Preview {
        /// 様式のフォルダ（form.toml と背景）
        #[arg(value_name = "FORM_DIR")]
        folder: PathBuf,
        /// 事実の名を確かめる手続パック
        #[arg(long, value_name = "DIR")]
        pack: Option<PathBuf>,
        /// 出力先（.png か .pdf。2ページ目からは名前に -2 が付く）
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum PackCommand {
    /// 誤りと注意を調べる
    Check {
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
    /// 場面テストを実行する
    Test {
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
    /// 公開用のファイルを作る
    Build {
        #[arg(value_name = "DIR")]
        directory: PathBuf,
        /// 出力先
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// 承認者の秘密鍵のファイル（32バイトをbase64で）
        #[arg(long, value_name = "KEY")]
        sign: Option<PathBuf>,
        /// 市の秘密鍵のファイル
        #[arg(long, value_name = "KEY")]
        city_sign: Option<PathBuf>,
    },
    /// 住民が家で使う事前入力ページを作る（1つのHTMLファイル）
    Preentry {
        #[arg(value_name = "DIR")]
        directory: PathBuf,
        /// 市の事前入力の鍵のファイル（公開の鍵でも秘密の鍵でもよい。ページに入るのは公開の鍵だけ）
        #[arg(long, value_name = "KEY")]
        key: PathBuf,
        /// 出力先
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// コードを使える日数
        #[arg(long, value_name = "DAYS", default_value_t = 30)]
        days: u16,
        /// この日の質問で作る（省くと今日）
        #[arg(long, value_name = "DATE", value_parser = day)]
        on: Option<Date>,
        /// ページのひな形（省くと、いっしょに作られたもの）
        #[arg(long, value_name = "FILE")]
        template: Option<PathBuf>,
    },
    /// 事前入力の鍵を作る
    PreentryKey {
        /// 秘密の鍵の出力先（すでにあるファイルには書きません）
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// 2つの手続パックで、だれの判定が変わるかを調べる
    Diff {
        #[arg(value_name = "OLD")]
        old: PathBuf,
        #[arg(value_name = "NEW")]
        new: PathBuf,
    },
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "日付は 2026-11-01 のように書いてください".to_owned())
}

fn language(word: &str) -> Result<Language, String> {
    Language::of(word).ok_or_else(|| "ja、easy、en のどれかにしてください".to_owned())
}

fn paper(word: &str) -> Result<Paper, String> {
    Paper::of_label(word).ok_or_else(|| "A3、A4、A5、A6、B4、B5 のどれかにしてください".to_owned())
}

fn edge(word: &str) -> Result<Sides, String> {
    match word {
        "long" => Ok(Sides::LongEdge),
        "short" => Ok(Sides::ShortEdge),
        _ => Err("long か short にしてください".to_owned()),
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut say = Say::new(arguments.json);
    let done = match arguments.command {
        Command::Pack(PackCommand::Check { directory }) => pack::check(&directory, &mut say),
        Command::Pack(PackCommand::Test { directory }) => pack::test(&directory, &mut say),
        Command::Pack(PackCommand::Build { directory, out, sign, city_sign }) => {
            pack::build(&directory, &out, sign.as_deref(), city_sign.as_deref(), &mut say)
        }
        Command::Pack(PackCommand::Preentry { directory, key, out, days, on, template }) => {
            let page = preentry::Page {
                directory: &directory,
                key: &key,
                template: template.as_deref(),
                out: &out,
                days,
                on,
            };
            preentry::page(&page, &mut say)
        }
        Command::Pack(PackCommand::PreentryKey { out }) => preentry::key(&out, &mut say),
        Command::Pack(PackCommand::Diff { old, new }) => pack::diff(&old, &new, &mut say),
        Command::Fill { pack, facts, forms, values_only, printer, on, practice, cover, case_number, out } => {
            let (pack, facts, forms, out) = (&pack, &facts, &forms, &out);
            let asked = fill::Fill {
                pack,
                facts,
                forms,
                values_only,
                printer,
                practice,
                cover,
                case_number,
                on,
                out,
            };
            fill::fill(&asked, &mut say)
        }
        Command::Guide { pack, facts, lang, on, practice, out } => {
            let asked = guide::Guide { pack: &pack, facts: &facts, language: lang, on, practice, out: &out };
            guide::guide(&asked, &mut say)
        }
        Command::Print { file, printer, paper, duplex, tray, copies, wait } => {
            let sides = duplex.unwrap_or_default();
            let asked = print::Print { file: &file, printer, paper, sides, tray, copies, patience: wait };
            print::print(&asked, &mut say)
        }
        Command::Case(command) => case::run(command, &mut say),
        Command::Update(command) => update::update(&command, &mut say),
        Command::Card(command) => card::card(&command, &mut say),
        Command::Form(FormCommand::Preview { folder, pack, out }) => {
            fill::preview(&folder, pack.as_deref(), &out, &mut say)
        }
        Command::Form(FormCommand::Detect { file, out }) => detect::detect(&file, out.as_deref(), &mut say),
        Command::Ocr { file, kind, on, all } => ocr::ocr(&file, kind.as_deref(), on, all, &mut say),
        Command::Judge { pack, facts, on } => judge::judge(&pack, &facts, on, &mut say),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            Say::failure(&failure);
            ExitCode::from(1)
        }
    }
}
