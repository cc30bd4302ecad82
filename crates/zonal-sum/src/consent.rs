//! What `--allow` and `--exceptions` can let pass here.

use pop_cli::{AllowKind, Consent, Console, Finding, ToolError};
use pop_geo::{OrgUnitSet, Shape};

use crate::grids::Results;
use crate::rasters::Raster;

/// Units with a polygon that cannot be read in one way.
pub(crate) const BAD_GEOMETRY: &str = "bad-geometry";
/// Cells below zero.
pub(crate) const NEGATIVE: &str = "negative";
/// Infinite cells.
pub(crate) const INFINITE: &str = "infinite";
/// Rasters of several products or releases.
pub(crate) const MIXED_RELEASES: &str = "mixed-releases";
/// Both sexes together beside each alone.
pub(crate) const MIXED_SEXES: &str = "mixed-sexes";

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
        meaning: "cells that are infinite, or above a thousand million, are left out",
    },
    AllowKind {
        name: MIXED_RELEASES,
        meaning: "rasters of several products or releases stand in one stream",
    },
    AllowKind {
        name: MIXED_SEXES,
        meaning: "bands of both sexes stand beside those of each",
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
        let infinite = sums.tally.infinite + sums.tally.implausible;
        for (kind, what, count) in [
            (NEGATIVE, "cells below zero", sums.tally.negative),
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
                .in_file(&raster.path));
            }
            if count > 0 {
                console.warn(&format!("{}: {count} {what} left out", raster.path));
            }
        }
    }
    Ok(())
}

/// Refuses units whose polygon cannot be taken at its word, unless they may pass without a value.
pub(crate) fn judge_geometry(units: &OrgUnitSet, consent: &mut Consent) -> Result<(), ToolError> {
    let findings: Vec<Finding> = units
        .units
        .iter()
        .filter(|unit| !unit.context)
        .filter_map(|unit| match &unit.shape {
            Shape::Bad(problem) => Some(Finding {
                unit: unit.id.clone(),
                detail: problem.to_string(),
            }),
            _ => None,
        })
        .collect();
    let hints: Vec<&str> = units
        .units
        .iter()
        .filter_map(|unit| match &unit.shape {
            Shape::Bad(problem) => Some(problem.hint()),
            _ => None,
        })
        .collect();
    let judgement = consent.judge(BAD_GEOMETRY, findings);
    if judgement.refused.is_empty() {
        return Ok(());
    }
    let error = consent.refusal(BAD_GEOMETRY, "units cannot be summed", &judgement.refused);
    Err(match hints.first() {
        Some(hint) => error.hint(hint),
        None => error,
    })
}
