//! What is read: sums, totals, balance.

use pop_cli::{Console, ToolError};
use pop_raking::{Cells, Total, read_totals};
use pop_sums::SumsTable;
use serde::Deserialize;
use sums_inputs::check_levels;

use crate::Rake;

pub(crate) fn sums(args: &Rake, console: &mut Console) -> Result<SumsTable, ToolError> {
    let table = args.stream.read("sums", &args.sums, console)?;
    check_levels(&table, &args.sums)?;
    Ok(table)
}

pub(crate) fn totals(args: &Rake, console: &mut Console) -> Result<Vec<Total>, ToolError> {
    let data = console.input("totals", &args.totals)?;
    read_totals(&data.bytes).map_err(|e| ToolError::data(&e).in_file(&args.totals).hint(e.hint()))
}

/// The members of a balance that are read here.
#[derive(Debug, Deserialize)]
pub(crate) struct Balance {
    format: String,
    pub(crate) rasters: Vec<RasterBalance>,
}

/// One raster of a balance.
#[derive(Debug, Deserialize)]
pub(crate) struct RasterBalance {
    pub(crate) raster: String,
    /// What the raster is; absent from a balance that somebody else wrote.
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    year: Option<i32>,
    pub(crate) levels: Vec<LevelBalance>,
}

/// One level of a raster.
#[derive(Debug, Deserialize)]
pub(crate) struct LevelBalance {
    pub(crate) level: Option<u32>,
    pub(crate) in_no_unit: f64,
}

pub(crate) fn balance(args: &Rake, console: &mut Console) -> Result<Option<Balance>, ToolError> {
    let Some(name) = &args.balance else {
        return Ok(None);
    };
    let data = console.input("balance", name)?;
    let refuse = |what: String| {
        ToolError::data(what)
            .in_file(name)
            .hint("name the file that zonal-sum wrote with --balance")
    };
    let balance: Balance =
        serde_json::from_slice(&data.bytes).map_err(|e| refuse(format!("not a balance: {e}")))?;
    if balance.format != "headcount-balance" {
        return Err(refuse(format!(
            "format is {:?}, expected \"headcount-balance\"",
            balance.format
        )));
    }
    Ok(Some(balance))
}

/// Refuses a balance that is not of the run that wrote the sums: each raster that is raked must be in it, of the same source and year, with the
/// level of the cells.
pub(crate) fn check_balance(
    balance: &Balance,
    file: &str,
    table: &SumsTable,
    cells: &Cells,
) -> Result<(), ToolError> {
    let columns = cells.blocks.iter().flat_map(|block| &block.columns);
    for layer in columns.map(|column| &table.layers[column.layer as usize]) {
        let year = |year: Option<i32>| year.map_or_else(|| "none".to_owned(), |y| y.to_string());
        let found = balance.rasters.iter().find(|b| b.raster == layer.raster);
        let problem = match found {
            None => format!("no raster {:?}, which the sums have", layer.raster),
            Some(RasterBalance {
                source: Some(source),
                ..
            }) if *source != layer.source => format!(
                "raster {}: source {source:?}, expected {:?} as in the sums",
                layer.raster, layer.source
            ),
            Some(found) if found.source.is_some() && found.year != layer.year => format!(
                "raster {}: year {}, expected {} as in the sums",
                layer.raster,
                year(found.year),
                year(layer.year)
            ),
            Some(found) if !found.levels.iter().any(|own| own.level == cells.level) => format!(
                "raster {}: no level {}, which is raked",
                layer.raster,
                cells
                    .level
                    .map_or_else(|| "none".to_owned(), |l| l.to_string())
            ),
            Some(_) => continue,
        };
        return Err(ToolError::data(problem).in_file(file).hint(
            "give the balance of the run that wrote the sums: zonal-sum --balance FILE -o SUMS",
        ));
    }
    Ok(())
}
