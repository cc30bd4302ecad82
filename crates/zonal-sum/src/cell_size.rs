//! Whether cells are of the size that a WorldPop name says.
//!
//! A raster that was averaged to larger cells under its old name has a fraction of the people, and nothing else shows it.

use geo_inputs::cell_size_mismatch;
use pop_cli::{Consent, Finding, ToolError, by_number};

use crate::consent::CELL_SIZE;
use crate::rasters::Raster;

/// Refuses rasters whose cells have another size than their source names, unless allowed.
pub(crate) fn check(rasters: &[Raster], consent: &mut Consent) -> Result<(), ToolError> {
    let findings = rasters
        .iter()
        .filter_map(|raster| {
            let detail = cell_size_mismatch(raster.file().grid(), &raster.label.source)?;
            let unit = raster.name.clone();
            Some(Finding { unit, detail })
        })
        .collect();
    let judgement = consent.judge(CELL_SIZE, findings);
    let Some(first) = judgement.refused.first() else {
        return Ok(());
    };
    let what = by_number(
        judgement.refused.len(),
        "raster has cells of another size than its name says",
        "rasters have cells of another size than their names say",
    );
    Err(consent
        .refusal(CELL_SIZE, what, &judgement.refused)
        .hint(format!(
            "sum the raster as WorldPop published it; if its people were added up into larger cells, not averaged, name it as your own: --label {}:source=NAME",
            first.unit
        )))
}
