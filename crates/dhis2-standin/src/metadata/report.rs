//! The report of a metadata import.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{AtomicMode, BundleObject, ErrorReport, Mode, ReportForm};
use crate::envelope::{EnvelopeForm, reply};
use crate::http::Response;
use crate::schema::SCHEMAS;
use crate::server_state::ServerState;
use crate::version::Version;

/// The report of an import.
pub(crate) struct Report {
    /// Whether an object was refused.
    failed: bool,
    types: BTreeMap<&'static str, TypeReport>,
}

#[derive(Default)]
struct TypeReport {
    stats: Stats,
    objects: Vec<Value>,
}

#[derive(Default, Clone, Copy)]
struct Stats {
    created: usize,
    updated: usize,
    deleted: usize,
    ignored: usize,
}

impl Stats {
    pub(super) fn json(self) -> Value {
        json!({"created": self.created, "updated": self.updated, "deleted": self.deleted,
            "ignored": self.ignored, "total": self.created + self.updated + self.deleted + self.ignored})
    }
}

impl Report {
    pub(super) fn make(
        state: &ServerState,
        candidates: &[BundleObject],
        problems: &[Vec<ErrorReport>],
        mode: Mode,
        atomic: AtomicMode,
        form: ReportForm,
    ) -> Self {
        let failed = problems.iter().any(|list| !list.is_empty());
        let mut types: BTreeMap<&'static str, TypeReport> = BTreeMap::new();
        for (one, problems) in candidates.iter().zip(problems) {
            let entry = types.entry(one.kind.plural).or_default();
            let exists = state.store.get(one.kind.plural, one.id()).is_some();
            match (
                failed && (atomic == AtomicMode::All || !problems.is_empty()),
                mode,
                exists,
            ) {
                (true, ..) => {
                    // Objects that fall at the first checks are counted by the later ones again.
                    let twice = problems.iter().any(|problem| {
                        problem.code == "E5002"
                            || problem.code == "E4014" && state.version > Version::V38
                    });
                    entry.stats.ignored += 1 + usize::from(twice);
                }
                (false, Mode::Delete, _) => entry.stats.deleted += 1,
                (false, _, true) => entry.stats.updated += 1,
                (false, _, false) => entry.stats.created += 1,
            }
            if !problems.is_empty() || form == ReportForm::Full {
                let errors: Vec<Value> = problems
                    .iter()
                    .map(|problem| problem.json(one.kind, state.version))
                    .collect();
                entry
                    .objects
                    .push(json!({"klass": one.kind.klass(), "index": one.index,
                    "uid": one.id(), "errorReports": errors}));
            }
        }
        Self { failed, types }
    }

    pub(super) fn response(
        &self,
        version: Version,
        atomic: AtomicMode,
        envelope: EnvelopeForm,
    ) -> Response {
        let mut total = Stats::default();
        let mut reports = Vec::new();
        for kind in SCHEMAS {
            let Some(report) = self.types.get(kind.plural) else {
                continue;
            };
            total.created += report.stats.created;
            total.updated += report.stats.updated;
            total.deleted += report.stats.deleted;
            total.ignored += report.stats.ignored;
            reports.push(json!({"klass": kind.klass(), "stats": report.stats.json(),
                "objectReports": report.objects}));
        }
        let status = match (self.failed, atomic) {
            (false, _) => "OK",
            (true, AtomicMode::All) => "ERROR",
            (true, AtomicMode::None) => "WARNING",
        };
        let body = json!({"status": status, "stats": total.json(), "typeReports": reports});
        if envelope == EnvelopeForm::Bare {
            let mut body = body;
            body["responseType"] = "ImportReport".into();
            return Response::json(200, body);
        }
        let (status, word, message) = if self.failed {
            (
                409,
                "WARNING",
                Some("One or more errors occurred, please see full details in import report."),
            )
        } else {
            (200, "OK", None)
        };
        reply(version, status, word, message, "ImportReport", body)
    }
}
