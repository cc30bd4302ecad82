//! Targets by data set: one stream holds one.

use std::collections::BTreeMap;

use pop_cli::ToolError;
use pop_datavalues::recipe::{Recipe, Target};
use pop_datavalues::{Metadata, Text};

use crate::{Format, ToDataValueSet};

/// One data set, or none, and where its values go.
pub(crate) struct TargetSet {
    /// UID of the data set.
    pub(crate) data_set: Option<Text>,
    /// Numbers of its targets in the recipe.
    pub(crate) targets: Vec<usize>,
    /// Where the stream goes.
    pub(crate) output: String,
}

/// Keeps the targets of `--data-set`, where it is given beside a mapping.
pub(crate) fn keep(
    recipe: &mut Recipe,
    args: &ToDataValueSet,
    metadata: Option<&Metadata>,
) -> Result<(), ToolError> {
    let Some(key) = &args.data_set else {
        return Ok(());
    };
    let id = match metadata {
        Some(metadata) => metadata
            .data_set(key)
            .map_err(|e| ToolError::data(format!("--data-set: {e}")))?
            .id
            .as_str(),
        None => key,
    };
    recipe
        .targets
        .retain(|target| target.data_set.as_deref() == Some(id));
    if recipe.targets.is_empty() {
        return Err(ToolError::data(format!(
            "the mapping fills nothing in data set {key:?}"
        )));
    }
    Ok(())
}

/// Divides targets by data set. Several need a folder to go to.
pub(crate) fn divide(
    targets: &[Target],
    args: &ToDataValueSet,
) -> Result<Vec<TargetSet>, ToolError> {
    let mut sets: BTreeMap<Option<&Text>, Vec<usize>> = BTreeMap::new();
    for (index, target) in targets.iter().enumerate() {
        sets.entry(target.data_set.as_ref())
            .or_default()
            .push(index);
    }
    let output = &args.common.output;
    let is_folder = std::path::Path::new(output).is_dir();
    if sets.len() > 1 && !is_folder {
        let names: Vec<&str> = sets
            .keys()
            .map(|set| set.map_or("none", |set| &**set))
            .collect();
        return Err(ToolError::usage(format!(
            "the mapping fills several data sets ({}), and one stream holds one",
            names.join(", ")
        ))
        .hint("choose one with --data-set, or name a folder that exists with -o: one file each"));
    }
    let extension = match args.format {
        Format::Json => "json",
        Format::Csv => "csv",
        Format::Table => "txt",
    };
    let place = |set: Option<&Text>| match is_folder {
        false => output.clone(),
        true => {
            let name = set.map_or("values", |set| &**set);
            std::path::Path::new(output)
                .join(format!("{name}.{extension}"))
                .to_string_lossy()
                .into_owned()
        }
    };
    Ok(sets
        .into_iter()
        .map(|(set, targets)| TargetSet {
            data_set: set.cloned(),
            targets,
            output: place(set),
        })
        .collect())
}
