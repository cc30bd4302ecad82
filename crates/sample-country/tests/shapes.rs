//! Generated countries are whole, whatever their shape and seed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use pop_geo::{OrgUnitSet, ReadOptions, Shape as Ground, read_orgunits};
use sample_country::{File, SampleOptions, Shape, documents, generate};

fn options(shape: Shape, seed: Option<u32>) -> SampleOptions {
    SampleOptions {
        shape,
        seed,
        years: 2025..=2025,
    }
}

fn units(files: &[File], name: &str) -> OrgUnitSet {
    let file = files.iter().find(|file| file.name == name).unwrap();
    let options = ReadOptions {
        id_property: (name != "orgunits.geojson").then(|| "CODE".to_owned()),
        ..ReadOptions::default()
    };
    read_orgunits(file.bytes.as_slice(), &options).unwrap()
}

/// Every polygon as drawn, every level but the facilities tiles the country, ids and codes are unique.
fn check(options: &SampleOptions, levels: &[usize]) {
    let set = units(&documents(options).unwrap(), "orgunits.geojson");
    let counts: Vec<usize> = (1..)
        .map(|level| set.at_level(level).count())
        .take_while(|&count| count > 0)
        .collect();
    assert_eq!(counts, levels, "{options:?}");
    let (mut ids, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for unit in &set.units {
        assert!(ids.insert(unit.id.clone()) && codes.insert(unit.code.clone().unwrap()));
        if let Ground::Area(area) = &unit.shape {
            assert_eq!(area.repair, None, "{options:?}: {}", unit.id);
        }
    }
    let size = |level| -> f64 {
        let areas = set.at_level(level).filter_map(|(_, unit)| unit.area());
        areas.map(|area| area.size()).sum()
    };
    for level in 2..=5 {
        let drawn = set.at_level(level).all(|(_, unit)| unit.area().is_some());
        if drawn && set.at_level(level).count() > 0 {
            assert!(
                (size(1) - size(level)).abs() < 1e-9 * size(1),
                "{options:?}"
            );
        }
    }
}

#[test]
fn rwanda_has_its_four_levels() {
    check(&options(Shape::Rwanda, None), &[1, 5, 30, 416, 2148]);
}

#[test]
fn chad_draws_half_of_its_lowest_level_elsewhere() {
    let options = options(Shape::Chad, None);
    check(&options, &[1, 23, 69]);
    let files = documents(&options).unwrap();
    let undrawn: BTreeSet<String> = units(&files, "orgunits.geojson")
        .units
        .iter()
        .filter(|unit| matches!(unit.shape, Ground::None))
        .map(|unit| unit.code.clone().unwrap())
        .collect();
    assert_eq!(undrawn.len(), 34);
    let office = units(&files, "statistics-office.geojson");
    assert_eq!(office.units.len(), 69);
    let office: BTreeSet<String> = office.units.iter().map(|unit| unit.id.clone()).collect();
    assert!(undrawn.is_subset(&office));
    let names = String::from_utf8(files[0].bytes.clone()).unwrap();
    assert!(names.contains("N'") && names.contains('é') && names.contains('ï'));
}

#[test]
fn the_central_african_republic_has_facilities_as_points() {
    let options = options(Shape::CentralAfricanRepublic, None);
    let set = units(&documents(&options).unwrap(), "orgunits.geojson");
    let facilities = set.at_level(5).count();
    assert!((84..=168).contains(&facilities), "{facilities}");
    assert!(
        set.at_level(5)
            .all(|(_, unit)| matches!(unit.shape, Ground::Point(_)))
    );
    check(&options, &[1, 7, 20, 84, facilities]);
}

#[test]
fn seeds_give_sound_countries_of_other_sizes() {
    let mut sizes = BTreeSet::new();
    for seed in 0..100 {
        let options = options(Shape::Sample, Some(seed));
        let set = units(&documents(&options).unwrap(), "orgunits.geojson");
        let counts = [1, 2, 3].map(|level| set.at_level(level).count());
        check(&options, &counts);
        sizes.insert(counts[2]);
    }
    assert!(sizes.len() > 15, "{sizes:?}");
}

#[test]
fn a_seed_gives_the_same_bytes_again_and_names_its_rasters_after_its_code() {
    let make = || {
        let mut files = Vec::new();
        generate(&options(Shape::Sample, Some(1)), |file| files.push(file)).unwrap();
        files
    };
    let files = make();
    assert_eq!(files, make());
    assert_eq!(files.len(), 2 + 1 + 40);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert!(names.contains(&"xab_pop_2025_CN_100m_R2025A_v1.tif"));
    assert!(names.contains(&"xab_m_90_2025_CN_100m_R2025A_v1.tif"));
}
