//! Years and periods, by hand.

use super::*;

fn rules(kind: PeriodType) -> Rules {
    Rules {
        kind,
        reference: Reference::AsPublished,
        year_rule: None,
        within_year: WithinYear::Repeat,
    }
}

fn run(
    years: &[i32],
    asked: Option<&str>,
    rules: Rules,
) -> Result<Vec<ReferencePeriod>, ReferencePeriodError> {
    let years = years.iter().map(|y| Some(*y)).collect();
    reference_periods(
        &years,
        asked.map(|p| p.parse().unwrap()),
        &rules,
        "iso8601",
        &BTreeMap::new(),
    )
}

fn texts(reference_periods: &[ReferencePeriod]) -> Vec<&str> {
    reference_periods
        .iter()
        .map(|m| m.period.as_str())
        .collect()
}

#[test]
fn years_make_periods_of_every_type() {
    assert_eq!(
        texts(&run(&[2025, 2026], None, rules(PeriodType::Yearly)).unwrap()),
        ["2025", "2026"]
    );
    let months = run(&[2025], None, rules(PeriodType::Monthly)).unwrap();
    assert_eq!((months.len(), months[11].period.as_str()), (12, "202512"));
    assert!(months.iter().all(|m| m.parts == [(Some(2025), 1.0)]));
    assert_eq!(
        texts(&run(&[2025], None, rules(PeriodType::Quarterly)).unwrap()),
        ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    );
    assert!(matches!(
        run(&[2025], None, rules(PeriodType::Daily)),
        Err(ReferencePeriodError::Kind(_))
    ));
    for (rule, period) in [
        (YearRule::Start, "2025April"),
        (YearRule::End, "2024April"),
        (YearRule::Majority, "2025April"),
    ] {
        let rules = Rules {
            year_rule: Some(rule),
            ..rules(PeriodType::FinancialApril)
        };
        assert_eq!(texts(&run(&[2025], None, rules).unwrap()), [period]);
    }
    let november = Rules {
        year_rule: Some(YearRule::Start),
        ..rules(PeriodType::FinancialNov)
    };
    assert_eq!(texts(&run(&[2025], None, november).unwrap()), ["2026Nov"]);
    assert!(matches!(
        run(&[2025], None, rules(PeriodType::FinancialJuly)),
        Err(ReferencePeriodError::NoRule(_))
    ));
    let july = Rules {
        year_rule: Some(YearRule::Majority),
        ..rules(PeriodType::FinancialJuly)
    };
    assert!(matches!(
        run(&[2025], None, july),
        Err(ReferencePeriodError::Tie(_))
    ));
}

#[test]
fn a_period_asked_for_finds_its_year() {
    let yearly = rules(PeriodType::Yearly);
    assert_eq!(
        run(&[2025, 2026], Some("2026"), yearly).unwrap()[0].parts,
        [(Some(2026), 1.0)]
    );
    assert_eq!(
        run(&[2026], Some("2025July"), yearly).unwrap()[0].parts,
        [(Some(2026), 1.0)]
    );
    assert!(matches!(
        run(&[2025, 2026], Some("2025July"), yearly),
        Err(ReferencePeriodError::NoRule(_))
    ));
    assert!(matches!(
        run(&[2025], Some("2024"), yearly),
        Err(ReferencePeriodError::NoSums { .. })
    ));
    let none = BTreeSet::from([None]);
    let unlabelled = reference_periods(
        &none,
        Some("2024".parse().unwrap()),
        &yearly,
        "iso8601",
        &BTreeMap::new(),
    )
    .unwrap();
    assert_eq!(unlabelled[0].parts, [(None, 1.0)]);
    assert_eq!(
        reference_periods(&none, None, &yearly, "iso8601", &BTreeMap::new()),
        Err(ReferencePeriodError::NoYear)
    );
}

#[test]
fn mid_year_is_the_mean_of_two_years() {
    let rules = Rules {
        reference: Reference::MidYear,
        ..rules(PeriodType::Yearly)
    };
    let reference_periods = run(&[2025, 2026], None, rules).unwrap();
    assert_eq!(reference_periods.len(), 1);
    assert_eq!(
        reference_periods[0].parts,
        [(Some(2025), 0.5), (Some(2026), 0.5)]
    );
    assert_eq!(reference_periods[0].day().as_deref(), Some("2025-07-01"));
    for years in [&[2025][..], &[2025, 2027], &[2024, 2025, 2027]] {
        assert!(
            matches!(
                run(years, None, rules),
                Err(ReferencePeriodError::NextYear { .. })
            ),
            "{years:?}"
        );
    }
    assert!(matches!(
        run(&[2025, 2026], Some("2026"), rules),
        Err(ReferencePeriodError::NextYear { missing: 2027, .. })
    ));
    let moving = Rules {
        within_year: WithinYear::Linear,
        ..rules
    };
    assert_eq!(
        run(&[2025, 2026], None, moving),
        Err(ReferencePeriodError::MidYearMoves)
    );
}

