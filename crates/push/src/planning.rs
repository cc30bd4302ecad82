//! What a plan is made of: the metadata, the data set to name, what is ours.

use std::collections::HashSet;

use pop_cli::{Console, ToolError, shortened_list};
use pop_datavalues::Metadata;
use pop_datavalues::metadata::{DataSet, Dialect};
use pop_dhis2::ApiError;
use pop_dhis2::import::names::Names;
use pop_dhis2::import::values::Key;
use pop_dhis2::metadata::{self, Wanted};

use crate::args::Push;
use crate::compare::{self, Wishes};
use crate::levels::Tree;
use crate::payload::Payload;
use crate::plan::{Asked, Plan};
use crate::session::{Session, api_error, retry_policy};
use crate::{checks, receipt};

impl Push {
    /// The document named, or what the server says of the data set.
    pub(crate) fn metadata(
        &self,
        session: &Session,
        payload: &Payload,
        console: &mut Console,
    ) -> Result<Metadata, ToolError> {
        let Some(name) = &self.metadata else {
            let wanted = Wanted {
                data_sets: payload.data_set.iter().cloned().collect(),
                // The set's own elements come with it.
                data_elements: if payload.data_set.is_none() {
                    payload.elements()
                } else {
                    Vec::new()
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
        let data = console.input("metadata", name)?;
        let metadata =
            Metadata::read(&data.bytes).map_err(|error| ToolError::data(error).in_file(name))?;
        let theirs = metadata.server.system_id.as_str();
        if !theirs.is_empty() && theirs != session.server.system_id() {
            return Err(other_system("the metadata are", theirs, session)
                .in_file(name)
                .hint("run fetch-metadata on the server that is pushed to"));
        }
        // The server may have been upgraded since.
        Ok(Metadata {
            dialect: session.dialect,
            dhis2_version: session.server.version().to_string(),
            ..metadata
        })
    }

    /// What of the command line decides on what is written.
    pub(crate) fn asked(&self) -> Asked {
        let mut allow = self.consent.allow.clone();
        allow.sort();
        Asked {
            replace_others: self.replace_others,
            update_comments: self.update_comments,
            allow,
        }
    }

    pub(crate) fn plan(
        &self,
        session: &mut Session,
        metadata: &Metadata,
        mut payload: Payload,
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
        let mut tree = Tree::new(metadata, &mut payload.names);
        let wishes = Wishes {
            asked: &self.asked(),
            earlier: &earlier,
        };
        let mut plan = compare::compare(session, metadata, &tree, payload, wishes)?;
        checks::check(&mut plan, metadata, &mut tree, session)?;
        let shown = plan.try_on_server(
            session,
            self.part_size(),
            &retry_policy(self.patience()),
            console,
        )?;
        if let Some(shown) = shown.filter(|shown| *shown != session.dialect) {
            checks::check_both(&mut plan, metadata, shown, session);
            session.dialect = shown;
        }
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
            if metadata.dialect == Dialect::B {
                return Err(ToolError::usage(
                    "--no-data-set: servers from 2.43 on find a data set of their own, or refuse",
                ));
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
        if let [only] = sets.as_slice() {
            console.note(&format!("data set {} ({})", only.name, only.id));
            return Ok(Some(only.id.clone()));
        }
        let names: Vec<String> = sets
            .iter()
            .map(|set| format!("{} ({})", set.name, set.id))
            .collect();
        let error = ToolError::data(if names.is_empty() {
            "the set names no data set, and none in the metadata holds all its elements".to_owned()
        } else {
            format!(
                "the set names no data set, and {} hold all its elements: {}",
                names.len(),
                shortened_list(&names)
            )
        });
        Err(error
            .in_file(&self.file)
            .hint("name it as dataSet at the top of the file; an element in no set is added to one in the Maintenance app, Data sets")
            .hint("up to 2.42, --no-data-set sends without one"))
    }

    /// What earlier receipts say was written by us.
    fn earlier_values(&self, names: &mut Names) -> Result<HashSet<(Key, String)>, ToolError> {
        let mut earlier = HashSet::new();
        for path in &self.earlier {
            receipt::read(path, |record| {
                if receipt::was_written(&record)
                    && let Some(wanted) = &record.wanted
                {
                    earlier.insert((record.key(names), wanted.value.clone()));
                }
                Ok(())
            })?;
        }
        Ok(earlier)
    }
}

/// Documents of one server are none of another.
pub(crate) fn other_system(what: &str, theirs: &str, session: &Session) -> ToolError {
    ToolError::usage(format!(
        "{what} of system {theirs}, this is system {}",
        session.server.system_id()
    ))
}
