//! The command line.

use pop_cli::{CommonArgs, ExitStatus, after_help};

const EXAMPLES: &str = r"
review plan.json --org-units orgunits.geojson --balance balance.json \
--exceptions exceptions.csv -o review.html
review plan.json --lang fr --annex all --suppress 10 -o revue.html
compare old.csv new.csv --format json | review --org-units orgunits.geojson
review --verify review.html --plan plan.json
";

/// One HTML page of a run's files, for a committee to read, print and sign
///
/// Reads the plan of push or the comparison of compare, and what else a run left: org units, balance, raking report, provenance,
/// exceptions. Checks that they belong together, and writes a page without a script that loads nothing. It computes no figure. The page
/// carries the SHA-256 of the plan: what was signed is what push --plan sends.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "review", version = pop_cli::VERSION)]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::CheckFound, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io,
]))]
pub struct Review {
    /// Plan of push, or comparison of compare (--format json); - is stdin
    #[arg(value_name = "FILE", default_value = "-", conflicts_with = "verify")]
    pub file: String,

    /// Org units (GeoJSON) for the map and for names
    #[arg(long, value_name = "FILE", help_heading = "Files of the run")]
    pub org_units: Option<String>,

    /// Balance of zonal-sum
    #[arg(long, value_name = "FILE", help_heading = "Files of the run")]
    pub balance: Option<String>,

    /// Sums of the run, for the ages of flagged units
    #[arg(long, value_name = "FILE", help_heading = "Files of the run")]
    pub sums: Option<String>,

    /// Raking report (JSON) of rake
    #[arg(long, value_name = "FILE", help_heading = "Files of the run")]
    pub raking: Option<String>,

    /// Exceptions file that the run was given
    #[arg(long, value_name = "FILE", help_heading = "Files of the run")]
    pub exceptions: Option<String>,

    /// Provenance written by a tool of the run; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Files of the run")]
    pub provenance_record: Vec<String>,

    /// Print the tables of all units, not only the flagged ones
    #[arg(long, value_enum, value_name = "WHICH", help_heading = "Page")]
    pub annex: Option<Annex>,

    /// Do not show counts above 0 and below N, nor those from which they could be worked out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..), help_heading = "Page")]
    pub suppress: Option<u32>,

    /// Check that a page was made of the plan named by --plan; ends with 1 if not
    #[arg(
        long,
        value_name = "PAGE",
        requires = "plan",
        conflicts_with_all = ["org_units", "balance", "sums", "raking", "exceptions", "provenance_record", "annex", "suppress"],
        help_heading = "Verification"
    )]
    pub verify: Option<String>,

    /// The plan to compare the page with
    #[arg(
        long,
        value_name = "FILE",
        requires = "verify",
        help_heading = "Verification"
    )]
    pub plan: Option<String>,

    #[command(flatten)]
    pub common: CommonArgs,
}

/// Which tables of units are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Annex {
    /// Those of all units
    All,
}
