//! Names for people, where a plan has ids.

use std::collections::HashMap;

use pop_datavalues::Metadata;
use pop_datavalues::value_set::names::{Names, Sym};
use pop_datavalues::value_set::table::ValueKey;
use pop_dhis2::metadata::{self, MetadataSelection};

use crate::job::Job;
use crate::session::Session;

/// Names of what a plan is about, by id.
#[derive(Debug, Default)]
pub(crate) struct Labels(HashMap<String, String>);

impl Labels {
    /// The names that the metadata have.
    #[must_use]
    pub(crate) fn new(metadata: &Metadata) -> Self {
        let names = metadata.names().into_iter();
        Self(
            names
                .map(|(id, name)| (id.to_owned(), name.to_owned()))
                .collect(),
        )
    }

    /// The names that the server has for a job's data set; none where it does not give them.
    #[must_use]
    pub(crate) fn of_job(session: &Session, job: &Job) -> Self {
        let wanted = MetadataSelection {
            data_sets: job.data_set.iter().cloned().collect(),
            ..MetadataSelection::default()
        };
        if wanted.data_sets.is_empty() {
            return Self::default();
        }
        metadata::fetch(&session.server, &wanted)
            .map_or_else(|_| Self::default(), |it| Self::new(&it))
    }

    /// Whether there is no name at all.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of an id, where there is one.
    #[must_use]
    pub(crate) fn find(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    /// The name of an id, else the id.
    #[must_use]
    pub(crate) fn of<'a>(&'a self, id: &'a str) -> &'a str {
        self.0.get(id).map_or(id, String::as_str)
    }

    /// Unit, element, combo and period of a key, by name.
    #[must_use]
    pub(crate) fn of_key(&self, key: &ValueKey, names: &Names) -> String {
        let name = |sym: Sym| self.of(names.text(sym));
        format!(
            "{} {} {} {}",
            name(key.unit),
            name(key.element),
            name(key.combo),
            names.text(key.period)
        )
    }
}
