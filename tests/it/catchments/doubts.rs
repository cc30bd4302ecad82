//! Inputs that are read in one way and are doubtful all the same: outlines that were repaired, sums that do not belong together.

use serde_json::json;

use super::{collection, facility, features, parent, reasons, ring, run, run_within, unit_square};
use crate::schemas::assert_valid;
use crate::support::{Ran, tool};

#[test]
fn a_repaired_outline_is_told_on_stderr_in_the_catchments_and_in_the_report() {
    let bow_tie = json!([[[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]]);
    let overlap = json!([[ring(0.0, 0.0, 0.6, 1.0)], [ring(0.3, 0.0, 1.0, 1.0)]]);
    for polygons in [bow_tie, overlap] {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report.csv");
        let flags = ["--max-distance", "10km", "--report"];
        let flags = [&flags[..], &[report.to_str().unwrap()]].concat();
        let ran = run(
            &[facility("A", [0.1, 0.5]), facility("B", [0.9, 0.5])],
            &[parent("P", polygons)],
            &flags,
        );
        let ran = ran
            .expect(0)
            .says("parents.geojson: 1 polygon repaired: P (area changed by")
            .says("2 units repaired: A, B");
        let found = features(&ran);
        assert_eq!(reasons(&found, "A"), "repaired");
        assert_eq!(reasons(&found, "P-unserved"), "unserved;repaired");
        assert_valid("catchments", &ran.stdout);
        let report = std::fs::read_to_string(report).unwrap();
        assert!(report.contains("\nA,A,P,catchment,repaired,"), "{report}");
    }
    // an overlap of less than one per cent is told with -v only
    let sliver = json!([[ring(0.0, 0.0, 0.501, 1.0)], [ring(0.5, 0.0, 1.0, 1.0)]]);
    let ran = run(
        &[facility("A", [0.1, 0.5])],
        &[parent("P", sliver)],
        &["-v"],
    );
    let ran = ran.expect(0).says("P: repaired: [Overlap]");
    assert_eq!(reasons(&features(&ran), "A"), "");
}

#[test]
fn a_bad_polygon_is_blamed_on_the_file_that_has_it() {
    let star: Vec<[f64; 2]> = (0..6)
        .map(|point| {
            let angle = f64::from(point) * 0.8 * std::f64::consts::PI;
            [0.5 + angle.sin(), 0.5 + angle.cos()]
        })
        .collect();
    let ran = run(
        &[facility("A", [0.5, 0.5])],
        &[parent("P", json!([[star]]))],
        &[],
    );
    let ran = ran.expect_nothing(3);
    let line = ran.stderr.lines().next().unwrap().to_owned();
    assert!(line.contains("parents.geojson: 1 unit"), "{line}");
    assert!(!line.contains("stdin"), "{line}");
}

/// The report with sums of two limits, each given as year, sex and ages, source, and people.
fn with_sums(shorter: [&str; 3], longer: [&str; 3]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let mut flags = Vec::new();
    for (limit, [year, ages, source]) in [("2km", shorter), ("5km", longer)] {
        let file = folder.path().join(format!("{limit}.csv"));
        let text = format!(
            "org_unit,name,level,path,raster,source,year,sex,age_from,age_to,population,status,reasons\n\
             A,A,3,/R/P/A,r,{source},{year},{ages},100,ok,\n"
        );
        std::fs::write(&file, text).unwrap();
        flags.extend(["--sums".to_owned(), format!("{limit}={}", file.display())]);
    }
    let report = folder.path().join("report.csv");
    flags.extend(["--report".to_owned(), report.display().to_string()]);
    let parents = folder.path().join("parents.geojson");
    std::fs::write(&parents, collection(&[unit_square()])).unwrap();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    run_within(&parents, collection(&[facility("A", [0.5, 0.5])]), &flags)
}

#[test]
fn sums_of_limits_are_of_everybody_and_of_one_raster() {
    let all = ["2025", "t,,", "wp"];
    with_sums(all, all).expect(0);
    with_sums(["2025", "f,0,1", "wp"], all)
        .expect_nothing(3)
        .says("2km.csv: sums of a part of the people (raster r: sex f, ages <1)");
    with_sums(all, ["2026", "t,,", "wp"])
        .expect_nothing(3)
        .says("5km.csv: sums of year \"2026\", expected \"2025\" as in");
    with_sums(all, ["2025", "t,,", "ghs"])
        .expect_nothing(3)
        .says("5km.csv: sums of source \"ghs\", expected \"wp\"");
}

#[test]
fn zonal_sum_takes_catchments_of_a_repaired_parent_as_doubtful() {
    let bow_tie = json!([[[[10, 2], [14, 5], [14, 2], [10, 5], [10, 2]]]]);
    let catchments = run(&[facility("A", [11.0, 3.5])], &[parent("P", bow_tie)], &[]);
    let folder = tempfile::tempdir().unwrap();
    let raster = folder.path().join("pop.tif");
    let tiff = crate::tiff::Tiff::new(4, 3, [10.0, 5.0], 1.0, 2.0);
    std::fs::write(&raster, tiff.bytes()).unwrap();
    let sums = tool("zonal-sum")
        .arg("-r")
        .arg(&raster)
        .stdin(catchments.expect(0).stdout)
        .run();
    let sums = sums.expect(0).says("repaired");
    assert!(
        sums.text().contains(",doubtful,repaired,"),
        "{}",
        sums.text()
    );
}

#[test]
fn a_raster_in_the_place_of_org_units_and_numbered_features_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parents.geojson");
    std::fs::write(&file, b"II*\0....").unwrap();
    let facilities = collection(&[facility("A", [0.3, 0.3])]);
    run_within(&file, facilities, &[])
        .expect_nothing(2)
        .says("parents.geojson: it is a TIFF, expected org units as GeoJSON");
    let mut numbered = [facility("1", [0.3, 0.3]), facility("2", [0.6, 0.6])];
    for (number, feature) in numbered.iter_mut().enumerate() {
        feature["properties"]["path"] = format!("/R/P/{}", number + 1).into();
    }
    run(&numbered, &[unit_square()], &[])
        .expect(0)
        .says("the ids 1 to 2 only number the features");
}
