//! What `--allow` and `--exceptions` can let pass here.

use pop_cli::{Consent, Finding, Kind, ToolError};
use pop_geo::{OrgUnitSet, Shape};

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
pub(crate) const KINDS: &[Kind] = &[
    Kind {
        name: BAD_GEOMETRY,
        meaning: "units whose polygon cannot be read in one way have no value",
    },
    Kind {
        name: NEGATIVE,
        meaning: "cells below zero are left out",
    },
    Kind {
        name: INFINITE,
        meaning: "cells that are infinite, or more than live on Earth, are left out",
    },
    Kind {
        name: MIXED_RELEASES,
        meaning: "rasters of several products or releases stand in one stream",
    },
    Kind {
        name: MIXED_SEXES,
        meaning: "bands of both sexes stand beside those of each",
    },
];

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
    let error = Consent::refusal(BAD_GEOMETRY, "units cannot be summed", &judgement.refused);
    Err(match hints.first() {
        Some(hint) => error.hint(hint),
        None => error,
    })
}
