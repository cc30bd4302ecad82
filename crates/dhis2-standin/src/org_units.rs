//! Lists of organisation units that no other type has: GeoJSON, levels, sub-trees.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::envelope::Failure;
use crate::field_filter::FieldFilter;
use crate::http::Response;
use crate::json::{Node, Object, reference, text};
use crate::metadata_store::StoredObject;
use crate::object_list::Page;
use crate::object_renderer::{ObjectRenderer, Property};
use crate::query::QueryParameters;
use crate::schema::{Schema, UNSHARED};
use crate::users::Caller;
use crate::version::Version;

const UNITS: &str = "organisationUnits";

/// `GET /api/organisationUnits.geojson`
pub(crate) fn geojson(
    renderer: &ObjectRenderer<'_>,
    query: &QueryParameters,
) -> Result<Response, Failure> {
    let mut levels = Vec::new();
    for word in query.list("level") {
        levels.push(
            word.parse::<u32>()
                .map_err(|_| Failure::bad_request_page())?,
        );
    }
    if levels.is_empty() {
        levels.push(1);
    }
    let store = renderer.store;
    let mut parents: Vec<&str> = query.list("parent");
    parents.retain(|id| store.get(UNITS, id).is_some());
    let kind = unit_type()?;
    let mut units: Vec<(&StoredObject, &str)> = store
        .all(kind)
        .filter(|unit| unit.geometry.is_some())
        .filter_map(|unit| Some((unit, text(&unit.members, "id")?)))
        .filter(|(_, id)| {
            store
                .tree_node(id)
                .is_some_and(|node| levels.contains(&node.level))
        })
        .filter(|(_, id)| parents.is_empty() || store.is_within(id, parents.iter().copied()))
        .collect();
    units.sort_by_key(|(unit, id)| (text(&unit.members, "name").unwrap_or_default(), *id));
    let with_properties = query.get("properties") != Some("false");
    let features: Vec<Node> = units
        .iter()
        .map(|(unit, id)| Node::Text(feature(renderer, kind, unit, id, with_properties)))
        .collect();
    Ok(Response::json(
        200,
        Node::object()
            .member("type", "FeatureCollection")
            .member("features", features),
    ))
}

fn unit_type() -> Result<&'static Schema, Failure> {
    Schema::find(UNITS).ok_or_else(|| Failure::new(500, "no such type"))
}

/// One feature, as text: a collection makes it something that is no JSON.
fn feature<'a>(
    renderer: &ObjectRenderer<'a>,
    kind: &'static Schema,
    unit: &'a StoredObject,
    id: &str,
    with_properties: bool,
) -> Arc<str> {
    let geometry = unit
        .geometry
        .as_ref()
        .map(|geometry| geometry.listed())
        .unwrap_or_default();
    let mut text =
        format!("{{\"type\":\"Feature\",\"id\":\"{id}\",\"geometry\":{geometry},\"properties\":");
    let properties = if with_properties {
        properties(renderer, kind, unit, id)
    } else {
        Node::object()
    };
    // Writing to a string cannot fail.
    let _ = write!(text, "{}}}", properties.to_text());
    text.into()
}

fn properties<'a>(
    renderer: &ObjectRenderer<'a>,
    kind: &'static Schema,
    unit: &'a StoredObject,
    id: &str,
) -> Node {
    let members = &unit.members;
    let tree_node = renderer.store.tree_node(id);
    let level = tree_node.map_or(0, |node| node.level);
    let mut node = Node::object()
        .member("code", members.get("code").cloned().unwrap_or(Value::Null))
        .member("name", text(members, "name").unwrap_or_default())
        .member("level", level.to_string());
    if let Some(parent) = reference(members.get("parent")) {
        node = node.member("parent", parent);
    }
    let graph = tree_node
        .map(|node| graph(renderer.caller, &node.path))
        .unwrap_or_default();
    let groups: Vec<Node> = match renderer.property(kind, unit, "organisationUnitGroups") {
        Some(Property::Many(_, groups)) => groups
            .iter()
            .filter_map(|group| text(&group.members, "id"))
            .map(Node::from)
            .collect(),
        _ => Vec::new(),
    };
    node.member("parentGraph", graph).member("groups", groups)
}

