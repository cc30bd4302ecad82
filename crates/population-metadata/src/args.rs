//! The command line.

use pop_cli::{CommonArgs, ExitStatus, after_help};
use pop_datavalues::{PeriodType, Uid};
use pop_targets::built_in_list;

const EXAMPLES: &str = r"
fetch-metadata --all --level 3 |
population-metadata --targets immunisation,malaria --level 3 \
--write-mapping map.toml -o import.json
population-metadata instance.json --targets my-groups.toml --level 3 \
  --explain
";

/// Write the DHIS2 metadata that target groups need, as a document for import, and the mapping that fills them.
///
/// The document holds what the instance lacks: data elements, options, combinations and one data set. What is there is used by its code and not changed. Nothing is imported: check the document in the Import/Export app or with a dry run, then import it.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "population-metadata", version = pop_cli::VERSION)]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io,
]))]
pub struct PopulationMetadata {
    /// The instance's metadata, written by fetch-metadata --all; - is stdin
    #[arg(value_name = "METADATA", default_value = "-")]
    pub metadata: String,

    #[arg(
        long,
        help = format!("Target groups: {}, or files of your own", built_in_list()),
        value_name = "NAME|FILE,...",
        value_delimiter = ',',
        required_unless_present = "show",
        help_heading = "Target groups"
    )]
    pub targets: Vec<String>,

    /// Print a target group file that comes with the tool, to be edited
    #[arg(long, value_name = "NAME", conflicts_with_all = ["targets", "metadata", "level", "data_set_code", "data_set_name", "period_type", "open_future_periods", "user_group", "namespace", "write_mapping", "report", "explain"], help_heading = "Target groups")]
    pub show: Option<String>,

    /// Levels whose org units the data set is assigned to; several also set the aggregation levels of new elements
    #[arg(
        long,
        value_name = "N,...",
        value_delimiter = ',',
        value_parser = clap::value_parser!(u32).range(1..),
        required_unless_present = "show",
        help_heading = "Data set"
    )]
    pub level: Vec<u32>,

    /// Code of the data set; its UID is derived from it
    #[arg(
        long,
        value_name = "CODE",
        default_value = "WP_POPULATION",
        help_heading = "Data set"
    )]
    pub data_set_code: String,

    /// Name of the data set
    #[arg(
        long,
        value_name = "NAME",
        default_value = "WorldPop population",
        help_heading = "Data set"
    )]
    pub data_set_name: String,

    /// Period type of the data set
    #[arg(
        long,
        value_name = "TYPE",
        default_value = "Yearly",
        help_heading = "Data set"
    )]
    pub period_type: PeriodType,

    /// Periods that take values beyond the last complete one: 5 opens the four years after this one
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16), help_heading = "Data set")]
    pub open_future_periods: u16,

    /// UID of a user group that may write the values; without it only superusers may. Repeatable
    #[arg(long, value_name = "UID", help_heading = "Data set")]
    pub user_group: Vec<Uid>,

    /// What new UIDs are derived from, beside type and code: the same in every run
    #[arg(long, value_name = "TEXT", default_value = pop_targets::DEFAULT_NAMESPACE, help_heading = "Output")]
    pub namespace: String,

    /// Write the mapping for to-datavalueset that fills the groups
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub write_mapping: Option<String>,

    /// Write what is added, updated, reused and left, as JSON
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub report: Option<String>,

    /// Print what is added, updated, reused and left, instead of the document
    #[arg(long, help_heading = "Output")]
    pub explain: bool,

    #[command(flatten)]
    pub common: CommonArgs,
}
