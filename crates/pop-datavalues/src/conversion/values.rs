//! The values of a period, one after the other, and their totals.

use super::projected::ProjectedValues;
use super::{Conversion, ConversionError, PeriodValues};
use crate::{Comment, DataValue, Growth, Text, number};

/// People of a data element in all base units that get values.
#[derive(Debug, Clone, PartialEq)]
pub struct ElementTotal {
    /// The data element, with its code and UID.
    pub element: String,
    /// Exact and rounded; `None` where its groups share people, and for elements that rates make.
    pub people: Option<(f64, i64)>,
    /// The same of the unserved parts.
    pub unserved: Option<(f64, i64)>,
}

impl PeriodValues {
    /// Units that get values, in the order of the sums, each with the rows that it adds up.
    #[must_use]
    pub fn rows(&self) -> Vec<(u32, Vec<usize>)> {
        let own = (self.sent.iter()).map(|&row| (self.people.units[row], vec![row]));
        let mut rows: Vec<(u32, Vec<usize>)> = own.chain(self.above.iter().cloned()).collect();
        rows.sort_unstable();
        rows
    }

    /// Unserved parts, in the order of the people: counted and rounded, and left out of the values.
    pub fn unserved_units(&self) -> impl Iterator<Item = u32> {
        self.unserved.iter().map(|&row| self.people.units[row])
    }

    /// Exact and rounded sums of a target over the base units that get values.
    #[must_use]
    pub fn sums(&self, target: usize) -> (f64, i64) {
        self.target_values.sums(target, &self.sent)
    }

    /// Exact and rounded sums of a target over the unserved parts.
    #[must_use]
    pub fn unserved_sums(&self, target: usize) -> (f64, i64) {
        self.target_values.sums(target, &self.unserved)
    }

    /// Hands on the values of some targets, in the order of the units in the sums, then of the
    /// targets, with the index of the unit of each.
    ///
    /// # Errors
    /// A value that no server can store, and what `take` answers.
    pub fn each_value<E: From<ConversionError>>(
        &self,
        conversion: &Conversion<'_>,
        targets: &[usize],
        mut take: impl FnMut(u32, &DataValue) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut values: Vec<(usize, DataValue)> = targets
            .iter()
            .map(|&target| (target, self.template(conversion, target)))
            .collect();
        for (unit, rows) in self.rows() {
            for (target, value) in &mut values {
                value.org_unit = Text::clone(&self.ids.by_unit[&unit]);
                value.value = self.text(conversion, *target, unit, &rows)?;
                if self.raked.is_some() || self.projected.is_some() {
                    value.comment = Some(self.comment(*target, &rows).to_string().into());
                }
                take(unit, value)?;
            }
        }
        Ok(())
    }

    /// The total of each data element, in the order of the mapping.
    #[must_use]
    pub fn totals(&self, conversion: &Conversion<'_>) -> Vec<ElementTotal> {
        let targets = &conversion.resolved.targets;
        let mut elements: Vec<(&Text, Vec<usize>)> = Vec::new();
        for (index, target) in targets.iter().enumerate() {
            match elements
                .iter_mut()
                .find(|(id, _)| **id == target.data_element)
            {
                Some((_, members)) => members.push(index),
                None => elements.push((&target.data_element, vec![index])),
            }
        }
        elements
            .into_iter()
            .map(|(_, members)| {
                let is_disjoint = self.prepared.composition.are_disjoint(&members);
                let total = |sums: &dyn Fn(usize) -> (f64, i64)| {
                    let sums = members.iter().map(|&target| sums(target));
                    is_disjoint
                        .then(|| sums.fold((0.0, 0), |all, sum| (all.0 + sum.0, all.1 + sum.1)))
                };
                ElementTotal {
                    element: targets[members[0]].element.clone(),
                    people: total(&|target| self.sums(target)),
                    unserved: total(&|target| self.unserved_sums(target)),
                }
            })
            .collect()
    }

    /// The comment of the value that some rows add up to, with what was done to their people.
    fn comment(&self, target: usize, rows: &[usize]) -> Comment {
        let values = &self.target_values;
        let raked = self.raked.as_ref();
        let projected = self.projected.as_ref();
        Comment {
            raked: raked.and_then(|raked| raked.token(values, target, rows)),
            projected: projected.map(|projected| projected.token(values, target, rows)),
            ..self.comments[target].clone()
        }
    }

    /// Each growth by which people were carried forward with the number of its units; none where they were not.
    #[must_use]
    pub fn growth_used(&self) -> Option<Vec<(Growth, usize)>> {
        self.projected.as_ref().map(ProjectedValues::used)
    }

    /// The growth in a year by which the people of each unit were carried forward; none where they were not.
    #[must_use]
    pub fn projected_growth(&self) -> Option<Vec<f64>> {
        self.projected
            .as_ref()
            .map(|projected| projected.rates().collect())
    }

    /// A value of a target, but for its unit and number.
    fn template(&self, conversion: &Conversion<'_>, target: usize) -> DataValue {
        let wanted = &conversion.resolved.targets[target];
        DataValue {
            data_element: Text::clone(&wanted.data_element),
            period: self.prepared.period.period.as_str().into(),
            org_unit: "".into(),
            category_option_combo: wanted.option_combo.clone(),
            attribute_option_combo: conversion.resolved.attribute_option_combo.clone(),
            value: "".into(),
            comment: Some(self.comments[target].to_string().into()),
            deleted: false,
        }
    }

    fn text(
        &self,
        conversion: &Conversion<'_>,
        target: usize,
        unit: u32,
        rows: &[usize],
    ) -> Result<Box<str>, ConversionError> {
        let values = &self.target_values;
        let at = |row: &usize| row * values.targets + target;
        if conversion.rounding.is_none() {
            let exact: f64 = rows.iter().map(|row| values.exact[at(row)]).sum();
            return Ok(number::fixed(exact, conversion.decimals));
        }
        let whole: i64 = rows.iter().map(|row| values.whole[at(row)]).sum();
        if whole > number::MAX_INTEGER {
            return Err(ConversionError::TooLarge {
                unit: conversion.table.units[unit as usize].id.to_string(),
                element: conversion.resolved.targets[target].element.clone(),
                value: whole,
            });
        }
        Ok(number::whole(whole))
    }
}
