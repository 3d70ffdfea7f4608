//! 空き容量: how much room the disk of the data folder has, for the administrator to hear of before it is full.

use serde::Serialize;

use crate::server::Server;

const MIB: u64 = 1024 * 1024;

/// Room on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Bytes; nothing where the disk does not say.
    pub free: Option<u64>,
    /// Less than `limits.disk_low_mib`.
    pub low: bool,
}

impl Room {
    /// Where the data folder is. A PostgreSQL elsewhere looks after its own disk.
    pub fn of(server: &Server) -> Self {
        let free = fs4::available_space(server.folder()).ok();
        let least = server.config().limits.disk_low_mib * MIB;
        Self { free, low: free.is_some_and(|free| free < least) }
    }

    pub fn free_mib(self) -> u64 {
        self.free.unwrap_or_default() / MIB
    }
}
