//! Where a printer is, held inside the city's own network.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipp::prelude::Uri;
use serde::{Deserialize, Serialize};

use super::PrintError;

/// The address of a printer or of a queue of the print service: `ipp://192.168.10.31/ipp/print`.
///
/// Only addresses that cannot lie in the public internet are taken: what goes there is about people. A host *name* is
/// looked at again, with the address it stands for, each time something is sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PrinterUri(String);

impl PrinterUri {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn uri(&self) -> Result<Uri, PrintError> {
        self.0.parse().map_err(|_| refuse(&self.0, "書き方が正しくありません"))
    }
}

/// Addresses of this machine and of private networks (RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5.6).
pub(super) fn in_the_city(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

fn refuse(given: &str, why: &'static str) -> PrintError {
    // A password someone pasted into the address must not come back on the screen.
    let given = if given.contains('@') { "…" } else { given };
    PrintError::Address { given: given.chars().take(100).collect(), why }
}

impl FromStr for PrinterUri {
    type Err = PrintError;

    fn from_str(text: &str) -> Result<Self, PrintError> {
        let text = text.trim();
        let uri: Uri = text.parse().map_err(|_| refuse(text, "書き方が正しくありません"))?;
        match uri.scheme_str() {
            Some("ipp" | "http") => {}
            Some("ipps" | "https") => {
                return Err(refuse(text, "暗号化した ipps は、印刷サービス（CUPS）に登録して使います"));
            }
            _ => return Err(refuse(text, "ipp:// で始めてください")),
        }
        let authority = uri.authority().ok_or_else(|| refuse(text, "プリンターの名前か番号がありません"))?;
        if authority.as_str().contains('@') {
            return Err(refuse(text, "利用者名やパスワードは入れられません"));
        }
        // A machine that does not list this name itself would ask a name server for it.
        let host = match authority.host() {
            "localhost" => "127.0.0.1",
            host => host,
        };
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if address.is_ok_and(|address| !in_the_city(address)) {
            return Err(refuse(text, "庁内のネットワークの外です"));
        }
        let port = authority.port_u16().unwrap_or(631);
        Ok(Self(format!("ipp://{host}:{port}{}", uri.path())))
    }
}

impl TryFrom<String> for PrinterUri {
    type Error = PrintError;

    fn try_from(text: String) -> Result<Self, PrintError> {
        text.parse()
    }
}

impl From<PrinterUri> for String {
    fn from(uri: PrinterUri) -> Self {
        uri.0
    }
}

impl fmt::Display for PrinterUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 庁内の場所だけを受け付ける() {
        let kept = |text: &str| text.parse::<PrinterUri>().map(|uri| uri.to_string());
        assert_eq!(kept("ipp://192.168.10.31/ipp/print").unwrap(), "ipp://192.168.10.31:631/ipp/print");
        assert_eq!(kept("ipp://localhost/printers/A").unwrap(), "ipp://127.0.0.1:631/printers/A");
        assert_eq!(kept(" http://10.0.0.5:8631/ipp/print ").unwrap(), "ipp://10.0.0.5:8631/ipp/print");
        assert_eq!(kept("ipp://shimin-printer/ipp/print").unwrap(), "ipp://shimin-printer:631/ipp/print");
        assert_eq!(kept("ipp://[fd00::7]/ipp/print").unwrap(), "ipp://[fd00::7]:631/ipp/print");
        for refused in [
            "",
            "printer",
            "/dev/usb/lp0",
            "ftp://10.0.0.5/",
            "ipps://10.0.0.5/ipp",
            "ipp://8.8.8.8/ipp",
            "ipp://[2001:db8::1]/ipp",
            "ipp://[::ffff:8.8.8.8]/ipp",
            "ipp://user:secret@10.0.0.5/ipp",
        ] {
            assert_eq!(kept(refused).unwrap_err().code(), "PRINT-01", "{refused}");
        }
        let with_password = kept("ipp://user:secret@10.0.0.5/ipp").unwrap_err();
        assert!(!format!("{with_password} {with_password:?}").contains("secret"));
    }
}
