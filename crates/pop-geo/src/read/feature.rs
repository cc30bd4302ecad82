//! Features: ids, properties, geometry.

use std::ops::Range;

use geojson::feature::Id;
use geojson::{Feature, Geometry, JsonObject};

use super::ReadOptions;
use super::coordinates::Positions;
use super::crs;
use super::cursor::short;
use super::error::{ReadError, ReadErrorKind};
use super::geometry::shape;
use super::identity::identify;
use super::properties::Source;
use super::raw::json_error;
use super::skeleton::Skeleton;
use crate::{GeometryProblem, OrgUnit, Shape};

/// A feature of a file whose geometry is wanted as it is, with the key that it is matched by.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyedFeature {
    /// A property, or the feature's own id: a text without blanks around it, or a number digit by digit.
    pub key: Option<String>,
    /// The geometry; or why it is not one.
    pub geometry: Result<Option<Geometry>, GeometryProblem>,
    /// The feature's properties.
    pub properties: JsonObject,
}

/// A unit, and what is wrong with its feature, if it is something else than its polygons.
pub(super) type ReadUnit = (OrgUnit, Option<ReadError>);

/// Reads one feature of a text as a unit, its polygons checked. `number` counts from 1; errors carry it, and the id where there is one.
///
/// A feature that is not valid is a unit without a usable geometry. Only what concerns the whole file is an error.
pub(super) fn unit(
    text: &str,
    range: Range<usize>,
    positions: &mut Positions,
    options: &ReadOptions,
    number: usize,
) -> Result<ReadUnit, ReadError> {
    let mut skeleton = Skeleton::of(text, range, positions);
    let unit = unit_of(&mut skeleton, options, number);
    positions.keep_buffers(skeleton.into_buffers());
    unit
}

fn unit_of(
    skeleton: &mut Skeleton<'_>,
    options: &ReadOptions,
    number: usize,
) -> Result<ReadUnit, ReadError> {
    let mut problems = Vec::new();
    let unit = read_unit(skeleton, options, &mut problems);
    let mut unit = match unit {
        Ok(unit) => unit,
        Err(error) if matches!(error.kind, ReadErrorKind::NotFeature { .. }) => {
            problems.push(error);
            OrgUnit::default()
        }
        Err(error) => return Err(name_feature(error, skeleton, number)),
    };
    unit.make_valid();
    if problems.is_empty() {
        return Ok((unit, None));
    }
    let error = problems.swap_remove(0);
    unit.shape = malformed(&error);
    let mut error = name_feature(error, skeleton, number);
    if unit.id.is_empty() {
        unit.id = format!("feature {number}");
    } else {
        error.id.get_or_insert(unit.id.clone());
    }
    Ok((unit, Some(error)))
}

/// Reads one feature of a text with its geometry as it is.
pub(super) fn keyed(
    text: &str,
    range: Range<usize>,
    positions: &mut Positions,
    key_property: Option<&str>,
    number: usize,
) -> Result<KeyedFeature, ReadError> {
    let whole = text.get(range.clone()).unwrap_or_default();
    let mut skeleton = Skeleton::of(text, range, positions);
    let feature = (|| {
        let (feature, shape) = parse(&mut skeleton)?;
        let source = Source {
            skeleton: &skeleton,
        };
        check_crs(&feature, source)?;
        let properties = feature.properties.unwrap_or_default();
        let key = match (key_property, feature.id) {
            (Some(name), _) => source.property(&properties, name),
            (None, Some(Id::String(id))) => Some(id),
            (None, Some(Id::Number(_))) => skeleton.raw_id.map(str::to_owned),
            (None, None) => None,
        };
        let key = key.map(|key| key.trim().to_owned());
        // The text without its coordinates is GeoJSON, so the whole is: where it is not, a number is one that JSON does not have.
        let geometry = match shape {
            Shape::Bad(problem) => Err(problem),
            Shape::None => Ok(None),
            _ => Ok(serde_json::from_str::<Feature>(whole).map_or(None, |whole| whole.geometry)),
        };
        Ok(KeyedFeature {
            key: key.filter(|key| !key.is_empty()),
            geometry,
            properties,
        })
    })();
    feature.map_err(|error| name_feature(error, &skeleton, number))
}

/// Says which feature an error is about.
fn name_feature(mut error: ReadError, skeleton: &Skeleton<'_>, number: usize) -> ReadError {
    error.feature = Some(number);
    let id = skeleton.raw_id.filter(|raw| *raw != "null");
    let id = id.map(|raw| serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned()));
    error.id = error.id.or(id.map(|id| short(&id)));
    error
}

fn read_unit(
    skeleton: &mut Skeleton<'_>,
    options: &ReadOptions,
    problems: &mut Vec<ReadError>,
) -> Result<OrgUnit, ReadError> {
    let (feature, shape) = parse(skeleton)?;
    let source = Source { skeleton };
    check_crs(&feature, source)?;
    let properties = feature.properties.unwrap_or_default();
    let mut unit = source.unit(&properties, problems);
    if let Some(name) = &options.name_property {
        unit.name = source.property(&properties, name);
    }
    unit.shape = shape;
    if let Err(error) = identify(
        &mut unit,
        feature.id.as_ref(),
        &properties,
        options.id_property.as_deref(),
        source,
    ) {
        problems.insert(0, error);
    }
    Ok(unit)
}

/// Refuses a feature or a geometry in another reference system.
fn check_crs(feature: &Feature, source: Source<'_, '_>) -> Result<(), ReadError> {
    crs::check(feature.foreign_members.as_ref())
        .map_err(|refused| source.error(&[refused.member], refused.kind))?;
    crs::check_geometry(feature.geometry.as_ref())
        .map_err(|refused| source.error(&["geometry", refused.member], refused.kind))
}

/// Lets the `geojson` crate read a feature. A geometry that it refuses is left out, and told as the unit's shape.
fn parse(skeleton: &mut Skeleton<'_>) -> Result<(Feature, Shape), ReadError> {
    if let Some(error) = skeleton.coordinate_error.take_if(|error| error.is_limit()) {
        return Err(error);
    }
    let error = match serde_json::from_str::<Feature>(&skeleton.text) {
        Ok(feature) => {
            let shape = match skeleton.coordinate_error.take() {
                Some(error) => malformed(&error),
                None => shape(feature.geometry.as_ref(), skeleton),
            };
            return Ok((feature, shape));
        }
        Err(error) => json_error(&error, skeleton),
    };
    let rest = skeleton.without_geometry();
    let Some(Ok(feature)) = rest.map(|text| serde_json::from_str::<Feature>(&text)) else {
        return Err(error);
    };
    let error = skeleton.coordinate_error.take().unwrap_or(error);
    match error.kind {
        ReadErrorKind::Json { .. } => Err(error),
        // `{}`, and coordinates that are null or empty, as GEOS and OGR write empty points.
        _ if !skeleton.has_coordinates() => Ok((feature, Shape::None)),
        _ => Ok((feature, malformed(&error))),
    }
}

fn malformed(error: &ReadError) -> Shape {
    let (message, hint) = (error.to_string(), error.hint());
    Shape::Bad(if error.is_missing_number() {
        GeometryProblem::MissingPosition { message, hint }
    } else {
        GeometryProblem::Malformed { message, hint }
    })
}
