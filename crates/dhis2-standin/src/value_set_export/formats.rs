//! The forms in which values are put out: JSON of two kinds, CSV, XML.

use super::*;

/// JSON up to 2.42.
pub(super) fn plain(
    state: &ServerState,
    selection: &Selection,
    rows: &[(&DataValueKey, &DataValue)],
    names: &OutputIds<'_>,
) -> Node {
    let mut body = Node::object();
    let single = (
        only(&selection.sets),
        only(&selection.periods),
        only(&selection.units),
    );
    if let (Some(set), Some(period), Some(unit)) = single {
        let completed = state.completions.iter().find(|(completion, _)| {
            completion.data_set == *set && completion.period == *period && completion.unit == *unit
        });
        body = body
            .member("dataSet", names.name("dataSets", "dataSetIdScheme", set))
            .member(
                "completeDate",
                completed.map_or(Value::Null, |(_, (date, _))| date.clone().into()),
            )
            .member("period", period.as_str())
            .member("orgUnit", names.unit(unit));
    }
    let values: Vec<Node> = rows
        .iter()
        .map(|(key, row)| {
            let text = |value: &Option<Box<str>>| value.as_deref().map_or(Value::Null, Value::from);
            let node = Node::object()
                .member(
                    "dataElement",
                    names.name_or_null("dataElements", "dataElementIdScheme", &key.element),
                )
                .member("period", &*key.period)
                .member(
                    "orgUnit",
                    names.name_or_null("organisationUnits", "orgUnitIdScheme", &key.unit),
                )
                .member(
                    "categoryOptionCombo",
                    names.name_or_null(COMBOS, "categoryOptionComboIdScheme", &key.combo),
                )
                .member(
                    "attributeOptionCombo",
                    names.name_or_null(
                        COMBOS,
                        "attributeOptionComboIdScheme",
                        &key.attribute_combo,
                    ),
                )
                .member("value", text(&row.value))
                .member("storedBy", &*row.stored_by)
                .member("created", zoned_stamp(row.created))
                .member("lastUpdated", zoned_stamp(row.updated))
                .member("comment", text(&row.comment))
                .member("followup", Value::from(row.follow_up));
            if row.deleted {
                node.member("deleted", Value::from(true))
            } else {
                node
            }
        })
        .collect();
    body.member("dataValues", values)
}

/// JSON from 2.43 on: what is the same for all values stands at the top.
pub(super) fn hoisted(
    selection: &Selection,
    rows: &[(&DataValueKey, &DataValue)],
    names: &OutputIds<'_>,
    query: &QueryParameters,
) -> Node {
    let mut body = Node::object();
    if let Some(set) = only(&selection.sets) {
        body = body.member("dataSet", names.name("dataSets", "dataSetIdScheme", set));
    }
    let period = only(&selection.periods);
    if let Some(period) = period {
        body = body.member("period", period.as_str());
    }
    let unit =
        only(&selection.units).filter(|_| !selection.children && selection.groups.is_empty());
    if let Some(unit) = unit {
        body = body.member("orgUnit", names.unit(unit));
    }
    let attribute = only(&selection.attribute_combos);
    if let Some(attribute) = attribute {
        body = body.member("attributeOptionCombo", names.attribute_combo(attribute));
    }
    for (name, scheme) in &names.schemes {
        if *scheme != Scheme::Uid {
            let word = query
                .get(name)
                .or_else(|| query.get("idScheme"))
                .unwrap_or_default();
            body = body.member(name, word.to_ascii_uppercase());
        }
    }
    let values: Vec<Node> = rows
        .iter()
        .map(|(key, row)| {
            let mut node = Node::object().member("dataElement", names.element(&key.element));
            if period.is_none() {
                node = node.member("period", &*key.period);
            }
            if unit.is_none() {
                node = node.member("orgUnit", names.unit(&key.unit));
            }
            node = node.member("categoryOptionCombo", names.combo(&key.combo));
            if attribute.is_none() {
                node = node.member(
                    "attributeOptionCombo",
                    names.attribute_combo(&key.attribute_combo),
                );
            }
            with_content(node, row)
        })
        .collect();
    body.member("dataValues", values)
}

/// A value with what is stored of it; members without content are left out.
fn with_content(mut node: Node, row: &DataValue) -> Node {
    if let Some(value) = row.value.as_deref() {
        node = node.member("value", value);
    }
    node = node
        .member("storedBy", &*row.stored_by)
        .member("created", zoned_stamp(row.created))
        .member("lastUpdated", zoned_stamp(row.updated));
    if let Some(comment) = row.comment.as_deref() {
        node = node.member("comment", comment);
    }
    if row.follow_up {
        node = node.member("followup", Value::from(true));
    }
    if row.deleted {
        node.member("deleted", Value::from(true))
    } else {
        node
    }
}

