//! `POST /api/metadata`: objects of many types in one package, stored all or none.

mod checks;
mod export;
mod report;

pub(crate) use checks::check;
pub(crate) use export::export;
use report::Report;

use serde_json::{Map, Value, json};

use crate::clock::stamp;
use crate::envelope::{EnvelopeForm, Failure};
use crate::geometry::{Geometry, GeometryProblem};
use crate::http::Response;
use crate::json::{Object, reference, references, text};
use crate::metadata_store::{option_set, with_defaults};
use crate::query::QueryParameters;
use crate::schema::{SCHEMAS, Schema, Sharing};
use crate::server_state::ServerState;
use crate::uid::is_uid;
use crate::users::Caller;
use crate::value_set_import::decompressed;
use crate::version::Version;

/// What is done with objects that are there already, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Create,
    Update,
    CreateAndUpdate,
    Delete,
}

/// What happens where some objects are refused (`atomicMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AtomicMode {
    /// None is stored.
    All,
    /// The others are stored.
    None,
}

/// Which objects the report lists (`importReportMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReportForm {
    /// Those with errors.
    Errors,
    Full,
}

/// An object with the number it has in its list.
#[derive(Debug, Clone)]
pub(crate) struct BundleObject {
    pub(crate) kind: &'static Schema,
    pub(crate) index: usize,
    pub(crate) members: Object,
}

impl BundleObject {
    pub(crate) fn id(&self) -> &str {
        text(&self.members, "id").unwrap_or_default()
    }

    fn named(&self) -> String {
        let name = text(&self.members, "name")
            .map(|name| format!("{name} "))
            .unwrap_or_default();
        format!("{name}[{}] ({})", self.id(), self.kind.class)
    }
}

/// Something wrong with an object.
#[derive(Debug, Clone)]
pub(crate) struct ErrorReport {
    message: String,
    code: &'static str,
    args: Vec<Value>,
    extra: Vec<(&'static str, Value)>,
}

impl ErrorReport {
    pub(crate) fn new(code: &'static str, message: String, args: Vec<Value>) -> Self {
        Self {
            message,
            code,
            args,
            extra: Vec::new(),
        }
    }

    fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.extra.push((key, value.into()));
        self
    }

    pub(crate) fn json(&self, kind: &Schema, version: Version) -> Value {
        let args: Vec<String> = self
            .args
            .iter()
            .map(|arg| arg.as_str().map_or_else(|| arg.to_string(), str::to_owned))
            .collect();
        let stop = if version == Version::V38 && !self.message.ends_with('.') {
            "."
        } else {
            ""
        };
        let mut message = format!("{}{stop}", self.message);
        if version == Version::V38 && self.code == "E5003" {
            // The text of 2.38 has blanks that do not break.
            message = message
                .replace("` with", "`\u{a0}with")
                .replace(") already", ")\u{a0}already");
        }
        let mut shown = json!({"message": message, "mainKlass": kind.klass(),
            "errorCode": self.code, "errorProperties": self.args});
        if version >= Version::V41 {
            shown["args"] = json!(args);
        }
        for (key, value) in &self.extra {
            let known = version > Version::V38 || self.code != "E5002" || *key != "errorProperty";
            if known {
                shown[*key] = value.clone();
            }
        }
        shown
    }
}

/// Answers `POST /api/metadata`.
pub(crate) fn import(
    state: &mut ServerState,
    caller: &Caller,
    query: &QueryParameters,
    body: &[u8],
    envelope: EnvelopeForm,
) -> Result<Response, Failure> {
    let body = decompressed(body).unwrap_or_default();
    let package: Value =
        serde_json::from_slice(&body).map_err(|error| Failure::new(409, error.to_string()))?;
    let by_code = query
        .get("identifier")
        .is_some_and(|word| word.eq_ignore_ascii_case("code"));
    let mode = match query.get("importStrategy").unwrap_or("CREATE_AND_UPDATE") {
        "CREATE" | "NEW" => Mode::Create,
        "UPDATE" | "UPDATES" => Mode::Update,
        "DELETE" | "DELETES" => Mode::Delete,
        _ => Mode::CreateAndUpdate,
    };
    let atomic = match query.get("atomicMode") {
        Some(word) if word.eq_ignore_ascii_case("none") => AtomicMode::None,
        _ => AtomicMode::All,
    };
    let validate = query
        .get("importMode")
        .is_some_and(|word| word.eq_ignore_ascii_case("validate"));
    let form = match query.get("importReportMode") {
        Some(word) if word.eq_ignore_ascii_case("full") => ReportForm::Full,
        _ => ReportForm::Errors,
    };
    let nameless = |list: &str| {
        let mut objects = package
            .get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        objects.any(|object| object.get("id").is_none())
    };
    if by_code && state.version >= Version::V42 && nameless("dataElements") {
        return Err(Failure::new(
            500,
            "Cannot invoke \"org.hisp.dhis.dataelement.DataElement.getValueType()\" because \"dePreheat\" is null",
        ));
    }
    let mut candidates = candidates(state, &package, by_code);
    let problems: Vec<Vec<ErrorReport>> = candidates
        .iter()
        .map(|one| check(state, caller, one, &candidates, mode))
        .collect();
    let failed = problems.iter().any(|list| !list.is_empty());
    let report = Report::make(state, &candidates, &problems, mode, atomic, form);
    let refused = failed && atomic == AtomicMode::All;
    if !validate && !refused {
        let good = problems.iter().map(Vec::is_empty);
        let mut keep = good.collect::<Vec<_>>().into_iter();
        candidates.retain(|_| keep.next().unwrap_or(false));
        drop_new_workflows(state, &mut candidates);
        for candidate in candidates {
            if mode == Mode::Delete {
                let id = candidate.id().to_owned();
                state.store.remove(candidate.kind, &id);
            } else {
                store(state, caller, candidate)
                    .map_err(|problem| geometry_failure(state.version, problem))?;
            }
        }
        state.store.rebuild_tree();
    }
    Ok(report.response(state.version, atomic, envelope))
}

