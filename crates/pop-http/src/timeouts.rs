//! How long an exchange may take.

use std::time::Duration;

/// How long each phase of an exchange may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Name, connection, proxy and encryption.
    pub connect: Duration,
    /// Silence of the server: until its answer begins, and between two pieces of it.
    pub answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            answer: Duration::from_secs(120),
        }
    }
}
