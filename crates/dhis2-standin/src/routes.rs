//! From a request to the code that answers it.

use serde_json::json;

use crate::api_call::ApiCall;
use crate::collection_items::{ListChange, change_list};
use crate::data_endpoints::{approvals, completions, one_value, output_period_types};
use crate::envelope::{EnvelopeForm, Failure, envelope};
use crate::http::Response;
use crate::json::reference;
use crate::metadata;
use crate::object_deletion;
use crate::object_list;
use crate::object_renderer::ObjectRenderer;
use crate::objects;
use crate::option_combos;
use crate::org_units::{self, Subtree};
use crate::query::QueryParameters;
use crate::schema::Schema;
use crate::server_state::ServerState;
use crate::system;
use crate::tasks;
use crate::tokens;
use crate::uid::is_uid;
use crate::users::Caller;
use crate::value_set_export::{self, ExportFormat};
use crate::value_set_import::{self, ImportAbort, ImportJob};
use crate::version::Version;

/// What comes of a call.
pub(crate) enum CallOutcome {
    Answer(Response),
    /// The server died over it.
    Crash,
}

/// Answers a call of a known user.
pub(crate) fn answer(state: &mut ServerState, caller: &Caller, call: &ApiCall<'_>) -> CallOutcome {
    if let ("POST", ["dataValueSets"]) = (call.request.method.as_str(), &call.steps[..]) {
        return post_values(state, caller, call);
    }
    let response =
        route(state, caller, call).unwrap_or_else(|failure| failure.response(state.version));
    CallOutcome::Answer(response)
}

fn post_values(state: &mut ServerState, caller: &Caller, call: &ApiCall<'_>) -> CallOutcome {
    let version = state.version;
    let mut job = match ImportJob::accept(state, caller, call.request) {
        Ok(job) => job,
        Err(failure) => return CallOutcome::Answer(failure.response(version)),
    };
    if call.query.flag("async") {
        let number = call.number.map(|number| format!("/{number}"));
        let api = format!("{}/api{}", call.base, number.unwrap_or_default());
        return CallOutcome::Answer(tasks::schedule(state, job, &api));
    }
    let form = envelope_form(version, call);
    match job.run(state, call.import_fault) {
        Ok(summary) => CallOutcome::Answer(value_set_import::answer(version, &job, &summary, form)),
        Err(ImportAbort::Failure(failure)) => CallOutcome::Answer(failure.response(version)),
        Err(ImportAbort::Crash) => CallOutcome::Crash,
    }
}

/// The answer to an import has no envelope below the API version 38, in servers up to 2.41.
fn envelope_form(version: Version, call: &ApiCall<'_>) -> EnvelopeForm {
    if version < Version::V42 && call.number.is_some_and(|number| number < 38) {
        EnvelopeForm::Bare
    } else {
        EnvelopeForm::Whole
    }
}

fn route(
    state: &mut ServerState,
    caller: &Caller,
    call: &ApiCall<'_>,
) -> Result<Response, Failure> {
    let method = call.request.method.as_str();
    let reading = matches!(method, "GET" | "HEAD");
    let version = state.version;
    let query = &call.query;
    match &call.steps[..] {
        ["me", rest @ ..] => me(state, caller, call, rest),
        ["system", rest @ ..] => system_call(state, caller, call, rest),
        ["systemSettings", rest @ ..] if reading => {
            Ok(system::setting(state, rest.first().copied()))
        }
        ["systemSettings", name] if method == "POST" => {
            system::set_setting(state, caller, name, query, &call.request.body)
        }
        ["periodTypes"] if reading => Ok(system::period_types(version)),
        ["filledOrganisationUnitLevels"] if reading => {
            Ok(org_units::filled_levels(&renderer(state, caller, call)))
        }
        ["geoFeatures"] if reading => {
            org_units::geo_features(&renderer(state, caller, call), query)
        }
        ["dataValueSets"] if reading => {
            value_set_export::read(state, caller, query, format(state.version, call))
        }
        ["dataValues"] if reading => one_value(state, query),
        ["completeDataSetRegistrations"] if reading => Ok(completions(state, query)),
        ["dataApprovals"] => approvals(state, caller, call),
        ["configuration", "systemId"] if reading => Ok(system::system_id(state)),
        ["configuration", "dataOutputPeriodTypes"] => output_period_types(state, call),
        ["organisationUnits", "geometry"] if method == "POST" && version > Version::V38 => {
            Ok(objects::set_geometries(state, &call.request.body))
        }
        ["metadata"] if method == "POST" && call.query.flag("async") => {
            metadata::import(
                state,
                caller,
                query,
                &call.request.body,
                EnvelopeForm::Whole,
            )?;
            Ok(start_task(state, call, "METADATA_IMPORT"))
        }
        ["metadata"] if method == "POST" => {
            let form = envelope_form(version, call);
            metadata::import(state, caller, query, &call.request.body, form)
        }
        ["metadata"] if reading => Ok(metadata::export(state, caller, call)),
        ["apiToken", rest @ ..] => tokens::answer(state, caller, call, rest),
        ["resourceTables", "analytics"] if method == "POST" => {
            Ok(start_task(state, call, "ANALYTICS_TABLE"))
        }
        ["analytics"] if reading => Err(no_analytics_table(version)),
        ["maintenance", rest @ ..] => maintenance(state, caller, call, rest),
        ["dataStore", ..] => Err(Failure::no_such_path(call.path)),
        [plural, rest @ ..] => match Schema::find(plural) {
            Some(kind) => typed(state, caller, call, kind, rest),
            None => Err(Failure::no_such_path(call.path)),
        },
        [] if reading => Err(Failure::no_such_path(call.path)),
        [] => Err(Failure::wrong_method(version, method)),
    }
}

