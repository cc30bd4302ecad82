//! One data element: the whole population.

use super::*;

#[test]
fn a_total_of_one_level_adds_up() {
    let bench = Bench::new(&[("sums.csv", &tree("ok"))]);
    let values = bench.values(&format!("{TOTAL} --level 3 --period 2025"));
    let people: Vec<i64> = values.iter().map(|(_, v)| v.parse().unwrap()).collect();
    assert_eq!(people.iter().sum::<i64>(), 100);
    assert_eq!(people[0] + people[1], 60);
    let set = bench.set(&format!("{TOTAL} --level 3"));
    assert_eq!(set.values.len(), 8);
    let comment: Comment = set.values[0].comment.as_ref().unwrap().parse().unwrap();
    assert_eq!(
        (
            comment.source.as_str(),
            comment.method.as_str(),
            comment.reference.as_str()
        ),
        (
            "worldpop-global2;R2025A;CN;1km;UA;v1",
            "exact",
            "2025-01-01"
        )
    );
    bench.fails(TOTAL, ExitStatus::Data, "the sums hold the levels 1, 2, 3");
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let text = tree("ok");
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    let turned = Bench::new(&[("sums.csv", &format!("{}\n", lines.join("\n")))]);
    let straight = Bench::new(&[("sums.csv", &text)]);
    let args = format!("{TOTAL} --level 3 --period 2025");
    let sorted = |bench: &Bench| bench.values(&args).into_iter().collect::<BTreeMap<_, _>>();
    assert_eq!(sorted(&turned), sorted(&straight));
}

#[test]
fn mid_year_is_the_mean_and_needs_both_years() {
    let bench = Bench::new(&[("sums.csv", &tree("ok"))]);
    let set = bench.set(&format!("{TOTAL} --level 1 --reference mid-year"));
    assert_eq!(set.values.len(), 1);
    // 100.4 and 102.408.
    assert_eq!(
        (&*set.values[0].period, &*set.values[0].value),
        ("2025", "101")
    );
    assert!(
        set.values[0]
            .comment
            .as_ref()
            .unwrap()
            .ends_with("method=exact+mid-year reference=2025-07-01 group=t")
    );
    bench.fails(
        &format!("{TOTAL} --level 1 --reference mid-year --period 2026"),
        ExitStatus::Data,
        "2027",
    );
}

#[test]
fn periods_of_other_types() {
    let bench = Bench::new(&[("sums.csv", &tree("ok"))]);
    let periods = |args: &str| -> Vec<String> {
        bench
            .set(&format!("{TOTAL} --level 1 {args}"))
            .values
            .iter()
            .map(|v| v.period.to_string())
            .collect()
    };
    assert_eq!(periods("--period 2025July --year-rule end"), ["2025July"]);
    assert_eq!(
        periods("--period-type FinancialApril --year-rule start"),
        ["2025April", "2026April"]
    );
    assert_eq!(periods("--period-type Monthly").len(), 24);
    assert_eq!(
        periods("--period-type Quarterly --within-year linear").len(),
        4
    );
    bench.fails(
        &format!("{TOTAL} --level 1 --period 2025July"),
        ExitStatus::Data,
        "lies in two years",
    );
}

#[test]
fn each_and_csv() {
    let bench = Bench::new(&[(
        "sums.csv",
        "org_unit,year,population\nouDist00001,2025,0.5\nouDist00002,2025,0.5\n",
    )]);
    let values = |args: &str| {
        bench
            .values(&format!("{TOTAL} {args}"))
            .into_iter()
            .map(|v| v.1)
            .collect::<Vec<_>>()
    };
    assert_eq!(values("--round each"), ["1", "1"]);
    assert_eq!(values("--round hierarchy"), ["1", "0"]);
    bench.fails(
        &format!("{TOTAL} --round none"),
        ExitStatus::Data,
        "expected NUMBER",
    );
    let csv = bench.text(&format!("{TOTAL} --format csv")).unwrap();
    assert_eq!(
        csv,
        "dataElement,period,orgUnit,categoryOptionCombo,attributeOptionCombo,value\n\
         dePopTot001,2025,ouDist00001,,,1\ndePopTot001,2025,ouDist00002,,,0\n"
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn hostile_tables_end_as_their_manifest_says() {
    let data = testdata::dir();
    let manifest = fs::read(data.join("hostile/manifest.json")).unwrap();
    let manifest: Vec<serde_json::Value> = serde_json::from_slice(&manifest).unwrap();
    let mut seen = 0;
    for case in manifest.iter().filter(|case| case["group"] == "csv-sums") {
        let id = case["id"].as_str().unwrap();
        let bench = Bench::new(&[]);
        fs::copy(
            data.join(format!("hostile/csv/{id}.csv")),
            bench.path("sums.csv"),
        )
        .unwrap();
        let answer = bench.text(&format!(
            "{TOTAL} --columns org_unit=id,population=sum --period 2025"
        ));
        // A blank is a unit without a value, which is never left out in silence.
        let refused =
            case["expect"]["class"] == "error" || matches!(id, "csv-cut" | "csv-val-blank");
        assert_eq!(answer.is_err(), refused, "{id}: {answer:?}");
        if let Err(error) = &answer {
            assert_eq!(error.status(), ExitStatus::Data, "{id}");
            assert!(error.to_string().contains("sums.csv"), "{id}: {error}");
        }
        let values: Vec<String> = answer
            .map(|text| {
                DataValueSet::read(text.as_bytes())
                    .unwrap()
                    .values
                    .iter()
                    .map(|v| v.value.to_string())
                    .collect()
            })
            .unwrap_or_default();
        match id {
            "csv-val-exp" => assert_eq!(values, ["1500", "7"]),
            "csv-plain" => assert_eq!(values, ["100", "1"]),
            "csv-total" => assert_eq!(
                values
                    .iter()
                    .map(|v| v.parse::<i64>().unwrap())
                    .sum::<i64>(),
                100
            ),
            _ => {}
        }
        seen += 1;
    }
    assert_eq!(seen, 25);
}

#[test]
fn women_and_men_of_all_ages_make_everybody() {
    // ages are all ages in either spelling, neither end or from birth without one
    let sums = "org_unit,level,path,raster,source,year,sex,age_from,age_to,population\n\
        ouUnitA0001,2,/ouRoot00001/ouUnitA0001,f,x,2025,f,,,10.4\nouUnitA0001,2,/ouRoot00001/ouUnitA0001,m,x,2025,m,0,,10.4\n\
        ouUnitB0001,2,/ouRoot00001/ouUnitB0001,f,x,2025,f,,,5\nouUnitB0001,2,/ouRoot00001/ouUnitB0001,m,x,2025,m,0,,6\n";
    let bench = Bench::new(&[("sums.csv", sums)]);
    let values = bench.values(TOTAL);
    let values: Vec<&str> = values.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, ["21", "11"]);
}
