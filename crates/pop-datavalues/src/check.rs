//! What a server would answer to a data value set, predicted from its metadata.
//!
//! One implementation for all tools. The rules are those of DHIS2's import in its
//! two dialects: `DefaultDataValueSetService` with `ImportValidator` up to 2.42,
//! `DefaultDataEntryService` from 2.43. What only the server knows (values stored,
//! approvals given, rights changed since) is not foretold.

mod codes;
mod finding;
mod metadata_index;
mod request;
mod scope_checks;
mod time;
mod value;
mod value_type;

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;

pub use codes::{CODES, rules_of_code};
pub use finding::{Effect, Rule, RuleFinding};

use crate::metadata::{DataSet, ImportDialect, Metadata};
use crate::{DataValue, DataValueSet, Period};
use metadata_index::MetadataIndex;

/// Checks a set. `today` decides which periods lie in the future; without it the document's server date does.
///
/// Findings come in the order of the rules, then of their subjects; each carries
/// the positions of its values in the set, from 0.
#[must_use]
pub fn check(set: &DataValueSet, metadata: &Metadata, today: Option<Date>) -> Vec<RuleFinding> {
    let mut checker = Checker::new(set, metadata, today);
    checker.request();
    for (index, value) in set.values.iter().enumerate() {
        checker.value(index, value);
    }
    checker.duplicates();
    checker.found.into_values().collect()
}

/// A check under way.
struct Checker<'a> {
    set: &'a DataValueSet,
    metadata: &'a Metadata,
    dialect: ImportDialect,
    /// The data set named, where the document has it.
    data_set: Option<&'a DataSet>,
    index: MetadataIndex<'a>,
    today: Option<Date>,
    found: BTreeMap<(Rule, String), RuleFinding>,
    /// How often something was reported.
    reported: usize,
    /// Elements and periods that nothing is to be said about.
    timely: HashSet<(&'a str, Period)>,
}

impl<'a> Checker<'a> {
    fn new(set: &'a DataValueSet, metadata: &'a Metadata, today: Option<Date>) -> Self {
        let index = MetadataIndex::new(set, metadata);
        Self {
            set,
            metadata,
            dialect: metadata.dialect,
            data_set: set.data_set.as_deref().and_then(|key| index.data_set(key)),
            index,
            today: today.or_else(|| metadata.server.server_date.get(..10)?.parse().ok()),
            found: BTreeMap::new(),
            reported: 0,
            timely: HashSet::new(),
        }
    }

    fn value(&mut self, index: usize, value: &'a DataValue) {
        let element = self.element(index, value);
        let unit = self.unit(index, value);
        let period = self.period(index, value, element);
        // The days of another calendar's periods are not known here: the server judges them.
        let dated = period.filter(|_| self.is_gregorian());
        if let Some(element) = element {
            self.option_combo(index, value, element);
            self.text(index, value, element);
            if let Some(period) = dated {
                self.timeliness(index, element, period);
            }
        }
        self.attribute_combo(index, value, dated);
        if let (Some(unit), Some(period)) = (unit, dated) {
            self.unit_dates(index, unit, period);
        }
    }

    /// Whether the server's periods are those of the Gregorian calendar, as its dates are.
    fn is_gregorian(&self) -> bool {
        crate::calendar::is_gregorian(&self.metadata.calendar)
    }

    /// Notes that a rule is broken; positions of one rule and subject are gathered.
    fn report(
        &mut self,
        rule: Rule,
        subject: &str,
        index: Option<usize>,
        message: impl FnOnce() -> String,
    ) {
        self.report_with(rule, subject, index, message, None);
    }

    /// [`Self::report`], with a hint that says more than the rule's own.
    fn report_with(
        &mut self,
        rule: Rule,
        subject: &str,
        index: Option<usize>,
        message: impl FnOnce() -> String,
        hint: Option<String>,
    ) {
        self.reported += 1;
        let key = (rule, subject.to_owned());
        let (effect, code) = rule.verdict(
            self.dialect,
            &self.metadata.import_settings,
            self.data_set.is_some(),
        );
        let finding = self.found.entry(key).or_insert_with(|| RuleFinding {
            rule,
            effect,
            code,
            subject: subject.to_owned(),
            message: message(),
            hint: hint.unwrap_or_else(|| rule.hint().to_owned()),
            indexes: Vec::new(),
        });
        finding.indexes.extend(index);
    }
}

#[cfg(test)]
mod tests;