pub(super) fn csv(
    version: Version,
    rows: &[(&DataValueKey, &DataValue)],
    names: &OutputIds<'_>,
) -> Response {
    let groups = version.has_grouped_import();
    let mut text = String::from(
        "dataelement,period,orgunit,categoryoptioncombo,attributeoptioncombo,value,storedby,lastupdated,comment,followup,deleted\n",
    );
    for (key, row) in rows {
        let quoted = |field: Option<&str>| {
            let field = field.unwrap_or_default();
            if field.contains([',', '"', '\n']) {
                format!("\"{}\"", field.replace('"', "\"\""))
            } else {
                field.to_owned()
            }
        };
        let (follow_up, deleted) = if groups {
            (
                if row.follow_up { "true" } else { "" },
                if row.deleted { "true" } else { "false" },
            )
        } else {
            (
                if row.follow_up { "true" } else { "false" },
                if row.deleted { "true" } else { "null" },
            )
        };
        let fields = [
            names.element(&key.element),
            key.period.to_string(),
            names.unit(&key.unit),
            names.combo(&key.combo),
            names.attribute_combo(&key.attribute_combo),
            quoted(row.value.as_deref()),
            row.stored_by.to_string(),
            zoned_stamp(row.updated),
            quoted(row.comment.as_deref()),
            follow_up.to_owned(),
            deleted.to_owned(),
        ];
        text.push_str(&fields.join(","));
        text.push('\n');
    }
    let response = Response::bytes(200, text).with("Content-Type", "application/csv;charset=UTF-8");
    if groups {
        response.with(
            "Content-Disposition",
            "attachment; filename=\"dataValues.csv\"",
        )
    } else {
        response
    }
}

pub(super) fn xml(
    state: &ServerState,
    selection: &Selection,
    rows: &[(&DataValueKey, &DataValue)],
    names: &OutputIds<'_>,
) -> Response {
    let groups = state.version.has_grouped_import();
    let mut text = String::from(
        "<?xml version='1.0' encoding='UTF-8'?><dataValueSet xmlns=\"http://dhis2.org/schema/dxf/2.0\"",
    );
    let period = |id: &str| match Period::parse(state.version, id) {
        Some(period) if groups => format!("{}/{}", period.start, period.kind.duration),
        _ => id.to_owned(),
    };
    let set = only(&selection.sets).map(|id| names.name("dataSets", "dataSetIdScheme", id));
    let at = only(&selection.periods).map(|id| period(id));
    let unit = only(&selection.units)
        .filter(|_| !selection.children || !groups)
        .map(|id| names.unit(id));
    let head = set.is_some() && at.is_some() && unit.is_some() || groups;
    for (name, value) in [("dataSet", &set), ("period", &at), ("orgUnit", &unit)] {
        if let Some(value) = value.as_ref().filter(|_| head) {
            text.push_str(&attribute(name, value));
        }
    }
    text.push('>');
    for (key, row) in rows {
        text.push_str("<dataValue");
        text.push_str(&attribute("dataElement", &names.element(&key.element)));
        if !groups || at.is_none() {
            text.push_str(&attribute("period", &period(&key.period)));
        }
        if !groups || unit.is_none() {
            text.push_str(&attribute("orgUnit", &names.unit(&key.unit)));
        }
        push_attributes(&mut text, (key, row), names, groups);
        text.push_str("/>");
    }
    text.push_str("</dataValueSet>");
    let response = Response::bytes(200, text).with("Content-Type", "application/xml;charset=UTF-8");
    if groups {
        response.with(
            "Content-Disposition",
            "attachment; filename=\"dataValues.xml\"",
        )
    } else {
        response
    }
}

/// The attributes of a value that are written in every case.
fn push_attributes(
    text: &mut String,
    (key, row): (&DataValueKey, &DataValue),
    names: &OutputIds<'_>,
    groups: bool,
) {
    let (created, updated) = (zoned_stamp(row.created), zoned_stamp(row.updated));
    let rest = [
        ("categoryOptionCombo", Some(names.combo(&key.combo))),
        (
            "attributeOptionCombo",
            Some(names.attribute_combo(&key.attribute_combo)),
        ),
        ("value", row.value.as_deref().map(str::to_owned)),
        ("storedBy", Some(row.stored_by.to_string())),
        ("created", Some(created)),
        ("lastUpdated", Some(updated)),
        ("comment", row.comment.as_deref().map(str::to_owned)),
        (
            "followUp",
            (!groups || row.follow_up).then(|| row.follow_up.to_string()),
        ),
        ("deleted", row.deleted.then(|| "true".to_owned())),
    ];
    for (name, value) in rest {
        if let Some(value) = value {
            text.push_str(&attribute(name, &value));
        }
    }
}

pub(super) fn attribute(name: &str, value: &str) -> String {
    let value = value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    format!(" {name}=\"{value}\"")
}

pub(super) fn finish(
    version: Version,
    query: &QueryParameters,
    format: ExportFormat,
    body: Node,
) -> Response {
    let groups = version.has_grouped_import();
    let extension = format.extension();
    let span = match (query.get("startDate"), query.get("endDate")) {
        (Some(start), Some(end)) if groups => format!("_{start}_{end}"),
        _ => String::new(),
    };
    if query.get("compression") == Some("gzip") {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let text = body.to_text();
        let bytes = encoder
            .write_all(text.as_bytes())
            .and_then(|()| encoder.finish())
            .unwrap_or_default();
        let quote = if groups { "\"" } else { "" };
        return Response::bytes(200, bytes)
            .with("Content-Type", "application/json;charset=UTF-8")
            .with(
                "Content-Disposition",
                format!("attachment; filename={quote}dataValues{span}.{extension}.gz{quote}"),
            );
    }
    let response = Response::json(200, body);
    if groups {
        response.with(
            "Content-Disposition",
            format!("attachment; filename=\"dataValues{span}.{extension}\""),
        )
    } else {
        response
    }
}
