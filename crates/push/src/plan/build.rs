//! What a plan is made of: the metadata, the data set to name, what is ours.

use std::collections::HashSet;

use pop_cli::{Consent, Console, ToolError, shortened_list};
use pop_datavalues::Metadata;
use pop_datavalues::mapping::{Limits, Mapping};
use pop_datavalues::metadata::{DataSet, ImportDialect, User};
use pop_datavalues::value_set::names::Names;
use pop_datavalues::value_set::table::ValueKey;
use pop_dhis2::ApiError;
use pop_dhis2::metadata::{self, MetadataSelection};

use super::checks;
use crate::args::Push;
use crate::labels::Labels;
use crate::payload::Payload;
use crate::plan::compare::{self, CompareOptions};
use crate::plan::levels::Ancestors;
use crate::plan::{Plan, PlanFlags};
use crate::receipt;
use crate::session::{Session, api_error, retry_policy};

/// What earlier receipts say was written by us.
#[derive(Debug, Default)]
struct EarlierValues {
    values: HashSet<(ValueKey, String)>,
    /// SHA-256 of each receipt.
    receipts: Vec<String>,
}

impl Push {
    /// The document named, or what the server says of the data set.
    pub(crate) fn metadata(
        &self,
        session: &Session,
        payload: &Payload,
        console: &mut Console,
    ) -> Result<Metadata, ToolError> {
        let Some(name) = &self.metadata else {
            let wanted = match &payload.data_set {
                Some(set) => MetadataSelection {
                    // The set's own elements come with it.
                    data_sets: vec![set.clone()],
                    ..MetadataSelection::default()
                },
                // The set to name is one of those that hold the elements.
                None => MetadataSelection {
                    data_sets: metadata::data_sets_holding(&session.server, &payload.elements())
                        .map_err(api_error)?,
                    data_elements: payload.elements(),
                    ..MetadataSelection::default()
                },
            };
            return metadata::fetch(&session.server, &wanted).map_err(|error| match error {
                // What the file names is wrong, and no fault of the server.
                unknown @ (ApiError::Unknown { .. } | ApiError::Ambiguous { .. }) => {
                    ToolError::data(unknown)
                        .in_file(&self.file)
                        .hint("the server does not have it, or hides it from this user: check the id and its sharing")
                }
                error => api_error(error),
            });
        };
        let metadata = console.parsed_input("metadata", name, |bytes| {
            Metadata::read(bytes).map_err(|error| ToolError::data(&error).hint(error.hint()))
        })?;
        let theirs = metadata.server.system_id.as_str();
        if !theirs.is_empty() && theirs != session.server.system_id() {
            return Err(other_system("the metadata are", theirs, session)
                .in_file(name)
                .hint("run fetch-metadata on the server that is pushed to"));
        }
        // The document names no account; by it a correction of a person is told from a value of ours.
        let account = metadata::current_user(&session.server).map_err(api_error)?;
        // The server may have been upgraded since.
        Ok(Metadata {
            user: User {
                username: account.username,
                ..metadata.user
            },
            dialect: session.dialect,
            dhis2_version: session.server.version().to_string(),
            ..metadata
        })
    }

    /// What of the command line decides on what is written. `earlier` are the hashes of the earlier receipts.
    fn flags(&self, consent: &Consent, earlier: Vec<String>) -> PlanFlags {
        let in_order = |mut list: Vec<String>| {
            list.sort();
            list.dedup();
            list
        };
        PlanFlags {
            replace_others: self.replace_others,
            update_comments: self.update_comments,
            no_data_set: self.no_data_set,
            allow: in_order(self.consent.allow.clone()),
            exceptions: in_order(consent.exceptions()),
            earlier: in_order(earlier),
        }
    }

    pub(crate) fn plan(
        &self,
        session: &mut Session,
        metadata: &Metadata,
        mut payload: Payload,
        consent: &Consent,
        console: &mut Console,
    ) -> Result<Plan, ToolError> {
        payload
            .resolve(metadata)
            .map_err(|error| error.in_file(&self.file))?;
        payload.data_set = self.data_set(&payload, metadata, console)?;
        let set = payload
            .data_set
            .as_deref()
            .and_then(|id| metadata.data_set(id).ok());
        payload.name_default_combos(metadata, set);
        let earlier = self.earlier_values(&mut payload.names)?;
        let flags = self.flags(consent, earlier.receipts);
        let limits = self.limits(console)?;
        let mut tree = Ancestors::new(metadata, &mut payload.names);
        let options = CompareOptions {
            flags: &flags,
            earlier: &earlier.values,
            limits: &limits,
        };
        let mut plan = compare::compare(session, metadata, &tree, payload, options)?;
        let labels = Labels::new(metadata);
        let grown = plan.growth.warnings(&plan.job, &labels, &limits);
        plan.warnings.extend(grown);
        checks::check(&mut plan, metadata, &mut tree, session)?;
        let shown = plan.try_on_server(
            session,
            self.batch_size(),
            &retry_policy(self.patience()),
            console,
        )?;
        if let Some(shown) = shown.filter(|shown| *shown != session.dialect) {
            checks::check_both(&mut plan, metadata, shown, session);
            session.dialect = shown;
        }
        plan.tree = tree;
        Ok(plan)
    }

