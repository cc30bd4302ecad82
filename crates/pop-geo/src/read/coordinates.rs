//! The fast path: arrays of positions straight into coordinate vectors.

use super::cursor::{Cursor, Walk};
use super::error::{ReadError, ReadFault};
use crate::{Polygon, Ring};

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Points that may still be read, and a buffer that every ring of a file is read into.
#[derive(Debug)]
pub(super) struct Positions {
    limit: usize,
    left: usize,
    buffer: Ring,
}

impl Positions {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            left: limit,
            buffer: Vec::new(),
        }
    }

    /// A position: longitude, latitude, and any further numbers, which are checked and left out.
    pub(super) fn position(&mut self, cursor: &mut Cursor<'_>) -> Result<[f64; 2], ReadError> {
        if cursor.peek() != Some(b'[') {
            return Err(cursor.unexpected("coordinates", "a position [longitude, latitude]"));
        }
        cursor.at += 1;
        let x = number(cursor)?;
        if cursor.peek() != Some(b',') {
            return Err(cursor.unexpected_end_of_position());
        }
        cursor.at += 1;
        let y = number(cursor)?;
        let mut walk = Walk::Inside;
        while cursor.element(&mut walk)? {
            number(cursor)?;
        }
        Ok([x, y])
    }

    /// A list of positions; the slice is good until the next.
    pub(super) fn line(&mut self, cursor: &mut Cursor<'_>) -> Result<&[[f64; 2]], ReadError> {
        self.buffer.clear();
        if cursor.peek() != Some(b'[') {
            return Err(cursor.unexpected("coordinates", "a list of positions"));
        }
        let mut walk = cursor.array()?;
        while cursor.element(&mut walk)? {
            if self.buffer.len() == self.left {
                return Err(cursor.fault(ReadFault::Limit {
                    what: "points",
                    limit: self.limit as u64,
                }));
            }
            let position = self.position(cursor)?;
            self.buffer.push(position);
        }
        self.left -= self.buffer.len();
        Ok(&self.buffer)
    }

    /// A list of lists of positions, handed to `each` one by one.
    pub(super) fn lines(
        &mut self,
        cursor: &mut Cursor<'_>,
        mut each: impl FnMut(&[[f64; 2]]),
    ) -> Result<(), ReadError> {
        if cursor.peek() != Some(b'[') {
            return Err(cursor.unexpected("coordinates", "a list of rings or lines"));
        }
        let mut walk = cursor.array()?;
        while cursor.element(&mut walk)? {
            each(self.line(cursor)?);
        }
        Ok(())
    }

    /// A shell and its holes, as they stand.
    pub(super) fn polygon(&mut self, cursor: &mut Cursor<'_>) -> Result<Polygon, ReadError> {
        let mut rings = Vec::new();
        self.lines(cursor, |ring| rings.push(ring.to_vec()))?;
        Ok(Polygon { rings })
    }

    /// A list of polygons.
    pub(super) fn polygons(
        &mut self,
        cursor: &mut Cursor<'_>,
        polygons: &mut Vec<Polygon>,
    ) -> Result<(), ReadError> {
        if cursor.peek() != Some(b'[') {
            return Err(cursor.unexpected("coordinates", "a list of polygons"));
        }
        let mut walk = cursor.array()?;
        while cursor.element(&mut walk)? {
            polygons.push(self.polygon(cursor)?);
        }
        Ok(())
    }
}

impl Cursor<'_> {
    /// One number is too few for a position.
    fn unexpected_end_of_position(&self) -> ReadError {
        match self.text.as_bytes().get(self.at) {
            Some(b']') => self.fault(ReadFault::Unexpected {
                subject: "coordinates",
                found: "a position of one number".to_owned(),
                expected: "longitude and latitude",
            }),
            _ => self.fault(ReadFault::Json {
                message: "expected `,` or `]`".to_owned(),
            }),
        }
    }
}

/// A JSON number as the nearest double.
///
/// Digits that make an integer up to 2^53 and up to 22 decimals are exact as that integer and a power of ten, so that a single division rounds correctly
/// (W. D. Clinger, "How to read floating point numbers accurately", 1990); anything longer goes to the standard library.
#[inline]
fn number(cursor: &mut Cursor<'_>) -> Result<f64, ReadError> {
    cursor.peek();
    let start = cursor.at;
    let bytes = cursor.text.as_bytes();
    let mut at = start;
    let negative = bytes.get(at) == Some(&b'-');
    at += usize::from(negative);

    let whole = at;
    let mut mantissa = 0_u64;
    while let Some(digit) = digit(bytes, at) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
        at += 1;
    }
    let mut digits = at - whole;
    if digits == 0 || (digits > 1 && bytes.get(whole) == Some(&b'0')) {
        return Err(cursor.unexpected("coordinates", "a number"));
    }
    let mut decimals = 0;
    if bytes.get(at) == Some(&b'.') {
        let fraction = at + 1;
        at = fraction;
        while let Some(digit) = digit(bytes, at) {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
            at += 1;
        }
        decimals = at - fraction;
        digits += decimals;
        if decimals == 0 {
            return Err(cursor.unexpected("coordinates", "a number"));
        }
    }
    let exponent = matches!(bytes.get(at), Some(b'e' | b'E'));
    if digits <= 19
        && mantissa <= 1 << 53
        && !exponent
        && let Some(power) = POWERS.get(decimals)
    {
        cursor.at = at;
        #[expect(clippy::cast_precision_loss, reason = "at most 2^53: exact")]
        let value = mantissa as f64 / power;
        return Ok(if negative { -value } else { value });
    }
    long_number(cursor, start)
}

#[inline]
fn digit(bytes: &[u8], at: usize) -> Option<u64> {
    let digit = bytes.get(at)?.wrapping_sub(b'0');
    (digit < 10).then_some(u64::from(digit))
}

#[cold]
fn long_number(cursor: &mut Cursor<'_>, start: usize) -> Result<f64, ReadError> {
    let text = cursor.value()?;
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => {
            cursor.at = start;
            Err(cursor.fault(ReadFault::Number {
                found: text.chars().take(40).collect(),
            }))
        }
    }
}
