//! What is read: sums, totals, balance.

use pop_cli::{Console, ToolError};
use pop_raking::{Total, read_totals};
use pop_sums::SumsTable;
use serde::Deserialize;

use crate::Rake;

pub(crate) fn sums(args: &Rake, console: &mut Console) -> Result<SumsTable, ToolError> {
    args.stream.read("sums", &args.sums, console)
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
