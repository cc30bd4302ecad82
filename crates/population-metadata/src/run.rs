//! What the tool does, step by step.

use std::io::Write as _;

use pop_cli::{Arg, Console, ExitStatus, Output, ResultExt as _, ToolError};
use pop_datavalues::Metadata;
use pop_targets::{
    Action, MetadataImport, MetadataImportOptions, Programme, TargetSource, merged_groups,
    metadata_import,
};

use crate::{PopulationMetadata, report};

pub(crate) fn run(
    args: &PopulationMetadata,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let output = console.output("output", &args.common.output)?;
    if let Some(name) = &args.show {
        return show(name, output, console);
    }
    let mapping = console.optional_output("mapping", args.write_mapping.as_deref())?;
    let report = console.optional_output("report", args.report.as_deref())?;
    let programmes = programmes(args, console)?;
    let groups = merged_groups(&programmes).map_err(|e| ToolError::data(&e).hint(e.hint()))?;
    let metadata = metadata(args, console)?;
    let import = metadata_import(&metadata, &groups, &options(args)).map_err(|conflict| {
        ToolError::data(&conflict)
            .in_file(&args.metadata)
            .hint(conflict.hint())
    })?;
    write(args, &import, output, mapping, report, console)?;
    summarise(args, &metadata, &import, console);
    Ok(ExitStatus::Done)
}

/// Prints a target group file, to be edited.
fn show(name: &str, mut output: Output, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let TargetSource::BuiltIn(text) = source(name)? else {
        return Err(ToolError::usage(format!("{name} is a file of your own"))
            .hint("--show prints the target group files of the tool"));
    };
    output.write_all(text.as_bytes()).or_io()?;
    console.publish(vec![output])?;
    Ok(ExitStatus::Done)
}

fn source(name: &str) -> Result<TargetSource, ToolError> {
    TargetSource::of(name).map_err(|e| ToolError::usage(&e).hint(e.hint()))
}

fn programmes(
    args: &PopulationMetadata,
    console: &mut Console,
) -> Result<Vec<Programme>, ToolError> {
    let mut programmes = Vec::new();
    for name in &args.targets {
        let programme = match source(name)? {
            TargetSource::BuiltIn(text) => Programme::read(text.as_bytes()),
            TargetSource::File => Programme::read(&console.input("targets", name)?.bytes),
        };
        programmes.push(programme.map_err(|e| ToolError::data(&e).in_file(name).hint(e.hint()))?);
    }
    Ok(programmes)
}

fn metadata(args: &PopulationMetadata, console: &mut Console) -> Result<Metadata, ToolError> {
    console.parsed_input("metadata", &args.metadata, |bytes| {
        Metadata::read(bytes).map_err(|e| ToolError::data(&e).hint(e.hint()))
    })
}

fn options(args: &PopulationMetadata) -> MetadataImportOptions {
    let mut levels = args.level.clone();
    levels.sort_unstable();
    levels.dedup();
    MetadataImportOptions {
        namespace: args.namespace.clone(),
        data_set_code: args.data_set_code.clone(),
        data_set_name: args.data_set_name.clone(),
        period_type: args.period_type.to_string(),
        open_future_periods: i32::from(args.open_future_periods),
        levels,
        user_groups: args.user_group.iter().map(ToString::to_string).collect(),
    }
}

fn write(
    args: &PopulationMetadata,
    import: &MetadataImport,
    mut output: Output,
    mapping: Option<Output>,
    report: Option<Output>,
    console: &mut Console,
) -> Result<(), ToolError> {
    let mut outputs = Vec::new();
    if args.explain {
        let table = report::table(import, &output.messages());
        write!(output, "{}", table.within(output.columns())).or_io()?;
    } else {
        serde_json::to_writer_pretty(&mut output, &import.document).or_io()?;
        writeln!(output).or_io()?;
    }
    if let Some(mut mapping) = mapping {
        mapping.write_all(import.mapping.text.as_bytes()).or_io()?;
        outputs.push(mapping);
    }
    if let Some(mut file) = report {
        let bytes = report::json(import).map_err(ToolError::internal)?;
        file.write_all(&bytes).or_io()?;
        outputs.push(file);
    }
    outputs.push(output);
    console.publish(outputs)
}

fn summarise(
    args: &PopulationMetadata,
    metadata: &Metadata,
    import: &MetadataImport,
    console: &Console,
) {
    let noted = |decision: &&pop_targets::Decision| {
        decision.action == Action::Leave
            || decision.action == Action::Reuse && !decision.note.is_empty()
    };
    for decision in import.decisions.iter().filter(noted) {
        console.warn(&format!(
            "{} {} {:?} ({}): {}",
            report::word(decision.action),
            decision.kind,
            decision.name,
            decision.id,
            decision.note
        ));
    }
    for (code, needs) in &import.mapping.open {
        console.warn(&format!("{code}: the mapping needs {needs}"));
    }
    let is_new = import
        .decisions
        .iter()
        .any(|decision| decision.action == Action::Add && decision.kind == "data set");
    if is_new && args.user_group.is_empty() {
        console.hint("without --user-group UID only superusers may write values to a new data set");
    }
    let count = |action| Arg::Count(report::count(import, action));
    let version = metadata.dhis2_version.to_string();
    let groups = import.mapping.filled + import.mapping.open.len();
    let args = [
        ("objects", Arg::Count(import.document.len())),
        ("version", Arg::Text(&version)),
        ("added", count(Action::Add)),
        ("updated", count(Action::Update)),
        ("reused", count(Action::Reuse)),
        ("left", count(Action::Leave)),
        ("units", Arg::Count(import.units)),
        ("filled", Arg::Count(import.mapping.filled)),
        ("groups", Arg::Count(groups)),
    ];
    console.summary(&console.messages().text_of("summary-metadata-import", &args));
}
