//! Real rasters and boundaries against reference answers.

use std::collections::HashMap;
use std::path::Path;

use pop_geo::{OrgUnitSet, ReadOptions, read_orgunits};
use pop_raster::{Limits, RasterFile};
use pop_zonal::{
    ActiveUnits, BalanceLayers, CellTransform, CoverageMethod, LevelBalance, RasterBand, ReadScope,
    StackRaster, StackSums, SumRequest, sum_stack,
};

fn sum(
    units: &OrgUnitSet,
    raster: &RasterFile<Vec<u8>>,
    method: CoverageMethod,
) -> (StackSums, BalanceLayers) {
    let all = vec![true; units.units.len()];
    let layers = BalanceLayers::new(&units.units, &all, &[ActiveUnits(all.clone())]);
    let request = SumRequest {
        units: &units.units,
        layers: &layers,
        transform: CellTransform::from(raster.grid()),
        layout: *raster.layout(),
        method,
        reach: ReadScope::WholeRaster,
        tick: &|| {},
    };
    let cells = RasterBand {
        file: raster,
        band: 0,
    };
    let sums = sum_stack(
        &request,
        &[StackRaster {
            cells: &cells,
            active_set: 0,
        }],
    )
    .unwrap();
    (sums, layers)
}

fn read(dir: &Path, raster: &str, units: &str) -> (RasterFile<Vec<u8>>, OrgUnitSet) {
    let raster = std::fs::read(dir.join("worldpop").join(raster)).unwrap();
    let units = std::fs::read(dir.join("orgunits").join(units)).unwrap();
    (
        RasterFile::open(raster, &Limits::default()).unwrap(),
        read_orgunits(&units, &ReadOptions::default()).unwrap(),
    )
}

type Answers = Vec<(String, [f64; 4])>;

/// Expected sums by raster, boundary and unit: exact people, exact cells, centre people, centre cells.
fn expected(dir: &Path) -> HashMap<(String, String), Answers> {
    let mut reader = csv::Reader::from_path(dir.join("worldpop/expected_zonal_sums.csv")).unwrap();
    let mut answers: HashMap<_, Vec<_>> = HashMap::new();
    for record in reader.records().map(Result::unwrap) {
        let number = |i: usize| record[i].parse().unwrap_or(0.0);
        let row = (
            record[2].to_owned(),
            [number(3), number(4), number(5), number(6)],
        );
        answers
            .entry((record[0].to_owned(), record[1].to_owned()))
            .or_default()
            .push(row);
    }
    answers
}

/// Where the boundaries that do not come from DHIS2 have their ids.
fn id_property(boundary: &str) -> Option<String> {
    let property = match boundary {
        "sri-lanka-provinces.geojson" => "shapeISO",
        "sri-lanka-districts-colombo-kalutara.geojson" => "code",
        "burundi.geojson" => "sov_a3",
        "Benin_communes.geojson" => "commune_code",
        "sierra_de_neiba_478140.geojson" => "WDPAID",
        "sierra-leone-districts.geojson" => return None,
        _ => "cca2",
    };
    Some(property.to_owned())
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn every_reference_answer_is_met() {
    let dir = testdata::dir();
    let answers = expected(&dir);
    assert!(answers.len() > 5);
    for ((raster, boundary), rows) in answers {
        let path = dir.join("worldpop").join(&raster);
        let bytes = std::fs::read(dir.join("orgunits").join(&boundary)).unwrap();
        let options = ReadOptions {
            id_property: id_property(&boundary),
            ..ReadOptions::default()
        };
        let file = RasterFile::open(std::fs::read(&path).unwrap(), &Limits::default()).unwrap();
        let units = read_orgunits(&bytes, &options).unwrap();
        for (method, column, tolerance) in [
            (CoverageMethod::Exact, 0, 1e-6),
            (CoverageMethod::Centre, 2, 1e-9),
        ] {
            let (sums, layers) = sum(&units, &file, method);
            for (id, answer) in &rows {
                let place = layers
                    .units()
                    .iter()
                    .position(|&u| &units.units[u as usize].id == id);
                let Some(place) = place else {
                    panic!("{boundary}: no unit {id}")
                };
                let found = &sums.rasters[0].outlines[place];
                let close = |found: f64, answer: f64, more: f64| {
                    (found - answer).abs() <= tolerance * answer.abs() + more
                };
                assert!(
                    close(found.people(), answer[column], 1e-6),
                    "{raster} {id} {method:?}: {} instead of {}",
                    found.people(),
                    answer[column]
                );
                assert!(
                    close(
                        found.cells(),
                        answer[column + 1],
                        1e-6 * answer[column + 1].max(1.0)
                    ),
                    "{raster} {id} {method:?}: {} cells instead of {}",
                    found.cells(),
                    answer[column + 1]
                );
            }
        }
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn the_books_of_sierra_leone_close() {
    let dir = testdata::dir();
    let (raster, units) = read(
        &dir,
        "sle_pop_2025_CN_1km_R2025A_UA_v1.tif",
        "sierra-leone-districts.geojson",
    );
    let (sums, layers) = sum(&units, &raster, CoverageMethod::Exact);
    let sums = &sums.rasters[0];
    assert!((sums.total.people() - 8_731_139.999_339).abs() < 1e-5);
    let balance = LevelBalance::new(&layers, 0, sums);
    assert!(
        (balance.in_units - 8_640_353.3).abs() < 0.05,
        "{}",
        balance.in_units
    );
    assert!(
        (balance.in_no_unit - 90_786.7).abs() < 0.05,
        "{}",
        balance.in_no_unit
    );
    assert!(
        balance.difference.abs() < 1e-12 * sums.total.people(),
        "{balance:?}"
    );
    assert!(balance.more_than_once < 1e-3, "{balance:?}");
}
