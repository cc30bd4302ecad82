//! The data value set of a request, whatever form it came in.

use serde_json::Value;

use crate::version::Version;

use super::import_options::{ImportOptions, SCHEMES, Scheme, Strategy};

/// One value as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ImportRow {
    pub(crate) element: Option<String>,
    pub(crate) period: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) combo: Option<String>,
    pub(crate) attribute_combo: Option<String>,
    /// Category to option, in place of `combo`; only the newer engine reads it.
    pub(crate) options: Option<Vec<(String, String)>>,
    pub(crate) value: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) stored_by: Option<String>,
    pub(crate) follow_up: Option<bool>,
    pub(crate) deleted: Option<bool>,
}

/// A data value set as it was sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct ValueSet {
    pub(crate) data_set: Option<String>,
    pub(crate) period: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) attribute_combo: Option<String>,
    pub(crate) attribute_options: Option<Vec<(String, String)>>,
    pub(crate) complete_date: Option<String>,
    pub(crate) deletion: Option<Value>,
    pub(crate) rows: Vec<ImportRow>,
}

/// Why a body cannot be read.
#[derive(Debug, Clone)]
pub(crate) enum BodyError {
    /// Not JSON; with the parser's text.
    WriteFailure(String),
    /// A member is of another type than it must be.
    WrongType {
        path: &'static str,
        wanted: &'static str,
        found: Value,
    },
    /// An error within the import itself.
    Inside(String),
}

/// A text member; numbers and booleans count as their spelling.
fn coerced(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn truth(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Reads JSON as Jackson does for the older engine: types are coerced, unknown keys ignored.
pub(crate) fn read_lenient(
    body: &[u8],
    options: &mut ImportOptions,
) -> Result<ValueSet, BodyError> {
    let root: Value =
        serde_json::from_slice(body).map_err(|error| BodyError::WriteFailure(error.to_string()))?;
    let Some(members) = root.as_object() else {
        return Err(BodyError::WriteFailure("no object".to_owned()));
    };
    let text = |key: &str| coerced(members.get(key)).filter(|text| !text.is_empty());
    if let Some(dry_run) = truth(members.get("dryRun")) {
        options.set("dryRun", dry_run);
    }
    if let Some(strategy) = text("strategy").as_deref().and_then(Strategy::find) {
        options.strategy = strategy;
    }
    for name in SCHEMES {
        if let Some(scheme) = text(name).as_deref().and_then(Scheme::parse) {
            options.set_scheme(name, scheme);
        }
    }
    let mut rows = Vec::new();
    for value in members
        .get("dataValues")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let text = |key: &str| coerced(value.get(key)).filter(|text| !text.is_empty());
        rows.push(ImportRow {
            element: text("dataElement"),
            period: text("period"),
            unit: text("orgUnit"),
            combo: text("categoryOptionCombo"),
            attribute_combo: text("attributeOptionCombo"),
            options: None,
            value: text("value"),
            comment: text("comment"),
            stored_by: text("storedBy"),
            follow_up: truth(value.get("followup")),
            deleted: truth(value.get("deleted")),
        });
        // The streaming reader takes an object in place of a combination for a value of its own.
        if value
            .get("categoryOptionCombo")
            .is_some_and(Value::is_object)
        {
            rows.push(ImportRow::default());
        }
    }
    Ok(ValueSet {
        data_set: text("dataSet"),
        period: text("period"),
        unit: text("orgUnit"),
        attribute_combo: text("attributeOptionCombo"),
        attribute_options: None,
        complete_date: coerced(members.get("completeDate")),
        deletion: None,
        rows,
    })
}

/// Reads JSON as `DataEntryInput.fromJson` does for the newer engine.
pub(crate) fn read_strict(
    body: &[u8],
    version: Version,
    options: &mut ImportOptions,
) -> Result<ValueSet, BodyError> {
    let root = parse_tolerating_commas(body)?;
    let Some(members) = root.as_object() else {
        return Ok(ValueSet::default());
    };
    let reader = Reader {
        strict: version == Version::V43,
    };
    if let Some(dry_run) = members.get("dryRun") {
        match dry_run {
            Value::Bool(dry_run) => options.set("dryRun", *dry_run),
            found if reader.strict => {
                return Err(BodyError::WrongType {
                    path: "dryRun",
                    wanted: "BOOLEAN",
                    found: found.clone(),
                });
            }
            other => options.set("dryRun", truth(Some(other)).unwrap_or(false)),
        }
    }
    for name in SCHEMES
        .iter()
        .copied()
        .chain(["attributeOptionComboIdScheme"])
    {
        let word = coerced(members.get(name));
        if let Some(scheme) = word.as_deref().and_then(Scheme::parse) {
            options.set_scheme(name, scheme);
        }
    }
    let mut rows = Vec::new();
    for value in members
        .get("dataValues")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        rows.push(ImportRow {
            element: reader.text(value, "dataElement")?,
            period: reader.text(value, "period")?,
            unit: reader.text(value, "orgUnit")?,
            combo: reader.text_unless_object(value, "categoryOptionCombo")?,
            attribute_combo: reader.text_unless_object(value, "attributeOptionCombo")?,
            options: pairs(value.get("categoryOptionCombo")),
            value: reader.text(value, "value")?,
            comment: reader.text(value, "comment")?,
            stored_by: None,
            follow_up: truth(value.get("followUp")),
            deleted: truth(value.get("deleted")),
        });
    }
    Ok(ValueSet {
        data_set: reader.text(&root, "dataSet")?,
        period: reader.text(&root, "period")?,
        unit: reader.text(&root, "orgUnit")?,
        attribute_combo: reader.text_unless_object(&root, "attributeOptionCombo")?,
        attribute_options: pairs(members.get("attributeOptionCombo")),
        complete_date: coerced(members.get("completeDate")),
        deletion: members.get("deletion").cloned(),
        rows,
    })
}

