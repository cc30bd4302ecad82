//! The stand-in as a whole: started with data, asked over HTTP, read out by tests.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::auth::{self, Login};
use crate::clock::Clock;
use crate::envelope::Failure;
use crate::faults::{Fault, Faults, Rule};
use crate::http::{Delivery, Handler, Request, Response, Server, decode_path};
use crate::proxy::{after, before, closed, login_page};
use crate::query::Query;
use crate::routes::{self, Call, Outcome};
use crate::state::State;
use crate::store::ADMIN;
use crate::users::Caller;
use crate::values::{DataValue, Key};
use crate::version::Version;
use crate::{metadata, tasks, unit_file};

/// The day that the server's clock shows when nothing else is asked for.
const TODAY: Date = Date::constant(2026, 11, 22);

/// How a stand-in is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// The release to be.
    pub version: Version,
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Path below which the server lives, such as `/dhis`; empty for the root.
    pub context_path: String,
    /// Organisation units as the bytes of a GeoJSON FeatureCollection.
    pub org_units: Option<Vec<u8>>,
    /// Metadata packages as for `POST /api/metadata`, loaded in order.
    pub bundles: Vec<Value>,
    /// The day that the server's clock starts at.
    pub today: Date,
    /// `systemId` of the server's self-description.
    pub system_id: Option<String>,
    /// Whether the superuser `admin` (password `district`) gets the roots as capture units.
    pub admin_has_roots: bool,
    /// What goes wrong.
    pub faults: Vec<Rule>,
}

impl Options {
    /// A server of that release with nothing in it.
    #[must_use]
    pub fn new(version: Version) -> Self {
        Self {
            version,
            port: 0,
            context_path: String::new(),
            org_units: None,
            bundles: Vec::new(),
            today: TODAY,
            system_id: Some("eed3d451-4ff5-4193-b951-ffcc68954299".to_owned()),
            admin_has_roots: true,
            faults: Vec::new(),
        }
    }
}

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

/// A running stand-in; it stops when it is dropped.
pub struct Standin {
    server: Server,
    shared: Arc<Shared>,
}

struct Shared {
    version: Version,
    context_path: String,
    state: Mutex<State>,
    log: Mutex<Vec<RequestLog>>,
    clock: Arc<Clock>,
    importing: AtomicUsize,
    most_importing: AtomicUsize,
}

impl Standin {
    /// Starts a server.
    ///
    /// # Errors
    /// A port that is taken, or org units or metadata that cannot be loaded.
    pub fn start(options: Options) -> io::Result<Self> {
        let clock = Arc::new(Clock::starting(options.today));
        let mut state = State::new(
            options.version,
            Arc::clone(&clock),
            Faults::new(options.faults),
        );
        state.system_id = options.system_id;
        load(&mut state, options.org_units.as_deref(), &options.bundles)
            .map_err(|message| io::Error::new(io::ErrorKind::InvalidData, message))?;
        if options.admin_has_roots {
            give_admin_roots(&mut state);
        }
        let shared = Arc::new(Shared {
            version: options.version,
            context_path: options.context_path.trim_end_matches('/').to_owned(),
            state: Mutex::new(state),
            log: Mutex::default(),
            clock,
            importing: AtomicUsize::new(0),
            most_importing: AtomicUsize::new(0),
        });
        let handler: Arc<dyn Handler> = Arc::<Shared>::clone(&shared);
        Ok(Self {
            server: Server::start(options.port, handler)?,
            shared,
        })
    }

    /// The base URL, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!(
            "http://127.0.0.1:{}{}",
            self.server.port(),
            self.shared.context_path
        )
    }

    /// The port listened on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// All stored values, deleted ones left out, in the order of their keys.
    #[must_use]
    pub fn values(&self) -> Vec<(Key, DataValue)> {
        let state = self.shared.state();
        state
            .values
            .rows()
            .filter(|(_, row)| !row.deleted)
            .map(|(key, row)| (key.clone(), row.clone()))
            .collect()
    }

    /// The value stored for a key of period, data element and unit under the default
    /// combinations.
    #[must_use]
    pub fn value(&self, period: &str, element: &str, unit: &str) -> Option<String> {
        let state = self.shared.state();
        let default = crate::store::DEFAULT_OPTION_COMBO;
        state
            .values
            .of(period, Some(element))
            .find(|(key, row)| !row.deleted && &*key.unit == unit && &*key.combo == default)
            .and_then(|(_, row)| row.value.as_deref().map(str::to_owned))
    }

    /// Stores or replaces a value as another user would, unchecked, under the default
    /// combinations where `combo` is `None`.
    pub fn put_value(
        &self,
        period: &str,
        element: &str,
        unit: &str,
        combo: Option<&str>,
        value: &str,
        comment: Option<&str>,
    ) {
        let mut state = self.shared.state();
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

    /// All requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestLog> {
        self.shared
            .log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many imports were under way at once at most.
    #[must_use]
    pub fn most_imports_at_once(&self) -> usize {
        self.shared.most_importing.load(Ordering::SeqCst)
    }

    /// Adds a fault.
    pub fn add_fault(&self, rule: Rule) {
        self.shared.state().faults.add(rule);
    }

    /// Moves the server's clock forward.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    /// Loads a metadata package as the superuser would.
    ///
    /// # Errors
    /// The server's report, where it refuses the package.
    pub fn load(&self, bundle: &Value) -> Result<(), String> {
        load(&mut self.shared.state(), None, std::slice::from_ref(bundle))
    }

    /// Whether an injected crash has ended the server.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.shared.state().dead
    }

    /// Starts the server again after a crash, with what it had stored.
    pub fn revive(&self) {
        self.shared.state().dead = false;
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

fn give_admin_roots(state: &mut State) {
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
        members.insert("organisationUnits".to_owned(), roots.clone().into());
        members.insert("dataViewOrganisationUnits".to_owned(), roots.into());
        state.store.put(kind, members, None);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
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

impl Handler for Shared {
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
        self.note(request, &response);
        response
    }

    fn line_too_long(&self) -> Response {
        Failure::bad_request_page().response(self.version)
    }
}
