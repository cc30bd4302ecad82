//! Where a value goes: element, org unit, option combos.

use super::{Checker, Rule};
use crate::metadata::{CategoryOptionCombo, DataElement, OrgUnit};
use crate::{DataValue, Period};

impl<'a> Checker<'a> {
    pub(super) fn element(
        &mut self,
        index: usize,
        value: &'a DataValue,
    ) -> Option<&'a DataElement> {
        let key: &'a str = &value.data_element;
        let Some(element) = self.index.element(key) else {
            if self.index.knows_elements {
                self.no_element(index, key);
            }
            return None;
        };
        let shown = || format!("data element {:?} ({})", element.name, element.id);
        let is_in_a_set = self.metadata.data_sets_of(&element.id).next().is_some();
        if !is_in_a_set {
            self.report(Rule::ElementInNoSet, key, Some(index), || {
                format!("{} is in no data set", shown())
            });
        } else if let Some(set) = self.data_set
            && !set.holds(&element.id)
        {
            self.report(Rule::ElementNotInSet, key, Some(index), || {
                format!("{} is not in data set {:?}", shown(), set.name)
            });
        }
        if !element.adds_up_population() {
            let kind = &element.aggregation_type;
            self.report(Rule::AggregationType, key, Some(index), || {
                format!("{} has the aggregation type {kind}: for a population AVERAGE_SUM_ORG_UNIT is right", shown())
            });
        }
        Some(element)
    }

    /// An element that the document does not have. It lists all elements of its data sets: this one
    /// is in none of them, whether it exists or not.
    fn no_element(&mut self, index: usize, key: &'a str) {
        match self.data_set {
            Some(set) => self.report(Rule::ElementNotInSet, key, Some(index), || {
                format!(
                    "data element {key:?} is not in data set {:?} ({}), or does not exist",
                    set.name, set.id
                )
            }),
            None => self.report(Rule::UnknownElement, key, Some(index), || {
                format!("data element {key:?} is not in the metadata")
            }),
        }
    }

    pub(super) fn unit(&mut self, index: usize, value: &'a DataValue) -> Option<&'a OrgUnit> {
        let key: &'a str = &value.org_unit;
        let unit = self.index.unit(key);
        let (Some(unit), true) = (unit, self.index.knows_units) else {
            // The document lists the units of the data sets: another one is at least not assigned.
            if self.index.knows_units {
                self.report(Rule::UnitNotAssigned, key, Some(index), || {
                    format!("org unit {key:?} is assigned to none of the data sets in the metadata, or does not exist")
                });
            }
            return None;
        };
        let shown = || {
            format!(
                "org unit {:?} ({})",
                unit.name.as_deref().unwrap_or_default(),
                unit.id
            )
        };
        if let Some(set) = self.data_set
            && !self.index.is_assigned(set, &unit.id)
        {
            self.report(Rule::UnitNotAssigned, key, Some(index), || {
                format!("{} is not assigned to data set {:?}", shown(), set.name)
            });
        }
        let user = &self.metadata.user;
        let is_inside = user
            .organisation_units
            .iter()
            .any(|root| unit.path_ids().any(|id| id == root.id));
        let is_exempt = self.is_grouped() && user.is_superuser();
        if !is_inside && !is_exempt {
            self.report(Rule::UnitOutsideUser, key, Some(index), || {
                format!("{} is outside the units this user enters data for", shown())
            });
        }
        Some(unit)
    }

    pub(super) fn option_combo(
        &mut self,
        index: usize,
        value: &'a DataValue,
        element: &'a DataElement,
    ) {
        if !self.index.knows_combos {
            return;
        }
        let Some(combo) = self.metadata.effective_combo(element, self.data_set) else {
            return;
        };
        let Some(key) = value.category_option_combo.as_deref() else {
            // the per-value import can be told to want one even where there is nothing to choose.
            let wanted =
                !self.is_grouped() && self.metadata.import_settings.require_category_option_combo;
            if !combo.is_default || wanted {
                self.report(Rule::OptionComboMissing, &element.id, Some(index), || {
                    format!(
                        "data element {:?} is split by {:?} and the values name no category option combo",
                        element.name, combo.name
                    )
                });
            }
            return;
        };
        match self.index.option_combo(key) {
            None => self.report(Rule::UnknownOptionCombo, key, Some(index), || {
                format!("category option combo {key:?} is not in the metadata")
            }),
            Some((own, _)) if own.id != combo.id => {
                let subject = format!("{} {key}", element.id);
                self.report(Rule::OptionComboNotOfElement, &subject, Some(index), || {
                    format!(
                        "category option combo {key:?} belongs to {:?}, data element {:?} uses {:?}",
                        own.name, element.name, combo.name
                    )
                });
            }
            Some((_, option_combo)) => self.option_access(index, option_combo),
        }
    }

    fn option_access(&mut self, index: usize, combo: &'a CategoryOptionCombo) {
        for id in &combo.category_options {
            if let Some(option) = self.metadata.category_option(id)
                && !option.access.write
                && option.name != "default"
            {
                self.report(Rule::OptionAccess, id, Some(index), || {
                    format!(
                        "the user may not write data under the option {:?} ({id})",
                        option.name
                    )
                });
            }
        }
    }

    pub(super) fn attribute_combo(
        &mut self,
        index: usize,
        value: &'a DataValue,
        period: Option<Period>,
    ) {
        let Some(set) = self.data_set else { return };
        let Some(combo) = self.metadata.category_combo(&set.category_combo) else {
            return;
        };
        let Some(key) = value.attribute_option_combo.as_deref() else {
            let wanted =
                !self.is_grouped() && self.metadata.import_settings.require_attribute_option_combo;
            if !combo.is_default || wanted {
                self.report(Rule::AttributeComboMissing, &set.id, Some(index), || {
                    format!("data set {:?} is split by {:?} and the values name no attribute option combo", set.name, combo.name)
                });
            }
            return;
        };
        let Some((own, option_combo)) = self
            .index
            .attribute_combo(key)
            .filter(|(own, _)| own.id == combo.id)
        else {
            if self.index.knows_combos {
                self.report(Rule::AttributeComboNotOfSet, key, Some(index), || {
                    format!(
                        "attribute option combo {key:?} is none of data set {:?}, which uses {:?}",
                        set.name, combo.name
                    )
                });
            }
            return;
        };
        if own.is_default {
            return;
        }
        self.option_access(index, option_combo);
        if let Some(period) = period {
            self.attribute_dates(index, option_combo, period);
        }
    }

    fn attribute_dates(&mut self, index: usize, combo: &'a CategoryOptionCombo, period: Period) {
        for option in combo
            .category_options
            .iter()
            .filter_map(|id| self.metadata.category_option(id))
        {
            let from = super::time::day(option.start_date.as_deref());
            let to = super::time::day(option.end_date.as_deref());
            let is_outside = from.is_some_and(|from| period.start() < from)
                || to.is_some_and(|to| period.end() > to);
            if is_outside {
                let subject = format!("{} {period}", option.id);
                self.report(Rule::AttributeComboDates, &subject, Some(index), || {
                    format!(
                        "{period} is outside the dates of the option {:?}: {} to {}",
                        option.name,
                        option.start_date.as_deref().unwrap_or("…"),
                        option.end_date.as_deref().unwrap_or("…")
                    )
                });
            }
        }
    }
}
