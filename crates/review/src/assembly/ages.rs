//! Ages on the page.

use pop_sums::AgeBand;

/// The ages of a band with an en dash: `<1`, `15–19`, `80+`.
pub(super) fn ages_text(band: AgeBand) -> String {
    band.to_string().replace('-', "–")
}
