//! Growth as the DHIS2 guidance on denominators judges it: (new - old) / old, over one year, flagged from a
//! threshold on, the threshold itself included.

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

/// The change as a share of the old value; `None` from zero, of which there is no share.
pub(crate) fn share(old: f64, new: f64) -> Option<f64> {
    (old > 0.0).then(|| (new - old) / old)
}

/// The growth a year, over so many years; `None` from zero, or over no year.
pub(crate) fn annual(old: f64, new: f64, years: u32) -> Option<f64> {
    match years {
        0 => None,
        1 => share(old, new),
        _ => (old > 0.0).then(|| (new / old).powf(1.0 / f64::from(years)) - 1.0),
    }
}

/// Whether a share reaches a threshold; 100 to 110 reaches 10 %.
pub(crate) fn reaches(share: f64, threshold: f64) -> bool {
    // The share of decimals such as 0.1 to 0.11 is off by a rounding.
    share >= threshold - 1e-12
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
    use super::*;

    #[test]
    fn the_threshold_is_included_and_the_base_is_the_first_year() {
        let flag = |old, new| judge(share(old, new).unwrap(), THRESHOLD);
        assert_eq!(flag(100.0, 110.0), Some(GrowthFlag::High));
        assert_eq!(flag(30.0, 33.0), Some(GrowthFlag::High));
        assert_eq!(flag(0.1, 0.11), Some(GrowthFlag::High));
        assert_eq!(flag(1000.0, 1099.0), None);
        assert_eq!(flag(110.0, 100.0), Some(GrowthFlag::Negative));
        assert_eq!(share(0.0, 5.0), None);
        // 21 % over two years are 10 % a year.
        assert!((annual(100.0, 121.0, 2).unwrap() - 0.10).abs() < 1e-12);
    }
}
