//! One IPP request over HTTP, to an address in the city, in bounded time.
//!
//! `ipp` writes and reads the messages; the sending is ours, because its client follows a proxy named in the
//! environment and every redirect. Both would carry papers about residents somewhere nobody chose.

use std::io::Read as _;
use std::time::Duration;

use ipp::parser::IppParser;
use ipp::prelude::*;
use ipp::reader::IppReader;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::PrintError;
use super::address::in_the_city;

const RESOLVE: Duration = Duration::from_secs(3);
const CONNECT: Duration = Duration::from_secs(5);

/// The longest real answer (all attributes of an office printer) is some 100 kB.
const LONGEST_ANSWER: u64 = 4 << 20;

/// Refuses what lies outside, also where a name leads there.
#[derive(Debug, Default)]
struct CityResolver(DefaultResolver);

impl Resolver for CityResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.0.resolve(uri, config, timeout)?;
        if found.iter().all(|address| in_the_city(address.ip())) {
            Ok(found)
        } else {
            Err(ureq::Error::HostNotFound)
        }
    }
}

pub(super) fn ask(
    uri: &Uri,
    request: IppRequestResponse,
    patience: Duration,
) -> Result<IppRequestResponse, PrintError> {
    let config = ureq::config::Config::builder()
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .max_idle_connections(0)
        .timeout_resolve(Some(RESOLVE))
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(patience))
        .user_agent("madoka")
        .build();
    let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), CityResolver::default());
    let port = uri.port_u16().unwrap_or(631);
    let http = format!("http://{}:{port}{}", uri.host().unwrap_or_default(), uri.path());
    let answer = agent
        .post(http)
        .header("content-type", "application/ipp")
        .send(ureq::SendBody::from_owned_reader(request.into_read()))
        .map_err(|error| of_transport(&error))?;
    match answer.status().as_u16() {
        200 => {}
        404 => return Err(PrintError::NoSuchPrinter),
        status => return Err(PrintError::Refused { status: format!("HTTP {status}") }),
    }
    let mut bytes = Vec::new();
    answer.into_body().into_reader().take(LONGEST_ANSWER).read_to_end(&mut bytes).map_err(
        |error| match error.kind() {
            std::io::ErrorKind::TimedOut => PrintError::Silent,
            _ => PrintError::Garbled,
        },
    )?;
    parse(bytes)
}

/// An answer's bytes, whoever sent them.
pub(super) fn parse(bytes: Vec<u8>) -> Result<IppRequestResponse, PrintError> {
    IppParser::new(IppReader::new(std::io::Cursor::new(bytes))).parse().map_err(|_| PrintError::Garbled)
}

fn of_transport(error: &ureq::Error) -> PrintError {
    match error {
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => PrintError::Offline,
        ureq::Error::Timeout(_) => PrintError::Silent,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => PrintError::Silent,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::Io(_) => PrintError::Offline,
        _ => PrintError::Garbled,
    }
}
