//! Sums as the data values that a mapping makes of them: for one side of each kind.

use std::collections::BTreeSet;

use pop_datavalues::conversion::{Conversion, PreparedPeriod};
use pop_datavalues::number::number_of;
use pop_datavalues::org_unit_ids::OrgUnitIdScheme;
use pop_datavalues::reference_period::{
    Reference, ReferencePeriod, Rules, WithinYear, reference_periods,
};
use pop_datavalues::resolved_mapping::{ResolvedMapping, resolve};
use pop_datavalues::target_values::Rounding;
use pop_datavalues::unit_status::{base_units, unit_statuses};
use pop_datavalues::{DataValue, Mapping, Metadata, PeriodType, Text};
use pop_sums::nesting::units_without_level;
use pop_sums::{Status, SumsTable};

use crate::side::{Side, SideBuilder, SideKind};
use crate::sums_side::UnitKeys;
use crate::value_side::default_combos;
use crate::{CompareError, Dimensions, Figure, UnitKey};

/// What turns sums into values.
#[derive(Debug, Clone, Copy)]
pub struct MappingInputs<'a> {
    /// The mapping.
    pub mapping: &'a Mapping,
    /// Where its codes and names are looked up.
    pub metadata: Option<&'a Metadata>,
}

impl Side {
    /// A side of the values that `to-datavalueset` makes of sums by default: whole numbers that add up. Units without a
    /// number have no value.
    ///
    /// # Errors
    /// Several levels where none is named, and what the conversion refuses.
    pub fn from_mapped_sums(
        table: &SumsTable,
        inputs: MappingInputs<'_>,
        by: UnitKey,
        level: Option<u32>,
    ) -> Result<Self, CompareError> {
        let resolved = resolve(inputs.mapping, inputs.metadata, table.age_band_scheme())?;
        let levels = levels(table, level)?;
        let conversion = Conversion {
            table,
            metadata: inputs.metadata,
            mapping: inputs.mapping,
            resolved: &resolved,
            levels: &levels,
            id_scheme: OrgUnitIdScheme::Uid,
            rounding: Some(Rounding::Hierarchy),
            decimals: 0,
            projection: None,
        };
        let mut side = MappedSide {
            builder: SideBuilder::new(SideKind::Values),
            keys: UnitKeys::new(table, by)?,
            defaults: default_combos(inputs.metadata),
            conversion,
            sources: BTreeSet::new(),
        };
        for period in periods(table, &inputs, &resolved)? {
            let prepared = conversion.prepare(period)?;
            side.add(prepared)?;
        }
        side.builder.summary.source = side.sources.into_iter().collect::<Vec<_>>().join("+");
        side.builder.finish()
    }
}

struct MappedSide<'a> {
    builder: SideBuilder,
    keys: UnitKeys<'a>,
    defaults: BTreeSet<String>,
    conversion: Conversion<'a>,
    sources: BTreeSet<String>,
}

impl MappedSide<'_> {
    fn add(&mut self, prepared: PreparedPeriod) -> Result<(), CompareError> {
        let conversion = self.conversion;
        let table = conversion.table;
        let layers: Vec<u32> = prepared
            .years
            .iter()
            .flat_map(|(layers, _)| layers.iter().copied())
            .collect();
        let base = base_units(table, conversion.levels);
        let statuses = unit_statuses(table, &base, &layers);
        let of = |is_none: bool| -> Vec<u32> {
            let hits = statuses
                .iter()
                .filter(|status| (status.status == Status::None) == is_none);
            hits.map(|status| status.unit).collect()
        };
        self.sources.extend(prepared.sources.iter().cloned());
        let period: Text = prepared.period.period.as_str().into();
        let values = conversion.values(prepared, &of(false))?;
        let targets: Vec<usize> = (0..conversion.resolved.targets.len()).collect();
        values.each_value::<CompareError>(&conversion, &targets, |unit, value| {
            self.figure(unit, value, number_of(&value.value))
        })?;
        for unit in of(true) {
            for target in &conversion.resolved.targets {
                let value = DataValue {
                    data_element: Text::clone(&target.data_element),
                    period: Text::clone(&period),
                    org_unit: Text::default(),
                    category_option_combo: target.option_combo.clone(),
                    attribute_option_combo: conversion.resolved.attribute_option_combo.clone(),
                    value: "".into(),
                    comment: None,
                    deleted: false,
                };
                self.figure(unit, &value, None)?;
            }
        }
        Ok(())
    }

    fn figure(
        &mut self,
        unit: u32,
        value: &DataValue,
        number: Option<f64>,
    ) -> Result<(), CompareError> {
        let unit = self
            .keys
            .unit(&self.conversion.table.units[unit as usize])?;
        let unit = self.builder.unit(unit);
        let combo = |combo: &Option<Text>| {
            let combo = combo.clone().unwrap_or_default();
            if self.defaults.contains(&*combo) {
                Text::default()
            } else {
                combo
            }
        };
        let dimensions = self.builder.dimensions(Dimensions {
            data_element: Text::clone(&value.data_element),
            period: Text::clone(&value.period),
            category_option_combo: combo(&value.category_option_combo),
            attribute_option_combo: combo(&value.attribute_option_combo),
            ..Dimensions::default()
        });
        self.builder.figure(Figure {
            unit,
            dimensions,
            value: number,
            unadjusted: None,
        });
        Ok(())
    }
}

/// The level that gets values: the one named, or the only one.
fn levels(table: &SumsTable, level: Option<u32>) -> Result<Vec<u32>, CompareError> {
    let without = units_without_level(table);
    if !without.is_empty() {
        let units = without.iter().map(|&unit| &table.units[unit as usize]);
        return Err(CompareError::NoLevel(
            units.map(pop_sums::Unit::label).collect(),
        ));
    }
    let found = table.levels();
    match level {
        Some(level) => Ok(vec![level]),
        None if found.len() > 1 => {
            let list: Vec<String> = found.iter().map(u32::to_string).collect();
            Err(CompareError::SeveralLevels(list.join(", ")))
        }
        None => Ok(found),
    }
}

/// The periods that the years of the sums make, of the type of the data set; yearly without metadata.
fn periods(
    table: &SumsTable,
    inputs: &MappingInputs<'_>,
    resolved: &ResolvedMapping,
) -> Result<Vec<ReferencePeriod>, CompareError> {
    let set = resolved.targets.iter().find_map(|target| {
        let id = target.data_set.as_deref()?;
        inputs.metadata?.data_set(id).ok()
    });
    let kind = match set {
        None => PeriodType::Yearly,
        Some(set) => {
            set.period_type
                .parse()
                .map_err(
                    |error: pop_datavalues::UnknownPeriodType| CompareError::PeriodType {
                        set: set.name.clone(),
                        what: error.to_string(),
                    },
                )?
        }
    };
    let rules = Rules {
        kind,
        reference: Reference::AsPublished,
        year_rule: None,
        within_year: WithinYear::Repeat,
    };
    let years: BTreeSet<Option<i32>> = table.layers.iter().map(|layer| layer.year).collect();
    let calendar = inputs
        .metadata
        .map_or("iso8601", |metadata| metadata.calendar.as_str());
    Ok(reference_periods(
        &years,
        None,
        &rules,
        calendar,
        &inputs.mapping.periods,
    )?)
}
