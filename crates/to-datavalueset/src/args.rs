//! The command line.

use clap::builder::styling::Styles;
use pop_cli::{CommonArgs, ConsentArgs, ExitStatus, after_help};
use pop_datavalues::PeriodType;

const EXAMPLES: &str = "
zonal-sum -r pop.tif districts.geojson | to-datavalueset --data-element DkmMEcubiPv --data-set dsPopYear01 > values.json
to-datavalueset sums.csv --mapping map.toml --metadata metadata.json --level 3 -o values.json
";

/// Turn sums per org unit into a DHIS2 data value set of whole numbers that add up.
///
/// One level at a time, one data set in one stream. A unit without a value is never turned into 0: it stops the run, or is left out by name.
#[derive(Debug, clap::Parser)]
#[command(name = "to-datavalueset", version = pop_cli::VERSION, styles = Styles::plain())]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::CheckFound, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io, ExitStatus::Internal,
    ExitStatus::Interrupted,
]))]
pub struct ToDataValueSet {
    /// Sums as CSV or JSON; - is stdin
    #[arg(value_name = "SUMS", default_value = "-")]
    pub sums: String,

    /// Data element for the total population: UID, or code or name with --metadata
    #[arg(long, value_name = "ELEMENT", help_heading = "What goes where")]
    pub data_element: Option<String>,

    /// Data set the values belong to: UID, or code or name with --metadata
    #[arg(long, value_name = "SET", help_heading = "What goes where")]
    pub data_set: Option<String>,

    /// Metadata document written by fetch-metadata
    #[arg(long, value_name = "FILE", help_heading = "What goes where")]
    pub metadata: Option<String>,

    /// What the org units' ids are; codes travel as codes, or are looked up with --metadata
    #[arg(
        long,
        value_enum,
        default_value = "uid",
        value_name = "KIND",
        help_heading = "Org units"
    )]
    pub org_unit_ids: IdScheme,

    /// Only units of this level; needed when the sums hold several
    #[arg(long, value_name = "N", help_heading = "Org units")]
    pub level: Option<u32>,

    /// Period of the values, e.g. 2025 or 2025July; otherwise made from the years of the sums
    #[arg(long, value_name = "PERIOD", help_heading = "Periods")]
    pub period: Option<String>,

    /// Type of the periods made from years; otherwise that of the data set, or Yearly
    #[arg(long, value_name = "TYPE", help_heading = "Periods")]
    pub period_type: Option<PeriodType>,

    /// The day the people are counted at
    #[arg(
        long,
        value_enum,
        default_value = "as-published",
        value_name = "DAY",
        help_heading = "Periods"
    )]
    pub reference: Reference,

    /// How decimals become whole numbers
    #[arg(
        long,
        value_enum,
        default_value = "hierarchy",
        value_name = "HOW",
        help_heading = "Numbers"
    )]
    pub round: Rounding,

    /// Names of columns in sums from elsewhere, ours first: org_unit=id,population=sum
    #[arg(long, value_name = "OURS=THEIRS,...", value_delimiter = ',', value_parser = pair, help_heading = "Sums")]
    pub columns: Vec<(String, String)>,

    /// The sums are a part taken on purpose: do not count their rows
    #[arg(long, help_heading = "Sums")]
    pub subset: bool,

    /// Form of the output
    #[arg(
        long,
        value_enum,
        default_value = "json",
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

/// What the ids of org units are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum IdScheme {
    /// DHIS2 ids of eleven characters
    Uid,
    /// Codes
    Code,
}

/// The day people are counted at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Reference {
    /// The day the product names: 1 January for WorldPop Global 2 R2025A
    AsPublished,
    /// The mean of a year and the next one
    MidYear,
}

/// How decimals become whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Rounding {
    /// All totals whole, adding up, within 1 of the exact ones
    Hierarchy,
    /// Each value by itself; totals need not add up
    Each,
    /// Not at all: fixed decimals, for elements of type NUMBER
    None,
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// DHIS2's own JSON
    Json,
    /// The six columns that every DHIS2 version reads; no comments, no data set
    Csv,
    /// For reading
    Table,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((ours, theirs)) if !ours.is_empty() && !theirs.is_empty() => {
            Ok((ours.to_owned(), theirs.to_owned()))
        }
        _ => Err(format!("{text:?} is no pair, expected OURS=THEIRS")),
    }
}
