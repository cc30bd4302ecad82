//! `POST /api/dataValueSets`

mod body;
mod csv;
mod grouped;
pub(crate) mod import_job;
mod import_options;
mod import_summary;
mod metadata_lookup;
mod per_value;

use std::io::Read;

use flate2::read::{DeflateDecoder, GzDecoder};
use jiff::civil::DateTime;
use serde_json::Value;

use crate::approvals::Completion;
use crate::clock::parse_date;
use crate::envelope::{EnvelopeForm, Failure, envelope};
use crate::fault::ImportFault;
use crate::http::{Request, Response};
use crate::metadata_store::DEFAULT_OPTION_COMBO;
use crate::query::QueryParameters;
use crate::server_state::ServerState;
use crate::users::Caller;
use crate::version::{ImportDialect, Version};

pub(crate) use import_options::{ImportOptions, Scheme};
pub(crate) use import_summary::ImportSummary;
use import_summary::Status;
pub(crate) use metadata_lookup::MetadataLookup;

use body::{BodyError, ValueSet};
use csv::Header;
use import_job::BodyFormat;
pub(crate) use import_job::ImportJob;

/// Largest body after decompression.
const INFLATED_LIMIT: u64 = 1 << 30;

/// How an import ends that is not answered by a summary.
#[derive(Debug, Clone)]
pub(crate) enum ImportAbort {
    /// The request is refused, or breaks the server.
    Failure(Failure),
    /// The server dies on it.
    Crash,
}

impl ImportJob {
    /// Takes a request, or refuses it for its form or the user's rights.
    pub(crate) fn accept(
        state: &ServerState,
        caller: &Caller,
        request: &Request,
    ) -> Result<Self, Failure> {
        let form = content_form(state.version, request)?;
        if !caller.may("F_DATAVALUE_ADD") {
            return Err(Failure::forbidden(state.version, "F_DATAVALUE_ADD"));
        }
        let options = ImportOptions::read(&QueryParameters::of(request), state.version)?;
        Ok(Self {
            form,
            options,
            body: request.body.clone(),
            caller: caller.clone(),
        })
    }

    /// Imports.
    pub(crate) fn run(
        &mut self,
        state: &mut ServerState,
        fault: Option<ImportFault>,
    ) -> Result<ImportSummary, ImportAbort> {
        let version = state.version;
        let set = match self.read(version) {
            Ok(set) => set,
            Err(BodyError::WriteFailure(text)) if version.has_grouped_import() => {
                return Err(ImportAbort::Failure(Failure::new(400, text)));
            }
            Err(BodyError::WriteFailure(text)) => {
                let cause = if version >= Version::V42 {
                    "Post-condition was null".to_owned()
                } else {
                    text
                };
                return Ok(ImportSummary::failed(&format!(
                    "The import process failed: {cause}"
                )));
            }
            Err(BodyError::WrongType {
                path,
                wanted,
                found,
            }) => {
                let kind = match &found {
                    Value::Number(_) => "NUMBER",
                    Value::Bool(_) => "BOOLEAN",
                    Value::String(_) => "STRING",
                    Value::Array(_) => "ARRAY",
                    _ => "OBJECT",
                };
                let message = format!(
                    "Path `$.{path}` does not contain an {wanted} but a(n) {kind}: {found}"
                );
                return Err(ImportAbort::Failure(Failure::new(500, message)));
            }
            Err(BodyError::Inside(text)) => {
                return Err(ImportAbort::Failure(Failure::new(500, text)));
            }
        };
        match fault {
            Some(ImportFault::LostWrite) => {
                let mut summary = ImportSummary::new(Status::Success);
                summary.count.ignored = set.rows.len();
                summary.complete = Some("false".to_owned());
                return Ok(summary);
            }
            Some(ImportFault::NothingDone) => {
                let mut summary = ImportSummary::new(Status::Success);
                summary.complete = Some("false".to_owned());
                return Ok(summary);
            }
            _ => {}
        }
        let crash_after = match fault {
            Some(ImportFault::CrashAfter(rows)) => Some(rows),
            _ => None,
        };
        let now = state.clock.now();
        let mut summary = match version.import_dialect() {
            ImportDialect::PerValue => self.import_per_value(state, &set, now, crash_after)?,
            ImportDialect::Grouped => self.import_grouped(state, &set, now, crash_after)?,
        };
        self.complete(state, &set, now, &mut summary);
        Ok(summary)
    }

    fn read(&mut self, version: Version) -> Result<ValueSet, BodyError> {
        let body =
            decompressed(&self.body).ok_or_else(|| BodyError::WriteFailure(String::new()))?;
        let header = if self.options.is_on("firstRowIsHeader") {
            Header::First
        } else {
            Header::None
        };
        match (self.form, version.has_grouped_import()) {
            (BodyFormat::Json, true) => body::read_strict(&body, version, &mut self.options),
            (BodyFormat::Json, false) => body::read_lenient(&body, &mut self.options),
            (BodyFormat::Csv, true) => csv::read_by_name(&body, header, version),
            (BodyFormat::Csv, false) => {
                let mut set = csv::read_by_position(&body, header);
                if version > Version::V38 {
                    set.data_set.clone_from(&self.options.data_set);
                }
                Ok(set)
            }
        }
    }

