//! How long to wait before trying again: longer each time, and never in step with the others. After a power cut two hundred
//! terminals come back in the same second.

use std::time::Duration;

#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    most: Duration,
    tries: u32,
}

impl Backoff {
    pub(super) const fn new(first: Duration, most: Duration) -> Self {
        Self { first, most, tries: 0 }
    }

    pub(super) const fn reset(&mut self) {
        self.tries = 0;
    }

    /// Between half of the full wait and all of it.
    pub(super) fn next(&mut self) -> Duration {
        let full = self.first.saturating_mul(1 << self.tries.min(16)).min(self.most);
        self.tries = self.tries.saturating_add(1);
        spread(full)
    }
}

/// Somewhere in the upper half of a span.
pub(super) fn spread(full: Duration) -> Duration {
    let mut byte = [0_u8; 2];
    // Without randomness everyone waits the full time, which is still a wait.
    let part = getrandom::fill(&mut byte).map_or(u16::MAX, |()| u16::from_le_bytes(byte));
    full / 2 + full.mul_f64(f64::from(part) / f64::from(u16::MAX) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 待ち時間は延びていき_上限を超えない() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(1));
        for full in [1, 2, 4, 8, 16, 32, 60, 60] {
            let wait = backoff.next();
            assert!(
                wait >= Duration::from_millis(full * 500) && wait <= Duration::from_secs(full),
                "{wait:?}"
            );
        }
        backoff.reset();
        assert!(backoff.next() <= Duration::from_secs(1));
    }
}
