//! The units as GeoJSON: geometries for the metadata, and the whole tree as a stream.

use serde_json::value::RawValue;

use crate::mesh::{Point, Ring};
use crate::units::{Ground, Unit};

/// The unit's geometry, null where it has none.
///
/// # Errors
/// Never in practice: the text is made here.
pub(crate) fn geometry(ground: &Ground) -> Result<Box<RawValue>, serde_json::Error> {
    let text = match ground {
        Ground::Undrawn => "null".to_owned(),
        Ground::Place(point) => format!(r#"{{"type":"Point","coordinates":{}}}"#, position(*point)),
        Ground::Area(parts) => match parts.as_slice() {
            [one] => format!(r#"{{"type":"Polygon","coordinates":{}}}"#, polygon(one)),
            more => {
                let parts: Vec<String> = more.iter().map(polygon).collect();
                format!(
                    r#"{{"type":"MultiPolygon","coordinates":[{}]}}"#,
                    parts.join(",")
                )
            }
        },
    };
    RawValue::from_string(text)
}

fn polygon(ring: &Ring) -> String {
    // Rings of the mesh run clockwise; shells of GeoJSON run the other way (RFC 7946, section 3.1.6).
    let points = ring.iter().rev().chain(ring.last());
    let positions: Vec<String> = points.map(|&point| position(point)).collect();
    format!("[[{}]]", positions.join(","))
}

fn position((x, y): Point) -> String {
    format!("[{},{}]", degrees(x), degrees(y))
}

/// Millionths as decimals, exactly.
fn degrees(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let size = millionths.unsigned_abs();
    let text = format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Every unit as one FeatureCollection, one feature a line, as `fetch-orgunits` writes them.
///
/// # Errors
/// Never in practice: the text is made here.
pub(crate) fn collection(units: &[Unit]) -> Result<String, serde_json::Error> {
    let features: Result<Vec<String>, serde_json::Error> = units.iter().map(feature).collect();
    Ok(format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n",
        features?.join(",\n")
    ))
}

#[derive(serde::Serialize)]
struct Feature<'a> {
    r#type: &'static str,
    id: &'a str,
    geometry: Box<RawValue>,
    properties: Properties<'a>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    code: &'a str,
    name: &'a str,
    level: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    parent_graph: String,
    groups: [&'a str; 0],
    path: String,
    opening_date: &'a str,
}

fn feature(unit: &Unit) -> Result<String, serde_json::Error> {
    let parent_graph = unit.ancestors.join("/");
    let slash = if parent_graph.is_empty() { "" } else { "/" };
    serde_json::to_string(&Feature {
        r#type: "Feature",
        id: &unit.id,
        geometry: geometry(&unit.ground)?,
        properties: Properties {
            code: &unit.code,
            name: &unit.name,
            level: unit.level.to_string(),
            parent: unit.ancestors.last().map(String::as_str),
            path: format!("{slash}{parent_graph}/{}", unit.id),
            parent_graph,
            groups: [],
            opening_date: unit.opened,
        },
    })
}

/// Units as a statistics office publishes them: its codes and names, no UIDs.
///
/// # Errors
/// Never in practice: the text is made here.
pub(crate) fn statistics_office(units: &[Unit]) -> Result<String, serde_json::Error> {
    let features: Result<Vec<String>, serde_json::Error> = units
        .iter()
        .map(|unit| {
            let geometry = geometry(&unit.ground)?;
            let properties =
                serde_json::json!({"CODE": unit.code, "NOM": unit.name.to_uppercase()});
            Ok(format!(
                r#"{{"type":"Feature","geometry":{geometry},"properties":{properties}}}"#
            ))
        })
        .collect();
    Ok(format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n",
        features?.join(",\n")
    ))
}
