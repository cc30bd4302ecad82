//! The command line.

use pop_cli::{CommonArgs, ConsentArgs, ExitStatus, after_help};
use sums_inputs::SumsArgs;

const EXAMPLES: &str = r"
compare sums-2025.csv sums-2026.csv --format table
fetch-values --data-set WP_POP --period 2025 |
compare - sums.csv --mapping map.toml --metadata metadata.json
compare old.csv new.csv --crosswalk pieces.csv -o crosswalk.csv
compare old.csv new.csv --numerator penta3.json --org-units tree.geojson \
--denominator t
";

/// What changed between two sums streams or two data value sets, where, and whether the DHIS2 guidance on denominators flags it.
///
/// Figures are matched by unit, year, sex and ages (or element, period, unit and both combos), never by their place in the file. Two files of one year each are compared with each other: that is growth. Sums beside a data value set need --mapping.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "compare", version = pop_cli::VERSION)]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::CheckFound, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io,
]))]
pub struct Compare {
    /// Sums (CSV or JSON) or data value set (JSON) to compare with; - is stdin
    #[arg(value_name = "OLD")]
    pub old: String,

    /// Sums or data value set that may replace it; - is stdin
    #[arg(value_name = "NEW")]
    pub new: String,

    /// By what units are matched
    #[arg(
        long,
        value_enum,
        default_value = "id",
        value_name = "KEY",
        help_heading = "Matching"
    )]
    pub by: By,

    /// Only units of this level
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Matching")]
    pub level: Option<u32>,

    /// Mapping file (TOML) that makes data values of sums, where one side is of each kind
    #[arg(long, value_name = "FILE", help_heading = "Matching")]
    pub mapping: Option<String>,

    /// Metadata document written by fetch-metadata: looks up codes and names of the mapping, and the default option combo
    #[arg(long, value_name = "FILE", help_heading = "Matching")]
    pub metadata: Option<String>,

    /// Org units (GeoJSON): names, levels and parents of data values; the tree from facilities up
    #[arg(
        long,
        alias = "orgunits",
        value_name = "FILE",
        help_heading = "Matching"
    )]
    pub org_units: Option<String>,

    /// Thresholds of the rules (TOML), as shares: growth = 0.10, other_source = 0.10, rate = 0.20
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub thresholds: Option<String>,

    /// Rates from elsewhere (CSV: rate, numerator, denominator, per, value, org_unit) that the figures are held against
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub reference: Option<String>,

    /// When to end with 1
    #[arg(
        long,
        value_enum,
        default_value = "changes",
        value_name = "WHAT",
        help_heading = "Rules"
    )]
    pub fail_on: FailOn,

    /// People reached, for coverage under old and new: a data value set, or CSV with org_unit, period, value
    #[arg(long, value_name = "FILE", help_heading = "Coverage")]
    pub numerator: Option<String>,

    /// The figures that are the denominator: 't', 't 0', 'f 15-49', or ELEMENT or ELEMENT.COMBO
    #[arg(
        long,
        value_name = "GROUP",
        requires = "numerator",
        help_heading = "Coverage"
    )]
    pub denominator: Option<String>,

    /// Coverage by survey, in per cent (CSV: org_unit, value), that routine coverage is held against
    #[arg(
        long,
        value_name = "FILE",
        requires = "numerator",
        help_heading = "Coverage"
    )]
    pub survey: Option<String>,

    /// Sums of the pieces that cross-orgunits cut of both boundaries: write what became of each unit instead of differences
    #[arg(long, value_name = "FILE", help_heading = "Boundaries")]
    #[arg(conflicts_with_all = ["mapping", "metadata", "org_units", "level", "numerator", "reference", "thresholds", "by", "fail_on", "allow", "exceptions"])]
    pub crosswalk: Option<String>,

    /// Format of the output
    #[arg(
        long,
        value_enum,
        default_value = "csv",
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub format: Format,

    #[command(flatten)]
    pub sums: SumsArgs,

    #[command(flatten)]
    pub consent: ConsentArgs,

    #[command(flatten)]
    pub common: CommonArgs,
}

/// By what units are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum By {
    /// Ids of the streams
    Id,
    /// Codes
    Code,
}

/// When the tool ends with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// Any figure differs
    Changes,
    /// A rule flags a figure
    Flags,
}

/// Format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One row a figure, and one a sum
    Csv,
    /// The same, with counts by class and rule
    Json,
    /// For reading: the largest changes first
    Table,
}
