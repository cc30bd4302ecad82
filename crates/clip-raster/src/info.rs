//! `--info`: what a raster is.

use std::io::Write;

use pop_cli::{Column, Console, ExitStatus, Table, ToolError, counted, thousands};
use pop_raster::{ByteOrder, Predictor, RowOrder};
use pop_worldpop::{RasterKind, RasterName};
use pop_zonal::SumError;

use crate::ClipRaster;
use crate::source::SourceRaster;

/// Prints a table of what the file says, and what its name says.
pub(crate) fn print(
    args: &ClipRaster,
    source: &SourceRaster,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let mut table = Table::new(&[
        Column::text(""),
        Column::text("by the file"),
        Column::text("by its name"),
    ]);
    product(source, &mut table);
    grid(source, &mut table);
    encoding(source, &mut table);
    clip(source, &mut table);
    let sound = values(source, &mut table, console);
    let mut output = console.output("output", &args.common.output)?;
    let table = table.within(output.columns());
    write!(output, "{table}").map_err(|error| ToolError::io(error).in_file(output.name()))?;
    console.publish(vec![output])?;
    Ok(if sound {
        ExitStatus::Done
    } else {
        ExitStatus::CheckFound
    })
}

fn product(source: &SourceRaster, table: &mut Table) {
    let file = source.file();
    let name = source.name.as_ref().ok();
    let described = |band| file.description(band).unwrap_or("-").to_owned();
    let descriptions: Vec<_> = (0..file.bands()).map(described).collect();
    let say = |get: fn(&RasterName) -> String| name.map_or_else(|| "-".to_owned(), get);
    table.row(&[
        "product",
        &descriptions.join(", "),
        &say(RasterName::source),
    ]);
    table.row(&[
        "release",
        "-",
        &say(|name| name.release().unwrap_or("-").to_owned()),
    ]);
    table.row(&["area", "-", &say(|name| name.area().to_uppercase())]);
    let label = name.map(RasterName::label);
    let year = label
        .and_then(|label| label.year)
        .map_or_else(|| "-".to_owned(), |year| year.to_string());
    table.row(&["year", "-", &year]);
    let who = label.map_or_else(
        || "-".to_owned(),
        |label| {
            let sex = label
                .sex
                .map_or_else(|| "-".to_owned(), |sex| sex.to_string());
            let ages = match (label.age_from, label.age_to) {
                (Some(from), Some(to)) => format!("ages {from} to under {to}"),
                (Some(from), None) => format!("ages {from} and over"),
                _ => "all ages".to_owned(),
            };
            format!("{sex}, {ages}")
        },
    );
    table.row(&["people", "-", &who]);
    let kind = name.map_or("-", |name| match name.kind() {
        RasterKind::Count => "people per cell",
        RasterKind::Density => "people per square kilometre: not to be summed",
        RasterKind::Classes => "class numbers: not to be summed",
        RasterKind::Area => "areas of cells: not to be summed",
        RasterKind::Mask => "a mask: not to be summed",
        RasterKind::Archive => "an archive of rasters",
    });
    table.row(&["cells hold", "-", kind]);
}

fn grid(source: &SourceRaster, table: &mut Table) {
    let file = source.file();
    let grid = file.grid();
    let bounds = grid.extent();
    let resolution = source
        .name
        .as_ref()
        .ok()
        .map_or_else(|| "-".to_owned(), |name| name.resolution().to_string());
    table.row(&[
        "size",
        &format!("{} x {} cells", grid.width, grid.height),
        "-",
    ]);
    let cell = format!(
        "{} x {} degrees",
        grid.lattice.cell_width, grid.lattice.cell_height
    );
    table.row(&["cell", &cell, &resolution]);
    table.row(&[
        "longitude",
        &format!("{} to {}", bounds.west, bounds.east),
        "-",
    ]);
    table.row(&[
        "latitude",
        &format!("{} to {}", bounds.south, bounds.north),
        "-",
    ]);
    let crs = file
        .crs()
        .epsg
        .map_or_else(|| "geographic".to_owned(), |code| format!("EPSG:{code}"));
    table.row(&["coordinates", &crs, "-"]);
    if grid.row_order == RowOrder::SouthUp {
        table.row(&["rows", "stored from the south", "-"]);
    }
}

