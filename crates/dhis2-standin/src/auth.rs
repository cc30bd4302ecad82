//! Who sends a request: Basic credentials, personal access tokens, sessions.

use serde_json::{Value, json};

use crate::accounts::Token;
use crate::clock::epoch_millis;
use crate::envelope::envelope;
use crate::http::{Request, Response};
use crate::json::{Object, text};
use crate::schema::Schema;
use crate::server_state::ServerState;
use crate::users::Caller;
use crate::version::Version;

/// After how many failures an account is locked.
fn failures(version: Version) -> u32 {
    if version >= Version::V43 { 5 } else { 4 }
}

/// How long it stays locked, in milliseconds.
const LOCKED_FOR: i64 = 15 * 60 * 1000;

/// The user of a request, and whether a session began with it.
pub(crate) struct Login {
    pub(crate) caller: Caller,
    /// The identifier of a new session.
    pub(crate) session: Option<String>,
}

/// Finds out who sends a request, or what to answer instead.
pub(crate) fn authenticate(
    state: &mut ServerState,
    request: &Request,
    base: &str,
) -> Result<Login, Box<Response>> {
    let Some(header) = request.header("authorization") else {
        let user = session_of(request)
            .and_then(|id| state.accounts.sessions.get(id))
            .cloned();
        return match user.and_then(|user| Caller::load(&state.store, state.version, &user)) {
            Some(caller) => Ok(Login {
                caller,
                session: None,
            }),
            None => Err(Box::new(unauthenticated(state.version, request, base))),
        };
    };
    let (scheme, credentials) = header.split_once(' ').unwrap_or((header, ""));
    let user = if scheme.eq_ignore_ascii_case("basic") {
        basic(state, credentials.trim()).map_err(|message| Box::new(refused(request, message)))?
    } else if scheme.eq_ignore_ascii_case("apitoken") {
        token(state, request, credentials.trim())?
    } else {
        return Err(Box::new(bearer(state.version, request)));
    };
    let Some(caller) = Caller::load(&state.store, state.version, &user) else {
        return Err(Box::new(refused(request, "Unauthorized")));
    };
    let session = state.uids.code(32).to_ascii_uppercase();
    state.accounts.sessions.insert(session.clone(), user);
    Ok(Login {
        caller,
        session: Some(session),
    })
}

fn session_of(request: &Request) -> Option<&str> {
    request
        .header("cookie")?
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix("JSESSIONID="))
}

/// A user by name and password, or the message to refuse with.
fn basic(state: &mut ServerState, credentials: &str) -> Result<String, &'static str> {
    let plain = decode_base64(credentials).and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((name, password)) = plain.as_deref().and_then(|plain| plain.split_once(':')) else {
        return Err("Unauthorized");
    };
    let version = state.version;
    let now = epoch_millis(state.clock.now());
    let locks = state.settings.is_on("keyLockMultipleFailedLogins");
    let known = state
        .accounts
        .failures
        .get(name)
        .copied()
        .unwrap_or_default();
    let (failed, since) = if now - known.1 < LOCKED_FOR {
        known
    } else {
        (0, now)
    };
    // 2.43 holds a lock after the setting is turned off; 2.42 lets the right password through.
    let held = locks || version >= Version::V43;
    let locked = held && failed >= failures(version);
    if locked && version != Version::V42 {
        return Err("Account locked");
    }
    let found = Schema::find("users")
        .into_iter()
        .flat_map(|kind| state.store.all(kind))
        .find(|user| {
            text(&user.members, "username") == Some(name)
                && text(&user.members, "password") == Some(password)
        });
    let user = found.map(|user| &user.members);
    let disabled = |user: &Object| {
        user.get("disabled")
            .and_then(Value::as_bool)
            .unwrap_or(false)
    };
    match user {
        Some(user) if disabled(user) => Err("Account disabled"),
        Some(user) if user.get("twoFA").and_then(Value::as_bool) == Some(true) => {
            Err("Unauthorized")
        }
        Some(user) => {
            let id = text(user, "id").unwrap_or_default().to_owned();
            // Where nothing is locked, nothing is counted, nor forgotten.
            if locks || version >= Version::V42 {
                state.accounts.failures.remove(name);
            }
            Ok(id)
        }
        None => {
            if locks {
                state
                    .accounts
                    .failures
                    .insert(name.to_owned(), (failed + 1, since));
            }
            Err(if locked {
                "Account locked"
            } else {
                "Unauthorized"
            })
        }
    }
}

