//! What a server says about an import: `ImportSummary`, in an envelope or bare.
//!
//! Servers wrap the summary in a `WebMessage`; up to 2.41 a path version below 38, and the task
//! summaries of every version, give it bare. The HTTP status is not the outcome: up to 2.42 a WARNING
//! is 409 with most values stored, from 2.43 on it is 200.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The `status` of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// No value was refused.
    Success,
    /// Some values were refused.
    Warning,
    /// The request failed, or every value was refused.
    Error,
    /// A word this program does not know.
    Other,
}

/// `importCount`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Values stored that were not there before (up to 2.42; always 0 from 2.43 on).
    pub imported: u64,
    /// Values changed (from 2.43 on: written).
    pub updated: u64,
    /// Values not written.
    pub ignored: u64,
    /// Values deleted.
    pub deleted: u64,
}

/// One reason why values were refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Conflict {
    /// Up to 2.42: the first id concerned.
    pub object: Option<String>,
    /// Ids by kind (up to 2.42), or the message's arguments under `args` (from 2.43 on).
    #[serde(deserialize_with = "texts")]
    pub objects: BTreeMap<String, String>,
    /// The message.
    #[serde(rename = "value")]
    pub message: Option<String>,
    /// `E76xx` up to 2.42, `E80xx` and `E81xx` from 2.43 on.
    pub error_code: Option<String>,
    /// The part of the value that is wrong (up to 2.42).
    pub property: Option<String>,
    /// Positions in the request, from 0; -1 where the whole request could not be decoded.
    pub indexes: Vec<i64>,
}

/// What the server says it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSummary {
    /// Outcome in a word.
    pub status: Status,
    /// Outcome in words (up to 2.42).
    pub description: Option<String>,
    /// What was counted; `None` where the summary has no counts.
    pub counts: Option<Counts>,
    /// Why values were refused.
    pub conflicts: Vec<Conflict>,
    /// Positions of refused values; `None` on 2.38, which has no such list.
    pub rejected: Option<Vec<i64>>,
    /// Whether the server says that this was a dry run, where it says so.
    pub dry_run: Option<bool>,
}

impl ImportSummary {
    /// Positions of the values that were refused, in order, each once: `rejectedIndexes`, else
    /// those of the conflicts. Positions outside `0..sent` are left out.
    #[must_use]
    pub fn refused(&self, sent: usize) -> Vec<usize> {
        let of_conflicts = || self.conflicts.iter().flat_map(|conflict| &conflict.indexes);
        let listed: Vec<i64> = match self.rejected.as_deref() {
            Some(rejected) if !rejected.is_empty() => rejected.to_vec(),
            _ => of_conflicts().copied().collect(),
        };
        let mut refused: Vec<usize> = listed
            .into_iter()
            .filter_map(|index| usize::try_from(index).ok())
            .filter(|&index| index < sent)
            .collect();
        refused.sort_unstable();
        refused.dedup();
        refused
    }
}

/// The answer to an import request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A summary, whatever it says.
    Summary(ImportSummary),
    /// A DHIS2 envelope without a summary: refused before the import began.
    Message {
        /// `errorCode`, where given.
        code: Option<String>,
        /// `message`, where given.
        text: String,
    },
    /// Something else; what it is, in words.
    Unreadable(String),
}

/// Reads the body of an answer. `content_type` is the header's value.
#[must_use]
pub fn parse(content_type: Option<&str>, body: &[u8]) -> Answer {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text = body.trim_ascii();
    if text.is_empty() {
        return Answer::Unreadable("an empty body".to_owned());
    }
    if text.starts_with(b"<") || content_type.is_some_and(|kind| kind.contains("html")) {
        return Answer::Unreadable(
            "an HTML page where JSON is due (a login page, or a proxy's error page)".to_owned(),
        );
    }
    match serde_json::from_slice::<Document>(text) {
        Ok(document) => document.into_answer(),
        Err(error) if error.is_eof() => {
            Answer::Unreadable(format!("JSON that is cut off ({error})"))
        }
        Err(error) => Answer::Unreadable(format!("no import summary ({error})")),
    }
}

