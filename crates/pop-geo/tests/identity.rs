//! Which id a unit has, and that no other one is taken for it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use pop_geo::{OrgUnit, OrgUnitSet, ReadError, ReadOptions, Shape, read_orgunits};

fn read(features: &[(&str, &str)], id_property: Option<&str>) -> Result<OrgUnitSet, ReadError> {
    let features: Vec<String> = features
        .iter()
        .map(|(id, properties)| {
            let id = if id.is_empty() { String::new() } else { format!(r#""id":{id},"#) };
            format!(
                r#"{{"type":"Feature",{id}"properties":{properties},"geometry":{{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]}}}}"#
            )
        })
        .collect();
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    );
    let options = ReadOptions {
        id_property: id_property.map(str::to_owned),
        ..ReadOptions::default()
    };
    read_orgunits(text.as_bytes(), &options)
}

fn unit(feature: (&str, &str), id_property: Option<&str>) -> OrgUnit {
    read(&[feature], id_property).unwrap().units.remove(0)
}

/// As geopandas writes what fetch-orgunits wrote: row numbers as ids.
const GEOPANDAS: (&str, &str) = (
    r#""1""#,
    r#"{"id":"sRE4DiyLDfD","code":"2","parent":"ua0XKdzB41j","path":"/ua0XKdzB41j/sRE4DiyLDfD"}"#,
);

#[test]
fn two_ids_that_contradict_each_other_are_refused_with_both_and_the_hint() {
    let (_, uid_in_path) = GEOPANDAS;
    for (feature, ids, hint) in [
        (GEOPANDAS, ["\"1\"", "\"sRE4DiyLDfD\""], "--id-property id"),
        (
            ("1", uid_in_path),
            ["\"1\"", "\"sRE4DiyLDfD\""],
            "--id-property id",
        ),
        (
            ("0", r#"{"id":"a"}"#),
            ["\"0\"", "\"a\""],
            "--id-property id",
        ),
        (("0", r#"{"id":7}"#), ["\"0\"", "\"7\""], "--id-property id"),
        (
            ("0", r#"{"path":"/r/a"}"#),
            ["\"0\"", "\"a\""],
            "--id-property path",
        ),
        (
            ("", r#"{"id":3,"path":"/r/a"}"#),
            ["\"3\"", "\"a\""],
            "--id-property path",
        ),
        (
            (r#""a""#, r#"{"id":3,"path":"/r/a"}"#),
            ["\"a\"", "\"3\""],
            "--id-property path",
        ),
    ] {
        let error = read(&[feature], None).unwrap_err();
        let message = error.to_string();
        assert!(ids.iter().all(|id| message.contains(id)), "{message}");
        assert!(error.hint().contains(hint), "{message}: {}", error.hint());
    }
}

#[test]
fn the_hint_leads_to_the_unit_and_its_place_in_the_tree() {
    for name in ["id", "path"] {
        let unit = unit(GEOPANDAS, Some(name));
        assert_eq!(unit.id, "sRE4DiyLDfD");
        assert_eq!(unit.tree_id(), "sRE4DiyLDfD");
    }
    let by_code = unit(GEOPANDAS, Some("code"));
    assert_eq!(
        (by_code.id.as_str(), by_code.tree_id()),
        ("2", "sRE4DiyLDfD")
    );
}

#[test]
fn ids_that_agree_are_one() {
    for feature in [
        (r#""a""#, "{}"),
        (r#""a""#, r#"{"id":"a"}"#),
        (r#""a ""#, r#"{"id":" a"}"#),
        (r#""a""#, r#"{"id":"a","path":"/r/a"}"#),
        (r#""a""#, r#"{"id":null,"path":"/r/a/"}"#),
        ("", r#"{"id":"a"}"#),
        ("", r#"{"path":"/r/a"}"#),
        ("null", r#"{"id":"","path":"/r/a"}"#),
    ] {
        assert_eq!(unit(feature, None).id, "a", "{feature:?}");
    }
    assert_eq!(unit(("7", r#"{"id":"7"}"#), None).id, "7");
}

#[test]
fn row_numbers_are_recognised_whatever_counts_them() {
    let numbered = |ids: &[&str]| {
        let features: Vec<_> = ids.iter().map(|id| (*id, "{}")).collect();
        read(&features, None).unwrap().has_row_numbers()
    };
    assert!(numbered(&["0", "1", "2"]));
    assert!(numbered(&["1", "2", "3"]));
    assert!(numbered(&[r#""0""#, r#""1""#]));
    assert!(!numbered(&["2", "3", "4"]));
    assert!(!numbered(&["2", "1"]));
    assert!(!numbered(&["1"]));
    assert!(!numbered(&["101", "102"]));
    assert!(!numbered(&["1", r#""x""#]));
}

#[test]
fn one_feature_without_a_usable_id_does_not_end_the_file() {
    let lake = ("", r#"{"pcode":null,"name":"Lake"}"#);
    let set = read(&[("", r#"{"pcode":"XX01"}"#), lake], Some("pcode")).unwrap();
    assert_eq!(set.units[1].id, "feature 2");
    assert_eq!(set.units[1].name.as_deref(), Some("Lake"));
    let Shape::Bad(problem) = &set.units[1].shape else {
        panic!("not refused");
    };
    assert!(
        problem.to_string().contains("\"pcode\" is null"),
        "{problem}"
    );
    assert!(
        problem.hint().contains("--allow bad-geometry"),
        "{}",
        problem.hint()
    );
    // Where no feature has one, the file is refused.
    let error = read(&[lake, lake], Some("pcode")).unwrap_err();
    assert!(error.to_string().contains("\"pcode\" is null"), "{error}");
    let error = read(&[lake], None).unwrap_err();
    assert!(
        error.hint().contains("there are name, pcode"),
        "{}",
        error.hint()
    );
}

#[test]
fn properties_of_the_wrong_type_are_read_as_what_they_are_or_refused() {
    let context = |value: &str| {
        let other = (r#""b""#, "{}");
        let properties = format!(r#"{{"context":{value}}}"#);
        let mut set = read(&[(r#""a""#, &properties), other], None).unwrap();
        set.units.swap_remove(0)
    };
    for value in ["true", "1", "1.0", r#""true""#, r#""True""#, r#""1""#] {
        assert!(context(value).context, "{value}");
    }
    for value in ["false", "0", "0.0", r#""false""#, r#""""#, "null", "NaN"] {
        let unit = context(value);
        assert!(!unit.context && unit.area().is_some(), "{value}");
    }
    for value in ["2", "-1", r#""maybe""#, "[]", "{}"] {
        assert!(matches!(context(value).shape, Shape::Bad(_)), "{value}");
    }
    let properties = r#"{"level":2.0,"groups":"[\"g1\",\"g2\"]","openingDate":"2010/01/31","closedDate":"2020-12-31 00:00:00","code":"X "}"#;
    let unit = unit((r#""a""#, properties), None);
    assert_eq!(unit.level, Some(2));
    assert_eq!(unit.groups, ["g1", "g2"]);
    assert_eq!(unit.opening_date.as_deref(), Some("2010-01-31"));
    assert_eq!(unit.closed_date.as_deref(), Some("2020-12-31"));
    assert_eq!(unit.code.as_deref(), Some("X"));
}

#[test]
fn levels_and_dates_that_are_none_say_so_and_leave_the_others_alone() {
    for (properties, cause, hint) in [
        (
            r#"{"level":"ADM2"}"#,
            "\"ADM2\", expected a whole number",
            "del(.features",
        ),
        (
            r#"{"level":2.5}"#,
            "\"2.5\", expected a whole number",
            "del(.features",
        ),
        (
            r#"{"openingDate":"01/01/1990"}"#,
            "\"01/01/1990\", expected a date",
            "yyyy-mm-dd",
        ),
        (
            r#"{"closedDate":631152000000}"#,
            "\"631152000000\", expected a date",
            "yyyy-mm-dd",
        ),
    ] {
        let set = read(&[(r#""a""#, properties), (r#""b""#, "{}")], None).unwrap();
        assert!(set.units[1].area().is_some());
        let Shape::Bad(problem) = &set.units[0].shape else {
            panic!("{properties}");
        };
        assert!(problem.to_string().contains(cause), "{problem}");
        assert!(problem.hint().contains(hint), "{}", problem.hint());
    }
}

#[test]
fn a_path_of_files_is_not_a_path_of_ids() {
    for path in [
        "/home/u/adm1.gpkg|layername=adm1",
        "/home/u/adm1.shp",
        "/data\\\\adm1",
    ] {
        let properties = format!(r#"{{"id":"a","level":2,"path":"{path}"}}"#);
        for feature in [("", properties.as_str()), (r#""a""#, properties.as_str())] {
            let unit = unit(feature, None);
            assert_eq!((unit.id.as_str(), unit.depth()), ("a", Some(2)), "{path}");
            assert_eq!((unit.path.as_deref(), unit.parent_id()), (None, None));
        }
        let coded = format!(r#"{{"pcode":"SL01","path":"{path}"}}"#);
        let unit = unit(("", &coded), Some("pcode"));
        assert_eq!((unit.id.as_str(), unit.depth()), ("SL01", None), "{path}");
        assert!(read(&[("", &coded)], None).is_err());
    }
    // codes with points, as GADM has them
    let gadm = r#"{"GID_1":"SLE.1_1","path":"/SLE/SLE.1_1"}"#;
    for (feature, id_property) in [
        (("", gadm), Some("GID_1")),
        (("", gadm), Some("path")),
        ((r#""SLE.1_1""#, gadm), None),
    ] {
        let unit = unit(feature, id_property);
        assert_eq!(unit.path.as_deref(), Some("/SLE/SLE.1_1"));
        assert_eq!(unit.depth(), Some(2));
    }
}