/// The ancestors, root first, from the caller's own roots on.
fn graph(caller: &Caller, path: &str) -> String {
    let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    let ancestors = &steps[..steps.len().saturating_sub(1)];
    let from = ancestors
        .iter()
        .position(|step| caller.view_units.iter().any(|unit| unit == step))
        .unwrap_or(0);
    ancestors[from..].join("/")
}

/// `GET /api/filledOrganisationUnitLevels`
pub(crate) fn filled_levels(renderer: &ObjectRenderer<'_>) -> Response {
    let kind = Schema::find("organisationUnitLevels");
    let shown = if renderer.version == Version::V38 {
        "*,!href,!createdBy,!user,!access"
    } else {
        "*,!href,!createdBy,!user"
    };
    let levels = (1..=renderer.store.deepest_level()).map(|number| {
        let named = kind.and_then(|kind| {
            let mut levels = renderer.store.all(kind);
            let found = levels.find(|level| {
                level.members.get("level").and_then(Value::as_u64) == Some(number.into())
            })?;
            Some(renderer.show(kind, found, &FieldFilter::parse(shown)))
        });
        named.unwrap_or_else(|| {
            let name = format!("Level {number}");
            let mut unnamed = json!({"name": name, "displayName": name, "level": number,
                "translations": [], "favorites": [], "favorite": false, "attributeValues": [],
                "sharing": {"users": {}, "userGroups": {}}});
            if renderer.version < Version::V43 && renderer.version != Version::V41 {
                unnamed["sharing"]["external"] = false.into();
            }
            if renderer.version <= Version::V40 {
                unnamed["externalAccess"] = false.into();
                unnamed["userAccesses"] = json!([]);
                unnamed["userGroupAccesses"] = json!([]);
            }
            if renderer.version > Version::V38 {
                unnamed["access"] = renderer.access(&UNSHARED, &Object::new());
            }
            unnamed.into()
        })
    });
    Response::json(200, levels.collect::<Vec<Node>>())
}

/// Which units around a unit are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subtree {
    Children,
    Descendants,
    /// That many levels below.
    Level(u32),
}

/// `GET /api/organisationUnits/{id}?includeChildren=true` and its like.
pub(crate) fn subtree(
    renderer: &ObjectRenderer<'_>,
    query: &QueryParameters,
    path: &str,
    id: &str,
    subtree: Subtree,
) -> Result<Response, Failure> {
    let kind = unit_type()?;
    let store = renderer.store;
    let level = store.tree_node(id).map_or(0, |node| node.level);
    let mut units: Vec<&StoredObject> = store
        .all(kind)
        .filter(|unit| {
            let Some(other) = text(&unit.members, "id") else {
                return false;
            };
            let Some(node) = store.tree_node(other) else {
                return false;
            };
            store.is_within(other, std::iter::once(id))
                && match subtree {
                    Subtree::Children => node.level <= level + 1,
                    Subtree::Descendants => true,
                    Subtree::Level(below) => node.level == level + below,
                }
        })
        .collect();
    units.sort_by_key(|unit| text(&unit.members, "name").unwrap_or_default());
    let fields = query
        .get("fields")
        .map_or_else(|| FieldFilter::parse("id,displayName"), FieldFilter::parse);
    let page = Page::subtree(renderer, &units, query);
    let shown: Vec<Node> = page
        .objects()
        .iter()
        .map(|unit| renderer.show(kind, unit, &fields))
        .collect();
    let mut body = Node::object();
    if renderer.version >= Version::V41
        && let Some(pager) = page.pager(renderer.base, path, query)
    {
        body = body.member("pager", pager);
    }
    Ok(Response::json(200, body.member(UNITS, shown)))
}

