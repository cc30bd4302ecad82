//! The command line.

use geo_inputs::{ThreadArgs, date};
use pop_cli::{CommonArgs, ConsentArgs, ExitStatus, after_help};

use crate::length::{SumsOfLimit, max_distance, same_place, sums_of_limit, tolerance};

const EXAMPLES: &str = r"
catchments --within districts.geojson --max-distance 5km sites.geojson |
zonal-sum -r sle_pop_2025_CN_1km_R2025A_UA_v1.tif
fetch-orgunits --level 2,4 |
catchments --within-level 2 --decimals 7 -o catchments.geojson
";

/// Turn point facilities into catchments: to each the part of its parent that is nearest to it.
///
/// Nearest is by the distance on the WGS84 ellipsoid. With --max-distance, what is farther from every facility of a parent becomes one
/// feature of its own with the id PARENT-unserved, so that zonal-sum counts each person exactly once. Every unit comes out; one without
/// a catchment has a reason. Limits: 4 GiB of input, a million features, fifty million points.
#[derive(Debug, clap::Parser)]
#[command(name = "catchments", version = pop_cli::VERSION)]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io,
]))]
pub struct Catchments {
    /// Facilities as GeoJSON points; - is stdin
    #[arg(value_name = "FACILITIES", default_value = "-")]
    pub facilities: String,

    /// The parents' polygons, as GeoJSON; a facility's parent is the nearest of its ancestors among them
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Parents",
        required_unless_present = "within_level",
        conflicts_with = "within_level"
    )]
    pub within: Option<String>,

    /// The parents are the units of this level in the stream itself
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Parents")]
    pub within_level: Option<u32>,

    /// Where a facility's parent comes from
    #[arg(
        long,
        value_enum,
        value_name = "BY",
        default_value = "tree",
        help_heading = "Parents",
        conflicts_with = "across"
    )]
    pub assign: Assign,

    /// Ignore parents: the nearest facility may be another parent's
    #[arg(long, help_heading = "Parents")]
    pub across: bool,

    /// Take the ids of units from this property
    #[arg(long, value_name = "PROPERTY", help_heading = "Parents")]
    pub id_property: Option<String>,

    /// How far a catchment reaches at most along the ground, such as 5km or 800m; up to 300km
    #[arg(long, value_name = "LENGTH", value_parser = max_distance, help_heading = "Catchments")]
    pub max_distance: Option<f64>,

    /// Set apart what is unserved but within --max-distance of another parent's facility, as PARENT-unserved-in-reach
    #[arg(
        long,
        requires = "max_distance",
        conflicts_with = "across",
        help_heading = "Catchments"
    )]
    pub split_unserved: bool,

    /// Facilities joined by steps of at most this length share a place: the smallest id holds the catchment; 0 joins equal coordinates only
    #[arg(long, value_name = "LENGTH", value_parser = same_place, default_value = "50m", help_heading = "Catchments")]
    pub same_place: f64,

    /// How far a drawn line may be off the true border or limit; 1cm to 1km
    #[arg(long, value_name = "LENGTH", value_parser = tolerance, default_value = "1m", help_heading = "Catchments")]
    pub tolerance: f64,

    /// Facilities closed before or opened after this date have no catchment
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date, help_heading = "Catchments")]
    pub as_of: Option<String>,

    /// Units that have a polygon keep it, and it is taken out of the catchments of others
    #[arg(long, help_heading = "Catchments")]
    pub keep_polygons: bool,

    /// Round coordinates to this many decimal places; 7 is about a centimetre
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(3..=12), help_heading = "Output")]
    pub decimals: Option<u8>,

    /// What is written
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "geojson",
        help_heading = "Output"
    )]
    pub format: Format,

    /// Write what became of every unit
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub report: Option<String>,

    /// Format of the report
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "csv",
        requires = "report",
        help_heading = "Report"
    )]
    pub report_format: ReportFormat,

    /// Sums of the catchments of a limit, such as 5km=within-5km.csv: the report gets a column of the people within it; repeatable
    #[arg(long, value_name = "LENGTH=FILE", value_parser = sums_of_limit, requires = "report", help_heading = "Report")]
    pub sums: Vec<SumsOfLimit>,

    /// How many threads work
    #[command(flatten)]
    pub threads: ThreadArgs,

    /// Findings to allow
    #[command(flatten)]
    pub consent: ConsentArgs,

    /// Flags of every tool.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Where a facility's parent comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Assign {
    /// From path, parentGraph or parent
    Tree,
    /// The parent whose polygon the point is in
    Place,
}

/// Format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportFormat {
    /// A row a feature, for machines
    Csv,
    /// Facilities by parent, for reading
    Table,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Every unit and the unserved parts, for zonal-sum
    Geojson,
    /// Only catchments of facilities, for DHIS2's GeoJSON import
    Dhis2Import,
}
