//! Every reason why something was not printed, with its code, and what the officer can do.

use super::spool::{Digest, SpoolError};

/// Why printing did not happen. Nothing in here is personal: it may be shown, logged and told on the telephone.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    #[error("プリンターの場所「{given}」は使えません（{why}）")]
    Address { given: String, why: &'static str },
    #[error("プリンターにつながりません")]
    Offline,
    #[error("プリンターの返事がありません")]
    Silent,
    #[error("プリンターの返事を読めません")]
    Garbled,
    #[error("この場所にプリンターがありません")]
    NoSuchPrinter,
    #[error("プリンターが印刷を受け付けていません")]
    NotAccepting,
    #[error("プリンターが断りました（{status}）")]
    Refused { status: String },
    #[error("このプリンターは PDF を印刷できません")]
    NotForPdf,
    #[error("このプリンターは{paper}の紙に印刷できません")]
    Paper { paper: &'static str },
    #[error("このプリンターは両面印刷ができません")]
    Sides,
    #[error("このプリンターに「{tray}」という給紙トレイがありません")]
    Tray { tray: String },
    #[error("このプリンターが一度に刷れるのは{most}部までです")]
    Copies { most: u32 },
    #[error("印刷するものが PDF ではありません")]
    NotPdf,
    #[error("印刷待ちの記録を読み書きできません")]
    Spool(#[from] SpoolError),
    #[error("プレビューしたあとで書類の内容が変わりました")]
    Changed { seen: Digest, now: Digest },
    #[error("印刷する書類を作れませんでした（{0}）")]
    Typeset(String),
    #[error("その印刷は見つかりません")]
    UnknownEntry,
    #[error("その印刷は今、その操作ができません（{stage}）")]
    WrongStage { stage: &'static str },
}

impl PrintError {
    /// Stable for ever: manuals and support calls refer to it. A retired code is not given again.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Address { .. } => "PRINT-01",
            Self::Offline => "PRINT-02",
            Self::Silent => "PRINT-03",
            Self::Garbled => "PRINT-04",
            Self::NoSuchPrinter => "PRINT-05",
            Self::NotAccepting => "PRINT-06",
            Self::Refused { .. } => "PRINT-07",
            Self::NotForPdf => "PRINT-08",
            Self::Paper { .. } => "PRINT-09",
            Self::Sides => "PRINT-10",
            Self::Tray { .. } => "PRINT-11",
            Self::Copies { .. } => "PRINT-12",
            Self::NotPdf => "PRINT-13",
            Self::Spool(_) => "PRINT-14",
            Self::Changed { .. } => "PRINT-15",
            Self::Typeset(_) => "PRINT-16",
            Self::UnknownEntry => "PRINT-17",
            Self::WrongStage { .. } => "PRINT-18",
        }
    }

    /// What the officer can do about it.
    pub const fn todo(&self) -> &'static str {
        match self {
            Self::Address { .. } => {
                "「ipp://192.168.10.31/ipp/print」のような、庁内のプリンターの場所を入れてください。"
            }
            Self::Offline => {
                "電源が入っているか、ケーブルが抜けていないかを確かめてください。つながれば続きから印刷します。"
            }
            Self::Silent => {
                "プリンターの画面に知らせが出ていないか見てください。直らないときは電源を入れ直してください。"
            }
            Self::Garbled => {
                "プリンターの場所の設定を確かめてください。直らないときは情報政策の担当に知らせてください。"
            }
            Self::NoSuchPrinter => "設定でプリンターを選び直してください。",
            Self::NotAccepting => {
                "プリンターの画面か、印刷サービスの設定で、受付を再開してください。急ぐときは別のプリンターを選んでください。"
            }
            Self::Refused { .. } => "用紙・両面・トレイの設定を確かめて、もう一度印刷してください。",
            Self::NotForPdf => {
                "PDF を受け取れる別のプリンターを選ぶか、印刷サービス（CUPS）に登録して、そちらを選んでください。"
            }
            Self::Paper { .. } => "その大きさの紙を入れられる別のプリンターを選んでください。",
            Self::Sides => "片面に変えるか、両面印刷のできるプリンターを選んでください。",
            Self::Tray { .. } => "設定でトレイを選び直してください。",
            Self::Copies { .. } => "部数を減らし、分けて印刷してください。",
            Self::NotPdf => "PDF のファイルを選んでください。",
            Self::Spool(_) => "ディスクの空きと権限を確かめてください。印刷はまだ始まっていません。",
            Self::Changed { .. } => "もう一度プレビューで確かめてから、印刷し直してください。",
            Self::Typeset(_) => "案件を開いて書類を確かめ、印刷し直してください。",
            Self::UnknownEntry => "一覧を見直してください。",
            Self::WrongStage { .. } => "一覧で今の状態を確かめてください。",
        }
    }

    /// The printer may yet be reached: waiting is right, giving up is not.
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Offline | Self::Silent | Self::NotAccepting)
    }
}
