//! The values of the reference periods, one after the other.

use pop_cli::ToolError;
use pop_datavalues::{DataValue, Text, number};

use crate::Rounding;
use crate::convert::{Conversion, ConvertedPeriod};
use crate::upper_levels;

impl Conversion<'_> {
    /// Hands on the values of some targets, in the order of the units in the sums, then of the
    /// targets, with the index of the unit of each.
    pub(crate) fn each_value(
        &self,
        converted: &ConvertedPeriod,
        targets: &[usize],
        take: &mut dyn FnMut(u32, &DataValue) -> Result<(), ToolError>,
    ) -> Result<(), ToolError> {
        let mut values: Vec<(usize, DataValue)> = targets
            .iter()
            .map(|&target| (target, self.template(converted, target)))
            .collect();
        for (unit, rows) in self.rows(converted) {
            for (target, value) in &mut values {
                value.org_unit = Text::clone(&converted.ids[&unit]);
                value.value = self.text(converted, *target, &rows).map_err(|e| {
                    let unit = &self.table.units[unit as usize].id;
                    e.at(format!("{unit} {}", self.resolved.targets[*target].element))
                })?;
                if let Some(raked) = &converted.raked {
                    let mut comment = converted.comments[*target].clone();
                    comment.raked = raked.token(&converted.target_values, *target, &rows);
                    value.comment = Some(comment.to_string().into());
                }
                take(unit, value)?;
            }
        }
        Ok(())
    }

    /// Units that get values, in the order of the sums, each with the rows that it adds up.
    pub(crate) fn rows(&self, converted: &ConvertedPeriod) -> Vec<(u32, Vec<usize>)> {
        let units = &converted.people.units;
        let own = units
            .iter()
            .enumerate()
            .map(|(row, &unit)| (unit, vec![row]));
        let above = upper_levels::above(self.table, self.levels, units);
        let mut rows: Vec<(u32, Vec<usize>)> = own.chain(above).collect();
        rows.sort_unstable();
        rows
    }

    /// A value of a target, but for its unit and number.
    fn template(&self, converted: &ConvertedPeriod, target: usize) -> DataValue {
        let wanted = &self.resolved.targets[target];
        DataValue {
            data_element: Text::clone(&wanted.data_element),
            period: converted.ref_period.period.as_str().into(),
            org_unit: "".into(),
            category_option_combo: wanted.option_combo.clone(),
            attribute_option_combo: self.resolved.attribute_option_combo.clone(),
            value: "".into(),
            comment: Some(converted.comments[target].to_string().into()),
            deleted: false,
        }
    }

    fn text(
        &self,
        converted: &ConvertedPeriod,
        target: usize,
        rows: &[usize],
    ) -> Result<Box<str>, ToolError> {
        let target_values = &converted.target_values;
        let at = |row: &usize| row * target_values.targets + target;
        if self.args.round == Rounding::None {
            let exact: f64 = rows.iter().map(|row| target_values.exact[at(row)]).sum();
            return Ok(number::fixed(exact, self.args.decimals.into()));
        }
        let whole: i64 = rows.iter().map(|row| target_values.whole[at(row)]).sum();
        if whole > number::MAX_INTEGER {
            return Err(ToolError::data(format!(
                "{whole} is more than DHIS2 can store, which is {}",
                number::MAX_INTEGER
            )));
        }
        Ok(number::whole(whole))
    }
}
