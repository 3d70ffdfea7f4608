//! Names of things, each its own type, so that a form's name cannot stand where an office's belongs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text is not a name of anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}には、英数字と . _ - : @ [ ] だけを使い、128文字までにしてください。")]
pub struct IdForm {
    pub what: &'static str,
}

const MOST: usize = 128;

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MOST
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b':' | b'@' | b'[' | b']'))
}

macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Made at the edge (UUID v7) and passed in: this floor has no clock and no randomness.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

macro_rules! named {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn parse(text: &str) -> Result<Self, IdForm> {
                text.parse()
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdForm;

            fn from_str(text: &str) -> Result<Self, IdForm> {
                if is_id(text) { Ok(Self(text.to_owned())) } else { Err(IdForm { what: $what }) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdForm;

            fn try_from(text: String) -> Result<Self, IdForm> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

numbered! {
    /// Names one case for ever, on every terminal.
    CaseId;
    /// Names one event for ever: a second event of the same id is the same event, or a mistake.
    EventId;
    /// 照会
    InquiryId;
}

named! {
    /// A life event (`death`, `move_in`, …) as the city's pack names it.
    LifeEventId = "ライフイベントのID";
    ProcedureId = "手続のID";
    FormId = "様式のID";
    /// 記入欄 of a form.
    FieldId = "記入欄のID";
    OfficeId = "窓口・関係課のID";
    /// 職員
    StaffId = "職員のID";
    /// 端末
    TerminalId = "端末のID";
    /// A printer's job, as the spool names it.
    JobId = "印刷ジョブのID";
    PackId = "手続パックのID";
    /// `ja`, `easy`, `en`, …
    LanguageId = "言語のID";
}
