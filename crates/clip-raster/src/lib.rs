//! `clip-raster`: a smaller raster on the same grid.
//!
//! Finds the window of the selected org units, and writes its cells (or copies its chunks) with a record of where they come from.
//! Reading, writing and the record are `pop-raster`'s; here are the choice of units, the window, and the glue.

mod args;
mod cells;
mod info;
mod source;
mod transfer;
mod units;

pub use args::{ClipRaster, CompressionArg, SourceTotal};

use pop_cli::{
    AllowKind, AllowLimit, Arg, CommonArgs, Consent, Console, ExitStatus, Output, Tool, ToolError,
};
use pop_raster::{
    CellWindow, ChunkKind, ClipRecord, Compression, NewRaster, Overviews, RasterError,
    WriteOptions, copy_chunks, write_geotiff,
};

use geo_inputs::{BAD_GEOMETRY, INFINITE, NEGATIVE};

use cells::WindowCells;
use source::SourceRaster;
use transfer::Transfer;
use units::SelectedUnits;

/// Bytes of packed tiles that wait in memory; more wait in a temporary file.
const IN_MEMORY: usize = 64 << 20;

/// The kinds of doubt that this tool judges.
const KINDS: &[AllowKind] = &[
    AllowKind::new(NEGATIVE, "cells below zero become nodata").limited_by(AllowLimit::None),
    AllowKind::new(
        INFINITE,
        "cells that are infinite, or above 1e9 people, become nodata",
    )
    .limited_by(AllowLimit::None),
    AllowKind::new(
        BAD_GEOMETRY,
        "units whose polygon cannot be read in one way are left out",
    ),
];

impl Tool for ClipRaster {
    const NAME: &'static str = "clip-raster";
    const ALLOW_KINDS: &'static [AllowKind] = KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let mut consent = Consent::load(&self.consent, Self::ALLOW_KINDS, console)?;
        let source = SourceRaster::open(&self.raster, &consent, console)?;
        let pool = self.threads.pool()?;
        if self.info {
            let status = pool.install(|| info::print(self, &source, console))?;
            consent.report(console);
            return Ok(status);
        }
        source.check_holds_counts()?;
        let mut output = console.output("output", &self.common.output)?;
        if output.is_terminal() {
            return Err(
                ToolError::usage("refusing to write binary data to a terminal")
                    .hint("use -o FILE: -o clip.tif"),
            );
        }
        let units = units::read(self, &pool, &mut consent, console)?;
        let selected = SelectedUnits::of(&units, self, &source, console)?;
        let (transfer, window) =
            pool.install(|| Transfer::choose(self, &source, selected.window, &consent));
        let record = pool.install(|| source.record(self, &window, console))?;
        let record = if self.mask {
            pool.install(|| units::masked(record, &selected, &source, console))
        } else {
            record
        };
        pool.install(|| self.write(transfer, &source, &selected, &window, record, &mut output))?;
        let name = output.name().to_owned();
        console.publish(vec![output])?;
        self.print_summary(transfer, &source, &selected, &window, &name, console);
        consent.report(console);
        Ok(ExitStatus::Done)
    }
}

impl ClipRaster {
    fn write(
        &self,
        transfer: Transfer,
        source: &SourceRaster,
        selected: &SelectedUnits<'_>,
        window: &CellWindow,
        record: ClipRecord,
        output: &mut Output,
    ) -> Result<(), ToolError> {
        for band in 0..source.file().bands() {
            source
                .file()
                .check_stored(band, window)
                .map_err(|error| source.error(&error))?;
        }
        let written = if transfer == Transfer::Copy {
            copy_chunks(output, source.file(), window, record)
        } else {
            let mut raster = NewRaster::part_of(source.file(), window);
            raster.clip = Some(record);
            let touched = self.mask.then(|| selected.touched(source, window));
            let options = WriteOptions {
                compression: self.compression.map_or(Compression::Deflate, Into::into),
                overviews: if self.overviews {
                    Overviews::Nearest
                } else {
                    Overviews::None
                },
                ..WriteOptions::default()
            };
            write_geotiff(
                output,
                &raster,
                &WindowCells::new(source.file(), *window, touched),
                &options,
                &mut tempfile::spooled_tempfile(IN_MEMORY),
            )
        };
        written.map_err(|error| match error {
            RasterError::Write { .. } if self.like_input => source
                .error(&error)
                .hint("without --like-input the cells are written anew"),
            _ => source.error(&error),
        })
    }

    fn print_summary(
        &self,
        transfer: Transfer,
        source: &SourceRaster,
        selected: &SelectedUnits<'_>,
        window: &CellWindow,
        name: &str,
        console: &Console,
    ) {
        let grid = source.file().grid();
        let messages = console.messages();
        let args = [
            ("width", Arg::Count(window.width)),
            ("height", Arg::Count(window.height)),
            ("of_width", Arg::Count(grid.width)),
            ("of_height", Arg::Count(grid.height)),
            ("count", Arg::Count(selected.count())),
        ];
        let mut parts = vec![messages.text_of("summary-clip", &args)];
        if self.mask {
            parts.push(messages.text("clip-masked"));
        }
        match (transfer, source.file().encoding().chunks) {
            (Transfer::Copy, ChunkKind::Tile) => parts.push(messages.text("clip-tiles-copied")),
            (Transfer::Copy, ChunkKind::Strip) => parts.push(messages.text("clip-strips-copied")),
            (Transfer::Rewrite, _) => {}
        }
        if name != "-" {
            parts.push(messages.text_of("clip-in-file", &[("file", Arg::Text(name))]));
        }
        console.summary(&parts.join(", "));
    }
}
