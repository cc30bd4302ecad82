//! What an import answers (`ImportSummary`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::version::Version;

use super::import_options::ImportOptions;

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Success,
    Warning,
    Error,
}

impl Status {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
        }
    }
}

/// How many values were taken, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ImportCount {
    pub(crate) imported: usize,
    pub(crate) updated: usize,
    pub(crate) ignored: usize,
    pub(crate) deleted: usize,
}

/// Something that stopped values, with the values it stopped.
#[derive(Debug, Clone, Default)]
pub(crate) struct ImportConflict {
    /// The first identifier concerned; the newer engine leaves it out.
    pub(crate) object: Option<String>,
    pub(crate) objects: Vec<(String, String)>,
    pub(crate) message: String,
    pub(crate) code: &'static str,
    pub(crate) property: Option<&'static str>,
    /// `None` where the conflict is not about values.
    pub(crate) indexes: Option<Vec<i64>>,
}

/// The answer to an import.
#[derive(Debug, Clone)]
pub(crate) struct ImportSummary {
    pub(crate) status: Status,
    pub(crate) description: Option<String>,
    pub(crate) count: ImportCount,
    pub(crate) conflicts: Vec<ImportConflict>,
    pub(crate) rejected: Vec<usize>,
    /// `false`, or the date of a completion; `None` where the import did not get that far.
    pub(crate) complete: Option<String>,
    /// What the newer engine did in between.
    pub(crate) steps: Vec<String>,
}

impl ImportSummary {
    /// A summary of nothing done.
    pub(crate) fn new(status: Status) -> Self {
        Self {
            status,
            description: None,
            count: ImportCount::default(),
            conflicts: Vec::new(),
            rejected: Vec::new(),
            complete: None,
            steps: Vec::new(),
        }
    }

    /// An import that went wrong as a whole.
    pub(crate) fn failed(description: &str) -> Self {
        Self {
            description: Some(description.to_owned()),
            ..Self::new(Status::Error)
        }
    }

    /// Rejects a value for these conflicts; equal ones of several values are gathered.
    pub(crate) fn reject(&mut self, index: usize, conflicts: Vec<ImportConflict>) {
        let number = i64::try_from(index).unwrap_or(i64::MAX);
        self.rejected.push(index);
        for conflict in conflicts {
            let same = self.conflicts.iter_mut().find(|other| {
                other.code == conflict.code
                    && other.objects == conflict.objects
                    && other.message == conflict.message
            });
            match same {
                Some(same) => same.indexes.get_or_insert_default().push(number),
                None => self.conflicts.push(ImportConflict {
                    indexes: Some(vec![number]),
                    ..conflict
                }),
            }
        }
    }

    /// The HTTP status, the envelope's word and its message.
    pub(crate) fn outcome(&self, version: Version) -> (u16, &'static str, &'static str) {
        match self.status {
            Status::Success => (200, "OK", "Import was successful."),
            Status::Warning if version.has_grouped_import() => (
                200,
                "WARNING",
                "Import completed with warnings, please check import summary.",
            ),
            Status::Warning => (
                409,
                "WARNING",
                "One more conflicts encountered, please check import summary.",
            ),
            Status::Error => (
                409,
                "ERROR",
                "An error occurred, please check import summary.",
            ),
        }
    }

    /// The summary itself.
    pub(crate) fn json(&self, options: &ImportOptions, version: Version) -> Value {
        let mut shown = json!({
            "status": self.status.text(),
            "importOptions": options.json(),
            "importCount": {"imported": self.count.imported, "updated": self.count.updated,
                "ignored": self.count.ignored, "deleted": self.count.deleted},
            "conflicts": self.conflicts.iter().map(ImportConflict::json).collect::<Vec<_>>(),
        });
        if version > Version::V38 {
            shown["rejectedIndexes"] = json!(self.rejected);
        }
        if let Some(description) = &self.description {
            shown["description"] = description.clone().into();
        }
        if let Some(complete) = &self.complete {
            shown["dataSetComplete"] = complete.clone().into();
        }
        shown
    }
}

impl ImportConflict {
    fn json(&self) -> Value {
        let objects: BTreeMap<_, _> = self.objects.iter().cloned().collect();
        let mut shown = json!({"objects": objects, "value": self.message, "errorCode": self.code});
        if let Some(object) = &self.object {
            shown["object"] = object.clone().into();
        }
        if let Some(property) = self.property {
            shown["property"] = property.into();
        }
        if let Some(indexes) = &self.indexes {
            shown["indexes"] = json!(indexes);
        }
        shown
    }
}
