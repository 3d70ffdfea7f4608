//! Every error an officer can meet, with its code and its sentences: the one place where errors become words.

use madoka_casework::{Refusal, TicketError};

use crate::view::Problem;

/// Why the counter could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CounterError {
    #[error(transparent)]
    Ticket(#[from] TicketError),
    #[error("受付番号はもう使われています")]
    TicketTaken,
    #[error("このライフイベントは手続パックにありません")]
    UnknownLifeEvent,
    #[error("案件が見つかりません")]
    UnknownCase,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("手続パックを読めませんでした")]
    PackBroken(Vec<madoka_rules::Problem>),
    #[error("設定を読めませんでした")]
    SettingsUnreadable(#[source] std::io::Error),
    #[error("設定ファイルの書き方が正しくありません")]
    SettingsBroken(#[source] Box<toml::de::Error>),
    #[error("設定を保存できませんでした")]
    SettingsNotSaved(#[source] std::io::Error),
    #[error("前の設定ファイルを読めなかったので、上書きしていません")]
    SettingsKept,
}

impl CounterError {
    /// Stable for ever: manuals and support calls refer to it. A retired code is not given again.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ticket(_) => "CASE-01",
            Self::TicketTaken => "CASE-02",
            Self::UnknownLifeEvent => "CASE-03",
            Self::UnknownCase => "CASE-04",
            Self::Refused(_) => "CASE-05",
            Self::PackBroken(_) => "PACK-01",
            Self::SettingsUnreadable(_) => "SET-01",
            Self::SettingsBroken(_) => "SET-02",
            Self::SettingsNotSaved(_) => "SET-03",
            Self::SettingsKept => "SET-04",
        }
    }

    /// What the officer can do about it.
    fn todo(&self) -> &'static str {
        match self {
            Self::Ticket(_) => "番号札のとおりに入れ直してください。空のままなら自動で番号が付きます。",
            Self::TicketTaken => {
                "番号札を確かめてください。同じ方の続きなら、一覧にある案件を使ってください。"
            }
            Self::UnknownLifeEvent => {
                "画面を開き直してください。直らないときは手続パックの管理者に知らせてください。"
            }
            Self::UnknownCase => "一覧を見直してください。ほかの端末で動かされたことがあります。",
            Self::Refused(_) => "一覧で今の状態を確かめてください。",
            Self::PackBroken(_) => {
                "まどかを入れ直してください。直らないときは `madokactl pack check` の知らせを管理者に伝えてください。"
            }
            Self::SettingsUnreadable(_) => {
                "初めの設定で開きました。データフォルダーを読む権限を確かめてください。"
            }
            Self::SettingsBroken(_) => {
                "初めの設定で開きました。データフォルダーの settings.toml を直すか、別の名前に変えてください。"
            }
            Self::SettingsNotSaved(_) => {
                "今の表示はこのまま使えますが、次に開くと元に戻ります。データフォルダーの空き容量と書き込みの権限を確かめてください。"
            }
            Self::SettingsKept => {
                "今の表示はこのまま使えますが、次に開くと元に戻ります。データフォルダーの settings.toml を確かめてください。"
            }
        }
    }
}

impl From<&CounterError> for Problem {
    fn from(error: &CounterError) -> Self {
        Self { code: error.code().into(), what: format!("{error}。"), todo: error.todo().into() }
    }
}
