//! カードリーダー

use madoka_card::Readers;

use super::{Check, Part};

pub(super) fn check() -> Check {
    let (names, absent, todo) = match madoka_card::readers() {
        Readers::NoService => (
            Vec::new(),
            "読み取りサービスが止まっています",
            "カードの読み取りサービス（PC/SC）を起動してください。Windows では「Smart Card」、Linux では pcscd です。リーダーを全部抜いた後は、一台差し直すと動き出すことがあります。",
        ),
        Readers::Refused => (
            Vec::new(),
            "この利用者は使えません",
            "カードの読み取りサービス（pcscd）が、この利用者を断っています。管理者に、polkit の access_pcsc と access_card を許すよう頼んでください。",
        ),
        Readers::Found(names) => (
            names,
            "未接続",
            "カードリーダーを USB につないでください。つなぐと自動で見つかります。つないでも出ないときは、別の差込口に替えるか、リーダーのドライバー（PaSoRi RC-S380 は Windows の NFC ポートソフトウェアが要ります）を確かめてください。",
        ),
    };
    Check::devices(Part::Reader, names, absent, todo)
}
