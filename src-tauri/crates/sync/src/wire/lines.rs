//! Events as lines: one JSON text a line, so that each is read, judged and kept by itself.

use madoka_casework::{Event, FormatError};
use serde::de::DeserializeOwned;

use super::{PageHead, limit};

/// Why a body is no lines of events.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinesError {
    #[error("記録の列として読めません")]
    Form,
    #[error("一度に送られた記録が多すぎます（{most}件まで）", most = limit::EVENTS)]
    TooMany,
    #[error("一度に送られた記録が大きすぎます（{most}バイトまで）", most = limit::BODY)]
    TooLarge,
}

/// The lines of a body as they are, not read yet.
pub fn split(body: &[u8]) -> Result<Vec<&str>, LinesError> {
    if body.len() > limit::BODY {
        return Err(LinesError::TooLarge);
    }
    let text = std::str::from_utf8(body).map_err(|_| LinesError::Form)?;
    let lines: Vec<&str> = text.split_terminator('\n').take(limit::EVENTS + 2).collect();
    if lines.len() > limit::EVENTS + 1 { Err(LinesError::TooMany) } else { Ok(lines) }
}

/// Events a body carries up, each read by itself: one that cannot be read does not spoil the others.
pub fn events(body: &[u8]) -> Result<Vec<Result<Event, FormatError>>, LinesError> {
    let lines = split(body)?;
    if lines.len() > limit::EVENTS {
        return Err(LinesError::TooMany);
    }
    Ok(lines.into_iter().map(Event::from_json).collect())
}

/// A page of changes: its head, and the events as far as this program can read them.
pub fn page(body: &[u8]) -> Result<(PageHead, Vec<Result<Event, FormatError>>), LinesError> {
    let lines = split(body)?;
    let (head, events) = lines.split_first().ok_or(LinesError::Form)?;
    let head: PageHead = json(head.as_bytes()).ok_or(LinesError::Form)?;
    if usize::try_from(head.events).ok() != Some(events.len()) {
        return Err(LinesError::Form);
    }
    Ok((head, events.iter().map(|line| Event::from_json(line)).collect()))
}

/// Written JSON texts, a line each.
pub fn join<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Vec<u8> {
    let mut body = Vec::new();
    for text in texts {
        body.extend_from_slice(text.as_ref().as_bytes());
        body.push(b'\n');
    }
    body
}

/// What is not understood stays unsaid: it could repeat what a person wrote.
fn json<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}
