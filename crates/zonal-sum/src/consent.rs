//! What `--allow` and `--exceptions` can let pass here.

use geo_inputs::{BAD_GEOMETRY, INFINITE, NEGATIVE};
use pop_cli::{AllowKind, AllowLimit, Consent, Console, ToolError, shortened_list};
use pop_raster::CellCounts;

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
    AllowKind::new(
        BAD_GEOMETRY,
        "units whose polygon cannot be read in one way have no value",
    ),
    AllowKind::new(NEGATIVE, "cells below zero are left out").limited_by(AllowLimit::Unnamed),
    AllowKind::new(
        INFINITE,
        "cells that are infinite, or above 1e9 people, are left out",
    )
    .limited_by(AllowLimit::Unnamed),
    AllowKind::new(
        MIXED_RELEASES,
        "rasters of several products or releases are summed into one stream",
    ),
    AllowKind::new(
        MIXED_SEXES,
        "bands of both sexes and bands of each sex are summed into one stream",
    ),
    AllowKind::new(
        CELL_SIZE,
        "rasters whose cells are not of the size that their WorldPop name says are summed, under that name",
    ),
    AllowKind::new(
        UNKNOWN_CONTENTS,
        "rasters that may hold something else than people per cell, or a part of the people, are summed: a name, unit or description says so and no label who is counted, or their values are unusual",
    ),
];

/// A kind, the words for its cells, and how many of them a raster has.
type CellRule = (&'static str, &'static str, fn(&CellCounts) -> u64);

/// Says how many cells `--allow` left out, and refuses where all rasters together have more than its limit.
pub(crate) fn judge_left_out(
    rasters: &[Raster],
    results: &Results,
    consent: &mut Consent,
    console: &Console,
) -> Result<(), ToolError> {
    let counts = || {
        let sums = results.rasters.iter().map(|(sums, _)| &sums.counts);
        rasters.iter().zip(sums)
    };
    let rules: [CellRule; 2] = [
        (NEGATIVE, "cells below zero", |counts| counts.negative),
        (
            INFINITE,
            "cells that are infinite or beyond any count",
            |counts| counts.infinite + counts.implausible,
        ),
    ];
    for (kind, what, count) in rules {
        let found: Vec<(&str, u64)> = counts()
            .map(|(raster, counts)| (raster.path.as_str(), count(counts)))
            .filter(|(_, count)| *count > 0)
            .collect();
        let all = found.iter().map(|(_, count)| count).sum();
        if all == 0 {
            continue;
        }
        if !consent.judge_count(kind, all) {
            let most = consent.limit(kind).flatten().unwrap_or_default();
            let mut paths: Vec<&str> = found.iter().map(|(path, _)| *path).collect();
            // A file of several bands is one.
            paths.dedup();
            return Err(ToolError::data(format!(
                "{all} {what}, more than the {most} of --allow {kind}"
            ))
            .in_file(shortened_list(&paths))
            .hint(format!(
                "look at these cells; --allow {kind} without a number leaves any number of them out"
            )));
        }
        for (path, count) in found {
            console.warn(&format!("{path}: {count} {what} left out"));
        }
    }
    Ok(())
}
