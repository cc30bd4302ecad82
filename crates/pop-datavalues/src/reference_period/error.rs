//! Why years and periods do not go together, and what to do about it.

use crate::PeriodType;

/// Why years and periods do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferencePeriodError {
    /// Not a Gregorian server, and no table.
    #[error("the server's calendar is {0:?}: Gregorian years are not periods there")]
    Calendar(String),
    /// A period asked for where only a table can tell.
    #[error("period {0} is asked for, and the server's periods come from the table of the mapping")]
    AskedBesideTable(String),
    /// A year that the table of periods lacks.
    #[error("the table of periods has no text for {0}")]
    NotInTable(i32),
    /// A period that the table of periods gives to no year.
    #[error("the table of periods of the mapping gives {period} to no year")]
    NotOfTable {
        /// The period.
        period: String,
        /// The Gregorian year that the other years of the table make it, where they tell.
        year: Option<i32>,
    },
    /// The sums do not say their year.
    #[error("the sums do not say which year they are about")]
    NoYear,
    /// No sums for the period asked for.
    #[error("no sums of the year {period} needs ({needed}), found {found}")]
    NoSums {
        /// The period.
        period: String,
        /// The year.
        needed: String,
        /// Years in the sums.
        found: String,
    },
    /// A financial year, and no rule.
    #[error("{0} lies in two years, and no rule says which one serves it")]
    NoRule(String),
    /// A period with as many months in either year.
    #[error("{0} has as many months in either year")]
    Tie(String),
    /// The next year is missing.
    #[error("year {missing} is missing, which {purpose} of {year} needs")]
    NextYear {
        /// Year at hand.
        year: i32,
        /// The next one.
        missing: i32,
        /// What for.
        purpose: &'static str,
    },
    /// Sums that reach the year that people were to be carried forward to.
    #[error(
        "the sums hold {last}, and {period} counts the people of {needed}: there is no year to carry forward"
    )]
    NothingToProject {
        /// The period.
        period: String,
        /// The last year at hand.
        last: i32,
        /// The year wanted.
        needed: i32,
    },
    /// A period so far away that no growth reaches it.
    #[error("{period} is more than 50 years after {last}, the last year of the sums")]
    TooFar {
        /// The period.
        period: String,
        /// The last year at hand.
        last: i32,
    },
    /// A setting that a table of periods leaves without effect.
    #[error("{0} has no effect beside the table of periods of the mapping")]
    BesideTable(&'static str),
    /// Population by the day.
    #[error("periods of type {0} hold no population of a year")]
    Kind(PeriodType),
    /// Two settings that exclude each other.
    #[error("a mid-year figure is one for the whole year, and does not move within it")]
    MidYearMoves,
}

impl ReferencePeriodError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Calendar(calendar) => {
                let year = local_year(calendar, 2025);
                let text = year.map_or_else(|| "…".to_owned(), |year| year.to_string());
                format!(
                    "write the server's own text for each year into the mapping: [periods] 2025 = \"{text}\""
                )
            }
            Self::AskedBesideTable(_) => {
                "leave --period out: [periods] of the mapping says which periods are written"
                    .to_owned()
            }
            Self::NotInTable(year) => format!("add it to the mapping: [periods] {year} = \"…\""),
            Self::NotOfTable { period, year } => {
                let year = year.map_or_else(|| "YEAR".to_owned(), |year| year.to_string());
                format!("add it to the mapping: [periods] {year} = \"{period}\"")
            }
            Self::NoYear => "name the period: --period 2025".to_owned(),
            Self::NoSums {
                period,
                needed,
                found,
            } => {
                let last = found.rsplit(", ").next().unwrap_or_default();
                let other = if last.parse::<i32>().is_ok() {
                    format!(
                        "; to carry the people of {last} forward, give their growth in a year with --project growth=RATE or growth=FILE; to send them unchanged as {period}, say so in the mapping: [periods] {last} = \"{period}\""
                    )
                } else {
                    String::new()
                };
                format!("sum the raster of {needed}{other}")
            }
            Self::NoRule(_) | Self::Tie(_) => {
                "choose the year: --year-rule start or end".to_owned()
            }
            Self::NextYear { missing, .. } => format!(
                "sum the raster of {missing} too, or leave out --reference mid-year and --within-year linear"
            ),
            Self::NothingToProject { .. } => {
                "leave --project out, or choose sums of earlier years".to_owned()
            }
            Self::TooFar { .. } => {
                "look at the year of --period, and sum a later raster".to_owned()
            }
            Self::BesideTable(flag) => {
                format!("leave {flag} out: [periods] of the mapping says which periods are written")
            }
            Self::Kind(_) => {
                "choose periods of a week or more, such as --period-type Yearly".to_owned()
            }
            Self::MidYearMoves => {
                "leave out --reference mid-year or --within-year linear".to_owned()
            }
        }
    }
}

/// The year of a server's calendar on 1 January of a Gregorian year.
fn local_year(calendar: &str, year: i32) -> Option<i32> {
    Some(match calendar {
        "ethiopian" => year - 8,
        "coptic" => year - 284,
        "nepali" => year + 56,
        "persian" => year - 622,
        "thai" => year + 543,
        // Twelve lunar months: 33 years for 32 of the sun, from 622.
        "islamic" => (year - 622) * 33 / 32,
        "julian" => year - 1,
        _ => return None,
    })
}