    /// The data set to name in every request: the file's, else the only one that holds all elements.
    fn data_set(
        &self,
        payload: &Payload,
        metadata: &Metadata,
        console: &Console,
    ) -> Result<Option<String>, ToolError> {
        if self.no_data_set {
            if metadata.dialect == ImportDialect::Grouped {
                return Err(ToolError::usage(
                    "--no-data-set: servers from 2.43 on find a data set of their own, or refuse",
                )
                .hint("leave the flag out: the data set is the file's, or the only one that holds the elements"));
            }
            console.warn("no data set is named: assignment, period type and data write of the set are not checked by the server");
            return Ok(None);
        }
        if payload.data_set.is_some() {
            return Ok(payload.data_set.clone());
        }
        let elements = payload.elements();
        let holds_all = |set: &&DataSet| elements.iter().all(|element| set.holds(element));
        let sets: Vec<&DataSet> = metadata.data_sets.iter().filter(holds_all).collect();
        match sets.as_slice() {
            [only] => {
                console.note(&format!("data set {} ({})", only.name, only.id));
                Ok(Some(only.id.clone()))
            }
            [] => Err(no_data_set(&elements, metadata).in_file(&self.file)),
            several => Err(ToolError::data(format!(
                "the file names no data set, and {} hold all its data elements: {}",
                several.len(),
                shortened_list(
                    &several
                        .iter()
                        .map(|set| named(&set.name, &set.id))
                        .collect::<Vec<_>>()
                )
            ))
            .in_file(&self.file)
            .hint(name_one(&several[0].id))),
        }
    }

    /// What is conspicuous about growth: as the mapping says, else by default.
    fn limits(&self, console: &mut Console) -> Result<Limits, ToolError> {
        let Some(name) = &self.mapping else {
            return Ok(Limits::default());
        };
        let data = console.input("mapping", name)?;
        let mapping = Mapping::read(&data.bytes)
            .map_err(|error| ToolError::data(&error).in_file(name).hint(error.hint()))?;
        Ok(mapping.limits)
    }

    /// What earlier receipts say was written by us.
    fn earlier_values(&self, names: &mut Names) -> Result<EarlierValues, ToolError> {
        let mut earlier = EarlierValues::default();
        for path in &self.earlier {
            let (_, receipt) = receipt::read_with_fingerprint(path, |record| {
                if receipt::was_written(&record)
                    && let Some(wanted) = &record.wanted
                {
                    let value = (record.key(names), wanted.value.clone());
                    earlier.values.insert(value);
                }
                Ok(())
            })?;
            earlier.receipts.push(receipt.sha256);
        }
        Ok(earlier)
    }
}

/// A document of another server cannot be used with this one.
pub(crate) fn other_system(what: &str, theirs: &str, session: &Session) -> ToolError {
    ToolError::usage(other_system_words(&format!("{what} of"), theirs, session))
}

/// `WHAT system A, this is system B`.
pub(crate) fn other_system_words(what: &str, theirs: &str, session: &Session) -> String {
    format!(
        "{what} system {theirs}, this is system {}",
        session.server.system_id()
    )
}

fn named(name: &str, id: &str) -> String {
    format!("{name} ({id})")
}

fn name_one(id: &str) -> String {
    format!(
        "name one: --data-set {id} of to-datavalueset, or \"dataSet\":\"{id}\" at the top of the file; for servers up to 2.42, --no-data-set sends without one"
    )
}

/// No data set holds all elements: which hold which.
fn no_data_set(elements: &[String], metadata: &Metadata) -> ToolError {
    let where_is = |id: &String| {
        let element = metadata.data_element(id).ok();
        let name = element.map_or_else(|| id.clone(), |e| named(&e.name, &e.id));
        let sets: Vec<String> = metadata
            .data_sets
            .iter()
            .filter(|set| set.holds(id))
            .map(|set| named(&set.name, &set.id))
            .collect();
        if sets.is_empty() {
            format!("{name} is in no data set")
        } else {
            format!("{name} is in {}", shortened_list(&sets))
        }
    };
    let places: Vec<String> = elements.iter().map(where_is).collect();
    ToolError::data(format!(
        "the file names no data set, and none holds all its data elements: {}",
        shortened_list(&places)
    ))
    .hint("push the elements of each data set by themselves; or add the elements to one set (Maintenance app, Data sets) and name that as \"dataSet\" at the top of the file; for servers up to 2.42, --no-data-set sends without one")
}
