//! A feature without its coordinates: what `geojson` reads.
//!
//! The arrays of positions are most of a file. They are read here, straight into doubles, without a value per
//! number in between, and a placeholder takes the place of each, nested as deep as the array itself. What is left is a short
//! GeoJSON feature that the crate reads and checks. Offsets of that text are mapped back to the file, so that an error names its place there.

use std::borrow::Cow;
use std::ops::Range;

use super::coordinates::{Coordinates, Positions, SkeletonBuffers};
use super::cursor::{Cursor, string};
use super::error::{ReadError, TextPosition};
use super::scan::{next_mark, string_end};

/// The latitude of a placeholder; its longitude is the index of the array that it stands for.
const PLACEHOLDER: f64 = 1e300;

/// A feature's text with placeholders for its coordinates, and the coordinates.
#[derive(Debug)]
pub(super) struct Skeleton<'a> {
    source: &'a str,
    /// What the `geojson` crate is given.
    pub(super) text: String,
    /// The arrays of positions, in the order of the file.
    pub(super) arrays: Vec<Coordinates>,
    /// The first array that holds something else.
    pub(super) coordinate_error: Option<ReadError>,
    /// Where the geometry object is in `text`.
    geometry: Option<Range<usize>>,
    /// The id as written on the feature.
    pub(super) raw_id: Option<&'a str>,
    /// Offsets in `text` and in the source from which both run alike.
    segments: Vec<(usize, usize)>,
}

impl<'a> Skeleton<'a> {
    /// Takes a feature apart. Stops at the end of the text where its braces do not close.
    pub(super) fn of(source: &'a str, range: Range<usize>, positions: &mut Positions) -> Self {
        let (text, segments) = positions.take_buffers();
        let mut builder = Builder {
            skeleton: Self {
                source,
                text,
                arrays: Vec::new(),
                coordinate_error: None,
                geometry: None,
                raw_id: None,
                segments,
            },
            end: range.end,
            at: range.start,
            depth: 0,
            member: Cow::Borrowed(""),
            geometry_start: None,
        };
        builder.run(positions);
        builder.skeleton
    }

    /// Gives back what [`of`](Self::of) took.
    pub(super) fn into_buffers(self) -> SkeletonBuffers {
        (self.text, self.segments)
    }

    /// The text with `null` for the geometry.
    pub(super) fn without_geometry(&self) -> Option<String> {
        let range = self.geometry.clone()?;
        let (before, after) = (self.text.get(..range.start)?, self.text.get(range.end..)?);
        Some(format!("{before}null{after}"))
    }

    /// Takes out the array that a placeholder stands for.
    pub(super) fn take_array(&mut self, placeholder: &geojson::Position) -> Option<Coordinates> {
        let &[index, PLACEHOLDER] = placeholder.as_slice() else {
            return None;
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index that was written here"
        )]
        let array = self.arrays.get_mut(index as usize)?;
        Some(std::mem::replace(array, Coordinates::Empty))
    }

    /// Whether a geometry holds anything at all but nulls and arrays that are empty and nested as GeoJSON's are.
    pub(super) fn has_coordinates(&self) -> bool {
        let range = self.geometry.clone().unwrap_or_default();
        let text = self.text.get(range).unwrap_or_default();
        text.contains(|byte: char| byte.is_ascii_digit())
            || text.contains("true")
            || text.contains("false")
            || text.contains("[[[[[")
    }

    /// The place in the source of an offset in `text`.
    pub(super) fn position(&self, offset: usize) -> TextPosition {
        let before = self.segments.partition_point(|(start, _)| *start <= offset);
        let source_offset = before
            .checked_sub(1)
            .and_then(|index| self.segments.get(index))
            .map_or(0, |(start, source)| source + (offset - start));
        TextPosition::of(self.source.as_bytes(), source_offset.min(self.source.len()))
    }
}

/// A walk over the marks of a feature.
struct Builder<'a> {
    skeleton: Skeleton<'a>,
    end: usize,
    at: usize,
    depth: usize,
    /// The member of the feature that the walk is in.
    member: Cow<'a, str>,
    geometry_start: Option<usize>,
}

