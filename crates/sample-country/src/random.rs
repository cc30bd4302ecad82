//! Numbers that look random and are the same everywhere.

/// A well-mixed number from a few (the finaliser of SplitMix64: G. L. Steele, D. Lea and C. H. Flood, 2014).
#[must_use]
pub(crate) fn mix(parts: &[i64]) -> u64 {
    let mut state = 0x5843_5f43_4f55_4e54_u64;
    for &part in parts {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15) ^ part.cast_unsigned();
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
    }
    state
}

/// A whole number from `-most` to `most`.
#[must_use]
pub(crate) fn within(most: i64, parts: &[i64]) -> i64 {
    let span = (2 * most + 1).cast_unsigned();
    (mix(parts) % span).cast_signed() - most
}

/// A number from 0 to just below 1.
#[must_use]
pub(crate) fn share(parts: &[i64]) -> f64 {
    // 32 bits: exact in a double.
    f64::from((mix(parts) >> 32) as u32) / 4_294_967_296.0
}

/// Noise from 0 to 1 that changes smoothly over `step` units of `x` and `y`.
#[must_use]
pub(crate) fn noise(x: f64, y: f64, step: f64, salt: i64) -> f64 {
    let (x, y) = (x / step, y / step);
    let (column, row) = (x.floor(), y.floor());
    let ease = |t: f64| t * t * (3.0 - 2.0 * t);
    let (across, down) = (ease(x - column), ease(y - row));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a few hundred cells at most"
    )]
    let at = |dx: i64, dy: i64| share(&[salt, column as i64 + dx, row as i64 + dy]);
    let upper = at(0, 0) + across * (at(1, 0) - at(0, 0));
    let lower = at(0, 1) + across * (at(1, 1) - at(0, 1));
    upper + down * (lower - upper)
}

/// A DHIS2 UID for a key: a letter, then ten letters or digits.
#[must_use]
pub(crate) fn uid(key: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let parts: Vec<i64> = key.bytes().map(i64::from).collect();
    let mut rest = u128::from(mix(&parts)) << 64 | u128::from(mix(&[&parts[..], &[1]].concat()));
    (0..11)
        .map(|place| {
            let count = if place == 0 { 52 } else { 62 };
            let letter = LETTERS.get((rest % count) as usize).copied();
            rest /= count;
            char::from(letter.unwrap_or(b'x'))
        })
        .collect()
}
