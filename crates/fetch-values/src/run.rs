//! What the tool does, step by step.

use std::collections::BTreeSet;

use dhis2_session::{ServerRole, failure, show_data_sets};
use pop_cli::{Arg, Console, ExitStatus, Messages, Output, ResultExt, ToolError, counted};
use pop_datavalues::value_set::{IdSchemes, JsonWriter, ValueRow};
use pop_dhis2::values::{StoredValues, ValueSelection, ValuesError, fetch};

use crate::FetchValues;

pub(crate) fn run(args: &FetchValues, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let selects_nothing = args.data_sets.is_empty() && args.data_elements.is_empty();
    if !selects_nothing && args.periods.is_empty() {
        return Err(ToolError::usage("no period named").hint("give --period 2025, or several"));
    }
    // Before anybody is asked for a password.
    let mut output = console.output("output", &args.common.output)?;
    let server = dhis2_session::connect(&args.server, console)?;
    if selects_nothing {
        let hint = "give --data-set or --data-element, once for each";
        return show_data_sets(&server, console, hint);
    }
    let stored = fetch(&server, &selection(args)).map_err(values_failure)?;
    if stored.without_value > 0 {
        console.warn(&format!(
            "left out {} with a comment or a mark and no value",
            counted(stored.without_value, "stored row")
        ));
    }
    write(&stored, &mut output)?;
    console.publish(vec![output])?;
    let version = server.version().to_string();
    console.summary(&summary(&stored, &version, &console.messages()));
    Ok(ExitStatus::Done)
}

fn selection(args: &FetchValues) -> ValueSelection {
    let periods: BTreeSet<&String> = args.periods.iter().collect();
    ValueSelection {
        data_sets: args.data_sets.clone(),
        data_elements: args.data_elements.clone(),
        periods: periods.into_iter().cloned().collect(),
        parents: args.parents.clone(),
    }
}

fn write(stored: &StoredValues, output: &mut Output) -> Result<(), ToolError> {
    let set = stored.data_set.as_deref();
    let mut json = JsonWriter::new(output, set, &IdSchemes::default()).or_io()?;
    for row in stored.values.rows() {
        let content = stored.values.content(row);
        json.write(ValueRow::stored(&row.key, content, &stored.names))
            .or_io()?;
    }
    json.finish().map(|_| ()).or_io()
}

fn summary(stored: &StoredValues, version: &str, messages: &Messages) -> String {
    let rows = stored.values.rows();
    let units: BTreeSet<_> = rows.iter().map(|row| row.key.unit).collect();
    let elements: BTreeSet<_> = rows.iter().map(|row| row.key.element).collect();
    let periods: BTreeSet<_> = rows.iter().map(|row| row.key.period).collect();
    let args = [
        ("values", Arg::Count(rows.len())),
        ("units", Arg::Count(units.len())),
        ("elements", Arg::Count(elements.len())),
        ("periods", Arg::Count(periods.len())),
        ("version", Arg::Text(version)),
    ];
    messages.text_of("summary-stored-values", &args)
}

/// The end of the run: the server that does not answer is another matter than values that may not be read.
fn values_failure(error: ValuesError) -> ToolError {
    let hint = error.hint();
    let status = match &error {
        ValuesError::Api(error) => return failure(error),
        ValuesError::Stored(error) => ServerRole::Source.status(error.outcome()),
    };
    ToolError::new(status, error).hint_if_any(hint)
}
