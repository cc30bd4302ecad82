//! The command line.

use geo_inputs::{ThreadArgs, date};
use pop_cli::{CommonArgs, ConsentArgs, ExitStatus, after_help};
use pop_zonal::{CoverageMethod, ReadScope};

const EXAMPLES: &str = r"
zonal-sum -r sle_pop_2025_CN_100m_R2025A_v1.tif districts.geojson \
--balance balance.json -o sums.csv
fetch-orgunits --level 3 |
zonal-sum -r pop=clip.tif --label year=2025,sex=t --format table
";

/// Sum population rasters inside each org unit.
///
/// Border cells count by the fraction of their area inside the unit. Every unit of the input is in the output, with a value or a reason.
/// Limits: at most 1e9 people in a cell, 1e12 in a raster, and 256 MiB in a decoded tile or strip.
#[derive(Debug, clap::Parser)]
#[command(name = "zonal-sum", version = pop_cli::VERSION)]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io,
]))]
pub struct ZonalSum {
    /// Org units as GeoJSON; - is stdin
    #[arg(value_name = "ORG_UNITS", default_value = "-")]
    pub org_units: String,

    /// A raster, the name for its rows (else the file's stem), and the band of a file with several; repeatable; - is stdin
    #[arg(
        short,
        long = "raster",
        value_name = "[NAME=]PATH[#BAND]",
        help_heading = "Rasters"
    )]
    pub rasters: Vec<String>,

    /// Rasters from a file: one a line as in -r, or the JSON list of fetch-worldpop
    #[arg(long, value_name = "FILE", help_heading = "Rasters")]
    pub raster_list: Option<String>,

    /// What a raster holds, instead of what its name says: year, sex (f, m, t), age_from, age_to, source; repeatable
    #[arg(long, value_name = "[NAME:]KEY=VALUE,...", help_heading = "Rasters")]
    pub label: Vec<String>,

    /// Take the ids of units from this property
    #[arg(long, value_name = "PROPERTY", help_heading = "Org units")]
    pub id_property: Option<String>,

    /// Take the names of units from this property
    #[arg(long, value_name = "PROPERTY", help_heading = "Org units")]
    pub name_property: Option<String>,

    /// Only units of these levels; the balance still uses the levels above
    #[arg(
        long,
        value_name = "N,...",
        value_delimiter = ',',
        value_parser = clap::value_parser!(u32).range(1..),
        help_heading = "Org units"
    )]
    pub level: Vec<u32>,

    /// Judge closed and not yet open units at this date instead of 1 January of each raster's year
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date, help_heading = "Org units")]
    pub as_of: Option<String>,

    /// How border cells count
    #[arg(long, value_enum, default_value = "exact", help_heading = "Method")]
    pub method: MethodArg,

    /// How many threads work
    #[command(flatten)]
    pub threads: ThreadArgs,

    /// Write the balance to a file as JSON; with `window`, read only the tiles or strips that units touch; repeatable
    #[arg(long, value_name = "FILE|window|whole", help_heading = "Balance")]
    pub balance: Vec<String>,

    /// Refuse if more than this share of the people is in no unit, not counting parents with children without polygon
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = "Balance")]
    pub max_unallocated: Option<f64>,

    /// Format of the sums
    #[arg(long, value_enum, default_value = "csv", help_heading = "Output")]
    pub format: Format,

    /// Findings that are allowed.
    #[command(flatten)]
    pub consent: ConsentArgs,

    /// Flags of every tool.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Format of the sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// The sums stream
    Csv,
    /// The sums stream as JSON
    Json,
    /// For reading
    Table,
    /// One row a unit, one column a raster, for spreadsheets
    Wide,
    /// The units with their sums as properties, for GIS
    Geojson,
}

/// How border cells count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum MethodArg {
    /// By the coverage fraction: the part of the cell's area inside the unit
    Exact,
    /// Whole if the cell's centre is inside, as GDAL does
    Centre,
}

impl From<MethodArg> for CoverageMethod {
    fn from(arg: MethodArg) -> Self {
        match arg {
            MethodArg::Exact => Self::Exact,
            MethodArg::Centre => Self::Centre,
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a share from 0 to 1".to_owned()),
    }
}

impl ZonalSum {
    /// Files that the balance goes to.
    pub(crate) fn balance_files(&self) -> impl Iterator<Item = &str> {
        self.balance
            .iter()
            .map(String::as_str)
            .filter(|word| !matches!(*word, "window" | "whole"))
    }

    /// How much of each raster is read.
    pub(crate) fn reach(&self) -> ReadScope {
        if self.balance.iter().any(|word| word == "window") {
            ReadScope::TouchedChunks
        } else {
            ReadScope::WholeRaster
        }
    }
}
