//! The raster that is clipped.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use geo_inputs::{InputRaster, cell_size_mismatch, raster_error, undeclared_nodata};
use pop_cli::{Consent, Console, Fingerprint, ToolError};
use pop_raster::{CellCounts, CellWindow, ClipRecord, RasterError, RasterFile};
use pop_worldpop::{NameError, RasterName, file_stem, refusal_of_name};
use pop_zonal::{
    ActiveUnits, BalanceLayers, CellTransform, CoverageMethod, RasterBand, RasterSums, ReadScope,
    StackRaster, SumError, SumRequest, sum_stack,
};

use crate::{ClipRaster, SourceTotal};

/// Up to so many cells, over all bands, a raster is read whole without being asked: half a second.
const SMALL: usize = 64_000_000;

/// The same where chunks are copied, which takes no longer than opening the file: every
/// country at 1 km.
const SMALL_FOR_COPY: usize = 4_000_000;

/// The raster, open, with what its name says.
pub(crate) struct SourceRaster {
    pub(crate) input: InputRaster,
    /// What the file's name says, or else that of the raster it was cut from, or else the
    /// description of its first band.
    pub(crate) name: Result<RasterName, NameError>,
}

/// Valid cells and people of one band.
pub(crate) struct Total {
    pub(crate) counts: CellCounts,
    pub(crate) people: f64,
}

impl SourceRaster {
    pub(crate) fn open(
        path: &str,
        consent: &Consent,
        console: &mut Console,
    ) -> Result<Self, ToolError> {
        let input = InputRaster::open(path, consent, console)?;
        let file = &input.file;
        let stem = file_stem(path);
        let cut_from = file
            .clip_record()
            .and_then(|record| record.source_name.as_deref());
        let others = [cut_from, file.description(0)];
        let name = RasterName::parse(stem).or_else(|error| {
            let known = others
                .into_iter()
                .flatten()
                .find_map(|name| RasterName::parse(name).ok());
            known.ok_or(error)
        });
        let source = name.as_ref().map(RasterName::source);
        if let Ok(source) = source
            && let Some(mismatch) = cell_size_mismatch(file.grid(), &source)
        {
            console.warn(&format!("{path}: {mismatch}"));
            console.hint("clip the raster as WorldPop published it; zonal-sum refuses the clip unless a label names its source: --label source=NAME");
        }
        Ok(Self { input, name })
    }

    /// A density, class or mask raster is refused: a clip of it would be summed next.
    pub(crate) fn check_holds_counts(&self) -> Result<(), ToolError> {
        self.input.check_complete()?;
        let refusal = match &self.name {
            Ok(name) => name.refusal(),
            Err(_) => refusal_of_name(self.path()),
        };
        refusal.map_or(Ok(()), |why| {
            Err(ToolError::data(format!("it {why}"))
                .in_file(self.path())
                .hint("use the raster of people per cell, not the one of densities or classes"))
        })
    }

    pub(crate) fn file(&self) -> &RasterFile<File> {
        &self.input.file
    }

    /// As named on the command line.
    pub(crate) fn path(&self) -> &str {
        &self.input.path
    }

    pub(crate) fn error(&self, error: &RasterError) -> ToolError {
        raster_error(error, self.path())
    }

    /// Chunks that a file cut short no longer holds.
    pub(crate) fn missing_chunks(&self) -> usize {
        let layout = self.file().layout();
        let missing = |band: usize| {
            let gone = |chunk: &usize| {
                self.file()
                    .check_stored(band, &layout.window(*chunk))
                    .is_err()
            };
            (0..layout.count()).filter(gone).count()
        };
        let planes = self.file().encoding().planar.planes(self.file().bands());
        (0..planes).map(missing).sum()
    }

    /// What the clip is to remember, with total and hash of the whole file where they are had.
    pub(crate) fn record(
        &self,
        args: &ClipRaster,
        window: &CellWindow,
        console: &Console,
    ) -> Result<ClipRecord, ToolError> {
        let grid = self.file().grid();
        let mut record = ClipRecord::new(grid, window, self.file().clip_record());
        if self.file().clip_record().is_none() && self.path() != "-" {
            record.source_name = Some(file_stem(self.path()).to_owned());
        }
        let most = if args.like_input {
            SMALL_FOR_COPY
        } else {
            SMALL
        };
        let small = grid.width * grid.height * self.file().bands() <= most;
        let when = args.source_total;
        let wanted = when == SourceTotal::Always || when == SourceTotal::Auto && small;
        if self.file().clip_record().is_some() {
            console.note("the raster is a clip: its record is kept");
            return Ok(record);
        }
        if !wanted {
            console.note("the record has no total and no hash of the whole raster; --source-total always adds them");
            return Ok(record);
        }
        match self.totals() {
            Ok(totals) => {
                for total in &totals {
                    self.warn_of_nodata(&total.counts, console);
                }
                record.source_totals = Some(totals.iter().map(|total| total.people).collect())
            }
            Err(error) if when == SourceTotal::Auto => {
                console.warn(&format!(
                    "{}: no total of the whole raster: {error}",
                    self.path()
                ));
                return Ok(record);
            }
            Err(SumError::Read { source, .. }) => return Err(self.error(&source)),
            Err(error) => {
                return Err(ToolError::data(error).in_file(self.path()).hint(
                    "look at the cell values with a GIS: is it a raster of people per cell?",
                ));
            }
        }
        record.source_sha256 = Some(self.sha256()?);
        Ok(record)
    }

    /// The clip keeps such cells; `zonal-sum` refuses them.
    pub(crate) fn warn_of_nodata(&self, counts: &CellCounts, console: &Console) {
        if let Some(problem) = undeclared_nodata(counts) {
            console.warn(&format!("{}: {problem}", self.path()));
            console.hint("declare it: gdal_edit.py -a_nodata VALUE file.tif");
        }
    }

    /// Valid cells and people of each band: a pass over the raster with no unit on it.
    pub(crate) fn totals(&self) -> Result<Vec<Total>, SumError<RasterError>> {
        let whole = self.file().grid().whole();
        for band in 0..self.file().bands() {
            self.file()
                .check_stored(band, &whole)
                .map_err(|source| SumError::Read {
                    raster: band,
                    source,
                })?;
        }
        let no_units = BalanceLayers::new(&[], &[], &[ActiveUnits(Vec::new())]);
        let request = SumRequest {
            units: &[],
            layers: &no_units,
            transform: CellTransform::from(self.file().grid()),
            layout: *self.file().layout(),
            method: CoverageMethod::Exact,
            reach: ReadScope::WholeRaster,
            tick: &|| {},
        };
        let file = self.file();
        let bands: Vec<_> = (0..file.bands())
            .map(|band| RasterBand { file, band })
            .collect();
        let dated: Vec<_> = bands
            .iter()
            .map(|cells| StackRaster {
                cells,
                active_set: 0,
            })
            .collect();
        let sums = sum_stack(&request, &dated)?;
        let total = |sums: RasterSums| Total {
            counts: sums.counts,
            people: sums.total.people(),
        };
        Ok(sums.rasters.into_iter().map(total).collect())
    }

    fn sha256(&self) -> Result<String, ToolError> {
        let io_error = |error: std::io::Error| ToolError::io(error).in_file(self.path());
        let mut file = self.file().source();
        file.seek(SeekFrom::Start(0)).map_err(io_error)?;
        Ok(Fingerprint::of(file).map_err(io_error)?.sha256)
    }
}
