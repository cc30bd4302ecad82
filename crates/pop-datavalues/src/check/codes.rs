//! Which rules the error codes of the data value import are about.

use super::Rule;

/// Error codes of the import (`ErrorCode` in the DHIS2 source), with the rules that a server answers them for. Of several rules the
/// first is the likeliest: the server does not say which one is broken.
pub const CODES: &[(&str, &[Rule])] = &[
    ("E7600", &[Rule::UnknownDataSet]),
    ("E7601", &[Rule::DataSetAccess]),
    ("E7610", &[Rule::UnknownElement]),
    ("E7611", &[Rule::UnknownPeriod]),
    ("E7613", &[Rule::UnknownOptionCombo, Rule::OptionAccess]),
    ("E7614", &[Rule::OptionAccess]),
    ("E7617", &[Rule::UnitOutsideUser]),
    ("E7618", &[Rule::BlankValue]),
    ("E7619", &[Rule::ValueType]),
    ("E7620", &[Rule::CommentLength]),
    ("E7621", &[Rule::ValueNotAnOption]),
    ("E7630", &[Rule::OptionComboMissing]),
    ("E7631", &[Rule::AttributeComboMissing]),
    ("E7632", &[Rule::PeriodType]),
    ("E7633", &[Rule::ElementNotInSet]),
    ("E7634", &[Rule::OptionComboNotOfElement]),
    ("E7635", &[Rule::AttributeComboNotOfSet]),
    ("E7636", &[Rule::UnitNotAssigned]),
    ("E7638", &[Rule::AttributeComboDates]),
    ("E7640", &[Rule::Expired]),
    ("E7641", &[Rule::FuturePeriod, Rule::FutureByRight]),
    ("E7642", &[Rule::Approval]),
    ("E7643", &[Rule::InputPeriod]),
    ("E7644", &[Rule::InputPeriod]),
    ("E8002", &[Rule::NoDataSet]),
    ("E8003", &[Rule::ElementInNoSet]),
    ("E8004", &[Rule::UnknownDataSet]),
    ("E8005", &[Rule::UnknownDataSet]),
    ("E8010", &[Rule::DataSetAccess]),
    ("E8011", &[Rule::UnitOutsideUser]),
    ("E8012", &[Rule::OptionAccess]),
    (
        "E8020",
        &[
            Rule::ElementNotInSet,
            Rule::ElementInNoSet,
            Rule::UnknownElement,
            Rule::UnknownDataSet,
        ],
    ),
    ("E8021", &[Rule::PeriodType]),
    ("E8022", &[Rule::UnitNotAssigned]),
    (
        "E8023",
        &[Rule::AttributeComboNotOfSet, Rule::AttributeComboMissing],
    ),
    (
        "E8024",
        &[Rule::OptionComboNotOfElement, Rule::UnknownOptionCombo],
    ),
    (
        "E8030",
        &[Rule::FuturePeriod, Rule::Expired, Rule::InputPeriod],
    ),
    ("E8031", &[Rule::UnitNotOpen]),
    ("E8032", &[Rule::AttributeComboDates]),
    ("E8033", &[Rule::Approval]),
    ("E8100", &[Rule::UnknownPeriod]),
    ("E8101", &[Rule::AttributeComboMissing]),
    ("E8103", &[Rule::UnknownElement]),
    ("E8104", &[Rule::UnknownElement]),
    ("E8108", &[Rule::UnknownOptionCombo]),
    ("E8109", &[Rule::UnknownOptionCombo]),
    ("E8120", &[Rule::BlankValue]),
    ("E8121", &[Rule::BlankValue]),
    ("E8122", &[Rule::ValueType]),
    ("E8123", &[Rule::ValueNotAnOption]),
    ("E8125", &[Rule::CommentLength]),
    ("E8128", &[Rule::Duplicate]),
];

/// The rules that a server answers an error code for, the likeliest first; none for a code that no rule of ours foretells.
#[must_use]
pub fn rules_of_code(code: &str) -> &'static [Rule] {
    let known = CODES.iter().find(|(known, _)| *known == code);
    known.map_or(&[], |(_, rules)| rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{ImportDialect, ImportSettings};

    #[test]
    fn every_code_that_is_foretold_leads_back_to_its_rule() {
        let strict = ImportSettings {
            strict_data_elements: true,
            strict_organisation_units: true,
            strict_periods: true,
            strict_category_option_combos: true,
            strict_attribute_option_combos: true,
            require_category_option_combo: true,
            require_attribute_option_combo: true,
        };
        let mut codes = 0;
        for rule in Rule::ALL {
            for dialect in [ImportDialect::PerValue, ImportDialect::Grouped] {
                for names_set in [false, true] {
                    if let (_, Some(code)) = rule.verdict(dialect, &strict, names_set) {
                        codes += 1;
                        assert!(rules_of_code(code).contains(&rule), "{code}: {rule:?}");
                    }
                }
            }
        }
        assert!(codes > 80, "{codes}");
    }
}
