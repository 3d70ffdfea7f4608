//! Who may do what: declared on every route, known to every handler.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use madoka_casework::{Author, OfficeId, StaffId, TerminalId};
pub use madoka_sync::wire::people::Role;

use crate::problem::{Problem, ServerError};

/// Who reaches a route. What they see there is the module's to decide, row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone who reaches the port, without a certificate; with the reason why that must be.
    Public(&'static str),
    /// An enrolled terminal, whether or not anybody is signed in.
    Terminal,
    /// Anybody signed in, on an enrolled terminal.
    SignedIn,
    /// Somebody signed in who has one of these roles, on an enrolled terminal.
    Roles(&'static [Role]),
}

/// Who asks: proven by the terminal's certificate and by the person's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub terminal: TerminalId,
    /// The offices the terminal was enrolled for.
    pub terminal_offices: Vec<OfficeId>,
    /// 窓口端末: the city's cases come to it, and not only what its department is asked.
    pub whole_cases: bool,
    /// Nobody on [`Access::Terminal`] routes, unless somebody is signed in.
    pub staff: Option<StaffId>,
    /// What the person may do; nothing when nobody is signed in.
    pub roles: Vec<Role>,
    /// The offices the person works for.
    pub offices: Vec<OfficeId>,
}

impl Caller {
    /// The person, where somebody must be signed in.
    pub fn staff(&self) -> Result<&StaffId, Problem> {
        self.staff.as_ref().ok_or_else(|| ServerError::NotSignedIn.into())
    }

    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    pub fn works_for(&self, office: &OfficeId) -> bool {
        self.offices.contains(office)
    }

    /// As events and the audit name who did it.
    pub fn author(&self) -> Result<Author, Problem> {
        Ok(Author { staff: self.staff()?.clone(), terminal: self.terminal.clone() })
    }
}

impl Access {
    /// Whether this caller may pass. `None` is somebody without a certificate.
    pub fn allows(self, caller: Option<&Caller>) -> Result<(), ServerError> {
        let terminal =
            |caller: Option<&Caller>| caller.is_some().then_some(()).ok_or(ServerError::NoTerminal);
        match self {
            Self::Public(_) => Ok(()),
            Self::Terminal => terminal(caller),
            Self::SignedIn | Self::Roles(_) => {
                terminal(caller)?;
                let caller =
                    caller.filter(|caller| caller.staff.is_some()).ok_or(ServerError::NotSignedIn)?;
                match self {
                    Self::Roles(roles) if !caller.has_any(roles) => Err(ServerError::NoRole),
                    _ => Ok(()),
                }
            }
        }
    }

    /// For the table of routes.
    pub fn in_words(self) -> String {
        match self {
            Self::Public(why) => format!("だれでも（{why}）"),
            Self::Terminal => "登録した端末".to_owned(),
            Self::SignedIn => "サインインした職員".to_owned(),
            Self::Roles(roles) => roles.iter().map(|role| role.label()).collect::<Vec<_>>().join("・"),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ServerError;

    /// The guard put it there; on a public route there is nobody.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ServerError> {
        parts.extensions.get::<Self>().cloned().ok_or(ServerError::NoTerminal)
    }
}
