//! `POST /api/dataValueSets`

mod by_group;
mod by_value;
mod catalogue;
mod csv;
mod options;
mod summary;
mod value_set;

use std::io::Read;

use flate2::read::{DeflateDecoder, GzDecoder};
use jiff::civil::DateTime;
use serde_json::Value;

use crate::approval::Completion;
use crate::clock::parse_date;
use crate::envelope::{Failure, envelope};
pub(crate) use crate::faults::ImportFault;
use crate::http::{Request, Response};
use crate::query::Query;
use crate::state::State;
use crate::store::DEFAULT_OPTION_COMBO;
use crate::users::Caller;
use crate::version::Version;

pub(crate) use catalogue::Catalogue;
pub(crate) use options::{ImportOptions, Scheme};
use summary::Status;
pub(crate) use summary::Summary;

use csv::Header;
use value_set::{Unreadable, ValueSet};

/// Largest body after decompression.
const INFLATED_LIMIT: u64 = 1 << 30;

/// The form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Csv,
}

/// A request to import, checked as far as it is before its body is read.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) form: Form,
    pub(crate) options: ImportOptions,
    pub(crate) body: Vec<u8>,
    pub(crate) caller: Caller,
}

/// How an import ends that is not answered by a summary.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// The request is refused, or breaks the server.
    Failure(Failure),
    /// The server dies on it.
    Crash,
}

impl Job {
    /// Takes a request, or refuses it for its form or the user's rights.
    pub(crate) fn accept(
        state: &State,
        caller: &Caller,
        request: &Request,
    ) -> Result<Self, Failure> {
        let form = content_form(state.version, request)?;
        if !caller.may("F_DATAVALUE_ADD") {
            return Err(Failure::forbidden(state.version, "F_DATAVALUE_ADD"));
        }
        let options = ImportOptions::read(&Query::of(request), state.version)?;
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
        state: &mut State,
        fault: Option<ImportFault>,
    ) -> Result<Summary, Trouble> {
        let version = state.version;
        let set = match self.read(version) {
            Ok(set) => set,
            Err(Unreadable::Broken(text)) if version.imports_groups() => {
                return Err(Trouble::Failure(Failure::new(400, text)));
            }
            Err(Unreadable::Broken(text)) => {
                let cause = if version >= Version::V42 {
                    "Post-condition was null".to_owned()
                } else {
                    text
                };
                return Ok(Summary::failed(&format!(
                    "The import process failed: {cause}"
                )));
            }
            Err(Unreadable::WrongType {
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
                return Err(Trouble::Failure(Failure::new(500, message)));
            }
            Err(Unreadable::Inside(text)) => return Err(Trouble::Failure(Failure::new(500, text))),
        };
        match fault {
            Some(ImportFault::LostWrite) => {
                let mut summary = Summary::new(Status::Success);
                summary.count.ignored = set.rows.len();
                summary.complete = Some("false".to_owned());
                return Ok(summary);
            }
            Some(ImportFault::NothingDone) => {
                let mut summary = Summary::new(Status::Success);
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
        let mut summary = if version.imports_groups() {
            self.by_group(state, &set, now, crash_after)?
        } else {
            self.by_value(state, &set, now, crash_after)?
        };
        self.complete(state, &set, now, &mut summary);
        Ok(summary)
    }

    fn read(&mut self, version: Version) -> Result<ValueSet, Unreadable> {
        let body = decompressed(&self.body).ok_or_else(|| Unreadable::Broken(String::new()))?;
        let header = if self.options.is_on("firstRowIsHeader") {
            Header::First
        } else {
            Header::None
        };
        match (self.form, version.imports_groups()) {
            (Form::Json, true) => value_set::read_strict(&body, version, &mut self.options),
            (Form::Json, false) => value_set::read_lenient(&body, &mut self.options),
            (Form::Csv, true) => csv::read_by_name(&body, header, version),
            (Form::Csv, false) => {
                let mut set = csv::read_by_position(&body, header);
                if version > Version::V38 {
                    set.data_set.clone_from(&self.options.data_set);
                }
                Ok(set)
            }
        }
    }

    fn by_value(
        &self,
        state: &mut State,
        set: &ValueSet,
        now: DateTime,
        crash_after: Option<usize>,
    ) -> Result<Summary, Trouble> {
        let mut engine = by_value::Engine {
            version: state.version,
            catalogue: Catalogue::new(&state.store, &self.caller),
            approvals: &state.approvals,
            options: &self.options,
            now: whole_seconds(now),
            crash_after,
        };
        match engine.import(set, &mut state.values) {
            Ok(summary) => Ok(summary),
            Err(by_value::Broken::Flush) if state.version == Version::V38 => Err(Trouble::Failure(
                Failure::new(500, "You can't operate on a closed Statement!!!"),
            )),
            Err(by_value::Broken::Flush) => Ok(Summary::failed(
                "The import process failed: Failed to flush BatchHandler",
            )),
            Err(by_value::Broken::RolledBack) => Err(Trouble::Failure(Failure::new(
                500,
                if state.version >= Version::V41 {
                    "Transaction silently rolled back because it has been marked as rollback-only"
                } else {
                    "Transaction rolled back because it has been marked as rollback-only"
                },
            ))),
            Err(by_value::Broken::Crashed) => Err(Trouble::Crash),
        }
    }

    fn by_group(
        &self,
        state: &mut State,
        set: &ValueSet,
        now: DateTime,
        crash_after: Option<usize>,
    ) -> Result<Summary, Trouble> {
        if crash_after.is_some() {
            // A group is one transaction: a crash leaves nothing of it.
            return Err(Trouble::Crash);
        }
        let mut engine = by_group::Engine {
            version: state.version,
            catalogue: Catalogue::new(&state.store, &self.caller),
            approvals: &state.approvals,
            options: &self.options,
            now,
            splits: state.settings.is_on("dataEntryAutoGroup"),
        };
        let called = match self.options.strategy {
            options::Strategy::Delete => "values()",
            _ => "deletion()",
        };
        engine
            .import(set, &mut state.values)
            .map_err(|by_group::NullGroup| {
                let message = format!(
                    "Cannot invoke \"org.hisp.dhis.datavalue.DataEntryGroup.{called}\" because \"group\" is null"
                );
                Trouble::Failure(Failure::new(500, message))
            })
    }

    /// Notes that a data set is complete, where the request says so.
    fn complete(&self, state: &mut State, set: &ValueSet, now: DateTime, summary: &mut Summary) {
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
        if self.options.is_on("dryRun") && state.version.imports_groups() {
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

/// The answer to an import that was done at once; `bare` leaves the envelope out.
pub(crate) fn answer(version: Version, job: &Job, summary: &Summary, bare: bool) -> Response {
    let (status, word, message) = summary.outcome(version);
    let mut report = summary.json(&job.options, version);
    report["responseType"] = "ImportSummary".into();
    if bare {
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

fn content_form(version: Version, request: &Request) -> Result<Form, Failure> {
    let named = request.header("content-type");
    let kind = named
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    match kind {
        "application/json" => Ok(Form::Json),
        "application/csv" => Ok(Form::Csv),
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
