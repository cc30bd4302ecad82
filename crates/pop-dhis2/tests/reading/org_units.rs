//! Org units: all that were asked for, from every release, through every fault that passes.

use std::collections::BTreeMap;

use dhis2_standin::{Fault, FaultRule, Standin, Version};
use pop_dhis2::org_units::{Fields, RequestSize, SelectedUnits, Selection, survey, walk};
use pop_dhis2::{ApiError, Server};
use pop_http::Outcome;
use serde_json::Value;

use crate::setup::{BULK, bundles, connect, small, start};

fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|&item| item.to_owned()).collect()
}

fn level(level: &str) -> Selection {
    Selection {
        levels: texts(&[level]),
        ..Selection::default()
    }
}

/// Id of each unit in the order it came, whether it is context, and its geometry as text.
fn read(
    server: &Server,
    selection: &Selection,
) -> Result<Vec<(String, bool, Option<String>)>, ApiError> {
    let selected = SelectedUnits::new(server, selection)?;
    let mut units = Vec::new();
    walk(
        server,
        &selected,
        Fields::Geometry,
        RequestSize::default(),
        |place, unit| {
            let geometry = unit.geometry.map(|geometry| geometry.get().to_owned());
            units.push((unit.id.clone(), place.context, geometry));
            Ok(())
        },
    )?;
    Ok(units)
}

