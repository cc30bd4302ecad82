//! A sum that does not depend on the order of its parts.
//!
//! Floating-point sums depend on order, so threads, tiles and clips would change the last digits. [`Accumulator`] is a long fixed-point number
//! that holds every finite double below 2⁴⁶ without rounding (a small superaccumulator: Kulisch; Neal, "Fast exact summation using small
//! and large superaccumulators", 2015). Whole-number addition is associative, so any order gives the same bits, and rounding happens once,
//! in [`Accumulator::to_f64`].

/// Binary digits after the point of the first, always present, part.
const MAIN_BITS: i32 = 80;
/// Binary digits of each further part.
const LIMB_BITS: i32 = 64;
/// Parts that reach down to 2⁻¹⁰⁷⁴, the smallest double.
const LIMBS: usize = 16;

/// An exact sum of doubles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accumulator {
    /// In units of 2⁻⁸⁰.
    main: i128,
    /// What lies below 2⁻⁸⁰, kept only once there is something.
    tail: Option<Box<Tail>>,
}

/// Digits below 2⁻⁸⁰: part `j` counts units of 2^-(80 + 64 (j + 1)).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tail([i128; LIMBS]);

impl Accumulator {
    /// Adds `units` times 2⁻⁸⁰. Sums stop at 2⁴⁷, far beyond any number of people.
    pub(crate) fn add_units(&mut self, units: i128) {
        self.main = self.main.saturating_add(units);
    }

    /// Adds a finite number of magnitude below 2⁴⁶.
    pub fn add(&mut self, value: f64) {
        let (mantissa, exponent) = decompose(value);
        let above = exponent + MAIN_BITS;
        if above >= 0 {
            return self.add_units(i128::from(mantissa) << above);
        }
        let below = (-above) as u32;
        let floor = if below < 64 {
            mantissa >> below
        } else {
            mantissa >> 63
        };
        let rest = if below < 64 {
            (mantissa - (floor << below)) as u64
        } else {
            // floor is 0 or -1; a negative number is the difference of two parts
            self.main += i128::from(floor);
            return self.add_deep(mantissa, exponent, floor);
        };
        self.main += i128::from(floor);
        if rest != 0 {
            self.tail.get_or_insert_default().add(rest, exponent);
        }
    }

    /// Adds a number whose digits all lie below 2⁻¹⁴³.
    fn add_deep(&mut self, mantissa: i64, exponent: i32, floor: i64) {
        if mantissa == 0 {
            return;
        }
        let tail = self.tail.get_or_insert_default();
        if floor == 0 {
            tail.add(mantissa as u64, exponent);
        } else {
            // main took one unit too many: give it back and take the magnitude away below
            self.main += 1;
            tail.subtract(mantissa.unsigned_abs(), exponent);
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        self.main = self.main.saturating_add(other.main);
        if let Some(theirs) = &other.tail {
            let ours = self.tail.get_or_insert_default();
            for (a, b) in ours.0.iter_mut().zip(theirs.0) {
                *a += b;
            }
        }
    }

    /// Takes another sum away.
    pub fn subtract(&mut self, other: &Self) {
        self.main = self.main.saturating_sub(other.main);
        if let Some(theirs) = &other.tail {
            let ours = self.tail.get_or_insert_default();
            for (a, b) in ours.0.iter_mut().zip(theirs.0) {
                *a -= b;
            }
        }
    }

    /// The nearest double.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        let Some(tail) = &self.tail else {
            return self.main as f64 * unit();
        };
        let (carry, parts) = tail.carried(1);
        let main = self.main + carry;
        if main < 0 {
            // a small negative number would be the difference of two parts: turn it round
            let (carry, parts) = tail.carried(-1);
            return -rounded(carry - self.main, &parts);
        }
        rounded(main, &parts)
    }
}

/// The nearest double to `main` units of 2⁻⁸⁰ and the parts below, none negative.
fn rounded(main: i128, parts: &[u64; LIMBS]) -> f64 {
    let unit = unit();
    if main >> 60 != 0 {
        // far above the tail: it can only decide on which side of a tie the number lies
        let sticky = i128::from(parts.iter().any(|&part| part != 0));
        return (main | sticky) as f64 * unit;
    }
    let mut value = 0.0;
    for (j, &part) in parts.iter().enumerate().rev() {
        value += scaled(part as f64, -(MAIN_BITS + LIMB_BITS * (j as i32 + 1)));
    }
    main as f64 * unit + value
}

/// 2⁻⁸⁰.
fn unit() -> f64 {
    f64::from_bits(((1023 - MAIN_BITS) as u64) << 52)
}

