//! Numbers of coordinates.

use super::cursor::Cursor;
use super::error::{ReadError, ReadErrorKind};

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// The same as integers, for as many digits as are read at once.
const TENS: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// A JSON number as the nearest double.
///
/// Digits that make an integer up to 2^53 and up to 22 decimals are exact as that integer and a power of ten, so that a single division
/// rounds correctly (W. D. Clinger, "How to read floating point numbers accurately", 1990); anything longer goes to the standard library.
#[inline]
pub(super) fn number(cursor: &mut Cursor<'_>) -> Result<f64, ReadError> {
    cursor.peek();
    let bytes = cursor.text.as_bytes();
    match short_number(bytes, cursor.at) {
        Some((value, end)) => {
            cursor.at = end;
            Ok(value)
        }
        None => long_number(cursor),
    }
}

/// A number without exponent and of few digits, and where it ends; `None` leaves it to [`long_number`].
#[inline]
pub(super) fn short_number(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let negative = bytes.get(start) == Some(&b'-');
    let whole = start + usize::from(negative);
    let mut at = whole;
    let mut mantissa = 0_u64;
    while let Some(digit) = digit(bytes, at) {
        mantissa = mantissa * 10 + digit;
        at += 1;
        if at > whole + 3 {
            return None;
        }
    }
    let leading_zero = bytes.get(whole) == Some(&b'0') && at > whole + 1;
    if at == whole || leading_zero {
        return None;
    }
    let mut decimals = 0;
    if bytes.get(at) == Some(&b'.') {
        let (first, found) = eight_digits(bytes, at + 1)?;
        mantissa = mantissa * TENS.get(found)? + first;
        decimals = found;
        if found == 8 {
            let (second, found) = eight_digits(bytes, at + 9)?;
            mantissa = mantissa * TENS.get(found)? + second;
            decimals += found;
        }
        if decimals == 0 || decimals == 16 {
            return None;
        }
        at += 1 + decimals;
    }
    if mantissa > 1 << 53 || matches!(bytes.get(at), Some(b'e' | b'E')) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 2^53: exact")]
    let value = mantissa as f64 / POWERS.get(decimals)?;
    Some((if negative { -value } else { value }, at))
}

#[inline]
fn digit(bytes: &[u8], at: usize) -> Option<u64> {
    let digit = bytes.get(at)?.wrapping_sub(b'0');
    (digit < 10).then_some(u64::from(digit))
}

/// The number that up to eight digits make, and how many they are; eight bytes at once, without a branch for each
/// (D. Lemire, "Quickly parsing eight digits", 2018). `None` near the end of the text.
#[inline]
fn eight_digits(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let chunk = bytes.get(at..at + 8)?.try_into().ok()?;
    let values = u64::from_le_bytes(chunk) ^ 0x3030_3030_3030_3030;
    // The top bit of every byte that is no digit; a carry only reaches bytes after the first of those.
    let others = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
    let found = others.trailing_zeros() / 8;
    if found == 0 {
        return Some((0, 0));
    }
    let digits = values << (64 - 8 * found);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let high = (pairs & 0xff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let low = ((pairs >> 16) & 0xff_0000_00ff).wrapping_mul(0x2710_0000_0001);
    Some((high.wrapping_add(low) >> 32, found as usize))
}

/// Where a number ends, by JSON's grammar (RFC 8259, section 6); `None` where there is none.
fn number_end(bytes: &[u8], start: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        let start = at;
        while digit(bytes, at).is_some() {
            at += 1;
        }
        (at > start).then_some(at)
    };
    let whole = start + usize::from(bytes.get(start) == Some(&b'-'));
    let mut at = digits(whole)?;
    if bytes.get(whole) == Some(&b'0') && at > whole + 1 {
        return None;
    }
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = digits(at + 1 + sign)?;
    }
    Some(at)
}

/// A number of any length.
fn long_number(cursor: &mut Cursor<'_>) -> Result<f64, ReadError> {
    let Some(end) = number_end(cursor.text.as_bytes(), cursor.at) else {
        return Err(cursor.unexpected("coordinates", "a number"));
    };
    let text = cursor.text.get(cursor.at..end).unwrap_or_default();
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => {
            cursor.at = end;
            Ok(value)
        }
        _ => Err(cursor.fault(ReadErrorKind::Number {
            found: text.chars().take(40).collect(),
        })),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<f64> {
        number(&mut Cursor::new(text)).ok()
    }

    #[test]
    fn numbers_that_json_has_not_are_refused() {
        for text in [
            "",
            "-",
            "+1",
            "01.5, 1234567",
            ".5, 1234567",
            "1., 1234567",
            "- 1",
            "1.e3, 12345",
            "1e400",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_number_ends_where_it_ends() {
        let mut cursor = Cursor::new("-11.131188,8.448682]");
        assert_eq!(number(&mut cursor).unwrap(), -11.131_188);
        assert_eq!(cursor.at, 10);
        cursor.at += 1;
        assert_eq!(number(&mut cursor).unwrap(), 8.448_682);
        assert_eq!(cursor.peek(), Some(b']'));
    }

    proptest! {
        #[test]
        fn numbers_are_the_nearest_doubles(text in "-?(0|[1-9][0-9]{0,4})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?", rest in "[], ]{0,12}") {
            let expected: f64 = text.parse().unwrap();
            prop_assert_eq!(read(&format!("{text}{rest}")).map(f64::to_bits), Some(expected.to_bits()));
        }

        #[test]
        fn every_double_reads_back(value in proptest::num::f64::NORMAL) {
            prop_assert_eq!(read(&format!("{value:?},12345678")).map(f64::to_bits), Some(value.to_bits()));
        }
    }
}