/// `GET /api/geoFeatures`
pub(crate) fn geo_features(
    renderer: &ObjectRenderer<'_>,
    query: &QueryParameters,
) -> Result<Response, Failure> {
    let kind = unit_type()?;
    let field = query.get("coordinateField");
    if let Some(field) = field {
        let geojson = renderer
            .store
            .members("attributes", field)
            .is_some_and(|attribute| text(attribute, "valueType") == Some("GEOJSON"));
        if !geojson {
            return Err(Failure::new(
                400,
                format!("Invalid coordinateField: {field}"),
            ));
        }
    }
    let wanted = query
        .get("ou")
        .unwrap_or_default()
        .trim_start_matches("ou:");
    let (levels, roots): (Vec<&str>, Vec<&str>) = wanted
        .split(';')
        .filter(|word| !word.is_empty())
        .partition(|word| word.starts_with("LEVEL-"));
    let levels: Vec<u32> = levels
        .iter()
        .filter_map(|word| word.trim_start_matches("LEVEL-").parse().ok())
        .collect();
    let mut features = Vec::new();
    for unit in renderer.store.all(kind) {
        let Some(id) = text(&unit.members, "id") else {
            continue;
        };
        let Some(node) = renderer.store.tree_node(id) else {
            continue;
        };
        let chosen = if levels.is_empty() {
            roots.contains(&id)
        } else {
            levels.contains(&node.level) && renderer.store.is_within(id, roots.iter().copied())
        };
        let shape = if chosen { shape(unit, field) } else { None };
        if let Some(shape) = shape {
            features.push(geo_feature(renderer, unit, id, &shape));
        }
    }
    Ok(Response::json(200, features).with("Cache-Control", "max-age=7200, private"))
}

fn shape(unit: &StoredObject, field: Option<&str>) -> Option<Value> {
    let Some(field) = field else {
        return unit
            .geometry
            .as_ref()
            .and_then(|geometry| serde_json::from_str(&geometry.listed()).ok());
    };
    let entries = unit.members.get("attributeValues")?.as_array()?;
    let entry = entries
        .iter()
        .find(|entry| reference(entry.get("attribute")) == Some(field))?;
    let value: Value = serde_json::from_str(entry.get("value")?.as_str()?).ok()?;
    value.get("geometry").cloned().or(Some(value))
}

fn geo_feature(
    renderer: &ObjectRenderer<'_>,
    unit: &StoredObject,
    id: &str,
    shape: &Value,
) -> Node {
    let node = renderer.store.tree_node(id).cloned().unwrap_or_default();
    let kind = shape
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let coordinates = shape.get("coordinates").cloned().unwrap_or(Value::Null);
    let parent = reference(unit.members.get("parent"));
    let drawn = |id: &str| {
        renderer
            .store
            .get(UNITS, id)
            .is_some_and(|unit| unit.geometry.is_some())
    };
    let drawn_below = node.children.iter().any(|child| drawn(child));
    let drawn_above = parent.is_some_and(drawn);
    let parent_name = parent
        .and_then(|id| renderer.store.members(UNITS, id))
        .and_then(|unit| text(unit, "name"));
    let steps: Vec<&str> = node
        .path
        .split('/')
        .filter(|step| !step.is_empty() && *step != id)
        .collect();
    let mut node = json!({"id": id, "na": text(&unit.members, "name"), "hcd": drawn_below, "hcu": drawn_above, "le": node.level, "pg": steps.join("/"),
        "ty": if kind == "Point" { 1 } else { 2 }, "co": coordinates.to_string(), "dimensions": {}});
    if let Some(code) = unit.members.get("code") {
        node["code"] = code.clone();
    }
    if let (Some(parent), Some(name)) = (parent, parent_name) {
        node["pi"] = parent.into();
        node["pn"] = name.into();
    }
    node.into()
}
