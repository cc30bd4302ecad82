//! The command line.

use clap::builder::styling::Styles;
use pop_cli::{CommonArgs, ConsentArgs, ExitStatus, after_help};

const EXAMPLES: &str = r"
compare sums-2025.csv sums-2026.csv --format table
zonal-sum -r new.tif districts.geojson | compare sums.csv - -o changes.csv
";

/// What changed between two sums streams or two data value sets, where, and whether the DHIS2 guidance on denominators flags it.
///
/// Figures are matched by unit, year, sex and ages (or element, period, unit and both combos), never by their place in the file. Two files of one year each are compared with each other: that is growth.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "compare", version = pop_cli::VERSION, styles = Styles::plain())]
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
    #[arg(long, value_name = "N", help_heading = "Matching")]
    pub level: Option<u32>,

    /// Thresholds of the rules (TOML): growth = 0.10, other_source = 0.10
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub thresholds: Option<String>,

    /// When to end with 1
    #[arg(
        long,
        value_enum,
        default_value = "changes",
        value_name = "WHAT",
        help_heading = "Rules"
    )]
    pub fail_on: FailOn,

    /// Form of the output
    #[arg(
        long,
        value_enum,
        default_value = "csv",
        value_name = "FORM",
        help_heading = "Output"
    )]
    pub format: Format,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub consent: ConsentArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
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

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One row a figure, and one a sum
    Csv,
    /// The same, with counts by class and rule
    Json,
    /// For reading: the largest changes first
    Table,
}
