//! What the fuzz targets share: a small made-up city, and files out of one input.

use std::sync::{Arc, LazyLock};

use madoka_rules::{Pack, PackFiles, read_pack};

/// A pack with a fact of every type, gates, a derived fact, named conditions, deadlines and procedures for members.
pub fn small_city() -> PackFiles {
    [
        ("pack.toml", include_str!("../small-city/pack.toml")),
        ("all.toml", include_str!("../small-city/all.toml")),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .collect()
}

/// [`small_city`], read.
pub static SMALL_CITY: LazyLock<Arc<Pack>> = LazyLock::new(|| match read_pack(&small_city()) {
    Ok(pack) => Arc::new(pack),
    Err(problems) => panic!("the small city does not read: {problems:#?}"),
});

/// Several files in one input: each begins after a line `=== path`; what stands before the first is `pack.toml`.
pub fn files(input: &[u8]) -> PackFiles {
    let mut files = PackFiles::new();
    let mut path = "pack.toml".to_owned();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(b"=== ") {
            Some(name) => path = String::from_utf8_lossy(name).trim().to_owned(),
            None => files.entry(path.clone()).or_default().extend_from_slice(line),
        }
    }
    files
}
