//! The picture in a scanned PDF.
//!
//! What scanners write is one JPEG a page in a PDF's clothes (`/DCTDecode`, ISO 32000-1, 7.4.8), stored as it is. It is
//! cut out by its own marks, without believing anything else the file says. A PDF that was not scanned holds text,
//! and a document on paper is what is to be read here.

use zeroize::Zeroizing;

use crate::OcrError;

/// The largest JPEG in the file.
pub(crate) fn scan(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, OcrError> {
    let mut best: Option<&[u8]> = None;
    let mut rest = bytes;
    while let Some(at) = position(rest, b"stream") {
        let body = rest.get(at + 6..).unwrap_or_default();
        let body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or(body);
        let end = position(body, b"endstream").unwrap_or(body.len());
        let (content, after) = body.split_at_checked(end).unwrap_or((body, &[]));
        if content.starts_with(&[0xFF, 0xD8, 0xFF]) && best.is_none_or(|other| content.len() > other.len()) {
            best = Some(content);
        }
        rest = after.get(b"endstream".len()..).unwrap_or_default();
    }
    best.map(|jpeg| Zeroizing::new(jpeg.to_vec())).ok_or(OcrError::Pdf)
}

fn position(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 走査したpdfからいちばん大きいjpegを取り出す() {
        let file = b"%PDF-1.4\n1 0 obj<<>>stream\n\xFF\xD8\xFFsmall\nendstream endobj 2 0 obj<<>>stream\r\n\xFF\xD8\xFFlarger one\nendstream";
        assert_eq!(scan(file).unwrap().as_slice(), b"\xFF\xD8\xFFlarger one\n");
        for end in 0..file.len() {
            let _ = scan(&file[..end]);
        }
        assert!(matches!(scan(b"%PDF-1.4 text only"), Err(OcrError::Pdf)));
    }
}
