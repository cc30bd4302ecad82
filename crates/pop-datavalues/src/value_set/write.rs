//! Writing data value sets.

use std::io::{self, Write};

use serde::Serialize;

use super::{DataValue, DataValueSet, IdSchemes};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ValueOut<'a> {
    data_element: &'a str,
    period: &'a str,
    org_unit: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    category_option_combo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute_option_combo: Option<&'a str>,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
}

impl Serialize for DataValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ValueOut {
            data_element: &self.data_element,
            period: &self.period,
            org_unit: &self.org_unit,
            category_option_combo: self.category_option_combo.as_deref(),
            attribute_option_combo: self.attribute_option_combo.as_deref(),
            value: &self.value,
            comment: self.comment.as_deref(),
            deleted: self.deleted,
        }
        .serialize(serializer)
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
    pub fn write(&mut self, value: &DataValue) -> io::Result<()> {
        let between: &[u8] = if self.is_first { b"\n" } else { b",\n" };
        self.is_first = false;
        self.buffer.extend(between);
        serde_json::to_writer(&mut self.buffer, value)?;
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

/// Writes the CSV every DHIS2 version reads alike, value by value: six columns, LF, no quotes, no comments.
pub struct CsvWriter<W: Write> {
    writer: W,
    buffer: Vec<u8>,
}

impl<W: Write> CsvWriter<W> {
    /// Begins with the header.
    ///
    /// # Errors
    /// `InvalidInput` for kinds of ids other than UIDs: the form has no room to say so.
    pub fn new(writer: W, schemes: &IdSchemes) -> io::Result<Self> {
        if *schemes != IdSchemes::default() {
            return Err(unfit(
                "ids that are not UIDs cannot be written to CSV, which has no field for their scheme",
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
    /// What the writer answers; `InvalidInput` when a field holds a comma, a quote
    /// or a line end, or when a value is marked as deleted: the form has no room for those.
    pub fn write(&mut self, value: &DataValue) -> io::Result<()> {
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
            return Err(unfit(&format!(
                "{field:?} cannot be written to CSV that every DHIS2 version reads"
            )));
        }
        if value.deleted {
            return Err(unfit(
                "deletions cannot be written to CSV that every DHIS2 version reads",
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

fn unfit(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{what}; write JSON"))
}

/// Writes a set as CSV; see [`CsvWriter`].
///
/// # Errors
/// As [`CsvWriter`].
pub fn write_csv(set: &DataValueSet, writer: impl Write) -> io::Result<()> {
    let mut csv = CsvWriter::new(writer, &set.schemes)?;
    for value in &set.values {
        csv.write(value)?;
    }
    csv.finish().map(|_| ())
}
