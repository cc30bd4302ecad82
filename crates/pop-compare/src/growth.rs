//! Growth as the DHIS2 guidance on denominators judges it, by the one rule of `pop_datavalues::plausibility`.

use pop_datavalues::plausibility::reaches;

/// Growth over one year from which on it is flagged.
pub(crate) const THRESHOLD: f64 = 0.10;

/// A growth that a person should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrowthFlag {
    /// The threshold and more.
    High,
    /// Fewer people than before.
    Negative,
}

/// What the guidance says to a growth over one year.
pub(crate) fn judge(growth: f64, threshold: f64) -> Option<GrowthFlag> {
    if growth < 0.0 {
        Some(GrowthFlag::Negative)
    } else {
        reaches(growth, threshold).then_some(GrowthFlag::High)
    }
}

#[cfg(test)]
mod tests {
    use pop_datavalues::plausibility::{growth_in_a_year, relative_change};

    use super::*;

    #[test]
    fn the_threshold_is_included_and_the_base_is_the_first_year() {
        let flag = |old, new| judge(relative_change(old, new).unwrap(), THRESHOLD);
        assert_eq!(flag(100.0, 110.0), Some(GrowthFlag::High));
        assert_eq!(flag(30.0, 33.0), Some(GrowthFlag::High));
        assert_eq!(flag(0.1, 0.11), Some(GrowthFlag::High));
        assert_eq!(flag(1000.0, 1099.0), None);
        assert_eq!(flag(110.0, 100.0), Some(GrowthFlag::Negative));
        assert_eq!(relative_change(0.0, 5.0), None);
        // 21 % over two years are 10 % a year.
        assert!((growth_in_a_year(100.0, 121.0, 2).unwrap() - 0.10).abs() < 1e-12);
    }
}
