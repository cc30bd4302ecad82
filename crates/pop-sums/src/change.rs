//! Changes as shares, and which of them reach a limit: one rule for every table, flag and colour.

/// The change from which on the denominator guidance asks for a look, either way: 10 %.
pub const FLAG: f64 = 0.10;

/// The change as a share of the earlier value; `None` from zero, of which there is no share.
#[must_use]
pub fn relative_change(earlier: f64, later: f64) -> Option<f64> {
    (earlier > 0.0).then(|| (later - earlier) / earlier)
}

/// Whether a share reaches a threshold, the threshold itself included: 100 to 110 reaches 10 %.
#[must_use]
pub fn reaches(share: f64, threshold: f64) -> bool {
    // The share of decimals such as 0.1 to 0.11 is off by a rounding.
    share >= threshold - 1e-12
}

/// Whether a change is one of 10 % and more, up or down.
#[must_use]
pub fn is_flagged(share: f64) -> bool {
    reaches(share.abs(), FLAG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_per_cent_is_flagged_whatever_its_last_binary_digit() {
        for (earlier, later) in [
            (100.0, 110.0),
            (100.0, 90.0),
            (0.1, 0.11),
            (0.1, 0.09),
            (0.7, 0.77),
            (3.0, 3.3),
        ] {
            let share = relative_change(earlier, later).unwrap();
            assert!(is_flagged(share), "{earlier} to {later}: {share}");
        }
        for (earlier, later) in [(1000.0, 1099.0), (1000.0, 901.0), (110.0, 100.0)] {
            assert!(!is_flagged(relative_change(earlier, later).unwrap()));
        }
        assert_eq!(relative_change(0.0, 5.0), None);
    }
}
