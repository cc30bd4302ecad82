//! Writing the body of an import request.

use std::io::{self, Write};

use serde::Serialize;

use crate::import::names::{Names, Sym};
use crate::import::values::{Content, Key};

/// What all rows of a body share.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// The data set named; `None` leaves it out.
    pub data_set: Option<&'a str>,
    /// Whether nothing is to be stored: said in the body too, as a proxy may lose the query.
    pub dry_run: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireRow<'a> {
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
    /// The mark for follow-up as servers up to 2.42 spell it; the others take no notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    followup: Option<bool>,
    /// The same from 2.43 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    follow_up: Option<bool>,
}

/// Writes a data value set with every id and value as a JSON string.
///
/// # Errors
/// Those of `out`.
pub fn write<'a>(
    out: &mut impl Write,
    body: Body<'_>,
    names: &Names,
    rows: impl Iterator<Item = (Key, Content<'a>)>,
) -> io::Result<()> {
    out.write_all(b"{")?;
    if let Some(data_set) = body.data_set {
        out.write_all(b"\"dataSet\":")?;
        serde_json::to_writer(&mut *out, data_set)?;
        out.write_all(b",")?;
    }
    if body.dry_run {
        out.write_all(b"\"dryRun\":true,")?;
    }
    out.write_all(b"\"dataValues\":[")?;
    for (index, (key, content)) in rows.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        let mark = content.follow_up.then_some(true);
        let opt = |sym: Sym| names.opt(sym);
        serde_json::to_writer(
            &mut *out,
            &WireRow {
                data_element: names.text(key.element),
                period: names.text(key.period),
                org_unit: names.text(key.unit),
                category_option_combo: opt(key.combo),
                attribute_option_combo: opt(key.attribute),
                value: content.value,
                comment: opt(content.comment),
                followup: mark,
                follow_up: mark,
            },
        )?;
    }
    out.write_all(b"]}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_a_string_and_nothing_unset_is_written() {
        let mut names = Names::default();
        let key = Key {
            period: names.intern("2025"),
            unit: names.intern("ouDist00001"),
            element: names.intern("dePopTot001"),
            combo: Sym::NONE,
            attribute: names.intern("HllvX50cXC0"),
        };
        let plain = Content {
            value: "12",
            comment: Sym::NONE,
            follow_up: false,
        };
        let noted = Content {
            value: "13",
            comment: names.intern("a \"b\""),
            follow_up: true,
        };
        let mut out = Vec::new();
        let body = Body {
            data_set: Some("dsPopYear01"),
            dry_run: true,
        };
        write(
            &mut out,
            body,
            &names,
            [(key, plain), (key, noted)].into_iter(),
        )
        .unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            concat!(
                r#"{"dataSet":"dsPopYear01","dryRun":true,"dataValues":["#,
                r#"{"dataElement":"dePopTot001","period":"2025","orgUnit":"ouDist00001","attributeOptionCombo":"HllvX50cXC0","value":"12"},"#,
                r#"{"dataElement":"dePopTot001","period":"2025","orgUnit":"ouDist00001","attributeOptionCombo":"HllvX50cXC0","value":"13","comment":"a \"b\"","followup":true,"followUp":true}]}"#
            )
        );
    }
}
