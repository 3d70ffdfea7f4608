//! `madokad …`: what an administrator does on the server itself. `--json` prints one JSON document; exit 0 done, 1 refused
//! or failed (why on stderr, with its code), 2 wrong usage.

pub(crate) mod by;
mod city_key;
mod enrol;
mod free;
mod keep;
pub(crate) mod secrets;
mod serve;
mod user;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use madoka_casework::StaffId;
use serde_json::{Value as Json, json};

use crate::access::Role;
use crate::audit::{self, Act, Entry};
use crate::backup::BackupError;
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, ConfigError, TEMPLATE};
use crate::packs;
use crate::password;
use crate::people::{self, NewStaff};
use crate::problem::{Problem, ServerError};
use crate::program;
use crate::register;
use crate::server::{City, Server};
use crate::storage::StorageError;

/// まどかのサーバー（LGWANの中の一台、一つの市）
#[derive(Debug, Parser)]
#[command(name = "madokad", version)]
struct Arguments {
    /// データフォルダー（設定 madokad.toml、鍵、データベース）
    #[arg(long, global = true, default_value = "/var/lib/madokad")]
    data: PathBuf,
    /// 結果を一つのJSONで出す
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 市を作る: 認証局、署名の鍵、空のデータベース、はじめの管理者
    Init(Init),
    /// サーバーを動かす
    Serve,
    /// 端末: 登録票を作る、取り消す、一覧（端末の名前を書かないとき）
    Enrol(enrol::Enrol),
    /// 職員: 登録、役割、停止、CSVからの取込み
    #[command(subcommand)]
    User(user::User),
    /// 手続パック: 取込み、申請、承認・公開、先行公開、版を戻す、書出し
    #[command(subcommand)]
    Pack(packs::cli::PackCommand),
    /// 端末のまどかの新しい版: 取込み、承認、先行、中止
    #[command(subcommand)]
    Program(program::cli::ProgramCommand),
    /// 控えを取る（動かしたままでよい）
    Backup(keep::Backup),
    /// 控えから新しいデータフォルダーに戻す
    Restore(keep::Restore),
    /// データベースか控えが壊れていないか、監査の記録がつながっているか確かめる
    Verify(keep::Verify),
    /// 今の様子
    Status,
    /// 保存期間の過ぎたものを、夜を待たずに消す
    Tidy,
    /// なくした端末が持っている案件を見る、担当を外す
    Free(free::Free),
    /// 市の署名の鍵を見る、取り替える
    CityKey(city_key::CityKey),
    /// 宛名・資格: 取込み、様子、消去
    #[command(subcommand)]
    Register(register::cli::RegisterCommand),
}

#[derive(Debug, clap::Args)]
struct Init {
    /// 全国地方公共団体コード（6桁）
    #[arg(long)]
    city: String,
    /// 市の名前
    #[arg(long)]
    name: String,
    /// はじめの管理者の職員番号
    #[arg(long)]
    admin: String,
    /// その表示名
    #[arg(long, default_value = "管理者")]
    admin_name: String,
    /// そのパスワードを標準入力から読む。なければ作って一度だけ出す
    #[arg(long)]
    password_stdin: bool,
}

/// What a command answers.
#[derive(Debug, Clone)]
pub struct Report {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: Json,
}

impl Report {
    pub fn new(text: impl Into<String>, json: Json) -> Self {
        Self { text: text.into(), json }
    }
}

/// Why a command did not do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    code: &'static str,
    message: String,
    fix: &'static str,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { code: problem.code, message: problem.message, fix: problem.fix }
    }
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        Problem::from(error).into()
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        ServerError::from(error).into()
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let fix = "元の控えや元のデータは変わっていません。空き・権限・鍵のファイルを確かめてください。";
        Self { code: error.code(), message: error.to_string(), fix }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self {
            code: "SRV-70",
            message: error.to_string(),
            fix: "設定の説明（server/README.md）を見て直してください。",
        }
    }
}

