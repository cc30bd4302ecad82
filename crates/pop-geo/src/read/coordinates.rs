//! Arrays of positions, straight into doubles.

use super::cursor::{Cursor, Walk};
use super::error::{ReadError, ReadErrorKind};
use super::number::{number, short_number};
use crate::Ring;

/// Arrays in one another: deeper than this is an error. GeoJSON has four, a MultiPolygon's.
const DEEPEST_ARRAY: usize = 8;

/// What a member `coordinates` holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Coordinates {
    /// An array of nothing.
    Empty,
    /// Longitude and latitude.
    Position([f64; 2]),
    /// Positions, one after another.
    Line(Ring),
    /// Arrays that are nested alike, or empty.
    List(Vec<Coordinates>),
}

impl Coordinates {
    /// 0 for a position, 1 for a line, 2 for a polygon, 3 for polygons; `None` where there is no position.
    pub(super) fn dimensions(&self) -> Option<usize> {
        match self {
            Self::Empty => None,
            Self::Position(_) => Some(0),
            Self::Line(_) => Some(1),
            Self::List(items) => Some(1 + items.iter().find_map(Self::dimensions)?),
        }
    }

    /// The items of a list.
    pub(super) fn into_items(self) -> Vec<Self> {
        match self {
            Self::List(items) => items,
            _ => Vec::new(),
        }
    }

    /// The positions of a line.
    pub(super) fn into_line(self) -> Ring {
        match self {
            Self::Line(line) => line,
            Self::List(items) => items
                .into_iter()
                .filter_map(|item| match item {
                    Self::Position(position) => Some(position),
                    _ => None,
                })
                .collect(),
            _ => Ring::new(),
        }
    }
}

/// Points that may still be read, and buffers that every feature is read into.
#[derive(Debug)]
pub(super) struct Positions {
    limit: usize,
    left: usize,
    buffer: Ring,
    /// Of the feature before, for the next one.
    skeleton: SkeletonBuffers,
}

/// The text of a skeleton, and its segments.
pub(super) type SkeletonBuffers = (String, Vec<(usize, usize)>);

impl Positions {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            left: limit,
            buffer: Vec::new(),
            skeleton: SkeletonBuffers::default(),
        }
    }

    /// Empty buffers for a skeleton, with the room that they had before.
    pub(super) fn take_buffers(&mut self) -> SkeletonBuffers {
        std::mem::take(&mut self.skeleton)
    }

    /// Keeps the buffers of a skeleton for the next.
    pub(super) fn keep_buffers(&mut self, (mut text, mut segments): SkeletonBuffers) {
        text.clear();
        segments.clear();
        self.skeleton = (text, segments);
    }

    /// Points read since the last call; the limit stands anew.
    pub(super) fn take_count(&mut self) -> usize {
        let count = self.limit - self.left;
        self.left = self.limit;
        count
    }

    /// An array of positions, nested in any way that is the same throughout.
    pub(super) fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<Coordinates, ReadError> {
        self.array(cursor, 0)
    }

    fn array(&mut self, cursor: &mut Cursor<'_>, depth: usize) -> Result<Coordinates, ReadError> {
        if cursor.peek() != Some(b'[') {
            return Err(cursor.unexpected("coordinates", "an array"));
        }
        if depth == DEEPEST_ARRAY {
            return Err(cursor.fault(ReadErrorKind::Unexpected {
                subject: "coordinates",
                found: format!("arrays nested more than {DEEPEST_ARRAY} deep"),
                expected: "at most 4, those of a MultiPolygon",
            }));
        }
        let mut ahead = cursor.clone();
        ahead.at += 1;
        match ahead.peek() {
            Some(b']') => {
                cursor.at = ahead.at + 1;
                Ok(Coordinates::Empty)
            }
            Some(b'[') => {
                ahead.at += 1;
                match ahead.peek() {
                    Some(b'[' | b']') => self.list(cursor, depth),
                    _ => Ok(Coordinates::Line(self.line(cursor)?.to_vec())),
                }
            }
            _ => position(cursor).map(Coordinates::Position),
        }
    }

    fn list(&mut self, cursor: &mut Cursor<'_>, depth: usize) -> Result<Coordinates, ReadError> {
        let mut items = Vec::new();
        let mut dimensions = None;
        let mut walk = cursor.array()?;
        while cursor.element(&mut walk)? {
            let start = cursor.clone();
            let item = self.array(cursor, depth + 1)?;
            let found = item.dimensions();
            if found.is_some() && dimensions.is_some() && found != dimensions {
                return Err(start.fault(ReadErrorKind::Unexpected {
                    subject: "coordinates",
                    found: "an array nested otherwise than the one before it".to_owned(),
                    expected: "the same nesting throughout",
                }));
            }
            dimensions = dimensions.or(found);
            items.push(item);
        }
        Ok(Coordinates::List(items))
    }

    /// A list of positions; the slice is good until the next.
    fn line(&mut self, cursor: &mut Cursor<'_>) -> Result<&[[f64; 2]], ReadError> {
        self.buffer.clear();
        let mut walk = cursor.array()?;
        while cursor.element(&mut walk)? {
            if self.buffer.len() == self.left {
                return Err(cursor.fault(ReadErrorKind::Limit {
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

/// A height or measure, which is left out; it may be missing where longitude and latitude are there.
fn further_number(cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
    const MISSING: &str = "NaN";
    let rest = cursor.text.get(cursor.at..).unwrap_or_default();
    if rest.starts_with(MISSING) {
        cursor.at += MISSING.len();
        return Ok(());
    }
    number(cursor).map(drop)
}

/// A position: longitude, latitude, and any further numbers, which are checked and left out.
fn position(cursor: &mut Cursor<'_>) -> Result<[f64; 2], ReadError> {
    if cursor.peek() != Some(b'[') {
        return Err(cursor.unexpected("coordinates", "a position [longitude, latitude]"));
    }
    cursor.at += 1;
    if cursor.peek() == Some(b']') {
        return Err(cursor.fault(ReadErrorKind::Unexpected {
            subject: "coordinates",
            found: "an empty position".to_owned(),
            expected: "longitude and latitude",
        }));
    }
    let x = number(cursor)?;
    if cursor.peek() != Some(b',') {
        return Err(cursor.unexpected_end_of_position());
    }
    cursor.at += 1;
    let y = number(cursor)?;
    let mut walk = Walk::Inside;
    while cursor.element(&mut walk)? {
        further_number(cursor)?;
    }
    Ok([x, y])
}

impl Cursor<'_> {
    /// One number is too few for a position.
    fn unexpected_end_of_position(&self) -> ReadError {
        match self.text.as_bytes().get(self.at) {
            Some(b']') => self.fault(ReadErrorKind::Unexpected {
                subject: "coordinates",
                found: "a position of one number".to_owned(),
                expected: "longitude and latitude",
            }),
            _ => self.fault(ReadErrorKind::Json {
                message: "expected `,` or `]`".to_owned(),
            }),
        }
    }
}
