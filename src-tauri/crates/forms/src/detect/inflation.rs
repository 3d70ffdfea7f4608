//! A PDF whose streams unpack to more than a page could ever need is refused before anything of it is unpacked for good.

use super::DetectError;

/// All streams together, unpacked.
const MAX_UNPACKED: usize = 192 << 20;
/// A stream in a stream in a stream is a trick, not a form.
const STEP: usize = 64 << 10;

pub(super) fn check(bytes: &[u8]) -> Result<(), DetectError> {
    let mut left = MAX_UNPACKED;
    let mut rest = bytes;
    // Every zlib header that follows the word `stream` is tried; what is no zlib ends at once.
    while let Some(at) = find(rest, b"stream") {
        rest = rest.get(at + 6..).unwrap_or_default();
        let body = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        if body.first().is_some_and(|first| first & 0x0F == 8) {
            left = left.checked_sub(unpacked(body, left)).ok_or(DetectError::TooLarge)?;
            if left == 0 {
                return Err(DetectError::TooLarge);
            }
        }
    }
    Ok(())
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

/// How much the zlib data at the start of `body` unpacks to, at most `most`.
fn unpacked(mut body: &[u8], most: usize) -> usize {
    use miniz_oxide::inflate::stream::{InflateState, inflate};
    use miniz_oxide::{DataFormat, MZFlush, MZStatus};

    let mut state = InflateState::new_boxed(DataFormat::Zlib);
    let mut out = vec![0; STEP];
    let mut total = 0;
    loop {
        let step = inflate(&mut state, body, &mut out, MZFlush::None);
        total += step.bytes_written;
        body = body.get(step.bytes_consumed..).unwrap_or_default();
        let stuck = step.bytes_written == 0 && step.bytes_consumed == 0;
        if total >= most || stuck || !matches!(step.status, Ok(MZStatus::Ok)) {
            return total.min(most);
        }
    }
}
