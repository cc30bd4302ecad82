//! From a request to its answer, with faults in between.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::api_call::ApiCall;
use crate::auth::{self, Login};
use crate::control;
use crate::envelope::Failure;
use crate::fault::Fault;
use crate::http::{Handler, Request, Response, decode_path};
use crate::options::Control;
use crate::proxy_faults::{after, before, closed, login_page};
use crate::query::QueryParameters;
use crate::routes::{self, CallOutcome};
use crate::server_state::ServerState;
use crate::service::Service;
use crate::tasks;
use crate::users::Caller;
use crate::version::Version;

impl Service {
    /// The server's own URL as it sees it: its host, and what a proxy says in front of it.
    fn base(&self, request: &Request) -> String {
        let host = request.header("host").unwrap_or("localhost");
        let scheme = request.header("x-forwarded-proto").unwrap_or("http");
        let host = match request.header("x-forwarded-port") {
            Some(port) => {
                let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
                let usual = matches!((scheme, port), ("https", "443") | ("http", "80"));
                if usual {
                    name.to_owned()
                } else {
                    format!("{name}:{port}")
                }
            }
            None => host.to_owned(),
        };
        format!("{scheme}://{host}{}", self.context_path)
    }

    fn respond(&self, request: &Request) -> Response {
        let path = decode_path(&request.path);
        let Some(inner) = path.strip_prefix(self.context_path.as_str()) else {
            return Failure::no_such_path(&path).response(self.version);
        };
        if self.control == Control::Open
            && let Some(order) = inner.strip_prefix("/standin/")
        {
            return control::answer(self, &request.method, order, &request.body);
        }
        let below_api = inner.strip_prefix("/api/").unwrap_or(inner);
        let fault = {
            let mut state = self.state();
            if state.dead {
                return closed();
            }
            tasks::run_due(&mut state);
            let query: Vec<String> = request
                .parameters()
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            state
                .faults
                .next(&request.method, below_api, &query.join("&"))
        };
        let Some(fault) = fault else {
            return self.serve(request, inner, None);
        };
        if let Fault::Slow { pause } = fault {
            // The client may give up; the work is done all the same.
            std::thread::sleep(Duration::from_millis(pause));
        }
        before(&fault, request).unwrap_or_else(|| {
            let response = self.serve(request, inner, Some(&fault));
            after(&fault, response)
        })
    }

    fn serve(&self, request: &Request, path: &str, fault: Option<&Fault>) -> Response {
        let base = self.base(request);
        let mut state = self.state();
        let version = self.version;
        if path.starts_with("//") {
            return Failure::page(if version >= Version::V42 { 400 } else { 500 }, "")
                .response(version);
        }
        if path.trim_end_matches('/') == "/api/ping" {
            return Response::empty(200).with("Vary", "Access-Control-Request-Headers");
        }
        if request.header("authorization").is_none()
            && let Some(page) = login_page(version, path)
        {
            return page;
        }
        let Login { caller, session } = match auth::authenticate(&mut state, request, &base) {
            Ok(login) => login,
            Err(response) => return *response,
        };
        let mut response = self.call(&mut state, &caller, request, path, &base, fault);
        if let Some(session) = session {
            let home = if self.context_path.is_empty() {
                "/"
            } else {
                &self.context_path
            };
            response.headers.push((
                "Set-Cookie",
                format!("JSESSIONID={session}; Path={home}; HttpOnly; SameSite=Lax"),
            ));
        }
        response
    }

    fn call(
        &self,
        state: &mut ServerState,
        caller: &Caller,
        request: &Request,
        path: &str,
        base: &str,
        fault: Option<&Fault>,
    ) -> Response {
        let version = self.version;
        let Some(below) = path
            .strip_prefix("/api/")
            .or_else(|| path.strip_prefix("/api"))
        else {
            return Failure::no_such_path(path).response(version);
        };
        let mut steps: Vec<&str> = below.split('/').filter(|step| !step.is_empty()).collect();
        let number = steps.first().and_then(|step| step.parse::<u32>().ok());
        if let Some(number) = number {
            if !version.path_versions().contains(&number) {
                return Failure::no_such_path(path).response(version);
            }
            steps.remove(0);
        }
        let mut suffix = None;
        if let Some(last) = steps.last_mut()
            && let Some((name, word)) = last.rsplit_once('.')
            && ["json", "geojson", "csv", "xml"].contains(&word)
        {
            *last = name;
            suffix = Some(word);
        }
        let call = ApiCall {
            request,
            query: QueryParameters::of(request),
            steps,
            path,
            suffix,
            number,
            base: base.to_owned(),
            import_fault: fault.and_then(Fault::of_import),
        };
        match routes::answer(state, caller, &call) {
            CallOutcome::Answer(response) => response,
            CallOutcome::Crash => {
                state.dead = true;
                closed()
            }
        }
    }
}

impl Handler for Service {
    fn answer(&self, request: &Request) -> Response {
        let importing = request.method == "POST" && request.path.contains("/dataValueSets");
        if importing {
            let now = self.importing.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_importing.fetch_max(now, Ordering::SeqCst);
        }
        let response = self.respond(request);
        if importing {
            self.importing.fetch_sub(1, Ordering::SeqCst);
        }
        if !request
            .path
            .starts_with(&format!("{}/standin/", self.context_path))
        {
            self.note(request, &response);
        }
        response
    }

    fn line_too_long(&self) -> Response {
        Failure::bad_request_page().response(self.version)
    }
}
