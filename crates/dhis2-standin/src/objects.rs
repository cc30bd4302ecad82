//! Single objects: read, made, changed.

use serde_json::{Value, json};

use crate::envelope::{Failure, envelope, object_report};
use crate::field_filter::FieldFilter;
use crate::geometry::Geometry;
use crate::http::{Request, Response};
use crate::json::{Object, reference, text};
use crate::metadata::{self, BundleObject, ErrorReport, Mode, geometry_failure};
use crate::object_renderer::ObjectRenderer;
use crate::query::QueryParameters;
use crate::schema::Schema;
use crate::server_state::ServerState;
use crate::users::Caller;
use crate::version::Version;

/// `GET /api/<type>/{id}`
pub(crate) fn show(
    renderer: &ObjectRenderer<'_>,
    kind: &'static Schema,
    id: &str,
    query: &QueryParameters,
) -> Result<Response, Failure> {
    let stored = renderer
        .store
        .get(kind.plural, id)
        .filter(|stored| renderer.caller.access(kind, &stored.members).read)
        .ok_or_else(|| Failure::not_found(renderer.version, kind.class, id))?;
    let fields = query
        .get("fields")
        .map_or_else(|| FieldFilter::parse("*"), FieldFilter::parse);
    Ok(Response::json(200, renderer.show(kind, stored, &fields))
        .with("Cache-Control", "no-cache, private"))
}

/// `POST /api/<type>`
pub(crate) fn create(
    state: &mut ServerState,
    caller: &Caller,
    kind: &'static Schema,
    body: &[u8],
    base: &str,
) -> Result<Response, Failure> {
    if kind.plural == "categoryOptionCombos" && state.version.has_grouped_import() {
        return Err(Failure::new(
            409,
            "Creating a single CategoryOptionCombo is forbidden through this endpoint. CategoryOptionCombos \
             should be auto generated or imported through the metadata import",
        )
        .code("E1129")
        .with_charset());
    }
    let mut members = parse_object(body)?;
    if text(&members, "id").is_none() {
        members.insert("id".to_owned(), state.uids.next().into());
    }
    let one = BundleObject {
        kind,
        index: 0,
        members,
    };
    let id = one.id().to_owned();
    let problems = metadata::check(state, caller, &one, &[], Mode::Create);
    if !problems.is_empty() {
        return Ok(refused_for(state.version, kind, &id, &problems));
    }
    metadata::store(state, caller, one)
        .map_err(|problem| geometry_failure(state.version, problem))?;
    state.store.rebuild_tree();
    if kind.plural == "categoryCombos" {
        crate::option_combos::complete_combos(state, &id);
    }
    Ok(
        object_report(state.version, 201, &kind.klass(), &id, Vec::new())
            .with("Location", format!("{base}/api/{}/{id}", kind.plural)),
    )
}

pub(crate) fn refused(word: &str, kind: &Schema, id: &str, errors: Vec<Value>) -> Response {
    let message = "One or more errors occurred, please see full details in import report.";
    let report = json!({"uid": id, "klass": kind.klass(), "errorReports": errors, "responseType": "ObjectReport"});
    Response::json(
        409,
        envelope(409, word, Some(message)).member("response", report),
    )
    .with("Cache-Control", "no-cache, private")
}

fn refused_for(version: Version, kind: &Schema, id: &str, problems: &[ErrorReport]) -> Response {
    let errors = problems.iter().map(|problem| problem.json(kind, version));
    refused("ERROR", kind, id, errors.collect())
}

/// `PUT /api/<type>/{id}`: what is not named is gone.
pub(crate) fn replace(
    state: &mut ServerState,
    caller: &Caller,
    kind: &'static Schema,
    id: &str,
    body: &[u8],
) -> Result<Response, Failure> {
    writable(state, caller, kind, id)?;
    let mut members = parse_object(body)?;
    members.insert("id".to_owned(), id.into());
    let one = BundleObject {
        kind,
        index: 0,
        members,
    };
    let problems = metadata::check(state, caller, &one, &[], Mode::Update);
    if !problems.is_empty() {
        return Ok(refused_for(state.version, kind, id, &problems));
    }
    metadata::store(state, caller, one)
        .map_err(|problem| geometry_failure(state.version, problem))?;
    state.store.rebuild_tree();
    Ok(object_report(
        state.version,
        200,
        &kind.klass(),
        id,
        Vec::new(),
    ))
}

