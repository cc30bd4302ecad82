//! The command line.

use dhis2_session::ServerArgs;
use pop_cli::{CommonArgs, Console, ExitStatus, Tool, ToolError, after_help};

/// Fetch from DHIS2 what mapping and checking need, as one JSON document
///
/// The document holds the data sets asked for with their elements, combinations, option combos by
/// their options, assigned org units, periods and access, the calendar, and what the user may do.
/// It names no user. What changes by the hour is under "server". Without a selection the tool
/// shows the data sets, and ends with 2.
///
/// Limits: 256 MiB for one response of the server; a response that stalls for --timeout seconds,
/// or brings less than 4 kB a minute, is an error.
#[derive(Debug, clap::Parser)]
#[command(name = "fetch-metadata", version = pop_cli::VERSION, after_help = help())]
pub struct FetchMetadata {
    #[command(flatten)]
    pub(crate) server: ServerArgs,

    /// A data set, by UID, code or name; repeatable
    #[arg(long = "data-set", value_name = "SET", help_heading = "Selection")]
    pub(crate) data_sets: Vec<String>,

    /// A data element that need not be in any of the sets, by UID, code or name; repeatable
    #[arg(
        long = "data-element",
        value_name = "ELEMENT",
        help_heading = "Selection"
    )]
    pub(crate) data_elements: Vec<String>,

    /// All data sets, data elements, categories and options that the user can see: what population-metadata reads
    #[arg(
        long = "all",
        conflicts_with_all = ["data_sets", "data_elements"],
        help_heading = "Selection"
    )]
    pub(crate) everything: bool,

    /// Also list the org units of these levels; without it, those that the data sets are assigned to
    #[arg(
        long,
        value_name = "N,...",
        value_delimiter = ',',
        value_parser = clap::value_parser!(u32).range(1..),
        help_heading = "Selection"
    )]
    pub(crate) level: Vec<u32>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

fn help() -> String {
    after_help(
        "fetch-metadata --url https://dhis2.example.org --credentials-file me.txt
         fetch-metadata --data-set WP_POP -o metadata.json
         fetch-metadata --all --level 3 -o instance.json",
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

impl Tool for FetchMetadata {
    const NAME: &'static str = "fetch-metadata";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        crate::run::run(self, console)
    }
}
