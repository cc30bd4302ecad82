//! The command line.

use pop_cli::{CommonArgs, ConsentArgs, ExitStatus, after_help};
use pop_datavalues::{PeriodType, ProjectionError, growth_rate};
use pop_targets::built_in_list;
use sums_inputs::SumsArgs;

const EXAMPLES: &str = r"
zonal-sum -r pop.tif districts.geojson |
to-datavalueset --data-element DkmMEcubiPv -o values.json
to-datavalueset sums.csv --mapping map.toml --metadata metadata.json \
--level 3 -o values.json
to-datavalueset sums-2026.csv --mapping map.toml --metadata metadata.json \
--level 3 --period 2027 --project growth=2.1% \
--project-source INS-2022 -o values-2027.json
";

/// Turn sums per org unit into a DHIS2 data value set of whole numbers that add up.
///
/// One level at a time, one data set in one stream (several with -o FOLDER). A unit without a value is never turned into 0: it stops the run, or is left out by name.
#[derive(Debug, clap::Parser)]
#[command(name = "to-datavalueset", version = pop_cli::VERSION)]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::CheckFound, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io,
]))]
pub struct ToDataValueSet {
    /// Sums as CSV or JSON; - is stdin, which is read when nothing is named [default: -]
    #[arg(value_name = "SUMS")]
    pub sums: Option<String>,

    /// Mapping file (TOML): what goes where; --init writes a first one
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "data_element",
        help_heading = "What goes where"
    )]
    pub mapping: Option<String>,

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

    /// Only units of this level; needed when the sums hold several. Several only where the elements' aggregation levels allow it
    #[arg(
        long,
        value_name = "N,...",
        value_delimiter = ',',
        value_parser = clap::value_parser!(u32).range(1..),
        help_heading = "Org units"
    )]
    pub level: Vec<u32>,

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

    /// The year that serves a period which lies in two, such as a financial year
    #[arg(long, value_enum, value_name = "RULE", help_heading = "Periods")]
    pub year_rule: Option<YearRule>,

    /// How a year serves months and quarters
    #[arg(
        long,
        value_enum,
        default_value = "repeat",
        value_name = "HOW",
        help_heading = "Periods"
    )]
    pub within_year: WithinYear,

    /// Carry the last year of the sums forward to --period, by a growth in one year: growth=0.025, growth=2.5%, or growth=FILE
    /// with the columns org_unit, growth, source (units without a line take that of the nearest unit above). Never done by itself
    #[arg(long, value_name = "growth=RATE|FILE", value_parser = growth, requires = "period", conflicts_with = "init", help_heading = "Periods")]
    pub project: Option<ProjectBy>,

    /// Who says so, for the comment of every value, e.g. "INS projections 2022"; needed with a rate
    #[arg(
        long,
        value_name = "WORDS",
        requires = "project",
        help_heading = "Periods"
    )]
    pub project_source: Option<String>,

    /// How decimals become whole numbers
    #[arg(
        long,
        value_enum,
        default_value = "hierarchy",
        value_name = "HOW",
        help_heading = "Numbers"
    )]
    pub round: Rounding,

    /// Decimal places with --round none [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=9), help_heading = "Numbers")]
    pub decimals: Option<u8>,

    #[command(flatten)]
    pub stream: SumsArgs,

    /// Format of the output
    #[arg(
        long,
        value_enum,
        default_value = "json",
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub format: Format,

    /// Write exact and rounded sums, gaps and plausibility as JSON
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub report: Option<String>,

    /// Where findings stop the run, write them as a draft of an exceptions file, with the reasons to be filled in
    #[arg(long, value_name = "FILE", conflicts_with_all = ["explain", "init"], help_heading = "Output")]
    pub write_exceptions: Option<String>,

    /// Check the values against the metadata; if a server would refuse or misplace some, write none and end with 1
    #[arg(long, requires = "metadata", help_heading = "Output")]
    pub check: bool,

    /// Print what would go where, with formulas, instead of values
    #[arg(long, conflicts_with_all = ["check", "init", "report", "format"], help_heading = "Instead of values")]
    pub explain: bool,

    /// Write a first mapping file from the metadata, and the sums if they are named, instead of values
    #[arg(long, conflicts_with_all = [
        "check", "mapping", "data_element", "report", "level", "org_unit_ids", "period", "period_type", "reference", "year_rule",
        "within_year", "round", "decimals", "format", "allow", "exceptions",
    ], help_heading = "Instead of values")]
    pub init: bool,

    #[arg(
        long,
        help = format!("With --init: start from target groups ({}, or files of your own)", built_in_list()),
        value_name = "NAME|FILE,...",
        value_delimiter = ',',
        requires = "init",
        help_heading = "Instead of values"
    )]
    pub targets: Vec<String>,

    #[command(flatten)]
    pub consent: ConsentArgs,

    #[command(flatten)]
    pub common: CommonArgs,
}

impl ToDataValueSet {
    /// The name of the sums, where they are read.
    pub(crate) fn sums(&self) -> &str {
        self.sums.as_deref().unwrap_or("-")
    }
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

/// The year that serves a financial year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum YearRule {
    /// The one it starts in
    Start,
    /// The one it ends in
    End,
    /// The one most of its months lie in
    Majority,
}

/// How a year serves shorter periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum WithinYear {
    /// As it is
    Repeat,
    /// In a straight line to the next year
    Linear,
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

/// Format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// DHIS2's own JSON
    Json,
    /// The six columns that every DHIS2 version reads; no comments, no data set
    Csv,
    /// For reading
    Table,
}

/// What the growth of `--project` is.
#[derive(Debug, Clone, PartialEq)]
pub enum ProjectBy {
    /// One growth in a year for all units, as a share.
    Rate(f64),
    /// A file of growth by unit.
    File(String),
}

fn growth(text: &str) -> Result<ProjectBy, String> {
    let Some(value) = text
        .strip_prefix("growth=")
        .filter(|value| !value.is_empty())
    else {
        return Err("expected growth=RATE or growth=FILE".to_owned());
    };
    match growth_rate(value) {
        Ok(rate) => Ok(ProjectBy::Rate(rate)),
        // A growth written in another way, such as 2,5%, has no letters; the name of a file has.
        Err(ProjectionError::NotAGrowth(_)) if value.contains(char::is_alphabetic) => {
            Ok(ProjectBy::File(value.to_owned()))
        }
        Err(error) => Err(error.to_string()),
    }
}
