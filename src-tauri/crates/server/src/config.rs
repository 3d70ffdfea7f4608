//! `madokad.toml`: everything an administrator may set. Every key has a default; an unknown key is an error, so that a
//! misspelt one is not silently without effect. [`TEMPLATE`] tells them all to the administrator.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use postgres::config::Host;
use serde::Deserialize;

use crate::password::Cost;

/// What `madokad init` lays down: every key with its default, its range and what it is for.
pub const TEMPLATE: &str = include_str!("../madokad.toml");

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub serve: Serve,
    pub storage: Storage,
    pub sign_in: SignIn,
    pub terminals: Terminals,
    pub limits: Limits,
    pub retention: Retention,
    pub log: Log,
}

/// Where terminals reach the server.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Serve {
    pub listen: SocketAddr,
    /// Names and addresses terminals call it by; they stand in its certificate. The first is what invitations name.
    pub names: Vec<String>,
    /// Health and metrics; on 127.0.0.1 or ::1 only.
    pub admin: SocketAddr,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Storage {
    /// PostgreSQL instead of the encrypted file: `host=/run/postgresql user=madoka_x dbname=madoka_x`.
    pub postgres: Option<String>,
    /// A file (0600) with the password for it.
    pub postgres_password_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignIn {
    /// A session ends after so many hours whatever happens.
    pub session_hours: u32,
    /// … or after so many minutes without a request.
    pub idle_minutes: u32,
    /// Wrong passwords in a row until signing in is refused.
    pub failures: u32,
    /// For so long.
    pub lock_minutes: u32,
    /// For so many days a terminal lets in without the server who signed in there before.
    pub offline_days: u32,
    pub argon2_memory_kib: u32,
    pub argon2_rounds: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terminals {
    pub certificate_days: u32,
    /// An invitation works so long.
    pub invitation_hours: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    pub connections: usize,
    /// Connections of one terminal.
    pub connections_per_terminal: usize,
    /// Connections without a certificate: enrolment only.
    pub strangers: usize,
    /// Memory for bodies being received, all together.
    pub bodies_mib: usize,
    /// A body must have arrived by then.
    pub body_seconds: u64,
    /// The head of a request, and a TLS handshake, must have arrived by then.
    pub head_seconds: u64,
    /// With less room on the disk the administrator is told.
    pub disk_low_mib: u64,
}

/// 保存期間, in days; 0 is for ever.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Cases that were closed or taken back so long ago, here and on every terminal.
    pub case_days: u32,
    /// Bookings whose day was so long ago.
    pub booking_days: u32,
    /// What was searched for in the register; that somebody searched stays.
    pub register_words_days: u32,
    pub audit_days: u32,
    /// From this hour on, once a day.
    pub hour: i8,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `error`, `warn`, `info` or `debug`.
    pub level: String,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([0, 0, 0, 0], 7443)),
            names: vec!["127.0.0.1".to_owned()],
            admin: SocketAddr::from(([127, 0, 0, 1], 7444)),
        }
    }
}

impl Storage {
    /// How PostgreSQL is reached, where it is used. Between machines PgBouncer (or the like) on this machine speaks TLS;
    /// we never speak without it over a wire.
    pub(crate) fn postgres(&self) -> Result<Option<postgres::Config>, ConfigError> {
        let Some(text) = &self.postgres else { return Ok(None) };
        let near = |host: &Host| match host {
            #[cfg(unix)]
            Host::Unix(_) => true,
            Host::Tcp(name) => name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
        };
        let here =
            |config: &postgres::Config| !config.get_hosts().is_empty() && config.get_hosts().iter().all(near);
        text.parse().ok().filter(here).map(Some).ok_or(ConfigError::Value {
            key: "storage.postgres",
            must: "「host=/run/postgresql user=… dbname=…」の形で、hostはこの機械のソケットか127.0.0.1にしてください",
        })
    }
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            session_hours: 12,
            idle_minutes: 30,
            failures: 5,
            lock_minutes: 15,
            offline_days: 7,
            argon2_memory_kib: Cost::USUAL.memory_kib,
            argon2_rounds: Cost::USUAL.rounds,
        }
    }
}

impl SignIn {
    pub fn cost(&self) -> Cost {
        Cost { memory_kib: self.argon2_memory_kib, rounds: self.argon2_rounds }
    }
}

impl Default for Terminals {
    fn default() -> Self {
        Self { certificate_days: 400, invitation_hours: 24 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_000,
            connections_per_terminal: 8,
            strangers: 16,
            bodies_mib: 64,
            body_seconds: 60,
            head_seconds: 10,
            disk_low_mib: 1024,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { case_days: 1_827, booking_days: 400, register_words_days: 1_827, audit_days: 0, hour: 2 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned() }
    }
}

/// Why a configuration is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("設定ファイル{0}を読めません（{1}）。")]
    File(PathBuf, std::io::ErrorKind),
    #[error("設定ファイル{0}の書き方が正しくありません: {1}")]
    Form(PathBuf, String),
    #[error("設定「{key}」は{must}。")]
    Value { key: &'static str, must: &'static str },
}

