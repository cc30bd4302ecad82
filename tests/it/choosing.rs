//! The messages that docs/choosing.md quotes are the ones that the tools print.

use crate::sample::Sample;
use crate::support::{Ran, root, tool};
use crate::tiff::Tiff;

/// The lines of the page that quote a tool.
fn quotes() -> Vec<String> {
    let page = std::fs::read_to_string(root().join("docs/choosing.md")).unwrap();
    page.lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| {
            let name = line.split(": ").next().unwrap_or_default();
            name != *line && crate::support::tools().iter().any(|tool| tool == name)
        })
        .map(str::to_owned)
        .collect()
}

/// A square of people in rasters of these names, summed over one unit.
fn sum_rasters(names: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let mut run = tool("zonal-sum");
    for name in names {
        let file = folder.path().join(name);
        std::fs::write(&file, Tiff::new(4, 3, [10.0, 5.0], 1.0, 2.0).bytes()).unwrap();
        run = run.arg("-r").arg(file);
    }
    let units = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "U1", "properties": {"level": 2},
        "geometry": {"type": "Polygon", "coordinates": [[[10, 2], [14, 2], [14, 5], [10, 5], [10, 2]]]}}]}"#;
    run.stdin(units).run().expect_nothing(3)
}

/// A value set of the sample country whose element adds up over years.
fn values_of_a_flow() -> [Ran; 2] {
    let sample = Sample::ready();
    let fetch = |name: &str| sample.with_server(tool(name));
    let metadata = fetch("fetch-metadata")
        .args(["--data-set", "dsPopYear01"])
        .run()
        .expect(0)
        .text()
        .replace("AVERAGE_SUM_ORG_UNIT", "SUM");
    std::fs::write(sample.file("flow.json"), metadata).unwrap();
    let run = |units: Vec<u8>, flags: &[&str]| {
        std::fs::write(sample.file("sums.csv"), sample.sums(&units)).unwrap();
        tool("to-datavalueset")
            .folder(sample.path())
            .args(["sums.csv", "--metadata", "flow.json"])
            .args(sample.mapping())
            .args(flags.iter().copied())
            .run()
    };
    let both = fetch("fetch-orgunits").args(["--level", "1,2"]).run();
    [
        run(sample.org_units(), &["--check"]),
        run(both.expect(0).stdout, &["--level", "1,2"]).expect_nothing(3),
    ]
}

#[test]
fn quoted_messages_are_printed() {
    let mut printed = String::new();
    for names in [
        &["sle_pd_2020_1km_UNadj.tif"][..],
        &["sle_ppp_2020.tif", "sle_pop_2025_CN_1km_R2025A_UA_v1.tif"],
        &[
            "sle_t_00_2025_CN_1km_R2025A_UA_v1.tif",
            "sle_f_00_2025_CN_1km_R2025A_UA_v1.tif",
        ],
    ] {
        printed.push_str(&sum_rasters(names).stderr);
    }
    for ran in values_of_a_flow() {
        printed.push_str(&ran.stderr);
    }
    let quotes = quotes();
    assert_eq!(quotes.len(), 5, "{quotes:#?}");
    for quote in quotes {
        assert!(
            printed.lines().any(|line| line == quote),
            "not printed: {quote}\nprinted:\n{printed}"
        );
    }
}
