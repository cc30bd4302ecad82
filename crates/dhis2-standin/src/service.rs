//! The server behind the listener: from a request to its answer, faults in between.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::auth::{self, Login};
use crate::clock::Clock;
use crate::control;
use crate::envelope::Failure;
use crate::faults::{Fault, Faults};
use crate::http::{Delivery, Handler, Request, Response, decode_path};
use crate::options::{Control, Options};
use crate::proxy::{after, before, closed, login_page};
use crate::query::Query;
use crate::routes::{self, Call, Outcome};
use crate::state::State;
use crate::store::ADMIN;
use crate::users::Caller;
use crate::values::{DataValue, Key};
use crate::version::Version;
use crate::{metadata, tasks, unit_file};

/// One request that the server has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLog {
    /// Method.
    pub method: String,
    /// Path as it was sent, without its query.
    pub path: String,
    /// Query as it was sent.
    pub query: String,
    /// Headers as they were sent, credentials included.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// Status of the answer; 0 where the connection was closed without one.
    pub status: u16,
}

/// The server behind the listener: its state, and how requests reach it.
pub(crate) struct Service {
    version: Version,
    context_path: String,
    state: Mutex<State>,
    log: Mutex<Vec<RequestLog>>,
    clock: Arc<Clock>,
    importing: AtomicUsize,
    most_importing: AtomicUsize,
    control: Control,
}

impl Service {
    /// A server with what the options give it.
    pub(crate) fn new(options: &Options) -> Result<Self, String> {
        let clock = Arc::new(Clock::starting(options.today));
        let mut state = State::new(
            options.version,
            Arc::clone(&clock),
            Faults::new(options.faults.clone()),
        );
        state.system_id.clone_from(&options.system_id);
        load(&mut state, options.org_units.as_deref(), &options.bundles)?;
        set_up_admin(&mut state, options);
        Ok(Self {
            version: options.version,
            context_path: options.context_path.trim_end_matches('/').to_owned(),
            state: Mutex::new(state),
            log: Mutex::default(),
            clock,
            importing: AtomicUsize::new(0),
            most_importing: AtomicUsize::new(0),
            control: options.control,
        })
    }

    pub(crate) fn context_path(&self) -> &str {
        &self.context_path
    }

    pub(crate) fn values(&self) -> Vec<(Key, DataValue)> {
        let state = self.state();
        let live = state.values.rows().filter(|(_, row)| !row.deleted);
        live.map(|(key, row)| (key.clone(), row.clone())).collect()
    }

    /// Stores or replaces a value of period, data element and unit as another user would.
    pub(crate) fn put_value(
        &self,
        [period, element, unit]: [&str; 3],
        combo: Option<&str>,
        value: &str,
        comment: Option<&str>,
    ) {
        let mut state = self.state();
        let now = state.clock.now();
        let default = crate::store::DEFAULT_OPTION_COMBO;
        let values = &mut state.values;
        let key = Key {
            period: values.name(period),
            element: values.name(element),
            unit: values.name(unit),
            combo: values.name(combo.unwrap_or(default)),
            attribute_combo: values.name(default),
        };
        let stored_by = values.name("someone");
        let row = DataValue {
            value: Some(value.into()),
            comment: comment.map(Into::into),
            stored_by,
            follow_up: false,
            deleted: false,
            created: now,
            updated: now,
        };
        values.put(key, row);
    }

    pub(crate) fn requests(&self) -> Vec<RequestLog> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.clone()
    }

    pub(crate) fn most_imports_at_once(&self) -> usize {
        self.most_importing.load(Ordering::SeqCst)
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Loads a metadata package as the superuser would.
    pub(crate) fn load(&self, bundle: &Value) -> Result<(), String> {
        load(&mut self.state(), None, std::slice::from_ref(bundle))
    }
}

fn load(state: &mut State, org_units: Option<&[u8]>, bundles: &[Value]) -> Result<(), String> {
    if let Some(bytes) = org_units {
        unit_file::load_geojson(&mut state.store, bytes)?;
    }
    let caller = Caller::load(&state.store, state.version, ADMIN).ok_or("no superuser")?;
    for bundle in bundles {
        let response = metadata::import(
            state,
            &caller,
            &Query::default(),
            bundle.to_string().as_bytes(),
            false,
        )
        .map_err(|failure| failure.response(state.version).text())?;
        if response.status != 200 {
            return Err(format!("metadata refused: {}", response.text()));
        }
    }
    Ok(())
}

fn set_up_admin(state: &mut State, options: &Options) {
    let roots: Vec<Value> = state
        .store
        .roots()
        .iter()
        .map(|id| json!({"id": id}))
        .collect();
    let Some(kind) = crate::schema::Type::find("users") else {
        return;
    };
    if let Some(mut members) = state.store.members("users", ADMIN).cloned() {
        if options.admin_has_roots {
            members.insert("organisationUnits".to_owned(), roots.clone().into());
            members.insert("dataViewOrganisationUnits".to_owned(), roots.into());
        }
        let password = options.admin_password.as_str();
        members.insert("password".to_owned(), password.into());
        state.store.put(kind, members, None);
    }
}

impl Service {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, request: &Request, response: &Response) {
        let lost = matches!(response.delivery, Delivery::Reset);
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(RequestLog {
                method: request.method.clone(),
                path: request.path.clone(),
                query: request.query.clone(),
                headers: request.headers.clone(),
                body: request.body.clone(),
                status: if lost { 0 } else { response.status },
            });
    }

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
        state: &mut State,
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
        let call = Call {
            request,
            query: Query::of(request),
            steps,
            path,
            suffix,
            number,
            base: base.to_owned(),
            import_fault: fault.and_then(Fault::of_import),
        };
        match routes::answer(state, caller, &call) {
            Outcome::Answer(response) => response,
            Outcome::Crash => {
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
