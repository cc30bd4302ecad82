//! The raster that is clipped.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use pop_cli::{Consent, Console, ToolError};
use pop_raster::{
    CellWindow, ClipRecord, Limits, OnBadValue, RasterError, RasterFile, ReadRules, Tally,
};
use pop_worldpop::{NameError, RasterName};
use pop_zonal::{
    Chunks, Dated, Failure, Lattice, Layers, Method, RasterBand, RasterSums, Reach, Request,
    Standing, sum_stack,
};
use sha2::{Digest, Sha256};

use crate::{ClipRaster, SourceTotal};

/// Cells below zero.
pub(crate) const NEGATIVE: &str = "negative";
/// Infinite cells.
pub(crate) const INFINITE: &str = "infinite";

/// Up to so many cells, over all bands, a raster is read whole without being asked: half a second.
const SMALL: usize = 64_000_000;

/// The same where chunks are copied, which takes no longer than opening the file: every
/// country at 1 km.
const SMALL_FOR_COPY: usize = 4_000_000;

/// The raster, open, with what its name says.
pub(crate) struct Source {
    /// As named on the command line.
    pub(crate) path: String,
    pub(crate) file: RasterFile<File>,
    /// What the file's name says, or else that of the raster it was cut from, or else the
    /// description of its first band.
    pub(crate) name: Result<RasterName, NameError>,
    /// The same bytes once more, for hashing.
    bytes: File,
}

/// Valid cells and people of one band.
pub(crate) struct Total {
    pub(crate) tally: Tally,
    pub(crate) people: f64,
}

impl Source {
    pub(crate) fn open(
        path: &str,
        consent: &Consent,
        console: &mut Console,
    ) -> Result<Self, ToolError> {
        let leave = |kind| {
            if consent.allows(kind) {
                OnBadValue::LeaveOut
            } else {
                OnBadValue::Refuse
            }
        };
        let rules = ReadRules {
            negative: leave(NEGATIVE),
            infinite: leave(INFINITE),
        };
        let input = console.input_file("raster", path)?;
        let bytes = input
            .file
            .try_clone()
            .map_err(|error| ToolError::io(error).in_file(path))?;
        let file = RasterFile::open(input.file, &Limits::default())
            .map_err(|error| failure(&error, path))?
            .with_rules(rules);
        if file.nodata().matches_nothing() {
            console.warn(&format!(
                "{path}: the declared nodata value fits no cell of its type"
            ));
        }
        let stem = stem_of(path);
        let cut_from = file
            .clip_record()
            .and_then(|record| record.source_name.as_deref());
        let others = [cut_from, file.description(0)];
        let name = RasterName::parse(&stem).or_else(|error| {
            let known = others
                .into_iter()
                .flatten()
                .find_map(|name| RasterName::parse(name).ok());
            known.ok_or(error)
        });
        Ok(Self {
            path: path.to_owned(),
            file,
            name,
            bytes,
        })
    }

    /// A density, class or mask raster is refused: a clip of it would be summed next.
    pub(crate) fn refuse_what_is_no_count(&self) -> Result<(), ToolError> {
        let refusal = self.name.as_ref().ok().and_then(RasterName::refusal);
        refusal.map_or(Ok(()), |why| {
            Err(ToolError::data(format!("it {why}")).in_file(&self.path))
        })
    }

    pub(crate) fn failure(&self, error: &RasterError) -> ToolError {
        failure(error, &self.path)
    }

    /// Chunks that a file cut short no longer holds.
    pub(crate) fn missing_chunks(&self) -> usize {
        let layout = self.file.layout();
        let missing = |band: usize| {
            let gone = |chunk: &usize| {
                self.file
                    .check_stored(band, &layout.window(*chunk))
                    .is_err()
            };
            (0..layout.count()).filter(gone).count()
        };
        let planes = if self.file.encoding().planar {
            self.file.bands()
        } else {
            1
        };
        (0..planes).map(missing).sum()
    }

    /// What the clip is to remember, with total and hash of the whole file where they are had.
    pub(crate) fn record(
        &self,
        args: &ClipRaster,
        window: &CellWindow,
        console: &Console,
    ) -> Result<ClipRecord, ToolError> {
        let grid = self.file.grid();
        let mut record = ClipRecord::new(grid, window, self.file.clip_record());
        if self.file.clip_record().is_none() && self.path != "-" {
            record.source_name = Some(stem_of(&self.path));
        }
        let most = if args.like_input {
            SMALL_FOR_COPY
        } else {
            SMALL
        };
        let small = grid.width * grid.height * self.file.bands() <= most;
        let when = args.source_total;
        let wanted = when == SourceTotal::Always || when == SourceTotal::Auto && small;
        if self.file.clip_record().is_some() {
            console.note("the raster is a clip itself: its record is handed on");
            return Ok(record);
        }
        if !wanted {
            console.note("total and hash of the whole raster are not taken (--source-total always takes them)");
            return Ok(record);
        }
        match self.totals() {
            Ok(totals) => {
                record.source_totals = Some(totals.iter().map(|total| total.people).collect())
            }
            Err(error) if when == SourceTotal::Auto => {
                console.warn(&format!(
                    "{}: no total of the whole raster: {error}",
                    self.path
                ));
                return Ok(record);
            }
            Err(Failure::Read { source, .. }) => return Err(self.failure(&source)),
            Err(error) => return Err(ToolError::data(error).in_file(&self.path)),
        }
        record.source_sha256 = Some(self.sha256()?);
        Ok(record)
    }

    /// Valid cells and people of each band: a pass over the raster with no unit on it.
    pub(crate) fn totals(&self) -> Result<Vec<Total>, Failure<RasterError>> {
        let whole = self.file.grid().whole();
        for band in 0..self.file.bands() {
            self.file
                .check_stored(band, &whole)
                .map_err(|source| Failure::Read {
                    raster: band,
                    source,
                })?;
        }
        let nobody = Layers::new(&[], &[], &[Standing(Vec::new())]);
        let request = Request {
            units: &[],
            layers: &nobody,
            lattice: Lattice::from(self.file.grid()),
            chunks: Chunks::from(self.file.layout()),
            method: Method::Exact,
            reach: Reach::Whole,
            tick: &|| {},
        };
        let file = &self.file;
        let bands: Vec<_> = (0..file.bands())
            .map(|band| RasterBand { file, band })
            .collect();
        let dated: Vec<_> = bands
            .iter()
            .map(|cells| Dated { cells, standing: 0 })
            .collect();
        let sums = sum_stack(&request, &dated)?;
        let total = |sums: RasterSums| Total {
            tally: sums.tally,
            people: sums.total.people(),
        };
        Ok(sums.rasters.into_iter().map(total).collect())
    }

    fn sha256(&self) -> Result<String, ToolError> {
        let io_error = |error: std::io::Error| ToolError::io(error).in_file(&self.path);
        let mut file = &self.bytes;
        file.seek(SeekFrom::Start(0)).map_err(io_error)?;
        let mut hash = Sha256::new();
        let mut block = vec![0; 1 << 20];
        loop {
            match file.read(&mut block).map_err(io_error)? {
                0 => break,
                n => hash.update(&block[..n]),
            }
        }
        Ok(hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect())
    }
}

/// A file's name without folder and extension.
fn stem_of(path: &str) -> String {
    Path::new(path)
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// An error of a raster, with its file in front and its remedy behind.
fn failure(error: &RasterError, path: &str) -> ToolError {
    let failure = match error {
        RasterError::Io { .. } => ToolError::io(error),
        _ => ToolError::data(error),
    };
    let failure = failure.in_file(path);
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
