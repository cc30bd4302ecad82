//! Retries: the decision, the back-off and the sleep that can be interrupted.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// How often a request is tried, and how long the pauses are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all; 1 means no retry.
    pub tries: u32,
    /// Tries in all that may end in a status of 500.
    pub tries_of_500: u32,
    /// The first pause; each next is twice as long.
    pub first_pause: Duration,
    /// The longest pause. A server that asks for a longer one is not waited for.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 4,
            tries_of_500: 2,
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

/// Whether a failure of a request without effect is worth another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAdvice {
    /// It passes: a dropped connection, a busy or restarting server. With the pause that the
    /// server asks for, if it does.
    Again(Option<Duration>),
    /// The server failed (a status of 500): [`RetryPolicy::tries_of_500`] decides.
    ServerError(Option<Duration>),
    /// It seldom passes, or has cost much time already: a timeout, a damaged body. One retry.
    OnceMore,
    /// Another try cannot help.
    Never,
}

impl RetryAdvice {
    /// What a status of 400 and above says (RFC 9110, section 15).
    pub(crate) const fn of_status(status: u16, asked: Option<Duration>) -> Self {
        if is_transient(status) {
            Self::Again(asked)
        } else if status == 500 {
            Self::ServerError(asked)
        } else {
            Self::Never
        }
    }
}

/// Statuses of a server or proxy that is busy or restarting.
pub(crate) const fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 429 | 502 | 503 | 504)
}

/// The tries of one request: decides after each failure whether there is another, and when.
#[derive(Debug, Clone)]
pub struct Retry {
    policy: RetryPolicy,
    failed: u32,
    server_errors: u32,
    retried_once: bool,
    /// What the lengths of the pauses are drawn from.
    seed: u64,
}

impl Retry {
    /// Before the first try.
    #[must_use]
    pub fn new(policy: &RetryPolicy) -> Self {
        Self {
            policy: policy.clone(),
            failed: 0,
            server_errors: 0,
            retried_once: false,
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

    /// How long to wait before the next try; `None` if there is none.
    pub fn next_pause(&mut self, advice: RetryAdvice) -> Option<Duration> {
        self.failed += 1;
        let asked = match advice {
            RetryAdvice::Never => return None,
            RetryAdvice::Again(asked) => asked,
            RetryAdvice::ServerError(asked) => {
                self.server_errors += 1;
                if self.server_errors >= self.policy.tries_of_500 {
                    return None;
                }
                asked
            }
            RetryAdvice::OnceMore if self.retried_once => return None,
            RetryAdvice::OnceMore => {
                self.retried_once = true;
                None
            }
        };
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

/// Sleeps, in steps of 100 ms so that `stop` is noticed. Returns whether the whole time passed.
pub fn sleep_unless(time: Duration, stop: impl Fn() -> bool) -> bool {
    const STEP: Duration = Duration::from_millis(100);
    let mut left = time;
    while !left.is_zero() {
        if stop() {
            return false;
        }
        let step = left.min(STEP);
        std::thread::sleep(step);
        left -= step;
    }
    true
}

type Listener = dyn Fn(&str) + Send + Sync;

/// Receives a line about every retry: which request, why, and after how long.
#[derive(Clone, Default)]
pub struct RetryLog(Option<Arc<Listener>>);

impl RetryLog {
    /// One that hands each line to `write`.
    #[must_use]
    pub fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(write)))
    }

    pub(crate) fn write(&self, failure: impl std::fmt::Display, pause: Duration) {
        if let Self(Some(write)) = self {
            write(&format!("{failure}; retry in {:.1} s", pause.as_secs_f64()));
        }
    }
}

impl std::fmt::Debug for RetryLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RetryLog").field(&self.0.is_some()).finish()
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
        let mut retry = Retry::new(&RetryPolicy {
            tries: 4,
            tries_of_500: 2,
            first_pause: Duration::from_secs(8),
            longest_pause: Duration::from_secs(20),
        });
        let mut seconds = || {
            retry
                .next_pause(RetryAdvice::Again(None))
                .map(|pause| pause.as_secs_f64())
        };
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
            let mut retry = Retry::of_key(&RetryPolicy::default(), key);
            [(); 3].map(|()| retry.next_pause(RetryAdvice::Again(None)).unwrap())
        };
        assert_eq!(pauses("a.tif"), pauses("a.tif"));
        assert_ne!(pauses("a.tif"), pauses("b.tif"));
    }

    #[test]
    fn a_server_that_asks_for_too_much_is_not_waited_for() {
        let mut retry = Retry::new(&RetryPolicy::default());
        assert_eq!(
            retry.next_pause(RetryAdvice::Again(Some(Duration::from_secs(3)))),
            Some(Duration::from_secs(3))
        );
        assert_eq!(
            retry.next_pause(RetryAdvice::Again(Some(Duration::from_secs(3600)))),
            None
        );
    }

    #[test]
    fn a_500_and_a_timeout_get_one_retry_each() {
        let mut retry = Retry::new(&RetryPolicy::default());
        assert!(retry.next_pause(RetryAdvice::ServerError(None)).is_some());
        assert!(retry.next_pause(RetryAdvice::OnceMore).is_some());
        let mut other = retry.clone();
        assert_eq!(retry.next_pause(RetryAdvice::ServerError(None)), None);
        assert_eq!(other.next_pause(RetryAdvice::OnceMore), None);
        let mut retry = Retry::new(&RetryPolicy::default());
        assert_eq!(retry.next_pause(RetryAdvice::Never), None);
    }

    #[test]
    fn advice_goes_by_status() {
        let asked = Some(Duration::from_secs(2));
        for status in [408, 429, 502, 503, 504] {
            assert_eq!(
                RetryAdvice::of_status(status, asked),
                RetryAdvice::Again(asked)
            );
        }
        assert_eq!(
            RetryAdvice::of_status(500, None),
            RetryAdvice::ServerError(None)
        );
        for status in [400, 401, 403, 404, 409, 413, 501] {
            assert_eq!(RetryAdvice::of_status(status, asked), RetryAdvice::Never);
        }
    }

    #[test]
    fn a_sleep_ends_when_it_is_to_stop() {
        assert!(!sleep_unless(Duration::from_secs(3600), || true));
        assert!(sleep_unless(Duration::ZERO, || true));
    }
}
