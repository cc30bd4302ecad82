//! The real bands of Aruba: boys of four bands, whose national sums are whole numbers.

use super::Folder;
use crate::support::tool;

/// Two halves of the island's extent, and the whole above them.
const HALVES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","id":"ouAruba0001","properties":{"level":1,"name":"Aruba","path":"/ouAruba0001"},
 "geometry":{"type":"Polygon","coordinates":[[[-70.2,12.3],[-69.7,12.3],[-69.7,12.8],[-70.2,12.8],[-70.2,12.3]]]}},
{"type":"Feature","id":"ouWest00001","properties":{"level":2,"name":"West","path":"/ouAruba0001/ouWest00001"},
 "geometry":{"type":"Polygon","coordinates":[[[-70.2,12.3],[-69.987,12.3],[-69.987,12.8],[-70.2,12.8],[-70.2,12.3]]]}},
{"type":"Feature","id":"ouEast00001","properties":{"level":2,"name":"East","path":"/ouAruba0001/ouEast00001"},
 "geometry":{"type":"Polygon","coordinates":[[[-69.987,12.3],[-69.7,12.3],[-69.7,12.8],[-69.987,12.8],[-69.987,12.3]]]}}]}"#;

const MAPPING: &str = "split = \"uniform\"
bands = 20
[[value]]
data_element = \"deBoys00001\"
ages = \"<1 year\"
sex = \"male\"
[[value]]
data_element = \"deBoys00104\"
ages = \"boys 1-4 years\"
[[value]]
data_element = \"deBoys00509\"
ages = \"boys 5-9 years\"
[[value]]
data_element = \"deBoys01014\"
formula = \"m10\"
[[value]]
data_element = \"deBoys00014\"
ages = \"boys under 15\"
[[value]]
data_element = \"deBoys1223m\"
ages = \"boys 12-23 months\"
";

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn real_bands_become_whole_numbers_that_add_up() {
    let data = testdata::dir();
    let folder = Folder::new(&[("halves.geojson", HALVES), ("map.toml", MAPPING)]);
    let mut run = tool("zonal-sum").folder(folder.0.path());
    for age in ["00", "01", "05", "10"] {
        run = run
            .arg("-r")
            .arg(data.join(format!("worldpop/abw_m_{age}_2020_CN_1km_R2025A_UA_v1.tif")));
    }
    // The extent of the drawing is larger than that of the rasters.
    run.args(["halves.geojson", "-o", "sums.csv"])
        .run()
        .expect_nothing(0);
    let args = "sums.csv --mapping map.toml --level 2 --allow partly-outside";
    let ran = folder.run(args).run().expect(0);
    let values = super::Values::of(&ran);
    let national = |element: &str| -> i64 {
        ["ouWest00001", "ouEast00001"]
            .map(|unit| values.at(element, "", "2020", unit))
            .iter()
            .sum()
    };
    for (element, people) in [
        ("deBoys00001", 555),
        ("deBoys00104", 2496),
        ("deBoys00509", 3501),
        ("deBoys01014", 3539),
    ] {
        assert_eq!(national(element), people, "{element}");
    }
    assert_eq!(national("deBoys1223m"), 2496 / 4);
    for unit in ["ouWest00001", "ouEast00001"] {
        let at = |element: &str| values.at(element, "", "2020", unit);
        let parts = at("deBoys00001") + at("deBoys00104") + at("deBoys00509");
        assert_eq!(at("deBoys00014"), parts + at("deBoys01014"), "{unit}");
    }
    assert_eq!(national("deBoys00014"), 10_091);
    let text = ran.text();
    assert!(text.contains("headcount source=worldpop-global2;R2025A;CN;1km;UA;v1 method=exact reference=2020-01-01"), "{text}");
    assert!(
        text.contains("method=exact+uniform reference=2020-01-01"),
        "{text}"
    );
    ran.says("counted at 2020-01-01");
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn bands_that_are_not_there_are_refused_by_name() {
    let data = testdata::dir();
    let folder = Folder::new(&[("halves.geojson", HALVES)]);
    tool("zonal-sum")
        .folder(folder.0.path())
        .arg("-r")
        .arg(data.join("worldpop/abw_m_05_2020_CN_1km_R2025A_UA_v1.tif"))
        .args(["halves.geojson", "-o", "sums.csv"])
        .run()
        .expect_nothing(0);
    for (entry, message) in [
        ("ages = \"boys <5\"", "no raster of men: 0-4 years"),
        ("ages = \"5-9 years\"", "no raster of women: 5-9 years"),
        ("formula = \"m05 + m10\"", "the sums have no band m10"),
        ("", "neither the whole population nor all its bands"),
    ] {
        let mapping = format!("[[value]]\ndata_element = \"deBoys00001\"\n{entry}\n");
        std::fs::write(folder.0.path().join("map.toml"), mapping).unwrap();
        let run = folder
            .run("sums.csv --mapping map.toml --level 2 --allow partly-outside")
            .run();
        let ran = run.expect_nothing(3);
        assert!(
            ran.stderr.contains(message) || ran.stderr.contains("no raster of"),
            "{}",
            ran.stderr
        );
    }
}
