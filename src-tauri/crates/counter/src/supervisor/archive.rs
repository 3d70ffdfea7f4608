//! 手続パックをZIPで: all files of a draft as one archive, for another city, a vendor or a drawer; and back as one step.

use std::io::{Cursor, Read as _, Write as _};

use madoka_rules::{PackFiles, read_pack};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::DeskView;
use super::draft::{Drafting, Step, Swap};
use crate::{Counter, CounterError};

/// What stands at the root of every pack.
const ROOT: &str = "pack.toml";
/// More than any city has; what claims more is no pack.
const MOST_FILES: usize = 5_000;
const MOST_BYTES: u64 = 200 << 20;
const LARGEST: u64 = 8 << 20;

fn zipped(files: &PackFiles) -> Result<Vec<u8>, CounterError> {
    let failed = |_| CounterError::ExportFailed;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        archive.start_file(path.as_str(), SimpleFileOptions::default()).map_err(failed)?;
        archive.write_all(bytes).map_err(|_| CounterError::ExportFailed)?;
    }
    Ok(archive.finish().map_err(failed)?.into_inner())
}

/// The pack in an archive: at its root, or in the one folder that was packed.
pub(super) fn unzipped(bytes: &[u8]) -> Result<PackFiles, CounterError> {
    let broken = |what: &str| CounterError::Archive(what.to_owned());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken("ZIPとして読めません"))?;
    if archive.len() > MOST_FILES {
        return Err(broken("ファイルが多すぎます"));
    }
    let mut files = PackFiles::new();
    let mut left = MOST_BYTES;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|_| broken("中のファイルを取り出せません"))?;
        if file.is_dir() {
            continue;
        }
        let path = file.enclosed_name().ok_or_else(|| broken("外を指すファイルの名前があります"))?;
        let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        // An archive says how large a file is; what it holds is counted.
        let most = LARGEST.min(left);
        let mut content = Vec::new();
        file.take(most + 1).read_to_end(&mut content).map_err(|_| broken("中のファイルを取り出せません"))?;
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        if size > most {
            return Err(broken("中のファイルが大きすぎます"));
        }
        left -= size;
        files.insert(parts.join("/"), content);
    }
    let roots = files.keys().filter(|path| *path == ROOT || path.ends_with(&format!("/{ROOT}")));
    let root = roots.min_by_key(|path| path.len()).ok_or_else(|| broken("pack.toml がありません"))?;
    let folder = root.strip_suffix(ROOT).unwrap_or_default().to_owned();
    Ok(files
        .into_iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix(&folder)?.to_owned(), bytes)))
        .collect())
}

impl Drafting {
    /// What differs, as whole files that give way.
    fn swaps_to(&self, wanted: &PackFiles) -> Vec<Swap> {
        let mut paths: Vec<&String> = self.files.keys().chain(wanted.keys()).collect();
        paths.sort();
        paths.dedup();
        paths
            .into_iter()
            .filter(|path| self.files.get(*path) != wanted.get(*path))
            .map(|path| Swap {
                file: path.clone(),
                was: self.files.get(path).cloned(),
                now: wanted.get(path).cloned(),
            })
            .collect()
    }
}

impl Counter {
    /// 手続パックをZIPで書き出す
    pub fn draft_zip(&mut self) -> Result<Vec<u8>, CounterError> {
        zipped(&self.draft_open()?.files)
    }

    /// ZIPから取り込む: the draft becomes what the archive holds, as one step. A pack that does not read is refused.
    pub fn draft_take_zip(&mut self, archive: &[u8], why: &str) -> Result<DeskView, CounterError> {
        let wanted = unzipped(archive)?;
        if let Err(problems) = read_pack(&wanted) {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            return Err(CounterError::Archive(format!(
                "手続パックに誤りが{}件あります。{first}",
                problems.len()
            )));
        }
        let (who, at) = (self.me.staff.to_string(), self.clock.now());
        let draft = self.draft_to_change()?;
        let swaps = draft.swaps_to(&wanted);
        let said = format!("ZIPから取り込みました（{}個のファイルが替わりました）。", swaps.len());
        draft.step(Step::of(Vec::new(), swaps, said, why, &who, at))?;
        self.keep_steps()?;
        self.desk_view()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn small() -> PackFiles {
        [("pack.toml", "id = \"a\""), ("forms/dog/form.toml", "id = \"dog\""), ("notes.md", "")]
            .into_iter()
            .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn 書き出したものはそのまま戻り_同じ中身は同じバイトになる() {
        let once = zipped(&small()).unwrap();
        assert_eq!(unzipped(&once).unwrap(), small());
        assert_eq!(zipped(&small()).unwrap(), once);
    }

    #[test]
    fn フォルダーごと固めたものも読み_外を指す名前は断る() {
        let inside: PackFiles =
            small().into_iter().map(|(path, bytes)| (format!("市のパック/{path}"), bytes)).collect();
        assert_eq!(unzipped(&zipped(&inside).unwrap()).unwrap(), small());
        let outside = PackFiles::from([("../pack.toml".to_owned(), Vec::new())]);
        assert!(unzipped(&zipped(&outside).unwrap()).is_err());
        assert!(unzipped(&zipped(&PackFiles::from([("a.toml".to_owned(), Vec::new())])).unwrap()).is_err());
    }

    #[test]
    fn ふくらむものは断る() {
        let large = usize::try_from(LARGEST).unwrap() + 1;
        let bomb = PackFiles::from([("pack.toml".to_owned(), vec![0; large])]);
        assert!(unzipped(&zipped(&bomb).unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn どこで切れていても_何が書いてあっても落ちない(at in 0..600_usize, byte: u8, cut in 0..600_usize) {
            let mut bytes = zipped(&small()).unwrap();
            if let Some(one) = bytes.get_mut(at) {
                *one = byte;
            }
            let _may_be_refused = unzipped(&bytes);
            bytes.truncate(cut);
            let _refused = unzipped(&bytes);
        }
    }
}
