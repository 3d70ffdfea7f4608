//! カードリーダー

use madoka_card::Readers;

use super::{Check, Part};

pub(super) fn check() -> Check {
    let (names, absent, todo) = match madoka_card::readers() {
        Readers::NoService => (
            Vec::new(),
            "読み取りサービスが止まっています",
            "カードの読み取りサービス（PC/SC）を起動してください。Windows では「Smart Card」、Linux では pcscd です。",
        ),
        Readers::Found(names) => {
            (names, "未接続", "カードリーダーを USB につないでください。つなぐと自動で見つかります。")
        }
    };
    Check::devices(Part::Reader, names, absent, todo)
}
