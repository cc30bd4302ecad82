//! A first mapping file, instead of values.

use std::io::Write as _;

use pop_cli::{Arg, Console, ExitStatus, Output, ResultExt as _, ToolError};
use pop_datavalues::{Metadata, initial_mapping};
use pop_targets::{
    DEFAULT_NAMESPACE, Programme, TargetSource, built_in_with_codes, mapping_for_instance,
    merged_groups,
};

use crate::{ToDataValueSet, inputs};

/// Writes a mapping of what the metadata document holds, or of target groups.
pub(crate) fn run(
    args: &ToDataValueSet,
    metadata: Option<&Metadata>,
    mut output: Output,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    if !args.targets.is_empty() {
        return from_targets(args, metadata, output, console);
    }
    let sums_summary = inputs::sums_summary(args, console)?;
    let set = match (&args.data_set, metadata) {
        (Some(key), Some(metadata)) => Some(metadata.data_set(key).map_err(|e| {
            ToolError::data(format!("--data-set: {e}"))
                .hint("fetch-metadata --data-set SET puts a data set into the metadata document")
        })?),
        _ => None,
    };
    let mapping = initial_mapping(
        metadata,
        sums_summary.as_ref(),
        set.map(|set| set.id.as_str()),
    );
    output.write_all(mapping.text.as_bytes()).or_io()?;
    console.publish(vec![output])?;
    if mapping.proposed == 0 {
        console.warn("nothing could be proposed: the file fills nothing before you complete it");
    }
    let args = [
        ("count", Arg::Count(mapping.proposed)),
        ("doubtful", Arg::Count(mapping.doubtful)),
    ];
    console.summary(&console.messages().text_of("summary-proposed", &args));
    if mapping.doubtful > 0
        && let Some(metadata) = metadata
    {
        suggest_targets(metadata, console);
    }
    Ok(ExitStatus::Done)
}

/// Names the target groups that the instance has elements for: their mapping has no doubts.
fn suggest_targets(metadata: &Metadata, console: &Console) {
    let codes = metadata
        .data_elements
        .iter()
        .filter_map(|e| e.code.as_deref());
    let names = built_in_with_codes(&codes.collect());
    if !names.is_empty() {
        console.hint(&format!(
            "the instance has elements of target groups that the tool knows: to-datavalueset --init --targets {} --metadata FILE",
            names.join(",")
        ));
    }
}

/// A mapping of target groups to the elements that the instance has for them.
fn from_targets(
    args: &ToDataValueSet,
    metadata: Option<&Metadata>,
    mut output: Output,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let mut programmes = Vec::new();
    for name in &args.targets {
        let source = TargetSource::of(name).map_err(|e| ToolError::usage(&e).hint(e.hint()))?;
        let programme = match source {
            TargetSource::BuiltIn(text) => Programme::read(text.as_bytes()),
            TargetSource::File => Programme::read(&console.input("targets", name)?.bytes),
        };
        programmes.push(programme.map_err(|e| ToolError::data(&e).in_file(name).hint(e.hint()))?);
    }
    let groups = merged_groups(&programmes).map_err(|e| ToolError::data(&e).hint(e.hint()))?;
    let mapping = mapping_for_instance(metadata, &groups, DEFAULT_NAMESPACE);
    output.write_all(mapping.text.as_bytes()).or_io()?;
    console.publish(vec![output])?;
    for (code, needs) in &mapping.open {
        console.warn(&format!("{code}: needs {needs}"));
    }
    let args = [
        ("filled", Arg::Count(mapping.filled)),
        ("count", Arg::Count(groups.len())),
    ];
    console.summary(&console.messages().text_of("summary-groups", &args));
    Ok(ExitStatus::Done)
}
