//! `--info`: what a raster is.

use std::io::Write;
use std::sync::Arc;

use pop_cli::{Arg, Column, Console, ExitStatus, Messages, ResultExt, Table, ToolError};
use pop_raster::{ByteOrder, ChunkKind, Predictor, RowOrder};
use pop_worldpop::{RasterKind, RasterName};
use pop_zonal::SumError;

use crate::ClipRaster;
use crate::source::SourceRaster;

/// The table while it is being made; what a row is about is the message `info-KEY`.
struct InfoTable {
    table: Table,
    messages: Arc<Messages>,
}

impl InfoTable {
    fn new(messages: Arc<Messages>) -> Self {
        let columns = [
            Column::text(""),
            Column::text("by-file"),
            Column::text("by-name"),
        ];
        Self {
            table: Table::new(&messages, &columns),
            messages,
        }
    }

    /// What the file says, and what its name says.
    fn row(&mut self, key: &str, by_file: &str, by_name: &str) {
        let about = self.label(key);
        self.table.row::<&str>(&[&about, by_file, by_name]);
    }

    /// A row about a band, where there are several.
    fn band_row(&mut self, key: &str, band: usize, source: &SourceRaster, by_file: &str) {
        let mut about = self.label(key);
        if source.file().bands() > 1 {
            about = self.label_of(
                "of-band",
                &[("about", &about), ("band", &(band + 1).to_string())],
            );
        }
        self.table.row(&[&*about, by_file, "-"]);
    }

    fn label(&self, key: &str) -> String {
        self.label_of(key, &[])
    }

