//! The sheets of a TIFF, as a scanner with a feeder writes them: a chain of directories, each a picture (TIFF 6.0, section 2).
//!
//! The decoder reads a file's first picture only; so the head is made to point at the sheet that is wanted.

use zeroize::Zeroizing;

/// NewSubfileType: bit 0 is a smaller copy of another picture in this file.
const NEW_SUBFILE_TYPE: u16 = 254;

/// A TIFF in memory, wiped after use.
pub(crate) struct Tiff {
    bytes: Zeroizing<Vec<u8>>,
    big_endian: bool,
    /// Where each sheet's directory stands.
    sheets: Vec<u32>,
}

impl Tiff {
    /// `None` where it is no TIFF, or one whose directories lead nowhere. At most so many sheets are looked for.
    pub(crate) fn open(bytes: &[u8], most: usize) -> Option<Self> {
        let big_endian = match bytes.get(..4)? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        let file = File { bytes, big_endian };
        let mut seen: Vec<u32> = Vec::new();
        let mut sheets = Vec::new();
        let mut at = file.long(4)?;
        // A chain that comes back to itself ends there.
        while at != 0 && !seen.contains(&at) && seen.len() < most * 2 && sheets.len() < most {
            seen.push(at);
            let Some((small, next)) = file.directory(at) else { break };
            if !small {
                sheets.push(at);
            }
            at = next;
        }
        (!sheets.is_empty()).then(|| Self { bytes: Zeroizing::new(bytes.to_vec()), big_endian, sheets })
    }

    pub(crate) const fn sheets(&self) -> usize {
        self.sheets.len()
    }

    /// The file with this sheet as its first.
    pub(crate) fn sheet(&mut self, number: usize) -> Option<&[u8]> {
        let at = *self.sheets.get(number)?;
        let written = if self.big_endian { at.to_be_bytes() } else { at.to_le_bytes() };
        self.bytes.get_mut(4..8)?.copy_from_slice(&written);
        Some(&self.bytes)
    }
}

struct File<'b> {
    bytes: &'b [u8],
    big_endian: bool,
}

impl File<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let bytes: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// Whether it is a smaller copy, and where the next one stands.
    fn directory(&self, at: u32) -> Option<(bool, u32)> {
        const ENTRY: usize = 12;
        let at = usize::try_from(at).ok()?;
        let entries = usize::from(self.short(at)?);
        let small = (0..entries).any(|n| {
            let entry = at + 2 + n * ENTRY;
            self.short(entry) == Some(NEW_SUBFILE_TYPE)
                && self.long(entry + 8).is_some_and(|bits| bits & 1 == 1)
        });
        Some((small, self.long(at + 2 + entries * ENTRY)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of directories without entries but, where `small`, NewSubfileType.
    fn chain(sheets: &[bool], back_to: u32, big_endian: bool) -> Vec<u8> {
        let short = |n: u16| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
        let long = |n: u32| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
        let mut file = if big_endian { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        file.extend(long(8));
        for (n, small) in sheets.iter().enumerate() {
            file.extend(short(u16::from(*small)));
            if *small {
                file.extend(short(NEW_SUBFILE_TYPE));
                file.extend(short(4));
                file.extend(long(1));
                file.extend(long(1));
            }
            let next = file.len() as u32 + 4;
            file.extend(long(if n + 1 == sheets.len() { back_to } else { next }));
        }
        file
    }

    #[test]
    fn 何枚あるかを数え_縮小の絵は数えず_輪になった鎖でも終わる() {
        for big_endian in [false, true] {
            let count = |sheets: &[bool], back_to| {
                Tiff::open(&chain(sheets, back_to, big_endian), 20).map_or(0, |tiff| tiff.sheets())
            };
            assert_eq!(count(&[false, false, true, false], 0), 3);
            assert_eq!(count(&[false, false], 8), 2);
            assert_eq!(count(&[false; 30], 0), 20);
            assert_eq!(count(&[true], 0), 0);
            assert_eq!(count(&[false, false], u32::MAX), 2);
        }
        let whole = chain(&[false, true, false], 0, false);
        for end in 0..whole.len() {
            let _ = Tiff::open(&whole[..end], 20).map(|mut tiff| tiff.sheet(1).map(<[u8]>::len));
        }
    }

    #[test]
    fn 頭の指す先だけが変わる() {
        let mut tiff = Tiff::open(&chain(&[false, false], 0, true), 20).unwrap();
        let second = tiff.sheet(1).unwrap().to_vec();
        assert_eq!(second[4..8], [0, 0, 0, 14]);
        assert_eq!(second[8..], tiff.sheet(0).unwrap()[8..]);
        assert!(tiff.sheet(2).is_none());
    }
}