#[test]
fn months_can_move_in_a_line() {
    let rules = Rules {
        within_year: WithinYear::Linear,
        ..rules(PeriodType::Monthly)
    };
    let months = run(&[2025, 2026], None, rules).unwrap();
    assert_eq!(months.len(), 12);
    assert_eq!(months[0].parts, [(Some(2025), 1.0)]);
    assert_eq!(months[0].day().as_deref(), Some("2025-01-01"));
    assert!((months[6].parts[1].1 - 181.0 / 365.0).abs() < 1e-12);
    assert_eq!(months[6].day().as_deref(), Some("2025-07-01"));
    assert!(run(&[2025], None, rules).is_err());
}

#[test]
fn other_calendars_need_a_table() {
    let years = BTreeSet::from([Some(2025)]);
    let yearly = rules(PeriodType::Yearly);
    let ask = |table: &[(&str, &str)]| {
        let table = table
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        reference_periods(&years, None, &yearly, "ethiopian", &table)
    };
    assert!(matches!(ask(&[]), Err(ReferencePeriodError::Calendar(_))));
    assert_eq!(
        ask(&[("2026", "2018")]),
        Err(ReferencePeriodError::NotInTable(2025))
    );
    assert_eq!(ask(&[("2025", "2017")]).unwrap()[0].period, "2017");
}

#[test]
fn periods_of_less_than_a_year_that_lie_in_two_follow_the_rule() {
    // November 2025 to April 2026; without a rule the year of the first month.
    for (rule, year) in [
        (None, 2025),
        (Some(YearRule::Start), 2025),
        (Some(YearRule::End), 2026),
        (Some(YearRule::Majority), 2026),
    ] {
        for period in ["2026NovS1", "2026NovQ1"] {
            let rules = Rules {
                year_rule: rule,
                ..rules(PeriodType::SixMonthlyNov)
            };
            // November to January: two of three months in 2025.
            let year = if period == "2026NovQ1" && rule == Some(YearRule::Majority) {
                2025
            } else {
                year
            };
            assert_eq!(
                run(&[2025, 2026], Some(period), rules).unwrap()[0].parts,
                [(Some(year), 1.0)],
                "{period} {rule:?}"
            );
        }
    }
    // A line through the year starts with its first day, not with the year before.
    let moving = Rules {
        year_rule: Some(YearRule::End),
        within_year: WithinYear::Linear,
        ..rules(PeriodType::SixMonthlyNov)
    };
    let found = run(&[2026, 2027], Some("2026NovS1"), moving).unwrap();
    assert_eq!(found[0].parts, [(Some(2026), 1.0)]);
}

#[test]
fn weeks_are_those_of_the_year_that_numbers_them() {
    let weeks = run(&[2025], None, rules(PeriodType::Weekly)).unwrap();
    let texts = texts(&weeks);
    // 2025W1 begins on 30 December 2024, 2026W1 on 29 December 2025.
    assert_eq!(
        (texts.len(), texts[0], texts[51]),
        (52, "2025W1", "2025W52")
    );
}

#[test]
fn a_table_of_periods_tells_the_missing_year_and_an_uneven_one() {
    let table = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    };
    let years = BTreeSet::from([Some(2025)]);
    let project = |period: &str, pairs: &[(&str, &str)], rules: &Rules| {
        let asked = period.parse().unwrap();
        projected_period(&years, asked, rules, "ethiopian", &table(pairs))
    };
    let yearly = rules(PeriodType::Yearly);
    let error = project("2018", &[("2025", "2017")], &yearly).unwrap_err();
    assert!(error.hint().ends_with("[periods] 2026 = \"2018\""));
    let moving = Rules {
        within_year: WithinYear::Linear,
        ..yearly
    };
    assert_eq!(
        project("2018", &[("2025", "2017"), ("2026", "2018")], &moving),
        Err(ReferencePeriodError::BesideTable("--within-year linear"))
    );
    let uneven = uneven_years(&table(&[
        ("2024", "2016"),
        ("2025", "2017"),
        ("2027", "2018"),
    ]));
    assert_eq!(uneven, [[(2025, 2017), (2027, 2018)]]);
    // 33 years of the moon are 32 of the sun.
    assert!(uneven_years(&table(&[("2008", "1429"), ("2009", "1431")])).is_empty());
}

#[test]
fn no_growth_reaches_the_next_century() {
    let years = BTreeSet::from([Some(2025)]);
    let asked = "2125".parse().unwrap();
    let yearly = rules(PeriodType::Yearly);
    assert!(matches!(
        projected_period(&years, asked, &yearly, "iso8601", &BTreeMap::new()),
        Err(ReferencePeriodError::TooFar { last: 2025, .. })
    ));
}
