//! Which years go into which periods, and the day they are counted at.

use super::Folder;

const TOTAL: &str = "--data-element dePopTot001 --data-set dsPopYear01";

/// One district over some years, with a thousand people in 2025 and a hundred more each year.
fn sums(years: &[i32]) -> String {
    let rows = years.iter().map(|year| {
        let people = 1000 + 100 * (year - 2025);
        format!("ouDist00001,p{year},worldpop-global2;R2025A;CN;100m;v1,{year},{people}\n")
    });
    format!(
        "org_unit,raster,source,year,population\n{}",
        rows.collect::<String>()
    )
}

/// Periods and values of a run over years.
fn periods(years: &[i32], args: &str) -> Vec<(String, i64)> {
    let folder = Folder::new(&[("sums.csv", &sums(years))]);
    let values = folder.values(&format!("sums.csv {TOTAL} {args}"));
    values
        .by_period()
        .into_iter()
        .map(|(period, _, value)| (period.to_owned(), value))
        .collect()
}

/// The message of a run that must be refused.
#[track_caller]
fn refused(years: &[i32], args: &str, status: i32, message: &str) {
    let folder = Folder::new(&[("sums.csv", &sums(years))]);
    let ran = folder.run(&format!("sums.csv {TOTAL} {args}")).run();
    ran.expect_nothing(status).says(message);
}

fn named(values: &[(&str, i64)]) -> Vec<(String, i64)> {
    values
        .iter()
        .map(|(period, value)| ((*period).to_owned(), *value))
        .collect()
}

#[test]
fn every_year_of_the_sums_becomes_a_period() {
    assert_eq!(
        periods(&[2025, 2026, 2028], ""),
        named(&[("2025", 1000), ("2026", 1100), ("2028", 1300)])
    );
    assert_eq!(
        periods(&[2025, 2026], "--period 2026"),
        named(&[("2026", 1100)])
    );
    refused(
        &[2025],
        "--period 2027",
        3,
        "no sums of the year 2027 needs (2027), found 2025",
    );
    refused(&[2025], "--period 2025x", 2, "is not a DHIS2 period");
}

#[test]
fn mid_year_is_the_mean_with_the_next_year_for_all_or_none() {
    let folder = Folder::new(&[("sums.csv", &sums(&[2025, 2026, 2027]))]);
    let ran = folder
        .run(&format!("sums.csv {TOTAL} --reference mid-year"))
        .run()
        .expect(0);
    let ran = ran
        .says("counted at 2025-07-01")
        .says("2027 gets no values of its own");
    let values = super::Values::of(&ran);
    assert_eq!(
        values.by_period(),
        [("2025", "ouDist00001", 1050), ("2026", "ouDist00001", 1150)]
    );
    assert!(
        ran.text()
            .contains("method=unknown+mid-year reference=2026-07-01"),
        "{}",
        ran.text()
    );
    refused(&[2025], "--reference mid-year", 3, "year 2026 is missing");
    refused(
        &[2025, 2026, 2028, 2029],
        "--reference mid-year",
        3,
        "year 2027 is missing, which the mid-year mean of 2026 needs",
    );
    refused(
        &[2025, 2026],
        "--reference mid-year --period 2026",
        3,
        "year 2027 is missing",
    );
}

#[test]
fn months_and_quarters_repeat_their_year_or_lie_on_a_line() {
    let months = periods(&[2025], "--period-type Monthly");
    assert_eq!(
        (months.len(), months[0].clone(), months[11].clone()),
        (12, ("202501".into(), 1000), ("202512".into(), 1000))
    );
    let quarters = periods(
        &[2025, 2026],
        "--period-type Quarterly --within-year linear",
    );
    // 90, 181 and 273 of 365 days.
    assert_eq!(
        quarters,
        named(&[
            ("2025Q1", 1000),
            ("2025Q2", 1025),
            ("2025Q3", 1050),
            ("2025Q4", 1075)
        ])
    );
    assert_eq!(
        periods(&[2025], "--period 202507"),
        named(&[("202507", 1000)])
    );
    assert_eq!(
        periods(&[2025, 2026], "--period 202507 --within-year linear"),
        named(&[("202507", 1050)])
    );
    refused(
        &[2025],
        "--period-type Monthly --within-year linear",
        3,
        "year 2026 is missing, which the line through the months of 2025 needs",
    );
    refused(
        &[2025],
        "--period-type Daily",
        3,
        "periods of type Daily hold no population of a year",
    );
}