impl Builder<'_> {
    fn run(&mut self, positions: &mut Positions) {
        let source = self.skeleton.source;
        let bytes = source.as_bytes().get(..self.end).unwrap_or_default();
        while let Some(mark) = next_mark(bytes, self.at) {
            self.copy_plain(mark);
            match bytes.get(mark) {
                Some(b'{') => {
                    if self.depth == 1 && self.member == "geometry" {
                        self.geometry_start = Some(self.skeleton.text.len());
                    }
                    self.depth += 1;
                    self.copy(mark + 1);
                }
                Some(b'}') => {
                    self.copy(mark + 1);
                    self.depth = self.depth.saturating_sub(1);
                    if let (1, Some(start)) =
                        (self.depth, self.geometry_start.take_if(|_| self.depth == 1))
                    {
                        self.skeleton.geometry = Some(start..self.skeleton.text.len());
                    }
                }
                _ => {
                    let Some(end) = string_end(bytes, mark) else {
                        break;
                    };
                    self.copy(end + 1);
                    self.name(mark..end + 1, positions);
                }
            }
        }
        self.copy(self.end);
    }

    /// Looks whether a string is a member's name, and at the value of those that matter.
    fn name(&mut self, range: Range<usize>, positions: &mut Positions) {
        let is_geometry = self.depth >= 2 && self.member == "geometry";
        if self.depth != 1 && !is_geometry {
            return;
        }
        let source = self.skeleton.source;
        let mut cursor = Cursor {
            text: source,
            at: range.end,
        };
        if cursor.peek() != Some(b':') {
            return;
        }
        let name = string(source.get(range).unwrap_or_default());
        cursor.at += 1;
        let first = cursor.peek();
        if is_geometry {
            if name == "coordinates" && first == Some(b'[') {
                self.coordinates(cursor, positions);
            }
            return;
        }
        if name == "id" {
            self.skeleton.raw_id = cursor.clone().value().ok();
        }
        if name == "geometry" && first != Some(b'{') {
            self.copy(cursor.at);
            let start = self.skeleton.text.len();
            if cursor.value().is_ok() {
                self.copy(cursor.at);
                self.skeleton.geometry = Some(start..self.skeleton.text.len());
            }
        }
        self.member = name;
    }

    /// Reads an array of positions and writes a placeholder; leaves the array to the crate where it holds something else.
    fn coordinates(&mut self, mut cursor: Cursor<'_>, positions: &mut Positions) {
        let start = cursor.at;
        match positions.read(&mut cursor) {
            Ok(array) => {
                self.copy(start);
                let index = self.skeleton.arrays.len();
                let text = &mut self.skeleton.text;
                match array.dimensions() {
                    None => text.push_str("[]"),
                    Some(dimensions) => {
                        text.extend(std::iter::repeat_n('[', dimensions));
                        text.push_str(&format!("[{index},{PLACEHOLDER:e}]"));
                        text.extend(std::iter::repeat_n(']', dimensions));
                    }
                }
                self.skeleton.arrays.push(array);
                self.at = cursor.at;
            }
            Err(error) => {
                self.skeleton.coordinate_error.get_or_insert(error);
            }
        }
    }

    /// Copies up to a place in the source.
    fn copy(&mut self, to: usize) {
        let source = self.skeleton.source.get(self.at..to).unwrap_or_default();
        if !source.is_empty() {
            self.skeleton
                .segments
                .push((self.skeleton.text.len(), self.at));
            self.skeleton.text.push_str(source);
        }
        self.at = to;
    }

    /// Copies text outside strings, with null for the numbers that JSON does not have and Python writes.
    fn copy_plain(&mut self, to: usize) {
        loop {
            let rest = self.skeleton.source.get(self.at..to).unwrap_or_default();
            let found = ["-Infinity", "Infinity", "NaN"]
                .into_iter()
                .filter_map(|word| Some((rest.find(word)?, word)))
                .min_by_key(|(at, _)| *at);
            let Some((at, word)) = found else { break };
            self.copy(self.at + at);
            self.skeleton.text.push_str("null");
            self.at += word.len();
        }
        self.copy(to);
    }
}
