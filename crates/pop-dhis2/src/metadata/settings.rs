//! System settings and configuration that imports and analytics depend on.

use pop_datavalues::metadata::ImportSettings;
use pop_http::Query;
use serde_json::Value;

use crate::{ApiError, ImportDialect, Server};

/// The switches of the per-value import (`SettingKey` in DHIS2, `keyDataImport…`). The grouped import is always strict.
pub(super) fn import_settings(server: &Server) -> Result<ImportSettings, ApiError> {
    if server.dialect() == ImportDialect::Grouped {
        return Ok(ImportSettings::default());
    }
    let on = |name: &str| switch(server, &format!("keyDataImport{name}"));
    Ok(ImportSettings {
        strict_periods: on("StrictPeriods")?,
        strict_data_elements: on("StrictDataElements")?,
        strict_category_option_combos: on("StrictCategoryOptionCombos")?,
        strict_attribute_option_combos: on("StrictAttributeOptionCombos")?,
        strict_organisation_units: on("StrictOrganisationUnits")?,
        require_category_option_combo: on("RequireCategoryOptionCombo")?,
        require_attribute_option_combo: on("RequireAttributeOptionCombo")?,
    })
}

/// `keyAnalyticsPeriodYearsOffset`: data beyond it stop the analytics of the whole server.
pub(super) fn years_offset(server: &Server) -> Result<Option<i32>, ApiError> {
    let value = setting(server, "keyAnalyticsPeriodYearsOffset")?;
    Ok(match value {
        Some(Value::Number(number)) => number.as_i64().and_then(|n| i32::try_from(n).ok()),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    })
}

/// `dataEntryAutoGroup` of the grouped import: whether values without a data set are split by the server.
pub(super) fn auto_group(server: &Server) -> Result<bool, ApiError> {
    if server.dialect() == ImportDialect::PerValue {
        return Ok(false);
    }
    switch(server, "dataEntryAutoGroup")
}

/// The period types that analytics hold, from 2.43; with none of them no value ever shows.
pub(super) fn output_period_types(server: &Server) -> Result<Option<Vec<String>>, ApiError> {
    if server.dialect() == ImportDialect::PerValue {
        return Ok(None);
    }
    let answer = optional(server, "/api/configuration/dataOutputPeriodTypes")?;
    let Some(Value::Array(types)) = answer else {
        return Ok(None);
    };
    let mut names: Vec<String> = types
        .iter()
        .filter_map(|kind| kind.get("name").unwrap_or(kind).as_str())
        .map(ToOwned::to_owned)
        .collect();
    names.sort();
    Ok(Some(names))
}

fn switch(server: &Server, key: &str) -> Result<bool, ApiError> {
    Ok(match setting(server, key)? {
        Some(Value::Bool(on)) => on,
        Some(Value::String(text)) => text.trim().eq_ignore_ascii_case("true"),
        _ => false,
    })
}

fn setting(server: &Server, key: &str) -> Result<Option<Value>, ApiError> {
    let query = Query::new("/api/systemSettings").segment(key);
    let answer = optional(server, query.as_str())?;
    Ok(match answer {
        Some(Value::Object(mut members)) => members.remove(key),
        other => other,
    })
}

/// An answer that a release may not have, or a user not see: then the default holds.
fn optional(server: &Server, path: &str) -> Result<Option<Value>, ApiError> {
    let response = server.client().get(path)?;
    match response.status() {
        403 | 404 | 405 | 409 => return Ok(None),
        200 if !response.is_json() => return Ok(None),
        _ => {}
    }
    Ok(Some(response.success()?.json()?))
}