impl Tail {
    fn add(&mut self, digits: u64, exponent: i32) {
        self.put(digits, exponent, 1);
    }

    fn subtract(&mut self, digits: u64, exponent: i32) {
        self.put(digits, exponent, -1);
    }

    /// Adds `sign` times `digits` times 2^exponent, which is below 2⁻⁸⁰ in magnitude.
    fn put(&mut self, digits: u64, exponent: i32, sign: i128) {
        let depth = -MAIN_BITS - exponent; // 1 or more
        let j = ((depth - 1) / LIMB_BITS) as usize;
        let shift = LIMB_BITS * (j as i32 + 1) - depth;
        let wide = u128::from(digits) << shift;
        if let Some(part) = self.0.get_mut(j) {
            *part += sign * (wide & u128::from(u64::MAX)) as i128;
        }
        if j > 0 {
            self.0[j - 1] += sign * (wide >> 64) as i128;
        }
    }

    /// Every part, times `sign`, brought between 0 and 2⁶⁴, and what goes over into the units of 2⁻⁸⁰.
    fn carried(&self, sign: i128) -> (i128, [u64; LIMBS]) {
        let mut parts = [0; LIMBS];
        let mut carry = 0;
        for j in (0..LIMBS).rev() {
            let sum = sign * self.0[j] + carry;
            parts[j] = sum as u64;
            carry = sum >> 64;
        }
        (carry, parts)
    }
}

/// A finite double as mantissa times 2^exponent.
fn decompose(value: f64) -> (i64, i32) {
    let bits = value.to_bits();
    let biased = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (magnitude, exponent) = if biased == 0 {
        (fraction, -1074)
    } else {
        (fraction | (1 << 52), biased - 1075)
    };
    (if value < 0.0 { -magnitude } else { magnitude }, exponent)
}

/// `value` times 2^exponent, in two steps so that the power itself does not vanish.
fn scaled(value: f64, exponent: i32) -> f64 {
    let half = exponent / 2;
    value * 2_f64.powi(half) * 2_f64.powi(exponent - half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(values: &[f64]) -> Accumulator {
        let mut sum = Accumulator::default();
        for &value in values {
            sum.add(value);
        }
        sum
    }

    #[test]
    fn small_parts_survive_large_ones() {
        let mut parts = vec![1e9];
        parts.extend(std::iter::repeat_n(1e-12, 1_000_000));
        assert_eq!(sum(&parts).to_f64(), 1e9 + 1e-6);
        let mut rest = sum(&parts);
        rest.add(-1e9);
        assert!((rest.to_f64() - 1e-6).abs() < 1e-21);
    }

    #[test]
    fn denormal_numbers_are_numbers() {
        let tiny = f64::from(f32::from_bits(7));
        assert_eq!(sum(&[tiny; 1200]).to_f64(), tiny * 1200.0);
        let least = f64::from_bits(1);
        assert_eq!(sum(&[least, least, least]).to_f64(), 3.0 * least);
        assert_eq!(sum(&[least, -least]).to_f64(), 0.0);
    }

    proptest! {
        #[test]
        fn one_value_comes_back(value in -1e13..1e13_f64, power in -1000..0_i32) {
            prop_assert_eq!(sum(&[value]).to_f64(), value);
            let small = value * 2_f64.powi(power);
            prop_assert_eq!(sum(&[small]).to_f64(), small);
        }

        #[test]
        fn order_does_not_matter(
            parts in prop::collection::vec((-1e6..1e6_f64, -300..0_i32), 1..60),
            cut in 0..60_usize,
        ) {
            let mut parts: Vec<f64> = parts.iter().map(|&(v, p)| v * 2_f64.powi(p)).collect();
            let forward = sum(&parts).to_f64();
            let cut = cut.min(parts.len());
            let mut halves = sum(&parts[cut..]);
            halves.merge(&sum(&parts[..cut]));
            prop_assert_eq!(halves.to_f64(), forward);
            parts.reverse();
            prop_assert_eq!(sum(&parts).to_f64(), forward);
        }

        #[test]
        fn what_is_taken_away_is_gone(parts in prop::collection::vec((-1e6..1e6_f64, -1000..0_i32), 1..20)) {
            let parts: Vec<f64> = parts.iter().map(|&(v, p)| v * 2_f64.powi(p)).collect();
            let mut rest = sum(&parts);
            rest.subtract(&sum(&parts[1..]));
            prop_assert_eq!(rest.to_f64(), parts[0]);
        }
    }
}
