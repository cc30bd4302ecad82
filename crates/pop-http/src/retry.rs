//! When to try again, and how long to wait.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// How often a request is tried, and how long the pauses are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all; 1 means never again.
    pub tries: u32,
    /// The first pause; each next is twice as long.
    pub first_pause: Duration,
    /// The longest pause, also where the server asks for a longer one.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 4,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// One try only.
    #[must_use]
    pub fn never() -> Self {
        Self {
            tries: 1,
            ..Self::default()
        }
    }
}

type Listener = dyn Fn(&str) + Send + Sync;

/// Hears of every request that is tried again: which, why, and after how long.
#[derive(Clone, Default)]
pub struct RetryWatch(Option<Arc<Listener>>);

impl RetryWatch {
    /// One that tells `hears` in a line of words.
    #[must_use]
    pub fn new(hears: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hears)))
    }

    pub(crate) fn tell(&self, what: impl std::fmt::Display, pause: Duration) {
        if let Self(Some(hears)) = self {
            hears(&format!(
                "{what}; tried again in {:.1} s",
                pause.as_secs_f64()
            ));
        }
    }
}

impl std::fmt::Debug for RetryWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RetryWatch")
            .field(&self.0.is_some())
            .finish()
    }
}

/// The pauses of one request that is tried again.
#[derive(Debug, Clone)]
pub struct Backoff {
    policy: RetryPolicy,
    failed: u32,
    /// What the lengths of the pauses are drawn from.
    seed: u64,
}

impl Backoff {
    /// Before the first try.
    #[must_use]
    pub fn new(policy: &RetryPolicy) -> Self {
        Self {
            policy: policy.clone(),
            failed: 0,
            seed: RandomState::new().hash_one(0_u8),
        }
    }

    /// Before the first try, with pauses that are the same in every run for the same `key`, and
    /// differ between keys.
    #[must_use]
    pub fn of_key(policy: &RetryPolicy, key: &str) -> Self {
        // FNV-1a: small, and the same on every machine.
        let seed = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self {
            seed,
            ..Self::new(policy)
        }
    }

    /// How long to wait before the next try; `None` when there is to be none.
    ///
    /// `asked` is what the server asked for. It is honoured up to the longest pause; a server
    /// that asks for more is not waited for.
    pub fn next_pause(&mut self, asked: Option<Duration>) -> Option<Duration> {
        self.failed += 1;
        if self.failed >= self.policy.tries {
            return None;
        }
        match asked {
            Some(asked) if asked > self.policy.longest_pause => None,
            Some(asked) => Some(asked),
            None => {
                let doubled = self
                    .policy
                    .first_pause
                    .saturating_mul(1_u32 << (self.failed - 1).min(20));
                let share = self.seed.rotate_right(7 * (self.failed % 9));
                Some(jitter(doubled.min(self.policy.longest_pause), share))
            }
        }
    }
}

/// Between half and the whole of a pause, so that clients that failed together do not return together.
fn jitter(pause: Duration, random: u64) -> Duration {
    let share = 0.5 + 0.5 * (random % 1024) as f64 / 1024.0;
    pause.mul_f64(share)
}

/// Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or a date.
///
/// A fraction is rounded up, a date in the past is no wait, what cannot be read is `None`.
pub(crate) fn parse_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return (seconds >= 0.0 && seconds.is_finite())
            .then(|| Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(Duration::MAX));
    }
    let date = rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    let wait = date.duration_since(now);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(value: &str) -> Option<u64> {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        parse_retry_after(value, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(after("7"), Some(7));
        assert_eq!(after(" 1.5"), Some(2));
        assert_eq!(after("Sun, 22 Nov 2026 10:01:40 GMT"), Some(100));
        assert_eq!(after("Sun, 22 Nov 2026 09:00:00 GMT"), Some(0));
        assert_eq!(after("-5"), None);
        assert_eq!(after("soon"), None);
        assert_eq!(after("99999999999999999999"), Some(u64::MAX));
        assert!(after("Wed, 21 Oct 2099 07:28:00 GMT").unwrap() > 1_000_000);
    }

    #[test]
    fn pauses_double_and_end() {
        let mut backoff = Backoff::new(&RetryPolicy {
            tries: 4,
            first_pause: Duration::from_secs(8),
            longest_pause: Duration::from_secs(20),
        });
        let mut seconds = || backoff.next_pause(None).map(|pause| pause.as_secs_f64());
        let within = |pause: Option<f64>, low: f64, high: f64| {
            assert!(
                pause.is_some_and(|p| (low..=high).contains(&p)),
                "{pause:?}"
            );
        };
        within(seconds(), 4.0, 8.0);
        within(seconds(), 8.0, 16.0);
        within(seconds(), 10.0, 20.0);
        assert_eq!(seconds(), None);
    }

    #[test]
    fn pauses_of_a_key_are_its_own() {
        let pauses = |key: &str| {
            let mut backoff = Backoff::of_key(&RetryPolicy::default(), key);
            [(); 3].map(|()| backoff.next_pause(None).unwrap())
        };
        assert_eq!(pauses("a.tif"), pauses("a.tif"));
        assert_ne!(pauses("a.tif"), pauses("b.tif"));
    }

    #[test]
    fn a_server_that_asks_for_too_much_is_not_waited_for() {
        let mut backoff = Backoff::new(&RetryPolicy::default());
        assert_eq!(
            backoff.next_pause(Some(Duration::from_secs(3))),
            Some(Duration::from_secs(3))
        );
        assert_eq!(backoff.next_pause(Some(Duration::from_secs(3600))), None);
    }
}