/// A data set does not get a workflow that comes in the same package: the reference is lost.
fn drop_new_workflows(state: &ServerState, candidates: &mut [BundleObject]) {
    for one in candidates
        .iter_mut()
        .filter(|one| one.kind.plural == "dataSets")
    {
        let workflow = reference(one.members.get("workflow"));
        if workflow.is_some_and(|id| state.store.get("dataApprovalWorkflows", id).is_none()) {
            one.members.remove("workflow");
        }
    }
}

/// The objects of a package, types in the order of the schema.
fn candidates(state: &mut ServerState, package: &Value, by_code: bool) -> Vec<BundleObject> {
    let mut candidates = Vec::new();
    for kind in SCHEMAS {
        for (index, object) in package
            .get(kind.plural)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            let Some(mut members) = object.as_object().cloned() else {
                continue;
            };
            if text(&members, "id").is_none() {
                let code = text(&members, "code").unwrap_or_default();
                let known = state
                    .store
                    .all(kind)
                    .find(|stored| by_code && text(&stored.members, "code") == Some(code));
                let id = known.and_then(|stored| text(&stored.members, "id").map(str::to_owned));
                let id = id.unwrap_or_else(|| state.uids.next());
                members.insert("id".to_owned(), id.into());
            }
            candidates.push(BundleObject {
                kind,
                index,
                members,
            });
        }
    }
    candidates
}

/// Stores an object as an import does: what it does not name is gone.
pub(crate) fn store(
    state: &mut ServerState,
    caller: &Caller,
    one: BundleObject,
) -> Result<(), GeometryProblem> {
    let BundleObject {
        kind, mut members, ..
    } = one;
    let now = stamp(state.clock.now());
    let id = text(&members, "id").unwrap_or_default().to_owned();
    let geometry = match members.remove("geometry") {
        None | Some(Value::Null) => None,
        Some(value) => Some(Geometry::from_value(&value)?),
    };
    keep_stored_properties(kind, &mut members);
    let old = state.store.members(kind.plural, &id);
    let kept = |key: &str| old.and_then(|old| old.get(key)).cloned();
    let fresh = json!({"id": caller.id});
    if kind.plural == "dataSets" && !members.contains_key("version") {
        let version = old
            .and_then(|old| old.get("version"))
            .and_then(Value::as_i64)
            .map_or(0, |version| version + 1);
        members.insert("version".to_owned(), version.into());
    }
    let stamps: [(&str, Value); 4] = [
        (
            "created",
            kept("created").unwrap_or_else(|| now.clone().into()),
        ),
        (
            "createdBy",
            kept("createdBy").unwrap_or_else(|| fresh.clone()),
        ),
        ("lastUpdated", now.into()),
        ("lastUpdatedBy", fresh),
    ];
    if let Some(password) = kept("password").filter(|_| kind.plural == "users") {
        members.entry("password").or_insert(password);
    }
    if kind.sharing != Sharing::None {
        let sharing = members.remove("sharing").or_else(|| kept("sharing"));
        members.insert("sharing".to_owned(), whole_sharing(sharing, &caller.id));
    }
    members.extend(stamps.map(|(key, value)| (key.to_owned(), value)));
    state
        .store
        .put(kind, with_defaults(kind, members), geometry);
    Ok(())
}

/// Drops what is derived, and completes dates.
fn keep_stored_properties(kind: &Schema, members: &mut Object) {
    if kind.plural == "organisationUnits" {
        members.remove("level");
    }
    for derived in [
        "path",
        "leaf",
        "children",
        "access",
        "href",
        "ancestors",
        "favorite",
        "favorites",
        "user",
    ] {
        members.remove(derived);
    }
    members.retain(|key, value| {
        !key.starts_with("display")
            && !value.is_null()
            && !kind.inverse.iter().any(|(name, _, _)| name == key)
    });
    members.retain(|key, _| kind.stores(key));
    for key in ["openingDate", "closedDate"] {
        if let Some(Value::String(date)) = members.get_mut(key)
            && date.len() == 10
        {
            date.push_str("T00:00:00.000");
        }
    }
}

/// Sharing with what it does not name.
fn whole_sharing(given: Option<Value>, owner: &str) -> Value {
    let mut whole: Map<String, Value> = Map::new();
    whole.insert("owner".to_owned(), owner.into());
    whole.insert("users".to_owned(), json!({}));
    whole.insert("userGroups".to_owned(), json!({}));
    match given {
        Some(Value::Object(given)) => whole.extend(given),
        _ => {
            whole.insert("public".to_owned(), "rw------".into());
        }
    }
    Value::Object(whole)
}

/// What the server says about a geometry that it does not take.
pub(crate) fn geometry_failure(version: Version, problem: GeometryProblem) -> Failure {
    match problem {
        GeometryProblem::OpenRing | GeometryProblem::NotGeometry => Failure::new(
            400,
            "Points of LinearRing do not form a closed linestring (through reference chain: \
             org.hisp.dhis.organisationunit.OrganisationUnit[\"geometry\"])",
        ),
        GeometryProblem::HasZ if version == Version::V38 => {
            Failure::new(500, "could not execute statement")
        }
        GeometryProblem::HasZ if version == Version::V40 => Failure::new(
            409,
            "org.hibernate.exception.DataException: could not execute statement",
        ),
        GeometryProblem::HasZ => {
            Failure::new(409, "ERROR: Geometry has Z dimension but column does not")
        }
    }
}