/// `PATCH /api/<type>/{id}`
pub(crate) fn patch(
    state: &mut ServerState,
    caller: &Caller,
    kind: &'static Schema,
    id: &str,
    request: &Request,
) -> Result<Response, Failure> {
    let content = request.header("content-type").unwrap_or_default();
    let json_patch = content.starts_with("application/json-patch+json");
    if !json_patch && (state.version >= Version::V41 || !content.starts_with("application/json")) {
        return Err(Failure::unsupported_type(
            state.version,
            request.header("content-type"),
        ));
    }
    writable(state, caller, kind, id)?;
    let parsed: Value = serde_json::from_slice(&request.body)
        .map_err(|error| Failure::new(400, error.to_string()))?;
    let stored = state
        .store
        .get(kind.plural, id)
        .cloned()
        .unwrap_or_default();
    let mut members = stored.members;
    if let Some(geometry) = &stored.geometry {
        members.insert("geometry".to_owned(), geometry.value());
    }
    if json_patch {
        for step in parsed.as_array().into_iter().flatten() {
            apply(state.version, kind, &mut members, step)?;
        }
    } else if let Value::Object(partial) = parsed {
        members.extend(partial);
    }
    let checked = members
        .get("geometry")
        .map(Geometry::from_value)
        .transpose();
    checked.map_err(|problem| geometry_failure(state.version, problem))?;
    let one = BundleObject {
        kind,
        index: 0,
        members,
    };
    metadata::store(state, caller, one)
        .map_err(|problem| geometry_failure(state.version, problem))?;
    state.store.rebuild_tree();
    if !json_patch {
        return Ok(Response::empty(204));
    }
    Ok(object_report(
        state.version,
        200,
        &kind.klass(),
        id,
        Vec::new(),
    ))
}

/// One step of a JSON patch (RFC 6902), as far as DHIS2 takes it.
fn apply(
    version: Version,
    kind: &Schema,
    members: &mut Object,
    step: &Value,
) -> Result<(), Failure> {
    let word = |key: &str| step.get(key).and_then(Value::as_str).unwrap_or_default();
    let path = word("path").trim_start_matches('/');
    let (property, below) = path
        .split_once('/')
        .map_or((path, None), |(first, rest)| (first, Some(rest)));
    let known = members.contains_key(property)
        || kind.defaults.contains(&format!("\"{property}\""))
        || kind.target(property).is_some()
        || [
            "geometry",
            "code",
            "name",
            "shortName",
            "description",
            "closedDate",
            "openingDate",
            "comment",
            "workflow",
            "disabled",
        ]
        .contains(&property);
    if !known {
        return Err(Failure::new(
            400,
            format!("Property {property} does not exist on Schema"),
        ));
    }
    let value = step.get("value").cloned().unwrap_or(Value::Null);
    match (word("op"), below) {
        ("remove", None) => {
            members.remove(property);
        }
        (_, None) => {
            members.insert(property.to_owned(), value);
        }
        ("add", Some("-")) if property != "attributeValues" || version < Version::V42 => {
            if let Some(list) = members
                .entry(property)
                .or_insert_with(|| json!([]))
                .as_array_mut()
            {
                list.push(value);
            }
        }
        ("remove", Some(id)) if kind.is_collection(property) => {
            if let Some(list) = members.get_mut(property).and_then(Value::as_array_mut) {
                list.retain(|item| reference(Some(item)) != Some(id));
            }
        }
        (_, Some(below)) => {
            return Err(Failure::new(
                400,
                if version >= Version::V42 {
                    "Parent node is not a container, unable to proceed".to_owned()
                } else {
                    format!("not an index: {below} (expected: a non-negative integer)")
                },
            ));
        }
    }
    Ok(())
}

pub(crate) fn writable(
    state: &ServerState,
    caller: &Caller,
    kind: &'static Schema,
    id: &str,
) -> Result<(), Failure> {
    let stored = state
        .store
        .get(kind.plural, id)
        .ok_or_else(|| Failure::not_found(state.version, kind.class, id))?;
    if caller.access(kind, &stored.members).write {
        Ok(())
    } else {
        let failure = Failure::new(
            403,
            "You don't have the proper permissions to update this object.",
        );
        Err(if state.version > Version::V38 {
            failure.code("E1006")
        } else {
            failure
        })
    }
}

fn parse_object(body: &[u8]) -> Result<Object, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::new(400, error.to_string()))
}

/// `POST /api/organisationUnits/geometry`: sets geometries, on a dry run, too.
pub(crate) fn set_geometries(state: &mut ServerState, body: &[u8]) -> Response {
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let mut imported = 0;
    for feature in body
        .get("features")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let id = feature
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let shape = feature
            .get("geometry")
            .and_then(|shape| Geometry::from_value(shape).ok());
        let members = state.store.members("organisationUnits", id).cloned();
        if let (Some(kind), Some(members), Some(shape)) =
            (Schema::find("organisationUnits"), members, shape)
        {
            state.store.put(kind, members, Some(shape));
            imported += 1;
        }
    }
    let report = json!({"importCount": {"imported": imported, "updated": 0, "ignored": 0, "deleted": 0},
        "totalConflictOccurrenceCount": 0, "conflicts": [], "status": "SUCCESS"});
    crate::envelope::reply(
        state.version,
        200,
        "OK",
        Some("Import successful."),
        "GeoJsonImportReport",
        report,
    )
}
