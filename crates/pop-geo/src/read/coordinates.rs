//! The fast path: arrays of positions straight into coordinate vectors.

use super::cursor::{Cursor, Walk};
use super::error::{ReadError, ReadFault};
use super::number::{number, short_number};
use crate::{Polygon, Ring};

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

    /// Points read since the last call; the limit stands anew.
    pub(super) fn take_count(&mut self) -> usize {
        let count = self.limit - self.left;
        self.left = self.limit;
        count
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
            let position = match bare_position(cursor.text.as_bytes(), cursor.at) {
                Some((position, end)) => {
                    cursor.at = end;
                    position
                }
                None => position(cursor)?,
            };
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

/// A position of two short numbers without any white space, as programs write it, and where it ends.
#[inline]
fn bare_position(bytes: &[u8], start: usize) -> Option<([f64; 2], usize)> {
    let (b'[', x) = (bytes.get(start)?, start + 1) else {
        return None;
    };
    let (x, comma) = short_number(bytes, x)?;
    let (b',', y) = (bytes.get(comma)?, comma + 1) else {
        return None;
    };
    let (y, end) = short_number(bytes, y)?;
    (bytes.get(end) == Some(&b']')).then_some(([x, y], end + 1))
}

/// A position: longitude, latitude, and any further numbers, which are checked and left out.
pub(super) fn position(cursor: &mut Cursor<'_>) -> Result<[f64; 2], ReadError> {
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