fn renderer<'a>(
    state: &'a ServerState,
    caller: &'a Caller,
    call: &'a ApiCall<'_>,
) -> ObjectRenderer<'a> {
    ObjectRenderer::new(&state.store, caller, state.version, &call.base)
}

/// A task that is over as soon as it is asked for.
fn start_task(state: &mut ServerState, call: &ApiCall<'_>, kind: &str) -> Response {
    let now = state.clock.now();
    tasks::started(state.version, &mut state.uids, now, kind, &call.base)
}

/// Analytics tables are never built here.
fn no_analytics_table(version: Version) -> Failure {
    Failure::new(
            409,
            "Query failed because a referenced table does not exist. Please ensure analytics job was run (SqlState: 42P01)",
        )
        .code("E7144")
        .detail(if version >= Version::V42 {
            "ERROR: relation \"analytics\" does not exist\n  Position: 80"
        } else {
            "SqlState: 42P01"
        })
}

fn maintenance(
    state: &mut ServerState,
    caller: &Caller,
    call: &ApiCall<'_>,
    rest: &[&str],
) -> Result<Response, Failure> {
    let method = call.request.method.as_str();
    match rest {
        ["categoryOptionComboUpdate", "categoryCombo", id] if method != "GET" => {
            option_combos::maintain_combo(state, id)
        }
        [
            "dataPruning",
            plural @ ("dataElements" | "organisationUnits"),
            id,
        ] if matches!(method, "POST" | "PUT") => object_deletion::prune(state, caller, plural, id),
        ["categoryOptionComboUpdate"] if method != "GET" => {
            let ids: Vec<String> = Schema::find("categoryCombos")
                .into_iter()
                .flat_map(|kind| state.store.all(kind))
                .filter_map(|combo| reference(Some(&json!(combo.members))).map(str::to_owned))
                .collect();
            for id in ids {
                option_combos::complete_combos(state, &id);
            }
            Ok(if state.version.has_grouped_import() {
                Response::json(200, envelope(200, "OK", None))
            } else {
                Response::empty(204)
            })
        }
        _ => Err(Failure::no_such_path(call.path)),
    }
}

fn me(
    state: &ServerState,
    caller: &Caller,
    call: &ApiCall<'_>,
    rest: &[&str],
) -> Result<Response, Failure> {
    if !matches!(call.request.method.as_str(), "GET" | "HEAD") {
        return Err(Failure::wrong_method(state.version, &call.request.method));
    }
    let renderer = renderer(state, caller, call);
    match rest {
        [] => system::me(&renderer, &call.query),
        ["authorities"] | ["authorization"] => Ok(system::authorities(caller, None)),
        ["authorities" | "authorization", name] => Ok(system::authorities(caller, Some(name))),
        _ => Err(Failure::no_such_path(call.path)),
    }
}

fn system_call(
    state: &mut ServerState,
    caller: &Caller,
    call: &ApiCall<'_>,
    rest: &[&str],
) -> Result<Response, Failure> {
    if call.request.method != "GET" {
        return Err(Failure::wrong_method(state.version, &call.request.method));
    }
    match rest {
        ["info"] => {
            let accept = call.request.header("accept").unwrap_or("*/*");
            if !["*/*", "json", "javascript", "application/*"]
                .iter()
                .any(|kind| accept.contains(kind))
            {
                return Err(Failure::page(
                    406,
                    "Acceptable representations: [application&#47;json, application&#47;javascript].",
                ));
            }
            Ok(system::info(
                state,
                caller,
                call.request,
                &call.query,
                &call.base,
            ))
        }
        ["ping"] => Ok(system::ping()),
        ["id"] => Ok(system::ids(state, &call.query)),
        ["tasks" | "taskSummaries", kind, ..] if *kind != "DATAVALUE_IMPORT" => {
            if *kind == "ANALYTICS_TABLE" {
                Ok(Response::json(200, json!([])))
            } else {
                Err(Failure::new(
                    400,
                    format!("Value '{kind}' is not valid for path parameter jobType."),
                ))
            }
        }
        ["tasks", _] => {
            Ok(Response::json(200, tasks::overview(state)).with("Cache-Control", "no-store"))
        }
        ["tasks", _, id] => {
            check_job_id(state.version, id)?;
            Ok(Response::json(200, tasks::notifications(state, id))
                .with("Cache-Control", "no-store"))
        }
        ["taskSummaries", _, id] => {
            check_job_id(state.version, id)?;
            Ok(tasks::summary(state, id).with("Cache-Control", "no-store"))
        }
        _ => Err(Failure::no_such_path(call.path)),
    }
}

