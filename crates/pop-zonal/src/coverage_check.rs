//! The check of every coverage against the polygon's own area.

use crate::error::SumError;
use crate::fraction;
use crate::outline::Outline;
use crate::stack::SumRequest;
use crate::sweep::Swept;

/// Difference that rounding may make, for each cell of the boxes round the rings.
const ROUNDING: f64 = 1e-9;

/// Compares the fractions of each outline, added up over all cells, with its area within the raster as its edges alone give it.
///
/// The two are computed on different ways and fraction no step but the position of the points. A ring that crosses itself or parts that
/// overlap show here, too, since fractions are held to 0 to 1.
pub(crate) fn check_coverage<E>(
    request: &SumRequest<'_>,
    outlines: &[Outline<'_>],
    swept: &[Swept],
) -> Result<(), SumError<E>> {
    for (number, (outline, swept)) in outlines.iter().zip(swept).enumerate() {
        let covered = fraction::cells(swept.covered);
        let beyond = fraction::cells(swept.beyond);
        let allowed = ROUNDING * (1.0 + outline.scale);
        if (covered - outline.inside).abs() > allowed || beyond > allowed {
            let unit = request.layers.units()[number] as usize;
            return Err(SumError::Coverage {
                unit: request.units[unit].id.clone(),
                covered,
                expected: outline.inside,
                beyond,
            });
        }
    }
    Ok(())
}