#[test]
fn a_financial_year_is_served_by_the_year_that_is_chosen() {
    for (rule, value) in [("start", 1000), ("end", 1100)] {
        let args = format!("--period 2025July --year-rule {rule}");
        assert_eq!(periods(&[2025, 2026], &args), named(&[("2025July", value)]));
    }
    refused(
        &[2025, 2026],
        "--period 2025July",
        3,
        "2025July lies in two years, and no rule says which one serves it",
    );
    refused(
        &[2025, 2026],
        "--period 2025July --year-rule majority",
        3,
        "as many months in either year",
    );
    assert_eq!(
        periods(&[2025, 2026], "--period 2025April --year-rule majority"),
        named(&[("2025April", 1000)])
    );
    // November 2024 to October 2025 is named by its end.
    assert_eq!(
        periods(&[2025], "--period-type FinancialNov --year-rule end"),
        named(&[("2025Nov", 1000)])
    );
    for text in ["2025Feb", "2025April", "2025Aug", "2025Sep", "2025Oct"] {
        let args = format!("--period {text} --year-rule start");
        assert_eq!(periods(&[2025], &args), named(&[(text, 1000)]));
    }
}

#[test]
fn another_calendar_needs_a_table() {
    let metadata = super::country::metadata().replace("iso8601", "ethiopian");
    let mapping = "[[value]]\ndata_element = \"dePopTot001\"\n";
    let table = format!("[periods]\n2025 = \"2017\"\n{mapping}");
    let folder = Folder::new(&[
        ("sums.csv", &sums(&[2025])),
        ("metadata.json", &metadata),
        ("map.toml", mapping),
        ("table.toml", &table),
    ]);
    let run = |mapping: &str, more: &str| {
        folder
            .run(&format!(
                "sums.csv --metadata metadata.json --mapping {mapping} {more}"
            ))
            .run()
    };
    run("map.toml", "")
        .expect_nothing(3)
        .says("calendar is \"ethiopian\"")
        .says("[periods] 2025 = \"2017\"");
    run("map.toml", "--period 2017").expect_nothing(3);
    run("table.toml", "--period 2017")
        .expect_nothing(3)
        .says("come from the table");
    let values = super::Values::of(&run("table.toml", "").expect(0));
    assert_eq!(values.by_period(), [("2017", "ouDist00001", 1000)]);
}

#[test]
fn a_day_is_claimed_only_where_the_product_states_one() {
    for (source, reference, said) in [
        (
            "worldpop-global2;R2025A;CN;100m;v1",
            "reference=2025-01-01",
            "counted at 2025-01-01",
        ),
        (
            "worldpop-global1;;C;100m;UNadj",
            "reference=unstated",
            "a day the product does not state",
        ),
        (
            "",
            "source=unknown method=unknown reference=unstated",
            "a day the product does not state",
        ),
    ] {
        let text = sums(&[2025]).replace("worldpop-global2;R2025A;CN;100m;v1", source);
        let folder = Folder::new(&[("sums.csv", &text)]);
        let ran = folder
            .run(&format!("sums.csv {TOTAL}"))
            .run()
            .expect(0)
            .says(said);
        assert!(ran.text().contains(reference), "{}", ran.text());
    }
    let mixed = sums(&[2025]) + "ouDist00002,p2025,worldpop-global2;R2026A;CN;100m;v1,2025,5\n";
    let folder = Folder::new(&[("sums.csv", &mixed)]);
    folder
        .run(&format!("sums.csv {TOTAL}"))
        .run()
        .expect_nothing(3);
}