impl Failure {
    fn usage(message: impl Into<String>) -> Self {
        Self { code: "SRV-71", message: message.into(), fix: "" }
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    // Wrong usage ends here, with 2.
    let Arguments { data, json, command } = Arguments::parse();
    let done = run(&data, command);
    let written = match &done {
        Ok(Report { json: document, .. }) if json => writeln!(std::io::stdout(), "{document}"),
        Ok(Report { text, .. }) if text.is_empty() => Ok(()),
        Ok(Report { text, .. }) => writeln!(std::io::stdout(), "{}", text.trim_end()),
        Err(Failure { code, message, fix }) => {
            writeln!(std::io::stderr(), "{code}: {message}{}{fix}", if fix.is_empty() { "" } else { " " })
        }
    };
    if done.is_ok() && written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(data: &Path, command: Command) -> Result<Report, Failure> {
    match command {
        Command::Init(init) => self::init(data, init),
        Command::Serve => serve::serve(data),
        Command::Enrol(enrol) => enrol.run(&open(data)?),
        Command::User(user) => user.run(&open(data)?),
        Command::Pack(command) => Ok(packs::cli::run(&open(data)?, command)?),
        Command::Program(command) => Ok(program::cli::run(&open(data)?, command)?),
        Command::Backup(backup) => backup.run(&open(data)?),
        Command::Restore(restore) => restore.run(data),
        Command::Verify(verify) => verify.run(data),
        Command::Status => keep::status(&open(data)?),
        Command::Tidy => keep::tidy(&open(data)?),
        Command::Free(free) => free.run(&open(data)?),
        Command::CityKey(key) => key.run(&open(data)?),
        Command::Register(command) => Ok(register::cli::run(&open(data)?, command)?),
    }
}

/// The city of a data folder.
fn open(data: &Path) -> Result<Server, Failure> {
    Ok(Server::open(data, Config::read(data)?, Arc::new(SystemClock))?)
}

fn init(data: &Path, init: Init) -> Result<Report, Failure> {
    if init.city.len() != 6 || !init.city.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Failure::usage("市のコードは数字6桁です。"));
    }
    let admin = StaffId::parse(&init.admin).map_err(|error| Failure::usage(error.to_string()))?;
    let config = Config::read(data)?;
    let cost = config.sign_in.cost();
    let (password, given) =
        if init.password_stdin { (secrets::new_password()?, true) } else { (password::random()?, false) };
    password::good(&password, &admin)?;
    let city = City { code: init.city, name: init.name };
    let toml = data.join("madokad.toml");
    if !toml.exists() {
        let wrong = |error: std::io::Error| StorageError::File(toml.clone(), error.kind());
        std::fs::create_dir_all(data).and_then(|()| std::fs::write(&toml, TEMPLATE)).map_err(wrong)?;
    }
    let server = Server::create(data, config, Arc::new(SystemClock), city)?;
    let new = NewStaff {
        staff: admin.clone(),
        name: init.admin_name,
        password: password::hash(&password, cost)?,
        roles: vec![Role::Administrator],
        offices: Vec::new(),
        must_change: !given,
    };
    let entry = Entry::by_server(SystemClock.now(), Act::StaffChanged).what(admin.as_str());
    server.db().write_and_wait(move |tx| -> Result<_, StorageError> {
        people::add(tx, &new)?;
        audit::write(tx, &entry)
    })?;
    let mut text =
        format!("{}のサーバーを{}に作りました。\n管理者: {admin}\n", server.city().name, data.display());
    if !given {
        // Writing into memory does not fail.
        let _ = writeln!(text, "はじめのパスワード（一度だけ表示します）: {}", password.expose());
    }
    let _ = write!(
        text,
        "次のファイルを、この機械と別の場所に保管してください。控えを開く鍵です: {}\n次は: {}のserve.namesを書き換え、madokad serve --data {}",
        crate::server::keys(data).join(crate::backup::KEY).display(),
        toml.display(),
        data.display()
    );
    let json = json!({
        "city": server.city().code, "name": server.city().name, "admin": admin,
        "password": (!given).then(|| password.expose()),
        "city_key": server.db().read_and_wait({
            let server = server.clone();
            move |tx| server.city_key(tx)
        })?,
    });
    Ok(Report::new(text, json))
}
