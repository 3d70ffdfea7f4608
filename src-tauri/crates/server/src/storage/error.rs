//! Why the storage could not do what was asked. Never what was in it: a database's own words may repeat a name.

use std::path::PathBuf;

/// Why a read or a write did not happen. A write that failed left everything as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    #[error("サーバーのディスクがいっぱいで、保存できませんでした。何も失われていません。")]
    Full,
    #[error("サーバーのデータベースが混み合っているか、つながりません。何も変わっていません。")]
    Unavailable,
    #[error("サーバーのデータベースのファイルが壊れているか、鍵が合いません。")]
    Damaged,
    /// A key that must be single is there already, or a rule of the table is broken.
    #[error("同じものがすでにあります。")]
    Conflict,
    #[error(
        "データベースは新しい版（{module} 第{found}版）で作られています。このプログラムは第{known}版までです。"
    )]
    Newer { module: &'static str, found: i64, known: i64 },
    #[error("データベースの中身が、読もうとした形と違います（{0}番目の列）。")]
    Column(usize),
    /// An earlier statement of this transaction failed; its error was not passed on.
    #[error("この書込みは途中で失敗したので、なかったことにしました。")]
    Spoiled,
    #[error("サーバーの中の誤りです（{0}）。")]
    Internal(&'static str),
    /// What PostgreSQL or SQLite calls it, without its words.
    #[error("データベースの誤りです（{0}）。")]
    Other(String),
    #[error("ファイル{0}を扱えません（{1}）。")]
    File(PathBuf, std::io::ErrorKind),
    #[error("データベース{0}がありません。")]
    Missing(PathBuf),
    #[error("データベース{0}がすでにあります。")]
    Exists(PathBuf),
}

impl StorageError {
    /// Whether the same request may well succeed a little later.
    pub fn may_be_tried_again(&self) -> bool {
        matches!(self, Self::Full | Self::Unavailable)
    }
}
