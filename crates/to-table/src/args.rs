//! The command line.

use pop_cli::{CommonArgs, ExitStatus, after_help};
use pop_datavalues::reference_period::WithinYear;
use pop_tables::UnitLabel;
use sums_inputs::SumsArgs;

const EXAMPLES: &str = r"
to-table --layout wide --level 3 --format xlsx sums.csv -o districts.xlsx
to-table --layout chap --location name --level 2 sums.csv -o population.csv
zonal-sum -r sle.tif units.geojson | to-table --layout cod-ps --level 3
to-table --layout import-app values.json -o import.csv
";

/// Turn sums or a data value set into one table for another program.
///
/// `wide` has a row for each unit and year and a column for each group; `chap` the three columns of CHAP's reader; `cod-ps` the United Nations' population statistics in whole numbers that add up through the admin levels; `import-app` what DHIS2's Import/Export app takes.
///
/// Spreadsheet programs read a CSV file's codes as numbers (`007` becomes 7, `1E10` becomes 10000000000). Open the file of --format xlsx, in which ids, codes and periods are text.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "to-table", version = pop_cli::VERSION)]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io,
]))]
pub struct ToTable {
    /// Sums (CSV or JSON) or data value set (JSON); - is stdin, which is read when nothing is named
    #[arg(value_name = "INPUT", default_value = "-")]
    pub input: String,

    /// The table's columns
    #[arg(
        long,
        value_enum,
        value_name = "LAYOUT",
        default_value = "wide",
        help_heading = "Table"
    )]
    pub layout: Layout,

    /// Format of the output
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "csv",
        help_heading = "Table"
    )]
    pub format: Format,

    /// The level of the rows, of sums; needed where they hold several
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Table")]
    pub level: Option<u32>,

    /// wide: names of elements, combos and units for a data value set: the document of fetch-metadata
    #[arg(long, value_name = "FILE", help_heading = "Table")]
    pub metadata: Option<String>,

    /// chap: what names a location, of sums [default: id]
    #[arg(long, value_enum, value_name = "LABEL", help_heading = "Layouts")]
    pub location: Option<LabelArg>,

    /// chap: how a year serves its months [default: repeat]
    #[arg(long, value_enum, value_name = "HOW", help_heading = "Layouts")]
    pub within_year: Option<WithinYearArg>,

    /// chap: the data element of a data value set that fills several
    #[arg(long, value_name = "UID", help_heading = "Layouts")]
    pub data_element: Option<String>,

    /// cod-ps: what the place codes (P-codes) are [default: code]
    #[arg(long, value_enum, value_name = "LABEL", help_heading = "Layouts")]
    pub place_codes: Option<LabelArg>,

    #[command(flatten)]
    pub sums: SumsArgs,

    #[command(flatten)]
    pub common: CommonArgs,
}

/// The columns of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Layout {
    /// A row a unit and year, a column a group
    Wide,
    /// `time_period`, `location`, `population`: months, for CHAP
    Chap,
    /// The United Nations' population statistics
    CodPs,
    /// CSV of DHIS2's Import/Export app
    ImportApp,
}

/// Format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text, comma separated
    Csv,
    /// A workbook in which ids, codes and periods are text
    Xlsx,
}

/// What names a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LabelArg {
    /// Its id
    Id,
    /// Its code
    Code,
    /// Its name
    Name,
}

/// How a year serves its months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum WithinYearArg {
    /// As it is
    Repeat,
    /// In a straight line to the next year
    Linear,
}

impl From<LabelArg> for UnitLabel {
    fn from(label: LabelArg) -> Self {
        match label {
            LabelArg::Id => Self::Id,
            LabelArg::Code => Self::Code,
            LabelArg::Name => Self::Name,
        }
    }
}

impl From<WithinYearArg> for WithinYear {
    fn from(how: WithinYearArg) -> Self {
        match how {
            WithinYearArg::Repeat => Self::Repeat,
            WithinYearArg::Linear => Self::Linear,
        }
    }
}
