//! What a clip remembers of the raster it was cut from.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::cell_window::CellWindow;
use crate::error::RasterError;
use crate::grid::{Grid, Lattice};

/// Provenance of a clip, kept as one item of GDAL's metadata so that it is seen by
/// `gdalinfo` and survives a conversion.
///
/// It gives back what a window loses: the lattice of the source, so that sums on the
/// clip are the same digits; the source's total, so that the people left out can be
/// told; and the units of a mask, so that others are `masked-out` instead of small.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClipRecord {
    /// Version of this record: 2 with [`mask_outlines`](Self::mask_outlines), else 1.
    pub version: u32,
    /// Name of the source file without folder and extension: what the cells are. None
    /// where it came through a pipe.
    #[serde(default)]
    pub source_name: Option<String>,
    /// SHA-256 of the source file in hexadecimal, where it was taken.
    #[serde(default)]
    pub source_sha256: Option<String>,
    /// Sum of the valid cells of each band of the source, where it was taken.
    #[serde(default)]
    pub source_totals: Option<Vec<f64>>,
    /// The source's grid.
    pub source_grid: SourceGrid,
    /// The cells of the source that were cut out.
    pub window: SourceWindow,
    /// Ids of the units the clip is masked to; `None` where it is a plain window.
    #[serde(default)]
    pub masked_to: Option<Vec<String>>,
    /// A digest of the outline of each unit of [`masked_to`](Self::masked_to), in its order. None in a record of version 1,
    /// and in a clip of such a clip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_outlines: Option<Vec<String>>,
}

/// A unit that a clip is masked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskUnit {
    /// Its id.
    pub id: String,
    /// A digest of its outline: the same for the same outline, else different.
    pub outline: String,
}

/// The units that a clip is masked to: by id, the digest of the outline where it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipMask<'a>(HashMap<&'a str, Option<&'a str>>);

/// What a masked clip holds of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskMatch {
    /// The clip is masked to the unit as it is drawn, or as it was where no outlines are recorded.
    Kept,
    /// The clip is masked to another outline of the unit: cells of the unit may be gone.
    OtherOutline,
    /// The clip is masked to other units.
    NotKept,
}

impl ClipMask<'_> {
    /// What the clip holds of the unit `id` with an outline of this digest.
    #[must_use]
    pub fn match_of(&self, id: &str, outline: &str) -> MaskMatch {
        match self.0.get(id) {
            None => MaskMatch::NotKept,
            Some(Some(recorded)) if *recorded != outline => MaskMatch::OtherOutline,
            Some(_) => MaskMatch::Kept,
        }
    }

    /// Whether outlines are recorded, so that they can be compared.
    #[must_use]
    pub fn has_outlines(&self) -> bool {
        !self.0.is_empty() && self.0.values().all(Option::is_some)
    }
}

/// The grid of a clip's source.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SourceGrid {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Longitude of the west edge.
    pub west: f64,
    /// Latitude of the north edge.
    pub north: f64,
    /// Degrees a column.
    pub cell_width: f64,
    /// Degrees a row.
    pub cell_height: f64,
}

