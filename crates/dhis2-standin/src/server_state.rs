//! Everything the server knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::accounts::Accounts;
use crate::approvals::{Approvals, Completion};
use crate::clock::Clock;
use crate::data_values::DataValues;
use crate::fault_rules::FaultRules;
use crate::metadata_store::MetadataStore;
use crate::settings::Settings;
use crate::task_list::TaskList;
use crate::uid::UidMaker;
use crate::version::Version;

/// The state of a server.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub(crate) version: Version,
    pub(crate) system_id: Option<String>,
    pub(crate) store: MetadataStore,
    pub(crate) values: DataValues,
    pub(crate) approvals: Approvals,
    /// When data sets were called complete, and by whom.
    pub(crate) completions: BTreeMap<Completion, (String, String)>,
    pub(crate) accounts: Accounts,
    pub(crate) settings: Settings,
    /// Period types that analytics keep (2.43 on).
    pub(crate) output_period_types: Vec<String>,
    pub(crate) tasks: TaskList,
    pub(crate) faults: FaultRules,
    pub(crate) uids: UidMaker,
    pub(crate) clock: Arc<Clock>,
    /// Whether an injected crash has ended the server: it answers nothing any more.
    pub(crate) dead: bool,
}

impl ServerState {
    pub(crate) fn new(version: Version, clock: Arc<Clock>, faults: FaultRules) -> Self {
        Self {
            version,
            system_id: None,
            store: MetadataStore::new(),
            values: DataValues::default(),
            approvals: Approvals::default(),
            completions: BTreeMap::new(),
            accounts: Accounts::default(),
            settings: Settings::new(version),
            output_period_types: Vec::new(),
            tasks: TaskList::default(),
            faults,
            uids: UidMaker::default(),
            clock,
            dead: false,
        }
    }
}