    fn import_per_value(
        &self,
        state: &mut ServerState,
        set: &ValueSet,
        now: DateTime,
        crash_after: Option<usize>,
    ) -> Result<ImportSummary, ImportAbort> {
        let mut engine = per_value::PerValueImport {
            version: state.version,
            metadata: MetadataLookup::new(&state.store, &self.caller),
            approvals: &state.approvals,
            options: &self.options,
            now: whole_seconds(now),
            crash_after,
        };
        match engine.import(set, &mut state.values) {
            Ok(summary) => Ok(summary),
            Err(per_value::WriteFailure::Flush) if state.version == Version::V38 => {
                Err(ImportAbort::Failure(Failure::new(
                    500,
                    "You can't operate on a closed Statement!!!",
                )))
            }
            Err(per_value::WriteFailure::Flush) => Ok(ImportSummary::failed(
                "The import process failed: Failed to flush BatchHandler",
            )),
            Err(per_value::WriteFailure::RolledBack) => Err(ImportAbort::Failure(Failure::new(
                500,
                if state.version >= Version::V41 {
                    "Transaction silently rolled back because it has been marked as rollback-only"
                } else {
                    "Transaction rolled back because it has been marked as rollback-only"
                },
            ))),
            Err(per_value::WriteFailure::Crashed) => Err(ImportAbort::Crash),
        }
    }

    fn import_grouped(
        &self,
        state: &mut ServerState,
        set: &ValueSet,
        now: DateTime,
        crash_after: Option<usize>,
    ) -> Result<ImportSummary, ImportAbort> {
        if crash_after.is_some() {
            // A group is one transaction: a crash leaves nothing of it.
            return Err(ImportAbort::Crash);
        }
        let mut engine = grouped::GroupedImport {
            version: state.version,
            metadata: MetadataLookup::new(&state.store, &self.caller),
            approvals: &state.approvals,
            options: &self.options,
            now,
            splits: state.settings.is_on("dataEntryAutoGroup"),
        };
        let called = match self.options.strategy {
            import_options::Strategy::Delete => "values()",
            _ => "deletion()",
        };
        engine
            .import(set, &mut state.values)
            .map_err(|grouped::NullGroup| {
                let message = format!(
                    "Cannot invoke \"org.hisp.dhis.datavalue.DataEntryGroup.{called}\" because \"group\" is null"
                );
                ImportAbort::Failure(Failure::new(500, message))
            })
    }

    /// Notes that a data set is complete, where the request says so.
    fn complete(
        &self,
        state: &mut ServerState,
        set: &ValueSet,
        now: DateTime,
        summary: &mut ImportSummary,
    ) {
        let Some(word) = set.complete_date.as_deref() else {
            return;
        };
        let date = match word {
            "false" => return,
            "true" => now.date(),
            other => match parse_date(other) {
                Some(date) => date,
                None => return,
            },
        };
        let (Some(data_set), Some(period), Some(unit)) = (&set.data_set, &set.period, &set.unit)
        else {
            return;
        };
        if summary.complete.is_none() {
            return;
        }
        summary.complete = Some(date.to_string());
        // The older engine notes it on a dry run, too.
        if self.options.is_on("dryRun") && state.version.has_grouped_import() {
            return;
        }
        let completion = Completion {
            data_set: data_set.clone(),
            period: period.clone(),
            unit: unit.clone(),
            attribute_combo: DEFAULT_OPTION_COMBO.to_owned(),
        };
        state
            .completions
            .insert(completion, (date.to_string(), self.caller.username.clone()));
    }
}

/// The answer to an import that was done at once.
pub(crate) fn answer(
    version: Version,
    job: &ImportJob,
    summary: &ImportSummary,
    envelope_form: EnvelopeForm,
) -> Response {
    let (status, word, message) = summary.outcome(version);
    let mut report = summary.json(&job.options, version);
    report["responseType"] = "ImportSummary".into();
    if envelope_form == EnvelopeForm::Bare {
        return Response::json(200, report);
    }
    let response = Response::json(
        status,
        envelope(status, word, Some(message)).member("response", report),
    );
    if status >= 400 {
        response.with("Cache-Control", "no-cache, private")
    } else {
        response
    }
}

fn content_form(version: Version, request: &Request) -> Result<BodyFormat, Failure> {
    let named = request.header("content-type");
    let kind = named
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    match kind {
        "application/json" => Ok(BodyFormat::Json),
        "application/csv" => Ok(BodyFormat::Csv),
        _ => Err(Failure::unsupported_type(version, named)),
    }
}

/// A body as it is, or out of gzip or zip, told by its first bytes.
pub(crate) fn decompressed(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    if body.starts_with(&[0x1f, 0x8b]) {
        GzDecoder::new(body)
            .take(INFLATED_LIMIT)
            .read_to_end(&mut out)
            .ok()?;
        return Some(out);
    }
    if body.starts_with(b"PK\x03\x04") {
        // Local file header (APPNOTE.TXT, 4.3.7): the method at 8, lengths of name and extra
        // field at 26 and 28.
        let word = |at: usize| {
            Some(usize::from(u16::from_le_bytes([
                *body.get(at)?,
                *body.get(at + 1)?,
            ])))
        };
        let content = body.get(30 + word(26)? + word(28)?..)?;
        if word(8)? == 0 {
            let size = u32::from_le_bytes(body.get(18..22)?.try_into().ok()?);
            return content
                .get(..usize::try_from(size).ok()?)
                .map(<[u8]>::to_vec);
        }
        DeflateDecoder::new(content)
            .take(INFLATED_LIMIT)
            .read_to_end(&mut out)
            .ok()?;
        return Some(out);
    }
    Some(body.to_vec())
}

fn whole_seconds(time: DateTime) -> DateTime {
    time.date().at(time.hour(), time.minute(), time.second(), 0)
}
