//! The city's own certificate authority: it signs the server's certificate and each terminal's, and nothing else.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use madoka_casework::TerminalId;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertificateSigningRequestParams, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};

use crate::problem::ServerError;
use crate::secret_file;
use crate::storage::StorageError;

/// The authority itself: longer than any machine here lives.
const YEARS: i64 = 25;
/// Clocks differ: a certificate is valid from a little before it was made.
const BEFORE: i64 = 24 * 3600;
const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca.key";

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority")
    }
}

/// A certificate as it is handed out.
#[derive(Debug, Clone)]
pub struct Issued {
    pub pem: String,
    /// SHA-256 of the certificate: what it is known by here.
    pub fingerprint: [u8; 32],
    pub not_after: Timestamp,
}

fn wrong(_: rcgen::Error) -> StorageError {
    StorageError::Internal("certificate")
}

pub fn fingerprint(der: &[u8]) -> [u8; 32] {
    Sha256::digest(der).into()
}

/// Valid from a day before now, until then.
fn between(params: &mut CertificateParams, from: Timestamp, until: Timestamp) {
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let at = |time: Timestamp| epoch + Duration::from_secs(time.as_second().unsigned_abs());
    params.not_before = at(from);
    params.not_after = at(until);
}

fn later(now: Timestamp, days: i64) -> Timestamp {
    Timestamp::from_second(now.as_second().saturating_add(days * 86_400)).unwrap_or(now)
}

fn a_little_before(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second() - BEFORE).unwrap_or(now)
}

impl Authority {
    /// Makes one in a folder of keys that has none.
    pub fn create(keys: &Path, city: &str, now: Timestamp) -> Result<Self, StorageError> {
        let key = KeyPair::generate().map_err(wrong)?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, format!("Madoka {city}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        between(&mut params, a_little_before(now), later(now, YEARS * 365));
        let certificate = params.self_signed(&key).map_err(wrong)?;
        secret_file::write_new(&keys.join(KEY), &key.serialize_pem())?;
        secret_file::write_new(&keys.join(CERTIFICATE), &certificate.pem())?;
        Self::open(keys)
    }

    pub fn open(keys: &Path) -> Result<Self, StorageError> {
        let pem = secret_file::read(&keys.join(CERTIFICATE))?.to_string();
        let key = KeyPair::from_pem(&secret_file::read(&keys.join(KEY))?).map_err(wrong)?;
        let der = pem_to_der(&pem).ok_or(StorageError::Internal("certificate"))?;
        let issuer = Issuer::from_ca_cert_der(&der, key).map_err(wrong)?;
        Ok(Self { issuer, pem, der })
    }

    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// A certificate for a terminal that asks with a signing request. Of the request only the key is taken, which it has
    /// proven to hold; whatever else it asks for is ours to say.
    pub fn for_terminal(
        &self,
        request: &str,
        terminal: &TerminalId,
        now: Timestamp,
        days: u32,
    ) -> Result<Issued, ServerError> {
        if request.len() > MOST_REQUEST {
            return Err(ServerError::EnrolmentRequest);
        }
        let mut request =
            CertificateSigningRequestParams::from_pem(request).map_err(|_| ServerError::EnrolmentRequest)?;
        let mut params = leaf(terminal.as_str(), ExtendedKeyUsagePurpose::ClientAuth);
        let not_after = later(now, days.into());
        between(&mut params, a_little_before(now), not_after);
        request.params = params;
        let certificate = request.signed_by(&self.issuer).map_err(|_| ServerError::EnrolmentRequest)?;
        Ok(issued(&certificate, not_after))
    }

    /// The server's own certificate and key, made anew at each start and in memory only.
    pub fn for_server(
        &self,
        names: &[String],
        now: Timestamp,
        days: u32,
    ) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), StorageError> {
        let key = KeyPair::generate().map_err(wrong)?;
        let mut params = leaf("madokad", ExtendedKeyUsagePurpose::ServerAuth);
        for name in names {
            params.subject_alt_names.push(match name.parse::<IpAddr>() {
                Ok(address) => SanType::IpAddress(address),
                Err(_) => SanType::DnsName(name.as_str().try_into().map_err(wrong)?),
            });
        }
        between(&mut params, a_little_before(now), later(now, days.into()));
        let certificate = params.signed_by(&key, &self.issuer).map_err(wrong)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok((certificate.der().clone(), key))
    }
}

/// No honest signing request is longer.
const MOST_REQUEST: usize = 8 * 1024;

fn leaf(name: &str, usage: ExtendedKeyUsagePurpose) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    params.use_authority_key_identifier_extension = true;
    params
}

fn issued(certificate: &Certificate, not_after: Timestamp) -> Issued {
    Issued { pem: certificate.pem(), fingerprint: fingerprint(certificate.der()), not_after }
}

/// The first certificate of a PEM text.
pub fn pem_to_der(text: &str) -> Option<CertificateDer<'static>> {
    use rustls::pki_types::pem::PemObject as _;
    CertificateDer::from_pem_slice(text.as_bytes()).ok()
}
