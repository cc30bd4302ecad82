//! Values carried forward from an earlier year: the factor of each unit, and what the comments say of it.

use std::collections::BTreeSet;

use super::{Conversion, ConversionError, PreparedPeriod};
use crate::reference_period::CarriedForward;
use crate::{Growth, TargetValues};

/// How the people of a period were carried forward, by rows of its people.
#[derive(Debug, Clone)]
pub(super) struct ProjectedValues {
    carried: CarriedForward,
    growth: Vec<Growth>,
    /// People of the period over those of the year they are from.
    pub(super) factors: Vec<f64>,
}

impl ProjectedValues {
    /// The factors of the units; none for a period that is not projected.
    pub(super) fn new(
        conversion: &Conversion<'_>,
        prepared: &PreparedPeriod,
        units: &[u32],
    ) -> Result<Option<Self>, ConversionError> {
        let (Some(carried), Some(projection)) = (prepared.period.carried, conversion.projection)
        else {
            return Ok(None);
        };
        let mut growth = Vec::new();
        let mut without = Vec::new();
        for &unit in units {
            let unit = &conversion.table.units[unit as usize];
            match projection.of(unit) {
                Some(of_unit) => growth.push(of_unit.clone()),
                None => without.push(unit.label()),
            }
        }
        if !without.is_empty() {
            return Err(ConversionError::NoGrowth { units: without });
        }
        let factor = |growth: &Growth| carried.factor(growth.rate);
        let factors = growth.iter().map(factor).collect();
        Ok(Some(Self {
            carried,
            growth,
            factors,
        }))
    }

    /// Growth in a year of each row.
    pub(super) fn rates(&self) -> impl Iterator<Item = f64> + '_ {
        self.growth.iter().map(|growth| growth.rate)
    }

    /// Each growth with the number of its units, the lowest first.
    pub(super) fn used(&self) -> Vec<(Growth, usize)> {
        let mut sorted: Vec<&Growth> = self.growth.iter().collect();
        sorted.sort_by(|a, b| {
            let by_rate = a.rate.total_cmp(&b.rate);
            by_rate.then_with(|| a.source.cmp(&b.source))
        });
        let mut used: Vec<(Growth, usize)> = Vec::new();
        for growth in sorted {
            match used.last_mut().filter(|(last, _)| last == growth) {
                Some((_, units)) => *units += 1,
                None => used.push((growth.clone(), 1)),
            }
        }
        used
    }

    /// `SOURCE*FACTOR,from=YEAR,growth=RATE` of the value that some rows add up to.
    pub(super) fn token(&self, values: &TargetValues, target: usize, rows: &[usize]) -> String {
        let mut sources: BTreeSet<&str> = BTreeSet::new();
        let mut rates: Vec<f64> = Vec::new();
        let (mut after, mut before) = (0.0, 0.0);
        for &row in rows {
            let Growth { rate, source } = &self.growth[row];
            sources.insert(source);
            if !rates.contains(rate) {
                rates.push(*rate);
            }
            let exact = values.exact[row * values.targets + target];
            after += exact;
            before += exact / self.factors[row];
        }
        let factor = match rows {
            [row] => self.factors[*row],
            _ if before > 0.0 => after / before,
            _ => 1.0,
        };
        let rate = match rates.as_slice() {
            [rate] => rate.to_string(),
            _ => "several".to_owned(),
        };
        let sources: Vec<&str> = sources.into_iter().collect();
        format!(
            "{}*{factor:.4},from={},growth={rate}",
            sources.join("+"),
            self.carried.from
        )
    }
}
