//! Features: ids, properties, geometry.

use std::ops::Range;

use geojson::feature::Id;
use geojson::{Feature, Geometry, JsonObject};
use serde_json::Value;

use super::coordinates::Positions;
use super::crs;
use super::cursor::{describe_value, short};
use super::error::{ReadError, ReadErrorKind};
use super::geometry::shape;
use super::raw::{json_error, offset_in, raw_member};
use super::skeleton::Skeleton;
use crate::{GeometryProblem, OrgUnit, Shape};

/// Bytes of an id at most. DHIS2's have 11, its codes up to 50 characters.
const LONGEST_ID: usize = 255;

/// Property names that a message lists at most.
const LISTED_PROPERTIES: usize = 12;

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

/// Reads one feature of a text as a unit, its polygons checked. `number` counts from 1; errors carry it, and the id where there is one.
pub(super) fn unit(
    text: &str,
    range: Range<usize>,
    positions: &mut Positions,
    id_property: Option<&str>,
    number: usize,
) -> Result<OrgUnit, ReadError> {
    let mut skeleton = Skeleton::of(text, range, positions);
    let unit = read_unit(&mut skeleton, id_property);
    let mut unit = unit.map_err(|error| name_feature(error, &skeleton, number))?;
    unit.make_valid();
    Ok(unit)
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
        crs::check(feature.foreign_members.as_ref())
            .map_err(|kind| source.error(&["crs"], kind))?;
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

fn read_unit(skeleton: &mut Skeleton<'_>, id_property: Option<&str>) -> Result<OrgUnit, ReadError> {
    let (feature, shape) = parse(skeleton)?;
    let source = Source { skeleton };
    crs::check(feature.foreign_members.as_ref()).map_err(|kind| source.error(&["crs"], kind))?;
    let properties = feature.properties.unwrap_or_default();
    let own = match feature.id {
        Some(Id::String(text)) => Some(source.identifier(text, &["id"])?),
        Some(Id::Number(_)) => skeleton.raw_id.map(str::to_owned),
        None => None,
    };
    let mut unit = source.unit(&properties)?;
    unit.shape = shape;
    source.name_unit(&mut unit, own, &properties, id_property)?;
    Ok(unit)
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
    // A Point without coordinates is what GEOS and OGR write for an empty one; the crate takes it for a mistake.
    if skeleton.is_empty() && error.to_string().contains("position must contain two") {
        return Ok((feature, Shape::None));
    }
    let error = skeleton.coordinate_error.take().unwrap_or(error);
    match error.kind {
        ReadErrorKind::Json { .. } => Err(error),
        _ => Ok((feature, malformed(&error))),
    }
}

fn malformed(error: &ReadError) -> Shape {
    let message = error.to_string();
    Shape::Bad(GeometryProblem::Malformed { message })
}

/// The text that a feature was read from, for what its types do not tell: digits and places.
#[derive(Clone, Copy)]
struct Source<'s, 'a> {
    skeleton: &'s Skeleton<'a>,
}

impl Source<'_, '_> {
    /// An error at the value of a member, or at the feature where there is no such member.
    fn error(self, path: &[&str], kind: ReadErrorKind) -> ReadError {
        let text = &self.skeleton.text;
        let offset = raw_member(text, path).map_or(0, |raw| offset_in(text, raw));
        ReadError {
            feature: None,
            id: None,
            position: Some(self.skeleton.position(offset)),
            kind,
        }
    }

    /// The text of a string, or the digits of a number as they are written; `None` for anything else.
    fn text(self, value: &Value, path: &[&str]) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) if number.is_f64() => {
                let raw = raw_member(&self.skeleton.text, path);
                Some(raw.map_or_else(|| number.to_string(), str::to_owned))
            }
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A text of the properties.
    fn property(self, properties: &JsonObject, name: &str) -> Option<String> {
        self.text(properties.get(name)?, &["properties", name])
    }

    /// What DHIS2's properties say of a unit.
    fn unit(self, properties: &JsonObject) -> Result<OrgUnit, ReadError> {
        let text = |name| self.property(properties, name);
        Ok(OrgUnit {
            code: text("code"),
            name: text("name"),
            level: self.level(properties)?,
            parent: text("parent"),
            path: text("path").filter(|path| path.starts_with('/')),
            groups: groups(properties),
            opening_date: self.date(properties, "openingDate")?,
            closed_date: self.date(properties, "closedDate")?,
            geometry_source: text("geometry_source"),
            context: properties.get("context") == Some(&Value::Bool(true)),
            ..OrgUnit::default()
        })
    }

    /// Gives the unit its id, and the path that ends with it.
    fn name_unit(
        self,
        unit: &mut OrgUnit,
        own: Option<String>,
        properties: &JsonObject,
        id_property: Option<&str>,
    ) -> Result<(), ReadError> {
        let name = id_property.unwrap_or("id");
        let property = match properties.get(name) {
            Some(value) => self.id(value, &["properties", name])?,
            None => None,
        };
        let chosen = match id_property {
            Some(_) => property,
            None => own.clone().or(property),
        };
        let Some(chosen) = chosen else {
            let kind = ReadErrorKind::NoId {
                looked: id_property.map_or_else(
                    || "neither on the feature nor in a property \"id\"".to_owned(),
                    |name| format!("no property {name:?}"),
                ),
                properties: properties
                    .keys()
                    .take(LISTED_PROPERTIES)
                    .map(|name| short(name))
                    .collect(),
            };
            return Err(self.error(&[], kind));
        };
        unit.uid = own.filter(|own| *own != chosen);
        unit.id = chosen;
        if unit.path.is_none() {
            unit.path = self.property(properties, "parentGraph").map(|graph| {
                let graph = graph.trim_matches('/');
                let slash = if graph.is_empty() { "" } else { "/" };
                format!("{slash}{graph}/{}", unit.tree_id())
            });
        }
        Ok(())
    }

    /// A level: a whole number, also written `2.0` as data frames with gaps do; `None` for null and an empty text.
    fn level(self, properties: &JsonObject) -> Result<Option<u32>, ReadError> {
        let text = self.property(properties, "level");
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let (digits, rest) = text.split_once('.').unwrap_or((&text, ""));
        match digits.parse() {
            Ok(level) if rest.bytes().all(|digit| digit == b'0') => Ok(Some(level)),
            _ => Err(self.error(
                &["properties", "level"],
                ReadErrorKind::Unexpected {
                    subject: "level",
                    found: format!("{:?}", short(&text)),
                    expected: "a whole number",
                },
            )),
        }
    }

    /// A date `yyyy-mm-dd`, its time of day cut off; `None` for null and an empty text.
    fn date(
        self,
        properties: &JsonObject,
        property: &'static str,
    ) -> Result<Option<String>, ReadError> {
        let text = self.property(properties, property);
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let day = text.split('T').next().unwrap_or_default();
        if crate::is_date(day) {
            return Ok(Some(day.to_owned()));
        }
        let found = short(&text);
        Err(self.error(
            &["properties", property],
            ReadErrorKind::Date { property, found },
        ))
    }

    /// An id: a text without blanks around it, or a number kept digit by digit; `None` for null.
    fn id(self, value: &Value, path: &[&str]) -> Result<Option<String>, ReadError> {
        match self.text(value, path) {
            Some(text) => self.identifier(text, path).map(Some),
            None if value.is_null() => Ok(None),
            None => Err(self.bad_id(&describe_value(value), path)),
        }
    }

    fn identifier(self, id: String, path: &[&str]) -> Result<String, ReadError> {
        let fits = (1..=LONGEST_ID).contains(&id.len());
        if fits && id.trim() == id && !id.contains(char::is_control) {
            Ok(id)
        } else {
            Err(self.bad_id(&format!("the text {:?}", short(&id)), path))
        }
    }

    fn bad_id(self, found: &str, path: &[&str]) -> ReadError {
        self.error(
            path,
            ReadErrorKind::Unexpected {
                subject: "id",
                found: found.to_owned(),
                expected: "a text of up to 255 bytes without blanks around it, or a number",
            },
        )
    }
}

/// The texts and numbers of the array `groups`; none where it is something else.
fn groups(properties: &JsonObject) -> Vec<String> {
    let groups = properties.get("groups").and_then(Value::as_array);
    let texts = groups
        .into_iter()
        .flatten()
        .filter_map(|group| match group {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
    texts.collect()
}
