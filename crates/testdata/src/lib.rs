//! Where the tests find real rasters, boundaries and recorded answers.
//!
//! They are not part of this repository: `docs/testing.md` says where they come from.
//! `HEADCOUNT_DATA` names their folder; the default is `../shared/data` beside the checkout.
//! A test that needs them is marked `#[ignore]`; `scripts/test-runner`, which cargo starts the
//! test binaries with, includes the ignored tests where the folder is there.

use std::path::{Path, PathBuf};

/// The folder with the test data.
///
/// # Panics
/// When it is absent: the test is run with `--ignored`, or lacks the attribute.
#[must_use]
#[expect(clippy::panic, reason = "tests fail by panicking")]
pub fn dir() -> PathBuf {
    let folder = folder();
    if !folder.is_dir() {
        panic!(
            "no test data in {}: see docs/testing.md; a test that needs them is marked #[ignore]",
            folder.display()
        );
    }
    folder
}

/// The folder with the test data, where it is there: for more input to a test that needs none.
#[must_use]
pub fn find() -> Option<PathBuf> {
    Some(folder()).filter(|folder| folder.is_dir())
}

fn folder() -> PathBuf {
    std::env::var_os("HEADCOUNT_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    )
}

/// Whether the long variants of tests are asked for (`HEADCOUNT_LONG=1`).
#[must_use]
pub fn long() -> bool {
    std::env::var_os("HEADCOUNT_LONG").is_some_and(|value| value == "1")
}
