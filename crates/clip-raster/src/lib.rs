//! `clip-raster`: a smaller raster on the same grid.
//!
//! Finds the window of the chosen org units, and writes its cells (or copies its chunks) with a record of where they come from.
//! Reading, writing and the record are `pop-raster`'s; here are the choice of units, the window, and the glue.

mod args;
mod cells;
mod info;
mod source;
mod units;

pub use args::{ClipRaster, CompressionArg, SourceTotal};

use pop_cli::{
    AllowKind, CommonArgs, Consent, Console, ExitStatus, Output, Tool, ToolError, thousands,
};
use pop_raster::{
    CellWindow, ClipRecord, NewRaster, Overviews, RasterError, WriteOptions, copy_chunks,
    whole_chunks, write_geotiff,
};

use cells::WindowCells;
use source::Source;
use units::Chosen;

/// Bytes of packed tiles that wait in memory; more wait in a temporary file.
const IN_MEMORY: usize = 64 << 20;

/// The kinds of doubt that this tool judges.
const KINDS: &[AllowKind] = &[
    AllowKind {
        name: source::NEGATIVE,
        meaning: "cells below zero become nodata",
    },
    AllowKind {
        name: source::INFINITE,
        meaning: "cells that are infinite, or above a thousand million, become nodata",
    },
    AllowKind {
        name: units::BAD_GEOMETRY,
        meaning: "units whose polygon cannot be read in one way are left out",
    },
];

impl Tool for ClipRaster {
    const NAME: &'static str = "clip-raster";
    const ALLOW_KINDS: &'static [AllowKind] = KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let mut consent = Consent::load(&self.consent, Self::ALLOW_KINDS, console)?;
        let source = Source::open(&self.raster, &consent, console)?;
        if self.info {
            return self.in_pool(|| info::print(self, &source, console))?;
        }
        source.refuse_what_is_no_count()?;
        let mut output = console.output("output", &self.common.output)?;
        if output.is_terminal() {
            return Err(ToolError::usage("a raster is nothing for a terminal")
                .hint("name a file: -o clip.tif"));
        }
        let units = units::read(self, &mut consent, console)?;
        let chosen = Chosen::of(&units, self, &source, console)?;
        let window = self.window(&chosen, &source);
        let record = self.in_pool(|| source.record(self, &window, console))??;
        let record = if self.mask {
            record.masked(chosen.ids())
        } else {
            record
        };
        self.in_pool(|| self.write(&source, &chosen, &window, record, &mut output))??;
        let name = output.name().to_owned();
        console.publish(vec![output])?;
        self.tell(&source, &chosen, &window, &name, console);
        consent.close(console);
        Ok(ExitStatus::Done)
    }
}

impl ClipRaster {
    fn window(&self, chosen: &Chosen<'_>, source: &Source) -> CellWindow {
        if self.like_input {
            whole_chunks(source.file.layout(), &chosen.window)
        } else {
            chosen.window
        }
    }

    fn write(
        &self,
        source: &Source,
        chosen: &Chosen<'_>,
        window: &CellWindow,
        record: ClipRecord,
        output: &mut Output,
    ) -> Result<(), ToolError> {
        for band in 0..source.file.bands() {
            source
                .file
                .check_stored(band, window)
                .map_err(|error| source.failure(&error))?;
        }
        let written = if self.like_input {
            copy_chunks(output, &source.file, window, record)
        } else {
            let mut raster = NewRaster::part_of(&source.file, window);
            raster.clip = Some(record);
            let touched = self.mask.then(|| chosen.touched(source, window));
            let options = WriteOptions {
                compression: self.compression.into(),
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
                &WindowCells::new(&source.file, *window, touched),
                &options,
                &mut tempfile::spooled_tempfile(IN_MEMORY),
            )
        };
        written.map_err(|error| match error {
            RasterError::Write { .. } if self.like_input => source
                .failure(&error)
                .hint("without --like-input the cells are written anew"),
            _ => source.failure(&error),
        })
    }

    fn tell(
        &self,
        source: &Source,
        chosen: &Chosen<'_>,
        window: &CellWindow,
        name: &str,
        console: &Console,
    ) {
        let grid = source.file.grid();
        let count = |n: usize| thousands(n as f64, 0);
        console.summary(&format!(
            "{} x {} of {} x {} cells round {} {}{}{}",
            count(window.width),
            count(window.height),
            count(grid.width),
            count(grid.height),
            count(chosen.count()),
            if chosen.count() == 1 { "unit" } else { "units" },
            if self.mask { ", masked to them" } else { "" },
            if name == "-" {
                String::new()
            } else {
                format!(", in {name}")
            },
        ));
    }

    fn in_pool<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, ToolError> {
        let threads = self.threads.map_or(0, usize::from);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|error| ToolError::internal(format!("no threads: {error}")))?;
        Ok(pool.install(work))
    }
}
