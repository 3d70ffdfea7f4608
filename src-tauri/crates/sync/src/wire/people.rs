//! People: roles, signing in, passwords; and what an administrator does with staff and terminals.

use jiff::Timestamp;
use madoka_casework::{OfficeId, StaffId, TerminalId};
use serde::{Deserialize, Serialize};

pub const STAFF: &str = "/v1/staff";
pub const COLLEAGUES: &str = "/v1/colleagues";
pub const AUDIT: &str = "/v1/audit/search";
/// 端末の監査の報告
pub const DEEDS: &str = "/v1/audit/deeds";

/// Bounds of the audit.
pub mod limit {
    /// Deeds in one body.
    pub const DEEDS: usize = 500;
    /// What a deed is about, in letters.
    pub const WHAT: usize = 200;
    /// The body.
    pub const BODY: usize = 512 * 1024;
}

/// 役割: what a person may do. A person may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 窓口
    Counter,
    /// おくやみ
    Condolence,
    /// 関係課
    Office,
    /// 監督者: edits packs
    Supervisor,
    /// 承認者: releases packs
    Approver,
    /// 管理者: terminals, staff, the server
    Administrator,
    /// 閲覧監査: reads the audit
    Auditor,
}

impl Role {
    pub const ALL: [Self; 7] = [
        Self::Counter,
        Self::Condolence,
        Self::Office,
        Self::Supervisor,
        Self::Approver,
        Self::Administrator,
        Self::Auditor,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Condolence => "condolence",
            Self::Office => "office",
            Self::Supervisor => "supervisor",
            Self::Approver => "approver",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Counter => "窓口",
            Self::Condolence => "おくやみ",
            Self::Office => "関係課",
            Self::Supervisor => "監督者",
            Self::Approver => "承認者",
            Self::Administrator => "管理者",
            Self::Auditor => "閲覧監査",
        }
    }

    /// By its name or its Japanese word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == text || role.label() == text)
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub staff: StaffId,
    pub password: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("staff", &self.staff).finish_non_exhaustive()
    }
}

/// Who somebody is and may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub staff: StaffId,
    /// 表示名
    pub name: String,
    pub roles: Vec<Role>,
    pub offices: Vec<OfficeId>,
    /// The first password, which somebody else has seen: only changing it is allowed.
    #[serde(default)]
    pub must_change_password: bool,
}

/// Signed in.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignedIn {
    /// To be sent as `Authorization: Bearer …`, from this terminal only.
    pub token: String,
    pub person: Person,
    /// The session ends then, or earlier after some time without a request.
    pub until: Timestamp,
    pub idle_minutes: u32,
    /// Until when this terminal may let the person in without asking the server: it keeps a verifier of the password
    /// it was just given (`Store::keep_verifier`), and `person` as what it is about.
    pub offline_until: Timestamp,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("person", &self.person)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// A person changes the own password.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    pub old: String,
    pub new: String,
}

impl std::fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordChange(…)")
    }
}

/// A member of staff, as an administrator sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRow {
    #[serde(flatten)]
    pub person: Person,
    pub disabled: bool,
    /// Signing in is refused until then, after too many wrong passwords.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_signed_in: Option<Timestamp>,
}

/// What an administrator sets of a member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffChange {
    pub name: String,
    pub roles: Vec<Role>,
    #[serde(default)]
    pub offices: Vec<OfficeId>,
    #[serde(default)]
    pub disabled: bool,
}

/// The answer to a new member of staff, or to a password that was reset: shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct FirstPassword {
    pub staff: StaffId,
    pub password: String,
}

impl std::fmt::Debug for FirstPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FirstPassword({})", self.staff)
    }
}

/// 同僚: somebody by name; and, where they serve residents, where they are signed in now. A case can be handed to them there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    pub staff: StaffId,
    /// 表示名
    pub name: String,
    #[serde(default)]
    pub at: Vec<TerminalId>,
}

/// A terminal, as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalRow {
    pub terminal: TerminalId,
    pub number: u16,
    #[serde(default)]
    pub offices: Vec<OfficeId>,
    /// 窓口端末: the city's cases come to it.
    pub whole_cases: bool,
    /// Of the certificate it uses now; nothing when it was never enrolled or is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    pub revoked: bool,
}

/// An administrator asks for a 登録票.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    pub terminal: TerminalId,
    #[serde(default)]
    pub offices: Vec<OfficeId>,
    /// 窓口端末: the city's cases come to it. A department's own terminal sees only what it is asked.
    #[serde(default)]
    pub whole_cases: bool,
}

/// Many rows, and where to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    pub links: Vec<AuditLink>,
    pub more: bool,
    /// The link in front of the first one, where older entries were erased. Hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

/// One link of the audit's chain: `chain` is SHA-256(chain before, SHA-256(entry)), the first after 32 zero bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLink {
    pub n: i64,
    /// The entry's text, as it was hashed.
    pub entry: String,
    /// Hexadecimal.
    pub chain: String,
}

/// 監査を調べる: whatever is named must be so. The newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSearch {
    /// 案件番号, as it stands on the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<madoka_casework::CaseId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<TerminalId>,
    /// `seen`, `printed`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Entries before this number: the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
}

/// What was found, and whether there is more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFound {
    pub rows: Vec<AuditRow>,
    pub more: bool,
}

/// One entry: who did what with which case. It names things by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    pub n: i64,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<TerminalId>,
    pub act: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<madoka_casework::CaseId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// The case's number, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
}

/// What was done at one terminal, as its own audit has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deeds {
    pub v: u32,
    /// Rising by `n`.
    pub deeds: Vec<Deed>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deed {
    /// Its number in the terminal's audit.
    pub n: u64,
    pub at: Timestamp,
    pub staff: StaffId,
    /// `seen`, `printed`, …
    pub act: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<madoka_casework::CaseId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}