/// A district over two years, whose second has another source, coverage rule or adjustment.
fn two_years(source: &str, method: &str, adjustments: [&str; 2]) -> String {
    let ours = "worldpop-global2;R2025A;CN;100m;v1";
    let source = if source.is_empty() { ours } else { source };
    let [first, next] = adjustments;
    format!(
        "org_unit,raster,source,year,population,method,adjustment,unadjusted\n\
         ouDist00001,p2025,{ours},2025,130,exact,\"{first}\",100\n\
         ouDist00001,p2026,{source},2026,102,{method},\"{next}\",100\n"
    )
}

#[test]
fn products_that_differ_between_years_need_consent() {
    let text = two_years("worldpop-global2;R2024B;UC;1km;v2", "exact", ["", ""]);
    let folder = Folder::new(&[("sums.csv", &text)]);
    let mixed = "worldpop-global2;R2024B;UC;1km;v2 and worldpop-global2;R2025A;CN;100m;v1";
    let run = |flags: &str| folder.run(&format!("sums.csv {TOTAL} {flags}")).run();
    run("")
        .expect_nothing(3)
        .says("mixture of products or releases")
        .says(mixed);
    run("--allow mixed-releases").expect(0);
    let exceptions = format!("unit,kind,reason\n{mixed},mixed-releases,no other file\n");
    std::fs::write(folder.0.path().join("known.csv"), exceptions).unwrap();
    run("--exceptions known.csv").expect(0);
    // a single one of the years goes alone
    run("--period 2026").expect(0);
}

#[test]
fn rules_and_rakings_that_differ_within_a_period_need_consent() {
    for (method, adjustments, said) in [
        ("centre", ["", ""], "2025 exact and 2026 centre"),
        (
            "exact",
            ["raked=INS*1.3000", ""],
            "2025 raked to INS and 2026 not raked",
        ),
        (
            "exact",
            ["raked=INS*1.3000", "raked=UN*1.0200"],
            "2025 raked to INS and 2026 raked to UN",
        ),
    ] {
        let folder = Folder::new(&[("sums.csv", &two_years("", method, adjustments))]);
        let run = |flags: &str| folder.run(&format!("sums.csv {TOTAL} {flags}")).run();
        run("--reference mid-year")
            .expect_nothing(3)
            .says("mixture of coverage rules or rakings")
            .says(said);
        run("--reference mid-year --allow mixed-methods").expect(0);
        // each year with its own comment
        run("").expect(0);
    }
    let same = two_years(
        "",
        "exact",
        ["raked=INS*1.3000", "raked=INS*1.0200,years=linear"],
    );
    Folder::new(&[("sums.csv", &same)])
        .run(&format!("sums.csv {TOTAL} --reference mid-year"))
        .run()
        .expect(0);
    // a facility that is not open yet in one of the years is raked in the other alone
    let ours = "worldpop-global2;R2025A;CN;100m;v1";
    let opened = format!(
        "org_unit,raster,source,year,population,method,status,reasons,adjustment,unadjusted\n\
         ouDist00001,p2025,{ours},2025,130,exact,ok,,raked=INS*1.3000,100\n\
         ouDist00001,p2026,{ours},2026,102,exact,ok,,raked=INS*1.0200,100\n\
         ouDist00002,p2025,{ours},2025,,exact,none,not-yet-open,,\n\
         ouDist00002,p2026,{ours},2026,51,exact,ok,,raked=INS*1.0200,50\n"
    );
    Folder::new(&[("sums.csv", &opened)])
        .run(&format!(
            "sums.csv {TOTAL} --reference mid-year --allow inactive"
        ))
        .run()
        .expect(0);
}
