//! The command line.

use pop_cli::{CommonArgs, ConsentArgs, ExitStatus, after_help};
use sums_inputs::SumsArgs;

const EXAMPLES: &str = r"
rake --totals census.csv sums.csv --report factors.json -o raked.csv
zonal-sum -r pop.tif districts.geojson | rake --totals national.csv |
to-datavalueset --data-element DkmMEcubiPv -o values.json
";

/// Fit sums per org unit to official totals, by iterative proportional fitting, every factor in the open.
///
/// Each line of the totals is a control: what the cells below its unit, of its year, sex and ages must add up to. The result keeps the proportions of the grid wherever no total says otherwise. Totals that contradict each other, or that no table meets, are refused.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "rake", version = pop_cli::VERSION)]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::CheckFound, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io,
]))]
pub struct Rake {
    /// Sums as CSV or JSON; - is stdin, which is read when nothing is named
    #[arg(value_name = "SUMS", default_value = "-")]
    pub sums: String,

    /// Official totals (CSV): org_unit (UID or code),year,sex,age_from,age_to,population,source; empty sex or ages are all
    #[arg(long, value_name = "FILE", help_heading = "Totals")]
    pub totals: String,

    /// The totals of this level hold; those of other levels are scaled to them and give the structure
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Totals")]
    pub master: Option<u32>,

    /// The smallest and the largest factor of a total, a unit or a cell of a person and more
    #[arg(long, value_name = "MIN..MAX", default_value = "0.5..2", value_parser = range, help_heading = "Totals")]
    pub factors: (f64, f64),

    /// Level of the rows that are fitted; otherwise the deepest with values
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Units and years")]
    pub level: Option<u32>,

    /// What becomes of rows below no total; without this they stop the run
    #[arg(long, value_enum, value_name = "HOW", help_heading = "Units and years")]
    pub uncontrolled: Option<UncontrolledArg>,

    /// What becomes of years without totals; without this they stop the run
    #[arg(long, value_enum, value_name = "HOW", help_heading = "Units and years")]
    pub years: Option<YearsArg>,

    /// What becomes of rows without a value that have a total of their own; without this they stop the run
    #[arg(long, value_enum, value_name = "HOW", help_heading = "Units and years")]
    pub fill: Option<FillArg>,

    #[command(flatten)]
    pub stream: SumsArgs,

    /// Balance that zonal-sum wrote: the report names the people in no unit
    #[arg(long, value_name = "FILE", help_heading = "Sums")]
    pub balance: Option<String>,

    /// Write each total and each unit with its factor
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub report: Option<String>,

    /// Format of the report [default: json]
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Output")]
    pub report_format: Option<ReportFormat>,

    /// Write the report only, to --report or else to the output; end with 1 if something would be refused
    #[arg(long, help_heading = "Output")]
    pub check: bool,

    #[command(flatten)]
    pub consent: ConsentArgs,

    #[command(flatten)]
    pub common: CommonArgs,
}

impl Rake {
    /// The format of the report.
    pub(crate) fn report_format(&self) -> ReportFormat {
        self.report_format.unwrap_or(ReportFormat::Json)
    }
}

/// What becomes of rows below no total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum UncontrolledArg {
    /// They stay as they are
    Keep,
    /// They get the factor of the rows around, below the nearest unit above that has totals
    Parent,
}

/// What becomes of years without totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum YearsArg {
    /// Factors in a straight line between the years around, held before the first and after the last
    Linear,
    /// Factors of the nearest year, of two the earlier
    Nearest,
}

/// What becomes of rows without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FillArg {
    /// They get their own total
    Official,
}

/// Format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportFormat {
    /// One row a total and one a unit
    Csv,
    /// One document
    Json,
    /// For reading
    Table,
}

fn range(text: &str) -> Result<(f64, f64), String> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
    let bounds = text
        .split_once("..")
        .and_then(|(least, most)| Some((number(least)?, number(most)?)));
    match bounds {
        Some((least, most)) if (0.0..=1.0).contains(&least) && 1.0 <= most => Ok((least, most)),
        _ => Err(format!(
            "{text:?} is not a valid range, expected MIN..MAX around 1, such as 0.5..2"
        )),
    }
}
