//! What an import demands of an object.

use super::*;

/// What is wrong with an object; `others` come with it.
pub(crate) fn check(
    state: &ServerState,
    caller: &Caller,
    one: &BundleObject,
    others: &[BundleObject],
    mode: Mode,
) -> Vec<ErrorReport> {
    let kind = one.kind;
    let stored = state.store.get(kind.plural, one.id());
    if let Some(problem) = refusal(caller, one, stored.is_some(), state) {
        return vec![problem];
    }
    let named = one.named();
    if mode == Mode::Create && stored.is_some() {
        let word = if state.version >= Version::V43 {
            "strategy"
        } else {
            "mode"
        };
        return vec![ErrorReport::new("E5000", format!(
            "Found matching object for reference, but import {word} is CREATE. Identifier was UID, and object was {named}."
        ), vec!["UID".into(), named.into()]).with("mainId", one.id())];
    }
    if matches!(mode, Mode::Update | Mode::Delete) && stored.is_none() {
        return vec![
            ErrorReport::new(
                "E5001",
                format!(
                    "No matching object for reference. Identifier was UID, and object was {named}."
                ),
                vec!["UID".into(), named.into()],
            )
            .with("mainId", one.id())
            .with("errorProperty", "id"),
        ];
    }
    if mode == Mode::Delete {
        return Vec::new();
    }
    let mut problems = missing(one);
    problems.extend(bad_uid(one));
    if state.version == Version::V38 {
        problems.retain(|problem| problem.code != "E4014");
    }
    problems.extend(taken(state, one));
    problems.extend(dangling(state, one, others));
    if state.version.has_grouped_import() && kind.plural == "categoryOptionCombos" {
        problems.extend(incomplete_combos(state, one, others));
    }
    problems
}

pub(super) fn refusal(
    caller: &Caller,
    one: &BundleObject,
    stored: bool,
    state: &ServerState,
) -> Option<ErrorReport> {
    if caller.is_superuser() {
        return None;
    }
    let user = state.store.members("users", &caller.id)?;
    let name = format!("{} {}", text(user, "firstName")?, text(user, "surname")?);
    let user = format!("{name} [{}] (User)", caller.id);
    let named = one.named();
    let (code, verb) = if stored {
        ("E3001", "update")
    } else {
        ("E3000", "create")
    };
    let message = if stored {
        format!("User `{user}` is not allowed to {verb} object `{named}`")
    } else {
        format!(
            "User `{user}` is not allowed to {verb} objects of type {}",
            one.kind.class
        )
    };
    let subject = if stored {
        named
    } else {
        one.kind.class.to_owned()
    };
    Some(ErrorReport::new(
        code,
        message,
        vec![user.into(), subject.into()],
    ))
}

pub(super) fn missing(one: &BundleObject) -> Vec<ErrorReport> {
    one.kind
        .required
        .iter()
        .filter(|name| one.members.get(**name).is_none_or(Value::is_null))
        .map(|name| {
            let klass = match *name {
                "aggregationType" => "org.hisp.dhis.analytics.AggregationType",
                "domainType" => "org.hisp.dhis.dataelement.DataElementDomain",
                "valueType" => "org.hisp.dhis.common.ValueType",
                "openingDate" => "java.util.Date",
                "periodType" => "org.hisp.dhis.period.PeriodType",
                _ => "java.lang.String",
            };
            ErrorReport::new(
                "E4000",
                format!("Missing required property `{name}`"),
                vec![(*name).into()],
            )
            .with("errorKlass", klass)
            .with("errorProperty", *name)
        })
        .collect()
}

pub(super) fn bad_uid(one: &BundleObject) -> Vec<ErrorReport> {
    let id = one.id();
    if is_uid(id) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    if id.chars().count() != 11 {
        let length = id.chars().count();
        problems.push(
            ErrorReport::new("E4002", format!("Allowed length range for property `id` is [11 to 11], but given length was {length}"),
                vec!["id".into(), 11.0.into(), 11.0.into(), length.into()])
                .with("errorKlass", "java.lang.String")
                .with("errorProperty", "id"),
        );
    }
    problems.push(ErrorReport::new(
        "E4014",
        format!("Invalid UID `{id}` for property `{}`", one.kind.class),
        vec![id.into(), one.kind.class.into()],
    ));
    problems
}

