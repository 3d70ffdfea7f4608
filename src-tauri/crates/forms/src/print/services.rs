//! The print service (CUPS) of this machine and its queues.

use std::time::Duration;

use ipp::model::{IppVersion, Operation};
use ipp::prelude::*;

use super::attributes::Attributes;
use super::capabilities::Condition;
use super::{PrintError, PrinterUri, transport};

/// Where CUPS listens on every machine that has it, by number: a machine that does not list its own usual name would
/// ask a name server for it.
pub const PRINT_SERVICE: &str = "ipp://127.0.0.1:631/";

/// The service answers in milliseconds or does not run at all.
const PATIENCE: Duration = Duration::from_secs(2);

/// A queue of the print service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    pub name: String,
    /// What people call it.
    pub label: String,
    pub uri: PrinterUri,
    pub condition: Condition,
}

/// The queues of a print service, usually [`PRINT_SERVICE`].
pub fn queues(service: &PrinterUri) -> Result<Vec<Queue>, PrintError> {
    let at = service.uri()?;
    let request = IppRequestResponse::new(IppVersion::v1_1(), Operation::CupsGetPrinters, None)
        .map_err(|_| PrintError::Garbled)?;
    let answer = transport::ask(&at, request, PATIENCE)?;
    match answer.header().status_code() {
        status if status.is_success() => {}
        // A service without any queue says so in this way.
        StatusCode::ClientErrorNotFound => return Ok(Vec::new()),
        status => return Err(PrintError::Refused { status: status.to_string() }),
    }
    let port = at.port_u16().unwrap_or(631);
    let host = at.host().unwrap_or("127.0.0.1");
    Ok(answer
        .attributes()
        .groups_of(DelimiterTag::PrinterAttributes)
        .filter_map(|group| {
            let queue = Attributes::group(group);
            let name = queue.word("printer-name")?.to_owned();
            // Not the address the service gives: that has the machine's name in it, which may resolve to nothing.
            let uri = format!("ipp://{host}:{port}/printers/{}", in_a_path(&name)).parse().ok()?;
            let label =
                queue.word("printer-info").filter(|label| !label.is_empty()).unwrap_or(&name).to_owned();
            Some(Queue { name, label, uri, condition: Condition::read(&queue) })
        })
        .collect())
}

/// Queues may have Japanese names.
fn in_a_path(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
        path
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn 日本語の名のキューにも届く() {
        assert_eq!(super::in_a_path("市民課_2F"), "%E5%B8%82%E6%B0%91%E8%AA%B2_2F");
    }
}
