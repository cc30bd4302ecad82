//! The run, from two files to their differences.

use pop_cli::{Consent, Console, ExitStatus, ToolError, counted};
use pop_compare::{Class, Comparison, compare};

use crate::{Compare, FailOn, KINDS, OTHER_SOURCE, inputs, write};

pub(crate) fn run(args: &Compare, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let mut output = console.output("output", &args.common.output)?;
    let consent = Consent::load(&args.consent, KINDS, console)?;
    let thresholds = inputs::thresholds(args, console)?;
    let old = inputs::side(args, "old", &args.old, console)?;
    let new = inputs::side(args, "new", &args.new, console)?;
    let comparison = compare(old, new, &thresholds, consent.allows(OTHER_SOURCE)).map_err(|e| {
        let hint = e.hint();
        ToolError::data(e)
            .in_file(format!("{} and {}", args.old, args.new))
            .hint(hint)
    })?;
    for note in &comparison.notes {
        console.warn(note);
    }
    write::comparison(&comparison, args.format, &mut output)?;
    console.publish(vec![output])?;
    summarise(&comparison, console);
    let is_found = match args.fail_on {
        FailOn::Changes => comparison.is_different(),
        FailOn::Flags => comparison.is_flagged(),
    };
    Ok(if is_found {
        ExitStatus::CheckFound
    } else {
        ExitStatus::Done
    })
}

fn summarise(comparison: &Comparison, console: &Console) {
    let counts: Vec<String> = comparison
        .counts()
        .iter()
        .map(|(class, count)| format!("{count} {class}"))
        .collect();
    let flagged = comparison
        .rows
        .iter()
        .filter(|row| row.flags.iter().any(|flag| !flag.rule.is_note()))
        .count();
    let noted = comparison
        .rows
        .iter()
        .filter(|row| row.flags.iter().any(|flag| flag.rule.is_note()))
        .count();
    let different = comparison
        .rows
        .iter()
        .filter(|row| row.class != Class::Same)
        .count();
    console.summary(&format!(
        "{} different of {} ({}); {flagged} flagged, {noted} noted",
        counted(different, "figure"),
        comparison.rows.len(),
        counts.join(", ")
    ));
}
