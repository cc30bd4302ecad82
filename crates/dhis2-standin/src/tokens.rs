//! Personal access tokens: made, listed, taken back.

use serde_json::{Value, json};

use crate::api_call::ApiCall;
use crate::auth;
use crate::envelope::{Failure, object_report};
use crate::http::Response;
use crate::server_state::ServerState;
use crate::users::Caller;
use crate::version::Version;

/// `/api/apiToken`
pub(crate) fn answer(
    state: &mut ServerState,
    caller: &Caller,
    call: &ApiCall<'_>,
    rest: &[&str],
) -> Result<Response, Failure> {
    const KLASS: &str = "org.hisp.dhis.security.apikey.ApiToken";
    match (call.request.method.as_str(), rest) {
        ("POST", []) => {
            let body = serde_json::from_slice(&call.request.body).unwrap_or(Value::Null);
            let token = auth::make_token(state, caller, &body);
            let location = format!("{}/api/apiToken/{}", call.base, token.id);
            Ok(object_report(
                state.version,
                201,
                KLASS,
                &token.id,
                vec![("key", token.key.into())],
            )
            .with("Location", location))
        }
        ("DELETE", [id]) if state.accounts.revoke(id) => {
            Ok(object_report(state.version, 200, KLASS, id, Vec::new()))
        }
        ("GET", []) => {
            let version = state.version;
            let second = version >= Version::V41;
            let kind = match version {
                Version::V38 => "PERSONAL_ACCESS_TOKEN",
                Version::V40 => "PERSONAL_ACCESS_TOKEN_V1",
                _ => "PERSONAL_ACCESS_TOKEN_V2",
            };
            let number = if second { 2 } else { 1 };
            let list: Vec<Value> = state
                .accounts
                .live_tokens()
                .filter(|token| token.user == caller.id || caller.is_superuser())
                .map(|token| {
                    json!({"id": token.id, "type": kind, "expire": token.expires,
                        "attributes": token.attributes, "version": number})
                })
                .collect();
            let pager = json!({"page": 1, "total": list.len(), "pageSize": 50, "pageCount": 1});
            Ok(Response::json(
                200,
                json!({"pager": pager, "apiToken": list}),
            ))
        }
        (_, [id]) => Err(Failure::not_found(state.version, "ApiToken", id)),
        (method, _) => Err(Failure::wrong_method(state.version, method)),
    }
}