/// Reads members that must be texts.
struct Reader {
    /// Whether numbers and booleans are refused.
    strict: bool,
}

impl Reader {
    fn text(&self, value: &Value, key: &'static str) -> Result<Option<String>, BodyError> {
        match value.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(found) if self.strict => Err(BodyError::WrongType {
                path: key,
                wanted: "STRING",
                found: found.clone(),
            }),
            other => Ok(coerced(other)),
        }
    }

    fn text_unless_object(
        &self,
        value: &Value,
        key: &'static str,
    ) -> Result<Option<String>, BodyError> {
        if value.get(key).is_some_and(Value::is_object) {
            Ok(None)
        } else {
            self.text(value, key)
        }
    }
}

/// The members of an object of texts.
fn pairs(value: Option<&Value>) -> Option<Vec<(String, String)>> {
    let members = value?.as_object()?;
    Some(
        members
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect(),
    )
}

/// Parses JSON; a comma before a closing bracket is overlooked.
fn parse_tolerating_commas(body: &[u8]) -> Result<Value, BodyError> {
    let text = String::from_utf8_lossy(body);
    let Err(_) = serde_json::from_str::<Value>(&text).map(|_| ()) else {
        return serde_json::from_str(&text)
            .map_err(|error| BodyError::WriteFailure(error.to_string()));
    };
    serde_json::from_str(&without_trailing_commas(&text))
        .map_err(|_| BodyError::WriteFailure(complaint(&text)))
}

fn without_trailing_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for letter in text.chars() {
        if quoted {
            quoted = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
        } else if letter == '"' {
            quoted = true;
        } else if matches!(letter, ']' | '}') && out.trim_end().ends_with(',') {
            out.truncate(out.trim_end().len() - 1);
        }
        out.push(letter);
    }
    out
}

/// What the parser of the newer engine says about a text that is no JSON.
fn complaint(text: &str) -> String {
    match text.trim_start().chars().next() {
        None => "Unexpected character at position 0,\n\n^ expected a JSON value but found EOI"
            .to_owned(),
        Some(first) if !matches!(first, '{' | '[' | '"') => format!(
            "Unexpected character at position 0,\n{text}\n^ expected start of a JSON value but found: `{first}`"
        ),
        Some(_) => {
            let from = text.char_indices().rev().nth(19).map_or(0, |(at, _)| at);
            format!(
                "Expected {} but reach EOI: {}",
                missing_end(text),
                &text[from..]
            )
        }
    }
}

/// What would have to come next to end what is open at the end of a text.
fn missing_end(text: &str) -> char {
    let (mut open, mut quoted, mut escaped) = (Vec::new(), false, false);
    for letter in text.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => open.push(if letter == '[' { ']' } else { '}' }),
            ']' | '}' if !quoted => {
                open.pop();
            }
            _ => {}
        }
    }
    if quoted {
        '"'
    } else {
        open.pop().unwrap_or('}')
    }
}
