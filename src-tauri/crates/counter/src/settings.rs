//! What this terminal remembers about itself, in `settings.toml` of its data folder. Nothing personal goes here.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use crate::CounterError;
use crate::printing::PrintSettings;

/// How the screens are drawn at this terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Display {
    pub type_size: TypeSize,
    /// 白黒反転: light text on black, for eyes that need it.
    pub high_contrast: bool,
}

/// 文字の大きさ
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum TypeSize {
    #[default]
    Standard,
    Large,
    Largest,
    /// 200 %
    Twice,
}

/// The content of `settings.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) display: Display,
    pub(crate) printing: PrintSettings,
}

/// The file itself.
#[derive(Debug)]
pub(crate) struct SettingsFile(PathBuf);

impl SettingsFile {
    pub(crate) fn within(data: &Path) -> Self {
        Self(data.join("settings.toml"))
    }

    /// The settings as last saved; the first ones where there are none yet.
    pub(crate) fn load(&self) -> Result<Settings, CounterError> {
        match fs::read_to_string(&self.0) {
            Ok(text) => toml::from_str(&text).map_err(|error| CounterError::SettingsBroken(Box::new(error))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Settings::default()),
            Err(error) => Err(CounterError::SettingsUnreadable(error)),
        }
    }

    /// Writes beside the old file, flushes, then renames: a power cut leaves the old settings or the new ones.
    pub(crate) fn save(&self, settings: &Settings) -> Result<(), CounterError> {
        self.write(settings).map_err(CounterError::SettingsNotSaved)
    }

    fn write(&self, settings: &Settings) -> io::Result<()> {
        let folder = self.0.parent().ok_or(io::ErrorKind::NotFound)?;
        fs::create_dir_all(folder)?;
        let text = toml::to_string(settings).map_err(io::Error::other)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.0)?;
        Ok(())
    }
}
