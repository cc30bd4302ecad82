//! The server behind the listener: from a request to its answer, faults in between.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Clock;
use crate::data_values::{DataValue, DataValueKey};
use crate::envelope::EnvelopeForm;
use crate::fault_rules::FaultRules;
use crate::http::{Delivery, Request, Response};
use crate::metadata_store::ADMIN;
use crate::options::{Control, StandinOptions};
use crate::query::QueryParameters;
use crate::server_state::ServerState;
use crate::users::Caller;
use crate::version::Version;
use crate::{metadata, org_unit_file};

/// One request that the server has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLog {
    /// Method.
    pub method: String,
    /// Path as it was sent, without its query.
    pub path: String,
    /// QueryParameters as it was sent.
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
    pub(crate) version: Version,
    pub(crate) context_path: String,
    state: Mutex<ServerState>,
    log: Mutex<Vec<RequestLog>>,
    clock: Arc<Clock>,
    pub(crate) importing: AtomicUsize,
    pub(crate) most_importing: AtomicUsize,
    pub(crate) control: Control,
}

impl Service {
    /// A server with what the options give it.
    pub(crate) fn new(options: &StandinOptions) -> Result<Self, String> {
        let clock = Arc::new(Clock::starting(options.today));
        let mut state = ServerState::new(
            options.version,
            Arc::clone(&clock),
            FaultRules::new(options.faults.clone()),
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

    pub(crate) fn values(&self) -> Vec<(DataValueKey, DataValue)> {
        let state = self.state();
        let live = state.values.rows().filter(|(_, row)| !row.deleted);
        live.map(|(key, row)| (key.clone(), row.clone())).collect()
    }

    /// Stores or replaces a value of period, data element and unit, unchecked, as stored by an account.
    pub(crate) fn put_value(
        &self,
        [period, element, unit]: [&str; 3],
        combo: Option<&str>,
        value: &str,
        comment: Option<&str>,
        stored_by: &str,
    ) {
        let mut state = self.state();
        let now = state.clock.now();
        let default = crate::metadata_store::DEFAULT_OPTION_COMBO;
        let values = &mut state.values;
        let key = DataValueKey {
            period: values.name(period),
            element: values.name(element),
            unit: values.name(unit),
            combo: values.name(combo.unwrap_or(default)),
            attribute_combo: values.name(default),
        };
        let stored_by = values.name(stored_by);
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

fn load(
    state: &mut ServerState,
    org_units: Option<&[u8]>,
    bundles: &[Value],
) -> Result<(), String> {
    if let Some(bytes) = org_units {
        org_unit_file::load_geojson(&mut state.store, bytes)?;
    }
    let caller = Caller::load(&state.store, state.version, ADMIN).ok_or("no superuser")?;
    for bundle in bundles {
        let response = metadata::import(
            state,
            &caller,
            &QueryParameters::default(),
            bundle.to_string().as_bytes(),
            EnvelopeForm::Whole,
        )
        .map_err(|failure| failure.response(state.version).text())?;
        if response.status != 200 {
            return Err(format!("metadata refused: {}", response.text()));
        }
    }
    Ok(())
}

fn set_up_admin(state: &mut ServerState, options: &StandinOptions) {
    let roots: Vec<Value> = state
        .store
        .roots()
        .iter()
        .map(|id| json!({"id": id}))
        .collect();
    let Some(kind) = crate::schema::Schema::find("users") else {
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
    pub(crate) fn state(&self) -> MutexGuard<'_, ServerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, request: &Request, response: &Response) {
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
}
