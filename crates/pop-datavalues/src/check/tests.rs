//! One broken rule after the other, in both dialects.

mod combos;

use super::*;
use crate::metadata::tests::instance;
use crate::metadata::{CategoryOption, DataAccess, DataInputPeriod};

fn value(element: &str, unit: &str, combo: Option<&str>, text: &str) -> DataValue {
    DataValue {
        data_element: element.into(),
        period: "2026".into(),
        org_unit: unit.into(),
        category_option_combo: combo.map(Into::into),
        attribute_option_combo: None,
        value: text.into(),
        comment: None,
        deleted: false,
    }
}

/// A set with one good total and one good cell.
fn good() -> DataValueSet {
    DataValueSet {
        data_set: Some("dsPopYear01".into()),
        values: vec![
            value("dePopTot001", "ouDist00001", None, "12"),
            value("dePopAgeSex", "ouDist00002", Some("cocF0000001"), "0"),
        ],
        ..DataValueSet::default()
    }
}

/// What is found after a change, as rule, effect and code.
fn found(
    dialect: ImportDialect,
    change: impl Fn(&mut DataValueSet, &mut Metadata),
) -> Vec<(Rule, Effect, Option<&'static str>)> {
    let (mut set, mut metadata) = (good(), instance(dialect));
    change(&mut set, &mut metadata);
    check(&set, &metadata, None)
        .into_iter()
        .map(|f| (f.rule, f.effect, f.code))
        .collect()
}

