//! The command line.

use dhis2_session::ServerArgs;
use pop_cli::{CommonArgs, Console, ExitStatus, Tool, ToolError, after_help};
use pop_datavalues::Period;

/// Fetch the data values that DHIS2 stores, as one data value set
///
/// Writes what is stored for the data sets and data elements, in the periods, for every unit of the
/// subtrees: each value with its period, unit and both option combos, its comment and its mark for
/// follow-up, ordered by data element, period and unit. Only reads, and needs no right to write.
/// Without a selection the tool shows the data sets, and ends with 2.
///
/// Limits: 256 MiB for one response of the server; a response that stalls for --timeout seconds,
/// or brings less than 4 kB a minute, is an error.
#[derive(Debug, clap::Parser)]
#[command(name = "fetch-values", version = pop_cli::VERSION, after_help = help())]
pub struct FetchValues {
    #[command(flatten)]
    pub(crate) server: ServerArgs,

    /// A data set whose values are fetched, by UID, code or name; repeatable
    #[arg(long = "data-set", value_name = "SET", help_heading = "Selection")]
    pub(crate) data_sets: Vec<String>,

    /// A data element whose values are fetched, by UID, code or name; repeatable
    #[arg(
        long = "data-element",
        value_name = "ELEMENT",
        help_heading = "Selection"
    )]
    pub(crate) data_elements: Vec<String>,

    /// Periods, e.g. 2025, 2025July or 202501; a comma list or repeated
    #[arg(long = "period", value_name = "PERIOD", value_delimiter = ',', value_parser = period)]
    #[arg(help_heading = "Selection")]
    pub(crate) periods: Vec<String>,

    /// Units whose subtrees are fetched, themselves included, by UID or code; otherwise all that
    /// the user may read
    #[arg(long = "parent", value_name = "UNIT", value_delimiter = ',')]
    #[arg(help_heading = "Selection")]
    pub(crate) parents: Vec<String>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// A period as the server has to understand it: servers up to 2.42 drop one they do not know.
fn period(text: &str) -> Result<String, String> {
    let text = text.trim();
    text.parse::<Period>()
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}

fn help() -> String {
    after_help(
        r"fetch-values --data-set WP_POP --period 2025 -o stored.json
         fetch-values --data-element dePopTotal1 --period 2024,2025 \
         --parent ImspTQPwCqd | compare - values.json --format table",
        &[
            ExitStatus::Done,
            ExitStatus::Usage,
            ExitStatus::Data,
            ExitStatus::Io,
            ExitStatus::Refused,
            ExitStatus::Unreachable,
        ],
    )
}

impl Tool for FetchValues {
    const NAME: &'static str = "fetch-values";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        crate::run::run(self, console)
    }
}
