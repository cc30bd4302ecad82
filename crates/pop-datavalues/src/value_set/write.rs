//! Writing data value sets.

use std::io::{self, Write};

use serde::Serialize;

use super::{DataValue, DataValueSet};

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

pub(super) fn write_json(set: &DataValueSet, mut writer: impl Write) -> io::Result<()> {
    let schemes = &set.schemes;
    writer.write_all(b"{")?;
    for (key, value) in [
        ("dataSet", &set.data_set),
        ("idScheme", &schemes.id),
        ("dataSetIdScheme", &schemes.data_set),
        ("dataElementIdScheme", &schemes.data_element),
        ("orgUnitIdScheme", &schemes.org_unit),
        (
            "categoryOptionComboIdScheme",
            &schemes.category_option_combo,
        ),
        (
            "attributeOptionComboIdScheme",
            &schemes.attribute_option_combo,
        ),
    ] {
        if let Some(value) = value {
            write!(writer, "\"{key}\":")?;
            serde_json::to_writer(&mut writer, &**value)?;
            writer.write_all(b",")?;
        }
    }
    writer.write_all(b"\"dataValues\":[")?;
    for (index, value) in set.values.iter().enumerate() {
        writer.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut writer, value)?;
    }
    writer.write_all(if set.values.is_empty() {
        b"]}\n"
    } else {
        b"\n]}\n"
    })?;
    writer.flush()
}

/// Writes the CSV every DHIS2 version reads alike: six columns, LF, no quotes, no comments.
///
/// # Errors
/// What the writer answers; `InvalidInput` when a field holds a comma, a quote
/// or a line end, or when a value is marked as deleted: the form has no room for those.
pub fn write_csv(set: &DataValueSet, mut writer: impl Write) -> io::Result<()> {
    writer.write_all(
        b"dataElement,period,orgUnit,categoryOptionCombo,attributeOptionCombo,value\n",
    )?;
    for value in &set.values {
        let fields = [
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
            let what =
                format!("{field:?} cannot stand in CSV that every DHIS2 version reads; write JSON");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        if value.deleted {
            let what = "deletions cannot stand in CSV that every DHIS2 version reads; write JSON";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        writeln!(writer, "{}", fields.join(","))?;
    }
    writer.flush()
}
