//! The server's own time: it starts at a given day and can be moved forward by tests.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

/// A clock in the zone UTC that runs from a given moment.
#[derive(Debug)]
pub(crate) struct Clock {
    start: DateTime,
    started: Instant,
    moved: AtomicU64,
}

impl Clock {
    /// A clock that shows 06:00 of that day now.
    pub(crate) fn starting(today: Date) -> Self {
        Self {
            start: today.at(6, 0, 0, 0),
            started: Instant::now(),
            moved: AtomicU64::new(0),
        }
    }

    /// The time now.
    pub(crate) fn now(&self) -> DateTime {
        let elapsed =
            self.started.elapsed() + Duration::from_millis(self.moved.load(Ordering::Relaxed));
        let elapsed = SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::ZERO);
        self.start.saturating_add(elapsed)
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.moved.fetch_add(millis, Ordering::Relaxed);
    }
}

/// `2026-11-22T05:35:25.536`, as metadata and system info print a moment.
pub(crate) fn stamp(time: DateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}

/// `2026-11-22T05:35:25.536+0000`, as data values print a moment.
pub(crate) fn zoned_stamp(time: DateTime) -> String {
    format!("{}+0000", stamp(time))
}

/// Milliseconds since 1970.
pub(crate) fn epoch_millis(time: DateTime) -> i64 {
    let epoch = Date::constant(1970, 1, 1).at(0, 0, 0, 0);
    i64::try_from(time.duration_since(epoch).as_millis()).unwrap_or(0)
}

/// A date in any of the forms that DHIS2 reads: `yyyy-MM-dd`, with or without a time.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}
