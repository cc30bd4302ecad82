//! A year carried forward: `--project`.

use pop_cli::ExitStatus;

use crate::{Bench, TOTAL};

const SOURCE: &str = "worldpop-global2;R2025A;CN;1km;v1";

/// Two districts of a region, each with 1,000 people in 2025.
fn bench() -> Bench {
    let row = |id: &str| format!("{id},/ouLand00001/ouRegion001/{id},2025,{SOURCE},1000,exact\n");
    let rows = [row("ouDist00001"), row("ouDist00002")].concat();
    Bench::new(&[
        (
            "sums.csv",
            &format!("org_unit,path,year,source,population,method\n{rows}"),
        ),
        (
            "growth.csv",
            "org_unit,growth,source\nouRegion001,2%,INS 2022\nouDist00002,-0.01,Census\n",
        ),
        (
            "some.csv",
            "org_unit,growth,source\nouDist00002,0.01,Census\n",
        ),
        (
            "bad.csv",
            "org_unit,growth,source\nouDist00002,2.5,Census\n",
        ),
    ])
}

#[test]
fn a_year_is_carried_forward_by_one_growth() {
    let set = bench().set(&format!(
        "{TOTAL} --period 2027 --project growth=2.5% --project-source INS"
    ));
    // 1000 * 1.025 * 1.025 = 1050.625; both round to what adds up to 2101.25.
    let mut values: Vec<&str> = set.values.iter().map(|value| &*value.value).collect();
    values.sort_unstable();
    assert_eq!(values, ["1050", "1051"]);
    assert_eq!(
        set.values[0].comment.as_deref(),
        Some(
            "headcount source=worldpop-global2;R2025A;CN;1km;v1 method=exact reference=2027-01-01 group=t projected=INS*1.0506,from=2025,growth=0.025"
        )
    );
    assert_eq!(&*set.values[0].period, "2027");
}

#[test]
fn each_unit_grows_by_its_own_line_or_by_that_of_the_nearest_unit_above() {
    let bench = bench();
    let file = bench.path("growth.csv");
    let set = bench.set(&format!("{TOTAL} --period 2026 --project growth={file}"));
    let values: Vec<(&str, &str)> = set
        .values
        .iter()
        .map(|value| (&*value.value, value.comment.as_deref().unwrap()))
        .collect();
    let [(first, by_region), (second, own)] = values.as_slice() else {
        panic!("{values:?}");
    };
    assert_eq!((*first, *second), ("1020", "990"));
    assert!(by_region.ends_with("projected=INS_2022*1.0200,from=2025,growth=0.02"));
    assert!(own.ends_with("projected=Census*0.9900,from=2025,growth=-0.01"));
}

#[test]
fn half_a_year_more_to_the_middle_of_the_year() {
    let set = bench().set(&format!(
        "{TOTAL} --period 2026 --project growth=0.21 --project-source x --reference mid-year"
    ));
    // 1000 * 1.21^1.5 = 1331
    assert_eq!(&*set.values[0].value, "1331");
    assert!(
        set.values[0]
            .comment
            .as_deref()
            .unwrap()
            .contains("reference=2026-07-01")
    );
}

#[test]
fn nothing_is_carried_forward_by_itself_or_in_error() {
    let bench = bench();
    bench.fails(
        &format!("{TOTAL} --period 2027"),
        ExitStatus::Data,
        "no sums of the year 2027 needs",
    );
    let projected = "--project growth=2% --project-source INS";
    for (rest, what) in [
        (
            format!("--period 2025 {projected}"),
            "no year to carry forward",
        ),
        (
            format!("--period 2027 --project growth={}", bench.path("some.csv")),
            "no growth is given for",
        ),
        (
            format!("--period 2027 --project growth={}", bench.path("bad.csv")),
            "more than 25 %",
        ),
    ] {
        bench.fails(&format!("{TOTAL} {rest}"), ExitStatus::Data, what);
    }
    for slip in [
        "--project growth=2.5 --project-source INS --period 2027",
        "--project growth=2,5% --project-source INS --period 2027",
        "--project 0.02 --project-source INS --period 2027",
        "--project growth=0.02 --period 2027",
        "--project growth=0.02 --project-source INS",
    ] {
        let error = bench.text(&format!("{TOTAL} {slip}")).unwrap_err();
        assert_eq!(error.status(), ExitStatus::Usage, "{slip}: {error}");
    }
    bench.fails(
        &format!("{TOTAL} --period 2027 --project growth=nothing-there.csv"),
        ExitStatus::Io,
        "nothing-there.csv",
    );
}

#[test]
fn a_line_that_no_unit_takes_is_named() {
    let bench = bench();
    let ask = |line: &str| {
        let text = format!("org_unit,growth,source\nouLand00001,1%,INS\n{line}");
        std::fs::write(bench.path("growth.csv"), text).unwrap();
        let file = bench.path("growth.csv");
        format!("{TOTAL} --period 2026 --project growth={file}")
    };
    // Another case, a code, a mistyped id.
    for id in ["OUDIST00001", "D1", "ouDist00003"] {
        bench.fails(
            &ask(&format!("{id},2%,INS\n")),
            ExitStatus::Data,
            &format!(
                "1 line with an id that is not in the sums, in their paths or in the metadata: {id}"
            ),
        );
    }
    let text = "org_unit,source,growth\nouLand00001,INS,0.01\nouDist00001,INS,0.0";
    std::fs::write(bench.path("cut.csv"), text).unwrap();
    let file = bench.path("cut.csv");
    bench.fails(
        &format!("{TOTAL} --period 2026 --project growth={file}"),
        ExitStatus::Data,
        "line 3, the last one, has no line end",
    );
    // The source is whole, or cut where no number is.
    assert_eq!(bench.values(&ask("ouDist00001,2%,I")).len(), 2);
    assert_eq!(bench.values(&ask("ouRegion001,2%,INS\n")).len(), 2);
}
