//! 登録: a terminal becomes the city's, by a code that works once and for a short time; and renews its certificate.

use jiff::{SignedDuration, Timestamp};
use madoka_casework::TerminalId;
use madoka_sync::wire::people::Invite;
use madoka_sync::wire::{self, Enrol, Enrolled, Invitation};

use super::{Terminal, hashed, id, invited, offices};
use crate::audit::{self, Act, Entry};
use crate::authority::Issued;
use crate::changes::Topic;
use crate::problem::ServerError;
use crate::server::Server;
use crate::storage::{StorageError, Tx};
use crate::values;

/// Letters of a code: 100 bits. Guessing is hopeless, so guesses need no counting.
const LETTERS: usize = 20;

/// A terminal's number has three digits in 案件番号, and is never given to another.
const MOST_TERMINALS: u16 = 999;

/// 登録票: makes one, and replaces one that was not used. `by` is who made it.
pub fn invitation(
    server: &Server,
    tx: &mut Tx<'_>,
    invite: &Invite,
    by: Entry,
) -> Result<Invitation, StorageError> {
    let code = crate::password::letters(LETTERS)?;
    let now = server.now();
    let hours = SignedDuration::from_hours(server.config().terminals.invitation_hours.into());
    invited(tx, &code, invite, now, now.saturating_add(hours).unwrap_or(now))?;
    audit::write(tx, &by.what(invite.terminal.as_str()))?;
    let serve = &server.config().serve;
    let name = serve.names.first().map_or("127.0.0.1", String::as_str);
    let name = if name.contains(':') { format!("[{name}]") } else { name.to_owned() };
    Ok(Invitation {
        v: wire::VERSION,
        server: format!("https://{name}:{}", serve.listen.port()),
        ca: server.authority().pem().to_owned(),
        code,
    })
}

/// Takes a terminal in. Whatever certificates it had before end now.
pub async fn enrol(server: &Server, asked: Enrol) -> Result<Enrolled, ServerError> {
    let code = asked.code.ok_or(ServerError::EnrolmentCode)?;
    let (csr, now) = (asked.csr, server.now());
    let known = server.clone();
    server
        .db()
        .write(move |tx| -> Result<Enrolled, ServerError> {
            let row = tx.row(
                "DELETE FROM terminals_invitations WHERE code = ?1 RETURNING terminal, offices, whole_cases, until",
                values![hashed(&code)],
            )?;
            let row = row.ok_or(ServerError::EnrolmentCode)?;
            if row.get::<Timestamp>(3)? <= now {
                return Err(ServerError::EnrolmentCode);
            }
            let taken_in = tx.row(
                "INSERT INTO terminals (id, number, offices, whole_cases)
                 VALUES (?1, (SELECT COALESCE(MAX(number), 0) + 1 FROM terminals), ?2, ?3)
                 ON CONFLICT (id) DO UPDATE SET offices = ?2, whole_cases = ?3 RETURNING number",
                values![row.get::<String>(0)?, row.get::<String>(1)?, row.get::<bool>(2)?],
            )?;
            let terminal = Terminal {
                id: id(row.get(0)?)?,
                number: taken_in.ok_or(ServerError::EnrolmentCode)?.get(0)?,
                offices: offices(&row.get::<String>(1)?)?,
                whole_cases: row.get(2)?,
            };
            if terminal.number > MOST_TERMINALS {
                return Err(ServerError::TooManyTerminals);
            }
            tx.execute(
                "UPDATE terminals_certificates SET revoked = ?2 WHERE terminal = ?1 AND revoked IS NULL",
                values![terminal.id.as_str(), now],
            )?;
            let issued = certificate_for(&known, tx, &csr, &terminal.id)?;
            tx.announce(Topic::People);
            let mut entry = Entry::by_server(now, Act::TerminalEnrolled);
            entry.terminal = Some(terminal.id.clone());
            audit::write(tx, &entry)?;
            enrolled(&known, tx, issued, terminal).map_err(Into::into)
        })
        .await
}

/// A certificate that lasts longer, for a terminal that still has a good one; that one stays good until its own end,
/// because the terminal may lose power before it has kept the new one.
pub(crate) async fn renew(
    server: &Server,
    asked: Enrol,
    terminal: TerminalId,
) -> Result<Enrolled, ServerError> {
    let known = server.clone();
    server
        .db()
        .write(move |tx| -> Result<Enrolled, ServerError> {
            let terminal = super::terminal(tx, &terminal)?.ok_or(ServerError::NoTerminal)?;
            let issued = certificate_for(&known, tx, &asked.csr, &terminal.id)?;
            let mut entry = Entry::by_server(known.now(), Act::TerminalRenewed);
            entry.terminal = Some(terminal.id.clone());
            audit::write(tx, &entry)?;
            enrolled(&known, tx, issued, terminal).map_err(Into::into)
        })
        .await
}

/// Signs a terminal's certificate and notes it.
pub fn certificate_for(
    server: &Server,
    tx: &mut Tx<'_>,
    csr: &str,
    terminal: &TerminalId,
) -> Result<Issued, ServerError> {
    let now = server.now();
    let issued =
        server.authority().for_terminal(csr, terminal, now, server.config().terminals.certificate_days)?;
    tx.execute(
        "INSERT INTO terminals_certificates (fingerprint, terminal, issued, not_after) VALUES (?1, ?2, ?3, ?4)",
        values![issued.fingerprint, terminal.as_str(), now, issued.not_after],
    )?;
    Ok(issued)
}

fn enrolled(
    server: &Server,
    tx: &mut Tx<'_>,
    issued: Issued,
    terminal: Terminal,
) -> Result<Enrolled, StorageError> {
    Ok(Enrolled {
        v: wire::VERSION,
        certificate: issued.pem,
        ca: server.authority().pem().to_owned(),
        city: server.city().code.clone(),
        terminal: terminal.id,
        offices: terminal.offices,
        number: terminal.number,
        pack_key: server.city_key(tx)?,
        not_after: issued.not_after,
    })
}
