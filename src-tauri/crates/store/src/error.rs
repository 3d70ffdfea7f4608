//! Everything that can go wrong with the terminal's database, in the officer's words.

use std::path::PathBuf;

/// Why the database could not do what was asked. Each sentence says what happened and what to do; none repeats what a
/// person said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    #[error(
        "案件のデータベース（{0}）が見つかりません。消えたのか、置き場所が変わったのかを確かめ、控えから戻してください。新しく作り直すことはしません。"
    )]
    Missing(PathBuf),
    #[error("案件のデータベース（{0}）はすでにあります。上書きはしません。")]
    Exists(PathBuf),
    #[error(
        "データベースの鍵が合わないか、ファイルの先頭が壊れています。鍵を確かめ、合っていれば控えから戻すか、読める記録を取り出してください。"
    )]
    WrongKey,
    #[error("データベースの鍵がありません。鍵の控えを戻してください。鍵がなければ中身は読めません。")]
    KeyMissing,
    #[error(
        "データベースの鍵（{0}）が読めません。持ち主だけが読める（0600）ファイルにし、中身を確かめてください。"
    )]
    KeyUnreadable(PathBuf),
    #[error(
        "データベースが壊れています（{0}）。控えから戻すか、読める記録を取り出してください。元のファイルは残してあります。"
    )]
    Damaged(String),
    #[error(
        "最後に保存した記録がなくなっています（保存 {expected} 件、残り {found} 件）。データベースの隣のファイル（-wal）が消えたか、古い控えと入れ替わっています。控えから戻すか、読める記録を取り出してください。"
    )]
    Lost { expected: u64, found: u64 },
    #[error(
        "このデータベースは新しい版のまどか（データベースの版 {found}）で作られています。このまどかが読めるのは版 {known} までです。まどかを新しくしてください。"
    )]
    Newer { found: u32, known: u32 },
    #[error("まどかのデータベースではありません。")]
    Foreign,
    #[error("練習のデータベースを、本番として開くことはできません。")]
    IsPractice,
    #[error("本番のデータベースを、練習として開くことはできません。")]
    IsReal,
    #[error(
        "ディスクがいっぱいで保存できません。画面の内容はそのままです。空きを作ってから、もう一度保存してください。"
    )]
    Full,
    #[error(
        "保存先に書き込めません（読み取り専用）。画面の内容はそのままです。書き込めるようにしてから、もう一度保存してください。"
    )]
    ReadOnly,
    #[error("データベースをほかのまどかが使っています。少し待って、もう一度行ってください。")]
    Busy,
    #[error("案件が見つかりません。")]
    UnknownCase,
    #[error("{0}")]
    Refused(#[from] madoka_casework::Refusal),
    #[error("{0}")]
    Format(#[from] madoka_casework::FormatError),
    #[error("同じ番号で内容の違う記録がすでにあります。案件を読み直してください。")]
    SameIdOtherEvent,
    #[error("記録のつながりが合いません（{0} 件目）。書き換えられたか、壊れています。控えと比べてください。")]
    Chain(u64),
    #[error("まだ送り終えていない記録がある案件は消せません。同期を待ってください。")]
    NotSentYet,
    #[error("職員IDかパスワードが違います。")]
    WrongPassword,
    #[error(
        "この職員は、この端末ではまだ（または、もう）サインインできません。サーバーにつないでサインインしてください。"
    )]
    NoVerifier,
    #[error("ファイル（{path}）を扱えません（{kind}）。")]
    File { path: PathBuf, kind: std::io::ErrorKind },
    #[error("データベースを使えません（{0}）。自己点検を行い、続くときは管理者に知らせてください。")]
    Other(String),
}

impl StoreError {
    /// The stable code shown beside the sentence.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "STORE-01",
            Self::Exists(_) => "STORE-02",
            Self::WrongKey => "STORE-03",
            Self::KeyMissing => "STORE-04",
            Self::KeyUnreadable(_) => "STORE-05",
            Self::Damaged(_) => "STORE-06",
            Self::Lost { .. } => "STORE-07",
            Self::Newer { .. } => "STORE-08",
            Self::Foreign => "STORE-09",
            Self::IsPractice => "STORE-10",
            Self::IsReal => "STORE-11",
            Self::Full => "STORE-12",
            Self::ReadOnly => "STORE-13",
            Self::Busy => "STORE-14",
            Self::UnknownCase => "STORE-15",
            Self::Refused(_) => "STORE-16",
            Self::Format(_) => "STORE-17",
            Self::SameIdOtherEvent => "STORE-18",
            Self::Chain(_) => "STORE-19",
            Self::NotSentYet => "STORE-20",
            Self::WrongPassword => "STORE-21",
            Self::NoVerifier => "STORE-22",
            Self::File { .. } => "STORE-23",
            Self::Other(_) => "STORE-99",
        }
    }

    /// The same call may work once its cause is gone; what was to be saved is still the caller's.
    pub const fn may_be_tried_again(&self) -> bool {
        matches!(self, Self::Full | Self::ReadOnly | Self::Busy)
    }
}

impl From<rusqlite::Error> for StoreError {
    /// SQLite's own sentences may quote values, so only its codes go on.
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let rusqlite::Error::SqliteFailure(failure, _) = &error else {
            return Self::Other(
                match error {
                    rusqlite::Error::QueryReturnedNoRows => "no rows",
                    rusqlite::Error::FromSqlConversionFailure(..)
                    | rusqlite::Error::InvalidColumnType(..) => "column",
                    _ => "call",
                }
                .to_owned(),
            );
        };
        match failure.code {
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DatabaseCorrupt => Self::Damaged(format!("SQLite {}", failure.extended_code)),
            ErrorCode::NotADatabase => Self::WrongKey,
            // A write or sync that failed below SQLite: on Linux that is a full or vanished disk (EDQUOT, EFBIG, EIO).
            ErrorCode::SystemIoFailure
                if matches!(
                    failure.extended_code,
                    rusqlite::ffi::SQLITE_IOERR_WRITE
                        | rusqlite::ffi::SQLITE_IOERR_FSYNC
                        | rusqlite::ffi::SQLITE_IOERR_TRUNCATE
                        | rusqlite::ffi::SQLITE_IOERR_SHMSIZE
                ) =>
            {
                Self::Full
            }
            _ => Self::Other(format!("SQLite {}", failure.extended_code)),
        }
    }
}

/// Names the file, never what is in it.
pub(crate) fn file_error(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> StoreError + '_ {
    move |error| match error.kind() {
        std::io::ErrorKind::StorageFull
        | std::io::ErrorKind::FileTooLarge
        | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
        std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        kind => StoreError::File { path: path.to_owned(), kind },
    }
}
