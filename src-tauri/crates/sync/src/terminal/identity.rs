//! 端末の登録: who this terminal is to the city's server, and how it became that.

use std::fmt;

use madoka_casework::{OfficeId, TerminalId};
use madoka_store::Store;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::SyncError;
use super::client::Client;
use crate::wire::packs::CityKey;
use crate::wire::{Enrol, Enrolled, Invitation, VERSION, path};

/// Where the store keeps it: inside the encrypted database, like everything else of worth.
const SETTING: &str = "sync.identity";

/// Everything a terminal needs to be known by its server. The key never leaves it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    /// `https://10.1.2.3:8443`
    pub server: String,
    /// The city's CA, PEM.
    pub ca: String,
    /// PEM.
    pub certificate: String,
    key: Zeroizing<String>,
    pub terminal: TerminalId,
    pub city: String,
    pub offices: Vec<OfficeId>,
    /// Its number among the city's terminals, never given twice: the middle of a 案件番号.
    pub number: u16,
    /// What the city signed packs with when this terminal was enrolled.
    pub pack_key: CityKey,
    pub not_after: jiff::Timestamp,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} at {})", self.terminal, self.server)
    }
}

impl Identity {
    /// What `enrolled` says, with the key it says it of (PKCS#8, PEM).
    pub fn new(server: &str, enrolled: Enrolled, key: Zeroizing<String>) -> Self {
        let Enrolled { v: _, certificate, ca, city, terminal, offices, number, pack_key, not_after } =
            enrolled;
        let server = server.trim_end_matches('/').to_owned();
        Self { server, ca, certificate, key, terminal, city, offices, number, pack_key, not_after }
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Who this terminal is, or `None` where it was never enrolled.
    pub fn of(store: &Store) -> Result<Option<Self>, SyncError> {
        let Some(text) = store.setting(SETTING)?.map(Zeroizing::new) else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|_| SyncError::Identity)
    }

    pub fn keep(&self, store: &mut Store) -> Result<(), SyncError> {
        let text = serde_json::to_string(self).map(Zeroizing::new).map_err(|_| SyncError::Identity)?;
        Ok(store.set(SETTING, &text)?)
    }
}

/// Reads a 登録票 as `madokad enrol` writes it.
pub fn read_invitation(text: &str) -> Result<Invitation, SyncError> {
    if text.len() > 64 * 1024 {
        return Err(SyncError::Identity);
    }
    let invitation: Invitation = serde_json::from_str(text).map_err(|_| SyncError::Identity)?;
    if invitation.v > VERSION { Err(SyncError::Newer) } else { Ok(invitation) }
}

/// 端末を登録する: makes a key here, has the city's CA sign it, and answers who the terminal is from now on. Nothing is
/// kept yet.
pub async fn enrol(invitation: &Invitation) -> Result<Identity, SyncError> {
    let (key, csr) = key_and_request()?;
    let client = Client::unknown(&invitation.server, &invitation.ca)?;
    let question =
        Enrol { v: VERSION, code: Some(invitation.code.clone()), csr, program: program().to_owned() };
    let enrolled: Enrolled = client.post(path::ENROL, &question).await?;
    Ok(Identity::new(&invitation.server, enrolled, key))
}

/// The same terminal under a new key and a certificate that lasts longer.
pub async fn renew(identity: &Identity) -> Result<Identity, SyncError> {
    let (key, csr) = key_and_request()?;
    let question = Enrol { v: VERSION, code: None, csr, program: program().to_owned() };
    let enrolled: Enrolled = Client::new(identity)?.post(path::RENEW, &question).await?;
    Ok(Identity::new(&identity.server, enrolled, key))
}

pub(crate) const fn program() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

fn key_and_request() -> Result<(Zeroizing<String>, String), SyncError> {
    let wrong = |_| SyncError::Start("鍵");
    let key = rcgen::KeyPair::generate().map_err(wrong)?;
    // The server writes the name: a terminal asks for none.
    let request = rcgen::CertificateParams::default().serialize_request(&key).map_err(wrong)?;
    Ok((Zeroizing::new(key.serialize_pem()), request.pem().map_err(wrong)?))
}
