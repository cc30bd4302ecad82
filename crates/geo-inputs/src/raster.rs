//! One raster of a run.

use std::fs::File;

use pop_cli::{Consent, Console, ToolError, counted};
use pop_raster::{CellCounts, Limits, OnBadValue, RasterError, RasterFile, ReadRules};

use crate::sidecar::Sidecar;

/// The `--allow` kind of cells below zero.
pub const NEGATIVE: &str = "negative";
/// The `--allow` kind of infinite cells, and of those with more people than a cell can hold.
pub const INFINITE: &str = "infinite";

/// An open raster and what is beside it.
#[derive(Debug)]
pub struct InputRaster {
    /// As named on the command line.
    pub path: String,
    /// The open file.
    pub file: RasterFile<File>,
    /// Files beside it that change what it holds.
    pub sidecars: Vec<Sidecar>,
}

impl InputRaster {
    /// Opens a raster (`-` is stdin). Cells that cannot be people are refused or left out as `consent` says.
    ///
    /// # Errors
    /// Where it cannot be opened or is not a GeoTIFF in longitude and latitude.
    pub fn open(path: &str, consent: &Consent, console: &mut Console) -> Result<Self, ToolError> {
        let rule = |kind| {
            if consent.allows(kind) {
                OnBadValue::LeaveOut
            } else {
                OnBadValue::Refuse
            }
        };
        let rules = ReadRules {
            negative: rule(NEGATIVE),
            infinite: rule(INFINITE),
        };
        let input = console.input_file("raster", path)?;
        let file = RasterFile::open(input.file, &Limits::default())
            .map_err(|error| raster_error(&error, path))?
            .with_rules(rules);
        let sidecars = Sidecar::find(path, file.nodata(), file.encoding().sample)?;
        if file.nodata().matches_nothing() {
            console.warn(&format!(
                "{path}: no cell of type {} can have the declared nodata value {}",
                file.encoding().sample,
                file.nodata().text().unwrap_or_default()
            ));
        }
        if file.further_images() > 0 {
            console.warn(&format!(
                "{path}: the file holds {} of this size, one behind the other: only the first is read",
                counted(file.further_images() + 1, "raster")
            ));
            console.hint(
                "a file of its own for the second: gdal_translate GTIFF_DIR:2:FILE.tif second.tif",
            );
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            sidecars,
        })
    }

    /// Checks that the cells of the file are those that GIS show, and numbers: no sidecar file and no alpha band hide some of them, and they are not colours.
    ///
    /// # Errors
    /// Data, naming the sidecar file, the band or the colours.
    pub fn check_complete(&self) -> Result<(), ToolError> {
        if let Some(sidecar) = self.sidecars.first() {
            return Err(sidecar.refusal().in_file(&self.path));
        }
        if let Some(colours) = self.file.colours() {
            return Err(ToolError::data(format!(
                "the file is a picture ({colours}), expected a grid of people per cell"
            ))
            .in_file(&self.path)
            .hint("use the grid that the picture was made from; if its bands do hold people: gdal_translate -co PHOTOMETRIC=MINISBLACK -co ALPHA=NO in.tif out.tif"));
        }
        if let Some(band) = self.file.alpha_band() {
            return Err(ToolError::data(format!(
                "band {} is an alpha band: GIS show no value where it is 0, and the other bands do not say so",
                band + 1
            ))
            .in_file(&self.path)
            .hint(format!(
                "turn it into a mask: gdal_translate -b 1 -mask {} --config GDAL_TIFF_INTERNAL_MASK YES -co COMPRESS=DEFLATE in.tif out.tif",
                band + 1
            )));
        }
        Ok(())
    }
}

/// An error of a raster, with its file in front and its hint behind.
#[must_use]
pub fn raster_error(error: &RasterError, path: &str) -> ToolError {
    let failure = match error {
        RasterError::Io { .. } => ToolError::io(error).in_file(path),
        // the output or the temporary folder, not the raster
        RasterError::WriteIo { .. } => ToolError::io(error),
        RasterError::NoBand { .. } => ToolError::usage(error).in_file(path),
        _ => ToolError::data(error).in_file(path),
    };
    failure.hint_if_any(error.hint())
}

/// What is said of cells that hold exactly one of the values that programs use for nodata; see [`CellCounts::undeclared_nodata`].
#[must_use]
pub fn undeclared_nodata(counts: &CellCounts) -> Option<String> {
    let (value, count) = counts.undeclared_nodata()?;
    let cells = counted(usize::try_from(count).unwrap_or(usize::MAX), "cell");
    Some(format!(
        "{cells} of exactly {value}, and next to none of the numbers beside it: nodata that is not declared"
    ))
}
