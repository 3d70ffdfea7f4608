//! A pack directory on disk, or a built pack file.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use madoka_rules::PackFiles;
use madoka_rules::pack::Document;

use crate::failure::Failure;

const MAX_FILES: usize = 5000;
const MAX_BYTES: u64 = 256 << 20;

pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let reason = match error.kind() {
        ErrorKind::NotFound => "見つかりません".to_owned(),
        ErrorKind::PermissionDenied => "読む権限がありません".to_owned(),
        ErrorKind::IsADirectory => "フォルダです".to_owned(),
        ErrorKind::InvalidData => "UTF-8 の文字ではありません".to_owned(),
        other => other.to_string(),
    };
    Failure::Read { path: path.display().to_string(), reason }
}

/// The files of a pack, by their paths with `/`.
pub(crate) fn read_pack_files(path: &Path) -> Result<PackFiles, Failure> {
    if path.is_file() {
        return Ok(Document::from_text(&read_text(path)?)?.files().clone());
    }
    let mut gathered = Gathered { files: PackFiles::new(), bytes: 0 };
    gathered.take(path, path, "")?;
    if let Some(forms) = gathered.files.get("pack.toml").and_then(|head| forms_folder(head)) {
        let forms = path.join(forms);
        gathered.take(&forms, &forms, "forms/")?;
    }
    Ok(gathered.files)
}

/// Where the papers lie when they are not in the pack's own `forms/` (FORMAT.md §2). A head that cannot be read is for
/// the pack's reader to explain.
fn forms_folder(head: &[u8]) -> Option<String> {
    let head: toml::Table = std::str::from_utf8(head).ok()?.parse().ok()?;
    head.get("forms_folder")?.as_str().map(str::to_owned)
}

struct Gathered {
    files: PackFiles,
    bytes: u64,
}

impl Gathered {
    /// Every file below `directory`, named from `root` with `prefix` before it.
    fn take(&mut self, root: &Path, directory: &Path, prefix: &str) -> Result<(), Failure> {
        for entry in fs::read_dir(directory).map_err(|error| unreadable(directory, &error))? {
            let entry = entry.map_err(|error| unreadable(directory, &error))?;
            let (path, name) = (entry.path(), entry.file_name());
            // Editors' and version control's own files are no part of a pack.
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            // Links are not followed: a pack is what lies in its directory.
            let kind = entry.file_type().map_err(|error| unreadable(&path, &error))?;
            if kind.is_dir() {
                self.take(root, &path, prefix)?;
            } else if kind.is_file() {
                self.bytes += entry.metadata().map_or(0, |metadata| metadata.len());
                if self.files.len() >= MAX_FILES || self.bytes > MAX_BYTES {
                    return Err(Failure::TooLarge(MAX_FILES));
                }
                let content = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
                let inside = path.strip_prefix(root).unwrap_or(&path);
                let parts: Vec<_> =
                    inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
                self.files.insert(format!("{prefix}{}", parts.join("/")), content);
            }
        }
        Ok(())
    }
}