fn check_job_id(version: Version, id: &str) -> Result<(), Failure> {
    if is_uid(id) || version == Version::V38 {
        return Ok(());
    }
    let problem = format!(
        "UID must be an alphanumeric string of 11 characters starting with a letter, but was: {id}"
    );
    Err(Failure::new(
        400,
        if version > Version::V40 {
            format!("Value '{id}' is not valid for path parameter jobId. {problem}")
        } else {
            problem
        },
    ))
}

fn format(version: Version, call: &ApiCall<'_>) -> ExportFormat {
    let word = call.suffix.or_else(|| call.query.get("format"));
    let accept = call.request.header("accept").unwrap_or_default();
    match word {
        Some("csv") => ExportFormat::Csv,
        Some("xml") => ExportFormat::Xml,
        None if !version.has_grouped_import() && accept.contains("csv") => ExportFormat::Csv,
        None if !version.has_grouped_import() && accept.contains("application/xml") => {
            ExportFormat::Xml
        }
        _ => ExportFormat::Json,
    }
}

/// Requests for the objects of a type.
fn typed(
    state: &mut ServerState,
    caller: &Caller,
    call: &ApiCall<'_>,
    kind: &'static Schema,
    rest: &[&str],
) -> Result<Response, Failure> {
    let method = call.request.method.as_str();
    let one = |item: &str| vec![item.to_owned()];
    match (method, rest) {
        ("GET" | "HEAD", _) => read_typed(state, caller, call, kind, rest),
        ("POST", []) => objects::create(state, caller, kind, &call.request.body, &call.base),
        ("PUT", [id]) => objects::replace(state, caller, kind, id, &call.request.body),
        ("PATCH", [id]) => objects::patch(state, caller, kind, id, call.request),
        ("DELETE", [id]) => object_deletion::delete(state, caller, kind, id),
        ("POST", [id, property]) => {
            let change = ListChange::parse(&call.request.body);
            change_list(state, caller, kind, id, property, &change)
        }
        ("POST", [id, property, item]) => {
            let change = ListChange {
                added: one(item),
                ..ListChange::default()
            };
            change_list(state, caller, kind, id, property, &change)
        }
        ("DELETE", [id, property, item]) => {
            let change = ListChange {
                removed: one(item),
                ..ListChange::default()
            };
            change_list(state, caller, kind, id, property, &change)
        }
        _ => Err(Failure::wrong_method(state.version, method)),
    }
}

fn read_typed(
    state: &ServerState,
    caller: &Caller,
    call: &ApiCall<'_>,
    kind: &'static Schema,
    rest: &[&str],
) -> Result<Response, Failure> {
    let (version, query) = (state.version, &call.query);
    let renderer = renderer(state, caller, call);
    let are_units = kind.plural == "organisationUnits";
    match rest {
        [] => {
            let accept = call.request.header("accept").unwrap_or_default();
            let geo = matches!(accept, "application/json+geojson" | "application/json+geo");
            if are_units && (call.suffix == Some("geojson") || geo) {
                return org_units::geojson(&renderer, query);
            }
            if are_units && accept == "application/geo+json" {
                return Ok(Response::bytes(200, "{}")
                    .with("Content-Type", "application/geo+json;charset=UTF-8"));
            }
            object_list::list(&renderer, kind, query, call.path)
        }
        [id] => {
            if are_units
                && state.store.get(kind.plural, id).is_some()
                && let Some(subtree) = subtree(query)
            {
                return org_units::subtree(&renderer, query, call.path, id, subtree);
            }
            objects::show(&renderer, kind, id, query)
        }
        [id, "children"] if are_units && version >= Version::V41 => {
            org_units::subtree(&renderer, query, call.path, id, Subtree::Children)
        }
        [id, "descendants"] if are_units && version >= Version::V41 => {
            org_units::subtree(&renderer, query, call.path, id, Subtree::Descendants)
        }
        [id, property] => {
            let nested = query
                .get("fields")
                .map(|fields| format!("[{fields}]"))
                .unwrap_or_default();
            let fields = QueryParameters::single("fields", format!("{property}{nested}"));
            objects::show(&renderer, kind, id, &fields)
        }
        _ => Err(Failure::wrong_method(version, &call.request.method)),
    }
}

fn subtree(query: &QueryParameters) -> Option<Subtree> {
    if query.flag("includeChildren") {
        Some(Subtree::Children)
    } else if query.flag("includeDescendants") {
        Some(Subtree::Descendants)
    } else {
        let level = query.get("level")?.parse().ok()?;
        Some(Subtree::Level(level))
    }
}
