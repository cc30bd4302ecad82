//! Shapes that org units come in: what is left alone, what is repaired, what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use pop_geo::{
    Area, Defect, GeometryProblem, Longitudes, OrgUnit, ReadOptions, Shape, crossing_test,
    read_orgunits, repair,
};

fn read(geometry: &str) -> OrgUnit {
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","id":"a","properties":null,"geometry":{geometry}}}]}}"#
    );
    let mut set = read_orgunits(text.as_bytes(), &ReadOptions::default()).unwrap();
    set.units.remove(0)
}

fn polygon(rings: &str) -> Shape {
    read(&format!(r#"{{"type":"Polygon","coordinates":[{rings}]}}"#)).shape
}

fn multi(polygons: &str) -> Shape {
    read(&format!(
        r#"{{"type":"MultiPolygon","coordinates":[{polygons}]}}"#
    ))
    .shape
}

fn area(shape: Shape) -> Area {
    match shape {
        Shape::Area(area) => area,
        other => panic!("no area: {other:?}"),
    }
}

fn problem(shape: Shape) -> GeometryProblem {
    match shape {
        Shape::Bad(problem) => problem,
        other => panic!("not refused: {other:?}"),
    }
}

/// A sound area, bit for bit as written.
fn untouched(shape: Shape, size: f64) {
    let area = area(shape);
    assert_eq!(area.repair, None);
    assert_eq!(area.longitudes, Longitudes::AsWritten);
    assert!((area.size() - size).abs() < 1e-12, "{}", area.size());
    assert_eq!(crossing_test(&area), None);
}

/// A repaired area of this size, and what was wrong.
fn repaired(shape: Shape, size: f64, defects: &[Defect]) {
    let area = area(shape);
    assert!((area.size() - size).abs() < 1e-12, "{}", area.size());
    let repair = area.repair.as_ref().unwrap();
    assert_eq!(repair.defects, defects);
    assert!((repair.area_after - size).abs() < 1e-12);
    assert_eq!(crossing_test(&area), None, "sound after the repair");
}

const SQUARE: &str = "[[0,0],[4,0],[4,4],[0,4],[0,0]]";

#[test]
fn sound_shapes_stay_bit_for_bit() {
    untouched(polygon(SQUARE), 16.0);
    // Wound the other way, not closed, every point twice.
    untouched(polygon("[[0,0],[0,4],[4,4],[4,0],[0,0]]"), 16.0);
    untouched(polygon("[[0,0],[4,0],[4,4],[0,4]]"), 16.0);
    untouched(
        polygon("[[0,0],[0,0],[4,0],[4,0],[4,4],[4,4],[0,4],[0,4],[0,0]]"),
        16.0,
    );
    // A hole, wound as its shell; one that touches it in a point; two that touch each other.
    untouched(
        polygon(&format!("{SQUARE},[[1,1],[2,1],[2,2],[1,2],[1,1]]")),
        15.0,
    );
    untouched(
        polygon(&format!("{SQUARE},[[0,2],[1,1],[1,3],[0,2]]")),
        15.0,
    );
    untouched(
        polygon(&format!(
            "{SQUARE},[[1,1],[2,1],[2,2],[1,2],[1,1]],[[2,2],[3,2],[3,3],[2,3],[2,2]]"
        )),
        14.0,
    );
    // Parts that share an edge, parts that share a point, an island in a lake.
    untouched(
        multi(&format!("[{SQUARE}],[[[4,0],[6,0],[6,4],[4,4],[4,0]]]")),
        24.0,
    );
    untouched(
        multi(&format!("[{SQUARE}],[[[4,4],[6,4],[6,6],[4,4]]]")),
        18.0,
    );
    untouched(
        multi(&format!(
            "[{SQUARE},[[1,1],[3,1],[3,3],[1,3],[1,1]]],[[[1.5,1.5],[2,1.5],[2,2],[1.5,1.5]]]"
        )),
        12.125,
    );
    // A spike encloses nothing; two lobes that meet in a point, wound alike.
    untouched(
        polygon("[[0,0],[4,0],[4,2],[9,2],[4,2],[4,4],[0,4],[0,0]]"),
        16.0,
    );
    untouched(polygon("[[0,0],[2,2],[4,0],[4,4],[2,2],[0,4],[0,0]]"), 8.0);
}

#[test]
fn touching_shapes_far_from_the_origin_stay_too() {
    // Tens of metres wide where the last digit of a double is a billionth of that.
    for shape in [
        polygon(
            "[[151.2,-60.1],[151.2003,-60.1],[151.2003,-60.0999],[151.2009,-60.0999],[151.2003,-60.0999],[151.2003,-60.0998],[151.2,-60.0998]]",
        ),
        polygon(
            "[[151.2,-60.1],[151.2003,-60.1],[151.2003,-60.0997],[151.2,-60.0997]],[[151.2,-60.0999],[151.2001,-60.09987],[151.2001,-60.0998]]",
        ),
        multi(
            "[[[151.2,-60.1],[151.2003,-60.1],[151.2003,-60.0997]]],[[[151.2003,-60.0997],[151.2,-60.1],[151.2,-60.0997]]]",
        ),
    ] {
        assert_eq!(area(shape).repair, None);
    }
}

#[test]
fn crossings_with_one_reading_are_repaired() {
    // A bow-tie: even-odd and non-zero both fill its lobes, and as written they cancel.
    repaired(
        polygon("[[0,0],[2,2],[2,0],[0,2],[0,0]]"),
        2.0,
        &[Defect::Crossing],
    );
    // The same with a point at the crossing.
    repaired(
        polygon("[[0,0],[1,1],[2,2],[2,0],[1,1],[0,2],[0,0]]"),
        2.0,
        &[Defect::Crossing],
    );
    // A millionth of a degree wide, far from (0, 0).
    let tiny = "[[-13.3,8.2],[-13.299999,8.200001],[-13.299999,8.2],[-13.3,8.200001],[-13.3,8.2]]";
    let area = area(polygon(tiny));
    assert_eq!(area.repair.unwrap().defects, [Defect::Crossing]);
}

#[test]
fn parts_that_overlap_are_joined() {
    repaired(
        multi(&format!("[{SQUARE}],[{SQUARE}]")),
        16.0,
        &[Defect::Overlap],
    );
    repaired(
        multi(&format!("[{SQUARE}],[[[1,1],[2,1],[2,2],[1,2],[1,1]]]")),
        16.0,
        &[Defect::Overlap],
    );
    repaired(
        multi(&format!("[{SQUARE}],[[[3,3],[6,3],[6,6],[3,6],[3,3]]]")),
        24.0,
        &[Defect::Overlap],
    );
    let collection = read(
        r#"{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]},{"type":"Polygon","coordinates":[[[1,0],[3,0],[3,2],[1,2],[1,0]]]},{"type":"Point","coordinates":[9,9]}]}"#,
    );
    repaired(collection.shape, 6.0, &[Defect::Overlap]);
}

#[test]
fn holes_are_cut_out_of_their_own_shell_only() {
    // Hole in a hole: both are holes. Hole half outside: the half that is inside. Hole outside: none.
    repaired(
        polygon(&format!(
            "{SQUARE},[[1,1],[3,1],[3,3],[1,3],[1,1]],[[1.5,1.5],[2,1.5],[2,2],[1.5,2],[1.5,1.5]]"
        )),
        12.0,
        &[Defect::Hole],
    );
    repaired(
        polygon(&format!("{SQUARE},[[3,1],[5,1],[5,2],[3,2],[3,1]]")),
        15.0,
        &[Defect::Hole],
    );
    repaired(
        polygon(&format!("{SQUARE},[[8,8],[9,8],[9,9],[8,8]]")),
        16.0,
        &[Defect::Hole],
    );
    // A hole that lies in another part is none of that part's.
    repaired(
        multi(&format!(
            "[{SQUARE},[[11,1],[12,1],[12,2],[11,1]]],[[[10,0],[14,0],[14,4],[10,4],[10,0]]]"
        )),
        32.0,
        &[Defect::Hole],
    );
}

#[test]
fn two_readings_are_refused() {
    let star = "[[0,3],[-1.763,-2.427],[2.853,0.927],[-2.853,0.927],[1.763,-2.427],[0,3]]";
    let GeometryProblem::Ambiguous {
        even_odd, non_zero, ..
    } = problem(polygon(star))
    else {
        panic!("not ambiguous");
    };
    assert!(even_odd < non_zero);
    // Twice round.
    let twice = "[[0,0],[4,0],[4,4],[0,4],[0,0],[4,0],[4,4],[0,4],[0,0]]";
    assert!(matches!(
        problem(polygon(twice)),
        GeometryProblem::Ambiguous { .. }
    ));
}

#[test]
fn what_encloses_nothing_is_named() {
    assert_eq!(
        problem(polygon("[[0,0],[1,1],[0,0]]")),
        GeometryProblem::TooFewPoints { found: 2 }
    );
    assert_eq!(
        problem(polygon("[[5,5],[5,5],[5,5],[5,5]]")),
        GeometryProblem::TooFewPoints { found: 1 }
    );
    assert_eq!(
        problem(polygon("[[0,0],[1,1],[2,2],[0,0]]")),
        GeometryProblem::NoArea
    );
    assert_eq!(
        problem(polygon(&format!("{SQUARE},{SQUARE}"))),
        GeometryProblem::NoArea
    );
    // Beside a proper ring, a flat one is left out and reported.
    repaired(
        multi(&format!("[{SQUARE}],[[[9,9],[8,8],[9,9]]]")),
        16.0,
        &[Defect::FlatRing],
    );
}

#[test]
fn other_shapes_are_told_apart() {
    for (geometry, expected) in [
        ("null", Shape::None),
        (r#"{"type":"Polygon","coordinates":[]}"#, Shape::None),
        (r#"{"type":"Polygon","coordinates":[[]]}"#, Shape::None),
        (r#"{"type":"MultiPolygon","coordinates":[]}"#, Shape::None),
        (
            r#"{"type":"MultiPolygon","coordinates":[[],[[]]]}"#,
            Shape::None,
        ),
        (
            r#"{"type":"GeometryCollection","geometries":[]}"#,
            Shape::None,
        ),
        (
            r#"{"type":"Point","coordinates":[1,2,3]}"#,
            Shape::Point(vec![[1.0, 2.0]]),
        ),
        (
            r#"{"coordinates":[[1,2]],"type":"MultiPoint"}"#,
            Shape::Point(vec![[1.0, 2.0]]),
        ),
        (
            r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#,
            Shape::Line,
        ),
        (
            r#"{"coordinates":[[[1,2],[3,4]]],"type":"MultiLineString"}"#,
            Shape::Line,
        ),
    ] {
        assert_eq!(read(geometry).shape, expected, "{geometry}");
    }
}

#[test]
fn positions_must_be_degrees() {
    assert_eq!(
        problem(polygon("[[0,89],[9,89],[9,95],[0,89]]")),
        GeometryProblem::Latitude { found: 95.0 }
    );
    assert_eq!(
        problem(polygon(
            "[[-1498360,9],[-1480549,9],[-1480549,10],[-1498360,9]]"
        )),
        GeometryProblem::Longitude {
            found: -1_498_360.0
        }
    );
    untouched(
        polygon("[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]"),
        64_800.0,
    );
}

/// West and east edge of every part.
fn extents(area: &Area) -> Vec<[f64; 2]> {
    let bounds = area
        .polygons
        .iter()
        .map(|polygon| Area::new(vec![polygon.clone()]).bounds().unwrap());
    bounds.map(|bounds| [bounds.west, bounds.east]).collect()
}

#[test]
fn longitudes_written_beyond_180_are_brought_back() {
    let moved = area(polygon(
        "[[346.5,8],[346.75,8],[346.75,9],[346.5,9],[346.5,8]]",
    ));
    assert_eq!(moved.longitudes, Longitudes::Moved);
    assert_eq!(extents(&moved), [[-13.5, -13.25]]);
    assert_eq!(
        problem(polygon("[[359,0],[361,0],[361,1],[359,1],[359,0]]")),
        GeometryProblem::Longitude { found: 361.0 }
    );
}

#[test]
fn an_edge_of_more_than_half_a_turn_has_two_readings() {
    for (ring, from, to) in [
        ("[[177,0],[-177,0],[-177,1],[177,1],[177,0]]", 177.0, -177.0),
        ("[[177,0],[-177,0],[-177,1],[177,1]]", 177.0, -177.0),
        ("[[359,0],[1,0],[1,1],[359,1],[359,0]]", 359.0, 1.0),
        (
            "[[-100,-19],[100,-19],[100,-16],[-100,-16],[-100,-19]]",
            -100.0,
            100.0,
        ),
        (
            "[[-170,-80],[-60,-80],[60,-80],[170,-80],[-170,-80]]",
            170.0,
            -170.0,
        ),
        // The edge that closes the ring.
        ("[[-100,0],[0,0],[100,0],[100,5]]", 100.0, -100.0),
    ] {
        assert_eq!(
            problem(polygon(ring)),
            GeometryProblem::LongEdge { from, to },
            "{ring}"
        );
    }
    let hole =
        "[[-179,0],[0,0],[179,0],[179,9],[0,9],[-179,9],[-179,0]],[[-95,1],[95,1],[95,2],[-95,1]]";
    let message = problem(polygon(hole)).to_string();
    assert!(message.contains("190 degrees"), "{message}");
    // Half a turn and a whole one have one reading.
    untouched(polygon("[[-90,0],[90,0],[90,1],[-90,1],[-90,0]]"), 180.0);
    untouched(
        polygon("[[-180,0],[180,0],[180,1],[-180,1],[-180,0]]"),
        360.0,
    );
}

#[test]
fn areas_over_the_antimeridian_are_cut_there() {
    // Written on beyond 180 and beyond -180: the same ground.
    for ring in [
        "[[177,0],[183,0],[183,1],[177,1],[177,0]]",
        "[[177,0],[183,0],[183,1],[177,1]]",
        "[[-183,0],[-177,0],[-177,1],[-183,1],[-183,0]]",
    ] {
        let cut = area(polygon(ring));
        assert_eq!(cut.longitudes, Longitudes::Split, "{ring}");
        assert_eq!(cut.repair, None, "{ring}");
        assert!((cut.size() - 6.0).abs() < 1e-12, "{ring}");
        let mut extents = extents(&cut);
        extents.sort_by(|a, b| a[0].total_cmp(&b[0]));
        assert_eq!(extents, [[-180.0, -177.0], [177.0, 180.0]], "{ring}");
    }
    // A hole on one side of the cut, a hole across it, and a shell that falls into pieces.
    let holes = "[[170,0],[190,0],[190,9],[170,9],[170,0]],[[171,1],[172,1],[172,2],[171,1]],[[179,4],[181,4],[181,5],[179,5],[179,4]]";
    assert!((area(polygon(holes)).size() - (180.0 - 0.5 - 2.0)).abs() < 1e-9);
    let comb = "[[170,0],[190,0],[190,1],[175,1],[175,2],[190,2],[190,3],[170,3],[170,0]]";
    assert!((area(polygon(comb)).size() - (60.0 - 15.0)).abs() < 1e-9);
    assert_eq!(
        problem(polygon(
            "[[-190,-80],[-60,-80],[60,-80],[190,-80],[190,-85],[60,-85],[-60,-85],[-190,-85]]"
        )),
        GeometryProblem::EnclosesPole
    );
}

#[test]
fn repair_says_by_how_much() {
    let Shape::Area(area) = multi(&format!("[{SQUARE}],[[[3,3],[6,3],[6,6],[3,6],[3,3]]]")) else {
        panic!("refused");
    };
    let done = area.repair.unwrap();
    assert!((done.area_before - 25.0).abs() < 1e-12);
    assert!((done.share() - 1.0 / 24.0).abs() < 1e-12);
    assert_eq!(repair(&Area::default()), Err(GeometryProblem::NoArea));
}
