//! `GET /api/metadata`: objects of several types in one answer.

use serde_json::{Value, json};

use crate::api_call::ApiCall;
use crate::http::Response;
use crate::object_renderer::ObjectRenderer;
use crate::server_state::ServerState;
use crate::users::Caller;
use crate::version::Version;

pub(crate) fn export(state: &ServerState, caller: &Caller, call: &ApiCall<'_>) -> Response {
    let renderer = ObjectRenderer::new(&state.store, caller, state.version, &call.base);
    let mut body = json!({"system": {"id": state.system_id, "rev": state.version.revision(),
        "version": state.version.text(), "date": crate::clock::zoned_stamp(state.clock.now())}});
    if let Some(system) = body["system"]
        .as_object_mut()
        .filter(|_| state.version == Version::V38)
    {
        system.retain(|_, value| !value.is_null());
    }
    for kind in crate::schema::SCHEMAS {
        let fields = call.query.get(&format!("{}:fields", kind.plural));
        if fields.is_none() && !call.query.flag(kind.plural) {
            continue;
        }
        let filter = call.query.get(&format!("{}:filter", kind.plural));
        let filter = filter
            .and_then(|text| crate::object_filter::ObjectFilter::parse(text, kind, &renderer).ok());
        let fields = crate::field_filter::FieldFilter::parse(fields.unwrap_or(":owner"));
        let list: Vec<Value> = state
            .store
            .all(kind)
            .filter(|object| {
                filter
                    .as_ref()
                    .is_none_or(|filter| filter.passes(&renderer, kind, object))
            })
            .filter_map(|object| {
                serde_json::from_str(&renderer.show(kind, object, &fields).to_text()).ok()
            })
            .collect();
        if !list.is_empty() {
            body[kind.plural] = list.into();
        }
    }
    Response::json(200, body)
}
