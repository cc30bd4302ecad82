//! What the tool does, step by step.

use dhis2_session::{failure, show_data_sets};
use pop_cli::{Arg, Console, ExitStatus, Messages, ResultExt, ToolError};
use pop_dhis2::metadata::{MetadataSelection, fetch};
use pop_dhis2::{ImportDialect, Metadata};

use crate::FetchMetadata;

pub(crate) fn run(args: &FetchMetadata, console: &mut Console) -> Result<ExitStatus, ToolError> {
    // Before anybody is asked for a password.
    let mut output = console.output("output", &args.common.output)?;
    let server = dhis2_session::connect(&args.server, console)?;
    let selection = MetadataSelection {
        data_sets: args.data_sets.clone(),
        data_elements: args.data_elements.clone(),
        everything: args.everything,
        levels: args.level.clone(),
    };
    if selection.data_sets.is_empty() && selection.data_elements.is_empty() && !selection.everything
    {
        let hint = "give --data-set or --data-element, once for each; --all fetches everything, for population-metadata";
        return show_data_sets(&server, console, hint);
    }
    let metadata = fetch(&server, &selection).map_err(|error| failure(&error))?;
    if !args.everything {
        warn(&metadata, console);
    }
    metadata.write(&mut output).or_io()?;
    console.publish(vec![output])?;
    console.summary(&summary(&metadata, &console.messages()));
    Ok(ExitStatus::Done)
}

/// What would stop values from being stored or seen, and can be known from the document.
fn warn(metadata: &Metadata, console: &Console) {
    let authorities = &metadata.user.authorities;
    if !authorities
        .iter()
        .any(|authority| authority == "ALL" || authority == "F_DATAVALUE_ADD")
    {
        console.warn("this user may not write data values (no authority F_DATAVALUE_ADD)");
    }
    if metadata.dialect == ImportDialect::PerValue && metadata.user.organisation_units.is_empty() {
        console.warn("this user has no capture units: the server will refuse every value");
        console.hint("up to 2.42 that holds for superusers too: give the user the root unit");
    }
    for set in &metadata.data_sets {
        if !set.access.write {
            console.warn(&format!(
                "this user has no data write access to data set {} ({})",
                set.id, set.name
            ));
        }
        if set.organisation_units.is_empty() {
            console.warn(&format!(
                "data set {} ({}) is assigned to no org unit",
                set.id, set.name
            ));
        }
    }
    warn_of_analytics(metadata, console);
    if !matches!(metadata.calendar.as_str(), "iso8601" | "gregorian") {
        console.warn(&format!(
            "the server's calendar is {}: its period ids are not those of WorldPop's years",
            metadata.calendar
        ));
    }
}

/// Values of periods that the server's analytics leave out show in no chart or table.
fn warn_of_analytics(metadata: &Metadata, console: &Console) {
    let Some(types) = &metadata.server.data_output_period_types else {
        return;
    };
    let mut missing: Vec<&str> = metadata
        .data_sets
        .iter()
        .map(|set| set.period_type.as_str())
        .filter(|period_type| !types.iter().any(|known| known == period_type))
        .collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return;
    }
    let missing = missing.join(", ");
    console.warn(&format!(
        "the server's analytics leave out {missing} periods: no value of these data sets shows in charts or tables"
    ));
    console.hint(&format!(
        "add {missing} to the data output period types (System settings app, Analytics), then rebuild the analytics tables"
    ));
}

fn summary(metadata: &Metadata, messages: &Messages) -> String {
    let combos: usize = metadata
        .category_combos
        .iter()
        .map(|combo| combo.category_option_combos.len())
        .sum();
    let version = metadata.dhis2_version.to_string();
    let args = [
        ("sets", Arg::Count(metadata.data_sets.len())),
        ("elements", Arg::Count(metadata.data_elements.len())),
        ("combos", Arg::Count(combos)),
        ("units", Arg::Count(metadata.org_units.len())),
        ("version", Arg::Text(&version)),
    ];
    messages.text_of("summary-metadata", &args)
}
