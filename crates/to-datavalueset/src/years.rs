//! Layers by year, and the period each year fills.

use std::collections::BTreeMap;

use pop_cli::ToolError;
use pop_datavalues::{Metadata, Period, PeriodType, Text};
use pop_sums::SumTable;

/// Layers of one year, and the period they fill.
#[derive(Debug, Clone)]
pub(crate) struct YearRun {
    /// Indices of the layers.
    pub(crate) layers: Vec<u32>,
    /// The period.
    pub(crate) period: Text,
}

/// Groups layers by year and finds the period of each.
pub(crate) fn runs(
    table: &SumTable,
    asked: Option<&str>,
    kind: PeriodType,
    metadata: Option<&Metadata>,
) -> Result<Vec<YearRun>, ToolError> {
    if let Some(metadata) = metadata
        && !matches!(metadata.calendar.as_str(), "iso8601" | "gregorian")
    {
        return Err(ToolError::data(format!(
            "the server's calendar is {:?}: its years are not WorldPop's",
            metadata.calendar
        )));
    }
    let mut years: BTreeMap<Option<i32>, Vec<u32>> = BTreeMap::new();
    for (index, layer) in table.layers.iter().enumerate() {
        years.entry(layer.year).or_default().push(index as u32);
    }
    if let Some(text) = asked {
        let period: Period = text
            .parse()
            .map_err(|e| ToolError::usage(format!("--period: {e}")))?;
        return asked_for(years, period);
    }
    years
        .into_iter()
        .map(|(year, layers)| {
            let year_text = year.ok_or_else(|| {
                ToolError::data("the sums do not say which year they are about")
                    .hint("name the period: --period 2025")
            })?;
            let period = i16::try_from(year_text)
                .ok()
                .and_then(|year| Period::numbered(kind, year, 1));
            match period {
                Some(period) if kind == PeriodType::Yearly => Ok(YearRun {
                    layers,
                    period: period.to_string().into(),
                }),
                _ => Err(ToolError::usage(format!(
                    "year {year_text} makes no single {kind} period"
                ))
                .hint("name the period: --period")),
            }
        })
        .collect()
}

/// One period by name: the layers of a year it shares days with.
fn asked_for(
    years: BTreeMap<Option<i32>, Vec<u32>>,
    period: Period,
) -> Result<Vec<YearRun>, ToolError> {
    let fits = |year: &Option<i32>| {
        year.is_none_or(|year| {
            (i32::from(period.start().year())..=i32::from(period.end().year())).contains(&year)
        })
    };
    let list: Vec<String> = years.keys().flatten().map(i32::to_string).collect();
    let mut hits = years.into_iter().filter(|(year, _)| fits(year));
    match (hits.next(), hits.next()) {
        (Some((_, layers)), None) => Ok(vec![YearRun {
            layers,
            period: period.to_string().into(),
        }]),
        (None, _) => Err(ToolError::data(format!(
            "no sums of a year in {period}, found {}",
            list.join(", ")
        ))),
        (Some(_), Some(_)) => Err(ToolError::data(format!(
            "{period} shares days with several years of the sums: {}",
            list.join(", ")
        ))),
    }
}
