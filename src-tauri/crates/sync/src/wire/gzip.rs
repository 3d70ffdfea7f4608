//! Compression with an end: what comes out is bounded before it is made.

use std::io::{Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, Crc};

/// Shorter bodies travel as they are.
pub const WORTH: usize = 1_024;

/// Why compressed bytes were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GzipError {
    #[error("圧縮された内容が壊れています")]
    Form,
    #[error("内容が大きすぎます（{limit}バイトまで）")]
    TooLarge { limit: usize },
}

pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4 + 64), Compression::fast());
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// A member of a gzip stream that holds bytes as they are. Packing begins with a third of a megabyte of empty tables,
/// which is more work than a line is worth, and two hundred terminals each get a line of their own.
pub fn stored(bytes: &[u8]) -> Vec<u8> {
    const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut out = Vec::with_capacity(bytes.len() + 32);
    out.extend_from_slice(&HEAD);
    let mut blocks = bytes.chunks(u16::MAX.into()).peekable();
    loop {
        let block = blocks.next().unwrap_or_default();
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
        if blocks.peek().is_none() {
            break;
        }
    }
    let mut sum = Crc::new();
    sum.update(bytes);
    out.extend_from_slice(&sum.sum().to_le_bytes());
    out.extend_from_slice(&sum.amount().to_le_bytes());
    out
}

/// Never makes more than `most` bytes (and one), however small the bomb.
pub fn inflate(bytes: &[u8], most: usize) -> Result<Vec<u8>, GzipError> {
    let mut out = Vec::with_capacity(most.min(bytes.len().saturating_mul(4)));
    let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(bytes).take(bound).read_to_end(&mut out).map_err(|_| GzipError::Form)?;
    if out.len() > most { Err(GzipError::TooLarge { limit: most }) } else { Ok(out) }
}
