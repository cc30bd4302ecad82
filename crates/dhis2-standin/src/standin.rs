//! The stand-in as a whole: started with data, asked over HTTP, read out by tests.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::data_values::{DataValue, DataValueKey};
use crate::fault_rules::FaultRule;
use crate::http::{Handler, Server};
use crate::options::StandinOptions;
use crate::service::{RequestLog, Service};

/// A running stand-in; it stops when it is dropped.
pub struct Standin {
    server: Server,
    service: Arc<Service>,
}

impl Standin {
    /// Starts a server.
    ///
    /// # Errors
    /// A port that is taken, or org units or metadata that cannot be loaded.
    pub fn start(options: StandinOptions) -> io::Result<Self> {
        let service = Arc::new(
            Service::new(&options)
                .map_err(|message| io::Error::new(io::ErrorKind::InvalidData, message))?,
        );
        let handler: Arc<dyn Handler> = Arc::<Service>::clone(&service);
        Ok(Self {
            server: Server::start(options.port, handler)?,
            service,
        })
    }

    /// The base URL, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!(
            "http://127.0.0.1:{}{}",
            self.server.port(),
            self.service.context_path
        )
    }

    /// The port listened on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// All stored values, deleted ones left out, in the order of their keys.
    #[must_use]
    pub fn values(&self) -> Vec<(DataValueKey, DataValue)> {
        self.service.values()
    }

    /// The value stored for a key of period, data element and unit under the default
    /// combinations.
    #[must_use]
    pub fn value(&self, period: &str, element: &str, unit: &str) -> Option<String> {
        let state = self.service.state();
        let default = crate::metadata_store::DEFAULT_OPTION_COMBO;
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
        self.service
            .put_value([period, element, unit], combo, value, comment, "someone");
    }

    /// The same as the superuser `admin` would, under the default combinations.
    pub fn put_own_value(
        &self,
        period: &str,
        element: &str,
        unit: &str,
        value: &str,
        comment: Option<&str>,
    ) {
        self.service
            .put_value([period, element, unit], None, value, comment, "admin");
    }

    /// All requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestLog> {
        self.service.requests()
    }

    /// How many imports were under way at once at most.
    #[must_use]
    pub fn most_imports_at_once(&self) -> usize {
        self.service.most_imports_at_once()
    }

    /// Adds a fault.
    pub fn add_fault(&self, rule: FaultRule) {
        self.service.state().faults.add(rule);
    }

    /// Moves the server's clock forward.
    pub fn advance(&self, by: Duration) {
        self.service.advance(by);
    }

    /// Loads a metadata package as the superuser would.
    ///
    /// # Errors
    /// The server's report, where it refuses the package.
    pub fn load(&self, bundle: &Value) -> Result<(), String> {
        self.service.load(bundle)
    }

    /// Whether an injected crash has ended the server.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.service.state().dead
    }

    /// Starts the server again after a crash, with what it had stored.
    pub fn revive(&self) {
        self.service.state().dead = false;
    }
}
