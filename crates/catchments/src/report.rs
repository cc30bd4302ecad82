//! `--report`: what became of every unit.

use std::io::Write;

use pop_cli::{Output, ToolError};

use crate::features::{Features, bytes};

/// Writes a row for every feature.
pub(crate) fn write(features: &Features, output: &mut Output) -> Result<(), ToolError> {
    let name = output.name().to_owned();
    let failed = |error: csv::Error| ToolError::io(error).in_file(&name);
    let mut table = csv::Writer::from_writer(output as &mut dyn Write);
    let header = [
        "org_unit",
        "name",
        "within",
        "kind",
        "reasons",
        "km_outside",
        "same_place_as",
        "bytes",
    ];
    table.write_record(header).map_err(failed)?;
    for feature in features.iter() {
        let km = feature
            .metres_outside
            .map(|metres| format!("{:.3}", metres / 1000.0));
        table
            .write_record([
                &feature.unit.id,
                feature.unit.name.as_deref().unwrap_or_default(),
                feature.within.as_deref().unwrap_or_default(),
                feature.kind,
                &feature.reasons.join(";"),
                km.as_deref().unwrap_or_default(),
                feature.same_place_as.as_deref().unwrap_or_default(),
                &bytes(feature).to_string(),
            ])
            .map_err(failed)?;
    }
    table
        .flush()
        .map_err(|error| ToolError::io(error).in_file(&name))
}
