//! Tag, length, value: the two grammars cards write their files in. Strict: what does not fit is refused, never guessed.

/// One object: its tag as a number (`0xDF22`), its value, and where it ends in what it was read from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    pub tag: u32,
    pub value: &'a [u8],
    /// Tag, length and value together.
    pub whole: &'a [u8],
}

/// Value lengths only.
impl std::fmt::Debug for Tlv<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tlv({:X}, {} bytes)", self.tag, self.value.len())
    }
}

/// The bytes are no object of the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlvError {
    #[error("the object is cut off")]
    Truncated,
    #[error("a tag or length of a form that cards do not use")]
    Form,
}

/// BER (ISO/IEC 7816-4): tags of up to three bytes, lengths in short form or `81`…`83`.
///
/// ```
/// use madoka_card::tlv::ber;
/// let (object, rest) = ber(&[0xDF, 0x25, 0x01, b'1', 0xFF]).unwrap();
/// assert_eq!((object.tag, object.value, rest), (0xDF25, &b"1"[..], &[0xFF][..]));
/// ```
pub fn ber(bytes: &[u8]) -> Result<(Tlv<'_>, &[u8]), TlvError> {
    let header = ber_header(bytes)?;
    let whole = bytes.get(..header.total).ok_or(TlvError::Truncated)?;
    let value = whole.get(header.value..).ok_or(TlvError::Truncated)?;
    let rest = bytes.get(header.total..).ok_or(TlvError::Truncated)?;
    Ok((Tlv { tag: header.tag, value, whole }, rest))
}

/// Tag and length, before the value is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub tag: u32,
    /// Where the value begins.
    pub value: usize,
    /// How long the whole object is.
    pub total: usize,
}

/// Reads tag and length of an object whose value may not be there yet.
pub fn ber_header(bytes: &[u8]) -> Result<Header, TlvError> {
    let mut at = bytes.iter().copied();
    let first = at.next().ok_or(TlvError::Truncated)?;
    if matches!(first, 0x00) {
        return Err(TlvError::Form);
    }
    let mut tag = u32::from(first);
    let mut used = 1;
    if first & 0x1F == 0x1F {
        loop {
            let byte = at.next().ok_or(TlvError::Truncated)?;
            used += 1;
            if used > 3 {
                return Err(TlvError::Form);
            }
            tag = tag << 8 | u32::from(byte);
            if byte & 0x80 == 0 {
                break;
            }
        }
    }
    let first = at.next().ok_or(TlvError::Truncated)?;
    used += 1;
    let length = match first {
        0..=0x7F => usize::from(first),
        0x81..=0x83 => {
            let mut length = 0;
            for _ in 0..first & 0x7F {
                length = length << 8 | usize::from(at.next().ok_or(TlvError::Truncated)?);
                used += 1;
            }
            length
        }
        _ => return Err(TlvError::Form),
    };
    Ok(Header { tag, value: used, total: used + length })
}

/// All objects one after another; filler (`00` or `FF`) may follow the last one. (`FF` begins a tag too, so filler is
/// what is `FF` to the end.)
pub fn ber_all(bytes: &[u8]) -> impl Iterator<Item = Result<Tlv<'_>, TlvError>> {
    all(bytes, ber)
}

/// The objects of driving licences (警察庁 仕様書): one-byte tags, lengths of one byte or `82 hi lo`, `FF` ends the file.
/// The photo's tag `5F40` is the only one of two bytes.
pub fn simple(bytes: &[u8]) -> Result<(Tlv<'_>, &[u8]), TlvError> {
    let header = simple_header(bytes)?;
    let whole = bytes.get(..header.total).ok_or(TlvError::Truncated)?;
    let value = whole.get(header.value..).ok_or(TlvError::Truncated)?;
    let rest = bytes.get(header.total..).ok_or(TlvError::Truncated)?;
    Ok((Tlv { tag: header.tag, value, whole }, rest))
}

fn simple_header(bytes: &[u8]) -> Result<Header, TlvError> {
    let (tag, used) = match bytes {
        [0x00 | 0xFF, ..] => return Err(TlvError::Form),
        [0x5F, 0x40, ..] => (0x5F40, 2),
        [tag, ..] => (u32::from(*tag), 1),
        [] => return Err(TlvError::Truncated),
    };
    let (length, header) = match bytes.get(used..).unwrap_or_default() {
        [0x82, high, low, ..] => (usize::from(*high) << 8 | usize::from(*low), used + 3),
        [0x82, ..] | [] => return Err(TlvError::Truncated),
        [length, ..] => (usize::from(*length), used + 1),
    };
    Ok(Header { tag, value: header, total: header + length })
}

/// All objects of [`simple`] up to the end mark.
pub fn simple_all(bytes: &[u8]) -> impl Iterator<Item = Result<Tlv<'_>, TlvError>> {
    all(bytes, simple)
}

/// How to read one object: it, and what follows.
type One<'a> = fn(&'a [u8]) -> Result<(Tlv<'a>, &'a [u8]), TlvError>;

fn all<'a>(bytes: &'a [u8], one: One<'a>) -> impl Iterator<Item = Result<Tlv<'a>, TlvError>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.iter().all(|byte| *byte == 0xFF) || rest.iter().all(|byte| *byte == 0) {
            return None;
        }
        // Zeros between objects are allowed (ISO/IEC 7816-4).
        let start = rest.iter().position(|byte| *byte != 0).unwrap_or(0);
        let (_, from) = rest.split_at_checked(start)?;
        match one(from) {
            Ok((object, after)) => {
                rest = after;
                Some(Ok(object))
            }
            Err(error) => {
                rest = &[];
                Some(Err(error))
            }
        }
    })
}

/// The value of a tag among objects that are all well formed.
pub fn find<'a>(
    objects: impl Iterator<Item = Result<Tlv<'a>, TlvError>>,
    tag: u32,
) -> Result<Option<Tlv<'a>>, TlvError> {
    let mut found = None;
    for object in objects {
        let object = object?;
        if object.tag == tag && found.is_none() {
            found = Some(object);
        }
    }
    Ok(found)
}
