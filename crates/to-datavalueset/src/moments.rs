//! The moments of a run: which years go into which periods.

use std::collections::BTreeSet;

use pop_cli::ToolError;
use pop_datavalues::moment::{self, Moment, MomentError};
use pop_datavalues::recipe::Recipe;
use pop_datavalues::{Mapping, Metadata, Period, PeriodType};
use pop_sums::SumsTable;

use crate::ToDataValueSet;

/// The moments of a run, from the years of the sums.
pub(crate) fn moments(
    args: &ToDataValueSet,
    table: &SumsTable,
    metadata: Option<&Metadata>,
    mapping: &Mapping,
    recipe: &Recipe,
) -> Result<Vec<Moment>, ToolError> {
    let asked = args
        .period
        .as_deref()
        .map(|text| {
            text.parse::<Period>()
                .map_err(|e| ToolError::usage(format!("--period: {e}")))
        })
        .transpose()?;
    let kind = match (asked, args.period_type) {
        (Some(period), _) => period.kind(),
        (None, Some(kind)) => kind,
        (None, None) => kind_of_sets(metadata, recipe)?,
    };
    let years: BTreeSet<Option<i32>> = table.layers.iter().map(|layer| layer.year).collect();
    let calendar = metadata.map_or("iso8601", |metadata| &metadata.calendar);
    moment::moments(
        &years,
        asked,
        &rules(args, kind),
        calendar,
        &mapping.periods,
    )
    .map_err(|e| {
        let hint = hint(&e);
        let error = ToolError::data(e);
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    })
}

/// The type of the data sets' periods, which must be one; Yearly without metadata.
fn kind_of_sets(metadata: Option<&Metadata>, recipe: &Recipe) -> Result<PeriodType, ToolError> {
    let ids: BTreeSet<&str> = recipe
        .targets
        .iter()
        .filter_map(|target| target.data_set.as_deref())
        .collect();
    let mut found: Option<(PeriodType, &str)> = None;
    for set in ids.iter().filter_map(|id| metadata?.data_set(id).ok()) {
        let kind: PeriodType = set
            .period_type
            .parse()
            .map_err(|e| ToolError::data(format!("data set {:?}: {e}", set.name)))?;
        match found {
            Some((other, name)) if other != kind => {
                return Err(ToolError::data(format!(
                    "the data sets {name:?} and {:?} have other periods: {other} and {kind}",
                    set.name
                ))
                .hint("fill them in runs of their own: --data-set"));
            }
            _ => found = Some((kind, &set.name)),
        }
    }
    Ok(found.map_or(PeriodType::Yearly, |(kind, _)| kind))
}

fn rules(args: &ToDataValueSet, kind: PeriodType) -> moment::Rules {
    moment::Rules {
        kind,
        reference: match args.reference {
            crate::Reference::AsPublished => moment::Reference::AsPublished,
            crate::Reference::MidYear => moment::Reference::MidYear,
        },
        year_rule: args.year_rule.map(|rule| match rule {
            crate::YearRule::Start => moment::YearRule::Start,
            crate::YearRule::End => moment::YearRule::End,
            crate::YearRule::Majority => moment::YearRule::Majority,
        }),
        within_year: match args.within_year {
            crate::WithinYear::Repeat => moment::WithinYear::Repeat,
            crate::WithinYear::Linear => moment::WithinYear::Linear,
        },
    }
}

fn hint(error: &MomentError) -> Option<&'static str> {
    Some(match error {
        MomentError::NoYear => "name the period: --period 2025",
        MomentError::NoRule(_) | MomentError::Tie(_) => "choose the year: --year-rule start or end",
        MomentError::NextYear { .. } => {
            "sum the raster of the next year too, or leave the mixing out"
        }
        MomentError::Calendar(_)
        | MomentError::NotInTable(_)
        | MomentError::AskedBesideTable(_) => {
            "write the server's own text for each year into the mapping: [periods] 2025 = \"2017\""
        }
        _ => return None,
    })
}
