//! Which cards there are.

use crate::OpeningKind;

/// 券種: told by which application the card lets select, never by its ATR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardKind {
    /// 個人番号カード
    MyNumber,
    /// 運転免許証
    Licence,
    /// 運転経歴証明書
    DrivingRecord,
    /// 在留カード
    Residence,
    /// 特別永住者証明書
    SpecialPermanent,
    /// マイナ免許証: the licence on a My Number card. It holds neither name nor address.
    LicenceOnMyNumber,
}

impl CardKind {
    pub const ALL: [Self; 6] = [
        Self::MyNumber,
        Self::Licence,
        Self::DrivingRecord,
        Self::Residence,
        Self::SpecialPermanent,
        Self::LicenceOnMyNumber,
    ];

    pub const fn label(self) -> &'static str {
        match self {
            Self::MyNumber => "マイナンバーカード",
            Self::Licence => "運転免許証",
            Self::DrivingRecord => "運転経歴証明書",
            Self::Residence => "在留カード",
            Self::SpecialPermanent => "特別永住者証明書",
            Self::LicenceOnMyNumber => "マイナ免許証",
        }
    }

    /// As the command line and OCR name it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::MyNumber => "mynumber",
            Self::Licence => "licence",
            Self::DrivingRecord => "driving_record",
            Self::Residence => "residence",
            Self::SpecialPermanent => "special_permanent",
            Self::LicenceOnMyNumber => "licence_on_mynumber",
        }
    }

    /// What opens it, the way to offer first in front.
    pub const fn openings(self) -> &'static [OpeningKind] {
        match self {
            Self::MyNumber => &[OpeningKind::MatchCodeB, OpeningKind::Pin],
            Self::Licence | Self::DrivingRecord => &[OpeningKind::Pin, OpeningKind::Nothing],
            Self::Residence | Self::SpecialPermanent => &[OpeningKind::CardNumber],
            Self::LicenceOnMyNumber => &[],
        }
    }

    pub(crate) const fn opened_by(self) -> &'static str {
        match self {
            Self::MyNumber => "照合番号B（券面の数字）か暗証番号（4桁）で読んでください。",
            Self::Licence | Self::DrivingRecord => "暗証番号1（4桁）で読んでください。",
            Self::Residence | Self::SpecialPermanent => "券面右上の番号（12文字）で読んでください。",
            Self::LicenceOnMyNumber => "",
        }
    }

    pub(crate) const fn instead(self) -> &'static str {
        match self {
            Self::LicenceOnMyNumber => "同じカードのマイナンバーカードとして読んでください。",
            _ => "券面を見て入力してください。",
        }
    }
}
