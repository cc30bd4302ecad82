//! What `--allow` and `--exceptions` can let pass here.

use pop_cli::{AllowKind, AllowLimit};
use pop_sums::Reason;

/// A factor out of range.
pub(crate) const FACTOR: &str = "factor";
/// Sums that were raked before.
pub(crate) const RAKED_TWICE: &str = "raked-twice";
/// A row of everybody that is not the sum of its bands.
pub(crate) const TOTAL_GAP: &str = "total-gap";

/// A row of a unit above the level that is not the sum of the units below it.
pub(crate) const PARENT_GAP: &str = "parent-gap";

/// The kinds of doubt that this tool judges.
pub(crate) const KINDS: &[AllowKind] = &[
    AllowKind::new(
        FACTOR,
        "factors out of range up to MAX, and down to 1/MAX; all of them without MAX",
    )
    .limited_by(AllowLimit::Measure),
    AllowKind::new(RAKED_TWICE, "sums that were raked before are raked again"),
    AllowKind::new(
        TOTAL_GAP,
        "rows of everybody become the sum of bands that differ from them by more than 0.5 %",
    ),
    AllowKind::new(
        PARENT_GAP,
        "rows of units above the level become the sum of units that differ from them by more than 5 %",
    ),
    AllowKind::new(
        Reason::Closed.word(),
        "units closed before the year share in the totals",
    ),
    AllowKind::new(
        Reason::NotYetOpen.word(),
        "units opened after the year share in the totals",
    ),
];
