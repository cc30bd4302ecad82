//! Writing data value sets.

use std::io::{self, Write};

use serde::Serialize;

use super::names::Names;
use super::table::{Content, ValueKey};
use super::{DataValue, DataValueSet, IdSchemes};

/// A value as it is written. What is `None` is left out.
#[derive(Debug, Clone, Copy, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValueRow<'a> {
    /// Data element.
    pub data_element: &'a str,
    /// Period.
    pub period: &'a str,
    /// Org unit.
    pub org_unit: &'a str,
    /// Category option combo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_option_combo: Option<&'a str>,
    /// Attribute option combo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_option_combo: Option<&'a str>,
    /// The value's text.
    pub value: &'a str,
    /// Comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<&'a str>,
    /// The mark for follow-up as servers up to 2.42 spell it; the others take no notice.
    #[serde(rename = "followup", skip_serializing_if = "Option::is_none")]
    pub follow_up_per_value: Option<bool>,
    /// The same from 2.43 on.
    #[serde(rename = "followUp", skip_serializing_if = "Option::is_none")]
    pub follow_up_grouped: Option<bool>,
    /// Whether the value is to be deleted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

impl<'a> From<&'a DataValue> for ValueRow<'a> {
    fn from(value: &'a DataValue) -> Self {
        Self {
            data_element: &value.data_element,
            period: &value.period,
            org_unit: &value.org_unit,
            category_option_combo: value.category_option_combo.as_deref(),
            attribute_option_combo: value.attribute_option_combo.as_deref(),
            value: &value.value,
            comment: value.comment.as_deref(),
            follow_up_per_value: None,
            follow_up_grouped: None,
            deleted: value.deleted,
        }
    }
}

impl<'a> ValueRow<'a> {
    /// A value as a server stores it, its mark for follow-up in both spellings.
    #[must_use]
    pub fn stored(key: &ValueKey, content: Content<'a>, names: &'a Names) -> Self {
        let mark = content.follow_up.then_some(true);
        Self {
            data_element: names.text(key.element),
            period: names.text(key.period),
            org_unit: names.text(key.unit),
            category_option_combo: names.opt(key.combo),
            attribute_option_combo: names.opt(key.attribute),
            value: content.value,
            comment: names.opt(content.comment),
            follow_up_per_value: mark,
            follow_up_grouped: mark,
            deleted: false,
        }
    }
}

/// So many bytes are gathered before they are handed on.
const BUFFER_BYTES: usize = 1 << 16;

/// Writes the JSON that DHIS2 of any version takes, value by value: one a line, every member a text.
pub struct JsonWriter<W: Write> {
    writer: W,
    buffer: Vec<u8>,
    is_first: bool,
}

impl<W: Write> JsonWriter<W> {
    /// Begins a set of a data set, with its kinds of ids.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn new(writer: W, data_set: Option<&str>, schemes: &IdSchemes) -> io::Result<Self> {
        Self::begin(writer, data_set, schemes, false)
    }

    /// Begins the body of a dry run: said in the body too, as a proxy may lose the query.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn dry_run(writer: W, data_set: Option<&str>) -> io::Result<Self> {
        Self::begin(writer, data_set, &IdSchemes::default(), true)
    }

    fn begin(
        writer: W,
        data_set: Option<&str>,
        schemes: &IdSchemes,
        dry_run: bool,
    ) -> io::Result<Self> {
        let mut buffer = Vec::with_capacity(BUFFER_BYTES + 1024);
        buffer.push(b'{');
        for (key, value) in [
            ("dataSet", data_set),
            ("idScheme", schemes.id.as_deref()),
            ("dataSetIdScheme", schemes.data_set.as_deref()),
            ("dataElementIdScheme", schemes.data_element.as_deref()),
            ("orgUnitIdScheme", schemes.org_unit.as_deref()),
            (
                "categoryOptionComboIdScheme",
                schemes.category_option_combo.as_deref(),
            ),
            (
                "attributeOptionComboIdScheme",
                schemes.attribute_option_combo.as_deref(),
            ),
        ] {
            if let Some(value) = value {
                write!(buffer, "\"{key}\":")?;
                serde_json::to_writer(&mut buffer, value)?;
                buffer.push(b',');
            }
        }
        if dry_run {
            buffer.extend(b"\"dryRun\":true,");
        }
        buffer.extend(b"\"dataValues\":[");
        Ok(Self {
            writer,
            buffer,
            is_first: true,
        })
    }

    /// Adds a value.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn write<'a>(&mut self, value: impl Into<ValueRow<'a>>) -> io::Result<()> {
        let between: &[u8] = if self.is_first { b"\n" } else { b",\n" };
        self.is_first = false;
        self.buffer.extend(between);
        serde_json::to_writer(&mut self.buffer, &value.into())?;
        if self.buffer.len() >= BUFFER_BYTES {
            self.writer.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Ends the set.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn finish(mut self) -> io::Result<W> {
        let end: &[u8] = if self.is_first { b"]}\n" } else { b"\n]}\n" };
        self.buffer.extend(end);
        self.writer.write_all(&self.buffer)?;
        self.writer.flush()?;
        Ok(self.writer)
    }
}

