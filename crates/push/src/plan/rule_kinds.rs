//! Under which kind of `--allow` a broken rule goes, found offline or by the server.

use pop_datavalues::check::{Effect, Rule, rules_of_code};

use crate::plan::refusal::Consented;

/// What consent to a finding means; the server takes what it stores wrongly.
pub(crate) fn consented(rule: Rule, effect: Effect) -> Consented {
    match (rule, effect) {
        (
            Rule::Authority
            | Rule::UnknownDataSet
            | Rule::DataSetAccess
            | Rule::NoDataSet
            | Rule::BlankValue
            | Rule::Duplicate
            | Rule::OptionComboMissing,
            _,
        ) => Consented::Never,
        (
            Rule::Calendar
            | Rule::UnitNotAssigned
            | Rule::UnitNotOpen
            | Rule::ElementNotInSet
            | Rule::FutureByRight,
            Effect::StoresWrongly,
        ) => Consented::Send,
        _ => Consented::LeftOut,
    }
}

/// The word for `--allow` of a rule.
pub(crate) fn kind_of(rule: Rule) -> &'static str {
    match rule {
        Rule::Authority | Rule::DataSetAccess | Rule::OptionAccess => "no-access",
        Rule::Calendar => "calendar",
        Rule::UnknownDataSet | Rule::NoDataSet | Rule::ElementInNoSet | Rule::ElementNotInSet => {
            "data-set"
        }
        Rule::UnknownElement => "unknown-element",
        Rule::UnitOutsideUser => "outside-capture",
        Rule::UnitNotAssigned => "unassigned-unit",
        Rule::UnitNotOpen => "closed-unit",
        Rule::UnknownPeriod | Rule::PeriodType => "period-type",
        Rule::UnknownOptionCombo | Rule::OptionComboNotOfElement | Rule::OptionComboMissing => {
            "option-combo"
        }
        Rule::AttributeComboNotOfSet | Rule::AttributeComboMissing | Rule::AttributeComboDates => {
            "attribute-combo"
        }
        Rule::Expired | Rule::FuturePeriod | Rule::FutureByRight | Rule::InputPeriod => {
            "not-open-period"
        }
        Rule::ValueType | Rule::BlankValue | Rule::ValueNotAnOption | Rule::CommentLength => {
            "bad-value"
        }
        Rule::Duplicate => "duplicate",
        Rule::InsignificantZero => "insignificant-zero",
        Rule::Approval => "approved",
        // Stored as sent: nothing is refused.
        Rule::AggregationType | Rule::Analytics => "refused",
    }
}

/// The word for `--allow` of a server's error code, and what consent means: those of the rule that it is about.
pub(crate) fn of_code(code: &str) -> (&'static str, Consented) {
    if let [rule, ..] = rules_of_code(code) {
        return (kind_of(*rule), consented(*rule, Effect::RefusesValue));
    }
    let kind = match code {
        "E7612" | "E8106" | "E8107" => "unknown-unit",
        "E7615" | "E7616" | "E7639" => "attribute-combo",
        _ => "refused",
    };
    (kind, Consented::LeftOut)
}

#[cfg(test)]
mod tests {
    use pop_datavalues::check::CODES;

    use super::*;

    #[test]
    fn a_code_has_the_kind_and_the_consent_of_the_finding_that_foretells_it() {
        for (code, rules) in CODES {
            let (kind, consent) = of_code(code);
            for rule in *rules {
                let foretold = (kind_of(*rule), consented(*rule, Effect::RefusesValue));
                // The server answers one code for several faults, and does not say which it is.
                let is_other = matches!(
                    (*code, rule),
                    ("E8020", Rule::UnknownElement | Rule::UnknownDataSet)
                        | ("E7613", Rule::OptionAccess)
                );
                assert!(is_other || foretold == (kind, consent), "{code}: {rule:?}");
            }
        }
        for never in ["E7600", "E8002", "E8128", "E8010", "E7618"] {
            assert_eq!(of_code(never).1, Consented::Never, "{never}");
        }
        assert_eq!(of_code("E7638").0, "attribute-combo");
        assert_eq!(of_code("E8032").0, "attribute-combo");
        assert_eq!(of_code("E7614").0, "no-access");
        assert_eq!(of_code("E7616").0, "attribute-combo");
        assert_eq!(of_code("E7620").0, "bad-value");
        assert_eq!(of_code("E8125").0, "bad-value");
        assert_eq!(of_code("E8033").0, "approved");
        assert_eq!(of_code("E9999"), ("refused", Consented::LeftOut));
    }
}
