//! The sample country is whole, its borders are shared, and it is the same every time.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use pop_geo::{Area, OrgUnitSet, ReadOptions, Shape, read_orgunits};
use sample_country::{File, files};

/// Made once: every test looks at the same.
static FILES: LazyLock<Vec<File>> = LazyLock::new(|| files().unwrap());

fn file<'a>(files: &'a [File], name: &str) -> &'a [u8] {
    &files.iter().find(|file| file.name == name).unwrap().bytes
}

fn units() -> OrgUnitSet {
    read_orgunits(file(&FILES, "orgunits.geojson"), &ReadOptions::default()).unwrap()
}

fn areas(set: &OrgUnitSet, level: u32) -> Vec<&Area> {
    set.at_level(level)
        .filter_map(|(_, unit)| unit.area())
        .collect()
}

/// How often each border between two points is drawn, whichever way.
fn borders(areas: &[&Area]) -> BTreeMap<[[u64; 2]; 2], usize> {
    let mut borders = BTreeMap::new();
    for (ring, _) in areas.iter().flat_map(|area| area.rings()) {
        for pair in ring.windows(2) {
            let mut ends = [pair[0].map(f64::to_bits), pair[1].map(f64::to_bits)];
            ends.sort_unstable();
            *borders.entry(ends).or_insert(0) += 1;
        }
    }
    borders
}

#[test]
fn two_runs_give_the_same_bytes() {
    assert_eq!(files().unwrap(), *FILES);
}

#[test]
fn it_is_small() {
    let size: usize = FILES.iter().map(|file| file.bytes.len()).sum();
    assert!(size < 1_200_000, "{size} bytes");
}

#[test]
fn every_polygon_is_sound_as_drawn() {
    for unit in units().units {
        match unit.shape {
            Shape::Area(area) => assert_eq!(area.repair, None, "{}", unit.name.unwrap()),
            Shape::Point(_) => assert_eq!(unit.level, Some(4)),
            Shape::None => assert_eq!(unit.name.as_deref(), Some("Esenga")),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn neighbours_share_their_borders_point_by_point() {
    let set = units();
    let coast = borders(&areas(&set, 1));
    assert!(coast.values().all(|&times| times == 1));
    let sectors = borders(&areas(&set, 3));
    for (border, times) in &sectors {
        let expected = if coast.contains_key(border) { 1 } else { 2 };
        assert_eq!(*times, expected, "{border:?}");
    }
    assert!(coast.keys().all(|border| sectors.contains_key(border)));
    let districts = borders(&areas(&set, 2));
    assert!(districts.keys().all(|border| sectors.contains_key(border)));
    assert!(districts.values().all(|&times| times <= 2));
}

#[test]
fn sectors_tile_the_country() {
    let set = units();
    let size = |level| {
        areas(&set, level)
            .iter()
            .map(|area| area.size())
            .sum::<f64>()
    };
    assert!((size(1) - size(3)).abs() < 1e-12 * size(1));
    assert!(size(2) < 0.95 * size(1), "one district is not drawn");
}

#[test]
fn the_tree_is_whole() {
    let set = units();
    let tree = set.hierarchy();
    let count = |level| set.at_level(level).count();
    assert_eq!([count(1), count(2), count(3)], [1, 7, 29]);
    assert!(count(4) >= 29);
    let mut codes = BTreeSet::new();
    for (place, unit) in set.units.iter().enumerate() {
        let level = unit.level.unwrap() as usize;
        assert_eq!(tree.ancestors(place).count(), level - 1, "{}", unit.id);
        assert!(
            level == 4 || !tree.children(place).is_empty(),
            "{}",
            unit.id
        );
        assert!(codes.insert(unit.code.clone().unwrap()));
        let mut letters = unit.id.bytes();
        assert_eq!(unit.id.len(), 11);
        assert!(letters.next().unwrap().is_ascii_alphabetic());
        assert!(letters.all(|letter| letter.is_ascii_alphanumeric()));
    }
    let islands = set
        .at_level(3)
        .find(|(_, unit)| unit.name.as_deref() == Some("Twin Islands"));
    assert_eq!(islands.unwrap().1.area().unwrap().polygons.len(), 2);
}

#[test]
fn the_metadata_speaks_of_the_same_units() {
    let package: serde_json::Value = serde_json::from_slice(file(&FILES, "metadata.json")).unwrap();
    let ids: BTreeSet<&str> = package["organisationUnits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| unit["id"].as_str().unwrap())
        .collect();
    let set = units();
    assert_eq!(ids, set.units.iter().map(|unit| unit.id.as_str()).collect());
    let assigned = package["dataSets"][0]["organisationUnits"]
        .as_array()
        .unwrap();
    assert_eq!(assigned.len(), ids.len());
    assert_eq!(
        package["categoryOptionCombos"].as_array().unwrap().len(),
        40
    );
}

/// Every `id` in a document, the names of sharing groups aside.
fn ids<'a>(value: &'a serde_json::Value, found: &mut Vec<&'a str>) {
    match value {
        serde_json::Value::Object(members) => {
            found.extend(members.get("id").and_then(|id| id.as_str()));
            members.values().for_each(|value| ids(value, found));
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| ids(value, found)),
        _ => {}
    }
}

#[test]
fn every_id_is_a_uid() {
    let package: serde_json::Value = serde_json::from_slice(file(&FILES, "metadata.json")).unwrap();
    let mut found = Vec::new();
    ids(&package, &mut found);
    assert!(found.len() > 200);
    for id in found {
        let shape = id.len() == 11 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert!(
            shape && id.starts_with(|first: char| first.is_ascii_alphabetic()),
            "{id}"
        );
    }
}

#[test]
fn people_live_on_land_in_towns_and_not_in_the_river() {
    let people = sample_country::people::surface();
    let settled: Vec<f64> = people
        .iter()
        .copied()
        .filter(|people| people.is_finite())
        .collect();
    let total: f64 = settled.iter().sum();
    assert!((50_000.0..500_000.0).contains(&total), "{total} people");
    let share = settled.len() as f64 / people.len() as f64;
    assert!((0.1..0.5).contains(&share), "{share} of the cells");
    assert!(settled.iter().all(|&people| people > 0.0 && people < 500.0));
}