pub(super) fn write_json(set: &DataValueSet, writer: impl Write) -> io::Result<()> {
    let mut json = JsonWriter::new(writer, set.data_set.as_deref(), &set.schemes)?;
    for value in &set.values {
        json.write(value)?;
    }
    json.finish().map(|_| ())
}

/// Why a value is not written to CSV.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// The form has no room for it.
    #[error("{0}")]
    Unfit(String),
    /// What the writer answers.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl CsvError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unfit(_) => Some("write JSON, which holds it"),
            // The system says what is wrong with the output.
            Self::Io(_) => None,
        }
    }
}

/// Writes the CSV every DHIS2 version reads alike, value by value: six columns, LF, no quotes, no comments.
pub struct CsvWriter<W: Write> {
    writer: W,
    buffer: Vec<u8>,
}

impl<W: Write> CsvWriter<W> {
    /// Begins with the header.
    ///
    /// # Errors
    /// [`CsvError::Unfit`] for kinds of ids other than UIDs: the form has no room to say so.
    pub fn new(writer: W, schemes: &IdSchemes) -> Result<Self, CsvError> {
        if *schemes != IdSchemes::default() {
            return Err(CsvError::Unfit(
                "ids that are not UIDs cannot be written to CSV, which has no field for their scheme"
                    .to_owned(),
            ));
        }
        let mut buffer = Vec::with_capacity(BUFFER_BYTES + 1024);
        buffer
            .extend(b"dataElement,period,orgUnit,categoryOptionCombo,attributeOptionCombo,value\n");
        Ok(Self { writer, buffer })
    }

    /// Adds a value.
    ///
    /// # Errors
    /// What the writer answers; [`CsvError::Unfit`] when a field holds a comma, a quote
    /// or a line end, or when a value is marked as deleted: the form has no room for those.
    pub fn write(&mut self, value: &DataValue) -> Result<(), CsvError> {
        let fields: [&str; 6] = [
            &value.data_element,
            &value.period,
            &value.org_unit,
            value.category_option_combo.as_deref().unwrap_or_default(),
            value.attribute_option_combo.as_deref().unwrap_or_default(),
            &value.value,
        ];
        if let Some(field) = fields
            .iter()
            .find(|field| field.contains([',', '"', '\n', '\r']))
        {
            return Err(CsvError::Unfit(format!(
                "{field:?} cannot be written to CSV that every DHIS2 version reads"
            )));
        }
        if value.deleted {
            return Err(CsvError::Unfit(
                "deletions cannot be written to CSV that every DHIS2 version reads".to_owned(),
            ));
        }
        writeln!(self.buffer, "{}", fields.join(","))?;
        if self.buffer.len() >= BUFFER_BYTES {
            self.writer.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn finish(mut self) -> io::Result<W> {
        self.writer.write_all(&self.buffer)?;
        self.writer.flush()?;
        Ok(self.writer)
    }
}

/// Writes a set as CSV; see [`CsvWriter`].
///
/// # Errors
/// As [`CsvWriter`].
pub fn write_csv(set: &DataValueSet, writer: impl Write) -> Result<(), CsvError> {
    let mut csv = CsvWriter::new(writer, &set.schemes)?;
    for value in &set.values {
        csv.write(value)?;
    }
    csv.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_a_string_and_nothing_unset_is_written() {
        let plain = ValueRow {
            data_element: "dePopTot001",
            period: "2025",
            org_unit: "ouDist00001",
            attribute_option_combo: Some("HllvX50cXC0"),
            value: "12",
            ..ValueRow::default()
        };
        let noted = ValueRow {
            value: "13",
            comment: Some("a \"b\""),
            follow_up_per_value: Some(true),
            follow_up_grouped: Some(true),
            ..plain
        };
        let mut json = JsonWriter::dry_run(Vec::new(), Some("dsPopYear01")).unwrap();
        json.write(plain).unwrap();
        json.write(noted).unwrap();
        assert_eq!(
            String::from_utf8(json.finish().unwrap()).unwrap(),
            concat!(
                r#"{"dataSet":"dsPopYear01","dryRun":true,"dataValues":["#,
                "\n",
                r#"{"dataElement":"dePopTot001","period":"2025","orgUnit":"ouDist00001","attributeOptionCombo":"HllvX50cXC0","value":"12"},"#,
                "\n",
                r#"{"dataElement":"dePopTot001","period":"2025","orgUnit":"ouDist00001","attributeOptionCombo":"HllvX50cXC0","value":"13","comment":"a \"b\"","followup":true,"followUp":true}"#,
                "\n]}\n"
            )
        );
    }
}
