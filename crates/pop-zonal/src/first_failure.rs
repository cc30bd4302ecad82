//! If several chunks cannot be read, the first one is named, in any order of the threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The failure with the lowest place. Work at places beyond it need not be done; work before it must be, it may fail as well.
pub(crate) struct FirstFailure<E> {
    place: AtomicUsize,
    found: Mutex<Option<(usize, E)>>,
}

impl<E> FirstFailure<E> {
    pub(crate) fn none_yet() -> Self {
        Self {
            place: AtomicUsize::new(usize::MAX),
            found: Mutex::new(None),
        }
    }

    /// Whether a place before this one has failed.
    pub(crate) fn is_before(&self, place: usize) -> bool {
        // a stale value costs some needless work and nothing else: the lock in `at` decides
        self.place.load(Ordering::Relaxed) < place
    }

    /// Does the work of a place, unless an earlier place has failed.
    pub(crate) fn at(&self, place: usize, work: impl FnOnce() -> Result<(), E>) {
        if self.is_before(place) {
            return;
        }
        if let Err(error) = work() {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            if found.as_ref().is_none_or(|(first, _)| place < *first) {
                *found = Some((place, error));
                self.place.store(place, Ordering::Relaxed);
            }
        }
    }

    pub(crate) fn into_result(self) -> Result<(), E> {
        let found = self
            .found
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        found.map_or(Ok(()), |(_, error)| Err(error))
    }
}
