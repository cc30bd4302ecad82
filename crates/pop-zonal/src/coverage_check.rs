//! The check of every coverage against the polygon's own area.

use crate::error::SumError;
use crate::fraction;
use crate::outline::Outline;
use crate::sweep::Swept;

/// Difference that rounding may make, for each cell of the boxes round the rings.
const ROUNDING: f64 = 1e-9;

/// Compares the fractions of each outline (`unit_id` names its unit), added up over all cells, with its area within the raster as its edges alone give it.
///
/// The two are computed in different ways and have no step in common but the position of the points. A ring that crosses itself or parts that
/// overlap show here, too, since fractions are held to 0 to 1.
pub(crate) fn check_coverage<E>(
    unit_id: impl Fn(usize) -> String,
    outlines: &[Outline<'_>],
    swept: &[Swept],
) -> Result<(), SumError<E>> {
    for (number, (outline, swept)) in outlines.iter().zip(swept).enumerate() {
        let covered = fraction::cells(swept.covered);
        let beyond = fraction::cells(swept.beyond);
        let allowed = ROUNDING * (1.0 + outline.scale);
        if (covered - outline.inside).abs() > allowed || beyond > allowed {
            return Err(SumError::Coverage {
                unit: unit_id(number),
                covered,
                expected: outline.inside,
                beyond,
            });
        }
    }
    Ok(())
}
