//! One IPP request over HTTP, to an address in the city, in bounded time.
//!
//! `ipp` writes and reads the messages; the sending is ours, because its client follows a proxy named in the
//! environment and every redirect. Both would carry papers about residents somewhere nobody chose.

use std::io::{Cursor, Read as _};
use std::time::Duration;

use ipp::model::ValueTag;
use ipp::parser::{IppParseError, IppParser};
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
    if !texts_are_whole(&bytes).unwrap_or(false) {
        return Err(PrintError::Garbled);
    }
    IppParser::new(IppReader::new(Cursor::new(bytes))).parse().map_err(|_| PrintError::Garbled)
}

/// Whether every text that names its language ends within its value: `ipp` (8.0) believes the lengths it says, and panics.
fn texts_are_whole(bytes: &[u8]) -> Result<bool, IppParseError> {
    let mut reader = IppReader::new(Cursor::new(bytes));
    reader.read_header()?;
    loop {
        let tag = reader.read_tag()?;
        if tag == DelimiterTag::EndOfAttributes as u8 {
            return Ok(true);
        }
        if tag < ValueTag::Unsupported as u8 {
            continue;
        }
        reader.read_name()?;
        let value = reader.read_value()?;
        let names_its_language =
            [ValueTag::TextWithLanguage as u8, ValueTag::NameWithLanguage as u8].contains(&tag);
        if names_its_language && counted(&value).and_then(counted).is_none() {
            return Ok(false);
        }
    }
}

/// What follows a text that has its length before it.
fn counted(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.get(usize::from(u16::from_be_bytes(*length))..)
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
