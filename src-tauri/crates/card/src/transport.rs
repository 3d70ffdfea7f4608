//! One question to a card, one answer: all that reading needs to know of readers.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroizing;

/// Longest answer there is: extended length and its status word.
pub(crate) const LONGEST_ANSWER: usize = 65_538;

/// Something that carries commands to one card: a reader, or a software card.
pub trait Transport {
    /// Sends a command and puts the whole answer, status word included, into `answer` (which it clears first).
    fn transmit(&mut self, command: &[u8], answer: &mut Zeroizing<Vec<u8>>) -> Result<(), TransportError>;
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    #[error("the card left")]
    Removed,
    #[error("the reader left")]
    NoReader,
    #[error("the PC/SC service stopped")]
    NoService,
    #[error("another program has the card")]
    InUse,
    #[error("cancelled")]
    Cancelled,
    #[error("{0}")]
    Driver(String),
}

/// Stops a read from another thread: between two commands, and without waiting for a reader that hangs.
#[derive(Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cancel({})", self.is_cancelled())
    }
}
