//! What can be asked of `push` on the command line.

use clap::Parser;
use dhis2_session::ServerArgs;
use pop_cli::{CommonArgs, ConsentArgs, ExitStatus, after_help};

/// Show what a data value set would change in DHIS2, and with --commit write, prove and undo it
///
/// Without --commit nothing is written: the set is checked against the metadata, tried on the
/// server as a dry run, and compared with what is stored. With --commit it is sent in batches, one
/// at a time, each batch is read back, and only what was read back counts as stored. The journal
/// beside the receipt lets the same command go on after an interruption.
#[derive(Debug, Parser)]
#[command(name = "push", version = pop_cli::VERSION, after_help = help())]
pub struct Push {
    /// Data value set (JSON) to push; - is stdin
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: String,

    /// Write; without it only the plan is made
    #[arg(
        long,
        requires = "receipt",
        conflicts_with = "verify",
        help_heading = "Commit"
    )]
    pub commit: bool,

    /// Where the record of what was written goes; never overwritten, left on every exit
    #[arg(
        long,
        value_name = "FILE",
        requires = "commit",
        help_heading = "Commit"
    )]
    pub receipt: Option<String>,

    /// Write only if payload, server, flags and stored values are still those of this plan
    #[arg(
        long,
        value_name = "FILE",
        requires = "commit",
        help_heading = "Commit"
    )]
    pub plan: Option<String>,

    /// Take back what a receipt says was written; plans, and with --commit restores
    #[arg(long, value_name = "RECEIPT", conflicts_with_all = ["file", "verify", "plan", "metadata", "replace_others", "earlier", "update_comments", "no_data_set", "mapping"], help_heading = "Commit")]
    pub undo: Option<String>,

    /// Compare what is stored with a receipt; needs read rights only
    #[arg(long, value_name = "RECEIPT", conflicts_with_all = ["file", "metadata", "replace_others", "earlier", "update_comments", "no_data_set", "mapping", "plan_table", "allow", "exceptions"], help_heading = "Commit")]
    pub verify: Option<String>,

    /// Metadata document of fetch-metadata; without it the server is asked
    #[arg(long, value_name = "FILE", help_heading = "Plan")]
    pub metadata: Option<String>,

    /// Also replace values that are not marked as ours
    #[arg(long, help_heading = "Plan")]
    pub replace_others: bool,

    /// An earlier receipt: what it says was written is ours to replace; repeatable
    #[arg(long, value_name = "RECEIPT", help_heading = "Plan")]
    pub earlier: Vec<String>,

    /// Also write values of which only the comment differs
    #[arg(long, help_heading = "Plan")]
    pub update_comments: bool,

    /// Name no data set (servers up to 2.42 only): its checks then do not run
    #[arg(long, help_heading = "Plan")]
    pub no_data_set: bool,

    /// Mapping file whose `[limits]` judge the growth from the year before and to the year after
    #[arg(long, value_name = "FILE", help_heading = "Plan")]
    pub mapping: Option<String>,

    /// The plan as a table to read and sign: CSV where FILE ends in .csv, else text
    #[arg(long, value_name = "FILE", help_heading = "Plan")]
    pub plan_table: Option<String>,

    /// Values in one request
    #[arg(
        long,
        alias = "part-size",
        value_name = "VALUES",
        default_value_t = 2000,
        help_heading = "Sending"
    )]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=5000))]
    pub batch_size: u32,

    /// Seconds to wait before an import whose answer was lost is retried
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        help_heading = "Sending"
    )]
    #[arg(value_parser = clap::value_parser!(u32).range(0..=3600))]
    pub patience: u32,

    /// The server to talk to
    #[command(flatten)]
    pub server: ServerArgs,

    /// Findings to allow
    #[command(flatten)]
    pub consent: ConsentArgs,

    /// Flags of all tools
    #[command(flatten)]
    pub common: CommonArgs,
}

fn help() -> String {
    use ExitStatus as S;
    after_help(
        "push --metadata metadata.json values.json
         push --metadata metadata.json --commit --receipt receipt.json values.json",
        &[
            S::Done,
            S::CheckFound,
            S::Usage,
            S::Data,
            S::Io,
            S::Refused,
            S::Unreachable,
            S::Uncertain,
        ],
    )
}