/// A user by token.
fn token(state: &mut ServerState, request: &Request, key: &str) -> Result<String, Box<Response>> {
    let version = state.version;
    let refuse = |status, message: &str| Box::new(token_refused(version, status, message));
    let well_formed = state.accounts.tokens.iter().any(|token| token.key == key);
    if !well_formed {
        return Err(if version >= Version::V41 {
            refuse(400, "Checksum validation failed")
        } else {
            refuse(401, "The API token does not exists.")
        });
    }
    let now = epoch_millis(state.clock.now());
    let Some(token) = state
        .accounts
        .tokens
        .iter_mut()
        .find(|token| token.key == key)
    else {
        return Err(refuse(401, "The API token does not exists"));
    };
    // Up to 2.40 a token that was used lately is still in a cache when it is revoked.
    if token.revoked && (version >= Version::V41 || !token.used) {
        return Err(refuse(401, "The API token does not exists"));
    }
    if token.expires <= now {
        return Err(refuse(
            401,
            "Failed to authenticate API token, token has expired.",
        ));
    }
    for limit in &token.attributes {
        let allows = |key: &str, word: &str| {
            limit.get(key).and_then(Value::as_array).is_none_or(|list| {
                list.iter()
                    .filter_map(Value::as_str)
                    .any(|entry| entry.eq_ignore_ascii_case(word))
            })
        };
        if !allows("allowedMethods", &request.method) {
            return Err(refuse(
                401,
                "Failed to authenticate API token, request http method is not allowed.",
            ));
        }
        let address = request.header("x-forwarded-for").unwrap_or("127.0.0.1");
        if !allows("allowedIps", address) {
            return Err(refuse(
                401,
                "Failed to authenticate API token, request ip address is not allowed.",
            ));
        }
    }
    token.used = true;
    Ok(token.user.clone())
}

/// Makes a token for a user: `POST /api/apiToken`.
pub(crate) fn make_token(state: &mut ServerState, caller: &Caller, body: &Value) -> Token {
    let (prefix, length) = if state.version >= Version::V41 {
        ("d2p_", 50)
    } else {
        ("d2pat_", 42)
    };
    let key = format!("{prefix}{}", state.uids.code(length));
    let month = 30 * 24 * 3_600_000;
    let token = Token {
        id: state.uids.next(),
        key,
        user: caller.id.clone(),
        expires: body
            .get("expire")
            .and_then(Value::as_i64)
            .unwrap_or_else(|| epoch_millis(state.clock.now()) + month),
        attributes: body
            .get("attributes")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default(),
        revoked: false,
        used: false,
    };
    state.accounts.tokens.push(token.clone());
    token
}

/// What a request without credentials gets.
fn unauthenticated(version: Version, request: &Request, base: &str) -> Response {
    if request.header("x-requested-with") == Some("XMLHttpRequest") {
        return refused(request, "Unauthorized");
    }
    // The redirect is built by another layer than all other links and keeps the inner address.
    let host = request.header("host").unwrap_or("localhost");
    let path = base
        .splitn(4, '/')
        .nth(3)
        .map(|path| format!("/{path}"))
        .unwrap_or_default();
    Response::empty(302).with(
        "Location",
        format!("http://{host}{path}{}", version.login_path()),
    )
}

/// 401 with a message, in JSON or XML.
fn refused(request: &Request, message: &str) -> Response {
    if request
        .header("accept")
        .is_some_and(|accept| accept.contains("application/xml"))
    {
        let body = format!(
            "<webMessage xmlns=\"http://dhis2.org/schema/dxf/2.0\" httpStatus=\"Unauthorized\" \
             httpStatusCode=\"401\" status=\"ERROR\"><message>{message}</message></webMessage>"
        );
        return Response::bytes(401, body).with("Content-Type", "application/xml;charset=UTF-8");
    }
    let body = envelope(401, "ERROR", Some(message)).to_text();
    Response::bytes(401, body).with("Content-Type", "application/json;charset=UTF-8")
}

fn token_refused(version: Version, status: u16, message: &str) -> Response {
    // 2.40 fails while it writes the message.
    if version == Version::V40 {
        return Response::empty(401).with("WWW-Authenticate", "ApiToken");
    }
    Response::json(status, envelope(status, "ERROR", Some(message)))
        .with("WWW-Authenticate", "ApiToken")
        .with("Cache-Control", "no-cache, private")
}

/// Bearer tokens are not enabled.
fn bearer(version: Version, request: &Request) -> Response {
    if version >= Version::V42 {
        return refused(request, "Unauthorized");
    }
    let body = json!({"error": "invalid_token", "error_description": "Invalid access token"});
    Response::json(401, body).with(
        "WWW-Authenticate",
        "Bearer realm=\"oauth\", error=\"invalid_token\", error_description=\"Invalid access token\"",
    )
}

/// Basic credentials in base 64 (RFC 4648).
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_is_decoded() {
        assert_eq!(
            decode_base64("YWRtaW46ZGlzdHJpY3Q=").unwrap(),
            b"admin:district"
        );
        assert_eq!(decode_base64("!!!"), None);
    }
}