fn selected(units: &[(String, bool, Option<String>)]) -> Vec<&str> {
    let mut ids: Vec<&str> = units
        .iter()
        .filter(|(_, context, _)| !context)
        .map(|(id, ..)| id.as_str())
        .collect();
    ids.sort_unstable();
    ids
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn every_release_gives_every_unit_of_a_level() {
    let bundles = bundles();
    for version in Version::ALL {
        let standin = start(version, &bundles);
        let server = connect(&standin);
        let units = read(&server, &level("3")).unwrap();
        // 2.41's own list of the level says that 50 are all.
        assert_eq!(selected(&units).len(), BULK + 5, "{}", version.text());
        let context: Vec<_> = units
            .iter()
            .filter(|unit| unit.1)
            .map(|unit| unit.0.as_str())
            .collect();
        assert!(context.contains(&"ouSLE000001"), "the root came along");
        let without = units.iter().find(|unit| unit.0 == "ouNoGeom001").unwrap();
        assert_eq!(without.2, None, "a unit without geometry stays");
    }
}

/// All numbers of a geometry: 10 and 10.0 are one.
fn numbers(geometry: &Value) -> Vec<f64> {
    match geometry {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        Value::Object(members) => members.values().flat_map(numbers).collect(),
        Value::Number(number) => vec![number.as_f64().unwrap()],
        _ => Vec::new(),
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn geometry_is_the_same_in_every_release_and_keeps_its_numbers() {
    let bundles = bundles();
    let given: BTreeMap<&str, &Value> = bundles[0]["organisationUnits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| (unit["id"].as_str().unwrap(), &unit["geometry"]))
        .collect();
    for version in Version::ALL {
        let standin = start(version, &bundles);
        for (id, _, geometry) in read(&connect(&standin), &level("District")).unwrap() {
            let geometry: Value =
                geometry.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
            let same = numbers(&geometry) == numbers(given[id.as_str()]);
            assert!(same, "{id} on {}", version.text());
        }
    }
}

#[test]
fn selections_narrow_and_add_up() {
    let standin = start(Version::V41, &[small()]);
    let server = connect(&standin);
    let ids = |selection: &Selection| {
        let units = read(&server, selection).unwrap();
        selected(&units).join(" ")
    };
    assert_eq!(ids(&level("2")), "ouDistrict1 ouDistrict2");
    let subtree = Selection {
        parents: texts(&["ouDistrict1"]),
        ..Selection::default()
    };
    assert_eq!(ids(&subtree), "ouDistrict1 ouFacility1 ouFacility2");
    let nested = Selection {
        parents: texts(&["ouDistrict1", "ouFacility2"]),
        ..Selection::default()
    };
    assert_eq!(ids(&nested), ids(&subtree));
    let both = Selection {
        levels: texts(&["3"]),
        parents: texts(&["ouDistrict1"]),
        ..Selection::default()
    };
    assert_eq!(ids(&both), "ouFacility1 ouFacility2");
    let single = Selection {
        units: texts(&["ouFacility3", "ouRoot00001"]),
        ..Selection::default()
    };
    assert_eq!(ids(&single), "ouFacility3 ouRoot00001");
    let all = Selection {
        everything: true,
        ..Selection::default()
    };
    assert_eq!(read(&server, &all).unwrap().len(), 6);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn groups_are_found_by_id_code_or_name() {
    let bundles = bundles();
    for version in Version::ALL {
        let standin = start(version, &bundles);
        let server = connect(&standin);
        for name in ["ogUrban0001", "URBAN", "Urban"] {
            let mut selection = Selection {
                groups: texts(&[name]),
                ..Selection::default()
            };
            let units = read(&server, &selection).unwrap();
            assert_eq!(
                selected(&units),
                ["O6uvpzGd5pu", "at6UHUQatSo", "ouFacPoint1"]
            );
            selection.levels = texts(&["2"]);
            let units = read(&server, &selection).unwrap();
            assert_eq!(selected(&units), ["O6uvpzGd5pu", "at6UHUQatSo"]);
        }
    }
}

#[test]
fn units_come_in_the_order_of_the_tree() {
    let standin = start(Version::V43, &[small()]);
    let units = read(&connect(&standin), &level("3")).unwrap();
    let order: Vec<&str> = units.iter().map(|unit| unit.0.as_str()).collect();
    assert_eq!(
        order,
        [
            "ouRoot00001",
            "ouDistrict1",
            "ouFacility1",
            "ouFacility2",
            "ouDistrict2",
            "ouFacility3"
        ]
    );
}

#[test]
fn what_is_not_there_is_an_error_and_never_the_whole_country() {
    for version in Version::ALL {
        let standin = start(version, &[small()]);
        let server = connect(&standin);
        let cases = [
            level("7"),
            level("Chiefdom"),
            Selection {
                parents: texts(&["noSuchUnit1"]),
                levels: texts(&["2"]),
                ..Selection::default()
            },
            Selection {
                groups: texts(&["nobody"]),
                ..Selection::default()
            },
            Selection {
                units: texts(&["ouFacility1", "noSuchUnit1"]),
                ..Selection::default()
            },
            Selection {
                units: texts(&["x]&level=1"]),
                ..Selection::default()
            },
        ];
        for selection in cases {
            let error = read(&server, &selection).unwrap_err();
            let ApiError::Unknown { what, given, known } = &error else {
                panic!("{error}");
            };
            // this server has no groups to name instead
            let has_a_list = *what == "org unit" && given == "noSuchUnit1";
            assert!(!has_a_list || !known.is_empty(), "{error}");
        }
    }
}

/// Requests that name units by id, and how long the longest was.
fn id_requests(standin: &Standin) -> (usize, usize) {
    let lengths: Vec<usize> = standin
        .requests()
        .iter()
        .filter(|request| request.query.contains("id:in:"))
        .map(|request| request.path.len() + request.query.len() + "GET ? HTTP/1.1".len())
        .collect();
    (lengths.len(), lengths.into_iter().max().unwrap_or(0))
}

#[test]
fn request_lines_stay_below_what_servers_take() {
    let mut tree = small();
    let units = tree["organisationUnits"].as_array_mut().unwrap();
    for number in 0..1200 {
        units.push(serde_json::json!({
            "id": format!("ouMany{number:05}"), "name": "x", "shortName": "x",
            "openingDate": "2010-01-01", "parent": {"id": "ouDistrict2"},
        }));
    }
    let standin = start(Version::V42, &[tree]);
    let all = Selection {
        everything: true,
        ..Selection::default()
    };
    let units = read(&connect(&standin), &all).unwrap();
    assert_eq!(units.len(), 1206);
    let (count, longest) = id_requests(&standin);
    assert!(count < 12, "{count} requests");
    assert!(longest < 8000, "{longest} bytes");
}

#[test]
fn faults_that_pass_change_nothing() {
    let passing = [
        Fault::Refused(502),
        Fault::Refused(503),
        Fault::Refused(504),
        Fault::TooMany { seconds: 0 },
        Fault::CutAnswer,
        Fault::LostAnswer,
        Fault::Reset,
        Fault::Drip { pause: 1 },
        Fault::Refused(413),
    ];
    for version in [Version::V38, Version::V43] {
        let whole = read(&connect(&start(version, &[small()])), &level("3")).unwrap();
        for fault in &passing {
            let standin = start(version, &[small()]);
            let server = connect(&standin);
            let mut rule =
                FaultRule::first("GET", "organisationUnits.json", fault.clone()).after(2);
            rule.query = String::new();
            standin.add_fault(rule);
            let units = read(&server, &level("3"));
            assert_eq!(units.unwrap(), whole, "{fault:?}");
        }
    }
}

#[test]
fn faults_that_stay_are_named() {
    let cases = [
        (Fault::LoginRedirect, Outcome::Refused),
        (Fault::LoginPage, Outcome::Refused),
        (Fault::Refused(403), Outcome::Refused),
        (Fault::Refused(404), Outcome::Refused),
        (Fault::Refused(502), Outcome::Unreachable),
        (Fault::TooMany { seconds: 3600 }, Outcome::Unreachable),
        (Fault::Empty, Outcome::Refused),
        (Fault::Answer("{}".into()), Outcome::BadAnswer),
        (Fault::Answer("[".into()), Outcome::BadAnswer),
        (
            Fault::Answer(r#"{"organisationUnits":[]}"#.into()),
            Outcome::BadAnswer,
        ),
        (Fault::Reset, Outcome::Unreachable),
    ];
    for (fault, outcome) in cases {
        let standin = start(Version::V42, &[small()]);
        let server = connect(&standin);
        standin.add_fault(
            FaultRule::first("GET", "organisationUnits.json", fault.clone()).times(usize::MAX),
        );
        let error = read(&server, &level("3")).unwrap_err();
        assert_eq!(error.outcome(), outcome, "{fault:?}: {error}");
    }
}

#[test]
fn a_list_that_is_cut_short_is_noticed() {
    let standin = start(Version::V41, &[small()]);
    let server = connect(&standin);
    let cut = r#"{"organisationUnits":[{"id":"ouFacility1","path":"/ouRoot00001/ouDistrict1/ouFacility1"}]}"#;
    let mut rule = FaultRule::first("GET", "organisationUnits.json", Fault::Answer(cut.into()))
        .times(usize::MAX);
    rule.query = "paging=false".into();
    standin.add_fault(rule);
    let error = read(&server, &level("3")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("lists 1 org units, but counts 3"),
        "{error}"
    );
}

#[test]
fn a_survey_of_a_large_level_is_exact() {
    let mut tree = small();
    let units = tree["organisationUnits"].as_array_mut().unwrap();
    for number in 0..700 {
        // All polygons in one part of the level: a sample would say another share.
        let geometry = match number {
            0..=2 => {
                serde_json::json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]})
            }
            3..=599 => serde_json::json!({"type": "Point", "coordinates": [1.5, 2.5]}),
            _ => Value::Null,
        };
        let mut unit = serde_json::json!({
            "id": format!("ouMany{number:05}"), "name": "x", "shortName": "x",
            "openingDate": "2010-01-01", "parent": {"id": "ouDistrict2"},
        });
        if !geometry.is_null() {
            unit["geometry"] = geometry;
        }
        units.push(unit);
    }
    for version in [Version::V41, Version::V44] {
        let standin = start(version, std::slice::from_ref(&tree));
        let levels = survey(&connect(&standin)).unwrap();
        let level = &levels[2];
        assert_eq!((level.units, level.polygons, level.points), (703, 3, 597));
        assert_eq!((level.without, level.is_sampled), (103, false));
    }
}

/// Trees that are larger than any page, on servers that page wrongly.
#[test]
fn trees_of_thousands_come_whole_from_every_release() {
    let mut tree = small();
    let units = tree["organisationUnits"].as_array_mut().unwrap();
    let count = if testdata::long() { 12_000 } else { 2_500 };
    for number in 0..count {
        let parent = match number % 3 {
            0 => "ouDistrict1".to_owned(),
            1 => "ouFacility3".to_owned(),
            _ => format!("ouMany{:05}", number - 1),
        };
        units.push(serde_json::json!({
            "id": format!("ouMany{number:05}"), "name": format!("Unit {}", number % 97), "shortName": "x",
            "openingDate": "2010-01-01", "parent": {"id": parent},
        }));
    }
    tree["organisationUnitGroups"] = serde_json::json!([{"id": "ogMany00001", "name": "Many", "shortName": "Many",
        "organisationUnits": (0..count).step_by(2).map(|number| serde_json::json!({"id": format!("ouMany{number:05}")})).collect::<Vec<_>>()}]);
    let mut seen = Vec::new();
    for version in Version::ALL {
        let standin = start(version, std::slice::from_ref(&tree));
        let server = connect(&standin);
        let all = Selection {
            everything: true,
            ..Selection::default()
        };
        let units = read(&server, &all).unwrap();
        assert_eq!(units.len(), count + 6, "{version}");
        let ids: std::collections::BTreeSet<_> = units.iter().map(|unit| unit.0.clone()).collect();
        assert_eq!(ids.len(), units.len(), "{version}: doubles");
        let third = read(&server, &level("3")).unwrap();
        assert_eq!(selected(&third).len(), 3 + count.div_ceil(3), "{version}");
        let group = Selection {
            groups: texts(&["Many"]),
            parents: texts(&["ouFacility3"]),
            ..Selection::default()
        };
        let grouped = read(&server, &group).unwrap();
        let expected = (0..count).filter(|number| number % 2 == 0 && number % 3 != 0);
        assert_eq!(selected(&grouped).len(), expected.count(), "{version}");
        for request in standin.requests() {
            // Lists that old releases page wrongly are never asked for.
            for word in [
                "level=",
                "query=",
                "userOnly",
                "withinUserHierarchy",
                "maxLevel",
            ] {
                let whole = format!("&{}", request.query);
                assert!(!whole.contains(&format!("&{word}")), "{version}: {whole}");
            }
        }
        seen.push(units);
    }
    assert!(
        seen.iter().all(|units| units == &seen[0]),
        "one order everywhere"
    );
}
