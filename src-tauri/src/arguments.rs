//! The command line of the window.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
まどか（書かない窓口）

  madoka [--practice] [--data DIR] [--announce]

  --practice    練習モードで開く（架空の住民）。市のサーバーに登録していない端末は、いつも練習モードです
  --data DIR    設定と記録を置くフォルダー
  --announce    画面が使えるようになったら、標準出力に一行知らせる
";

#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) help: bool,
    pub(crate) practice: bool,
    pub(crate) data: Option<PathBuf>,
    pub(crate) announce: bool,
}

impl Arguments {
    pub(crate) fn read() -> Result<Self, lexopt::Error> {
        use lexopt::prelude::{Long, Short};

        let mut arguments = Self::default();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => arguments.help = true,
                Long("data") => arguments.data = Some(parser.value()?.into()),
                Long("announce") => arguments.announce = true,
                Long("practice") => arguments.practice = true,
                other => return Err(other.unexpected()),
            }
        }
        Ok(arguments)
    }
}

/// Wrong usage: exit code 2, as all our programs do.
pub(crate) fn refuse(error: &lexopt::Error) -> ExitCode {
    // Nobody may be listening; there is nothing better to do then.
    let _ = write!(std::io::stderr(), "madoka: {error}\n\n{HELP}");
    ExitCode::from(2)
}

pub(crate) fn help() -> ExitCode {
    let _ = write!(std::io::stdout(), "{HELP}");
    ExitCode::SUCCESS
}
