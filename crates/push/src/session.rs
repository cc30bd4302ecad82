//! The server of a run, and what is known of it.

use std::time::Duration;

use dhis2_session::{ServerArgs, ServerRole};
use pop_cli::{Console, ToolError};
use pop_datavalues::Metadata;
use pop_datavalues::metadata::ImportDialect;
use pop_datavalues::value_set::names::{Names, Sym};
use pop_datavalues::value_set::table::{ValueKey, ValueTable};
use pop_dhis2::import::stored::{self, OrgUnitScope, StoredError, StoredQuery};
use pop_dhis2::org_units::{self, ChildUnit};
use pop_dhis2::{ApiError, Server};
use pop_http::{Client, RetryPolicy};

/// A server that has been spoken to, as one run uses it.
#[derive(Debug)]
pub(crate) struct Session {
    /// The server.
    pub(crate) server: Server,
    /// How it imports: by version, corrected by how it counts.
    pub(crate) dialect: ImportDialect,
}

/// The share of a user's patience that the first pause takes.
const FIRST_PAUSE: u32 = 64;

impl Session {
    /// Connects, with pauses scaled to the user's patience.
    ///
    /// # Errors
    /// Usage and I/O for the flags; unreachable or refused by the server.
    pub(crate) fn connect(
        args: &ServerArgs,
        patience: Duration,
        console: &Console,
    ) -> Result<Self, ToolError> {
        let server = dhis2_session::connect_with(args, retry_policy(patience), console)?;
        let dialect = server.dialect();
        Ok(Self { server, dialect })
    }

    /// The client.
    #[must_use]
    pub(crate) fn client(&self) -> &Client {
        self.server.client()
    }

    /// The server's day, which decides what lies in the future.
    #[must_use]
    pub(crate) fn today(&self) -> Option<jiff::civil::Date> {
        self.server
            .info()
            .server_date
            .as_deref()?
            .get(..10)?
            .parse()
            .ok()
    }

    /// Reads what is stored for elements and periods in some units, as far as `keep` accepts it.
    ///
    /// # Errors
    /// [`StoredError`].
    pub(crate) fn read_stored(
        &self,
        scope: &Scope<'_>,
        unit_scope: OrgUnitScope,
        names: &mut Names,
        values: &mut ValueTable,
        keep: impl Fn(&ValueKey) -> bool,
    ) -> Result<(), StoredError> {
        let texts = |syms: &[Sym]| -> Vec<String> {
            syms.iter().map(|&sym| names.text(sym).to_owned()).collect()
        };
        let (elements, periods, units) = (
            texts(scope.elements),
            texts(scope.periods),
            texts(scope.units),
        );
        let by_set = !self.server.version().reads_by_element();
        let question = StoredQuery {
            data_set: scope.data_set.filter(|_| by_set),
            elements: elements.iter().map(String::as_str).collect(),
            periods: periods.iter().map(String::as_str).collect(),
            units: units.iter().map(String::as_str).collect(),
            unit_scope,
        };
        stored::read(self.client(), &question, names, values, keep)
    }

    /// Reads what is stored under some keys.
    ///
    /// # Errors
    /// [`StoredError`].
    pub(crate) fn read_keys(
        &self,
        data_set: Option<&str>,
        mut keys: Vec<ValueKey>,
        names: &mut Names,
    ) -> Result<ValueTable, StoredError> {
        keys.sort_unstable();
        let distinct = |of: fn(&ValueKey) -> Sym| {
            let mut syms: Vec<Sym> = keys.iter().map(of).collect();
            syms.sort_unstable();
            syms.dedup();
            syms
        };
        let (elements, units) = (distinct(|key| key.element), distinct(|key| key.unit));
        let periods = distinct(|key| key.period);
        let scope = Scope {
            data_set,
            elements: &elements,
            periods: &periods,
            units: &units,
        };
        let mut now = ValueTable::default();
        self.read_stored(&scope, OrgUnitScope::Units, names, &mut now, |key| {
            keys.binary_search(key).is_ok()
        })?;
        Ok(now)
    }

    /// The units from which everything can be read that this user may read.
    ///
    /// # Errors
    /// Those of the server.
    pub(crate) fn readable_roots(&self, metadata: &Metadata) -> Result<Vec<String>, ToolError> {
        pop_dhis2::values::readable_roots(&self.server, &metadata.user, self.dialect)
            .map_err(api_error)
    }

    /// The units directly below a unit.
    ///
    /// # Errors
    /// Those of the server.
    pub(crate) fn children(&self, unit: &str) -> Result<Vec<ChildUnit>, ToolError> {
        org_units::children(&self.server, unit).map_err(api_error)
    }
}

/// What to ask for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The data set, for servers that are asked by it.
    pub(crate) data_set: Option<&'a str>,
    /// Data elements.
    pub(crate) elements: &'a [Sym],
    /// Periods.
    pub(crate) periods: &'a [Sym],
    /// Org units.
    pub(crate) units: &'a [Sym],
}

/// Pauses that together stay within the patience; none at all without any.
#[must_use]
pub(crate) fn retry_policy(patience: Duration) -> RetryPolicy {
    RetryPolicy {
        tries: 5,
        // A database that restarts shows as a 500: worth as much patience as any other failure.
        tries_of_500: 5,
        first_pause: patience / FIRST_PAUSE,
        longest_pause: patience,
    }
}

/// The error of a run that has written nothing.
#[must_use]
pub(crate) fn api_error(error: ApiError) -> ToolError {
    let status = ServerRole::Target.status(error.outcome());
    ToolError::new(status, &error).hint_if_any(error.hint())
}

/// The error of a read that failed before anything was written.
#[must_use]
pub(crate) fn stored_error(error: StoredError) -> ToolError {
    let (hint, status) = (error.hint(), ServerRole::Target.status(error.outcome()));
    ToolError::new(status, error).hint_if_any(hint)
}