/// Asserts what both dialects make of a change.
#[track_caller]
fn both(
    change: impl Fn(&mut DataValueSet, &mut Metadata),
    rule: Rule,
    a: (Effect, Option<&'static str>),
    b: (Effect, Option<&'static str>),
) {
    assert_eq!(
        found(ImportDialect::PerValue, &change),
        [(rule, a.0, a.1)],
        "per-value import"
    );
    assert_eq!(
        found(ImportDialect::Grouped, &change),
        [(rule, b.0, b.1)],
        "grouped import"
    );
}

use Effect::*;

#[test]
fn a_good_set_has_no_findings() {
    for dialect in [ImportDialect::PerValue, ImportDialect::Grouped] {
        assert_eq!(found(dialect, |_, _| {}), []);
    }
}

#[test]
fn elements_and_sets() {
    both(
        |s, _| s.values[0].data_element = "deUnknown01".into(),
        Rule::ElementNotInSet,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8020")),
    );
    let unnamed = |s: &mut DataValueSet, _: &mut Metadata| {
        s.data_set = None;
        s.values[0].data_element = "deUnknown01".into();
    };
    let unknown = (Rule::UnknownElement, RefusesValue, Some("E7610"));
    assert!(found(ImportDialect::PerValue, unnamed).contains(&unknown));
    both(
        |s, _| s.data_set = Some("dsUnknown01".into()),
        Rule::UnknownDataSet,
        (RefusesRequest, Some("E7600")),
        (RefusesGroup, Some("E8020")),
    );
    both(
        |_, m| m.data_sets[0].access.write = false,
        Rule::DataSetAccess,
        (RefusesRequest, Some("E7601")),
        (RefusesGroup, Some("E8010")),
    );
    both(
        |_, m| {
            m.data_sets[0].data_set_elements.remove(0);
        },
        Rule::ElementInNoSet,
        (Advises, None),
        (RefusesGroup, Some("E8020")),
    );
    both(
        |_, m| {
            let mut other = m.data_sets[0].clone();
            m.data_sets[0].data_set_elements.remove(0);
            other.id = "dsOther0001".into();
            m.data_sets.push(other);
        },
        Rule::ElementNotInSet,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8020")),
    );
    both(
        |s, m| {
            s.data_set = None;
            let mut other = m.data_sets[0].clone();
            other.id = "dsOther0001".into();
            m.data_sets.push(other);
        },
        Rule::NoDataSet,
        (Advises, None),
        (RefusesGroup, Some("E8002")),
    );
    both(
        |_, m| m.data_elements[0].aggregation_type = "SUM".into(),
        Rule::AggregationType,
        (Advises, None),
        (Advises, None),
    );
}

#[test]
fn aggregation_types_that_do_not_add_people_up_are_noted() {
    let is_noted = |kind: &str| {
        found(ImportDialect::PerValue, |_, m| {
            m.data_elements[0].aggregation_type = kind.into();
        })
        .iter()
        .any(|(rule, ..)| *rule == Rule::AggregationType)
    };
    for kind in ["AVERAGE_SUM_ORG_UNIT", "LAST", "LAST_IN_PERIOD"] {
        assert!(!is_noted(kind), "{kind}");
    }
    for kind in [
        "SUM",
        "AVERAGE",
        "NONE",
        "COUNT",
        "MAX",
        "MIN",
        "STDDEV",
        "VARIANCE",
        "LAST_AVERAGE_ORG_UNIT",
        "MAX_SUM_ORG_UNIT",
        "FIRST_AVERAGE_ORG_UNIT",
        "CUSTOM",
    ] {
        assert!(is_noted(kind), "{kind}");
    }
}

#[test]
fn org_units() {
    both(
        |s, _| s.values[0].org_unit = "ouElsewhere".into(),
        Rule::UnitNotAssigned,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8022")),
    );
    both(
        |_, m| {
            m.data_sets[0].organisation_units.remove(0);
        },
        Rule::UnitNotAssigned,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8022")),
    );
    both(
        |_, m| m.user.organisation_units[0].id = "ouDist00002".into(),
        Rule::UnitOutsideUser,
        (RefusesValue, Some("E7617")),
        (RefusesGroup, Some("E8011")),
    );
    // A superuser is exempt in one dialect only.
    let superuser = |_: &mut DataValueSet, m: &mut Metadata| {
        m.user.organisation_units.clear();
        m.user.authorities = vec!["ALL".into()];
    };
    assert_eq!(found(ImportDialect::PerValue, superuser).len(), 2);
    assert_eq!(found(ImportDialect::Grouped, superuser), []);
    both(
        |_, m| m.org_units[0].closed_date = Some("2025-12-31T00:00:00.000".into()),
        Rule::UnitNotOpen,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8031")),
    );
    both(
        |_, m| m.org_units[0].opening_date = Some("2026-01-02".into()),
        Rule::UnitNotOpen,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8031")),
    );
    // Codes are looked up under the scheme that the set names.
    assert_eq!(
        found(ImportDialect::Grouped, |s, _| {
            s.schemes.org_unit = Some("CODE".into());
            s.values[0].org_unit = "D1".into();
            s.values[1].org_unit = "D2".into();
        }),
        []
    );
}

#[test]
fn periods() {
    for text in ["abc", "25", "202613", "2026 "] {
        both(
            |s, _| s.values[0].period = text.into(),
            Rule::UnknownPeriod,
            (RefusesValue, Some("E7611")),
            (RefusesRequest, None),
        );
    }
    both(
        |s, _| s.values[0].period = "202601".into(),
        Rule::PeriodType,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8021")),
    );
    both(
        |s, _| s.values[0].period = "2027".into(),
        Rule::FuturePeriod,
        (RefusesValue, Some("E7641")),
        (RefusesGroup, Some("E8030")),
    );
    // Five periods let in 2030 in 2026, and the right to edit expired data helps in one dialect.
    assert_eq!(
        found(ImportDialect::Grouped, |s, m| {
            s.values[0].period = "2030".into();
            m.data_sets[0].open_future_periods = 5;
        }),
        []
    );
    let exempt = |s: &mut DataValueSet, m: &mut Metadata| {
        s.values[0].period = "2030".into();
        m.user.authorities.push("F_EDIT_EXPIRED".into());
    };
    assert_eq!(found(ImportDialect::PerValue, exempt).len(), 1);
    assert_eq!(
        found(ImportDialect::Grouped, exempt),
        [(Rule::FutureByRight, StoresWrongly, None)]
    );
    both(
        |s, m| {
            s.values[0].period = "2024".into();
            m.data_sets[0].expiry_days = 30.0;
        },
        Rule::Expired,
        (RefusesValue, Some("E7640")),
        (RefusesGroup, Some("E8030")),
    );
    both(
        |s, m| {
            m.calendar = "nepali".into();
            // Next year there: its days are not those of a Gregorian year.
            s.values[0].period = "2083".into();
        },
        Rule::Calendar,
        (StoresWrongly, None),
        (StoresWrongly, None),
    );
}

#[test]
fn input_periods_are_inverted_in_two_releases() {
    let listed = |closing: &'static str, version: &'static str| {
        move |_: &mut DataValueSet, m: &mut Metadata| {
            m.dhis2_version = version.into();
            let closing_date = Some(closing.to_owned());
            m.data_sets[0].data_input_periods = vec![DataInputPeriod {
                period: "2026".into(),
                opening_date: None,
                closing_date,
            }];
        }
    };
    assert_eq!(
        found(ImportDialect::PerValue, listed("2026-12-31", "2.42.5.2")),
        []
    );
    assert_eq!(
        found(ImportDialect::PerValue, listed("2026-01-31", "2.42.5.2"))[0].0,
        Rule::InputPeriod
    );
    assert_eq!(
        found(ImportDialect::Grouped, listed("2026-12-31", "2.43.1"))[0].0,
        Rule::InputPeriod
    );
    assert_eq!(
        found(ImportDialect::Grouped, listed("2026-01-31", "2.43.1")),
        []
    );
    assert_eq!(
        found(ImportDialect::Grouped, listed("2026-12-31", "2.43.2")),
        []
    );
    assert_eq!(
        found(ImportDialect::Grouped, listed("2026-12-31", "2.43.10")),
        []
    );
}

#[test]
fn values() {
    both(
        |s, _| s.values[0].value = "12.5".into(),
        Rule::ValueType,
        (RefusesValue, Some("E7619")),
        (RefusesValue, Some("E8122")),
    );
    both(
        |s, _| s.values[0].value = " ".into(),
        Rule::BlankValue,
        (StoresWrongly, None),
        (StoresWrongly, None),
    );
    both(
        |_, m| m.data_elements[0].option_codes = Some(vec!["1".into()]),
        Rule::ValueNotAnOption,
        (RefusesValue, Some("E7621")),
        (RefusesValue, Some("E8123")),
    );
    both(
        |s, _| s.values[0].comment = Some("x".repeat(50_001).into()),
        Rule::CommentLength,
        (RefusesValue, Some("E7620")),
        (RefusesValue, Some("E8125")),
    );
    let zero = |_: &mut DataValueSet, m: &mut Metadata| {
        m.data_elements[1].zero_is_significant = false;
        m.data_elements[1].aggregation_type = "LAST".into();
    };
    both(
        zero,
        Rule::InsignificantZero,
        (Drops, None),
        (Advises, None),
    );
}

#[test]
fn duplicates_are_seen_through_the_default_combo() {
    both(
        |s, _| s.values.push(s.values[0].clone()),
        Rule::Duplicate,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8128")),
    );
    both(
        |s, _| {
            let mut again = s.values[0].clone();
            again.category_option_combo = Some("cocDefault1".into());
            s.values.push(again);
        },
        Rule::Duplicate,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8128")),
    );
}

#[test]
fn the_request_as_a_whole() {
    both(
        |_, m| m.user.authorities.clear(),
        Rule::Authority,
        (RefusesRequest, None),
        (RefusesRequest, None),
    );
    both(
        |_, m| m.data_sets[0].workflow = Some("wf".into()),
        Rule::Approval,
        (Advises, None),
        (Advises, None),
    );
    both(
        |_, m| m.server.data_output_period_types = Some(vec![]),
        Rule::Analytics,
        (Advises, None),
        (Advises, None),
    );
    both(
        |s, m| {
            m.server.analytics_period_years_offset = Some(0);
            m.data_sets[0].open_future_periods = 5;
            s.values[0].period = "2027".into();
        },
        Rule::Analytics,
        (Advises, None),
        (Advises, None),
    );
}

#[test]
fn positions_of_one_problem_are_gathered() {
    let mut set = good();
    set.values = (0..3)
        .map(|_| value("deUnknown01", "ouDist00001", None, "1"))
        .collect();
    for (index, value) in set.values.iter_mut().enumerate() {
        value.period = format!("202{index}").into();
    }
    let findings = check(&set, &instance(ImportDialect::PerValue), None);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].indexes, [0, 1, 2]);
    assert_eq!(
        findings[0].to_string(),
        "data element \"deUnknown01\" is not in data set \"WorldPop population\" (dsPopYear01), or does not exist (stores it wrongly, 3 values)"
    );
}