    fn label_of(&self, key: &str, args: &[(&str, &str)]) -> String {
        let args: Vec<(&str, Arg<'_>)> = args
            .iter()
            .map(|&(name, value)| (name, Arg::Text(value)))
            .collect();
        self.messages.text_of(&format!("info-{key}"), &args)
    }

    fn count(&self, count: u64) -> String {
        self.messages.number(count as f64, 0)
    }
}

/// Prints a table of what the file says, and what its name says.
pub(crate) fn print(
    args: &ClipRaster,
    source: &SourceRaster,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let mut output = console.output("output", &args.common.output)?;
    let mut table = InfoTable::new(output.messages());
    product(source, &mut table);
    grid(source, &mut table);
    encoding(source, &mut table);
    clip(source, &mut table);
    let sound = values(source, &mut table, console);
    let table = table.table.within(output.columns());
    write!(output, "{table}").or_io()?;
    console.publish(vec![output])?;
    Ok(if sound {
        ExitStatus::Done
    } else {
        ExitStatus::CheckFound
    })
}

fn product(source: &SourceRaster, table: &mut InfoTable) {
    let file = source.file();
    let name = source.name.as_ref().ok();
    let described = |band| file.description(band).unwrap_or("-").to_owned();
    let descriptions: Vec<_> = (0..file.bands()).map(described).collect();
    let say = |get: fn(&RasterName) -> String| name.map_or_else(|| "-".to_owned(), get);
    table.row(
        "product",
        &descriptions.join(", "),
        &say(RasterName::source),
    );
    table.row(
        "release",
        "-",
        &say(|name| name.release().unwrap_or("-").to_owned()),
    );
    table.row("area", "-", &say(|name| name.area().to_uppercase()));
    let label = name.map(RasterName::label);
    let year = label
        .and_then(|label| label.year)
        .map_or_else(|| "-".to_owned(), |year| year.to_string());
    table.row("year", "-", &year);
    let who = label.map_or_else(
        || "-".to_owned(),
        |label| {
            let sex = label
                .sex
                .map_or_else(|| "-".to_owned(), |sex| sex.to_string());
            let ages = match (label.age_from, label.age_to) {
                (Some(from), Some(to)) => table.label_of(
                    "ages-from-to",
                    &[("from", &from.to_string()), ("to", &to.to_string())],
                ),
                (Some(from), None) => {
                    table.label_of("ages-and-over", &[("from", &from.to_string())])
                }
                _ => table.messages.text("all-ages"),
            };
            format!("{sex}, {ages}")
        },
    );
    table.row("people", "-", &who);
    let kind = name.map(|name| match name.kind() {
        RasterKind::Count => "kind-count",
        RasterKind::Density => "kind-density",
        RasterKind::Classes => "kind-classes",
        RasterKind::Area => "kind-area",
        RasterKind::Mask => "kind-mask",
        RasterKind::Archive => "kind-archive",
    });
    let kind = kind.map_or_else(|| "-".to_owned(), |key| table.label(key));
    table.row("cells-hold", "-", &kind);
}

fn grid(source: &SourceRaster, table: &mut InfoTable) {
    let file = source.file();
    let grid = file.grid();
    let bounds = grid.extent();
    let resolution = source
        .name
        .as_ref()
        .ok()
        .map_or_else(|| "-".to_owned(), |name| name.resolution().to_string());
    table.row(
        "size",
        &table.label_of(
            "cells",
            &[
                ("width", &grid.width.to_string()),
                ("height", &grid.height.to_string()),
            ],
        ),
        "-",
    );
    let cell = table.label_of(
        "degrees",
        &[
            ("width", &grid.lattice.cell_width.to_string()),
            ("height", &grid.lattice.cell_height.to_string()),
        ],
    );
    table.row("cell", &cell, &resolution);
    table.row("longitude", &range(bounds.west, bounds.east, table), "-");
    table.row("latitude", &range(bounds.south, bounds.north, table), "-");
    let crs = file
        .crs()
        .epsg
        .map_or_else(|| table.label("geographic"), |code| format!("EPSG:{code}"));
    table.row("coordinates", &crs, "-");
    if grid.row_order == RowOrder::SouthUp {
        table.row("rows", &table.label("from-south"), "-");
    }
}

fn encoding(source: &SourceRaster, table: &mut InfoTable) {
    let file = source.file();
    let (encoding, layout) = (file.encoding(), file.layout());
    let container = format!(
        "{}, {}",
        if encoding.big { "BigTIFF" } else { "TIFF" },
        match encoding.byte_order {
            ByteOrder::Little => "little-endian",
            ByteOrder::Big => "big-endian",
        }
    );
    table.row("container", &container, "-");
    let bands = table.label_of(
        "bands-of",
        &[
            ("count", &file.bands().to_string()),
            ("sample", &encoding.sample.to_string()),
        ],
    );
    table.row("bands", &bands, "-");
    let predictor = match encoding.predictor {
        Predictor::None => String::new(),
        other => {
            let code = other.tiff_code().to_string();
            format!(", {}", table.label_of("predictor", &[("code", &code)]))
        }
    };
    table.row(
        "compression",
        &format!("{}{predictor}", encoding.compression.name()),
        "-",
    );
    let kind = table.label(match encoding.chunks {
        ChunkKind::Tile => "tiles",
        ChunkKind::Strip => "strips",
    });
    let chunks = table.label_of(
        "chunks-of",
        &[
            ("count", &layout.count().to_string()),
            ("kind", &kind),
            ("width", &layout.chunk_width.to_string()),
            ("height", &layout.chunk_height.to_string()),
        ],
    );
    table.row("chunks", &chunks, "-");
    let missing = source.missing_chunks();
    if missing > 0 {
        let args = [("count", &*missing.to_string()), ("kind", &*kind)];
        let text = table.label_of("missing-chunks", &args);
        table.row("missing", &text, "-");
    }
    table.row(
        "nodata",
        file.nodata().text().unwrap_or(&table.label("none")),
        "-",
    );
    if file.has_mask() {
        table.row("mask", &table.label("internal"), "-");
    }
    if let Some(colours) = file.colours() {
        table.row("picture", colours, "-");
    }
    if let Some(band) = file.alpha_band() {
        let text = table.label_of("opacity", &[("band", &(band + 1).to_string())]);
        table.row("alpha", &text, "-");
    }
    for sidecar in &source.input.sidecars {
        table.row("beside-file", &sidecar.describe(), "-");
    }
    if file.overviews() > 0 {
        table.row("overviews", &file.overviews().to_string(), "-");
    }
    for band in 0..file.bands() {
        let (scale, offset) = file.scale_offset(band);
        if (scale, offset) != (1.0, 0.0) {
            let args = [
                ("scale", &*scale.to_string()),
                ("offset", &*offset.to_string()),
            ];
            let text = table.label_of("times-plus", &args);
            table.band_row("scale", band, source, &text);
        }
    }
}

fn clip(source: &SourceRaster, table: &mut InfoTable) {
    let Some(record) = source.file().clip_record() else {
        return;
    };
    let (grid, window) = (&record.source_grid, &record.window);
    let text = table.label_of(
        "window",
        &[
            ("left", &window.col.to_string()),
            ("right", &(window.col + window.width - 1).to_string()),
            ("top", &window.row.to_string()),
            ("bottom", &(window.row + window.height - 1).to_string()),
            ("width", &grid.width.to_string()),
            ("height", &grid.height.to_string()),
        ],
    );
    let name = record.source_name.clone();
    let name = name.unwrap_or_else(|| table.label("unknown"));
    table.row("clip-of", &name, "-");
    table.row("clip", &text, "-");
    let totals = record.source_totals.as_ref().map_or_else(
        || table.label("not-taken"),
        |totals| {
            totals
                .iter()
                .map(|&total| table.messages.number(total, 3))
                .collect::<Vec<_>>()
                .join(", ")
        },
    );
    table.row("source-total", &totals, "-");
    table.row(
        "source-sha256",
        record
            .source_sha256
            .as_deref()
            .unwrap_or(&table.label("not-taken")),
        "-",
    );
    if let Some(units) = &record.masked_to {
        table.row(
            "masked-to",
            &table.messages.counted("units", units.len()),
            "-",
        );
    }
}

/// Adds counts and sums; `false` where the cells cannot be read.
fn values(source: &SourceRaster, table: &mut InfoTable, console: &Console) -> bool {
    match source.totals() {
        Ok(totals) => {
            for (band, total) in totals.iter().enumerate() {
                let counts = &total.counts;
                source.warn_of_nodata(counts, console);
                let cells = [
                    ("valid-cells", counts.valid),
                    ("nodata-cells", counts.nodata),
                    ("masked-cells", counts.masked),
                    ("nan-cells", counts.nan),
                    ("negative-cells", counts.negative),
                    ("infinite-cells", counts.infinite + counts.implausible),
                ];
                for (place, (key, count)) in cells.into_iter().enumerate() {
                    if place == 0 || count > 0 {
                        let count = table.count(count);
                        table.band_row(key, band, source, &count);
                    }
                }
                let people = table.messages.number(total.people, 3);
                table.band_row("sum", band, source, &people);
            }
            true
        }
        Err(error) => {
            let unknown = table.label("unknown");
            table.row("sum", &unknown, "-");
            console.warn(&format!("{}: {error}", source.path()));
            if let SumError::Read { source, .. } = &error
                && let Some(hint) = source.hint()
            {
                console.hint(hint);
            }
            false
        }
    }
}

/// `-13.3 to -10.2`.
fn range(from: f64, to: f64, table: &InfoTable) -> String {
    table.label_of(
        "range",
        &[("from", &from.to_string()), ("to", &to.to_string())],
    )
}
