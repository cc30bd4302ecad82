//! DHIS2's envelope around answers that are not data (`WebMessage`), and error pages.

use serde_json::{Value, json};

use crate::http::{Response, reason};
use crate::json::Node;
use crate::version::Version;

/// Whether an answer comes in the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EnvelopeForm {
    Whole,
    /// The report alone.
    Bare,
}

/// Why a request fails, and how the server says so.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    status: u16,
    message: String,
    code: Option<&'static str>,
    detail: Option<&'static str>,
    form: FailureBody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FailureBody {
    /// The envelope, as an exception handler writes it.
    Envelope,
    /// The envelope, as a controller answers with it: the charset is named.
    Answer,
    /// The container's page.
    Page,
}

impl Failure {
    /// An error with a message in the envelope.
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            code: None,
            detail: None,
            form: FailureBody::Envelope,
        }
    }

    /// What it says.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The same with an error code.
    pub(crate) fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// The same with a message for developers.
    pub(crate) fn detail(mut self, detail: &'static str) -> Self {
        self.detail = Some(detail);
        self
    }

    /// The same with the charset named.
    pub(crate) fn with_charset(mut self) -> Self {
        self.form = FailureBody::Answer;
        self
    }

    /// A page of the servlet container, with its message line from 2.42 on.
    pub(crate) fn page(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            code: None,
            detail: None,
            form: FailureBody::Page,
        }
    }

    /// A filter that cannot be used.
    pub(crate) fn filter(version: Version, message: String) -> Self {
        if version >= Version::V41 {
            Self::new(400, message).code("E1003")
        } else {
            Self::new(409, message)
        }
    }

    /// No object of that type and id.
    pub(crate) fn not_found(version: Version, class: &str, id: &str) -> Self {
        let failure = Self::new(404, format!("{class} with id {id} could not be found."));
        if version > Version::V38 {
            failure.code("E1005")
        } else {
            failure
        }
    }

    /// A right that the user has not.
    pub(crate) fn forbidden(version: Version, authority: &str) -> Self {
        if version >= Version::V42 {
            Self::new(
                403,
                format!("Access is denied, requires one Authority from [{authority}]"),
            )
        } else {
            Self::new(403, "Access is denied")
        }
    }

    /// A form of body that is not taken.
    pub(crate) fn unsupported_type(version: Version, named: Option<&str>) -> Self {
        let message = match named {
            Some(named) if version >= Version::V42 => {
                format!("Content-Type '{named}' is not supported")
            }
            None if version >= Version::V42 => "Content-Type is not supported".to_owned(),
            _ => format!("Content type '{}' not supported", named.unwrap_or_default()),
        };
        Self::new(415, message)
    }

    /// A wrong method on a known path.
    pub(crate) fn wrong_method(version: Version, method: &str) -> Self {
        let verb = if version >= Version::V42 {
            "is not"
        } else {
            "not"
        };
        Self::new(405, format!("Request method '{method}' {verb} supported"))
    }

    /// No such path.
    pub(crate) fn no_such_path(path: &str) -> Self {
        let path = path.trim_start_matches('/').replace('/', "&#47;");
        Self::page(404, format!("No static resource {path}."))
    }

    /// A request line that cannot be read.
    pub(crate) fn bad_request_page() -> Self {
        Self::page(400, "")
    }

    /// The answer.
    pub(crate) fn response(&self, version: Version) -> Response {
        if self.form == FailureBody::Page {
            return page(version, self.status, &self.message);
        }
        let mut body = envelope(self.status, "ERROR", Some(&self.message));
        if let Some(code) = self.code {
            body = body.member("errorCode", code);
        }
        if let Some(detail) = self.detail {
            body = body.member("devMessage", detail);
        }
        let response = Response::json(self.status, body).with("Cache-Control", "no-cache, private");
        if self.form == FailureBody::Envelope && version >= Version::V42 {
            response.with("Content-Type", "application/json")
        } else {
            response
        }
    }
}

/// The members that every envelope begins with.
pub(crate) fn envelope(status: u16, word: &str, message: Option<&str>) -> Node {
    let node = Node::object()
        .member("httpStatus", reason(status))
        .member("httpStatusCode", Value::from(status))
        .member("status", word);
    match message {
        Some(message) => node.member("message", message),
        None => node,
    }
}

/// An envelope around a report of that type.
pub(crate) fn reply(
    version: Version,
    status: u16,
    word: &str,
    message: Option<&str>,
    kind: &str,
    mut report: Value,
) -> Response {
    // Some reports have a type of their own only from 2.42 on.
    if version >= Version::V42 || !kind.starts_with("GeoJson") {
        report["responseType"] = kind.into();
    }
    let response = Response::json(
        status,
        envelope(status, word, message).member("response", report),
    );
    if status >= 400 {
        response.with("Cache-Control", "no-cache, private")
    } else {
        response
    }
}

/// What changes of one object are answered with.
pub(crate) fn object_report(
    version: Version,
    status: u16,
    klass: &str,
    uid: &str,
    mut extra: Vec<(&str, Value)>,
) -> Response {
    let mut report = json!({"uid": uid, "klass": klass, "errorReports": []});
    for (key, value) in extra.drain(..) {
        report[key] = value;
    }
    let kind = if report.get("key").is_some() && version <= Version::V41 {
        "ApiTokenCreationResponse"
    } else {
        "ObjectReport"
    };
    reply(version, status, "OK", None, kind, report)
}

/// An error page of Tomcat.
fn page(version: Version, status: u16, message: &str) -> Response {
    let phrase = reason(status);
    let description = match status {
        400 => {
            "The server cannot or will not process the request due to something that is perceived \
             to be a client error (e.g., malformed request syntax, invalid request message \
             framing, or deceptive request routing)."
        }
        404 => {
            "The origin server did not find a current representation for the target resource or \
             is not willing to disclose that one exists."
        }
        406 => {
            "The target resource does not have a current representation that would be acceptable \
             to the user agent, according to the proactive negotiation header fields received in \
             the request, and the server is unwilling to supply a default representation."
        }
        _ => {
            "The server encountered an unexpected condition that prevented it from fulfilling the request."
        }
    };
    let message = if message.is_empty() || version < Version::V42 {
        String::new()
    } else {
        format!("<p><b>Message</b> {message}</p>")
    };
    let container = version.container();
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><title>HTTP Status {status} \u{2013} {phrase}</title>\
         <style type=\"text/css\">body {{font-family:Tahoma,Arial,sans-serif;}} h1, h2, h3, b \
         {{color:white;background-color:#525D76;}} h1 {{font-size:22px;}} h2 {{font-size:16px;}} \
         h3 {{font-size:14px;}} p {{font-size:12px;}} a {{color:black;}} .line \
         {{height:1px;background-color:#525D76;border:none;}}</style></head><body>\
         <h1>HTTP Status {status} \u{2013} {phrase}</h1><hr class=\"line\" /><p><b>Type</b> Status \
         Report</p>{message}<p><b>Description</b> {description}</p><hr class=\"line\" />\
         <h3>{container}</h3></body></html>"
    );
    Response::bytes(status, body).with("Content-Type", "text/html;charset=utf-8")
}