impl Config {
    /// The file in a data folder; where there is none, everything is at its default.
    pub fn read(folder: &Path) -> Result<Self, ConfigError> {
        let path = folder.join("madokad.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(ConfigError::File(path, error.kind())),
        };
        let config = Self::parse(&text).map_err(|error| match error {
            ConfigError::Form(_, what) => ConfigError::Form(path, what),
            other => other,
        })?;
        Ok(config)
    }

    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)
            .map_err(|error| ConfigError::Form(PathBuf::new(), error.to_string().trim().to_owned()))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let must =
            |right: bool, key, must| if right { Ok(()) } else { Err(ConfigError::Value { key, must }) };
        let (sign_in, limits) = (&self.sign_in, &self.limits);
        must(self.serve.admin.ip().is_loopback(), "serve.admin", "127.0.0.1か::1にしてください")?;
        must(!self.serve.names.is_empty(), "serve.names", "一つ以上要ります")?;
        self.storage.postgres()?;
        must((1..=24).contains(&sign_in.session_hours), "sign_in.session_hours", "1から24までです")?;
        must((1..=480).contains(&sign_in.idle_minutes), "sign_in.idle_minutes", "1から480までです")?;
        must((3..=20).contains(&sign_in.failures), "sign_in.failures", "3から20までです")?;
        must((1..=1440).contains(&sign_in.lock_minutes), "sign_in.lock_minutes", "1から1440までです")?;
        must(sign_in.offline_days <= 31, "sign_in.offline_days", "31までです")?;
        must(
            (Cost::USUAL.memory_kib..=64 * 1024).contains(&sign_in.argon2_memory_kib),
            "sign_in.argon2_memory_kib",
            "19456から65536までです",
        )?;
        must((2..=10).contains(&sign_in.argon2_rounds), "sign_in.argon2_rounds", "2から10までです")?;
        must(
            (30..=1100).contains(&self.terminals.certificate_days),
            "terminals.certificate_days",
            "30から1100までです",
        )?;
        must(
            (1..=168).contains(&self.terminals.invitation_hours),
            "terminals.invitation_hours",
            "1から168までです",
        )?;
        must((10..=10_000).contains(&limits.connections), "limits.connections", "10から10000までです")?;
        must(
            (2..=64).contains(&limits.connections_per_terminal),
            "limits.connections_per_terminal",
            "2から64までです",
        )?;
        must((1..=256).contains(&limits.strangers), "limits.strangers", "1から256までです")?;
        must((64..=1024).contains(&limits.bodies_mib), "limits.bodies_mib", "64から1024までです")?;
        must((1..=600).contains(&limits.body_seconds), "limits.body_seconds", "1から600までです")?;
        must((1..=60).contains(&limits.head_seconds), "limits.head_seconds", "1から60までです")?;
        must(
            (10..=1_000_000).contains(&limits.disk_low_mib),
            "limits.disk_low_mib",
            "10から1000000までです",
        )?;
        let retention = &self.retention;
        for (days, least, key, what) in [
            (retention.case_days, 30, "retention.case_days", "0（消さない）か、30から36500までです"),
            (retention.booking_days, 30, "retention.booking_days", "0（消さない）か、30から36500までです"),
            (
                retention.register_words_days,
                30,
                "retention.register_words_days",
                "0（消さない）か、30から36500までです",
            ),
            (retention.audit_days, 365, "retention.audit_days", "0（消さない）か、365から36500までです"),
        ] {
            must(days == 0 || (least..=36_500).contains(&days), key, what)?;
        }
        must((0..=23).contains(&retention.hour), "retention.hour", "0から23までです")?;
        must(
            ["error", "warn", "info", "debug"].contains(&self.log.level.as_str()),
            "log.level",
            "error・warn・info・debugのどれかです",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The template with every key in force.
    fn in_force() -> String {
        let key = |line: &&str| line.starts_with('[') || line.trim_start_matches('#').contains(" = ");
        let keys = TEMPLATE.lines().filter(key).filter(|line| !line.starts_with("# "));
        keys.map(|line| line.trim_start_matches('#').to_owned() + "\n").collect()
    }

    #[test]
    fn 置く設定は_書いてあるとおりに動く() {
        let usual = format!("{:?}", Config::default());
        assert_eq!(format!("{:?}", Config::parse(TEMPLATE).unwrap()), usual);
        let mut read = Config::parse(&in_force()).unwrap();
        // The only two keys that are off unless written.
        assert!(
            read.storage.postgres.take().is_some() && read.storage.postgres_password_file.take().is_some()
        );
        assert_eq!(format!("{read:?}"), usual);
    }

    #[test]
    fn どのキーも_置く設定に説明がある() {
        let source = include_str!("config.rs");
        let (source, _) = source.split_once("impl Default").unwrap();
        let (_, source) = source.split_once("pub struct Serve").unwrap();
        let fields = source.lines().filter_map(|line| line.strip_prefix("    pub ")?.split_once(": "));
        let mut count = 0;
        for (field, _) in fields {
            assert!(TEMPLATE.contains(&format!("\n#{field} = ")), "{field}");
            count += 1;
        }
        assert_eq!(count, in_force().lines().filter(|line| line.contains(" = ")).count());
    }

    #[test]
    fn 範囲の外と知らないキーは断る() {
        for wrong in [
            "[serve]\nadmin = \"0.0.0.0:7444\"",
            "[serve]\nnames = []",
            "[storage]\npostgres = \"PostgreSQL\"",
            "[storage]\npostgres = \"user=madoka dbname=madoka\"",
            "[storage]\npostgres = \"host=10.1.2.3 user=madoka dbname=madoka\"",
            "[sign_in]\nfailures = 100",
            "[sign_in]\nargon2_memory_kib = 8",
            "[sign_in]\noffline_days = 60",
            "[terminals]\ncertificate_days = 10000",
            "[limits]\nbodies_mib = 1",
            "[limits]\ndisk_low_mib = 0",
            "[retention]\ncase_days = 7",
            "[retention]\naudit_days = 30",
            "[retention]\nhour = 24",
            "[log]\nlevel = \"all\"",
            "[log]\nlevl = \"info\"",
            "x = 1",
            "[serve",
        ] {
            assert!(Config::parse(wrong).is_err(), "{wrong}");
        }
    }
}