/// Envelope and bare summary in one: a summary's keys stand at the top or under `response`.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Document {
    response: Option<Box<RawSummary>>,
    message: Option<String>,
    error_code: Option<String>,
    http_status: Option<String>,
    #[serde(flatten)]
    bare: RawSummary,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawSummary {
    status: Option<String>,
    description: Option<String>,
    import_count: Option<Counts>,
    conflicts: Option<Vec<Conflict>>,
    rejected_indexes: Option<Vec<i64>>,
    import_options: Option<RawOptions>,
    dry_run: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawOptions {
    dry_run: Option<bool>,
}

impl Document {
    fn into_answer(self) -> Answer {
        if let Some(response) = self.response.filter(|response| response.is_summary()) {
            return Answer::Summary((*response).into());
        }
        if self.bare.is_summary() {
            return Answer::Summary(self.bare.into());
        }
        if self.http_status.is_some() || self.message.is_some() {
            return Answer::Message {
                code: self.error_code,
                text: self.message.unwrap_or_default(),
            };
        }
        Answer::Unreadable("JSON without an import summary".to_owned())
    }
}

impl RawSummary {
    fn is_summary(&self) -> bool {
        self.import_count.is_some() || self.conflicts.is_some() || self.description.is_some()
    }
}

impl From<RawSummary> for ImportSummary {
    fn from(raw: RawSummary) -> Self {
        let status = match raw.status.as_deref() {
            Some("SUCCESS" | "OK") => Status::Success,
            Some("WARNING") => Status::Warning,
            Some("ERROR") => Status::Error,
            _ => Status::Other,
        };
        Self {
            status,
            description: raw.description,
            counts: raw.import_count,
            conflicts: raw.conflicts.unwrap_or_default(),
            rejected: raw.rejected_indexes,
            dry_run: raw
                .dry_run
                .or_else(|| raw.import_options.and_then(|options| options.dry_run)),
        }
    }
}

/// A map of texts; other kinds of values are kept as their JSON.
fn texts<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let map: Option<BTreeMap<String, serde_json::Value>> = Option::deserialize(deserializer)?;
    Ok(map
        .unwrap_or_default()
        .into_iter()
        .map(|(key, value)| match value {
            serde_json::Value::String(text) => (key, text),
            other => (key, other.to_string()),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(text: &str) -> ImportSummary {
        match parse(Some("application/json"), text.as_bytes()) {
            Answer::Summary(summary) => summary,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn envelope_and_bare_summary_say_the_same() {
        let bare = r#"{"responseType":"ImportSummary","status":"WARNING","description":"Import process completed successfully","importOptions":{"dryRun":true},
            "importCount":{"imported":2,"updated":0,"ignored":1,"deleted":0},"conflicts":[{"object":"ouNoSuch001","objects":{"organisationUnit":"ouNoSuch001"},
            "value":"Organisation unit not found or not accessible: `ouNoSuch001`","errorCode":"E7612","property":"orgUnit","indexes":[2]}],"dataSetComplete":"false"}"#;
        let wrapped = format!(
            r#"{{"httpStatus":"Conflict","httpStatusCode":409,"status":"WARNING","message":"One more conflicts encountered","response":{bare}}}"#
        );
        let (bare, wrapped) = (summary(bare), summary(&wrapped));
        assert_eq!(bare, wrapped);
        assert_eq!(bare.status, Status::Warning);
        assert_eq!(
            bare.refused(3),
            [2],
            "from the conflicts where there is no list"
        );
        assert_eq!(bare.refused(2), [] as [usize; 0]);
        assert_eq!(bare.dry_run, Some(true));
        assert_eq!(bare.conflicts[0].objects["organisationUnit"], "ouNoSuch001");
    }

    #[test]
    fn a_decode_error_points_to_no_row() {
        let refused = summary(
            r#"{"response":{"status":"ERROR","importCount":{"imported":0,"updated":0,"ignored":0,"deleted":0},
            "conflicts":[{"objects":{"args":"4-D99"},"value":"Value #4 org unit not found: `D99`","errorCode":"E8107","indexes":[-1]}],"rejectedIndexes":[]}}"#,
        );
        assert_eq!(refused.refused(5), [] as [usize; 0]);
    }

    #[test]
    fn what_is_no_summary_is_named() {
        for (text, why) in [
            ("", "empty body"),
            ("  \n", "empty body"),
            ("<!DOCTYPE html><html>", "HTML"),
            ("{\"status\":\"SUCC", "cut off"),
            ("null", "no import summary"),
            ("[]", "no import summary"),
            ("{}", "without an import summary"),
            ("12", "no import summary"),
        ] {
            match parse(Some("application/json"), text.as_bytes()) {
                Answer::Unreadable(what) => assert!(what.contains(why), "{text}: {what}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        let deep = "[".repeat(50_000);
        assert!(matches!(
            parse(None, deep.as_bytes()),
            Answer::Unreadable(_)
        ));
        let message = r#"{"httpStatus":"Forbidden","httpStatusCode":403,"status":"ERROR","message":"Access is denied"}"#;
        assert_eq!(
            parse(None, message.as_bytes()),
            Answer::Message {
                code: None,
                text: "Access is denied".to_owned()
            }
        );
    }

    /// Every recorded answer of every version to an import parses as what it is.
    #[test]
    #[ignore = "needs the test data, see docs/testing.md"]
    fn every_recorded_answer_is_understood() {
        let data = testdata::dir();
        let mut seen = 0;
        for version in ["2.38.7", "2.40.12", "2.41.9.1", "2.42.5.2", "2.43.1"] {
            for entry in std::fs::read_dir(data.join("dhis2-recordings").join(version)).unwrap() {
                let path = entry.unwrap().path();
                let record: serde_json::Value =
                    serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
                let (request, response) = (&record["request"], &record["response"]);
                let is_import = request["method"] == "POST"
                    && request["path"].as_str().is_some_and(|path| {
                        path.starts_with("/api/dataValueSets") && !path.contains("async=true")
                    });
                let body = &response["body"];
                if !is_import || record["bodyTruncated"] == true || !body["response"].is_object() {
                    continue;
                }
                let parsed = parse(Some("application/json"), body.to_string().as_bytes());
                let Answer::Summary(summary) = parsed else {
                    panic!("{}: {parsed:?}", path.display())
                };
                assert!(summary.counts.is_some(), "{}", path.display());
                assert_ne!(summary.status, Status::Other, "{}", path.display());
                seen += 1;
            }
        }
        assert!(seen > 600, "only {seen} recorded imports were found");
    }
}
