//! The reference periods of a run: which years go into which periods.

use std::collections::BTreeSet;

use pop_cli::{Console, ToolError, counted};
use pop_datavalues::reference_period::{self, ReferencePeriod};
use pop_datavalues::resolved_mapping::ResolvedMapping;
use pop_datavalues::{Mapping, Metadata, Period, PeriodType};
use pop_sums::SumsTable;

use crate::ToDataValueSet;

/// The reference periods of a run, from the years of the sums.
pub(crate) fn reference_periods(
    args: &ToDataValueSet,
    table: &SumsTable,
    metadata: Option<&Metadata>,
    mapping: &Mapping,
    resolved: &ResolvedMapping,
) -> Result<Vec<ReferencePeriod>, ToolError> {
    let asked = args
        .period
        .as_deref()
        .map(|text| {
            text.parse::<Period>().map_err(|e| {
                ToolError::usage(format!("--period: {e}"))
                    .hint("a year is 2025, a month 202501, a quarter 2025Q1")
            })
        })
        .transpose()?;
    if args.period_type.is_some() && !mapping.periods.is_empty() {
        let error = reference_period::ReferencePeriodError::BesideTable("--period-type");
        return Err(ToolError::data(&error).hint(error.hint()));
    }
    let kind = match (asked, args.period_type) {
        (Some(period), _) => period.kind(),
        (None, Some(kind)) => kind,
        (None, None) => kind_of_sets(metadata, resolved)?,
    };
    let years: BTreeSet<Option<i32>> = table.layers.iter().map(|layer| layer.year).collect();
    let calendar = metadata.map_or("iso8601", |metadata| &metadata.calendar);
    let rules = rules(args, kind);
    let table = &mapping.periods;
    match (asked, &args.project) {
        (Some(period), Some(_)) => {
            reference_period::projected_period(&years, period, &rules, calendar, table)
                .map(|period| vec![period])
        }
        _ => reference_period::reference_periods(&years, asked, &rules, calendar, table),
    }
    .map_err(|e| ToolError::data(&e).hint(e.hint()))
}

/// Says which neighbours in the table of periods are not as many years apart as the server's years.
pub(crate) fn report_uneven_years(mapping: &Mapping, console: &Console) {
    for [(year, theirs), (next, next_theirs)] in reference_period::uneven_years(&mapping.periods) {
        console.warn(&format!(
            "[periods] of the mapping: {year} is {theirs} and {next} is {next_theirs}, {} apart here and {} there",
            counted_years(next - year),
            next_theirs - theirs
        ));
    }
}

fn counted_years(years: i32) -> String {
    counted(usize::try_from(years).unwrap_or_default(), "year")
}

/// The type of the data sets' periods, which must be one; Yearly without metadata.
fn kind_of_sets(
    metadata: Option<&Metadata>,
    resolved: &ResolvedMapping,
) -> Result<PeriodType, ToolError> {
    let ids: BTreeSet<&str> = resolved
        .targets
        .iter()
        .filter_map(|target| target.data_set.as_deref())
        .collect();
    let mut found: Option<(PeriodType, &str)> = None;
    for set in ids.iter().filter_map(|id| metadata?.data_set(id).ok()) {
        let kind: PeriodType = set
            .period_type
            .parse()
            .map_err(|e| ToolError::data(format!("data set {:?}: {e}", set.name))
                .hint("name the type with --period-type, or fetch the metadata again with this version of fetch-metadata"))?;
        match found {
            Some((other, name)) if other != kind => {
                return Err(ToolError::data(format!(
                    "the data sets {name:?} and {:?} have other types of periods: {other} and {kind}",
                    set.name
                ))
                .hint("fill them in runs of their own: --data-set"));
            }
            _ => found = Some((kind, &set.name)),
        }
    }
    Ok(found.map_or(PeriodType::Yearly, |(kind, _)| kind))
}

fn rules(args: &ToDataValueSet, kind: PeriodType) -> reference_period::Rules {
    reference_period::Rules {
        kind,
        reference: match args.reference {
            crate::Reference::AsPublished => reference_period::Reference::AsPublished,
            crate::Reference::MidYear => reference_period::Reference::MidYear,
        },
        year_rule: args.year_rule.map(|rule| match rule {
            crate::YearRule::Start => reference_period::YearRule::Start,
            crate::YearRule::End => reference_period::YearRule::End,
            crate::YearRule::Majority => reference_period::YearRule::Majority,
        }),
        within_year: match args.within_year {
            crate::WithinYear::Repeat => reference_period::WithinYear::Repeat,
            crate::WithinYear::Linear => reference_period::WithinYear::Linear,
        },
    }
}
