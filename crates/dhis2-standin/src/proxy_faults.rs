//! What a fault makes of a request and its answer, as a proxy in between would.

use crate::envelope::Failure;
use crate::fault::Fault;
use crate::http::{Delivery, Request, Response};
use crate::version::Version;

/// What a fault answers in place of the server.
pub(crate) fn before(fault: &Fault, request: &Request) -> Option<Response> {
    Some(match fault {
        Fault::LoginRedirect => {
            let host = request.header("host").unwrap_or("localhost");
            Response::empty(302).with("Location", format!("http://{host}/sso/login?next=dhis"))
        }
        Fault::LoginPage => proxy_page(200, "Log in"),
        Fault::Refused(status) => proxy_page(*status, "refused"),
        Fault::TooMany { seconds } => {
            proxy_page(429, "too many requests").with("Retry-After", seconds.to_string())
        }
        Fault::TooLarge { limit } if request.body.len() > *limit => {
            proxy_page(413, "Request Entity Too Large")
        }
        Fault::Reset => closed(),
        Fault::Empty => Response::empty(200).with("Content-Type", "application/json;charset=UTF-8"),
        Fault::Answer(body) => Response::bytes(200, body.clone())
            .with("Content-Type", "application/json;charset=UTF-8"),
        Fault::Raw(bytes) => Response {
            delivery: Delivery::Raw,
            ..Response::bytes(200, bytes.clone())
        },
        _ => return None,
    })
}

/// What a fault does to the server's answer.
pub(crate) fn after(fault: &Fault, response: Response) -> Response {
    match fault {
        Fault::RefusedAfter(status) => proxy_page(*status, "gone wrong"),
        Fault::CutAnswer => Response {
            delivery: Delivery::Cut,
            ..response
        },
        Fault::LostAnswer => closed(),
        Fault::Drip { pause } => Response {
            delivery: Delivery::Drip(*pause),
            ..response
        },
        Fault::Late { pause } => Response {
            delivery: Delivery::Late(*pause),
            ..response
        },
        Fault::AnswerAfter(body) => Response::bytes(200, body.clone())
            .with("Content-Type", "application/json;charset=UTF-8"),
        _ => response,
    }
}

/// A page of a proxy in front of the server.
pub(crate) fn proxy_page(status: u16, text: &str) -> Response {
    let body = format!(
        "<html>\r\n<head><title>{status} {text}</title></head>\r\n<body>\r\n<center><h1>{status} {text}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    Response::bytes(status, body).with("Content-Type", "text/html")
}

/// The connection closes without an answer.
pub(crate) fn closed() -> Response {
    Response {
        delivery: Delivery::Reset,
        ..Response::empty(200)
    }
}

/// The login pages of a server without web apps.
pub(crate) fn login_page(version: Version, path: &str) -> Option<Response> {
    match (version, path) {
        (Version::V41 | Version::V42, "/dhis-web-login/" | "/dhis-web-login") => {
            Some(Failure::no_such_path("/dhis-web-login").response(version))
        }
        (Version::V43 | Version::V44, "/dhis-web-login/") => {
            Some(Response::empty(301).with("Location", "/login/"))
        }
        (Version::V43 | Version::V44, "/login/") => {
            Some(Failure::new(404, "App 'login' not found.").response(version))
        }
        _ => None,
    }
}