/// A window of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceWindow {
    /// First column.
    pub col: usize,
    /// First row from the north.
    pub row: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl ClipRecord {
    /// Name of the metadata item.
    pub(crate) const ITEM: &str = "HEADCOUNT_CLIP";

    /// A record for the cells `window` of `source`. A clip of a clip refers to the first
    /// source: `earlier` is the record of `source` itself, if it has one.
    #[must_use]
    pub fn new(source: &Grid, window: &CellWindow, earlier: Option<&Self>) -> Self {
        let (col, row) = (
            source.first_col as usize + window.col,
            source.first_row as usize + window.row,
        );
        let window = SourceWindow {
            col,
            row,
            width: window.width,
            height: window.height,
        };
        if let Some(earlier) = earlier {
            return Self {
                window,
                ..earlier.clone()
            };
        }
        let Lattice {
            west,
            north,
            cell_width,
            cell_height,
        } = source.lattice;
        Self {
            version: 1,
            source_name: None,
            source_sha256: None,
            source_totals: None,
            source_grid: SourceGrid {
                width: source.width,
                height: source.height,
                west,
                north,
                cell_width,
                cell_height,
            },
            window,
            masked_to: None,
            mask_outlines: None,
        }
    }

    /// The units that the clip is masked to; `None` where it is a plain window.
    #[must_use]
    pub fn mask(&self) -> Option<ClipMask<'_>> {
        let ids = self.masked_to.as_ref()?;
        let outline = |place: usize| Some(self.mask_outlines.as_ref()?.get(place)?.as_str());
        let units = ids.iter().enumerate();
        Some(ClipMask(
            units
                .map(|(place, id)| (id.as_str(), outline(place)))
                .collect(),
        ))
    }

    /// Masked to `units`: where the source was masked already, to those in both with the same outline.
    #[must_use]
    pub fn masked(mut self, units: Vec<MaskUnit>) -> Self {
        let (kept, has_outlines): (Vec<MaskUnit>, bool) = match self.mask() {
            Some(earlier) => {
                let is_kept =
                    |unit: &MaskUnit| earlier.match_of(&unit.id, &unit.outline) == MaskMatch::Kept;
                let has_outlines = earlier.has_outlines();
                (units.into_iter().filter(is_kept).collect(), has_outlines)
            }
            None => (units, true),
        };
        let (ids, outlines) = kept.into_iter().map(|unit| (unit.id, unit.outline)).unzip();
        self.version = if has_outlines { 2 } else { 1 };
        self.masked_to = Some(ids);
        self.mask_outlines = has_outlines.then_some(outlines);
        self
    }

    pub(crate) fn to_json(&self) -> Result<String, RasterError> {
        serde_json::to_string(self).map_err(|error| RasterError::Write {
            problem: error.to_string(),
        })
    }

    /// Parses the record and puts `grid`, the grid of the file that carries it, on the
    /// source's lattice.
    ///
    /// A file cut once more by another tool still carries the record: it holds as long
    /// as the file's cells are cells of the recorded window.
    pub(crate) fn parse(json: &str, grid: &mut Grid) -> Result<Self, RasterError> {
        let bad = |problem: String| RasterError::ClipRecord { problem };
        let record: Self = serde_json::from_str(json).map_err(|error| bad(error.to_string()))?;
        if !(1..=2).contains(&record.version) {
            return Err(bad(format!("version {} is not known", record.version)));
        }
        let length = |list: &Option<Vec<String>>| list.as_ref().map(Vec::len);
        if record.mask_outlines.is_some()
            && length(&record.masked_to) != length(&record.mask_outlines)
        {
            return Err(bad(
                "it does not have one outline for each unit of the mask".to_owned(),
            ));
        }
        let SourceGrid {
            width,
            height,
            west,
            north,
            cell_width,
            cell_height,
        } = record.source_grid;
        let source = Grid::new(width, height, west, north, cell_width, cell_height)?;
        let (col, row) = source
            .offset_to(grid)
            .ok_or_else(|| bad("the cells are not those of the source".to_owned()))?;
        let window = &record.window;
        let within = |at: i64, len: usize, first: usize, of: usize, all: usize| {
            let end = usize::try_from(at).ok().and_then(|at| at.checked_add(len));
            let window_end = first.checked_add(of).filter(|&end| end <= all);
            end.zip(window_end)
                .is_some_and(|(end, window_end)| at as usize >= first && end <= window_end)
        };
        if !within(col, grid.width, window.col, window.width, width)
            || !within(row, grid.height, window.row, window.height, height)
        {
            return Err(bad(
                "the file reaches beyond the window it says it was cut from".to_owned(),
            ));
        }
        grid.lattice = source.lattice;
        grid.first_col = col;
        grid.first_row = row;
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Grid {
        Grid::new(1000, 800, 29.3, -1.05, 0.000_833_333_33, 0.000_833_333_33).unwrap()
    }

    /// The grid as a reader sees it that knows no record.
    fn as_read(grid: &Grid) -> Grid {
        let b = grid.extent();
        Grid::new(
            grid.width,
            grid.height,
            b.west,
            b.north,
            grid.lattice.cell_width,
            grid.lattice.cell_height,
        )
        .unwrap()
    }

    #[test]
    fn a_record_gives_the_lattice_back() {
        let source = source();
        let window = CellWindow {
            col: 333,
            row: 222,
            width: 100,
            height: 90,
        };
        let clip = source.window(&window);
        let record = ClipRecord::new(&source, &window, None);
        let mut grid = as_read(&clip);
        let parsed = ClipRecord::parse(&record.to_json().unwrap(), &mut grid).unwrap();
        assert_eq!(parsed, record);
        assert_eq!(grid, clip);
    }

    fn unit(id: &str, outline: &str) -> MaskUnit {
        MaskUnit {
            id: id.to_owned(),
            outline: outline.to_owned(),
        }
    }

    #[test]
    fn a_mask_knows_units_by_id_and_outline() {
        let source = source();
        let record = ClipRecord::new(&source, &source.whole(), None);
        assert_eq!((record.version, record.mask()), (1, None));
        let record = record.masked(vec![unit("a", "1"), unit("b", "2")]);
        assert_eq!(record.version, 2);
        let mask = record.mask().unwrap();
        assert!(mask.has_outlines());
        assert_eq!(mask.match_of("a", "1"), MaskMatch::Kept);
        assert_eq!(mask.match_of("a", "2"), MaskMatch::OtherOutline);
        assert_eq!(mask.match_of("c", "1"), MaskMatch::NotKept);
        // a unit redrawn between two masks has lost cells in the first one
        let twice = record.masked(vec![unit("a", "9"), unit("b", "2")]);
        assert_eq!(twice.masked_to, Some(vec!["b".to_owned()]));
        assert_eq!(twice.mask_outlines, Some(vec!["2".to_owned()]));
    }

    #[test]
    fn a_record_of_version_1_has_no_outlines_to_compare() {
        let mut source = source();
        let window = source.whole();
        let mut record = ClipRecord::new(&source, &window, None);
        record.masked_to = Some(vec!["a".to_owned()]);
        let json = record.to_json().unwrap();
        assert!(!json.contains("mask_outlines"), "{json}");
        let read = ClipRecord::parse(&json, &mut source).unwrap();
        let mask = read.mask().unwrap();
        assert!(!mask.has_outlines());
        assert_eq!(mask.match_of("a", "1"), MaskMatch::Kept);
        let again = read.masked(vec![unit("a", "1"), unit("b", "2")]);
        assert_eq!((again.version, &again.mask_outlines), (1, &None));
        assert_eq!(again.masked_to, Some(vec!["a".to_owned()]));
        let torn = json.replace("\"masked_to\"", "\"mask_outlines\":[],\"masked_to\"");
        assert!(ClipRecord::parse(&torn, &mut source).is_err());
    }

    #[test]
    fn a_clip_of_a_clip_refers_to_the_first_source() {
        let source = source();
        let first = CellWindow {
            col: 333,
            row: 222,
            width: 100,
            height: 90,
        };
        let record =
            ClipRecord::new(&source, &first, None).masked(vec![unit("a", "1"), unit("b", "2")]);
        let second = CellWindow {
            col: 10,
            row: 20,
            width: 30,
            height: 40,
        };
        let clip = source.window(&first);
        let record = ClipRecord::new(&clip, &second, Some(&record))
            .masked(vec![unit("b", "2"), unit("c", "3")]);
        assert_eq!(
            record.window,
            SourceWindow {
                col: 343,
                row: 242,
                width: 30,
                height: 40
            }
        );
        assert_eq!(record.masked_to, Some(vec!["b".to_owned()]));
        let mut grid = as_read(&clip.window(&second));
        ClipRecord::parse(&record.to_json().unwrap(), &mut grid).unwrap();
        assert_eq!((grid.first_col, grid.first_row), (343, 242));
    }

    #[test]
    fn a_record_that_contradicts_the_file_is_refused() {
        let source = source();
        let window = CellWindow {
            col: 333,
            row: 222,
            width: 100,
            height: 90,
        };
        let json = ClipRecord::new(&source, &window, None).to_json().unwrap();
        let larger = CellWindow { col: 332, ..window };
        assert!(ClipRecord::parse(&json, &mut as_read(&source.window(&larger))).is_err());
        let smaller = CellWindow {
            col: 340,
            row: 230,
            width: 5,
            height: 5,
        };
        assert!(ClipRecord::parse(&json, &mut as_read(&source.window(&smaller))).is_ok());
        let mut moved = as_read(&source.window(&smaller));
        moved.lattice.west += 0.3 * moved.lattice.cell_width;
        assert!(ClipRecord::parse(&json, &mut moved).is_err());
        assert!(
            ClipRecord::parse(
                &json.replace("\"version\":1", "\"version\":3"),
                &mut source.clone()
            )
            .is_err()
        );
    }
}
