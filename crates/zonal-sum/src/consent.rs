//! What `--allow` and `--exceptions` can let pass here.

use pop_cli::{AllowKind, Consent, Console, ToolError};
use raster_inputs::{BAD_GEOMETRY, INFINITE, NEGATIVE};

use crate::grids::Results;
use crate::rasters::Raster;

/// Rasters of several products or releases.
pub(crate) const MIXED_RELEASES: &str = "mixed-releases";
/// Both sexes together beside each alone.
pub(crate) const MIXED_SEXES: &str = "mixed-sexes";

/// Rasters with cells of another size than their name says.
pub(crate) const CELL_SIZE: &str = "cell-size";

/// Rasters that may hold something else than people per cell.
pub(crate) const UNKNOWN_CONTENTS: &str = "unknown-contents";

/// The kinds of doubt that this tool judges.
pub(crate) const KINDS: &[AllowKind] = &[
    AllowKind {
        name: BAD_GEOMETRY,
        meaning: "units whose polygon cannot be read in one way have no value",
    },
    AllowKind {
        name: NEGATIVE,
        meaning: "cells below zero are left out",
    },
    AllowKind {
        name: INFINITE,
        meaning: "cells that are infinite, or above 1e9 people, are left out",
    },
    AllowKind {
        name: MIXED_RELEASES,
        meaning: "rasters of several products or releases are summed into one stream",
    },
    AllowKind {
        name: MIXED_SEXES,
        meaning: "bands of both sexes and bands of each sex are summed into one stream",
    },
    AllowKind {
        name: CELL_SIZE,
        meaning: "rasters whose cells are not of the size that their WorldPop name says are summed, under that name",
    },
    AllowKind {
        name: UNKNOWN_CONTENTS,
        meaning: "rasters that may hold something else than people per cell are summed: their unit or description says so, or no name describes them and their values are unusual",
    },
];

/// Tells how many cells `--allow` left out, and refuses where they are more than its limit.
pub(crate) fn judge_left_out(
    rasters: &[Raster],
    results: &Results,
    consent: &Consent,
    console: &Console,
) -> Result<(), ToolError> {
    for (raster, (sums, _)) in rasters.iter().zip(&results.rasters) {
        let infinite = sums.counts.infinite + sums.counts.implausible;
        for (kind, what, count) in [
            (NEGATIVE, "cells below zero", sums.counts.negative),
            (
                INFINITE,
                "cells that are infinite or beyond any count",
                infinite,
            ),
        ] {
            let most = consent.limit(kind).flatten().unwrap_or(f64::INFINITY);
            if count as f64 > most {
                return Err(ToolError::data(format!(
                    "{count} {what}, more than the {most} of --allow {kind}"
                ))
                .in_file(&raster.path)
                .hint(format!("look at these cells; --allow {kind} without a number leaves any number of them out")));
            }
            if count > 0 {
                console.warn(&format!("{}: {count} {what} left out", raster.path));
            }
        }
    }
    Ok(())
}
