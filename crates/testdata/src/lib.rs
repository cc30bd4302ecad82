//! Where the tests find real rasters, boundaries and recorded answers.
//!
//! They are not part of this repository. `HEADCOUNT_DATA` names their folder; the
//! default is `../shared/data` beside the checkout. A clone without them still
//! passes: each test that needs them says that it was skipped. Where
//! `HEADCOUNT_REQUIRE_DATA` is set, a missing folder is a failure instead.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder with the test data, or `None` (after saying so on stderr) where it is absent.
///
/// # Panics
/// When `HEADCOUNT_REQUIRE_DATA` is set and the folder is absent.
#[must_use]
pub fn dir() -> Option<PathBuf> {
    let dir = std::env::var_os("HEADCOUNT_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if dir.is_dir() {
        return Some(dir);
    }
    assert!(
        std::env::var_os("HEADCOUNT_REQUIRE_DATA").is_none(),
        "test data required, but {} is no folder",
        dir.display()
    );
    // Written past the test runner's capture: a skip must be seen.
    let thread = std::thread::current();
    let _ = writeln!(
        std::io::stderr().lock(),
        "skipped: {}: no test data in {}",
        thread.name().unwrap_or("a test"),
        dir.display()
    );
    None
}

/// Whether the long variants of tests are asked for (`HEADCOUNT_LONG=1`).
#[must_use]
pub fn long() -> bool {
    std::env::var_os("HEADCOUNT_LONG").is_some_and(|value| value == "1")
}
