//! Everything the server knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::approval::{Approvals, Completion};
use crate::auth::Accounts;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::settings::Settings;
use crate::store::Store;
use crate::tasks::Tasks;
use crate::uid::UidMaker;
use crate::values::Values;
use crate::version::Version;

/// The state of a server.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) version: Version,
    pub(crate) system_id: Option<String>,
    pub(crate) store: Store,
    pub(crate) values: Values,
    pub(crate) approvals: Approvals,
    /// When data sets were called complete, and by whom.
    pub(crate) completions: BTreeMap<Completion, (String, String)>,
    pub(crate) accounts: Accounts,
    pub(crate) settings: Settings,
    /// Period types that analytics keep (2.43 on).
    pub(crate) output_period_types: Vec<String>,
    pub(crate) tasks: Tasks,
    pub(crate) faults: Faults,
    pub(crate) uids: UidMaker,
    pub(crate) clock: Arc<Clock>,
    /// Whether an injected crash has ended the server: it answers nothing any more.
    pub(crate) dead: bool,
}

impl State {
    pub(crate) fn new(version: Version, clock: Arc<Clock>, faults: Faults) -> Self {
        Self {
            version,
            system_id: None,
            store: Store::new(),
            values: Values::default(),
            approvals: Approvals::default(),
            completions: BTreeMap::new(),
            accounts: Accounts::default(),
            settings: Settings::new(version),
            output_period_types: Vec::new(),
            tasks: Tasks::default(),
            faults,
            uids: UidMaker::default(),
            clock,
            dead: false,
        }
    }
}