/// Other objects with the same code, name or short name.
pub(super) fn taken(state: &ServerState, one: &BundleObject) -> Vec<ErrorReport> {
    let named = one.named();
    let unique = one.kind.unique.iter();
    unique
        .filter_map(|property| {
            let value = text(&one.members, property)?;
            let other = state.store.all(one.kind).find(|stored| {
                text(&stored.members, property) == Some(value)
                    && text(&stored.members, "id") != Some(one.id())
            })?;
            let other = text(&other.members, "id")?;
            let report = ErrorReport::new(
                "E5003",
                format!("Property `{property}` with value `{value}` on object {named} already exists on object {other}"),
                vec![(*property).into(), value.into(), named.clone().into(), other.into()],
            );
            Some(report.with("mainId", other).with("errorProperty", *property))
        })
        .collect()
}

/// References to objects that are nowhere.
pub(super) fn dangling(
    state: &ServerState,
    one: &BundleObject,
    others: &[BundleObject],
) -> Vec<ErrorReport> {
    let exists = |plural: &str, id: &str| {
        state.store.get(plural, id).is_some()
            || others
                .iter()
                .any(|other| other.kind.plural == plural && other.id() == id)
    };
    let mut problems = Vec::new();
    for (property, plural) in one.kind.references {
        let Some(id) = reference(one.members.get(*property)) else {
            continue;
        };
        let Some(target) = Schema::find(plural) else {
            continue;
        };
        if !exists(plural, id) {
            problems.push(missing_reference(one, property, target, id));
        }
    }
    for (property, plural) in one.kind.collections {
        let Some(target) = Schema::find(plural) else {
            continue;
        };
        for id in references(one.members.get(*property)).filter(|id| !exists(plural, id)) {
            problems.push(missing_reference(one, property, target, id));
        }
    }
    problems
}

fn missing_reference(
    one: &BundleObject,
    property: &'static str,
    target: &Schema,
    id: &str,
) -> ErrorReport {
    let (what, named) = (format!("[{id}] ({})", target.class), one.named());
    ErrorReport::new(
        "E5002",
        format!("Invalid reference {what} on object {named} for association `{property}`"),
        vec![what.into(), named.into(), property.into()],
    )
    .with("mainId", one.id())
    .with("errorProperty", property)
}

/// From 2.43 on a combination comes with all its option combinations or with none.
pub(super) fn incomplete_combos(
    state: &ServerState,
    one: &BundleObject,
    others: &[BundleObject],
) -> Vec<ErrorReport> {
    let Some(combo) = reference(one.members.get("categoryCombo")) else {
        return Vec::new();
    };
    let of = |plural: &str, id: &str| -> Option<Object> {
        let coming = others
            .iter()
            .find(|other| other.kind.plural == plural && other.id() == id);
        coming
            .map(|other| other.members.clone())
            .or_else(|| state.store.members(plural, id).cloned())
    };
    let Some(members) = of("categoryCombos", combo) else {
        return Vec::new();
    };
    let expected: usize = references(members.get("categories"))
        .filter_map(|category| of("categories", category))
        .map(|category| references(category.get("categoryOptions")).count())
        .product();
    let siblings: Vec<&BundleObject> = others
        .iter()
        .filter(|other| {
            other.kind.plural == "categoryOptionCombos"
                && reference(other.members.get("categoryCombo")) == Some(combo)
        })
        .collect();
    if siblings.len() != expected {
        return vec![ErrorReport::new(
            "E1130",
            format!(
                "Importing {} CategoryOptionCombos does not match the expected amount of {expected} for CategoryCombo {combo}",
                siblings.len()
            ),
            vec![siblings.len().into(), expected.into(), combo.into()],
        )];
    }
    let options = option_set(&one.members);
    let clash = state
        .store
        .option_combos(combo)
        .find(|stored| option_set(stored) == options && text(stored, "id") != Some(one.id()));
    match clash.and_then(|stored| text(stored, "id")) {
        Some(other) => vec![ErrorReport::new(
            "E1132",
            format!(
                "CategoryOptionCombo {} has the same options as {other} of CategoryCombo {combo}",
                one.id()
            ),
            vec![one.id().into(), other.into(), combo.into()],
        )],
        None => Vec::new(),
    }
}