fn encoding(source: &SourceRaster, table: &mut Table) {
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
    table.row(&["container", &container, "-"]);
    let bands = format!("{} of {}", file.bands(), encoding.sample);
    table.row(&["bands", &bands, "-"]);
    let predictor = match encoding.predictor {
        Predictor::None => String::new(),
        other => format!(", predictor {}", other.tiff_code()),
    };
    table.row(&[
        "compression",
        &format!("{}{predictor}", encoding.compression.name()),
        "-",
    ]);
    let kind = if encoding.tiled { "tiles" } else { "strips" };
    let chunks = format!(
        "{} {kind} of {} x {}",
        layout.count(),
        layout.chunk_width,
        layout.chunk_height
    );
    table.row(&["chunks", &chunks, "-"]);
    let missing = source.missing_chunks();
    if missing > 0 {
        let text = format!("{missing} {kind} lie beyond the end of the file");
        table.row(&["missing", &text, "-"]);
    }
    table.row(&["nodata", file.nodata().text().unwrap_or("none"), "-"]);
    if file.has_mask() {
        table.row(&["mask", "internal", "-"]);
    }
    if let Some(colours) = file.colours() {
        table.row(&["picture", colours, "-"]);
    }
    if let Some(band) = file.alpha_band() {
        let text = format!("band {}: opacity, not to be summed", band + 1);
        table.row(&["alpha", &text, "-"]);
    }
    for sidecar in &source.input.sidecars {
        table.row(&["beside the file", &sidecar.describe(), "-"]);
    }
    if file.overviews() > 0 {
        table.row(&["overviews", &file.overviews().to_string(), "-"]);
    }
    for band in 0..file.bands() {
        let (scale, offset) = file.scale_offset(band);
        if (scale, offset) != (1.0, 0.0) {
            table.row(&[
                &of_band("scale", band, source),
                &format!("times {scale} plus {offset}"),
                "-",
            ]);
        }
    }
}

fn clip(source: &SourceRaster, table: &mut Table) {
    let Some(record) = source.file().clip_record() else {
        return;
    };
    let (grid, window) = (&record.source_grid, &record.window);
    let text = format!(
        "columns {} to {}, rows {} to {} of {} x {}",
        window.col,
        window.col + window.width - 1,
        window.row,
        window.row + window.height - 1,
        grid.width,
        grid.height
    );
    let name = record.source_name.as_deref().unwrap_or("unknown");
    table.row(&["clip of", name, "-"]);
    table.row(&["clip", &text, "-"]);
    let totals = record.source_totals.as_ref().map_or_else(
        || "not taken".to_owned(),
        |totals| {
            totals
                .iter()
                .map(|&total| thousands(total, 3))
                .collect::<Vec<_>>()
                .join(", ")
        },
    );
    table.row(&["source total", &totals, "-"]);
    table.row(&[
        "source SHA-256",
        record.source_sha256.as_deref().unwrap_or("not taken"),
        "-",
    ]);
    if let Some(units) = &record.masked_to {
        table.row(&["masked to", &counted(units.len(), "unit"), "-"]);
    }
}

/// Adds counts and sums; `false` where the cells cannot be read.
fn values(source: &SourceRaster, table: &mut Table, console: &Console) -> bool {
    match source.totals() {
        Ok(totals) => {
            for (band, total) in totals.iter().enumerate() {
                let counts = &total.counts;
                table.row(&[
                    &of_band("valid cells", band, source),
                    &thousands(counts.valid as f64, 0),
                    "-",
                ]);
                let others = [
                    ("nodata cells", counts.nodata),
                    ("masked cells", counts.masked),
                    ("NaN cells", counts.nan),
                    ("negative cells", counts.negative),
                    ("infinite cells", counts.infinite + counts.implausible),
                ];
                for (what, count) in others.into_iter().filter(|(_, count)| *count > 0) {
                    table.row(&[
                        &of_band(what, band, source),
                        &thousands(count as f64, 0),
                        "-",
                    ]);
                }
                table.row(&[
                    &of_band("sum", band, source),
                    &thousands(total.people, 3),
                    "-",
                ]);
            }
            true
        }
        Err(error) => {
            table.row(&["sum", "unknown", "-"]);
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

fn of_band(what: &str, band: usize, source: &SourceRaster) -> String {
    if source.file().bands() == 1 {
        what.to_owned()
    } else {
        format!("{what}, band {}", band + 1)
    }
}
